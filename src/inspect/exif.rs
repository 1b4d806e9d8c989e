//! EXIF 3.0: what cameras and telephones write into a TIFF, be it a block in a picture or a raw photo.

use super::list::{List, decoded, degrees};
use super::maker;
use super::slice::Slice;
use super::tiff::{Directory, Entry, Tiff};

/// Tags whose value is text or a number, by the directory in which they stand.
static TAGS: &[(Directory, u16, &str)] = &[
    (Directory::Image, 0x010D, "title"),
    (Directory::Image, 0x010E, "comment"),
    (Directory::Image, 0x010F, "camera_make"),
    (Directory::Image, 0x0110, "camera_model"),
    (Directory::Image, 0x0112, "orientation"),
    (Directory::Image, 0x0131, "software"),
    (Directory::Image, 0x013B, "artist"),
    (Directory::Image, 0x013C, "device"),
    (Directory::Image, 0x9213, "history"),
    (Directory::Image, 0xC62F, "camera_serial"),
    (Directory::Image, 0xC68B, "original_name"),
    (Directory::Exif, 0x9213, "history"),
    (Directory::Exif, 0xA420, "image_id"),
    (Directory::Exif, 0xA430, "owner"),
    (Directory::Exif, 0xA431, "camera_serial"),
    (Directory::Exif, 0xA434, "lens_model"),
    (Directory::Exif, 0xA435, "lens_serial"),
    (Directory::Exif, 0xA436, "title"),
    (Directory::Exif, 0xA437, "artist"),
    (Directory::Exif, 0xA438, "author"),
    (Directory::Exif, 0xA43B, "software"),
];
/// Tags of Windows, in UTF-16.
static WIDE: &[(u16, &str)] =
    &[(0x9C9B, "title"), (0x9C9C, "comment"), (0x9C9D, "author"), (0x9C9E, "keywords"), (0x9C9F, "comment")];
/// Times with the tag of their offset.
static TIMES: &[(Directory, u16, u16, &str)] = &[
    (Directory::Exif, 0x9003, 0x9011, "taken_at"),
    (Directory::Exif, 0x9004, 0x9012, "digitized_at"),
    (Directory::Image, 0x0132, 0x9010, "modified_at"),
];
const COPYRIGHT: u16 = 0x8298;
const USER_COMMENT: u16 = 0x9286;
const MAKER_NOTE: u16 = 0x927C;
const WIDTH: u16 = 0xA002;
const HEIGHT: u16 = 0xA003;
const THUMBNAIL_AT: u16 = 0x0201;
const THUMBNAIL_LENGTH: u16 = 0x0202;
const STRIP_AT: u16 = 0x0111;
const STRIP_LENGTH: u16 = 0x0117;
const COMPRESSION: u16 = 0x0103;
const IMAGE_WIDTH: u16 = 0x0100;
const IMAGE_HEIGHT: u16 = 0x0101;
const SUBFILE: u16 = 0x00FE;
const XMP: u16 = 0x02BC;
const IPTC: u16 = 0x83BB;
const PHOTOSHOP: u16 = 0x8649;
const CREDENTIALS: u16 = 0xCD41;

/// What a TIFF says besides facts.
#[derive(Default)]
pub(super) struct Held<'b> {
    /// Small pictures of the whole, JPEGs.
    pub thumbnails: Vec<Slice<'b>>,
    pub xmp: Option<Slice<'b>>,
    pub iptc: Option<Slice<'b>>,
    pub photoshop: Option<Slice<'b>>,
    pub credentials: Option<Slice<'b>>,
    /// Width and height of its largest picture, if it has one of its own.
    pub size: Option<(u64, u64)>,
    /// Width and height that the camera says the picture had.
    pub stated: Option<(u64, u64)>,
}

/// Adds what a TIFF says; none where it is none.
pub(super) fn read<'b>(bytes: Slice<'b>, facts: &mut List) -> Option<Held<'b>> {
    read_as(bytes, Directory::Image, facts)
}

/// The same of a TIFF whose first directory is about something else than a picture.
pub(super) fn read_as<'b>(bytes: Slice<'b>, about: Directory, facts: &mut List) -> Option<Held<'b>> {
    let tiff = Tiff::read_as(bytes, about)?;
    let find = |directory, tag| tiff.find(directory, tag);
    for (directory, tag, offset, name) in TIMES {
        let offset = find(Directory::Exif, *offset).and_then(|entry| tiff.text(entry));
        facts.add(name, find(*directory, *tag).and_then(|entry| tiff.text(entry)).and_then(|text| when(&text, offset)));
    }
    for (directory, tag, name) in TAGS {
        facts.add(name, find(*directory, *tag).and_then(|entry| tiff.text(entry)));
    }
    for (tag, name) in WIDE {
        let bytes = find(Directory::Image, *tag).and_then(|entry| tiff.bytes(entry));
        facts.add(name, bytes.map(|bytes| wide(&bytes, true)));
    }
    // the photographer's and the editor's, each ended by a zero
    let copyright = find(Directory::Image, COPYRIGHT).and_then(|entry| tiff.bytes(entry));
    for part in copyright.unwrap_or_default().split(|byte| *byte == 0).take(2) {
        facts.add("copyright", Some(decoded(part)));
    }
    let comment = find(Directory::Exif, USER_COMMENT).and_then(|entry| tiff.bytes(entry));
    facts.add("comment", comment.and_then(|bytes| user_comment(&bytes, tiff.is_little())));
    place(&tiff, facts);
    if let Some(note) = find(Directory::Exif, MAKER_NOTE) {
        let make = find(Directory::Image, 0x010F).and_then(|entry| tiff.text(entry)).unwrap_or_default();
        maker::read(&tiff, note, &make, facts);
    }
    Some(held(&tiff))
}

fn held<'b>(tiff: &Tiff<'b>) -> Held<'b> {
    let part = |tag| tiff.find(Directory::Image, tag).map(|entry| tiff.part(entry.at, entry.length()));
    let of = |number: usize, tag| tiff.entries.iter().find(|entry| entry.number == number && entry.tag == tag);
    let number = |directory, tag| of(directory, tag).and_then(|entry| tiff.number(entry));
    let directories = tiff.entries.iter().map(|entry| entry.number).max().map_or(0, |last| last + 1);
    let mut held = Held { xmp: part(XMP), iptc: part(IPTC), photoshop: part(PHOTOSHOP), ..Held::default() };
    held.credentials = part(CREDENTIALS);
    let exif = |tag| tiff.find(Directory::Exif, tag).and_then(|entry| tiff.number(entry));
    held.stated = exif(WIDTH).zip(exif(HEIGHT));
    for directory in 0..directories {
        let kind = tiff.entries.iter().find(|entry| entry.number == directory).map(|entry| entry.directory);
        if !matches!(kind, Some(Directory::Image | Directory::Next | Directory::Sub)) {
            continue;
        }
        let size = number(directory, IMAGE_WIDTH).zip(number(directory, IMAGE_HEIGHT));
        held.size =
            held.size.max(size.filter(|_| number(directory, COMPRESSION).is_some_and(|_| kind != Some(Directory::Next))));
        let whole = (number(directory, THUMBNAIL_AT), number(directory, THUMBNAIL_LENGTH));
        // raw photos keep them as strips of a picture that is marked as reduced
        let reduced = number(directory, SUBFILE) == Some(1) && matches!(number(directory, COMPRESSION), Some(6 | 7));
        let strip = (number(directory, STRIP_AT), number(directory, STRIP_LENGTH));
        for (at, length) in [whole, if reduced { strip } else { (None, None) }] {
            if let (Some(at), Some(length @ 1..)) = (at, length) {
                held.thumbnails.push(tiff.part(at, length));
            }
        }
    }
    held
}

fn place(tiff: &Tiff, facts: &mut List) {
    let find = |tag| tiff.find(Directory::Gps, tag);
    let text = |tag| find(tag).and_then(|entry| tiff.text(entry));
    let angle = |tag, reference| {
        let parts = find(tag).map(|entry| tiff.fractions(entry))?;
        let degrees = parts.iter().zip([1.0, 60.0, 3600.0]).map(|(part, unit)| part / unit).reduce(|sum, part| sum + part)?;
        let south = text(reference).is_some_and(|reference| matches!(reference.trim(), "S" | "W" | "s" | "w"));
        Some(if south { -degrees } else { degrees })
    };
    let first = |entry: &Entry| tiff.fractions(entry).first().copied();
    facts.place(angle(2, 1), angle(4, 3));
    let below = find(5).and_then(|entry| tiff.number(entry)) == Some(1);
    facts.altitude(find(6).and_then(first).map(|metres| if below { -metres } else { metres }));
    facts.add("direction", find(0x11).and_then(first).map(|degrees| format!("{degrees:.1}")));
    if let (Some(latitude), Some(longitude)) = (degrees(angle(0x14, 0x13), 90.0), degrees(angle(0x16, 0x15), 180.0)) {
        facts.add("subject_place", Some(format!("{latitude}, {longitude}")));
    }
    // area and method begin as a comment does
    let area = find(0x1C).and_then(|entry| tiff.bytes(entry));
    facts.add("place", area.and_then(|bytes| user_comment(&bytes, tiff.is_little())));
    let clock = find(7).map(|entry| tiff.fractions(entry)).unwrap_or_default();
    if let ([hour, minute, second, ..], Some(date)) = (clock.as_slice(), text(0x1D)) {
        let time = format!("{date} {hour:02.0}:{minute:02.0}:{:02.0}", second.floor());
        facts.add("gps_at", when(&time, Some("+00:00".into())));
    }
}

/// `2008:10:22 16:28:39`, with an offset like `+06:00` if there is one. None for one that was never set; what is written in another way
/// is given as it stands.
fn when(text: &str, offset: Option<String>) -> Option<String> {
    let text = text.trim();
    if !text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        return None;
    }
    let Ok(time) = chrono::NaiveDateTime::parse_from_str(text, "%Y:%m:%d %H:%M:%S") else { return Some(text.to_owned()) };
    let time = time.format("%Y-%m-%dT%H:%M:%S").to_string();
    let known = |offset: &String| {
        let form = |(at, byte): (usize, u8)| match at {
            0 => matches!(byte, b'+' | b'-'),
            3 => byte == b':',
            _ => byte.is_ascii_digit(),
        };
        offset.len() == 6 && offset.bytes().enumerate().all(form)
    };
    Some(time + &offset.map(|offset| offset.trim().to_owned()).filter(known).unwrap_or_default())
}

/// A comment begins with eight bytes that name its encoding.
fn user_comment(bytes: &[u8], little: bool) -> Option<String> {
    let (encoding, text) = bytes.split_at_checked(8)?;
    match encoding {
        b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => Some(decoded(text).trim_end_matches('\0').to_owned()),
        // written in the order of the file by most, and always the high byte first by some: letters tell
        b"UNICODE\0" => {
            let low_first = text.chunks_exact(2).filter(|pair| pair.get(1) == Some(&0)).count();
            let high_first = text.chunks_exact(2).filter(|pair| pair.first() == Some(&0)).count();
            Some(wide(text, if low_first == high_first { little } else { low_first > high_first }))
        }
        _ => None,
    }
}

/// UTF-16, up to the zeros at its end.
fn wide(bytes: &[u8], little: bool) -> String {
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let units = bytes.as_chunks().0.iter().map(unit).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

//! What videos say: MP4 and MOV in boxes, in the words of QuickTime, of 3GPP and of iTunes, and WebM and Matroska as far as the library reads
//! them.

use nom_exif::{EntryValue, MediaParser, MediaSource, TrackInfo, TrackInfoTag};

use super::boxes::{self, Boxes, Part};
use super::fact::Facts;
use super::limited::{Deadline, Limited};
use super::list::{List, decoded, ended};
use super::slice::{Reading, Slice};
use super::{credentials, xmp};
use crate::bundle::read_at::ReadAt;

/// How much of a video the library may read: it holds what it reads.
const HELD: u64 = 16 << 20;
/// The longest text that is read.
const LONGEST: usize = 64 << 10;
const DEEPEST: usize = 10;
/// The types of boxes that are XMP and content credentials.
pub(super) const XMP: [u8; 16] = *b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
pub(super) const CREDENTIALS: [u8; 16] = *b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81";

/// Texts by the type of their box: those of QuickTime and iTunes begin with ©.
static TEXTS: &[(&[u8; 4], &str)] = &[
    (b"\xA9nam", "title"),
    (b"\xA9ART", "artist"),
    (b"\xA9art", "artist"),
    (b"\xA9aut", "author"),
    (b"\xA9dir", "author"),
    (b"\xA9prd", "author"),
    (b"\xA9wrt", "author"),
    (b"\xA9prf", "person"),
    (b"\xA9cmt", "comment"),
    (b"\xA9inf", "comment"),
    (b"\xA9des", "caption"),
    (b"desc", "caption"),
    (b"ldes", "caption"),
    (b"\xA9cpy", "copyright"),
    (b"\xA9day", "taken_at"),
    (b"\xA9mak", "camera_make"),
    (b"\xA9mod", "camera_model"),
    (b"\xA9swr", "software"),
    (b"\xA9too", "software"),
    (b"\xA9enc", "software"),
    (b"\xA9key", "keywords"),
    (b"titl", "title"),
    (b"dscp", "caption"),
    (b"auth", "author"),
    (b"perf", "person"),
    (b"cprt", "copyright"),
    (b"kywd", "keywords"),
    (b"aART", "artist"),
    (b"ownr", "owner"),
];
/// Texts by the key under which QuickTime and Android keep them.
static KEYS: &[(&str, &str)] = &[
    ("com.apple.quicktime.make", "camera_make"),
    ("com.apple.quicktime.model", "camera_model"),
    ("com.apple.quicktime.software", "software"),
    ("com.apple.quicktime.author", "author"),
    ("com.apple.quicktime.artist", "artist"),
    ("com.apple.quicktime.director", "author"),
    ("com.apple.quicktime.producer", "author"),
    ("com.apple.quicktime.publisher", "author"),
    ("com.apple.quicktime.comment", "comment"),
    ("com.apple.quicktime.information", "comment"),
    ("com.apple.quicktime.description", "caption"),
    ("com.apple.quicktime.copyright", "copyright"),
    ("com.apple.quicktime.creationdate", "taken_at"),
    ("com.apple.quicktime.displayname", "title"),
    ("com.apple.quicktime.title", "title"),
    ("com.apple.quicktime.keywords", "keywords"),
    ("com.apple.quicktime.location.name", "place"),
    ("com.apple.quicktime.location.note", "place"),
    ("com.apple.quicktime.content.identifier", "document_id"),
    ("com.apple.quicktime.camera.identifier", "image_id"),
    ("com.android.manufacturer", "camera_make"),
    ("com.android.model", "camera_model"),
    ("com.android.version", "software"),
];
const PLACE_KEY: &str = "com.apple.quicktime.location.ISO6709";

/// Adds what a video says; false where not all of it could be read.
pub(super) fn read(file: &Limited, bytes: Slice, facts: &mut List) -> bool {
    let mut whole = true;
    if bytes.array::<8>(0).is_some_and(|[_, _, _, _, kind @ ..]| KNOWN.contains(&&kind)) {
        let mut left = boxes::MOST;
        let mut walk = Walk { facts, left: &mut left, keys: Vec::new(), until: file.until() };
        whole = walk.boxes(bytes.clone(), None, 0);
    }
    let track = MediaSource::seekable(Reading::of(bytes.clone()).at_most(HELD));
    let track = track.ok().and_then(|source| MediaParser::new().parse_track(source).ok());
    let Some(track) = track else { return false };
    of_track(&track, facts);
    whole
}

/// The facts of a video that is a file of its own.
pub(super) fn video(file: Limited) -> Facts {
    let mut facts = List::default();
    let whole = read(&file, Slice::of(&file, 0..file.length()), &mut facts);
    Facts { list: facts.sorted(), unread: !whole || file.stopped() }
}

/// What a file of boxes begins with.
static KNOWN: &[&[u8; 4]] = &[b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"];

fn of_track(track: &TrackInfo, facts: &mut List) {
    for (name, tag) in [
        ("camera_make", TrackInfoTag::Make),
        ("camera_model", TrackInfoTag::Model),
        ("software", TrackInfoTag::Software),
        ("author", TrackInfoTag::Author),
        ("taken_at", TrackInfoTag::CreateDate),
        ("width", TrackInfoTag::Width),
        ("height", TrackInfoTag::Height),
    ] {
        if name != "taken_at" || facts.get(name).is_none() {
            facts.add(name, track.get(tag).and_then(text));
        }
    }
    if let Some(EntryValue::U64(milliseconds)) = track.get(TrackInfoTag::DurationMs) {
        facts.add("duration", Some(format!("{}.{:03} s", milliseconds / 1000, milliseconds % 1000)));
    }
    if let Some(gps) = track.gps_info().filter(|_| facts.get("latitude").is_none()) {
        facts.place(gps.latitude_decimal(), gps.longitude_decimal());
        facts.altitude(gps.altitude_meters());
    }
}

fn text(value: &EntryValue) -> Option<String> {
    Some(match value {
        EntryValue::Text(text) => text.clone(),
        EntryValue::U8(number) => number.to_string(),
        EntryValue::U16(number) => number.to_string(),
        EntryValue::U32(number) => number.to_string(),
        EntryValue::U64(number) => number.to_string(),
        EntryValue::DateTime(time) => time.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        EntryValue::NaiveDateTime(time) => time.format("%Y-%m-%dT%H:%M:%S").to_string(),
        _ => return None,
    })
}

struct Walk<'f, 'n> {
    facts: &'f mut List,
    left: &'n mut usize,
    /// The keys of the list `meta` that is being read.
    keys: Vec<String>,
    until: Deadline,
}

impl Walk<'_, '_> {
    /// Reads boxes and those inside them; false where not all could be read.
    fn boxes(&mut self, bytes: Slice, within: Option<&[u8; 4]>, depth: usize) -> bool {
        let boxes = Boxes::of(bytes.clone(), self.left);
        // QuickTime ends a list with zeros, and others fill it with what they like
        let (list, mut whole, end) = match depth {
            0 => boxes.list_and_end(),
            _ => (boxes.list().0, true, bytes.length()),
        };
        let rest = bytes.part(end..bytes.length());
        if whole && rest.first(LONGEST).is_none_or(|rest| rest.iter().any(|byte| *byte != 0)) {
            self.facts.add("behind", Some(format!("{} bytes", rest.length())));
        }
        for one in list {
            whole &= depth < DEEPEST && self.one(&one, within, depth);
        }
        whole
    }

    fn one(&mut self, part: &Part, within: Option<&[u8; 4]>, depth: usize) -> bool {
        let body = &part.body;
        match &part.kind {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" | b"udta" => self.boxes(body.clone(), Some(&part.kind), depth + 1),
            b"meta" => {
                // of QuickTime it is a list, of ISO four bytes and a list
                let skipped = if body.array::<8>(0).is_some_and(|head| head.ends_with(b"hdlr")) { 0 } else { 4 };
                self.boxes(body.part(skipped..body.length()), Some(&part.kind), depth + 1)
            }
            b"keys" if within == Some(b"meta") => {
                self.keys = body.all(LONGEST).map(|bytes| keys(&bytes)).unwrap_or_default();
                true
            }
            b"ilst" => {
                let (items, whole) = Boxes::of(body.clone(), self.left).list();
                for item in items {
                    self.item(&item);
                }
                whole
            }
            b"stsd" => {
                // a sample description: four bytes, a count, and boxes
                let format = body.array::<4>(12).unwrap_or_default();
                if let b"gpmd" | b"camm" = &format {
                    self.facts.add("telemetry", Some(format!("GPS-track ({})", decoded(&format))));
                }
                true
            }
            b"uuid" => self.uuid(body),
            b"XMP_" => self.xmp(body),
            b"\xA9xyz" => {
                if let Some(text) = quicktime_text(body) {
                    self.place(&text);
                }
                true
            }
            b"loci" => {
                self.loci(body);
                true
            }
            kind if within == Some(b"udta") => {
                if let Some((_, name)) = TEXTS.iter().find(|(known, _)| *known == kind) {
                    let text = if kind.first() == Some(&0xA9) { quicktime_text(body) } else { mobile_text(body) };
                    self.facts.add(name, text);
                }
                true
            }
            _ => true,
        }
    }

    /// A member of `ilst`: its type says what it is, or is the number of a key.
    fn item(&mut self, item: &Part) {
        let (data, _) = Boxes::of(item.body.clone(), self.left).list();
        // a type and a language of four bytes each, and the value
        let Some(data) = boxes::first(&data, b"data").and_then(|body| body.first(LONGEST)) else { return };
        let Some((kind, value)) = data.split_at_checked(8) else { return };
        if !matches!(kind, [0, 0, 0, 1, ..] | [0, 0, 0, 0, ..]) {
            return;
        }
        let text = decoded(value);
        let key = (u32::from_be_bytes(item.kind) as usize).checked_sub(1).and_then(|number| self.keys.get(number));
        match key.map(String::as_str) {
            Some(PLACE_KEY) => self.place(&text),
            Some(key) => {
                let known = KEYS.iter().find(|(known, _)| *known == key);
                // ffmpeg uses the bare names
                let bare = || TEXTS_BARE.iter().find(|(known, _)| *known == key);
                if let Some((_, name)) = known.or_else(bare) {
                    self.facts.text(name, &text);
                }
            }
            None => {
                if let Some((_, name)) = TEXTS.iter().find(|(known, _)| **known == item.kind) {
                    self.facts.text(name, &text);
                }
            }
        }
    }

    fn uuid(&mut self, body: &Slice) -> bool {
        let rest = body.part(16..body.length());
        match body.array(0) {
            Some(XMP) => self.xmp(&rest),
            Some(CREDENTIALS) => credential_box(&rest, self.facts),
            _ => true,
        }
    }

    fn xmp(&mut self, body: &Slice) -> bool {
        let packet = body.all(xmp::LONGEST);
        packet.and_then(|packet| xmp::read(&packet, self.facts, self.until)).is_some()
    }

    fn place(&mut self, text: &str) {
        if let Some((latitude, longitude, altitude)) = iso6709(text) {
            self.facts.place(Some(latitude), Some(longitude));
            self.facts.altitude(altitude);
        }
    }

    /// 3GPP: flags, a language, a name, a role, and longitude, latitude and height in 65,536ths.
    fn loci(&mut self, body: &Slice) {
        let Some(bytes) = body.all(LONGEST) else { return };
        let Some(rest) = bytes.get(6..) else { return };
        let name = ended(rest);
        let Some(numbers) = rest.get(rest.iter().position(|byte| *byte == 0).map_or(0, |end| end + 2)..) else { return };
        let numbers: Vec<f64> =
            numbers.as_chunks().0.iter().take(3).map(|four| f64::from(i32::from_be_bytes(*four)) / 65536.0).collect();
        if let [longitude, latitude, altitude] = *numbers {
            self.facts.place(Some(latitude), Some(longitude));
            self.facts.altitude(Some(altitude));
        }
        self.facts.text("place", &name);
    }
}

/// Keys without a domain, as ffmpeg writes them when asked.
static TEXTS_BARE: &[(&str, &str)] = &[
    ("title", "title"),
    ("artist", "artist"),
    ("author", "author"),
    ("comment", "comment"),
    ("description", "caption"),
    ("copyright", "copyright"),
    ("make", "camera_make"),
    ("model", "camera_model"),
    ("software", "software"),
];

/// Content credentials in a box: four bytes, what they are for, eight bytes, and JUMBF.
pub(super) fn credential_box(body: &Slice, facts: &mut List) -> bool {
    let Some(bytes) = body.first(credentials::LONGEST) else { return false };
    let start = bytes.iter().skip(4).position(|byte| *byte == 0).map(|end| end + 4 + 1 + 8);
    if let Some(boxes) = start.and_then(|start| bytes.get(start..)) {
        credentials::read(boxes, facts);
    }
    true
}

/// The names in `keys`: a count, and each with its length and the space that it is of.
fn keys(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(name) = length.checked_sub(4).and_then(|length| behind.get(4..length)) else { break };
        names.push(decoded(name));
        rest = rest.get(length..).unwrap_or_default();
    }
    names
}

/// A length, a language, and the text.
fn quicktime_text(body: &Slice) -> Option<String> {
    let bytes = body.first(LONGEST)?;
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    Some(ended(rest.get(2..2 + length).or_else(|| rest.get(2..))?))
}

/// Four bytes, a language, and a text that ends with a zero; UTF-16 where it begins with a mark.
fn mobile_text(body: &Slice) -> Option<String> {
    let bytes = body.first(LONGEST)?;
    let text = bytes.get(6..)?;
    match text.strip_prefix(b"\xFE\xFF") {
        Some(wide) => {
            let units = wide.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)).take_while(|unit| *unit != 0);
            Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
        }
        None => Some(ended(text)),
    }
}

/// `+43.4674+011.8851+120.5/`: degrees, or degrees and minutes, or those and seconds, north, east and maybe up.
fn iso6709(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let text = text.trim().split(['/', 'C']).next()?;
    let starts: Vec<usize> = text.char_indices().filter(|(_, sign)| matches!(sign, '+' | '-')).map(|(at, _)| at).collect();
    let part = |number: usize| {
        let start = *starts.get(number)?;
        text.get(start..starts.get(number + 1).copied().unwrap_or(text.len()))
    };
    let angle = |part: &str, digits: usize| {
        let value: f64 = part.parse().ok()?;
        let (sign, value) = (value.signum(), value.abs());
        let whole = part.trim_start_matches(['+', '-']).split('.').next()?.len();
        let sixty = |value: f64| (value / 100.0).floor() + (value % 100.0) / 60.0;
        Some(
            sign * match whole.checked_sub(digits)? {
                0 => value,
                2 => sixty(value),
                4 => (value / 10_000.0).floor() + sixty(value % 10_000.0) / 60.0,
                _ => return None,
            },
        )
    };
    let altitude = part(2).and_then(|part| part.parse().ok());
    Some((angle(part(0)?, 2)?, angle(part(1)?, 3)?, altitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_in_each_form() {
        let close = |text: &str, expected: (f64, f64)| {
            let (latitude, longitude, _) = iso6709(text).unwrap();
            assert!((latitude - expected.0).abs() < 1e-6 && (longitude - expected.1).abs() < 1e-6, "{text}");
        };
        close("+43.4674+011.8851+120.5/", (43.4674, 11.8851));
        close("-43.4674-011.8851CRSWGS_84/", (-43.4674, -11.8851));
        close("+4328.2+01153.5/", (43.47, 11.891_666_7));
        close("+432800-0115330/", (43.466_666_7, -11.891_666_7));
        assert_eq!(iso6709("+1+2+3/").map(|place| place.0), None);
        assert_eq!((iso6709(""), iso6709("north")), (None, None));
        assert_eq!(iso6709("+43.4674+011.8851+120.5/").unwrap().2, Some(120.5));
    }
}

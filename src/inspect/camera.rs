//! What cameras write: EXIF in photos, and what videos carry in its place.

use nom_exif::{EntryValue, Exif, ExifTag, GPSInfo, MediaParser, MediaSource, TrackInfoTag};

use super::fact::Fact;
use super::limited::Limited;

/// The longest value that is kept, in characters.
const LONGEST: usize = 500;
/// How many facts of one file are kept.
const MOST: usize = 200;

/// Tags of EXIF without a name in the library that reads them.
const ARTIST: u16 = 0x013B;
const OWNER: u16 = 0xA430;
const XP_COMMENT: u16 = 0x9C9C;
const XP_AUTHOR: u16 = 0x9C9D;

/// The facts of a photo; none where it cannot be read, an empty list where it says nothing.
pub(super) fn photo(file: Limited) -> Option<Vec<Fact>> {
    let again = file.again();
    let read = MediaParser::new().parse_exif(MediaSource::seekable(file).ok()?);
    let exif: Exif = match read {
        Ok(found) => found.into(),
        Err(nom_exif::Error::ExifNotFound) => return Some(Vec::new()),
        Err(_) => return None,
    };
    let mut facts = List::default();
    let dates =
        [("taken_at", ExifTag::DateTimeOriginal), ("digitized_at", ExifTag::CreateDate), ("modified_at", ExifTag::ModifyDate)];
    for (name, tag) in dates {
        facts.add(name, exif.get(tag).and_then(text));
    }
    for (name, tag) in [
        ("camera_make", ExifTag::Make),
        ("camera_model", ExifTag::Model),
        ("camera_serial", ExifTag::CameraSerialNumber),
        ("lens_model", ExifTag::LensModel),
        ("lens_serial", ExifTag::LensSerialNumber),
        ("image_id", ExifTag::ImageUniqueID),
        ("software", ExifTag::Software),
        ("device", ExifTag::HostComputer),
        ("copyright", ExifTag::Copyright),
        ("comment", ExifTag::ImageDescription),
        ("comment", ExifTag::UserComment),
        ("orientation", ExifTag::Orientation),
        ("width", ExifTag::ExifImageWidth),
        ("height", ExifTag::ExifImageHeight),
    ] {
        facts.add(name, exif.get(tag).and_then(text));
    }
    for entry in exif.entries() {
        let name = match entry.tag().code() {
            ARTIST => "artist",
            OWNER => "owner",
            XP_AUTHOR => "author",
            XP_COMMENT => "comment",
            _ => continue,
        };
        let wide = matches!(entry.tag().code(), XP_AUTHOR | XP_COMMENT);
        facts.add(name, if wide { utf16(entry.value()) } else { text(entry.value()) });
    }
    if let Some(length) = exif.entries().find(|entry| entry.tag().code() == 0x0202).and_then(|entry| text(entry.value())) {
        facts.add("thumbnail", Some(format!("{length} bytes")));
    }
    facts.place(exif.gps_info());
    if exif.has_embedded_track() {
        let film = video(again).unwrap_or_default().into_iter().find(|fact| fact.name == "duration");
        facts.add("motion", Some(film.map_or("video/mp4".into(), |fact| format!("video/mp4 {}", fact.value))));
    }
    Some(facts.sorted())
}

/// The facts of a video, as [`photo`] gives those of a photo.
pub(super) fn video(file: Limited) -> Option<Vec<Fact>> {
    let track = MediaParser::new().parse_track(MediaSource::seekable(file).ok()?).ok()?;
    let mut facts = List::default();
    for (name, tag) in [
        ("camera_make", TrackInfoTag::Make),
        ("camera_model", TrackInfoTag::Model),
        ("software", TrackInfoTag::Software),
        ("author", TrackInfoTag::Author),
        ("taken_at", TrackInfoTag::CreateDate),
        ("width", TrackInfoTag::Width),
        ("height", TrackInfoTag::Height),
    ] {
        facts.add(name, track.get(tag).and_then(text));
    }
    if let Some(EntryValue::U64(milliseconds)) = track.get(TrackInfoTag::DurationMs) {
        facts.add("duration", Some(format!("{}.{:03} s", milliseconds / 1000, milliseconds % 1000)));
    }
    facts.place(track.gps_info());
    Some(facts.sorted())
}

#[derive(Default)]
struct List(Vec<Fact>);

impl List {
    fn add(&mut self, name: &'static str, value: Option<String>) {
        let Some(value) = value.map(|value| value.trim_matches(|c: char| c == '\0' || c.is_whitespace()).to_owned()) else {
            return;
        };
        let fact = Fact { within: None, name, value: value.chars().take(LONGEST).collect() };
        if !fact.value.is_empty() && self.0.len() < MOST && !self.0.contains(&fact) {
            self.0.push(fact);
        }
    }

    fn place(&mut self, gps: Option<&GPSInfo>) {
        let Some(gps) = gps else { return };
        let degrees =
            |degrees: Option<f64>| degrees.filter(|degrees| degrees.is_finite()).map(|degrees| format!("{degrees:.6}"));
        if let (Some(latitude), Some(longitude)) = (degrees(gps.latitude_decimal()), degrees(gps.longitude_decimal())) {
            self.add("latitude", Some(latitude));
            self.add("longitude", Some(longitude));
        }
        self.add("altitude_m", gps.altitude_meters().filter(|metres| metres.is_finite()).map(|metres| format!("{metres:.1}")));
    }

    fn sorted(mut self) -> Vec<Fact> {
        self.0.sort();
        self.0
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
        // a comment begins with eight bytes that name its encoding
        EntryValue::Undefined(bytes) => comment(bytes)?,
        _ => return None,
    })
}

fn comment(bytes: &[u8]) -> Option<String> {
    let (encoding, text) = bytes.split_at_checked(8)?;
    match encoding {
        b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => Some(String::from_utf8_lossy(text).into_owned()),
        b"UNICODE\0" => Some(wide(text.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)))),
        _ => None,
    }
}

/// What Windows writes: UTF-16, the low byte first.
fn utf16(value: &EntryValue) -> Option<String> {
    match value {
        EntryValue::U8Array(bytes) | EntryValue::Undefined(bytes) => {
            Some(wide(bytes.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit))))
        }
        _ => None,
    }
}

fn wide(units: impl Iterator<Item = u16>) -> String {
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

//! What Photoshop keeps in a picture: blocks, of which one is IPTC-IIM (version 4.2), the captions and credits of picture agencies.

use super::list::{List, decoded};

/// What blocks hold besides facts.
#[derive(Default)]
pub(super) struct Blocks {
    /// The block of EXIF.
    pub exif: Option<Vec<u8>>,
    /// The packet of XMP.
    pub xmp: Option<Vec<u8>>,
    /// A small picture of the whole, a JPEG.
    pub thumbnail: Option<Vec<u8>>,
}

const IPTC: u16 = 0x0404;
const THUMBNAIL: u16 = 0x040C;
const THUMBNAIL_OLD: u16 = 0x0409;
const URL: u16 = 0x040B;
const EXIF: u16 = 0x0422;
const XMP: u16 = 0x0424;
/// What stands before the JPEG in a block that is a thumbnail.
const THUMBNAIL_HEADER: usize = 28;

/// The datasets of record 2 that are facts.
static DATASETS: &[(u8, &str)] = &[
    (5, "title"),
    (25, "keywords"),
    (26, "place"),
    (27, "place"),
    (40, "comment"),
    (65, "software"),
    (80, "artist"),
    (85, "comment"),
    (90, "place"),
    (92, "place"),
    (95, "place"),
    (101, "place"),
    (103, "comment"),
    (105, "title"),
    (110, "credit"),
    (115, "credit"),
    (116, "copyright"),
    (118, "creator_contact"),
    (120, "caption"),
    (122, "author"),
];
const CREATED: (u8, u8) = (55, 60);
const DIGITIZED: (u8, u8) = (62, 63);

/// Adds what the blocks say.
pub(super) fn photoshop(mut bytes: &[u8], facts: &mut List) -> Blocks {
    let mut blocks = Blocks::default();
    while let Some((number, data, rest)) = block(bytes) {
        match number {
            IPTC => iptc(data, facts),
            URL => facts.text("comment", &decoded(data)),
            EXIF => blocks.exif = Some(data.to_vec()),
            XMP => blocks.xmp = Some(data.to_vec()),
            THUMBNAIL | THUMBNAIL_OLD => blocks.thumbnail = data.get(THUMBNAIL_HEADER..).map(<[u8]>::to_vec),
            _ => {}
        }
        bytes = rest;
    }
    blocks
}

/// `8BIM`, a number, a name, a length, the data; name and data are filled to an even number of bytes.
fn block(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (_, rest) =
        bytes.split_first_chunk::<4>().filter(|(mark, _)| matches!(*mark, b"8BIM" | b"MeSa" | b"PHUT" | b"AgHg" | b"DCSR"))?;
    let (number, rest) = rest.split_first_chunk()?;
    let name = usize::from(*rest.first()?);
    let rest = rest.get((name + 1).next_multiple_of(2)..)?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let data = rest.get(..length)?;
    let behind = rest.get(length.checked_next_multiple_of(2)?..).unwrap_or_default();
    Some((u16::from_be_bytes(*number), data, behind))
}

/// Adds what IPTC-IIM says.
pub(super) fn iptc(mut bytes: &[u8], facts: &mut List) {
    let mut utf8 = false;
    let mut dates: Vec<(u8, String)> = Vec::new();
    while let Some((&[0x1C, record, number, high, low], rest)) = bytes.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        // a length of more than 32,767 is written in another way, which nobody uses for text
        let Some(value) = rest.get(..length).filter(|_| high < 0x80) else { break };
        bytes = rest.get(length..).unwrap_or_default();
        let text = || if utf8 { String::from_utf8_lossy(value).into_owned() } else { decoded(value) };
        match (record, number) {
            (1, 90) => utf8 = value == b"\x1B%G",
            (2, number) if [CREATED.0, CREATED.1, DIGITIZED.0, DIGITIZED.1].contains(&number) => dates.push((number, text())),
            (2, number) => {
                if let Some((_, name)) = DATASETS.iter().find(|(dataset, _)| *dataset == number) {
                    facts.add(name, Some(text()));
                }
            }
            _ => {}
        }
    }
    let of = |number| dates.iter().find(|(dataset, _)| *dataset == number).map(|(_, value)| value.as_str());
    for (name, (date, time)) in [("taken_at", CREATED), ("digitized_at", DIGITIZED)] {
        facts.add(name, of(date).and_then(|date| when(date, of(time))));
    }
}

/// `20081022` and `162839+0600`.
fn when(date: &str, time: Option<&str>) -> Option<String> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let day = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..8).filter(|_| date.len() == 8 && digits(date))?);
    let clock = |time: &str| {
        let clock = time.get(..6).filter(|clock| digits(clock))?;
        let offset = time
            .get(6..11)
            .map(|offset| format!("{}:{}", offset.get(..3).unwrap_or_default(), offset.get(3..).unwrap_or_default()));
        Some(format!("T{}:{}:{}{}", clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?, offset.unwrap_or_default()))
    };
    (date != "00000000").then(|| day + &time.and_then(clock).unwrap_or_default())
}

//! The property sets of old Office files (MS-OLEPS): who, when, with what.

use super::super::found::Found;
use super::date;
use crate::inspect::decode::windows;

/// Properties that are kept of one set.
const MOST: usize = 200;

/// What the set `SummaryInformation` calls what; times and lengths of time apart.
const SUMMARY: [(u32, &str); 9] = [
    (2, "title"),
    (3, "subject"),
    (4, "author"),
    (5, "keywords"),
    (6, "comment"),
    (7, "template"),
    (8, "last_author"),
    (9, "revision"),
    (18, "software"),
];
const TIMES: [(u32, &str); 3] = [(11, "printed_at"), (12, "created_at"), (13, "modified_at")];
const EDITING_TIME: u32 = 10;
/// The same for `DocumentSummaryInformation`.
const DOCUMENT: [(u32, &str); 2] = [(14, "manager"), (15, "company")];

/// Reads the first section of a set; none where it is none.
pub(super) fn read(set: &[u8], is_summary: bool, found: &mut Found) -> Option<()> {
    if set.get(..2)? != [0xFE, 0xFF] {
        return None;
    }
    let section = set.get(usize::try_from(u32_at(set, 44)?).ok()?..)?;
    let count = usize::try_from(u32_at(section, 4)?).ok()?.min(MOST);
    let rows = (0..count)
        .filter_map(|row| Some((u32_at(section, 8 + row * 8)?, usize::try_from(u32_at(section, 12 + row * 8)?).ok()?)));
    let rows: Vec<(u32, usize)> = rows.collect();
    let value = |id: u32| rows.iter().find(|(known, _)| *known == id).and_then(|(_, at)| section.get(*at..));
    let page = value(1).and_then(|value| value.get(4..6)?.first_chunk().map(|page| u16::from_le_bytes(*page))).unwrap_or(1252);
    let names = if is_summary { SUMMARY.as_slice() } else { DOCUMENT.as_slice() };
    for (id, name) in names {
        found.add(name, &value(*id).and_then(|value| text(value, page)).unwrap_or_default());
    }
    if is_summary {
        for (id, name) in TIMES {
            found.add(name, &value(id).and_then(units).and_then(date::filetime).unwrap_or_default());
        }
        found.add("editing_time", &value(EDITING_TIME).and_then(units).and_then(date::duration).unwrap_or_default());
    }
    Some(())
}

/// A string of bytes in the code page of the set, or of UTF-16.
fn text(value: &[u8], page: u16) -> Option<String> {
    let length = usize::try_from(u32_at(value, 4)?).ok()?;
    let rest = value.get(8..)?;
    match u32_at(value, 0)? {
        30 if page == 1200 => Some(wide(rest.get(..length.min(rest.len()))?)),
        30 => Some(narrow(rest.get(..length.min(rest.len()))?, page)),
        31 => Some(wide(rest.get(..length.saturating_mul(2).min(rest.len()))?)),
        _ => None,
    }
}

fn wide(bytes: &[u8]) -> String {
    let units = bytes.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Text in UTF-8, or in one of the code pages of Windows. Of those only 1251 (Cyrillic) and 1252 (Western) are known.
pub(super) fn narrow(bytes: &[u8], page: u16) -> String {
    match (std::str::from_utf8(bytes), page) {
        (Ok(text), _) => text.to_owned(),
        (_, 1251) => bytes.iter().map(|byte| cyrillic(*byte)).collect(),
        _ => bytes.iter().map(|byte| windows(*byte)).collect(),
    }
}

/// A byte as Windows-1251 has it, as far as it is a letter.
pub(super) fn cyrillic(byte: u8) -> char {
    match byte {
        0xC0..=0xFF => char::from_u32(0x410 + u32::from(byte) - 0xC0).unwrap_or('?'),
        0xA8 => 'Ё',
        0xB8 => 'ё',
        0xB2 => 'І',
        0xB3 => 'і',
        0xAF => 'Ї',
        0xBF => 'ї',
        0xAA => 'Є',
        0xBA => 'є',
        0xA5 => 'Ґ',
        0xB4 => 'ґ',
        0xA1 => 'Ў',
        0xA2 => 'ў',
        0xB9 => '№',
        byte => windows(byte),
    }
}

/// A `FILETIME`.
fn units(value: &[u8]) -> Option<u64> {
    (u32_at(value, 0)? == 64).then(|| value.get(4..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight)))?
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

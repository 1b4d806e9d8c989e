//! What lies behind the end of a picture: further pictures, a film, what a telephone adds, or anything at all.

use std::ops::Range;

use super::film;
use super::limited::Limited;
use super::list::List;
use super::slice::Slice;
use super::tiff::{Directory, Tiff};
use crate::bundle::read_at::ReadAt;

/// How many pictures of an index are told.
const PICTURES: usize = 16;
/// How far into the bytes a film is searched for, and how much is read at once.
const SEARCHED: u64 = 16 << 20;
const PIECE: usize = 64 << 10;
/// The index of further pictures: 16 bytes each.
const PICTURES_TAG: u16 = 0xB002;

/// A piece of what lies behind.
pub(super) struct Piece {
    pub bytes: Range<u64>,
    /// What it is by its first bytes; none where they say nothing.
    pub kind: Option<&'static str>,
    /// It is in the index of further pictures.
    pub indexed: bool,
}

impl Piece {
    /// Its length and what it looks like.
    pub fn told(&self) -> String {
        let length = self.bytes.end - self.bytes.start;
        let kind = self.kind.map(|kind| format!(", {kind}")).unwrap_or_default();
        format!("{length} bytes{kind}{}", if self.indexed { ", MPF" } else { "" })
    }
}

/// The pieces in `behind`: pictures that an index names, the film in the last `film` bytes, and what is between them. Zeros alone are
/// filling and no piece.
pub(super) fn pieces(file: &Limited, behind: Range<u64>, index: Option<Range<u64>>, film: Option<u64>) -> Vec<Piece> {
    let mut known: Vec<Piece> = index.map(|index| pictures(file, index, &behind)).unwrap_or_default();
    let film = film.and_then(|length| behind.end.checked_sub(length)).filter(|start| *start >= behind.start);
    let film = film.filter(|start| is_film(file, *start)).or_else(|| search(file, behind.clone(), &known));
    if let Some(start) = film {
        known.retain(|piece| piece.bytes.end <= start);
        known.push(Piece { bytes: start..behind.end, kind: Some("video/mp4"), indexed: false });
    }
    known.sort_by_key(|piece| piece.bytes.start);
    let mut pieces = Vec::new();
    let mut at = behind.start;
    for piece in known {
        if piece.bytes.start < at {
            continue;
        }
        pieces.extend(unknown(file, at..piece.bytes.start));
        at = piece.bytes.end;
        pieces.push(piece);
    }
    pieces.extend(unknown(file, at..behind.end));
    pieces
}

/// Adds what a film says, as said by `part`, and gives how long it lasts.
pub(super) fn film(file: &Limited, bytes: Slice, part: &str, facts: &mut List) -> Option<String> {
    let mut own = List::default();
    film::read(file, bytes, &mut own);
    let own = own.sorted();
    let duration = own.iter().find(|fact| fact.name == "duration").map(|fact| fact.value.clone());
    facts.within(part, own);
    duration
}

/// The pictures of an index, which is a TIFF: their attributes, length and place, counted from where it begins.
fn pictures(file: &Limited, index: Range<u64>, behind: &Range<u64>) -> Vec<Piece> {
    let Some(tiff) = Tiff::read(Slice::of(file, index.clone())) else { return Vec::new() };
    let Some(entries) = tiff.find(Directory::Image, PICTURES_TAG).and_then(|entry| tiff.bytes(entry)) else {
        return Vec::new();
    };
    let number = |bytes: Option<&[u8; 4]>| {
        let bytes = *bytes?;
        Some(u64::from(if tiff.is_little() { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }))
    };
    let picture = |entry: &[u8; 16]| {
        let [_, length, place, _] = entry.as_chunks::<4>().0 else { return None };
        let start = index.start + number(Some(place)).filter(|place| *place > 0)?;
        let bytes = start..start + number(Some(length))?;
        let inside = bytes.start >= behind.start && bytes.end <= behind.end && !bytes.is_empty();
        inside.then(|| Piece { kind: kind(file, start), bytes, indexed: true })
    };
    entries.as_chunks::<16>().0.iter().take(PICTURES).filter_map(picture).collect()
}

/// Bytes that nothing explains; none where there are none, or zeros alone.
fn unknown(file: &Limited, bytes: Range<u64>) -> Option<Piece> {
    let blank = || {
        let mut at = bytes.start;
        while at < bytes.end {
            let Some(read) = Slice::of(file, at..bytes.end).first(PIECE) else { return false };
            if read.iter().any(|byte| *byte != 0) {
                return false;
            }
            at += read.len() as u64;
        }
        true
    };
    (!blank()).then(|| Piece { kind: kind(file, bytes.start), bytes, indexed: false })
}

fn kind(file: &Limited, at: u64) -> Option<&'static str> {
    let head = Slice::of(file, at..file.length()).first(512)?;
    infer::get(&head).map(|kind| kind.mime_type())
}

/// True where a film begins: a short box `ftyp`.
fn is_film(file: &Limited, at: u64) -> bool {
    let head = Slice::of(file, at..file.length()).array::<8>(0);
    head.is_some_and(|head| matches!(head, [0, 0, 0, 8..=128, b'f', b't', b'y', b'p']))
}

/// Where the first film begins that lies in none of the pictures.
fn search(file: &Limited, behind: Range<u64>, known: &[Piece]) -> Option<u64> {
    let end = behind.end.min(behind.start.saturating_add(SEARCHED));
    let mut at = behind.start;
    while at < end {
        let read = Slice::of(file, at..end).first(PIECE)?;
        for (place, _) in read.windows(4).enumerate().filter(|(_, window)| window == b"ftyp") {
            let start = (at + place as u64).checked_sub(4).filter(|start| *start >= behind.start);
            let free = |start: &u64| !known.iter().any(|piece| piece.bytes.contains(start)) && is_film(file, *start);
            if let Some(start) = start.filter(free) {
                return Some(start);
            }
        }
        // a mark may lie across two pieces
        at += (read.len().max(8) - 7) as u64;
    }
    None
}

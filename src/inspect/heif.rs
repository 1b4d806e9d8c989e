//! HEIC and AVIF (ISO 23008-12): a file of items, of which some are pictures and some say something about them.

use std::ops::Range;

use super::boxes::{Boxes, first};
use super::slice::Slice;
use crate::bundle::read_at::ReadAt;

/// The longest list of items that is read, and how long all packets of XMP may be together.
const LONGEST: usize = 4 << 20;
/// The most pieces of all items.
const EXTENTS: u64 = 10_000;

/// What a file of items holds.
#[derive(Default)]
pub(super) struct Items<'b> {
    pub exif: Vec<Slice<'b>>,
    pub xmp: Vec<Vec<u8>>,
    /// Width and height of the picture, before it is turned.
    pub size: Option<(u32, u32)>,
    /// Width and height of each thumbnail, where they are known, and how long it is.
    pub thumbnails: Vec<(Option<(u32, u32)>, u64)>,
}

struct Item {
    id: u32,
    kind: [u8; 4],
    content_type: String,
}

/// Reads a box `meta`; none where it is broken.
pub(super) fn items<'b>(file: &Slice<'b>, meta: &Slice<'b>, left: &mut usize) -> Option<Items<'b>> {
    let (boxes, whole) = Boxes::of(meta.part(4..meta.length()), left).list();
    if !whole {
        return None;
    }
    let known = infos(&first(&boxes, b"iinf")?.all(LONGEST)?)?;
    let places = places(&first(&boxes, b"iloc")?.all(LONGEST)?)?;
    let primary = first(&boxes, b"pitm").and_then(|body| body.all(16)).and_then(|body| {
        let mut body = Fields::of(&body);
        let wide = body.number(4)? >> 24 != 0;
        body.number(if wide { 4 } else { 2 })
    });
    let (properties, whole) = first(&boxes, b"iprp").map_or((Vec::new(), true), |body| Boxes::of(body.clone(), left).list());
    let sizes = first(&properties, b"ipco").map(|body| Boxes::of(body.clone(), left).list().0).unwrap_or_default();
    let sizes: Vec<Option<(u32, u32)>> = sizes
        .iter()
        .map(|property| {
            let bytes = if property.kind == *b"ispe" { property.body.all(64)? } else { return None };
            let mut fields = Fields::of(bytes.get(4..)?);
            Some((fields.number(4)? as u32, fields.number(4)? as u32))
        })
        .collect();
    let of_items = first(&properties, b"ipma").and_then(|body| associations(&body.all(LONGEST)?)).unwrap_or_default();
    let size = |id: u64| {
        let (_, numbers) = of_items.iter().find(|(item, _)| *item == id)?;
        numbers.iter().find_map(|number| sizes.get(number.checked_sub(1)?).copied().flatten())
    };
    let thumbnails = first(&boxes, b"iref").and_then(|body| thumbnails(&body.all(LONGEST)?)).unwrap_or_default();
    let idat = first(&boxes, b"idat");
    let contents = |id: u32| -> Vec<Slice<'b>> {
        let Some((_, inside, extents)) = places.iter().find(|(item, ..)| *item == id) else { return Vec::new() };
        let from = if *inside { idat } else { Some(file) };
        from.map(|from| extents.iter().map(|extent| from.part(extent.clone())).collect()).unwrap_or_default()
    };
    let mut items = Items { size: primary.and_then(size), ..Items::default() };
    let (mut whole, mut room) = (whole, LONGEST as u64);
    for item in &known {
        let parts = contents(item.id);
        match &item.kind {
            b"Exif" => items.exif.extend(parts.first().and_then(|part| {
                // how far behind these four bytes the TIFF begins
                let skipped = u64::from(u32::from_be_bytes(part.array(0)?)).checked_add(4)?;
                Some(part.part(skipped..part.length()))
            })),
            b"mime" if item.content_type.contains("rdf+xml") => {
                let length: u64 = parts.iter().map(ReadAt::length).sum();
                let Some(left) = room.checked_sub(length) else {
                    whole = false;
                    continue;
                };
                room = left;
                let packet: Option<Vec<Vec<u8>>> = parts.iter().map(|part| part.all(LONGEST)).collect();
                items.xmp.extend(packet.map(|packet| packet.concat()));
            }
            _ => {}
        }
    }
    for id in thumbnails {
        let length = contents(id).iter().map(ReadAt::length).sum();
        items.thumbnails.push((size(u64::from(id)), length));
    }
    whole.then_some(items)
}

/// `iinf`: what each item is.
fn infos(bytes: &[u8]) -> Option<Vec<Item>> {
    let mut fields = Fields::of(bytes);
    let wide = fields.number(4)? >> 24 != 0;
    let count = fields.number(if wide { 4 } else { 2 })?;
    let mut items = Vec::new();
    for _ in 0..count.min(4096) {
        let length = usize::try_from(fields.number(4)?.checked_sub(4)?).ok()?;
        let mut info = Fields::of(fields.bytes(length)?);
        if info.bytes(4)? != b"infe" {
            continue;
        }
        let version = info.number(4)? >> 24;
        if !(2..=3).contains(&version) {
            continue;
        }
        let id = info.number(if version == 3 { 4 } else { 2 })? as u32;
        info.number(2)?;
        let kind = info.bytes(4)?.try_into().ok()?;
        let mut texts = info.rest.split(|byte| *byte == 0).skip(1);
        let content_type = texts.next().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        items.push(Item { id, kind, content_type });
    }
    Some(items)
}

type Place = (u32, bool, Vec<Range<u64>>);

/// `iloc`: where each item lies, in the file or in the box `idat`.
fn places(bytes: &[u8]) -> Option<Vec<Place>> {
    let mut fields = Fields::of(bytes);
    let version = fields.number(4)? >> 24;
    let sizes = fields.number(2)?;
    let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| (sizes >> shift & 0xF) as usize);
    let index = if version == 0 { 0 } else { index };
    let wide = if version < 2 { 2 } else { 4 };
    let count = fields.number(wide)?;
    let mut places = Vec::new();
    let mut all = 0;
    for _ in 0..count.min(4096) {
        let id = fields.number(wide)? as u32;
        let inside = version > 0 && fields.number(2)? & 0xF == 1;
        fields.number(2)?;
        let start = fields.number(base)?;
        let mut extents = Vec::new();
        let count = fields.number(2)?;
        all += count;
        if all > EXTENTS {
            return None;
        }
        for _ in 0..count {
            fields.number(index)?;
            let at = start.checked_add(fields.number(offset)?)?;
            extents.push(at..at.checked_add(fields.number(length)?)?);
        }
        places.push((id, inside, extents));
    }
    Some(places)
}

/// `ipma`: the numbers of each item's properties, from 1 on.
fn associations(bytes: &[u8]) -> Option<Vec<(u64, Vec<usize>)>> {
    let mut fields = Fields::of(bytes);
    let header = fields.number(4)?;
    let (wide, long) = (header >> 24 != 0, header & 1 != 0);
    let mut list = Vec::new();
    for _ in 0..fields.number(4)?.min(4096) {
        let id = fields.number(if wide { 4 } else { 2 })?;
        let mut numbers = Vec::new();
        for _ in 0..fields.number(1)? {
            let number = fields.number(if long { 2 } else { 1 })?;
            numbers.push((number & if long { 0x7FFF } else { 0x7F }) as usize);
        }
        list.push((id, numbers));
    }
    Some(list)
}

/// `iref`: which items are thumbnails of others.
fn thumbnails(bytes: &[u8]) -> Option<Vec<u32>> {
    let mut fields = Fields::of(bytes);
    let wide = if fields.number(4)? >> 24 == 0 { 2 } else { 4 };
    let mut list = Vec::new();
    while !fields.rest.is_empty() {
        let length = usize::try_from(fields.number(4)?.checked_sub(4)?).ok()?;
        let mut one = Fields::of(fields.bytes(length)?);
        if one.bytes(4)? == b"thmb" && list.len() < 16 {
            list.push(one.number(wide)? as u32);
        }
    }
    Some(list)
}

/// Numbers one after the other, the high byte first.
struct Fields<'b> {
    rest: &'b [u8],
}

impl<'b> Fields<'b> {
    fn of(rest: &'b [u8]) -> Self {
        Fields { rest }
    }

    fn bytes(&mut self, count: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    /// A number of up to eight bytes; 0 where it has none.
    fn number(&mut self, size: usize) -> Option<u64> {
        let bytes = self.bytes(size).filter(|bytes| bytes.len() <= 8)?;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

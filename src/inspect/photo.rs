//! What a picture says, in whatever it is kept: each part of the file is given to what reads it, and what the parts say is one list.

use std::collections::BTreeMap;
use std::ops::Range;

use image::ImageFormat;

use super::boxes::{self, Boxes};
use super::fact::Facts;
use super::limited::Limited;
use super::list::{List, decoded};
use super::picture::{self, Format, Kind, Name, Part, Parts};
use super::png_text::{self, Profile};
use super::slice::Slice;
use super::thumbnail::{Likeness, Small, likeness};
use super::tiff::{Directory, Tiff, is_one_tiff};
use super::{behind, credentials, exif, film, heif, iptc, maker, xmp};
use crate::bundle::read_at::ReadAt;

/// The longest part that is held in memory: comments, blocks and texts.
const HELD: usize = 1 << 20;
/// Where a raw photo of Fujifilm says where its JPEG is.
const RAF_JPEG: u64 = 84;
/// The type of the box in which a raw photo of Canon keeps its blocks.
const CANON: [u8; 16] = *b"\x85\xC0\xB6\x87\x82\x0F\x11\xE0\x81\x11\xF4\xCE\x46\x2B\x6A\x48";

/// The facts of a picture.
pub(super) fn photo(file: Limited) -> Facts {
    with_small(file).0
}

/// The same, and the picture made small where the file is a JPEG that was decoded for them.
pub(super) fn with_small(file: Limited) -> (Facts, Option<Small>) {
    let mut photo =
        Photo { file: &file, facts: List::default(), whole: true, thumbnails: Vec::new(), said: Said::default(), shown: None };
    let small = photo.read();
    (Facts { list: photo.facts.sorted(), unread: !photo.whole }, small)
}

struct Photo<'f, 'b> {
    file: &'f Limited<'b>,
    facts: List,
    /// False once something could not be read.
    whole: bool,
    thumbnails: Vec<Thumbnail>,
    said: Said,
    /// What shows the picture, where it can be decoded.
    shown: Option<Shown<'f>>,
}

/// What a thumbnail is compared with.
enum Shown<'f> {
    /// A JPEG, and what it is made of.
    Jpeg(Slice<'f>, Parts),
    /// All of the file.
    Whole(ImageFormat),
}

/// What parts say about others.
#[derive(Default)]
struct Said {
    motion: bool,
    film: Option<u64>,
    /// Width and height that the picture itself has, and those that EXIF says.
    size: Option<(u64, u64)>,
    stated: Option<(u64, u64)>,
}

struct Thumbnail {
    /// How long it is, or how large.
    told: String,
    small: Option<Small>,
    /// Width and height, where it cannot be decoded.
    size: Option<(u32, u32)>,
}

impl<'f> Photo<'f, '_> {
    fn read(&mut self) -> Option<Small> {
        let all = Slice::of(self.file, 0..self.file.length());
        let head = all.first(16).unwrap_or_default();
        let format = infer::get(&head).and_then(|kind| Format::of(kind.mime_type()));
        match (format, head.as_slice()) {
            (Some(format), _) => self.parts(format),
            (None, [_, _, _, _, b'f', b't', b'y', b'p', ..]) => self.boxes(&all),
            (None, [b'F', b'U', b'J', b'I', b'F', b'I', b'L', b'M', ..]) => self.raf(&all),
            (None, _) => {
                let is_picture = is_one_tiff(&all) == Some(true);
                self.shown = is_picture.then_some(Shown::Whole(ImageFormat::Tiff));
                self.tiff(all);
            }
        }
        if let Some((width, height)) = self.said.size.or(self.said.stated) {
            self.facts.add("width", Some(width.to_string()));
            self.facts.add("height", Some(height.to_string()));
        }
        if let (Some(size), Some(stated)) = (self.said.size, self.said.stated)
            && size != stated
            && stated != (0, 0)
        {
            self.facts.add("stated_size", Some(format!("{}x{}", stated.0, stated.1)));
        }
        // what costs no more than a comparison is told by it
        self.whole &= !self.file.stopped();
        self.compare().filter(|_| format == Some(Format::Jpeg))
    }

    /// A JPEG, PNG or WebP.
    fn parts(&mut self, format: Format) {
        let parts = picture::parts_as_far_as_read(&self.file.hurried(), format);
        self.whole &= parts.whole;
        self.said.size = parts.size;
        // of what is said twice, the camera's word comes first
        for part in parts.of(Kind::Exif) {
            self.exif(Slice::of(self.file, part.content.clone()));
        }
        for part in parts.list.iter().filter(|part| !part.kind.is_picture()) {
            self.part(format, part);
        }
        self.extended(&parts);
        self.jumbf(&parts);
        self.behind(&parts);
        self.shown = Some(match format {
            Format::Jpeg => Shown::Jpeg(Slice::of(self.file, 0..self.file.length()), parts),
            Format::Png => Shown::Whole(ImageFormat::Png),
            Format::Webp => Shown::Whole(ImageFormat::WebP),
        });
    }

    fn part(&mut self, format: Format, part: &Part) {
        let content = Slice::of(self.file, part.content.clone());
        match part.kind {
            Kind::Xmp | Kind::Text if format == Format::Png => self.png_text(part.name, &content),
            Kind::Xmp => self.xmp(&content),
            Kind::Photoshop => self.held(&content, Self::photoshop),
            Kind::Comment => self.held(&content, |photo, bytes| photo.facts.text("comment", &decoded(bytes))),
            Kind::Time => {
                let time = content.array::<7>(0).map(|[high, low, month, day, hour, minute, second]| {
                    let year = u16::from_be_bytes([high, low]);
                    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
                });
                self.facts.add("modified_at", time);
            }
            Kind::Jumbf if format != Format::Jpeg => self.credentials(&content),
            // of JFIF: a JPEG where the first byte says so, and else bare pixels
            Kind::Thumbnail if content.array(0) == Some([0x10]) => self.thumbnail(content.part(1..content.length())),
            Kind::Thumbnail => self.thumbnail(content),
            _ => {}
        }
    }

    fn exif(&mut self, content: Slice<'f>) {
        // WebP and PNG of some writers keep the signature of a JPEG's segment
        let skipped = if content.array(0) == Some(*b"Exif\0\0") { 6 } else { 0 };
        self.tiff(content.part(skipped..content.length()));
    }

    fn tiff(&mut self, content: Slice<'f>) {
        let Some(held) = exif::read(content, &mut self.facts) else {
            self.whole = false;
            return;
        };
        self.take(held);
    }

    fn take(&mut self, held: exif::Held<'f>) {
        self.said.stated = self.said.stated.or(held.stated);
        self.said.size = self.said.size.or(held.size);
        for thumbnail in held.thumbnails {
            self.thumbnail(thumbnail);
        }
        if let Some(packet) = held.xmp {
            self.xmp(&packet);
        }
        if let Some(block) = held.iptc {
            self.held(&block, |photo, bytes| iptc::iptc(bytes, &mut photo.facts));
        }
        if let Some(blocks) = held.photoshop {
            self.held(&blocks, Self::photoshop);
        }
        if let Some(boxes) = held.credentials {
            self.credentials(&boxes);
        }
    }

    /// Reads a part that is held in memory; what is longer is not read.
    fn held(&mut self, content: &Slice, read: impl FnOnce(&mut Self, &[u8])) {
        match content.all(HELD) {
            Some(bytes) => read(self, &bytes),
            None => self.whole = false,
        }
    }

    fn xmp(&mut self, content: &Slice) {
        match content.all(xmp::LONGEST) {
            Some(packet) => self.packet(&packet),
            None => self.whole = false,
        }
    }

    fn packet(&mut self, packet: &[u8]) {
        let Some(said) = xmp::read(packet, &mut self.facts, self.file.until()) else {
            self.whole = false;
            return;
        };
        self.said.motion |= said.motion;
        self.said.film = self.said.film.or(said.film);
        for thumbnail in said.thumbnails {
            let packed: Vec<u8> = thumbnail.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = data_encoding::BASE64.decode(&packed).unwrap_or_default();
            self.thumbnail_of(&bytes);
        }
    }

    /// XMP that was too long for one segment, put together again.
    fn extended(&mut self, parts: &Parts) {
        let mut packets: BTreeMap<[u8; 32], Vec<u8>> = BTreeMap::new();
        let mut held = 0;
        for part in parts.of(Kind::XmpExtended) {
            let content = Slice::of(self.file, part.content.clone());
            let (Some(digest), Some(place)) = (content.array(0), content.array(36).map(u32::from_be_bytes)) else { continue };
            let Some(piece) = content.part(40..content.length()).all(1 << 16) else { continue };
            let packet = packets.entry(digest).or_default();
            let end = (place as usize).saturating_add(piece.len());
            held += end.saturating_sub(packet.len());
            if held > xmp::LONGEST {
                self.whole = false;
                return;
            }
            packet.resize(packet.len().max(end), b' ');
            if let Some(room) = packet.get_mut(place as usize..end) {
                room.copy_from_slice(&piece);
            }
        }
        for packet in packets.into_values() {
            self.packet(&packet);
        }
    }

    /// Content credentials of a JPEG: pieces of one box, each with a number, and with the box's header again from the second on.
    fn jumbf(&mut self, parts: &Parts) {
        let mut boxes: BTreeMap<[u8; 2], Vec<u8>> = BTreeMap::new();
        let mut held = 0;
        for part in parts.of(Kind::Jumbf) {
            let content = Slice::of(self.file, part.content.clone());
            let Some(number) = content.array(0) else { continue };
            let known = boxes.entry(number).or_default();
            let start = if known.is_empty() { 6 } else { 14 };
            let Some(piece) = content.part(start..content.length()).all(1 << 16) else { continue };
            held += piece.len();
            if held > credentials::LONGEST {
                break;
            }
            known.extend(piece);
        }
        for bytes in boxes.into_values() {
            credentials::read(&bytes, &mut self.facts);
        }
    }

    fn credentials(&mut self, content: &Slice) {
        match content.first(credentials::LONGEST) {
            Some(boxes) => credentials::read(&boxes, &mut self.facts),
            None => self.whole = false,
        }
    }

    fn photoshop(&mut self, bytes: &[u8]) {
        let blocks = iptc::photoshop(bytes, &mut self.facts);
        if let Some(packet) = blocks.xmp {
            self.packet(&packet);
        }
        if let Some(thumbnail) = blocks.thumbnail {
            self.thumbnail_of(&thumbnail);
        }
        if let Some(block) = blocks.exif {
            // what it holds beside facts lies in the block, which is gone after this
            self.whole &= exif::read(Slice::of(&block, 0..block.len() as u64), &mut self.facts).is_some();
        }
    }

    fn png_text(&mut self, name: Name, content: &Slice) {
        let Name::Chunk(name) = name else { return };
        // it may be a packet of XMP
        let read = content.all(xmp::LONGEST).and_then(|bytes| png_text::read(&name, &bytes, &mut self.facts));
        match read {
            Some(Some(Profile::Exif(block))) => {
                self.whole &= exif::read(Slice::of(&block, 0..block.len() as u64), &mut self.facts).is_some();
            }
            Some(Some(Profile::Xmp(packet))) => self.packet(&packet),
            Some(Some(Profile::Iptc(blocks))) if blocks.starts_with(b"8BIM") => self.photoshop(&blocks),
            Some(Some(Profile::Iptc(block))) => iptc::iptc(&block, &mut self.facts),
            Some(None) => {}
            None => self.whole = false,
        }
    }

    fn behind(&mut self, parts: &Parts) {
        let index = parts.of(Kind::Mpf).next().map(|part| part.content.clone());
        let mut film = None;
        if let Some(part) = parts.of(Kind::Behind).next() {
            let pieces = behind::pieces(self.file, part.bytes.clone(), index, self.said.film);
            for (number, piece) in pieces.iter().enumerate() {
                self.facts.add("behind", Some(piece.told()));
                let within = format!("behind/{}", number + 1);
                match piece.kind {
                    Some("video/mp4" | "video/quicktime") => {
                        let bytes = Slice::of(self.file, piece.bytes.clone());
                        film = Some(behind::film(self.file, bytes, &within, &mut self.facts));
                    }
                    Some("image/jpeg") => self.second(&piece.bytes, &within),
                    _ => {}
                }
            }
        }
        // a film that is said to be there and cannot be found is one all the same
        if let Some(duration) = film.or(self.said.motion.then_some(None)) {
            self.motion(duration);
        }
    }

    fn motion(&mut self, duration: Option<String>) {
        self.facts.add("motion", Some(duration.map_or("video/mp4".into(), |duration| format!("video/mp4 {duration}"))));
    }

    /// What a further picture says of itself.
    fn second(&mut self, bytes: &Range<u64>, within: &str) {
        let slice = Slice::of(self.file, bytes.clone());
        let Ok(parts) = picture::parts(&slice, Format::Jpeg) else { return };
        let mut own = List::default();
        for part in parts.of(Kind::Exif) {
            exif::read(slice.part(part.content.clone()), &mut own);
        }
        for part in parts.of(Kind::Xmp) {
            if let Some(packet) = slice.part(part.content.clone()).all(xmp::LONGEST) {
                xmp::read(&packet, &mut own, self.file.until());
            }
        }
        self.facts.within(within, own.sorted());
    }

    /// HEIC, AVIF or CR3.
    fn boxes(&mut self, all: &Slice<'f>) {
        let mut left = boxes::MOST;
        let (list, whole, end) = Boxes::of(all.clone(), &mut left).list_and_end();
        // behind the last box anything may lie, such as what a telephone adds
        if whole && end < all.length() {
            let pieces = behind::pieces(self.file, end..all.length(), None, None);
            pieces.iter().for_each(|piece| self.facts.add("behind", Some(piece.told())));
        }
        self.whole &= whole;
        for one in &list {
            match &one.kind {
                b"meta" => match heif::items(all, &one.body, &mut left) {
                    Some(items) => self.items(items),
                    None => self.whole = false,
                },
                b"moov" => self.canon(&one.body, &mut left),
                b"mpvd" => {
                    let duration = behind::film(self.file, one.body.clone(), "mpvd", &mut self.facts);
                    self.motion(duration);
                }
                b"uuid" => match one.body.array(0) {
                    Some(film::XMP) => self.xmp(&one.body.part(16..one.body.length())),
                    Some(film::CREDENTIALS) => {
                        self.whole &= film::credential_box(&one.body.part(16..one.body.length()), &mut self.facts);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn items(&mut self, items: heif::Items<'f>) {
        self.said.size = items.size.map(|(width, height)| (u64::from(width), u64::from(height)));
        for block in items.exif {
            self.exif(block);
        }
        for packet in items.xmp {
            self.packet(&packet);
        }
        for (size, length) in items.thumbnails {
            let told = size.map_or(format!("{length} bytes"), |(width, height)| format!("{width}x{height}"));
            self.thumbnails.push(Thumbnail { told, small: None, size });
        }
    }

    /// The blocks of a CR3: picture, camera, notes and place, each a TIFF.
    fn canon(&mut self, moov: &Slice<'f>, left: &mut usize) {
        let (list, _) = Boxes::of(moov.clone(), left).list();
        for one in list.iter().filter(|one| one.kind == *b"uuid" && one.body.array(0) == Some(CANON)) {
            let (blocks, whole) = Boxes::of(one.body.part(16..one.body.length()), left).list();
            self.whole &= whole;
            for block in blocks {
                let about = match &block.kind {
                    b"CMT1" => Directory::Image,
                    b"CMT2" => Directory::Exif,
                    b"CMT4" => Directory::Gps,
                    b"CMT3" => {
                        if let Some(note) = Tiff::read(block.body.clone()) {
                            maker::canon(&note, block.body.length(), &mut self.facts);
                        }
                        continue;
                    }
                    _ => continue,
                };
                match exif::read_as(block.body, about, &mut self.facts) {
                    Some(held) => self.take(held),
                    None => self.whole = false,
                }
            }
        }
    }

    /// A raw photo of Fujifilm says all in the JPEG inside.
    fn raf(&mut self, all: &Slice<'f>) {
        let place = all.array(RAF_JPEG).map(u32::from_be_bytes).zip(all.array(RAF_JPEG + 4).map(u32::from_be_bytes));
        let Some((start, length)) = place.map(|(start, length)| (u64::from(start), u64::from(length))) else {
            self.whole = false;
            return;
        };
        let inside = all.part(start..start + length);
        let Ok(parts) = picture::parts(&inside, Format::Jpeg) else {
            self.whole = false;
            return;
        };
        self.said.size = parts.size;
        for part in parts.of(Kind::Exif) {
            self.exif(inside.part(part.content.clone()));
        }
        for part in parts.of(Kind::Xmp) {
            self.xmp(&inside.part(part.content.clone()));
        }
        self.shown = Some(Shown::Jpeg(inside, parts));
    }

    fn thumbnail(&mut self, bytes: Slice) {
        let length = bytes.length();
        if length > 0 && self.thumbnails.len() < 8 {
            let told = format!("{length} bytes");
            self.thumbnails.push(Thumbnail { told, small: Small::thumbnail(&bytes), size: None });
        }
    }

    fn thumbnail_of(&mut self, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.thumbnail(Slice::of(&bytes, 0..bytes.len() as u64));
    }

    /// Says of each thumbnail how long it is, and whether it shows something else than the picture, which it gives back.
    fn compare(&mut self) -> Option<Small> {
        let thumbnails = std::mem::take(&mut self.thumbnails);
        let any = thumbnails.iter().any(|thumbnail| thumbnail.small.is_some());
        let picture = self.shown.as_ref().filter(|_| any).and_then(|shown| match shown {
            Shown::Jpeg(bytes, parts) => Small::photo(bytes, parts),
            Shown::Whole(format) => Small::held(self.file.again(), *format),
        });
        for thumbnail in thumbnails {
            self.facts.text("thumbnail", &thumbnail.told);
            let likeness = match (&picture, &thumbnail.small) {
                (Some(picture), Some(small)) => likeness(picture, small),
                (None, Some(small)) => self.by_shape(small.size()),
                (_, None) => thumbnail
                    .size
                    .map_or(Likeness::NotCompared, |(width, height)| self.by_shape((f64::from(width), f64::from(height)))),
            };
            let (name, how) = match likeness {
                Likeness::Same => continue,
                Likeness::Shape => ("thumbnail_differs", "other-shape"),
                Likeness::Content => ("thumbnail_differs", "other-content"),
                Likeness::NotCompared => ("thumbnail_not_compared", "not-compared"),
            };
            self.facts.add(name, Some(format!("{}, {how}", thumbnail.told)));
        }
        picture
    }

    /// What can be said where the picture cannot be decoded.
    fn by_shape(&self, (width, height): (f64, f64)) -> Likeness {
        let Some((of_width, of_height)) = self.said.size else { return Likeness::NotCompared };
        super::thumbnail::by_shape(width / height, of_width as f64 / of_height as f64)
    }
}

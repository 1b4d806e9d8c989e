//! Whether a small picture inside a photo shows what the photo shows. It may show more: what was cut away, or covered later.

use std::io::BufReader;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use super::limited::Limited;
use super::picture::{self, Format, Parts};
use super::slice::Slice;
use crate::bundle::read_at::ReadAt;

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    /// The shapes differ and the rest is not black bars.
    Shape,
    Content,
    NotCompared,
}

/// The longest JPEG that is taken for a thumbnail.
const LONGEST: u64 = 8 << 20;
/// The most pixels of a photo, 128 million, and of a thumbnail, 8 million.
const PIXELS: u64 = 128 << 20;
const PIXELS_SMALL: u64 = 8 << 20;
/// The most bytes of coefficients of a picture that is coded progressively, since all of them are held: 24 MiB, which are 8 million
/// pixels as cameras code them.
const COEFFICIENTS: u64 = 24 << 20;
/// What a picture that is held as a whole may take: 16 MiB.
const WHOLE: u64 = 16 << 20;
/// How much is read at once. The clock is looked at each time, and a few bytes of a scan can ask for work on the whole picture.
const PIECE: usize = 4 << 10;
/// Both pictures are compared as so many fields each way.
const FIELDS: usize = 24;
/// By how much a field may differ of 255 in any colour, and how many may differ by more: edges lie a pixel apart where a picture was made
/// smaller in another way.
const FIELD: f32 = 48.0;
const FIELDS_ABOVE: usize = 2;
/// By how much shapes may differ: 160x120 and 4:3 that was rounded.
const SHAPE: f64 = 0.04;
/// By how much the bars beside a picture may differ in themselves: what lies next to them shines through.
const BAR: f32 = 40.0;
/// Thumbnails are decoded as they are up to so many pixels: bars are narrow.
const THUMBNAIL: u16 = 320;
/// A photo is not made smaller than this one way or the other, so that it can be shown on a page too.
const PHOTO: u16 = 240;

/// A picture made small.
pub(super) struct Small {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

/// A part of it, in pixels: left, top, right, bottom.
type Area = [f64; 4];

impl Small {
    /// Decodes a JPEG at an eighth of its size or a little more; none where it is none, is too large, or the time is up.
    pub fn photo(bytes: &dyn ReadAt, parts: &Parts) -> Option<Small> {
        decode(bytes, parts, PHOTO, PIXELS)
    }

    /// The same of a picture in another format, which is held as a whole.
    pub fn held(file: Limited, format: ImageFormat) -> Option<Small> {
        let mut reader = ImageReader::with_format(BufReader::with_capacity(PIECE, file), format);
        let mut room = Limits::no_limits();
        room.max_alloc = Some(2 * WHOLE);
        reader.limits(room);
        let decoder = reader.into_decoder().ok().filter(|decoder| decoder.total_bytes() <= WHOLE)?;
        let picture = DynamicImage::from_decoder(decoder).ok()?;
        let side = u32::from(THUMBNAIL);
        let is_large = picture.width().max(picture.height()) > side;
        let small = if is_large { picture.thumbnail(side, side) } else { picture }.into_rgb8();
        let (width, height) = (small.width() as usize, small.height() as usize);
        Some(Small { width, height, pixels: small.pixels().map(|pixel| pixel.0).collect() })
    }

    /// The same of a thumbnail inside the file.
    pub fn thumbnail(bytes: &Slice) -> Option<Small> {
        let parts = (bytes.length() <= LONGEST).then(|| picture::parts_as_far_as_read(bytes, Format::Jpeg))?;
        decode(bytes, &parts, THUMBNAIL, PIXELS_SMALL)
    }

    /// Width, height and colours, row by row.
    pub fn into_parts(self) -> (u32, u32, Vec<u8>) {
        (self.width as u32, self.height as u32, self.pixels.into_flattened())
    }

    /// Width and height in pixels, after it was made small.
    pub fn size(&self) -> (f64, f64) {
        (self.width as f64, self.height as f64)
    }

    fn shape(&self) -> f64 {
        self.width as f64 / self.height.max(1) as f64
    }

    fn whole(&self) -> Area {
        [0.0, 0.0, self.width as f64, self.height as f64]
    }

    /// The area in the middle that has a shape.
    fn middle(&self, shape: f64) -> Area {
        let (width, height) = (self.width as f64, self.height as f64);
        let (inner_width, inner_height) = if shape > self.shape() { (width, width / shape) } else { (height * shape, height) };
        let (left, top) = ((width - inner_width) / 2.0, (height - inner_height) / 2.0);
        [left, top, left + inner_width, top + inner_height]
    }

    /// The colours of an area in fields, row by row.
    fn fields(&self, [left, top, right, bottom]: Area) -> Vec<[f32; 3]> {
        let edge = |from: f64, to: f64, at: usize| from + (to - from) * at as f64 / FIELDS as f64;
        let mut fields = Vec::with_capacity(FIELDS * FIELDS);
        for row in 0..FIELDS {
            for column in 0..FIELDS {
                let area = [
                    edge(left, right, column),
                    edge(top, bottom, row),
                    edge(left, right, column + 1),
                    edge(top, bottom, row + 1),
                ];
                fields.push(self.mean(area));
            }
        }
        fields
    }

    /// The mean colour of an area, each pixel as far as it lies in it.
    fn mean(&self, [left, top, right, bottom]: Area) -> [f32; 3] {
        let mut sum = [0.0_f64; 3];
        let mut weight = 0.0;
        for y in top.floor() as usize..(bottom.ceil() as usize).min(self.height) {
            let high = (bottom.min(y as f64 + 1.0) - top.max(y as f64)).max(0.0);
            for x in left.floor() as usize..(right.ceil() as usize).min(self.width) {
                let part = high * (right.min(x as f64 + 1.0) - left.max(x as f64)).max(0.0);
                let pixel = self.pixels.get(y * self.width + x).copied().unwrap_or_default();
                for (sum, colour) in sum.iter_mut().zip(pixel) {
                    *sum += part * f64::from(colour);
                }
                weight += part;
            }
        }
        sum.map(|sum| if weight > 0.0 { (sum / weight) as f32 } else { 0.0 })
    }

    /// True where everything outside an area is of one colour each side.
    fn has_bars_beside(&self, [left, top, right, bottom]: Area) -> bool {
        let (width, height) = (self.width as f64, self.height as f64);
        // a pixel at the edge belongs to both
        let bars = [
            [0.0, 0.0, left - 1.0, height],
            [right + 1.0, 0.0, width, height],
            [0.0, 0.0, width, top - 1.0],
            [0.0, bottom + 1.0, width, height],
        ];
        bars.into_iter().filter(|[left, top, right, bottom]| right - left >= 1.0 && bottom - top >= 1.0).all(|bar| {
            let fields = self.fields(bar);
            let first = fields.first().copied().unwrap_or_default();
            fields.iter().all(|field| difference(field, &first) <= BAR)
        })
    }
}

/// What the shapes alone say, width by height: another one, upright and turned, or nothing.
pub(super) fn by_shape(thumbnail: f64, picture: f64) -> Likeness {
    let fits = |shape: f64| (thumbnail / shape - 1.0).abs() <= SHAPE;
    if fits(picture) || fits(1.0 / picture) { Likeness::NotCompared } else { Likeness::Shape }
}

/// How a thumbnail is like its picture, turned in any way.
pub(super) fn likeness(picture: &Small, thumbnail: &Small) -> Likeness {
    let whole = picture.fields(picture.whole());
    // the middle of the picture alone: a square of it, as galleries like it
    let middles = [thumbnail.shape(), 1.0 / thumbnail.shape()].map(|shape| picture.fields(picture.middle(shape)));
    let mut shape_fits = false;
    for turned_by in 0..8 {
        let shape = if turned_by % 2 == 0 { picture.shape() } else { 1.0 / picture.shape() };
        let of_picture = |fields: &[[f32; 3]]| turn(fields, turned_by);
        let (candidate, against) = if (thumbnail.shape() / shape - 1.0).abs() <= SHAPE {
            (thumbnail.fields(thumbnail.whole()), of_picture(&whole))
        } else if thumbnail.has_bars_beside(thumbnail.middle(shape)) {
            (thumbnail.fields(thumbnail.middle(shape)), of_picture(&whole))
        } else {
            let [upright, turned] = &middles;
            let middle = if turned_by % 2 == 0 { upright } else { turned };
            if alike(&thumbnail.fields(thumbnail.whole()), &of_picture(middle)) {
                return Likeness::Same;
            }
            continue;
        };
        shape_fits = true;
        if alike(&candidate, &against) {
            return Likeness::Same;
        }
    }
    if shape_fits { Likeness::Content } else { Likeness::Shape }
}

/// Fields turned by quarters, and mirrored from the fourth on.
fn turn(fields: &[[f32; 3]], turned: usize) -> Vec<[f32; 3]> {
    let last = FIELDS - 1;
    let from = |row: usize, column: usize| {
        let column = if turned >= 4 { last - column } else { column };
        match turned % 4 {
            0 => (row, column),
            1 => (last - column, row),
            2 => (last - row, last - column),
            _ => (column, last - row),
        }
    };
    let all = (0..FIELDS).flat_map(|row| (0..FIELDS).map(move |column| (row, column)));
    all.map(|(row, column)| from(row, column))
        .map(|(row, column)| fields.get(row * FIELDS + column).copied().unwrap_or_default())
        .collect()
}

/// True where the fields show the same, apart from how light and of what tint the whole is.
fn alike(one: &[[f32; 3]], other: &[[f32; 3]]) -> bool {
    let middle = |colour: fn(&[f32; 3]) -> f32| {
        let mut by: Vec<f32> = one.iter().zip(other).map(|(one, other)| colour(one) - colour(other)).collect();
        by.sort_by(f32::total_cmp);
        by.get(by.len() / 2).copied().unwrap_or_default()
    };
    let shift = [middle(|field| field[0]), middle(|field| field[1]), middle(|field| field[2])];
    let above = one.iter().zip(other).filter(|(one, other)| {
        let mut shifted = **other;
        shifted.iter_mut().zip(shift).for_each(|(colour, by)| *colour += by);
        difference(one, &shifted) > FIELD
    });
    above.count() <= FIELDS_ABOVE
}

fn difference(one: &[f32; 3], other: &[f32; 3]) -> f32 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

/// Decodes a JPEG at an eighth, a quarter or half of its size, whatever is not less than so many pixels one way or the other, or as it is.
/// The decoder keeps profiles and the like until its end, so it is given the picture alone.
fn decode(bytes: &dyn ReadAt, parts: &Parts, least: u16, most: u64) -> Option<Small> {
    let mut decoder = Decoder::new(BufReader::with_capacity(PIECE, parts.picture(bytes)));
    decoder.read_info().ok()?;
    let info = decoder.info()?;
    let size = (u64::from(info.width), u64::from(info.height));
    let held = match info.coding_process {
        CodingProcess::DctSequential => 0,
        CodingProcess::DctProgressive => parts.coefficients,
        CodingProcess::Lossless => return None,
    };
    let known = matches!(info.pixel_format, PixelFormat::RGB24 | PixelFormat::L8);
    if !known || Some(size) != parts.size || size.0 * size.1 > most || held > COEFFICIENTS {
        return None;
    }
    decoder.scale(least, least).ok()?;
    let info = decoder.info()?;
    let bytes = decoder.decode().ok()?;
    let pixels: Vec<[u8; 3]> = match info.pixel_format {
        PixelFormat::RGB24 => bytes.as_chunks().0.to_vec(),
        PixelFormat::L8 => bytes.into_iter().map(|grey| [grey; 3]).collect(),
        PixelFormat::L16 | PixelFormat::CMYK32 => return None,
    };
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    (width > 0 && height > 0 && pixels.len() == width * height).then_some(Small { width, height, pixels })
}

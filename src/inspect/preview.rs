//! A small picture of a picture, for people to look at: decoded within limits, upright, and encoded anew, so that of the file nothing is
//! left but what it shows.

use std::io::{BufReader, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, imageops};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use super::fact::Facts;
use super::limited::Limited;
use super::thumbnail::Small;
use crate::base::sentence::Sentence;
use crate::bundle::read_at::ReadAt;

/// The longest side of a small picture, in pixels; a photo that is compared with its thumbnail is kept no smaller.
const SIDE: u32 = 240;
/// The quality it is encoded with, of 100.
const QUALITY: u8 = 62;
/// What decoding one picture may take of memory: 96 MiB.
const ROOM: u64 = 96 << 20;
/// The most pixels of a JPEG, of which only a few lines are held at a time: 200 million.
const PIXELS: u64 = 200_000_000;
/// What each pixel of a progressive JPEG takes at most, since all of it is held, in bytes.
const PROGRESSIVE: u64 = 6;
/// Bytes that are read of one file at most, several times over: 128 MiB.
const MOST: u64 = 128 << 20;
/// How long one file is read at most.
const LONGEST: Duration = Duration::from_secs(4);

/// Whatever is held as a whole while it is decoded is so one by one, however many workers there are.
static ONE: Mutex<()> = Mutex::new(());

/// A small picture of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// As a JPEG.
    pub jpeg: Vec<u8>,
    /// Its width in pixels, 240 at most.
    pub width: u32,
    /// Its height in pixels, 240 at most.
    pub height: u32,
}

/// Why there is no small picture of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPreview {
    /// It is no picture.
    NoPicture,
    /// It is a picture of a kind that is not decoded: this media type.
    Kind(String),
    /// It has this many pixels, too many to be decoded.
    TooLarge {
        /// Across.
        width: u32,
        /// Down.
        height: u32,
    },
    /// It is damaged, or no picture at all, or takes too long.
    Broken,
}

impl NoPreview {
    /// The sentence that says so.
    pub fn sentence(&self) -> Sentence {
        match self {
            NoPreview::NoPicture => Sentence::new("preview-NoPicture"),
            NoPreview::Kind(kind) => Sentence::new("preview-Kind").with("kind", kind.clone()),
            NoPreview::TooLarge { width, height } => {
                Sentence::new("preview-TooLarge").with("width", u64::from(*width)).with("height", u64::from(*height))
            }
            NoPreview::Broken => Sentence::new("preview-Broken"),
        }
    }

    /// Every message that this can be, with the names of its places.
    pub const MESSAGES: &'static [(&'static str, &'static [&'static str])] = &[
        ("preview-NoPicture", &[]),
        ("preview-Kind", &["kind"]),
        ("preview-TooLarge", &["width", "height"]),
        ("preview-Broken", &[]),
    ];
}

/// A small picture of the file, which the bundle says is of this media type. What decodes it is chosen by its own bytes.
///
/// # Errors
/// Why there is none.
pub fn preview(bytes: &dyn ReadAt, media_type: &str) -> Result<Preview, NoPreview> {
    if !media_type.starts_with("image/") {
        return Err(NoPreview::NoPicture);
    }
    let mut begin = [0; 32];
    let read = bytes.read_at(&mut begin, 0).map_err(|_| NoPreview::Broken)?;
    // pictures that are programs of their own, such as SVG, are of no format that is known here
    let format = image::guess_format(begin.get(..read).unwrap_or_default()).ok().filter(ImageFormat::reading_enabled);
    let Some(format) = format else { return Err(NoPreview::Kind(media_type.to_owned())) };
    // a decoder may be wrong about a file that was made to mislead it
    let made = catch_unwind(AssertUnwindSafe(|| {
        let small = match format {
            ImageFormat::Jpeg => jpeg(bytes).or_else(|why| why.map_or_else(|| whole(bytes, format), Err)),
            format => whole(bytes, format),
        }?;
        encode(&small)
    }));
    made.unwrap_or(Err(NoPreview::Broken))
}

/// The same of a JPEG that was decoded already, which says how large it is and which way is up; none where too little of it was kept.
pub(super) fn of_small(picture: Small, facts: &Facts) -> Option<Preview> {
    let number = |name: &str| facts.get(name).and_then(|value| value.parse::<u32>().ok());
    let least = fitting(number("width")?, number("height")?);
    let up = number("orientation").and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?));
    let (width, height, pixels) = picture.into_parts();
    let picture = RgbImage::from_raw(width, height, pixels).filter(|_| width >= least.0 && height >= least.1)?;
    encode(&small(picture.into(), up.unwrap_or(Orientation::NoTransforms))).ok()
}

fn reader(bytes: &dyn ReadAt) -> BufReader<Limited<'_>> {
    BufReader::with_capacity(256 << 10, Limited::within(bytes, MOST, LONGEST))
}

/// A JPEG at an eighth of its size or a little more. An error without a reason means that another decoder may know it.
fn jpeg(bytes: &dyn ReadAt) -> Result<DynamicImage, Option<NoPreview>> {
    let mut decoder = Decoder::new(reader(bytes));
    decoder.read_info().map_err(|_| None)?;
    let info = decoder.info().ok_or(None)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let pixels = u64::from(width) * u64::from(height);
    let most = match info.coding_process {
        CodingProcess::DctSequential => PIXELS,
        CodingProcess::DctProgressive => ROOM / PROGRESSIVE,
        CodingProcess::Lossless => return Err(None),
    };
    if pixels > most {
        return Err(Some(NoPreview::TooLarge { width, height }));
    }
    let is_held = info.coding_process == CodingProcess::DctProgressive;
    let _one = is_held.then(|| ONE.lock().unwrap_or_else(PoisonError::into_inner));
    let (wide, high) = fitting(width, height);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    decoder.scale(side(wide), side(high)).map_err(|_| None)?;
    let decoded = decoder.decode().map_err(|_| None)?;
    let info = decoder.info().ok_or(None)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let picture = match info.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, decoded).map(DynamicImage::from),
        PixelFormat::L8 => GrayImage::from_raw(width, height, decoded).map(DynamicImage::from),
        PixelFormat::L16 | PixelFormat::CMYK32 => None,
    };
    let up = decoder.exif_data().and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    Ok(small(picture.ok_or(None)?, up))
}

/// A picture that is held as a whole while it is decoded.
fn whole(bytes: &dyn ReadAt, format: ImageFormat) -> Result<DynamicImage, NoPreview> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let broken = |_| NoPreview::Broken;
    let mut reader = ImageReader::with_format(reader(bytes), format);
    let mut room = Limits::no_limits();
    room.max_alloc = Some(ROOM);
    reader.limits(room);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > ROOM {
        return Err(NoPreview::TooLarge { width, height });
    }
    let up = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    Ok(small(picture, up))
}

/// Width and height of the small picture, of one of this size.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height).max(SIDE);
    let side = |side: u32| (u64::from(side) * u64::from(SIDE) / u64::from(longest)).clamp(1, u64::from(SIDE));
    (side(width) as u32, side(height) as u32)
}

fn small(picture: DynamicImage, up: Orientation) -> DynamicImage {
    let (width, height) = fitting(picture.width(), picture.height());
    let mut picture = match (picture.width(), picture.height()) == (width, height) {
        true => picture,
        false => DynamicImage::ImageRgba8(imageops::thumbnail(&picture, width, height)),
    };
    picture.apply_orientation(up);
    picture
}

/// As a JPEG; what shines through stands on white.
fn encode(picture: &DynamicImage) -> Result<Preview, NoPreview> {
    let mut flat = picture.to_rgb8();
    if picture.color().has_alpha() {
        for (out, seen) in flat.pixels_mut().zip(picture.to_rgba8().pixels()) {
            let [red, green, blue, alpha] = seen.0.map(u32::from);
            out.0 = [red, green, blue].map(|colour| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8);
        }
    }
    let mut jpeg = Cursor::new(Vec::new());
    flat.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(|_| NoPreview::Broken)?;
    Ok(Preview { jpeg: jpeg.into_inner(), width: flat.width(), height: flat.height() })
}

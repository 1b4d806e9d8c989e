//! A picture that is decoded, upright, and encoded anew: of what the file said there is nothing left but its pixels, and none of those
//! in an area that is hidden.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{
    AnimationDecoder, DynamicImage, GenericImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    Rgba,
};

use super::area::Area;
use crate::base::detail::Detail;
use crate::base::limits;
use crate::bundle::read_at::{ReadAt, read_at};
use crate::inspect::is_one_tiff;
use crate::inspect::picture::Format;

/// What covers an area: black, and nothing shines through.
const COVER: Rgba<u8> = Rgba([0, 0, 0, 255]);
/// The quality of a JPEG, of 100: no difference that people see.
const QUALITY: u8 = 92;

/// One picture is decoded at a time, however many workers there are: each takes much memory.
static ONE: Mutex<()> = Mutex::new(());

/// What decodes files of this media type.
///
/// # Errors
/// That nothing does.
pub(super) fn source(media_type: &str) -> Result<ImageFormat, Detail> {
    match media_type {
        "image/tiff" => Ok(ImageFormat::Tiff),
        "image/gif" => Ok(ImageFormat::Gif),
        "image/bmp" => Ok(ImageFormat::Bmp),
        other => Format::of(other).map(image_format).ok_or_else(|| Detail::NotDecoded { kind: other.to_owned() }),
    }
}

/// What a picture is encoded as: what it was, or else PNG, which loses nothing.
pub(super) fn target(source: ImageFormat) -> Format {
    match source {
        ImageFormat::Jpeg => Format::Jpeg,
        ImageFormat::WebP => Format::Webp,
        _ => Format::Png,
    }
}

/// The bytes of the picture with these areas covered, the same each time.
///
/// # Errors
/// Why it cannot be decoded, or which area is not in it.
pub(super) fn make(bytes: &dyn ReadAt, source: ImageFormat, areas: &[Area]) -> Result<Vec<u8>, Detail> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let read = read(bytes)?;
    // a decoder may be wrong about a file that was made to mislead it
    let made = catch_unwind(AssertUnwindSafe(|| {
        if several(&read, source)? {
            return Err(Detail::PictureMoves);
        }
        let mut picture = decode(read, source)?;
        cover(&mut picture, areas)?;
        encode(picture, target(source))
    }));
    made.unwrap_or(Err(Detail::PictureBroken))
}

fn read(bytes: &dyn ReadAt) -> Result<Vec<u8>, Detail> {
    let too_large = Detail::LargerThanRead { limit: limits::PICTURE_FILE };
    let length = usize::try_from(bytes.length()).map_err(|_| too_large.clone())?;
    if length as u64 > limits::PICTURE_FILE {
        return Err(too_large);
    }
    let mut read = vec![0; length];
    let mut filled = 0;
    while let Some(rest) = read.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_at(bytes, rest, filled as u64) {
            Ok(0) => return Err(Detail::PictureBroken),
            Ok(count) => filled += count,
            Err(error) => return Err(Detail::Foreign(error.to_string())),
        }
    }
    Ok(read)
}

fn failed(error: ImageError) -> Detail {
    Detail::PictureUnread { error: error.to_string() }
}

fn room() -> Limits {
    let mut room = Limits::no_limits();
    room.max_alloc = Some(limits::PIXELS);
    room
}

/// True for several pictures in one file, of which a twin would show the first alone.
fn several(bytes: &Vec<u8>, source: ImageFormat) -> Result<bool, Detail> {
    let file = Cursor::new(bytes);
    match source {
        ImageFormat::Png => PngDecoder::with_limits(file, room()).and_then(|png| png.is_apng()).map_err(failed),
        ImageFormat::WebP => WebPDecoder::new(file).map(|webp| webp.has_animation()).map_err(failed),
        ImageFormat::Gif => {
            let mut gif = GifDecoder::new(file).map_err(failed)?;
            gif.set_limits(room()).map_err(failed)?;
            Ok(gif.into_frames().nth(1).transpose().map_err(failed)?.is_some())
        }
        ImageFormat::Tiff => is_one_tiff(bytes).map(|one| !one).ok_or(Detail::PictureBroken),
        _ => Ok(false),
    }
}

/// The picture as people see it.
fn decode(bytes: Vec<u8>, source: ImageFormat) -> Result<DynamicImage, Detail> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), source);
    reader.limits(room());
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > limits::PIXELS {
        return Err(Detail::PictureTooLarge { width: width.into(), height: height.into() });
    }
    let up = decoder.orientation().map_err(failed)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
    picture.apply_orientation(up);
    Ok(picture)
}

fn cover(picture: &mut DynamicImage, areas: &[Area]) -> Result<(), Detail> {
    let (width, height) = picture.dimensions();
    if areas.iter().any(|area| !area.is_within(width, height)) {
        return Err(Detail::AreaOutside { width: width.into(), height: height.into() });
    }
    for area in areas {
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                picture.put_pixel(x, y, COVER);
            }
        }
    }
    Ok(())
}

fn encode(picture: DynamicImage, format: Format) -> Result<Vec<u8>, Detail> {
    let mut out = Cursor::new(Vec::new());
    let written = match format {
        Format::Jpeg => {
            let picture = match picture {
                grey @ DynamicImage::ImageLuma8(_) => grey,
                other => DynamicImage::ImageRgb8(other.into_rgb8()),
            };
            picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))
        }
        Format::Png | Format::Webp => picture.write_to(&mut out, image_format(format)),
    };
    written.map_err(failed)?;
    Ok(out.into_inner())
}

fn image_format(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
    }
}

//! What a picture file is made of: every byte of a JPEG, PNG or WebP belongs to one [`Part`].
//!
//! A copy that shows the same picture and says nothing else is made of the parts whose kind [`Kind::is_picture`], in their order and
//! byte for byte. What depends on the parts that were left out is written anew:
//!
//! - JPEG: nothing. Tables, frames, scans, an Adobe segment (which says how colours are coded) and a JFIF header without a thumbnail are
//!   picture. An orientation is in `Kind::Exif` and is lost with it.
//! - PNG: nothing; each chunk carries its own checksum.
//! - WebP: the size at byte 4 of the file, a little-endian `u32` of the file's length less 8, and in the chunk `VP8X`, if there is one, the
//!   flags of what was left out: 0x20 colour profile, 0x08 Exif, 0x04 XMP in its first byte of content.
//!
//! What no walk sees: bytes behind the last code word of a scan, tables that no scan uses, and what the pixels themselves hide.

mod jpeg;
mod part;
mod png;
mod webp;
mod window;

use std::io;

use crate::bundle::read_at::ReadAt;
use part::Found;
pub(crate) use part::{Kind, Name, Part, Parts};
use window::Window;

/// A kind of file that can be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
}

impl Format {
    /// The format of a media type; none where it cannot be taken apart.
    pub fn of(media_type: &str) -> Option<Format> {
        match media_type {
            "image/jpeg" => Some(Format::Jpeg),
            "image/png" | "image/apng" | "image/vnd.mozilla.apng" => Some(Format::Png),
            "image/webp" => Some(Format::Webp),
            _ => None,
        }
    }

    /// The media type of a file of this format.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Webp => "image/webp",
        }
    }
}

/// Takes a file apart. It is read once from front to back, at most 64 KiB of it in memory; what is not needed is not read.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where the file does not begin as the format does or has more than 65,536 parts; whatever reading gives.
pub(crate) fn parts(bytes: &dyn ReadAt, format: Format) -> io::Result<Parts> {
    let (found, all) = take_apart(bytes, format);
    all.map(|()| found.parts())
}

/// The same as far as the file can be read, for whoever wants to know what is in it and copies nothing. The parts end where reading did.
pub(crate) fn parts_as_far_as_read(bytes: &dyn ReadAt, format: Format) -> Parts {
    let (found, all) = take_apart(bytes, format);
    let parts = found.parts();
    Parts { whole: parts.whole && all.is_ok(), ..parts }
}

fn take_apart(bytes: &dyn ReadAt, format: Format) -> (Found, io::Result<()>) {
    let (mut window, mut found) = (Window::of(bytes), Found::default());
    let all = match format {
        Format::Jpeg => jpeg::parts(&mut window, &mut found),
        Format::Png => png::parts(&mut window, &mut found),
        Format::Webp => webp::parts(&mut window, &mut found),
    };
    (found, all)
}

#[cfg(test)]
mod tests;

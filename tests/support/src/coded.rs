//! Small pictures that are really coded, and what cameras and programs put into such files.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::photos::{Photo, Tag, directory, length, long, short};

/// A picture in which no two corners are alike: red grows to the right, green downwards.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    let part = |at: u32, of: u32| (at * 255 / of.max(2).saturating_sub(1)) as u8;
    RgbImage::from_fn(width, height, |x, y| Rgb([part(x, width), part(y, height), 90])).into()
}

/// A picture that takes as many bytes as it has.
pub fn noise(width: u32, height: u32) -> DynamicImage {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    RgbImage::from_fn(width, height, |_, _| Rgb([next(), next(), next()])).into()
}

pub fn coded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// A JPEG in which everything stands that a camera or a program may put there.
pub fn jpeg(picture: &DynamicImage, photo: &Photo) -> Vec<u8> {
    let bare = coded(picture, ImageFormat::Jpeg);
    let segment =
        |marker: u8, content: &[u8]| [&[0xFF, marker][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat();
    // the encoder writes the header first
    let (header, rest) = bare.split_at(20);
    assert_eq!(&header[..6], b"\xFF\xD8\xFF\xE0\0\x10");
    [
        header,
        &segment(0xE1, &[b"Exif\0\0".as_slice(), &photo.tiff()].concat()),
        &segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>written by Amina</x>"),
        &segment(0xE2, b"ICC_PROFILE\0\x01\x01the screen of Amina"),
        &segment(0xED, b"Photoshop 3.0\08BIM Amina"),
        &segment(0xE5, b"kept by a program for Amina"),
        &segment(0xFE, b"a comment of Amina"),
        rest,
        b"behind the end: Amina",
    ]
    .concat()
}

/// A PNG, likewise.
pub fn png(picture: &DynamicImage, photo: &Photo) -> Vec<u8> {
    let bare = coded(picture, ImageFormat::Png);
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let named = [&name[..], content].concat();
        [&(content.len() as u32).to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
    };
    let (header, rest) = bare.split_at(33);
    let (rest, end) = rest.split_at(rest.len() - 12);
    [
        header,
        &chunk(b"eXIf", &photo.tiff()),
        &chunk(b"tEXt", b"Author\0Amina"),
        &chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x>Amina</x>"),
        rest,
        &chunk(b"tIME", &[7, 233, 11, 9, 9, 57, 0]),
        &chunk(b"prVt", b"kept for Amina"),
        end,
        b"behind the end: Amina",
    ]
    .concat()
}

/// A WebP, likewise.
pub fn webp(picture: &DynamicImage, photo: &Photo) -> Vec<u8> {
    let bare = coded(picture, ImageFormat::WebP);
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let filling = &[0][..content.len() % 2];
        [&name[..], &(content.len() as u32).to_le_bytes(), content, filling].concat()
    };
    let size = |pixels: u32| (pixels - 1).to_le_bytes();
    let (w, h) = (size(picture.width()), size(picture.height()));
    // a profile, EXIF and XMP are announced
    let extended = [0x20 | 0x08 | 0x04, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]];
    let chunks = [
        chunk(b"VP8X", &extended),
        chunk(b"ICCP", b"the screen of Amina"),
        bare[12..].to_vec(),
        chunk(b"EXIF", &photo.tiff()),
        chunk(b"XMP ", b"<x>Amina</x>"),
        chunk(b"PRIV", b"kept for Amina"),
    ]
    .concat();
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks, b"behind the end: Amina"].concat()
}

/// A TIFF of pictures one after the other, each with tags of its own.
pub fn tiff(pictures: &[(&DynamicImage, &[Tag])]) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    for (number, (picture, own)) in (1..).zip(pictures) {
        let pixels = picture.to_rgb8().into_raw();
        let tags = |strip: usize| {
            let eights = Tag(0x0102, 3, 3, [8, 0].repeat(3));
            let strip = [long(0x0111, strip as u32), long(0x0117, pixels.len() as u32)];
            let size = [long(0x0100, picture.width()), long(0x0101, picture.height()), long(0x0116, picture.height())];
            let kind = [short(0x0103, 1), short(0x0106, 2), short(0x0115, 3), eights];
            [&strip[..], &size, &kind, own].concat()
        };
        let strip = out.len() + length(&tags(0));
        let end = strip + pixels.len();
        let next = if number < pictures.len() { end } else { 0 };
        out.extend(directory(&tags(strip), out.len(), next as u32));
        out.extend(&pixels);
    }
    out
}

use super::part::MOST;
use super::*;

/// A segment of a JPEG.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat()
}

/// A chunk of a PNG, its checksum left at zero.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_be_bytes(), &name[..], content, &[0; 4]].concat()
}

/// A chunk of a WebP.
fn riff(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let filling = &[0][..content.len() % 2];
    [&name[..], &(content.len() as u32).to_le_bytes(), content, filling].concat()
}

fn jpeg() -> Vec<u8> {
    let scan = [0x11, 0xFF, 0x00, 0x22, 0xFF, 0xD0, 0x33, 0xFF, 0xFF, 0x00, 0x44];
    [
        &[0xFF, 0xD8][..],
        &segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &segment(0xE0, b"JFXX\0\x13"),
        &segment(0xE1, b"Exif\0\0MM"),
        &segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        &segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0piece"),
        &segment(0xE2, b"ICC_PROFILE\0\x01\x01profile"),
        &segment(0xE2, b"MPF\0MM"),
        &segment(0xEB, b"JP\0\x01boxes"),
        &segment(0xED, b"Photoshop 3.0\x008BIM"),
        &segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01"),
        &segment(0xE5, b"private"),
        &segment(0xFE, b"a comment"),
        b"stray",
        &segment(0xC2, b"frame"),
        &segment(0xC4, b"table"),
        &segment(0xDA, b"scan"),
        &scan,
        &segment(0xC4, b"table"),
        &segment(0xDA, b"scan"),
        &scan,
        &[0xFF, 0xFF, 0xD9],
        b"\xFF\xD8behind\xFF\xD9",
    ]
    .concat()
}

fn png() -> Vec<u8> {
    [
        &b"\x89PNG\r\n\x1A\n"[..],
        &chunk(b"IHDR", &[1; 13]),
        &chunk(b"gAMA", &[1; 4]),
        &chunk(b"gAMA", &[1; 5]),
        &chunk(b"iCCP", b"name\0\0profile"),
        &chunk(b"eXIf", b"MM"),
        &chunk(b"tEXt", b"Author\0A"),
        &chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
        &chunk(b"tIME", &[0; 7]),
        &chunk(b"caBX", b"boxes"),
        &chunk(b"prVt", b"private"),
        &chunk(b"IDAT", b"pixels"),
        &chunk(b"IDAT", b"pixels"),
        &chunk(b"IEND", b""),
        b"behind",
    ]
    .concat()
}

fn webp() -> Vec<u8> {
    let chunks = [
        riff(b"VP8X", &[0; 10]),
        riff(b"ICCP", b"profile"),
        riff(b"VP8 ", b"pixels"),
        riff(b"EXIF", b"MM"),
        riff(b"XMP ", b"<x/>"),
        riff(b"C2PA", b"boxes"),
        riff(b"PRIV", b"private"),
    ]
    .concat();
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks, b"behind"].concat()
}

/// Kind and content of each part, after it is shown that they are the whole file in its order.
fn taken_apart(bytes: &[u8], format: Format) -> (Vec<(Kind, &[u8])>, bool) {
    let parts = parts(&bytes.to_vec(), format).unwrap();
    let mut at = 0;
    for part in &parts.list {
        assert!(part.bytes.start == at && part.bytes.end > at, "{part:?} at {at}");
        assert!(
            part.bytes.start <= part.content.start
                && part.content.start <= part.content.end
                && part.content.end <= part.bytes.end,
            "{part:?}"
        );
        at = part.bytes.end;
    }
    assert_eq!(at, bytes.len() as u64);
    let content = |part: &Part| &bytes[part.content.start as usize..part.content.end as usize];
    (parts.list.iter().map(|part| (part.kind, content(part))).collect(), parts.whole)
}

#[test]
fn a_jpeg_is_taken_apart() {
    let file = jpeg();
    let (parts, whole) = taken_apart(&file, Format::Jpeg);
    let (scans, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(kind, _)| kind.is_picture());
    assert_eq!(
        rest,
        [
            (Kind::Thumbnail, &b"\x13"[..]),
            (Kind::Exif, b"MM"),
            (Kind::Xmp, b"<x/>"),
            (Kind::XmpExtended, b"piece"),
            (Kind::Icc, b"\x01\x01profile"),
            (Kind::Mpf, b"MM"),
            (Kind::Jumbf, b"\0\x01boxes"),
            (Kind::Photoshop, b"8BIM"),
            (Kind::Application, b"private"),
            (Kind::Comment, b"a comment"),
            (Kind::Stray, b"stray"),
            (Kind::Behind, b"\xFF\xD8behind\xFF\xD9"),
        ]
    );
    // start and JFIF; Adobe; everything from the frame to the end
    assert_eq!((scans.len(), whole), (3, true));
    assert!(scans[2].1.starts_with(b"\xFF\xC2") && scans[2].1.ends_with(b"\xFF\xFF\xD9"));
}

#[test]
fn what_no_standard_knows_is_no_picture() {
    for marker in [0x02, 0xBF, 0xC8, 0xF0, 0xFD] {
        let file = [&b"\xFF\xD8"[..], &segment(marker, b"private"), &segment(0xDA, b"scan"), b"\xFF\xD9"].concat();
        let (parts, whole) = taken_apart(&file, Format::Jpeg);
        assert!(whole && parts.contains(&(Kind::Application, &b"private"[..])), "{marker:x}: {parts:?}");
    }
}

#[test]
fn a_png_is_taken_apart() {
    let file = png();
    let (parts, whole) = taken_apart(&file, Format::Png);
    let rest: Vec<_> = parts.into_iter().filter(|(kind, _)| !kind.is_picture()).collect();
    assert_eq!(
        rest,
        [
            (Kind::Application, &[1; 5][..]),
            (Kind::Icc, b"name\0\0profile"),
            (Kind::Exif, b"MM"),
            (Kind::Text, b"Author\0A"),
            (Kind::Xmp, b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
            (Kind::Time, &[0; 7]),
            (Kind::Jumbf, b"boxes"),
            (Kind::Application, b"private"),
            (Kind::Behind, b"behind"),
        ]
    );
    assert!(whole);
}

#[test]
fn a_webp_is_taken_apart() {
    let file = webp();
    let (parts, whole) = taken_apart(&file, Format::Webp);
    let rest: Vec<_> = parts.into_iter().filter(|(kind, _)| !kind.is_picture()).collect();
    assert_eq!(
        rest,
        [
            (Kind::Icc, &b"profile"[..]),
            (Kind::Exif, b"MM"),
            (Kind::Xmp, b"<x/>"),
            (Kind::Jumbf, b"boxes"),
            (Kind::Application, b"private"),
            (Kind::Behind, b"behind"),
        ]
    );
    assert!(whole);
}

#[test]
fn broken_files_are_covered_too() {
    let behind = b"behind".len();
    for (file, format, behind) in
        [(jpeg(), Format::Jpeg, behind + 4), (png(), Format::Png, behind), (webp(), Format::Webp, behind)]
    {
        assert!(parts(&file[1..].to_vec(), format).is_err() && parts(&Vec::new(), format).is_err());
        for end in 12..file.len() {
            let (_, whole) = taken_apart(&file[..end], format);
            assert_eq!(whole, end >= file.len() - behind, "{format:?} {end}");
        }
        for at in 12..file.len() {
            for bits in [1, 0x80, 0xFF] {
                let mut changed = file.clone();
                changed[at] ^= bits;
                taken_apart(&changed, format);
            }
        }
    }
}

#[test]
fn parts_without_number_are_refused() {
    let many = [b"\xFF\xD8".to_vec(), b"\xFF\xFE\0\x02".repeat(MOST + 1)].concat();
    assert_eq!(parts(&many, Format::Jpeg).unwrap_err().kind(), io::ErrorKind::InvalidData);
    // a part may be longer than the window, and lie across its edges
    let pixels = vec![0x55; 300_000];
    let long = [b"\xFF\xD8".as_slice(), &segment(0xDA, b"scan"), &pixels, b"\xFF\xD9rest"].concat();
    let (parts, whole) = taken_apart(&long, Format::Jpeg);
    assert_eq!((parts.len(), parts[1], whole), (2, (Kind::Behind, &b"rest"[..]), true));
}

//! What reading a picture, film or document may take at most, however it was made: memory, and time while its disk is slow.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use image::{DynamicImage, ImageFormat};
use sealbag::ReadAt;
use support::coded::coded;
use support::photos::{Photo, Tag, ascii, bytes, short};
use support::runs::Desk;

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], &(data.len() as u16 + 2).to_be_bytes()[..], data].concat()
}

fn boxed(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32 + 8).to_be_bytes(), &name[..], data].concat()
}

/// A grey JPEG of this size, coded by a frame of this kind with components so sampled: one bit for each block, or two.
fn grey(frame: u8, width: u16, height: u16, sampled: &[u8]) -> Vec<u8> {
    let count = sampled.len() as u8;
    let numbered = || (1u8..).zip(sampled);
    let head = [&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[count]].concat();
    let components: Vec<u8> = numbered().flat_map(|(number, by)| [number, *by, 0]).collect();
    let table = |class: u8| segment(0xC4, &[&[class, 1], &[0; 16][..]].concat());
    let is_sequential = frame == 0xC0;
    let scanned: Vec<u8> = numbered().flat_map(|(number, _)| [number, 0]).collect();
    let scan = [&[count], &scanned[..], &[0, if is_sequential { 63 } else { 0 }, 0]].concat();
    let blocks = (usize::from(width) / 8 + 4) * (usize::from(height) / 8 + 4) * sampled.len();
    [
        b"\xFF\xD8".to_vec(),
        segment(0xDB, &[&[0], &[1; 64][..]].concat()),
        segment(frame, &[head, components].concat()),
        table(0x00),
        table(0x10),
        segment(0xDA, &scan),
        vec![0; blocks / if is_sequential { 4 } else { 8 }],
        b"\xFF\xD9".to_vec(),
    ]
    .concat()
}

/// A JPEG with segments behind its beginning.
fn with(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

fn exif(thumbnail: &[u8]) -> Vec<u8> {
    Photo { thumbnail: thumbnail.to_vec(), ..Photo::default() }.tiff()
}

fn exif_segment(thumbnail: &[u8]) -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0".as_slice(), &exif(thumbnail)].concat())
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// A PNG with chunks behind its header.
fn png(picture: &DynamicImage, chunks: &[u8]) -> Vec<u8> {
    let mut png = coded(picture, ImageFormat::Png);
    png.splice(33..33, chunks.iter().copied());
    png
}

/// XMP of so many steps of a history, or what else is repeated.
fn packet(inside: &[u8], times: usize) -> Vec<u8> {
    let head = b"<x xmlns:e='http://ns.adobe.com/xap/1.0/sType/ResourceEvent#' xmlns:dc='http://purl.org/dc/elements/1.1/'>";
    [&head[..], &inside.repeat(times), b"</x>"].concat()
}

/// Content credentials of authors.
fn credentials() -> Vec<u8> {
    let described = |label: &[u8]| boxed(b"jumd", &[&[0; 16], &[2][..], label, &[0]].concat());
    let json = [b"{\"author\":[".to_vec(), b"{\"name\":\"a\"},".repeat(4900), b"{}]}".to_vec()].concat();
    let boxes = [described(b"c2pa"), boxed(b"json", &json).repeat(120)].concat();
    boxed(b"jumb", &boxes)
}

/// A HEIC whose XMP is put together of the same bytes again and again.
fn pieces() -> Vec<u8> {
    let infe = boxed(b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0], &b"mime\0application/rdf+xml\0"[..]].concat());
    let iinf = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1][..], &infe].concat());
    let extent = [0u32.to_be_bytes(), (1u32 << 20).to_be_bytes()].concat();
    let iloc = [&[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0][..], &90u16.to_be_bytes(), &extent.repeat(90)].concat();
    let meta = boxed(b"meta", &[vec![0; 4], iinf, boxed(b"iloc", &iloc)].concat());
    [boxed(b"ftyp", b"heic\0\0\0\0heic"), meta, boxed(b"free", &vec![b' '; 2 << 20])].concat()
}

/// An archive of such parts, packed.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in parts {
        let packed = miniz_oxide::deflate::compress_to_vec(data, 1);
        let fields = [20u16, 0, 8, 0, 0].map(u16::to_le_bytes).concat();
        let lengths = [0, packed.len() as u32, data.len() as u32].map(u32::to_le_bytes).concat();
        let (name_length, at) = ([name.len() as u16, 0].map(u16::to_le_bytes).concat(), out.len() as u32);
        out.extend([b"PK\x03\x04".as_slice(), &fields, &lengths, &name_length, name.as_bytes(), &packed].concat());
        let rest = [[0; 10].as_slice(), &at.to_le_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0".as_slice(), &fields, &lengths, &name_length, &rest, name.as_bytes()].concat());
    }
    let (at, length, count) = (out.len() as u32, directory.len() as u32, (parts.len() as u16).to_le_bytes());
    let end = [&count[..], &count, &length.to_le_bytes(), &at.to_le_bytes(), &[0, 0]].concat();
    [out, directory, b"PK\x05\x06\0\0\0\0".to_vec(), end].concat()
}

const PROGRESSIVE: u8 = 0xC2;
const SEQUENTIAL: u8 = 0xC0;
/// Half as many samples each way of both colours, as cameras write, or as many.
const HALVED: [u8; 3] = [0x22, 0x11, 0x11];
const FULL: [u8; 3] = [0x11; 3];

/// Files that ask for as much memory as they can, by the name that they get.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let thumbnail = grey(SEQUENTIAL, 160, 160, &FULL);
    let small = exif_segment(&thumbnail);
    let largest = grey(PROGRESSIVE, 2048, 2048, &FULL);
    let profile = segment(0xE2, &[b"ICC_PROFILE\0\x01\xFF".as_slice(), &[1; 65_000]].concat());
    let exif_chunk = chunk(b"eXIf", &exif(&thumbnail));
    let itxt = |text: &[u8]| chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", text].concat());
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 60 << 20], 6);
    let hex = chunk(b"tEXt", &[b"Raw profile type exif\0\nexif\n9\n".as_slice(), &b"45".repeat(3 << 20)].concat());
    let webp = {
        let still = coded(&DynamicImage::new_rgba8(2000, 2000), ImageFormat::WebP);
        let header = [b"VP8X\x0A\0\0\0\x08\0\0\0".as_slice(), &[0xCF, 7, 0, 0xCF, 7, 0]].concat();
        let block = exif(&thumbnail);
        let behind = [b"EXIF".as_slice(), &(block.len() as u32).to_le_bytes(), &block, &vec![0; block.len() % 2]].concat();
        let chunks = [header, still[12..].to_vec(), behind].concat();
        [b"RIFF".as_slice(), &(chunks.len() as u32 + 4).to_le_bytes(), b"WEBP", &chunks].concat()
    };
    let many: Vec<Tag> = (0..1000).map(|number| ascii(0xC000 + number, "Maker")).collect();
    let page = DynamicImage::new_rgb8(2300, 2400);
    let pages: Vec<(&DynamicImage, &[Tag])> = vec![(&page, &many)];
    let jumbf = {
        let pieces = credentials();
        let piece = |(number, piece): (usize, &[u8])| {
            let again: &[u8] = if number == 0 { b"" } else { &[0; 8] };
            segment(0xEB, &[b"JP\0\x01", &(number as u32).to_be_bytes()[..], again, piece].concat())
        };
        pieces.chunks(60_000).enumerate().map(piece).collect::<Vec<_>>().concat()
    };
    let padded = with(&largest, &[segment(0xE5, &[1; 65_000]).repeat(180), small.clone()].concat());
    let word = archive(&[("docProps/core.xml", b"<a/>"), ("word/media/image1.jpg", &padded), ("z", &[0; 9])]);
    let word = archive(&[("docProps/core.xml", b"<a/>"), ("word/embeddings/a.docx", &word)]);
    vec![
        ("halved.jpg", with(&grey(PROGRESSIVE, 2880, 2880, &HALVED), &small)),
        ("full.jpg", with(&largest, &small)),
        ("inks.jpg", with(&grey(PROGRESSIVE, 2880, 2880, &[0x11; 4]), &small)),
        ("narrow.jpg", with(&grey(PROGRESSIVE, 65_535, 128, &[0x14, 0x41, 0x11]), &small)),
        ("huge.jpg", with(&grey(SEQUENTIAL, 16_000, 8_000, &FULL), &small)),
        ("profile.jpg", with(&grey(PROGRESSIVE, 2880, 2880, &HALVED), &[small.clone(), profile.repeat(900)].concat())),
        ("inside.jpg", with(&thumbnail, &exif_segment(&largest))),
        ("inside.tif", exif(&largest)),
        ("credentials.jpg", with(&thumbnail, &jumbf)),
        ("behind.jpg", [thumbnail.clone(), boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &vec![1; 20 << 20])].concat()),
        ("picture.png", png(&DynamicImage::new_rgb8(2300, 2400), &exif_chunk)),
        ("steps.png", png(&page, &[itxt(&packet(b"<a e:action='a'/>", 450_000)), exif_chunk.clone()].concat())),
        ("titles.png", png(&page, &[itxt(&packet(b"<dc:title>a</dc:title>", 350_000)), exif_chunk.clone()].concat())),
        ("profile.png", png(&page, &chunk(b"iCCP", &[b"a\0\0".as_slice(), &zeros].concat()))),
        ("texts.png", png(&page, &chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &zeros].concat()).repeat(9))),
        ("hex.png", png(&page, &hex)),
        ("picture.webp", webp),
        ("picture.tif", support::coded::tiff(&pages)),
        ("pieces.heic", pieces()),
        ("film.mp4", [boxed(b"ftyp", b"isom\0\0\0\0isom"), boxed(b"moov", &boxed(b"free", &vec![1; 20 << 20]))].concat()),
        ("inside.docx", word),
    ]
}

/// How much memory a run of `check` may have. It is counted as addresses, of which there are never fewer than pages in use.
pub(super) struct Memory {
    /// What the program takes itself, in MiB.
    own: u64,
}

impl Memory {
    pub fn measured(desk: &Desk) -> Self {
        let quiet = desk.write("own.jpg", grey(SEQUENTIAL, 16, 16, &FULL));
        let own = (8..).step_by(2).find(|own| Memory { own: *own }.check(&quiet, 0).status.success());
        Memory { own: own.unwrap() }
    }

    /// Looks into a file with so many MiB beside what the program takes itself.
    pub fn check(&self, path: &Path, beside: u64) -> std::process::Output {
        let line = format!("ulimit -c 0; ulimit -v {}; exec \"$0\" check --json \"$1\"", (self.own + beside) << 10);
        let mut bash = std::process::Command::new("bash");
        // each arena of the allocator takes 64 MiB of addresses and no memory
        bash.env("MALLOC_ARENA_MAX", "1").arg("-c").arg(line).arg(support::program()).arg(path).output().unwrap()
    }

    /// The same with 64 MiB, which is enough for every file.
    #[track_caller]
    pub fn suffices(&self, path: &Path) {
        let told = self.check(path, 64);
        let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap_or_else(|_| panic!("{path:?}: {told:?}"));
        assert_eq!((&json["looked_into"], told.status.code()), (&1.into(), Some(0)), "{path:?}: {told:?}");
    }
}

#[test]
fn files_made_to_be_large_take_no_more_than_64_mib() {
    let desk = Desk::new();
    let memory = Memory::measured(&desk);
    for (name, bytes) in large() {
        let path = desk.write(name, bytes);
        memory.suffices(&path);
        // and that much is really needed
        if ["halved.jpg", "full.jpg", "picture.png", "picture.webp"].contains(&name) {
            assert!(!memory.check(&path, 8).status.success(), "{name}: the limit does not hold");
        }
    }
}

/// A file on a disk that is slow: 64 bytes at a time, and each time a while.
struct Slow {
    bytes: Vec<u8>,
    reads: AtomicUsize,
}

impl ReadAt for Slow {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(40));
        let room = out.len().min(64);
        self.bytes.read_at(&mut out[..room], at)
    }
}

/// Whatever the kind, nothing is read any more once the time is up, and that is told. Reads are counted, which no other work on the
/// machine makes more.
#[test]
fn a_slow_file_of_any_kind_is_given_up() {
    let ftyp = |brand: &[u8; 4]| boxed(b"ftyp", &[&brand[..], b"\0\0\0\0"].concat());
    let boxes = |brand: &[u8; 4], named: &[u8; 4]| {
        [ftyp(brand), boxed(b"free", b"").repeat(900), boxed(named, &boxed(b"free", b"").repeat(900))].concat()
    };
    let tags: Vec<Tag> = (0..900).map(|number| short(0x9000 + number, 7)).collect();
    let tiff = Photo { image: tags, camera: vec![bytes(0x9286, &[1; 9000])], ..Photo::default() }.tiff();
    let jpeg = with(&grey(SEQUENTIAL, 64, 64, &FULL), &segment(0xE1, &[b"Exif\0\0", &tiff[..]].concat()).repeat(9));
    let raf = {
        let mut head = b"FUJIFILMCCD-RAW ".to_vec();
        head.resize(84, 0);
        head.extend([100u32.to_be_bytes(), (jpeg.len() as u32).to_be_bytes()].concat());
        head.resize(100, 0);
        [head, jpeg.clone()].concat()
    };
    let office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let text = b"the gate at noon\n".repeat(2000);
    let noise: Vec<u8> = (0..60_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let chunks = [b"RIFF\xFF\xFF\0\0WEBP".to_vec(), b"JUNK\0\0\0\0".repeat(2000)].concat();
    let old = std::fs::read(support::root().join("tests/corpus/documents/old.doc")).unwrap();
    let kinds: Vec<(&str, Vec<u8>)> = vec![
        ("image/jpeg", jpeg),
        ("image/png", png(&DynamicImage::new_rgb8(9, 9), &chunk(b"tIME", &[0; 7]).repeat(900))),
        ("image/webp", chunks),
        ("image/heif", boxes(b"heic", b"meta")),
        ("image/avif", boxes(b"avif", b"meta")),
        ("image/x-canon-cr3", boxes(b"crx ", b"moov")),
        ("image/tiff", tiff.clone()),
        ("image/x-nikon-nef", tiff),
        ("image/x-fuji-raf", raf),
        ("video/mp4", boxes(b"isom", b"moov")),
        ("video/quicktime", boxes(b"qt  ", b"moov")),
        ("video/x-matroska", std::fs::read(support::root().join("tests/corpus/quiet.mkv")).unwrap()),
        ("application/pdf", [b"%PDF-1.7\n".to_vec(), b"1 0 obj<</A 1>>endobj ".repeat(900)].concat()),
        ("application/rtf", [b"{\\rtf1".to_vec(), b"{\\b a}".repeat(9000)].concat()),
        (office, archive(&[("docProps/core.xml", b"<a/>"), ("word/document.xml", &noise)])),
        ("application/msword", old),
        ("text/plain", text.clone()),
        ("message/rfc822", [b"From: a\nTo: b\nDate: c\n\n".to_vec(), text].concat()),
    ];
    std::thread::scope(|scope| {
        for (kind, bytes) in &kinds {
            scope.spawn(move || {
                let slow = Slow { bytes: bytes.clone(), reads: AtomicUsize::new(0) };
                let facts = sealbag::inspect::facts(&slow, kind);
                let reads = slow.reads.into_inner();
                assert!(facts.unread, "{kind}: {facts:?}");
                // 0.8 s of 40 ms each, and a few that began before
                assert!((10..40).contains(&reads), "{kind}: {reads} reads");
            });
        }
    });
}

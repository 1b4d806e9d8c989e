//! Notes in a camera maker's own form: whose they are, and the numbers in them that are known to be the camera's.

use super::list::{List, ended};
use super::tiff::{Directory, Entry, Tiff};

/// A maker, what its note begins with, how its directory is found, and the tags in it that hold a number of the camera or lens.
struct Maker {
    name: &'static str,
    mark: &'static [u8],
    form: Form,
    tags: &'static [(u16, &'static str)],
}

/// Where the directory of a note is and from where its offsets count.
#[derive(Clone, Copy)]
enum Form {
    /// A TIFF of its own, so many bytes into the note.
    Tiff(u64),
    /// A directory so many bytes into the note, offsets from the beginning of the whole TIFF.
    Outer(u64),
    /// A directory so many bytes into the note, offsets from the beginning of the note, the low byte first or not.
    Inner(u64, bool),
    /// Not read.
    Closed,
}

static MAKERS: &[Maker] = &[
    // Nikon: 0x001D serial number, 0x00A0 the same for some Coolpix
    Maker { name: "Nikon", mark: b"Nikon\0\x02", form: Form::Tiff(10), tags: &[(0x001D, SERIAL), (0x00A0, SERIAL)] },
    Maker { name: "Nikon", mark: b"Nikon\0\x01", form: Form::Closed, tags: &[] },
    // Apple: 0x0011 and 0x0015 identify the picture and its film
    Maker { name: "Apple", mark: b"Apple iOS\0", form: Form::Inner(14, false), tags: &[(0x0011, IMAGE), (0x0015, IMAGE)] },
    Maker { name: "Fujifilm", mark: b"FUJIFILM", form: Form::Inner(12, true), tags: &[(0x0010, SERIAL)] },
    Maker { name: "Panasonic", mark: b"Panasonic\0", form: Form::Outer(12), tags: &[(0x0025, SERIAL), (0x0052, LENS)] },
    Maker { name: "Olympus", mark: b"OLYMPUS\0II", form: Form::Inner(12, true), tags: &[(0x0404, SERIAL)] },
    Maker { name: "Olympus", mark: b"OM SYSTEM\0\0\0II", form: Form::Inner(16, true), tags: &[(0x0404, SERIAL)] },
    Maker { name: "Olympus", mark: b"OLYMP\0", form: Form::Outer(8), tags: &[(0x0404, SERIAL)] },
    Maker { name: "Pentax", mark: b"PENTAX \0II", form: Form::Inner(10, true), tags: &[(0x0229, SERIAL)] },
    Maker { name: "Pentax", mark: b"PENTAX \0MM", form: Form::Inner(10, false), tags: &[(0x0229, SERIAL)] },
    Maker { name: "Pentax", mark: b"AOC\0", form: Form::Closed, tags: &[] },
    Maker { name: "Sony", mark: b"SONY DSC \0\0\0", form: Form::Outer(12), tags: &[(0x2031, SERIAL)] },
    Maker { name: "Sony", mark: b"SONY CAM \0\0\0", form: Form::Outer(12), tags: &[(0x2031, SERIAL)] },
    Maker { name: "Sony", mark: b"SONY", form: Form::Closed, tags: &[] },
    Maker { name: "Samsung", mark: b"STMN", form: Form::Closed, tags: &[] },
    Maker { name: "Leica", mark: b"LEICA", form: Form::Closed, tags: &[] },
    Maker { name: "Sigma", mark: b"SIGMA\0\0\0", form: Form::Outer(10), tags: &[(0x0002, SERIAL)] },
    Maker { name: "Ricoh", mark: b"Ricoh", form: Form::Closed, tags: &[] },
    Maker { name: "Google", mark: b"HDRP", form: Form::Closed, tags: &[] },
];
const SERIAL: &str = "camera_serial";
const LENS: &str = "lens_serial";
const IMAGE: &str = "document_id";

/// Canon's notes begin with their directory and have no mark.
const CANON: &[(u16, &str)] = &[(0x000C, SERIAL), (0x0009, "owner"), (0x0096, SERIAL)];
const CANON_SERIAL: u16 = 0x000C;

/// Adds what a note says: whose it is, how long, and numbers of the camera.
pub(super) fn read(tiff: &Tiff, note: &Entry, make: &str, facts: &mut List) {
    let bytes = tiff.part(note.at, note.length());
    let head = bytes.first(16).unwrap_or_default();
    let maker = MAKERS.iter().find(|maker| head.starts_with(maker.mark));
    let is_canon = maker.is_none() && make.starts_with("Canon");
    let name = maker.map_or(if is_canon { "Canon" } else { make }, |maker| maker.name);
    facts.add("maker_note", Some(format!("{name} {} bytes", note.length()).trim().to_owned()));
    let read = match maker.map(|maker| maker.form) {
        None if is_canon => Some(Tiff::note(tiff.whole(), tiff.is_little(), note.at)),
        None | Some(Form::Closed) => None,
        Some(Form::Tiff(at)) => Tiff::read(bytes.part(at..note.length())),
        Some(Form::Outer(at)) => Some(Tiff::note(tiff.whole(), tiff.is_little(), note.at + at)),
        Some(Form::Inner(at, little)) => Some(Tiff::note(bytes, little, at)),
    };
    if let Some(read) = read {
        numbers(&read, maker.map_or(CANON, |maker| maker.tags), facts);
    }
}

/// Adds what a note of Canon says that is a TIFF of its own, as in CR3.
pub(super) fn canon(note: &Tiff, length: u64, facts: &mut List) {
    facts.add("maker_note", Some(format!("Canon {length} bytes")));
    numbers(note, CANON, facts);
}

fn numbers(read: &Tiff, tags: &[(u16, &'static str)], facts: &mut List) {
    for (tag, name) in tags {
        let Some(entry) = read.find(Directory::Image, *tag) else { continue };
        let value = match read.text(entry) {
            // Canon's is a number, shown on the camera with ten digits
            Some(number) if *tag == CANON_SERIAL => Some(format!("{number:0>10}")),
            Some(text) => Some(text),
            None => read.bytes(entry).map(|bytes| ended(&bytes)),
        };
        facts.add(name, value.filter(|value| value.chars().any(|c| c.is_ascii_alphanumeric() && c != '0')));
    }
}

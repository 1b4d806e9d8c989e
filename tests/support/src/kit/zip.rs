//! ZIP files in which every byte can be a lie (format, section 7; APPNOTE.TXT 6.3.10).

use std::io::{Seek, SeekFrom, Write};

use super::parts::Parts;

#[derive(Clone)]
pub struct Zip {
    /// Before the first entry.
    pub before: Vec<u8>,
    pub entries: Vec<Entry>,
    /// Which entries the directory lists, in its order.
    pub directory: Vec<usize>,
    /// Between the last entry and the directory.
    pub between: Vec<u8>,
    /// ZIP64 end record and locator.
    pub records64: Vec<u8>,
    pub end: End,
    /// After the end record.
    pub after: Vec<u8>,
}

#[derive(Clone)]
pub struct Entry {
    /// Bytes between the entry before and this one.
    pub gap: Vec<u8>,
    pub local: Header,
    pub central: Header,
    pub bytes: Vec<u8>,
    /// How many zeros follow the bytes, left as a hole if the file system can.
    pub hole: u64,
    pub descriptor: Vec<u8>,
}

/// The fields of both kinds of header; a local one writes those it has.
#[derive(Clone)]
pub struct Header {
    pub signature: [u8; 4],
    pub made_by: u16,
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub packed: u32,
    pub size: u32,
    pub name: Vec<u8>,
    pub extra: Vec<u8>,
    pub comment: Vec<u8>,
    pub disk: u16,
    pub internal: u16,
    pub external: u32,
    pub offset: u32,
}

#[derive(Clone)]
pub struct End {
    pub disk: u16,
    pub directory_disk: u16,
    pub count_here: u16,
    pub count: u16,
    pub size: u32,
    pub offset: u32,
    pub comment: Vec<u8>,
    pub comment_len: Option<u16>,
}

const NEEDS_64: u64 = 0xFFFF_FFFF;

fn low32(number: u64) -> u32 {
    if number >= NEEDS_64 { 0xFFFF_FFFF } else { number as u32 }
}

impl Entry {
    /// An entry with the headers that the format fixes, its offset still open.
    pub fn new(name: &str, bytes: &[u8], hole: u64, dos: (u16, u16)) -> Self {
        let mut crc = crc32fast::Hasher::new();
        crc.update(bytes);
        let zeros = vec![0; 1 << 20];
        let mut rest = hole;
        while rest > 0 {
            let step = rest.min(1 << 20);
            crc.update(&zeros[..step as usize]);
            rest -= step;
        }
        Entry::with_crc(name, bytes, hole, dos, crc.finalize())
    }

    /// The same with a given CRC-32, known or false.
    pub fn with_crc(name: &str, bytes: &[u8], hole: u64, dos: (u16, u16), crc: u32) -> Self {
        let size = bytes.len() as u64 + hole;
        let needed = if size >= NEEDS_64 { 45 } else { 10 };
        let local = Header {
            signature: *b"PK\x03\x04",
            made_by: 0,
            needed,
            flags: if name.is_ascii() { 0 } else { 0x0800 },
            method: 0,
            time: dos.0,
            date: dos.1,
            crc,
            packed: low32(size),
            size: low32(size),
            name: name.into(),
            extra: if size >= NEEDS_64 { extra64(&[size, size]) } else { Vec::new() },
            comment: Vec::new(),
            disk: 0,
            internal: 0,
            external: 0,
            offset: 0,
        };
        let central = Header { signature: *b"PK\x01\x02", made_by: 0x0300 | needed, external: 0x81A4_0000, ..local.clone() };
        Entry { gap: Vec::new(), local, central, bytes: bytes.to_vec(), hole, descriptor: Vec::new() }
    }

    pub fn size(&self) -> u64 {
        self.bytes.len() as u64 + self.hole
    }

    /// Changes both headers the same way.
    pub fn both(&mut self, edit: impl Fn(&mut Header)) {
        edit(&mut self.local);
        edit(&mut self.central);
    }

    fn local_len(&self) -> u64 {
        (30 + self.local.name.len() + self.local.extra.len()) as u64
    }
}

/// Reads the entries of a ZIP of stored entries, by its local headers, without their top folder.
pub fn entries_of(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (mut at, mut entries) = (0, Vec::new());
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let number = |from: usize, to: usize| bytes[at + from..at + to].iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
        let (size, name, extra) = (number(22, 26), number(26, 28), number(28, 30));
        let data = at + 30 + name + extra;
        let whole = String::from_utf8(bytes[at + 30..at + 30 + name].to_vec()).unwrap();
        entries.push((whole.split_once('/').unwrap().1.to_owned(), bytes[data..data + size].to_vec()));
        at = data + size;
    }
    entries
}

/// The extra field of ZIP64.
pub fn extra64(numbers: &[u64]) -> Vec<u8> {
    extra(1, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}

pub fn extra(id: u16, bytes: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &(bytes.len() as u16).to_le_bytes(), bytes].concat()
}

/// ZIP64 end record and locator.
pub fn records64(count: u64, size: u64, offset: u64) -> Vec<u8> {
    let mut out = b"PK\x06\x06".to_vec();
    out.extend(44u64.to_le_bytes());
    out.extend(0x032Du16.to_le_bytes());
    out.extend(45u16.to_le_bytes());
    out.extend([0; 8]);
    for number in [count, count, size, offset] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07");
    out.extend([0; 4]);
    out.extend((offset + size).to_le_bytes());
    out.extend(1u32.to_le_bytes());
    out
}

impl Zip {
    pub fn of(parts: &Parts) -> Self {
        let entry = |(name, bytes): &(String, Vec<u8>)| Entry::new(&format!("{}/{name}", parts.top), bytes, 0, parts.dos);
        Zip::from_entries(parts.files.iter().map(entry).collect())
    }

    pub fn from_entries(entries: Vec<Entry>) -> Self {
        let end = End {
            disk: 0,
            directory_disk: 0,
            count_here: 0,
            count: 0,
            size: 0,
            offset: 0,
            comment: Vec::new(),
            comment_len: None,
        };
        let directory = (0..entries.len()).collect();
        let (before, between, records64, after) = Default::default();
        let mut zip = Zip { before, entries, directory, between, records64, end, after };
        zip.lay_out();
        zip
    }

    pub fn entry(&mut self, name: &str) -> &mut Entry {
        let ends = |entry: &Entry| entry.local.name.ends_with(format!("/{name}").as_bytes());
        let at = self.entries.iter().position(ends).unwrap_or_else(|| panic!("no entry {name}"));
        &mut self.entries[at]
    }

    /// Makes offsets, counts and the end record true again after a change.
    pub fn lay_out(&mut self) {
        let mut at = self.before.len() as u64;
        for entry in &mut self.entries {
            at += entry.gap.len() as u64;
            entry.central.offset = low32(at);
            let mut numbers = if entry.size() >= NEEDS_64 { vec![entry.size(); 2] } else { Vec::new() };
            if at >= NEEDS_64 {
                numbers.push(at);
            }
            if !numbers.is_empty() {
                (entry.central.needed, entry.central.made_by) = (45, 0x032D);
                entry.central.extra = extra64(&numbers);
            }
            at += entry.local_len() + entry.size() + entry.descriptor.len() as u64;
        }
        let offset = at + self.between.len() as u64;
        let size = self.directory_bytes().len() as u64;
        let count = self.directory.len() as u64;
        let needs_64 = count >= 0xFFFF || size >= NEEDS_64 || offset >= NEEDS_64;
        self.records64 = if needs_64 { records64(count, size, offset) } else { Vec::new() };
        let count = count.min(0xFFFF) as u16;
        (self.end.count_here, self.end.count) = (count, count);
        (self.end.size, self.end.offset) = (low32(size), low32(offset));
    }

    /// Where the directory begins.
    pub fn directory_offset(&self) -> u64 {
        let entry = |entry: &Entry| entry.gap.len() as u64 + entry.local_len() + entry.size() + entry.descriptor.len() as u64;
        (self.before.len() + self.between.len()) as u64 + self.entries.iter().map(entry).sum::<u64>()
    }

    pub fn directory_bytes(&self) -> Vec<u8> {
        self.directory.iter().flat_map(|at| self.entries[*at].central.central_bytes()).collect()
    }

    /// Writes everything as it stands, right or wrong.
    pub fn write_to(&self, out: &mut (impl Write + Seek)) -> std::io::Result<()> {
        out.write_all(&self.before)?;
        for entry in &self.entries {
            for bytes in [&entry.gap, &entry.local.local_bytes(), &entry.bytes] {
                out.write_all(bytes)?;
            }
            if entry.hole > 0 {
                out.seek(SeekFrom::Current(entry.hole as i64))?;
            }
            out.write_all(&entry.descriptor)?;
        }
        for bytes in [&self.between, &self.directory_bytes(), &self.records64, &self.end.bytes(), &self.after] {
            out.write_all(bytes)?;
        }
        out.flush()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = std::io::Cursor::new(Vec::new());
        self.write_to(&mut out).unwrap();
        out.into_inner()
    }
}

impl Header {
    fn shared(&self, out: &mut Vec<u8>) {
        for number in [self.needed, self.flags, self.method, self.time, self.date] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.crc, self.packed, self.size] {
            out.extend(number.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend((self.extra.len() as u16).to_le_bytes());
    }

    pub fn local_bytes(&self) -> Vec<u8> {
        let mut out = self.signature.to_vec();
        self.shared(&mut out);
        [out, self.name.clone(), self.extra.clone()].concat()
    }

    pub fn central_bytes(&self) -> Vec<u8> {
        let mut out = self.signature.to_vec();
        out.extend(self.made_by.to_le_bytes());
        self.shared(&mut out);
        for number in [self.comment.len() as u16, self.disk, self.internal] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.external.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
        [out, self.name.clone(), self.extra.clone(), self.comment.clone()].concat()
    }
}

impl End {
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"PK\x05\x06".to_vec();
        for number in [self.disk, self.directory_disk, self.count_here, self.count] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.size.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
        out.extend(self.comment_len.unwrap_or(self.comment.len() as u16).to_le_bytes());
        [out, self.comment.clone()].concat()
    }
}

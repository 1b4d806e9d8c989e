//! The container (format, section 7): a ZIP of stored entries of which every byte is fixed by name, size, CRC-32, offset and
//! one time. Writers make headers with these functions; the reader makes them again and compares bytes.

use super::time::Timestamp;

/// From this value on, a size or an offset needs 64 bits.
const NEEDS_64: u64 = 0xFFFF_FFFF;
/// From this value on, a count of entries needs 64 bits.
const COUNT_NEEDS_64: u64 = 0xFFFF;

/// The signature that begins a local header.
pub(crate) const LOCAL_SIGNATURE: [u8; 4] = *b"PK\x03\x04";
/// The signature that begins a header in the central directory.
pub(crate) const CENTRAL_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
/// The fixed part of a local header, in bytes.
pub(crate) const LOCAL_FIXED: usize = 30;
/// The only extra field of a local header: ZIP64 with both sizes.
pub(crate) const LOCAL_EXTRA: usize = 20;

/// What a header says about one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The whole name, with the top folder.
    pub name: &'a str,
    /// Length of the contents in bytes.
    pub size: u64,
    /// CRC-32 of the contents.
    pub crc32: u32,
    /// Where its local header begins.
    pub offset: u64,
    /// The one time of all entries.
    pub time: DosTime,
}

/// A time as MS-DOS packs it: halved seconds, minutes and hours; day, month and years since 1980.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DosTime {
    time: u16,
    date: u16,
}

impl DosTime {
    /// All bits zero, for a header that is only measured.
    pub(crate) const ZERO: DosTime = DosTime { time: 0, date: 0 };

    /// `None` outside the years 1980 to 2107.
    pub fn of(time: &Timestamp) -> Option<Self> {
        time.dos().map(|(time, date)| DosTime { time, date })
    }
}

/// The length of the local header of an entry.
pub fn local_len(name: &str, size: u64) -> u64 {
    (LOCAL_FIXED + name.len() + if size >= NEEDS_64 { LOCAL_EXTRA } else { 0 }) as u64
}

/// The local header.
pub fn local_header(entry: &Entry) -> Vec<u8> {
    let big = entry.size >= NEEDS_64;
    let mut out = Vec::with_capacity(LOCAL_FIXED + entry.name.len() + LOCAL_EXTRA);
    out.extend(LOCAL_SIGNATURE);
    out.extend((if big { 45u16 } else { 10 }).to_le_bytes());
    shared_fields(&mut out, entry);
    out.extend((if big { LOCAL_EXTRA as u16 } else { 0 }).to_le_bytes());
    out.extend(entry.name.as_bytes());
    if big {
        zip64_extra(&mut out, &[entry.size, entry.size]);
    }
    out
}

/// The header in the central directory.
pub fn central_header(entry: &Entry) -> Vec<u8> {
    let (big, far) = (entry.size >= NEEDS_64, entry.offset >= NEEDS_64);
    let needed: u16 = if big || far { 45 } else { 10 };
    let mut numbers = Vec::new();
    if big {
        numbers.extend([entry.size, entry.size]);
    }
    if far {
        numbers.push(entry.offset);
    }
    let extra = if numbers.is_empty() { 0 } else { 4 + 8 * numbers.len() as u16 };
    let mut out = Vec::with_capacity(46 + entry.name.len() + usize::from(extra));
    out.extend(CENTRAL_SIGNATURE);
    out.extend((0x0300 | needed).to_le_bytes());
    out.extend(needed.to_le_bytes());
    shared_fields(&mut out, entry);
    out.extend(extra.to_le_bytes());
    out.extend([0; 2 + 2 + 2]); // comment length, disk, internal attributes
    out.extend(0x81A4_0000u32.to_le_bytes());
    out.extend(low32(entry.offset).to_le_bytes());
    out.extend(entry.name.as_bytes());
    if !numbers.is_empty() {
        zip64_extra(&mut out, &numbers);
    }
    out
}

/// What follows the central directory: ZIP64 end record and locator where a number needs them, and the end record.
pub fn end_records(count: u64, directory_size: u64, directory_offset: u64) -> Vec<u8> {
    let mut out = Vec::new();
    if count >= COUNT_NEEDS_64 || directory_size >= NEEDS_64 || directory_offset >= NEEDS_64 {
        out.extend(b"PK\x06\x06");
        out.extend(44u64.to_le_bytes());
        out.extend(0x032Du16.to_le_bytes());
        out.extend(45u16.to_le_bytes());
        out.extend([0; 4 + 4]); // disks
        for number in [count, count, directory_size, directory_offset] {
            out.extend(number.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend([0; 4]);
        out.extend((directory_offset + directory_size).to_le_bytes());
        out.extend(1u32.to_le_bytes());
    }
    let short_count = u16::try_from(count).unwrap_or(u16::MAX);
    out.extend(b"PK\x05\x06");
    out.extend([0; 2 + 2]); // disks
    out.extend(short_count.to_le_bytes());
    out.extend(short_count.to_le_bytes());
    out.extend(low32(directory_size).to_le_bytes());
    out.extend(low32(directory_offset).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Reads what a local header says besides the name, so that it can be rebuilt: name length, size, CRC-32 and time. `fixed` is
/// its first 30 bytes. Whether it is the one valid header shows when it is compared with [`local_header`].
pub(crate) fn read_local(fixed: &[u8; LOCAL_FIXED]) -> LocalFields {
    let u16_at = |at: usize| fixed.get(at..at + 2).map_or(0, |b| b.iter().rev().fold(0, |n, b| n << 8 | u16::from(*b)));
    let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
    LocalFields {
        time: DosTime { time: u16_at(10), date: u16_at(12) },
        crc32: u32_at(14),
        size: u32_at(22),
        name_len: usize::from(u16_at(26)),
    }
}

/// What a local header says besides the name.
#[derive(Debug, Clone, Copy)]
pub struct LocalFields {
    /// The time.
    pub time: DosTime,
    /// The CRC-32.
    pub crc32: u32,
    /// The size, or 0xFFFFFFFF where the ZIP64 extra has it.
    pub size: u32,
    /// The length of the name in bytes.
    pub name_len: usize,
}

impl LocalFields {
    /// True where the size stands in the ZIP64 extra.
    pub(crate) fn is_zip64(&self) -> bool {
        u64::from(self.size) == NEEDS_64
    }

    /// The size that the extra field gives.
    pub(crate) fn size_in_extra(extra: &[u8; LOCAL_EXTRA]) -> u64 {
        extra.get(4..12).map_or(0, |b| b.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    }
}

/// The least length of the last entry, `seal/padding`, for which the whole ZIP's length is a PADME length (PURBs). `padding` is
/// that entry with any size, `directory_size` the length of the central directory with its header in it, `count` the number of
/// all entries.
pub(crate) fn padding_len(padding: &Entry, directory_size: u64, count: u64) -> u64 {
    let others = directory_size.saturating_sub(central_header(padding).len() as u64);
    least_padding(|size| {
        let entry = Entry { size, ..*padding };
        let start = entry.offset.saturating_add(local_len(entry.name, size)).saturating_add(size);
        let directory = others + central_header(&entry).len() as u64;
        start.saturating_add(directory).saturating_add(end_records(count, directory, start).len() as u64)
    })
}

/// The least size for which `total` gives a PADME length; `total` grows with the size, and jumps where a number begins to need
/// 64 bits.
fn least_padding(total: impl Fn(u64) -> u64) -> u64 {
    let mut target = padme(total(0));
    loop {
        let (mut low, mut high) = (0, target);
        while low < high {
            let middle = low + (high - low) / 2;
            if total(middle) < target { low = middle + 1 } else { high = middle }
        }
        if total(low) == target || target == u64::MAX {
            return low;
        }
        target = padme(target.saturating_add(1));
    }
}

/// The PADME length for `length`: the least that is not below it and whose mantissa has no more bits than its exponent (Nikitin
/// and others, Reducing Metadata Leakage from Encrypted Files).
pub fn padme(length: u64) -> u64 {
    if length < 2 {
        return length;
    }
    let exponent = length.ilog2();
    let significant = exponent.checked_ilog2().unwrap_or(0) + 1;
    let mask = (1u64 << exponent.saturating_sub(significant)) - 1;
    length.saturating_add(mask) & !mask
}

fn shared_fields(out: &mut Vec<u8>, entry: &Entry) {
    let flags: u16 = if entry.name.is_ascii() { 0 } else { 0x0800 };
    out.extend(flags.to_le_bytes());
    out.extend([0; 2]); // stored
    out.extend(entry.time.time.to_le_bytes());
    out.extend(entry.time.date.to_le_bytes());
    out.extend(entry.crc32.to_le_bytes());
    out.extend(low32(entry.size).to_le_bytes());
    out.extend(low32(entry.size).to_le_bytes());
    out.extend((entry.name.len() as u16).to_le_bytes());
}

fn zip64_extra(out: &mut Vec<u8>, numbers: &[u64]) {
    out.extend(1u16.to_le_bytes());
    out.extend((8 * numbers.len() as u16).to_le_bytes());
    for number in numbers {
        out.extend(number.to_le_bytes());
    }
}

fn low32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: DosTime = DosTime { time: 0, date: 0x21 };

    #[test]
    fn only_numbers_that_need_64_bits_get_them() {
        let entry = |size, offset| Entry { name: "n", size, crc32: 0, offset, time: TIME };
        assert_eq!(local_header(&entry(0xFFFF_FFFE, 0)).len(), 31);
        assert_eq!(local_header(&entry(0xFFFF_FFFF, 0)).len(), 51);
        assert_eq!(central_header(&entry(0xFFFF_FFFE, 0xFFFF_FFFE)).len(), 47);
        assert_eq!(central_header(&entry(0xFFFF_FFFE, 0xFFFF_FFFF)).len(), 47 + 12);
        assert_eq!(central_header(&entry(0xFFFF_FFFF, 0)).len(), 47 + 20);
        assert_eq!(central_header(&entry(0xFFFF_FFFF, 0xFFFF_FFFF)).len(), 47 + 28);
        assert_eq!(end_records(0xFFFE, 1, 1).len(), 22);
        assert_eq!(end_records(0xFFFF, 1, 1).len(), 22 + 76);
        assert_eq!(end_records(1, 1, 0xFFFF_FFFF).len(), 22 + 76);
    }

    #[test]
    fn what_a_local_header_says_is_read_back() {
        for size in [0, 7, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 40] {
            let header = local_header(&Entry { name: "näme", size, crc32: 0xDEAD_BEEF, offset: 0, time: TIME });
            let fields = read_local(header.first_chunk().unwrap());
            assert_eq!((fields.crc32, fields.name_len, fields.time), (0xDEAD_BEEF, 5, TIME));
            let extra: Option<&[u8; LOCAL_EXTRA]> = header.get(35..).and_then(|rest| rest.first_chunk());
            let read = extra.map_or(u64::from(fields.size), LocalFields::size_in_extra);
            assert_eq!((read, extra.is_some()), (size, fields.is_zip64()));
            assert_eq!(header.len() as u64, local_len("näme", size));
        }
    }

    #[test]
    fn padme_lengths_are_those_of_the_paper() {
        for (length, padded) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (9, 10),
            (100, 104),
            (1000, 1024),
            (1 << 20, 1 << 20),
            ((1 << 20) + 1, (1 << 20) + (1 << 15)),
        ] {
            assert_eq!(padme(length), padded, "{length}");
        }
    }

    #[test]
    fn padding_reaches_a_padme_length_across_a_jump() {
        let total = |padding: u64| 1000 + padding + if padding >= 10 { 76 } else { 0 };
        let least = (0..).find(|padding| padme(total(*padding)) == total(*padding)).unwrap();
        assert_eq!(least_padding(total), least);
        assert_eq!(least_padding(|padding| 1000 + padding), 24);
    }
}

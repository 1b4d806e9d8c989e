//! Writing a bundle: every place is known beforehand from names and sizes, so two workers copy and hash the inputs at once, each
//! file read once, and the headers follow when their CRC-32 is known. Memory does not depend on the size of the payload.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::disk::NewFile;
use super::folder::{Input, unreadable};
use super::media::{HEAD, media_type};
use super::payload::WORKERS;
use super::source::CHUNK;
use crate::base::code;
use crate::base::error::{Error, Finding, Result};
use crate::base::watch::Watch;
use crate::format::digest::{Digest, Hasher};
use crate::format::time::Timestamp;
use crate::format::zip::{self, DosTime};

/// More than any local header takes: 50 bytes and the longest name.
const HEADER_ROOM: usize = 2048;

/// A ZIP being written to a file, its entries at places reserved in order.
pub(crate) struct BundleWriter<'f> {
    file: &'f File,
    time: DosTime,
    top: String,
    inputs: &'f [Input],
    /// The names of the entries behind the payload.
    parts: Vec<&'static str>,
    slots: Vec<Slot>,
    position: u64,
}

/// A place for an entry; the first ones are those of the inputs.
#[derive(Clone, Copy)]
struct Slot {
    size: u64,
    crc32: u32,
    offset: u64,
}

/// What was learnt of an input while it was copied.
#[derive(Clone, Copy)]
pub(crate) struct Copied {
    pub sha256: Digest,
    pub crc32: u32,
    /// What the file is, as an index into the media types that occur.
    pub media_type: u16,
}

impl<'f> BundleWriter<'f> {
    /// Writes `inputs`, in the order of their names, to `out`, which is empty; their places are reserved at once. `top` is the
    /// name of the top folder, `sealed_at` the one time of all entries.
    pub fn new(out: &'f NewFile, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        let time = DosTime::of(sealed_at).ok_or_else(|| {
            let trouble = "a seal can state times of the years 1980 to 2107 only";
            Error::new(code::INPUT_LIMIT, "clock", trouble).hint("set the clock of this computer")
        })?;
        let slots = Vec::with_capacity(inputs.len() + 16);
        let mut writer =
            BundleWriter { file: out.file(), time, top: format!("{top}/"), inputs, parts: Vec::new(), slots, position: 0 };
        for input in inputs {
            writer.place(input.size());
        }
        Ok(writer)
    }

    /// Reserves the place of the next entry behind the payload; its index.
    pub fn reserve(&mut self, name: &'static str, size: u64) -> usize {
        self.parts.push(name);
        self.place(size)
    }

    fn place(&mut self, size: u64) -> usize {
        let index = self.slots.len();
        let slot = Slot { size, crc32: 0, offset: self.position };
        self.slots.push(slot);
        self.position = slot.offset + zip::local_len(&self.name(index), size) + size;
        index
    }

    fn name(&self, index: usize) -> String {
        match self.inputs.get(index) {
            Some(input) => format!("{}data/{}", self.top, input.name),
            None => format!("{}{}", self.top, self.parts.get(index - self.inputs.len()).unwrap_or(&"")),
        }
    }

    /// Copies every input to its entry; what was learnt of each, and the media types that occur. All inputs that cannot be sealed
    /// are told at once.
    pub fn copy_inputs(&mut self, watch: &dyn Watch) -> Result<(Vec<Copied>, Vec<String>)> {
        watch.expect(self.inputs.iter().map(Input::size).sum());
        let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let nothing = Copied { sha256: Digest::from([0; 32]), crc32: 0, media_type: 0 };
        let copied: Mutex<(Vec<Copied>, Vec<String>)> = Mutex::new((vec![nothing; self.inputs.len()], Vec::new()));
        let refused: Mutex<Vec<(usize, Refusal)>> = Mutex::new(Vec::new());
        let work = || {
            let mut buffer = vec![0; HEADER_ROOM + CHUNK];
            loop {
                if watch.interrupted() {
                    // whatever the watch says later, not every file was copied
                    stopped.store(true, Ordering::Relaxed);
                    return;
                }
                let index = next.fetch_add(1, Ordering::Relaxed);
                let (Some(input), Some(slot)) = (self.inputs.get(index), self.slots.get(index)) else { return };
                match self.copy(index, input, *slot, &mut buffer, watch) {
                    Ok((sha256, crc32, media_type)) => {
                        let mut copied = copied.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                        let (all, types) = &mut *copied;
                        let known = types.iter().position(|known| *known == media_type).unwrap_or_else(|| {
                            types.push(media_type);
                            types.len() - 1
                        });
                        if let Some(place) = all.get_mut(index) {
                            *place = Copied { sha256, crc32, media_type: known as u16 };
                        }
                    }
                    Err(refusal) => {
                        if matches!(refusal, Refusal::Output(_)) {
                            next.store(self.inputs.len(), Ordering::Relaxed);
                        }
                        refused.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, refusal));
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..WORKERS.min(self.inputs.len()) {
                scope.spawn(work);
            }
            work();
        });
        if stopped.into_inner() || watch.interrupted() {
            return Err(Error::interrupted());
        }
        let mut refused = refused.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        refused.sort_by_key(|(index, _)| *index);
        let mut findings = Vec::new();
        for (_, refusal) in refused {
            match refusal {
                Refusal::Output(error) => return Err(error),
                Refusal::Input(finding) => findings.push(finding),
            }
        }
        if let Some(error) = Error::all(findings) {
            return Err(error);
        }
        let (copied, types) = copied.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        for (slot, done) in self.slots.iter_mut().zip(&copied) {
            slot.crc32 = done.crc32;
        }
        Ok((copied, types))
    }

    fn copy(
        &self,
        index: usize,
        input: &Input,
        slot: Slot,
        buffer: &mut [u8],
        watch: &dyn Watch,
    ) -> Result<(Digest, u32, String), Refusal> {
        let unread = |error: io::Error| Refusal::Input(unreadable(&input.name, &error));
        let changed = || Refusal::Input(Finding::new(code::INPUT_CHANGED, &*input.name, "it changed while it was sealed"));
        let mut file = input.open().map_err(unread)?;
        let (mut sha256, mut crc32, mut done) = (Hasher::default(), crc32fast::Hasher::new(), 0u64);
        let (name, mut told) = (self.name(index), None);
        let start = slot.offset + zip::local_len(&name, slot.size);
        let (room, body) = buffer.split_at_mut(HEADER_ROOM);
        loop {
            let filled = fill(&mut file, body).map_err(unread)?;
            let chunk = body.get(..filled).unwrap_or_default();
            if told.is_none() {
                told = Some(media_type(&input.name, chunk.get(..HEAD).unwrap_or(chunk)));
            }
            if done + filled as u64 > slot.size {
                return Err(changed());
            }
            sha256.update(chunk);
            crc32.update(chunk);
            watch.advance(filled as u64);
            let (first, last) = (done == 0, filled < body.len());
            done += filled as u64;
            if first && last {
                // a small file goes out with its header in one write, below
                break;
            }
            self.file.write_all_at(chunk, start + done - filled as u64).map_err(Refusal::output)?;
            if last || watch.interrupted() {
                break;
            }
        }
        if done != slot.size || !input.is_unchanged(&file).map_err(unread)? {
            return Err(changed());
        }
        let crc32 = crc32.finalize();
        let header = zip::local_header(&self.header(&name, Slot { crc32, ..slot }));
        let at = HEADER_ROOM - header.len().min(HEADER_ROOM);
        room.get_mut(at..).unwrap_or_default().copy_from_slice(&header);
        let small = if done < body.len() as u64 { done as usize } else { 0 };
        let out = buffer.get(at..HEADER_ROOM + small).unwrap_or_default();
        self.file.write_all_at(out, slot.offset).map_err(Refusal::output)?;
        Ok((sha256.finish(), crc32, told.unwrap_or_default()))
    }

    /// Writes the contents of a reserved entry.
    pub fn fill(&mut self, index: usize, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Digest> {
        let failed = |error: io::Error| Error::io("bundle", &error);
        let name = self.name(index);
        let Some(slot) = self.slots.get_mut(index) else { return Ok(Digest::of(b"")) };
        let start = slot.offset + zip::local_len(&name, slot.size);
        let mut out = Measuring {
            at: PositionedWrite { file: self.file, at: start },
            sha256: Hasher::default(),
            crc32: crc32fast::Hasher::new(),
        };
        let mut buffered = BufWriter::with_capacity(CHUNK, &mut out);
        write(&mut buffered).and_then(|()| buffered.flush()).map_err(failed)?;
        drop(buffered);
        let (sha256, crc32) = (out.sha256.finish(), out.crc32.finalize());
        slot.crc32 = crc32;
        let slot = *slot;
        self.write_header(&name, slot).map_err(failed)?;
        Ok(sha256)
    }

    /// Reserves and writes an entry whose bytes are at hand.
    pub fn entry(&mut self, name: &'static str, bytes: &[u8]) -> Result<Digest> {
        let index = self.reserve(name, bytes.len() as u64);
        self.fill(index, |out| out.write_all(bytes))
    }

    /// Writes the directory and the end record; the length of the whole.
    pub fn finish(self) -> Result<u64> {
        let failed = |error: io::Error| Error::io("bundle", &error);
        let start = self.position;
        let mut out = BufWriter::with_capacity(CHUNK, PositionedWrite { file: self.file, at: start });
        let mut size = 0;
        for (index, slot) in self.slots.iter().enumerate() {
            let header = zip::central_header(&self.header(&self.name(index), *slot));
            size += header.len() as u64;
            out.write_all(&header).map_err(failed)?;
        }
        let end = zip::end_records(self.slots.len() as u64, size, start);
        out.write_all(&end).and_then(|()| out.flush()).map_err(failed)?;
        Ok(start + size + end.len() as u64)
    }

    fn header<'n>(&self, name: &'n str, slot: Slot) -> zip::Entry<'n> {
        zip::Entry { name, size: slot.size, crc32: slot.crc32, offset: slot.offset, time: self.time }
    }

    fn write_header(&self, name: &str, slot: Slot) -> io::Result<()> {
        self.file.write_all_at(&zip::local_header(&self.header(name, slot)), slot.offset)
    }
}

/// Why an input was not copied.
enum Refusal {
    Input(Finding),
    Output(Error),
}

impl Refusal {
    fn output(error: io::Error) -> Self {
        Refusal::Output(Error::io("bundle", &error))
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Writes at a place and goes on from there.
struct PositionedWrite<'f> {
    file: &'f File,
    at: u64,
}

impl Write for PositionedWrite<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all_at(bytes, self.at)?;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Measuring<'f> {
    at: PositionedWrite<'f>,
    sha256: Hasher,
    crc32: crc32fast::Hasher,
}

impl Write for Measuring<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sha256.update(bytes);
        self.crc32.update(bytes);
        self.at.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

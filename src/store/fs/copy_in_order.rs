//! Copying the inputs into an envelope, which takes every byte once and in order: workers hash ahead of the writer, since a
//! header is written before the bytes that it describes. Memory does not depend on the size of the payload.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::{Condvar, Mutex};

use super::copy::{Learning, Learnt, Ledger, Refusal, Sticky, fill, locked};
use super::folder::Input;
use super::made::Opened;
use super::plan::Plan;
use crate::base::error::Result;
use crate::base::limits::CHUNK;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::format::measure::Measure;

/// An input of up to this many bytes is kept in memory between hashing and writing; a larger one is read twice.
pub(super) const HELD: u64 = 8 << 20;
/// How many bytes are kept at once, at most.
const AHEAD: u64 = 3 * HELD;

/// Copies every input to `out`, header and bytes, in the order of the plan.
pub(super) fn in_order(plan: &Plan, out: &mut dyn Write, watch: &dyn Watch) -> Result<Learnt> {
    let (workers, watch) = (watch.workers(), Sticky::new(watch, plan));
    let ledger = Mutex::new(Ledger::new(plan.inputs.len()));
    let writer = Writer { plan, out, watch: &watch, ledger: &ledger, refused: false };
    match workers {
        Workers::ONE => hash_and_write(writer),
        workers => hash_ahead(writer, workers),
    }
    let ledger = ledger.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    ledger.finish(watch.interrupted())
}

/// An input that was hashed and waits to be written.
enum Bytes {
    /// All of them.
    Held(Vec<u8>),
    /// Too many to hold: they are read again through the same handle.
    Open(Opened),
}

/// The bytes and their CRC-32.
type Hashed = Result<(Bytes, u32), Refusal>;

fn hash_and_write(mut writer: Writer) {
    let mut buffer = Vec::new();
    for index in 0..writer.plan.inputs.len() {
        let hashed = writer.hash(index, buffer);
        let (used, stopped) = writer.take(index, hashed);
        if stopped {
            return;
        }
        buffer = used.unwrap_or_default();
    }
}

fn hash_ahead(mut writer: Writer, workers: Workers) {
    let ahead = Ahead::default();
    let Writer { plan, watch, ledger, .. } = writer;
    let work = || {
        // a worker that panics must not leave the writer waiting
        let _guard = StopOnPanic(&ahead);
        while let Some((index, input, buffer)) = ahead.claim(plan) {
            ahead.give(index, hash(index, input, buffer, watch, ledger));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers.count().min(plan.inputs.len()) {
            scope.spawn(work);
        }
        for (index, input) in plan.inputs.iter().enumerate() {
            let Some(hashed) = ahead.wait_for(index) else { return };
            let (used, stopped) = writer.take(index, hashed);
            ahead.release(input, used, stopped);
            if stopped {
                return;
            }
        }
    });
}

/// What is hashed ahead of the writer.
#[derive(Default)]
struct Ahead {
    shelf: Mutex<Shelf>,
    moved: Condvar,
}

#[derive(Default)]
struct Shelf {
    /// The next input to hash.
    next: usize,
    /// How many bytes are kept; inputs still being read count in full.
    held: u64,
    hashed: BTreeMap<usize, Hashed>,
    /// Buffers that were used and can be used again.
    free: Vec<Vec<u8>>,
    /// Nothing more is to be hashed.
    stopped: bool,
}

impl Ahead {
    /// The next input to hash, once there is room for it, and a buffer.
    fn claim<'f>(&self, plan: &Plan<'f>) -> Option<(usize, &'f Input, Vec<u8>)> {
        let mut shelf = locked(&self.shelf);
        loop {
            let input = plan.inputs.get(shelf.next).filter(|_| !shelf.stopped)?;
            if shelf.held == 0 || shelf.held + room(input) <= AHEAD {
                shelf.held += room(input);
                shelf.next += 1;
                return Some((shelf.next - 1, input, shelf.free.pop().unwrap_or_default()));
            }
            shelf = self.moved.wait(shelf).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }

    fn give(&self, index: usize, hashed: Hashed) {
        locked(&self.shelf).hashed.insert(index, hashed);
        self.moved.notify_all();
    }

    /// The input of this index once it is hashed; `None` if it never will be.
    fn wait_for(&self, index: usize) -> Option<Hashed> {
        let mut shelf = locked(&self.shelf);
        loop {
            if let Some(hashed) = shelf.hashed.remove(&index) {
                return Some(hashed);
            }
            if shelf.stopped {
                return None;
            }
            shelf = self.moved.wait(shelf).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }

    fn release(&self, input: &Input, used: Option<Vec<u8>>, stopped: bool) {
        let mut shelf = locked(&self.shelf);
        shelf.held -= room(input);
        shelf.free.extend(used);
        shelf.stopped |= stopped;
        drop(shelf);
        self.moved.notify_all();
    }
}

struct StopOnPanic<'a>(&'a Ahead);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(&self.0.shelf).stopped = true;
            self.0.moved.notify_all();
        }
    }
}

/// How much is kept of an input.
fn room(input: &Input) -> u64 {
    input.size().min(HELD)
}

/// Hashes one input; its bytes are kept in `buffer` if they are few.
fn hash(index: usize, input: &Input, buffer: Vec<u8>, watch: &Sticky, ledger: &Mutex<Ledger>) -> Hashed {
    let (bytes, learnt) = read(input, buffer, watch)?;
    let crc32 = learnt.0.crc32;
    locked(ledger).learn(index, learnt);
    Ok((bytes, crc32))
}

fn read(input: &Input, mut buffer: Vec<u8>, watch: &Sticky) -> Result<(Bytes, (Measure, String)), Refusal> {
    let unread = Refusal::unread(input);
    let mut file = input.open().map_err(&unread)?;
    let mut learning = Learning::new(input);
    let held = input.size() <= HELD;
    buffer.clear();
    loop {
        if !held {
            buffer.clear();
        }
        let before = buffer.len();
        let count = Read::take(&mut file, CHUNK as u64).read_to_end(&mut buffer).map_err(&unread)?;
        learning.update(buffer.get(before..).unwrap_or_default(), watch)?;
        if count < CHUNK || watch.interrupted() {
            break;
        }
    }
    let learnt = learning.finish(&file)?;
    Ok((if held { Bytes::Held(buffer) } else { Bytes::Open(file) }, learnt))
}

/// Writes what was hashed.
struct Writer<'a, 'f> {
    plan: &'a Plan<'f>,
    out: &'a mut dyn Write,
    watch: &'a Sticky<'a>,
    ledger: &'a Mutex<Ledger>,
    /// An input was refused: nothing more is written, and the others are only checked.
    refused: bool,
}

impl Writer<'_, '_> {
    fn hash(&self, index: usize, buffer: Vec<u8>) -> Hashed {
        match self.plan.inputs.get(index) {
            Some(input) => hash(index, input, buffer, self.watch, self.ledger),
            None => Ok((Bytes::Held(buffer), 0)),
        }
    }

    /// Writes one input, unless another was refused. Returns the buffer, if there was one, and whether to stop.
    fn take(&mut self, index: usize, hashed: Hashed) -> (Option<Vec<u8>>, bool) {
        let written = hashed.and_then(|(bytes, crc32)| match self.refused {
            true => Ok(None),
            false => self.write(index, bytes, crc32),
        });
        match written {
            Ok(used) => (used, self.watch.interrupted()),
            Err(refusal) => {
                self.refused = true;
                let fatal = matches!(refusal, Refusal::Output(_));
                locked(self.ledger).refused.push((index, refusal));
                (None, fatal || self.watch.interrupted())
            }
        }
    }

    fn write(&mut self, index: usize, bytes: Bytes, crc32: u32) -> Result<Option<Vec<u8>>, Refusal> {
        self.out.write_all(&self.plan.local_header(index, crc32)).map_err(Refusal::output)?;
        match (bytes, self.plan.inputs.get(index)) {
            (Bytes::Held(buffer), _) => self.out.write_all(&buffer).map(|()| Some(buffer)).map_err(Refusal::output),
            (Bytes::Open(file), Some(input)) => self.write_again(input, file, crc32).map(|()| None),
            (Bytes::Open(_), None) => Ok(None),
        }
    }

    /// Reads a large input a second time, and writes it.
    fn write_again(&mut self, input: &Input, mut file: Opened, crc32: u32) -> Result<(), Refusal> {
        let unread = Refusal::unread(input);
        let (mut again, mut done, mut buffer) = (crc32fast::Hasher::new(), 0, vec![0; CHUNK]);
        file.rewind().map_err(&unread)?;
        while !self.watch.interrupted() {
            let count = fill(&mut file, &mut buffer).map_err(&unread)?;
            let chunk = buffer.get(..count).filter(|chunk| !chunk.is_empty());
            let Some(chunk) = chunk.filter(|_| done + count as u64 <= input.size()) else { break };
            again.update(chunk);
            self.out.write_all(chunk).map_err(Refusal::output)?;
            done += count as u64;
        }
        let same = done == input.size() && again.finalize() == crc32 && input.is_unchanged(&file).map_err(&unread)?;
        if same || self.watch.interrupted() { Ok(()) } else { Err(Refusal::changed(input)) }
    }
}

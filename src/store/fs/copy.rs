//! Copying the inputs into a bundle, each hashed on its way: at places known beforehand, by two workers at once, or one after the
//! other, behind two workers that hash ahead. Memory does not depend on the size of the payload.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};

use cap_std::fs::File as InputFile;

use super::bundle_write::Plan;
use super::folder::{Input, unreadable};
use super::media::{HEAD, media_type};
use crate::base::code;
use crate::base::error::{Error, Finding, Result};
use crate::base::watch::Watch;
use crate::bundle::payload::WORKERS;
use crate::bundle::source::CHUNK;
use crate::format::digest::{Digest, Hasher};

/// More than any local header takes: 50 bytes and the longest name.
const HEADER_ROOM: usize = 2048;
/// Of an input up to this size the bytes are kept between hashing and writing; a larger one is read twice. In bytes.
pub(super) const HELD: u64 = 8 << 20;
/// How many bytes are kept at once.
const AHEAD: u64 = 3 * HELD;

/// What was learnt of an input while it was copied.
#[derive(Clone, Copy)]
pub(crate) struct Copied {
    pub sha256: Digest,
    pub crc32: u32,
    /// What the file is, as an index into the media types that occur.
    pub media_type: u16,
}

/// What was learnt of all inputs, and the media types that occur.
pub(crate) type Learnt = (Vec<Copied>, Vec<String>);

/// Why an input was not copied.
enum Refusal {
    Input(Finding),
    Output(Error),
}

impl Refusal {
    fn output(error: io::Error) -> Self {
        Refusal::Output(Error::io("bundle", &error))
    }

    fn unread(input: &Input) -> impl Fn(io::Error) -> Self {
        |error| Refusal::Input(unreadable(&input.name, &error))
    }

    fn changed(input: &Input) -> Self {
        Refusal::Input(Finding::new(code::INPUT_CHANGED, &*input.name, "it changed while it was sealed"))
    }
}

/// What is learnt, whoever finishes first.
struct Ledger {
    copied: Vec<Copied>,
    media_types: Vec<String>,
    refused: Vec<(usize, Refusal)>,
}

impl Ledger {
    fn new(count: usize) -> Self {
        let nothing = Copied { sha256: Digest::from([0; 32]), crc32: 0, media_type: 0 };
        Ledger { copied: vec![nothing; count], media_types: Vec::new(), refused: Vec::new() }
    }

    fn learn(&mut self, index: usize, (sha256, crc32, media_type): (Digest, u32, String)) {
        let known = self.media_types.iter().position(|known| *known == media_type).unwrap_or_else(|| {
            self.media_types.push(media_type);
            self.media_types.len() - 1
        });
        if let Some(place) = self.copied.get_mut(index) {
            *place = Copied { sha256, crc32, media_type: known as u16 };
        }
    }

    /// All inputs that cannot be sealed are told at once.
    fn finish(mut self, interrupted: bool) -> Result<Learnt> {
        if interrupted {
            return Err(Error::interrupted());
        }
        self.refused.sort_by_key(|(index, _)| *index);
        let mut findings = Vec::new();
        for (_, refusal) in self.refused {
            match refusal {
                Refusal::Output(error) => return Err(error),
                Refusal::Input(finding) => findings.push(finding),
            }
        }
        Error::all(findings).map_or(Ok((self.copied, self.media_types)), Err)
    }
}

/// A watch that, once it said stop, never says otherwise: not every input was copied.
struct Sticky<'w> {
    watch: &'w dyn Watch,
    stopped: AtomicBool,
}

impl<'w> Sticky<'w> {
    fn new(watch: &'w dyn Watch, plan: &Plan) -> Self {
        watch.expect(plan.inputs.iter().map(Input::size).sum());
        Sticky { watch, stopped: AtomicBool::new(false) }
    }

    fn advance(&self, bytes: usize) {
        self.watch.advance(bytes as u64);
    }

    fn interrupted(&self) -> bool {
        if self.watch.interrupted() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        self.stopped.load(Ordering::Relaxed)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Copies every input to the place that the plan has for it.
pub(super) fn to_places(plan: &Plan, file: &File, watch: &dyn Watch) -> Result<Learnt> {
    let (watch, next) = (Sticky::new(watch, plan), AtomicUsize::new(0));
    let ledger = Mutex::new(Ledger::new(plan.inputs.len()));
    let work = || {
        let mut buffer = vec![0; HEADER_ROOM + CHUNK];
        while !watch.interrupted() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = plan.inputs.get(index) else { return };
            match to_place(plan, file, index, input, &mut buffer, &watch) {
                Ok(learnt) => locked(&ledger).learn(index, learnt),
                Err(refusal) => {
                    if matches!(refusal, Refusal::Output(_)) {
                        next.store(plan.inputs.len(), Ordering::Relaxed);
                    }
                    locked(&ledger).refused.push((index, refusal));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..WORKERS.min(plan.inputs.len()) {
            scope.spawn(work);
        }
        work();
    });
    let ledger = ledger.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    ledger.finish(watch.interrupted())
}

fn to_place(
    plan: &Plan,
    out: &File,
    index: usize,
    input: &Input,
    buffer: &mut [u8],
    watch: &Sticky,
) -> Result<(Digest, u32, String), Refusal> {
    let unread = Refusal::unread(input);
    let mut file = input.open().map_err(&unread)?;
    let mut learning = Learning::new(input);
    let (offset, start) = plan.place(index);
    let (room, body) = buffer.split_at_mut(HEADER_ROOM);
    loop {
        let filled = fill(&mut file, body).map_err(&unread)?;
        let chunk = body.get(..filled).unwrap_or_default();
        let first = learning.done == 0;
        learning.update(chunk, watch)?;
        let last = filled < body.len();
        if first && last {
            // a small file goes out with its header in one write, below
            break;
        }
        out.write_all_at(chunk, start + learning.done - filled as u64).map_err(Refusal::output)?;
        if last || watch.interrupted() {
            break;
        }
    }
    let small = if learning.done < body.len() as u64 { learning.done as usize } else { 0 };
    let learnt = learning.finish(&file)?;
    let header = plan.local_header(index, learnt.1);
    let at = HEADER_ROOM - header.len().min(HEADER_ROOM);
    room.get_mut(at..).unwrap_or_default().copy_from_slice(&header);
    out.write_all_at(buffer.get(at..HEADER_ROOM + small).unwrap_or_default(), offset).map_err(Refusal::output)?;
    Ok(learnt)
}

/// What is learnt of one input while its bytes pass.
struct Learning<'i> {
    input: &'i Input,
    sha256: Hasher,
    crc32: crc32fast::Hasher,
    media_type: Option<String>,
    done: u64,
}

impl<'i> Learning<'i> {
    fn new(input: &'i Input) -> Self {
        Learning { input, sha256: Hasher::default(), crc32: crc32fast::Hasher::new(), media_type: None, done: 0 }
    }

    fn update(&mut self, chunk: &[u8], watch: &Sticky) -> Result<(), Refusal> {
        if self.media_type.is_none() {
            self.media_type = Some(media_type(&self.input.name, chunk.get(..HEAD).unwrap_or(chunk)));
        }
        self.done += chunk.len() as u64;
        if self.done > self.input.size() {
            return Err(Refusal::changed(self.input));
        }
        self.sha256.update(chunk);
        self.crc32.update(chunk);
        watch.advance(chunk.len());
        Ok(())
    }

    /// `file` is the one that was read, to its end.
    fn finish(self, file: &InputFile) -> Result<(Digest, u32, String), Refusal> {
        if self.done != self.input.size() || !self.input.is_unchanged(file).map_err(Refusal::unread(self.input))? {
            return Err(Refusal::changed(self.input));
        }
        Ok((self.sha256.finish(), self.crc32.finalize(), self.media_type.unwrap_or_default()))
    }
}

/// An input that was hashed and waits to be written.
enum Hashed {
    /// With all its bytes.
    Held(Vec<u8>),
    /// Too large for that: it is read again through the same handle.
    Open(InputFile),
}

/// What the workers and the writer share.
#[derive(Default)]
struct Ahead {
    /// The next input to hash.
    next: usize,
    /// The bytes that are kept, those being read counted in full.
    held: u64,
    hashed: BTreeMap<usize, Result<(Hashed, u32), Refusal>>,
    /// Buffers that were used and can be used again.
    free: Vec<Vec<u8>>,
    /// Nothing more is to be hashed.
    stopped: bool,
}

struct StopOnPanic<'a>(&'a Mutex<Ahead>, &'a Condvar);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(self.0).stopped = true;
            self.1.notify_all();
        }
    }
}

/// Copies every input to `out`, header and bytes, in the order of the plan. What is written cannot be corrected, so each input is
/// hashed first.
pub(super) fn in_order(plan: &Plan, out: &mut dyn Write, watch: &dyn Watch) -> Result<Learnt> {
    let watch = Sticky::new(watch, plan);
    let (ahead, moved) = (Mutex::new(Ahead::default()), Condvar::new());
    let ledger = Mutex::new(Ledger::new(plan.inputs.len()));
    let room = |input: &Input| input.size().min(HELD);
    let claim = || {
        let mut ahead = locked(&ahead);
        loop {
            let input = plan.inputs.get(ahead.next).filter(|_| !ahead.stopped)?;
            if ahead.held == 0 || ahead.held + room(input) <= AHEAD {
                ahead.held += room(input);
                ahead.next += 1;
                return Some((ahead.next - 1, input, ahead.free.pop().unwrap_or_default()));
            }
            ahead = moved.wait(ahead).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    };
    let work = || {
        // a worker that panics must not leave the writer waiting
        let _guard = StopOnPanic(&ahead, &moved);
        while let Some((index, input, buffer)) = claim() {
            let hashed = hash(input, buffer, &watch).map(|(hashed, learnt)| {
                let crc32 = learnt.1;
                locked(&ledger).learn(index, learnt);
                (hashed, crc32)
            });
            locked(&ahead).hashed.insert(index, hashed);
            moved.notify_all();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(plan.inputs.len()) {
            scope.spawn(work);
        }
        let mut refused = false;
        for (index, input) in plan.inputs.iter().enumerate() {
            let mut waiting = locked(&ahead);
            let hashed = loop {
                if let Some(hashed) = waiting.hashed.remove(&index) {
                    break hashed;
                }
                if waiting.stopped {
                    return;
                }
                waiting = moved.wait(waiting).unwrap_or_else(|poisoned| poisoned.into_inner());
            };
            drop(waiting);
            let written = hashed.and_then(|(hashed, crc32)| match refused {
                true => Ok(None),
                false => write(plan, index, hashed, crc32, out, &watch),
            });
            let mut ahead = locked(&ahead);
            ahead.held -= room(input);
            match written {
                Ok(buffer) => ahead.free.extend(buffer),
                Err(refusal) => {
                    refused = true;
                    ahead.stopped |= matches!(refusal, Refusal::Output(_));
                    locked(&ledger).refused.push((index, refusal));
                }
            }
            ahead.stopped |= watch.interrupted();
            let stopped = ahead.stopped;
            drop(ahead);
            moved.notify_all();
            if stopped {
                return;
            }
        }
    });
    let ledger = ledger.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    ledger.finish(watch.interrupted())
}

/// Hashes one input; its bytes are kept in `buffer` where they are few.
fn hash(input: &Input, mut buffer: Vec<u8>, watch: &Sticky) -> Result<(Hashed, (Digest, u32, String)), Refusal> {
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
    Ok((if held { Hashed::Held(buffer) } else { Hashed::Open(file) }, learnt))
}

/// Writes one input with its header; the buffer comes back where there was one.
fn write(
    plan: &Plan,
    index: usize,
    hashed: Hashed,
    crc32: u32,
    out: &mut dyn Write,
    watch: &Sticky,
) -> Result<Option<Vec<u8>>, Refusal> {
    out.write_all(&plan.local_header(index, crc32)).map_err(Refusal::output)?;
    let (mut file, input) = match (hashed, plan.inputs.get(index)) {
        (Hashed::Held(buffer), _) => {
            out.write_all(&buffer).map_err(Refusal::output)?;
            return Ok(Some(buffer));
        }
        (Hashed::Open(file), Some(input)) => (file, input),
        (Hashed::Open(_), None) => return Ok(None),
    };
    let unread = Refusal::unread(input);
    let (mut again, mut done, mut buffer) = (crc32fast::Hasher::new(), 0, vec![0; CHUNK]);
    file.rewind().map_err(&unread)?;
    while !watch.interrupted() {
        let count = fill(&mut file, &mut buffer).map_err(&unread)?;
        let chunk = buffer.get(..count).filter(|chunk| !chunk.is_empty());
        let Some(chunk) = chunk.filter(|_| done + count as u64 <= input.size()) else { break };
        again.update(chunk);
        out.write_all(chunk).map_err(Refusal::output)?;
        done += count as u64;
    }
    let same = done == input.size() && again.finalize() == crc32 && input.is_unchanged(&file).map_err(&unread)?;
    if same || watch.interrupted() { Ok(None) } else { Err(Refusal::changed(input)) }
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

//! Copying the inputs into a file, each to the place that is known for it, by several workers at once and hashed on its way.
//! Memory does not depend on the size of the payload.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::folder::{Input, unreadable};
use super::made::Opened;
use super::media::{HEAD, media_type};
use super::plan::Plan;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::format::digest::Digest;
use crate::format::measure::{Measure, Measuring};
use crate::store::os;

/// More than any local header takes: 50 bytes and the longest name.
const HEADER_ROOM: usize = 2048;

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
pub(super) enum Refusal {
    /// The input is not what it was, or cannot be read.
    Input(Finding),
    /// The output cannot be written.
    Output(Error),
}

impl Refusal {
    pub fn output(error: io::Error) -> Self {
        Refusal::Output(Error::io(Place::Bundle, &error))
    }

    pub fn unread(input: &Input) -> impl Fn(io::Error) -> Self {
        |error| Refusal::Input(unreadable(input.path.as_str(), &error))
    }

    pub fn changed(input: &Input) -> Self {
        Refusal::Input(Finding::new(code::INPUT_CHANGED, input.path.as_str(), Detail::ChangedWhileSealed))
    }
}

/// What is learnt of the inputs, in whatever order they finish.
pub(super) struct Ledger {
    copied: Vec<Copied>,
    media_types: Vec<String>,
    pub refused: Vec<(usize, Refusal)>,
}

impl Ledger {
    pub fn new(count: usize) -> Self {
        let nothing = Copied { sha256: Digest::from([0; 32]), crc32: 0, media_type: 0 };
        Ledger { copied: vec![nothing; count], media_types: Vec::new(), refused: Vec::new() }
    }

    pub fn learn(&mut self, index: usize, (measure, media_type): (Measure, String)) {
        let known = self.media_types.iter().position(|known| *known == media_type).unwrap_or_else(|| {
            self.media_types.push(media_type);
            self.media_types.len() - 1
        });
        if let Some(place) = self.copied.get_mut(index) {
            *place = Copied { sha256: measure.sha256, crc32: measure.crc32, media_type: known as u16 };
        }
    }

    /// All inputs that cannot be sealed are reported together.
    pub fn finish(mut self, interrupted: bool) -> Result<Learnt> {
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

/// A watch that stays stopped once it has said stop, since not every input was copied.
pub(super) struct Sticky<'w> {
    watch: &'w dyn Watch,
    stopped: AtomicBool,
}

impl<'w> Sticky<'w> {
    pub fn new(watch: &'w dyn Watch, plan: &Plan) -> Self {
        watch.expect(plan.inputs.iter().map(Input::size).sum());
        Sticky { watch, stopped: AtomicBool::new(false) }
    }

    fn advance(&self, bytes: usize) {
        self.watch.advance(bytes as u64);
    }

    pub fn interrupted(&self) -> bool {
        if self.watch.interrupted() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        self.stopped.load(Ordering::Relaxed)
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Copies every input to the place that the plan has for it.
pub(super) fn to_places(plan: &Plan, file: &File, watch: &dyn Watch) -> Result<Learnt> {
    let (workers, watch) = (watch.workers(), Sticky::new(watch, plan));
    let ledger = Mutex::new(Ledger::new(plan.inputs.len()));
    let work = |buffer: &mut Vec<u8>, index: usize| {
        let Some(input) = plan.inputs.get(index).filter(|_| !watch.interrupted()) else { return ControlFlow::Break(()) };
        match to_place(plan, file, index, input, buffer, &watch) {
            Ok(learnt) => locked(&ledger).learn(index, learnt),
            Err(refusal) => {
                let fatal = matches!(refusal, Refusal::Output(_));
                locked(&ledger).refused.push((index, refusal));
                if fatal {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    };
    workers.share(plan.inputs.len(), || vec![0; HEADER_ROOM + CHUNK], work);
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
) -> Result<(Measure, String), Refusal> {
    let unread = Refusal::unread(input);
    let mut file = input.open().map_err(&unread)?;
    let mut learning = Learning::new(input);
    let (offset, start) = plan.place(index);
    let (room, body) = buffer.split_at_mut(HEADER_ROOM);
    loop {
        let filled = fill(&mut file, body).map_err(&unread)?;
        let chunk = body.get(..filled).unwrap_or_default();
        let first = learning.done() == 0;
        learning.update(chunk, watch)?;
        let last = filled < body.len();
        if first && last {
            // a small file goes out with its header in one write, below
            break;
        }
        os::write_all_at(out, chunk, start + learning.done() - filled as u64).map_err(Refusal::output)?;
        if last || watch.interrupted() {
            break;
        }
    }
    let small = if learning.done() < body.len() as u64 { learning.done() as usize } else { 0 };
    let learnt = learning.finish(&file)?;
    let header = plan.local_header(index, learnt.0.crc32);
    let at = HEADER_ROOM - header.len().min(HEADER_ROOM);
    room.get_mut(at..).unwrap_or_default().copy_from_slice(&header);
    os::write_all_at(out, buffer.get(at..HEADER_ROOM + small).unwrap_or_default(), offset).map_err(Refusal::output)?;
    Ok(learnt)
}

/// What is learnt of one input while its bytes pass.
pub(super) struct Learning<'i> {
    input: &'i Input,
    measuring: Measuring,
    media_type: Option<String>,
}

impl<'i> Learning<'i> {
    pub fn new(input: &'i Input) -> Self {
        Learning { input, measuring: Measuring::default(), media_type: None }
    }

    fn done(&self) -> u64 {
        self.measuring.size()
    }

    pub fn update(&mut self, chunk: &[u8], watch: &Sticky) -> Result<(), Refusal> {
        if self.media_type.is_none() {
            self.media_type = Some(media_type(self.input.path.as_str(), chunk.get(..HEAD).unwrap_or(chunk)));
        }
        if self.done() + chunk.len() as u64 > self.input.size() {
            return Err(Refusal::changed(self.input));
        }
        self.measuring.update(chunk);
        watch.advance(chunk.len());
        Ok(())
    }

    /// `file` is the one that was read, to its end.
    pub fn finish(self, file: &Opened) -> Result<(Measure, String), Refusal> {
        if self.done() != self.input.size() || !self.input.is_unchanged(file).map_err(Refusal::unread(self.input))? {
            return Err(Refusal::changed(self.input));
        }
        Ok((self.measuring.finish(), self.media_type.unwrap_or_default()))
    }
}

/// Reads until the buffer is full or the file ends.
pub(super) fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
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

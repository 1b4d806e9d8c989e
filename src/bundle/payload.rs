//! The payload of a bundle that was read, hashed through the handle that was opened, each file by one worker.

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use super::blocks::Blocks;
use super::model::{Bundle, Form, Kept, PayloadEntry};
use super::read_at::read_at;
use super::tree::Tree;
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::format::digest::Digest;
use crate::format::layout;
use crate::format::measure::{Measure, Measuring};

/// From this size on a file in an envelope is decrypted by a thread of its own. In bytes.
const LARGE: u64 = 16 << 20;

/// How many chunks that thread may be ahead.
const BUFFERS: usize = 3;

/// How many bytes, at least, make up a run of files.
const RUN: u64 = 1 << 20;

/// A file to check: its index in the payload and the SHA-256 that it should have, where that is known. Its CRC-32 is checked anyway.
pub(crate) struct Job {
    pub index: usize,
    pub sha256: Option<Digest>,
}

/// What is wrong with a file.
pub(crate) enum Outcome {
    /// Its SHA-256 differs.
    Altered,
    /// Its bytes are right, but the CRC-32 that the ZIP gives is not.
    Checksum,
    /// It could not be read.
    Unread(io::Error),
}

/// Hashes the files of all jobs and returns what is wrong, in the order of the jobs.
pub(crate) fn check(bundle: &Bundle, jobs: &[Job], watch: &dyn Watch) -> Result<Vec<(usize, Outcome)>> {
    let kept = match &bundle.form {
        Form::Kept(kept) => kept,
        Form::Passed(measures) => {
            let judged = jobs.iter().filter_map(|job| {
                let (entry, measure) = (bundle.payload.get(job.index)?, measures.get(job.index)?);
                judge(job, entry, *measure).map(|outcome| (job.index, outcome))
            });
            return Ok(judged.collect());
        }
    };
    watch.expect(jobs.iter().filter_map(|job| bundle.payload.get(job.index)).map(|entry| entry.size).sum());
    let (runs, workers) = (runs(bundle, jobs), watch.workers());
    let wrong = Mutex::new(Vec::new());
    let work = |reader: &mut FileReader, run: usize| {
        let entries = runs.get(run).and_then(|run| jobs.get(run.clone())).unwrap_or_default();
        let mut entries = entries.iter().filter_map(|job| Some((job, bundle.payload.get(job.index)?))).peekable();
        reader.up_to(entries.clone().last().map_or(0, |(_, entry)| entry.at + entry.size));
        entries.try_for_each(|(job, entry)| {
            if watch.interrupted() {
                // whatever the watch says later, this job was not done
                return ControlFlow::Break(());
            }
            let outcome = match measure(reader, entry, watch) {
                Ok(measure) => judge(job, entry, measure),
                Err(error) if is_length(&error) => Some(Outcome::Altered),
                Err(error) => Some(Outcome::Unread(error)),
            };
            if let Some(outcome) = outcome {
                wrong.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((job.index, outcome));
            }
            ControlFlow::Continue(())
        })
    };
    if !workers.share(runs.len(), || FileReader::new(kept, workers), work) || watch.interrupted() {
        return Err(Error::interrupted());
    }
    let mut wrong = wrong.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    wrong.sort_by_key(|(index, _)| *index);
    Ok(wrong)
}

/// Groups the jobs into runs, each for one worker: small files that lie side by side stay together, since they are read in
/// blocks, and an envelope is decrypted chunk by chunk.
fn runs(bundle: &Bundle, jobs: &[Job]) -> Vec<Range<usize>> {
    let (mut runs, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (index, job) in jobs.iter().enumerate() {
        bytes += bundle.payload.get(job.index).map_or(0, |entry| entry.size);
        if bytes >= RUN {
            runs.push(start..index + 1);
            (start, bytes) = (index + 1, 0);
        }
    }
    if start < jobs.len() {
        runs.push(start..jobs.len());
    }
    runs
}

fn judge(job: &Job, entry: &PayloadEntry, measure: Measure) -> Option<Outcome> {
    if job.sha256.is_some_and(|sha256| sha256 != measure.sha256) {
        return Some(Outcome::Altered);
    }
    entry.crc32.is_some_and(|said| said != measure.crc32).then_some(Outcome::Checksum)
}

/// A file of a bundle: its name in it, and where its bytes stand in a ZIP.
pub(crate) struct Span<'a> {
    pub name: &'a str,
    pub at: u64,
    pub size: u64,
}

/// True for the errors of [`FileReader::read`] that say that the file is shorter or longer than it was.
pub(crate) fn is_length(error: &io::Error) -> bool {
    // one that carries another error is about an envelope
    error.get_ref().is_none() && matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}

/// Reads the files of a bundle, for one thread.
pub(crate) struct FileReader<'b> {
    place: At<'b>,
    workers: Workers,
}

enum At<'b> {
    Zip(Blocks<'b>),
    Folder(&'b dyn Tree, Vec<u8>),
}

impl<'b> FileReader<'b> {
    /// A reader for one thread.
    pub fn new(kept: &'b Kept, workers: Workers) -> Self {
        let place = match kept {
            Kept::Zip(bytes) => At::Zip(bytes.blocks(0, CHUNK)),
            Kept::Folder(tree) => At::Folder(&**tree, vec![0; CHUNK]),
        };
        FileReader { place, workers }
    }

    /// In a ZIP nothing beyond this place is read ahead.
    fn up_to(&mut self, end: u64) {
        if let At::Zip(blocks) = &mut self.place {
            blocks.up_to(end);
        }
    }

    /// Reads a file from its beginning to its end in chunks; each chunk goes to `each`.
    pub fn read(&mut self, span: &Span, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match &mut self.place {
            At::Zip(blocks) if blocks.decrypts() && span.size >= LARGE && self.workers != Workers::ONE => {
                read_ahead(blocks, span, each)
            }
            At::Zip(blocks) => read_blocks(blocks, span, each),
            At::Folder(tree, buffer) => read_file(*tree, span, buffer, each),
        }
    }
}

fn read_blocks(blocks: &mut Blocks, span: &Span, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    blocks.go_to(span.at);
    let mut left = span.size;
    while left > 0 {
        let chunk = io::BufRead::fill_buf(blocks)?;
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        each(chunk.get(..count).unwrap_or_default())?;
        io::BufRead::consume(blocks, count);
        left -= count as u64;
    }
    Ok(())
}

fn read_file(tree: &dyn Tree, span: &Span, buffer: &mut [u8], each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let file = tree.open(span.name)?;
    let mut done = 0;
    while done < span.size {
        let want = usize::try_from(span.size - done).unwrap_or(usize::MAX).min(buffer.len());
        let count = read_at(&*file, buffer.get_mut(..want).unwrap_or_default(), done)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        each(buffer.get(..count).unwrap_or_default())?;
        done += count as u64;
    }
    if read_at(&*file, &mut [0], span.size)? > 0 { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
}

/// Reads with a second thread that decrypts ahead while this one works on what is decrypted already.
fn read_ahead(blocks: &mut Blocks, span: &Span, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let (to_use, decrypted) = sync_channel::<io::Result<Vec<u8>>>(BUFFERS);
    let (to_fill, used) = sync_channel(BUFFERS);
    for _ in 0..BUFFERS {
        // there is room for all of them
        let _ = to_fill.send(Vec::with_capacity(CHUNK));
    }
    // whoever gives up drops its end, so that the other does not wait
    std::thread::scope(move |scope| {
        scope.spawn(move || {
            let mut done = 0;
            while let Ok(mut buffer) = used.recv() {
                if done == span.size {
                    return;
                }
                buffer.resize(usize::try_from(span.size - done).unwrap_or(usize::MAX).min(CHUNK), 0);
                let filled = blocks.fill_at(&mut buffer, span.at + done);
                done += buffer.len() as u64;
                let failed = filled.is_err();
                if to_use.send(filled.map(|()| buffer)).is_err() || failed {
                    return;
                }
            }
        });
        for chunk in decrypted {
            let chunk = chunk?;
            each(&chunk)?;
            // at the end nobody takes it
            let _ = to_fill.send(chunk);
        }
        Ok(())
    })
}

fn measure(reader: &mut FileReader, entry: &PayloadEntry, watch: &dyn Watch) -> io::Result<Measure> {
    let mut measuring = Measuring::default();
    let name = layout::data(&entry.path);
    reader.read(&Span { name: &name, at: entry.at, size: entry.size }, &mut |chunk| {
        measuring.update(chunk);
        watch.advance(chunk.len() as u64);
        if watch.interrupted() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    })?;
    Ok(measuring.finish())
}

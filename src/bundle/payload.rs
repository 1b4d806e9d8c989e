//! The payload of a bundle that was read, hashed by two workers through the handle that was opened, each file by one of them.

use std::io;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use cap_std::fs::Dir;

use super::bytes::{self, read_at};
use super::folder_read;
use super::model::{Bundle, Entry, Form};
use super::source::CHUNK;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::digest::{Digest, Hasher};

/// How many files are hashed at once.
pub(crate) const WORKERS: usize = 2;

/// From this size on a file in an envelope is decrypted by a thread of its own. In bytes.
const LARGE: u64 = 16 << 20;

/// How many chunks that thread may be ahead.
const BUFFERS: usize = 3;

/// How many bytes make a run of files, at least.
const RUN: u64 = 1 << 20;

/// A file to check: its index in the payload and the SHA-256 that it should have.
pub(crate) struct Job {
    pub index: usize,
    pub sha256: Digest,
}

/// What is wrong with a file.
pub(crate) enum Outcome {
    /// Its SHA-256 is another.
    Altered,
    /// Its bytes are right, and the CRC-32 that the ZIP gives is not.
    Checksum,
    /// It could not be read.
    Unread(io::Error),
}

/// Hashes the files of all jobs; what is wrong, in the order of the jobs.
pub(crate) fn check(bundle: &Bundle, jobs: &[Job], watch: &dyn Watch) -> Result<Vec<(usize, Outcome)>> {
    if let Form::Passed(measures) = &bundle.form {
        let judged = jobs.iter().filter_map(|job| {
            let (entry, measure) = (bundle.payload.get(job.index)?, measures.get(job.index)?);
            judge(job, entry, *measure).map(|outcome| (job.index, outcome))
        });
        return Ok(judged.collect());
    }
    watch.expect(jobs.iter().filter_map(|job| bundle.payload.get(job.index)).map(|entry| entry.size).sum());
    let runs = runs(bundle, jobs);
    let wrong = Mutex::new(Vec::new());
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut buffer = vec![0; CHUNK];
        let mut reader = Reader::new(bundle);
        while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            for job in jobs.get(run.clone()).unwrap_or_default() {
                if watch.interrupted() {
                    // whatever the watch says later, this job was not done
                    stopped.store(true, Ordering::Relaxed);
                    return;
                }
                let Some(entry) = bundle.payload.get(job.index) else { continue };
                let measured = match &mut reader {
                    Ok(reader) => measure(reader, entry, &mut buffer, watch),
                    Err(error) => Err(error.kind().into()),
                };
                let outcome = match measured {
                    Ok(measure) => judge(job, entry, measure),
                    Err(error) if is_length(&error) => Some(Outcome::Altered),
                    Err(error) => Some(Outcome::Unread(error)),
                };
                if let Some(outcome) = outcome
                    && let Ok(mut wrong) = wrong.lock()
                {
                    wrong.push((job.index, outcome));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..WORKERS.min(runs.len()) {
            scope.spawn(work);
        }
        work();
    });
    if stopped.into_inner() || watch.interrupted() {
        return Err(Error::interrupted());
    }
    let mut wrong = wrong.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    wrong.sort_by_key(|(index, _)| *index);
    Ok(wrong)
}

/// Jobs for one worker at a time: small files that lie side by side stay together, for an envelope is opened piece by piece.
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

fn judge(job: &Job, entry: &Entry, (sha256, crc32): (Digest, u32)) -> Option<Outcome> {
    if sha256 != job.sha256 {
        return Some(Outcome::Altered);
    }
    entry.crc32.is_some_and(|said| said != crc32).then_some(Outcome::Checksum)
}

/// A file of a bundle: its name in it, and where its bytes stand in a ZIP.
pub(crate) struct Span<'a> {
    pub name: &'a str,
    pub at: u64,
    pub size: u64,
}

/// True for the errors of [`read`] that say that the file is shorter or longer than it was.
pub(crate) fn is_length(error: &io::Error) -> bool {
    // one that carries more is about an envelope
    error.get_ref().is_none() && matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}

/// Reads the files of a bundle, for one thread.
pub(crate) struct Reader<'b>(Place<'b>);

enum Place<'b> {
    Zip(bytes::Reader<'b>),
    Folder(&'b Dir),
    Nowhere,
}

impl<'b> Reader<'b> {
    /// A reader of its own.
    pub fn new(bundle: &'b Bundle) -> io::Result<Self> {
        Ok(Reader(match &bundle.form {
            Form::Zip(bytes) => Place::Zip(bytes.reader()?),
            Form::Folder(dir) => Place::Folder(dir),
            Form::Passed(_) => Place::Nowhere,
        }))
    }

    /// Reads a file from its beginning to its end in chunks; each chunk goes to `each`.
    pub fn read(&mut self, span: &Span, buffer: &mut [u8], each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match &mut self.0 {
            Place::Zip(reader @ bytes::Reader::Envelope { .. }) if span.size >= LARGE => read_ahead(reader, span, each),
            Place::Zip(reader) => read(span, buffer, &mut |chunk, at| reader.read_at(chunk, span.at + at), each),
            Place::Folder(dir) => {
                let file = folder_read::open(dir, span.name)?.into_std();
                read(span, buffer, &mut |chunk, at| read_at(&file, chunk, at), each)?;
                if read_at(&file, &mut [0], span.size)? > 0 { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
            }
            Place::Nowhere => Err(io::ErrorKind::NotSeekable.into()),
        }
    }
}

fn read(
    span: &Span,
    buffer: &mut [u8],
    read_at: &mut dyn FnMut(&mut [u8], u64) -> io::Result<usize>,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut done = 0;
    while done < span.size {
        let want = usize::try_from(span.size - done).unwrap_or(usize::MAX).min(buffer.len());
        let chunk = buffer.get_mut(..want).unwrap_or_default();
        let count = read_at(chunk, done)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        each(chunk.get(..count).unwrap_or_default())?;
        done += count as u64;
    }
    Ok(())
}

/// The same, with a thread that decrypts while this one works on what was decrypted.
fn read_ahead(reader: &mut bytes::Reader, span: &Span, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let (to_use, decrypted) = sync_channel::<io::Result<Vec<u8>>>(BUFFERS);
    let (to_fill, used) = sync_channel(BUFFERS);
    for _ in 0..BUFFERS {
        // there is room for all of them
        let _ = to_fill.send(Vec::with_capacity(CHUNK));
    }
    // both ends go with whoever gives up, so that the other is not waited for
    std::thread::scope(move |scope| {
        scope.spawn(move || {
            let mut done = 0;
            while let Ok(mut buffer) = used.recv() {
                if done == span.size {
                    return;
                }
                buffer.resize(usize::try_from(span.size - done).unwrap_or(usize::MAX).min(CHUNK), 0);
                let filled = fill(reader, &mut buffer, span.at + done);
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

fn fill(reader: &mut bytes::Reader, buffer: &mut [u8], at: u64) -> io::Result<()> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read_at(rest, at + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    Ok(())
}

fn measure(reader: &mut Reader, entry: &Entry, buffer: &mut [u8], watch: &dyn Watch) -> io::Result<(Digest, u32)> {
    let (mut sha256, mut crc32) = (Hasher::default(), crc32fast::Hasher::new());
    let name = format!("data/{}", entry.path);
    reader.read(&Span { name: &name, at: entry.at, size: entry.size }, buffer, &mut |chunk| {
        sha256.update(chunk);
        if entry.crc32.is_some() {
            crc32.update(chunk);
        }
        watch.advance(chunk.len() as u64);
        if watch.interrupted() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    })?;
    Ok((sha256.finish(), crc32.finalize()))
}

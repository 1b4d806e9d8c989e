//! The payload of a bundle that was read, hashed by two workers through the handle that was opened, each file by one of them.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::bundle_read::{Bundle, Entry, Form};
use super::folder_read;
use super::source::{CHUNK, read_at};
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::digest::{Digest, Hasher};

/// How many files are hashed at once.
pub(crate) const WORKERS: usize = 2;

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
    let wrong = Mutex::new(Vec::new());
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut buffer = vec![0; CHUNK];
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if watch.interrupted() {
                // whatever the watch says later, this job was not done
                stopped.store(true, Ordering::Relaxed);
                return;
            }
            let Some(entry) = bundle.payload.get(job.index) else { continue };
            let outcome = match measure(bundle, entry, &mut buffer, watch) {
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
    };
    std::thread::scope(|scope| {
        for _ in 1..WORKERS.min(jobs.len()) {
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
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}

/// Reads a file from its beginning to its end in chunks; each chunk goes to `each`.
pub(crate) fn read(
    bundle: &Bundle,
    span: &Span,
    buffer: &mut [u8],
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let folder_file;
    let (file, at) = match &bundle.form {
        Form::Zip(file) => (file, span.at),
        Form::Folder(dir) => {
            folder_file = folder_read::open(dir, span.name)?.into_std();
            (&folder_file, 0)
        }
        Form::Passed(_) => return Err(io::ErrorKind::NotSeekable.into()),
    };
    let mut done = 0;
    while done < span.size {
        let want = usize::try_from(span.size - done).unwrap_or(usize::MAX).min(buffer.len());
        let chunk = buffer.get_mut(..want).unwrap_or_default();
        let count = read_at(file, chunk, at + done)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        each(chunk.get(..count).unwrap_or_default())?;
        done += count as u64;
    }
    if matches!(bundle.form, Form::Folder(_)) && read_at(file, &mut [0], done)? > 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(())
}

fn measure(bundle: &Bundle, entry: &Entry, buffer: &mut [u8], watch: &dyn Watch) -> io::Result<(Digest, u32)> {
    let (mut sha256, mut crc32) = (Hasher::default(), crc32fast::Hasher::new());
    let name = format!("data/{}", entry.path);
    read(bundle, &Span { name: &name, at: entry.at, size: entry.size }, buffer, &mut |chunk| {
        sha256.update(chunk);
        if entry.crc32.is_some() {
            crc32.update(chunk);
        }
        watch.advance(chunk.len() as u64);
        if watch.interrupted() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    })?;
    Ok((sha256.finish(), crc32.finalize()))
}

//! Reading a hostile file: so many bytes, and so long, and no more.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::bundle::read_at::{ReadAt, read_at};

/// Bytes that are read of one file at most: 96 MiB, a large photo from front to back and again to compare it with its thumbnail. They
/// are read in pieces; nobody holds so many at once.
const MOST: u64 = 96 << 20;
/// How long one file is read at most. A parser that begins anew with each piece takes far longer for the same bytes than one that
/// does not, so their number alone is no limit.
const LONGEST: Duration = Duration::from_millis(800);

/// When a file has been read for too long.
#[derive(Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub fn is_over(self) -> bool {
        Instant::now() > self.0
    }
}

/// A file under those limits; beyond them it reads as an error.
#[derive(Clone)]
pub(super) struct Limited<'b> {
    bytes: &'b dyn ReadAt,
    at: u64,
    /// What is left, for all who read this file.
    left: Arc<AtomicU64>,
    /// One of them wanted more than that, or came too late.
    stopped: Arc<AtomicBool>,
    until: Instant,
}

impl<'b> Limited<'b> {
    pub fn of(bytes: &'b dyn ReadAt) -> Self {
        Limited::within(bytes, MOST, LONGEST)
    }

    /// A file under limits of its own: so many bytes, and so long.
    pub fn within(bytes: &'b dyn ReadAt, most: u64, longest: Duration) -> Self {
        Limited { bytes, at: 0, left: Arc::new(AtomicU64::new(most)), stopped: Arc::default(), until: Instant::now() + longest }
    }

    /// The same file from its beginning, with what is left of the limits.
    pub fn again(&self) -> Self {
        Limited { at: 0, ..self.clone() }
    }

    /// The same file from its beginning with half of the time that is left, so that what comes after has some too.
    pub fn hurried(&self) -> Self {
        let now = Instant::now();
        Limited { at: 0, until: now + self.until.saturating_duration_since(now) / 2, ..self.clone() }
    }

    /// When the time is up.
    pub fn until(&self) -> Deadline {
        Deadline(self.until)
    }

    /// True when the time is up.
    pub fn late(&self) -> bool {
        Instant::now() > self.until
    }

    /// True where a limit kept somebody from reading on.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// What was found inside the file, in the time that is left; of it no more than `most` bytes are read.
    pub fn inside<'c>(&self, bytes: &'c dyn ReadAt, most: u64) -> Limited<'c> {
        Limited { bytes, at: 0, left: Arc::new(AtomicU64::new(most)), stopped: Arc::default(), until: self.until }
    }

    /// The same file from its beginning, of which no more than `most` bytes are read.
    pub fn at_most(&self, most: u64) -> Self {
        self.inside(self.bytes, most)
    }

    /// Up to `count` bytes from `at` on, fewer at the end of the file; none where the limits are reached or it cannot be read.
    pub fn piece(&self, at: u64, count: usize) -> Option<Vec<u8>> {
        let mut out = vec![0; usize::try_from(self.length().saturating_sub(at)).unwrap_or(usize::MAX).min(count)];
        let mut filled = 0;
        while let Some(rest @ [_, ..]) = out.get_mut(filled..) {
            match self.read_at(rest, at.saturating_add(filled as u64)).ok()? {
                0 => break,
                more => filled += more,
            }
        }
        out.truncate(filled);
        Some(out)
    }

    /// How many bytes of `wanted` may be read now.
    fn room(&self, wanted: usize) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 || Instant::now() > self.until {
            self.stopped.store(true, Ordering::Relaxed);
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(usize::try_from(left).unwrap_or(usize::MAX).min(wanted))
    }

    fn read_some(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let room = self.room(out.len())?;
        let count = read_at(self.bytes, out.get_mut(..room).unwrap_or_default(), at)?;
        // two readers at once may go beyond it by one read
        self.left.store(self.left.load(Ordering::Relaxed).saturating_sub(count as u64), Ordering::Relaxed);
        Ok(count)
    }
}

impl ReadAt for Limited<'_> {
    fn length(&self) -> u64 {
        self.bytes.length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.read_some(out, at)
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.read_some(out, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Limited<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.length().checked_add_signed(by),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

//! Bytes that can be read until somebody says stop: whatever is done with them ends at the next read.

use std::io::{self, Read};
use std::sync::Arc;

use super::read_at::ReadAt;
use super::tree::{Node, Tree};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Coded, Result};
use crate::base::watch::Watch;

/// Says whether to stop.
pub(crate) type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// What is read, and who says stop.
pub(crate) struct Stopping<T> {
    inner: T,
    stop: Stop,
}

impl<T> Stopping<T> {
    pub fn new(inner: T, stop: &Stop) -> Self {
        Stopping { inner, stop: Arc::clone(stop) }
    }

    fn check(&self) -> io::Result<()> {
        if (self.stop)() { Err(io::Error::other(Coded(code::RUN_INTERRUPTED, Detail::Interrupted))) } else { Ok(()) }
    }
}

impl<T: Read> Read for Stopping<T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.inner.read(out)
    }
}

impl<T: ReadAt> ReadAt for Stopping<T> {
    fn length(&self) -> u64 {
        self.inner.length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.check()?;
        self.inner.read_at(out, at)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Box<T> {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        (**self).read_at(out, at)
    }
}

impl Tree for Stopping<Box<dyn Tree>> {
    fn holds(&self, name: &str) -> bool {
        self.inner.holds(name)
    }

    fn walk(&self, watch: &dyn Watch, each: &mut dyn FnMut(Node)) -> Result<()> {
        self.inner.walk(watch, each)
    }

    fn bundles(&self) -> u64 {
        self.inner.bundles()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn ReadAt>> {
        self.check()?;
        Ok(Box::new(Stopping::new(self.inner.open(name)?, &self.stop)))
    }
}

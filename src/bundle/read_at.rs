//! Bytes that can be read at any place, wherever they lie.

use std::io;
use std::sync::Arc;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Coded;

/// Bytes that can be read at any place, by several threads at once: a file, memory, an object far away.
///
/// What is read must not change while it is read: a bundle is verified and then extracted through one of these, and each file
/// is hashed again on its way out. Reads are few and large, since each may be a request over a network.
///
/// ```
/// use std::io;
///
/// /// A file that is asked for its bytes and nothing else.
/// struct File(std::fs::File, u64);
///
/// impl sealbag::ReadAt for File {
///     fn length(&self) -> u64 {
///         self.1
///     }
///     fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
///         std::os::unix::fs::FileExt::read_at(&self.0, out, at)
///     }
/// }
/// ```
pub trait ReadAt: Send + Sync {
    /// How many bytes there are.
    fn length(&self) -> u64;

    /// Reads the bytes from `at` on into `out` and returns how many were read. That may be fewer than fit, and is 0 only at the
    /// end or where `out` is empty.
    ///
    /// # Errors
    /// What kept them from being read. [`io::ErrorKind::Interrupted`] means that it should be tried again.
    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let mut rest = usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        io::Read::read(&mut rest, out)
    }
}

impl ReadAt for Vec<u8> {
    fn length(&self) -> u64 {
        self.as_slice().length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.as_slice().read_at(out, at)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        (**self).read_at(out, at)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        (**self).read_at(out, at)
    }
}

/// Reads at a place, and again if a signal interrupted it. Claiming to have read more than fits is an error.
pub(crate) fn read_at(bytes: &dyn ReadAt, out: &mut [u8], at: u64) -> io::Result<usize> {
    loop {
        match bytes.read_at(out, at) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(count) if count > out.len() => {
                return Err(io::Error::other(Coded(code::IO_READ, Detail::ReadMoreThanAsked)));
            }
            result => return result,
        }
    }
}

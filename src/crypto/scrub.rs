//! The stack after work with secrets that cannot be wiped where they lie, such as the keys of `ring` and the state of a hash.

use std::hint::black_box;

/// Room for work with one small key, in bytes.
pub(super) const SHALLOW: usize = 16 << 10;
/// Room for ML-KEM, in bytes.
pub(super) const DEEP: usize = 256 << 10;

/// Does `work` in a frame of its own and then writes over the stack that it used, at most `ROOM` bytes.
pub(super) fn scrubbed<const ROOM: usize, T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    write_over::<ROOM>();
    done
}

#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn write_over<const ROOM: usize>() {
    let mut room = [0u8; ROOM];
    black_box(&mut room);
}

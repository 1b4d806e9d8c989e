//! What the project promises of itself: its structure, its pages, the tools of others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

mod architecture;
mod codes;
mod forgotten;
mod imports;
mod interop;
mod readme;

//! What the project promises about itself: its structure, its pages, and that other tools agree.
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
mod web;
mod words;

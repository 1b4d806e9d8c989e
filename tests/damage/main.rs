//! What happens to a bundle on its way, by somebody who cannot sign.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

#[macro_use]
extern crate support;

mod attacks;
mod corruption;
mod corruption_container;
mod corruption_folder;
mod corruption_releases;
mod corruption_signers;
mod corruption_text;
mod envelope_threats;
mod exhaustive;
mod sizes;

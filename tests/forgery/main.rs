//! What a signer whom we believe may try, and what keys and cards may try.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

mod forger;
mod forger_names;
mod forger_releases;
mod forger_seal;
mod identities;

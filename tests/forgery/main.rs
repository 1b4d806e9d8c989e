//! What a signer whom we believe might try, and what can be tried with keys and cards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

mod contacts_signed;
mod forger;
mod forger_names;
mod forger_releases;
mod forger_seal;
mod identities;
mod key_statements;

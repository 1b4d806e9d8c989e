//! What each verb does, in the library and in whole runs, also when things go wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

mod agent;
mod audit;
mod carriers;
mod case;
mod case_withheld;
mod check;
mod check_documents;
#[cfg(target_os = "linux")]
mod check_limits;
mod clean;
mod corpus;
mod crash;
mod custody;
mod disclosures;
mod envelope;
mod hide;
mod key_changes;
mod key_halves;
mod leaks;
mod open;
mod page;
#[cfg(target_os = "linux")]
mod plaintext;
mod properties;
mod properties_withheld;
mod read_from;
mod readers;
mod record;
mod releases;
mod reseal;
mod seal;
mod show;
mod sources;
mod timestamps;
mod withheld;

//! What the program says and asks.
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
mod asked;
mod contact_lock;
mod disclosing;
mod encryption;
mod export;
mod frame;
mod generate;
mod keys;
mod pages;
mod passphrases;
mod terminal;
mod timestamp_net;
mod timestamps;
mod transcripts;
mod verify_json;
mod web_page;
mod withholding;

//! What the bytes are: limits, headers, vectors and verdicts, each checked against a second reader or writer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs
)]

mod age_header;
mod age_stream;
mod age_vectors;
mod limits;
mod second_writer;
mod vectors;
mod vectors_audit;
mod vectors_beside;
mod vectors_custody;
mod vectors_stamps;
mod vectors_timestamps;
mod verdicts;
mod zip64;

//! A bundle that lies anywhere: verified from memory, and through a reader of one's own that counts how often it is asked.
//!
//! ```sh
//! cargo run --release --example anywhere -- BUNDLE
//! ```
//!
//! Nobody is believed here, so a bundle that is whole comes out as UNKNOWN SIGNER.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sealbag::{Bundle, Policy, ReadAt, Result, Source, TrustedSigners, Unwatched, Verdict};

/// Bytes that lie far away: each time they are asked for costs something.
struct Distant {
    bytes: Vec<u8>,
    asked: Arc<AtomicU64>,
}

impl ReadAt for Distant {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.bytes.read_at(out, at)
    }
}

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: anywhere BUNDLE");
        return ExitCode::from(2);
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            return ExitCode::from(5);
        }
    };
    let (length, asked) = (bytes.len(), Arc::new(AtomicU64::new(0)));
    let distant = Distant { bytes: bytes.clone(), asked: asked.clone() };
    match verify(Source::of(bytes)).and_then(|verdict| Ok((verdict, verify(Source::of(distant))?))) {
        Ok((near, far)) => {
            println!("{near} from memory");
            println!("{far} from far away, asked {} times for {length} bytes", asked.load(Ordering::Relaxed));
            ExitCode::from(near.exit())
        }
        Err(error) => {
            eprintln!("{error}\nhint: {}", error.remedy());
            ExitCode::from(error.code.class.exit())
        }
    }
}

fn verify(source: Source) -> Result<Verdict> {
    let verification = Bundle::read(source, &Unwatched)?.verify(&TrustedSigners::nobody(), &Policy::default(), &Unwatched)?;
    Ok(verification.report().verdict)
}

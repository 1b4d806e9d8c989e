//! The library in a page: verify a bundle, and list what it holds if, and only if, it is VERIFIED.
//!
//! ```sh
//! cargo run --release --example inspect -- BUNDLE CARD...
//! ```
//!
//! The seals of the given cards are believed. A program for people would first show a card's fingerprint and ask.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::ExitCode;

use sealbag::crypto::card::SignedCard;
use sealbag::{Belief, Bundle, Policy, Result, Source, Standing, TrustedSigners, Untrusted, Unwatched};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(bundle) = args.next() else {
        eprintln!("usage: inspect BUNDLE CARD...");
        return ExitCode::from(2);
    };
    match inspect(Path::new(&bundle), args) {
        Ok(exit) => ExitCode::from(exit),
        Err(error) => {
            eprintln!("{error}\nhint: {}", error.remedy());
            ExitCode::from(error.code.class.exit())
        }
    }
}

fn inspect(bundle: &Path, cards: impl Iterator<Item = String>) -> Result<u8> {
    let mut trust = TrustedSigners::nobody();
    for path in cards {
        let bytes = std::fs::read(&path).map_err(|error| sealbag::Error::io(&path, &error))?;
        let SignedCard { card, key, .. } = SignedCard::read(&path, &bytes)?;
        trust.add(key, Standing { name: card.name, belief: Belief::Contact { since: card.made_at } });
    }

    let bundle = Bundle::read(Source::open(bundle)?, &Unwatched)?;
    let verification = bundle.verify(&trust, &Policy::default(), &Unwatched)?;
    println!("{}", verification.report().verdict);
    match verification.into_verified() {
        Ok(verified) => {
            // what a bundle says never reaches a terminal but through `Untrusted`
            let contents = verified.contents()?;
            for file in contents.files {
                println!("{:>12}  {}  {}", file.size, file.role.as_str(), Untrusted(file.path.as_str()));
            }
            for fact in contents.facts {
                println!("{} {}: {}", Untrusted(&fact.about.to_string()), fact.name, Untrusted(&fact.value));
            }
            Ok(0)
        }
        Err(refused) => {
            for finding in refused.report().findings.list() {
                println!("{} {finding}\n  {}", finding.code, finding.code.remedy());
            }
            Ok(refused.report().verdict.exit())
        }
    }
}

//! The whole story, played: a reporter seals, an editor receives, somebody changes one byte.
//!
//! ```sh
//! cargo run --release --example newsroom
//! ```
//!
//! The report and its pictures lie beside this file; all of it is invented. What the story makes is left in `target/newsroom` to
//! look at.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use sealbag::crypto::card::SignedCard;
use sealbag::store::contacts::{Contacts, trusted};
use sealbag::store::keyring::Keyring;
use sealbag::{
    Bundle, Draft, Error, Facts, Output, Policy, Result, SigningKey, Source, Taking, Timestamp, Untrusted, Unwatched,
    Verification,
};

fn main() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("newsroom: {error}\nhint: {}", error.remedy());
            ExitCode::FAILURE
        }
    }
}

fn play() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let desk = here.join("target/newsroom");
    if desk.exists() {
        fs::remove_dir_all(&desk).map_err(|error| io(&desk, &error))?;
    }
    let (amina_home, bela_home) = (desk.join("amina"), desk.join("bela"));
    for home in [&amina_home, &bela_home] {
        fs::create_dir_all(home).map_err(|error| io(home, &error))?;
    }

    say("Amina, a reporter, makes a key. (A real one has a passphrase.)");
    let seed = zeroize::Zeroizing::new(random::<32>()?);
    let key = SigningKey::from_seed(&seed);
    let mut hers = Keyring::open(&amina_home)?;
    let amina = hers.add(&key, "Amina O.", None, now()?, &Contacts::open(&amina_home)?)?;
    println!("  fingerprint  {}", amina.public().fingerprint());
    println!("  spoken       {}", amina.public().fingerprint().spoken());

    say("She gives her card to Bela, her editor. They compare the spoken digits over the phone, and Bela believes it.");
    let card = desk.join("amina.card");
    fs::write(&card, amina.card().text()).map_err(|error| io(&card, &error))?;
    let received = fs::read(&card).map_err(|error| io(&card, &error))?;
    let received = SignedCard::read("amina.card", &received)?;
    let keyring = Keyring::open(&bela_home)?;
    let mut contacts = Contacts::open(&bela_home)?;
    contacts.add(received, "Amina O.", now()?, &keyring)?;

    say("Amina seals the report, its pictures and the facts about them.");
    let story = here.join("examples/newsroom");
    let mut draft = Draft::from_folder(&story.join("bag"), Taking::default())?;
    let facts = fs::read(story.join("facts.json")).map_err(|error| io(&story.join("facts.json"), &error))?;
    let shape = |reason: String| Error::new(sealbag::base::code::METADATA_SHAPE, "facts.json", reason);
    draft.add_facts(Facts::read(&facts).map_err(shape)?)?;
    let output = Output::File(desk.join("report.zip"), false);
    let sealed = draft.sign(&key, now()?, &mut random::<16>, output, &Unwatched)?;
    println!("  {} files, {} facts, {} bytes", sealed.files, sealed.facts, sealed.length);
    println!("  digest       {}", sealed.digest);

    say("Bela gets the file, verifies it and opens it.");
    let trust = trusted(&keyring, &contacts);
    let verify = |path: &Path| -> Result<Verification> {
        Bundle::read(Source::open(path)?, &Unwatched)?.verify(&trust, &Policy::default(), &Unwatched)
    };
    let bundle = desk.join("report.zip");
    let verification = verify(&bundle)?;
    tell(&verification);
    let opened = desk.join("opened");
    match verification.into_verified() {
        Ok(verified) => {
            verified.extract(&opened, &Unwatched)?;
            for fact in verified.contents()?.facts.iter().filter(|fact| fact.name == "title" || fact.name == "caption") {
                println!("  {}: \"{}\"", Untrusted(&fact.about.to_string()), Untrusted(&fact.value));
            }
        }
        Err(refused) => {
            return Err(Error::new(sealbag::base::code::OPEN_REFUSED, "report.zip", refused.report().verdict.word()));
        }
    }

    say("Somebody on the way changes one byte of one picture, and sends that on.");
    let mut bytes = fs::read(&bundle).map_err(|error| io(&bundle, &error))?;
    if let Some(byte) = bytes.get_mut(9_000) {
        *byte ^= 1;
    }
    let changed = desk.join("changed.zip");
    fs::write(&changed, bytes).map_err(|error| io(&changed, &error))?;
    let verification = verify(&changed)?;
    tell(&verification);
    if verification.into_intact().is_ok() {
        return Err(Error::new(sealbag::base::code::RUN_PANIC, "changed.zip", "a changed byte went unseen"));
    }

    say("All of it is left to look at:");
    println!("  {}", desk.display());
    println!("  cargo run --release -- --home target/newsroom/bela verify target/newsroom/report.zip");
    println!("  cargo run --release -- --home target/newsroom/bela verify target/newsroom/changed.zip");
    Ok(())
}

fn tell(verification: &Verification) {
    let report = verification.report();
    println!("  {}", report.verdict.word());
    for finding in report.findings.list() {
        println!("  {}  {finding}", finding.code);
    }
}

fn say(line: &str) {
    println!("\n{line}");
}

fn now() -> Result<Timestamp> {
    Timestamp::from_unix(chrono::Utc::now().timestamp())
        .ok_or_else(|| Error::new(sealbag::base::code::IO_READ, "clock", "stands outside the years 1 to 9999"))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::new(sealbag::base::code::IO_READ, "randomness", error.to_string()))?;
    Ok(bytes)
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::io(path.to_string_lossy(), error)
}

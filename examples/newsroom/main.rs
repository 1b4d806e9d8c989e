//! The whole story, played: a reporter seals for her editor, nobody else can open it, the editor does, somebody changes one byte.
//! Then a court asks: the editor withholds a source and two pictures, and later gives the source's name to the judge alone. A courier
//! carries the copy, each keeper signs what happens to it, and whoever tells that otherwise is found out.
//!
//! ```sh
//! cargo run --release --example newsroom
//! ```
//!
//! The report and its pictures lie beside this file; all of it is invented. What the story makes is left in `target/newsroom` to
//! look at.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod custody;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use sealbag::crypto::age::{Identity, Recipient};
use sealbag::crypto::card::SignedCard;
use sealbag::ops::custody::keep::Kept;
use sealbag::ops::output::Encryption;
use sealbag::store::home::believed::trusted;
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::keyring::Keyring;
use sealbag::store::home::keyring_write::NewKey;
use sealbag::{
    Bundle, Draft, DraftOptions, Error, Evidence, Facts, Output, PageOptions, Policy, Reason, Result, SigningKey, Source,
    Timestamp, Untrusted, Unwatched, Verification, Words,
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
    let (amina_home, bela_home, judge_home) = (desk.join("amina"), desk.join("bela"), desk.join("judge"));
    for home in [&amina_home, &bela_home, &judge_home] {
        fs::create_dir_all(home).map_err(|error| io(home, &error))?;
    }

    say("Amina, a reporter, and Bela, her editor, make their keys: one to sign, one to decrypt. (Real ones have passphrases.)");
    let (amina_key, amina_card) = new_key(&amina_home, "Amina O.")?;
    let (bela_key, bela_card) = new_key(&bela_home, "Bela")?;

    say("They exchange cards and compare the key digits over the phone. From now on they believe each other.");
    for (card, name, home, own, at) in [
        (&amina_card, "Amina O.", &bela_home, &bela_key, "amina.card"),
        (&bela_card, "Bela", &amina_home, &amina_key, "bela.card"),
    ] {
        let path = desk.join(at);
        fs::write(&path, card.text()).map_err(|error| io(&path, &error))?;
        let received = SignedCard::read(at, &fs::read(&path).map_err(|error| io(&path, &error))?)?;
        println!("  {name:<8}  {}", received.key.fingerprint().spoken());
        // signed by one's own key, so that nobody can change the contacts unseen
        Contacts::open(home)?.add_signed(received, name, now()?, &Keyring::open(home)?, Some(own))?;
    }

    say("Amina seals the report, its pictures and the facts about them, for Bela alone.");
    let story = here.join("examples/newsroom");
    let mut draft = Draft::from_folder(&story.join("bag"), DraftOptions::default())?;
    let facts = fs::read(story.join("facts.json")).map_err(|error| io(&story.join("facts.json"), &error))?;
    draft.add_facts(Facts::read("facts.json", &facts)?)?;
    let contacts = Contacts::open(&amina_home)?;
    let recipients = &contacts.find("Bela")?.card.card.recipients;
    let hybrid = recipients.iter().filter_map(|text| Recipient::parse(text)).filter(Recipient::is_post_quantum);
    draft.encrypt(Encryption::For(hybrid.collect()));
    let output = Output::File(desk.join("report.zip.age"), false);
    let sealed = draft.sign(&amina_key, now()?, &mut random::<16>, output, &Unwatched)?;
    println!("  {} files, {} facts, {} bytes, encrypted post-quantum", sealed.files, sealed.facts, sealed.length);
    println!("  digest       {}", sealed.digest);

    say("She cannot open it herself: a laptop that is taken from her tells nothing of what is inside.");
    let bundle = desk.join("report.zip.age");
    match verify(&bundle, &amina_home) {
        Err(error) => println!("  {}  {error}", error.code),
        Ok(_) => return Err(Error::new(sealbag::base::code::RUN_PANIC, "report.zip.age", "its sealer opened it")),
    }

    say("Bela gets the file, verifies it and opens it.");
    let verification = verify(&bundle, &bela_home)?;
    tell(&verification);
    let opened = desk.join("opened");
    match verification.into_verified() {
        Ok(verified) => {
            verified.extract(&opened, &Unwatched)?;
            for fact in verified.contents()?.facts.iter().filter(|fact| fact.name == "title" || fact.name == "caption") {
                println!("  {}: \"{}\"", Untrusted(&fact.about.to_string()), Untrusted(&fact.value));
            }
        }
        Err(refused) => return Err(not_verified("report.zip.age", &refused)),
    }

    say("Somebody on the way changes one byte of one picture, and sends that on.");
    let mut bytes = fs::read(&bundle).map_err(|error| io(&bundle, &error))?;
    if let Some(byte) = bytes.get_mut(9_000) {
        *byte ^= 1;
    }
    let changed = desk.join("changed.zip.age");
    fs::write(&changed, bytes).map_err(|error| io(&changed, &error))?;
    match verify(&changed, &bela_home) {
        Err(error) => println!("  {}  {error}", error.code),
        Ok(verification) => {
            tell(&verification);
            if verification.into_intact().is_ok() {
                return Err(Error::new(sealbag::base::code::RUN_PANIC, "changed.zip.age", "a changed byte went unseen"));
            }
        }
    }

    say("A court asks for the story. Bela leaves out who the first source is, and two pictures; the rest still verifies.");
    let (judge_key, judge_card) = new_key(&judge_home, "Judge")?;
    for (card, name) in [(&amina_card, "Amina O."), (&bela_card, "Bela")] {
        let keys = Keyring::open(&judge_home)?;
        Contacts::open(&judge_home)?.add_signed(card.clone(), name, now()?, &keys, Some(&judge_key))?;
    }
    let full = verify(&bundle, &bela_home)?;
    let full = full.into_verified().map_err(|refused| not_verified("report.zip.age", &refused))?;
    let items = ["source:S1", "photos/IMG_0412.jpg", "photos/Мост, вечер.jpg"].map(String::from);
    let redaction = full.withhold(&items, false, &Unwatched)?;
    println!(
        "  what remains and still reveals it: {} places, which Bela reads before she goes on",
        redaction.remaining().len()
    );
    let reason = Reason { by: &bela_key, at: now()?, reason: "their safety" };
    let court = desk.join("court.zip");
    redaction.write(&reason, None, Output::File(court.clone(), false), Some(&bundle), &Unwatched)?;
    let withheld = verify(&court, &judge_home)?;
    tell(&withheld);
    for release in &withheld.report().releases {
        println!("  {} withheld: \"{}\"", release.withheld, Untrusted(&release.reason));
    }

    say("The judge alone is told who the source is, and can see that it is what Amina sealed.");
    let recipients = &judge_card.card.recipients;
    let judge = Encryption::For(recipients.iter().filter_map(|text| Recipient::parse(text)).collect());
    let told = desk.join("for-the-judge.age");
    let disclosure = full.disclose(&["source:S1#identity".to_owned()])?;
    disclosure.write(Some(&judge), Output::File(told.clone(), false), Some(&bundle), &Unwatched)?;
    let evidence =
        Evidence { disclosures: vec![("for-the-judge.age".into(), opened_by(&told, &judge_home)?)], ..Evidence::none() };
    let withheld = verify_beside(&court, &judge_home, evidence)?;
    for item in withheld.report().given.iter().flat_map(|given| &given.items) {
        println!("  {}: \"{}\"", item.name, Untrusted(item.value.as_deref().unwrap_or_default()));
    }

    say(
        "The copy goes from Bela by a courier to the registry. Each signs; five ways to tell it otherwise are found and named.",
    );
    let (courier_key, courier_card) = new_key(&desk.join("courier"), "Courier")?;
    let keys = Keyring::open(&judge_home)?;
    Contacts::open(&judge_home)?.add_signed(courier_card, "Courier", now()?, &keys, Some(&judge_key))?;
    let trust = trusted(&keys, &Contacts::open(&judge_home)?);
    let kept = Kept {
        bundle: withheld.report().seal.as_ref().map(|seal| seal.digest),
        file_sha256: Source::open(&court)?.file_sha256(&Unwatched)?,
    };
    let keepers = [
        custody::Keeper { name: "Bela", key: &bela_key, place: "the newsroom" },
        custody::Keeper { name: "Courier", key: &courier_key, place: "on the road" },
        custody::Keeper { name: "Registry", key: &judge_key, place: "room 4, shelf 12" },
    ];
    let held = custody::play(&desk, kept, withheld.report(), &keepers, &trust)?;

    say("The judge gets a page to look at, with small pictures, what the files say themselves, and who held the copy.");
    let page = desk.join("court.html");
    let options =
        PageOptions { words: Words::english(), bundle: "court.zip", at: now()?, input: Some(&court), held: Some(&held) };
    let intact = withheld.into_intact().map_err(|refused| not_verified("court.zip", &refused))?;
    intact.write_page(options, Output::File(page.clone(), false), &Unwatched)?;
    println!("  {}", page.display());

    say("All of it is left to look at:");
    println!("  {}", desk.display());
    println!("  cargo run --release -- --home target/newsroom/bela verify target/newsroom/report.zip.age");
    println!("  cargo run --release -- --home target/newsroom/bela verify target/newsroom/changed.zip.age");
    println!("  cargo run --release -- --home target/newsroom/judge verify target/newsroom/court.zip");
    Ok(())
}

/// Makes a key that signs and one that decrypts, and their card.
fn new_key(home: &Path, name: &str) -> Result<(SigningKey, SignedCard)> {
    let [signing, hybrid] = [random::<32>()?, random::<32>()?].map(zeroize::Zeroizing::new);
    let key = SigningKey::from_seed(&signing);
    let identities = [Identity::hybrid(&hybrid)];
    let new = NewKey { name, identities: &identities, protection: None, story: None, after: None, made_at: now()? };
    let card = Keyring::open(home)?.add(new.with_file(&key, None)?, &Contacts::open(home)?)?.card().clone();
    Ok((key, card))
}

/// Verifies a bundle as the owner of this home would, with their keys and contacts.
fn verify(bundle: &Path, home: &Path) -> Result<Verification> {
    verify_beside(bundle, home, Evidence::none())
}

/// The same, with what lies beside the bundle.
fn verify_beside(bundle: &Path, home: &Path, evidence: Evidence) -> Result<Verification> {
    let trust = trusted(&Keyring::open(home)?, &Contacts::open(home)?);
    Bundle::read(opened_by(bundle, home)?, &Unwatched)?.verify_with(&trust, &Policy::default(), evidence, &Unwatched)
}

/// A file, and its envelope opened with the key of this home.
fn opened_by(file: &Path, home: &Path) -> Result<Source> {
    let identities = Keyring::open(home)?.find(None)?.identity_file()?.map_or(Ok(Vec::new()), |file| file.open(None))?;
    Source::open(file)?.unlock(|header| header.open(&identities))
}

fn not_verified(name: &str, refused: &Verification) -> Error {
    Error::new(sealbag::base::code::OPEN_REFUSED, name, refused.report().verdict.to_string())
}

fn tell(verification: &Verification) {
    let report = verification.report();
    println!("  {}, addressed {:?}", report.verdict, report.answers.addressed);
    for finding in report.findings.list() {
        println!("  {}  {finding}", finding.code);
    }
}

fn say(line: &str) {
    println!("\n{line}");
}

fn now() -> Result<Timestamp> {
    Timestamp::from_unix(chrono::Utc::now().timestamp())
        .ok_or_else(|| Error::new(sealbag::base::code::IO_READ, "clock", "is set to a time outside the years 1 to 9999"))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::new(sealbag::base::code::IO_READ, "randomness", error.to_string()))?;
    Ok(bytes)
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::io(path.to_string_lossy(), error)
}

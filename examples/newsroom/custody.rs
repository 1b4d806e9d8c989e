//! Who held the copy for the court: the editor, a courier, the registry. Each signs what happens to it, and what they signed is enough to
//! find out whoever tells it otherwise.

use std::fs;
use std::path::Path;

use sealbag::base::place::Place;
use sealbag::base::text::plural;
use sealbag::crypto::custody::SignedEntry;
use sealbag::format::custody::{Details, Released};
use sealbag::format::digest::Random128;
use sealbag::ops::custody::keep::{self, Held, Kept, Said};
use sealbag::ops::custody::log::Log;
use sealbag::ops::custody::merge::{Read, merge};
use sealbag::ops::custody::picture::picture;
use sealbag::ops::custody::witness::Witnesses;
use sealbag::report::held;
use sealbag::{Report, Result, SigningKey, TrustedSigners, Unwatched};

use super::{io, now, random};

/// Somebody who keeps the copy for a while, and where.
pub struct Keeper<'k> {
    pub name: &'k str,
    pub key: &'k SigningKey,
    pub place: &'k str,
}

/// Lets the copy go from hand to hand; returns what is drawn of it.
pub fn play(desk: &Path, kept: Kept, report: &Report, keepers: &[Keeper], trust: &TrustedSigners) -> Result<held::Held> {
    let path = |at: usize| desk.join(format!("{}.jsonl", keepers.get(at).map_or("log", |keeper| keeper.name)));
    let mut handover: Option<SignedEntry> = None;
    for (at, Keeper { name, key, place }) in keepers.iter().enumerate() {
        let said = Said { place: (*place).into(), ..Said::default() };
        let (prev, details) = (handover.as_ref().map(|entry| entry.digest), Details::Received(keep::verdict(report)));
        let first = keep::first(*key, Random128::new(random()?), prev, kept, now()?, &said, details)?;
        keep::begin(&path(at), &desk.join(format!("{name}.receipt.json")), true, &first)?;
        if let (Some(before), Some(giver)) = (at.checked_sub(1), &handover) {
            let arrived = keep::accepted(&first, Some(giver), &Place::path(&path(at)))?;
            let key = keepers.get(before).map_or(*key, |keeper| keeper.key);
            Held::open(&path(before))?.add(key, Some(kept), now()?, &Said::default(), arrived)?;
        }
        let Some(next) = keepers.get(at + 1) else { break };
        let given = Details::Released(Released { to: Some(next.key.public().line()) });
        handover = Some(Held::open(&path(at))?.add(*key, Some(kept), now()?, &said, given)?);
    }
    let mut files = Vec::new();
    for (at, keeper) in keepers.iter().enumerate() {
        let text = fs::read_to_string(path(at)).map_err(|error| io(&path(at), &error))?;
        files.push(read(keeper.name, &text, trust)?);
        println!("  {}", said(files.last(), keeper.name));
    }
    others(&path(0), keepers, kept, trust)?;
    Ok(picture(files, trust))
}

/// Five ways to tell it otherwise.
fn others(log: &Path, keepers: &[Keeper], kept: Kept, trust: &TrustedSigners) -> Result<()> {
    let text = fs::read_to_string(log).map_err(|error| io(log, &error))?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let [Keeper { key, place, .. }, thief, ..] = keepers else { return Ok(()) };
    let [first, second, third] = lines[..] else { return Ok(()) };
    let entry = SignedEntry::read(second.trim_end().as_bytes()).map(|signed| signed.entry);
    let forged = entry.ok().map(|entry| SignedEntry::sign(thief.key, entry)).transpose()?;
    let forged = forged.map(|signed| String::from_utf8_lossy(signed.line()).into_owned()).unwrap_or_default();
    for (how, otherwise) in [
        ("altered", text.replace(place, "somewhere else")),
        ("dropped", format!("{first}{third}")),
        ("forged", format!("{first}{forged}{third}")),
    ] {
        println!("  an entry {how}: {}", said(Some(&read("log", &otherwise, trust)?), "the log"));
    }
    // nothing in the log shows that its end is gone: the handover that the courier holds does
    let handover = Place::path(Path::new("handover"));
    let mut witnesses = Witnesses::default();
    witnesses.paper(handover.clone(), keep::read(second.as_bytes(), &handover)?);
    let mut cut = Log::read("log", &mut first.as_bytes(), trust, &Unwatched, &mut |line| witnesses.see(line))?;
    witnesses.judge(&mut cut);
    println!("  its end cut: {}", said(Some(&Read { name: String::new(), log: cut, steps: Vec::new() }), "the log"));
    // written on in another way
    let other = log.with_extension("other.jsonl");
    fs::write(&other, format!("{first}{second}")).map_err(|error| io(&other, &error))?;
    Held::open(&other)?.add(*key, Some(kept), now()?, &Said::default(), Details::Stored)?;
    let otherwise = fs::read_to_string(&other).map_err(|error| io(&other, &error))?;
    let merged = merge(vec![read("one", &text, trust)?, read("other", &otherwise, trust)?]);
    for fork in merged.iter().flat_map(|log| &log.forks) {
        println!("  written on in two ways: {} at {}", fork.code.id, fork.place);
    }
    Ok(())
}

fn read(name: &str, text: &str, trust: &TrustedSigners) -> Result<Read> {
    let mut steps = Vec::new();
    let log = Log::read(name, &mut text.as_bytes(), trust, &Unwatched, &mut |line| steps.extend(line.step.clone()))?;
    Ok(Read { name: name.into(), log, steps })
}

fn said(read: Option<&Read>, name: &str) -> String {
    let Some(Read { log, .. }) = read else { return String::new() };
    match log.findings.list().first() {
        Some(found) => format!("{} at {}", found.code.id, found.place),
        None => format!("{name}: unbroken, {}", plural(log.steps, "step", "steps")),
    }
}

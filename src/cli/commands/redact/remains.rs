//! What stays and still reveals what goes, and what could not be searched, as people read it.

use std::io::{self, Write};

use sealbag::ops::leaks::{Kin, Leak, NotSearched, Said, Told, Unread};
use sealbag::report::line::quoted;

/// How many places are listed one by one.
const PLACES: usize = 8;
/// How many files that could not be searched are listed one by one; the JSON has them all.
const UNREAD: usize = 100;

/// What stays, each thing once with the places where it stands, what tells most first.
pub fn tell(out: &mut dyn Write, leaks: &[Leak]) -> io::Result<()> {
    let (stops, rest): (Vec<&Leak>, Vec<&Leak>) = leaks.iter().partition(|leak| leak.stops);
    let (plain, others): (Vec<&Leak>, Vec<&Leak>) = rest.into_iter().partition(|leak| matches!(leak.what, Told::Word(_)));
    list(out, "what remains and still reveals it", &stops)?;
    list(out, "plain words of it that remain too; judge whether they tell anything", &plain)?;
    list(out, "twins and facts that remain too; judge whether they tell anything", &others)
}

fn list(out: &mut dyn Write, title: &str, leaks: &[&Leak]) -> io::Result<()> {
    if leaks.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    let is_place = |what: &Told| matches!(what, Told::Said(Said::Place { .. }));
    let same = |one: &&Leak, next: &&Leak| {
        let what = one.what == next.what || is_place(&one.what) && is_place(&next.what);
        what && (&one.of, one.in_bytes()) == (&next.of, next.in_bytes())
    };
    for group in leaks.chunk_by(same) {
        let Some(leak @ Leak { of, what, .. }) = group.first() else { continue };
        let of = quoted(of);
        let what = match what {
            Told::Bytes => format!("the same bytes as {of}"),
            Told::Hash => format!("the SHA-256 of {of}"),
            Told::Name(name) => format!("{}, a name of {of}", quoted(name)),
            Told::Value => format!("the value of {of}"),
            Told::Word(word) if word.chars().any(char::is_alphabetic) => format!("{}, a word of {of}", quoted(word)),
            Told::Word(number) => format!("{}, a number, date or time of {of}", quoted(number)),
            Told::Said(Said::Place { .. }) => format!("made within 100 m of where {of} was"),
            Told::Said(Said::Moment) => format!("made at the same moment as {of}"),
            Told::Said(Said::Serial(number)) => format!("made with the same camera or lens as {of}, {}", quoted(number)),
            Told::Twin(Kin::Made) => format!("made of the same picture as {of}"),
            Told::Twin(Kin::Original) => format!("the picture that {of} was made of"),
            Told::Twin(Kin::Uncovered) => format!("shows what is covered in {of}"),
        };
        let place = |leak: &&Leak| match (leak.line, &leak.what) {
            (Some(line), _) => format!("{} line {line}", quoted(&leak.place)),
            (None, Told::Said(Said::Place { metres })) => format!("{} ({metres} m)", quoted(&leak.place)),
            (None, _) => quoted(&leak.place),
        };
        let mut places: Vec<String> = group.iter().take(PLACES).map(place).collect();
        if group.len() > PLACES {
            places.push(format!("{} more", group.len() - PLACES));
        }
        let chance = if leak.in_bytes() { "; it stands in bytes that are no text, maybe by chance" } else { "" };
        let places = places.join(", ");
        let told = match leak.what {
            Told::Said(_) | Told::Twin(_) => format!("{what}: {places}"),
            _ => format!("{what}: in {places}{chance}"),
        };
        writeln!(out, "  - {told}")?;
    }
    Ok(())
}

/// What could not be read, one by one.
pub fn not_searched(out: &mut dyn Write, files: &[NotSearched]) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nnot searched, but for what is written plainly in the bytes; look at what they show")?;
    for NotSearched { path, inside, reason } in files.iter().take(UNREAD) {
        let inside = inside.as_deref().map_or(String::new(), |name| format!(", in it {}", quoted(name)));
        writeln!(out, "  - {}", &format!("{}{inside}: {}", quoted(path), because(*reason)))?;
    }
    if files.len() > UNREAD {
        writeln!(out, "  - {} more; --json lists them all", files.len() - UNREAD)?;
    }
    Ok(())
}

fn because(reason: Unread) -> &'static str {
    match reason {
        Unread::Picture => "a picture",
        Unread::Sound => "a sound recording",
        Unread::Video => "a video",
        Unread::Encrypted => "encrypted",
        Unread::Fonts => "a PDF whose letters are numbers of its own fonts",
        Unread::Compressed => "compressed in a way that sealbag does not read",
        Unread::Damaged => "damaged or cut short, so searched in part at most",
        Unread::Limits => "too much in it to unpack, so searched in part",
        Unread::Binary => "not text, or in an encoding that is not known",
    }
}

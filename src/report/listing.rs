//! What a bundle shows, as a list for people: what is said about the case and its sources, then each file with what is said about it.

use std::io::{self, Write};

use super::line::quoted;
use super::messages as message;
use super::words::{Medium, Words};
use crate::base::sentence::{Quoted, Size};
use crate::base::text::{Untrusted, bytes};
use crate::format::item::{About, Field, File};
use crate::inspect::Facts;

/// What a file says in its own bytes, given the file and the facts that are stated about it.
pub type ReadFrom<'r> = &'r mut dyn FnMut(&File, &[Field]) -> Option<Facts>;

/// Writes files and facts, both in the order in which [`Contents`](crate::Contents) has them, a line for each, and below what is stated
/// about a file what was read from it.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, files: &[File], facts: &[Field], read_from: ReadFrom) -> io::Result<()> {
    let mut about = None;
    for field in facts.iter().filter(|field| !matches!(field.about, About::File(_))) {
        if about != Some(&field.about) {
            about = Some(&field.about);
            writeln!(out, "\n{}", Untrusted(&field.about.to_string()))?;
        }
        fact(out, field)?;
    }
    let total = files.iter().fold(0u64, |total, file| total.saturating_add(file.size));
    let counted = message::files_and_bytes(files.len() as u64, Size(total));
    writeln!(out, "\n{}", Words::english().say(&counted, Medium::Terminal))?;
    let mut facts = facts.get(facts.partition_point(|field| !matches!(field.about, About::File(_)))..).unwrap_or_default();
    for file in files {
        writeln!(out, "  {}", quoted(file.path.as_str()))?;
        writeln!(out, "    {}, {}, {}", file.role.as_str(), Untrusted(&file.media_type), bytes(file.size))?;
        let here = |field: &Field| matches!(&field.about, About::File(path) if *path == file.path);
        let (stated, rest) = facts.split_at(facts.iter().take_while(|field| here(field)).count());
        for field in stated {
            write!(out, "  ")?;
            fact(out, field)?;
        }
        facts = rest;
        if let Some(facts) = read_from(file, stated) {
            read(out, &facts)?;
        }
    }
    Ok(())
}

/// What was read from a file, so that nobody takes it for what the signer states.
///
/// # Errors
/// Those of `out`.
pub fn read(out: &mut dyn Write, facts: &Facts) -> io::Result<()> {
    let say = |sentence| Words::english().say(&sentence, Medium::Terminal);
    if facts.list.is_empty() {
        let nothing = facts.unread.then(|| writeln!(out, "    {}", say(message::nothing_read_from_file())));
        return nothing.unwrap_or(Ok(()));
    }
    writeln!(out, "    {}", say(message::read_from_file()))?;
    for fact in &facts.list {
        let within = fact.within.clone().map_or(String::new(), |part| format!("  {}", say(message::read_within(Quoted(part)))));
        writeln!(out, "      {:<16} {}{within}", fact.name, quoted(&fact.value))?;
    }
    if facts.unread { writeln!(out, "      {}", say(message::partly_read_from_file())) } else { Ok(()) }
}

fn fact(out: &mut dyn Write, field: &Field) -> io::Result<()> {
    writeln!(out, "  {:<18} {}", field.name, quoted(&field.value))
}

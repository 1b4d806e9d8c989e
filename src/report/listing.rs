//! What a bundle shows, as a list for people: what is said about the case and its sources, then each file with what is said about it.

use std::io::{self, Write};

use super::line::quoted;
use super::messages as message;
use super::words::{Medium, Words};
use crate::base::sentence::Size;
use crate::base::text::{Untrusted, bytes};
use crate::format::item::{About, Field, File};

/// Writes files and facts, both in the order in which [`Contents`](crate::Contents) has them, a line for each.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, files: &[File], facts: &[Field]) -> io::Result<()> {
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
    let mut facts = facts.iter().filter(|field| matches!(field.about, About::File(_))).peekable();
    for file in files {
        writeln!(out, "  {}", quoted(file.path.as_str()))?;
        writeln!(out, "    {}, {}, {}", file.role.as_str(), Untrusted(&file.media_type), bytes(file.size))?;
        let here = |field: &&Field| matches!(&field.about, About::File(path) if *path == file.path);
        while let Some(field) = facts.next_if(here) {
            write!(out, "  ")?;
            fact(out, field)?;
        }
    }
    Ok(())
}

fn fact(out: &mut dyn Write, field: &Field) -> io::Result<()> {
    writeln!(out, "  {:<18} {}", field.name, quoted(&field.value))
}

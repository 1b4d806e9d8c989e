//! What `seal` takes, told before anything is written: by itself with `--dry-run`, else beside the question whether to go on.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use sealbag::base::error::{Finding, Result};
use sealbag::base::text::{bytes, plural};
use sealbag::format::item::Field;
use sealbag::report::json::FindingJson;
use sealbag::report::line::quoted;
use sealbag::{Beneath, Derivation, Draft, Rare, Renamed, Risks, Taken, Twin};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::recipients::{Kind, Readers};
use crate::cli::risks;
use crate::cli::ui::{self, BOLD};

/// What a bundle that is not encrypted means.
pub const NOT_ENCRYPTED: &str = "not encrypted: whoever gets this file can read all of it";

/// What the draft knows.
pub struct Plan {
    pub taken: Taken,
    pub excluded: Vec<Beneath>,
    pub junk: Vec<String>,
    pub empty: Vec<String>,
    pub renamed: Vec<Renamed>,
    merged: Vec<(String, Vec<String>)>,
    pub left_empty: usize,
    pub left_out: Option<String>,
    /// A file that makes one think that facts are read from it.
    pub metadata_inside: Option<String>,
    facts: u64,
    /// Twins of pictures that are made.
    twins: Vec<Twin>,
    /// Files of which there is none.
    not_cleaned: Vec<Finding>,
    /// Facts that were read from files.
    recorded: Vec<Field>,
    /// What files say that could harm a source.
    risks: Risks,
    /// What may be a slip in the metadata file.
    notes: Vec<Finding>,
}

/// `sealbag-seal-dry-run/1`.
#[derive(Serialize)]
struct DryRunJson<'a> {
    schema: &'static str,
    exit: u8,
    files: u64,
    /// Bytes in the files.
    bytes: u64,
    facts: u64,
    /// The names that the files have now, all of them.
    names: &'a [String],
    taken: TakenJson<'a>,
    /// As in `sealbag-seal/1`; null where contacts that are locked keep it from being known.
    encryption: Option<&'static str>,
    /// For whom, as they are called here; null as before.
    to: Option<&'a [String]>,
    names_recipients: bool,
    /// Whether this computer, or a passphrase, would open the bundle; null as before.
    opens_here: Option<bool>,
    not_sealed: NotSealedJson<'a>,
    renamed: Vec<RenamedJson<'a>>,
    twins: Vec<TwinJson<'a>>,
    /// Files of which there is no clean copy although all were to have one.
    no_clean_copy: Vec<FindingJson>,
    recorded: Vec<RecordedJson<'a>>,
    /// What files say that could harm a source.
    leaks: Vec<FindingJson>,
    /// What may be a slip in the metadata file.
    notes: Vec<FindingJson>,
    /// What sealing would check and this run did not.
    not_checked: &'a [&'static str],
}

/// What is taken and rarely meant.
#[derive(Serialize)]
#[serde(transparent)]
pub struct TakenJson<'a>(BTreeMap<&'static str, Vec<BeneathJson<'a>>>);

/// A file, or a folder with a slash at its end.
#[derive(Serialize)]
struct BeneathJson<'a> {
    name: &'a str,
    files: u64,
}

#[derive(Serialize)]
pub struct NotSealedJson<'a> {
    junk: &'a [String],
    empty_folders: &'a [String],
    empty_facts: usize,
    excluded: Vec<BeneathJson<'a>>,
}

#[derive(Serialize)]
pub struct RenamedJson<'a> {
    original: &'a str,
    sealed: &'a str,
}

/// A second file of a picture, which is made and sealed.
#[derive(Serialize)]
pub struct TwinJson<'a> {
    path: &'a str,
    /// The path that its original is sealed under.
    of: &'a str,
    derivation: &'static str,
    /// Bytes.
    length: u64,
}

/// A fact that was read from a file.
#[derive(Serialize)]
pub struct RecordedJson<'a> {
    about: String,
    name: &'a str,
    value: &'a str,
}

impl Plan {
    /// What the draft takes; of its names only the first are kept, unless `all` are wanted: there may be a million of them.
    pub fn of(draft: &Draft, notes: Vec<Finding>, risks: Risks, all: bool) -> Self {
        let mut taken = draft.taken();
        if !all {
            taken.names.truncate(TOLD);
            taken.names.shrink_to_fit();
        }
        Plan {
            taken,
            excluded: draft.excluded().to_vec(),
            junk: draft.junk().to_vec(),
            empty: draft.empty_folders().to_vec(),
            renamed: draft.renamed().to_vec(),
            merged: draft.merged(),
            left_empty: draft.left_empty(),
            left_out: draft.left_out().map(str::to_owned),
            metadata_inside: draft.files().map(|(name, _)| name).find(|name| is_metadata(name)).map(str::to_owned),
            facts: draft.facts(),
            twins: draft.twins().to_vec(),
            not_cleaned: draft.not_cleaned().to_vec(),
            recorded: draft.recorded().to_vec(),
            risks,
            notes,
        }
    }

    /// On a terminal, tells what will be sealed and, where it is `plain`, asks whether everybody may read it. A script cannot look at
    /// a list before it goes on; it gets the summary, or looks first with `--dry-run`.
    pub fn show(&self, plain: bool, context: &Context) -> Result<()> {
        if !io::stderr().is_terminal() {
            return Ok(());
        }
        if !context.flags.quiet {
            ui::tell(|err| self.write(err).and_then(|()| writeln!(err)));
        }
        if !plain || context.flags.yes {
            return Ok(());
        }
        let found = self.risks.found.len() as u64;
        let (mut facts, mut hint) = (format!("{NOT_ENCRYPTED}\n"), "to seal it as it is, answer y or give --yes");
        if found > 0 {
            let where_told = if context.flags.quiet { "see them: sealbag check" } else { "listed above" };
            facts += &format!("files say {} that could harm a source; {where_told}\n", plural(found, "thing", "things"));
            hint = "for twins of pictures that say nothing: --clean-copies; to seal it as it is, answer y or give --yes";
        }
        ui::confirm(&facts, "Seal it so?", context)
            .map_err(|error| error.hint(format!("to encrypt it: --to NAME, or --passphrase; {hint}")))
    }

    /// Tells what would be sealed, and for whom where that is known.
    pub fn tell(&self, readers: Option<&Readers>, named: bool, context: &Context) -> Result<()> {
        let not_checked: &[&str] = if readers.is_some() { &[] } else { &[LOCKED] };
        if context.flags.json {
            return ui::print_json(&DryRunJson {
                schema: "sealbag-seal-dry-run/1",
                exit: 0,
                files: self.taken.files,
                bytes: self.taken.bytes,
                facts: self.facts,
                names: &self.taken.names,
                taken: self.taken_json(),
                encryption: readers.map(|readers| readers.kind.as_str()),
                to: readers.map(|readers| &*readers.names),
                names_recipients: named,
                opens_here: readers.map(|readers| readers.opens_here),
                not_sealed: self.not_sealed_json(),
                renamed: self.renamed_json(),
                twins: self.twins_json(),
                no_clean_copy: self.not_cleaned_json(),
                recorded: self.recorded_json(),
                leaks: self.leaks_json(),
                notes: self.notes_json(),
                not_checked,
            });
        }
        ui::page(|out| {
            writeln!(out, "{BOLD}nothing was written{BOLD:#}\n")?;
            self.write(out)?;
            self.write_not_sealed(out)?;
            match readers {
                Some(readers) if readers.kind == Kind::None => writeln!(out, "\n{NOT_ENCRYPTED}")?,
                Some(readers) => {
                    writeln!(out)?;
                    readers.write(out)?;
                    readers.write_seen(named, out)?;
                }
                None => {}
            }
            not_checked.iter().try_for_each(|what| writeln!(out, "\nnot checked: {what}"))
        })
    }

    /// How much is taken, the first names, and what is rarely meant.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Taken { files, bytes: size, names, .. } = &self.taken;
        let facts = plural(self.facts, "fact", "facts");
        writeln!(out, "to seal: {} ({}) and {facts}", plural(*files, "file", "files"), bytes(*size))?;
        rows(out, names.iter().map(|name| quoted(name)), *files as usize)?;
        self.write_unexpected(out)
    }

    /// What is sealed and rarely meant, and what was left out because it was asked for.
    pub fn write_unexpected(&self, out: &mut dyn Write) -> io::Result<()> {
        let told = |beneath: &Beneath| match beneath.name.ends_with('/') {
            true => format!("{}, {}", quoted(&beneath.name), plural(beneath.files, "file", "files")),
            false => quoted(&beneath.name),
        };
        for (kind, found) in &self.taken.rare {
            list(out, title(*kind), found.iter().map(told))?;
        }
        list(out, "not sealed: what --exclude matches", self.excluded.iter().map(told))?;
        self.write_twins(out)?;
        risks::list(out, &self.risks.found)
    }

    /// What is made and sealed beside the files, of which there is no clean copy, and which facts were read.
    fn write_twins(&self, out: &mut dyn Write) -> io::Result<()> {
        let told = |twin: &Twin| {
            let what = match twin.derivation {
                Derivation::MetadataRemoved => "the same pixels",
                Derivation::EncodedAnew => "encoded anew",
                Derivation::AreaHidden => "with a black box",
            };
            format!("{} from {}, {what}", quoted(twin.path.as_str()), quoted(twin.of.as_str()))
        };
        list(out, "twins that can be shown when the original is withheld", self.twins.iter().map(told))?;
        list(out, "no clean copy of these", self.not_cleaned.iter().map(Finding::to_string))?;
        let told = |field: &Field| format!("{}: {} {}", field.about, field.name, quoted(&field.value));
        list(out, "facts read from files, sealed as yours", self.recorded.iter().map(told))
    }

    /// Which files get other names.
    pub fn write_renamed(&self, out: &mut dyn Write) -> io::Result<()> {
        let (same, others): (Vec<&Renamed>, Vec<&Renamed>) = self.renamed.iter().partition(|name| name.looks_the_same());
        let told = |name: &&Renamed| format!("{} as {}", quoted(&name.own), quoted(name.sealed.as_str()));
        list(out, "sealed under other names; the names they had are kept as facts", others.iter().map(told))?;
        let merged = self.merged.iter().map(|(sealed, own)| {
            format!("{} from {}", quoted(sealed), own.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" and "))
        });
        list(out, "folders that become one", merged)?;
        if same.is_empty() {
            return Ok(());
        }
        let names = plural(same.len() as u64, "name was", "names were");
        writeln!(out, "\n{names} written with separate accents, as a Mac does; sealed in the usual form, and kept as facts")
    }

    /// What is not sealed, and what is sealed in another way than one may think.
    pub fn write_not_sealed(&self, out: &mut dyn Write) -> io::Result<()> {
        list(out, "not sealed: left behind by a file manager (--all seals it)", self.junk.iter().map(|name| quoted(name)))?;
        list(out, "not sealed: empty folders, which a bundle cannot hold", self.empty.iter().map(|name| quoted(name)))?;
        self.write_renamed(out)?;
        if self.left_empty > 0 {
            writeln!(out, "\nnot sealed: {} left empty in the metadata file", plural(self.left_empty as u64, "fact", "facts"))?;
        }
        if let Some(name) = &self.left_out {
            writeln!(out, "\nnot sealed: {}, because it is the metadata file", quoted(name))?;
        }
        if let Some(name) = &self.metadata_inside {
            writeln!(
                out,
                "\n{} was sealed as evidence like any other file; facts are read from --metadata only",
                quoted(name)
            )?;
        }
        Ok(())
    }

    pub fn taken_json(&self) -> TakenJson<'_> {
        let found = |kind: Rare| json(self.taken.rare.get(&kind).map_or(&[], Vec::as_slice));
        TakenJson(Rare::ALL.into_iter().map(|kind| (kind.as_str(), found(kind))).collect())
    }

    pub fn not_sealed_json(&self) -> NotSealedJson<'_> {
        NotSealedJson {
            junk: &self.junk,
            empty_folders: &self.empty,
            empty_facts: self.left_empty,
            excluded: json(&self.excluded),
        }
    }

    pub fn notes_json(&self) -> Vec<FindingJson> {
        self.notes.iter().map(FindingJson::of).collect()
    }

    pub fn leaks_json(&self) -> Vec<FindingJson> {
        self.risks.found.iter().map(FindingJson::of).collect()
    }

    pub fn twins_json(&self) -> Vec<TwinJson<'_>> {
        let mut json = Vec::with_capacity(self.twins.len());
        for Twin { path, of, derivation, length } in &self.twins {
            json.push(TwinJson { path: path.as_str(), of: of.as_str(), derivation: derivation.as_str(), length: *length });
        }
        json
    }

    pub fn not_cleaned_json(&self) -> Vec<FindingJson> {
        self.not_cleaned.iter().map(FindingJson::of).collect()
    }

    pub fn recorded_json(&self) -> Vec<RecordedJson<'_>> {
        let mut json = Vec::with_capacity(self.recorded.len());
        for Field { about, name, value } in &self.recorded {
            json.push(RecordedJson { about: about.to_string(), name, value });
        }
        json
    }

    pub fn renamed_json(&self) -> Vec<RenamedJson<'_>> {
        self.renamed.iter().map(|name| RenamedJson { original: &name.own, sealed: name.sealed.as_str() }).collect()
    }
}

fn title(kind: Rare) -> &'static str {
    match kind {
        Rare::Locks => "lock files among the files: they name who had a document open",
        Rare::VersionControl => "version control among the files: it holds earlier versions, and who wrote them",
        Rare::Copies => "earlier versions and conflict copies among the files",
        Rare::Shortcuts => "shortcuts among the files: they hold paths of the computer they were made on",
        Rare::Programs => "kept by programs for themselves, deleted files maybe among it",
        Rare::Unfinished => "not whole: downloads that did not end, or placeholders",
        Rare::Empty => "without a single byte: was the card copied whole?",
        Rare::Hidden => "hidden among the files",
    }
}

/// What a dry run cannot know.
const LOCKED: &str = "for whom it could be encrypted: your contacts are locked, and no passphrase is asked for here";

fn json(list: &[Beneath]) -> Vec<BeneathJson<'_>> {
    list.iter().map(|beneath| BeneathJson { name: &beneath.name, files: beneath.files }).collect()
}

/// True for names that make one think that facts are read from the file.
fn is_metadata(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    last == "metadata.json" || last == "facts.json"
}

fn list(out: &mut dyn Write, title: &str, list: impl ExactSizeIterator<Item = String>) -> io::Result<()> {
    let count = list.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    rows(out, list, count)
}

/// How many rows of a list are told.
const TOLD: usize = 20;

/// The first of `count` rows, and how many more there are.
fn rows(out: &mut dyn Write, rows: impl Iterator<Item = String>, count: usize) -> io::Result<()> {
    for row in rows.take(TOLD) {
        writeln!(out, "  - {row}")?;
    }
    if count > TOLD { writeln!(out, "  … and {} more", count - TOLD) } else { Ok(()) }
}

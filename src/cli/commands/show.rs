//! `sealbag show`: contents and facts as the bundle claims them, without a word of verdict.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sealbag::base::error::{Findings, Result};
use sealbag::base::text::plural;
use sealbag::format::item::{Body, Field, File};
use sealbag::inspect::{Fact, Facts};
use sealbag::{About, Claims, Differences, PublicKey, Untrusted};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::cli::context::Context;
use crate::cli::envelope::Opener;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::{reading, source};
use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::ui::{self, BOLD};
use sealbag::report::json::FindingJson;
use sealbag::report::line::{quoted, row, short};
use sealbag::report::listing;
use sealbag::report::messages;
use sealbag::report::model::Named;
use sealbag::report::words::{Medium, Words};

/// Print what a bundle says of itself: contents and facts, as claims that nobody checked
///
/// Below each photo, video or document stands what it says in its own bytes, called "read from the file": it is no part of what was
/// signed as a fact, and a camera or anybody since wrote it. Where it does not fit what the signer states, that is pointed out.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag show sealbag-0123456789ab.zip")]
pub struct Args {
    /// The bundle, an unpacked bundle, or - for standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    let opened = source(&args.bundle, context).and_then(|source| reading(source, |source| Opener::new(context).open(source)));
    let progress = Progress::start("reading", context);
    let claims = opened
        .and_then(|source| reading(source, |source| Claims::read(source, &progress)))
        .map_err(|error| error.about(&args.bundle))?;
    drop(progress);
    // nothing is left to be done, and whoever reads may stop reading and stay
    interrupt::while_waiting(|| tell(&args.bundle, &claims, context))?;
    Ok(Exit::DONE)
}

fn tell(path: &Path, claims: &Claims, context: &Context) -> Result<()> {
    if context.flags.json {
        let differences = RefCell::new(claims.is_held().then(|| Differences::new(claims.manifest.sealed_at)));
        ui::print_json(&ShowJson::of(path, claims, &differences))
    } else {
        // contacts are needed only to call readers by their names, and nobody is asked for a passphrase for that
        let named = if claims.recipients.is_empty() { None } else { Identities::open_unasked(context).ok().flatten() };
        ui::page(|out| write(out, path, claims, named.as_ref()))
    }
}

fn write(out: &mut dyn Write, path: &Path, claims: &Claims, owners: Option<&Identities>) -> io::Result<()> {
    let manifest = &claims.manifest;
    writeln!(out, "{BOLD}claims{BOLD:#} of {}", short(&path.to_string_lossy()))?;
    writeln!(out, "Nothing here was checked. To see whether it is what was sealed, and by whom: sealbag verify\n")?;
    writeln!(out, "  id          {}", manifest.id)?;
    writeln!(out, "  digest      {}", claims.digest)?;
    if claims.not_shown > 0 {
        writeln!(out, "              {}", Words::english().say(&messages::digits_withheld(), Medium::Terminal))?;
    }
    writeln!(out, "  sealed at   {}, with {}", manifest.sealed_at, Untrusted(&manifest.sealed_with))?;
    let signer = claims.signer().map_or("something that is not a usable key".into(), |who| who.fingerprint.to_string());
    writeln!(out, "  by the key  {signer}")?;
    writeln!(out, "  items       {}, {} not shown", claims.items, claims.not_shown)?;
    for key in &claims.recipients {
        let owner = owners.map_or_else(|| short(key), |owners| owners.owner_of_recipient(key));
        writeln!(out, "  for         {owner}")?;
    }

    if !claims.is_held() {
        beyond(out, claims)?;
        return gaps(out, claims);
    }
    let mut differences = Differences::new(manifest.sealed_at);
    listing::write(out, &claims.files, &claims.fields, &mut |file, stated| {
        let read = claims.read_from(file)?;
        differences.file(file, stated, &read);
        Some(read)
    })?;
    differ(out, &differences.finish())?;
    if !claims.is_kept() {
        writeln!(out, "\n{}", Words::english().say(&messages::not_read_from_stream(), Medium::Terminal))?;
    }
    gaps(out, claims)
}

/// What does not fit together.
fn differ(out: &mut dyn Write, found: &Findings) -> io::Result<()> {
    if found.list().is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", Words::english().say(&messages::heading_differs(), Medium::Terminal))?;
    for finding in found.list() {
        writeln!(out, "  {:<20} {finding}", finding.code.id)?;
    }
    match found.more() {
        0 => Ok(()),
        more => writeln!(out, "  {}", Words::english().say(&messages::and_more(more), Medium::Terminal)),
    }
}

/// What is too much to be held and sorted: every item as it stands in the bundle.
fn beyond(out: &mut dyn Write, claims: &Claims) -> io::Result<()> {
    writeln!(out, "\ntoo much to be sorted, so it follows in the order of the bundle")?;
    let mut written = Ok(());
    let read = claims.beyond(&mut |item| {
        if written.is_ok() {
            written = writeln!(out, "  - {}", row(&Named::of(&item)));
        }
        if let (Body::File(file), true) = (&item.body, written.is_ok()) {
            written = claims.read_from(file).map_or(Ok(()), |facts| listing::read(out, &facts));
        }
    });
    written.and(read.map_err(io::Error::other))
}

/// What is not shown, where otherwise nothing would tell that it was there.
fn gaps(out: &mut dyn Write, claims: &Claims) -> io::Result<()> {
    if claims.not_shown == 0 {
        return Ok(());
    }
    writeln!(out, "\nnot shown: {} of {}", claims.not_shown, plural(claims.items, "item", "items"))?;
    for (release, withheld) in &claims.releases {
        let by = PublicKey::parse(&release.by).map_or("nobody".into(), |key| key.fingerprint().to_string());
        let count = plural(*withheld, "item", "items");
        writeln!(out, "  [{count} withheld on {} by the key {by}]", release.at)?;
        writeln!(out, "    reason {}", &quoted(&release.reason))?;
    }
    match claims.unexplained() {
        0 => Ok(()),
        count => writeln!(out, "  [{} missing, and no release explains it]", plural(count, "item", "items")),
    }
}

/// `sealbag-show/1`. It has no member in common with what `verify` prints of a verdict.
#[derive(Serialize)]
struct ShowJson<'a> {
    schema: &'static str,
    shown: String,
    claims: ClaimsJson<'a>,
}

#[derive(Serialize)]
struct ClaimsJson<'a> {
    manifest_id: String,
    manifest_sha256: String,
    stated_time: String,
    sealed_with: &'a str,
    named_key: &'a str,
    sealed_items: u64,
    not_shown: u64,
    /// Of those not shown, how many no release explains.
    unexplained: u64,
    claimed_files: List<'a>,
    claimed_facts: List<'a>,
    recipients: List<'a>,
    claimed_releases: Vec<ReleaseJson<'a>>,
    /// Where what was read from files does not fit what is claimed, or another file.
    differences: Differing<'a>,
}

/// Written when all files were: only then is it known.
struct Differing<'a>(&'a RefCell<Option<Differences>>);

impl Serialize for Differing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let found = self.0.take().map(Differences::finish).unwrap_or_default();
        serializer.collect_seq(found.list().iter().map(FindingJson::of))
    }
}

/// One kind of item as an array: held and sorted, or read again and in the order of the bundle.
struct List<'a> {
    claims: &'a Claims,
    kind: Kind,
    differences: &'a RefCell<Option<Differences>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Files,
    Facts,
    Recipients,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Element<'a> {
    File(FileJson<'a>),
    Fact(FactJson<'a>),
    Recipient(&'a str),
}

impl Element<'_> {
    fn kind(&self) -> Kind {
        match self {
            Element::File(_) => Kind::Files,
            Element::Fact(_) => Kind::Facts,
            Element::Recipient(_) => Kind::Recipients,
        }
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let List { claims, kind, differences } = self;
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        let mut write = |element: Element| {
            if element.kind() == *kind && written.is_ok() {
                written = list.serialize_element(&element);
            }
        };
        for file in claims.files.iter().filter(|_| *kind == Kind::Files) {
            let read = claims.read_from(file);
            if let (Some(read), Some(differences)) = (&read, differences.borrow_mut().as_mut()) {
                differences.file(file, claims.about(&About::File(file.path.clone())), read);
            }
            write(Element::File(FileJson::of(file, read.as_ref())));
        }
        claims.fields.iter().for_each(|field| write(Element::Fact(FactJson::of(field))));
        claims.recipients.iter().for_each(|key| write(Element::Recipient(key)));
        let read = claims.beyond(&mut |item| match &item.body {
            Body::File(file) if *kind == Kind::Files => {
                write(Element::File(FileJson::of(file, claims.read_from(file).as_ref())));
            }
            Body::File(_) => {}
            Body::Field(field) => write(Element::Fact(FactJson::of(field))),
            Body::Recipient(key) => write(Element::Recipient(key)),
        });
        written?;
        read.map_err(serde::ser::Error::custom)?;
        list.end()
    }
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    size: u64,
    sha256: String,
    media_type: &'a str,
    role: &'a str,
    /// What the file says in its own bytes; null where it is of no kind that is read, or came through a pipe.
    read_from_file: Option<ReadJson>,
}

#[derive(Serialize)]
struct ReadJson {
    facts: Vec<ReadFactJson>,
    /// True where no facts could be read, or not all.
    unread: bool,
}

#[derive(Serialize)]
struct ReadFactJson {
    /// The part of the file that says it; null for the file itself.
    within: Option<String>,
    name: &'static str,
    value: String,
}

impl ReadJson {
    fn of(facts: &Facts) -> Self {
        let fact = |fact: &Fact| ReadFactJson { within: fact.within.clone(), name: fact.name, value: fact.value.clone() };
        ReadJson { facts: facts.list.iter().map(fact).collect(), unread: facts.unread }
    }
}

#[derive(Serialize)]
struct FactJson<'a> {
    about: String,
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct ReleaseJson<'a> {
    named_key: &'a str,
    stated_time: String,
    items: u64,
    reason: &'a str,
}

impl<'a> FileJson<'a> {
    fn of(file: &'a File, read: Option<&Facts>) -> Self {
        FileJson {
            path: file.path.as_str(),
            size: file.size,
            sha256: file.sha256.to_string(),
            media_type: &file.media_type,
            role: file.role.as_str(),
            read_from_file: read.map(ReadJson::of),
        }
    }
}

impl<'a> FactJson<'a> {
    fn of(field: &'a Field) -> Self {
        FactJson { about: field.about.to_string(), name: &field.name, value: &field.value }
    }
}

impl<'a> ShowJson<'a> {
    fn of(path: &Path, claims: &'a Claims, differences: &'a RefCell<Option<Differences>>) -> Self {
        let manifest = &claims.manifest;
        let list = |kind| List { claims, kind, differences };
        let release = |(release, items): &'a (sealbag::format::release::Release, u64)| ReleaseJson {
            named_key: &release.by,
            stated_time: release.at.to_string(),
            items: *items,
            reason: &release.reason,
        };
        ShowJson {
            schema: "sealbag-show/1",
            shown: path.to_string_lossy().into_owned(),
            claims: ClaimsJson {
                manifest_id: manifest.id.to_string(),
                manifest_sha256: claims.digest.to_string(),
                stated_time: manifest.sealed_at.to_string(),
                sealed_with: &manifest.sealed_with,
                named_key: &manifest.signer,
                sealed_items: claims.items,
                not_shown: claims.not_shown,
                unexplained: claims.unexplained(),
                claimed_files: list(Kind::Files),
                claimed_facts: list(Kind::Facts),
                recipients: list(Kind::Recipients),
                claimed_releases: claims.releases.iter().map(release).collect(),
                differences: Differing(differences),
            },
        }
    }
}

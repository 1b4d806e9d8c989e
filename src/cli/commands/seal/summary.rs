//! What `seal` tells once the bundle is there.

use std::io::{self, Write};

use sealbag::base::error::Result;
use sealbag::base::text::{bytes, plural};
use sealbag::report::json::FindingJson;
use sealbag::report::line::quoted;
use sealbag::store::home::own_key::Signing;
use sealbag::{PublicKey, Sealed, Untrusted};
use serde::Serialize;

use super::plan::{NOT_ENCRYPTED, NotSealedJson, Plan, RecordedJson, RenamedJson, TakenJson, TwinJson};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::recipients::{Kind, Readers};
use crate::cli::ui::{self, BOLD};

/// `sealbag-seal/1`.
#[derive(Serialize)]
struct SealJson<'a> {
    schema: &'static str,
    exit: u8,
    bundle: Option<String>,
    id: &'a str,
    digest: String,
    spoken: String,
    sealed_at: String,
    signer: String,
    fingerprint: String,
    /// Bytes in the bundle.
    length: u64,
    files: u64,
    /// Bytes in its files.
    bytes: u64,
    facts: u64,
    /// `none`, `post-quantum`, `x25519` or `passphrase`.
    encryption: &'static str,
    /// Why it is not post-quantum; null if it is, or is not encrypted for anybody by name.
    encryption_why: Option<&'a str>,
    /// For whom, as they are called here.
    to: &'a [String],
    /// Whether the seal names them, so that they see one another.
    names_recipients: bool,
    /// Whether a key on this computer, or the passphrase, opens the bundle.
    opens_here: bool,
    taken: TakenJson<'a>,
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
}

/// What is told once the bundle is sealed.
pub struct Told {
    pub plan: Plan,
    /// Where the signing key is.
    pub signing: Signing,
    pub readers: Readers,
    /// Whether the contacts are kept encrypted.
    pub contacts_locked: bool,
    /// Whether the seal names the readers.
    pub named: bool,
}

pub fn tell(sealed: &Sealed, key: &PublicKey, name: &str, told: &Told, context: &Context) -> Result<()> {
    if context.flags.json {
        ui::print_json(&SealJson {
            schema: "sealbag-seal/1",
            exit: Exit::DONE.number(),
            bundle: sealed.path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            id: &sealed.id,
            digest: sealed.digest.to_string(),
            spoken: sealed.digest.spoken(),
            sealed_at: sealed.sealed_at.to_string(),
            signer: key.line(),
            fingerprint: key.fingerprint().to_string(),
            length: sealed.length,
            files: sealed.files,
            bytes: sealed.bytes,
            facts: sealed.facts,
            encryption: told.readers.kind.as_str(),
            encryption_why: told.readers.why.as_deref(),
            to: &told.readers.names,
            names_recipients: told.named,
            opens_here: told.readers.opens_here,
            taken: told.plan.taken_json(),
            not_sealed: told.plan.not_sealed_json(),
            renamed: told.plan.renamed_json(),
            twins: told.plan.twins_json(),
            no_clean_copy: told.plan.not_cleaned_json(),
            recorded: told.plan.recorded_json(),
            leaks: told.plan.leaks_json(),
            notes: told.plan.notes_json(),
        })?;
        return Ok(());
    }
    let signer = format!("{} {}", quoted(name), key.fingerprint());
    ui::written(sealed.path.as_deref(), context, |out| summary(out, sealed, &signer, told))
}

fn summary(out: &mut dyn Write, sealed: &Sealed, signer: &str, told: &Told) -> io::Result<()> {
    let place = sealed.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    let shown = place.as_deref().map_or("to standard output".into(), |path| Untrusted(path).to_string());
    writeln!(out, "{BOLD}sealed{BOLD:#}  {shown}\n")?;
    writeln!(out, "  id          {}", sealed.id)?;
    writeln!(out, "  digest      {}", sealed.digest)?;
    writeln!(out, "              bundle digits  {}", sealed.digest.spoken())?;
    writeln!(out, "  files       {} ({})", sealed.files, bytes(sealed.bytes))?;
    writeln!(out, "  facts       {}", sealed.facts)?;
    writeln!(out, "  sealed at   {}, by this computer's clock", sealed.sealed_at)?;
    writeln!(out, "  signed by   {signer}")?;
    told.readers.write(out)?;
    told.readers.write_seen(told.named, out)?;
    if told.readers.kind == Kind::None {
        writeln!(out, "\n{NOT_ENCRYPTED}")?;
    }
    told.plan.write_unexpected(out)?;
    told.plan.write_not_sealed(out)?;
    writeln!(out, "\nstill readable on this computer")?;
    writeln!(
        out,
        "  - the {}, where they were",
        plural(told.plan.taken.files, "file that was sealed", "files that were sealed")
    )?;
    match (told.readers.kind, told.readers.opens_here) {
        (Kind::None, _) => writeln!(out, "  - the bundle: it is signed and not encrypted")?,
        (Kind::Passphrase, _) => writeln!(out, "  - the bundle, for whoever knows its passphrase; that is kept nowhere")?,
        (_, true) => writeln!(out, "  - the bundle, with your decryption key: it was sealed for you too")?,
        (_, false) => {}
    }
    writeln!(
        out,
        "  - your {}signing key{}",
        if told.contacts_locked { "" } else { "contacts, and your " },
        match told.signing {
            Signing::File { encrypted: false } => ", which has no passphrase",
            Signing::File { encrypted: true } => " behind its passphrase",
            Signing::Agent => " while the ssh-agent holds it",
        }
    )?;
    if let Some(path) = place {
        writeln!(
            out,
            "\nnext: send it, and read the bundle digits to whoever gets it; they check it with\n  sealbag verify {}",
            Untrusted(&path)
        )?;
    }
    if !told.readers.opens_here {
        writeln!(out, "\nthis computer cannot open the bundle: it was not sealed for you (--to-me)")?;
    }
    Ok(())
}

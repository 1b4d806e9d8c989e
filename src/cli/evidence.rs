//! What the command line asks of a bundle beyond its seal, and what it gives beside it.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::{CustodyLog, Digest, Evidence, Policy, Requirement, Source, TrustedSigners, WithheldBy};

use super::context::Context;
use super::envelope::Opener;
use super::input::{reading, source, taken};
use super::timestamp::TokenArgs;

/// What was given back of what is withheld.
#[derive(clap::Args)]
pub struct DisclosureArgs {
    /// A disclosure, made by sealbag disclose: add what it gives back, if that is what was sealed; repeat for each one
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
}

impl DisclosureArgs {
    /// Opens each disclosure, which may be encrypted, and pairs it with its name.
    pub fn open(&self, opener: &mut Opener, context: &Context) -> Result<Vec<(String, Source)>> {
        let mut opened = Vec::new();
        for path in &self.with {
            if path == Path::new("-") {
                context.take_standard_input()?;
            }
            let name = path.to_string_lossy().into_owned();
            match disclosure(path, opener) {
                Ok(source) => opened.push((name, source)),
                Err(error) => return Err(Error { place: name.into(), ..error }),
            }
        }
        Ok(opened)
    }
}

/// Opens a disclosure, and its envelope.
pub fn disclosure(path: &Path, opener: &mut Opener) -> Result<Source> {
    source(path, opener.context()).and_then(|source| reading(source, |source| opener.open(source)))
}

/// What is asked of a bundle beyond its seal, and what is given beside it.
#[derive(clap::Args)]
pub struct EvidenceArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    disclosures: DisclosureArgs,
    /// The custody log of this copy: say whether each step follows, and who signed it; for report, repeat for the logs of other copies
    #[arg(long = "custody", value_name = "LOG")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    tokens: TokenArgs,
}

impl EvidenceArgs {
    /// The policy, if the named contact exists.
    pub fn policy(&self, trust: &TrustedSigners, context: &Context) -> Result<Policy> {
        self.policy.policy(trust, context)
    }

    /// True where something lies beside the bundle.
    pub fn is_given(&self) -> bool {
        self.needs_digest() || !self.disclosures.with.is_empty() || !self.tokens.is_empty()
    }

    /// True where the file that is verified has to be hashed for what lies beside it.
    pub fn needs_digest(&self) -> bool {
        !self.logs.is_empty()
    }

    /// The custody logs, that of the copy first.
    pub fn logs(&self) -> &[PathBuf] {
        &self.logs
    }

    /// Opens what lies beside a bundle, whose file has this SHA-256; of several custody logs the first.
    pub fn open(
        &self,
        bundle: &Path,
        file_sha256: Option<Digest>,
        opener: &mut Opener,
        context: &Context,
    ) -> Result<Evidence<'static>> {
        let disclosures = self.disclosures.open(opener, context)?;
        let log = self.logs.first().map(|path| {
            let name = path.to_string_lossy().into_owned();
            Ok(CustodyLog { name, log: taken(path, context)?, file_sha256 })
        });
        Ok(Evidence { disclosures, custody: log.transpose()?, ..self.tokens.open(bundle, context)? })
    }
}

/// The policy of verbs that pass a bundle on or compare with it: anybody who is believed may have withheld a part, since
/// whoever gets the result decides that again.
pub fn any_releases() -> Policy {
    Policy { withheld_by: WithheldBy::Anybody, ..Policy::default() }
}

/// What is asked beyond the seal.
#[derive(clap::Args)]
pub struct PolicyArgs {
    /// The seal must be this contact's, and nobody else may have withheld a part, unless the seal names them for it
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// Let this contact have withheld a part too; repeat for each one [without it: the signer, whoever the seal names and, without --from, you]
    #[arg(long, value_name = "NAME")]
    releases_by: Vec<String>,
    /// What else must hold: complete, time, addressed, custody, or countersigned=NAME, which comes last of its list
    #[arg(long, value_name = "WHAT", value_parser = required)]
    require: Vec<Required>,
}

impl PolicyArgs {
    /// The policy, if the named contact exists.
    pub fn policy(&self, trust: &TrustedSigners, context: &Context) -> Result<Policy> {
        let countersigned: Vec<String> = self.require.iter().filter_map(|required| required.countersigned.clone()).collect();
        if let Some(name) = self.from.iter().chain(&self.releases_by).chain(&countersigned).find(|name| !trust.knows(name)) {
            return Err(Error::new(code::CONTACT_UNKNOWN, name, "no contact and no key of yours has this name"));
        }
        let withheld_by = match self.releases_by.is_empty() {
            true => WithheldBy::Usual,
            false => WithheldBy::Also(self.releases_by.clone()),
        };
        let required = self.require.iter().flat_map(|required| required.words.iter().copied()).collect();
        Ok(Policy { from: self.from.clone(), required, countersigned, withheld_by, now: Some(context.now()?) })
    }
}

impl PolicyArgs {
    /// What is asked, in words that differ where it does.
    pub fn words(&self) -> Vec<String> {
        let from = self.from.iter().map(|name| format!("from={name:?}"));
        let releases = self.releases_by.iter().map(|name| format!("releases-by={name:?}"));
        let required = self.require.iter().map(|required| format!("require={required:?}"));
        from.chain(releases).chain(required).collect()
    }
}

/// What one option requires.
#[derive(Debug, Clone)]
struct Required {
    words: Vec<Requirement>,
    /// Who must have countersigned.
    countersigned: Option<String>,
}

/// A list of words; what follows `countersigned=` is a name, commas included.
fn required(text: &str) -> std::result::Result<Required, String> {
    const WHO: &str = "countersigned=";
    let (words, name) =
        match text.find(WHO).filter(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with(','))) {
            Some(at) => (text.get(..at).unwrap_or_default().trim_end_matches(','), text.get(at + WHO.len()..)),
            None => (text, None),
        };
    let no = || "it must be one of complete, time, addressed, custody, countersigned=NAME".to_owned();
    let parsed = |word: &str| Requirement::parse(word).ok_or_else(no);
    let words = if words.is_empty() && name.is_some() { Ok(Vec::new()) } else { words.split(',').map(parsed).collect() };
    Ok(Required { words: words?, countersigned: name.map(str::to_owned) })
}

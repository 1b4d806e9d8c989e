//! What the command line asks of a bundle beyond its seal, and what it gives beside it.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::{Policy, Requirement, Source, TrustedSigners, WithheldBy};

use super::context::Context;
use super::envelope::Opener;
use super::input::{reading, source};

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
    source(path).and_then(|source| reading(source, |source| opener.open(source)))
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
    /// What else must hold: complete, time, addressed, custody
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = requirement)]
    require: Vec<Requirement>,
}

impl PolicyArgs {
    /// The policy, if the named contact exists.
    pub fn policy(&self, trust: &TrustedSigners, context: &Context) -> Result<Policy> {
        if let Some(name) = self.from.iter().chain(&self.releases_by).find(|name| !trust.knows(name)) {
            return Err(Error::new(code::CONTACT_UNKNOWN, name, "no contact and no key of yours has this name"));
        }
        let withheld_by = match self.releases_by.is_empty() {
            true => WithheldBy::Usual,
            false => WithheldBy::Also(self.releases_by.clone()),
        };
        Ok(Policy { from: self.from.clone(), required: self.require.clone(), withheld_by, now: Some(context.now()?) })
    }
}

fn requirement(word: &str) -> std::result::Result<Requirement, String> {
    Requirement::parse(word).ok_or_else(|| "it must be one of complete, time, addressed, custody".into())
}

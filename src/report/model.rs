//! What a verification says, as data: no sentence, nothing that depends on who reads it.

use std::collections::BTreeSet;

use super::verdict::{Addressed, Answers, Authors, ContentsAnswer, Custody, SignerAnswer, Time, Verdict};
use crate::base::code::Class;
use crate::base::error::{Error, Finding, Findings};
use crate::crypto::key::{Fingerprint, PublicKey};
use crate::crypto::trust::Standing;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, File, Item};
use crate::format::time::Timestamp;

/// What a verification says.
#[derive(Debug, Clone)]
pub struct Report {
    /// The one word.
    pub verdict: Verdict,
    /// The five answers.
    pub answers: Answers,
    /// The bundle's id, digest and time, where its manifest could be read.
    pub seal: Option<SealFacts>,
    /// The signer, where the signature holds.
    pub signer: Option<Who>,
    /// Items sealed, as the manifest counts them.
    pub items: u64,
    /// File items shown.
    pub files: u64,
    /// Bytes in the files shown.
    pub bytes: u64,
    /// Items withheld and explained by a release.
    pub withheld: u64,
    /// The releases, in order.
    pub releases: Vec<ReleaseFacts>,
    /// Who passed the bundle on to the reader.
    pub passed_on_by: Option<Who>,
    /// What disclosures gave back of what is withheld.
    pub given: Vec<Given>,
    /// The timestamp tokens that were looked at, in the order in which they were given.
    pub tokens: Vec<TokenFacts>,
    /// What the custody log tells, where one was given.
    pub custody: Option<CustodyFacts>,
    /// How it compares with another bundle, where that was asked.
    pub comparison: Option<Comparison>,
    /// What is wrong, or not enough, in the order in which it was found.
    pub findings: Findings,
    /// What is worth knowing and changes nothing.
    pub notes: Findings,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

/// What the manifest says about the bundle.
#[derive(Debug, Clone)]
pub struct SealFacts {
    /// Its id, 32 hex digits.
    pub id: String,
    /// SHA-256 of the manifest.
    pub digest: Digest,
    /// What the signer's clock said.
    pub sealed_at: Timestamp,
}

/// A key and what the reader thinks of it.
#[derive(Debug, Clone)]
pub struct Who {
    /// The key.
    pub key: PublicKey,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// What the reader thinks of it; none for a stranger's.
    pub standing: Option<Standing>,
}

/// What a custody log tells beside its answer. Its findings are about the log alone, and change nothing that is said of the seal.
#[derive(Debug, Clone, Default)]
pub struct CustodyFacts {
    /// Its id, 32 hex digits; none where no line could be read.
    pub id: Option<String>,
    /// How many lines it has.
    pub steps: u64,
    /// SHA-256 of its last entry.
    pub head: Option<Digest>,
    /// Those who signed a step, each once, in the order of their first.
    pub keepers: Vec<Who>,
    /// Those other than the signer who countersigned this bundle.
    pub countersigned: Vec<Who>,
    /// What is wrong with it.
    pub findings: Findings,
    /// What is worth knowing about it.
    pub notes: Findings,
}

/// What is said of one timestamp token. Its findings are about the token alone, and change nothing that is said of the seal.
#[derive(Debug, Clone, Default)]
pub struct TokenFacts {
    /// The name that the reader has for it.
    pub name: String,
    /// What it says, where its signature holds.
    pub says: Option<TokenSays>,
    /// The name of the token that it renews; none where it is over the thing itself.
    pub renews: Option<String>,
    /// How many seals it is over together, as the stamp of an audit; none where it is over the thing itself alone, or over nothing here.
    pub seals: Option<u64>,
    /// The authority that vouches for it, as the reader calls it; none where it is not accepted.
    pub authority: Option<String>,
    /// When the certificates above it end, where it is accepted.
    pub until: Option<Timestamp>,
    /// True if it is accepted and revocation lists from after it tell of every certificate above it.
    pub revocation_checked: bool,
    /// Why it is not accepted.
    pub findings: Findings,
    /// What is worth knowing about it.
    pub notes: Findings,
}

/// What a token says.
#[derive(Debug, Clone)]
pub struct TokenSays {
    /// Its time, up to the next second.
    pub at: Timestamp,
    /// The same, later by what the authority says of its accuracy.
    pub latest: Timestamp,
    /// That accuracy in nanoseconds; none where the authority does not say.
    pub accuracy: Option<u64>,
    /// What the certificate of its signer calls them.
    pub signer: String,
    /// The policy under which it was made, an OID in dotted form.
    pub policy: String,
    /// Its number, in hex.
    pub serial: String,
}

/// Who withheld how much, when and why.
#[derive(Debug, Clone)]
pub struct ReleaseFacts {
    /// Its author; none if the release names no usable key.
    pub by: Option<Who>,
    /// How many items it withholds.
    pub withheld: u64,
    /// Its author's reason.
    pub reason: String,
    /// When, by its author's clock.
    pub at: Timestamp,
}

/// Something that a verification did not check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChecked {
    /// Anything: it could not be read, or was known to be bad before.
    Everything,
    /// All but the format, which is newer than this program.
    NewerFormat,
    /// The files, since there is no list of items.
    FilesWithoutItems,
    /// What stands behind the place where the layout breaks off.
    BehindBreak,
    /// The time: nobody but the signer's own clock says it.
    Time,
    /// Whether a certificate above an accepted token was revoked: no list from after it was given.
    TimeRevocation,
    /// Custody: no log was given.
    Custody,
    /// Whether the end of the custody log was cut off: the log itself cannot show that.
    CustodyEnd,
    /// What a second ZIP reader sees: a stream can be read only once.
    SecondReaderOfStream,
    /// What a second ZIP reader sees: there are too many entries.
    SecondReaderOfMany,
    /// A disclosure: the bundle, or a disclosure before it, was found to be bad.
    Disclosure,
    /// Whether both bundles have the same seal: this one, or a disclosure, was found to be bad.
    Comparison,
}

/// What a disclosure gave back.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Items that are withheld in the bundle, and are known now, in the order of their names.
    pub items: Vec<Named>,
    /// Of these, the files.
    pub files: Vec<File>,
    /// Items in it that the bundle shows anyway.
    pub shown: u64,
    /// The items as they were sealed, to be held against those of further disclosures.
    pub(crate) sealed: Vec<Item>,
}

/// What comparing a bundle with another one says.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// The other one is not whole, so that nothing can be said.
    Unread(Verdict),
    /// They have different seals.
    TwoSeals,
    /// They have the same seal.
    OneSeal {
        /// What this one shows and the other does not, in the order of the names.
        only_here: Vec<Named>,
        /// What the other one shows and this one does not, in the order of the names.
        only_there: Vec<Named>,
    },
}

/// What the recipients are called.
pub const RECIPIENTS: &str = "recipients";

/// An item as people call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// `path`, `path#field`, `case#field`, `source:S1#field` or `recipients`.
    pub name: String,
    /// What it states: the value of a fact, the recipient; nothing for a file.
    pub value: Option<String>,
    /// The SHA-256 of its line.
    pub commitment: Digest,
}

impl Named {
    /// The name of an item.
    pub fn of(item: &Item) -> Self {
        let (name, value) = match &item.body {
            Body::File(file) => (file.path.to_string(), None),
            Body::Field(field) => {
                let about = match &field.about {
                    About::File(path) => path.to_string(),
                    about => about.to_string(),
                };
                (format!("{about}#{}", field.name), Some(field.value.clone()))
            }
            Body::Recipient(key) => (RECIPIENTS.into(), Some(key.clone())),
        };
        Named { name, value, commitment: item.commitment() }
    }
}

impl Report {
    /// The report on something that could not be read at all, or that is known to be bad before it is read.
    pub fn unread(error: &Error) -> Self {
        let mut report = Report::empty();
        if let Class::Failed(damage) = error.code.class {
            report.answers.contents = ContentsAnswer::Damaged(damage);
            report.verdict = Verdict::Failed;
        }
        report.findings.push(Finding::new(error.code, &error.place, error.detail.clone()));
        report.not_checked.push(NotChecked::Everything);
        report
    }

    /// True if the bundle is what its signer sealed, whoever that is, and nothing beside it was found to be bad.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.answers.contents, ContentsAnswer::Intact | ContentsAnswer::Withheld)
            && self.answers.signer != SignerAnswer::Unread
            && self.verdict != Verdict::Failed
    }

    /// Of the items withheld, how many disclosures gave back.
    pub fn disclosed(&self) -> u64 {
        let given: BTreeSet<Digest> = self.given.iter().flat_map(|given| &given.items).map(|item| item.commitment).collect();
        given.len() as u64
    }

    /// All that was found on timestamp tokens, token by token.
    pub(crate) fn about_tokens(&self) -> Findings {
        let mut all = Findings::default();
        for token in &self.tokens {
            all.append(token.findings.clone());
            all.append(token.notes.clone());
        }
        all
    }

    /// A report in which nothing has been said yet.
    pub(crate) fn empty() -> Self {
        Report {
            verdict: Verdict::CannotCheck,
            answers: Answers {
                contents: ContentsAnswer::Unread,
                signer: SignerAnswer::Unread,
                authors: Authors::Believed,
                time: Time::Unread,
                addressed: Addressed::CannotTell,
                custody: Custody::NotGiven,
            },
            seal: None,
            signer: None,
            items: 0,
            files: 0,
            bytes: 0,
            withheld: 0,
            releases: Vec::new(),
            passed_on_by: None,
            given: Vec::new(),
            tokens: Vec::new(),
            custody: None,
            comparison: None,
            findings: Findings::default(),
            notes: Findings::default(),
            not_checked: Vec::new(),
        }
    }
}

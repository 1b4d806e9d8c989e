//! What a verification says, as JSON: the contract that other programs rely on. These structures are separate from the
//! library's, so that either can change without the other.

use serde::Serialize;

use super::model::{Comparison, CustodyFacts, Given, Named, NotChecked, ReleaseFacts, Report, TokenFacts, Who};
use super::verdict::{Addressed, ContentsAnswer, Custody as CustodyAnswer, SignerAnswer, Time as TimeAnswer, Verdict};
use crate::base::code::Damage;
use crate::base::error::{Finding, Findings};
use crate::crypto::trust::{Belief, Standing};

/// `sealbag-verify/1`: what a verification says of one bundle. [The page](crate::docs::verify_json) describes it member by member.
#[derive(Debug, Serialize)]
pub struct Verify<'a> {
    /// `sealbag-verify/1`.
    pub schema: &'static str,
    /// `verified`, `failed`, `cannot-check`, `unknown-signer` or `not-enough`.
    pub verdict: &'static str,
    /// The exit code that belongs to the verdict: 0, 1, 5, 3 or 4.
    pub exit: u8,
    /// The bundle as the reader named it.
    pub bundle: String,
    /// Its id, 32 hex digits; null where the manifest could not be read.
    pub id: Option<&'a str>,
    /// Its digest, the SHA-256 of the manifest, 64 hex digits; null where the manifest could not be read.
    pub digest: Option<String>,
    /// Are the contents what was sealed?
    pub contents: ContentsJson<'a>,
    /// Whose seal is it?
    pub signer: SignerJson<'a>,
    /// Since when is it so?
    pub time: TimeJson<'a>,
    /// For whom was it sealed?
    pub addressed: AddresseeJson,
    /// What does the custody log say?
    pub custody: CustodyJson<'a>,
    /// What disclosures gave back, one for each that was taken in.
    pub disclosures: Vec<DisclosureJson<'a>>,
    /// How it compares with another bundle; null where that was not asked.
    pub comparison: Option<ComparedJson<'a>>,
    /// What is wrong, or not enough, in the order in which it was found; at most 1,000.
    pub findings: Vec<FindingJson>,
    /// How many findings there are beyond those listed.
    pub more_findings: u64,
    /// What is worth knowing and changes nothing.
    pub notes: Vec<FindingJson>,
    /// What was not checked, in sentences.
    pub not_checked: Vec<String>,
}

/// The contents.
#[derive(Debug, Serialize)]
pub struct ContentsJson<'a> {
    /// `intact`, `withheld`, `altered`, `incomplete`, `malformed`, `not-signed`, `signature-wrong` or `unread`.
    pub state: &'static str,
    /// Items sealed.
    pub items: u64,
    /// Files shown.
    pub files: u64,
    /// Bytes in the files shown.
    pub bytes: u64,
    /// Items withheld and explained by a release.
    pub withheld: u64,
    /// Of those withheld, how many disclosures gave back.
    pub disclosed: u64,
    /// The releases, in their order.
    pub releases: Vec<ReleaseJson<'a>>,
}

/// What one disclosure gave back.
#[derive(Debug, Serialize)]
pub struct DisclosureJson<'a> {
    /// Items that are withheld in the bundle, in the order of their names.
    pub items: Vec<ItemJson<'a>>,
    /// Of these, the files.
    pub files: Vec<FileJson<'a>>,
    /// Items in it that the bundle shows anyway.
    pub shown: u64,
}

/// A file that was given back.
#[derive(Debug, Serialize)]
pub struct FileJson<'a> {
    /// Its path, without `data/`.
    pub path: &'a str,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256, 64 hex digits.
    pub sha256: String,
    /// Its media type, as the seal has it.
    pub media_type: &'a str,
}

/// How the bundle compares with another one.
#[derive(Debug, Serialize)]
pub struct ComparedJson<'a> {
    /// `one-seal`, `two-seals`, or `unread` where the other one is not whole.
    pub state: &'static str,
    /// Items that only this one shows; empty unless they are of one seal.
    pub only_here: Vec<ItemJson<'a>>,
    /// Items that only the other one shows; empty unless they are of one seal.
    pub only_there: Vec<ItemJson<'a>>,
}

/// Who withheld how much, when and why.
#[derive(Debug, Serialize)]
pub struct ReleaseJson<'a> {
    /// The author's public key, two words of its OpenSSH line; null if the release names no usable key.
    pub by: Option<String>,
    /// What the reader calls the author; null for a stranger.
    pub name: Option<&'a str>,
    /// The fingerprint of the author's key, `SHA256:` and base64; null whenever `by` is.
    pub fingerprint: Option<String>,
    /// How many items it withholds.
    pub withheld: u64,
    /// The author's reason.
    pub reason: &'a str,
    /// When, by the author's clock.
    pub at: String,
}

/// The signer.
#[derive(Debug, Serialize)]
pub struct SignerJson<'a> {
    /// `contact`, `you`, `unknown`, `revoked`, `other` or `unread`.
    pub state: &'static str,
    /// What the reader calls the signer; null for a stranger, and where no signature holds.
    pub name: Option<&'a str>,
    /// The signer's public key, two words of its OpenSSH line; null where no signature holds.
    pub key: Option<String>,
    /// Its fingerprint, `SHA256:` and base64; null whenever `key` is.
    pub fingerprint: Option<String>,
    /// The fingerprint to read out, six groups of five digits; null whenever `key` is.
    pub spoken: Option<String>,
    /// When the reader began to believe the key, or revoked it; null for one's own key, a stranger's, and whenever `key` is.
    pub since: Option<String>,
}

/// The time.
#[derive(Debug, Serialize)]
pub struct TimeJson<'a> {
    /// `claimed`, `proven`, `token-not-accepted` or `unread`.
    pub state: &'static str,
    /// What the signer's clock said; null where the manifest could not be read.
    pub sealed_at: Option<String>,
    /// It was sealed before this time; null unless that is proven.
    pub proven_at: Option<String>,
    /// Who proves it, as the reader calls them; null unless it is proven.
    pub authority: Option<String>,
    /// The tokens that were looked at, in the order in which they were given.
    pub tokens: Vec<TokenJson<'a>>,
}

/// A timestamp token.
#[derive(Debug, Serialize)]
pub struct TokenJson<'a> {
    /// As it was named, or the name of the file beside the bundle.
    pub file: &'a str,
    /// `accepted` or `not-accepted`.
    pub state: &'static str,
    /// The file of the token that it renews; null where it is over the thing itself, or over nothing that is here.
    pub renews: Option<&'a str>,
    /// How many seals it is over together, as the stamp of an audit; null where it is over the thing itself alone, or over nothing here.
    pub seals: Option<u64>,
    /// Its time, up to the next second; null, like the members up to `serial`, where its signature does not hold.
    pub at: Option<String>,
    /// How far its clock may have been off, in nanoseconds; null also where the authority does not say.
    pub accuracy_ns: Option<u64>,
    /// What its certificate calls whoever signed it.
    pub signer: Option<&'a str>,
    /// The policy under which it was made, an OID in dotted form.
    pub policy: Option<&'a str>,
    /// Its number, in hex.
    pub serial: Option<&'a str>,
    /// The authority that vouches for it, as the reader calls it; null where it is not accepted.
    pub authority: Option<&'a str>,
    /// When the certificates above it end; null where it is not accepted.
    pub valid_until: Option<String>,
    /// Whether revocation lists from after it tell of every certificate above it.
    pub revocation_checked: bool,
    /// Why it is not accepted.
    pub findings: Vec<FindingJson>,
    /// What is worth knowing about it.
    pub notes: Vec<FindingJson>,
}

impl<'a> TokenJson<'a> {
    /// The token, ready to be written.
    pub fn of(token: &'a TokenFacts) -> Self {
        let says = token.says.as_ref();
        TokenJson {
            file: &token.name,
            state: if token.authority.is_some() { "accepted" } else { "not-accepted" },
            renews: token.renews.as_deref(),
            seals: token.seals,
            at: says.map(|says| says.at.to_string()),
            accuracy_ns: says.and_then(|says| says.accuracy),
            signer: says.map(|says| says.signer.as_str()),
            policy: says.map(|says| says.policy.as_str()),
            serial: says.map(|says| says.serial.as_str()),
            authority: token.authority.as_deref(),
            valid_until: token.until.map(|until| until.to_string()),
            revocation_checked: token.revocation_checked,
            findings: findings(&token.findings),
            notes: findings(&token.notes),
        }
    }
}

/// The addressee.
#[derive(Debug, Serialize)]
pub struct AddresseeJson {
    /// `to-you`, `passed-on-to-you`, `to-others`, `to-nobody` or `cannot-tell`.
    pub state: &'static str,
}

/// The custody log.
#[derive(Debug, Serialize)]
pub struct CustodyJson<'a> {
    /// `not-given`, `unbroken`, `broken`, `other` or `unread`.
    pub state: &'static str,
    /// How many steps it has, where it is unbroken; else 0.
    pub steps: u64,
    /// Its id, 32 hex digits; null where none was given, or no line of it could be read.
    pub log: Option<&'a str>,
    /// SHA-256 of its last entry, 64 hex digits; null as `log` is.
    pub head: Option<String>,
    /// The first step that does not follow from the one before; null unless it is broken.
    pub broken_at: Option<u64>,
    /// The first step of an unbroken log whose keeper the reader does not believe; null where there is none.
    pub not_believed_at: Option<u64>,
    /// Those who signed a step, each once, in the order of their first.
    pub keepers: Vec<KeeperJson<'a>>,
    /// Those other than the signer who countersigned this bundle.
    pub countersigned: Vec<KeeperJson<'a>>,
    /// What is wrong with the log; it changes nothing that is said of the bundle.
    pub findings: Vec<FindingJson>,
    /// What is worth knowing about the log.
    pub notes: Vec<FindingJson>,
}

/// Somebody who signed an entry of a custody log.
#[derive(Debug, Serialize)]
pub struct KeeperJson<'a> {
    /// `contact`, `you`, `revoked` or `unknown`.
    pub state: &'static str,
    /// What the reader calls them; null for a stranger.
    pub name: Option<&'a str>,
    /// Their public key, two words of its OpenSSH line.
    pub key: String,
    /// Its fingerprint, `SHA256:` and base64.
    pub fingerprint: String,
}

impl<'a> KeeperJson<'a> {
    /// The keeper, ready to be written.
    pub fn of(who: &'a Who) -> Self {
        KeeperJson {
            state: match who.standing.as_ref().map(|standing| &standing.belief) {
                Some(Belief::Own) => "you",
                Some(Belief::Contact { .. }) => "contact",
                Some(Belief::Revoked { .. }) => "revoked",
                None => "unknown",
            },
            name: who.standing.as_ref().map(|standing| standing.name.as_str()),
            key: who.key.line(),
            fingerprint: who.fingerprint.to_string(),
        }
    }
}

impl<'a> Verify<'a> {
    /// The report on the bundle that the reader knows as `bundle`.
    pub fn of(bundle: impl Into<String>, report: &'a Report) -> Self {
        let answers = &report.answers;
        let seal = report.seal.as_ref();
        let proven = if let TimeAnswer::Proven { at, authority, .. } = &answers.time { Some((at, authority)) } else { None };
        Verify {
            schema: "sealbag-verify/1",
            verdict: verdict(report.verdict),
            exit: report.verdict.exit(),
            bundle: bundle.into(),
            id: seal.map(|seal| seal.id.as_str()),
            digest: seal.map(|seal| seal.digest.to_string()),
            contents: ContentsJson {
                state: contents(answers.contents),
                items: report.items,
                files: report.files,
                bytes: report.bytes,
                withheld: report.withheld,
                disclosed: report.disclosed(),
                releases: report.releases.iter().map(release).collect(),
            },
            signer: signer(report),
            time: TimeJson {
                state: time(&answers.time),
                sealed_at: seal.map(|seal| seal.sealed_at.to_string()),
                proven_at: proven.map(|(at, _)| at.to_string()),
                authority: proven.map(|(_, authority)| authority.clone()),
                tokens: report.tokens.iter().map(TokenJson::of).collect(),
            },
            addressed: AddresseeJson {
                state: match answers.addressed {
                    Addressed::ToYou => "to-you",
                    Addressed::PassedOn => "passed-on-to-you",
                    Addressed::ToOthers => "to-others",
                    Addressed::ToNobody => "to-nobody",
                    Addressed::CannotTell => "cannot-tell",
                },
            },
            custody: custody(report),
            disclosures: report.given.iter().map(disclosure).collect(),
            comparison: report.comparison.as_ref().map(compared),
            findings: findings(&report.findings),
            more_findings: report.findings.more(),
            notes: findings(&report.notes),
            not_checked: report.not_checked.iter().map(NotChecked::to_string).collect(),
        }
    }
}

fn findings(findings: &Findings) -> Vec<FindingJson> {
    findings.list().iter().map(FindingJson::of).collect()
}

/// The word of a verdict.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::Failed => "failed",
        Verdict::CannotCheck => "cannot-check",
        Verdict::UnknownSigner => "unknown-signer",
        Verdict::NotEnough => "not-enough",
    }
}

fn contents(answer: ContentsAnswer) -> &'static str {
    match answer {
        ContentsAnswer::Intact => "intact",
        ContentsAnswer::Withheld => "withheld",
        ContentsAnswer::Unread => "unread",
        ContentsAnswer::Damaged(Damage::Malformed) => "malformed",
        ContentsAnswer::Damaged(Damage::NotSigned) => "not-signed",
        ContentsAnswer::Damaged(Damage::SignatureWrong) => "signature-wrong",
        ContentsAnswer::Damaged(Damage::Altered) => "altered",
        ContentsAnswer::Damaged(Damage::Incomplete) => "incomplete",
    }
}

fn time(answer: &TimeAnswer) -> &'static str {
    match answer {
        TimeAnswer::Claimed => "claimed",
        TimeAnswer::Proven { .. } => "proven",
        TimeAnswer::TokenNotAccepted => "token-not-accepted",
        TimeAnswer::Unread => "unread",
    }
}

fn custody(report: &Report) -> CustodyJson<'_> {
    let (state, steps, broken_at, not_believed_at) = match report.answers.custody {
        CustodyAnswer::NotGiven => ("not-given", 0, None, None),
        CustodyAnswer::Unbroken { steps, doubtful } => ("unbroken", steps, None, doubtful),
        CustodyAnswer::Broken { step } => ("broken", 0, Some(step), None),
        CustodyAnswer::Other => ("other", 0, None, None),
        CustodyAnswer::Unread => ("unread", 0, None, None),
    };
    let log = report.custody.as_ref();
    let each = |list: fn(&CustodyFacts) -> &Vec<Who>| log.map(list).into_iter().flatten().map(KeeperJson::of).collect();
    CustodyJson {
        state,
        steps,
        log: log.and_then(|log| log.id.as_deref()),
        head: log.and_then(|log| log.head).map(|head| head.to_string()),
        broken_at,
        not_believed_at,
        keepers: each(|log| &log.keepers),
        countersigned: each(|log| &log.countersigned),
        findings: log.map(|log| findings(&log.findings)).unwrap_or_default(),
        notes: log.map(|log| findings(&log.notes)).unwrap_or_default(),
    }
}

fn release(release: &ReleaseFacts) -> ReleaseJson<'_> {
    let by = release.by.as_ref();
    ReleaseJson {
        by: by.map(|who| who.key.line()),
        name: by.and_then(|who| who.standing.as_ref()).map(|standing| standing.name.as_str()),
        fingerprint: by.map(|who| who.fingerprint.to_string()),
        withheld: release.withheld,
        reason: &release.reason,
        at: release.at.to_string(),
    }
}

fn disclosure(given: &Given) -> DisclosureJson<'_> {
    let files = given.files.iter().map(|file| FileJson {
        path: file.path.as_str(),
        size: file.size,
        sha256: file.sha256.to_string(),
        media_type: &file.media_type,
    });
    DisclosureJson { items: given.items.iter().map(ItemJson::of).collect(), files: files.collect(), shown: given.shown }
}

fn compared(comparison: &Comparison) -> ComparedJson<'_> {
    let (state, here, there): (_, &[Named], &[Named]) = match comparison {
        Comparison::Unread(_) => ("unread", &[], &[]),
        Comparison::TwoSeals => ("two-seals", &[], &[]),
        Comparison::OneSeal { only_here, only_there } => ("one-seal", only_here, only_there),
    };
    ComparedJson {
        state,
        only_here: here.iter().map(ItemJson::of).collect(),
        only_there: there.iter().map(ItemJson::of).collect(),
    }
}

fn signer(report: &Report) -> SignerJson<'_> {
    let who = report.signer.as_ref();
    let standing = who.and_then(|who| who.standing.as_ref());
    let since = |standing: &Standing| match &standing.belief {
        Belief::Own => None,
        Belief::Contact { since } => Some(since.to_string()),
        Belief::Revoked { at, .. } => Some(at.to_string()),
    };
    SignerJson {
        state: match report.answers.signer {
            SignerAnswer::Contact => "contact",
            SignerAnswer::You => "you",
            SignerAnswer::Unknown => "unknown",
            SignerAnswer::Revoked => "revoked",
            SignerAnswer::Other => "other",
            SignerAnswer::Unread => "unread",
        },
        name: standing.map(|standing| standing.name.as_str()),
        key: who.map(|who| who.key.line()),
        fingerprint: who.map(|who| who.fingerprint.to_string()),
        spoken: who.map(|who| who.fingerprint.spoken()),
        since: standing.and_then(since),
    }
}

/// An item.
#[derive(Debug, Serialize)]
pub struct ItemJson<'a> {
    /// What it is called: `path`, `path#field`, `case#field`, `source:S1#field` or `recipients`.
    pub item: &'a str,
    /// What it states; null for a file.
    pub value: Option<&'a str>,
    /// The SHA-256 of its line, 64 hex digits.
    pub commitment: String,
}

impl<'a> ItemJson<'a> {
    /// The item, ready to be written.
    pub fn of(named: &'a Named) -> Self {
        ItemJson { item: &named.name, value: named.value.as_deref(), commitment: named.commitment.to_string() }
    }
}

/// A finding.
#[derive(Debug, Serialize)]
pub struct FindingJson {
    /// The id in the table of codes.
    pub code: &'static str,
    /// How it counts.
    pub class: &'static str,
    /// The file or place that it is about.
    pub r#where: String,
    /// What is wrong.
    pub detail: String,
}

impl FindingJson {
    /// The finding, ready to be written.
    pub fn of(finding: &Finding) -> Self {
        FindingJson {
            code: finding.code.id,
            class: finding.code.class.as_str(),
            r#where: finding.place.to_string(),
            detail: finding.detail.to_string(),
        }
    }
}

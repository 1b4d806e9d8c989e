//! What a verification says, as JSON: the contract that other programs rely on. These structures are apart from the library's, so
//! that one can change without the other.

use std::path::Path;

use sealbag::Comparison;
use sealbag::Report;
use sealbag::base::code::Damage;
use sealbag::base::error::Findings;
use sealbag::crypto::trust::{Belief, Standing};
use sealbag::ops::disclose::Given;
use sealbag::ops::select::Named;
use sealbag::ops::verdict::{
    Addressed, Contents as ContentsAnswer, Custody as CustodyAnswer, Signer as SignerAnswer, Time as TimeAnswer, Verdict,
};
use serde::Serialize;

use super::items::ItemJson;
use super::ui::FindingJson;

/// `sealbag-verify/1`.
#[derive(Serialize)]
pub struct Verify<'a> {
    schema: &'static str,
    verdict: &'static str,
    exit: u8,
    bundle: String,
    id: Option<&'a str>,
    digest: Option<String>,
    contents: Contents<'a>,
    signer: Signer<'a>,
    time: Time,
    addressed: State,
    custody: Custody,
    /// What disclosures gave back, each with the files among its items.
    disclosures: Vec<Disclosure<'a>>,
    /// How it compares with another bundle; null where that was not asked.
    comparison: Option<Compared<'a>>,
    findings: Vec<FindingJson<'a>>,
    /// Findings beyond those listed.
    more_findings: u64,
    notes: Vec<FindingJson<'a>>,
    not_checked: &'a [String],
}

#[derive(Serialize)]
struct Contents<'a> {
    state: &'static str,
    items: u64,
    files: u64,
    bytes: u64,
    withheld: u64,
    /// Of those withheld, how many disclosures gave back.
    disclosed: u64,
    releases: Vec<Release<'a>>,
}

#[derive(Serialize)]
struct Disclosure<'a> {
    items: Vec<ItemJson<'a>>,
    files: Vec<File<'a>>,
    /// Items in it that are shown anyway.
    shown: u64,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    size: u64,
    sha256: String,
    media_type: &'a str,
}

#[derive(Serialize)]
struct Compared<'a> {
    /// `one-seal`, `two-seals`, or `unread` where the other one is not whole.
    state: &'static str,
    only_here: Vec<ItemJson<'a>>,
    only_there: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct Release<'a> {
    by: Option<String>,
    name: Option<&'a str>,
    fingerprint: Option<String>,
    withheld: u64,
    reason: &'a str,
    at: String,
}

#[derive(Serialize)]
struct Signer<'a> {
    state: &'static str,
    name: Option<&'a str>,
    key: Option<String>,
    fingerprint: Option<String>,
    spoken: Option<String>,
    /// When the reader came to believe, or took it back.
    since: Option<String>,
}

#[derive(Serialize)]
struct Time {
    state: &'static str,
    sealed_at: Option<String>,
    proven_at: Option<String>,
    authority: Option<String>,
}

#[derive(Serialize)]
struct State {
    state: &'static str,
}

#[derive(Serialize)]
struct Custody {
    state: &'static str,
    steps: u64,
}

impl<'a> Verify<'a> {
    /// The report on the bundle that the command line called `path`.
    pub fn of(path: &Path, report: &'a Report) -> Self {
        let answers = &report.answers;
        let seal = report.seal.as_ref();
        Verify {
            schema: "sealbag-verify/1",
            verdict: verdict(report.verdict),
            exit: report.verdict.exit(),
            bundle: path.to_string_lossy().into_owned(),
            id: seal.map(|seal| seal.id.as_str()),
            digest: seal.map(|seal| seal.digest.to_string()),
            contents: Contents {
                state: contents(answers.contents),
                items: report.items,
                files: report.files,
                bytes: report.bytes,
                withheld: report.withheld,
                disclosed: report.disclosed(),
                releases: report.releases.iter().map(release).collect(),
            },
            signer: signer(report),
            time: Time {
                state: match answers.time {
                    TimeAnswer::Claimed => "claimed",
                    TimeAnswer::Proven => "proven",
                    TimeAnswer::TokenNotAccepted => "token-not-accepted",
                    TimeAnswer::Unread => "unread",
                },
                sealed_at: seal.map(|seal| seal.sealed_at.to_string()),
                proven_at: None,
                authority: None,
            },
            addressed: State {
                state: match answers.addressed {
                    Addressed::ToYou => "to-you",
                    Addressed::ToOthers => "to-others",
                    Addressed::ToNobody => "to-nobody",
                    Addressed::CannotTell => "cannot-tell",
                },
            },
            custody: Custody {
                state: match answers.custody {
                    CustodyAnswer::NotGiven => "not-given",
                    CustodyAnswer::Unbroken => "unbroken",
                    CustodyAnswer::Broken => "broken",
                },
                steps: 0,
            },
            disclosures: report.given.iter().map(disclosure).collect(),
            comparison: report.comparison.as_ref().map(compared),
            findings: findings(&report.findings),
            more_findings: report.findings.more(),
            notes: findings(&report.notes),
            not_checked: &report.not_checked,
        }
    }
}

fn findings(findings: &Findings) -> Vec<FindingJson<'_>> {
    findings.list().iter().map(FindingJson::of).collect()
}

fn verdict(verdict: Verdict) -> &'static str {
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

fn release(release: &sealbag::ops::verify::ReleaseFacts) -> Release<'_> {
    let by = release.by.as_ref();
    Release {
        by: by.map(|who| who.key.line()),
        name: by.and_then(|who| who.standing.as_ref()).map(|standing| standing.name.as_str()),
        fingerprint: by.map(|who| who.fingerprint.to_string()),
        withheld: release.withheld,
        reason: &release.reason,
        at: release.at.to_string(),
    }
}

fn disclosure(given: &Given) -> Disclosure<'_> {
    let files = given.files.iter().map(|file| File {
        path: file.path.as_str(),
        size: file.size,
        sha256: file.sha256.to_string(),
        media_type: &file.media_type,
    });
    Disclosure { items: given.items.iter().map(ItemJson::of).collect(), files: files.collect(), shown: given.shown }
}

fn compared(comparison: &Comparison) -> Compared<'_> {
    let (state, here, there): (_, &[Named], &[Named]) = match comparison {
        Comparison::Unread(_) => ("unread", &[], &[]),
        Comparison::TwoSeals => ("two-seals", &[], &[]),
        Comparison::OneSeal { only_here, only_there } => ("one-seal", only_here, only_there),
    };
    Compared { state, only_here: here.iter().map(ItemJson::of).collect(), only_there: there.iter().map(ItemJson::of).collect() }
}

fn signer(report: &Report) -> Signer<'_> {
    let who = report.signer.as_ref();
    let standing = who.and_then(|who| who.standing.as_ref());
    let since = |standing: &Standing| match standing.belief {
        Belief::Own => None,
        Belief::Contact { since } => Some(since.to_string()),
        Belief::Revoked { at } => Some(at.to_string()),
    };
    Signer {
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

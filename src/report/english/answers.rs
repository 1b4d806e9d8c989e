//! What a verification answers, and what it did not check. Text from others appears in it only quoted, or is added by whoever
//! lays out the page.

use std::fmt;

use crate::base::code::Damage;
use crate::base::text::{bytes, plural};
use crate::crypto::key::Fingerprint;
use crate::crypto::trust::{Belief, Standing};
use crate::format::digest::Digest;
use crate::report::line::{named, quoted};
use crate::report::model::{Comparison, Given, NotChecked, ReleaseFacts, Report, Who};
use crate::report::verdict::{Addressed, ContentsAnswer, Custody, SignerAnswer, Time, Verdict};

/// Heading of what is wrong, or not enough.
pub const FOUND: &str = "found";
/// Heading of what changes nothing.
pub const WORTH_KNOWING: &str = "worth knowing";
/// Heading of what was not checked.
pub const NOT_CHECKED: &str = "not checked";
/// Heading of the remedies.
pub const WHAT_TO_DO: &str = "what to do";
/// Heading of what only this bundle shows.
pub const ONLY_HERE: &str = "shown only here";
/// Heading of what only the other bundle shows.
pub const ONLY_THERE: &str = "shown only in the other";
/// Label of the reason of a release.
pub const REASON: &str = "reason";
/// The end of every page.
pub const NOT_PROVEN: &str = "This does not prove that the events happened, that the signer's clock was right, who held the key, or what withheld items say.";

/// The word, with the count of what is withheld.
pub fn word(report: &Report) -> String {
    let word = report.verdict;
    if report.verdict == Verdict::Verified && report.withheld > 0 {
        return format!("{word}, {} OF {} WITHHELD{}", report.withheld, report.items, by_others(report));
    }
    word.to_string()
}

/// By whom something was withheld, where that was not only the signer.
fn by_others(report: &Report) -> String {
    let signer = report.signer.as_ref().map(|who| &who.key);
    let (mut others, mut signer_too): (Vec<String>, bool) = (Vec::new(), false);
    for who in report.releases.iter().filter_map(|release| release.by.as_ref()) {
        let name = match &who.standing {
            _ if Some(&who.key) == signer => {
                signer_too = true;
                continue;
            }
            Some(Standing { belief: Belief::Own, .. }) => "YOU".into(),
            Some(standing) => named(&standing.name, &who.key),
            None => continue,
        };
        if !others.contains(&name) {
            others.push(name);
        }
    }
    match (others.is_empty(), signer_too) {
        (true, _) => String::new(),
        (false, true) => format!(" BY THE SIGNER, {}", others.join(", ")),
        (false, false) => format!(" BY {}", others.join(", ")),
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Verified => "VERIFIED",
            Verdict::Failed => "FAILED",
            Verdict::CannotCheck => "CANNOT CHECK",
            Verdict::UnknownSigner => "UNKNOWN SIGNER",
            Verdict::NotEnough => "NOT ENOUGH",
        })
    }
}

/// Are the contents what was sealed?
pub fn contents(report: &Report) -> String {
    let shown = format!(
        "{}, {} ({})",
        plural(report.items.saturating_sub(report.withheld), "item", "items"),
        plural(report.files, "file", "files"),
        bytes(report.bytes)
    );
    match report.answers.contents {
        ContentsAnswer::Intact => format!("intact: {shown}"),
        ContentsAnswer::Withheld => format!("withheld {} of {}, the rest intact: {shown}", report.withheld, report.items),
        ContentsAnswer::Damaged(Damage::Malformed) => "not intact: malformed".into(),
        ContentsAnswer::Damaged(Damage::NotSigned) => "not intact: not signed".into(),
        ContentsAnswer::Damaged(Damage::SignatureWrong) => "not intact: the signature is wrong".into(),
        ContentsAnswer::Damaged(Damage::Altered) => "not intact: altered".into(),
        ContentsAnswer::Damaged(Damage::Incomplete) => "not intact: incomplete".into(),
        ContentsAnswer::Unread => "could not be checked".into(),
    }
}

/// Who withheld how much, and when.
pub fn release(release: &ReleaseFacts) -> String {
    let by = release.by.as_ref().map_or("nobody".into(), |who| match &who.standing {
        Some(standing) => named(&standing.name, &who.key),
        None => who.fingerprint.to_string(),
    });
    format!("{} withheld on {} by {by}", release.withheld, release.at)
}

/// The digits by which people compare a bundle over the phone.
pub fn bundle_digits(digest: &Digest) -> String {
    format!("bundle digits  {}", digest.spoken())
}

/// The digits by which people compare a key over the phone.
pub fn key_digits(fingerprint: &Fingerprint) -> String {
    format!("key digits  {}", fingerprint.spoken())
}

/// Beside the digits of a bundle in which something is withheld.
pub const DIGITS: &str = "they do not fix what is withheld: another copy may show something else";

/// Whose seal is it?
pub fn signer(report: &Report) -> String {
    let told = report.signer.as_ref().map_or_else(String::new, who);
    match report.answers.signer {
        SignerAnswer::Contact => format!("your contact {told}{}", since(report)),
        SignerAnswer::You => format!("you, {told}"),
        SignerAnswer::Unknown => format!("not believed: a stranger, {told}"),
        SignerAnswer::Revoked => format!("not believed: revoked, {told}"),
        SignerAnswer::Other => format!("not the one you named: {told}"),
        SignerAnswer::Unread if report.answers.contents == ContentsAnswer::Unread => "could not be checked".into(),
        SignerAnswer::Unread => "nobody: no signature holds".into(),
    }
}

/// Since when is it so?
pub fn time(report: &Report) -> String {
    match (&report.answers.time, &report.seal) {
        (Time::Claimed, Some(seal)) => format!("{}, as the signer's clock said", seal.sealed_at),
        (Time::Proven { at, authority }, _) => format!("before {at}, proven by {}", quoted(authority)),
        (Time::TokenNotAccepted, Some(seal)) => {
            format!("{}, as the signer's clock said; the token was not accepted", seal.sealed_at)
        }
        _ if report.answers.contents == ContentsAnswer::Unread => "could not be checked".into(),
        _ => "unknown: no signature holds".into(),
    }
}

/// For whom was it sealed?
pub fn addressed(report: &Report) -> String {
    let by = || report.passed_on_by.as_ref().map_or_else(String::new, who);
    match report.answers.addressed {
        Addressed::PassedOn => return format!("to you, not by the signer: passed on by {}", by()),
        Addressed::ToYou => "to you",
        Addressed::ToOthers => "to others: somebody passed it on",
        Addressed::ToNobody => "to nobody: it does not say for whom it is",
        Addressed::CannotTell => "cannot tell",
    }
    .into()
}

/// What does the custody log say?
pub fn custody(report: &Report) -> String {
    match report.answers.custody {
        Custody::NotGiven => "no log was given".into(),
        Custody::Unbroken { steps } => format!("unbroken, {}", plural(steps, "step", "steps")),
        Custody::Broken { step } => format!("broken at step {step}"),
    }
}

/// A name that the reader gave, if there is one, and the fingerprint, whole: this is where one key is compared with another.
fn who(who: &Who) -> String {
    match &who.standing {
        Some(standing) => format!("{} {}", quoted(&standing.name), who.fingerprint),
        None => who.fingerprint.to_string(),
    }
}

fn since(report: &Report) -> String {
    let standing = report.signer.as_ref().and_then(|who| who.standing.as_ref());
    match standing.map(|standing| &standing.belief) {
        Some(Belief::Contact { since }) => format!(", believed since {}", since.date()),
        _ => String::new(),
    }
}

/// Heading of what disclosures gave back, which is what was sealed.
pub fn disclosed(report: &Report) -> String {
    format!("disclosed to you: {} of the {} withheld, as they were sealed", report.disclosed(), report.withheld)
}

/// What a disclosure gave back although it is shown.
pub fn shown_anyway(given: &Given) -> String {
    format!("and {} that the bundle shows anyway", plural(given.shown, "item", "items"))
}

/// How it compares with another bundle.
pub fn compared(comparison: &Comparison) -> String {
    match comparison {
        Comparison::Unread(other) => format!("compared: the other bundle is {other}"),
        Comparison::TwoSeals => "compared: the two bundles have different seals".into(),
        Comparison::OneSeal { .. } => "compared: the two bundles have the same seal".into(),
    }
}

/// `1 item`, `2 items`.
pub fn items(count: usize) -> String {
    plural(count as u64, "item", "items")
}

/// How many more there are, beyond those listed.
pub fn and_more(count: u64) -> String {
    format!("… and {count} more")
}

/// What to do with a bundle that is VERIFIED.
pub fn look_into(report: &Report) -> String {
    let with = if report.given.is_empty() { "" } else { " --with FILE" };
    format!("to look inside: sealbag open BUNDLE{with}")
}

impl fmt::Display for NotChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotChecked::Everything => "everything",
            NotChecked::NewerFormat => "everything else: only a newer sealbag knows this format",
            NotChecked::FilesWithoutItems => "the files: there is no list of items to compare them with",
            NotChecked::BehindBreak => "everything after the place where the layout breaks",
            NotChecked::Time => "the time: it is what the signer's own clock said",
            NotChecked::Custody => "custody: no log was given",
            NotChecked::SecondReaderOfStream => "what a second ZIP reader sees: this is a stream",
            NotChecked::SecondReaderOfMany => "what a second ZIP reader sees: there are too many entries",
            NotChecked::Disclosure => "the disclosure: the bundle, or a disclosure before it, was found to be bad",
            NotChecked::Comparison => "whether both have the same seal: the bundle, or a disclosure, was found to be bad",
        })
    }
}

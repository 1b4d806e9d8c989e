//! Verifying: every check on a bundle that was read, all findings, five answers, one word. Only a [`Verification`] that went
//! well gives out contents.

use std::collections::BTreeSet;

use super::compare::Comparison;
use super::disclose::Given;
use super::verdict::{Addressed, Answers, Authors, Contents, Custody, Requirement, Signer, Time, Verdict, decide};
use crate::base::code::{self, Class, Code};
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::text::plural;
use crate::base::watch::Watch;
use crate::bundle::model::{Bundle, SealedManifest, SealedRelease, SecondReader};
use crate::bundle::payload::{self, Job, Outcome};
use crate::bundle::source::EnvelopeFor;
use crate::crypto::key::{Fingerprint, PublicKey};
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, SigFault};
use crate::crypto::trust::{Belief, Standing, TrustedSigners};
use crate::format::bagit::{self, Expected, TagDigests};
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::format::measure::Measure;
use crate::format::shown::FileRow;
use crate::format::time::Timestamp;

/// What the reader asks beyond the seal.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whose seal it must be: a name that the reader gave.
    pub from: Option<String>,
    /// What else must hold.
    pub required: Vec<Requirement>,
}

/// The outcome of verifying: five answers, one word, and everything that was found.
pub struct Verification {
    /// The bundle, for those who may have its contents.
    pub(crate) bundle: Bundle,
    /// What was answered and found; private, for contents are given out by it.
    pub(crate) report: Report,
}

impl Verification {
    /// What was answered and found.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// True if the bundle is what its signer sealed, whoever that is, and nothing beside it was found to be bad.
    pub(super) fn is_whole(&self) -> bool {
        let Answers { contents, signer, .. } = self.report.answers;
        matches!(contents, Contents::Intact | Contents::Withheld)
            && signer != Signer::Unread
            && self.report.verdict != Verdict::Failed
    }

    /// Something that was to be looked at beside the bundle could not be: a finding, and a word that says so.
    pub fn could_not(&mut self, error: &Error) {
        self.demand(Finding::new(error.code, &*error.thing, &*error.trouble));
    }

    /// Adds what was found beside the bundle, and lets it count.
    pub(super) fn demand(&mut self, finding: Finding) {
        let word = match finding.code.class {
            Class::Failed(_) => Verdict::Failed,
            Class::CannotCheck | Class::Usage => Verdict::CannotCheck,
            Class::UnknownSigner => Verdict::UnknownSigner,
            Class::NotEnough => Verdict::NotEnough,
            Class::Note => self.report.verdict,
        };
        self.report.verdict = Verdict::worst([self.report.verdict, word]).unwrap_or(word);
        self.report.findings.push(finding);
    }
}

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
    /// What disclosures gave back of what is withheld.
    pub given: Vec<Given>,
    /// How it compares with another bundle, where that was asked.
    pub comparison: Option<Comparison>,
    /// What is wrong, or not enough, in the order in which it was found.
    pub findings: Findings,
    /// What is worth knowing and changes nothing.
    pub notes: Findings,
    /// What was not checked, in sentences.
    pub not_checked: Vec<String>,
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
    /// What the reader thinks of it; nothing of a stranger's.
    pub standing: Option<Standing>,
}

/// Who withheld how much, when and why.
#[derive(Debug, Clone)]
pub struct ReleaseFacts {
    /// Its author; none where the key it names is none.
    pub by: Option<Who>,
    /// How many items it withholds.
    pub withheld: u64,
    /// Its author's reason.
    pub reason: String,
    /// When, by its author's clock.
    pub at: Timestamp,
}

impl Bundle {
    /// Checks everything and gives the five answers. An error means that the run itself ended: interrupted, for example.
    pub fn verify(mut self, trust: &TrustedSigners, policy: &Policy, watch: &dyn Watch) -> Result<Verification> {
        let found = std::mem::take(&mut self.findings);
        let mut judge = Judge::new(&self, trust, found);
        let report = judge.judge(policy, watch)?;
        Ok(Verification { bundle: self, report })
    }
}

struct Judge<'a> {
    bundle: &'a Bundle,
    trust: &'a TrustedSigners,
    findings: Findings,
    notes: Findings,
    not_checked: Vec<String>,
}

impl<'a> Judge<'a> {
    fn new(bundle: &'a Bundle, trust: &'a TrustedSigners, found: Findings) -> Self {
        let notes = bundle.notes.clone();
        let mut judge = Judge { bundle, trust, findings: Findings::default(), notes, not_checked: Vec::new() };
        match &bundle.seal.newer {
            // what this program thinks of the rest of a newer format means nothing
            Some(newer) => judge.findings.push(newer.clone()),
            None => judge.findings = found,
        }
        judge
    }

    fn found(&mut self, code: &'static Code, place: &str, detail: impl Into<String>) {
        self.findings.push(Finding::new(code, place, detail));
    }

    fn judge(&mut self, policy: &Policy, watch: &dyn Watch) -> Result<Report> {
        let seal = &self.bundle.seal;
        let mut report = Report::empty();
        let mut authors = Authors::Believed;
        if let Some(sealed) = &seal.manifest {
            let SealedManifest { manifest, digest, .. } = sealed;
            report.seal = Some(SealFacts { id: manifest.id.to_string(), digest: *digest, sealed_at: manifest.sealed_at });
            report.items = sealed.total;
            report.signer = self.signature(sealed);
            let explained = self.releases(sealed, &mut report, &mut authors);
            report.withheld = explained;
        } else if seal.newer.is_none() && !self.bundle.broken && !self.findings.has(code::SEAL_MANIFEST) {
            self.found(code::SEAL_MISSING, "seal/manifest.json", "there is no signed manifest");
        }
        if seal.newer.is_none() && !self.bundle.broken && seal.signature.as_ref().is_none_or(Vec::is_empty) {
            self.found(code::SEAL_MISSING, "seal/manifest.sig", "there is no signature");
        }
        if seal.manifest.is_some() && !self.bundle.broken && self.bundle.measure(Part::Items).is_none() {
            self.found(code::ITEM_MISSING, "seal/items.jsonl", "the list of items is not here");
        }
        if seal.newer.is_some() {
            self.not_checked.push("everything else: what it should be, a newer sealbag knows".into());
        } else {
            self.derived();
            self.payload(watch)?;
        }
        if let Some(shown) = &seal.shown {
            let (_, bytes, files) = shown.sums();
            (report.bytes, report.files) = (bytes, files);
        }

        let signer = self.signer(policy, report.signer.as_ref());
        let contents = match self.findings.worst() {
            Some(Class::Failed(damage)) => Contents::Damaged(damage),
            Some(Class::CannotCheck | Class::Usage) => Contents::Unread,
            // who is believed, and what is required, says nothing about the contents
            Some(Class::UnknownSigner | Class::NotEnough | Class::Note) | None if report.withheld > 0 => Contents::Withheld,
            Some(Class::UnknownSigner | Class::NotEnough | Class::Note) | None => Contents::Intact,
        };
        let addressed = self.addressed();
        let answers = Answers {
            contents,
            signer,
            authors,
            time: if report.signer.is_some() { Time::Claimed } else { Time::Unread },
            addressed,
            custody: Custody::NotGiven,
        };
        for requirement in policy.required.iter().filter(|requirement| !requirement.is_met(&answers)) {
            let code = requirement.code();
            self.found(code, "bundle", format!("{} is required and not shown", requirement.what()));
        }
        self.say_what_was_not_checked();
        report.answers = answers;
        report.verdict = decide(&answers, &policy.required);
        report.findings = std::mem::take(&mut self.findings);
        report.notes = std::mem::take(&mut self.notes);
        report.not_checked = std::mem::take(&mut self.not_checked);
        Ok(report)
    }

    /// The seal's signature; the signer where it holds.
    fn signature(&mut self, sealed: &SealedManifest) -> Option<Who> {
        let key = match PublicKey::parse(&sealed.manifest.signer) {
            Ok(key) => key,
            Err(fault) => {
                self.found(code::SEAL_KEY, "seal/manifest.json", format!("the signer is {fault}"));
                return None;
            }
        };
        let armored = self.bundle.seal.signature.as_ref().filter(|armored| !armored.is_empty())?;
        match sshsig::verify(&key, Namespace::Manifest, &sealed.message, armored) {
            Ok(()) => return Some(self.who(key)),
            Err(SigFault::Armor) => {
                self.found(code::SEAL_ARMOR, "seal/manifest.sig", "it is not the one armor that the named signer's key gives");
            }
            Err(SigFault::Signature) => {
                self.found(
                    code::SEAL_SIGNATURE,
                    "seal/manifest.sig",
                    "the signature is not that of the named signer over this manifest",
                );
            }
        }
        None
    }

    fn who(&self, key: PublicKey) -> Who {
        Who { fingerprint: key.fingerprint(), standing: self.trust.standing(&key).cloned(), key }
    }

    /// The releases, and whether they explain exactly what is missing; how many items they explain.
    fn releases(&mut self, sealed: &SealedManifest, report: &mut Report, authors: &mut Authors) -> u64 {
        let seal = &self.bundle.seal;
        let mut previous = None;
        let mut explained: Vec<Digest> = Vec::new();
        let mut all_read = true;
        for sealed_release in &seal.releases {
            let place = format!("seal/release-{}.json", sealed_release.number);
            let before = previous.replace(sealed_release.digest);
            let Some(release) = &sealed_release.release else {
                all_read = false;
                continue;
            };
            let mut malformed = |detail: &str| self.found(code::RELEASE_MALFORMED, &place, detail);
            if release.bundle != sealed.digest {
                malformed("it belongs to another bundle");
            }
            if release.prev != before {
                malformed("it does not follow the release before it");
            }
            if release.at < sealed.manifest.sealed_at {
                self.notes.push(Finding::new(code::RELEASE_EARLIER, &place, "its time is earlier than that of the seal"));
            }
            let by = match PublicKey::parse(&release.by) {
                Ok(key) => Some(key),
                Err(fault) => {
                    self.found(code::RELEASE_MALFORMED, &place, format!("its author is {fault}"));
                    None
                }
            };
            if let Some(key) = &by {
                let armored = sealed_release.signature.as_deref().unwrap_or_default();
                if sshsig::verify(key, Namespace::Release, &sealed_release.message, armored).is_err() {
                    let place = place.replace(".json", ".sig");
                    self.found(
                        code::RELEASE_SIGNATURE,
                        &place,
                        "it is not the signature of the named author over this release",
                    );
                } else if !self.trust.standing(key).is_some_and(believed) {
                    *authors = Authors::NotBelieved;
                    let detail = format!("you do not believe its author, {}", key.fingerprint());
                    self.found(code::RELEASE_AUTHOR, &place, detail);
                }
            }
            let stray = if seal.shown.is_none() {
                0
            } else {
                sealed_release.withheld.iter().filter(|withheld| sealed.missing.binary_search(withheld).is_err()).count()
            };
            if stray > 0 {
                self.found(
                    code::RELEASE_CONFLICT,
                    &place,
                    format!("{stray} of what it withholds is shown or was never sealed"),
                );
            }
            explained.extend(&sealed_release.withheld);
            report.releases.push(ReleaseFacts {
                by: by.map(|key| self.who(key)),
                withheld: sealed_release.withheld.len() as u64,
                reason: release.reason.clone(),
                at: release.at,
            });
        }
        explained.sort_unstable();
        if explained.iter().zip(explained.iter().skip(1)).any(|(one, next)| one == next) {
            self.found(code::RELEASE_CONFLICT, "seal", "two releases name the same item");
        }
        let unexplained = sealed.missing.iter().filter(|missing| explained.binary_search(missing).is_err()).count();
        if unexplained > 0 && all_read {
            let detail = format!("{unexplained} of {} sealed items are missing, and no release explains it", sealed.total);
            self.found(code::ITEM_MISSING, "seal/items.jsonl", detail);
        }
        (sealed.missing.len() - unexplained) as u64
    }

    /// The derived files, made again from the manifest and the items shown.
    fn derived(&mut self) {
        let seal = &self.bundle.seal;
        let (Some(sealed), Some(shown), Some(items)) = (&seal.manifest, &seal.shown, self.bundle.measure(Part::Items)) else {
            return;
        };
        let (sums, bytes, files) = shown.sums();
        let bag_info = Expected::of(bagit::bag_info(&sealed.manifest, bytes, files).as_bytes());
        let tags = TagDigests {
            bag_info: bag_info.sha256,
            manifest_sha256: sums.sha256,
            items: items.sha256,
            manifest: sealed.digest,
        };
        let rows = [
            (Part::BagInfo, bag_info),
            (Part::Bagit, Expected::of(bagit::BAGIT_TXT.as_bytes())),
            (Part::PayloadManifest, sums),
            (Part::TagManifest, Expected::of(bagit::tagmanifest(&tags).as_bytes())),
            (Part::Verify, Expected::of(bagit::VERIFY_TXT.as_bytes())),
        ];
        for (part, expected) in rows {
            let name = &part.to_string();
            match self.bundle.measure(part) {
                Some(Measure { size, sha256, .. }) if (Expected { size, sha256 }) == expected => {}
                Some(_) => self.found(code::BAG_DERIVED, name, "it is not what follows from the seal"),
                None if self.bundle.broken => {}
                None => self.found(code::BAG_MISSING, name, "it is not here"),
            }
        }
    }

    /// Every file against its item, both ways.
    fn payload(&mut self, watch: &dyn Watch) -> Result<()> {
        let Some(shown) = &self.bundle.seal.shown else {
            if !self.bundle.payload.is_empty() {
                self.not_checked.push("the files: without a list of items nobody can say what they should be".into());
            }
            return Ok(());
        };
        let mut jobs = Vec::with_capacity(shown.files().len());
        let mut items = shown.files().iter().peekable();
        for (index, entry) in self.bundle.payload.iter().enumerate() {
            while let Some(item) = items.next_if(|item| item.path < entry.path) {
                self.missing(item);
            }
            match items.next_if(|item| item.path == entry.path) {
                None => self.findings.push(unlisted(&entry.path)),
                Some(item) if item.size != entry.size => {
                    let detail = format!("it has {} bytes, {} were sealed", entry.size, item.size);
                    self.found(code::PAYLOAD_ALTERED, &format!("data/{}", entry.path), detail);
                }
                Some(item) => jobs.push(Job { index, sha256: item.sha256 }),
            }
            // a second item of one path is a conflict and told as such
            while items.next_if(|item| item.path == entry.path).is_some() {}
        }
        items.for_each(|item| self.missing(item));
        for (index, outcome) in payload::check(self.bundle, &jobs, watch)? {
            let Some(entry) = self.bundle.payload.get(index) else { continue };
            let place = format!("data/{}", entry.path);
            match outcome {
                Outcome::Altered => self.found(code::PAYLOAD_ALTERED, &place, "its SHA-256 is not the sealed one"),
                Outcome::Checksum => self.found(code::CONTAINER_LAYOUT, &place, "its CRC-32 is wrong"),
                Outcome::Unread(error) => {
                    let Error { code, trouble, .. } = Error::io(&place, &error);
                    self.found(code, &place, trouble);
                }
            }
        }
        Ok(())
    }

    fn missing(&mut self, item: &FileRow) {
        if !self.bundle.broken {
            self.found(code::PAYLOAD_MISSING, &format!("data/{}", item.path), "it was sealed and is not here");
        }
    }

    fn signer(&mut self, policy: &Policy, who: Option<&Who>) -> Signer {
        let Some(who) = who else { return Signer::Unread };
        let Some(standing) = &who.standing else {
            self.found(code::SIGNER_UNKNOWN, "seal/manifest.json", format!("you do not know the key {}", who.fingerprint));
            return Signer::Unknown;
        };
        if let Belief::Revoked { at } = standing.belief {
            self.found(
                code::SIGNER_REVOKED,
                "seal/manifest.json",
                format!("you revoked the key of \"{}\" on {at}", standing.name),
            );
            return Signer::Revoked;
        }
        match &policy.from {
            Some(name) if *name != standing.name => {
                let detail = format!("it is the seal of \"{}\", not of \"{name}\"", standing.name);
                self.found(code::SIGNER_OTHER, "seal/manifest.json", detail);
                Signer::Other
            }
            _ if standing.belief == Belief::Own => Signer::You,
            _ => Signer::Contact,
        }
    }

    /// Whom it is for, as the seal or the last release says, compared with what the reader can open.
    fn addressed(&mut self) -> Addressed {
        let seal = &self.bundle.seal;
        let named: Vec<Digest> = match (seal.releases.last(), &seal.shown) {
            (Some(SealedRelease { release: Some(last), .. }), _) => {
                last.to.iter().map(|recipient| Digest::of(recipient.as_bytes())).collect()
            }
            (None, Some(shown)) => shown.recipients().to_vec(),
            _ => return Addressed::CannotTell,
        };
        self.compare_envelope(named.len());
        if named.is_empty() {
            Addressed::ToNobody
        } else if named.iter().any(|recipient| self.trust.is_own(recipient)) {
            Addressed::ToYou
        } else if self.trust.has_recipient() {
            Addressed::ToOthers
        } else {
            Addressed::CannotTell
        }
    }

    /// Notes an envelope that is for more or fewer than the seal names.
    fn compare_envelope(&mut self, named: usize) {
        let Some(envelope) = self.bundle.envelope else { return };
        // in a redacted bundle it is the last release that says for whom it is
        let place = if self.bundle.seal.releases.is_empty() { "under the seal" } else { "in the last release" };
        let sealed = match named {
            0 => format!("no recipient stands {place}"),
            named => format!("{} {place}", plural(named as u64, "recipient stands", "recipients stand")),
        };
        let detail = match envelope {
            EnvelopeFor::Passphrase if named > 0 => format!("it was encrypted under a passphrase, and {sealed}"),
            EnvelopeFor::Recipients(count) if count != named => {
                format!("it was encrypted for {}, and {sealed}", plural(count as u64, "recipient", "recipients"))
            }
            _ => return,
        };
        self.notes.push(Finding::new(code::ENVELOPE_RECIPIENTS, "envelope", detail));
    }

    fn say_what_was_not_checked(&mut self) {
        let seal = &self.bundle.seal;
        if self.bundle.broken {
            self.not_checked.push("what stands behind the place where the layout breaks off".into());
        }
        if seal.manifest.is_some() {
            self.not_checked.push("the time: it is what the signer's own clock said".into());
        }
        self.not_checked.push("custody: no log was given".into());
        if self.bundle.second_reader == SecondReader::NotAsked && !self.bundle.broken {
            let why = if self.bundle.has_passed() { "this is a stream" } else { "there are too many entries" };
            self.not_checked.push(format!("what a second ZIP reader sees: {why}"));
        }
    }
}

impl Requirement {
    fn what(self) -> &'static str {
        match self {
            Requirement::Complete => "completeness",
            Requirement::Time => "a proven time",
            Requirement::Addressed => "that it was sealed for you",
            Requirement::Custody => "an unbroken custody log",
        }
    }
}

impl Report {
    /// The report on something that could not be read at all, or that is known to be bad before it is read.
    pub fn unread(error: &Error) -> Self {
        let mut report = Report::empty();
        if let Class::Failed(damage) = error.code.class {
            report.answers.contents = Contents::Damaged(damage);
            report.verdict = Verdict::Failed;
        }
        report.findings.push(Finding::new(error.code, &error.thing, &error.trouble));
        report.not_checked.push("everything".into());
        report
    }

    /// Of the items withheld, how many disclosures gave back.
    pub fn disclosed(&self) -> u64 {
        let given: BTreeSet<Digest> = self.given.iter().flat_map(|given| &given.items).map(|item| item.commitment).collect();
        given.len() as u64
    }

    fn empty() -> Self {
        Report {
            verdict: Verdict::CannotCheck,
            answers: Answers {
                contents: Contents::Unread,
                signer: Signer::Unread,
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
            given: Vec::new(),
            comparison: None,
            findings: Findings::default(),
            notes: Findings::default(),
            not_checked: Vec::new(),
        }
    }
}

fn believed(standing: &Standing) -> bool {
    matches!(standing.belief, Belief::Own | Belief::Contact { .. })
}

fn unlisted(path: &crate::format::path::PayloadPath) -> Finding {
    Finding::new(code::PAYLOAD_UNLISTED, format!("data/{path}"), "no item names this file")
}

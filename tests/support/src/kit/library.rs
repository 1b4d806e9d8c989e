//! The library's own verdict, in this process: fast enough for thousands of broken bundles.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use sealbag::base::code::{self, Damage};
use sealbag::base::error::Error;
use sealbag::base::place::Place;
use sealbag::crypto::age;
use sealbag::report::verdict::ContentsAnswer;
use sealbag::{
    Belief, Bundle, Policy, PublicKey, ReadAt, Report, Source, Standing, Timestamp, TrustedSigners, Unwatched, Verdict,
    Verification,
};

use super::sshsig::Signer;
use super::views::Expected;

/// What the library says of one bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub exit: u8,
    pub codes: BTreeSet<String>,
    pub contents: Option<ContentsAnswer>,
}

/// Believes these signers and nobody else.
pub fn trusting(signers: &[Signer]) -> TrustedSigners {
    let mut trust = TrustedSigners::nobody();
    for signer in signers {
        let since = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let standing = Standing { name: "Amina".into(), belief: Belief::Contact { since } };
        trust.add(PublicKey::parse(&signer.line()).unwrap(), standing);
    }
    trust
}

/// Believes these signers, but for those whom the reader revoked.
pub fn trusting_but(signers: &[Signer], revoked: &[Signer]) -> TrustedSigners {
    let (gone, kept): (Vec<Signer>, Vec<Signer>) =
        signers.iter().cloned().partition(|signer| revoked.iter().any(|revoked| revoked.line() == signer.line()));
    let mut trust = trusting(&kept);
    for signer in gone {
        let at = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
        let before = Some(Box::new(Belief::Contact { since: Timestamp::parse("2026-01-01T00:00:00Z").unwrap() }));
        let standing = Standing { name: "Amina".into(), belief: Belief::Revoked { at, before } };
        trust.add(PublicKey::parse(&signer.line()).unwrap(), standing);
    }
    trust
}

/// Verifies what `source` holds.
pub fn judge(source: Source, trust: &TrustedSigners) -> Judged {
    let passes = source.is_stream();
    // an envelope's header is checked, and nobody here has a key
    let opened = source.unlock(|header| header.open([]));
    let verified = opened
        .and_then(|source| Bundle::read(source, &Unwatched))
        .and_then(|bundle| bundle.verify(trust, &Policy::default(), &Unwatched));
    match verified {
        Ok(verification) => judged(verification, passes),
        Err(error) => {
            let report = Report::unread(&error);
            let codes = [error.code.id.to_owned()].into();
            Judged { exit: report.verdict.exit(), codes, contents: Some(report.answers.contents) }
        }
    }
}

fn judged(verification: Verification, passes: bool) -> Judged {
    let report = verification.report();
    let codes = report.findings.list().iter().map(|finding| finding.code.id.to_owned()).collect();
    let judged = Judged { exit: report.verdict.exit(), codes, contents: Some(report.answers.contents) };
    // only a verification that went well gives out contents, and a stream cannot be read again
    let (verdict, contents) = (report.verdict, report.answers.contents);
    let gives = verdict == Verdict::Verified && contents != ContentsAnswer::Unread && !passes;
    assert_eq!(verification.into_verified().is_ok(), gives);
    judged
}

pub fn judge_path(path: &Path, trust: &TrustedSigners) -> Judged {
    match Source::open(path) {
        Ok(source) => judge(source, trust),
        Err(error) => Judged { exit: 5, codes: [error.code.id.to_owned()].into(), contents: None },
    }
}

/// The bytes as a file without a name.
pub fn file_of(bytes: &[u8]) -> Source {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Source::of(FileAt(file))
}

/// A file, wherever it stands.
pub struct FileAt(pub File);

impl ReadAt for FileAt {
    fn length(&self) -> u64 {
        self.0.metadata().unwrap().len()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> std::io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, out, at)
    }
}

/// Opens no envelope.
pub fn closed(_: age::Header) -> sealbag::Result<age::Envelope> {
    Err(Error::new(code::ENVELOPE_ENCRYPTED, Place::Bundle, "nothing opens it"))
}

/// The bytes as a pipe gives them, in chunks of `step`.
pub fn stream_of(bytes: &[u8], step: usize) -> Source {
    struct Steps(std::io::Cursor<Vec<u8>>, usize);
    impl std::io::Read for Steps {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let step = self.1.min(out.len());
            std::io::Read::read(&mut self.0, &mut out[..step])
        }
    }
    Source::of_stream(Steps(std::io::Cursor::new(bytes.to_vec()), step))
}

/// The library's view of one row.
pub fn check(path: &Path, signers: &[Signer], expected: &Expected) {
    expect(&judge_path(path, &trusting(signers)), expected);
}

pub fn expect(judged: &Judged, expected: &Expected) {
    assert_eq!(i32::from(judged.exit), expected.exit, "the library says {judged:?}");
    assert_eq!(judged.codes, expected.codes, "the library says {judged:?}");
    assert_eq!(judged.state(), expected.state, "the library says {judged:?}");
}

impl Judged {
    /// The state of the contents in the words of the contract.
    pub fn state(&self) -> &'static str {
        match self.contents {
            Some(ContentsAnswer::Intact) => "intact",
            Some(ContentsAnswer::Withheld) => "withheld",
            Some(ContentsAnswer::Damaged(Damage::Malformed)) => "malformed",
            Some(ContentsAnswer::Damaged(Damage::NotSigned)) => "not-signed",
            Some(ContentsAnswer::Damaged(Damage::SignatureWrong)) => "signature-wrong",
            Some(ContentsAnswer::Damaged(Damage::Altered)) => "altered",
            Some(ContentsAnswer::Damaged(Damage::Incomplete)) => "incomplete",
            Some(ContentsAnswer::Unread) | None => "unread",
        }
    }
}

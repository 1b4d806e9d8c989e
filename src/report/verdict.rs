//! Five questions, five answers, one word. A pure function, so that every combination can be tried.

use crate::base::code::{self, Code, Damage};
use crate::format::time::Timestamp;

/// Are the contents what was sealed?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentsAnswer {
    /// All of it is here and unchanged.
    Intact,
    /// What is here is unchanged, and signed releases explain what is not.
    Withheld,
    /// No.
    Damaged(Damage),
    /// It could not be checked.
    Unread,
}

/// Whose seal is it?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerAnswer {
    /// A contact's.
    Contact,
    /// The reader's own.
    You,
    /// A stranger's, whom the reader does not believe.
    Unknown,
    /// That of somebody whom the reader no longer believes.
    Revoked,
    /// Not that of the person whom the reader named.
    Other,
    /// No valid signature was found, so there is no signer to speak of.
    Unread,
}

/// Since when is it so?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Time {
    /// The signer's clock says so and nothing else.
    Claimed,
    /// An authority that the reader trusts proves it.
    Proven {
        /// Before this time the bundle was sealed.
        at: Timestamp,
        /// The authority, by the name that the reader gave it.
        authority: String,
        /// How many seals its token is over together, as the stamp of an audit; none where it is over this one alone.
        seals: Option<u64>,
    },
    /// There is a token, and it proves nothing.
    TokenNotAccepted,
    /// It could not be checked.
    Unread,
}

/// For whom was it sealed?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressed {
    /// For the reader, by the signer.
    ToYou,
    /// For the reader, by somebody whom the reader believes and who passed it on.
    PassedOn,
    /// For others: somebody passed it on.
    ToOthers,
    /// It was not encrypted for anybody.
    ToNobody,
    /// That is withheld, or no key of the reader's is here to compare.
    CannotTell,
}

/// What does the custody log say?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custody {
    /// None was given, so none was looked at.
    NotGiven,
    /// Every step follows from the one before.
    Unbroken {
        /// How many steps there are.
        steps: u64,
        /// The first step by somebody whom the reader does not believe.
        doubtful: Option<u64>,
    },
    /// Some step does not.
    Broken {
        /// Which one, from 1.
        step: u64,
    },
    /// It is the log of another bundle, or of another copy.
    Other,
    /// Only a newer program can check it.
    Unread,
}

/// Whether the authors of all releases are believed and may withhold; with several releases, the last of these that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authors {
    /// All of them; also if there is no release.
    Believed,
    /// All are believed, but at least one is not among those who may withhold.
    Others,
    /// At least one is not believed.
    NotBelieved,
}

/// The five answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Are the contents what was sealed?
    pub contents: ContentsAnswer,
    /// Whose seal is it?
    pub signer: SignerAnswer,
    /// Are those who withheld something believed, and may they withhold?
    pub authors: Authors,
    /// Since when is it so?
    pub time: Time,
    /// For whom was it sealed?
    pub addressed: Addressed,
    /// What does the custody log say?
    pub custody: Custody,
}

/// Something that the reader requires beyond a seal that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing is withheld.
    Complete,
    /// The time is proven.
    Time,
    /// It was sealed for the reader.
    Addressed,
    /// The custody log is unbroken, and every keeper is believed.
    Custody,
}

impl Requirement {
    /// The word on the command line.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "complete" => Some(Requirement::Complete),
            "time" => Some(Requirement::Time),
            "addressed" => Some(Requirement::Addressed),
            "custody" => Some(Requirement::Custody),
            _ => None,
        }
    }

    /// The code of the finding when it is not met.
    pub fn code(self) -> &'static Code {
        match self {
            Requirement::Complete => code::REQUIRE_COMPLETE,
            Requirement::Time => code::REQUIRE_TIME,
            Requirement::Addressed => code::REQUIRE_ADDRESSED,
            Requirement::Custody => code::REQUIRE_CUSTODY,
        }
    }

    /// True if the answers meet it.
    pub fn is_met(self, answers: &Answers) -> bool {
        match self {
            Requirement::Complete => answers.contents == ContentsAnswer::Intact,
            Requirement::Time => matches!(answers.time, Time::Proven { .. }),
            Requirement::Addressed => answers.addressed == Addressed::ToYou,
            Requirement::Custody => matches!(answers.custody, Custody::Unbroken { doubtful: None, .. }),
        }
    }
}

/// The one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// What is shown is what the believed signer sealed, and everything required is met.
    Verified,
    /// The evidence is bad.
    Failed,
    /// It could not be checked.
    CannotCheck,
    /// The seal holds, but the signer or the author of a release is not believed.
    UnknownSigner,
    /// As VERIFIED, but something that the reader asks for is not met.
    NotEnough,
}

impl Verdict {
    /// The exit code.
    pub fn exit(self) -> u8 {
        match self {
            Verdict::Verified => 0,
            Verdict::Failed => 1,
            Verdict::UnknownSigner => 3,
            Verdict::NotEnough => 4,
            Verdict::CannotCheck => 5,
        }
    }

    /// The worst of many: FAILED, CANNOT CHECK, UNKNOWN SIGNER, NOT ENOUGH, VERIFIED.
    pub fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Failed => 0,
            Verdict::CannotCheck => 1,
            Verdict::UnknownSigner => 2,
            Verdict::NotEnough => 3,
            Verdict::Verified => 4,
        };
        verdicts.into_iter().min_by_key(rank)
    }
}

/// The word for five answers and what the reader requires: the first line that applies.
pub fn decide(answers: &Answers, required: &[Requirement]) -> Verdict {
    if let ContentsAnswer::Damaged(_) = answers.contents {
        return Verdict::Failed;
    }
    if answers.contents == ContentsAnswer::Unread || answers.signer == SignerAnswer::Unread || answers.time == Time::Unread {
        return Verdict::CannotCheck;
    }
    let believed =
        matches!(answers.signer, SignerAnswer::Contact | SignerAnswer::You) && answers.authors != Authors::NotBelieved;
    if !believed {
        return Verdict::UnknownSigner;
    }
    let enough = answers.authors == Authors::Believed && required.iter().all(|requirement| requirement.is_met(answers));
    if enough { Verdict::Verified } else { Verdict::NotEnough }
}

//! The verdict table: every combination of the five answers and of what is required, against the table in words.

use sealbag::Timestamp;
use sealbag::base::code::Damage;
use sealbag::report::verdict::{
    Addressed, Answers, Authors, ContentsAnswer, Custody, Requirement, SignerAnswer, Time, Verdict, decide,
};

const CONTENTS: [ContentsAnswer; 8] = [
    ContentsAnswer::Intact,
    ContentsAnswer::Withheld,
    ContentsAnswer::Unread,
    ContentsAnswer::Damaged(Damage::Malformed),
    ContentsAnswer::Damaged(Damage::NotSigned),
    ContentsAnswer::Damaged(Damage::SignatureWrong),
    ContentsAnswer::Damaged(Damage::Altered),
    ContentsAnswer::Damaged(Damage::Incomplete),
];
const SIGNERS: [SignerAnswer; 6] = [
    SignerAnswer::Contact,
    SignerAnswer::You,
    SignerAnswer::Unknown,
    SignerAnswer::Revoked,
    SignerAnswer::Other,
    SignerAnswer::Unread,
];
const AUTHORS: [Authors; 3] = [Authors::Believed, Authors::Others, Authors::NotBelieved];
const ADDRESSED: [Addressed; 5] =
    [Addressed::ToYou, Addressed::PassedOn, Addressed::ToOthers, Addressed::ToNobody, Addressed::CannotTell];
const CUSTODY: [Custody; 6] = [
    Custody::NotGiven,
    Custody::Unbroken { steps: 3, doubtful: None },
    Custody::Unbroken { steps: 3, doubtful: Some(2) },
    Custody::Broken { step: 2 },
    Custody::Other,
    Custody::Unread,
];
const REQUIREMENTS: [Requirement; 4] = [Requirement::Complete, Requirement::Time, Requirement::Addressed, Requirement::Custody];

fn times() -> [Time; 4] {
    let at = Timestamp::parse("2026-11-24T18:00:01Z").unwrap();
    [Time::Claimed, Time::Proven { at, authority: "An authority".into(), seals: None }, Time::TokenNotAccepted, Time::Unread]
}

fn every_answer(mut each: impl FnMut(Answers)) {
    for contents in CONTENTS {
        for signer in SIGNERS {
            for authors in AUTHORS {
                for time in times() {
                    for addressed in ADDRESSED {
                        for custody in CUSTODY {
                            each(Answers { contents, signer, authors, time: time.clone(), addressed, custody });
                        }
                    }
                }
            }
        }
    }
}

/// The table in words, written independently of the code: the first line that applies.
fn expected(answers: &Answers, required: &[Requirement]) -> u8 {
    let bad = ["altered", "incomplete", "malformed", "not signed", "signature wrong"];
    let contents = match answers.contents {
        ContentsAnswer::Intact => "intact",
        ContentsAnswer::Withheld => "withheld",
        ContentsAnswer::Unread => "unread",
        ContentsAnswer::Damaged(Damage::Altered) => "altered",
        ContentsAnswer::Damaged(Damage::Incomplete) => "incomplete",
        ContentsAnswer::Damaged(Damage::Malformed) => "malformed",
        ContentsAnswer::Damaged(Damage::NotSigned) => "not signed",
        ContentsAnswer::Damaged(Damage::SignatureWrong) => "signature wrong",
    };
    let unread = contents == "unread" || answers.signer == SignerAnswer::Unread || answers.time == Time::Unread;
    let stranger = [SignerAnswer::Unknown, SignerAnswer::Revoked, SignerAnswer::Other].contains(&answers.signer);
    let unmet = |requirement: &Requirement| match requirement {
        Requirement::Complete => contents != "intact",
        Requirement::Time => !matches!(answers.time, Time::Proven { .. }),
        Requirement::Addressed => answers.addressed != Addressed::ToYou,
        Requirement::Custody => !matches!(answers.custody, Custody::Unbroken { doubtful: None, .. }),
    };
    if bad.contains(&contents) {
        1
    } else if unread {
        5
    } else if stranger || answers.authors == Authors::NotBelieved {
        3
    } else if answers.authors == Authors::Others || required.iter().any(unmet) {
        4
    } else {
        0
    }
}

#[test]
fn every_combination_gives_the_word_of_the_table() {
    let mut seen = std::collections::BTreeMap::new();
    for chosen in 0..1 << REQUIREMENTS.len() {
        let required: Vec<Requirement> =
            (0..REQUIREMENTS.len()).filter(|at| chosen >> at & 1 == 1).map(|at| REQUIREMENTS[at]).collect();
        every_answer(|answers| {
            let verdict = decide(&answers, &required);
            assert_eq!(verdict.exit(), expected(&answers, &required), "{answers:?} with {required:?}");
            *seen.entry(verdict.exit()).or_insert(0) += 1;
        });
    }
    assert_eq!(seen.values().sum::<i32>(), 16 * 8 * 6 * 3 * 5 * 4 * 6);
    assert_eq!(seen.keys().copied().collect::<Vec<u8>>(), [0, 1, 3, 4, 5]);
}

#[test]
fn nothing_unbelieved_or_damaged_is_ever_verified() {
    every_answer(|answers| {
        if decide(&answers, &[]) == Verdict::Verified {
            assert!(matches!(answers.contents, ContentsAnswer::Intact | ContentsAnswer::Withheld));
            assert!(matches!(answers.signer, SignerAnswer::Contact | SignerAnswer::You));
            assert_eq!(answers.authors, Authors::Believed);
        }
    });
}

#[test]
fn custody_and_addressee_count_only_where_they_are_required() {
    every_answer(|answers| {
        let base = Answers { custody: Custody::NotGiven, addressed: Addressed::CannotTell, ..answers.clone() };
        assert_eq!(decide(&answers, &[]), decide(&base, &[]));
    });
}

#[test]
fn the_worst_of_many_is_failed_then_cannot_check_then_unknown_then_not_enough() {
    let order = [Verdict::Failed, Verdict::CannotCheck, Verdict::UnknownSigner, Verdict::NotEnough, Verdict::Verified];
    for (at, worse) in order.iter().enumerate() {
        for better in &order[at..] {
            assert_eq!(Verdict::worst([*better, *worse]), Some(*worse));
            assert_eq!(Verdict::worst([*worse, *better]), Some(*worse));
        }
    }
    assert_eq!(Verdict::worst([]), None);
}

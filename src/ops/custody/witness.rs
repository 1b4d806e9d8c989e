//! What a log cannot tell of itself: that its end was cut off, or that there is another one. Receipts, handovers and a head that somebody
//! wrote down can.

use super::log::{Line, Log};
use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::Finding;
use crate::base::place::Place;
use crate::crypto::custody::SignedEntry;
use crate::format::custody::Details;
use crate::format::digest::Digest;

/// What is known about a log from elsewhere.
#[derive(Debug, Default)]
pub struct Witnesses {
    papers: Vec<Paper>,
    head: Option<(Digest, Option<u64>)>,
}

/// A receipt or a handover, with the name that the reader has for it.
#[derive(Debug)]
struct Paper {
    place: Place,
    entry: SignedEntry,
    seen: Seen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nowhere,
    Here,
    /// At this step stands another entry.
    Otherwise(u64),
}

impl Witnesses {
    /// A receipt or a handover: an entry of the log itself, or the receipt of whoever a copy was given to.
    pub fn paper(&mut self, place: Place, entry: SignedEntry) {
        self.papers.push(Paper { place, entry, seen: Seen::Nowhere });
    }

    /// An entry that the log held before, by its SHA-256.
    pub fn head(&mut self, head: Digest) {
        self.head = Some((head, None));
    }

    /// Looks at a line of the log.
    pub fn see(&mut self, line: &Line) {
        let Some(step) = &line.step else { return };
        let (here, signed) = (&step.signed.entry, &step.signed);
        for Paper { entry, seen, .. } in &mut self.papers {
            if entry.digest == signed.digest {
                *seen = Seen::Here;
            } else if entry.entry.log == here.log {
                if entry.entry.seq == here.seq && *seen == Seen::Nowhere {
                    *seen = Seen::Otherwise(line.number);
                }
            } else if entry.entry.prev == Some(signed.digest) && matches!(here.details, Details::Released(_))
                || here.prev == Some(entry.digest) && here.seq == 1
            {
                *seen = Seen::Here;
            }
        }
        if let Some((head, at)) = &mut self.head
            && *head == signed.digest
        {
            *at = Some(line.number);
        }
    }

    /// Adds to a log that was read what these contradict in it. Returns how many steps came behind the head that was expected.
    pub fn judge(self, log: &mut Log) -> Option<u64> {
        let mut wrong = |step: u64, code: &'static Code, place: Place, detail: Detail| {
            log.broken = Some(log.broken.map_or(step, |broken| broken.min(step)));
            log.findings.push(Finding::new(code, place, detail));
        };
        let behind = log.steps + 1;
        for Paper { place, entry, seen } in self.papers {
            let own = Some(entry.entry.log) == log.id;
            let of_this =
                entry.entry.file_sha256 == log.file_sha256 || entry.entry.bundle.is_some() && entry.entry.bundle == log.bundle;
            match seen {
                Seen::Here => {}
                Seen::Otherwise(step) => wrong(step, code::CUSTODY_FORK, place, Detail::CustodyOtherwise { step }),
                Seen::Nowhere if !own && (entry.entry.prev.is_none() || !of_this) => {
                    wrong(behind, code::CUSTODY_HANDOVER, place, Detail::CustodyAnswersNothing);
                }
                Seen::Nowhere => wrong(behind, code::CUSTODY_CUT, place, Detail::CustodyCut { steps: behind - 1 }),
            }
        }
        let (head, at) = self.head?;
        match at {
            Some(at) => Some(behind - 1 - at),
            None => {
                wrong(behind, code::CUSTODY_CUT, Place::from(head.to_string()), Detail::CustodyNoHead { steps: behind - 1 });
                None
            }
        }
    }
}

//! A custody log (format, section 10): what happened to one copy of a bundle, a signed line an event, each of which holds the hash of
//! the one before.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::digest::{Digest, Random128};
use super::json;
use super::listing::{Fault, check_format};
use super::time::Timestamp;
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-custody/1";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The copy came into the keeper's hands.
    Received,
    /// It was given to somebody.
    Released,
    /// Whoever it was released to says that it arrived.
    Accepted,
    /// Another copy was made of it.
    Copied,
    /// It was put somewhere.
    Stored,
    /// It was verified again.
    Verified,
    /// A bundle was made of it in which something is withheld.
    Withheld,
    /// The keeper stands for what the bundle says, as its signer does.
    Countersigned,
    /// Anything else that matters.
    Note,
}

impl Event {
    /// All of them.
    pub const ALL: [Event; 9] = [
        Event::Received,
        Event::Released,
        Event::Accepted,
        Event::Copied,
        Event::Stored,
        Event::Verified,
        Event::Withheld,
        Event::Countersigned,
        Event::Note,
    ];

    /// The word in the format.
    pub fn as_str(self) -> &'static str {
        match self {
            Event::Received => "received",
            Event::Released => "released",
            Event::Accepted => "accepted",
            Event::Copied => "copied",
            Event::Stored => "stored",
            Event::Verified => "verified",
            Event::Withheld => "withheld",
            Event::Countersigned => "countersigned",
            Event::Note => "note",
        }
    }
}

/// What belongs to the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Details {
    /// What verifying said when it was received.
    Received(Verdict),
    /// To whom it was given.
    Released(Released),
    /// Which `released` entry is answered.
    Accepted(Accepted),
    /// The other copy.
    Copied(Derived),
    /// Nothing.
    Stored,
    /// What verifying said.
    Verified(Verdict),
    /// The bundle that was made.
    Withheld(Derived),
    /// Nothing: the entry's own signature is it.
    Countersigned,
    /// Nothing.
    Note,
}

/// What verifying said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// `verified`, `failed`, `cannot-check`, `unknown-signer` or `not-enough`.
    pub verdict: String,
    /// The codes of what was found, strictly increasing, at most [`limits::CUSTODY_CODES`].
    pub codes: Vec<String>,
}

/// To whom a copy was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// Their public key; null for somebody without one.
    pub to: Option<String>,
}

/// An answer to a `released` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// SHA-256 of that entry.
    pub answers: Digest,
    /// The receipt, a line without its LF, where the giver writes this; null where whoever accepts does.
    pub receipt: Option<String>,
}

/// A file that was made of this copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// Its SHA-256.
    pub sha256: Digest,
}

/// No members.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The words of verdicts.
const VERDICTS: [&str; 5] = ["verified", "failed", "cannot-check", "unknown-signer", "not-enough"];

impl Details {
    /// The event that they belong to.
    pub fn event(&self) -> Event {
        match self {
            Details::Received(_) => Event::Received,
            Details::Released(_) => Event::Released,
            Details::Accepted(_) => Event::Accepted,
            Details::Copied(_) => Event::Copied,
            Details::Stored => Event::Stored,
            Details::Verified(_) => Event::Verified,
            Details::Withheld(_) => Event::Withheld,
            Details::Countersigned => Event::Countersigned,
            Details::Note => Event::Note,
        }
    }

    fn read(event: Event, text: &str) -> Result<Self, Detail> {
        fn of<T: DeserializeOwned + Serialize>(text: &str) -> Result<T, Detail> {
            json::read(text.as_bytes())
        }
        let nothing = |details| of::<Nothing>(text).map(|_| details);
        let details = match event {
            Event::Received => Details::Received(of(text)?),
            Event::Released => Details::Released(of(text)?),
            Event::Accepted => Details::Accepted(of(text)?),
            Event::Copied => Details::Copied(of(text)?),
            Event::Stored => nothing(Details::Stored)?,
            Event::Verified => Details::Verified(of(text)?),
            Event::Withheld => Details::Withheld(of(text)?),
            Event::Countersigned => nothing(Details::Countersigned)?,
            Event::Note => nothing(Details::Note)?,
        };
        if let Details::Received(verdict) | Details::Verified(verdict) = &details {
            let is_code = |code: &String| {
                (1..=64).contains(&code.len())
                    && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte))
            };
            let increasing = verdict.codes.iter().zip(verdict.codes.iter().skip(1)).all(|(one, next)| one < next);
            let few = verdict.codes.len() <= limits::CUSTODY_CODES;
            if !VERDICTS.contains(&verdict.verdict.as_str()) || !few || !verdict.codes.iter().all(is_code) || !increasing {
                return Err(Detail::CustodyVerdict);
            }
        }
        Ok(details)
    }

    /// Its members as canonical JSON.
    pub fn json(&self) -> Option<Box<RawValue>> {
        match self {
            Details::Received(verdict) | Details::Verified(verdict) => to_raw_value(verdict),
            Details::Released(released) => to_raw_value(released),
            Details::Accepted(accepted) => to_raw_value(accepted),
            Details::Copied(derived) | Details::Withheld(derived) => to_raw_value(derived),
            Details::Stored | Details::Countersigned | Details::Note => to_raw_value(&Nothing {}),
        }
        .ok()
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same in all entries of a log.
    pub log: Random128,
    /// 1, 2, 3, …
    pub seq: u64,
    /// SHA-256 of the entry before; in the first that of the giver's `released` entry, or none.
    pub prev: Option<Digest>,
    /// The bundle digest, where the keeper knows it.
    pub bundle: Option<Digest>,
    /// SHA-256 of the file that is kept; none for an unpacked bundle.
    pub file_sha256: Option<Digest>,
    /// When, by the keeper's clock.
    pub at: Timestamp,
    /// The keeper's public key.
    pub by: String,
    /// Where; may be empty.
    pub place: String,
    /// What for; may be empty.
    pub purpose: String,
    /// What else there is to say; may be empty, but not in the event `note`.
    pub note: String,
    /// What happened, with what belongs to it.
    pub details: Details,
}

/// An entry as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: String,
    log: Random128,
    seq: u64,
    prev: Option<Digest>,
    bundle: Option<Digest>,
    file_sha256: Option<Digest>,
    at: Timestamp,
    event: Event,
    by: String,
    place: String,
    purpose: String,
    note: String,
    details: Box<RawValue>,
}

impl Entry {
    /// The bytes that are signed and hashed.
    pub fn bytes(&self) -> Vec<u8> {
        let Some(details) = self.details.json() else { return Vec::new() };
        json::write(&Text {
            format: FORMAT.into(),
            log: self.log,
            seq: self.seq,
            prev: self.prev,
            bundle: self.bundle,
            file_sha256: self.file_sha256,
            at: self.at,
            event: self.details.event(),
            by: self.by.clone(),
            place: self.place.clone(),
            purpose: self.purpose.clone(),
            note: self.note.clone(),
            details,
        })
    }

    /// Reads the bytes of an entry.
    ///
    /// # Errors
    /// What is wrong with its form, or that its format is newer.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        check_format(bytes, FORMAT)?;
        let text: Text = json::read(bytes)?;
        if text.seq == 0 {
            return Err(Detail::CustodySeq.into());
        }
        if [&text.place, &text.purpose, &text.note].iter().any(|said| said.len() > limits::CUSTODY_TEXT) {
            return Err(Detail::CustodyText { limit: limits::CUSTODY_TEXT as u64 }.into());
        }
        // one line each: so whatever a receipt says fits into the string that another entry holds it in
        if [&text.place, &text.purpose, &text.note].iter().any(|said| said.chars().any(|c| c < ' ')) {
            return Err(Detail::CustodyControl.into());
        }
        let details = Details::read(text.event, text.details.get())?;
        match details {
            Details::Note if text.note.is_empty() => return Err(Detail::CustodyEmptyNote.into()),
            Details::Countersigned if text.bundle.is_none() => return Err(Detail::CustodyOfNothing.into()),
            _ => {}
        }
        Ok(Entry {
            log: text.log,
            seq: text.seq,
            prev: text.prev,
            bundle: text.bundle,
            file_sha256: text.file_sha256,
            at: text.at,
            by: text.by,
            place: text.place,
            purpose: text.purpose,
            note: text.note,
            details,
        })
    }
}

/// A line of a log, taken apart; nothing in it is believed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    entry: Box<RawValue>,
    sig: String,
}

/// A line, with its LF.
pub fn line(entry: &[u8], sig: &str) -> Vec<u8> {
    let entry = std::str::from_utf8(entry).ok().and_then(|text| RawValue::from_string(text.to_owned()).ok());
    let Some(entry) = entry else { return Vec::new() };
    let mut line = json::write(&Pair { entry, sig: sig.into() });
    line.push(b'\n');
    line
}

/// The bytes of the entry in a line without its LF, and the signature beside it.
///
/// # Errors
/// What is wrong with its form.
pub fn split(line: &[u8]) -> Result<(Vec<u8>, String), Detail> {
    let pair: Pair = json::read(line)?;
    Ok((pair.entry.get().as_bytes().to_vec(), pair.sig))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(details: Details) -> Entry {
        Entry {
            log: Random128::new([1; 16]),
            seq: 1,
            prev: None,
            bundle: Some(Digest::of(b"manifest")),
            file_sha256: None,
            at: Timestamp::parse("2026-11-24T18:00:00Z").unwrap(),
            by: "ssh-ed25519 AAAA".into(),
            place: "Tesh \"Ulan\" \u{7f}".into(),
            purpose: String::new(),
            note: "n".into(),
            details,
        }
    }

    fn all() -> Vec<Details> {
        let verdict = Verdict { verdict: "failed".into(), codes: vec!["payload.altered".into(), "seal.signature".into()] };
        vec![
            Details::Received(verdict.clone()),
            Details::Released(Released { to: None }),
            Details::Accepted(Accepted { answers: Digest::of(b"entry"), receipt: Some("{}".into()) }),
            Details::Copied(Derived { sha256: Digest::of(b"copy") }),
            Details::Stored,
            Details::Verified(verdict),
            Details::Withheld(Derived { sha256: Digest::of(b"less") }),
            Details::Countersigned,
            Details::Note,
        ]
    }

    #[test]
    fn every_event_is_read_as_it_was_written_and_in_no_other_form() {
        assert_eq!(all().iter().map(Details::event).collect::<Vec<_>>(), Event::ALL);
        for details in all() {
            let entry = entry(details);
            let bytes = entry.bytes();
            assert_eq!(Entry::read(&bytes).unwrap(), entry);
            let line = line(&bytes, "c2ln");
            let (again, sig) = split(line.strip_suffix(b"\n").unwrap()).unwrap();
            assert_eq!((again, sig.as_str()), (bytes.clone(), "c2ln"));
            let text = String::from_utf8(bytes).unwrap();
            for (from, to) in [
                ("\"seq\":1", "\"seq\":0"),
                ("\"seq\":1", "\"seq\": 1"),
                ("\"details\":{", "\"details\":{ "),
                ("\"details\":{", "\"details\":{\"more\":1,"),
                ("\"event\":", "\"event\":\"moved\",\"was\":"),
                ("\"note\":\"n\"", "\"note\":\"a\\nb\""),
                ("\"note\":\"n\"", &format!("\"note\":\"{}\"", "n".repeat(1025))),
                ("\"prev\":null", "\"prev\":\"\""),
                ("sealbag-custody/1", "sealbag-custody/01"),
            ] {
                assert!(matches!(Entry::read(text.replacen(from, to, 1).as_bytes()), Err(Fault::Malformed(_))), "{to}");
            }
            let newer = text.replacen("sealbag-custody/1", "sealbag-custody/2", 1);
            assert!(matches!(Entry::read(newer.as_bytes()), Err(Fault::Newer(_))));
        }
    }

    #[test]
    fn details_belong_to_their_event() {
        for details in all() {
            let text = String::from_utf8(entry(details.clone()).bytes()).unwrap();
            for event in Event::ALL {
                let other = text.replacen(
                    &format!("\"event\":\"{}\"", details.event().as_str()),
                    &format!("\"event\":\"{}\"", event.as_str()),
                    1,
                );
                let alike = [
                    [Event::Received, Event::Verified].as_slice(),
                    &[Event::Copied, Event::Withheld],
                    &[Event::Stored, Event::Countersigned, Event::Note],
                ]
                .iter()
                .any(|alike| alike.contains(&event) && alike.contains(&details.event()));
                assert_eq!(Entry::read(other.as_bytes()).is_ok(), event == details.event() || alike, "{other}");
            }
        }
        let refused = |entry: Entry| assert!(Entry::read(&entry.bytes()).is_err(), "{entry:?}");
        refused(Entry { note: String::new(), ..entry(Details::Note) });
        refused(Entry { bundle: None, ..entry(Details::Countersigned) });
        let said = |verdict: &str, codes: Vec<String>| entry(Details::Received(Verdict { verdict: verdict.into(), codes }));
        for (verdict, codes) in
            [("good", vec![]), ("failed", vec!["b", "a"]), ("failed", vec!["a", "a"]), ("failed", vec!["A"])]
        {
            refused(said(verdict, codes.into_iter().map(str::to_owned).collect()));
        }
        let longest = |count: usize| (0..count).map(|number| format!("{number:0>64}")).collect::<Vec<_>>();
        refused(said("failed", longest(limits::CUSTODY_CODES + 1)));
        // the longest receipt there can be fits into the entry that holds it
        let (by, text) = (format!("sk-ssh-ed25519@openssh.com {}", "A".repeat(184)), "\"".repeat(limits::CUSTODY_TEXT));
        let (place, purpose, note) = (text.clone(), text.clone(), text);
        let codes = longest(limits::CUSTODY_CODES);
        let longest = Entry {
            seq: limits::INTEGER,
            prev: Some(Digest::of(b"p")),
            by,
            place,
            purpose,
            note,
            ..said("unknown-signer", codes)
        };
        let longest = Entry { file_sha256: Some(Digest::of(b"f")), ..longest };
        let receipt = String::from_utf8(line(&Entry::read(&longest.bytes()).unwrap().bytes(), &"A".repeat(500))).unwrap();
        let accepted = Details::Accepted(Accepted { answers: Digest::of(b"p"), receipt: Some(receipt.trim_end().into()) });
        let held = Entry { details: accepted, ..longest }.bytes();
        assert!(line(&held, &"A".repeat(500)).len() <= limits::LINE && Entry::read(&held).is_ok(), "{}", receipt.len());
    }
}

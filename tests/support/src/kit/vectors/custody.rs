//! Custody logs, written from the text of the format, section 10.

use data_encoding::BASE64;

use crate::kit::samples::{amina, plain, stranger, touched};
use crate::kit::sshsig::{CARD, CUSTODY, Signer};
use crate::kit::text::{json_string, json_string_or_null, sha256_hex};
use crate::kit::weak;

/// A log, and what must be said of it.
pub struct CustodyVector {
    pub name: String,
    pub what: &'static str,
    /// `unbroken`, `broken` or `unread`.
    pub state: &'static str,
    pub steps: u64,
    /// Every finding's code, each once.
    pub codes: &'static str,
    /// Codes of the notes.
    pub notes: &'static str,
    pub bytes: Vec<u8>,
}

/// An entry before it is signed; `details` is JSON.
#[derive(Clone)]
pub struct Entry {
    pub format: String,
    pub log: String,
    pub seq: u64,
    pub prev: Option<String>,
    pub bundle: Option<String>,
    pub file_sha256: Option<String>,
    pub at: String,
    pub event: String,
    pub by: String,
    pub place: String,
    pub purpose: String,
    pub note: String,
    pub details: String,
}

impl Entry {
    /// The first entry of a log about the plain bundle, which anybody may go on from.
    pub fn first(signer: &Signer, log: u8) -> Self {
        Entry {
            format: "sealbag-custody/1".into(),
            log: format!("{log:02x}").repeat(16),
            seq: 1,
            prev: None,
            bundle: Some(plain().parts().digest()),
            file_sha256: Some(sha256_hex(b"the file")),
            at: "2026-11-24T18:00:00Z".into(),
            event: "received".into(),
            by: signer.line(),
            place: "Tesh Ulan".into(),
            purpose: "to keep it".into(),
            note: String::new(),
            details: VERIFIED.into(),
        }
    }

    pub fn text(&self) -> String {
        format!(
            "{{\"format\":{},\"log\":{},\"seq\":{},\"prev\":{},\"bundle\":{},\"file_sha256\":{},\"at\":{},\"event\":{},\"by\":{},\"place\":{},\"purpose\":{},\"note\":{},\"details\":{}}}",
            json_string(&self.format),
            json_string(&self.log),
            self.seq,
            json_string_or_null(self.prev.as_deref()),
            json_string_or_null(self.bundle.as_deref()),
            json_string_or_null(self.file_sha256.as_deref()),
            json_string(&self.at),
            json_string(&self.event),
            json_string(&self.by),
            json_string(&self.place),
            json_string(&self.purpose),
            json_string(&self.note),
            self.details,
        )
    }

    pub fn digest(&self) -> String {
        sha256_hex(self.text().as_bytes())
    }

    /// The line, without its line feed.
    pub fn signed(&self, signer: &Signer) -> String {
        signed(&self.text(), signer, CUSTODY)
    }

    /// The next entry of the same log, by the same keeper, an hour later.
    pub fn next(&self, event: &str, details: &str) -> Self {
        let hour = 17 + self.seq + 1;
        Entry {
            seq: self.seq + 1,
            prev: Some(self.digest()),
            at: format!("2026-11-24T{hour:02}:00:00Z"),
            event: event.into(),
            purpose: String::new(),
            details: details.into(),
            ..self.clone()
        }
    }
}

fn signed(text: &str, signer: &Signer, namespace: &str) -> String {
    let sig = BASE64.encode(&signer.sign(namespace, text.as_bytes()).blob());
    format!("{{\"entry\":{text},\"sig\":\"{sig}\"}}")
}

const VERIFIED: &str = "{\"verdict\":\"verified\",\"codes\":[]}";

/// A log of the plain bundle with every event: received, released to the token's owner, accepted with the receipt, and so on.
pub fn every_event() -> Vec<Entry> {
    let (amina, token) = (amina(), touched().signer);
    let first = Entry::first(&amina, 1);
    let released = first.next("released", &format!("{{\"to\":{}}}", json_string(&token.line())));
    let receipt = Entry { prev: Some(released.digest()), ..Entry::first(&token, 2) };
    let held = json_string(&receipt.signed(&token));
    let accepted = released.next("accepted", &format!("{{\"answers\":\"{}\",\"receipt\":{held}}}", released.digest()));
    let file = format!("{{\"sha256\":\"{}\"}}", sha256_hex(b"another file"));
    let mut all = vec![first, released, accepted];
    for (event, details) in [
        ("copied", &file[..]),
        ("stored", "{}"),
        ("verified", "{\"verdict\":\"failed\",\"codes\":[\"payload.altered\",\"payload.missing\"]}"),
    ] {
        all.push(all.last().unwrap().next(event, details));
    }
    // the hours end at midnight, so the clock stands still
    for (event, details, note) in [("withheld", &file[..], ""), ("countersigned", "{}", ""), ("note", "{}", "nobody came")] {
        let next = all.last().unwrap().next(event, details);
        all.push(Entry { at: "2026-11-24T23:30:00Z".into(), note: note.into(), ..next });
    }
    all
}

fn lines(entries: &[Entry], signer: &Signer) -> Vec<String> {
    entries.iter().map(|entry| entry.signed(signer)).collect()
}

fn bytes(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

/// The logs, in their order.
pub fn custody() -> Vec<CustodyVector> {
    let mut list = Vec::new();
    let mut add = |name: &str, what, codes: &'static str, notes, bytes: Vec<u8>| {
        let state = match codes {
            "" => "unbroken",
            "custody.newer" => "unread",
            _ => "broken",
        };
        let steps = bytes.split_inclusive(|byte| *byte == b'\n').count() as u64;
        list.push(CustodyVector { name: format!("custody-{name}"), what, state, steps, codes, notes, bytes });
    };
    let (amina, daria) = (amina(), stranger());
    let all = every_event();
    let whole = lines(&all, &amina);
    let [first, second, ..] = &all[..] else { panic!() };
    let two = |change: &dyn Fn(&mut Entry)| {
        let mut next = second.clone();
        change(&mut next);
        bytes(&[first.signed(&amina), next.signed(&amina)])
    };
    let one = |change: &dyn Fn(&mut Entry)| {
        let mut entry = first.clone();
        change(&mut entry);
        bytes(&[entry.signed(&amina)])
    };

    add("good", "every event", "", "", bytes(&whole));
    add("good-first", "one entry", "", "", bytes(&whole[..1]));
    add("good-cut", "cut behind the fourth entry, which it cannot show", "", "", bytes(&whole[..4]));
    add("good-handed-over", "begun with a handover", "", "", one(&|entry| entry.prev = Some(sha256_hex(b"a released entry"))));
    add("good-folder", "about an unpacked bundle", "", "", one(&|entry| entry.file_sha256 = None));
    add(
        "good-longest",
        "place, purpose and note as long as they may be",
        "",
        "",
        one(&|entry| {
            (entry.place, entry.purpose, entry.note) = ("\u{444}".repeat(512), "\"".repeat(1024), "\\".repeat(1024));
        }),
    );
    add("good-unknown-bundle", "a bundle that is known only later", "", "", {
        let unknown = Entry { bundle: None, ..first.clone() };
        let known = Entry { bundle: first.bundle.clone(), ..unknown.next("verified", VERIFIED) };
        bytes(&lines(&[unknown, known], &amina))
    });
    add("good-nobody", "released to somebody without a key", "", "", two(&|entry| entry.details = "{\"to\":null}".into()));
    add(
        "good-answered-late",
        "a handover answered by an entry of its own",
        "",
        "",
        two(&|entry| {
            (entry.event, entry.details) =
                ("accepted".into(), format!("{{\"answers\":\"{}\",\"receipt\":null}}", sha256_hex(b"a released entry")));
        }),
    );
    add("open", "given away, and no receipt came back", "", "custody.open", two(&|_| ()));
    add("clock", "a clock that went back", "", "custody.clock custody.open", {
        two(&|entry| entry.at = "2026-11-24T17:59:59Z".into())
    });
    add("stranger", "a step by somebody who is not believed", "", "custody.stranger", {
        let theirs = Entry { by: daria.line(), ..first.next("stored", "{}") };
        bytes(&[first.signed(&amina), theirs.signed(&daria)])
    });

    add("empty", "an empty file", "custody.malformed", "", Vec::new());
    add("altered", "a word of the second entry changed", "custody.signature", "", {
        let mut lines = whole.clone();
        lines[1] = lines[1].replace("Tesh Ulan", "Tesh Ulen");
        bytes(&lines)
    });
    add("dropped", "the second entry left out", "custody.gap", "", bytes(&[&whole[..1], &whole[2..]].concat()));
    add("begins-late", "the first entry left out", "custody.gap", "", bytes(&whole[1..2]));
    add("forged", "an entry that names a key which did not sign it", "custody.signature", "", {
        bytes(&[first.signed(&amina), signed(&second.text(), &daria, CUSTODY)])
    });
    add("fork", "the second entry there in two ways", "custody.chain custody.fork", "", {
        let other = Entry { note: "another".into(), ..second.clone() };
        bytes(&[whole[0].clone(), whole[1].clone(), other.signed(&amina), whole[2].clone()])
    });
    add("twice", "the second entry there twice", "custody.fork", "", {
        bytes(&[whole[0].clone(), whole[1].clone(), whole[1].clone(), whole[2].clone()])
    });
    add("swapped", "two entries in each other's place", "custody.fork custody.gap", "custody.clock", {
        bytes(&[whole[0].clone(), whole[2].clone(), whole[1].clone()])
    });
    add(
        "unchained",
        "the second entry names another one before",
        "custody.chain",
        "",
        two(&|entry| {
            entry.prev = Some(sha256_hex(b"another"));
        }),
    );
    add("unchained-null", "the second entry names none before", "custody.chain", "", two(&|entry| entry.prev = None));
    add("torn", "the last line without its end", "custody.torn", "", {
        let mut cut = bytes(&whole[..3]);
        cut.truncate(cut.len() - 40);
        cut
    });
    add("torn-feed", "the last line without its line feed", "custody.torn", "", {
        let mut cut = bytes(&whole[..3]);
        cut.pop();
        cut
    });
    add("blank-line", "an empty line", "custody.malformed", "", bytes(&[whole[0].clone(), String::new(), whole[1].clone()]));
    add("carriage-return", "lines that end as on Windows", "custody.malformed", "", bytes(&[whole[0].clone() + "\r"]));
    add("other-log", "an entry of another log", "custody.log", "", two(&|entry| entry.log = "09".repeat(16)));
    add("other-log-put-in", "an entry of another log put in between", "custody.log", "", {
        let foreign = Entry { file_sha256: None, at: "2026-11-24T00:00:00Z".into(), ..Entry::first(&amina, 9) };
        bytes(&[whole[0].clone(), foreign.signed(&amina), whole[1].clone(), whole[2].clone()])
    });
    add(
        "other-bundle",
        "an entry about another bundle",
        "custody.other",
        "",
        two(&|entry| {
            entry.bundle = Some(sha256_hex(b"another manifest"));
        }),
    );
    add("forgotten-bundle", "a bundle that is not known any more", "custody.other", "", two(&|entry| entry.bundle = None));
    add(
        "other-file",
        "an entry about another file",
        "custody.other",
        "",
        two(&|entry| {
            entry.file_sha256 = Some(sha256_hex(b"another file"));
        }),
    );
    add("namespace", "signed as a card", "custody.signature", "", bytes(&[signed(&first.text(), &amina, CARD)]));
    add("weak-key", "a key under which any message verifies", "custody.key", "", {
        let text = Entry { by: weak::line_of(&weak::IDENTITY), ..first.clone() }.text();
        let sig = BASE64.encode(&weak::signed_by_identity(CUSTODY, text.as_bytes()).blob());
        bytes(&[format!("{{\"entry\":{text},\"sig\":\"{sig}\"}}")])
    });
    add("no-key", "a keeper who is no key", "custody.key", "", one(&|entry| entry.by = "Amina".into()));
    add(
        "released-to-no-key",
        "released to what is no key",
        "custody.key",
        "",
        two(&|entry| {
            entry.details = "{\"to\":\"the courier\"}".into();
        }),
    );
    add("newer", "an entry of a later version", "custody.newer", "", {
        let newer = second.text().replacen("sealbag-custody/1", "sealbag-custody/2", 1);
        bytes(&[first.signed(&amina), signed(&newer, &amina, CUSTODY)])
    });
    add("newer-unsigned", "an entry that only calls itself newer", "custody.signature", "", {
        bytes(&[whole[0].clone(), whole[1].replacen("sealbag-custody/1", "sealbag-custody/2", 1)])
    });
    add("receipt-of-another", "a receipt by another than whom it was given to", "custody.handover", "", {
        let receipt = Entry { prev: Some(second.digest()), ..Entry::first(&daria, 2) };
        let held = json_string(&receipt.signed(&daria));
        let accepted = second.next("accepted", &format!("{{\"answers\":\"{}\",\"receipt\":{held}}}", second.digest()));
        bytes(&[whole[0].clone(), whole[1].clone(), accepted.signed(&amina)])
    });
    add("receipt-of-another-file", "a receipt for another file", "custody.handover", "", {
        let token = touched().signer;
        let receipt = Entry { prev: Some(second.digest()), file_sha256: None, ..Entry::first(&token, 2) };
        let held = json_string(&receipt.signed(&token));
        let accepted = second.next("accepted", &format!("{{\"answers\":\"{}\",\"receipt\":{held}}}", second.digest()));
        bytes(&[whole[0].clone(), whole[1].clone(), accepted.signed(&amina)])
    });
    add("receipt-of-nothing", "a receipt that answers what was never released", "custody.handover", "", {
        let token = touched().signer;
        let receipt = Entry { prev: Some(first.digest()), ..Entry::first(&token, 2) };
        let held = json_string(&receipt.signed(&token));
        let accepted = first.next("accepted", &format!("{{\"answers\":\"{}\",\"receipt\":{held}}}", first.digest()));
        bytes(&[whole[0].clone(), accepted.signed(&amina)])
    });
    add("receipt-forged", "a receipt that nobody signed", "custody.handover", "", {
        let receipt = Entry { prev: Some(second.digest()), ..Entry::first(&touched().signer, 2) };
        let held = json_string(&signed(&receipt.text(), &daria, CUSTODY));
        let accepted = second.next("accepted", &format!("{{\"answers\":\"{}\",\"receipt\":{held}}}", second.digest()));
        bytes(&[whole[0].clone(), whole[1].clone(), accepted.signed(&amina)])
    });
    add(
        "receipt-no-entry",
        "a receipt that is none",
        "custody.handover",
        "",
        two(&|entry| {
            (entry.event, entry.details) =
                ("accepted".into(), format!("{{\"answers\":\"{}\",\"receipt\":\"{{}}\"}}", first.digest()));
        }),
    );
    for (name, what, change) in malformed() {
        add(name, what, "custody.malformed", "", one(&|entry| change(entry)));
    }
    add("space", "a space in an entry", "custody.malformed", "", {
        bytes(&[signed(&first.text().replacen("\"seq\":1", "\"seq\": 1", 1), &amina, CUSTODY)])
    });
    add("member", "a member more in an entry", "custody.malformed", "", {
        bytes(&[signed(&first.text().replacen("\"seq\":1", "\"seq\":1,\"more\":1", 1), &amina, CUSTODY)])
    });
    add("line-member", "a member more in a line", "custody.malformed", "", {
        bytes(&[whole[0].replacen("{\"entry\"", "{\"more\":1,\"entry\"", 1)])
    });
    add(
        "word",
        "another word in the format",
        "custody.malformed",
        "",
        one(&|entry| entry.format = "sealbag-custody/01".into()),
    );
    list
}

type Change = fn(&mut Entry);

/// Entries that are signed and do not have the form.
fn malformed() -> Vec<(&'static str, &'static str, Change)> {
    vec![
        ("seq-zero", "an entry with the number 0", |entry| entry.seq = 0),
        ("place-1025", "a place of 1,025 bytes", |entry| entry.place = "x".repeat(1025)),
        ("purpose-1025", "a purpose of 1,025 bytes", |entry| entry.purpose = "x".repeat(1025)),
        ("note-1026-unicode", "a note of 513 letters and 1,026 bytes", |entry| entry.note = "\u{444}".repeat(513)),
        ("place-line-feed", "a line feed in a place", |entry| entry.place = "a\nb".into()),
        ("note-control", "a control character in a note", |entry| entry.note = "\u{1f}".into()),
        ("event-unknown", "an event that there is not", |entry| entry.event = "moved".into()),
        ("event-upper-case", "an event in capitals", |entry| entry.event = "Received".into()),
        ("time", "a time that is none", |entry| entry.at = "2026-11-31T18:00:00Z".into()),
        ("log-short", "a log's number that is too short", |entry| entry.log = "01".repeat(15)),
        ("prev-short", "a hash that is too short", |entry| entry.prev = Some("ab".into())),
        ("details-of-another-event", "details of another event", |entry| entry.event = "copied".into()),
        ("details-missing", "received without what verifying said", |entry| entry.details = "{}".into()),
        ("details-more", "a member more in the details", |entry| {
            entry.details = VERIFIED.replacen("[]", "[],\"more\":1", 1);
        }),
        ("details-null", "details that are null", |entry| entry.details = "null".into()),
        ("verdict-word", "a verdict that there is not", |entry| entry.details = VERIFIED.replacen("verified", "good", 1)),
        ("verdict-codes-order", "codes out of their order", |entry| {
            entry.details = VERIFIED.replacen("[]", "[\"seal.key\",\"bag.derived\"]", 1);
        }),
        ("verdict-codes-twice", "a code twice", |entry| {
            entry.details = VERIFIED.replacen("[]", "[\"seal.key\",\"seal.key\"]", 1);
        }),
        ("verdict-code-form", "a code that is none", |entry| entry.details = VERIFIED.replacen("[]", "[\"Seal\"]", 1)),
        ("verdict-101-codes", "101 codes", |entry| {
            let codes: Vec<String> = (0..101).map(|number| format!("\"a{number:03}\"")).collect();
            entry.details = VERIFIED.replacen("[]", &format!("[{}]", codes.join(",")), 1);
        }),
        ("note-empty", "a note that says nothing", |entry| (entry.event, entry.details) = ("note".into(), "{}".into())),
        ("countersigned-nothing", "a countersignature of no bundle", |entry| {
            (entry.event, entry.details, entry.bundle) = ("countersigned".into(), "{}".into(), None);
        }),
    ]
}

//! What keys say of themselves: revocations, and cards with a succession.

use super::beside::CardVector;
use crate::kit::samples::{amina, stranger};
use crate::kit::sshsig::{CARD, REVOCATION, SUCCESSION, Signer};
use crate::kit::statements::{revocation, revocation_line, succession, succession_line};
use crate::kit::weak;

const SINCE: &str = "2026-01-20T00:00:00Z";
const MADE: &str = "2026-02-01T00:00:00Z";

/// A revocation and what must be said of it.
pub struct RevocationVector {
    pub name: String,
    pub what: &'static str,
    pub text: String,
    /// The code for which it is refused; empty where it can be taken in.
    pub code: &'static str,
}

pub fn revocations() -> Vec<RevocationVector> {
    let mut list = Vec::new();
    let mut add =
        |name: &str, what, code, text| list.push(RevocationVector { name: format!("revocation-{name}"), what, text, code });
    let signed = |line: String| line.clone() + &amina().armor(REVOCATION, line.as_bytes());
    let line = revocation_line(&amina().line(), SINCE, MADE);
    let good = revocation(&amina(), SINCE, MADE);
    add("good", "not hers since a time before it was made", "", good.clone());
    add("good-now", "not hers since it was made", "", revocation(&amina(), MADE, MADE));
    add("good-first", "not hers since the first second that there is", "", revocation(&amina(), "0001-01-01T00:00:00Z", MADE));
    let token = Signer::fido(1, "ssh:", 1, 7);
    add("good-token", "of a key on a token", "", revocation(&token, SINCE, MADE));
    add("to-come", "since a second after it was made, signed", "revocation.format", {
        signed(revocation_line(&amina().line(), "2026-02-01T00:00:01Z", MADE))
    });
    for (name, what, from, to, code) in [
        ("space", "a space in the line, signed", "\"key\":", "\"key\": ", "revocation.format"),
        ("member", "another member in the line, signed", "\"key\":", "\"why\":\"\",\"key\":", "revocation.format"),
        ("time", "a time that does not exist, signed", "2026-01-20", "2026-02-30", "revocation.format"),
        ("null", "since no time, signed", "\"2026-01-20T00:00:00Z\"", "null", "revocation.format"),
        ("newer", "a statement of version 2, signed", "revocation/1", "revocation/2", "revocation.newer"),
        ("word", "a word that is no version, signed", "revocation/1", "revocation/one", "revocation.format"),
        ("card", "the word of a card, signed", "sealbag-revocation/1", "sealbag-card/1", "revocation.format"),
    ] {
        assert!(line.contains(from), "{line}");
        add(name, what, code, signed(line.replace(from, to)));
    }
    let newer = signed(line.replace("revocation/1", "revocation/2"));
    add("newer-more", "a statement of version 2, signed, and something behind the armor", "revocation.newer", newer + "more\n");
    let unsigned = good.replace("revocation/1", "revocation/2");
    add("newer-unsigned", "a statement whose version became 2 after it was signed", "revocation.format", unsigned);
    add("altered", "a later time after it was signed", "revocation.format", good.replace("2026-01-20", "2026-01-21"));
    add("by-another", "signed by another key", "revocation.format", {
        line.clone() + &stranger().armor(REVOCATION, line.as_bytes())
    });
    for (name, what, namespace) in
        [("namespace", "signed as a card", CARD), ("succession", "signed as a succession", SUCCESSION)]
    {
        add(name, what, "revocation.format", line.clone() + &amina().armor(namespace, line.as_bytes()));
    }
    add("unsigned", "the line alone", "revocation.format", line.clone());
    add("behind", "a line feed behind the armor", "revocation.format", format!("{good}\n"));
    add("twice", "two statements, one behind the other", "revocation.format", format!("{good}{good}"));
    add("line-ends", "CR LF", "revocation.format", good.replace('\n', "\r\n"));
    let neutral = revocation_line(&weak::line_of(&weak::IDENTITY), SINCE, MADE);
    let armor = weak::signed_by_identity(REVOCATION, neutral.as_bytes()).armor();
    add("weak", "of the neutral element", "key.weak", neutral + &armor);
    list
}

/// Cards with a succession behind them.
pub fn succeeding_cards() -> Vec<CardVector> {
    let mut list = Vec::new();
    let new = Signer::new(41);
    let card = new.card("Amina", &[]);
    let mut add = |name: &str, what, code, tail: String| {
        list.push(CardVector { name: format!("card-succession-{name}"), what, text: format!("{card}{tail}"), code });
    };
    let good = succession(&amina(), &new, MADE);
    let line = succession_line(&amina().line(), &new.line(), MADE);
    let armor = |by: &Signer, line: &str| by.armor(SUCCESSION, line.as_bytes());
    let signed = |line: String| line.clone() + &armor(&amina(), &line) + &armor(&new, &line);
    add("good", "a card of a key that comes after another one", "", good.clone());
    add("good-token", "after a key on a token", "", succession(&Signer::fido(1, "ssh:", 1, 7), &new, MADE));
    add(
        "of-another",
        "that another key comes after it, signed by both",
        "card.format",
        succession(&amina(), &stranger(), MADE),
    );
    add(
        "backwards",
        "that the old key comes after the new one, signed by both",
        "card.format",
        succession(&new, &amina(), MADE),
    );
    add("to-itself", "that its key comes after itself", "card.format", succession(&new, &new, MADE));
    add("old-alone", "signed by the old key alone", "card.format", line.clone() + &armor(&amina(), &line));
    add("new-alone", "signed by the new key alone", "card.format", line.clone() + &armor(&new, &line));
    add("order", "the new key's armor first", "card.format", line.clone() + &armor(&new, &line) + &armor(&amina(), &line));
    add("by-new-twice", "signed twice by the new key", "card.format", line.clone() + &armor(&new, &line) + &armor(&new, &line));
    add("namespace", "signed as cards", "card.format", {
        line.clone() + &amina().armor(CARD, line.as_bytes()) + &new.armor(CARD, line.as_bytes())
    });
    add("altered", "another time after it was signed", "card.format", good.replace("2026-02-01", "2026-02-02"));
    for (name, what, from, to, code) in [
        ("space", "a space in the line, signed", "\"old\":", "\"old\": ", "card.format"),
        ("member", "another member in the line, signed", "\"old\":", "\"why\":\"\",\"old\":", "card.format"),
        ("newer", "a succession of version 2, signed", "succession/1", "succession/2", "card.newer"),
        ("word", "a word that is no version, signed", "succession/1", "succession/x", "card.format"),
    ] {
        assert!(line.contains(from), "{line}");
        add(name, what, code, signed(line.replace(from, to)));
    }
    let unsigned = good.replace("succession/1", "succession/2");
    add("newer-unsigned", "a succession whose version became 2 after it was signed", "card.format", unsigned);
    add("twice", "two successions", "card.format", format!("{good}{good}"));
    add("behind", "a line feed behind it", "card.format", format!("{good}\n"));
    let neutral = weak::line_of(&weak::IDENTITY);
    let weak_line = succession_line(&neutral, &new.line(), MADE);
    let by_nobody = weak::signed_by_identity(SUCCESSION, weak_line.as_bytes()).armor();
    add("weak", "after the neutral element", "card.format", weak_line.clone() + &by_nobody + &armor(&new, &weak_line));
    list
}

//! What keys say of themselves: that they are not their owner's any more, and which key comes after one (threats 25a and 27b).

use std::fs;

use sealbag::Belief;
use sealbag::store::home::believed::trusted;
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::keyring::Keyring;
use serde_json::{Value, json};
use support::kit::samples::{amina, plain, stranger};
use support::kit::statements::{revocation, succession};
use support::kit::{Home, Output, Signer};

const EARLY: &str = "2026-01-20T00:00:00Z";
const LATE: &str = "2026-02-01T00:00:00Z";
const MADE: &str = "2026-02-02T00:00:00Z";

fn contacts(home: &Home) -> Vec<Value> {
    home.run(["contact", "list", "--json"]).json()["contacts"].as_array().unwrap().clone()
}

fn only(home: &Home) -> Value {
    let list = contacts(home);
    assert_eq!(list.len(), 1, "{list:#?}");
    list[0].clone()
}

#[track_caller]
fn done(output: Output) -> Output {
    assert_eq!(output.exit, 0, "{output:#?}");
    output
}

/// What a run said, with one space between its words, wherever a page was cut.
fn said(output: &Output) -> String {
    [&output.out, &output.err].map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).join(" ")
}

fn take(home: &Home, statement: &str) -> Output {
    home.write("statement", statement);
    home.run(["contact", "revoke", "--statement", "statement"])
}

fn add(home: &Home, card: &str, flags: &[&str]) -> Output {
    home.write("new.card", card);
    home.run([&["contact", "add", "new.card"], flags].concat())
}

/// The exit code of verifying a file here, and what it says of the signer.
fn signer(home: &Home, bundle: &str) -> (i32, Value) {
    let told = home.run(["verify", bundle, "--json"]);
    (told.exit, told.json()["signer"].clone())
}

/// The new key of somebody, and its card, after that of Amina.
fn successor(number: u8, name: &str) -> (Signer, String) {
    let new = Signer::new(number);
    let card = new.card(name, &[]) + &succession(&amina(), &new, LATE);
    (new, card)
}

/// Somebody with a key, as the program makes it, who sealed `old.zip`; and a reader who believes them and has a key too.
fn owner_and_reader() -> (Home, Home) {
    let (owner, reader) = (Home::new(), Home::new());
    done(owner.run(["key", "new", "--name", "Amina", "--no-passphrase"]));
    done(reader.run(["key", "new", "--name", "Reader", "--no-passphrase"]));
    seal(&owner, "old.zip");
    done(add(&reader, &owner.run(["card"]).out, &["--yes"]));
    reader.write("old.zip", fs::read(owner.path("old.zip")).unwrap());
    assert_eq!(signer(&reader, "old.zip").0, 0);
    (owner, reader)
}

fn seal(owner: &Home, to: &str) {
    owner.write("report.txt", "one page");
    done(owner.run(["seal", "report.txt", "-o", to]));
}

#[test]
fn threat_27b_a_key_says_itself_that_it_is_not_its_owners_any_more() {
    let (owner, reader) = owner_and_reader();
    let not_yet = owner.run(["key", "revoke", "Amina", "--since", "2999-01-01T00:00:00Z", "--yes", "--json"]);
    assert_eq!((not_yet.exit, &not_yet.json()["code"]), (2, &"usage".into()));
    let told = done(owner.run(["key", "revoke", "Amina", "--since", EARLY, "-o", "not-mine", "--yes"]));
    assert!(
        said(&told).contains(" statement not-mine ") && said(&told).contains("contact revoke --statement FILE"),
        "{told:#?}"
    );
    let statement = fs::read_to_string(owner.path("not-mine")).unwrap();
    assert!(statement.contains(&format!("\"since\":\"{EARLY}\"")), "{statement}");
    // it is kept, and can be written out again; a later time changes nothing
    let again = done(owner.run(["key", "revoke", "Amina", "--since", LATE, "-o", "again"]));
    assert!(said(&again).contains(&format!("is revoked already, since {EARLY}; nothing changed")), "{again:#?}");
    assert_eq!(fs::read_to_string(owner.path("again")).unwrap(), statement);
    assert_eq!(owner.run(["key", "revoke", "Amina", "-o", "-"]).out, statement);
    let own = owner.run(["key", "show", "--json"]).json()["keys"][0].clone();
    assert_eq!((&own["revoked_at"], &own["revocation"]), (&EARLY.into(), &statement.clone().into()));
    assert_eq!(owner.run(["key", "revoke", "Amina", "-o", "again"]).exit, 2, "what is there stays");

    let taken = done(take(&reader, &statement));
    assert!(said(&taken).contains(&format!("the key itself says that it is not its owner's since {EARLY}")), "{taken:#?}");
    let (exit, told) = signer(&reader, "old.zip");
    assert_eq!((exit, &told["state"], &told["since"]), (3, &"revoked".into(), &EARLY.into()));
    assert_eq!((&only(&reader)["state"], &only(&reader)["not_theirs_since"]), (&"revoked".into(), &EARLY.into()));
    assert!(said(&done(reader.run(["contact", "show", "Amina"]))).contains("the key itself says that it is not its owner's"));
    assert!(done(reader.run(["contact", "check"])).out.starts_with("contacts: 1, as your key"));
    assert!(said(&done(take(&reader, &statement))).contains("nothing changed"));
    // what was thought of it until then is kept, for what is proven to be older
    let home = reader.path("home");
    let (keyring, kept) = (Keyring::open(&home).unwrap(), Contacts::open(&home).unwrap());
    let contact = kept.find("Amina").unwrap();
    let standing = trusted(&keyring, &kept).standing(&contact.card.key).unwrap().clone();
    let before = Some(Box::new(Belief::Contact { since: contact.believed_at }));
    assert_eq!(standing.belief, Belief::Revoked { at: sealbag::Timestamp::parse(EARLY).unwrap(), before });
}

#[test]
fn threat_27b_of_several_times_the_earliest_counts() {
    let statements = [EARLY, LATE].map(|since| revocation(&amina(), since, MADE));
    for order in [[0, 1], [1, 0]] {
        let home = Home::trusting(&amina());
        order.iter().for_each(|at| drop(done(take(&home, &statements[*at]))));
        assert_eq!(only(&home)["revoked_at"], EARLY);
        assert_eq!(only(&home)["not_theirs_since"], EARLY);
    }
    // the reader's own time, which is today's, is later, and one that the key gives before it counts
    let home = Home::trusting(&amina());
    done(home.run(["contact", "revoke", "Amina"]));
    let by_hand = only(&home)["revoked_at"].clone();
    done(take(&home, &revocation(&amina(), "2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z")));
    assert_eq!(only(&home)["revoked_at"], by_hand);
    done(take(&home, &statements[1]));
    assert_eq!(only(&home)["revoked_at"], LATE);
    // and by hand it does not become later again
    assert!(said(&done(home.run(["contact", "revoke", "Amina"]))).contains("nothing changed"));
    assert_eq!(only(&home)["revoked_at"], LATE);
}

#[test]
fn threat_27b_what_no_key_of_a_contact_says_changes_nothing() {
    let home = Home::trusting(&amina());
    let good = revocation(&amina(), EARLY, MADE);
    for (statement, exit, code) in [
        (revocation(&stranger(), EARLY, MADE), 2, "contact.unknown"),
        (good.replace(&amina().line(), &stranger().line()), 1, "revocation.format"),
        (good.replace("2026-01-20", "2026-01-10"), 1, "revocation.format"),
        (amina().card("Amina", &[]), 1, "revocation.format"),
        (String::new(), 1, "revocation.format"),
        ("x".repeat(200_000), 1, "revocation.format"),
    ] {
        home.write("statement", statement);
        let told = home.run(["contact", "revoke", "--statement", "statement", "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (exit, &code.into()), "{told:#?}");
        assert_eq!(only(&home)["state"], "believed");
    }
    done(take(&home, &good));
    assert_eq!(only(&home)["state"], "revoked");
    // a kept statement that somebody put another in the place of is not taken
    let file = fs::read_dir(home.path("home/contacts")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(&file, kept.replacen("\\\"since\\\":\\\"2026-01-20", "\\\"since\\\":\\\"2026-01-21", 1)).unwrap();
    assert_ne!(fs::read_to_string(&file).unwrap(), kept);
    assert_eq!(home.run(["contact", "list", "--json"]).json()["code"], "contact.store");
}

#[test]
fn threat_27b_a_key_that_cannot_sign_any_more_is_revoked_without_a_statement() {
    let home = Home::new();
    home.write("pw", "correct horse battery staple one\n");
    done(home.run(["key", "new", "--name", "Me", "--passphrase-file", "pw"]));
    let before = fs::read_dir(home.path("home")).unwrap().count();
    let locked = home.run(["key", "revoke", "Me", "-o", "f", "--yes"]);
    assert!(locked.exit == 5 && said(&locked).contains("if you cannot use it: --unsigned"), "{locked:#?}");
    assert!(!home.path("f").exists());
    assert_eq!(fs::read_dir(home.path("home")).unwrap().count(), before, "nothing is kept of it");
    done(home.run(["key", "revoke", "Me", "--unsigned", "--yes"]));
    let own = home.run(["key", "show", "--json"]).json()["keys"][0].clone();
    assert!(own["revoked_at"].is_string() && own["revocation"].is_null(), "{own:#}");
    // with its passphrase it can still say so
    done(home.run(["key", "revoke", "Me", "-o", "f", "--passphrase-file", "pw"]));
    let stated = fs::read_to_string(home.path("f")).unwrap();
    assert!(stated.contains(&format!("\"since\":{}", own["revoked_at"])), "{stated}");
    // a statement that was made elsewhere revokes one's own key here, and asks first
    let other = Home::new();
    done(other.run(["key", "new", "--name", "Reader", "--no-passphrase"]));
    let line = fs::read(home.path("home/keys/1.key")).unwrap();
    other.write("1.key", line);
    done(other.run(["key", "import", "1.key", "--name", "Me", "--passphrase-file", &home.path("pw").display().to_string()]));
    assert_eq!(take(&other, &stated).exit, 5);
    other.write("statement", &stated);
    done(other.run(["contact", "revoke", "--statement", "statement", "--yes"]));
    assert_eq!(other.run(["key", "show", "Me", "--json"]).json()["keys"][0]["revocation"], stated);
}

#[test]
fn threat_25a_a_contact_is_moved_to_a_new_key_only_after_its_reader_agreed() {
    let (owner, reader) = owner_and_reader();
    let old_card = owner.run(["card"]).out;
    let made = done(owner.run(["key", "new", "--succeeds", "Amina", "--no-passphrase"]));
    assert!(said(&made).contains(" comes after SHA256:") && said(&made).contains("your default key from now on"), "{made:#?}");
    let card = done(owner.run(["card"])).out;
    assert_ne!(card, old_card);
    seal(&owner, "new.zip");
    reader.write("new.zip", fs::read(owner.path("new.zip")).unwrap());
    assert_eq!(signer(&reader, "new.zip").0, 3, "nobody was asked yet");

    let before = only(&reader);
    for flags in [&[][..], &["--yes"], &["--force"]] {
        let refused = add(&reader, &card, &[flags, &["--json"]].concat());
        assert_eq!((refused.exit, &refused.json()["code"]), (5, &"run.not_confirmed".into()), "{refused:#?}");
        assert_eq!(only(&reader), before);
    }
    let moved = done(add(&reader, &card, &["--yes", "--force"]));
    let asked = "whoever has the old key can sign this, a thief too";
    assert!(said(&moved).contains("a new key of a contact:") && said(&moved).contains(asked), "{moved:#?}");
    let after = only(&reader);
    assert_eq!((&after["name"], &after["state"]), (&"Amina".into(), &"believed".into()));
    assert_ne!(after["key"], before["key"]);
    assert_eq!(after["before"][0]["key"], before["key"]);
    assert_eq!(after["before"][0]["believed_at"], before["believed_at"]);
    assert!(done(reader.run(["contact", "check"])).out.starts_with("contacts: 1, as your key"));
    assert_eq!(done(reader.run(["verify", "new.zip", "--from", "Amina", "--json"])).json()["signer"]["name"], "Amina");
    // without a proven time nothing of the old key counts
    let (exit, told) = signer(&reader, "old.zip");
    assert_eq!((exit, &told["state"], &told["name"]), (3, &"revoked".into(), &"Amina".into()));
    assert_eq!(told["since"], after["before"][0]["until"]);
    let signers = done(reader.run(["contact", "export"])).out;
    assert!(signers.contains("# spent 2") && !signers.contains(before["key"].as_str().unwrap()), "{signers}");

    // the card of the spent key does not come back, with whatever flags
    let old = add(&reader, &old_card, &["--yes", "--force", "--json"]);
    assert_eq!((old.exit, &old.json()["code"]), (1, &"card.older".into()));
    assert!(said(&done(add(&reader, &card, &[]))).contains("you have this card already"));
    // the spent key may still say that it was not its owner's even before
    done(owner.run(["key", "revoke", &fingerprint(&before), "--since", EARLY, "-o", "not-mine", "--yes"]));
    done(take(&reader, &fs::read_to_string(owner.path("not-mine")).unwrap()));
    assert_eq!((&only(&reader)["state"], &only(&reader)["before"][0]["until"]), (&"believed".into(), &EARLY.into()));
    assert_eq!(signer(&reader, "old.zip").1["since"], EARLY);
    assert_eq!(signer(&reader, "new.zip").0, 0);
}

fn fingerprint(contact: &Value) -> String {
    contact["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn threat_25a_a_key_that_is_revoked_or_spent_succeeds_to_nothing() {
    let (_, card) = successor(41, "Amina");
    let by_hand = |home: &Home| done(home.run(["contact", "revoke", "Amina"]));
    let by_itself = |home: &Home| done(take(home, &revocation(&amina(), EARLY, MADE)));
    let moved = |home: &Home| done(add(home, &card, &["--yes", "--force"]));
    let ends: [&dyn Fn(&Home) -> Output; 3] = [&by_hand, &by_itself, &moved];
    for (at, end) in ends.iter().enumerate() {
        let home = Home::trusting(&amina());
        end(&home);
        let before = only(&home);
        let (thief, stolen) = successor(42, "Amina");
        // nobody who has the name: the card is a stranger's
        let refused = add(&home, &stolen, &["--yes", "--force", "--json"]);
        assert_eq!((refused.exit, &refused.json()["code"]), (2, &"contact.exists".into()), "{refused:#?}");
        let told = done(add(&home, &stolen, &["--yes", "--name", "Somebody"]));
        assert!(said(&told).contains("this counts for nothing"), "{at}: {told:#?}");
        let list = contacts(&home);
        assert_eq!((list.len(), &list[0]), (2, &before));
        assert_eq!((&list[1]["key"], &list[1]["before"]), (&thief.line().into(), &json!([])));
    }
}

#[test]
fn threat_25a_a_succession_of_a_stranger_or_to_a_known_key_moves_nobody() {
    let (new, card) = successor(41, "Amina");
    let home = Home::new();
    let told = done(add(&home, &card, &["--yes"]));
    assert!(said(&told).contains("which counts for nothing here"), "{told:#?}");
    assert_eq!(only(&home)["before"], json!([]));
    // the old key becomes a contact later, under another name: the two stay two
    done(add(&home, &amina().card("Mina", &[]), &["--yes"]));
    done(add(&home, &new.card_made_at("Amina", &[], MADE), &["--yes"]));
    assert_eq!(contacts(&home).len(), 2);
    let whole = plain().parts().zip();
    home.write("b.zip", whole);
    assert_eq!(signer(&home, "b.zip").1["name"], "Mina");
    // one that was altered, or that somebody else's key signed, is no card
    for altered in [card.replace(LATE, EARLY), new.card("Amina", &[]) + &succession(&stranger(), &amina(), LATE)] {
        let refused = add(&home, &altered, &["--yes", "--force", "--json"]);
        assert_eq!((refused.exit, &refused.json()["code"]), (1, &"card.format".into()), "{refused:#?}");
    }
}

#[test]
fn a_key_that_another_one_follows_is_used_only_when_it_is_named() {
    let home = Home::new();
    done(home.run(["key", "new", "--name", "Amina", "--no-passphrase"]));
    let old = home.run(["key", "show", "--json"]).json()["keys"][0].clone();
    let short = |key: &Value| key["key"].as_str().unwrap().to_owned();
    done(home.run(["key", "new", "--succeeds", "Amina", "--no-passphrase"]));
    let new = home.run(["key", "show", "--json"]).json()["keys"][0].clone();
    assert_eq!((&new["name"], &new["succeeds"]), (&"Amina".into(), &old["fingerprint"]));
    assert_ne!(short(&new), short(&old));
    assert_eq!(home.run(["key", "show", "Amina", "--json"]).json()["keys"][0]["key"], new["key"]);
    assert!(home.run(["key", "list"]).out.lines().any(|line| line.contains("followed by another key")));
    assert_eq!(home.run(["key", "show", &fingerprint(&old), "--json"]).json()["keys"][0]["key"], old["key"]);
    assert_eq!(home.run(["card"]).out.matches("sealbag-succession/1").count(), 1);
    assert!(!home.run(["card", "--key", &fingerprint(&old)]).out.contains("succession"));
    // a card that is made anew keeps what the old key signed
    let identity = "AGE-SECRET-KEY-1PYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSTFVYXW\n";
    home.write("more.age", identity);
    done(home.run(["key", "import", "--age", "more.age"]));
    assert_eq!(home.run(["card"]).out.matches("sealbag-succession/1").count(), 1);
    // what cannot be undone asks which one is meant
    for args in [["key", "revoke", "Amina", "--yes", "--json"], ["key", "remove", "Amina", "--yes", "--json"]] {
        assert_eq!(home.run(args).json()["code"], "key.unknown");
    }
    // one key comes after one, and a key for one story has none after it
    let twice = home.run(["key", "new", "--succeeds", &fingerprint(&old), "--no-passphrase", "--json"]);
    assert_eq!((twice.exit, &twice.json()["code"]), (2, &"usage".into()));
    done(home.run(["key", "new", "--name", "Story", "--story", "", "--no-passphrase"]));
    let story = home.run(["key", "new", "--succeeds", "Story", "--name", "Other", "--no-passphrase", "--json"]);
    assert_eq!((story.exit, &story.json()["code"]), (2, &"usage".into()));
    done(home.run(["key", "revoke", &fingerprint(&old), "--yes"]));
    let revoked = home.run(["key", "new", "--succeeds", &fingerprint(&old), "--no-passphrase", "--json"]);
    assert_eq!((revoked.exit, &revoked.json()["code"]), (5, &"key.revoked".into()));
}

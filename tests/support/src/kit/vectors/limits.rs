//! Section 6: each limit that a small file can reach, on both sides, and each rule of canonical JSON.

use super::{List, longest_application, token_of};
use crate::kit::bundle::{File, field_line, recipient_line};
use crate::kit::parts::{Parts, Release};
use crate::kit::samples::{amina, for_readers, plain, redacted};
use crate::kit::text::{bech32, json_string, sha256_hex};

fn with(rest: &str) -> Parts {
    plain().with_line(rest).parts()
}

/// A note of `string` bytes, escapes undone, whose line has `line` bytes with its line feed.
fn note(line: usize, string: usize) -> String {
    let empty = field_line("case", "note", "").len() + "{\"salt\":\"\",".len() + 32 + 1;
    let left = line - empty;
    // an escape of U+0001 takes six bytes for one
    let escapes = (left - string) / 5;
    let value = "\u{1}".repeat(escapes) + &"x".repeat(string - escapes);
    let more = left - (string + 5 * escapes);
    // the rest in escapes that take two bytes for one
    let value = value.replacen('x', "\"", more);
    field_line("case", "note", &value)
}

/// A recipient of so many letters, most of them data.
fn long_recipient(length: usize) -> String {
    const DATA: usize = 4_032;
    human_and(length - DATA - 1 - 6, &[7; DATA * 5 / 8])
}

/// A recipient whose human part has so many letters, over these bytes.
fn human_and(letters: usize, bytes: &[u8]) -> String {
    bech32(&format!("age1{}", "x".repeat(letters - 4)), bytes)
}

fn readers_with(slips: &[String]) -> Parts {
    let mut parts = for_readers();
    parts.edit("seal/readers.json", |text| {
        let (head, _) = text.split_once('\n').unwrap();
        let quoted: Vec<String> = slips.iter().map(|slip| format!("\"{slip}\"")).collect();
        format!("{head}\n{}\n]}}\n", quoted.join(",\n"))
    });
    parts.sign_readers(&amina());
    parts.mend_padding();
    parts
}

/// So many short slips, in their order.
fn slips(count: usize) -> Vec<String> {
    let mut slips: Vec<String> = (0..count as u16).map(|number| data_encoding::BASE64.encode(&number.to_be_bytes())).collect();
    slips.sort();
    slips
}

pub(super) fn add(list: &mut List) {
    let file = |size: &str| {
        let empty = sha256_hex(b"");
        format!(
            "\"kind\":\"file\",\"path\":\"z\",\"size\":{size},\"sha256\":\"{empty}\",\"media_type\":\"text/plain\",\"role\":\"document\"}}"
        )
    };
    let media = |name: &str| File::new("z", "text", name, "document");
    let both: [(&str, &str, Parts, &str, Parts); 9] = [
        (
            "line",
            "an item line of 65,536 bytes; of 65,537",
            with(&note(65_536, 16_000)),
            "seal.items",
            with(&note(65_537, 16_000)),
        ),
        (
            "string",
            "a string of 16,384 bytes; of 16,385",
            with(&field_line("case", "note", &"x".repeat(16_384))),
            "seal.items",
            with(&field_line("case", "note", &"x".repeat(16_385))),
        ),
        (
            "string-escaped",
            "a string of 16,384 bytes in 32,768 of JSON; of 16,385",
            with(&field_line("case", "note", &"\n".repeat(16_384))),
            "seal.items",
            with(&field_line("case", "note", &"\n".repeat(16_385))),
        ),
        (
            "recipient",
            "a recipient of 4,096 letters; of 4,097",
            with(&recipient_line(&long_recipient(4_096))),
            "seal.items",
            with(&recipient_line(&long_recipient(4_097))),
        ),
        (
            "recipient-human",
            "a recipient with a human part of 83 letters; of 84",
            with(&recipient_line(&human_and(83, &[7; 20]))),
            "seal.items",
            with(&recipient_line(&human_and(84, &[7; 20]))),
        ),
        (
            "field-name",
            "a name of a fact of 64 letters; of 65",
            with(&field_line("case", &"a".repeat(64), "x")),
            "seal.items",
            with(&field_line("case", &"a".repeat(65), "x")),
        ),
        (
            "source",
            "source S999999; S1000000",
            with(&field_line("source:S999999", "note", "x")),
            "seal.items",
            with(&field_line("source:S1000000", "note", "x")),
        ),
        (
            "media-type",
            "a media type whose sides have 127 letters; 128",
            plain().with_file(media(&format!("{0}/{0}", "a".repeat(127)))).parts(),
            "seal.items",
            plain().with_file(media(&format!("a/{}", "a".repeat(128)))).parts(),
        ),
        ("slips", "1,000 slips; 1,001", readers_with(&slips(1_000)), "readers.malformed", readers_with(&slips(1_001))),
    ];
    for (name, what, within, code, beyond) in both {
        let (at, over) = what.split_once("; ").unwrap();
        list.add(format!("good-limit-{name}"), at, "", &within);
        list.add(format!("limit-{name}"), format!("{over}: one more than {at}"), code, &beyond);
    }
    // in the order of their texts, which is not that of their bytes
    let texts = |slips: [&str; 2]| slips.map(String::from);
    list.add("good-readers-order", "slips in the order of their texts", "", &readers_with(&texts(["+///", "AAAA"])));
    let bytes = readers_with(&texts(["AAAA", "+///"]));
    list.add(
        "readers-order",
        "slips in the order of their bytes, which is not that of their texts",
        "readers.malformed",
        &bytes,
    );
    list.add("readers-empty-slip", "a slip of no bytes", "readers.malformed", &readers_with(&[String::new()]));
    list.add("readers-none", "a list of no readers", "readers.malformed", &readers_with(&[]));
    let slip = |length: usize| vec![data_encoding::BASE64.encode(&vec![7; length])];
    list.add("good-limit-slip", "a slip of 8,192 bytes", "", &readers_with(&slip(8_192)));
    list.add("limit-slip", "a slip of 8,193 bytes", "readers.malformed", &readers_with(&slip(8_193)));
    list.add(
        "limit-size",
        "a file of 2^53 - 1 bytes, which is not there",
        "payload.missing bag.derived",
        &with(&file("9007199254740991")),
    );
    list.add("limit-size-beyond", "a file of 2^53 bytes", "seal.items", &with(&file("9007199254740992")));

    list.add(
        "good-limit-application",
        "sealed by a FIDO key of an application of 64 letters",
        "",
        &plain().signed_by(token_of(&longest_application())).parts(),
    );
    list.by(&["token-longest"]);
    list.add(
        "limit-application",
        "sealed by a FIDO key of an application of 65 letters",
        "seal.key",
        &plain().signed_by(token_of(&(longest_application() + "x"))).parts(),
    );
    for (name, time) in [("before", "1979-12-31T23:59:59Z"), ("after", "2108-01-01T00:00:00Z")] {
        list.changed(format!("limit-sealed-at-{name}"), format!("sealed at {time}"), "seal.manifest", |parts| {
            parts.replace("seal/manifest.json", "2026-11-24T18:00:01Z", time);
            parts.sign();
            parts.mend();
        });
    }
    for (name, from, to) in [
        ("month-13", "2026-11-24", "2026-13-24"),
        ("day-of-no-month", "2026-11-24", "2026-11-31"),
        ("leap-second", "18:00:01Z", "18:00:60Z"),
        ("hour-24", "18:00:01Z", "24:00:01Z"),
        ("fraction", "18:00:01Z", "18:00:01.0Z"),
        ("zone", "18:00:01Z", "18:00:01+00:00"),
    ] {
        list.changed(format!("time-{name}"), format!("sealed at a time that has {to}"), "seal.manifest", |parts| {
            parts.replace("seal/manifest.json", from, to);
            parts.sign();
            parts.mend();
        });
    }
    for (name, program, code) in [
        ("six-digits", "sealbag 999999.0.10", ""),
        ("seven-digits", "sealbag 1000000.0.0", "seal.manifest"),
        ("leading-zero", "sealbag 0.01.0", "seal.manifest"),
        ("two-numbers", "sealbag 0.1", "seal.manifest"),
        ("another", "another 0.1.0", "seal.manifest"),
    ] {
        let prefix = if code.is_empty() { "good-" } else { "" };
        let mut parts = plain().parts();
        parts.replace("seal/manifest.json", "sealbag 0.1.0", program);
        parts.sign();
        parts.mend();
        list.add(format!("{prefix}sealed-with-{name}"), format!("sealed with {program:?}"), code, &parts);
    }
    canonical(list, &file);
    let facts: Vec<String> = (1..=10).map(|number| format!("n{number:02}")).collect();
    let mut releases = facts.iter().fold(plain(), |bundle, fact| bundle.field("case", fact, "x")).parts();
    for fact in &facts[..9] {
        releases.withhold(&Release::by(&amina()), &[fact]);
    }
    list.add("good-limit-releases", "nine releases", "", &releases);
    releases.withhold(&Release::by(&amina()), &[&facts[9]]);
    list.add("limit-releases", "ten releases", "container.layout item.missing", &releases);
    let reason = |length: usize| {
        let mut parts = plain().parts();
        parts.withhold(&Release { reason: "x".repeat(length), ..Release::by(&amina()) }, &["\"dateline\""]);
        parts
    };
    list.add("good-limit-reason", "a release with a reason of 16,384 bytes", "", &reason(16_384));
    list.add("limit-reason", "a release with a reason of 16,385 bytes", "release.malformed", &reason(16_385));
    let mut empty = redacted();
    empty.replace("seal/release-1.json", "the source is at risk", "");
    empty.sign_release(1, &amina());
    list.add("limit-reason-empty", "a release without a reason", "release.malformed", &empty);
}

/// Each rule of canonical JSON, broken under the seal.
fn canonical(list: &mut List, file: &dyn Fn(&str) -> String) {
    let note = |value: &str| format!("\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":{value}}}");
    let rows = [
        ("slash-escaped", "an escaped slash", note(r#""\/""#)),
        ("escape-upper-case", "an escape with upper-case digits", note(r#""\u001F""#)),
        ("escape-long", "a long escape of a line feed", note(r#""\u000a""#)),
        ("surrogate", "a lone surrogate", note(r#""\ud800""#)),
        ("surrogates", "a pair of surrogates for one character", note(r#""\ud83d\udcf7""#)),
        ("control", "an unescaped control character", note("\"\u{1}\"")),
        ("value-empty", "an empty value", note("\"\"")),
        ("value-null", "null for a value", note("null")),
        ("value-number", "a number for a value", note("1")),
        (
            "member-unknown",
            "a member that no item has",
            r#""kind":"field","about":"case","name":"note","value":"x","more":"y"}"#.into(),
        ),
        ("member-missing", "a fact without a value", r#""kind":"field","about":"case","name":"note"}"#.into()),
        ("members-swapped", "members in another order", r#""kind":"field","name":"note","about":"case","value":"x"}"#.into()),
        ("space", "a space between members", r#""kind":"field","about":"case", "name":"note","value":"x"}"#.into()),
        ("space-at-end", "a space at the end of a line", format!("{} ", note("\"x\""))),
        ("carriage-return", "a carriage return at the end of a line", format!("{}\r", note("\"x\""))),
        ("name-upper-case", "a name of a fact in upper case", field_line("case", "Note", "x")),
        ("about-nothing", "a fact about something that there is not", field_line("place:1", "note", "x")),
        ("source-zero", "a fact about source S0", field_line("source:S0", "note", "x")),
        ("source-leading-zero", "a fact about source S01", field_line("source:S01", "note", "x")),
        ("kind-unknown", "an item of an unknown kind", r#""kind":"place","value":"Oret"}"#.into()),
        ("size-leading-zero", "a size with a leading zero", file("00")),
        ("size-fraction", "a size of 0.0", file("0.0")),
        ("size-exponent", "a size of 0e0", file("0e0")),
        ("size-minus-zero", "a size of minus zero", file("-0")),
        ("size-true", "true for a size, which Python takes for 1", file("true")),
        ("size-string", "a string for a size", file("\"0\"")),
        ("size-null", "null for a size", file("null")),
        ("hash-upper-case", "a hash in upper case", file("0").replace("e3b0c442", "E3B0C442")),
        ("hash-short", "a hash of 62 digits", file("0").replace("e3b0c442", "e3b0c4")),
        ("role-unknown", "a role that there is not", file("0").replace("\"role\":\"document\"", "\"role\":\"picture\"")),
        ("media-type-upper-case", "a media type in upper case", file("0").replace("text/plain", "Text/plain")),
        ("media-type-parameter", "a media type with a parameter", file("0").replace("text/plain", "text/plain; charset=utf-8")),
        ("media-type-half", "a media type of one side", file("0").replace("text/plain", "text")),
    ];
    for (name, what, rest) in rows {
        list.add(format!("items-{name}"), format!("sealed with {what}"), "seal.items", &with(&rest));
    }
    let mut bom = plain().parts();
    bom.reseal_with(|mut lines| {
        lines[0].splice(0..0, *b"\xef\xbb\xbf");
        lines
    });
    list.add("items-byte-order-mark", "sealed with a byte order mark before an item", "seal.items", &bom);
    let mut latin = plain().parts();
    latin.reseal_with(|mut lines| {
        let at = lines.iter().position(|line| String::from_utf8_lossy(line).contains("\"dateline\"")).unwrap();
        let text = String::from_utf8(lines[at].clone()).unwrap();
        let end = text.find("Astana").unwrap();
        lines[at][end] = 0xe9;
        lines
    });
    list.add("items-not-utf-8", "sealed with a byte that is no UTF-8", "seal.items", &latin);
    let mut salt = plain().parts();
    salt.reseal_with(|mut lines| {
        let text = String::from_utf8(lines[0].clone()).unwrap();
        lines[0] = text.replacen(&text[9..41], &text[9..41].to_uppercase(), 1).into_bytes();
        lines
    });
    list.add("items-salt-upper-case", "sealed with a salt in upper case", "seal.items", &salt);
    let mut open = plain().parts();
    open.edit("seal/items.jsonl", |text| text.trim_end_matches('\n').to_owned());
    open.mend();
    list.add("items-end-open", "the last item without its line feed", "seal.items", &open);
    let mut blank = plain().parts();
    blank.edit("seal/items.jsonl", |text| text + "\n");
    blank.mend();
    list.add("items-blank-line", "an empty line behind the items", "seal.items", &blank);
    let odd = json_string("caf\u{e9} \u{2028} \u{7f} \u{1f4f7}");
    list.add("good-unescaped", "characters that other writers escape, as they are", "", &with(&note(&odd)));
}

//! A signer who is believed but breaks the format: for each sentence of its sections 3 and 6, bundles that break exactly that
//! sentence and are otherwise signed and mended, and the code that each must give.

use support::kit;

use kit::bundle::{field_line, recipient_line};
use kit::samples::{addressed, plain};
use kit::tables::{Forms, all_give, all_verify, resealed, with_lines};
use kit::text::{bech32, json_string, recipient, sha256};
use kit::{File, Parts};

const ITEMS: &str = "seal/items.jsonl";
const REPORT: &str = "\"path\":\"report.txt\"";

fn malformed_lines(rows: &[(&str, &str, &str)]) {
    all_give("seal.items", Forms::Both, resealed(rows));
}

/// The plain bundle, its lines changed before sealing.
fn lines(edit: impl FnOnce(Vec<Vec<u8>>) -> Vec<Vec<u8>>) -> Parts {
    let mut parts = plain().parts();
    parts.reseal_with(edit);
    parts
}

/// The plain bundle, the text of its items changed after sealing in a way that keeps every commitment.
fn text_of_items(edit: impl FnOnce(String) -> String) -> Parts {
    let mut parts = plain().parts();
    parts.edit(ITEMS, edit);
    parts.mend();
    parts
}

#[test]
fn one_item_a_line_and_a_line_break_after_each() {
    // the commitment is over this last line without its LF, so a salt is sought that sorts the line to the end
    let without_last = |mut lines: Vec<Vec<u8>>| {
        let line = String::from_utf8(lines.pop().unwrap()).unwrap();
        let last = (0..10_000).map(|salt| format!("{{\"salt\":\"{salt:032x}\"{}", line[42..].trim_end()).into_bytes());
        let last = last.max_by_key(|line| sha256(line)).unwrap();
        lines.push(last);
        lines
    };
    let rows = [
        ("last line break missing, committed to", lines(without_last)),
        ("last line break missing", text_of_items(|text| text.trim_end().to_owned())),
        (
            "line ends of CR LF, committed to",
            lines(|lines| lines.iter().map(|l| [&l[..l.len() - 1], b"\r\n"].concat()).collect()),
        ),
        ("two items in one line, committed to", lines(|l| vec![[&l[0][..l[0].len() - 1], &l[1..].concat()].concat()])),
        ("an empty line, committed to", lines(|lines| [lines, vec![b"\n".to_vec()]].concat())),
        ("an empty line at the end", text_of_items(|text| text + "\n")),
        ("an empty line at the start", text_of_items(|text| format!("\n{text}"))),
        ("a byte order mark", text_of_items(|text| format!("\u{feff}{text}"))),
        (
            "a byte order mark, committed to",
            lines(|mut lines| {
                lines[0] = [b"\xef\xbb\xbf", &lines[0][..]].concat();
                lines
            }),
        ),
    ];
    all_give("seal.items", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn lines_in_the_strictly_increasing_order_of_their_commitments() {
    let reordered = |order: fn(&mut Vec<Vec<u8>>)| {
        let mut parts = plain().parts();
        let mut lines = parts.lines();
        order(&mut lines);
        parts.set(ITEMS, lines.concat());
        parts.mend();
        parts
    };
    let rows = [
        ("first two swapped", reordered(|lines| lines.swap(0, 1))),
        ("last two swapped", reordered(|lines| lines.swap(5, 6))),
        ("reversed", reordered(|lines| lines.reverse())),
        ("sorted as text", reordered(|lines| lines.sort())),
        ("first line twice", reordered(|lines| lines.insert(0, lines[0].clone()))),
        ("last line twice", reordered(|lines| lines.push(lines[6].clone()))),
    ];
    all_give("seal.items", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn each_line_begins_with_its_salt_and_kind() {
    malformed_lines(&[
        (REPORT, "{\"salt\":\"", "{\"salt\":\"0"),
        (REPORT, "{\"salt\":\"a", "{\"salt\":\""),
        (REPORT, "{\"salt\":\"a", "{\"salt\":\"A"),
        (REPORT, "{\"salt\":\"a", "{\"salt\":\"g"),
        (REPORT, "{\"salt\":\"a", "{\"Salt\":\"a"),
        (REPORT, "{\"salt\":\"a63a86846e10ff4926aadc85c47f9cee\"", "{\"salt\":\"\""),
        (REPORT, "{\"salt\":\"a63a86846e10ff4926aadc85c47f9cee\"", "{\"salt\":null"),
        (REPORT, "\"salt\":\"a63a86846e10ff4926aadc85c47f9cee\",", ""),
        (
            REPORT,
            "\"salt\":\"a63a86846e10ff4926aadc85c47f9cee\",\"kind\":\"file\"",
            "\"kind\":\"file\",\"salt\":\"a63a86846e10ff4926aadc85c47f9cee\"",
        ),
        (REPORT, "\"kind\":\"file\"", "\"kind\":\"File\""),
        (REPORT, "\"kind\":\"file\"", "\"kind\":\"link\""),
        (REPORT, "\"kind\":\"file\"", "\"kind\":\"field\""),
        (REPORT, "\"kind\":\"file\"", "\"kind\":\"\""),
        (REPORT, "\"kind\":\"file\"", "\"kind\":null"),
        (REPORT, "\"kind\":\"file\",", ""),
        (REPORT, "\"kind\":\"file\",", "\"kind\":\"file\",\"kind\":\"file\","),
        ("\"title\"", "\"kind\":\"field\"", "\"kind\":\"fields\""),
    ]);
}

#[test]
fn then_the_members_of_its_kind_in_this_order_all_required() {
    malformed_lines(&[
        (REPORT, "\"path\":\"report.txt\",", ""),
        (REPORT, "\"size\":10,", ""),
        (REPORT, "\"media_type\":\"text/plain\",", ""),
        (REPORT, ",\"role\":\"report\"", ""),
        (REPORT, "\"path\":\"report.txt\",\"size\":10", "\"size\":10,\"path\":\"report.txt\""),
        (REPORT, "\"size\":10", "\"size\":10,\"size\":10"),
        (REPORT, "\"size\":10", "\"size\":11,\"size\":10"),
        (REPORT, "\"size\":10", "\"size\":10,\"mode\":420"),
        (REPORT, "report\"}", "report\",\"note\":\"x\"}"),
        (REPORT, "report\"}", "report\",\"note\":null}"),
        (REPORT, "report\"}", "report\",\"modified\":null}"),
        (REPORT, "report\"}", "report\",\"modified\":\"2026-11-23T09:30:00Z\"}"),
        (REPORT, "\"path\"", "\"Path\""),
        ("\"title\"", "\"about\":\"case\",", ""),
        ("\"title\"", "\"name\":\"title\",", ""),
        ("\"title\"", ",\"value\":\"Notice of the embassy\"", ""),
        ("\"title\"", "\"about\":\"case\",\"name\":\"title\"", "\"name\":\"title\",\"about\":\"case\""),
        ("\"title\"", "embassy\"}", "embassy\",\"value\":\"Notice of the embassy\"}"),
        ("\"title\"", "embassy\"}", "embassy\",\"language\":\"en\"}"),
    ]);
    let key = json_string(&recipient(9));
    all_give(
        "seal.items",
        Forms::Both,
        with_lines([
            "\"kind\":\"recipient\"}".to_owned(),
            format!("\"kind\":\"recipient\",\"key\":{key},\"key\":{key}}}"),
            format!("\"kind\":\"recipient\",\"key\":{key},\"name\":\"x\"}}"),
            "\"kind\":\"recipient\",\"key\":null}".to_owned(),
        ]),
    );
}

#[test]
fn the_numbers_and_hashes_of_a_file_are_written_in_one_way() {
    malformed_lines(&[
        (REPORT, "\"size\":10", "\"size\":\"10\""),
        (REPORT, "\"size\":10", "\"size\":10.0"),
        (REPORT, "\"size\":10", "\"size\":1e1"),
        (REPORT, "\"size\":10", "\"size\":010"),
        (REPORT, "\"size\":10", "\"size\":+10"),
        (REPORT, "\"size\":10", "\"size\":-10"),
        (REPORT, "\"size\":10", "\"size\":-0"),
        (REPORT, "\"size\":10", "\"size\":null"),
        (REPORT, "\"size\":10", "\"size\":true"),
        (REPORT, "\"size\":10", "\"size\":9007199254740992"),
        (REPORT, "\"size\":10", "\"size\":18446744073709551615"),
        (REPORT, "\"size\":10", "\"size\":18446744073709551626"),
        (REPORT, "\"sha256\":\"94b9", "\"sha256\":\"94B9"),
        (REPORT, "\"sha256\":\"94b9", "\"sha256\":\"94b"),
        (REPORT, "\"sha256\":\"94b9", "\"sha256\":\"94b90"),
        (REPORT, "\"sha256\":\"94b9", "\"sha256\":\"sha256:94b9"),
    ]);
}

#[test]
fn these_bytes_are_in_the_bag() {
    let rows = resealed(&[
        (REPORT, "\"size\":10", "\"size\":9"),
        (REPORT, "\"size\":10", "\"size\":11"),
        (REPORT, "\"size\":10", "\"size\":0"),
        (REPORT, "\"size\":10", "\"size\":9007199254740991"),
        (REPORT, "\"sha256\":\"94b9", "\"sha256\":\"94b8"),
    ]);
    // the bag manifest follows the items, and so tells the same lie
    let mended = rows.into_iter().map(|(row, mut parts)| {
        let line = String::from_utf8(parts.lines().concat()).unwrap();
        let line = line.lines().find(|line| line.contains(REPORT)).unwrap().to_owned();
        let sum = kit::text::member(&line, "sha256").to_owned();
        let real = kit::text::sha256_hex(parts.bytes("data/report.txt"));
        parts.replace("manifest-sha256.txt", &real, &sum);
        let size: u64 = line.split("\"size\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        parts.replace("bag-info.txt", "34.3", &format!("{}.3", 24 + size));
        parts.mend_tagmanifest();
        (row, parts)
    });
    all_give("payload.altered", Forms::Both, mended);
}

#[test]
fn media_type_is_type_and_subtype_of_restricted_names_in_lower_case() {
    let long = "x".repeat(128);
    let types = [
        "",
        "/",
        "text",
        "text/",
        "/plain",
        "Text/plain",
        "text/Plain",
        "text/plain; charset=utf-8",
        "text/plain ",
        " text/plain",
        "text/plain/x",
        "text//plain",
        ".text/plain",
        "text/.plain",
        "text/-plain",
        "te xt/plain",
        "text/pl\u{e9}n",
        "text\\/plain",
        "text/plain\\n",
        "*/*",
        "text/*",
        "text/pl@in",
    ];
    let rows: Vec<String> = types.iter().map(|text| (*text).into()).chain([format!("{long}/x"), format!("x/{long}")]).collect();
    let rows: Vec<(&str, &str, String)> =
        rows.iter().map(|text| (REPORT, "\"media_type\":\"text/plain\"", format!("\"media_type\":\"{text}\""))).collect();
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(holds, from, to)| (*holds, *from, to.as_str())).collect();
    malformed_lines(&rows);
    let long = format!("\"media_type\":\"{}/{}\"", "x".repeat(127), "y".repeat(127));
    all_verify(resealed(&[
        (REPORT, "\"media_type\":\"text/plain\"", &long),
        (REPORT, "\"media_type\":\"text/plain\"", "\"media_type\":\"application/vnd.a+b-c_d.e!f#g$h&i^j\""),
        (REPORT, "\"media_type\":\"text/plain\"", "\"media_type\":\"3gpp/3d\""),
    ]));
}

#[test]
fn role_is_one_of_six_words() {
    malformed_lines(&[
        (REPORT, "\"role\":\"report\"", "\"role\":\"Report\""),
        (REPORT, "\"role\":\"report\"", "\"role\":\"picture\""),
        (REPORT, "\"role\":\"report\"", "\"role\":\"\""),
        (REPORT, "\"role\":\"report\"", "\"role\":null"),
        (REPORT, "\"role\":\"report\"", "\"role\":\"report \""),
        (REPORT, "\"role\":\"report\"", "\"role\":{\"report\":null}"),
    ]);
    let roles = ["report", "photo", "video", "audio", "document", "attachment"].map(|role| format!("\"role\":\"{role}\""));
    let rows: Vec<(&str, &str, &str)> = roles[1..].iter().map(|role| (REPORT, "\"role\":\"report\"", role.as_str())).collect();
    all_verify(resealed(&rows));
}

#[test]
fn about_is_the_case_a_numbered_source_or_a_file() {
    let about = [
        "",
        "Case",
        "case ",
        "cases",
        "case:",
        "source",
        "source:",
        "source:S",
        "source:S0",
        "source:S01",
        "source:S1000000",
        "source:s1",
        "source:1",
        "source:S1 ",
        "source:S-1",
        "source:S+1",
        "source:S\u{661}",
        "Source:S1",
        "file",
        "file:",
        "file:../x",
        "file:/report.txt",
        "file:report.txt/",
        "file:con",
        "File:report.txt",
        "recipient:x",
    ];
    all_give("seal.items", Forms::Both, with_lines(about.map(|about| field_line(about, "note", "x"))));
    all_verify(with_lines(
        ["case", "source:S1", "source:S999999", "file:report.txt"].map(|about| field_line(about, "note", "x")),
    ));
}

#[test]
fn a_file_that_is_spoken_about_is_shown() {
    let about = ["file:report", "file:photos", "file:data/report.txt", "file:Report.txt", "file:photos/b.jpg"];
    all_give("item.conflict", Forms::Both, with_lines(about.map(|about| field_line(about, "note", "x"))));
}

#[test]
fn a_name_is_a_lower_case_letter_and_up_to_63_more_characters() {
    let names = ["", "1st", "_x", "Title", "titLe", "a-b", "a.b", "a b", "a ", "t\u{ef}tre", "title\n", &"a".repeat(65)];
    all_give("seal.items", Forms::Both, with_lines(names.map(|name| field_line("case", name, "x"))));
    all_verify(with_lines(["a", "a_1_", &"a".repeat(64)].map(|name| field_line("case", name, "x"))));
}

#[test]
fn value_is_a_string_of_at_least_one_byte_and_at_most_16_kib() {
    let line = |value: &str| format!("\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":{value}}}");
    let mut rows = ["\"\"", "null", "1", "true", "[]", "[\"x\"]", "{}", "{\"en\":\"x\"}"].map(line).to_vec();
    rows.push(line(&json_string(&"x".repeat((16 << 10) + 1))));
    rows.push(line(&json_string(&"\n".repeat((16 << 10) + 1))));
    rows.push(line(&json_string(&format!("{}x", "\u{65b0}".repeat((16 << 10) / 3 + 1)))));
    all_give("seal.items", Forms::Both, with_lines(rows));
    let good = ["x".repeat(16 << 10), "\u{1}".repeat(10_000), "\u{1f4f7}".repeat(4 << 10), "\"".repeat(16 << 10)];
    all_verify(with_lines(good.map(|value| field_line("case", "note", &value))));
}

#[test]
fn recipient_key_is_lower_case_bech32_with_its_checksum() {
    let good = recipient(9);
    let flipped = format!("{}{}", &good[..good.len() - 1], if good.ends_with('q') { 'p' } else { 'q' });
    let long = bech32("age1tag", &vec![7; 2600]);
    let keys = [
        String::new(),
        "age".into(),
        "age1".into(),
        good.to_uppercase(),
        good.replacen("age", "Age", 1),
        flipped,
        good[..good.len() - 1].into(),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\n"),
        bech32("ag", &[7; 32]),
        bech32("agf", &[7; 32]),
        bech32("age2", &[7; 32]),
        bech32("bc", &[7; 32]),
        bech32("age-secret-key-", &[7; 32]),
        long,
        plain().signer.line(),
        "amina@example.org".into(),
    ];
    all_give("seal.items", Forms::Both, with_lines(keys.map(|key| recipient_line(&key))));
    let good = [good, bech32("age1yubikey", &[7; 33]), bech32("age1pq", &[7; 1216]), bech32("age1tag", &vec![7; 2500])];
    all_verify(with_lines(good.map(|key| recipient_line(&key))));
}

#[test]
fn one_file_item_a_path_and_one_recipient_item_a_key() {
    let report = plain().files[0].clone();
    let line = format!(
        "\"kind\":\"file\",\"path\":\"report.txt\",\"size\":10,\"sha256\":\"{}\",\"media_type\":\"text/plain\",\"role\":\"document\"}}",
        kit::text::sha256_hex(&report.bytes)
    );
    let mut same_path = plain().with_line(line).parts();
    // the bag follows the items: one line each
    let sum = kit::text::sha256_hex(&report.bytes);
    let line = format!("{sum}  data/report.txt\n");
    same_path.replace("manifest-sha256.txt", &line, &line.repeat(2));
    same_path.replace("bag-info.txt", "34.3", "44.4");
    same_path.mend_tagmanifest();
    all_give("item.conflict", Forms::Both, [("the same path twice".to_owned(), same_path)]);
    let mut twice = addressed();
    twice.recipients.push(recipient(1));
    all_give("item.conflict", Forms::Both, [("the same recipient twice".to_owned(), twice.parts())]);
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn what_can_be_true_only_once_stands_there_once() {
    let rows = [
        ("case", ["title", "dateline", "published", "original_or_copy"].as_slice()),
        ("source:S7", &["identity"]),
        (
            "file:report.txt",
            &[
                "caption",
                "taken_at",
                "place",
                "latitude",
                "longitude",
                "altitude_m",
                "camera_make",
                "camera_model",
                "camera_serial",
                "original_name",
                "original_name_bytes",
                "modified",
                "derived_from",
                "derivation",
            ],
        ),
    ];
    for (about, names) in rows {
        let without = |name: &str| {
            let mut bundle = plain();
            bundle.fields.retain(|field| field[0] != about || field[1] != name);
            bundle
        };
        all_verify(names.iter().map(|name| ((*name).to_owned(), without(name).field(about, name, "x").parts())));
        for value in ["x", "y"] {
            let twice = |name: &str| without(name).field(about, name, "x").field(about, name, value).parts();
            all_give("item.conflict", Forms::Both, names.iter().map(|name| ((*name).to_owned(), twice(name))));
        }
    }
    // each name is single only where it belongs
    all_verify([("elsewhere".to_owned(), plain().field("case", "caption", "x").field("case", "caption", "y").parts())]);
}

#[test]
fn names_may_repeat_and_unknown_names_are_allowed_and_no_reader_compares_salts() {
    let same_salt = lines(|lines| {
        let salt = "{\"salt\":\"00000000000000000000000000000000\"";
        lines.iter().map(|line| [salt.as_bytes(), &line[salt.len()..]].concat()).collect()
    });
    all_verify([
        ("a name twice".to_owned(), plain().field("case", "note", "One").field("case", "note", "Two").parts()),
        ("the same fact twice".to_owned(), plain().field("case", "note", "One").field("case", "note", "One").parts()),
        ("an unknown name".to_owned(), plain().field("case", "zodiac_sign", "unknown").parts()),
        ("one salt for all".to_owned(), same_salt),
        ("a file without facts".to_owned(), plain().with_file(File::new("empty", "", "text/plain", "document")).parts()),
    ]);
}

#[test]
fn in_strings_only_these_escapes_and_everything_else_as_it_stands() {
    let value = |to: &'static str| ("\"title\"", "Notice", to);
    malformed_lines(&[
        value("\\u004eotice"),
        value("\\/"),
        value("\\u000a"),
        value("\\u001F"),
        value("\\u0008"),
        value("\\u007f"),
        value("\\u00e9"),
        value("\\u2028"),
        value("\\ud83d\\ude00"),
        value("\\ud83d"),
        value("\\ude00"),
        value("\\ude00\\ud83d"),
        value("\\x41"),
        value("\\'"),
        value("\\a"),
        value("\\0"),
        value("\\U00000041"),
        value("\\"),
        value("\t"),
        value("\u{0}"),
        value("\u{1f}"),
        value("\r"),
        value("\n"),
        value("\""),
        value("\\u00"),
    ]);
    let invalid: [&[u8]; 8] = [
        b"\xff",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xf4\x90\x80\x80",
        b"\xe6\x96",
        b"\x80",
    ];
    let rows = invalid.map(|bytes| {
        let parts = lines(|mut lines| {
            let line = lines.iter_mut().find(|line| String::from_utf8_lossy(line).contains("\"title\"")).unwrap();
            let at = line.windows(6).position(|window| window == b"Notice").unwrap();
            line.splice(at..at + 6, bytes.iter().copied());
            lines
        });
        (format!("{bytes:x?}"), parts)
    });
    all_give("seal.items", Forms::Both, rows);
    let all_controls: String = ('\u{0}'..' ').collect();
    let odd = "\u{7f}\u{80}\u{2028}\u{202e}\u{feff}\u{fffd}\u{ffff}\u{10ffff}\u{1f469}\u{200d}\u{1f467}/'\\\"";
    all_verify(with_lines([all_controls.as_str(), odd].map(|value| field_line("case", "note", value))));
}

#[test]
fn no_white_space_but_the_line_breaks_shown() {
    malformed_lines(&[
        (REPORT, "{\"salt\"", " {\"salt\""),
        (REPORT, "{\"salt\"", "{ \"salt\""),
        (REPORT, "\"size\":10", "\"size\": 10"),
        (REPORT, "\"size\":10", "\"size\" :10"),
        (REPORT, "\"size\":10,", "\"size\":10, "),
        (REPORT, "\"size\":10,", "\"size\":10\t,"),
        (REPORT, "report\"}", "00Z\" }"),
        (REPORT, "report\"}", "report\"} "),
        (REPORT, "report\"}", "report\"}\r"),
        (REPORT, "report\"}", "report\",}"),
        (REPORT, "report\"}", "report\"}{}"),
        (REPORT, "report\"}", "report\"}x"),
        (REPORT, "report\"}", "00Z\"/**/}"),
        (REPORT, "\"size\":10", "'size':10"),
        (REPORT, "\"size\":10", "size:10"),
    ]);
    all_give(
        "seal.items",
        Forms::Both,
        with_lines([
            format!("\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":\"x\"}}{}", " ".repeat(70 << 10)),
            format!("\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":{}", "[".repeat(60_000)),
            format!("\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":{}", "{\"a\":".repeat(10_000)),
        ]),
    );
}

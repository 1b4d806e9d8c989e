//! A signer who is believed but breaks the format: its section 8, names (threat 9), and what items together must not say.

use support::kit;

use kit::samples::{amina, plain};
use kit::tables::{Forms, all_give, all_verify};
use kit::{File, Parts, Release};

/// The plain bundle with one more file of this name, sealed.
fn named(name: &str) -> (String, Parts) {
    (format!("{name:?}"), plain().with_file(File::new(name, "bytes", "text/plain", "document")).parts())
}

/// The item alone is refused in both forms; with the bytes that it names the ZIP is refused before the items are read.
fn refused<T: AsRef<str>>(names: impl IntoIterator<Item = T>) {
    let rows: Vec<_> = names.into_iter().map(|name| named(name.as_ref())).collect();
    let alone = rows.iter().cloned().map(|(row, mut parts)| {
        parts.files.retain(|(name, bytes)| !(name.starts_with("data/") && bytes == b"bytes"));
        (row, parts)
    });
    all_give("seal.items", Forms::Both, alone);
    all_give("container.layout", Forms::ZipOnly, rows);
}

fn taken<T: AsRef<str>>(names: impl IntoIterator<Item = T>) {
    all_verify(names.into_iter().map(|name| named(name.as_ref())));
}

#[test]
fn a_payload_path_is_relative() {
    refused(["/etc/passwd", "//server/share", "/", "C:/x", "c:x", "\\\\server\\share", "file:///x", "~\\x"]);
}

#[test]
fn no_empty_dot_or_dot_dot_part() {
    refused(["", "a//b", "a/", "./a", "a/./b", "a/.", "..", "../a", "a/../b", "a/..", "../../../../etc/passwd", "."]);
    taken([".hidden", "..a", "...a", "a..b", "a/.b", "-", "--help"]);
}

#[test]
fn at_most_1024_bytes_255_a_part_and_64_folders() {
    let deep = |folders: usize, last: usize| format!("{}{}", "a/".repeat(folders), "b".repeat(last));
    let long = |last: usize| format!("{0}/{0}/{0}/{0}/{1}", "a".repeat(199), "b".repeat(last));
    refused([
        "a".repeat(256),
        format!("{}/x", "a".repeat(256)),
        "\u{65b0}".repeat(86),
        deep(65, 1),
        deep(511, 1),
        long(225),
        format!("{0}/{0}/{0}/{0}/x", "a".repeat(255)),
    ]);
    taken(["a".repeat(255), "\u{65b0}".repeat(85), deep(64, 1), long(224), format!("{0}/{0}/{0}/{0}", "a".repeat(255))]);
}

#[test]
fn none_of_the_characters_that_some_system_cannot_store() {
    refused([
        "a\\b",
        "a:b",
        "a*",
        "a?",
        "a\"b",
        "a<b",
        "a>b",
        "a|b",
        "50%",
        "%2e%2e",
        "x:Zone.Identifier",
        "::$DATA",
        "a/b\\..\\c",
    ]);
    taken([
        "a'b", "a&b", "a;b", "$HOME", "`id`", "a b", "a(1)", "[x]", "{x}", "a,b", "a=b", "a+b", "a@b", "a!b", "a#b", "a^b",
        "~a",
    ]);
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn no_part_ends_in_a_dot_or_begins_or_ends_with_white_space() {
    refused(["a.", "a./b", "a..", "report.txt."]);
    let spaces = [
        '\u{9}', '\u{a}', '\u{b}', '\u{c}', '\u{d}', '\u{20}', '\u{85}', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}',
        '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}', '\u{202f}',
        '\u{205f}', '\u{3000}',
    ];
    refused(
        spaces
            .iter()
            .flat_map(|space| [format!("a{space}"), format!("{space}a"), format!("a{space}/b"), format!("x/{space}b")]),
    );
    taken(
        [" ", "\u{a0}", "\u{3000}", "\u{1680}", "\u{2003}", "\u{202f}", "\u{205f}"].map(|space| format!("a{space}b/c{space}d")),
    );
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn no_device_name_of_windows_in_any_case() {
    let mut names: Vec<String> = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].map(String::from).to_vec();
    for port in ["COM", "LPT"] {
        names.extend(('0'..='9').chain(['\u{b9}', '\u{b2}', '\u{b3}']).map(|digit| format!("{port}{digit}")));
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    refused(names.iter().chain(&lower));
    refused(["con.txt", "Con.tar.gz", "CON .txt", "nul  .x.y", "aux/report.txt", "photos/prn", "x/lpt1.jpg/y", "cOnIn$.txt"]);
    taken([
        "console",
        "con1",
        "CON_",
        "xCON",
        "com",
        "com10",
        "COMA",
        "lpt",
        "LPT\u{2074}",
        "com\u{661}",
        "a.con",
        ".con",
        "\u{441}on",
        "nul\u{2003}x",
    ]);
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn code_points_that_are_forbidden_anywhere() {
    let ranges = [
        (0x0000, 0x001F),
        (0x007F, 0x009F),
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200B),
        (0x200E, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE00FF),
        (0xE01F0, 0xE0FFF),
        (0xFDD0, 0xFDEF),
        (0xFFFE, 0xFFFF),
        (0x1FFFE, 0x1FFFF),
        (0x8FFFE, 0x8FFFF),
        (0x10FFFE, 0x10FFFF),
    ];
    let char = |code: u32| char::from_u32(code).unwrap();
    let middle = |(from, to): (u32, u32)| (from + to) / 2;
    refused(ranges.iter().flat_map(|range| [range.0, middle(*range), range.1]).map(|code| format!("a{}b", char(code))));
    refused(["\u{202e}gpj.exe", "a/\u{200b}", "photos\u{feff}/a.jpg"]);
    // the neighbours of the ranges, variation selectors, private use and characters that Unicode has not assigned yet
    let near = [
        0x21, 0x7E, 0xA1, 0xAC, 0xAE, 0x34E, 0x350, 0x61B, 0x61D, 0x115E, 0x1161, 0x17B3, 0x17B6, 0x180A, 0x1810, 0x2010,
        0x2027, 0x2070, 0x3163, 0x3165, 0xFDCF, 0xFDF0, 0xFE00, 0xFE0F, 0xFEFE, 0xFF00, 0xFF9F, 0xFFA1, 0xFFEF, 0xFFFC, 0xFFFD,
        0x1BC9F, 0x1BCA4, 0x1D172, 0x1D17B, 0x1FFFD, 0x20000, 0xDFFFD, 0xE0100, 0xE01EF, 0xE1000, 0xE000, 0xF0000, 0x10FFFD,
        0x378,
    ];
    taken(near.map(|code| format!("a{}b", char(code))));
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn joiners_stand_only_between_two_code_points_above_02ff_that_are_neither() {
    for joiner in ['\u{200c}', '\u{200d}'] {
        refused([
            format!("{joiner}\u{645}"),
            format!("\u{645}{joiner}"),
            format!("\u{645}{joiner}/\u{645}"),
            format!("\u{645}/{joiner}\u{645}"),
            format!("a{joiner}\u{645}"),
            format!("\u{645}{joiner}a"),
            format!("\u{645}{joiner}.txt"),
            format!("\u{2ff}{joiner}\u{645}"),
            format!("\u{645}{joiner}{joiner}\u{645}"),
            "\u{645}\u{200c}\u{200d}\u{645}".into(),
            format!("{joiner}"),
        ]);
        taken([
            format!("\u{645}{joiner}\u{645}"),
            format!("\u{300}{joiner}\u{300}"),
            format!("\u{1f469}{joiner}\u{1f467}.png"),
        ]);
    }
}

#[test]
fn a_reader_takes_names_that_a_sealer_would_not() {
    taken(["e\u{301}.txt", "A\u{30a}/x", "\u{1100}\u{1161}"]);
    let twins = |one: &str, other: &str| {
        let file = |name: &str| File::new(name, "bytes", "text/plain", "document");
        (format!("{one:?} {other:?}"), plain().with_file(file(one)).with_file(file(other)).parts())
    };
    all_verify([twins("a.txt", "A.txt"), twins("stra\u{df}e", "strasse"), twins("\u{e9}", "e\u{301}")]);
}

#[test]
fn names_in_any_script_are_taken() {
    taken([
        "Астана, посольство.jpg",
        "新疆_巡逻.jpg",
        "می\u{200c}خواهم.txt",
        "ရန်ကုန်.jpg",
        "ཁྲོམ་གཞུང.jpg",
        "👩\u{200d}👧.png",
        "❤\u{fe0f}.png",
        "葛\u{e0100}城.jpg",
        "𝔘𝔫𝔦.txt",
        "ᠮᠣᠩᠭᠣᠯ.txt",
    ]);
}

#[test]
fn nothing_is_both_file_and_folder() {
    let file = |name: &str| File::new(name, "bytes", "text/plain", "document");
    let with = |names: &[&str]| {
        let bundle = names.iter().fold(plain(), |bundle, name| bundle.with_file(file(name)));
        (names.join(" "), bundle.parts())
    };
    let rows = [
        with(&["a", "a/b"]),
        with(&["a", "a/b/c/d"]),
        // names that sort between the two
        with(&["a", "a-b", "a/b"]),
        with(&["a", "a!", "a b", "a.txt", "a/b"]),
        with(&["x/a", "x/a b", "x/a/b"]),
        with(&["report.txt/x"]),
        with(&["photos"]),
    ];
    all_give("item.conflict", Forms::ZipOnly, rows);
    all_verify([with(&["a", "ab/c"]), with(&["a/b", "a/bc/d", "ab"]), with(&["A", "a/b"])]);
}

#[test]
fn at_least_one_file_is_shown_in_any_bundle() {
    let mut none = plain();
    none.files.clear();
    none.fields.retain(|field| !field[0].starts_with("file:"));
    let mut withheld = plain().parts();
    withheld.withhold(&Release::by(&amina()), &["\"kind\":\"file\"", "file:photos"]);
    let mut nothing = plain().parts();
    nothing.withhold(&Release::by(&amina()), &["{"]);
    let rows = [("facts without a file", none.parts()), ("all files withheld", withheld), ("everything withheld", nothing)];
    all_give("item.conflict", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn each_byte_of_the_payload_is_under_a_signed_hash() {
    let mut hidden = plain().parts();
    hidden.add_payload("hidden.txt", "x");
    hidden.mend();
    all_give("payload.unlisted bag.derived", Forms::Both, [("a file that the signer never listed".to_owned(), hidden)]);
    let mut gone = plain().with_file(File::new("gone.txt", "bytes", "text/plain", "document")).parts();
    gone.remove("data/gone.txt");
    all_give("payload.missing", Forms::Both, [("a file that the signer listed and left out".to_owned(), gone)]);
}

//! What stays in a redacted bundle and still gives away what went: found before anything is written, wherever it is, and not
//! where something only looks alike (threats 35 and 35a).

use support::{kit, strides};

mod packed;
mod written;

use kit::samples::plain;
use kit::text::sha256_hex;
use kit::withholding::verified_bytes;
use kit::{Bundle, File, Release};
use sealbag::Unwatched;
use sealbag::ops::leaks::{Leak, Told};

fn text(path: &str, bytes: impl Into<Vec<u8>>) -> File {
    File::new(path, bytes, "text/plain", "document")
}

/// A bundle in which nothing gives anything away, with one file to be searched.
fn with(bytes: impl Into<Vec<u8>>) -> Bundle {
    plain().with_file(text("notes.txt", bytes))
}

fn leaks(bundle: &Bundle, items: &[&str]) -> Vec<Leak> {
    leaks_in(&bundle.parts().zip(), items)
}

fn leaks_in(bytes: &[u8], items: &[&str]) -> Vec<Leak> {
    let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    verified_bytes(bytes).withhold(&items, false, &Unwatched).unwrap().remaining().to_vec()
}

/// As `place:line told`, short enough to compare.
fn told(leaks: &[Leak]) -> Vec<String> {
    leaks
        .iter()
        .map(|leak| {
            let what = match &leak.what {
                Told::Bytes => "bytes".into(),
                Told::Hash => "hash".into(),
                Told::Name(name) => format!("name {name}"),
                Told::Value => "value".into(),
                Told::Word(word) => format!("word {word}"),
                Told::Said(said) => format!("{said:?}"),
                Told::Twin(kin) => format!("{kin:?}"),
            };
            let line = leak.line.map_or(String::new(), |line| format!(":{line}"));
            format!("{}{line} {what} of {}", leak.place, leak.of)
        })
        .collect()
}

/// What a file with this text gives away about a source with this fact.
fn of_source(fact: &str, value: &str, bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let bundle = with(bytes).field("source:S7", fact, value);
    let found = told(&leaks(&bundle, &["source:S7"]));
    found.iter().map(|told| told.replace(&format!(" of source:S7#{fact}"), "").replace("notes.txt:1 ", "")).collect()
}

/// What a file with this text gives away about a fact about the case with this value.
fn of_case(value: &str, bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let bundle = with(bytes).field("case", "note", value);
    told(&leaks(&bundle, &["case#note"]))
        .iter()
        .map(|told| told.replace(" of case#note", "").replace("notes.txt:", ""))
        .collect()
}

const NOTHING: [&str; 0] = [];

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    ["\u{feff}", text].concat().encode_utf16().flat_map(bytes).collect()
}

#[test]
fn where_nothing_is_left_nothing_is_told() {
    assert_eq!(told(&leaks(&with("They met at noon.\n"), &["case#dateline", "photos/a.jpg", "source:S1"])), NOTHING);
}

#[test]
fn the_same_bytes_under_another_name() {
    let photo = plain().files[1].bytes.clone();
    let bundle = plain().with_file(File::new("copy/z.jpg", photo.clone(), "image/jpeg", "photo"));
    assert_eq!(told(&leaks(&bundle, &["photos/a.jpg"])), ["copy/z.jpg bytes of photos/a.jpg"]);
    assert_eq!(told(&leaks(&bundle, &["copy/z.jpg"])), ["photos/a.jpg bytes of copy/z.jpg"]);
    assert_eq!(told(&leaks(&bundle, &["copy/z.jpg", "photos/a.jpg"])), NOTHING, "both go");
    let other = plain().with_file(File::new("copy/z.jpg", [&photo[..], b"x"].concat(), "image/jpeg", "photo"));
    assert_eq!(told(&leaks(&other, &["photos/a.jpg"])), NOTHING);
}

#[test]
fn the_hash_of_a_file_in_a_text() {
    let hash = sha256_hex(&plain().files[1].bytes);
    let found = ["notes.txt:2 hash of photos/a.jpg"];
    assert_eq!(told(&leaks(&with(format!("sums\n{hash}  a\n")), &["photos/a.jpg"])), found);
    assert_eq!(told(&leaks(&with(format!("sums\n{}  a\n", hash.to_uppercase())), &["photos/a.jpg"])), found);
    assert_eq!(told(&leaks(&with(format!("sums\n{}  a\n", &hash[..63])), &["photos/a.jpg"])), NOTHING);
    // what is said of another file is no secret
    assert_eq!(told(&leaks(&with(sha256_hex(&plain().files[0].bytes)), &["photos/a.jpg"])), NOTHING);
}

#[test]
fn a_path_a_file_name_and_what_stands_before_its_dot() {
    let bundle = |bytes: &str| with(bytes).with_file(File::new("photos/patrol_at_night.jpg", "\u{1}", "image/jpeg", "photo"));
    let names = |bytes: &str| -> Vec<String> {
        let found = told(&leaks(&bundle(bytes), &["photos/patrol_at_night.jpg", "photos/a.jpg"]));
        found
            .iter()
            .filter(|told| told.ends_with("night.jpg"))
            .map(|told| told.replace(" of photos/patrol_at_night.jpg", "").replace("notes.txt:1 name ", ""))
            .collect()
    };
    let all = ["patrol_at_night", "patrol_at_night.jpg", "photos/patrol_at_night.jpg"];
    assert_eq!(names("see data/photos/patrol_at_night.jpg"), all);
    assert_eq!(names("see PATROL_AT_NIGHT.JPG"), all[..2]);
    assert_eq!(names("see patrol_at_night.tif"), all[..1]);
    assert_eq!(names("see \"patrol_at_nights\""), all[..1]);
    for harmless in ["at night", "controlpatrol_at_night", "7patrol_at_night"] {
        assert_eq!(names(harmless), NOTHING, "{harmless}");
    }
    assert_eq!(names("on patrol at night"), ["notes.txt:1 word patrol"], "night is a common word");
    // a name of one or two letters occurs everywhere
    assert_eq!(told(&leaks(&with("a b\n"), &["photos/a.jpg"])), NOTHING);
}

#[test]
fn a_name_in_a_script_that_does_not_part_its_words() {
    let found = ["notes.txt:1 name 新疆_巡逻 of photos/新疆_巡逻.jpg"];
    assert_eq!(told(&leaks(&with("看照片新疆_巡逻。"), &["photos/新疆_巡逻.jpg"])), found);
    let words = ["notes.txt:1 word 巡逻 of photos/新疆_巡逻.jpg", "notes.txt:1 word 新疆 of photos/新疆_巡逻.jpg"];
    assert_eq!(told(&leaks(&with("看照片新疆 巡逻。"), &["photos/新疆_巡逻.jpg"])), words);
    assert_eq!(of_source("identity", "王小明", "他叫王小明。"), ["value"]);
    assert_eq!(of_source("note", "老师 王小明", "他叫王小明。"), ["word 王小明"]);
    // two letters are a whole name, one is found everywhere
    assert_eq!(of_source("identity", "李雷", "昨天李雷说"), ["value"]);
    assert_eq!(of_source("identity", "司机,李雷", "昨天李雷说"), ["word 李雷"]);
    assert_eq!(of_source("identity", "이준", utf16("어제 이준이 말했다", u16::to_le_bytes)), ["value"]);
    assert_eq!(of_source("identity", "李", "昨天李雷说"), NOTHING);
    assert_eq!(of_source("note", "معلم اسمه أحمد", "رأيت وأحمد هناك"), ["word أحمد"]);
}

#[test]
fn threat_35a_a_value_in_another_fact_and_in_a_name() {
    let bundle = plain()
        .field("case", "event_place", "Karaganda")
        .field("file:report.txt", "caption", "The camp at KARAGANDA, from afar")
        .field("source:S1", "note", "lives elsewhere")
        .with_file(text("karaganda-camp.txt", "A camp.\n"));
    let found = ["karaganda-camp.txt value of case#event_place", "report.txt#caption value of case#event_place"];
    assert_eq!(told(&leaks(&bundle, &["case#event_place"])), found);
    let word = "karaganda-camp.txt word KARAGANDA of report.txt#caption";
    assert_eq!(told(&leaks(&bundle, &["case#event_place", "report.txt#caption"])), [found[0], word]);
    assert_eq!(
        told(&leaks(&bundle, &["case#event_place", "karaganda-camp.txt"])),
        [found[1], "report.txt#caption word karaganda of karaganda-camp.txt"]
    );
    // a file of which only the name gives anything away, in a fact about another file
    let bundle = plain().field("case", "note", "compare a.jpg with the other");
    assert_eq!(told(&leaks(&bundle, &["photos/a.jpg"])), ["case#note name a.jpg of photos/a.jpg"]);
}

#[test]
fn the_time_of_a_file_that_stays() {
    let taken = |at: &str| {
        let bundle = plain().field("file:photos/a.jpg", "taken_at", at);
        bundle.field("file:report.txt", "modified", "2026-11-23T09:30:00Z")
    };
    let found = told(&leaks(&taken("2026-11-23T09:30:00Z"), &["photos/a.jpg#taken_at"]));
    assert_eq!(found, ["report.txt#modified value of photos/a.jpg#taken_at"]);
    assert_eq!(told(&leaks(&taken("2026-11-22T09:31:00Z"), &["photos/a.jpg#taken_at"])), NOTHING);
    let found = told(&leaks(&taken("2026-11-23T09:31:00Z"), &["photos/a.jpg#taken_at"]));
    assert_eq!(found, ["report.txt#modified word 2026-11-23 of photos/a.jpg#taken_at"], "the day is the same");
    let found = told(&leaks(&taken("at 09:30, on some day"), &["photos/a.jpg#taken_at"]));
    assert_eq!(found, ["report.txt#modified word 09:30 of photos/a.jpg#taken_at"]);
}

#[test]
fn a_value_in_a_text_in_utf_8_and_utf_16() {
    for value in ["Kyzylorda street", "улица Кызылорды", "克孜勒奥尔达"] {
        let text = format!("first line\nsecond: {value}, and more\n");
        assert_eq!(of_case(value, text.as_bytes()), ["2 value"], "{value}");
        assert_eq!(of_case(value, utf16(&text, u16::to_le_bytes)), ["2 value"], "{value} LE");
        assert_eq!(of_case(value, utf16(&text, u16::to_be_bytes)), ["2 value"], "{value} BE");
        // all but its last letter
        let mut shorter = value.to_owned();
        shorter.pop();
        let text = format!("first line\nsecond: {shorter}, and more\n");
        for bytes in [text.clone().into_bytes(), utf16(&text, u16::to_le_bytes), utf16(&text, u16::to_be_bytes)] {
            assert!(!of_case(value, bytes).contains(&"2 value".to_owned()), "{value}");
        }
    }
}

#[test]
fn a_value_in_either_normal_form_and_in_capitals_or_without() {
    let (composed, apart) = ("Ünlü Şehir", "U\u{308}nlu\u{308} S\u{327}ehir");
    for value in [composed, apart] {
        for text in [composed, apart, "ünlü şehir", "ÜNLÜ ŞEHIR", "u\u{308}nlu\u{308} s\u{327}ehir", "Unlu Sehir"] {
            assert_eq!(of_case(value, text), ["1 value"], "{value} in {text}");
        }
    }
    for text in ["айгерим", "Айгерим", "АЙГЕРИМ"] {
        for value in ["айгерим", "Айгерим", "АЙГЕРИМ"] {
            assert_eq!(of_case(value, text), ["1 value"], "{value} in {text}");
        }
    }
    assert_eq!(of_case("айгерим нурлан", "Айгерим Нурлан"), ["1 value"]);
    assert_eq!(of_case("Айгерим", "Айгеры"), NOTHING);
}

#[test]
fn threat_35a_a_word_of_what_is_said_of_a_source() {
    assert_eq!(of_source("identity", "Aigerim Nurlanova", "said Nurlanova, twice"), ["word Nurlanova"]);
    assert_eq!(of_source("identity", "Aigerim Nurlanova", "NURLANOVA's brother"), ["word Nurlanova"]);
    assert_eq!(of_source("identity", "Aigerim Nurlanova", "Aigerim Nurlanova"), ["value"], "who has it all has its words");
    assert_eq!(of_source("note", "He works at the Baiterek tower.", "near Baiterek"), ["word Baiterek"]);
    assert_eq!(of_source("note", "telephone 7012345678", "call 7012345678"), ["word 7012345678"]);
    // words without a capital, the first of a sentence, and numbers that may be a year tell nothing
    let note = "Nurse there since 2017. Works at night";
    assert_eq!(of_source("note", note, "a nurse who works there since 2017, at night"), NOTHING);
    // inside another word
    assert_eq!(of_source("identity", "Anna Ulan", "Johanna and her Gulanda"), NOTHING);
    assert_eq!(of_source("identity", "Anna Ulan", utf16("Johanna and her Gulanda", u16::to_le_bytes)), NOTHING);
    assert_eq!(of_source("identity", "Anna Ulan", utf16("Johanna and her Gulanda", u16::to_be_bytes)), NOTHING);
    assert_eq!(of_source("identity", "Анна Улан", "Жоханна и Гуланда"), NOTHING);
    assert_eq!(of_case("Aigerim Nurlanova", "said Nurlanova, twice"), ["1 word Nurlanova"]);
}

#[test]
fn threat_35a_numbers_addresses_and_whoever_is_written_without_capitals() {
    let said = "tavi oren, baker, tel. +999 550 0143, tavi.oren@mail.example.";
    let told = of_source("identity", said, "Call +999 550 0143 or write to tavi.oren@mail.example");
    assert!(told.contains(&"word +999 550 0143".into()) && told.contains(&"word tavi.oren@mail.example".into()), "{told:?}");
    assert!(told.contains(&"word tavi".into()) && told.contains(&"word oren".into()), "{told:?}");
    assert_eq!(of_case("Call: 0999/550.0143", "on 0999/550.0143"), ["1 word 0999/550.0143"]);
    // a date is not a telephone number, and one number is not another
    assert_eq!(of_case("On 2024-11-23 at noon, 17:30", "It was 2024-11-23, 17:30."), ["1 word 17:30", "1 word 2024-11-23"]);
    assert_eq!(of_source("note", "+999 550 0143", "+999 550 0142"), NOTHING);
}

#[test]
fn threat_35a_a_value_that_is_broken_over_two_lines() {
    let caption = "The border bridge on the evening of the first closure";
    assert_eq!(of_case(caption, "\nThe border bridge on the evening of\nthe first closure."), ["2 value"]);
    assert_eq!(of_case("The border bridge\non the evening", "The border bridge on the evening"), ["1 value"]);
    assert_eq!(of_case(caption, "The border bridge on the evening of\n\nthe first closure."), NOTHING);
    assert_eq!(of_case(caption, utf16(&caption.replace("of the", "of\nthe"), u16::to_le_bytes)), ["1 value"]);
}

#[test]
fn a_word_in_another_case_of_its_grammar() {
    for form in ["Айгерима", "Айгериму", "АЙГЕРИМОМ", "об Айгериме"] {
        assert_eq!(of_source("identity", "Айгерим Садыкова", form), ["word Айгерим"], "{form}");
    }
    for form in ["Садыкову", "Садыковой", "садыковы"] {
        assert_eq!(of_source("identity", "Айгерим Садыкова", form), ["word Садыкова"], "{form}");
    }
    for form in ["Садыр", "Айгуль", "посадыкова"] {
        assert_eq!(of_source("identity", "Айгерим Садыкова", form), NOTHING, "{form}");
    }
}

#[test]
fn unknown_and_very_short_values_are_found_nowhere() {
    for value in ["unknown", "42", " 7 ", "a"] {
        assert_eq!(of_source("identity", value, "unknown, 42, 7, ab"), NOTHING, "{value}");
    }
    assert_eq!(of_source("identity", "427", "unknown, 427"), ["value"]);
    assert_eq!(of_source("identity", " Zhanar\n", "it was Zhanar"), ["value"], "white space around it is not looked for");
}

#[test]
fn a_long_value_is_known_by_its_beginning() {
    let long: String = (0..120).map(|number| format!("w{number} ")).collect();
    let beginning: String = long.chars().take(200).collect();
    assert_eq!(of_case(&long, beginning.as_str()), ["1 value"]);
    assert_eq!(of_case(&long, &beginning[..199]), NOTHING);
}

#[test]
fn lines_are_counted_and_the_first_is_told() {
    let bundle = with("one\ntwo Karaganda\nthree Karaganda\n").field("case", "event_place", "Karaganda");
    assert_eq!(told(&leaks(&bundle, &["case#event_place"])), ["notes.txt:2 value of case#event_place"]);
    // far into a file
    let far = ["x\n".repeat(400_000).as_str(), "Karaganda"].concat();
    let bundle = with(far).field("case", "event_place", "Karaganda");
    assert_eq!(told(&leaks(&bundle, &["case#event_place"])), ["notes.txt:400001 value of case#event_place"]);
}

strides!(look_across_the_border, what_lies_across_some_borders_of_two_chunks takes one in 9, what_lies_across_the_border_of_two_pieces takes all);

fn look_across_the_border(step: usize) {
    let chunk = sealbag::base::limits::CHUNK;
    // a long path among the needles makes the kept end of the first chunk long
    let long = format!("folder/{}.jpg", "long".repeat(50));
    let facts = |bytes: Vec<u8>| {
        let bundle = with(bytes).with_file(File::new(&long, "\u{2}", "image/jpeg", "photo"));
        bundle.field("source:S7", "identity", "Zhanar Садыкова")
    };
    let look = |bytes: Vec<u8>| told(&leaks(&facts(bytes), &["source:S7", &long]));
    for word in ["Zhanar", "Садыкова"] {
        for back in (0..=word.len() + 1).step_by(step) {
            let before = vec![b'.'; chunk - back];
            let found = look([&before, word.as_bytes(), b"..."].concat());
            assert_eq!(found, [format!("notes.txt:1 word {word} of source:S7#identity")], "{back}");
        }
    }
    // inside another word it is harmless, wherever the border is and wherever the kept end of the first chunk begins
    for back in (0..20).chain(400..450).step_by(step) {
        let before = vec![b'x'; chunk - back];
        let after = vec![b'.'; chunk / 8];
        assert_eq!(look([&before, "xzhanar бсадыкова".as_bytes(), &after].concat()), NOTHING, "{back}");
        assert_eq!(look([&before, "é Zhanar".as_bytes(), &after].concat()).len(), 1, "{back}");
    }
}

#[test]
fn what_two_items_have_in_common_is_told_of_both() {
    let bundle = with("No12345 was there").with_file(File::new("photos/12345.jpg", "\u{1}", "image/jpeg", "photo"));
    let bundle = bundle.field("case", "identifier", "12345").field("source:S7", "note", "12345");
    let found = told(&leaks(&bundle, &["photos/12345.jpg", "case#identifier", "source:S7"]));
    assert_eq!(found, ["notes.txt:1 value of source:S7#note", "notes.txt:1 value of case#identifier"]);
    let bundle = bundle.with_file(text("more.txt", "see 12345"));
    let found = told(&leaks(&bundle, &["photos/12345.jpg", "case#identifier"]));
    assert!(found.contains(&"more.txt:1 name 12345 of photos/12345.jpg".to_owned()), "{found:?}");
    assert!(found.contains(&"more.txt:1 value of case#identifier".to_owned()), "{found:?}");
}

#[test]
fn reasons_tell_too_those_that_stand_there_and_the_new_one() {
    let mut parts = plain().field("case", "event_place", "Karaganda").parts();
    let release = Release { reason: "the guard of Karaganda is known".into(), ..Release::by(&kit::samples::amina()) };
    parts.withhold(&release, &["\"dateline\""]);
    let found = told(&leaks_in(&parts.zip(), &["case#event_place"]));
    assert_eq!(found, ["seal/release-1.json value of case#event_place"]);
    let verified = verified_bytes(&plain().parts().zip());
    let mut redaction = verified.withhold(&["case#dateline".into()], false, &Unwatched).unwrap();
    redaction.look_into("--reason", "it is not to be known where");
    assert_eq!(redaction.remaining(), []);
    redaction.look_into("--reason", "not all need know of ASTANA, Kazakhstan");
    assert_eq!(told(redaction.remaining()), ["--reason value of case#dateline"]);
}

#[test]
fn files_that_are_no_text_are_searched_all_the_same_and_named() {
    let bundle = plain().with_file(File::new("photos/place.jpg", b"\xff\xd8\0Karaganda\0".to_vec(), "image/jpeg", "photo"));
    let bundle = bundle.field("case", "event_place", "Karaganda");
    let verified = verified_bytes(&bundle.parts().zip());
    let redaction = verified.withhold(&["case#event_place".into()], false, &Unwatched).unwrap();
    assert_eq!(told(redaction.remaining()), ["photos/place.jpg value of case#event_place"]);
    assert_eq!(redaction.not_looked_into(), 3);
    let named: Vec<&str> = redaction.not_searched().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(named, ["photos/a.jpg", "photos/place.jpg", "photos/新疆_巡逻.jpg"]);
    let redaction = verified.withhold(&["case#event_place".into(), "photos/*".into()], false, &Unwatched).unwrap();
    assert_eq!((redaction.not_looked_into(), redaction.remaining()), (0, &[][..]));
}

#[test]
fn whom_it_was_for_may_stand_in_a_text() {
    let mut bundle = kit::samples::addressed();
    let key = bundle.recipients[0].clone();
    bundle = bundle.with_file(text("notes.txt", format!("age -r {key}")));
    assert_eq!(told(&leaks(&bundle, &["case#dateline"])), ["notes.txt:1 value of recipients"]);
}

/// A watch that is told to stop when it has been asked so many times.
struct Patience(std::sync::atomic::AtomicUsize);

impl sealbag::base::watch::Watch for Patience {
    fn expect(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        use std::sync::atomic::Ordering::SeqCst;
        self.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err()
    }
}

#[test]
fn a_search_is_told_to_stop_before_every_item_that_is_withheld() {
    let bundle = (0..100).fold(plain(), |bundle, number| bundle.field("case", "note", &format!("remark number {number}")));
    let whole = verified_bytes(&bundle.parts().zip());
    let mut asked = 0;
    loop {
        match whole.withhold(&["case#note".into()], false, &Patience(asked.into())) {
            Ok(redaction) => break assert!(redaction.withheld().len() >= 100),
            Err(error) => assert_eq!(error.code.id, "run.interrupted", "after {asked}"),
        }
        asked += 1;
    }
    assert!(asked > 100, "it was asked {asked} times");
}

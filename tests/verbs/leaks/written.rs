//! What goes is found in whatever way it is written, and what only looks alike is not (threat 35a).

use super::{File, NOTHING, leaks, of_case, of_source, plain, text, told, utf16, with};

const GUARD: &str = "Ivan Petrov, night guard of the Oret mill";

#[test]
fn threat_35a_each_word_of_an_identity() {
    assert_eq!(of_source("identity", GUARD, "We met Ivan Petrov there."), ["word Ivan", "word Petrov"]);
    assert_eq!(of_source("identity", GUARD, "the guard at Oret"), ["word Oret", "word guard"]);
    assert_eq!(of_source("identity", "Petrov (guard)", "Petrov said"), ["word Petrov"]);
    assert_eq!(of_source("identity", "Ivan Petrov", "Ivan\r\nPetrov"), ["value"]);
    assert_eq!(of_source("identity", "Ivan Petrov", "#IvanPetrov"), ["word Ivan", "word Petrov"]);
    // common words, and other words that only begin alike
    assert_eq!(of_source("identity", GUARD, "At night he went to the guardianship of Ivanovsk"), NOTHING);
    // a common word that is a name counts where it has a capital
    assert_eq!(of_source("identity", "Rose Young", "when Rose came"), ["word Rose"]);
    assert_eq!(of_source("identity", "Rose Young", "a young rose"), NOTHING);
}

#[test]
fn threat_35a_two_letters_numbers_and_labels() {
    assert_eq!(of_source("identity", "Bo", "said Bo."), ["value"]);
    assert_eq!(of_source("identity", "Bo", "a boy, Bob, NABO"), NOTHING);
    assert_eq!(of_source("note", "badge 4711", "his badge: 4711!"), ["word 4711"]);
    assert_eq!(of_source("note", "badge 4711", "numbers 14711, 47112"), NOTHING);
    let credit = plain().field("file:photos/a.jpg", "credit", "S1").field("file:report.txt", "note", "as S1 and S12 say, s1");
    let found = ["photos/a.jpg#credit name S1 of source:S1", "report.txt#note name S1 of source:S1"];
    assert_eq!(told(&leaks(&credit, &["source:S1"])), found);
    let stays = credit.field("source:S1", "note", "a baker");
    assert_eq!(told(&leaks(&stays, &["source:S1#identity"])), NOTHING, "S1 itself stays");
    assert_eq!(told(&leaks(&with("S12 and s1"), &["source:S1"])), NOTHING);
}

#[test]
fn threat_35a_words_of_a_file_name() {
    let of = |name: &str, bytes: &str| {
        let bundle = with(bytes).with_file(text(name, "\u{1}"));
        let found = told(&leaks(&bundle, &[name]));
        found.iter().map(|told| told.replace(&format!(" of {name}"), "").replace("notes.txt:1 ", "")).collect::<Vec<_>>()
    };
    assert_eq!(of("Interview_Ivan_Petrov.txt", "Ivan had an interview"), ["word Ivan"]);
    assert_eq!(of("interview-ivan-petrov.txt", "with PETROV"), ["word petrov"]);
    assert_eq!(of("IMG_20240303.jpg", "on 3 March 2024"), ["word 2024-03-03"]);
    assert_eq!(of("photos of report.txt", "the report has photos"), NOTHING);
}

#[test]
fn threat_35a_accents_entities_escapes_and_tags() {
    for text in [
        "José Núñez",
        "Jose Nunez",
        "JOSE\u{301} NUN\u{303}EZ",
        "Jo\u{AD}sé\u{A0}Nú\u{200B}ñez",
        "Jos&eacute; N&#250;&#xF1;ez",
        r"Jos\u00e9 N\u00fa\xf1ez",
        "Jos%C3%A9%20N%C3%BA%C3%B1ez",
        "Jos=C3=A9 N=C3=BA=C3=B1ez",
        "<p>Jo<b>s\u{e9}</b> N<i class=\"x\">ú</i>ñez</p>",
        "<p\nid=1>José<br>Núñez",
        "<img alt=\"José Núñez\">",
        "José &amp;\r\nJosé  \r\n Núñez",
    ] {
        let found = of_source("identity", "José Núñez", text);
        assert!(found.iter().any(|told| told.ends_with("value")), "{text}: {found:?}");
    }
    assert_eq!(of_source("identity", "José Núñez", b"Jos\xe9 N\xfa\xf1ez".to_vec()), ["value"], "Latin-1");
    assert_eq!(of_source("identity", "José", "Jos&eacute;"), ["value"]);
    assert_eq!(of_source("identity", "Ivan Petrov", "<b>Pe</b>trov"), ["word Petrov"]);
    assert_eq!(of_source("identity", "Ivan Petrov", utf16("<b>Pe</b>trov", u16::to_be_bytes)), ["word Petrov"]);
    // lines are counted through all of it
    assert_eq!(of_case("Karaganda", "<a\nb>\r\nx=\n y\nKaraganda"), ["5 value"]);
    assert_eq!(of_case("Karaganda", "1 < 2\n<a title='\nKaraganda'>"), ["3 value"]);
}

#[test]
fn threat_35a_dates_in_each_form_and_times_apart_from_them() {
    for text in [
        "2024-03-03",
        "3 March 2024",
        "March 3, 2024",
        "3rd Mar. 2024",
        "03.03.2024",
        "3/3/2024",
        "03/03/2024",
        "20240303",
        "IMG_20240303_021700.jpg",
        "2024:03:03 12:00:00",
    ] {
        assert_eq!(of_case("It was 2024-03-03 at 02:17 or so", text), ["1 word 2024-03-03"], "{text}");
    }
    for text in ["at 02:17", "2:17 am", "02:17:33Z"] {
        assert_eq!(of_case("It was 2024-03-03 at 02:17 or so", text), ["1 word 02:17"], "{text}");
    }
    for harmless in ["13 March 2024", "3 March 2025", "102:17", "12:02:17", "March 2024", "120240303"] {
        assert_eq!(of_case("It was 2024-03-03 at 02:17 or so", harmless), NOTHING, "{harmless}");
    }
    assert_eq!(of_case("on 4/3/2024 they came", "on 2024-03-04"), ["1 word 2024-03-04"]);
    assert_eq!(of_case("on 4/3/2024 they came", "on 2024-04-03"), ["1 word 2024-04-03"]);
    // the time of a file that stays
    let bundle = plain().field("source:S7", "note", "2026-11-23 at 09:30");
    let bundle = bundle.field("file:report.txt", "modified", "2026-11-23T09:30:00Z");
    let found = told(&leaks(&bundle, &["source:S7"]));
    assert!(found.contains(&"report.txt#modified word 2026-11-23 of source:S7#note".to_owned()), "{found:?}");
    assert!(found.contains(&"report.txt#modified word 09:30 of source:S7#note".to_owned()), "{found:?}");
}

#[test]
fn what_is_everywhere_tells_nothing_but_for_names_of_sources() {
    let files = |count: usize| {
        let bundle =
            (0..count).fold(plain(), |bundle, n| bundle.with_file(text(&format!("f{n}.txt"), "Karaganda, guard, Zhanar")));
        bundle.field("case", "note", "seen near Karaganda at noon").field("source:S7", "identity", "Zhanar, a guard")
    };
    let found = told(&leaks(&files(7), &["case#note", "source:S7"]));
    assert_eq!(found.len(), 3 * 7, "{found:?}");
    let found = told(&leaks(&files(8), &["case#note", "source:S7"]));
    assert!(found.len() == 8 && found.iter().all(|told| told.contains("Zhanar")), "{found:?}");
}

#[test]
fn a_stock_phrase_of_two_sources_tells_nothing() {
    let both = |value: &str| plain().field("source:S7", "consent", value).field("source:S8", "consent", value);
    let of = |value: &str| told(&leaks(&both(value), &["source:S7"]));
    assert_eq!(of("quoted without a name"), NOTHING);
    assert_eq!(of("given to Karaganda"), ["source:S8#consent value of source:S7#consent"]);
    let elsewhere = both("quoted without a name").field("case", "note", "quoted without a name");
    assert_eq!(told(&leaks(&elsewhere, &["source:S7"])), ["case#note value of source:S7#consent"]);
}

#[test]
fn threat_35a_names_of_sources_come_first_and_chance_last() {
    let bundle = with("see a.jpg and Karaganda, says Zhanar")
        .with_file(File::new("x.bin", b"\0\x01\xff\0Zhanar\0".to_vec(), "application/octet-stream", "attachment"))
        .field("source:S7", "identity", "Zhanar, a guard")
        .field("case", "note", "a place near Karaganda");
    let found = leaks(&bundle, &["photos/a.jpg", "case#note", "source:S7"]);
    assert_eq!(
        told(&found),
        [
            "notes.txt:1 word Zhanar of source:S7#identity",
            "notes.txt:1 name a.jpg of photos/a.jpg",
            "notes.txt:1 word Karaganda of case#note",
            "x.bin word Zhanar of source:S7#identity",
        ]
    );
    assert_eq!(found.iter().map(|leak| leak.in_bytes()).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn bytes_that_are_no_text_give_away_words_and_not_noise() {
    let of = |identity: &str, bytes: &[u8]| {
        let bytes = [b"\0\x01\xff\xfe", bytes, b"\xff\0"].concat();
        let bundle = plain().with_file(File::new("x.bin", bytes, "application/octet-stream", "attachment"));
        told(&leaks(&bundle.field("source:S7", "identity", identity), &["source:S7"])).len()
    };
    assert_eq!(of("Zhang Wei", b"\0Zhang\0"), 1);
    assert_eq!(of("Zhang Wei", b"\xe1Zhang\x80"), 0, "by chance");
    assert_eq!(of("Bo", b"\0Bo\0"), 0, "by chance");
    assert_eq!(of("Bo", b"<xmp><dc:creator>Bo</dc:creator></xmp>"), 1);
    assert_eq!(of("Jos\u{e9} Z", b"<xmp><dc:creator>Jos&#xE9;</dc:creator></xmp>"), 1);
    assert_eq!(of("Petrov", b"P\0e\0t\0r\0o\0v\0"), 1);
}

#[test]
fn threat_35a_an_identity_of_common_words() {
    let said = "Will May of the mill told us";
    assert_eq!(of_source("identity", "Will May", said), ["value"]);
    assert_eq!(of_source("identity", "Will May", "then Will and MAY"), ["word May", "word Will"]);
    assert_eq!(of_source("identity", "Will May", "she will, in the way that may will may be"), NOTHING);
    for name in ["Nur", "Una", "Will", "Mine", "Su", "Den", "Dos", "Ser", "Non", "Hat", "Le An", "An Do", "Su An", "Nur Will"] {
        assert_eq!(of_source("identity", name, format!("there {name} said")), ["value"], "{name}");
        assert_eq!(of_source("identity", name, format!("there {} said", name.to_lowercase())), NOTHING, "{name}");
        for word in name.split(' ').filter(|_| name.contains(' ')) {
            assert_eq!(of_source("identity", name, format!("there {word} said")), [format!("word {word}")], "{name}");
        }
    }
    assert_eq!(of_source("identity", "will may", said), ["value"], "whoever writes without capitals");
    assert_eq!(of_source("identity", "Will, guard", "there Will said"), ["word Will"]);
    assert_eq!(of_source("identity", "Not known to us", "Not all of it"), NOTHING);
}

#[test]
fn threat_35a_letters_and_digits_of_other_scripts() {
    for number in ["٤٧١١", "۴۷۱۱", "४७११", "４７１１"] {
        assert_eq!(of_source("note", "badge 4711", format!("his sign {number}!")), ["word 4711"], "{number}");
    }
    assert_eq!(of_source("note", "badge ٤٧١١", "his sign 4711"), ["word ٤٧١١"]);
    assert_eq!(of_case("on ٢٠٢٤-٠٣-٠٣ they came", "3 March 2024"), ["1 word 2024-03-03"]);
    assert_eq!(of_source("identity", "مصطفى", "قال مصـــطفي"), ["value"]);
}

#[test]
fn threat_35a_the_first_letters_of_an_identity_in_han_or_hangul() {
    assert_eq!(of_source("identity", "李雷夜间保安", "昨天李雷说"), ["word 李雷"]);
    assert_eq!(of_source("identity", "王小明夜间保安", "昨天王小明说"), ["word 王小", "word 王小明"]);
    assert_eq!(of_source("identity", "이준경비원", "어제 이준이 말했다"), ["word 이준"]);
    assert_eq!(of_source("identity", "王小明", "他叫王小明。"), ["value"]);
    assert_eq!(of_source("identity", "李雷夜间保安", "昨天李说"), NOTHING);
}

#[test]
fn threat_35a_plain_words_of_an_identity_are_told_and_stop_nothing() {
    let stops = |bytes: &str| {
        let found = leaks(&with(bytes).field("source:S7", "identity", GUARD), &["source:S7"]);
        found.iter().map(|leak| leak.stops).collect::<Vec<_>>()
    };
    assert_eq!(stops("the guard at the mill"), [false, false]);
    assert_eq!(stops("the guard at Oret"), [true, false]);
    assert_eq!(stops(GUARD), [true]);
}

#[test]
fn threat_35a_single_words_in_bytes_that_are_no_text_stop_only_where_they_are_a_sources() {
    let stops = |about: &str, fact: &str, value: &str, bytes: &[u8]| {
        let found = leaks(&with(bytes).field(about, fact, value), &[if about == "case" { "case#headline" } else { about }]);
        found.iter().map(|leak| (leak.in_bytes(), leak.stops)).collect::<Vec<_>>()
    };
    assert_eq!(stops("case", "headline", "a day in Testik", b"\0\x01\xff\xfe\0 Testik \0\x80"), [(true, false)]);
    assert_eq!(stops("case", "headline", "a day in Testik", b"seen from Testik"), [(false, true)]);
    assert_eq!(
        stops("case", "headline", "a day in Testik", b"\0\x01\xff\xfe\0 a day in Testik \0\x80"),
        [(true, true), (true, false)]
    );
    assert_eq!(stops("source:S7", "identity", "Ivan Petrov", b"\0\x01\xff\xfe\0 Petrov \0\x80"), [(true, true)]);
}

#[test]
fn threat_35a_telephone_numbers_however_they_are_written() {
    let said = "call +7 701 555 12 34";
    for text in [
        "+7 (701) 555-12-34",
        "87015551234",
        "701-555-1234",
        "701.555/1234 or 12",
        "tel 701 555\n12 34",
        "٧٠١٥٥٥١٢٣٤",
        "555-1234",
    ] {
        let found = of_source("note", said, format!("on {text} he"));
        assert!(found.iter().any(|told| told.ends_with("word +7 701 555 12 34")), "{text} {found:?}");
    }
    for harmless in ["701-555-1235", "7015551234567", "701 555 12x34", "701-555 . . . . . 1234", "701, 55, 12"] {
        assert_eq!(of_source("note", said, harmless), NOTHING, "{harmless}");
    }
    let two = "+7 701 555 12 34 / +7 701 666 12 35";
    assert_eq!(of_source("note", two, "701-555-12-34"), [format!("word {two}")]);
    for text in ["4,711", "4 711", "4.711", "No. 4'711!"] {
        assert_eq!(of_source("note", "badge 4711", text), ["word 4711"], "{text}");
    }
    for harmless in ["14,711", "4, 711", "4,7111", "47,11"] {
        assert_eq!(of_source("note", "badge 4711", harmless), NOTHING, "{harmless}");
    }
}

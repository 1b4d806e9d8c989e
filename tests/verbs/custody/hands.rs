//! Who held it, drawn on a page: the logs of several copies together, with what is missing and both branches of a fork.

use std::fs;

use super::{LOG, Story, carry, lines, runs};
use runs::{Desk, Output};

/// The page about the registry's copy with these logs, as people read it.
fn page(desk: &Desk, logs: &[&str]) -> (Output, String) {
    let logs = logs.iter().flat_map(|log| ["--custody", log]);
    let told = desk.run(["report", "b.zip", "-o", "page.html", "--force"].into_iter().chain(logs));
    let page = fs::read_to_string(desk.path("page.html")).unwrap();
    (told, page)
}

fn text(page: &str) -> String {
    let begin = page.find("<section id=\"hands\"").expect("it is not drawn");
    let mut out = String::new();
    for part in page[begin..begin + page[begin..].find("</section>").unwrap()].split('<') {
        let (tag, behind) = part.split_once('>').unwrap_or(("", part));
        let within = ["bdi", "code", "span"].iter().any(|name| tag.trim_start_matches('/').starts_with(name));
        out.push_str(if within { "" } else { " " });
        out.push_str(behind);
    }
    out.replace("&quot;", "\"").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn threat_39_the_logs_of_several_copies_are_drawn_from_hand_to_hand() {
    let Story { reporter, courier, registry } = &Story::told();
    registry.write("reporter.jsonl", lines(reporter).concat());
    registry.write("courier.jsonl", lines(courier).concat());
    // in whatever order they are given, the first is that of the copy
    let (told, whole) = page(registry, &[LOG, "courier.jsonl", "reporter.jsonl"]);
    assert_eq!(told.exit, 0, "{told:#?}");
    let drawn = text(&whole);
    let places: Vec<usize> = [
        "Copy 1",
        "1: received by \"Amina O.\"",
        "Tesh Ulan",
        "2: given away by \"Amina O.\"",
        "to \"Courier\"",
        "Copy 2",
        "came from copy 1, its step 2",
        "received by \"Courier\"",
        "Copy 3",
        "came from copy 2, its step 2",
        "room 4, shelf 12",
        "yearly check",
    ]
    .iter()
    .map(|said| drawn.find(*said).unwrap_or_else(|| panic!("{said}: {drawn}")))
    .collect();
    assert!(places.is_sorted(), "{drawn}");
    assert!(!drawn.contains("missing") && !drawn.contains("custody.fork") && !drawn.contains("in log"), "{drawn}");
    assert!(text_of_answers(&whole).contains("unbroken, 3 steps"), "{whole}");

    // a step that is missing, one by somebody whom the reader does not believe any more, and two ways
    let [first, _, third] = &lines(courier)[..] else { panic!() };
    registry.write("gap.jsonl", first.to_owned() + third);
    let kept = fs::read(registry.path(LOG)).unwrap();
    registry.write(LOG, lines(registry)[..2].concat());
    registry.run(["custody", "add", "note", "b.zip", "--note", "<b>another</b> story"]).done();
    fs::rename(registry.path(LOG), registry.path("other.jsonl")).unwrap();
    registry.write(LOG, kept);
    registry.run(["contact", "revoke", "Courier"]).done();
    let (told, page) = page(registry, &[LOG, "gap.jsonl", "other.jsonl"]);
    assert_eq!(told.exit, 0, "{told:#?}");
    let drawn = text(&page);
    for said in [
        "\"gap.jsonl\" broken at step 2 custody.gap",
        "step 2 is missing here",
        "\"Courier\" (SHA256:",
        "whom you no longer believe",
        "custody.fork This log was written on in two ways",
        "way 1",
        "verified again by \"Registry\"",
        "way 2",
        "&lt;b&gt;another&lt;/b&gt; story",
        "in log 3",
    ] {
        assert!(drawn.contains(said), "{said}: {drawn}");
    }
    assert!(!page.contains("<b>") && !page.contains("<script"), "{page}");
}

fn text_of_answers(page: &str) -> String {
    page[page.find("id=\"answers\"").unwrap()..page.find("id=\"hands\"").unwrap()].to_owned()
}

#[test]
fn a_log_is_drawn_once_and_only_where_one_is_given() {
    let Story { reporter, registry, .. } = &Story::told();
    carry("b.zip", reporter, registry);
    registry.run(["report", "b.zip", "-o", "none.html"]).done();
    assert!(!fs::read_to_string(registry.path("none.html")).unwrap().contains("id=\"hands\""));
    let (told, twice) = page(registry, &[LOG, LOG]);
    assert_eq!((told.exit, twice.matches("room 4, shelf 12").count()), (0, 1), "{told:#?}");
    // a verdict is about one copy, and a stream is not read twice
    registry.refused(["verify", "b.zip", "--custody", LOG, "--custody", LOG], 2, "usage");
    let log = fs::read(registry.path(LOG)).unwrap();
    let told = registry.fed(["report", "b.zip", "--custody", "-", "-o", "x.html", "--json"], &log);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"usage".into()));
    assert!(!registry.path("x.html").exists());
    // what cannot be read is told, and the page is made
    registry.write("random", [0xff; 3000]);
    let (told, page) = page(registry, &[LOG, "random"]);
    assert!(told.exit == 0 && text(&page).contains("\"random\" broken at step 1 custody.torn"), "{page}");
}

//! Section 3: what items may say, and what they must not say together.

use super::List;
use crate::kit::bundle::{Bundle, File, field_line, recipient_line};
use crate::kit::samples::plain;
use crate::kit::text::recipient;

pub(super) fn add(list: &mut List) {
    let roles = ["report", "photo", "video", "audio", "document", "attachment", "other"];
    let files = roles.iter().map(|role| File::new(&format!("roles/{role}"), *role, "application/octet-stream", role));
    list.add("good-roles", "a file of every role", "", &files.fold(plain(), Bundle::with_file).parts());
    let single = [
        ("case", "title"),
        ("case", "published"),
        ("case", "original_or_copy"),
        ("source:S1", "identity"),
        ("file:photos/a.jpg", "caption"),
        ("file:photos/a.jpg", "taken_at"),
        ("file:photos/a.jpg", "original_name"),
        ("file:photos/a.jpg", "original_name_bytes"),
        ("file:photos/a.jpg", "modified"),
        ("file:photos/a.jpg", "derived_from"),
    ];
    for (about, name) in single {
        let short = about.split([':', '/']).next().unwrap();
        let twice = plain().field(about, name, "one").field(about, name, "two").parts();
        let what = format!("sealed with two of the {short} fact {name}, which can be true only once");
        list.add(format!("conflict-{short}-{}", name.replace('_', "-")), what, "item.conflict", &twice);
    }
    let many = plain()
        .field("case", "event_place", "Oret")
        .field("case", "event_place", "Oret")
        .field("case", "event_place", "Astana")
        .field("source:S1", "note", "one")
        .field("source:S1", "note", "two")
        .field("source:S2", "identity", "unknown")
        .field("file:report.txt", "place", "Oret")
        .field("file:report.txt", "credit", "A")
        .field("file:report.txt", "credit", "B");
    list.add("good-facts-many", "facts that may stand more than once, one of them with one value twice", "", &many.parts());
    let twin = File::new("photos/a.jpg", b"\xff\xd8\xff\xe0 a photo".to_vec(), "image/jpeg", "document");
    list.add(
        "conflict-path",
        "sealed with two items of one path",
        "item.conflict bag.derived",
        &plain().with_line(twin.line()).parts(),
    );
    let mut nothing = plain();
    nothing.files.clear();
    nothing.fields.retain(|[about, ..]| !about.starts_with("file:"));
    list.add("conflict-no-file", "sealed with facts and no file", "item.conflict", &nothing.parts());
    let keys = [("plugin", "age1yubikey1", true), ("classic", "age1", true)];
    for (name, _, _) in keys {
        let key = if name == "plugin" { crate::kit::text::bech32("age1yubikey", &[1; 33]) } else { recipient(3) };
        let what = format!("a recipient that is a {name} key");
        list.add(format!("good-recipient-{name}"), what, "", &plain().with_line(recipient_line(&key)).parts());
    }
    let bare = crate::kit::text::bech32("age", &[]);
    list.add(
        "good-recipient-checksum-alone",
        "a recipient with no data but the checksum",
        "",
        &plain().with_line(recipient_line(&bare)).parts(),
    );
    let good = recipient(3);
    let last = if good.ends_with('q') { 'p' } else { 'q' };
    for (name, what, key) in [
        ("upper-case", "a recipient in upper case", good.to_uppercase()),
        ("checksum", "a recipient with a wrong checksum", format!("{}{last}", &good[..good.len() - 1])),
        ("another-human-part", "a recipient of another kind of Bech32", crate::kit::text::bech32("bc", &[1; 20])),
        ("human-part-alone", "a recipient with nothing behind age1", crate::kit::text::bech32("age1", &[1; 20])),
        (
            "constant",
            "a recipient with the checksum constant of Bech32m",
            "age1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sj9hgpr".into(),
        ),
    ] {
        list.add(
            format!("items-recipient-{name}"),
            format!("sealed with {what}"),
            "seal.items",
            &plain().with_line(recipient_line(&key)).parts(),
        );
    }
    let lone = field_line("source:S999999", "consent", "given");
    list.add("good-source-alone", "a fact about a source of which nothing else is said", "", &plain().with_line(lone).parts());
}

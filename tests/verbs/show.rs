//! Showing: what a bundle claims, also where that is more than memory should hold.

use support::kit;

use kit::samples::plain;
use kit::{Bundle, File};
use support::runs::Desk;

/// More than is held: so many facts of 16 KiB.
const FACTS: usize = 1_100;

fn large() -> Bundle {
    let note = |number: usize| format!("{number:05}{}", "\u{202e}x".repeat(4000));
    (0..FACTS).fold(plain(), |bundle, number| bundle.field("case", "note", &note(number)))
}

#[test]
#[ignore = "shows 20 MB several times; tests/run includes it"]
fn what_is_too_much_to_be_held_is_shown_all_the_same() {
    let desk = Desk::new();
    desk.write("b.zip", large().parts().zip());
    let claims = desk.claims("b.zip");
    let facts = claims["claimed_facts"].as_array().unwrap();
    assert_eq!(facts.len(), FACTS + large().fields.len() - FACTS);
    let notes: std::collections::BTreeSet<&str> =
        facts.iter().filter(|fact| fact["name"] == "note").map(|fact| &fact["value"].as_str().unwrap()[..5]).collect();
    assert_eq!(notes.len(), FACTS);
    assert_eq!(claims["claimed_files"].as_array().unwrap().len(), 3);
    let told = desk.run(["show", "b.zip"]).done();
    assert!(told.out.contains("\ntoo much to be sorted, so it follows in the order of the bundle\n"));
    assert_eq!(told.out.lines().filter(|line| line.starts_with("  - \"case#note\"")).count(), FACTS);
    assert!(!told.out.contains('\u{202e}'), "it is escaped");
    // a pipe cannot be read twice
    let piped = desk.fed(["show", "-", "--json"], &large().parts().zip());
    assert_eq!((piped.exit, &piped.json()["code"]), (5, &"show.stream".into()), "{:?}", piped.err);
    // the twin: a little less is held and sorted
    let mut less = large();
    less.fields.truncate(400);
    less.files.push(File::new("z.txt", "z", "text/plain", "document"));
    desk.write("less.zip", less.parts().zip());
    let told = desk.run(["show", "less.zip"]).done();
    assert!(!told.out.contains("too much to be sorted") && told.out.contains("\"z.txt\""));
    desk.fed(["show", "-"], &less.parts().zip()).done();
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "writes 1 GiB; tests/run includes it"]
fn an_unsigned_bundle_of_a_gibibyte_of_facts_is_shown_in_64_mib() {
    use std::io::{BufWriter, Read, Write};
    use std::process::Stdio;

    let desk = Desk::new();
    // the second writer would hold all of it, so the parts are written one by one into an unpacked bundle
    let mut small = plain().parts();
    small.remove("seal/manifest.sig");
    small.unpack_to(&desk.path("b"));
    let note = "x".repeat(16 << 10);
    let line = |number: usize| {
        format!("{{\"salt\":\"{number:032x}\",\"kind\":\"field\",\"about\":\"case\",\"name\":\"note\",\"value\":\"{note}\"}}\n")
    };
    let count = (1 << 30) / line(0).len() - 1;
    let mut order: Vec<([u8; 32], usize)> =
        (0..count).map(|number| (kit::text::sha256(line(number).as_bytes()), number)).collect();
    order.push((kit::text::sha256(&small.lines()[0]), usize::MAX));
    order.extend(small.lines()[1..].iter().enumerate().map(|(at, item)| (kit::text::sha256(item), usize::MAX - 1 - at)));
    order.sort_unstable();
    let mut items = BufWriter::new(std::fs::File::create(desk.path("b/seal/items.jsonl")).unwrap());
    let mut manifest = BufWriter::new(std::fs::File::create(desk.path("b/seal/manifest.json")).unwrap());
    writeln!(manifest, "{}", plain().manifest_head()).unwrap();
    for (at, (digest, number)) in order.iter().enumerate() {
        match usize::MAX - number {
            at if at < 1000 => items.write_all(&small.lines()[at]).unwrap(),
            _ => items.write_all(line(*number).as_bytes()).unwrap(),
        }
        let comma = if at + 1 < order.len() { "," } else { "" };
        writeln!(manifest, "\"{}\"{comma}", data_encoding::HEXLOWER.encode(digest)).unwrap();
    }
    writeln!(manifest, "]}}").unwrap();
    drop((items.into_inner().unwrap(), manifest.into_inner().unwrap()));
    for json in [&[][..], &["--json"]] {
        let mut child = desk.command([&["show", "b"], json].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut out, mut length, mut peak) = (child.stdout.take().unwrap(), 0, 0);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = out.read(&mut buffer).unwrap();
            // while something comes, the program is there
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let high =
                status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.trim().split(' ').next());
            peak = high.and_then(|high| high.parse::<u64>().ok()).unwrap_or(0).max(peak);
            length += read;
            if read == 0 {
                break;
            }
        }
        assert!(child.wait().unwrap().success());
        assert!(length > if json.is_empty() { 4_000_000 } else { 1_000_000_000 }, "{length} bytes were shown");
        eprintln!("{json:?}: {peak} KiB");
        assert!(peak > 0 && peak < 64 << 10, "{json:?}: {peak} KiB");
    }
}

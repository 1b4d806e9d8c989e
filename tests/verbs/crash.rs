//! What goes wrong around a run: a disk that is full, a reader that has gone, a signal, another run at the same time, something
//! that is not a bundle. Nothing is left half done, and each is told with its code and exit (threat 52).

use support::runs;

mod several;
mod signals;
mod strange;

use std::fs::{self, OpenOptions};
use std::process::Stdio;

use runs::{Desk, Output, skipped, state};

/// A desk whose bag has, beside the others, a file of 1 MiB.
fn large() -> Desk {
    let desk = Desk::with_bag();
    desk.write("bag/large.bin", vec![7; 1 << 20]);
    desk
}

/// Runs `sh -c script` where `small` is a disk of its own of 256 KiB; `None` where no such disk can be had.
fn on_a_small_disk(desk: &Desk, script: &str) -> Option<Output> {
    fs::create_dir_all(desk.path("small")).unwrap();
    let mount = "mount -t tmpfs -o size=256k none small";
    for namespace in ["-m", "-rm"] {
        let mut probe = desk.command_of("unshare", [namespace, "sh", "-c", mount]);
        if probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
            let script = format!("{mount} && {script}");
            return Some(desk.command_of("unshare", [namespace, "sh", "-c", &script]).output().unwrap().into());
        }
    }
    None
}

/// A run with `small` as the disk for its output ends with `io.full`, and nothing is on that disk afterwards.
#[track_caller]
fn runs_full(desk: &Desk, args: &str) {
    let program = support::program();
    let before = desk.state();
    let script = format!("{{ {program} {args} >tmp/told; told=$?; ls -A small >tmp/left; exit $told; }}");
    let told = on_a_small_disk(desk, &script).unwrap();
    assert_eq!(told.exit, 5, "{told:#?}");
    assert!(told.err.starts_with("sealbag: ") && told.err.contains("no space left to write\nhint: "), "{told:#?}");
    assert_eq!(fs::read_to_string(desk.path("tmp/left")).unwrap(), "", "{told:#?}");
    for name in ["told", "left"] {
        fs::remove_file(desk.path("tmp").join(name)).unwrap();
    }
    assert_eq!(before, desk.state(), "{told:#?}");
}

#[test]
fn a_full_disk_is_told_and_left_empty() {
    let program = support::program();
    let desk = large();
    let script = format!("{program} seal bag/photos -o small/b.zip --quiet && ls -A small");
    match on_a_small_disk(&desk, &script) {
        Some(twin) => assert_eq!((twin.exit, twin.out.as_str()), (0, "small/b.zip\nb.zip\n"), "{twin:#?}"),
        None => return skipped("no small disk can be mounted here"),
    }
    runs_full(&desk, "seal bag -o small/b.zip");
    runs_full(&desk, "seal bag -o small/b.zip --json");
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    runs_full(&desk, "open b.zip -d small/opened");
    runs_full(&desk, "open - -d small/opened <b.zip");
    let piped = on_a_small_disk(&desk, &format!("cat b.zip | {program} open - -d small/opened; ls -A small")).unwrap();
    assert!(piped.err.contains("nothing was extracted") && piped.out.contains("io.full"), "{piped:#?}");
    assert!(piped.out.ends_with("\n") && !piped.out.contains("\nopened\n") && !piped.out.contains(".part"), "{piped:#?}");
    // the scratch space of a stream
    let script = format!("{{ TMPDIR=small {program} seal bag -o - >tmp/out; told=$?; ls -A small; exit $told; }}");
    let told = on_a_small_disk(&desk, &script).unwrap();
    assert!(told.exit == 5 && told.out.is_empty() && told.err.contains("no space left to write\n"), "{told:#?}");
    assert_eq!(fs::metadata(desk.path("tmp/out")).unwrap().len(), 0);
}

#[test]
fn an_old_bundle_stays_where_the_disk_has_no_room_for_the_new_one() {
    let program = support::program();
    let desk = large();
    let script = format!(
        "{{ {program} seal bag/photos -o small/b.zip --quiet && cp small/b.zip tmp/first; \
         {program} seal bag -o small/b.zip --force; told=$?; ls -A small; cmp small/b.zip tmp/first || exit 99; exit $told; }}"
    );
    match on_a_small_disk(&desk, &script) {
        Some(told) => assert_eq!((told.exit, told.out.as_str()), (5, "small/b.zip\nb.zip\n"), "{told:#?}"),
        None => skipped("no small disk can be mounted here"),
    }
}

#[test]
fn a_limit_on_file_sizes_is_told_and_leaves_nothing() {
    let program = support::program();
    let desk = large();
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    fs::remove_file(desk.path("bag/large.bin")).unwrap();
    let limited = |trap: &str, args: &str| -> Output {
        let line = format!("{trap} ulimit -c 0; ulimit -f 400; exec {program} {args}");
        desk.command_of("sh", ["-c", &line]).output().unwrap().into()
    };
    limited("", "seal bag -o small.zip").done();
    fs::remove_file(desk.path("small.zip")).unwrap();
    desk.write("bag/large.bin", vec![7; 1 << 20]);
    for trap in ["trap '' XFSZ;", ""] {
        for args in ["seal bag -o x.zip", "seal bag -o b.zip --force", "open b.zip -d opened"] {
            let before = desk.state();
            let told = limited(trap, args);
            assert_eq!(told.exit, 5, "{trap} {args}: {told:#?}");
            assert!(told.err.contains("no space left to write\nhint: "), "{trap} {args}: {told:#?}");
            assert_eq!(before, desk.state(), "{trap} {args}: {told:#?}");
        }
    }
}

/// Standard outputs that fail, and what is said of them.
fn failing_outputs() -> [(&'static str, Stdio, &'static str); 2] {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    [("full", full.into(), "no space left to write"), ("gone", writer.into(), "the reader of this output has gone")]
}

#[test]
fn an_output_that_fails_is_exit_5_whatever_was_to_be_told() {
    let desk = Desk::with_bundle();
    for args in [
        &["verify", "b.zip"][..],
        &["verify", "b.zip", "--json"],
        &["verify", "none.zip", "b.zip"],
        &["show", "b.zip"],
        &["show", "b.zip", "--json"],
        &["explain"],
        &["explain", "payload.altered", "--json"],
        &["seal", "--template", "bag"],
        &["seal", "bag", "-o", "-"],
        &["seal", "--help"],
        &["--version"],
    ] {
        for (what, output, trouble) in failing_outputs() {
            let before = desk.state();
            let told: Output = desk.command(args).stdout(output).output().unwrap().into();
            assert_eq!(told.exit, 5, "{args:?} {what}: {told:#?}");
            // who has read enough of an answer, as head has, is told nothing; a bundle that was cut off is
            if what == "gone" && !args.contains(&"-") {
                assert_eq!(told.err, "", "{args:?}: {told:#?}");
            } else {
                assert!(told.err.starts_with("sealbag: ") && told.err.contains(trouble), "{args:?} {what}: {told:#?}");
                assert!(told.err.contains("\nhint: ") && !told.err.contains("panic"), "{args:?} {what}: {told:#?}");
            }
            assert_eq!(before, desk.state(), "{args:?} {what}: {told:#?}");
        }
    }
}

#[test]
fn what_was_made_and_could_not_be_told_is_named_on_standard_error() {
    let desk = Desk::with_bundle();
    for args in
        [&["seal", "bag", "-o", "x.zip"][..], &["seal", "bag", "-o", "y.zip", "--json"], &["open", "b.zip", "-d", "opened"]]
    {
        for (what, output, _) in failing_outputs() {
            let before = desk.state();
            let told: Output = desk.command(args).stdout(output).output().unwrap().into();
            assert_eq!(told.exit, 5, "{args:?} {what}: {told:#?}");
            let made = state::new(&before, &desk.state());
            if let Some(made) = made.first() {
                let name = made.to_string_lossy().into_owned();
                assert!(told.err.contains(&name), "{name} is there and nobody is told: {args:?} {what}: {told:#?}");
                fs::remove_file(desk.path(made)).or_else(|_| fs::remove_dir_all(desk.path(made))).unwrap();
            }
        }
    }
}

#[test]
fn a_pipe_whose_reader_takes_a_little_and_goes_is_told() {
    let desk = large();
    let before = desk.state();
    let mut child = desk.command(["seal", "bag", "-o", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut few = [0; 4];
    std::io::Read::read_exact(&mut child.stdout.take().unwrap(), &mut few).unwrap();
    let told = Output::from(child.wait_with_output().unwrap());
    assert_eq!((told.exit, &few), (5, b"PK\x03\x04"), "{told:#?}");
    assert!(told.err.contains("the reader of this output has gone\n") && !told.err.contains("panic"), "{told:#?}");
    assert_eq!(before, desk.state());
}

#[test]
fn a_run_without_any_descriptor_does_its_work() {
    let program = support::program();
    let desk = Desk::with_bundle();
    for (redirect, exit) in [("<&- >&- 2>&-", 0), ("<&-", 0), ("2>&-", 0), (">tmp/told 2>/dev/full", 0)] {
        let line = format!("exec {program} verify b.zip {redirect}");
        assert_eq!(
            desk.command_of("sh", ["-c", &line]).stdout(Stdio::null()).status().unwrap().code(),
            Some(exit),
            "{redirect}"
        );
    }
    let line = format!("exec {program} verify none.zip --json >tmp/told 2>/dev/full");
    assert_eq!(desk.command_of("sh", ["-c", &line]).status().unwrap().code(), Some(5));
    let line = format!("exec {program} seal bag -o x.zip <&- >&- 2>&-");
    assert_eq!(desk.command_of("sh", ["-c", &line]).status().unwrap().code(), Some(0));
    assert_eq!(desk.verify("x.zip", 0)["contents"]["state"], "intact");
}

#[test]
fn of_several_seals_to_one_name_one_wins() {
    let desk = Desk::with_bag();
    for round in 0..5 {
        let name = format!("b-{round}.zip");
        let start =
            |_| desk.command(["seal", "bag", "-o", &name]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let children: Vec<_> = (0..4).map(start).collect();
        let told: Vec<Output> = children.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect();
        let mut exits: Vec<i32> = told.iter().map(|told| told.exit).collect();
        exits.sort();
        assert_eq!(exits, [0, 2, 2, 2], "{told:#?}");
        assert!(told.iter().all(|told| told.exit == 0 || told.err.contains("exists already\n")), "{told:#?}");
        desk.verify(&name, 0);
    }
    // if each run may replace the file, the last one remains, whole
    let start = |_| desk.command(["seal", "bag", "-o", "b-0.zip", "--force"]).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..4).map(start).collect();
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
    desk.verify("b-0.zip", 0);
    assert_eq!(desk.state().keys().filter(|path| path.components().count() == 1).count(), 3 + 5, "{:#?}", desk.state());
}

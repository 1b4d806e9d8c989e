//! What is encrypted is in plain nowhere but where it was sealed and in the folder it is opened into: not while a run is under
//! way, not when it is killed in the middle, not when it has ended (threat 47). Each search does find the text when the same is
//! done without encryption.

use support::runs;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use runs::desk::PATIENCE;
use runs::{Desk, Output};

const MARKER: &str = "they called her twice that night;";
const TITLE: &str = "The notice of the embassy of nowhere";
const NAME: &str = "a-witness-at-the-bridge.txt";
/// How long the file of that name is.
const LENGTH: u64 = 4 << 20;
/// How much of a longer file is searched: at its beginning, where the text is, and at its end, where names and titles are.
const SEARCHED: u64 = 8 << 20;
const SEARCHED_AT_ITS_END: u64 = 1 << 20;

/// A desk with a key and the folders `out` and `place`; the bag holds what is looked for, and behind it a file of zeros that is
/// read for as long as `tail` says and takes no room on the disk.
fn desk(tail: u64) -> Desk {
    let desk = Desk::signing();
    desk.write(format!("bag/{NAME}"), MARKER.repeat(LENGTH as usize / MARKER.len() + 1));
    // pictures whose twins hold the text too, in pixels that stand in them as they are
    let text = MARKER.repeat(1 + 300 * 100 * 3 / MARKER.len()).into_bytes();
    let pixels = image::RgbImage::from_raw(300, 100, text[..300 * 100 * 3].to_vec()).unwrap();
    for name in ["bag/clean.png", "bag/hidden.png"] {
        desk.write(name, as_they_are(&pixels));
    }
    File::create(desk.path("bag/zeros.bin")).unwrap().set_len(tail).unwrap();
    desk.write("pw", "the heron at noon\n");
    fs::create_dir(desk.path("out")).unwrap();
    fs::create_dir(desk.path("place")).unwrap();
    desk
}

/// A PNG that is not compressed.
fn as_they_are(pixels: &image::RgbImage) -> Vec<u8> {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let mut png = Vec::new();
    pixels
        .write_with_encoder(PngEncoder::new_with_quality(&mut png, CompressionType::Uncompressed, FilterType::NoFilter))
        .unwrap();
    assert_eq!(words(&png), [MARKER]);
    png
}

/// Asks for twins of both.
const TWINS: [&str; 3] = ["--clean-copies", "--hide", "hidden.png=0,0,2x2"];

const ENDLESS: u64 = 6 << 30;
const LONG: u64 = 96 << 20;

/// The words of the bag that a text holds.
fn words(bytes: &[u8]) -> Vec<&'static str> {
    let holds = |word: &&str| {
        let word = word.as_bytes();
        bytes.windows(word.len()).any(|window| window[0] == word[0] && window == word)
    };
    [MARKER, TITLE, NAME].into_iter().filter(holds).collect()
}

/// Where words of the bag stand outside it: in which files at the desk, whichever way they are called, and, of a run that was
/// stopped, in which files it has open, named or not; also what it has mapped into memory of the desk.
fn shown(desk: &Desk, run: Option<&Run>) -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    let mut search = |place: &str, file: &Path| {
        // it may be gone already if the run was not stopped
        let Ok(file) = File::open(file) else { return };
        let mut bytes = place.as_bytes().to_vec();
        (&file).take(SEARCHED).read_to_end(&mut bytes).unwrap();
        let length = file.metadata().unwrap().len();
        if length > SEARCHED {
            let mut end = vec![0; SEARCHED_AT_ITS_END as usize];
            file.read_exact_at(&mut end, length - SEARCHED_AT_ITS_END).unwrap();
            bytes.extend(end);
        }
        found.extend(words(&bytes).into_iter().map(|word| (place.to_owned(), word)));
    };
    let root = desk.path("");
    let inside = |path: &Path| path.starts_with(desk.path("bag"));
    for file in files_below(&root).iter().filter(|file| !inside(file)) {
        search(&file.strip_prefix(&root).unwrap().to_string_lossy(), file);
    }
    let Some(run) = run else { return found };
    for (number, target) in open_files(run) {
        if !inside(&target) {
            search(&format!("open: {}", target.display()), &number);
        }
    }
    let maps = fs::read_to_string(format!("/proc/{}/maps", run.0.id())).unwrap();
    let of_the_desk = maps.lines().filter(|line| line.contains(&*root.to_string_lossy()));
    found.extend(of_the_desk.map(|line| (format!("mapped: {line}"), MARKER)));
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}

/// The regular files that a run has open: a path that reads each, and what it is called, or was.
fn open_files(run: &Run) -> Vec<(PathBuf, PathBuf)> {
    let numbers = fs::read_dir(format!("/proc/{}/fd", run.0.id())).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = numbers.filter(|number| fs::metadata(number).is_ok_and(|meta| meta.is_file()));
    files.filter_map(|number| Some((number.clone(), fs::read_link(number).ok()?))).collect()
}

/// The open files that have no name any more, or never had one.
fn nameless(run: &Run) -> Vec<PathBuf> {
    let files = open_files(run).into_iter();
    files.filter(|(_, target)| target.to_string_lossy().ends_with(" (deleted)")).map(|(number, _)| number).collect()
}

fn send(signal: &str, run: &Run) -> bool {
    let line = format!("kill -{signal} {} 2>/dev/null", run.0.id());
    Command::new("sh").args(["-c", &line]).status().unwrap().success()
}

/// Halts a run and looks; none if it has ended.
fn halted(desk: &Desk, run: &mut Run) -> Option<BTreeSet<(String, &'static str)>> {
    send("STOP", run);
    let stat = format!("/proc/{}/stat", run.0.id());
    wait_until("halt", || {
        let text = fs::read_to_string(&stat).unwrap_or_default();
        text.rsplit(") ").next().unwrap_or_default().starts_with(['T', 'Z'])
    });
    if run.0.try_wait().unwrap().is_some() { None } else { Some(shown(desk, Some(run))) }
}

fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENCE, "{what} never happened");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// A run of the program that ends with the test, also where that fails while it is halted.
struct Run(Child);

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Run {
    fn of(desk: &Desk, args: &[&str]) -> Self {
        let mut command = desk.command(args);
        Run(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Waits for its end; of a run that a signal ended, the signal, negative.
    fn exit(&mut self) -> i32 {
        wait_until("the end", || self.0.try_wait().unwrap().is_some());
        let status = self.0.wait().unwrap();
        status.code().unwrap_or_else(|| -status.signal().unwrap())
    }
}

/// Runs to the end, `input` coming through a pipe, and looks again and again on the way; returns how often, and everything that
/// showed.
fn watched(desk: &Desk, args: &[&str], input: &[u8]) -> (Output, usize, BTreeSet<(String, &'static str)>) {
    let (mut run, mut looks, mut seen) = (Run::of(desk, args), 0, BTreeSet::new());
    let mut pipe = run.0.stdin.take().unwrap();
    let mut look = |run: &mut Run| {
        let found = halted(desk, run);
        looks += usize::from(found.is_some());
        seen.extend(found.into_iter().flatten());
        send("CONT", run);
    };
    // half of the input has passed and the rest is waited for
    pipe.write_all(&input[..input.len() / 2]).unwrap();
    look(&mut run);
    let rest = &input[input.len() / 2..];
    // a run that writes more than a pipe holds waits for its reader
    let (mut out, mut bytes) = (run.0.stdout.take().unwrap(), Vec::new());
    std::thread::scope(|scope| {
        scope.spawn(move || pipe.write_all(rest).unwrap());
        scope.spawn(|| out.read_to_end(&mut bytes).unwrap());
        let mut pause = std::time::Duration::from_millis(2);
        while run.0.try_wait().unwrap().is_none() {
            look(&mut run);
            std::thread::sleep(pause);
            pause *= 2;
        }
    });
    let mut stderr = Vec::new();
    run.0.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
    let status = run.0.wait().unwrap();
    (std::process::Output { status, stdout: bytes, stderr }.into(), looks, seen)
}

const SEAL: [&str; 5] = ["seal", "bag", "--title", TITLE, "-o"];

#[test]
fn threat_47_a_seal_that_is_killed_in_the_middle_leaves_nothing_to_read() {
    let desk = desk(ENDLESS);
    for (flags, shows) in [
        (&["out/b.zip.age", "--to-me"][..], false),
        (&["out/b.zip.age", "--to-me", "--classic"], false),
        (&["out/b.zip.age", "--passphrase", "--passphrase-file", "pw"], false),
        (&["out/b.zip"], true),
        (&["-", "--to-me"], false),
        (&["-"], true),
    ] {
        let mut run = Run::of(&desk, &[&SEAL[..], flags, &TWINS].concat());
        let to_stdout = flags[0] == "-";
        let unfinished = |run: &Run| if to_stdout { nameless(run) } else { files_below(&desk.path("out")) };
        // most of the text has been written; its end may wait in memory for what comes next
        wait_until("the beginning", || {
            unfinished(&run).iter().any(|path| fs::metadata(path).is_ok_and(|meta| meta.len() >= LENGTH / 2))
        });
        if shows {
            wait_until("the text", || {
                send("CONT", &run);
                halted(&desk, &mut run).unwrap().iter().any(|(_, word)| *word == MARKER)
            });
        }
        let found = halted(&desk, &mut run).unwrap();
        assert_eq!(found.iter().any(|(_, word)| *word == MARKER), shows, "{flags:?}: {found:#?}");
        assert_eq!(found.is_empty(), !shows, "{flags:?}: {found:#?}");
        // the only file without a name is the one that goes to standard output
        assert_eq!(nameless(&run).len(), usize::from(to_stdout), "{flags:?}: {:#?}", open_files(&run));
        assert!(send("KILL", &run));
        assert_eq!(run.exit(), -9);
        let left = shown(&desk, None);
        assert_eq!(left.is_empty(), !shows || to_stdout, "{flags:?}: {left:#?}");
        for path in files_below(&desk.path("out")) {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
#[ignore = "searches long files again and again; tests/run includes it"]
fn threat_47_a_seal_that_goes_well_leaves_nothing_to_read() {
    let desk = desk(LONG);
    for (flags, shows) in [
        (&["out/b.zip.age", "--to-me"][..], false),
        (&["out/c.zip.age", "--passphrase", "--passphrase-file", "pw"], false),
        (&["-", "--to-me"], false),
        (&["out/b.zip"], true),
    ] {
        let (told, looks, seen) = watched(&desk, &[&SEAL[..], flags, &TWINS].concat(), b"");
        let told = told.done();
        assert!(looks > 0, "it was over too soon to look");
        let left = shown(&desk, None);
        if shows {
            let words: BTreeSet<&str> = left.iter().map(|(_, word)| *word).collect();
            assert_eq!(words, BTreeSet::from([MARKER, TITLE, NAME]), "{left:#?}");
        } else {
            assert!(seen.is_empty() && left.is_empty(), "{flags:?}: {seen:#?} {left:#?}");
            assert!(words(&told.bytes).is_empty(), "{flags:?}");
        }
    }
}

#[test]
#[ignore = "searches long files again and again; tests/run includes it"]
fn threat_47_looking_at_a_bundle_writes_nothing_of_it() {
    let desk = desk(LONG);
    desk.run([&SEAL[..], &["out/b.zip.age", "--to-me"]].concat()).done();
    let sealed = fs::read(desk.path("out/b.zip.age")).unwrap();
    let before = desk.state();
    for (verb, name, input) in [
        ("verify", "out/b.zip.age", &b""[..]),
        ("verify", "-", &sealed),
        ("show", "out/b.zip.age", b""),
        ("show", "-", &sealed),
    ] {
        // one that is over before anybody looked is run again
        let looked = (0..100).any(|_| {
            let (told, looks, seen) = watched(&desk, &[verb, name], input);
            // what is printed is printed on purpose
            assert!(told.done().out.contains(if verb == "show" { TITLE } else { "VERIFIED" }));
            assert!(seen.is_empty(), "{verb} {name}: {seen:#?}");
            assert_eq!(before, desk.state(), "{verb} {name}");
            looks > 0
        });
        assert!(looked, "{verb} {name} was always over too soon to look");
    }
    // the twin: what comes through a pipe and is to be opened stands in a file without a name meanwhile, and there it shows
    let plain = desk.run([&SEAL[..], &["-"]].concat()).done().bytes;
    let (told, _, seen) = watched(&desk, &["open", "-", "-d", "place/received"], &plain);
    told.done();
    assert!(seen.iter().any(|(place, word)| place.starts_with("open: ") && *word == MARKER), "{seen:#?}");
}

/// What stands in the folder that a bundle is opened in.
fn in_place(desk: &Desk) -> Vec<PathBuf> {
    fs::read_dir(desk.path("place")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
#[ignore = "searches long files again and again; tests/run includes it"]
fn threat_47_what_is_opened_stands_in_the_folder_asked_for_and_until_it_is_whole_beside_it() {
    let desk = desk(LONG);
    desk.run([&SEAL[..], &["out/b.zip.age", "--to-me"]].concat()).done();
    let sealed = fs::read(desk.path("out/b.zip.age")).unwrap();
    for (bundle, input) in [("out/b.zip.age", &b""[..]), ("-", &sealed)] {
        let open = ["open", bundle, "-d", "place/received"];
        // a run that is asked to stop leaves nothing; a killed one leaves the part that it wrote, under a name that says so
        for (signal, exit) in [("TERM", 5), ("KILL", -9)] {
            let mut run = Run::of(&desk, &open);
            let mut pipe = run.0.stdin.take().unwrap();
            pipe.write_all(input).unwrap();
            drop(pipe);
            wait_until("the text", || files_below(&desk.path("place")).iter().any(|path| path.ends_with(NAME)));
            let found = halted(&desk, &mut run).unwrap();
            let name = in_place(&desk)[0].file_name().unwrap().to_string_lossy().into_owned();
            assert!(name.starts_with(".sealbag-") && name.ends_with(".part"), "{name}");
            for (place, word) in &found {
                assert!(place.contains(&format!("place/{name}/")), "{word} in {place}");
            }
            assert!(!found.is_empty());
            assert!(send(signal, &run));
            send("CONT", &run);
            assert_eq!(run.exit(), exit);
            let left = shown(&desk, None);
            if exit == 5 {
                assert!(left.is_empty() && in_place(&desk).is_empty(), "{left:#?}");
            } else {
                assert!(!left.is_empty() && left.iter().all(|(place, _)| place.starts_with(&format!("place/{name}/"))));
                let [folder] = &in_place(&desk)[..] else { panic!("{:#?}", in_place(&desk)) };
                assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o7777, 0o700);
                fs::remove_dir_all(folder).unwrap();
            }
        }
        let (told, _, _) = watched(&desk, &open, input);
        told.done();
        let left = shown(&desk, None);
        assert!(!left.is_empty() && left.iter().all(|(place, _)| place.starts_with("place/received/")), "{left:#?}");
        fs::remove_dir_all(desk.path("place/received")).unwrap();
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn threat_47_what_cannot_be_opened_to_its_end_leaves_nothing() {
    let desk = desk(LONG);
    desk.run([&SEAL[..], &["out/b.zip.age", "--to-me"]].concat()).done();
    let limited = |blocks: u64| -> Output {
        let line = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" open out/b.zip.age -d place/received");
        desk.command_of("sh", ["-c", &line, support::program()]).output().unwrap().into()
    };
    // enough for the text and not for what stands behind it
    let told = limited(32 << 10);
    assert!(told.exit == 5 && told.err.contains("no space left to write"), "{told:#?}");
    assert!(shown(&desk, None).is_empty() && in_place(&desk).is_empty());
    limited(1 << 20).done();
    assert!(!shown(&desk, None).is_empty());
}

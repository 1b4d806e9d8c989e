//! A folder of its own for each test: what is sealed and received lies at its top, what sealbag keeps in `home`, and the folder for
//! temporary files is `tmp`, so that whatever is left behind shows.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::state::{self, State};

/// See the module.
pub struct Desk {
    dir: tempfile::TempDir,
}

/// What a run said.
#[derive(Clone)]
pub struct Output {
    /// Its exit code; of a run that a signal ended, the signal, negative.
    pub exit: i32,
    /// Standard output as bytes.
    pub bytes: Vec<u8>,
    /// Standard output as text.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit {}", self.exit)?;
        for (name, text) in [("stdout", &self.out), ("stderr", &self.err)] {
            let shown: String = text.chars().take(4000).collect();
            writeln!(f, "--- {name}\n{}", shown.escape_debug().to_string().replace("\\n", "\n"))?;
        }
        Ok(())
    }
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let exit = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(999));
        Output { exit, out: text(&output.stdout), err: text(&output.stderr), bytes: output.stdout }
    }
}

impl Output {
    /// Standard output as one line, with one space between its words, wherever a page was cut.
    pub fn unfolded(&self) -> String {
        self.out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The one JSON object on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not one JSON object ({error}): {self:#?}"))
    }

    /// The run went well.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.exit, 0, "{self:#?}");
        self
    }
}

/// The first bytes of a JPEG file.
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

/// A file in the bag of [`Desk::bag`] whose name is not ASCII.
pub const PATROL: &str = "photos/新桥_人群.jpg";

impl Desk {
    /// A desk without a key.
    pub fn new() -> Self {
        let desk = Desk { dir: tempfile::Builder::new().prefix("desk-").tempdir().unwrap() };
        fs::create_dir(desk.path("tmp")).unwrap();
        desk
    }

    /// A desk with the key of Amina O.
    pub fn signing() -> Self {
        let desk = Desk::new();
        desk.new_key("Amina O.");
        desk
    }

    /// A desk with a key, and the bag `bag` to seal with it.
    pub fn with_bag() -> Self {
        let desk = Desk::signing();
        desk.bag("bag");
        desk
    }

    /// A desk whose bag was sealed to `b.zip`.
    pub fn with_bundle() -> Self {
        let desk = Desk::with_bag();
        desk.run(["seal", "bag", "-o", "b.zip", "--title", "The bridge"]).done();
        desk
    }

    pub fn new_key(&self, name: &str) {
        self.run(["key", "new", "--no-passphrase", "--name", name]).done();
    }

    /// Three files: a report, a photo, and a photo under a Chinese name.
    pub fn bag(&self, name: &str) -> PathBuf {
        self.write(format!("{name}/report.txt"), "The bridge is closed.\n");
        self.write(format!("{name}/photos/a.jpg"), [JPEG, b"a"].concat());
        self.write(format!("{name}/{PATROL}"), [JPEG, b"b"].concat());
        self.path(name)
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and the folders above it where there are none.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn state(&self) -> State {
        state::of(self.dir.path())
    }

    /// The program, run at the desk.
    pub fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        self.command_of(crate::program(), args)
    }

    /// Any program, run at the desk.
    pub fn command_of<A: AsRef<OsStr>>(&self, program: impl AsRef<OsStr>, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("HOME", self.dir.path());
        command.env("XDG_DATA_HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        command.current_dir(self.dir.path()).stdin(Stdio::null()).args(args);
        command
    }

    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.command(args).output().unwrap().into()
    }

    /// Runs with `input` coming through a pipe.
    pub fn fed<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, input: &[u8]) -> Output {
        feed(&mut self.command(args), input)
    }

    /// Runs with the file `input` as standard input.
    pub fn fed_file<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, input: impl AsRef<Path>) -> Output {
        self.command(args).stdin(fs::File::open(self.path(input)).unwrap()).output().unwrap().into()
    }

    /// Runs as somebody who is not root and to whom the desk itself is closed but for its folder `open`; `None` where that cannot
    /// be done.
    pub fn run_unprivileged<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Option<Output> {
        use std::os::unix::fs::MetadataExt;
        if fs::metadata("/proc/self").ok()?.uid() != 0 {
            return Some(self.run(args));
        }
        const NOBODY: u32 = 65_534;
        // the program may lie where only root can go
        let program = self.path("tmp/program");
        if !program.exists() {
            let built = crate::program();
            // copied by another process: one that forks here meanwhile would hold the copy open for writing
            let copied = || Command::new("cp").arg(built).arg(&program).status().is_ok_and(|status| status.success());
            (fs::hard_link(built, &program).is_ok() || copied()).then_some(())?;
        }
        fs::set_permissions(self.dir.path(), Permissions::from_mode(0o755)).ok()?;
        std::os::unix::fs::chown(self.path("home"), Some(NOBODY), Some(NOBODY)).ok();
        for path in walk(&self.path("home")) {
            std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).ok()?;
        }
        let output = self.command_of(&program, args).uid(NOBODY).gid(NOBODY).output();
        fs::remove_file(program).ok()?;
        output.ok().map(Output::from)
    }

    /// The run is refused with this code and exit, once as text and once as JSON, and nothing at the desk has changed. Returns
    /// the JSON.
    #[track_caller]
    pub fn refused<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, exit: i32, code: &str) -> Value {
        let args: Vec<A> = args.into_iter().collect();
        let before = self.state();
        let told = self.run(&args);
        assert_eq!(told.exit, exit, "{told:#?}");
        assert_eq!(told.out, "", "{told:#?}");
        let lines: Vec<&str> = told.err.lines().collect();
        assert!(lines.first().is_some_and(|line| line.starts_with("sealbag: ")), "{told:#?}");
        assert!(lines.last().is_some_and(|line| line.starts_with("hint: ")), "{told:#?}");
        assert_eq!(before, self.state(), "something was left or changed: {told:#?}");
        let mut with_json: Vec<&OsStr> = args.iter().map(AsRef::as_ref).collect();
        with_json.push("--json".as_ref());
        let told = self.run(with_json);
        assert_eq!(told.exit, exit, "{told:#?}");
        let json = told.json();
        assert_eq!((&json["schema"], &json["exit"]), (&"sealbag-error/1".into(), &exit.into()), "{told:#?}");
        assert_eq!(json["code"], code, "{told:#?}");
        assert_eq!(before, self.state(), "something was left or changed: {told:#?}");
        json
    }

    /// What `verify --json` says; the exit must be this.
    #[track_caller]
    pub fn verify(&self, bundle: impl AsRef<Path>, exit: i32) -> Value {
        let output = self.run(["verify".as_ref(), bundle.as_ref().as_os_str(), "--json".as_ref()]);
        assert_eq!(output.exit, exit, "{output:#?}");
        output.json()
    }

    /// What `show --json` says of a bundle.
    #[track_caller]
    pub fn claims(&self, bundle: impl AsRef<Path>) -> Value {
        let output = self.run(["show".as_ref(), bundle.as_ref().as_os_str(), "--json".as_ref()]).done();
        output.json()["claims"].clone()
    }

    /// The names of the files in a bundle.
    #[track_caller]
    pub fn names(&self, bundle: impl AsRef<Path>) -> Vec<String> {
        let claims = self.claims(bundle);
        let files = claims["claimed_files"].as_array().unwrap();
        files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    }

    /// The facts in a bundle: about, name, value.
    #[track_caller]
    pub fn facts(&self, bundle: impl AsRef<Path>) -> Vec<[String; 3]> {
        let claims = self.claims(bundle);
        let text = |fact: &Value, member: &str| fact[member].as_str().unwrap().to_owned();
        let facts = claims["claimed_facts"].as_array().unwrap();
        facts.iter().map(|fact| ["about", "name", "value"].map(|member| text(fact, member))).collect()
    }
}

/// Waits for a run that must end by itself, as long as a slow machine may need.
pub fn ended(mut child: Child) -> Output {
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it did not end: {:#?}", Output::from(child.wait_with_output().unwrap()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.wait_with_output().unwrap().into()
}

/// Longer than any test waits if all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a command with `input` coming through a pipe.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // a run that has seen enough closes its end
            let _ = pipe.write_all(input);
        });
        child.wait_with_output().unwrap().into()
    })
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let state = if folder.is_dir() { state::of(folder) } else { State::new() };
    state.into_keys().map(|path| folder.join(path)).collect()
}

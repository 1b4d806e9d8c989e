//! Runs the built program in a home of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::sshsig::Signer;

/// A folder that holds everything of one test: contacts, bundles, what was opened. Gone when dropped.
pub struct Home {
    dir: tempfile::TempDir,
    believed: std::cell::RefCell<Vec<Signer>>,
}

/// What a run said.
#[derive(Debug, Clone)]
pub struct Output {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Output {
    /// The first word line of the verdict.
    pub fn first_line(&self) -> &str {
        self.out.lines().next().unwrap_or("")
    }

    /// The one JSON object on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not one JSON object ({error}): {self:#?}"))
    }
}

impl Home {
    pub fn new() -> Self {
        Home { dir: tempfile::tempdir().unwrap(), believed: Default::default() }
    }

    /// A home whose owner believes `signer`.
    pub fn trusting(signer: &Signer) -> Self {
        let home = Home::new();
        home.trust(signer, "Amina");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn trust(&self, signer: &Signer, name: &str) {
        let card = self.write(&format!("{name}.card"), signer.card(name, &[]));
        let added = self.run(["contact".as_ref(), "add".as_ref(), card.as_os_str(), "--yes".as_ref()]);
        assert_eq!(added.exit, 0, "the card of {name} is not taken: {added:#?}");
        self.believed.borrow_mut().push(signer.clone());
    }

    /// Believes a signer, unless that is done already.
    pub fn trust_if_new(&self, signer: &Signer) {
        if !self.believed().iter().any(|known| known.line() == signer.line()) {
            self.trust(signer, "Bolat");
        }
    }

    pub fn believed(&self) -> Vec<Signer> {
        self.believed.borrow().clone()
    }

    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.run_with_input(args, None, false)
    }

    /// Runs it with a file as its standard input, directly or through a pipe.
    pub fn run_with_input<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        input: Option<&Path>,
        pipe: bool,
    ) -> Output {
        let mut command = Command::new(crate::program());
        command.env_clear().env("HOME", self.dir.path()).current_dir(self.dir.path());
        command.arg("--home").arg(self.path("home")).args(args);
        let output = match input {
            None => command.stdin(Stdio::null()).output().unwrap(),
            Some(path) if !pipe => command.stdin(std::fs::File::open(path).unwrap()).output().unwrap(),
            Some(path) => {
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
                let mut child = command.spawn().unwrap();
                let mut file = std::fs::File::open(path).unwrap();
                // the program may end before it has read everything
                let _ = std::io::copy(&mut file, &mut child.stdin.take().unwrap());
                child.wait_with_output().unwrap()
            }
        };
        Output {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

//! The file, descriptor or standard input that passphrases come from where no terminal asks for them.
//!
//! A passphrase file holds the signing key's on its first line, the decryption key's on its second and, where `key import`
//! opens an age identity file that has its own, that one's on its third. The passphrase of a bundle takes the decryption key's
//! line. Where a line is missing, the one before it counts.

use std::cell::RefCell;
use std::path::Path;

use sealbag::Untrusted;
use sealbag::base::error::{Error, Result};
use sealbag::base::{code, limits};
use sealbag::store::home::small::Lines;
use zeroize::Zeroizing;

use super::interrupt;

/// Text that is wiped when dropped.
pub type Passphrase = Zeroizing<String>;

/// What a passphrase protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protects {
    /// A private key that signs.
    Signing,
    /// The age identities that open what was encrypted.
    Decryption,
    /// Age identities that are taken over into a file which has a passphrase of its own.
    Imported,
    /// A bundle that is encrypted for nobody by name.
    Bundle,
}

impl Protects {
    /// What a question calls it.
    pub fn called(self, what: &str) -> String {
        match self {
            Protects::Signing => format!("the signing key {}", Untrusted(what)),
            Protects::Decryption => format!("the decryption key {}", Untrusted(what)),
            Protects::Imported | Protects::Bundle => Untrusted(what).to_string(),
        }
    }

    /// Its line in a passphrase file, from 0.
    fn index(self) -> usize {
        match self {
            Protects::Signing => 0,
            Protects::Decryption | Protects::Bundle => 1,
            Protects::Imported => 2,
        }
    }

    fn line(self) -> &'static str {
        match self {
            Protects::Signing => "first",
            Protects::Decryption | Protects::Bundle => "second",
            Protects::Imported => "third",
        }
    }
}

/// The passphrase file of a run. A pipe and standard input give each line only once, so what was read is kept; and a line that
/// nothing needs is never waited for.
#[derive(Default)]
pub struct Given(RefCell<Option<Open>>);

struct Open {
    lines: Lines,
    read: Vec<Passphrase>,
    ended: bool,
}

impl Given {
    /// The passphrase of that kind in the file at `path`, or in standard input for `-`; always called with the same path.
    pub fn given(&self, path: &Path, protects: Protects) -> Result<Passphrase> {
        let mut slot = self.0.borrow_mut();
        let file = match &mut *slot {
            Some(file) => file,
            none => none.insert(Open::at(path)?),
        };
        interrupt::while_waiting(|| file.line(protects))
    }
}

impl Open {
    fn at(path: &Path) -> Result<Self> {
        let lines = match path == Path::new("-") {
            true => Lines::of_standard_input(limits::PASSPHRASE, code::KEY_PASSPHRASE),
            false => Lines::open(path, limits::PASSPHRASE, code::KEY_PASSPHRASE),
        }?;
        Ok(Open { lines, read: Vec::new(), ended: false })
    }

    fn line(&mut self, protects: Protects) -> Result<Passphrase> {
        let wanted = protects.index();
        while self.read.len() <= wanted && !self.ended {
            let Some(line) = self.lines.line()? else {
                self.ended = true;
                break;
            };
            let refuse = |trouble: &str| Error::new(code::KEY_PASSPHRASE, self.lines.thing(), trouble);
            let text = std::str::from_utf8(&line).map_err(|_| refuse("a line of it is not UTF-8 text"))?;
            if text.is_empty() && !self.read.is_empty() {
                return Err(refuse(&format!("its {} line is empty", protects.line()))
                    .hint("write the passphrase there, or remove the line: then the one before it is used for both keys"));
            }
            self.read.push(Zeroizing::new(text.to_owned()));
        }
        Ok(self.read.get(wanted).or(self.read.last()).cloned().unwrap_or_default())
    }
}

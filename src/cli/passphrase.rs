//! Passphrases. They come from a terminal, without echo, or from the lines of a file, a descriptor or standard input; never
//! from arguments or the environment. Each is wiped from memory when it is dropped.

use std::io::{self, IsTerminal};
use std::path::Path;

use sealbag::base::error::{Error, Result};
use sealbag::base::{code, limits};
use zeroize::Zeroizing;

use super::context::Context;
use super::interrupt;
use super::os;
use super::passphrase_file::Given;
pub use super::passphrase_file::{Passphrase, Protects};
use super::ui;

/// How often a passphrase is asked for before the run gives up.
const TRIES: usize = 3;

/// Opens something that has a passphrase, with the one of the signing key `what`: from the passphrase file, or asked for on the
/// terminal, again if `open` returns `key.passphrase`. The passphrase comes back beside what was opened.
pub fn signing<T>(what: &str, context: &Context, open: impl FnMut(&str) -> Result<T>) -> Result<(T, Passphrase)> {
    existing(Protects::Signing, what, context, open)
}

/// The same with the passphrase of the decryption key `what`.
pub fn decryption<T>(what: &str, context: &Context, open: impl FnMut(&str) -> Result<T>) -> Result<(T, Passphrase)> {
    existing(Protects::Decryption, what, context, open)
}

/// The same with the passphrase of the file `what`, from which something is taken over.
pub fn imported<T>(what: &str, context: &Context, open: impl FnMut(&str) -> Result<T>) -> Result<(T, Passphrase)> {
    existing(Protects::Imported, what, context, open)
}

/// The same with the passphrase of a bundle.
pub fn bundle<T>(what: &str, context: &Context, open: impl FnMut(&str) -> Result<T>) -> Result<(T, Passphrase)> {
    existing(Protects::Bundle, what, context, open)
}

/// A new passphrase for a bundle: asked for twice, not empty.
pub fn new_bundle(what: &str, context: &Context) -> Result<Passphrase> {
    let new = match &context.flags.passphrase_file {
        Some(path) => chosen(context.passphrases.given(path, Protects::Bundle)?, path),
        None => typed_twice(Protects::Bundle, what),
    };
    new.map_err(|error| match error.code == code::KEY_PASSPHRASE {
        true => error.hint("choose one that nobody can guess, and give it to the reader by another way than the bundle"),
        false => error,
    })
}

/// A new passphrase for the signing key `what`: asked for twice, not empty.
pub fn new_signing(what: &str, context: &Context) -> Result<Passphrase> {
    match &context.flags.passphrase_file {
        Some(path) => chosen(context.passphrases.given(path, Protects::Signing)?, path),
        None => typed_twice(Protects::Signing, what),
    }
}

/// A new passphrase for the decryption key `what`: asked for twice, not empty.
pub fn new_decryption(what: &str, context: &Context) -> Result<Passphrase> {
    match &context.flags.passphrase_file {
        Some(path) => chosen(context.passphrases.given(path, Protects::Decryption)?, path),
        None => typed_twice(Protects::Decryption, what),
    }
}

/// The passphrase that `what` gets instead of its old one: from the lines of `file`, or asked for twice on the terminal.
pub fn changed(protects: Protects, what: &str, file: Option<&Path>) -> Result<Passphrase> {
    match file {
        Some(path) => chosen(Given::default().given(path, protects)?, path),
        None => typed_twice(protects, what).map_err(|error| match error.code == code::KEY_LOCKED {
            true => error.hint("give a file that holds the new one: --new-passphrase-file FILE"),
            false => error,
        }),
    }
}

fn existing<T>(
    protects: Protects,
    what: &str,
    context: &Context,
    mut open: impl FnMut(&str) -> Result<T>,
) -> Result<(T, Passphrase)> {
    if let Some(path) = &context.flags.passphrase_file {
        let passphrase = context.passphrases.given(path, protects)?;
        return open(&passphrase).map(|opened| (opened, passphrase));
    }
    let mut tries = TRIES;
    loop {
        let passphrase = typed(&format!("passphrase of {}: ", protects.called(what)), what)?;
        tries -= 1;
        match open(&passphrase) {
            Err(error) if error.code == code::KEY_PASSPHRASE && tries > 0 => {
                ui::tell(|err| writeln!(err, "that passphrase does not open it"));
            }
            opened => return opened.map(|opened| (opened, passphrase)),
        }
    }
}

fn typed_twice(protects: Protects, what: &str) -> Result<Passphrase> {
    for _ in 0..TRIES {
        let first = typed(&format!("new passphrase for {}: ", protects.called(what)), what)?;
        if first.is_empty() {
            return Err(empty(what));
        }
        if typed("the same again: ", what)? == first {
            return Ok(first);
        }
        ui::tell(|err| writeln!(err, "the two passphrases are not the same"));
    }
    Err(Error::new(code::KEY_PASSPHRASE, what, "the two passphrases were not the same").hint("run the command again"))
}

/// A passphrase that was chosen for something new must not be empty.
fn chosen(passphrase: Passphrase, path: &Path) -> Result<Passphrase> {
    if passphrase.is_empty() { Err(empty(&path.to_string_lossy())) } else { Ok(passphrase) }
}

fn empty(thing: &str) -> Error {
    Error::new(code::KEY_PASSPHRASE, thing, "the passphrase is empty")
        .hint("choose one, or leave the key unencrypted on purpose: --no-passphrase")
}

/// Asks for one passphrase on the terminal, without echo.
fn typed(prompt: &str, what: &str) -> Result<Passphrase> {
    if !io::stderr().is_terminal() && !io::stdin().is_terminal() {
        return Err(Error::new(code::KEY_LOCKED, what, "needs a passphrase, and there is no terminal to ask for it"));
    }
    // a signal must not leave the terminal without echo
    interrupt::catch();
    interrupt::check()?;
    let answer = interrupt::while_waiting(|| os::ask_hidden(prompt, limits::PASSPHRASE, code::KEY_PASSPHRASE));
    interrupt::check()?;
    let refuse = |trouble: &str| Error::new(code::KEY_PASSPHRASE, what, trouble);
    let answer = answer.map_err(|error| match error.code == code::KEY_PASSPHRASE {
        true => refuse("the passphrase is too long"),
        false => Error::new(code::KEY_LOCKED, what, format!("no passphrase was given: {error}")),
    })?;
    let answer = answer.ok_or_else(|| Error::new(code::KEY_LOCKED, what, "no passphrase was given"))?;
    let text = std::str::from_utf8(&answer).map_err(|_| refuse("what was typed is not UTF-8 text"))?;
    if text.chars().any(char::is_control) {
        return Err(refuse("what was typed holds a control character, as an arrow key makes"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

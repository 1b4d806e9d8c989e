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
use super::strength;
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

/// A new passphrase for a bundle: asked for twice, not empty, and not weak unless `weak` allows that.
pub fn new_bundle(what: &str, weak: bool, context: &Context) -> Result<Passphrase> {
    new(Protects::Bundle, what, weak, context).map_err(|error| match error.code == code::KEY_PASSPHRASE {
        true => error.hint("choose one that nobody can guess, and give it to the reader by another way than the bundle"),
        false => error,
    })
}

/// The same for the signing key `what`.
pub fn new_signing(what: &str, weak: bool, context: &Context) -> Result<Passphrase> {
    new(Protects::Signing, what, weak, context)
}

/// The same for the decryption key `what`.
pub fn new_decryption(what: &str, weak: bool, context: &Context) -> Result<Passphrase> {
    new(Protects::Decryption, what, weak, context)
}

/// The passphrase that `what` gets instead of its old one: from the lines of `file`, or asked for as a new one is.
pub fn changed(protects: Protects, what: &str, file: Option<&Path>, weak: bool, context: &Context) -> Result<Passphrase> {
    match file {
        Some(path) => chosen(Given::default().given(path, protects)?, protects, what, path, weak),
        None => typed_twice(protects, what, weak, context).map_err(|error| match error.code == code::KEY_LOCKED {
            true => error.hint("give a file that holds the new one: --new-passphrase-file FILE"),
            false => error,
        }),
    }
}

fn new(protects: Protects, what: &str, weak: bool, context: &Context) -> Result<Passphrase> {
    match &context.flags.passphrase_file {
        Some(path) => chosen(context.passphrases.given(path, protects)?, protects, what, path, weak),
        None => typed_twice(protects, what, weak, context),
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

fn typed_twice(protects: Protects, what: &str, weak: bool, context: &Context) -> Result<Passphrase> {
    let question = format!("Enter alone makes a passphrase of six words\nnew passphrase for {}: ", protects.called(what));
    let mut refused = None;
    for _ in 0..TRIES {
        let first = typed(&question, what)?;
        if first.is_empty() {
            return made(what, context);
        }
        if let Some(tries) = strength::weak(&first, what).filter(|_| !weak) {
            ui::tell(|err| writeln!(err, "that passphrase is too easy to guess: about {tries} find it"));
            refused = Some(strength::refused(what, "the passphrase", &tries));
            continue;
        }
        if *typed("the same again: ", what)? == *first {
            return Ok(first);
        }
        ui::tell(|err| writeln!(err, "{DIFFERENT}"));
        refused = None;
    }
    Err(refused.unwrap_or_else(|| different(what)))
}

/// A passphrase of words, shown once, on the terminal alone, and good once it was typed.
fn made(what: &str, context: &Context) -> Result<Passphrase> {
    let made = strength::words(context)?;
    // the question goes to the terminal, wherever standard error goes
    let mut question =
        Zeroizing::new(format!("your new passphrase, shown only now; write it down:\n\n  {}\n\ntype it: ", *made));
    for _ in 0..TRIES {
        if *typed(&question, what)? == *made {
            return Ok(made);
        }
        ui::tell(|err| writeln!(err, "{DIFFERENT}"));
        question = Zeroizing::new("type it, as it stands above, with spaces between the words: ".into());
    }
    Err(different(what))
}

const DIFFERENT: &str = "the two passphrases are not the same";

fn different(what: &str) -> Error {
    Error::new(code::KEY_PASSPHRASE, what, "the two passphrases were not the same").hint("run the command again")
}

/// A passphrase that was chosen for something new must not be empty, and not weak unless that is meant.
fn chosen(passphrase: Passphrase, protects: Protects, what: &str, path: &Path, weak: bool) -> Result<Passphrase> {
    let thing = path.to_string_lossy();
    if passphrase.is_empty() {
        return Err(empty(&thing));
    }
    match strength::weak(&passphrase, what).filter(|_| !weak) {
        Some(tries) => Err(strength::refused(&thing, &format!("its passphrase for {}", protects.called(what)), &tries)),
        None => Ok(passphrase),
    }
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

//! `sealbag timestamp trust`: the authorities that one trusts to say when something was there.

use std::path::PathBuf;

use sealbag::base::error::Result;
use sealbag::base::place::Place;
use sealbag::base::{code, limits};
use sealbag::report::line::quoted;
use sealbag::store::home::authorities::{Authorities, Trusted};
use sealbag::{Authority, Timestamp};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::row;
use crate::cli::input::small_file;
use crate::cli::interrupt;
use crate::cli::ui;

/// Trust an authority to say when something was there
///
/// Get the root certificate from the authority itself, and compare its SHA-256 with what it publishes somewhere else: whoever has a root of
/// yours can date anything. No authority is trusted unless you say so.
#[derive(clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Example:\n  sealbag timestamp trust root.pem --name \"The Exchange\"\n  sealbag timestamp trust --list\n  sealbag timestamp trust --remove \"The Exchange\""
)]
pub struct Args {
    /// Its certificate, in PEM or DER, or - for standard input; a file of several is taken as a whole
    #[arg(value_name = "FILE.pem")]
    file: Option<PathBuf>,
    /// What to call it [default: what the certificate calls it]
    #[arg(long, requires = "file")]
    name: Option<String>,
    /// List those that you trust
    #[arg(long, conflicts_with_all = ["file", "name", "remove"])]
    list: bool,
    /// Trust this one no longer: its name or its SHA-256
    #[arg(long, value_name = "NAME", conflicts_with_all = ["file", "name"])]
    remove: Option<String>,
}

/// `sealbag-authorities/1`.
#[derive(Serialize)]
struct AuthoritiesJson<'a> {
    schema: &'static str,
    /// Those that were added, removed or are there, sorted by name.
    authorities: Vec<AuthorityJson<'a>>,
}

#[derive(Serialize)]
struct AuthorityJson<'a> {
    /// What the reader calls it.
    name: &'a str,
    /// What its certificate calls it.
    subject: &'a str,
    /// The SHA-256 of its certificate.
    sha256: String,
    valid_from: Timestamp,
    valid_until: Timestamp,
    trusted_at: Timestamp,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    interrupt::catch();
    let home = context.home()?;
    let mut authorities = Authorities::open(home)?;
    ui::notes(authorities.notes(), context);
    if let Some(called) = &args.remove {
        let found = authorities.find(called)?;
        ui::confirm(&told(found), "Trust this authority no longer?", context)?;
        let removed = authorities.remove(home, called)?;
        tell("trusted no longer", std::slice::from_ref(&removed), context)?;
    } else if let Some(path) = &args.file {
        let bytes = small_file(path, limits::KEY_FILE, code::AUTHORITY_FORMAT, context)?;
        let mut found = Authority::read_all(&bytes).map_err(|refusal| refusal.error(Place::path(path)))?;
        if let (Some(name), [one]) = (&args.name, found.as_mut_slice()) {
            one.name.clone_from(name);
        } else if args.name.is_some() {
            let error = sealbag::Error::new(code::USAGE, "--name", "a name is for one certificate, and the file holds several");
            return Err(error.hint("give them in files of their own"));
        }
        let now = context.now()?;
        let added: Vec<Trusted> = found.into_iter().map(|authority| Trusted { authority, since: now }).collect();
        for (at, trusted) in added.iter().enumerate() {
            authorities.check(&trusted.authority)?;
            let name = &trusted.authority.name;
            if added.iter().take(at).any(|other| other.authority.name == *name) {
                let error = sealbag::Error::new(code::AUTHORITY_EXISTS, name, "two certificates in the file have this name");
                return Err(error.hint("give them in files of their own, each with a name: --name NAME"));
            }
        }
        let facts: String = added.iter().map(told).collect();
        ui::confirm(&facts, "Did you compare the SHA-256 with what the authority publishes, and do you trust it?", context)?;
        interrupt::check()?;
        for trusted in &added {
            authorities.add(home, trusted.authority.clone(), now)?;
        }
        tell("trusted from now on", &added, context)?;
    } else {
        tell("", authorities.list(), context)?;
    }
    Ok(Exit::DONE)
}

fn told(trusted: &Trusted) -> String {
    let authority = &trusted.authority;
    let mut text = row("sha256", authority.fingerprint) + &row("name", quoted(&authority.name));
    if authority.subject != authority.name {
        text += &row("certificate", quoted(&authority.subject));
    }
    text + &row("valid", format!("from {} until {}", authority.from, authority.until))
}

fn tell(done: &str, list: &[Trusted], context: &Context) -> Result<()> {
    if context.flags.json {
        let authorities = list.iter().map(|trusted| AuthorityJson {
            name: &trusted.authority.name,
            subject: &trusted.authority.subject,
            sha256: trusted.authority.fingerprint.to_string(),
            valid_from: trusted.authority.from,
            valid_until: trusted.authority.until,
            trusted_at: trusted.since,
        });
        return ui::print_json(&AuthoritiesJson { schema: "sealbag-authorities/1", authorities: authorities.collect() });
    }
    ui::page(|out| {
        if !done.is_empty() {
            writeln!(out, "{done}")?;
        } else if list.is_empty() {
            return writeln!(out, "no authority is trusted");
        }
        for (at, trusted) in list.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            write!(out, "{}{}", told(trusted), row("trusted", format!("since {}", trusted.since.date())))?;
        }
        Ok(())
    })
}

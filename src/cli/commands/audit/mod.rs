//! `sealbag audit`: many bundles.

mod merge;
mod prove;
mod stamp;
mod tells;

use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Subcommand;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::base::watch::Watch;
use sealbag::crypto::age::Identity;
use sealbag::format::audit::Shard;
use sealbag::ops::audit::check::{Checked, Terms};
use sealbag::ops::audit::copies::Copies;
use sealbag::ops::audit::plan::{self, Aside, Asked, Entries, Plan};
use sealbag::ops::audit::register::Register;
use sealbag::ops::audit::results::{self, Growing, Places, Sink};
use sealbag::ops::audit::run::run as run_all;
use sealbag::ops::audit::since::{Change, Earlier};
use sealbag::ops::audit::tally::{Beside, Tally};
use sealbag::report::audited::{self, ReadLine};
use sealbag::store::fs::places::is_taken;
use sealbag::store::fs::search::Root;
use sealbag::{Untrusted, Workers};

use self::tells::AuditProgress;
use crate::cli::audited::{End, ListArgs, LookAt, SignArgs, TOOL, exists, publish, register, tell, who, write_csv};
use crate::cli::context::{Context, clock};
use crate::cli::evidence::PolicyArgs;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, open_own};
use crate::cli::interrupt;
use crate::cli::ui;

/// Check many bundles, and write down what each one is
///
/// Folders are searched for bundles, packed and unpacked; a link is not followed. Each bundle is verified as sealbag verify does, and told
/// in a line of JSON: what verify --json says, with its path, its outcome, and whether it passed. With -o the lines go into a file that can
/// be gone on with after an interruption, and a summary is written and signed when all are there.
///
/// The exit code is the worst of all bundles: 1 FAILED or changed, 5 could not be read, is missing or closed, 3 UNKNOWN SIGNER, 4 NOT
/// ENOUGH or in no register, 0 all passed.
#[derive(clap::Args)]
#[command(
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  sealbag audit /archive -o audit.jsonl --register register.jsonl --since last-month.jsonl"
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Subcommand)]
enum Command {
    Merge(merge::Args),
    Verify(prove::Args),
    Stamp(stamp::Args),
}

#[derive(clap::Args)]
struct RunArgs {
    /// Bundles, or folders to search for bundles; or s3://BUCKET/PREFIX, in an object store that is found as the AWS tools find it
    #[arg(value_name = "PATH", required_unless_present = "list", conflicts_with = "list")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    list: ListArgs,
    /// Write the results here [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Go on with an audit that was interrupted: the same command with this option
    #[arg(long, requires = "output")]
    resume: bool,
    /// How many bundles to check at once [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Check only a part of the list, which is the same each time: 2/7 is the second of seven
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
    /// The list is a piece of a longer one, and begins with its N-th bundle
    #[arg(long, value_name = "N", requires = "list", conflicts_with = "shard",
          value_parser = clap::value_parser!(u64).range(1..=9_000_000_000_000_000))]
    first: Option<u64>,
    /// Say for each bundle whether it is what this register says, and which ones are missing
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
    /// What is encrypted for others has passed if the register says that its file is unchanged
    #[arg(long, requires = "register")]
    closed: bool,
    /// Hash each file as a whole too: about as much work again
    #[arg(long)]
    file_hashes: bool,
    /// Open what is encrypted for you also with keys that have a passphrase, which is asked for at the beginning
    #[arg(long)]
    decrypt: bool,
    /// Say what has changed since the audit with these results
    #[arg(long, value_name = "RESULTS")]
    since: Option<PathBuf>,
    /// Write the results as a table for spreadsheets too
    #[arg(long, value_name = "FILE", requires = "output")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    sign: SignArgs,
    #[command(flatten)]
    policy: PolicyArgs,
}

fn shard(text: &str) -> std::result::Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "it must be a part and how many there are, such as 2/7".to_owned())
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        None => audit(&args.run, context),
        Some(Command::Merge(args)) => merge::run(&args, context),
        Some(Command::Verify(args)) => prove::run(&args, context),
        Some(Command::Stamp(args)) => stamp::run(&args, context),
    }
}

/// Where a run stands when it begins.
struct Begun<'s> {
    plan: Plan,
    sink: Sink<'s>,
    tally: Tally,
    look_at: LookAt,
    copies: Copies,
    earlier: Option<Earlier>,
}

fn audit(args: &RunArgs, context: &Context) -> Result<Exit> {
    interrupt::catch();
    let identities = Identities::open(context)?;
    let trust = identities.trusted();
    let policy = args.policy.policy(&trust, context)?;
    let places = args.output.as_deref().map(Places::of).transpose()?;
    if let Some(places) = &places {
        check_new(args, places, context)?;
    }
    let register = args.register.as_deref().map(|path| register(path, &trust, context)).transpose()?;
    let previous = args.since.as_deref().map(|since| results::digest_of(&Places::of(since)?.summary)).transpose();
    let previous = previous.or_else(|error| if error.code == code::IO_MISSING { Ok(None) } else { Err(error) })?;
    let opened = decryption_keys(args, &identities, context)?;
    // asked for now, and not after days
    let signer = if places.is_some() { args.sign.signer(&identities, context)? } else { None };

    let progress = AuditProgress::start(context);
    let mut stdout = BufWriter::new(ui::Stream);
    let mut begun = begin(args, places.as_ref(), register.as_ref(), &mut stdout, &progress, context)?;
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let terms = Terms {
        trust: &trust,
        policy: &policy,
        identities: &opened,
        file_hashes: args.file_hashes,
        register: register.as_ref(),
        closed: args.closed,
        workers: Workers::new(jobs),
        objects: &context.objects,
        now: &clock,
    };
    let roots: Vec<Root> = plan::roots(&args.paths);
    let done = begun.tally.lines();
    progress.bundles(begun.plan.planned, done);
    let Begun { plan, sink, tally, look_at, copies, earlier } = &mut begun;
    let ran = run_all(plan, done, &terms, &roots, Workers::new(jobs), &progress, &mut |checked: Checked| {
        let line = audited::line(&checked.line());
        sink.add(&line)?;
        tally.checked(&checked, &line);
        if let Some(read) = ReadLine::read(line.trim_ascii_end()) {
            keep(&read, look_at, copies, earlier.as_mut())?;
        }
        progress.done(checked.passed);
        Ok(())
    });
    let synced = begun.sink.sync();
    if let Err(error) = ran.and(synced) {
        drop(progress);
        return Err(interrupted(error, args, begun.tally.lines(), begun.plan.planned));
    }
    let Begun { plan, mut sink, mut tally, mut look_at, copies, earlier } = begun;
    if let (Some(earlier), Some(since)) = (&earlier, &args.since) {
        earlier.gone(since, &mut |_| look_at.gone())?;
    }
    let compared = copies.compare(&opened, &context.objects, &progress)?;
    drop(progress);
    for clash in &compared.clashes {
        look_at.clash(clash);
    }
    match &places {
        Some(places) => tally = results::amend(&places.results, &compared.clashes)?.unwrap_or(tally),
        None => tells::clashes(&compared, &mut sink)?,
    }
    drop(sink);
    let beside = Beside { register: register.as_ref().map(|register| register.digest), previous };
    let summary = tally.summary(plan.listed(), beside, TOOL, context.now()?);
    let summary = match &places {
        None => summary,
        Some(places) => {
            let replace = context.flags.force || args.resume;
            let summary = publish(places, replace, summary, signer.as_deref())?;
            plan::remove(&places.plan)?;
            if let Some(csv) = &args.csv {
                write_csv(&places.results, csv, context.flags.force)?;
            }
            summary
        }
    };
    let end = End {
        places: places.as_ref(),
        summary: &summary,
        tally: &tally,
        look_at: &look_at,
        compared: &compared,
        since: args.since.is_some(),
        exit: if compared.clashes.is_empty() { summary.exit } else { 1 },
    };
    let signer = signer.map(|signer| who(&signer.public(), &trust));
    tell(&end, signer.as_ref(), context)?;
    Ok(Exit::of(end.exit))
}

/// Refuses what could not be written, before anything is read.
fn check_new(args: &RunArgs, places: &Places, context: &Context) -> Result<()> {
    let taken = is_taken(&places.results);
    if args.resume {
        if taken && !is_taken(&places.plan) && is_taken(&places.summary) {
            let error =
                Error::new(code::OUTPUT_EXISTS, places.summary.to_string_lossy(), "this audit has come to its end already");
            return Err(error.hint("check it: sealbag audit verify RESULTS; or begin another with another -o"));
        }
        return Ok(());
    }
    for path in [&places.results, &places.plan, &places.summary, &places.signature] {
        results::check_new(path, context.flags.force).map_err(exists)?;
    }
    args.csv.as_deref().map_or(Ok(()), |csv| results::check_new(csv, context.flags.force))
}

/// One's own keys that open bundles: those without a passphrase, and with `--decrypt` or a passphrase file the others too.
fn decryption_keys(args: &RunArgs, identities: &Identities, context: &Context) -> Result<Vec<Identity>> {
    let mut opened = Vec::new();
    for own in identities.keyring.keys() {
        if let Some(file) = own.identity_file()?
            && (!file.is_encrypted() || args.decrypt)
        {
            opened.extend(open_own(own, &file, context)?);
        }
    }
    Ok(opened)
}

/// Makes the list, or goes on with what was begun.
fn begin<'s>(
    args: &RunArgs,
    places: Option<&Places>,
    register: Option<&Register>,
    stdout: &'s mut dyn Write,
    watch: &dyn Watch,
    context: &Context,
) -> Result<Begun<'s>> {
    let asked = Asked {
        format: plan::FORMAT.into(),
        began: context.now()?,
        first: args.first.unwrap_or(1),
        shard: args.shard,
        terms: terms(args, register),
    };
    let mut look_at = LookAt::default();
    let (mut earlier, mut copies) = (args.since.as_deref().map(Earlier::read).transpose()?, Copies::begin()?);
    let new = |path: Option<&Path>| {
        let entries = args.list.open(context)?.unwrap_or(Entries::Search(&args.paths));
        // a piece of a list says nothing of what is missing in the others
        let register = register.filter(|_| args.first.is_none());
        let (plan, aside) = Plan::make(
            entries,
            register,
            asked.clone(),
            path.map(|path| (path, context.flags.force)),
            &context.objects,
            watch,
        )?;
        tell_aside(&aside, context);
        Ok::<_, Error>(plan)
    };
    let Some(places) = places else {
        return Ok(Begun { plan: new(None)?, sink: Sink::Stream(stdout), tally: Tally::default(), look_at, copies, earlier });
    };
    if args.resume && is_taken(&places.plan) {
        let plan = Plan::open(&places.plan)?;
        if plan.asked != (Asked { began: plan.asked.began, ..asked }) {
            return Err(Error::new(
                code::AUDIT_OTHER_TERMS,
                places.results.to_string_lossy(),
                "it was begun with other options",
            ));
        }
        if is_taken(&places.results) {
            let mut kept = Ok(());
            let (growing, tally) = Growing::go_on(&places.results, &plan, &mut |read| {
                if kept.is_ok() {
                    kept = keep(&read, &mut look_at, &mut copies, earlier.as_mut());
                }
            })?;
            kept?;
            return Ok(Begun { plan, sink: Sink::File(Box::new(growing)), tally, look_at, copies, earlier });
        }
        let growing = Growing::begin(&places.results, false)?;
        return Ok(Begun { plan, sink: Sink::File(Box::new(growing)), tally: Tally::default(), look_at, copies, earlier });
    }
    let plan = new(Some(&places.plan))?;
    let growing = Growing::begin(&places.results, context.flags.force).map_err(exists)?;
    Ok(Begun { plan, sink: Sink::File(Box::new(growing)), tally: Tally::default(), look_at, copies, earlier })
}

/// What decides how a bundle ends, beside the bundle itself.
fn terms(args: &RunArgs, register: Option<&Register>) -> String {
    let mut terms = args.policy.words();
    terms.extend(args.closed.then(|| "closed".to_owned()));
    terms.extend(args.file_hashes.then(|| "file-hashes".to_owned()));
    terms.extend(register.map(|register| format!("register={}", register.digest)));
    terms.join(" ")
}

fn tell_aside(aside: &Aside, context: &Context) {
    if let Some(link) = &aside.link {
        let more = match aside.links - 1 {
            0 => String::new(),
            more => format!(" and {}", plural(more, "more link", "more links")),
        };
        ui::note(format!("not followed: {}{more}", Untrusted(&link.to_string_lossy())), context);
    }
    if aside.others > 0 {
        let others = plural(aside.others, "file that is no bundle", "files that are no bundles");
        ui::note(format!("not looked at: {others}, by name and by first bytes"), context);
    }
}

/// Takes in a line for what is told at the end.
fn keep(read: &ReadLine, look_at: &mut LookAt, copies: &mut Copies, earlier: Option<&mut Earlier>) -> Result<()> {
    let path = read.path_bytes().unwrap_or_default();
    let change: Option<Change> = earlier.and_then(|earlier| earlier.compare(&path, read.passed));
    look_at.line(read, change);
    match read.digest.as_ref().zip(read.shown.as_ref()).filter(|_| read.can_be_compared()) {
        Some((digest, shown)) => copies.add(digest, shown, read.number, &path),
        None => Ok(()),
    }
}

/// Says how far it came, and how to go on.
fn interrupted(error: Error, args: &RunArgs, done: u64, planned: u64) -> Error {
    match &args.output {
        Some(_) => {
            error.hint(format!("{done} of {planned} bundles are done and kept: go on with the same command and --resume"))
        }
        None => error,
    }
}

//! `sealbag check`: what files say that could harm a source, before anything is decided.

use std::path::PathBuf;

use sealbag::base::error::Result;
use sealbag::base::text::plural;
use sealbag::report::json::FindingJson;
use sealbag::report::line::quoted;
use sealbag::store::fs::places;
use sealbag::{Draft, DraftOptions, Naming, Risks};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::risks::{self, strict};
use crate::cli::ui;

/// Say what files tell about the people behind them, before anything is decided
///
/// Photos and videos carry where they were made, with which camera and by whom; documents carry who wrote and changed them, and texts
/// hold addresses. This reads it and tells what could harm a source, file by file. Nothing is changed, sealed or sent.
///
/// What is looked into in pictures and films: JPEG, PNG, WebP, HEIC, AVIF, TIFF and raw photos (DNG, NEF, CR2, CR3, ARW, ORF, RW2, RAF
/// and their kin), and MP4, MOV, 3GP, WebM and Matroska: EXIF, XMP, IPTC, comments, serial numbers in notes of camera makers where they
/// are open, content credentials (found, not validated), thumbnails that differ from their photo, and what lies behind the end of a
/// picture.
///
/// In documents (DOCX, XLSX, PPTX, OpenDocument, EPUB, PDF): properties, comments, tracked changes, hidden parts, earlier versions, and
/// what pictures and documents inside say; in RTF properties, comments and who changed it; in DOC, XLS and PPT properties and paths
/// alone. In their text, and in texts, web pages, mails and tables: e-mail addresses, telephone numbers, and user names in paths.
///
/// Not looked into are GIF, archives, files inside mails, most of what makers' notes hold, and what pictures show. A PDF whose letters are
/// numbers of its fonts is listed as not read in full.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag check photos")]
pub struct Args {
    /// One folder, or files one by one
    #[arg(value_name = "PATH", required = true)]
    inputs: Vec<PathBuf>,
    /// Leave out what this pattern matches, as in seal; repeat for each one
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// End with exit 1 if anything is found
    #[arg(long)]
    strict: bool,
}

/// `sealbag-check/1`.
#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    exit: u8,
    files: u64,
    /// How many of them are of a kind that is looked into.
    looked_into: u64,
    /// What could harm a source: the file, the kind, the value.
    leaks: Vec<FindingJson>,
    /// Files of such a kind of which nothing could be read, or not everything.
    unread: &'a [String],
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let options = DraftOptions { naming: Naming::Safe, exclude: args.exclude, ..DraftOptions::default() };
    let draft = match args.inputs.as_slice() {
        [folder] if places::is_folder(folder) => Draft::from_folder(folder, options)?,
        files => Draft::from_files(files, &[], &[], options)?,
    };
    let progress = Progress::start("reading", context);
    let risks = draft.risks(&progress)?;
    drop(progress);
    let files = draft.files().count() as u64;
    let exit = args.strict.then(|| strict(&risks)).flatten().map_or(Exit::DONE, |error| Exit::from(&error));
    if context.flags.json {
        ui::print_json(&CheckJson {
            schema: "sealbag-check/1",
            exit: exit.number(),
            files,
            looked_into: risks.looked_into,
            leaks: risks.found.iter().map(FindingJson::of).collect(),
            unread: &risks.unread,
        })?;
    } else {
        tell(&risks, files, context)?;
    }
    Ok(exit)
}

fn tell(risks: &Risks, files: u64, context: &Context) -> Result<()> {
    ui::page(|out| {
        let looked = format!("looked into {} of {}", risks.looked_into, plural(files, "file", "files"));
        match risks.found.len() as u64 {
            0 => writeln!(out, "{looked}: nothing found")?,
            count => writeln!(out, "{looked}: {} could harm a source", plural(count, "thing", "things"))?,
        }
        if risks.looked_into < files {
            writeln!(out, "the others are of kinds that are not looked into")?;
        }
        if context.flags.quiet {
            return Ok(());
        }
        risks::list(out, &risks.found)?;
        if !risks.unread.is_empty() {
            writeln!(out, "\nnothing, or not everything, could be read of")?;
            risks.unread.iter().try_for_each(|name| writeln!(out, "  - {}", quoted(name)))?;
        }
        risks::remedies(out, &risks.found)?;
        writeln!(out, "\nLook at what the pictures show too, and read the texts: no program knows what may be known.")
    })
}

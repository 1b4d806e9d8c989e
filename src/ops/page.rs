//! A page in HTML about a bundle: what verifying said, and, where the seal holds, what the bundle shows. Whatever stands on it was hashed
//! again when it was read for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::differences::Differences;
use super::leaks::Families;
use super::open::{Contents, Intact};
use super::output::Output;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::bundle::one_file;
use crate::bundle::reread::Copier;
use crate::format::bagit::VERIFY_TXT;
use crate::format::item::{About, Field, File, Role};
use crate::format::path::PayloadPath;
use crate::format::time::Timestamp;
use crate::inspect::{self, Facts, NoPreview, Preview};
use crate::report::held::Held;
pub use crate::report::html::Paper;
use crate::report::html::{self, Picture, Section, Shown, Story};
use crate::report::model::Report;
use crate::report::words::Words;
use crate::store::fs::disk::refuse_input;

/// How many files a page tells of, and how many pictures it shows; more are counted.
const FILES: usize = 20_000;
const PICTURES: usize = 5_000;
/// How many files of the report are shown, and how much of each: 1 MiB.
const STORIES: usize = 20;
const STORY: usize = 1 << 20;
/// A file up to this size is read into memory: 16 MiB. A larger picture is hashed first and then read.
const HELD: u64 = 16 << 20;
/// How many bytes of what pictures say are kept until the files are told of: 32 MiB. Beyond that they are read again.
const KEPT: usize = 32 << 20;
/// Files that are looked into together, before any of them is written.
const TOGETHER: usize = 64;

/// How a page is made.
#[derive(Clone, Copy)]
pub struct PageOptions<'p> {
    /// The language of its own sentences.
    pub words: &'p Words,
    /// What the bundle is called on it.
    pub bundle: &'p str,
    /// When it is made.
    pub at: Timestamp,
    /// Where the bundle lies, which is not written over or into.
    pub input: Option<&'p Path>,
    /// Who held which copy, where custody logs were given.
    pub held: Option<&'p Held>,
}

impl Report {
    /// Writes the page about a bundle that is not whole, or could not be read: what verifying said, and nothing of what is in it.
    ///
    /// # Errors
    /// `output.exists`, `output.inside`, `io.…`, `run.interrupted`.
    pub fn write_page(&self, options: PageOptions, output: Output, watch: &dyn Watch) -> Result<()> {
        published(options, output, watch, |out| {
            let about = html::About { bundle: options.bundle, report: self, at: options.at };
            let mut sections = vec![Section::Answers];
            sections.extend(options.held.map(|_| Section::Hands));
            sections.extend([Section::Digests, Section::Check]);
            let mut page = html::Page::begin(out, options.words, &about, &sections)?;
            page.answers()?;
            options.held.map_or(Ok(()), |held| page.held(held))?;
            page.digests()?;
            page.check(VERIFY_TXT)?;
            Ok(page.end()?)
        })
    }
}

impl Intact {
    /// Writes the page about this bundle: what verifying said, and what it shows. Of each picture there is a small one, made anew; of each
    /// file what its signer states and what it says itself.
    ///
    /// # Errors
    /// `output.exists`, `output.inside`, `payload.altered` where something is no longer what was verified, `io.…`, `run.interrupted`.
    pub fn write_page(&self, options: PageOptions, output: Output, watch: &dyn Watch) -> Result<()> {
        let contents = self.contents()?;
        published(options, output, watch, |out| {
            let about = html::About { bundle: options.bundle, report: self.report(), at: options.at };
            Writer::of(self, &contents, watch).write(out, options, &about)
        })
    }
}

impl Intact {
    /// Writes the draft of a paper about this bundle. What a person has to say is left blank in it.
    ///
    /// # Errors
    /// As for [`Intact::write_page`].
    pub fn write_paper(&self, paper: Paper, options: PageOptions, output: Output, watch: &dyn Watch) -> Result<()> {
        let files = self.contents()?.files;
        let (listed, more) = files.split_at(files.len().min(FILES));
        published(options, output, watch, |out| {
            let about = html::About { bundle: options.bundle, report: self.report(), at: options.at };
            Ok(html::write_paper(out, options.words, paper, &about, listed, more.len() as u64)?)
        })
    }
}

/// Lets `write` write the file, and publishes it as a whole.
fn published(
    options: PageOptions,
    output: Output,
    watch: &dyn Watch,
    write: impl FnOnce(&mut dyn Write) -> std::result::Result<(), Trouble>,
) -> Result<()> {
    let path = output.path(|fresh| format!("sealbag-{fresh}.html"));
    if let Some(path) = &path {
        refuse_input(path, options.input, Detail::IsPaged)?;
    }
    output.publish(path.as_deref(), watch, |file| {
        let mut out = BufWriter::with_capacity(CHUNK, file.file());
        let name = path.as_deref().map_or_else(|| "-".into(), |path| path.to_string_lossy());
        let failed = |error: io::Error| Error::io(&*name, &error);
        write(&mut out).map_err(|trouble| match trouble {
            Trouble::Read(error) => error,
            Trouble::Write(error) => failed(error),
        })?;
        out.flush().map_err(failed)
    })
}

/// What can go wrong while a page is written: with what it is about, or with itself.
enum Trouble {
    Read(Error),
    Write(io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Read(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Write(error)
    }
}

struct Writer<'w> {
    intact: &'w Intact,
    /// About the case and its sources.
    case: &'w [Field],
    /// The files that the page tells of, and what is stated about each.
    files: Vec<Shown<'w>>,
    /// All files, and their bytes.
    count: u64,
    bytes: u64,
    watch: &'w dyn Watch,
}

impl<'w> Writer<'w> {
    fn of(intact: &'w Intact, contents: &'w Contents, watch: &'w dyn Watch) -> Self {
        let border = contents.facts.partition_point(|field| !matches!(field.about, About::File(_)));
        let (case, mut rest) = contents.facts.split_at(border);
        let mut files = Vec::new();
        for (number, file) in contents.files.iter().enumerate().take(FILES) {
            let here = |field: &&Field| matches!(&field.about, About::File(path) if *path == file.path);
            let (stated, behind) = rest.split_at(rest.iter().take_while(here).count());
            files.push(Shown { number, file, stated });
            rest = behind;
        }
        let bytes = contents.files.iter().fold(0u64, |bytes, file| bytes.saturating_add(file.size));
        Writer { intact, case, files, count: contents.files.len() as u64, bytes, watch }
    }

    fn write(&self, out: &mut dyn Write, options: PageOptions, about: &html::About) -> std::result::Result<(), Trouble> {
        let report = about.report;
        let of_role = |shown: &&Shown| shown.file.role == Role::Report;
        let is_picture = |shown: &&Shown| shown.file.media_type.starts_with("image/");
        let stories: Vec<Shown> = self.files.iter().filter(of_role).take(STORIES).copied().collect();
        let families = self.families()?;
        let pictures = beside_twins(self.files.iter().filter(is_picture).copied().collect(), &families);
        let (shown, more) = pictures.split_at(pictures.len().min(PICTURES));

        let mut sections = vec![Section::Answers, Section::Withheld];
        sections.extend(options.held.map(|_| Section::Hands));
        sections.extend((!stories.is_empty()).then_some(Section::Story));
        sections.extend((!self.case.is_empty()).then_some(Section::Case));
        sections.extend((!pictures.is_empty()).then_some(Section::Pictures));
        sections.extend([Section::Files, Section::Digests, Section::Check]);
        let mut page = html::Page::begin(out, options.words, about, &sections)?;
        page.answers()?;
        page.withheld()?;
        options.held.map_or(Ok(()), |held| page.held(held))?;
        if !stories.is_empty() {
            page.begin_stories()?;
            for shown in &stories {
                let (bytes, left_out) = self.begin_of(shown.file)?;
                page.story(shown.file, story(&shown.file.media_type, &bytes, left_out))?;
            }
            page.end_section()?;
        }
        if !self.case.is_empty() {
            page.case(self.case)?;
        }
        let others = |shown: &&Shown| inspect::reads(&shown.file.media_type) && !is_picture(shown);
        let again = self.files.iter().filter(others).map(|shown| shown.file.size.min(HELD)).sum::<u64>();
        let mut kept = Kept::default();
        self.watch.expect(shown.iter().map(|picture| picture.shown.file.size).sum::<u64>().saturating_add(again));
        if !pictures.is_empty() {
            page.begin_pictures()?;
            self.each(
                shown,
                |copier, picture| self.look(copier, picture.shown.file),
                |picture, (facts, preview)| {
                    kept.put(picture.shown.number, facts);
                    page.picture(picture, &preview)
                },
            )?;
            page.end_pictures(more.len() as u64)?;
        }
        page.begin_files(self.count, self.bytes)?;
        let known: BTreeSet<usize> = kept.facts.keys().copied().collect();
        let mut differences = report.seal.as_ref().map(|seal| Differences::new(seal.sealed_at));
        self.each(
            &self.files,
            |copier, shown| match known.contains(&shown.number) {
                true => Ok(None),
                false => self.facts(copier, shown.file),
            },
            |shown, read: Option<Facts>| {
                let read = read.or_else(|| kept.facts.remove(&shown.number));
                if let (Some(read), Some(differences)) = (&read, &mut differences) {
                    differences.file(shown.file, shown.stated, read);
                }
                page.file(shown, read.as_ref())
            },
        )?;
        if let Some(differences) = differences {
            page.differences(&differences.finish())?;
        }
        page.end_files(self.count.saturating_sub(self.files.len() as u64))?;
        page.digests()?;
        page.check(VERIFY_TXT)?;
        Ok(page.end()?)
    }

    /// Which files were made of which.
    fn families(&self) -> Result<Families> {
        let mut families = Families::default();
        self.intact.whole.items(&mut |item| families.take(&item))?;
        families.find_originals(&self.intact.whole)?;
        Ok(families)
    }

    /// Does `look` with each file, by several workers, and then `write` with what came out, in order.
    fn each<F: Copy + Sync, T: Send>(
        &self,
        files: &[F],
        look: impl Fn(&mut Copier, F) -> Result<T> + Sync,
        mut write: impl FnMut(F, T) -> io::Result<()>,
    ) -> std::result::Result<(), Trouble> {
        let workers = self.watch.workers();
        for together in files.chunks(TOGETHER) {
            let done: Vec<Mutex<Option<Result<T>>>> = together.iter().map(|_| Mutex::new(None)).collect();
            workers.share(
                together.len(),
                // a worker reads small files, so none needs help
                || Copier::new(&self.intact.whole, Workers::ONE),
                |copier, job| {
                    let (Some(file), Some(done)) = (together.get(job), done.get(job)) else { return ControlFlow::Break(()) };
                    let looked = if self.watch.interrupted() { Err(Error::interrupted()) } else { look(copier, *file) };
                    let failed = looked.is_err();
                    *done.lock().unwrap_or_else(PoisonError::into_inner) = Some(looked);
                    if failed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            );
            let mut looked = Vec::with_capacity(together.len());
            for done in done {
                // where one failed, those behind it were not begun
                if let Some(one) = done.into_inner().unwrap_or_else(PoisonError::into_inner) {
                    looked.push(one?);
                }
            }
            for (file, one) in together.iter().zip(looked) {
                write(*file, one)?;
            }
        }
        Ok(())
    }

    /// What a picture says itself, and a small one of it.
    fn look(&self, copier: &mut Copier, file: &File) -> Result<(Option<Facts>, std::result::Result<Preview, NoPreview>)> {
        match self.held(copier, file)? {
            Some(bytes) => Ok(inspect::look(&bytes, &file.media_type)),
            None => {
                // what is larger than that is hashed first, and then read where it lies
                let whole = self.intact.whole.file(&file.path)?;
                copier.file(whole, &mut io::sink(), self.watch)?;
                let bytes = one_file::open(&self.intact.whole.kept, &file.path, whole.at, file.size);
                let broken = || (None, Err(NoPreview::Broken));
                Ok(bytes.map_or_else(|_| broken(), |bytes| inspect::look(&*bytes, &file.media_type)))
            }
        }
    }

    /// What the file says itself; none where it is of no kind that is read.
    fn facts(&self, copier: &mut Copier, file: &File) -> Result<Option<Facts>> {
        if !inspect::reads(&file.media_type) {
            return Ok(None);
        }
        let facts = match self.held(copier, file)? {
            Some(bytes) => inspect::facts(&bytes, &file.media_type),
            None => {
                let whole = self.intact.whole.file(&file.path)?;
                let bytes = one_file::open(&self.intact.whole.kept, &file.path, whole.at, file.size);
                let unread = || Facts { unread: true, ..Facts::default() };
                bytes.map_or_else(|_| unread(), |bytes| inspect::facts(&*bytes, &file.media_type))
            }
        };
        Ok(Some(facts))
    }

    /// The bytes of a file that is small enough, hashed again.
    fn held(&self, copier: &mut Copier, file: &File) -> Result<Option<Vec<u8>>> {
        if file.size > HELD {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
        copier.file(self.intact.whole.file(&file.path)?, &mut bytes, self.watch)?;
        Ok(Some(bytes))
    }

    /// The beginning of a file, and how many bytes follow it. All of it is hashed.
    fn begin_of(&self, file: &File) -> Result<(Vec<u8>, u64)> {
        let mut begin = Begin(Vec::new());
        Copier::new(&self.intact.whole, self.watch.workers()).file(
            self.intact.whole.file(&file.path)?,
            &mut begin,
            self.watch,
        )?;
        let left_out = file.size.saturating_sub(begin.0.len() as u64);
        Ok((begin.0, left_out))
    }
}

/// What pictures say, by the number of the file.
#[derive(Default)]
struct Kept {
    facts: BTreeMap<usize, Facts>,
    length: usize,
}

impl Kept {
    fn put(&mut self, number: usize, facts: Option<Facts>) {
        let Some(facts) = facts else { return };
        let length: usize = facts.list.iter().map(|fact| size_of_val(fact) + fact.value.capacity()).sum();
        if self.length + length <= KEPT {
            self.length += length;
            self.facts.insert(number, facts);
        }
    }
}

/// Pictures in their order, each with what was made of it behind it.
fn beside_twins<'p>(pictures: Vec<Shown<'p>>, families: &'p Families) -> Vec<Picture<'p>> {
    let (originals, shown) = (families.originals(), pictures.iter().map(|shown| &shown.file.path).collect::<BTreeSet<_>>());
    // what was made of something that was made stands by itself
    let of =
        |twin: &Shown| originals.get(&twin.file.path).filter(|of| shown.contains(*of) && !originals.contains_key(*of)).copied();
    let mut twins = BTreeMap::<&PayloadPath, Vec<Shown>>::new();
    for picture in &pictures {
        if let Some(of) = of(picture) {
            twins.entry(of).or_default().push(*picture);
        }
    }
    let mut all = Vec::with_capacity(pictures.len());
    for picture in pictures.iter().filter(|picture| of(picture).is_none()) {
        let made = twins.remove(&picture.file.path).unwrap_or_default();
        all.push(Picture { shown: *picture, of: None, has_twins: !made.is_empty() });
        let more = (1..made.len()).map(|_| true).chain([false]);
        let twin = |(twin, has_twins): (Shown<'p>, bool)| Picture { shown: twin, of: of(&twin), has_twins };
        all.extend(made.into_iter().zip(more).map(twin));
    }
    all
}

/// Keeps the beginning of what is written to it.
struct Begin(Vec<u8>);

impl Write for Begin {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = STORY.saturating_sub(self.0.len());
        self.0.extend(bytes.iter().take(room));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the report says: text in UTF-8, and nothing that a program would have to draw.
fn story<'b>(media_type: &str, bytes: &'b [u8], left_out: u64) -> Story<'b> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_text = media_type.starts_with("text/") && !matches!(media_type, "text/html" | "text/rtf");
    if !is_text || bytes.contains(&0) {
        return Story::Other;
    }
    let (text, cut) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, 0),
        // a letter that was cut in two
        Err(error) if left_out > 0 && error.error_len().is_none() => {
            let (text, cut) = bytes.split_at(error.valid_up_to());
            (std::str::from_utf8(text).unwrap_or_default(), cut.len() as u64)
        }
        Err(_) => return Story::Other,
    };
    Story::Text(text, left_out.saturating_add(cut))
}

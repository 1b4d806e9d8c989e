//! What is to be sealed: the files found and their names, the facts about them, and everything that stands in the way, reported
//! at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::names::{self, Named, Naming, Renamed};
use super::output::Encryption;
use super::taken::{Beneath, Taken};
use super::twins::twin::{Derivation, Twin};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::base::text::spelled;
use crate::format::digest::{Digest, Random128};
use crate::format::facts::{Fact, Facts};
use crate::format::item::{About, Body, Field, Item, Role};
use crate::format::normal::nfc;
use crate::format::once::is_single;
use crate::format::path::PayloadPath;
use crate::store::fs::exclude::Exclude;
use crate::store::fs::folder::{self, Found, Input};
use crate::store::fs::places;

/// How files are taken into a draft.
#[derive(Debug, Clone, Default)]
pub struct DraftOptions {
    /// Seal also what Finder and Explorer leave behind.
    pub all: bool,
    /// Under which names; where a file gets another one, the name it had is kept as a fact.
    pub naming: Naming,
    /// Write down when each file was last modified, as a fact of its own.
    pub keep_times: bool,
    /// The metadata file, which is never sealed as a file, wherever it lies.
    pub except: Option<PathBuf>,
    /// Patterns of what is left out, over the paths below the folder: `*`, `?` and `[..]` stay within one part of a path, `**` stands
    /// for any folders, and a folder that matches takes everything in it along. One that matches nothing is refused.
    pub exclude: Vec<String>,
}

/// A bag that has been found and can be signed.
pub struct Draft {
    pub(crate) inputs: Vec<Input>,
    pub(crate) fields: Vec<Field>,
    /// What the facts that can be true only once are about, and their names.
    singles: BTreeSet<(About, String)>,
    /// The folder that is sealed; no output may be written into it.
    pub(crate) root: Option<PathBuf>,
    /// The files that were given one by one; no output may overwrite them.
    pub(crate) given: Vec<PathBuf>,
    renamed: Vec<Renamed>,
    junk: Vec<String>,
    empty: Vec<String>,
    left_empty: usize,
    left_out: Option<String>,
    excluded: Vec<Beneath>,
    twins: Vec<Twin>,
    not_cleaned: Vec<Finding>,
    recorded: Vec<Field>,
    pub(crate) encryption: Option<Encryption>,
    names_recipients: bool,
}

impl Draft {
    /// Takes every file below a folder.
    ///
    /// # Errors
    /// `input.…` with everything that stands in the way of sealing it, `io.…`.
    pub fn from_folder(root: &Path, options: DraftOptions) -> Result<Self> {
        let mut exclude = exclude(&options)?;
        let found = folder::find(root, options.all, &mut exclude)?;
        Draft::take(found, exclude, Some(root.to_owned()), options)
    }

    /// Takes files given one by one, each under its own name, photos under `photos/`. Reports and photos get these roles
    /// whatever they look like.
    ///
    /// # Errors
    /// `input.…` with everything that stands in the way of sealing them, `io.…`.
    pub fn from_files(files: &[PathBuf], reports: &[PathBuf], photos: &[PathBuf], options: DraftOptions) -> Result<Self> {
        let (mut found, mut exclude) = (Found::default(), exclude(&options)?);
        for (paths, folder, role) in
            [(files, "", None), (reports, "", Some(Role::Report)), (photos, "photos/", Some(Role::Photo))]
        {
            for path in paths {
                match folder::single(path, folder)? {
                    Ok(input) if exclude.file(&input.name) => {}
                    Ok(mut input) => {
                        input.role = role;
                        found.files.push(input);
                    }
                    Err(refused) => found.refused.push(refused),
                }
            }
        }
        let mut draft = Draft::take(found, exclude, None, options)?;
        draft.given = [files, reports, photos].concat();
        Ok(draft)
    }

    /// Encrypts the bundle. Without this it is a plain ZIP.
    pub fn encrypt(&mut self, encryption: Encryption) {
        self.encryption = Some(encryption);
    }

    /// Names under the seal everybody for whom the bundle is encrypted, so that all its readers see who the others are.
    pub fn name_recipients(&mut self) {
        self.names_recipients = true;
    }

    /// The age recipients that the seal will name, sorted.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let named = self.encryption.as_ref().filter(|_| self.names_recipients);
        named.map(Encryption::recipients).unwrap_or_default()
    }

    /// Makes a file of the folder a report or a photo, whatever it looks like. `path` is its path below the folder, before any
    /// renaming.
    ///
    /// # Errors
    /// `io.missing` if no file of the folder has this path, `metadata.file` if two do.
    pub fn set_role(&mut self, path: &str, role: Role) -> Result<()> {
        match self.input_called(path)? {
            Some(input) => input.role = Some(role),
            None => return Err(Error::new(code::IO_MISSING, path, Detail::NotSealedHere)),
        }
        Ok(())
    }

    /// Refuses to seal anything that contains `home`, where keys and contacts are kept, or lies inside it.
    ///
    /// # Errors
    /// `input.home`.
    pub fn refuse_home(&self, home: &Path) -> Result<()> {
        let holds = self.root.iter().any(|root| places::holds(root, home) || places::holds(home, root));
        if holds || self.given.iter().any(|path| places::holds(home, path)) {
            return Err(Error::new(code::INPUT_HOME, home.to_string_lossy(), Detail::HomeInside));
        }
        Ok(())
    }

    /// Adds one fact about the case.
    ///
    /// # Errors
    /// `metadata.shape` for a name or value that a fact cannot have, `metadata.file` for a `derived_from` that names no file
    /// sealed here.
    pub fn add_case_fact(&mut self, name: &str, value: &str) -> Result<()> {
        let fact = (name.to_owned(), value.to_owned());
        self.add(About::Case, vec![fact])
    }

    /// Adds the facts of a metadata file. Those about files use the names that the files have in the folder. Whatever is wrong is told
    /// at once.
    ///
    /// # Errors
    /// Those of [`Draft::add_case_fact`], and what the file says that cannot be a fact; `metadata.file` for facts about a file that is
    /// not sealed here.
    pub fn add_facts(&mut self, facts: Facts) -> Result<()> {
        self.left_empty += facts.left_empty;
        let mut wrong: Vec<Error> = Error::all(facts.wrong).into_iter().collect();
        wrong.extend(self.add_all(About::Case, facts.case));
        for (number, group) in facts.sources {
            wrong.extend(self.add_all(About::Source(number), group));
        }
        for (name, group) in facts.files {
            match self.input_called(&name).map(|input| input.map(|input| input.path.clone())) {
                Ok(Some(path)) => wrong.extend(self.add_all(About::File(path), group)),
                Ok(None) => wrong.push(Error::new(code::METADATA_FILE, Place::FactsOf(name), Detail::NotSealedHere)),
                Err(error) => wrong.push(error),
            }
        }
        wrong.truncate(limits::FINDINGS);
        Error::together(wrong).map_or(Ok(()), Err)
    }

    /// True if there is a fact of this name about the case.
    pub fn has_case_fact(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.about == About::Case && field.name == name)
    }

    /// How many facts there are.
    pub fn facts(&self) -> u64 {
        self.fields.len() as u64
    }

    /// The names under which the files will be sealed, in order, and their lengths.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.inputs.iter().map(|input| (input.path.as_str(), input.size()))
    }

    /// What this draft takes, under the names that the files have now.
    pub fn taken(&self) -> Taken {
        Taken::of(self.inputs_and_names().map(|(input, name)| (name, input.size())))
    }

    /// The files that were found, each with the name that it has now; twins that are made of them are not among them.
    pub(super) fn inputs_and_names(&self) -> impl Iterator<Item = (&Input, &str)> {
        let own: HashMap<&str, &str> = self.renamed.iter().map(|name| (name.sealed.as_str(), &*name.own)).collect();
        let found = self.inputs.iter().filter(|input| !input.is_made());
        found.map(move |input| (input, own.get(input.path.as_str()).copied().unwrap_or(input.path.as_str())))
    }

    /// Junk of file managers that is not sealed.
    pub fn junk(&self) -> &[String] {
        &self.junk
    }

    /// Empty folders, which a bundle cannot hold.
    pub fn empty_folders(&self) -> &[String] {
        &self.empty
    }

    /// The metadata file, if it lay among the files; it is not sealed.
    pub fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }

    /// What was left out because it was asked for.
    pub fn excluded(&self) -> &[Beneath] {
        &self.excluded
    }

    /// Twins that will be made and sealed, in the order of their paths.
    pub fn twins(&self) -> &[Twin] {
        &self.twins
    }

    /// Files of which there is no twin although all were to have one, `clean.none`, with the reason.
    pub fn not_cleaned(&self) -> &[Finding] {
        &self.not_cleaned
    }

    /// Facts that were read from files and will be sealed.
    pub fn recorded(&self) -> &[Field] {
        &self.recorded
    }

    /// Files that are sealed under other names than they have.
    pub fn renamed(&self) -> &[Renamed] {
        &self.renamed
    }

    /// Folders that become one in the bundle: its path there, and those that the files lie in now, told apart where they look the same.
    pub fn merged(&self) -> Vec<(String, Vec<String>)> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let own: HashMap<&str, &str> = self.renamed.iter().map(|name| (name.sealed.as_str(), &*name.own)).collect();
        let moved = self.renamed.iter().map(|name| (folder(name.sealed.as_str()), folder(&name.own)));
        let moved: BTreeSet<String> = moved.filter(|(sealed, own)| sealed != own).map(|(sealed, _)| sealed).collect();
        let mut from: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for input in &self.inputs {
            let sealed = folder(input.path.as_str());
            if moved.contains(&sealed) {
                from.entry(sealed)
                    .or_default()
                    .insert(folder(own.get(input.path.as_str()).copied().unwrap_or(input.path.as_str())));
            }
        }
        let told = |own: BTreeSet<String>| {
            let twin = |name: &String| own.iter().any(|other| other != name && nfc(other) == nfc(name));
            own.iter().map(|name| if twin(name) { spelled(name) } else { name.clone() }).collect()
        };
        from.into_iter().filter(|(_, own)| own.len() > 1).map(|(sealed, own)| (sealed, told(own))).collect()
    }

    /// How many facts a metadata file left empty.
    pub fn left_empty(&self) -> usize {
        self.left_empty
    }

    fn take(mut found: Found, exclude: Exclude, root: Option<PathBuf>, options: DraftOptions) -> Result<Self> {
        if let Some(except) = &options.except {
            found.leave_out(except);
        }
        let Found { files, junk, empty, left_out, refused: found } = found;
        let mut refused = exclude.unused();
        refused.extend(found);
        let none = files.is_empty();
        let Named { inputs, renamed, refused: names } = names::settle(files, options.naming);
        refused.extend(names);
        if none && refused.is_empty() {
            let thing = root.as_ref().map_or(Place::Files, |root| Place::path(root));
            refused.push(Finding::new(code::INPUT_EMPTY, thing, Detail::NoFileToSeal));
        }
        if inputs.len() > limits::ITEM_COUNT {
            refused.push(Finding::new(code::INPUT_LIMIT, Place::Files, Detail::TooManyFiles));
        }
        if let Some(error) = Error::all(refused) {
            return Err(error);
        }
        let (fields, given) = (Vec::new(), Vec::new());
        let mut draft = Draft {
            inputs,
            fields,
            singles: BTreeSet::new(),
            root,
            given,
            renamed: Vec::new(),
            junk,
            empty,
            left_empty: 0,
            left_out,
            excluded: Beneath::of(exclude.left_out()),
            twins: Vec::new(),
            not_cleaned: Vec::new(),
            recorded: Vec::new(),
            encryption: None,
            names_recipients: false,
        };
        for name in renamed {
            draft.add(About::File(name.sealed.clone()), vec![name.fact()])?;
            draft.renamed.push(name);
        }
        if options.keep_times {
            draft.add_times()?;
        }
        Ok(draft)
    }

    /// A fact about each file that says when it was last modified, where the file system says so.
    fn add_times(&mut self) -> Result<()> {
        let time = |input: &Input| Some((input.path.clone(), input.modified()?));
        let times: Vec<_> = self.inputs.iter().filter_map(time).collect();
        times.into_iter().try_for_each(|(path, at)| self.add(About::File(path), vec![("modified".into(), at.to_string())]))
    }

    /// Adds facts that were read from files.
    pub(super) fn record(&mut self, recorded: Vec<Field>) -> Result<()> {
        for field in recorded {
            self.push(field.clone())?;
            self.recorded.push(field);
        }
        Ok(())
    }

    /// Takes twins: the path of the original, how the twin came of it, and the twin; and what is told of files without one.
    pub(super) fn take_twins(&mut self, made: Vec<(PayloadPath, Derivation, Input)>, none: Vec<Finding>) -> Result<()> {
        for (of, derivation, input) in made {
            // the path of the original, which sealing replaces by its commitment
            for (name, value) in [("derived_from", of.as_str()), ("derivation", derivation.as_str())] {
                self.push(Field { about: About::File(input.path.clone()), name: name.into(), value: value.into() })?;
            }
            self.twins.push(Twin { path: input.path.clone(), of, derivation, length: input.size() });
            self.inputs.push(input);
        }
        self.twins.sort_by(|one, other| one.path.cmp(&other.path));
        self.inputs.sort_by(|one, other| one.path.cmp(&other.path));
        self.not_cleaned.extend(none);
        Ok(())
    }

    /// The file that is called `name` in the folder, or was before it got a safe name. If that means two files, it is an error.
    fn input_called(&mut self, name: &str) -> Result<Option<&mut Input>> {
        Ok(self.position_called(name)?.and_then(|index| self.inputs.get_mut(index)))
    }

    /// The index of that file.
    pub(super) fn position_called(&self, name: &str) -> Result<Option<usize>> {
        let mut sealed: Vec<&str> =
            self.renamed.iter().filter(|renamed| renamed.own == name).map(|renamed| renamed.sealed.as_str()).collect();
        let is_anothers = |renamed: &Renamed| renamed.sealed.as_str() == name && !renamed.looks_the_same();
        if !sealed.contains(&name) && !self.renamed.iter().any(is_anothers) {
            sealed.push(name);
        }
        let mut found =
            sealed.iter().filter_map(|sealed| self.inputs.binary_search_by(|input| input.path.as_str().cmp(sealed)).ok());
        let (first, second) = (found.next(), found.next());
        if second.is_some() {
            return Err(Error::new(code::METADATA_FILE, name, Detail::NameOfTwo).hint(Hint::TwoOfOneName));
        }
        Ok(first)
    }

    /// What a file was derived from: the name under which the other file is sealed, which sealing replaces by its commitment. A
    /// value that already is a commitment stays as it is.
    fn original_of(&mut self, field: &Field) -> Result<String> {
        if let Some(input) = self.input_called(&field.value)? {
            return Ok(input.path.to_string());
        }
        if Digest::parse(&field.value).is_some() || field.value == "unknown" {
            return Ok(field.value.clone());
        }
        let thing = Place::Fact(Box::new((field.about.to_string(), field.name.clone())));
        Err(Error::new(code::METADATA_FILE, thing, Detail::FactOfNoFile))
    }

    fn add(&mut self, about: About, facts: Vec<Fact>) -> Result<()> {
        Error::together(self.add_all(about, facts)).map_or(Ok(()), Err)
    }

    /// Adds facts, and gives what is wrong with those that cannot be added.
    fn add_all(&mut self, about: About, facts: Vec<Fact>) -> Vec<Error> {
        facts.into_iter().filter_map(|fact| self.add_one(&about, fact).err()).collect()
    }

    fn add_one(&mut self, about: &About, (name, value): Fact) -> Result<()> {
        let mut field = Field { about: about.clone(), name, value };
        if is_derived(&field) {
            field.value = self.original_of(&field)?;
        }
        self.push(field)
    }

    /// Adds a fact as it will be sealed.
    fn push(&mut self, field: Field) -> Result<()> {
        let place = Place::Fact(Box::new((field.about.to_string(), field.name.clone())));
        let refuse = |reason: Detail| Err(Error::new(code::METADATA_SHAPE, place, reason));
        if field.value.is_empty() {
            return refuse(Detail::FactEmpty);
        }
        if field.value.len() > limits::STRING {
            return refuse(Detail::FactOverLimit);
        }
        let item = Item { salt: Random128::new([0; 16]), body: Body::Field(field.clone()) };
        let line = item.line();
        if line.len() > limits::LINE {
            return refuse(Detail::FactLineTooLong);
        }
        if let Err(reason) = Item::read(line.strip_suffix(b"\n").unwrap_or(&line)) {
            return refuse(reason);
        }
        if is_single(&field) && !self.singles.insert((field.about.clone(), field.name.clone())) {
            return refuse(Detail::FactTwice);
        }
        self.fields.push(field);
        Ok(())
    }
}

fn exclude(options: &DraftOptions) -> Result<Exclude> {
    Exclude::of(&options.exclude).or_else(|wrong| match Error::all(wrong) {
        Some(error) => Err(error),
        None => Ok(Exclude::default()),
    })
}

/// True for a fact that says which other file a file was derived from.
pub(super) fn is_derived(field: &Field) -> bool {
    field.name == "derived_from" && matches!(field.about, About::File(_))
}

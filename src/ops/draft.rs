//! What is to be sealed, before it is: files found and named, facts about them, and everything that stands in the way told at
//! once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::base::code;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits;
use crate::format::digest::Digest;
use crate::format::facts::{Fact, Facts};
use crate::format::item::{About, Body, Field, Item, Role};
use crate::format::path::PayloadPath;
use crate::store::folder::{self, Found, Input};
use crate::store::media;

/// How inputs are taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taking {
    /// Seal also what Finder and Explorer leave behind.
    pub all: bool,
    /// Seal files whose names break a rule under safe names, and keep the names they had as facts.
    pub safe_names: bool,
}

/// A bag that has been found and can be signed.
pub struct Draft {
    pub(crate) inputs: Vec<Input>,
    pub(crate) fields: Vec<Field>,
    pub(crate) reports: Vec<String>,
    pub(crate) photos: Vec<String>,
    /// The folder that is sealed, in which no output may stand.
    pub(crate) root: Option<PathBuf>,
    renamed: Vec<(String, String)>,
    junk: Vec<String>,
    empty: Vec<String>,
    left_empty: usize,
}

impl Draft {
    /// Takes every file below a folder.
    pub fn from_folder(root: &Path, taking: Taking) -> Result<Self> {
        let found = folder::find(root, taking.all)?;
        Draft::take(found, Some(root.to_owned()), taking)
    }

    /// Takes files given one by one, each under its own name, photos under `photos/`. Reports and photos get these roles
    /// whatever they look like.
    pub fn from_files(files: &[PathBuf], reports: &[PathBuf], photos: &[PathBuf], taking: Taking) -> Result<Self> {
        let mut found = Found::default();
        let mut names = (Vec::new(), Vec::new());
        for (paths, folder, names) in
            [(files, "", None), (reports, "", Some(&mut names.0)), (photos, "photos/", Some(&mut names.1))]
        {
            let mut taken = Vec::new();
            for path in paths {
                match folder::single(path, folder)? {
                    Ok(input) => {
                        taken.push(input.name.to_string());
                        found.files.push(input);
                    }
                    Err(refused) => found.refused.push(refused),
                }
            }
            if let Some(names) = names {
                *names = taken;
            }
        }
        let mut draft = Draft::take(found, None, taking)?;
        let sealed_as = |draft: &Draft, name: String| draft.sealed_name(&name).unwrap_or(&name).to_owned();
        draft.reports = names.0.into_iter().map(|name| sealed_as(&draft, name)).collect();
        draft.photos = names.1.into_iter().map(|name| sealed_as(&draft, name)).collect();
        Ok(draft)
    }

    /// Says which files of a folder are the report, or photos, whatever they look like. Each is a path below the folder, as
    /// it is there.
    pub fn set_role(&mut self, path: &str, role: Role) -> Result<()> {
        let Some(sealed) = self.sealed_name(path).map(str::to_owned) else {
            return Err(Error::new(code::IO_MISSING, path, "no such file is sealed here"));
        };
        match role {
            Role::Report => self.reports.push(sealed),
            _ => self.photos.push(sealed),
        }
        Ok(())
    }

    /// Adds one fact about the case.
    pub fn add_case_fact(&mut self, name: &str, value: &str) -> Result<()> {
        let fact = (name.to_owned(), value.to_owned());
        self.add(About::Case, vec![fact])
    }

    /// Adds the facts of a metadata file. Those about files go by the names that these have in the folder.
    pub fn add_facts(&mut self, facts: Facts) -> Result<()> {
        self.left_empty += facts.left_empty;
        self.add(About::Case, facts.case)?;
        for (number, group) in facts.sources {
            self.add(About::Source(number), group)?;
        }
        for (name, group) in facts.files {
            let path = self.sealed_name(&name).and_then(|sealed| PayloadPath::parse(sealed).ok());
            let path =
                path.ok_or_else(|| Error::new(code::METADATA_FILE, format!("files.{name}"), "no such file is sealed here"))?;
            self.add(About::File(path), group)?;
        }
        Ok(())
    }

    /// True if there is a fact of this name about the case.
    pub fn has_case_fact(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.about == About::Case && field.name == name)
    }

    /// The names under which the files will be sealed, in order, and their lengths.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.inputs.iter().map(|input| (&*input.name, input.size()))
    }

    /// Junk of file managers that is not sealed.
    pub fn junk(&self) -> &[String] {
        &self.junk
    }

    /// Empty folders, which a bundle cannot hold.
    pub fn empty_folders(&self) -> &[String] {
        &self.empty
    }

    /// Files that are sealed under safe names: the name each had, and the one it gets.
    pub fn renamed(&self) -> &[(String, String)] {
        &self.renamed
    }

    /// How many facts a metadata file left empty.
    pub fn left_empty(&self) -> usize {
        self.left_empty
    }

    /// A metadata file to fill in for these files: JSON, every value empty.
    pub fn template(&self) -> Result<String> {
        const CASE: [&str; 14] = [
            "title",
            "creator",
            "publisher",
            "description",
            "language",
            "rights",
            "dateline",
            "published",
            "event_date",
            "event_place",
            "contact",
            "acquired_how",
            "acquired_from",
            "note",
        ];
        const SOURCE: [&str; 4] = ["identity", "protection", "consent", "note"];
        let group = |names: &[&str]| {
            let members: Vec<String> = names.iter().map(|name| format!("{}: \"\"", quoted(name))).collect();
            format!("{{{}}}", members.join(", "))
        };
        let mut files = Vec::new();
        for input in &self.inputs {
            let head = input.head().map_err(|error| Error::io(&*input.name, &error))?;
            let names: &[&str] = match media::role(&media::media_type(&input.name, &head)) {
                Role::Photo | Role::Video | Role::Audio => &["caption", "credit", "taken_at", "place"],
                _ => &["caption", "credit"],
            };
            files.push(format!("    {}: {}", quoted(&input.name), group(names)));
        }
        let case: Vec<String> = CASE.iter().map(|name| format!("    {}: \"\"", quoted(name))).collect();
        Ok(format!(
            "{{\n  \"case\": {{\n{}\n  }},\n  \"sources\": {{\n    \"S1\": {}\n  }},\n  \"files\": {{\n{}\n  }}\n}}\n",
            case.join(",\n"),
            group(&SOURCE),
            files.join(",\n")
        ))
    }

    fn take(found: Found, root: Option<PathBuf>, taking: Taking) -> Result<Self> {
        let Found { files: inputs, junk, empty, mut refused } = found;
        let mut draft = Draft {
            inputs,
            fields: Vec::new(),
            reports: Vec::new(),
            photos: Vec::new(),
            root,
            renamed: Vec::new(),
            junk,
            empty,
            left_empty: 0,
        };
        draft.inputs.sort_by(|one, other| one.name.cmp(&other.name));
        let mut originals = BTreeMap::new();
        draft.check_names(taking.safe_names, &mut originals, &mut refused);
        draft.part_twins(taking.safe_names, &mut originals, &mut refused);
        for (index, original) in originals {
            draft.renamed.extend(draft.inputs.get(index).map(|input| (original, input.name.to_string())));
        }
        draft.inputs.sort_by(|one, other| one.name.cmp(&other.name));
        if draft.inputs.is_empty() && refused.is_empty() {
            let thing = draft.root.as_ref().map_or("files".into(), |root| root.to_string_lossy());
            refused.push(Finding::new(code::INPUT_EMPTY, thing, "there is no file to seal"));
        }
        if draft.inputs.len() > limits::ITEM_COUNT {
            refused.push(Finding::new(code::INPUT_LIMIT, "files", "there are more than 1,000,000"));
        }
        if let Some(error) = Error::all(refused) {
            return Err(error);
        }
        for (original, sealed) in std::mem::take(&mut draft.renamed) {
            let path = PayloadPath::parse(&sealed).map_err(|reason| Error::new(code::INPUT_NAME, &sealed, reason))?;
            draft.add(About::File(path), vec![("original_name".into(), original.clone())])?;
            draft.renamed.push((original, sealed));
        }
        Ok(draft)
    }

    /// Names that cannot be sealed are refused, or replaced by safe ones.
    fn check_names(&mut self, safe_names: bool, originals: &mut BTreeMap<usize, String>, refused: &mut Vec<Finding>) {
        for (index, input) in self.inputs.iter_mut().enumerate() {
            if let Err(reason) = PayloadPath::parse_for_sealing(&input.name) {
                if safe_names {
                    let original = input.name.to_string();
                    let safe = PayloadPath::safe(&original);
                    input.rename(safe.as_str());
                    originals.insert(index, original);
                } else {
                    refused.push(Finding::new(code::INPUT_NAME, &*input.name, format!("its name {reason}")));
                }
            }
        }
    }

    /// Names that are one after case folding, or a file's and a folder's, are refused, or told apart by a number.
    fn part_twins(&mut self, safe_names: bool, originals: &mut BTreeMap<usize, String>, refused: &mut Vec<Finding>) {
        let (mut taken, mut folders) = (HashMap::new(), HashSet::new());
        let paths = self.inputs.iter().filter_map(|input| PayloadPath::parse(&input.name).ok());
        for path in paths {
            folders.extend(path.folders().filter_map(|folder| PayloadPath::parse(folder).ok()).map(|folder| key(&folder)));
        }
        for index in 0..self.inputs.len() {
            let Some(name) = self.inputs.get(index).map(|input| input.name.to_string()) else { return };
            let Ok(path) = PayloadPath::parse(&name) else { continue };
            let twin = taken.get(&key(&path)).copied();
            if twin.is_none() && !folders.contains(&key(&path)) {
                taken.insert(key(&path), index);
                continue;
            }
            if !safe_names {
                let other = twin.and_then(|twin| self.inputs.get(twin)).map_or("a folder", |input| &input.name);
                let detail = format!("on some computers its name is that of {other}");
                refused.push(Finding::new(code::INPUT_TWIN, name, detail));
                continue;
            }
            let fresh = (2..).map(|n| path.with_suffix(&format!("-{n}"))).find(|path| {
                !taken.contains_key(&key(path))
                    && !folders.contains(&key(path))
                    && !self.inputs.iter().any(|input| *input.name == *path.as_str())
            });
            let Some(fresh) = fresh else { continue };
            taken.insert(key(&fresh), index);
            if let Some(input) = self.inputs.get_mut(index) {
                input.rename(fresh.as_str());
            }
            originals.entry(index).or_insert(name);
        }
    }

    /// The name under which a file is sealed that is called `name` in the folder.
    fn sealed_name(&self, name: &str) -> Option<&str> {
        if let Some((_, sealed)) = self.renamed.iter().find(|(original, _)| original == name) {
            return Some(sealed);
        }
        let index = self.inputs.binary_search_by(|input| (*input.name).cmp(name)).ok()?;
        self.inputs.get(index).map(|input| &*input.name)
    }

    fn add(&mut self, about: About, facts: Vec<Fact>) -> Result<()> {
        for (name, value) in facts {
            let field = Field { about: about.clone(), name, value };
            let refuse = |reason: &str| Err(Error::new(code::METADATA_SHAPE, format!("{about} {}", field.name), reason));
            if field.value.is_empty() {
                return refuse("a value has at least one byte");
            }
            if field.value.len() > limits::STRING {
                return refuse("a value has at most 16,384 bytes");
            }
            let item = Item { salt: crate::format::digest::Random128::new([0; 16]), body: Body::Field(field.clone()) };
            if item.line().len() > limits::LINE {
                return refuse("its control characters make it longer than one line of the seal may be");
            }
            self.fields.push(field);
        }
        Ok(())
    }
}

/// What file systems that ignore case know a name by.
fn key(path: &PayloadPath) -> [u8; 16] {
    let digest = Digest::of(path.folded().as_bytes());
    let mut key = [0; 16];
    key.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    key
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

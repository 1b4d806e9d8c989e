//! Reads everything that stays and tells what it gives away.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::carried::{Carried, is_compared};
use super::finder::{Finder, Found};
use super::leak::{BYTES, Leak, NotSearched, Said, Told};
use super::needle::Needle;
use super::reader::Reader;
use super::text::Text;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::model::{Whole, WholeFile, WholeRelease};
use crate::bundle::one_file;
use crate::bundle::reread::Copier;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Item};
use crate::format::layout::Part;
use crate::format::path::PayloadPath;
use crate::format::shown::FileRow;
use crate::inspect::{self, Facts};
use crate::report::model::Named;

/// In so many files, if they are half of those that stay, a word that is no name of a source tells nothing.
const MANY: usize = 8;

/// Facts that stand in the text of a file, which is searched as such, line by line.
const IN_TEXT: [&str; 3] = ["email", "telephone", "account"];

/// Searches what stays for what is withheld.
pub(crate) struct Search {
    finder: Finder,
    needles: Vec<Needle>,
    twins: BTreeMap<Digest, String>,
    /// What files say of themselves.
    carried: Carried,
    /// Sources of which some fact stays.
    sources: BTreeSet<String>,
}

/// What was found of one needle in one place.
struct Hit {
    needle: usize,
    bytes: bool,
    place: String,
    line: Option<u64>,
    /// The file that it is in, or that it is said of.
    file: Option<PayloadPath>,
}

impl Search {
    pub(super) fn new(finder: Finder, needles: Vec<Needle>, twins: BTreeMap<Digest, String>, carried: Carried) -> Self {
        Search { finder, needles, twins, carried, sources: BTreeSet::new() }
    }

    /// Reads what stays; returns what it gives away, and which files could not be read as text.
    pub fn bundle(
        &mut self,
        whole: &Whole,
        stays: &dyn Fn(&Item) -> bool,
        file_stays: &dyn Fn(&PayloadPath) -> bool,
        watch: &dyn Watch,
    ) -> Result<(Vec<Leak>, Vec<NotSearched>)> {
        let (mut hits, mut media_types, mut sources) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let mut carried = std::mem::take(&mut self.carried);
        whole.items(&mut |item| {
            if !stays(&item) {
                return;
            }
            let named = Named::of(&item);
            match &item.body {
                Body::File(file) => {
                    media_types.insert(file.path.clone(), file.media_type.clone());
                    self.look(&named.name, Some(&file.path), file.path.as_str(), &mut hits);
                }
                Body::Field(field) => {
                    let file = if let About::File(path) = &field.about { Some(path) } else { None };
                    if let About::Source(_) = &field.about {
                        sources.insert(field.about.to_string());
                    }
                    if let Some(path) = file {
                        carried.stays(path, &field.name, &field.value, &named.name);
                    }
                    let before = hits.len();
                    self.look(&named.name, file, &field.value, &mut hits);
                    let mut found = hits.split_off(before);
                    found.retain(|hit| !self.is_stock(hit, &field.about, &field.name));
                    hits.append(&mut found);
                }
                Body::Recipient(_) => {}
            }
        })?;
        self.sources = sources;
        carried.settle();
        // the reason of a release can never be taken back
        for (number, WholeRelease { release, .. }) in (1..).zip(&whole.releases) {
            self.look(&Part::Release(number).to_string(), None, &release.reason, &mut hits);
        }
        let staying = || whole.files.iter().filter(|file| file_stays(&file.row.path));
        watch.expect(staying().map(|file| file.row.size).sum());
        let (mut twins, mut unread) = (Vec::new(), Vec::new());
        let mut copier = Copier::new(whole, watch.workers());
        for file in staying() {
            let FileRow { path, sha256, .. } = &file.row;
            if let Some(twin) = self.twins.get(sha256) {
                twins.push(Leak {
                    rank: 2,
                    place: path.to_string(),
                    line: None,
                    of: twin.clone(),
                    what: Told::Bytes,
                    stops: true,
                });
            }
            let media_type = media_types.get(path).map_or("", String::as_str);
            let mut scan = Scan { finder: &self.finder, reader: Reader::new(media_type), found: Found::default() };
            copier.file(file, &mut scan, watch)?;
            let Scan { reader, mut found, .. } = scan;
            reader.finish(&self.finder, &mut found);
            take(&found, path.as_str(), Some(path), &mut hits);
            unread.extend(found.not_searched(path.as_str()));
            let facts = whole.facts(file, media_type)?;
            carried.look(path, &facts);
            for fact in facts.list.iter().filter(|fact| !is_compared(fact.name) && !IN_TEXT.contains(&fact.name)) {
                self.look(path.as_str(), Some(path), &fact.value, &mut hits);
            }
        }
        self.forget_what_is_everywhere(&mut hits, staying().count());
        let mut leaks = self.leaks(hits);
        leaks.extend(twins);
        // where a fact says a time in the same words, that it is the same moment needs no mention
        let about = |of: &str| of.rsplit_once('#').map_or(of.to_owned(), |(about, _)| about.to_owned());
        let in_words: BTreeSet<(String, String)> = leaks
            .iter()
            .filter(|leak| leak.what == Told::Value && leak.place.ends_with("#taken_at"))
            .map(|leak| (leak.place.clone(), about(&leak.of)))
            .collect();
        let is_known =
            |leak: &Leak| leak.what == Told::Said(Said::Moment) && in_words.contains(&(leak.place.clone(), about(&leak.of)));
        leaks.extend(carried.leaks(staying().count()).into_iter().filter(|leak| !is_known(leak)));
        leaks.sort();
        unread.sort();
        Ok((leaks, unread))
    }

    /// True where two sources have the same stock phrase in the same fact.
    fn is_stock(&self, hit: &Hit, about: &About, name: &str) -> bool {
        let same = |of: &str| of.starts_with("source:") && of.split_once('#').is_some_and(|(_, other)| other == name);
        let needle = self.needles.get(hit.needle);
        matches!(about, About::Source(_)) && needle.is_some_and(|needle| needle.stock && same(&needle.of))
    }

    /// What a text gives away.
    pub fn text(&self, place: &str, text: &str) -> Vec<Leak> {
        let mut hits = Vec::new();
        self.look(place, None, text, &mut hits);
        self.leaks(hits)
    }

    fn look(&self, place: &str, file: Option<&PayloadPath>, value: &str, hits: &mut Vec<Hit>) {
        let (mut text, mut found) = (Text::new(), Found::default());
        value.chars().for_each(|c| text.push(c, &self.finder, &mut found));
        text.finish(&self.finder, &mut found);
        take(&found, place, file, hits);
    }

    /// A word that stands in very many of the files that stay tells nothing of one of them.
    fn forget_what_is_everywhere(&self, hits: &mut Vec<Hit>, staying: usize) {
        let mut files: BTreeMap<usize, BTreeSet<&PayloadPath>> = BTreeMap::new();
        for hit in hits.iter() {
            if self.needles.get(hit.needle).is_some_and(|needle| needle.weak) {
                files.entry(hit.needle).or_default().extend(&hit.file);
            }
        }
        let everywhere: BTreeSet<usize> = files
            .into_iter()
            .filter(|(_, files)| files.len() >= MANY && files.len() * 2 >= staying)
            .map(|(needle, _)| needle)
            .collect();
        hits.retain(|hit| !everywhere.contains(&hit.needle));
    }

    /// What the hits give away, each once for each place, sorted.
    fn leaks(&self, hits: Vec<Hit>) -> Vec<Leak> {
        let leak = |hit: Hit| {
            let Needle { of, told, rank, label, plain, .. } = self.needles.get(hit.needle)?;
            let rank = rank + if hit.bytes { BYTES } else { 0 };
            let said = *label && self.sources.contains(of);
            // programs write words of their own into the files that they make
            let noise = hit.bytes && matches!(told, Told::Word(_)) && !of.starts_with("source:");
            let stops = !plain && !noise;
            (!said).then(|| Leak { rank, place: hit.place, line: hit.line, of: of.clone(), what: told.clone(), stops })
        };
        let mut leaks: Vec<Leak> = hits.into_iter().filter_map(leak).collect();
        // where the whole value or name was found, its words need no mention, and no chance hit where it stands in a text
        let known = |leak: &Leak| (leak.place.clone(), leak.of.clone());
        let whole: BTreeSet<_> =
            leaks.iter().filter(|leak| !matches!(leak.what, Told::Word(_)) && !leak.in_bytes()).map(known).collect();
        leaks.retain(|leak| !(matches!(leak.what, Told::Word(_)) || leak.in_bytes()) || !whole.contains(&known(leak)));
        let texts: BTreeSet<_> =
            leaks.iter().filter(|leak| !leak.in_bytes()).map(|leak| (leak.what.clone(), known(leak))).collect();
        leaks.retain(|leak| !leak.in_bytes() || !texts.contains(&(leak.what.clone(), known(leak))));
        // nor do the digits of a longer number
        let words: BTreeMap<_, Vec<String>> = leaks.iter().fold(BTreeMap::new(), |mut words, leak| {
            if let Told::Word(word) = &leak.what {
                words.entry(known(leak)).or_insert_with(Vec::new).push(word.clone());
            }
            words
        });
        leaks.retain(|leak| match &leak.what {
            Told::Word(part) if part.chars().all(char::is_numeric) => {
                let longer = |word: &String| word.len() > part.len() && word.contains(part.as_str());
                !words.get(&known(leak)).is_some_and(|words| words.iter().any(longer))
            }
            _ => true,
        });
        leaks.sort();
        leaks.dedup_by(|next, one| (&next.of, &next.what, &next.place) == (&one.of, &one.what, &one.place));
        leaks
    }
}

impl Whole {
    /// What a file says of itself; nothing where it is of no kind that is read.
    pub(in crate::ops) fn facts(&self, file: &WholeFile, media_type: &str) -> Result<Facts> {
        if !inspect::reads(media_type) {
            return Ok(Facts::default());
        }
        let FileRow { path, size, .. } = &file.row;
        let bytes = one_file::open(&self.kept, path, file.at, *size).map_err(|error| Error::io(path.as_str(), &error))?;
        Ok(inspect::facts(&*bytes, media_type))
    }
}

fn take(found: &Found, place: &str, file: Option<&PayloadPath>, hits: &mut Vec<Hit>) {
    let hit = |needle: &usize, bytes, line| Hit { needle: *needle, bytes, place: place.into(), line, file: file.cloned() };
    hits.extend(found.text.iter().map(|(needle, line)| hit(needle, false, *line)));
    hits.extend(found.bytes.keys().map(|needle| hit(needle, true, None)));
}

/// The bytes of one file on their way to its reader.
struct Scan<'s> {
    finder: &'s Finder,
    reader: Reader,
    found: Found,
}

impl Write for Scan<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.reader.push(bytes, self.finder, &mut self.found);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

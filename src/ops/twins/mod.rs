//! Twins: a second file of a picture, sealed with it, that can be shown when the first is withheld. One shows the same pixels and says
//! nothing beside them; one has an area covered. A twin is called by a number and names its original by a commitment alone, so that it
//! tells nothing of what is withheld.

mod anew;
mod area;
mod exact;
pub(super) mod twin;

pub use area::{Area, Hide};
pub use twin::{Derivation, Twin};

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::risks::may_say;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::read_at::ReadAt;
use crate::format::path::PayloadPath;
use crate::inspect;
use crate::inspect::picture::Format;
use crate::store::fs::folder::Input;
use crate::store::fs::made::{Pieced, Recipe};
use crate::store::fs::media;

/// Where twins lie in the bundle.
const FOLDER: &str = "clean";
/// What a twin may say of itself: what anybody sees who looks at it.
const MAY_SAY: [&str; 3] = ["width", "height", "orientation"];

/// Which twins are to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Twins {
    /// Of every picture, a copy without what it says of itself.
    pub clean: Option<Cleaning>,
    /// Pictures in which something is covered. Those get no other copy.
    pub hide: Vec<Hide>,
}

/// How pictures are copied without what they say of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleaning {
    /// Pixel for pixel as they are coded; what cannot be copied so gets no copy.
    Exact,
    /// The same; what cannot be copied so and can be decoded is encoded anew, a TIFF, GIF or BMP as a PNG.
    Reencode,
}

impl Draft {
    /// Adds twins of pictures. Each is made while it is sealed; what is made here is only measured, and nothing is written. Pictures of
    /// which there is no copy are told by [`Draft::not_cleaned`].
    ///
    /// # Errors
    /// `hide.area` for an area that is not in its picture, `hide.picture` for a file that cannot be decoded, `io.missing` for one that is
    /// not sealed here, all of these together; `io.…` where a file cannot be read, `run.interrupted`.
    pub fn add_twins(&mut self, wanted: &Twins, watch: &dyn Watch) -> Result<()> {
        let hidden = self.hidden(&wanted.hide)?;
        let index = |input: &Input| self.inputs.binary_search_by(|other| other.path.cmp(&input.path)).unwrap_or_default();
        let looked_into: Vec<(usize, String)> = self
            .inputs_and_names()
            .map(|(input, name)| (index(input), name))
            .filter(|(index, name)| hidden.contains_key(index) || wanted.clean.is_some() && may_say(name))
            .map(|(index, name)| (index, name.to_owned()))
            .collect();
        watch.expect(looked_into.iter().filter_map(|(index, _)| self.inputs.get(*index)).map(Input::size).sum());
        let mut numbers = Numbers::of(&self.inputs);
        let (mut made, mut none, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for (index, name) in looked_into {
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            let Some(input) = self.inputs.get(index) else { continue };
            watch.advance(input.size());
            let failed = |error| self.refuse_closed().err().unwrap_or_else(|| Error::io(&*name, &error));
            let media_type = media::media_type(&name, &input.head().map_err(failed)?);
            let twin = match hidden.get(&index) {
                Some(areas) => {
                    let bytes = input.bytes().map_err(failed)?;
                    anew(&*bytes, &media_type, Derivation::AreaHidden, areas).map_err(|detail| {
                        let code =
                            if matches!(detail, Detail::AreaOutside { .. }) { code::HIDE_AREA } else { code::HIDE_PICTURE };
                        wrong.push(Error::new(code, &*name, detail));
                    })
                }
                None if !needs_a_twin(&media_type) => continue,
                None => {
                    let bytes = input.bytes().map_err(failed)?;
                    clean(&*bytes, &media_type, wanted.clean).map_err(|detail| {
                        none.push(Finding::new(code::CLEAN_NONE, &*name, detail));
                    })
                }
            };
            if let Ok((format, derivation, recipe)) = twin {
                let path = numbers.next(format);
                made.push((input.path.clone(), derivation, input.make(path, recipe)));
            }
        }
        Error::together(wrong).map_or(Ok(()), Err)?;
        self.take_twins(made, none)
    }

    /// The areas to cover, by the index of the input.
    fn hidden(&self, wanted: &[Hide]) -> Result<BTreeMap<usize, Vec<Area>>> {
        let (mut hidden, mut wrong) = (BTreeMap::<usize, Vec<Area>>::new(), Vec::new());
        for hide in wanted {
            match self.position_called(&hide.file) {
                Ok(Some(index)) => hidden.entry(index).or_default().extend(&hide.areas),
                Ok(None) => wrong.push(Error::new(code::IO_MISSING, &*hide.file, Detail::NotSealedHere)),
                Err(error) => wrong.push(error),
            }
        }
        Error::together(wrong).map_or(Ok(hidden), Err)
    }
}

/// True for a file that shows or plays something, or says something of itself; a text shows all that it says.
fn needs_a_twin(media_type: &str) -> bool {
    let shows = ["image/", "video/", "audio/"].iter().any(|kind| media_type.starts_with(kind));
    shows || inspect::reads(media_type) && !media_type.starts_with("text/")
}

type Made = (Format, Derivation, Recipe);

/// A copy without what the picture says.
fn clean(bytes: &dyn ReadAt, media_type: &str, cleaning: Option<Cleaning>) -> Result<Made, Detail> {
    let reencode = || anew(bytes, media_type, Derivation::EncodedAnew, &[]);
    let Some(format) = Format::of(media_type) else {
        return match cleaning {
            Some(Cleaning::Reencode) => reencode(),
            _ => Err(Detail::NotCleaned { kind: media_type.to_owned() }),
        };
    };
    let exact = exact::pieces(bytes, format).and_then(|pieces| {
        let twin = Pieced { original: bytes, pieces: pieces.into() };
        says_nothing(&twin, format)?;
        Ok((format, Derivation::MetadataRemoved, Recipe::Pieces(twin.pieces)))
    });
    match exact {
        Err(Detail::PictureBroken | Detail::StillSays { .. }) if cleaning == Some(Cleaning::Reencode) => reencode(),
        made => made,
    }
}

/// A copy that is encoded anew, in which these areas are covered. It is made once, to see that it can be made and how long it is.
fn anew(bytes: &dyn ReadAt, media_type: &str, derivation: Derivation, areas: &[Area]) -> Result<Made, Detail> {
    let source = anew::source(media_type)?;
    let made = anew::make(bytes, source, areas)?;
    let format = anew::target(source);
    says_nothing(&made, format)?;
    let areas = areas.to_vec();
    // what could be made once and cannot be made again is no longer what it was
    let again = move |bytes: &dyn ReadAt| {
        anew::make(bytes, source, &areas).map_err(|_| Error::new(code::INPUT_CHANGED, Place::Files, Detail::ChangedWhileSealed))
    };
    Ok((format, derivation, Recipe::Anew(made.len() as u64, Box::new(again))))
}

/// Refuses a twin that our own readers still find something in.
fn says_nothing(bytes: &dyn ReadAt, format: Format) -> Result<(), Detail> {
    let facts = inspect::facts(bytes, format.media_type());
    let names: BTreeSet<&str> = facts.list.iter().map(|fact| fact.name).filter(|name| !MAY_SAY.contains(name)).collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(Detail::StillSays { names: names.into_iter().collect::<Vec<_>>().join(", ") }),
    }
}

/// Numbers that no file has, whatever its ending.
struct Numbers {
    folder: String,
    taken: BTreeSet<String>,
    last: u32,
}

impl Numbers {
    fn of(inputs: &[Input]) -> Self {
        let is_file = |name: &str| inputs.iter().any(|input| input.path.folded() == name);
        let folder = (1..).map(|number| if number == 1 { FOLDER.into() } else { format!("{FOLDER}-{number}") });
        let folder = folder.into_iter().find(|folder: &String| !is_file(folder)).unwrap_or_default();
        let beneath = |input: &Input| {
            let path = input.path.folded();
            let name = path.strip_prefix(&*folder)?.strip_prefix('/')?.split('/').next()?;
            Some(name.split('.').next().unwrap_or(name).to_owned())
        };
        Numbers { taken: inputs.iter().filter_map(beneath).collect(), folder, last: 0 }
    }

    fn next(&mut self, format: Format) -> PayloadPath {
        let ending = match format {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::Webp => "webp",
        };
        loop {
            self.last += 1;
            let number = format!("{:04}", self.last);
            if !self.taken.contains(&number) {
                return PayloadPath::safe(&format!("{}/{number}.{ending}", self.folder));
            }
        }
    }
}

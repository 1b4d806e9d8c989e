//! Where what a file says does not fit what the signer states, or what another file says. It is pointed out and not judged: clocks of
//! cameras are wrong, and what stands in a file can be edited.

use std::collections::BTreeMap;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::sentence::Distance;
use crate::format::item::{Field, File};
use crate::format::moment::Moment;
use crate::format::position::Position;
use crate::format::time::Timestamp;
use crate::inspect::Facts;

/// How far a stated place may be from the one in the file, in metres.
const NEAR: u64 = 100;
/// What no traveller does: so many metres a second, that of an airliner, beyond so many metres at once.
const FASTEST: u64 = 300;
const AT_ONCE: u64 = 1_000;

/// Collects what does not fit, file by file.
pub struct Differences {
    sealed_at: Timestamp,
    /// What is known of each camera's pictures, by its serial number.
    cameras: BTreeMap<String, Vec<Taken>>,
    found: Findings,
}

struct Taken {
    path: String,
    at: Moment,
    position: Position,
}

impl Differences {
    /// Of a bundle that says it was sealed at this time.
    pub fn new(sealed_at: Timestamp) -> Self {
        Differences { sealed_at, cameras: BTreeMap::new(), found: Findings::default() }
    }

    /// Compares what a file says with what is stated about it.
    pub fn file<'f>(&mut self, file: &File, stated: impl IntoIterator<Item = &'f Field>, read: &Facts) {
        let stated: Vec<&Field> = stated.into_iter().collect();
        let stated = |name: &str| stated.iter().find(|field| field.name == name).map(|field| field.value.as_str());
        let path = file.path.as_str();
        let mut differs = |code, detail| self.found.push(Finding::new(code, path, detail));

        let place = |latitude: Option<&str>, longitude: Option<&str>| {
            let (latitude, longitude) = (latitude?, longitude?);
            Some((Position::parse(latitude, longitude)?, format!("{latitude}, {longitude}")))
        };
        let position = place(read.get("latitude"), read.get("longitude"));
        if let (Some((here, told)), Some((there, said))) = (&position, place(stated("latitude"), stated("longitude"))) {
            let metres = here.metres_to(&there);
            if metres > NEAR {
                let both = Box::new(Detail::Differs { stated: said, read: told.clone() });
                differs(code::DIFFERS_PLACE, Detail::FarFrom { differs: both, distance: Distance(metres) });
            }
        }
        let taken = read.get("taken_at").and_then(|text| Some((Moment::parse(text)?, text)));
        if let Some((at, text)) = &taken {
            if let Some(said) = stated("taken_at")
                && Moment::parse(said).is_some_and(|said| !said.fits(at))
            {
                differs(code::DIFFERS_TIME, Detail::Differs { stated: said.into(), read: (*text).into() });
            }
            if Moment::at(self.sealed_at.unix()).is_before(at) {
                let sealed_at = self.sealed_at.to_string();
                differs(code::DIFFERS_SEALED, Detail::SealedEarlier { read: (*text).into(), sealed_at });
            }
        }
        for name in ["camera_make", "camera_model", "camera_serial"] {
            if let (Some(said), Some(told)) = (stated(name), read.get(name))
                && said != "unknown"
                && !is_one_name(said, told)
            {
                differs(code::DIFFERS_CAMERA, Detail::Differs { stated: said.into(), read: told.into() });
            }
        }
        if let (Some(serial), Some((at, _)), Some((position, _))) = (read.get("camera_serial"), taken, position) {
            self.cameras.entry(serial.to_owned()).or_default().push(Taken { path: path.into(), at, position });
        }
    }

    /// Compares the files with one another, and tells everything that was found.
    pub fn finish(mut self) -> Findings {
        for taken in self.cameras.values_mut() {
            taken.sort_by(|one, other| one.at.order().cmp(&other.at.order()).then_with(|| one.path.cmp(&other.path)));
            // whoever moved too fast did so between two pictures that follow each other
            for (one, next) in taken.iter().zip(taken.iter().skip(1)) {
                let (metres, seconds) = (one.position.metres_to(&next.position), one.at.apart(&next.at));
                if metres > AT_ONCE.saturating_add(seconds.saturating_mul(FASTEST)) {
                    let other = one.path.clone();
                    let detail = Detail::TwoPlaces { other, distance: Distance(metres), seconds };
                    self.found.push(Finding::new(code::DIFFERS_TWO_PLACES, next.path.as_str(), detail));
                }
            }
        }
        self.found
    }
}

/// True where one of two names holds the other, whatever their case and punctuation: "Nikon D750" and "NIKON CORPORATION NIKON D750".
fn is_one_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (one, other) = (bare(one), bare(other));
    one.contains(&other) || other.contains(&one)
}

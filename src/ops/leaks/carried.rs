//! What files that stay say in their own bytes of what is withheld: that they were made at the same place, at the same moment, or with
//! the same camera.

use std::collections::{BTreeMap, BTreeSet};

use super::leak::{Leak, Said, Told};
use crate::base::risk::Risk;
use crate::format::moment::Moment;
use crate::format::path::PayloadPath;
use crate::format::position::Position;
use crate::inspect::{Fact, Facts, NAMES};
use crate::report::model::Named;

/// How far apart two places are one, in metres.
const NEAR: u64 = 100;
/// No two places within that distance are farther apart in latitude, in degrees.
const NEAR_DEGREES: f64 = 0.001;
/// In so many files, if they are half of those that stay, what a withheld file says of time and camera tells little of one of them.
const MANY: usize = 8;
/// Facts that say when a file was made.
const TIMES: [&str; 4] = ["taken_at", "digitized_at", "gps_at", "created_at"];
/// Stated facts that say when.
const STATED_TIMES: [&str; 4] = ["taken_at", "event_date", "published", "modified"];
const STATED_SERIALS: [&str; 2] = ["camera_serial", "lens_serial"];
/// Numbers of fewer characters are no names of a thing.
const SHORTEST: usize = 3;

/// What is withheld, as files may say it.
#[derive(Default)]
pub(super) struct Carried {
    places: Vec<Withheld<Spot>>,
    moments: Vec<Withheld<When>>,
    serials: BTreeMap<String, Withheld<()>>,
    /// Latitudes and longitudes of which one at least is withheld, by what they are about.
    halves: BTreeMap<String, Halves>,
    /// Latitudes and longitudes that stay, by the file that they are about.
    stated: BTreeMap<PayloadPath, Halves>,
    found: Vec<Found>,
}

struct Withheld<T> {
    /// The name of the item.
    of: String,
    what: T,
    /// It was read from a file that goes, and nobody said that it is why.
    read: bool,
}

#[derive(Clone, Copy)]
struct Spot {
    latitude: f64,
    position: Position,
}

#[derive(Clone, Copy)]
struct When {
    /// What the clock showed.
    local: Moment,
    /// The moment that it was, where the text says how far from UTC the clock stood.
    zoned: Option<Moment>,
}

#[derive(Default, Clone)]
struct Halves {
    latitude: Option<String>,
    longitude: Option<String>,
}

struct Found {
    place: String,
    /// The file that it is in or said of.
    file: Option<PayloadPath>,
    of: String,
    what: Said,
    read: bool,
}

impl Carried {
    /// Adds a fact that is withheld.
    pub fn withhold(&mut self, named: &Named) {
        let (Some(value), Some((about, name))) = (&named.value, named.name.rsplit_once('#')) else { return };
        match name {
            "latitude" => self.halves.entry(about.into()).or_default().latitude = Some(value.clone()),
            "longitude" => self.halves.entry(about.into()).or_default().longitude = Some(value.clone()),
            name if STATED_TIMES.contains(&name) => self.add_moment(&named.name, value, false),
            name if STATED_SERIALS.contains(&name) => self.add_serial(&named.name, value, false),
            _ => {}
        }
    }

    /// Adds what a file says that is withheld.
    pub fn withhold_facts(&mut self, path: &str, facts: &Facts) {
        for spot in spots(facts) {
            self.places.push(Withheld { of: path.into(), what: spot, read: true });
        }
        // other times tell what programs did
        if let Some(value) = facts.get("taken_at") {
            self.add_moment(path, value, true);
        }
        for fact in facts.list.iter().filter(|fact| is_serial(fact.name)) {
            self.add_serial(path, &fact.value, true);
        }
    }

    fn add_moment(&mut self, of: &str, value: &str, read: bool) {
        self.moments.extend(When::parse(value).map(|what| Withheld { of: of.into(), what, read }));
    }

    fn add_serial(&mut self, of: &str, value: &str, read: bool) {
        if let Some(serial) = serial(value) {
            // what is stated comes first, and counts more
            self.serials.entry(serial).or_insert(Withheld { of: of.into(), what: (), read });
        }
    }

    /// Takes a fact about a file that stays; `place` is its name.
    pub fn stays(&mut self, path: &PayloadPath, name: &str, value: &str, place: &str) {
        let halves = match name {
            "latitude" | "longitude" => self.stated.entry(path.clone()).or_default(),
            name if TIMES.contains(&name) => return self.look_for_moment(value, place, Some(path)),
            _ => return,
        };
        *(if name == "latitude" { &mut halves.latitude } else { &mut halves.longitude }) = Some(value.into());
    }

    /// Everything that is stated was taken: half a withheld place is made whole by the half that stays.
    pub fn settle(&mut self) {
        let stated = std::mem::take(&mut self.stated);
        for (about, mut halves) in std::mem::take(&mut self.halves) {
            let name = if halves.latitude.is_some() { "latitude" } else { "longitude" };
            let other = PayloadPath::parse(&about).ok().and_then(|path| stated.get(&path));
            if let Some(other) = other {
                halves.latitude = halves.latitude.or(other.latitude.clone());
                halves.longitude = halves.longitude.or(other.longitude.clone());
            }
            self.places.extend(halves.spot().map(|what| Withheld { of: format!("{about}#{name}"), what, read: false }));
        }
        for (path, halves) in stated {
            if let Some(spot) = halves.spot() {
                self.look_for_spot(spot, &format!("{path}#latitude"), Some(&path));
            }
        }
    }

    /// Compares what a file says that stays.
    pub fn look(&mut self, path: &PayloadPath, facts: &Facts) {
        for spot in spots(facts) {
            self.look_for_spot(spot, path.as_str(), Some(path));
        }
        for fact in &facts.list {
            if TIMES.contains(&fact.name) {
                self.look_for_moment(&fact.value, path.as_str(), Some(path));
            } else if is_serial(fact.name)
                && let Some(withheld) = serial(&fact.value).and_then(|serial| self.serials.get(&serial))
            {
                let what = Said::Serial(fact.value.clone());
                let (of, read) = (withheld.of.clone(), withheld.read);
                self.found.push(Found { place: path.to_string(), file: Some(path.clone()), of, what, read });
            }
        }
    }

    /// Of all that a place gives away one is told, the nearest, and what is withheld by itself before what a file says that goes.
    fn look_for_spot(&mut self, spot: Spot, place: &str, file: Option<&PayloadPath>) {
        let near = self.places.iter().filter(|withheld| (withheld.what.latitude - spot.latitude).abs() <= NEAR_DEGREES);
        let near = near.map(|withheld| (withheld.read, withheld.what.position.metres_to(&spot.position), &withheld.of));
        if let Some((read, metres, of)) = near.filter(|(_, metres, _)| *metres <= NEAR).min() {
            let what = Said::Place { metres };
            self.found.push(Found { place: place.into(), file: file.cloned(), of: of.clone(), what, read });
        }
    }

    fn look_for_moment(&mut self, value: &str, place: &str, file: Option<&PayloadPath>) {
        let Some(when) = When::parse(value) else { return };
        let same = self.moments.iter().filter(|withheld| withheld.what.is_same(&when));
        if let Some(Withheld { of, read, .. }) = same.min_by_key(|withheld| (withheld.read, &withheld.of)) {
            let (of, read) = (of.clone(), *read);
            self.found.push(Found { place: place.into(), file: file.cloned(), of, what: Said::Moment, read });
        }
    }

    /// What was found, each thing once for each place; `staying` is how many files stay.
    pub fn leaks(self, staying: usize) -> Vec<Leak> {
        let mut files: BTreeMap<u8, BTreeSet<&PayloadPath>> = BTreeMap::new();
        for found in self.found.iter().filter(|found| found.is_weak()) {
            files.entry(found.what.kind()).or_default().extend(&found.file);
        }
        let many = |kind| files.get(&kind).is_some_and(|files| files.len() >= MANY && files.len() * 2 >= staying);
        let everywhere: Vec<bool> = self.found.iter().map(|found| found.is_weak() && many(found.what.kind())).collect();
        let leak = |(found, everywhere): (Found, bool)| Leak {
            rank: 2,
            of: found.of,
            what: Told::Said(found.what),
            place: found.place,
            line: None,
            stops: !everywhere,
        };
        let mut leaks: Vec<Leak> = self.found.into_iter().zip(everywhere).map(leak).collect();
        leaks.sort();
        // what is stated about a withheld file and what it says itself are one thing
        let base = |of: &str| of.rsplit_once('#').map_or(of.to_owned(), |(about, _)| about.to_owned());
        let kind = |what: &Told| if let Told::Said(said) = what { said.kind() } else { 0 };
        let mut told = BTreeSet::new();
        leaks.retain(|leak| told.insert((leak.place.clone(), base(&leak.of), kind(&leak.what))));
        leaks
    }
}

impl Found {
    /// True where many files have it in common for reasons that nobody withholds one of them for.
    fn is_weak(&self) -> bool {
        self.read && !matches!(self.what, Said::Place { .. })
    }
}

impl Halves {
    fn spot(&self) -> Option<Spot> {
        Spot::parse(self.latitude.as_deref()?, self.longitude.as_deref()?)
    }
}

impl Spot {
    fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        let position = Position::parse(latitude, longitude)?;
        Some(Spot { latitude: latitude.trim().parse().ok()?, position })
    }
}

impl When {
    /// Reads a date with a time of day; a day alone is no moment.
    fn parse(text: &str) -> Option<Self> {
        let moment = Moment::parse(text)?;
        let time = text.get(10..)?;
        let is_time = time.strip_prefix(['T', ' ']).is_some_and(|time| time.starts_with(|c: char| c.is_ascii_digit()));
        if !is_time {
            return None;
        }
        // what says how far from UTC the clock stood
        let end = time.find(['Z', 'U', '+', '-', '−']).map_or(text.len(), |at| at + 10);
        let local = text.get(..end).map(str::trim_end)?;
        Some(When { local: Moment::parse(local)?, zoned: (end < text.len()).then_some(moment) })
    }

    /// The same moment, or the same time on a clock that may have stood anywhere.
    fn is_same(&self, other: &When) -> bool {
        match (self.zoned, other.zoned) {
            (Some(one), Some(other)) => one.apart(&other) == 0,
            _ => self.local.apart(&other.local) == 0,
        }
    }
}

/// The places that a file says, each of its parts its own.
fn spots(facts: &Facts) -> Vec<Spot> {
    let mut halves: BTreeMap<Option<&str>, Halves> = BTreeMap::new();
    for Fact { within, name, value } in &facts.list {
        let half = match *name {
            "latitude" => &mut halves.entry(within.as_deref()).or_default().latitude,
            "longitude" => &mut halves.entry(within.as_deref()).or_default().longitude,
            _ => continue,
        };
        half.get_or_insert_with(|| value.clone());
    }
    halves.values().filter_map(Halves::spot).collect()
}

/// True for what numbers a thing that makes pictures.
fn is_serial(name: &str) -> bool {
    NAMES.iter().any(|(known, risk)| *known == name && *risk == Some(Risk::Serial))
}

/// A number as it is compared; nothing for what names no single thing.
fn serial(value: &str) -> Option<String> {
    let bare: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let tells = bare.chars().any(|c| c.is_ascii_digit() && c != '0') && bare.chars().count() >= SHORTEST;
    tells.then_some(bare)
}

/// Facts that are compared here, or that say a size or a count: they are not searched for words.
pub(super) fn is_compared(name: &str) -> bool {
    NUMBERS.contains(&name) || name.ends_with("_at") || is_serial(name)
}

const NUMBERS: [&str; 20] = [
    "latitude",
    "longitude",
    "altitude_m",
    "direction",
    "width",
    "height",
    "stated_size",
    "orientation",
    "duration",
    "thumbnail",
    "thumbnail_differs",
    "thumbnail_not_compared",
    "more",
    "behind",
    "motion",
    "telemetry",
    "maker_note",
    "revision",
    "editing_time",
    "not_read",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_the_same_where_a_clock_may_have_shown_both() {
        let same = |one: &str, other: &str| When::parse(one).unwrap().is_same(&When::parse(other).unwrap());
        for (one, other) in [
            ("2018-03-01T10:00:00", "2018-03-01 10:00:00"),
            ("2018-03-01T10:00:00Z", "2018-03-01T16:00:00+06:00"),
            ("2018-03-01T10:00:00-05:00", "2018-03-01T10:00:00"),
            ("2018-03-01T10:00", "2018-03-01T10:00:59"),
            ("2018-03-01 10:00 UTC", "2018-03-01T10:00:00"),
        ] {
            assert!(same(one, other) && same(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("2018-03-01T10:00:00", "2018-03-01T10:00:01"),
            ("2018-03-01T10:00:00Z", "2018-03-01T10:00:00+06:00"),
            ("2018-03-01T10:00:00Z", "2018-03-01T16:00:00"),
        ] {
            assert!(!same(one, other) && !same(other, one), "{one} {other}");
        }
        for none in ["2018-03-01", "2018", "10:00", "unknown", "2018-03-01: the notice", "2018-03-01 (at 10:00)"] {
            assert!(When::parse(none).is_none(), "{none}");
        }
    }

    #[test]
    fn numbers_are_compared_as_people_write_them() {
        assert_eq!(serial("  ab-12 "), serial("AB12"));
        for none in ["", "00000000", "12", "none", "n/a"] {
            assert_eq!(serial(none), None, "{none}");
        }
    }
}

//! The names of facts that have a meaning (format, section 3), and names that are close to one.

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Case,
    Source,
    File,
}

/// Everything that facts are about, that of which people say most first.
pub const ALL: [Kind; 3] = [Kind::File, Kind::Case, Kind::Source];

const CASE: [&str; 19] = [
    "title",
    "creator",
    "publisher",
    "description",
    "language",
    "rights",
    "subject",
    "identifier",
    "dateline",
    "published",
    "event_date",
    "event_place",
    "contact",
    "organisation",
    "acquired_how",
    "acquired_from",
    "original_or_copy",
    "legal_basis",
    "may_withhold",
];
const SOURCE: [&str; 3] = ["identity", "protection", "consent"];
const FILE: [&str; 17] = [
    "caption",
    "credit",
    "taken_at",
    "place",
    "latitude",
    "longitude",
    "altitude_m",
    "camera_make",
    "camera_model",
    "camera_serial",
    "software",
    "statement",
    "derived_from",
    "derivation",
    "original_name",
    "original_name_bytes",
    "modified",
];
const ANY: [&str; 1] = ["note"];

/// True for a name that has a meaning about a file.
pub(crate) fn is_known_of_a_file(name: &str) -> bool {
    FILE.contains(&name)
}

/// True for the names that stand for a date or a time.
pub fn is_date(name: &str) -> bool {
    matches!(name, "taken_at" | "published" | "event_date" | "modified")
}

/// The known name that this one is probably meant to be: one or two letters are missing, added, changed or swapped. A name that is
/// known about anything is meant.
pub fn near(kind: Kind, name: &str) -> Option<&'static str> {
    let all = || CASE.iter().chain(&SOURCE).chain(&FILE).chain(&ANY).copied();
    if all().any(|known| known == name) || name.len() > 64 {
        return None;
    }
    let own: &[&str] = match kind {
        Kind::Case => &CASE,
        Kind::Source => &SOURCE,
        Kind::File => &FILE,
    };
    let plain = name.trim().to_lowercase().replace([' ', '-'], "_");
    let close = |known: &&'static str| {
        let distance = strsim::osa_distance(&plain, known);
        (distance <= if known.len() <= 5 { 1 } else { 2 }).then_some((distance, *known))
    };
    own.iter().chain(&ANY).filter_map(close).min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_close_to_what_was_meant_and_a_name_of_its_own_is_not() {
        for (kind, name, meant) in [
            (Kind::File, "captoin", Some("caption")),
            (Kind::File, "captions", Some("caption")),
            (Kind::File, "Caption", Some("caption")),
            (Kind::File, "taken at", Some("taken_at")),
            (Kind::Case, "titel", Some("title")),
            (Kind::Source, "identiy", Some("identity")),
            (Kind::Source, "notes", Some("note")),
            (Kind::File, "caption", None),
            (Kind::File, "language", None),
            (Kind::File, "own_name_1", None),
            (Kind::Case, "weather", None),
            (Kind::Case, "page", None),
            (Kind::Case, &"x".repeat(100), None),
        ] {
            assert_eq!(near(kind, name), meant, "{name}");
        }
    }
}

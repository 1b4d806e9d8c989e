//! A fact that was read from a file.

use crate::base::risk::Risk;

/// Something that a file says of itself. It was written by a camera or a program, or by anybody since, and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The part of the file that says it, such as a picture in a document; none for the file itself.
    pub within: Option<String>,
    /// What it is called, one of [`NAMES`]; where the format knows the same fact, by the same name (section 3).
    pub name: &'static str,
    /// Its value as text: times as they stand in the file, with an offset where it has one; degrees north and east with six digits;
    /// lengths in bytes. `thumbnail_differs` ends in `other-shape` or `other-content`; `credentials` begins with
    /// `present, not validated`; `behind` says how many bytes and what they look like, and `MPF` for a picture that the file's own index
    /// names; `more` names the facts of which there are more than are kept.
    pub value: String,
}

/// Every fact that is read from files, in the order in which they are told, and what it may betray; none for what tells of the file
/// alone.
pub static NAMES: &[(&str, Option<Risk>)] = &[
    // when, where and with what
    ("taken_at", None),
    ("digitized_at", None),
    ("modified_at", None),
    ("gps_at", None),
    ("latitude", Some(Risk::Position)),
    ("longitude", Some(Risk::Position)),
    ("subject_place", Some(Risk::Position)),
    ("place", Some(Risk::Position)),
    ("telemetry", Some(Risk::Position)),
    ("altitude_m", None),
    ("direction", None),
    ("camera_make", None),
    ("camera_model", None),
    ("camera_serial", Some(Risk::Serial)),
    ("lens_model", None),
    ("lens_serial", Some(Risk::Serial)),
    ("image_id", Some(Risk::Serial)),
    ("maker_note", None),
    ("software", None),
    ("device", Some(Risk::Device)),
    // who
    ("artist", Some(Risk::Person)),
    ("author", Some(Risk::Person)),
    ("owner", Some(Risk::Person)),
    ("credit", Some(Risk::Person)),
    ("copyright", Some(Risk::Person)),
    ("person", Some(Risk::Person)),
    ("creator_contact", Some(Risk::Person)),
    // in words
    ("title", Some(Risk::Comment)),
    ("caption", Some(Risk::Comment)),
    ("keywords", Some(Risk::Comment)),
    ("comment", Some(Risk::Comment)),
    // how it came to be what it is
    ("original_name", None),
    ("document_id", None),
    ("history", Some(Risk::History)),
    ("credentials", Some(Risk::Credentials)),
    ("credentials_by", None),
    // the picture or film
    ("width", None),
    ("height", None),
    ("stated_size", None),
    ("orientation", None),
    ("duration", None),
    ("thumbnail", None),
    ("thumbnail_differs", Some(Risk::Thumbnail)),
    ("thumbnail_not_compared", Some(Risk::Thumbnail)),
    ("behind", Some(Risk::Behind)),
    ("motion", Some(Risk::Motion)),
    // the document
    ("subject", Some(Risk::Comment)),
    ("created_at", None),
    ("printed_at", None),
    ("revision", None),
    ("editing_time", None),
    ("template", None),
    ("last_author", Some(Risk::Person)),
    ("manager", Some(Risk::Person)),
    ("printed_by", Some(Risk::Person)),
    ("comment_author", Some(Risk::Person)),
    ("change_author", Some(Risk::Person)),
    ("company", Some(Risk::Company)),
    ("changes", Some(Risk::Changes)),
    ("versions", Some(Risk::History)),
    ("hidden", Some(Risk::Hidden)),
    ("attachment", Some(Risk::Attachment)),
    ("property", Some(Risk::Comment)),
    ("printer", Some(Risk::Device)),
    // what stands in its text
    ("email", Some(Risk::Contact)),
    ("telephone", Some(Risk::Contact)),
    ("account", Some(Risk::Account)),
    // facts of which there are more, and a part of the file that could not be read, or not to its end
    (MORE, None),
    ("not_read", None),
];

/// What says which facts were left out since they are too many.
pub(super) const MORE: &str = "more";

/// Sorts facts: those of the file itself first, and each part's in the order of [`NAMES`].
pub(super) fn sort(list: &mut [Fact]) {
    let place = |fact: &Fact| NAMES.iter().position(|(name, _)| *name == fact.name);
    list.sort_by_cached_key(|fact| (fact.within.clone(), place(fact)));
}

/// Of more values than this a few are told, and how many there are.
const TOLD: usize = 5;

/// What was read from one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Those of the file itself first, each part's in the order of their names.
    pub list: Vec<Fact>,
    /// True where the file, or a part of it, could not be read although it is of a type that is read.
    pub unread: bool,
}

impl Facts {
    /// The value of the first fact of this name that the file itself states.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|fact| fact.name == name && fact.within.is_none()).map(|fact| fact.value.as_str())
    }

    /// What of it could harm whoever made the file or stands in it, each kind once for the file and once for each of its parts, with
    /// the value.
    pub fn risks(&self) -> Vec<(Risk, String)> {
        let mut risks: Vec<(Risk, Option<&str>, Vec<&str>)> = Vec::new();
        for fact in &self.list {
            let Some(risk) = NAMES.iter().find(|(name, _)| *name == fact.name).and_then(|(_, risk)| *risk) else { continue };
            let within = fact.within.as_deref();
            match risks.iter_mut().find(|(known, part, _)| *known == risk && *part == within) {
                Some((_, _, values)) if values.contains(&fact.value.as_str()) => {}
                Some((_, _, values)) => values.push(&fact.value),
                None => risks.push((risk, within, vec![&fact.value])),
            }
        }
        risks.sort();
        // some of them may not have been kept
        let left_out = |risk: Risk, within: Option<&str>| {
            let mut more = self.list.iter().filter(|fact| fact.name == MORE && fact.within.as_deref() == within);
            let of_risk = |name: &str| NAMES.iter().any(|(known, of)| *known == name && *of == Some(risk));
            more.any(|fact| fact.value.split(", ").any(of_risk))
        };
        let told = |(risk, within, values): (Risk, Option<&str>, Vec<&str>)| {
            let values = match values.get(..TOLD) {
                Some(some) if values.len() > TOLD => {
                    let more = if left_out(risk, within) { "+" } else { "" };
                    format!("{}, … ({}{more})", some.join(", "), values.len())
                }
                _ => values.join(", "),
            };
            (risk, within.map_or(values.clone(), |within| format!("{values} (in {within})")))
        };
        risks.into_iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_once_for_the_file_and_once_for_each_part() {
        let fact = |within: Option<&str>, name, value: &str| Fact { within: within.map(Into::into), name, value: value.into() };
        let facts = Facts {
            list: vec![
                fact(None, "artist", "A"),
                fact(None, "owner", "A"),
                fact(None, "owner", "B"),
                fact(None, "width", "4"),
                fact(Some("image1.jpg"), "artist", "A"),
            ],
            unread: false,
        };
        let told = facts.risks();
        assert_eq!(told, [(Risk::Person, "A, B".into()), (Risk::Person, "A (in image1.jpg)".into())]);
        let mut list: Vec<Fact> = (10..70).map(|number| fact(None, "email", &format!("{number}@x.org"))).collect();
        let told = |list: &[Fact]| Facts { list: list.to_vec(), unread: false }.risks();
        assert_eq!(told(&list), [(Risk::Contact, "10@x.org, 11@x.org, 12@x.org, 13@x.org, 14@x.org, … (60)".into())]);
        list.push(fact(None, "more", "keywords, email"));
        assert_eq!(told(&list), [(Risk::Contact, "10@x.org, 11@x.org, 12@x.org, 13@x.org, 14@x.org, … (60+)".into())]);
        assert_eq!((facts.get("owner"), facts.get("width"), facts.get("artist")), (Some("A"), Some("4"), Some("A")));
    }
}

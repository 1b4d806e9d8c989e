//! A fact that was read from a file.

use crate::base::risk::Risk;

/// Something that a file says of itself. It was written by a camera or a program, or by anybody since, and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// What it is called; where the format knows the same fact, by the same name (section 3).
    pub name: &'static str,
    /// Its value as text: times as they stand in the file, with an offset where it has one; degrees north and east with six digits.
    pub value: String,
}

/// What was read from one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// In the order of their names.
    pub list: Vec<Fact>,
    /// True where nothing could be read although the file is of a type that is read.
    pub unread: bool,
}

impl Facts {
    /// The value of the first fact of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
    }

    /// What of it could harm whoever made the file or stands in it, each kind once, with the value.
    pub fn risks(&self) -> Vec<(Risk, String)> {
        let mut risks: Vec<(Risk, String)> = Vec::new();
        for fact in &self.list {
            let Some(risk) = risk(fact.name) else { continue };
            match risks.iter_mut().find(|(known, _)| *known == risk) {
                Some((_, values)) => {
                    if !values.split(", ").any(|value| value == fact.value) {
                        *values = format!("{values}, {}", fact.value);
                    }
                }
                None => risks.push((risk, fact.value.clone())),
            }
        }
        risks.sort();
        risks
    }
}

/// The risk that a fact of this name is; none for what tells of the picture alone.
fn risk(name: &str) -> Option<Risk> {
    Some(match name {
        "latitude" | "longitude" => Risk::Position,
        "artist" | "owner" | "author" => Risk::Person,
        "camera_serial" | "lens_serial" | "image_id" => Risk::Serial,
        "device" => Risk::Device,
        "comment" => Risk::Comment,
        "thumbnail" => Risk::Thumbnail,
        "motion" => Risk::Motion,
        _ => return None,
    })
}

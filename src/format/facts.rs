//! The metadata file that `seal --metadata` reads: facts about the case, its sources and its files, every value a string or a
//! list of strings. It is a file for people to fill in and not a part of the bundle: the facts become items.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::item::{is_field_name, source_number};
use crate::base::detail::Detail;
use crate::base::limits;

/// The facts in the order of the file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Facts {
    /// About the case.
    pub case: Vec<Fact>,
    /// About the source `S<n>`.
    pub sources: Vec<(u32, Vec<Fact>)>,
    /// About a file, under the name that it has in the folder.
    pub files: Vec<(String, Vec<Fact>)>,
    /// How many values were left empty, as in a template; these are not facts.
    pub left_empty: usize,
}

/// A name and a value.
pub type Fact = (String, String);

impl Facts {
    /// Reads a metadata file. The reason for a refusal names the member, the line and the column.
    ///
    /// # Errors
    /// What is wrong with it, with the member, the line and the column.
    pub fn read(bytes: &[u8]) -> Result<Self, Detail> {
        let mut facts = Facts::default();
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let read = json.deserialize_map(Top(&mut facts)).and_then(|()| json.end());
        read.map(|()| facts).map_err(|error| Detail::MetadataForm { error: error.to_string() })
    }
}

/// The top-level object with its three members.
struct Top<'a>(&'a mut Facts);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Detail::ExpectedFacts.fmt(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(member) = map.next_key::<String>()? {
            once(&mut seen, &Detail::TheFile.to_string(), &member)?;
            let facts = &mut *self.0;
            match member.as_str() {
                "case" => {
                    facts.case = map.next_value_seed(Group { member: "case", empty: &mut facts.left_empty })?;
                }
                "sources" => {
                    let groups = map.next_value_seed(Groups { member: "sources", empty: &mut facts.left_empty })?;
                    for (name, group) in groups {
                        let number =
                            source_number(&name).ok_or_else(|| A::Error::custom(Detail::SourceName { name: name.clone() }))?;
                        facts.sources.push((number, group));
                    }
                }
                "files" => facts.files = map.next_value_seed(Groups { member: "files", empty: &mut facts.left_empty })?,
                other => {
                    return Err(A::Error::custom(Detail::UnknownMember { name: other.to_owned() }));
                }
            }
        }
        Ok(())
    }
}

struct Groups<'a> {
    member: &'a str,
    empty: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for Groups<'_> {
    type Value = Vec<(String, Vec<Fact>)>;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Groups<'_> {
    type Value = Vec<(String, Vec<Fact>)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Detail::ExpectedObject { member: self.member.to_owned() }.fmt(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut seen, mut groups) = (BTreeSet::new(), Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            once(&mut seen, self.member, &name)?;
            let member = format!("{}.{name}", self.member);
            groups.push((name, map.next_value_seed(Group { member: &member, empty: &mut *self.empty })?));
        }
        Ok(groups)
    }
}

struct Group<'a> {
    member: &'a str,
    empty: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = Vec<Fact>;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = Vec<Fact>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Detail::ExpectedObject { member: self.member.to_owned() }.fmt(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut seen, mut facts) = (BTreeSet::new(), Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            once(&mut seen, self.member, &name)?;
            let member = format!("{}.{name}", self.member);
            if !is_field_name(&name) {
                return Err(A::Error::custom(Detail::FactName { member }));
            }
            for value in map.next_value_seed(Values { member: &member })? {
                if value.is_empty() {
                    *self.empty += 1;
                } else {
                    facts.push((name.clone(), value));
                }
            }
        }
        Ok(facts)
    }
}

struct Values<'a> {
    member: &'a str,
}

impl Values<'_> {
    fn checked<E: serde::de::Error>(&self, value: &str) -> Result<String, E> {
        if value.len() > limits::STRING {
            return Err(E::custom(Detail::FactTooLong { member: self.member.to_owned(), limit: limits::STRING as u64 }));
        }
        Ok(value.to_owned())
    }
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Vec<String>;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Detail::ExpectedStrings { member: self.member.to_owned() }.fmt(f)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(vec![self.checked(value)?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(OneValue { member: self.member })? {
            values.push(value);
        }
        Ok(values)
    }
}

struct OneValue<'a> {
    member: &'a str,
}

impl<'de> DeserializeSeed<'de> for OneValue<'_> {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<String, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for OneValue<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Detail::ExpectedStrings { member: self.member.to_owned() }.fmt(f)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<String, E> {
        Values { member: self.member }.checked(value)
    }
}

fn once<E: serde::de::Error>(seen: &mut BTreeSet<String>, place: &str, member: &str) -> Result<(), E> {
    if seen.insert(member.to_owned()) {
        Ok(())
    } else {
        Err(E::custom(Detail::MemberTwice { place: place.to_owned(), member: member.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_in_their_order_and_empty_ones_counted() {
        let facts = Facts::read(
            r#"{"case": {"title": "T", "event_place": ["A", "B"], "note": ""},
                "sources": {"S2": {"identity": "I"}, "S1": {}},
                "files": {"photos/a.jpg": {"caption": "C", "own_name": "O"}}}"#
                .as_bytes(),
        )
        .unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(facts.case, [pair("title", "T"), pair("event_place", "A"), pair("event_place", "B")]);
        assert_eq!(facts.sources, [(2, vec![pair("identity", "I")]), (1, vec![])]);
        assert_eq!(facts.files, [("photos/a.jpg".to_owned(), vec![pair("caption", "C"), pair("own_name", "O")])]);
        assert_eq!(facts.left_empty, 1);
    }

    #[test]
    fn a_wrong_shape_is_told_by_line_and_member() {
        for (text, member) in [
            ("{\"case\":\n{\"title\": 3}}", "case.title"),
            ("{\"case\":\n{\"title\": [\"a\", null]}}", "case.title"),
            ("{\"case\":\n{\"title\": {\"a\": \"b\"}}}", "case.title"),
            ("{\"case\":\n{\"Title\": \"x\"}}", "case.Title"),
            ("{\"case\":\n{\"title\": \"x\", \"title\": \"y\"}}", "title"),
            ("{\"sources\":\n{\"S0\": {}}}", "sources.S0"),
            ("{\"files\":\n{\"a.jpg\": \"x\"}}", "files.a.jpg"),
            ("{\n\"fields\": {}}", "fields"),
        ] {
            let reason = Facts::read(text.as_bytes()).unwrap_err();
            let reason = reason.to_string();
            assert!(reason.contains(member) && reason.contains("line 2"), "{text}: {reason}");
        }
        assert!(Facts::read(b"[]").is_err());
        assert!(Facts::read(b"{} {}").is_err());
    }
}

//! Facts in JSON: an object with the members `case`, `sources` and `files`, every value a string or a list of strings.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::gather::{Fact, Gather, Spot};
use super::names::Kind;
use crate::base::detail::Detail;
use crate::format::item::source_number;

/// The members of an object, each as it stands in the text, so that it is known where.
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(json: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'t> Visitor<'t> for Object {
            type Value = Members<'t>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                Detail::ExpectedFacts.fmt(f)
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        json.deserialize_map(Object)
    }
}

/// Reads the file; an error is one after which nothing more can be told.
pub fn read(gather: &mut Gather) -> Result<(), Detail> {
    let text = gather.text;
    // the whole text is parsed here, so what is wrong with its syntax is found here too
    let Members(top) = serde_json::from_str(text.whole()).map_err(|error| {
        let told = error.to_string();
        let reason = told.rsplit_once(" at ").map_or(&*told, |(reason, _)| reason);
        text.trouble(text.byte(error.line(), error.column()), Detail::MetadataForm { error: reason.to_owned() })
    })?;
    for (name, at, value) in members(gather, top, &Detail::TheFile.to_string()) {
        match name.as_str() {
            "case" => {
                let group = group(gather, Kind::Case, "case", value);
                gather.facts.case.extend(group);
            }
            "sources" => {
                for (name, at, value) in object(gather, "sources", value) {
                    match source_number(&name) {
                        Some(number) => {
                            let group = group(gather, Kind::Source, &format!("sources.{name}"), value);
                            gather.facts.sources.push((number, group));
                        }
                        None => gather.wrong(at, Detail::SourceName { name }),
                    }
                }
            }
            "files" => {
                for (name, _, value) in object(gather, "files", value) {
                    let group = group(gather, Kind::File, &format!("files.{name}"), value);
                    gather.facts.files.push((name, group));
                }
            }
            _ => gather.wrong(at, Detail::UnknownMember { name }),
        }
    }
    Ok(())
}

/// The members with their names decoded, each once.
fn members<'t>(
    gather: &mut Gather,
    members: Vec<(&'t RawValue, &'t RawValue)>,
    place: &str,
) -> Vec<(String, Spot, &'t RawValue)> {
    let (mut seen, mut named) = (BTreeSet::new(), Vec::new());
    for (name, value) in members {
        let at = Spot::Byte(gather.text.place(name.get()));
        match serde_json::from_str::<String>(name.get()) {
            Ok(name) if seen.insert(name.clone()) => named.push((name, at, value)),
            Ok(member) => gather.wrong(at, Detail::MemberTwice { place: place.to_owned(), member }),
            Err(_) => gather.wrong(at, Detail::NotText),
        }
    }
    named
}

fn object<'t>(gather: &mut Gather, member: &str, value: &'t RawValue) -> Vec<(String, Spot, &'t RawValue)> {
    match serde_json::from_str(value.get()) {
        Ok(Members(found)) => members(gather, found, member),
        Err(_) => {
            gather.wrong(Spot::Byte(gather.text.place(value.get())), Detail::ExpectedObject { member: member.to_owned() });
            Vec::new()
        }
    }
}

fn group(gather: &mut Gather, kind: Kind, member: &str, value: &RawValue) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (name, at, value) in object(gather, member, value) {
        let member = format!("{member}.{name}");
        if !gather.name(kind, &name, &member, at) {
            continue;
        }
        let at = Spot::Byte(gather.text.place(value.get()));
        let one = serde_json::from_str::<String>(value.get()).map(|one| vec![one]);
        match one.or_else(|_| serde_json::from_str::<Vec<String>>(value.get())) {
            Ok(values) => {
                let taken = values.into_iter().filter(|value| gather.value(&name, value, &member, at));
                facts.extend(taken.map(|value| (name.clone(), value)).collect::<Vec<_>>());
            }
            Err(_) => gather.wrong(at, Detail::ExpectedStrings { member }),
        }
    }
    facts
}

//! Facts in TOML: the tables `case`, `sources.S1` and `files."photos/a.jpg"`, every value a string, a date or a list of them.

use ::toml::de::{DeTable, DeValue};

use super::gather::{Fact, Gather, Spot};
use super::names::Kind;
use crate::base::detail::Detail;
use crate::format::item::source_number;

/// A member: its name, where that stands, and its value.
type Member<'a, 't> = (&'a str, Spot, &'a DeValue<'t>);

/// Reads the file; an error is one after which nothing more can be told.
pub fn read(gather: &mut Gather) -> Result<(), Detail> {
    let text = gather.text;
    let top = DeTable::parse(text.whole()).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        text.trouble(at, Detail::MetadataForm { error: error.message().to_owned() })
    })?;
    for (name, at, value) in members(top.get_ref()) {
        match name {
            "case" => {
                let group = group(gather, Kind::Case, "case", at, value);
                gather.facts.case.extend(group);
            }
            "sources" => {
                for (name, at, value) in table(gather, "sources", at, value) {
                    match source_number(name) {
                        Some(number) => {
                            let group = group(gather, Kind::Source, &format!("sources.{name}"), at, value);
                            gather.facts.sources.push((number, group));
                        }
                        None => gather.wrong(at, Detail::SourceName { name: name.to_owned() }),
                    }
                }
            }
            "files" => {
                for (name, at, value) in table(gather, "files", at, value) {
                    let group = group(gather, Kind::File, &format!("files.{name}"), at, value);
                    gather.facts.files.push((name.to_owned(), group));
                }
            }
            name => gather.wrong(at, Detail::UnknownMember { name: name.to_owned() }),
        }
    }
    Ok(())
}

/// The members in the order of the file.
fn members<'a, 't>(table: &'a DeTable<'t>) -> Vec<Member<'a, 't>> {
    let mut members: Vec<Member> =
        table.iter().map(|(name, value)| (&**name.get_ref(), Spot::Byte(name.span().start), value.get_ref())).collect();
    members.sort_by_key(|(_, at, _)| *at);
    members
}

fn table<'a, 't>(gather: &mut Gather, member: &str, at: Spot, value: &'a DeValue<'t>) -> Vec<Member<'a, 't>> {
    match value.as_table() {
        Some(table) => members(table),
        None => {
            gather.wrong(at, Detail::ExpectedObject { member: member.to_owned() });
            Vec::new()
        }
    }
}

fn group(gather: &mut Gather, kind: Kind, member: &str, at: Spot, value: &DeValue) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (name, at, value) in table(gather, member, at, value) {
        let member = format!("{member}.{name}");
        if !gather.name(kind, name, &member, at) {
            continue;
        }
        match values(value) {
            Some(values) => {
                let taken = values.into_iter().filter(|value| gather.value(name, value, &member, at));
                facts.extend(taken.map(|value| (name.to_owned(), value)).collect::<Vec<_>>());
            }
            None => gather.wrong(at, Detail::ExpectedStrings { member }),
        }
    }
    facts
}

fn values(value: &DeValue) -> Option<Vec<String>> {
    let one = |value: &DeValue| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    };
    match value {
        DeValue::Array(list) => list.iter().map(|value| one(value.get_ref())).collect(),
        value => one(value).map(|value| vec![value]),
    }
}

//! The attributes of an element.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// The value of an attribute of this name, whatever stands before a colon in it.
pub(super) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    attributes(element).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// All attributes, by the last part of their names.
pub(super) fn attributes<'e>(element: &'e BytesStart) -> impl Iterator<Item = (&'e str, String)> {
    // looking for names that stand twice would take longer the more there are
    let mut all = element.attributes();
    all.with_checks(false);
    all.take(1000).filter_map(Result::ok).map(|attribute| {
        let name: &'e str = attribute.key.into_inner();
        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
        (name.rsplit(':').next().unwrap_or(name), value.map_or_else(|_| String::new(), |value| value.into_owned()))
    })
}

//! XMP (ISO 16684): properties in RDF, written by editing programs, telephones and picture agencies.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::limited::Deadline;
use super::list::{List, decoded};

/// The longest packet that is read: 8 MiB. Maps of depth in it are longer; nothing else is.
pub(super) const LONGEST: usize = 8 << 20;
/// How deep elements may lie in each other, and how many prefixes may be bound.
const DEEPEST: usize = 100;
/// How many steps of a history are kept.
const STEPS: usize = 100;

/// What else than facts a packet says.
#[derive(Default)]
pub(super) struct Said {
    /// The photo says that it holds a film.
    pub motion: bool,
    /// How many of the file's last bytes are that film.
    pub film: Option<u64>,
    /// Small pictures of the whole in base64 with spaces.
    pub thumbnails: Vec<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    below_sea: bool,
    altitude: Option<f64>,
    steps: Vec<Step>,
}

#[derive(Default)]
struct Step {
    /// How deep the element lies that is this step.
    depth: usize,
    action: String,
    when: String,
    agent: String,
}

/// Namespaces, by what they are called here.
static NAMESPACES: &[(&str, &str)] = &[
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/xap/1.0/mm/", "mm"),
    ("http://ns.adobe.com/xap/1.0/rights/", "rights"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "event"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "ref"),
    ("http://ns.adobe.com/xap/1.0/g/img/", "image"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://cipa.jp/exif/1.0/", "exif"),
    ("http://ns.adobe.com/exif/1.0/aux/", "exif"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "iptc"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "iptc"),
    ("http://ns.useplus.org/ldf/xmp/1.0/", "plus"),
    ("http://www.metadataworkinggroup.com/schemas/regions/", "regions"),
    ("http://ns.microsoft.com/photo/1.2/t/Region#", "regions"),
    ("http://ns.microsoft.com/photo/1.0/", "microsoft"),
    ("http://ns.microsoft.com/photo/1.0", "microsoft"),
    ("http://ns.adobe.com/lightroom/1.0/", "lightroom"),
    ("http://www.digikam.org/ns/1.0/", "lightroom"),
    ("http://ns.google.com/photos/1.0/camera/", "camera"),
    ("http://ns.google.com/photos/1.0/container/item/", "item"),
];

/// Properties that are facts: namespace, name, what they are called here.
static PROPERTIES: &[(&str, &str, &str)] = &[
    ("dc", "creator", "artist"),
    ("dc", "contributor", "author"),
    ("dc", "publisher", "author"),
    ("dc", "title", "title"),
    ("dc", "description", "caption"),
    ("dc", "rights", "copyright"),
    ("dc", "subject", "keywords"),
    ("dc", "source", "original_name"),
    ("xmp", "CreatorTool", "software"),
    ("xmp", "CreateDate", "digitized_at"),
    ("xmp", "ModifyDate", "modified_at"),
    ("xmp", "Label", "comment"),
    ("xmp", "Nickname", "comment"),
    ("mm", "DocumentID", "document_id"),
    ("mm", "InstanceID", "document_id"),
    ("mm", "OriginalDocumentID", "document_id"),
    ("mm", "PreservedFileName", "original_name"),
    ("rights", "Owner", "owner"),
    ("rights", "UsageTerms", "comment"),
    ("rights", "WebStatement", "copyright"),
    ("photoshop", "Credit", "credit"),
    ("photoshop", "Source", "credit"),
    ("photoshop", "CaptionWriter", "author"),
    ("photoshop", "AuthorsPosition", "comment"),
    ("photoshop", "Headline", "title"),
    ("photoshop", "Instructions", "comment"),
    ("photoshop", "TransmissionReference", "comment"),
    ("photoshop", "City", "place"),
    ("photoshop", "State", "place"),
    ("photoshop", "Country", "place"),
    ("photoshop", "DateCreated", "taken_at"),
    ("photoshop", "History", "history"),
    ("exif", "DateTimeOriginal", "taken_at"),
    ("exif", "DateTimeDigitized", "digitized_at"),
    ("exif", "GPSTimeStamp", "gps_at"),
    ("exif", "GPSDateTime", "gps_at"),
    ("exif", "GPSAreaInformation", "place"),
    ("exif", "GPSImgDirection", "direction"),
    ("exif", "UserComment", "comment"),
    ("exif", "ImageUniqueID", "image_id"),
    ("exif", "SerialNumber", "camera_serial"),
    ("exif", "BodySerialNumber", "camera_serial"),
    ("exif", "LensSerialNumber", "lens_serial"),
    ("exif", "Lens", "lens_model"),
    ("exif", "LensModel", "lens_model"),
    ("exif", "OwnerName", "owner"),
    ("exif", "CameraOwnerName", "owner"),
    ("exif", "Photographer", "artist"),
    ("exif", "ImageEditor", "author"),
    ("tiff", "Make", "camera_make"),
    ("tiff", "Model", "camera_model"),
    ("tiff", "Software", "software"),
    ("tiff", "Artist", "artist"),
    ("tiff", "Copyright", "copyright"),
    ("tiff", "ImageDescription", "caption"),
    ("tiff", "DateTime", "modified_at"),
    ("iptc", "Location", "place"),
    ("iptc", "CiEmailWork", "creator_contact"),
    ("iptc", "CiTelWork", "creator_contact"),
    ("iptc", "CiUrlWork", "creator_contact"),
    ("iptc", "CiAdrExtadr", "creator_contact"),
    ("iptc", "CiAdrCity", "creator_contact"),
    ("iptc", "CiAdrRegion", "creator_contact"),
    ("iptc", "CiAdrPcode", "creator_contact"),
    ("iptc", "CiAdrCtry", "creator_contact"),
    ("iptc", "Sublocation", "place"),
    ("iptc", "City", "place"),
    ("iptc", "ProvinceState", "place"),
    ("iptc", "CountryName", "place"),
    ("iptc", "LocationName", "place"),
    ("iptc", "PersonInImage", "person"),
    ("iptc", "PersonName", "person"),
    ("iptc", "OrganisationInImageName", "keywords"),
    ("iptc", "Event", "caption"),
    ("iptc", "AOCreator", "author"),
    ("plus", "CopyrightOwnerName", "copyright"),
    ("plus", "ImageCreatorName", "artist"),
    ("plus", "ImageSupplierName", "credit"),
    ("plus", "LicensorName", "credit"),
    ("plus", "LicensorEmail", "creator_contact"),
    ("plus", "LicensorTelephone1", "creator_contact"),
    ("regions", "Name", "person"),
    ("regions", "PersonDisplayName", "person"),
    ("microsoft", "LastKeywordXMP", "keywords"),
    ("microsoft", "LastKeywordIPTC", "keywords"),
    ("microsoft", "CameraSerialNumber", "camera_serial"),
    ("lightroom", "hierarchicalSubject", "keywords"),
    ("lightroom", "TagsList", "keywords"),
];

/// Adds what a packet says; none where it is no XML, or longer than the time lasts.
pub(super) fn read(packet: &[u8], facts: &mut List, until: Deadline) -> Option<Said> {
    let text = decoded(packet);
    let mut reader = Reader::from_str(text.trim_matches(['\0', '\u{feff}', ' ', '\n', '\r', '\t']));
    reader.config_mut().check_end_names = false;
    let (mut said, mut prefixes, mut open) = (Said::default(), HashMap::new(), Vec::new());
    let mut value = String::new();
    let mut elements = 0_u64;
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(start) | Event::Empty(start) if open.len() == DEEPEST || until.is_over() => {
                drop(start);
                return None;
            }
            Event::Start(start) => {
                elements += 1;
                open.push(name(&start, &mut prefixes));
                said.attributes(&start, &prefixes, &open, facts);
                value.clear();
            }
            Event::Empty(start) => {
                elements += 1;
                open.push(name(&start, &mut prefixes));
                said.attributes(&start, &prefixes, &open, facts);
                open.pop();
                said.end_of_step(open.len());
                value.clear();
            }
            Event::Text(text) => value.push_str(&text.xml10_content()),
            Event::CData(text) => value.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => value.push(character),
                _ => value.push_str(resolve_predefined_entity(&reference.xml10_content()).unwrap_or_default()),
            },
            Event::End(_) => {
                let value = std::mem::take(&mut value);
                if let Some(property) = property(&open) {
                    said.take(property, value.trim(), open.len(), facts);
                }
                open.pop();
                said.end_of_step(open.len());
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    said.finish(facts);
    (elements > 0).then_some(said)
}

type Named = (&'static str, String);

/// The element's namespace, as it is called here, and name; what it binds is noted.
fn name(start: &BytesStart, prefixes: &mut HashMap<String, &'static str>) -> Named {
    for attribute in start.attributes().with_checks(false).flatten() {
        let Some(prefix) = attribute.key.as_ref().strip_prefix("xmlns:") else { continue };
        match NAMESPACES.iter().find(|(uri, _)| *uri == attribute.value) {
            Some((_, short)) => drop(prefixes.insert(prefix.to_owned(), short)),
            None => drop(prefixes.remove(prefix)),
        }
    }
    resolved(start.name().as_ref(), prefixes)
}

/// A name with its namespace. The prefixes that everybody uses hold where nothing is bound, since packets are cut.
fn resolved(name: &str, prefixes: &HashMap<String, &'static str>) -> Named {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let usual = || match prefix {
        "GCamera" | "Camera" => "camera",
        "Item" => "item",
        _ => "",
    };
    (prefixes.get(prefix).copied().unwrap_or_else(usual), local.to_owned())
}

/// What a value is said of: the innermost element that is not a list or a member of one.
fn property(open: &[Named]) -> Option<&Named> {
    open.iter().rev().find(|(namespace, _)| *namespace != "rdf")
}

impl Said {
    fn attributes(&mut self, start: &BytesStart, prefixes: &HashMap<String, &'static str>, open: &[Named], facts: &mut List) {
        let mut film = (false, None);
        for attribute in start.attributes().with_checks(false).flatten() {
            let key = resolved(attribute.key.as_ref(), prefixes);
            let value: Cow<str> = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
            match (key.0, key.1.as_str()) {
                ("item", "Semantic") => film.0 = value == "MotionPhoto",
                ("item", "Length") => film.1 = value.trim().parse().ok(),
                _ => self.take(&key, value.trim(), open.len() + 1, facts),
            }
        }
        if let (true, Some(length)) = film {
            (self.motion, self.film) = (true, Some(length));
        }
    }

    /// One property with its value.
    fn take(&mut self, property: &Named, value: &str, depth: usize, facts: &mut List) {
        if value.is_empty() {
            return;
        }
        let (namespace, local) = (property.0, property.1.as_str());
        match (namespace, local) {
            ("exif", "GPSLatitude") => self.latitude = degrees(value),
            ("exif", "GPSLongitude") => self.longitude = degrees(value),
            ("exif", "GPSAltitude") => self.altitude = fraction(value),
            ("exif", "GPSAltitudeRef") => self.below_sea = value == "1",
            ("exif", "GPSImgDirection") => {
                facts.add("direction", fraction(value).map(|degrees| format!("{degrees:.1}")));
            }
            ("camera", "MotionPhoto" | "MicroVideo") => self.motion |= value == "1",
            ("camera", "MotionPhotoOffset" | "MicroVideoOffset") => self.film = self.film.or(value.parse().ok()),
            ("image", "image") if self.thumbnails.len() < 2 => self.thumbnails.push(value.to_owned()),
            ("event", "action") => self.step(depth, |step| step.action = value.to_owned()),
            ("event", "when") => self.step(depth, |step| step.when = value.to_owned()),
            ("event", "softwareAgent") => self.step(depth, |step| step.agent = value.to_owned()),
            _ => {
                let known = PROPERTIES.iter().find(|(space, name, _)| *space == namespace && *name == local);
                if let Some((_, _, name)) = known {
                    facts.text(name, value);
                }
            }
        }
    }

    /// Changes the step that properties at that depth belong to.
    fn step(&mut self, depth: usize, change: impl FnOnce(&mut Step)) {
        if self.steps.last().is_none_or(|step| step.depth == 0) {
            if self.steps.len() == STEPS {
                return;
            }
            self.steps.push(Step { depth, ..Step::default() });
        }
        if let Some(step) = self.steps.last_mut() {
            change(step);
        }
    }

    /// Ends the step if so few elements are open that it can get no more properties.
    fn end_of_step(&mut self, open: usize) {
        if let Some(step) = self.steps.last_mut().filter(|step| open + 1 < step.depth) {
            step.depth = 0;
        }
    }

    fn finish(&mut self, facts: &mut List) {
        facts.place(self.latitude, self.longitude);
        facts.altitude(self.altitude.map(|metres| if self.below_sea { -metres } else { metres }));
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| [&step.action, &step.when, &step.agent].map(String::as_str).join(" ").trim().to_owned())
            .collect();
        if !steps.is_empty() {
            facts.add("history", Some(steps.join("; ")));
        }
    }
}

/// Degrees as XMP writes them: `43,28.046883N` or `43,28,2.8N`.
fn degrees(value: &str) -> Option<f64> {
    let sign = match value.chars().last()? {
        'N' | 'E' => 1.0,
        'S' | 'W' => -1.0,
        _ => return None,
    };
    let mut total = 0.0;
    let mut unit = 1.0;
    for part in value.get(..value.len() - 1)?.split(',') {
        total += part.trim().parse::<f64>().ok()? / unit;
        unit *= 60.0;
    }
    Some(sign * total)
}

/// `1234/10` or a plain number.
fn fraction(value: &str) -> Option<f64> {
    let (over, under) = value.split_once('/').unwrap_or((value, "1"));
    let under: f64 = under.parse().ok()?;
    (under != 0.0).then_some(over.parse::<f64>().ok()? / under)
}

//! What a store answers where it does not give what it was asked for, and what that means. All of it may be false.

use chrono::NaiveDateTime;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use super::settings::is_region;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Error;
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::format::time::Timestamp;

/// So many seconds the two clocks may differ: what S3 allows.
const SKEW: u64 = 15 * 60;

/// Why something was not given.
pub(super) enum Refusal {
    /// It may be given when asked again.
    Later(Error),
    /// It will not.
    Never(Error),
}

/// An answer that is none, as far as it is looked at.
pub(super) struct Answer<'a> {
    pub status: u16,
    /// `x-amz-bucket-region`.
    pub region: Option<&'a str>,
    /// `Date`.
    pub date: Option<&'a str>,
    /// The body, cut off where it is too long.
    pub body: &'a [u8],
}

/// What was asked, and when.
pub(super) struct Asked<'a> {
    pub place: Place,
    pub region: &'a str,
    pub listing: bool,
    pub now: Timestamp,
}

impl Answer<'_> {
    /// What it means.
    pub fn refusal(&self, asked: &Asked) -> Refusal {
        let said = texts(self.body, "Error", &["Code", "Region", "BucketName"]);
        let said = |at: usize| said.get(at).and_then(Option::as_deref).filter(|text| text.len() <= 64).unwrap_or_default();
        let word = said(0);
        let reason = || Quoted(word.to_owned());
        let never = |code, detail| Refusal::Never(Error::new(code, asked.place.clone(), detail));
        let region = self.region.into_iter().chain([said(1)]).find(|region| is_region(region) && *region != asked.region);
        let status = u64::from(self.status);
        match (self.status, word) {
            (429 | 500 | 502 | 503 | 504, _) | (_, "SlowDown" | "RequestTimeout" | "InternalError" | "ServiceUnavailable") => {
                let detail = Detail::ObjectStatus { status, reason: reason() };
                Refusal::Later(Error::new(code::NET_ANSWER, asked.place.clone(), detail))
            }
            (412, _) => never(code::OBJECT_CHANGED, Detail::ObjectChanged),
            (404, "NoSuchBucket") => never(code::OBJECT_BUCKET, Detail::ObjectNoBucket),
            (404, _) => never(code::IO_MISSING, Detail::ObjectMissing),
            (403, "InvalidObjectState") => never(code::OBJECT_ARCHIVED, Detail::ObjectArchived),
            (301 | 302 | 307 | 308 | 400 | 403, _) if region.is_some() => {
                let (region, asked) = (region.unwrap_or_default().to_owned(), asked.region.to_owned());
                never(code::OBJECT_BUCKET, Detail::ObjectRegion { region, asked })
            }
            (400 | 403, _) if self.clock(asked).is_some() => {
                let there = self.clock(asked).map(|there| there.to_string()).unwrap_or_default();
                never(code::OBJECT_KEYS, Detail::ObjectClock { there, here: asked.now.to_string() })
            }
            (
                400 | 401 | 403,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidToken"
                | "ExpiredToken"
                | "InvalidClientTokenId"
                | "TokenRefreshRequired"
                | "RequestTimeTooSkewed"
                | "RequestExpired"
                | "InvalidSecurity"
                | "AuthorizationQueryParametersError"
                | "AuthFailure"
                | "UnrecognizedClientException",
            )
            | (401, _) => never(code::OBJECT_KEYS, Detail::ObjectKeysRefused { reason: reason() }),
            (403, _) if asked.listing => never(code::IO_DENIED, Detail::ObjectListDenied),
            (403, _) => never(code::IO_DENIED, Detail::ObjectDenied),
            _ => never(code::NET_ANSWER, Detail::ObjectStatus { status, reason: reason() }),
        }
    }

    /// The time in the store, where it is far from ours.
    fn clock(&self, asked: &Asked) -> Option<Timestamp> {
        let there = NaiveDateTime::parse_from_str(self.date?, "%a, %d %b %Y %H:%M:%S GMT").ok()?;
        let there = Timestamp::from_unix(there.and_utc().timestamp())?;
        (there.unix().abs_diff(asked.now.unix()) > SKEW).then_some(there)
    }
}

/// The texts of these elements, each directly in `root` and the first of its name.
pub(super) fn texts(body: &[u8], root: &str, names: &[&str]) -> Vec<Option<String>> {
    let mut found: Vec<Option<String>> = vec![None; names.len()];
    let _ = walk(body, &mut |path, text| {
        if let [at, name] = path
            && at == root
            && let Some(place) = names.iter().position(|known| known == name).and_then(|at| found.get_mut(at))
        {
            place.get_or_insert_with(|| text.to_owned());
        }
    });
    found
}

/// Goes through XML and gives each element that ends, by the names that lead to it, with the text in it. False where it is not well
/// formed, names an entity that XML does not know, or deeper than what S3 writes.
pub(super) fn walk(body: &[u8], each: &mut dyn FnMut(&[String], &str)) -> bool {
    let mut reader = Reader::from_reader(body);
    let (mut path, mut text, mut any): (Vec<String>, String, bool) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                path.push(element.local_name().as_ref().to_owned());
                text.clear();
                any = true;
                if path.len() > 8 {
                    return false;
                }
            }
            Ok(Event::Empty(element)) => {
                path.push(element.local_name().as_ref().to_owned());
                each(&path, "");
                path.pop();
            }
            Ok(Event::End(_)) => {
                each(&path, &text);
                text.clear();
                path.pop();
            }
            Ok(Event::Text(part)) => text.push_str(&part.xml_content(XmlVersion::Explicit1_0)),
            Ok(Event::CData(part)) => text.push_str(&part.xml_content(XmlVersion::Explicit1_0)),
            Ok(Event::GeneralRef(name)) => match (name.resolve_char_ref(), quick_xml::escape::resolve_predefined_entity(&name))
            {
                (Ok(Some(c)), _) if c != '\0' => text.push(c),
                (Ok(None), Some(known)) => text.push_str(known),
                _ => return false,
            },
            Ok(Event::Eof) => return any && path.is_empty(),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, word: &str, more: &str, region: Option<&str>, date: Option<&str>) -> (bool, Error) {
        let body = format!("<?xml version=\"1.0\"?>\n<Error><Code>{word}</Code><Message>m</Message>{more}</Error>");
        let now = Timestamp::parse("2026-05-01T12:00:00Z").unwrap();
        let asked = Asked { place: "s3://b/a".into(), region: "us-east-1", listing: false, now };
        match (Answer { status, region, date, body: body.as_bytes() }).refusal(&asked) {
            Refusal::Later(error) => (true, error),
            Refusal::Never(error) => (false, error),
        }
    }

    #[test]
    fn each_refusal_gets_the_code_that_says_what_to_do() {
        for (status, word, later, code) in [
            (503, "SlowDown", true, code::NET_ANSWER),
            (429, "", true, code::NET_ANSWER),
            (500, "InternalError", true, code::NET_ANSWER),
            (400, "RequestTimeout", true, code::NET_ANSWER),
            (412, "PreconditionFailed", false, code::OBJECT_CHANGED),
            (404, "NoSuchKey", false, code::IO_MISSING),
            (404, "NoSuchBucket", false, code::OBJECT_BUCKET),
            (403, "AccessDenied", false, code::IO_DENIED),
            (403, "InvalidAccessKeyId", false, code::OBJECT_KEYS),
            (403, "SignatureDoesNotMatch", false, code::OBJECT_KEYS),
            (400, "ExpiredToken", false, code::OBJECT_KEYS),
            (403, "RequestTimeTooSkewed", false, code::OBJECT_KEYS),
            (403, "InvalidObjectState", false, code::OBJECT_ARCHIVED),
            (400, "InvalidRequest", false, code::NET_ANSWER),
            (302, "", false, code::NET_ANSWER),
        ] {
            let (again, error) = refusal(status, word, "", None, None);
            assert_eq!((again, error.code), (later, code), "{status} {word}");
        }
    }

    #[test]
    fn another_region_and_another_time_are_named() {
        let (_, error) = refusal(301, "PermanentRedirect", "", Some("eu-west-1"), None);
        assert_eq!(error.detail, Detail::ObjectRegion { region: "eu-west-1".into(), asked: "us-east-1".into() });
        let (_, error) = refusal(400, "AuthorizationHeaderMalformed", "<Region>eu-south-2</Region>", None, None);
        assert_eq!(error.detail, Detail::ObjectRegion { region: "eu-south-2".into(), asked: "us-east-1".into() });
        // what cannot be a region is not repeated
        let (_, error) = refusal(301, "PermanentRedirect", "", Some("a b; rm"), None);
        assert_eq!(error.code, code::NET_ANSWER);
        let (_, error) = refusal(403, "AccessDenied", "", None, Some("Fri, 01 May 2026 12:16:00 GMT"));
        assert!(matches!(error.detail, Detail::ObjectClock { .. }), "{error}");
        let (_, error) = refusal(403, "AccessDenied", "", None, Some("Fri, 01 May 2026 12:14:00 GMT"));
        assert_eq!(error.code, code::IO_DENIED);
    }

    #[test]
    fn xml_that_is_none_and_entities_of_its_own_give_nothing() {
        for body in ["", "no XML", "<a>", "<a></b>", "<a><b></a></b>", "<a/><", &"<a>".repeat(9)] {
            assert!(!walk(body.as_bytes(), &mut |_, _| ()), "{body}");
        }
        let of = |text: &str| {
            let body = format!("<!DOCTYPE e [<!ENTITY x \"yyyyyyyyyy\">]><Error><Code>{text}</Code></Error>");
            texts(body.as_bytes(), "Error", &["Code"])
        };
        assert_eq!(of("&amp;&#65;"), [Some("&A".to_owned())]);
        assert_eq!(of("&x;"), [None]);
    }
}

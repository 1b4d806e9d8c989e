//! XML as it streams past. Entities that a document defines are not expanded, depth and time are bounded, and memory by the bytes that
//! are unpacked.

use std::io::BufRead;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use super::words::Words;

/// How deep elements lie within each other.
const DEPTH: usize = 200;

/// Gives all of it to `words`; false where it does not come to its end.
pub(super) fn walk(bytes: impl BufRead, words: &mut Words, late: &dyn Fn() -> bool) -> bool {
    let mut reader = Reader::from_reader(bytes);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let (mut buffer, mut depth, mut seen) = (Vec::new(), 0usize, 0u32);
    loop {
        seen = seen.wrapping_add(1);
        if seen.is_multiple_of(256) && late() {
            break;
        }
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => {
                depth += 1;
                if depth > DEPTH {
                    break;
                }
                words.start(&element);
            }
            Ok(Event::Empty(element)) => {
                words.start(&element);
                words.end();
            }
            Ok(Event::End(_)) => {
                // an end without a beginning
                if depth > 0 {
                    depth -= 1;
                    words.end();
                }
            }
            Ok(Event::Text(text)) => words.text(&text.xml_content(XmlVersion::Explicit1_0)),
            Ok(Event::CData(text)) => words.text(&text.xml_content(XmlVersion::Explicit1_0)),
            Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                Ok(Some(c)) => words.text(c.encode_utf8(&mut [0; 4])),
                _ => words.text(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default()),
            },
            Ok(Event::Eof) => {
                words.finish();
                return depth == 0;
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    words.finish();
    false
}

//! Canonical JSON (format, section 6): parse, write again, compare bytes. So there is one encoding of each value, and no two
//! readers can see different members.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::detail::Detail;
use crate::base::limits;

/// Reads one canonical JSON value of type `T` from `bytes`, without its line break. A refusal says only what is wrong with the
/// form.
///
/// # Errors
/// What is wrong with its form.
pub fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Detail> {
    read_within(bytes, limits::LINE, limits::STRING)
}

/// As [`read`], with other limits than those of the format, for what never leaves this computer: the length of the whole and that of
/// a string, in bytes.
///
/// # Errors
/// What is wrong with its form.
pub fn read_within<T: DeserializeOwned + Serialize>(bytes: &[u8], line: usize, string: usize) -> Result<T, Detail> {
    if bytes.len() > line {
        return Err(Detail::JsonLineTooLong { limit: line as u64 });
    }
    if longest_string(bytes) > string {
        return Err(Detail::JsonStringTooLong { limit: string as u64 });
    }
    let value: T = serde_json::from_slice(bytes).map_err(|error| Detail::NotTheJson { error: error.to_string() })?;
    if write(&value) != bytes {
        return Err(Detail::NotCanonical);
    }
    if outside_strings(bytes).any(is_too_large) {
        return Err(Detail::JsonNumberTooLarge);
    }
    Ok(value)
}

/// Writes `value` as canonical JSON, without a line break. `T` must be a structure of strings, integers and nulls, its
/// members in the order of the format.
pub fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // such structures cannot fail to serialize; if one did, the empty text would match no input
    serde_json::to_vec(value).unwrap_or_default()
}

/// What stands in JSON text between its strings, piece by piece.
fn outside_strings(json: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut inside, mut escaped) = (false, false);
    json.split(move |byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' if inside => {
            escaped = true;
            false
        }
        b'"' => {
            inside = !inside;
            true
        }
        _ => false,
    })
    .step_by(2)
}

/// True where a piece of canonical JSON holds an integer that not every reader can hold exactly.
fn is_too_large(piece: &[u8]) -> bool {
    let digits = piece.split(|byte| !byte.is_ascii_digit());
    let number =
        |digits: &[u8]| digits.iter().fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    digits.map(number).any(|number| number > limits::INTEGER)
}

/// The length in bytes of the longest string in JSON text, each escape counted as what it stands for. Only good for checking a
/// limit: for text that is not JSON the number means nothing.
fn longest_string(json: &[u8]) -> usize {
    let (mut longest, mut length, mut inside) = (0, 0, false);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match (inside, byte) {
            (false, b'"') => (inside, length) = (true, 0),
            (false, _) => {}
            (true, b'"') => (inside, longest) = (false, longest.max(length)),
            (true, b'\\') => {
                length += 1;
                if bytes.next() == Some(&b'u') {
                    bytes.nth(3);
                }
            }
            (true, _) => length += 1,
        }
    }
    longest.max(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Two {
        a: String,
        b: Option<u64>,
    }

    #[test]
    fn a_number_is_one_that_every_reader_holds_exactly() {
        let read = |number: u64| read::<Two>(format!(r#"{{"a":"\\\"9007199254740992","b":{number}}}"#).as_bytes());
        assert!(read(limits::INTEGER).is_ok() && read(0).is_ok());
        for number in [limits::INTEGER + 1, u64::MAX] {
            assert_eq!(read(number).err(), Some(Detail::JsonNumberTooLarge));
        }
    }

    #[test]
    fn one_encoding_is_read_and_every_other_refused() {
        let good = br#"{"a":"\u0001\n\"\\/\u001f","b":null}"#;
        assert!(read::<Two>(good).is_ok());
        for bad in [
            r#"{"a":"x","b":null} "#,
            r#"{ "a":"x","b":null}"#,
            r#"{"b":null,"a":"x"}"#,
            r#"{"a":"x"}"#,
            r#"{"a":"x","b":null,"c":1}"#,
            r#"{"a":"x","a":"x","b":null}"#,
            r#"{"a":"\u0041","b":null}"#,
            r#"{"a":"\/","b":null}"#,
            r#"{"a":"\u001F","b":null}"#,
            r#"{"a":"x","b":1.0}"#,
            r#"{"a":"x","b":01}"#,
            r#"{"a":"x","b":-0}"#,
            r#"["x",null]"#,
            r#"{"a":"\ud800","b":null}"#,
        ] {
            assert!(read::<Two>(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read::<Two>(b"\xef\xbb\xbf{\"a\":\"x\",\"b\":null}").is_err());
        assert!(read::<Two>(b"{\"a\":\"\xff\",\"b\":null}").is_err());
    }

    #[test]
    fn a_string_is_measured_as_what_it_stands_for() {
        let of = |text: &str| format!("{{\"a\":{},\"b\":null}}", serde_json::to_string(text).unwrap());
        assert!(read::<Two>(of(&"\u{1}".repeat(limits::STRING / 2)).as_bytes()).is_ok());
        assert!(read::<Two>(of(&"é".repeat(limits::STRING / 2)).as_bytes()).is_ok());
        assert!(read::<Two>(of(&"x".repeat(limits::STRING)).as_bytes()).is_ok());
        assert!(read::<Two>(of(&"x".repeat(limits::STRING + 1)).as_bytes()).is_err());
    }
}

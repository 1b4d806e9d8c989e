//! Names as disks have them, which need not be text (format, section 3): a byte that is not UTF-8 is written as `%` and two digits.

/// The name as people read it: bytes that are not UTF-8 as `%E9`, everything else as it is.
pub fn shown(name: &[u8]) -> String {
    written(name, false)
}

/// The value of `original_name_bytes`, for a name that is not UTF-8: as [`shown`], and `%` as `%25`. None for one that is.
pub fn encoded(name: &[u8]) -> Option<String> {
    std::str::from_utf8(name).is_err().then(|| written(name, true))
}

/// The name that such a value stands for; none if no name has this value.
pub fn decoded(value: &str) -> Option<Vec<u8>> {
    let (first, parts) = {
        let mut parts = value.split('%');
        (parts.next()?, parts)
    };
    let mut name = first.as_bytes().to_vec();
    for part in parts {
        let (digits, text) = part.split_at_checked(2)?;
        name.push(*data_encoding::HEXUPPER.decode(digits.as_bytes()).ok()?.first()?);
        name.extend(text.as_bytes());
    }
    (encoded(&name).as_deref() == Some(value)).then_some(name)
}

fn written(name: &[u8], whole: bool) -> String {
    name.utf8_chunks().fold(String::new(), |mut text, chunk| {
        let valid = chunk.valid();
        if whole {
            text.push_str(&valid.replace('%', "%25"))
        } else {
            text.push_str(valid)
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("%{byte:02X}")));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_text_is_written_in_one_way_only() {
        for (name, value) in [
            (&b"caf\xe9.txt"[..], Some("caf%E9.txt")),
            (b"100%\xff", Some("100%25%FF")),
            (b"\xe2\x82", Some("%E2%82")),
            ("café/\u{fffd}".as_bytes(), None),
            (b"caf%E9.txt", None),
        ] {
            assert_eq!(encoded(name).as_deref(), value);
            if let Some(value) = value {
                assert_eq!(decoded(value).as_deref(), Some(name));
            }
        }
        assert_eq!(shown(b"caf\xe9 100%.txt"), "caf%E9 100%.txt");
        for no in ["", "plain", "caf%e9", "caf%E", "%", "%é0", "%41", "%C3%A9", "a%25"] {
            assert_eq!(decoded(no), None, "{no}");
        }
    }
}

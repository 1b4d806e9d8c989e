//! Items (format, section 3): one statement per line, each with its own salt, so that each can be shown or withheld on its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::bech32;
use super::digest::{Digest, Random128};
use super::json;
use super::path::PayloadPath;
use crate::base::detail::Detail;
use crate::base::limits;

/// One statement of the signer and the salt that keeps it from being guessed once it is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// 128 random bits, fresh for each item.
    pub salt: Random128,
    /// What it says.
    pub body: Body,
}

/// What an item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// These bytes are in the bag.
    File(File),
    /// One fact.
    Field(Field),
    /// The bundle was encrypted for this age recipient.
    Recipient(String),
}

/// A file in the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it lies, without `data/`.
    pub path: PayloadPath,
    /// Its length in bytes, at most 2^53 - 1.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
    /// Its media type, `type/subtype` in lower case (RFC 6838 restricted names).
    pub media_type: String,
    /// What part it plays.
    pub role: Role,
}

/// The part that a file plays in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The report itself.
    Report,
    /// A still picture.
    Photo,
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// Text, a letter, a table, a scan.
    Document,
    /// Something that belongs to it and is none of these.
    Attachment,
    /// What no other role fits; a fact says what it is.
    Other,
}

impl Role {
    /// The word in the format.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Report => "report",
            Role::Photo => "photo",
            Role::Video => "video",
            Role::Audio => "audio",
            Role::Document => "document",
            Role::Attachment => "attachment",
            Role::Other => "other",
        }
    }
}

/// One fact, asserted by the signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is about.
    pub about: About,
    /// Its name, `[a-z][a-z0-9_]{0,63}`.
    pub name: String,
    /// Its value, 1 byte to 16 KiB of UTF-8; `unknown` is a value.
    pub value: String,
}

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// The whole case.
    Case,
    /// The source `S<n>`, n from 1 to 999999.
    Source(u32),
    /// A file that is shown.
    File(PayloadPath),
}

impl About {
    /// Reads `case`, `source:S<n>` or `file:<path>`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "case" {
            return Some(About::Case);
        }
        if let Some(source) = text.strip_prefix("source:") {
            return source_number(source).map(About::Source);
        }
        PayloadPath::parse(text.strip_prefix("file:")?).ok().map(About::File)
    }
}

/// Reads `S<n>`, n from 1 to 999999 without leading zeros.
pub fn source_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('S')?;
    let plain = !digits.starts_with('0') && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            About::Case => f.write_str("case"),
            About::Source(n) => write!(f, "source:S{n}"),
            About::File(path) => write!(f, "file:{path}"),
        }
    }
}

/// True for `[a-z][a-z0-9_]{0,63}`.
pub(crate) fn is_field_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// True for `type/subtype` of restricted names (RFC 6838, section 4.2) in lower case.
pub(crate) fn is_media_type(text: &str) -> bool {
    let restricted = |name: &str| {
        (1..=127).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| restricted(kind) && restricted(subtype))
}

/// True for an age recipient: lower-case bech32 with its checksum, human part `age` or `age1…`, at most 4,096 bytes.
pub(crate) fn is_recipient(text: &str) -> bool {
    if text.len() > limits::RECIPIENT || text.bytes().any(|b| b.is_ascii_uppercase()) {
        return false;
    }
    bech32::decode(text)
        .is_some_and(|(human, _)| human == "age" || human.strip_prefix("age1").is_some_and(|rest| !rest.is_empty()))
}

impl Item {
    /// The line, canonical JSON with its LF: what the commitment is computed over.
    pub fn line(&self) -> Vec<u8> {
        let salt = self.salt;
        let mut line = match &self.body {
            Body::File(file) => json::write(&FileLine {
                salt,
                kind: "file".into(),
                path: file.path.clone(),
                size: file.size,
                sha256: file.sha256,
                media_type: file.media_type.clone(),
                role: file.role,
            }),
            Body::Field(field) => json::write(&FieldLine {
                salt,
                kind: "field".into(),
                about: field.about.to_string(),
                name: field.name.clone(),
                value: field.value.clone(),
            }),
            Body::Recipient(key) => json::write(&RecipientLine { salt, kind: "recipient".into(), key: key.clone() }),
        };
        line.push(b'\n');
        line
    }

    /// The commitment: SHA-256 of the line with its LF.
    pub fn commitment(&self) -> Digest {
        Digest::of(&self.line())
    }

    /// Reads one line without its LF. The reason says what is wrong with it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(line: &[u8]) -> Result<Self, Detail> {
        const BEFORE_KIND: usize = r#"{"salt":"","kind":""#.len() + 32;
        let kind = line.get(BEFORE_KIND..).and_then(|rest| rest.split(|b| *b == b'"').next());
        match kind {
            Some(b"file") => {
                let line: FileLine = json::read(line)?;
                if !is_media_type(&line.media_type) {
                    return Err(Detail::MediaTypeForm);
                }
                let FileLine { salt, path, size, sha256, media_type, role, .. } = line;
                Ok(Item { salt, body: Body::File(File { path, size, sha256, media_type, role }) })
            }
            Some(b"field") => {
                let line: FieldLine = json::read(line)?;
                let about = About::parse(&line.about).ok_or(Detail::AboutForm)?;
                if !is_field_name(&line.name) {
                    return Err(Detail::FieldNameForm);
                }
                if line.value.is_empty() {
                    return Err(Detail::ValueEmpty);
                }
                Ok(Item { salt: line.salt, body: Body::Field(Field { about, name: line.name, value: line.value }) })
            }
            Some(b"recipient") => {
                let line: RecipientLine = json::read(line)?;
                if !is_recipient(&line.key) {
                    return Err(Detail::KeyNotRecipient);
                }
                Ok(Item { salt: line.salt, body: Body::Recipient(line.key) })
            }
            _ => Err(Detail::NoKnownKind),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    salt: Random128,
    kind: String,
    path: PayloadPath,
    size: u64,
    sha256: Digest,
    media_type: String,
    role: Role,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldLine {
    salt: Random128,
    kind: String,
    about: String,
    name: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipientLine {
    salt: Random128,
    kind: String,
    key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_written_as_it_is_read() {
        let salt = "0".repeat(32);
        for rest in [
            r#""kind":"file","path":"a/b.jpg","size":0,"sha256":"HASH","media_type":"image/jpeg","role":"photo"}"#,
            r#""kind":"file","path":"a","size":9007199254740991,"sha256":"HASH","media_type":"x/y","role":"report"}"#,
            r#""kind":"field","about":"file:a/b.jpg","name":"caption","value":"\"quoted\"\n"}"#,
            r#""kind":"field","about":"source:S999999","name":"n_1","value":"unknown"}"#,
            r#""kind":"recipient","key":"age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"}"#,
        ] {
            let line = format!(r#"{{"salt":"{salt}",{rest}"#).replace("HASH", &"ab".repeat(32));
            let item = Item::read(line.as_bytes()).unwrap();
            assert_eq!(item.line(), format!("{line}\n").as_bytes());
        }
    }

    #[test]
    fn what_no_item_says_is_refused() {
        let salt = "0".repeat(32);
        for rest in [
            r#""kind":"file","path":"a/../b","size":0,"sha256":"HASH","media_type":"image/jpeg","role":"photo"}"#,
            r#""kind":"file","path":"a","size":9007199254740992,"sha256":"HASH","media_type":"x/y","role":"photo"}"#,
            r#""kind":"file","path":"a","size":1,"sha256":"HASH","media_type":"X/y","role":"photo"}"#,
            r#""kind":"file","path":"a","size":1,"sha256":"HASH","media_type":"x/y","role":"picture"}"#,
            r#""kind":"file","path":"a","size":1,"sha256":"HASH","media_type":"x/y","role":"photo","modified":null}"#,
            r#""kind":"field","about":"source:S0","name":"n","value":"v"}"#,
            r#""kind":"field","about":"source:S01","name":"n","value":"v"}"#,
            r#""kind":"field","about":"source:S1000000","name":"n","value":"v"}"#,
            r#""kind":"field","about":"Case","name":"n","value":"v"}"#,
            r#""kind":"field","about":"case","name":"N","value":"v"}"#,
            r#""kind":"field","about":"case","name":"n","value":""}"#,
            r#""kind":"recipient","key":"AGE1LGGYHQRW2NLHCXPRM67Z43RTA597AZN8GKNAWJEHU9D9DL0JQ3YQQVFAFG"}"#,
            r#""kind":"recipient","key":"age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafq"}"#,
            r#""kind":"secret","key":"x"}"#,
        ] {
            let line = format!(r#"{{"salt":"{salt}",{rest}"#).replace("HASH", &"ab".repeat(32));
            assert!(Item::read(line.as_bytes()).is_err(), "{line}");
        }
    }
}

//! A register: which bundles there should be, and what each should be. Ours is made from the results of an audit and signed; a list that
//! `sha256sum` writes, the manifest of a BagIt bag, and the report in which an object store tells the checksums of its objects are taken too.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits;
use crate::base::place::{OBJECT, Place};
use crate::base::text::percent_decoded;
use crate::bundle::blocks::Bytes;
use crate::bundle::read_at::{ReadAt, read_at};
use crate::crypto::key::PublicKey;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHasher};
use crate::format::digest::{Digest, Hasher};
use crate::format::json;
use crate::format::time::Timestamp;
use crate::report::audited::{self, RegisterState, Registered};
use crate::store::fs::list_file::open_at;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-register/1";

/// The first line of our own register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// When it was made, by the maker's clock.
    pub made_at: Timestamp,
    /// SHA-256 of the results that it was made from.
    pub results: Digest,
    /// The public key of whoever made and signed it; null where nobody did.
    pub by: Option<String>,
}

/// What should be at one path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The path; where it is not UTF-8, with U+FFFD for what is not.
    pub path: String,
    /// The bytes of the path in base64, where it is not UTF-8.
    pub path_base64: Option<String>,
    /// SHA-256 of the file, where it is known.
    pub file_sha256: Option<Digest>,
    /// The bundle digest, where it is known.
    pub digest: Option<Digest>,
    /// What the bundle shows, as a line of results has it.
    pub shown: Option<Digest>,
}

impl Entry {
    /// True if both say the same of what they both know.
    pub(super) fn is_same(&self, other: &Entry) -> bool {
        let files = self.file_sha256.zip(other.file_sha256).is_none_or(|(one, other)| one == other);
        let seals = self.digest.zip(other.digest).is_none_or(|(one, two)| one == two && self.shown == other.shown);
        files
            && seals
            && (self.file_sha256.is_some() == other.file_sha256.is_some() || self.digest.is_some() && other.digest.is_some())
    }

    pub(super) fn path_bytes(&self) -> Option<Vec<u8>> {
        match &self.path_base64 {
            None => Some(self.path.clone().into_bytes()),
            Some(text) => BASE64.decode(text.as_bytes()).ok(),
        }
    }
}

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ours.
    Own,
    /// Lines as `sha256sum` writes them, of which BagIt's manifests are made.
    Sha256sum,
    /// The completion report of S3 Batch Operations for "compute checksum", in CSV.
    S3,
}

/// A register that was opened. It holds 32 bytes for each entry, and reads the rest again.
pub struct Register {
    bytes: Arc<dyn ReadAt>,
    place: Place,
    kind: Kind,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The first line, where it is ours.
    pub head: Option<Head>,
    /// Whose signature holds.
    pub signer: Option<PublicKey>,
    /// The beginning of the hash of each path, and where its line begins; sorted.
    paths: Vec<(u64, u64)>,
    /// The same of what identifies each bundle, its file or its seal.
    things: Vec<(u64, u64)>,
    file_hashes: bool,
}

/// Entries that were not met yet.
pub struct NotSeen<'r> {
    register: &'r Register,
    seen: Vec<bool>,
}

fn mark(bytes: &[u8]) -> u64 {
    Digest::of(bytes).as_bytes().iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte))
}

/// A path as it is compared: a leading `./` says nothing, unless it keeps the path from being the address of an object.
pub(super) fn plain(mut path: &[u8]) -> &[u8] {
    while let Some(rest) = path.strip_prefix(b"./").filter(|rest| !rest.starts_with(OBJECT.as_bytes())) {
        path = rest;
    }
    path
}

fn of_file(sha256: &Digest) -> u64 {
    mark(&[b"file".as_slice(), sha256.as_bytes()].concat())
}

fn of_seal((digest, shown): (&Digest, &Digest)) -> u64 {
    mark(&[b"seal".as_slice(), digest.as_bytes(), shown.as_bytes()].concat())
}

impl Register {
    /// Opens one. `signature` is what lies beside it, if anything does; it is checked, and [`Register::signer`] says whose it is.
    ///
    /// # Errors
    /// `io.…`; `register.malformed`; `register.signature` where ours names a key and is not signed by it.
    pub fn open(path: &Path, signature: Option<&[u8]>) -> Result<Self> {
        let bytes = open_at(path)?;
        let mut register = Register {
            bytes: Arc::clone(&bytes),
            place: Place::path(path),
            kind: Kind::Sha256sum,
            digest: Digest::of(b""),
            head: None,
            signer: None,
            paths: Vec::new(),
            things: Vec::new(),
            file_hashes: false,
        };
        let (mut hasher, mut message) = (Hasher::default(), MessageHasher::default());
        let mut input = Bytes::new(bytes).into_stream();
        let (mut line, mut at, mut number) = (Vec::new(), 0, 0);
        loop {
            line.clear();
            let limit = limits::LISTED as u64 + 1024;
            let count = (&mut input).take(limit).read_until(b'\n', &mut line);
            let count = count.map_err(|error| Error::io(register.place.clone(), &error))?;
            if count == 0 {
                break;
            }
            number += 1;
            hasher.update(&line);
            message.update(&line);
            if count as u64 == limit {
                return Err(register.malformed(number));
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            if number == 1 {
                register.begin(text)?;
            }
            if !(number == 1 && register.kind == Kind::Own)
                && let Some(entry) = register.parse(text).ok_or_else(|| register.malformed(number))?
            {
                register.index(&entry, at).ok_or_else(|| register.malformed(number))?;
            }
            at += count as u64;
        }
        register.paths.sort_unstable();
        register.things.sort_unstable();
        register.digest = hasher.finish();
        if let Some(by) = register.head.as_ref().and_then(|head| head.by.as_ref()) {
            let key = PublicKey::parse(by)
                .map_err(|fault| Error::new(code::REGISTER_MALFORMED, register.place.clone(), fault.detail()))?;
            sshsig::verify(&key, Namespace::Register, &message.finish(), signature.unwrap_or_default())
                .map_err(|_| Error::new(code::REGISTER_SIGNATURE, register.place.clone(), Detail::RegisterSignature))?;
            register.signer = Some(key);
        }
        Ok(register)
    }

    fn malformed(&self, line: u64) -> Error {
        Error::new(code::REGISTER_MALFORMED, self.place.clone(), Detail::RegisterLine { line })
    }

    fn begin(&mut self, line: &[u8]) -> Result<()> {
        if line.starts_with(b"{") {
            self.kind = Kind::Own;
            let head = json::read(line).ok().filter(|head: &Head| head.format == FORMAT);
            self.head = Some(head.ok_or_else(|| self.malformed(1))?);
        } else if line.iter().filter(|byte| **byte == b',').count() >= 6 && sha256sum(line).is_none() {
            self.kind = Kind::S3;
        }
        Ok(())
    }

    /// What a line says; nothing where it is empty, or about an object whose checksum could not be told.
    #[allow(clippy::option_option)]
    fn parse(&self, line: &[u8]) -> Option<Option<Entry>> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Some(None);
        }
        match self.kind {
            Kind::Own => json::read(line).ok().map(Some),
            Kind::Sha256sum => sha256sum(line).map(Some),
            Kind::S3 => s3(line),
        }
    }

    fn index(&mut self, entry: &Entry, at: u64) -> Option<()> {
        self.paths.push((mark(plain(&entry.path_bytes()?)), at));
        self.things.extend(entry.file_sha256.as_ref().map(|sha256| (of_file(sha256), at)));
        self.things.extend(entry.digest.as_ref().zip(entry.shown.as_ref()).map(|seal| (of_seal(seal), at)));
        self.file_hashes |= entry.file_sha256.is_some();
        Some(())
    }

    /// Gives each entry, in its order.
    ///
    /// # Errors
    /// `io.…`; those of `each`.
    pub fn each(&self, each: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        let mut at: Vec<u64> = self.paths.iter().map(|(_, at)| *at).collect();
        at.sort_unstable();
        at.into_iter().try_for_each(|at| self.entry(at).and_then(&mut *each))
    }

    /// How many entries it has.
    pub fn len(&self) -> u64 {
        self.paths.len() as u64
    }

    /// True where it has none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// True where it tells hashes of files, so that each file must be hashed as a whole.
    pub fn has_file_hashes(&self) -> bool {
        self.file_hashes
    }

    /// Reads the entry whose line begins there.
    fn entry(&self, at: u64) -> Result<Entry> {
        let mut line = vec![0; limits::LISTED + 1024];
        let mut filled = 0;
        while let Some(rest) = line.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let count =
                read_at(&*self.bytes, rest, at + filled as u64).map_err(|error| Error::io(self.place.clone(), &error))?;
            let ended = line.get(filled..filled + count).is_some_and(|fresh| fresh.contains(&b'\n'));
            filled += count;
            if ended || count == 0 {
                break;
            }
        }
        line.truncate(filled);
        let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
        let entry = self.parse(line.get(..end).unwrap_or_default()).flatten();
        // it was read before, so the file has changed since
        entry.ok_or_else(|| Error::new(code::REGISTER_MALFORMED, self.place.clone(), Detail::ChangedWhileRead))
    }

    fn all(&self, list: &[(u64, u64)], wanted: u64, fits: &dyn Fn(&Entry) -> bool) -> Result<Option<Entry>> {
        let from = list.partition_point(|(mark, _)| *mark < wanted);
        for (_, at) in list.get(from..).unwrap_or_default().iter().take_while(|(mark, _)| *mark == wanted) {
            let entry = self.entry(*at)?;
            if fits(&entry) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// How a bundle compares that is `there`: its path, the hash of its file, and its digest with what it shows, as far as they are known.
    ///
    /// # Errors
    /// `io.…`; `register.malformed` where the file changed since it was opened.
    pub fn compare(
        &self,
        path: &[u8],
        there: bool,
        file: Option<Digest>,
        seal: Option<(Digest, Digest)>,
    ) -> Result<(Registered, Option<Finding>)> {
        let own = plain(path);
        let is_it = |entry: &Entry| match (entry.file_sha256.zip(file), entry.digest.zip(entry.shown).zip(seal)) {
            (Some((registered, is)), _) => registered == is,
            (None, Some((registered, is))) => registered == is,
            (None, None) => false,
        };
        let at_path = |entry: &Entry| entry.path_bytes().is_some_and(|path| plain(&path) == own);
        let say = |state, entry: Option<Entry>| Registered { state, path: entry.map(|entry| entry.path) };
        let place = || Place::Named(String::from_utf8_lossy(path).into_owned());
        if let Some(entry) = self.all(&self.paths, mark(own), &at_path)? {
            if !there {
                return Ok((say(RegisterState::Missing, Some(entry)), None));
            }
            if is_it(&entry) {
                return Ok((say(RegisterState::Unchanged, Some(entry)), None));
            }
            let finding = Finding::new(code::REGISTER_CHANGED, place(), Detail::NotAsRegistered);
            return Ok((say(RegisterState::Changed, Some(entry)), Some(finding)));
        }
        for thing in file.as_ref().map(of_file).into_iter().chain(seal.as_ref().map(|(digest, shown)| of_seal((digest, shown))))
        {
            if let Some(entry) = self.all(&self.things, thing, &is_it)? {
                return Ok((say(RegisterState::Moved, Some(entry)), None));
            }
        }
        let finding = Finding::new(code::REGISTER_UNTRACKED, place(), Detail::NotRegistered);
        Ok((say(RegisterState::Untracked, None), Some(finding)))
    }

    /// All entries, none of which was met yet.
    pub fn not_seen(&self) -> NotSeen<'_> {
        NotSeen { register: self, seen: vec![false; self.paths.len()] }
    }

    /// Gives the path of each entry that was not met, in the order of the register.
    ///
    /// # Errors
    /// `io.…`; those of `each`.
    pub fn each_missing(&self, missing: NotSeen, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut at: Vec<u64> =
            self.paths.iter().zip(&missing.seen).filter(|(_, seen)| !**seen).map(|((_, at), _)| *at).collect();
        at.sort_unstable();
        for at in at {
            let entry = self.entry(at)?;
            each(&entry.path_bytes().unwrap_or_default())?;
        }
        Ok(())
    }
}

impl NotSeen<'_> {
    /// A path that is there.
    pub fn see(&mut self, path: &[u8]) {
        let wanted = mark(plain(path));
        let from = self.register.paths.partition_point(|(mark, _)| *mark < wanted);
        for ((mark, _), seen) in self.register.paths.iter().zip(&mut self.seen).skip(from) {
            if *mark != wanted {
                break;
            }
            *seen = true;
        }
    }
}

/// A line of `sha256sum`: 64 hex digits, a blank, a blank or an asterisk, and the path; in which a backslash before it all says that `\\`
/// and `\n` stand for what they say.
fn sha256sum(line: &[u8]) -> Option<Entry> {
    let (escaped, line) = match line.strip_prefix(b"\\") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (digest, rest) = line.split_at_checked(64)?;
    let path = rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *")).filter(|path| !path.is_empty())?;
    let sha256 = HEXLOWER_PERMISSIVE.decode(digest).ok()?;
    let path = if escaped { unescaped(path)? } else { path.to_vec() };
    Some(of_path(&path, <[u8; 32]>::try_from(sha256).ok()?.into()))
}

fn unescaped(path: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, mut bytes) = (Vec::new(), path.iter());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b'\\' => b'\\',
                _ => return None,
            },
            byte => *byte,
        });
    }
    Some(plain)
}

/// A row of the report: Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage; the key is percent-encoded and the
/// message JSON with the checksum.
#[allow(clippy::option_option)]
fn s3(line: &[u8]) -> Option<Option<Entry>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Message {
        #[serde(rename = "checksum_base64")]
        checksum_base64: String,
        checksum_algorithm: String,
        checksum_type: Option<String>,
    }
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line);
    let row = rows.records().next()?.ok()?;
    let (bucket, key, status, message) = (row.get(0)?.trim(), row.get(1)?.trim(), row.get(3)?.trim(), row.get(6)?.trim());
    if bucket == "Bucket" || status != "succeeded" {
        return Some(None);
    }
    let message: Message = serde_json::from_str(message).ok()?;
    let whole = message.checksum_type.as_deref().is_none_or(|kind| kind == "FULL_OBJECT");
    if message.checksum_algorithm != "SHA256" || !whole {
        // a checksum of another kind says nothing that we can compare
        return Some(None);
    }
    let sha256: [u8; 32] = BASE64.decode(message.checksum_base64.as_bytes()).ok()?.try_into().ok()?;
    let path = [OBJECT.as_bytes(), bucket.as_bytes(), b"/", &percent_decoded(key.as_bytes())?].concat();
    Some(Some(of_path(&path, sha256.into())))
}

fn of_path(path: &[u8], sha256: Digest) -> Entry {
    let (text, path_base64) = audited::path(path);
    Entry { path: text.into_owned(), path_base64, file_sha256: Some(sha256), ..Entry::default() }
}

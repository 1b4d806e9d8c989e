//! Withholding and disclosing with the library, and what must then appear nowhere.

use std::io::Read;
use std::path::Path;

use sealbag::crypto::age::{Header, Identity};
use sealbag::ops::output::Encryption;
use sealbag::ops::redact::{Reason, Redacted};
use sealbag::report::model::Named;
use sealbag::{
    Bundle, Disclosed, Error, Evidence, Output, Policy, Result, SigningKey, Source, Timestamp, TrustedSigners, Unwatched,
    Verification, Verified, Watch, WithheldBy,
};

use super::library::{file_of, trusting};
use super::parts::{Parts, Release};
use super::samples::amina;
use super::sshsig::Signer;
use super::text::{find_member, sha256_hex};

/// Authors of releases, all of them believed.
pub fn author(number: u8) -> Signer {
    Signer::new(40 + number)
}

/// Believes Amina and every author.
pub fn believing() -> TrustedSigners {
    trusting(&(0..10).map(author).chain([amina()]).collect::<Vec<_>>())
}

/// Lets every author withhold.
pub fn anybody() -> Policy {
    Policy { withheld_by: WithheldBy::Anybody, ..Policy::default() }
}

/// Whoever can read what is encrypted here.
pub fn reader() -> Identity {
    Identity::x25519(&[9; 32]).unwrap()
}

pub fn for_the_reader() -> Encryption {
    Encryption::For(vec![reader().recipient()])
}

/// Verifies what `source` holds, with this evidence beside it.
pub fn verify_beside(source: Source, evidence: Evidence, watch: &dyn Watch) -> Result<Verification> {
    Bundle::read(source, &Unwatched)?.verify_with(&believing(), &anybody(), evidence, watch)
}

/// These disclosures, and nothing else, beside a bundle.
pub fn disclosures<'e>(sources: impl IntoIterator<Item = Source>) -> Evidence<'e> {
    let disclosures = sources.into_iter().map(|source| ("disclosure".to_owned(), source)).collect();
    Evidence { disclosures, ..Evidence::none() }
}

pub fn verify(source: Source) -> Result<Verification> {
    let opened = source.unlock(|header| header.open(&[reader()]))?;
    Bundle::read(opened, &Unwatched)?.verify(&believing(), &anybody(), &Unwatched)
}

#[track_caller]
pub fn verified(source: Source) -> Verified {
    verify(source).unwrap().into_verified().unwrap_or_else(|no| panic!("not VERIFIED: {:?}", no.report().findings.list()))
}

#[track_caller]
pub fn verified_bytes(bytes: &[u8]) -> Verified {
    verified(file_of(bytes))
}

/// Withholds items, signed as `release` says, and gives the bundle that shows less.
pub fn withhold_as(from: &Verified, items: &[&str], release: &Release, encryption: Option<&Encryption>) -> Result<Vec<u8>> {
    let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    let mut out = Vec::new();
    let redaction = from.withhold(&items, false, &Unwatched)?;
    let key = SigningKey::from_seed(release.author.seed());
    let reason = Reason { by: &key, at: Timestamp::parse(&release.at).unwrap(), reason: &release.reason };
    let redacted: Redacted = redaction.write(&reason, encryption, Output::Stream(&mut out), None, &Unwatched)?;
    assert_eq!((redacted.length, redacted.path), (out.len() as u64, None));
    Ok(out)
}

/// Withholds items of a plain bundle, and leaves it plain.
pub fn withhold(from: &Verified, items: &[&str]) -> Result<Vec<u8>> {
    withhold_as(from, items, &Release::by(&amina()), None)
}

/// The names of what would be withheld.
pub fn selected(from: &Verified, items: &[&str]) -> Result<Vec<String>> {
    let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    let redaction = from.withhold(&items, false, &Unwatched)?;
    Ok(redaction.withheld().iter().map(|Named { name, .. }| name.clone()).collect())
}

pub fn refusal<T>(result: Result<T>) -> &'static str {
    match result {
        Ok(_) => panic!("it went well"),
        Err(Error { code, .. }) => code.id,
    }
}

pub fn disclose_as(from: &Verified, items: &[&str], encryption: Option<&Encryption>) -> Result<Vec<u8>> {
    let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    let mut out = Vec::new();
    let disclosed: Disclosed = from.disclose(&items)?.write(encryption, Output::Stream(&mut out), None, &Unwatched)?;
    assert_eq!(disclosed.length, out.len() as u64);
    Ok(out)
}

pub fn disclose(from: &Verified, items: &[&str]) -> Vec<u8> {
    disclose_as(from, items, None).unwrap()
}

/// A disclosure as the second writer makes it: the lines of `full` that hold one of `texts`, and the bytes of the files among
/// them.
pub fn disclosure(full: &Parts, texts: &[&str]) -> Vec<u8> {
    let holds = |line: &&Vec<u8>| texts.iter().any(|text| String::from_utf8_lossy(line).contains(text));
    let lines: Vec<Vec<u8>> = full.lines().iter().filter(holds).cloned().collect();
    let path = |line: &Vec<u8>| find_member(&String::from_utf8_lossy(line), "path").map(|path| format!("data/{path}"));
    let bytes: Vec<u8> = lines.iter().filter_map(path).flat_map(|path| full.bytes(&path).to_vec()).collect();
    [disclosure_head(&full.digest(), lines.len() as u64), lines.concat(), bytes].concat()
}

pub fn disclosure_head(bundle: &str, items: u64) -> Vec<u8> {
    format!("{{\"format\":\"sealbag-disclosure/1\",\"bundle\":\"{bundle}\",\"items\":{items}}}\n").into_bytes()
}

/// What an envelope for the reader holds.
pub fn decrypted(bytes: &[u8]) -> Vec<u8> {
    let envelope = Header::read(&mut &bytes[..]).unwrap().open(&[reader()]).unwrap();
    let mut out = Vec::new();
    envelope.decrypt(bytes).unwrap().read_to_end(&mut out).unwrap();
    out
}

pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
    what.len() <= bytes.len() && bytes.windows(what.len()).any(|window| window == what)
}

/// The item lines of `full` that a bundle does not show.
pub fn lines_gone(full: &Parts, bytes: &[u8]) -> Vec<Vec<u8>> {
    full.lines().into_iter().filter(|line| !holds(bytes, line)).collect()
}

/// Checks that the items of `full` that these bytes do not show appear nowhere in them: no line, salt, path, value, key, hash
/// of a file, or bytes of one. Returns how many items that is.
#[track_caller]
pub fn told_nowhere(full: &Parts, bytes: &[u8]) -> usize {
    let gone = lines_gone(full, bytes);
    for line in &gone {
        let text = String::from_utf8_lossy(line);
        let mut secrets = vec![line.trim_ascii_end().to_vec()];
        secrets.extend(["salt", "path", "sha256", "key"].iter().filter_map(|name| find_member(&text, name)).map(Vec::from));
        if let Some((_, value)) = text.split_once("\"value\":\"") {
            secrets.push(value.trim_end().trim_end_matches("\"}").into());
        }
        if let Some(path) = find_member(&text, "path") {
            let stem = path.rsplit('/').next().unwrap().split('.').next().unwrap();
            secrets.extend([stem.into(), full.bytes(&format!("data/{path}")).to_vec()]);
        }
        for secret in secrets {
            // so few bytes occur anywhere by chance
            assert!(secret.len() < 3 || !holds(bytes, &secret), "{} of {text}", String::from_utf8_lossy(&secret));
        }
    }
    gone.len()
}

/// The first digits of the commitment to the one item whose line holds `text`.
pub fn digits(full: &Parts, text: &str, count: usize) -> String {
    let found = full.commitments_of(text);
    assert_eq!(found.len(), 1, "{text}");
    found[0][..count].to_owned()
}

/// The commitment to a line.
pub fn commitment(line: &[u8]) -> String {
    sha256_hex(line)
}

/// Every file of a folder and below, with its bytes, by its path.
pub fn files(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

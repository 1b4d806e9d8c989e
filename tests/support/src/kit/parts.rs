//! A bundle as named files, open to every change, and the means to mend it afterwards: BagIt files, padding, signatures.

use std::path::Path;

use super::sshsig::{MANIFEST, READERS, RELEASE, Signer};
use super::text::{find_member, json_string, json_string_or_null, member, sha256, sha256_hex};
use super::zip::Zip;

/// What stands behind the releases, in its order.
const BEHIND: [&str; 3] = ["seal/readers.json", "seal/readers.sig", "seal/padding"];

/// Four slips in base64, one a line, in their order: one opens with the identity whose secret is 32 bytes 09, the others are decoys.
pub const SLIPS: &str = include_str!("../../../interop/slips.txt");

#[derive(Clone)]
pub struct Parts {
    pub top: String,
    /// MS-DOS time and date.
    pub dos: (u16, u16),
    pub signer: Signer,
    /// Name without the top folder, and bytes; in the order of the container.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What the author of a release says.
#[derive(Clone)]
pub struct Release {
    pub author: Signer,
    pub at: String,
    pub reason: String,
}

impl Release {
    pub fn by(author: &Signer) -> Self {
        let (at, reason) = ("2026-11-25T08:00:00Z".into(), "the source is at risk".into());
        Release { author: author.clone(), at, reason }
    }

    pub fn text(&self, bundle: &str, prev: Option<&str>, withheld: &[String]) -> String {
        format!(
            "{{\"format\":\"sealbag-release/1\",\"bundle\":\"{bundle}\",\"prev\":{},\"at\":\"{}\",\"by\":{},\"reason\":{},\"withheld\":[\n{}\n]}}\n",
            json_string_or_null(prev),
            self.at,
            json_string(&self.author.line()),
            json_string(&self.reason),
            quoted(withheld),
        )
    }
}

fn quoted(digests: &[String]) -> String {
    digests.iter().map(|digest| format!("\"{digest}\"")).collect::<Vec<_>>().join(",\n")
}

impl Parts {
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(known, _)| known == name)
    }

    pub fn at(&self, name: &str) -> usize {
        self.files.iter().position(|(known, _)| known == name).unwrap_or_else(|| panic!("no file {name}"))
    }

    pub fn bytes(&self, name: &str) -> &[u8] {
        &self.files[self.at(name)].1
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name).to_vec()).unwrap()
    }

    /// Empty if the bytes are not text.
    pub fn text_or_empty(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name).to_vec()).unwrap_or_default()
    }

    pub fn set(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        let at = self.at(name);
        self.files[at].1 = bytes.into();
    }

    pub fn edit(&mut self, name: &str, edit: impl FnOnce(String) -> String) {
        self.set(name, edit(self.text(name)));
    }

    /// Replaces the first `from`, which must be there.
    pub fn replace(&mut self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} does not hold {from}");
        self.set(name, text.replacen(from, to, 1));
    }

    pub fn flip(&mut self, name: &str, at: usize) {
        let place = self.at(name);
        self.files[place].1[at] ^= 1;
    }

    pub fn remove(&mut self, name: &str) -> Vec<u8> {
        self.files.remove(self.at(name)).1
    }

    pub fn insert_before(&mut self, next: &str, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(self.at(next), (name.into(), bytes.into()));
    }

    pub fn push(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.push((name.into(), bytes.into()));
    }

    /// Puts a file into the payload, in its place.
    pub fn add_payload(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.push((format!("data/{path}"), bytes.into()));
        self.order();
    }

    /// Sorts the payload by the bytes of its names and leaves the rest as it is.
    pub fn order(&mut self) {
        let (mut payload, rest): (Vec<_>, Vec<_>) = self.files.drain(..).partition(|(name, _)| name.starts_with("data/"));
        payload.sort();
        self.files = payload;
        self.files.extend(rest);
    }

    pub fn lines(&self) -> Vec<Vec<u8>> {
        self.bytes("seal/items.jsonl").split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
    }

    /// Writes the item lines in the order of their commitments.
    pub fn set_lines(&mut self, mut lines: Vec<Vec<u8>>) {
        lines.sort_by_key(|line| sha256(line));
        self.set("seal/items.jsonl", lines.concat());
    }

    /// The item lines that hold `text`; there must be one.
    pub fn commitments_of(&self, text: &str) -> Vec<String> {
        let lines = self.lines().into_iter().filter(|line| String::from_utf8_lossy(line).contains(text));
        let found: Vec<String> = lines.map(|line| sha256_hex(&line)).collect();
        assert!(!found.is_empty(), "no item holds {text}");
        found
    }

    /// Changes the one item line that holds `holds`, and brings the lines into order again; the manifest stays.
    pub fn edit_line(&mut self, holds: &str, from: &str, to: &str) {
        let mut lines = self.lines();
        let line = lines.iter_mut().find(|line| String::from_utf8_lossy(line).contains(holds)).unwrap();
        let text = String::from_utf8(line.clone()).unwrap();
        assert!(text.contains(from), "{text} does not hold {from}");
        *line = text.replacen(from, to, 1).into_bytes();
        self.set_lines(lines);
    }

    /// Drops every item line that holds `holds`; the manifest stays.
    pub fn drop_lines(&mut self, holds: &str) {
        let (gone, kept): (Vec<_>, Vec<_>) =
            self.lines().into_iter().partition(|line| String::from_utf8_lossy(line).contains(holds));
        assert!(!gone.is_empty(), "no item holds {holds}");
        self.set_lines(kept);
    }

    /// Adds an item line; the manifest stays.
    pub fn add_line(&mut self, rest: &str) {
        let mut lines = self.lines();
        lines.push(format!("{{\"salt\":\"{}\",{rest}\n", "5a".repeat(16)).into_bytes());
        self.set_lines(lines);
    }

    /// Changes the item lines before they are committed to, and seals again.
    pub fn reseal_with(&mut self, edit: impl FnOnce(Vec<Vec<u8>>) -> Vec<Vec<u8>>) {
        let head = self.text("seal/manifest.json").lines().next().unwrap().to_owned();
        let lines = edit(self.lines());
        self.set_lines(lines);
        self.seal(&head);
    }

    /// Writes the manifest over the item lines as they stand, signs it, and mends everything that follows from it.
    pub fn seal(&mut self, head: &str) {
        let mut commitments: Vec<String> = self.lines().iter().map(|line| sha256_hex(line)).collect();
        commitments.sort();
        self.set("seal/manifest.json", format!("{head}\n{}\n]}}\n", quoted(&commitments)));
        self.sign();
        self.mend_readers();
        self.mend();
    }

    /// Signs the manifest as it stands.
    pub fn sign(&mut self) {
        let armor = self.signer.armor(MANIFEST, self.bytes("seal/manifest.json"));
        self.set("seal/manifest.sig", armor);
    }

    pub fn sign_release(&mut self, number: usize, author: &Signer) {
        let armor = author.armor(RELEASE, self.bytes(&format!("seal/release-{number}.json")));
        self.set(&format!("seal/release-{number}.sig"), armor);
    }

    pub fn digest(&self) -> String {
        sha256_hex(self.bytes("seal/manifest.json"))
    }

    pub fn releases(&self) -> usize {
        (1..=12).take_while(|n| self.has(&format!("seal/release-{n}.json"))).count()
    }

    /// Withholds every item whose line holds one of `texts`, as a lawful redaction does.
    pub fn withhold(&mut self, release: &Release, texts: &[&str]) {
        let holds = |line: &[u8]| texts.iter().any(|text| String::from_utf8_lossy(line).contains(text));
        let (gone, kept): (Vec<_>, Vec<_>) = self.lines().into_iter().partition(|line| holds(line));
        assert!(!gone.is_empty(), "nothing holds {texts:?}");
        for line in &gone {
            let line = String::from_utf8_lossy(line);
            if member(&line, "kind") == "file" {
                self.remove(&format!("data/{}", member(&line, "path")));
            }
        }
        self.set_lines(kept);
        let withheld: Vec<String> = gone.iter().map(|line| sha256_hex(line)).collect();
        self.add_release(release, &withheld);
        self.mend_readers();
        self.mend();
    }

    /// Adds the next release, over these commitments as they stand.
    pub fn add_release(&mut self, release: &Release, withheld: &[String]) {
        let number = self.releases() + 1;
        let prev = (number > 1).then(|| sha256_hex(self.bytes(&format!("seal/release-{}.json", number - 1))));
        self.add_release_text(&release.text(&self.digest(), prev.as_deref(), withheld), &release.author);
    }

    pub fn add_release_text(&mut self, text: &str, author: &Signer) {
        let number = self.releases() + 1;
        let behind: Vec<_> =
            BEHIND.iter().filter(|name| self.has(name)).copied().map(|name| (name, self.clone().remove(name))).collect();
        behind.iter().for_each(|(name, _)| drop(self.remove(name)));
        self.push(&format!("seal/release-{number}.json"), text);
        self.push(&format!("seal/release-{number}.sig"), author.armor(RELEASE, text.as_bytes()));
        behind.into_iter().for_each(|(name, bytes)| self.push(name, bytes));
    }

    /// Makes the BagIt files and the padding again, as a forger does who knows the format.
    pub fn mend(&mut self) {
        self.mend_bag();
        self.mend_padding();
    }

    /// Adds the list of readers, by the signer, and padding.
    pub fn add_readers(&mut self) {
        for name in BEHIND {
            self.push(name, Vec::new());
        }
        self.mend_readers();
        self.mend();
    }

    /// Writes the list of readers again, if there is one, for the seal and the last release as they stand: by the author of that
    /// release, or the signer. The slips are always the same four.
    fn mend_readers(&mut self) {
        if !self.has("seal/readers.json") {
            return;
        }
        let last = self.releases();
        let release = (last > 0).then(|| self.text(&format!("seal/release-{last}.json")));
        let by = release.as_deref().map_or_else(|| self.signer.line(), |release| member(release, "by").to_owned());
        let author = (0..=255).map(Signer::new).find(|signer| signer.line() == by).unwrap_or_else(|| self.signer.clone());
        let text = format!(
            "{{\"format\":\"sealbag-readers/1\",\"bundle\":\"{}\",\"release\":{},\"at\":\"2026-11-25T08:00:00Z\",\"by\":{},\"slips\":[\n{}\n]}}\n",
            self.digest(),
            json_string_or_null(release.map(|release| sha256_hex(release.as_bytes())).as_deref()),
            json_string(&author.line()),
            SLIPS.lines().map(|slip| format!("\"{slip}\"")).collect::<Vec<_>>().join(",\n"),
        );
        self.set("seal/readers.json", text);
        self.sign_readers(&author);
    }

    pub fn sign_readers(&mut self, author: &Signer) {
        let armor = author.armor(READERS, self.bytes("seal/readers.json"));
        self.set("seal/readers.sig", armor);
    }

    /// Makes `bag-info.txt` and both BagIt manifests again from the present files, as far as they are there at all.
    pub fn mend_bag(&mut self) {
        let payload: Vec<&(String, Vec<u8>)> = self.files.iter().filter(|(name, _)| name.starts_with("data/")).collect();
        let bytes: usize = payload.iter().map(|(_, bytes)| bytes.len()).sum();
        let oxum = format!("{bytes}.{}", payload.len());
        let mut rows: Vec<(&str, String)> = payload.iter().map(|(name, bytes)| (name.as_str(), sha256_hex(bytes))).collect();
        rows.sort();
        let sums: String = rows.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        if self.has("manifest-sha256.txt") {
            self.set("manifest-sha256.txt", sums);
        }
        if self.has("bag-info.txt") && self.has("seal/manifest.json") {
            let manifest = String::from_utf8_lossy(self.bytes("seal/manifest.json")).into_owned();
            if let (Some(time), Some(id)) = (find_member(&manifest, "sealed_at"), find_member(&manifest, "id")) {
                let date = time.get(..10).unwrap_or("");
                let text = format!(
                    "Bag-Software-Agent: sealbag-manifest/1\nBagging-Date: {date}\nExternal-Identifier: {id}\nPayload-Oxum: {oxum}\n"
                );
                self.set("bag-info.txt", text);
            }
        }
        self.mend_tagmanifest();
    }

    pub fn mend_tagmanifest(&mut self) {
        if !self.has("tagmanifest-sha256.txt") {
            return;
        }
        let listed = |name: &str| {
            !name.starts_with("data/")
                && name != "tagmanifest-sha256.txt"
                && name != "seal/manifest.sig"
                && !name.starts_with("seal/release-")
                && !name.starts_with("seal/readers.")
                && name != "seal/padding"
        };
        let mut rows: Vec<String> = self
            .files
            .iter()
            .filter(|(name, _)| listed(name))
            .map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes)))
            .collect();
        rows.sort_by(|one, other| one[66..].cmp(&other[66..]));
        self.set("tagmanifest-sha256.txt", rows.concat());
    }

    /// Gives `seal/padding` the least length for which the ZIP's length is a PADME length.
    pub fn mend_padding(&mut self) {
        if !self.has("seal/padding") {
            return;
        }
        self.set("seal/padding", Vec::new());
        let bare = self.zip().len() as u64;
        let padded = (bare..).find(|length| is_padme(*length)).unwrap();
        self.set("seal/padding", vec![0; (padded - bare) as usize]);
    }

    pub fn zip(&self) -> Vec<u8> {
        Zip::of(self).bytes()
    }

    /// Writes the files under `folder`, which takes the place of the top folder.
    pub fn unpack_to(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

/// True for a length that PADME gives: at most as many leading bits as its exponent has, the rest zero.
pub fn is_padme(length: u64) -> bool {
    if length < 2 {
        return true;
    }
    let exponent = 63 - length.leading_zeros();
    let kept = 32 - exponent.leading_zeros();
    length.is_multiple_of(1 << exponent.saturating_sub(kept))
}

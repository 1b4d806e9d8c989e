//! What a signer says, honest or not, and how it becomes the files of a bundle (format, sections 3 to 5).

use super::parts::Parts;
use super::sshsig::Signer;
use super::text::{dos_time, json_string, sha256_hex};

#[derive(Clone)]
pub struct Bundle {
    /// 32 hex digits.
    pub id: String,
    pub sealed_at: String,
    pub sealed_with: String,
    pub signer: Signer,
    pub files: Vec<File>,
    /// About, name, value.
    pub fields: Vec<[String; 3]>,
    pub recipients: Vec<String>,
    /// Item lines without their salt, as `"kind":…}`: for what no honest program writes.
    pub more: Vec<String>,
    pub padding: bool,
}

#[derive(Clone)]
pub struct File {
    pub path: String,
    pub bytes: Vec<u8>,
    pub media_type: String,
    pub role: String,
}

impl File {
    pub fn new(path: &str, bytes: impl Into<Vec<u8>>, media_type: &str, role: &str) -> Self {
        File { path: path.into(), bytes: bytes.into(), media_type: media_type.into(), role: role.into() }
    }

    /// Its item line, without the salt.
    pub fn line(&self) -> String {
        format!(
            "\"kind\":\"file\",\"path\":{},\"size\":{},\"sha256\":\"{}\",\"media_type\":{},\"role\":{}}}",
            json_string(&self.path),
            self.bytes.len(),
            sha256_hex(&self.bytes),
            json_string(&self.media_type),
            json_string(&self.role),
        )
    }
}

pub fn field_line(about: &str, name: &str, value: &str) -> String {
    let [about, name, value] = [about, name, value].map(json_string);
    format!("\"kind\":\"field\",\"about\":{about},\"name\":{name},\"value\":{value}}}")
}

pub fn recipient_line(key: &str) -> String {
    format!("\"kind\":\"recipient\",\"key\":{}}}", json_string(key))
}

impl Bundle {
    pub fn field(mut self, about: &str, name: &str, value: &str) -> Self {
        self.fields.push([about, name, value].map(String::from));
        self
    }

    pub fn with_line(mut self, rest: impl Into<String>) -> Self {
        self.more.push(rest.into());
        self
    }

    pub fn with_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    pub fn signed_by(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    /// Every item line with its salt and its LF, unordered. Salts are made from id and place, so that a bundle is the same
    /// each time.
    pub fn lines(&self) -> Vec<Vec<u8>> {
        let files = self.files.iter().map(File::line);
        let fields = self.fields.iter().map(|[about, name, value]| field_line(about, name, value));
        let recipients = self.recipients.iter().map(|key| recipient_line(key));
        let rests = files.chain(fields).chain(recipients).chain(self.more.iter().cloned());
        rests.enumerate().map(|(at, rest)| format!("{{\"salt\":\"{}\",{rest}\n", self.salt(at)).into_bytes()).collect()
    }

    pub fn salt(&self, at: usize) -> String {
        sha256_hex(format!("{} {at}", self.id).as_bytes())[..32].to_owned()
    }

    /// The first line of the manifest, up to the list.
    pub fn manifest_head(&self) -> String {
        format!(
            "{{\"format\":\"sealbag-manifest/1\",\"id\":{},\"sealed_at\":{},\"sealed_with\":{},\"signer\":{},\"items\":[",
            json_string(&self.id),
            json_string(&self.sealed_at),
            json_string(&self.sealed_with),
            json_string(&self.signer.line()),
        )
    }

    /// The bundle, sealed and ready to be broken.
    pub fn parts(&self) -> Parts {
        self.parts_of(self.lines())
    }

    /// The same over other item lines than its own.
    pub fn parts_of(&self, lines: Vec<Vec<u8>>) -> Parts {
        let mut payload: Vec<(String, Vec<u8>)> =
            self.files.iter().map(|file| (format!("data/{}", file.path), file.bytes.clone())).collect();
        payload.sort();
        let mut parts = Parts {
            top: format!("sealbag-{}", &self.id[..12]),
            dos: dos_time(&self.sealed_at),
            signer: self.signer.clone(),
            files: payload,
        };
        for name in ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "VERIFY.txt"] {
            parts.files.push((name.into(), Vec::new()));
        }
        for name in ["seal/items.jsonl", "seal/manifest.json", "seal/manifest.sig"] {
            parts.files.push((name.into(), Vec::new()));
        }
        if self.padding {
            parts.files.push(("seal/padding".into(), Vec::new()));
        }
        parts.set("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        parts.set("VERIFY.txt", include_str!("../../../../src/format/VERIFY.txt"));
        parts.set_lines(lines);
        parts.seal(&self.manifest_head());
        parts
    }
}

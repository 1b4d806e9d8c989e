//! Signers and their SSHSIG (OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f), every field of it open to lies.

use data_encoding::BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256, Sha512};

use super::text::{json_string, json_strings, sha256};

pub const MANIFEST: &str = "manifest@sealbag";
pub const RELEASE: &str = "release@sealbag";
pub const READERS: &str = "readers@sealbag";
pub const CUSTODY: &str = "custody@sealbag";
pub const CARD: &str = "card@sealbag";
pub const REVOCATION: &str = "revocation@sealbag";
pub const SUCCESSION: &str = "succession@sealbag";

/// Somebody who can sign, with a key that one number makes.
#[derive(Clone)]
pub struct Signer {
    seed: [u8; 32],
    fido: Option<Fido>,
}

/// What a FIDO token adds.
#[derive(Clone)]
pub struct Fido {
    pub application: String,
    pub flags: u8,
    pub counter: u32,
}

impl Signer {
    /// The signer of the format's worked example, whose seed is 00 01 02 … 1f.
    pub fn of_the_example() -> Self {
        let mut signer = Signer::new(0);
        (0..).zip(&mut signer.seed).for_each(|(number, byte)| *byte = number);
        signer
    }

    pub fn new(number: u8) -> Self {
        Signer { seed: sha256(&[b's', number]), fido: None }
    }

    pub fn fido(number: u8, application: &str, flags: u8, counter: u32) -> Self {
        Signer { seed: sha256(&[b'f', number]), fido: Some(Fido { application: application.into(), flags, counter }) }
    }

    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    pub fn point(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.seed).verifying_key().to_bytes()
    }

    pub fn kind(&self) -> &'static str {
        if self.fido.is_some() { "sk-ssh-ed25519@openssh.com" } else { "ssh-ed25519" }
    }

    pub fn blob(&self) -> Vec<u8> {
        key_blob(self.kind(), &self.point(), self.fido.as_ref().map(|fido| fido.application.as_str()))
    }

    /// The first two words of the OpenSSH line.
    pub fn line(&self) -> String {
        key_line(self.kind(), &self.blob())
    }

    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", data_encoding::BASE64_NOPAD.encode(&sha256(&self.blob())))
    }

    /// Signs bytes as a token or a key file does.
    pub fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(&self.seed).sign(bytes).to_bytes()
    }

    /// The SSHSIG of `message`, still open to changes.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> Sig {
        let signed = signed_bytes(namespace, b"", "sha512", &Sha512::digest(message));
        let mut after = Vec::new();
        let signature = match &self.fido {
            None => self.sign_bytes(&signed),
            Some(fido) => {
                after.push(fido.flags);
                after.extend(fido.counter.to_be_bytes());
                let hashes = (Sha256::digest(fido.application.as_bytes()), Sha256::digest(&signed));
                self.sign_bytes(&[&hashes.0[..], &after, &hashes.1[..]].concat())
            }
        };
        Sig {
            magic: b"SSHSIG".to_vec(),
            version: 1,
            key: self.blob(),
            namespace: namespace.into(),
            reserved: Vec::new(),
            hash: "sha512".into(),
            kind: self.kind().into(),
            signature: signature.to_vec(),
            after,
            tail: Vec::new(),
        }
    }

    pub fn armor(&self, namespace: &str, message: &[u8]) -> String {
        self.sign(namespace, message).armor()
    }

    /// The private key as an unencrypted file (OpenSSH's PROTOCOL.key).
    pub fn private_key_file(&self, comment: &str) -> String {
        let mut inner = [7u32.to_be_bytes(), 7u32.to_be_bytes()].concat();
        inner.extend(self.blob());
        inner.extend(ssh_string(&[&self.seed[..], &self.point()].concat()));
        inner.extend(ssh_string(comment.as_bytes()));
        inner.extend((1u8..).take((8 - inner.len() % 8) % 8));
        let mut blob = b"openssh-key-v1\0".to_vec();
        for field in [b"none", b"none", &b""[..]] {
            blob.extend(ssh_string(field));
        }
        blob.extend(1u32.to_be_bytes());
        blob.extend(ssh_string(&self.blob()));
        blob.extend(ssh_string(&inner));
        armor(&blob, 70).replace("SSH SIGNATURE", "OPENSSH PRIVATE KEY")
    }

    /// A card of this signer (format, section 11).
    pub fn card(&self, name: &str, recipients: &[String]) -> String {
        self.card_made_at(name, recipients, "2026-01-01T00:00:00Z")
    }

    pub fn card_made_at(&self, name: &str, recipients: &[String], made_at: &str) -> String {
        let line = format!(
            "{{\"format\":\"sealbag-card/1\",\"name\":{},\"key\":{},\"recipients\":{},\"made_at\":\"{made_at}\"}}\n",
            json_string(name),
            json_string(&self.line()),
            json_strings(recipients),
        );
        let armor = self.armor(CARD, line.as_bytes());
        line + &armor
    }
}

/// An SSHSIG in its fields.
#[derive(Clone)]
pub struct Sig {
    pub magic: Vec<u8>,
    pub version: u32,
    pub key: Vec<u8>,
    pub namespace: String,
    pub reserved: Vec<u8>,
    pub hash: String,
    pub kind: String,
    pub signature: Vec<u8>,
    /// Flags and counter of a FIDO signature.
    pub after: Vec<u8>,
    /// Bytes after everything.
    pub tail: Vec<u8>,
}

impl Sig {
    pub fn blob(&self) -> Vec<u8> {
        let mut inner = ssh_string(self.kind.as_bytes());
        inner.extend(ssh_string(&self.signature));
        inner.extend(&self.after);
        let mut blob = self.magic.clone();
        blob.extend(self.version.to_be_bytes());
        for field in [&self.key[..], self.namespace.as_bytes(), &self.reserved, self.hash.as_bytes(), &inner] {
            blob.extend(ssh_string(field));
        }
        blob.extend(&self.tail);
        blob
    }

    pub fn armor(&self) -> String {
        armor(&self.blob(), 70)
    }
}

/// Armor with lines of `width` characters; OpenSSH writes 70.
pub fn armor(blob: &[u8], width: usize) -> String {
    let base64 = BASE64.encode(blob);
    let lines: Vec<&str> = base64.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

/// What the key signs.
pub fn signed_bytes(namespace: &str, reserved: &[u8], hash: &str, digest: &[u8]) -> Vec<u8> {
    let mut out = b"SSHSIG".to_vec();
    for field in [namespace.as_bytes(), reserved, hash.as_bytes(), digest] {
        out.extend(ssh_string(field));
    }
    out
}

pub fn key_blob(kind: &str, point: &[u8], application: Option<&str>) -> Vec<u8> {
    let mut blob = ssh_string(kind.as_bytes());
    blob.extend(ssh_string(point));
    if let Some(application) = application {
        blob.extend(ssh_string(application.as_bytes()));
    }
    blob
}

pub fn key_line(kind: &str, blob: &[u8]) -> String {
    format!("{kind} {}", BASE64.encode(blob))
}

pub fn ssh_string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat()
}

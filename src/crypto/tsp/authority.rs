//! Authorities: certificates that the reader trusts to say when something was there.

use data_encoding::BASE64;

use super::certificate::Certificate;
use super::der::Node;
use super::refusal::{Refusal, Result};
use crate::base::code;
use crate::base::detail::Detail;
use crate::format::digest::Digest;
use crate::format::time::Timestamp;

/// A certificate that the reader trusts, and what they call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// What the reader calls it.
    pub name: String,
    der: Vec<u8>,
    /// The SHA-256 of the certificate, by which people compare it.
    pub fingerprint: Digest,
    /// What the certificate calls its owner.
    pub subject: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Authority {
    /// Takes a certificate in DER. An empty `name` means the one in the certificate.
    ///
    /// # Errors
    /// `authority.format`.
    pub fn new(name: &str, der: Vec<u8>) -> Result<Self> {
        let (subject, fingerprint, from, until) = {
            let read = |node: Node| {
                let certificate = Certificate::read(&node)?;
                certificate.key()?.check_length()?;
                let (from, until) = (certificate.from.floor(), certificate.until.floor());
                Ok((certificate.name(), certificate.digest(), from, until))
            };
            let node = Node::of(&der, "Certificate").map_err(refused)?;
            read(node).map_err(refused)?
        };
        let name = if name.is_empty() { subject.clone() } else { name.to_owned() };
        Ok(Authority { name, der, fingerprint, subject, from, until })
    }

    /// Every certificate in a file: PEM, whatever stands around it, or one in DER.
    ///
    /// # Errors
    /// `authority.format`.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>> {
        if bytes.first() == Some(&0x30) {
            return Authority::new("", bytes.to_vec()).map(|authority| vec![authority]);
        }
        let found =
            unarmored(bytes, "CERTIFICATE").into_iter().map(|der| Authority::new("", der)).collect::<Result<Vec<_>>>()?;
        if found.is_empty() { Err(Refusal::new(code::AUTHORITY_FORMAT, Detail::NoCertificate)) } else { Ok(found) }
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// It was read when the authority was made, so there is one.
    pub(super) fn certificate(&self) -> Option<Certificate<'_>> {
        Node::of(&self.der, "Certificate").and_then(|node| Certificate::read(&node)).ok()
    }
}

fn refused(refusal: Refusal) -> Refusal {
    Refusal::new(code::AUTHORITY_FORMAT, refusal.detail)
}

/// What stands in PEM under this label, as often as it does.
pub(super) fn unarmored(bytes: &[u8], label: &str) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let blocks = text.split(&begin).skip(1).filter_map(|rest| rest.split_once(&end));
    blocks
        .filter_map(|(base64, _)| {
            let base64: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64.decode(&base64).ok()
        })
        .collect()
}

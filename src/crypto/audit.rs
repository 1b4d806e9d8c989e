//! The summary of an audit, signed and checked.

use super::key::{PublicKey, Signer};
use super::namespace::Namespace;
use super::sshsig::{self, MessageHash};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::format::audit::Summary;
use crate::format::digest::Digest;
use crate::format::listing::Fault;

/// A summary whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSummary {
    /// What it says.
    pub summary: Summary,
    /// The key that signed it.
    pub key: PublicKey,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The file of its signature, which a timestamp is over.
    pub signature: Vec<u8>,
}

/// Signs a summary with the key that it then names; returns its file and the armored signature.
///
/// # Errors
/// Those of the signer.
pub fn sign(signer: &dyn Signer, summary: Summary) -> Result<(Vec<u8>, String)> {
    let line = Summary { by: Some(signer.public().line()), ..summary }.line();
    let armor = sshsig::sign(signer, Namespace::Audit, &MessageHash::of(&line))?;
    Ok((line, armor))
}

impl SignedSummary {
    /// Reads a summary and its signature.
    ///
    /// # Errors
    /// `audit.malformed`, `audit.newer`, `audit.unsigned` where it names no key, `audit.signature`.
    pub fn read(place: &Place, line: &[u8], armor: &[u8]) -> Result<Self> {
        let no = |code, detail| Error::new(code, place.clone(), detail);
        let message = MessageHash::of(line);
        let summary = Summary::read(line).map_err(|fault| match fault {
            Fault::Newer(newer) => match sshsig::verify_carried(Namespace::Audit, &message, armor) {
                Ok(_) => no(code::AUDIT_NEWER, Detail::UnknownFormat { format: Quoted(newer.format) }),
                Err(_) => no(code::AUDIT_SIGNATURE, Detail::AuditSignature),
            },
            fault => no(code::AUDIT_MALFORMED, fault.detail()),
        })?;
        let by = summary.by.as_ref().ok_or_else(|| no(code::AUDIT_UNSIGNED, Detail::AuditUnsigned))?;
        let key = PublicKey::parse(by).map_err(|fault| no(code::AUDIT_MALFORMED, fault.detail()))?;
        sshsig::verify(&key, Namespace::Audit, &message, armor)
            .map_err(|_| no(code::AUDIT_SIGNATURE, Detail::AuditSignature))?;
        Ok(SignedSummary { summary, key, digest: Digest::of(line), signature: armor.to_vec() })
    }
}

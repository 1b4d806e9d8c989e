//! A TimeStampReq: over a SHA-256, with a nonce, and with the wish for certificates.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::der::{self as write, Node, context};
use super::refusal::{Refusal, Result};
use super::scheme::{Hash, Imprint};
use crate::base::code;
use crate::format::digest::Digest;

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What a token is asked over.
    pub imprint: Imprint,
    /// A number that the token must hold, so that it is the answer to this request.
    pub nonce: Option<Vec<u8>>,
}

impl Request {
    /// Asks for a token over what has this SHA-256; the eight random bytes make the nonce.
    pub fn new(digest: Digest, random: [u8; 8]) -> Self {
        // a number of eight bytes that is not negative, whatever was drawn
        let [first, rest @ ..] = random;
        let mut nonce = vec![first & 0x7F | 0x40];
        nonce.extend(rest);
        Request { imprint: Imprint { hash: Hash::Sha256, bytes: digest.as_bytes().to_vec() }, nonce: Some(nonce) }
    }

    /// Its bytes in DER; for a request that [`Request::new`] made.
    pub fn bytes(&self) -> Vec<u8> {
        use write::{BOOLEAN, INTEGER, OCTETS, SEQUENCE, element, identifier};
        let algorithm = element(SEQUENCE, &[&identifier(&SHA256), &write::NULL]);
        let imprint = element(SEQUENCE, &[&algorithm, &element(OCTETS, &[&self.imprint.bytes])]);
        let nonce = self.nonce.as_deref().map(|nonce| element(INTEGER, &[nonce])).unwrap_or_default();
        element(SEQUENCE, &[&element(INTEGER, &[&[1]]), &imprint, &nonce, &element(BOOLEAN, &[&[0xFF]])])
    }

    /// Reads a request, of this program or of another.
    ///
    /// # Errors
    /// `token.request`.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let read = || {
            const PART: &str = "TimeStampReq";
            let mut fields = Node::of(bytes, PART)?.sequence(PART)?;
            let version = fields.next()?.number()?;
            let mut imprint = fields.next()?.sequence("MessageImprint")?;
            let hash = Hash::believed(&imprint.next()?)?;
            let digest = imprint.next()?.octets()?.to_vec();
            imprint.end()?;
            fields.next_if(Tag::ObjectIdentifier)?;
            let nonce = fields.next_if(Tag::Integer)?.map(|nonce| nonce.integer().map(<[u8]>::to_vec)).transpose()?;
            fields.next_if(Tag::Boolean)?;
            fields.next_if(context(0))?;
            fields.end()?;
            if version != 1 {
                return Err(Refusal::form(PART));
            }
            Ok(Request { imprint: Imprint { hash, bytes: digest }, nonce })
        };
        read().map_err(|refusal: Refusal| Refusal::new(code::TOKEN_REQUEST, refusal.detail))
    }
}

//! SSHSIG (OpenSSH's PROTOCOL.sshsig): version 1, hash `sha512`, armored byte for byte as `ssh-keygen -Y sign` writes it. For a
//! known key and namespace the armor is a function of the signature alone, so a verifier makes it again and compares.

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256, Sha512};

use super::key::{PublicKey, Signature, Signer, put_string, take_string};
use super::namespace::Namespace;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
const LINE: usize = 70;

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigFault {
    /// It is not the armor that this key and namespace would give.
    Armor,
    /// The armor is right, but the signature in it is not by this key over this message.
    Signature,
}

/// The SHA-512 of a message, which is what SSHSIG signs.
#[derive(Clone, Default)]
pub struct MessageHasher(Sha512);

impl MessageHasher {
    /// Hashes `bytes` after what came before.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of everything.
    pub fn finish(self) -> MessageHash {
        MessageHash(self.0.finalize().into())
    }
}

/// The SHA-512 of a message.
#[derive(Clone, Copy)]
pub struct MessageHash([u8; 64]);

impl MessageHash {
    /// Of a message at hand.
    pub fn of(message: &[u8]) -> Self {
        MessageHash(Sha512::digest(message).into())
    }
}

/// Signs; the result is the armor, ASCII with LF line ends. What the signer gave back is verified first, so that neither a
/// lying agent nor a faulty computer yields a signature that does not hold (`agent.answer`).
///
/// # Errors
/// Those of the signer; `agent.answer` where its signature does not hold.
pub fn sign(signer: &dyn Signer, namespace: Namespace, message: &MessageHash) -> Result<String> {
    let key = signer.public();
    let Signature { bytes, token } = signer.sign(&signed_bytes(namespace, message))?;
    let refuse = |trouble| Error::new(code::AGENT_ANSWER, key.fingerprint().to_string(), trouble);
    if token.is_some_and(|[flags, ..]| !touched(flags)) {
        return Err(refuse(Detail::NotTouched).hint(Hint::MakeTouchKey));
    }
    let armored = armor(&key, namespace, &bytes, token.as_slice().as_flattened());
    verify(&key, namespace, message, armored.as_bytes()).map_err(|_| refuse(Detail::NotItsSignature))?;
    Ok(armored)
}

/// Verifies that `armored` is the one armor of a signature by `key` over `message`. A FIDO signature must also say that
/// somebody touched the key.
///
/// # Errors
/// What is wrong with the armor, or that the signature is not one by `key` over `message`.
pub fn verify(key: &PublicKey, namespace: Namespace, message: &MessageHash, armored: &[u8]) -> Result<(), SigFault> {
    let (signature, after) = signature_in(key, armored).ok_or(SigFault::Armor)?;
    if armor(key, namespace, &signature, &after).as_bytes() != armored {
        return Err(SigFault::Armor);
    }
    let signed = signed_bytes(namespace, message);
    let holds = match (key.application(), after.as_slice()) {
        (None, []) => key.verifies(&signed, &signature),
        (Some(application), [flags, counter @ ..]) => {
            let mut message = Sha256::digest(application.as_bytes()).to_vec();
            message.push(*flags);
            message.extend(counter);
            message.extend(Sha256::digest(&signed));
            touched(*flags) && key.verifies(&message, &signature)
        }
        _ => false,
    };
    if holds { Ok(()) } else { Err(SigFault::Signature) }
}

/// Verifies a signature whose signer nobody names, by the key that it carries: for texts in a later version, of which no more is
/// known than that they are signed. Returns the key.
///
/// # Errors
/// As for [`verify`].
pub fn verify_carried(namespace: Namespace, message: &MessageHash, armored: &[u8]) -> Result<PublicKey, SigFault> {
    let carried = || {
        let blob = blob_in(armored)?;
        let mut rest = blob.strip_prefix(b"SSHSIG")?.strip_prefix(&1u32.to_be_bytes())?;
        PublicKey::from_blob(take_string(&mut rest)?).ok()
    };
    let key = carried().ok_or(SigFault::Armor)?;
    verify(&key, namespace, message, armored).map(|()| key)
}

/// True if a FIDO token says that somebody touched it.
fn touched(flags: u8) -> bool {
    flags & 1 == 1
}

/// The bytes that the key signs: magic, namespace, reserved, hash name, hash.
pub fn signed_bytes(namespace: Namespace, message: &MessageHash) -> Vec<u8> {
    let mut out = b"SSHSIG".to_vec();
    put_string(&mut out, namespace.as_str().as_bytes());
    put_string(&mut out, b"");
    put_string(&mut out, b"sha512");
    put_string(&mut out, &message.0);
    out
}

/// The armor; `after` is the flags and counter of a FIDO signature, five bytes, or empty.
fn armor(key: &PublicKey, namespace: Namespace, signature: &[u8; 64], after: &[u8]) -> String {
    let mut inner = Vec::new();
    put_string(&mut inner, key.kind().as_bytes());
    put_string(&mut inner, signature);
    inner.extend(after);
    let mut blob = b"SSHSIG".to_vec();
    blob.extend(1u32.to_be_bytes());
    put_string(&mut blob, &key.blob());
    put_string(&mut blob, namespace.as_str().as_bytes());
    put_string(&mut blob, b"");
    put_string(&mut blob, b"sha512");
    put_string(&mut blob, &inner);

    frame(&BASE64.encode(&blob))
}

fn frame(base64: &str) -> String {
    let mut out = BEGIN.to_owned();
    for (at, c) in base64.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out.push_str(END);
    out
}

/// The first armor of several, one behind the other, and the rest.
pub(super) fn split(armors: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = armors.windows(END.len()).position(|window| window == END.as_bytes())?;
    Some(armors.split_at(at + END.len()))
}

/// The armor's contents without its frame and line breaks, in base64.
pub fn bare(armored: &str) -> String {
    armored.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).unwrap_or_default().replace('\n', "")
}

/// The armor around such contents. What [`bare`] did not give becomes no armor that any key verifies.
pub fn armored(bare: &str) -> String {
    frame(bare)
}

/// The signature bytes and, for FIDO, the five after them: the end of what the armor holds.
fn signature_in(key: &PublicKey, armored: &[u8]) -> Option<([u8; 64], Vec<u8>)> {
    let blob = blob_in(armored)?;
    let after = if key.application().is_some() { 5 } else { 0 };
    let (rest, after) = blob.split_at_checked(blob.len().checked_sub(after)?)?;
    Some((*rest.last_chunk()?, after.to_vec()))
}

fn blob_in(armored: &[u8]) -> Option<Vec<u8>> {
    let base64 = armored.strip_prefix(BEGIN.as_bytes())?.strip_suffix(END.as_bytes())?;
    let base64: Vec<u8> = base64.iter().copied().filter(|b| *b != b'\n').collect();
    BASE64.decode(&base64).ok()
}

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;

    #[test]
    fn a_signature_is_for_one_key_one_namespace_and_one_message() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let message = MessageHash::of(b"message");
        let another = MessageHash::of(b"another");
        let armored = sign(&key, Namespace::Manifest, &message).unwrap();
        let check =
            |key: &SigningKey, namespace, message, armored: &str| verify(&key.public(), namespace, message, armored.as_bytes());
        assert_eq!(check(&key, Namespace::Manifest, &message, &armored), Ok(()));
        assert_eq!(check(&other, Namespace::Manifest, &message, &armored), Err(SigFault::Armor));
        assert_eq!(check(&key, Namespace::Custody, &message, &armored), Err(SigFault::Armor));
        assert_eq!(check(&key, Namespace::Manifest, &another, &armored), Err(SigFault::Signature));
        let carried = |namespace, message| verify_carried(namespace, message, armored.as_bytes());
        assert_eq!(carried(Namespace::Manifest, &message), Ok(key.public()));
        assert_eq!(carried(Namespace::Card, &message), Err(SigFault::Armor));
        assert_eq!(carried(Namespace::Manifest, &another), Err(SigFault::Signature));
        for changed in [
            armored.replace('\n', "\r\n"),
            format!("\n{armored}"),
            format!("{armored}\n"),
            armored.replacen('\n', "\n\n", 2),
            armored.trim_end().to_owned(),
            String::new(),
        ] {
            assert_eq!(check(&key, Namespace::Manifest, &message, &changed), Err(SigFault::Armor));
        }
    }

    struct Lying(SigningKey, Signature);

    impl Signer for Lying {
        fn public(&self) -> PublicKey {
            self.0.public()
        }
        fn sign(&self, _: &[u8]) -> Result<Signature> {
            Ok(self.1)
        }
    }

    #[test]
    fn what_a_signer_gives_back_is_not_believed() {
        let key = || SigningKey::from_seed(&[1; 32]);
        let message = MessageHash::of(b"message");
        let good = Signer::sign(&key(), &signed_bytes(Namespace::Card, &message)).unwrap();
        let answer = |signature| sign(&Lying(key(), signature), Namespace::Card, &message);
        assert_eq!(answer(good).unwrap(), sign(&key(), Namespace::Card, &message).unwrap());
        let other = Signer::sign(&key(), &signed_bytes(Namespace::Manifest, &message)).unwrap();
        let foreign = Signer::sign(&SigningKey::from_seed(&[2; 32]), &signed_bytes(Namespace::Card, &message)).unwrap();
        for lie in [other, foreign, Signature { token: Some([1, 0, 0, 0, 7]), ..good }, Signature { bytes: [0; 64], ..good }] {
            assert_eq!(answer(lie).unwrap_err().code, code::AGENT_ANSWER);
        }
    }
}

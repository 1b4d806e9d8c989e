//! The protocol of ssh-agent (draft-ietf-sshm-ssh-agent), as far as signing needs it: which keys are held, and a signature by
//! one of them. A message is its length in 4 bytes, big-endian, and its body, whose first byte gives its kind. Nothing is sent
//! from here, and nothing that came is trusted.

use std::fmt;

use super::key::{PublicKey, Signature, put_string, take_string};
use crate::base::detail::Detail;
use crate::base::limits;

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentFault {
    /// The agent refuses to do what it was asked.
    Refused,
    /// It is not a valid answer to this question: what is wrong with it.
    Malformed(Detail),
}

impl fmt::Display for AgentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AgentFault::Refused => Detail::AgentRefused.fmt(f),
            AgentFault::Malformed(detail) => detail.fmt(f),
        }
    }
}

/// The message that asks which keys are held.
pub fn request_keys() -> Vec<u8> {
    message(&[REQUEST_IDENTITIES])
}

/// The message that asks for a signature by `key` over `bytes`, which must be shorter than [`limits::AGENT_MESSAGE`]. No flags
/// are set: they are for RSA.
pub fn request_signature(key: &PublicKey, bytes: &[u8]) -> Vec<u8> {
    let mut body = vec![SIGN_REQUEST];
    put_string(&mut body, &key.blob());
    put_string(&mut body, bytes);
    body.extend(0u32.to_be_bytes());
    message(&body)
}

fn message(body: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    put_string(&mut message, body);
    message
}

/// How many bytes the body of an answer has, from the four before it: 1 to [`limits::AGENT_MESSAGE`].
///
/// # Errors
/// Why no answer can have that length.
pub fn body_length(before: [u8; 4]) -> Result<usize, AgentFault> {
    match u32::from_be_bytes(before) as usize {
        0 => Err(AgentFault::Malformed(Detail::AgentAnswerEmpty)),
        length if length > limits::AGENT_MESSAGE => Err(AgentFault::Malformed(Detail::AgentAnswerTooLong)),
        length => Ok(length),
    }
}

/// The keys that an answer lists, with the comment of each, which somebody else may have written. Keys that cannot sign a
/// bundle are passed over: other kinds, certificates, weak ones.
///
/// # Errors
/// What is wrong with the answer, or that the agent refuses.
pub fn keys(body: &[u8]) -> Result<Vec<(PublicKey, String)>, AgentFault> {
    let mut rest = answer(body, IDENTITIES_ANSWER)?;
    let cut = || AgentFault::Malformed(Detail::AgentKeysCut);
    let (count, after) = rest.split_first_chunk().ok_or_else(cut)?;
    rest = after;
    let count = u32::from_be_bytes(*count) as usize;
    if count > limits::AGENT_KEYS {
        return Err(AgentFault::Malformed(Detail::AgentTooManyKeys));
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        let blob = take_string(&mut rest).ok_or_else(cut)?;
        let comment = take_string(&mut rest).ok_or_else(cut)?;
        if let Ok(key) = PublicKey::from_blob(blob) {
            keys.push((key, String::from_utf8_lossy(comment).into_owned()));
        }
    }
    if rest.is_empty() { Ok(keys) } else { Err(AgentFault::Malformed(Detail::AgentBehindKeys)) }
}

/// The signature in an answer, in the form that `key` gives; whether it holds is not checked here.
///
/// # Errors
/// What is wrong with the answer, or that the agent refuses.
pub fn signature(key: &PublicKey, body: &[u8]) -> Result<Signature, AgentFault> {
    let malformed = || AgentFault::Malformed(Detail::AgentSignatureForm);
    let mut rest = answer(body, SIGN_RESPONSE)?;
    let mut blob = take_string(&mut rest).ok_or_else(malformed)?;
    let kind = take_string(&mut blob).ok_or_else(malformed)?;
    let bytes = take_string(&mut blob).and_then(|bytes| bytes.try_into().ok()).ok_or_else(malformed)?;
    let token = match key.application() {
        None if blob.is_empty() => None,
        Some(_) => Some(blob.try_into().map_err(|_| malformed())?),
        None => return Err(malformed()),
    };
    if kind == key.kind().as_bytes() && rest.is_empty() { Ok(Signature { bytes, token }) } else { Err(malformed()) }
}

/// What follows the first byte of an answer, which must be `kind`.
fn answer(body: &[u8], kind: u8) -> Result<&[u8], AgentFault> {
    match body.split_first() {
        Some((&first, rest)) if first == kind => Ok(rest),
        // whatever follows it says nothing more
        Some((&FAILURE, _)) => Err(AgentFault::Refused),
        _ => Err(AgentFault::Malformed(Detail::AgentOtherAnswer)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;

    fn key() -> PublicKey {
        SigningKey::from_seed(&[1; 32]).public()
    }

    fn token() -> PublicKey {
        PublicKey::fido(*key().point(), "ssh:").unwrap()
    }

    fn list(count: u32, entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = vec![IDENTITIES_ANSWER];
        body.extend(count.to_be_bytes());
        for (blob, comment) in entries {
            put_string(&mut body, blob);
            put_string(&mut body, comment);
        }
        body
    }

    fn response(kind: &str, bytes: &[u8], after: &[u8]) -> Vec<u8> {
        let mut blob = Vec::new();
        put_string(&mut blob, kind.as_bytes());
        put_string(&mut blob, bytes);
        blob.extend(after);
        let mut body = vec![SIGN_RESPONSE];
        put_string(&mut body, &blob);
        body
    }

    #[test]
    fn questions_are_written_as_the_protocol_has_them() {
        assert_eq!(request_keys(), [0, 0, 0, 1, 11]);
        let asked = request_signature(&key(), b"abc");
        assert_eq!(asked.len(), 4 + 1 + (4 + 51) + (4 + 3) + 4);
        assert_eq!(asked[..9], [0, 0, 0, 67, 13, 0, 0, 0, 51]);
        assert_eq!(asked[60..], [0, 0, 0, 3, b'a', b'b', b'c', 0, 0, 0, 0]);
    }

    #[test]
    fn only_keys_that_may_sign_are_taken_from_a_list() {
        let mut rsa = Vec::new();
        put_string(&mut rsa, b"ssh-rsa");
        put_string(&mut rsa, &[1; 256]);
        let weak = {
            let mut blob = Vec::new();
            put_string(&mut blob, b"ssh-ed25519");
            put_string(&mut blob, &[0; 32]);
            blob
        };
        let longer = [key().blob(), vec![0]].concat();
        let (good, token) = (key().blob(), token());
        let body =
            list(6, &[(&rsa, b"rsa"), (&good, b"one"), (&weak, b"weak"), (&longer, b""), (&token.blob(), b"\xff"), (b"", b"")]);
        assert_eq!(keys(&body), Ok(vec![(key(), "one".into()), (token, "\u{fffd}".into())]));
        assert_eq!(keys(&list(0, &[])), Ok(Vec::new()));
    }

    #[test]
    fn a_list_that_is_cut_longer_or_counts_wrongly_gives_no_key() {
        let good = key().blob();
        let body = list(1, &[(&good, b"one")]);
        assert!(keys(&body).is_ok());
        for end in 0..body.len() {
            assert!(matches!(keys(&body[..end]), Err(AgentFault::Malformed(_))), "{end}");
        }
        let longer = [body, vec![0]].concat();
        for bad in [longer, list(2, &[(&good, b"")]), list(0, &[(&good, b"")]), list(1001, &[]), list(u32::MAX, &[])] {
            assert!(matches!(keys(&bad), Err(AgentFault::Malformed(_))), "{bad:?}");
        }
        let many = vec![(&good[..], &b""[..]); 1000];
        assert_eq!(keys(&list(1000, &many)).map(|keys| keys.len()), Ok(1000));
        assert_eq!(keys(&[FAILURE]), Err(AgentFault::Refused));
        assert!(matches!(keys(&response("ssh-ed25519", &[1; 64], b"")), Err(AgentFault::Malformed(_))));
    }

    #[test]
    fn a_signature_has_the_form_of_its_key_to_the_last_byte() {
        let (plain, fido) = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com");
        let after = [1, 0, 0, 0, 7];
        for (key, kind, after, form) in [(key(), plain, &[][..], None), (token(), fido, &after, Some(after))] {
            let body = response(kind, &[9; 64], after);
            assert_eq!(signature(&key, &body), Ok(Signature { bytes: [9; 64], token: form }));
            for end in 0..body.len() {
                assert!(matches!(signature(&key, &body[..end]), Err(AgentFault::Malformed(_))), "{kind} {end}");
            }
            let other = if kind == plain { fido } else { plain };
            let too_much = [after, &[0]].concat();
            for bad in [
                [body, vec![0]].concat(),
                response(kind, &[9; 63], after),
                response(kind, &[9; 65], after),
                response(kind, &[9; 64], &too_much),
                response(other, &[9; 64], after),
            ] {
                assert!(matches!(signature(&key, &bad), Err(AgentFault::Malformed(_))), "{kind} {bad:?}");
            }
            assert_eq!(signature(&key, &[FAILURE]), Err(AgentFault::Refused));
        }
        assert!(signature(&key(), &response(plain, &[9; 64], &after)).is_err());
        assert!(signature(&token(), &response(fido, &[9; 64], &[])).is_err());
    }

    #[test]
    fn a_length_is_checked_before_anything_is_read_for_it() {
        assert_eq!(body_length([0, 0, 0, 1]), Ok(1));
        assert_eq!(body_length([0, 4, 0, 0]), Ok(256 << 10));
        for bad in [[0; 4], [0, 4, 0, 1], [0xff; 4]] {
            assert!(matches!(body_length(bad), Err(AgentFault::Malformed(_))), "{bad:?}");
        }
    }
}

//! The hybrid recipient `mlkem768x25519` (C2SP age), to be deleted when the age crate ships its own: the file key is sealed by
//! HPKE (RFC 9180, base mode, HKDF-SHA256, ChaCha20-Poly1305) under the KEM MLKEM768-X25519, also known as X-Wing. Whoever
//! wants the file key must break both ML-KEM-768 and X25519.

use std::collections::HashSet;
use std::fmt;

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use data_encoding::BASE64_NOPAD;
use hkdf::Hkdf;
use ml_kem::kem::Decapsulate;
use ml_kem::{EncapsulateDeterministic, Encoded, EncodedSizeUser, KemCore, MlKem768, SharedKey};
use ring::rand::{SecureRandom, SystemRandom};
use sha2_for_age::Sha256;
use sha3::digest::{ExtendableOutput, Update, XofReader};
use sha3::{Digest, Sha3_256, Shake256};
use x25519_dalek::{PublicKey as Point, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

use super::super::scrub::{DEEP, scrubbed};
use super::stream::Cipher;
use crate::base::detail::Detail;
use crate::format::bech32;

/// What the stanza is called.
const TAG: &str = "mlkem768x25519";
const RECIPIENT: &str = "age1pq";
const IDENTITY: &str = "age-secret-key-pq-";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
/// KEM 0x647a, KDF 0x0001, AEAD 0x0003.
const SUITE: &[u8] = b"HPKE\x64\x7a\x00\x01\x00\x03";
const COMBINER: &[u8] = b"\\.//^\\";
/// Bytes of an ML-KEM-768 encapsulation key.
const KEY: usize = 1184;
/// Bytes of an ML-KEM-768 ciphertext.
const CIPHERTEXT: usize = 1088;
/// Bytes of a sealed file key: the key and its tag.
const BODY: usize = 32;

type EncapsulationKey = <MlKem768 as KemCore>::EncapsulationKey;
type DecapsulationKey = <MlKem768 as KemCore>::DecapsulationKey;

/// The public half: an ML-KEM-768 encapsulation key and an X25519 point, 1,216 bytes.
#[derive(Clone)]
pub struct HybridRecipient {
    key: EncapsulationKey,
    point: Point,
}

/// The private half: a seed of 32 bytes, from which everything follows.
#[derive(Clone)]
pub struct HybridIdentity {
    seed: Zeroizing<[u8; 32]>,
}

impl HybridIdentity {
    /// Takes a seed that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        HybridIdentity { seed: Zeroizing::new(*seed) }
    }

    /// Reads `AGE-SECRET-KEY-PQ-1…`.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, bytes) = bech32::decode(text).filter(|(human, _)| human == IDENTITY)?;
        Some(HybridIdentity { seed: Zeroizing::new(bytes.as_slice().try_into().ok()?) })
    }

    /// `AGE-SECRET-KEY-PQ-1…`.
    pub fn text(&self) -> Zeroizing<String> {
        let mut lower = Zeroizing::new(bech32::encode(IDENTITY, &*self.seed));
        lower.make_ascii_uppercase();
        lower
    }

    /// The public half.
    pub fn recipient(&self) -> HybridRecipient {
        let (_, key, secret) = scrubbed::<DEEP, _>(|| self.expand());
        HybridRecipient { key, point: Point::from(&secret) }
    }

    fn expand(&self) -> (DecapsulationKey, EncapsulationKey, StaticSecret) {
        let mut reader = Shake256::default().chain(*self.seed).finalize_xof();
        let (mut d, mut z, mut secret) = ([0; 32], [0; 32], [0; 32]);
        [&mut d, &mut z, &mut secret].into_iter().for_each(|part| reader.read(part));
        let (decapsulation, encapsulation) = MlKem768::generate_deterministic(&d.into(), &z.into());
        let expanded = (decapsulation, encapsulation, StaticSecret::from(secret));
        [&mut d, &mut z, &mut secret].into_iter().for_each(|part| part.zeroize());
        expanded
    }

    /// Opens one stanza: `None` if it is for somebody else, an error if it is malformed.
    fn open(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        let malformed = || Some(Err(age::DecryptError::InvalidHeader));
        let [argument] = stanza.args.as_slice() else { return malformed() };
        let Ok(encapsulated) = BASE64_NOPAD.decode(argument.as_bytes()) else { return malformed() };
        if encapsulated.len() != CIPHERTEXT + 32 || stanza.body.len() != BODY {
            return malformed();
        }
        let (ciphertext, share) = encapsulated.split_at(CIPHERTEXT);
        let (decapsulation, _, secret) = self.expand();
        let (Ok(ciphertext), Ok(share)) = (ml_kem::Ciphertext::<MlKem768>::try_from(ciphertext), <[u8; 32]>::try_from(share))
        else {
            return malformed();
        };
        let Ok(lattice) = decapsulation.decapsulate(&ciphertext).map(Wiped) else { return malformed() };
        let Some(shared) = combine(lattice.0.as_slice(), &secret, &Point::from(share), &share, Point::from(&secret).as_bytes())
        else {
            return malformed();
        };
        let (key, nonce) = schedule(&shared)?;
        let mut body = Zeroizing::new(stanza.body.clone());
        let length = Cipher::new(&key).decrypt(nonce, &mut body)?;
        Some(FileKey::try_init_with_mut(|file_key| {
            body.get(..length)
                .unwrap_or_default()
                .try_into()
                .map(|bytes| *file_key = bytes)
                .map_err(|_| age::DecryptError::InvalidHeader)
        }))
    }
}

impl age::Identity for HybridIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        scrubbed::<DEEP, _>(|| self.open(stanza))
    }
}

impl HybridRecipient {
    /// Reads `age1pq1…`, in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, bytes) = bech32::decode(text).filter(|(human, _)| human == RECIPIENT)?;
        let (key, point) = bytes.split_at_checked(KEY)?;
        let (encoded, point) = (Encoded::<EncapsulationKey>::try_from(key).ok()?, <[u8; 32]>::try_from(point).ok()?);
        let key = EncapsulationKey::from_bytes(&encoded);
        // a number that is too large comes back reduced: such a key would have a second encoding
        (key.as_bytes() == encoded && agrees(&point)).then(|| HybridRecipient { key, point: Point::from(point) })
    }

    /// Seals a file key; `random` is 64 bytes that nobody can guess, used only once.
    fn seal(&self, file_key: &[u8], random: &[u8; 64]) -> Option<Stanza> {
        let (message, ephemeral) = random.split_first_chunk::<32>()?;
        let (ciphertext, lattice) = self.key.encapsulate_deterministic(&(*message).into()).ok()?;
        let lattice = Wiped(lattice);
        let ephemeral = StaticSecret::from(<[u8; 32]>::try_from(ephemeral).ok()?);
        let share = Point::from(&ephemeral).to_bytes();
        let shared = combine(lattice.0.as_slice(), &ephemeral, &self.point, &share, self.point.as_bytes());
        let (key, nonce) = schedule(&*shared?)?;
        let mut body = Vec::with_capacity(BODY);
        body.extend_from_slice(file_key);
        Cipher::new(&key).encrypt(nonce, &mut body)?;
        let argument = BASE64_NOPAD.encode(&[ciphertext.as_slice(), &share].concat());
        Some(Stanza { tag: TAG.into(), args: vec![argument], body })
    }
}

impl fmt::Display for HybridRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(RECIPIENT, &[self.key.as_bytes().as_slice(), self.point.as_bytes()].concat()))
    }
}

impl age::Recipient for HybridRecipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let mut random = Zeroizing::new([0; 64]);
        let unlucky = || age::EncryptError::Io(std::io::Error::other(Detail::NoRandomNumbers));
        SystemRandom::new().fill(&mut *random).map_err(|_| unlucky())?;
        let stanza = scrubbed::<DEEP, _>(|| self.seal(file_key.expose_secret(), &random));
        let low_order = || age::EncryptError::Io(std::io::Error::other(Detail::LowOrder));
        // the label keeps age from mixing it with recipients that a quantum computer can break
        Ok((vec![stanza.ok_or_else(low_order)?], HashSet::from(["postquantum".to_string()])))
    }
}

/// The secret of ML-KEM, wiped however its work ends.
struct Wiped(SharedKey<MlKem768>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

/// True if a secret can be agreed on with this point; false for a point of low order.
pub(super) fn agrees(point: &[u8; 32]) -> bool {
    StaticSecret::from([1; 32]).diffie_hellman(&Point::from(*point)).was_contributory()
}

/// The shared secret of both halves; `None` if that of X25519 is zero, as a point of low order makes it.
fn combine(
    lattice: &[u8],
    secret: &StaticSecret,
    theirs: &Point,
    share: &[u8; 32],
    recipient: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let agreed = secret.diffie_hellman(theirs);
    if !agreed.was_contributory() {
        return None;
    }
    let hash = Digest::chain_update(Sha3_256::new(), lattice).chain_update(agreed.as_bytes()).chain_update(share);
    Some(Zeroizing::new(hash.chain_update(recipient).chain_update(COMBINER).finalize().into()))
}

/// Key and nonce of the one message (RFC 9180, section 5.1, base mode, sequence number 0).
fn schedule(shared: &[u8; 32]) -> Option<(Zeroizing<[u8; 32]>, [u8; 12])> {
    let hash = |label: &[u8], input: &[u8]| Hkdf::<Sha256>::extract(None, &[b"HPKE-v1", SUITE, label, input].concat()).0;
    let context = [&[0u8][..], &hash(b"psk_id_hash", b""), &hash(b"info_hash", INFO)].concat();
    let secret = Hkdf::<Sha256>::new(Some(shared), &[b"HPKE-v1", SUITE, b"secret"].concat());
    let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; 12]);
    let info = |length: u16, label: &[u8]| [&length.to_be_bytes()[..], b"HPKE-v1", SUITE, label, &context].concat();
    secret.expand(&info(32, b"key"), &mut *key).ok()?;
    secret.expand(&info(12, b"base_nonce"), &mut nonce).ok()?;
    Some((key, nonce))
}

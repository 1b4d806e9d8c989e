//! Keys under which anybody can sign, and signatures that lax verifiers take for good ones (RFC 8032, section 5.1.7; Chalkias
//! and others, Taming the many EdDSAs).

use std::ops::{Add, Mul};

use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha512};

use super::sshsig::{Sig, Signer, key_blob, key_line, signed_bytes};
use super::text::sha256;

/// The neutral element: of order 1, and its own signatures' R.
pub const IDENTITY: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 1;
    point
};

/// Points of small order, and non-canonical encodings of them.
pub const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// A line that names a point as an SSH key, whatever the point is.
pub fn line_of(point: &[u8]) -> String {
    key_line("ssh-ed25519", &key_blob("ssh-ed25519", point, None))
}

/// A signature over `message` that holds under the identity point for verifiers that do not refuse it.
pub fn signed_by_identity(namespace: &str, message: &[u8]) -> Sig {
    let nonce = SigningKey::from_bytes(&sha256(b"nonce"));
    let signature = [nonce.verifying_key().to_bytes(), nonce.to_scalar().to_bytes()].concat();
    Sig { key: key_blob("ssh-ed25519", &IDENTITY, None), signature, ..Signer::new(0).sign(namespace, message) }
}

/// The signer's key plus the point of order 2, (0, -1): the same point with both coordinates negated.
pub fn torsioned_point(signer: &Signer) -> [u8; 32] {
    let mut point = signer.point();
    let sign = point[31] & 0x80;
    point[31] &= 0x7f;
    // p - y, p = 2^255 - 19
    let mut p = [0xffu8; 32];
    (p[0], p[31]) = (0xed, 0x7f);
    let mut borrow = 0i16;
    for at in 0..32 {
        let difference = i16::from(p[at]) - i16::from(point[at]) - borrow;
        borrow = i16::from(difference < 0);
        point[at] = difference.rem_euclid(256) as u8;
    }
    point[31] |= sign ^ 0x80;
    point
}

/// A signature over `message` that holds under [`torsioned_point`] for verifiers that do not refuse such keys.
pub fn signed_by_torsioned(signer: &Signer, namespace: &str, message: &[u8]) -> Sig {
    let point = torsioned_point(signer);
    let secret = SigningKey::from_bytes(signer.seed()).to_scalar();
    let signed = signed_bytes(namespace, b"", "sha512", &Sha512::digest(message));
    // the torsion vanishes where the challenge is even
    let signature = (0u8..=255).find_map(|number| {
        let nonce = SigningKey::from_bytes(&sha256(&[b'n', number]));
        let r = nonce.verifying_key().to_bytes();
        let challenge = reduced(secret, &Sha512::digest([&r[..], &point, &signed].concat()));
        let even = challenge.to_bytes()[0] & 1 == 0;
        even.then(|| [r, (nonce.to_scalar() + challenge * secret).to_bytes()].concat())
    });
    Sig { key: key_blob("ssh-ed25519", &point, None), signature: signature.unwrap(), ..signer.sign(namespace, message) }
}

/// The signer's own signature with the neutral element as R: the equation holds, and R is of small order.
pub fn signed_with_small_r(signer: &Signer, namespace: &str, message: &[u8]) -> Sig {
    let secret = SigningKey::from_bytes(signer.seed()).to_scalar();
    let signed = signed_bytes(namespace, b"", "sha512", &Sha512::digest(message));
    let challenge = reduced(secret, &Sha512::digest([&IDENTITY[..], &signer.point(), &signed].concat()));
    let signature = [IDENTITY, (challenge * secret).to_bytes()].concat();
    Sig { signature, ..signer.sign(namespace, message) }
}

/// The signer's own signature with a point of order 2 added to R: it holds only for verifiers that multiply by the cofactor.
pub fn signed_with_torsioned_r(signer: &Signer, namespace: &str, message: &[u8]) -> Sig {
    let secret = SigningKey::from_bytes(signer.seed()).to_scalar();
    let signed = signed_bytes(namespace, b"", "sha512", &Sha512::digest(message));
    let nonce = Signer::new(77);
    let r = torsioned_point(&nonce);
    let challenge = reduced(secret, &Sha512::digest([&r[..], &signer.point(), &signed].concat()));
    let s = SigningKey::from_bytes(nonce.seed()).to_scalar() + challenge * secret;
    Sig { signature: [r, s.to_bytes()].concat(), ..signer.sign(namespace, message) }
}

/// The same signature with L added to S, which old verifiers take.
pub fn with_s_plus_l(sig: &Sig) -> Sig {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut changed = sig.clone();
    let mut carry = 0u16;
    for (at, byte) in L.into_iter().enumerate() {
        let sum = u16::from(changed.signature[32 + at]) + u16::from(byte) + carry;
        changed.signature[32 + at] = sum as u8;
        carry = sum >> 8;
    }
    changed
}

/// 64 little-endian bytes modulo L, in the scalar type of `like`.
fn reduced<S: Copy + From<u128> + Add<Output = S> + Mul<Output = S>>(_like: S, bytes: &[u8]) -> S {
    bytes.rchunks(8).fold(S::from(0), |sum, limb| {
        let limb = limb.iter().rev().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        sum * S::from(1 << 64) + S::from(limb)
    })
}

//! Bech32 (BIP 173) as age uses it: without the limit on length.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Checksum, Hrp};
use zeroize::Zeroizing;

use crate::base::limits;

/// BIP 173's checksum, for texts of any length that is accepted here.
struct AgeBech32;

impl Checksum for AgeBech32 {
    type MidstateRepr = <bech32::Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <bech32::Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = bech32::Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = bech32::Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = limits::RECIPIENT;
    const CHECKSUM_LENGTH: usize = bech32::Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = bech32::Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = bech32::Bech32::TARGET_RESIDUE;
}

/// The human part in lower case, and the bytes, wiped when dropped; `None` if the text is not Bech32 or its checksum is wrong.
pub fn decode(text: &str) -> Option<(String, Zeroizing<Vec<u8>>)> {
    let checked = CheckedHrpstring::new::<AgeBech32>(text).ok()?;
    // room for all of it from the start: a buffer that grows leaves copies of a secret behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(checked.byte_iter());
    Some((checked.hrp().to_lowercase(), bytes))
}

/// The lower-case text; empty if the human part is not allowed or there are more bytes than a text can hold.
pub fn encode(human: &str, bytes: &[u8]) -> String {
    let human = Hrp::parse(human).ok();
    let mut text = String::with_capacity(bytes.len() * 2 + limits::ARMOR_LINE);
    let written = human.and_then(|human| bech32::encode_lower_to_fmt::<AgeBech32, _>(&mut text, human, bytes).ok());
    written.map_or(String::new(), |()| text)
}

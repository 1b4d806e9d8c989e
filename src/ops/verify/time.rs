//! Since when is it so?

use super::evidence::Token;
use super::found::Found;
use crate::bundle::model::Bundle;
use crate::report::model::{NotChecked, Who};
use crate::report::verdict::Time;

/// What the signer's clock said, where somebody signed it; no token can prove more yet.
pub(super) fn answer(bundle: &Bundle, signer: Option<&Who>, tokens: &[Token]) -> (Time, Found) {
    let mut found = Found::default();
    if bundle.seal.manifest.is_some() && tokens.is_empty() {
        found.not_checked.push(NotChecked::Time);
    }
    (if signer.is_some() { Time::Claimed } else { Time::Unread }, found)
}

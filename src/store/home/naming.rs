//! What people are called. Names are for people, so two that differ only in case or in how letters are composed are one name; a
//! key can be called by its fingerprint too, and no name may look like one.

use unicode_normalization::UnicodeNormalization;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::{limits, text};
use crate::crypto::key::PublicKey;

/// What principals in an `allowed_signers` file begin with.
pub(super) const PRINCIPAL: &str = "sealbag-";

/// A list in which names may be taken.
pub trait Names {
    /// The one that has this name, or a name that people would take for it: its name and its key.
    fn of_name(&self, name: &str) -> Option<(&str, &PublicKey)>;
}

/// True if people would take the two names for one.
pub(super) fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// True if `called` is the fingerprint of `key`: `SHA256:…`, or its first 16 hex digits with or without `sealbag-`.
pub(super) fn is_fingerprint_of(called: &str, key: &PublicKey) -> bool {
    let fingerprint = key.fingerprint();
    called == fingerprint.to_string() || called.strip_prefix(PRINCIPAL).unwrap_or(called) == fingerprint.short()
}

/// Refuses a name that nobody can have.
pub(super) fn check(name: &str) -> Result<()> {
    let refuse = |trouble: Detail| Err(Error::new(code::USAGE, name, trouble).hint(Hint::OtherName));
    if name.trim().is_empty() || name.len() > limits::NAME {
        return refuse(Detail::NameLength { most: limits::NAME as u64 });
    }
    let seen: String = name.nfkc().collect();
    let digits = seen.strip_prefix(PRINCIPAL).unwrap_or(&seen);
    let hex = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if hex || seen.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("SHA256:")) {
        return refuse(Detail::NameLikeFingerprint);
    }
    Ok(())
}

/// Refuses a name that would be shown with escapes: people could not see or type it.
pub(super) fn check_seen(name: &str) -> Result<()> {
    check(name)?;
    let mut before = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let lone = text::is_joiner(c) && !text::joins(before, rest.peek().copied());
        if text::is_unseen(c) || lone || text::is_blank(c, before) {
            return Err(Error::new(code::USAGE, name, Detail::NameUnseen).hint(Hint::TypeNameAgain));
        }
        before = Some(c);
    }
    if name.trim() != name {
        return Err(Error::new(code::USAGE, name, Detail::NameWhiteSpace).hint(Hint::TypeNameAgain));
    }
    Ok(())
}

fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    unicase::UniCase::unicode(words.join(" ")).to_folded_case().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_people_is_one_name() {
        assert!(same("Amina", "AMINA"));
        assert!(same("Jos\u{e9}", "JOSE\u{301}"));
        assert!(same(" Amina  O.", "amina o."));
        assert!(!same("Amina", "Аmina"), "the second begins with a Cyrillic letter");
    }

    #[test]
    fn no_name_looks_like_a_fingerprint() {
        for name in ["", " ", "sha256:x", "0123456789abcdef", "sealbag-0123456789ABCDEF", &"x".repeat(257), "ＳＨＡ２５６：x"]
        {
            assert!(check(name).is_err(), "{name}");
        }
        for name in ["a\u{202e}b", "a\nb", "a\u{200d}b", " a", "a\u{a0}", "\u{2800}", "a\u{fe0f}", "\u{3164}"] {
            assert!(check(name).is_ok() && check_seen(name).is_err(), "{name:?}");
        }
        assert!(check_seen("می\u{200c}خواهم").is_ok());
    }
}

//! Unicode normal forms (format, section 8), pinned to one version: what two programs take for the same name must not depend on
//! how new their tables are.

use std::cmp::Ordering::{Equal, Greater, Less};

use unicode_normalization::UnicodeNormalization;

/// Code points that got a decomposition or a combining class, or became part of a decomposition, after Unicode 14.0.0, up to the
/// tables of this program. They stay as they are.
const LATER: [(u32, u32); 38] = [
    (0x5C8, 0x5C9),
    (0x897, 0x897),
    (0x1ACF, 0x1AF0),
    (0x105C9, 0x105C9),
    (0x105D2, 0x105D2),
    (0x105DA, 0x105DA),
    (0x105E4, 0x105E4),
    (0x10D69, 0x10D6D),
    (0x10ECB, 0x10ECF),
    (0x10EF0, 0x10EFB),
    (0x10EFD, 0x10EFF),
    (0x11382, 0x11385),
    (0x1138B, 0x1138B),
    (0x1138E, 0x1138E),
    (0x11390, 0x11391),
    (0x113B8, 0x113B8),
    (0x113BB, 0x113BB),
    (0x113C2, 0x113C2),
    (0x113C5, 0x113C5),
    (0x113C7, 0x113C9),
    (0x113CE, 0x113D0),
    (0x11F41, 0x11F42),
    (0x1611E, 0x16129),
    (0x1612F, 0x1612F),
    (0x16D63, 0x16D63),
    (0x16D67, 0x16D6A),
    (0x1D127, 0x1D128),
    (0x1D250, 0x1D252),
    (0x1D25B, 0x1D25C),
    (0x1D25F, 0x1D25F),
    (0x1D280, 0x1D281),
    (0x1E08F, 0x1E08F),
    (0x1E4EC, 0x1E4EF),
    (0x1E5EE, 0x1E5EF),
    (0x1E6E3, 0x1E6E3),
    (0x1E6E6, 0x1E6E6),
    (0x1E6EE, 0x1E6EF),
    (0x1E6F5, 0x1E6F5),
];

fn is_later(c: char) -> bool {
    let code = u32::from(c);
    LATER
        .binary_search_by(|(first, last)| {
            if *last < code {
                Less
            } else if *first > code {
                Greater
            } else {
                Equal
            }
        })
        .is_ok()
}

/// Normal form C.
pub(crate) fn nfc(text: &str) -> String {
    each_run(text, |run| run.nfc().collect())
}

/// Normal form D.
pub(crate) fn nfd(text: &str) -> String {
    each_run(text, |run| run.nfd().collect())
}

/// A code point that stays as it is neither changes its neighbours nor lets them change each other, so what lies between two of
/// them is normalised by itself.
fn each_run(text: &str, form: impl Fn(&str) -> String) -> String {
    text.split_inclusive(is_later).fold(String::with_capacity(text.len()), |mut out, part| {
        let run = part.trim_end_matches(is_later);
        out.push_str(&form(run));
        out.push_str(part.get(run.len()..).unwrap_or_default());
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reaches_to_the_tables_of_this_program() {
        // newer tables: LATER wants the code points that they add
        assert_eq!(unicode_normalization::UNICODE_VERSION, (18, 0, 0));
        assert!(LATER.is_sorted_by(|one, next| one.1 < next.0) && LATER.iter().all(|(first, last)| first <= last));
    }

    #[test]
    fn what_came_after_14_0_0_stays_as_it_is() {
        assert_eq!(nfd("é\u{105c9}é"), "e\u{301}\u{105c9}e\u{301}");
        assert_eq!(nfd("\u{16d68}"), "\u{16d68}");
        assert_eq!(nfc("e\u{301}\u{105d2}\u{307}"), "é\u{105d2}\u{307}");
        // a combining mark of Unicode 16 is no mark, so what stands on its two sides keeps its order
        assert_eq!(nfc("a\u{301}\u{10d69}\u{323}"), "á\u{10d69}\u{323}");
        assert_eq!(nfd("한"), "\u{1112}\u{1161}\u{11ab}");
    }
}

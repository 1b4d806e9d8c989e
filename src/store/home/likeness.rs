//! Names that people would take for one another: compared by the skeletons of UTS #39, after everything that cannot be seen is
//! dropped and width and case are folded.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::base::text;

/// True if people would take the two names for one when they read them.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (Likeness::of(one), Likeness::of(other));
    one.as_written == other.as_written || one.folded == other.folded || one.across_scripts == other.across_scripts
}

/// Three ways to look at a name. A capital may look like another letter than its small form does, so one is not enough.
struct Likeness {
    /// The skeleton of what is written.
    as_written: String,
    /// The skeleton without regard to case.
    folded: String,
    /// The same after everything beyond ASCII has become what it looks like: capitals of other scripts, which fold to letters
    /// that look different.
    across_scripts: String,
}

impl Likeness {
    fn of(name: &str) -> Self {
        let seen: String = name.chars().filter(|c| !is_dropped(*c)).nfkc().collect();
        let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain: String = seen.chars().flat_map(plain).collect();
        Likeness {
            as_written: skeleton(&seen).collect(),
            folded: skeleton(&folded(&seen)).collect(),
            across_scripts: skeleton(&folded(&plain)).collect(),
        }
    }
}

fn plain(c: char) -> Vec<char> {
    if c.is_ascii() { vec![c] } else { skeleton(c.encode_utf8(&mut [0; 4])).collect() }
}

fn folded(name: &str) -> String {
    unicase::UniCase::unicode(name).to_folded_case().nfkc().collect()
}

fn is_dropped(c: char) -> bool {
    // white space that controls make is white space
    !c.is_whitespace() && (text::is_unseen(c) || text::is_joiner(c) || text::is_blank(c, None))
}

/// The scripts of a name whose letters cannot all belong to one way of writing (UTS #39, section 5.1); empty for a name whose
/// letters can. Japanese and Korean, which use several scripts together, are one way of writing each.
pub fn mixed_scripts(name: &str) -> Vec<&'static str> {
    let mut scripts = Vec::new();
    if !name.is_single_script() {
        let own = name.chars().map(|c| c.script()).filter(|script| !matches!(script, Script::Common | Script::Inherited));
        for script in own.map(|script| script.full_name()) {
            if !scripts.contains(&script) {
                scripts.push(script);
            }
        }
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People who may all be contacts of one reader.
    const HONEST: [&str; 36] = [
        "Bela",
        "Béla",
        "Bella",
        "Ian",
        "Lan",
        "Ida",
        "Anna",
        "Hanna",
        "Amina",
        "Amina O.",
        "Jose",
        "José",
        "Ольга",
        "Олена",
        "Иван",
        "Іван",
        "Вера",
        "Василь",
        "محمد",
        "محمود",
        "فاطمة",
        "علی",
        "王伟",
        "王芳",
        "李娜",
        "山田太郎",
        "ヤマダ タロウ",
        "高橋めぐみ",
        "김민준",
        "김민지",
        "Hồng",
        "Hông",
        "Hưng",
        "Nguyễn Văn An",
        "Nguyễn Vân An",
        "Đặng",
    ];

    #[test]
    fn names_that_look_alike_are_found() {
        let twins = [
            ("Bela", "Веlа"),
            ("Bela", "ВЕLА"),
            ("Bela", "BELA"),
            ("Bela", "Bela "),
            ("Bela", "Ｂela"),
            ("Bela", "Be\u{200d}la"),
            ("Bela", "Be\u{ad}la"),
            ("Bela", "𝐁𝐞𝐥𝐚"),
            ("Bela", "Be1a"),
            ("Bela", "Bela\u{2800}"),
            ("Bela", "Bela\u{fe0f}"),
            ("Amina O.", "Amina\u{a0}\u{2003}O."),
            ("Amina O.", "Αmina Ο."),
            ("Ian", "Іan"),
            ("Ian", "lan"),
            ("Иван", "Ивaн"),
            ("Jos\u{e9}", "JOSE\u{301}"),
            ("ロボ", "口ボ"),
            ("Desk 10", "Desk lO"),
            ("Amelia", "Arnelia"),
        ];
        for (one, other) in twins {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
    }

    #[test]
    fn honest_names_are_never_taken_for_one_another_or_for_mixed() {
        for (at, one) in HONEST.iter().enumerate() {
            assert!(alike(one, one));
            assert!(mixed_scripts(one).is_empty(), "{one}");
            for other in HONEST.iter().skip(at + 1) {
                assert!(!alike(one, other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_name_of_several_scripts_is_told_and_spelled() {
        assert_eq!(mixed_scripts("Веlа"), ["Cyrillic", "Latin"]);
        assert_eq!(mixed_scripts("Amina Ωmega"), ["Latin", "Greek"]);
    }
}

//! How many guesses a passphrase withstands, and passphrases that withstand enough.

use diceware_wordlists::EFF_LONG_WORDLIST;
use sealbag::base::error::{Error, Result};
use sealbag::base::{code, text};
use zeroize::Zeroizing;
use zxcvbn::zxcvbn;

use super::context::Context;
use super::passphrase_file::Passphrase;

/// A passphrase must withstand 10^12 guesses. A guess costs a tenth of a second for the half that signs and about a second for a
/// bundle or the half that opens, on one processor, so 10,000 processors need four months for the cheaper of the two, and ten
/// times as long for each further random digit. A stronger one is better, but what nobody remembers is written on a note.
const ENOUGH: f64 = 12.0;

/// Only the beginning is looked at, in characters: the time grows faster than the length, and what is strong in its beginning is strong.
const LOOKED_AT: usize = 64;

/// Words in a passphrase that is made: 77 bits, more than any computer can go through.
const WORDS: usize = 6;

/// About how many guesses find the passphrase, in words, if that is too few; `about` is what a guesser knows beside it.
pub fn weak(passphrase: &str, about: &str) -> Option<String> {
    let beginning: Zeroizing<String> = Zeroizing::new(passphrase.chars().take(LOOKED_AT).collect());
    let guesses = zxcvbn(&beginning, &[about, "sealbag"]).guesses_log10();
    (guesses < ENOUGH).then(|| tries(guesses))
}

fn tries(log10: f64) -> String {
    const UNITS: [(&str, f64); 3] = [("billion", 9.0), ("million", 6.0), ("thousand", 3.0)];
    match UNITS.iter().find(|(_, power)| log10 >= *power) {
        Some((unit, power)) => format!("{:.0} {unit} guesses", 10f64.powf(log10 - power).max(1.0)),
        None => text::plural(10f64.powf(log10).round().max(1.0) as u64, "guess", "guesses"),
    }
}

/// The error for a weak passphrase; `thing` is where it came from, `whose` what it is for.
pub fn refused(thing: &str, whose: &str, tries: &str) -> Error {
    Error::new(code::PASSPHRASE_WEAK, thing, format!("{whose} is too easy to guess: about {tries} find it"))
}

/// A new passphrase of words, drawn by the operating system from the long list of the EFF.
pub fn words(context: &Context) -> Result<Passphrase> {
    let mut made = Zeroizing::new(String::with_capacity(WORDS * 12));
    let mut left = WORDS;
    while left > 0 {
        let drawn = usize::from(u16::from_le_bytes(context.random()?));
        // what lies beyond the last whole multiple would make the first words likelier
        let whole = (usize::from(u16::MAX) + 1) / EFF_LONG_WORDLIST.len() * EFF_LONG_WORDLIST.len();
        let Some(word) = EFF_LONG_WORDLIST.get(drawn % EFF_LONG_WORDLIST.len()).filter(|_| drawn < whole) else { continue };
        if !made.is_empty() {
            made.push(' ');
        }
        made.push_str(word);
        left -= 1;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::cli::context::Flags;

    #[test]
    fn what_people_choose_in_a_hurry_is_weak_and_a_sentence_of_their_own_is_not() {
        for (passphrase, told) in [
            ("abc", "guesses"),
            ("password1", "guesses"),
            ("Tr0ub4dor&3", "100 billion guesses"),
            ("correct horse", "million guesses"),
            ("Amina2026", "guesses"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "guesses"),
            ("2018-03-01", "guesses"),
        ] {
            let tries = weak(passphrase, "Amina").unwrap_or_default();
            assert!(tries.ends_with(told), "{passphrase}: {tries}");
        }
        for passphrase in ["the heron at noon", "seven green doors", "kT9#mQ2vLw4xB", "\u{43c}ама мыла синюю раму"]
        {
            assert_eq!(weak(passphrase, "Amina"), None, "{passphrase}");
        }
    }

    #[test]
    fn a_passphrase_of_any_length_is_looked_at_within_a_second() {
        for unit in ["x", "1aA@4", "p4ssw0rd$!@3", "\u{6f22}"] {
            let long = unit.repeat(4096 / unit.len());
            let started = Instant::now();
            let _ = weak(&long, "Amina");
            assert!(started.elapsed() < Duration::from_secs(2), "{unit}: {:?}", started.elapsed());
        }
    }

    #[test]
    fn a_passphrase_that_is_made_has_six_words_of_the_list_and_is_never_weak() {
        let context = Context::new(Flags::default());
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let made = words(&context).unwrap();
            let words: Vec<&str> = made.split(' ').collect();
            assert!(words.len() == 6 && words.iter().all(|word| EFF_LONG_WORDLIST.contains(word)), "{words:?}");
            seen.extend(words.into_iter().map(str::to_owned));
            assert_eq!(weak(&made, "Amina"), None, "{}", *made);
        }
        // 1,200 draws of 7,776: that fewer than 1,000 differ does not happen by chance
        assert!(seen.len() > 1000, "{}", seen.len());
    }
}

//! Times of certificates and tokens: UTCTime and GeneralizedTime as RFC 5280 and RFC 3161 have them, in UTC.

use chrono::NaiveDate;
use der::Tag;

use super::der::Node;
use super::refusal::{Refusal, Result};
use crate::format::time::Timestamp;

const SECOND: u64 = 1_000_000_000;

/// A moment, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    second: Timestamp,
    nanoseconds: u64,
}

impl Moment {
    /// The beginning of a second.
    pub fn of(time: &Timestamp) -> Self {
        Moment { second: *time, nanoseconds: 0 }
    }

    /// The time of a certificate or a list: whole seconds.
    pub(super) fn whole(node: &Node) -> Result<Self> {
        match (node.tag, node.value) {
            (Tag::UtcTime, [y1, y2, rest @ ..]) => {
                let year = digits(&[*y1, *y2]).ok_or_else(|| Refusal::form("UTCTime"))?;
                let century: &[u8] = if year < 50 { b"20" } else { b"19" };
                let whole = [century, &[*y1, *y2], rest].concat();
                read(&whole, false).ok_or_else(|| Refusal::form("UTCTime"))
            }
            (Tag::GeneralizedTime, text) => read(text, false).ok_or_else(|| Refusal::form("GeneralizedTime")),
            _ => Err(Refusal::form("Time")),
        }
    }

    /// The time of a token: with a fraction, or without.
    pub(super) fn exact(node: &Node) -> Result<Self> {
        let text = if node.tag == Tag::GeneralizedTime { read(node.value, true) } else { None };
        text.ok_or_else(|| Refusal::form("genTime"))
    }

    /// This many nanoseconds later, or the last second there is.
    pub(super) fn plus(self, nanoseconds: u64) -> Self {
        let all = self.nanoseconds.saturating_add(nanoseconds);
        let later = i64::try_from(all / SECOND).ok().and_then(|seconds| Timestamp::from_unix(self.second.unix() + seconds));
        Moment { second: later.unwrap_or(self.second), nanoseconds: all % SECOND }
    }

    /// The second it lies in.
    pub fn floor(self) -> Timestamp {
        self.second
    }

    /// The first second that does not lie before it.
    pub fn ceil(self) -> Timestamp {
        let next = || Timestamp::from_unix(self.second.unix() + 1);
        if self.nanoseconds == 0 { self.second } else { next().unwrap_or(self.second) }
    }
}

fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0u32, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// `YYYYMMDDhhmmss`, a fraction without zeros at its end where one is allowed, and `Z`.
fn read(text: &[u8], fraction: bool) -> Option<Moment> {
    let (whole, rest) = text.strip_suffix(b"Z")?.split_at_checked(14)?;
    let at = |from: usize, to: usize| whole.get(from..to).and_then(digits);
    let year = i32::try_from(at(0, 4)?).ok().filter(|year| *year > 0)?;
    let time = NaiveDate::from_ymd_opt(year, at(4, 6)?, at(6, 8)?)?.and_hms_opt(at(8, 10)?, at(10, 12)?, at(12, 14)?)?;
    let nanoseconds = match rest {
        [] => 0,
        [b'.', digits_of @ ..] if fraction && (1..=9).contains(&digits_of.len()) && digits_of.last() != Some(&b'0') => {
            let missing = u32::try_from(9 - digits_of.len()).ok()?;
            digits(digits_of)? * 10u32.pow(missing)
        }
        _ => return None,
    };
    Some(Moment { second: Timestamp::from_unix(time.and_utc().timestamp())?, nanoseconds: u64::from(nanoseconds) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_rounded_up_to_the_second_before_which_something_was_there() {
        let at = |text: &str| read(text.as_bytes(), true);
        let exact = at("20261129150000.25Z").unwrap();
        assert_eq!(exact.floor().to_string(), "2026-11-29T15:00:00Z");
        assert_eq!(exact.ceil().to_string(), "2026-11-29T15:00:01Z");
        assert_eq!(at("20261129150000Z").unwrap().ceil().to_string(), "2026-11-29T15:00:00Z");
        assert!(at("20261129150000.999999999Z").is_some());
        assert_eq!(at("99991231235959.5Z").unwrap().ceil().to_string(), "9999-12-31T23:59:59Z");
        for text in [
            "20261129150000.Z",
            "20261129150000.0Z",
            "20261129150000.10Z",
            "20261129150000.1234567890Z",
            "20261129150000,5Z",
            "20261129150000",
            "20261129150060Z",
            "20261129240000Z",
            "20260230000000Z",
            "00000101000000Z",
            "202611291500Z",
            "20261129150000+0000",
            "2026112915000.5Z",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
        assert_eq!(read(b"20261129150000.5Z", false), None);
    }
}

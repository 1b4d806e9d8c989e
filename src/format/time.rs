//! Times as the format writes them: RFC 3339 in UTC, whole seconds, `YYYY-MM-DDThh:mm:ssZ`.

use crate::base::detail::Detail;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

/// A second in the years 0001 to 9999, UTC, of a day that exists, without leap seconds.
///
/// ```
/// use sealbag::Timestamp;
/// assert_eq!(Timestamp::parse("2018-03-01T00:00:00Z").unwrap().to_string(), "2018-03-01T00:00:00Z");
/// assert!(Timestamp::parse("2018-02-29T00:00:00Z").is_none());
/// assert!(Timestamp::parse("2018-03-01T00:00:00+00:00").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(NaiveDateTime);

impl Timestamp {
    /// Reads the 20 characters of this form and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
        let [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] = *bytes else {
            return None;
        };
        let number =
            |digits: &[u8]| digits.iter().try_fold(0u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')));
        let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok().filter(|year| *year > 0)?;
        let day = NaiveDate::from_ymd_opt(year, number(&[o1, o2])?, number(&[d1, d2])?)?;
        day.and_hms_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?).map(Timestamp)
    }

    /// The second that is `seconds` after 1970-01-01T00:00:00Z; `None` outside the years 0001 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let time = DateTime::from_timestamp(seconds, 0)?.naive_utc();
        (1..=9999).contains(&time.year()).then_some(Timestamp(time))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(&self) -> i64 {
        self.0.and_utc().timestamp()
    }

    /// The day, `YYYY-MM-DD`.
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }

    /// True for the years that a ZIP entry can carry, 1980 to 2107: those a seal may state.
    pub fn can_seal(&self) -> bool {
        (1980..=2107).contains(&self.0.year())
    }

    /// The time and the date as a ZIP entry carries them, seconds halved and rounded down; `None` outside 1980 to 2107.
    pub fn dos(&self) -> Option<(u16, u16)> {
        if !self.can_seal() {
            return None;
        }
        let time = self.0.hour() << 11 | self.0.minute() << 5 | (self.0.second() / 2);
        let date = u32::try_from(self.0.year() - 1980).ok()? << 9 | self.0.month() << 5 | self.0.day();
        Some((u16::try_from(time).ok()?, u16::try_from(date).ok()?))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Detail;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Timestamp::parse(&text).ok_or(Detail::TimeForm)
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.date(), self.0.hour(), self.0.minute(), self.0.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-12-31T23:59:60Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00z",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.0Z",
        ] {
            assert!(Timestamp::parse(text).is_none(), "{text}");
        }
        assert!(Timestamp::parse("0001-01-01T00:00:00Z").is_some());
        assert!(Timestamp::parse("9999-12-31T23:59:59Z").is_some());
    }

    #[test]
    fn dos_time_halves_seconds_downward_and_ends_at_its_bounds() {
        let at = |text| Timestamp::parse(text).unwrap().dos();
        assert_eq!(at("1980-01-01T00:00:01Z"), Some((0, 0x21)));
        assert_eq!(at("2107-12-31T23:59:59Z"), Some((0xBF7D, 0xFF9F)));
        assert_eq!(at("1979-12-31T23:59:59Z"), None);
        assert_eq!(at("2108-01-01T00:00:00Z"), None);
    }
}

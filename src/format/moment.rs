//! Dates and times as people and cameras write them: ISO 8601 and RFC 3339, so that nobody takes the month for the day, and what they
//! can mean together.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};

/// How far the clocks of this world run ahead of UTC and behind it, in seconds.
const AHEAD: i64 = 14 * 3600;
const BEHIND: i64 = 12 * 3600;

/// True for `unknown`, a year, a month, a day or a moment, one of them each side of `/`, with words after `: `, ` (` or `, `.
///
/// A `?` or `~` at the end, for what is uncertain or about, belongs to ISO 8601-2.
pub fn is_date(value: &str) -> bool {
    let date = without_words(value);
    date == "unknown" || date.split('/').all(|one| Moment::one(one).is_some())
}

/// All seconds that a date or time may mean.
///
/// ```
/// use sealbag::format::moment::Moment;
/// let day = Moment::parse("2018-03-01: the notice").unwrap();
/// assert!(day.fits(&Moment::parse("2018-03-01T23:30:00").unwrap()));
/// // in Honolulu it was still the day before
/// assert!(day.fits(&Moment::parse("2018-03-02T09:00:00Z").unwrap()));
/// assert!(!day.fits(&Moment::parse("2018-03-02T15:00:00").unwrap()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The first second, counted from 1970-01-01T00:00:00 by the clock that it was read from.
    from: i64,
    /// The last second.
    to: i64,
    /// True where that clock showed UTC, or the text says how far from it.
    zoned: bool,
    /// True where the text calls it uncertain, or about.
    vague: bool,
}

impl Moment {
    /// Reads a date or time as metadata files may have it; nothing for `unknown`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = without_words(text).split('/').map(Moment::one);
        let first = all.next()??;
        all.try_fold(first, |all, one| {
            let one = one?;
            let (all, one) = if all.zoned == one.zoned { (all, one) } else { (all.anywhere(), one.anywhere()) };
            Some(Moment { from: all.from.min(one.from), to: all.to.max(one.to), vague: all.vague || one.vague, ..all })
        })
    }

    /// The second that is `unix` seconds after 1970-01-01T00:00:00Z.
    pub fn at(unix: i64) -> Self {
        Moment { from: unix, to: unix, zoned: true, vague: false }
    }

    /// True where both can be true of one moment. Where only one of them says how far its clock was from UTC, the other may have
    /// stood anywhere in the world. What is vague fits everything.
    pub fn fits(&self, other: &Moment) -> bool {
        self.vague || other.vague || self.apart(other) == 0
    }

    /// True where even the last second that it may mean comes before the first of `other`.
    pub fn is_before(&self, other: &Moment) -> bool {
        let (one, other) = self.alike(other);
        one.to < other.from
    }

    /// How many seconds lie between them at least; 0 where they may be the same.
    pub fn apart(&self, other: &Moment) -> u64 {
        let (one, other) = self.alike(other);
        (one.from - other.to).max(other.from - one.to).max(0).unsigned_abs()
    }

    /// By what times are put in order.
    pub fn order(&self) -> i64 {
        self.anywhere().from
    }

    fn alike(&self, other: &Moment) -> (Moment, Moment) {
        if self.zoned == other.zoned { (*self, *other) } else { (self.anywhere(), other.anywhere()) }
    }

    /// The same in UTC, wherever the clock stood.
    fn anywhere(self) -> Self {
        match self.zoned {
            true => self,
            false => Moment { from: self.from - AHEAD, to: self.to + BEHIND, zoned: true, vague: self.vague },
        }
    }

    fn one(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.trim_end_matches(['?', '~', '%']);
        let vague = bare.len() < text.len();
        let (day, time) = match bare.split_once(['T', ' ']) {
            Some((day, time)) => (day, Some(time.trim())),
            None => (bare, None),
        };
        let (first, next) = days(day)?;
        let Some(time) = time else {
            let (from, to) = (seconds(first.and_time(NaiveTime::MIN)), seconds(next.and_time(NaiveTime::MIN)) - 1);
            return Some(Moment { from, to, zoned: false, vague });
        };
        if day.len() != "2018-03-01".len() {
            return None;
        }
        let (clock, offset) = zone(time)?;
        let (clock, long) = [("%H:%M", 59), ("%H:%M:%S", 0), ("%H:%M:%S%.f", 0)]
            .into_iter()
            .find_map(|(form, long)| Some((NaiveTime::parse_from_str(clock, form).ok()?, long)))?;
        let from = seconds(first.and_time(clock)) - offset.unwrap_or(0);
        Some(Moment { from, to: from + long, zoned: offset.is_some(), vague })
    }
}

fn seconds(time: NaiveDateTime) -> i64 {
    time.and_utc().timestamp()
}

/// The date in front of what words tell.
fn without_words(value: &str) -> &str {
    let end = [": ", " (", ", "].iter().filter_map(|end| value.find(end)).min().unwrap_or(value.len());
    value.get(..end).unwrap_or(value).trim()
}

/// The first day of a year, a month or a day, and the first day after it.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let number = |text: &str, length: usize| {
        (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok()).flatten()
    };
    let parts: Vec<&str> = text.split('-').collect();
    let (year, rest) = parts.split_first()?;
    let year = i32::try_from(number(year, 4)?).ok()?;
    let (month, day) = match rest {
        [] => (1, 1),
        [month] => (number(month, 2)?, 1),
        [month, day] => (number(month, 2)?, number(day, 2)?),
        _ => return None,
    };
    let first = NaiveDate::from_ymd_opt(year, month, day)?;
    let next = match rest.len() {
        0 => first.checked_add_months(Months::new(12)),
        1 => first.checked_add_months(Months::new(1)),
        _ => first.checked_add_days(Days::new(1)),
    };
    Some((first, next?))
}

/// A time without what says how far from UTC it is, and how far that is, in seconds.
fn zone(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(bare) = text.strip_suffix('Z').or(text.strip_suffix("UTC")) {
        return Some((bare.trim_end(), Some(0)));
    }
    let Some(at) = text.rfind(['+', '-', '−']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let digits: String = offset.chars().skip(1).filter(|c| *c != ':').collect();
    if ![2, 4].contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(2);
    let ahead = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().unwrap_or(0) * 60;
    Some((clock.trim_end(), Some(if offset.starts_with('+') { ahead } else { -ahead })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_one_that_no_reader_mistakes() {
        for date in [
            "unknown",
            "2018",
            "2018-03",
            "2018-03-01",
            "2018-03-01T10:00:00Z",
            "2018-03-01T10:00",
            "2018-03-01 10:00:00.5+06:00",
            "2018-03-01 10:00 UTC",
            "2018-03-01/2018-03-05",
            "2018-02-26: notice of the embassy",
            "2018-03-01 (by the camera's clock)",
            "2018-03~",
            "2020-02-29",
        ] {
            assert!(is_date(date), "{date}");
        }
        for none in [
            "",
            "yesterday",
            "2018-02-30",
            "2018-13-01",
            "2018-3-1",
            "01.03.2018",
            "3/1/2018",
            "March 1, 2018",
            "2018:03:01 10:00:00",
            "2018-03-01T25:00:00Z",
            "2018-03-01T10:00:00+6",
            "2018-03-01T10:00:00Z+06:00",
            "2018 10:00",
            "18",
            "2018-03-01-05",
        ] {
            assert!(!is_date(none), "{none}");
        }
    }

    #[test]
    fn two_moments_fit_where_both_can_be_true_somewhere() {
        let fits = |one, other| Moment::parse(one).unwrap().fits(&Moment::parse(other).unwrap());
        for (one, other) in [
            ("2018", "2018-12-31T23:59:59"),
            ("2018-03", "2018-03-31"),
            ("2018-03-01T10:00", "2018-03-01T10:00:59"),
            ("2018-03-01T10:00:00+06:00", "2018-03-01T04:00:00Z"),
            ("2018-03-01T10:00:00Z", "2018-03-01T20:00:00"),
            ("2018-02-26/2018-03-01", "2018-02-28T10:00:00"),
            ("2018-03~", "2018-04-02"),
        ] {
            assert!(fits(one, other) && fits(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("2018", "2019-01-01T00:00:00"),
            ("2018-03-01T10:00", "2018-03-01T10:01:00"),
            ("2018-03-01T10:00:00+06:00", "2018-03-01T10:00:00Z"),
            ("2018-03-01T10:00:00Z", "2018-03-02T00:00:01"),
            ("2018-03-01T10:00:00Z", "2018-02-28T21:59:59"),
            ("2018-02-26/2018-03-01", "2018-03-02T00:00:00"),
        ] {
            assert!(!fits(one, other) && !fits(other, one), "{one} {other}");
        }
        assert!(Moment::parse("unknown").is_none() && Moment::parse("soon").is_none());
        let (one, other) = (Moment::at(0), Moment::parse("1970-01-01T00:01:00Z").unwrap());
        assert!(one.is_before(&other) && !other.is_before(&one) && one.apart(&other) == 60);
    }
}

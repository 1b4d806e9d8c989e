//! Whether a value is a date or a time as readers expect it: ISO 8601 and RFC 3339, so that nobody takes the month for the day.

use chrono::{NaiveDate, NaiveTime};

/// True for `unknown`, a year, a month, a day or a moment, one of them each side of `/`, with words after `: `, ` (` or `, `.
///
/// A `?` or `~` at the end, for what is uncertain or about, belongs to ISO 8601-2.
pub fn is_date(value: &str) -> bool {
    let end = [": ", " (", ", "].iter().filter_map(|end| value.find(end)).min().unwrap_or(value.len());
    let date = value.get(..end).unwrap_or(value).trim();
    date == "unknown" || (!date.is_empty() && date.split('/').all(|one| is_moment(one.trim())))
}

fn is_moment(text: &str) -> bool {
    let text = text.trim_end_matches(['?', '~', '%']);
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = day.split('-').collect();
    let number = |text: &str, length: usize| {
        (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok()).flatten()
    };
    let (year, rest) = match parts.as_slice() {
        [year, rest @ ..] => (number(year, 4), rest),
        [] => (None, &[][..]),
    };
    let Some(year) = year.and_then(|year| i32::try_from(year).ok()) else { return false };
    let day = match rest {
        [] => time.is_none(),
        [month] => time.is_none() && number(month, 2).is_some_and(|month| (1..=12).contains(&month)),
        [month, day] => {
            number(month, 2).zip(number(day, 2)).and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day)).is_some()
        }
        _ => false,
    };
    day && time.is_none_or(is_time)
}

/// True for `hh:mm`, `hh:mm:ss` and fractions of it, with `Z`, `UTC` or an offset behind it or without.
fn is_time(text: &str) -> bool {
    let text = text.trim();
    let bare = text.strip_suffix('Z').or(text.strip_suffix("UTC")).unwrap_or(text).trim_end();
    let (clock, offset) = match bare.rfind(['+', '-', '−']) {
        Some(at) => (bare.get(..at).unwrap_or_default().trim_end(), bare.get(at..)),
        None => (bare, None),
    };
    let is_clock = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"].iter().any(|form| NaiveTime::parse_from_str(clock, form).is_ok());
    let is_offset = |offset: &str| {
        let digits: String = offset.chars().skip(1).filter(|c| *c != ':').collect();
        [2, 4].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && bare.len() == text.len()
    };
    is_clock && offset.is_none_or(is_offset)
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
}

//! Times as documents write them, in the form of ISO 8601.

use chrono::{DateTime, TimeDelta};

/// A time of a PDF, `D:20180301100000+05'00'` (ISO 32000-1, section 7.9.4); as it stands where it is none.
pub(super) fn pdf(text: &str) -> String {
    let written = || {
        let rest = text.trim().strip_prefix("D:").unwrap_or(text.trim());
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, zone) = rest.split_at_checked(end)?;
        let part = |from: usize, otherwise: &'static str| {
            if digits.len() >= from + 2 { digits.get(from..from + 2) } else { Some(otherwise) }
        };
        let year = digits.get(..4)?;
        let (month, day, hour, minute, second) =
            (part(4, "01")?, part(6, "01")?, part(8, "00")?, part(10, "00")?, part(12, "00")?);
        let zone: String = zone.chars().filter(|c| c.is_ascii_digit() || "+-Z".contains(*c)).collect();
        let zone = match (zone.get(..1), zone.get(1..3), zone.get(3..5)) {
            (Some("+" | "-"), Some(hours), minutes) => format!("{}{hours}:{}", zone.get(..1)?, minutes.unwrap_or("00")),
            (Some("Z"), ..) => "Z".into(),
            _ => String::new(),
        };
        Some(format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"))
    };
    written().unwrap_or_else(|| text.to_owned())
}

/// A `FILETIME`: units of 100 nanoseconds since 1601, in UTC.
pub(super) fn filetime(units: u64) -> Option<String> {
    const TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(units / 10_000_000).ok()?.checked_sub(TO_1970)?;
    let time = DateTime::from_timestamp(seconds, 0)?;
    // what was never set, or is no time of our calendar
    (-TO_1970 + 86_400..253_402_300_800).contains(&seconds).then(|| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A length of time in those units, as OpenDocument writes one.
pub(super) fn duration(units: u64) -> Option<String> {
    let time = TimeDelta::try_seconds(i64::try_from(units / 10_000_000).ok()?)?;
    let minutes = time.num_minutes();
    (minutes > 0).then(|| format!("PT{}H{:02}M", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_alike() {
        for (text, expected) in [
            ("D:20180301100000+05'00'", "2018-03-01T10:00:00+05:00"),
            ("D:20180301100000Z", "2018-03-01T10:00:00Z"),
            ("D:20180301100000Z00'00'", "2018-03-01T10:00:00Z"),
            ("D:201803011000-03", "2018-03-01T10:00:00-03:00"),
            ("20180301", "2018-03-01T00:00:00"),
            ("D:2018", "2018-01-01T00:00:00"),
            ("yesterday", "yesterday"),
            ("", ""),
            ("D:é", "D:é"),
        ] {
            assert_eq!(pdf(text), expected);
        }
        assert_eq!(filetime(131_643_576_000_000_000).as_deref(), Some("2018-03-01T06:00:00Z"));
        assert_eq!((filetime(0), filetime(u64::MAX), duration(0)), (None, None, None));
        assert_eq!(duration(37_200_000_000).as_deref(), Some("PT1H02M"));
    }
}

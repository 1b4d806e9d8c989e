//! Dates and times in a value, and the forms in which people write them.

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A time of day: hour and minute.
pub(super) type Time = (u32, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// With its number of digits.
    Number(u32, usize),
    /// The number of a month.
    Month(u32),
    /// am, or pm.
    Half(bool),
    Sign(char),
    Word,
}

/// The dates and times in a text. Where day and month may be either, both dates.
pub(super) fn find(text: &str) -> (Vec<NaiveDate>, Vec<Time>) {
    let tokens = tokens(text);
    let (mut dates, mut times) = (Vec::new(), Vec::new());
    for at in 0..tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let mut date = |year, month, day| {
            let year = i32::try_from(year).ok().filter(|year| (1900..=2100).contains(year));
            dates.extend(year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)));
        };
        use Token::{Half, Month, Number, Sign};
        match rest {
            [Number(year, 4), Sign(one), Number(month, 1 | 2), Sign(two), Number(day, 1 | 2), ..]
                if one == two && "-/.:".contains(*one) =>
            {
                date(*year, *month, *day);
            }
            [Number(one, 1 | 2), Sign(first), Number(two, 1 | 2), Sign(second), Number(year, 4), ..]
                if first == second && "-/.".contains(*first) =>
            {
                date(*year, *two, *one);
                date(*year, *one, *two);
            }
            [Number(all, 8), ..] => date(all / 10_000, all / 100 % 100, all % 100),
            [Number(day, 1 | 2), Month(month), Number(year, 4), ..]
            | [Number(day, 1 | 2), Month(month), Sign(','), Number(year, 4), ..]
            | [Month(month), Number(day, 1 | 2), Number(year, 4), ..]
            | [Month(month), Number(day, 1 | 2), Sign(','), Number(year, 4), ..] => date(*year, *month, *day),
            _ => {}
        }
        match rest {
            [Number(hour @ 0..24, 1 | 2), Sign(':'), Number(minute @ 0..60, 2), behind @ ..] if before != Some(&Sign(':')) => {
                let hour = match behind {
                    [Half(true), ..] if *hour < 12 => hour + 12,
                    [Half(false), ..] if *hour == 12 => 0,
                    _ => *hour,
                };
                times.push((hour, *minute));
            }
            _ => {}
        }
    }
    dates.sort();
    dates.dedup();
    times.sort();
    times.dedup();
    (dates, times)
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let same = |c: char| match first.is_ascii_digit() {
            true => c.is_ascii_digit(),
            false => first.is_alphabetic() && c.is_alphabetic(),
        };
        let end =
            rest.find(|c| !same(c)).filter(|end| *end > 0).unwrap_or(if same(first) { rest.len() } else { first.len_utf8() });
        let (token, behind) = rest.split_at(end);
        rest = behind;
        found.extend(match first {
            '0'..='9' => Some(token.parse().map_or(Token::Word, |number| Token::Number(number, token.len()))),
            blank if blank.is_whitespace() => None,
            letter if letter.is_alphabetic() => word(token),
            // Mar. 3
            '.' if matches!(found.last(), Some(Token::Month(_))) => None,
            sign => Some(Token::Sign(sign)),
        });
    }
    found
}

fn word(word: &str) -> Option<Token> {
    let word = word.to_ascii_lowercase();
    let is_month = |month: &&str| {
        let month = month.to_ascii_lowercase();
        word == month || word.len() >= 3 && month.starts_with(&word) && word.len() <= 4
    };
    match word.as_str() {
        // 3rd of March
        "st" | "nd" | "rd" | "th" | "of" => None,
        "am" | "a" => Some(Token::Half(false)),
        "pm" | "p" => Some(Token::Half(true)),
        _ => {
            Some((1..).zip(&MONTHS).find(|(_, month)| is_month(month)).map_or(Token::Word, |(number, _)| Token::Month(number)))
        }
    }
}

/// The usual forms of a date, the first of them that of ISO 8601.
pub(super) fn forms(date: NaiveDate) -> Vec<String> {
    let (y, m, d) = (date.year(), date.month(), date.day());
    let name = usize::try_from(date.month0()).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    let mut forms = vec![format!("{y}-{m:02}-{d:02}"), format!("{y}{m:02}{d:02}")];
    forms.extend(["/", ".", ":", "_"].map(|sign| format!("{y}{sign}{m:02}{sign}{d:02}")));
    for sign in ["/", ".", "-"] {
        for (one, two) in [(d, m), (m, d)] {
            forms.extend([format!("{one:02}{sign}{two:02}{sign}{y}"), format!("{one}{sign}{two}{sign}{y}")]);
        }
    }
    let ordinal = match d {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let short = name.get(..3).unwrap_or_default();
    for month in [name, short, &format!("{short}."), if m == 9 { "Sept" } else { short }, if m == 9 { "Sept." } else { short }]
    {
        for day in [format!("{d}"), format!("{d:02}"), format!("{d}{ordinal}")] {
            forms.extend([format!("{day} {month} {y}"), format!("{month} {day}, {y}"), format!("{month} {day} {y}")]);
        }
    }
    forms
}

/// The usual forms of a time, the first of them with two digits each.
pub(super) fn time_forms((hour, minute): Time) -> Vec<String> {
    let mut forms = vec![format!("{hour:02}:{minute:02}"), format!("{hour}:{minute:02}"), format!("{hour:02}h{minute:02}")];
    let (half, twelve) = if hour < 12 { ('a', hour) } else { ('p', hour - 12) };
    let twelve = if twelve == 0 { 12 } else { twelve };
    forms.extend([
        format!("{twelve}:{minute:02} {half}m"),
        format!("{twelve}:{minute:02}{half}m"),
        format!("{twelve}:{minute:02} {half}.m."),
    ]);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_date_is_found_again() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
        for form in forms(date) {
            if !form.contains('_') {
                assert!(find(&format!("on {form} it was")).0.contains(&date), "{form}");
            }
        }
        let late = NaiveDate::from_ymd_opt(2026, 9, 21).unwrap();
        for form in
            ["21 September 2026", "Sept. 21st, 2026", "21st of September 2026", "2026-09-21T02:17:33Z", "IMG_20260921_021733"]
        {
            assert!(forms(late).contains(&form.to_owned()) || find(form).0 == [late], "{form}");
        }
        assert_eq!(find("3/4/2026").0.len(), 2);
        assert_eq!(find("1.2.3, 2026-13-01, 12345678, 4711, May we 2026").0, []);
    }

    #[test]
    fn times_are_found() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
        assert_eq!(find("2026-03-03 at 02:17"), (vec![date], vec![(2, 17)]));
        assert_eq!(find("2026-03-03T14:07:33Z").1, [(14, 7)]);
        assert_eq!(find("2:17 pm, 12:05 a.m., 25:00, 1:2").1, [(0, 5), (14, 17)]);
        for form in time_forms((14, 7)).iter().filter(|form| !form.contains('h')) {
            assert_eq!(find(form).1.len(), 1, "{form}");
        }
    }
}

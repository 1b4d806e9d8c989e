//! Numbers that are written with something between their digits: telephone numbers, and thousands set apart.

/// More separators than this between two digits part two numbers.
const APART: u8 = 4;
const EIGHT: u64 = 100_000_000;
const SEVEN: u64 = 10_000_000;

/// A number as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    /// The last eight digits of one of eight or more.
    Eight(u64),
    /// The last seven digits of any.
    Seven(u64),
    /// All of a number of seven digits, which may be the end of a longer one.
    End(u64),
    /// A number of so many digits, written with something before the last three.
    Thousands(u8, u64),
}

/// How a telephone number or another long number is found, by its digits.
pub(super) fn long(digits: &str) -> Vec<Number> {
    let last = |count: usize| digits.get(digits.len().checked_sub(count)?..)?.parse().ok();
    match (last(8), last(7)) {
        (Some(eight), Some(seven)) => vec![Number::Eight(eight), Number::End(seven)],
        (None, Some(seven)) => vec![Number::Seven(seven)],
        _ => Vec::new(),
    }
}

/// How a number of four to six digits is found where its thousands are set apart.
pub(super) fn thousands(digits: &str) -> Option<Number> {
    let length = u8::try_from(digits.len()).ok().filter(|length| (4..=6).contains(length))?;
    Some(Number::Thousands(length, digits.parse().ok()?))
}

/// Reads letters as they are compared, and blanks.
#[derive(Default)]
pub(super) struct Numbers {
    /// The last digits so far, and how many there were.
    value: u64,
    count: u64,
    /// The same of those without a separator.
    group: u64,
    length: u8,
    /// One to three digits with one separator behind them.
    before: Option<(u8, u64)>,
    separators: u8,
    /// What was found, each with its line from 0.
    pub found: Vec<(Number, u64)>,
}

impl Numbers {
    pub fn push(&mut self, c: char, line: u64) {
        if let Some(digit) = c.to_digit(10) {
            self.value = (self.value * 10 + u64::from(digit)) % EIGHT;
            self.group = (self.group * 10 + u64::from(digit)) % EIGHT;
            self.count += 1;
            self.length = self.length.saturating_add(1);
            self.separators = 0;
            return;
        }
        if self.count == 0 {
            return;
        }
        self.end(line);
        self.separators += 1;
        if self.separators > 1 {
            self.before = None;
        }
        let parts = c.is_whitespace() || c == '\0' || matches!(c, ',' | '.' | '\'' | '-' | '/' | '(' | ')');
        // a plus begins another number
        if !parts || self.separators > APART {
            *self = Numbers { found: std::mem::take(&mut self.found), ..Numbers::default() };
        }
    }

    /// A run of digits ended.
    pub fn end(&mut self, line: u64) {
        if self.length == 0 {
            return;
        }
        let mut found = |number| self.found.push((number, line));
        if let (Some((length, thousands)), 3) = (self.before, self.length) {
            found(Number::Thousands(length + 3, thousands * 1000 + self.group));
        }
        if self.count >= 8 {
            found(Number::Eight(self.value));
        }
        if self.count >= 7 {
            found(Number::Seven(self.value % SEVEN));
        }
        if self.count == 7 {
            found(Number::End(self.value));
        }
        self.before = (self.length <= 3).then_some((self.length, self.group));
        (self.group, self.length) = (0, 0);
    }
}

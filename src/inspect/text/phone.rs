//! Telephone numbers in text. Rather one too few than many that are none: dates, amounts, coordinates, digests and numbers of files must
//! not be told, or nobody reads what is told.
//!
//! A run of digits is taken with what people write between them, and the whole of it must have one of these forms: with `+` or `00` and a
//! calling code; behind a word for a telephone; or grouped as numbers are in one country.

/// More digits belong to no number (E.164).
const MOST: usize = 15;

/// Digits with what stands between them.
pub(super) struct Run {
    pub start: usize,
    pub end: usize,
    /// Where each group of digits begins and ends.
    groups: Vec<(usize, usize)>,
    plus: bool,
}

/// The run that begins at `at`, with a digit, a plus or a bracket. It ends behind its last digit, and is empty where it has none.
pub(super) fn run(text: &str, at: usize) -> Run {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let plus = bytes.get(at) == Some(&b'+');
    let mut run = Run { start: at, end: at, groups: Vec::new(), plus };
    let mut next = at + usize::from(plus);
    loop {
        // what stands between two groups, three characters at most
        let mut digit = next;
        while digit < next + 4 && bytes.get(digit).is_some_and(|byte| b" -.()/".contains(byte)) {
            digit += 1;
        }
        let first = run.groups.is_empty();
        let opened = !first || bytes.get(next..digit).is_some_and(|between| between.is_empty() || between == b"(");
        if !is_digit(digit) || digit > next + 3 || !opened {
            return run;
        }
        let mut end = digit;
        while is_digit(end) {
            end += 1;
        }
        // what is far too long is still passed over as a whole
        if run.groups.len() <= MOST {
            run.groups.push((digit, end));
        }
        (run.end, next) = (end, end);
    }
}

/// The number that the run is.
pub(super) fn number<'t>(text: &'t str, run: &Run) -> Option<&'t str> {
    let digits = |groups: &[(usize, usize)]| groups.iter().map(|(from, to)| to - from).sum::<usize>();
    if digits(&run.groups) < 5 || run.groups.len() > MOST {
        return None;
    }
    let before = text.get(..run.start)?;
    let label = label(before);
    // a plus in front is part of the number, so the number may end before the run does
    let is_world = run.plus || text.get(run.start..)?.trim_start_matches('(').starts_with("00");
    if is_world && stands_alone(before, run.plus) {
        for count in (1..=run.groups.len()).rev() {
            let groups = run.groups.get(..count)?;
            let end = groups.last()?.1;
            if (5..=MOST + 2).contains(&digits(groups)) && ends(text.get(end..)?) && world(text, run, groups, label.is_some()) {
                // (+90) 212 5550101
                let bracket =
                    usize::from(before.ends_with('(') && text.get(run.start..end).is_some_and(|number| number.contains(')')));
                return text.get(run.start - bracket..end);
            }
        }
    }
    let lengths: Vec<usize> = run.groups.iter().map(|(from, to)| to - from).collect();
    let whole = text.get(run.start..run.end)?;
    if run.plus
        || digits(&run.groups) > MOST
        || !stands_alone(before, false)
        || !ends(text.get(run.end..)?)
        || has_date(text, run)
    {
        return None;
    }
    let total = digits(&run.groups);
    let labelled = match label {
        Some(Label::Sure) => total >= 5,
        Some(Label::Maybe) => total >= 9,
        None => false,
    };
    (labelled && between_groups(text, &run.groups) || national(whole, &lengths)).then_some(whole)
}

/// With a calling code in front (ITU-T E.164).
fn world(text: &str, run: &Run, groups: &[(usize, usize)], labelled: bool) -> bool {
    let digits: String = groups.iter().filter_map(|(from, to)| text.get(*from..*to)).collect();
    let digits = if run.plus { digits.as_str() } else { digits.trim_start_matches('0') };
    if !run.plus && !labelled && groups.len() < 2 || !between_groups(text, groups) {
        return false;
    }
    let next = |at: usize| digits.as_bytes().get(at).copied().unwrap_or(b'0');
    match digits.get(..2).unwrap_or_default() {
        // North America
        "10" | "11" => false,
        code if code.starts_with('1') => digits.len() == 11 && next(1) >= b'2' && next(4) >= b'2',
        // Kazakhstan and Russia
        code if code.starts_with('7') => digits.len() == 11 && next(1) >= b'3',
        "20" | "27" | "30" | "31" | "32" | "33" | "34" | "36" | "39" | "40" | "41" | "43" | "44" | "45" | "46" | "47"
        | "48" | "49" | "51" | "52" | "53" | "54" | "55" | "56" | "57" | "58" | "60" | "61" | "62" | "63" | "64" | "65"
        | "66" | "81" | "82" | "84" | "86" | "90" | "91" | "92" | "93" | "94" | "95" | "98" => {
            (9..=MOST).contains(&digits.len())
        }
        "21" | "22" | "23" | "24" | "25" | "26" | "29" | "35" | "37" | "38" | "42" | "50" | "59" | "67" | "68" | "80"
        | "85" | "87" | "88" | "96" | "97" | "99" => (9..=MOST).contains(&digits.len()),
        _ => false,
    }
}

/// Grouped as numbers are grouped where they are written so.
fn national(whole: &str, lengths: &[usize]) -> bool {
    let total: usize = lengths.iter().sum();
    let digits: Vec<u8> = whole.bytes().filter(u8::is_ascii_digit).collect();
    let digit = |at: usize| digits.get(at).copied().unwrap_or(b'0');
    let has = |what: &str| whole.contains(|c| what.contains(c));
    let brackets = whole.matches('(').count() == whole.matches(')').count();
    match lengths {
        // North America: (432) 553-1080, 432-553-1080, 432.553.1080
        [3, 3, 4] | [1, 3, 3, 4] if digit(0) != b'8' || lengths.len() == 3 => {
            let at = lengths.len() - 3;
            let china = lengths.len() == 3 && digit(0) == b'1';
            let marks = has("(") && brackets || !has(" ().") && has("-") || !has(" ()-/") && has(".");
            (at == 0 || digit(0) == b'1') && !china && digit(at) >= b'2' && digit(at + 3) >= b'2' && marks && !has("/")
        }
        // Kazakhstan and Russia: 8 (701) 123-45-67
        [1, 3, 3, 2, 2] | [1, 3, 3, 4] | [1, 3, 2, 2, 3] => digit(0) == b'8' && digit(1) >= b'3' && brackets && !has("./"),
        // China: 138 0013 8000
        [3, 4, 4] if digit(0) == b'1' => digit(1) >= b'3' && !has("./()"),
        // France: 06 12 34 56 78
        [2, 2, 2, 2, 2] => digit(0) == b'0' && digit(1) >= b'1' && !has("/()") && (!has(".") || !has(" -")),
        // a zero before the code of the place: 030 1234567, (0171) 123 45 67, 020-7946-0958
        [2..=5, rest @ ..] if digit(0) == b'0' && digit(1) >= b'1' => {
            let slash = whole.matches('/').count() <= 1;
            (9..=11).contains(&total)
                && (1..=4).contains(&rest.len())
                && rest.iter().all(|group| *group >= 2)
                && brackets
                && slash
                && !has(".")
        }
        _ => false,
    }
}

/// Nothing that would make it a part of something else stands right before it.
fn stands_alone(before: &str, plus: bool) -> bool {
    match before.chars().next_back() {
        None => true,
        Some(c) if is_joined(c) => false,
        Some(c) if plus => !"+-#".contains(c),
        Some('.') => before.ends_with("el.") || before.ends_with("л."),
        Some(':') => {
            !before.ends_with(|c: char| c.is_ascii_digit())
                && !before.trim_end_matches(':').ends_with(|c: char| c.is_ascii_digit())
        }
        Some(c) => !"_#/\\@+-$€£¥₽₸=%&*^~".contains(c),
    }
}

/// Nothing that would make it a part of something else stands right behind it.
fn ends(behind: &str) -> bool {
    let mut letters = behind.chars();
    let next_is_digit = |letters: &mut std::str::Chars| letters.next().is_some_and(|c| c.is_ascii_digit());
    match letters.next() {
        None => true,
        Some(c) if is_joined(c) => false,
        Some(':' | '.') => !next_is_digit(&mut letters),
        Some('-') => !letters.next().is_some_and(char::is_alphanumeric),
        // an amount
        Some(' ') => !letters.next().is_some_and(|c| "%€$£¥₽₸".contains(c)),
        Some(c) => !"_@%€$£¥₽₸°=*^".contains(c),
    }
}

/// A letter or digit of a script that parts its words.
fn is_joined(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2E80}'
}

/// What stands between groups is what people put there: brackets once, and points between short groups only.
fn between_groups(text: &str, groups: &[(usize, usize)]) -> bool {
    let (Some((first, _)), Some((_, last))) = (groups.first(), groups.last()) else { return false };
    let opened = text.get(..*first).is_some_and(|before| before.ends_with('(') || before.ends_with("(+"));
    let Some(whole) = text.get(*first..*last) else { return false };
    let (open, close) = (whole.matches('(').count() + usize::from(opened), whole.matches(')').count());
    let points = !whole.contains('.') || groups.iter().all(|(from, to)| to - from <= 4);
    open == close && open <= 2 && points && whole.matches('/').count() <= 1
}

/// A date stands in it: 2018-03-01, 01.03.2018.
fn has_date(text: &str, run: &Run) -> bool {
    let value =
        |(from, to): &(usize, usize)| text.get(*from..*to).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let is_year = |group: &(usize, usize)| group.1 - group.0 == 4 && (1900..2100).contains(&value(group));
    let is_short = |group: &(usize, usize)| group.1 - group.0 <= 2 && (1..=31).contains(&value(group));
    let together = run.groups.windows(3).any(|groups| match groups {
        [one, two, three] => is_short(two) && (is_year(one) && is_short(three) || is_short(one) && is_year(three)),
        _ => false,
    });
    // 20180301
    let close = |group: &(usize, usize)| {
        let digits = text.get(group.0..group.1).unwrap_or_default();
        let number = |from: usize, to: usize| digits.get(from..to).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
        digits.len() == 8
            && (1900..2100).contains(&number(0, 4))
            && (1..=12).contains(&number(4, 6))
            && (1..=31).contains(&number(6, 8))
    };
    together || run.groups.iter().any(close)
}

/// How sure a word before a number makes it.
#[derive(Clone, Copy)]
enum Label {
    Sure,
    Maybe,
}

const SURE: [&str; 44] = [
    "tel",
    "phone",
    "phones",
    "telephone",
    "cell",
    "cellphone",
    "fax",
    "ph",
    "hotline",
    "telefon",
    "telefono",
    "teléfono",
    "téléphone",
    "tél",
    "telefone",
    "handy",
    "mob",
    "тел",
    "телефон",
    "телефоны",
    "факс",
    "моб",
    "мобильный",
    "сот",
    "сотовый",
    "ұялы",
    "whatsapp",
    "viber",
    "هاتف",
    "الهاتف",
    "جوال",
    "الجوال",
    "تلفن",
    "موبایل",
    "telefoon",
    "puhelin",
    "telefonnummer",
    "handynummer",
    "telefax",
    "celular",
    "móvil",
    "cel",
    "тлф",
    "téléphones",
];
const MAYBE: [&str; 10] = ["mobile", "mobil", "call", "signal", "telegram", "sms", "office", "home", "звонить", "contact"];
const ATTACHED: [&str; 7] = ["电话", "電話", "手机", "手機", "전화", "携帯", "微信"];
const NUMBER: [&str; 6] = ["number", "no", "nr", "номер", "numero", "número"];

/// The word for a telephone right before a number.
fn label(before: &str) -> Option<Label> {
    // `tel:` in front of a number in the address of a page counts too
    let start = before.len().saturating_sub(48);
    let tail = (start..before.len()).find_map(|start| before.get(start..)).unwrap_or_default();
    let marks = |c: char| c.is_whitespace() || ":.-–№#(（：/=*\"'>".contains(c);
    let tail = tail.trim_end_matches(marks);
    if ATTACHED.iter().any(|word| tail.ends_with(word)) {
        return Some(Label::Sure);
    }
    let mut words = tail.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let mut word = words.next()?;
    if NUMBER.contains(&word.as_str()) {
        word = words.next()?;
    }
    if SURE.contains(&word.as_str()) {
        return Some(Label::Sure);
    }
    MAYBE.contains(&word.as_str()).then_some(Label::Maybe)
}

#[cfg(test)]
mod tests {
    use super::super::{Found, scan};

    fn all(text: &str) -> Vec<String> {
        let mut found = Found::default();
        scan(text, &mut found);
        let facts = found.finish().unwrap();
        facts.into_iter().filter(|fact| fact.name == "telephone").map(|fact| fact.value).collect()
    }

    #[test]
    fn telephone_numbers_are_found() {
        for (text, expected) in [
            ("Cell: +1 (432) 553-1080 | Office", "+1 (432) 553-1080"),
            ("+14325531080", "+14325531080"),
            ("+7 701 123 45 67", "+7 701 123 45 67"),
            ("+7(701)1234567,", "+7(701)1234567"),
            ("call +86 138 0013 8000 now", "+86 138 0013 8000"),
            ("+49 (0)30 123456-78", "+49 (0)30 123456-78"),
            ("+44 20 7946 0958.", "+44 20 7946 0958"),
            ("+998 90 123 45 67", "+998 90 123 45 67"),
            ("(+90) 212 555 01 01", "(+90) 212 555 01 01"),
            ("0049 30 1234567", "0049 30 1234567"),
            ("href=\"tel:+14325531080\"", "+14325531080"),
            ("8 (701) 123-45-67", "8 (701) 123-45-67"),
            ("8-701-123-45-67", "8-701-123-45-67"),
            ("тел. 23-45-67", "23-45-67"),
            ("Тел.: 87011234567", "87011234567"),
            ("Phone number: 5551234", "5551234"),
            ("(432) 553-1080", "(432) 553-1080"),
            ("432-553-1080", "432-553-1080"),
            ("432.553.1080", "432.553.1080"),
            ("1-888-889-7757", "1-888-889-7757"),
            ("电话13800138000。", "13800138000"),
            ("手机：138-0013-8000", "138-0013-8000"),
            ("138 0013 8000", "138 0013 8000"),
            ("06 12 34 56 78", "06 12 34 56 78"),
            ("030 / 1234567", "030 / 1234567"),
            ("(0171) 123 45 67", "(0171) 123 45 67"),
            ("هاتف: ٠١٠٢٣٤٥٦٧٨٩", "01023456789"),
            ("WhatsApp 77011234567", "77011234567"),
            ("+7 701 123 45 67 1 марта", "+7 701 123 45 67"),
            ("＋７ ７０１ １２３ ４５ ６７", "+7 701 123 45 67"),
            ("+33\u{a0}6\u{a0}12\u{a0}34\u{a0}56\u{a0}78", "+33 6 12 34 56 78"),
        ] {
            assert_eq!(all(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            // dates and times
            "March 1, 2018",
            "2018-03-01",
            "01.03.2018",
            "01/03/2018 10:00",
            "2018-03-01T10:00:00+05:00",
            "20180301",
            "20180301_123456",
            "2018-03-01 10:00:00",
            "01-03-2018 0900",
            "1520000000",
            "1520000000000",
            "10:00:00.123456",
            "UTC+05:00",
            "GMT+0500",
            "1990-2000 2010-2020",
            "mobile 20180301",
            "tel. 01.03.2018",
            // amounts
            "1 000 000",
            "1,000,000.00",
            "$1 234 567 890",
            "12 000 000 €",
            "+12 000 000 %",
            "3+4",
            "100 200 300",
            "0.123456789",
            "+1 000 000 000",
            "USD 4325531080",
            "700 000 000",
            "8 000 000 000",
            "200 300 4000",
            // places and addresses
            "51.155000, 71.468333",
            "+51.155000 +071.468333/",
            "43.467448N 011.885127E",
            "192.168.100.200",
            "10.0.0.1:8080",
            "255.255.255.000",
            "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
            "010000 Astana",
            // digests, ids, numbers of files and books
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "0123456789012345678901234567890123456789",
            "550e8400-e29b-41d4-a716-446655440000",
            "978-3-16-148410-0",
            "0-306-40615-2",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "123-45-6789",
            "IMG_20180301_100000.jpg",
            "#4325531080",
            "id=4325531080",
            "case 432/553/1080",
            "12345 67890 12345 67890 12345",
            "v1.2.3",
            "1.2.840.113549.1.1.11",
            "page 12-345-678",
            "DSC0432-553-1080.jpg",
            "4325531080",
            "87011234567",
            "13800138000",
            "0301234567",
            "ISO 8601-1:2019",
            "<c r=\"A1\" s=\"123\"><v>4325531080</v></c>",
            "xref 0000000016 00000 n",
            "0000000016 65535 f",
            "call 911",
            "call 2018",
            "0x0432 553 1080",
            "+43255",
            "1e+1234567890",
            "Article 12 34 56 78 90",
            "1-2-3-4-5-6-7-8-9",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
    }
}

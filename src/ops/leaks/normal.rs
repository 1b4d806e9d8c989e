//! Letters as the search compares them: compatibility forms taken apart and accents dropped (NFKD), no capitals, nothing that
//! has no width, every blank a space.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// A run of blanks with an empty line in it stands for this one; any other run for a space.
const PARAGRAPH: u8 = b'\n';

/// Gives the letters that `c` is compared as, none where it is dropped.
pub(super) fn fold(c: char, each: &mut dyn FnMut(char)) {
    if c.is_ascii() {
        return each(c.to_ascii_lowercase());
    }
    decompose_compatible(c, |part| {
        if is_dropped(part) {
            return;
        }
        for lower in part.to_lowercase() {
            // what Unicode takes for letters of their own, and people for the plain ones
            match lower {
                'ß' => ['s', 's'].into_iter().for_each(&mut *each),
                'æ' => ['a', 'e'].into_iter().for_each(&mut *each),
                'œ' => ['o', 'e'].into_iter().for_each(&mut *each),
                'ø' => each('o'),
                'ł' => each('l'),
                'đ' => each('d'),
                'ħ' => each('h'),
                'ı' => each('i'),
                'ς' => each('σ'),
                'ى' | 'ی' => each('ي'),
                'ک' => each('ك'),
                '‘' | '’' | 'ʼ' => each('\''),
                '“' | '”' | '„' => each('"'),
                '‐' | '‒' | '–' | '—' => each('-'),
                // what a capital leaves behind, such as the dot of İ
                mark if is_dropped(mark) => {}
                other => each(ascii_digit(other)),
            }
        }
    });
}

/// The zeros of the decimal digits of Unicode 15 that have no compatibility form; nine digits follow each.
const ZEROS: [u32; 57] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040,
    0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
    0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0,
    0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x1E140, 0x1E4F0, 0x1E950,
];

/// A decimal digit of any script as the one of ASCII; anything else as it is.
pub(super) fn ascii_digit(c: char) -> char {
    if c.is_ascii() || !c.is_numeric() {
        return c;
    }
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= u32::from(c)).wrapping_sub(1));
    let digit = zero.and_then(|zero| char::from_digit(u32::from(c) - zero, 10));
    digit.unwrap_or(c)
}

/// Accents and other marks that belong to no syllable, and characters without width.
fn is_dropped(c: char) -> bool {
    let no_width = matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{640}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}');
    no_width || canonical_combining_class(c) != 0
}

/// Runs of blanks as they are compared: taken in one by one, told when the next letter comes.
#[derive(Default)]
pub(super) struct Blanks {
    any: bool,
    breaks: u8,
}

impl Blanks {
    /// Takes a character if it is blank.
    pub fn take(&mut self, c: char) -> bool {
        let is_blank = c.is_whitespace() || c == '\0';
        if is_blank {
            self.any = true;
            self.breaks = self.breaks.saturating_add(u8::from(c == '\n'));
        }
        is_blank
    }

    /// What stands for the run that ended.
    pub fn end(&mut self) -> Option<u8> {
        let ended = std::mem::take(self);
        ended.any.then_some(if ended.breaks > 1 { PARAGRAPH } else { b' ' })
    }
}

/// A text as the search compares it, without blanks at its ends.
pub(super) fn folded(text: &str) -> Vec<u8> {
    let (mut out, mut blanks) = (String::new(), Blanks::default());
    for c in text.trim().chars() {
        fold(c, &mut |c| {
            if !blanks.take(c) {
                out.extend(blanks.end().map(char::from));
                out.push(c);
            }
        });
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (one, other) in [
            ("José Núñez", "JOSE\u{301} NUN\u{303}EZ"),
            ("José", "Jose"),
            ("Łódź", "lodz"),
            ("Straße", "STRASSE"),
            ("ﬁle", "file"),
            ("Pet\u{AD}r\u{200B}ov", "petrov"),
            ("a\u{A0}\u{2003} b", "a b"),
            ("a\r\nb", "a b"),
            (" İzmir ", "izmir"),
            ("２０２６", "2026"),
            ("d’Arc", "d'arc"),
            ("٤٧١١ ۴۷۱۱", "4711 4711"),
            ("४७११", "4711"),
            ("محـــمد", "محمد"),
            ("مصطفى", "مصطفي"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("a\r\n\r\nb"), folded("a b"));
        assert_ne!(folded("кет"), folded("кот"));
    }
}

//! Tables for spreadsheets.

use sealbag::base::text::is_unseen;

/// A line as RFC 4180 has it, every cell in quotation marks. What a spreadsheet would take for a formula, and what it would hide, is made
/// harmless: a control character is a blank, any other that nobody sees `\u{…}`.
pub fn row<C: AsRef<str>>(cells: &[C]) -> String {
    let cell = |text: &C| {
        let seen = |c: char| match c {
            c if c.is_control() => " ".to_owned(),
            c if is_unseen(c) => format!("\\u{{{:x}}}", u32::from(c)),
            c => c.to_string(),
        };
        let text: String = text.as_ref().chars().map(seen).collect();
        let formula = text.trim_start().starts_with(['=', '+', '-', '@']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn nothing_in_a_cell_is_a_formula_or_hidden() {
        assert_eq!(row(&["=1+1", " @a", "a\"b", "a\tb\r\nc"]), "\"'=1+1\",\"' @a\",\"a\"\"b\",\"a b  c\"\r\n");
        assert_eq!(row(&["a\u{202e}gpj.zip", "\u{2028}é"]), "\"a\\u{202e}gpj.zip\",\"\\u{2028}é\"\r\n");
    }
}

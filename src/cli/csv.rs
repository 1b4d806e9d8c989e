//! Tables for spreadsheets.

/// A line as RFC 4180 has it, every cell in quotation marks. What a spreadsheet would take for a formula, and control characters that it
/// would hide, are made harmless.
pub fn row<C: AsRef<str>>(cells: &[C]) -> String {
    let cell = |text: &C| {
        let text: String = text.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let formula = text.trim_start().starts_with(['=', '+', '-', '@']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

//! E-mail addresses in text.

/// Endings of file names that are no domains: `photo@2x.png` is a picture.
const FILES: [&str; 26] = [
    "png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "pdf", "js", "jsx", "ts", "tsx", "css", "html", "htm", "php", "txt",
    "exe", "dll", "json", "xml", "yml", "yaml", "docx", "xlsx", "local",
];

/// The address whose `@` stands at `at`: where it begins and ends.
pub(super) fn email(text: &str, at: usize) -> Option<(usize, usize)> {
    let (before, rest) = text.split_at_checked(at)?;
    let rest = rest.strip_prefix('@')?;
    let from = before.char_indices().rev().take(65).take_while(|(_, c)| is_word(*c) || "._%+-'".contains(*c)).last()?.0;
    let local = before.get(from..)?;
    // what stands before it, as far as it may be the address of a page
    let start = before.get(..from)?.char_indices().rev().take(100).last().map_or(from, |(start, _)| start);
    let (outside, local) = (before.get(start..from)?, local.trim_start_matches(|c: char| !is_word(c) && c != '_'));
    let end =
        rest.char_indices().take(255).find(|(_, c)| !(is_word(*c) || ".-".contains(*c))).map_or(rest.len(), |(end, _)| end);
    let domain = rest.get(..end)?.trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let is_top = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) || top.starts_with("xn--");
    let plain = !local.is_empty()
        && !local.ends_with(['.', '\''])
        && local.len() <= 64
        && !local.contains("..")
        && name.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    // user@host in the address of a page, user@host:folder of a server
    let page = outside.ends_with("://") || outside.ends_with('@') || outside.contains("://") && ends_in_address(outside);
    let behind = rest.get(domain.len()..)?;
    let folder = |c: char| c.is_alphanumeric() || "/~.".contains(c);
    let server =
        local == "git" || behind.starts_with('@') || behind.strip_prefix(':').is_some_and(|rest| rest.starts_with(folder));
    let file = FILES.contains(&top.to_ascii_lowercase().as_str()) && name.bytes().all(|b| !b.is_ascii_uppercase());
    (is_top && plain && !page && !server && !file).then(|| (at - local.len(), at + 1 + domain.len()))
}

/// True where the text ends within the address of a page, such as in `https://user:`.
fn ends_in_address(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.rsplit_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '"', '\'', '<', '>', ',', ';']))
}

/// A letter or digit; Chinese, Japanese and Korean letters stand beside addresses without a blank.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2E80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        text.match_indices('@').filter_map(|(at, _)| email(text, at)).map(|(from, to)| &text[from..to]).collect()
    }

    #[test]
    fn addresses_are_found() {
        for (text, expected) in [
            ("write to anna.petrova@example.org.", "anna.petrova@example.org"),
            ("<anna+news@mail.example.co.uk>", "anna+news@mail.example.co.uk"),
            ("mailto:anna@example.org?subject=x", "anna@example.org"),
            ("邮箱anna@example.cn。", "anna@example.cn"),
            ("почта: анна@пример.рф", "анна@пример.рф"),
            ("a_b-c%d@sub-domain.example.kz,", "a_b-c%d@sub-domain.example.kz"),
            ("'anna@example.org'", "anna@example.org"),
            ("see https://example.org/contact or anna@example.org", "anna@example.org"),
            ("https://example.org/?to=anna@example.org", "anna@example.org"),
            ("S::anna@example.org::1", "anna@example.org"),
            ("e-mail:ANNA@EXAMPLE.ORG", "ANNA@EXAMPLE.ORG"),
        ] {
            assert_eq!(all(text), [expected], "{text}");
        }
        assert_eq!(all("a@example.org;b@example.org, c@example.org").len(), 3);
    }

    #[test]
    fn what_is_no_address_is_left_alone() {
        for text in [
            "photo@2x.png",
            "icon@3x.jpg",
            "lodash@4.17.21",
            "npm i react@18.2.0",
            "@anna",
            "anna@",
            "anna@localhost",
            "a @ b.org",
            "git@github.com:owner/name.git",
            "https://user@example.org/x",
            "ftp://user:secret@example.org",
            "50 @ 3.20 each",
            "[email protected]",
            "user@host:/path",
            "anna@192.168.0.1",
            "a@b@c.org",
            "x@.org",
            "x@-.org",
            "x@a..org",
            "..@",
            "@media (max-width: 3em)",
            "@import url",
            "printer@desk.local",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
    }
}

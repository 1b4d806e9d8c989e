//! Tags of HTML and XML taken out of a text, so that a word with tags in it is one word. What stands in them is told apart.

use super::escapes::Sign;

/// No tag is longer, in characters; what is longer is taken for text.
const LONGEST: usize = 4096;

/// Tags between which a new word begins, by their names without the part before a colon; a tag of any other name may stand within
/// a word.
const PARTING: [&str; 48] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "c",
    "cell",
    "cr",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "footer",
    "form",
    "h",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "is",
    "li",
    "line-break",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "row",
    "section",
    "si",
    "tab",
    "table",
    "table-cell",
    "table-row",
    "tc",
    "td",
    "th",
    "title",
    "tr",
    "ul",
];

/// Where a sign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Text,
    Tag,
}

/// Takes the tags out as they come.
#[derive(Default)]
pub(super) struct Tags {
    /// What may be a tag, from its `<`.
    held: String,
}

impl Tags {
    pub fn push(&mut self, c: char, each: &mut dyn FnMut(At, Sign)) {
        if self.held.is_empty() {
            match c {
                '<' => self.held.push(c),
                _ => each(At::Text, Sign::Letter(c)),
            }
            return;
        }
        let first = self.held.len() == 1;
        if c == '<' || first && !(c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) || self.held.len() >= LONGEST {
            self.finish(each);
            return self.push(c, each);
        }
        self.held.push(c);
        if c == '>' {
            self.tag(each);
        }
    }

    /// What was held is no tag.
    pub fn finish(&mut self, each: &mut dyn FnMut(At, Sign)) {
        self.held.chars().for_each(|c| each(At::Text, Sign::Letter(c)));
        self.held.clear();
    }

    fn tag(&mut self, each: &mut dyn FnMut(At, Sign)) {
        let tag = std::mem::take(&mut self.held);
        let name = tag.trim_start_matches(['<', '/', '!', '?']);
        let name = name.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ':' | '-')).next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        let parts = name == "text:s" || PARTING.contains(&local.as_str());
        tag.chars().for_each(|c| each(At::Tag, Sign::Letter(c)));
        tag.chars().filter(|c| *c == '\n').for_each(|_| each(At::Text, Sign::Line));
        each(At::Text, if parts { Sign::Letter(' ') } else { Sign::Joint });
        self.held = tag;
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String) {
        let (mut out, mut inside, mut tags) = (String::new(), String::new(), Tags::default());
        let mut each = |at, sign| match (at, sign) {
            (At::Text, Sign::Letter(c)) => out.push(c),
            (At::Tag, Sign::Letter(c)) => inside.push(c),
            (At::Text, Sign::Joint) => out.push('|'),
            _ => {}
        };
        text.chars().for_each(|c| tags.push(c, &mut each));
        tags.finish(&mut each);
        (out, inside)
    }

    #[test]
    fn tags_are_taken_out_and_told_apart() {
        assert_eq!(read("<b>Pe</b>trov").0, "|Pe|trov");
        assert_eq!(read("<td>Ivan</td><td>Petrov<br/>").0, " Ivan  Petrov ");
        assert_eq!(read(r#"a<img alt="Ivan">b"#), ("a|b".into(), r#"<img alt="Ivan">"#.into()));
        assert_eq!(read("<w:r><w:t>Pe</w:t></w:r><w:p>").0, "||Pe|| ");
    }

    #[test]
    fn what_is_no_tag_stays() {
        for text in ["a < b > c", "1<2 and", "<a<<", "<", "<3 >", &format!("<a{}>", "x".repeat(LONGEST))] {
            assert_eq!(read(text).0, text);
        }
    }
}

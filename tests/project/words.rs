//! The catalogue: English says everything that the code can say, with exactly what the code gives it; another language is a folder, and
//! what it lacks is said in English; nothing in a sentence is left unescaped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use sealbag::Policy;
use sealbag::base::sentence::{Argument, Quoted, Sentence};
use sealbag::base::{code, detail, hint, place};
use sealbag::report::messages;
use sealbag::report::text::{self, Extent};
use sealbag::report::words::{Medium, Words, html};
use support::kit::library::{file_of, trusting};
use support::kit::samples::{amina, plain, redacted};

/// The texts of a language's files, by their names.
fn texts(language: &str) -> BTreeMap<String, String> {
    let folder = support::root().join("src/report/words").join(language);
    let read = |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap());
    fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect()
}

/// Every message and attribute in these texts, with the arguments it asks for and the literals it writes.
fn said(texts: &BTreeMap<String, String>) -> BTreeMap<String, Seen> {
    let mut found = BTreeMap::new();
    for (file, text) in texts {
        let resource = fluent_syntax::parser::parse(text.as_str()).unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        for entry in resource.body {
            let message = match entry {
                Entry::Message(message) => message,
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                other => panic!("{file}: only messages belong here: {other:?}"),
            };
            let value = message.value.as_ref().unwrap_or_else(|| panic!("{file}: {} says nothing", message.id.name));
            assert!(found.insert(message.id.name.to_owned(), Seen::of(value)).is_none(), "{file}: {} twice", message.id.name);
            for attribute in message.attributes {
                found.insert(format!("{}.{}", message.id.name, attribute.id.name), Seen::of(&attribute.value));
            }
        }
    }
    found
}

#[derive(Default)]
struct Seen {
    arguments: BTreeSet<String>,
    literals: Vec<String>,
}

impl Seen {
    fn of(pattern: &Pattern<&str>) -> Self {
        let mut seen = Seen::default();
        seen.pattern(pattern);
        seen
    }

    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                variants.iter().for_each(|variant| self.pattern(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.arguments.insert(id.name.to_owned());
            }
            InlineExpression::StringLiteral { value } => self.literals.push((*value).to_owned()),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, id } => {
                panic!("{} is no function of this catalogue: {positional:?}", id.name)
            }
            _ => {}
        }
    }
}

/// Every message that the code can say, with the arguments it gives.
fn sayable() -> BTreeMap<String, BTreeSet<String>> {
    let set = |arguments: &[&str]| arguments.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let mut all = BTreeMap::new();
    for (name, arguments) in [detail::MESSAGES, hint::MESSAGES, place::MESSAGES].concat() {
        assert!(all.insert(name.to_owned(), set(arguments)).is_none(), "{name} twice");
    }
    for (name, arguments) in messages::MESSAGES {
        assert!(all.insert(name.replace('_', "-"), set(arguments)).is_none(), "{name} twice");
    }
    for code in code::ALL {
        all.insert(code.meaning_sentence().message.into_owned(), set(&[]));
        all.insert(code.remedy_sentence().message.into_owned(), set(&[]));
    }
    all.insert("finding".into(), set(&["place", "detail"]));
    all.insert("list-comma".into(), set(&[]));
    all
}

#[test]
fn english_says_all_that_the_code_can_say_and_nothing_else() {
    let (english, sayable) = (said(&texts("en")), sayable());
    for (name, arguments) in &sayable {
        let seen = english.get(name).unwrap_or_else(|| panic!("English lacks the message {name}"));
        assert_eq!(seen.arguments, *arguments, "{name}: what stands in it is not what the code gives");
        for literal in &seen.literals {
            // Fluent gives literals as they are, past the escaping of HTML
            assert_eq!(html(literal), *literal, "{name}: write this character without quotation marks");
        }
    }
    let unused: Vec<_> = english.keys().filter(|name| !sayable.contains_key(*name)).collect();
    assert!(unused.is_empty(), "nothing says {unused:#?}");
}

#[test]
fn what_can_be_said_is_said_somewhere() {
    let sources: Vec<String> = support::rust_files("src").into_iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let says = |words: &[String]| sources.iter().any(|source| words.iter().any(|word| source.contains(word)));
    for (name, _) in messages::MESSAGES {
        assert!(says(&[format!("message::{name}("), format!("messages::{name}(")]), "nothing says {name}");
    }
    let named = [(detail::MESSAGES, "Detail"), (hint::MESSAGES, "Hint"), (place::MESSAGES, "Place")];
    for (messages, kind) in named {
        for name in messages.iter().filter_map(|(name, _)| name.split_once('-')).map(|(_, name)| name) {
            let is_whole = |(at, _): (usize, &str), source: &str| {
                !source[at + 2 + name.len()..].starts_with(|c: char| c.is_alphanumeric())
            };
            let path = format!("::{name}");
            let made = sources.iter().any(|source| source.match_indices(&path).any(|found| is_whole(found, source)));
            // what a program that uses the library says is said only there
            assert!(name == "Said" || made, "nothing says {kind}::{name}");
        }
    }
}

#[test]
fn every_language_is_in_the_program_and_says_only_what_english_says() {
    let english = said(&texts("en"));
    let mut folders: Vec<String> = fs::read_dir(support::root().join("src/report/words"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(Words::languages(), folders, "build the program again: it holds other languages than the folder");
    for language in folders {
        let texts = texts(&language);
        Words::of(&language, texts.values().cloned().collect()).unwrap_or_else(|wrong| panic!("{language}: {wrong}"));
        let words = Words::embedded(&language).unwrap();
        assert_eq!(words.language(), language);
        for (file, text) in &texts {
            assert!(text.lines().count() <= 600, "{language}/{file} is too long");
        }
        for (name, seen) in said(&texts) {
            let known = english.get(&name).unwrap_or_else(|| panic!("{language}: English has no {name}"));
            assert!(seen.arguments.is_subset(&known.arguments), "{language}: {name} asks for what is not given");
        }
    }
}

/// A language in which every message but one is its own name and its arguments, in brackets.
fn pseudo(tag: &str, without: &str) -> Words {
    let mut text = String::new();
    for (name, arguments) in sayable().into_iter().filter(|(name, _)| name != without) {
        let places: String = arguments.iter().map(|argument| format!(" {{ ${argument} }}")).collect();
        match name.split_once('.') {
            // attributes follow their message
            Some((_, attribute)) => text.push_str(&format!("    .{attribute} = ⟦{name}{places}⟧\n")),
            None => text.push_str(&format!("{name} = ⟦{name}{places}⟧\n")),
        }
    }
    Words::of(tag, vec![text]).unwrap()
}

fn page(words: &Words, bytes: &[u8]) -> String {
    let bundle = sealbag::Bundle::read(file_of(bytes), &sealbag::Unwatched).unwrap();
    let verified = bundle.verify(&trusting(&[amina()]), &Policy::default(), &sealbag::Unwatched).unwrap();
    let mut page = Vec::new();
    text::write(&mut page, words, "b.zip", verified.report(), Default::default(), Extent::Page).unwrap();
    String::from_utf8(page).unwrap()
}

#[test]
fn a_page_comes_out_in_a_language_that_was_added() {
    let words = pseudo("de", "not-proven");
    let mut broken = plain().parts().zip();
    let at = broken.windows(7).position(|seven| seven == b"a photo").unwrap();
    broken[at] ^= 1;
    for bytes in [plain().parts().zip(), redacted().zip(), broken] {
        let page = page(&words, &bytes);
        let lines: Vec<&str> = page.lines().filter(|line| !line.is_empty()).collect();
        let (last, lines) = lines.split_last().unwrap();
        for line in lines {
            assert!(line.contains('⟦'), "not in the language that was asked for: {line}");
        }
        // what it lacks is said in English
        assert!(last.starts_with("This does not prove that "), "{last}");
    }
    assert_eq!((words.language(), words.direction()), ("de", "ltr"));
    for (tag, direction) in [("fa", "rtl"), ("ar-EG", "rtl"), ("uz-Arab", "rtl"), ("en", "ltr"), ("zh-Hant", "ltr")] {
        assert_eq!(pseudo(tag, "").direction(), direction, "{tag}");
    }
}

#[test]
fn a_language_that_is_wrong_is_refused_and_one_that_asks_for_too_much_is_not_used() {
    for (tag, text) in [("en", "= no message"), ("no tag!", "a = b"), ("en", "a = b\na = c")] {
        assert!(Words::of(tag, vec![text.into()]).is_err(), "{tag}: {text}");
    }
    let words = Words::of("de", vec!["contents-unread = { $unheard }\nnobody = niemand".into()]).unwrap();
    assert_eq!(words.say(&messages::nobody(), Medium::Plain), "niemand");
    assert_eq!(words.say(&messages::contents_unread(), Medium::Plain), "could not be checked");
    assert_eq!(words.say(&Sentence::new("no-such"), Medium::Plain), "no-such");
}

#[test]
fn plurals_follow_the_language() {
    let steps = |words: &Words, count| words.say(&messages::custody_unbroken(count), Medium::Plain);
    let english = Words::english();
    for (count, told) in
        [(0, "0 steps"), (1, "1 step"), (2, "2 steps"), (21, "21 steps"), (u64::MAX, "18446744073709551615 steps")]
    {
        assert_eq!(steps(english, count), format!("unbroken, {told}"));
    }
    let polish = "custody-unbroken = { $steps ->\n [one] krok\n [few] kroki\n *[many] kroków\n }";
    let polish = Words::of("pl", vec![polish.into()]).unwrap();
    for (count, told) in [(1, "krok"), (2, "kroki"), (5, "kroków"), (22, "kroki"), (u64::MAX, "kroków")] {
        assert_eq!(steps(&polish, count), told);
    }
}

#[test]
fn text_of_others_is_escaped_for_where_it_stands() {
    let hostile = "</bdi><script>alert(1)</script>\" onload='x' & \u{202e}gpj\n\u{1b}[2J";
    let told = Sentence::new("detail-OtherSigner").with("who", hostile.to_owned()).with("wanted", hostile.to_owned());
    let say = |medium| Words::english().say(&told, medium);
    assert!(say(Medium::Plain).contains(hostile));
    let terminal = say(Medium::Terminal);
    assert!(!terminal.contains(['\u{202e}', '\n', '\u{1b}']) && terminal.contains(r"\u{202e}gpj\n\u{1b}[2J"), "{terminal}");
    for (medium, around) in [(Medium::Html, ("<bdi>", "</bdi>")), (Medium::Attribute, ("\u{2068}", "\u{2069}"))] {
        let page = say(medium);
        assert!(!page.contains(['\u{202e}', '\n', '\u{1b}', '"', '\'']), "{page}");
        let text = page.replace(around.0, "").replace(around.1, "");
        assert!(!text.contains(['<', '>']) && page.matches(around.0).count() == 2, "{page}");
        // what a browser makes of it is what a terminal shows
        let read = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        assert_eq!(read.iter().fold(text, |text, (from, to)| text.replace(from, to)), terminal);
    }
    // words of the catalogue itself are escaped too
    let form = Words::english().say(&Sentence::new("detail-AboutForm"), Medium::Html);
    assert_eq!(form, "about is neither case, source:S&lt;n&gt; nor file:&lt;path&gt;");
    // names stay within their quotation marks, and lists are separated as the language does
    let name = Argument::from(Quoted("A\" <b>".into()));
    let list = Argument::List(vec![name.clone(), name]);
    assert_eq!(
        Words::english().show(&list, Medium::Html),
        "&quot;<bdi>A\\&quot; &lt;b&gt;</bdi>&quot;, &quot;<bdi>A\\&quot; &lt;b&gt;</bdi>&quot;"
    );
    assert_eq!(Words::english().show(&list, Medium::Terminal), r#""A\" <b>", "A\" <b>""#);
}

//! The catalogue: every sentence that a verification, a page or a paper says, in Fluent (projectfluent.org), a folder for each language
//! in `report/words`. English is complete; whatever another language lacks is said in English.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::Embed;

use super::line::quoted;
use crate::base::sentence::{Argument, Sentence};
use crate::base::text::{Untrusted, bytes, distance};

/// The folders of the languages.
#[derive(Embed)]
#[folder = "src/report/words"]
struct Files;

/// The language that is complete.
const ENGLISH: &str = "en";

static IN_ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::embedded(ENGLISH).unwrap_or_else(Words::none));

/// Where a sentence is shown, and so how what stands in it is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Nowhere yet: text of others stands as it was found.
    Plain,
    /// A terminal: text of others as [`Untrusted`] shows it.
    Terminal,
    /// HTML between tags: escaped throughout, text of others isolated in `bdi` elements.
    Html,
    /// The value of an attribute of HTML: escaped throughout, text of others between isolating characters.
    Attribute,
}

/// The sentences in one language.
pub struct Words {
    language: String,
    /// As it is, and with what the catalogue itself says escaped for HTML.
    plain: Bundle,
    html: Bundle,
}

type Bundle = FluentBundle<Arc<FluentResource>>;

impl Words {
    /// In English.
    pub fn english() -> &'static Words {
        &IN_ENGLISH
    }

    /// The tags (BCP 47) of the languages that there are.
    pub fn languages() -> Vec<String> {
        let folders: BTreeSet<String> =
            Files::iter().filter_map(|path| path.split_once('/').map(|(folder, _)| folder.to_owned())).collect();
        folders.into_iter().collect()
    }

    /// In the language of this tag, where there is one.
    pub fn embedded(language: &str) -> Option<Words> {
        let texts: Vec<String> = Files::iter()
            .filter(|path| path.split_once('/').is_some_and(|(folder, _)| folder == language))
            .filter_map(|path| Files::get(&path))
            .map(|file| String::from_utf8_lossy(&file.data).into_owned())
            .collect();
        if texts.is_empty() { None } else { Words::of(language, texts).ok() }
    }

    /// A language from its tag and the texts of its Fluent files. On failure everything that is wrong with them, a line each.
    ///
    /// # Errors
    /// A tag that is none, lines that are no Fluent, a message that occurs twice.
    pub fn of(language: &str, texts: Vec<String>) -> std::result::Result<Words, String> {
        let (Ok(plain), Ok(html)) = (language.parse(), language.parse()) else { return Err(language.to_owned()) };
        let (plain, html) = (FluentBundle::new_concurrent(vec![plain]), FluentBundle::new_concurrent(vec![html]));
        let mut words = Words::empty(language, plain, html);
        let mut wrong = Vec::new();
        for text in texts {
            let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
                wrong.extend(errors.iter().map(ToString::to_string));
                resource
            });
            let resource = Arc::new(resource);
            for bundle in [&mut words.plain, &mut words.html] {
                if let Err(errors) = bundle.add_resource(resource.clone()) {
                    wrong.extend(errors.iter().map(ToString::to_string));
                }
            }
        }
        if wrong.is_empty() { Ok(words) } else { Err(wrong.join("\n")) }
    }

    /// The tag of the language, for `lang`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// How it runs, for `dir`.
    pub fn direction(&self) -> &'static str {
        // languages that are always written so, and scripts that others may be written in
        const RIGHT_TO_LEFT: [&str; 14] =
            ["ar", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "ug", "ur", "yi", "Arab", "Hebr"];
        if self.language.split('-').any(|part| RIGHT_TO_LEFT.contains(&part)) { "rtl" } else { "ltr" }
    }

    /// Says a sentence. A message that this language lacks, or that needs what it was not given, is said in English.
    pub fn say(&self, sentence: &Sentence, medium: Medium) -> String {
        let own = self.try_say(sentence, medium);
        // the name of a message is all that is left where English itself has none, which a test rules out
        own.or_else(|| IN_ENGLISH.try_say(sentence, medium)).unwrap_or_else(|| sentence.message.clone().into_owned())
    }

    fn try_say(&self, sentence: &Sentence, medium: Medium) -> Option<String> {
        let bundle = match medium {
            Medium::Plain | Medium::Terminal => &self.plain,
            Medium::Html | Medium::Attribute => &self.html,
        };
        let (name, attribute) = sentence.message.split_once('.').map_or((&*sentence.message, None), |(n, a)| (n, Some(a)));
        let message = bundle.get_message(name)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(attribute) => message.get_attribute(attribute)?.value(),
        };
        let args: FluentArgs =
            sentence.arguments.iter().map(|(place, argument)| (*place, self.value(argument, medium))).collect();
        let mut errors = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() { Some(said) } else { None }
    }

    /// An argument as the catalogue needs it.
    fn value(&self, argument: &Argument, medium: Medium) -> FluentValue<'static> {
        match argument {
            Argument::Count(count) => match u32::try_from(*count) {
                Ok(count) => FluentValue::from(count),
                // a number in Fluent is not exact beyond 2^53, and plurals of such counts are those of many
                Err(_) => FluentValue::from(count.to_string()),
            },
            Argument::Word(word) => FluentValue::from(*word),
            argument => FluentValue::from(self.show(argument, medium)),
        }
    }

    /// What stands in a place of a sentence, escaped as its kind asks for.
    pub fn show(&self, argument: &Argument, medium: Medium) -> String {
        match argument {
            Argument::Count(count) => count.to_string(),
            Argument::Size(size) => bytes(*size),
            Argument::Distance(metres) => distance(*metres),
            Argument::Word(word) => escaped(word, medium),
            Argument::Exact(text) => match medium {
                Medium::Plain | Medium::Terminal => text.clone(),
                Medium::Html => format!("<bdi class=\"exact\" dir=\"ltr\">{}</bdi>", html(text)),
                Medium::Attribute => format!("\u{2066}{}\u{2069}", html(text)),
            },
            Argument::Text(text) => match medium {
                Medium::Plain => text.clone(),
                _ => isolated(&Untrusted(text).to_string(), medium),
            },
            Argument::Quoted(name) => {
                let name = quoted(name);
                match medium {
                    Medium::Plain | Medium::Terminal => name,
                    _ => {
                        let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(&name);
                        format!("&quot;{}&quot;", isolated(inner, medium))
                    }
                }
            }
            Argument::Sentence(sentence) => self.say(sentence, medium),
            Argument::List(list) => {
                let comma = self.say(&Sentence::new("list-comma"), medium);
                list.iter().map(|one| self.show(one, medium)).collect::<Vec<_>>().join(&comma)
            }
        }
    }

    /// No language and no message.
    fn none() -> Words {
        Words::empty("", FluentBundle::new_concurrent(Vec::new()), FluentBundle::new_concurrent(Vec::new()))
    }

    fn empty(language: &str, mut plain: Bundle, mut html: Bundle) -> Words {
        for bundle in [&mut plain, &mut html] {
            // each medium isolates in its own way
            bundle.set_use_isolating(false);
        }
        html.set_transform(Some(self::html));
        Words { language: language.to_owned(), plain, html }
    }
}

/// Text that has been made visible, escaped for where it stands and kept from turning what stands around it.
fn isolated(text: &str, medium: Medium) -> String {
    match medium {
        Medium::Plain | Medium::Terminal => text.to_owned(),
        Medium::Html => format!("<bdi>{}</bdi>", html(text)),
        Medium::Attribute => format!("\u{2068}{}\u{2069}", html(text)),
    }
}

fn escaped(text: &str, medium: Medium) -> String {
    match medium {
        Medium::Plain | Medium::Terminal => text.to_owned(),
        Medium::Html | Medium::Attribute => html(text).into_owned(),
    }
}

/// Text for HTML, between tags or in an attribute in quotation marks of either kind.
pub fn html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out.into()
}

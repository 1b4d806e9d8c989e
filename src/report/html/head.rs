//! What every page and paper begins with, and who made it.

use std::io;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::markup::Markup;
use crate::base::sentence::{Exact, Sentence};
use crate::format::time::Timestamp;
use crate::report::messages as message;

/// The head of a page with this style, up to its body. The policy lets it show pictures that it holds itself, and nothing else.
pub(super) fn head(markup: &mut Markup, title: Sentence, style: &'static str) -> io::Result<()> {
    let (language, direction) = (markup.words().language().to_owned(), markup.words().direction());
    let hash = BASE64.encode(&Sha256::digest(style.as_bytes()));
    markup.raw("<!doctype html>\n")?;
    markup.tag("<html lang=\"", &language, "\"")?;
    markup.tag(" dir=\"", direction, "\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    markup
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-")?;
    markup.tag("", &hash, "'; base-uri 'none'; form-action 'none'\">\n")?;
    markup.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    markup.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n")?;
    let title = markup.attribute(&title);
    markup.tag("<title>", &title, "</title>\n<style>")?;
    markup.raw(style)?;
    markup.raw("</style>\n</head>\n<body>\n")
}

/// When it was made, and with which version.
pub(super) fn made(at: Timestamp) -> Sentence {
    message::page_made(Exact(at.to_string()), Exact(env!("CARGO_PKG_VERSION").to_owned()))
}

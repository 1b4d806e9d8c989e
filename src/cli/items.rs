//! Which items a verb is about, as the command line names them.

use std::path::PathBuf;

use sealbag::base::code;
use sealbag::base::error::{Error, Result};

use super::context::Context;
use super::input::list;

/// More items, from a file.
#[derive(clap::Args)]
pub struct ListArgs {
    /// More items, one on each line of FILE, or of standard input for -; this keeps them out of the shell's history
    #[arg(long, value_name = "FILE")]
    from_list: Option<PathBuf>,
    /// Act on everything that a pattern with * or ? matches; without this, the matches are listed and nothing is done
    #[arg(long)]
    all_matching: bool,
}

impl ListArgs {
    /// The items of the command line and those of the file.
    pub fn items(&self, given: &[String], flag: &str, context: &Context) -> Result<Vec<String>> {
        let mut items = given.to_vec();
        if let Some(path) = &self.from_list {
            items.extend(list(path, "item", context)?);
        }
        if items.is_empty() {
            let error = Error::new(code::USAGE, flag, "no item is named");
            let name = format!("name one: {flag} ITEM, or --from-list FILE; see what there is: sealbag show BUNDLE");
            let all = if flag == "--withhold" { "; to pass on all of it: sealbag reseal" } else { "" };
            return Err(error.hint(name + all));
        }
        Ok(items)
    }

    /// Refuses a pattern whose meaning nobody has looked at yet.
    pub fn check(&self, pattern: Option<&str>) -> Result<()> {
        match pattern.filter(|_| !self.all_matching) {
            Some(pattern) => Err(Error::new(code::REDACT_PATTERN, pattern, "is a pattern; it matches the items listed above")),
            None => Ok(()),
        }
    }
}

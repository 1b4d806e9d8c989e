//! Whether results are what somebody signed, and all of it.

use super::results::{self, Places};
use super::tally::Tally;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::crypto::audit::SignedSummary;
use crate::format::audit::ListHasher;
use crate::report::audited::ReadLine;
use crate::store::home::small;

/// Checks the results at one place against their summary, and its signature. What comes back says whose it is; nobody is believed yet.
///
/// # Errors
/// `audit.malformed`, `audit.newer`, `audit.unsigned`, `audit.signature`; `audit.altered` where the results are not those that were signed;
/// `audit.incomplete` where they are not all of the list; `io.…`.
pub fn prove(places: &Places) -> Result<(SignedSummary, Tally)> {
    prove_each(places, &mut |_, _| Ok(()))
}

/// As [`prove`]; each line goes to `each`, before anything is known of the whole.
///
/// # Errors
/// As for [`prove`], and those of `each`.
pub fn prove_each(places: &Places, each: &mut dyn FnMut(&ReadLine, &[u8]) -> Result<()>) -> Result<(SignedSummary, Tally)> {
    let line = small::read(&places.summary, limits::SUMMARY, code::AUDIT_MALFORMED)?;
    let armor = match small::read(&places.signature, limits::SIGNATURE, code::AUDIT_SIGNATURE) {
        Ok(armor) => armor,
        Err(error) if error.code == code::IO_MISSING => {
            return Err(Error::new(code::AUDIT_UNSIGNED, Place::path(&places.summary), Detail::AuditUnsigned));
        }
        Err(error) => return Err(error),
    };
    let signed = SignedSummary::read(&Place::path(&places.summary), &line, &armor)?;
    let summary = &signed.summary;
    let (mut tally, mut list, mut last, mut outside) = (Tally::default(), ListHasher::default(), 0, None);
    let no = |code, detail| Error::new(code, Place::path(&places.results), detail);
    results::read(&places.results, &mut |read, line| {
        let path = read.path_bytes().unwrap_or_default();
        let sound = read.number > last && read.number <= summary.listed && summary.shard.is_none_or(|shard| shard.has(&path));
        if !sound {
            outside.get_or_insert(tally.lines() + 1);
        }
        last = read.number;
        list.add(&path);
        tally.read(&read, line);
        each(&read, line)
    })?;
    if tally.results() != summary.results {
        return Err(no(code::AUDIT_ALTERED, Detail::ResultsNotSigned));
    }
    // whoever signed it must also have told the truth about it
    if let Some(line) = outside {
        return Err(no(code::AUDIT_INCOMPLETE, Detail::LineNotListed { line }));
    }
    let agrees = tally.lines() == summary.checked
        && tally.counts == summary.counts
        && tally.passed == summary.passed
        && tally.exit() == summary.exit
        && (summary.shard.is_some() || list.finish() == summary.list);
    if agrees { Ok((signed, tally)) } else { Err(no(code::AUDIT_INCOMPLETE, Detail::SummaryDisagrees)) }
}

//! What a page about audits tells, read from their results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::prove::prove;
use super::results::{self, Places};
use super::tally::Tally;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::crypto::trust::TrustedSigners;
use crate::format::time::Timestamp;
use crate::ops::output::Output;
use crate::report::audited::{ReadLine, RegisterState};
use crate::report::html::board::{self, Audited, Board, Wrong};
use crate::report::model::Who;
use crate::report::words::Words;

/// Reads the results of audits and puts together what is told of them. What is signed must be what was signed.
///
/// # Errors
/// `audit.…`, `io.…`.
pub fn read(paths: &[PathBuf], trust: &TrustedSigners, at: Timestamp) -> Result<Board> {
    let mut audits: Vec<(Audited, &Path)> = Vec::new();
    for path in paths {
        audits.push((audited(path, trust)?, path));
    }
    audits.sort_by_key(|(audit, _)| audit.ended);
    let (mut wrong, mut more): (Vec<(Wrong, bool)>, u64) = (Vec::new(), 0);
    if let Some((last, path)) = audits.last() {
        results::read(path, &mut |line, _| {
            if !line.passed {
                if wrong.len() < limits::FINDINGS { wrong.push((of(line, last.ended), true)) } else { more += 1 }
            }
            Ok(())
        })?;
    }
    // back in time, as long as each did not pass
    for (earlier, path) in audits.iter().rev().skip(1) {
        let mut told: BTreeMap<String, bool> = BTreeMap::new();
        let paths: std::collections::BTreeSet<&str> = wrong.iter().map(|(wrong, _)| wrong.path.as_str()).collect();
        results::read(path, &mut |line, _| {
            if paths.contains(line.path.as_str()) {
                told.insert(line.path, line.passed);
            }
            Ok(())
        })?;
        for (wrong, still) in &mut wrong {
            *still &= told.get(&wrong.path) == Some(&false);
            if *still {
                wrong.since = earlier.ended;
            }
        }
    }
    let several = audits.len() > 1;
    let wrong = wrong.into_iter().map(|(wrong, still)| Wrong { or_longer: still || !several, ..wrong }).collect();
    Ok(Board { audits: audits.into_iter().map(|(audit, _)| audit).collect(), wrong, more, at })
}

fn of(line: ReadLine, since: Timestamp) -> Wrong {
    Wrong {
        untracked: line.exit() == 4 && line.register.is_some_and(|register| register.state == RegisterState::Untracked),
        path: line.path,
        outcome: line.outcome,
        findings: line.findings.into_iter().take(5).map(|finding| (finding.code, finding.detail)).collect(),
        since,
        or_longer: false,
    }
}

fn audited(path: &Path, trust: &TrustedSigners) -> Result<Audited> {
    let mut last = None;
    let (by, tally) = match prove(&Places::of(path)?) {
        Ok((signed, tally)) => {
            last = Some(signed.summary.ended);
            let key = signed.key;
            (Some(Who { fingerprint: key.fingerprint(), standing: trust.standing(&key).cloned(), key }), tally)
        }
        Err(error) if error.code == code::AUDIT_UNSIGNED || error.code == code::IO_MISSING => {
            let mut tally = Tally::default();
            results::read(path, &mut |line, bytes| {
                last = last.max(Some(line.checked_at));
                tally.read(&line, bytes);
                Ok(())
            })?;
            (None, tally)
        }
        Err(error) => return Err(error),
    };
    Ok(Audited {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        ended: last.ok_or_else(|| Error::new(code::AUDIT_MALFORMED, Place::path(path), Detail::NothingListed))?,
        checked: tally.lines(),
        passed: tally.passed,
        bytes: tally.bytes,
        counts: tally.counts,
        unproven: tally.unproven,
        by,
    })
}

/// Writes the page.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn write(board: &Board, words: &Words, output: Output, watch: &dyn crate::base::watch::Watch) -> Result<()> {
    let path = output.path(|fresh| format!("sealbag-{fresh}.html"));
    output.publish(path.as_deref(), watch, |file| {
        let mut out = std::io::BufWriter::new(file.file());
        let written = board::write(&mut out, words, board).and_then(|()| std::io::Write::flush(&mut out));
        written.map_err(|error| Error::io(Place::Output, &error))
    })
}

/// True for a file that begins like results.
///
/// # Errors
/// `io.…`.
pub fn is_results(path: &Path) -> Result<bool> {
    results::begins_like(path)
}

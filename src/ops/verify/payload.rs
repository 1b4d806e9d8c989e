//! Every file against its item, both ways; where the manifest is of a later version, only against its CRC-32.

use super::found::Found;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::bundle::payload::{self, Job, Outcome};
use crate::format::layout;
use crate::format::shown::{FileRow, Shown};
use crate::report::model::NotChecked;

pub(super) fn check(bundle: &Bundle, watch: &dyn Watch) -> Result<((), Found)> {
    let mut found = Found::default();
    if bundle.seal.newer.is_some() {
        let entries = bundle.payload.iter().enumerate().filter(|(_, entry)| entry.crc32.is_some());
        let jobs: Vec<Job> = entries.map(|(index, _)| Job { index, sha256: None }).collect();
        report(bundle, &jobs, watch, &mut found)?;
        return Ok(((), found));
    }
    let Some(shown) = &bundle.seal.shown else {
        if !bundle.payload.is_empty() {
            found.not_checked.push(NotChecked::FilesWithoutItems);
        }
        return Ok(((), found));
    };
    let jobs = pair(bundle, shown, &mut found);
    report(bundle, &jobs, watch, &mut found)?;
    Ok(((), found))
}

/// Hashes the files of all jobs and reports what is wrong with them.
fn report(bundle: &Bundle, jobs: &[Job], watch: &dyn Watch, found: &mut Found) -> Result<()> {
    for (index, outcome) in payload::check(bundle, jobs, watch)? {
        let Some(entry) = bundle.payload.get(index) else { continue };
        let place = layout::data(&entry.path);
        match outcome {
            Outcome::Altered => found.finding(code::PAYLOAD_ALTERED, place, Detail::OtherSha256),
            Outcome::Checksum => found.finding(code::CONTAINER_LAYOUT, place, Detail::WrongCrc32),
            Outcome::Unread(error) => {
                let Error { code, place, detail, .. } = Error::io(place, &error);
                found.finding(code, place, detail);
            }
        }
    }
    Ok(())
}

/// Pairs the files with the items, both in the order of their paths; returns what is left to hash.
fn pair(bundle: &Bundle, shown: &Shown, found: &mut Found) -> Vec<Job> {
    let missing = |found: &mut Found, item: &FileRow| {
        if !bundle.broken {
            found.finding(code::PAYLOAD_MISSING, layout::data(&item.path), Detail::SealedAndNotHere);
        }
    };
    let mut jobs = Vec::with_capacity(shown.files().len());
    let mut items = shown.files().iter().peekable();
    for (index, entry) in bundle.payload.iter().enumerate() {
        while let Some(item) = items.next_if(|item| item.path < entry.path) {
            missing(found, item);
        }
        match items.next_if(|item| item.path == entry.path) {
            None => found.finding(code::PAYLOAD_UNLISTED, layout::data(&entry.path), Detail::NoItemNamesIt),
            Some(item) if item.size != entry.size => {
                let detail = Detail::OtherSize { size: entry.size, sealed: item.size };
                found.finding(code::PAYLOAD_ALTERED, layout::data(&entry.path), detail);
            }
            Some(item) => jobs.push(Job { index, sha256: Some(item.sha256) }),
        }
        // a second item of the same path is a conflict, reported as such
        while items.next_if(|item| item.path == entry.path).is_some() {}
    }
    items.for_each(|item| missing(found, item));
    jobs
}

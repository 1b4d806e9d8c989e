//! Reading a disclosure: an item that it gives back counts only if the seal of the bundle commits to it, and then as if it had
//! never been withheld.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits::{self, CHUNK};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::SealedManifest;
use crate::format::digest::{Digest, Hasher};
use crate::format::disclosure::Head;
use crate::format::item::{Body, File, Item};
use crate::format::layout;
use crate::format::listing::Fault;
use crate::format::once::Together;
use crate::format::version::Newer;
use crate::report::model::{Given, Named};
use crate::store::fs::disk::NewFolder;

/// What a disclosure is checked against.
pub(super) struct Slots<'b> {
    /// The bundle digest.
    pub digest: Digest,
    /// The commitments of the items that are not shown, in ascending order.
    pub missing: &'b [Digest],
    /// Reads all commitments of the manifest, in ascending order.
    pub sealed: &'b dyn Fn() -> Result<Vec<Digest>>,
    /// What is shown, and what earlier disclosures gave back.
    pub together: Together,
}

impl<'b> Slots<'b> {
    /// The slots of a bundle with this digest. `items` reads the items that are shown; `given` is what disclosures gave back so
    /// far.
    pub fn of(
        sealed: &'b SealedManifest,
        commitments: &'b dyn Fn() -> Result<Vec<Digest>>,
        items: impl FnOnce(&mut dyn FnMut(Item)) -> Result<()>,
        given: &[Given],
    ) -> Result<Self> {
        let mut together = Together::default();
        // what stands in the bundle, or in a disclosure that was taken, agrees already
        items(&mut |item| drop(together.take(&item)))?;
        given.iter().flat_map(|given| &given.sealed).for_each(|item| drop(together.take(item)));
        Ok(Slots { digest: sealed.digest, missing: &sealed.missing, sealed: commitments, together })
    }
}

/// Reads a disclosure to its end; returns what it gives back, or what is wrong with it. With `keep`, its files and the lines of
/// its items are written into that new folder, which appears only if the seal commits to all of them.
pub(super) fn read(
    input: &mut dyn BufRead,
    slots: &mut Slots,
    keep: Option<&Path>,
    watch: &dyn Watch,
) -> Result<Result<Given, Finding>> {
    match give_back(input, slots, keep, watch) {
        Ok(given) => Ok(Ok(given)),
        Err(Stop::Refused(finding)) => Ok(Err(finding)),
        Err(Stop::Run(error)) => Err(error),
    }
}

/// Why reading cannot go on.
enum Stop {
    /// The disclosure is bad.
    Refused(Finding),
    Run(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Run(error)
    }
}

fn refused(code: &'static Code, detail: Detail) -> Stop {
    Stop::Refused(Finding::new(code, Place::Disclosure, detail))
}

fn unread(error: io::Error) -> Stop {
    Stop::Run(Error::io(Place::Disclosure, &error))
}

fn give_back(input: &mut dyn BufRead, slots: &mut Slots, keep: Option<&Path>, watch: &dyn Watch) -> Result<Given, Stop> {
    let items = read_items(input, slots)?;
    if let Some(clash) = items.values().find_map(|item| slots.together.take(item)) {
        return Err(Stop::Refused(clash.finding()));
    }
    let folder = keep.map(NewFolder::begin).transpose()?;
    let mut length: u64 = items.values().map(|item| item.line().len() as u64).sum();
    let mut buffer = vec![0; CHUNK];
    for item in items.values() {
        if let Body::File(file) = &item.body {
            read_file(input, file, folder.as_ref(), &mut buffer, watch)?;
            length = length.saturating_add(file.size);
        }
    }
    read_zeros(input, length, watch)?;
    if let Some(folder) = folder {
        let mut lines = folder.file("items.jsonl")?;
        let written = items.values().try_for_each(|item| lines.write_all(&item.line()));
        written.map_err(|error| Error::io("items.jsonl", &error))?;
        folder.publish(watch)?;
    }
    Ok(given(items, slots))
}

/// The items by their commitments; one that was not sealed is refused.
fn read_items(input: &mut dyn BufRead, slots: &Slots) -> Result<BTreeMap<Digest, Item>, Stop> {
    let mut input = input;
    let head = match Head::read(&mut input) {
        Ok(head) => head,
        Err(Fault::Io(error)) => return Err(unread(error)),
        Err(Fault::Newer(Newer { format, bundle: Some(bundle) })) if bundle == slots.digest => {
            return Err(Error::new(code::SEAL_NEWER, Place::Disclosure, Detail::OtherFormat { format }).into());
        }
        Err(Fault::Newer(Newer { bundle: Some(bundle), .. })) => {
            return Err(refused(code::DISCLOSURE_OTHER, Detail::ForTheBundle { digest: bundle.to_string() }));
        }
        Err(fault @ Fault::Newer(_)) => return Err(refused(code::DISCLOSURE_MALFORMED, fault.detail())),
        Err(Fault::Malformed(reason)) => return Err(refused(code::DISCLOSURE_MALFORMED, reason)),
    };
    if head.bundle != slots.digest {
        return Err(refused(code::DISCLOSURE_OTHER, Detail::ForTheBundle { digest: head.bundle.to_string() }));
    }
    let sealed = (slots.sealed)()?;
    let mut items = BTreeMap::new();
    // reading stops at the first item that was not sealed, so what is kept stays bounded
    let all = head.items(&mut input, |item, commitment| {
        let known = sealed.binary_search(&commitment).is_ok();
        if known {
            items.insert(commitment, item);
        }
        known
    });
    match all {
        Ok(true) => Ok(items),
        Ok(false) => {
            let detail = Detail::ItemNotSealed { item: items.len() as u64 + 1 };
            Err(refused(code::DISCLOSURE_UNSEALED, detail))
        }
        Err(Fault::Io(error)) => Err(unread(error)),
        Err(fault) => Err(refused(code::DISCLOSURE_MALFORMED, fault.detail())),
    }
}

/// Reads the bytes of one file, and writes them into the folder if there is one.
fn read_file(
    input: &mut dyn BufRead,
    file: &File,
    folder: Option<&NewFolder>,
    buffer: &mut [u8],
    watch: &dyn Watch,
) -> Result<(), Stop> {
    let name = layout::data(&file.path);
    let mut out = folder.map(|folder| folder.file(&name)).transpose()?;
    let (mut sha256, mut left) = (Hasher::default(), file.size);
    while left > 0 {
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = match input.read(buffer.get_mut(..room).unwrap_or_default()) {
            Ok(0) => return Err(refused(code::DISCLOSURE_MALFORMED, Detail::EndsBefore { name })),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unread(error)),
        };
        let chunk = buffer.get(..count).unwrap_or_default();
        sha256.update(chunk);
        if let Some(out) = &mut out {
            out.write_all(chunk).map_err(|error| Error::io(&*name, &error))?;
        }
        left -= count as u64;
        watch.advance(count as u64);
        if watch.interrupted() {
            return Err(Error::interrupted().into());
        }
    }
    if sha256.finish() != file.sha256 {
        return Err(Stop::Refused(Finding::new(code::DISCLOSURE_PAYLOAD, name, Detail::OtherSha256)));
    }
    Ok(())
}

/// Reads the padding up to the end: zeros that hide the true length, and not many compared with the `length` bytes before them.
fn read_zeros(input: &mut dyn BufRead, length: u64, watch: &dyn Watch) -> Result<(), Stop> {
    let mut zeros = 0;
    loop {
        let rest = input.fill_buf().map_err(unread)?;
        let count = rest.len();
        if count == 0 {
            return Ok(());
        }
        if rest.iter().any(|byte| *byte != 0) {
            return Err(refused(code::DISCLOSURE_MALFORMED, Detail::MoreThanZeros));
        }
        zeros += count as u64;
        if zeros > length / 4 + limits::LINE as u64 {
            return Err(refused(code::DISCLOSURE_MALFORMED, Detail::TooManyZeros));
        }
        input.consume(count);
        if watch.interrupted() {
            return Err(Error::interrupted().into());
        }
    }
}

fn given(items: BTreeMap<Digest, Item>, slots: &Slots) -> Given {
    let mut given = Given::default();
    for (commitment, item) in items {
        if slots.missing.binary_search(&commitment).is_err() {
            given.shown += 1;
            continue;
        }
        given.items.push(Named::of(&item));
        if let Body::File(file) = &item.body {
            given.files.push(file.clone());
        }
        given.sealed.push(item);
    }
    given.items.sort();
    given.files.sort_by(|one, other| one.path.cmp(&other.path));
    given
}

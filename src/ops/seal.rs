//! Sealing: a draft is signed and becomes a bundle, in one pass over its files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::draft::{Draft, is_derived};
use super::output::Output;
use super::readers::Copy;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result, carried};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::crypto::key::Signer;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHasher};
use crate::format::bagit;
use crate::format::digest::{Digest, Random128};
use crate::format::item::{Body, Field, File, Item};
use crate::format::layout::Part;
use crate::format::manifest::{FORMAT, Manifest};
use crate::format::time::Timestamp;
use crate::store::fs::bundle_write::{Bag, BundleWriter, NewPart};
use crate::store::fs::copy::Copied;
use crate::store::fs::disk::NewFile;
use crate::store::fs::folder::Input;
use crate::store::fs::{media, places};

/// Fresh random bytes, 16 at a time.
pub type Random<'r> = &'r mut dyn FnMut() -> Result<[u8; 16]>;

/// A bundle that has been written.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Where it is; none if it went to a stream.
    pub path: Option<PathBuf>,
    /// Its id, 32 hex digits.
    pub id: String,
    /// The bundle digest.
    pub digest: Digest,
    /// When, as it states.
    pub sealed_at: Timestamp,
    /// Its length in bytes.
    pub length: u64,
    /// How many files it holds.
    pub files: u64,
    /// How many bytes these have.
    pub bytes: u64,
    /// How many facts it holds.
    pub facts: u64,
}

impl Draft {
    /// Seals: copies and hashes every file once, commits to every item under a salt of its own, signs, and publishes the bundle
    /// as a whole. After an error nothing new is left behind. `now` is what the seal will state; `random` is asked for the id
    /// first and then for each item's salt, files in the order of their paths, facts in theirs. `signer` is asked for its
    /// signature when everything is copied, and where the bundle is encrypted for readers, of their list too; what it gives back is
    /// verified.
    ///
    /// # Errors
    /// `input.changed` where a file is no longer what the draft found, `input.limit`, `output.exists`, `output.inside`, `io.…`,
    /// `run.interrupted`; those of `signer` and `random`.
    pub fn sign(
        self,
        signer: &dyn Signer,
        now: Timestamp,
        random: Random,
        output: Output,
        watch: &dyn Watch,
    ) -> Result<Sealed> {
        self.refuse_too_much()?;
        let manifest = Manifest {
            format: FORMAT.into(),
            id: Random128::new(random()?),
            sealed_at: now,
            sealed_with: concat!("sealbag ", env!("CARGO_PKG_VERSION")).into(),
            signer: signer.public().line(),
        };
        let path = output.path(|fresh| match self.encryption {
            Some(_) => format!("sealbag-{fresh}.zip.age"),
            None => manifest.top_folder() + ".zip",
        });
        self.refuse_inside(path.as_deref())?;
        let write = |file: &NewFile| self.write_to(file, &manifest, signer, random, watch);
        let sealed = output.publish(path.as_deref(), watch, write)?;
        Ok(Sealed { path, ..sealed })
    }

    /// Refuses now what sealing would refuse later, so that nobody is asked for a passphrase in vain; `touch` as in
    /// [`Output::check`], and with `read` every file is opened, though none is read.
    ///
    /// # Errors
    /// `input.limit`, `output.exists`, `output.inside`, `io.…`.
    pub fn check(&self, output: &Output, touch: bool, read: bool) -> Result<()> {
        self.refuse_too_much()?;
        self.refuse_inside(output.path(|fresh| format!("sealbag-{fresh}.zip")).as_deref())?;
        output.check(touch)?;
        if read { self.refuse_closed() } else { Ok(()) }
    }

    /// Names all files at once that cannot be opened.
    pub(super) fn refuse_closed(&self) -> Result<()> {
        let closed = self.inputs.iter().filter_map(Input::closed).take(limits::FINDINGS);
        Error::all(closed.collect()).map_or(Ok(()), Err)
    }

    fn refuse_too_much(&self) -> Result<()> {
        match self.inputs.len() + self.fields.len() + self.recipients().len() > limits::ITEM_COUNT {
            true => Err(Error::new(code::INPUT_LIMIT, Place::Items, Detail::TooMuchToSeal)),
            false => Ok(()),
        }
    }

    /// Refuses to write into the folder that is sealed, or over a file that is.
    fn refuse_inside(&self, path: Option<&Path>) -> Result<()> {
        let Some(path) = path else { return Ok(()) };
        if let Some(root) = &self.root
            && places::is_inside(path, root)?
        {
            return Err(Error::new(code::OUTPUT_INSIDE, path.to_string_lossy(), Detail::InsideSealed));
        }
        if self.given.iter().any(|given| places::is_same_file(given, path)) {
            return Err(Error::new(code::OUTPUT_INSIDE, path.to_string_lossy(), Detail::IsSealed).hint(Hint::OtherZip));
        }
        Ok(())
    }

    fn write_to(
        &self,
        file: &NewFile,
        manifest: &Manifest,
        signer: &dyn Signer,
        random: Random,
        watch: &dyn Watch,
    ) -> Result<Sealed> {
        let top = manifest.top_folder();
        let Some(encryption) = &self.encryption else {
            let writer = BundleWriter::to_file(file, &top, &manifest.sealed_at, &self.inputs)?;
            return self.write(writer, manifest, signer, random, watch);
        };
        let (sealed, length) = encryption.enclose(file, |mut out| {
            let writer = BundleWriter::in_order(&mut out, &top, &manifest.sealed_at, &self.inputs)?;
            self.write(writer, manifest, signer, random, watch)
        })?;
        Ok(Sealed { length, ..sealed })
    }

    fn write(
        &self,
        mut writer: BundleWriter,
        manifest: &Manifest,
        signer: &dyn Signer,
        random: Random,
        watch: &dyn Watch,
    ) -> Result<Sealed> {
        let (copied, media_types) = writer.copy_inputs(watch)?;
        let items = Items::commit(self, &copied, &media_types, random, watch)?;
        let commitments = || items.order.iter().map(|(commitment, _)| *commitment);
        let (files, mut bytes) = (self.inputs.len() as u64, 0);
        for input in &self.inputs {
            bytes += input.size();
        }

        let mut message = Message::default();
        // hashing cannot fail
        let _ = manifest.write(&mut message, commitments());
        let signature = sshsig::sign(signer, Namespace::Manifest, &message.0.finish())?;
        let sealed = NewPart::new(|mut out| manifest.write(&mut out, commitments()))?;
        let digest = sealed.sha256();
        let bag = Bag {
            manifest,
            digest,
            bytes,
            files,
            payload_manifest: NewPart::new(|out| {
                let mut lines = self.inputs.iter().zip(&copied);
                lines.try_for_each(|(input, copied)| {
                    out.write_all(bagit::manifest_line(&copied.sha256, input.path.as_str()).as_bytes())
                })
            })?,
            items: NewPart::new(|out| {
                let mut lines = items.order.iter().map(|(_, index)| items.line(*index));
                lines.try_for_each(|line| out.write_all(&line.map_err(carried)?))
            })?,
        };
        let copy = Copy { bundle: digest, release: None, at: manifest.sealed_at, by: signer };
        let length = writer.finish(bag, self.encryption.is_some(), |writer| {
            writer.part(Part::Manifest, sealed)?;
            writer.part(Part::Signature, NewPart::from(signature.into_bytes()))?;
            copy.write_readers(self.encryption.as_ref(), writer)
        })?;
        Ok(Sealed {
            path: None,
            id: manifest.id.to_string(),
            digest,
            sealed_at: manifest.sealed_at,
            length,
            files,
            bytes,
            facts: self.fields.len() as u64,
        })
    }
}

/// The items of a draft. Only the salt and commitment of each are kept; its line is made again when it is written.
struct Items<'d> {
    draft: &'d Draft,
    copied: &'d [Copied],
    media_types: &'d [String],
    salts: Vec<[u8; 16]>,
    /// The commitments of the files, kept only if a `derived_from` fact may name one.
    files: Vec<Digest>,
    /// Commitments in ascending order, each with the index of its item: files come first, then facts, then recipients.
    order: Vec<(Digest, u32)>,
    /// Recipients, whose indices follow those of the facts.
    recipients: Vec<String>,
    /// The length of all lines together.
    length: u64,
    watch: &'d dyn Watch,
}

impl<'d> Items<'d> {
    fn commit(
        draft: &'d Draft,
        copied: &'d [Copied],
        media_types: &'d [String],
        random: Random,
        watch: &'d dyn Watch,
    ) -> Result<Self> {
        let recipients = draft.recipients();
        let count = draft.inputs.len() + draft.fields.len() + recipients.len();
        let (salts, order) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let files = Vec::new();
        let mut items = Items { draft, copied, media_types, salts, files, order, recipients, length: 0, watch };
        let derived = draft.fields.iter().any(is_derived);
        for index in 0..count as u32 {
            items.salts.push(random()?);
            let line = items.line(index)?;
            items.length += line.len() as u64;
            let commitment = Digest::of(&line);
            if derived && (index as usize) < draft.inputs.len() {
                items.files.push(commitment);
            }
            items.order.push((commitment, index));
        }
        items.order.sort_unstable();
        if items.length > limits::ITEMS {
            return Err(Error::new(code::INPUT_LIMIT, Place::Items, Detail::LinesTooLong));
        }
        Ok(items)
    }

    /// The line of an item, never empty; an index without an item ends the run.
    fn line(&self, index: u32) -> Result<Vec<u8>> {
        if self.watch.interrupted() {
            return Err(Error::interrupted());
        }
        let body = self.body(index as usize).zip(self.salts.get(index as usize));
        let (body, salt) = body.ok_or_else(|| Error::new(code::RUN_PANIC, Place::Items, Detail::ItemLost))?;
        Ok(Item { salt: Random128::new(*salt), body }.line())
    }

    fn body(&self, index: usize) -> Option<Body> {
        let Items { draft, copied, .. } = self;
        if let (Some(input), Some(copied)) = (draft.inputs.get(index), copied.get(index)) {
            let media_type = self.media_types.get(usize::from(copied.media_type))?.clone();
            let role = input.role.unwrap_or_else(|| media::role(&media_type));
            let path = input.path.clone();
            return Some(Body::File(File { path, size: input.size(), sha256: copied.sha256, media_type, role }));
        }
        let index = index.checked_sub(draft.inputs.len())?;
        let field = draft.fields.get(index).map(|field| Body::Field(self.field(field)));
        field.or_else(|| self.recipients.get(index.checked_sub(draft.fields.len())?).cloned().map(Body::Recipient))
    }

    /// The fact as it is sealed: a file that another was derived from is never named, since it may be withheld.
    fn field(&self, field: &Field) -> Field {
        let mut field = field.clone();
        if is_derived(&field)
            && let Ok(at) = self.draft.inputs.binary_search_by(|input| input.path.as_str().cmp(&field.value))
            && let Some(commitment) = self.files.get(at)
        {
            field.value = commitment.to_string();
        }
        field
    }
}

/// Hashes what is written to it; the hash is what gets signed.
#[derive(Default)]
struct Message(MessageHasher);

impl Write for Message {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

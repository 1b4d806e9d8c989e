//! Bundles that lie in an object store, `s3://BUCKET/KEY`: what such an address says, and what whoever reaches the store must be able to.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use super::fs::search::{self, Met};
use super::fs::tokens::{self, Beside};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::{OBJECT, Place};
use crate::base::watch::Watch;
use crate::bundle::blocks::Bytes;
use crate::bundle::read_at::ReadAt;
use crate::bundle::source::Source;

/// The address of an object, or of all whose keys begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The bucket: 3 to 63 of `a-z`, `0-9`, `-` and `.`.
    pub bucket: String,
    /// The key as it is, nothing in it encoded; empty for the whole bucket.
    pub key: String,
}

impl Address {
    /// What `s3://BUCKET/KEY` says; none for a path of any other form, which leads to a file.
    ///
    /// # Errors
    /// `object.url` where it begins like one and is none.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let text = path.to_string_lossy();
        let Some(rest) = text.strip_prefix(OBJECT) else { return Ok(None) };
        let unusable = |detail| Err(Error::new(code::OBJECT_URL, &*text, detail));
        if path.to_str().is_none() {
            return unusable(Detail::NotText);
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let ends = bucket.bytes().next().is_some_and(plain) && bucket.bytes().last().is_some_and(plain);
        let named = bucket.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'.') && !bucket.contains("..");
        if !(ends && named && (3..=63).contains(&bucket.len())) {
            return unusable(Detail::ObjectBucketName);
        }
        if key.len() > limits::OBJECT_KEY {
            return unusable(Detail::TooLong { limit: limits::OBJECT_KEY as u64 });
        }
        // a URL cannot say these, and what is meant by them is another object
        if key.split('/').any(|part| part == "." || part == "..") {
            return unusable(Detail::ObjectKeyDots);
        }
        Ok(Some(Address { bucket: bucket.to_owned(), key: key.to_owned() }))
    }

    /// It as a place in a message.
    pub fn place(&self) -> Place {
        Place::Named(self.to_string())
    }

    /// True where it names no object by itself: a bucket, or what stands for a folder.
    pub fn is_folder(&self) -> bool {
        self.key.is_empty() || self.key.ends_with('/')
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{OBJECT}{}/{}", self.bucket, self.key)
    }
}

/// True for the address of an object, and not a path. A folder that is called so is `./s3:`.
pub fn is_address(path: &Path) -> bool {
    path.to_string_lossy().starts_with(OBJECT)
}

/// Somebody who reaches an object store. Called from several threads.
pub trait Objects: Sync {
    /// Opens an object. All that is read from it is from one version of it: where it changes meanwhile, reading fails.
    ///
    /// # Errors
    /// `io.missing`, `io.denied`, `object.…`, `net.…`.
    fn open(&self, address: &Address) -> Result<Arc<dyn ReadAt>>;

    /// Goes through the object of this address, and all whose keys begin with it and a `/`, in the order of the store. What is a bundle is
    /// decided as for files; an unpacked one is met as a bundle whose address ends in `/`, which nobody can open.
    ///
    /// # Errors
    /// As for [`Objects::open`]; those of `each`; `run.interrupted`.
    fn search(&self, address: &Address, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()>;
}

/// Nobody who reaches one.
pub struct NoObjects;

impl NoObjects {
    fn refused(address: &Address) -> Error {
        Error::new(code::OBJECT_UNSUPPORTED, address.to_string(), Detail::ObjectsNotBuilt)
    }
}

impl Objects for NoObjects {
    fn open(&self, address: &Address) -> Result<Arc<dyn ReadAt>> {
        Err(NoObjects::refused(address))
    }

    fn search(&self, address: &Address, _: &dyn Watch, _: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
        Err(NoObjects::refused(address))
    }
}

/// True for trouble that is none of one object: whatever is asked for next would meet it too.
pub fn concerns_all(code: &code::Code) -> bool {
    [code::OBJECT_SETTINGS, code::OBJECT_KEYS, code::NET_CONNECT, code::RUN_INTERRUPTED].contains(&code)
}

/// What lies at a path or an address, found once. An object is opened here and stays the same, however often a source is made of it.
pub enum Lying<'p> {
    /// A file or a folder.
    Here(&'p Path),
    /// An object.
    Object(Address, Arc<dyn ReadAt>),
}

impl<'p> Lying<'p> {
    /// Finds it.
    ///
    /// # Errors
    /// As for [`Objects::open`]; nothing is looked at on a disk yet.
    pub fn at(path: &'p Path, objects: &dyn Objects) -> Result<Self> {
        Ok(match Address::read(path)? {
            None => Lying::Here(path),
            Some(address) if address.is_folder() => {
                return Err(Error::new(code::IO_KIND, address.to_string(), Detail::ObjectFolder));
            }
            Some(address) => objects.open(&address).map(|bytes| Lying::Object(address, bytes))?,
        })
    }

    /// A source that reads it from its beginning.
    ///
    /// # Errors
    /// `io.…`.
    pub fn source(&self) -> Result<Source> {
        match self {
            Lying::Here(path) => Source::open(path),
            Lying::Object(_, bytes) => Ok(Source::of(Arc::clone(bytes))),
        }
    }

    /// A stream from its beginning to its end.
    ///
    /// # Errors
    /// `io.…`.
    pub fn stream(&self) -> Result<Box<dyn BufRead + Send>> {
        match self {
            Lying::Here(path) => {
                search::open(path).map(|file| Box::new(std::io::BufReader::with_capacity(limits::CHUNK, file)) as Box<_>)
            }
            Lying::Object(_, bytes) => Ok(Bytes::new(Arc::clone(bytes)).into_stream()),
        }
    }

    /// How many bytes a file or an object has; none for a folder, and where that cannot be told.
    pub fn size(&self) -> Option<u64> {
        match self {
            Lying::Here(path) => search::size(path),
            Lying::Object(_, bytes) => Some(bytes.length()),
        }
    }

    /// True for an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Lying::Object(..))
    }
}

/// The timestamp tokens beside a file, a folder or an object, in the order of their numbers. Beside an object they are asked for one by
/// one, until there is none; what may not be read is none.
///
/// # Errors
/// `io.…`, `object.…`, `net.…`.
pub(crate) fn tokens(path: &Path, objects: &dyn Objects) -> Result<Vec<Beside>> {
    let Some(address) = Address::read(path)? else { return tokens::beside(path) };
    let small = |ending: &str, limit: u64| -> Result<Option<Vec<u8>>> {
        let beside = Address { key: format!("{}{ending}", address.key), ..address.clone() };
        // no store takes it, and some refuse to be asked for it
        if beside.key.len() > limits::OBJECT_KEY {
            return Ok(None);
        }
        let object = match objects.open(&beside) {
            Ok(object) => object,
            Err(error) if error.code == code::IO_MISSING || error.code == code::IO_DENIED => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        // what is too long is no token, and counts as one that says nothing
        if object.length() <= limit {
            let read = Bytes::new(object).into_stream().read_to_end(&mut bytes);
            read.map_err(|error| Error::io(beside.to_string(), &error))?;
        }
        Ok(Some(bytes))
    };
    let mut found = Vec::new();
    for number in 1..=limits::TOKENS {
        let ending = if number < 2 { ".tsr".to_owned() } else { format!(".{number}.tsr") };
        let Some(response) = small(&ending, limits::TOKEN as u64)? else { break };
        let lists = small(&format!("{ending}.crl"), limits::REVOCATION_LISTS)?;
        found.push(Beside { path: format!("{address}{ending}").into(), response, lists });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_stands_and_everything_else_is_a_path() {
        let read = |text: &str| Address::read(text.as_ref());
        let address = read("s3://a-bucket/a b/%2F?c#d.zip").unwrap().unwrap();
        assert_eq!((&*address.bucket, &*address.key), ("a-bucket", "a b/%2F?c#d.zip"));
        assert_eq!(address.to_string(), "s3://a-bucket/a b/%2F?c#d.zip");
        assert!(read("s3://bucket").unwrap().unwrap().is_folder());
        for path in ["./s3://bucket/a", "s3:/bucket/a", "S3://bucket/a", "/s3://bucket", "-"] {
            assert_eq!(read(path).unwrap(), None, "{path}");
        }
        for none in ["s3://", "s3:///a", "s3://ab/a", "s3://Bucket/a", "s3://a_b_c/a", "s3://bucket./a", "s3://buc..ket/a"] {
            assert_eq!(read(none).unwrap_err().code, code::OBJECT_URL, "{none}");
        }
        for key in ["..", "a/../b", "./a", "a/."] {
            assert_eq!(read(&format!("s3://bucket/{key}")).unwrap_err().code, code::OBJECT_URL, "{key}");
        }
        assert_eq!(read(&format!("s3://bucket/{}", "a".repeat(1025))).unwrap_err().code, code::OBJECT_URL);
    }

    #[test]
    fn without_anybody_who_reaches_a_store_an_address_gets_one_clear_error() {
        let refused = Lying::at("s3://bucket/a".as_ref(), &NoObjects).err().unwrap();
        assert_eq!(refused.code, code::OBJECT_UNSUPPORTED);
    }
}

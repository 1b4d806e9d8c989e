//! An object, read in few large pieces, each from one and the same version of it.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use ureq::Body;
use ureq::http::Response;

use super::answer::{Refusal, texts};
use super::client::{Client, Question};
use super::settings::Bucket;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Coded, Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::bundle::read_at::ReadAt;
use crate::store::objects::Address;

/// Who asks for no more than this looks at a header, and goes elsewhere then.
const SMALL: usize = 4 << 10;
/// Headers that lie nearer to each other are read with all that is between them.
const DENSE: u64 = 1 << 20;
/// The longest tag of a version.
const TAG: usize = 1024;

/// Where an object is asked for.
pub(super) struct Target {
    client: Arc<Client>,
    bucket: Bucket,
    key: String,
    place: Place,
}

/// What tells one version of an object from others.
#[derive(Clone, PartialEq, Eq)]
struct Version {
    length: u64,
    /// Empty where the store gave none, or there is nothing to read.
    tag: String,
}

impl Target {
    /// The object of this address.
    ///
    /// # Errors
    /// `object.settings`.
    pub fn of(client: &Arc<Client>, address: &Address) -> Result<Self> {
        let bucket = client.settings().bucket(address)?;
        Ok(Target { client: Arc::clone(client), bucket, key: address.key.clone(), place: address.place() })
    }

    /// Its first bytes, fewer only if there are no more.
    ///
    /// # Errors
    /// As for [`Objects::open`](crate::store::objects::Objects::open).
    pub fn head(&self, bytes: u64) -> Result<Vec<u8>> {
        self.read(0..bytes, None).map(|(head, _)| head)
    }

    /// Reads a range, as far as the object goes; what came before a connection was cut is not asked for again.
    fn read(&self, range: Range<u64>, of: Option<&Version>) -> Result<(Vec<u8>, Version)> {
        let (mut got, mut version) = (Vec::new(), of.cloned());
        self.client
            .persist(&self.place, || {
                let from = range.start + got.len() as u64;
                let to = version.as_ref().map_or(range.end, |version| range.end.min(version.length));
                if let Some(version) = version.as_ref().filter(|_| from >= to) {
                    return Ok(version.clone());
                }
                let asked = format!("bytes={from}-{}", to.saturating_sub(1));
                let answer = match &version {
                    None => self.ask(&[("range", &asked)])?,
                    Some(version) if version.tag.is_empty() => return Err(self.wrong()),
                    Some(version) => self.ask(&[("if-match", &version.tag), ("range", &asked)])?,
                };
                // an empty object has no range
                if answer.status().as_u16() == 416 && version.is_none() {
                    return if says_empty(answer) { Ok(Version { length: 0, tag: String::new() }) } else { Err(self.wrong()) };
                }
                let (told, end) = self.told(&answer, from, to)?;
                if version.as_ref().is_some_and(|version| *version != told) {
                    return Err(Refusal::Never(Error::new(code::OBJECT_CHANGED, self.place.clone(), Detail::ObjectChanged)));
                }
                version = Some(told.clone());
                self.take(answer, end - from, &mut got)?;
                Ok(told)
            })
            .map(|version| (got, version))
    }

    fn ask(&self, headers: &[(&str, &str)]) -> Result<Response<Body>, Refusal> {
        let question = Question { bucket: &self.bucket, key: Some(&self.key), place: &self.place, query: &[], headers };
        self.client.ask(&question, &[200, 206, 416])
    }

    fn wrong(&self) -> Refusal {
        Refusal::Never(Error::new(code::NET_ANSWER, self.place.clone(), Detail::ObjectAnswer))
    }

    /// Which version an answer to `bytes=from-to` is of, and where the bytes in it end.
    fn told(&self, answer: &Response<Body>, from: u64, to: u64) -> Result<(Version, u64), Refusal> {
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let tag = text("etag").unwrap_or_default();
        if tag.len() > TAG || !tag.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(self.wrong());
        }
        let ranged = text("content-range").and_then(content_range);
        let (first, end, length) = match (answer.status().as_u16(), ranged) {
            (206, Some((Some((first, last)), length))) => (first, last.saturating_add(1), length),
            // a store that knows no ranges gives all of it
            (200, _) => {
                let length = answer.body().content_length().ok_or_else(|| self.wrong())?;
                (0, length, length)
            }
            _ => return Err(self.wrong()),
        };
        // all that was asked for, as far as there is as much
        if first != from || end != to.min(length) || end <= from && length > 0 || length > limits::INTEGER {
            return Err(self.wrong());
        }
        Ok((Version { length, tag: tag.to_owned() }, end))
    }

    /// Adds `count` bytes of an answer to what came before, piece by piece, so that no more is held than really came.
    fn take(&self, answer: Response<Body>, count: u64, got: &mut Vec<u8>) -> Result<(), Refusal> {
        let mut body = answer.into_body().into_reader();
        // never more than was asked for, so that nothing is held twice while it grows
        got.reserve_exact(usize::try_from(count).unwrap_or_default());
        let mut left = count;
        let mut piece = vec![0; limits::CHUNK];
        let broken = |error: io::Error| {
            let detail = Detail::NetBroken { error: error.to_string() };
            Refusal::Later(Error::new(code::NET_ANSWER, self.place.clone(), detail))
        };
        while left > 0 {
            self.client.go_on().map_err(Refusal::Never)?;
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            let read = body.read(piece.get_mut(..room).unwrap_or_default()).map_err(broken)?;
            if read == 0 {
                return Err(broken(io::ErrorKind::UnexpectedEof.into()));
            }
            got.extend_from_slice(piece.get(..read).unwrap_or_default());
            left -= read as u64;
        }
        // at its end the connection is free for what is asked next; whatever more may come is not looked at
        let _ = body.read(piece.get_mut(..1).unwrap_or_default());
        Ok(())
    }
}

/// True where the refusal of a range says that there are no bytes at all.
fn says_empty(answer: Response<Body>) -> bool {
    let header = answer.headers().get("content-range").and_then(|value| value.to_str().ok()).and_then(content_range);
    let mut body = Vec::new();
    let read = answer.into_body().into_reader().take(limits::STORE_ERROR).read_to_end(&mut body);
    let said = read.map(|_| texts(&body, "Error", &["ActualObjectSize"])).unwrap_or_default();
    header == Some((None, 0)) || said.first().is_some_and(|size| size.as_deref() == Some("0"))
}

/// The first and the last byte, where there are any, and the length of the whole: `bytes 0-99/200`, `bytes */0`.
fn content_range(text: &str) -> Option<(Option<(u64, u64)>, u64)> {
    let (range, length) = text.strip_prefix("bytes ")?.split_once('/')?;
    let length = length.parse().ok()?;
    if range == "*" {
        return Some((None, length));
    }
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last < length).then_some((Some((first, last)), length))
}

/// An object that was opened.
pub(super) struct Object {
    target: Target,
    version: Version,
    held: Mutex<Held>,
    /// Something was fetched, or could not be.
    fetched: Condvar,
}

/// What is held of an object, the last used at the end.
#[derive(Default)]
struct Held {
    pieces: Vec<(u64, Arc<Vec<u8>>)>,
    /// What somebody is fetching now.
    under_way: Vec<Range<u64>>,
    /// Where a header was looked at last.
    glanced: Option<u64>,
}

impl Object {
    /// Asks for the beginning of an object: all of a small one.
    ///
    /// # Errors
    /// As for [`Objects::open`](crate::store::objects::Objects::open).
    pub fn open(target: Target) -> Result<Self> {
        let (bytes, version) = target.read(0..limits::OBJECT_BLOCK, None)?;
        let held = Held { pieces: vec![(0, Arc::new(bytes))], ..Held::default() };
        Ok(Object { target, version, held: Mutex::new(held), fetched: Condvar::new() })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What holds the byte at `at`. Of several threads that want it one fetches it.
    fn piece(&self, at: u64, wanted: usize) -> Result<(u64, Arc<Vec<u8>>)> {
        let range = {
            let mut held = self.held();
            let range = held.range(at, wanted <= SMALL, self.version.length);
            loop {
                if let Some(piece) = held.find(at) {
                    return Ok(piece);
                }
                if !held.under_way.iter().any(|range| range.contains(&at)) {
                    held.under_way.push(range.clone());
                    break range;
                }
                held = self.fetched.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
        };
        let under_way = UnderWay { object: self, range: &range };
        let (bytes, _) = self.target.read(range.clone(), Some(&self.version))?;
        let piece = (range.start, Arc::new(bytes));
        self.held().keep(piece.clone());
        drop(under_way);
        Ok(piece)
    }
}

/// However fetching ends, others may try again then.
struct UnderWay<'o> {
    object: &'o Object,
    range: &'o Range<u64>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.object.held().under_way.retain(|range| range != self.range);
        self.object.fetched.notify_all();
    }
}

impl Held {
    fn find(&mut self, at: u64) -> Option<(u64, Arc<Vec<u8>>)> {
        let holds = |(start, bytes): &(u64, Arc<Vec<u8>>)| *start <= at && at - *start < bytes.len() as u64;
        let place = self.pieces.iter().rposition(holds)?;
        let piece = self.pieces.remove(place);
        self.pieces.push(piece.clone());
        Some(piece)
    }

    /// What to fetch for the byte at `at`: of an object that is held whole all that is not here yet; else a block, or, for a header far from
    /// the last one, a little.
    fn range(&mut self, at: u64, small: bool, length: u64) -> Range<u64> {
        let block = limits::OBJECT_BLOCK;
        let last = if small { self.glanced.replace(at) } else { None };
        if length <= limits::OBJECT_WHOLE {
            return if at < block { 0..block.min(length) } else { block..length };
        }
        if small && !last.is_some_and(|last| last <= at && at - last < DENSE) {
            return at..at.saturating_add(limits::OBJECT_GLANCE).min(length);
        }
        let start = at - at % block;
        start..(start + block).min(length)
    }

    /// Holds a piece, in place of those used longest ago.
    fn keep(&mut self, piece: (u64, Arc<Vec<u8>>)) {
        let is_glance = |bytes: &Arc<Vec<u8>>| bytes.len() as u64 <= limits::OBJECT_GLANCE;
        let glance = is_glance(&piece.1);
        let most = if glance { limits::OBJECT_GLANCES } else { (limits::OBJECT_WHOLE / limits::OBJECT_BLOCK) as usize };
        let alike = |(_, bytes): &(u64, Arc<Vec<u8>>)| is_glance(bytes) == glance;
        while self.pieces.iter().filter(|piece| alike(piece)).count() >= most {
            let Some(oldest) = self.pieces.iter().position(alike) else { break };
            self.pieces.remove(oldest);
        }
        self.pieces.push(piece);
    }
}

impl ReadAt for Object {
    fn length(&self) -> u64 {
        self.version.length
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        if at >= self.version.length || out.is_empty() {
            return Ok(0);
        }
        let (start, bytes) = self.piece(at, out.len()).map_err(|error| io::Error::other(Coded(error.code, error.detail)))?;
        let mut rest = usize::try_from(at - start).ok().and_then(|skip| bytes.get(skip..)).unwrap_or_default();
        match rest.read(out)? {
            // nothing would say that the object ends here
            0 => Err(io::Error::other(Coded(code::NET_ANSWER, Detail::ObjectAnswer))),
            count => Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_held_of_a_large_object_however_it_is_read() {
        let length = 10 * limits::OBJECT_WHOLE;
        let mut held = Held::default();
        let mut read = |at: u64, small: bool| {
            let range = held.range(at, small, length);
            assert!(range.contains(&at) && range.end <= length);
            if held.find(at).is_none() {
                held.keep((range.start, Arc::new(vec![0; (range.end - range.start) as usize])));
            }
            let bytes: usize = held.pieces.iter().map(|(_, bytes)| bytes.len()).sum();
            assert!(bytes as u64 <= limits::OBJECT_WHOLE + limits::OBJECT_GLANCES as u64 * limits::OBJECT_GLANCE);
            range.end - range.start
        };
        // far apart little is read, close together whole blocks, as where it is read on
        assert_eq!(read(limits::OBJECT_WHOLE, true), limits::OBJECT_GLANCE);
        assert_eq!(read(2 * limits::OBJECT_WHOLE, true), limits::OBJECT_GLANCE);
        assert_eq!(read(2 * limits::OBJECT_WHOLE + DENSE / 2, true), limits::OBJECT_BLOCK);
        assert_eq!(read(length - 1, false), limits::OBJECT_BLOCK);
        for step in 0..2000 {
            read(step * 2 * DENSE % length, step % 3 == 0);
        }
    }

    #[test]
    fn a_range_is_read_as_the_protocol_has_it() {
        assert_eq!(content_range("bytes 0-99/200"), Some((Some((0, 99)), 200)));
        assert_eq!(content_range("bytes */0"), Some((None, 0)));
        for none in ["", "bytes", "bytes 0-99", "bytes 5-4/9", "bytes 0-9/9", "bytes 0-9/*", "items 0-1/2", "bytes -1-1/2"] {
            assert_eq!(content_range(none), None, "{none}");
        }
    }
}

//! The payload of an age file (C2SP age, "Payload"): after a nonce of 16 bytes, chunks of 64 KiB, each encrypted with
//! ChaCha20-Poly1305 under its number and a mark on the last. This is our own code because the age crate's cipher takes twice
//! as long.

use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

use hkdf::Hkdf;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use sha2_for_age::Sha256;
use zeroize::Zeroizing;

use super::super::scrub::{SHALLOW, scrubbed};
use super::minding::damaged;
use crate::base::detail::Detail;

/// Bytes of the nonce before the chunks.
pub(super) const NONCE: usize = 16;
const CHUNK: usize = 64 << 10;
/// Bytes of the tag behind each chunk.
pub(super) const TAG: usize = 16;
const ENCRYPTED_CHUNK: usize = CHUNK + TAG;

/// ChaCha20-Poly1305 (RFC 8439) under one key, without additional data. `ring` does not wipe its keys, so one is made for each
/// chunk, on a stack that is written over afterwards; that costs less than one part in a hundred.
pub(super) struct Cipher(Box<Zeroizing<[u8; 32]>>);

impl Cipher {
    pub fn new(key: &[u8; 32]) -> Self {
        let mut kept = Cipher(Box::new(Zeroizing::new([0; 32])));
        kept.0.copy_from_slice(key);
        kept
    }

    /// The key of a payload.
    fn of_payload(file_key: &[u8; 16], nonce: &[u8]) -> Option<Self> {
        let mut cipher = Cipher::new(&[0; 32]);
        let expand = || Hkdf::<Sha256>::new(Some(nonce), file_key).expand(b"payload", &mut **cipher.0);
        scrubbed::<SHALLOW, _>(expand).ok().map(|()| cipher)
    }

    fn with_key<T>(&self, work: impl FnOnce(LessSafeKey) -> Option<T>) -> Option<T> {
        scrubbed::<SHALLOW, _>(|| work(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &**self.0).ok()?)))
    }

    /// Encrypts `bytes` in place and appends the tag.
    pub fn encrypt(&self, nonce: [u8; 12], bytes: &mut Vec<u8>) -> Option<()> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.with_key(|key| key.seal_in_place_append_tag(nonce, Aad::empty(), bytes).ok())
    }

    /// Decrypts `bytes` in place and returns their length without the tag. If the tag is wrong, they are all set to zero.
    pub fn decrypt(&self, nonce: [u8; 12], bytes: &mut [u8]) -> Option<usize> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let decrypted = self.with_key(|key| key.open_in_place(nonce, Aad::empty(), bytes).ok().map(|text| text.len()));
        if decrypted.is_none() {
            bytes.fill(0);
        }
        decrypted
    }
}

/// The number of a chunk in 11 bytes, and the mark of the last.
fn nonce(number: u64, last: bool) -> [u8; 12] {
    let [_, _, _, _, nonce @ ..] = (u128::from(number) << 8 | u128::from(last)).to_be_bytes();
    nonce
}

/// An age file that is being made: what is written to it goes on encrypted. It is complete only once it is finished.
pub struct Encrypted<W> {
    out: W,
    cipher: Cipher,
    chunk: Zeroizing<Vec<u8>>,
    number: u64,
}

impl<W: Write> Encrypted<W> {
    /// `out` has the header and the nonce already.
    pub(super) fn new(file_key: &[u8; 16], nonce: &[u8], out: W) -> Option<Self> {
        let cipher = Cipher::of_payload(file_key, nonce)?;
        Some(Encrypted { out, cipher, chunk: Zeroizing::new(Vec::with_capacity(ENCRYPTED_CHUNK)), number: 0 })
    }

    /// What it is written to.
    pub(super) fn inner(&self) -> &W {
        &self.out
    }

    /// Writes the last chunk and returns the inner writer.
    ///
    /// # Errors
    /// Those of the inner writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_chunk(true)?;
        Ok(self.out)
    }

    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        let encrypted = self.cipher.encrypt(nonce(self.number, last), &mut self.chunk);
        self.number += 1;
        let written =
            encrypted.ok_or_else(|| io::Error::other(Detail::CannotEncrypt)).and_then(|()| self.out.write_all(&self.chunk));
        self.chunk.clear();
        written
    }
}

impl<W: Write> Write for Encrypted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // a full chunk waits until more follows: only then is it known not to be the last
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        let bytes = bytes.get(..CHUNK - self.chunk.len()).unwrap_or(bytes);
        self.chunk.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What an envelope holds, decrypted chunk by chunk while it is read. A premature end and altered bytes are errors that carry
/// `envelope.damaged`; what was read before them must not be trusted.
pub struct Decrypted<R> {
    input: R,
    /// Where the first chunk begins.
    start: u64,
    cipher: Cipher,
    /// The number of the next chunk.
    number: u64,
    /// No chunk follows.
    ended: bool,
    /// A chunk that was decrypted, and how much of it was read.
    chunk: Zeroizing<Vec<u8>>,
    used: usize,
    length: Option<u64>,
}

impl<R: BufRead> Decrypted<R> {
    /// `input` stands after the nonce, `start` bytes from its beginning.
    pub(super) fn new(file_key: &[u8; 16], nonce: &[u8], input: R, start: u64) -> Option<Self> {
        let cipher = Cipher::of_payload(file_key, nonce)?;
        Some(Decrypted { input, start, cipher, number: 0, ended: false, chunk: Zeroizing::default(), used: 0, length: None })
    }

    /// Decrypts the next chunk into `room`, which has space for its tag too.
    fn next(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while let Some(rest) = room.get_mut(count..ENCRYPTED_CHUNK).filter(|rest| !rest.is_empty()) {
            match self.input.read(rest) {
                Ok(0) => break,
                Ok(more) => count += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let last = count < ENCRYPTED_CHUNK || self.is_at_end()?;
        let altered = || damaged(Detail::EnvelopeAltered);
        let encrypted = room.get_mut(..count).ok_or_else(altered)?;
        let decrypted = self.cipher.decrypt(nonce(self.number, last), encrypted).ok_or_else(altered)?;
        // only the sole chunk of a payload may be empty
        if decrypted == 0 && self.number > 0 {
            return Err(altered());
        }
        self.number += 1;
        self.ended = last;
        Ok(decrypted)
    }

    fn is_at_end(&mut self) -> io::Result<bool> {
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                found => return found.map(<[u8]>::is_empty),
            }
        }
    }

    /// Decrypts the next chunk into the buffer.
    fn refill(&mut self) -> io::Result<()> {
        let mut chunk = std::mem::take(&mut self.chunk);
        self.used = 0;
        chunk.resize(ENCRYPTED_CHUNK, 0);
        let count = self.next(&mut chunk)?;
        chunk.truncate(count);
        self.chunk = chunk;
        Ok(())
    }
}

impl<R: BufRead + Seek> Decrypted<R> {
    /// How many bytes it holds. This decrypts the last chunk, so that a file that was cut short or added to is noticed at once.
    ///
    /// # Errors
    /// Those of the input; `envelope.damaged`, as a [`Coded`](crate::base::error::Coded), where the last chunk is not the one
    /// that was encrypted.
    pub fn length(&mut self) -> io::Result<u64> {
        if let Some(length) = self.length {
            return Ok(length);
        }
        let encrypted = self.input.seek(SeekFrom::End(0))?.saturating_sub(self.start);
        let chunks = encrypted.div_ceil(ENCRYPTED_CHUNK as u64).max(1);
        self.go_to(chunks - 1)?;
        self.refill()?;
        let length = (chunks - 1) * CHUNK as u64 + self.chunk.len() as u64;
        self.length = Some(length);
        self.go_to(0)?;
        Ok(length)
    }

    /// Continues at this place, which is at most the end.
    ///
    /// # Errors
    /// Those of the input; [`io::ErrorKind::InvalidInput`] beyond the end.
    pub fn seek_to(&mut self, at: u64) -> io::Result<()> {
        if at > self.length()? {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (chunk, within) = (at / CHUNK as u64, (at % CHUNK as u64) as usize);
        // the buffer holds the chunk before the next one
        if !self.chunk.is_empty() && chunk + 1 == self.number && within < self.chunk.len() {
            self.used = within;
        } else if within > 0 {
            self.go_to(chunk)?;
            self.refill()?;
            self.used = within;
        } else if at == self.length()? {
            self.chunk.clear();
            (self.ended, self.used) = (true, 0);
        } else {
            self.go_to(chunk)?;
        }
        Ok(())
    }

    fn go_to(&mut self, chunk: u64) -> io::Result<()> {
        self.input.seek(SeekFrom::Start(self.start + chunk * ENCRYPTED_CHUNK as u64))?;
        (self.number, self.ended, self.used) = (chunk, false, 0);
        self.chunk.clear();
        Ok(())
    }
}

impl<R: BufRead> Read for Decrypted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len() && !self.ended {
            if out.len() >= ENCRYPTED_CHUNK {
                self.chunk.clear();
                self.used = 0;
                return self.next(out);
            }
            self.refill()?;
        }
        let count = self.chunk.get(self.used..).unwrap_or_default().read(out)?;
        self.used += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::FileExt;

    use super::*;

    /// The key, made anew byte by byte wherever it is needed, so that looking for it leaves no copy of it.
    fn byte(at: usize) -> u8 {
        (at as u8).wrapping_mul(89) ^ 0xc3
    }

    /// How often the key lies in the memory of this process that can be written to; `None` where the system does not show it.
    fn found() -> Option<usize> {
        let (maps, memory) = (fs::read_to_string("/proc/self/maps").ok()?, File::open("/proc/self/mem").ok()?);
        let mut found = 0;
        let mut block = vec![0; 1 << 20];
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (from, to) = line.split_once(' ')?.0.split_once('-')?;
            let (mut at, end) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
            while at < end {
                let length = (end - at).min(block.len() as u64) as usize;
                let Ok(read) = memory.read_at(&mut block[..length], at) else { break };
                found += block[..read].windows(32).filter(|part| part.iter().enumerate().all(|(at, b)| *b == byte(at))).count();
                // a key across two blocks
                at += if read > 64 && read < (end - at) as usize { read as u64 - 31 } else { length as u64 };
            }
        }
        // the block that was looked through is memory too
        block.fill(0);
        Some(found)
    }

    #[test]
    fn threat_52b_no_key_stays_in_memory_when_its_work_is_done() {
        let mut kept = Cipher::new(&[0; 32]);
        (0..32).for_each(|at| kept.0[at] = byte(at));
        let Some(present) = found() else { return };
        assert!(present > 0, "a key that is there is not found");
        for _ in 0..3 {
            let cipher = Box::new(Cipher::new(&kept.0));
            let mut chunk = Vec::with_capacity(ENCRYPTED_CHUNK);
            chunk.resize(CHUNK, 7);
            cipher.encrypt(nonce(0, false), &mut chunk).unwrap();
            assert_eq!(cipher.decrypt(nonce(0, false), &mut chunk), Some(CHUNK));
            drop(cipher);
        }
        drop(kept);
        assert_eq!(found(), Some(0));
    }

    #[test]
    #[ignore = "measures; tests/run includes it"]
    fn a_key_for_each_chunk_costs_little() {
        use std::time::{Duration, Instant};
        let key = [7; 32];
        let cipher = Cipher::new(&key);
        let once = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).unwrap());
        let mut chunk = Vec::with_capacity(ENCRYPTED_CHUNK);
        let mut time = |encrypt: &dyn Fn([u8; 12], &mut Vec<u8>)| {
            let started = Instant::now();
            for number in 0..200 {
                chunk.clear();
                chunk.resize(CHUNK, 7);
                encrypt(nonce(number, false), &mut chunk);
            }
            started.elapsed()
        };
        let (mut each, mut one) = (Duration::MAX, Duration::MAX);
        for _ in 0..50 {
            each = each.min(time(&|nonce, chunk| cipher.encrypt(nonce, chunk).unwrap()));
            one = one.min(time(&|nonce, chunk| {
                once.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), chunk).unwrap();
            }));
        }
        // it is about 1 percent; a machine that does other things measures more
        assert!(each.as_secs_f64() < one.as_secs_f64() * 1.1, "200 chunks: {each:?} with a key each, {one:?} with one");
    }
}

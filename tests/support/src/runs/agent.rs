//! An ssh-agent for tests, with keys and tokens made from numbers. It answers as OpenSSH's does, or misbehaves in the one way
//! that a test asks for, and ends when it is dropped.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ed25519_dalek::{Signer as _, SigningKey};
use sealbag::PublicKey;
use sha2::{Digest as _, Sha256};

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// A key that the agent holds.
#[derive(Clone)]
pub struct HeldKey {
    seed: [u8; 32],
    application: Option<&'static str>,
}

impl HeldKey {
    /// An Ed25519 key.
    pub fn plain(number: u8) -> Self {
        HeldKey { seed: [number; 32], application: None }
    }

    /// A key on a FIDO token.
    pub fn token(number: u8) -> Self {
        HeldKey { seed: [number; 32], application: Some("ssh:") }
    }

    pub fn public(&self) -> PublicKey {
        let point = self.key().verifying_key().to_bytes();
        match self.application {
            None => PublicKey::ed25519(point).unwrap(),
            Some(application) => PublicKey::fido(point, application).unwrap(),
        }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.seed)
    }

    /// The signature blob over `bytes`; a token states these flags and the counter 7.
    fn sign(&self, bytes: &[u8], flags: u8) -> Vec<u8> {
        let after = [flags, 0, 0, 0, 7];
        let (signature, after) = match self.application {
            None => (self.key().sign(bytes), &[][..]),
            Some(application) => {
                let hashes = [Sha256::digest(application.as_bytes()), Sha256::digest(bytes)];
                (self.key().sign(&[&hashes[0][..], &after, &hashes[1]].concat()), &after[..])
            }
        };
        [string(self.public().kind().as_bytes()), string(&signature.to_bytes()), after.to_vec()].concat()
    }
}

/// How the agent answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Honest,
    /// It reports failure.
    Refuses,
    /// It ends the connection without a word.
    Closes,
    /// It ends the connection in the middle of its answer.
    Cuts,
    /// It never answers.
    Hangs,
    /// It announces more than it may send.
    Oversize,
    /// It answers with bytes that mean nothing.
    Garbage,
    /// It answers a different question.
    Confused,
    /// It lists no key, as a locked agent does, and signs with none.
    Locked,
    /// It signs with another key of the same kind.
    OtherKey,
    /// It signs something else.
    OtherText,
    /// Its token signs without being touched.
    Untouched,
}

/// A running agent.
pub struct TestAgent {
    socket: PathBuf,
    signed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TestAgent {
    /// An agent that answers as it should, at the socket `agent` in this folder.
    pub fn honest(folder: &Path, keys: &[HeldKey]) -> Self {
        TestAgent::start(folder, keys, Manner::Honest, Manner::Honest)
    }

    /// An agent with its manner of telling which keys it holds, and its manner of signing.
    pub fn start(folder: &Path, keys: &[HeldKey], listing: Manner, signing: Manner) -> Self {
        let socket = folder.join("agent");
        let listener = UnixListener::bind(&socket).unwrap();
        let (signed, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let at_work = AtWork { keys: keys.to_vec(), listing, signing, signed: signed.clone(), stop: stop.clone() };
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if at_work.stop.load(Ordering::SeqCst) {
                    break;
                }
                // the other side may have gone
                let _ = stream.and_then(|stream| at_work.serve(stream));
            }
        });
        TestAgent { socket, signed, stop, thread: Some(thread) }
    }

    /// The path of its socket, for `SSH_AUTH_SOCK`.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// How often it was asked to sign.
    pub fn asked_to_sign(&self) -> usize {
        self.signed.load(Ordering::SeqCst)
    }
}

impl Drop for TestAgent {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // wakes it
        let _ = UnixStream::connect(&self.socket);
        let ended = self.thread.take().unwrap().join();
        let _ = std::fs::remove_file(&self.socket);
        assert!(ended.is_ok() || thread::panicking(), "the agent met a question that nobody should ask");
    }
}

struct AtWork {
    keys: Vec<HeldKey>,
    listing: Manner,
    signing: Manner,
    signed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl AtWork {
    /// Answers the questions of one connection until it ends.
    fn serve(&self, mut stream: UnixStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        loop {
            let mut length = [0; 4];
            stream.read_exact(&mut length)?;
            let mut body = vec![0; u32::from_be_bytes(length) as usize];
            stream.read_exact(&mut body)?;
            let (manner, answer) = match body[0] {
                REQUEST_IDENTITIES => (self.listing, self.list()),
                SIGN_REQUEST => (self.signing, self.sign(&body[1..])),
                kind => panic!("a question of kind {kind}"),
            };
            match manner {
                Manner::Refuses => stream.write_all(&string(&[FAILURE]))?,
                Manner::Closes => return Ok(()),
                Manner::Cuts => return stream.write_all(&string(&answer)[..answer.len() / 2]),
                Manner::Hangs => {
                    while !self.stop.load(Ordering::SeqCst) && is_open(&mut stream) {
                        thread::sleep(Duration::from_millis(5));
                    }
                    return Ok(());
                }
                Manner::Oversize => stream.write_all(&[0, 4, 0, 1, answer[0]])?,
                Manner::Garbage => stream.write_all(&string(b"\xffnothing"))?,
                Manner::Confused if body[0] == SIGN_REQUEST => stream.write_all(&string(&self.list()))?,
                Manner::Confused => stream.write_all(&string(&[SIGN_RESPONSE, 0, 0, 0, 0]))?,
                _ => stream.write_all(&string(&answer))?,
            }
        }
    }

    fn list(&self) -> Vec<u8> {
        let keys = if self.listing == Manner::Locked { &[][..] } else { &self.keys };
        // a key of a kind that signs no bundle comes first, as on many a desk
        let mut answer = vec![IDENTITIES_ANSWER];
        answer.extend((keys.len() as u32 + 1).to_be_bytes());
        answer.extend(string(&[string(b"ssh-rsa"), string(&[3]), string(&[0x55; 256])].concat()));
        answer.extend(string(b"an old key"));
        for (number, key) in keys.iter().enumerate() {
            answer.extend(string(&key.public().blob()));
            answer.extend(string(format!("key {number}").as_bytes()));
        }
        answer
    }

    fn sign(&self, question: &[u8]) -> Vec<u8> {
        self.signed.fetch_add(1, Ordering::SeqCst);
        let (blob, rest) = take(question);
        let (bytes, flags) = take(rest);
        assert_eq!(flags, [0; 4]);
        let key = self.keys.iter().find(|key| key.public().blob() == blob);
        let Some(key) = key.filter(|_| self.signing != Manner::Locked) else { return vec![FAILURE] };
        let signature = match self.signing {
            Manner::OtherKey => HeldKey { seed: [0x77; 32], ..key.clone() }.sign(bytes, 1),
            Manner::OtherText => key.sign(b"something else", 1),
            Manner::Untouched => key.sign(bytes, 0),
            _ => key.sign(bytes, 1),
        };
        [vec![SIGN_RESPONSE], string(&signature)].concat()
    }
}

/// False once the other side has gone.
fn is_open(stream: &mut UnixStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    stream.read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// A string as SSH writes it.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat()
}

/// Takes a string as SSH writes it from the front.
fn take(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = bytes.split_first_chunk::<4>().unwrap();
    rest.split_at(u32::from_be_bytes(*length) as usize)
}

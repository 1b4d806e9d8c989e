//! Keys that an ssh-agent holds: it is asked over its socket, with a new connection for each question. An agent may be slow,
//! gone, locked, or not an agent at all, so every wait has an end, and whoever watches can end it sooner.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::crypto::agent::{self, AgentFault};
use crate::crypto::key::{PublicKey, Signature, Signer};
use crate::store::os;

/// How often a wait checks whether to go on.
const GLANCE: Duration = Duration::from_millis(50);

/// How long an agent may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To list the keys it holds, for which nobody has to do anything.
    pub listing: Duration,
    /// To sign, for which somebody may have to touch a token or answer a question.
    pub signing: Duration,
}

impl Default for Patience {
    /// 5 seconds, and 60.
    fn default() -> Self {
        Patience { listing: Duration::from_secs(5), signing: Duration::from_secs(60) }
    }
}

/// An ssh-agent that answered when it was asked.
#[derive(Clone)]
pub struct Agent<'w> {
    socket: PathBuf,
    patience: Patience,
    watch: &'w dyn Watch,
    keys: Vec<(PublicKey, String)>,
}

impl<'w> Agent<'w> {
    /// Asks the agent at this socket which keys it holds. `watch` can interrupt this and every later wait for the agent.
    ///
    /// # Errors
    /// `agent.missing` where nobody answers, `agent.refused` where it does not list its keys, `agent.answer` where the answer
    /// is not a list of keys.
    pub fn connect(socket: &Path, watch: &'w dyn Watch) -> Result<Self> {
        Agent::connect_with(socket, Patience::default(), watch)
    }

    /// Asks as [`Agent::connect`] does, with a different patience.
    ///
    /// # Errors
    /// Those of [`Agent::connect`].
    pub fn connect_with(socket: &Path, patience: Patience, watch: &'w dyn Watch) -> Result<Self> {
        let mut agent = Agent { socket: socket.to_owned(), patience, watch, keys: Vec::new() };
        let body = agent.ask(agent::request_keys(), patience.listing, code::AGENT_MISSING)?;
        agent.keys = agent::keys(&body).map_err(|fault| agent.fault(fault, Detail::AgentTellsNoKeys))?;
        Ok(agent)
    }

    /// The Ed25519 keys that it holds, including those on FIDO tokens, each with its comment, which somebody else may have
    /// written. A locked agent lists none.
    pub fn keys(&self) -> &[(PublicKey, String)] {
        &self.keys
    }

    /// The key to sign with; `agent.key` if it is not among [`Agent::keys`].
    ///
    /// # Errors
    /// `agent.key` where the agent does not hold it.
    pub fn key(&self, key: &PublicKey) -> Result<AgentKey<'w>> {
        if self.keys.iter().any(|(held, _)| held == key) {
            return Ok(AgentKey { agent: self.clone(), key: key.clone() });
        }
        let trouble = match self.keys.len() {
            0 => Detail::AgentHoldsNone,
            _ => Detail::AgentHoldsNot { key: key.fingerprint().to_string() },
        };
        Err(self.trouble(code::AGENT_KEY, trouble))
    }

    /// Sends one message and gets the body of the answer, within `patience`; `late` is the code for when none comes in time.
    fn ask(&self, message: Vec<u8>, patience: Duration, late: &'static Code) -> Result<Vec<u8>> {
        let (tell, told) = mpsc::sync_channel(1);
        let socket = self.socket.clone();
        // connecting to an agent that hangs has no timeout of its own, so a thread does it, and ends by itself once nobody
        // waits
        let asking = move || {
            let _ = tell.send(exchange(&socket, &message, patience));
        };
        thread::Builder::new().spawn(asking).map_err(|error| Error::io(self.place(), &error))?;
        let mut left = patience;
        loop {
            if self.watch.interrupted() {
                return Err(Error::interrupted());
            }
            match told.recv_timeout(GLANCE.min(left)) {
                Ok(answer) => return answer.map_err(|failed| self.failed(failed, patience, late)),
                Err(RecvTimeoutError::Timeout) if left > GLANCE => left -= GLANCE,
                Err(_) => return Err(self.failed(Failed::Late, patience, late)),
            }
        }
    }

    fn failed(&self, failed: Failed, patience: Duration, late: &'static Code) -> Error {
        match failed {
            Failed::Connect(error) => {
                let trouble = match error.kind() {
                    io::ErrorKind::NotFound => Detail::AgentNoSocket,
                    io::ErrorKind::ConnectionRefused => Detail::AgentNobodyListens,
                    _ => Detail::AgentUnreachable { error: error.to_string() },
                };
                self.trouble(code::AGENT_MISSING, trouble)
            }
            Failed::Late => self.trouble(late, Detail::AgentLate { seconds: patience.as_secs() }),
            Failed::Talk(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.trouble(code::AGENT_ANSWER, Detail::AgentEnded)
            }
            Failed::Talk(error) => self.trouble(code::AGENT_ANSWER, Detail::AgentNotAsked { error: error.to_string() }),
            Failed::Answer(fault) => self.fault(fault, Detail::AgentRefused),
        }
    }

    fn fault(&self, fault: AgentFault, refusal: Detail) -> Error {
        match fault {
            AgentFault::Refused => self.trouble(code::AGENT_REFUSED, refusal),
            AgentFault::Malformed(why) => self.trouble(code::AGENT_ANSWER, Detail::AgentMalformed { reason: Box::new(why) }),
        }
    }

    fn trouble(&self, code: &'static Code, trouble: Detail) -> Error {
        Error::new(code, self.place(), trouble)
    }

    fn place(&self) -> String {
        self.socket.to_string_lossy().into_owned()
    }
}

/// A key that an agent holds, or held when it was asked. Each signature is asked for over its own connection, since hours may
/// pass between two of them.
#[derive(Clone)]
pub struct AgentKey<'w> {
    agent: Agent<'w>,
    key: PublicKey,
}

impl Signer for AgentKey<'_> {
    fn public(&self) -> PublicKey {
        self.key.clone()
    }

    /// # Errors
    /// As [`Agent::connect`], and `agent.refused` where nobody touched the token or agreed in time.
    fn sign(&self, bytes: &[u8]) -> Result<Signature> {
        let agent = &self.agent;
        let message = agent::request_signature(&self.key, bytes);
        let body = agent.ask(message, agent.patience.signing, code::AGENT_REFUSED)?;
        agent::signature(&self.key, &body).map_err(|fault| agent.fault(fault, Detail::AgentSignsNot))
    }
}

/// Why there is no answer.
enum Failed {
    Connect(io::Error),
    Talk(io::Error),
    Late,
    Answer(AgentFault),
}

/// One question and the body of its answer; no single step of it takes longer than `patience`.
fn exchange(socket: &Path, message: &[u8], patience: Duration) -> Result<Vec<u8>, Failed> {
    let mut stream = os::connect(socket, patience).map_err(Failed::Connect)?;
    let talk = |error: io::Error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Failed::Late,
        _ => Failed::Talk(error),
    };
    stream.write_all(message).map_err(talk)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length).map_err(talk)?;
    let mut body = vec![0; agent::body_length(length).map_err(Failed::Answer)?];
    stream.read_exact(&mut body).map_err(talk)?;
    Ok(body)
}

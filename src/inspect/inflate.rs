//! Deflate streams and gzip files, unpacked as they come, in constant memory.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// How much is unpacked at once.
const OUT: usize = 32 << 10;
/// A header of gzip is not longer.
const HEADER: usize = 64 << 10;

/// Takes unpacked bytes; false where they are too many.
pub(crate) type Take<'t> = &'t mut dyn FnMut(&[u8]) -> bool;

/// Why unpacking goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// Whoever takes the bytes wants no more.
    Limits,
    /// Broken off or damaged.
    Damaged,
}

/// Where a stream stands after some of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inflated {
    More,
    /// It ended; the number of bytes that belong to it.
    End(usize),
    /// It goes no further.
    Failed(Stopped),
}

/// One deflate stream.
pub(crate) struct Inflater {
    state: Box<InflateState>,
    out: Vec<u8>,
}

impl Inflater {
    /// Without a header, as ZIP and gzip have it.
    pub fn raw() -> Self {
        Inflater { state: InflateState::new_boxed(DataFormat::Raw), out: vec![0; OUT] }
    }

    /// With the header of zlib, as PDF has it.
    pub fn zlib() -> Self {
        Inflater { state: InflateState::new_boxed(DataFormat::ZLibIgnoreChecksum), out: vec![0; OUT] }
    }

    pub fn push(&mut self, input: &[u8], take: Take) -> Inflated {
        let mut used = 0;
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let done = inflate(&mut self.state, rest, &mut self.out, MZFlush::None);
            used += done.bytes_consumed;
            if done.bytes_written > 0 && !take(self.out.get(..done.bytes_written).unwrap_or_default()) {
                return Inflated::Failed(Stopped::Limits);
            }
            match done.status {
                Ok(MZStatus::StreamEnd) => return Inflated::End(used),
                // it asks for more
                Ok(_) | Err(MZError::Buf) if done.bytes_consumed == 0 && done.bytes_written == 0 => return Inflated::More,
                Ok(_) | Err(MZError::Buf) => {}
                Err(_) => return Inflated::Failed(Stopped::Damaged),
            }
        }
    }
}

/// A gzip file: one compressed stream after the other.
pub(crate) struct Gunzip {
    state: State,
    held: Vec<u8>,
    /// The headers so far: the names and comments of the files; taken by whoever searches them.
    pub headers: Vec<u8>,
}

enum State {
    Header,
    Stream(Inflater),
    /// Checksum and length.
    Trailer,
    Stopped,
}

impl Gunzip {
    pub fn new() -> Self {
        Gunzip { state: State::Header, held: Vec::new(), headers: Vec::new() }
    }

    /// Unpacks what comes; returns why it cannot go on.
    pub fn push(&mut self, mut input: &[u8], take: Take) -> Option<Stopped> {
        while !input.is_empty() {
            match &mut self.state {
                State::Header => {
                    let before = self.held.len();
                    let more = input.len().min(HEADER - before);
                    self.held.extend_from_slice(input.get(..more).unwrap_or_default());
                    match header(&self.held) {
                        Header::Ends(at) => {
                            input = input.get(at - before..).unwrap_or_default();
                            self.headers.extend(self.held.get(10..at).unwrap_or_default());
                            self.headers.extend(b"\n\n");
                            self.go_to(State::Stream(Inflater::raw()));
                        }
                        Header::More if self.held.len() < HEADER => return None,
                        _ => return self.fail(Stopped::Damaged),
                    }
                }
                State::Stream(inflater) => match inflater.push(input, take) {
                    Inflated::More => return None,
                    Inflated::End(at) => {
                        input = input.get(at..).unwrap_or_default();
                        self.go_to(State::Trailer);
                    }
                    Inflated::Failed(reason) => return self.fail(reason),
                },
                State::Trailer => {
                    let more = input.len().min(8 - self.held.len());
                    self.held.extend_from_slice(input.get(..more).unwrap_or_default());
                    input = input.get(more..).unwrap_or_default();
                    if self.held.len() == 8 {
                        self.go_to(State::Header);
                    }
                }
                State::Stopped => return None,
            }
        }
        None
    }

    /// Why the file did not end where a file may end.
    pub fn finish(&self) -> Option<Stopped> {
        let whole = matches!(self.state, State::Header | State::Stopped) && self.held.is_empty();
        (!whole).then_some(Stopped::Damaged)
    }

    fn go_to(&mut self, state: State) {
        self.state = state;
        self.held.clear();
    }

    fn fail(&mut self, reason: Stopped) -> Option<Stopped> {
        self.go_to(State::Stopped);
        Some(reason)
    }
}

enum Header {
    /// Its length.
    Ends(usize),
    More,
    Bad,
}

/// RFC 1952, section 2.3.
fn header(bytes: &[u8]) -> Header {
    let Some([0x1F, 0x8B, 8, flags, ..]) = bytes.first_chunk::<10>() else {
        return if bytes.len() < 10 { Header::More } else { Header::Bad };
    };
    let has = |bit: u8| flags & bit != 0;
    let mut at = 10;
    if has(4) {
        let Some([low, high]) = bytes.get(at..at + 2).and_then(|length| length.first_chunk::<2>()) else { return Header::More };
        at += 2 + usize::from(u16::from_le_bytes([*low, *high]));
    }
    for _ in 0..[8, 16].iter().filter(|bit| has(**bit)).count() {
        let Some(end) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) else { return Header::More };
        at += end + 1;
    }
    at += if has(2) { 2 } else { 0 };
    if at <= bytes.len() { Header::Ends(at) } else { Header::More }
}

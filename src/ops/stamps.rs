//! Timestamp tokens that lie beside something: which of them authorities vouch for, and which renew others (format, section 10). What
//! they may be over is the caller's to say.

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::sentence::Quoted;
use crate::crypto::tsp::{self, Authority, Believed, Imprint, Moment, Refusal, RevocationList, Stamped, Standpoint};
use crate::format::time::Timestamp;
use crate::report::model::{TokenFacts, TokenSays};

/// Seconds by which two clocks may differ without a word.
const SKEW: i64 = 600;

/// A token as it lies there.
#[derive(Debug, Clone)]
pub struct Token {
    /// The name that the reader has for it.
    pub name: String,
    /// The bytes of a TimeStampResp.
    pub response: Vec<u8>,
    /// The bytes of the revocation lists beside it, if any are.
    pub lists: Option<Vec<u8>>,
}

/// A token that was judged.
#[derive(Debug, Clone)]
pub struct Stamp<T> {
    /// What is said of it.
    pub facts: TokenFacts,
    /// What it is over; none where it renews another token, or is over something that is not here.
    pub over: Option<T>,
    /// The last moment at which it can have been made, where it is accepted.
    pub latest: Option<Moment>,
}

impl<T> Stamp<T> {
    /// Of what could not be looked at as tokens.
    pub fn refused(facts: &TokenFacts) -> Self {
        Stamp { facts: facts.clone(), over: None, latest: None }
    }
}

/// Judges tokens that lie beside each other. `subject` tells what a token is over; those over another token renew it. Each is verified at
/// its own time; one over which another one lies was there at the time of that one.
pub fn judge<T>(
    tokens: &[Token],
    subject: impl Fn(&Imprint) -> Option<T>,
    authorities: &[Authority],
    now: Option<Timestamp>,
) -> Vec<Stamp<T>> {
    let read: Vec<Result<tsp::Token, Refusal>> =
        tokens.iter().map(|token| tsp::Token::read(&token.response, authorities)).collect();
    let over = |token: &tsp::Token| match subject(token.imprint()) {
        Some(subject) => Over::Subject(subject),
        None => {
            let is = |other: &Token| token.imprint().is_of(&Stamped::Bytes(other.response.clone()));
            tokens.iter().position(is).map_or(Over::Nothing, Over::Token)
        }
    };
    let over: Vec<Over<T>> = read.iter().map(|read| read.as_ref().map_or(Over::Nothing, over)).collect();
    let renewals = |of: usize| {
        let is = move |over: &Over<T>| matches!(over, Over::Token(renewed) if *renewed == of);
        over.iter().enumerate().filter(move |(_, over)| is(over)).map(|(at, _)| at).collect()
    };
    let renewals = (0..tokens.len()).map(renewals).collect();
    let mut judging = Judging {
        tokens,
        read: &read,
        renewals,
        authorities,
        judged: tokens.iter().map(|_| None).collect(),
        notes: tokens.iter().map(|_| Findings::default()).collect(),
    };
    (0..tokens.len()).for_each(|at| judging.judge(at));
    judging.refuse_late();
    judging.tell_ended(now);
    judging.tell_to_come(now);
    let Judging { judged, notes, .. } = judging;
    let mut stamps = Vec::new();
    for ((((token, read), judged), notes), over) in tokens.iter().zip(&read).zip(judged).zip(notes).zip(over) {
        let refused = || Refusal { code: code::TOKEN_IMPRINT, detail: Detail::TokenImprint };
        let judged = match (read, &over) {
            (Err(refusal), _) => Err(refusal.clone()),
            (Ok(_), Over::Nothing) => Err(refused()),
            (Ok(_), _) => judged.unwrap_or_else(|| Err(refused())),
        };
        let mut facts = TokenFacts { name: token.name.clone(), notes, ..TokenFacts::default() };
        facts.says = read.as_ref().ok().map(says);
        facts.renews = if let Over::Token(renewed) = over { tokens.get(renewed).map(|token| token.name.clone()) } else { None };
        match &judged {
            Ok(believed) => {
                facts.authority = Some(believed.authority.clone());
                facts.until = Some(believed.until);
                facts.revocation_checked = believed.revocation_checked;
            }
            Err(refusal) => facts.findings.push(refusal.finding(token.name.as_str())),
        }
        let latest = read.as_ref().ok().filter(|_| judged.is_ok()).map(tsp::Token::latest);
        let over = if let Over::Subject(subject) = over { Some(subject) } else { None };
        stamps.push(Stamp { facts, over, latest });
    }
    stamps
}

/// The accepted token, over the thing itself and not over another token, that was made first; with the last moment at which that can have
/// been.
pub fn earliest<T>(stamps: &[Stamp<T>]) -> Option<(Moment, &T, &TokenFacts)> {
    let accepted = stamps.iter().filter_map(|stamp| Some((stamp.latest?, stamp.over.as_ref()?, &stamp.facts)));
    accepted.min_by_key(|(latest, ..)| *latest)
}

/// What a token is over.
enum Over<T> {
    Subject(T),
    /// The token at this place.
    Token(usize),
    Nothing,
}

fn says(token: &tsp::Token) -> TokenSays {
    TokenSays {
        at: token.time().ceil(),
        latest: token.latest().ceil(),
        accuracy: token.accuracy(),
        signer: token.signer(),
        policy: token.policy().to_owned(),
        serial: token.serial().to_owned(),
    }
}

struct Judging<'j> {
    tokens: &'j [Token],
    read: &'j [Result<tsp::Token<'j>, Refusal>],
    /// The tokens over each.
    renewals: Vec<Vec<usize>>,
    authorities: &'j [Authority],
    judged: Vec<Option<Result<Believed, Refusal>>>,
    notes: Vec<Findings>,
}

impl Judging<'_> {
    /// Judges a token after those over it. No token is over itself, by however many others.
    fn judge(&mut self, at: usize) {
        if self.judged.get(at).is_none_or(Option::is_some) {
            return;
        }
        let over = self.renewals.get(at).cloned().unwrap_or_default();
        over.iter().for_each(|renewal| self.judge(*renewal));
        let (Some(token), Some(read)) = (self.tokens.get(at), self.read.get(at)) else { return };
        let Ok(read) = read else {
            return;
        };
        let later = |renewal: &usize| {
            let accepted = self.judged.get(*renewal).is_some_and(|judged| matches!(judged, Some(Ok(_))));
            let renewal = self.read.get(*renewal).and_then(|read| read.as_ref().ok()).filter(|_| accepted);
            renewal.filter(|renewal| renewal.time() >= read.time()).map(tsp::Token::latest)
        };
        let existed = over.iter().filter_map(later).min();
        let lists = match token.lists.as_deref().map(RevocationList::read_all) {
            None => Vec::new(),
            Some(Ok(lists)) => lists,
            Some(Err(refusal)) => {
                self.note(at, Finding::new(code::TOKEN_LIST_USELESS, token.name.as_str(), refusal.detail));
                Vec::new()
            }
        };
        let believed = read.believed(&Standpoint { authorities: self.authorities, lists: &lists, existed });
        for list in believed.iter().flat_map(|believed| &believed.useless).filter_map(|useless| lists.get(*useless)) {
            let detail = Detail::TokenListUseless { issuer: Quoted(list.issuer()), issued: list.issued().to_string() };
            self.note(at, Finding::new(code::TOKEN_LIST_USELESS, token.name.as_str(), detail));
        }
        self.put(at, believed);
    }

    /// Refuses renewals that were made when what they renew had ended, or before it was made.
    fn refuse_late(&mut self) {
        for at in 0..self.tokens.len() {
            let Some(Some(Ok(Believed { until, .. }))) = self.judged.get(at).cloned() else { continue };
            let Some(Ok(renewed)) = self.read.get(at) else { continue };
            for renewal in self.renewals.get(at).cloned().unwrap_or_default() {
                let Some(Ok(read)) = self.read.get(renewal) else { continue };
                if read.latest().ceil() > until || read.time() < renewed.time() {
                    let detail = Detail::TokenLate { until: until.to_string(), at: read.time().ceil().to_string() };
                    if matches!(self.judged.get(renewal), Some(Some(Ok(_)))) {
                        self.put(renewal, Err(Refusal { code: code::TOKEN_LATE, detail }));
                    }
                }
            }
        }
    }

    /// Mentions tokens whose certificates have ended since, with nothing over them that still holds.
    fn tell_ended(&mut self, now: Option<Timestamp>) {
        let Some(now) = now else { return };
        for at in 0..self.tokens.len() {
            let (Some(until), Some(token)) = (self.until(at), self.tokens.get(at)) else { continue };
            if until < now {
                let detail = Detail::TokenEnded { until: until.to_string() };
                self.note(at, Finding::new(code::TOKEN_ENDED, token.name.as_str(), detail));
            }
        }
    }

    /// Mentions accepted tokens whose time is still to come by the reader's clock.
    fn tell_to_come(&mut self, now: Option<Timestamp>) {
        let Some(now) = now else { return };
        for at in 0..self.tokens.len() {
            let (Some(Some(Ok(_))), Some(Ok(read))) = (self.judged.get(at), self.read.get(at)) else { continue };
            let (time, name) = (read.time().floor(), self.tokens.get(at).map_or("", |token| token.name.as_str()));
            if time.unix() > now.unix() + SKEW {
                let detail = Detail::StillToCome { time: time.to_string(), now: now.to_string() };
                self.note(at, Finding::new(code::TIME_FUTURE, name, detail));
            }
        }
    }

    /// The end of a token, and of those that renew it.
    fn until(&self, at: usize) -> Option<Timestamp> {
        let Some(Some(Ok(Believed { until, .. }))) = self.judged.get(at) else { return None };
        let over = self.renewals.get(at).into_iter().flatten().filter_map(|renewal| self.until(*renewal));
        over.chain([*until]).max()
    }

    fn put(&mut self, at: usize, judged: Result<Believed, Refusal>) {
        if let Some(place) = self.judged.get_mut(at) {
            *place = Some(judged);
        }
    }

    fn note(&mut self, at: usize, finding: Finding) {
        if let Some(notes) = self.notes.get_mut(at) {
            notes.push(finding);
        }
    }
}

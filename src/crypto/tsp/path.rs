//! The way from the certificate of a signer up to an authority that the reader trusts, each step valid at the time of the token.

use super::authority::Authority;
use super::certificate::Certificate;
use super::list::{RevocationList, Revoked};
use super::moment::Moment;
use super::refusal::{Refusal, Result};
use super::token::Token;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::sentence::Quoted;
use crate::format::time::Timestamp;

/// The most authorities between a signer and one that is trusted.
const LONGEST: usize = 8;
/// The most signatures that are verified to find a way.
const TRIED: usize = 200;

/// Whom the reader trusts, and what lies beside the token.
pub struct Standpoint<'s> {
    /// The authorities.
    pub authorities: &'s [Authority],
    /// Revocation lists, read and believed by nobody.
    pub lists: &'s [RevocationList],
    /// A time at which the token was there, proven by a later one over it.
    pub existed: Option<Moment>,
}

/// A token that an authority of the reader's vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    /// What the reader calls the authority.
    pub authority: String,
    /// The end of the first certificate on the way that ends.
    pub until: Timestamp,
    /// True if for every certificate on the way a revocation list from after the token was there.
    pub revocation_checked: bool,
    /// Revocation lists that count for nothing, by their place among those that were given.
    pub useless: Vec<usize>,
}

impl<'a> Token<'a> {
    /// Whether an authority that the reader trusts vouches for it.
    ///
    /// # Errors
    /// `token.authority` where none does, and otherwise what is wrong with the way there; `token.stray`, `token.revoked`.
    pub fn believed(&self, at: &Standpoint) -> Result<Believed> {
        let anchors: Vec<Certificate> = at.authorities.iter().filter_map(Authority::certificate).collect();
        let mut search = Search { carried: &self.certificates, anchors: &anchors, tried: 0, ways: Vec::new() };
        search.up(&mut vec![&self.signer]);
        let unknown = || Refusal::new(code::TOKEN_AUTHORITY, Detail::TokenAuthority { who: Quoted(self.signer()) });
        let mut trouble = None;
        let sound = search.ways.into_iter().find(|way| match check(way, self.time()) {
            Ok(()) => true,
            Err(refusal) => {
                trouble.get_or_insert(refusal);
                false
            }
        });
        let Some(way) = sound else { return Err(trouble.unwrap_or_else(unknown)) };
        self.check_form(at.authorities)?;
        let authority = way.last().and_then(|end| at.authorities.iter().find(|authority| authority.der() == end.raw));
        let authority = authority.ok_or_else(unknown)?;
        let until = way.iter().map(|certificate| certificate.until.floor()).min().unwrap_or(authority.until);
        let (mut checked, mut useless) = (true, vec![true; at.lists.len()]);
        for (certificate, issuer) in way.iter().zip(way.iter().skip(1)) {
            let mut covered = false;
            for (list, useless) in at.lists.iter().zip(&mut useless) {
                if !list.is_by(issuer) {
                    continue;
                }
                *useless = false;
                covered |= list.issued_at() >= self.time();
                if let Some(revoked) = list.revoked(certificate) {
                    self.check_revoked(certificate, revoked, at.existed)?;
                }
            }
            checked &= covered;
        }
        let useless = useless.iter().enumerate().filter(|(_, useless)| **useless).map(|(at, _)| at).collect();
        Ok(Believed { authority: authority.name.clone(), until, revocation_checked: checked, useless })
    }

    /// RFC 3161, section 4: a certificate that was given up counts until then. Where its key may be in the hands of others, or nobody says
    /// why it was revoked, a time in the token means nothing, and only what is known to have existed before counts.
    fn check_revoked(&self, certificate: &Certificate, revoked: Revoked, existed: Option<Moment>) -> Result<()> {
        let known = if revoked.given_up { Some(self.latest()) } else { existed };
        if known.is_some_and(|known| known < revoked.since) {
            return Ok(());
        }
        let since = revoked.since.floor().to_string();
        Err(Refusal::new(code::TOKEN_REVOKED, Detail::TokenRevoked { who: Quoted(certificate.name()), since }))
    }
}

/// All ways from a signer up to an authority, by names and signatures alone.
struct Search<'s> {
    carried: &'s [Certificate<'s>],
    anchors: &'s [Certificate<'s>],
    /// How many signatures were verified.
    tried: usize,
    /// Each begins with the signer and ends with an authority.
    ways: Vec<Vec<&'s Certificate<'s>>>,
}

impl<'s> Search<'s> {
    fn up(&mut self, way: &mut Vec<&'s Certificate<'s>>) {
        let Some(last) = way.last().copied() else { return };
        let (anchors, carried) = (self.anchors, self.carried);
        if let Some(end) = anchors.iter().find(|anchor| anchor.raw == last.raw) {
            way.pop();
            self.ways.push(way.iter().copied().chain([end]).collect());
            way.push(last);
            return;
        }
        if way.len() > LONGEST || last.is_signed_the_old_way() {
            return;
        }
        for issuer in anchors.iter().chain(carried) {
            let is_new = !way.iter().any(|known| known.raw == issuer.raw);
            if !is_new || last.issuer != issuer.subject || self.tried == TRIED {
                continue;
            }
            self.tried += 1;
            if last.was_issued_by(issuer) {
                way.push(issuer);
                self.up(way);
                way.pop();
            }
        }
    }
}

/// Refuses a way on which a certificate is not valid at that time, may not stand where it stands, or has too short a key.
fn check(way: &[&Certificate], at: Moment) -> Result<()> {
    let mut below = 0;
    for (place, certificate) in way.iter().enumerate() {
        certificate.key()?.check_length()?;
        if place > 0 {
            certificate.check_issues(below)?;
            below += u64::from(certificate.subject != certificate.issuer);
        }
        certificate.check_time(at)?;
    }
    Ok(())
}

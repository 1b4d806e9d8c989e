//! Which certificates a token may carry. Its signature does not cover them, so each must be one that somebody above vouches for: otherwise
//! a byte of it could be altered, or a whole one put in, and nobody would see it.

use super::authority::Authority;
use super::certificate::Certificate;
use super::path::Standpoint;
use super::refusal::{Refusal, Result};
use super::token::Token;
use crate::base::code;
use crate::base::detail::Detail;

impl<'a> Token<'a> {
    /// Refuses a token that is not, byte for byte, in the one form in which it counts.
    ///
    /// # Errors
    /// `token.stray`.
    pub fn check_form(&self, authorities: &[Authority]) -> Result<()> {
        let vouched = self.vouched(authorities);
        if self.is(&self.with(&vouched)) {
            return Ok(());
        }
        let strays = (self.certificates.len() - vouched.len()) as u64;
        Err(Refusal::new(code::TOKEN_STRAY, Detail::TokenStray { strays }))
    }

    /// The form in which it is kept: without what nothing vouches for. Where none of the authorities is above it, certificates that may
    /// lead to one that somebody else trusts stay, unless they are signed in a way that nobody believes.
    pub fn kept(&self, authorities: &[Authority]) -> Vec<u8> {
        let vouched = self.vouched(authorities);
        let form = self.with(&vouched);
        let is_enough = Token::read(&form, authorities).is_ok_and(|kept| {
            let at = Standpoint { authorities, lists: &[], existed: None };
            kept.believed(&at).is_ok()
        });
        if is_enough {
            return form;
        }
        let above = self.above();
        let stays = |certificate: &&Certificate<'a>| {
            let is_vouched = vouched.iter().any(|vouched| vouched.raw == certificate.raw);
            is_vouched || !certificate.is_signed_the_old_way()
        };
        let kept: Vec<_> = above.into_iter().filter(stays).collect();
        self.with(&kept)
    }

    /// The certificates above the signer that are as they were issued.
    fn vouched(&self, authorities: &[Authority]) -> Vec<&Certificate<'a>> {
        let known: Vec<Certificate> = authorities.iter().filter_map(Authority::certificate).collect();
        let vouched = |certificate: &&Certificate<'a>| {
            self.attributes.name(certificate)
                || known.iter().any(|known| known.raw == certificate.raw)
                || self.certificates.iter().any(|issuer| certificate.was_issued_by(issuer))
                || known.iter().any(|issuer| certificate.was_issued_by(issuer))
        };
        self.above().into_iter().filter(vouched).collect()
    }

    /// The signer's certificate and those above it, each once, in the order in which they are carried.
    fn above(&self) -> Vec<&Certificate<'a>> {
        let mut above: Vec<&Certificate<'a>> = vec![&self.signer];
        let is_in = |list: &[&Certificate], certificate: &Certificate| list.iter().any(|known| known.raw == certificate.raw);
        for certificate in self.certificates.iter().filter(|certificate| self.attributes.name(certificate)) {
            if !is_in(&above, certificate) {
                above.push(certificate);
            }
        }
        // each pair is looked at once, since somebody may have put in as many as there can be
        let mut next = 0;
        while let Some(below) = above.get(next).copied() {
            next += 1;
            for certificate in &self.certificates {
                if !is_in(&above, certificate) && below.was_issued_by(certificate) {
                    above.push(certificate);
                }
            }
        }
        let mut carried: Vec<&Certificate<'a>> = Vec::new();
        for certificate in &self.certificates {
            if is_in(&above, certificate) && !is_in(&carried, certificate) {
                carried.push(certificate);
            }
        }
        carried
    }
}

//! Whom the reader believes, according to keys and contacts together.

use super::contacts::{Contact, Contacts, Former};
use super::keyring::Keyring;
use super::naming;
use crate::base::text::Untrusted;
use crate::crypto::key::PublicKey;
use crate::crypto::namespace::Namespace;
use crate::crypto::trust::{Belief, Standing, TrustedSigners};

/// Whom the reader believes: themself, then the contacts; but nobody whose key the reader revoked, and no contact who is not as
/// the reader left them ([`Integrity`](super::integrity::Integrity)).
pub fn trusted(keyring: &Keyring, contacts: &Contacts) -> TrustedSigners {
    let mut trusted = TrustedSigners::nobody();
    let integrity = contacts.integrity(keyring);
    // the first opinion about a key counts, so revoked keys come first: they are not believed, not even the reader's own
    for contact in contacts.list() {
        let key = &contact.card.key;
        let Some(at) = contact.revoked_at.map(|at| integrity.revoked_at(key).map_or(at, |then| then.min(at))) else { continue };
        let before = match keyring.of(key) {
            Some(_) => Some(Belief::Own),
            None => integrity.vouches_for(contact).then_some(Belief::Contact { since: contact.believed_at }),
        };
        let belief = Belief::Revoked { at, before: before.map(Box::new) };
        trusted.add(key.clone(), Standing { name: contact.name.clone(), belief });
    }
    for contact in contacts.list() {
        for Former { key, believed_at, until, .. } in &contact.before {
            let before = integrity.vouches_for(contact).then(|| Box::new(Belief::Contact { since: *believed_at }));
            let belief = Belief::Revoked { at: *until, before };
            trusted.add(key.clone(), Standing { name: contact.name.clone(), belief });
        }
    }
    for (entry, at) in integrity.revoked() {
        let belief = Belief::Revoked { at, before: None };
        trusted.add(entry.key.clone(), Standing { name: entry.name.clone(), belief });
    }
    for own in keyring.keys() {
        trusted.add(own.public().clone(), Standing { name: own.name().to_owned(), belief: Belief::Own });
        own.card().card.recipients.iter().for_each(|recipient| trusted.add_recipient(recipient));
    }
    let vouched = contacts.list().iter().filter(|contact| integrity.vouches_for(contact));
    for contact in vouched.filter(|contact| contact.revoked_at.is_none()) {
        let belief = Belief::Contact { since: contact.believed_at };
        trusted.add(contact.card.key.clone(), Standing { name: contact.name.clone(), belief });
    }
    trusted
}

/// One key as an `allowed_signers` file of OpenSSH: a comment with its name, and its line.
pub fn allowed_signer(name: &str, key: &PublicKey) -> String {
    let namespaces = Namespace::ALL.map(Namespace::as_str).join(",");
    format!("# {}\n{} namespaces=\"{namespaces}\" {}\n", Untrusted(name), principal(key), key.line())
}

fn principal(key: &PublicKey) -> String {
    format!("{}{}", naming::PRINCIPAL, key.fingerprint().short())
}

/// The same as an `allowed_signers` file of OpenSSH (format, section 11): one line for each key that is believed, with its name
/// in a comment above; for a revoked key only a comment.
pub fn allowed_signers(keyring: &Keyring, contacts: &Contacts) -> String {
    let mut out = String::new();
    let integrity = contacts.integrity(keyring);
    let revoked =
        |key: &PublicKey| contacts.revoked_at(key).is_some() || integrity.revoked().any(|(entry, _)| entry.key == *key);
    let mut believed = |name: &str, key: &PublicKey| out += &allowed_signer(name, key);
    for own in keyring.keys().iter().filter(|own| !revoked(own.public())) {
        believed(own.name(), own.public());
    }
    let known = |contact: &&Contact| keyring.of(&contact.card.key).is_none();
    let vouched = contacts.list().iter().filter(|contact| integrity.vouches_for(contact));
    for contact in vouched.filter(known).filter(|contact| !revoked(&contact.card.key)) {
        believed(&contact.name, &contact.card.key);
    }
    for contact in contacts.list() {
        for former in &contact.before {
            let (principal, name) = (principal(&former.key), Untrusted(&contact.name));
            out += &format!("# spent {}: {principal} {name}\n", former.until);
        }
        if let Some(at) = contact.revoked_at {
            out += &format!("# revoked {at}: {} {}\n", principal(&contact.card.key), Untrusted(&contact.name));
        }
    }
    out
}

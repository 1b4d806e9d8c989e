//! What keys say of themselves (format, section 11): that they are not their owner's any more, and which key comes after one.

use super::sshsig::{REVOCATION, SUCCESSION, Signer};
use super::text::json_string;

/// The line of a revocation, with its line feed.
pub fn revocation_line(key: &str, since: &str, made_at: &str) -> String {
    let key = json_string(key);
    format!("{{\"format\":\"sealbag-revocation/1\",\"key\":{key},\"since\":\"{since}\",\"made_at\":\"{made_at}\"}}\n")
}

/// "Not mine since then", signed by the key.
pub fn revocation(signer: &Signer, since: &str, made_at: &str) -> String {
    let line = revocation_line(&signer.line(), since, made_at);
    let armor = signer.armor(REVOCATION, line.as_bytes());
    line + &armor
}

/// The line of a succession, with its line feed.
pub fn succession_line(old: &str, new: &str, made_at: &str) -> String {
    let (old, new) = (json_string(old), json_string(new));
    format!("{{\"format\":\"sealbag-succession/1\",\"old\":{old},\"new\":{new},\"made_at\":\"{made_at}\"}}\n")
}

/// Which key comes after which, signed by both; it stands behind the card of the new one.
pub fn succession(old: &Signer, new: &Signer, made_at: &str) -> String {
    let line = succession_line(&old.line(), &new.line(), made_at);
    let armors = old.armor(SUCCESSION, line.as_bytes()) + &new.armor(SUCCESSION, line.as_bytes());
    line + &armors
}

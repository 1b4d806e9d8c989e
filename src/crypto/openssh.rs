//! OpenSSH private key files (PROTOCOL.key): read, and written encrypted with aes256-ctr under bcrypt-pbkdf unless asked
//! otherwise. The work that a file asks for is capped before any of it is done. Public key files (sshd(8)) are read.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{Cipher, Kdf, LineEnding, PrivateKey};
use zeroize::Zeroizing;

use super::key::{KeyFault, PublicKey, SigningKey};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::limits;

/// Rounds of bcrypt-pbkdf in files we write: what `ssh-keygen` uses today.
const ROUNDS: u32 = 24;

/// A passphrase with the randomness that encrypting under it needs.
pub struct Protection<'a> {
    /// The passphrase, not empty.
    pub passphrase: &'a str,
    /// 16 fresh random bytes for the KDF's salt, and 4 for the check number.
    pub random: [u8; 20],
}

/// Writes a private key file with `comment`; without protection it is readable to anybody who gets the file.
///
/// # Errors
/// `key.format` where the key cannot be written in this form.
pub fn write(key: &SigningKey, comment: &str, protection: Option<Protection>) -> Result<Zeroizing<String>> {
    let failed = |error: ssh_key::Error| Error::new(code::KEY_FORMAT, comment, error.to_string());
    let mut pair = Zeroizing::new([0; 64]);
    let (seed, public) = pair.split_at_mut(32);
    seed.copy_from_slice(key.seed());
    public.copy_from_slice(key.public().point());
    let pair = Ed25519Keypair::from_bytes(&pair).map_err(failed)?;
    let mut private = PrivateKey::new(KeypairData::Ed25519(pair), comment).map_err(failed)?;
    if let Some(Protection { passphrase, random }) = protection {
        let (salt, check) = random.split_at(16);
        let check = check.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let kdf = Kdf::Bcrypt { salt: salt.to_vec(), rounds: ROUNDS };
        private = private.encrypt_with(Cipher::Aes256Ctr, kdf, check, passphrase).map_err(failed)?;
    }
    private.to_openssh(LineEnding::LF).map_err(failed)
}

/// A private key file that has been read but not yet opened.
pub struct KeyFile {
    thing: String,
    private: PrivateKey,
}

impl KeyFile {
    /// Reads an OpenSSH private key file; `thing` names it in errors. Refuses anything but Ed25519, weak keys, and a KDF
    /// that asks for more than [`limits::KDF_ROUNDS`].
    ///
    /// # Errors
    /// `key.format`, `key.weak`, `key.cost`.
    pub fn read(thing: &str, bytes: &[u8]) -> Result<Self> {
        let private =
            PrivateKey::from_openssh(bytes).map_err(|_| Error::new(code::KEY_FORMAT, thing, Detail::NotAPrivateKeyFile))?;
        let rounds = if let Kdf::Bcrypt { rounds, .. } = private.kdf() { *rounds } else { 0 };
        if rounds > limits::KDF_ROUNDS {
            let trouble = Detail::KdfRounds { rounds: rounds.into(), most: limits::KDF_ROUNDS.into() };
            return Err(Error::new(code::KEY_COST, thing, trouble));
        }
        let file = KeyFile { thing: thing.to_owned(), private };
        file.public()?;
        Ok(file)
    }

    /// True if a passphrase is needed to open it.
    pub fn is_encrypted(&self) -> bool {
        self.private.is_encrypted()
    }

    /// The public half, which a key file shows without its passphrase.
    ///
    /// # Errors
    /// `key.format`, `key.weak`.
    pub fn public(&self) -> Result<PublicKey> {
        let data = self.private.public_key().key_data();
        let point = data.ed25519().ok_or_else(|| {
            Error::new(code::KEY_FORMAT, &self.thing, Detail::KeyOfKind { kind: data.algorithm().to_string() })
        })?;
        PublicKey::ed25519(point.0).map_err(|fault| {
            let code = if fault == KeyFault::Weak { code::KEY_WEAK } else { code::KEY_FORMAT };
            Error::new(code, &self.thing, fault.to_string())
        })
    }

    /// Opens it, with the passphrase where it has one.
    ///
    /// # Errors
    /// `key.passphrase` if the passphrase is wrong or none was given, `key.format`, `key.weak`.
    pub fn open(&self, passphrase: Option<&str>) -> Result<SigningKey> {
        self.open_with_comment(passphrase).map(|(key, _)| key)
    }

    /// Opens it as [`KeyFile::open`] does, and reads its comment, which encryption covers too.
    ///
    /// # Errors
    /// Those of [`KeyFile::open`].
    pub fn open_with_comment(&self, passphrase: Option<&str>) -> Result<(SigningKey, String)> {
        let wrong = || Error::new(code::KEY_PASSPHRASE, &self.thing, Detail::PassphraseWrong);
        let opened;
        let private = if self.is_encrypted() {
            opened = self.private.decrypt(passphrase.unwrap_or("")).map_err(|_| wrong())?;
            &opened
        } else {
            &self.private
        };
        let format = |trouble: Detail| Error::new(code::KEY_FORMAT, &self.thing, trouble);
        let pair = private.key_data().ed25519().ok_or_else(|| format(Detail::NoEd25519Key))?;
        let seed = Zeroizing::new(pair.private.to_bytes());
        let key = SigningKey::from_seed(&seed);
        if key.public() != self.public()? {
            return Err(format(Detail::HalvesDiffer));
        }
        Ok((key, private.comment().to_owned()))
    }
}

/// Reads a public key file as `ssh-keygen` and `ssh-add -L` write it: one line of kind, base64 and a comment, which may be left
/// out and was chosen by whoever wrote the file. `thing` names it in errors. Refuses anything but Ed25519 keys, on a FIDO token
/// or not (`key.format`), and weak keys (`key.weak`).
///
/// # Errors
/// `key.format`, `key.weak`.
pub fn read_public(thing: &str, bytes: &[u8]) -> Result<(PublicKey, String)> {
    let refuse = |trouble: Detail| Error::new(code::KEY_FORMAT, thing, trouble).hint(Hint::PublicHalf);
    let text = std::str::from_utf8(bytes).map_err(|_| refuse(Detail::NotText))?.trim();
    if text.starts_with("-----BEGIN") {
        return Err(refuse(Detail::IsPrivateKey));
    }
    if text.lines().count() != 1 {
        return Err(refuse(Detail::NotOneLine));
    }
    let mut words = text.splitn(3, [' ', '\t']);
    let (kind, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let key = PublicKey::parse(&format!("{kind} {base64}")).map_err(|fault| match fault {
        KeyFault::Weak => Error::new(code::KEY_WEAK, thing, fault.to_string()),
        KeyFault::Malformed
            if ["ssh-rsa", "ssh-dss", "ecdsa-sha2-", "sk-ecdsa-"].iter().any(|other| kind.starts_with(other)) =>
        {
            let trouble = Detail::KeyOfOtherKind { kind: kind.to_owned() };
            refuse(trouble).hint(Hint::MakeEd25519)
        }
        KeyFault::Malformed => refuse(Detail::NotAPublicHalf),
    })?;
    Ok((key, words.next().unwrap_or_default().trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = SigningKey::from_seed(&[5; 32]);
        let plain = write(&key, "Amina", None).unwrap();
        let file = KeyFile::read("f", plain.as_bytes()).unwrap();
        assert!(!file.is_encrypted());
        assert_eq!(file.open(None).unwrap().public(), key.public());

        let protection = Protection { passphrase: "correct", random: [9; 20] };
        let locked = write(&key, "Amina", Some(protection)).unwrap();
        let file = KeyFile::read("f", locked.as_bytes()).unwrap();
        assert!(file.is_encrypted());
        assert_eq!(file.public().unwrap(), key.public());
        assert_eq!(file.open(Some("correct")).unwrap().public(), key.public());
        for wrong in [None, Some(""), Some("Correct")] {
            assert_eq!(file.open(wrong).unwrap_err().code, code::KEY_PASSPHRASE);
        }
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_is_refused_before_any_is_done() {
        let pair = Ed25519Keypair::from_bytes(&{
            let key = SigningKey::from_seed(&[5; 32]);
            let mut pair = [5; 64];
            pair[32..].copy_from_slice(key.public().point());
            pair
        });
        let private = PrivateKey::new(KeypairData::Ed25519(pair.unwrap()), "c").unwrap();
        let kdf = Kdf::Bcrypt { salt: vec![1; 16], rounds: 1 };
        let cheap = private.encrypt_with(Cipher::Aes256Ctr, kdf, 7, "p").unwrap().to_bytes().unwrap();
        // the rounds are the four bytes after the salt
        let at = cheap.windows(20).position(|w| w == [&[1; 16][..], &[0, 0, 0, 1]].concat()).unwrap() + 16;
        let mut dear = cheap.to_vec();
        dear[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        let text = PrivateKey::from_bytes(&dear).unwrap().to_openssh(LineEnding::LF).unwrap();
        assert_eq!(KeyFile::read("f", text.as_bytes()).err().map(|e| e.code), Some(code::KEY_COST));
    }

    #[test]
    fn a_public_key_file_is_one_line_of_a_key_that_may_sign() {
        let key = SigningKey::from_seed(&[6; 32]).public();
        let token = PublicKey::fido(*key.point(), "ssh:").unwrap();
        for key in [key.clone(), token] {
            let line = key.line();
            for (text, comment) in [
                (line.clone(), ""),
                (format!("{line}\n"), ""),
                (format!("{line} \r\n"), ""),
                (format!("{line} amina at desk\n"), "amina at desk"),
                (format!("{line}\tamina"), "amina"),
            ] {
                let read = read_public("f", text.as_bytes()).unwrap();
                assert_eq!(read, (key.clone(), comment.to_owned()), "{text:?}");
            }
        }
        let line = key.line();
        let private = write(&SigningKey::from_seed(&[6; 32]), "", None).unwrap();
        let certificate = line.replacen("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", 1);
        for bad in ["", "\n", "ssh-ed25519", "no key", &line.replacen("ssh", "sh", 1), &certificate, &private] {
            assert_eq!(read_public("f", bad.as_bytes()).unwrap_err().code, code::KEY_FORMAT, "{bad}");
        }
        for bad in [format!("{line}\n{line}\n"), format!("restrict {line}"), line.replacen("AAAA", "AAAB", 1)] {
            assert_eq!(read_public("f", bad.as_bytes()).unwrap_err().code, code::KEY_FORMAT, "{bad}");
        }
        assert_eq!(read_public("f", b"\xff\n").unwrap_err().code, code::KEY_FORMAT);
        let weak = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(read_public("f", weak.as_bytes()).unwrap_err().code, code::KEY_WEAK);
    }
}

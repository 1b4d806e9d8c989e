//! Envelopes: age files (C2SP age), made for recipients or a passphrase and opened with identities. The age crate does the
//! cryptography of recipients; what it lacks, a header read in linear time, the hybrid recipient and a fast payload, is here.

mod armor;
mod decoys;
mod encrypt;
mod envelope;
mod header;
mod hybrid;
mod identity;
mod identity_file;
mod minding;
mod private_text;
mod slip;
mod stream;

pub use armor::{dearmor, is_age, is_armored};
pub use decoys::among_decoys;
pub use encrypt::{EncryptTo, encrypt};
pub use envelope::Envelope;
pub use header::Header;
pub use hybrid::{HybridIdentity, HybridRecipient};
pub use identity::{Identity, Recipient};
pub use identity_file::{IdentityFile, identity_lines, write_identities};
pub use private_text::{decrypt_for_oneself, encrypt_for_oneself};
pub use slip::slips;
pub use stream::{Decrypted, Encrypted};

//! SSHSIG namespaces: a closed set, so a signature made for one purpose is never valid for another.

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// The seal.
    Manifest,
    /// A release: something is withheld.
    Release,
    /// For whom a copy was encrypted.
    Readers,
    /// An entry of a custody log.
    Custody,
    /// A card.
    Card,
    /// That a key is not its owner's any more.
    Revocation,
    /// Which key comes after another one.
    Succession,
    /// The result of an audit.
    Audit,
    /// A register of bundles.
    Register,
    /// The list of one's own contacts, which never leaves this computer.
    Contacts,
}

impl Namespace {
    /// All that others may meet, as `allowed_signers` lists them.
    pub const ALL: [Namespace; 9] = [
        Namespace::Manifest,
        Namespace::Release,
        Namespace::Readers,
        Namespace::Custody,
        Namespace::Card,
        Namespace::Revocation,
        Namespace::Succession,
        Namespace::Audit,
        Namespace::Register,
    ];

    /// The name in the signature.
    pub fn as_str(self) -> &'static str {
        match self {
            Namespace::Manifest => "manifest@sealbag",
            Namespace::Release => "release@sealbag",
            Namespace::Readers => "readers@sealbag",
            Namespace::Custody => "custody@sealbag",
            Namespace::Card => "card@sealbag",
            Namespace::Revocation => "revocation@sealbag",
            Namespace::Succession => "succession@sealbag",
            Namespace::Audit => "audit@sealbag",
            Namespace::Register => "register@sealbag",
            Namespace::Contacts => "contacts@sealbag",
        }
    }
}

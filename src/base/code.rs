//! The one table of codes and how each is classed. What each means and what to do is the message `code-` and its name in
//! `report/words`. Messages, JSON, `sealbag explain` and the page of codes all read the two.

use std::fmt;

/// What kind of damage a failed finding is; the answer to "are the contents intact?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// The bytes do not have the form that the format fixes.
    Malformed,
    /// There is no seal, or none that says anything.
    NotSigned,
    /// There is a signature and it is not the signer's.
    SignatureWrong,
    /// Something is there that differs from what was sealed, or that was never sealed.
    Altered,
    /// Something that was sealed is missing and no release explains it.
    Incomplete,
}

/// How a code counts. The order is the order of the exit codes: the first class that occurs gives the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The evidence is bad, or a verb refused because of the evidence: exit 1.
    Failed(Damage),
    /// The command line was wrong: exit 2.
    Usage,
    /// It could not be done or looked at: exit 5.
    CannotCheck,
    /// The seal holds, and its author is not believed: exit 3.
    UnknownSigner,
    /// Something that was required is not met: exit 4.
    NotEnough,
    /// Worth knowing; never changes the word.
    Note,
}

impl Class {
    /// The exit code of a run whose worst finding is of this class.
    pub fn exit(self) -> u8 {
        match self {
            Class::Usage => 2,
            Class::Failed(_) => 1,
            Class::CannotCheck => 5,
            Class::UnknownSigner => 3,
            Class::NotEnough => 4,
            Class::Note => 0,
        }
    }

    /// The class in one word, as JSON writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Usage => "usage",
            Class::Failed(_) => "failed",
            Class::CannotCheck => "cannot-check",
            Class::UnknownSigner => "unknown-signer",
            Class::NotEnough => "not-enough",
            Class::Note => "note",
        }
    }
}

/// One row of the table. Two rows are the same when their ids are. `meaning()` and `remedy()` say in English what it means, in one or
/// two sentences, and what to do next.
#[derive(Debug)]
pub struct Code {
    /// The stable name, `area.what`.
    pub id: &'static str,
    /// How it counts.
    pub class: Class,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Looks a code up by its id.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id == id)
}

macro_rules! codes {
    ($($name:ident $id:literal $class:expr;)*) => {
        $(#[doc = concat!("`", $id, "`")] pub static $name: &Code = &Code { id: $id, class: $class };)*
        /// Every code, in the order of the table.
        pub static ALL: &[&Code] = &[$(&Code { id: $id, class: $class }),*];
    };
}

use Class::{CannotCheck, Failed, NotEnough, Note, UnknownSigner, Usage};
use Damage::{Altered, Incomplete, Malformed, NotSigned, SignatureWrong};

codes! {
    // the container
    CONTAINER_LAYOUT "container.layout" Failed(Malformed);
    CONTAINER_SECOND_READER "container.second_reader" Failed(Malformed);
    FOLDER_LINK "folder.link" Failed(Malformed);
    FOLDER_JUNK "folder.junk" Note;
    FOLDER_DECOMPOSED "folder.decomposed" Note;

    // the payload
    PAYLOAD_ALTERED "payload.altered" Failed(Altered);
    PAYLOAD_MISSING "payload.missing" Failed(Incomplete);
    PAYLOAD_UNLISTED "payload.unlisted" Failed(Altered);
    BAG_UNLISTED "bag.unlisted" Failed(Altered);
    BAG_DERIVED "bag.derived" Failed(Altered);
    BAG_MISSING "bag.missing" Failed(Incomplete);

    // the seal
    SEAL_MISSING "seal.missing" Failed(NotSigned);
    SEAL_MANIFEST "seal.manifest" Failed(Malformed);
    SEAL_NEWER "seal.newer" CannotCheck;
    SEAL_KEY "seal.key" Failed(Malformed);
    SEAL_ARMOR "seal.armor" Failed(SignatureWrong);
    SEAL_SIGNATURE "seal.signature" Failed(SignatureWrong);
    SEAL_ITEMS "seal.items" Failed(Malformed);
    ITEM_UNSEALED "item.unsealed" Failed(Altered);
    ITEM_MISSING "item.missing" Failed(Incomplete);
    ITEM_CONFLICT "item.conflict" Failed(Malformed);

    SEAL_TWO_VERSIONS "seal.two_versions" Failed(Malformed);

    // releases
    RELEASE_MALFORMED "release.malformed" Failed(Malformed);
    RELEASE_SIGNATURE "release.signature" Failed(SignatureWrong);
    RELEASE_CONFLICT "release.conflict" Failed(Malformed);
    RELEASE_AUTHOR "release.author" UnknownSigner;
    RELEASE_OTHER "release.other" NotEnough;
    READERS_MALFORMED "readers.malformed" Failed(Malformed);
    READERS_SIGNATURE "readers.signature" Failed(SignatureWrong);
    READERS_LEFT "readers.left" Note;
    RELEASE_EARLIER "release.earlier" Note;

    // who
    SIGNER_UNKNOWN "signer.unknown" UnknownSigner;
    SIGNER_REVOKED "signer.revoked" UnknownSigner;
    SIGNER_OTHER "signer.other" UnknownSigner;
    SIGNER_RESCUED "signer.rescued" Note;

    TIME_FUTURE "time.future" Note;

    // required and not met
    REQUIRE_COMPLETE "require.complete" NotEnough;
    REQUIRE_TIME "require.time" NotEnough;
    REQUIRE_ADDRESSED "require.addressed" NotEnough;
    REQUIRE_CUSTODY "require.custody" NotEnough;
    REQUIRE_COUNTERSIGNED "require.countersigned" NotEnough;

    // a custody log
    CUSTODY_MALFORMED "custody.malformed" Failed(Malformed);
    CUSTODY_NEWER "custody.newer" CannotCheck;
    CUSTODY_TORN "custody.torn" Failed(Malformed);
    CUSTODY_KEY "custody.key" Failed(SignatureWrong);
    CUSTODY_SIGNATURE "custody.signature" Failed(SignatureWrong);
    CUSTODY_CHAIN "custody.chain" Failed(Altered);
    CUSTODY_GAP "custody.gap" Failed(Incomplete);
    CUSTODY_FORK "custody.fork" Failed(Altered);
    CUSTODY_CUT "custody.cut" Failed(Incomplete);
    CUSTODY_LOG "custody.log" Failed(Altered);
    CUSTODY_OTHER "custody.other" Failed(Altered);
    CUSTODY_HANDOVER "custody.handover" Failed(Altered);
    CUSTODY_REFUSED "custody.refused" Failed(Malformed);
    CUSTODY_ENTRY "custody.entry" Usage;
    CUSTODY_COPY "custody.copy" Note;
    CUSTODY_CLOCK "custody.clock" Note;
    CUSTODY_OPEN "custody.open" Note;
    CUSTODY_STRANGER "custody.stranger" Note;
    CUSTODY_REVOKED "custody.revoked" Note;

    // timestamps
    TOKEN_MALFORMED "token.malformed" Failed(Malformed);
    TOKEN_STATUS "token.status" Failed(Malformed);
    TOKEN_IMPRINT "token.imprint" Failed(Altered);
    TOKEN_NONCE "token.nonce" Failed(Altered);
    TOKEN_ALGORITHM "token.algorithm" Failed(Malformed);
    TOKEN_DIGEST "token.digest" Failed(Altered);
    TOKEN_CERTIFICATE "token.certificate" Failed(SignatureWrong);
    TOKEN_SIGNATURE "token.signature" Failed(SignatureWrong);
    TOKEN_USAGE "token.usage" Failed(SignatureWrong);
    TOKEN_CHAIN "token.chain" Failed(SignatureWrong);
    TOKEN_EXPIRED "token.expired" Failed(SignatureWrong);
    TOKEN_AUTHORITY "token.authority" UnknownSigner;
    TOKEN_STRAY "token.stray" Failed(Altered);
    TOKEN_REVOKED "token.revoked" Failed(SignatureWrong);
    TOKEN_LATE "token.late" Failed(SignatureWrong);
    TOKEN_LIST "token.list" Failed(Malformed);
    TOKEN_REQUEST "token.request" Failed(Malformed);
    TOKEN_LIST_USELESS "token.list_useless" Note;
    TOKEN_ENDED "token.ended" Note;
    TOKEN_KEPT "token.kept" Usage;
    TOKEN_LIMIT "token.limit" Usage;
    AUTHORITY_FORMAT "authority.format" Failed(Malformed);
    AUTHORITY_UNKNOWN "authority.unknown" Usage;
    AUTHORITY_EXISTS "authority.exists" Usage;
    AUTHORITY_STORE "authority.store" CannotCheck;
    NET_URL "net.url" Usage;
    NET_CONNECT "net.connect" CannotCheck;
    NET_TIMEOUT "net.timeout" CannotCheck;
    NET_ANSWER "net.answer" CannotCheck;


    // bundles in an object store
    OBJECT_URL "object.url" Usage;
    OBJECT_SETTINGS "object.settings" CannotCheck;
    OBJECT_KEYS "object.keys" CannotCheck;
    OBJECT_BUCKET "object.bucket" CannotCheck;
    OBJECT_CHANGED "object.changed" CannotCheck;
    OBJECT_ARCHIVED "object.archived" CannotCheck;
    OBJECT_UNSUPPORTED "object.unsupported" CannotCheck;

    // what files say of themselves
    LEAK_POSITION "leak.position" Note;
    LEAK_PERSON "leak.person" Note;
    LEAK_SERIAL "leak.serial" Note;
    LEAK_DEVICE "leak.device" Note;
    LEAK_CONTACT "leak.contact" Note;
    LEAK_ACCOUNT "leak.account" Note;
    LEAK_COMPANY "leak.company" Note;
    LEAK_COMMENT "leak.comment" Note;
    LEAK_CHANGES "leak.changes" Note;
    LEAK_HIDDEN "leak.hidden" Note;
    LEAK_ATTACHMENT "leak.attachment" Note;
    LEAK_THUMBNAIL "leak.thumbnail" Note;
    LEAK_BEHIND "leak.behind" Note;
    LEAK_MOTION "leak.motion" Note;
    LEAK_HISTORY "leak.history" Note;
    LEAK_CREDENTIALS "leak.credentials" Note;
    LEAK_STRICT "leak.strict" Failed(Malformed);

    // what files say, beside what is stated
    DIFFERS_PLACE "differs.place" Note;
    DIFFERS_TIME "differs.time" Note;
    DIFFERS_CAMERA "differs.camera" Note;
    DIFFERS_SEALED "differs.sealed" Note;
    DIFFERS_TWO_PLACES "differs.two_places" Note;

    // could not look
    IO_MISSING "io.missing" CannotCheck;
    IO_DENIED "io.denied" CannotCheck;
    IO_KIND "io.kind" CannotCheck;
    IO_READ "io.read" CannotCheck;
    IO_FULL "io.full" CannotCheck;
    IO_PIPE "io.pipe" CannotCheck;
    ENVELOPE_ENCRYPTED "envelope.encrypted" CannotCheck;
    ENVELOPE_NO_KEY "envelope.no_key" CannotCheck;
    ENVELOPE_RECIPIENT "envelope.recipient" Usage;
    ENVELOPE_HEADER "envelope.header" Failed(Damage::Malformed);
    ENVELOPE_DAMAGED "envelope.damaged" Failed(Damage::Altered);
    ENVELOPE_LIMIT "envelope.limit" CannotCheck;
    ENVELOPE_COST "envelope.cost" CannotCheck;
    ENVELOPE_NEWER "envelope.newer" CannotCheck;
    ENVELOPE_RECIPIENTS "envelope.recipients" Note;
    RUN_INTERRUPTED "run.interrupted" CannotCheck;
    RUN_PANIC "run.panic" CannotCheck;

    // keys and contacts
    KEY_NONE "key.none" CannotCheck;
    KEY_UNKNOWN "key.unknown" Usage;
    KEY_EXISTS "key.exists" Usage;
    KEY_STORY "key.story" Usage;
    KEY_REVOKED "key.revoked" CannotCheck;
    KEY_NO_DECRYPTION "key.no_decryption" Usage;
    KEY_FORMAT "key.format" Failed(Malformed);
    KEY_WEAK "key.weak" Failed(Malformed);
    KEY_COST "key.cost" Failed(Malformed);
    KEY_PASSPHRASE "key.passphrase" CannotCheck;
    PASSPHRASE_WEAK "passphrase.weak" Usage;
    KEY_LOCKED "key.locked" CannotCheck;
    KEY_MODE "key.mode" Note;
    AGENT_MISSING "agent.missing" CannotCheck;
    AGENT_KEY "agent.key" CannotCheck;
    AGENT_REFUSED "agent.refused" CannotCheck;
    AGENT_ANSWER "agent.answer" CannotCheck;
    CARD_FORMAT "card.format" Failed(Malformed);
    CARD_NEWER "card.newer" CannotCheck;
    CARD_OLDER "card.older" Failed(Malformed);
    CARD_LIMIT "card.limit" Usage;
    REVOCATION_FORMAT "revocation.format" Failed(Malformed);
    REVOCATION_NEWER "revocation.newer" CannotCheck;
    CONTACT_UNKNOWN "contact.unknown" Usage;
    CONTACT_EXISTS "contact.exists" Usage;
    CONTACT_ALIKE "contact.alike" Usage;
    CONTACT_STORE "contact.store" CannotCheck;
    CONTACT_EDITED "contact.edited" CannotCheck;
    CONTACT_UNSIGNED "contact.unsigned" CannotCheck;
    CONTACT_CHANGED "contact.changed" CannotCheck;
    CONTACT_LEFTOVER "contact.leftover" Note;
    CONTACT_BESIDE "contact.beside" CannotCheck;
    CONTACT_LOCK "contact.lock" CannotCheck;
    CONTACT_LOCKED "contact.locked" CannotCheck;
    CONTACT_MODE "contact.mode" Note;
    RUN_NOT_CONFIRMED "run.not_confirmed" CannotCheck;

    // sealing
    INPUT_LINK "input.link" Failed(Malformed);
    INPUT_NAME "input.name" Failed(Malformed);
    INPUT_TWIN "input.twin" Failed(Malformed);
    INPUT_CHANGED "input.changed" Failed(Malformed);
    INPUT_EMPTY "input.empty" Failed(Malformed);
    INPUT_HOME "input.home" Failed(Malformed);
    INPUT_LIMIT "input.limit" Failed(Malformed);
    INPUT_EXCLUDE "input.exclude" Usage;
    HIDE_AREA "hide.area" Usage;
    HIDE_PICTURE "hide.picture" CannotCheck;
    CLEAN_NONE "clean.none" Note;
    METADATA_SHAPE "metadata.shape" Usage;
    METADATA_FILE "metadata.file" Usage;

    METADATA_NAME "metadata.name" Note;
    METADATA_DATE "metadata.date" Note;
    METADATA_STRICT "metadata.strict" Failed(Malformed);

    // output and use
    OUTPUT_BUSY "output.busy" Usage;
    OUTPUT_EXISTS "output.exists" Usage;
    OUTPUT_INSIDE "output.inside" Usage;
    OPEN_REFUSED "open.refused" Failed(Malformed);
    OPEN_TWIN "open.twin" CannotCheck;
    OPEN_FOLDERS "open.folders" CannotCheck;
    REDACT_REFUSED "redact.refused" Failed(Malformed);
    RESEAL_REFUSED "reseal.refused" Failed(Malformed);
    REDACT_REMAINS "redact.remains" Failed(Malformed);
    REDACT_NOTHING_LEFT "redact.nothing_left" Usage;
    REDACT_PATTERN "redact.pattern" Usage;
    REDACT_PLAIN "redact.plain" Usage;
    DISCLOSE_REFUSED "disclose.refused" Failed(Malformed);
    DISCLOSE_PLAIN "disclose.plain" Usage;
    DISCLOSURE_MALFORMED "disclosure.malformed" Failed(Malformed);
    DISCLOSURE_OTHER "disclosure.other" Failed(Altered);
    DISCLOSURE_UNSEALED "disclosure.unsealed" Failed(Altered);
    DISCLOSURE_PAYLOAD "disclosure.payload" Failed(Altered);
    AGAINST_OTHER "against.other" NotEnough;
    AGAINST_UNREAD "against.unread" NotEnough;
    ITEM_UNKNOWN "item.unknown" Usage;
    SHOW_STREAM "show.stream" CannotCheck;
    REPORT_REFUSED "report.refused" Failed(Malformed);
    SHOW_REFUSED "show.refused" Failed(Malformed);
    USAGE "usage" Usage;

    // audits and registers
    AUDIT_ALTERED "audit.altered" Failed(Altered);
    AUDIT_INCOMPLETE "audit.incomplete" Failed(Incomplete);
    AUDIT_MALFORMED "audit.malformed" Failed(Malformed);
    AUDIT_NEWER "audit.newer" CannotCheck;
    AUDIT_OTHER_LIST "audit.other_list" Failed(Altered);
    AUDIT_OTHER_TERMS "audit.other_terms" Usage;
    AUDIT_SIGNATURE "audit.signature" Failed(SignatureWrong);
    AUDIT_STRANGER "audit.stranger" UnknownSigner;
    AUDIT_TWICE "audit.twice" Failed(Altered);
    AUDIT_UNSIGNED "audit.unsigned" Failed(NotSigned);
    STAMP_ABSENT "stamp.absent" Failed(Altered);
    STAMP_MALFORMED "stamp.malformed" Failed(Malformed);
    STAMP_NEWER "stamp.newer" CannotCheck;
    STAMP_NOTHING "stamp.nothing" Usage;
    STAMP_OTHER "stamp.other" Failed(Altered);
    STAMP_TOKEN "stamp.token" NotEnough;
    REGISTER_CHANGED "register.changed" Failed(Altered);
    REGISTER_MALFORMED "register.malformed" Failed(Malformed);
    REGISTER_SIGNATURE "register.signature" Failed(SignatureWrong);
    REGISTER_UNTRACKED "register.untracked" NotEnough;
}

//! The one table of codes: what each means, how it is classed, and what to do. Messages, JSON, `sealbag explain` and the
//! page of codes all read it.

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

/// One row of the table. Two rows are the same when their ids are.
#[derive(Debug)]
pub struct Code {
    /// The stable name, `area.what`.
    pub id: &'static str,
    /// How it counts.
    pub class: Class,
    /// What it means, one or two sentences.
    pub meaning: &'static str,
    /// The next step for whoever meets it.
    pub remedy: &'static str,
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

/// The page of codes, in Markdown.
pub fn page() -> String {
    let mut page = String::from(
        "# Every code\n\n\
        What `sealbag` finds and why it refuses, as `sealbag explain CODE` tells it. This page is made from the table in \
        `src/base/code.rs`.\n\n\
        The class gives the exit code of the run: failed 1, usage 2, unknown-signer 3, not-enough 4, cannot-check 5; of several the first \
        in the order failed, cannot-check, unknown-signer, not-enough counts. A note changes nothing.\n\n\
        | code | class | meaning | what to do |\n| --- | --- | --- | --- |\n",
    );
    for Code { id, class, meaning, remedy } in ALL {
        page.push_str(&format!("| `{id}` | {} | {meaning} | {remedy} |\n", class.as_str()));
    }
    page
}

macro_rules! codes {
    ($($name:ident $id:literal $class:expr, $meaning:literal, $remedy:literal;)*) => {
        $(#[doc = concat!("`", $id, "`: ", $meaning)] pub static $name: &Code =
            &Code { id: $id, class: $class, meaning: $meaning, remedy: $remedy };)*
        /// Every code, in the order of the table.
        pub static ALL: &[&Code] = &[$(&Code { id: $id, class: $class, meaning: $meaning, remedy: $remedy }),*];
    };
}

use Class::{CannotCheck, Failed, NotEnough, Note, UnknownSigner, Usage};
use Damage::{Altered, Incomplete, Malformed, NotSigned, SignatureWrong};

codes! {
    // the container
    CONTAINER_LAYOUT "container.layout" Failed(Malformed),
        "The file does not have the exact layout of a sealed bundle: something was added, cut, moved or rewritten, or it was never a bundle.",
        "if another program zipped this again, unpack it and verify the folder; otherwise ask the sender for the bundle again";
    CONTAINER_SECOND_READER "container.second_reader" Failed(Malformed),
        "A second, independent ZIP reader sees different entries in this file than sealbag does, so two people could open it and see two different things.",
        "do not open it with another program; ask the sender for the bundle again and keep this copy as evidence";
    FOLDER_LINK "folder.link" Failed(Malformed),
        "The unpacked bundle contains a link, device, socket or pipe. Only files and folders belong in it.",
        "unpack the bundle again, from the file that you received, into a new folder";
    FOLDER_JUNK "folder.junk" Note,
        "The unpacked folder holds files that Finder or Explorer leave behind, or empty folders. They are not part of the bundle and were ignored.",
        "nothing to do; do not count these files as evidence";
    FOLDER_DECOMPOSED "folder.decomposed" Note,
        "Some names came back from another disk with separate accents (Unicode normal form D). They are the names that were sealed.",
        "nothing to do; older disks of a Mac write names so";

    // the payload
    PAYLOAD_ALTERED "payload.altered" Failed(Altered),
        "A file is not what was sealed: its size or its SHA-256 differs.",
        "do not use this file; ask the sender for the bundle again";
    PAYLOAD_MISSING "payload.missing" Failed(Incomplete),
        "A file that the seal names is not here.",
        "ask the sender for the whole bundle; a file that was left out on purpose comes with a signed release";
    PAYLOAD_UNLISTED "payload.unlisted" Failed(Altered),
        "The bundle contains a file that was not sealed.",
        "do not trust this file: whoever put it there is not the signer";
    BAG_UNLISTED "bag.unlisted" Failed(Altered),
        "A file outside data/ does not belong in a bundle.",
        "do not trust this file: whoever put it there is not the signer";
    BAG_DERIVED "bag.derived" Failed(Altered),
        "A file that is made from the seal (a BagIt file or VERIFY.txt) does not match it.",
        "do not follow what this file says; ask the sender for the bundle again";
    BAG_MISSING "bag.missing" Failed(Incomplete),
        "A file that is made from the seal (a BagIt file or VERIFY.txt) is missing.",
        "unpack the bundle again, or ask the sender for the whole bundle";

    // the seal
    SEAL_MISSING "seal.missing" Failed(NotSigned),
        "There is no seal: the signed manifest or its signature is missing or empty. Nothing says who made this, or whether it was changed.",
        "ask the sender for the sealed bundle; without a seal nothing here can be believed";
    SEAL_MANIFEST "seal.manifest" Failed(Malformed),
        "The signed manifest is not written as the format requires.",
        "ask the sender for the bundle again, sealed with sealbag";
    SEAL_NEWER "seal.newer" CannotCheck,
        "Something in the bundle is in a later version of the format, which this program does not know, and its signature holds. That is not a sign of forgery.",
        "get a newer sealbag and verify again";
    SEAL_KEY "seal.key" Failed(Malformed),
        "The manifest names a signing key that no honest program makes: malformed, weak, or with a part outside the prime-order group.",
        "do not believe this bundle: such a key lets anybody sign";
    SEAL_ARMOR "seal.armor" Failed(SignatureWrong),
        "The signature file is not, byte for byte, the SSHSIG that the named signer's key would produce.",
        "ask the sender for the bundle again; if that one has the same fault, do not believe it";
    SEAL_SIGNATURE "seal.signature" Failed(SignatureWrong),
        "The signature does not match this manifest and the key that it names.",
        "do not believe this bundle: it was changed after sealing, or somebody else's key signed it";
    SEAL_ITEMS "seal.items" Failed(Malformed),
        "The list of items is not written as the format requires.",
        "ask the sender for the bundle again, sealed with sealbag";
    ITEM_UNSEALED "item.unsealed" Failed(Altered),
        "The bundle shows an item that the seal does not cover: it was altered or added after sealing.",
        "do not believe this item; ask the sender for the bundle again";
    ITEM_MISSING "item.missing" Failed(Incomplete),
        "The seal covers items that are neither shown nor explained by a release: somebody left them out without saying so.",
        "ask the sender for the whole bundle; what is left out on purpose comes with a signed release";
    ITEM_CONFLICT "item.conflict" Failed(Malformed),
        "Two items contradict each other: one path twice, a path that is both file and folder, one recipient twice, two of a fact that can be true only once, a fact about a file that is not shown, or no file at all.",
        "do not believe this bundle: no honest program seals this";

    SEAL_TWO_VERSIONS "seal.two_versions" Failed(Malformed),
        "What is shown here and what was compared with it or given back to you are under one seal and contradict each other: the signer sealed two versions, so that different people could be shown different ones.",
        "believe neither version; keep both copies as evidence, and ask the signer which of them is true";

    // releases
    RELEASE_MALFORMED "release.malformed" Failed(Malformed),
        "A release is not written as the format requires, or does not belong to this bundle and its place in the chain.",
        "ask whoever passed the bundle on to send it again, exactly as they made it";
    RELEASE_SIGNATURE "release.signature" Failed(SignatureWrong),
        "A release is not signed, or not by the person it names.",
        "ask whoever passed the bundle on to send it again, exactly as they made it";
    RELEASE_CONFLICT "release.conflict" Failed(Malformed),
        "A release names an item that is shown, that was never sealed, or that another release names already.",
        "do not believe this copy; ask the sender for the whole bundle";
    RELEASE_AUTHOR "release.author" UnknownSigner,
        "Somebody whom you do not believe withheld a part of this bundle.",
        "get that person's card in a way you trust, compare the key digits over the phone, then: sealbag contact add CARD";
    RELEASE_OTHER "release.other" NotEnough,
        "Somebody you believe withheld a part of this bundle without being allowed to: only the signer, whoever the seal names for it and, without --from, you may do that.",
        "if that person may leave things out for the signer, say so: --releases-by NAME; otherwise ask the signer for the bundle";
    READERS_MALFORMED "readers.malformed" Failed(Malformed),
        "The list that says for whom this copy was encrypted is not written as the format requires, or does not belong to this copy.",
        "ask whoever passed the bundle on to send it again, exactly as they made it";
    READERS_SIGNATURE "readers.signature" Failed(SignatureWrong),
        "The list that says for whom this copy was encrypted is not signed, or not by the person it names.",
        "ask whoever passed the bundle on to send it again, exactly as they made it";
    READERS_LEFT "readers.left" Note,
        "This plain form of the bundle still holds the list of its readers. It names nobody, but it tells about how many there were, and whoever takes a reader's key can show that it was for them.",
        "do not publish this form: sealbag open and sealbag redact leave the list out";
    RELEASE_EARLIER "release.earlier" Note,
        "A release is dated earlier than the seal. Each date comes from its author's own clock, so this proves nothing by itself.",
        "ask the author of the release when it was made, if the time matters";

    // who
    SIGNER_UNKNOWN "signer.unknown" UnknownSigner,
        "The seal holds, but you have not said that you believe this key.",
        "get the sender's card in a way you trust, compare the key digits over the phone, then: sealbag contact add CARD";
    SIGNER_REVOKED "signer.revoked" UnknownSigner,
        "The seal holds, but you no longer believe its key: you revoked it. The time in the seal is the signer's own claim and cannot rescue it.",
        "ask that person, in a way you trust, whether this seal is theirs, and to seal it again with a new key";
    SIGNER_OTHER "signer.other" UnknownSigner,
        "The seal holds, but it is not the seal of the person you named with --from.",
        "ask the person you expected; do not take somebody else's seal for theirs";

    TIME_FUTURE "time.future" Note,
        "By the clock of this computer, the seal or a release is dated in the future.",
        "check the clock of this computer; if it is right, ask the author about that date";

    // required and not met
    REQUIRE_COMPLETE "require.complete" NotEnough,
        "You required a complete bundle, but a part of this one is withheld.",
        "ask the sender for the complete bundle";
    REQUIRE_TIME "require.time" NotEnough,
        "You required a proven time, but this time is only what the signer's clock said.",
        "this version cannot check a timestamp: leave the requirement out, and ask the sender for other proof of the time";
    REQUIRE_ADDRESSED "require.addressed" NotEnough,
        "You required a bundle that was sealed for you, but nothing shows that this one was.",
        "ask the sender whether it was meant for you";
    REQUIRE_CUSTODY "require.custody" NotEnough,
        "You required an unbroken custody log, but none was given.",
        "this version cannot check a custody log: leave the requirement out, and ask the keeper of this copy for theirs";

    // what files say of themselves
    LEAK_POSITION "leak.position" Note,
        "The file says where it was made, often to a few metres.",
        "if that place must not be known, leave the file out, or seal a copy without it; the original stays evidence only with it";
    LEAK_PERSON "leak.person" Note,
        "The file names whoever made it, changed it or owns the camera.",
        "if that person must not be known, leave the file out, or seal a copy without the name";
    LEAK_SERIAL "leak.serial" Note,
        "The file holds the serial number of a camera or lens, which ties it to everything else that was made with it.",
        "if other pictures by the same camera are known, leave the file out, or seal a copy without the number";
    LEAK_DEVICE "leak.device" Note,
        "The file names the telephone or computer that it was made or worked on.",
        "see whether the name tells whose it is";
    LEAK_CONTACT "leak.contact" Note,
        "The file holds an e-mail address or a telephone number.",
        "see whose it is; if that person must not be known or called, leave the file out, or seal a copy without it";
    LEAK_ACCOUNT "leak.account" Note,
        "The file holds a path of the computer that it was made on, with the name of somebody's account in it.",
        "see whether the name tells who that is; if so, leave the file out, or seal a copy without the path";
    LEAK_COMPANY "leak.company" Note,
        "The file names the company or office where it was made.",
        "if that must not be known, leave the file out, or seal a copy without the name";
    LEAK_CHANGES "leak.changes" Note,
        "The file keeps what was deleted, added or moved in it, with names and times.",
        "read the changes before you give the file away; seal a copy in which all of them are accepted";
    LEAK_HISTORY "leak.history" Note,
        "It keeps earlier versions of itself or a list of what was done to it.",
        "what was removed later may still be read: look at the earlier versions, or seal a copy that was saved anew as another file";
    LEAK_HIDDEN "leak.hidden" Note,
        "The file holds something that it does not show: hidden text, rows, sheets or slides, or a speaker's notes.",
        "show it in the program that made the file, and read it before you give the file away";
    LEAK_ATTACHMENT "leak.attachment" Note,
        "The file holds other files, or a program.",
        "open them before you give the file away; they are looked into only where they are named here";
    LEAK_COMMENT "leak.comment" Note,
        "Somebody or some program wrote words into the file that it does not show at first sight.",
        "read them before you give the file away";
    LEAK_THUMBNAIL "leak.thumbnail" Note,
        "The file holds a small picture of itself, which may show what was cut away or covered since.",
        "look at it before you give the file away";
    LEAK_MOTION "leak.motion" Note,
        "The photo holds a short film with sound, from before and after the moment that it shows.",
        "play it before you give the file away, or seal a copy without it";
    LEAK_STRICT "leak.strict" Failed(Malformed),
        "A file says something that could harm a source, and you asked to refuse that. Nothing was written.",
        "leave out what is listed, or seal without --strict";

    // could not look
    IO_MISSING "io.missing" CannotCheck,
        "There is no file or folder of that name.",
        "check the name and the folder you are in";
    IO_DENIED "io.denied" CannotCheck,
        "The operating system does not allow it.",
        "check who owns the file and its folder, and whether you may read or write there";
    IO_KIND "io.kind" CannotCheck,
        "This is a folder where a file is needed, a file where a folder is needed, or neither of the two.",
        "check the name; an unpacked bundle is named by its folder, and what another program sends through a pipe by -";
    IO_READ "io.read" CannotCheck,
        "The operating system could not finish reading or writing.",
        "copy the file to another disk and try again; if it fails there too, ask for it again";
    IO_FULL "io.full" CannotCheck,
        "The disk is full, or a limit on file sizes is reached. Nothing was left half written.",
        "free some space, or write to another disk where the command has -o or -d, then run it again";
    IO_PIPE "io.pipe" CannotCheck,
        "The program that should have read this output ended early.",
        "run the command again and let the reader read to the end";
    ENVELOPE_ENCRYPTED "envelope.encrypted" CannotCheck,
        "The bundle is encrypted with age and was not decrypted, or it is encrypted twice and only the outer layer was.",
        "decrypt it with age, age -d -i KEY FILE, then verify what comes out";
    ENVELOPE_NO_KEY "envelope.no_key" CannotCheck,
        "The bundle is encrypted, and no decryption key of yours opens it.",
        "if it was meant for you, ask the sender to seal it for the card you have now: sealbag card; if your keys are kept elsewhere, say where: --home DIR";
    ENVELOPE_RECIPIENT "envelope.recipient" Usage,
        "The bundle cannot be encrypted for these recipients.",
        "ask them for newer cards, or seal it more than once, each time for some of them";
    ENVELOPE_HEADER "envelope.header" Failed(Damage::Malformed),
        "The file begins like an age file, but its header does not follow the age format.",
        "ask for the bundle again; what you have was damaged or made to mislead";
    ENVELOPE_DAMAGED "envelope.damaged" Failed(Damage::Altered),
        "The encrypted file was cut short, altered or added to after it was encrypted.",
        "ask for the bundle again, and check that the whole file arrives";
    ENVELOPE_LIMIT "envelope.limit" CannotCheck,
        "The header of the encrypted file is larger than any bundle needs, so it was not read.",
        "ask the sender what this file is; no bundle is made like this";
    ENVELOPE_COST "envelope.cost" CannotCheck,
        "Trying a passphrase on the encrypted file would take more work than sealbag will do.",
        "ask the sender to encrypt it with the usual settings; or, if you trust them, allow it: --max-work-factor 20";
    ENVELOPE_NEWER "envelope.newer" CannotCheck,
        "The file is encrypted in a version of age that this program does not know.",
        "get a newer sealbag, or decrypt it with a newer age and verify what comes out";
    ENVELOPE_RECIPIENTS "envelope.recipients" Note,
        "The envelope has a different number of recipients than the bundle was made for: somebody encrypted it again.",
        "ask who gave it to you; what is inside is what was sealed, whoever encrypted it";
    RUN_INTERRUPTED "run.interrupted" CannotCheck,
        "The run was stopped before it was done. Nothing was left half written.",
        "run the same command again";
    RUN_PANIC "run.panic" CannotCheck,
        "The program stopped because of a bug in it. Disregard anything it said before that.",
        "please report it with the command line; do not treat the bundle as checked";

    // keys and contacts
    KEY_NONE "key.none" CannotCheck,
        "You have no signing key yet.",
        "make one: sealbag key new --name \"YOUR NAME\"";
    KEY_UNKNOWN "key.unknown" Usage,
        "No key of yours has that name.",
        "list them: sealbag key list";
    KEY_EXISTS "key.exists" Usage,
        "A key of yours has that name already, or the same key is there already.",
        "choose another --name, or list them: sealbag key list";
    KEY_STORY "key.story" Usage,
        "Each of your keys is for one story only, and such a key is used only when you name it.",
        "name it: --key NAME, see sealbag key list; or make one for everything else: sealbag key new";
    KEY_REVOKED "key.revoked" CannotCheck,
        "You revoked this key of yours, so nothing is signed with it and its card is not given out.",
        "make a new key: sealbag key new; or name another one: --key NAME";
    KEY_NO_DECRYPTION "key.no_decryption" Usage,
        "This key of yours has no decryption key, so it cannot open encrypted bundles: it was made by an older sealbag, or the file is gone.",
        "give it a decryption key: sealbag key new --decryption";
    KEY_FORMAT "key.format" Failed(Malformed),
        "The file is not what is needed here: an OpenSSH Ed25519 key, private or public, or an age identity file.",
        "check that this is the file you mean; or make a new key: sealbag key new";
    KEY_WEAK "key.weak" Failed(Malformed),
        "The key is weak, or has a part outside the prime-order group: signatures under it prove nothing.",
        "do not use this key, and ask whoever gave it to you where it comes from";
    KEY_COST "key.cost" Failed(Malformed),
        "Opening the key file would take more work than any honest file needs.",
        "re-encrypt it with the usual settings: ssh-keygen -p -a 24 -f FILE, or age -d FILE and age -p";
    KEY_PASSPHRASE "key.passphrase" CannotCheck,
        "The passphrase does not open the key, or the key file is damaged.",
        "try again; a forgotten passphrase cannot be recovered: make a new key and give its card to your contacts";
    PASSPHRASE_WEAK "passphrase.weak" Usage,
        "The passphrase that you chose is found by guessing, so whoever has the file can open it. Nothing was made.",
        "take six words that have nothing to do with each other; on a terminal, Enter alone makes one; or keep it: --weak-passphrase";
    KEY_LOCKED "key.locked" CannotCheck,
        "The key needs a passphrase, and there is no terminal to ask for it.",
        "give a file that holds it: --passphrase-file FILE";
    KEY_MODE "key.mode" Note,
        "Others on this computer can read or change your private key file.",
        "take that access away: chmod 600 FILE; if somebody may have read it and it is not encrypted, make a new key";
    AGENT_MISSING "agent.missing" CannotCheck,
        "There is no ssh-agent to ask: no socket where it should be, or nothing answers there.",
        "start one and give it the key: eval $(ssh-agent), then ssh-add FILE; SSH_AUTH_SOCK says where it listens";
    AGENT_KEY "agent.key" CannotCheck,
        "The ssh-agent does not hold this key; a locked agent lists no keys.",
        "see what it holds: ssh-add -l; add the key: ssh-add FILE; unlock the agent: ssh-add -X";
    AGENT_REFUSED "agent.refused" CannotCheck,
        "The ssh-agent did not sign: nobody touched the token or agreed when asked, or the agent was locked or lost the key in the meantime. Nothing was written.",
        "run the same command again, and touch the token when it blinks or agree when you are asked";
    AGENT_ANSWER "agent.answer" CannotCheck,
        "The ssh-agent's answer does not follow the protocol, or holds a wrong signature. It was not used.",
        "do not trust whatever is listening there: look where SSH_AUTH_SOCK points, and use an agent that you started yourself";
    CARD_FORMAT "card.format" Failed(Malformed),
        "The file is not a card, or was changed on its way: its own signature is wrong.",
        "ask for the card again; its owner makes it with: sealbag card";
    CARD_NEWER "card.newer" CannotCheck,
        "The card is in a later version of the format, which this program does not know, and its signature holds. That is not a sign of forgery.",
        "get a newer sealbag and add the card again";
    CARD_OLDER "card.older" Failed(Malformed),
        "The card is no newer than the one you have of the same key, so it changes nothing.",
        "ask for the newest card; its owner makes it with: sealbag card";
    CARD_LIMIT "card.limit" Usage,
        "The card would be too long for others to keep as a contact, because the key has too many recipients.",
        "use another key for more of them: sealbag key new; what is encrypted for an age identity file can also be opened with: age -d -i FILE";
    CONTACT_UNKNOWN "contact.unknown" Usage,
        "You have no contact of that name.",
        "list them: sealbag contact list";
    CONTACT_EXISTS "contact.exists" Usage,
        "Another contact, or a key of yours, has that name already. Two fingerprints are two keys: it may be their new one, or somebody who passes for them.",
        "call the person you know and compare the key digits; if both are right, choose what to call this one: --name NAME";
    CONTACT_ALIKE "contact.alike" Usage,
        "The name looks like that of another contact, or of a key of yours: in print people would take one for the other. Two different fingerprints are two different keys.",
        "call the person you know and compare the key digits; to keep both, choose what to call this one: --name NAME";
    CONTACT_STORE "contact.store" CannotCheck,
        "A file or folder that holds your contacts or keys is not as sealbag left it: it is a link, too large, or not in the right form.",
        "look at the file; put back a copy you trust, or remove it and add the contact or key again";
    CONTACT_EDITED "contact.edited" CannotCheck,
        "Your contacts are not as you signed them: somebody or something changed their files. Whoever is not as you signed them is not believed, and whom you revoked stays revoked.",
        "see what changed: sealbag contact check; if it was you, or the contacts are right: sealbag contact accept";
    CONTACT_UNSIGNED "contact.unsigned" CannotCheck,
        "Your contacts, or a change of them, are not signed by a key of yours. Without a signed list of them nobody among them is believed, since somebody may have changed them and removed the list. It is missing too where the key was not at hand or was revoked.",
        "look at them, compare the fingerprints with the people, and sign them: sealbag contact accept; if no key of yours can sign, make one first: sealbag key new";
    CONTACT_CHANGED "contact.changed" CannotCheck,
        "Another run changed your contacts after this one had read them, so this one changed nothing.",
        "run it again";
    CONTACT_LEFTOVER "contact.leftover" Note,
        "A run that was killed left an unfinished file among your contacts. It may hold the name and the key of one, also where they are locked.",
        "remove the file; the next change of your contacts, and sealbag contact lock, remove it too";
    CONTACT_BESIDE "contact.beside" CannotCheck,
        "A file lies beside your locked contacts that is not one of them, so it does not count.",
        "look at it; if you know the person, add them from their card: sealbag contact add CARD; then remove the file";
    CONTACT_LOCK "contact.lock" CannotCheck,
        "The file that holds your locked contacts is damaged, or there are two of them.",
        "put it back from a backup, or keep the right one of two; without a backup the contacts are lost: remove the file and add them again from their cards";
    CONTACT_LOCKED "contact.locked" CannotCheck,
        "Your contacts are locked, and the decryption key that opens them is not here or was not opened.",
        "put the key back: sealbag key import; or say where your keys are: --home DIR";
    CONTACT_MODE "contact.mode" Note,
        "Others on this computer can change your contacts, and with them whom you believe.",
        "take that access away: chmod go-w FILE";
    RUN_NOT_CONFIRMED "run.not_confirmed" CannotCheck,
        "The question was not answered with yes, so nothing was done.",
        "answer y at the question, or give --yes in a script after you have compared the fingerprint";

    // sealing
    INPUT_LINK "input.link" Failed(Malformed),
        "A link, device, socket or pipe cannot be sealed: what it points to may change.",
        "put a copy of the file in its place, or move the link out of the folder";
    INPUT_NAME "input.name" Failed(Malformed),
        "A file name contains something that some computers cannot store or that could mislead a reader, so it cannot be sealed as it is.",
        "rename what is listed, or let sealbag seal it under safe names and keep these as facts: --safe-names";
    INPUT_TWIN "input.twin" Failed(Malformed),
        "Two files have names that are the same on some computers, or that would become the same in the bundle.",
        "rename what is listed, or let sealbag seal it under safe names and keep these as facts: --safe-names";
    INPUT_CHANGED "input.changed" Failed(Malformed),
        "A file changed, grew, shrank or was replaced while it was being sealed. No bundle was written.",
        "wait until nothing writes to the folder, or seal a copy of it";
    INPUT_EMPTY "input.empty" Failed(Malformed),
        "There is no file to seal.",
        "put the report and its photos into the folder first";
    INPUT_HOME "input.home" Failed(Malformed),
        "What you want to seal contains the folder where sealbag keeps your keys and contacts.",
        "seal a folder that holds only the report and what belongs to it";
    INPUT_LIMIT "input.limit" Failed(Malformed),
        "It is more than one bundle can hold.",
        "seal it in several bundles";
    INPUT_EXCLUDE "input.exclude" Usage,
        "An --exclude matches nothing that was found, or is no pattern. Nothing was sealed, since what it was to keep out might be among it.",
        "write the path as it is inside the folder; ** stands for any folders: --exclude \"**/*.psd\"; see what is there: --dry-run";
    METADATA_SHAPE "metadata.shape" Usage,
        "The metadata file does not have the shape it must have.",
        "start from a template: sealbag seal --template FOLDER";
    METADATA_FILE "metadata.file" Usage,
        "The metadata file has facts about a file that is not being sealed.",
        "check the path: write it as it is inside the folder, without the folder's own name";

    METADATA_NAME "metadata.name" Note,
        "A fact has a name that is close to one that readers know, so it may be a slip. It counts as it is, since any name is allowed.",
        "correct it if it is a slip; to have it refused: --strict-facts";
    METADATA_DATE "metadata.date" Note,
        "A fact that says when has a value that is no date, or one that can be read in two ways. It counts as it is.",
        "write 2018-03-01, 2018-03 or 2018-03-01T10:00:00Z, words after a colon, or unknown; to have it refused: --strict-facts";
    METADATA_STRICT "metadata.strict" Failed(Malformed),
        "A fact has a name that is probably a slip, or a date that is none, and --strict-facts was given. Nothing was sealed.",
        "correct the metadata file, or leave out --strict-facts";

    // output and use
    OUTPUT_EXISTS "output.exists" Usage,
        "Something of that name is there already, and it was left as it is.",
        "choose another name with -o or -d, or replace a file with --force";
    OUTPUT_INSIDE "output.inside" Usage,
        "The output would be written into the folder that is being sealed or opened, or over a file that is sealed.",
        "write it elsewhere: -o ../NAME.zip";
    OPEN_REFUSED "open.refused" Failed(Malformed),
        "The bundle was not opened, because it is not VERIFIED.",
        "see why: sealbag verify BUNDLE";
    OPEN_TWIN "open.twin" CannotCheck,
        "Two names in the bundle are the same on this file system. Nothing was extracted.",
        "open it on a disk that tells such names apart, or unpack it there and verify the folder";
    OPEN_FOLDERS "open.folders" CannotCheck,
        "The files lie in far more folders than so few files need. Nothing was extracted.",
        "ask the sender why there are so many; with a ZIP program single files can be taken out, and verify tells whether they are whole";
    REDACT_REFUSED "redact.refused" Failed(Malformed),
        "Nothing was withheld, because the bundle is not VERIFIED: a release would vouch for what nobody can believe.",
        "see why: sealbag verify BUNDLE";
    RESEAL_REFUSED "reseal.refused" Failed(Malformed),
        "Nothing was passed on, because the bundle is not VERIFIED.",
        "see why: sealbag verify BUNDLE";
    REDACT_REMAINS "redact.remains" Failed(Malformed),
        "What remains in the bundle still reveals what you withhold: the same words, names or bytes. Nothing was written.",
        "withhold that too; or, if it may stay, run the same command with --anyway";
    REDACT_NOTHING_LEFT "redact.nothing_left" Usage,
        "A bundle must show at least one file, and this would withhold all of them.",
        "keep at least one file, or do not pass the bundle on at all";
    REDACT_PATTERN "redact.pattern" Usage,
        "You gave a pattern: what it matches was listed, and nothing else was done.",
        "read the list, then run the same command with --all-matching";
    REDACT_PLAIN "redact.plain" Usage,
        "The bundle came encrypted, and you did not say for whom to encrypt the redacted one.",
        "say for whom: --to NAME; or, if everybody may read what stays: --plain";
    DISCLOSE_REFUSED "disclose.refused" Failed(Malformed),
        "Nothing was disclosed, because the bundle is not VERIFIED.",
        "see why: sealbag verify BUNDLE";
    DISCLOSE_PLAIN "disclose.plain" Usage,
        "The bundle came encrypted, and you did not say for whom to encrypt the disclosure.",
        "say for whom: --to NAME; or, if everybody may read it: --plain";
    DISCLOSURE_MALFORMED "disclosure.malformed" Failed(Malformed),
        "The disclosure does not have the form that the format requires: it was cut short, added to, or never was one.",
        "ask whoever disclosed it for the file again";
    DISCLOSURE_OTHER "disclosure.other" Failed(Altered),
        "The disclosure belongs to a different bundle than the one being verified.",
        "verify it with the bundle that it belongs to";
    DISCLOSURE_UNSEALED "disclosure.unsealed" Failed(Altered),
        "The disclosure contains an item that the seal does not cover: it was altered, or was never in the bundle.",
        "do not believe what it says; ask whoever disclosed it";
    DISCLOSURE_PAYLOAD "disclosure.payload" Failed(Altered),
        "A file in the disclosure is not the one that was sealed.",
        "do not believe the file; ask whoever disclosed it";
    AGAINST_OTHER "against.other" NotEnough,
        "The two bundles have different seals: neither was made from the other by withholding.",
        "compare what both of them say: sealbag show BUNDLE";
    AGAINST_UNREAD "against.unread" NotEnough,
        "The bundle to compare with is not whole, or could not be read.",
        "see why: sealbag verify BUNDLE";
    ITEM_UNKNOWN "item.unknown" Usage,
        "No visible item has this name.",
        "see what there is: sealbag show BUNDLE; name an item as path, path#fact, case#fact, source:S1, recipients, or by the first eight digits of its commitment";
    SHOW_STREAM "show.stream" CannotCheck,
        "The bundle says more than is held in memory, and what comes through a pipe cannot be read a second time.",
        "save it to a file, and show that";
    SHOW_REFUSED "show.refused" Failed(Malformed),
        "There is nothing to show: this cannot be read as a bundle.",
        "see why: sealbag verify BUNDLE";
    USAGE "usage" Usage,
        "The command line was wrong.",
        "see: sealbag help";
}

//! What is wrong, and where, and what to do about it: findings and errors in English. Nothing here is escaped; [`Finding`] and
//! [`Error`] escape what they show.

use std::borrow::Cow;
use std::fmt;

use crate::base::detail::Detail;
use crate::base::error::{Error, Finding};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::base::risk::Risk;
use crate::base::text::{Untrusted, plural};

impl fmt::Display for Detail {
    // one sentence per line; there is nothing to split up
    #[allow(clippy::too_many_lines)]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Detail::NoSuchFile => "no such file or folder",
            Detail::PermissionDenied => "permission denied",
            Detail::FolderForFile => "a folder stands where a file should be",
            Detail::FileForFolder => "a file stands where a folder should be",
            Detail::NamedPipe => "a named pipe stands where a file should be",
            Detail::TooLongToStore => "its name or path is longer than this system takes",
            Detail::NoSpace => "no space left to write",
            Detail::ReadOnlyDisk => "this disk can only be read",
            Detail::ReaderGone => "the reader of this output has gone",
            Detail::Interrupted => "interrupted",
            Detail::NotText => "is not text",
            Detail::ItIsNotText => "it is not text",
            Detail::NotHere => "it is not here",
            Detail::CutShort => "it is cut short",
            Detail::ReleaseBeforeMissing => "the release before it is not here",
            Detail::GrewWhileRead => "it grew while it was read",
            Detail::ReadMoreThanAsked => "the source it is read from gave more than was asked for",
            Detail::LinkInBundle => "a link, device, socket or pipe does not belong in a bundle",
            Detail::NotOfABundle => "no such file belongs in a bundle",
            Detail::NoItemNamesIt => "no item names this file",
            Detail::LeftBehind => "left behind by a file manager, or empty; ignored",
            Detail::NotInBundle => "no such file is in the bundle",
            Detail::StreamHasPassed => "it came as a stream and cannot be read again",
            Detail::ChangedAfterVerified => "it changed after it was verified",
            Detail::PaddingNotZero => "the padding is not all zeros",
            Detail::Encrypted => "it is encrypted with age, and was not decrypted",
            Detail::ClaimsTooLong => "it says too much to be held in memory",
            Detail::NotABundle => "it cannot be read as a bundle",
            Detail::EndsInTheMiddle => "the file ends in the middle",
            Detail::EmptyFile => "the file is empty",
            Detail::IsDisclosure => "this is a disclosure, not a bundle: it is checked together with one (--with)",
            Detail::NotAZip => "this is not a bundle: it is not a ZIP file",
            Detail::TooManyEntries => "there are more entries than a bundle can have",
            Detail::NoHeader => "neither an entry nor the directory begins here",
            Detail::NameTooLong => "a name is longer than allowed",
            Detail::NameNotUtf8 => "a name is not UTF-8",
            Detail::OddHeader => "its header does not match its name, size, CRC-32 and time",
            Detail::OtherTime => "its time is not that of the first entry",
            Detail::NoTopFolder => "it is not in a folder with the name of a bundle",
            Detail::OtherTopFolder => "it is not in the one top folder",
            Detail::PayloadBehindParts => "a payload file comes after the other files",
            Detail::PayloadOutOfOrder => "the payload is not in order of its names, or a name occurs twice",
            Detail::WrongPlace => "no file of this name belongs here",
            Detail::ReleaseBeforeNotInPlace => "the release before it is not in its place",
            Detail::WrongCrc32 => "its CRC-32 is wrong",
            Detail::NotInPlace => "it is not in its place",
            Detail::NoEntry => "the file holds no entry",
            Detail::DirectoryDiffers => "the directory and the header disagree",
            Detail::EndRecordDiffers => "the end record does not match the entries",
            Detail::BytesBehindEnd => "bytes follow the end record",
            Detail::TopFolderNotOfId => "the top folder is not named after the id in the manifest",
            Detail::TimeNotOfManifest => "the time of the entries is not that of the manifest",
            Detail::PaddingNotPadme => "the padding does not have the length that the format requires",
            Detail::NotCanonical => "not canonical JSON: a member is missing or out of order, or white space or escapes differ",
            Detail::FirstLineTooLong => "the first line is longer than 65,536 bytes",
            Detail::ListNotOpened => "the first line does not end by opening the list",
            Detail::NotInQuotes => "a line of the list is not one entry in quotes",
            Detail::NotADigest => "a line of the list is not 64 lower-case hex digits",
            Detail::ListNotIncreasing => "the list is not strictly increasing",
            Detail::NotASlip => "a line of the list is not a slip in base64",
            Detail::ListTooLong => "the list has more lines than allowed",
            Detail::ListNotClosed => "the list is not closed by ]} after its last digest",
            Detail::BytesFollow => "bytes follow the end",
            Detail::DigestForm => "a SHA-256 digest has 64 lower-case hex digits",
            Detail::RandomForm => "32 lower-case hex digits are needed",
            Detail::TimeForm => "a time is written YYYY-MM-DDThh:mm:ssZ, on a day that exists",
            Detail::SealedAtRange => "sealed_at is not in the years 1980 to 2107",
            Detail::SealedWithForm => "sealed_with is not sealbag and three numbers",
            Detail::ReasonEmpty => "reason is empty",
            Detail::NoLineBreakAtEnd => "it has no line break at its end",
            Detail::TooManyItems => "there are more than 1,000,000 items",
            Detail::LinesOutOfOrder => "the lines are not in strictly increasing order of their commitments",
            Detail::SizeTooLarge => "size is above 2^53 - 1",
            Detail::MediaTypeForm => "media_type is not type/subtype in lower case",
            Detail::AboutForm => "about is neither case, source:S<n> nor file:<path>",
            Detail::FieldNameForm => "name is not [a-z][a-z0-9_]{0,63}",
            Detail::ValueEmpty => "value is empty",
            Detail::KeyNotRecipient => "key is not an age recipient",
            Detail::NoKnownKind => "does not begin as an item of a known kind",
            Detail::PathTwice => "two items name this path",
            Detail::FileAndFolder => "it would have to be both a file and a folder",
            Detail::NoFileShown => "no file is shown",
            Detail::FactTwice => "a fact that can be true only once is there twice",
            Detail::RecipientTwice => "two items name the same recipient",
            Detail::NotSealed => "the seal does not cover this item",
            Detail::PathTooDeep => "lies in more than 64 folders, one in the other",
            Detail::PathTooLong => "is longer than 1,024 bytes",
            Detail::NameNotUtf8InFolder => "is not UTF-8 text; %E9 stands for a byte that is not",
            Detail::NotNfc => "is not in Unicode normal form C",
            Detail::PathPartEmpty => "has an empty part, or is not relative",
            Detail::PathPartDots => "has a part that is . or ..",
            Detail::PathPartTooLong => "has a part longer than 255 bytes",
            Detail::PathPartEndsInDot => "has a part that ends in a dot",
            Detail::PathPartWhiteSpace => "has a part that begins or ends with white space",
            Detail::PathPartDevice => "has a part that is a device name on Windows",
            Detail::PathForbiddenAscii => "holds a backslash or one of : * ? \" < > | %",
            Detail::PathUnseen => "holds a control character or an invisible one",
            Detail::PathJoiner => "holds an invisible joiner where nothing is joined",
            Detail::ExpectedFacts => "an object with the members case, sources and files",
            Detail::TheFile => "the file",
            Detail::TableWithoutPath => "the first line of a table names its columns, and one of them must be path",
            Detail::ColumnWithoutName => "the first line gives this column no name",
            Detail::RowWithoutPath => "the row does not say what it is about: case, source:S1 or the path of a file",
            Detail::QuoteNotClosed => "a quotation mark in this row has no other half; inside a cell it is written twice, \"\"",
            Detail::FactEmpty => "a value must not be empty",
            Detail::FactOverLimit => "a value may have at most 16,384 bytes",
            Detail::FactLineTooLong => "its control characters, once escaped, make it too long for one line of the seal",
            Detail::FactOfNoFile => "must name a file in this bundle",
            Detail::ExcludesNothing => "matches nothing that was found",
            Detail::NotAKey => "not an Ed25519 key as OpenSSH writes it",
            Detail::WeakKey => "a weak key: it is of small order, has a torsion component or is not encoded as it must be",
            Detail::NotAPrivateKeyFile => "not an OpenSSH private key file",
            Detail::PassphraseWrong => "the passphrase does not open it",
            Detail::NoEd25519Key => "holds no Ed25519 key",
            Detail::HalvesDiffer => "its private and its public half belong to different keys",
            Detail::IsPrivateKey => "is a private key, not its public half",
            Detail::NotOneLine => "is not one line",
            Detail::NotAPublicHalf => "is not the public half of an Ed25519 key",
            Detail::NotTouched => "signed without being touched, and such a signature does not count",
            Detail::NotItsSignature => "the signature that came back was not made by this key over what was to be signed",
            Detail::NoLineBreak => "it has no line break",
            Detail::CardRecipient => "it names something that is not an age recipient",
            Detail::CardSignature => "its signature was not made by its own key over this line",
            Detail::NoRandomness => "the system gave no randomness",
            Detail::NoKeyOpens => "it is encrypted, and no decryption key of yours opens it",
            Detail::HeaderAltered => "its header was altered after it was encrypted",
            Detail::HeaderOddStanza => "its header holds a malformed stanza",
            Detail::HeaderChanged => "its header changed after it was opened",
            Detail::EnvelopeCut => "it was cut short after it was encrypted",
            Detail::EnvelopeAltered => "it was cut short or altered after it was encrypted",
            Detail::NotAnAgeFile => "its first line is not that of an age file",
            Detail::NoMac => "its last line holds no MAC",
            Detail::ForNobody => "it has no recipient",
            Detail::PassphraseNotAlone => "it has a passphrase and another recipient",
            Detail::NoStanza => "a line is neither a stanza nor the end",
            Detail::OddArgument => "the first line of a stanza holds something that is not an argument",
            Detail::OddScryptStanza => "its passphrase stanza is malformed",
            Detail::OddStanzaBody => "the body of a stanza is not base64 in full lines",
            Detail::HeaderCut => "its header is cut short",
            Detail::ArmorLineTooLong => "a line of its armor is too long",
            Detail::NoRecipients => "there are no recipients",
            Detail::CannotEncrypt => "cannot encrypt",
            Detail::NoRandomNumbers => "the system gives no random numbers",
            Detail::LowOrder => "the recipient is of low order",
            Detail::EncryptedForKey => "is encrypted for a key, not under a passphrase",
            Detail::NoIdentity => "holds no age identity",
            Detail::AgentRefused => "refused",
            Detail::AgentAnswerEmpty => "the answer is empty",
            Detail::AgentAnswerTooLong => "the answer is longer than 256 KiB",
            Detail::AgentKeysCut => "the list of keys is cut short",
            Detail::AgentTooManyKeys => "more than 1,000 keys are listed",
            Detail::AgentBehindKeys => "something follows the list of keys",
            Detail::AgentSignatureForm => "the signature does not have the form for this kind of key",
            Detail::AgentOtherAnswer => "the answer is to another question",
            Detail::AgentHoldsNone => "holds no Ed25519 key, or is locked",
            Detail::AgentNoSocket => "there is no ssh-agent: no such socket",
            Detail::AgentNobodyListens => "there is no ssh-agent: nothing listens at this socket",
            Detail::AgentEnded => "the ssh-agent ended the connection before its answer was whole",
            Detail::AgentTellsNoKeys => "the ssh-agent does not say which keys it holds",
            Detail::AgentSaysNo => "the ssh-agent refused",
            Detail::AgentSignsNot => "the ssh-agent refused to sign",
            Detail::NoManifest => "there is no signed manifest",
            Detail::NoSignature => "there is no signature",
            Detail::NoItems => "the list of items is not here",
            Detail::NotTheArmor => "it is not the armor that belongs to the named signer's key",
            Detail::FormatWord => "it does not begin with the name of its format",
            Detail::NoSignatureOverIt => "it is no signature over this file by the key in it",
            Detail::NotTheSigners => "the signature was not made by the named signer over this manifest",
            Detail::RequiredCompleteness => "completeness is required, but not shown",
            Detail::RequiredTime => "a proven time is required, but not shown",
            Detail::RequiredAddressee => "you required that it was sealed for you, and that is not shown",
            Detail::RequiredCustody => "an unbroken custody log is required, but not shown",
            Detail::NotDerived => "it does not match the seal",
            Detail::OtherSha256 => "its SHA-256 is not the sealed one",
            Detail::SealedAndNotHere => "it was sealed, but is not here",
            Detail::OfAnotherBundle => "it belongs to another bundle",
            Detail::NotInChain => "it does not follow the release before it",
            Detail::ReadersLeft => "it belongs to an encrypted copy, and this one is not encrypted",
            Detail::NotOfThisCopy => "it does not belong to the last release in this copy",
            Detail::EarlierThanSeal => "its time is earlier than that of the seal",
            Detail::NotTheAuthors => "it was not made by the named author over this file",
            Detail::ReleasesOverlap => "two releases name the same item",
            Detail::IsABundle => "it is a bundle, not a disclosure",
            Detail::FirstLineOpen => "its first line does not end",
            Detail::DisclosureCount => "it holds no item, or more than 1,000,000",
            Detail::ItemsTooLong => "its items are longer than 1 GiB together",
            Detail::ItemsOutOfOrder => "its items are not in strictly increasing order of their commitments",
            Detail::MoreThanZeros => "something other than zeros follows its end",
            Detail::TooManyZeros => "more zeros follow its end than any padding has",
            Detail::NothingToCompare => "it is not whole, so nothing can be compared",
            Detail::TwoSeals => "these two bundles have different seals",
            Detail::NoFileToSeal => "there is no file to seal",
            Detail::TooManyFiles => "there are more than 1,000,000",
            Detail::TooMuchToSeal => "there are more than 1,000,000 files, facts and recipients",
            Detail::LinesTooLong => "their lines are longer than 1 GiB together",
            Detail::ItemLost => "an item that was counted is not there",
            Detail::NotSealedHere => "no such file is being sealed",
            Detail::HomeInside => "your keys and contacts would be sealed with the rest",
            Detail::NameOfTwo => "two files here have this name, so it is not clear which one is meant",
            Detail::TwinOfFolder => "on some computers its name is the same as that of a folder",
            Detail::ChangedWhileSealed => "it changed while it was being sealed",
            Detail::LinkSealed => "a link cannot be sealed",
            Detail::DeviceSealed => "a device, socket or pipe cannot be sealed",
            Detail::NamesNoFile => "this is not the name of a file",
            Detail::ClockRange => "a seal can only state times in the years 1980 to 2107",
            Detail::NotAFileThere => "something that is not a file is there already",
            Detail::ExistsAlready => "exists already",
            Detail::TwinOnDisk => "this file system cannot tell its name from another one",
            Detail::IsSealed => "it is one of the files being sealed",
            Detail::InsideSealed => "it would be inside the folder being sealed",
            Detail::IsPassedOn => "it is the bundle that is passed on",
            Detail::IsRedacted => "it is the bundle being redacted",
            Detail::IsDisclosed => "it is the bundle being disclosed from",
            Detail::NothingLeft => "no file would be left to show",
            Detail::NoItemNamed => "no item is named",
            Detail::NoItemCalledSo => "no visible item has this name",
            Detail::TwoCommitments => "more than one commitment begins with these digits",
            Detail::NotOfItsName => "is not named after the fingerprint of the key in it",
            Detail::NoContactOfName => "no contact of yours has that name",
            Detail::NoContactOfKey => "no contact of yours has that key",
            Detail::ContactHasName => "another contact has that name and another key: this may be an impostor",
            Detail::KeyHasName => "a key of yours has that name already",
            Detail::ContactOfYoursHasName => "a contact of yours has that name already",
            Detail::ChangedMeanwhile => "another run changed them meanwhile; nothing was changed",
            Detail::NotEndedByLineBreak => "does not end with a line break",
            Detail::ListMissing => "are not signed by your key, so nobody among them is believed",
            Detail::ListSignature => "the signature over them is wrong, so nobody among them is believed",
            Detail::ContactAdded => "was added without your signature, and is not believed",
            Detail::ContactAltered => "its card or its date is not as you signed it, and it is not believed",
            Detail::ContactGone => "is gone since you signed your contacts",
            Detail::RevokedUnsigned => "is revoked, and that is not signed yet; it is not believed",
            Detail::NotAsWritten => "it would not hold what belongs into it, so nothing was written",
            Detail::BesideLocked => "lies beside your locked contacts and is not one of them, so it does not count",
            Detail::ContactLeftover => "is left from a run that was killed, and may hold a contact",
            Detail::NotAContact => "is not a contact of version 1",
            Detail::InterruptedRun => "is left from a run that was interrupted, and may hold a private key: remove it",
            Detail::KeyBesideIt => "has a private key file beside it, so neither is used",
            Detail::NoKeyBesideIt => "has no key beside it, so it is not used",
            Detail::NoCardBesideIt => "has no card beside it, so it is not used",
            Detail::CardOfAnotherKey => "is the card of a different key than the one beside it",
            Detail::KeyExposed => "others on this computer may read or change this private key",
            Detail::FolderExposed => "others on this computer may write to it",
            Detail::NoKeyOfName => "no key of yours has that name",
            Detail::OneStoryEach => "each is for one story, and none was named",
            Detail::NoneYet => "there is none yet",
            Detail::KeyIsYours => "this key is yours already",
            Detail::NoNumberLeft => "has no number left for a key",
            Detail::ThereWithoutCard => "is there already, without a card",
            Detail::ThereAndLeft => "is there already, and was left as it is",
            Detail::NoKeyIsThis => "this is not one of your keys",
            Detail::NameLikeFingerprint => "the name looks like a fingerprint",
            Detail::NameUnseen => "the name holds a character that cannot be seen",
            Detail::NameWhiteSpace => "the name begins or ends with white space",
            Detail::HoldsAnotherKey => "holds a different key than its card names",
            Detail::NotAStory => "is not the note of a key for one story",
            Detail::IsALink => "is a link",
            Detail::NotARegularFile => "is not a regular file",
            Detail::NoRoomFor { entry, size, free } => {
                return write!(f, "there is room for {free}, and {entry} is said to have {size} bytes");
            }
            Detail::FileSays { risk, value } => {
                let value = echo(value);
                return match risk {
                    Risk::Position => write!(f, "made at {value}"),
                    Risk::Person => write!(f, "made or owned by {value}"),
                    Risk::Serial => write!(f, "camera or lens number {value}"),
                    Risk::Device => write!(f, "made or worked on {value}"),
                    Risk::Contact => write!(f, "addresses or telephone numbers: {value}"),
                    Risk::Account => write!(f, "accounts in paths: {value}"),
                    Risk::Company => write!(f, "company or office: {value}"),
                    Risk::Comment => write!(f, "words inside: {value}"),
                    Risk::Changes => write!(f, "changes that were tracked: {value}"),
                    Risk::History => write!(f, "earlier versions: {value}"),
                    Risk::Hidden => write!(f, "not shown: {value}"),
                    Risk::Attachment => write!(f, "files inside: {value}"),
                    Risk::Thumbnail => write!(f, "a small picture inside, {value}"),
                    Risk::Motion => write!(f, "a film inside, {value}"),
                };
            }
            Detail::NamesDecomposed { count } => {
                return write!(f, "{} with separate accents here", plural(*count, "name is written", "names are written"));
            }
            Detail::IsMedia { kind } => return write!(f, "this is not a bundle, but a picture or a recording ({kind})"),
            Detail::IsPage { kind } => return write!(f, "this is not a bundle, but a page to read ({kind})"),
            Detail::IsOtherArchive { kind } => return write!(f, "this is not a bundle, but an archive of another kind ({kind})"),
            Detail::FolderOfBundles { count } => {
                let files = plural(*count, "file that is named as a bundle is", "files that are named as bundles are");
                return write!(f, "this is no unpacked bundle, but a folder with {files}");
            }
            Detail::TooLong { limit } => return write!(f, "it is longer than {limit} bytes"),
            Detail::TooLongToRead { limit } => return write!(f, "is longer than {limit} bytes, the most that is read"),
            Detail::LineTooLongToRead { limit } => {
                return write!(f, "a line of it is longer than {limit} bytes, the most that is read");
            }
            Detail::HoldsTooMuch { limit } => return write!(f, "holds more than {limit} bytes, the most that is read"),
            Detail::LargerThanRead { limit } => return write!(f, "is larger than {limit} bytes, the most that is read"),
            Detail::UnknownFormat { format } => {
                return write!(f, "it names the format {format:?}, which this sealbag does not know");
            }
            Detail::OtherFormat { format } => return write!(f, "its format is \"{format}\", which this sealbag does not know"),
            Detail::FormatIs { format } => return write!(f, "the format is {format}"),
            Detail::InLine { line, reason } => return write!(f, "line {line}: {reason}"),
            Detail::InItem { item, reason } => return write!(f, "item {item}: {reason}"),
            Detail::DirectoryUnread { error } => return write!(f, "it cannot read the directory: {error}"),
            Detail::SeesEntries { seen, count } => return write!(f, "it sees {seen} entries, but there are {count}"),
            Detail::EntryUnread { name, error } => return write!(f, "it cannot read {name}: {error}"),
            Detail::SeesOtherwise { name } => return write!(f, "it sees {name} differently"),
            Detail::JsonLineTooLong { limit } => return write!(f, "a line is longer than {limit} bytes"),
            Detail::JsonStringTooLong { limit } => return write!(f, "a string is longer than {limit} bytes"),
            Detail::NotTheJson { error } => return write!(f, "not the JSON that belongs here: {}", echo(error)),
            Detail::FactsWithoutFile { count } => return write!(f, "{count} facts are about a file that is not shown"),
            Detail::ThePath { reason } => return write!(f, "the path {reason}"),
            Detail::ItsName { reason } => return write!(f, "its name {reason}"),
            Detail::MetadataForm { error } => return f.write_str(&echo(error)),
            Detail::ExpectedObject { member } => {
                let member = echo(member);
                return write!(f, "{member} must be an object, with a name for each value");
            }
            Detail::ExpectedStrings { member } => {
                let member = echo(member);
                return write!(f, "{member} must be a string or a list of strings");
            }
            Detail::At { line, column, reason } => return write!(f, "line {line}, column {column}: {reason}"),
            Detail::MetadataEncoding { line } => {
                return write!(f, "line {line} is not UTF-8 text; from a spreadsheet, save it as \"CSV UTF-8\"");
            }
            Detail::CurlyQuotes { found } => {
                return write!(f, "{found} is a typographic quotation mark; here only \" is one: turn smart quotes off, or replace it");
            }
            Detail::NameNear { member, near, count } => {
                let member = echo(member);
                let times = if *count > 1 { format!(", {count} times") } else { String::new() };
                return write!(f, "{member}{times}: did you mean {near}?");
            }
            Detail::NotADate { member, value } => {
                let (member, value) = (echo(member), echo(value));
                return write!(f, "{member} is \"{value}\", not a date as 2018-03-01");
            }
            Detail::ColumnTwice { name, first } => {
                let name = echo(name);
                return write!(f, "the column {name} is there already, as column {first}");
            }
            Detail::CellsBeyond { columns } => {
                let columns = plural(*columns, "column", "columns");
                return write!(f, "the row has more cells than the {columns} of the first line; put text with commas in quotation marks");
            }
            Detail::RowTwice { path, first } => {
                let path = echo(path);
                return write!(f, "line {first} is about {path} already");
            }
            Detail::SourceRow { name } => {
                let name = echo(name);
                return write!(f, "source:{name}: a source is called S1, S2, … up to S999999");
            }
            Detail::SourceName { name } => {
                let name = echo(name);
                return write!(f, "sources.{name}: a source is called S1, S2, … up to S999999");
            }
            Detail::UnknownMember { name } => {
                let name = echo(name);
                return write!(f, "{name}: only case, sources and files belong here");
            }
            Detail::FactName { member, near } => {
                let member = echo(member);
                let meant = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return write!(
                    f,
                    "{member}: a name may have only lower-case letters, digits and _, begins with a letter, and has at most 64 characters{meant}"
                );
            }
            Detail::FactTooLong { member, limit } => {
                let member = echo(member);
                return write!(f, "{member}: a value may have at most {limit} bytes");
            }
            Detail::MemberTwice { place, member } => {
                let (place, member) = (echo(place), echo(member));
                return write!(f, "{place}: the member {member} occurs twice");
            }
            Detail::NotAPattern { error } => return write!(f, "is no pattern: {error}"),
            Detail::SignerKey { reason } => return write!(f, "the signer is {reason}"),
            Detail::TwoVersions { reason } => return write!(f, "the signer sealed two versions: {reason}"),
            Detail::AuthorKey { reason } => return write!(f, "its author is {reason}"),
            Detail::CardKey { reason } => return write!(f, "its key is {reason}"),
            Detail::KdfRounds { rounds, most } => {
                return write!(f, "asks for {rounds} rounds of bcrypt-pbkdf, and at most {most} are allowed");
            }
            Detail::KeyOfKind { kind } => return write!(f, "is a key of kind {kind}, not ssh-ed25519"),
            Detail::KeyOfOtherKind { kind } => {
                return write!(f, "is a key of another kind, {kind}, and only Ed25519 keys sign bundles");
            }
            Detail::CardName { most } => return write!(f, "its name does not have 1 to {most} bytes"),
            Detail::HeaderUnopened { error } => return write!(f, "its header cannot be opened: {error}"),
            Detail::HeaderMalformed { reason } => return write!(f, "the header of the envelope is malformed: {reason}"),
            Detail::AgeVersion { version } => {
                return write!(f, "it is an age file of version {version:?}, which this sealbag does not know");
            }
            Detail::ScryptWork { work, most } => {
                return write!(f, "its passphrase asks for scrypt work of 2^{work}, and at most 2^{most} is allowed");
            }
            Detail::TooManyStanzas { most } => return write!(f, "its header has more than {most} stanzas"),
            Detail::HeaderTooLong { limit } => return write!(f, "its header is longer than {limit} bytes"),
            Detail::TooManyRecipients { count, most } => {
                return write!(f, "there are {count}, and an envelope has room for {most} of this kind");
            }
            Detail::NoIdentityInLine { line } => {
                return write!(f, "its line {line} is not an age identity that can be used here");
            }
            Detail::AgentHoldsNot { key } => return write!(f, "does not hold the key {key}"),
            Detail::AgentUnreachable { error } => return write!(f, "the ssh-agent cannot be reached: {error}"),
            Detail::AgentLate { seconds } => return write!(f, "the ssh-agent gave no answer within {seconds} seconds"),
            Detail::AgentNotAsked { error } => return write!(f, "the ssh-agent could not be asked: {error}"),
            Detail::AgentMalformed { reason } => {
                return write!(f, "what listens here does not answer like an ssh-agent: {reason}");
            }
            Detail::UnknownKey { key } => return write!(f, "you do not know the key {key}"),
            Detail::RevokedKey { who, at } => return write!(f, "you revoked the key of {who} on {at}"),
            Detail::OtherSigner { who, wanted } => return write!(f, "it is the seal of {who}, not of \"{wanted}\""),
            Detail::OtherSize { size, sealed } => return write!(f, "it has {size} bytes, but {sealed} were sealed"),
            Detail::StrayCommitments { count } => {
                return write!(f, "{count} of the items it withholds are shown or were never sealed");
            }
            Detail::StillToCome { time, now } => return write!(f, "it says {time}, but the clock of this computer says {now}"),
            Detail::WithheldByOther { who } => return write!(f, "its author, {who}, is not one of those who may withhold here"),
            Detail::AuthorNotBelieved { key } => return write!(f, "you do not believe its author, {key}"),
            Detail::Unexplained { count, total } => {
                return write!(f, "{count} of {total} sealed items are missing, and no release explains it");
            }
            Detail::ItemOpen { item } => return write!(f, "item {item} does not end"),
            Detail::ForTheBundle { digest } => return write!(f, "it is for the bundle {digest}"),
            Detail::ItemNotSealed { item } => return write!(f, "the seal does not cover its item {item}"),
            Detail::EndsBefore { name } => return write!(f, "it ends before {name} does"),
            Detail::TooManyFolders { count, most } => return write!(f, "its files lie in {count} folders, more than {most}"),
            Detail::TwinOf { other } => return write!(f, "on some computers its name is the same as {other}"),
            Detail::TooManyReleases { most } => return write!(f, "it already has {most} releases, the most that a bundle can have"),
            Detail::ReasonLength { most } => return write!(f, "a reason must have 1 to {most} bytes"),
            Detail::ListOfOtherKey { key } => {
                return write!(f, "are signed by {key}, which is no key of yours or is revoked, so nobody among them is believed");
            }
            Detail::RevocationAltered { at } => {
                return write!(f, "you revoked it on {at}, and somebody took that away; it stays revoked");
            }
            Detail::ContactRenamed { was } => {
                return write!(f, "was called \"{was}\" when you signed it, and is not believed");
            }
            Detail::TwoLocks { other } => return write!(f, "your contacts are locked twice: {other} lies beside it"),
            Detail::ContactsLocked { key } => return write!(f, "holds your contacts, and your key {key} opens it"),
            Detail::NamesLookAlike { other } => {
                return write!(f, "the name looks like another one that is taken: {other}");
            }
            Detail::SpokenFingerprint { known, spoken, fingerprint } => {
                let which = if *known { "the one you have" } else { "the new one" };
                return write!(f, "{which} has the key digits {spoken}, {fingerprint}");
            }
            Detail::ContactTooLong { limit } => {
                return write!(f, "is longer than {limit} bytes, the most that is kept of one contact");
            }
            Detail::CardNotNewer { made, known } => {
                return write!(f, "made at {made}, and the card you have is not older: it was made at {known}");
            }
            Detail::OpensNothing { reason } => return write!(f, "{reason}; it is not used to open anything"),
            Detail::KeyNotUsable { reason } => return write!(f, "{reason}"),
            Detail::StoryTooLong { limit } => return write!(f, "the note is longer than {limit} bytes"),
            Detail::CardTooLong { recipients, limit } => {
                return write!(f, "its card with {recipients} recipients would be longer than {limit} bytes");
            }
            Detail::NameLength { most } => return write!(f, "a name must have 1 to {most} bytes, and not only white space"),
            Detail::CannotBeKept { reason } => return write!(f, "keys and contacts cannot be kept here: {reason}"),
            Detail::EnvelopeUnderPassphrase { named } => {
                return write!(f, "it was encrypted under a passphrase, and {}", made_for(*named));
            }
            Detail::EnvelopeForOthers { count, named } => {
                let recipients = plural(*count, "recipient", "recipients");
                return write!(f, "it was encrypted for {recipients}, decoys included, and {}", made_for(*named));
            }
            Detail::Foreign(text) | Detail::Said(text) => text,
        })
    }
}

/// A name or value as it was found; of one that is longer than any name in a bundle, the first 200 letters.
fn echo(text: &str) -> Cow<'_, str> {
    const SHOWN: usize = 200;
    if text.len() <= limits::PATH + SHOWN {
        return text.into();
    }
    text.chars().take(SHOWN).chain(['…']).collect::<String>().into()
}

/// How many recipients the bundle was made for, decoys included.
fn made_for(named: u64) -> String {
    match named {
        0 => "the bundle in it was made for nobody".into(),
        named => format!("the bundle in it was made for {named}"),
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hint::TwoOfOneName => "rename one of them, so that facts and roles can be given to each",
            Hint::WithholdAtOnce => "start from an earlier copy, and withhold everything at once",
            Hint::NameWhatToWithhold => "name what is to be withheld",
            Hint::SayWhy => "say in a sentence why it is withheld",
            Hint::OtherZip => "choose another name: -o NAME.zip",
            Hint::OtherFile => "choose another name: -o FILE",
            Hint::OtherOutput => "choose another name: -o NAME",
            Hint::OtherName => "choose another name: --name NAME",
            Hint::TypeNameAgain => "type the name again: --name NAME",
            Hint::PublicHalf => "give the file that ends in .pub, or a line of: ssh-add -L",
            Hint::MakeEd25519 => "make one: ssh-keygen -t ed25519, or on a token: ssh-keygen -t ed25519-sk",
            Hint::DecryptFirst => "decrypt it first: age -d",
            Hint::SealTwice => "seal it twice, each time for some of them",
            Hint::MakeTouchKey => "make a key that asks for a touch, without no-touch-required: ssh-keygen -t ed25519-sk",
            Hint::FolderOrFiles => "seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE...",
            Hint::SetClock => "set the clock of this computer",
            Hint::PutRightOrName => "repair it, or say which key to use: --key NAME",
            Hint::StoryShort => "keep it short, or leave it out: --story",
            Hint::ShorterName => "use a shorter name, or a folder that is not so deep",
            Hint::FreeSpace => "free some space, then run the same command again",
            Hint::OtherHome => "check who may write there, or keep them in another folder: --home DIR",
            Hint::NothingArrived => "get it again: nothing of it arrived",
            Hint::CutOnItsWay => {
                "get it again: it was probably cut off on its way; if that happens again, have its length told to you"
            }
            Hint::SentAsFile => {
                "ask for the bundle as a file (in messengers: as a document); what you have may be a picture of it"
            }
            Hint::NotThePage => "get the file that the page offers: the name of a bundle ends in .zip or .zip.age",
            Hint::UnpackFirst => "unpack it with the program that made it, then verify the bundle that was in it",
            Hint::NameTheBundles => "name the bundles in it: sealbag verify FOLDER/*",
            Hint::Said(text) => text,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Bundle => "bundle",
            Place::OtherBundle => "other bundle",
            Place::Disclosure => "disclosure",
            Place::Envelope => "envelope",
            Place::Seal => "seal",
            Place::Folder => "folder",
            Place::EndOfFile => "end of the file",
            Place::StandardInput => "standard input",
            Place::StandardOutput => "standard output",
            Place::Output => "output",
            Place::TemporaryFile => "temporary file",
            Place::Clock => "clock",
            Place::Items => "items",
            Place::Files => "files",
            Place::Recipients => "recipients",
            Place::OwnKeys => "your keys",
            Place::Contacts => "your contacts",
            Place::DecryptionKey => "decryption key",
            Place::Program => "sealbag",
            Place::Byte(at) => return write!(f, "byte {at}"),
            Place::ItemLine(line) => return write!(f, "seal/items.jsonl line {line}"),
            Place::Fact(fact) => return write!(f, "{} {}", echo(&fact.0), echo(&fact.1)),
            Place::FactsOf(name) => return write!(f, "files.{}", echo(name)),
            Place::Named(name) => return f.write_str(&echo(name)),
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Untrusted(&self.place.to_string()), Untrusted(&self.detail.to_string()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Untrusted(&self.place.to_string()), Untrusted(&self.detail.to_string()))
    }
}

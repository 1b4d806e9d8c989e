//! What exactly is wrong: one variant for each kind of trouble, with the numbers and names that belong to it. Its words for people are the
//! message `detail-` and its name in `report/words`; those beside the variants are their documentation.

use super::field::Field;
use super::risk::Risk;
use super::sentence::{Argument, Distance, Quoted, Sentence};

/// A row is a variant, its fields, and what it means. Sizes and limits are in bytes; names, keys and times stand as they were found,
/// unescaped; `reason` says what exactly is wrong, `error` what another library or the system said.
macro_rules! details {
    ($($name:ident $({ $($field:ident: $type:ty),* })? $meaning:literal;)*) => {
        /// What exactly is wrong. `Display` says it in English; what it quotes stands as it was found, unescaped.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Detail {
            $(#[doc = $meaning] $name $({ $(#[doc = concat!("`", stringify!($field), "`")] $field: $type),* })?,)*
            /// What the operating system or another library said.
            Foreign(String),
            /// What a program that uses the library says.
            Said(String),
        }

        impl Detail {
            /// The sentence that says it: a message named for the variant, its fields in the places of their names.
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Detail::$name $({ $($field),* })? => Sentence::new(concat!("detail-", stringify!($name)))
                        $($(.with(stringify!($field), $field.argument()))*)?,)*
                    Detail::Foreign(error) => Sentence::new("detail-Foreign").with("error", error.clone()),
                    Detail::Said(text) => Sentence::new("detail-Said").with("text", text.clone()),
                }
            }
        }

        /// Every message that a detail can be, with the names of its places.
        pub static MESSAGES: &[(&str, &[&str])] = &[
            $((concat!("detail-", stringify!($name)), &[$($(stringify!($field)),*)?])),*,
            ("detail-Foreign", &["error"]),
            ("detail-Said", &["text"]),
        ];
    };
}

impl Field for Box<Detail> {
    fn argument(&self) -> Argument {
        Argument::Sentence(self.sentence())
    }
}

details! {
    // of the system
    NoSuchFile "No such file or folder.";
    PermissionDenied "Permission denied.";
    FolderForFile "A folder stands where a file should be.";
    FileForFolder "A file stands where a folder should be.";
    NamedPipe "A pipe with a name stands where a file should be.";
    TooLongToStore "The name, or the path to it, is longer than this system takes.";
    NoSpace "No space left to write.";
    NoRoomFor { entry: String, size: u64, free: u64 } "There is room for {free} bytes, and {entry:?} is said to have {size}.";
    ReadOnlyDisk "This disk can only be read.";
    ReaderGone "The reader of this output has gone.";
    Interrupted "Interrupted.";
    // of forms that many things share
    TooLong { limit: u64 } "It is longer than {limit} bytes.";
    TooLongToRead { limit: u64 } "Is longer than {limit} bytes, the most that is read.";
    LineTooLongToRead { limit: u64 } "A line of it is longer than {limit} bytes, the most that is read.";
    HoldsTooMuch { limit: u64 } "Holds more than {limit} bytes, the most that is read.";
    LargerThanRead { limit: u64 } "Is larger than {limit} bytes, the most that is read.";
    UnknownFormat { format: Quoted } "It names the format {format:?}, which this sealbag does not know.";
    OtherFormat { format: String } "Its format is \"{format}\", which this sealbag does not know.";
    FormatIs { format: String } "The format is {format}.";
    NotText "Is not text.";
    ItIsNotText "It is not text.";
    NotHere "It is not here.";
    CutShort "It is cut short.";
    InLine { line: u64, reason: Box<Detail> } "Line {line}: {reason}.";
    InItem { item: u64, reason: Box<Detail> } "Item {item}: {reason}.";
    // of a bundle
    ReleaseBeforeMissing "The release before it is not here.";
    GrewWhileRead "It grew while it was read.";
    ReadMoreThanAsked "The source it is read from gave more than was asked for.";
    LinkInBundle "A link, device, socket or pipe does not belong in a bundle.";
    NotOfABundle "No such file belongs in a bundle.";
    NoItemNamesIt "No item names this file.";
    FileSays { risk: Risk, value: String } "It says what could harm a source, {risk:?}: {value:?}.";
    Differs { stated: String, read: String } "The signer states {stated:?}, and the file says {read:?}.";
    FarFrom { differs: Box<Detail>, distance: Distance } "{differs} They are {distance:?} apart.";
    SealedEarlier { read: String, sealed_at: String } "The file says {read}, and the bundle says that it was sealed at {sealed_at}.";
    TwoPlaces { other: String, distance: Distance, seconds: u64 } "It and {other:?} were taken with one camera, {distance:?} apart and within {seconds} seconds.";
    CustodyEmpty "It holds no entry.";
    CustodyTorn "The last line is not finished.";
    CustodySignature "The key that it names did not sign it.";
    CustodyOtherLog "It belongs to another log.";
    CustodyNumber { expected: u64, seq: u64 } "It has the number {seq}, and {expected} is due.";
    CustodyPrev "It names another entry as the one before.";
    CustodyOtherBundle "It is about another bundle than the steps before.";
    CustodyOtherFile "It is about another file than the steps before.";
    CustodyClock { at: String } "Its time, {at}, is earlier than that of the step before.";
    CustodyOpen "Given away, and no entry says that it arrived.";
    CustodyBy { key: String } "The key {key} signed it.";
    CustodyNotReleased "It is not an entry that gives a copy away.";
    CustodyToAnother "It gives the copy to somebody else.";
    CustodyByAnother "It is not the receipt of whoever the copy was given to.";
    CustodyAnswersNothing "It answers no entry of this log.";
    CustodySeq "seq is 0.";
    CustodyControl "place, purpose or note has a line break or another control character.";
    CustodyNoReceipt "The receipt that it holds is none: its form or its signature is wrong, or it answers another entry.";
    CustodyOtherwise { step: u64 } "Step {step} of the log is another entry.";
    CustodyCut { steps: u64 } "The log ends after {steps} steps, without the entry that this shows or answers.";
    CustodyNoHead { steps: u64 } "None of the {steps} steps of the log is this entry.";
    CustodyForked "Two different entries have this number.";
    CustodyKeptOther "What lies there now is not what the log is about.";
    CustodyNotThisBundle "It is about another bundle.";
    CustodyNotThisFile "It is about another file.";
    CustodyCopyUnknown "The log is about a file, and what was verified is none, so nobody can tell whether it is that copy.";
    RequiredCountersigned { name: Quoted } "A countersignature by {name:?} is required, but not shown.";
    CustodyText { limit: u64 } "place, purpose or note is longer than {limit} bytes.";
    CustodyVerdict "verdict is no word of a verdict, or codes are not codes in strictly increasing order.";
    CustodyEmptyNote "A note says nothing.";
    CustodyOfNothing "A countersignature must name the bundle.";
    NamesDecomposed { count: u64 } "{count} names have separate accents here.";
    LeftBehind "Left behind by a file manager, or empty; ignored.";
    NotInBundle "No such file is in the bundle.";
    StreamHasPassed "It came as a stream and cannot be read again.";
    ChangedAfterVerified "It changed after it was verified.";
    PaddingNotZero "The padding is not all zeros.";
    DirectoryUnread { error: String } "It cannot read the directory: {error}.";
    SeesEntries { seen: u64, count: u64 } "It sees {seen} entries, but there are {count}.";
    EntryUnread { name: String, error: String } "It cannot read {name}: {error}.";
    SeesOtherwise { name: String } "It sees {name} differently.";
    Encrypted "It is encrypted with age, and was not decrypted.";
    ClaimsTooLong "It says too much to be held in memory.";
    NotABundle "It cannot be read as a bundle.";
    // of a ZIP
    EndsInTheMiddle "The file ends in the middle.";
    EmptyFile "The file is empty.";
    IsDisclosure "This is a disclosure, not a bundle: it is checked together with one (--with).";
    IsMedia { kind: String } "This is a picture, a sound recording or a video of the media type {kind:?}, not a bundle.";
    IsPage { kind: String } "This is a page to read of the media type {kind:?}, not a bundle.";
    IsOtherArchive { kind: String } "This is an archive of the media type {kind:?}, not a bundle.";
    FolderOfBundles { count: u64 } "This is no unpacked bundle, but a folder with {count} files that are named as bundles are.";
    NotAZip "This is not a bundle: it is not a ZIP file.";
    TooManyEntries "There are more entries than a bundle can have.";
    NoHeader "Neither an entry nor the directory begins here.";
    NameTooLong "A name is longer than allowed.";
    NameNotUtf8 "A name is not UTF-8.";
    OddHeader "Its header does not match its name, size, CRC-32 and time.";
    OtherTime "Its time is not that of the first entry.";
    NoTopFolder "It is not in a folder with the name of a bundle.";
    OtherTopFolder "It is not in the one top folder.";
    PayloadBehindParts "A payload file comes after the other files.";
    PayloadOutOfOrder "The payload is not in order of its names, or a name occurs twice.";
    WrongPlace "No file of this name belongs here.";
    ReleaseBeforeNotInPlace "The release before it is not in its place.";
    WrongCrc32 "Its CRC-32 is wrong.";
    NotInPlace "It is not in its place.";
    NoEntry "The file holds no entry.";
    DirectoryDiffers "The directory and the header disagree.";
    EndRecordDiffers "The end record does not match the entries.";
    BytesBehindEnd "Bytes follow the end record.";
    TopFolderNotOfId "The top folder is not named after the id in the manifest.";
    TimeNotOfManifest "The time of the entries is not that of the manifest.";
    PaddingNotPadme "The padding does not have the length that the format requires.";
    // of JSON and lists
    JsonLineTooLong { limit: u64 } "A line is longer than {limit} bytes.";
    JsonNumberTooLarge "A number is above 2^53 - 1.";
    JsonStringTooLong { limit: u64 } "A string is longer than {limit} bytes.";
    NotTheJson { error: String } "Not the JSON that belongs here: {error}.";
    NotCanonical "Not canonical JSON: a member is missing or out of order, or white space or escapes differ.";
    FirstLineTooLong "The first line is longer than 65,536 bytes.";
    ListNotOpened "The first line does not end by opening the list.";
    NotInQuotes "A line of the list is not one entry in quotes.";
    NotADigest "A line of the list is not 64 lower-case hex digits.";
    ListNotIncreasing "The list is not strictly increasing.";
    NotASlip "A line of the list is not a slip in base64.";
    ListTooLong "The list has more lines than allowed.";
    ListNotClosed "The list is not closed by ]} after its last digest.";
    BytesFollow "Bytes follow the end.";
    DigestForm "A SHA-256 digest has 64 lower-case hex digits.";
    RandomForm "32 lower-case hex digits are needed.";
    TimeForm "A time is written YYYY-MM-DDThh:mm:ssZ, on a day that exists.";
    SealedAtRange "Sealed_at is not in the years 1980 to 2107.";
    SealedWithForm "Sealed_with is not sealbag and three numbers.";
    ReasonEmpty "Reason is empty.";
    // of items
    NoLineBreakAtEnd "It has no line break at its end.";
    TooManyItems "There are more than 1,000,000 items.";
    LinesOutOfOrder "The lines are not in strictly increasing order of their commitments.";
    MediaTypeForm "Media_type is not type/subtype in lower case.";
    AboutForm "About is neither case, source:S\\<n> nor file:\\<path>.";
    FieldNameForm "Name is not \\[a-z]\\[a-z0-9_]{0,63}.";
    ValueEmpty "Value is empty.";
    KeyNotRecipient "Key is not an age recipient.";
    NoKnownKind "Does not begin as an item of a known kind.";
    PathTwice "Two items name this path.";
    FileAndFolder "It would have to be both a file and a folder.";
    NoFileShown "No file is shown.";
    FactTwice "A fact that can be true only once is there twice.";
    RecipientTwice "Two items name the same recipient.";
    FactsWithoutFile { count: u64 } "{count} facts are about a file that is not shown.";
    NotSealed "The seal does not cover this item.";
    // of paths
    ThePath { reason: Box<Detail> } "The path {reason}.";
    ItsName { reason: Box<Detail> } "Its name {reason}.";
    PathTooDeep "Lies in more than 64 folders, one in the other.";
    PathTooLong "Is longer than 1,024 bytes.";
    NameNotUtf8InFolder "It is not UTF-8; %E9 stands for such a byte.";
    NotNfc "Is not in Unicode normal form C.";
    PathPartEmpty "Has an empty part, or is not relative.";
    PathPartDots "Has a part that is . or ...";
    PathPartTooLong "Has a part longer than 255 bytes.";
    PathPartEndsInDot "Has a part that ends in a dot.";
    PathPartWhiteSpace "Has a part that begins or ends with white space.";
    PathPartDevice "Has a part that is a device name on Windows.";
    PathForbiddenAscii "Holds a backslash or one of : * ? \" \\< > | %.";
    PathUnseen "Holds a control character or an invisible one.";
    PathJoiner "Holds an invisible joiner where nothing is joined.";
    // of facts
    MetadataForm { error: String } "{error}.";
    ExpectedFacts "An object with the members case, sources and files.";
    ExpectedObject { member: String } "{member} must be an object, with a name for each value.";
    ExpectedStrings { member: String } "{member} must be a string or a list of strings.";
    TheFile "The file.";
    SourceName { name: String } "Sources.{name}: a source is called S1, S2, … up to S999999.";
    UnknownMember { name: String } "{name}: only case, sources and files belong here.";
    At { line: u64, column: u64, reason: Box<Detail> } "Line {line}, column {column}, both from 1: {reason}.";
    MetadataEncoding { line: u64 } "Line {line} is not UTF-8 text.";
    CurlyQuotes { found: char } "{found} is a typographic quotation mark, where only the straight one can stand.";
    NameNear { member: String, near: &'static str, count: u64 } "{member}, which stands there {count} times, is close to the known name {near}.";
    NotADate { member: String, value: String } "{member} is {value}, which is no date or can be read in two ways.";
    TableWithoutPath "The first line names no column path.";
    ColumnTwice { name: String, first: u64 } "The column {name} is there already, as column {first}.";
    ColumnWithoutName "The first line gives this column no name.";
    CellsBeyond { columns: u64 } "The row has more cells than the {columns} columns that the first line names.";
    RowWithoutPath "The row does not say what it is about.";
    RowTwice { path: String, first: u64 } "Line {first} is about {path} already.";
    SourceRow { name: String } "{name}: a source is called S1, S2, … up to S999999.";
    QuoteNotClosed "A quotation mark in this row has no other half.";
    FactName { member: String, near: Option<&'static str> } "{member}: a name may have only lower-case letters, digits and _, begins with a letter, and has at most 64 characters; {near} is a known one.";
    FactTooLong { member: String, limit: u64 } "{member}: a value may have at most {limit} bytes.";
    MemberTwice { place: String, member: String } "{place}: the member {member} occurs twice.";
    FactEmpty "A value must not be empty.";
    FactOverLimit "A value may have at most 16,384 bytes.";
    FactLineTooLong "Its control characters, once escaped, make it too long for one line of the seal.";
    FactOfNoFile "Must name a file in this bundle.";
    // of what is left out
    ExcludesNothing "Matches nothing that was found.";
    NotAPattern { error: String } "Is no pattern: {error}.";
    // of keys
    NotAKey "Not an Ed25519 key as OpenSSH writes it.";
    WeakKey "A weak key: it is of small order, has a torsion component or is not encoded as it must be.";
    SignerKey { reason: Box<Detail> } "The signer is {reason}.";
    AuthorKey { reason: Box<Detail> } "Its author is {reason}.";
    CardKey { reason: Box<Detail> } "Its key is {reason}.";
    NotAPrivateKeyFile "Not an OpenSSH private key file.";
    KdfRounds { rounds: u64, most: u64 } "Asks for {rounds} rounds of bcrypt-pbkdf, and at most {most} are allowed.";
    KeyOfKind { kind: String } "Is a key of kind {kind}, not ssh-ed25519.";
    PassphraseWrong "The passphrase does not open it.";
    NoEd25519Key "Holds no Ed25519 key.";
    HalvesDiffer "Its private and its public half belong to different keys.";
    IsPrivateKey "Is a private key, not its public half.";
    NotOneLine "Is not one line.";
    KeyOfOtherKind { kind: String } "Is a key of another kind, {kind}, and only Ed25519 keys sign bundles.";
    NotAPublicHalf "Is not the public half of an Ed25519 key.";
    NotTouched "Signed without being touched, and such a signature does not count.";
    NotItsSignature "The signature that came back was not made by this key over what was to be signed.";
    // of cards
    NoLineBreak "It has no line break.";
    CardName { most: u64 } "Its name does not have 1 to {most} bytes.";
    CardRecipient "It names something that is not an age recipient.";
    CardSignature "Its signature was not made by its own key over this line.";
    // of what keys say of themselves
    RevocationToCome "Revokes its key from a time on that was still to come when it was made.";
    RevocationSignature "Its signature was not made by the key that it is about, over this line.";
    SuccessionToItself "Says that a key comes after itself.";
    SuccessionOfOther "The key that it says comes after another one is not its own.";
    SuccessionSignature "That its key comes after another one was not signed by both.";
    // of envelopes
    NoRandomness "The system gave no randomness.";
    NoKeyOpens "It is encrypted, and no decryption key of yours opens it.";
    HeaderAltered "Its header was altered after it was encrypted.";
    HeaderOddStanza "Its header holds a malformed stanza.";
    HeaderUnopened { error: String } "Its header cannot be opened: {error}.";
    HeaderChanged "Its header changed after it was opened.";
    EnvelopeCut "It was cut short after it was encrypted.";
    EnvelopeAltered "It was cut short or altered after it was encrypted.";
    HeaderMalformed { reason: Box<Detail> } "The header of the envelope is malformed: {reason}.";
    AgeVersion { version: Quoted } "It is an age file of version {version:?}, which this sealbag does not know.";
    NotAnAgeFile "Its first line is not that of an age file.";
    NoMac "Its last line holds no MAC.";
    ForNobody "It has no recipient.";
    PassphraseNotAlone "It has a passphrase and another recipient.";
    ScryptWork { work: u64, most: u64 } "Its passphrase asks for scrypt work of 2^{work}, and at most 2^{most} is allowed.";
    TooManyStanzas { most: u64 } "Its header has more than {most} stanzas.";
    NoStanza "A line is neither a stanza nor the end.";
    OddArgument "The first line of a stanza holds something that is not an argument.";
    OddScryptStanza "Its passphrase stanza is malformed.";
    OddStanzaBody "The body of a stanza is not base64 in full lines.";
    HeaderTooLong { limit: u64 } "Its header is longer than {limit} bytes.";
    HeaderCut "Its header is cut short.";
    ArmorLineTooLong "A line of its armor is too long.";
    TooManyRecipients { count: u64, most: u64 } "There are {count}, and an envelope has room for {most} of this kind.";
    NoRecipients "There are no recipients.";
    CannotEncrypt "Cannot encrypt.";
    NoRandomNumbers "The system gives no random numbers.";
    LowOrder "The recipient is of low order.";
    EncryptedForKey "Is encrypted for a key, not under a passphrase.";
    NoIdentityInLine { line: u64 } "Its line {line} is not an age identity that can be used here.";
    NoIdentity "Holds no age identity.";
    // of an ssh-agent
    AgentRefused "Refused.";
    AgentAnswerEmpty "The answer is empty.";
    AgentAnswerTooLong "The answer is longer than 256 KiB.";
    AgentKeysCut "The list of keys is cut short.";
    AgentTooManyKeys "More than 1,000 keys are listed.";
    AgentBehindKeys "Something follows the list of keys.";
    AgentSignatureForm "The signature does not have the form for this kind of key.";
    AgentOtherAnswer "The answer is to another question.";
    AgentHoldsNone "Holds no Ed25519 key, or is locked.";
    AgentHoldsNot { key: String } "Does not hold the key {key}.";
    AgentNoSocket "There is no ssh-agent: no such socket.";
    AgentNobodyListens "There is no ssh-agent: nothing listens at this socket.";
    AgentUnreachable { error: String } "The ssh-agent cannot be reached: {error}.";
    AgentLate { seconds: u64 } "The ssh-agent gave no answer within {seconds} seconds.";
    AgentEnded "The ssh-agent ended the connection before its answer was whole.";
    AgentNotAsked { error: String } "The ssh-agent could not be asked: {error}.";
    AgentTellsNoKeys "The ssh-agent does not say which keys it holds.";
    AgentSignsNot "The ssh-agent refused to sign.";
    AgentMalformed { reason: Box<Detail> } "What listens here does not answer as an ssh-agent does: {reason}.";
    // of the seal
    NoManifest "There is no signed manifest.";
    NoSignature "There is no signature.";
    NoItems "The list of items is not here.";
    NotTheArmor "It is not the armor that belongs to the named signer's key.";
    NotTheSigners "The signature was not made by the named signer over this manifest.";
    UnknownKey { key: String } "You do not know the key {key}.";
    FormatWord "It does not begin with the name of its format.";
    NoSignatureOverIt "It is no signature over this file by the key in it.";
    RevokedKey { who: String, at: String } "The reader has not believed the key of {who} since {at}.";
    OtherSigner { who: String, wanted: String } "It is the seal of {who}, not of \"{wanted}\".";
    RequiredCompleteness "Completeness is required, but not shown.";
    RequiredTime "A proven time is required, but not shown.";
    RequiredAddressee "You required that it was sealed for you, and that is not shown.";
    RequiredCustody "An unbroken custody log is required, but not shown.";
    NotDerived "It does not match the seal.";
    OtherSha256 "Its SHA-256 is not the sealed one.";
    OtherSize { size: u64, sealed: u64 } "It has {size} bytes, but {sealed} were sealed.";
    SealedAndNotHere "It was sealed, but is not here.";
    EnvelopeUnderPassphrase { named: u64 } "The envelope is under a passphrase, but it was made for recipients.";
    EnvelopeForOthers { count: u64, named: u64 } "The envelope has a different number of recipients than it was made with.";
    // of releases
    OfAnotherBundle "It belongs to another bundle.";
    NotInChain "It does not follow the release before it.";
    ReadersLeft "It belongs to an encrypted copy, and this one is not encrypted.";
    NotOfThisCopy "It does not belong to the last release in this copy.";
    EarlierThanSeal "Its time is earlier than that of the seal.";
    StillToCome { time: String, now: String } "It says {time}, but the clock of this computer says {now}.";
    StrayCommitments { count: u64 } "{count} of the items it withholds are shown or were never sealed.";
    NotTheAuthors "It was not made by the named author over this file.";
    AuthorNotBelieved { key: String } "You do not believe its author, {key}.";
    WithheldByOther { who: String } "Its author, {who}, is not one of those who may withhold here.";
    ReleasesOverlap "Two releases name the same item.";
    Unexplained { count: u64, total: u64 } "{count} of {total} sealed items are missing, and no release explains it.";
    // of disclosures and other bundles
    IsABundle "It is a bundle, not a disclosure.";
    FirstLineOpen "Its first line does not end.";
    DisclosureCount "It holds no item, or more than 1,000,000.";
    ItemOpen { item: u64 } "Item {item} does not end.";
    ItemsTooLong "Its items are longer than 1 GiB together.";
    ItemsOutOfOrder "Its items are not in strictly increasing order of their commitments.";
    ForTheBundle { digest: String } "It is for the bundle {digest}.";
    ItemNotSealed { item: u64 } "The seal does not cover its item {item}.";
    EndsBefore { name: String } "It ends before {name} does.";
    MoreThanZeros "Something other than zeros follows its end.";
    TooManyZeros "More zeros follow its end than any padding has.";
    NothingToCompare "It is not whole, so nothing can be compared.";
    TwoSeals "These two bundles have different seals.";
    TwoVersions { reason: Box<Detail> } "The signer sealed two versions: {reason}.";
    // of sealing
    NoFileToSeal "There is no file to seal.";
    TooManyFiles "There are more than 1,000,000.";
    TooMuchToSeal "There are more than 1,000,000 files, facts and recipients.";
    LinesTooLong "Their lines are longer than 1 GiB together.";
    ItemLost "An item that was counted is not there.";
    NotSealedHere "No such file is being sealed.";
    HomeInside "Your keys and contacts would be sealed with the rest.";
    NameOfTwo "Two files here have this name, so it is not clear which one is meant.";
    TwinOf { other: String } "On some computers its name is the same as {other}.";
    TwinOfFolder "On some computers its name is the same as that of a folder.";
    ChangedWhileSealed "It changed while it was being sealed.";
    LinkSealed "A link cannot be sealed.";
    DeviceSealed "A device, socket or pipe cannot be sealed.";
    NamesNoFile "This is not the name of a file.";
    ClockRange "A seal can only state times in the years 1980 to 2107.";
    // of twins
    AreaForm "An area is written FILE=X,Y,WxH: from the left, from the top, width and height in pixels of the upright picture.";
    AreaEmpty "The area has no pixel.";
    AreaOutside { width: u64, height: u64 } "The area is not all in the picture, which is {width} pixels wide and {height} high, upright.";
    NotDecoded { kind: String } "It is of the media type {kind:?}, and only JPEG, PNG, WebP, TIFF, GIF and BMP are decoded.";
    NotCleaned { kind: String } "It is of the media type {kind:?}, and only JPEG, PNG and WebP are copied without what they say.";
    PictureBroken "The picture is cut short or damaged.";
    PictureMoves "It holds several pictures, one after the other.";
    PictureUnread { error: String } "It cannot be decoded: {error}.";
    PictureTooLarge { width: u64, height: u64 } "Its {width} times {height} pixels take more memory than is used for one picture.";
    StillSays { names: String } "A copy of its pixels would still state {names}.";
    NotRecordable { name: String } "No fact {name:?} is read from files and known to the format.";
    // of output
    NotAFileThere "Something that is not a file is there already.";
    ExistsAlready "Exists already.";
    TooManyFolders { count: u64, most: u64 } "Its files lie in {count} folders, more than {most}.";
    TwinOnDisk "This file system cannot tell its name from another one.";
    IsSealed "It is one of the files being sealed.";
    InsideSealed "It would be inside the folder being sealed.";
    IsPassedOn "It is the bundle that is passed on.";
    IsRedacted "It is the bundle being redacted.";
    IsPaged "It is the bundle that the page is about.";
    IsDisclosed "It is the bundle being disclosed from.";
    // of withholding
    TooManyReleases { most: u64 } "It already has {most} releases, the most that a bundle can have.";
    NothingLeft "No file would be left to show.";
    NoItemNamed "No item is named.";
    ReasonLength { most: u64 } "A reason must have 1 to {most} bytes.";
    NoItemCalledSo "No visible item has this name.";
    TwoCommitments "More than one commitment begins with these digits.";
    // of keys and contacts that are kept
    NotOfItsName "Is not named after the fingerprint of the key in it.";
    NoContactOfName "No contact of yours has that name.";
    NoContactOfKey "No contact of yours has that key.";
    ContactTooLong { limit: u64 } "Is longer than {limit} bytes, the most that is kept of one contact.";
    CardNotNewer { made: String, known: String } "Made at {made}, and the card you have is not older: it was made at {known}.";
    CardSucceeded { key: String } "Its owner has moved to another key, {key}, so this one is not believed again.";
    ContactHasName "Another contact has that name already.";
    KeyHasName "A key of yours has that name already.";
    NamesLookAlike { other: String } "People would take the name for {other}, which is taken; characters beyond ASCII stand in it as `[U+0412]`.";
    SpokenFingerprint { known: bool, spoken: String, fingerprint: String } "The fingerprint of the one that is known already, or of the new one, is {spoken}, {fingerprint}.";
    ContactOfYoursHasName "A contact of yours has that name already.";
    ChangedMeanwhile "Another run changed the contacts after this one had read them.";
    NotEndedByLineBreak "Does not end with a line break.";
    ListMissing "Are not signed by a key of the reader's.";
    ListSignature "The signature over the list of contacts is wrong.";
    ListOfOtherKey { key: String } "The list of contacts is signed by {key}, which is no key of the reader's or is revoked.";
    ContactAdded "The contact was added without the reader's signature.";
    ContactAltered "The contact is not as the reader signed it.";
    ContactRenamed { was: String } "The contact was called {was} when the reader signed it.";
    ContactGone "The contact is gone since the reader signed the list.";
    RevocationAltered { at: String } "The reader revoked it at {at}, and the contact does not say so.";
    RevokedUnsigned "It was revoked without the reader's signature.";
    ContactsLocked { key: String } "The contacts are locked, and the own key whose fingerprint begins with {key} opens them.";
    NotAsWritten "It would not hold what belongs into it.";
    BesideLocked "A plain file lies beside the locked contacts, and is not one of them.";
    TwoLocks { other: String } "Contacts are locked twice: {other} lies beside it.";
    ContactLeftover "Is left from a run that was killed, and may hold a contact.";
    NotAContact "Is not a contact of version 1.";
    InterruptedRun "Is left from a run that was interrupted, and may hold a private key: remove it.";
    KeyBesideIt "Has a private key file beside it, so neither is used.";
    NoKeyBesideIt "Has no key beside it, so it is not used.";
    NoCardBesideIt "Has no card beside it, so it is not used.";
    CardOfAnotherKey "Is the card of a different key than the one beside it.";
    OpensNothing { reason: Box<Detail> } "{reason}; it is not used to open anything.";
    KeyExposed "Others on this computer may read or change this private key.";
    FolderExposed "Others on this computer may write to it.";
    NoKeyOfName "No key of yours has that name.";
    OneStoryEach "Each is for one story, and none was named.";
    NoneYet "There is none yet.";
    KeyIsYours "This key is yours already.";
    NoNumberLeft "Has no number left for a key.";
    ThereWithoutCard "Is there already, without a card.";
    ThereAndLeft "Is there already, and was left as it is.";
    NoKeyIsThis "This is not one of your keys.";
    StoryTooLong { limit: u64 } "The note is longer than {limit} bytes.";
    CardTooLong { recipients: u64, limit: u64 } "Its card with {recipients} recipients would be longer than {limit} bytes.";
    NameLength { most: u64 } "A name must have 1 to {most} bytes, and not only white space.";
    NameLikeFingerprint "The name looks like a fingerprint.";
    NameUnseen "The name holds a character that cannot be seen.";
    NameWhiteSpace "The name begins or ends with white space.";
    HoldsAnotherKey "Holds a different key than its card names.";
    NotAStory "Is not the note of a key for one story.";
    IsALink "Is a link.";
    NotARegularFile "Is not a regular file.";
    // of timestamps
    TokenForm { part: &'static str } "Its {part}, a part of a standard, does not have the form.";
    TokenStatus { status: u64 } "The authority gave no token: its status is {status}.";
    TokenImprint "It is over something else.";
    TokenNonce "It does not hold the nonce of the request.";
    TokenAlgorithm { oid: String } "It uses {oid}, which counts for nothing here.";
    TokenKeyShort { bits: u64, least: u64 } "An RSA key has {bits} bits, fewer than {least}.";
    TokenAttributes "Its signed attributes lack the type, the hash or the certificate of what was signed.";
    TokenDigest "What it says does not have the hash that was signed.";
    TokenNoCertificate "The certificate that it names is not in it.";
    TokenOtherCertificate "It names another certificate than the one that is in it.";
    TokenSignature "Its signature does not hold.";
    TokenUsage { who: Quoted } "The certificate of {who} is not for timestamps alone.";
    TokenIssuer { who: Quoted } "The certificate of {who} may not stand above another one where it does.";
    TokenExtension { oid: String } "It holds the critical extension {oid}, which nothing is known of.";
    TokenExpired { from: String, until: String } "A certificate above it, or its own, is valid from {from} until {until}, and not at the time of the token.";
    TokenAuthority { who: Quoted } "No authority that the reader trusts vouches for {who}.";
    TokenStray { strays: u64 } "It holds what nothing vouches for; so many of these are certificates.";
    TokenRevoked { who: Quoted, since: String } "The certificate of {who} is revoked since {since}.";
    TokenLate { until: String, at: String } "It was made at {at}, and what it renews ended at {until}.";
    TokenEnded { until: String } "The certificates above it ended at {until}, and it was not renewed before.";
    TokenListUseless { issuer: Quoted, issued: String } "A revocation list of {issuer}, issued at {issued}, counts for nothing here.";
    TokenThere { file: String } "It lies beside it already, as {file}.";
    TokensEnough { limit: u64 } "Has {limit} tokens beside it, the most that are read.";
    NothingToRenew "Has no token beside it that could be renewed.";
    NoRevocationList "It is no revocation list that tells of all certificates of its issuer.";
    NoCertificate "It holds no certificate.";
    AuthorityThere { name: Quoted } "This certificate is trusted already, as {name}.";
    AuthorityNameThere "Another authority has that name.";
    AuthorityAsKept "Is not an authority as this program keeps it.";
    NoAuthorityOfName "No authority that the reader trusts has that name or fingerprint.";
    NetUrl "It is not an http or https address, or not a socks5h one where a proxy is meant.";
    NetRefused { error: String } "There is no connection: {error}.";
    NetLate { seconds: u64 } "There was no answer within {seconds} seconds.";
    NetStatus { status: u64 } "It answered with the status {status} of HTTP.";
    NetType { kind: Quoted } "It answered with {kind}, which is no timestamp.";
    NetBroken { error: String } "The answer broke off: {error}.";
    RescuedKey { since: String, at: String } "The key was revoked at {since}; the seal was there before {at}, which a token proves.";
    CannotBeKept { reason: Box<Detail> } "Keys and contacts cannot be kept here: {reason}.";
    Panicked "It stopped the program because of a bug.";
    ShardForm "Is not a part such as 2/7.";
    CountsDisagree "Its counts do not agree with one another.";
    PlanForm "Is not the list of an audit.";
    PathWithNul "A path holds a NUL byte.";
    ListedTwice "It is listed twice.";
    FolderHasGone "The folder that was searched is no longer there.";
    ClosedToAuditor "It is encrypted, and no key that is open here opens it.";
    ChangedWhileRead "It changed while it was read.";
    NoSuchPath "No path on this system has these bytes.";
    WrittenByAnother "Another run is writing it.";
    NoResult { line: u64 } "Line {line} is not a result.";
    ResultTorn { line: u64 } "Line {line} was cut off.";
    LineNotListed { line: u64 } "Line {line} is not the next bundle of the list.";
    NoResultFor { number: u64 } "No part tells of it, the bundle {number} of the list.";
    ResultTwice { number: u64, part: String } "Bundle {number} of the list is told of once more, in {part}.";
    ResultNotListed { number: u64, part: String } "The list has no such bundle {number}, told of in {part}.";
    MoreOfThem { count: u64 } "There are {count} more.";
    PartsOfTwoLists "The parts belong to two lists.";
    PartsOfAnotherList "The parts belong to another list.";
    NobodySaysTheList "No part has a summary beside it, so the list must be given.";
    NothingListed "Nothing is listed.";
    ResultsNotSigned "The results are not those whose hash was signed.";
    SummaryDisagrees "The summary does not say what the results say.";
    AuditSignature "The signature is not by the key that it names.";
    AuditUnsigned "It names no key, or there is no signature beside it.";
    StampLeaves "A stamp is of one seal or more, of version 1.";
    StampPath "No path of this length leads from this index up a tree of so many leaves.";
    StampTree "The tree beside it is not the one that it was made of.";
    StampAbsent { leaves: u64 } "This seal is not among the {leaves} that it is over.";
    StampNoToken "No token lies beside it.";
    StampOther "It belongs to another audit.";
    StampNoSeals "No line tells of a seal that holds.";
    StampOldLine { line: u64 } "Line {line} tells of a seal, and not its hash.";
    ProofTokens "What follows its first line is not the tokens whose lengths that gives.";
    NotAsRegistered "It is not what the register has at this path.";
    NotRegistered "The register has nothing like it.";
    RegisterLine { line: u64 } "Line {line} is in none of the forms that are read.";
    RegisterSignature "The signature beside it is not by the key that it names.";
    // of an object store
    ObjectBucketName "It names no bucket.";
    ObjectKeyNul "The key holds a NUL byte, which no list can say.";
    ObjectKeyDots "A part of the key is \".\" or \"..\", which no request can say.";
    ObjectFolder "It stands for a folder, and an unpacked bundle is read from a disk only.";
    ObjectsNotBuilt "This program was built without the feature that reaches object stores.";
    ObjectForFile "It lies in an object store, and a file is needed.";
    ObjectMissing "The store has no such object.";
    ObjectNothingBelow "The store has no object of this name or below it.";
    ObjectDenied "The store does not allow it to be read.";
    ObjectListDenied "The store does not allow the bucket to be listed.";
    ObjectNoBucket "The store has no such bucket.";
    ObjectRegion { region: String, asked: String } "The bucket lies in the region {region}, and {asked} was asked.";
    ObjectKeysRefused { reason: Quoted } "The store does not accept the access key; {reason} is its word for it.";
    ObjectClock { there: String, here: String } "It is {there} in the store, and {here} here, too far apart.";
    ObjectChanged "It is no longer what was read of it before.";
    ObjectArchived "It is archived, and must be restored before it can be read.";
    ObjectBusy { status: u64, reason: Quoted, tries: u64 } "The store could not answer, {status} {reason}, also when asked {tries} times.";
    ObjectStatus { status: u64, reason: Quoted } "The store answered {status} {reason}.";
    ObjectAnswer "What the store answered is not what the protocol prescribes.";
    ObjectListsAgain "The store lists the same objects again and again.";
    ObjectNoKeys "No access key is set.";
    ObjectNoProfile { profile: Quoted } "There is no profile {profile}.";
    ObjectProfileAsks { profile: Quoted, setting: &'static str } "The profile {profile} has no access key, but {setting}, which is not done here.";
    ObjectEndpoint "It is not the address of an object store.";
    ObjectPlainHttp "What goes to and from it is not encrypted.";
}

impl std::error::Error for Detail {}

impl From<String> for Detail {
    fn from(said: String) -> Self {
        Detail::Said(said)
    }
}

impl From<&str> for Detail {
    fn from(said: &str) -> Self {
        Detail::Said(said.to_owned())
    }
}

# What exactly is wrong, one message for each row in base/detail.rs.

## of the system

detail-NoSuchFile = no such file or folder
detail-PermissionDenied = permission denied
detail-FolderForFile = a folder stands where a file should be
detail-FileForFolder = a file stands where a folder should be
detail-NamedPipe = a named pipe stands where a file should be
detail-TooLongToStore = its name or path is longer than this system takes
detail-NoSpace = no space left to write
detail-NoRoomFor = there is room for { $free }, and { $entry } is said to have { $size } bytes
detail-ReadOnlyDisk = this disk can only be read
detail-ReaderGone = the reader of this output has gone
detail-Interrupted = interrupted

## of forms that many things share

detail-TooLong = it is longer than { $limit } bytes
detail-TooLongToRead = is longer than { $limit } bytes, the most that is read
detail-LineTooLongToRead = a line of it is longer than { $limit } bytes, the most that is read
detail-HoldsTooMuch = holds more than { $limit } bytes, the most that is read
detail-LargerThanRead = is larger than { $limit } bytes, the most that is read
detail-UnknownFormat = it names the format { $format }, which this sealbag does not know
detail-OtherFormat = its format is "{ $format }", which this sealbag does not know
detail-FormatIs = the format is { $format }
detail-NotText = is not text
detail-ItIsNotText = it is not text
detail-NotHere = it is not here
detail-CutShort = it is cut short
detail-InLine = line { $line }: { $reason }
detail-InItem = item { $item }: { $reason }

## of a bundle

detail-ReleaseBeforeMissing = the release before it is not here
detail-GrewWhileRead = it grew while it was read
detail-ReadMoreThanAsked = the source it is read from gave more than was asked for
detail-LinkInBundle = a link, device, socket or pipe does not belong in a bundle
detail-NotOfABundle = no such file belongs in a bundle
detail-NoItemNamesIt = no item names this file
detail-FileSays = { $risk ->
        [position] made at { $value }
        [person] names { $value }
        [serial] camera or lens number { $value }
        [device] made or worked on { $value }
        [thumbnail] a small picture inside, { $value }
        [behind] behind the end of the picture: { $value }
        [motion] a film inside, { $value }
        [history] earlier versions or changes: { $value }
        [contact] addresses or telephone numbers: { $value }
        [account] accounts in paths: { $value }
        [company] company or office: { $value }
        [changes] changes that were tracked: { $value }
        [hidden] not shown: { $value }
        [attachment] files inside: { $value }
        [credentials] content credentials, { $value }
       *[comment] words inside: { $value }
    }
detail-Differs = stated { $stated }, read from the file { $read }
detail-FarFrom = { $differs }: { $distance } apart
detail-SealedEarlier = read from the file { $read }, but sealed at { $sealed_at }
detail-TwoPlaces = taken { $distance } from { $other }, by the same camera and within { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
detail-CustodyEmpty = it holds no entry
detail-CustodyTorn = the line is not finished
detail-CustodySignature = the key that it names did not sign it
detail-CustodyOtherLog = it belongs to another log
detail-CustodyNumber = it has the number { $seq }, and { $expected } is due
detail-CustodyPrev = it names another entry as the one before
detail-CustodyOtherBundle = it is about another bundle than the steps before
detail-CustodyOtherFile = it is about another file than the steps before
detail-CustodyClock = its time, { $at }, is earlier than that of the step before
detail-CustodyOpen = it was given away, and no entry says that it arrived
detail-CustodyBy = signed by the key { $key }
detail-CustodyNotReleased = it is not an entry that gives a copy away
detail-CustodyToAnother = it gives the copy to somebody else
detail-CustodyByAnother = it is not the receipt of whoever the copy was given to
detail-CustodyAnswersNothing = it answers no entry of this log
detail-CustodySeq = seq is 0
detail-CustodyControl = place, purpose or note has a line break or another control character
detail-CustodyNoReceipt = the receipt that it holds is none: its form or its signature is wrong, or it answers another entry
detail-CustodyOtherwise = step { $step } of the log is another entry
detail-CustodyCut = the log ends after { $steps ->
        [one] { $steps } step
       *[other] { $steps } steps
    }, without the entry that this shows or answers
detail-CustodyNoHead = the log, of { $steps ->
        [one] { $steps } step
       *[other] { $steps } steps
    }, does not have this entry
detail-CustodyForked = two different entries have this number
detail-CustodyKeptOther = what lies there now is not what the log is about
detail-CustodyNotThisBundle = it is about another bundle
detail-CustodyNotThisFile = it is about another file
detail-CustodyCopyUnknown = the log is about a file, and what was verified is none, so nobody can tell whether it is that copy
detail-RequiredCountersigned = a countersignature by { $name } is required, but not shown
detail-CustodyText = place, purpose or note is longer than { $limit } bytes
detail-CustodyVerdict = verdict is no word of a verdict, or codes are not codes in strictly increasing order
detail-CustodyEmptyNote = a note says nothing
detail-CustodyOfNothing = a countersignature must name the bundle
detail-NamesDecomposed = { $count ->
        [one] { $count } name is written
       *[other] { $count } names are written
    } with separate accents here
detail-LeftBehind = left behind by a file manager, or empty; ignored
detail-NotInBundle = no such file is in the bundle
detail-StreamHasPassed = it came as a stream and cannot be read again
detail-ChangedAfterVerified = it changed after it was verified
detail-PaddingNotZero = the padding is not all zeros
detail-DirectoryUnread = it cannot read the directory: { $error }
detail-SeesEntries = it sees { $seen } entries, but there are { $count }
detail-EntryUnread = it cannot read { $name }: { $error }
detail-SeesOtherwise = it sees { $name } differently
detail-Encrypted = it is encrypted with age, and was not decrypted
detail-ClaimsTooLong = it says too much to be held in memory
detail-NotABundle = it cannot be read as a bundle

## of a ZIP

detail-EndsInTheMiddle = the file ends in the middle
detail-EmptyFile = the file is empty
detail-IsDisclosure = this is a disclosure, not a bundle: it is checked together with one (--with)
detail-IsMedia = this is not a bundle, but a picture or a recording ({ $kind })
detail-IsPage = this is not a bundle, but a page to read ({ $kind })
detail-IsOtherArchive = this is not a bundle, but an archive of another kind ({ $kind })
detail-FolderOfBundles = this is no unpacked bundle, but a folder with { $count ->
        [one] { $count } file that is named as a bundle is
       *[other] { $count } files that are named as bundles are
    }
detail-NotAZip = this is not a bundle: it is not a ZIP file
detail-TooManyEntries = there are more entries than a bundle can have
detail-NoHeader = neither an entry nor the directory begins here
detail-NameTooLong = a name is longer than allowed
detail-NameNotUtf8 = a name is not UTF-8
detail-OddHeader = its header does not match its name, size, CRC-32 and time
detail-OtherTime = its time is not that of the first entry
detail-NoTopFolder = it is not in a folder with the name of a bundle
detail-OtherTopFolder = it is not in the one top folder
detail-PayloadBehindParts = a payload file comes after the other files
detail-PayloadOutOfOrder = the payload is not in order of its names, or a name occurs twice
detail-WrongPlace = no file of this name belongs here
detail-ReleaseBeforeNotInPlace = the release before it is not in its place
detail-WrongCrc32 = its CRC-32 is wrong
detail-NotInPlace = it is not in its place
detail-NoEntry = the file holds no entry
detail-DirectoryDiffers = the directory and the header disagree
detail-EndRecordDiffers = the end record does not match the entries
detail-BytesBehindEnd = bytes follow the end record
detail-TopFolderNotOfId = the top folder is not named after the id in the manifest
detail-TimeNotOfManifest = the time of the entries is not that of the manifest
detail-PaddingNotPadme = the padding does not have the length that the format requires

## of JSON and lists

detail-JsonLineTooLong = a line is longer than { $limit } bytes
detail-JsonStringTooLong = a string is longer than { $limit } bytes
detail-JsonNumberTooLarge = a number is above 2^53 - 1
detail-NotTheJson = not the JSON that belongs here: { $error }
detail-NotCanonical = not canonical JSON: a member is missing or out of order, or white space or escapes differ
detail-FirstLineTooLong = the first line is longer than 65,536 bytes
detail-ListNotOpened = the first line does not end by opening the list
detail-NotInQuotes = a line of the list is not one entry in quotes
detail-NotADigest = a line of the list is not 64 lower-case hex digits
detail-ListNotIncreasing = the list is not strictly increasing
detail-NotASlip = a line of the list is not a slip in base64
detail-ListTooLong = the list has more lines than allowed
detail-ListNotClosed = the list is not closed by ]{"}"} after its last digest
detail-BytesFollow = bytes follow the end
detail-DigestForm = a SHA-256 digest has 64 lower-case hex digits
detail-RandomForm = 32 lower-case hex digits are needed
detail-TimeForm = a time is written YYYY-MM-DDThh:mm:ssZ, on a day that exists
detail-SealedAtRange = sealed_at is not in the years 1980 to 2107
detail-SealedWithForm = sealed_with is not sealbag and three numbers
detail-ReasonEmpty = reason is empty

## of items

detail-NoLineBreakAtEnd = it has no line break at its end
detail-TooManyItems = there are more than 1,000,000 items
detail-LinesOutOfOrder = the lines are not in strictly increasing order of their commitments
detail-MediaTypeForm = media_type is not type/subtype in lower case
detail-AboutForm = about is neither case, source:S<n> nor file:<path>
detail-FieldNameForm = name is not [a-z][a-z0-9_]{"{"}0,63{"}"}
detail-ValueEmpty = value is empty
detail-KeyNotRecipient = key is not an age recipient
detail-NoKnownKind = does not begin as an item of a known kind
detail-PathTwice = two items name this path
detail-FileAndFolder = it would have to be both a file and a folder
detail-NoFileShown = no file is shown
detail-FactTwice = a fact that can be true only once is there twice
detail-RecipientTwice = two items name the same recipient
detail-FactsWithoutFile = { $count } facts are about a file that is not shown
detail-NotSealed = the seal does not cover this item

## of paths

detail-ThePath = the path { $reason }
detail-ItsName = its name { $reason }
detail-PathTooDeep = lies in more than 64 folders, one in the other
detail-PathTooLong = is longer than 1,024 bytes
detail-NameNotUtf8InFolder = is not UTF-8 text; %E9 stands for a byte that is not
detail-NotNfc = is not in Unicode normal form C
detail-PathPartEmpty = has an empty part, or is not relative
detail-PathPartDots = has a part that is . or ..
detail-PathPartTooLong = has a part longer than 255 bytes
detail-PathPartEndsInDot = has a part that ends in a dot
detail-PathPartWhiteSpace = has a part that begins or ends with white space
detail-PathPartDevice = has a part that is a device name on Windows
detail-PathForbiddenAscii = holds a backslash or one of : * ? " < > | %
detail-PathUnseen = holds a control character or an invisible one
detail-PathJoiner = holds an invisible joiner where nothing is joined

## of facts

detail-MetadataForm = { $error }
detail-ExpectedFacts = an object with the members case, sources and files
detail-ExpectedObject = { $member } must be an object, with a name for each value
detail-ExpectedStrings = { $member } must be a string or a list of strings
detail-TheFile = the file
detail-SourceName = sources.{ $name }: a source is called S1, S2, … up to S999999
detail-UnknownMember = { $name }: only case, sources and files belong here
detail-At = line { $line }, column { $column }: { $reason }
detail-MetadataEncoding = line { $line } is not UTF-8 text; from a spreadsheet, save it as "CSV UTF-8"
detail-CurlyQuotes = { $found } is a typographic quotation mark; here only " is one: turn smart quotes off, or replace it
detail-NameNear = { $member }{ $count ->
        [0] {""}
        [1] {""}
       *[other] , { $count } times
    }: did you mean { $near }?
detail-NotADate = { $member } is "{ $value }", not a date as 2018-03-01
detail-TableWithoutPath = the first line of a table names its columns, and one of them must be path
detail-ColumnTwice = the column { $name } is there already, as column { $first }
detail-ColumnWithoutName = the first line gives this column no name
detail-CellsBeyond = the row has more cells than the { $columns ->
        [one] { $columns } column
       *[other] { $columns } columns
    } of the first line; put text with commas in quotation marks
detail-RowWithoutPath = the row does not say what it is about: case, source:S1 or the path of a file
detail-RowTwice = line { $first } is about { $path } already
detail-SourceRow = source:{ $name }: a source is called S1, S2, … up to S999999
detail-QuoteNotClosed = a quotation mark in this row has no other half; inside a cell it is written twice, ""
detail-FactName = { $member }: a name may have only lower-case letters, digits and _, begins with a letter, and has at most 64 characters{ $near ->
        [none] {""}
       *[other] ; did you mean { $near }?
    }
detail-FactTooLong = { $member }: a value may have at most { $limit } bytes
detail-MemberTwice = { $place }: the member { $member } occurs twice
detail-FactEmpty = a value must not be empty
detail-FactOverLimit = a value may have at most 16,384 bytes
detail-FactLineTooLong = its control characters, once escaped, make it too long for one line of the seal
detail-FactOfNoFile = must name a file in this bundle

## of what is left out

detail-ExcludesNothing = matches nothing that was found
detail-NotAPattern = is no pattern: { $error }

## of keys

detail-NotAKey = not an Ed25519 key as OpenSSH writes it
detail-WeakKey = a weak key: it is of small order, has a torsion component or is not encoded as it must be
detail-SignerKey = the signer is { $reason }
detail-AuthorKey = its author is { $reason }
detail-CardKey = its key is { $reason }
detail-NotAPrivateKeyFile = not an OpenSSH private key file
detail-KdfRounds = asks for { $rounds } rounds of bcrypt-pbkdf, and at most { $most } are allowed
detail-KeyOfKind = is a key of kind { $kind }, not ssh-ed25519
detail-PassphraseWrong = the passphrase does not open it
detail-NoEd25519Key = holds no Ed25519 key
detail-HalvesDiffer = its private and its public half belong to different keys
detail-IsPrivateKey = is a private key, not its public half
detail-NotOneLine = is not one line
detail-KeyOfOtherKind = is a key of another kind, { $kind }, and only Ed25519 keys sign bundles
detail-NotAPublicHalf = is not the public half of an Ed25519 key
detail-NotTouched = signed without being touched, and such a signature does not count
detail-NotItsSignature = the signature that came back was not made by this key over what was to be signed

## of cards

detail-NoLineBreak = it has no line break
detail-CardName = its name does not have 1 to { $most } bytes
detail-CardRecipient = it names something that is not an age recipient
detail-CardSignature = its signature was not made by its own key over this line

## of what keys say of themselves

detail-RevocationToCome = it revokes its key from a time on that was still to come when it was made
detail-RevocationSignature = its signature was not made by the key that it is about, over this line
detail-SuccessionToItself = it says that its key comes after itself
detail-SuccessionOfOther = the key that it says comes after another one is not its own
detail-SuccessionSignature = that its key comes after another one was not signed by both

## of envelopes

detail-NoRandomness = the system gave no randomness
detail-NoKeyOpens = it is encrypted, and no decryption key of yours opens it
detail-HeaderAltered = its header was altered after it was encrypted
detail-HeaderOddStanza = its header holds a malformed stanza
detail-HeaderUnopened = its header cannot be opened: { $error }
detail-HeaderChanged = its header changed after it was opened
detail-EnvelopeCut = it was cut short after it was encrypted
detail-EnvelopeAltered = it was cut short or altered after it was encrypted
detail-HeaderMalformed = the header of the envelope is malformed: { $reason }
detail-AgeVersion = it is an age file of version { $version }, which this sealbag does not know
detail-NotAnAgeFile = its first line is not that of an age file
detail-NoMac = its last line holds no MAC
detail-ForNobody = it has no recipient
detail-PassphraseNotAlone = it has a passphrase and another recipient
detail-ScryptWork = its passphrase asks for scrypt work of 2^{ $work }, and at most 2^{ $most } is allowed
detail-TooManyStanzas = its header has more than { $most } stanzas
detail-NoStanza = a line is neither a stanza nor the end
detail-OddArgument = the first line of a stanza holds something that is not an argument
detail-OddScryptStanza = its passphrase stanza is malformed
detail-OddStanzaBody = the body of a stanza is not base64 in full lines
detail-HeaderTooLong = its header is longer than { $limit } bytes
detail-HeaderCut = its header is cut short
detail-ArmorLineTooLong = a line of its armor is too long
detail-TooManyRecipients = there are { $count }, and an envelope has room for { $most } of this kind
detail-NoRecipients = there are no recipients
detail-CannotEncrypt = cannot encrypt
detail-NoRandomNumbers = the system gives no random numbers
detail-LowOrder = the recipient is of low order
detail-EncryptedForKey = is encrypted for a key, not under a passphrase
detail-NoIdentityInLine = its line { $line } is not an age identity that can be used here
detail-NoIdentity = holds no age identity

## of an ssh-agent

detail-AgentRefused = refused
detail-AgentAnswerEmpty = the answer is empty
detail-AgentAnswerTooLong = the answer is longer than 256 KiB
detail-AgentKeysCut = the list of keys is cut short
detail-AgentTooManyKeys = more than 1,000 keys are listed
detail-AgentBehindKeys = something follows the list of keys
detail-AgentSignatureForm = the signature does not have the form for this kind of key
detail-AgentOtherAnswer = the answer is to another question
detail-AgentHoldsNone = holds no Ed25519 key, or is locked
detail-AgentHoldsNot = does not hold the key { $key }
detail-AgentNoSocket = there is no ssh-agent: no such socket
detail-AgentNobodyListens = there is no ssh-agent: nothing listens at this socket
detail-AgentUnreachable = the ssh-agent cannot be reached: { $error }
detail-AgentLate = the ssh-agent gave no answer within { $seconds } seconds
detail-AgentEnded = the ssh-agent ended the connection before its answer was whole
detail-AgentNotAsked = the ssh-agent could not be asked: { $error }
detail-AgentTellsNoKeys = the ssh-agent does not say which keys it holds
detail-AgentSignsNot = the ssh-agent refused to sign
detail-AgentMalformed = what listens here does not answer like an ssh-agent: { $reason }

## of the seal

detail-NoManifest = there is no signed manifest
detail-NoSignature = there is no signature
detail-NoItems = the list of items is not here
detail-NotTheArmor = it is not the armor that belongs to the named signer's key
detail-NotTheSigners = the signature was not made by the named signer over this manifest
detail-UnknownKey = you do not know the key { $key }
detail-FormatWord = it does not begin with the name of its format
detail-NoSignatureOverIt = it is no signature over this file by the key in it
detail-RevokedKey = you have not believed the key of { $who } since { $at }
detail-OtherSigner = it is the seal of { $who }, not of "{ $wanted }"
detail-RequiredCompleteness = completeness is required, but not shown
detail-RequiredTime = a proven time is required, but not shown
detail-RequiredAddressee = you required that it was sealed for you, and that is not shown
detail-RequiredCustody = an unbroken custody log by people you believe is required, but not shown
detail-NotDerived = it does not match the seal
detail-OtherSha256 = its SHA-256 is not the sealed one
detail-OtherSize = it has { $size } bytes, but { $sealed } were sealed
detail-SealedAndNotHere = it was sealed, but is not here
detail-EnvelopeUnderPassphrase = it was encrypted under a passphrase, and { $named ->
        [0] the bundle in it was made for nobody
       *[other] the bundle in it was made for { $named }
    }
detail-EnvelopeForOthers = it was encrypted for { $count ->
        [one] { $count } recipient
       *[other] { $count } recipients
    }, decoys included, and { $named ->
        [0] the bundle in it was made for nobody
       *[other] the bundle in it was made for { $named }
    }

## of releases

detail-OfAnotherBundle = it belongs to another bundle
detail-NotInChain = it does not follow the release before it
detail-ReadersLeft = it belongs to an encrypted copy, and this one is not encrypted
detail-NotOfThisCopy = it does not belong to the last release in this copy
detail-EarlierThanSeal = its time is earlier than that of the seal
detail-StillToCome = it says { $time }, but the clock of this computer says { $now }
detail-StrayCommitments = { $count } of the items it withholds are shown or were never sealed
detail-NotTheAuthors = it was not made by the named author over this file
detail-AuthorNotBelieved = you do not believe its author, { $key }
detail-WithheldByOther = its author, { $who }, is not one of those who may withhold here
detail-ReleasesOverlap = two releases name the same item
detail-Unexplained = { $count } of { $total } sealed items are missing, and no release explains it

## of disclosures and other bundles

detail-IsABundle = it is a bundle, not a disclosure
detail-FirstLineOpen = its first line does not end
detail-DisclosureCount = it holds no item, or more than 1,000,000
detail-ItemOpen = item { $item } does not end
detail-ItemsTooLong = its items are longer than 1 GiB together
detail-ItemsOutOfOrder = its items are not in strictly increasing order of their commitments
detail-ForTheBundle = it is for the bundle { $digest }
detail-ItemNotSealed = the seal does not cover its item { $item }
detail-EndsBefore = it ends before { $name } does
detail-MoreThanZeros = something other than zeros follows its end
detail-TooManyZeros = more zeros follow its end than any padding has
detail-NothingToCompare = it is not whole, so nothing can be compared
detail-TwoSeals = these two bundles have different seals
detail-TwoVersions = the signer sealed two versions: { $reason }

## of sealing

detail-NoFileToSeal = there is no file to seal
detail-TooManyFiles = there are more than 1,000,000
detail-TooMuchToSeal = there are more than 1,000,000 files, facts and recipients
detail-LinesTooLong = their lines are longer than 1 GiB together
detail-ItemLost = an item that was counted is not there
detail-NotSealedHere = no such file is being sealed
detail-HomeInside = your keys and contacts would be sealed with the rest
detail-NameOfTwo = two files here have this name, so it is not clear which one is meant
detail-TwinOf = on some computers its name is the same as { $other }
detail-TwinOfFolder = on some computers its name is the same as that of a folder
detail-ChangedWhileSealed = it changed while it was being sealed
detail-LinkSealed = a link cannot be sealed
detail-DeviceSealed = a device, socket or pipe cannot be sealed
detail-NamesNoFile = this is not the name of a file
detail-ClockRange = a seal can only state times in the years 1980 to 2107

## of output

detail-NotAFileThere = something that is not a file is there already
detail-ExistsAlready = exists already
detail-TooManyFolders = its files lie in { $count } folders, more than { $most }
detail-TwinOnDisk = this file system cannot tell its name from another one
detail-IsSealed = it is one of the files being sealed
detail-InsideSealed = it would be inside the folder being sealed
detail-IsPassedOn = it is the bundle that is passed on
detail-IsRedacted = it is the bundle being redacted
detail-IsPaged = it is the bundle that the page is about
detail-IsDisclosed = it is the bundle being disclosed from

## of withholding

detail-TooManyReleases = it already has { $most } releases, the most that a bundle can have
detail-NothingLeft = no file would be left to show
detail-NoItemNamed = no item is named
detail-ReasonLength = a reason must have 1 to { $most } bytes
detail-NoItemCalledSo = no visible item has this name
detail-TwoCommitments = more than one commitment begins with these digits

## of keys and contacts that are kept

detail-NotOfItsName = is not named after the fingerprint of the key in it
detail-NoContactOfName = no contact of yours has that name
detail-NoContactOfKey = no contact of yours has that key
detail-ContactTooLong = is longer than { $limit } bytes, the most that is kept of one contact
detail-CardNotNewer = made at { $made }, and the card you have is not older: it was made at { $known }
detail-CardSucceeded = its owner has moved to another key, { $key }, so this one is not believed again
detail-ContactHasName = another contact has that name and another key: this may be an impostor
detail-KeyHasName = a key of yours has that name already
detail-NamesLookAlike = the name looks like another one that is taken: { $other }
detail-SpokenFingerprint = { $known ->
        [yes] the one you have
       *[no] the new one
    } has the key digits { $spoken }, { $fingerprint }
detail-ContactOfYoursHasName = a contact of yours has that name already
detail-ChangedMeanwhile = another run changed them meanwhile; nothing was changed
detail-NotEndedByLineBreak = does not end with a line break
detail-ListMissing = are not signed by your key, so nobody among them is believed
detail-ListSignature = the signature over them is wrong, so nobody among them is believed
detail-ListOfOtherKey = are signed by { $key }, which is no key of yours or is revoked, so nobody among them is believed
detail-ContactAdded = was added without your signature, and is not believed
detail-ContactAltered = its card or its date is not as you signed it, and it is not believed
detail-ContactRenamed = was called "{ $was }" when you signed it, and is not believed
detail-ContactGone = is gone since you signed your contacts
detail-RevocationAltered = you revoked it on { $at }, and somebody took that away; it stays revoked
detail-RevokedUnsigned = is revoked, and that is not signed yet; it is not believed
detail-ContactsLocked = holds your contacts, and your key { $key } opens it
detail-NotAsWritten = it would not hold what belongs into it, so nothing was written
detail-BesideLocked = lies beside your locked contacts and is not one of them, so it does not count
detail-TwoLocks = your contacts are locked twice: { $other } lies beside it
detail-ContactLeftover = is left from a run that was killed, and may hold a contact
detail-NotAContact = is not a contact of version 1
detail-InterruptedRun = is left from a run that was interrupted, and may hold a private key: remove it
detail-KeyBesideIt = has a private key file beside it, so neither is used
detail-NoKeyBesideIt = has no key beside it, so it is not used
detail-NoCardBesideIt = has no card beside it, so it is not used
detail-CardOfAnotherKey = is the card of a different key than the one beside it
detail-OpensNothing = { $reason }; it is not used to open anything
detail-KeyExposed = others on this computer may read or change this private key
detail-FolderExposed = others on this computer may write to it
detail-NoKeyOfName = no key of yours has that name
detail-OneStoryEach = each is for one story, and none was named
detail-NoneYet = there is none yet
detail-KeyIsYours = this key is yours already
detail-NoNumberLeft = has no number left for a key
detail-ThereWithoutCard = is there already, without a card
detail-ThereAndLeft = is there already, and was left as it is
detail-NoKeyIsThis = this is not one of your keys
detail-StoryTooLong = the note is longer than { $limit } bytes
detail-CardTooLong = its card with { $recipients } recipients would be longer than { $limit } bytes
detail-NameLength = a name must have 1 to { $most } bytes, and not only white space
detail-NameLikeFingerprint = the name looks like a fingerprint
detail-NameUnseen = the name holds a character that cannot be seen
detail-NameWhiteSpace = the name begins or ends with white space
detail-HoldsAnotherKey = holds a different key than its card names
detail-NotAStory = is not the note of a key for one story
detail-IsALink = is a link
detail-NotARegularFile = is not a regular file
detail-CannotBeKept = keys and contacts cannot be kept here: { $reason }
# of twins
detail-AreaForm = an area is written FILE=X,Y,WxH, in pixels of the upright picture: face.jpg=300,40,120x160
detail-AreaEmpty = the area has no pixel
detail-AreaOutside = the area is not all in the picture of { $width }x{ $height } pixels
detail-NotDecoded = it is { $kind }, and only JPEG, PNG, WebP, TIFF, GIF and BMP can be decoded
detail-NotCleaned = it is { $kind }; only JPEG, PNG and WebP are copied without what they say
detail-PictureBroken = the picture is cut short or damaged
detail-PictureMoves = it holds several pictures, one after the other
detail-PictureUnread = it cannot be decoded: { $error }
detail-PictureTooLarge = its { $width }x{ $height } pixels take too much memory
detail-StillSays = a copy of its pixels would still state { $names }
detail-NotRecordable = no fact called { $name } is read from files and known to the format
# of audits and registers
detail-Panicked = it stopped the program because of a bug
detail-ShardForm = is not a part such as 2/7
detail-CountsDisagree = its counts do not agree with one another
detail-PlanForm = is not the list of an audit
detail-PathWithNul = a path holds a NUL byte
detail-ListedTwice = it is listed twice
detail-FolderHasGone = the folder that was searched is no longer there
detail-ClosedToAuditor = it is encrypted, and no key that is open here opens it
detail-ChangedWhileRead = it changed while it was read
detail-NoSuchPath = no path on this system has these bytes
detail-WrittenByAnother = another run is writing it
detail-NoResult = line { $line } is not a result
detail-ResultTorn = line { $line } was cut off
detail-LineNotListed = line { $line } is not the next bundle of the list
detail-NoResultFor = no part tells of it, the bundle { $number } of the list
detail-ResultTwice = bundle { $number } of the list is told of once more, in { $part }
detail-ResultNotListed = the list has no such bundle { $number }, told of in { $part }
detail-MoreOfThem = there are { $count } more
detail-PartsOfTwoLists = the parts belong to two lists
detail-PartsOfAnotherList = the parts belong to another list
detail-NobodySaysTheList = no part has a summary beside it, so the list must be given
detail-NothingListed = nothing is listed
detail-ResultsNotSigned = the results are not those whose hash was signed
detail-SummaryDisagrees = the summary does not say what the results say
detail-AuditSignature = the signature is not by the key that it names
detail-AuditUnsigned = it names no key, or there is no signature beside it
detail-StampLeaves = a stamp is of one seal or more, of version 1
detail-StampPath = no path of this length leads from this index up a tree of so many leaves
detail-StampTree = the tree beside it is not the one that it was made of
detail-StampAbsent = this seal is not among the { $leaves } that it is over
detail-StampNoToken = no token lies beside it
detail-StampOther = it belongs to another audit
detail-StampNoSeals = no line tells of a seal that holds
detail-StampOldLine = line { $line } tells of a seal, but not its hash: it was written by an older sealbag
detail-ProofTokens = what follows its first line is not the tokens whose lengths that gives
detail-NotAsRegistered = it is not what the register has at this path
detail-NotRegistered = the register has nothing like it
detail-RegisterLine = line { $line } is in none of the forms that are read
detail-RegisterSignature = the signature beside it is not by the key that it names
detail-ObjectBucketName = names no bucket
detail-ObjectKeyNul = its key holds a NUL byte, which no list can say: give one of the others with --list
detail-ObjectKeyDots = a part of the key is "." or "..", which no request can say
detail-ObjectFolder = stands for a folder, and an unpacked bundle is read from a disk only
detail-ObjectsNotBuilt = this sealbag was built without the feature s3, so it reaches no object store
detail-ObjectForFile = lies in an object store, and a file is needed here
detail-ObjectMissing = the store has no such object
detail-ObjectNothingBelow = the store has no object of this name or below it
detail-ObjectDenied = the store does not allow it to be read
detail-ObjectListDenied = the store does not allow the bucket to be listed
detail-ObjectNoBucket = the store has no such bucket
detail-ObjectRegion = the bucket lies in the region { $region }, and { $asked } was asked
detail-ObjectKeysRefused = the store does not accept the access key ({ $reason })
detail-ObjectClock = it is { $there } in the store and { $here } here, too far apart for it to answer
detail-ObjectChanged = it is no longer what was read of it before
detail-ObjectArchived = it is archived, and must be restored before it can be read
detail-ObjectBusy = the store answered { $status } { $reason }, each of { $tries } times
detail-ObjectStatus = the store answered { $status } { $reason }
detail-ObjectAnswer = what the store answered is not what S3 prescribes
detail-ObjectListsAgain = the store lists the same objects again and again
detail-ObjectNoKeys = no access key is set
detail-ObjectNoProfile = there is no profile { $profile }
detail-ObjectProfileAsks = the profile { $profile } has no access key but { $setting }, which sealbag does not follow
detail-ObjectEndpoint = is not the address of an object store
detail-ObjectPlainHttp = http is not encrypted, and is taken for this computer only
# what the system or another library said, in its own words
detail-Foreign = { $error }
# what a program that uses the library says
detail-Said = { $text }

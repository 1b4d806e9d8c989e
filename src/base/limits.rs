//! Every limit of the format and of the files around it, in bytes unless said otherwise. Each is checked before what it
//! bounds is parsed or allocated (format, section 6).

/// `seal/manifest.json`, and each `seal/release-<n>.json`: 80 MiB.
pub const MANIFEST: u64 = 80 << 20;
/// `seal/readers.json`: 16 MiB.
pub const READERS: u64 = 16 << 20;
/// A slip: 8 KiB.
pub const SLIP: usize = 8 << 10;
/// `seal/items.jsonl`: 1 GiB.
pub const ITEMS: u64 = 1 << 30;
/// `bag-info.txt`, `bagit.txt`, `tagmanifest-sha256.txt`, `VERIFY.txt`: 64 KiB; those that follow from a seal are far shorter.
pub const DERIVED: u64 = 64 << 10;
/// Items under one seal, a count.
pub const ITEM_COUNT: usize = 1_000_000;
/// One line of JSON with its line break: 64 KiB.
pub const LINE: usize = 64 << 10;
/// One string in JSON, its text in UTF-8: 16 KiB.
pub const STRING: usize = 16 << 10;
/// The largest integer in canonical JSON, 2^53 - 1: what every JSON reader keeps exactly.
pub const INTEGER: u64 = (1 << 53) - 1;
/// A payload path.
pub const PATH: usize = 1024;
/// `manifest-sha256.txt`: a line for as many files as there can be.
pub const PAYLOAD_MANIFEST: u64 = (ITEM_COUNT * (64 + 2 + 5 + PATH + 1)) as u64;
/// One part of a payload path.
pub const PATH_PART: usize = 255;
/// Folders of a payload path, one in the other, a count.
pub const FOLDERS: usize = 64;
/// Folders that an extracted bundle may have however few its files are, a count.
pub const EXTRACTED_FOLDERS: usize = 10_000;
/// Beyond that, folders that there may be for each file, a count: no honest tree has so many.
pub const FOLDERS_A_FILE: usize = 16;
/// An age recipient in its text form.
pub const RECIPIENT: usize = 4096;
/// Releases in one bundle, a count.
pub const RELEASES: usize = 9;
/// An armored SSHSIG; the largest that the format can have is below 500 bytes.
pub const SIGNATURE: u64 = 4 << 10;
/// A private key file, a card, or one contact in the store.
pub const KEY_FILE: u64 = 128 << 10;
/// Bytes of the list of all contacts, and of all contacts together where they are encrypted.
pub const CONTACT_LIST: u64 = 64 << 20;
/// The name of an identity or a contact.
pub const NAME: usize = 256;
/// The note of a key for one story.
pub const STORY: usize = 1024;
/// Rounds of bcrypt-pbkdf that a private key file may ask for, a count; `ssh-keygen` asks for 16 to 24 unless told
/// otherwise, and 1,024 take about ten seconds.
pub const KDF_ROUNDS: u32 = 1024;
/// A message of an ssh-agent: 256 KiB.
pub const AGENT_MESSAGE: usize = 256 << 10;
/// Keys that an ssh-agent may list, a count.
pub const AGENT_KEYS: usize = 1000;
/// A metadata file.
pub const METADATA: u64 = 64 << 20;
/// What of a bundle's claims is held in memory at once: 8 MiB.
pub const CLAIMS: usize = 8 << 20;
/// A timestamp token or a request for one: 256 KiB.
pub const TOKEN: usize = 256 << 10;
/// Tokens beside one bundle or log, a count.
pub const TOKENS: usize = 9;
/// Certificates in a token, and revocation lists beside one, a count.
pub const TOKEN_CERTIFICATES: usize = 32;
/// Revocation lists beside a token, all together: 8 MiB.
pub const REVOCATION_LISTS: u64 = 8 << 20;
/// Entries of a revocation list, a count.
pub const REVOKED_ENTRIES: usize = 100_000;
/// Authorities that one reader trusts, a count.
pub const AUTHORITIES: usize = 200;
/// What an entry of a custody log says of a place, a purpose, or in a note.
pub const CUSTODY_TEXT: usize = 1024;
/// Codes in an entry of a custody log, a count.
pub const CUSTODY_CODES: usize = 100;
/// Keepers, and those who countersigned, that are listed of one log though nobody believes them, a count.
pub const CUSTODY_STRANGERS: usize = 100;
/// Entries of all logs that are merged, a count.
pub const CUSTODY_MERGED: usize = 1_000_000;
/// A passphrase.
pub const PASSPHRASE: u64 = 4 << 10;
/// Findings kept one by one, a count; more are counted.
pub const FINDINGS: usize = 1000;
/// Entries up to which the second ZIP reader is asked, a count: its table takes about 600 bytes an entry.
pub const SECOND_READER_ENTRIES: usize = 65_535;
/// The header of an age file: 64 KiB.
pub const AGE_HEADER: usize = 64 << 10;
/// A line of an armored age file; 64 characters are what age writes.
pub const ARMOR_LINE: usize = 256;
/// Stanzas in the header of an age file, a count.
pub const STANZAS: usize = 1000;
/// The cost of a passphrase in an age file, as the logarithm of scrypt's N to base 2: what age and this program write, and the
/// most that a stranger's file may ask for. It takes about a second and 256 MiB.
pub const SCRYPT_WORK: u8 = 18;
/// The most that is ever done, where somebody asks for it and for one's own key files: about five seconds and 1 GiB.
pub const SCRYPT_MOST: u8 = 20;
/// Hybrid recipients of one envelope, a count: a stanza takes 1,560 bytes of the header.
pub const HYBRID_RECIPIENTS: usize = 40;
/// Bytes of a disk that are left free at most where a stream is kept.
pub const RESERVE: u64 = 256 << 20;
/// X25519 recipients of one envelope, a count: a stanza takes about 100 bytes of the header.
pub const RECIPIENTS: usize = 600;
/// How much is read and written at once, of payload and streams: 256 KiB.
pub const CHUNK: usize = 256 << 10;
/// A picture file that is decoded: 128 MiB.
pub const PICTURE_FILE: u64 = 128 << 20;
/// The pixels of a picture that is decoded: 320 MiB, which are 100 million of three bytes. While it is turned upright it takes twice as
/// much.
pub const PIXELS: u64 = 320 << 20;
/// A path in the list of an audit.
pub const LISTED: usize = 64 << 10;
/// A line of the results of an audit: 16 MiB, more than a thousand findings take.
pub const RESULT: u64 = 16 << 20;
/// The summary of an audit with its line break: 64 KiB.
pub const SUMMARY: u64 = 64 << 10;
/// The stamp of an audit with its line break.
pub const STAMP: u64 = 4 << 10;
/// A proof that a bundle is in a stamp: a line, and as many tokens and lists as there can be.
pub const PROOF: u64 = LINE as u64 + TOKENS as u64 * (TOKEN as u64 + REVOCATION_LISTS);
/// Entries that are held in memory where very many are compared with one another, a count: more take another pass.
pub const COMPARED: u64 = 1 << 20;
/// Parts that a list can be divided into, a count.
pub const SHARDS: u64 = 1_000_000;
/// The key of an object in a store, in UTF-8.
pub const OBJECT_KEY: usize = 1024;
/// What is asked of an object first, and at once when much of it is read: 8 MiB.
pub const OBJECT_BLOCK: u64 = 8 << 20;
/// An object that is held in memory as a whole: 32 MiB. Of a longer one no more is held.
pub const OBJECT_WHOLE: u64 = 4 * OBJECT_BLOCK;
/// What is asked for where only a header is read: 16 KiB.
pub const OBJECT_GLANCE: u64 = 16 << 10;
/// Such pieces that are held of one object, a count: 8 MiB of them.
pub const OBJECT_GLANCES: usize = 512;
/// A page of a listing, a thousand keys in XML: 8 MiB.
pub const LISTING_PAGE: u64 = 8 << 20;
/// Pages of one listing, a count.
pub const LISTING_PAGES: usize = 1_000_000;
/// What an object store says of an error: 64 KiB.
pub const STORE_ERROR: u64 = 64 << 10;
/// A file with the settings of an object store: 1 MiB.
pub const STORE_SETTINGS: u64 = 1 << 20;
/// How often an object store is asked for one thing that it cannot give now, a count.
pub const STORE_TRIES: u32 = 7;

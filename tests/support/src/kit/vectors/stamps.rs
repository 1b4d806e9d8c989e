//! An audit with its stamp and proofs from it, good and bad, written from the text of the format, section 17. The tokens are those that
//! `timestamps/make.py` makes over the stamps that are written here.

use data_encoding::HEXLOWER;

use super::audit::{AuditVector, Line, audited};
use super::{Vector, all};
use crate::kit::text::{sha256, sha256_hex};

type Hash = [u8; 32];

/// A proof, and what must be said of it.
pub struct StampVector {
    pub name: String,
    pub what: &'static str,
    /// The bundle that it is given with, without its extension.
    pub bundle: String,
    /// How many seals it is said to be over, where its time is proven.
    pub seals: Option<u64>,
    /// The codes of what is wrong with it or its tokens.
    pub codes: &'static [&'static str],
    /// The codes of the notes, when the reader's clock says 2036-01-01T00:00:00Z.
    pub notes: &'static [&'static str],
    pub bytes: Vec<u8>,
}

/// The bundles of the audit, and how each ends for a reader who believes amina alone.
const BUNDLES: [(&str, &str); 9] = [
    ("good-facts", "intact"),
    ("good-full", "withheld"),
    ("good-least", "intact"),
    ("good-names", "intact"),
    ("good-plain", "intact"),
    // of the same seal as the one before
    ("good-redacted", "withheld"),
    ("good-roles", "intact"),
    ("good-token", "unknown-signer"),
    ("item-altered", "failed"),
];

/// A file that `make.py` made; empty until it was.
fn made(name: &str) -> Vec<u8> {
    std::fs::read(crate::root().join("tests/vectors/timestamps").join(name)).unwrap_or_default()
}

fn seal(vectors: &[Vector], name: &str) -> Hash {
    let vector = vectors.iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}"));
    sha256(vector.parts.as_ref().unwrap().bytes("seal/manifest.sig"))
}

/// MTH of RFC 9162, section 2.1.1, over what was sorted before.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [leaf] => sha256(&[&[0], &leaf[..]].concat()),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha256(&[&[1], &mth(left)[..], &mth(right)].concat())
        }
    }
}

/// PATH of RFC 9162, section 2.1.3.1.
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let half = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(half);
    match index < half {
        true => [path(index, left), vec![mth(right)]].concat(),
        false => [path(index - half, right), vec![mth(left)]].concat(),
    }
}

/// The file of the tree: of each level the hash of so many leaves as a node of it has below it.
pub fn tree(leaves: &[Hash]) -> Vec<u8> {
    let mut lines: Vec<Hash> = leaves.to_vec();
    let mut width = 1;
    while width < leaves.len() {
        width *= 2;
        lines.extend(leaves.chunks(width).map(mth));
    }
    lines.iter().flat_map(|line| (HEXLOWER.encode(line) + "\n").into_bytes()).collect()
}

/// The line of a stamp, with its line feed.
pub fn stamp_line(audit: &str, leaves: usize, root: &Hash) -> String {
    let root = HEXLOWER.encode(root);
    format!("{{\"format\":\"sealbag-stamp/1\",\"audit\":\"{audit}\",\"leaves\":{leaves},\"root\":\"{root}\"}}\n")
}

/// A proof before it is written.
#[derive(Clone)]
struct Proof {
    stamp: String,
    leaf: Hash,
    index: usize,
    path: Vec<Hash>,
    tokens: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Proof {
    fn line(&self) -> String {
        let path: Vec<String> = self.path.iter().map(|node| format!("\"{}\"", HEXLOWER.encode(node))).collect();
        let size = |(token, lists): &(Vec<u8>, Vec<u8>)| format!("{{\"token\":{},\"lists\":{}}}", token.len(), lists.len());
        let tokens: Vec<String> = self.tokens.iter().map(size).collect();
        format!(
            "{{\"format\":\"sealbag-proof/1\",\"stamp\":{},\"leaf\":\"{}\",\"index\":{},\"path\":[{}],\"tokens\":[{}]}}\n",
            self.stamp.trim_end(),
            HEXLOWER.encode(&self.leaf),
            self.index,
            path.join(","),
            tokens.join(","),
        )
    }

    fn bytes(&self) -> Vec<u8> {
        self.with(&self.line())
    }

    /// With another first line.
    fn with(&self, line: &str) -> Vec<u8> {
        let tokens = self.tokens.iter().flat_map(|(token, lists)| [&token[..], lists].concat());
        line.bytes().chain(tokens).collect()
    }
}

/// The audit and its stamp.
pub struct Stamped {
    pub audit: AuditVector,
    /// The stamp, its tree, and the tokens beside the stamp.
    pub files: Vec<(String, Vec<u8>)>,
    pub proofs: Vec<StampVector>,
}

/// All of it.
pub fn stamped() -> Stamped {
    let vectors = all();
    let lines: Vec<Line> = BUNDLES
        .iter()
        .zip(1..)
        .map(|((name, outcome), number)| {
            let seal = HEXLOWER.encode(&seal(&vectors, name));
            Line { seal: Some(seal), ..Line::new(number, &format!("{name}.zip"), outcome) }
        })
        .collect();
    let audit = audited("audit-stamp", "an audit that was stamped", &lines);
    let of_audit = sha256_hex(&audit.signature);
    let mut leaves: Vec<Hash> =
        BUNDLES.iter().filter(|(_, outcome)| *outcome != "failed").map(|(name, _)| seal(&vectors, name)).collect();
    leaves.sort_unstable();
    leaves.dedup();
    let stamp = stamp_line(&of_audit, leaves.len(), &mth(&leaves));
    let least = seal(&vectors, "good-least");
    let alone = stamp_line(&of_audit, 1, &mth(&[least]));
    // nodes as if there were no bytes in front of them: an inner node would pass for a leaf
    let bare = |leaves: &[Hash]| -> Hash {
        let mut level = leaves.to_vec();
        while level.len() > 1 {
            level = level.chunks(2).map(|pair| if pair.len() == 2 { sha256(&pair.concat()) } else { pair[0] }).collect();
        }
        level[0]
    };
    let plain = stamp_line(&of_audit, leaves.len(), &bare(&leaves));
    let token = |name: &str| (made(name), Vec::new());
    let named = |hash: &Hash| BUNDLES.iter().find(|(name, _)| seal(&vectors, name) == *hash).unwrap().0;
    let of = |index: usize| Proof {
        stamp: stamp.clone(),
        leaf: leaves[index],
        index,
        path: path(index, &leaves),
        tokens: vec![token("stamp.tsr")],
    };
    let index_of = |name: &str| leaves.iter().position(|leaf| *leaf == seal(&vectors, name)).unwrap();
    let (least_at, last) = (index_of("good-least"), leaves.len() - 1);
    let sound = of(least_at);
    assert!(leaves.len() == 7 && least_at < 6, "a path as long as they are, and a neighbour");

    let mut proofs = Vec::new();
    let mut add = |name: &str, what, bundle: &str, seals, codes: &'static [&'static str], notes, bytes: Vec<u8>| {
        let name = format!("audit-stamp-{name}.proof");
        proofs.push(StampVector { name, what, bundle: bundle.into(), seals, codes, notes, bytes });
    };
    let all_of_them = Some(7);
    add("good", "a bundle among seven", "good-least", all_of_them, &[], &[], sound.bytes());
    add("good-first", "the first leaf", named(&leaves[0]), all_of_them, &[], &[], of(0).bytes());
    add("good-last", "the last leaf, whose path is shorter", named(&leaves[last]), all_of_them, &[], &[], of(last).bytes());
    let copy = of(index_of("good-plain")).bytes();
    add("good-copy", "a copy that shows less, with the same seal", "good-redacted", all_of_them, &[], &[], copy);
    let stranger = of(index_of("good-token")).bytes();
    add("good-stranger", "a bundle by somebody else", "good-token", all_of_them, &[], &[], stranger);
    let one = Proof { stamp: alone.clone(), index: 0, path: vec![], tokens: vec![token("stamp-one.tsr")], ..sound.clone() };
    add("good-one", "a tree of one leaf", "good-least", Some(1), &[], &[], one.bytes());
    let lists = Proof { tokens: vec![(made("stamp.tsr"), made("good-list.tsr.crl"))], ..sound.clone() };
    add("good-lists", "with revocation lists", "good-least", all_of_them, &[], &[], lists.bytes());
    let renewed = Proof { tokens: vec![token("stamp-ends.tsr"), token("stamp-ends.2.tsr")], ..sound.clone() };
    add("good-renewed", "a token that was renewed before it ended", "good-least", all_of_them, &[], &[], renewed.bytes());
    let ended = Proof { tokens: vec![token("stamp-ends.tsr")], ..sound.clone() };
    add(
        "good-ended",
        "a token that ended, and was not renewed",
        "good-least",
        all_of_them,
        &[],
        &["token.ended"],
        ended.bytes(),
    );

    let mut bad = |name: &str, what, code: &'static [&'static str], bytes| {
        add(name, what, "good-least", None, code, &[], bytes);
    };
    const IMPRINT: &[&str] = &["token.imprint"];
    const MALFORMED: &[&str] = &["stamp.malformed"];
    let neighbour = least_at ^ 1;
    bad("of-another", "the proof of another bundle", IMPRINT, of(neighbour).bytes());
    let with = |change: &dyn Fn(&mut Proof)| {
        let mut proof = sound.clone();
        change(&mut proof);
        proof.bytes()
    };
    let claimed = with(&|proof| (proof.index, proof.path) = (neighbour, path(neighbour, &leaves)));
    bad("leaf-claimed", "this bundle's leaf at the place of another", IMPRINT, claimed);
    bad("index-neighbour", "the index of the leaf beside it", IMPRINT, with(&|proof| proof.index = neighbour));
    bad("index-other", "an index with as long a path", IMPRINT, with(&|proof| proof.index = (least_at + 2) % 6));
    bad("index-last", "an index whose path is shorter", MALFORMED, with(&|proof| proof.index = last));
    bad("index-too-high", "an index that is the number of leaves", MALFORMED, with(&|proof| proof.index = 7));
    bad("path-short", "a path without its end", MALFORMED, with(&|proof| proof.path.truncate(proof.path.len() - 1)));
    bad("path-long", "a path with one more", MALFORMED, with(&|proof| proof.path.push(proof.leaf)));
    bad("path-none", "no path", MALFORMED, with(&|proof| proof.path.clear()));
    bad("path-deep", "a path of 64", MALFORMED, with(&|proof| proof.path = vec![proof.leaf; 64]));
    bad("path-turned", "the path from above", IMPRINT, with(&|proof| proof.path.reverse()));
    bad("path-bit", "a path with one bit changed", IMPRINT, with(&|proof| proof.path[1][31] ^= 1));
    let seven = "\"leaves\":7";
    let line = |from: &str, to: &str| {
        let line = sound.line();
        assert!(line.contains(from), "{from}");
        sound.with(&line.replacen(from, to, 1))
    };
    bad("leaves-more", "another number of leaves, with as long a path", IMPRINT, line(seven, "\"leaves\":8"));
    bad("leaves-none", "no leaves", MALFORMED, line(seven, "\"leaves\":0"));
    bad("leaves-past", "more leaves than a number can be", MALFORMED, line(seven, "\"leaves\":9007199254740992"));
    let another = sha256_hex(b"another");
    bad("audit-other", "the stamp of another audit", IMPRINT, line(&of_audit, &another));
    let own = with(&|proof| (proof.stamp, proof.index, proof.path) = (alone.clone(), 0, vec![]));
    bad("root-own", "a root of its own, with the token of another stamp", IMPRINT, own);
    let pair = |level: &[Hash]| -> Vec<Hash> {
        level.chunks(2).map(|pair| if pair.len() == 2 { sha256(&pair.concat()) } else { pair[0] }).collect()
    };
    let (one_up, two_up) = (pair(&leaves), pair(&pair(&leaves)));
    let partners = vec![leaves[least_at ^ 1], one_up[(least_at / 2) ^ 1], two_up[(least_at / 4) ^ 1]];
    let no_bytes = Proof { stamp: plain.clone(), path: partners, tokens: vec![token("stamp-bare.tsr")], ..sound.clone() };
    bad("bare", "a tree in which nothing tells leaves from nodes", IMPRINT, no_bytes.bytes());
    let root = with(&|proof| proof.tokens = vec![token("stamp-root.tsr")]);
    bad("token-root", "a token over the root alone", IMPRINT, root);
    let altered = with(&|proof| *proof.tokens[0].0.last_mut().unwrap_or(&mut 0) ^= 1);
    bad("token-altered", "a token with one bit changed", &["token.signature"], altered);
    let two = with(&|proof| proof.tokens.push(token("good-rsa-sha384.tsr")));
    add("good-two", "with a token over the seal alone, of the same time", "good-least", all_of_them, &[], &[], two);
    let mut bad = |name: &str, what, code: &'static [&'static str], bytes| {
        add(name, what, "good-least", None, code, &[], bytes);
    };
    bad("token-none", "no token", MALFORMED, with(&|proof| proof.tokens.clear()));
    bad("token-empty", "a token of no bytes", MALFORMED, with(&|proof| proof.tokens[0].0.clear()));
    bad("token-ten", "ten tokens", MALFORMED, with(&|proof| proof.tokens = vec![token("stamp.tsr"); 10]));
    let size = format!("\"token\":{}", sound.tokens[0].0.len());
    bad(
        "token-short",
        "a length that leaves a byte over",
        MALFORMED,
        line(&size, &format!("\"token\":{}", sound.tokens[0].0.len().saturating_sub(1))),
    );
    bad(
        "token-long",
        "a length of more than there is",
        MALFORMED,
        line(&size, &format!("\"token\":{}", sound.tokens[0].0.len() + 1)),
    );
    bad("token-huge", "a length beyond the limit", MALFORMED, line(&size, "\"token\":9007199254740991"));
    bad("lists-huge", "lists beyond the limit", MALFORMED, line("\"lists\":0", "\"lists\":8388609"));
    bad("behind", "a byte behind it", MALFORMED, [&sound.bytes()[..], b"\n"].concat());
    bad("cut", "cut short", MALFORMED, sound.bytes()[..sound.bytes().len() - 1].to_vec());
    bad("line-open", "no line feed", MALFORMED, sound.line().trim_end().into());
    bad("newer", "a later version", &["stamp.newer"], line("sealbag-proof/1", "sealbag-proof/2"));
    bad("word", "another word for the format", MALFORMED, line("sealbag-proof/1", "sealbag-proof/one"));
    bad("stamp-newer", "a stamp of a later version inside", MALFORMED, line("sealbag-stamp/1", "sealbag-stamp/2"));
    bad("member", "a member too many", MALFORMED, line(seven, "\"leaves\":7,\"more\":1"));
    bad("twice", "a member twice", MALFORMED, line(seven, "\"leaves\":7,\"leaves\":7"));
    bad("order", "members in another order", MALFORMED, line("\"index\"", "\"path\":[],\"index\""));
    bad("space", "a blank that is not canonical", MALFORMED, line(seven, "\"leaves\": 7"));
    bad("zero", "a number with a zero in front", MALFORMED, line(seven, "\"leaves\":07"));
    bad("string", "a number as a string", MALFORMED, line(seven, "\"leaves\":\"7\""));
    let upper = HEXLOWER.encode(&least);
    bad("upper-case", "a digest in upper case", MALFORMED, line(&upper, &upper.to_uppercase()));
    bad("carriage-return", "a carriage return", MALFORMED, sound.with(&sound.line().replace('\n', "\r\n")));

    let beside = |end: &str, bytes: Vec<u8>| (format!("audit-stamp.jsonl.stamp.{end}"), bytes);
    let files =
        vec![beside("json", stamp.clone().into_bytes()), beside("tree", tree(&leaves)), beside("json.tsr", made("stamp.tsr"))];
    Stamped { audit, files, proofs }
}

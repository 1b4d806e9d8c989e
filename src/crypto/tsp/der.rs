//! DER, read element by element. Lengths are canonical, and nothing is left over unless somebody asks for it.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Header, Length, Reader, SliceReader, Tag, TagNumber};

use super::refusal::{Refusal, Result};

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node<'a> {
    pub tag: Tag,
    /// What it holds.
    pub value: &'a [u8],
    /// All of it, tag and length included.
    pub raw: &'a [u8],
    part: &'static str,
}

/// Elements one after the other.
pub(super) struct Fields<'a> {
    reader: SliceReader<'a>,
    part: &'static str,
}

/// The tag `[number]` around a constructed value.
pub(super) fn context(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// The tag `[number]` in place of that of a primitive value.
pub(super) fn primitive(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

impl<'a> Node<'a> {
    /// The one element that `bytes` are; `part` is what errors call it.
    pub fn of(bytes: &'a [u8], part: &'static str) -> Result<Self> {
        let mut fields = Fields::of(bytes, part)?;
        let node = fields.next()?;
        fields.end()?;
        Ok(node)
    }

    /// The elements in it, if it has this tag.
    pub fn fields(&self, tag: Tag, part: &'static str) -> Result<Fields<'a>> {
        if self.tag == tag { Fields::of(self.value, part) } else { Err(Refusal::form(part)) }
    }

    /// The elements of a SEQUENCE.
    pub fn sequence(&self, part: &'static str) -> Result<Fields<'a>> {
        self.fields(Tag::Sequence, part)
    }

    /// The one element in it, if it has this tag.
    pub fn only(&self, tag: Tag) -> Result<Node<'a>> {
        let mut fields = self.fields(tag, self.part)?;
        let node = fields.next()?;
        fields.end()?;
        Ok(node)
    }

    fn any<T: der::Choice<'a> + der::DecodeValue<'a>>(&self) -> Result<T> {
        let form = |_| Refusal::form(self.part);
        AnyRef::new(self.tag, self.value).map_err(form)?.decode_as::<T>().map_err(|_| Refusal::form(self.part))
    }

    pub fn oid(&self) -> Result<ObjectIdentifier> {
        self.any()
    }

    /// The bytes of a canonical INTEGER that is not negative, with the zero that may stand before them.
    pub fn integer(&self) -> Result<&'a [u8]> {
        let canonical = match self.value {
            [] => false,
            [first] => *first < 0x80,
            [0, second, ..] => *second >= 0x80,
            [first, ..] => *first < 0x80,
        };
        if self.tag == Tag::Integer && canonical { Ok(self.value) } else { Err(Refusal::form(self.part)) }
    }

    /// A small INTEGER.
    pub fn number(&self) -> Result<u64> {
        let bytes = self.integer()?;
        let long = || Refusal::form(self.part);
        if bytes.len() > 8 { Err(long()) } else { Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))) }
    }

    pub fn boolean(&self) -> Result<bool> {
        match (self.tag, self.value) {
            (Tag::Boolean, [0]) => Ok(false),
            (Tag::Boolean, [0xFF]) => Ok(true),
            _ => Err(Refusal::form(self.part)),
        }
    }

    pub fn octets(&self) -> Result<&'a [u8]> {
        if self.tag == Tag::OctetString { Ok(self.value) } else { Err(Refusal::form(self.part)) }
    }

    /// The bytes of a BIT STRING that ends with a whole byte.
    pub fn whole_bits(&self) -> Result<&'a [u8]> {
        match (self.tag, self.value) {
            (Tag::BitString, [0, bytes @ ..]) => Ok(bytes),
            _ => Err(Refusal::form(self.part)),
        }
    }
}

impl<'a> Fields<'a> {
    pub fn of(bytes: &'a [u8], part: &'static str) -> Result<Self> {
        SliceReader::new(bytes).map(|reader| Fields { reader, part }).map_err(|_| Refusal::form(part))
    }

    pub fn next(&mut self) -> Result<Node<'a>> {
        let part = self.part;
        let form = |_| Refusal::form(part);
        let header = Header::peek(&self.reader).map_err(form)?;
        let raw = self.reader.tlv_bytes().map_err(form)?;
        let length = usize::try_from(header.length()).map_err(form)?;
        let value = raw.len().checked_sub(length).and_then(|at| raw.get(at..)).ok_or_else(|| Refusal::form(part))?;
        Ok(Node { tag: header.tag(), value, raw, part })
    }

    /// The next element, which must have this tag.
    pub fn expect(&mut self, tag: Tag) -> Result<Node<'a>> {
        let node = self.next()?;
        if node.tag == tag { Ok(node) } else { Err(Refusal::form(self.part)) }
    }

    /// The next element if it has this tag.
    pub fn next_if(&mut self, tag: Tag) -> Result<Option<Node<'a>>> {
        if !self.is_empty() && Tag::peek(&self.reader).is_ok_and(|next| next == tag) { self.next().map(Some) } else { Ok(None) }
    }

    pub fn is_empty(&self) -> bool {
        self.reader.remaining_len() == Length::ZERO
    }

    /// Nothing may follow.
    pub fn end(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Refusal::form(self.part)) }
    }

    /// All that are left, at most `most`.
    pub fn rest(mut self, most: usize) -> Result<Vec<Node<'a>>> {
        let mut nodes = Vec::new();
        while !self.is_empty() {
            if nodes.len() == most {
                return Err(Refusal::form(self.part));
            }
            nodes.push(self.next()?);
        }
        Ok(nodes)
    }
}

/// The byte of a universal or context-specific tag below 31.
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const BOOLEAN: u8 = 0x01;
/// `[0]`, constructed.
pub(super) const CONTEXT: u8 = 0xA0;
pub(super) const NULL: [u8; 2] = [5, 0];

/// Writes one element around `parts`.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let from = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
            let bytes = bytes.get(from..).unwrap_or_default();
            // a length in memory has at most eight bytes
            out.push(0x80 | bytes.len() as u8);
            out.extend(bytes);
        }
    }
    parts.iter().for_each(|part| out.extend(*part));
    out
}

/// Writes an OBJECT IDENTIFIER.
pub(super) fn identifier(oid: &ObjectIdentifier) -> Vec<u8> {
    element(0x06, &[oid.as_bytes()])
}

//! Small photos with the tags that a test asks for, written by hand after EXIF 2.32 (a TIFF in a segment of a JPEG).

/// A tag with its value.
#[derive(Clone)]
pub struct Tag(pub(crate) u16, pub(crate) u16, pub(crate) u32, pub(crate) Vec<u8>);

/// Text.
pub fn ascii(tag: u16, text: &str) -> Tag {
    let bytes = [text.as_bytes(), b"\0"].concat();
    Tag(tag, 2, bytes.len() as u32, bytes)
}

/// A number of two bytes.
pub fn short(tag: u16, number: u16) -> Tag {
    Tag(tag, 3, 1, number.to_le_bytes().to_vec())
}

/// Bytes of no type.
pub fn bytes(tag: u16, bytes: &[u8]) -> Tag {
    Tag(tag, 7, bytes.len() as u32, bytes.to_vec())
}

/// UTF-16 as Windows writes it.
pub fn wide(tag: u16, text: &str) -> Tag {
    let bytes: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    Tag(tag, 1, bytes.len() as u32, bytes)
}

pub(crate) fn long(tag: u16, number: u32) -> Tag {
    Tag(tag, 4, 1, number.to_le_bytes().to_vec())
}

fn fractions(tag: u16, values: &[(u32, u32)]) -> Tag {
    let bytes = values.iter().flat_map(|(over, under)| [over.to_le_bytes(), under.to_le_bytes()].concat()).collect();
    Tag(tag, 5, values.len() as u32, bytes)
}

/// A photo: its own tags, those of the camera, and what else is inside.
#[derive(Default, Clone)]
pub struct Photo {
    /// Tags of the picture (IFD 0).
    pub image: Vec<Tag>,
    /// Tags of the camera (the EXIF IFD).
    pub camera: Vec<Tag>,
    /// Degrees, minutes and hundredths of a second, north and east.
    pub place: Option<[(u32, u32, u32); 2]>,
    /// A small picture of itself (IFD 1).
    pub thumbnail: Vec<u8>,
    /// A packet of XMP.
    pub xmp: String,
}

impl Photo {
    /// The photo as a JPEG without a picture: what is before one, and an end.
    pub fn jpeg(&self) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8];
        segment(&mut out, &[b"Exif\0\0".as_slice(), &self.tiff()].concat());
        if !self.xmp.is_empty() {
            segment(&mut out, &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), self.xmp.as_bytes()].concat());
        }
        out.extend([0xFF, 0xDA, 0, 2]);
        // no reader takes less than some bytes for a photo
        out.extend([0x55; 256]);
        out.extend([0xFF, 0xD9]);
        out
    }

    /// The tags alone, as other files have them.
    pub fn tiff(&self) -> Vec<u8> {
        let mut out = b"II*\0\x08\0\0\0".to_vec();
        let place = self.place.map(|[north, east]| {
            let degrees = |(degrees, minutes, seconds)| [(degrees, 1), (minutes, 1), (seconds, 100)];
            vec![ascii(1, "N"), fractions(2, &degrees(north)), ascii(3, "E"), fractions(4, &degrees(east))]
        });
        // what is pointed at comes behind what points, and how long that is does not hang on where
        let mut image = self.image.clone();
        let pointers = [(0x8769, Some(&self.camera)), (0x8825, place.as_ref())];
        let behind = 8 + length(&image) + 12 * pointers.iter().filter(|(_, tags)| tags.is_some()).count();
        let mut rest = Vec::new();
        for (pointer, tags) in pointers {
            let Some(tags) = tags else { continue };
            let at = behind + rest.len();
            image.push(long(pointer, at as u32));
            rest.extend(directory(tags, at, 0));
        }
        let next = if self.thumbnail.is_empty() { 0 } else { behind + rest.len() };
        out.extend(directory(&image, 8, next as u32));
        assert_eq!(out.len(), behind);
        out.extend(rest);
        if next != 0 {
            let tags = |at: usize| vec![long(0x0201, at as u32), long(0x0202, self.thumbnail.len() as u32)];
            out.extend(directory(&tags(next + length(&tags(0))), next, 0));
            out.extend(&self.thumbnail);
        }
        out
    }
}

fn segment(out: &mut Vec<u8>, payload: &[u8]) {
    out.extend([0xFF, 0xE1]);
    out.extend((payload.len() as u16 + 2).to_be_bytes());
    out.extend(payload);
}

/// Bytes of a directory with what does not fit into its rows.
pub(crate) fn length(tags: &[Tag]) -> usize {
    6 + tags.iter().map(|Tag(_, _, _, value)| 12 + if value.len() > 4 { value.len() } else { 0 }).sum::<usize>()
}

pub(crate) fn directory(tags: &[Tag], at: usize, next: u32) -> Vec<u8> {
    let mut tags = tags.to_vec();
    tags.sort_by_key(|tag| tag.0);
    let mut rows = (tags.len() as u16).to_le_bytes().to_vec();
    let mut values: Vec<u8> = Vec::new();
    let behind = at + 6 + 12 * tags.len();
    for Tag(tag, kind, count, value) in &tags {
        rows.extend(tag.to_le_bytes());
        rows.extend(kind.to_le_bytes());
        rows.extend(count.to_le_bytes());
        if value.len() > 4 {
            rows.extend(((behind + values.len()) as u32).to_le_bytes());
            values.extend(value);
        } else {
            rows.extend(value.iter().copied().chain([0; 4]).take(4));
        }
    }
    rows.extend(next.to_le_bytes());
    rows.extend(values);
    rows
}

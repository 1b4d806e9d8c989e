//! What goes is found inside of documents and archives; what cannot be read is named, and what is made to harm does none (threat 35a).

use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use sealbag::Unwatched;

use super::kit::withholding::verified_bytes;
use super::{File, leaks, plain, text, told};

/// A ZIP of these files; the third value is the method: 0 stored, 8 deflated.
fn zip(files: &[(&str, &[u8], u16)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes, method) in files {
        let at = out.len() as u32;
        let packed = if *method == 8 { compress_to_vec(bytes, 6) } else { bytes.to_vec() };
        let mut header = [[20, 0, 0, 0].as_slice(), &method.to_le_bytes(), &[0; 4]].concat();
        header.extend(crc32fast::hash(bytes).to_le_bytes());
        header.extend((packed.len() as u32).to_le_bytes());
        header.extend((bytes.len() as u32).to_le_bytes());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        out.extend([b"PK\x03\x04", header.as_slice(), name.as_bytes(), &packed].concat());
        directory.extend([b"PK\x01\x02\x14\0", header.as_slice(), &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let (at, count) = (out.len() as u32, (files.len() as u16).to_le_bytes());
    let length = (directory.len() as u32).to_le_bytes();
    out.extend([directory.as_slice(), b"PK\x05\x06\0\0\0\0", &count, &count, &length, &at.to_le_bytes(), &[0, 0]].concat());
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u32).to_le_bytes();
    let header = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03name.txt\0".as_slice();
    [header, &compress_to_vec(bytes, 6), &crc32fast::hash(bytes).to_le_bytes(), &length].concat()
}

/// A PDF with this font and these streams, each with the entries of its dictionary.
fn pdf(font: &str, streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = format!("%PDF-1.4\n1 0 obj\n<< /Type /Font {font} >>\nendobj\n").into_bytes();
    for (entries, bytes) in streams {
        out.extend(format!("2 0 obj\n<< {entries} /Length {} >>\nstream\r\n", bytes.len()).bytes());
        out.extend_from_slice(bytes);
        out.extend(b"\nendstream\nendobj\n");
    }
    out.extend(b"trailer\n<< /Size 3 >>\n%%EOF\n");
    out
}

/// What a file gives away of Ivan Petrov, and what of it was not searched.
fn of(path: &str, bytes: Vec<u8>) -> (Vec<String>, Vec<String>) {
    let bundle = plain().with_file(File::new(path, bytes, "application/octet-stream", "attachment"));
    let bundle = bundle.field("source:S7", "identity", "Ivan Petrov");
    let verified = verified_bytes(&bundle.parts().zip());
    let redaction = verified.withhold(&["source:S7".into(), "photos/*".into()], false, &Unwatched).unwrap();
    let found = told(redaction.remaining()).iter().map(|told| told.replace(" of source:S7#identity", "")).collect();
    let named = redaction.not_searched().iter().map(|file| {
        assert_eq!(file.path, path);
        format!("{}{}", file.inside.as_ref().map_or(String::new(), |name| format!("{name} ")), file.reason.as_str())
    });
    (found, named.collect())
}

fn both(found: &[&str], named: &[&str]) -> (Vec<String>, Vec<String>) {
    (found.iter().map(|told| (*told).into()).collect(), named.iter().map(|name| (*name).into()).collect())
}

const NAME: &[u8] = b"This is what Ivan Petrov said, again and again, again and again.";

#[test]
fn threat_35a_documents_and_archives_are_unpacked() {
    let word =
        br#"<?xml version="1.0"?><w:document><w:p><w:r><w:t>Ivan Pe</w:t></w:r><w:r><w:t>trov</w:t></w:r></w:p></w:document>"#;
    let docx = zip(&[("[Content_Types].xml", b"<Types/>", 8), ("word/document.xml", word, 8)]);
    assert_eq!(of("a.docx", docx), both(&["a.docx value"], &[]));
    let cells = br#"<sst><si><t>Ivan</t></si><si><t>Petrov</t></si></sst>"#;
    assert_eq!(of("a.xlsx", zip(&[("xl/sharedStrings.xml", cells, 8)])), both(&["a.xlsx value"], &[]));
    let content = "<text:p>Ivan<text:s/><text:span>Pet</text:span>rov</text:p>".as_bytes();
    let odt = zip(&[("mimetype", b"application/vnd.oasis.opendocument.text", 0), ("content.xml", content, 8)]);
    assert_eq!(of("a.odt", odt), both(&["a.odt value"], &[]));
    assert_eq!(of("a.zip", zip(&[("x.txt", NAME, 0)])), both(&["a.zip value"], &[]));
    assert_eq!(of("a.zip", zip(&[("Petrov.txt", b"", 0)])), both(&["a.zip word Petrov"], &[]));
    let twice = zip(&[("inner.zip", &zip(&[("x.txt.gz", &gzip(NAME), 8)]), 8)]);
    assert_eq!(of("a.zip", twice), both(&["a.zip value"], &[]));
    assert_eq!(of("a.gz", gzip(NAME)), both(&["a.gz value"], &[]));
    assert_eq!(of("a.gz", [gzip(b"first"), gzip(NAME)].concat()), both(&["a.gz value"], &[]));
    assert_eq!(of("a.zip", zip(&[("x.txt", b"nothing", 8)])), both(&[], &[]));
}

#[test]
fn threat_35a_a_pdf_is_read_or_named() {
    let shown = b"BT /F1 12 Tf [(This is what Iv) 20 (an)-300(Pe)] TJ (trov said) Tj ET";
    let packed = compress_to_vec_zlib(shown, 6);
    let plain_font = "/Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding";
    let streams = [("/Filter /FlateDecode", packed.as_slice())];
    assert_eq!(of("a.pdf", pdf(plain_font, &streams)), both(&["a.pdf value"], &[]));
    assert_eq!(of("a.pdf", pdf(plain_font, &[("", shown)])).0, ["a.pdf value"]);
    for apart in [
        &b"(This is what Ivan Pet) Tj /a BMC (rov) Tj EMC"[..],
        b"BT 9 700 Td (This is what Ivan Pet) Tj ET BT 99 700 Td (ro) Tj ET BT 1 0 0 1 108 700 Tm (v) Tj ET",
        b"BT (This is what Ivan Pet) ' (rov) ' ET",
    ] {
        let found = of("a.pdf", pdf(plain_font, &[("", apart)])).0;
        assert!(found.contains(&"a.pdf word Petrov".into()) || found == ["a.pdf value"], "{found:?}");
    }
    // what cannot be read is named
    let own =
        pdf("/Subtype /Type0 /Encoding /Identity-H", &[("/Filter /FlateDecode", &compress_to_vec_zlib(b"<00010002> Tj", 6))]);
    assert_eq!(of("a.pdf", own), both(&[], &["fonts"]));
    let subset = pdf("/Subtype /Type1 /BaseFont /ABCDEF+Times", &streams);
    assert_eq!(of("a.pdf", subset).1, ["fonts"]);
    let photo = pdf(plain_font, &[("/Subtype /Image /Filter /DCTDecode", b"\xff\xd8 endstrea"), streams[0]]);
    assert_eq!(of("a.pdf", photo), both(&["a.pdf value"], &["picture"]));
    assert_eq!(of("a.pdf", pdf("/Encrypt 5 0 R", &[])).1, ["encrypted"]);
    assert_eq!(of("a.pdf", pdf(plain_font, &[("/Filter /LZWDecode", b"x")])).1, ["compressed"]);
    assert_eq!(of("a.pdf", pdf(plain_font, &[("/Filter /FlateDecode", b"\x78\x9c\xff\xff\xff")])).1, ["damaged"]);
}

#[test]
fn threat_35a_what_cannot_be_read_is_named_with_the_reason() {
    let mut encrypted = zip(&[("secret.txt", NAME, 8)]);
    encrypted[6] |= 1;
    assert_eq!(of("a.zip", encrypted), both(&[], &["secret.txt encrypted"]));
    let photo = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    assert_eq!(of("a.docx", zip(&[("word/media/1.jpeg", photo, 8)])), both(&[], &["word/media/1.jpeg picture"]));
    let mut other = zip(&[("x.txt", NAME, 0)]);
    other[8] = 12;
    assert_eq!(of("a.zip", other).1, ["x.txt compressed"]);
    assert_eq!(of("a.age", b"age-encryption.org/v1\n-> X25519".to_vec()).1, ["encrypted"]);
    assert_eq!(of("a.7z", b"7z\xbc\xaf\x27\x1c\0\0".to_vec()).1, ["compressed"]);
    assert_eq!(of("a.bin", b"\0\x01\x02".to_vec()).1, ["binary"]);
    // Cyrillic in an encoding that is not UTF-8
    assert_eq!(of("a.txt", b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2".to_vec()).1, ["binary"]);
    for (kind, reason) in [("audio/mpeg", "sound"), ("video/mp4", "video"), ("image/png", "picture")] {
        let bundle = plain().with_file(File::new("x", b"\0\x01".to_vec(), kind, "attachment"));
        let verified = verified_bytes(&bundle.parts().zip());
        let redaction = verified.withhold(&["photos/*".into()], false, &Unwatched).unwrap();
        assert_eq!(redaction.not_searched()[0].reason.as_str(), reason);
    }
}

#[test]
#[ignore = "unpacks much; tests/run includes it"]
fn threat_35a_whatever_is_cut_or_broken_ends_and_is_named() {
    let good = [
        zip(&[("x.txt", NAME, 8), ("y.txt", NAME, 0)]),
        gzip(NAME),
        pdf("/Encoding /WinAnsiEncoding", &[("/Filter /FlateDecode", &compress_to_vec_zlib(NAME, 6))]),
    ];
    for (good, first) in good.iter().zip([4, 3, 5]) {
        for at in (first..good.len()).step_by(5) {
            let cut = of("x", good[..at].to_vec());
            let whole = cut.0.contains(&"x value".to_owned());
            assert!(whole || cut.1.iter().any(|name| name.ends_with("damaged")), "{at} {cut:?}");
            let mut bad = good.clone();
            bad[at] ^= 0x55;
            of("x", bad);
        }
    }
}

#[test]
#[ignore = "unpacks much; tests/run includes it"]
fn threat_35a_a_bomb_is_unpacked_up_to_the_limits_only() {
    let bomb = compress_to_vec(&vec![b' '; 64 << 20], 9);
    let mut zipped = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    zipped.extend([(bomb.len() as u32).to_le_bytes(), (64u32 << 20).to_le_bytes()].concat());
    zipped.extend(b"\x01\0\0\0b");
    zipped.extend(&bomb);
    assert_eq!(of("bomb.zip", zipped).1, ["limits"]);
    assert_eq!(of("bomb.gz", [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", bomb.as_slice()].concat()).1, ["limits"]);
    let stream = compress_to_vec_zlib(&vec![b' '; 64 << 20], 9);
    assert_eq!(of("bomb.pdf", pdf("/Encoding /WinAnsiEncoding", &[("/Filter /FlateDecode", &stream)])).1, ["limits"]);
    // one in the other
    let deep = (0..6).fold(zip(&[("x.txt", NAME, 8)]), |inner, _| zip(&[("a.zip", &inner, 8)]));
    let (found, named) = of("deep.zip", deep);
    assert!(found.is_empty() && named.iter().any(|name| name.ends_with("limits")), "{named:?}");
    // more files than anybody packs
    let name = vec![("x", &b""[..], 0); 10_001];
    assert_eq!(of("many.zip", zip(&name)).1, ["limits"]);
}

#[test]
fn a_text_after_a_photo_is_searched_like_one_alone() {
    let bundle = plain().with_file(text("a.txt", "Ivan")).with_file(text("b.txt", "Petrov"));
    let found = told(&leaks(&bundle.field("source:S7", "identity", "Ivan Petrov"), &["source:S7"]));
    assert_eq!(found, ["a.txt:1 word Ivan of source:S7#identity", "b.txt:1 word Petrov of source:S7#identity"]);
}

#[test]
fn threat_35a_base64_and_encoded_words_of_a_mail() {
    for mail in [
        "Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nVGhpcyBpcyB3aGF0IEl2\r\nYW4gUGV0cm92IHNhaWQu\r\n--x--\r\n",
        "From: =?UTF-8?B?SXZhbg==?=\r\n =?utf-8?q?_Petrov?= <a@b.example>\r\n\r\nnothing\r\n",
        "Ivan =?iso-8859-1?Q?Petrov?= <a@b.example>",
        "<img src=\"data:text/plain;base64,VGhpcyBpcyB3aGF0IEl2YW4gUGV0cm92IHNhaWQu\">",
    ] {
        let found = of("a.eml", mail.into()).0;
        assert!(["a.eml value", "a.eml:1 value"].contains(&found.join(" ").as_str()), "{mail} {found:?}");
    }
    // a file in it that cannot be read, and letters that cannot
    let picture = "Content-Transfer-Encoding: base64\n\n/9j/4AAQSkZJRgAB\n";
    assert_eq!(of("a.eml", picture.into()), both(&[], &["base64 1 picture"]));
    assert_eq!(of("a.eml", "From: =?koi8-r?B?8MXU0s/X?=".into()), both(&[], &["binary"]));
    // lines are counted on
    let after = of("a.eml", "Content-Transfer-Encoding: base64\n\nbm90aGlu\n--x\n=?utf-8?q?a?=\n =?utf-8?q?b?=\nPetrov".into());
    assert_eq!(after.0, ["a.eml:7 word Petrov"]);
    // base64 in base64 ends
    let mut deep = String::from("Petrov");
    for _ in 0..6 {
        deep = format!("data:;base64,{}", data_encoding::BASE64.encode(deep.as_bytes()));
    }
    assert_eq!(of("a.txt", deep.into()), both(&[], &["base64 1/base64 1/base64 1/base64 1 limits"]));
}

#[test]
fn threat_35a_what_stands_outside_of_the_files_of_an_archive() {
    let named = [b"\x1f\x8b\x08\x18\0\0\0\0\0\x03Ivan.txt\0of Petrov\0".as_slice(), &gzip(b"x")[19..]].concat();
    assert_eq!(of("a.gz", named), both(&["a.gz word Ivan", "a.gz word Petrov"], &[]));
    let mut commented = zip(&[("x.txt", b"x", 8)]);
    let end = commented.len() - 2;
    commented.splice(end.., *b"\x06\0Petrov");
    assert_eq!(of("a.zip", commented), both(&["a.zip word Petrov"], &[]));
    // an extra field of the entry
    let mut extra = zip(&[("x.txt", b"x", 0)]);
    extra[28] = 8;
    extra.splice(35..35, *b"xx\x04\0Ivan");
    assert_eq!(of("a.zip", extra), both(&["a.zip word Ivan"], &[]));
    let two = [zip(&[("x.txt", b"x", 8)]), zip(&[("y.txt", NAME, 8)])].concat();
    assert_eq!(of("a.zip", two), both(&["a.zip value"], &[]));
    let behind = [zip(&[("x.txt", b"x", 8)]), b"P Ivan".to_vec()].concat();
    assert_eq!(of("a.zip", behind), both(&["a.zip word Ivan"], &[]));
}

#[test]
fn threat_35a_the_texts_of_pictures_and_recordings() {
    let png = |name: &[u8], text: &[u8]| {
        let length = (text.len() as u32).to_be_bytes();
        [b"\x89PNG\r\n\x1a\n\0\0\0\x01IHDRxxxxx".as_slice(), &length, name, text, b"\xe1zzz\0\0\0\0IEND"].concat()
    };
    for (name, text) in [(b"tEXt", b"Author\0Petrov".as_slice()), (b"iTXt", b"Author\0\0\0\0\0Petrov")] {
        assert_eq!(of("a.png", png(name, text)), both(&["a.png word Petrov"], &["picture"]));
    }
    assert_eq!(of("a.png", png(b"tEXt", b"Author\0Ivan")), both(&["a.png word Ivan"], &["picture"]));
    assert_eq!(of("a.png", png(b"IDAT", b"\x01Ivan")).0, both(&[], &[]).0, "by chance");
    let id3 = |text: &[u8]| {
        let frame = [b"TPE1\0\0\0".as_slice(), &[text.len() as u8], b"\0\0", text].concat();
        [b"ID3\x03\0\0\0\0\0\x7f".as_slice(), &frame, b"TALB\0\0\0\x04\0\0\0Xyz\0\0"].concat()
    };
    let utf16 = b"\x01\xff\xfeI\0v\0a\0n\0";
    for text in [b"\0Ivan".as_slice(), b"\x03Ivan", b"\x02\0I\0v\0a\0n", utf16] {
        assert_eq!(of("a.mp3", id3(text)).0, ["a.mp3 word Ivan"]);
    }
    let comment = [b"ID3\x04\0\0\0\0\0\x7fCOMM\0\0\0\x0e\0\0\x01eng".as_slice(), &utf16[1..], b"\0\0"].concat();
    assert_eq!(of("a.mp3", comment).0, ["a.mp3 word Ivan"]);
    // the artist of a photo
    let exif = |text: &[u8]| [b"\xff\xd8\xff\xe1\0\x20Exif\0\0II*\0\x08\0".as_slice(), text, b"\xff"].concat();
    assert_eq!(of("x.jpg", exif(b"Ivan\0")), both(&["x.jpg word Ivan"], &["picture"]));
    assert_eq!(of("x.jpg", exif(b"xIvan\0")), both(&[], &["picture"]));
}

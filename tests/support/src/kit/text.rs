//! Hex, hashes, canonical JSON strings, times and age recipients.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(bytes))
}

/// A string in canonical JSON, quotes included (format, section 6).
pub fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

pub fn json_string_or_null(text: Option<&str>) -> String {
    text.map_or("null".into(), json_string)
}

pub fn json_strings(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| json_string(text)).collect();
    format!("[{}]", quoted.join(","))
}

/// `YYYY-MM-DDThh:mm:ssZ` as MS-DOS packs it: time, date.
pub fn dos_time(text: &str) -> (u16, u16) {
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().unwrap();
    let time = number(11, 13) << 11 | number(14, 16) << 5 | (number(17, 19) / 2);
    let date = number(0, 4).saturating_sub(1980) << 9 | number(5, 7) << 5 | number(8, 10);
    (time, date)
}

/// The text between `"name":"` and the next quote in `json`.
pub fn member<'a>(json: &'a str, name: &str) -> &'a str {
    find_member(json, name).unwrap_or_else(|| panic!("no member {name} in {json}"))
}

pub fn find_member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("\"{name}\":\"");
    let rest = &json[json.find(&start)? + start.len()..];
    rest.get(..rest.find('"')?)
}

/// Some age recipient, made from one number; nobody has its secret half.
pub fn recipient(number: u8) -> String {
    bech32("age", &sha256(&[number]))
}

/// Lower-case bech32 (BIP 173, without its bound on the length).
pub fn bech32(human: &str, bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let (mut five, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            five.push((held >> bits & 31) as u8);
        }
    }
    if bits > 0 {
        five.push((held << (5 - bits) & 31) as u8);
    }
    let mut all: Vec<u8> = human.bytes().map(|b| b >> 5).chain([0]).chain(human.bytes().map(|b| b & 31)).collect();
    all.extend(&five);
    all.extend([0; 6]);
    let mut check = 1u32;
    for value in all {
        let top = check >> 25;
        check = (check & 0x1FF_FFFF) << 5 ^ u32::from(value);
        for (bit, generator) in [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate() {
            check ^= if top >> bit & 1 == 1 { generator } else { 0 };
        }
    }
    check ^= 1;
    five.extend((0..6).map(|at| (check >> (5 * (5 - at)) & 31) as u8));
    format!("{human}1{}", five.iter().map(|value| char::from(ALPHABET[usize::from(*value)])).collect::<String>())
}

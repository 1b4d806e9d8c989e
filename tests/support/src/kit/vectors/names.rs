//! Section 8, sentence by sentence: names that are refused, and their neighbours that are not.

use super::List;
use crate::kit::bundle::File;
use crate::kit::samples::plain;

fn file(name: &str) -> File {
    File::new(name, "text", "text/plain", "document")
}

pub(super) fn add(list: &mut List) {
    let long = |last: usize| format!("{0}/{0}/{0}/{0}/{1}", "a".repeat(199), "b".repeat(last));
    let deep = |folders: usize| format!("{}b", "a/".repeat(folders));
    let refused = [
        ("length-1025", "a path of 1,025 bytes", long(225)),
        ("part-256", "a part of 256 bytes", "a".repeat(256)),
        ("part-258-unicode", "a part of 86 letters and 258 bytes", "\u{65b0}".repeat(86)),
        ("folders-65", "a file in 65 folders", deep(65)),
        ("empty-part", "an empty part", "a//b".into()),
        ("dot", "a part that is a dot", "a/./b".into()),
        ("dot-dot", "a part that is two dots", "a/../b".into()),
        ("absolute", "a leading slash", "/a".into()),
        ("slash-at-end", "a slash at the end", "a/".into()),
        ("dot-at-end", "a part that ends in a dot", "a./b".into()),
        ("space-at-end", "a part that ends in a space", "a ".into()),
        ("space-at-beginning", "a part that begins with a space", " a".into()),
        ("wide-space-at-end", "a part that ends in an ideographic space", "a\u{3000}".into()),
        ("no-break-space-at-beginning", "a part that begins with a no-break space", "\u{a0}a".into()),
        ("backslash", "a backslash", "a\\b".into()),
        ("colon", "a colon", "a:b".into()),
        ("star", "an asterisk", "a*".into()),
        ("question-mark", "a question mark", "a?".into()),
        ("quotation-mark", "a quotation mark", "a\"".into()),
        ("less", "a less-than sign", "a<".into()),
        ("greater", "a greater-than sign", "a>".into()),
        ("bar", "a vertical bar", "a|b".into()),
        ("percent", "a percent sign", "50%".into()),
        ("device", "a device of Windows", "photos/CON".into()),
        ("device-lower-case-extension", "a device in lower case, with an extension", "nul.tar.gz".into()),
        ("device-space", "a device with spaces before the dot", "aux  .txt".into()),
        ("device-dollar", "the device CONIN$", "conin$.txt".into()),
        ("device-com", "the device COM1", "COM1".into()),
        ("device-superscript", "the device LPT with a superscript digit", "lpt\u{b2}.jpg".into()),
        ("joiner-02ff", "a joiner behind U+02FF", "\u{2ff}\u{200d}\u{645}".into()),
        ("joiner-latin", "a joiner between Latin letters", "a\u{200d}b".into()),
        ("joiner-at-end", "a joiner at the end of a part", "\u{645}\u{200c}/x".into()),
        ("joiner-twice", "two joiners, one behind the other", "\u{645}\u{200c}\u{200d}\u{645}".into()),
    ];
    for (name, what, path) in &refused {
        let parts = plain().with_file(file(path)).parts();
        list.add(format!("name-{name}"), format!("{what} in a name"), "container.layout", &parts);
    }
    let forbidden = [
        0x0, 0x9, 0x1F, 0x7F, 0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x200B, 0x200E,
        0x2028, 0x202E, 0x2060, 0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFFB, 0x1_BCA0, 0x1_BCA3, 0x1_D173, 0x1_D17A,
        0xE_0000, 0xE_0041, 0xE_01F0, 0xE_0FFF, 0xFDD0, 0xFDEF, 0xFFFE, 0x1_FFFF, 0x10_FFFF,
    ];
    for code in forbidden {
        let path = format!("a{}b", char::from_u32(code).unwrap());
        let parts = plain().with_file(file(&path)).parts();
        let name = format!("name-u{code:04x}");
        list.add(name, format!("the forbidden code point U+{code:04X} in a name"), "container.layout", &parts);
    }
    let taken: [(&str, &str, &[&str]); 4] = [
        (
            "good-name-longest",
            "a path of 1,024 bytes, a part of 255, a file in 64 folders",
            &[&long(224), &"c".repeat(255), &deep(64)],
        ),
        (
            "good-name-neighbours",
            "code points right beside those that are forbidden",
            &[
                "a\u{a1}\u{ac}\u{ae}\u{34e}\u{350}\u{61b}\u{115e}\u{1161}\u{17b3}\u{180a}\u{1810}\u{2010}\u{2027}\u{2070}",
                "a\u{ffef}\u{fffc}\u{fffd}\u{1bc9f}\u{1bca4}\u{1d172}\u{1d17b}\u{fdcf}\u{fdf0}\u{1fffd}\u{e1000}\u{10fffd}\u{378}",
                "\u{2764}\u{fe0f}\u{fe00}\u{e0100}\u{e01ef}",
            ],
        ),
        (
            "good-name-joiners",
            "joiners between Arabic letters, between emoji, and behind U+0300",
            &["\u{645}\u{200c}\u{645}\u{200d}\u{645}", "\u{1f469}\u{200d}\u{1f467}.png", "a\u{300}\u{200d}\u{645}"],
        ),
        (
            "good-name-devices",
            "names that only resemble devices, inner dots and spaces",
            &["console", "com", "COM10", ".con", "a.nul", "CON_", "lpt\u{2074}", "a..b", "a b", "...a", "-", "~a", "$HOME"],
        ),
    ];
    for (name, what, paths) in taken {
        let bundle = paths.iter().fold(plain(), |bundle, path| bundle.with_file(file(path)));
        list.add(name, what, "", &bundle.parts());
    }
    // the same rule in a list of items, without the file
    let mut alone = plain().with_file(file("a:b")).parts();
    alone.remove("data/a:b");
    list.add("items-path-colon", "sealed with a path that holds a colon, the file left out", "seal.items", &alone);
}

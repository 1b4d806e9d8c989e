//! The page about a bundle, and the papers: they say what verify says, show nothing of what is bad, and whatever stands in a bundle is text.
//! tests/pages loads such pages in a browser.

use std::io::Cursor;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use sealbag::inspect::{NoPreview, preview};
use sealbag::report::text;
use sealbag::report::words::Words;
use sealbag::{Output, PageOptions, Policy, Requirement, Unwatched};
use sha2::{Digest, Sha256};
use support::coded;
use support::kit::library::{file_of, trusting};
use support::kit::samples::{amina, plain, redacted};
use support::kit::{Bundle, File};
use support::photos::{Photo, ascii, short};
use support::runs::{Desk, library};

const HOSTILE: &str = "</p></title></style><script>x()</script><img src=x onerror=\"x()\"> ' &lt; \u{202e}gpj\u{1b}[2J";

/// The text of a page as a browser shows it.
fn text_of(page: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for c in page.split_once("</style>").unwrap().1.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    named.iter().fold(out, |out, (name, c)| out.replace(name, c))
}

/// The page about a bundle, and how making it ended.
fn page(desk: &Desk, args: &[&str]) -> (i32, String) {
    let path = desk.path("page.html");
    let made = desk.run([&["report", "-o", "page.html", "--force"][..], args].concat());
    (made.exit, std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}: {made:#?}")))
}

fn hostile() -> Bundle {
    let bundle = plain().field("case", "note", HOSTILE).field("source:S1", "protection", HOSTILE);
    let bundle = bundle.field("file:photos/a.jpg", "credit", HOSTILE).field("file:photos/a.jpg", "statement", HOSTILE);
    let mut bundle = bundle.field("file:report.txt", "original_name", HOSTILE);
    bundle.files.push(File::new("a.txt", HOSTILE, "text/plain", "report"));
    let tags = Photo { image: vec![ascii(0x013B, HOSTILE), ascii(0x010E, HOSTILE)], ..Photo::default() };
    bundle.files.push(File::new("photos/b.jpg", tags.jpeg(), "image/jpeg", "photo"));
    bundle
}

/// A desk on which Amina is believed, with these bundles.
fn desk(bundles: &[(&str, Vec<u8>)]) -> Desk {
    let desk = Desk::signing();
    desk.write("amina.card", amina().card("Amina <b>O.", &[]));
    desk.run(["contact", "add", "amina.card", "--yes"]).done();
    for (name, bytes) in bundles {
        desk.write(name, bytes);
    }
    desk
}

fn damaged() -> Vec<u8> {
    let mut bytes = plain().parts().zip();
    let at = bytes.windows(7).position(|seven| seven == b"a photo").unwrap();
    bytes[at] ^= 1;
    bytes
}

#[test]
fn threat_58_a_page_says_what_verify_says_and_ends_as_it_does() {
    let desk = desk(&[
        ("whole.zip", plain().parts().zip()),
        ("redacted.zip", redacted().zip()),
        ("damaged.zip", damaged()),
        ("nothing.zip", b"no bundle".to_vec()),
        ("hostile.zip", hostile().parts().zip()),
    ]);
    let nobody = desk.path("nobody").to_str().unwrap().to_owned();
    let cases: [(&[&str], i32); 8] = [
        (&["whole.zip"], 0),
        (&["redacted.zip"], 0),
        (&["redacted.zip", "--require", "complete"], 4),
        (&["damaged.zip"], 1),
        (&["nothing.zip"], 1),
        (&["hostile.zip"], 0),
        (&["whole.zip", "--home", &nobody], 3),
        (&["missing.zip"], 5),
    ];
    for (args, exit) in cases {
        let verified = desk.run([&["verify"][..], args].concat());
        let (ended, page) = page(&desk, args);
        assert_eq!((verified.exit, ended), (exit, exit), "{args:?}: {verified:#?}");
        let heading = page.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
        let told = verified.unfolded();
        assert!(
            told.starts_with(&format!("{} {}", text_of(&format!("</style>{heading}")), args[0])),
            "{args:?}: {heading}: {told}"
        );
        assert!(text_of(&page).contains("This does not prove that the events happened"), "{args:?}");
    }
}

#[test]
fn threat_58_every_sentence_of_verify_stands_on_the_page() {
    let desk = Desk::new();
    let complete = Policy { required: vec![Requirement::Complete], ..Policy::default() };
    let usual = Policy::default();
    let (believed, nobody) = (trusting(&[amina()]), trusting(&[]));
    for (bytes, trust, policy) in [
        (plain().parts().zip(), &believed, &usual),
        (redacted().zip(), &believed, &complete),
        (damaged(), &believed, &usual),
        (hostile().parts().zip(), &nobody, &usual),
    ] {
        let bundle = sealbag::Bundle::read(file_of(&bytes), &Unwatched).unwrap();
        let verification = bundle.verify(trust, policy, &Unwatched).unwrap();
        let mut told = Vec::new();
        let report = verification.report();
        text::write(&mut told, Words::english(), "b.zip", report, text::Marks::default(), text::Extent::Page).unwrap();
        let told = String::from_utf8(told).unwrap();
        let options = PageOptions { words: Words::english(), bundle: "b.zip", at: library::now(), input: None, held: None };
        let output = Output::File(desk.path("page.html"), true);
        match verification.into_intact() {
            Ok(intact) => intact.write_page(options, output, &Unwatched).unwrap(),
            Err(refused) => refused.report().write_page(options, output, &Unwatched).unwrap(),
        }
        let shown = text_of(&std::fs::read_to_string(desk.path("page.html")).unwrap());
        let (mut parts, mut lines) = (0, told.lines());
        assert!(shown.contains(lines.next().unwrap().split_once("  ").unwrap().0));
        for line in lines.filter(|line| !line.is_empty()) {
            // a label and the answer behind it, a code and what was found, what was not checked
            for part in line.trim_start().trim_start_matches("- ").split("  ").map(str::trim).filter(|part| !part.is_empty()) {
                let part = part.strip_prefix("reason: ").map_or(part, |reason| reason.trim_matches('"'));
                assert!(shown.contains(part), "the page lacks {part:?}: {shown}");
                parts += 1;
            }
        }
        assert!(parts > 20, "{told}");
    }
}

#[test]
fn threat_58_nothing_of_a_bad_bundle_is_shown_and_a_strangers_is_called_so() {
    let desk = desk(&[("whole.zip", plain().parts().zip()), ("damaged.zip", damaged())]);
    let inside = ["Notice of the embassy", "One page.", "A \"patrol\" in Xinjiang", "report.txt"];
    let (_, good) = page(&desk, &["whole.zip"]);
    for words in inside {
        assert!(text_of(&good).contains(words), "{words}");
    }
    let (_, bad) = page(&desk, &["damaged.zip"]);
    for words in inside {
        assert!(!text_of(&bad).contains(words), "{words}");
    }
    assert!(
        !bad.contains("<img") && !bad.contains("word good") && text_of(&bad).contains("Do not rely on this bundle"),
        "{bad}"
    );
    let nobody = desk.path("nobody").to_str().unwrap().to_owned();
    let (_, stranger) = page(&desk, &["whole.zip", "--home", &nobody]);
    assert!(text_of(&stranger).contains("A stranger's bundle: ") && !stranger.contains("word good"), "{stranger}");
    assert!(good.contains("word good") && !text_of(&good).contains("stranger"), "{good}");
}

#[test]
fn threat_17_whatever_stands_in_a_bundle_is_text_on_its_page() {
    let bundle = hostile();
    let desk = desk(&[("<img src=x>.zip", bundle.parts().zip())]);
    let (exit, page) = page(&desk, &["<img src=x>.zip"]);
    assert_eq!(exit, 0);
    for tag in ["<script", "<img src=x", "onerror=\"", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(tag), "{tag:?}");
    }
    let shown = text_of(&page);
    let told = HOSTILE.replace('\u{202e}', "\\u{202e}").replace('\u{1b}', "\\u{1b}");
    // the report, the case, the source, two facts of a photo twice told as credit, a name, and two tags
    assert!(shown.matches(&told).count() >= 7, "{} times in {shown}", shown.matches(&told).count());
    assert!(shown.contains("the bundle \"<img src=x>.zip\"") && shown.contains("your contact \"Amina <b>O.\""), "{shown}");
}

#[test]
fn threat_58_a_page_holds_all_it_needs_and_its_policy_fits_its_style() {
    let desk = desk(&[("whole.zip", plain().parts().zip())]);
    let (_, page) = page(&desk, &["whole.zip"]);
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = BASE64.encode(&Sha256::digest(style));
    let policy = format!(
        "content=\"default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""
    );
    assert!(page.contains(&policy), "{page}");
    // the policy stands before anything that it is about
    assert!(page.find("Content-Security-Policy") < page.find("<style>"));
    assert!(!style.contains("url(") && !style.contains("@import"));
    for word in ["http:", "https:", "//", "<script", "<link", "<iframe", "<object", "<form", "<svg"] {
        let markup = page.replace(style, "").replace("//cmGOe", "");
        let outside = text_of(&markup);
        assert!(!markup.contains(word) || outside.contains(word), "{word}");
    }
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n"), "{page}");
}

#[test]
fn a_page_is_written_as_a_whole_or_not_at_all() {
    let desk = desk(&[("whole.zip", plain().parts().zip()), ("there.html", b"mine".to_vec())]);
    desk.refused(["report", "whole.zip", "-o", "there.html"], 2, "output.exists");
    assert_eq!(std::fs::read(desk.path("there.html")).unwrap(), b"mine");
    desk.refused(["report", "whole.zip", "-o", "whole.zip", "--force"], 2, "output.inside");
    desk.run(["open", "whole.zip", "-d", "folder"]).done();
    desk.refused(["report", "folder", "-o", "folder/page.html"], 2, "output.inside");
    desk.run(["verify", "folder"]).done();
    desk.run(["report", "whole.zip", "-o", "there.html", "--force"]).done();
    let made = std::fs::read_to_string(desk.path("there.html")).unwrap();
    let streamed = desk.run(["report", "whole.zip", "-o", "-"]).done();
    let end = |page: &str| page.rsplit_once("<footer>").unwrap().0.to_owned();
    assert_eq!(end(&streamed.out), end(&made));
    assert!(made.ends_with("</html>\n"));
    let told = desk.run(["report", "whole.zip", "-o", "json.html", "--json"]).done().json();
    assert_eq!((&told["schema"], &told["page"], &told["exit"]), (&"sealbag-report/1".into(), &"json.html".into(), &0.into()));
    assert_eq!(told["verification"]["verdict"], "verified");
    let both = desk.run(["report", "whole.zip", "-o", "-", "--json"]);
    assert_eq!((both.exit, &both.json()["code"]), (2, &"usage".into()));
    // who may read it is nobody else's business until it is given away
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(desk.path("json.html")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_encrypted_bundle_gets_a_page() {
    let desk = Desk::signing();
    desk.bag("bag");
    desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age"]).done();
    let (exit, page) = page(&desk, &["b.zip.age"]);
    assert!(exit == 0 && text_of(&page).contains("addressedto you"), "{page}");
}

#[test]
fn a_custody_log_is_told_as_verify_tells_it() {
    let desk = Desk::signing();
    desk.bag("bag");
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    desk.run(["receive", "b.zip", "--log", "log", "--yes"]).done();
    desk.new_key("Bela");
    desk.run(["custody", "add", "countersigned", "b.zip", "--log", "log", "--yes", "--key", "Bela"]).done();
    let (exit, whole) = page(&desk, &["b.zip", "--custody", "log", "--require", "custody"]);
    let told = desk.run(["verify", "b.zip", "--custody", "log", "--require", "custody"]).done().unfolded();
    assert!(exit == 0 && text_of(&whole).contains("unbroken, 2 steps"), "{whole}");
    assert!(told.contains("countersigned by \"Bela\"") && text_of(&whole).contains("countersigned by \"Bela\""), "{told}");
    // a log that was cut into is told, and the seal's word stays
    let log = std::fs::read_to_string(desk.path("log")).unwrap().replacen("\"seq\":1", "\"seq\":3", 1);
    desk.write("log", log);
    let (exit, broken) = page(&desk, &["b.zip", "--custody", "log"]);
    assert!(exit == 0 && text_of(&broken).contains("custody.signature"), "{broken}");
    assert_eq!(page(&desk, &["b.zip", "--custody", "log", "--require", "custody"]).0, 4);
}

#[test]
fn what_a_disclosure_gives_back_is_told() {
    let desk = Desk::signing();
    desk.bag("bag");
    desk.write("facts.json", r#"{"case":{"contact":"the <b>gatekeeper"}}"#);
    desk.run(["seal", "bag", "--metadata", "facts.json", "-o", "all.zip"]).done();
    desk.run(["redact", "all.zip", "--withhold", "case#contact", "--reason", "theirs", "-o", "less.zip"]).done();
    desk.run(["disclose", "all.zip", "--item", "case#contact", "--plain", "-o", "given"]).done();
    let (exit, without) = page(&desk, &["less.zip"]);
    assert!(exit == 0 && !text_of(&without).contains("gatekeeper"), "{without}");
    let (exit, with) = page(&desk, &["less.zip", "--with", "given"]);
    let shown = text_of(&with);
    assert!(exit == 0 && shown.contains("disclosed to you: 1 of the 1 withheld"), "{shown}");
    assert!(shown.contains("\"case#contact\"the <b>gatekeeper") && !with.contains("<b>"), "{shown}");
}

#[test]
fn facts_stand_beside_what_was_read_and_what_does_not_fit_is_pointed_out() {
    let photo = Photo {
        image: vec![ascii(0x0110, "NIKON D750")],
        camera: vec![ascii(0x9003, "2018:03:01 10:00:00")],
        ..Photo::default()
    };
    let desk = Desk::signing();
    desk.write("bag/a.jpg", photo.jpeg());
    desk.write("facts.json", r#"{"files":{"a.jpg":{"taken_at":"2001-01-01","camera_model":"NIKON D750"}}}"#);
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    let (_, page) = page(&desk, &["b.zip"]);
    let row = |name: &str, stated: &str, read: &str| {
        let cell =
            |value: &str| if value.is_empty() { String::new() } else { format!("<p class=\"text\" dir=\"auto\">{value}</p>") };
        format!("<tr><th scope=\"row\">{name}</th><td>{}</td><td>{}</td></tr>", cell(stated), cell(read))
    };
    assert!(page.contains(&row("camera_model", "NIKON D750", "NIKON D750")), "{page}");
    assert!(page.contains(&row("taken_at", "2001-01-01", "2018-03-01T10:00:00")), "{page}");
    assert!(page.contains("<code>differs.time</code>"), "{page}");
}

#[test]
fn what_is_withheld_is_told_by_whom_and_why() {
    let desk = desk(&[("redacted.zip", redacted().zip()), ("whole.zip", plain().parts().zip())]);
    let (_, told) = page(&desk, &["redacted.zip"]);
    let section = told.split_once("<section id=\"withheld\"").unwrap().1.split_once("</section>").unwrap().0;
    let shown = text_of(&format!("</style>{section}"));
    assert!(
        shown.contains("2 withheld on ") && shown.contains("by \"Amina <b>O.\" (SHA256:") && shown.contains("reason"),
        "{shown}"
    );
    assert!(text_of(&page(&desk, &["whole.zip"]).1).contains("Nothing is withheld."));
}

#[test]
fn a_page_comes_out_in_another_language_and_direction() {
    let desk = Desk::new();
    let bundle = sealbag::Bundle::read(file_of(&plain().parts().zip()), &Unwatched).unwrap();
    let verified = bundle.verify(&trusting(&[amina()]), &Policy::default(), &Unwatched).unwrap();
    let intact = verified.into_intact().ok().unwrap();
    let words = Words::of("ar", vec!["section-answers = خمسة أجوبة\nverdict-verified = تم التحقق".into()]).unwrap();
    let options = PageOptions { words: &words, bundle: "b.zip", at: library::now(), input: None, held: None };
    intact.write_page(options, Output::File(desk.path("page.html"), false), &Unwatched).unwrap();
    let page = std::fs::read_to_string(desk.path("page.html")).unwrap();
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("<h1>تم التحقق</h1>"), "{page}");
    assert!(page.contains("خمسة أجوبة</h2>") && page.contains("What is withheld</h2>"), "{page}");
}

#[test]
fn papers_fill_in_what_is_known_and_leave_the_person_blank() {
    let desk = desk(&[("whole.zip", plain().parts().zip()), ("damaged.zip", damaged())]);
    let papers: [&[&str]; 2] = [&["--certificate", "us-902-14"], &["--custody-form"]];
    for paper in papers {
        let (exit, page) = page(&desk, &[&["whole.zip"][..], paper].concat());
        let shown = text_of(&page);
        assert_eq!(exit, 0);
        let verified = desk.verify("whole.zip", 0);
        for known in ["/digest", "/id", "/signer/fingerprint", "/time/sealed_at"] {
            let known = verified.pointer(known).unwrap().as_str().unwrap();
            assert!(shown.contains(known), "{paper:?} lacks {known}: {shown}");
        }
        for known in
            ["Draft. It proves nothing by itself", "SHA-256", "Ed25519", "sealbag 0.", "checked on", "photos/新疆_巡逻.jpg"]
        {
            assert!(shown.contains(known), "{paper:?} lacks {known}: {shown}");
        }
        assert!(page.matches("<dd class=\"blank\"></dd>").count() >= 6, "{page}");
        assert!(!shown.to_lowercase().contains("admissib"), "{shown}");
        std::fs::remove_file(desk.path("page.html")).unwrap();
        let refused = desk.run([&["report", "damaged.zip", "-o", "page.html", "--json"][..], paper].concat());
        let told = refused.json();
        assert_eq!((refused.exit, &told["refused"], &told["page"]), (1, &"report.refused".into(), &serde_json::Value::Null));
        assert!(!desk.path("page.html").exists());
    }
    assert_eq!(desk.run(["report", "whole.zip", "-o", "x.html", "--certificate", "us-902-14", "--custody-form"]).exit, 2);
    assert_eq!(desk.run(["report", "whole.zip", "-o", "x.html", "--certificate", "moon-1"]).exit, 2);
}

/// A picture that is red at the left and blue at the right, encoded.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let colour = |x: u32, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_fn(width, height, colour)).write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn seen(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().to_rgb8()
}

fn is_red(pixel: &Rgb<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[2] < 100
}

#[test]
fn pictures_of_every_kind_are_made_small_and_stand_upright() {
    for format in
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::Tiff]
    {
        // what the bundle says it is does not matter, as long as it is a picture
        let small = preview(&picture(960, 480, format), "image/x-strange").unwrap_or_else(|why| panic!("{format:?}: {why:?}"));
        assert_eq!((small.width, small.height), (240, 120), "{format:?}");
        let pixels = seen(&small.jpeg);
        assert!(is_red(pixels.get_pixel(20, 60)) && !is_red(pixels.get_pixel(220, 60)), "{format:?}");
        assert!(small.jpeg.len() < 20_000, "{format:?}: {}", small.jpeg.len());
    }
    let tiny = preview(&picture(30, 7, ImageFormat::Png), "image/png").unwrap();
    assert_eq!((tiny.width, tiny.height), (30, 7));
    let thin = preview(&picture(3000, 2, ImageFormat::Png), "image/png").unwrap();
    assert_eq!((thin.width, thin.height), (240, 1));
    // a quarter to the right: what was at the left is on top
    let mut turned = picture(960, 480, ImageFormat::Jpeg);
    let tags = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    turned.splice(2..2, tags.iter().copied());
    let small = preview(&turned, "image/jpeg").unwrap();
    assert_eq!((small.width, small.height), (120, 240));
    let pixels = seen(&small.jpeg);
    assert!(is_red(pixels.get_pixel(60, 20)) && !is_red(pixels.get_pixel(60, 220)));
    // what shines through stands on white
    let mut glass = Cursor::new(Vec::new());
    RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0])).write_to(&mut glass, ImageFormat::Png).unwrap();
    let pixels = seen(&preview(&glass.into_inner(), "image/png").unwrap().jpeg);
    assert!(pixels.get_pixel(20, 20).0.iter().all(|colour| *colour > 250));
}

#[test]
fn threat_19_a_picture_that_is_not_decoded_is_told_with_its_reason() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>".to_vec();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let mut huge = picture(64, 64, ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let crc = crc32fast::hash(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(preview(&svg, "image/svg+xml"), Err(NoPreview::Kind("image/svg+xml".into())));
    assert_eq!(preview(&heic, "image/heic"), Err(NoPreview::Kind("image/heic".into())));
    assert_eq!(preview(&huge, "image/png"), Err(NoPreview::TooLarge { width: 60_000, height: 60_000 }));
    assert_eq!(preview(&picture(64, 64, ImageFormat::Png)[..50].to_vec(), "image/png"), Err(NoPreview::Broken));
    assert_eq!(preview(&b"%PDF-1.7".to_vec(), "application/pdf"), Err(NoPreview::NoPicture));
    let mut bundle = plain();
    for (name, bytes, kind) in [("a.svg", svg, "image/svg+xml"), ("b.heic", heic, "image/heic"), ("c.png", huge, "image/png")] {
        bundle.files.push(File::new(name, bytes, kind, "photo"));
    }
    bundle.files.push(File::new("d.html", "<script>x()</script>", "text/html", "report"));
    let desk = desk(&[("b.zip", bundle.parts().zip())]);
    let (_, page) = page(&desk, &["b.zip"]);
    let shown = text_of(&page);
    for reason in [
        "not shown here: image/svg+xml is not decoded",
        "not shown here: image/heic is not decoded",
        "not shown here: 60000 × 60000 pixels are too many",
        "not shown here: it cannot be decoded",
        "Not shown here: it is text/html, which this page does not show as text.",
    ] {
        assert!(shown.contains(reason), "{reason}: {shown}");
    }
    assert!(!page.contains("<svg") && !page.contains("<script"), "{page}");
}

/// Each twin stands in one box with what it was made of, whatever lies between their names, and is told as what its signer says it is.
#[test]
fn twins_stand_beside_their_originals() {
    let desk = Desk::signing();
    for name in ["bag/a.png", "bag/z/b.png", "bag/z/alone.gif"] {
        desk.write(name, picture(40, 30, if name.ends_with("gif") { ImageFormat::Gif } else { ImageFormat::Png }));
    }
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--hide", "z/b.png=0,0,9x9"]).done();
    // without the marks around text of others
    let page = |bundle: &str| page(&desk, &[bundle]).1.replace(['\u{2068}', '\u{2069}'], "");
    let shown = page("b.zip");
    let sheet = shown.split_once("<ul class=\"sheet\">").unwrap().1.split_once("</ul>").unwrap().0;
    let boxes: Vec<(bool, Vec<&str>)> = sheet
        .split("<li")
        .skip(1)
        .map(|one| {
            (
                one.starts_with(" class=\"twins\""),
                one.split("alt=\"Picture ").skip(1).map(|rest| rest.split('"').next().unwrap()).collect(),
            )
        })
        .collect();
    assert_eq!(
        boxes,
        [(true, vec!["a.png", "clean/0001.png"]), (false, vec!["z/alone.gif"]), (true, vec!["z/b.png", "clean/0002.png"])]
    );
    assert_eq!((sheet.matches("</li>").count(), sheet.matches("</figure>").count()), (3, 5));
    assert!(text_of(&shown).contains("Made of a.png: the same pixels, without what that file says of itself."), "{shown}");
    assert!(text_of(&shown).contains("Made of z/b.png: an area is covered."), "{shown}");
    // where the original is withheld the twin stands alone
    desk.run(["redact", "b.zip", "--withhold", "z/b.png", "--keep-twins", "--reason", "x", "--anyway", "-o", "r.zip"]).done();
    let shown = page("r.zip");
    assert_eq!((shown.matches("class=\"twins\"").count(), shown.matches("alt=\"Picture clean/0002.png\"").count()), (1, 1));
}

/// A page decodes a photo once, to compare it with its thumbnail and to show it.
#[test]
fn what_is_decoded_once_is_what_is_decoded_twice() {
    use sealbag::inspect::{facts, look};
    for (width, height) in [(500, 375), (900, 1200), (300, 200), (100, 80), (64, 900), (2, 3)] {
        for up in [1, 6] {
            let seen = coded::picture(width, height);
            let thumbnail = coded::coded(&seen.thumbnail(160, 120), ImageFormat::Jpeg);
            let photo = Photo { image: vec![short(0x0112, up)], thumbnail, ..Photo::default() };
            for (bytes, media_type) in [(coded::jpeg(&seen, &photo), "image/jpeg"), (coded::png(&seen, &photo), "image/png")] {
                let what = format!("{width}x{height}, {up}, {media_type}");
                let (read, shown) = look(&bytes, media_type);
                assert_eq!(read, Some(facts(&bytes, media_type)), "{what}");
                assert!(read.unwrap().get("thumbnail").is_some(), "{what}");
                assert!(shown == preview(&bytes, media_type) && shown.is_ok(), "{what}");
            }
        }
    }
    // neither costs the other
    let text = Vec::from(*b"write to anna@example.org");
    let (read, shown) = look(&text, "text/plain");
    assert_eq!((read.unwrap().get("email"), shown), (Some("anna@example.org"), Err(NoPreview::NoPicture)));
    assert_eq!(look(&text, "image/gif").0, None);
}

#[test]
fn no_damaged_picture_panics_or_takes_long() {
    let formats =
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::Tiff];
    let mut number = 7_u64;
    let mut random = move || {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        number as usize
    };
    let (mut slowest, mut shown) = (Duration::ZERO, 0);
    for format in formats {
        let whole = picture(61, 43, format);
        for round in 0..200 {
            let mut bytes = whole.clone();
            if round % 3 == 0 {
                bytes.truncate(random() % bytes.len());
            }
            for _ in 0..=round % 7 {
                let at = random() % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random() as u8;
                }
            }
            let began = Instant::now();
            shown += usize::from(preview(&bytes, "image/png").is_ok());
            slowest = slowest.max(began.elapsed());
        }
    }
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    assert!((1..1200).contains(&shown), "{shown}");
}

#[test]
fn a_file_that_changed_after_it_was_verified_is_on_no_page() {
    use support::runs::library::verify_at;
    let desk = Desk::with_bundle();
    let bundle = std::fs::read_dir(desk.path("."))
        .unwrap()
        .filter_map(|entry| entry.ok())
        .find(|entry| entry.file_name().to_string_lossy().ends_with(".zip"));
    let name = bundle.unwrap().file_name().into_string().unwrap();
    desk.run(["open", &name, "-d", "folder"]).done();
    let intact = verify_at(&desk.path("folder")).unwrap().into_intact().ok();
    // the desk's own key is not the library's, and a stranger's seal holds as well
    let intact = intact.unwrap();
    let first = intact.contents().unwrap().files.into_iter().find(|file| file.media_type.starts_with("image/")).unwrap();
    let at = desk.path(format!("folder/data/{}", first.path.as_str()));
    let mut bytes = std::fs::read(&at).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&at, bytes).unwrap();
    let options = PageOptions { words: Words::english(), bundle: "folder", at: library::now(), input: None, held: None };
    let made = intact.write_page(options, Output::File(desk.path("page.html"), false), &Unwatched);
    assert_eq!(made.unwrap_err().code.id, "payload.altered");
    assert!(!desk.path("page.html").exists());
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "decodes 2,000 pictures of 3 megapixels; tests/run includes it"]
fn a_page_of_two_thousand_pictures_takes_little_memory() {
    let desk = Desk::signing();
    std::fs::create_dir_all(desk.path("bag")).unwrap();
    for kind in 0..20_u32 {
        // blurred noise, which takes a decoder about as long as a photo
        let pixel = |x: u32, y: u32| {
            let noise = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)).wrapping_mul(kind + 3) >> 26;
            Rgb([(x / 9 + noise) as u8, (y / 7 + noise) as u8, (noise * 3) as u8])
        };
        let first = desk.path(format!("bag/{kind:04}.jpg"));
        RgbImage::from_fn(2048, 1536, pixel).save_with_format(&first, ImageFormat::Jpeg).unwrap();
        for copy in 1..100 {
            std::fs::hard_link(&first, desk.path(format!("bag/{:04}.jpg", kind + 20 * copy))).unwrap();
        }
    }
    desk.run(["seal", "bag", "--yes", "-o", "b.zip"]).done();
    std::fs::remove_dir_all(desk.path("bag")).unwrap();
    let began = Instant::now();
    let mut child = desk.command(["report", "b.zip", "-o", "b.html"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut peak = 0;
    let ended = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.trim().split(' ').next());
        peak = high.and_then(|high| high.parse::<u64>().ok()).unwrap_or(0).max(peak);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    eprintln!("{:?}, {peak} KiB", began.elapsed());
    assert!(ended.success());
    assert!(peak > 0 && peak < 256 << 10, "{peak} KiB");
    let page = std::fs::read_to_string(desk.path("b.html")).unwrap();
    assert_eq!(page.matches("<img width=").count(), 2000);
    assert!(page.len() < 64 << 20, "{} bytes", page.len());
}

//! Twins in which an area is a black box, sealed with the picture that shows what is under it.

use std::fs;
use std::time::Instant;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GenericImageView, ImageFormat, Rgba};
use serde_json::json;

use super::check::talkative;
use support::coded::{coded, decoded, jpeg, picture, png, tiff, webp};
use support::photos::{Photo, short};
use support::runs::{Desk, shared};

const BLACK: Rgba<u8> = Rgba([0, 0, 0, 255]);

/// What is hidden is black, and nothing else is; `off` is how far a pixel of the others may be from what it was.
#[track_caller]
fn hides(twin: &DynamicImage, original: &DynamicImage, areas: &[[u32; 4]], off: u8) {
    assert_eq!(twin.dimensions(), original.dimensions());
    for (x, y, pixel) in twin.pixels() {
        let inside = areas
            .iter()
            .any(|[left, top, width, height]| (*left..left + width).contains(&x) && (*top..top + height).contains(&y));
        let expected = if inside { BLACK } else { original.get_pixel(x, y) };
        let far = pixel.0.iter().zip(expected.0).map(|(one, other)| one.abs_diff(other)).max().unwrap();
        assert!(far <= off, "{x},{y}: {pixel:?} for {expected:?}");
    }
}

#[test]
fn an_area_is_black_in_the_twin_and_as_it_was_in_the_original() {
    let desk = Desk::signing();
    let (areas, far) = ([[3, 2, 5, 4], [20, 10, 1, 14]], [0u8, 40]);
    for (ending, write) in [("png", png as fn(&DynamicImage, &Photo) -> Vec<u8>), ("webp", webp), ("jpg", jpeg)] {
        let original = write(&picture(40, 24), &talkative());
        desk.write(format!("bag/the gate.{ending}"), &original);
        let hide = areas.map(|[x, y, width, height]| format!("the gate.{ending}={x},{y},{width}x{height}"));
        let bundle = format!("{ending}.zip");
        let args = ["seal", "bag", "-o", &bundle, "--hide", &hide[0], "--hide", &hide[1], "--json"];
        let told = desk.run(args).done().json();
        assert_eq!(told["twins"][0]["derivation"], "area-hidden");
        assert_eq!(told["twins"].as_array().unwrap().len(), 1, "several areas are hidden in one twin");
        desk.verify(&bundle, 0);
        desk.run(["open", &bundle, "-d", ending]).done();
        assert!(fs::read(desk.path(format!("{ending}/data/the gate.{ending}"))).unwrap() == original);
        let twin = fs::read(desk.path(format!("{ending}/data/clean/0001.{ending}"))).unwrap();
        hides(&decoded(&twin), &decoded(&original), &areas, far[usize::from(ending == "jpg")]);
        let said = sealbag::inspect::facts(&twin, &format!("image/{}", ending.replace("jpg", "jpeg")));
        assert!(said.list.iter().all(|fact| ["width", "height"].contains(&fact.name)), "{said:?}");
        for word in ["Amina", "gate", "ICC", "Exif"] {
            assert!(!twin.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
        fs::remove_file(desk.path(format!("bag/the gate.{ending}"))).unwrap();
    }
}

#[test]
fn a_tiff_gif_or_bmp_becomes_a_png() {
    let desk = Desk::signing();
    let seen = picture(12, 9);
    let up = Photo { image: [talkative().image, vec![short(0x0112, 3)]].concat(), ..Photo::default() };
    // a smaller copy of the picture is none of its own
    let reduced = [(&seen, &up.image[..]), (&picture(4, 3), &[short(0x00FE, 1)])];
    let originals =
        [("a.bmp", coded(&seen, ImageFormat::Bmp)), ("b.gif", coded(&seen, ImageFormat::Gif)), ("c.tif", tiff(&reduced))];
    let mut args: Vec<String> = ["seal", "bag", "-o", "b.zip", "--json"].map(String::from).to_vec();
    for (name, bytes) in &originals {
        desk.write(format!("bag/{name}"), bytes);
        args.push(format!("--hide={name}=1,2,3x4"));
    }
    let told = desk.run(args).done().json();
    desk.run(["open", "b.zip", "-d", "out"]).done();
    for (number, (name, bytes)) in originals.iter().enumerate() {
        let path = format!("clean/000{}.png", number + 1);
        assert_eq!((&told["twins"][number]["of"], &told["twins"][number]["path"]), (&json!(name), &json!(path)));
        let twin = fs::read(desk.path(format!("out/data/{path}"))).unwrap();
        assert_eq!(image::guess_format(&twin).unwrap(), ImageFormat::Png);
        let mut original = decoded(bytes);
        original.apply_orientation(image::metadata::Orientation::from_exif(if *name == "c.tif" { 3 } else { 1 }).unwrap());
        hides(&decoded(&twin), &original, &[[1, 2, 3, 4]], 0);
        let said = sealbag::inspect::facts(&twin, "image/png");
        assert!(said.list.iter().all(|fact| ["width", "height"].contains(&fact.name)), "{name}: {said:?}");
        assert!(!twin.windows(5).any(|window| window == b"Amina"), "{name}");
    }
    let shown = desk.run(["show", "b.zip", "--json"]).done().out;
    assert_eq!(shown.matches("image/png").count(), 3, "{shown}");
}

/// A twin would show the first of them alone.
#[test]
fn several_pictures_in_one_file_get_no_box() {
    let desk = Desk::signing();
    let (one, other) = (picture(12, 9), picture(9, 12));
    let mut gif = Vec::new();
    let frames = [&one, &one].map(|picture| Frame::new(picture.to_rgba8()));
    GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
    let mut apng = coded(&one, ImageFormat::Png);
    let control = [b"acTL".as_slice(), &[0, 0, 0, 2, 0, 0, 0, 0]].concat();
    let chunk = [&8u32.to_be_bytes()[..], &control, &crc32fast_of(&control)].concat();
    apng.splice(33..33, chunk);
    let still = coded(&one, ImageFormat::WebP);
    let chunk = |name: &[u8], content: &[u8]| [name, &(content.len() as u32).to_le_bytes(), content].concat();
    // the flag of animation, a background, and one frame in its place for its time
    let head = [chunk(b"VP8X", &[2, 0, 0, 0, 11, 0, 0, 8, 0, 0]), chunk(b"ANIM", &[0; 6])].concat();
    let frame = chunk(b"ANMF", &[&[0, 0, 0, 0, 0, 0, 11, 0, 0, 8, 0, 0, 9, 0, 0, 0][..], &still[12..]].concat());
    let chunks = [head, frame].concat();
    let moving = [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks].concat();
    for (name, bytes, twin) in [
        ("a.gif", gif, coded(&one, ImageFormat::Gif)),
        ("b.png", apng, coded(&one, ImageFormat::Png)),
        ("c.webp", moving, webp(&one, &Photo::default())),
        ("d.tif", tiff(&[(&one, &[]), (&other, &[])]), tiff(&[(&one, &[])])),
        // as raw photos are, whose picture comes behind a small one
        ("e.tif", tiff(&[(&one, &[short(0x00FE, 1)]), (&other, &[])]), tiff(&[(&one, &[short(0x00FE, 0)])])),
    ] {
        let hide = format!("{name}=0,0,1x1");
        desk.write(format!("bag/{name}"), bytes);
        let refused = desk.refused(["seal", "bag", "-o", "b.zip", "--hide", &hide], 5, "hide.picture");
        assert_eq!(
            (&refused["thing"], &refused["trouble"]),
            (&json!(name), &json!("it holds several pictures, one after the other"))
        );
        let told = desk.run(["seal", "bag", "--dry-run", "--json", "--clean-copies=reencode"]).done().json();
        if name != "b.png" {
            assert_eq!((&told["no_clean_copy"][0]["where"], &told["twins"]), (&json!(name), &json!([])));
        }
        desk.write(format!("bag/{name}"), twin);
        desk.run(["seal", "bag", "--dry-run", "--hide", &hide]).done();
        fs::remove_file(desk.path(format!("bag/{name}"))).unwrap();
    }
}

/// Each way in which a camera can be held: the area is counted in the picture as people see it.
#[test]
fn an_area_is_counted_in_the_upright_picture() {
    let desk = Desk::signing();
    for up in 1..=8 {
        let photo = Photo { image: vec![short(0x0112, up)], ..Photo::default() };
        desk.write(format!("bag/{up}.png"), png(&picture(9, 6), &photo));
    }
    // the left upper corner as people see it
    let hide: Vec<String> = (1..=8).map(|up| format!("--hide=bag/{up}.png=0,0,2x1")).collect();
    desk.run(["seal", "bag", "-o", "b.zip"].into_iter().chain(hide.iter().map(String::as_str))).done();
    desk.run(["open", "b.zip", "-d", "out"]).done();
    for up in 1..=8u8 {
        let mut seen = picture(9, 6);
        seen.apply_orientation(image::metadata::Orientation::from_exif(up).unwrap());
        let twin = decoded(&fs::read(desk.path(format!("out/data/clean/000{up}.png"))).unwrap());
        hides(&twin, &seen, &[[0, 0, 2, 1]], 0);
    }
}

#[test]
fn kinds_of_pixels_stay_what_they_are() {
    let desk = Desk::signing();
    let colours = picture(12, 9);
    let kinds: [DynamicImage; 6] = [
        colours.to_luma8().into(),
        colours.to_luma_alpha8().into(),
        colours.to_rgba8().into(),
        colours.to_luma16().into(),
        colours.to_rgb16().into(),
        colours.to_rgba16().into(),
    ];
    let mut args: Vec<String> = ["seal", "bag", "-o", "b.zip"].map(String::from).to_vec();
    for (at, kind) in kinds.iter().enumerate() {
        desk.write(format!("bag/{at}.png"), coded(kind, ImageFormat::Png));
        args.push(format!("--hide={at}.png=1,1,3x3"));
    }
    desk.write("bag/grey.jpg", coded(&kinds[0], ImageFormat::Jpeg));
    args.push("--hide=grey.jpg=1,1,3x3".into());
    desk.run(args).done();
    desk.run(["open", "b.zip", "-d", "out"]).done();
    for (at, kind) in kinds.iter().enumerate() {
        let twin = decoded(&fs::read(desk.path(format!("out/data/clean/000{}.png", at + 1))).unwrap());
        assert_eq!(twin.color(), kind.color());
        hides(&twin, kind, &[[1, 1, 3, 3]], 0);
    }
    let grey = decoded(&fs::read(desk.path("out/data/clean/0007.jpg")).unwrap());
    assert_eq!(grey.color(), image::ColorType::L8);
}

#[test]
fn what_cannot_be_hidden_is_told_before_anything_is_written() {
    let desk = Desk::signing();
    desk.write("bag/a.png", png(&picture(10, 8), &Photo::default()));
    desk.write("bag/turned.png", png(&picture(10, 8), &Photo { image: vec![short(0x0112, 6)], ..Photo::default() }));
    desk.write("bag/b.heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1");
    desk.write("bag/c.jpg", b"\xFF\xD8\xFF\xE0 no picture");
    desk.write("bag/d.tif", b"II*\0\xFF\xFF\xFF\xFF no picture");
    desk.write("bag/notes.txt", "words");
    for (hide, exit, code) in [
        ("a.png", 2, "hide.area"),
        ("a.png=0,0,0x1", 2, "hide.area"),
        ("a.png=0,0,11x1", 2, "hide.area"),
        ("a.png=9,7,1x2", 2, "hide.area"),
        ("a.png=4294967295,0,2x2", 2, "hide.area"),
        // eight wide, ten high
        ("turned.png=0,0,9x1", 2, "hide.area"),
        ("none.png=0,0,1x1", 5, "io.missing"),
        ("b.heic=0,0,1x1", 5, "hide.picture"),
        ("d.tif=0,0,1x1", 5, "hide.picture"),
        ("c.jpg=0,0,1x1", 5, "hide.picture"),
        ("notes.txt=0,0,1x1", 5, "hide.picture"),
    ] {
        let told = desk.refused(["seal", "bag", "-o", "b.zip", "--hide", hide], exit, code);
        let thing = if hide.ends_with("x1") && hide.contains("=0,0,0") || !hide.contains('=') {
            hide
        } else {
            hide.split('=').next().unwrap()
        };
        assert_eq!(told["thing"], thing, "{hide}");
    }
    let told = desk.refused(["seal", "bag", "--dry-run", "--hide", "a.png=0,0,11x1"], 2, "hide.area");
    assert_eq!(told["trouble"], "the area is not all in the picture of 10x8 pixels");
    // all at once
    let all = ["seal", "bag", "-o", "b.zip", "--hide", "a.png=0,0,99x1", "--hide", "c.jpg=0,0,1x1"];
    assert_eq!(desk.refused(all, 2, "hide.area")["also"][0]["code"], "hide.picture");
    let missing = ["seal", "bag", "-o", "b.zip", "--hide", "x.png=0,0,9x1", "--hide", "y.png=0,0,1x1"];
    assert_eq!(desk.refused(missing, 5, "io.missing")["also"].as_array().unwrap().len(), 1);
    // what is right is sealed
    desk.run(["seal", "bag", "-o", "b.zip", "--hide", "turned.png=0,0,8x10", "--hide", "a.png=9,7,1x1"]).done();
    desk.verify("b.zip", 0);
}

/// A picture is named as it is called in the bag, or by the path that was typed.
#[test]
fn a_picture_is_named_by_either_of_its_names() {
    let desk = Desk::signing();
    desk.write("pictures/a.png", png(&picture(10, 8), &Photo::default()));
    desk.write("pictures/b.png", png(&picture(10, 8), &Photo::default()));
    for hide in ["pictures/a.png=0,0,1x1", "a.png=0,0,1x1"] {
        for given in [&["pictures"][..], &["pictures/a.png", "--photo", "pictures/b.png"]] {
            let args = [&["seal"], given, &["--dry-run", "--json", "--hide", hide]].concat();
            assert_eq!(desk.run(args).done().json()["twins"][0]["of"], "a.png");
        }
    }
    for hide in ["pictures/b.png=0,0,1x1", "photos/b.png=0,0,1x1"] {
        let args = ["seal", "pictures/a.png", "--photo", "pictures/b.png", "--dry-run", "--json", "--hide", hide];
        assert_eq!(desk.run(args).done().json()["twins"][0]["of"], "photos/b.png");
    }
}

/// A header may claim any size.
#[test]
fn a_picture_that_would_take_too_much_memory_is_refused_at_once() {
    let desk = Desk::signing();
    let mut huge = coded(&picture(4, 4), ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let checksum = crc32fast_of(&huge[12..29]);
    huge[29..33].copy_from_slice(&checksum);
    desk.write("bag/a.png", huge);
    let mut jpeg = coded(&picture(4, 4), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    desk.write("bag/b.jpg", jpeg);
    let started = Instant::now();
    for name in ["a.png", "b.jpg"] {
        desk.refused(["seal", "bag", "-o", "b.zip", "--hide", &format!("{name}=0,0,1x1")], 5, "hide.picture");
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

fn crc32fast_of(bytes: &[u8]) -> [u8; 4] {
    // the checksum of PNG and ZIP, bit by bit
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    (!crc).to_be_bytes()
}

#[test]
fn a_picture_with_a_hidden_area_gets_no_clean_copy_that_shows_it() {
    let desk = Desk::signing();
    for name in ["a.jpg", "b.jpg"] {
        desk.write(format!("bag/{name}"), jpeg(&picture(16, 16), &talkative()));
    }
    let args = ["seal", "bag", "-o", "b.zip", "--clean-copies", "--hide", "a.jpg=0,0,8x8", "--json"];
    let twins = desk.run(args).done().json()["twins"].clone();
    assert_eq!((twins[0]["of"].clone(), twins[0]["derivation"].clone()), (json!("a.jpg"), json!("area-hidden")));
    assert_eq!((twins[1]["of"].clone(), twins[1]["derivation"].clone()), (json!("b.jpg"), json!("metadata-removed")));
    assert!(twins[2].is_null());
}

#[test]
fn the_original_is_withheld_and_the_box_is_shown() {
    let Some(case) = shared("cases/astana-notice") else { return };
    let desk = Desk::signing();
    let hide = "photos/DSCN0010.jpg=100,80,200x160";
    let bag = case.to_str().unwrap();
    let sealed = desk.run(["seal", bag, "-o", "b.zip", "--hide", hide, "--json"]).done().json();
    let withhold = ["redact", "b.zip", "--withhold", "photos/DSCN0010.jpg", "--reason", "a face", "-o", "r.zip"];
    let refused = desk.run(withhold);
    assert_eq!(refused.exit, 1, "{refused:#?}");
    desk.run(withhold.iter().chain(&["--keep-twins", "--anyway"])).done();
    assert_eq!(desk.verify("r.zip", 0)["digest"], sealed["digest"]);
    assert!(!desk.names("r.zip").contains(&"photos/DSCN0010.jpg".to_owned()));
    desk.run(["open", "r.zip", "-d", "out"]).done();
    let twin = decoded(&fs::read(desk.path("out/data/clean/0001.jpg")).unwrap());
    assert!(twin.get_pixel(200, 160).0[..3].iter().all(|part| *part < 8), "{:?}", twin.get_pixel(200, 160));
}

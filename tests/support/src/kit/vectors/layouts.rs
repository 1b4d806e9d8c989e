//! Section 7: more lies that a ZIP can tell.

use super::List;
use crate::kit::samples::{addressed, plain};
use crate::kit::zip::{Zip, extra, extra64};

const REPORT: &str = "data/report.txt";

pub(super) fn add(list: &mut List) {
    let mut lie = |name: &str, what: &str, damage: &dyn Fn(&mut Zip)| {
        list.zip(format!("container-{name}"), what, "container.layout", &plain().parts(), |zip| damage(zip));
    };
    lie("zip64-small", "the ZIP64 field of a size that does not need it", &|zip| {
        zip.entry(REPORT).both(|header| header.extra = extra64(&[10, 10]));
        zip.lay_out();
    });
    lie("zip64-record", "a ZIP64 end record that nothing needs", &|zip| {
        let (count, size, offset) = (zip.entries.len() as u64, u64::from(zip.end.size), u64::from(zip.end.offset));
        zip.records64 = crate::kit::zip::records64(count, size, offset);
    });
    lie("zip64-sentinel", "a count that says ZIP64 without its record", &|zip| {
        (zip.end.count, zip.end.count_here) = (0xFFFF, 0xFFFF)
    });
    lie("method", "an entry that says it is deflated", &|zip| zip.entry(REPORT).both(|header| header.method = 8));
    lie("encrypted", "the flag of ZIP's own encryption", &|zip| zip.entry(REPORT).both(|header| header.flags |= 1));
    lie("version", "another version needed to extract", &|zip| zip.entry(REPORT).both(|header| header.needed = 20));
    lie("made-by", "made by another system", &|zip| zip.entry(REPORT).central.made_by = 0x0014);
    lie("mode", "a file that can be run, by its attributes", &|zip| zip.entry(REPORT).central.external = 0x81ED_0000);
    lie("internal", "an entry that says it is text", &|zip| zip.entry(REPORT).central.internal = 1);
    lie("disk", "an entry on another disk", &|zip| zip.entry(REPORT).central.disk = 1);
    lie("entry-comment", "a comment on an entry", &|zip| {
        zip.entry(REPORT).central.comment = b"checked".to_vec();
        zip.lay_out();
    });
    lie("size-differs", "another size in the directory", &|zip| zip.entry(REPORT).central.size += 1);
    lie("offset", "an offset that points to another entry", &|zip| zip.entry(REPORT).central.offset = 0);
    lie("count", "one entry less in the count", &|zip| {
        (zip.end.count, zip.end.count_here) = (zip.end.count - 1, zip.end.count - 1)
    });
    lie("directory-short", "an entry that the directory leaves out", &|zip| {
        zip.directory.remove(0);
        zip.lay_out();
    });
    lie("between", "bytes before the directory", &|zip| {
        zip.between = b"notes".to_vec();
        zip.lay_out();
    });
    lie("central-extra", "an extra field in the directory only", &|zip| {
        zip.entry(REPORT).central.extra = extra(0x7875, &[1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        zip.lay_out();
    });
    lie("signature", "a local header with another signature", &|zip| zip.entry(REPORT).local.signature = *b"PK\x03\x05");
    let codes = "container.layout payload.unlisted";
    list.zip(
        "container-local-name",
        "an entry that calls itself otherwise than the directory",
        codes,
        &plain().parts(),
        |zip| {
            zip.entry(REPORT).local.name = b"sealbag-0123456789ab/data/reporT.txt".to_vec();
        },
    );
    for (name, what, length) in
        [("cut-in-a-header", "cut in the first header", 20), ("cut-before-the-directory", "cut before the directory", 4_000)]
    {
        let mut bytes = plain().parts().zip();
        bytes.truncate(length);
        list.raw(format!("container-{name}"), what, "container.layout", bytes);
    }
    let mut short = plain().parts().zip();
    short.pop();
    list.raw("container-cut-by-one", "cut by one byte", "container.layout", short);
    list.0.last_mut().unwrap().digest = Some(plain().parts().digest());
    list.raw("container-zeros", "zeros", "container.layout", vec![0; 4_096]);
    list.raw("container-text", "a text", "container.layout", b"One page.\n".to_vec());
    let mut early = addressed().parts();
    let padding = early.remove("seal/padding");
    early.insert_before("seal/manifest.sig", "seal/padding", padding);
    list.add("container-padding-early", "padding before the signature", "container.layout", &early);
    for (name, part, codes) in [
        ("seal-no-manifest", "seal/manifest.json", "seal.missing"),
        ("items-missing", "seal/items.jsonl", "container.layout item.missing"),
    ] {
        let mut without = plain().parts();
        without.remove(part);
        list.add(name, format!("without {part}"), codes, &without);
    }
    let mut alone = crate::kit::samples::for_readers();
    alone.remove("seal/readers.json");
    alone.mend_padding();
    list.add("readers-signature-alone", "the signature of a list of readers that is not there", "container.layout", &alone);
    let mut empty = plain().parts();
    empty.set("seal/items.jsonl", "");
    empty.mend();
    list.add("items-empty", "an empty list of items", "item.conflict item.missing payload.unlisted bag.derived", &empty);
    let mut order = plain().parts();
    order.files.swap(0, 1);
    list.add("container-payload-order", "two files of the payload exchanged", "container.layout", &order);
    let mut seal = plain().parts();
    let items = seal.remove("seal/items.jsonl");
    seal.push("seal/items.jsonl", items);
    list.add("container-seal-order", "the list of items behind the signature", "container.layout", &seal);
}

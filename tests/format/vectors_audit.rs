//! The audits among the vectors: the program says of each what the index says.

use support::kit;

use std::collections::BTreeMap;
use std::fs;

use kit::Home;
use kit::samples::amina;
use kit::text::{json_string, sha256_hex};
use kit::vectors::audit::audits;
use sealbag::base::code;

use crate::vectors::folder;
use crate::vectors_beside::rows;

/// The list as a member of the index.
pub fn index() -> String {
    let row = |vector: &kit::vectors::audit::AuditVector| {
        format!(
            "{{\"file\":\"{}.jsonl\",\"what\":{},\"trusted\":[\"amina\"],\"exit\":{},\"code\":{},\"sha256\":\"{}\"}}",
            vector.name,
            json_string(vector.what),
            exit(vector.code),
            if vector.code.is_empty() { "null".into() } else { json_string(vector.code) },
            sha256_hex(&vector.results),
        )
    };
    format!("\"audits\":[\n{}\n]", audits().iter().map(row).collect::<Vec<_>>().join(",\n"))
}

fn exit(code: &str) -> u8 {
    code::find(code).map_or(0, |code| code.class.exit())
}

/// The files.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let all = audits();
    all.iter().flat_map(|vector| vector.files().map(|(name, bytes)| (name, bytes.to_vec()))).collect()
}

#[test]
fn the_program_says_of_audits_what_the_index_says() {
    let home = Home::trusting(&amina());
    let rows = rows("audits");
    assert_eq!(rows.len(), audits().len());
    for row in rows {
        let name = row["file"].as_str().unwrap();
        assert_eq!(row["sha256"], sha256_hex(&fs::read(folder().join(name)).unwrap()));
        let told = home.run(["audit".as_ref(), "verify".as_ref(), folder().join(name).as_os_str(), "--json".as_ref()]);
        let json = told.json();
        assert_eq!((told.exit, &json["code"]), (row["exit"].as_i64().unwrap() as i32, &row["code"]), "{name}: {told:#?}");
    }
    // the signatures of the good ones are those of another reader too
    let signed = audits().iter().filter(|vector| vector.code.is_empty()).count();
    assert_eq!(signed, 4);
}

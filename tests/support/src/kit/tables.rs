//! Many rows of one sentence of the format: each is tried, and all failures are reported at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::library;
use super::parts::Parts;
use super::run::Home;
use super::samples::{amina, plain};
use super::views::{Expected, check, check_json};

/// In which forms the rows are checked; some names cannot be stored by any file system.
#[derive(Clone, Copy, PartialEq)]
pub enum Forms {
    Both,
    ZipOnly,
}

/// Every row gives exactly `codes`: to the library as a file, a stream and a folder, and the first and the last row through every
/// view of the program. The undamaged twin verifies first.
pub fn all_give(codes: &str, forms: Forms, rows: impl IntoIterator<Item = (String, Parts)>) {
    let home = Home::trusting(&amina());
    check_json(&home, &home.write("twin.zip", plain().parts().zip()), &Expected::intact());
    let mut wrong = Vec::new();
    let rows: Vec<(String, Parts)> = rows.into_iter().collect();
    assert!(!rows.is_empty(), "no rows");
    let count = rows.len();
    for (at, (row, parts)) in rows.into_iter().enumerate() {
        let expected = Expected::codes(codes);
        let withheld = expected.state == "intact" && parts.releases() > 0;
        let expected = if withheld { expected.state("withheld") } else { expected };
        home.trust_if_new(&parts.signer);
        let run = || {
            let trust = library::trusting(&home.believed());
            let bytes = parts.zip();
            library::expect(&library::judge(library::file_of(&bytes), &trust), &expected);
            library::expect(&library::judge(library::stream_of(&bytes, 1 << 16), &trust), &expected);
            let folder = home.path("row");
            if forms == Forms::Both {
                let _ = std::fs::remove_dir_all(&folder);
                parts.unpack_to(&folder);
                library::check(&folder, &home.believed(), &expected);
            }
            if at == 0 || at == count - 1 {
                check(&home, &home.write("row.zip", &bytes), &expected);
                if forms == Forms::Both {
                    check(&home, &folder, &expected);
                }
            }
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            wrong.push(format!("{row}: {message}"));
        }
        let _ = std::fs::remove_dir_all(home.path("opened"));
    }
    assert!(wrong.is_empty(), "{} of {count} rows are wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Every row verifies.
pub fn all_verify(rows: impl IntoIterator<Item = (String, Parts)>) {
    all_give("", Forms::Both, rows);
}

/// The plain bundle with one item line changed before it was sealed; the rows are `(holds, from, to)`.
pub fn resealed(rows: &[(&str, &str, &str)]) -> Vec<(String, Parts)> {
    let row = |(holds, from, to): &(&str, &str, &str)| {
        let mut parts = plain().parts();
        parts.reseal_with(|mut lines| {
            let line = lines.iter_mut().find(|line| String::from_utf8_lossy(line).contains(holds)).unwrap();
            let text = String::from_utf8(line.clone()).unwrap();
            assert!(text.contains(from), "{text} does not hold {from}");
            *line = text.replacen(from, to, 1).into_bytes();
            lines
        });
        (format!("{from} became {to}"), parts)
    };
    rows.iter().map(row).collect()
}

/// The plain bundle with one more item line, `"kind":…}`, sealed.
pub fn with_lines<T: AsRef<str>>(rests: impl IntoIterator<Item = T>) -> Vec<(String, Parts)> {
    let row = |rest: T| (rest.as_ref().chars().take(200).collect(), plain().with_line(rest.as_ref()).parts());
    rests.into_iter().map(row).collect()
}

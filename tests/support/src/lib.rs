//! What the tests share, compiled once for all of them: [`kit`] is a second writer of bundles that shares no code with the
//! library, [`runs`] has a desk for whole runs of the program, and shortcuts to the
//! library, [`store`] is an object store, [`photos`] writes photos, [`coded`] pictures.

pub mod coded;
pub mod kit;
pub mod photos;
pub mod runs;
pub mod store;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Two tests with one body, which gets the stride between the steps it takes. The first test takes a few steps, so that a
/// change is tried in a minute; the second takes every one, and runs only where ignored tests are included, as in `tests/run`.
#[macro_export]
macro_rules! strides {
    ($body:ident, $few:ident takes one in $step:literal, $every:ident takes all) => {
        #[test]
        fn $few() {
            $body($step);
        }

        #[test]
        #[ignore = "takes long; tests/run includes it"]
        fn $every() {
            $body(1);
        }
    };
}

/// The path of the program that was built with the tests.
pub fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // the tests lie in a folder beside it
        let test = std::env::current_exe().unwrap();
        let built = test.parent().and_then(Path::parent).unwrap().join("sealbag");
        assert!(built.is_file(), "the program is not there: {}", built.display());
        built.into_os_string().into_string().unwrap()
    })
}

/// Every Rust file in a folder of the project and below, sorted.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![root().join(folder)]);
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    assert!(!found.is_empty(), "there is no Rust file in {folder}");
    found.sort();
    found
}

/// The folder of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

//! What the tests of whole runs share: a desk of its own for each test, bags to seal, what a refusal must look like and leave
//! unchanged, and the library with a key, a clock and randomness that are always the same.

pub mod agent;
pub mod case;
pub mod desk;
pub mod library;
pub mod state;

pub use desk::{Desk, Output};

/// Prints why a check was skipped, so that a run without it is not taken for one with it.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// True in continuous integration, where nothing may be left out quietly.
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// What lies beside the checkout in the folder of shared material, if it does; in continuous integration it must.
pub fn shared(name: &str) -> Option<std::path::PathBuf> {
    let folder = crate::root().join("../shared").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(!in_ci(), "{name} is not beside the checkout: {}", folder.display());
    skipped(&format!("{name} is not beside the checkout"));
    None
}

/// An envelope for somebody who is not here.
pub const CLOSED: &str = concat!(
    "age-encryption.org/v1\n",
    "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "a nonce of 16 b.and one piece",
);

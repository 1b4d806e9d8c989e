//! One row of the corruption matrix: the undamaged twin passes, the damage gives exactly these codes, in every view.

use super::parts::Parts;
use super::run::Home;
use super::samples::amina;
use super::views::{Expected, check, check_json};
use super::zip::Zip;

/// Where the damage is done, which decides in which forms it shows.
pub enum Damage {
    /// To the named files; the ZIP around them is mended. Shows in both forms.
    Parts(fn(&mut Parts)),
    /// To the container.
    Zip(fn(&mut Zip)),
    /// To the bytes of the file.
    Bytes(fn(&mut Vec<u8>)),
}

/// The twin's state: a redacted one is `withheld`.
fn twin_state(parts: &Parts) -> &'static str {
    if parts.releases() > 0 { "withheld" } else { "intact" }
}

pub fn in_zip(twin: &Parts, damage: Damage, codes: &str) -> serde_json::Value {
    let home = Home::trusting(&amina());
    home.trust_if_new(&twin.signer);
    let path = home.write("twin.zip", twin.zip());
    check_json(&home, &path, &Expected::intact().state(twin_state(twin)));

    let mut parts = twin.clone();
    let bytes = match damage {
        Damage::Parts(damage) => {
            damage(&mut parts);
            parts.zip()
        }
        Damage::Zip(damage) => {
            let mut zip = Zip::of(&parts);
            damage(&mut zip);
            zip.bytes()
        }
        Damage::Bytes(damage) => {
            let mut bytes = parts.zip();
            damage(&mut bytes);
            bytes
        }
    };
    assert!(bytes != twin.zip(), "nothing was damaged");
    let path = home.write("damaged.zip", bytes);
    check(&home, &path, &expected(twin, codes))
}

pub fn in_folder(twin: &Parts, damage: fn(&mut Parts), codes: &str) -> serde_json::Value {
    let home = Home::trusting(&amina());
    home.trust_if_new(&twin.signer);
    let (path, damaged) = (home.path("twin"), home.path("damaged"));
    twin.unpack_to(&path);
    check_json(&home, &path, &Expected::intact().state(twin_state(twin)));

    let mut parts = twin.clone();
    damage(&mut parts);
    parts.unpack_to(&damaged);
    check(&home, &damaged, &expected(twin, codes))
}

fn expected(twin: &Parts, codes: &str) -> Expected {
    let expected = Expected::codes(codes);
    if expected.state == "intact" { expected.state(twin_state(twin)) } else { expected }
}

/// Rows of damage to the named files, each in both forms: `twin: name |parts| damage => codes`, or `=> zip codes, folder codes`.
#[macro_export]
macro_rules! rows {
    ($($twin:expr => { $($name:ident |$parts:ident| $damage:expr => $zip:literal $(, in a folder $folder:literal)?;)* })*) => {
        $($(mod $name {
            #[allow(unused_imports)]
            use super::*;
            fn damage($parts: &mut $crate::kit::Parts) {
                let _ = $damage;
            }
            #[test]
            fn in_a_zip() {
                $crate::kit::rows::in_zip(&$twin, $crate::kit::rows::Damage::Parts(damage), $zip);
            }
            #[test]
            fn in_a_folder() {
                let codes = ($zip, $($folder)?);
                $crate::kit::rows::in_folder(&$twin, damage, $crate::kit::rows::last(codes));
            }
        })*)*
    };
}

/// Rows of damage to the container: `twin => { name |zip| damage; }`, each `container.layout` unless said otherwise.
#[macro_export]
macro_rules! container_rows {
    ($twin:expr => { $($name:ident |$zip:ident| $damage:expr $(=> $codes:literal)?;)* }) => {
        $(#[test]
        fn $name() {
            fn damage($zip: &mut $crate::kit::Zip) {
                let _ = $damage;
            }
            $crate::kit::rows::in_zip(&$twin, $crate::kit::rows::Damage::Zip(damage), $crate::kit::rows::last(("container.layout", $($codes)?)));
        })*
    };
}

/// The last member of a tuple of one or two.
pub trait Last {
    fn last(self) -> &'static str;
}

impl Last for (&'static str,) {
    fn last(self) -> &'static str {
        self.0
    }
}

impl Last for (&'static str, &'static str) {
    fn last(self) -> &'static str {
        self.1
    }
}

pub fn last(codes: impl Last) -> &'static str {
    codes.last()
}

/// Damage done with the file system's own means to an unpacked bundle.
pub fn on_disk(twin: &Parts, damage: fn(&std::path::Path), codes: &str) -> serde_json::Value {
    let home = Home::trusting(&amina());
    home.trust_if_new(&twin.signer);
    let path = home.path("folder");
    twin.unpack_to(&path);
    check_json(&home, &path, &Expected::intact().state(twin_state(twin)));
    damage(&path);
    check(&home, &path, &expected(twin, codes))
}

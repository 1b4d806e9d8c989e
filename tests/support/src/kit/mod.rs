//! A second writer of bundles, made from the format's text alone and sharing no code with the library, so that a mistake in
//! either shows. It writes honest bundles, and bundles that are broken in one place and mended everywhere else.

pub mod bundle;
pub mod library;
pub mod parts;
pub mod rows;
pub mod run;
pub mod samples;
pub mod sshsig;
pub mod statements;
pub mod tables;
pub mod text;
pub mod vectors;
pub mod views;
pub mod weak;
pub mod withholding;
pub mod zip;

pub use bundle::{Bundle, File};
pub use parts::{Parts, Release};
pub use run::{Home, Output};
pub use sshsig::Signer;
pub use views::Expected;
pub use zip::Zip;

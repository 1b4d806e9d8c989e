//! sealbag seals a report, its photos and facts into one signed bundle, and verifies bundles on receipt.
//!
//! A **bundle** is a ZIP of which every byte is accounted for: it is payload under a signed hash, or signed text, or it follows
//! from those two. Whoever gets one learns from [`Bundle::verify`] whether it is what somebody sealed, and whose seal it is. The
//! [format](docs::format) is written down to the byte and can be checked with tools that every machine has.
//!
//! # Verifying
//!
//! Types carry the proof. A [`Bundle`] has been read and is believed by nobody; [`Bundle::verify`] gives a [`Verification`] with
//! everything that was found; only [`Verification::into_verified`], or [`Verification::into_intact`] for a stranger's seal that
//! holds, gives something that hands out contents.
//!
//! ```no_run
//! use sealbag::{Bundle, Policy, Source, TrustedSigners, Unwatched};
//!
//! # fn main() -> sealbag::Result<()> {
//! # let trust = TrustedSigners::nobody();
//! let source = Source::open("sealbag-0123456789ab.zip".as_ref())?;
//! let verification = Bundle::read(source, &Unwatched)?.verify(&trust, &Policy::default(), &Unwatched)?;
//! match verification.into_verified() {
//!     Ok(verified) => verified.extract("received".as_ref(), &Unwatched)?,
//!     Err(refused) => {
//!         for finding in refused.report().findings.list() {
//!             eprintln!("{} {finding}", finding.code);
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What was not verified hands out nothing:
//!
//! ```compile_fail,E0599
//! # fn no(verification: sealbag::Verification) {
//! verification.extract("received".as_ref(), &sealbag::Unwatched);
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! # fn no(bundle: sealbag::Bundle) {
//! bundle.contents();
//! # }
//! ```
//!
//! ```compile_fail,E0616
//! # fn no(mut verification: sealbag::Verification) {
//! verification.report.verdict = sealbag::Verdict::Verified;
//! # }
//! ```
//!
//! Nobody is believed by default, and nobody can claim that something was verified:
//!
//! ```compile_fail,E0599
//! let trust = sealbag::TrustedSigners::default();
//! ```
//!
//! ```compile_fail,E0423
//! # fn no(intact: sealbag::Intact) {
//! let verified = sealbag::Verified(intact);
//! # }
//! ```
//!
//! # Sealing
//!
//! A [`Draft`] finds the files and takes the facts, [`Draft::sign`] copies, hashes and signs in one pass and publishes the bundle as
//! a whole. Clock and randomness are arguments, so the same draft, key, time and bytes give the same bundle.
//!
//! # Withholding
//!
//! [`Verified::withhold`] finds what is to be left out, and what remains that would reveal it; [`Redaction::write`] makes the
//! bundle that shows less. [`Verified::disclose`] gives items back to one reader, who verifies with them as [`Evidence`].
//!
//! # What stays as it is
//!
//! The names at this level are what other programs may rely on: from 0.1 on they follow semantic versioning. The modules are
//! public so that their documentation can be read and the program's own tests can reach them; what is found only in them may
//! change in any version.
//!
//! # Documents
//!
//! [The format](docs::format), [how the house is built](docs::architecture), [what must not work](docs::threats), [every
//! code](docs::codes), [what programs read](docs::verify_json), [timestamps](docs::timestamps), [archives on many
//! machines](docs::archives).

// every type that another program can get hold of, it can also name
#![deny(unnameable_types)]

pub mod base;
pub mod bundle;
pub mod crypto;
pub mod format;
pub mod inspect;
pub mod ops;
pub mod report;
pub mod store;

pub mod docs {
    //! The documents of the project.

    #[doc = include_str!("docs/architecture.md")]
    pub mod architecture {}
    #[doc = include_str!("docs/archives.md")]
    pub mod archives {}
    #[doc = include_str!("docs/codes.md")]
    pub mod codes {}
    #[doc = include_str!("docs/format.md")]
    pub mod format {}
    #[doc = include_str!("docs/threats.md")]
    pub mod threats {}
    #[doc = include_str!("docs/timestamps.md")]
    pub mod timestamps {}
    #[doc = include_str!("docs/verify-json.md")]
    pub mod verify_json {}
}

pub use base::code::{Class, Code};
pub use base::error::{Error, Finding, Findings, Result};
pub use base::text::Untrusted;
pub use base::watch::{Unwatched, Watch};
pub use base::workers::Workers;
pub use bundle::model::Bundle;
pub use bundle::read_at::ReadAt;
pub use bundle::source::Source;
pub use crypto::key::{PublicKey, Signer, SigningKey};
pub use crypto::trust::{Belief, Standing, TrustedSigners};
pub use crypto::tsp::Authority;
pub use format::digest::Digest;
pub use format::facts::Facts;
pub use format::item::{About, Role};
pub use format::path::PayloadPath;
pub use format::time::Timestamp;
pub use ops::differences::Differences;
pub use ops::disclose::{Disclosed, Disclosure};
pub use ops::draft::{Draft, DraftOptions};
pub use ops::names::{Naming, Renamed};
pub use ops::open::{Contents, Intact, Verified};
pub use ops::output::Output;
pub use ops::page::{PageOptions, Paper};
pub use ops::recorded::recordable;
pub use ops::redact::{Reason, Redacted, Redaction, TwinsOfWithheld, Withholding};
pub use ops::reseal::{Forwarding, Resealed};
pub use ops::risks::Risks;
pub use ops::seal::Sealed;
pub use ops::show::Claims;
pub use ops::stamps::Token;
pub use ops::taken::{Beneath, Rare, Taken};
pub use ops::twins::{Area, Cleaning, Derivation, Hide, Twin, Twins};
pub use ops::verify::{Against, CustodyLog, Evidence, Policy, Verification, WithheldBy};
pub use report::model::{Comparison, Report};
pub use report::verdict::{Requirement, Verdict};
pub use report::words::Words;
pub use store::home::agent::{Agent, AgentKey};

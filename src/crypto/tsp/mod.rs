//! Timestamps (RFC 3161): a token over a digest, verified at its own time against authorities that the reader trusts (format, section
//! 10). Without clock, files and network; what a token is over is the caller's business.

mod attributes;
mod authority;
mod certificate;
mod der;
mod list;
mod moment;
mod path;
mod refusal;
mod request;
mod scheme;
mod token;
mod vouched;

pub use authority::Authority;
pub use list::RevocationList;
pub use moment::Moment;
pub use path::{Believed, Standpoint};
pub use refusal::Refusal;
pub use request::Request;
pub use scheme::{Hash, Imprint, Stamped};
pub use token::Token;

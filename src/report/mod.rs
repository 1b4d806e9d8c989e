//! Floor 5: what a verification says: as data, as JSON, and as a page of text.

pub mod answers;
pub mod audited;
pub mod held;
pub mod html;
pub mod json;
pub mod line;
pub mod listing;
pub mod messages;
pub mod model;
pub mod page;
pub mod text;
pub mod told;
pub mod verdict;
pub mod words;

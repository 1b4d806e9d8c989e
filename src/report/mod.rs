//! Floor 5: what a verification says: as data, as JSON, and as a page of text.

pub mod english;
pub mod json;
pub mod line;
pub mod listing;
pub mod model;
pub mod page;
pub mod text;
pub mod verdict;

//! One self-contained page in HTML: what a verification says, and what the bundle shows. It runs nothing, asks for nothing and links to
//! nothing outside itself; everything in it is escaped by `markup`, whatever it is.

mod answers;
pub mod board;
mod contents;
mod head;
mod held;
mod markup;
mod page;
mod paper;

pub use contents::{Picture, Shown, Story};
pub use page::{About, Page, Section};
pub use paper::{Paper, write as write_paper};

//! One file per command. What several commands share lies beside this folder, so none of them imports another.

pub mod audit;
pub mod card;
pub mod check;
pub mod contact;
pub mod custody;
pub mod disclose;
pub mod explain;
pub mod generate;
pub mod key;
pub mod open;
pub mod page;
pub mod receive;
pub mod redact;
pub mod register;
pub mod report;
pub mod reseal;
pub mod seal;
pub mod show;
pub mod timestamp;
pub mod verify;

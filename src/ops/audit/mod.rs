//! Many bundles: listed, each verified as one is, told line by line, gone on with after an interruption, summed up and signed.

pub mod board;
pub mod check;
pub mod copies;
pub mod make_register;
pub mod merge;
pub mod plan;
pub mod prove;
pub mod register;
pub mod results;
pub mod run;
pub mod since;
pub mod stamp;
pub mod tally;

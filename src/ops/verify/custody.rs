//! What does the custody log say?

use super::evidence::CustodyLog;
use super::found::Found;
use crate::report::model::NotChecked;
use crate::report::verdict::Custody;

/// The answer for the log that was given, if one was.
pub(super) fn answer(log: Option<&CustodyLog>) -> (Custody, Found) {
    match log {
        None => (Custody::NotGiven, Found { not_checked: vec![NotChecked::Custody], ..Found::default() }),
        Some(log) => match *log {},
    }
}

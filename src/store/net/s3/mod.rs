//! An object store that speaks the protocol of Amazon S3. Everything that comes back may be false: it is
//! read under limits, no redirection is followed, and nothing is believed for where it came from.

mod answer;
mod client;
mod listing;
mod object;
mod profile;
mod settings;
mod sign;

use std::ffi::OsString;
use std::sync::Arc;

use self::client::Client;
pub use self::client::Means;
use self::object::{Object, Target};
use self::settings::Settings;
use super::super::fs::search::Met;
use super::super::objects::{Address, Objects};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::bundle::read_at::ReadAt;

/// A store, with an access key to it.
pub struct S3 {
    client: Arc<Client>,
}

impl S3 {
    /// The store that the environment and the files of the AWS tools name: `variable` says what stands in a variable. Nothing is asked yet.
    ///
    /// # Errors
    /// `object.settings`; `io.…` where a file is there and cannot be read.
    pub fn new(variable: &dyn Fn(&str) -> Option<OsString>, means: Means) -> Result<Self> {
        Ok(S3 { client: Arc::new(Client::new(Settings::read(variable)?, means)) })
    }
}

impl Objects for S3 {
    fn open(&self, address: &Address) -> Result<Arc<dyn ReadAt>> {
        Object::open(Target::of(&self.client, address)?).map(|object| Arc::new(object) as Arc<dyn ReadAt>)
    }

    fn search(&self, address: &Address, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
        listing::search(&self.client, address, watch, each)
    }
}

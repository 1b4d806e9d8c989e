//! The object store that the environment names, reached when an `s3://` address is met and not before.

use std::path::PathBuf;
use std::sync::Arc;

use sealbag::base::error::Result;
use sealbag::base::watch::Watch;
use sealbag::store::fs::search::Met;
use sealbag::store::objects::{Address, Objects};
use sealbag::{ReadAt, Timestamp};

/// The store of one run.
pub struct Store {
    /// The clock that requests are signed with.
    #[cfg_attr(not(feature = "s3"), allow(dead_code))]
    now: fn() -> Result<Timestamp>,
    /// What says where it is, and with which access key.
    #[cfg_attr(not(feature = "s3"), allow(dead_code))]
    variable: fn(&str) -> Option<PathBuf>,
    #[cfg(feature = "s3")]
    reached: std::sync::Mutex<Option<Arc<sealbag::store::net::s3::S3>>>,
}

impl Store {
    /// A store that nobody has reached yet.
    pub fn new(now: fn() -> Result<Timestamp>, variable: fn(&str) -> Option<PathBuf>) -> Self {
        Store {
            now,
            variable,
            #[cfg(feature = "s3")]
            reached: std::sync::Mutex::default(),
        }
    }
}

#[cfg(feature = "s3")]
impl Store {
    fn reach(&self) -> Result<Arc<sealbag::store::net::s3::S3>> {
        use std::sync::PoisonError;
        use std::time::Duration;

        use sealbag::store::net::s3::{Means, S3};

        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*reached {
            return Ok(Arc::clone(store));
        }
        let variable = |name: &str| (self.variable)(name).map(PathBuf::into_os_string);
        let means =
            Means { now: Box::new(self.now), pause: Box::new(super::interrupt::pause), patience: Duration::from_secs(30) };
        let store = Arc::new(S3::new(&variable, means)?);
        *reached = Some(Arc::clone(&store));
        Ok(store)
    }
}

#[cfg(not(feature = "s3"))]
impl Store {
    fn reach(&self) -> Result<sealbag::store::objects::NoObjects> {
        Ok(sealbag::store::objects::NoObjects)
    }
}

impl Objects for Store {
    fn open(&self, address: &Address) -> Result<Arc<dyn ReadAt>> {
        self.reach()?.open(address)
    }

    fn search(&self, address: &Address, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
        self.reach()?.search(address, watch, each)
    }
}

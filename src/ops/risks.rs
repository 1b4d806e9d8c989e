//! What files say that could harm a source, found before anything is sealed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::draft::Draft;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::watch::Watch;
use crate::inspect::{self, Facts};
use crate::store::fs::folder::Input;
use crate::store::fs::media;

/// What the files of a draft say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Risks {
    /// What could harm a source, file for file, the worst of each first.
    pub found: Vec<Finding>,
    /// How many files are of a kind that is looked into.
    pub looked_into: u64,
    /// Those among them of which nothing could be read, or not everything.
    pub unread: Vec<String>,
}

/// False for a file that by its name is of no kind that is read, so that nobody need open it.
pub(super) fn may_say(name: &str) -> bool {
    let kind = media::by_name(name).map(str::to_ascii_lowercase);
    // a picture under the name of another one is still a picture
    let is_media = |kind: &str| ["image/", "video/", "audio/"].iter().any(|media| kind.starts_with(media));
    kind.is_none_or(|kind| is_media(&kind) || inspect::reads(&kind))
}

impl Draft {
    /// Reads what photos, videos, documents and texts say. Of each file no more than 96 MiB is read, in pieces, and no longer than 0.8 s;
    /// none is changed.
    ///
    /// # Errors
    /// `io.…` where a file cannot be opened, `run.interrupted`.
    pub fn risks(&self, watch: &dyn Watch) -> Result<Risks> {
        let mut risks = Risks::default();
        let may_say: Vec<_> = self.inputs_and_names().filter(|(_, name)| may_say(name)).collect();
        watch.expect(may_say.iter().map(|(input, _)| input.size()).sum());
        let (looked, failed) = (Mutex::new(BTreeMap::new()), Mutex::new(None));
        let work = |(): &mut (), number: usize| {
            let Some((input, name)) = may_say.get(number) else { return ControlFlow::Continue(()) };
            if watch.interrupted() {
                return ControlFlow::Break(());
            }
            watch.advance(input.size());
            match self.look(input, name) {
                Ok(facts) => {
                    locked(&looked).extend(facts.map(|facts| (number, facts)));
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    *locked(&failed) = Some(error);
                    ControlFlow::Break(())
                }
            }
        };
        if !watch.workers().share(may_say.len(), || (), work) {
            return Err(locked(&failed).take().unwrap_or_else(Error::interrupted));
        }
        for (number, facts) in std::mem::take(&mut *locked(&looked)) {
            let Some((_, name)) = may_say.get(number) else { continue };
            risks.looked_into += 1;
            if facts.unread {
                risks.unread.push((*name).to_owned());
            }
            let found = facts
                .risks()
                .into_iter()
                .map(|(risk, value)| Finding::new(risk.code(), *name, Detail::FileSays { risk, value }));
            risks.found.extend(found);
        }
        Ok(risks)
    }

    /// What one file says; none for one of a kind that is not looked into.
    fn look(&self, input: &Input, name: &str) -> Result<Option<Facts>> {
        let failed = |error| self.refuse_closed().err().unwrap_or_else(|| Error::io(name, &error));
        let media_type = media::media_type(name, &input.head().map_err(failed)?);
        if !inspect::reads(&media_type) {
            return Ok(None);
        }
        Ok(Some(inspect::facts(&*input.bytes().map_err(failed)?, &media_type)))
    }
}

/// What several workers add to, also after one of them failed.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

//! How many threads share a job, and the one loop in which they do.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Threads that share a job. One of them is the calling thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workers {
    count: NonZeroUsize,
}

impl Workers {
    /// The thread that calls, and no other.
    pub const ONE: Workers = Workers { count: NonZeroUsize::MIN };
    /// Two: while one waits for a disk, the other has the processor.
    pub const TWO: Workers = Workers { count: NonZeroUsize::MIN.saturating_add(1) };

    /// This many.
    pub const fn new(count: NonZeroUsize) -> Self {
        Workers { count }
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.count.get()
    }

    /// Hands out the jobs `0..jobs` in order, each to one worker. A worker first calls `start` for its own state, then does one
    /// job after another. If a job breaks off, no further ones are begun and this returns false.
    pub fn share<S>(
        self,
        jobs: usize,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, usize) -> ControlFlow<()> + Sync,
    ) -> bool {
        let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        self.run(jobs, || {
            let mut own = start();
            loop {
                let job = next.fetch_add(1, Ordering::Relaxed);
                if job >= jobs || stopped.load(Ordering::Relaxed) {
                    return;
                }
                if work(&mut own, job).is_break() {
                    stopped.store(true, Ordering::Relaxed);
                }
            }
        });
        !stopped.into_inner()
    }

    /// Runs `worker` on all threads at once, but on no more threads than there are jobs, and waits for all of them.
    fn run(self, jobs: usize, worker: impl Fn() + Sync) {
        std::thread::scope(|scope| {
            for _ in 1..self.count().min(jobs) {
                scope.spawn(&worker);
            }
            worker();
        });
    }
}

impl Default for Workers {
    fn default() -> Self {
        Workers::TWO
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::thread::{self, ThreadId};

    use super::*;

    fn threads(workers: Workers, jobs: usize) -> (Vec<usize>, Vec<ThreadId>) {
        let done = Mutex::new((Vec::new(), Vec::new()));
        let all = workers.share(
            jobs,
            || (),
            |(), job| {
                let mut done = done.lock().unwrap();
                done.0.push(job);
                done.1.push(thread::current().id());
                ControlFlow::Continue(())
            },
        );
        assert!(all);
        let (mut jobs, threads) = done.into_inner().unwrap();
        jobs.sort_unstable();
        (jobs, threads)
    }

    #[test]
    fn each_job_is_done_once_and_one_worker_needs_no_thread() {
        assert_eq!(threads(Workers::new(NonZeroUsize::new(7).unwrap()), 100).0, (0..100).collect::<Vec<_>>());
        let (jobs, threads) = threads(Workers::ONE, 100);
        assert_eq!(jobs, (0..100).collect::<Vec<_>>());
        assert!(threads.iter().all(|thread| *thread == thread::current().id()));
    }

    #[test]
    fn a_job_that_breaks_off_ends_the_others() {
        let done = AtomicUsize::new(0);
        let all = Workers::ONE.share(
            100,
            || (),
            |(), job| {
                done.fetch_add(1, Ordering::Relaxed);
                if job == 9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert!(!all);
        assert_eq!(done.into_inner(), 10);
    }
}

//! How many threads share a job, and the two loops in which they do.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

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

    /// Takes one job after the other from `next`, does them on all threads, and gives what came out to `each`, here and in the order
    /// of the jobs. No job is begun that is more than `ahead` before the first unfinished one, so little is held however many there are.
    /// If `each` breaks off, no further job is begun and this returns false.
    pub fn in_order<J: Send, T: Send>(
        self,
        ahead: u64,
        next: impl FnMut() -> Option<J> + Send,
        work: impl Fn(J) -> T + Sync,
        mut each: impl FnMut(T) -> ControlFlow<()>,
    ) -> bool {
        let (queue, room) = (Mutex::new(Queue { next, begun: 0, told: 0, ended: false }), Condvar::new());
        let queue = || queue.lock().unwrap_or_else(PoisonError::into_inner);
        let take = || {
            let mut queue = queue();
            while !queue.ended && queue.begun >= queue.told + ahead.max(1) {
                queue = room.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            let job = if queue.ended { None } else { (queue.next)() };
            match job {
                Some(job) => {
                    queue.begun += 1;
                    Some((queue.begun, job))
                }
                None => {
                    queue.ended = true;
                    room.notify_all();
                    None
                }
            }
        };
        std::thread::scope(|scope| {
            let (done, results) = mpsc::channel();
            for _ in 0..self.count() {
                let (done, take, work) = (done.clone(), &take, &work);
                scope.spawn(move || {
                    while let Some((number, job)) = take() {
                        if done.send((number, work(job))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(done);
            let mut early = BTreeMap::new();
            for (number, result) in results {
                early.insert(number, result);
                loop {
                    let told = queue().told;
                    let Some(result) = early.remove(&(told + 1)) else { break };
                    let go_on = each(result);
                    let mut queue = queue();
                    queue.told += 1;
                    queue.ended |= go_on.is_break();
                    room.notify_all();
                    if go_on.is_break() {
                        return false;
                    }
                }
            }
            true
        })
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

/// What several threads take jobs from.
struct Queue<N> {
    next: N,
    begun: u64,
    /// How many results were given on.
    told: u64,
    /// No further job is begun.
    ended: bool,
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
    fn results_come_in_order_and_none_runs_far_ahead() {
        let seven = Workers::new(NonZeroUsize::new(7).unwrap());
        let (begun, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut jobs = 0..500usize;
        let mut results = Vec::new();
        let all = seven.in_order(
            10,
            || jobs.next(),
            |job| {
                begun.fetch_add(1, Ordering::SeqCst);
                assert!(job <= told.load(Ordering::SeqCst) + 10);
                if job % 7 == 0 {
                    thread::yield_now();
                }
                job
            },
            |job| {
                results.push(job);
                told.fetch_add(1, Ordering::SeqCst);
                ControlFlow::Continue(())
            },
        );
        assert!(all);
        assert_eq!(results, (0..500).collect::<Vec<_>>());

        let (mut jobs, mut results) = (0..500usize, Vec::new());
        let all = seven.in_order(
            10,
            || jobs.next(),
            |job| job,
            |job| {
                results.push(job);
                if job == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert!(!all);
        assert_eq!(results, (0..=20).collect::<Vec<_>>());
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

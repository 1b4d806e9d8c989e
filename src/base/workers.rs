//! How many threads share a job, and the two loops in which they do.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
        let exchange = Exchange {
            queue: Mutex::new(Queue { next, begun: 0, told: 0, done: BTreeMap::new(), ended: false, working: 0, waiting: 0 }),
            changed: Condvar::new(),
            ahead: ahead.max(1),
        };
        std::thread::scope(|scope| {
            for _ in 1..self.count() {
                let here = exchange.enter();
                let (exchange, work) = (&exchange, &work);
                scope.spawn(move || {
                    let _here = here;
                    while let Some((number, job)) = exchange.wait_for_job() {
                        exchange.done(number, work(job));
                    }
                });
            }
            let _here = exchange.enter();
            loop {
                while let Some(result) = exchange.next_result() {
                    if each(result).is_break() {
                        return false;
                    }
                }
                match exchange.next_job() {
                    Some((number, job)) => exchange.done(number, work(job)),
                    None if exchange.wait_for_result() => {}
                    None => return true,
                }
            }
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

/// Jobs, and what came of them, between the threads that do them and the one that tells of them.
struct Exchange<N, T> {
    queue: Mutex<Queue<N, T>>,
    changed: Condvar,
    ahead: u64,
}

struct Queue<N, T> {
    next: N,
    /// How many jobs were begun.
    begun: u64,
    /// How many results were given on.
    told: u64,
    /// The results that wait for an earlier one, by the number of their job.
    done: BTreeMap<u64, T>,
    /// No further job is begun.
    ended: bool,
    /// How many threads are there.
    working: usize,
    /// How many of them wait: to wake nobody costs as much as to wake somebody.
    waiting: usize,
}

impl<J, T, N: FnMut() -> Option<J>> Exchange<N, T> {
    fn queue(&self) -> MutexGuard<'_, Queue<N, T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'q>(&self, mut queue: MutexGuard<'q, Queue<N, T>>) -> MutexGuard<'q, Queue<N, T>> {
        queue.waiting += 1;
        let mut queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        queue.waiting -= 1;
        queue
    }

    fn wake(&self, queue: &Queue<N, T>) {
        if queue.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// The next job, if one may be begun.
    fn take(&self, queue: &mut Queue<N, T>) -> Option<(u64, J)> {
        if queue.ended || queue.begun >= queue.told + self.ahead {
            return None;
        }
        match (queue.next)() {
            Some(job) => {
                queue.begun += 1;
                Some((queue.begun, job))
            }
            None => {
                queue.ended = true;
                self.wake(queue);
                None
            }
        }
    }

    fn next_job(&self) -> Option<(u64, J)> {
        self.take(&mut self.queue())
    }

    /// The next job, once it may be begun; none where no further one is begun.
    fn wait_for_job(&self) -> Option<(u64, J)> {
        let mut queue = self.queue();
        loop {
            match self.take(&mut queue) {
                None if !queue.ended => queue = self.wait(queue),
                job => return job,
            }
        }
    }

    fn done(&self, number: u64, result: T) {
        let mut queue = self.queue();
        queue.done.insert(number, result);
        self.wake(&queue);
    }

    /// The result that is to be told next, if it is there.
    fn next_result(&self) -> Option<T> {
        let mut queue = self.queue();
        let number = queue.told + 1;
        let result = queue.done.remove(&number)?;
        queue.told = number;
        self.wake(&queue);
        Some(result)
    }

    /// True once the next result is there; false where none is to come.
    fn wait_for_result(&self) -> bool {
        let mut queue = self.queue();
        loop {
            let number = queue.told + 1;
            if queue.done.contains_key(&number) {
                return true;
            }
            // a thread that panicked takes its job with it
            if queue.told == queue.begun || queue.working == 1 {
                return false;
            }
            queue = self.wait(queue);
        }
    }

    fn enter(&self) -> Here<'_, J, T, N> {
        self.queue().working += 1;
        Here(self)
    }
}

/// A thread at an exchange. When it leaves, in whatever way, no further job is begun.
struct Here<'e, J, T, N: FnMut() -> Option<J>>(&'e Exchange<N, T>);

impl<J, T, N: FnMut() -> Option<J>> Drop for Here<'_, J, T, N> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.working -= 1;
        queue.ended = true;
        self.0.wake(&queue);
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
    fn a_thread_that_panics_leaves_nobody_waiting() {
        for broken in [0, 3, 499] {
            for count in [1, 2, 7] {
                let mut jobs = 0..500usize;
                let workers = Workers::new(NonZeroUsize::new(count).unwrap());
                let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    workers.in_order(3, || jobs.next(), |job| assert_ne!(job, broken), |()| ControlFlow::Continue(()))
                }));
                assert!(ended.is_err(), "{broken} of {count}");
            }
        }
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

//! How far a run is.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sealbag::base::watch::Watch;

use super::context::Context;
use super::interrupt::{catch, stopped};

/// Watches one long run: hears Ctrl-C and, on a terminal, shows how far it is once it has taken half a second.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    /// Nothing is to be shown.
    silent: bool,
    shown: AtomicBool,
}

/// From so much time on a run shows how far it is.
const LONG: Duration = Duration::from_millis(500);

impl Progress {
    /// Starts to watch; `label` says what is being done: `sealing`.
    pub fn start(label: &'static str, context: &Context) -> Self {
        catch();
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()).with_message(label);
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {bar:24} {percent:>3}%  {decimal_bytes} of {decimal_total_bytes}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        let silent = context.flags.quiet || context.flags.json || !stderr().is_terminal();
        Progress { bar, started: Instant::now(), silent, shown: AtomicBool::new(false) }
    }

    fn show(&self) {
        if !self.silent && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Watch for Progress {
    fn expect(&self, bytes: u64) {
        self.bar.inc_length(bytes);
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.started.elapsed() > LONG {
            self.show();
        }
    }

    fn keeping(&self) {
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            self.bar.set_style(style);
        }
        self.bar.set_message("waiting for the disk");
        // a short wait is not told
        if self.started.elapsed() > LONG / 5 {
            self.show();
            self.bar.tick();
        }
    }

    fn interrupted(&self) -> bool {
        stopped()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

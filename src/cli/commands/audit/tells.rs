//! How far an audit is, and what is told beside its lines.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sealbag::base::error::Result;
use sealbag::base::text::bytes;
use sealbag::base::watch::Watch;
use sealbag::ops::audit::copies::Compared;
use sealbag::ops::audit::results::Sink;
use sealbag::report::json::FindingJson;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::interrupt::{catch, stopped};

/// Watches an audit: hears Ctrl-C and, on a terminal, shows how many bundles and bytes are done, how fast, and what is wrong so far.
pub struct AuditProgress {
    bar: ProgressBar,
    bytes: AtomicU64,
    bad: AtomicU64,
}

impl AuditProgress {
    /// Starts to watch.
    pub fn start(context: &Context) -> Self {
        catch();
        let silent = context.flags.quiet || context.flags.json || !stderr().is_terminal();
        let target = if silent { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(2) };
        let bar = ProgressBar::with_draw_target(None, target).with_message("looking for bundles");
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        AuditProgress { bar, bytes: AtomicU64::new(0), bad: AtomicU64::new(0) }
    }

    /// There are so many bundles, and so many of them were done before.
    pub fn bundles(&self, all: u64, done: u64) {
        if let Ok(style) = ProgressStyle::with_template("{pos} of {len} bundles  {msg}  {eta} left") {
            self.bar.set_style(style);
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
        self.bar.reset_eta();
        self.bar.reset_elapsed();
        self.say();
    }

    /// One more is done.
    pub fn done(&self, passed: bool) {
        self.bad.fetch_add(u64::from(!passed), Ordering::Relaxed);
        self.bar.inc(1);
        self.say();
    }

    fn say(&self) {
        if self.bar.is_hidden() {
            return;
        }
        let (read, bad) = (self.bytes.load(Ordering::Relaxed), self.bad.load(Ordering::Relaxed));
        let rate = read.checked_div(self.bar.elapsed().as_secs()).unwrap_or(read);
        self.bar.set_message(format!("{}, {}/s  {bad} to look at", bytes(read), bytes(rate)));
    }
}

impl Watch for AuditProgress {
    fn expect(&self, _bytes: u64) {}

    fn advance(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn interrupted(&self) -> bool {
        stopped()
    }
}

impl Drop for AuditProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// `sealbag-audit-two-versions/1`: copies of one seal that contradict one another, told behind the lines where these are written already.
#[derive(Serialize)]
struct TwoVersionsJson<'a> {
    schema: &'static str,
    numbers: &'a [u64],
    findings: Vec<FindingJson>,
}

/// Tells them.
pub fn clashes(compared: &Compared, sink: &mut Sink) -> Result<()> {
    for clash in &compared.clashes {
        let findings = clash.findings.iter().map(FindingJson::of).collect();
        let told = TwoVersionsJson { schema: "sealbag-audit-two-versions/1", numbers: &clash.numbers, findings };
        let text = serde_json::to_string(&told).unwrap_or_default();
        sink.add((sealbag::base::text::json_safe(&text) + "\n").as_bytes())?;
    }
    sink.sync()
}

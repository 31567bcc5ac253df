//! How does long work show that it is alive?
//!
//! Bars on a terminal, nothing in a pipe. Work reports to a [`Progress`] and does not know who looks.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

/// Somebody who may look at the progress of work.
pub trait Progress: Sync {
    /// A stage begins; `total` is its size where that is known.
    fn start(&self, stage: &str, total: Option<u64>);
    /// So much of the stage is done.
    fn set(&self, done: u64);
    /// The last stage is over.
    fn finish(&self);
}

/// Nobody looks.
pub struct Quiet;

impl Progress for Quiet {
    fn start(&self, _stage: &str, _total: Option<u64>) {}
    fn set(&self, _done: u64) {}
    fn finish(&self) {}
}

/// A bar for the running stage, on the terminal of standard error.
#[derive(Default)]
pub struct Bars {
    running: Mutex<Option<ProgressBar>>,
}

/// Bars on a terminal, nothing elsewhere.
pub fn for_terminal() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() { Box::new(Bars::default()) } else { Box::new(Quiet) }
}

impl Progress for Bars {
    fn start(&self, stage: &str, total: Option<u64>) {
        self.finish();
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template =
            if total.is_some() { "{elapsed:>4} {bar:30} {percent:>3}% {msg}" } else { "{elapsed:>4} {spinner} {msg}" };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(stage.to_string());
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        if let Ok(mut running) = self.running.lock() {
            *running = Some(bar);
        }
    }

    fn set(&self, done: u64) {
        if let Ok(running) = self.running.lock()
            && let Some(bar) = &*running
        {
            bar.set_position(done);
        }
    }

    fn finish(&self) {
        if let Ok(mut running) = self.running.lock()
            && let Some(bar) = running.take()
        {
            bar.finish_and_clear();
        }
    }
}

//! How much memory and time does the program take at most?
//!
//! Linux keeps the peak of a process in `/proc/PID/status` while it lives, so it is read until the process is gone. Other
//! systems give no figure, and nothing is asserted there.

use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Bytes that the program may have in memory, whatever is delivered to it.
pub(super) const N_PEAK_BYTES_MAX: u64 = 200 << 20;

/// Pauses between two looks at a process.
const PAUSE: Duration = Duration::from_millis(2);

/// A run of the program.
pub(super) struct Watched {
    pub(super) output: Output,
    pub(super) seconds: f64,
    /// Bytes of memory at most, where the system tells.
    pub(super) n_peak_bytes: Option<u64>,
}

/// Runs a command to its end.
pub(super) fn watch(mut command: Command) -> Watched {
    let begin = Instant::now();
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let (id, is_over) = (child.id(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let peak = scope.spawn(|| {
            let mut peak = None;
            while !is_over.load(Ordering::Relaxed) {
                peak = peak.max(peak_of(id));
                std::thread::sleep(PAUSE);
            }
            peak
        });
        let output = child.wait_with_output().expect("the program ends");
        is_over.store(true, Ordering::Relaxed);
        let n_peak_bytes = peak.join().expect("looking does not panic");
        Watched { output, seconds: begin.elapsed().as_secs_f64(), n_peak_bytes }
    })
}

fn peak_of(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib << 10)
}

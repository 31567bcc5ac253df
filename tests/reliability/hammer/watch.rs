//! Does the service go on answering while it writes, and how late is the index? One thread that reads, one that renames.
//!
//! What is read must be answered with 200; whether the answer is right is what `check` asks.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::Result;
use crate::city::{City, trade_name};
use crate::run::{Shared, Writer};
use crate::wire::Wire;

/// A new name that is not found for this long counts as not found.
const LAG_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);
/// Of that many reads one is of the state of the service, the others are searches.
const N_SEARCHES: u64 = 8;
/// A prime: rows that far apart are compared, so that all parts of a file have their share.
const SPREAD: u64 = 7919;

/// Searches names of the city, and asks for the state now and then, until the run is over.
pub(crate) fn read(shared: &Shared<'_>) {
    let mut random = Pcg64::seed_from_u64(shared.arguments.seed ^ 0x5ea7c4);
    let sources = &shared.city.sources;
    for n_read in 0_u64.. {
        if shared.is_over() {
            break;
        }
        let source = &sources[random.random_range(0..sources.len())];
        let (name, _) = source.name_and_id(random.random_range(0..u64::from(u32::MAX)));
        let started = Instant::now();
        let status = match n_read.is_multiple_of(N_SEARCHES) {
            true => shared.wire.position().map(|_| 200),
            false => shared.wire.search(name).map(|(status, _)| status),
        };
        let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        match status {
            Ok(200) => shared.note(|figures| figures.search_ms.push(elapsed_ms)),
            Ok(status) => shared.fail(format!("searching '{name}' was answered with {status}")),
            // Whether the service may be gone is known to whoever started it.
            Err(error) => {
                shared.is_over.store(true, Ordering::Relaxed);
                shared.note(|figures| figures.gone = Some(format!("a read failed: {error}")));
            }
        }
    }
}

/// Prints the answers to searches, resolutions and reads that are spread over the city; anything but 200 is an error.
pub(crate) fn print_answers(city: &City, wire: &Wire, count: u64) -> Result<()> {
    for n_read in 0..count {
        let source = &city.sources[usize::try_from(n_read)? % city.sources.len()];
        let (name, id) = source.name_and_id(n_read * SPREAD);
        for (what, (status, body)) in [("searching", wire.search(name)?), ("resolving", wire.resolve(name)?)] {
            if status != 200 {
                return Err(format!("{what} '{name}' was answered with {status}: {body}").into());
            }
            println!("{body}");
        }
        println!("{id} {:?}", wire.record(&source.name, id)?);
    }
    Ok(())
}

/// Gives units new names, one after the other, and waits until a search finds each.
pub(crate) fn rename(shared: &Shared<'_>, mut writer: Writer) {
    while !shared.is_over() {
        let Some((entry, version)) = writer.next_renaming(shared) else { break };
        if !writer.send(shared, entry) {
            break;
        }
        let acknowledged = Instant::now();
        match is_found(shared, &trade_name(version), acknowledged) {
            Ok(true) => shared.note(|figures| figures.lag_ms.push(acknowledged.elapsed().as_secs_f64() * 1e3)),
            Ok(false) if shared.is_over.load(Ordering::Relaxed) || acknowledged.elapsed() < LAG_MAX => break,
            Ok(false) => shared.fail(format!("'{}' was not found after {LAG_MAX:?}", trade_name(version))),
            Err(_) => break,
        }
    }
}

/// Polls until the name is found, the run is over, or it took too long.
fn is_found(shared: &Shared<'_>, name: &str, acknowledged: Instant) -> Result<bool> {
    while acknowledged.elapsed() < LAG_MAX && !shared.is_over() {
        let (status, body) = shared.wire.search(name)?;
        if status == 200 && body.contains(name) {
            return Ok(true);
        }
        sleep(POLL);
    }
    Ok(false)
}

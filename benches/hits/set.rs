//! What do the benches of search and of resolve share? The rows of a prepared set, and what is told of each kind of query.
//!
//! What a hit is, each of them says for itself.

use std::path::Path;
use std::time::Duration;

/// The rows of a CSV file behind its head.
pub(crate) fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("the set was prepared");
    reader.records().map(|row| row.expect("a row of text").iter().map(str::to_owned).collect()).collect()
}

/// Where the wanted entity stood, and how long the answers took.
#[derive(Default)]
pub(crate) struct Places {
    n_first: usize,
    n_found: usize,
    times: Vec<Duration>,
}

impl Places {
    /// One query more.
    pub(crate) fn add(&mut self, place: Option<usize>, time: Duration) {
        self.n_first += usize::from(place == Some(0));
        self.n_found += usize::from(place.is_some());
        self.times.push(time);
    }

    /// Queries.
    pub(crate) fn n(&self) -> usize {
        self.times.len()
    }

    /// A count as a share of the queries.
    pub(crate) fn share(&self, count: usize) -> f64 {
        count as f64 / self.n() as f64
    }

    /// Shares of queries whose wanted entity stood first, and anywhere.
    pub(crate) fn hits(&self) -> (f64, f64) {
        (self.share(self.n_first), self.share(self.n_found))
    }

    /// Milliseconds at the median and at 99 %.
    pub(crate) fn milliseconds(&mut self) -> (f64, f64) {
        self.times.sort_unstable();
        let quantile = |share: f64| self.times[((self.n() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        (quantile(0.5), quantile(0.99))
    }
}

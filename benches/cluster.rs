//! What is measured: ties clustered per second, under the law.
//!
//! Corpus: a made graph of 400 000 records in families of one to eight; records of a family are tied in a chain with a few
//! shortcuts, one tie in fifty leads to another family, and half of the records have their family's code. Splitmix64, seed 1.
//! Note: ties between families of different codes are cut. All threads.

use std::num::NonZeroU64;

use divan::Bencher;
use divan::counter::ItemsCount;
use minglu_graph::cluster::cluster;
use minglu_rules::judgement::Different;
use minglu_rules::law::{Limits, Role, Standing, Tie, TieKind};
use minglu_rules::model::RecordIdx;

const N_RECORDS: u32 = 400_000;
const SEED: u64 = 1;
/// Records in a family at most.
const N_FAMILY_MAX: u64 = 8;
/// One tie in so many leads astray.
const N_TIES_PER_STRAY: u64 = 50;
/// Records of an entity, as in the shipped schema.
const N_RECORDS_MAX: usize = 200;

fn main() {
    divan::main();
}

/// Splitmix64 (Steele, Lea & Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % n
    }
}

fn graph() -> (Vec<Tie>, Vec<Standing>) {
    let mut random = Random(SEED);
    let (mut ties, mut standings) = (Vec::new(), Vec::new());
    while (standings.len() as u32) < N_RECORDS {
        let first = standings.len() as u32;
        let n = 1 + random.below(N_FAMILY_MAX) as u32;
        for position in 0..n {
            let org = NonZeroU64::new(u64::from(first) + 1).filter(|_| random.below(2) == 0);
            standings.push(Standing { org, role: Role::Unit, ..Standing::default() });
            if position > 0 {
                ties.push(tie(first + position - 1, first + position, &mut random));
            }
            if position > 1 && random.below(2) == 0 {
                ties.push(tie(first, first + position, &mut random));
            }
            if first > 0 && random.below(N_TIES_PER_STRAY) == 0 {
                ties.push(tie(random.below(u64::from(first)) as u32, first + position, &mut random));
            }
        }
    }
    (ties, standings)
}

fn tie(a: u32, b: u32, random: &mut Random) -> Tie {
    let match_weight = random.below(30) as f64;
    Tie { a: RecordIdx(a), b: RecordIdx(b), match_weight, kind: TieKind::Weight }
}

#[divan::bench(sample_count = 20)]
fn clusters(bencher: Bencher<'_, '_>) {
    let (ties, standings) = graph();
    let limits = Limits {
        standings: &standings,
        n_records_max: N_RECORDS_MAX,
        different: Different::default(),
        objection: None,
    };
    bencher.counter(ItemsCount::new(ties.len())).bench(|| cluster(&ties, limits));
}

//! How much does it tell that two texts share a pair of characters?
//!
//! 小区 is in every third address, 樟溪 in few: a pair tells the binary logarithm of its rarity among addresses and names of
//! places and firms. Counts are in `rules/data/address`; a pair that is not listed is as rare as the rarest listed.

use hashbrown::HashMap;
use std::sync::LazyLock;

/// What listed pairs tell and what others do, in tenths of a bit so that they are whole numbers.
struct Rarities {
    listed: HashMap<(char, char), u32>,
    rarest: u32,
}

static RARITIES: LazyLock<Rarities> = LazyLock::new(|| {
    let mut lines = include_str!("../../../data/address/pairs.tsv").lines();
    let counted = |line: &str| -> Option<(String, f64)> {
        let (pair, count) = line.split_once('\t')?;
        Some((pair.to_owned(), count.parse().ok()?))
    };
    let total = lines.next().and_then(counted).map_or(1.0, |(_, total)| total);
    let bits = |count: f64| ((total / count).log2() * 10.0).max(0.0) as u32;
    let mut listed = HashMap::new();
    let mut rarest = 0;
    for (pair, count) in lines.filter_map(counted) {
        let mut chars = pair.chars();
        let Some(pair) = chars.next().zip(chars.next()) else { continue };
        rarest = bits(count).max(rarest);
        listed.insert(pair, bits(count));
    }
    Rarities { listed, rarest }
});

/// What a pair of characters tells, in tenths of a bit. Digits tell nothing here: numbers have levels of their own.
pub(super) fn of_pair(first: char, second: char) -> u32 {
    if !is_ideograph(first) && !is_ideograph(second) {
        return 0;
    }
    RARITIES.listed.get(&(first, second)).copied().unwrap_or(RARITIES.rarest)
}

fn is_ideograph(c: char) -> bool {
    c as u32 > 0x2E80
}

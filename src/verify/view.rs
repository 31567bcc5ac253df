//! Leavers, base clusters, links and blocks: what is stored by the ordinals of records.

use std::iter::Peekable;

use minglu_graph::StoreError;
use minglu_graph::store::Store;
use minglu_graph::store::draft::{BlockFamily, Stratum};
use minglu_graph::store::scan::BlockEntry;
use minglu_graph::store::write::Links;
use minglu_index::block as index;
use minglu_rules::decide::Thresholds;
use minglu_rules::model::RecordIdx;

use super::merge::{Difference, walk};
use super::{StoredKind, Verification};
use crate::error::Result;
use crate::pipeline::{Resolved, cluster_blocks, is_star, leavers, links_of_clusters, links_of_records, take_blocks};

/// Compares all of them; blocks are taken out of the kinds.
pub(super) fn check(store: &Store, kinds: &mut [StoredKind], found: &mut Verification) -> Result<()> {
    check_leavers(store, kinds, found)?;
    check_bases(store, kinds, found)?;
    check_links(store, kinds, (Stratum::Records, links_of_records), found)?;
    check_links(store, kinds, (Stratum::Clusters, links_of_clusters), found)?;
    check_cluster_blocks(store, kinds, found)?;
    check_blocks(store, kinds, found)
}

fn check_leavers(store: &Store, kinds: &[StoredKind], found: &mut Verification) -> Result<()> {
    let of_kind = |kind: &StoredKind| {
        leavers(&kind.resolved).into_iter().map(|record| (kind.ordinal(record), ())).collect::<Vec<_>>()
    };
    let mut computed: Vec<(u32, ())> = kinds.iter().flat_map(of_kind).collect();
    computed.sort_unstable();
    let stored = store.scan_leavers()?.map(|item| item.map(|ordinal| (ordinal, ())));
    walk(stored, computed.into_iter(), |difference| {
        if let Some((ordinal, what)) = what(difference) {
            found.note(|| format!("leaver {}: {what}", name(store, ordinal)));
        }
        Ok(())
    })
}

fn check_bases(store: &Store, kinds: &[StoredKind], found: &mut Verification) -> Result<()> {
    let of_kind = |kind: &StoredKind| {
        let ordinals = |members: &Vec<RecordIdx>| members.iter().map(|record| kind.ordinal(*record)).collect();
        kind.resolved.base.iter().map(ordinals).collect::<Vec<Vec<u32>>>()
    };
    let mut computed: Vec<Vec<u32>> = kinds.iter().flat_map(of_kind).collect();
    computed.sort_unstable();
    let computed = computed.into_iter().map(|members| (members[0], members));
    walk(store.scan_bases()?, computed, |difference| {
        if let Some((anchor, what)) = what(difference) {
            found.note(|| format!("base cluster of {}: {what}", name(store, anchor)));
        }
        Ok(())
    })
}

/// What a kind's links of one stratum are.
type LinksOf = for<'a> fn(&'a Resolved, Thresholds) -> Links<'a>;

fn check_links(
    store: &Store,
    kinds: &[StoredKind],
    (stratum, links_of): (Stratum, LinksOf),
    found: &mut Verification,
) -> Result<()> {
    let links: Vec<Links<'_>> = kinds.iter().map(|kind| links_of(&kind.resolved, kind.thresholds)).collect();
    let mut order: Vec<((u32, u32), (u32, u32))> = Vec::new();
    for (kind_idx, (kind, links)) in kinds.iter().zip(&links).enumerate() {
        order.extend(links.links.iter().zip(0..).map(|(link, position)| {
            let (a, b) = (kind.ordinal(link.scored.pair.a), kind.ordinal(link.scored.pair.b));
            ((a.min(b), a.max(b)), (kind_idx as u32, position))
        }));
    }
    order.sort_unstable();
    let computed = order.into_iter().map(|(pair, (kind_idx, position))| {
        let (links, kind) = (&links[kind_idx as usize], &kinds[kind_idx as usize]);
        (pair, links.stored(position as usize, &|record| kind.ordinal(record)))
    });
    // That both ends say the same is for validation.
    let stored = store.scan_link_ends(stratum)?;
    let stored = stored.filter(|item| item.as_ref().map_or(true, |((a, b), _)| a < b));
    let of = if stratum == Stratum::Records { "link" } else { "cluster link" };
    walk(stored, computed, |difference| {
        if let Some(((a, b), what)) = what(difference) {
            found.note(|| format!("{of} {} – {}: {what}", name(store, a), name(store, b)));
        }
        Ok(())
    })
}

fn check_blocks(store: &Store, kinds: &mut [StoredKind], found: &mut Verification) -> Result<()> {
    let taken: Vec<_> = kinds.iter_mut().map(|kind| take_blocks(&mut kind.resolved)).collect();
    let computed = (0..).zip(kinds.iter().zip(&taken)).flat_map(|(model_idx, (kind, (entries, codes)))| {
        keyed((model_idx, kind), entries.iter().map(entry).chain(codes.iter().copied()))
    });
    compare_blocks((store, BlockFamily::Records), computed, found)
}

fn entry(entry: &index::BlockEntry) -> (u64, RecordIdx) {
    (entry.key(), entry.record)
}

/// Entries of the blocks of a kind, as they should be stored.
fn keyed<'a>(
    (model_idx, kind): (u32, &'a StoredKind),
    entries: impl Iterator<Item = (u64, RecordIdx)> + 'a,
) -> impl Iterator<Item = InBlock> + 'a {
    let schema = &kind.resolved.model.schema;
    entries.map(move |(key, record)| ((model_idx, key), (kind.ordinal(record), is_star(schema, key))))
}

fn check_cluster_blocks(store: &Store, kinds: &[StoredKind], found: &mut Verification) -> Result<()> {
    let of_kind = |(model_idx, kind): (usize, &StoredKind)| {
        let blocks = cluster_blocks(&kind.resolved).into_iter();
        blocks.map(|(key, anchor)| ((model_idx as u32, key), (kind.ordinal(anchor), false))).collect::<Vec<_>>()
    };
    let computed = kinds.iter().enumerate().flat_map(of_kind);
    compare_blocks((store, BlockFamily::Clusters), computed, found)
}

/// A block, and who is in it: its ordinal, and whether it lies there as in a star.
type InBlock = ((u32, u64), (u32, bool));

/// Compares the entries of blocks, which both come in the order of blocks, and within one in any order.
fn compare_blocks(
    (store, of): (&Store, BlockFamily),
    computed: impl Iterator<Item = InBlock>,
    found: &mut Verification,
) -> Result<()> {
    let stored = store.scan_blocks_of(of)?.map(|item| {
        let BlockEntry { model_idx, blocking_key, ordinal, anchor } = item?;
        Ok(((model_idx, blocking_key), (ordinal, anchor.is_some())))
    });
    let stored = InOrder { entries: stored.peekable(), block: Vec::new() };
    let computed = InOrder { entries: computed.map(Ok::<_, StoreError>).peekable(), block: Vec::new() };
    // Nothing computed fails.
    let computed = computed.filter_map(std::result::Result::ok);
    let what_block = if of == BlockFamily::Records { "block" } else { "cluster block" };
    walk(stored, computed, |difference| {
        if let Some((((model_idx, key), (ordinal, _)), what)) = what(difference) {
            found.note(|| format!("{what_block} {model_idx}/{key:016x}: {}: {what}", name(store, ordinal)));
        }
        Ok(())
    })
}

/// Entries of blocks, sorted within each.
struct InOrder<I: Iterator<Item = std::result::Result<InBlock, StoreError>>> {
    entries: Peekable<I>,
    /// The rest of the block that is being told, the next entry last.
    block: Vec<InBlock>,
}

impl<I: Iterator<Item = std::result::Result<InBlock, StoreError>>> Iterator for InOrder<I> {
    type Item = std::result::Result<(InBlock, ()), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.block.is_empty() {
            match self.entries.next()? {
                Ok(first) => self.block.push(first),
                Err(error) => return Some(Err(error)),
            }
            let block = self.block[0].0;
            let is_in =
                |item: &std::result::Result<InBlock, StoreError>| item.as_ref().is_ok_and(|(of, _)| *of == block);
            while let Some(Ok(entry)) = self.entries.next_if(is_in) {
                self.block.push(entry);
            }
            self.block.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.block.pop().map(|entry| Ok((entry, ())))
    }
}

/// What is wrong with an entry, if anything is.
fn what<K, V: PartialEq>(difference: Difference<K, V, V>) -> Option<(K, &'static str)> {
    match difference {
        Difference::Both(_, one, other) if one == other => None,
        Difference::Both(key, ..) => Some((key, "stored and computed differ")),
        Difference::Surplus(key, _) => Some((key, "stored and not computed")),
        Difference::Missing(key, _) => Some((key, "computed and not stored")),
    }
}

/// A record for people.
fn name(store: &Store, ordinal: u32) -> String {
    match store.record_key(ordinal) {
        Ok(Some((source, id))) => format!("{source}:{id}"),
        _ => format!("record {ordinal}"),
    }
}

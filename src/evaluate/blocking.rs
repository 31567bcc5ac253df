//! What does each blocking rule cost, and what does it find?
//!
//! Pairs and blocks as the line counted them, and the true pairs that each rule finds, alone or not. An equal valid code
//! stands beside the rules as one more: it brings records together without a cap.

use hashbrown::HashMap;
use minglu_index::block::BlockEntry;
use minglu_rules::blocking::rule_of;
use minglu_rules::evaluate::RuleRecall;
use minglu_rules::model::RecordIdx;
use rayon::prelude::*;
use serde::Serialize;

use super::examine::ExaminedKind;
use super::missed::Lost;
use super::pair::EQUAL_CODE;

/// Largest blocks that are listed of each rule.
const N_LARGEST_BLOCKS: usize = 3;

/// What a blocking rule costs and finds.
#[derive(Debug, Clone, Serialize)]
pub struct RuleFigures {
    /// The rule; `equal code` stands for valid codes.
    pub rule: String,
    /// Its cap, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_records_max: Option<usize>,
    /// Blocks of two or more records within the cap.
    pub n_blocks: u64,
    /// Pairs in them.
    pub n_pairs: u64,
    /// Records of the largest block, skipped or not.
    pub n_records_largest: u64,
    /// Blocks above the cap.
    pub n_blocks_skipped: u64,
    /// Records in them.
    pub n_records_skipped: u64,
    /// True pairs that the rule finds.
    pub n_true_pairs: u64,
    /// Share of the true pairs that it finds.
    pub recall: f64,
    /// True pairs that no other rule finds.
    pub n_true_pairs_alone: u64,
    /// Share of the true pairs that no other rule finds.
    pub recall_alone: f64,
    /// True pairs that were missed because no rule found them and this one skipped their block.
    pub n_true_pairs_skipped: u64,
    /// The largest blocks; those of stars are not listed.
    pub largest: Vec<BlockReport>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockReport {
    /// Its records.
    pub n_records: u64,
    /// One of them, `source:record_id`.
    pub example: String,
    /// The first value of that one, mostly its name.
    pub name: String,
}

/// The figures of all rules, with the equal code as the last.
pub(super) fn rule_figures(kind: &ExaminedKind, sources: &[String], lost: &Lost) -> Vec<RuleFigures> {
    let blocks = &kind.resolved.blocks;
    let recall = true_pairs_by_rule(kind);
    let largest = largest_blocks(kind);
    let named =
        |found: &Vec<(usize, RecordIdx)>| found.iter().map(|block| block_report(kind, sources, block)).collect();
    let rules = blocks.report.iter().enumerate().map(|(position, rule)| RuleFigures {
        rule: rule.rule.clone(),
        n_records_max: (!kind.resolved.model.schema.blocking[position].star).then_some(rule.n_records_max),
        n_blocks: rule.n_blocks,
        n_pairs: rule.n_pairs,
        n_records_largest: rule.n_records_largest,
        n_blocks_skipped: rule.n_blocks_skipped,
        n_records_skipped: rule.n_records_skipped,
        n_true_pairs: recall.n_found[position],
        recall: recall.recall(position),
        n_true_pairs_alone: recall.n_found_alone[position],
        recall_alone: recall.recall_alone(position),
        n_true_pairs_skipped: lost.n_skipped_by_rule[position],
        largest: named(&largest[position]),
    });
    let mut figures: Vec<RuleFigures> = rules.collect();
    figures.push(figures_of_codes(kind, sources, &recall));
    figures
}

/// The figures of equal codes: each code is a block without a cap.
fn figures_of_codes(kind: &ExaminedKind, sources: &[String], recall: &RuleRecall) -> RuleFigures {
    let mut groups: HashMap<u64, (usize, RecordIdx)> = HashMap::new();
    for (position, standing) in kind.resolved.standings.iter().enumerate() {
        if let Some(org) = standing.org {
            groups.entry(org.get()).or_insert((0, RecordIdx(position as u32))).0 += 1;
        }
    }
    let mut blocks: Vec<(usize, RecordIdx)> = groups.into_values().filter(|(n_records, _)| *n_records > 1).collect();
    blocks.sort_unstable_by_key(|(n_records, first)| (std::cmp::Reverse(*n_records), *first));
    let position = recall.n_found.len() - 1;
    RuleFigures {
        rule: EQUAL_CODE.to_string(),
        n_records_max: None,
        n_blocks: blocks.len() as u64,
        n_pairs: blocks.iter().map(|(n_records, _)| (n_records * (n_records - 1) / 2) as u64).sum(),
        n_records_largest: blocks.first().map_or(0, |(n_records, _)| *n_records as u64),
        n_blocks_skipped: 0,
        n_records_skipped: 0,
        n_true_pairs: recall.n_found[position],
        recall: recall.recall(position),
        n_true_pairs_alone: recall.n_found_alone[position],
        recall_alone: recall.recall_alone(position),
        n_true_pairs_skipped: 0,
        largest: blocks.iter().take(N_LARGEST_BLOCKS).map(|block| block_report(kind, sources, block)).collect(),
    }
}

/// True pairs by the rules that find them; the position past the last rule is that of equal codes.
fn true_pairs_by_rule(kind: &ExaminedKind) -> RuleRecall {
    let n_rules = kind.resolved.model.schema.blocking.len();
    let none = || RuleRecall::new(n_rules + 1);
    let add = |mut recall: RuleRecall, records: &Vec<RecordIdx>| {
        for (position, &a) in records.iter().enumerate() {
            for &b in &records[position + 1..] {
                let by_code = u64::from(kind.shares_code(a, b)) << n_rules;
                recall.add(kind.rules_within_cap(a, b) | by_code);
            }
        }
        recall
    };
    let join = |mut all: RuleRecall, part: RuleRecall| {
        all.join(&part);
        all
    };
    kind.by_truth.par_iter().fold(none, add).reduce(none, join)
}

/// The largest blocks of each rule, as numbers of records and a record, the largest first.
fn largest_blocks(kind: &ExaminedKind) -> Vec<Vec<(usize, RecordIdx)>> {
    let rules = &kind.resolved.model.schema.blocking;
    let none = || vec![Vec::new(); rules.len()];
    let keep = |largest: &mut Vec<(usize, RecordIdx)>| {
        largest.sort_unstable_by_key(|(n_records, first)| (std::cmp::Reverse(*n_records), *first));
        largest.truncate(N_LARGEST_BLOCKS);
    };
    let add = |mut largest: Vec<Vec<(usize, RecordIdx)>>, block: &[BlockEntry]| {
        let of_rule = &mut largest[rule_of(block[0].key())];
        if of_rule.last().is_none_or(|last| of_rule.len() < N_LARGEST_BLOCKS || last.0 <= block.len()) {
            of_rule.push((block.len(), block[0].record));
            keep(of_rule);
        }
        largest
    };
    let join = |mut all: Vec<Vec<(usize, RecordIdx)>>, part: Vec<Vec<(usize, RecordIdx)>>| {
        for (all, part) in all.iter_mut().zip(part) {
            all.extend(part);
            keep(all);
        }
        all
    };
    let blocks = kind.resolved.blocks.blocks();
    let is_listed = |block: &&[BlockEntry]| block.len() > 1 && !rules[rule_of(block[0].key())].star;
    blocks.filter(is_listed).fold(none, add).reduce(none, join)
}

fn block_report(kind: &ExaminedKind, sources: &[String], (n_records, example): &(usize, RecordIdx)) -> BlockReport {
    let record = &kind.resolved.records[example.at()];
    let source = &sources[record.key.source.0 as usize];
    let name = record.values.first().map_or("", |value| record.raw(value));
    let example = format!("{source}:{}", record.key.id);
    BlockReport { n_records: *n_records as u64, example, name: name.to_string() }
}

//! How does an evaluation read on a terminal?
//!
//! Lines of figures; errors in one line each. Evidence line by line is in the JSON and in the HTML report.

use std::fmt;

use minglu_rules::evaluate::{Evaluation, Rates};

use super::{Against, CandidateRecall, Disputed, EvaluationReport, KindReport, PairReport, RuleFigures};

impl fmt::Display for EvaluationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_evaluation(f, &self.evaluation)?;
        for (name, rates) in &self.baselines {
            writeln!(f, "{}  (baseline)", rates_line(name, rates))?;
        }
        write_candidates(f, self.candidates, self.n_entities_with_two_codes)?;
        for kind in &self.kinds {
            write!(f, "{kind}")?;
        }
        match &self.against {
            Some(against) => write!(f, "{against}"),
            None => Ok(()),
        }
    }
}

fn write_evaluation(f: &mut fmt::Formatter<'_>, found: &Evaluation) -> fmt::Result {
    writeln!(
        f,
        "records {} (missing {}), clusters {}, true entities {}, true pairs {}, largest cluster {}",
        found.n_records,
        found.n_missing,
        found.n_clusters,
        found.n_entities,
        found.n_true_pairs,
        found.n_records_largest
    )?;
    for (name, rates) in [("pairwise", found.pairwise), ("B-cubed", found.b_cubed), ("exact clusters", found.exact)] {
        writeln!(f, "{}", rates_line(name, &rates))?;
    }
    Ok(())
}

fn rates_line(name: &str, rates: &Rates) -> String {
    format!("{name:<28} P {:.5}  R {:.5}  F1 {:.5}", rates.precision, rates.recall, rates.f1)
}

fn write_candidates(
    f: &mut fmt::Formatter<'_>,
    candidates: Option<CandidateRecall>,
    n_with_two_codes: Option<u64>,
) -> fmt::Result {
    if let Some(recall) = candidates {
        writeln!(f, "candidate recall             direct {:.5}  connected {:.5}", recall.direct, recall.connected)?;
    }
    match n_with_two_codes {
        Some(n) => writeln!(f, "entities with two valid organization codes: {n}"),
        None => Ok(()),
    }
}

impl fmt::Display for KindReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{} · model {} · {} records", self.kind, self.model, self.n_records)?;
        writeln!(f, "thresholds: clusters and links from a match weight on; links that weight decides, of those kept")?;
        writeln!(f, "    bits  probability   clusters P        R       F1      links P        R       F1")?;
        for point in &self.curve {
            let (clusters, links) = (&point.cluster_rates, &point.link_rates);
            let is_set = self.match_weight_min == Some(point.match_weight_min);
            writeln!(
                f,
                "  {:>6.2}   {:.8}      {:.5}  {:.5}  {:.5}      {:.5}  {:.5}  {:.5}{}",
                point.match_weight_min,
                point.match_probability_min,
                clusters.precision,
                clusters.recall,
                clusters.f1,
                links.precision,
                links.recall,
                links.f1,
                if is_set { "  ← as configured" } else { "" }
            )?;
        }
        self.blocking.iter().try_for_each(|rule| write!(f, "{rule}"))?;
        let merges = &self.false_merges;
        writeln!(
            f,
            "false merges: {} links in {} clusters, {} by an equal code",
            merges.n_links, merges.n_clusters, merges.n_links_by_code
        )?;
        merges.worst.iter().try_for_each(|pair| write_pair(f, pair))?;
        writeln!(f, "missed true pairs: {}", self.missed.iter().map(|missed| missed.n_pairs).sum::<u64>())?;
        for missed in &self.missed {
            let law: Vec<String> = missed.law.iter().map(|(veto, n_pairs)| format!("{veto} {n_pairs}")).collect();
            let law = if law.is_empty() { String::new() } else { format!(" ({})", law.join(", ")) };
            writeln!(f, "  {}: {} pairs{law}", missed.why.as_str(), missed.n_pairs)?;
            missed.worst.iter().try_for_each(|pair| write_pair(f, pair))?;
        }
        Ok(())
    }
}

impl fmt::Display for RuleFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "block '{}': {} pairs in {} blocks, largest {}; finds {:.5} of the true pairs, {:.5} alone",
            self.rule, self.n_pairs, self.n_blocks, self.n_records_largest, self.recall, self.recall_alone
        )?;
        if self.n_blocks_skipped > 0 {
            let (n_blocks, n_lost) = (self.n_blocks_skipped, self.n_true_pairs_skipped);
            write!(f, "; {n_blocks} blocks of {} records skipped, {n_lost} true pairs lost", self.n_records_skipped)?;
        }
        writeln!(f)
    }
}

fn write_pair(f: &mut fmt::Formatter<'_>, pair: &PairReport) -> fmt::Result {
    let law = pair.law.as_ref().map(|law| format!(" · {law}")).unwrap_or_default();
    let (a, b) = (&pair.a, &pair.b);
    writeln!(
        f,
        "    {:>6.2} bits · {}:{} {} | {}:{} {}{law}",
        pair.match_weight,
        a.source,
        a.record_id,
        one_line(PairReport::name(a)),
        b.source,
        b.record_id,
        one_line(PairReport::name(b))
    )
}

/// A value of somebody else's file on a terminal: control characters would be obeyed.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nthe other register")?;
        write_evaluation(f, &self.evaluation)?;
        write_candidates(f, self.candidates, self.n_entities_with_two_codes)?;
        let found = &self.disagreement;
        writeln!(f, "true pairs found: {} only here, {} only there", found.n_found_by_first, found.n_found_by_second)?;
        writeln!(
            f,
            "false pairs merged: {} only here, {} only there",
            found.n_merged_by_first, found.n_merged_by_second
        )?;
        for (heading, disputed) in [("right only here", &self.first_right), ("right only there", &self.second_right)] {
            writeln!(f, "{heading}; weights of the register that is wrong")?;
            disputed.iter().try_for_each(|pair| write_disputed(f, pair))?;
        }
        Ok(())
    }
}

fn write_disputed(f: &mut fmt::Formatter<'_>, disputed: &Disputed) -> fmt::Result {
    let right = disputed.right.as_ref().map(|why| format!(", {:.2} bits in the other", why.match_weight));
    let what = disputed.missed.map_or("merged", |missed| missed.as_str());
    writeln!(f, "  {what}{}", right.unwrap_or_default())?;
    write_pair(f, &disputed.wrong)
}

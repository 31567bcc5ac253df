//! What is measured: how exactly the address parser finds the components of labelled addresses, by exact span.
//!
//! Corpus: a file in the format of Li et al., *Neural Chinese Address Parsing* (NAACL 2019): one token and one label
//! (`B-road`, `I-road`) a line, an empty line between addresses. None is shipped; the path is the argument:
//! `cargo bench --profile release --bench address_spans -p minglu-rules -- dev.txt [LABEL]`.
//! Note: a component counts as found only if first and last character are both right; a prediction of a label without
//! its gold span is wrong even if the text is equal elsewhere. Labels that have no counterpart in GA/T 2000.32 (poi,
//! subpoi, person, devZone, assist, redundant) are not counted. With LABEL (or `all`), every address that is wrong there is shown.

use minglu_rules::address::{self, AddressPart};
use std::collections::BTreeMap;

/// The labels that are counted, and the part that answers each (docs/methods/addresses.md).
const LABELS: [(&str, AddressPart); 12] = [
    ("prov", AddressPart::Province),
    ("city", AddressPart::City),
    ("district", AddressPart::County),
    ("town", AddressPart::Street),
    ("community", AddressPart::Community),
    ("road", AddressPart::Road),
    // The corpus has no label for a group of villagers and calls it a road.
    ("road", AddressPart::Group),
    ("roadno", AddressPart::Number),
    ("houseno", AddressPart::Block),
    ("cellno", AddressPart::Unit),
    ("floorno", AddressPart::Floor),
    ("roomno", AddressPart::Room),
];

/// A label with the characters that it covers.
type Span = (&'static str, usize, usize);

#[derive(Default)]
struct Count {
    n_gold: usize,
    n_found: usize,
    n_both: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(path) = arguments.next() else {
        println!("address_spans: give the path of a labelled file to measure on");
        return;
    };
    let shown = arguments.next();
    let labelled = match std::fs::read_to_string(&path) {
        Ok(labelled) => labelled,
        Err(error) => return println!("{path}: {error}"),
    };
    let mut counts: BTreeMap<usize, Count> = BTreeMap::new();
    let mut n_lines = 0;
    for block in labelled.replace('\r', "").split("\n\n").filter(|block| !block.trim().is_empty()) {
        n_lines += 1;
        let (text, gold) = read_gold(block);
        let found = read_parts(&text);
        count(&gold, &found, &mut counts);
        let is_shown = |span: &&Span| shown.as_deref().is_some_and(|label| label == span.0 || label == "all");
        let of = |spans: &[Span]| spans.iter().filter(is_shown).copied().collect();
        let (wanted, got): (Vec<Span>, Vec<Span>) = (of(&gold), of(&found));
        if wanted != got {
            println!("{}\n   gold  {}\n   found {}", text, show(&text, &gold), show(&text, &found));
        }
    }
    report(n_lines, &counts);
}

/// The text of a block of tokens and its labelled spans.
fn read_gold(block: &str) -> (String, Vec<Span>) {
    let (mut text, mut gold, mut n_chars) = (String::new(), Vec::new(), 0);
    let mut open: Option<Span> = None;
    for line in block.lines() {
        let Some((token, tag)) = line.rsplit_once(' ') else { continue };
        let (begins, label) = tag.split_once('-').map_or((true, tag), |(mark, label)| (mark != "I", label));
        let end = n_chars + token.chars().count();
        let known = LABELS.iter().find(|(name, _)| *name == label).map(|(name, _)| *name);
        match (&mut open, known) {
            (Some(span), Some(known)) if !begins && span.0 == known => span.2 = end,
            _ => {
                gold.extend(open.take());
                open = known.map(|known| (known, n_chars, end));
            }
        }
        text.push_str(token);
        n_chars = end;
    }
    gold.extend(open);
    (text, gold)
}

/// The parts that the parser finds, under the labels of the corpus.
fn read_parts(text: &str) -> Vec<Span> {
    let description = address::describe(text, None);
    let label = |part| LABELS.iter().find(|(_, of)| *of == part).map(|(name, _)| *name);
    description.parts.iter().filter_map(|part| Some((label(part.part)?, part.start, part.end))).collect()
}

fn count(gold: &[Span], found: &[Span], counts: &mut BTreeMap<usize, Count>) {
    let idx_of = |label: &str| LABELS.iter().position(|(name, _)| *name == label).unwrap_or_default();
    for span in gold {
        let count = counts.entry(idx_of(span.0)).or_default();
        count.n_gold += 1;
        count.n_both += usize::from(found.contains(span));
    }
    for span in found {
        counts.entry(idx_of(span.0)).or_default().n_found += 1;
    }
}

fn report(n_lines: usize, counts: &BTreeMap<usize, Count>) {
    println!("{:10} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}", "label", "gold", "found", "both", "P", "R", "F1");
    let mut whole = Count::default();
    for (idx, count) in counts {
        line(LABELS[*idx].0, count);
        whole.n_gold += count.n_gold;
        whole.n_found += count.n_found;
        whole.n_both += count.n_both;
    }
    line("all", &whole);
    println!("{n_lines} addresses");
}

fn line(name: &str, count: &Count) {
    let share = |of: usize| if of == 0 { 1.0 } else { count.n_both as f64 / of as f64 };
    let f1 = 2.0 * count.n_both as f64 / (count.n_gold + count.n_found).max(1) as f64;
    let Count { n_gold, n_found, n_both } = count;
    println!("{name:10} {n_gold:7} {n_found:7} {n_both:7} {:7.4} {:7.4} {f1:7.4}", share(*n_found), share(*n_gold));
}

fn show(text: &str, spans: &[Span]) -> String {
    let piece = |from: usize, to: usize| text.chars().skip(from).take(to - from).collect::<String>();
    spans.iter().map(|(label, from, to)| format!("{}/{label}", piece(*from, *to))).collect::<Vec<_>>().join(" ")
}

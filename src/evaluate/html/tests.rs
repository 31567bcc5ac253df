//! Is the page well-formed, does it load nothing, and does every value stay a text?

use minglu_rules::evaluate::{
    Bin, CurvePoint, Disagreement, Evaluation, Judged, Missed, PairCounts, evaluate as evaluate_rows,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::evaluate::{
    Against, BlockReport, CandidateRecall, ComparisonWeights, Disputed, FalseMerges, FieldText, LevelWeight,
    MissedPairs, OtherKind, PairReport, RecordReport, RuleFigures,
};
use crate::registry::{EvidenceLine, WhyAnswer};

/// What somebody might write into a cell to be more than text.
const NASTY: &str = "</text></svg><script>alert('&\"1')</script><img src=x onerror=y>\u{1}";

fn nasty() -> String {
    NASTY.to_string()
}

fn record(id: &str) -> RecordReport {
    let values = ["name", NASTY].map(|field| FieldText { field: field.to_string(), value: format!("{NASTY}{id}") });
    RecordReport {
        source: nasty(),
        record_id: id.to_string(),
        truth: nasty(),
        entity: nasty(),
        values: values.to_vec(),
    }
}

fn evidence() -> Vec<EvidenceLine> {
    let line = |weight: f64, term_frequency_adjustment: f64| EvidenceLine {
        comparison: nasty(),
        level: nasty(),
        weight,
        term_frequency_adjustment,
        n_sharers: 2,
        a: Some(nasty()),
        b: Some(nasty()),
        a_from: Some(nasty()),
        b_from: None,
    };
    vec![line(12.0, -2.5), line(-3.0, 0.0), line(0.0, 0.0)]
}

fn pair() -> PairReport {
    PairReport {
        a: record("1"),
        b: record("2"),
        rules: vec![nasty()],
        rules_skipped: vec![nasty()],
        law: Some(nasty()),
        prior: -5.0,
        evidence: evidence(),
        match_weight: 1.5,
        match_probability: 0.7388,
    }
}

fn points() -> Vec<CurvePoint> {
    let counts = |n_found: u64, n_right: u64| PairCounts { n_found, n_true: 10, n_right };
    let point = |bits: f64, n_found: u64| CurvePoint::new(bits, counts(n_found, 7), counts(n_found, 6));
    vec![point(0.0, 9), point(4.25, 8), point(5.0, 7)]
}

fn kind() -> KindReport {
    let block = BlockReport { n_records: 1234, example: nasty(), name: nasty() };
    let rule = RuleFigures {
        rule: nasty(),
        n_records_max: Some(40),
        n_blocks: 3,
        n_pairs: 1_234_567,
        n_records_largest: 50,
        n_blocks_skipped: 1,
        n_records_skipped: 50,
        n_true_pairs: 8,
        recall: 0.8,
        n_true_pairs_alone: 1,
        recall_alone: 0.1,
        n_true_pairs_skipped: 1,
        largest: vec![block],
    };
    let level = |weight: f64| LevelWeight {
        level: nasty(),
        given: Some(nasty()),
        m: 0.9,
        u: 0.9 / weight.exp2(),
        counts_sharers: true,
        weight,
    };
    let missed = Missed::ALL.map(|why| MissedPairs {
        why,
        n_pairs: 3,
        law: [("different_codes", 3)].into_iter().collect(),
        worst: vec![pair()],
    });
    KindReport {
        kind: nasty(),
        model: nasty(),
        n_records: 20,
        match_weight_min: Some(4.25),
        review_weight_min: Some(0.0),
        curve: points(),
        histogram: vec![
            Bin { from: 0.0, to: 1.0, n_true: 1, n_false: 3 },
            Bin { from: 1.0, to: 2.0, n_true: 4000, n_false: 0 },
        ],
        blocking: vec![rule],
        false_merges: FalseMerges { n_links: 2, n_links_by_code: 1, n_clusters: 2, worst: vec![pair()] },
        missed: missed.to_vec(),
        prior: -5.0,
        comparisons: vec![ComparisonWeights {
            comparison: nasty(),
            levels: vec![level(10.0), level(-4.0), level(f64::NEG_INFINITY)],
        }],
    }
}

fn figures() -> Evaluation {
    evaluate_rows(&[Judged { truth: 0, cluster: Some(0) }, Judged { truth: 0, cluster: Some(1) }])
}

fn against() -> Against {
    let right = WhyAnswer {
        a: nasty(),
        b: nasty(),
        entity_a: nasty(),
        entity_b: nasty(),
        same_entity: true,
        decision: nasty(),
        veto: Some(nasty()),
        candidates_by: vec![nasty()],
        model: nasty(),
        prior: -4.0,
        evidence: evidence(),
        match_weight: 2.5,
        stored_match_weight: None,
        match_probability: 0.85,
        together: None,
        judgements: vec![],
    };
    let disputed =
        |missed: Option<Missed>, right: Option<WhyAnswer>| Disputed { kind: nasty(), missed, wrong: pair(), right };
    Against {
        evaluation: figures(),
        candidates: None,
        n_entities_with_two_codes: Some(0),
        kinds: vec![OtherKind { kind: nasty(), model: nasty(), curve: points() }],
        disagreement: Disagreement::default(),
        first_right: vec![disputed(None, Some(right))],
        second_right: vec![disputed(Some(Missed::Review), None)],
    }
}

fn report() -> EvaluationReport {
    EvaluationReport {
        evaluation: figures(),
        candidates: Some(CandidateRecall { direct: 0.9, connected: 1.0 }),
        n_entities_with_two_codes: Some(0),
        baselines: vec![(nasty(), figures().pairwise)],
        kinds: vec![kind()],
        against: Some(Box::new(against())),
    }
}

/// What a page consists of: names of elements, and their attributes.
fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(page);
    let (mut found, mut open) = (Vec::new(), 0_i32);
    let read = |start: &BytesStart<'_>| {
        let attributes = start.attributes().map(|attribute| attribute.expect("is well-formed"));
        let text = |text: &str| text.to_string();
        let attributes = attributes.map(|attribute| (text(attribute.key.as_ref()), text(&attribute.value)));
        (text(start.name().as_ref()), attributes.collect())
    };
    loop {
        match reader.read_event().expect("the page is well-formed") {
            Event::Start(start) => {
                open += 1;
                found.push(read(&start));
            }
            Event::Empty(start) => found.push(read(&start)),
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0, "every element is closed");
    found
}

#[track_caller]
fn check(page: &str) {
    for (element, attributes) in elements(page) {
        let is_inert = !matches!(element.as_str(), "script" | "img" | "link" | "iframe" | "object" | "image" | "use");
        assert!(is_inert, "{element} stands in the page");
        for (name, value) in attributes {
            assert!(!name.starts_with("on") && name != "src" && name != "xlink:href", "{element} {name}={value}");
            assert!(name != "href" || value.starts_with('#'), "{element} refers to {value}");
        }
    }
    assert!(!page.contains("url(") && !page.contains("@import") && !page.contains("://"), "nothing is loaded");
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("NaN") && !page.contains("\"inf"));
}

#[test]
fn values_stay_text_in_every_language() {
    let report = report();
    for words in [Words::Both, Words::Chinese, Words::English] {
        let page = page(&report, words);
        check(&page);
        assert!(page.contains("&lt;script&gt;alert(&#39;&amp;&quot;1&#39;)&lt;/script&gt;"));
        assert_eq!(page, super::page(&report, words), "the same report gives the same bytes");
    }
}

#[test]
fn a_language_is_spoken_alone() {
    let report = EvaluationReport { kinds: vec![], against: None, baselines: vec![], ..report() };
    let (chinese, english) = (page(&report, Words::Chinese), page(&report, Words::English));
    assert!(chinese.contains("召回率") && !chinese.contains("recall"), "{chinese}");
    let is_chinese = |char: char| ('\u{4e00}'..='\u{9fff}').contains(&char);
    let body = english.split_once("</style>").expect("has a style").1;
    assert!(body.contains("recall") && !body.contains(is_chinese), "{body}");
}

#[test]
fn a_page_without_anything_is_a_page() {
    let empty = KindReport {
        curve: vec![],
        histogram: vec![],
        blocking: vec![],
        missed: vec![],
        comparisons: vec![],
        match_weight_min: None,
        review_weight_min: None,
        ..kind()
    };
    check(&page(&EvaluationReport { kinds: vec![empty], ..report() }, Words::Both));
}

#[test]
fn a_page_has_what_the_report_has() {
    let page = page(&report(), Words::English);
    let n = |element: &str| elements(&page).iter().filter(|(name, _)| name == element).count();
    // One article for the false merge, one for each place where pairs are lost, two disputed pairs.
    assert_eq!(n("article"), 1 + Missed::ALL.len() + 2);
    // Three charts, a bar, a chart of levels, a waterfall for each article and a second one for the explained dispute.
    assert_eq!(n("svg"), 3 + 1 + 1 + n("article") + 1);
    assert!(page.contains("1,234,567") && page.contains("+9.50 = +12.00 -2.50"));
}

#[test]
fn numbers_have_their_thousands_apart() {
    assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
}

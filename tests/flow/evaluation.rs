//! Does a detailed evaluation say what the register does? Its parts must agree with one another and with the figures.

use minglu::evaluate::Assignment;
use minglu::evaluate::read_assignment;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::workshop::{Workshop, stderr, stdout};

const N_LEGAL_UNITS: u64 = 400;
const SEED: u64 = 7;

/// Shares are compared after many divisions.
const ROUNDING: f64 = 1e-9;

/// Runs the program to a good end and returns what it printed.
#[track_caller]
fn check(workshop: &Workshop, arguments: &[&str]) -> String {
    let output = workshop.run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

#[track_caller]
fn evaluated(workshop: &Workshop, more: &[&str]) -> Value {
    let arguments = ["evaluate", "--data", "{data}", "--truth", "{truth}", "--json"];
    serde_json::from_str(&check(workshop, &[&arguments[..], more].concat())).expect("JSON")
}

#[track_caller]
fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[track_caller]
fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

/// Pairs of a point of the curve: found, true, both.
fn pairs(point: &Value) -> (u64, u64, u64) {
    let clusters = &point["clusters"];
    (number(&clusters["n_found"]), number(&clusters["n_true"]), number(&clusters["n_right"]))
}

/// The point of the configured threshold has the figures of the register, and what is missing there is listed.
#[track_caller]
fn check_agreement(report: &Value) {
    let kind = &report["kinds"][0];
    let curve = list(&kind["curve"]);
    let set = curve.iter().find(|point| point["match_weight_min"] == kind["match_weight_min"]);
    let set = set.expect("the configured threshold is a step");
    for rate in ["precision", "recall", "f1"] {
        assert_eq!(set["cluster_rates"][rate], report["pairwise"][rate], "{rate}");
    }
    let (n_found, n_true, n_right) = pairs(set);
    assert_eq!(n_true, number(&report["n_true_pairs"]));
    let n_missed: u64 = list(&kind["missed"]).iter().map(|missed| number(&missed["n_pairs"])).sum();
    assert_eq!(n_missed, n_true - n_right, "every missed pair has one reason");
    assert_eq!(n_found > n_right, number(&kind["false_merges"]["n_links"]) > 0, "false pairs come from false links");
    let links: Vec<u64> = curve.iter().map(|point| number(&point["links"]["n_found"])).collect();
    assert!(links.is_sorted_by(|a, b| a >= b), "{links:?}");
    let in_bins: u64 =
        list(&kind["histogram"]).iter().map(|bin| number(&bin["n_true"]) + number(&bin["n_false"])).sum();
    assert_eq!(in_bins, links[0], "the ladder begins where links are kept");
}

/// Each pair that is shown adds up and is what it is called.
#[track_caller]
fn check_pairs(report: &Value, truth: &Assignment) {
    let kind = &report["kinds"][0];
    let check_pair = |pair: &Value, is_true: bool| {
        let lines = list(&pair["evidence"]).iter();
        let weight = |line: &Value| line["weight"].as_f64().zip(line["term_frequency_adjustment"].as_f64());
        let listed: f64 = lines.map(|line| weight(line).map_or(0.0, |(weight, adjustment)| weight + adjustment)).sum();
        let sum = pair["prior"].as_f64().expect("a prior") + listed;
        assert!((sum - pair["match_weight"].as_f64().expect("a weight")).abs() < ROUNDING, "{pair}");
        let truth_of = |record: &Value| {
            let text = |value: &Value| value.as_str().expect("a text").to_string();
            let known = truth.get(&(text(&record["source"]), text(&record["record_id"])));
            assert_eq!(known.map(String::as_str), record["truth"].as_str());
            assert!(!list(&record["values"]).is_empty());
            known.cloned()
        };
        assert_eq!(truth_of(&pair["a"]) == truth_of(&pair["b"]), is_true, "{pair}");
        assert_eq!(pair["a"]["entity"] == pair["b"]["entity"], !is_true, "{pair}");
    };
    list(&kind["false_merges"]["worst"]).iter().for_each(|pair| check_pair(pair, false));
    for missed in list(&kind["missed"]) {
        let worst = list(&missed["worst"]);
        worst.iter().for_each(|pair| check_pair(pair, true));
        let weights: Vec<f64> = worst.iter().filter_map(|pair| pair["match_weight"].as_f64()).collect();
        assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
        let is_lawful = matches!(missed["why"].as_str(), Some("cut" | "vetoed"));
        assert!(worst.iter().all(|pair| pair["law"].is_string() == is_lawful), "{missed}");
    }
}

#[test]
fn the_parts_of_a_report_agree() {
    for workshop in [Workshop::tiny(), Workshop::city(N_LEGAL_UNITS, SEED)] {
        workshop.build();
        let report = evaluated(&workshop, &["--errors", "4"]);
        check_agreement(&report);
        let truth = read_assignment(&workshop.truth(), "entity").expect("the truth is read");
        check_pairs(&report, &truth);
        assert!(list(&report["kinds"][0]["false_merges"]["worst"]).len() <= 4);
    }
}

#[test]
fn a_record_that_is_not_there_is_a_reason() {
    let workshop = Workshop::tiny();
    workshop.build();
    let known = std::fs::read_to_string(workshop.truth()).expect("reads");
    let (header, first) = (known.lines().next(), known.lines().nth(1));
    let (_, entity) = first.and_then(|row| row.rsplit_once(',')).expect("a row");
    assert_eq!(header, Some("source,record_id,entity"));
    std::fs::write(workshop.truth(), format!("{known}market,nowhere,{entity}\n")).expect("writes");
    let report = evaluated(&workshop, &[]);
    check_agreement(&report);
    assert_eq!(number(&report["n_missing"]), 1);
    let missed = list(&report["kinds"][0]["missed"]);
    let without = missed.iter().find(|missed| missed["why"] == "no_record").expect("is a reason");
    let n_records = known.lines().filter(|row| row.ends_with(&format!(",{entity}"))).count();
    assert_eq!(number(&without["n_pairs"]), n_records as u64);
}

#[test]
fn what_a_cap_skips_is_said() {
    let workshop = Workshop::tiny();
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/schemas/enterprise.toml"));
    let schema = schema.expect("reads");
    let capped: Vec<String> = schema
        .lines()
        .map(|line| match line.strip_prefix("n_records_max = ").map(str::trim) {
            // The cap of the law is the largest; all others become caps of blocks that hold no pair.
            Some("200") | None => line.to_string(),
            Some(_) => "n_records_max = 2".to_string(),
        })
        .collect();
    std::fs::write(workshop.file("own.toml"), capped.join("\n")).expect("writes");
    workshop.edit("minglu.toml", "kind = \"enterprise\"", "kind = \"own.toml\"");
    workshop.build();
    let report = evaluated(&workshop, &[]);
    check_agreement(&report);
    let kind = &report["kinds"][0];
    let lost: u64 = list(&kind["blocking"]).iter().map(|rule| number(&rule["n_true_pairs_skipped"])).sum();
    let skipped = list(&kind["missed"]).iter().find(|missed| missed["why"] == "skipped_by_cap");
    let skipped = skipped.expect("blocks of three records are skipped");
    assert!(lost >= number(&skipped["n_pairs"]) && number(&skipped["n_pairs"]) > 0);
    assert!(list(&skipped["worst"]).iter().all(|pair| !list(&pair["rules_skipped"]).is_empty()));
    assert!(list(&skipped["worst"]).iter().all(|pair| list(&pair["rules"]).is_empty()));
}

#[test]
fn a_register_agrees_with_itself() {
    let workshop = Workshop::tiny();
    workshop.build();
    let report = evaluated(&workshop, &["--against", "{data}"]);
    let against = &report["against"];
    assert!(against["disagreement"].as_object().expect("counts").values().all(|n| n == 0), "{against}");
    assert_eq!((list(&against["first_right"]).len(), list(&against["second_right"]).len()), (0, 0));
    assert_eq!(against["pairwise"], report["pairwise"]);
    assert_eq!(against["kinds"][0]["curve"], report["kinds"][0]["curve"]);
}

#[test]
fn two_registers_differ_by_the_pairs_that_are_listed() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    workshop.build();
    workshop.edit("minglu.toml", "match_probability_min = 0.95", "match_probability_min = 0.999999");
    let other = workshop.out("other");
    let other = other.to_str().expect("a path");
    check(&workshop, &["build", "--config", "{config}", "--data", other]);
    let report = evaluated(&workshop, &["--against", other]);
    let (against, found) = (&report["against"], &report["against"]["disagreement"]);
    let right = |report: &Value, kind: &Value| {
        let curve = list(&kind["curve"]).iter();
        let rates = |point: &&Value| point["cluster_rates"] == report["pairwise"];
        curve.clone().find(rates).map(pairs).expect("the threshold of each register is a step")
    };
    let (here, there) = (right(&report, &report["kinds"][0]), right(against, &against["kinds"][0]));
    let count = |name: &str| number(&found[name]);
    assert_eq!(here.2 + count("n_found_by_second"), there.2 + count("n_found_by_first"));
    assert_eq!(here.0 - here.2 + count("n_merged_by_second"), there.0 - there.2 + count("n_merged_by_first"));
    assert!(count("n_found_by_first") > 0, "a strict threshold loses pairs: {found}");
    let disputed = list(&against["first_right"]);
    let lost = disputed.iter().find(|pair| pair["missed"] == "review").expect("left for review there");
    assert_eq!((&lost["right"]["decision"], &lost["right"]["same_entity"]), (&"match".into(), &true.into()));
    let text = check(&workshop, &["evaluate", "--data", "{data}", "--truth", "{truth}", "--against", other]);
    assert!(text.contains("the other register") && text.contains("right only here"), "{text}");
}

/// Reads a page to its end; anything that is not well-formed is an error.
#[track_caller]
fn check_page(page: &str) {
    let mut reader = Reader::from_str(page);
    loop {
        match reader.read_event().expect("the page is well-formed") {
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    let attribute = attribute.expect("is well-formed");
                    let is_inside = attribute.key.as_ref() != "href" || attribute.value.starts_with('#');
                    assert!(is_inside && attribute.key.as_ref() != "src", "{attribute:?}");
                }
                assert_ne!(start.name().as_ref(), "script");
            }
            Event::Eof => break,
            _ => {}
        }
    }
}

#[test]
fn a_page_is_one_file_with_all_of_it() {
    let workshop = Workshop::tiny();
    // A value that would be markup if it were believed.
    workshop.edit("social.jsonl", "\"电话\"", "\"备注\": \"x\", \"电话\"");
    workshop.edit("market.csv", "深圳市鹏程贸易有限公司", "深圳市鹏程<b>&贸易有限公司");
    workshop.build();
    let write = |more: &[&str]| {
        let arguments = ["evaluate", "--data", "{data}", "--truth", "{truth}", "--html", "{out}"];
        check(&workshop, &[&arguments[..], more].concat());
        std::fs::read_to_string(workshop.out("out")).expect("was written")
    };
    let page = write(&[]);
    check_page(&page);
    assert_eq!(page, write(&[]), "the same register gives the same bytes");
    assert!(!page.contains("鹏程<b>") && page.contains("<svg") && !page.contains("://"));
    let dir = workshop.data();
    assert!(!page.contains(dir.to_str().expect("a path")), "no path of this machine stands in the page");
    let (chinese, english) = (write(&["--lang", "zh"]), write(&["--lang", "en"]));
    check_page(&chinese);
    check_page(&english);
    assert!(chinese.contains("<html lang=\"zh-CN\">") && english.contains("<html lang=\"en\">"));
    assert!(english.contains("Missed true pairs") && !chinese.contains("Missed true pairs"));
}

#[test]
fn a_membership_has_figures_alone() {
    let workshop = Workshop::tiny();
    check(&workshop, &["link", "--config", "{config}", "--out", "{out}"]);
    let html = workshop.out("page.html");
    let html = html.to_str().expect("a path");
    check(&workshop, &["evaluate", "--membership", "{out}", "--truth", "{truth}", "--html", html]);
    check_page(&std::fs::read_to_string(html).expect("was written"));
    let membership = ["evaluate", "--membership", "{out}", "--truth", "{truth}"];
    for more in [["--against", "{data}"], ["--errors", "10001"], ["--lang", "zh"]] {
        let output = workshop.run(&[&membership[..], &more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}: {}", stderr(&output));
    }
}

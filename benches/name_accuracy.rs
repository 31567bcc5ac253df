//! How often does the parser of names find the parts that a person marked?
//!
//! `cargo bench --profile release -p minglu-rules --bench name_accuracy -- FILE [EVERY]` reads one character and one label
//! a line, names apart by an empty line, in the labels of fuyun-ComRec: NAME is the trade name, REGION the division,
//! DOMAIN the industry and COM_TYPE the form, each with B- or I- before it, O for what is none of them. Every EVERY-th
//! name (5 unless told) is counted apart, as held back: rules are written by looking at the others only. A line of
//! two fields is the whole format, so marks of one's own can be measured as well. `--wrong` lists what was
//! missed outside the held-back part; with `--brands` the file has one trade name a line, which is composed with
//! regions, industries and forms in the orders of the law. It measures no speed: see `normalize.rs`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use minglu_rules::{name, text};

/// Names of which one is held back.
const EVERY: usize = 5;

/// Orders of parts that the law and foreign-invested firms use; others are counted as one.
const LEGAL_ORDERS: [&str; 8] = ["RNDF", "RNF", "NDF", "NF", "NRDF", "NDRF", "RND", "ND"];

/// Surroundings of a brand: before it, between brand and form, the form.
const FRAMES: [(&str, &str, &str); 12] = [
    ("深圳市", "科技", "有限公司"),
    ("广东", "电子商务", "有限公司"),
    ("杭州余杭", "餐饮管理", "有限公司"),
    ("", "(上海)贸易", "有限公司"),
    ("", "生物科技(苏州)", "有限公司"),
    ("北京", "", "有限公司"),
    ("成都市", "投资管理", "合伙企业(有限合伙)"),
    ("佛山市顺德区", "电器", "股份有限公司"),
    ("武汉市洪山区", "便利", "店"),
    ("浙江", "控股", "集团有限公司"),
    ("", "服饰", "有限公司"),
    ("天津", "建筑工程", "有限公司第二分公司"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, places): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|text| text.starts_with("--"));
    let is_set = |flag: &str| flags.iter().any(|text| *text == flag);
    let Some(path) = places.first() else {
        println!("usage: name_accuracy FILE [EVERY] [--wrong | --brands]; see the head of benches/name_accuracy.rs");
        return ExitCode::SUCCESS;
    };
    let Ok(file) = std::fs::read_to_string(path) else {
        eprintln!("{path}: cannot be read as UTF-8 text");
        return ExitCode::FAILURE;
    };
    if is_set("--brands") {
        measure_brands(&file);
        return ExitCode::SUCCESS;
    }
    let every = places.get(1).and_then(|text| text.parse().ok()).unwrap_or(EVERY).max(1);
    measure_marked(&file, every, is_set("--wrong"));
    ExitCode::SUCCESS
}

/// A name with its parts as a person marked them.
#[derive(Default)]
struct Marked {
    text: String,
    /// Label and text of each part, in order.
    parts: Vec<(String, String)>,
}

impl Marked {
    /// One letter a part: R, N, D, F; brackets that were emptied say nothing.
    fn order(&self) -> String {
        let letter = |(label, text): &(String, String)| match label.as_str() {
            "NAME" => Some('N'),
            "REGION" => Some('R'),
            "DOMAIN" => Some('D'),
            "COM_TYPE" => Some('F'),
            "O" if text::fold(text) == "()" => None,
            _ => Some('?'),
        };
        self.parts.iter().filter_map(letter).collect()
    }

    fn part(&self, label: &str) -> String {
        self.parts.iter().find(|(found, _)| found == label).map(|(_, text)| text::fold(text)).unwrap_or_default()
    }
}

/// Names counted, and how many of each part were found exactly.
#[derive(Default, Clone, Copy)]
struct Tally {
    n_names: usize,
    n_trade_names: usize,
    n_regions: usize,
    n_industries: usize,
    n_forms: usize,
    n_all: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.n_names += other.n_names;
        self.n_trade_names += other.n_trade_names;
        self.n_regions += other.n_regions;
        self.n_industries += other.n_industries;
        self.n_forms += other.n_forms;
        self.n_all += other.n_all;
    }

    fn print(&self, what: &str) {
        let share = |n: usize| 100.0 * n as f64 / self.n_names.max(1) as f64;
        println!(
            "{what:24} {:6} names  trade name {:5.1} %  region {:5.1} %  industry {:5.1} %  form {:5.1} %  all {:5.1} %",
            self.n_names,
            share(self.n_trade_names),
            share(self.n_regions),
            share(self.n_industries),
            share(self.n_forms),
            share(self.n_all)
        );
    }
}

fn measure_marked(file: &str, every: usize, list_wrong: bool) {
    let mut tallies: BTreeMap<(bool, String), Tally> = BTreeMap::new();
    for (idx, marked) in read(file).iter().enumerate() {
        let is_held_back = idx % every == every - 1;
        let order = marked.order();
        let group = if LEGAL_ORDERS.contains(&order.as_str()) { order.as_str() } else { "other" };
        let tally = judge(marked);
        if list_wrong && !is_held_back && tally.n_trade_names == 0 {
            print_wrong(marked, group);
        }
        let is_legal = group != "other";
        for group in [group, "every order", if is_legal { "legal orders" } else { "" }] {
            tallies.entry((is_held_back, group.to_owned())).or_default().add(tally);
        }
    }
    for ((is_held_back, group), tally) in tallies.iter().filter(|((_, group), _)| !group.is_empty()) {
        tally.print(&format!("{} {group}", if *is_held_back { "held back" } else { "seen" }));
    }
}

fn judge(marked: &Marked) -> Tally {
    let parsed = name::parse(&marked.text);
    let is = |found: &str, label: &str| usize::from(text::fold(found) == marked.part(label));
    let form_text = if parsed.branch().is_some() { "" } else { parsed.form_text() };
    let mut tally = Tally {
        n_names: 1,
        n_trade_names: is(parsed.trade_name(), "NAME"),
        n_regions: is(parsed.region_text(), "REGION"),
        n_industries: is(parsed.industry(), "DOMAIN"),
        n_forms: is(form_text, "COM_TYPE"),
        n_all: 0,
    };
    tally.n_all = tally.n_trade_names & tally.n_regions & tally.n_industries & tally.n_forms;
    tally
}

fn print_wrong(marked: &Marked, group: &str) {
    let parsed = name::parse(&marked.text);
    let expected: Vec<String> = marked.parts.iter().map(|(label, text)| format!("{}:{text}", &label[..1])).collect();
    println!(
        "{group}\t{}\t{}|{}|{}|{}",
        expected.join(" "),
        parsed.region_text(),
        parsed.trade_name(),
        parsed.industry(),
        parsed.form_text()
    );
}

fn measure_brands(file: &str) {
    let mut tallies = [Tally::default(); FRAMES.len()];
    let mut total = Tally::default();
    for (idx, brand) in file.lines().map(str::trim).filter(|brand| !brand.is_empty()).enumerate() {
        let (before, between, form) = FRAMES[idx % FRAMES.len()];
        let is_found = name::parse(&format!("{before}{brand}{between}{form}")).trade_name() == text::fold(brand);
        let tally = Tally { n_names: 1, n_trade_names: usize::from(is_found), ..Tally::default() };
        tallies[idx % FRAMES.len()].add(tally);
        total.add(tally);
    }
    let share = |tally: &Tally| 100.0 * tally.n_trade_names as f64 / tally.n_names.max(1) as f64;
    for ((before, between, form), tally) in FRAMES.iter().zip(&tallies) {
        println!("{:5.1} % of {:6}  {before}…{between}{form}", share(tally), tally.n_names);
    }
    println!("{:5.1} % of {:6}  in all", share(&total), total.n_names);
}

fn read(file: &str) -> Vec<Marked> {
    let mut names = Vec::new();
    let mut name = Marked::default();
    for line in file.lines().chain([""]) {
        match line.rsplit_once(' ') {
            Some((char, label)) => push(&mut name, char, label),
            None if !name.text.is_empty() => names.push(std::mem::take(&mut name)),
            None => {}
        }
    }
    names
}

fn push(name: &mut Marked, char: &str, label: &str) {
    let (begins, label) = match label.split_once('-') {
        Some((mark, label)) => (mark == "B", label),
        None => (false, label),
    };
    name.text.push_str(char);
    match name.parts.last_mut() {
        Some((last, text)) if last == label && !begins => text.push_str(char),
        _ => name.parts.push((label.to_owned(), char.to_owned())),
    }
}

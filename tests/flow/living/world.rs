//! A register that lives, the records that it should have, and a build of these from scratch.

use std::collections::BTreeMap;

use minglu::config::Config;
use minglu::export::{FileFormat, Subject};
use minglu::judgements;
use minglu::pipeline;
use minglu::progress::Quiet;
use minglu::update::Writer;
use minglu::update::delivery::{Act, Change, Row};
use minglu_graph::store::{Durability, directory};
use minglu_rules::frozen::FrozenModel;
use minglu_rules::judgement::{Judgement, Line, RecordName, Undo, Verdict};

use super::history::{N_SOURCES, Step};
use crate::workshop::Workshop;

/// What records of a world look like.
pub(crate) struct Kind {
    /// Files of the configuration, by name.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Columns but the id.
    pub(crate) columns: &'static [&'static str],
    /// Values of each column, empty first.
    pub(crate) values: &'static [[&'static str; 4]],
    /// Records that the model is frozen on.
    pub(crate) first: &'static [(u8, u8, &'static [u8])],
}

/// A register and what it should be.
pub(crate) struct World {
    kind: &'static Kind,
    workshop: Workshop,
    writer: Option<Writer>,
    models: Vec<FrozenModel>,
    records: BTreeMap<(u8, u8), Vec<u8>>,
    judgements: String,
}

impl World {
    /// Builds a register of a few records, whose counts are frozen for good.
    pub(crate) fn begin(kind: &'static Kind) -> World {
        let records: BTreeMap<(u8, u8), Vec<u8>> =
            kind.first.iter().map(|(source, id, cells)| ((*source, *id), cells.to_vec())).collect();
        let workshop = build(kind, (&records, ""), Vec::new());
        let models = workshop.registry().models.to_vec();
        World { kind, writer: Some(open(&workshop)), workshop, models, records, judgements: String::new() }
    }

    /// Lives through a batch.
    pub(crate) fn apply(&mut self, batch: &[Step]) {
        let mut changes = Vec::new();
        for step in batch {
            match step {
                Step::Put { source, id, cells } => {
                    // A row without any value cannot be used, so that the one before it stays.
                    if cells.iter().any(|cell| *cell != 0) {
                        self.records.insert((*source, *id), cells.clone());
                    }
                    let row = Row::Json(self.kind.json(*id, cells));
                    changes.push(change(*source, Act::Put { id: None, row }));
                }
                Step::Delete { source, id } => {
                    self.records.remove(&(*source, *id));
                    changes.push(change(*source, Act::Delete { id: name(*id) }));
                }
                Step::Judge { a, b, verdict } if a != b => {
                    self.write(&std::mem::take(&mut changes));
                    self.judge(*a, *b, *verdict);
                }
                Step::Judge { .. } => {}
                Step::Reopen => {
                    self.write(&std::mem::take(&mut changes));
                    self.writer = None;
                    self.writer = Some(open(&self.workshop));
                }
            }
        }
        self.write(&changes);
    }

    fn write(&mut self, changes: &[Change]) {
        let outcome = self.writer.as_mut().expect("it is open").write(changes).expect("is written");
        for (_, reason) in outcome.rejected {
            assert!(reason.contains("no such record") || reason.contains("has a value"), "{reason}");
        }
    }

    /// Judges, unless the law forbids it.
    fn judge(&mut self, a: (u8, u8), b: (u8, u8), verdict: u8) {
        let record = |(source, id): (u8, u8)| RecordName { source: source_name(source), record_id: name(id) };
        let (a, b, by, at, why) =
            (record(a), record(b), "tester".to_string(), "2026-01-01T00:00:00Z".to_string(), String::new());
        let line = match Verdict::ALL.get(usize::from(verdict)) {
            Some(&verdict) => Line::Judged(Judgement { a, b, verdict, by, at, why, hash_a: None, hash_b: None }),
            None => Line::Undone(Undo { a, b, by, at, why }),
        };
        let outcome = self.writer.as_mut().expect("it is open").judge(std::slice::from_ref(&line)).expect("is judged");
        if outcome.rejected.is_empty() {
            self.judgements.push_str(&format!("{}\n", judgements::write(&line)));
        }
    }

    /// Where the register differs from a build of its records.
    pub(crate) fn difference(&mut self) -> Option<String> {
        let oracle = build(self.kind, (&self.records, &self.judgements), self.models.clone());
        for subject in [Subject::Membership, Subject::Entities, Subject::Links, Subject::Relations] {
            let (lived, built) =
                (self.workshop.export(subject, FileFormat::Jsonl), oracle.export(subject, FileFormat::Jsonl));
            if lived != built {
                let (lived, built) = (String::from_utf8_lossy(&lived), String::from_utf8_lossy(&built));
                let only = |a: &str, b: &str| -> Vec<String> {
                    a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(String::from).collect()
                };
                return Some(format!(
                    "{subject:?}\nlived only: {:#?}\nbuilt only: {:#?}\nrecords: {:?}",
                    only(&lived, &built),
                    only(&built, &lived),
                    self.records
                ));
            }
        }
        None
    }
}

impl Kind {
    fn json(&self, id: u8, cells: &[u8]) -> String {
        let cells =
            self.columns.iter().zip(self.cells(cells)).map(|(column, value)| format!("\"{column}\":\"{value}\""));
        format!("{{\"id\":\"{}\",{}}}", name(id), cells.collect::<Vec<_>>().join(","))
    }

    fn cells<'a>(&'a self, cells: &'a [u8]) -> impl Iterator<Item = &'static str> + 'a {
        cells.iter().zip(self.values).map(|(cell, values)| values[usize::from(*cell)])
    }
}

fn name(id: u8) -> String {
    format!("{id:02}")
}

fn source_name(source: u8) -> String {
    format!("s{source}")
}

fn change(source: u8, act: Act) -> Change {
    Change { source: source_name(source), act }
}

fn open(workshop: &Workshop) -> Writer {
    let dir = directory::current(&workshop.data()).expect("a register was built");
    Writer::open(&dir.join(pipeline::STORE_DIR), Durability::Unsynced).expect("opens")
}

/// A register of records, built at once.
fn build(
    kind: &Kind,
    (records, judgements): (&BTreeMap<(u8, u8), Vec<u8>>, &str),
    models: Vec<FrozenModel>,
) -> Workshop {
    let mut files: Vec<(String, String)> =
        kind.files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    for source in 0..N_SOURCES {
        let mut text = format!("id,{}\n", kind.columns.join(","));
        for ((_, id), cells) in records.iter().filter(|((of, _), _)| *of == source) {
            text.push_str(&format!("{},{}\n", name(*id), kind.cells(cells).collect::<Vec<_>>().join(",")));
        }
        files.push((format!("{}.csv", source_name(source)), text));
    }
    files.push(("judgements.jsonl".into(), judgements.into()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let workshop = Workshop::of_files(&files);
    let config = Config::read(&workshop.config()).expect("the configuration is right");
    pipeline::build_under(&config, &workshop.data(), models, &Quiet).expect("a register is built");
    workshop
}

/// A kind with caps of three, so that they are crossed all the time.
pub(crate) mod firms {
    use super::Kind;

    pub(crate) const N_CELLS: usize = 6;

    const SCHEMA: &str = r#"kind = "firm"
matches_per_record = 1.0
field = [
  { name = "title", kind = "enterprise-name" }, { name = "uscc", kind = "code" }, { name = "short", kind = "text" },
  { name = "street", kind = "text" }, { name = "phone", kind = "text", many = true }, { name = "site", kind = "text" },
]
block = [
  { name = "title", on = ["title norm"], n_records_max = 3 }, { name = "short", on = ["short text"], n_records_max = 3 },
  { name = "phone", on = ["phone text"], n_records_max = 3 }, { name = "words", on = ["tokens"], n_records_max = 4 },
  { name = "street and site", on = ["street text", "site text"], n_records_max = 3 },
]
comparison = [
  { name = "title", fields = ["title"], levels = [{ when = "norm equal", m = 0.9, others = 1.0, of = "norm" }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "uscc", fields = ["uscc"], levels = [{ when = "org equal", m = 0.9, u = 0.0001 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "short", fields = ["short"], levels = [{ when = "text equal", m = 0.9, u = 0.02 }, { when = "else", m = 0.2, u = 1.0 }] },
  { name = "street", fields = ["street"], levels = [{ when = "text equal", m = 0.95, u = 0.03 }, { when = "else", m = 0.1, u = 1.0 }] },
  { name = "phone", fields = ["phone"], levels = [{ when = "text equal", m = 0.9, u = 0.002 }, { when = "else", m = 0.2, u = 1.0 }] },
  { name = "site", fields = ["site"], levels = [{ when = "text equal", m = 0.9, u = 0.01 }, { when = "else", m = 0.1, u = 1.0 }] },
]
[law]
codes = ["uscc"]
names = ["title"]
name_similarity_min = 0.3
n_records_max = 6
"#;

    const CONFIG: &str = r#"
[resolve]
judgements = "judgements.jsonl"

[[source]]
name = "s0"
rank = 1
kind = "firm.toml"
path = "s0.csv"
record_id = "id"
unique = true
fields = { title = "title", uscc = "uscc", short = "short", street = "street", phone = "phone", site = "site" }

[[source]]
name = "s1"
rank = 2
kind = "firm.toml"
path = "s1.csv"
record_id = "id"
[source.fields]
title = "title"
uscc = "uscc"
short = "short"
street = "street"
phone = { column = "phone", split = ";" }
site = "site"
"#;

    pub(crate) static FIRMS: Kind = Kind {
        files: &[("firm.toml", SCHEMA), ("minglu.toml", CONFIG)],
        columns: &["title", "uscc", "short", "street", "phone", "site"],
        values: &[
            ["", "深圳市明鹭数据科技有限公司", "广州宏达五金厂", "深圳市明鹭数据科技有限公司龙岗分公司"],
            ["", "91440305MA5ABCD195", "92440306MA5H0K2N71", "91440305MA5ABCD195"],
            ["", "明鹭", "宏达", "明鹭数据"],
            ["", "深南大道1号", "科苑路9号", "福华路3号"],
            ["", "13800138000", "13900139000", "13800138000;13900139000"],
            ["", "minglu.cn", "hongda.cn", "minglu.cn"],
        ],
        first: &[(0, 0, &[1, 1, 1, 1, 1, 1]), (1, 0, &[2, 2, 2, 2, 2, 2]), (1, 1, &[2, 0, 2, 0, 2, 0])],
    };
}

/// Enterprises by the shipped schema, with the people and buildings that their rows name.
pub(crate) mod shops {
    use super::Kind;

    pub(crate) const N_CELLS: usize = 5;

    const CONFIG: &str = r#"
[register]
division = "440300"
area_code = "0755"
derive = ["person", "building"]

[resolve]
judgements = "judgements.jsonl"

[[source]]
name = "s0"
rank = 1
kind = "enterprise"
path = "s0.csv"
record_id = "id"
unique = true
fields = { name = "name", uscc = "uscc", legal_rep = "rep", phone = "phone", address = "address" }

[[source]]
name = "s1"
rank = 2
kind = "enterprise"
path = "s1.csv"
record_id = "id"
fields = { name = "name", uscc = "uscc", legal_rep = "rep", phone = "phone", address = "address" }
"#;

    pub(crate) static SHOPS: Kind = Kind {
        files: &[("minglu.toml", CONFIG)],
        columns: &["name", "uscc", "rep", "phone", "address"],
        values: &[
            ["", "深圳市明鹭数据科技有限公司", "深圳市南山区老王小吃店", "深圳市明鹭数据科技有限公司龙岗分公司"],
            ["", "91440305MA5ABCD195", "92440306MA5H0K2N71", ""],
            ["", "王伟", "陈思远", "王伟"],
            ["", "13800138000", "13900139000", "0755-26712345"],
            [
                "",
                "深圳市南山区科苑路15号科兴科学园A座1501室",
                "深圳市福田区深南大道1001号2楼",
                "深圳市南山区科苑路15号",
            ],
        ],
        first: &[(0, 0, &[1, 1, 1, 1, 1]), (1, 0, &[2, 2, 2, 2, 2])],
    };
}

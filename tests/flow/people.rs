//! People and buildings go through the same line as enterprises: delivered, derived of enterprises, or mixed in one file.

use std::collections::BTreeMap;

use minglu::config::Config;
use minglu::export::{FileFormat, Subject};
use minglu::ingest;
use minglu::progress::Quiet;
use minglu::registry::{OneOrMany, Query, Verdict};
use minglu::verify::verify;

use crate::workshop::{Workshop, stderr, stdout};

const CONFIG: &str = r#"
[register]
division = "440300"
area_code = "0755"
derive = ["person", "building"]

[[source]]
name = "market"
rank = 1
kind = "enterprise"
path = "market.csv"
record_id = "id"
unique = true
[source.fields]
name = "name"
uscc = "uscc"
legal_rep = "rep"
legal_rep_id = "rep_id"
phone = "phone"
address = "address"

[[source]]
name = "residents"
rank = 2
kind = "person"
path = "residents.csv"
record_id = "id"
fields = { name = "name", id_number = "number", phone = "phone", address = "home", employer_name = "employer" }

[[source]]
name = "housing"
rank = 3
kind = "building"
path = "housing.csv"
record_id = "id"
fields = { address = "address", building_code = "code", use = "use" }

[[source]]
name = "list"
rank = 4
path = "list.csv"
record_id = "id"
kind_column = "type"
[source.kinds]
PERSON = { kind = "person", fields = { id_number = "number", employer_name = "employer" } }
ORGANIZATION = "enterprise"
[source.fields]
name = "name"
phone = "phone"
uscc = "uscc"
"#;

/// Three firms of one 陈思远 and of two 王伟; m3 sits at a hosting address.
const MARKET: &str = "\
id,name,uscc,rep,rep_id,phone,address
m1,深圳市明鹭数据科技有限公司,91440305MA5ABCD195,陈思远,11010519491231002X,13800138001,南山区科苑路15号A座1501室
m2,深圳市鹏程贸易有限公司,,陈思远,110105491231002,13800138002,南山区科苑路15号A栋3楼
m3,深圳市宏达五金有限公司,,王伟,440305199003070014,13800138003,福田区红荔路2号201室（入驻深圳市瑞泰企业服务有限公司）
m4,深圳市大榕树餐饮有限公司,,王伟,,13800138004,福田区红荔路4号
";
/// r1 is 陈思远 by phone and employer; r2 shares with him the phone alone; r3 is another 王伟 by number; r4 shares the
/// employer alone with the 王伟 of m3.
const RESIDENTS: &str = "\
id,name,number,phone,home,employer
r1,陈思远,,13800138001,龙岗区五和大道118号101,深圳市明鹭数据科技有限公司
r2,陈思远,,13800138002,,
r3,王伟,11010119900307109X,13800138003,,深圳市宏达五金有限公司
r4,王伟,,13900139009,,深圳市宏达五金有限公司
";
const HOUSING: &str = "\
id,address,code,use
h1,深圳市南山区粤海街道科苑路15号科兴科学园A栋,4403050070010200015,办公
h2,深圳市南山区科苑路15号B栋,4403050070010200016,办公
h3,科兴科学园A座,4403050070010200015,
";
const LIST: &str = "\
id,type,name,phone,uscc,number,employer
1,PERSON,王伟,,,440305199003070014,
2,ORGANIZATION,明鹭数据科技（深圳）有限公司,,91440305MA5ABCD195,,
3,SHIP,远洋一号,,,,
4,,无名,,,,
1,PERSON,王伟,13800138009,,440305199003070014,
2,ORGANIZATION,明鹭数据科技（深圳）有限公司,,91440305MA5ABCD195,,
";

fn workshop() -> Workshop {
    Workshop::of_files(&[
        ("minglu.toml", CONFIG),
        ("market.csv", MARKET),
        ("residents.csv", RESIDENTS),
        ("housing.csv", HOUSING),
        ("list.csv", LIST),
    ])
}

fn text(workshop: &Workshop, subject: Subject) -> String {
    String::from_utf8(workshop.export(subject, FileFormat::Csv)).expect("exports are UTF-8")
}

/// Entities by record, `market#legal_rep:m1`.
fn membership(workshop: &Workshop) -> BTreeMap<String, String> {
    let text = text(workshop, Subject::Membership);
    let rows = text.lines().skip(1).filter_map(|line| line.rsplit_once(','));
    rows.map(|(key, entity)| (key.replacen(',', ":", 1), entity.to_string())).collect()
}

#[test]
fn records_of_people_and_buildings_find_their_entities() {
    let workshop = workshop();
    workshop.build();
    let of = membership(&workshop);
    let same = |a: &str, b: &str| of[a] == of[b];
    assert!(same("market#legal_rep:m1", "market#legal_rep:m2"), "one number, the older form of it");
    assert!(same("market#legal_rep:m1", "residents:r1"), "name, phone and employer");
    assert!(!same("market#legal_rep:m2", "residents:r2"), "name and phone");
    assert!(!same("market#legal_rep:m3", "residents:r3"), "two numbers, whatever else agrees");
    assert!(!same("market#legal_rep:m3", "residents:r4"), "name and employer");
    assert!(!same("market#legal_rep:m3", "market#legal_rep:m4"), "a name");
    assert!(same("market#legal_rep:m3", "list:1"), "one number in a mixed file");
    assert!(same("market:m1", "list:2"), "one code in a mixed file");
    assert!(same("market#address:m1", "market#address:m2") && same("market#address:m1", "housing:h1"));
    assert!(same("housing:h1", "housing:h3"), "an equal building code");
    assert!(!same("housing:h1", "housing:h2") && !same("market#address:m3", "market#address:m4"));
    let prefixes = |source: &str| of.iter().find(|(key, _)| key.starts_with(source)).map(|(_, id)| id[..1].to_string());
    assert_eq!(prefixes("market#legal_rep:").as_deref(), Some("P"));
    assert_eq!(prefixes("market#address:").as_deref(), Some("B"));
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0]);
}

#[test]
fn what_rests_on_one_coincidence_waits_for_a_person() {
    let workshop = workshop();
    workshop.build();
    let links = text(&workshop, Subject::Links);
    let of = |a: &str, b: &str| -> Vec<&str> {
        let is_it = |line: &&str| line.starts_with(&format!("{a},{b},")) || line.starts_with(&format!("{b},{a},"));
        links.lines().find(is_it).map(|line| line.split(',').collect()).unwrap_or_default()
    };
    let one_fact = of("market#legal_rep:m2", "residents:r2");
    assert_eq!((one_fact[2], one_fact[5]), ("review", "dependent_evidence"));
    let two_facts = of("market#legal_rep:m1", "residents:r1");
    assert_eq!((two_facts[2], two_facts[5]), ("match", ""));
    let why = workshop.run(&["explain", "--data", "{data}", "market#legal_rep:m2", "residents:r2"]);
    let why = stdout(&why);
    assert!(why.contains("two entities") && why.contains("the law: dependent_evidence"), "{why}");
    let by_law = workshop.run(&["explain", "--data", "{data}", "market#legal_rep:m3", "residents:r3"]);
    assert!(stdout(&by_law).contains("the law: different_codes"));
}

#[test]
fn relations_name_the_row_that_says_so() {
    let workshop = workshop();
    workshop.build();
    let (of, relations) = (membership(&workshop), text(&workshop, Subject::Relations));
    let has = |from: &str, kind: &str, to: &str, evidence: &str| {
        let line = format!("{},{kind},{},{evidence}", of[from], of[to]);
        assert!(relations.lines().any(|found| found == line), "{line} is not in\n{relations}");
    };
    has("market#legal_rep:m1", "LEGAL_REP_OF", "market:m1", "market:m1");
    has("market#legal_rep:m1", "LEGAL_REP_OF", "market:m2", "market:m2");
    has("market:m2", "LOCATED_IN", "housing:h1", "market:m2");
    has("market:m3", "HOSTED_IN", "market#address:m3", "market:m3");
    let registry = workshop.registry();
    let person = registry.entity(&of["residents:r1"]).expect("reads").expect("is there");
    assert_eq!(person.relations.iter().filter(|end| end.kind == "LEGAL_REP_OF").count(), 2);
    let derived = registry.record_answer("market#legal_rep", "m2").expect("reads").expect("is there");
    assert!(derived.raw.starts_with("m2,深圳市鹏程"), "the row of its parent: {}", derived.raw);
    assert_eq!(derived.values["id_number"], ["110105491231002"]);
}

#[test]
fn people_and_buildings_are_asked_for_like_enterprises() {
    let workshop = workshop();
    workshop.build();
    let (of, registry) = (membership(&workshop), workshop.registry());
    let ask = |kind: &str, values: &[(&str, &str)]| {
        let values = values.iter().map(|(field, value)| (field.to_string(), OneOrMany::One(value.to_string())));
        let query = Query { kind: Some(kind.into()), values: values.collect(), limit: Some(1) };
        let found = registry.resolve(&query).expect("answers").into_iter().next();
        found.map(|candidate| (candidate.entity, candidate.verdict))
    };
    let chen = of["market#legal_rep:m1"].clone();
    assert_eq!(ask("person", &[("id_number", "110105491231002")]), Some((chen.clone(), Verdict::Match)));
    let two_facts = [("name", "陈思远"), ("phone", "13800138001"), ("employer_name", "深圳市明鹭数据科技有限公司")];
    assert_eq!(ask("person", &two_facts), Some((chen, Verdict::Match)));
    assert_eq!(ask("person", &two_facts[..2]).map(|(_, verdict)| verdict), Some(Verdict::Review));
    let office = of["housing:h1"].clone();
    assert_eq!(ask("building", &[("address", "南山区科苑路15号A栋9楼")]), Some((office, Verdict::Match)));
    let search = workshop.run(&["search", "--data", "{data}", "陈思远"]);
    assert!(stdout(&search).contains(&of["market#legal_rep:m1"]), "{}", stdout(&search));
    assert!(!stdout(&search).contains("11010519491231002X"), "identity numbers are not shown in hits");
}

#[test]
fn a_row_of_no_known_kind_is_quarantined_and_an_id_names_one_row() {
    let workshop = workshop();
    let config = Config::read(&workshop.config()).expect("reads");
    let delivery = ingest::read(&config, None, &Quiet).expect("reads");
    let reasons: Vec<String> = delivery.quarantined.iter().map(|row| format!("{}: {}", row.line, row.reason)).collect();
    assert_eq!(
        reasons,
        [
            "4: 'SHIP' in column 'type' is no kind; 'kinds' has: ORGANIZATION, PERSON",
            "5: '' in column 'type' is no kind; 'kinds' has: ORGANIZATION, PERSON",
            "6: record id '1' already stands on line 2 with other values",
        ]
    );
    let counts = &delivery.counts[3];
    assert_eq!((counts.n_read, counts.n_accepted, counts.n_duplicates, counts.n_quarantined), (6, 3, 1, 3));
}

#[test]
fn a_kind_is_exported_alone() {
    let workshop = workshop();
    workshop.build();
    let n_of = |kind: &str| {
        let arguments = ["export", "--data", "{data}", "membership", "--kind", kind, "--out", "{out}"];
        assert!(workshop.run(&arguments).status.success());
        std::fs::read_to_string(workshop.out("out")).expect("reads").lines().count() - 1
    };
    assert_eq!((n_of("enterprise"), n_of("person"), n_of("building")), (5, 9, 7));
}

#[test]
fn order_of_rows_and_sections_does_not_matter() {
    let workshop = workshop();
    let exports = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start");
        pool.install(|| workshop.build());
        let subjects = [Subject::Membership, Subject::Entities, Subject::Links, Subject::Relations];
        subjects.map(|subject| workshop.export(subject, FileFormat::Jsonl))
    };
    let expected = exports(2);
    for file in ["market.csv", "residents.csv", "housing.csv"] {
        let text = std::fs::read_to_string(workshop.file(file)).expect("reads");
        let (header, rows) = text.split_once('\n').expect("has a header");
        let rows: Vec<&str> = rows.lines().rev().collect();
        std::fs::write(workshop.file(file), format!("{header}\n{}\n", rows.join("\n"))).expect("writes");
    }
    let (head, sections) = CONFIG.split_once("[[source]]").expect("has sources");
    let mut sections: Vec<&str> = sections.split("[[source]]").collect();
    sections.reverse();
    std::fs::write(workshop.config(), format!("{head}[[source]]{}", sections.join("\n[[source]]"))).expect("writes");
    assert!(exports(1) == expected);
}

#[test]
fn nothing_is_derived_unless_asked_for() {
    let workshop = workshop();
    workshop.edit("minglu.toml", "derive = [\"person\", \"building\"]", "");
    workshop.build();
    assert!(membership(&workshop).keys().all(|key| !key.contains('#')));
    workshop.edit("minglu.toml", "unique = true", "unique = true\nderive = [\"building\"]");
    workshop.build();
    let of = membership(&workshop);
    assert!(of.contains_key("market#address:m1") && !of.contains_key("market#legal_rep:m1"));
}

#[test]
fn mistakes_in_kinds_and_derivations_are_told() {
    let workshop = workshop();
    let check = |from: &str, to: &str, expected: &str| {
        workshop.edit("minglu.toml", from, to);
        let output = workshop.run(&["link", "--config", "{config}", "--out", "{out}"]);
        assert!(stderr(&output).contains(expected), "{to}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(2));
        workshop.edit("minglu.toml", to, from);
    };
    check("\"building\"]", "\"ship\"]", "unknown derived kind 'ship'");
    check(
        "kind_column = \"type\"",
        "kind = \"person\" # all",
        "give either 'kind', or 'kind_column' with the map 'kinds'",
    );
    check("ORGANIZATION = \"enterprise\"", "ORGANIZATION = \"firm\"", "unknown kind 'firm'");
    check("phone = \"phone\"\nuscc", "phone = \"phone\"\nusc", "unknown field 'usc'; did you mean 'uscc'?");
    check("kind_column = \"type\"", "kind_column = \"typ\"", "no column 'typ'");
    check("name = \"list\"", "name = \"market#list\"", "must not be empty nor contain ':' or '#'");
}

/// A generated city knows its people and buildings: the law must not merge two, and finds what evidence permits.
#[test]
fn people_and_buildings_of_a_city_are_not_confused() {
    let workshop = Workshop::city(600, 7);
    workshop.edit("minglu.toml", "# derive = [", "derive = [");
    workshop.build();
    for (kind, truth, recall_min) in
        [("person", "truth_persons.csv", "0.4"), ("building", "truth_buildings.csv", "0.6")]
    {
        let truth = workshop.file(truth).to_string_lossy().into_owned();
        let arguments = ["evaluate", "--data", "{data}", "--kind", kind, "--truth", &truth, "--precision-min", "0.99"];
        let output = workshop.run(&[&arguments[..], &["--json"]].concat());
        assert!(output.status.success(), "{kind}: {}", stdout(&output));
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("is JSON");
        let recall = report["pairwise"]["recall"].as_f64().expect("is a number");
        assert!(recall > recall_min.parse().expect("a number"), "{kind}: recall {recall}");
    }
    assert_eq!(verify(&workshop.data()).expect("reads"), [""; 0]);
}

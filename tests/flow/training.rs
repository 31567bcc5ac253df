//! Does training give the same model each time, does the register that it makes keep it, and do records that carry
//! somebody else's code find their own?

use minglu::registry::{OneOrMany, Query, Verdict};
use minglu::verify::verify;

use crate::workshop::{Workshop, stderr, stdout};

const N_LEGAL_UNITS: u64 = 400;
const SEED: u64 = 20_261_122;

/// Trains and returns the text of the model.
fn train(workshop: &Workshop, seed: &str) -> String {
    let (config, out) = (workshop.config(), workshop.file("model.toml"));
    let run = workshop.run(&["train", "--config", path(&config), "--out", path(&out), "--seed", seed]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert!(stdout(&run).contains("matches per record"), "{}", stdout(&run));
    std::fs::read_to_string(out).expect("the model is written")
}

fn path(path: &std::path::Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

#[test]
fn the_same_files_and_seed_give_the_same_model_and_links() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    let model = train(&workshop, "7");
    assert_eq!(train(&workshop, "7"), model);
    let link = |arguments: &[&str], name: &str| {
        let out = workshop.out(name);
        let config = workshop.config();
        let all = [&["link", "--config", path(&config), "--out", path(&out)], arguments].concat();
        let run = workshop.run(&all);
        assert!(run.status.success(), "{}", stderr(&run));
        std::fs::read(out).expect("the links are written")
    };
    let at_once = link(&["--train", "--seed", "7"], "at_once.csv");
    workshop.edit("minglu.toml", "[resolve]", "[resolve]\nmodel = \"model.toml\"");
    assert_eq!(link(&[], "by_model.csv"), at_once);
}

#[test]
fn a_register_keeps_the_model_it_was_built_with() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    let untrained = workshop.build().kinds[0].model.clone();
    train(&workshop, "7");
    workshop.edit("minglu.toml", "[resolve]", "[resolve]\nmodel = \"model.toml\"");
    let trained = workshop.build().kinds[0].model.clone();
    assert_ne!(trained, untrained);
    // The file may be gone: the register holds what it said.
    std::fs::remove_file(workshop.file("model.toml")).expect("it was there");
    assert_eq!(verify(&workshop.data()).expect("the register is read"), Vec::<String>::new());
}

#[test]
fn a_model_of_another_schema_is_refused() {
    let workshop = Workshop::city(N_LEGAL_UNITS, SEED);
    let model = train(&workshop, "7").replacen("norm equal\"", "norm equals\"", 1);
    std::fs::write(workshop.file("model.toml"), model).expect("writes");
    workshop.edit("minglu.toml", "[resolve]", "[resolve]\nmodel = \"model.toml\"");
    let run = workshop.run(&["check", "--config", path(&workshop.config())]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("model.toml:") && stderr(&run).contains("train again"), "{}", stderr(&run));
}

#[test]
fn a_schema_without_numbers_is_told_until_it_is_trained() {
    const SCHEMA: &str = r#"kind = "shop"
matches_per_record = 1.0
field = [{ name = "name", kind = "text" }]
block = [{ name = "name", on = ["name text 2"], n_records_max = 10 }]
comparison = [{ name = "name", fields = ["name"], levels = [{ when = "text equal", of = "text" }, "text similar 0.9", "else"] }]
"#;
    const SHOPS: &str = r#"[[source]]
name = "shops"
kind = "shop.toml"
path = "shops.csv"
record_id = "id"
fields = { name = "name" }
"#;
    let rows = "id,name\n1,老王小吃店\n2,老王小吃店\n3,南山理发店\n";
    let workshop = Workshop::of_files(&[("shop.toml", SCHEMA), ("minglu.toml", SHOPS), ("shops.csv", rows)]);
    let (config, out) = (workshop.config(), workshop.out("links.csv"));
    let link = |more: &[&str]| {
        let run = workshop.run(&[&["link", "--config", path(&config), "--out", path(&out)], more].concat());
        assert!(run.status.success(), "{}", stderr(&run));
        stderr(&run)
    };
    assert!(link(&[]).contains("kind 'shop': m or u of 3 levels are guessed"));
    assert!(!link(&["--train"]).contains("guessed"));
    train(&workshop, "1");
    std::fs::write(&config, format!("[resolve]\nmodel = \"model.toml\"\n{SHOPS}")).expect("writes");
    assert!(!link(&[]).contains("guessed"));
}

/// Shops of two lists, by name and street: too little to learn from without help, as one of the two explains the other.
const SHOP_SCHEMA: &str = r#"kind = "shop"
matches_per_record = 1.0
field = [{ name = "name", kind = "text" }, { name = "street", kind = "text" }]
block = [
  { name = "name", on = ["name text"], n_records_max = 40 },
  { name = "street", on = ["street text"], n_records_max = 40 },
]
comparison = [
  { name = "name", fields = ["name"], levels = ["text equal", "else"] },
  { name = "street", fields = ["street"], levels = ["text equal", "else"] },
]
"#;
const SHOP_CONFIG: &str = r#"[[source]]
name = "guide"
kind = "shop.toml"
path = "guide.csv"
record_id = "id"
unique = true
fields = { name = "name", street = "street" }
[[source]]
name = "list"
kind = "shop.toml"
path = "list.csv"
record_id = "id"
unique = true
fields = { name = "name", street = "street" }
"#;

/// Sixty shops in both lists. At every third street the list has another name: a new tenant, as only somebody who knows the
/// place can tell.
fn shops() -> Workshop {
    let stems: Vec<char> = "安博辰达恩丰广海宏嘉凯利美诺鹏启润盛泰维".chars().collect();
    let name = |at: usize, trade: &str| format!("{}{}{trade}", stems[at % 20], stems[(at * 7 + at / 20) % 20]);
    let (mut guide, mut list) = (String::from("id,name,street\n"), String::from("id,name,street\n"));
    for at in 0..60 {
        let street = format!("红荔路{}号", at + 100);
        let tenant = if at % 3 == 2 { name(at + 61, "五金百货行") } else { name(at, "理发店") };
        guide += &format!("{at},{},{street}\n", name(at, "理发店"));
        list += &format!("{at},{tenant},{street}\n");
    }
    let schema_and_config = [("shop.toml", SHOP_SCHEMA), ("minglu.toml", SHOP_CONFIG)];
    Workshop::of_files(&[&schema_and_config[..], &[("guide.csv", &guide), ("list.csv", &list)]].concat())
}

/// Trains and links; returns which shops of the two lists are one, and what the program noted.
fn link_shops(workshop: &Workshop, labels: Option<&str>) -> (Vec<bool>, String) {
    let (config, out, file) = (workshop.config(), workshop.out("links.csv"), workshop.file("labels.csv"));
    let mut arguments = vec!["link", "--train", "--config", path(&config), "--out", path(&out)];
    if let Some(labels) = labels {
        std::fs::write(&file, labels).expect("writes");
        arguments.extend(["--labels", path(&file)]);
    }
    let run = workshop.run(&arguments);
    assert!(run.status.success(), "{}", stderr(&run));
    let links = std::fs::read_to_string(&out).expect("the links are written");
    let entity_of = |source: &str, at: usize| {
        let row =
            links.lines().find(|line| line.starts_with(&format!("{source},{at},"))).expect("every record is there");
        row.rsplit(',').next().expect("a row has cells").to_owned()
    };
    ((0..60).map(|at| entity_of("guide", at) == entity_of("list", at)).collect(), stderr(&run))
}

const LABEL_HEADER: &str = "source_a,record_id_a,source_b,record_id_b,label\n";

#[test]
fn a_handful_of_labels_teaches_what_no_record_says() {
    let workshop = shops();
    let (free, _) = link_shops(&workshop, None);
    let n_tenants = |found: &[bool]| found.iter().skip(2).step_by(3).filter(|is_one| **is_one).count();
    assert_eq!(n_tenants(&free), 20, "without labels a street looks like enough");
    let mut rows: Vec<String> = (0..6).map(|at| format!("guide,{0},list,{0},different", at * 3 + 2)).collect();
    rows.push("guide,0,list,0,same\nguide,1,list,1,same\nlist,4,guide,4,same\nguide,9,list,9,unsure".into());
    rows.push("guide,77,list,0,same".into());
    let labels = |rows: &[String]| format!("{LABEL_HEADER}{}\n", rows.join("\n"));
    let (taught, notes) = link_shops(&workshop, Some(&labels(&rows)));
    assert_eq!(n_tenants(&taught), 0, "tenants that nobody labelled are told apart as well");
    assert!(taught.iter().enumerate().all(|(at, is_one)| at % 3 == 2 || *is_one), "{taught:?}");
    assert!(notes.contains("9 labelled pairs used") && notes.contains("1 unsure"), "{notes}");
    assert!(notes.contains("1 records stand in no delivered file: guide:77"), "{notes}");
    // The order of the rows and the number of threads are nobody's business; the configuration can name the file.
    let config = workshop.config();
    let model_of = |arguments: &[&str], name: &str| {
        let out = workshop.out(name);
        let run = workshop.run(&[&["train", "--config", path(&config), "--out", path(&out)], arguments].concat());
        assert!(run.status.success(), "{}", stderr(&run));
        (std::fs::read_to_string(&out).expect("the model is written"), stdout(&run))
    };
    let file = workshop.file("labels.csv");
    let (model, report) = model_of(&["--labels", path(&file)], "a.toml");
    assert!(report.contains("labels: 3 same, 6 different"), "{report}");
    rows.reverse();
    std::fs::write(&file, labels(&rows)).expect("writes");
    assert_eq!(model_of(&["--labels", path(&file)], "b.toml").0, model);
    std::fs::write(&config, format!("[resolve]\nlabels = \"labels.csv\"\n{SHOP_CONFIG}")).expect("writes");
    assert_eq!(model_of(&[], "c.toml").0, model);
    // True entities of the same records say no less.
    let entities =
        (0..18).map(|at| format!("guide,{at},e{at}\nlist,{at},{}{at}\n", if at % 3 == 2 { "t" } else { "e" }));
    let entities = format!("source,record_id,entity\n{}", entities.collect::<String>());
    assert_eq!(n_tenants(&link_shops(&workshop, Some(&entities)).0), 0);
}

#[test]
fn what_is_wrong_in_a_label_file_is_told_with_its_line() {
    let workshop = shops();
    let (config, file, out) = (workshop.config(), workshop.file("labels.csv"), workshop.out("model.toml"));
    std::fs::write(&file, format!("{LABEL_HEADER}guide,1,list,1,same\nguide,2,list,2,perhaps\n")).expect("writes");
    let run = workshop.run(&["train", "--config", path(&config), "--out", path(&out), "--labels", path(&file)]);
    assert_eq!(run.status.code(), Some(2));
    let expect = "labels.csv:3: column 'label': 'perhaps' is no label; write same, different or unsure";
    assert!(stderr(&run).contains(expect), "{}", stderr(&run));
    // Where the configuration names the file, a check finds it too.
    std::fs::write(&config, format!("[resolve]\nlabels = \"labels.csv\"\n{SHOP_CONFIG}")).expect("writes");
    let run = workshop.run(&["check", "--config", path(&config)]);
    assert!(run.status.code() == Some(2) && stderr(&run).contains(expect), "{}", stderr(&run));
}

#[test]
fn a_rule_of_known_matches_counts_as_such() {
    let workshop = shops();
    let (config, out) = (workshop.config(), workshop.out("model.toml"));
    let report = || {
        let run = workshop.run(&["train", "--config", path(&config), "--out", path(&out)]);
        assert!(run.status.success(), "{}", stderr(&run));
        stdout(&run)
    };
    assert!(report().contains(" 0 known matches"), "{}", report());
    workshop.edit("shop.toml", "on = [\"name text\"], ", "on = [\"name text\", \"street text\"], known = true, ");
    assert!(report().contains(" 40 known matches"), "{}", report());
}

const CONFIG: &str = r#"
[register]
division = "440300"

[[source]]
name = "market"
rank = 1
kind = "enterprise"
path = "market.csv"
record_id = "id"
unique = true
fields = { name = "name", uscc = "uscc", legal_rep = "rep", phone = "phone", address = "address" }

[[source]]
name = "tax"
rank = 2
kind = "enterprise"
path = "tax.csv"
record_id = "id"
fields = { name = "name", tax_no = "uscc", legal_rep = "rep", phone = "phone", address = "address" }
"#;

/// A firm and its branch, each with a code of its own.
const MARKET: &str = "\
id,name,uscc,rep,phone,address
m1,深圳市明鹭数据科技有限公司,91440305MA5ABCD195,陈思远,13800138001,南山区科苑路15号A座1501室
m2,深圳市明鹭数据科技有限公司龙岗分公司,91440300MA5H04061J,李佳音,13800138002,龙岗区五和大道118号3栋201室
";
/// The tax office has the branch under the code of the firm, once with a parent whose form is left out.
const TAX: &str = "\
id,name,uscc,rep,phone,address
t1,深圳市明鹭数据科技有限公司,91440305MA5ABCD195,陈思远,13800138001,南山区科苑路15号A座1501室
t2,深圳市明鹭数据科技有限公司龙岗分公司,91440305MA5ABCD195,李佳音,13800138002,龙岗区五和大道118号3栋201室
t3,明鹭数据科技龙岗分公司,91440305MA5ABCD195,李佳音,13800138002,龙岗区五和大道118号3栋201室
";

/// Firms that have nothing to do with each other: among three records no agreement would say anything.
fn strangers() -> String {
    let (first, second) = ("安博辰达恩丰广海宏嘉", "凯利美诺鹏启润盛泰维");
    let names = first.chars().flat_map(|a| second.chars().map(move |b| format!("{a}{b}")));
    let rows = names.enumerate().map(|(at, name)| {
        format!("x{at},深圳市{name}贸易有限公司,,赵{name},139{at:08},福田区红荔路{}号{}室\n", at + 1, 100 + at)
    });
    rows.collect()
}

#[test]
fn a_branch_under_the_code_of_its_parent_joins_its_own_records() {
    let market = format!("{MARKET}{}", strangers());
    let workshop = Workshop::of_files(&[("minglu.toml", CONFIG), ("market.csv", &market), ("tax.csv", TAX)]);
    assert_eq!(workshop.build().kinds[0].n_leavers, 2);
    let registry = workshop.registry();
    let entity_of =
        |source: &str, id: &str| registry.record_answer(source, id).expect("reads").expect("it is there").entity;
    let (firm, branch) = (entity_of("market", "m1"), entity_of("market", "m2"));
    assert_ne!(firm, branch);
    assert_eq!(entity_of("tax", "t1"), firm);
    assert_eq!(entity_of("tax", "t2"), branch);
    // Its name says less, so that it waits for review; but the firm it is not.
    assert_ne!(entity_of("tax", "t3"), firm);
    // The code of the firm is a conflict of the branch and nowhere golden.
    let answer = registry.entity(&branch).expect("reads").expect("it is there");
    assert!(answer.values.values().flatten().all(|value| value.value != "91440305MA5ABCD195"), "{answer:#?}");
    assert!(
        answer.conflicts.iter().flat_map(|conflict| &conflict.values).any(|value| value.value == "91440305MA5ABCD195")
    );
    // Whoever asks as the tax office would deliver is told the branch.
    let values = [
        ("name", "深圳市明鹭数据科技有限公司龙岗分公司"),
        ("tax_no", "91440305MA5ABCD195"),
        ("phone", "13800138002"),
        ("legal_rep", "李佳音"),
    ];
    let values = values.map(|(field, value)| (field.to_string(), OneOrMany::One(value.to_string())));
    let query = Query { kind: None, values: values.into_iter().collect(), limit: None };
    let found = registry.resolve(&query).expect("the query is right");
    assert_eq!((&found[0].entity, found[0].verdict), (&branch, Verdict::Match), "{found:#?}");
    assert!(found.iter().any(|candidate| candidate.entity == firm && candidate.verdict == Verdict::Related));
    let why = registry.why(("tax", "t2"), ("market", "m2")).expect("reads").expect("both are there");
    assert!(why.same_entity && why.veto.is_none() && why.decision == "match", "{why:#?}");
    assert_eq!(verify(&workshop.data()).expect("the register is read"), Vec::<String>::new());
}

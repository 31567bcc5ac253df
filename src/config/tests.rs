//! What a configuration may say, and what its errors say.

use super::*;

/// A configuration that has everything once.
const WHOLE: &str = r#"
[register]
division = "440300"
area_code = "0755"

[resolve]
match_probability_min = 0.9
review_probability_min = 0.4

[[source]]
name = "market"
rank = 1
kind = "enterprise"
path = "market.csv"
record_id = "注册号"
unique = true
updated_at = "更新日期"
[source.fields]
name = "企业名称"
phone = ["手机", "固定电话"]
address = { columns = ["区", "街道", "门牌"], join = "" }
former_name = { column = "曾用名", split = "；" }

[[source]]
source_column = "来源"
ranks = { profile = 3 }
kind = "enterprise"
path = "lists.tsv"
record_id = "id"
fields = { short_name = "short_name" }
"#;

fn read(text: &str) -> Result<Config> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("minglu.toml");
    std::fs::write(&path, text).expect("writes");
    Config::read(&path)
}

/// What is said of the whole configuration with a text replaced, without the directory; an expectation may end before a
/// list of valid words, with `…`.
#[track_caller]
fn check_error(from: &str, to: &str, expect: &str) {
    assert!(WHOLE.contains(from), "nothing to replace: {from}");
    let error = read(&WHOLE.replacen(from, to, 1)).expect_err(to).to_string();
    let said: Vec<&str> =
        error.lines().map(|line| line.split_once("minglu.toml:").map_or(line, |(_, said)| said)).collect();
    let said = said.join("\n");
    let is_expected = expect.strip_suffix('…').map_or(said == expect, |start| said.starts_with(start));
    assert!(is_expected, "{to}\nsays:    {said}\nexpects: {expect}");
}

#[test]
fn a_whole_configuration_is_read() {
    let config = read(WHOLE).expect("it is right");
    let market = &config.sections[0];
    let mapping = |field: &str| {
        let field = config.kinds[0].schema.field(field);
        market.targets[0].fields.iter().find(|(known, _)| Some(*known) == field).map(|(_, mapping)| mapping.clone())
    };
    let columns = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let plain = |names: &[&str]| Mapping { columns: columns(names), join: None, split: None };
    assert_eq!(mapping("name"), Some(plain(&["企业名称"])));
    assert_eq!(mapping("phone"), Some(plain(&["手机", "固定电话"])));
    assert_eq!(mapping("address"), Some(Mapping { join: Some(String::new()), ..plain(&["区", "街道", "门牌"]) }));
    assert_eq!(mapping("former_name"), Some(Mapping { split: Some("；".into()), ..plain(&["曾用名"]) }));
    assert_eq!((market.rank, market.unique, market.format), (1, true, Format::Delimited(Dialect::CSV)));
    assert_eq!(config.thresholds, Thresholds { match_probability_min: 0.9, review_probability_min: 0.4 });
    assert_eq!(config.jurisdiction.division.map(|division| division.code().to_string()).as_deref(), Some("440300"));
    let lists = &config.sections[1];
    assert_eq!(lists.naming, Naming::Column("来源".into(), BTreeMap::from([("profile".into(), 3)])));
    assert_eq!(
        (lists.rank, lists.unique, lists.format),
        (100, false, Format::Delimited(Dialect { delimiter: b'\t', quote: Some(b'"') }))
    );
    assert_eq!(config.kinds.len(), 1, "both are enterprises");
}

#[track_caller]
fn check_layout(keys: &str, format: Format, is_packed: bool, encoding: Option<Encoding>) {
    let config = read(&WHOLE.replacen("path = \"market.csv\"", keys, 1)).expect(keys);
    let market = &config.sections[0];
    assert_eq!((market.format, market.is_packed, market.encoding), (format, is_packed, encoding), "{keys}");
}

#[test]
fn the_name_of_a_file_says_its_format() {
    let dialect = |delimiter, quote| Format::Delimited(Dialect { delimiter, quote });
    check_layout("path = \"A.CSV.GZ\"", Format::Delimited(Dialect::CSV), true, None);
    check_layout("path = \"a.txt\"\ndelimiter = \"|\"\nquote = \"'\"", dialect(b'|', Some(b'\'')), false, None);
    check_layout("path = \"a.tsv\"\nquote = \"\"", dialect(b'\t', None), false, None);
    check_layout("path = \"a.csv\"\nencoding = \"GBK\"", dialect(b',', Some(b'"')), false, Some(Encoding::Gb18030));
    check_layout("path = \"a.ndjson\"\nencoding = \"utf-16be\"", Format::JsonLines, false, Some(Encoding::Utf16Be));
    check_layout("path = \"a.xlsx\"\nsheet = \"名录\"", Format::Spreadsheet, false, None);
    check_layout("path = \"a.parquet.gz\"", Format::Parquet, true, None);
}

#[test]
fn paths_are_relative_to_the_file() {
    let config = read(WHOLE).expect("it is right");
    assert!(config.sections[0].path.is_absolute() && config.sections[0].path.ends_with("market.csv"));
}

#[test]
fn a_stored_configuration_says_the_same() {
    let config = read(WHOLE).expect("it is right");
    let restored = Config::restore(&config.text, &[&config.kinds[0].text]).expect("it was read before");
    assert_eq!(restored.kinds[0].schema, config.kinds[0].schema);
    let fields =
        |config: &Config| config.sections.iter().map(|section| section.targets[0].fields.clone()).collect::<Vec<_>>();
    assert_eq!(fields(&restored), fields(&config));
    assert!(Config::restore(&config.text, &[]).is_err());
}

#[test]
fn the_example_of_init_is_read() {
    let config = read(include_str!("../commands/minglu.toml")).expect("the example is right");
    assert!(!config.sections.is_empty());
}

#[test]
fn a_schema_of_the_users_own_is_read_beside_the_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("minglu.toml");
    std::fs::write(&path, WHOLE.replace("kind = \"enterprise\"", "kind = \"own.toml\"")).expect("writes");
    let error = Config::read(&path).expect_err("the schema is not there").to_string();
    assert!(error.contains("own.toml"), "{error}");
    let schema = Schema::shipped_text("enterprise").expect("shipped");
    std::fs::write(dir.path().join("own.toml"), schema).expect("writes");
    assert_eq!(Config::read(&path).expect("now it is").kinds[0].reference, "own.toml");
    std::fs::write(dir.path().join("own.toml"), schema.replace("norm equal", "norm equals")).expect("writes");
    let error = Config::read(&path).expect_err("the schema is wrong").to_string();
    assert!(error.contains("own.toml") && error.contains("did you mean 'equal'"), "{error}");
}

#[test]
fn mistakes_of_shape() {
    check_error("[register]", "[register", "2:10: not TOML: unclosed table, expected `]`");
    check_error(
        "[register]",
        "[registry]",
        "2:2: registry: unknown key 'registry'; did you mean 'register'? one of: …",
    );
    check_error(
        "area_code",
        "areacode",
        "4:1: register, areacode: unknown key 'areacode'; did you mean 'area_code'? one of: …",
    );
    check_error(
        "name = \"market\"",
        "nam = \"market\"",
        "11:1: source 1, nam: unknown key 'nam'; did you mean 'name'? one of: …",
    );
    check_error("record_id = \"注册号\"\n", "", "10:1: source 'market': the key 'record_id' is missing");
    check_error("path = \"market.csv\"\n", "", "10:1: source 'market': the key 'path' is missing");
    check_error(
        "kind = \"enterprise\"\n",
        "",
        "10:1: source 'market': give either 'kind', or 'kind_column' with the map 'kinds'",
    );
    check_error(
        "rank = 1",
        "rank = \"one\"",
        "12:8: source 'market', rank: \"one\" is a text; write a whole number from 0",
    );
    check_error("rank = 1", "rank = -1", "12:8: source 'market', rank: -1 is a number; write a whole number from 0");
    check_error(
        "unique = true",
        "unique = \"yes\"",
        "16:10: source 'market', unique: \"yes\" is a text; write true or false",
    );
    check_error(
        "ranks = { profile = 3 }",
        "ranks = { profile = \"3\" }",
        "26:21: source 2, ranks, profile: \"3\" is a text; write a whole number from 0",
    );
    check_error(
        "phone = [\"手机\", \"固定电话\"]",
        "phone = 3",
        "20:9: source 'market', fields, phone: write a column, a list of columns, { columns = [..], join = \"\" } or { column = \"\", split = \"\" }",
    );
    check_error(
        "phone = [\"手机\", \"固定电话\"]",
        "phone = { columns = \"手机\" }",
        "20:9: source 'market', fields, phone: write a column, a list of columns, { columns = [..], join = \"\" } or { column = \"\", split = \"\" }",
    );
    check_error(
        "match_probability_min = 0.9",
        "match_probability_min = \"0.9\"",
        "7:25: resolve, match_probability_min: \"0.9\" is a text; write a number",
    );
}

#[test]
fn mistakes_of_meaning() {
    check_error(
        "name = \"企业名称\"",
        "nmae = \"企业名称\"",
        "19:8: source 'market', fields, nmae: unknown field 'nmae'; did you mean 'name'? one of: …",
    );
    check_error(
        "name = \"market\"",
        "name = \"mar:ket\"",
        "11:8: source 'mar:ket', name: a name must not be empty nor contain ':' or '#'",
    );
    check_error(
        "name = \"market\"",
        "name = \"\"",
        "11:8: source '', name: a name must not be empty nor contain ':' or '#'",
    );
    check_error(
        "source_column = \"来源\"",
        "name = \"market\"",
        "24:1: source 2: two sources are named 'market'; give each a name of its own",
    );
    check_error(
        "source_column = \"来源\"",
        "source_column = \"来源\"\nname = \"x\"",
        "24:1: source 'x': give either 'name' or 'source_column'",
    );
    check_error("name = \"market\"\n", "", "10:1: source 1: give either 'name' or 'source_column'");
    check_error(
        "fields = { short_name = \"short_name\" }",
        "",
        "24:1: source 2: no [source.fields]: say which columns give which fields",
    );
    check_error(
        "path = \"market.csv\"",
        "path = \"market.pdf\"",
        "14:8: source 'market', path: 'market.pdf' is not a .csv, .tsv, .jsonl, .xlsx or .parquet file, nor one of these with .gz",
    );
    check_error(
        "path = \"market.csv\"",
        "path = \"market.csv\"\ndelimiter = \"；\"",
        "14:8: source 'market', path: delimiter '；' is not one ASCII character",
    );
    check_error(
        "division = \"440300\"",
        "division = \"亚特兰蒂斯\"",
        "3:12: register, division: '亚特兰蒂斯' is neither a six-digit code nor the name of a division",
    );
    check_error(
        "match_probability_min = 0.9",
        "match_probability_min = 0.3",
        "6:1: resolve: 0 < review_probability_min (0.4) <= match_probability_min (0.3) < 1 must hold",
    );
    check_error(
        "match_probability_min = 0.9",
        "match_probability_min = 1.0",
        "6:1: resolve: 0 < review_probability_min (0.4) <= match_probability_min (1) < 1 must hold",
    );
    check_error(
        "kind = \"enterprise\"",
        "kind = \"enterprize\"",
        "13:8: source 1, kind: unknown kind 'enterprize'; did you mean 'enterprise'? one of: …",
    );
}

#[test]
fn keys_stand_only_where_the_format_has_such_a_thing() {
    let check = |to: &str, expect: &str| {
        let error = read(&WHOLE.replacen("path = \"market.csv\"", to, 1)).expect_err(to).to_string();
        assert!(error.contains(expect) && error.lines().count() == 1, "{to}: {error}");
    };
    check("path = \"market.xls\"", "save it as .xlsx");
    check("path = \"market.csv\"\nquote = \",\"", "delimiter and quote are both ','");
    check("path = \"market.csv\"\nencoding = \"big5\"", "unknown encoding 'big5'; use utf-8");
    check("path = \"market.csv\"\nsheet = \"x\"", "only for spreadsheets");
    check("path = \"market.parquet\"\nencoding = \"gbk\"", "only for text files");
    check("path = \"market.xlsx.gz\"\ndelimiter = \";\"", "only for files of separated values");
}

#[test]
fn all_mistakes_of_a_file_are_told() {
    let text = WHOLE
        .replacen("short_name = \"short_name\"", "shrt_name = \"short_name\"", 1)
        .replacen("name = \"企业名称\"", "nmae = \"企业名称\"", 1)
        .replacen("440300", "449999", 1);
    let error = read(&text).expect_err("three mistakes").to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    assert!(error.lines().all(|line| line.contains("minglu.toml:")), "{error}");
    assert!(
        read("").expect_err("no source").to_string().ends_with("no [[source]]; 'minglu init DIR' writes an example")
    );
}

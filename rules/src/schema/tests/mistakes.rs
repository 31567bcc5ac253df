//! Broken schema files and exactly what is said of each: one line a mistake, with line, column, key and what to do.
//! Lists of valid words grow, so an expectation may end before them, with `…`.

use super::SMALL;
use crate::schema::Schema;

#[track_caller]
fn check(from: &str, to: &str, expect: &str) {
    assert!(SMALL.contains(from), "nothing to replace: {from}");
    let mistakes = Schema::read(&SMALL.replacen(from, to, 1)).expect_err(to).in_file("");
    let is_expected = expect.strip_suffix('…').map_or(mistakes == expect, |start| mistakes.starts_with(start));
    assert!(is_expected, "{to}\nsays:    {mistakes}\nexpects: {expect}");
}

#[test]
fn text_that_is_no_toml() {
    check("kind = \"shop\"", "kind = shop", "1:8: not TOML: string values must be quoted, expected literal string");
    check("kind = \"shop\"", "kind \"shop\"", "1:6: not TOML: key with no value, expected `=`");
    check("[law]", "[law", "14:5: not TOML: unclosed table, expected `]`");
    check("kind = \"shop\"", "kind = \"shop\"\nkind = \"inn\"", "2:1: this key is given twice; keep one of the two");
}

#[test]
fn keys() {
    check("id_prefix", "id_prefx", "2:1: id_prefx: unknown key 'id_prefx'; did you mean 'id_prefix'? one of: …");
    check(
        "survive = ",
        "survives = ",
        "5:46: field 'name', survives: unknown key 'survives'; did you mean 'survive'? one of: …",
    );
    check(
        "n_records_max = 10",
        "n_record_max = 10",
        "11:40: block 'name', n_record_max: unknown key 'n_record_max'; did you mean 'n_records_max'? one of: …",
    );
    check(
        "name_similarity_min",
        "similarity_min",
        "17:1: law, similarity_min: unknown key 'similarity_min'; did you mean 'name_similarity_min'? one of: …",
    );
    check(
        "present = ",
        "presence = ",
        "22:1: comparison 'name', presence: unknown key 'presence'; did you mean 'present'? one of: …",
    );
    check(
        "of = \"norm\"",
        "on = \"norm\"",
        "24:49: comparison 'name', level 1, on: unknown key 'on'; did you mean 'of'? one of: …",
    );
    check("matches_per_record = 1.0\n", "", "1:1: the key 'matches_per_record' is missing");
    check(", kind = \"date\"", "", "7:3: field 'opened': the key 'kind' is missing");
    check(", n_records_max = 20", "", "12:3: block 'rare': the key 'n_records_max' is missing");
    check("when = \"norm equal\", ", "", "24:3: comparison 'name', level 1: the key 'when' is missing");
    check("[law]", "[laws]", "14:2: laws: unknown key 'laws'; did you mean 'law'? one of: …");
}

#[test]
fn types() {
    check("\"shop\"", "7", "1:8: kind: 7 is a number; write a text in quotes");
    check(
        "id_prefix = \"S\"",
        "id_prefix = \"SH\"",
        "2:13: id_prefix: \"SH\" is a text; write a single character in quotes",
    );
    check("= 1.0", "= \"one\"", "3:22: matches_per_record: \"one\" is a text; write a number");
    check(
        "on = [\"name norm\"]",
        "on = \"name norm\"",
        "11:25: block 'name', on: \"name norm\" is a text; write a list in [ ]",
    );
    check(
        "n_records_max = 10",
        "n_records_max = -10",
        "11:56: block 'name', n_records_max: -10 is a number; write a whole number from 0",
    );
    check(
        "n_records_max = 10",
        "n_records_max = 1.5",
        "11:56: block 'name', n_records_max: 1.5 is a number; write a whole number from 0",
    );
    check("m = 0.9", "m = \"0.9\"", "24:30: comparison 'name', level 1, m: \"0.9\" is a text; write a number");
    check("codes = [\"code\"]", "codes = \"code\"", "15:9: law, codes: \"code\" is a text; write a list in [ ]");
}

#[test]
fn words() {
    check(
        "kind = \"enterprise-name\"",
        "kind = \"name\"",
        "5:27: field 'name', kind: unknown word 'name'; did you mean 'enterprise-name'? one of: …",
    );
    check(
        "kind = \"date\"",
        "kind = \"dat\"",
        "7:29: field 'opened', kind: unknown word 'dat'; did you mean 'date'? one of: …",
    );
    check(
        "survive = \"rank\"",
        "survive = \"newest\"",
        "5:56: field 'name', survive: unknown word 'newest'; one of: rank, recency, support",
    );
    check("name norm", "nam norm", "11:26: block 'name', on 1: unknown field 'nam'; did you mean 'name'? one of: …");
    check("name norm", "name nrom", "11:26: block 'name', on 1: unknown aspect 'nrom'; did you mean 'norm'? one of: …");
    check(
        "names = [\"name\"]",
        "names = [\"Name\"]",
        "16:10: law, names 1: unknown field 'Name'; did you mean 'name'? one of: …",
    );
    check(
        "fields = [\"opened\"]",
        "fields = [\"open\"]",
        "30:11: comparison 'opened', fields 1: unknown field 'open'; did you mean 'opened'? one of: …",
    );
    check(
        "present = \"norm\"",
        "present = \"nrom\"",
        "22:11: comparison 'name', present: unknown aspect 'nrom'; did you mean 'norm'? one of: …",
    );
    check(
        "norm equal",
        "norm equals",
        "24:12: comparison 'name', level 1, when: unknown predicate 'equals'; did you mean 'equal'? one of: …",
    );
    check(
        "norm equal",
        "nrom equal",
        "24:12: comparison 'name', level 1, when: unknown aspect 'nrom'; did you mean 'norm'? one of: …",
    );
    check(
        "place agrees road",
        "place agrees raod",
        "35:20: comparison 'address', level 1, when: unknown level 'raod'; did you mean 'road'? one of: room, floor, building, estate, road, community",
    );
    check("of = \"norm\"", "of = \"zzz\"", "24:54: comparison 'name', level 1, of: unknown aspect 'zzz'; one of: …");
}

#[test]
fn kinds_and_aspects() {
    check(
        "name norm",
        "name room",
        "11:26: block 'name', on 1: a field of kind enterprise-name has no aspect 'room'; it has: …",
    );
    check(
        "name norm",
        "name|address norm",
        "11:26: block 'name', on 1: a field of kind address has no aspect 'norm'; it has: …",
    );
    check(
        "name norm",
        "name",
        "11:26: block 'name', on 1: 'name' has no aspect; write 'field aspect', 'field|field aspect' or 'tokens'",
    );
    check(
        "names = [\"name\"]",
        "names = []",
        "12:26: block 'rare', on 1: 'tokens' are words of the names under [law] names, which lists none",
    );
    check(
        "codes = [\"code\"]",
        "codes = [\"name\"]",
        "15:10: law, codes 1: 'name' is of kind enterprise-name; the law wants fields of kind code…",
    );
    check(
        "names = [\"name\"]",
        "names = [\"name\", \"opened\"]",
        "16:18: law, names 2: 'opened' is of kind date; the law wants fields of kind enterprise-name…",
    );
    check(
        "fields = [\"opened\"]",
        "fields = [\"opened\", \"name\"]",
        "30:21: comparison 'opened', fields 2: 'name' is of kind enterprise-name, not date; only fields of one kind are compared",
    );
    check(
        "present = \"norm\"",
        "present = \"room\"",
        "22:11: comparison 'name', present: a field of kind enterprise-name has no aspect 'room'; it has: …",
    );
    check(
        "norm equal",
        "room equal",
        "24:12: comparison 'name', level 1, when: a field of kind enterprise-name has no aspect 'room'; it has: …",
    );
    check(
        "of = \"norm\"",
        "of = \"room\"",
        "24:54: comparison 'name', level 1, of: a field of kind enterprise-name has no aspect 'room'; it has: …",
    );
    check(
        "trade similar 0.9",
        "text within 31",
        "25:12: comparison 'name', level 2, when: 'text within 31' compares days; a field of kind enterprise-name has none",
    );
}

#[test]
fn numbers() {
    check("= 1.0", "= 0.0", "3:22: matches_per_record: 0 is not a number above 0");
    check("id_prefix = \"S\"", "id_prefix = \"s\"", "2:13: id_prefix: 's' is not one letter A to Z");
    check(
        "n_records_max = 10",
        "n_records_max = 1",
        "11:56: block 'name', n_records_max: 1 is too few; a pair has 2 records",
    );
    check(
        "name_similarity_min = 0.3",
        "name_similarity_min = 30",
        "17:23: law, name_similarity_min: 30 is not between 0 and 1",
    );
    check("n_records_max = 200", "n_records_max = 0", "18:17: law, n_records_max: an entity has at least 1 record");
    check("m = 0.9", "m = 1.5", "24:30: comparison 'name', level 1, m: 1.5 is not a probability above 0");
    check("u = 0.01", "u = 0.0", "25:47: comparison 'name', level 2, u: 0 is not a probability above 0");
    check("others = 0.1", "others = -0.1", "24:44: comparison 'name', level 1, others: -0.1 is not a number above 0");
    check(
        "trade similar 0.9",
        "trade similar 90",
        "25:12: comparison 'name', level 2, when: 'trade similar 90' wants a similarity above 0 and at most 1",
    );
    check(
        "trade similar 0.9",
        "trade similar",
        "25:12: comparison 'name', level 2, when: 'trade similar' needs a number at its end",
    );
    check(
        "trade similar 0.9",
        "trade edits 0.9",
        "25:12: comparison 'name', level 2, when: 'trade edits 0.9' wants a whole number from 1 to 255",
    );
    check(
        "text within 31",
        "text within -1",
        "31:20: comparison 'opened', level 1, when: 'text within -1' wants a whole number of days",
    );
    check(
        "norm equal",
        "norm equal 0.9",
        "24:12: comparison 'name', level 1, when: 'norm equal 0.9' wants nothing behind the predicate",
    );
}

#[test]
fn what_does_not_go_together() {
    check(
        "name = \"opened\", kind",
        "name = \"name\", kind",
        "7:12: field 3, name: there is a field 'name' above; give each a name of its own\n30:11: comparison 'opened', fields 1: unknown field 'opened'; one of: name, address, name, code",
    );
    check(
        "name = \"rare\"",
        "name = \"name\"",
        "12:12: block 2, name: there is a block 'name' above; give each a name of its own",
    );
    check(
        "name = \"opened\"\nfields",
        "name = \"name\"\nfields",
        "29:8: comparison 2, name: there is a comparison 'name' above; give each a name of its own",
    );
    check(
        "name = \"opened\", kind",
        "name = \"opened on\", kind",
        "7:12: field 3, name: 'opened on' contains a space, ',' or '|', which part names elsewhere; write it without\n30:11: comparison 'opened', fields 1: unknown field 'opened'; did you mean 'opened on'? one of: name, address, opened on, code",
    );
    check(
        "on = [\"name norm\"]",
        "on = []",
        "11:25: block 'name', on: the list is empty; name at least one field and aspect",
    );
    check(
        "fields = [\"opened\"]",
        "fields = []",
        "30:10: comparison 'opened', fields: the list is empty; name a field",
    );
    check(
        "of = \"norm\", ",
        "",
        "24:44: comparison 'name', level 1, others: 'others' needs 'of', the aspect whose sharers count",
    );
    check(
        "others = 0.1",
        "u = 0.1, others = 0.1",
        "24:39: comparison 'name', level 1, u: give 'u' or 'others', not both",
    );
    check(
        "others = 0.1, ",
        "u = 0.1, ",
        "24:49: comparison 'name', level 1, of: 'of' goes with 'others'; with 'u' nothing is counted",
    );
    check(
        "u = 0.9 }",
        "n_sharers_max = 3 }",
        "26:46: comparison 'name', level 3, n_sharers_max: 'n_sharers_max' goes with 'of'",
    );
    check(
        "when = \"else\"",
        "when = \"trade equal\"",
        "26:12: comparison 'name', level 3, when: the last level must be 'else', for all that reach no other",
    );
    check(
        "when = \"norm equal\"",
        "when = \"else\"",
        "24:12: comparison 'name', level 1, when: 'else' always holds, so no later level can; make it the last",
    );
}

#[test]
fn all_mistakes_of_a_file_are_told() {
    let text = SMALL
        .replacen("name norm", "name nrom", 1)
        .replacen("norm equal", "norm equals", 1)
        .replacen("m = 0.05", "m = 5", 1)
        .replacen("\"opened\"]", "\"opend\"]", 1)
        .replacen("codes = [\"code\"]", "codes = [\"cod\"]", 1);
    let mistakes = Schema::read(&text).expect_err("five mistakes");
    assert_eq!(mistakes.0.len(), 5, "{mistakes}");
    assert!(mistakes.0.is_sorted_by_key(|mistake| mistake.line));
}

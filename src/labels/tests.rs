//! Both forms are read, in any order of rows and columns; what is wrong is told by line and column, all at once.

use super::*;

fn read(text: &str) -> std::result::Result<Labels, Vec<String>> {
    Labels::of_bytes(text.as_bytes())
}

#[track_caller]
fn check_error(text: &str, expect: &[&str]) {
    let mistakes = read(text).expect_err(text);
    assert_eq!(mistakes.len(), expect.len(), "{mistakes:?}");
    for (mistake, expect) in mistakes.iter().zip(expect) {
        assert!(mistake.starts_with(expect), "{mistake} and not {expect}");
    }
}

const HEADER: &str = "source_a,record_id_a,source_b,record_id_b,label\n";

#[test]
fn pairs_are_read_whatever_their_order() {
    let rows = [
        "tax,1,market,2,same",
        "market,2,tax,3,different",
        "tax,3,tax,4,unsure",
        "market,5,tax,1, Same ",
        "税务,1,market,2,相同",
    ];
    let of = |rows: &[&str]| read(&format!("\u{feff}{HEADER}{}", rows.join("\n"))).expect("it is right");
    let labels = of(&rows);
    assert_eq!((labels.pairs.len(), labels.n_unsure, labels.records().len()), (4, 1, 5));
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    assert_eq!(of(&reversed), labels);
    // Columns may stand in any order, beside others.
    let turned =
        read("label,note,source_b,record_id_b,source_a,record_id_a\nsame,x,market,2,tax,1\n").expect("it is right");
    assert!(turned.pairs.iter().all(|pair| labels.pairs.get(pair.0) == Some(pair.1)));
}

#[test]
fn different_beats_same_in_any_order() {
    let rows = ["a,1,b,2,same", "b,2,a,1,different", "a,1,b,2,same"];
    for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1]] {
        let text = order.map(|at| rows[at]).join("\n");
        let labels = read(&format!("{HEADER}{text}")).expect("it is right");
        assert_eq!(labels.pairs.values().collect::<Vec<_>>(), [&false]);
        assert_eq!(labels.contradicted.len(), 1);
    }
}

#[test]
fn records_with_their_entities_are_read() {
    let labels = read("source,record_id,entity\na,1,x\nb,1,x\na,1,x\n").expect("it is right");
    assert_eq!((labels.entities.len(), labels.is_empty()), (2, false));
    check_error(
        "source,record_id,entity\na,1,x\na,1,y\n",
        &["3: column 'entity': a:1 is 'x' above and 'y' here; keep one"],
    );
}

#[test]
fn mistakes_are_told_at_once() {
    let text = format!("{HEADER}a,1,b,2,yes\na,1,b,2,same\na,,b,2,same\na,1,a,1,same\na,1\n");
    check_error(
        &text,
        &[
            "2: column 'label': 'yes' is no label; write same, different or unsure",
            "4: column 'record_id_a': the cell is empty; fill it",
            "5: column 'record_id_b': both records are a:1; name two",
            "6: column 'source_b': the cell is empty",
        ],
    );
    check_error(
        "source_a,record_id_a,label\n",
        &["1: no column 'source_b', 'record_id_b'; label files have the columns"],
    );
    check_error("id,name\n", &["1: no column 'source', 'record_id', 'entity'; label files"]);
    assert!(read("").is_err());
}

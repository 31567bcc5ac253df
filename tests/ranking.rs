//! Does the evidence prefer what a person who knows enterprises would prefer?
//!
//! `data-samples/vectors/ranking.csv` is one table: a record, the one it should rather match, the one it should rather not, and why.
//! Weights are those of the shipped schema in a city of a million units, without counted frequencies.

use minglu_rules::compare::compare;
use minglu_rules::division;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::model::{Record, RecordKey, SourceIdx, SourceRecord};
use minglu_rules::normalize::{Jurisdiction, normalize};
use minglu_rules::schema::Schema;
use minglu_rules::score::match_weight;

/// Units of the city.
const N_ENTITIES: u32 = 1_000_000;

/// Reads `field=value field=value`.
fn record(text: &str, schema: &Schema) -> Record {
    let value = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("a value is field=text");
        (schema.field(name).expect("a field of the schema"), value.to_owned())
    };
    let values = text.split_whitespace().map(value).collect();
    let row = SourceRecord { key: RecordKey { source: SourceIdx(0), id: text.into() }, updated_at: None, values };
    let place = Jurisdiction { division: division::named("深圳市"), area_code: Some("0755".into()) };
    normalize(&row, schema, &place).0
}

#[test]
fn the_better_of_two_weighs_more() {
    let model = FrozenModel::empty(Schema::shipped("enterprise").expect("it is shipped"), N_ENTITIES);
    let mut table = csv::Reader::from_reader(include_str!("../data-samples/vectors/ranking.csv").as_bytes());
    let mut n_rows = 0;
    let mut wrong = Vec::new();
    for row in table.records() {
        let row = row.expect("the table is CSV");
        let [query, better, worse] = [0, 1, 2].map(|cell| record(&row[cell], &model.schema));
        let weight = |other: &Record| match_weight(&compare(&query, other, &model), &model);
        if weight(&better) <= weight(&worse) {
            wrong.push(format!("{}: {:.2} is not above {:.2}", &row[3], weight(&better), weight(&worse)));
        }
        n_rows += 1;
    }
    assert!(n_rows > 0 && wrong.is_empty(), "{wrong:#?}");
}

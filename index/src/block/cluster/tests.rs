//! Pairs of clusters against the slow definition: all that share a key of their records or profiles within its cap.

use minglu_rules::model::{RecordKey, SourceIdx, SourceRecord};
use minglu_rules::normalize::{Jurisdiction, normalize};
use minglu_rules::profile::{Profile, Witness};
use proptest::prelude::*;

use super::*;
use crate::candidate::visit_pairs;

const RULES: [&str; 3] = ["phone", "person and trade name", "name and county"];

/// Caps are low, so that random registers cross them, and clusters come back within them.
fn schema() -> Schema {
    let mut schema = Schema::shipped("enterprise").expect("it is shipped");
    schema.blocking.retain(|rule| RULES.contains(&&*rule.name));
    schema.blocking.iter_mut().for_each(|rule| rule.n_records_max = 3);
    schema
}

/// Which name, person, phone, address and cluster a record has.
type Row = (Option<usize>, Option<usize>, Option<u8>, Option<usize>, usize);

const NAMES: [&str; 3] = ["深圳市明鹭科技有限公司", "深圳市鹏程贸易有限公司", "广州市明鹭贸易有限公司"];
const PEOPLE: [&str; 2] = ["王小明", "李娜"];
const PLACES: [&str; 2] = ["深圳市南山区科苑路15号", "深圳市福田区福华路3号"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::of(0..NAMES.len()),
        prop::option::of(0..PEOPLE.len()),
        prop::option::of(0_u8..4),
        prop::option::of(0..PLACES.len()),
        0_usize..8,
    );
    prop::collection::vec(row, 1..16)
}

fn record((number, row): (usize, &Row), schema: &Schema) -> Record {
    let (name, person, phone, place, _) = row;
    let named = [
        ("name", name.map(|name| NAMES[name].to_string())),
        ("legal_rep", person.map(|person| PEOPLE[person].to_string())),
        ("phone", phone.map(|phone| format!("1380013800{phone}"))),
        ("address", place.map(|place| PLACES[place].to_string())),
    ];
    let field = |name: &str| schema.field(name).expect("the schema has the field");
    let values = named.into_iter().filter_map(|(name, text)| Some((field(name), text?))).collect();
    let key = RecordKey { source: SourceIdx(0), id: format!("{number:06}").into() };
    normalize(&SourceRecord { key, updated_at: None, values }, schema, &Jurisdiction::default()).0
}

proptest! {
    #[test]
    fn clusters_are_candidates_by_what_their_records_say_together(rows in rows()) {
        let schema = schema();
        let records: Vec<Record> = rows.iter().enumerate().map(|row| record(row, &schema)).collect();
        let mut clusters: Vec<Vec<usize>> =
            (0..8).map(|wanted| (0..rows.len()).filter(|position| rows[*position].4 == wanted).collect()).collect();
        clusters.retain(|members| !members.is_empty());
        let profile = |cluster: usize| {
            let witness = |&position: &usize| Witness {
                idx: RecordIdx(position as u32),
                record: &records[position],
                disowns_codes: false,
            };
            Profile::of(clusters[cluster].iter().map(witness), &schema).record
        };
        let idx = |members: &Vec<usize>| members.iter().map(|position| RecordIdx(*position as u32)).collect();
        let members: Vec<Vec<RecordIdx>> = clusters.iter().map(idx).collect();
        let blocks = BlockTable::new(&records, &schema).of_clusters(&members, &records, &schema);
        let mut found: Vec<(usize, usize)> =
            visit_pairs(&blocks.table, &schema, |pair| Some((pair.a.at(), pair.b.at())));
        found.sort_unstable();

        let keys: Vec<Vec<u64>> = (0..clusters.len()).map(|cluster| blocking::keys(&profile(cluster), &schema)).collect();
        let is_within = |key: &u64| {
            let n_clusters = keys.iter().filter(|of_cluster| of_cluster.contains(key)).count();
            n_clusters <= schema.blocking[blocking::rule_of(*key)].n_records_max
        };
        let mut expected = Vec::new();
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                if keys[a].iter().any(|key| keys[b].contains(key) && is_within(key)) {
                    expected.push((a, b));
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_block_of_many_records_of_few_clusters_is_looked_at_again() {
    let schema = schema();
    let row: Row = (None, None, Some(1), None, 0);
    let records: Vec<Record> = (0..5).map(|number| record((number, &row), &schema)).collect();
    let of_records = BlockTable::new(&records, &schema);
    assert!(visit_pairs(&of_records, &schema, Some).is_empty(), "five records are above the cap of three");
    let members = |clusters: &[&[u32]]| -> Vec<Vec<RecordIdx>> {
        clusters.iter().map(|members| members.iter().copied().map(RecordIdx).collect()).collect()
    };
    let blocks = of_records.of_clusters(&members(&[&[0, 1], &[2], &[3, 4]]), &records, &schema);
    let pairs = visit_pairs(&blocks.table, &schema, Some);
    assert_eq!(pairs.len(), 3);
    assert!(pairs.iter().all(|pair| blocks.is_new(*pair)));
    let blocks = of_records.of_clusters(&members(&[&[0], &[1], &[2], &[3], &[4]]), &records, &schema);
    assert!(visit_pairs(&blocks.table, &schema, Some).is_empty());
}

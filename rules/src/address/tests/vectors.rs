//! The six vectors of the specification, through the line that records take: the shipped enterprise schema.

use super::*;
use crate::date;
use crate::frozen::FrozenModel;
use crate::model::{Finding, Record, RecordKey, SourceIdx, SourceRecord, Value};
use crate::normalize::{Jurisdiction, normalize};
use crate::schema::Schema;
use crate::{blocking, compare as records};

const V1: &str = "广东省深圳市南山区粤海街道科技园社区科苑路15号科兴科学园A栋3单元15层1501";
const V2: &str = "深圳市南山区科苑路15号科兴科学园A座1501室";
const V3: &str = "深圳市前海深港合作区前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）";
const V4: &str = "龙岗区坂田街道五和大道南118号和成世纪名园3号楼B座负一层";
const V5: &str = "福田区华强北路与振兴路交叉口西南角";
const V6: &str = "深圳市宝安区龙华街道梅龙路1号";

fn record(schema: &Schema, id: &str, address: &str) -> Record {
    let field = schema.field("address").expect("the schema has addresses");
    let row = SourceRecord {
        key: RecordKey { source: SourceIdx(0), id: id.into() },
        updated_at: None,
        values: vec![(field, address.into())],
    };
    let place = Jurisdiction { division: named("深圳市"), area_code: None };
    normalize(&row, schema, &place).0
}

/// What the address comparison of the schema finds in two records, and the condition of the level found.
fn compared(a: &str, b: &str) -> (Finding, String) {
    let schema = Schema::shipped("enterprise").expect("a shipped schema");
    let (a, b) = (record(&schema, "a", a), record(&schema, "b", b));
    let model = FrozenModel::count(schema.clone(), &[]);
    let idx = schema.comparisons.iter().position(|comparison| comparison.name == "address").expect("is compared");
    let finding = records::compare(&a, &b, &model)[idx];
    let level = finding.level.and_then(|level| schema.comparisons[idx].levels.get(usize::from(level)));
    (finding, level.map_or("none".to_owned(), |level| format!("{:?}", level.conditions)))
}

#[test]
fn vectors_one_and_two_are_one_room() {
    assert_eq!(read(V1).building_key(), read(V2).building_key());
    assert_eq!(read(V1).room(), read(V2).room());
    assert!(read(V2).inferred().floor);
    let agreement = compare(&read(V1), &read(V2));
    assert_eq!((agreement.level, agreement.conflict, agreement.similarity), (AddressLevel::Room, None, 1.0));
    let (_, level) = compared(V1, V2);
    assert!(level.contains("Agrees(Room)"), "{level}");
}

#[test]
fn vector_three_is_weak_and_links_nobody() {
    assert!(read(V3).hosted());
    let (with_itself, _) = compared(V3, V3);
    assert_eq!(with_itself.level, None, "no evidence, neither for nor against");
    let schema = Schema::shipped("enterprise").expect("a shipped schema");
    let weak = record(&schema, "a", V3);
    let Value::Address(located) = &weak.values[0].value else { panic!("an address") };
    assert_eq!((located.building_keys, located.room_key), ([0; 3], 0));
    let keys_of = |address| blocking::keys(&record(&schema, "a", address), &schema).len();
    assert!(keys_of(V3) < keys_of(V3.split('（').next().expect("a text before the note")));
}

#[test]
fn vector_four_is_block_and_basement_and_says_that_it_is_ambiguous() {
    let address = read(V4);
    assert_eq!((address.block(), address.floor(), address.ambiguous()), (Some("3-B"), Some(-1), true));
    assert!(describe(V4, named("深圳市")).steps.contains(&"ambiguous".to_owned()));
    let half = compare(&address, &read("坂田街道五和大道南118号和成世纪名园B座负一层"));
    assert_eq!((half.conflict, half.level), (None, AddressLevel::Floor));
    let other = compare(&address, &read("坂田街道五和大道南118号和成世纪名园C座负一层"));
    assert_eq!(other.conflict, Some(AddressLevel::Building));
}

#[test]
fn vector_five_is_a_road_without_a_key() {
    let address = read(V5);
    assert_eq!(address.level(), AddressLevel::Road);
    assert!(address.keys().is_empty() && address.room_key().is_none());
    let (_, level) = compared(V5, V5);
    assert!(level.contains("Equal(Place)") || level.contains("Agrees(Road)"), "{level}");
}

#[test]
fn vector_six_keeps_the_county_of_then_and_of_today() {
    let day = date::parse("2010-06-30").expect("a day");
    for text in [V6, "深圳市龙华街道梅龙路1号", "深圳市龙华区梅龙路1号"] {
        let address = read(text);
        let then = address.division_at(day).expect("a county then");
        assert_eq!((then.code, then.name), (440306, "宝安区"), "{text}");
        assert_eq!(address.division().map(Division::number), Some(440309), "{text}");
    }
    assert_eq!(read(V6).division_written().map(Division::number), Some(440306));
    let (_, level) = compared(V6, "深圳市龙华区梅龙路1号");
    assert!(level.contains("Agrees"), "the split of a county is no contradiction: {level}");
}

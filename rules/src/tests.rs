//! How do tests write a record in one line?
//!
//! `record("0:7", "name=深圳市明鹭数据科技有限公司 phone=13800138000")` is the record with id 7 of the most trusted source.
//! Only for tests: values contain no space here, and a wrong field is a panic.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::division;
use crate::model::{FieldIdx, Record, RecordKey, SourceIdx, SourceRecord};
use crate::normalize::{Issue, Jurisdiction, normalize};
use crate::schema::Schema;

/// The shipped schema of enterprises.
pub(crate) fn schema() -> Schema {
    Schema::shipped("enterprise").expect("it is shipped")
}

/// A register kept in 深圳市.
pub(crate) fn shenzhen() -> Jurisdiction {
    Jurisdiction { division: division::named("深圳市"), area_code: Some("0755".into()) }
}

/// A field of the shipped schema.
pub(crate) fn field(name: &str) -> FieldIdx {
    schema().field(name).unwrap_or_else(|| panic!("no field '{name}'"))
}

/// A record of the shipped schema; `key` is `source:id`, and `updated_at` may stand among the values.
pub(crate) fn record(key: &str, values: &str) -> Record {
    record_of(&schema(), key, values).0
}

/// A record of any schema, with its issues.
pub(crate) fn record_of(schema: &Schema, key: &str, values: &str) -> (Record, Vec<Issue>) {
    let (source, id) = key.split_once(':').expect("a key is source:id");
    let source = SourceIdx(source.parse().expect("a source is a number"));
    let mut row = SourceRecord { key: RecordKey { source, id: id.into() }, updated_at: None, values: vec![] };
    for pair in values.split_whitespace() {
        let (name, value) = pair.split_once('=').expect("a value is field=text");
        match schema.field(name) {
            Some(field) => row.values.push((field, value.into())),
            None if name == "updated_at" => row.updated_at = Some(value.into()),
            None => panic!("no field '{name}'"),
        }
    }
    normalize(&row, schema, &shenzhen())
}

/// Values that agree often: names of one group, codes that differ in a character, one building, one phone.
const POOL: [&str; 40] = [
    "name=深圳市明鹭数据科技有限公司",
    "name=明鹭数据科技（深圳）有限公司",
    "name=明鹭数据科技有限公司",
    "name=深圳市明鹭数据科技有限公司龙岗第一分公司",
    "name=深圳市明鹭数据科技有限公司(本部)",
    "name=深圳市鹏程贸易有限公司",
    "name=深圳市鹏城贸易有限公司",
    "name=深圳市南山区老王小吃店",
    "name=明鹭",
    "short_name=明鹭数据",
    "short_name=鹏程",
    "former_name=深圳市鹏程贸易有限公司",
    "former_name=深圳市明鹭科技有限公司",
    "uscc=91440305MA5ABCD195",
    "uscc=91440305MA5ABCD199",
    "uscc=92440306MA5H0K2N71",
    "org_code=MA5ABCD19",
    "tax_no=440305MA5ABCD19",
    "reg_no=440301100000016",
    "reg_no=440301600000012",
    "address=深圳市南山区科苑路15号科兴科学园A座1501室",
    "address=南山区科苑路15号科兴科学园A座15楼",
    "address=深圳市南山区科苑路15号",
    "office_address=深圳市前海深港合作区前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）",
    "address=龙岗区坂田街道五和大道南118号",
    "phone=13800138000",
    "phone=13800138001",
    "phone=0755-26712345",
    "email=a@minglu.cn",
    "email=b@minglu.cn",
    "website=https://www.minglu.cn/about",
    "website=minglu.cn",
    "legal_rep=王伟",
    "legal_rep=李娜",
    "legal_rep_id=440305199003070014",
    "established=2019-03-05",
    "established=2019年3月20日",
    "established=1999-01-01",
    "status=存续",
    "capital=1000",
];

/// Records of up to fourteen values out of the pool, from three sources.
pub(crate) fn records() -> impl Strategy<Value = Record> {
    let values = prop::collection::vec(any::<Index>(), 0..14);
    (0_u16..3, 0_u32..1000, values).prop_map(|(source, id, picks)| {
        let values: Vec<&str> = picks.iter().map(|pick| *pick.get(&POOL)).collect();
        record(&format!("{source}:{id}"), &values.join(" "))
    })
}

/// Records of any text in any field.
pub(crate) fn odd_rows() -> impl Strategy<Value = SourceRecord> {
    let n_fields = schema().fields.len() as u8;
    let values = prop::collection::vec((0..n_fields, "\\PC{0,24}"), 0..20);
    (values, prop::option::of("\\PC{0,12}")).prop_map(|(values, updated_at)| SourceRecord {
        key: RecordKey { source: SourceIdx(0), id: "1".into() },
        updated_at,
        values: values.into_iter().map(|(field, text)| (FieldIdx(field), text)).collect(),
    })
}

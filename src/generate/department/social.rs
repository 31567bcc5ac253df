//! How does social security 人社 lay out its insured units?
//!
//! Unit numbers are its own, and large employers have several; whatever code the form held stands in one column.

use super::super::random::{Stream, hash, permute};
use super::super::unit::City;
use super::{Filing, Subject};

pub(super) const COLUMNS: [&str; 11] = [
    "单位编号",
    "单位代码",
    "单位名称",
    "负责人",
    "单位地址",
    "联系电话",
    "参保日期",
    "参保状态",
    "参保人数",
    "所属区",
    "更新时间",
];

pub(super) fn row(city: City, subject: &Subject, filing: &Filing) -> (String, Vec<String>) {
    const N_RECORD_IDS: u64 = 1_000_000_000;
    const N_COPIES: u64 = 4;
    let unit = subject.unit;
    let number = unit.ordinal * N_COPIES + subject.copy;
    let record_id = format!("{:09}", permute(hash(city.seed, Stream::RecordId, 2), number, N_RECORD_IDS));
    // Most firms are small: the square of a number below 8, and more for more capital.
    let staff = 1 + (number.wrapping_mul(2_654_435_761) >> 16) % 8;
    let cells = vec![
        record_id.clone(),
        filing.code.text(),
        filing.name.clone(),
        filing.legal_rep.clone(),
        filing.address.text(),
        filing.mobile.clone(),
        unit.established.in_words(),
        if filing.is_cancelled { "停保" } else { "参保" }.to_owned(),
        (staff * staff + unit.capital / 50).to_string(),
        unit.address.street().district.to_owned(),
        filing.day.in_words(),
    ];
    (record_id, cells)
}

//! How does the tax bureau lay out its taxpayers?
//!
//! Numbers of 15, 18 or 20 characters in one column, the address in one, dates without separators.

use super::super::random::{Stream, hash, permute};
use super::super::unit::City;
use super::{Filing, Subject};

pub(super) const COLUMNS: [&str; 13] = [
    "登记序号",
    "纳税人识别号",
    "纳税人名称",
    "主管税务机关",
    "法人姓名",
    "生产经营地址",
    "手机号码",
    "固定电话",
    "行业名称",
    "注册资本",
    "开业日期",
    "纳税人状态",
    "修改日期",
];

pub(super) fn row(city: City, subject: &Subject, filing: &Filing) -> (String, Vec<String>) {
    const N_RECORD_IDS: u64 = 1_000_000_000;
    let unit = subject.unit;
    let serial = permute(hash(city.seed, Stream::RecordId, 1), unit.ordinal, N_RECORD_IDS);
    let record_id = format!("10{serial:09}");
    let landline = filing.landline.as_ref().map(|(line, extension)| match extension {
        Some(extension) => format!("0755-{line}转{extension}"),
        None => format!("0755{line}"),
    });
    let cells = vec![
        record_id.clone(),
        filing.code.text(),
        filing.name.clone(),
        format!("国家税务总局深圳市{}税务局", unit.address.street().district.trim_end_matches('区')),
        filing.legal_rep.clone(),
        filing.address.text(),
        filing.mobile.clone(),
        landline.unwrap_or_default(),
        unit.industry_name.to_owned(),
        yuan(unit.capital),
        unit.established.compact(),
        if filing.is_cancelled { "注销" } else { "正常" }.to_owned(),
        filing.day.compact(),
    ];
    (record_id, cells)
}

/// Ten thousands of yuan as a sum in yuan: 1000000.00.
fn yuan(capital: u64) -> String {
    if capital == 0 { String::new() } else { format!("{}.00", capital * 10_000) }
}

//! How does the statistics bureau lay out its base register 名录库?
//!
//! As form 611 of the economic census asks: two code columns, four address columns, establishments beside legal units,
//! head offices marked 本部.

use super::super::name::LegalForm;
use super::super::random::{Stream, hash, permute};
use super::super::unit::City;
use super::filing::Code;
use super::{Filing, Subject};

pub(super) const COLUMNS: [&str; 19] = [
    "底册码",
    "统一社会信用代码",
    "组织机构代码",
    "单位详细名称",
    "法定代表人(负责人)",
    "行业代码",
    "区县",
    "街道",
    "详细地址",
    "区划代码",
    "固定电话",
    "分机",
    "移动电话",
    "开业时间",
    "单位类型",
    "运营状态",
    "上级法人代码",
    "上级法人名称",
    "更新日期",
];

pub(super) fn row(city: City, subject: &Subject, filing: &Filing) -> (String, Vec<String>) {
    const N_RECORD_IDS: u64 = 100_000_000;
    let Subject { unit, parent, is_head_office, .. } = subject;
    let street = unit.address.street();
    let number = unit.ordinal * 2 + u64::from(*is_head_office);
    let serial = permute(hash(city.seed, Stream::RecordId, 3), number, N_RECORD_IDS);
    let record_id = format!("{}{serial:08}", &street.code[..6]);
    let (uscc, org_code) = match &filing.code {
        Code::Missing => (String::new(), String::new()),
        Code::Organisation(code) => (String::new(), code.clone()),
        Code::Credit(code) | Code::Tax(code) => (code.clone(), String::new()),
    };
    let (line, extension) = filing.landline.clone().unwrap_or_default();
    let unit_type = match (is_head_office, unit.form) {
        (true, _) | (_, LegalForm::Branch) => "2",
        (_, LegalForm::Individual) => "3",
        _ => "1",
    };
    let cells = vec![
        record_id.clone(),
        uscc,
        org_code,
        filing.name.clone(),
        filing.legal_rep.clone(),
        unit.industry_code.to_owned(),
        filing.address.district.to_owned(),
        filing.address.street.to_owned(),
        filing.address.rest.clone(),
        format!("{}000", street.code),
        line,
        extension.unwrap_or_default(),
        filing.mobile.clone(),
        unit.established.month(),
        unit_type.to_owned(),
        if filing.is_cancelled { "6" } else { "1" }.to_owned(),
        parent.map(|parent| parent.uscc.clone()).unwrap_or_default(),
        parent.map(|parent| parent.name.text()).unwrap_or_default(),
        filing.day.slashed(),
    ];
    (record_id, cells)
}

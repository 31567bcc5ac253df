//! How does market regulation 市监 lay out its register?
//!
//! Its own key is the 15-digit registration number; the address comes in three columns, phones in one.

use super::super::codes;
use super::super::name::LegalForm;
use super::super::unit::City;
use super::{Filing, Subject};

pub(super) const COLUMNS: [&str; 19] = [
    "注册号",
    "统一社会信用代码",
    "企业名称",
    "曾用名",
    "企业类型",
    "法定代表人",
    "证件号码",
    "注册资本(万元)",
    "成立日期",
    "注销日期",
    "登记状态",
    "行业代码",
    "区",
    "街道",
    "门牌",
    "联系电话",
    "隶属企业代码",
    "隶属企业名称",
    "更新日期",
];

pub(super) fn row(city: City, subject: &Subject, filing: &Filing) -> (String, Vec<String>) {
    let Subject { unit, parent, .. } = subject;
    let record_id = unit.registration_number.clone();
    let cancelled = unit.cancelled.filter(|_| filing.is_cancelled);
    let cells = vec![
        record_id.clone(),
        filing.code.text(),
        filing.name.clone(),
        filing.former_names.join("；"),
        unit.form.label().to_owned(),
        filing.legal_rep.clone(),
        codes::identity_number(city.seed, unit.legal_rep.number),
        if unit.form == LegalForm::Branch { String::new() } else { unit.capital.to_string() },
        unit.established.dashed(),
        cancelled.map(|day| day.dashed()).unwrap_or_default(),
        if cancelled.is_some() { "注销" } else { "存续" }.to_owned(),
        unit.industry_code[1..].to_owned(),
        filing.address.district.to_owned(),
        filing.address.street.to_owned(),
        filing.address.rest.clone(),
        phones(filing),
        parent.map(|parent| parent.uscc.clone()).unwrap_or_default(),
        parent.map(|parent| parent.name.text()).unwrap_or_default(),
        filing.day.dashed(),
    ];
    (record_id, cells)
}

fn phones(filing: &Filing) -> String {
    let landline = filing.landline.as_ref().map(|(line, extension)| match extension {
        Some(extension) => format!("0755-{line}-{extension}"),
        None => format!("0755-{line}"),
    });
    let mobile = Some(filing.mobile.clone()).filter(|mobile| !mobile.is_empty());
    mobile.into_iter().chain(landline).collect::<Vec<_>>().join("；")
}

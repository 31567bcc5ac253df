//! How are steps and problems told in words? One Chinese and one English sentence for every code that can come out.
//!
//! The same table stands in docs/guide/normalize.md; a test holds them together.

use serde::Serialize;

/// A code with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Explained {
    code: String,
    zh: &'static str,
    en: &'static str,
}

/// Code, Chinese, English.
pub(super) const WORDS: [(&str, &str, &str); 54] = [
    // Folding, in the order in which it happens.
    ("width", "全角、兼容字符改为标准字符", "full-width and compatibility characters became plain ones"),
    ("brackets", "各种括号统一为半角圆括号", "all kinds of brackets became round ones"),
    ("spaces", "删除或合并空白和不可见字符", "spaces and invisible characters were removed or joined"),
    ("punctuation", "删除或统一标点符号", "punctuation was removed or unified"),
    ("simplified", "繁体字改为简体字", "traditional characters became simplified ones"),
    ("upper-case", "小写字母改为大写", "small letters became capital letters"),
    // Names.
    ("cut", "文本过长，只读取开头", "the text is too long; only its beginning was read"),
    ("annotations-stripped", "去掉名称末尾的附注", "notes at the end of the name were taken off"),
    ("ordinals-written", "分支机构的序号改写为阿拉伯数字", "ordinals of the branch were written in digits"),
    ("branch-split", "分支机构的后缀与总公司名称分开", "the branch was split from its parent's name"),
    ("reordered", "括号内的行政区划移到名称开头", "the region in brackets was moved to the front"),
    // Addresses.
    ("default_division", "地址未写城市，按给定的行政区划补全", "no city is written; that of --division was taken"),
    ("county_inferred", "由街道、社区或道路推断出区县", "the county follows from the street, community or road"),
    ("floor_inferred", "由房号推断出楼层", "the floor follows from the room number"),
    ("approximate", "只是附近的方位描述", "it only says what the place is near"),
    ("hosted", "集群登记或托管地址", "registrations of many units are hosted there"),
    // Codes.
    ("temporary_mark_removed", "去掉临时纳税人标志 L", "the mark L of a temporary taxpayer was removed"),
    ("upgraded_to_18", "15 位号码升为 18 位", "a number of 15 digits was brought to 18"),
    // Problems of any value.
    ("empty", "没有内容", "nothing is there"),
    ("unknown", "不在清单之内", "no list has it"),
    ("low_confidence", "把握不大，请人工查看", "not sure; a person should look at it"),
    ("too_long", "超过 1 MiB，未读取", "longer than 1 MiB; it was not read"),
    ("invalid_utf8", "不是有效的 UTF-8 文本", "not valid UTF-8"),
    ("invalid_json", "不是有效的 JSON", "not valid JSON"),
    ("not_a_text", "JSON 指针所指的不是文本", "what the JSON pointer points at is no text"),
    ("pointer_missing", "JSON 指针所指的位置不存在", "nothing lies under the JSON pointer"),
    ("column_missing", "该行没有这一列", "the row has no such column"),
    // Problems of codes and persons' numbers.
    ("invalid_code", "校验未通过", "its checks fail"),
    ("personal_data", "是或可能是个人证件号码，请注意保密", "it is, or may be, a person's number: keep it secret"),
    ("look_alike", "有形近字符，只有一种改法能通过校验", "look-alike characters; one reading alone passes the checks"),
    ("masked", "部分字符被星号遮盖", "characters are masked"),
    ("length", "位数不对", "the wrong length"),
    ("characters", "有不该出现的字符", "a character that cannot stand there"),
    (
        "area",
        "前六位从来不是行政区划，也不是港澳台居民或外国人的代码",
        "the first six digits never were a division, nor a code of residents or foreigners",
    ),
    ("birth_date", "出生日期不存在", "there is no such day of birth"),
    ("too_old", "出生早于 1880 年", "born before 1880"),
    ("not_yet_born", "出生日期晚于给定日期", "born after the day given"),
    ("check", "校验码不对", "the check character is wrong"),
    ("unchecked", "旧号码没有可核对的校验码", "an old number without a check character to verify"),
    ("also_uscc", "同时是有效的统一社会信用代码", "it is a valid credit code as well"),
    // Problems of telephone numbers.
    ("area_code_missing", "本地号码，缺少区号", "a local number without an area code"),
    ("area_code_unknown", "没有这个区号", "there is no such area code"),
    ("no_number", "没有完整的电话号码", "no complete telephone number"),
    ("too_many", "号码过多，只取前 16 个", "too many numbers; the first 16 were taken"),
    // Problems of industries.
    ("unknown_code", "没有这个行业代码", "there is no such industry"),
    (
        "earlier_edition",
        "不是 2017 版代码，疑为 2011 或 2002 版",
        "no code of 2017, perhaps of the edition of 2011 or 2002",
    ),
    (
        "padded_code",
        "大类或中类补零写成四位；2011 版中也可能是小类",
        "a division or group with zeros to four digits; in 2011 it may have been a class",
    ),
    ("lost_zero", "缺少开头的零", "the first zero is missing"),
    ("section_differs", "门类字母与代码不符", "the letter is not that of the section"),
    ("name_differs", "名称与代码不符", "the name is that of another code"),
    ("unknown_name", "没有这个行业名称", "no industry has this name"),
    ("no_industry", "来源注明无行业", "the source says that there is none"),
    // Problems of registration types.
    ("ambiguous_code", "新旧分类都有这个代码，含义不同", "two lists use the code for different things"),
    ("no_single_heir", "在 2023 年分类中没有唯一对应的类别", "no single type of 2023 corresponds to it"),
];

/// A code with its words; without words if the table has none.
pub(super) fn explain(code: &str) -> Explained {
    let words = WORDS.iter().find(|(known, _, _)| *known == code);
    let (zh, en) = words.map_or(("", ""), |(_, zh, en)| (zh, en));
    Explained { code: code.to_owned(), zh, en }
}

/// The code under which a problem is written.
pub(super) fn of(problem: &impl Serialize) -> String {
    let written = serde_json::to_string(problem).expect("a problem is a word");
    written.trim_matches('"').to_owned()
}

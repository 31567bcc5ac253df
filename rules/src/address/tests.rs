//! Cases of the address parser and of the comparison; all texts are read with 深圳市 as the default.

mod forms;
mod vectors;

use super::*;
use crate::division::named;
use proptest::prelude::*;

fn read(text: &str) -> Address {
    parse(text, named("深圳市"))
}

#[track_caller]
fn check(text: &str, canonical: &str) {
    assert_eq!(read(text).canonical(), canonical, "{text}");
}

#[track_caller]
fn check_pair(a: &str, b: &str, level: AddressLevel, conflict: Option<AddressLevel>) {
    let (a, b) = (read(a), read(b));
    let agreement = compare(&a, &b);
    assert_eq!((agreement.level, agreement.conflict), (level, conflict), "{a:?} {b:?}");
    assert_eq!(agreement, compare(&b, &a));
}

#[test]
fn reads_the_vectors_of_the_specification() {
    check(
        "广东省深圳市南山区粤海街道科技园社区科苑路15号科兴科学园A栋3单元15层1501",
        "440305|粤海街道|科技园社区|科苑路|15|科兴科学园|A|3|15|1501",
    );
    check("深圳市南山区科苑路15号科兴科学园A座1501室", "440305|||科苑路|15|科兴科学园|A||15|1501");
    check("深圳市前海深港合作区前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）", "440305|||前湾一路|1||A||2|201");
    check(
        "龙岗区坂田街道五和大道南118号和成世纪名园3号楼B座负一层",
        "440307|坂田街道||五和大道南|118|和成世纪名园|3-B||-1|",
    );
    check("福田区华强北路与振兴路交叉口西南角", "440304|||华强北路||||||");
    check("深圳市宝安区龙华街道", "440309|龙华街道||||||||");
}

#[test]
fn completes_divisions() {
    check("深圳市深圳市南山区科苑路15号", "440305|||科苑路|15|||||");
    check("广东深圳南山科苑路15号", "440305|||科苑路|15|||||");
    check("南山区科苑路15号", "440305|||科苑路|15|||||");
    check("南山粤海街道科苑路15号", "440305|粤海街道||科苑路|15|||||");
    check("科苑路15号", "440300|||科苑路|15|||||");
}

#[test]
fn reads_rooms_in_all_notations() {
    check("深圳市南山区科苑路15号科兴科学园6F-615", "440305|||科苑路|15|科兴科学园|||6|615");
    check("深圳市南山区科苑路15号A-1501", "440305|||科苑路|15||A||15|1501");
    check("深圳市南山区科苑路15号科兴科学园A1501", "440305|||科苑路|15|科兴科学园|A||15|1501");
    check("深圳市南山区科苑路15号科兴科学园A栋15F", "440305|||科苑路|15|科兴科学园|A||15|");
    check("深圳市南山区科苑路15号科兴科学园A栋十五层", "440305|||科苑路|15|科兴科学园|A||15|");
    check("深圳市南山区科苑路15号科兴科学园A栋101-105", "440305|||科苑路|15|科兴科学园|A||1|101");
    check("深圳市南山区科苑路15号科兴科学园A栋101、102室", "440305|||科苑路|15|科兴科学园|A||1|101");
    check("深圳市南山区科苑路15号科兴科学园A栋#1501", "440305|||科苑路|15|科兴科学园|A||15|1501");
    check("深圳市南山区科苑路15号科兴科学园A栋B1层", "440305|||科苑路|15|科兴科学园|A||-1|");
    check("深圳市南山区科苑路15号科兴科学园A栋地下一层", "440305|||科苑路|15|科兴科学园|A||-1|");
    check("深圳市南山区科苑路15号科兴科学园A栋整栋", "440305|||科苑路|15|科兴科学园|A|||");
    check("深圳市南山区科苑路15号科兴科学园A栋3楼整层", "440305|||科苑路|15|科兴科学园|A||3|");
}

#[test]
fn stays_at_the_road_where_the_text_is_vague() {
    check("深圳市南山区科苑路15号科兴科学园旁", "440305|||科苑路||||||");
    check("深圳市南山区科苑路15号对面", "440305|||科苑路||||||");
}

#[test]
fn reads_shenzhen() {
    check("深圳市南山区深南大道9998号万利达科技大厦22层9单元", "440305|||深南大道|9998|万利达科技大厦|||22|9");
    check(
        "深圳市宝安区沙井街道后亭社区后亭茅洲山工业园工业大厦全至科技创新园科创大厦2层A",
        "440306|沙井街道|后亭社区|||工业大厦全至科技创新园科创大厦|||2|",
    );
    check(
        "深圳市龙华区观湖街道鹭湖社区澜清一路3号荣超新时代广场B座1801-2118",
        "440309|观湖街道|鹭湖社区|澜清一路|3|荣超新时代广场|B||18|1801",
    );
    check("深圳市光明区凤凰街道邦凯路9号邦凯科技城2号C栋厂房1、2、3楼", "440311|凤凰街道||邦凯路|9|邦凯科技城|2-C||1|");
    check(
        "深圳市宝安区石岩街道塘头社区塘头大道1号创维数字大厦0501",
        "440306|石岩街道|塘头社区|塘头大道|1|创维数字大厦|||5|501",
    );
    check(
        "深圳市福田区福田街道福安社区福华一路1号大中华国际交易广场1栋35层01-08单元",
        "440304|福田街道|福安社区|福华一路|1|大中华国际交易广场|1||35|0108",
    );
    check(
        "深圳市罗湖区桂园街道老围社区深南东路5016号京基一百大厦A座6201-01单元",
        "440303|桂园街道|老围社区|深南东路|5016|京基一百大厦|A|||620101",
    );
    check("深圳市龙岗区横岗街道六约社区深峰路16号3栋401", "440307|横岗街道|六约社区|深峰路|16||3||4|401");
    check("深圳市深汕特别合作区鹅埠镇创新大道1号", "441521|鹅埠镇||创新大道|1|||||");
    check("深圳市大鹏新区葵涌街道延安路一号", "440307|葵涌街道||延安路|1|||||");
    check("深圳市南山区高新区中区麻雀岭工业区M-10栋2层", "440305|||||麻雀岭工业区|M10||2|");
    check(
        "深圳市南山区西丽街道曙光社区中山园路1001号TCL科学园区E1栋1101",
        "440305|西丽街道|曙光社区|中山园路|1001|TCL科学园区|E1||11|1101",
    );
    check("深圳市宝安区福永街道桥头社区正中工业厂区7栋1-5层厂房", "440306|福永街道|桥头社区|||正中工业厂区|7||1|");
    check("深圳市福田区车公庙工业区泰然九路201栋东座", "440304|||泰然九路||车公庙工业区|201-东|||");
}

#[test]
fn reads_cities_without_counties() {
    check("东莞市虎门镇虎门大道1号", "441900|虎门镇||虎门大道|1|||||");
    check("广东省中山市火炬开发区科技东路8号", "442000|||科技东路|8|||||");
}

#[test]
fn reads_other_cities() {
    check("上海市浦东新区绥德路2弄3号楼501室", "310115|||绥德路|2弄||3||5|501");
    check("上海市徐汇区漕溪北路8弄16号1203室", "310104|||漕溪北路|8弄||16||12|1203");
    check("北京市海淀区中关村南大街31号神舟科技大厦12层", "110108|||中关村南大街|31|神舟科技大厦|||12|");
    check("北京市朝阳区酒仙桥东路9号院3号楼", "110105|||酒仙桥东路|9||3|||");
    check("北京市市辖区朝阳区建国路甲92号", "110105|||建国路|甲92|||||");
    check("天津市河西区黑牛城道18号", "120103|||黑牛城道|18|||||");
    check("湖南省长沙市雨花区芙蓉中路二段279号金源大酒店16楼", "430111|||芙蓉中路二段|279|金源大酒店|||16|");
    check("杭州市西湖区文三路90号东部软件园科技广场3-301", "330106|||文三路|90|科技广场|3||3|301");
    check("杭州市下城区五里塘苑37-6-1163", "330105|||||五里塘苑|37|6|11|1163");
    check("浙江省温岭市太平街道三星大道2号", "331081|太平街道||三星大道|2|||||");
    check("湖北省黄石市大冶市金山店镇红卫村4组12号", "420281|金山店镇|红卫村||12|||||");
    check("河南省济源市承留镇小寨村", "419001|承留镇|小寨村|||||||");
    check("江苏省张家港市东南大道1号(张家港经济技术开发区)", "320582|||东南大道|1|||||");
    check("苏州工业园区星湖街328号创意产业园1-B1单元", "320500|||星湖街|328|创意产业园||||1B1");
    check("杭州经济技术开发区6号大街68-1", "330100|||6号大街|68||1|||");
    check("广东省江门市新会区会城街道江会路上浅口", "440705|会城街道||江会路||||||");
    check("成都市高新区科园南二路二号", "510100|||科园南二路|2|||||");
    check("深圳市南山区沙河街道白石洲新中路", "440305|沙河街道||白石洲新中路||||||");
    check("深圳市罗湖区", "440303|||||||||");
}

#[test]
fn survives_what_is_no_address() {
    check("", "440300|||||||||");
    check("(无)", "440300|||||||||");
    check("12345678901", "440300|||||||||");
    check("深圳市南山区招商街道蛇口兴华路6号南海意库3栋502(孵化器)", "440305|招商街道||蛇口兴华路|6|南海意库|3||5|502");
}

#[test]
fn reads_more_of_shenzhen() {
    check(
        "深圳市龙岗区平湖街道禾花社区富安大道18号亿鸿科技园1号厂房A1",
        "440307|平湖街道|禾花社区|富安大道|18|亿鸿科技园|1|||A1",
    );
    check(
        "深圳市福田区沙头街道天安社区泰然五路天安数码城天祥大厦11A",
        "440304|沙头街道|天安社区|泰然五路||天安数码城天祥大厦||||11A",
    );
    check("深圳市龙华区民治街道新牛社区牛栏前大厦B1207", "440309|民治街道|新牛社区|||牛栏前大厦|B||12|1207");
    check("深圳市坪山区坑梓街道人民西路3号办公楼二楼202", "440310|坑梓街道||人民西路|3|办公楼|||2|202");
    check("深圳市盐田区沙头角街道深盐路2039号壹海城二区3栋1105", "440308|沙头角街道||深盐路|2039|壹海城2区|3||11|1105");
    check(
        "深圳市南山区粤海街道高新区社区白石路3609号深圳湾科技生态园二区9栋B4-501",
        "440305|粤海街道|高新区社区|白石路|3609|深圳湾科技生态园2区|9-B4||5|501",
    );
    check("深圳市南山区科苑路15号3楼2单元301", "440305|||科苑路|15||3|2|3|301");
    check("深圳市宝安区新安街道兴东社区71区润坊路1号2号楼4层", "440306|新安街道|兴东社区|润坊路|1||2||4|");
    check("湖北省武汉市江夏区纸坊公园仕家10栋4单元", "420115|||||纸坊公园仕家|10|4||");
    check("新疆阿拉尔市十六团", "659002|||||||||");
}

#[test]
fn reads_heads_that_repeat_themselves() {
    check(
        "安徽滁州定远县中国安徽滁州定远县曲阳路【中都南苑37-2-501】(定远县妇幼保健院附近)",
        "341125|||曲阳路||中都南苑|37|2|5|501",
    );
    check("上海上海松江区中国上海上海松江区泗泾镇", "310117|泗泾镇||||||||");
    check("广西桂林恭城瑶族自治县中国广西桂林恭城瑶族自治县平安乡", "450332|平安乡||||||||");
    check("得力集团宁波江北工业园浙江省宁波市江北区长兴路1220号", "330205|||长兴路|1220|||||");
    check("杭州市江干区浙江理工大学", "330102|||||浙江理工大学||||");
    check("成都市高新区新世纪环球中心N5，2011", "510100|||||新世纪环球中心|N5||20|2011");
    check("四川省成都市青白江区大同镇", "510113|大同镇||||||||");
}

#[test]
fn marks_hosting_and_vagueness() {
    assert!(read("前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）").hosted());
    assert!(read("兴华路6号南海意库3栋(孵化器)").hosted());
    assert!(!read("科苑路15号科兴科学园A座1501室").hosted());
    assert!(read("科苑路15号科兴科学园旁").approximate());
    assert!(!read("文一西路与城东路交口大华海派风范茗园2幢1单元1603").approximate());
    assert!(read("福田区华强北路与振兴路交叉口西南角").keys().is_empty());
}

#[test]
fn keeps_the_county_as_written_beside_that_of_today() {
    let address = read("深圳市宝安区龙华街道梅龙路1号");
    assert_eq!(address.division().map(Division::number), Some(440309));
    assert_eq!(address.division_written().map(Division::number), Some(440306));
    assert_eq!(address.street_code(), Some(440309003));
}

#[test]
fn compares_from_coarse_to_fine() {
    use AddressLevel::*;
    let full = "广东省深圳市南山区粤海街道科技园社区科苑路15号科兴科学园A栋3单元15层1501";
    check_pair(full, "深圳市南山区科苑路15号科兴科学园A座1501室", Room, None);
    check_pair(full, "科苑路15号A座1501", Room, None);
    check_pair(full, "科苑路15号A座15楼", Floor, None);
    check_pair(full, "科苑路15号A座16楼", Building, Some(Floor));
    check_pair(full, "科苑路15号A座1502", Floor, Some(Room));
    check_pair(full, "科苑路15号B座1501", Estate, Some(Building));
    check_pair(full, "科苑路15号", Estate, None);
    check_pair(full, "科苑路16号", Road, Some(Estate));
    check_pair(full, "科苑路", Road, None);
    check_pair(full, "南山区科兴科学园A座1501室", Room, None);
    check_pair(full, "南山区粤海街道", Street, None);
    check_pair(full, "南山区蛇口街道", County, Some(Street));
    check_pair(full, "福田区科苑路15号", City, Some(County));
    check_pair(full, "广州市天河区科苑路15号", Nothing, Some(City));
    check_pair(full, "深圳市", City, None);
    check_pair("宝安区龙华街道梅龙路1号", "龙华区梅龙路1号", Estate, None);
}

#[test]
fn buildings_meet_under_their_keys() {
    let keys = |text| read(text).keys();
    let full = keys("南山区科苑路15号科兴科学园A栋");
    assert!(keys("科苑路15号A座").iter().any(|key| full.contains(key)));
    assert!(keys("科兴科学园A座").iter().any(|key| full.contains(key)));
    assert!(!keys("科苑路15号B座").iter().any(|key| full.contains(key)));
    assert!(keys("广州市科苑路15号A座").iter().all(|key| !full.contains(key)));
    assert!(keys("南山区科苑路").is_empty());
}

#[test]
fn describes_itself() {
    let description = describe("科苑路１５号Ａ座1501", named("深圳市"));
    assert_eq!(description.steps, ["width", "default_division", "floor_inferred"]);
    let parts: Vec<_> = description.parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(parts, ["科苑路", "１５号", "Ａ座", "1501"]);
    assert_eq!(description.confidence, 0.8);
}

/// The vectors that other programs are tested with.
#[test]
fn agrees_with_the_published_vectors() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../../data-samples/vectors/addresses.json")).expect("valid JSON");
    for vector in vectors["parse"].as_array().expect("a list") {
        let text = vector["text"].as_str().expect("a text");
        assert_eq!(read(text).canonical(), vector["canonical"].as_str().expect("a canonical form"), "{text}");
        assert_eq!(serde_json::json!(read(text).level()), vector["level"], "{text}");
    }
}

pub(super) fn address_like() -> impl Strategy<Value = String> {
    let words = proptest::sample::select(vec![
        "广东省",
        "深圳市",
        "深圳",
        "南山区",
        "粤海街道",
        "科技园社区",
        "科苑路",
        "15号",
        "A栋",
        "3单元",
        "十五层",
        "1501",
        "室",
        "-",
        "、",
        "（",
        "）",
        "附近",
        "与",
        "负一",
        "路",
        "街",
        "村",
        "区",
        "#",
        "101-105",
        "弄",
        "甲",
        "第",
        "楼",
        "F",
        "é",
        "😀",
        "大",
        "之",
        "座",
        "东",
        "镇",
        "市",
        "新区",
        "开发区",
        "前海",
        "省",
        "组",
        "期",
        " ",
        "，",
        "B",
        "0",
    ]);
    proptest::collection::vec(words, 0..14).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,60}") {
        let address = read(&text);
        describe(&text, None);
        compare(&address, &address);
    }

    #[test]
    fn reads_its_own_norm_alike(text in address_like()) {
        let address = read(&text);
        prop_assert_eq!(read(address.norm()).canonical(), address.canonical());
        describe(&text, named("深圳市"));
    }

    #[test]
    fn compares_symmetrically(a in address_like(), b in address_like()) {
        let (a, b) = (read(&a), read(&b));
        prop_assert_eq!(compare(&a, &b), compare(&b, &a));
        let own = compare(&a, &a);
        prop_assert_eq!((own.level, own.conflict), (a.level(), None));
    }
}

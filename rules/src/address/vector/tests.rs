//! Comparison vectors: levels of parts, measures, and the exchange of sides.

use super::*;
use crate::address::tests::address_like;
use proptest::prelude::*;

fn vector(a: &str, b: &str) -> AddressVector {
    AddressVector::new(&AddressReading::new(a, None), &AddressReading::new(b, None))
}

#[track_caller]
fn check(a: &str, b: &str, part: ComparedPart, expect: PartLevel) {
    assert_eq!(vector(a, b).part(part), expect, "{part:?} of {a} and {b}");
    assert_eq!(vector(b, a).part(part.mirrored()), expect.mirrored(), "{part:?} of {b} and {a}");
}

#[test]
fn divisions_lie_in_each_other() {
    let check = |a, b, expect| check(a, b, ComparedPart::Division, expect);
    check("深圳市南山区科苑路", "深圳市南山区", PartLevel::Equal);
    check("深圳市科苑路", "罗湖区科苑路", PartLevel::LeftHolds);
    check("深圳市福田区", "深圳市南山区", PartLevel::Similar);
    check("深圳市", "东莞市", PartLevel::Slight);
    check("深圳市", "江苏省南京市", PartLevel::Different);
    check("深圳市", "科苑路15号", PartLevel::OnlyLeft);
}

#[test]
fn roads_differ_by_more_than_a_character() {
    let check = |a, b, expect| check(a, b, ComparedPart::AnyRoad, expect);
    check("前湾一路1号", "前湾1路3号", PartLevel::Equal);
    check("文昌街12号", "文昌路12号", PartLevel::Alias);
    check("松岗沙江六路九号", "沙江六路9号", PartLevel::LeftHolds);
    check("中山北路1号", "中山南路1号", PartLevel::Slight);
    check("建华街8号", "健华街8号", PartLevel::Similar);
    check("文昌路18号", "深南大道57号", PartLevel::Different);
    check("文昌路18号", "宏达中心", PartLevel::OnlyLeft);
    check("华强北路与振兴路交叉口", "振兴路与燕南路交汇处", PartLevel::Equal);
}

#[test]
fn estates_are_equal_under_another_word() {
    let check = |a, b, expect| check(a, b, ComparedPart::Estate, expect);
    check("翠湖花园3栋", "翠湖花苑3幢", PartLevel::Equal);
    check("翠湖嘉苑8号楼", "翠湖花园8幢", PartLevel::Alias);
    check("金地翠湖小区3期", "翠湖小区", PartLevel::LeftHolds);
    check("翠湖俪城7栋", "翠湖郦城7栋", PartLevel::Similar);
    check("翠湖居1栋", "保利香槟花园1栋", PartLevel::Different);
    check("科兴科学园A栋", "科苑路15号", PartLevel::OnlyLeft);
}

#[test]
fn numbers_are_parts_of_each_other() {
    check("科苑路15-3号", "科苑路15号", ComparedPart::NumberOrBlock, PartLevel::Equal);
    check("科苑路15-17号", "科苑路15号", ComparedPart::Number, PartLevel::LeftHolds);
    check("科苑路15号", "科苑路18号", ComparedPart::Number, PartLevel::Slight);
    check("科苑路15号", "科苑路150号", ComparedPart::Number, PartLevel::Different);
    check("翠湖小区73号", "翠湖小区73号楼", ComparedPart::NumberOrBlock, PartLevel::Equal);
    check("翠湖名都D3栋", "翠湖名都3栋", ComparedPart::Block, PartLevel::Similar);
    check("翠湖名都3栋2单元", "翠湖名都3栋", ComparedPart::Unit, PartLevel::OnlyLeft);
}

#[test]
fn names_of_shops_count() {
    check("文昌街6号阿宝小店", "文昌街阿宝小店", ComparedPart::LastName, PartLevel::Equal);
    check("文昌路58号宏达大厦", "宏达大厦申通快递", ComparedPart::RightLastName, PartLevel::RightHolds);
    let shop = vector("天心区家兴超市对面阿宝理发店", "文昌路65号家兴超市");
    assert!(shop.right(SideMeasure::NamesCovered) >= 14);
    assert_eq!(shop.left(SideMeasure::Missed), 1); // 阿宝理发店
}

#[test]
fn common_words_tell_less_than_rare_ones() {
    let rare = vector("樟溪小区", "樟溪公寓").common(CommonMeasure::Told);
    let common = vector("华润小区", "保利小区").common(CommonMeasure::Told);
    assert!(rare > common, "{rare} {common}");
    // 俪 and 郦 are read alike.
    let sounds = vector("翠湖俪城7栋", "翠湖郦城7栋");
    assert!(sounds.left(SideMeasure::SoundCovered) > sounds.left(SideMeasure::ToldCovered));
}

#[test]
fn what_is_missed_is_ranked() {
    let finer = vector("翠湖小区16栋", "翠湖小区");
    assert_eq!((finer.left(SideMeasure::FinestFound), finer.left(SideMeasure::FinestMissed)), (4, 5));
    assert_eq!(finer.right(SideMeasure::FinestMissed), 0);
    assert_eq!(vector("翠湖小区", "翠湖小区(东门)").right(SideMeasure::Gate), 3);
    assert_eq!(vector("玄武区珠江路", "南京市玄武区").left(SideMeasure::CountyNamed), 2);
    assert_eq!(vector("深圳市宝安区沙井街道", "沙井镇新和路7号").left(SideMeasure::StreetNamed), 2);
}

#[test]
fn a_way_to_go_is_no_name() {
    let vector = vector("青云路南150米翠湖小区29号楼", "翠湖小区29栋");
    assert_eq!(vector.part(ComparedPart::Estate), PartLevel::Equal);
    assert_eq!(vector.part(ComparedPart::Direction), PartLevel::OnlyLeft);
}

proptest! {
    #[test]
    fn exchanging_the_addresses_mirrors_the_vector(a in address_like(), b in address_like()) {
        let (a, b) = (AddressReading::new(&a, None), AddressReading::new(&b, None));
        let vector = AddressVector::new(&a, &b);
        prop_assert_eq!(vector.mirrored(), AddressVector::new(&b, &a));
        prop_assert!(vector.levels().all(|level| level <= MEASURE_MAX));
        prop_assert_eq!(vector.levels().count(), AddressVector::names().count());
    }

    #[test]
    fn any_text_can_be_compared(a in ".{0,60}", b in ".{0,60}") {
        vector(&a, &b);
    }
}

//! Places of buildings: what contradicts, what names a building for certain, and how a building is written.

use proptest::prelude::*;

use crate::address::parse;
use crate::division;

/// Whether two addresses may be one building, and whether both name one and the same for certain.
#[track_caller]
fn check(a: &str, b: &str, contradict: bool, same_door: bool) {
    let city = division::named("深圳市");
    let (a, b) = (parse(a, city).building_place(), parse(b, city).building_place());
    assert_eq!((a.contradicts(b), b.contradicts(a)), (contradict, contradict));
    assert_eq!(a.key().is_some() && a.key() == b.key(), same_door);
}

#[test]
fn places() {
    check("南山区科苑路15号A座", "深圳市南山区粤海街道科苑路15号A栋1501", false, true);
    check("南山区科苑路15号", "南山区科苑路15号A栋", false, false);
    check("南山区科苑路15号A座", "科兴科学园A栋", false, false);
    check("南山区科苑路15号", "科苑路15号", false, false);
    check("南山区科苑路15号", "福田区科苑路15号", true, false);
    check("南山区科苑路15号", "南山区科苑路16号", true, false);
    check("", "", false, false);
    check("东莞市莞太路33号", "东莞市莞太路33号1楼", false, true);
}

#[test]
fn what_is_joined_stays_lawful() {
    let of = |text: &str| parse(text, None).building_place();
    let (county, door) = (of("深圳市南山区"), of("科苑路15号"));
    assert_eq!(county.or(door), door.or(county));
    assert!(county.or(door).contradicts(of("深圳市福田区")));
}

proptest! {
    #[test]
    fn a_building_written_out_is_the_same_building(
        county in prop::sample::select(vec!["", "南山区", "深圳市福田区", "宝安区龙华街道"]),
        road in prop::sample::select(vec!["", "科苑路15号", "深南大道10000号", "一纬路2弄3号"]),
        estate in prop::sample::select(vec!["", "科兴科学园", "和成世纪名园", "彩虹新都"]),
        inside in prop::sample::select(vec!["", "A座1501室", "3号楼B座负一层", "12栋2单元301", "6F-615", "5层"]),
    ) {
        let address = parse(&format!("{county}{road}{estate}{inside}"), division::named("深圳市"));
        let text = address.building_text();
        let again = parse(&text, division::named("深圳市"));
        prop_assert_eq!(again.keys(), address.keys(), "{}", text);
        prop_assert_eq!(again.building_place(), address.building_place(), "{}", text);
    }

    #[test]
    fn any_text_is_answered(text in ".{0,40}") {
        let address = parse(&text, None);
        prop_assert_eq!(address.door_key().is_some(), address.building_place().key().is_some());
        let _ = address.building_text();
    }
}

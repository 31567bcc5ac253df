//! Real slips of typing and copying are told from names that are two.

use super::*;

#[track_caller]
fn check(a: &str, b: &str, n: usize, (sound, shape): (bool, bool)) {
    for (a, b) in [(a, b), (b, a)] {
        assert_eq!(are_homophones(a, b, n), sound, "{a} {b} by sound");
        assert_eq!(look_alike(a, b, n), shape, "{a} {b} by shape");
    }
}

#[test]
fn slips_of_the_keyboard() {
    for (a, b) in [
        ("胡志明", "湖志明"),
        ("李建国", "李健国"),
        ("章晓红", "张晓红"),
        ("鹏程", "鹏城"),
        ("明鹭数据", "名鹭数据"),
        ("宏达", "鸿达"),
        ("科苑路15号", "科院路15号"),
        ("朝阳", "潮阳"), // 朝 has two readings,
        ("调和", "条和"), // so has 调.
        ("黎明", "李明"),
    ] {
        assert!(are_homophones(a, b, 1) && are_homophones(b, a, 1), "{a} {b}");
    }
    check("鹏程实业", "鹏城事业", 1, (false, false));
    check("鹏程实业", "鹏城事业", 2, (true, false));
}

#[test]
fn slips_of_the_eye() {
    for (a, b) in [
        ("末来", "未来"),
        ("士木", "土木"),
        ("王治平", "王冶平"),
        ("侯玉兰", "候玉兰"),
        ("戎通", "戌通"),
        ("千里", "干里"),
        ("汤子铭", "杨子铭"),
        ("季明", "李明"),
    ] {
        assert!(look_alike(a, b, 1) && look_alike(b, a, 1), "{a} {b}");
    }
}

#[test]
fn what_counts_or_points_is_never_confused() {
    for (a, b) in [
        ("东湖", "西湖"),
        ("第一", "第二"),
        ("一厂", "二厂"),
        ("一厂", "亿厂"),
        ("三厂", "五厂"),
        ("十厂", "千厂"),
        ("十万", "百万"),
        ("甲栋", "申栋"),
        ("己座", "巳座"),
        ("东门", "冬门"),
        ("大店", "小店"),
        ("1栋", "2栋"),
        ("A座", "B座"),
        ("301室", "310室"),
    ] {
        check(a, b, 2, (false, false));
    }
}

#[test]
fn other_names_are_other_names() {
    check("明鹭", "远山", 2, (false, false));
    check("明鹭", "明鹭科", 2, (false, false));
    check("鹭", "路", 1, (false, false)); // Nothing else agrees.
    check("明鹭", "明鹭", 1, (true, true));
    check("", "", 1, (true, true));
    check("MING", "MINK", 1, (false, false));
}

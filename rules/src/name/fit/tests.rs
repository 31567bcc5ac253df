//! Which of several full names a short one fits best, and what holds for any two texts.

use proptest::prelude::*;

use super::*;

fn fit(short: &str, full: &str) -> f64 {
    fit_marked(short, full, false)
}

fn fit_marked(short: &str, full: &str, is_marked: bool) -> f64 {
    let full: Vec<(char, NamePart)> = full.chars().zip(parts(full)).collect();
    short_fit(&ShortName { letters: short.chars().collect(), is_marked }, &full)
}

#[track_caller]
fn check_order(short: &str, names: &[&str]) {
    let found: Vec<f64> = names.iter().map(|name| fit(short, name)).collect();
    assert!(found.is_sorted_by(|a, b| a > b), "{short}: {names:?} {found:?}");
}

#[test]
fn what_was_left_out_orders_the_full_names() {
    check_order("明鹭科技", &["新疆明鹭科技股份有限公司", "深圳市明鹭科技有限公司", "明鹭科技茶叶店"]);
    check_order("明鹭股份", &["明鹭软件股份有限公司", "明鹭股份合作公司", "深圳市明鹭软件有限公司"]);
    check_order("深物业", &["深圳市物业发展集团股份有限公司", "深圳市明鹭物业管理有限公司"]);
    check_order("粤明鹭", &["广东明鹭股份有限公司", "浙江明鹭股份有限公司"]);
    check_order("白鸥制药", &["明鹭集团白鸥制药股份有限公司", "深圳市白鸥医药有限公司"]);
}

#[test]
fn a_mark_of_an_exchange_speaks_for_joint_stock_companies() {
    let (firm, listed) = ("明鹭有限公司", "内蒙古明鹭环境科技发展股份有限公司");
    let gap = |is_marked| fit_marked("明鹭", listed, is_marked) - fit_marked("明鹭", firm, is_marked);
    assert!(gap(true) > gap(false));
}

#[test]
fn parts_cover_a_name_with_its_branch() {
    let text = "深圳市明鹭数据科技有限公司龙岗分公司";
    let found = parts(text);
    assert_eq!(found.len(), text.chars().count());
    assert_eq!(found[..3], [NamePart::Region; 3]);
    assert_eq!(found[13..], [NamePart::Rest; 5]);
}

proptest! {
    #[test]
    fn any_two_texts_fit_from_zero_to_one(short in "\\PC{0,30}", full in "[深圳市明鹭科技股份集团有限公司]{0,80}|\\PC{0,20}") {
        let found = fit(&short, &full);
        prop_assert!((0.0..=1.0).contains(&found), "{}", found);
        prop_assert_eq!(parts(&full).len(), full.chars().count());
    }

    #[test]
    fn a_stranger_among_the_characters_never_helps(full in "[深圳明鹭科技]{2,8}股份有限公司") {
        let short: String = full.chars().take(3).collect();
        let with_stranger = format!("{short}龘");
        prop_assert!(fit(&short, &full) >= fit(&with_stranger, &full));
    }
}

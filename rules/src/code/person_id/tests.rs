//! Numbers of citizens, residents and foreigners: specimens that the administrations publish, and synthetic ones.

use proptest::prelude::*;

use super::*;

fn today() -> Date {
    Date::from_civil(2026, 11, 22).expect("a real date")
}

/// A number with its check character.
fn with_check(body: &str) -> String {
    let check = check_char(body.as_bytes().try_into().expect("seventeen digits")).expect("digits");
    format!("{body}{}", char::from(check))
}

/// Kind, `!` if invalid, division or nationality, birth date, sex; then the problems and the suggestion.
#[track_caller]
fn check(input: &str, expect: &str) {
    let reading = read(input, today());
    let mut shown = reading.kind.map_or("-".to_owned(), |kind| format!("{kind:?}"));
    shown.extend((!reading.valid).then_some('!'));
    for part in [reading.division_name.as_deref(), reading.nationality].into_iter().flatten() {
        shown += &format!(" {part}");
    }
    shown += &reading.birth_date.map_or(String::new(), |date| format!(" {date}"));
    shown += &reading.sex.map_or(String::new(), |sex| format!(" {sex:?}"));
    for problem in &reading.problems {
        shown += &format!(" {problem:?}");
    }
    if let Some(suggestion) = &reading.suggestion {
        shown += &format!(" {suggestion}?");
    }
    assert_eq!(shown, expect, "read({input:?})");
    assert_eq!(reading.valid, reading.number.is_some());
}

#[test]
fn citizens() {
    check("440305199003070014", "Citizen 广东省深圳市南山区 1990-03-07 Male");
    check(" １１０１０５19491231002x ", "Citizen 北京市朝阳区 1949-12-31 Female");
    check("110105491231002", "Citizen 北京市朝阳区 1949-12-31 Female Unchecked");
    check("440306200002291239", "Citizen 广东省深圳市宝安区 2000-02-29 Male");
    check(&with_check("44032119780505001"), "Citizen 宝安县 1978-05-05 Male"); // abolished in 1992
    check(&with_check("44030119850505002"), "Citizen 1985-05-05 Female"); // 市辖区 of 深圳
}

#[test]
fn residents_and_foreigners() {
    check("810000199408230021", "HongKongResident 1994-08-23 Female");
    check("830000199201300022", "TaiwanResident 1992-01-30 Female");
    check(&with_check("82000019880101003"), "MacaoResident 1988-01-01 Male");
    check("911124198108030024", "PermanentResident CAN 1981-08-03 Female");
    check("CAN110081080302", "PermanentResident CAN 1981-08-03 Unchecked");
    check("can110011080302", "PermanentResident CAN 2011-08-03 Unchecked");
    check("XYZ110081080302", "-! Characters");
}

#[test]
fn what_is_wrong_is_said() {
    check("", "-! Empty");
    check("4403051990****0014", "-! Masked");
    check("4403051990", "-! Length");
    check("440304198513010010", "Citizen! 广东省深圳市福田区 BirthDate");
    check("440305199003070015", "Citizen! 广东省深圳市南山区 1990-03-07 Check");
    check("44O305199003070014", "-! Characters 440305199003070014?");
    check(&with_check("44999919900307001"), "-! 1990-03-07 Area");
    check(&with_check("81000119940823002"), "-! 1994-08-23 Area"); // only 810000 was given to residents
    check(&with_check("44030518790307001"), "Citizen! 广东省深圳市南山区 1879-03-07 TooOld");
    check(&with_check("44030520991231001"), "Citizen! 广东省深圳市南山区 2099-12-31 NotYetBorn");
    check(&with_check("91199919810803002"), "-! 1981-08-03 Area"); // no country 999
}

#[test]
fn a_reading_does_not_give_its_owner_away() {
    let shown = format!("{:?}", read("440305199003070014", today()));
    assert!(!shown.contains("1990") && shown.contains("Citizen"), "{shown}");
}

#[test]
fn nationalities_are_sorted_and_complete() {
    let countries: Vec<u32> =
        (0..1000).filter(|number| area::nationality_of_digits(&format!("{number:03}")).is_some()).collect();
    assert_eq!(countries.len(), 249); // ISO 3166-1
}

proptest! {
    #[test]
    fn reading_is_total_and_agrees_with_parsing(text in ".{0,20}|[0-9X]{15,18}|[A-Z]{3}[0-9]{12}|44030[1-9]19[0-9]{9}[0-9X]") {
        let reading = read(&text, today());
        prop_assert!(reading.valid || !reading.problems.is_empty());
        let parsed = PersonId::parse(&text, today());
        let is_old_foreigner = reading.text.len() == OLD_LEN && reading.nationality.is_some();
        prop_assert_eq!(parsed.is_some(), reading.valid && !is_old_foreigner);
        if let Some(suggestion) = reading.suggestion {
            prop_assert!(PersonId::parse(&suggestion, today()).is_some());
        }
    }
}

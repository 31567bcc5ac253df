//! Places, ticks and cuts by hand.

use super::*;

#[test]
fn a_scale_maps_its_ends_and_nothing_outside() {
    let scale = Scale::new((-2.0, 8.0), (100.0, 200.0));
    assert_eq!([-2.0, 3.0, 8.0, 99.0, -99.0].map(|value| scale.at(value)), [100.0, 150.0, 200.0, 200.0, 100.0]);
    assert_eq!(Scale::new((3.0, 3.0), (0.0, 10.0)).at(3.0), 5.0);
}

#[track_caller]
fn check_ticks(low: f64, high: f64, expect: &[f64]) {
    let found = ticks(low, high, 5);
    let alike = found.len() == expect.len() && found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-9);
    assert!(alike, "{found:?}, expected {expect:?}");
}

#[test]
fn ticks_are_round() {
    check_ticks(0.0, 10.0, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
    check_ticks(0.953, 1.0, &[0.96, 0.97, 0.98, 0.99, 1.0]);
    check_ticks(-7.0, 31.0, &[0.0, 10.0, 20.0, 30.0]);
    check_ticks(1.0, 1.0, &[]);
    check_ticks(0.0, f64::INFINITY, &[]);
}

#[test]
fn chinese_letters_are_twice_as_wide() {
    assert_eq!(shortened("明鹭数据", 8), "明鹭数据");
    assert_eq!(shortened("明鹭数据", 7), "明鹭数…");
    assert_eq!(shortened("norm equal", 5), "norm…");
}

#[test]
fn numbers_are_short_and_zero_has_no_sign() {
    assert_eq!([1.0, 1.26, -0.01, 12.34].map(number), ["1", "1.3", "0", "12.3"]);
}

#[test]
fn texts_and_hints_are_escaped() {
    let mut svg = String::new();
    text(&mut svg, "start", (0.0, 0.0), "<b>&\"");
    rect(&mut svg, "good", (0.0, 0.0), (1.0, -1.0), "a<b");
    assert!(svg.contains("&lt;b&gt;&amp;&quot;") && svg.contains("a&lt;b") && svg.contains("height=\"0\""), "{svg}");
}

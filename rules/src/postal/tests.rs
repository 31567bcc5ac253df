//! Houses and postcodes of addresses, cases and properties.

use proptest::prelude::*;

use super::*;

/// Whether two addresses name the same house, and their postcodes.
#[track_caller]
fn check(a: &str, b: &str, same_house: bool, postcodes: [&str; 2]) {
    let (a, b) = (parse(a), parse(b));
    assert_eq!(a.house().is_some() && a.house() == b.house(), same_house, "{a:?}\n{b:?}");
    assert_eq!([a.postcode().unwrap_or_default(), b.postcode().unwrap_or_default()], postcodes);
}

#[test]
fn the_same_house() {
    check("123 Main Street, Las Vegas NV 89132", "123 E Main St, Henderson, NV, 89132", true, ["89132", "89132"]);
    check("1450 N City Rd Suite 900, Arlington, VA 23208", "Suite 900, 1450 N City Rd, Arlington", true, ["23208", ""]);
    check("445 Overpass Rd , San Ramon, CA, 927230000", "445 Overpass Rd San Ramon", true, ["92723", ""]);
    check("Ansbacher Strasse 23, 56422 Dusseldorf", "23 Ansbacher Street, Dusseldorf, 56244", true, ["56422", "56244"]);
    check("Hardenbergstraße 87, 66879", "Hardenbergstr. 87", true, ["66879", ""]);
    check("P.O. Box 12987, IL, 60611", "PO BOX 12987", true, ["60611", ""]);
    check("#01-11, HillV2, 4 Hillview Rise, 667979", "4 Hillview Rise, Singapore", true, ["667979", ""]);
    check("No 321, Street 128 Phnom Penh", "#321, Street 128, Phnom Penh", true, ["", ""]);
    check("Hughes Plaza, 100 Howard Hughes Way", "100 Howard Hughs Plaza", true, ["", ""]);
    check("12, rue Pasteur, 75001 Paris", "12 Rue Pasteur, Paris", true, ["75001", ""]);
    check("169 3rd Ave.", "169 3rd Avenue, Camden, NJ 08030", true, ["", "08030"]);
    check("705 Sheppard Ave, Toronto, M1S 1T4", "705 Sheppard Av., M1S1T4", true, ["M1S1T4", "M1S1T4"]);
}

#[test]
fn other_houses() {
    check("1812 Overture way, Chicago", "9881 Freedom way, Chicago", false, ["", ""]);
    check("1602 Brenville Pl", "160 Brenville Pl", false, ["", ""]);
    check("Mullanpara Road, Vythiri, 673576", "Mullanpara Road, Vythiri", false, ["673576", ""]);
    check("Suite 900", "Suite 900", false, ["", ""]);
    check("Springfield, 12345", "Springfield, 12345", false, ["12345", "12345"]);
    check("深圳市", "", false, ["", ""]);
}

proptest! {
    #[test]
    fn any_text_is_an_address(text in "\\PC{0,80}") {
        let address = parse(&text);
        prop_assert!(address.postcode().is_none_or(|postcode| postcode.len() >= POSTCODE_DIGITS_MIN));
    }

    #[test]
    fn case_and_points_do_not_matter(number in 1_u32..9999, street in "[a-z]{3,9}", kind in "(Street|Ave|Lane)") {
        let written = parse(&format!("{number} {street} {kind}"));
        let other = parse(&format!("{number} {}. {}.", street.to_uppercase(), kind.to_uppercase()));
        prop_assert_eq!(written, other);
    }
}

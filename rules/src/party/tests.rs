//! Names of people and organizations, cases and properties.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, words: &str, given: &str, generation: Option<u8>) {
    let name = parse(text);
    assert_eq!((name.words.text(), &*name.given().text(), name.generation), (words, given, generation), "{text}");
}

#[test]
fn people() {
    check("Smith, Bob, J", "SMITH BOB J", "BOB J", None);
    check("Smith Sr, Robert, E", "SMITH ROBERT E", "ROBERT E", Some(1));
    check("Klein, Morris I", "KLEIN MORRIS", "MORRIS", Some(1));
    check("Klein, Morris II", "KLEIN MORRIS", "MORRIS", Some(2));
    check("Dobbins, David, Jr.", "DOBBINS DAVID", "DAVID", Some(2));
    check("Dr. Mary Ann Evans", "MARY ANN EVANS", "MARY ANN EVANS", None);
    check("Andreason", "ANDREASON", "ANDREASON", None);
    check("Sa, Maria", "SA MARIA", "MARIA", None);
    check("Maria Sa", "MARIA SA", "MARIA SA", None);
    check("William (Bill) Gates", "WILLIAM GATES", "WILLIAM GATES", None);
    check("王伟", "WANG WEI", "WANG WEI", None);
    check("Junior", "JUNIOR", "JUNIOR", None);
    check("Dr", "DR", "DR", None);
    check("", "", "", None);
}

#[test]
fn organizations() {
    check("Univrsl Export Inc", "UNIVRSL EXPORT", "UNIVRSL EXPORT", None);
    check("The Smith & Sons Company, Ltd.", "SMITH SONS", "SMITH SONS", None);
    check("Acme Pte. Ltd", "ACME", "ACME", None);
    check("Nestlé S.A.", "NESTLE SA", "NESTLE SA", None);
    check("Crédit Mutuel SA", "CREDIT MUTUEL", "CREDIT MUTUEL", None);
    check("Limited", "LIMITED", "LIMITED", None);
    check("The The", "THE THE", "THE THE", None);
}

proptest! {
    #[test]
    fn any_text_is_a_name(text in "\\PC{0,60}") {
        let name = parse(&text);
        prop_assert_eq!(name.words.is_empty(), Words::of(&text).is_empty());
        prop_assert_eq!(name.given().iter().next().is_none(), name.words.is_empty());
    }
}

//! Letters of several scripts, alike and unlike words, and the symmetry of everything that compares.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(Words::of(text).text(), expect);
}

#[test]
fn every_script_becomes_latin_letters() {
    check("Müllenkranz, Hardenbergstraße", "MULLENKRANZ HARDENBERGSTRASSE");
    check("Nguyễn Văn Łukasz Ærø", "NGUYEN VAN LUKASZ AERO");
    check("O’Hare D'Esquire", "OHARE DESQUIRE");
    check("ВАСІЛЬЕЎ, Аляксандр", "VASILEW ALYAKSANDR");
    check("Παπαδόπουλος", "PAPADOPOULOS");
    check("فيصل صديقي", "FYSL SDYQY");
    check("王偉 張秀英", "WANG WEI ZHANG XIU YING");
    check("김철수", "GIM CHEOL SU");
    check("タナカ たなか", "TANAKA TANAKA");
    check("គឹម តារា", "KEM TARA");
    check("P.O. Box 7, J.Smith, I.B.M.", "PO BOX 7 J SMITH IBM");
    check("单田芳", "SHAN TIAN FANG");
    check("…—!", "");
}

#[track_caller]
fn check_alike(a: &str, b: &str, expect: bool) {
    let (x, y) = (Words::of(a), Words::of(b));
    assert_eq!(are_alike(x.all(), y.all(), 1), expect, "{a} | {b}");
    assert_eq!(are_alike(y.all(), x.all(), 1), expect, "{b} | {a}");
}

#[test]
fn spellings_of_one_name_are_alike() {
    for (a, b) in [
        ("Smith Bob", "Robert Smith"),
        ("B Smith", "Bob Smith"),
        ("R Roderick", "Roderick Ray"),
        ("Thompson Zara", "Tompson Sarah"),
        ("Garski Luis", "Garsky Louis"),
        ("Mohamed Antoun", "Antoun Mhd"),
        ("Toulouse Lee", "Toulouse Leigh"),
        ("Keeley Jones", "Jones, Kaylee"),
        ("Faisal Siddiqui", "فيصل صديقي"),
        ("Vasiliev Alexander", "Васильев Александр"),
        ("Kim Dara", "គឹម តារា"),
        ("Wei Wang", "王伟"),
        ("Zhang Xiuying", "张秀英"),
        ("De la Cruz Ana", "Ana Delacruz"),
        ("Univrsl Export", "Universal Exports"),
        ("Intl Trading", "International Trading"),
        ("Anabella Becker", "Annabelle Becker"),
    ] {
        check_alike(a, b, true);
    }
}

#[test]
fn different_names_are_not_alike() {
    for (a, b) in [
        ("Mark Kusha", "Marsha Kusha"),
        ("Mark Kusha", "Mary Kusha"),
        ("Darla Anderson", "Darlene Anderson"),
        ("Jim Muir", "Jane Muir"),
        ("John Smith", "Jane Smith"),
        ("Patrick Smith", "Patricia Smith"),
        ("Li Wei", "Lu Wei"),
        ("Street 12", "Street 13"),
        ("R S", "Ray Smith"),
        ("Wang Wei", "张伟"),
        ("", "Smith"),
    ] {
        check_alike(a, b, false);
    }
}

#[test]
fn each_word_is_used_once() {
    check_alike("Ann Ann", "Ann Smith", false);
    // Only one assignment serves both: J for Joe, because John has no other partner.
    check_alike("J John", "Johnny Joe", true);
}

proptest! {
    #[test]
    fn agreement_is_symmetric_and_reflexive(a in "[a-e王张 ,.'0-1]{0,12}", b in "[a-e王张 ,.'0-1]{0,12}", n in 0_usize..3) {
        let (a, b) = (Words::of(&a), Words::of(&b));
        let (x, y) = (a.all(), b.all());
        prop_assert_eq!(are_alike(x, y, n), are_alike(y, x, n));
        prop_assert_eq!(contain(x, y, n), contain(y, x, n));
        prop_assert_eq!(overlap(x, y), overlap(y, x));
        prop_assert_eq!(contain(x, x, n), !a.is_empty() && a.len() >= n);
        prop_assert!(!contain(x, y, n) || overlap(x, y) > 0.0);
    }

    #[test]
    fn any_text_has_words(text in "\\PC{0,80}") {
        let words = Words::of(&text);
        prop_assert!(words.len() <= N_WORDS_MAX);
        prop_assert!(words.text().bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ')), "{:?}", words);
        prop_assert_eq!(words.all().text(), words.text());
        // Read again, the words stay themselves.
        let again = Words::of(words.text());
        prop_assert_eq!(again.text(), words.text());
    }
}

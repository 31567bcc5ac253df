//! What is paired, what is left.

use super::*;
use crate::words::Words;

fn found(a: &str, b: &str) -> Pairing {
    pair(Words::of(a).all(), Words::of(b).all())
}

#[test]
fn words_are_paired_whatever_their_order() {
    let pairing = found("Keller Anna", "Anna Keller");
    assert_eq!((pairing.n_pairs, pairing.left, pairing.alike), (2, (0.0, 0.0), 2.0));
}

#[test]
fn what_has_no_partner_is_left_on_its_side() {
    assert_eq!(found("Anna Keller", "Anna Maria Keller").left, (0.0, 1.0));
    assert_eq!(found("Anna Keller", "Berta Keller").left, (1.0, 1.0));
    assert_eq!(found("Anna Keller", "Anna van Keller").left, (0.0, PARTICLE_WEIGHT));
}

#[test]
fn characters_of_one_reading_are_two_words() {
    assert_eq!(found("王伟", "王炜").n_pairs, 1);
    assert_eq!(found("王伟", "Wang Wei").n_pairs, 2);
    assert_eq!(found("王偉", "王伟").n_pairs, 2);
}

#[test]
fn digits_stand_for_letters_only_among_letters() {
    assert_eq!(found("1gor Petrov", "Igor Petrov").n_pairs, 2);
    assert_eq!(found("Fund 2005", "Fund 2006").n_pairs, 1);
}

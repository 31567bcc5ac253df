//! Numbers of training: they come back from their text, and only for the schema they were trained for.

use super::*;

fn trained() -> Trained {
    let schema = Schema::shipped("person").expect("it is shipped");
    let comparisons = schema.comparisons.iter().map(|comparison| TrainedComparison {
        name: comparison.name.clone(),
        levels: comparison
            .levels
            .iter()
            .map(|level| TrainedLevel {
                when: level.label.clone(),
                m: 0.125,
                u: matches!(level.u, Chance::Fixed(_)).then_some(2.5e-7),
                own: if matches!(level.u, Chance::Fixed(_)) { 0.0 } else { 8.5 },
            })
            .collect(),
    });
    let shared = vec![SharedValue { comparison: "phone".into(), value: "代理\"\n1".into(), n_sharers: 943 }];
    Trained { kind: "person".into(), matches_per_record: 0.75, comparisons: comparisons.collect(), shared }
}

#[test]
fn the_text_comes_back_as_it_was() {
    let text = format!("{}{}", Schema::shipped_text("person").expect("it is shipped"), trained().to_toml("trained"));
    let read = Schema::read(&text).expect("the text is right");
    assert_eq!((read.matches_per_record, &read.shared), (0.75, &trained().shared));
    for level in read.comparisons.iter().flat_map(|comparison| &comparison.levels) {
        assert_eq!(level.m, 0.125);
        assert!(matches!(level.u, Chance::Shared { own: 8.5, .. } | Chance::Fixed(2.5e-7)));
    }
}

#[track_caller]
fn check(change: impl FnOnce(&mut Trained), what: &str) {
    let mut trained = trained();
    change(&mut trained);
    let mut schema = Schema::shipped("person").expect("it is shipped");
    let wrong = trained.apply(&mut schema, "trained").expect_err("it does not fit");
    assert!(wrong.what.contains(what), "{wrong:?}");
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    check(|trained| trained.kind = "enterprise".into(), "trained for 'enterprise'");
    check(|trained| trained.matches_per_record = 0.0, "above 0");
    check(|trained| trained.comparisons[0].name = "nome".into(), "no such comparison");
    check(|trained| trained.comparisons[0].levels[0].when = "text similar 0.9".into(), "train again");
    check(|trained| drop(trained.comparisons[0].levels.pop()), "train again");
    check(|trained| trained.comparisons[0].levels[0].m = 1.5, "probabilities");
    check(|trained| trained.comparisons[0].levels[0].u = Some(0.5), "has no u");
    check(|trained| trained.comparisons[0].levels[1].u = None, "needs a u");
}

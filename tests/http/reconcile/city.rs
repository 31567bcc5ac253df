//! Does what is exact always come back? Asked of every entity of a simulated city.

use std::sync::Arc;

use minglu::config::Config;
use minglu::generate::{self, CityOptions};
use minglu::pipeline;
use minglu::progress::Quiet;
use minglu::registry::Registry;
use serde_json::{Map, Value, json};

use super::super::app::{TestApp, data_dir};
use super::ask_0;

/// Legal units of the city; with branches, shops and dirt some eight hundred entities.
const N_LEGAL_UNITS: u64 = 300;

/// An entity with the texts by which it is asked for.
struct Known {
    id: String,
    name: String,
    uscc: Option<String>,
}

#[test]
fn every_entity_comes_back_by_its_id_its_name_and_its_code() {
    let dir = Arc::new(tempfile::tempdir().expect("there is room for a temporary directory"));
    let city = dir.path().join("city");
    let options = CityOptions { n_legal_units: N_LEGAL_UNITS, seed: 20_261_122, out: city.clone() };
    generate::city(&options, &mut |_| {}).expect("the city is simulated");
    let config = Config::read(&city.join("minglu.toml")).expect("the configuration is right");
    pipeline::build(&config, &data_dir(&dir), &Quiet).expect("the register is built");
    let all = known(&Registry::open(&data_dir(&dir)).expect("the register was just built"));
    assert!(all.len() as u64 > N_LEGAL_UNITS);

    let app = TestApp::start_with(dir);
    for batch in all.chunks(30) {
        let queries = batch.iter().enumerate().flat_map(|(i, one)| {
            let texts = [("id", Some(&one.id)), ("name", Some(&one.name)), ("uscc", one.uscc.as_ref())];
            texts
                .into_iter()
                .filter_map(move |(what, text)| Some((format!("{what}{i}"), json!({"query": text?, "limit": 50}))))
        });
        let queries: Map<String, Value> = queries.collect();
        let answer = ask_0(&app, &json!(queries));
        for (i, one) in batch.iter().enumerate() {
            let found = |what: &str| answer[format!("{what}{i}")]["result"].as_array().expect("a result").clone();
            let by_id = found("id");
            assert_eq!((&by_id[0]["id"], &by_id[0]["match"]), (&json!(one.id), &json!(true)), "{}", one.id);
            // Namesakes, and entities that claim one code, are all as exact; nothing else comes before them.
            let is_before = |candidate: &&Value| candidate["id"] != json!(one.id);
            let by_name = found("name");
            assert!(by_name.iter().any(|candidate| candidate["id"] == json!(one.id)), "{}: {by_name:#?}", one.name);
            for other in by_name.iter().take_while(is_before) {
                assert_eq!(other["name"], json!(one.name), "{}", one.id);
            }
            if one.uscc.is_some() {
                let by_code = found("uscc");
                assert!(
                    by_code.iter().any(|candidate| candidate["id"] == json!(one.id)),
                    "{:?}: {by_code:#?}",
                    one.uscc
                );
                for other in by_code.iter().take_while(is_before) {
                    assert_eq!(other["score"], 100.0, "{:?}: {other:#?}", one.uscc);
                }
            }
        }
    }
}

fn known(registry: &Registry) -> Vec<Known> {
    let entities = registry.store.scan_entities().expect("the register is sound");
    let ids: Vec<String> = entities.map(|entity| entity.expect("the register is sound").0).collect();
    let known = |id: String| {
        let entity = registry.entity(&id).expect("the register is sound").expect("it was just listed");
        let value = |field: &str| Some(entity.values.get(field)?.first()?.value.clone());
        Known { name: value("name")?, uscc: value("uscc"), id }.into()
    };
    ids.into_iter().filter_map(known).collect()
}

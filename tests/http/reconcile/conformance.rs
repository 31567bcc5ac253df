//! Is every answer what the specifications say it must be?
//!
//! The JSON Schemas beside this file were written from the text of the specifications, and are stricter than the official
//! ones: they allow no members that are not described. Why the official ones are not here, README.md says; a checkout of
//! their repository, named by `MINGLU_RECONCILIATION_SPECS`, is used as well.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::super::app::{TestApp, encoded};
use super::{FORM, JSON, ask_0, ask_1};

/// Schemas of version 0.2.
pub(super) static V0_2: LazyLock<Schemas> = LazyLock::new(|| Schemas::read("0.2", include_str!("schemas/0.2.json")));
/// Schemas of version 1.0-draft.
pub(super) static V1_0: LazyLock<Schemas> =
    LazyLock::new(|| Schemas::read("1.0-draft", include_str!("schemas/1.0-draft.json")));

/// Our names of schemas, and the official files.
const OFFICIAL: [(&str, &str); 9] = [
    ("manifest", "manifest.json"),
    ("query_batch", "reconciliation-query-batch.json"),
    ("result_batch", "reconciliation-result-batch.json"),
    ("suggest_entity", "suggest-entities-response.json"),
    ("suggest_property", "suggest-properties-response.json"),
    ("suggest_type", "suggest-types-response.json"),
    ("extend_query", "data-extension-query.json"),
    ("extend_response", "data-extension-response.json"),
    ("propose_response", "data-extension-property-proposal.json"),
];

/// The schemas of a version: ours, and the official ones where they are at hand.
pub(super) struct Schemas {
    version: &'static str,
    ours: Value,
    official: Value,
}

impl Schemas {
    fn read(version: &'static str, text: &str) -> Schemas {
        let ours = serde_json::from_str(text).expect("schemas are JSON");
        let dir = std::env::var_os("MINGLU_RECONCILIATION_SPECS").map(PathBuf::from);
        let official = dir.map_or(json!({}), |dir| official(&dir.join(version).join("schemas")));
        Schemas { version, ours, official }
    }

    /// Asserts that a message is what a schema describes.
    #[track_caller]
    pub(super) fn check(&self, name: &str, message: &Value) {
        let errors = self.errors(name, message);
        assert!(errors.is_empty(), "{} {name}: {errors:#?}\n{message:#}", self.version);
    }

    fn errors(&self, name: &str, message: &Value) -> Vec<String> {
        assert!(self.ours["$defs"][name].is_object(), "{}: no schema {name}", self.version);
        let mut errors = violations(&self.ours, name, message);
        let file = OFFICIAL.iter().find(|(ours, _)| *ours == name).map(|(_, file)| *file);
        if let Some(file) = file.filter(|file| self.official["$defs"][file].is_object()) {
            errors
                .extend(violations(&self.official, file, message).into_iter().map(|error| format!("{file}: {error}")));
        }
        errors
    }
}

fn violations(schemas: &Value, name: &str, message: &Value) -> Vec<String> {
    let mut schema = schemas.clone();
    schema["$ref"] = json!(format!("#/$defs/{name}"));
    let validator = jsonschema::draft202012::new(&schema).expect("schemas are valid");
    validator.iter_errors(message).map(|error| format!("{}: {error}", error.instance_path)).collect()
}

/// The official schemas of a folder in one document, their references to each other turned inwards.
fn official(dir: &Path) -> Value {
    let mut definitions = Map::new();
    let files = std::fs::read_dir(dir).expect("MINGLU_RECONCILIATION_SPECS names a checkout");
    for file in files.map(|file| file.expect("the folder can be read").path()) {
        let name = file.file_name().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned();
        let text = std::fs::read_to_string(&file).expect("schemas are text");
        let mut schema: Value = serde_json::from_str(&text).expect(&name);
        turn_inwards(&mut schema, &name);
        definitions.insert(name, schema);
    }
    json!({"$defs": definitions})
}

fn turn_inwards(schema: &mut Value, file: &str) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| turn_inwards(item, file)),
        Value::Object(fields) => {
            fields.remove("$schema");
            fields.remove("$id");
            if let Some(Value::String(target)) = fields.get_mut("$ref") {
                *target = match target.split_once('#') {
                    None => format!("#/$defs/{target}"),
                    Some(("", pointer)) => format!("#/$defs/{file}{pointer}"),
                    // What a security scheme is, another standard says; this service has none.
                    Some(_) => "#".into(),
                };
            }
            fields.values_mut().for_each(|field| turn_inwards(field, file));
        }
        _ => {}
    }
}

#[test]
fn broken_messages_are_found() {
    let app = TestApp::start();
    let manifest = app.get("/reconcile").json();
    let old = ask_0(&app, &json!({"q0": {"query": "深圳华章印刷有限公司"}}));
    let new = ask_1(&app, json!([{"conditions": [{"matchType": "name", "propertyValue": "深圳华章印刷有限公司"}]}]));
    let broken = |schemas: &Schemas, name: &str, message: &Value, pointer: &str, value: Value| {
        let mut message = message.clone();
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        message.pointer_mut(parent).expect("it is there")[member] = value;
        assert!(!schemas.errors(name, &message).is_empty(), "{name} with {pointer} broken");
    };
    broken(&V0_2, "manifest", &manifest, "/versions", json!(["1.0-draft"]));
    broken(&V0_2, "manifest", &manifest, "/view", json!({"url": "http://a/{id}"}));
    broken(&V0_2, "manifest", &manifest, "/suggest", json!({"entity": true}));
    broken(&V0_2, "manifest", &manifest, "/preview", json!({"width": 430, "height": 300}));
    broken(&V0_2, "result_batch", &old, "/q0", json!({"candidates": []}));
    broken(&V0_2, "result_batch", &old, "/q0/result", json!([{"id": "E1", "name": "x"}]));
    broken(&V1_0, "manifest", &manifest, "/versions", json!(["0.2"]));
    broken(&V1_0, "manifest", &manifest, "/suggest", json!({"entity": {}, "property": {}, "type": {}}));
    broken(&V1_0, "result_batch", &new, "/results", json!({"q0": {}}));
    broken(&V1_0, "result_batch", &new, "/results", json!([{"candidates": [{"id": "E1"}]}]));
    broken(&V1_0, "result_batch", &new, "/results", json!([{"result": []}]));
}

#[test]
fn queries_of_one_version_are_not_of_the_other() {
    let old = json!({"q0": {"query": "x", "properties": [{"pid": "phone", "v": "1"}]}});
    let new = json!({"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x"}]}]});
    assert!(V0_2.errors("query_batch", &old).is_empty() && !V1_0.errors("query_batch", &old).is_empty());
    assert!(V1_0.errors("query_batch", &new).is_empty() && !V0_2.errors("query_batch", &new).is_empty());
    let without = json!({"queries": [{"conditions": []}]});
    assert!(!V1_0.errors("query_batch", &without).is_empty());
    assert!(!V0_2.errors("query_batch", &json!({"q0": {"limit": 3}})).is_empty());
}

#[test]
fn answers_about_nothing_conform_too() {
    let app = TestApp::start();
    ask_0(&app, &json!({}));
    ask_0(&app, &json!({"q0": {"query": ""}, "q1": {"query": "🦀"}, "q2": {"query": "E00000000000000"}}));
    ask_1(&app, json!([]));
    ask_1(&app, json!([{"conditions": [{"matchType": "id", "propertyValue": "E00000000000000"}]}]));
    let nobody = json!({"ids": ["E0", ""], "properties": [{"id": "name"}, {"id": "nonsense"}]});
    let old = app.send("POST", "/reconcile", FORM, &format!("extend={}", encoded(&nobody.to_string()))).json();
    V0_2.check("extend_response", &old);
    assert_eq!(old["rows"]["E0"], json!({"name": [], "nonsense": []}));
    let new = app.send("POST", "/reconcile/extend", JSON, &nobody.to_string()).json();
    V1_0.check("extend_response", &new);
    assert_eq!(new["rows"][0]["properties"][0], json!({"id": "name", "values": []}));
}

#[test]
fn a_query_that_cannot_be_answered_conforms_and_says_why() {
    let app = TestApp::start();
    let old = json!({"q0": {"limit": 3}, "q1": {"query": "深圳华章印刷有限公司"}, "q2": 7});
    let body = format!("queries={}", encoded(&old.to_string()));
    let answer = app.send("POST", "/reconcile", FORM, &body).json();
    V0_2.check("result_batch", &answer);
    for key in ["q0", "q2"] {
        assert_eq!((&answer[key]["result"], &answer[key]["problem"]["status"]), (&json!([]), &json!(422)), "{answer}");
    }
    assert_eq!(answer["q1"]["result"][0]["name"], "深圳华章印刷有限公司", "neighbors are not spoiled");
    let new = json!({"queries": [{"conditions": []}, {"conditions": [{"matchType": "name", "propertyValue": "深圳华章印刷有限公司"}]}]});
    let answer = app.send("POST", "/reconcile/match", JSON, &new.to_string()).json();
    V1_0.check("result_batch", &answer);
    assert_eq!(answer["results"][0]["problem"]["status"], 422);
    assert_eq!(answer["results"][1]["candidates"][0]["name"], "深圳华章印刷有限公司");
}

//! What does the service say of itself?
//!
//! One document for both versions. They contradict each other in one word: `suggest` holds addresses in 0.2 and booleans in
//! 1.0-draft, and no value is valid as both. Whoever says or shows which version they speak gets that word in its form;
//! others get a manifest without it, which is valid as either. Nothing else differs but the template of `view`.

use serde_json::{Value, json};

use super::PATH;
use super::client::{Client, Version};
use super::page::{PREVIEW_HEIGHT, PREVIEW_WIDTH};
use crate::http::limits::N_RECONCILE_QUERIES_MAX;
use crate::registry::{Language, Registry, Term};

/// The manifest.
pub(super) fn manifest(registry: &Registry, client: &Client) -> Value {
    let Client { base, language, .. } = client;
    let at = |path: &str| format!("{base}{PATH}{path}");
    let types: Vec<Value> =
        registry.kinds(*language).into_iter().map(|Term { id, name, .. }| json!({"id": id, "name": name})).collect();
    let mut manifest = json!({
        "versions": ["0.2", "1.0-draft"],
        "name": "名录 Minglu",
        "lang": language.tag(),
        "serviceVersion": env!("CARGO_PKG_VERSION"),
        "documentation": format!("{base}/openapi.json"),
        "identifierSpace": format!("{base}/v1/entities/"),
        "schemaSpace": at("/properties/"),
        "defaultTypes": types,
        "view": {"url": at(match client.version {
            Version::V1_0 => "/view/{id}",
            Version::V0_2 | Version::Either => "/view/{{id}}",
        })},
        "preview": {"url": at("/preview?id={{id}}"), "width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": format!("{PATH}/extend/propose")},
            "property_settings": settings(*language, ["name", "label", "help_text"]),
            "proposeProperties": true,
            "propertySettings": settings(*language, ["id", "name", "helpText"]),
        },
        "batchSize": N_RECONCILE_QUERIES_MAX,
        "standardizedScore": true,
    });
    match client.version {
        Version::Either => {}
        Version::V1_0 => manifest["suggest"] = json!({"entity": true, "property": true, "type": true}),
        Version::V0_2 => {
            let service = |subject: &str| {
                json!({
                    "service_url": base,
                    "service_path": format!("{PATH}/suggest/{subject}"),
                    "flyout_service_url": base,
                    "flyout_service_path": format!("{PATH}/flyout/{subject}?id=${{id}}"),
                })
            };
            manifest["suggest"] =
                json!({"entity": service("entity"), "property": service("property"), "type": service("type")});
        }
    }
    manifest
}

/// The settings of data extension, with the keys that a version gives to id, name and help.
fn settings(language: Language, [id, name, help]: [&str; 3]) -> Value {
    let words = match language {
        Language::Chinese => ["最多取值数", "0 表示全部", "按原文返回", "日期和数值不作转换"],
        Language::English => ["values at most", "0 means all", "as delivered", "days and numbers stay texts"],
    };
    json!([
        {"type": "number", "default": 0, id: "limit", name: words[0], help: words[1]},
        {"type": "checkbox", "default": false, id: "as_written", name: words[2], help: words[3]},
    ])
}

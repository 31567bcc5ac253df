//! What holds of what the W3C Reconciliation API is asked, whatever that is?

use axum::body::Bytes;
use serde_json::Value;

use super::client::{ClientParameters, base_of, preferred};
use super::extend::{ExtendRequest, ProposeParameters, checked};
use super::form::{FormFields, read_form};
use super::query::{read_batch_0, read_batch_1, read_json, read_query_0, read_query_1};
use super::root::RootParameters;
use super::suggest::SuggestParameters;
use crate::http::fuzz::{now, read, refused};
use crate::http::limits::*;
use crate::http::problem::Problem;
use crate::registry::{N_CANDIDATES_MAX, ReconcileQuery};

/// A batch of either version: as many queries as it may have, each within its bounds.
pub(in crate::http) fn check_queries(body: &[u8]) {
    match read_batch_1(body) {
        Ok(queries) => {
            assert!(queries.len() <= N_RECONCILE_QUERIES_MAX);
            queries.into_iter().for_each(|query| check_query(query, read_query_1));
        }
        Err(problem) => refused(&problem).unwrap_or_default(),
    }
    check_batch_0(&String::from_utf8_lossy(body));
}

fn check_batch_0(text: &str) {
    match read_batch_0(text) {
        Ok(queries) => {
            assert!(queries.len() <= N_RECONCILE_QUERIES_MAX);
            queries.into_iter().for_each(|(_, query)| check_query(query, read_query_0));
        }
        Err(problem) => refused(&problem).unwrap_or_default(),
    }
}

fn check_query(query: Value, read: fn(Value, &[String]) -> Result<ReconcileQuery, Problem>) {
    let known = ["enterprise", "person"].map(String::from);
    let query = match read(query, &known) {
        Ok(query) => query,
        Err(problem) => return refused(&problem).unwrap_or_default(),
    };
    assert!((1..=N_CONDITIONS_MAX).contains(&query.conditions.len()));
    let values: Vec<&String> = query.conditions.iter().flat_map(|condition| &condition.values).collect();
    assert!(values.len() <= N_QUERY_VALUES_MAX);
    assert!(values.iter().all(|value| value.chars().count() <= VALUE_CHARS_MAX));
    assert!((1..=N_CANDIDATES_MAX).contains(&query.limit));
    let kinds = query.kinds.unwrap_or_default();
    assert!(kinds.iter().all(|kind| known.contains(kind)) && kinds.is_sorted());
}

/// A form of version 0.2, and what its fields hold.
pub(in crate::http) fn check_form(body: &[u8]) {
    let fields = match now(read_form(Bytes::copy_from_slice(body))) {
        Ok(fields) => fields,
        Err(problem) => return refused(&problem).unwrap_or_default(),
    };
    let FormFields { queries, extend } = fields;
    queries.iter().for_each(|text| check_batch_0(text));
    extend.iter().for_each(|text| check_extend(text.as_bytes()));
}

/// A data extension query: as many ids, properties and cells as it may have.
pub(in crate::http) fn check_extend(body: &[u8]) {
    let query = match read_json::<ExtendRequest>(body, "the body").and_then(checked) {
        Ok(query) => query,
        Err(problem) => return refused(&problem).unwrap_or_default(),
    };
    let (n_ids, n_properties) = (query.ids.len(), query.properties.len());
    assert!(n_ids <= N_EXTEND_IDS_MAX && n_properties <= N_EXTEND_PROPERTIES_MAX);
    assert!(n_ids * n_properties <= N_EXTEND_CELLS_MAX);
    assert!(query.ids.iter().all(|id| id.len() <= ID_BYTES_MAX));
}

/// Addresses and headers: suggestions are bounded, and nothing but a host comes back as the address of the service.
pub(in crate::http) fn check_address(query: &[u8]) {
    read::<ClientParameters>(query);
    read::<ProposeParameters>(query);
    read::<RootParameters>(query);
    if let Some(asked) = read::<SuggestParameters>(query) {
        let (offset, limit) = asked.window();
        assert!(offset <= SUGGEST_OFFSET_MAX && (1..=N_SUGGESTIONS_MAX).contains(&limit));
        match asked.prefix() {
            Ok(prefix) => assert!(prefix.chars().count() <= QUERY_CHARS_MAX && prefix.trim() == prefix),
            Err(problem) => refused(&problem).unwrap_or_default(),
        }
    }
    let header = String::from_utf8_lossy(query);
    preferred(&header);
    match base_of(Some(&header)) {
        Ok(base) => assert!(base.starts_with("http://") && !base[7..].contains(['/', '<', '"', '\'', '@', ' '])),
        Err(problem) => refused(&problem).unwrap_or_default(),
    }
}

//! What holds of the body of a resolve request, whatever it is?

use super::request::{ResolveRequest, read_query, read_request};
use crate::http::fuzz::refused;
use crate::http::limits::{N_QUERIES_MAX, N_QUERY_VALUES_MAX, VALUE_CHARS_MAX};
use crate::registry::OneOrMany;

/// A batch has as many queries as it may, and a query as many values, each as long as it may be.
pub(in crate::http) fn check(body: &[u8]) {
    let queries = match read_request(body) {
        Ok(ResolveRequest::One(query)) => vec![query],
        Ok(ResolveRequest::Keyed(request)) => request.queries.into_values().collect(),
        Ok(ResolveRequest::Listed(queries)) => queries,
        Err(problem) => return refused(&problem).unwrap_or_default(),
    };
    assert!(queries.len() <= N_QUERIES_MAX);
    for query in queries {
        let query = match read_query(query) {
            Ok(query) => query,
            Err(problem) => {
                refused::<()>(&problem);
                continue;
            }
        };
        let values = query.values.values().flat_map(|given| match given {
            OneOrMany::One(value) => std::slice::from_ref(value),
            OneOrMany::Many(values) => values.as_slice(),
        });
        let values: Vec<&String> = values.collect();
        assert!(values.len() <= N_QUERY_VALUES_MAX);
        assert!(values.iter().all(|value| value.chars().count() <= VALUE_CHARS_MAX));
    }
}

//! `/reconcile`: the W3C Entity Reconciliation API, so that OpenRefine and its kin match their tables as they are.
//!
//! Versions 0.2 (Community Group report of 10 April 2023) and 1.0-draft at one address. Which of them a client speaks, the
//! form of its request tells: `application/x-www-form-urlencoded` is 0.2, JSON is 1.0-draft. A request goes
//!
//! ```text
//! cors → client → manifest | root, matching → query → registry → response | suggest | extend | preview
//! ```
//!
//! What an entity is to a query is decided in `registry::reconcile`. Authentication is left to whoever stands in front.

pub(super) mod cors;

mod client;
pub(super) mod extend;
pub(super) mod flyout;
mod form;
mod manifest;
pub(super) mod matching;
mod page;
pub(super) mod preview;
mod query;
mod response;
pub(super) mod root;
pub(super) mod suggest;

#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;

/// Where the service is; its parts are below it.
const PATH: &str = "/reconcile";

//! Does the service keep its promises, seen from outside?
//!
//! A real server on a real port, a real client, and a tiny register that the tests build from files of their own. One file
//! for each resource; what every request has in common is in [`refusal`].

mod app;

mod entity;
mod openapi;
mod operation;
mod reconcile;
mod record;
mod refusal;
mod resolve;
mod search;
mod stop;
mod why;
mod write;

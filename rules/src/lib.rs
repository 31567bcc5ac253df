//! What is a record, when are two records one unit, and what is the unit worth?
//!
//! `rules` is pure: no files, clock, environment, threads or randomness. Everything it needs is an argument, so a
//! ruling can be reproduced years later. It deliberately knows nothing of search, storage or HTTP.
//!
//! Reading order follows the line of the program:
//!
//! ```text
//! SourceRecord ─normalize→ Record ─(block)→ CandidatePair ─compare→ ComparisonVector ─score→ ScoredPair ─decide→ Link
//!    ─(cluster, under the law)→ Cluster ─survive→ GoldenEntity ─relate→ Relation
//! ```
//!
//! Blocking needs token counts of all records and lives in `minglu-index`; connected components live in `minglu-graph`.

pub mod document;
pub mod model;
pub mod schema;

pub mod code;
pub mod date;
pub mod division;
pub mod industry;
pub mod number;
pub mod phone;
pub mod registration;
pub mod spreadsheet;
pub mod text;
pub mod words;

pub mod address;
pub mod name;
pub mod party;
pub mod postal;

pub mod derive;
pub mod normalize;

pub mod blocking;
pub mod compare;
pub mod frozen;
pub mod score;
pub mod train;

pub mod decide;
pub mod judgement;
pub mod law;
pub mod profile;
pub mod relate;
pub mod survive;

pub mod evaluate;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

#[cfg(test)]
mod tests;

//! What is a record, when are two records one unit, and what is the unit worth?
//!
//! `rules` is pure: no files, clock, environment, threads or randomness. Everything it needs is an argument, so a
//! ruling can be reproduced years later. It deliberately knows nothing of search, storage or HTTP.
//!
//! Reading order follows the line of the program:
//! `SourceRecord → Record → CandidatePair → ComparisonVector → ScoredPair → Link → Cluster → GoldenEntity`.

pub mod model;

pub mod code;
pub mod date;
pub mod division;
pub mod phone;
pub mod text;

pub mod address;
pub mod name;

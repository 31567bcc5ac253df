//! What was decided, and what follows from it?
//!
//! Connected components under the law, and the store that keeps records, links, entities and relations. It compares
//! nothing and searches nothing; it knows `minglu-rules` and never `minglu-index`.

pub mod cluster;
pub mod store;

mod error;

pub use error::StoreError;

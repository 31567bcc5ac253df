//! Which few records are worth comparing, and which entities does a query mean?
//!
//! Two questions over the same tokens. *Blocking* asks which pairs of records share a rare word or gram; *search* asks
//! which entities resemble a text. The crate deliberately decides nothing: it proposes, and `rules` compares.
//!
//! Reading order: text becomes [`tokenize`]d, records meet in a [`block`] and become [`candidate`]s; a [`schema`] says where tokens go, [`write`](mod@write) builds the
//! directory, [`search`] answers from it and [`update`] lets it follow a register that changes; `directory` notices damage.

pub mod error;
pub mod tokenize;

pub mod block;
pub mod candidate;

mod directory;
pub mod schema;
pub mod search;
pub mod update;
pub mod write;

pub use error::IndexError;

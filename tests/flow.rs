//! Is a register a function of its records, whatever the order, the threads and the accidents on the way?

mod accident;
mod bombs;
mod evaluation;
mod evidence;
mod formats;
mod judgements;
mod living;
mod order;
mod people;
mod together;
mod training;
mod truthset;
mod verification;
mod watched;

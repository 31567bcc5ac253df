//! Is a register a function of its records, whatever the order, the threads and the accidents on the way?

mod accident;
mod evidence;
mod order;
mod truthset;
mod verification;

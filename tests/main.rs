//! All integration tests, in one binary.

mod workshop;

mod command;
mod conformance;
mod flow;
mod golden;
mod http;
mod normalize;
mod ranking;
mod tidy;

//! Minglu 名录: from department files to golden enterprise entities, and answers about them.
//!
//! This crate is the program: it reads files, runs the line, serves and prints. It decides nothing about enterprises:
//! that is `minglu-rules`; it only brings rules, index and store together.
//!
//! ```text
//! config, ingest → pipeline → (store, index) → registry → http, commands
//!                               update → living ↗
//! ```

pub mod config;
pub mod error;

pub mod check;
pub mod ingest;
pub mod judgements;
pub mod labels;
pub mod pipeline;
pub mod progress;

mod html;

pub mod registry;
pub mod update;

pub mod living;

pub mod evaluate;
pub mod export;
pub mod generate;
pub mod verify;

pub mod cli;
pub mod commands;
pub mod http;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

//! `minglu_graph::store::fuzz::key` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu_graph::store::fuzz::key(data));

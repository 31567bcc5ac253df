//! `minglu_graph::store::fuzz::codec` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu_graph::store::fuzz::codec(data));

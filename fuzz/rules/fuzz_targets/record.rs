//! `minglu_rules::fuzz::record` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu_rules::fuzz::record(data));

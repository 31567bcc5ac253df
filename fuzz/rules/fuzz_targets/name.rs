//! `minglu_rules::fuzz::name` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu_rules::fuzz::name(data));

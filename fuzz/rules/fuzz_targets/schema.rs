//! `minglu_rules::fuzz::schema` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu_rules::fuzz::schema(data));

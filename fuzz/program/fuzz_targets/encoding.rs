//! `minglu::fuzz::encoding` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu::fuzz::encoding(data));

//! `minglu::fuzz::gzip` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| minglu::fuzz::gzip(data));

#![no_main]
//! See [`jawla_fuzz::letter`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jawla_fuzz::of_the_fuzzer(jawla_fuzz::letter, bytes));

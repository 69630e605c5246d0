#![no_main]
//! See [`jawla_fuzz::guard`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jawla_fuzz::of_the_fuzzer(jawla_fuzz::guard, bytes));

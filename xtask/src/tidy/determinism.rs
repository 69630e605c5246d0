//! The crates below `client` and `server` see no clock, chance, thread, disk or network.

use super::Finding;
use crate::checkout::Checkout;
use crate::scan::has_word;

/// Where one seed must mean one run.
const FOLDERS: &[&str] = &[
    "core/model/src/",
    "core/views/src/",
    "core/dossier/src/",
    "core/sync/src/",
];

/// The read model's SQLite part runs inside the stores, so it may do as they do.
const EXCEPT: &[&str] = &["core/views/src/sqlite.rs", "core/views/src/sqlite/"];

const WORDS: &[(&str, &str)] = &[
    ("HashMap", "its order changes from run to run: use BTreeMap"),
    ("HashSet", "its order changes from run to run: use BTreeSet"),
    ("Instant::now", "take the time as an argument"),
    ("SystemTime", "take the time as an argument"),
    ("getrandom", "take the bytes as an argument"),
    ("rand::", "take the bytes as an argument"),
    ("std::env", "take the setting as an argument"),
    ("std::fs", "say what to store as an effect"),
    ("std::net", "say what to send as an effect"),
    ("std::process", "leave processes to the crates at the edge"),
    ("std::thread", "leave threads to the crates at the edge"),
];

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in checkout.rust_files() {
        let is_core = FOLDERS.iter().any(|folder| file.path.starts_with(folder));
        if !is_core || EXCEPT.iter().any(|path| file.path.starts_with(path)) {
            continue;
        }
        for (number, code) in rust.shipped_lines() {
            for (word, advice) in WORDS {
                if has_word(code, word) || imports_in_braces(code, word) {
                    let advice = format!("`{word}` in the core: {advice}");
                    findings.push(Finding::new(&file.path, number, advice));
                }
            }
        }
    }
    findings
}

/// True for `use std::{fs, io}` where the word is `std::fs`.
fn imports_in_braces(code: &str, word: &str) -> bool {
    let Some((root, module)) = word.split_once("::") else {
        return false;
    };
    let start = format!("use {root}::{{");
    code.split_once(&start)
        .is_some_and(|(_, list)| !module.is_empty() && has_word(list, module))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> Vec<usize> {
        check(&Checkout::sample(&[(path, code)]))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_clock_chance_and_disk_are_found_in_the_core() {
        let samples = [
            "use std::collections::HashMap;",
            "use std::collections::{BTreeMap, HashSet};",
            "let now = std::time::Instant::now();",
            "let now = SystemTime::now();",
            "use rand::Rng;",
            "getrandom::fill(&mut bytes);",
            "std::fs::read(path)?;",
            "use std::{fmt, fs};",
            "std::thread::yield_now();",
        ];
        for sample in samples {
            assert_eq!(found("core/sync/src/device.rs", sample), [1], "{sample}");
        }
    }

    #[test]
    fn comments_tests_the_edge_and_the_sqlite_part_are_let_be() {
        let clock = "let now = Instant::now();";
        assert!(
            found(
                "core/sync/src/device.rs",
                "// not a HashMap\nlet a = \"std::fs\";"
            )
            .is_empty()
        );
        let in_tests = format!("#[cfg(test)]\nmod tests {{\n{clock}\n}}");
        assert!(found("core/sync/src/device.rs", &in_tests).is_empty());
        assert!(found("core/sync/tests/scenario.rs", clock).is_empty());
        assert!(found("core/client/src/driver.rs", clock).is_empty());
        assert!(found("core/views/src/sqlite/lists.rs", clock).is_empty());
        assert!(found("core/sync/src/device.rs", "use rand_chacha::ChaCha8Rng;").is_empty());
    }
}

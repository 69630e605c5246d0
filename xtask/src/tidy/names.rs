//! Names that say nothing are not names.

use super::Finding;
use crate::checkout::Checkout;
use crate::scan::is_name_char;

const EMPTY_WORDS: &[&str] = &[
    "common", "helper", "helpers", "manager", "managers", "util", "utils",
];

/// Words before the name of something that is being defined.
const DEFINERS: &[&str] = &[
    "const",
    "enum",
    "fn",
    "macro_rules!",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
];

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &checkout.files {
        if let Some(word) = file.path.split(['/', '.']).find_map(empty_word) {
            findings.push(Finding::new(&file.path, 1, advice("the path", word)));
        }
    }
    for (file, rust) in checkout.rust_files() {
        for (index, line) in rust.lines.iter().enumerate() {
            for (definer, name) in definitions(&line.code) {
                let Some(word) = empty_word(name) else {
                    continue;
                };
                // In a verb it is an adjective: `common_ancestor`.
                if definer == "fn" && word == "common" {
                    continue;
                }
                findings.push(Finding::new(&file.path, index + 1, advice(name, word)));
            }
        }
    }
    findings
}

fn advice(name: &str, word: &str) -> String {
    format!(
        "{name} says \"{word}\": name it for what it holds or does, or move it where it is used"
    )
}

/// Names defined on a line, with the word that defines them.
fn definitions(code: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    let mut words = code.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let definer = DEFINERS.iter().find(|definer| word == **definer);
        if let (Some(definer), Some(next)) = (definer, words.peek()) {
            let name = next.split(|c| !is_name_char(c)).next().unwrap_or_default();
            found.push((*definer, name));
        }
    }
    found
}

/// The first word of a name (snake, kebab or camel case) that says nothing.
fn empty_word(name: &str) -> Option<&'static str> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for c in name.chars() {
        let starts_word = !c.is_alphanumeric() || (c.is_uppercase() && before_is_lower);
        if starts_word {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_is_lower = c.is_lowercase();
    }
    EMPTY_WORDS
        .iter()
        .copied()
        .find(|empty| words.iter().any(|word| word == empty))
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
    fn empty_names_are_found_in_paths_and_definitions() {
        assert_eq!(found("core/sync/src/utils.rs", ""), [1]);
        assert_eq!(found("server/src/http-helpers/a.html", ""), [1]);
        assert_eq!(found("src/a.rs", "\npub struct SessionManager {"), [2]);
        assert_eq!(found("src/a.rs", "mod common;"), [1]);
        assert_eq!(found("src/a.rs", "pub(crate) fn date_util() {"), [1]);
        assert_eq!(found("src/a.rs", "type Helper<T> = Vec<T>;"), [1]);
    }

    #[test]
    fn names_of_others_and_longer_words_are_let_be() {
        let code = "use hyper_util::rt::TokioIo;\nlet name = DnType::CommonName;\n\
                    fn utility_of(commune: u8) {}\n// a helper\nfn common_ancestor() {}\n";
        assert!(found("src/communes.rs", code).is_empty());
    }
}

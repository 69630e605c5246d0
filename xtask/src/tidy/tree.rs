//! Every file has its place. What matches no line here is stray, or a decision to be written here.

use super::Finding;
use crate::checkout::Checkout;

/// Patterns from the root. `*` stands for anything but `/`, `**` for anything, `#` for one digit;
/// `CRATE` for the folder of each crate.
const PLACES: &[&str] = &[
    // The front door
    ".cargo/config.toml",
    ".ci/run",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "THIRD-PARTY.md",
    "clippy.toml",
    "deny.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    // Documents
    "docs/*.md",
    "docs/adr/####-*.md",
    "docs/adr/README.md",
    "docs/images/*.png",
    "docs/images/*.svg",
    // What a province starts from, with where each figure comes from
    "data/*.md",
    "data/**.csv",
    "data/**.geojson",
    "data/**.json",
    // The binary
    "src/**.rs",
    // Crates
    "CRATE/Cargo.toml",
    "CRATE/README.md",
    "CRATE/askama.toml",
    "CRATE/build.rs",
    "CRATE/src/**.rs",
    "CRATE/src/**.sql",
    "CRATE/src/**.snap",
    "CRATE/migrations/*.sql",
    "CRATE/templates/**.html",
    "CRATE/templates/**.svg",
    "CRATE/texts/**.ftl",
    "CRATE/tests/**.rs",
    "CRATE/tests/**.snap",
    "CRATE/tests/**.json",
    "CRATE/tests/**.bin",
    "CRATE/tests/**.hex",
    "CRATE/proptest-regressions/**.txt",
    "CRATE/benches/**.rs",
    "CRATE/examples/**.rs",
    "CRATE/static/**.css",
    "CRATE/static/**.svg",
    "CRATE/static/**.js",
    "CRATE/static/**.mjs",
    "CRATE/static/**.woff2",
    "CRATE/static/LICENCES.md",
    "CRATE/src/**.txt",
    "CRATE/assets/**.css",
    "CRATE/assets/**.js",
    "CRATE/assets/**.mjs",
    "CRATE/assets/**.json",
    "CRATE/assets/**.geojson",
    "CRATE/assets/**.svg",
    "CRATE/assets/**.png",
    "CRATE/assets/**.woff2",
    "CRATE/assets/**.txt",
    "CRATE/assets/**.md",
    "CRATE/assets/**LICENSE*",
    // What tests read
    "tests/world/texts/**.txt",
    "tests/world/people/**.csv",
    "tests/world/people/**.json",
    "tests/sim/seeds/**.txt",
    "tests/sim/seeds/**.json",
    "tests/e2e/browser/README.md",
    "tests/e2e/browser/**.mjs",
    "tests/e2e/browser/goldens/**.png",
    "tests/e2e/browser/package*.json",
    "tests/e2e/browser/.npmrc",
    "tests/bench/budgets.json",
    "tests/bench/results/**.json",
    "tests/fuzz/fuzz_targets/*.rs",
    "tests/fuzz/crashers/**",
    // The other languages
    "bindings/api/*.txt",
    "bindings/ffi/tomcrypt.py",
    "bindings/ffi/uniffi.toml",
    "bindings/kotlin/**",
    "bindings/python/**",
    "bindings/swift/**",
    "mobile/contract/*.json",
    "bindings/contract/*.json",
    "mobile/android/**",
    "mobile/ios/**",
];

const CRATES: &[&str] = &[
    "bindings/bindgen",
    "bindings/ffi",
    "core/client",
    "core/dossier",
    "core/model",
    "core/sync",
    "core/ui",
    "core/views",
    "mobile/field",
    "server",
    "server/office",
    "server/pdf",
    "tests/bench",
    "tests/e2e",
    "tests/fuzz",
    "tests/sim",
    "tests/world",
    "xtask",
];

/// Endings of what programs leave behind, wherever it lies.
const LEAVINGS: &[&str] = &[
    ".bak",
    ".db",
    ".log",
    ".orig",
    ".rej",
    ".snap.new",
    ".sqlite",
    ".sqlite3",
    ".swp",
    ".tmp",
    "~",
];

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &checkout.files {
        if LEAVINGS.iter().any(|ending| file.path.ends_with(ending)) {
            let advice = "a program left this behind: delete it, and add it to .gitignore";
            findings.push(Finding::new(&file.path, 1, advice));
        } else if !has_place(&file.path) {
            let advice = "this file has no place: delete it, move it, or give it one in \
                          xtask/src/tidy/tree.rs";
            findings.push(Finding::new(&file.path, 1, advice));
        }
    }
    findings
}

fn has_place(path: &str) -> bool {
    PLACES
        .iter()
        .any(|place| match place.strip_prefix("CRATE/") {
            Some(inside) => CRATES.iter().any(|folder| {
                path.strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .is_some_and(|rest| matches(inside, rest))
            }),
            None => matches(place, path),
        })
}

/// True if the whole of `text` fits the pattern.
fn matches(pattern: &str, text: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**") {
        return ends(text).any(|tail| matches(rest, tail));
    }
    let mut letters = pattern.chars();
    match letters.next() {
        None => text.is_empty(),
        Some('*') => {
            let name_length = text.find('/').unwrap_or(text.len());
            ends(text)
                .take_while(|tail| text.len() - tail.len() <= name_length)
                .any(|tail| matches(letters.as_str(), tail))
        }
        Some(letter) => {
            let mut rest = text.chars();
            let fits = rest
                .next()
                .is_some_and(|c| c == letter || (letter == '#' && c.is_ascii_digit()));
            fits && matches(letters.as_str(), rest.as_str())
        }
    }
}

/// The text, then the text without its first character, and so on to nothing.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .filter_map(|at| text.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_files_are_found() {
        let strays = [
            "notes.md",
            "core/sync/notes.md",
            "core/new/src/lib.rs",
            "docs/adr/sync.md",
            "server/src/index.html",
            "server/data.sqlite",
            "bindings/kotlin/build.log",
            "src/main.rs.orig",
        ];
        for path in strays {
            assert_eq!(check(&Checkout::sample(&[(path, "")])).len(), 1, "{path}");
        }
    }

    #[test]
    fn files_in_their_place_are_not() {
        let places = [
            "Cargo.toml",
            "src/main.rs",
            "src/demo/report.rs",
            "core/sync/src/device/timers.rs",
            "docs/adr/0007-pages-in-rust.md",
            "server/office/templates/projects/list.html",
            "server/migrations/0001-first.sql",
            "server/office/assets/maplibre/LICENSE.txt",
        ];
        for path in places {
            assert!(has_place(path), "{path}");
        }
    }

    #[test]
    fn a_star_stays_in_its_folder() {
        assert!(matches("docs/*.md", "docs/a.md"));
        assert!(!matches("docs/*.md", "docs/a/b.md"));
        assert!(matches("a/**.rs", "a/b/c.rs"));
        assert!(!matches("a/**.rs", "a/b/c.rss"));
    }
}

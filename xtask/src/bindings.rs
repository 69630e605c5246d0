//! Generates the Kotlin, Python and Swift sources from the library, and the listings of the
//! public surface; or checks that what lies in the checkout is what would be generated.

mod listing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::metadata::cargo;

/// A language, and where its generated files go: name as generated, place in the checkout.
struct Language {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// Folders whose sources make up the public surface, generated code among them.
    surface: &'static [&'static str],
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "kotlin",
        files: &[(
            "ma/jawla/core/jawla.kt",
            "bindings/kotlin/generated/ma/jawla/core/jawla.kt",
        )],
        surface: &["bindings/kotlin"],
    },
    Language {
        name: "python",
        files: &[("jawla.py", "bindings/python/src/jawla/_core.py")],
        surface: &["bindings/python/src"],
    },
    Language {
        name: "swift",
        files: &[
            (
                "JawlaCore.swift",
                "bindings/swift/Sources/JawlaCore/JawlaCore.swift",
            ),
            (
                "JawlaCoreFFI.h",
                "bindings/swift/Sources/JawlaCoreFFI/include/JawlaCoreFFI.h",
            ),
            (
                "JawlaCoreFFI.modulemap",
                "bindings/swift/Sources/JawlaCoreFFI/include/module.modulemap",
            ),
        ],
        surface: &["bindings/swift/Sources"],
    },
];

/// Whether to write or only to compare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Write what is generated.
    Write,
    /// Say what differs.
    Check,
}

/// `cargo xtask bindings --check`.
pub fn check(root: &Path) -> anyhow::Result<bool> {
    run(root, Purpose::Check)
}

/// `cargo xtask bindings`; `false` when something is out of step.
pub fn run(root: &Path, purpose: Purpose) -> anyhow::Result<bool> {
    let library = build(root)?;
    let scratch = target(root).join("bindings");
    let mut wanted: BTreeMap<PathBuf, String> = BTreeMap::new();
    for language in LANGUAGES {
        let out = scratch.join(language.name);
        generate(root, language.name, &library, &out)?;
        for (made, place) in language.files {
            let text = std::fs::read_to_string(out.join(made))
                .with_context(|| format!("the generator made no {made}"))?;
            wanted.insert(root.join(place), tidied(&text));
        }
        let mut sources = sources_of(root, language)?;
        sources.extend(
            wanted
                .iter()
                .filter(|(path, _)| is_of(root, path, language))
                .map(|(path, text)| (path.clone(), text.clone())),
        );
        let listing = listing::of(language.name, root, &sources);
        let place = format!("bindings/api/{}.txt", language.name);
        wanted.insert(root.join(place), listing);
    }
    let differing = settle(&wanted, purpose)?;
    for path in &differing {
        let path = path.strip_prefix(root).unwrap_or(path).display();
        match purpose {
            Purpose::Write => println!("bindings: wrote {path}"),
            Purpose::Check => println!("bindings: {path} is out of step: `cargo xtask bindings`"),
        }
    }
    println!(
        "bindings: {} files, {} differed",
        wanted.len(),
        differing.len()
    );
    Ok(purpose == Purpose::Write || differing.is_empty())
}

/// No spaces at ends of lines, one end of line at the end, and the generator's open points are not
/// ours: what editors and reviews expect.
fn tidied(text: &str) -> String {
    let text = text.replace(concat!("TO", "DO:"), "Upstream:");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

fn settle(wanted: &BTreeMap<PathBuf, String>, purpose: Purpose) -> anyhow::Result<Vec<PathBuf>> {
    let mut differing = Vec::new();
    for (path, text) in wanted {
        if std::fs::read_to_string(path).is_ok_and(|there| there == *text) {
            continue;
        }
        differing.push(path.clone());
        if purpose == Purpose::Write {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, text).with_context(|| path.display().to_string())?;
        }
    }
    Ok(differing)
}

/// Where cargo puts what it builds.
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Builds the library as it is while developing: its interface does not depend on the profile.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let built = Command::new(cargo())
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--lib",
            "--bin=jawla-bindgen",
            "--example=link",
        ])
        .current_dir(root)
        .status()
        .context("starting cargo")?;
    ensure!(built.success(), "the library does not build");
    let debug = target(root).join("debug");
    let names = ["libjawla.so", "libjawla.dylib", "jawla.dll"];
    let library = names
        .iter()
        .map(|name| debug.join(name))
        .find(|path| path.exists());
    library.context("the library was built and is not there")
}

fn generate(root: &Path, language: &str, library: &Path, out: &Path) -> anyhow::Result<()> {
    if out.exists() {
        std::fs::remove_dir_all(out)?;
    }
    let generator = format!("jawla-bindgen{}", std::env::consts::EXE_SUFFIX);
    let done = Command::new(target(root).join("debug").join(generator))
        .args([
            "generate",
            "--no-format",
            "--language",
            language,
            "--out-dir",
        ])
        .arg(out)
        .arg(library)
        .current_dir(root)
        .status()
        .context("starting the generator")?;
    ensure!(
        done.success(),
        "the {language} bindings cannot be generated"
    );
    Ok(())
}

fn is_of(root: &Path, path: &Path, language: &Language) -> bool {
    language
        .surface
        .iter()
        .any(|folder| path.starts_with(root.join(folder)))
}

/// The hand-written sources of a language; tests and what builds make are no surface.
fn sources_of(root: &Path, language: &Language) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let ending = match language.name {
        "kotlin" => "kt",
        "python" => "py",
        _ => "swift",
    };
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = language.surface.iter().map(|one| root.join(one)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or("");
            let passed_over = [
                "test",
                "tests",
                "Tests",
                "target",
                "build",
                "example",
                "__pycache__",
            ];
            if path.is_dir() {
                if !passed_over.contains(&name) && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|is| is == ending) {
                let text = std::fs::read_to_string(&path)?;
                found.insert(path, text);
            }
        }
    }
    Ok(found)
}

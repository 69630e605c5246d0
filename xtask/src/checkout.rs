//! The files of the checkout, as git sees them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::scan::{Scan, scan};

/// A larger file is not read as text: nothing a person writes by hand is this long.
const TEXT_SIZE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Endings of files that are read as text.
const TEXT_ENDINGS: &[&str] = &[
    "css", "csv", "ftl", "geojson", "html", "js", "json", "kt", "kts", "md", "mjs", "py", "rs",
    "sh", "snap", "sql", "svg", "swift", "toml", "txt", "xml", "yml",
];

/// One file, with its text where it has one.
pub struct CheckedFile {
    /// Path from the root, with `/`.
    pub path: String,
    /// Empty for pictures and other bytes.
    pub text: String,
    /// Only for Rust sources.
    pub rust: Option<Scan>,
}

/// Every file that is tracked, or would be by `git add --all`.
pub struct Checkout {
    pub files: Vec<CheckedFile>,
}

impl Checkout {
    /// Reads the checkout at `root`.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        for path in list_files(root)? {
            let full = root.join(&path);
            let Ok(about) = std::fs::metadata(&full) else {
                continue; // deleted, but still in git's index
            };
            let is_text = is_text(&path) && about.len() <= TEXT_SIZE_BYTES_MAX;
            let text = if is_text {
                let bytes = std::fs::read(&full).with_context(|| format!("reading {path}"))?;
                String::from_utf8_lossy(&bytes).into_owned()
            } else {
                String::new()
            };
            files.push(CheckedFile::new(path, text));
        }
        Ok(Self::from_files(files))
    }

    /// Marks as test code the files that a `#[cfg(test)] mod name;` pulls in.
    fn from_files(mut files: Vec<CheckedFile>) -> Self {
        let mut test_files = Vec::new();
        for file in &files {
            let Some(rust) = &file.rust else { continue };
            let folder = module_folder(&file.path);
            for name in &rust.test_modules {
                test_files.push(format!("{folder}/{name}.rs"));
                test_files.push(format!("{folder}/{name}/"));
            }
        }
        for file in &mut files {
            let path = &file.path;
            let pulled_in = test_files
                .iter()
                .any(|test| path == test || (test.ends_with('/') && path.starts_with(test)));
            if let Some(rust) = &mut file.rust
                && (pulled_in || is_test_path(path))
            {
                rust.mark_all_as_test();
            }
        }
        Self { files }
    }

    /// The Rust sources with their scans.
    pub fn rust_files(&self) -> impl Iterator<Item = (&CheckedFile, &Scan)> {
        self.files
            .iter()
            .filter_map(|file| file.rust.as_ref().map(|rust| (file, rust)))
    }

    /// A made-up checkout, for the tests of the checks.
    #[cfg(test)]
    pub fn sample(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| CheckedFile::new((*path).to_owned(), (*text).to_owned()))
            .collect();
        Self::from_files(files)
    }
}

impl CheckedFile {
    fn new(path: String, text: String) -> Self {
        let rust = path.ends_with(".rs").then(|| scan(&text));
        Self { path, text, rust }
    }
}

/// The root of the workspace, wherever the command was started.
pub fn find_root() -> anyhow::Result<PathBuf> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_dir().context("finding the current folder")?,
    };
    start
        .ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").is_file())
        .map(Path::to_path_buf)
        .context("no xtask/Cargo.toml here or above: run this inside the checkout")
}

fn list_files(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .context("git is needed to list the files: install git")?;
    if !output.status.success() {
        bail!(
            "git ls-files failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let listed = String::from_utf8_lossy(&output.stdout);
    let mut paths: Vec<String> = listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, ending)) => TEXT_ENDINGS.contains(&ending) || name.starts_with('.'),
        None => true,
    }
}

/// True for files that only tests are made of.
pub fn is_test_path(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or(path);
    const FOLDERS: [&str; 3] = ["tests", "benches", "examples"];
    name == "tests.rs" || parts.any(|folder| FOLDERS.contains(&folder))
}

/// The folder in which the modules that this file declares lie.
fn module_folder(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_declared_for_tests_makes_its_file_test_code() {
        let checkout = Checkout::sample(&[
            (
                "core/sync/src/device.rs",
                "#[cfg(test)]\nmod scenario;\nmod timers;\n",
            ),
            ("core/sync/src/device/scenario.rs", "fn f() {}\n"),
            ("core/sync/src/device/timers.rs", "fn f() {}\n"),
        ]);
        let tests: Vec<&str> = checkout
            .rust_files()
            .filter(|(_, rust)| rust.lines.iter().all(|line| line.is_test))
            .map(|(file, _)| file.path.as_str())
            .collect();
        assert_eq!(tests, ["core/sync/src/device/scenario.rs"]);
    }

    #[test]
    fn a_folder_of_tests_is_test_code_and_a_word_that_contains_it_is_not() {
        assert!(is_test_path("core/views/tests/lists.rs"));
        assert!(is_test_path("core/views/src/lists/tests.rs"));
        assert!(!is_test_path("core/views/src/protests.rs"));
        assert!(!is_test_path("core/views/src/contests/lists.rs"));
    }
}

//! The judge of layout: what the compiler and clippy cannot see.

mod arrow_table;
mod arrows;
mod determinism;
mod leftovers;
mod manifests;
mod names;
mod sizes;
mod tree;

use std::fmt;
use std::path::Path;

use crate::checkout::Checkout;
use crate::metadata::Metadata;

/// Something to put right, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do about it.
    pub advice: String,
}

impl Finding {
    fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// A check that needs only the files.
type FileCheck = fn(&Checkout) -> Vec<Finding>;

const FILE_CHECKS: &[(&str, FileCheck)] = &[
    (
        "demo people stay in the demo",
        arrows::made_up_people_stay_out,
    ),
    ("determinism of the core", determinism::check),
    ("sizes of files and functions", sizes::check),
    ("no stray files", tree::check),
    ("names", names::check),
    ("leftovers", leftovers::check),
    ("manifests", manifests::check),
];

/// Runs every check and prints what it found.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let metadata = Metadata::read(root)?;
    let checkout = Checkout::read(root)?;
    let mut total = report("arrows between crates", arrows::check(&metadata, &checkout));
    for (name, check) in FILE_CHECKS {
        total += report(name, check(&checkout));
    }
    println!("tidy: {} files, {total} to put right", checkout.files.len());
    Ok(total == 0)
}

fn report(name: &str, mut findings: Vec<Finding>) -> usize {
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    let outcome = if findings.is_empty() {
        "ok".to_owned()
    } else {
        findings.len().to_string()
    };
    println!("tidy: {name}: {outcome}");
    findings.len()
}

//! What `cargo metadata` says about the workspace and everything it is built on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

/// The part of `cargo metadata --format-version 1` that the checks read.
#[derive(Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
    pub workspace_members: Vec<String>,
    pub workspace_root: String,
    pub resolve: Resolve,
}

#[derive(Deserialize)]
pub struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    /// `None` for our own crates, which lie in the checkout.
    pub source: Option<String>,
    pub links: Option<String>,
    pub manifest_path: String,
    pub dependencies: Vec<Dependency>,
    pub features: BTreeMap<String, Vec<String>>,
}

/// A line of a manifest's dependency tables.
#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
    pub optional: bool,
    pub features: Vec<String>,
}

#[derive(Deserialize)]
pub struct Resolve {
    pub nodes: Vec<Node>,
}

#[derive(Deserialize)]
pub struct Node {
    pub id: String,
    pub deps: Vec<Edge>,
}

#[derive(Deserialize)]
pub struct Edge {
    pub pkg: String,
    pub dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
pub struct EdgeKind {
    pub kind: Option<String>,
}

impl Dependency {
    /// True if what we ship has it: normal and build dependencies, not those of tests.
    pub fn is_shipped(&self) -> bool {
        self.kind.as_deref() != Some("dev")
    }
}

impl Edge {
    /// True if what we ship has it.
    pub fn is_shipped(&self) -> bool {
        self.dep_kinds
            .iter()
            .any(|edge| edge.kind.as_deref() != Some("dev"))
    }
}

impl Metadata {
    /// Asks cargo, without letting it change `Cargo.lock`.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root)
            .output()
            .context("starting cargo metadata")?;
        if !output.status.success() {
            bail!(
                "cargo metadata --locked failed; if Cargo.lock is out of date, build once and \
                 commit it:\n{}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        serde_json::from_slice(&output.stdout).context("reading the answer of cargo metadata")
    }

    /// Our own packages.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        let members: BTreeSet<&str> = self.workspace_members.iter().map(String::as_str).collect();
        self.packages
            .iter()
            .filter(move |package| members.contains(package.id.as_str()))
    }

    /// Folder of a package of ours from the root; empty for the root package.
    pub fn folder_of<'a>(&self, package: &'a Package) -> &'a str {
        package
            .manifest_path
            .strip_prefix(self.workspace_root.as_str())
            .unwrap_or(&package.manifest_path)
            .trim_start_matches('/')
            .trim_end_matches("Cargo.toml")
            .trim_end_matches('/')
    }
}

/// The cargo that runs us, so that the toolchain stays the same.
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

//! The licence and origin of every crate we build on.
//!
//! Reads the lists of `deny.toml`, so that this check and cargo-deny agree; runs cargo-deny as
//! well where it is installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::metadata::{Metadata, Package};
use crate::spdx;

/// Where published crates may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks everything in the resolved graph, for every platform.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let rules = std::fs::read_to_string(root.join("deny.toml")).context("reading deny.toml")?;
    let metadata = Metadata::read(root)?;
    let faults = check(&metadata.packages, &rules);
    for fault in &faults {
        println!("{fault}");
    }
    println!(
        "licences: {} crates, {} faults",
        metadata.packages.len(),
        faults.len()
    );
    Ok(faults.is_empty() && run_cargo_deny(root)?)
}

fn check(packages: &[Package], rules: &str) -> Vec<String> {
    let allowed: BTreeSet<String> = quoted(list_of(rules, "allow = [")).collect();
    let banned: BTreeSet<String> = list_of(rules, "deny = [")
        .lines()
        // With wrappers it is a matter of who brings it along: cargo-deny's to judge.
        .filter(|line| !line.contains("wrappers = "))
        .filter_map(|line| line.split_once("crate = "))
        .filter_map(|(_, rest)| quoted(rest).next())
        .collect();
    let mut faults = Vec::new();
    for package in packages {
        let name = format!("{} {}", package.name, package.version);
        match package
            .license
            .as_deref()
            .map(|licence| (licence, spdx::is_allowed(licence, &allowed)))
        {
            Some((_, Ok(true))) => {}
            Some((licence, Ok(false))) => faults.push(format!(
                "{name}: licence \"{licence}\" is not on the list of deny.toml: find another \
                 crate, or add the licence with a reason"
            )),
            Some((_, Err(error))) => faults.push(format!("{name}: {error:#}")),
            None => faults.push(format!("{name}: names no licence: find another crate")),
        }
        if banned.contains(&package.name) {
            faults.push(format!("{name}: is banned by deny.toml, which says why"));
        }
        if package
            .source
            .as_deref()
            .is_some_and(|source| source != REGISTRY)
        {
            faults.push(format!("{name}: does not come from crates.io"));
        }
    }
    let sqlite: Vec<&str> = packages
        .iter()
        .filter(|package| package.links.as_deref() == Some("sqlite3"))
        .map(|package| package.name.as_str())
        .collect();
    if sqlite.len() > 1 {
        faults.push(format!(
            "{}: one SQLite per build, keep one of them",
            sqlite.join(", ")
        ));
    }
    faults
}

/// The text between `start` and the `]` that closes it.
fn list_of<'a>(rules: &'a str, start: &str) -> &'a str {
    let behind = rules.split_once(start).map_or("", |(_, rest)| rest);
    behind.split_once("\n]").map_or("", |(list, _)| list)
}

fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned)
}

fn run_cargo_deny(root: &Path) -> anyhow::Result<bool> {
    let installed = Command::new("cargo-deny")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        println!("licences: cargo-deny is not installed; the check above is what is required");
        return Ok(true);
    }
    let status = Command::new("cargo-deny")
        .args(["check", "licenses", "bans", "sources"])
        .current_dir(root)
        .status()
        .context("starting cargo-deny")?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "allow = [\n    \"MIT\",\n    \"ISC\",\n]\n\
                         deny = [\n    { crate = \"openssl-sys\", reason = \"no\" },\n]\n";

    fn package(name: &str, licence: Option<&str>, links: Option<&str>) -> Package {
        Package {
            id: name.to_owned(),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: licence.map(str::to_owned),
            source: Some(REGISTRY.to_owned()),
            links: links.map(str::to_owned),
            manifest_path: String::new(),
            dependencies: Vec::new(),
            features: std::collections::BTreeMap::new(),
        }
    }

    fn faults(packages: &[Package]) -> String {
        check(packages, RULES).join("\n")
    }

    #[test]
    fn what_is_on_the_list_passes() {
        assert_eq!(
            faults(&[package("a", Some("MIT OR Apache-2.0"), Some("sqlite3"))]),
            ""
        );
    }

    #[test]
    fn a_licence_off_the_list_or_missing_is_a_fault() {
        assert!(faults(&[package("a", Some("AGPL-3.0"), None)]).contains("AGPL-3.0"));
        assert!(faults(&[package("a", None, None)]).contains("names no licence"));
        assert!(faults(&[package("a", Some("MIT AND"), None)]).contains("missing at the end"));
    }

    #[test]
    fn a_banned_crate_a_second_sqlite_and_a_strange_origin_are_faults() {
        assert!(faults(&[package("openssl-sys", Some("MIT"), None)]).contains("banned"));
        let two = ["a", "b"].map(|name| package(name, Some("MIT"), Some("sqlite3")));
        assert!(faults(&two).contains("a, b: one SQLite"));
        let mut stray = package("a", Some("MIT"), None);
        stray.source = Some("git+https://example.org/a".to_owned());
        assert!(faults(&[stray]).contains("crates.io"));
    }

    #[test]
    fn the_lists_of_deny_toml_are_found() {
        let rules = include_str!("../../deny.toml");
        assert!(quoted(list_of(rules, "allow = [")).any(|name| name == "Apache-2.0"));
        assert!(list_of(rules, "deny = [").contains("openssl-sys"));
    }
}

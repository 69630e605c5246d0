//! Checks the arrows between crates over the graph that cargo resolved.
//!
//! Foreign crates are looked for at any depth where the table says `never`; an option that some
//! other crate of the workspace switched on (features unify) is not held against a crate that
//! did not, but switching it on is.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::arrow_table::{ABOVE_THE_CORE, OPTIONALS, ROWS, Row, Use, WORLD, WORLD_USERS};
use crate::checkout::Checkout;
use crate::metadata::{Metadata, Package};
use crate::scan::has_word;

/// Checks every crate of the workspace against its row of the table.
pub(super) fn check(metadata: &Metadata, checkout: &Checkout) -> Vec<Finding> {
    let graph = Graph::new(metadata);
    let mut findings = Vec::new();
    for package in metadata.members() {
        let folder = metadata.folder_of(package);
        let mut report = Report::new(folder, checkout);
        match ROWS.iter().find(|row| row.package == package.name) {
            Some(row) if row.folder == folder => {
                check_own_crates(package, row, &mut report);
                check_direct(package, row, &mut report);
                check_anywhere(package, row, &graph, &mut report);
            }
            Some(row) => report.add("name", format!("this crate belongs in {}", row.folder)),
            None => report.add(
                "name",
                "this crate has no row in xtask/src/tidy/arrow_table.rs: say there what it may \
                 use, and in docs/ARCHITECTURE.md what it is for",
            ),
        }
        check_for_all_kinds(package, folder, &mut report);
        check_optional(package, &mut report);
        findings.extend(report.findings);
    }
    findings
}

/// Checks that in the binary only the demo knows the made-up people.
pub(super) fn made_up_people_stay_out(checkout: &Checkout) -> Vec<Finding> {
    let word = WORLD.replace('-', "_");
    let mut findings = Vec::new();
    for (file, rust) in checkout.rust_files() {
        let in_binary = file.path.starts_with("src/");
        if !in_binary || file.path == "src/demo.rs" || file.path.starts_with("src/demo/") {
            continue;
        }
        for (number, code) in rust
            .shipped_lines()
            .filter(|(_, code)| has_word(code, &word))
        {
            let advice = format!(
                "{}: only src/demo.rs may use {WORLD}: move it there",
                code.trim()
            );
            findings.push(Finding::new(&file.path, number, advice));
        }
    }
    findings
}

fn check_own_crates(package: &Package, row: &Row, report: &mut Report<'_>) {
    let Use::Only(allowed) = row.may_use else {
        return;
    };
    for dependency in package
        .dependencies
        .iter()
        .filter(|dependency| dependency.is_shipped())
    {
        let name = dependency.name.as_str();
        if is_ours(name) && !allowed.contains(&name) {
            report.add(
                name,
                format!("{} may not use {name}: {}", row.package, row.because),
            );
        }
    }
}

fn check_direct(package: &Package, row: &Row, report: &mut Report<'_>) {
    for dependency in package
        .dependencies
        .iter()
        .filter(|dependency| dependency.is_shipped())
    {
        let name = dependency.name.as_str();
        let is_option = OPTIONALS
            .iter()
            .any(|o| o.package == package.name && o.dependency == name);
        if row.not_directly.contains(&name) || (row.never.contains(&name) && !is_option) {
            report.add(
                name,
                format!("{} may not use {name}: {}", row.package, row.because),
            );
        }
        for option in OPTIONALS.iter().filter(|option| option.package == name) {
            let switches_on = dependency
                .features
                .iter()
                .any(|feature| feature == option.feature);
            if switches_on && row.never.contains(&option.dependency) {
                report.add(
                    name,
                    format!(
                        "{} may not switch on {name}/{}, which brings {}: {}",
                        row.package, option.feature, option.dependency, row.because
                    ),
                );
            }
        }
    }
}

fn check_anywhere(package: &Package, row: &Row, graph: &Graph<'_>, report: &mut Report<'_>) {
    for name in row.never {
        if let Some(path) = graph.path(&package.id, name)
            && let [_, first, _, ..] = path.as_slice()
        {
            let route = path.join(" -> ");
            report.add(
                first,
                format!("{route}: must not be there, because {}", row.because),
            );
        }
    }
}

/// Rules that hold for the dependencies of tests too.
fn check_for_all_kinds(package: &Package, folder: &str, report: &mut Report<'_>) {
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        if name == WORLD && !WORLD_USERS.contains(&package.name.as_str()) {
            report.add(
                name,
                format!("only {} may use {WORLD}", WORLD_USERS.join(", ")),
            );
        }
        let target = ROWS
            .iter()
            .find(|row| row.package == name)
            .map_or("", |row| row.folder);
        let is_above = ABOVE_THE_CORE.iter().any(|above| target.starts_with(above));
        if folder.starts_with("core/") && is_above {
            report.add(
                name,
                format!("nothing in core/ may reach {target}, even for its tests"),
            );
        }
    }
}

fn check_optional(package: &Package, report: &mut Report<'_>) {
    for option in OPTIONALS
        .iter()
        .filter(|option| option.package == package.name)
    {
        let shipped = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.is_shipped());
        for _ in shipped.filter(|d| d.name == option.dependency && !d.optional) {
            report.add(
                option.dependency,
                format!("make it `optional`, under the feature `{}`", option.feature),
            );
        }
        for (feature, switches) in &package.features {
            let brings = switches
                .iter()
                .any(|switch| switches_on(switch, option.dependency));
            if brings && feature != option.feature && feature != option.dependency {
                report.add(
                    feature,
                    format!(
                        "only the feature `{}` may bring {}",
                        option.feature, option.dependency
                    ),
                );
            }
            let is_default = feature == "default" && switches.iter().any(|s| s == option.feature);
            if is_default {
                report.add(
                    "default",
                    format!("`{}` may not be a default", option.feature),
                );
            }
        }
    }
}

/// True for `dep:name`, `name` and `name/feature`, but not for `name?/feature`.
fn switches_on(switch: &str, dependency: &str) -> bool {
    let name = switch.trim_start_matches("dep:");
    name.split('/').next() == Some(dependency)
}

fn is_ours(name: &str) -> bool {
    ROWS.iter().any(|row| row.package == name)
}

/// Findings of one manifest, each at the line that names the dependency.
struct Report<'a> {
    path: String,
    text: &'a str,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    fn new(folder: &str, checkout: &'a Checkout) -> Self {
        let path = if folder.is_empty() {
            "Cargo.toml".to_owned()
        } else {
            format!("{folder}/Cargo.toml")
        };
        let text = checkout
            .files
            .iter()
            .find(|file| file.path == path)
            .map_or("", |f| &f.text);
        Self {
            path,
            text,
            findings: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, advice: impl Into<String>) {
        // The last line, because the root manifest also lists the workspace's versions, before.
        let line = self.text.lines().enumerate().filter(|(_, line)| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['.', ' ', '=', '\t']))
        });
        let number = line.last().map_or(1, |(index, _)| index + 1);
        self.findings.push(Finding::new(&self.path, number, advice));
    }
}

/// The graph of what is shipped, without the edges that exist only under an option.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    edges: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Metadata) -> Self {
        let names: BTreeMap<&str, &str> = metadata
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package.name.as_str()))
            .collect();
        let is_option = |from: &str, to: &str| {
            OPTIONALS.iter().any(|option| {
                names.get(from) == Some(&option.package)
                    && names.get(to) == Some(&option.dependency)
            })
        };
        let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for node in &metadata.resolve.nodes {
            let targets = node
                .deps
                .iter()
                .filter(|edge| edge.is_shipped() && !is_option(&node.id, &edge.pkg))
                .map(|edge| edge.pkg.as_str());
            edges.insert(&node.id, targets.collect());
        }
        Self { names, edges }
    }

    /// Names on a shortest way from a package to one called `name`, both included.
    fn path(&self, from: &'a str, name: &str) -> Option<Vec<&'a str>> {
        let mut seen = BTreeSet::from([from]);
        let mut ways = vec![vec![from]];
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let at = way.last().copied().unwrap_or(from);
                if way.len() > 1 && self.names.get(at) == Some(&name) {
                    return Some(
                        way.iter()
                            .filter_map(|id| self.names.get(id).copied())
                            .collect(),
                    );
                }
                for &next in self.edges.get(at).into_iter().flatten() {
                    if seen.insert(next) {
                        longer.push(way.iter().copied().chain([next]).collect());
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

#[cfg(test)]
mod tests;

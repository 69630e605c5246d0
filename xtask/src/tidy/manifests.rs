//! Every crate takes its lints, version and edition from the workspace.

use super::Finding;
use crate::checkout::Checkout;

const INHERITED: &[&str] = &[
    "version.workspace = true",
    "edition.workspace = true",
    "license.workspace = true",
];

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &checkout.files {
        let is_manifest = file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml");
        let lines: Vec<&str> = file.text.lines().map(str::trim_end).collect();
        if !is_manifest || !lines.contains(&"[package]") {
            continue;
        }
        let takes_lints = lines
            .windows(2)
            .any(|pair| pair == ["[lints]", "workspace = true"]);
        if !takes_lints {
            let advice = "add `[lints]` with `workspace = true`, so that the lints hold here too";
            findings.push(Finding::new(&file.path, lines.len().max(1), advice));
        }
        for wanted in INHERITED.iter().filter(|wanted| !lines.contains(wanted)) {
            let advice = format!("add `{wanted}` under `[package]`");
            findings.push(Finding::new(&file.path, 1, advice));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_goes_its_own_way_is_found() {
        let good = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
                    license.workspace = true\n\n[lints]\nworkspace = true\n";
        let bad = good
            .replace("[lints]\n", "[lint]\n")
            .replace("edition.workspace", "edition");
        let checkout =
            Checkout::sample(&[("core/a/Cargo.toml", good), ("core/b/Cargo.toml", &bad)]);
        let findings = check(&checkout);
        assert_eq!(findings.len(), 2);
        assert!(
            findings
                .iter()
                .all(|finding| finding.path == "core/b/Cargo.toml")
        );
    }
}

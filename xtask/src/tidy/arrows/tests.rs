//! Made-up workspaces in which one arrow points the wrong way.

use serde_json::{Value, json};

use super::*;

/// A package of the workspace (`folder` set) or a foreign one.
fn package(name: &str, folder: Option<&str>, dependencies: &[Value]) -> Value {
    json!({
        "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": null,
        "links": null, "manifest_path": format!("/w/{}/Cargo.toml", folder.unwrap_or("registry")),
        "dependencies": dependencies, "features": {},
    })
}

fn needs(name: &str) -> Value {
    json!({"name": name, "kind": null, "optional": false, "features": []})
}

/// Findings of a workspace, one a line; the resolved graph follows the manifests.
fn findings(packages: &[Value]) -> String {
    let nodes: Vec<Value> = packages
        .iter()
        .map(|package| {
            let edges: Vec<Value> = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .map(|d| json!({"pkg": d["name"], "dep_kinds": [{"kind": d["kind"]}]}))
                .collect();
            json!({"id": package["id"], "deps": edges})
        })
        .collect();
    let members: Vec<&Value> = packages
        .iter()
        .filter(|package| {
            !package["manifest_path"]
                .as_str()
                .unwrap()
                .contains("registry")
        })
        .map(|package| &package["id"])
        .collect();
    let metadata: Metadata = serde_json::from_value(json!({
        "packages": packages, "workspace_members": members, "workspace_root": "/w",
        "resolve": {"nodes": nodes},
    }))
    .unwrap();
    let manifest = "[package]\nname = \"x\"\n\n[dependencies]\naxum.workspace = true\n";
    let checkout = Checkout::sample(&[("core/client/Cargo.toml", manifest)]);
    let lines: Vec<String> = check(&metadata, &checkout)
        .iter()
        .map(ToString::to_string)
        .collect();
    lines.join("\n")
}

#[test]
fn a_workspace_in_order_has_no_findings() {
    let found = findings(&[
        package("jawla-model", Some("core/model"), &[needs("serde")]),
        package("jawla-sync", Some("core/sync"), &[needs("jawla-model")]),
        package("serde", None, &[]),
    ]);
    assert_eq!(found, "");
}

#[test]
fn a_forbidden_tool_is_found_at_its_line() {
    let found = findings(&[
        package("jawla-client", Some("core/client"), &[needs("axum")]),
        package("axum", None, &[]),
    ]);
    assert!(
        found.starts_with("core/client/Cargo.toml:5: jawla-client may not use axum"),
        "{found}"
    );
}

#[test]
fn a_forbidden_tool_that_another_crate_brings_is_found_with_its_route() {
    let found = findings(&[
        package("jawla-sync", Some("core/sync"), &[needs("middle")]),
        package("middle", None, &[needs("tokio")]),
        package("tokio", None, &[]),
    ]);
    assert!(found.contains("jawla-sync -> middle -> tokio"), "{found}");
}

#[test]
fn chance_is_forbidden_in_the_manifest_only() {
    let brought = findings(&[
        package("jawla-dossier", Some("core/dossier"), &[needs("automerge")]),
        package("automerge", None, &[needs("rand")]),
        package("rand", None, &[]),
    ]);
    assert_eq!(brought, "");
    let named = findings(&[
        package("jawla-dossier", Some("core/dossier"), &[needs("rand")]),
        package("rand", None, &[]),
    ]);
    assert!(named.contains("jawla-dossier may not use rand"), "{named}");
}

#[test]
fn our_own_crates_follow_the_table_except_for_their_tests() {
    let mut for_tests = needs("jawla-client");
    for_tests["kind"] = json!("dev");
    let client = package("jawla-client", Some("core/client"), &[]);
    let tests = findings(&[
        client.clone(),
        package("jawla-server", Some("server"), &[for_tests]),
    ]);
    assert_eq!(tests, "");
    let shipped = findings(&[
        client,
        package("jawla-server", Some("server"), &[needs("jawla-client")]),
    ]);
    assert!(
        shipped.contains("jawla-server may not use jawla-client"),
        "{shipped}"
    );
}

#[test]
fn the_core_reaches_nothing_above_it_even_for_its_tests() {
    let mut world = needs("jawla-world");
    world["kind"] = json!("dev");
    let found = findings(&[
        package("jawla-client", Some("core/client"), &[world]),
        package("jawla-world", Some("tests/world"), &[]),
    ]);
    assert!(
        found.contains("nothing in core/ may reach tests/world"),
        "{found}"
    );
    assert!(found.contains("may use jawla-world"), "{found}");
}

#[test]
fn sqlite_is_an_option_of_the_read_model() {
    let mut optional = needs("rusqlite");
    optional["optional"] = json!(true);
    let mut views = package("jawla-views", Some("core/views"), &[optional]);
    views["features"] = json!({"sqlite": ["dep:rusqlite"]});
    let dossier = package(
        "jawla-dossier",
        Some("core/dossier"),
        &[needs("jawla-views")],
    );
    let rusqlite = package("rusqlite", None, &[]);
    assert_eq!(findings(&[views.clone(), dossier, rusqlite.clone()]), "");

    let mut switching = needs("jawla-views");
    switching["features"] = json!(["sqlite"]);
    let office = package("jawla-office", Some("server/office"), &[switching]);
    let found = findings(&[views.clone(), office, rusqlite.clone()]);
    assert!(
        found.contains("may not switch on jawla-views/sqlite"),
        "{found}"
    );

    views["features"] = json!({"sqlite": ["dep:rusqlite"], "default": ["sqlite"]});
    assert!(findings(&[views.clone(), rusqlite.clone()]).contains("may not be a default"));
    views["features"] = json!({"fast": ["rusqlite/bundled"]});
    assert!(findings(&[views.clone(), rusqlite.clone()]).contains("may bring rusqlite"));
    views["dependencies"] = json!([needs("rusqlite")]);
    assert!(findings(&[views, rusqlite]).contains("make it `optional`"));
}

#[test]
fn a_crate_without_a_row_or_in_the_wrong_folder_is_found() {
    assert!(findings(&[package("jawla-new", Some("core/new"), &[])]).contains("has no row"));
    let moved = findings(&[package("jawla-sync", Some("server/sync"), &[])]);
    assert!(moved.contains("belongs in core/sync"), "{moved}");
}

#[test]
fn only_the_demo_knows_the_made_up_people() {
    let code = "use jawla_world::People;\n";
    let checkout = Checkout::sample(&[("src/demo.rs", code), ("src/serve.rs", code)]);
    let found = made_up_people_stay_out(&checkout);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "src/serve.rs");
}

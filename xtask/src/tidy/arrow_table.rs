//! Who may use whom. The table of docs/ARCHITECTURE.md, as data.

/// One crate of ours, where it lies, and what it may be built on.
pub(super) struct Row {
    pub package: &'static str,
    pub folder: &'static str,
    /// Crates of ours it may name as normal or build dependencies.
    pub may_use: Use,
    /// Foreign crates that must not be in its graph, however they would get there.
    pub never: &'static [&'static str],
    /// Foreign crates that its own manifest must not name; others may bring them along.
    pub not_directly: &'static [&'static str],
    pub because: &'static str,
}

/// What a crate may use of ours.
pub(super) enum Use {
    Everything,
    Only(&'static [&'static str]),
}

/// Crates with made-up people: only these may name them, even for tests.
pub(super) const WORLD: &str = "jawla-world";
pub(super) const WORLD_USERS: &[&str] = &[
    "jawla",
    "jawla-bench",
    "jawla-e2e",
    "jawla-fuzz",
    "jawla-sim",
];

/// Folders that nothing in `core/` may reach, even for its tests.
pub(super) const ABOVE_THE_CORE: &[&str] = &["bindings/", "mobile/", "server", "tests/", "xtask"];

/// A foreign crate that one of ours may have only as an option, under one feature.
pub(super) struct Optional {
    pub package: &'static str,
    pub dependency: &'static str,
    pub feature: &'static str,
}

/// All of them. Whoever may never reach the dependency may not switch the feature on either.
pub(super) const OPTIONALS: &[Optional] = &[Optional {
    package: "jawla-views",
    dependency: "rusqlite",
    feature: "sqlite",
}];

const CHANCE: &[&str] = &["getrandom", "rand"];

/// The table, from the bottom up.
pub(super) const ROWS: &[Row] = &[
    Row {
        package: "jawla-model",
        folder: "core/model",
        may_use: Use::Only(&[]),
        never: &[
            "automerge",
            "axum",
            "reqwest",
            "rusqlite",
            "tokio",
            "uniffi",
        ],
        not_directly: CHANCE,
        because: "the words outlive the tools",
    },
    Row {
        package: "jawla-views",
        folder: "core/views",
        may_use: Use::Only(&["jawla-model"]),
        never: &["automerge", "axum", "reqwest", "tokio", "uniffi"],
        not_directly: CHANCE,
        because: "a page asks for rows and does not know where they lie",
    },
    Row {
        package: "jawla-dossier",
        folder: "core/dossier",
        may_use: Use::Only(&["jawla-model", "jawla-views"]),
        never: &["axum", "reqwest", "rusqlite", "tokio", "uniffi"],
        not_directly: CHANCE,
        because: "the meaning of a document does not depend on how it came",
    },
    Row {
        package: "jawla-sync",
        folder: "core/sync",
        may_use: Use::Only(&["jawla-model"]),
        never: &[
            "automerge",
            "axum",
            "reqwest",
            "rusqlite",
            "tokio",
            "uniffi",
        ],
        not_directly: CHANCE,
        because: "one seed, one run: it sees hashes, documents, dependencies and bytes",
    },
    Row {
        package: "jawla-ui",
        folder: "core/ui",
        may_use: Use::Only(&["jawla-model"]),
        never: &["automerge", "rusqlite", "uniffi"],
        not_directly: &[],
        because: "two kinds of pages share it",
    },
    Row {
        package: "jawla-client",
        folder: "core/client",
        may_use: Use::Only(&["jawla-dossier", "jawla-model", "jawla-sync", "jawla-views"]),
        never: &["axum", "uniffi"],
        not_directly: &[],
        because: "it is tested without a phone",
    },
    Row {
        package: "jawla-office",
        folder: "server/office",
        may_use: Use::Only(&["jawla-model", "jawla-ui", "jawla-views"]),
        never: &["automerge", "rusqlite", "uniffi"],
        not_directly: &[],
        because: "pages are routers over views and a writer they are given",
    },
    Row {
        package: "jawla-field",
        folder: "mobile/field",
        may_use: Use::Only(&["jawla-model", "jawla-ui", "jawla-views"]),
        never: &["automerge", "rusqlite", "uniffi"],
        not_directly: &[],
        because: "pages are routers over views and a writer they are given",
    },
    Row {
        package: "jawla-pdf",
        folder: "server/pdf",
        may_use: Use::Only(&["jawla-model", "jawla-ui", "jawla-views"]),
        never: &["automerge", "rusqlite", "uniffi"],
        not_directly: &[],
        because: "it prints rows",
    },
    Row {
        package: "jawla-server",
        folder: "server",
        may_use: Use::Only(&[
            "jawla-dossier",
            "jawla-model",
            "jawla-office",
            "jawla-pdf",
            "jawla-sync",
            "jawla-ui",
            "jawla-views",
        ]),
        never: &["uniffi"],
        not_directly: &[],
        because: "there is no device code on the server",
    },
    Row {
        package: "jawla-ffi",
        folder: "bindings/ffi",
        may_use: Use::Only(&[
            "jawla-client",
            "jawla-field",
            "jawla-model",
            "jawla-ui",
            "jawla-views",
        ]),
        never: &[],
        not_directly: &["automerge", "rusqlite"],
        because: "if it needs them, the rule is in the wrong crate",
    },
    Row {
        package: "jawla-bindgen",
        folder: "bindings/bindgen",
        may_use: Use::Only(&[]),
        never: &[],
        not_directly: &[],
        because: "it only starts the generator",
    },
    Row {
        package: "jawla",
        folder: "",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "the one binary puts everything together",
    },
    Row {
        package: "jawla-world",
        folder: "tests/world",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "made-up people use what real ones use",
    },
    Row {
        package: "jawla-sim",
        folder: "tests/sim",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "tests reach everything",
    },
    Row {
        package: "jawla-e2e",
        folder: "tests/e2e",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "tests reach everything",
    },
    Row {
        package: "jawla-bench",
        folder: "tests/bench",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "benches reach everything",
    },
    Row {
        package: "jawla-fuzz",
        folder: "tests/fuzz",
        may_use: Use::Everything,
        never: &[],
        not_directly: &[],
        because: "fuzz targets reach everything",
    },
    Row {
        package: "xtask",
        folder: "xtask",
        may_use: Use::Only(&[]),
        never: &[],
        not_directly: &[],
        because: "it must build when nothing else does",
    },
];

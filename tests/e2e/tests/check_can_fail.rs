//! The checks themselves: one wrong row, one wrong byte, one wrong receipt are all found, on the
//! server and on a phone.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use jawla_client::device::Disagreement;
use jawla_e2e::ground::COMMUNES;
use jawla_e2e::{Ground, Phone, ServerProcess, jawla};
use rusqlite::Connection;
use rusqlite::types::Value;

/// One cell of a database, to be damaged and put back.
#[derive(Debug, Clone, Copy)]
struct Cell {
    table: &'static str,
    key: &'static str,
    column: &'static str,
}

const ROW: Cell = Cell {
    table: "view_project",
    key: "document",
    column: "sector",
};
const VISIT_ROW: Cell = Cell {
    table: "view_visit",
    key: "visit",
    column: "kind",
};
const CHANGE: Cell = Cell {
    table: "change",
    key: "hash",
    column: "bytes",
};
const RECEIPT: Cell = Cell {
    table: "entry",
    key: "content",
    column: "received_at",
};
const SERVER_RECEIPT: Cell = Cell {
    table: "entry",
    key: "hash",
    column: "received_at",
};

/// Damages one cell, as little as can be, and puts it back after `check`.
async fn damaged<T>(database: &Path, cell: Cell, check: impl AsyncFnOnce() -> T) -> T {
    let Cell { table, key, column } = cell;
    let conn = Connection::open(database).unwrap();
    // Somewhere in the middle, among what is there once: one entry may stand in several logs.
    let query = format!(
        "SELECT {key}, {column} FROM {table} GROUP BY {key} HAVING count(*) = 1 ORDER BY {key}
         LIMIT 1 OFFSET (SELECT count(DISTINCT {key}) / 2 - 1 FROM {table})"
    );
    let (id, good): (Value, Value) = conn
        .query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let bad = match good.clone() {
        Value::Text(text) => Value::Text(format!("{text}X")),
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Blob(mut bytes) => {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            Value::Blob(bytes)
        }
        other => panic!("{other:?} in {cell:?}"),
    };
    let update = format!("UPDATE {table} SET {column} = ?1 WHERE {key} = ?2");
    assert_eq!(conn.execute(&update, (&bad, &id)).unwrap(), 1);
    let found = check().await;
    assert_eq!(conn.execute(&update, (&good, &id)).unwrap(), 1);
    found
}

async fn worked_ground() -> (Ground, Phone) {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let one = ground.phone("A", &server.base_url, &COMMUNES).await;
    let other = ground.phone("B", &server.base_url, &COMMUNES[..1]).await;
    for project in other.projects().await.into_iter().take(3) {
        one.note(project, "Fouilles terminées").await;
        other.note(project, "أشغال الحفر انتهت").await;
    }
    for phone in [&one, &other, &one] {
        phone.sync().await;
    }
    drop(server);
    ground.assert_all_agree(&[&one]).await;
    (ground, one)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_on_the_server_is_found() {
    let (ground, _) = worked_ground().await;
    let database = ground.data().join("jawla.db");
    let data = ground.data();
    let verify = || jawla(&["verify", "--json", "--data", data.to_str().unwrap()]);
    for cell in [ROW, VISIT_ROW, CHANGE, SERVER_RECEIPT] {
        let (report, ran) = damaged(&database, cell, async || (ground.verify(), verify())).await;
        assert!(!report.is_sound(), "{cell:?} is not noticed");
        assert_eq!(ran.code, 3, "{cell:?}: {ran:?}");
        let json = ran.json();
        assert_eq!(json["sound"], false);
        assert_eq!(json["faults"], report.faults(), "{cell:?}");
        let findings: Vec<&serde_json::Value> = json["scopes"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|scope| scope["findings"].as_array().unwrap())
            .collect();
        let text = format!("{findings:?}");
        println_once(&format!("server {cell:?}: {text}"));
        if cell.table.starts_with("view_") {
            assert_eq!(findings.len(), 1, "one row was damaged: {text}");
        }
    }
    let ran = verify();
    assert_eq!(
        (ran.code, ran.json()["sound"].clone()),
        (0, true.into()),
        "{ran:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_on_a_phone_is_found() {
    let (_ground, phone) = worked_ground().await;
    let database = phone.folder.join("store.db");
    for cell in [ROW, VISIT_ROW, CHANGE, RECEIPT] {
        let check = async || phone.client.verify().await.unwrap().disagreements;
        let found = damaged(&database, cell, check).await;
        println_once(&format!("phone {cell:?}: {found:?}"));
        let is_named = |found: &Disagreement| match cell.table {
            "change" => matches!(found, Disagreement::Change { .. }),
            "entry" => matches!(found, Disagreement::Chain { .. }),
            _ => matches!(found, Disagreement::Row { .. }),
        };
        assert!(found.iter().any(is_named), "{cell:?}: {found:?}");
        if cell.table.starts_with("view_") {
            assert_eq!(found.len(), 1, "one row was damaged: {found:?}");
        }
    }
    assert_eq!(phone.client.verify().await.unwrap().disagreements, []);
}

#[allow(
    clippy::print_stdout,
    reason = "what the report says, for who reads the test's output"
)]
fn println_once(text: &str) {
    println!("{text}");
}

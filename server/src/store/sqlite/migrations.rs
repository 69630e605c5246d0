//! Schema steps, each run once and never changed after it was shipped.

use jawla_sync::chain::sha256;
use jawla_views::sqlite as views;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::super::StoreError;
use super::{documents, people, scopes};

const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("schema_1.sql")),
    (2, include_str!("schema_2.sql")),
    (3, include_str!("schema_3.sql")),
    (4, include_str!("schema_4.sql")),
];

const VIEW_VERSION_NAME: &str = "view_version";

/// Brings the database to the newest schema, in one transaction.
pub(super) fn run(conn: &mut Connection) -> Result<(), StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.last().map_or(0, |(number, _)| *number);
    if found > known {
        return Err(StoreError::SchemaTooNew { found, known });
    }
    for (number, text) in MIGRATIONS {
        let name = format!("migration_{number}");
        let checksum = sha256(text.as_bytes());
        if *number <= found {
            if read(&tx, &name)?.as_deref() != Some(checksum.as_bytes().as_slice()) {
                return Err(StoreError::MigrationDiffers(*number));
            }
            continue;
        }
        tx.execute_batch(text)?;
        write(&tx, &name, checksum.as_bytes())?;
        tx.pragma_update(None, "user_version", number)?;
    }
    Ok(tx.commit()?)
}

/// Makes the tables of the lists anew when their version is another, and fills them.
pub(super) fn refresh_views(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let version = views::VIEW_VERSION.to_be_bytes();
    if read(tx, VIEW_VERSION_NAME)?.as_deref() == Some(version.as_slice()) {
        return Ok(views::keep_orders(tx)?);
    }
    views::recreate(tx)?;
    people::rewrite_views(tx)?;
    scopes::rewrite_views(tx)?;
    documents::rewrite_views(tx)?;
    write(tx, VIEW_VERSION_NAME, &version)
}

/// One value of the table of single values.
pub(super) fn read(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT content FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Writes one of them.
pub(super) fn write(conn: &Connection, name: &str, content: &[u8]) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO meta (name, content) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET content = excluded.content",
        params![name, content],
    )?;
    Ok(())
}

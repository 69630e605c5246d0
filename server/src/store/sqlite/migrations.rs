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
    (5, include_str!("schema_5.sql")),
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn saved_forms_move_to_schema_5_where_they_were_current() {
        let conn = Connection::open_in_memory().unwrap();
        for (_, text) in MIGRATIONS.iter().take_while(|(number, _)| *number < 5) {
            conn.execute_batch(text).unwrap();
        }
        conn.execute_batch(
            "INSERT INTO scope (id, kind, name_fr, name_ar, communes, head, chain, received_at)
               VALUES (zeroblob(16), 'province', '', '', '', 0, zeroblob(16), 0);
             INSERT INTO document (id, scope, version, heads, code_das)
               VALUES (CAST('current_document' AS BLOB), zeroblob(16), 3, x'', ''),
                      (CAST('outdated_documen' AS BLOB), zeroblob(16), 3, x'', '');
             INSERT INTO change (id, scope, hash, document, actor, seq, entry_seq, bytes)
               SELECT value, zeroblob(16), randomblob(32),
                      CAST(iif(value % 2, 'current_document', 'outdated_documen') AS BLOB),
                      zeroblob(16), value, value, x'01'
               FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3 UNION SELECT 4);
             INSERT INTO document_saved (document, version, bytes)
               SELECT id, iif(id = CAST('current_document' AS BLOB), 3, 2), x'0102' FROM document;",
        )
        .unwrap();
        conn.execute_batch(include_str!("schema_5.sql")).unwrap();
        let moved: Vec<(Vec<u8>, i64, Vec<u8>)> = conn
            .prepare("SELECT document, change_id, bytes FROM document_saved")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(moved, [(b"current_document".to_vec(), 3, vec![1, 2])]);
    }
}

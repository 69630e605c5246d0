//! Saved forms: what a document is opened from instead of its whole history. A saved form may lie
//! some changes behind; the change rows after it are appended when it is read.

use std::collections::BTreeMap;

use jawla_dossier::{Document, Origin};
use jawla_model::{DocumentId, Hash32, PersonId, ReceivedAt};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::StoreError;
use super::sql;
use crate::gate::{Kept, OpenDocument};

struct Saved {
    change_id: i64,
    bytes: Vec<u8>,
    origins: Vec<u8>,
}

/// Whether a document has a saved form, be it sound or not.
pub(super) fn exists(conn: &Connection, id: DocumentId) -> Result<bool, StoreError> {
    Ok(find(conn, id)?.is_some())
}

fn find(conn: &Connection, id: DocumentId) -> Result<Option<Saved>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT change_id, bytes, origins FROM document_saved WHERE document = ?1",
    )?;
    let saved = statement.query_row([id.as_bytes()], |row| {
        Ok(Saved {
            change_id: row.get(0)?,
            bytes: row.get(1)?,
            origins: row.get(2)?,
        })
    });
    Ok(saved.optional()?)
}

/// The document from its saved form and the changes after it; `None` where it has none or cannot
/// be read from it. The caller compares the heads.
pub(super) fn load(
    conn: &Connection,
    id: DocumentId,
) -> Result<Option<(Document, Kept)>, StoreError> {
    let Some(saved) = find(conn, id)? else {
        return Ok(None);
    };
    let Ok(mut document) = Document::load(id, &saved.bytes) else {
        return Ok(None);
    };
    let saved_changes = document.changes_count();
    // The `+` keeps the order of ids from being used instead of the index by document.
    let mut statement = conn
        .prepare_cached("SELECT bytes FROM change WHERE document = ?1 AND +id > ?2 ORDER BY +id")?;
    let after: Vec<Vec<u8>> = statement
        .query_map(params![id.as_bytes(), saved.change_id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let appended = document.append_stored(after.iter().map(Vec::as_slice));
    let kept = Kept {
        origins: decode(&saved.origins),
        saved_changes,
    };
    Ok(appended.is_ok().then_some((document, kept)))
}

/// Saves a document after its changes were written.
pub(super) fn write(tx: &Transaction<'_>, open: &mut OpenDocument) -> Result<(), StoreError> {
    let id = open.document.id();
    let change_id: i64 = tx
        .prepare_cached("SELECT coalesce(max(+id), 0) FROM change WHERE document = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))?;
    tx.prepare_cached(
        "INSERT INTO document_saved (document, change_id, bytes, origins) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (document) DO UPDATE SET change_id = excluded.change_id,
           bytes = excluded.bytes, origins = excluded.origins",
    )?
    .execute(params![
        id.as_bytes(),
        change_id,
        open.document.save_measured(),
        encode(&open.kept.origins),
    ])?;
    open.kept.saved_changes = open.document.changes_count();
    Ok(())
}

/// Hash, person, instant; one after the other.
const ORIGIN_BYTES: usize = 32 + 16 + 8;

/// Origins that name both a person and an instant; the log is asked for the others.
fn encode(origins: &BTreeMap<Hash32, Origin>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(origins.len().saturating_mul(ORIGIN_BYTES));
    for (change, origin) in origins {
        if let (Some(person), Some(received_at)) = (origin.person, origin.received_at) {
            bytes.extend_from_slice(change.as_bytes());
            bytes.extend_from_slice(person.as_bytes());
            bytes.extend_from_slice(&sql(received_at.0).to_be_bytes());
        }
    }
    bytes
}

fn decode(bytes: &[u8]) -> BTreeMap<Hash32, Origin> {
    let one = |bytes: &[u8]| {
        let (hash, rest) = bytes.split_first_chunk::<32>()?;
        let (person, rest) = rest.split_first_chunk::<16>()?;
        let received_at = u64::from_be_bytes(rest.try_into().ok()?);
        let origin = Origin {
            person: Some(PersonId(*person)),
            received_at: Some(ReceivedAt(received_at)),
        };
        Some((Hash32(*hash), origin))
    };
    bytes.chunks_exact(ORIGIN_BYTES).filter_map(one).collect()
}

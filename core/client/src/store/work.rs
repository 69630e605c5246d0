//! Work: changes, what is being typed, what was set aside.

use std::collections::BTreeSet;

use jawla_model::{ActorId, DocumentId, FieldPath, Hash32, Reason, ScopeId, Value, VisitId};
use jawla_sync::device::Now;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{bytes_at, maybe_bytes_at};
use crate::error::ClientError;

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeState {
    /// Made here, in no pack.
    Local,
    /// In a pack.
    Packed,
    /// In the log.
    Accepted,
    /// In the log, refused by this device's guard: tried again after an upgrade.
    Unapplied,
}

impl ChangeState {
    const fn code(self) -> &'static str {
        match self {
            ChangeState::Local => "local",
            ChangeState::Packed => "packed",
            ChangeState::Accepted => "accepted",
            ChangeState::Unapplied => "unapplied",
        }
    }
}

/// A change as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its hash.
    pub hash: Hash32,
    /// Its document.
    pub document: DocumentId,
    /// The scope it is for.
    pub scope: ScopeId,
    /// Who wrote it.
    pub actor: ActorId,
    /// Its number for that actor.
    pub seq: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The visit it writes into, when this device made it.
    pub visit: Option<VisitId>,
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredChange> {
    Ok(StoredChange {
        hash: Hash32(bytes_at(row, "hash")?),
        document: DocumentId(bytes_at(row, "document")?),
        scope: ScopeId(bytes_at(row, "scope")?),
        actor: ActorId(bytes_at(row, "actor")?),
        seq: row.get("seq")?,
        bytes: row.get("bytes")?,
        visit: maybe_bytes_at(row, "visit")?.map(VisitId),
    })
}

/// Keeps a change.
pub(crate) fn insert_change(
    conn: &Connection,
    change: &StoredChange,
    state: ChangeState,
    log_seq: Option<u64>,
) -> Result<(), ClientError> {
    conn.prepare_cached(
        "INSERT INTO change (hash, document, scope, actor, seq, bytes, state, visit, log_seq)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        change.hash.0,
        change.document.0,
        change.scope.0,
        change.actor.0,
        change.seq,
        change.bytes,
        state.code(),
        change.visit.map(|visit| visit.0),
        log_seq,
    ])?;
    conn.prepare_cached("INSERT OR IGNORE INTO document (id, scope) VALUES (?1, ?2)")?
        .execute(params![change.document.0, change.scope.0])?;
    Ok(())
}

/// Whether this change is here already, in whatever state.
pub(crate) fn has_change(conn: &Connection, hash: &Hash32) -> Result<bool, ClientError> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM change WHERE hash = ?1")?
        .exists([hash.0])?)
}

/// Notes that the log shows a change at this position.
pub(crate) fn accept(conn: &Connection, hash: &Hash32, log_seq: u64) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE change SET state = 'accepted', log_seq = ?2 WHERE hash = ?1")?
        .execute(params![hash.0, log_seq])?;
    Ok(())
}

/// The changes that make up a document, in an order closed under dependencies.
pub(crate) fn changes_of(
    conn: &Connection,
    document: DocumentId,
) -> Result<Vec<StoredChange>, ClientError> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM change WHERE document = ?1 AND state <> 'unapplied' ORDER BY place",
    )?;
    let rows = statement.query_map([document.0], stored)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

// The index of changes that wait is used only by a question that holds its own condition, word for
// word; without it every change of the store is read.
const LOCAL_SQL: &str = "SELECT * FROM change
    WHERE state IN ('local', 'packed', 'unapplied') AND state = 'local' ORDER BY place";
const UNCONFIRMED_SQL: &str = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM change
    WHERE state IN ('local', 'packed', 'unapplied') AND state <> 'unapplied'
    AND (?1 IS NULL OR visit = ?1)";
const RECORDS_SQL: &str = "SELECT document, visit FROM change
    WHERE state IN ('local', 'packed', 'unapplied') AND state <> 'unapplied'
    UNION
    SELECT change.document, file.visit FROM file JOIN change ON change.hash = file.change
    WHERE file.state <> 'held' AND file.direction = 'up'";

/// The records with changes or files that are not wholly with the province.
pub(crate) fn records_unconfirmed(
    conn: &Connection,
) -> Result<BTreeSet<(DocumentId, Option<VisitId>)>, ClientError> {
    let mut statement = conn.prepare_cached(RECORDS_SQL)?;
    let rows = statement.query_map([], |row| {
        let visit = row.get::<_, Option<[u8; 16]>>(1)?.map(VisitId);
        Ok((DocumentId(row.get(0)?), visit))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Changes in no pack, in the order they were made.
pub(crate) fn local_changes(conn: &Connection) -> Result<Vec<StoredChange>, ClientError> {
    let mut statement = conn.prepare_cached(LOCAL_SQL)?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a change lies in a pack.
pub(crate) fn note_packed(
    conn: &Connection,
    hash: &Hash32,
    pack_no: u64,
) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE change SET state = 'packed', pack_no = ?2 WHERE hash = ?1")?
        .execute(params![hash.0, pack_no])?;
    Ok(())
}

/// How many changes of a visit, or of all, the log does not show yet, and their bytes.
pub(crate) fn unconfirmed(
    conn: &Connection,
    visit: Option<VisitId>,
) -> Result<(u64, u64), ClientError> {
    let counted = conn
        .prepare_cached(UNCONFIRMED_SQL)?
        .query_row([visit.map(|visit| visit.0)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(counted)
}

/// The scope a document lives in.
pub(crate) fn scope_of(
    conn: &Connection,
    document: DocumentId,
) -> Result<Option<ScopeId>, ClientError> {
    let scope = conn
        .prepare_cached("SELECT scope FROM document WHERE id = ?1")?
        .query_row([document.0], |row| Ok(ScopeId(bytes_at(row, "scope")?)))
        .optional()?;
    Ok(scope)
}

/// The documents of a scope.
pub(crate) fn documents_of(
    conn: &Connection,
    scope: ScopeId,
) -> Result<Vec<DocumentId>, ClientError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM document WHERE scope = ?1 ORDER BY id")?;
    let rows = statement.query_map([scope.0], |row| Ok(DocumentId(bytes_at(row, "id")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a person is typing into one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypingRow {
    /// The dossier.
    pub document: DocumentId,
    /// The field.
    pub path: FieldPath,
    /// What stands in it now.
    pub value: Value,
}

/// Keeps what is being typed, with the heads it was typed on.
pub(crate) fn save_typing(
    conn: &Connection,
    typing: &TypingRow,
    base_heads: &[Hash32],
    now: Now,
) -> Result<(), ClientError> {
    let value = serde_json::to_string(&typing.value)
        .map_err(|_| ClientError::Defect("a value cannot be written down"))?;
    let heads: Vec<u8> = base_heads.iter().flat_map(|head| head.0).collect();
    conn.prepare_cached(
        "INSERT INTO typing (document, path, value, base_heads, at_wall_ms, at_mono_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (document, path) DO UPDATE
             SET value = excluded.value, at_wall_ms = excluded.at_wall_ms,
                 at_mono_ms = excluded.at_mono_ms",
    )?
    .execute(params![
        typing.document.0,
        typing.path.text(),
        value,
        heads,
        now.wall_ms,
        now.mono_ms,
    ])?;
    Ok(())
}

/// What is being typed: in one document, or in all.
pub(crate) fn typing(
    conn: &Connection,
    document: Option<DocumentId>,
) -> Result<Vec<TypingRow>, ClientError> {
    let mut statement = conn.prepare_cached(
        "SELECT document, path, value FROM typing
         WHERE ?1 IS NULL OR document = ?1 ORDER BY document, path",
    )?;
    let rows = statement.query_map([document.map(|document| document.0)], |row| {
        Ok((
            DocumentId(bytes_at(row, "document")?),
            row.get::<_, String>("path")?,
            row.get::<_, String>("value")?,
        ))
    })?;
    let mut typed = Vec::new();
    for row in rows {
        let (document, path, value) = row?;
        let broken = ClientError::Defect("a typing row cannot be read");
        let path = FieldPath::from_text(&path).ok_or(broken)?;
        let value = serde_json::from_str(&value)
            .map_err(|_| ClientError::Defect("a typing row cannot be read"))?;
        typed.push(TypingRow {
            document,
            path,
            value,
        });
    }
    Ok(typed)
}

/// Forgets what was being typed in a document: its change is durable in the same transaction,
/// or the person dropped it.
pub(crate) fn drop_typing(
    conn: &Connection,
    document: DocumentId,
    path: Option<&FieldPath>,
) -> Result<(), ClientError> {
    conn.prepare_cached("DELETE FROM typing WHERE document = ?1 AND (?2 IS NULL OR path = ?2)")?
        .execute(params![document.0, path.map(FieldPath::text)])?;
    Ok(())
}

/// Work that was not accepted: kept, explained, exportable, reopenable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// The change.
    pub change: StoredChange,
    /// The pack it travelled in, if it did.
    pub pack_no: Option<u64>,
    /// `quarantined`, `refused`, `moved`, `elsewhere`.
    pub outcome: String,
    /// Why.
    pub reason: Reason,
}

/// Takes a change out of its document and keeps it aside.
pub(crate) fn set_aside(conn: &Connection, row: &AsideRow) -> Result<(), ClientError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO aside
             (hash, document, scope, pack_no, visit, bytes, outcome, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        row.change.hash.0,
        row.change.document.0,
        row.change.scope.0,
        row.pack_no,
        row.change.visit.map(|visit| visit.0),
        row.change.bytes,
        row.outcome,
        row.reason.number(),
    ])?;
    drop_change(conn, &row.change.hash)
}

/// Takes a change out of its document; it must be kept elsewhere.
pub(crate) fn drop_change(conn: &Connection, hash: &Hash32) -> Result<(), ClientError> {
    conn.prepare_cached("DELETE FROM change WHERE hash = ?1")?
        .execute([hash.0])?;
    Ok(())
}

/// Everything that was set aside.
pub(crate) fn asides(conn: &Connection) -> Result<Vec<AsideRow>, ClientError> {
    let mut statement = conn.prepare_cached("SELECT * FROM aside ORDER BY document, hash")?;
    let rows = statement.query_map([], |row| {
        Ok(AsideRow {
            change: StoredChange {
                hash: Hash32(bytes_at(row, "hash")?),
                document: DocumentId(bytes_at(row, "document")?),
                scope: ScopeId(bytes_at(row, "scope")?),
                actor: ActorId::default(),
                seq: 0,
                bytes: row.get("bytes")?,
                visit: maybe_bytes_at(row, "visit")?.map(VisitId),
            },
            pack_no: row.get("pack_no")?,
            outcome: row.get("outcome")?,
            reason: Reason::from_number(row.get("reason")?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The nonce behind one of this device's actors.
pub(crate) fn nonce_of(conn: &Connection, actor: ActorId) -> Result<Option<[u8; 16]>, ClientError> {
    let nonce = conn
        .prepare_cached("SELECT nonce FROM own_actor WHERE actor = ?1")?
        .query_row([actor.0], |row| row.get(0))
        .optional()?;
    Ok(nonce)
}

/// Keeps the nonce behind a new actor: packs will list it.
pub(crate) fn save_actor(
    conn: &Connection,
    actor: ActorId,
    nonce: [u8; 16],
) -> Result<(), ClientError> {
    conn.prepare_cached("INSERT OR IGNORE INTO own_actor (actor, nonce) VALUES (?1, ?2)")?
        .execute(params![actor.0, nonce])?;
    conn.prepare_cached("UPDATE device SET last_actor = ?1")?
        .execute([actor.0])?;
    Ok(())
}

/// The actor of the last process session that wrote.
pub(crate) fn last_actor(conn: &Connection) -> Result<Option<ActorId>, ClientError> {
    let actor = conn
        .prepare_cached("SELECT last_actor FROM device")?
        .query_row([], |row| maybe_bytes_at(row, "last_actor"))
        .optional()?;
    Ok(actor.flatten().map(ActorId))
}

/// The document of a change that is here.
pub(crate) fn document_of(
    conn: &Connection,
    hash: &Hash32,
) -> Result<Option<DocumentId>, ClientError> {
    let document = conn
        .prepare_cached("SELECT document FROM change WHERE hash = ?1")?
        .query_row([hash.0], |row| Ok(DocumentId(bytes_at(row, "document")?)))
        .optional()?;
    Ok(document)
}

/// How many changes of the project itself the log does not show yet, and their bytes.
pub(crate) fn unconfirmed_project(
    conn: &Connection,
    document: DocumentId,
) -> Result<(u64, u64), ClientError> {
    let counted = conn
        .prepare_cached(
            "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM change
             WHERE state IN ('local', 'packed') AND visit IS NULL AND document = ?1",
        )?
        .query_row([document.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counted)
}

/// The bytes of changes by hash, wherever they are kept: the document, or unapplied.
pub(crate) fn change_bytes(
    conn: &Connection,
    hash: &Hash32,
) -> Result<Option<Vec<u8>>, ClientError> {
    let bytes = conn
        .prepare_cached("SELECT bytes FROM change WHERE hash = ?1")?
        .query_row([hash.0], |row| row.get(0))
        .optional()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_found_without_reading_every_change() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("0001.sql")).unwrap();
        for sql in [LOCAL_SQL, UNCONFIRMED_SQL, RECORDS_SQL] {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let mut rows = statement.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>("detail").unwrap());
            }
            assert!(
                steps.iter().any(|step| step.contains("change_state")),
                "{sql}: {steps:?}"
            );
            assert!(
                steps.iter().all(|step| step != "SCAN change"),
                "{sql}: {steps:?}"
            );
        }
    }
}

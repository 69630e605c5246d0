//! Logs: heads, appending, reading.

use jawla_model::{DocumentId, Hash32, IncarnationId, ReceivedAt, ScopeId};
use jawla_sync::server::LogHead;
use jawla_sync::{Chain16, EntryKind, LogEntry};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::{EntryHeld, OwnEntry, StoreError};
use super::sql;
use crate::limits::ENTRIES_PER_READ_MAX;

/// How an entry came into its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// In a pack of this incarnation, with this number.
    Pack(IncarnationId, u64),
    /// Made by the server.
    Server,
}

/// The head of a log; `None` for a scope that is not there.
pub(super) fn head(conn: &Connection, scope: ScopeId) -> Result<Option<LogHead>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT head, chain, received_at FROM scope WHERE id = ?1")?;
    let head = statement.query_row([scope.as_bytes()], |row| {
        Ok(LogHead {
            seq: row.get(0)?,
            chain: Chain16(row.get(1)?),
            received_at: ReceivedAt(row.get(2)?),
        })
    });
    Ok(head.optional()?)
}

/// The head of a log that must be there.
pub(super) fn head_of(conn: &Connection, scope: ScopeId) -> Result<LogHead, StoreError> {
    head(conn, scope)?.ok_or(StoreError::NoScope(scope))
}

/// Moves the head of a log.
pub(super) fn move_head(
    conn: &Connection,
    scope: ScopeId,
    head: &LogHead,
) -> Result<(), StoreError> {
    let mut statement = conn
        .prepare_cached("UPDATE scope SET head = ?2, chain = ?3, received_at = ?4 WHERE id = ?1")?;
    statement.execute(params![
        scope.as_bytes(),
        sql(head.seq),
        head.chain.0,
        sql(head.received_at.0)
    ])?;
    Ok(())
}

/// Writes one entry that was appended to a head. The bytes of a change are not written here.
pub(super) fn insert(
    conn: &Connection,
    scope: ScopeId,
    entry: &LogEntry,
    via: Via,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO entry (scope, seq, kind, document, hash, chain, received_at, incarnation,
                            pack_no, via, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let (incarnation, pack_no, via) = match via {
        Via::Pack(incarnation, no) => (Some(incarnation.0), Some(sql(no)), "pack"),
        Via::Server => (None, None, "server"),
    };
    let payload = match entry.kind {
        EntryKind::Change => None,
        _ => entry.payload.as_deref(),
    };
    statement.execute(params![
        scope.as_bytes(),
        sql(entry.seq),
        entry.kind.number(),
        entry.document.map(|document| document.0),
        entry.content.as_bytes(),
        entry.chain.0,
        sql(entry.received_at.0),
        incarnation,
        pack_no,
        via,
        payload,
    ])?;
    Ok(())
}

/// Appends one entry of the server's making; moves the head given, not the stored one.
pub(super) fn append(
    conn: &Connection,
    scope: ScopeId,
    head: &mut LogHead,
    now: ReceivedAt,
    kind: EntryKind,
    payload: Vec<u8>,
) -> Result<(), StoreError> {
    let entry = head.append(now, kind, None, payload);
    insert(conn, scope, &entry, Via::Server)
}

/// The payloads of the newest facts of a document, oldest first.
pub(super) fn facts(
    conn: &Connection,
    document: DocumentId,
    count_max: u32,
) -> Result<Vec<(ReceivedAt, Vec<u8>)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.received_at, e.payload FROM entry e JOIN document d ON d.id = e.document
         WHERE e.document = ?1 AND e.kind = 8 AND e.scope = d.scope AND e.payload IS NOT NULL
         ORDER BY e.seq DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![document.as_bytes(), count_max], |row| {
        Ok((ReceivedAt(row.get(0)?), row.get(1)?))
    })?;
    let mut facts = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    facts.reverse();
    Ok(facts)
}

/// Appends entries of the server's making and moves the head.
pub(super) fn append_own(
    conn: &Connection,
    scope: ScopeId,
    entries: &[OwnEntry],
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let mut head = head_of(conn, scope)?;
    for entry in entries {
        let appended = head.append(now, entry.kind, entry.document, entry.payload.clone());
        insert(conn, scope, &appended, Via::Server)?;
    }
    move_head(conn, scope, &head)
}

/// The chain at a position.
pub(super) fn chain_at(
    conn: &Connection,
    scope: ScopeId,
    seq: u64,
) -> Result<Option<Chain16>, StoreError> {
    if seq == 0 {
        return Ok(head(conn, scope)?.map(|_| Chain16::origin(&scope)));
    }
    let mut statement =
        conn.prepare_cached("SELECT chain FROM entry WHERE scope = ?1 AND seq = ?2")?;
    let chain = statement.query_row(params![scope.as_bytes(), sql(seq)], |row| {
        Ok(Chain16(row.get(0)?))
    });
    Ok(chain.optional()?)
}

const COLUMNS: &str = "e.seq, e.kind, e.document, e.hash, e.chain, e.received_at, e.incarnation,
    e.pack_no, coalesce(e.payload, c.bytes)";

/// Entries behind a position: one at least, then as many as fit.
pub(super) fn after(
    conn: &Connection,
    scope: ScopeId,
    seq: u64,
    bytes_max: usize,
) -> Result<Vec<EntryHeld>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entry e
         LEFT JOIN change c ON c.scope = e.scope AND c.entry_seq = e.seq
         WHERE e.scope = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3"
    ))?;
    let mut rows = statement.query(params![scope.as_bytes(), sql(seq), ENTRIES_PER_READ_MAX])?;
    let mut entries = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let held = read_entry(row)?;
        bytes += held.entry.payload.as_ref().map_or(32, Vec::len);
        if bytes > bytes_max && !entries.is_empty() {
            break;
        }
        entries.push(held);
    }
    Ok(entries)
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<EntryHeld> {
    let incarnation: Option<[u8; 16]> = row.get(6)?;
    let pack_no: Option<u64> = row.get(7)?;
    let document: Option<[u8; 16]> = row.get(2)?;
    let entry = LogEntry {
        seq: row.get(0)?,
        kind: EntryKind::from_number(row.get(1)?),
        document: document.map(DocumentId),
        content: Hash32(row.get(3)?),
        chain: Chain16(row.get(4)?),
        received_at: ReceivedAt(row.get(5)?),
        payload: row.get(8)?,
    };
    let pack = incarnation.map(IncarnationId).zip(pack_no);
    Ok(EntryHeld { entry, pack })
}

//! Scopes, their logs as received, and who is who in them.

use jawla_model::{ActorId, Hash32, PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::chain::{ActorPayload, MemberEvent, MemberPayload};
use jawla_sync::device::{Block, Cursor};
use jawla_sync::{Chain16, EntryKind, LogEntry};
use rusqlite::{Connection, OptionalExtension, params};

use super::{bytes_at, maybe_bytes_at};
use crate::error::ClientError;

/// A scope of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeRow {
    /// The cursor in its log.
    pub cursor: Cursor,
    /// The person's role in it.
    pub role: Role,
}

/// Adds a scope, at the beginning of its log.
pub(crate) fn add_scope(
    conn: &Connection,
    no: u64,
    scope: ScopeId,
    role: Role,
) -> Result<(), ClientError> {
    conn.prepare_cached(
        "INSERT INTO scope (no, id, role, state, seq, chain, received_at)
         VALUES (?1, ?2, ?3, 'open', 0, ?4, 0)
         ON CONFLICT (id) DO UPDATE SET no = excluded.no, role = excluded.role, state = 'open'",
    )?
    .execute(params![
        no,
        scope.0,
        role.number(),
        Chain16::origin(&scope).0
    ])?;
    Ok(())
}

/// Notes that the person is no longer a member: nothing more comes, unsent work stays.
pub(crate) fn close_scope(conn: &Connection, no: u64) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE scope SET state = 'closing' WHERE no = ?1")?
        .execute([no])?;
    Ok(())
}

/// Notes how far a verified copy off the server's machine covers a scope.
pub(crate) fn save_backup(conn: &Connection, no: u64, seq: u64) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE scope SET backup_seq = max(backup_seq, ?2) WHERE no = ?1")?
        .execute(params![no, seq])?;
    Ok(())
}

/// The scopes the person is a member of, in the order of their numbers.
pub(crate) fn scopes(conn: &Connection) -> Result<Vec<ScopeRow>, ClientError> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM scope WHERE state = 'open' ORDER BY no")?;
    let rows = statement.query_map([], |row| {
        Ok(ScopeRow {
            cursor: Cursor {
                no: row.get("no")?,
                scope: ScopeId(bytes_at(row, "id")?),
                seq: row.get("seq")?,
                chain: Chain16(bytes_at(row, "chain")?),
                received_at: ReceivedAt(row.get("received_at")?),
            },
            role: Role::from_number(row.get("role")?).unwrap_or(Role::Auditor),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Appends the entries of a block and moves the cursor to its mark.
pub(crate) fn append(conn: &Connection, block: &Block) -> Result<(), ClientError> {
    for entry in &block.entries {
        insert_entry(conn, block.scope, entry)?;
    }
    move_cursor(conn, block)
}

/// Moves the cursor to the mark of a block, whose entries are written in the same transaction.
pub(crate) fn move_cursor(conn: &Connection, block: &Block) -> Result<(), ClientError> {
    let received_at = block.entries.last().map_or(0, |entry| entry.received_at.0);
    conn.prepare_cached(
        "UPDATE scope SET seq = ?2, chain = ?3, mark = ?4, received_at = max(received_at, ?5)
         WHERE id = ?1",
    )?
    .execute(params![
        block.scope.0,
        block.seq,
        block.chain.0,
        block.mark.0,
        received_at
    ])?;
    Ok(())
}

fn insert_entry(conn: &Connection, scope: ScopeId, entry: &LogEntry) -> Result<(), ClientError> {
    let payload = match entry.kind {
        EntryKind::Change => None,
        _ => entry.payload.as_deref(),
    };
    conn.prepare_cached(
        "INSERT OR IGNORE INTO entry
             (scope, seq, kind, document, received_at, content, chain, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        scope.0,
        entry.seq,
        entry.kind.number(),
        entry.document.map(|document| document.0),
        entry.received_at.0,
        entry.content.0,
        entry.chain.0,
        payload,
    ])?;
    match (entry.kind, payload) {
        (EntryKind::Actor, Some(bytes)) => save_actor(conn, scope, bytes),
        (EntryKind::Member, Some(bytes)) => save_member(conn, scope, bytes),
        _ => Ok(()),
    }
}

/// An entry that this build cannot read keeps its place and changes nothing.
fn save_actor(conn: &Connection, scope: ScopeId, bytes: &[u8]) -> Result<(), ClientError> {
    if let Ok(ActorPayload { actor, device_no }) = ActorPayload::decode(bytes) {
        conn.prepare_cached(
            "INSERT OR IGNORE INTO actor (scope, actor, device_no) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![scope.0, actor.0, device_no])?;
    }
    Ok(())
}

fn save_member(conn: &Connection, scope: ScopeId, bytes: &[u8]) -> Result<(), ClientError> {
    if let Ok(member) = MemberPayload::decode(bytes)
        && member.event == MemberEvent::Joined
    {
        conn.prepare_cached(
            "INSERT OR REPLACE INTO member (scope, device_no, person, role, incarnation)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            scope.0,
            member.device_no,
            member.person.0,
            member.role.number(),
            member.incarnation.0,
        ])?;
    }
    Ok(())
}

/// Whether the scope's log has shown this actor.
pub(crate) fn has_shown_actor(
    conn: &Connection,
    scope: ScopeId,
    actor: ActorId,
) -> Result<bool, ClientError> {
    let mut statement =
        conn.prepare_cached("SELECT 1 FROM actor WHERE scope = ?1 AND actor = ?2")?;
    Ok(statement.exists(params![scope.0, actor.0])?)
}

/// The person behind an actor, as the scope's log says.
pub(crate) fn person_of_actor(
    conn: &Connection,
    scope: ScopeId,
    actor: ActorId,
) -> Result<Option<PersonId>, ClientError> {
    let person = conn
        .prepare_cached(
            "SELECT member.person FROM actor JOIN member USING (scope, device_no)
             WHERE actor.scope = ?1 AND actor.actor = ?2",
        )?
        .query_row(params![scope.0, actor.0], |row| {
            Ok(PersonId(bytes_at(row, "person")?))
        })
        .optional()?;
    Ok(person)
}

/// Every entry of a scope in order, for checking: hash-only where the payload lies elsewhere.
pub(crate) fn entries(conn: &Connection, scope: ScopeId) -> Result<Vec<LogEntry>, ClientError> {
    let mut statement = conn.prepare_cached("SELECT * FROM entry WHERE scope = ?1 ORDER BY seq")?;
    let rows = statement.query_map([scope.0], |row| {
        Ok(LogEntry {
            seq: row.get("seq")?,
            kind: EntryKind::from_number(row.get("kind")?),
            document: maybe_bytes_at(row, "document")?.map(jawla_model::DocumentId),
            received_at: ReceivedAt(row.get("received_at")?),
            content: Hash32(bytes_at(row, "content")?),
            chain: Chain16(bytes_at(row, "chain")?),
            payload: row.get("payload")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

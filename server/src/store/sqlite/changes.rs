//! Changes that were accepted, wait for a ruling, or were refused.

use jawla_dossier::{Header, read_header};
use jawla_model::{
    ActorId, DocumentId, Hash32, IncarnationId, PersonId, Reason, ReceivedAt, ScopeId,
};
use jawla_sync::LogEntry;
use jawla_sync::pack::PackEntry;
use jawla_sync::server::Known;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::{StoreError, StoreTable};
use super::sql;
use crate::gate::Fate;
use crate::limits::REFUSED_PER_INCARNATION_MAX;

/// The pack that brought something, and where in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brought {
    pub(super) scope: ScopeId,
    pub(super) incarnation: IncarnationId,
    pub(super) pack_no: u64,
    pub(super) index: usize,
    pub(super) now: ReceivedAt,
}

/// What the store holds of a content hash, as the author of a pack for `scope` learns it.
pub(super) fn known(
    conn: &Connection,
    scope: ScopeId,
    incarnation: IncarnationId,
    hash: &Hash32,
) -> Result<Known, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT scope, entry_seq FROM change WHERE hash = ?1")?;
    let accepted: Option<(ScopeId, u64)> = statement
        .query_row([hash.as_bytes()], |row| {
            Ok((ScopeId(row.get(0)?), row.get(1)?))
        })
        .optional()?;
    match accepted {
        Some((at, seq)) if at == scope => return Ok(Known::Accepted(seq)),
        Some(_) => return Ok(Known::Elsewhere),
        None => {}
    }
    // What somebody else's push left in quarantine says nothing about its author's own.
    let mut statement = conn.prepare_cached(
        "SELECT reason FROM quarantine
         WHERE scope = ?1 AND hash = ?2 AND incarnation = ?3 AND state = 'waiting'",
    )?;
    let reason: Option<u8> = statement
        .query_row(
            params![scope.as_bytes(), hash.as_bytes(), incarnation.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(reason.map_or(Known::New, |reason| {
        Known::Quarantined(Reason::from_number(reason))
    }))
}

/// What became of a change that its document does not contain.
pub(super) fn fate(conn: &Connection, hash: &Hash32) -> Result<Fate, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT CASE
           WHEN EXISTS (SELECT 1 FROM change WHERE hash = ?1) THEN 2
           WHEN EXISTS (SELECT 1 FROM quarantine WHERE hash = ?1)
             OR EXISTS (SELECT 1 FROM refused WHERE hash = ?1) THEN 1
           ELSE 0 END",
    )?;
    let found: u8 = statement.query_row([hash.as_bytes()], |row| row.get(0))?;
    Ok(match found {
        0 => Fate::Unknown,
        1 => Fate::SetAside,
        _ => Fate::Elsewhere,
    })
}

/// Whether quarantine holds another change at this place.
pub(super) fn place_is_held(
    conn: &Connection,
    document: DocumentId,
    actor: &ActorId,
    seq: u64,
    by_other_than: &Hash32,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM quarantine
                        WHERE document = ?1 AND actor = ?2 AND seq = ?3 AND hash <> ?4
                          AND state <> 'refused')",
    )?;
    Ok(statement.query_row(
        params![
            document.as_bytes(),
            actor.as_bytes(),
            sql(seq),
            by_other_than.as_bytes()
        ],
        |row| row.get(0),
    )?)
}

/// Whose actor this is.
pub(super) fn person_of(
    conn: &Connection,
    scope: ScopeId,
    actor: &ActorId,
) -> Result<Option<PersonId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT i.person FROM actor a JOIN incarnation i ON i.id = a.incarnation
         WHERE a.scope = ?1 AND a.id = ?2",
    )?;
    let person = statement.query_row(params![scope.as_bytes(), actor.as_bytes()], |row| {
        Ok(PersonId(row.get(0)?))
    });
    Ok(person.optional()?)
}

/// Writes an accepted change.
pub(super) fn insert(
    tx: &Transaction<'_>,
    scope: ScopeId,
    entry: &LogEntry,
) -> Result<(), StoreError> {
    let damaged = StoreError::Damaged {
        table: StoreTable::Change,
    };
    let (Some(document), Some(bytes)) = (entry.document, entry.payload.as_ref()) else {
        return Err(damaged);
    };
    let header: Header = read_header(bytes).map_err(|_| damaged)?;
    tx.prepare_cached(
        "INSERT INTO change (scope, hash, document, actor, seq, entry_seq, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        scope.as_bytes(),
        entry.content.as_bytes(),
        document.as_bytes(),
        header.actor.as_bytes(),
        sql(header.seq),
        sql(entry.seq),
        bytes,
    ])?;
    // Its author brought it after all: nobody has to rule on a stranger's copy.
    tx.prepare_cached("DELETE FROM quarantine WHERE hash = ?1 AND state = 'waiting'")?
        .execute([entry.content.as_bytes()])?;
    tx.prepare_cached("DELETE FROM refused WHERE hash = ?1")?
        .execute([entry.content.as_bytes()])?;
    Ok(())
}

/// Puts an entry where a supervisor rules on it.
pub(super) fn quarantine(
    tx: &Transaction<'_>,
    brought: &Brought,
    entry: &PackEntry,
    reason: Reason,
) -> Result<(), StoreError> {
    let header = read_header(&entry.payload).ok();
    tx.prepare_cached(
        "INSERT INTO quarantine (scope, hash, kind, document, actor, seq, bytes, incarnation,
                                 pack_no, idx, reason, state, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'waiting', ?12)
         ON CONFLICT (scope, hash) DO NOTHING",
    )?
    .execute(params![
        brought.scope.as_bytes(),
        entry.content().as_bytes(),
        entry.kind.number(),
        entry.document.map(|document| document.0),
        header.as_ref().map(|header| header.actor.0),
        header.as_ref().map(|header| sql(header.seq)),
        entry.payload,
        brought.incarnation.as_bytes(),
        sql(brought.pack_no),
        brought.index,
        reason.number(),
        sql(brought.now.0),
    ])?;
    Ok(())
}

/// How many entries of an incarnation wait for a ruling.
pub(super) fn waiting_of(conn: &Connection, incarnation: IncarnationId) -> Result<u64, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT count(*) FROM quarantine WHERE incarnation = ?1 AND state = 'waiting'",
    )?;
    Ok(statement.query_row([incarnation.as_bytes()], |row| row.get(0))?)
}

/// Remembers that a change was refused; the oldest of the incarnation go beyond its quota.
pub(super) fn refuse(
    tx: &Transaction<'_>,
    brought: &Brought,
    entry: &PackEntry,
    reason: Reason,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO refused (hash, incarnation, pack_no, idx, reason, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(params![
        entry.content().as_bytes(),
        brought.incarnation.as_bytes(),
        sql(brought.pack_no),
        brought.index,
        reason.number(),
        sql(brought.now.0),
    ])?;
    tx.prepare_cached(
        "DELETE FROM refused WHERE id IN (
           SELECT id FROM refused WHERE incarnation = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
    )?
    .execute(params![
        brought.incarnation.as_bytes(),
        sql(REFUSED_PER_INCARNATION_MAX)
    ])?;
    Ok(())
}

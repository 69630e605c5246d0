//! Files, verified copies, figures.

use jawla_model::{Hash32, IncarnationId, ReceivedAt, ScopeId};
use jawla_sync::EntryKind;
use jawla_sync::chain::FilePayload;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::{BackupHeld, FileStanding, StoreError, StoreFigures};
use super::{log, packs, people, sql};

/// How an incarnation stands to a file.
pub(super) fn standing(
    conn: &Connection,
    incarnation: IncarnationId,
    file: Hash32,
) -> Result<FileStanding, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT count(*), coalesce(sum(taken = 0), 0) FROM pack_file
         WHERE incarnation = ?1 AND file = ?2",
    )?;
    let (named, open): (u64, u64) = statement
        .query_row(params![incarnation.as_bytes(), file.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut statement = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM file WHERE hash = ?2 AND kind = 'reference')
             OR EXISTS (SELECT 1 FROM file_scope f
                        JOIN incarnation_scope s ON s.scope = f.scope
                        WHERE f.hash = ?2 AND s.incarnation = ?1 AND s.to_version IS NULL)",
    )?;
    let readable = statement
        .query_row(params![incarnation.as_bytes(), file.as_bytes()], |row| {
            row.get(0)
        })?;
    let mut statement = conn.prepare_cached("SELECT size_bytes FROM file WHERE hash = ?1")?;
    let size_bytes = statement
        .query_row([file.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(FileStanding {
        named_by_own_pack: named > 0,
        recorded: named > 0 && open == 0,
        readable,
        size_bytes,
    })
}

/// Notes that a file is held whole, its bytes from this incarnation.
pub(super) fn arrived(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    file: Hash32,
    size_bytes: u64,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let Some(held) = people::find_incarnation(tx, incarnation)? else {
        return Ok(());
    };
    tx.execute(
        "INSERT INTO file (hash, kind, size_bytes) VALUES (?1, 'upload', ?2)
         ON CONFLICT (hash) DO NOTHING",
        params![file.as_bytes(), sql(size_bytes)],
    )?;
    let mut statement = tx.prepare_cached(
        "UPDATE pack_file SET taken = 1 WHERE incarnation = ?1 AND file = ?2 AND taken = 0
         RETURNING scope",
    )?;
    let scopes: Vec<ScopeId> = statement
        .query_map(params![incarnation.as_bytes(), file.as_bytes()], |row| {
            Ok(ScopeId(row.get(0)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for scope in scopes {
        if packs::is_member(tx, scope, held.person)? {
            show_in(tx, scope, file, size_bytes, now)?;
        }
    }
    Ok(())
}

fn show_in(
    tx: &Transaction<'_>,
    scope: ScopeId,
    file: Hash32,
    size_bytes: u64,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let fresh = tx.execute(
        "INSERT INTO file_scope (scope, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![scope.as_bytes(), file.as_bytes()],
    )?;
    if fresh == 0 {
        return Ok(());
    }
    let mut hash8 = [0; 8];
    hash8
        .iter_mut()
        .zip(file.0)
        .for_each(|(to, from)| *to = from);
    let mut head = log::head_of(tx, scope)?;
    let payload = FilePayload { hash8, size_bytes }.encode();
    log::append(tx, scope, &mut head, now, EntryKind::File, payload)?;
    log::move_head(tx, scope, &head)
}

/// Every file that should be held.
pub(super) fn list(tx: &Transaction<'_>) -> Result<Vec<(Hash32, u64)>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT hash, size_bytes FROM file ORDER BY hash")?;
    let found = statement.query_map([], |row| Ok((Hash32(row.get(0)?), row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Records a verified copy.
pub(super) fn record_backup(
    tx: &Transaction<'_>,
    place: &str,
    covered: &[(ScopeId, u64)],
    now: ReceivedAt,
) -> Result<u64, StoreError> {
    let no: u64 = tx.query_row(
        "INSERT INTO backup (place, verified_at) VALUES (?1, ?2) RETURNING no",
        params![place, sql(now.0)],
        |row| row.get(0),
    )?;
    for (scope, seq) in covered {
        tx.execute(
            "UPDATE scope SET backup_seq = max(backup_seq, min(head, ?2)) WHERE id = ?1",
            params![scope.as_bytes(), sql(*seq)],
        )?;
    }
    Ok(no)
}

/// The newest verified copy and what it covers.
pub(super) fn newest_backup(tx: &Transaction<'_>) -> Result<Option<BackupHeld>, StoreError> {
    let no: Option<u64> = tx.query_row("SELECT max(no) FROM backup", [], |row| row.get(0))?;
    let Some(no) = no else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached("SELECT id, backup_seq FROM scope ORDER BY id")?;
    let covered = statement.query_map([], |row| Ok((ScopeId(row.get(0)?), row.get(1)?)))?;
    Ok(Some(BackupHeld {
        no,
        covered: covered.collect::<rusqlite::Result<_>>()?,
    }))
}

/// Figures for an operator.
pub(super) fn figures(tx: &Transaction<'_>) -> Result<StoreFigures, StoreError> {
    let count =
        |query: &str| -> Result<u64, StoreError> { Ok(tx.query_row(query, [], |row| row.get(0))?) };
    let backup = tx
        .query_row(
            "SELECT no, verified_at FROM backup ORDER BY no DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, ReceivedAt(row.get(1)?))),
        )
        .optional()?;
    Ok(StoreFigures {
        scopes: count("SELECT count(*) FROM scope")?,
        documents: count("SELECT count(*) FROM document")?,
        changes: count("SELECT count(*) FROM change")?,
        entries: count("SELECT coalesce(sum(head), 0) FROM scope")?,
        packs: count("SELECT count(*) FROM pack WHERE outcome IS NOT NULL")?,
        quarantined: count("SELECT count(*) FROM quarantine WHERE state = 'waiting'")?,
        refused: count("SELECT count(*) FROM refused")?,
        files: count("SELECT count(*) FROM file")?,
        file_bytes: count("SELECT coalesce(sum(size_bytes), 0) FROM file")?,
        database_bytes: count("PRAGMA page_count")? * count("PRAGMA page_size")?,
        backup,
    })
}

/// Whether a photo or thumbnail with this hash stands in a visit, and its bytes came from a
/// member of the visit's scope.
pub(super) fn is_photo_shown(conn: &Connection, hash: &Hash32) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM file_scope f JOIN view_photo p ON p.scope = f.scope
                        WHERE f.hash = ?1 AND (p.photo = ?1 OR p.thumbnail = ?1))",
    )?;
    Ok(statement.query_row([hash.as_bytes()], |row| row.get(0))?)
}

//! Packs: what leaves, immutable once numbered, kept until its outcome is final and shown.

use jawla_model::ScopeId;
use jawla_sync::{OutcomeForm, SealedPack};
use rusqlite::{Connection, OptionalExtension, params};

use super::bytes_at;
use crate::error::ClientError;

/// A pack with what became of it.
#[derive(Debug, Clone)]
pub struct PackRow {
    /// The pack.
    pub pack: SealedPack,
    /// What became of it; none while nothing did.
    pub outcome: Option<OutcomeForm>,
}

/// Keeps a new pack.
pub(crate) fn insert(conn: &Connection, pack: &SealedPack) -> Result<(), ClientError> {
    conn.prepare_cached("INSERT INTO pack (no, scope, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![pack.pack.no, pack.pack.scope.0, pack.bytes])?;
    conn.prepare_cached("UPDATE device SET next_pack = max(next_pack, ?1 + 1)")?
        .execute([pack.pack.no])?;
    Ok(())
}

/// Packs without an outcome, and those of which the log has not shown every position.
pub(crate) fn waiting(conn: &Connection) -> Result<Vec<PackRow>, ClientError> {
    let mut statement = conn.prepare_cached(
        "SELECT bytes, outcome FROM pack WHERE outcome IS NULL OR shown = 0 ORDER BY no",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
    })?;
    rows.map(|row| decode(row?)).collect()
}

fn decode((bytes, outcome): (Vec<u8>, Option<Vec<u8>>)) -> Result<PackRow, ClientError> {
    let broken = ClientError::Defect("a stored pack cannot be read");
    let pack = SealedPack::decode(&bytes).map_err(|_| broken)?;
    let outcome = outcome
        .map(|bytes| OutcomeForm::decode(&bytes))
        .transpose()
        .map_err(|_| ClientError::Defect("a stored outcome cannot be read"))?;
    Ok(PackRow { pack, outcome })
}

/// The pack with that number.
pub(crate) fn find(conn: &Connection, no: u64) -> Result<Option<PackRow>, ClientError> {
    let row = conn
        .prepare_cached("SELECT bytes, outcome FROM pack WHERE no = ?1")?
        .query_row([no], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(decode).transpose()
}

/// Keeps what became of a pack.
pub(crate) fn save_outcome(
    conn: &Connection,
    no: u64,
    outcome: &OutcomeForm,
) -> Result<(), ClientError> {
    let takes_no_position = outcome.per_entry().iter().all(Result::is_err);
    conn.prepare_cached("UPDATE pack SET outcome = ?2, shown = max(shown, ?3) WHERE no = ?1")?
        .execute(params![no, outcome.encode(), takes_no_position])?;
    Ok(())
}

/// Notes which packs of a scope the log has shown whole, now that it was seen up to `seq`.
pub(crate) fn note_shown(conn: &Connection, scope: ScopeId, seq: u64) -> Result<(), ClientError> {
    let mut statement = conn.prepare_cached(
        "SELECT no, scope, outcome FROM pack WHERE shown = 0 AND outcome IS NOT NULL",
    )?;
    let rows: Vec<(u64, ScopeId, Vec<u8>)> = statement
        .query_map([], |row| {
            Ok((row.get(0)?, ScopeId(bytes_at(row, "scope")?), row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (no, of, outcome) in rows.into_iter().filter(|(_, of, _)| *of == scope) {
        debug_assert_eq!(of, scope);
        let form = OutcomeForm::decode(&outcome)
            .map_err(|_| ClientError::Defect("a stored outcome cannot be read"))?;
        let last = form.per_entry().into_iter().filter_map(Result::ok).max();
        if last.is_none_or(|last| last <= seq) {
            conn.prepare_cached("UPDATE pack SET shown = 1 WHERE no = ?1")?
                .execute([no])?;
        }
    }
    Ok(())
}

//! The logs of this device as the engine looks things up in them, for the short form.

use jawla_dossier::codec;
use jawla_model::{ActorId, DocumentId, Hash32, ScopeId};
use jawla_sync::chain::{ActorPayload, content_hash};
use jawla_sync::short::{Codec, Logs, Placed};
use jawla_sync::{Chain16, EntryKind};
use rusqlite::{Connection, OptionalExtension, params};

use super::{bytes_at, maybe_bytes_at};

/// How a change looks inside, for the engine.
pub(crate) const CODEC: Codec = Codec {
    strip: codec::strip,
    rebuild: codec::rebuild,
    skeleton: codec::skeleton,
};

/// The logs in the store. What cannot be read counts as not there: the engine then speaks in full,
/// and the next write tells what is wrong with the disk.
pub(crate) struct StoreLogs<'a>(pub(crate) &'a Connection);

impl StoreLogs<'_> {
    fn entry(&self, scope: ScopeId, seq: u64) -> rusqlite::Result<Option<Placed>> {
        self.0
            .prepare_cached(
                "SELECT kind, document, content, payload FROM entry WHERE scope = ?1 AND seq = ?2",
            )?
            .query_row(params![scope.0, position(seq)], |row| {
                let payload: Option<Vec<u8>> = row.get("payload")?;
                Ok(Placed::new(
                    EntryKind::from_number(row.get("kind")?),
                    maybe_bytes_at(row, "document")?.map(DocumentId),
                    Hash32(bytes_at(row, "content")?),
                    payload.as_deref(),
                ))
            })
            .optional()
    }

    fn change(&self, scope: ScopeId, hash: &Hash32) -> rusqlite::Result<Option<(u64, DocumentId)>> {
        self.0
            .prepare_cached(
                "SELECT seq, document FROM entry
                 WHERE content = ?1 AND scope = ?2 AND document IS NOT NULL ORDER BY seq LIMIT 1",
            )?
            .query_row(params![hash.0, scope.0], |row| {
                Ok((row.get("seq")?, DocumentId(bytes_at(row, "document")?)))
            })
            .optional()
    }

    fn actor(&self, scope: ScopeId, actor: &ActorId) -> rusqlite::Result<Option<u64>> {
        let device_no = self
            .0
            .prepare_cached("SELECT device_no FROM actor WHERE scope = ?1 AND actor = ?2")?
            .query_row(params![scope.0, actor.0], |row| row.get(0))
            .optional()?;
        let Some(device_no) = device_no else {
            return Ok(None);
        };
        let payload = ActorPayload {
            actor: *actor,
            device_no,
        };
        let content = content_hash(EntryKind::Actor, &payload.encode());
        self.0
            .prepare_cached(
                "SELECT seq FROM entry WHERE content = ?1 AND scope = ?2 ORDER BY seq LIMIT 1",
            )?
            .query_row(params![content.0, scope.0], |row| row.get(0))
            .optional()
    }

    fn chain(&self, scope: ScopeId, seq: u64) -> rusqlite::Result<Option<Chain16>> {
        if seq == 0 {
            return Ok(Some(Chain16::origin(&scope)));
        }
        self.0
            .prepare_cached("SELECT chain FROM entry WHERE scope = ?1 AND seq = ?2")?
            .query_row(params![scope.0, position(seq)], |row| {
                Ok(Chain16(bytes_at(row, "chain")?))
            })
            .optional()
    }
}

/// A position as SQLite holds it; one beyond its range is none of ours.
fn position(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

impl Logs for StoreLogs<'_> {
    fn entry_at(&self, scope: ScopeId, seq: u64) -> Option<Placed> {
        self.entry(scope, seq).ok().flatten()
    }

    fn find_change(&self, scope: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)> {
        self.change(scope, hash).ok().flatten()
    }

    fn find_actor(&self, scope: ScopeId, actor: &ActorId) -> Option<u64> {
        self.actor(scope, actor).ok().flatten()
    }

    fn chain_at(&self, scope: ScopeId, seq: u64) -> Option<Chain16> {
        self.chain(scope, seq).ok().flatten()
    }
}

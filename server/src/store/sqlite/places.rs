//! The logs as the short form looks things up in them, on one snapshot.

use std::cell::RefCell;

use jawla_model::{ActorId, DocumentId, Hash32, ScopeId};
use jawla_sync::short::{Logs, Placed};
use jawla_sync::{Chain16, EntryKind};
use rusqlite::{OptionalExtension, Transaction, params};

use super::super::StoreError;
use super::{log, sql};

/// Lets `ask` look things up; fails when one of them could not be read.
pub(super) fn look_up(
    tx: &Transaction<'_>,
    ask: &mut dyn FnMut(&dyn Logs),
) -> Result<(), StoreError> {
    let snapshot = Snapshot {
        tx,
        failure: RefCell::new(None),
    };
    ask(&snapshot);
    match snapshot.failure.into_inner() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

struct Snapshot<'a> {
    tx: &'a Transaction<'a>,
    failure: RefCell<Option<StoreError>>,
}

impl Snapshot<'_> {
    /// A failure counts as nothing found, and is reported when everything was asked.
    fn found<T>(&self, found: Result<Option<T>, StoreError>) -> Option<T> {
        found.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            None
        })
    }

    fn entry(&self, scope: ScopeId, seq: u64) -> Result<Option<Placed>, StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT kind, document, hash, payload FROM entry WHERE scope = ?1 AND seq = ?2",
        )?;
        let placed = statement.query_row(params![scope.as_bytes(), sql(seq)], |row| {
            let document: Option<[u8; 16]> = row.get(1)?;
            let payload: Option<Vec<u8>> = row.get(3)?;
            Ok(Placed::new(
                EntryKind::from_number(row.get(0)?),
                document.map(DocumentId),
                Hash32(row.get(2)?),
                payload.as_deref(),
            ))
        });
        Ok(placed.optional()?)
    }

    fn change(
        &self,
        scope: ScopeId,
        hash: &Hash32,
    ) -> Result<Option<(u64, DocumentId)>, StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT entry_seq, document FROM change WHERE hash = ?1 AND scope = ?2",
        )?;
        let found = statement.query_row(params![hash.as_bytes(), scope.as_bytes()], |row| {
            Ok((row.get(0)?, DocumentId(row.get(1)?)))
        });
        Ok(found.optional()?)
    }

    fn actor(&self, scope: ScopeId, actor: &ActorId) -> Result<Option<u64>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT entry_seq FROM actor WHERE scope = ?1 AND id = ?2")?;
        let found = statement.query_row(params![scope.as_bytes(), actor.as_bytes()], |row| {
            row.get(0)
        });
        Ok(found.optional()?)
    }
}

impl Logs for Snapshot<'_> {
    fn entry_at(&self, scope: ScopeId, seq: u64) -> Option<Placed> {
        self.found(self.entry(scope, seq))
    }

    fn find_change(&self, scope: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)> {
        self.found(self.change(scope, hash))
    }

    fn find_actor(&self, scope: ScopeId, actor: &ActorId) -> Option<u64> {
        self.found(self.actor(scope, actor))
    }

    fn chain_at(&self, scope: ScopeId, seq: u64) -> Option<Chain16> {
        self.found(log::chain_at(self.tx, scope, seq))
    }
}

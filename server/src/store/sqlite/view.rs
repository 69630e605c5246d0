//! What the store reads for one pack, under the scope's row.

use std::collections::BTreeSet;

use jawla_model::{ActorId, Hash32, IncarnationId, ReceivedAt, ScopeId};
use jawla_sync::server::{LogHead, PackView, Rights};
use jawla_sync::{Chain16, OutcomeForm, SealedPack};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::{IncarnationHeld, StoreError};
use super::{changes, log, members, people, sql};

/// Incarnations that one may succeed, one after the other.
const PREDECESSORS_MAX: usize = 16;

/// The incarnations that this one succeeds, nearest first.
fn predecessors(
    conn: &Connection,
    held: &IncarnationHeld,
) -> Result<Vec<IncarnationId>, StoreError> {
    let mut found = Vec::new();
    let mut next = held.predecessor;
    while let Some(id) = next
        && found.len() < PREDECESSORS_MAX
        && !found.contains(&id)
    {
        found.push(id);
        next = people::find_incarnation(conn, id)?.and_then(|held| held.predecessor);
    }
    Ok(found)
}

/// Reads the view. A hand of the office is numbered in the scope first: its `member` entry then
/// stands before whatever the pack causes.
pub(super) fn read(
    tx: &Transaction<'_>,
    sealed: &SealedPack,
    held: &IncarnationHeld,
    now: ReceivedAt,
) -> Result<PackView, StoreError> {
    let pack = &sealed.pack;
    let stored = log::head(tx, pack.scope)?;
    let mut head = stored.unwrap_or(LogHead {
        seq: 0,
        chain: Chain16::origin(&pack.scope),
        received_at: ReceivedAt(0),
    });
    let rights = match (stored, held.office_role) {
        (None, _) => Rights::Never,
        (Some(_), Some(role)) => Rights::Current(role),
        (Some(_), None) => members::rights(tx, pack.scope, held.person)?,
    };
    let mut device_no = members::device_no(tx, pack.scope, pack.incarnation)?;
    if let (Some(role), None, Some(_)) = (held.office_role, device_no, stored) {
        members::join_device(tx, pack.scope, &mut head, held, role, now)?;
        log::move_head(tx, pack.scope, &head)?;
        device_no = members::device_no(tx, pack.scope, pack.incarnation)?;
    }
    let mut known = Vec::with_capacity(pack.entries.len());
    for entry in &pack.entries {
        known.push(changes::known(
            tx,
            pack.scope,
            pack.incarnation,
            &entry.content(),
        )?);
    }
    let predecessors = predecessors(tx, held)?;
    let mut actors = BTreeSet::new();
    for incarnation in std::iter::once(&pack.incarnation).chain(&predecessors) {
        actors.extend(actors_of(tx, pack.scope, incarnation)?);
    }
    Ok(PackView {
        receipt: receipt(tx, pack.incarnation, pack.no)?,
        head,
        rights,
        standing: held.standing,
        known,
        actors,
        predecessors,
        device_no: device_no.unwrap_or(0),
        now,
    })
}

/// The receipt for a pack number.
pub(super) fn receipt(
    conn: &Connection,
    incarnation: IncarnationId,
    pack_no: u64,
) -> Result<Option<(Hash32, OutcomeForm)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT hash, outcome FROM pack
         WHERE incarnation = ?1 AND no = ?2 AND outcome IS NOT NULL ORDER BY id LIMIT 1",
    )?;
    let found: Option<(Hash32, Vec<u8>)> = statement
        .query_row(params![incarnation.as_bytes(), sql(pack_no)], |row| {
            Ok((Hash32(row.get(0)?), row.get(1)?))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((hash, outcome)) => Ok(Some((hash, OutcomeForm::decode(&outcome)?))),
    }
}

fn actors_of(
    conn: &Connection,
    scope: ScopeId,
    incarnation: &IncarnationId,
) -> Result<Vec<ActorId>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM actor WHERE scope = ?1 AND incarnation = ?2")?;
    let found = statement.query_map(params![scope.as_bytes(), incarnation.as_bytes()], |row| {
        Ok(ActorId(row.get(0)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

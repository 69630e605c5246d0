//! Scopes and the reference bundle in force.

use jawla_model::{PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::chain::ReferencePayload;
use jawla_sync::server::LogHead;
use jawla_sync::{Chain16, EntryKind};
use jawla_views::{ScopeRow, sqlite as views};
use rusqlite::{Connection, Row, Transaction, params};

use super::super::{ScopeDraft, ScopeHeld, ScopeKind, StoreError, StoreTable};
use super::{log, members, migrations, sql};

const REFERENCE_NAME: &str = "reference";

/// Creates the scopes that are not there.
pub(super) fn create(
    tx: &Transaction<'_>,
    drafts: &[ScopeDraft],
    now: ReceivedAt,
) -> Result<usize, StoreError> {
    let mut created = 0;
    for draft in drafts {
        if insert(tx, draft)? {
            created += 1;
            views::write_scope(tx, &row_of(draft))?;
            if let Some(reference) = reference_in_force(tx)? {
                announce(tx, draft.scope, &reference, now)?;
            }
            adopt_members(tx, draft, now)?;
        }
    }
    Ok(created)
}

fn insert(tx: &Transaction<'_>, draft: &ScopeDraft) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO scope (id, kind, parent, name_fr, name_ar, communes, head, chain, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 0) ON CONFLICT DO NOTHING",
    )?;
    let rows = statement.execute(params![
        draft.scope.as_bytes(),
        draft.kind.code(),
        draft.parent.map(|parent| parent.0),
        draft.name_fr,
        draft.name_ar,
        draft.communes,
        Chain16::origin(&draft.scope).0,
    ])?;
    Ok(rows > 0)
}

/// A project of several communes is everybody's who works in one of them.
fn adopt_members(
    tx: &Transaction<'_>,
    draft: &ScopeDraft,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    if draft.kind != ScopeKind::Communes {
        return Ok(());
    }
    let mut statement = tx.prepare_cached(
        "SELECT m.person, m.role FROM member m JOIN scope s ON s.id = m.scope
         WHERE s.communes = ?1 AND m.to_seq IS NULL",
    )?;
    for commune in draft.communes.split('+') {
        let members: Vec<(PersonId, u8)> = statement
            .query_map([commune], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (person, role) in members {
            let role = Role::from_number(role).ok_or(StoreError::Damaged {
                table: StoreTable::Person,
            })?;
            members::add(tx, draft.scope, person, role, now)?;
        }
    }
    Ok(())
}

/// Scopes of several communes that include this one.
pub(super) fn sets_with(conn: &Connection, scope: ScopeId) -> Result<Vec<ScopeId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT s.id FROM scope s JOIN scope c ON c.id = ?1
         WHERE c.kind = 'commune' AND s.kind = 'communes'
           AND instr('+' || s.communes || '+', '+' || c.communes || '+') > 0",
    )?;
    let found = statement.query_map([scope.as_bytes()], |row| Ok(ScopeId(row.get(0)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Every scope, by kind and name.
pub(super) fn list(tx: &Transaction<'_>) -> Result<Vec<ScopeHeld>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, kind, parent, name_fr, name_ar, communes, head, chain, received_at, backup_seq
         FROM scope ORDER BY kind = 'province' DESC, kind, name_fr, id",
    )?;
    let rows = statement
        .query_map([], read_scope)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter()
        .map(|held| {
            held.ok_or(StoreError::Damaged {
                table: StoreTable::Scope,
            })
        })
        .collect()
}

fn read_scope(row: &Row<'_>) -> rusqlite::Result<Option<ScopeHeld>> {
    let kind: String = row.get(1)?;
    let Some(kind) = ScopeKind::from_code(&kind) else {
        return Ok(None);
    };
    let parent: Option<[u8; 16]> = row.get(2)?;
    Ok(Some(ScopeHeld {
        draft: ScopeDraft {
            scope: ScopeId(row.get(0)?),
            kind,
            parent: parent.map(ScopeId),
            name_fr: row.get(3)?,
            name_ar: row.get(4)?,
            communes: row.get(5)?,
        },
        head: LogHead {
            seq: row.get(6)?,
            chain: Chain16(row.get(7)?),
            received_at: ReceivedAt(row.get(8)?),
        },
        backup_seq: row.get(9)?,
    }))
}

/// The bundle in force.
pub(super) fn reference_in_force(
    tx: &Transaction<'_>,
) -> Result<Option<ReferencePayload>, StoreError> {
    match migrations::read(tx, REFERENCE_NAME)? {
        Some(bytes) => Ok(Some(ReferencePayload::decode(&bytes)?)),
        None => Ok(None),
    }
}

/// Puts a bundle into force.
pub(super) fn publish_reference(
    tx: &Transaction<'_>,
    payload: ReferencePayload,
    now: ReceivedAt,
) -> Result<usize, StoreError> {
    if reference_in_force(tx)? == Some(payload) {
        return Ok(0);
    }
    migrations::write(tx, REFERENCE_NAME, &payload.encode())?;
    tx.execute(
        "INSERT INTO file (hash, kind, size_bytes) VALUES (?1, 'reference', ?2)
         ON CONFLICT (hash) DO UPDATE SET kind = 'reference'",
        params![payload.hash.as_bytes(), sql(payload.size_bytes)],
    )?;
    let scopes = list(tx)?;
    for scope in &scopes {
        announce(tx, scope.draft.scope, &payload, now)?;
    }
    Ok(scopes.len())
}

fn announce(
    tx: &Transaction<'_>,
    scope: ScopeId,
    payload: &ReferencePayload,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let mut head = log::head_of(tx, scope)?;
    log::append(
        tx,
        scope,
        &mut head,
        now,
        EntryKind::Reference,
        payload.encode(),
    )?;
    log::move_head(tx, scope, &head)
}

fn row_of(draft: &ScopeDraft) -> ScopeRow {
    ScopeRow {
        scope: draft.scope,
        name_fr: draft.name_fr.clone(),
        name_ar: draft.name_ar.clone(),
        communes: draft.communes.clone(),
    }
}

/// Fills the list of scopes anew.
pub(super) fn rewrite_views(tx: &Transaction<'_>) -> Result<(), StoreError> {
    for held in list(tx)? {
        views::write_scope(tx, &row_of(&held.draft))?;
    }
    Ok(())
}

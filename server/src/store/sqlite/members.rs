//! Memberships, and what each device's set of scopes is.

use jawla_model::{IncarnationId, PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::EntryKind;
use jawla_sync::chain::{MemberEvent, MemberPayload};
use jawla_sync::server::{LogHead, Rights, Standing};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::{IncarnationHeld, ScopeOfDevice, SetChange, SetEvent, StoreError, StoreTable};
use super::{log, people, sql};

fn role_of(number: u8) -> Result<Role, StoreError> {
    Role::from_number(number).ok_or(StoreError::Damaged {
        table: StoreTable::Person,
    })
}

/// A person's rights in a scope.
pub(super) fn rights(
    conn: &Connection,
    scope: ScopeId,
    person: PersonId,
) -> Result<Rights, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT role, to_seq IS NULL FROM member WHERE scope = ?1 AND person = ?2
         ORDER BY to_seq IS NULL DESC LIMIT 1",
    )?;
    let found: Option<(u8, bool)> = statement
        .query_row(params![scope.as_bytes(), person.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    match found {
        None => Ok(Rights::Never),
        Some((_, false)) => Ok(Rights::Ended),
        Some((role, true)) => Ok(Rights::Current(role_of(role)?)),
    }
}

/// The device number of an incarnation in a scope.
pub(super) fn device_no(
    conn: &Connection,
    scope: ScopeId,
    incarnation: IncarnationId,
) -> Result<Option<u64>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT no FROM device WHERE scope = ?1 AND incarnation = ?2")?;
    let found = statement.query_row(params![scope.as_bytes(), incarnation.as_bytes()], |row| {
        row.get(0)
    });
    Ok(found.optional()?)
}

/// Numbers a device in a scope, if it has no number yet, and appends its `member` entry.
pub(super) fn join_device(
    tx: &Transaction<'_>,
    scope: ScopeId,
    head: &mut LogHead,
    held: &IncarnationHeld,
    role: Role,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let device_no = match device_no(tx, scope, held.incarnation)? {
        Some(no) => no,
        None => {
            let no: u64 = tx.query_row(
                "UPDATE scope SET devices = devices + 1 WHERE id = ?1 RETURNING devices",
                [scope.as_bytes()],
                |row| row.get(0),
            )?;
            tx.execute(
                "INSERT INTO device (scope, no, incarnation) VALUES (?1, ?2, ?3)",
                params![scope.as_bytes(), sql(no), held.incarnation.as_bytes()],
            )?;
            no
        }
    };
    let payload = payload(MemberEvent::Joined, held, role, device_no);
    log::append(tx, scope, head, now, EntryKind::Member, payload)?;
    people::announce(tx, held.person)
}

fn payload(event: MemberEvent, held: &IncarnationHeld, role: Role, device_no: u64) -> Vec<u8> {
    MemberPayload {
        event,
        person: held.person,
        role,
        device_no,
        incarnation: held.incarnation,
        public_key: held.public_key,
    }
    .encode()
}

/// Makes a person a member; every phone of theirs gets the scope.
pub(super) fn add(
    tx: &Transaction<'_>,
    scope: ScopeId,
    person: PersonId,
    role: Role,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let mut head = log::head_of(tx, scope)?;
    if !note_member(tx, scope, person, role, head.seq)? {
        return Ok(());
    }
    let phones = phones_of(tx, person)?;
    for held in &phones {
        join_device(tx, scope, &mut head, held, role, now)?;
        add_to_set(tx, held.incarnation, scope)?;
    }
    if !phones.is_empty() {
        announce_colleagues(tx, scope)?;
    }
    log::move_head(tx, scope, &head)
}

/// Writes the membership; `false` when it is there already with this role.
pub(super) fn note_member(
    tx: &Transaction<'_>,
    scope: ScopeId,
    person: PersonId,
    role: Role,
    head_seq: u64,
) -> Result<bool, StoreError> {
    match rights(tx, scope, person)? {
        Rights::Current(current) if current == role => return Ok(false),
        Rights::Current(_) => close_member(tx, scope, person, head_seq)?,
        Rights::Ended | Rights::Never => {}
    }
    tx.execute(
        "INSERT INTO member (scope, person, role, from_seq) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (scope, person, from_seq) DO UPDATE SET role = excluded.role, to_seq = NULL",
        params![
            scope.as_bytes(),
            person.as_bytes(),
            role.number(),
            sql(head_seq + 1)
        ],
    )?;
    Ok(true)
}

fn close_member(
    tx: &Transaction<'_>,
    scope: ScopeId,
    person: PersonId,
    head_seq: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE member SET to_seq = ?3 WHERE scope = ?1 AND person = ?2 AND to_seq IS NULL",
        params![scope.as_bytes(), person.as_bytes(), sql(head_seq)],
    )?;
    Ok(())
}

/// Everybody of a scope is announced again: a phone that came later has not heard of them.
pub(super) fn announce_colleagues(tx: &Transaction<'_>, scope: ScopeId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT i.person FROM device d JOIN incarnation i ON i.id = d.incarnation
         WHERE d.scope = ?1 ORDER BY i.person",
    )?;
    let people: Vec<PersonId> = statement
        .query_map([scope.as_bytes()], |row| Ok(PersonId(row.get(0)?)))?
        .collect::<rusqlite::Result<_>>()?;
    people
        .into_iter()
        .try_for_each(|person| people::announce(tx, person))
}

fn phones_of(conn: &Connection, person: PersonId) -> Result<Vec<IncarnationHeld>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM incarnation
         WHERE person = ?1 AND office_role IS NULL AND standing <> 'revoked' ORDER BY id",
    )?;
    let ids: Vec<IncarnationId> = statement
        .query_map([person.as_bytes()], |row| Ok(IncarnationId(row.get(0)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut phones = Vec::with_capacity(ids.len());
    for id in ids {
        phones.extend(people::find_incarnation(conn, id)?);
    }
    Ok(phones)
}

/// Puts a scope into a device's set, under a new number and a new version. In a scope it has
/// already the role is another: it is told so under the number it knows, at a new version, and
/// keeps its place in the log.
fn add_to_set(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    scope: ScopeId,
) -> Result<(), StoreError> {
    let there: Option<u64> = tx
        .query_row(
            "SELECT no FROM incarnation_scope
             WHERE incarnation = ?1 AND scope = ?2 AND to_version IS NULL",
            params![incarnation.as_bytes(), scope.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let version = next_version(tx, incarnation)?;
    let Some(no) = there else {
        return insert_into_set(tx, incarnation, scope, version);
    };
    tx.execute(
        "INSERT INTO incarnation_role (incarnation, version, no) VALUES (?1, ?2, ?3)",
        params![incarnation.as_bytes(), sql(version), sql(no)],
    )?;
    Ok(())
}

/// Puts a scope into a device's set at a version.
pub(super) fn insert_into_set(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    scope: ScopeId,
    version: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO incarnation_scope (incarnation, no, scope, from_version)
         SELECT ?1, coalesce(max(no), 0) + 1, ?2, ?3 FROM incarnation_scope WHERE incarnation = ?1",
        params![incarnation.as_bytes(), scope.as_bytes(), sql(version)],
    )?;
    Ok(())
}

fn next_version(tx: &Transaction<'_>, incarnation: IncarnationId) -> Result<u64, StoreError> {
    Ok(tx.query_row(
        "UPDATE incarnation SET set_version = set_version + 1 WHERE id = ?1 RETURNING set_version",
        [incarnation.as_bytes()],
        |row| row.get(0),
    )?)
}

/// Ends a membership.
pub(super) fn end(
    tx: &Transaction<'_>,
    scope: ScopeId,
    person: PersonId,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let Rights::Current(role) = rights(tx, scope, person)? else {
        return Ok(());
    };
    let mut head = log::head_of(tx, scope)?;
    for held in phones_of(tx, person)? {
        if let Some(no) = device_no(tx, scope, held.incarnation)? {
            let payload = payload(MemberEvent::Left, &held, role, no);
            log::append(tx, scope, &mut head, now, EntryKind::Member, payload)?;
        }
        let version = next_version(tx, held.incarnation)?;
        tx.execute(
            "UPDATE incarnation_scope SET to_version = ?3
             WHERE incarnation = ?1 AND scope = ?2 AND to_version IS NULL",
            params![held.incarnation.as_bytes(), scope.as_bytes(), sql(version)],
        )?;
    }
    close_member(tx, scope, person, head.seq)?;
    log::move_head(tx, scope, &head)
}

/// Withdraws the rights of one incarnation and says so in every log that knows it.
pub(super) fn revoke(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let Some(held) = people::find_incarnation(tx, incarnation)? else {
        return Ok(());
    };
    if held.standing == Standing::Revoked {
        return Ok(());
    }
    tx.execute(
        "UPDATE incarnation SET standing = 'revoked' WHERE id = ?1",
        [incarnation.as_bytes()],
    )?;
    let mut statement =
        tx.prepare_cached("SELECT scope, no FROM device WHERE incarnation = ?1 ORDER BY scope")?;
    let devices: Vec<(ScopeId, u64)> = statement
        .query_map([incarnation.as_bytes()], |row| {
            Ok((ScopeId(row.get(0)?), row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (scope, no) in devices {
        let role = match rights(tx, scope, held.person)? {
            Rights::Current(role) => role,
            Rights::Ended | Rights::Never => held.office_role.unwrap_or(Role::Auditor),
        };
        let mut head = log::head_of(tx, scope)?;
        let payload = payload(MemberEvent::Revoked, &held, role, no);
        log::append(tx, scope, &mut head, now, EntryKind::Member, payload)?;
        log::move_head(tx, scope, &head)?;
    }
    Ok(())
}

/// A device's scopes at a version of its set.
pub(super) fn scopes_at(
    conn: &Connection,
    incarnation: IncarnationId,
    version: u64,
) -> Result<Vec<ScopeOfDevice>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT no, scope FROM incarnation_scope
         WHERE incarnation = ?1 AND from_version <= ?2
           AND (to_version IS NULL OR to_version > ?2) ORDER BY no",
    )?;
    let rows: Vec<(u64, ScopeId)> = statement
        .query_map(params![incarnation.as_bytes(), sql(version)], |row| {
            Ok((row.get(0)?, ScopeId(row.get(1)?)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let person = person_of(conn, incarnation)?;
    rows.into_iter()
        .map(|(no, scope)| scope_of_device(conn, person, no, scope))
        .collect()
}

fn person_of(conn: &Connection, incarnation: IncarnationId) -> Result<PersonId, StoreError> {
    let mut statement = conn.prepare_cached("SELECT person FROM incarnation WHERE id = ?1")?;
    let found = statement.query_row([incarnation.as_bytes()], |row| Ok(PersonId(row.get(0)?)));
    Ok(found.optional()?.unwrap_or_default())
}

/// The role a device shows in a scope is the person's newest one there.
fn scope_of_device(
    conn: &Connection,
    person: PersonId,
    no: u64,
    scope: ScopeId,
) -> Result<ScopeOfDevice, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT role FROM member WHERE scope = ?1 AND person = ?2 ORDER BY from_seq DESC LIMIT 1",
    )?;
    let role: Option<u8> = statement
        .query_row(params![scope.as_bytes(), person.as_bytes()], |row| {
            row.get(0)
        })
        .optional()?;
    let role = role.map_or(Ok(Role::Auditor), role_of)?;
    Ok(ScopeOfDevice { no, scope, role })
}

/// What happened to a device's set after a version, in order; a changed role comes as a scope
/// that is added again under its number.
pub(super) fn set_changes(
    conn: &Connection,
    incarnation: IncarnationId,
    after_version: u64,
) -> Result<Vec<SetChange>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT no, scope, from_version, 1 FROM incarnation_scope
         WHERE incarnation = ?1 AND from_version > ?2
         UNION ALL
         SELECT no, scope, to_version, 0 FROM incarnation_scope
         WHERE incarnation = ?1 AND to_version > ?2
         UNION ALL
         SELECT r.no, s.scope, r.version, 1 FROM incarnation_role r
         JOIN incarnation_scope s ON s.incarnation = r.incarnation AND s.no = r.no
         WHERE r.incarnation = ?1 AND r.version > ?2
         ORDER BY 3, 1",
    )?;
    let rows: Vec<(u64, ScopeId, u64, bool)> = statement
        .query_map(params![incarnation.as_bytes(), sql(after_version)], |row| {
            Ok((row.get(0)?, ScopeId(row.get(1)?), row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let person = person_of(conn, incarnation)?;
    rows.into_iter()
        .map(|(no, scope, version, added)| {
            Ok(SetChange {
                version,
                scope: scope_of_device(conn, person, no, scope)?,
                event: if added {
                    SetEvent::Added
                } else {
                    SetEvent::Gone
                },
            })
        })
        .collect()
}

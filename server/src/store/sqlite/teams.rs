//! Phones and members as the office lists them.

use std::collections::BTreeMap;

use jawla_model::{IncarnationId, PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::room::{AppVersion, Room};
use jawla_sync::server::Standing;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::super::{PersonDraft, StoreError, StoreTable};
use super::sql;

/// A phone with its person and scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneHeld {
    /// Which.
    pub incarnation: IncarnationId,
    /// Whose.
    pub person: PersonId,
    /// French name; empty when erased.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Model and system.
    pub device_name: String,
    /// When it was let in, seconds since 1970 UTC.
    pub enrolled_at_s: u64,
    /// When its last request came.
    pub seen_at_s: u64,
    /// How it stands.
    pub standing: Standing,
    /// The highest request number seen; 0 before the first.
    pub last_request: u64,
    /// What it last said of itself, and when; none from a device that never did.
    pub said: Option<(ReceivedAt, Room)>,
    /// Its scopes now: French name, Arabic name, role.
    pub scopes: Vec<(String, String, Role)>,
}

/// A person and where they are a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberHeld {
    /// Who.
    pub person: PersonId,
    /// French name; empty when erased.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Role by scope.
    pub places: Vec<(ScopeId, Role)>,
}

const DAMAGED_PHONE: StoreError = StoreError::Damaged {
    table: StoreTable::Incarnation,
};

fn role_of(number: u8) -> Result<Role, StoreError> {
    Role::from_number(number).ok_or(StoreError::Damaged {
        table: StoreTable::Person,
    })
}

/// Every phone, newest contact first.
pub(super) fn phones(tx: &Transaction<'_>) -> Result<Vec<PhoneHeld>, StoreError> {
    let mut scopes = scopes_by_phone(tx)?;
    let mut statement = tx.prepare_cached(
        "SELECT i.id, i.person, coalesce(p.name_fr, ''), coalesce(p.name_ar, ''), i.device_name,
                i.enrolled_at, i.seen_at, i.standing, i.last_request,
                s.at, s.major, s.minor, s.patch, s.changes, s.files
         FROM incarnation i LEFT JOIN person p ON p.id = i.person
         LEFT JOIN incarnation_said s ON s.incarnation = i.id
         WHERE i.office_role IS NULL ORDER BY i.seen_at DESC, i.id",
    )?;
    let mut phones = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let incarnation = IncarnationId(row.get(0)?);
        let standing: String = row.get(7)?;
        phones.push(PhoneHeld {
            incarnation,
            person: PersonId(row.get(1)?),
            name_fr: row.get(2)?,
            name_ar: row.get(3)?,
            device_name: row.get(4)?,
            enrolled_at_s: row.get(5)?,
            seen_at_s: row.get(6)?,
            standing: standing_of(&standing).ok_or(DAMAGED_PHONE)?,
            last_request: row.get(8)?,
            said: said_of(row)?,
            scopes: scopes.remove(&incarnation).unwrap_or_default(),
        });
    }
    Ok(phones)
}

fn said_of(row: &Row<'_>) -> Result<Option<(ReceivedAt, Room)>, StoreError> {
    let Some(at) = row.get::<_, Option<u64>>(9)? else {
        return Ok(None);
    };
    let room = Room {
        app: AppVersion {
            major: row.get(10)?,
            minor: row.get(11)?,
            patch: row.get(12)?,
        },
        changes_waiting: row.get(13)?,
        files_waiting: row.get(14)?,
    };
    Ok(Some((ReceivedAt(at), room)))
}

/// Keeps what a device says of itself, in place of what it said before.
pub(super) fn note_said(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    room: Room,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO incarnation_said (incarnation, at, major, minor, patch, changes, files)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (incarnation) DO UPDATE SET at = excluded.at, major = excluded.major,
           minor = excluded.minor, patch = excluded.patch, changes = excluded.changes,
           files = excluded.files",
    )?;
    statement.execute(params![
        incarnation.as_bytes(),
        sql(now.0),
        sql(room.app.major),
        sql(room.app.minor),
        sql(room.app.patch),
        sql(room.changes_waiting),
        sql(room.files_waiting),
    ])?;
    Ok(())
}

fn standing_of(code: &str) -> Option<Standing> {
    match code {
        "active" => Some(Standing::Active),
        "cloned" => Some(Standing::Cloned),
        "revoked" => Some(Standing::Revoked),
        _ => None,
    }
}

type ScopesByPhone = BTreeMap<IncarnationId, Vec<(String, String, Role)>>;

fn scopes_by_phone(tx: &Transaction<'_>) -> Result<ScopesByPhone, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT x.incarnation, s.name_fr, s.name_ar, m.role
         FROM incarnation_scope x
         JOIN incarnation i ON i.id = x.incarnation
         JOIN scope s ON s.id = x.scope
         JOIN member m ON m.scope = x.scope AND m.person = i.person AND m.to_seq IS NULL
         WHERE x.to_version IS NULL
         ORDER BY x.incarnation, s.kind = 'province' DESC, s.name_fr, s.id",
    )?;
    let mut scopes = ScopesByPhone::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let role = role_of(row.get(3)?)?;
        let of_phone = scopes.entry(IncarnationId(row.get(0)?)).or_default();
        of_phone.push((row.get(1)?, row.get(2)?, role));
    }
    Ok(scopes)
}

/// Everybody who is a member somewhere now, by French name, then id.
pub(super) fn members(tx: &Transaction<'_>) -> Result<Vec<MemberHeld>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT m.person, coalesce(p.name_fr, ''), coalesce(p.name_ar, ''), m.scope, m.role
         FROM member m LEFT JOIN person p ON p.id = m.person
         WHERE m.to_seq IS NULL
         ORDER BY coalesce(p.name_fr, ''), m.person, m.scope",
    )?;
    let mut members: Vec<MemberHeld> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let person = PersonId(row.get(0)?);
        let place = (ScopeId(row.get(3)?), role_of(row.get(4)?)?);
        match members.last_mut().filter(|last| last.person == person) {
            Some(last) => last.places.push(place),
            None => members.push(MemberHeld {
                person,
                name_fr: row.get(1)?,
                name_ar: row.get(2)?,
                places: vec![place],
            }),
        }
    }
    Ok(members)
}

/// A person who was written down.
pub(super) fn find_person(
    conn: &Connection,
    person: PersonId,
) -> Result<Option<PersonDraft>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT name_fr, name_ar, role FROM person WHERE id = ?1")?;
    let found = statement.query_row([person.as_bytes()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    let Some((name_fr, name_ar, role)) = found.optional()? else {
        return Ok(None);
    };
    Ok(Some(PersonDraft {
        person,
        name_fr,
        name_ar,
        role: role_of(role)?,
    }))
}

//! Persons, incarnations, request numbers.

use jawla_model::seeded::{self, SeededBug};
use jawla_model::{IncarnationId, PersonId, ReceivedAt, Role};
use jawla_sync::server::Standing;
use jawla_views::{PersonRow, sqlite as views};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::super::{
    HandedOut, IncarnationHeld, PersonChange, PersonDraft, RequestTurn, StoreError, StoreTable,
};
use super::sql;
use crate::limits::PEOPLE_PER_ANSWER_MAX;

/// Writes a person's names where they differ.
pub(super) fn save(tx: &Transaction<'_>, person: &PersonDraft) -> Result<(), StoreError> {
    let changed = tx.execute(
        "INSERT INTO person (id, name_fr, name_ar, role) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE
         SET name_fr = excluded.name_fr, name_ar = excluded.name_ar, role = excluded.role
         WHERE (name_fr, name_ar, role) IS NOT (excluded.name_fr, excluded.name_ar, excluded.role)",
        params![
            person.person.as_bytes(),
            person.name_fr,
            person.name_ar,
            person.role.number()
        ],
    )?;
    if changed == 0 {
        return Ok(());
    }
    views::write_person(tx, &row_of(person))?;
    announce(tx, person.person)
}

/// Erases a person's names.
pub(super) fn erase(tx: &Transaction<'_>, person: PersonId) -> Result<(), StoreError> {
    let changed = tx.execute(
        "UPDATE person SET name_fr = '', name_ar = '' WHERE id = ?1",
        [person.as_bytes()],
    )?;
    if changed == 0 {
        return Ok(());
    }
    views::delete_person(tx, person)?;
    announce(tx, person)
}

/// Gives the person the newest number of the people list, so that phones hear of them.
pub(super) fn announce(tx: &Transaction<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM people_change WHERE person = ?1")?
        .execute([person.as_bytes()])?;
    tx.prepare_cached("INSERT INTO people_change (person) VALUES (?1)")?
        .execute([person.as_bytes()])?;
    Ok(())
}

/// The names of a person; empty when nobody wrote them.
pub(super) fn names(conn: &Connection, person: PersonId) -> Result<(String, String), StoreError> {
    let mut statement = conn.prepare_cached("SELECT name_fr, name_ar FROM person WHERE id = ?1")?;
    let names = statement.query_row([person.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(names.optional()?.unwrap_or_default())
}

/// Changes of the people list that concern the scopes of an incarnation: everybody who has or had
/// a device there.
pub(super) fn after(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    seen: u64,
) -> Result<Vec<PersonChange>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT c.no, p.id, p.name_fr, p.name_ar
         FROM people_change c JOIN person p ON p.id = c.person
         WHERE c.no > ?2 AND EXISTS (
           SELECT 1 FROM incarnation i
           JOIN device d ON d.incarnation = i.id
           JOIN incarnation_scope s ON s.scope = d.scope
           WHERE i.person = p.id AND s.incarnation = ?1 AND s.to_version IS NULL)
         ORDER BY c.no LIMIT ?3",
    )?;
    let found = statement.query_map(
        params![incarnation.as_bytes(), sql(seen), PEOPLE_PER_ANSWER_MAX],
        |row| {
            Ok(PersonChange {
                change_no: row.get(0)?,
                person: PersonId(row.get(1)?),
                name_fr: row.get(2)?,
                name_ar: row.get(3)?,
            })
        },
    )?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

const COLUMNS: &str = "id, person, public_key, standing, last_request, set_version, ticket_at,
    seen_at, predecessor, device_name, office_role, certificate_at";

/// One incarnation.
pub(super) fn find_incarnation(
    conn: &Connection,
    incarnation: IncarnationId,
) -> Result<Option<IncarnationHeld>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM incarnation WHERE id = ?1"))?;
    match statement
        .query_row([incarnation.as_bytes()], read_incarnation)
        .optional()?
    {
        None => Ok(None),
        Some(Some(held)) => Ok(Some(held)),
        Some(None) => Err(StoreError::Damaged {
            table: StoreTable::Incarnation,
        }),
    }
}

/// Every phone, newest contact first.
pub(super) fn list_devices(tx: &Transaction<'_>) -> Result<Vec<IncarnationHeld>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM incarnation WHERE office_role IS NULL ORDER BY seen_at DESC, id"
    ))?;
    let found = statement
        .query_map([], read_incarnation)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    found
        .into_iter()
        .map(|held| {
            held.ok_or(StoreError::Damaged {
                table: StoreTable::Incarnation,
            })
        })
        .collect()
}

fn read_incarnation(row: &Row<'_>) -> rusqlite::Result<Option<IncarnationHeld>> {
    let standing: String = row.get(3)?;
    let standing = match standing.as_str() {
        "active" => Standing::Active,
        "cloned" => Standing::Cloned,
        "revoked" => Standing::Revoked,
        _ => return Ok(None),
    };
    let predecessor: Option<[u8; 16]> = row.get(8)?;
    let office_role: Option<u8> = row.get(10)?;
    Ok(Some(IncarnationHeld {
        incarnation: IncarnationId(row.get(0)?),
        person: PersonId(row.get(1)?),
        public_key: row.get(2)?,
        standing,
        last_request: row.get(4)?,
        set_version: row.get(5)?,
        ticket_at: ReceivedAt(row.get(6)?),
        certificate_at: ReceivedAt(row.get(11)?),
        seen_at: ReceivedAt(row.get(7)?),
        predecessor: predecessor.map(IncarnationId),
        device_name: row.get(9)?,
        office_role: office_role.and_then(Role::from_number),
    }))
}

/// Marks an incarnation as one of two.
pub(super) fn mark_cloned(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE incarnation SET standing = 'cloned' WHERE id = ?1 AND standing = 'active'",
        [incarnation.as_bytes()],
    )?;
    Ok(())
}

/// Moves the request counter.
pub(super) fn begin_request(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    request_no: u64,
    now: ReceivedAt,
) -> Result<RequestTurn, StoreError> {
    let moved = tx.execute(
        "UPDATE incarnation SET last_request = ?2, seen_at = max(seen_at, ?3)
         WHERE id = ?1 AND (last_request < ?2 OR ?4)",
        params![
            incarnation.as_bytes(),
            sql(request_no),
            sql(now.0),
            seeded::is_in(SeededBug::ReplayAccepted)
        ],
    )?;
    if moved > 0 {
        return Ok(RequestTurn::Moved);
    }
    let highest = tx.query_row(
        "SELECT last_request FROM incarnation WHERE id = ?1",
        [incarnation.as_bytes()],
        |row| row.get(0),
    )?;
    Ok(RequestTurn::Old { highest })
}

/// Notes what was handed out.
pub(super) fn note_handed_out(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    what: HandedOut,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let certificate = what == HandedOut::TicketAndCertificate;
    tx.execute(
        "UPDATE incarnation SET ticket_at = ?2,
           certificate_at = CASE WHEN ?3 THEN ?2 ELSE certificate_at END
         WHERE id = ?1",
        params![incarnation.as_bytes(), sql(now.0), certificate],
    )?;
    Ok(())
}

fn row_of(person: &PersonDraft) -> PersonRow {
    PersonRow {
        person: person.person,
        name_fr: person.name_fr.clone(),
        name_ar: person.name_ar.clone(),
        role: Some(person.role),
    }
}

/// Fills the list of persons anew.
pub(super) fn rewrite_views(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = tx.prepare(
        "SELECT id, name_fr, name_ar, role FROM person WHERE name_fr <> '' OR name_ar <> ''",
    )?;
    let people = statement.query_map([], |row| {
        let role: u8 = row.get(3)?;
        Ok(PersonRow {
            person: PersonId(row.get(0)?),
            name_fr: row.get(1)?,
            name_ar: row.get(2)?,
            role: Role::from_number(role),
        })
    })?;
    for person in people {
        views::write_person(tx, &person?)?;
    }
    Ok(())
}

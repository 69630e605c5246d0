//! Invitations and the devices they let in.

use jawla_model::{Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::super::{Applicant, Enrolment, InvitationDraft, StoreError, StoreTable};
use super::{log, members, people, scopes, sql};
use crate::limits::INVITATION_TRIES_MAX;

/// Keeps an invitation and its person.
pub(super) fn create_invitation(
    tx: &Transaction<'_>,
    draft: &InvitationDraft,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    people::save(tx, &draft.person)?;
    tx.execute(
        "INSERT INTO invitation (id, secret_hash, person, expires, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            draft.invitation,
            draft.secret_hash.as_bytes(),
            draft.person.person.as_bytes(),
            sql(draft.expires.0),
            sql(now.0),
        ],
    )?;
    for (scope, role) in &draft.scopes {
        log::head_of(tx, *scope)?;
        tx.execute(
            "INSERT INTO invitation_scope (invitation, scope, role) VALUES (?1, ?2, ?3)
             ON CONFLICT (invitation, scope) DO UPDATE SET role = excluded.role",
            params![draft.invitation, scope.as_bytes(), role.number()],
        )?;
    }
    Ok(())
}

struct Held {
    secret_hash: Hash32,
    person: PersonId,
    expires: u64,
    tries: u64,
    redeemed_by: Option<IncarnationId>,
}

/// Lets a device in, or not.
pub(super) fn enrol(
    tx: &Transaction<'_>,
    applicant: &Applicant,
    now: ReceivedAt,
) -> Result<Enrolment, StoreError> {
    let Some(held) = find(tx, applicant.invitation)? else {
        return Ok(Enrolment::NotValid);
    };
    if held.tries >= INVITATION_TRIES_MAX {
        return Ok(Enrolment::TriedTooOften);
    }
    if held.secret_hash != applicant.secret_hash {
        tx.execute(
            "UPDATE invitation SET tries = tries + 1 WHERE id = ?1",
            [applicant.invitation],
        )?;
        let dead = held.tries + 1 >= INVITATION_TRIES_MAX;
        return Ok(if dead {
            Enrolment::TriedTooOften
        } else {
            Enrolment::NotValid
        });
    }
    if let Some(incarnation) = held.redeemed_by {
        return admitted_before(tx, applicant, incarnation);
    }
    let known = people::find_incarnation(tx, applicant.incarnation)?.is_some();
    if now.0 > held.expires || known || !predecessor_fits(tx, applicant, held.person)? {
        return Ok(Enrolment::NotValid);
    }
    insert_incarnation(tx, applicant, held.person, None, now)?;
    tx.execute(
        "UPDATE invitation SET redeemed_by = ?2 WHERE id = ?1",
        params![applicant.invitation, applicant.incarnation.as_bytes()],
    )?;
    join_scopes(tx, applicant, held.person, now)?;
    admitted(tx, applicant.incarnation)
}

/// The answer to the first request may have been lost; the same device asks again.
fn admitted_before(
    tx: &Transaction<'_>,
    applicant: &Applicant,
    incarnation: IncarnationId,
) -> Result<Enrolment, StoreError> {
    let held = people::find_incarnation(tx, incarnation)?;
    let same = held.is_some_and(|held| {
        held.incarnation == applicant.incarnation && held.public_key == applicant.public_key
    });
    if same {
        admitted(tx, incarnation)
    } else {
        Ok(Enrolment::NotValid)
    }
}

fn find(tx: &Transaction<'_>, invitation: [u8; 8]) -> Result<Option<Held>, StoreError> {
    let found = tx.query_row(
        "SELECT secret_hash, person, expires, tries, redeemed_by FROM invitation WHERE id = ?1",
        [invitation],
        |row| {
            let redeemed_by: Option<[u8; 16]> = row.get(4)?;
            Ok(Held {
                secret_hash: Hash32(row.get(0)?),
                person: PersonId(row.get(1)?),
                expires: row.get(2)?,
                tries: row.get(3)?,
                redeemed_by: redeemed_by.map(IncarnationId),
            })
        },
    );
    Ok(found.optional()?)
}

/// A predecessor must be the same person's. One that a restored server does not know is none.
fn predecessor_fits(
    tx: &Transaction<'_>,
    applicant: &Applicant,
    person: PersonId,
) -> Result<bool, StoreError> {
    let Some(predecessor) = applicant.predecessor else {
        return Ok(true);
    };
    Ok(people::find_incarnation(tx, predecessor)?.is_none_or(|held| held.person == person))
}

fn insert_incarnation(
    tx: &Transaction<'_>,
    applicant: &Applicant,
    person: PersonId,
    office_role: Option<Role>,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let predecessor = match applicant.predecessor {
        Some(id) => people::find_incarnation(tx, id)?.map(|held| held.incarnation.0),
        None => None,
    };
    tx.execute(
        "INSERT INTO incarnation (id, person, public_key, standing, predecessor, office_role,
                                  set_version, seen_at, device_name, enrolled_at,
                                  certificate_at)
         VALUES (?1, ?2, ?3, 'active', ?4, ?5, 1, ?6, ?7, ?6, ?6)",
        params![
            applicant.incarnation.as_bytes(),
            person.as_bytes(),
            applicant.public_key,
            predecessor,
            office_role.map(Role::number),
            sql(now.0),
            applicant.device_name,
        ],
    )?;
    Ok(())
}

/// The scopes of the invitation, the sets of communes that include one of them, and those in
/// which the person is a member already.
fn join_scopes(
    tx: &Transaction<'_>,
    applicant: &Applicant,
    person: PersonId,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    for (scope, role) in invited_to(tx, applicant.invitation)? {
        let mut all = vec![scope];
        all.extend(scopes::sets_with(tx, scope)?);
        for scope in all {
            let seq = log::head_of(tx, scope)?.seq;
            members::note_member(tx, scope, person, role, seq)?;
        }
    }
    let held = people::find_incarnation(tx, applicant.incarnation)?.ok_or(StoreError::Damaged {
        table: StoreTable::Incarnation,
    })?;
    let mut statement = tx.prepare_cached(
        "SELECT m.scope, m.role FROM member m JOIN scope s ON s.id = m.scope
         WHERE m.person = ?1 AND m.to_seq IS NULL
         ORDER BY s.kind = 'province' DESC, s.kind, s.name_fr, s.id",
    )?;
    for (scope, role) in read_roles(&mut statement, person.as_bytes())? {
        let mut head = log::head_of(tx, scope)?;
        members::join_device(tx, scope, &mut head, &held, role, now)?;
        members::insert_into_set(tx, held.incarnation, scope, 1)?;
        log::move_head(tx, scope, &head)?;
    }
    Ok(())
}

fn invited_to(
    tx: &Transaction<'_>,
    invitation: [u8; 8],
) -> Result<Vec<(ScopeId, Role)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT scope, role FROM invitation_scope WHERE invitation = ?1 ORDER BY scope",
    )?;
    read_roles(&mut statement, &invitation)
}

fn read_roles<const N: usize>(
    statement: &mut rusqlite::Statement<'_>,
    key: &[u8; N],
) -> Result<Vec<(ScopeId, Role)>, StoreError> {
    let rows: Vec<(ScopeId, u8)> = statement
        .query_map([key.as_slice()], |row| {
            Ok((ScopeId(row.get(0)?), row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|(scope, role)| {
            let role = Role::from_number(role).ok_or(StoreError::Damaged {
                table: StoreTable::Person,
            })?;
            Ok((scope, role))
        })
        .collect()
}

fn admitted(tx: &Transaction<'_>, incarnation: IncarnationId) -> Result<Enrolment, StoreError> {
    let held = people::find_incarnation(tx, incarnation)?.ok_or(StoreError::Damaged {
        table: StoreTable::Incarnation,
    })?;
    let (name_fr, name_ar) = people::names(tx, held.person)?;
    Ok(Enrolment::Admitted {
        person: held.person,
        name_fr,
        name_ar,
        set_version: held.set_version,
        scopes: members::scopes_at(tx, incarnation, held.set_version)?,
    })
}

/// Makes known a hand of the office.
pub(super) fn office_hand(
    tx: &Transaction<'_>,
    incarnation: IncarnationId,
    public_key: [u8; 32],
    person: PersonId,
    role: Role,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let hand = Applicant {
        invitation: [0; 8],
        secret_hash: Hash32::default(),
        incarnation,
        public_key,
        predecessor: None,
        device_name: String::new(),
    };
    insert_incarnation(tx, &hand, person, Some(role), now)
}

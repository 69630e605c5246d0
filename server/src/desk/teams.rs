//! Teams and their phones, as the office orders them.

use async_trait::async_trait;
use jawla_model::limits::LINE_CHARS_MAX;
use jawla_model::{IncarnationId, PersonId, Role, ScopeId, ServerId};
use jawla_office::desk::{
    DeskError, InvitationMade, InviteOrder, PhoneListed, PhoneSaid, PhoneState, Place, TeamMember,
    Teams,
};
use jawla_sync::receipt;
use jawla_sync::server::Standing;

use super::{BrokeOff, Desk};
use crate::accounts::AccountError;
use crate::enrolment::{self, InviteRequest};
use crate::limits::{INVITATION_LIFE_S, INVITED_PLACES_MAX};
use crate::store::sqlite::{MemberHeld, PhoneHeld};
use crate::store::{PersonDraft, ScopeHeld, ScopeKind, Store, StoreError};

fn of_store(error: StoreError) -> DeskError {
    if let StoreError::NoScope(_) = error {
        return DeskError::NotFound;
    }
    tracing::error!(error = &error as &dyn std::error::Error, "teams failed");
    DeskError::Unavailable
}

fn of_account(error: AccountError) -> DeskError {
    tracing::error!(error = &error as &dyn std::error::Error, "accounts failed");
    DeskError::Unavailable
}

fn broke_off(_: BrokeOff) -> DeskError {
    DeskError::Unavailable
}

#[async_trait]
impl Teams for Desk {
    async fn phones(&self) -> Result<Vec<PhoneListed>, DeskError> {
        let listed = self.run(|desk| {
            let server = desk.parts.core.keys().server_id();
            let phones = desk.parts.store.phones().map_err(of_store)?;
            Ok(phones
                .into_iter()
                .map(|held| listed(held, &server))
                .collect())
        });
        listed.await.map_err(broke_off)?
    }

    async fn members(&self) -> Result<Vec<TeamMember>, DeskError> {
        let listed = self.run(|desk| {
            let members = desk.parts.store.members().map_err(of_store)?;
            Ok(members.into_iter().map(member).collect())
        });
        listed.await.map_err(broke_off)?
    }

    async fn places(&self) -> Result<Vec<Place>, DeskError> {
        let listed = self.run(|desk| {
            let scopes = desk.parts.store.list_scopes().map_err(of_store)?;
            let mut places: Vec<Place> = scopes.into_iter().map(place).collect();
            places.sort_by(|a, b| a.name_fr.cmp(&b.name_fr).then(a.scope.cmp(&b.scope)));
            Ok(places)
        });
        listed.await.map_err(broke_off)?
    }

    async fn invite(&self, by: PersonId, order: InviteOrder) -> Result<InvitationMade, DeskError> {
        let made = self.run(move |desk| desk.invite_person(by, order));
        made.await.map_err(broke_off)?
    }

    async fn invite_phone(
        &self,
        by: PersonId,
        person: PersonId,
    ) -> Result<InvitationMade, DeskError> {
        let made = self.run(move |desk| desk.invite_again(by, person));
        made.await.map_err(broke_off)?
    }

    async fn revoke(&self, by: PersonId, phone: IncarnationId) -> Result<(), DeskError> {
        let revoked = self.run(move |desk| {
            desk.check_order(by)?;
            let store = &desk.parts.store;
            let held = store.find_incarnation(phone).map_err(of_store)?;
            // A hand of the office is no phone: it ends with its account.
            held.filter(|held| held.office_role.is_none())
                .ok_or(DeskError::NotFound)?;
            store.revoke(phone, desk.now()).map_err(of_store)
        });
        revoked.await.map_err(broke_off)?
    }

    async fn set_place(
        &self,
        by: PersonId,
        person: PersonId,
        scope: ScopeId,
        role: Option<Role>,
    ) -> Result<(), DeskError> {
        let set = self.run(move |desk| {
            let orders = desk.check_order(by)?;
            let places = desk.places_of(person)?;
            let now = places.into_iter().find(|(held, _)| *held == scope);
            let now = now.map(|(_, role)| role);
            now.into_iter()
                .chain(role)
                .try_for_each(|role| check_given(orders, role))?;
            desk.place_person(person, scope, role)
        });
        set.await.map_err(broke_off)?
    }
}

impl Desk {
    /// The role of who orders, if it may.
    pub(super) fn check_order(&self, by: PersonId) -> Result<Role, DeskError> {
        let role = self.role_of(by).map_err(of_account)?;
        role.filter(|role| {
            matches!(
                role,
                Role::Supervisor | Role::HeadOfDivision | Role::Administrator
            )
        })
        .ok_or(DeskError::NotAllowed)
    }

    fn invite_person(&self, by: PersonId, order: InviteOrder) -> Result<InvitationMade, DeskError> {
        let orders = self.check_order(by)?;
        check_given(orders, order.role)?;
        let name_fr = checked_name("name_fr", &order.name_fr)?;
        let name_ar = checked_name("name_ar", &order.name_ar)?;
        if name_fr.is_empty() && name_ar.is_empty() {
            return Err(bad("name_fr", "desk-fault-name"));
        }
        if order.scopes.is_empty() || order.scopes.len() > INVITED_PLACES_MAX {
            return Err(bad("scopes", "desk-fault-places"));
        }
        self.make_invitation(InviteRequest {
            person: None,
            name_fr,
            name_ar,
            role: order.role,
            scopes: order.scopes,
            life_s: INVITATION_LIFE_S,
        })
    }

    /// The new phone gets what its person may when it comes, so all of that must be the giver's
    /// to give: else a supervisor could make themselves a phone of an administrator's.
    fn invite_again(&self, by: PersonId, person: PersonId) -> Result<InvitationMade, DeskError> {
        let orders = self.check_order(by)?;
        let known = self.known(person)?;
        let places = self.places_of(person)?;
        if places.is_empty() {
            return Err(bad("scopes", "teams-person-nowhere"));
        }
        places
            .iter()
            .map(|(_, role)| *role)
            .chain([known.role])
            .try_for_each(|role| check_given(orders, role))?;
        self.make_invitation(InviteRequest {
            person: Some(person),
            name_fr: known.name_fr,
            name_ar: known.name_ar,
            role: known.role,
            scopes: Vec::new(),
            life_s: INVITATION_LIFE_S,
        })
    }

    fn make_invitation(&self, request: InviteRequest) -> Result<InvitationMade, DeskError> {
        let address = (self.parts.address)().ok_or(DeskError::NoAddress)?;
        let made = enrolment::invite(&self.parts.core, &request, &address, self.now());
        let made = made.map_err(of_store)?;
        Ok(InvitationMade {
            text: made.text(),
            expires_s: made.expires,
        })
    }

    fn known(&self, person: PersonId) -> Result<PersonDraft, DeskError> {
        let known = self.parts.store.find_person(person).map_err(of_store)?;
        known.ok_or(DeskError::NotFound)
    }

    /// Where a person is a member, in which role.
    fn places_of(&self, person: PersonId) -> Result<Vec<(ScopeId, Role)>, DeskError> {
        let members = self.parts.store.members().map_err(of_store)?;
        let found = members.into_iter().find(|member| member.person == person);
        Ok(found.map_or_else(Vec::new, |member| member.places))
    }

    /// Writes one membership; that of a commune reaches the logs of the sets it is part of, so
    /// that projects over several communes come along and go.
    fn place_person(
        &self,
        person: PersonId,
        scope: ScopeId,
        role: Option<Role>,
    ) -> Result<(), DeskError> {
        self.known(person)?;
        let store = &self.parts.store;
        let all = store.list_scopes().map_err(of_store)?;
        let meant = all.iter().find(|held| held.draft.scope == scope);
        let meant = meant.ok_or(DeskError::NotFound)?;
        let now = self.now();
        let Some(role) = role else {
            store.end_membership(scope, person, now).map_err(of_store)?;
            return self.leave_sets(person, meant, &all);
        };
        store
            .add_membership(scope, person, role, now)
            .map_err(of_store)?;
        sets_with(meant, &all).try_for_each(|set| {
            store
                .add_membership(set.draft.scope, person, role, now)
                .map_err(of_store)
        })
    }

    /// Ends the memberships in sets of which the person has no commune left.
    fn leave_sets(
        &self,
        person: PersonId,
        left: &ScopeHeld,
        all: &[ScopeHeld],
    ) -> Result<(), DeskError> {
        let store = &self.parts.store;
        let places = self.places_of(person)?;
        let stays = |set: &ScopeHeld| {
            all.iter()
                .filter(|held| held.draft.kind == ScopeKind::Commune && is_part(held, set))
                .any(|held| places.iter().any(|(scope, _)| *scope == held.draft.scope))
        };
        sets_with(left, all)
            .filter(|set| !stays(set))
            .try_for_each(|set| {
                store
                    .end_membership(set.draft.scope, person, self.now())
                    .map_err(of_store)
            })
    }
}

fn sets_with<'a>(
    commune: &'a ScopeHeld,
    all: &'a [ScopeHeld],
) -> impl Iterator<Item = &'a ScopeHeld> {
    all.iter().filter(move |set| {
        commune.draft.kind == ScopeKind::Commune
            && set.draft.kind == ScopeKind::Communes
            && is_part(commune, set)
    })
}

fn is_part(commune: &ScopeHeld, set: &ScopeHeld) -> bool {
    let mut codes = set.draft.communes.split('+');
    codes.any(|code| code == commune.draft.communes)
}

/// A role with the office's rights would write from a phone what its giver may not: only an
/// administrator gives one.
fn check_given(orders: Role, given: Role) -> Result<(), DeskError> {
    if given.is_office() && orders != Role::Administrator {
        return Err(bad("role", "desk-fault-role"));
    }
    Ok(())
}

const fn bad(field: &'static str, why: &'static str) -> DeskError {
    DeskError::BadField { field, why }
}

fn checked_name(field: &'static str, name: &str) -> Result<String, DeskError> {
    let name = name.trim();
    if name.chars().count() > LINE_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(bad(field, "desk-fault-name"));
    }
    Ok(name.to_owned())
}

fn listed(held: PhoneHeld, server: &ServerId) -> PhoneListed {
    let receipt = (held.last_request > 0)
        .then(|| receipt::number(server, &held.incarnation, held.last_request));
    PhoneListed {
        incarnation: held.incarnation,
        person: held.person,
        name_fr: held.name_fr,
        name_ar: held.name_ar,
        device_name: held.device_name,
        said: held.said.map(|(at, room)| PhoneSaid {
            at_s: at.0,
            version: format!("{}.{}.{}", room.app.major, room.app.minor, room.app.patch),
            changes: room.changes_waiting,
            files: room.files_waiting,
        }),
        enrolled_at_s: held.enrolled_at_s,
        seen_at_s: held.seen_at_s,
        scopes: held.scopes,
        state: match held.standing {
            Standing::Active => PhoneState::Active,
            Standing::Cloned => PhoneState::Cloned,
            Standing::Revoked => PhoneState::Revoked,
        },
        receipt,
    }
}

fn member(held: MemberHeld) -> TeamMember {
    TeamMember {
        person: held.person,
        name_fr: held.name_fr,
        name_ar: held.name_ar,
        places: held.places,
    }
}

fn place(held: ScopeHeld) -> Place {
    Place {
        scope: held.draft.scope,
        name_fr: held.draft.name_fr,
        name_ar: held.draft.name_ar,
    }
}

//! Teams and their phones, as the office orders them.

use async_trait::async_trait;
use jawla_model::limits::LINE_CHARS_MAX;
use jawla_model::{IncarnationId, PersonId, Role, ScopeId, ServerId};
use jawla_office::desk::{
    DeskError, InvitationMade, InviteOrder, PhoneListed, PhoneState, Place, TeamMember, Teams,
};
use jawla_sync::receipt;
use jawla_sync::server::Standing;

use super::{BrokeOff, Desk};
use crate::accounts::AccountError;
use crate::enrolment::{self, InviteRequest};
use crate::limits::{INVITATION_LIFE_S, INVITED_PLACES_MAX};
use crate::store::sqlite::{MemberHeld, PhoneHeld};
use crate::store::{ScopeHeld, ScopeKind, Store, StoreError};

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
        let made = self.run(move |desk| desk.make_invitation(by, order));
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
            if let Some(role) = role {
                check_given(orders, role)?;
            }
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

    fn make_invitation(
        &self,
        by: PersonId,
        order: InviteOrder,
    ) -> Result<InvitationMade, DeskError> {
        let orders = self.check_order(by)?;
        check_given(orders, order.role)?;
        let (name_fr, name_ar) = match order.person {
            Some(person) => self.names_of(person)?,
            None => (
                checked_name("name_fr", &order.name_fr)?,
                checked_name("name_ar", &order.name_ar)?,
            ),
        };
        if order.person.is_none() && name_fr.is_empty() && name_ar.is_empty() {
            return Err(bad("name_fr", "desk-fault-name"));
        }
        if order.scopes.is_empty() || order.scopes.len() > INVITED_PLACES_MAX {
            return Err(bad("scopes", "desk-fault-places"));
        }
        let address = (self.parts.address)().ok_or(DeskError::NoAddress)?;
        let request = InviteRequest {
            person: order.person,
            name_fr,
            name_ar,
            role: order.role,
            scopes: order.scopes,
            life_s: INVITATION_LIFE_S,
        };
        let made = enrolment::invite(&self.parts.core, &request, &address, self.now());
        let made = made.map_err(of_store)?;
        Ok(InvitationMade {
            text: made.text(),
            expires_s: made.expires,
        })
    }

    fn names_of(&self, person: PersonId) -> Result<(String, String), DeskError> {
        let names = self.parts.store.person_names(person).map_err(of_store)?;
        names.ok_or(DeskError::NotFound)
    }

    /// Writes one membership; that of a commune reaches the logs of the sets it is part of, so
    /// that projects over several communes come along and go.
    fn place_person(
        &self,
        person: PersonId,
        scope: ScopeId,
        role: Option<Role>,
    ) -> Result<(), DeskError> {
        self.names_of(person)?;
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
        let members = store.members().map_err(of_store)?;
        let places = members
            .into_iter()
            .find(|member| member.person == person)
            .map_or_else(Vec::new, |member| member.places);
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
        // Neither travels yet.
        version: String::new(),
        unsent: None,
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

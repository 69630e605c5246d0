//! The page of one person of the teams: their phones, their places and roles, another phone.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_model::{PersonId, Role, ScopeId};
use jawla_ui::Texts;
use serde::Deserialize;

use super::{
    FIELD_ROLES, PersonShown, PhoneShown, choice_of, desk_fault, invitation, may_order,
    person_name, refused, roles,
};
use crate::Office;
use crate::desk::{DeskError, PhoneListed, Place, TeamMember};
use crate::format::plain;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::{Demonstration, Frame, Section, html, role_label};

/// The value of the form's role that ends a membership.
const NO_ROLE: &str = "aucun";

/// The addresses of this page.
pub(super) fn routes() -> Router<Office> {
    Router::new()
        .route("/telephones/personnes/{person}", get(show))
        .route("/telephones/personnes/{person}/lieux", post(set_place))
        .route("/telephones/personnes/{person}/inviter", post(invite))
}

/// The address of a person's page.
pub(super) fn address(person: PersonId) -> String {
    format!("/telephones/personnes/{}", person.hex())
}

#[derive(Template)]
#[template(path = "phones/person.html")]
struct PersonPage {
    frame: Frame,
    t: Texts,
    address: String,
    name: String,
    /// The name in the other language, where it is another.
    other_name: Option<String>,
    other: Texts,
    phones: Vec<PhoneShown>,
    places: Vec<PlaceShown>,
    /// Places the person is not a member of.
    free: Vec<(String, String)>,
    roles: Vec<(&'static str, &'static str)>,
    may_order: bool,
    note: Option<String>,
    alert: Option<String>,
}

/// A place of the person.
struct PlaceShown {
    scope: String,
    name: String,
    role: &'static str,
    code: &'static str,
    /// Whether the role is one of the field's, which are given and taken here.
    of_the_field: bool,
}

impl PlaceShown {
    fn is_changed_here(&self) -> bool {
        self.of_the_field
    }

    fn has_role(&self, code: &str) -> bool {
        self.code == code
    }
}

/// The form of one place.
#[derive(Debug, Deserialize)]
struct PlaceForm {
    lieu: String,
    role: String,
}

/// A person as the list shows them.
pub(super) fn listed(
    t: Texts,
    member: &TeamMember,
    places: &[Place],
    phones: &[PhoneListed],
) -> PersonShown {
    let own = phones.iter().filter(|phone| phone.person == member.person);
    let named: Vec<String> = member
        .places
        .iter()
        .map(|(scope, role)| {
            let place = place_name(t, places, *scope);
            format!("{place} ({})", role_label(t, *role))
        })
        .collect();
    PersonShown {
        href: address(member.person),
        name: person_name(t, &member.name_fr, &member.name_ar),
        places: named.join(" · "),
        phones: t.count_of(own.count() as u64),
    }
}

fn place_name(t: Texts, places: &[Place], scope: ScopeId) -> String {
    places
        .iter()
        .find(|place| place.scope == scope)
        .map(|place| plain(t.choose(&place.name_fr, &place.name_ar)))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| t.get("office-fresh-unnamed"))
}

/// Everything known of a person of the teams.
struct Known {
    name_fr: String,
    name_ar: String,
    phones: Vec<PhoneListed>,
    held: Vec<(ScopeId, Role)>,
    places: Vec<Place>,
}

impl Known {
    fn role_in(&self, place: &Place) -> Option<Role> {
        let held = self.held.iter().find(|(scope, _)| *scope == place.scope);
        held.map(|(_, role)| *role)
    }
}

/// Reads a person who is a member somewhere or has a phone.
async fn find(office: &Office, person: PersonId) -> Result<Known, PageFault> {
    let teams = &office.teams;
    let phones = teams.phones().await.map_err(|e| desk_fault(&e))?;
    let members = teams.members().await.map_err(|e| desk_fault(&e))?;
    let places = teams.places().await.map_err(|e| desk_fault(&e))?;
    let phones: Vec<PhoneListed> = phones
        .into_iter()
        .filter(|phone| phone.person == person)
        .collect();
    let member = members.into_iter().find(|member| member.person == person);
    let (name_fr, name_ar) = match (&member, phones.first()) {
        (Some(member), _) => (member.name_fr.clone(), member.name_ar.clone()),
        (None, Some(phone)) => (phone.name_fr.clone(), phone.name_ar.clone()),
        (None, None) => return Err(PageFault::NotFound),
    };
    Ok(Known {
        name_fr,
        name_ar,
        phones,
        held: member.map_or_else(Vec::new, |member| member.places),
        places,
    })
}

fn person_of(text: &str) -> Result<PersonId, PageFault> {
    text.parse().map_err(|_| PageFault::NotFound)
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    Path(person): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let person = person_of(&person)?;
        let done = match query.as_deref() {
            Some("fait=lieu") => Some("teams-done-place"),
            Some("fait=fin") => Some("teams-done-ended"),
            Some("fait=retire") => Some("teams-done-revoked"),
            _ => None,
        };
        let note = done.map(|key| visitor.t.get(key));
        page(office, visitor, person, note, None, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

async fn page(
    office: &Office,
    visitor: Visitor,
    person: PersonId,
    note: Option<String>,
    alert: Option<String>,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let known = find(office, person).await?;
    let now = office.now_utc_ms();
    let name = person_name(t, &known.name_fr, &known.name_ar);
    let other = Texts::of(t.language.other());
    let other_name = plain(other.choose(&known.name_fr, &known.name_ar));
    let frame = Frame::at_work(office, &visitor, Section::Phones, Demonstration::Absent)
        .await
        .showing("phones");
    let shown = PersonPage {
        frame,
        t,
        address: address(person),
        other_name: (other_name != name && !other_name.is_empty()).then_some(other_name),
        name,
        other,
        phones: known
            .phones
            .iter()
            .map(|phone| PhoneShown::of(t, phone, now))
            .collect(),
        places: places_of(t, &known),
        free: known
            .places
            .iter()
            .filter(|place| known.role_in(place).is_none())
            .map(|place| choice_of(t, place))
            .collect(),
        roles: roles(t),
        may_order: may_order(visitor.who.role),
        note,
        alert,
    };
    html(status, &shown)
}

fn places_of(t: Texts, known: &Known) -> Vec<PlaceShown> {
    let shown = |(scope, role): &(ScopeId, Role)| PlaceShown {
        scope: scope.hex(),
        name: place_name(t, &known.places, *scope),
        role: role_label(t, *role),
        code: role.code(),
        of_the_field: FIELD_ROLES.contains(role),
    };
    known.held.iter().map(shown).collect()
}

/// Gives a place, changes the role in it, or ends it.
async fn set_place(
    State(office): State<Office>,
    caller: Caller,
    Path(person): Path<String>,
    form: Result<Form<PlaceForm>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let set = |visitor: Visitor| async move {
        if !may_order(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let person = person_of(&person)?;
        let Form(form) = form?;
        let scope: ScopeId = form.lieu.parse().map_err(|_| PageFault::NotFound)?;
        let role = match form.role.as_str() {
            NO_ROLE => None,
            code => {
                let role = Role::from_code(code).filter(|role| FIELD_ROLES.contains(role));
                Some(role.ok_or(PageFault::NotFound)?)
            }
        };
        let by = visitor.who.person;
        match office.teams.set_place(by, person, scope, role).await {
            Ok(()) => {
                let done = if role.is_some() { "lieu" } else { "fin" };
                let to = format!("{}?fait={done}", address(person));
                Ok(Redirect::to(&to).into_response())
            }
            Err(error) => again(office, visitor, person, &error).await,
        }
    };
    for_person(office, &caller, set).await
}

/// Makes an invitation for another phone.
async fn invite(
    State(office): State<Office>,
    caller: Caller,
    Path(person): Path<String>,
) -> Response<Body> {
    let office = &office;
    let invite = |visitor: Visitor| async move {
        if !may_order(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let person = person_of(&person)?;
        let known = find(office, person).await?;
        match office.teams.invite_phone(visitor.who.person, person).await {
            Ok(made) => {
                let whom = person_name(visitor.t, &known.name_fr, &known.name_ar);
                invitation(office, visitor, whom, &made).await
            }
            Err(error) => again(office, visitor, person, &error).await,
        }
    };
    for_person(office, &caller, invite).await
}

/// The page with what to correct, where something can be.
async fn again(
    office: &Office,
    visitor: Visitor,
    person: PersonId,
    error: &DeskError,
) -> Result<Response<Body>, PageFault> {
    match error {
        DeskError::BadField { .. } | DeskError::NoAddress => {
            let words = refused(visitor.t, error);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(office, visitor, person, None, Some(words), status).await
        }
        DeskError::NotAllowed | DeskError::NotFound | DeskError::Unavailable => {
            Err(desk_fault(error))
        }
    }
}

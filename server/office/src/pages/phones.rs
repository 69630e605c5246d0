//! *Téléphones et équipes*: who has a phone, when it was last heard of and what waited on it then;
//! invitations, and the end of a phone's rights. The page of one person stands in [`person`].

mod person;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_model::{IncarnationId, Role, ScopeId};
use jawla_ui::{Texts, receipt};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::Office;
use crate::desk::{
    DeskError, InvitationMade, InviteOrder, PhoneListed, PhoneSaid, PhoneState, Place,
};
use crate::format::{days_ago, plain};
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::moment::Moment;
use crate::pages::visits::record::reviews as may_order;
use crate::pages::{Demonstration, Frame, Section, html, role_label};

/// Days without contact from which a phone is worth a call.
const SILENT_DAYS: i64 = 14;

/// Roles that an invitation from here can give: those of the field.
const FIELD_ROLES: [Role; 3] = [Role::TeamMember, Role::TeamLead, Role::CommissionMember];

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/telephones", get(list))
        .route("/telephones/inviter", post(invite))
        .route("/telephones/{phone}/retirer", get(ask).post(revoke))
        .merge(person::routes())
}

#[derive(Template)]
#[template(path = "phones/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    phones: Vec<PhoneShown>,
    people: Vec<PersonShown>,
    places: Vec<(String, String)>,
    roles: Vec<(&'static str, &'static str)>,
    may_order: bool,
    alert: Option<String>,
    name_fr: String,
    name_ar: String,
}

#[derive(Template)]
#[template(path = "phones/revoke.html")]
struct RevokePage {
    frame: Frame,
    t: Texts,
    phone: PhoneShown,
}

#[derive(Template)]
#[template(path = "phones/invitation.html")]
struct InvitationPage {
    frame: Frame,
    t: Texts,
    other: Texts,
    whom: String,
    text: String,
    code: String,
    until: String,
}

/// One phone.
struct PhoneShown {
    href: String,
    person: String,
    person_href: String,
    device: String,
    version: Option<String>,
    seen: Option<Moment>,
    silent: bool,
    waiting: Option<Waiting>,
    state: Option<String>,
    places: String,
    receipt: Option<String>,
}

/// What waited on a phone when it last said so.
struct Waiting {
    what: String,
    moment: Option<Moment>,
}

impl Waiting {
    fn of(t: Texts, said: &PhoneSaid, now_utc_ms: i64) -> Self {
        let changes = (said.changes > 0).then(|| t.count("teams-waiting-changes", said.changes));
        let files = (said.files > 0).then(|| t.count("teams-waiting-files", said.files));
        let parts: Vec<String> = changes.into_iter().chain(files).collect();
        Self {
            what: match parts.as_slice() {
                [] => t.get("teams-waiting-nothing"),
                parts => parts.join(" · "),
            },
            moment: Moment::of(t, ms_of(said.at_s), now_utc_ms),
        }
    }
}

/// One line of the list of people.
struct PersonShown {
    href: String,
    name: String,
    places: String,
    phones: String,
}

fn ms_of(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000)
}

/// The name of a person in the reader's language; an erased one has none.
fn person_name(t: Texts, fr: &str, ar: &str) -> String {
    let name = plain(t.choose(fr, ar));
    if name.is_empty() {
        return t.get("teams-nameless");
    }
    name
}

impl PhoneShown {
    fn of(t: Texts, phone: &PhoneListed, now_utc_ms: i64) -> Self {
        let seen_ms = ms_of(phone.seen_at_s);
        let places: Vec<String> = phone
            .scopes
            .iter()
            .map(|(fr, ar, role)| format!("{} ({})", plain(t.choose(fr, ar)), role_label(t, *role)))
            .collect();
        let said = phone.said.as_ref();
        Self {
            href: format!("/telephones/{}/retirer", phone.incarnation.hex()),
            person: person_name(t, &phone.name_fr, &phone.name_ar),
            person_href: person::address(phone.person),
            device: plain(&phone.device_name),
            version: said.map(|said| t.with("teams-version", "version", plain(&said.version))),
            seen: Moment::of(t, seen_ms, now_utc_ms),
            silent: phone.state == PhoneState::Active
                && days_ago(seen_ms, now_utc_ms).is_some_and(|days| days >= SILENT_DAYS),
            waiting: said.map(|said| Waiting::of(t, said, now_utc_ms)),
            state: match phone.state {
                PhoneState::Active => None,
                PhoneState::Cloned => Some(t.get("teams-cloned")),
                PhoneState::Revoked => Some(t.get("teams-revoked")),
            },
            places: places.join(" · "),
            receipt: phone
                .receipt
                .map(|numbers| receipt::words(t.language, numbers)),
        }
    }

    fn is_in_use(&self) -> bool {
        self.state.is_none()
    }
}

fn desk_fault(error: &DeskError) -> PageFault {
    match error {
        DeskError::NotAllowed => PageFault::NotAllowed,
        DeskError::NotFound => PageFault::NotFound,
        DeskError::BadField { .. } | DeskError::NoAddress | DeskError::Unavailable => {
            PageFault::Unavailable
        }
    }
}

async fn list(State(office): State<Office>, caller: Caller) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        page(
            office,
            visitor,
            None,
            (String::new(), String::new()),
            StatusCode::OK,
        )
        .await
    };
    for_person(office, &caller, build).await
}

/// A place as a choice of a form: id and name.
fn choice_of(t: Texts, place: &Place) -> (String, String) {
    let name = plain(t.choose(&place.name_fr, &place.name_ar));
    (place.scope.hex(), name)
}

/// The roles that can be given from here: code and name.
fn roles(t: Texts) -> Vec<(&'static str, &'static str)> {
    FIELD_ROLES
        .iter()
        .map(|role| (role.code(), role_label(t, *role)))
        .collect()
}

async fn page(
    office: &Office,
    visitor: Visitor,
    alert: Option<String>,
    (name_fr, name_ar): (String, String),
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let phones = office.teams.phones().await.map_err(|e| desk_fault(&e))?;
    let members = office.teams.members().await.map_err(|e| desk_fault(&e))?;
    let places = office.teams.places().await.map_err(|e| desk_fault(&e))?;
    let now = office.now_utc_ms();
    let frame = Frame::at_work(office, &visitor, Section::Phones, Demonstration::Absent)
        .await
        .showing("phones");
    let shown = ListPage {
        frame,
        t,
        phones: phones
            .iter()
            .map(|phone| PhoneShown::of(t, phone, now))
            .collect(),
        people: members
            .iter()
            .map(|member| person::listed(t, member, &places, &phones))
            .collect(),
        places: places.iter().map(|place| choice_of(t, place)).collect(),
        roles: roles(t),
        may_order: may_order(visitor.who.role),
        alert,
        name_fr,
        name_ar,
    };
    html(status, &shown)
}

/// Makes an invitation for a new person's phone.
async fn invite(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let invite = |visitor: Visitor| async move {
        if !may_order(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let Form(pairs) = form?;
        let one = |key: &str| {
            let found = pairs.iter().find(|(name, _)| name == key);
            found
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        let role = Role::from_code(&one("role")).filter(|role| FIELD_ROLES.contains(role));
        let order = InviteOrder {
            name_fr: one("nom_fr"),
            name_ar: one("nom_ar"),
            role: role.ok_or(PageFault::NotFound)?,
            scopes: pairs
                .iter()
                .filter(|(name, _)| name == "lieu")
                .filter_map(|(_, value)| value.parse::<ScopeId>().ok())
                .collect(),
        };
        let names = (order.name_fr.clone(), order.name_ar.clone());
        match office.teams.invite(visitor.who.person, order).await {
            Ok(made) => {
                let whom = person_name(visitor.t, &names.0, &names.1);
                invitation(office, visitor, whom, &made).await
            }
            Err(error @ (DeskError::BadField { .. } | DeskError::NoAddress)) => {
                let words = refused(visitor.t, &error);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                page(office, visitor, Some(words), names, status).await
            }
            Err(error) => Err(desk_fault(&error)),
        }
    };
    for_person(office, &caller, invite).await
}

/// What a person can do about an order that was not carried out.
fn refused(t: Texts, error: &DeskError) -> String {
    match error {
        DeskError::BadField { why, .. } => t.get(why),
        DeskError::NoAddress
        | DeskError::NotAllowed
        | DeskError::NotFound
        | DeskError::Unavailable => t.get("teams-no-address"),
    }
}

/// The page that is held before the phone, or printed.
async fn invitation(
    office: &Office,
    visitor: Visitor,
    whom: String,
    made: &InvitationMade,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    // A text too long for a code is still there to be copied.
    let code = QrCode::new(made.text.as_bytes()).map_or_else(
        |_| String::new(),
        |code| {
            let drawn = code
                .render::<svg::Color<'_>>()
                .min_dimensions(320, 320)
                .build();
            drawn
                .find("<svg")
                .and_then(|at| drawn.get(at..))
                .unwrap_or_default()
                .to_owned()
        },
    );
    let frame = Frame::at_work(office, &visitor, Section::Phones, Demonstration::Absent).await;
    let shown = InvitationPage {
        frame,
        t,
        other: Texts::of(t.language.other()),
        whom,
        text: made.text.clone(),
        code,
        until: t.instant(ms_of(made.expires_s)),
    };
    html(StatusCode::OK, &shown)
}

async fn find(
    office: &Office,
    t: Texts,
    phone: &str,
) -> Result<(IncarnationId, PhoneShown), PageFault> {
    let id = phone
        .parse::<IncarnationId>()
        .map_err(|_| PageFault::NotFound)?;
    let phones = office.teams.phones().await.map_err(|e| desk_fault(&e))?;
    let found = phones.iter().find(|one| one.incarnation == id);
    let found = found.ok_or(PageFault::NotFound)?;
    Ok((id, PhoneShown::of(t, found, office.now_utc_ms())))
}

/// Asks before rights are withdrawn: it cannot be taken back.
async fn ask(
    State(office): State<Office>,
    caller: Caller,
    Path(phone): Path<String>,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        if !may_order(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let (_, phone) = find(office, visitor.t, &phone).await?;
        let frame = Frame::at_work(office, &visitor, Section::Phones, Demonstration::Absent).await;
        let shown = RevokePage {
            frame,
            t: visitor.t,
            phone,
        };
        html(StatusCode::OK, &shown)
    };
    for_person(office, &caller, build).await
}

async fn revoke(
    State(office): State<Office>,
    caller: Caller,
    Path(phone): Path<String>,
) -> Response<Body> {
    let office = &office;
    let revoke = |visitor: Visitor| async move {
        if !may_order(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let (id, phone) = find(office, visitor.t, &phone).await?;
        let done = office.teams.revoke(visitor.who.person, id).await;
        done.map_err(|error| desk_fault(&error))?;
        let to = format!("{}?fait=retire", phone.person_href);
        Ok(Redirect::to(&to).into_response())
    };
    for_person(office, &caller, revoke).await
}

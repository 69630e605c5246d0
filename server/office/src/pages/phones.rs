//! *Téléphones et équipes*: who has a phone, when it was last heard of; invitations, and the end
//! of a phone's rights.

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
use crate::desk::{DeskError, InvitationMade, InviteOrder, PhoneListed, PhoneState, Place};
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
}

#[derive(Template)]
#[template(path = "phones/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    phones: Vec<PhoneShown>,
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
    text: String,
    code: String,
    until: String,
}

/// One phone.
struct PhoneShown {
    href: String,
    person: String,
    device: String,
    seen: Option<Moment>,
    silent: bool,
    state: Option<String>,
    places: String,
    receipt: Option<String>,
}

impl PhoneShown {
    fn of(t: Texts, phone: &PhoneListed, now_utc_ms: i64) -> Self {
        let seen_ms = i64::try_from(phone.seen_at_s)
            .unwrap_or(0)
            .saturating_mul(1_000);
        let places: Vec<String> = phone
            .scopes
            .iter()
            .map(|(fr, ar, role)| format!("{} ({})", plain(t.choose(fr, ar)), role_label(t, *role)))
            .collect();
        Self {
            href: format!("/telephones/{}/retirer", phone.incarnation.hex()),
            person: plain(t.choose(&phone.name_fr, &phone.name_ar)),
            device: plain(&phone.device_name),
            seen: Moment::of(t, seen_ms, now_utc_ms),
            silent: days_ago(seen_ms, now_utc_ms).is_some_and(|days| days >= SILENT_DAYS),
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

async fn page(
    office: &Office,
    visitor: Visitor,
    alert: Option<String>,
    (name_fr, name_ar): (String, String),
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let phones = office.teams.phones().await.map_err(|e| desk_fault(&e))?;
    let places = office.teams.places().await.map_err(|e| desk_fault(&e))?;
    let now = office.now_utc_ms();
    let named = |place: &Place| {
        let name = plain(t.choose(&place.name_fr, &place.name_ar));
        (place.scope.hex(), name)
    };
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
        places: places.iter().map(named).collect(),
        roles: FIELD_ROLES
            .iter()
            .map(|role| (role.code(), role_label(t, *role)))
            .collect(),
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
            person: None,
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
            Ok(made) => invitation(office, visitor, &made).await,
            Err(error @ (DeskError::BadField { .. } | DeskError::NoAddress)) => {
                let words = match error {
                    DeskError::BadField { why, .. } => visitor.t.get(why),
                    _ => visitor.t.get("teams-no-address"),
                };
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                page(office, visitor, Some(words), names, status).await
            }
            Err(error) => Err(desk_fault(&error)),
        }
    };
    for_person(office, &caller, invite).await
}

/// The page that is held before the phone, or printed.
async fn invitation(
    office: &Office,
    visitor: Visitor,
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
    let until_ms = i64::try_from(made.expires_s)
        .unwrap_or(0)
        .saturating_mul(1_000);
    let frame = Frame::at_work(office, &visitor, Section::Phones, Demonstration::Absent).await;
    let shown = InvitationPage {
        frame,
        t,
        other: Texts::of(t.language.other()),
        text: made.text.clone(),
        code,
        until: t.instant(until_ms),
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
        let (id, _) = find(office, visitor.t, &phone).await?;
        let done = office.teams.revoke(visitor.who.person, id).await;
        done.map_err(|error| desk_fault(&error))?;
        Ok(Redirect::to("/telephones").into_response())
    };
    for_person(office, &caller, revoke).await
}

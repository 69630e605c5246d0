//! The sheet of one project: state, fields, visits, disagreements, history; and what people of
//! the office write on it.

pub(crate) mod fields;
pub(crate) mod history;
mod money;
mod sheet;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Path, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_model::{AdminState, DocumentId, Hash32, ProjectField, Role, Value};
use jawla_ui::Texts;
use jawla_views::{Command, CommandError, ProjectSheet};

use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::{Office, limits};
use fields::{Faults, Group, Typed};

/// What a form of these pages brings.
type Pairs = Result<Form<Vec<(String, String)>>, FormRejection>;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/projets/{document}", get(show).post(write))
        .route("/projets/{document}/etat", post(move_on))
        .route("/projets/{document}/annuler", post(undo))
        .route("/projets/{document}/argent", post(money::record))
        .route(
            "/projets/{document}/argent/{fact}/annuler",
            post(money::cancel),
        )
        .route("/projets/{document}/historique", get(trail))
        .layer(DefaultBodyLimit::max(limits::PROJECT_FORM_BYTES_MAX))
}

/// What stands on the sheet beside what rows and dossier say: the answer to an order.
#[derive(Default)]
pub(crate) struct Answer {
    note: Option<String>,
    alert: Option<String>,
    again: Option<(Group, Typed, Faults)>,
    money: Option<money::Refused>,
}

impl Answer {
    fn alert(text: String) -> Self {
        Self {
            alert: Some(text),
            ..Self::default()
        }
    }
}

/// The project, if this person may see it. One of another scope does not exist.
async fn find(
    office: &Office,
    visitor: &Visitor,
    document: &str,
) -> Result<(DocumentId, ProjectSheet), PageFault> {
    let document = document_of(document).ok_or(PageFault::NotFound)?;
    let sheet = office.views.project(document).await?;
    let sheet = sheet.ok_or(PageFault::NotFound)?;
    let seen = match &visitor.who.scopes {
        jawla_views::ScopeFilter::All => true,
        jawla_views::ScopeFilter::Only(scopes) => scopes.contains(&sheet.project.scope),
    };
    if seen {
        Ok((document, sheet))
    } else {
        Err(PageFault::NotFound)
    }
}

/// The document of an address.
pub(crate) fn document_of(text: &str) -> Option<DocumentId> {
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
    DocumentId::from_slice(&bytes)
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let (_, found) = find(office, &visitor, &document).await?;
        let done = match query.as_deref() {
            Some("fait=fiche") => Some("office-done-fields"),
            Some("fait=rien") => Some("office-done-nothing"),
            Some("fait=etat") => Some("office-done-state"),
            Some("fait=annule") => Some("office-done-undo"),
            Some("fait=argent") => Some("money-done"),
            Some("fait=argent-annule") => Some("money-done-cancelled"),
            _ => None,
        };
        let answer = Answer {
            note: done.map(|key| visitor.t.get(key)),
            ..Answer::default()
        };
        sheet::page(office, visitor, found, answer, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

fn done(document: DocumentId, what: &str, anchor: &str) -> Response<Body> {
    let to = format!("/projets/{}?fait={what}#{anchor}", document.hex());
    Redirect::to(&to).into_response()
}

/// Takes the form of a group of fields.
async fn write(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    form: Pairs,
) -> Response<Body> {
    let office = &office;
    let write = |visitor: Visitor| async move {
        let Form(pairs) = form?;
        let (id, found) = find(office, &visitor, &document).await?;
        let typed = Typed::of(pairs);
        let group = typed.get("groupe").and_then(Group::from_code);
        let group = group.ok_or(PageFault::NotFound)?;
        if !group.is_open_to(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let changes = match fields::changes(visitor.t, group, visitor.who.role, &typed) {
            Ok(changes) => changes,
            Err(faults) => {
                return again(office, visitor, found, (group, typed, faults), None).await;
            }
        };
        let what = if changes.is_empty() { "rien" } else { "fiche" };
        for (field, value) in changes {
            let order = Command::SetProjectField {
                document: id,
                field,
                value,
            };
            if let Err(error) = office.commands.carry_out(visitor.who.person, order).await {
                let mut faults = Faults::new();
                let words = refusal(visitor.t, &error)?;
                faults.insert(field.key(), words.clone());
                let again_of = (group, typed, faults);
                return again(office, visitor, found, again_of, Some(words)).await;
            }
        }
        Ok(done(id, what, group.code()))
    };
    for_person(office, &caller, write).await
}

/// The sheet again, with what was typed and what to correct.
async fn again(
    office: &Office,
    visitor: Visitor,
    found: ProjectSheet,
    typed: (Group, Typed, Faults),
    alert: Option<String>,
) -> Result<Response<Body>, PageFault> {
    let alert = alert.unwrap_or_else(|| visitor.t.get("office-field-to-correct"));
    let answer = Answer {
        alert: Some(alert),
        again: Some(typed),
        ..Answer::default()
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    sheet::page(office, visitor, found, answer, status).await
}

/// Where a project may go from a state by the hand of a role.
pub(crate) fn moves(from: AdminState, role: Role) -> impl Iterator<Item = AdminState> {
    from.next()
        .iter()
        .copied()
        .filter(move |next| next.recorded_by().contains(&role))
}

/// Takes a move of the administrative state.
async fn move_on(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    form: Pairs,
) -> Response<Body> {
    let office = &office;
    let move_on = |visitor: Visitor| async move {
        let Form(pairs) = form?;
        let (id, found) = find(office, &visitor, &document).await?;
        let typed = Typed::of(pairs);
        let from = AdminState::from_code(&found.project.admin_state);
        let to = typed.get("etat").and_then(AdminState::from_code);
        let (Some(from), Some(to)) = (from, to) else {
            return Err(PageFault::NotFound);
        };
        let refused = if typed.get("depuis") != Some(from.code()) {
            Some("office-state-moved")
        } else if !moves(from, visitor.who.role).any(|next| next == to) {
            Some("office-state-refused")
        } else {
            None
        };
        if let Some(key) = refused {
            let answer = Answer::alert(visitor.t.get(key));
            return sheet::page(office, visitor, found, answer, StatusCode::CONFLICT).await;
        }
        let order = Command::SetProjectField {
            document: id,
            field: ProjectField::AdminState,
            value: Value::from(to.code()),
        };
        carry_out(office, visitor, found, order, ("etat", "etat")).await
    };
    for_person(office, &caller, move_on).await
}

/// Takes back the person's own last action.
async fn undo(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    form: Pairs,
) -> Response<Body> {
    let office = &office;
    let undo = |visitor: Visitor| async move {
        let Form(pairs) = form?;
        let (id, found) = find(office, &visitor, &document).await?;
        let typed = Typed::of(pairs);
        let change = typed
            .get("action")
            .and_then(|text| text.parse::<Hash32>().ok());
        let order = Command::Undo {
            document: id,
            change: change.ok_or(PageFault::NotFound)?,
        };
        carry_out(office, visitor, found, order, ("annule", "historique")).await
    };
    for_person(office, &caller, undo).await
}

async fn carry_out(
    office: &Office,
    visitor: Visitor,
    found: ProjectSheet,
    order: Command,
    (what, anchor): (&str, &str),
) -> Result<Response<Body>, PageFault> {
    let id = order.document();
    match office.commands.carry_out(visitor.who.person, order).await {
        Ok(_) => Ok(done(id, what, anchor)),
        Err(error) => {
            let answer = Answer::alert(refusal(visitor.t, &error)?);
            sheet::page(office, visitor, found, answer, StatusCode::CONFLICT).await
        }
    }
}

/// Why an order was not carried out, and what to do.
///
/// # Errors
/// The fault of the whole page, where the order is not the person's to correct.
pub(crate) fn refusal(t: Texts, error: &CommandError) -> Result<String, PageFault> {
    let key = match error {
        CommandError::NotFound => return Err(PageFault::NotFound),
        CommandError::Changed => "office-refused-changed",
        CommandError::BadValue { error, .. } => return Ok(fields::fault_words(t, *error)),
        CommandError::BadMoney(_) => "money-refused",
        CommandError::RulesBroken(_) | CommandError::BadPhoto(_) => "office-refused-rules",
        CommandError::TooMuch => "office-refused-full",
        CommandError::NotUndoable => "office-refused-undo",
        CommandError::NotAllowed(_) | CommandError::NotEnrolled => "office-refused-role",
        CommandError::StorageFull => "office-refused-storage",
        CommandError::Busy => "office-refused-busy",
        CommandError::Store(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "an order failed");
            "office-refused-ours"
        }
    };
    Ok(t.get(key))
}

/// The whole history, in pages.
async fn trail(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let (_, found) = find(office, &visitor, &document).await?;
        let page = query
            .as_deref()
            .and_then(|query| query.strip_prefix("page="))
            .and_then(|page| page.parse::<u32>().ok())
            .unwrap_or(1)
            .clamp(1, limits::PAGE_NUMBER_MAX);
        sheet::trail(office, visitor, found, page - 1).await
    };
    for_person(office, &caller, build).await
}

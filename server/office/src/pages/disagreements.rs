//! *À départager*: open disagreements, each settled by one tap or by another value.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jawla_model::rules::field::ValueError;
use jawla_model::schema::{FieldKind, FieldSpec};
use jawla_model::{DocumentId, FieldPath, Hash32};
use jawla_ui::Texts;
use jawla_views::{
    Command, CommandError, ConflictListed, ConflictQuery, Page, PageWindow, PersonRow,
};

use crate::format::plain;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::moment::received_ms;
use crate::pages::names::{Choice, Names, Title};
use crate::pages::project::fields::parse;
use crate::pages::project::{document_of, refusal};
use crate::pages::{Demonstration, Frame, Section, html, values};
use crate::{Office, limits};

/// Disagreements on one page: each has a form, and people settle a few at a time.
const DISAGREEMENTS_PER_PAGE: u32 = 50;
/// Pages of one dossier searched for a disagreement; a dossier has far fewer.
const PAGES_SEARCHED_MAX: u32 = 20;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new().route("/a-departager", get(show).post(settle))
}

/// What the address asks for.
#[derive(Default, Clone, Copy)]
struct Asked {
    document: Option<DocumentId>,
    /// From zero.
    page: u32,
}

/// What stands on the page beside the rows: the answer to an order.
#[derive(Default)]
struct Answer {
    note: Option<String>,
    alert: Option<String>,
    beside: Option<Beside>,
}

/// What to say at one disagreement, with what was typed there.
struct Beside {
    document: DocumentId,
    path: String,
    fault: String,
    typed: Option<String>,
}

#[derive(Template)]
#[template(path = "disagreements.html")]
struct DisagreementsPage {
    frame: Frame,
    t: Texts,
    note: Option<String>,
    alert: Option<String>,
    total: String,
    filtered: Option<String>,
    rows: Vec<Shown>,
    page: String,
    previous: Option<String>,
    next: Option<String>,
}

/// One disagreement.
struct Shown {
    number: usize,
    title: Title,
    href: String,
    communes: String,
    label: String,
    visit: Option<String>,
    weighty: bool,
    values: Vec<ValueShown>,
    order: Option<Order>,
    fault: Option<String>,
}

struct ValueShown {
    text: String,
    author: String,
    claimed: String,
    received: String,
}

/// What the forms of a disagreement carry.
struct Order {
    document: String,
    path: String,
    seen: String,
    other: Option<Other>,
}

/// How another value is typed.
struct Other {
    open: bool,
    many: bool,
    choices: Vec<Choice>,
    value: String,
    chars_max: usize,
    kind: &'static str,
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let (mut asked, mut answer) = (Asked::default(), Answer::default());
        let query = query.unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).take(limits::QUERY_PAIRS_MAX);
        for (key, value) in pairs {
            match &*key {
                "projet" => {
                    asked.document = Some(document_of(&value).ok_or(PageFault::NotFound)?);
                }
                "page" => {
                    let page = value.parse().unwrap_or(1_u32);
                    asked.page = page.clamp(1, limits::PAGE_NUMBER_MAX) - 1;
                }
                "fait" => answer.note = Some(visitor.t.get("conflicts-done")),
                _ => {}
            }
        }
        page(office, visitor, asked, answer, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

async fn listed(
    office: &Office,
    visitor: &Visitor,
    asked: Asked,
) -> Result<Page<ConflictListed>, PageFault> {
    let query = ConflictQuery {
        scopes: visitor.who.scopes.clone(),
        document: asked.document,
        window: PageWindow {
            offset: asked.page.saturating_mul(DISAGREEMENTS_PER_PAGE),
            rows_max: DISAGREEMENTS_PER_PAGE,
        },
        ..ConflictQuery::default()
    };
    Ok(office.views.conflicts(&query).await?)
}

async fn page(
    office: &Office,
    visitor: Visitor,
    asked: Asked,
    answer: Answer,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let found = listed(office, &visitor, asked).await?;
    let people = office.views.people().await?;
    let names = Names::of(t, &office.reference);
    let mut rows = Vec::new();
    for (number, one) in found.rows.iter().enumerate() {
        let visit = visit_words(office, t, one).await?;
        let mut shown = shown(t, &names, &people, one, answer.beside.as_ref());
        shown.number = number;
        shown.visit = visit;
        if !visitor.who.role.is_office() {
            shown.order = None;
        }
        rows.push(shown);
    }
    rows.sort_by_key(|row| !row.weighty);
    let demonstration = found.rows.iter().filter(|one| one.project.demonstration);
    let shown = Demonstration::of(u64::try_from(demonstration.count()).unwrap_or(u64::MAX));
    let pages = found
        .total
        .div_ceil(u64::from(DISAGREEMENTS_PER_PAGE))
        .max(1);
    let to = |number: u32| match asked.document {
        Some(document) => format!("/a-departager?projet={}&page={number}", document.hex()),
        None => format!("/a-departager?page={number}"),
    };
    let number = t.count_of(u64::from(asked.page) + 1);
    let page = DisagreementsPage {
        frame: Frame::at_work(office, &visitor, Section::Disagreements, shown)
            .await
            .showing("everything project"),
        t,
        note: answer.note,
        alert: answer.alert,
        total: t.count("conflicts-total", found.total),
        filtered: asked.document.map(|_| t.get("conflicts-all")),
        rows,
        page: t.with_all(
            "conflicts-page",
            &[("page", &number), ("of", &t.count_of(pages))],
        ),
        previous: (asked.page > 0).then(|| to(asked.page)),
        next: (u64::from(asked.page) + 1 < pages).then(|| to(asked.page.saturating_add(2))),
    };
    html(status, &page)
}

/// Which visit a field belongs to; none for a field of the project.
async fn visit_words(
    office: &Office,
    t: Texts,
    one: &ConflictListed,
) -> Result<Option<String>, PageFault> {
    let Some(FieldPath::Visit(visit, _)) = one.conflict.at() else {
        return Ok(None);
    };
    let sheet = office.views.visit(one.conflict.document, visit).await?;
    Ok(Some(match sheet {
        Some(sheet) => {
            let kind = values::code_label(t, "kind", &sheet.visit.kind);
            let at = t.instant(sheet.visit.started_at_ms);
            t.with_all("conflicts-visit", &[("kind", &kind), ("instant", &at)])
        }
        None => t.get("conflicts-visit-unknown"),
    }))
}

fn shown(
    t: Texts,
    names: &Names<'_>,
    people: &[PersonRow],
    one: &ConflictListed,
    beside: Option<&Beside>,
) -> Shown {
    let (row, project) = (&one.conflict, &one.project);
    let spec = row.at().and_then(|at| at.spec());
    let beside = beside.filter(|it| it.document == row.document && it.path == row.path);
    let author = |person| {
        people
            .iter()
            .find(|one| Some(one.person) == person)
            .map(|one| plain(t.choose(&one.name_fr, &one.name_ar)))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| t.get("office-feed-unknown-author"))
    };
    let values = row.values.iter().map(|value| ValueShown {
        text: match &spec {
            Some(spec) => values::shown(t, names, spec, &value.value),
            None => t.get("conflicts-newer"),
        },
        author: author(value.author),
        claimed: t.instant(value.claimed_at_ms),
        received: match value.received_at.and_then(received_ms) {
            Some(at) => t.with("conflicts-received", "instant", t.instant(at)),
            None => t.get("conflicts-not-received"),
        },
    });
    let typed = beside.and_then(|it| it.typed.as_deref());
    let seen: Vec<String> = row.values.iter().map(|value| value.change.hex()).collect();
    Shown {
        number: 0,
        title: Title::of(t, &project.title_fr, &project.title_ar),
        href: format!("/projets/{}", row.document.hex()),
        communes: names.communes(&project.communes),
        label: match &spec {
            Some(spec) => values::label(t, spec).to_owned(),
            None => t.get("conflicts-newer"),
        },
        visit: None,
        weighty: row.weighty,
        values: values.collect(),
        // A field of a newer schema is settled by a newer build.
        order: spec.map(|spec| Order {
            document: row.document.hex(),
            path: row.path.clone(),
            seen: seen.join(","),
            other: other(t, names, &spec, typed),
        }),
        fault: beside.map(|it| it.fault.clone()),
    }
}

/// The input of another value; none for a kind that nobody types.
fn other(t: Texts, names: &Names<'_>, spec: &FieldSpec, typed: Option<&str>) -> Option<Other> {
    let chosen = typed.filter(|typed| !typed.is_empty());
    let choices = match (spec.kind, spec.key) {
        (FieldKind::Flag | FieldKind::Position | FieldKind::Review | FieldKind::Instant, _) => {
            return None;
        }
        (_, "communes") => {
            let mut choices = names.commune_choices(None);
            for choice in &mut choices {
                if chosen.is_some_and(|all| all.split('+').any(|code| code == choice.code)) {
                    choice.chosen = crate::pages::names::Chosen::Yes;
                }
            }
            choices
        }
        (_, "programme") => names.all_programme_choices(chosen),
        (_, "sector") => names.sector_choices(chosen),
        (FieldKind::Code(codes), key) => codes
            .iter()
            .map(|code| Choice::new(code, values::code_label(t, key, code), chosen))
            .collect(),
        _ => Vec::new(),
    };
    Some(Other {
        open: typed.is_some(),
        many: spec.key == "communes",
        choices,
        value: typed.unwrap_or_default().to_owned(),
        chars_max: spec.chars_max(),
        kind: match spec.kind {
            FieldKind::Amount => "amount",
            FieldKind::Share => "share",
            FieldKind::Whole { .. } => "whole",
            FieldKind::Day => "day",
            FieldKind::Note => "note",
            _ => "line",
        },
    })
}

/// The disagreement as it stands now, with the page of its dossier's list that it is on.
async fn find(
    office: &Office,
    visitor: &Visitor,
    document: DocumentId,
    path: &str,
) -> Result<Option<(ConflictListed, Asked)>, PageFault> {
    for page in 0..PAGES_SEARCHED_MAX {
        let asked = Asked {
            document: Some(document),
            page,
        };
        let found = listed(office, visitor, asked).await?;
        let last = found.next_offset().is_none();
        if let Some(one) = found.rows.into_iter().find(|one| one.conflict.path == path) {
            return Ok(Some((one, asked)));
        }
        if last {
            break;
        }
    }
    Ok(None)
}

/// What a form of the page brought.
struct Sent {
    document: DocumentId,
    at: FieldPath,
    spec: FieldSpec,
    seen: BTreeSet<Hash32>,
    /// Another value, as typed; several choices joined by `+`.
    typed: Option<String>,
    /// The number of a value of the page.
    chosen: Option<usize>,
}

impl Sent {
    fn of(pairs: &[(String, String)]) -> Result<Self, PageFault> {
        let all = |key: &str| -> Vec<&str> {
            let found = pairs.iter().filter(|(name, _)| name == key);
            found.map(|(_, value)| value.trim()).collect()
        };
        let get = |key: &str| all(key).first().copied().unwrap_or_default();
        let at = FieldPath::from_text(get("path")).ok_or(PageFault::NotFound)?;
        let seen: Option<BTreeSet<Hash32>> =
            get("seen").split(',').map(|it| it.parse().ok()).collect();
        let typed = all("autre");
        Ok(Self {
            document: document_of(get("document")).ok_or(PageFault::NotFound)?,
            spec: at.spec().ok_or(PageFault::NotFound)?,
            seen: seen.ok_or(PageFault::NotFound)?,
            typed: (!typed.is_empty()).then(|| typed.join("+").replace("\r\n", "\n")),
            chosen: get("choix").parse().ok(),
            at,
        })
    }
}

/// Takes a value for a disagreement.
async fn settle(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let settle = |visitor: Visitor| async move {
        if !visitor.who.role.is_office() {
            return Err(PageFault::NotAllowed);
        }
        let Form(pairs) = form?;
        let Sent {
            document,
            at,
            spec,
            seen,
            typed,
            chosen,
        } = Sent::of(&pairs)?;
        let path = at.text();
        let Some((now, asked)) = find(office, &visitor, document, &path).await? else {
            let answer = Answer {
                alert: Some(visitor.t.get("conflicts-gone")),
                ..Answer::default()
            };
            let all = Asked::default();
            return page(office, visitor, all, answer, StatusCode::CONFLICT).await;
        };
        let beside = |fault: String| Answer {
            beside: Some(Beside {
                document,
                path: path.clone(),
                fault,
                typed: typed.clone(),
            }),
            ..Answer::default()
        };
        // The number of a button means nothing once others stand there.
        let stands: BTreeSet<Hash32> = now.conflict.values.iter().map(|it| it.change).collect();
        if stands != seen {
            let answer = beside(visitor.t.get("conflicts-changed"));
            return page(office, visitor, asked, answer, StatusCode::CONFLICT).await;
        }
        let value = match typed.as_deref() {
            Some("") => Err(ValueError::Malformed),
            Some(text) => parse(&spec, text),
            None => {
                let chosen = chosen.and_then(|index| now.conflict.values.get(index));
                Ok(chosen.ok_or(PageFault::NotFound)?.value.clone())
            }
        };
        let ordered = match value {
            Ok(value) => {
                let order = Command::SettleConflict {
                    document,
                    at,
                    value,
                    seen,
                };
                office.commands.carry_out(visitor.who.person, order).await
            }
            Err(error) => Err(CommandError::BadValue {
                key: spec.key,
                error,
            }),
        };
        let error = match ordered {
            Ok(_) => return Ok(Redirect::to("/a-departager?fait=1").into_response()),
            Err(error) => error,
        };
        let (status, words) = unsettled(visitor.t, &error)?;
        page(office, visitor, asked, beside(words), status).await
    };
    for_person(office, &caller, settle).await
}

/// Why a disagreement was not settled.
fn unsettled(t: Texts, error: &CommandError) -> Result<(StatusCode, String), PageFault> {
    Ok(match error {
        CommandError::Changed => (StatusCode::CONFLICT, t.get("conflicts-changed")),
        CommandError::NotAllowed(_) => (StatusCode::FORBIDDEN, t.get("conflicts-not-allowed")),
        error => (StatusCode::UNPROCESSABLE_ENTITY, refusal(t, error)?),
    })
}

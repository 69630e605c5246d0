//! *Fiche projet*: one project in full, and what the team may write about it.

use std::cmp::Reverse;

use askama::Template;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use jawla_model::schema::Writers;
use jawla_model::{
    DocumentId, FieldKind, FieldPath, Nature, PersonId, ProjectField, Value, VisitKind,
};
use jawla_ui::format::plain;
use jawla_views::phone::{PhoneStanding, PhoneStatus};
use jawla_views::{
    CommandError, HistoryEntry, Page, PhotoRow, ProjectFields, ProjectRow, ProjectSheet, VisitRow,
};

use crate::fault::command_sentence;
use crate::names::{Names, day_number};
use crate::pages::disagreements::{Card, Refused, cards};
use crate::pages::forms::{self, Form};
use crate::pages::history::{self, Entry};
use crate::pages::lines::{VisitLine, title, visited};
use crate::pages::money::Money;
use crate::pages::past::{List, Past, PastLink, Rest, as_i64};
use crate::{Answer, Fault, Field, Frame, Tab, page, saved_at};

/// Something that is known, with its name.
struct Fact {
    label: String,
    value: String,
}

/// A field the team may write.
struct FieldInput {
    key: &'static str,
    label: String,
    /// `line`, `note`, `number` or `code`.
    sort: &'static str,
    value: String,
    chars_max: usize,
    /// Value, label, chosen.
    options: Vec<(&'static str, String, bool)>,
    refused: Option<String>,
    readonly: bool,
}

struct Thumb {
    href: String,
    src: String,
    alt: String,
    when: String,
}

/// A commune in figures.
struct Census {
    name: String,
    people: String,
    people_before: String,
    households: String,
    change: Option<String>,
}

/// How far it is beside how far it should be.
struct Progress {
    observed_bp: i64,
    observed: Option<String>,
    planned_bp: i64,
    planned: Option<String>,
    gap: Option<String>,
    behind: bool,
    approved: Option<String>,
}

#[derive(Template)]
#[template(path = "field/project.html")]
struct ProjectPage {
    frame: Frame,
    href: String,
    code: String,
    commune: String,
    state: &'static str,
    state_label: String,
    visited: String,
    demonstration: bool,
    cards: Vec<Card>,
    progress: Progress,
    facts: Vec<Fact>,
    visits: Vec<VisitLine>,
    visits_past: Vec<PastLink>,
    drafts_of_others: Option<String>,
    thumbs: Vec<Thumb>,
    photos_past: Vec<PastLink>,
    difficulties: Vec<(String, String)>,
    money: Money,
    census: Vec<Census>,
    inputs: Vec<FieldInput>,
    entries: Vec<Entry>,
    history_past: Vec<PastLink>,
    writes: bool,
}

/// Shows a project.
pub(crate) async fn show(
    State(field): State<Field>,
    Path(document): Path<String>,
    past: Result<Query<Past>, QueryRejection>,
) -> Answer {
    let document = forms::document(&document)?;
    // An address that was mistyped shows the newest.
    let past = past.map_or_else(|_| Past::default(), |Query(past)| past);
    sheet(&field, document, past, None).await
}

/// The project's page, with what was refused beside its field.
pub(crate) async fn sheet_with(
    field: &Field,
    document: DocumentId,
    refused: Option<Refused>,
) -> Answer {
    sheet(field, document, Past::default(), refused).await
}

async fn sheet(
    field: &Field,
    document: DocumentId,
    past: Past,
    refused: Option<Refused>,
) -> Answer {
    let status = field.status().await?;
    let names = Names::of(field, &status).await?;
    let sheet = field
        .phone
        .views()
        .project(document)
        .await?
        .ok_or(Fault::NotFound)?;
    let fields = field
        .phone
        .project_fields(document)
        .await?
        .unwrap_or_default();
    let money = field.phone.money_facts(document).await?;
    let me = status.person.as_ref().map(|person| person.person);
    let (past, history) = entries(field, document, me, past).await?;
    let code = match &refused {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let mut shown = made(&names, &status, &sheet, &fields, past, refused.as_ref());
    shown.money = Money::of(shown.frame.t, &money);
    shown.entries = history
        .rows
        .iter()
        .filter_map(|one| history::entry(&names, one))
        .collect();
    let rest = history.next_offset().map_or(Rest::Nothing, |_| Rest::Some);
    shown.history_past = past.links(names.t, &shown.href, List::History, rest);
    page(code, &shown)
}

/// The entries that the address asks for; the newest, if it goes beyond the oldest.
async fn entries(
    field: &Field,
    document: DocumentId,
    me: Option<PersonId>,
    past: Past,
) -> Result<(Past, Page<HistoryEntry>), Fault> {
    let window = past.window(List::History, None);
    let asked = field.phone.history(document, me, window).await?;
    if !asked.rows.is_empty() || window.offset == 0 {
        return Ok((past, asked));
    }
    let past = past.at(List::History, 0);
    let window = past.window(List::History, None);
    Ok((past, field.phone.history(document, me, window).await?))
}

fn made(
    names: &Names,
    status: &PhoneStatus,
    sheet: &ProjectSheet,
    fields: &ProjectFields,
    past: Past,
    refused: Option<&Refused>,
) -> ProjectPage {
    let t = names.t;
    let row = &sheet.project;
    let me = status.person.as_ref().map(|person| person.person);
    let href = format!("/projets/{}", row.document.hex());
    let (past, visits, visits_rest) = visits(names, status, sheet, past);
    let (past, thumbs, photos_rest) = thumbs(names, sheet, past);
    let others = sheet.drafts_of_others(me);
    let frame = Frame::titled(status, title(names, &row.title_fr, &row.title_ar))
        .tab(Tab::Projects)
        .back("/projets")
        .fault(refused.and_then(|refused| said_above(sheet, refused)))
        .watch(&format!("project:{}", row.document.hex()));
    ProjectPage {
        code: plain(&row.code_das),
        commune: names.communes(&row.communes),
        state: row.reporting_state.code(),
        state_label: names.admin_state(&row.admin_state),
        visited: visited(names, row.last_visit_at_ms, status.now_ms),
        demonstration: row.demonstration,
        cards: cards(names, status, &sheet.conflicts, refused),
        progress: progress(names, row, status.now_ms),
        facts: facts(names, row, fields),
        visits,
        visits_past: past.links(t, &href, List::Visits, visits_rest),
        drafts_of_others: (others > 0).then(|| t.count("phone-drafts-of-others", as_i64(others))),
        thumbs,
        photos_past: past.links(t, &href, List::Photos, photos_rest),
        difficulties: open_difficulties(names, sheet, status.now_ms),
        money: Money::default(),
        census: census(names, row),
        inputs: inputs(names, status, fields, refused),
        entries: Vec::new(),
        history_past: Vec::new(),
        writes: writes(status),
        href,
        frame,
    }
}

/// The lines of a list within what the address asks for, and what stands behind them.
fn part<T>(past: Past, list: List, mut all: Vec<T>) -> (Past, Vec<T>, Rest) {
    let window = past.window(list, Some(all.len()));
    let mut shown = all.split_off((window.offset as usize).min(all.len()));
    let rest = shown.len().saturating_sub(window.rows_max as usize);
    shown.truncate(window.rows_max as usize);
    (past.at(list, window.offset), shown, Rest::Lines(rest))
}

fn visits(
    names: &Names,
    status: &PhoneStatus,
    sheet: &ProjectSheet,
    past: Past,
) -> (Past, Vec<VisitLine>, Rest) {
    let me = status.person.as_ref().map(|person| person.person);
    let (past, rows, rest) = part(past, List::Visits, sheet.timeline(me).collect());
    let line = |visit: &VisitRow| VisitLine {
        strip: sheet
            .photos_of(visit.visit)
            .take(3)
            .map(|one| strip(names, one))
            .collect(),
        ..VisitLine::within(names, visit, status.now_ms)
    };
    (past, rows.into_iter().map(line).collect(), rest)
}

fn writes(status: &PhoneStatus) -> bool {
    status.standing == PhoneStanding::Enrolled
        && status.role.is_none_or(|role| role.may_write(Writers::Team))
}

/// A refusal that no field and no card on the page can say.
fn said_above(sheet: &ProjectSheet, refused: &Refused) -> Option<String> {
    let at_card = sheet.conflicts.iter().any(|row| row.path == refused.path);
    let at_field = team_fields().any(|field| field.key() == refused.path);
    (!at_field && (!at_card || refused.text.is_empty())).then(|| refused.sentence.clone())
}

fn progress(names: &Names, row: &ProjectRow, now_ms: i64) -> Progress {
    let t = names.t;
    let planned = row.course().planned_bp(day_number(now_ms));
    let gap = row
        .progress_bp
        .zip(planned)
        .map(|(seen, plan)| (seen - plan) / 100);
    Progress {
        observed_bp: row.progress_bp.unwrap_or(0),
        observed: row.progress_bp.map(|bp| t.percent(bp)),
        planned_bp: planned.unwrap_or(0),
        planned: planned.map(|bp| t.percent(bp)),
        gap: gap.map(|points| match points {
            ..0 => t.count("phone-gap-behind", points.saturating_neg()),
            0 => t.get("phone-gap-none"),
            _ => t.count("phone-gap-ahead", points),
        }),
        behind: gap.is_some_and(|points| points <= -15),
        approved: row.approved_progress_bp.map(|bp| t.percent(bp)),
    }
}

fn facts(names: &Names, row: &ProjectRow, fields: &ProjectFields) -> Vec<Fact> {
    let t = names.t;
    let mut all = Vec::new();
    let mut push = |label: String, value: String| {
        if !value.is_empty() {
            all.push(Fact { label, value });
        }
    };
    push(t.get("phone-programme"), names.programme(&row.programme));
    let nature = Nature::from_code(&row.nature);
    let nature = nature.map_or("", |one| t.choose(one.label_fr(), one.label_ar()));
    push(names.label(&ProjectField::Nature.spec()), nature.to_owned());
    if let Some(cost) = row.cost_centimes {
        push(
            names.label(&ProjectField::Cost.spec()),
            t.amount_short(cost),
        );
    }
    if let Some(share) = row.indh_share_centimes {
        push(
            names.label(&ProjectField::IndhShare.spec()),
            t.amount_short(share),
        );
    }
    let day = |civil: &str| {
        if civil.is_empty() {
            String::new()
        } else {
            t.day_of(civil)
        }
    };
    push(
        names.label(&ProjectField::PlannedStart.spec()),
        day(&row.planned_start),
    );
    push(
        names.label(&ProjectField::PlannedEnd.spec()),
        day(&row.planned_end),
    );
    for field in [
        ProjectField::Holder,
        ProjectField::Owner,
        ProjectField::Objective,
    ] {
        if let Some(value) = fields
            .values
            .get(field.key())
            .filter(|value| **value != Value::Empty)
        {
            let shown = names.value(&FieldPath::project(field), value);
            push(names.label(&field.spec()), shown);
        }
    }
    all
}

fn strip(names: &Names, photo: &PhotoRow) -> (String, String) {
    (
        format!("/fichier/{}", photo.thumbnail.hex()),
        role(names, &photo.role),
    )
}

fn role(names: &Names, code: &str) -> String {
    jawla_model::visit::PhotoRole::from_code(code).map_or_else(
        || plain(code),
        |role| names.t.choose(role.label_fr(), role.label_ar()).to_owned(),
    )
}

fn thumbs(names: &Names, sheet: &ProjectSheet, past: Past) -> (Past, Vec<Thumb>, Rest) {
    let mut photos: Vec<&PhotoRow> = sheet.photos.iter().collect();
    photos.sort_by_key(|photo| (Reverse(photo.taken_at_ms), photo.photo));
    let (past, photos, rest) = part(past, List::Photos, photos);
    let thumb = |photo: &PhotoRow| Thumb {
        href: viewer_href(photo),
        src: format!("/fichier/{}", photo.thumbnail.hex()),
        alt: role(names, &photo.role),
        when: names.t.day(photo.taken_at_ms),
    };
    (past, photos.into_iter().map(thumb).collect(), rest)
}

fn viewer_href(photo: &PhotoRow) -> String {
    let place = super::visit::Place {
        document: photo.document,
        visit: photo.visit,
    };
    super::visit::viewer::href_from_project(place, &photo.photo.hex())
}

/// The difficulties that the newest finished visit names, with when.
fn open_difficulties(names: &Names, sheet: &ProjectSheet, now_ms: i64) -> Vec<(String, String)> {
    let Some(newest) = sheet.visits.iter().find(|visit| visit.is_counted()) else {
        return Vec::new();
    };
    let when = names.t.ago(newest.order_ms, now_ms);
    let named = super::lines::difficulties(names, newest);
    named.into_iter().map(|name| (name, when.clone())).collect()
}

fn census(names: &Names, row: &ProjectRow) -> Vec<Census> {
    let t = names.t;
    row.communes
        .split('+')
        .filter_map(|code| names.reference.commune(code))
        .map(|one| {
            let (now, before) = (
                i64::from(one.population_2024),
                i64::from(one.population_2014),
            );
            let change_bp = (before > 0).then(|| (now - before) * 10_000 / before);
            Census {
                name: names.communes(&one.code),
                people: t.count_of(u64::from(one.population_2024)),
                people_before: t.count_of(u64::from(one.population_2014)),
                households: t.count_of(u64::from(one.households_2024)),
                change: change_bp.map(|bp| t.percent(bp)),
            }
        })
        .collect()
}

fn team_fields() -> impl Iterator<Item = ProjectField> {
    ProjectField::ALL.iter().copied().filter(|field| {
        let spec = field.spec();
        spec.writers == Writers::Team && spec.kind != FieldKind::Position
    })
}

fn inputs(
    names: &Names,
    status: &PhoneStatus,
    fields: &ProjectFields,
    refused: Option<&Refused>,
) -> Vec<FieldInput> {
    team_fields()
        .map(|field| {
            let spec = field.spec();
            let stored = fields.values.get(spec.key);
            let refused = refused.filter(|refused| refused.path == spec.key);
            let value = match (refused, stored) {
                (Some(refused), _) => refused.text.clone(),
                (None, Some(Value::Text(text))) => text.clone(),
                (None, Some(Value::Int(number))) => number.to_string(),
                (None, _) => String::new(),
            };
            let codes = match spec.kind {
                FieldKind::Code(codes) => codes,
                _ => &[],
            };
            FieldInput {
                key: spec.key,
                label: names.label(&spec),
                sort: match spec.kind {
                    FieldKind::Note => "note",
                    FieldKind::Code(_) => "code",
                    FieldKind::Whole { .. } => "number",
                    _ => "line",
                },
                options: codes
                    .iter()
                    .map(|code| (*code, names.code(spec.key, code), *code == value))
                    .collect(),
                value,
                chars_max: spec.chars_max(),
                refused: refused.map(|refused| refused.sentence.clone()),
                readonly: !writes(status),
            }
        })
        .collect()
}

/// Writes one field: kept at once, one change when `quitter` says the field was left.
pub(crate) async fn write_field(
    State(field): State<Field>,
    Path(document): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = Form::read(&body)?;
    let document = forms::document(&document)?;
    let key = form.text("champ");
    let wanted = ProjectField::from_key(key).filter(|field| field.spec().writers == Writers::Team);
    let Some(wanted) = wanted else {
        return Err(Fault::BadForm);
    };
    let status = field.status().await?;
    let written = write(&field, document, wanted, &form).await;
    let here = format!("/projets/{}#f-{key}", document.hex());
    match written {
        Ok(saved_at_ms) => saved_at(&headers, &here, saved_at_ms),
        Err(error @ (CommandError::NotFound | CommandError::Store(_))) => Err(error.into()),
        Err(error) => {
            let refused = Refused {
                path: key.to_owned(),
                text: form.text("valeur").to_owned(),
                sentence: command_sentence(crate::texts(&status), &error),
            };
            sheet_with(&field, document, Some(refused)).await
        }
    }
}

async fn write(
    field: &Field,
    document: DocumentId,
    wanted: ProjectField,
    form: &Form,
) -> Result<i64, CommandError> {
    let spec = wanted.spec();
    let value =
        forms::value(&spec, form.text("valeur")).map_err(|error| CommandError::BadValue {
            key: spec.key,
            error,
        })?;
    let at = FieldPath::project(wanted);
    let saved_at_ms = field.phone.type_value(document, at, value).await?;
    // While somebody types, `frappe` says that the field was not left yet.
    if form.text("frappe").is_empty() {
        field.phone.leave(document).await?;
    }
    Ok(saved_at_ms)
}

#[derive(Template)]
#[template(path = "field/new_visit.html")]
struct NewVisitPage {
    frame: Frame,
    action: String,
    project: String,
    commune: String,
    kinds: Vec<(&'static str, String)>,
    writes: bool,
}

/// Asks what kind of visit it is; choosing begins it.
pub(crate) async fn ask_kind(State(field): State<Field>, Path(document): Path<String>) -> Answer {
    let document = forms::document(&document)?;
    let status = field.status().await?;
    let names = Names::of(&field, &status).await?;
    let sheet = field
        .phone
        .views()
        .project(document)
        .await?
        .ok_or(Fault::NotFound)?;
    let row = &sheet.project;
    let href = format!("/projets/{}", document.hex());
    let mut kinds: Vec<VisitKind> = VisitKind::ALL.to_vec();
    kinds.sort_by_key(|kind| *kind != VisitKind::FollowUp);
    page(
        StatusCode::OK,
        &NewVisitPage {
            frame: Frame::new(&status, "act-new")
                .tab(Tab::Projects)
                .back(href.clone()),
            action: format!("{href}/visites"),
            project: title(&names, &row.title_fr, &row.title_ar),
            commune: names.communes(&row.communes),
            kinds: kinds
                .iter()
                .map(|kind| (kind.code(), names.kind(kind.code())))
                .collect(),
            writes: writes(&status),
        },
    )
}

//! *Importer des projets*: a file, its columns, a trial that writes nothing, and then the import.

mod earlier;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_model::Role;
use jawla_ui::Texts;
use serde::Deserialize;

use crate::Office;
use crate::desk::DeskError;
use crate::format::plain;
use crate::imports::{FileHeld, ImportFault, LineRefused, Progress, Trial};
use crate::limits::{
    IMPORT_BODY_BYTES_MAX, IMPORT_COLUMNS_MAX, IMPORT_LINES_PER_PAGE, IMPORT_REFRESH_S,
};
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::exports::formula_safe;
use crate::pages::fault::PageFault;
use crate::pages::{Demonstration, Frame, Section, html};
use earlier::EarlierShown;

/// Where it begins.
pub(crate) const HREF: &str = "/import";

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route(
            HREF,
            get(ask)
                .post(take)
                .layer(DefaultBodyLimit::max(IMPORT_BODY_BYTES_MAX)),
        )
        .route("/import/modele.csv", get(model))
        .route("/import/{id}", get(columns).post(attempt))
        .route("/import/{id}/essai", get(trial))
        .route("/import/{id}/rapport.csv", get(report))
        .route("/import/{id}/importer", post(carry_in))
}

/// Who may bring projects in.
pub(crate) fn may_import(role: Role) -> bool {
    matches!(
        role,
        Role::Supervisor | Role::HeadOfDivision | Role::Administrator
    )
}

#[derive(Template)]
#[template(path = "import/file.html")]
struct FilePage {
    frame: Frame,
    t: Texts,
    alert: Option<String>,
    earlier: Vec<EarlierShown>,
}

#[derive(Template)]
#[template(path = "import/columns.html")]
struct ColumnsPage {
    frame: Frame,
    t: Texts,
    id: String,
    name: String,
    lines: String,
    columns: Vec<ColumnShown>,
    remembered: bool,
    alert: Option<String>,
}

struct ColumnShown {
    key: String,
    name: String,
    samples: Vec<String>,
    choices: Vec<Choice>,
}

struct Choice {
    code: &'static str,
    label: String,
    chosen: Chosen,
}

#[derive(PartialEq, Eq)]
enum Chosen {
    Yes,
    No,
}

impl Choice {
    fn is_chosen(&self) -> bool {
        self.chosen == Chosen::Yes
    }
}

#[derive(Template)]
#[template(path = "import/trial.html")]
struct TrialPage {
    frame: Frame,
    t: Texts,
    id: String,
    name: String,
    lines: String,
    new: u64,
    new_text: String,
    known: Option<String>,
    refused: Option<String>,
    rows: Vec<RowShown>,
    pages: Option<(String, Option<String>, Option<String>)>,
    state: &'static str,
    state_text: String,
    refresh_s: Option<u32>,
}

struct RowShown {
    line: u64,
    field: String,
    sentence: String,
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

fn allowed(visitor: &Visitor) -> Result<(), PageFault> {
    may_import(visitor.who.role)
        .then_some(())
        .ok_or(PageFault::NotAllowed)
}

async fn frame(office: &Office, visitor: &Visitor) -> Frame {
    Frame::at_work(office, visitor, Section::Import, Demonstration::Absent).await
}

/// The name of a field, as a form says it.
fn label(t: Texts, code: &str) -> String {
    t.get(&format!("import-field-{}", code.replace('_', "-")))
}

async fn ask(State(office): State<Office>, caller: Caller) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        allowed(&visitor)?;
        file_page(office, &visitor, None, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

async fn file_page(
    office: &Office,
    visitor: &Visitor,
    alert: Option<String>,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let listed = office.imports.earlier(visitor.who.person).await;
    let now = office.now_utc_ms();
    let shown = FilePage {
        frame: frame(office, visitor).await,
        t: visitor.t,
        alert,
        earlier: listed
            .map_err(|error| desk_fault(&error))?
            .iter()
            .map(|listed| EarlierShown::of(visitor.t, listed, now))
            .collect(),
    };
    html(status, &shown)
}

/// Why a form with a file was not taken: the status and the key of the text.
fn of_upload(error: &MultipartError) -> (StatusCode, &'static str) {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, "import-too-large"),
        _ => (StatusCode::BAD_REQUEST, "import-no-file"),
    }
}

async fn uploaded(
    form: Result<Multipart, MultipartRejection>,
) -> Result<(String, bytes::Bytes), (StatusCode, &'static str)> {
    const NONE: (StatusCode, &str) = (StatusCode::UNPROCESSABLE_ENTITY, "import-no-file");
    let mut form = form.map_err(|_| (StatusCode::BAD_REQUEST, "import-no-file"))?;
    while let Some(field) = form.next_field().await.map_err(|error| of_upload(&error))? {
        if field.name() != Some("fichier") {
            continue;
        }
        let name: String = field
            .file_name()
            .unwrap_or_default()
            .chars()
            .take(120)
            .collect();
        let file = field.bytes().await.map_err(|error| of_upload(&error))?;
        return if file.is_empty() {
            Err(NONE)
        } else {
            Ok((name, file))
        };
    }
    Err(NONE)
}

/// Takes a file and leads to its columns.
async fn take(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Multipart, MultipartRejection>,
) -> Response<Body> {
    let office = &office;
    let take = |visitor: Visitor| async move {
        allowed(&visitor)?;
        let (name, file) = match uploaded(form).await {
            Ok(uploaded) => uploaded,
            Err((status, key)) => {
                return file_page(office, &visitor, Some(visitor.t.get(key)), status).await;
            }
        };
        match office.imports.hold(visitor.who.person, &name, file).await {
            Ok(id) => Ok(Redirect::to(&format!("/import/{id}")).into_response()),
            Err(ImportFault::Desk(error)) => Err(desk_fault(&error)),
            Err(fault) => {
                let words = words_of(visitor.t, &fault);
                file_page(
                    office,
                    &visitor,
                    Some(words),
                    StatusCode::UNPROCESSABLE_ENTITY,
                )
                .await
            }
        }
    };
    for_person(office, &caller, take).await
}

/// A fault in the person's language.
fn words_of(t: Texts, fault: &ImportFault) -> String {
    match fault {
        ImportFault::File { why, line } => match line {
            Some(line) => t.with(why, "line", line.to_string()),
            None => t.get(why),
        },
        ImportFault::Missing(fields) => {
            let names: Vec<String> = fields.iter().map(|code| label(t, code)).collect();
            t.with("import-missing", "fields", names.join(t.choose(", ", "، ")))
        }
        ImportFault::Twice(code) => t.with("import-twice", "field", label(t, code)),
        ImportFault::Desk(_) => t.get("import-gone"),
    }
}

/// The file with the names of the columns that are known, to be filled in.
async fn model(State(office): State<Office>, caller: Caller) -> Response<Body> {
    let build = |visitor: Visitor| async move {
        allowed(&visitor)?;
        let text = "\u{feff}code_das;intitule_fr;intitule_ar;phase;programme;axe;annee;tranche;nature;type_operation;secteur;commune;etat;cout_global_dh;part_indh_dh;maitre_ouvrage;porteur;benef_directs;benef_femmes;date_lancement_prev;date_fin_prev;latitude;longitude\r\n";
        Ok(csv_file("modele-projets.csv", text.to_owned()))
    };
    for_person(&office, &caller, build).await
}

fn csv_file(name: &str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

/// The file that is held, or the page to choose one again.
async fn held(office: &Office, visitor: &Visitor, id: &str) -> Result<FileHeld, DeskError> {
    office.imports.held(visitor.who.person, id).await
}

async fn gone(office: &Office, visitor: &Visitor) -> Result<Response<Body>, PageFault> {
    let words = visitor.t.get("import-gone");
    file_page(office, visitor, Some(words), StatusCode::NOT_FOUND).await
}

async fn columns(
    State(office): State<Office>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        allowed(&visitor)?;
        match held(office, &visitor, &id).await {
            Ok(file) => columns_page(office, &visitor, id, file, None, StatusCode::OK).await,
            Err(DeskError::NotFound) => gone(office, &visitor).await,
            Err(error) => Err(desk_fault(&error)),
        }
    };
    for_person(office, &caller, build).await
}

async fn columns_page(
    office: &Office,
    visitor: &Visitor,
    id: String,
    file: FileHeld,
    alert: Option<String>,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let columns = file
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| ColumnShown {
            key: format!("c{at}"),
            name: plain(&column.name),
            samples: column.samples.iter().map(|sample| plain(sample)).collect(),
            choices: file
                .fields
                .iter()
                .map(|code| Choice {
                    code,
                    label: label(t, code),
                    chosen: match column.field {
                        Some(field) if field == *code => Chosen::Yes,
                        _ => Chosen::No,
                    },
                })
                .collect(),
        });
    let shown = ColumnsPage {
        frame: frame(office, visitor).await,
        t,
        id,
        name: plain(&file.name),
        lines: t.count("import-lines", file.lines),
        columns: columns.collect(),
        remembered: file.remembered,
        alert,
    };
    html(status, &shown)
}

/// Tries the file with the fields that a person gave its columns.
async fn attempt(
    State(office): State<Office>,
    caller: Caller,
    Path(id): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let attempt = |visitor: Visitor| async move {
        allowed(&visitor)?;
        let Form(pairs) = form?;
        let file = match held(office, &visitor, &id).await {
            Ok(file) => file,
            Err(DeskError::NotFound) => return gone(office, &visitor).await,
            Err(error) => return Err(desk_fault(&error)),
        };
        let fields = (0..file.columns.len().min(IMPORT_COLUMNS_MAX)).map(|at| {
            let key = format!("c{at}");
            let found = pairs.iter().find(|(name, _)| *name == key);
            found
                .map(|(_, code)| code.clone())
                .filter(|code| !code.is_empty())
        });
        let fields = fields.collect();
        let person = visitor.who.person;
        match office.imports.attempt(person, &id, fields).await {
            Ok(()) => Ok(Redirect::to(&format!("/import/{id}/essai")).into_response()),
            Err(ImportFault::Desk(DeskError::NotFound)) => gone(office, &visitor).await,
            Err(ImportFault::Desk(error)) => Err(desk_fault(&error)),
            Err(fault) => {
                let words = Some(words_of(visitor.t, &fault));
                let file = held(office, &visitor, &id).await;
                let file = file.map_err(|error| desk_fault(&error))?;
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                columns_page(office, &visitor, id, file, words, status).await
            }
        }
    };
    for_person(office, &caller, attempt).await
}

/// Which page of the refused lines.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Which {
    page: Option<String>,
}

async fn trial(
    State(office): State<Office>,
    caller: Caller,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        allowed(&visitor)?;
        let file = match held(office, &visitor, &id).await {
            Ok(file) => file,
            Err(DeskError::NotFound) => return gone(office, &visitor).await,
            Err(error) => return Err(desk_fault(&error)),
        };
        let page = which.page.and_then(|page| page.parse().ok()).unwrap_or(1);
        match file.trial {
            Some(trial) => {
                let frame = frame(office, &visitor).await;
                let name = plain(&file.name);
                html(
                    StatusCode::OK,
                    &trial_page(frame, visitor.t, id, name, &trial, page),
                )
            }
            None => Ok(Redirect::to(&format!("/import/{id}")).into_response()),
        }
    };
    for_person(office, &caller, build).await
}

fn row(t: Texts, refused: &LineRefused) -> RowShown {
    RowShown {
        line: refused.line,
        field: if refused.field.is_empty() {
            t.get("import-whole-line")
        } else {
            label(t, &refused.field)
        },
        sentence: plain(t.choose(&refused.sentence_fr, &refused.sentence_ar)),
    }
}

fn trial_page(
    frame: Frame,
    t: Texts,
    id: String,
    name: String,
    trial: &Trial,
    page: usize,
) -> TrialPage {
    let pages = trial.refusals.len().div_ceil(IMPORT_LINES_PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let first = (page - 1) * IMPORT_LINES_PER_PAGE;
    let href = |page: usize| format!("/import/{id}/essai?page={page}");
    let (state, state_text, refresh_s) = match trial.progress {
        Progress::Tried => ("tried", t.get("import-tried"), None),
        Progress::Running { imported } => (
            "running",
            t.count("import-running", imported),
            Some(IMPORT_REFRESH_S),
        ),
        Progress::Done { imported } => ("done", t.count("import-done", imported), None),
        Progress::Stopped { imported } => ("stopped", t.count("import-stopped", imported), None),
    };
    let some = |key: &str, n: u64| (n > 0).then(|| t.count(key, n));
    let of = t.with_all(
        "import-page",
        &[("page", &page.to_string()), ("pages", &pages.to_string())],
    );
    TrialPage {
        lines: t.count("import-lines", trial.lines),
        new: trial.new,
        new_text: t.count("import-new", trial.new),
        known: some("import-known", trial.known),
        refused: some("import-refused", trial.refused),
        rows: trial
            .refusals
            .iter()
            .skip(first)
            .take(IMPORT_LINES_PER_PAGE)
            .map(|refused| row(t, refused))
            .collect(),
        pages: (pages > 1).then(|| {
            let before = (page > 1).then(|| href(page - 1));
            let after = (page < pages).then(|| href(page + 1));
            (of, before, after)
        }),
        frame,
        t,
        id,
        name,
        state,
        state_text,
        refresh_s,
    }
}

/// The refused lines as a file, for whoever corrects the list.
async fn report(
    State(office): State<Office>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        allowed(&visitor)?;
        let t = visitor.t;
        let file = held(office, &visitor, &id).await;
        let file = file.map_err(|error| desk_fault(&error))?;
        let trial = file.trial.ok_or(PageFault::NotFound)?;
        let mut text = String::from("\u{feff}");
        let mut line = |cells: [&str; 3]| {
            for (at, cell) in cells.into_iter().enumerate() {
                if at > 0 {
                    text.push(';');
                }
                text.push('"');
                text.push_str(&formula_safe(cell.to_owned()).replace('"', "\"\""));
                text.push('"');
            }
            text.push_str("\r\n");
        };
        line([
            &t.get("import-line"),
            &t.get("import-field"),
            &t.get("import-wrong"),
        ]);
        for refused in &trial.refusals {
            let shown = row(t, refused);
            line([&shown.line.to_string(), &shown.field, &shown.sentence]);
        }
        Ok(csv_file("rapport-import.csv", text))
    };
    for_person(office, &caller, build).await
}

/// Brings in what the trial found new.
async fn carry_in(
    State(office): State<Office>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response<Body> {
    let office = &office;
    let carry = |visitor: Visitor| async move {
        allowed(&visitor)?;
        match office.imports.carry_in(visitor.who.person, &id).await {
            Ok(()) => Ok(Redirect::to(&format!("/import/{id}/essai")).into_response()),
            Err(DeskError::NotFound) => gone(office, &visitor).await,
            Err(error) => Err(desk_fault(&error)),
        }
    };
    for_person(office, &caller, carry).await
}

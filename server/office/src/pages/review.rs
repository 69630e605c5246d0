//! *À valider*: the queue of visits and their review.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, ReviewDecision, VisitField, VisitId};
use jawla_ui::Texts;
use jawla_views::{Command, PageWindow, VisitQuery, VisitsShown};
use serde::Deserialize;

use crate::Office;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::Names;
use crate::pages::overview::feed::VisitCard;
use crate::pages::project::{document_of, refusal};
use crate::pages::visits::record::{self, Record};
use crate::pages::{Demonstration, Frame, Section, html};

/// Visits listed beside the one that is open.
const QUEUE_LENGTH: u32 = 24;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new().route("/a-valider", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    frame: Frame,
    t: Texts,
    total: String,
    queue: Vec<Waiting>,
    record: Option<Record>,
    note: Option<String>,
    note_href: Option<String>,
    alert: Option<String>,
}

/// One visit that waits.
struct Waiting {
    card: VisitCard,
    here: bool,
}

impl Waiting {
    fn is_here(&self) -> bool {
        self.here
    }
}

/// The form of a review.
#[derive(Debug, Deserialize)]
pub(crate) struct ReviewForm {
    document: String,
    visit: String,
    decision: String,
    #[serde(default)]
    commentaire: String,
    #[serde(default)]
    champ: String,
    /// `file` from the queue, `visite` from the visit's own page.
    #[serde(default)]
    retour: String,
}

/// What the address of the queue says.
#[derive(Default)]
struct Asked {
    chosen: Option<(DocumentId, VisitId)>,
    done: Option<(&'static str, String)>,
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Self::default();
        let mut done = None;
        for (key, value) in form_urlencoded::parse(query.as_bytes()).take(8) {
            match (key.as_ref(), value.as_ref()) {
                ("visite", value) => asked.chosen = chosen(value),
                ("fait", "valide") => done = Some("desk-done-approved"),
                ("fait", "renvoye") => done = Some("desk-done-returned"),
                ("de", value) => {
                    let of =
                        chosen(value).map(|(document, visit)| record::address(document, visit));
                    asked.done = done.zip(of);
                }
                _ => {}
            }
        }
        asked
    }
}

fn chosen(text: &str) -> Option<(DocumentId, VisitId)> {
    let (document, visit) = text.split_once('/')?;
    document_of(document).zip(visit.parse().ok())
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let asked = Asked::of(&query.unwrap_or_default());
        page(office, visitor, asked, None, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

async fn page(
    office: &Office,
    visitor: Visitor,
    asked: Asked,
    alert: Option<String>,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let waiting = office
        .views
        .visits(&VisitQuery {
            scopes: visitor.who.scopes.clone(),
            shown: VisitsShown::Finished(BTreeSet::from([RecordWord::Received])),
            window: PageWindow {
                offset: 0,
                rows_max: QUEUE_LENGTH,
            },
            ..VisitQuery::default()
        })
        .await?;
    let first = waiting
        .rows
        .first()
        .map(|listed| (listed.project.document, listed.visit.visit));
    let open = asked.chosen.or(first);
    let record = match open {
        Some((document, visit)) => Record::find(office, &visitor, document, visit).await?,
        None => None,
    };
    let names = Names::of(t, &office.reference);
    let now = office.now_utc_ms();
    let queue: Vec<Waiting> = waiting
        .rows
        .iter()
        .map(|listed| {
            let (document, visit) = (listed.project.document, listed.visit.visit);
            let href = format!("/a-valider?visite={}/{}", document.hex(), visit.hex());
            Waiting {
                here: open == Some((document, visit)),
                card: VisitCard {
                    href,
                    ..VisitCard::of(t, listed, &names, now)
                },
            }
        })
        .collect();
    let made_up = record.as_ref().is_some_and(|record| record.demonstration);
    let demonstration = Demonstration::of(u64::from(made_up));
    let frame = Frame::at_work(office, &visitor, Section::Review, demonstration)
        .await
        .showing("project:");
    let (note, note_href) = match asked.done {
        Some((key, href)) => (Some(t.get(key)), Some(href)),
        None => (None, None),
    };
    let shown = QueuePage {
        frame,
        t,
        total: t.count("desk-queue-total", waiting.total),
        queue,
        record,
        note,
        note_href,
        alert,
    };
    html(status, &shown)
}

async fn decide(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<ReviewForm>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let decide = |visitor: Visitor| async move {
        let Form(form) = form?;
        if !record::reviews(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let at = document_of(&form.document)
            .zip(form.visit.parse::<VisitId>().ok())
            .ok_or(PageFault::NotFound)?;
        let (decision, done) = match form.decision.as_str() {
            "valider" => (ReviewDecision::Approved, "valide"),
            "renvoyer" => (ReviewDecision::Returned, "renvoye"),
            _ => return Err(PageFault::NotFound),
        };
        // Who may not see the visit does not review it.
        if Record::find(office, &visitor, at.0, at.1).await?.is_none() {
            return Err(PageFault::NotFound);
        }
        let comment = form.commentaire.trim();
        if decision == ReviewDecision::Returned && comment.is_empty() {
            let alert = visitor.t.get("desk-comment-needed");
            return again(office, visitor, &form, at, alert).await;
        }
        let order = Command::ReviewVisit {
            document: at.0,
            visit: at.1,
            decision,
            comment: comment.to_owned(),
            field: VisitField::from_key(&form.champ),
        };
        match office.commands.carry_out(visitor.who.person, order).await {
            Ok(_) if form.retour == "visite" => {
                let to = format!("{}?fait={done}", record::address(at.0, at.1));
                Ok(Redirect::to(&to).into_response())
            }
            Ok(_) => {
                let of = format!("{}/{}", at.0.hex(), at.1.hex());
                let to = format!("/a-valider?fait={done}&de={of}");
                Ok(Redirect::to(&to).into_response())
            }
            Err(error) => {
                let alert = refusal(visitor.t, &error)?;
                again(office, visitor, &form, at, alert).await
            }
        }
    };
    for_person(office, &caller, decide).await
}

/// The page the form came from, with what to correct.
async fn again(
    office: &Office,
    visitor: Visitor,
    form: &ReviewForm,
    at: (DocumentId, VisitId),
    alert: String,
) -> Result<Response<Body>, PageFault> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if form.retour == "visite" {
        return crate::pages::visits::page(office, visitor, at, None, Some(alert), status).await;
    }
    let asked = Asked {
        chosen: Some(at),
        done: None,
    };
    page(office, visitor, asked, Some(alert), status).await
}

//! *À valider*: the queue of visits and their review.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, Hash32, ReviewDecision, VisitField, VisitId};
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
    Router::new()
        .route("/a-valider", get(show).post(decide))
        .route("/a-valider/annuler", post(take_back))
}

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    frame: Frame,
    t: Texts,
    total: String,
    queue: Vec<Waiting>,
    record: Option<Record>,
    done: Option<Done>,
    alert: Option<String>,
}

/// What was just done to a visit, as the page that follows says it: with its way back, which
/// stands until the reader goes on.
pub(crate) struct Done {
    pub(crate) words: String,
    pub(crate) document: String,
    pub(crate) visit: String,
    /// The visit's page, where this is not it.
    pub(crate) href: Option<String>,
    /// The change that can be taken back.
    pub(crate) change: Option<String>,
    /// Where the form comes from.
    pub(crate) from: &'static str,
}

impl Done {
    /// Reads `fait=…&de=…&action=…` from an address.
    pub(crate) fn of(t: Texts, query: &str, from: &'static str) -> Option<Self> {
        let (mut key, mut of, mut change) = (None, None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()).take(8) {
            match (name.as_ref(), value.as_ref()) {
                ("fait", "valide") => key = Some("desk-done-approved"),
                ("fait", "renvoye") => key = Some("desk-done-returned"),
                ("fait", "annule") => key = Some("desk-done-taken-back"),
                ("de", value) => of = chosen(value),
                ("action", value) => change = value.parse::<Hash32>().ok(),
                _ => {}
            }
        }
        let (key, (document, visit)) = key.zip(of)?;
        Some(Self {
            words: t.get(key),
            document: document.hex(),
            visit: visit.hex(),
            href: (from == FROM_QUEUE).then(|| record::address(document, visit)),
            change: change.map(|change| change.hex()),
            from,
        })
    }

    fn address(
        back: &str,
        at: (DocumentId, VisitId),
        what: &str,
        change: Option<Hash32>,
    ) -> String {
        let of = format!("{}/{}", at.0.hex(), at.1.hex());
        let base = match back {
            FROM_VISIT => record::address(at.0, at.1),
            _ => "/a-valider".to_owned(),
        };
        match change {
            Some(change) => format!("{base}?fait={what}&de={of}&action={}", change.hex()),
            None => format!("{base}?fait={what}&de={of}"),
        }
    }
}

/// The form came from the queue.
pub(crate) const FROM_QUEUE: &str = "file";
/// The form came from the visit's own page.
pub(crate) const FROM_VISIT: &str = "visite";

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
    /// [`FROM_QUEUE`] or [`FROM_VISIT`].
    #[serde(default)]
    retour: String,
}

/// The form that takes a review back.
#[derive(Debug, Deserialize)]
struct TakeBackForm {
    document: String,
    visit: String,
    action: String,
    #[serde(default)]
    retour: String,
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
        let query = query.unwrap_or_default();
        let done = Done::of(visitor.t, &query, FROM_QUEUE);
        let open = form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "visite")
            .and_then(|(_, value)| chosen(&value));
        page(office, visitor, open, done, None, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

async fn page(
    office: &Office,
    visitor: Visitor,
    chosen: Option<(DocumentId, VisitId)>,
    done: Option<Done>,
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
    let open = chosen.or(first);
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
    let shown = QueuePage {
        frame,
        t,
        total: t.count("desk-queue-total", waiting.total),
        queue,
        record,
        done,
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
            return again(office, visitor, &form.retour, at, alert).await;
        }
        let order = Command::ReviewVisit {
            document: at.0,
            visit: at.1,
            decision,
            comment: comment.to_owned(),
            field: VisitField::from_key(&form.champ),
        };
        match office.commands.carry_out(visitor.who.person, order).await {
            Ok(receipt) => {
                let to = Done::address(&form.retour, at, done, receipt.change);
                Ok(Redirect::to(&to).into_response())
            }
            Err(error) => {
                let alert = refusal(visitor.t, &error)?;
                again(office, visitor, &form.retour, at, alert).await
            }
        }
    };
    for_person(office, &caller, decide).await
}

/// Takes one's own review back, if nobody has written over it.
async fn take_back(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<TakeBackForm>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let take_back = |visitor: Visitor| async move {
        let Form(form) = form?;
        if !record::reviews(visitor.who.role) {
            return Err(PageFault::NotAllowed);
        }
        let at = document_of(&form.document)
            .zip(form.visit.parse::<VisitId>().ok())
            .ok_or(PageFault::NotFound)?;
        let change = form.action.parse::<Hash32>();
        let change = change.map_err(|_| PageFault::NotFound)?;
        if Record::find(office, &visitor, at.0, at.1).await?.is_none() {
            return Err(PageFault::NotFound);
        }
        let order = Command::Undo {
            document: at.0,
            change,
        };
        match office.commands.carry_out(visitor.who.person, order).await {
            Ok(_) => {
                let to = Done::address(&form.retour, at, "annule", None);
                // The visit is open again: it is the one to look at.
                let open = format!("&visite={}/{}", at.0.hex(), at.1.hex());
                Ok(Redirect::to(&format!("{to}{open}")).into_response())
            }
            Err(error) => {
                let alert = refusal(visitor.t, &error)?;
                again(office, visitor, &form.retour, at, alert).await
            }
        }
    };
    for_person(office, &caller, take_back).await
}

/// The page the form came from, with what to correct.
async fn again(
    office: &Office,
    visitor: Visitor,
    back: &str,
    at: (DocumentId, VisitId),
    alert: String,
) -> Result<Response<Body>, PageFault> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if back == FROM_VISIT {
        return crate::pages::visits::page(office, visitor, at, None, Some(alert), status).await;
    }
    page(office, visitor, Some(at), None, Some(alert), status).await
}

//! *Fil des visites*: the newest visits of all projects, and the page of one visit.

pub(crate) mod record;

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jawla_model::VisitId;
use jawla_model::visit::RecordWord;
use jawla_ui::Texts;
use jawla_views::{PageWindow, VisitQuery, VisitsShown};

use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::{Choice, Names};
use crate::pages::overview::feed::VisitCard;
use crate::pages::project::document_of;
use crate::pages::review::{Done, FROM_VISIT};
use crate::pages::{Demonstration, Frame, Section, html};
use crate::{Office, limits};
use record::Record;

/// Visits on one page of the feed.
const VISITS_PER_PAGE: u32 = 24;

/// The words a finished visit can show in the office.
const WORDS: [RecordWord; 3] = [
    RecordWord::Received,
    RecordWord::Approved,
    RecordWord::Returned,
];

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/visites", get(feed))
        .route("/visites/{document}/{visit}", get(show))
}

#[derive(Template)]
#[template(path = "visits/feed.html")]
struct FeedPage {
    frame: Frame,
    t: Texts,
    words: Vec<Choice>,
    total: String,
    visits: Vec<VisitCard>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "visits/visit.html")]
struct VisitPage {
    frame: Frame,
    t: Texts,
    record: Record,
    alert: Option<String>,
    done: Option<Done>,
}

impl FeedPage {
    fn shows_all(&self) -> bool {
        !self.words.iter().any(Choice::is_chosen)
    }
}

/// What the address of the feed says.
#[derive(Default)]
struct Filter {
    word: Option<RecordWord>,
    pages_before: u32,
}

impl Filter {
    fn of(query: &str) -> Self {
        let mut filter = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()).take(limits::QUERY_PAIRS_MAX) {
            match key.as_ref() {
                "mot" => {
                    filter.word = RecordWord::from_code(&value).filter(|one| WORDS.contains(one));
                }
                "page" => {
                    let page = value.parse::<u32>().unwrap_or(1);
                    filter.pages_before = page.clamp(1, limits::PAGE_NUMBER_MAX) - 1;
                }
                _ => {}
            }
        }
        filter
    }

    fn address(&self, page: u32) -> String {
        match self.word {
            Some(word) => format!("/visites?mot={}&page={page}", word.code()),
            None => format!("/visites?page={page}"),
        }
    }
}

async fn feed(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let t = visitor.t;
        let filter = Filter::of(&query.unwrap_or_default());
        let page = office
            .views
            .visits(&VisitQuery {
                scopes: visitor.who.scopes.clone(),
                shown: VisitsShown::Finished(filter.word.into_iter().collect::<BTreeSet<_>>()),
                window: PageWindow {
                    offset: filter.pages_before * VISITS_PER_PAGE,
                    rows_max: VISITS_PER_PAGE,
                },
                ..VisitQuery::default()
            })
            .await?;
        let names = Names::of(t, &office.reference);
        let now = office.now_utc_ms();
        let demonstration = page.rows.iter().filter(|v| v.project.demonstration).count();
        let frame = Frame::at_work(
            office,
            &visitor,
            Section::Visits,
            Demonstration::of(demonstration as u64),
        )
        .await
        .showing("project:");
        let chosen = filter.word.map(RecordWord::code);
        let words = WORDS.map(|word| {
            let name = t.choose(word.label_fr(), word.label_ar()).to_owned();
            Choice::new(word.code(), name, chosen)
        });
        let number = filter.pages_before + 1;
        let shown = FeedPage {
            t,
            words: words.into(),
            total: t.count("desk-visits-total", page.total),
            previous: (number > 1).then(|| filter.address(number - 1)),
            next: page.next_offset().map(|_| filter.address(number + 1)),
            visits: page
                .rows
                .iter()
                .map(|listed| VisitCard {
                    href: record::address(listed.project.document, listed.visit.visit),
                    ..VisitCard::of(t, listed, &names, now)
                })
                .collect(),
            frame,
        };
        html(StatusCode::OK, &shown)
    };
    for_person(office, &caller, build).await
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    Path((document, visit)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let (document, visit) = document_of(&document)
            .zip(visit.parse::<VisitId>().ok())
            .ok_or(PageFault::NotFound)?;
        let done = Done::of(visitor.t, &query.unwrap_or_default(), FROM_VISIT);
        let at = (document, visit);
        page(office, visitor, at, done, None, StatusCode::OK).await
    };
    for_person(office, &caller, build).await
}

/// The page of one visit, with the answer to an order.
pub(crate) async fn page(
    office: &Office,
    visitor: Visitor,
    (document, visit): (jawla_model::DocumentId, VisitId),
    done: Option<Done>,
    alert: Option<String>,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let record = Record::find(office, &visitor, document, visit)
        .await?
        .ok_or(PageFault::NotFound)?;
    let shown = if record.demonstration { 1 } else { 0 };
    let frame = Frame::at_work(office, &visitor, Section::Visits, Demonstration::of(shown))
        .await
        .showing(format!("project:{}", document.hex()));
    let shown = VisitPage {
        frame,
        t: visitor.t,
        record,
        alert,
        done,
    };
    html(status, &shown)
}

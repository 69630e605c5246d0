//! The office page: figures, list of projects, newest visits, freshness.

mod feed;
mod figures;
mod freshness;
mod names;
mod projects;

use askama::Template;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{Response, StatusCode};
use jawla_model::{Claimed, ReceivedAt};
use jawla_views::{Freshness, Overview, PageWindow, VisitQuery};

use crate::filters::ProjectFilters;
use crate::gate::SignedIn;
use crate::pages::caller::Caller;
use crate::pages::entry::to_sign_in;
use crate::pages::fault::{PageFault, or_page};
use crate::pages::{Demonstration, Frame, html};
use crate::{Office, format, limits, texts};
use feed::VisitCard;
use figures::Figures;
use freshness::FreshnessTable;
use names::Names;
use projects::ProjectList;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    cut_off: String,
    figures: Figures,
    list: ProjectList,
    visits: Vec<VisitCard>,
    freshness: FreshnessTable,
}

impl OverviewPage {
    /// Whether there is anything to sum up.
    fn has_projects(&self) -> bool {
        !self.figures.is_empty()
    }
}

/// Shows the office page to a person who is signed in; others are sent to sign in.
pub(crate) async fn show(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    match caller.who(&office).await {
        Some(who) => or_page(&office, build(&office, &who, &query).await),
        None => to_sign_in(&query),
    }
}

async fn build(office: &Office, who: &SignedIn, query: &str) -> Result<Response<Body>, PageFault> {
    let now_utc_ms = office.now_utc_ms();
    let filters = ProjectFilters::from_query(query);
    let question = filters.question(who.scopes.clone(), now_utc_ms);
    let feed = VisitQuery {
        scopes: who.scopes.clone(),
        window: PageWindow {
            offset: 0,
            rows_max: limits::VISITS_IN_FEED,
        },
        ..VisitQuery::default()
    };
    let age = Freshness {
        scopes: who.scopes.clone(),
        now: Claimed(now_utc_ms),
    };
    let views = &office.views;
    let (overview, projects, visits, freshness) = tokio::try_join!(
        views.overview(&who.scopes),
        views.projects(&question),
        views.visits(&feed),
        views.freshness(&age),
    )?;
    let names = Names::of(&office.reference);
    let page = OverviewPage {
        frame: Frame::signed_in(office, who, demonstration(&overview)),
        cut_off: cut_off(overview.newest_received_at),
        figures: Figures::of(&overview, &freshness, &names),
        list: ProjectList::of(filters, projects, &overview, &names, now_utc_ms),
        visits: visits
            .rows
            .iter()
            .map(|visit| VisitCard::of(visit, &names, now_utc_ms))
            .collect(),
        freshness: FreshnessTable::of(&freshness, now_utc_ms),
    };
    html(StatusCode::OK, &page)
}

fn demonstration(overview: &Overview) -> Demonstration {
    match overview.total.demonstration + overview.not_retained.demonstration {
        0 => Demonstration::Absent,
        _ => Demonstration::Shown,
    }
}

/// The date of the figures, in words.
fn cut_off(newest: Option<ReceivedAt>) -> String {
    newest
        .and_then(received_ms)
        .and_then(format::instant_in_words)
        .map_or_else(
            || texts::overview::NOTHING_RECEIVED.to_owned(),
            |instant| texts::overview::received_until(&instant),
        )
}

/// A receipt in milliseconds.
fn received_ms(received: ReceivedAt) -> Option<i64> {
    i64::try_from(received.0).ok()?.checked_mul(1_000)
}

/// A moment as a page says it: an age for people, a day for machines and for those who ask.
struct Moment {
    ago: String,
    short: String,
    day: String,
    machine: String,
}

impl Moment {
    fn of(utc_ms: i64, now_utc_ms: i64) -> Option<Self> {
        Some(Self {
            ago: format::ago(utc_ms, now_utc_ms)?,
            short: format::ago_short(utc_ms, now_utc_ms)?,
            day: format::day_in_words(utc_ms)?,
            machine: format::day_for_machines(utc_ms)?,
        })
    }
}

//! The office page: figures, what waits, newest visits, freshness.

pub(crate) mod feed;
mod figures;
mod freshness;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use jawla_model::{Claimed, ReceivedAt};
use jawla_ui::Texts;
use jawla_views::limits::DAYS_WITHOUT_VISIT_MAX;
use jawla_views::{Freshness, Overview, PageWindow, VisitQuery};

use crate::desk::PhoneState;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::moment::received_ms;
use crate::pages::names::Names;
use crate::pages::{Demonstration, Frame, Section, html};
use crate::{Office, limits};
use feed::VisitCard;
use figures::{Figures, Waits};
use freshness::FreshnessTable;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    t: Texts,
    cut_off: String,
    figures: Figures,
    visits: Vec<VisitCard>,
    freshness: FreshnessTable,
}

impl OverviewPage {
    /// Whether there is anything to sum up.
    fn has_projects(&self) -> bool {
        !self.figures.is_empty()
    }

    /// Days without a visit after which a project counts as such.
    fn days(&self) -> String {
        DAYS_WITHOUT_VISIT_MAX.to_string()
    }
}

/// Shows the office page to a person who is signed in; others are sent to sign in.
pub(crate) async fn show(State(office): State<Office>, caller: Caller) -> Response<Body> {
    for_person(&office, &caller, |visitor| build(&office, visitor)).await
}

async fn build(office: &Office, visitor: Visitor) -> Result<Response<Body>, PageFault> {
    let (t, who) = (visitor.t, &visitor.who);
    let now_utc_ms = office.now_utc_ms();
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
    let (overview, visits, freshness) = tokio::try_join!(
        views.overview(&who.scopes),
        views.visits(&feed),
        views.freshness(&age),
    )?;
    let silent = phones_silent(office).await;
    let names = Names::of(t, &office.reference);
    let frame = Frame::at_work(
        office,
        &visitor,
        Section::Overview,
        demonstration(&overview),
    )
    .await;
    let waits = Waits {
        review: frame.waiting.review,
        disagreements: frame.waiting.disagreements,
        phones_silent: silent,
    };
    let page = OverviewPage {
        frame: frame.showing("project"),
        t,
        cut_off: cut_off(t, overview.newest_received_at),
        figures: Figures::of(t, &overview, &freshness, waits, &names),
        visits: visits
            .rows
            .iter()
            .map(|visit| VisitCard::of(t, visit, &names, now_utc_ms))
            .collect(),
        freshness: FreshnessTable::of(t, &freshness, now_utc_ms),
    };
    html(StatusCode::OK, &page)
}

/// Phones in use that have not been heard of for long; none where nobody can say.
async fn phones_silent(office: &Office) -> Option<u64> {
    let phones = office.teams.phones().await.ok()?;
    let now_s = (office.clock)() / 1_000;
    let since_s = now_s.saturating_sub(limits::DAYS_SILENT_MAX * 86_400);
    let silent = phones
        .iter()
        .filter(|phone| phone.state == PhoneState::Active && phone.seen_at_s < since_s)
        .count();
    u64::try_from(silent).ok()
}

/// Whether any of the projects is demonstration data.
pub(crate) fn demonstration(overview: &Overview) -> Demonstration {
    Demonstration::of(overview.total.demonstration + overview.not_retained.demonstration)
}

/// The date of the figures, in words.
pub(crate) fn cut_off(t: Texts, newest: Option<ReceivedAt>) -> String {
    newest.and_then(received_ms).map_or_else(
        || t.get("office-nothing-received"),
        |at| t.with("office-received-until", "instant", t.instant(at)),
    )
}

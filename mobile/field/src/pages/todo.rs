//! *À faire*: what waits for this person, the urgent first.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use jawla_model::ReportingState;
use jawla_model::visit::RecordWord;
use jawla_views::phone::{PhoneStanding, PhoneStatus};
use jawla_views::{ConflictQuery, PageWindow, ProjectQuery, ProjectSort, VisitQuery, VisitsShown};

use crate::frame::{days_without_contact, nearly_full};
use crate::names::Names;
use crate::pages::lines::{ProjectLine, VisitLine};
use crate::{Answer, Fault, Field, Frame, Tab, limits, page};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// A sentence that warns and what one can do.
struct Warning {
    tone: &'static str,
    icon: &'static str,
    text: String,
    more: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "field/todo.html")]
struct TodoPage {
    frame: Frame,
    warnings: Vec<Warning>,
    returned: Vec<VisitLine>,
    /// All of them, also those that are not listed.
    returned_total: u64,
    drafts: Vec<VisitLine>,
    drafts_total: u64,
    disputed: u64,
    disputed_label: String,
    late: Vec<ProjectLine>,
    late_total: u64,
    late_more: Option<String>,
    unsent: Option<String>,
    nothing: bool,
    no_project: bool,
}

/// Shows what waits.
pub(crate) async fn show(State(field): State<Field>) -> Answer {
    let status = field.status().await?;
    let names = Names::of(&field, &status).await?;
    let views = field.phone.views();
    let t = names.t;
    let (returned, returned_total) = visits(&field, &status, &names, &returned_of(&status)).await?;
    let (drafts, drafts_total) = visits(&field, &status, &names, &drafts_of(&status)).await?;
    let window = PageWindow {
        offset: 0,
        rows_max: 1,
    };
    let conflicts = ConflictQuery {
        window,
        ..ConflictQuery::default()
    };
    let disputed = views.conflicts(&conflicts).await?.total;
    let late_page = views.projects(&late_query(&status)).await?;
    let all = ProjectQuery {
        window,
        ..ProjectQuery::default()
    };
    let no_project = late_page.total == 0 && views.projects(&all).await?.total == 0;
    let late: Vec<ProjectLine> = late_page
        .rows
        .iter()
        .map(|row| ProjectLine::of(&names, row, status.now_ms))
        .collect();
    let rest = late_page.total.saturating_sub(late.len() as u64);
    let waiting = status.waiting.records;
    let frame = Frame::new(&status, "tab-todo")
        .tab(Tab::Todo)
        .watch("project outbox sync");
    // The warnings below say at length what the line would say.
    let warnings = warnings(&names, &status);
    let frame = if warnings.is_empty() {
        frame
    } else {
        frame.without_line()
    };
    let nothing = returned.is_empty() && drafts.is_empty() && disputed == 0 && late.is_empty();
    page(
        StatusCode::OK,
        &TodoPage {
            frame,
            warnings,
            returned,
            returned_total,
            drafts,
            drafts_total,
            disputed,
            disputed_label: t.count("phone-disputed-count", count(disputed)),
            late,
            late_total: late_page.total,
            late_more: (rest > 0).then(|| t.count("phone-late-more", count(rest))),
            unsent: (waiting > 0).then(|| t.count("phone-unsent", count(waiting))),
            nothing,
            no_project,
        },
    )
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn some_rows() -> PageWindow {
    PageWindow {
        offset: 0,
        rows_max: u32::try_from(limits::TODO_ROWS_MAX).unwrap_or(u32::MAX),
    }
}

fn returned_of(status: &PhoneStatus) -> Option<VisitQuery> {
    Some(VisitQuery {
        shown: VisitsShown::Finished(BTreeSet::from([RecordWord::Returned])),
        author: Some(status.person.as_ref()?.person),
        window: some_rows(),
        ..VisitQuery::default()
    })
}

fn drafts_of(status: &PhoneStatus) -> Option<VisitQuery> {
    Some(VisitQuery {
        shown: VisitsShown::DraftsOf(status.person.as_ref()?.person),
        window: some_rows(),
        ..VisitQuery::default()
    })
}

fn late_query(status: &PhoneStatus) -> ProjectQuery {
    let since = status
        .now_ms
        .saturating_sub(limits::DAYS_WITHOUT_VISIT_MAX.saturating_mul(DAY_MS));
    ProjectQuery {
        reporting_states: BTreeSet::from([ReportingState::UnderWay]),
        unvisited_since_ms: Some(since),
        sort: ProjectSort::LastVisit,
        window: some_rows(),
        ..ProjectQuery::default()
    }
}

async fn visits(
    field: &Field,
    status: &PhoneStatus,
    names: &Names,
    query: &Option<VisitQuery>,
) -> Result<(Vec<VisitLine>, u64), Fault> {
    let Some(query) = query else {
        return Ok((Vec::new(), 0));
    };
    let listed = field.phone.views().visits(query).await?;
    let line = |one: &jawla_views::VisitListed| {
        VisitLine::listed(names, &one.visit, &one.project, status.now_ms)
    };
    Ok((listed.rows.iter().map(line).collect(), listed.total))
}

fn warnings(names: &Names, status: &PhoneStatus) -> Vec<Warning> {
    let t = names.t;
    let mut all = Vec::new();
    let mut warn = |tone, icon, key: &str, text: String, href| {
        let more = t.get(&format!("{key}-more"));
        all.push(Warning {
            tone,
            icon,
            text,
            more,
            href,
        });
    };
    match status.standing {
        PhoneStanding::Withdrawn => {
            let key = "phone-warn-withdrawn";
            warn("bad", "triangle-alert", key, t.get(key), "/envois");
        }
        PhoneStanding::RolledBack => {
            let key = "phone-warn-rolled-back";
            warn("bad", "triangle-alert", key, t.get(key), "/entree");
        }
        PhoneStanding::Enrolled | PhoneStanding::NotEnrolled => {}
    }
    if let Some(free) = nearly_full(status) {
        let key = "phone-warn-storage";
        warn(
            "warn",
            "hard-drive",
            key,
            t.with("err-space", "size", t.size(free)),
            "/moi",
        );
    }
    let off = status.clock_off_s.unwrap_or(0);
    if off.saturating_abs() > limits::CLOCK_OFF_S_MAX {
        let key = "phone-warn-clock";
        let minutes = off.saturating_abs() / 60;
        warn("warn", "clock", key, t.count(key, minutes), "/moi");
    }
    let days = days_without_contact(status);
    if let Some(days) = days.filter(|days| *days >= limits::DAYS_WITHOUT_CONTACT_WARN) {
        let key = "phone-warn-contact";
        warn("warn", "wifi-off", key, t.count("net-old", days), "/envois");
    }
    all
}

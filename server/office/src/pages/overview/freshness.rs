//! How old what is known of each commune is.

use jawla_model::ReportingState;
use jawla_views::FreshnessRow;

use super::projects::Age;
use super::{Moment, received_ms};
use crate::filters::{ProjectFilters, Visited};
use crate::{format, texts};

/// The table, scope by scope.
pub(super) struct FreshnessTable {
    pub(super) lines: Vec<FreshnessLine>,
}

/// One scope.
pub(super) struct FreshnessLine {
    pub(super) name: String,
    pub(super) received: Option<Moment>,
    pub(super) visited: Option<Moment>,
    pub(super) age: Age,
    pub(super) unvisited: Unvisited,
}

/// Projects under way that nobody has visited lately, out of those under way.
pub(super) struct Unvisited {
    pub(super) count: String,
    pub(super) of: String,
    pub(super) href: Option<String>,
}

impl FreshnessTable {
    pub(super) fn of(rows: &[FreshnessRow], now_utc_ms: i64) -> Self {
        Self {
            lines: rows.iter().map(|row| line(row, now_utc_ms)).collect(),
        }
    }
}

fn line(row: &FreshnessRow, now_utc_ms: i64) -> FreshnessLine {
    let name = format::plain(&row.scope.name_fr);
    let moment = |at: Option<i64>| at.and_then(|at| Moment::of(at, now_utc_ms));
    FreshnessLine {
        name: if name.is_empty() {
            texts::freshness::UNNAMED.to_owned()
        } else {
            name
        },
        received: moment(row.newest_received_at.and_then(received_ms)),
        visited: moment(row.newest_visit_ms),
        age: Age::of(row.newest_visit_ms, now_utc_ms),
        unvisited: Unvisited {
            count: format::count(row.under_way_unvisited),
            of: format::count(row.under_way),
            href: list(row),
        },
    }
}

/// The list behind the count; none for a scope of several communes, which no filter can say.
fn list(row: &FreshnessRow) -> Option<String> {
    let commune = &row.scope.communes;
    if row.under_way_unvisited == 0 || commune.is_empty() || commune.contains('+') {
        return None;
    }
    let list = ProjectFilters {
        states: [ReportingState::UnderWay].into(),
        commune: Some(commune.clone()),
        visited: Visited::NotLately,
        ..ProjectFilters::default()
    };
    Some(list.href())
}

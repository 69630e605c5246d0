//! How old what is known of each commune is.

use jawla_model::ReportingState;
use jawla_views::FreshnessRow;

use jawla_ui::Texts;

use crate::filters::{ProjectFilters, Visited};
use crate::format;
use crate::pages::moment::{Age, Moment, received_ms};

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
    pub(super) fn of(t: Texts, rows: &[FreshnessRow], now_utc_ms: i64) -> Self {
        Self {
            lines: rows.iter().map(|row| line(t, row, now_utc_ms)).collect(),
        }
    }
}

fn line(t: Texts, row: &FreshnessRow, now_utc_ms: i64) -> FreshnessLine {
    let name = format::plain(t.choose(&row.scope.name_fr, &row.scope.name_ar));
    let moment = |at: Option<i64>| at.and_then(|at| Moment::of(t, at, now_utc_ms));
    FreshnessLine {
        name: if name.is_empty() {
            t.get("office-fresh-unnamed")
        } else {
            name
        },
        received: moment(row.newest_received_at.and_then(received_ms)),
        visited: moment(row.newest_visit_ms),
        age: Age::of(row.newest_visit_ms, now_utc_ms),
        unvisited: Unvisited {
            count: t.count_of(row.under_way_unvisited),
            of: t.count_of(row.under_way),
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

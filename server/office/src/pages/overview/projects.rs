//! The list of projects with its filters.

use jawla_model::ReportingState;
use jawla_views::limits::DAYS_WITHOUT_VISIT_MAX;
use jawla_views::{Disagreements, Overview, Page, ProjectRow, ProjectSort, SortDirection};

use super::Moment;
use super::figures::Progress;
use super::names::{Choice, Chosen, Names, Title};
use crate::filters::{ProjectFilters, Visited};
use crate::{format, limits, texts};

/// The list as the page shows it.
pub(super) struct ProjectList {
    pub(super) filters: ProjectFilters,
    pub(super) programmes: Vec<Choice>,
    pub(super) communes: Vec<Choice>,
    pub(super) states: Vec<Choice>,
    pub(super) columns: Vec<Column>,
    pub(super) lines: Vec<ProjectLine>,
    pub(super) total: String,
    pub(super) pager: Option<Pager>,
    pub(super) emptiness: Emptiness,
}

/// Why there are no lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emptiness {
    /// There are some.
    None,
    /// No project passes the filters.
    NoMatch,
    /// The page asked for lies after the last.
    BeyondLastPage,
}

/// A column, with the orders it offers.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) sorts: Vec<SortLink>,
}

/// One order of the list.
pub(super) struct SortLink {
    pub(super) title: &'static str,
    pub(super) href: String,
    /// The value of `aria-sort`; none where the list is in another order.
    pub(super) order: Option<&'static str>,
}

impl Column {
    /// The value of `aria-sort` of the whole column.
    pub(super) fn order(&self) -> Option<&'static str> {
        self.sorts.iter().find_map(|sort| sort.order)
    }
}

/// Where one is in the list.
pub(super) struct Pager {
    pub(super) page: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

/// One project.
pub(super) struct ProjectLine {
    pub(super) code: String,
    pub(super) title: Title,
    pub(super) communes: String,
    pub(super) programme: String,
    pub(super) programme_name: String,
    pub(super) state: &'static str,
    pub(super) state_label: &'static str,
    pub(super) progress: Option<Progress>,
    pub(super) age: Age,
    pub(super) cost: Option<String>,
    pub(super) last_visit: Option<Moment>,
    pub(super) disputed: Option<String>,
    pub(super) demonstration: bool,
}

/// Whether what is known is recent enough to be shown as current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Recent,
    Old,
}

impl Age {
    pub(super) fn of(visit_utc_ms: Option<i64>, now_utc_ms: i64) -> Self {
        let days = visit_utc_ms.and_then(|at| format::days_ago(at, now_utc_ms));
        match days {
            Some(days) if days <= DAYS_WITHOUT_VISIT_MAX => Age::Recent,
            _ => Age::Old,
        }
    }

    pub(super) fn is_old(self) -> bool {
        self == Age::Old
    }
}

impl ProjectLine {
    fn of(row: &ProjectRow, names: &Names<'_>, mixed: bool, now_utc_ms: i64) -> Self {
        Self {
            code: format::plain(&row.code_das),
            title: Title::of(&row.title_fr, &row.title_ar),
            communes: names.communes(&row.communes),
            programme: format::plain(&row.programme),
            programme_name: names.programme(&row.programme),
            state: row.reporting_state.code(),
            state_label: row.reporting_state.label_fr(),
            progress: row.progress_bp.map(Progress::of),
            age: Age::of(row.last_visit_at_ms, now_utc_ms),
            cost: row.cost_centimes.map(format::amount),
            last_visit: row
                .last_visit_at_ms
                .and_then(|at| Moment::of(at, now_utc_ms)),
            disputed: (row.conflicts > 0).then(|| texts::projects::disputed(row.conflicts)),
            demonstration: mixed && row.demonstration,
        }
    }
}

impl ProjectList {
    pub(super) fn of(
        filters: ProjectFilters,
        page: Page<ProjectRow>,
        overview: &Overview,
        names: &Names<'_>,
        now_utc_ms: i64,
    ) -> Self {
        let mut codes: Vec<&str> = overview
            .cells
            .iter()
            .map(|cell| cell.programme.as_str())
            .collect();
        codes.dedup();
        let emptiness = match (page.rows.is_empty(), page.total) {
            (false, _) => Emptiness::None,
            (true, 0) => Emptiness::NoMatch,
            (true, _) => Emptiness::BeyondLastPage,
        };
        let mixed = holds_both(overview);
        Self {
            programmes: names.programme_choices(codes, filters.programme.as_deref()),
            communes: names.commune_choices(filters.commune.as_deref()),
            states: ReportingState::ALL
                .iter()
                .map(|state| state_choice(*state, &filters))
                .collect(),
            columns: columns(&filters),
            lines: page
                .rows
                .iter()
                .map(|row| ProjectLine::of(row, names, mixed, now_utc_ms))
                .collect(),
            total: texts::projects::total(&format::count(page.total), page.total),
            pager: pager(&filters, &page),
            emptiness,
            filters,
        }
    }

    pub(super) fn no_match(&self) -> bool {
        self.emptiness == Emptiness::NoMatch
    }

    pub(super) fn beyond_last_page(&self) -> bool {
        self.emptiness == Emptiness::BeyondLastPage
    }

    /// The first page of the same list.
    pub(super) fn first_page(&self) -> String {
        self.filters.at_page(0).href()
    }

    /// What the box for disagreements sends: it keeps a narrower filter that a link has set.
    pub(super) fn disputed_value(&self) -> &'static str {
        match self.filters.disagreements {
            Disagreements::Weighty => "chiffres",
            Disagreements::Whether | Disagreements::Open => "1",
        }
    }

    pub(super) fn only_disputed(&self) -> bool {
        self.filters.disagreements != Disagreements::Whether
    }

    pub(super) fn only_unvisited(&self) -> bool {
        self.filters.visited == Visited::NotLately
    }

    pub(super) fn is_falling(&self) -> bool {
        self.filters.direction == SortDirection::Falling
    }
}

/// Whether demonstration data stands among real projects: only then each line must say which it
/// is; the banner says it of a whole page.
fn holds_both(overview: &Overview) -> bool {
    let (counted, apart) = (&overview.total, &overview.not_retained);
    let demonstration = counted.demonstration + apart.demonstration;
    0 < demonstration && demonstration < counted.projects + apart.projects
}

fn state_choice(state: ReportingState, filters: &ProjectFilters) -> Choice {
    let chosen = if filters.states.contains(&state) {
        Chosen::Yes
    } else {
        Chosen::No
    };
    Choice {
        code: state.code().to_owned(),
        name: state.label_fr().to_owned(),
        chosen,
    }
}

fn columns(filters: &ProjectFilters) -> Vec<Column> {
    use texts::projects as t;
    let sorted = |sort: ProjectSort, title| SortLink {
        title,
        href: filters.sorted_by(sort).href(),
        order: (sort == filters.sort).then_some(match filters.direction {
            SortDirection::Rising => "ascending",
            SortDirection::Falling => "descending",
        }),
    };
    let column = |title, kind, sorts| Column { title, kind, sorts };
    let by_name = vec![
        sorted(ProjectSort::TitleFr, t::TITLE),
        sorted(ProjectSort::Code, t::NUMBER),
    ];
    vec![
        column(t::TITLE, "c-title", by_name),
        column(t::PROGRAMME, "c-prog", Vec::new()),
        column(t::STATES, "c-state", Vec::new()),
        column(
            t::PROGRESS,
            "c-done",
            vec![sorted(ProjectSort::Progress, t::PROGRESS)],
        ),
        column(t::COST, "c-cost", vec![sorted(ProjectSort::Cost, t::COST)]),
        column(
            t::LAST_VISIT,
            "c-visit",
            vec![sorted(ProjectSort::LastVisit, t::LAST_VISIT)],
        ),
    ]
}

fn pager(filters: &ProjectFilters, page: &Page<ProjectRow>) -> Option<Pager> {
    let pages = page.total.div_ceil(u64::from(limits::PROJECTS_PER_PAGE));
    if pages < 2 || page.rows.is_empty() {
        return None;
    }
    let before = filters.pages_before;
    let number = format::count(u64::from(before) + 1);
    Some(Pager {
        page: texts::projects::page(&number, &format::count(pages)),
        previous: before
            .checked_sub(1)
            .map(|before| filters.at_page(before).href()),
        next: page
            .next_offset()
            .map(|_| filters.at_page(before.saturating_add(1)).href()),
    })
}

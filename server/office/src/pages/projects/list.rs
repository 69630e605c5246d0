//! The list of projects with its filters.

use std::collections::BTreeMap;

use jawla_model::{Language, ReportingState};
use jawla_views::{Disagreements, Overview, Page, ProjectRow, ProjectSort, SortDirection};

use jawla_ui::Texts;

use crate::filters::{ProjectFilters, Visited};
use crate::pages::moment::{Age, Moment, Progress};
use crate::pages::names::{Choice, Chosen, Names, Title};
use crate::{format, limits};

/// The list as the page shows it.
pub(crate) struct ProjectList {
    pub(crate) filters: ProjectFilters,
    pub(crate) programmes: Vec<Choice>,
    pub(crate) communes: Vec<Choice>,
    pub(crate) states: Vec<Choice>,
    pub(crate) columns: Vec<Column>,
    pub(crate) lines: Vec<ProjectLine>,
    pub(crate) total: String,
    pub(crate) pager: Option<Pager>,
    pub(crate) emptiness: Emptiness,
}

/// Why there are no lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emptiness {
    /// There are some.
    None,
    /// No project passes the filters.
    NoMatch,
    /// The page asked for lies after the last.
    BeyondLastPage,
}

/// A column, with the orders it offers.
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) kind: &'static str,
    pub(crate) sorts: Vec<SortLink>,
}

/// One order of the list.
pub(crate) struct SortLink {
    pub(crate) title: String,
    pub(crate) href: String,
    /// The value of `aria-sort`; none where the list is in another order.
    pub(crate) order: Option<&'static str>,
}

impl Column {
    /// The value of `aria-sort` of the whole column.
    pub(crate) fn order(&self) -> Option<&'static str> {
        self.sorts.iter().find_map(|sort| sort.order)
    }
}

/// Where one is in the list.
pub(crate) struct Pager {
    pub(crate) page: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// One project.
pub(crate) struct ProjectLine {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) code: String,
    pub(crate) title: Title,
    pub(crate) communes: String,
    pub(crate) programme: String,
    pub(crate) programme_name: String,
    pub(crate) state: &'static str,
    pub(crate) state_label: &'static str,
    pub(crate) progress: Option<Progress>,
    pub(crate) age: Age,
    pub(crate) cost: Option<String>,
    pub(crate) last_visit: Option<Moment>,
    pub(crate) disputed: Option<String>,
    pub(crate) demonstration: bool,
    /// Its number as it is stored.
    carried_code: String,
    /// Where several projects carry its number.
    pub(crate) shared: Option<SharedCode>,
}

/// A number of the office that several projects carry, with the way to all of them.
pub(crate) struct SharedCode {
    pub(crate) words: String,
    pub(crate) href: String,
}

impl SharedCode {
    /// `None` where the number is one project's.
    pub(crate) fn of(t: Texts, code: &str, shared: &BTreeMap<String, u64>) -> Option<Self> {
        let projects = shared.get(code)?;
        let all = ProjectFilters {
            text: code.to_owned(),
            sort: ProjectSort::Code,
            ..ProjectFilters::default()
        };
        Some(Self {
            words: t.count("office-projects-shared-code", *projects),
            href: all.href(),
        })
    }
}

impl ProjectLine {
    fn of(t: Texts, row: &ProjectRow, names: &Names<'_>, mixed: Mixed, now_utc_ms: i64) -> Self {
        Self {
            id: row.document.hex(),
            href: format!("/projets/{}", row.document.hex()),
            code: format::plain(&row.code_das),
            title: Title::of(t, &row.title_fr, &row.title_ar),
            communes: names.communes(&row.communes),
            programme: format::plain(&row.programme),
            programme_name: names.programme(&row.programme),
            state: row.reporting_state.code(),
            state_label: t.choose(
                row.reporting_state.label_fr(),
                row.reporting_state.label_ar(),
            ),
            progress: row.progress_bp.map(|bp| Progress::of(t, bp)),
            age: Age::of(row.last_visit_at_ms, now_utc_ms),
            cost: row.cost_centimes.map(|it| t.amount_short(it)),
            last_visit: row
                .last_visit_at_ms
                .and_then(|at| Moment::of(t, at, now_utc_ms)),
            disputed: (row.conflicts > 0)
                .then(|| t.count("office-projects-disputed", row.conflicts)),
            demonstration: mixed == Mixed::Both && row.demonstration,
            carried_code: row.code_das.clone(),
            shared: None,
        }
    }
}

impl ProjectList {
    /// The same list, with a flag where several projects carry a number.
    pub(crate) fn with_shared_codes(mut self, t: Texts, shared: &BTreeMap<String, u64>) -> Self {
        for line in &mut self.lines {
            line.shared = SharedCode::of(t, &line.carried_code, shared);
        }
        self
    }

    pub(crate) fn of(
        t: Texts,
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
                .map(|state| state_choice(t, *state, &filters))
                .collect(),
            columns: columns(t, &filters),
            lines: page
                .rows
                .iter()
                .map(|row| ProjectLine::of(t, row, names, mixed, now_utc_ms))
                .collect(),
            total: t.count("office-projects-total", page.total),
            pager: pager(t, &filters, &page),
            emptiness,
            filters,
        }
    }

    pub(crate) fn no_match(&self) -> bool {
        self.emptiness == Emptiness::NoMatch
    }

    pub(crate) fn beyond_last_page(&self) -> bool {
        self.emptiness == Emptiness::BeyondLastPage
    }

    /// The first page of the same list.
    pub(crate) fn first_page(&self) -> String {
        self.filters.at_page(0).href()
    }

    /// What the box for disagreements sends: it keeps a narrower filter that a link has set.
    pub(crate) fn disputed_value(&self) -> &'static str {
        match self.filters.disagreements {
            Disagreements::Weighty => "chiffres",
            Disagreements::Whether | Disagreements::Open => "1",
        }
    }

    pub(crate) fn only_disputed(&self) -> bool {
        self.filters.disagreements != Disagreements::Whether
    }

    pub(crate) fn only_unvisited(&self) -> bool {
        self.filters.visited == Visited::NotLately
    }

    pub(crate) fn is_falling(&self) -> bool {
        self.filters.direction == SortDirection::Falling
    }
}

/// Whether a list holds demonstration data and real projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mixed {
    Both,
    One,
}

/// Whether demonstration data stands among real projects: only then each line must say which it
/// is; the banner says it of a whole page.
fn holds_both(overview: &Overview) -> Mixed {
    let (counted, apart) = (&overview.total, &overview.not_retained);
    let demonstration = counted.demonstration + apart.demonstration;
    if 0 < demonstration && demonstration < counted.projects + apart.projects {
        Mixed::Both
    } else {
        Mixed::One
    }
}

fn state_choice(t: Texts, state: ReportingState, filters: &ProjectFilters) -> Choice {
    let chosen = if filters.states.contains(&state) {
        Chosen::Yes
    } else {
        Chosen::No
    };
    Choice {
        code: state.code().to_owned(),
        name: t.choose(state.label_fr(), state.label_ar()).to_owned(),
        chosen,
    }
}

fn columns(t: Texts, filters: &ProjectFilters) -> Vec<Column> {
    let sorted = |sort: ProjectSort, key: &str| SortLink {
        title: t.get(key),
        href: filters.sorted_by(sort).href(),
        order: (sort == filters.sort).then_some(match filters.direction {
            SortDirection::Rising => "ascending",
            SortDirection::Falling => "descending",
        }),
    };
    let column = |key: &str, kind, sorts| Column {
        title: t.get(key),
        kind,
        sorts,
    };
    let by_title = match t.language {
        Language::Fr => ProjectSort::TitleFr,
        Language::Ar => ProjectSort::TitleAr,
    };
    let one = |sort, key, kind| column(key, kind, vec![sorted(sort, key)]);
    vec![
        one(ProjectSort::Code, "office-projects-number", "c-code"),
        one(by_title, "office-projects-title", "c-title"),
        column("office-projects-commune", "c-place", Vec::new()),
        column("office-projects-programme", "c-prog", Vec::new()),
        column("office-projects-state", "c-state", Vec::new()),
        one(ProjectSort::Progress, "office-projects-progress", "c-done"),
        one(ProjectSort::Cost, "office-projects-cost", "c-cost"),
        one(
            ProjectSort::LastVisit,
            "office-projects-last-visit",
            "c-visit",
        ),
    ]
}

fn pager(t: Texts, filters: &ProjectFilters, page: &Page<ProjectRow>) -> Option<Pager> {
    let pages = page.total.div_ceil(u64::from(limits::PROJECTS_PER_PAGE));
    if pages < 2 || page.rows.is_empty() {
        return None;
    }
    let before = filters.pages_before;
    let number = t.count_of(u64::from(before) + 1);
    Some(Pager {
        page: t.with_all(
            "office-projects-page",
            &[("page", &number), ("of", &t.count_of(pages))],
        ),
        previous: before
            .checked_sub(1)
            .map(|before| filters.at_page(before).href()),
        next: page
            .next_offset()
            .map(|_| filters.at_page(before.saturating_add(1)).href()),
    })
}

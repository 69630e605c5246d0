//! The figures: cards on top, then programme by state. Each sum carries how many projects it
//! knows, and the mark where people disagree about what it is made of.

use std::collections::BTreeMap;

use jawla_model::ReportingState;
use jawla_views::limits::DAYS_WITHOUT_VISIT_MAX;
use jawla_views::{Disagreements, FreshnessRow, Overview, OverviewFigures};

use jawla_ui::Texts;

use crate::filters::{ProjectFilters, Visited};
use crate::format;
use crate::pages::moment::Progress;
use crate::pages::names::Names;

/// The states that count, in the order of a project's life.
pub(super) const COUNTED: [ReportingState; 4] = [
    ReportingState::NotLaunched,
    ReportingState::UnderWay,
    ReportingState::Done,
    ReportingState::Abandoned,
];

/// Width of a bar of shares, in units of its drawing.
const BAR_UNITS: u64 = 1_000;

/// Everything above the list.
pub(super) struct Figures {
    pub(super) total: Line,
    pub(super) programmes: Vec<Line>,
    pub(super) by_cost: Option<String>,
    pub(super) not_retained: Option<String>,
    pub(super) watches: Vec<Watch>,
}

/// What waits, counted elsewhere; none where nobody can say.
#[derive(Clone, Copy)]
pub(super) struct Waits {
    pub(super) review: Option<u64>,
    pub(super) disagreements: Option<u64>,
    pub(super) phones_silent: Option<u64>,
}

/// Something to look at, with the list that shows it.
pub(super) struct Watch {
    pub(super) number: String,
    pub(super) words: String,
    pub(super) href: Option<String>,
}

/// One programme, or all of them.
pub(super) struct Line {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) projects: Linked,
    pub(super) counts: Vec<StateCount>,
    pub(super) not_retained: Linked,
    pub(super) segments: Vec<Segment>,
    pub(super) sums: Sums,
    pub(super) states: Vec<StateLine>,
    pub(super) disputed_href: Option<String>,
}

/// A count that opens the list it counts; a zero opens nothing.
pub(super) struct Linked {
    pub(super) count: String,
    pub(super) href: Option<String>,
}

/// How many projects of one state.
pub(super) struct StateCount {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
    pub(super) linked: Linked,
}

/// One part of a bar of shares.
pub(super) struct Segment {
    pub(super) code: &'static str,
    pub(super) start: u64,
    pub(super) width: u64,
}

/// The sums of one programme in one state.
pub(super) struct StateLine {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
    pub(super) projects: Linked,
    pub(super) sums: Sums,
    pub(super) counted: bool,
}

/// Money and progress.
pub(super) struct Sums {
    pub(super) cost: Figure<Amount>,
    pub(super) indh: Figure<Amount>,
    pub(super) progress: Figure<Progress>,
}

/// A figure, or that nobody knows it.
pub(super) struct Figure<T> {
    pub(super) value: Option<T>,
    /// How many projects it is made of; absent where it is made of all.
    pub(super) known: Option<String>,
    pub(super) mark: Mark,
}

/// Whether a figure is touched by a disagreement about money or a measured quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Disputed,
    Clear,
}

impl<T> Figure<T> {
    pub(super) fn is_disputed(&self) -> bool {
        self.mark == Mark::Disputed
    }
}

/// An amount: without centimes for the eye, exact for who asks.
pub(super) struct Amount {
    pub(super) short: String,
    pub(super) exact: String,
}

impl Figures {
    pub(super) fn of(
        t: Texts,
        overview: &Overview,
        freshness: &[FreshnessRow],
        waits: Waits,
        names: &Names<'_>,
    ) -> Self {
        let mut by_programme: BTreeMap<&str, BTreeMap<ReportingState, OverviewFigures>> =
            BTreeMap::new();
        let mut by_state: BTreeMap<ReportingState, OverviewFigures> = BTreeMap::new();
        for cell in &overview.cells {
            let states = by_programme.entry(&cell.programme).or_default();
            add(
                states.entry(cell.reporting_state).or_default(),
                &cell.figures,
            );
            add(
                by_state.entry(cell.reporting_state).or_default(),
                &cell.figures,
            );
        }
        let not_retained = overview.not_retained.projects;
        let unvisited: u64 = freshness.iter().map(|row| row.under_way_unvisited).sum();
        Self {
            total: line(t, Row::All, &by_state, &overview.total, names),
            programmes: by_programme
                .iter()
                .map(|(code, states)| line(t, Row::Programme(code), states, &sum(states), names))
                .collect(),
            by_cost: overview
                .total
                .progress_bp_by_cost
                .map(|bp| t.with("office-figures-by-cost", "share", t.percent(bp))),
            not_retained: (not_retained > 0)
                .then(|| t.count("office-figures-not-retained", not_retained)),
            watches: watches(t, overview, unvisited, waits),
        }
    }

    /// Whether there is no project at all.
    pub(super) fn is_empty(&self) -> bool {
        self.programmes.is_empty()
    }

    /// Whether the mark stands anywhere, so that it must be explained.
    pub(super) fn any_mark(&self) -> bool {
        let marked = |line: &Line| {
            let states = line.states.iter().map(|state| &state.sums);
            states.chain([&line.sums]).any(Sums::any_mark)
        };
        self.programmes.iter().chain([&self.total]).any(marked)
    }
}

impl Sums {
    fn any_mark(&self) -> bool {
        self.cost.is_disputed() || self.indh.is_disputed() || self.progress.is_disputed()
    }
}

/// What waits for somebody, the most pressing first.
fn watches(t: Texts, overview: &Overview, unvisited: u64, waits: Waits) -> Vec<Watch> {
    let weighty = ProjectFilters {
        disagreements: Disagreements::Weighty,
        ..ProjectFilters::default()
    };
    let unseen = ProjectFilters {
        states: [ReportingState::UnderWay].into(),
        visited: Visited::NotLately,
        ..ProjectFilters::default()
    };
    let days = DAYS_WITHOUT_VISIT_MAX.to_string();
    let watch = |number: u64, words: String, href: String| Watch {
        number: t.count_of(number),
        words,
        href: (number > 0).then_some(href),
    };
    let projects = overview.total.weighty_projects;
    let waiting = |number: Option<u64>, key: &str, href: &str| {
        number.map(|number| watch(number, t.count(key, number), href.to_owned()))
    };
    let mut all = Vec::new();
    all.extend(waiting(waits.review, "office-watch-review", "/a-valider"));
    all.extend(waiting(
        waits.disagreements,
        "office-watch-open",
        "/a-departager",
    ));
    all.extend([
        watch(
            projects,
            t.count("office-watch-weighty", projects),
            weighty.href(),
        ),
        watch(
            unvisited,
            t.count_with("office-watch-unvisited", unvisited, &[("days", &days)]),
            unseen.href(),
        ),
    ]);
    all.extend(waits.phones_silent.map(|number| {
        let days = crate::limits::DAYS_SILENT_MAX.to_string();
        let words = t.count_with("office-watch-silent", number, &[("days", &days)]);
        watch(number, words, "/telephones".to_owned())
    }));
    all
}

/// What a line is about.
#[derive(Clone, Copy)]
enum Row<'a> {
    All,
    Programme(&'a str),
}

impl Row<'_> {
    /// The list behind a count of this row; none where no filter can say it.
    fn list(self) -> Option<ProjectFilters> {
        match self {
            Row::All => Some(ProjectFilters::default()),
            Row::Programme("") => None,
            Row::Programme(code) => Some(ProjectFilters {
                programme: Some(code.to_owned()),
                ..ProjectFilters::default()
            }),
        }
    }

    fn linked(
        self,
        t: Texts,
        count: u64,
        states: impl IntoIterator<Item = ReportingState>,
    ) -> Linked {
        let mut list = self.list().filter(|_| count > 0);
        if let Some(list) = &mut list {
            list.states.extend(states);
        }
        Linked {
            count: t.count_of(count),
            href: list.map(|list| list.href()),
        }
    }
}

fn line(
    t: Texts,
    row: Row<'_>,
    states: &BTreeMap<ReportingState, OverviewFigures>,
    counted: &OverviewFigures,
    names: &Names<'_>,
) -> Line {
    let number = |state: ReportingState| states.get(&state).map_or(0, |figures| figures.projects);
    let (code, name) = match row {
        Row::All => (String::new(), t.get("office-figures-total")),
        Row::Programme("") => (String::new(), t.get("office-figures-no-programme")),
        Row::Programme(code) => (format::plain(code), names.programme(code)),
    };
    let counts = COUNTED.map(|state| StateCount {
        code: state.code(),
        label: t.choose(state.label_fr(), state.label_ar()),
        linked: row.linked(t, number(state), [state]),
    });
    Line {
        code,
        name,
        projects: row.linked(t, counted.projects, COUNTED),
        counts: counts.into(),
        not_retained: row.linked(
            t,
            number(ReportingState::NotRetained),
            [ReportingState::NotRetained],
        ),
        segments: segments(COUNTED.map(|state| (state.code(), number(state)))),
        sums: sums(t, counted),
        states: states
            .iter()
            .map(|(state, figures)| StateLine {
                code: state.code(),
                label: t.choose(state.label_fr(), state.label_ar()),
                projects: row.linked(t, figures.projects, [*state]),
                sums: sums(t, figures),
                counted: *state != ReportingState::NotRetained,
            })
            .collect(),
        disputed_href: row.list().map(|list| {
            ProjectFilters {
                disagreements: Disagreements::Weighty,
                ..list
            }
            .href()
        }),
    }
}

/// The parts of a bar, end to end, without gaps from rounding.
fn segments(parts: [(&'static str, u64); 4]) -> Vec<Segment> {
    let whole: u64 = parts.iter().map(|(_, number)| number).sum();
    let mut before = 0;
    let mut out = Vec::new();
    for (code, number) in parts {
        let edge = |number: u64| {
            number
                .saturating_mul(BAR_UNITS)
                .checked_div(whole)
                .unwrap_or(0)
        };
        let (start, end) = (edge(before), edge(before + number));
        before += number;
        if end > start {
            out.push(Segment {
                code,
                start,
                width: end - start,
            });
        }
    }
    out
}

fn sums(t: Texts, figures: &OverviewFigures) -> Sums {
    let of = figures.projects;
    let partly = |known: u64, key: &str| {
        let (of_text, known_text) = (t.count_of(of), t.count_of(known));
        (0 < known && known < of)
            .then(|| t.with_all(key, &[("known", &known_text), ("of", &of_text)]))
    };
    let known = |known: u64| partly(known, "office-figures-known");
    let mark = |disputed: u64| {
        if disputed > 0 {
            Mark::Disputed
        } else {
            Mark::Clear
        }
    };
    let amount = |centimes: i64, known: u64| {
        (known > 0).then(|| Amount {
            short: t.amount_short(centimes),
            exact: t.amount(centimes),
        })
    };
    Sums {
        cost: Figure {
            value: amount(figures.cost_centimes, figures.cost_known),
            known: known(figures.cost_known),
            mark: mark(figures.cost_disputed),
        },
        indh: Figure {
            value: amount(figures.indh_share_centimes, figures.indh_share_known),
            known: known(figures.indh_share_known),
            mark: mark(figures.indh_share_disputed),
        },
        progress: Figure {
            value: figures.progress_bp_mean.map(|bp| Progress::of(t, bp)),
            known: partly(figures.progress_known, "office-figures-observed"),
            mark: mark(figures.progress_disputed),
        },
    }
}

/// The sum over the states that count.
fn sum(states: &BTreeMap<ReportingState, OverviewFigures>) -> OverviewFigures {
    let mut out = OverviewFigures::default();
    for figures in COUNTED.iter().filter_map(|state| states.get(state)) {
        add(&mut out, figures);
    }
    out
}

/// Adds up; the mean of means is weighted by what each is made of, and cut as they are.
fn add(to: &mut OverviewFigures, more: &OverviewFigures) {
    to.progress_bp_mean = mean(
        (to.progress_bp_mean, to.progress_known),
        (more.progress_bp_mean, more.progress_known),
    );
    to.projects += more.projects;
    to.cost_centimes = to.cost_centimes.saturating_add(more.cost_centimes);
    to.cost_known += more.cost_known;
    to.cost_disputed += more.cost_disputed;
    to.indh_share_centimes = to
        .indh_share_centimes
        .saturating_add(more.indh_share_centimes);
    to.indh_share_known += more.indh_share_known;
    to.indh_share_disputed += more.indh_share_disputed;
    to.progress_known += more.progress_known;
    to.progress_disputed += more.progress_disputed;
    to.weighty_projects += more.weighty_projects;
    to.demonstration += more.demonstration;
}

fn mean(one: (Option<i64>, u64), other: (Option<i64>, u64)) -> Option<i64> {
    let (Some(a), Some(b)) = (one.0, other.0) else {
        return one.0.or(other.0);
    };
    let (a_weight, b_weight) = (i128::from(one.1), i128::from(other.1));
    let weighted = i128::from(a) * a_weight + i128::from(b) * b_weight;
    let mean = weighted.checked_div_euclid(a_weight + b_weight)?;
    i64::try_from(mean).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_touch_and_fill_it() {
        let bar = segments([("NL", 1), ("EC", 0), ("AC", 1), ("AB", 1)]);
        let edges: Vec<_> = bar.iter().map(|s| (s.code, s.start, s.width)).collect();
        assert_eq!(edges, [("NL", 0, 333), ("AC", 333, 333), ("AB", 666, 334)]);
        assert!(segments([("NL", 0), ("EC", 0), ("AC", 0), ("AB", 0)]).is_empty());
    }

    #[test]
    fn a_mean_of_means_counts_every_project_alike() {
        assert_eq!(mean((Some(10_000), 1), (Some(0), 3)), Some(2_500));
        assert_eq!(mean((None, 0), (Some(70), 2)), Some(70));
        assert_eq!(mean((Some(1), 0), (Some(1), 0)), None);
    }
}

//! Sums with their denominators and marks, and ages that never flatter.

use jawla_model::{Claimed, ReceivedAt, ReportingState};
use jawla_views::sqlite::write_scope;
use jawla_views::{
    ConflictQuery, Freshness, FreshnessRow, Overview, OverviewFigures, ProjectQuery, ScopeFilter,
    ScopeRow, Views, VisitQuery,
};

use crate::made::{
    DAY_MS, NOON_MS, conflict, dossier, holding, in_memory, named_scope, now, only, project, scope,
    shared, visit,
};

#[test]
fn an_empty_store_answers_with_nothing_and_no_error() {
    let views = shared(in_memory());
    assert_eq!(
        now(views.overview(&ScopeFilter::All)).unwrap(),
        Overview::default()
    );
    assert_eq!(
        now(views.projects(&ProjectQuery::default())).unwrap().total,
        0
    );
    assert_eq!(now(views.visits(&VisitQuery::default())).unwrap().total, 0);
    assert_eq!(
        now(views.conflicts(&ConflictQuery::default()))
            .unwrap()
            .total,
        0
    );
    let fresh = Freshness {
        scopes: ScopeFilter::All,
        now: Claimed(NOON_MS),
    };
    assert_eq!(now(views.freshness(&fresh)).unwrap(), []);
    assert_eq!(now(views.people()).unwrap(), []);
    assert_eq!(now(views.scopes()).unwrap(), []);
}

#[test]
fn every_sum_has_its_denominator_and_weight() {
    let mut projects = [1, 2, 3, 4, 5].map(project);
    projects[0].progress_bp = Some(10_000);
    projects[0].cost_centimes = Some(300);
    projects[1].progress_bp = Some(1_001);
    projects[1].cost_centimes = Some(100);
    projects[1].received_at = Some(ReceivedAt(1_795_000_500));
    projects[2].cost_centimes = None;
    projects[2].indh_share_centimes = None;
    projects[2].demonstration = true;
    projects[3].programme = "III-P4".into();
    projects[3].reporting_state = ReportingState::Done;
    projects[4].reporting_state = ReportingState::NotRetained;
    projects[4].scope = scope(2);
    let rows: Vec<_> = projects.map(|row| dossier(row, Vec::new())).into();
    let views = shared(holding(&rows));
    let overview = now(views.overview(&ScopeFilter::All)).unwrap();

    let cells: Vec<_> = overview
        .cells
        .iter()
        .map(|cell| {
            (
                cell.programme.as_str(),
                cell.reporting_state,
                cell.figures.projects,
            )
        })
        .collect();
    let expected = [
        ("III-P1", ReportingState::UnderWay, 3),
        ("III-P1", ReportingState::NotRetained, 1),
        ("III-P4", ReportingState::Done, 1),
    ];
    assert_eq!(cells, expected);
    let under_way = OverviewFigures {
        projects: 3,
        cost_centimes: 400,
        cost_known: 2,
        indh_share_centimes: 120_000_000,
        indh_share_known: 2,
        progress_bp_mean: Some(5_500),
        progress_known: 2,
        progress_bp_by_cost: Some(7_750),
        demonstration: 1,
        ..OverviewFigures::default()
    };
    assert_eq!(overview.cells[0].figures, under_way);
    assert_eq!(
        (overview.total.projects, overview.not_retained.projects),
        (4, 1)
    );
    assert_eq!(overview.total.cost_centimes, 100_000_400);
    assert_eq!(overview.newest_received_at, Some(ReceivedAt(1_795_000_500)));

    let elsewhere = now(views.overview(&only(&[2]))).unwrap();
    assert_eq!(
        (elsewhere.total.projects, elsewhere.not_retained.projects),
        (0, 1)
    );
    assert_eq!(elsewhere.total.progress_bp_mean, None);
}

/// Goal: a figure carries the mark exactly when what it uses is disputed.
#[test]
fn a_disagreement_marks_the_figures_that_use_it() {
    let marks = |older: bool, path: &str| {
        let mut row = project(1);
        row.weighty_conflicts = 1;
        let mut visits = vec![
            visit(1, &row, NOON_MS - DAY_MS),
            visit(2, &row, NOON_MS),
            visit(3, &row, NOON_MS + DAY_MS),
            visit(4, &row, NOON_MS + 2 * DAY_MS),
        ];
        visits[2].progress_bp = None;
        visits[3].status = "draft".into();
        let inside = &visits[usize::from(!older)];
        let path = path.replace("VISIT", &inside.visit.key());
        let mut rows = dossier(row.clone(), visits.clone());
        rows.conflicts = vec![conflict(&row, &path, true)];
        let views = shared(holding(&[rows]));
        let total = now(views.overview(&ScopeFilter::All)).unwrap().total;
        assert_eq!(total.weighty_projects, 1);
        [
            total.cost_disputed,
            total.indh_share_disputed,
            total.progress_disputed,
        ]
    };
    assert_eq!(marks(false, "project/cost_centimes"), [1, 0, 0]);
    assert_eq!(marks(false, "project/indh_share_centimes"), [0, 1, 0]);
    assert_eq!(marks(false, "visits/VISIT/progress_bp"), [0, 0, 1]);
    assert_eq!(
        marks(true, "visits/VISIT/progress_bp"),
        [0, 0, 0],
        "an older visit"
    );
    assert_eq!(marks(false, "visits/VISIT/workers"), [0, 0, 0]);
    assert_eq!(marks(false, "project/beneficiaries"), [0, 0, 0]);
}

#[test]
fn each_scope_says_how_old_it_is() {
    let mut projects = [1, 2, 3, 4, 5].map(project);
    projects[1].received_at = Some(ReceivedAt(1_795_000_900));
    projects[3].reporting_state = ReportingState::Done;
    projects[4].scope = scope(3);
    projects[4].received_at = None;
    let mut rows: Vec<_> = projects.map(|row| dossier(row, Vec::new())).into();
    let days_ago = |days: i64| NOON_MS - days * DAY_MS;
    rows[0].visits = vec![visit(1, &rows[0].project, days_ago(45))];
    rows[1].visits = vec![visit(2, &rows[1].project, days_ago(46))];
    // A claim of the year 2100, sorted by its receipt, must not look fresh.
    let mut doubtful = visit(3, &rows[2].project, days_ago(100));
    doubtful.started_at_ms = 4_102_444_800_000;
    doubtful.date_plausible = false;
    rows[2].visits = vec![doubtful];
    rows[2].project.last_visit_at_ms = Some(4_102_444_800_000);
    let conn = holding(&rows);
    write_scope(&conn, &named_scope(1, "Oulad Azzouz")).unwrap();
    write_scope(&conn, &named_scope(2, "Échchegag")).unwrap();
    let views = shared(conn);
    let fresh = Freshness {
        scopes: ScopeFilter::All,
        now: Claimed(NOON_MS),
    };
    let lines = now(views.freshness(&fresh)).unwrap();
    let unnamed = ScopeRow {
        scope: scope(3),
        name_fr: String::new(),
        name_ar: String::new(),
        communes: String::new(),
    };
    let line = |scope, counts: [u64; 3], newest_received_at, newest_visit_ms| FreshnessRow {
        scope,
        projects: counts[0],
        under_way: counts[1],
        under_way_unvisited: counts[2],
        newest_received_at,
        newest_visit_ms,
    };
    let expected = [
        line(named_scope(2, "Échchegag"), [0, 0, 0], None, None),
        line(
            named_scope(1, "Oulad Azzouz"),
            [4, 3, 2],
            Some(ReceivedAt(1_795_000_900)),
            Some(days_ago(45)),
        ),
        line(unnamed, [1, 1, 1], None, None),
    ];
    assert_eq!(lines, expected);
    let one = Freshness {
        scopes: only(&[2]),
        now: Claimed(i64::MIN),
    };
    assert_eq!(now(views.freshness(&one)).unwrap(), expected[..1]);
}

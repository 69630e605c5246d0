//! Lists stay within the budgets on a full store; bounds are generous, figures are printed.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a stopwatch and its figures"
)]

use std::time::{Duration, Instant};

use jawla_model::{Claimed, ReportingState};
use jawla_views::proof::hash_of;
use jawla_views::rows::DossierRows;
use jawla_views::sqlite::{SqliteViews, create, projection_hash, write_rows};
use jawla_views::{
    Freshness, PageWindow, ProjectQuery, ProjectSort, ScopeFilter, Views, VisitQuery,
};
use rusqlite::Connection;

use crate::made::{
    DAY_MS, NOON_MS, document, dossier, hash, now, only, photo, scope, shared, titled, visit,
    visit_id,
};

const WORDS_FR: [&str; 8] = [
    "piste",
    "école",
    "adduction",
    "forage",
    "préscolaire",
    "ambulance",
    "foyer",
    "clôture",
];
const WORDS_AR: [&str; 8] = [
    "مسلك",
    "مدرسة",
    "تزويد",
    "ثقب",
    "أولي",
    "إسعاف",
    "دار",
    "سياج",
];

/// A dossier as the sheets of a province are: a title of some words, a folded text of 600 to 800
/// bytes (with names of places and holders), `visits` visits.
fn made(n: u32, scopes: u32, visits: u32) -> DossierRows {
    let word = |words: [&'static str; 8], by: u32| words[((n / by + n) % 8) as usize];
    let title_fr = format!(
        "Projet {} de {} douar n° {n}",
        word(WORDS_FR, 1),
        word(WORDS_FR, 8)
    );
    let title_ar = format!("مشروع {} {} رقم {n}", word(WORDS_AR, 1), word(WORDS_AR, 8));
    let mut project = titled(n, &title_fr, &title_ar);
    project.scope = scope(n % scopes);
    project.folded = format!(
        "{} {}",
        project.folded,
        "oulad bourahmoune porteur association ".repeat(16)
    );
    project.programme = format!("III-P{}", n % 4 + 1);
    project.reporting_state = ReportingState::ALL[(n % 5) as usize];
    project.progress_bp = (!n.is_multiple_of(3)).then_some(i64::from(n % 10_000));
    let listed = (0..visits)
        .map(|v| {
            visit(
                n * 100 + v,
                &project,
                NOON_MS - i64::from(v * 7 + n % 7) * DAY_MS,
            )
        })
        .collect();
    dossier(project, listed)
}

fn province(projects: u32, scopes: u32, visits: u32) -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    create(&conn).unwrap();
    let tx = conn.transaction().unwrap();
    for n in 0..projects {
        write_rows(&tx, &made(n, scopes, visits)).unwrap();
    }
    tx.commit().unwrap();
    conn
}

/// The 95th percentile of 20 runs, after one that warms up; the result itself must be alike.
fn p95<T: PartialEq>(name: &str, bound_ms: u64, mut run: impl FnMut() -> T) {
    let first = run();
    let mut took: Vec<Duration> = (0..20)
        .map(|_| {
            let from = Instant::now();
            let again = run();
            let took = from.elapsed();
            assert!(again == first, "{name} answers differently");
            took
        })
        .collect();
    took.sort_unstable();
    println!(
        "{name}: median {:?}, p95 {:?}, bound {bound_ms} ms",
        took[9], took[18]
    );
    assert!(
        took[9] < Duration::from_millis(bound_ms),
        "{name}: {took:?}"
    );
}

fn page(text: &str, sort: ProjectSort) -> ProjectQuery {
    ProjectQuery {
        text: text.into(),
        sort,
        ..ProjectQuery::default()
    }
}

fn total(views: &SqliteViews, query: &ProjectQuery) -> u64 {
    now(views.projects(query)).unwrap().total
}

#[test]
fn a_phone_with_2000_projects_lists_and_searches_in_time() {
    let views = shared(province(2_000, 60, 6));
    let commune = ProjectQuery {
        scopes: only(&[7]),
        ..ProjectQuery::default()
    };
    assert_eq!(total(&views, &commune), 34);
    p95("list of a commune", 15, || total(&views, &commune));
    for sort in [
        ProjectSort::Code,
        ProjectSort::TitleAr,
        ProjectSort::LastVisit,
    ] {
        let name = format!("2,000 projects by {sort:?}");
        p95(&name, 100, || total(&views, &page("", sort)));
    }
    assert!(total(&views, &page("ecole", ProjectSort::Code)) > 100);
    for text in ["ecole", "مدرسة", "ecole oulad association", "zzz"] {
        let name = format!("2,000 projects with «{text}»");
        p95(&name, 100, || {
            total(&views, &page(text, ProjectSort::TitleFr))
        });
    }
    p95("2,000 projects: feed", 50, || {
        now(views.visits(&VisitQuery::default())).unwrap().total
    });
    p95("sheet of a project", 15, || {
        now(views.project(document(77)))
            .unwrap()
            .unwrap()
            .visits
            .len()
    });
}

#[test]
fn an_office_with_10000_projects_pages_and_sums_in_time() {
    let views = shared(province(10_000, 31, 6));
    for sort in [
        ProjectSort::Code,
        ProjectSort::TitleFr,
        ProjectSort::LastVisit,
    ] {
        let name = format!("10,000 projects by {sort:?}");
        p95(&name, 300, || total(&views, &page("", sort)));
    }
    let last = ProjectQuery {
        window: PageWindow {
            offset: 9_950,
            rows_max: 50,
        },
        ..page("", ProjectSort::Cost)
    };
    p95("10,000 projects: last page", 300, || total(&views, &last));
    p95("10,000 projects with a filter and «ecole»", 400, || {
        let mut query = page("ecole", ProjectSort::TitleFr);
        query.programme = Some("III-P2".into());
        total(&views, &query)
    });
    p95("10,000 projects: overview", 300, || {
        now(views.overview(&ScopeFilter::All)).unwrap()
    });
    let fresh = Freshness {
        scopes: ScopeFilter::All,
        now: Claimed(NOON_MS),
    };
    p95("10,000 projects: freshness", 300, || {
        now(views.freshness(&fresh)).unwrap()
    });
    p95("10,000 projects: feed", 200, || {
        now(views.visits(&VisitQuery::default())).unwrap().total
    });
}

/// The workload of the budgets: 60 visits, two photos each; one visit changes.
#[test]
fn rewriting_one_visit_of_a_long_dossier_is_quick() {
    let mut rows = made(1, 1, 60);
    for visit in rows.visits.clone() {
        rows.photos.extend([photo(1, &visit), photo(2, &visit)]);
    }
    let conn = Connection::open_in_memory().unwrap();
    create(&conn).unwrap();
    write_rows(&conn, &rows).unwrap();
    let mut turn = 0;
    p95("one visit of 60 rewritten", 20, || {
        turn += 1;
        rows.visits[30].note = format!("{turn:06}");
        write_rows(&conn, &rows).unwrap()
    });
    let stored = projection_hash(&conn, rows.project.scope).unwrap();
    assert_eq!(stored, hash_of([&rows]).unwrap());
    assert_eq!(rows.visits[30].visit, visit_id(130));
    assert_ne!(hash(1), hash(2));
}

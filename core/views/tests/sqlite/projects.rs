//! Lists of projects: filters, orders, pages, and what a person may type into the search.

use std::collections::BTreeSet;

use jawla_model::{Language, ReportingState};
use jawla_views::rows::{DossierRows, ProjectRow};
use jawla_views::sqlite::{SqliteViews, create, write_rows};
use jawla_views::{
    Disagreements, PageWindow, ProjectQuery, ProjectSort, ScopeFilter, SortDirection, ViewError,
    Views,
};
use rusqlite::{Connection, OpenFlags};

use crate::made::{
    DAY_MS, NOON_MS, document, dossier, full_dossier, holding, in_memory, now, only, project,
    scope, shared, titled, visit,
};

fn found(views: &SqliteViews, query: &ProjectQuery) -> Vec<u32> {
    let page = now(views.projects(query)).unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(number).collect()
}

fn number(row: &ProjectRow) -> u32 {
    let id = row.document.as_bytes();
    u32::from_be_bytes(id[12..].try_into().unwrap())
}

fn six() -> SqliteViews {
    let mut rows: Vec<DossierRows> = [
        ("Piste Ouled Azzouz", "مسلك أولاد عزوز"),
        ("Étanchéité de l’école", "المدرسة الابتدائية"),
        ("Adduction d'eau potable", "تزويد بالماء الصالح للشرب"),
        ("Centre de santé", "مركز صحي"),
        ("", "دار الطالبة"),
        ("Œuvres 100% _test_", "أعمال"),
    ]
    .into_iter()
    .zip(1..)
    .map(|((fr, ar), n)| dossier(titled(n, fr, ar), Vec::new()))
    .collect();
    rows[1].project.programme = "III-P4".into();
    rows[1].project.scope = scope(2);
    rows[2].project.communes = "053110501+053110513".into();
    rows[3].project.communes = "053110501".into();
    rows[3].project.reporting_state = ReportingState::Done;
    rows[3].project.cost_centimes = None;
    rows[4].project.reporting_state = ReportingState::NotLaunched;
    rows[4].project.code_das = String::new();
    rows[0].project.progress_bp = Some(9_000);
    rows[1].project.progress_bp = Some(100);
    rows[2].project.cost_centimes = Some(5);
    rows[0].project.conflicts = 1;
    rows[5].project.conflicts = 2;
    rows[5].project.weighty_conflicts = 1;
    let at = |days: i64| NOON_MS - days * DAY_MS;
    rows[0].visits = vec![
        visit(1, &rows[0].project, at(50)),
        visit(2, &rows[0].project, at(10)),
    ];
    rows[2].visits = vec![visit(3, &rows[2].project, at(60))];
    // Neither a draft nor a replaced visit is a visit yet.
    let mut draft = visit(4, &rows[3].project, at(1));
    draft.status = "draft".into();
    let mut replaced = visit(5, &rows[3].project, at(2));
    replaced.replaced = true;
    rows[3].visits = vec![draft, replaced];
    shared(holding(&rows))
}

#[test]
fn each_filter_lets_through_what_it_says() {
    let states = |states: &[ReportingState]| states.iter().copied().collect::<BTreeSet<_>>();
    let all = ProjectQuery::default();
    let table = [
        (all.clone(), vec![1, 2, 3, 4, 6, 5]),
        (
            ProjectQuery {
                scopes: only(&[2]),
                ..all.clone()
            },
            vec![2],
        ),
        (
            ProjectQuery {
                scopes: only(&[1, 2]),
                ..all.clone()
            },
            vec![1, 2, 3, 4, 6, 5],
        ),
        (
            ProjectQuery {
                scopes: only(&[]),
                ..all.clone()
            },
            vec![],
        ),
        (
            ProjectQuery {
                programme: Some("III-P4".into()),
                ..all.clone()
            },
            vec![2],
        ),
        (
            ProjectQuery {
                programme: Some("III".into()),
                ..all.clone()
            },
            vec![],
        ),
        (
            ProjectQuery {
                commune: Some("053110501".into()),
                ..all.clone()
            },
            vec![3, 4],
        ),
        (
            ProjectQuery {
                commune: Some("05311050".into()),
                ..all.clone()
            },
            vec![],
        ),
        (
            ProjectQuery {
                reporting_states: states(&[ReportingState::Done, ReportingState::NotLaunched]),
                ..all.clone()
            },
            vec![4, 5],
        ),
        (
            ProjectQuery {
                disagreements: Disagreements::Open,
                ..all.clone()
            },
            vec![1, 6],
        ),
        (
            ProjectQuery {
                disagreements: Disagreements::Weighty,
                ..all.clone()
            },
            vec![6],
        ),
        (
            ProjectQuery {
                unvisited_since_ms: Some(NOON_MS - 45 * DAY_MS),
                ..all.clone()
            },
            vec![2, 3, 4, 6, 5],
        ),
        (
            ProjectQuery {
                scopes: only(&[1]),
                programme: Some("III-P1".into()),
                commune: Some("053110513".into()),
                text: "eau".into(),
                unvisited_since_ms: Some(NOON_MS),
                ..all.clone()
            },
            vec![3],
        ),
    ];
    let views = six();
    for (query, expected) in table {
        assert_eq!(found(&views, &query), expected, "{query:?}");
    }
}

#[test]
fn each_order_has_both_directions_and_unknown_values_last() {
    use SortDirection::{Falling, Rising};
    let table = [
        (ProjectSort::Code, Rising, [1, 2, 3, 4, 6, 5]),
        (ProjectSort::Code, Falling, [6, 4, 3, 2, 1, 5]),
        (ProjectSort::TitleFr, Rising, [3, 4, 2, 6, 1, 5]),
        (ProjectSort::TitleFr, Falling, [5, 1, 6, 2, 4, 3]),
        (ProjectSort::TitleAr, Rising, [6, 2, 3, 5, 4, 1]),
        (ProjectSort::Progress, Rising, [2, 1, 3, 4, 5, 6]),
        (ProjectSort::Progress, Falling, [1, 2, 3, 4, 5, 6]),
        (ProjectSort::Cost, Rising, [3, 1, 2, 5, 6, 4]),
        (ProjectSort::Cost, Falling, [1, 2, 5, 6, 3, 4]),
        (ProjectSort::LastVisit, Rising, [3, 1, 2, 4, 5, 6]),
        (ProjectSort::LastVisit, Falling, [1, 3, 2, 4, 5, 6]),
    ];
    let views = six();
    for (sort, direction, expected) in table {
        let query = ProjectQuery {
            sort,
            direction,
            ..ProjectQuery::default()
        };
        assert_eq!(found(&views, &query), expected, "{sort:?} {direction:?}");
    }
}

#[test]
fn projects_are_sorted_by_their_delay_and_by_the_way_to_them() {
    // Planned from 1 January 2026 to 11 January 2026; on the sixth half should be done.
    let mut rows: Vec<DossierRows> = (1..=7)
        .map(|n| dossier(titled(n, &format!("Projet {}", 8 - n), ""), Vec::new()))
        .collect();
    for row in &mut rows {
        row.project.reporting_state = ReportingState::UnderWay;
        row.project.planned_start = "2026-01-01".into();
        row.project.planned_end = "2026-01-11".into();
        row.project.progress_bp = Some(5_000);
    }
    rows[0].project.progress_bp = Some(4_950); // half a point is none
    rows[1].project.progress_bp = Some(2_000);
    rows[2].project.progress_bp = None;
    rows[3].project.progress_bp = Some(0);
    rows[3].project.reporting_state = ReportingState::Done;
    rows[4].project.progress_bp = Some(0);
    rows[4].project.planned_end = "2026-01-01".into();
    rows[5].project.progress_bp = Some(0);
    rows[5].project.planned_start = "hier".into();
    rows[6].project.progress_bp = Some(9_000);
    // North, east (nearer than as many degrees north), south, unknown.
    rows[0].project.latitude_e7 = Some(329_000_000);
    rows[0].project.longitude_e7 = Some(-69_000_000);
    rows[1].project.latitude_e7 = Some(328_000_000);
    rows[1].project.longitude_e7 = Some(-68_000_000);
    rows[2].project.latitude_e7 = Some(327_000_001);
    rows[2].project.longitude_e7 = Some(-69_000_000);
    for row in &mut rows[3..] {
        row.project.latitude_e7 = None;
    }
    let views = shared(holding(&rows));
    let ask = |sort, direction| {
        found(
            &views,
            &ProjectQuery {
                sort,
                direction,
                ..ProjectQuery::default()
            },
        )
    };
    let on_the_sixth = ProjectSort::Delay {
        today_days: 20_459,
        language: Language::Fr,
    };
    let here = ProjectSort::Distance {
        latitude_e7: 328_000_000,
        longitude_e7: -69_000_000,
    };
    assert_eq!(
        ask(on_the_sixth, SortDirection::Falling),
        [3, 2, 7, 6, 5, 4, 1]
    );
    assert_eq!(ask(here, SortDirection::Rising), [2, 3, 1, 4, 5, 6, 7]);
}

#[test]
fn a_search_finds_what_a_person_meant_in_both_languages() {
    let table: [(&str, &[u32]); 16] = [
        ("", &[1, 2, 3, 4, 6, 5]),
        ("   ", &[1, 2, 3, 4, 6, 5]),
        ("ETANCHEITE", &[2]),
        ("école étanch", &[2]),
        ("l'ecole", &[2]),
        ("école piste", &[]),
        ("oeuvres", &[6]),
        ("P1-00003", &[3]),
        ("المدرسه", &[2]),
        ("مدرسة", &[2]),
        ("اولاد", &[1]),
        ("أُولَاد عَزُّوز", &[1]),
        ("دار الطالبه", &[5]),
        ("%", &[6]),
        ("_", &[6]),
        ("100% _TEST_", &[6]),
    ];
    let views = six();
    for (text, expected) in table {
        let query = ProjectQuery {
            text: text.into(),
            ..ProjectQuery::default()
        };
        assert_eq!(found(&views, &query), expected, "{text}");
    }
}

#[test]
fn hostile_texts_find_nothing_and_break_nothing() {
    let views = six();
    let texts = [
        "'; DROP TABLE view_project; --".to_owned(),
        "\" OR 1=1".into(),
        "\\".into(),
        "\0".into(),
        "piste\0".into(),
        "* ? [a-z]".into(),
        "é".repeat(1_000_000),
        "qq ".repeat(400_000),
        "\u{202e}\u{10ffff}".into(),
    ];
    for text in texts {
        let query = ProjectQuery {
            commune: Some(text.clone()),
            ..ProjectQuery::default()
        };
        assert_eq!(found(&views, &query), [0; 0]);
        let query = ProjectQuery {
            programme: Some(text.clone()),
            ..ProjectQuery::default()
        };
        assert_eq!(found(&views, &query), [0; 0]);
        let query = ProjectQuery {
            text,
            ..ProjectQuery::default()
        };
        assert_eq!(found(&views, &query), [0; 0]);
    }
    assert_eq!(found(&views, &ProjectQuery::default()).len(), 6);
}

#[test]
fn pages_cover_the_list_once_and_are_bounded() {
    let rows: Vec<_> = (1..=1_203)
        .map(|n| dossier(project(n), Vec::new()))
        .collect();
    let views = shared(holding(&rows));
    for (rows_max, pages) in [(50, 25), (u32::MAX, 3)] {
        let mut numbers = Vec::new();
        let mut offset = Some(0);
        let mut asked = 0;
        while let Some(from) = offset {
            let query = ProjectQuery {
                // Every title is the same: only the tie-break orders.
                sort: ProjectSort::TitleFr,
                window: PageWindow {
                    offset: from,
                    rows_max,
                },
                ..ProjectQuery::default()
            };
            let page = now(views.projects(&query)).unwrap();
            assert_eq!((page.total, page.offset), (1_203, from));
            assert!(page.rows.len() <= 500);
            numbers.extend(page.rows.iter().map(number));
            offset = page.next_offset();
            asked += 1;
        }
        assert_eq!(asked, pages);
        assert_eq!(numbers, (1..=1_203).collect::<Vec<u32>>());
    }
    for window in [
        PageWindow {
            offset: u32::MAX,
            rows_max: 50,
        },
        PageWindow {
            offset: 0,
            rows_max: 0,
        },
    ] {
        let query = ProjectQuery {
            window,
            ..ProjectQuery::default()
        };
        let page = now(views.projects(&query)).unwrap();
        assert_eq!((page.rows.len(), page.total), (0, 1_203));
        assert_eq!(page.next_offset(), None);
    }
}

#[test]
fn too_many_scopes_are_refused_before_asking() {
    let views = shared(in_memory());
    let scopes = ScopeFilter::Only((0..1_001).map(scope).collect());
    let query = ProjectQuery {
        scopes: scopes.clone(),
        ..ProjectQuery::default()
    };
    for refused in [
        now(views.projects(&query)).map(|_| ()),
        now(views.overview(&scopes)).map(|_| ()),
    ] {
        assert!(matches!(refused, Err(ViewError::TooManyScopes { .. })));
    }
    let query = ProjectQuery {
        scopes: ScopeFilter::Only((0..1_000).map(scope).collect()),
        ..ProjectQuery::default()
    };
    assert_eq!(now(views.projects(&query)).unwrap().total, 0);
}

#[test]
fn the_sheet_has_the_timeline_newest_first_and_hides_what_is_not_the_viewers() {
    let mut rows = full_dossier(1);
    rows.visits[0].status = "draft".into();
    rows.visits[1].status = "deleted".into();
    rows.visits[2].order_ms = rows.visits[3].order_ms;
    let author = rows.visits[0].author;
    let views = shared(holding(std::slice::from_ref(&rows)));
    let sheet = now(views.project(document(1))).unwrap().unwrap();
    let ids = |visits: Vec<&jawla_views::VisitRow>| -> Vec<_> {
        visits.iter().map(|visit| visit.visit).collect()
    };
    let v: Vec<_> = rows.visits.iter().map(|visit| visit.visit).collect();
    assert_eq!(ids(sheet.visits.iter().collect()), [v[0], v[1], v[2], v[3]]);
    assert_eq!(ids(sheet.timeline(author).collect()), [v[0], v[2], v[3]]);
    assert_eq!(ids(sheet.timeline(None).collect()), [v[2], v[3]]);
    assert_eq!(
        (sheet.drafts_of_others(author), sheet.drafts_of_others(None)),
        (0, 1)
    );
    assert_eq!(sheet.visits_total, 4);
    assert_eq!(sheet.photos.len(), 12);
    assert_eq!(sheet.photos_of(v[3]).count(), 3);
    let paths: Vec<_> = sheet.conflicts.iter().map(|c| c.path.as_str()).collect();
    assert_eq!(paths[0], "project/cost_centimes");
    assert_eq!(paths[2], "project/note", "the weighty ones come first");
    assert_eq!(now(views.project(document(9))).unwrap(), None);
}

#[test]
fn an_unreadable_row_is_an_error_that_names_the_column() {
    let conn = holding(&[full_dossier(1)]);
    conn.execute("UPDATE view_project SET reporting_state = 'XX'", [])
        .unwrap();
    let views = shared(conn);
    let damaged = now(views.projects(&ProjectQuery::default())).unwrap_err();
    let named = "a row of view_project cannot be read: column reporting_state";
    assert_eq!(damaged.to_string(), named);
    let damaged = now(views.overview(&ScopeFilter::All)).unwrap_err();
    assert_eq!(damaged.to_string(), named);
}

#[test]
fn readers_of_a_file_see_what_is_committed_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.db");
    let mut writer = Connection::open(&path).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    create(&writer).unwrap();
    let views = {
        let path = path.clone();
        SqliteViews::pooled(Box::new(move || {
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        }))
    };
    let all = ProjectQuery::default();
    let tx = writer.transaction().unwrap();
    write_rows(&tx, &full_dossier(1)).unwrap();
    assert_eq!(found(&views, &all), [0; 0], "not committed yet");
    tx.commit().unwrap();
    assert_eq!(found(&views, &all), [1]);

    let missing = SqliteViews::pooled(Box::new(move || {
        Connection::open_with_flags(
            path.with_file_name("none.db"),
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        )
    }));
    let error = now(missing.projects(&all)).unwrap_err();
    assert!(matches!(error, ViewError::Store(_)), "{error:?}");
}

//! The feed, one visit, and the list of disagreements.

use std::collections::BTreeSet;

use jawla_model::visit::RecordWord;
use jawla_model::{FieldPath, ProjectField};
use jawla_views::rows::{DossierRows, VisitRow};
use jawla_views::sqlite::{SqliteViews, write_person};
use jawla_views::{ConflictQuery, Disagreements, PageWindow, Views, VisitQuery, VisitsShown};

use crate::made::{
    DAY_MS, NOON_MS, conflict, document, dossier, full_dossier, holding, named_person, now, only,
    person, photo, project, scope, shared, visit, visit_id,
};

fn number(visit: &VisitRow) -> u32 {
    u32::from_be_bytes(visit.visit.as_bytes()[12..].try_into().unwrap())
}

fn found(views: &SqliteViews, query: &VisitQuery) -> Vec<u32> {
    let page = now(views.visits(query)).unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|line| number(&line.visit)).collect()
}

/// Two projects in two scopes with a visit of every kind of standing.
fn standings() -> Vec<DossierRows> {
    let first = project(1);
    let mut second = project(2);
    second.scope = scope(2);
    let at = |n: u32, of, day: i64| visit(n, of, NOON_MS + day * DAY_MS);
    let mut visits = vec![
        at(1, &first, 1),
        at(2, &first, 2),
        at(3, &first, 3),
        at(4, &first, 4),
        at(5, &first, 5),
        at(6, &first, 6),
        at(7, &first, 7),
        at(8, &first, 8),
    ];
    visits[1].received_at = None;
    visits[2].review = "approved".into();
    visits[3].review = "returned".into();
    visits[4].status = "draft".into();
    visits[5].status = "draft".into();
    visits[5].author = Some(person(2));
    visits[6].status = "deleted".into();
    visits[7].replaced = true;
    // The same instant as visit 2, and an author nobody knows here.
    let mut tied = at(9, &second, 2);
    tied.author = None;
    vec![dossier(first, visits), dossier(second, vec![tied])]
}

#[test]
fn the_feed_is_newest_first_and_each_filter_lets_through_what_it_says() {
    let words = |words: &[RecordWord]| VisitsShown::Finished(words.iter().copied().collect());
    let all = VisitQuery::default();
    let shown = |shown| VisitQuery {
        shown,
        ..VisitQuery::default()
    };
    let table = [
        (all.clone(), vec![4, 3, 2, 9, 1]),
        (shown(words(&[RecordWord::OnThisPhone])), vec![2]),
        (shown(words(&[RecordWord::Received])), vec![9, 1]),
        (shown(words(&[RecordWord::Approved])), vec![3]),
        (
            shown(words(&[RecordWord::Returned, RecordWord::OnThisPhone])),
            vec![4, 2],
        ),
        (shown(words(&[RecordWord::Draft])), vec![]),
        (shown(VisitsShown::DraftsOf(person(1))), vec![5]),
        (shown(VisitsShown::DraftsOf(person(2))), vec![6]),
        (shown(VisitsShown::DraftsOf(person(3))), vec![]),
        (
            VisitQuery {
                scopes: only(&[2]),
                ..all.clone()
            },
            vec![9],
        ),
        (
            VisitQuery {
                scopes: only(&[]),
                ..all.clone()
            },
            vec![],
        ),
        (
            VisitQuery {
                author: Some(person(1)),
                ..all.clone()
            },
            vec![4, 3, 2, 1],
        ),
        (
            VisitQuery {
                from_ms: Some(NOON_MS + 2 * DAY_MS),
                before_ms: Some(NOON_MS + 4 * DAY_MS),
                ..all.clone()
            },
            vec![3, 2, 9],
        ),
    ];
    let views = shared(holding(&standings()));
    for (query, expected) in table {
        assert_eq!(found(&views, &query), expected, "{query:?}");
    }
}

/// Goal: SQL and Rust agree on the five words.
#[test]
fn a_visit_is_listed_under_the_word_it_shows() {
    let rows = standings();
    let views = shared(holding(&rows));
    for word in RecordWord::ALL {
        let query = VisitQuery {
            shown: VisitsShown::Finished(BTreeSet::from([*word])),
            ..VisitQuery::default()
        };
        let mut listed = found(&views, &query);
        listed.sort_unstable();
        let says: Vec<u32> = rows
            .iter()
            .flat_map(|dossier| &dossier.visits)
            .filter(|visit| visit.is_counted() && visit.word() == Some(*word))
            .map(number)
            .collect();
        assert_eq!(listed, says, "{word:?}");
    }
    let deleted = &rows[0].visits[6];
    assert_eq!(deleted.word(), None);
    assert_eq!(rows[0].visits[4].word(), Some(RecordWord::Draft));
}

#[test]
fn a_line_of_the_feed_says_who_where_and_shows_four_photos() {
    let mut rows = standings();
    let photographed = rows[0].visits[3].clone();
    rows[0].photos = (0..6).rev().map(|n| photo(n, &photographed)).collect();
    let conn = holding(&rows);
    write_person(&conn, &named_person(1, "Amina")).unwrap();
    let views = shared(conn);
    let query = VisitQuery {
        window: PageWindow {
            offset: 0,
            rows_max: 1,
        },
        ..VisitQuery::default()
    };
    let page = now(views.visits(&query)).unwrap();
    assert_eq!((page.total, page.next_offset()), (5, Some(1)));
    let line = &page.rows[0];
    assert_eq!(line.visit, photographed);
    assert_eq!(line.project.title_fr, "Piste rurale");
    assert_eq!(line.project.code_das, "P1-00001");
    assert_eq!(line.author, Some(named_person(1, "Amina")));
    let expected: Vec<_> = (0..4).map(|n| photo(n, &photographed)).collect();
    assert_eq!(line.strip, expected);
}

#[test]
fn pages_of_the_feed_cover_it_once() {
    let first = project(1);
    let visits = (1..=450).map(|n| visit(n, &first, NOON_MS)).collect();
    let views = shared(holding(&[dossier(first, visits)]));
    let mut numbers = Vec::new();
    let mut offset = Some(0);
    while let Some(from) = offset {
        let window = PageWindow {
            offset: from,
            rows_max: u32::MAX,
        };
        let query = VisitQuery {
            window,
            ..VisitQuery::default()
        };
        let page = now(views.visits(&query)).unwrap();
        assert!(page.rows.len() <= 200);
        numbers.extend(page.rows.iter().map(|line| number(&line.visit)));
        offset = page.next_offset();
    }
    assert_eq!(numbers, (1..=450).collect::<Vec<u32>>());
}

#[test]
fn one_visit_comes_with_its_photos_disagreements_and_the_visit_before() {
    let rows = full_dossier(1);
    let (newest, before) = (&rows.visits[0], &rows.visits[1]);
    let views = shared(holding(std::slice::from_ref(&rows)));
    let sheet = now(views.visit(document(1), newest.visit))
        .unwrap()
        .unwrap();
    assert_eq!(&sheet.visit, newest);
    assert_eq!(sheet.project, rows.project);
    assert_eq!(sheet.author, None, "nobody has named them here");
    assert_eq!(sheet.photos, rows.photos[..3]);
    assert_eq!(sheet.conflicts, rows.conflicts[2..]);
    assert_eq!(sheet.previous.as_ref(), Some(before));
    let oldest = rows.visits[3].visit;
    let sheet = now(views.visit(document(1), oldest)).unwrap().unwrap();
    assert_eq!((sheet.previous, sheet.conflicts.len()), (None, 0));
    assert_eq!(now(views.visit(document(2), oldest)).unwrap(), None);
    assert_eq!(now(views.visit(document(1), visit_id(99))).unwrap(), None);
}

#[test]
fn disagreements_are_listed_weighty_first_with_their_project() {
    let first = project(1);
    let mut second = project(2);
    second.scope = scope(2);
    let mut one = dossier(first.clone(), Vec::new());
    one.conflicts = vec![
        conflict(&first, "project/note", false),
        conflict(&first, "project/cost_centimes", true),
    ];
    let mut other = dossier(second.clone(), Vec::new());
    other.conflicts = vec![conflict(&second, "project/cost_centimes", true)];
    let views = shared(holding(&[one, other]));
    let ask = |query: &ConflictQuery| -> Vec<(u8, String)> {
        let page = now(views.conflicts(query)).unwrap();
        let line = |line: &jawla_views::ConflictListed| {
            assert_eq!(line.project.document, line.conflict.document);
            assert_eq!(line.project.title_fr, "Piste rurale");
            (
                line.conflict.document.as_bytes()[15],
                line.conflict.path.clone(),
            )
        };
        assert_eq!(page.total, page.rows.len() as u64);
        page.rows.iter().map(line).collect()
    };
    let (cost, note) = (
        "project/cost_centimes".to_owned(),
        "project/note".to_owned(),
    );
    let all = ConflictQuery::default();
    let three = vec![(1, cost.clone()), (2, cost.clone()), (1, note.clone())];
    assert_eq!(ask(&all), three);
    let weighty = ConflictQuery {
        disagreements: Disagreements::Weighty,
        ..all.clone()
    };
    assert_eq!(ask(&weighty), three[..2]);
    let scoped = ConflictQuery {
        scopes: only(&[2]),
        ..all.clone()
    };
    assert_eq!(ask(&scoped), [(2, cost.clone())]);
    let of_one = ConflictQuery {
        document: Some(document(1)),
        ..all.clone()
    };
    assert_eq!(ask(&of_one), [(1, cost), (1, note)]);
    let page = now(views.conflicts(&all)).unwrap();
    assert_eq!(
        page.rows[0].conflict.at(),
        Some(FieldPath::project(ProjectField::Cost))
    );
    assert_eq!(page.rows[0].conflict.values.len(), 2);
}

/// Goal: the feed of a whole country reads its index in order and sorts nothing.
#[test]
fn the_feed_reads_its_index_in_order() {
    let conn = holding(&standings());
    let plan = |filter: &str| -> String {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT document, visit FROM view_visit WHERE {filter}
             ORDER BY order_ms DESC, visit, document LIMIT 50"
        );
        let mut statement = conn.prepare(&sql).unwrap();
        let steps = statement.query_map([], |row| row.get::<_, String>(3));
        steps.unwrap().map(Result::unwrap).collect()
    };
    let finished = "status = 'recorded' AND replaced = 0 AND +scope IN (x'00', x'01')
                    AND +author = x'02' AND order_ms >= 5 AND (review = 'approved')";
    let steps = plan(finished);
    assert!(steps.contains("COVERING INDEX view_visit_feed"), "{steps}");
    assert!(!steps.contains("ORDER BY"), "{steps}");
    let steps = plan("status = 'draft' AND replaced = 0 AND author = x'02'");
    assert!(steps.contains("view_visit_draft"), "{steps}");
}

//! Rows are written once, rewritten where they differ, and read back as they were.

use std::collections::BTreeSet;

use jawla_model::{ReceivedAt, Value, VisitId};
use jawla_views::ViewError;
use jawla_views::sqlite::{self, RowsWritten, VIEW_VERSION, delete_rows, rows_of, write_rows};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::made::{
    NOON_MS, document, dossier, full_dossier, holding, in_memory, named_person, named_scope, photo,
    project, scope, visit,
};

fn written(written: usize, deleted: usize, unchanged: usize) -> RowsWritten {
    RowsWritten {
        written,
        deleted,
        unchanged,
    }
}

#[test]
fn only_rows_that_differ_are_written_and_vanished_ones_deleted() {
    let mut conn = in_memory();
    let mut rows = full_dossier(1);
    let tx = conn.transaction().unwrap();
    assert_eq!(write_rows(&tx, &rows).unwrap(), written(20, 0, 0));
    tx.commit().unwrap();
    assert_eq!(write_rows(&conn, &rows).unwrap(), written(0, 0, 20));

    rows.visits[1].note = "Corrigé".into();
    rows.visits[1].received_at = None;
    rows.conflicts.remove(0);
    rows.project.conflicts = 2;
    rows.photos.push(photo(77, &rows.visits[2]));
    assert_eq!(write_rows(&conn, &rows).unwrap(), written(3, 1, 17));
    assert_eq!(write_rows(&conn, &rows).unwrap(), written(0, 0, 20));

    let mut stored = rows_of(&conn, document(1)).unwrap().unwrap();
    let by_key = |rows: &mut jawla_views::DossierRows| {
        rows.visits.sort_by_key(|row| row.visit);
        rows.photos.sort_by_key(|row| (row.visit, row.photo));
        rows.conflicts.sort_by(|a, b| a.path.cmp(&b.path));
    };
    by_key(&mut rows);
    by_key(&mut stored);
    assert_eq!(stored, rows);
}

#[test]
fn a_rolled_back_change_leaves_no_row() {
    let mut conn = in_memory();
    let tx = conn.transaction().unwrap();
    write_rows(&tx, &full_dossier(1)).unwrap();
    tx.rollback().unwrap();
    assert_eq!(rows_of(&conn, document(1)).unwrap(), None);
}

#[test]
fn every_value_a_row_can_hold_comes_back() {
    let mut project = project(1);
    project.title_fr = "d'un \"texte\" %_\\ \0 \u{10ffff} ;--".into();
    project.cost_centimes = Some(i64::MIN);
    project.indh_share_centimes = None;
    project.visits = u32::MAX;
    project.received_at = Some(ReceivedAt(u64::MAX));
    project.latitude_e7 = Some(i32::MIN);
    project.demonstration = true;
    let mut first = visit(1, &project, i64::MAX);
    first.started_at_ms = i64::MIN;
    first.author = None;
    first.replaces = Some(VisitId([255; 16]));
    first.note = "ن".repeat(100_000);
    let mut rows = dossier(project, vec![first]);
    let mut seen = photo(1, &rows.visits[0]);
    seen.size_bytes = u64::MAX;
    rows.photos.push(seen);
    let mut disputed = full_dossier(1).conflicts.remove(0);
    disputed.values[0].value = Value::Foreign("bytes(3)".into());
    disputed.values[1].value = Value::Empty;
    disputed.path = "project/field_of_2031".into();
    rows.conflicts.push(disputed);
    let conn = holding(std::slice::from_ref(&rows));
    assert_eq!(rows_of(&conn, document(1)).unwrap(), Some(rows));
}

#[test]
fn two_dossiers_may_use_the_same_visit_id() {
    let rows: Vec<_> = [1, 2]
        .map(|n| {
            let project = project(n);
            let visit = visit(7, &project, NOON_MS);
            dossier(project, vec![visit])
        })
        .into();
    let conn = holding(&rows);
    for (n, expected) in [1, 2].into_iter().zip(rows) {
        assert_eq!(rows_of(&conn, document(n)).unwrap(), Some(expected));
    }
}

#[test]
fn a_dossier_moves_to_another_scope_whole() {
    let mut rows = full_dossier(1);
    let conn = holding(std::slice::from_ref(&rows));
    rows.project.scope = scope(2);
    rows.visits.iter_mut().for_each(|row| row.scope = scope(2));
    rows.photos.iter_mut().for_each(|row| row.scope = scope(2));
    let straying = write_rows(&conn, &rows);
    assert!(matches!(straying, Err(ViewError::MixedDocuments)));
    rows.conflicts
        .iter_mut()
        .for_each(|row| row.scope = scope(2));
    assert_eq!(write_rows(&conn, &rows).unwrap(), written(20, 0, 0));
    let empty = jawla_views::proof::hash_of([]).unwrap();
    assert_eq!(sqlite::projection_hash(&conn, scope(1)).unwrap(), empty);
}

#[test]
fn a_deleted_document_leaves_nothing_and_touches_no_other() {
    let conn = holding(&[full_dossier(1), full_dossier(2)]);
    assert_eq!(delete_rows(&conn, document(1)).unwrap(), 20);
    assert_eq!(delete_rows(&conn, document(1)).unwrap(), 0);
    assert_eq!(rows_of(&conn, document(1)).unwrap(), None);
    assert_eq!(
        write_rows(&conn, &full_dossier(2)).unwrap(),
        written(0, 0, 20)
    );
}

#[test]
fn people_and_scopes_are_renamed_and_forgotten() {
    let conn = in_memory();
    sqlite::write_person(&conn, &named_person(1, "Amina")).unwrap();
    sqlite::write_person(&conn, &named_person(1, "Amina B.")).unwrap();
    sqlite::write_scope(&conn, &named_scope(2, "Oued Zem")).unwrap();
    sqlite::write_scope(&conn, &named_scope(1, "Boujniba")).unwrap();
    assert_eq!(
        sqlite::people(&conn).unwrap(),
        [named_person(1, "Amina B.")]
    );
    assert_eq!(
        sqlite::scopes(&conn).unwrap(),
        [named_scope(1, "Boujniba"), named_scope(2, "Oued Zem")]
    );
    sqlite::delete_person(&conn, crate::made::person(1)).unwrap();
    sqlite::delete_scope(&conn, scope(1)).unwrap();
    assert!(sqlite::people(&conn).unwrap().is_empty());
    assert_eq!(sqlite::scopes(&conn).unwrap(), [named_scope(2, "Oued Zem")]);
}

#[test]
fn tables_are_made_anew_for_another_version() {
    let conn = holding(&[full_dossier(1)]);
    assert!(sqlite::create(&conn).is_err(), "they exist already");
    sqlite::recreate(&conn).unwrap();
    assert_eq!(rows_of(&conn, document(1)).unwrap(), None);
}

/// Goal: nobody changes the tables and forgets the version. When this fails, raise
/// `VIEW_VERSION` and write the new hash beside it.
#[test]
fn the_tables_change_only_with_their_version() {
    let digest = Sha256::digest(sqlite::SCHEMA_SQL.as_bytes());
    let begins: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    assert_eq!((VIEW_VERSION, begins.as_str()), (1, "6f7b10c1"));
}

/// Goal: no field of a row is forgotten in its table, and no column is nobody's. Method: the
/// columns that SQLite names against the fields that serde names.
#[test]
fn every_field_of_a_row_has_its_column() {
    let conn = in_memory();
    let rows = full_dossier(1);
    let fields = |row: serde_json::Value| -> BTreeSet<String> {
        let renamed = |key: &String| match key.as_str() {
            "values" => "conflicting".to_owned(),
            _ => key.clone(),
        };
        row.as_object().unwrap().keys().map(renamed).collect()
    };
    let table: [(&str, BTreeSet<String>, &[&str]); 6] = [
        (
            "view_project",
            fields(json!(rows.project)),
            &["sort_fr", "sort_ar"],
        ),
        ("view_visit", fields(json!(rows.visits[0])), &[]),
        ("view_photo", fields(json!(rows.photos[0])), &[]),
        ("view_conflict", fields(json!(rows.conflicts[0])), &[]),
        ("view_person", fields(json!(named_person(1, ""))), &[]),
        ("view_scope", fields(json!(named_scope(1, ""))), &[]),
    ];
    for (name, mut expected, derived) in table {
        expected.extend(derived.iter().map(|column| (*column).to_owned()));
        expected.insert("row_hash".into());
        let mut statement = conn
            .prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))
            .unwrap();
        let columns: BTreeSet<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(columns, expected, "{name}");
    }
}

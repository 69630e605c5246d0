//! What is stored is provably what was projected, and damage is named.

use jawla_views::proof::{Difference, RowKey, hash_of};
use jawla_views::rows::DossierRows;
use jawla_views::sqlite::{compare, delete_rows, projection_hash, write_rows};
use rusqlite::Connection;

use crate::made::{document, full_dossier, holding, in_memory, scope};

fn three() -> Vec<DossierRows> {
    (1..=3).map(full_dossier).collect()
}

fn damage(conn: &Connection, sql: &str) {
    assert_eq!(conn.execute(sql, []).unwrap(), 1, "{sql}");
}

#[test]
fn stored_and_fresh_rows_have_the_same_hash_in_any_order() {
    let rows = three();
    let fresh = hash_of(&rows).unwrap();
    assert_eq!(projection_hash(&holding(&rows), scope(1)).unwrap(), fresh);

    let mut shuffled = three();
    shuffled.reverse();
    for dossier in &mut shuffled {
        dossier.visits.reverse();
        dossier.photos.reverse();
        dossier.conflicts.reverse();
    }
    assert_eq!(hash_of(&shuffled).unwrap(), fresh);
    assert_eq!(
        projection_hash(&holding(&shuffled), scope(1)).unwrap(),
        fresh
    );
    assert_ne!(hash_of(&rows[..2]).unwrap(), fresh);
}

#[test]
fn an_empty_scope_has_the_hash_of_nothing() {
    let conn = holding(&three());
    let nothing = hash_of([]).unwrap();
    assert_eq!(projection_hash(&conn, scope(9)).unwrap(), nothing);
    assert_eq!(projection_hash(&in_memory(), scope(1)).unwrap(), nothing);
    assert_eq!(compare(&in_memory(), scope(1), []).unwrap(), []);
}

/// Goal: whatever cell of whatever table is changed behind our back, the hash changes and the
/// comparison names the row. Method: each damage on a fresh store, with the row hash untouched.
#[test]
fn any_changed_cell_is_found_by_table_key_and_column() {
    let rows = three();
    let (visit, photo) = (rows[1].visits[2].visit, rows[1].photos[4].photo);
    let photographed = rows[1].photos[4].visit;
    let second = "document = x'64000000000000000000000000000002'";
    let one_visit = format!("{second} AND visit = x'{}'", visit.hex());
    let one_photo = format!(
        "{second} AND visit = x'{}' AND photo = x'{}'",
        photographed.hex(),
        photo.hex()
    );
    let path = "project/cost_centimes";
    let content = |column: &str| Difference::Content {
        columns: vec![column.into()],
    };
    let table = [
        (
            format!("UPDATE view_project SET title_fr = 'Etanchéité de l’école' WHERE {second}"),
            RowKey::Project,
            content("title_fr"),
        ),
        (
            format!("UPDATE view_project SET cost_centimes = 100000001 WHERE {second}"),
            RowKey::Project,
            content("cost_centimes"),
        ),
        (
            format!("UPDATE view_project SET reporting_state = 'XX' WHERE {second}"),
            RowKey::Project,
            Difference::Unreadable {
                column: "reporting_state",
            },
        ),
        (
            format!("UPDATE view_project SET sort_ar = 'zz' WHERE {second}"),
            RowKey::Project,
            Difference::Unreadable { column: "sort_ar" },
        ),
        (
            format!("UPDATE view_visit SET progress_bp = 3001 WHERE {one_visit}"),
            RowKey::Visit(visit),
            content("progress_bp"),
        ),
        (
            format!(
                "UPDATE view_visit SET scope = x'73000000000000000000000000000002' WHERE {one_visit}"
            ),
            RowKey::Visit(visit),
            content("scope"),
        ),
        (
            format!("UPDATE view_visit SET note = CAST(x'ff' AS TEXT) WHERE {one_visit}"),
            RowKey::Visit(visit),
            Difference::Unreadable { column: "note" },
        ),
        (
            format!("UPDATE view_photo SET size_bytes = 268001 WHERE {one_photo}"),
            RowKey::Photo(photographed, photo),
            content("size_bytes"),
        ),
        (
            format!("UPDATE view_conflict SET weighty = 0 WHERE {second} AND path = '{path}'"),
            RowKey::Conflict(path.into()),
            content("weighty"),
        ),
        (
            format!(
                "UPDATE view_conflict SET conflicting = '[' WHERE {second} AND path = '{path}'"
            ),
            RowKey::Conflict(path.into()),
            Difference::Unreadable {
                column: "conflicting",
            },
        ),
        (
            format!("DELETE FROM view_photo WHERE {one_photo}"),
            RowKey::Photo(photographed, photo),
            Difference::Missing,
        ),
    ];
    for (sql, key, difference) in table {
        let conn = holding(&rows);
        assert_eq!(compare(&conn, scope(1), &rows).unwrap(), []);
        damage(&conn, &sql);
        let fresh = hash_of(&rows).unwrap();
        assert_ne!(projection_hash(&conn, scope(1)).unwrap(), fresh, "{sql}");
        let found = compare(&conn, scope(1), &rows).unwrap();
        assert_eq!(found.len(), 1, "{sql} {found:?}");
        assert_eq!(found[0].document, document(2), "{sql}");
        assert_eq!((&found[0].key, &found[0].difference), (&key, &difference));
    }
}

#[test]
fn a_changed_key_is_a_missing_row_and_an_unexpected_one() {
    let rows = three();
    let conn = holding(&rows);
    let path = "project/note";
    damage(
        &conn,
        "UPDATE view_conflict SET path = 'project/nota' WHERE path = 'project/note'
         AND document = x'64000000000000000000000000000002'",
    );
    let found: Vec<_> = compare(&conn, scope(1), &rows)
        .unwrap()
        .into_iter()
        .map(|found| (found.key, found.difference))
        .collect();
    let expected = [
        (
            RowKey::Conflict("project/nota".into()),
            Difference::Unexpected,
        ),
        (RowKey::Conflict(path.into()), Difference::Missing),
    ];
    assert_eq!(found, expected);
}

#[test]
fn documents_that_should_not_be_there_are_named_row_by_row() {
    let rows = three();
    let conn = holding(&rows);
    let found = compare(&conn, scope(1), &rows[..2]).unwrap();
    assert_eq!(found.len(), 20);
    assert!(
        found
            .iter()
            .all(|f| f.document == document(3) && f.difference == Difference::Unexpected)
    );
}

#[test]
fn a_wrong_hash_beside_right_content_changes_no_proof_and_is_named() {
    let rows = three();
    let conn = holding(&rows);
    damage(
        &conn,
        "UPDATE view_project SET row_hash = zeroblob(16) WHERE code_das = 'P1-00002'",
    );
    assert_eq!(
        projection_hash(&conn, scope(1)).unwrap(),
        hash_of(&rows).unwrap()
    );
    let found = compare(&conn, scope(1), &rows).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].difference, Difference::StaleHash);
}

#[test]
fn damaged_rows_are_repaired_by_deleting_and_writing_them() {
    let rows = three();
    let conn = holding(&rows);
    conn.execute("UPDATE view_visit SET progress_bp = 1", [])
        .unwrap();
    assert_eq!(compare(&conn, scope(1), &rows).unwrap().len(), 12);
    for dossier in &rows {
        delete_rows(&conn, dossier.project.document).unwrap();
        write_rows(&conn, dossier).unwrap();
    }
    assert_eq!(compare(&conn, scope(1), &rows).unwrap(), []);
}

/// Goal: a byte flipped in the file itself, below SQLite, does not pass. Method: find the bytes
/// of a note in the closed file and change one.
#[test]
fn a_byte_flipped_in_the_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.db");
    let mut rows = three();
    rows[1].visits[0].note = "Reserve-sur-la-dalle".into();
    {
        let mut conn = Connection::open(&path).unwrap();
        jawla_views::sqlite::create(&conn).unwrap();
        let tx = conn.transaction().unwrap();
        rows.iter().for_each(|dossier| {
            write_rows(&tx, dossier).unwrap();
        });
        tx.commit().unwrap();
    }
    let mut file = std::fs::read(&path).unwrap();
    let note = b"Reserve-sur-la-dalle";
    let at = file.windows(note.len()).position(|w| w == note).unwrap();
    file[at + 3] ^= 1;
    std::fs::write(&path, file).unwrap();

    let conn = Connection::open(&path).unwrap();
    assert_ne!(
        projection_hash(&conn, scope(1)).unwrap(),
        hash_of(&rows).unwrap()
    );
    let found = compare(&conn, scope(1), &rows).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key, RowKey::Visit(rows[1].visits[0].visit));
    let columns = vec!["note".into()];
    assert_eq!(found[0].difference, Difference::Content { columns });
}

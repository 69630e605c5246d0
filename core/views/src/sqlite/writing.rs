//! Writing the rows of one document, in the transaction of whoever accepts its changes.

use std::collections::BTreeMap;

use jawla_model::{DocumentId, PersonId, ScopeId};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::stored::{Cells, Stored, TableRow, bind_key, blob};
use crate::error::ViewError;
use crate::proof::{ProjectedRow, RowKey, ViewTable, canonical, row_hash};
use crate::rows::{ConflictRow, DossierRows, PhotoRow, ProjectRow, VisitRow};
use crate::sheets::{PersonRow, ScopeRow};

/// What writing the rows of a document came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowsWritten {
    /// New rows and rows whose hash differed.
    pub written: usize,
    /// Rows that the document no longer has.
    pub deleted: usize,
    /// Rows that were left as they were.
    pub unchanged: usize,
}

impl RowsWritten {
    /// Whether anything a page shows is different now.
    pub const fn changed(self) -> bool {
        self.written > 0 || self.deleted > 0
    }
}

/// Replaces the rows of one document by `rows`, in the caller's transaction: writes those whose
/// hash differs, deletes those that vanished, touches no other.
///
/// A stored row is trusted by the hash beside it. To repair rows that [`compare`] found damaged,
/// [`delete_rows`] first.
///
/// [`compare`]: super::compare
///
/// # Errors
/// [`ViewError::MixedDocuments`] before anything is written; [`ViewError::Busy`] or
/// [`ViewError::Store`], after which the caller rolls back.
pub fn write_rows(conn: &Connection, rows: &DossierRows) -> Result<RowsWritten, ViewError> {
    let document = rows.project.document;
    let scope = rows.project.scope;
    let mixed = rows.visits.iter().any(|row| strays(row, document, scope))
        || rows.photos.iter().any(|row| strays(row, document, scope))
        || rows
            .conflicts
            .iter()
            .any(|row| strays(row, document, scope));
    if mixed {
        return Err(ViewError::MixedDocuments);
    }
    let mut count = RowsWritten::default();
    write_table::<ProjectRow>(
        conn,
        document,
        std::slice::from_ref(&rows.project),
        &mut count,
    )?;
    write_table::<VisitRow>(conn, document, &rows.visits, &mut count)?;
    write_table::<PhotoRow>(conn, document, &rows.photos, &mut count)?;
    write_table::<ConflictRow>(conn, document, &rows.conflicts, &mut count)?;
    Ok(count)
}

/// Deletes every row of a document, in the caller's transaction; says how many there were.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`], after which the caller rolls back.
pub fn delete_rows(conn: &Connection, document: DocumentId) -> Result<usize, ViewError> {
    let tables = [
        ViewTable::Project,
        ViewTable::Visit,
        ViewTable::Photo,
        ViewTable::Conflict,
    ];
    let mut deleted = 0;
    for table in tables {
        deleted += delete_table(conn, table, document)?;
    }
    Ok(deleted)
}

/// Writes or renames a person, in the caller's transaction.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`].
pub fn write_person(conn: &Connection, person: &PersonRow) -> Result<(), ViewError> {
    let hash = row_hash(&canonical(person)?);
    put::<PersonRow>(conn, person.bind()?, &[], &hash)
}

/// Erases a person's names: rows that name the person by id then show none.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`].
pub fn delete_person(conn: &Connection, person: PersonId) -> Result<(), ViewError> {
    let sql = "DELETE FROM view_person WHERE person = ?1";
    conn.prepare_cached(sql)?.execute([person.as_bytes()])?;
    Ok(())
}

/// Writes or renames a scope, in the caller's transaction.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`].
pub fn write_scope(conn: &Connection, scope: &ScopeRow) -> Result<(), ViewError> {
    let hash = row_hash(&canonical(scope)?);
    put::<ScopeRow>(conn, scope.bind()?, &[], &hash)
}

/// Forgets the name of a scope; its projects stay until their rows are deleted.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`].
pub fn delete_scope(conn: &Connection, scope: ScopeId) -> Result<(), ViewError> {
    let sql = "DELETE FROM view_scope WHERE scope = ?1";
    conn.prepare_cached(sql)?.execute([scope.as_bytes()])?;
    Ok(())
}

fn strays(row: &impl ProjectedRow, document: DocumentId, scope: ScopeId) -> bool {
    row.document() != document || row.scope() != scope
}

fn write_table<R: Stored>(
    conn: &Connection,
    document: DocumentId,
    rows: &[R],
    count: &mut RowsWritten,
) -> Result<(), ViewError> {
    let mut stored = match stored_hashes::<R>(conn, document) {
        // A key or hash that cannot be read cannot be compared: write the table's part anew.
        Err(ViewError::Damaged { .. }) => {
            delete_table(conn, R::TABLE, document)?;
            BTreeMap::new()
        }
        hashes => hashes?,
    };
    for row in rows {
        let hash = row_hash(&canonical(row)?);
        if stored.remove(&row.key()) == Some(hash) {
            count.unchanged += 1;
        } else {
            put::<R>(conn, row.bind()?, &row_derived(row), &hash)?;
            count.written += 1;
        }
    }
    for key in stored.keys() {
        delete_row::<R>(conn, document, key)?;
        count.deleted += 1;
    }
    Ok(())
}

fn row_derived<R: Stored>(row: &R) -> Vec<(&'static str, String)> {
    R::DERIVED.iter().copied().zip(row.derived()).collect()
}

fn stored_hashes<R: Stored>(
    conn: &Connection,
    document: DocumentId,
) -> Result<BTreeMap<RowKey, [u8; 16]>, ViewError> {
    let keys: String = R::KEY.iter().map(|key| format!("{key}, ")).collect();
    let table = R::TABLE;
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {keys}row_hash FROM {table} WHERE document = ?1"
    ))?;
    let mut rows = statement.query([document.as_bytes()])?;
    let mut hashes = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::from_column(row, 0);
        let key = R::read_key(&mut cells).map_err(R::damage)?;
        hashes.insert(key, cells.take().map_err(R::damage)?);
    }
    Ok(hashes)
}

fn put<R: TableRow>(
    conn: &Connection,
    mut values: Vec<Value>,
    derived: &[(&'static str, String)],
    hash: &[u8; 16],
) -> Result<(), ViewError> {
    let mut columns = R::columns();
    for (column, value) in derived {
        columns.push_str(", ");
        columns.push_str(column);
        values.push(Value::Text(value.clone()));
    }
    values.push(blob(hash));
    let marks = vec!["?"; values.len()].join(", ");
    let table = R::TABLE;
    let sql = format!("INSERT OR REPLACE INTO {table} ({columns}, row_hash) VALUES ({marks})");
    conn.prepare_cached(&sql)?
        .execute(params_from_iter(values))?;
    Ok(())
}

fn delete_row<R: Stored>(
    conn: &Connection,
    document: DocumentId,
    key: &RowKey,
) -> Result<(), ViewError> {
    let keys: String = R::KEY.iter().map(|key| format!(" AND {key} = ?")).collect();
    let table = R::TABLE;
    let sql = format!("DELETE FROM {table} WHERE document = ?{keys}");
    let mut values = vec![blob(document.as_bytes())];
    values.extend(bind_key(key));
    conn.prepare_cached(&sql)?
        .execute(params_from_iter(values))?;
    Ok(())
}

fn delete_table(
    conn: &Connection,
    table: ViewTable,
    document: DocumentId,
) -> Result<usize, ViewError> {
    let sql = format!("DELETE FROM {table} WHERE document = ?1");
    Ok(conn
        .prepare_cached(&sql)?
        .execute(params![document.as_bytes()])?)
}

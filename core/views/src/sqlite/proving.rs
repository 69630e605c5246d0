//! Whether stored rows are what their documents say. Reads the content of every row and never
//! believes the hash beside it.

use std::collections::{BTreeMap, BTreeSet};

use jawla_model::{DocumentId, ScopeId};
use rusqlite::{Connection, Row};

use super::stored::{Cells, Stored};
use crate::error::ViewError;
use crate::limits::DIFFERENCES_MAX;
use crate::proof::{
    Difference, ProjectedRow, RowDifference, RowKey, ScopeHasher, canonical, differing_columns,
    row_hash,
};
use crate::rows::{ConflictRow, DossierRows, PhotoRow, ProjectRow, VisitRow};

/// Hashed in place of a row that cannot be read; no row's JSON is equal to it.
const UNREADABLE: &[u8] = b"unreadable";

/// The hash of everything a scope stores, computed from the content of its rows; equals
/// [`hash_of`](crate::proof::hash_of) of its documents as long as every row is right.
///
/// A row that cannot be read changes the hash and is no error: [`compare`] names it.
///
/// # Errors
/// [`ViewError::Busy`] or [`ViewError::Store`].
pub fn projection_hash(conn: &Connection, scope: ScopeId) -> Result<[u8; 32], ViewError> {
    let mut hasher = ScopeHasher::default();
    hash_table::<ProjectRow>(conn, scope, &mut hasher)?;
    hash_table::<VisitRow>(conn, scope, &mut hasher)?;
    hash_table::<PhotoRow>(conn, scope, &mut hasher)?;
    hash_table::<ConflictRow>(conn, scope, &mut hasher)?;
    Ok(hasher.finish())
}

/// Compares what a scope stores with its freshly projected documents and names every row that
/// is missing, not expected, unreadable or different, in the order of the documents given; at
/// most [`DIFFERENCES_MAX`].
///
/// # Errors
/// [`ViewError::Busy`], [`ViewError::Store`], [`ViewError::Encoding`].
pub fn compare<'a>(
    conn: &Connection,
    scope: ScopeId,
    fresh: impl IntoIterator<Item = &'a DossierRows>,
) -> Result<Vec<RowDifference>, ViewError> {
    let mut found = Findings::default();
    let mut expected = BTreeSet::new();
    for dossier in fresh {
        let document = dossier.project.document;
        expected.insert(document);
        compare_document(conn, document, Some(dossier), &mut found)?;
        if found.is_full() {
            return Ok(found.differences);
        }
    }
    for document in documents_stored(conn, scope)?.difference(&expected) {
        compare_document(conn, *document, None, &mut found)?;
    }
    Ok(found.differences)
}

#[derive(Default)]
struct Findings {
    differences: Vec<RowDifference>,
}

impl Findings {
    fn is_full(&self) -> bool {
        self.differences.len() >= DIFFERENCES_MAX
    }

    fn add(&mut self, document: DocumentId, key: RowKey, difference: Difference) {
        if !self.is_full() {
            self.differences.push(RowDifference {
                document,
                key,
                difference,
            });
        }
    }
}

fn hash_table<R: Stored>(
    conn: &Connection,
    scope: ScopeId,
    hasher: &mut ScopeHasher,
) -> Result<(), ViewError> {
    let order: String = R::KEY.iter().map(|key| format!(", {key}")).collect();
    let (columns, table) = (all_columns::<R>(), R::TABLE);
    let mut statement = conn.prepare(&format!(
        "SELECT {columns} FROM {table} WHERE scope = ?1 ORDER BY document{order}"
    ))?;
    let mut rows = statement.query([scope.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let document = row.get(0).map(DocumentId).unwrap_or_default();
        match read_content::<R>(row)? {
            Ok(content) => hasher.add(document, table, &canonical(&content)?),
            Err(_) => hasher.add(document, table, UNREADABLE),
        }
    }
    Ok(())
}

fn compare_document(
    conn: &Connection,
    document: DocumentId,
    fresh: Option<&DossierRows>,
    found: &mut Findings,
) -> Result<(), ViewError> {
    let project = fresh.map(|rows| std::slice::from_ref(&rows.project));
    compare_table::<ProjectRow>(conn, document, project.unwrap_or_default(), found)?;
    let visits = fresh.map(|rows| rows.visits.as_slice());
    compare_table::<VisitRow>(conn, document, visits.unwrap_or_default(), found)?;
    let photos = fresh.map(|rows| rows.photos.as_slice());
    compare_table::<PhotoRow>(conn, document, photos.unwrap_or_default(), found)?;
    let conflicts = fresh.map(|rows| rows.conflicts.as_slice());
    compare_table::<ConflictRow>(conn, document, conflicts.unwrap_or_default(), found)
}

fn compare_table<R: Stored>(
    conn: &Connection,
    document: DocumentId,
    fresh: &[R],
    found: &mut Findings,
) -> Result<(), ViewError> {
    let mut fresh: BTreeMap<RowKey, &R> = fresh.iter().map(|row| (row.key(), row)).collect();
    let keys: String = R::KEY.iter().map(|key| format!(", {key}")).collect();
    let (columns, table) = (all_columns::<R>(), R::TABLE);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {columns}, row_hash{keys} FROM {table} WHERE document = ?1"
    ))?;
    let hash_column = R::COLUMNS.len() + R::DERIVED.len();
    let mut rows = statement.query([document.as_bytes()])?;
    while let Some(row) = rows.next()? {
        // A row whose key cannot be read is nobody's: its own key is then found missing.
        let Ok(key) = R::read_key(&mut Cells::from_column(row, hash_column + 1)) else {
            continue;
        };
        let expected = fresh.remove(&key);
        let difference = match (expected, read_content::<R>(row)?) {
            (None, _) => Some(Difference::Unexpected),
            (Some(_), Err(column)) => Some(Difference::Unreadable { column }),
            (Some(expected), Ok(content)) => {
                content_difference(&content, expected, row.get(hash_column).ok())?
            }
        };
        if let Some(difference) = difference {
            found.add(document, key, difference);
        }
    }
    for key in fresh.into_keys() {
        found.add(document, key, Difference::Missing);
    }
    Ok(())
}

fn content_difference<R: ProjectedRow>(
    stored: &R,
    fresh: &R,
    stored_hash: Option<[u8; 16]>,
) -> Result<Option<Difference>, ViewError> {
    let expected = canonical(fresh)?;
    if canonical(stored)? != expected {
        let columns = differing_columns(stored, fresh)?;
        return Ok(Some(Difference::Content { columns }));
    }
    Ok((stored_hash != Some(row_hash(&expected))).then_some(Difference::StaleHash))
}

/// Reads a row with what is derived from it; the inner error is the column that cannot be.
fn read_content<R: Stored>(row: &Row<'_>) -> Result<Result<R, &'static str>, ViewError> {
    let content = match R::from_row(row) {
        Err(ViewError::Damaged { column, .. }) => return Ok(Err(column)),
        content => content?,
    };
    let mut cells = Cells::from_column(row, R::COLUMNS.len());
    for (column, derived) in R::DERIVED.iter().zip(content.derived()) {
        if cells.take::<String>().ok() != Some(derived) {
            return Ok(Err(column));
        }
    }
    Ok(Ok(content))
}

fn all_columns<R: Stored>() -> String {
    let mut columns = R::COLUMNS.to_vec();
    columns.extend(R::DERIVED);
    columns.join(", ")
}

fn documents_stored(conn: &Connection, scope: ScopeId) -> Result<BTreeSet<DocumentId>, ViewError> {
    let mut statement = conn.prepare(
        "SELECT document FROM view_project WHERE scope = ?1
         UNION SELECT document FROM view_visit WHERE scope = ?1
         UNION SELECT document FROM view_photo WHERE scope = ?1
         UNION SELECT document FROM view_conflict WHERE scope = ?1",
    )?;
    let mut rows = statement.query([scope.as_bytes()])?;
    let mut documents = BTreeSet::new();
    while let Some(row) = rows.next()? {
        documents.insert(DocumentId(row.get(0)?));
    }
    Ok(documents)
}

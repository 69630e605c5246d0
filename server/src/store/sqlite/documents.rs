//! Documents: opened from memory, from their saved form and what followed it, or from all their
//! changes, and recorded with their rows.

use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::{Document, Origin, Origins, project};
use jawla_model::{DocumentId, Hash32, PersonId, ReceivedAt, ScopeId};
use jawla_views::{DossierRows, sqlite as views};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::{DocumentHeld, StoreError, StoreTable};
use super::{SqliteStore, saved, sql};
use crate::gate::{Kept, OpenDocument};
use crate::limits::{CHANGES_BEHIND_SAVED_MAX, ORIGINS_ASKED_SINGLY_MAX};

struct DocumentRow {
    scope: ScopeId,
    version: u64,
    heads: Vec<u8>,
}

fn find_row(conn: &Connection, id: DocumentId) -> Result<Option<DocumentRow>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT scope, version, heads FROM document WHERE id = ?1")?;
    let row = statement.query_row([id.as_bytes()], |row| {
        Ok(DocumentRow {
            scope: ScopeId(row.get(0)?),
            version: row.get(1)?,
            heads: row.get(2)?,
        })
    });
    Ok(row.optional()?)
}

/// Heads as they stand in the row.
pub(super) fn heads_of(document: &Document) -> Vec<u8> {
    document.heads().iter().flat_map(|head| head.0).collect()
}

/// Opens a document for writing: takes it out of memory when it is there.
pub(super) fn open(
    store: &SqliteStore,
    tx: &Transaction<'_>,
    id: DocumentId,
) -> Result<Option<OpenDocument>, StoreError> {
    let Some(row) = find_row(tx, id)? else {
        return Ok(None);
    };
    let taken = store.cache().take(id, row.version);
    let (document, kept) = match taken {
        Some(taken) => taken,
        None => load(tx, id, &row)?,
    };
    let DocumentRow { scope, version, .. } = row;
    Ok(Some(OpenDocument {
        scope,
        version,
        document,
        touched: false,
        kept,
    }))
}

/// A document for reading.
pub(super) fn find(
    store: &SqliteStore,
    id: DocumentId,
) -> Result<Option<DocumentHeld>, StoreError> {
    store.read(|tx| {
        let Some(row) = find_row(tx, id)? else {
            return Ok(None);
        };
        let (document, _) = load(tx, id, &row)?;
        Ok(Some(DocumentHeld {
            scope: row.scope,
            document,
        }))
    })
}

/// A document with who wrote each of its changes and when it was received.
#[derive(Debug, Clone)]
pub struct DocumentWithOrigins {
    /// The scope it lives in.
    pub scope: ScopeId,
    /// The document.
    pub document: Document,
    /// The origin of each change that its log knows.
    pub origins: BTreeMap<Hash32, Origin>,
}

impl Origins for DocumentWithOrigins {
    fn origin(&self, change: &Hash32) -> Origin {
        self.origins.get(change).copied().unwrap_or_default()
    }
}

/// A document with its origins, for reading.
pub(super) fn find_with_origins(
    tx: &Transaction<'_>,
    id: DocumentId,
) -> Result<Option<DocumentWithOrigins>, StoreError> {
    let Some(row) = find_row(tx, id)? else {
        return Ok(None);
    };
    Ok(Some(DocumentWithOrigins {
        scope: row.scope,
        document: load(tx, id, &row)?.0,
        origins: origins(tx, row.scope, id)?,
    }))
}

/// The saved form with the changes after it where that gives the heads of the row, else the fold
/// of the changes, which are the truth.
fn load(
    conn: &Connection,
    id: DocumentId,
    row: &DocumentRow,
) -> Result<(Document, Kept), StoreError> {
    if let Some((document, kept)) = saved::load(conn, id)?
        && heads_of(&document) == row.heads
    {
        return Ok((document, kept));
    }
    let document = fold(conn, id)?;
    if heads_of(&document) == row.heads {
        Ok((document, Kept::default()))
    } else {
        Err(StoreError::Damaged {
            table: StoreTable::Document,
        })
    }
}

/// A document from its change rows.
pub(super) fn fold(conn: &Connection, id: DocumentId) -> Result<Document, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT bytes FROM change WHERE document = ?1 ORDER BY id")?;
    let changes: Vec<Vec<u8>> = statement
        .query_map([id.as_bytes()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Document::fold(id, changes.iter().map(Vec::as_slice)).map_err(|source| StoreError::Document {
        document: id,
        source,
    })
}

/// Who wrote each change of a document and when it was received, as its log says.
pub(super) fn origins(
    conn: &Connection,
    scope: ScopeId,
    id: DocumentId,
) -> Result<BTreeMap<Hash32, Origin>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT c.hash, i.person, e.received_at FROM change c
         JOIN entry e ON e.scope = c.scope AND e.seq = c.entry_seq
         LEFT JOIN actor a ON a.scope = c.scope AND a.id = c.actor
         LEFT JOIN incarnation i ON i.id = a.incarnation
         WHERE c.document = ?1 AND c.scope = ?2",
    )?;
    let found = statement.query_map(params![id.as_bytes(), scope.as_bytes()], |row| {
        let person: Option<[u8; 16]> = row.get(1)?;
        let origin = Origin {
            person: person.map(PersonId),
            received_at: Some(ReceivedAt(row.get(2)?)),
        };
        Ok((Hash32(row.get(0)?), origin))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Asks the log for the origins of those changes that are not known yet.
fn complete_origins(conn: &Connection, open: &mut OpenDocument) -> Result<(), StoreError> {
    let known = &mut open.kept.origins;
    let mut missing = open.document.hashes();
    missing.retain(|change| !known.contains_key(change));
    if missing.len() > ORIGINS_ASKED_SINGLY_MAX {
        *known = origins(conn, open.scope, open.document.id())?;
        return Ok(());
    }
    let mut statement = conn.prepare_cached(
        "SELECT i.person, e.received_at FROM change c
         JOIN entry e ON e.scope = c.scope AND e.seq = c.entry_seq
         LEFT JOIN actor a ON a.scope = c.scope AND a.id = c.actor
         LEFT JOIN incarnation i ON i.id = a.incarnation
         WHERE c.hash = ?1 AND c.document = ?2 AND c.scope = ?3",
    )?;
    for change in missing {
        let id = open.document.id();
        let asked = params![change.as_bytes(), id.as_bytes(), open.scope.as_bytes()];
        let origin = statement.query_row(asked, |row| {
            let person: Option<[u8; 16]> = row.get(0)?;
            Ok(Origin {
                person: person.map(PersonId),
                received_at: Some(ReceivedAt(row.get(1)?)),
            })
        });
        if let Some(origin) = origin.optional()? {
            known.insert(change, origin);
        }
    }
    Ok(())
}

/// The rows that a document is shown as, with everything asked anew.
pub(super) fn rows(
    conn: &Connection,
    scope: ScopeId,
    document: &Document,
) -> Result<DossierRows, StoreError> {
    let origins = origins(conn, scope, document.id())?;
    let origin = |change: &Hash32| origins.get(change).copied().unwrap_or_default();
    Ok(project(document, scope, &origin))
}

/// Records a document that was touched, after its entries and changes: its row, its rows in the
/// lists, its saved form once it lies far enough behind. Moves its version.
pub(super) fn record(tx: &Transaction<'_>, open: &mut OpenDocument) -> Result<(), StoreError> {
    let id = open.document.id();
    complete_origins(tx, open)?;
    open.document.keep_reading();
    let known = &open.kept.origins;
    let origin = |change: &Hash32| known.get(change).copied().unwrap_or_default();
    let rows = project(&open.document, open.scope, &origin);
    open.version += 1;
    tx.prepare_cached(
        "INSERT INTO document (id, scope, version, heads, code_das) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, heads = excluded.heads,
                                        code_das = excluded.code_das",
    )?
    .execute(params![
        id.as_bytes(),
        open.scope.as_bytes(),
        sql(open.version),
        heads_of(&open.document),
        rows.project.code_das,
    ])?;
    views::write_rows(tx, &rows)?;
    let behind = open
        .document
        .changes_count()
        .saturating_sub(open.kept.saved_changes);
    if behind >= CHANGES_BEHIND_SAVED_MAX {
        saved::write(tx, open)?;
    }
    Ok(())
}

/// Every number that the office gave.
pub(super) fn codes_taken(conn: &Transaction<'_>) -> Result<BTreeSet<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT code_das FROM document WHERE code_das <> ''")?;
    let codes = statement.query_map([], |row| row.get(0))?;
    Ok(codes.collect::<rusqlite::Result<_>>()?)
}

/// Documents of a scope with their heads, by id.
pub(super) fn of_scope(
    conn: &Connection,
    scope: ScopeId,
) -> Result<Vec<(DocumentId, Vec<u8>)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id, heads FROM document WHERE scope = ?1 ORDER BY id")?;
    let found = statement.query_map([scope.as_bytes()], |row| {
        Ok((DocumentId(row.get(0)?), row.get(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Fills the lists of projects anew.
pub(super) fn rewrite_views(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = tx.prepare("SELECT id, scope FROM document ORDER BY id")?;
    let documents: Vec<(DocumentId, ScopeId)> = statement
        .query_map([], |row| {
            Ok((DocumentId(row.get(0)?), ScopeId(row.get(1)?)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, scope) in documents {
        if let Some(row) = find_row(tx, id)? {
            let (document, _) = load(tx, id, &row)?;
            views::write_rows(tx, &rows(tx, scope, &document)?)?;
        }
    }
    Ok(())
}

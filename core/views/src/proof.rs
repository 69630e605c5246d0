//! Proof that stored rows are what their projection says: one hash for a row, one for a scope,
//! and the differences by name. The same for every store.

use std::collections::BTreeMap;
use std::fmt;

use jawla_model::{DocumentId, Hash32, ScopeId, VisitId};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::ViewError;
use crate::rows::{ConflictRow, DossierRows, PhotoRow, ProjectRow, VisitRow};

/// The tables of the read model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewTable {
    /// Projects.
    Project,
    /// Visits.
    Visit,
    /// Photos.
    Photo,
    /// Open disagreements.
    Conflict,
    /// Names of persons.
    Person,
    /// Names of scopes.
    Scope,
}

impl ViewTable {
    /// Its name in every store.
    pub const fn name(self) -> &'static str {
        match self {
            ViewTable::Project => "view_project",
            ViewTable::Visit => "view_visit",
            ViewTable::Photo => "view_photo",
            ViewTable::Conflict => "view_conflict",
            ViewTable::Person => "view_person",
            ViewTable::Scope => "view_scope",
        }
    }
}

impl fmt::Display for ViewTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which row of a document. Ordered as rows are hashed: by table, then by key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    /// The project itself.
    Project,
    /// A visit.
    Visit(VisitId),
    /// A photo of a visit.
    Photo(VisitId, Hash32),
    /// A disagreement, by path.
    Conflict(String),
}

impl RowKey {
    /// The table it lies in.
    pub const fn table(&self) -> ViewTable {
        match self {
            RowKey::Project => ViewTable::Project,
            RowKey::Visit(_) => ViewTable::Visit,
            RowKey::Photo(..) => ViewTable::Photo,
            RowKey::Conflict(_) => ViewTable::Conflict,
        }
    }
}

/// How a stored row differs from what its document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is not stored.
    Missing,
    /// It is stored, and the document does not say it.
    Unexpected,
    /// It is stored and cannot be read.
    Unreadable {
        /// The column whose content cannot be.
        column: &'static str,
    },
    /// It is stored with other content.
    Content {
        /// The columns that differ.
        columns: Vec<String>,
    },
    /// Its content is right and the hash beside it is not, so it would be written again.
    StaleHash,
}

/// One row that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// The document.
    pub document: DocumentId,
    /// Which row of it; its table is [`RowKey::table`].
    pub key: RowKey,
    /// What is wrong.
    pub difference: Difference,
}

/// A row of one document, as this module sees it.
pub trait ProjectedRow: Serialize {
    /// The document it was projected from.
    fn document(&self) -> DocumentId;
    /// The log it lives in.
    fn scope(&self) -> ScopeId;
    /// Which row of the document.
    fn key(&self) -> RowKey;
}

macro_rules! projected {
    ($row:ident, $self:ident => $key:expr) => {
        impl ProjectedRow for $row {
            fn document(&self) -> DocumentId {
                self.document
            }
            fn scope(&self) -> ScopeId {
                self.scope
            }
            fn key(&$self) -> RowKey {
                $key
            }
        }
    };
}

projected!(ProjectRow, self => RowKey::Project);
projected!(VisitRow, self => RowKey::Visit(self.visit));
projected!(PhotoRow, self => RowKey::Photo(self.visit, self.photo));
projected!(ConflictRow, self => RowKey::Conflict(self.path.clone()));

/// A row as the bytes that are hashed: JSON without spaces, fields in the order of the struct.
///
/// # Errors
/// [`ViewError::Encoding`]: never for the rows of this crate.
pub fn canonical<R: Serialize>(row: &R) -> Result<Vec<u8>, ViewError> {
    Ok(serde_json::to_vec(row)?)
}

/// The hash that stands beside a stored row: SHA-256 of its canonical bytes, cut to 16.
pub fn row_hash(canonical: &[u8]) -> [u8; 16] {
    let mut cut = [0; 16];
    for (to, from) in cut.iter_mut().zip(Sha256::digest(canonical)) {
        *to = from;
    }
    cut
}

/// Hashes the rows of a scope; two stores with the same accepted changes get the same 32 bytes.
///
/// Documents may come in any order, the rows of one document by key.
#[derive(Default)]
pub struct ScopeHasher {
    documents: BTreeMap<DocumentId, Sha256>,
}

impl ScopeHasher {
    /// Adds one row, given as its canonical bytes.
    pub fn add(&mut self, document: DocumentId, table: ViewTable, canonical: &[u8]) {
        let hasher = self.documents.entry(document).or_default();
        hasher.update([table as u8]);
        hasher.update((canonical.len() as u64).to_be_bytes());
        hasher.update(canonical);
    }

    /// The hash: over (document, hash of its rows) by document.
    pub fn finish(self) -> [u8; 32] {
        let mut whole = Sha256::new();
        for (document, rows) in self.documents {
            whole.update(document.as_bytes());
            whole.update(rows.finalize());
        }
        whole.finalize().into()
    }
}

/// The hash of freshly projected documents of one scope; equals what a store computes from its
/// rows as long as they are right.
///
/// # Errors
/// [`ViewError::Encoding`].
pub fn hash_of<'a>(rows: impl IntoIterator<Item = &'a DossierRows>) -> Result<[u8; 32], ViewError> {
    let mut hasher = ScopeHasher::default();
    for dossier in rows {
        add_row(&mut hasher, &dossier.project)?;
        add_by_key(&mut hasher, &dossier.visits)?;
        add_by_key(&mut hasher, &dossier.photos)?;
        add_by_key(&mut hasher, &dossier.conflicts)?;
    }
    Ok(hasher.finish())
}

fn add_by_key<R: ProjectedRow>(hasher: &mut ScopeHasher, rows: &[R]) -> Result<(), ViewError> {
    let by_key: BTreeMap<RowKey, &R> = rows.iter().map(|row| (row.key(), row)).collect();
    by_key
        .into_values()
        .try_for_each(|row| add_row(hasher, row))
}

fn add_row<R: ProjectedRow>(hasher: &mut ScopeHasher, row: &R) -> Result<(), ViewError> {
    hasher.add(row.document(), row.key().table(), &canonical(row)?);
    Ok(())
}

/// The names of the fields in which two rows of one kind differ.
///
/// # Errors
/// [`ViewError::Encoding`].
pub fn differing_columns<R: Serialize>(stored: &R, fresh: &R) -> Result<Vec<String>, ViewError> {
    let stored = serde_json::to_value(stored)?;
    let fresh = serde_json::to_value(fresh)?;
    let (Some(stored), Some(fresh)) = (stored.as_object(), fresh.as_object()) else {
        return Ok(Vec::new());
    };
    let differs = |(column, value): (&String, &serde_json::Value)| {
        (stored.get(column) != Some(value)).then(|| column.clone())
    };
    Ok(fresh.iter().filter_map(differs).collect())
}

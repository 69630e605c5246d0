//! `jawla verify`: whether everything stored is what it should be, recomputed from the logs.

use jawla_model::{Hash32, ScopeId};
use jawla_sync::server::LogHead;
use sha2::{Digest, Sha256};

use crate::blobs::{BlobError, Blobs};
use crate::limits::FILE_PIECE_BYTES;
use crate::store::{Finding, Store, StoreError};

/// One scope, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeVerified {
    /// Which.
    pub scope: ScopeId,
    /// Its French name.
    pub name_fr: String,
    /// Where its log stands: position and chain, to compare with a phone's.
    pub head: LogHead,
    /// The hash of its rows, to compare with another store's.
    pub projection_hash: Hash32,
    /// What is wrong, by name.
    pub findings: Vec<Finding>,
}

/// Everything, checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Scope by scope.
    pub scopes: Vec<ScopeVerified>,
    /// Files that should be held and are not, or with other bytes.
    pub files_wrong: Vec<Hash32>,
    /// Files that were read.
    pub files_checked: u64,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.files_wrong.is_empty() && self.scopes.iter().all(|scope| scope.findings.is_empty())
    }

    /// How many things are wrong.
    pub fn faults(&self) -> usize {
        self.files_wrong.len()
            + self
                .scopes
                .iter()
                .map(|scope| scope.findings.len())
                .sum::<usize>()
    }
}

/// Why the store could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files cannot be read.
    #[error(transparent)]
    Files(#[from] BlobError),
}

/// Checks every scope: positions, chain, changes, documents, caches, rows; with `files` also that
/// every file named is held whole under its hash. Writes nothing.
///
/// # Errors
/// [`VerifyError`] when something cannot be read at all; what is wrong is in the report.
pub fn verify(store: &dyn Store, files: Option<&dyn Blobs>) -> Result<VerifyReport, VerifyError> {
    let mut report = VerifyReport::default();
    for held in store.list_scopes()? {
        let scope = held.draft.scope;
        report.scopes.push(ScopeVerified {
            scope,
            name_fr: held.draft.name_fr,
            head: held.head,
            projection_hash: store.projection_hash(scope)?,
            findings: store.check_scope(scope)?,
        });
    }
    if let Some(files) = files {
        for (hash, size_bytes) in store.list_files()? {
            report.files_checked += 1;
            if !is_whole(files, &hash, size_bytes)? {
                report.files_wrong.push(hash);
            }
        }
    }
    Ok(report)
}

fn is_whole(files: &dyn Blobs, hash: &Hash32, size_bytes: u64) -> Result<bool, BlobError> {
    if files.find(hash)? != Some(size_bytes) {
        return Ok(false);
    }
    let mut hasher = Sha256::new();
    let mut offset = 0;
    while offset < size_bytes {
        let piece = files.read(hash, offset, FILE_PIECE_BYTES)?;
        if piece.is_empty() {
            return Ok(false);
        }
        offset += piece.len() as u64;
        hasher.update(&piece);
    }
    let found: [u8; 32] = hasher.finalize().into();
    Ok(found == hash.0)
}

//! Why a store could not do what it was asked, sorted by what the asker can do.

use std::fmt;

use jawla_dossier::DossierError;
use jawla_model::{DocumentId, ScopeId};
use jawla_sync::WireError;
use jawla_views::ViewError;

/// The tables of a store, as errors and findings name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoreTable {
    /// Scopes and their heads.
    Scope,
    /// Logs.
    Entry,
    /// Accepted changes.
    Change,
    /// Documents and their caches.
    Document,
    /// What waits for a ruling.
    Quarantine,
    /// Packs and receipts.
    Pack,
    /// Incarnations and their scopes.
    Incarnation,
    /// Persons, memberships, invitations.
    Person,
    /// Files.
    File,
    /// Rows of lists.
    View,
}

impl fmt::Display for StoreTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scope => "scope",
            Self::Entry => "entry",
            Self::Change => "change",
            Self::Document => "document",
            Self::Quarantine => "quarantine",
            Self::Pack => "pack",
            Self::Incarnation => "incarnation",
            Self::Person => "person",
            Self::File => "file",
            Self::View => "view",
        })
    }
}

/// Why a store failed. Nothing of the operation was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes: ask again.
    #[error("the store is busy")]
    Busy(#[source] rusqlite::Error),
    /// The disk is full: free room.
    #[error("the store has no room")]
    Full(#[source] rusqlite::Error),
    /// The database failed.
    #[error("the store failed")]
    Sql(#[source] rusqlite::Error),
    /// A stored row cannot be what was written: run `jawla verify`.
    #[error("a stored row of {table} is damaged")]
    Damaged {
        /// The table.
        table: StoreTable,
    },
    /// A stored document cannot be rebuilt.
    #[error("the stored document {document} is damaged")]
    Document {
        /// Which.
        document: DocumentId,
        /// What is wrong.
        #[source]
        source: DossierError,
    },
    /// A stored message cannot be read.
    #[error("a stored message is damaged")]
    Message(#[from] WireError),
    /// Rows could not be written.
    #[error("the rows could not be written")]
    Rows(#[from] ViewError),
    /// No such scope.
    #[error("there is no scope {0}")]
    NoScope(ScopeId),
    /// The SQLite in this program is older than the one whose faults we know to be mended.
    #[error("SQLite {found} is older than {wanted}")]
    SqliteTooOld {
        /// Its version number.
        found: i32,
        /// The least we take.
        wanted: i32,
    },
    /// The database was written by a newer program: use that one.
    #[error("the database has schema {found}, this program knows {known}")]
    SchemaTooNew {
        /// What the database says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// A migration that was run is not the one this program has.
    #[error("migration {0} was run with another text")]
    MigrationDiffers(i64),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::of(error)
    }
}

impl StoreError {
    /// Whether asking again later may help.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// A database error, sorted.
    pub fn of(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::DiskFull) => Self::Full(error),
            _ => Self::Sql(error),
        }
    }

    /// What the operator is told, in French.
    pub const fn sentence_fr(&self) -> &'static str {
        match self {
            Self::Busy(_) => "La base est occupée par un autre programme : réessayez.",
            Self::Full(_) => "Le disque est plein : libérez de la place.",
            Self::NoScope(_) => "Ce périmètre n'existe pas.",
            Self::SqliteTooOld { .. } => "La bibliothèque SQLite est trop ancienne.",
            Self::SchemaTooNew { .. } => {
                "La base a été écrite par une version plus récente : utilisez-la."
            }
            Self::MigrationDiffers(_) => {
                "La base a été préparée par un autre programme : rien n'a été changé."
            }
            Self::Sql(_)
            | Self::Damaged { .. }
            | Self::Document { .. }
            | Self::Message(_)
            | Self::Rows(_) => "La base a rencontré une erreur : lancez la vérification.",
        }
    }
}

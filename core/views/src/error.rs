//! Why a question could not be answered, sorted by what the asker can do.

use crate::proof::ViewTable;

/// The cause below an error of a store, whatever database it is.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why rows could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The store is busy or being opened: ask again.
    #[error("the store of the rows is busy")]
    Busy(#[source] BoxError),
    /// A stored row cannot be what was written: project its document again.
    #[error("a row of {table} cannot be read: column {column}")]
    Damaged {
        /// The table.
        table: ViewTable,
        /// The column whose content cannot be.
        column: &'static str,
    },
    /// More scopes than one question may name: ask with [`ScopeFilter::All`] or in parts.
    ///
    /// [`ScopeFilter::All`]: crate::ScopeFilter::All
    #[error("a question names {scopes} scopes, more than {scopes_max}")]
    TooManyScopes {
        /// How many it names.
        scopes: usize,
        /// How many it may.
        scopes_max: usize,
    },
    /// Rows of several documents were handed in as those of one: a defect of the projection.
    #[error("rows of another document among those of one dossier")]
    MixedDocuments,
    /// A row could not be encoded: a defect of ours.
    #[error("a row could not be encoded")]
    Encoding(#[from] serde_json::Error),
    /// The store failed; the administrator can find out why.
    #[error("the store of the rows failed")]
    Store(#[source] BoxError),
}

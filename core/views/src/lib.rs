//! The read model: rows and sheets, the questions pages ask, the orders they may give.
//!
//! Rows are caches of the accepted changes of one document each ([`rows`]); a store writes them
//! in the transaction that accepts a change and answers [`Views`] from them. Pages know this
//! crate and no database. What orders a page may give stands in [`commands`]; the store or the
//! server carries them out.

pub mod changes;
pub mod commands;
pub mod dossiers;
mod error;
pub mod limits;
pub mod phone;
pub mod proof;
pub mod queries;
pub mod rows;
pub mod sheets;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use changes::{Changed, Changes};
pub use commands::{Command, CommandError, Commands, Receipt};
pub use dossiers::{
    ActionShown, Dossiers, Happening, HistoryEntry, MoneyFactRow, ProjectFields, VisitFields,
};
pub use error::{BoxError, ViewError};
pub use phone::Phone;
pub use queries::{
    ConflictQuery, Disagreements, Freshness, PageWindow, ProjectQuery, ProjectSort, ScopeFilter,
    SortDirection, Views, VisitQuery, VisitsShown,
};
pub use rows::{ConflictRow, ConflictValue, DossierRows, PhotoRow, ProjectRow, VisitRow};
pub use sheets::{
    ConflictListed, FreshnessRow, Overview, OverviewCell, OverviewFigures, Page, PersonRow,
    ProjectSheet, ProjectTitle, ScopeRow, VisitListed, VisitSheet,
};

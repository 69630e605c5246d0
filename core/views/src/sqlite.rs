//! The read model in SQLite: for the phone, the laptop and the embedded server alike.
//!
//! The tables lie in the database of the store that owns them, so that one transaction holds a
//! change and its rows. The owner keeps the number of [`VIEW_VERSION`] beside its own schema and
//! compares it at start: if it differs, [`recreate`] and project every document again. There is no
//! migration of a cache.

mod pool;
mod proving;
mod reading;
mod stored;
mod writing;

use rusqlite::{Connection, ErrorCode};

use crate::error::ViewError;

pub use pool::{OpenReader, SqliteViews};
pub use proving::{compare, projection_hash};
pub use reading::figures::{freshness, overview, people, scopes};
pub use reading::projects::{project, projects};
pub use reading::visits::{conflicts, visit, visits};
pub use reading::{rows_of, visit_before, visit_row};
pub use writing::{
    RowsWritten, delete_person, delete_rows, delete_scope, write_person, write_rows, write_scope,
};

/// The tables, without a migration runner: the owner runs it inside its own schema step.
pub const SCHEMA_SQL: &str = include_str!("sqlite/schema.sql");

/// Rises with every change of the tables or of what a row says; rows of another version are
/// dropped and projected again.
pub const VIEW_VERSION: u32 = 1;

/// Orders of long lists, kept ready. They belong to no version of the rows.
const ORDERS_SQL: &str = include_str!("sqlite/orders.sql");

const DROP_SQL: &str = "
    DROP TABLE IF EXISTS view_project;
    DROP TABLE IF EXISTS view_visit;
    DROP TABLE IF EXISTS view_photo;
    DROP TABLE IF EXISTS view_conflict;
    DROP TABLE IF EXISTS view_person;
    DROP TABLE IF EXISTS view_scope;
";

/// Creates the tables; run it once, in the owner's transaction.
///
/// # Errors
/// [`ViewError::Store`], also when they exist already.
pub fn create(conn: &Connection) -> Result<(), ViewError> {
    conn.execute_batch(SCHEMA_SQL)?;
    keep_orders(conn)
}

/// Makes the orders of long lists where they are missing: run it whenever a database is opened
/// whose tables may be older than they.
///
/// # Errors
/// [`ViewError::Store`].
pub fn keep_orders(conn: &Connection) -> Result<(), ViewError> {
    Ok(conn.execute_batch(ORDERS_SQL)?)
}

/// Drops whatever version of the tables there is and creates them empty, in the owner's
/// transaction. Then every document, person and scope must be written again.
///
/// # Errors
/// [`ViewError::Store`].
pub fn recreate(conn: &Connection) -> Result<(), ViewError> {
    conn.execute_batch(DROP_SQL)?;
    create(conn)
}

impl From<rusqlite::Error> for ViewError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                ViewError::Busy(Box::new(error))
            }
            _ => ViewError::Store(Box::new(error)),
        }
    }
}

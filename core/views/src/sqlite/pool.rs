//! [`Views`] over read connections.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jawla_model::{DocumentId, VisitId};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::reading::{figures, projects, visits};
use crate::error::ViewError;
use crate::limits::{READERS_IDLE_MAX, STATEMENTS_KEPT};
use crate::queries::{ConflictQuery, Freshness, ProjectQuery, ScopeFilter, Views, VisitQuery};
use crate::rows::ProjectRow;
use crate::sheets::{
    ConflictListed, FreshnessRow, Overview, Page, PersonRow, ProjectSheet, ScopeRow, VisitListed,
    VisitSheet,
};

/// Opens a read connection to the owner's database: with its key, its busy timeout and its
/// flags.
pub type OpenReader = Box<dyn Fn() -> rusqlite::Result<Connection> + Send + Sync>;

/// Answers questions from SQLite.
///
/// A question blocks its thread for the few milliseconds it takes, inside an
/// `async fn` that never suspends: handing it to another thread would cost more than it takes.
/// So at most as many connections are open as threads ask at once.
pub struct SqliteViews {
    connections: Connections,
}

enum Connections {
    /// Opened when needed and kept for the next question.
    Pooled {
        open: OpenReader,
        idle: Mutex<Vec<Connection>>,
    },
    /// The owner's only connection: a database in memory, or one that a simulator drives.
    Shared(Arc<Mutex<Connection>>),
}

impl fmt::Debug for SqliteViews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteViews")
    }
}

impl SqliteViews {
    /// Reads through connections of its own, opened by `open` when they are needed and made
    /// read-only here. In WAL mode neither waits for the writer nor makes it wait.
    pub fn pooled(open: OpenReader) -> Self {
        Self {
            connections: Connections::Pooled {
                open,
                idle: Mutex::new(Vec::new()),
            },
        }
    }

    /// Reads through the connection that its owner also writes with, one question at a time. An
    /// owner that asks while it holds the lock waits for ever: ask between transactions, or call
    /// the functions of [`sqlite`](crate::sqlite) on the connection itself.
    pub fn shared(connection: Arc<Mutex<Connection>>) -> Self {
        Self {
            connections: Connections::Shared(connection),
        }
    }

    /// Asks one question of a connection. A connection that fails is not used again.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        match &self.connections {
            Connections::Shared(connection) => {
                question(&connection.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Connections::Pooled { open, idle } => {
                let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = match waiting {
                    Some(connection) => connection,
                    None => open_reader(open)?,
                };
                let answer = question(&connection)?;
                let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < READERS_IDLE_MAX {
                    idle.push(connection);
                }
                Ok(answer)
            }
        }
    }
}

fn open_reader(open: &OpenReader) -> Result<Connection, ViewError> {
    let connection = open()?;
    connection.pragma_update(None, "query_only", true)?;
    // Else a kept statement is planned again whenever it is asked with other values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

#[async_trait]
impl Views for SqliteViews {
    async fn projects(&self, query: &ProjectQuery) -> Result<Page<ProjectRow>, ViewError> {
        self.ask(|conn| projects::projects(conn, query))
    }

    async fn project(&self, document: DocumentId) -> Result<Option<ProjectSheet>, ViewError> {
        self.ask(|conn| projects::project(conn, document))
    }

    async fn shared_codes(
        &self,
        scopes: &ScopeFilter,
        codes: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, u64>, ViewError> {
        self.ask(|conn| projects::shared_codes(conn, scopes, codes))
    }

    async fn visits(&self, query: &VisitQuery) -> Result<Page<VisitListed>, ViewError> {
        self.ask(|conn| visits::visits(conn, query))
    }

    async fn visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitSheet>, ViewError> {
        self.ask(|conn| visits::visit(conn, document, visit))
    }

    async fn conflicts(&self, query: &ConflictQuery) -> Result<Page<ConflictListed>, ViewError> {
        self.ask(|conn| visits::conflicts(conn, query))
    }

    async fn overview(&self, scopes: &ScopeFilter) -> Result<Overview, ViewError> {
        self.ask(|conn| figures::overview(conn, scopes))
    }

    async fn freshness(&self, query: &Freshness) -> Result<Vec<FreshnessRow>, ViewError> {
        self.ask(|conn| figures::freshness(conn, query))
    }

    async fn people(&self) -> Result<Vec<PersonRow>, ViewError> {
        self.ask(figures::people)
    }

    async fn scopes(&self) -> Result<Vec<ScopeRow>, ViewError> {
        self.ask(figures::scopes)
    }
}

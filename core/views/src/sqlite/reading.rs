//! Answers to the questions of [`Views`](crate::Views), each within one snapshot.

pub(super) mod figures;
pub(super) mod projects;
pub(super) mod visits;

use std::collections::BTreeMap;

use jawla_model::{DocumentId, PersonId, VisitId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params_from_iter};

use super::stored::{Cells, TableRow, blob};
use crate::error::ViewError;
use crate::proof::ViewTable;
use crate::queries::{PageWindow, ScopeFilter};
use crate::rows::{DossierRows, ProjectRow, VisitRow};
use crate::sheets::{PersonRow, ProjectTitle};

/// What makes a visit count: finished, and no newer visit stands for it. Word for word the
/// condition of two partial indices.
pub(super) const COUNTED: &str = "status = 'recorded' AND replaced = 0";

/// Reads all rows of one document as they are stored; `None` when it has no project row. For
/// files of rows and for tests; pages ask [`project`](projects::project).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn rows_of(conn: &Connection, document: DocumentId) -> Result<Option<DossierRows>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let key = || vec![blob(document.as_bytes())];
    let Some(project) = find::<ProjectRow>(conn, "WHERE document = ?", key())? else {
        return Ok(None);
    };
    Ok(Some(DossierRows {
        project,
        visits: list(conn, "WHERE document = ? ORDER BY visit", key())?,
        photos: list(conn, "WHERE document = ? ORDER BY visit, photo", key())?,
        conflicts: list(conn, "WHERE document = ? ORDER BY path", key())?,
    }))
}

/// The row of one visit; none when the store does not hold it.
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn visit_row(
    conn: &Connection,
    document: DocumentId,
    visit: VisitId,
) -> Result<Option<VisitRow>, ViewError> {
    let key = vec![blob(document.as_bytes()), blob(visit.as_bytes())];
    find(conn, "WHERE document = ? AND visit = ?", key)
}

/// The visit of the same dossier that counts and stands before this one in the timeline; the newest
/// of all before a visit that has no row yet.
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn visit_before(
    conn: &Connection,
    document: DocumentId,
    visit: VisitId,
) -> Result<Option<VisitRow>, ViewError> {
    let tail = format!(
        "WHERE document = ?1 AND visit <> ?2 AND {COUNTED} AND order_ms <= coalesce(
           (SELECT this.order_ms FROM view_visit this WHERE this.document = ?1 AND this.visit = ?2),
           {}) ORDER BY order_ms DESC, visit DESC LIMIT 1",
        i64::MAX
    );
    let key = vec![blob(document.as_bytes()), blob(visit.as_bytes())];
    find(conn, &tail, key)
}

/// Holds one state of the database until it is dropped, unless the connection is in a
/// transaction already, which holds one too.
pub(super) fn snapshot(conn: &Connection) -> Result<Option<Transaction<'_>>, ViewError> {
    if conn.is_autocommit() {
        Ok(Some(conn.unchecked_transaction()?))
    } else {
        Ok(None)
    }
}

/// The conditions of a question, with their values in order.
#[derive(Default)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    pub(super) fn and(&mut self, clause: impl Into<String>) {
        self.clauses.push(clause.into());
    }

    pub(super) fn and_with(&mut self, clause: impl Into<String>, value: Value) {
        self.clauses.push(clause.into());
        self.values.push(value);
    }

    pub(super) fn and_in_scopes(
        &mut self,
        column: &str,
        scopes: &ScopeFilter,
    ) -> Result<(), ViewError> {
        scopes.check()?;
        if let ScopeFilter::Only(scopes) = scopes {
            let values = scopes.iter().map(|scope| blob(scope.as_bytes()));
            self.and_one_of(column, values.collect());
        }
        Ok(())
    }

    /// `column` is one of `values`; of none, if there are none.
    pub(super) fn and_one_of(&mut self, column: &str, values: Vec<Value>) {
        let marks = vec!["?"; values.len()].join(", ");
        self.clauses.push(format!("{column} IN ({marks})"));
        self.values.extend(values);
    }

    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.clauses.join(" AND "))
        }
    }
}

/// Reads whole rows; `tail` is what follows the table's name.
pub(super) fn list<R: TableRow>(
    conn: &Connection,
    tail: &str,
    values: Vec<Value>,
) -> Result<Vec<R>, ViewError> {
    let (columns, table) = (R::columns(), R::TABLE);
    let mut statement = conn.prepare_cached(&format!("SELECT {columns} FROM {table} {tail}"))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        listed.push(R::from_row(row)?);
    }
    Ok(listed)
}

/// Reads the first whole row.
pub(super) fn find<R: TableRow>(
    conn: &Connection,
    tail: &str,
    values: Vec<Value>,
) -> Result<Option<R>, ViewError> {
    Ok(list(conn, tail, values)?.into_iter().next())
}

pub(super) fn count(conn: &Connection, sql: &str, values: &[Value]) -> Result<u64, ViewError> {
    let counted: i64 = conn
        .prepare_cached(sql)?
        .query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(counted.max(0).cast_unsigned())
}

/// The window's values for `LIMIT ? OFFSET ?`.
pub(super) fn window_values(window: PageWindow, rows_max: u32) -> [Value; 2] {
    [
        Value::Integer(window.rows_max.min(rows_max).into()),
        Value::Integer(window.offset.into()),
    ]
}

/// Titles and names that the lines of one page repeat, each read once.
#[derive(Default)]
pub(super) struct Names {
    titles: BTreeMap<DocumentId, ProjectTitle>,
    people: BTreeMap<PersonId, Option<PersonRow>>,
}

impl Names {
    pub(super) fn title(
        &mut self,
        conn: &Connection,
        document: DocumentId,
    ) -> Result<ProjectTitle, ViewError> {
        if let Some(title) = self.titles.get(&document) {
            return Ok(title.clone());
        }
        let title = find_title(conn, document)?;
        self.titles.insert(document, title.clone());
        Ok(title)
    }

    pub(super) fn person(
        &mut self,
        conn: &Connection,
        person: PersonId,
    ) -> Result<Option<PersonRow>, ViewError> {
        if let Some(known) = self.people.get(&person) {
            return Ok(known.clone());
        }
        let key = vec![blob(person.as_bytes())];
        let found = find::<PersonRow>(conn, "WHERE person = ?", key)?;
        self.people.insert(person, found.clone());
        Ok(found)
    }
}

fn find_title(conn: &Connection, document: DocumentId) -> Result<ProjectTitle, ViewError> {
    const COLUMNS: [&str; 6] = [
        "code_das",
        "title_fr",
        "title_ar",
        "programme",
        "communes",
        "demonstration",
    ];
    let read = |row: &rusqlite::Row<'_>| {
        let mut cells = Cells::from_column(row, 0);
        Ok(ProjectTitle {
            document,
            code_das: cells.take()?,
            title_fr: cells.take()?,
            title_ar: cells.take()?,
            programme: cells.take()?,
            communes: cells.take()?,
            demonstration: cells.take()?,
        })
    };
    let columns = COLUMNS.join(", ");
    let table = ViewTable::Project;
    let sql = format!("SELECT {columns} FROM {table} WHERE document = ?1");
    let found = conn
        .prepare_cached(&sql)?
        .query_row([document.as_bytes()], read)
        .optional()
        .map_err(ProjectRow::damage)?;
    // Rows of a document are written together; a line without its project still shows.
    Ok(found.unwrap_or_else(|| ProjectTitle {
        document,
        code_das: String::new(),
        title_fr: String::new(),
        title_ar: String::new(),
        programme: String::new(),
        communes: String::new(),
        demonstration: false,
    }))
}

//! The feed of visits, one visit, and the list of disagreements.

use std::collections::BTreeSet;

use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, FieldPath, VisitId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::super::stored::{blob, text};
use super::{COUNTED, Conditions, Names, count, find, list, snapshot, window_values};
use crate::error::ViewError;
use crate::limits;
use crate::queries::{ConflictQuery, Disagreements, VisitQuery, VisitsShown};
use crate::rows::{ConflictRow, PhotoRow, ProjectRow, VisitRow};
use crate::sheets::{ConflictListed, Page, VisitListed, VisitSheet};

/// Lists visits, newest first: see [`Views::visits`](crate::Views::visits).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn visits(conn: &Connection, query: &VisitQuery) -> Result<Page<VisitListed>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let mut conditions = Conditions::default();
    match &query.shown {
        VisitsShown::Finished(words) => {
            conditions.and(COUNTED);
            and_words(&mut conditions, words);
        }
        VisitsShown::DraftsOf(person) => {
            conditions.and("status = 'draft' AND replaced = 0");
            conditions.and_with("author = ?", blob(person.as_bytes()));
        }
    }
    // The planner knows no statistics here; the plus signs keep it on the index that has the
    // order, where it would else collect and sort whole scopes.
    conditions.and_in_scopes("+scope", &query.scopes)?;
    if let Some(author) = query.author {
        conditions.and_with("+author = ?", blob(author.as_bytes()));
    }
    if let Some(from_ms) = query.from_ms {
        conditions.and_with("order_ms >= ?", Value::Integer(from_ms));
    }
    if let Some(before_ms) = query.before_ms {
        conditions.and_with("order_ms < ?", Value::Integer(before_ms));
    }
    let from = format!("FROM view_visit{}", conditions.sql());
    let total = count(conn, &format!("SELECT count(*) {from}"), &conditions.values)?;
    let mut values = conditions.values;
    values.extend(window_values(query.window, limits::VISITS_PER_PAGE_MAX));
    let sql = format!(
        "SELECT document, visit {from} ORDER BY order_ms DESC, visit, document LIMIT ? OFFSET ?"
    );
    let mut names = Names::default();
    let mut rows = Vec::new();
    for (document, visit) in visit_keys(conn, &sql, values)? {
        if let Some(visit) = find_visit(conn, document, visit)? {
            rows.push(with_names(conn, visit, &mut names)?);
        }
    }
    Ok(Page {
        rows,
        total,
        offset: query.window.offset,
    })
}

/// Finds one visit: see [`Views::visit`](crate::Views::visit).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn visit(
    conn: &Connection,
    document: DocumentId,
    visit: VisitId,
) -> Result<Option<VisitSheet>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let Some(row) = find_visit(conn, document, visit)? else {
        return Ok(None);
    };
    let key = vec![blob(document.as_bytes())];
    let Some(project) = find::<ProjectRow>(conn, "WHERE document = ?", key)? else {
        return Ok(None);
    };
    let author = match row.author {
        Some(person) => Names::default().person(conn, person)?,
        None => None,
    };
    let mut values = visit_key(document, visit);
    values.push(Value::Integer(limits::PHOTOS_PER_SHEET_MAX.into()));
    let photos = "WHERE document = ? AND visit = ? ORDER BY photo LIMIT ?";
    let photos = list::<PhotoRow>(conn, photos, values)?;
    let inside = FieldPath::Visit(visit, String::new()).text();
    let values = vec![
        blob(document.as_bytes()),
        text(&inside),
        Value::Integer(limits::CONFLICTS_PER_SHEET_MAX.into()),
    ];
    let conflicts = "WHERE document = ? AND instr(path, ?) = 1 ORDER BY path LIMIT ?";
    let conflicts = list::<ConflictRow>(conn, conflicts, values)?;
    Ok(Some(VisitSheet {
        previous: find_previous(conn, &row)?,
        visit: row,
        project,
        author,
        photos,
        conflicts,
    }))
}

/// Lists disagreements: see [`Views::conflicts`](crate::Views::conflicts).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn conflicts(
    conn: &Connection,
    query: &ConflictQuery,
) -> Result<Page<ConflictListed>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let mut conditions = Conditions::default();
    conditions.and_in_scopes("scope", &query.scopes)?;
    if let Some(document) = query.document {
        conditions.and_with("document = ?", blob(document.as_bytes()));
    }
    if query.disagreements == Disagreements::Weighty {
        conditions.and("weighty = 1");
    }
    let filter = conditions.sql();
    let sql = format!("SELECT count(*) FROM view_conflict{filter}");
    let total = count(conn, &sql, &conditions.values)?;
    let mut values = conditions.values;
    values.extend(window_values(query.window, limits::CONFLICTS_PER_PAGE_MAX));
    let tail = format!("{filter} ORDER BY weighty DESC, document, path LIMIT ? OFFSET ?");
    let mut names = Names::default();
    let mut rows = Vec::new();
    for conflict in list::<ConflictRow>(conn, &tail, values)? {
        let project = names.title(conn, conflict.document)?;
        rows.push(ConflictListed { conflict, project });
    }
    Ok(Page {
        rows,
        total,
        offset: query.window.offset,
    })
}

/// The same words as [`VisitRow::word`], for finished visits.
fn and_words(conditions: &mut Conditions, words: &BTreeSet<RecordWord>) {
    if words.is_empty() {
        return;
    }
    let shown = words.iter().map(|word| match word {
        RecordWord::Draft => "0",
        RecordWord::OnThisPhone => {
            "(received_at IS NULL AND review NOT IN ('approved', 'returned'))"
        }
        RecordWord::Received => {
            "(received_at IS NOT NULL AND review NOT IN ('approved', 'returned'))"
        }
        RecordWord::Approved => "review = 'approved'",
        RecordWord::Returned => "review = 'returned'",
    });
    let shown: Vec<&str> = shown.collect();
    conditions.and(format!("({})", shown.join(" OR ")));
}

fn visit_keys(
    conn: &Connection,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<(DocumentId, VisitId)>, ViewError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut keys = Vec::new();
    while let Some(row) = found.next()? {
        keys.push((DocumentId(row.get(0)?), VisitId(row.get(1)?)));
    }
    Ok(keys)
}

fn visit_key(document: DocumentId, visit: VisitId) -> Vec<Value> {
    vec![blob(document.as_bytes()), blob(visit.as_bytes())]
}

fn find_visit(
    conn: &Connection,
    document: DocumentId,
    visit: VisitId,
) -> Result<Option<VisitRow>, ViewError> {
    let tail = "WHERE document = ? AND visit = ?";
    find(conn, tail, visit_key(document, visit))
}

fn with_names(
    conn: &Connection,
    visit: VisitRow,
    names: &mut Names,
) -> Result<VisitListed, ViewError> {
    let author = match visit.author {
        Some(person) => names.person(conn, person)?,
        None => None,
    };
    let mut values = visit_key(visit.document, visit.visit);
    values.push(Value::Integer(limits::THUMBNAILS_PER_VISIT_MAX.into()));
    let strip = "WHERE document = ? AND visit = ? ORDER BY photo LIMIT ?";
    Ok(VisitListed {
        project: names.title(conn, visit.document)?,
        author,
        strip: list::<PhotoRow>(conn, strip, values)?,
        visit,
    })
}

fn find_previous(conn: &Connection, visit: &VisitRow) -> Result<Option<VisitRow>, ViewError> {
    let tail = format!(
        "WHERE document = ?1 AND {COUNTED} AND visit <> ?2
           AND (order_ms < ?3 OR (order_ms = ?3 AND visit > ?2))
         ORDER BY order_ms DESC, visit LIMIT 1"
    );
    let mut values = visit_key(visit.document, visit.visit);
    values.push(Value::Integer(visit.order_ms));
    find(conn, &tail, values)
}

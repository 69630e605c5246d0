//! The list of projects and the sheet of one.

use std::collections::{BTreeMap, BTreeSet};

use jawla_model::DocumentId;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::super::stored::{blob, text};
use super::{COUNTED, Conditions, count, find, list, snapshot};
use crate::error::ViewError;
use crate::limits;
use crate::queries::{
    Disagreements, ProjectQuery, ProjectSort, ScopeFilter, SortDirection, search_words,
};
use crate::rows::ProjectRow;
use crate::sheets::{Page, ProjectSheet};

/// Lists projects: see [`Views::projects`](crate::Views::projects).
///
/// One scan finds and sorts the ids of all that match, which also counts them; only the rows of
/// the page are read whole.
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn projects(conn: &Connection, query: &ProjectQuery) -> Result<Page<ProjectRow>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let conditions = conditions(query)?;
    let sql = format!(
        "SELECT document FROM view_project p{} ORDER BY {}",
        conditions.sql(),
        order(query)
    );
    let rows_max = query.window.rows_max.min(limits::PROJECTS_PER_PAGE_MAX);
    let first = u64::from(query.window.offset);
    let past = first + u64::from(rows_max);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(conditions.values))?;
    let mut total = 0;
    let mut page = Vec::new();
    while let Some(row) = found.next()? {
        if (first..past).contains(&total) {
            page.push(DocumentId(row.get(0)?));
        }
        total += 1;
    }
    let mut rows = Vec::with_capacity(page.len());
    for document in page {
        let key = vec![blob(document.as_bytes())];
        rows.extend(find::<ProjectRow>(conn, "WHERE document = ?", key)?);
    }
    Ok(Page {
        rows,
        total,
        offset: query.window.offset,
    })
}

/// Finds the sheet of one project: see [`Views::project`](crate::Views::project).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn project(conn: &Connection, document: DocumentId) -> Result<Option<ProjectSheet>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let key = || vec![blob(document.as_bytes())];
    let Some(project) = find::<ProjectRow>(conn, "WHERE document = ?", key())? else {
        return Ok(None);
    };
    let bounded = |rows_max: u32| vec![blob(document.as_bytes()), Value::Integer(rows_max.into())];
    let visits = "WHERE document = ? ORDER BY order_ms DESC, visit LIMIT ?";
    let photos = "WHERE document = ? ORDER BY visit, photo LIMIT ?";
    let conflicts = "WHERE document = ? ORDER BY weighty DESC, path LIMIT ?";
    let all_visits = "SELECT count(*) FROM view_visit WHERE document = ?";
    Ok(Some(ProjectSheet {
        project,
        visits: list(conn, visits, bounded(limits::VISITS_PER_SHEET_MAX))?,
        visits_total: count(conn, all_visits, &key())?,
        photos: list(conn, photos, bounded(limits::PHOTOS_PER_SHEET_MAX))?,
        conflicts: list(conn, conflicts, bounded(limits::CONFLICTS_PER_SHEET_MAX))?,
    }))
}

/// Counts the projects of each number that several carry: see
/// [`Views::shared_codes`](crate::Views::shared_codes).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn shared_codes(
    conn: &Connection,
    scopes: &ScopeFilter,
    codes: &BTreeSet<String>,
) -> Result<BTreeMap<String, u64>, ViewError> {
    let mut conditions = Conditions::default();
    conditions.and_in_scopes("scope", scopes)?;
    let asked = codes.iter().filter(|code| !code.is_empty());
    let asked = asked.take(limits::PROJECTS_PER_PAGE_MAX as usize);
    conditions.and_one_of("code_das", asked.map(|code| text(code)).collect());
    let sql = format!(
        "SELECT code_das, count(*) FROM view_project{} GROUP BY code_das HAVING count(*) > 1",
        conditions.sql()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(conditions.values), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The newest finished visit of the project `p`, as the timeline orders it; NULL without one.
pub(super) fn newest_visit_ms() -> String {
    format!(
        "(SELECT max(v.order_ms) FROM view_visit v WHERE v.document = p.document AND {COUNTED})"
    )
}

fn conditions(query: &ProjectQuery) -> Result<Conditions, ViewError> {
    let mut conditions = Conditions::default();
    conditions.and_in_scopes("scope", &query.scopes)?;
    if let Some(programme) = &query.programme {
        conditions.and_with("programme = ?", text(programme));
    }
    if !query.reporting_states.is_empty() {
        let codes = query
            .reporting_states
            .iter()
            .map(|state| text(state.code()));
        conditions.and_one_of("reporting_state", codes.collect());
    }
    if let Some(commune) = &query.commune {
        let whole = format!("+{commune}+");
        conditions.and_with("instr('+' || communes || '+', ?) > 0", text(&whole));
    }
    match query.disagreements {
        Disagreements::Whether => {}
        Disagreements::Open => conditions.and("conflicts > 0"),
        Disagreements::Weighty => conditions.and("weighty_conflicts > 0"),
    }
    if let Some(since_ms) = query.unvisited_since_ms {
        let newest = newest_visit_ms();
        let unvisited = format!("coalesce({newest} < ?, 1)");
        conditions.and_with(unvisited, Value::Integer(since_ms));
    }
    // instr, not LIKE: nothing a person types is a wildcard.
    for word in search_words(&query.text) {
        conditions.and_with("instr(folded, ?) > 0", Value::Text(word));
    }
    Ok(conditions)
}

fn order(query: &ProjectQuery) -> String {
    let direction = match query.direction {
        SortDirection::Rising => "ASC",
        SortDirection::Falling => "DESC",
    };
    let by = match query.sort {
        ProjectSort::Code => format!("code_das = '', code_das {direction}"),
        ProjectSort::TitleFr => format!("sort_fr {direction}"),
        ProjectSort::TitleAr => format!("sort_ar {direction}"),
        ProjectSort::Progress => format!("progress_bp {direction} NULLS LAST"),
        ProjectSort::Cost => format!("cost_centimes {direction} NULLS LAST"),
        ProjectSort::LastVisit => format!("{} {direction} NULLS LAST", newest_visit_ms()),
    };
    format!("{by}, document")
}

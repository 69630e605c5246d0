//! The list of projects and the sheet of one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jawla_model::rules::course::Course;
use jawla_model::{DocumentId, Language, ReportingState};
use rusqlite::types::Value;
use rusqlite::{Connection, Rows, params_from_iter};

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
/// One scan finds the ids of all that match, which also counts them; only the rows of the page are
/// read whole. By title, by number and by delay the scan follows an order that is kept, else it sorts.
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn projects(conn: &Connection, query: &ProjectQuery) -> Result<Page<ProjectRow>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let (sql, values) = ids(query)?;
    let rows_max = query.window.rows_max.min(limits::PROJECTS_PER_PAGE_MAX);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let (page, total) = match query.sort {
        ProjectSort::Delay { today_days, .. } => {
            let late = by_delay(&mut found, today_days, query.direction)?;
            let (first, rows_max) = (query.window.offset as usize, rows_max as usize);
            let page = late.iter().skip(first).take(rows_max);
            (page.copied().collect(), late.len() as u64)
        }
        _ => in_window(&mut found, query.window.offset, rows_max)?,
    };
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

/// The ids within a window of those found, and how many there are.
fn in_window(
    found: &mut Rows<'_>,
    offset: u32,
    rows_max: u32,
) -> Result<(Vec<DocumentId>, u64), ViewError> {
    let first = u64::from(offset);
    let past = first + u64::from(rows_max);
    let mut page = Vec::new();
    let mut total = 0;
    while let Some(row) = found.next()? {
        if (first..past).contains(&total) {
            page.push(DocumentId(row.get(0)?));
        }
        total += 1;
    }
    Ok((page, total))
}

/// The ids of those found by how far they are behind on a day; those that are equally late stay as
/// they were found.
fn by_delay(
    found: &mut Rows<'_>,
    today_days: i64,
    direction: SortDirection,
) -> Result<Vec<DocumentId>, ViewError> {
    let mut late = Vec::new();
    while let Some(row) = found.next()? {
        let text = |at| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
        // A state that this build does not know is refused where the row is shown.
        let points = ReportingState::from_code(text(1)?).map_or(Ok(0), |state| {
            let course = Course {
                state,
                planned_start: text(2)?,
                planned_end: text(3)?,
                progress_bp: row.get(4)?,
            };
            Ok::<_, rusqlite::Error>(course.points_late(today_days))
        })?;
        late.push((points, DocumentId(row.get(0)?)));
    }
    match direction {
        SortDirection::Rising => late.sort_by_key(|(points, _)| *points),
        SortDirection::Falling => late.sort_by_key(|(points, _)| Reverse(*points)),
    }
    Ok(late.into_iter().map(|(_, document)| document).collect())
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

/// How far a project is, to compare with others: flat over a province.
const DISTANCE_SQUARED: &str = "((latitude_e7 - ?) * (latitude_e7 - ?)
    + (longitude_e7 - ?) * (longitude_e7 - ?) * ?)";

/// What finds the ids of all that match, in order, with its values.
fn ids(query: &ProjectQuery) -> Result<(String, Vec<Value>), ViewError> {
    let mut conditions = conditions(query)?;
    let order = order(query, &mut conditions.values);
    let filter = conditions.sql();
    let columns = match query.sort {
        ProjectSort::Delay { .. } => {
            "document, reporting_state, planned_start, planned_end, progress_bp"
        }
        _ => "document",
    };
    let sql = format!("SELECT {columns} FROM view_project p{filter} ORDER BY {order}");
    Ok((sql, conditions.values))
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

/// The order of a list; what it asks for by value comes behind the values of the conditions.
fn order(query: &ProjectQuery, values: &mut Vec<Value>) -> String {
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
        // Sorted when they are found: it hangs on the day.
        ProjectSort::Delay { language, .. } => match language {
            Language::Fr => "sort_fr".to_owned(),
            Language::Ar => "sort_ar".to_owned(),
        },
        ProjectSort::Distance {
            latitude_e7,
            longitude_e7,
        } => {
            let here = [latitude_e7, latitude_e7, longitude_e7, longitude_e7];
            values.extend(here.map(|e7| Value::Real(f64::from(e7))));
            // A degree of longitude is shorter than one of latitude, by this much squared.
            let narrow = (f64::from(latitude_e7) / 1e7).to_radians().cos();
            values.push(Value::Real(narrow * narrow));
            format!("{DISTANCE_SQUARED} {direction} NULLS LAST")
        }
    };
    // The same way round, so that an order that is kept can be read from either end.
    let document = match query.sort {
        ProjectSort::TitleFr | ProjectSort::TitleAr => format!("document {direction}"),
        _ => "document".to_owned(),
    };
    format!("{by}, {document}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a phone's list of 2,000 projects opens without sorting them. Method: SQLite's plan.
    #[test]
    fn the_usual_lists_follow_an_order_that_is_kept() {
        let conn = Connection::open_in_memory().unwrap();
        super::super::super::create(&conn).unwrap();
        let late = |language| ProjectSort::Delay {
            today_days: 20_000,
            language,
        };
        let table = [
            (ProjectSort::TitleFr, SortDirection::Rising, "in_titles_fr"),
            (ProjectSort::TitleFr, SortDirection::Falling, "in_titles_fr"),
            (ProjectSort::TitleAr, SortDirection::Rising, "in_titles_ar"),
            (late(Language::Fr), SortDirection::Falling, "in_titles_fr"),
            (late(Language::Ar), SortDirection::Falling, "in_titles_ar"),
            (ProjectSort::Code, SortDirection::Rising, "by_code"),
        ];
        for (sort, direction, index) in table {
            let query = ProjectQuery {
                sort,
                direction,
                ..ProjectQuery::default()
            };
            let (sql, _) = ids(&query).unwrap();
            let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = plan.query_map([], |row| row.get::<_, String>("detail"));
            let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();
            let kept = format!("SCAN p USING COVERING INDEX view_project_{index}");
            assert_eq!(steps, [kept], "{sort:?} {direction:?}");
        }
    }
}

//! Sums and ages: the overview, the freshness of each scope, and the names of people and scopes.

use std::collections::BTreeMap;

use jawla_model::{
    DocumentId, FieldPath, ProjectField, ReceivedAt, ReportingState, ScopeId, VisitField, VisitId,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::super::stored::{Cells, column_of, text};
use super::projects::newest_visit_ms;
use super::{COUNTED, Conditions, list, snapshot};
use crate::error::ViewError;
use crate::limits;
use crate::proof::ViewTable;
use crate::queries::{Freshness, ScopeFilter};
use crate::sheets::{FreshnessRow, Overview, OverviewCell, OverviewFigures, PersonRow, ScopeRow};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Sums up: see [`Views::overview`](crate::Views::overview).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn overview(conn: &Connection, scopes: &ScopeFilter) -> Result<Overview, ViewError> {
    let _snapshot = snapshot(conn)?;
    let disputes = disputes(conn, scopes)?;
    let mut conditions = Conditions::default();
    conditions.and_in_scopes("scope", scopes)?;
    let columns = COUNTED_COLUMNS.join(", ");
    let sql = format!("SELECT {columns} FROM view_project{}", conditions.sql());
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let mut cells: BTreeMap<(String, ReportingState), Sum> = BTreeMap::new();
    let mut total = Sum::default();
    let mut not_retained = Sum::default();
    let mut newest_received_at = None;
    while let Some(row) = rows.next()? {
        let project = CountedProject::read(row).map_err(damage)?;
        let disputed = disputes.get(&project.document).copied().unwrap_or_default();
        newest_received_at = newest_received_at.max(project.received_at);
        let whole = match project.reporting_state {
            ReportingState::NotRetained => &mut not_retained,
            _ => &mut total,
        };
        whole.add(&project, disputed);
        let cell = (project.programme.clone(), project.reporting_state);
        cells.entry(cell).or_default().add(&project, disputed);
    }
    let cell =
        |((programme, reporting_state), sum): ((String, ReportingState), Sum)| OverviewCell {
            programme,
            reporting_state,
            figures: sum.figures(),
        };
    Ok(Overview {
        cells: cells.into_iter().map(cell).collect(),
        total: total.figures(),
        not_retained: not_retained.figures(),
        newest_received_at,
    })
}

/// Says how old what is known is: see [`Views::freshness`](crate::Views::freshness).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn freshness(conn: &Connection, query: &Freshness) -> Result<Vec<FreshnessRow>, ViewError> {
    let _snapshot = snapshot(conn)?;
    let mut conditions = Conditions::default();
    conditions.and_in_scopes("scope", &query.scopes)?;
    let filter = conditions.sql();
    let newest = newest_visit_ms();
    let sql = format!(
        "SELECT scope, count(*), sum(under_way), max(received_at), max(newest),
                sum(under_way AND coalesce(newest < ?, 1))
         FROM (SELECT scope, reporting_state = ? AS under_way, received_at, {newest} AS newest
               FROM view_project p{filter})
         GROUP BY scope"
    );
    let age_max_ms = limits::DAYS_WITHOUT_VISIT_MAX.saturating_mul(DAY_MS);
    let mut values = vec![
        Value::Integer(query.now.0.saturating_sub(age_max_ms)),
        text(ReportingState::UnderWay.code()),
    ];
    values.extend(conditions.values.iter().cloned());
    let named = list::<ScopeRow>(conn, &filter, conditions.values)?;
    let mut fresh: BTreeMap<ScopeId, FreshnessRow> = named
        .into_iter()
        .map(|scope| (scope.scope, without_projects(scope)))
        .collect();
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::from_column(row, 0);
        let scope = ScopeId(cells.take()?);
        let line = fresh.entry(scope).or_insert_with(|| {
            without_projects(ScopeRow {
                scope,
                name_fr: String::new(),
                name_ar: String::new(),
                communes: String::new(),
            })
        });
        line.projects = cells.take::<i64>()?.cast_unsigned();
        line.under_way = cells.take::<i64>()?.cast_unsigned();
        line.newest_received_at = cells.take_received_at()?;
        line.newest_visit_ms = cells.take()?;
        line.under_way_unvisited = cells.take::<i64>()?.cast_unsigned();
    }
    let mut lines: Vec<FreshnessRow> = fresh.into_values().collect();
    lines.sort_by_cached_key(|line| sort_key(&line.scope));
    lines.truncate(usize::try_from(limits::SCOPES_MAX).unwrap_or(usize::MAX));
    Ok(lines)
}

/// Lists persons: see [`Views::people`](crate::Views::people).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn people(conn: &Connection) -> Result<Vec<PersonRow>, ViewError> {
    let bound = vec![Value::Integer(limits::PEOPLE_MAX.into())];
    list(conn, "ORDER BY person LIMIT ?", bound)
}

/// Lists scopes: see [`Views::scopes`](crate::Views::scopes).
///
/// # Errors
/// As [`Views`](crate::Views).
pub fn scopes(conn: &Connection) -> Result<Vec<ScopeRow>, ViewError> {
    let bound = vec![Value::Integer(limits::SCOPES_MAX.into())];
    let mut scopes = list::<ScopeRow>(conn, "ORDER BY scope LIMIT ?", bound)?;
    scopes.sort_by_cached_key(sort_key);
    Ok(scopes)
}

fn sort_key(scope: &ScopeRow) -> (bool, String, ScopeId) {
    let name = jawla_model::fold::fold(&scope.name_fr);
    (name.is_empty(), name, scope.scope)
}

fn without_projects(scope: ScopeRow) -> FreshnessRow {
    FreshnessRow {
        scope,
        projects: 0,
        under_way: 0,
        newest_received_at: None,
        newest_visit_ms: None,
        under_way_unvisited: 0,
    }
}

/// The columns that figures use.
const COUNTED_COLUMNS: [&str; 9] = [
    "document",
    "programme",
    "reporting_state",
    "cost_centimes",
    "indh_share_centimes",
    "progress_bp",
    "weighty_conflicts",
    "received_at",
    "demonstration",
];

/// What figures use of a project.
struct CountedProject {
    document: DocumentId,
    programme: String,
    reporting_state: ReportingState,
    cost_centimes: Option<i64>,
    indh_share_centimes: Option<i64>,
    progress_bp: Option<i64>,
    weighty_conflicts: u32,
    received_at: Option<ReceivedAt>,
    demonstration: bool,
}

impl CountedProject {
    fn read(row: &rusqlite::Row<'_>) -> Result<Self, rusqlite::Error> {
        let mut cells = Cells::from_column(row, 0);
        Ok(Self {
            document: DocumentId(cells.take()?),
            programme: cells.take()?,
            reporting_state: cells.take_reporting_state()?,
            cost_centimes: cells.take()?,
            indh_share_centimes: cells.take()?,
            progress_bp: cells.take()?,
            weighty_conflicts: cells.take()?,
            received_at: cells.take_received_at()?,
            demonstration: cells.take()?,
        })
    }
}

fn damage(error: rusqlite::Error) -> ViewError {
    match column_of(&error).and_then(|at| COUNTED_COLUMNS.get(at)) {
        Some(column) => ViewError::Damaged {
            table: ViewTable::Project,
            column,
        },
        None => error.into(),
    }
}

/// Which figures of one project have values *à départager*.
#[derive(Debug, Clone, Copy, Default)]
struct Disputed {
    cost: bool,
    indh_share: bool,
    progress: bool,
}

/// The sums of one cell, while they grow.
#[derive(Default)]
struct Sum {
    figures: OverviewFigures,
    progress_bp: i128,
    weighted_bp: i128,
    weight: i128,
}

impl Sum {
    fn add(&mut self, project: &CountedProject, disputed: Disputed) {
        let figures = &mut self.figures;
        figures.projects += 1;
        // Saturates only beyond any sum of amounts that the rules let pass.
        if let Some(cost) = project.cost_centimes {
            figures.cost_centimes = figures.cost_centimes.saturating_add(cost);
            figures.cost_known += 1;
        }
        if let Some(share) = project.indh_share_centimes {
            figures.indh_share_centimes = figures.indh_share_centimes.saturating_add(share);
            figures.indh_share_known += 1;
        }
        if let Some(progress) = project.progress_bp {
            self.progress_bp += i128::from(progress);
            figures.progress_known += 1;
            if let Some(cost) = project.cost_centimes {
                self.weighted_bp += i128::from(progress) * i128::from(cost);
                self.weight += i128::from(cost);
            }
        }
        figures.cost_disputed += u64::from(disputed.cost);
        figures.indh_share_disputed += u64::from(disputed.indh_share);
        figures.progress_disputed += u64::from(disputed.progress);
        figures.weighty_projects += u64::from(project.weighty_conflicts > 0);
        figures.demonstration += u64::from(project.demonstration);
    }

    fn figures(self) -> OverviewFigures {
        let mean = |sum: i128, of: i128| {
            let mean = sum.checked_div_euclid(of)?;
            i64::try_from(mean).ok()
        };
        OverviewFigures {
            progress_bp_mean: mean(self.progress_bp, self.figures.progress_known.into()),
            progress_bp_by_cost: mean(self.weighted_bp, self.weight),
            ..self.figures
        }
    }
}

/// The projects whose figures have an open disagreement, by document.
fn disputes(
    conn: &Connection,
    scopes: &ScopeFilter,
) -> Result<BTreeMap<DocumentId, Disputed>, ViewError> {
    let mut conditions = Conditions::default();
    conditions.and("weighty = 1");
    conditions.and_in_scopes("scope", scopes)?;
    let sql = format!(
        "SELECT document, path FROM view_conflict{}",
        conditions.sql()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let mut disputes: BTreeMap<DocumentId, Disputed> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let document = DocumentId(row.get(0)?);
        let path: String = row.get(1)?;
        let disputed = disputes.entry(document).or_default();
        match FieldPath::from_text(&path) {
            Some(FieldPath::Project(key)) => {
                disputed.cost |= key == ProjectField::Cost.key();
                disputed.indh_share |= key == ProjectField::IndhShare.key();
            }
            Some(FieldPath::Visit(visit, key)) if key == VisitField::Progress.key() => {
                disputed.progress |= gives_the_progress(conn, document, visit)?;
            }
            Some(FieldPath::Visit(..)) | None => {}
        }
    }
    Ok(disputes)
}

/// Whether the project's observed progress is this visit's: it counts, and no newer one that
/// counts has observed any.
fn gives_the_progress(
    conn: &Connection,
    document: DocumentId,
    visit: VisitId,
) -> Result<bool, ViewError> {
    let sql = format!(
        "SELECT count(*) FROM view_visit this
         WHERE document = ?1 AND visit = ?2 AND {COUNTED} AND NOT EXISTS (
           SELECT 1 FROM view_visit newer
           WHERE newer.document = ?1 AND newer.status = 'recorded' AND newer.replaced = 0
             AND newer.progress_bp IS NOT NULL
             AND (newer.order_ms > this.order_ms
                  OR (newer.order_ms = this.order_ms AND newer.visit < this.visit)))"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let found: i64 = statement
        .query_row(params![document.as_bytes(), visit.as_bytes()], |row| {
            row.get(0)
        })?;
    Ok(found > 0)
}

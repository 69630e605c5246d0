//! How each row lies in its table. One list of columns drives reading, writing and proving.

use jawla_model::fold::fold;
use jawla_model::{
    DocumentId, Hash32, PersonId, ReceivedAt, ReportingState, Role, ScopeId, VisitId,
};
use rusqlite::types::{FromSql, Type, Value};
use rusqlite::{Error, Row};

use crate::error::ViewError;
use crate::proof::{ProjectedRow, RowKey, ViewTable};
use crate::rows::{ConflictRow, PhotoRow, ProjectRow, VisitRow};
use crate::sheets::{PersonRow, ScopeRow};

/// The cells of a result row, taken one after the other.
pub(super) struct Cells<'row, 'stmt> {
    row: &'row Row<'stmt>,
    next: usize,
}

impl<'row, 'stmt> Cells<'row, 'stmt> {
    pub(super) fn from_column(row: &'row Row<'stmt>, next: usize) -> Self {
        Self { row, next }
    }

    pub(super) fn take<T: FromSql>(&mut self) -> Result<T, Error> {
        let column = self.next;
        self.next += 1;
        self.row.get(column)
    }

    /// An unsigned number, stored as the signed one with the same bits.
    pub(super) fn take_received_at(&mut self) -> Result<Option<ReceivedAt>, Error> {
        let bits: Option<i64> = self.take()?;
        Ok(bits.map(|bits| ReceivedAt(bits.cast_unsigned())))
    }

    pub(super) fn take_reporting_state(&mut self) -> Result<ReportingState, Error> {
        let code: String = self.take()?;
        ReportingState::from_code(&code).ok_or_else(|| self.unknown())
    }

    /// The cell just taken does not hold what it should.
    fn unknown(&self) -> Error {
        let column = self.next.saturating_sub(1);
        Error::InvalidColumnType(column, "an unknown code".into(), Type::Text)
    }
}

/// A row of a table, whatever it is about.
pub(super) trait TableRow: Sized {
    const TABLE: ViewTable;
    /// The columns that [`read`](Self::read) takes, in its order.
    const COLUMNS: &'static [&'static str];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error>;

    /// What stands in those columns.
    fn bind(&self) -> Result<Vec<Value>, ViewError>;

    /// The columns as text for a statement.
    fn columns() -> String {
        Self::COLUMNS.join(", ")
    }

    /// Reads a row whose first column is the first of [`COLUMNS`](Self::COLUMNS).
    fn from_row(row: &Row<'_>) -> Result<Self, ViewError> {
        Self::read(&mut Cells::from_column(row, 0)).map_err(Self::damage)
    }

    /// Says which column an error of reading is about.
    fn damage(error: Error) -> ViewError {
        match column_of(&error).and_then(|column| Self::COLUMNS.get(column).copied()) {
            Some(column) => ViewError::Damaged {
                table: Self::TABLE,
                column,
            },
            None => error.into(),
        }
    }
}

/// The column that a conversion failed on; `None` for errors of another sort.
pub(super) fn column_of(error: &Error) -> Option<usize> {
    match error {
        Error::InvalidColumnType(column, ..)
        | Error::FromSqlConversionFailure(column, ..)
        | Error::IntegralValueOutOfRange(column, _)
        | Error::Utf8Error(column, _) => Some(*column),
        _ => None,
    }
}

/// A row that the projection of one document writes.
pub(super) trait Stored: TableRow + ProjectedRow {
    /// Key columns beside `document`.
    const KEY: &'static [&'static str];
    /// Columns computed from the row, for sorting: no part of its content, but stored beside it.
    const DERIVED: &'static [&'static str] = &[];

    fn read_key(cells: &mut Cells<'_, '_>) -> Result<RowKey, Error>;

    fn derived(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The values of [`Stored::KEY`].
pub(super) fn bind_key(key: &RowKey) -> Vec<Value> {
    match key {
        RowKey::Project => Vec::new(),
        RowKey::Visit(visit) => vec![blob(visit.as_bytes())],
        RowKey::Photo(visit, photo) => vec![blob(visit.as_bytes()), blob(photo.as_bytes())],
        RowKey::Conflict(path) => vec![text(path)],
    }
}

pub(super) fn blob(bytes: &[u8]) -> Value {
    Value::Blob(bytes.to_vec())
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

fn maybe(number: Option<impl Into<i64>>) -> Value {
    number.map_or(Value::Null, |number| Value::Integer(number.into()))
}

fn maybe_received(received_at: Option<ReceivedAt>) -> Value {
    maybe(received_at.map(|ReceivedAt(seconds)| seconds.cast_signed()))
}

fn maybe_id(id: Option<&[u8; 16]>) -> Value {
    id.map_or(Value::Null, |id| blob(id))
}

impl TableRow for ProjectRow {
    const TABLE: ViewTable = ViewTable::Project;
    const COLUMNS: &'static [&'static str] = &[
        "document",
        "scope",
        "code_das",
        "programme",
        "sector",
        "nature",
        "communes",
        "admin_state",
        "reporting_state",
        "cost_centimes",
        "indh_share_centimes",
        "progress_bp",
        "approved_progress_bp",
        "planned_start",
        "planned_end",
        "last_visit_at_ms",
        "visits",
        "conflicts",
        "weighty_conflicts",
        "received_at",
        "latitude_e7",
        "longitude_e7",
        "demonstration",
        "title_fr",
        "title_ar",
        "folded",
    ];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        // Fields are evaluated in the order written here: that of COLUMNS.
        Ok(Self {
            document: DocumentId(cells.take()?),
            scope: ScopeId(cells.take()?),
            code_das: cells.take()?,
            programme: cells.take()?,
            sector: cells.take()?,
            nature: cells.take()?,
            communes: cells.take()?,
            admin_state: cells.take()?,
            reporting_state: cells.take_reporting_state()?,
            cost_centimes: cells.take()?,
            indh_share_centimes: cells.take()?,
            progress_bp: cells.take()?,
            approved_progress_bp: cells.take()?,
            planned_start: cells.take()?,
            planned_end: cells.take()?,
            last_visit_at_ms: cells.take()?,
            visits: cells.take()?,
            conflicts: cells.take()?,
            weighty_conflicts: cells.take()?,
            received_at: cells.take_received_at()?,
            latitude_e7: cells.take()?,
            longitude_e7: cells.take()?,
            demonstration: cells.take()?,
            title_fr: cells.take()?,
            title_ar: cells.take()?,
            folded: cells.take()?,
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.document.as_bytes()),
            blob(self.scope.as_bytes()),
            text(&self.code_das),
            text(&self.programme),
            text(&self.sector),
            text(&self.nature),
            text(&self.communes),
            text(&self.admin_state),
            text(self.reporting_state.code()),
            maybe(self.cost_centimes),
            maybe(self.indh_share_centimes),
            maybe(self.progress_bp),
            maybe(self.approved_progress_bp),
            text(&self.planned_start),
            text(&self.planned_end),
            maybe(self.last_visit_at_ms),
            number(self.visits),
            number(self.conflicts),
            number(self.weighty_conflicts),
            maybe_received(self.received_at),
            maybe(self.latitude_e7),
            maybe(self.longitude_e7),
            number(self.demonstration),
            text(&self.title_fr),
            text(&self.title_ar),
            text(&self.folded),
        ])
    }
}

impl Stored for ProjectRow {
    const KEY: &'static [&'static str] = &[];
    const DERIVED: &'static [&'static str] = &["sort_fr", "sort_ar"];

    fn read_key(_: &mut Cells<'_, '_>) -> Result<RowKey, Error> {
        Ok(RowKey::Project)
    }

    fn derived(&self) -> Vec<String> {
        let (fr, ar) = (fold(&self.title_fr), fold(&self.title_ar));
        let or =
            |title: &String, other: &String| if title.is_empty() { other } else { title }.clone();
        vec![or(&fr, &ar), or(&ar, &fr)]
    }
}

impl TableRow for VisitRow {
    const TABLE: ViewTable = ViewTable::Visit;
    const COLUMNS: &'static [&'static str] = &[
        "document",
        "visit",
        "scope",
        "author",
        "kind",
        "status",
        "started_at_ms",
        "finished_at_ms",
        "date_plausible",
        "order_ms",
        "site_state",
        "progress_bp",
        "difficulties",
        "photos",
        "received_at",
        "review",
        "conflicts",
        "replaces",
        "replaced",
        "review_comment",
        "note",
    ];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            document: DocumentId(cells.take()?),
            visit: VisitId(cells.take()?),
            scope: ScopeId(cells.take()?),
            author: cells.take::<Option<_>>()?.map(PersonId),
            kind: cells.take()?,
            status: cells.take()?,
            started_at_ms: cells.take()?,
            finished_at_ms: cells.take()?,
            date_plausible: cells.take()?,
            order_ms: cells.take()?,
            site_state: cells.take()?,
            progress_bp: cells.take()?,
            difficulties: cells.take()?,
            photos: cells.take()?,
            received_at: cells.take_received_at()?,
            review: cells.take()?,
            conflicts: cells.take()?,
            replaces: cells.take::<Option<_>>()?.map(VisitId),
            replaced: cells.take()?,
            review_comment: cells.take()?,
            note: cells.take()?,
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.document.as_bytes()),
            blob(self.visit.as_bytes()),
            blob(self.scope.as_bytes()),
            maybe_id(self.author.as_ref().map(PersonId::as_bytes)),
            text(&self.kind),
            text(&self.status),
            number(self.started_at_ms),
            maybe(self.finished_at_ms),
            number(self.date_plausible),
            number(self.order_ms),
            text(&self.site_state),
            maybe(self.progress_bp),
            text(&self.difficulties),
            number(self.photos),
            maybe_received(self.received_at),
            text(&self.review),
            number(self.conflicts),
            maybe_id(self.replaces.as_ref().map(VisitId::as_bytes)),
            number(self.replaced),
            text(&self.review_comment),
            text(&self.note),
        ])
    }
}

impl Stored for VisitRow {
    const KEY: &'static [&'static str] = &["visit"];

    fn read_key(cells: &mut Cells<'_, '_>) -> Result<RowKey, Error> {
        Ok(RowKey::Visit(VisitId(cells.take()?)))
    }
}

impl TableRow for PhotoRow {
    const TABLE: ViewTable = ViewTable::Photo;
    const COLUMNS: &'static [&'static str] = &[
        "document",
        "visit",
        "photo",
        "scope",
        "thumbnail",
        "role",
        "size_bytes",
        "taken_at_ms",
    ];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            document: DocumentId(cells.take()?),
            visit: VisitId(cells.take()?),
            photo: Hash32(cells.take()?),
            scope: ScopeId(cells.take()?),
            thumbnail: Hash32(cells.take()?),
            role: cells.take()?,
            size_bytes: cells.take::<i64>()?.cast_unsigned(),
            taken_at_ms: cells.take()?,
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.document.as_bytes()),
            blob(self.visit.as_bytes()),
            blob(self.photo.as_bytes()),
            blob(self.scope.as_bytes()),
            blob(self.thumbnail.as_bytes()),
            text(&self.role),
            number(self.size_bytes.cast_signed()),
            number(self.taken_at_ms),
        ])
    }
}

impl Stored for PhotoRow {
    const KEY: &'static [&'static str] = &["visit", "photo"];

    fn read_key(cells: &mut Cells<'_, '_>) -> Result<RowKey, Error> {
        Ok(RowKey::Photo(VisitId(cells.take()?), Hash32(cells.take()?)))
    }
}

impl TableRow for ConflictRow {
    const TABLE: ViewTable = ViewTable::Conflict;
    const COLUMNS: &'static [&'static str] =
        &["document", "path", "scope", "weighty", "conflicting"];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            document: DocumentId(cells.take()?),
            path: cells.take()?,
            scope: ScopeId(cells.take()?),
            weighty: cells.take()?,
            values: {
                let json: String = cells.take()?;
                serde_json::from_str(&json).map_err(|_| cells.unknown())?
            },
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.document.as_bytes()),
            text(&self.path),
            blob(self.scope.as_bytes()),
            number(self.weighty),
            Value::Text(serde_json::to_string(&self.values)?),
        ])
    }
}

impl Stored for ConflictRow {
    const KEY: &'static [&'static str] = &["path"];

    fn read_key(cells: &mut Cells<'_, '_>) -> Result<RowKey, Error> {
        Ok(RowKey::Conflict(cells.take()?))
    }
}

impl TableRow for PersonRow {
    const TABLE: ViewTable = ViewTable::Person;
    const COLUMNS: &'static [&'static str] = &["person", "name_fr", "name_ar", "role"];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            person: PersonId(cells.take()?),
            name_fr: cells.take()?,
            name_ar: cells.take()?,
            role: Role::from_code(&cells.take::<String>()?),
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.person.as_bytes()),
            text(&self.name_fr),
            text(&self.name_ar),
            text(self.role.map_or("", Role::code)),
        ])
    }
}

impl TableRow for ScopeRow {
    const TABLE: ViewTable = ViewTable::Scope;
    const COLUMNS: &'static [&'static str] = &["scope", "name_fr", "name_ar", "communes"];

    fn read(cells: &mut Cells<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            scope: ScopeId(cells.take()?),
            name_fr: cells.take()?,
            name_ar: cells.take()?,
            communes: cells.take()?,
        })
    }

    fn bind(&self) -> Result<Vec<Value>, ViewError> {
        Ok(vec![
            blob(self.scope.as_bytes()),
            text(&self.name_fr),
            text(&self.name_ar),
            text(&self.communes),
        ])
    }
}

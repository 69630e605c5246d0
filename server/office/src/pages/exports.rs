//! The list of projects as files: exactly the filter shown, every row of it, read page by page.

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use axum::routing::get;
use jawla_model::{AdminState, Language};
use jawla_ui::Texts;
use jawla_views::limits::PROJECTS_PER_PAGE_MAX;
use jawla_views::{PageWindow, ProjectRow};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::json;

use crate::filters::ProjectFilters;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::Names;
use crate::{Office, format, limits};

/// Excel shows a file as UTF-8 only where it begins with this.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const CSV_KIND: &str = "text/csv; charset=utf-8";
const XLSX_KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const GEOJSON_KIND: &str = "application/geo+json";

/// The columns of both tables, by the end of the key of their title.
const COLUMNS: [&str; 17] = [
    "code",
    "title-fr",
    "title-ar",
    "programme",
    "sector",
    "communes",
    "commune-codes",
    "admin-state",
    "state",
    "progress",
    "cost",
    "indh",
    "planned-start",
    "planned-end",
    "last-visit",
    "disagreements",
    "demonstration",
];

/// One cell of a table.
enum Cell {
    Text(String),
    Number(i64),
    /// Dirhams, given in centimes.
    Money(i64),
    /// A share, given in basis points.
    Share(i64),
    /// A day, `2026-11-23`.
    Day(String),
    Nothing,
}

/// The addresses of the files.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/projets.csv", get(csv_file))
        .route("/projets.xlsx", get(xlsx_file))
        .route("/projets.geojson", get(geojson_file))
}

async fn csv_file(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let make = |visitor: Visitor| async move {
        let rows = all_rows(office, &visitor, query).await?;
        let bytes = csv_bytes(office, visitor.t, &rows);
        Ok(file(office, bytes, CSV_KIND, "csv"))
    };
    for_person(office, &caller, make).await
}

async fn xlsx_file(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let make = |visitor: Visitor| async move {
        let rows = all_rows(office, &visitor, query).await?;
        let (shared, t) = (office.clone(), visitor.t);
        // Writing and packing 10,000 rows takes a second of the processor: not on the threads
        // that answer everybody else.
        let made = tokio::task::spawn_blocking(move || xlsx_bytes(&shared, t, &rows));
        let bytes = made.await.map_err(|_| PageFault::Unavailable)??;
        Ok(file(office, bytes, XLSX_KIND, "xlsx"))
    };
    for_person(office, &caller, make).await
}

async fn geojson_file(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let office = &office;
    let make = |visitor: Visitor| async move {
        let rows = all_rows(office, &visitor, query).await?;
        let bytes = geojson_bytes(&rows);
        Ok(file(office, bytes, GEOJSON_KIND, "geojson"))
    };
    for_person(office, &caller, make).await
}

/// Every row of the filter, in its order, in pages of the limit.
async fn all_rows(
    office: &Office,
    visitor: &Visitor,
    query: Option<String>,
) -> Result<Vec<ProjectRow>, PageFault> {
    let filters = ProjectFilters::from_query(&query.unwrap_or_default());
    let mut question = filters.question(visitor.who.scopes.clone(), office.now_utc_ms());
    let mut rows = Vec::new();
    let mut offset = Some(0);
    while let Some(from) = offset {
        question.window = PageWindow {
            offset: from,
            rows_max: PROJECTS_PER_PAGE_MAX,
        };
        let page = office.views.projects(&question).await?;
        offset = page
            .next_offset()
            .filter(|next| u64::from(*next) < limits::EXPORT_ROWS_MAX);
        rows.extend(page.rows);
    }
    Ok(rows)
}

fn cells(names: &Names<'_>, t: Texts, row: &ProjectRow) -> [Cell; 17] {
    let text = |text: &str| Cell::Text(format::plain(text));
    let codes = row.communes.split('+').filter(|code| !code.is_empty());
    let communes: Vec<String> = codes.map(|code| names.commune(code)).collect();
    let admin = AdminState::from_code(&row.admin_state).map_or_else(
        || format::plain(&row.admin_state),
        |state| t.choose(state.label_fr(), state.label_ar()).to_owned(),
    );
    let state = row.reporting_state;
    let number = |number: Option<i64>, cell: fn(i64) -> Cell| number.map_or(Cell::Nothing, cell);
    let day = |day: &str| match jawla_model::time::is_civil_day(day) {
        true => Cell::Day(day.to_owned()),
        false => Cell::Nothing,
    };
    let visited = row.last_visit_at_ms.and_then(format::day_for_machines);
    let demonstration = match row.demonstration {
        true => t.get("office-export-yes"),
        false => String::new(),
    };
    [
        text(&row.code_das),
        text(&row.title_fr),
        text(&row.title_ar),
        text(&row.programme),
        Cell::Text(names.sector(&row.sector)),
        Cell::Text(communes.join(names.between())),
        text(&row.communes),
        Cell::Text(admin),
        Cell::Text(t.choose(state.label_fr(), state.label_ar()).to_owned()),
        number(row.progress_bp, Cell::Share),
        number(row.cost_centimes, Cell::Money),
        number(row.indh_share_centimes, Cell::Money),
        day(&row.planned_start),
        day(&row.planned_end),
        visited.map_or(Cell::Nothing, Cell::Day),
        Cell::Number(i64::from(row.conflicts)),
        Cell::Text(demonstration),
    ]
}

fn titles(t: Texts) -> impl Iterator<Item = String> {
    COLUMNS
        .iter()
        .map(move |column| t.get(&format!("office-export-{column}")))
}

/// A text that no spreadsheet takes for a formula.
fn formula_safe(text: String) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text,
    }
}

fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let size = number.unsigned_abs();
    format!("{sign}{},{:02}", size / 100, size % 100)
}

fn csv_bytes(office: &Office, t: Texts, rows: &[ProjectRow]) -> Vec<u8> {
    let names = Names::of(t, &office.reference);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    // Writing into memory with as many cells in each line cannot fail.
    let _ = writer.write_record(titles(t).map(formula_safe));
    for row in rows {
        let line = cells(&names, t, row).map(|cell| match cell {
            Cell::Text(text) => formula_safe(text),
            Cell::Day(text) => text,
            Cell::Number(number) => number.to_string(),
            Cell::Money(number) | Cell::Share(number) => hundredths(number),
            Cell::Nothing => String::new(),
        });
        let _ = writer.write_record(line);
    }
    writer.into_inner().unwrap_or_default()
}

/// The looks of numbers in a sheet.
struct Looks {
    head: Format,
    money: Format,
    share: Format,
    day: Format,
}

fn xlsx_bytes(office: &Office, t: Texts, rows: &[ProjectRow]) -> Result<Vec<u8>, PageFault> {
    let names = Names::of(t, &office.reference);
    let looks = Looks {
        head: Format::new().set_bold().set_background_color(0x00E3_F0EC),
        money: Format::new().set_num_format("#,##0.00"),
        share: Format::new().set_num_format("0.0%"),
        day: Format::new().set_num_format("yyyy-mm-dd"),
    };
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(t.get("office-nav-projects"))?;
    sheet.set_right_to_left(t.language == Language::Ar);
    sheet.set_freeze_panes(1, 0)?;
    for (column, width) in (0..).zip([
        18, 44, 44, 10, 22, 26, 14, 22, 14, 12, 18, 18, 12, 12, 12, 12, 14,
    ]) {
        sheet.set_column_width(column, width)?;
    }
    for (column, title) in (0..).zip(titles(t)) {
        sheet.write_string_with_format(0, column, title, &looks.head)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells(&names, t, row)) {
            write_cell(sheet, (line, column), cell, &looks)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a spreadsheet knows no other numbers; amounts stay exact below 2^53 centimes"
)]
fn write_cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    cell: Cell,
    looks: &Looks,
) -> Result<(), PageFault> {
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string(line, column, text)?;
        }
        Cell::Number(number) => {
            sheet.write_number(line, column, number as f64)?;
        }
        Cell::Money(number) => {
            sheet.write_number_with_format(line, column, number as f64 / 100.0, &looks.money)?;
        }
        Cell::Share(number) => {
            sheet.write_number_with_format(line, column, number as f64 / 10_000.0, &looks.share)?;
        }
        Cell::Day(day) => match ExcelDateTime::parse_from_str(&day) {
            Ok(day) => {
                sheet.write_datetime_with_format(line, column, &day, &looks.day)?;
            }
            // Before 1900, which a sheet cannot count.
            Err(_) => {
                sheet.write_string(line, column, day)?;
            }
        },
    }
    Ok(())
}

/// Only projects with a position; the others have no place on a map.
fn geojson_bytes(rows: &[ProjectRow]) -> Vec<u8> {
    let features: Vec<serde_json::Value> = rows
        .iter()
        .filter_map(|row| {
            let (latitude, longitude) = (row.latitude_e7?, row.longitude_e7?);
            Some(json!({
                "type": "Feature",
                "id": row.document.hex(),
                "geometry": {
                    "type": "Point",
                    "coordinates": [f64::from(longitude) / 1e7, f64::from(latitude) / 1e7],
                },
                "properties": {
                    "code": row.code_das,
                    "title_fr": row.title_fr,
                    "title_ar": row.title_ar,
                    "programme": row.programme,
                    "communes": row.communes.split('+').collect::<Vec<_>>(),
                    "state": row.reporting_state.code(),
                    "progress_bp": row.progress_bp,
                    "cost_centimes": row.cost_centimes,
                    "demonstration": row.demonstration,
                },
            }))
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features })
        .to_string()
        .into_bytes()
}

fn file(office: &Office, bytes: Vec<u8>, kind: &'static str, extension: &str) -> Response<Body> {
    let day = format::day_for_machines(office.now_utc_ms()).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = format!("attachment; filename=\"projets-{day}.{extension}\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

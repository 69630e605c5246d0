//! The list of projects as files: exactly the filter shown, every row of it, read page by page
//! and written while it is read.

use std::fs::File;
use std::io::{Read, Seek};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use axum::routing::get;
use futures_util::{Stream, StreamExt, stream};
use jawla_model::{AdminState, Language};
use jawla_ui::Texts;
use jawla_views::ProjectRow;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::json;
use tokio::sync::mpsc;

use crate::filters::ProjectFilters;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::Names;
use crate::pages::project::document_of;
use crate::pages::rows::{self, Walk, Writing};
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
        let walk = all_rows(office, &visitor, query);
        let writing = CsvWriting {
            office: office.clone(),
            t: visitor.t,
        };
        let body = rows::body(walk, writing).await?;
        Ok(file(office, body, CSV_KIND, "csv"))
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
        let walk = all_rows(office, &visitor, query);
        let made = xlsx_made(office, visitor.t, walk).await?;
        let body = Body::from_stream(file_parts(made));
        Ok(file(office, body, XLSX_KIND, "xlsx"))
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
        let walk = all_rows(office, &visitor, query);
        let body = rows::body(walk, GeojsonWriting { between: "" }).await?;
        Ok(file(office, body, GEOJSON_KIND, "geojson"))
    };
    for_person(office, &caller, make).await
}

/// Every row of the filter, in its order; where projects were ticked, those alone.
fn all_rows(office: &Office, visitor: &Visitor, query: Option<String>) -> Walk {
    let query = query.unwrap_or_default();
    let filters = ProjectFilters::from_query(&query);
    let question = filters.question(visitor.who.scopes.clone(), office.now_utc_ms());
    let ticked = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == "parmi")
        .take(limits::PROJECTS_PER_PAGE as usize)
        .filter_map(|(_, value)| document_of(&value))
        .collect();
    Walk::of(office, question, limits::EXPORT_ROWS_MAX).among(ticked)
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

/// A text that no spreadsheet takes for a formula: also not one that passes over white space in
/// front, or that reads the wide signs of East Asian keyboards.
pub(crate) fn formula_safe(text: String) -> String {
    let begins_as_line = text.starts_with(['\t', '\r', '\n']);
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ if begins_as_line => format!("'{text}"),
        _ => text,
    }
}

fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let size = number.unsigned_abs();
    format!("{sign}{},{:02}", size / 100, size % 100)
}

struct CsvWriting {
    office: Office,
    t: Texts,
}

impl Writing for CsvWriting {
    fn head(&mut self) -> Vec<u8> {
        let mut writer = csv_writer(BYTE_ORDER_MARK.to_vec());
        // Writing into memory with as many cells in each line cannot fail.
        let _ = writer.write_record(titles(self.t).map(formula_safe));
        writer.into_inner().unwrap_or_default()
    }

    fn rows(&mut self, rows: Vec<ProjectRow>) -> Vec<u8> {
        let names = Names::of(self.t, &self.office.reference);
        let mut writer = csv_writer(Vec::new());
        for row in &rows {
            let line = cells(&names, self.t, row).map(|cell| match cell {
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

    fn tail(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

fn csv_writer(begin: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(begin)
}

/// The looks of numbers in a sheet.
struct Looks {
    head: Format,
    money: Format,
    share: Format,
    day: Format,
}

impl Looks {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold().set_background_color(0x00E3_F0EC),
            money: Format::new().set_num_format("#,##0.00"),
            share: Format::new().set_num_format("0.0%"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// Makes the sheet in a temporary file while its rows are read: a line is in memory only until the
/// next begins. A sheet is a ZIP, whose index comes last, so nothing leaves before it is whole.
async fn xlsx_made(office: &Office, t: Texts, mut walk: Walk) -> Result<File, PageFault> {
    let (pages, waiting) = mpsc::channel(limits::EXPORT_PAGES_WAITING_MAX);
    let shared = office.clone();
    // Writing and packing 10,000 rows takes a second of the processor: not on the threads that
    // answer everybody else.
    let made = tokio::task::spawn_blocking(move || xlsx_file_of(&shared, t, waiting));
    while let Some(rows) = walk.page().await? {
        // A writer that has stopped says why below.
        if pages.send(rows).await.is_err() {
            break;
        }
    }
    drop(pages);
    made.await.map_err(|_| PageFault::Unavailable)?
}

fn xlsx_file_of(
    office: &Office,
    t: Texts,
    mut pages: mpsc::Receiver<Vec<ProjectRow>>,
) -> Result<File, PageFault> {
    let names = Names::of(t, &office.reference);
    let looks = Looks::new();
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
    let mut line = 0;
    while let Some(rows) = pages.blocking_recv() {
        for row in &rows {
            line += 1;
            for (column, cell) in (0..).zip(cells(&names, t, row)) {
                write_cell(sheet, (line, column), cell, &looks)?;
            }
        }
    }
    let mut made = tempfile::tempfile().map_err(|_| PageFault::Unavailable)?;
    workbook.save_to_writer(&mut made)?;
    made.rewind().map_err(|_| PageFault::Unavailable)?;
    Ok(made)
}

/// The bytes of a file, a piece at a time, read beside the threads that answer.
fn file_parts(made: File) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(made, |mut made| async {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::new();
            let bytes_max = limits::EXPORT_PIECE_BYTES_MAX;
            made.by_ref().take(bytes_max).read_to_end(&mut piece)?;
            std::io::Result::Ok((!piece.is_empty()).then_some((Bytes::from(piece), made)))
        });
        read.await.map_err(std::io::Error::other)?
    })
    .fuse()
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
struct GeojsonWriting {
    between: &'static str,
}

impl Writing for GeojsonWriting {
    fn head(&mut self) -> Vec<u8> {
        br#"{"type":"FeatureCollection","features":["#.to_vec()
    }

    fn rows(&mut self, rows: Vec<ProjectRow>) -> Vec<u8> {
        let mut out = String::new();
        for feature in rows.iter().filter_map(feature) {
            out.push_str(self.between);
            out.push_str(&feature.to_string());
            self.between = ",";
        }
        out.into_bytes()
    }

    fn tail(&mut self) -> Vec<u8> {
        b"]}".to_vec()
    }
}

fn feature(row: &ProjectRow) -> Option<serde_json::Value> {
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
}

fn file(office: &Office, body: Body, kind: &'static str, extension: &str) -> Response<Body> {
    let day = format::day_for_machines(office.now_utc_ms()).unwrap_or_default();
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = format!("attachment; filename=\"projets-{day}.{extension}\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_like_a_formula() {
        for text in [
            "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\rx", "\nx", " =1+1", "\u{a0}@x", "＝1+1",
            "－1",
        ] {
            assert_eq!(formula_safe(text.to_owned()), format!("'{text}"));
        }
        for text in ["", "a=1", "'=1", "1-1", "(+1)", "مشروع", " a"] {
            assert_eq!(formula_safe(text.to_owned()), text);
        }
    }
}

//! A table out of a file that a person chose: CSV in the encodings and with the separators that
//! spreadsheet programs write, or the first sheet of an XLSX workbook that holds anything. Every
//! quantity is bounded before it is held.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};

/// A file: the province's largest known list is 1 MB as CSV, 0.4 MB as XLSX.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What a workbook unpacks to: twenty times the largest known list, and no bomb.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Text of all cells.
const CELLS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Lines: ten times the largest known list.
pub const LINES_MAX: usize = 20_000;

/// Columns; ours has 23.
pub const COLUMNS_MAX: usize = 200;

/// Sheets of a workbook that are looked at for the first that holds something.
const SHEETS_MAX: usize = 50;

/// One line: thirty cells of a note's length.
const LINE_BYTES_MAX: usize = super::LINE_BYTES_MAX;

/// A table: its first line names the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Names of the columns, as they stand there.
    pub columns: Vec<String>,
    /// The other lines that hold anything.
    pub lines: Vec<TableLine>,
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLine {
    /// Its number in the file, counted from 1 with the line of names.
    pub number: u64,
    /// Its cells; at least as many as there are columns.
    pub cells: Vec<String>,
}

/// Why a file is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The file, or what it unpacks to, is too large.
    #[error("the file is too large")]
    TooLarge,
    /// More lines than can be imported at once.
    #[error("more than {LINES_MAX} lines")]
    TooManyLines,
    /// More columns than a list of projects has.
    #[error("more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    /// A line of a note's length thirty times over.
    #[error("the line {line} is too long")]
    LineTooLong {
        /// Its number.
        line: u64,
    },
    /// A workbook of the old format.
    #[error("a workbook of the format before 2007")]
    OldWorkbook,
    /// Neither a workbook nor a text.
    #[error("neither a workbook nor a text")]
    NotATable,
    /// There is no line beside that of the names, or not even that.
    #[error("no line")]
    Empty,
}

/// Reads a table out of a file.
///
/// # Errors
/// [`TableError`].
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(TableError::TooLarge);
    }
    let table = if bytes.starts_with(b"PK\x03\x04") {
        // The library reads what a stranger packed: should it give up, the file is no table.
        std::panic::catch_unwind(|| workbook(bytes)).unwrap_or(Err(TableError::NotATable))?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(TableError::OldWorkbook);
    } else {
        text(&decoded(bytes)?)?
    };
    if table.columns.iter().all(String::is_empty) || table.lines.is_empty() {
        return Err(TableError::Empty);
    }
    Ok(table)
}

/// Lines as they come, within the bounds.
#[derive(Default)]
struct Gathering {
    table: Table,
    cells_bytes: usize,
}

impl Gathering {
    fn take(&mut self, number: u64, mut cells: Vec<String>) -> Result<(), TableError> {
        let line_bytes: usize = cells.iter().map(String::len).sum();
        if line_bytes == 0 {
            return Ok(());
        }
        if line_bytes > LINE_BYTES_MAX {
            return Err(TableError::LineTooLong { line: number });
        }
        self.cells_bytes += line_bytes;
        if self.cells_bytes > CELLS_BYTES_MAX {
            return Err(TableError::TooLarge);
        }
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() > COLUMNS_MAX {
            return Err(TableError::TooManyColumns);
        }
        if self.table.columns.is_empty() {
            self.table.columns = cells;
            return Ok(());
        }
        if self.table.lines.len() >= LINES_MAX {
            return Err(TableError::TooManyLines);
        }
        if cells.len() < self.table.columns.len() {
            cells.resize(self.table.columns.len(), String::new());
        }
        self.table.lines.push(TableLine { number, cells });
        Ok(())
    }
}

/// The text of a file: UTF-8, UTF-16 with its mark, or the Western or Arabic code page of
/// Windows, whichever makes it a text of letters.
fn decoded(bytes: &[u8]) -> Result<String, TableError> {
    if let Some((encoding, mark_bytes)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark_bytes..).unwrap_or_default();
        return Ok(encoding.decode_without_bom_handling(rest).0.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    // A text of these code pages has no NUL; a picture or an archive has.
    if bytes.contains(&0) {
        return Err(TableError::NotATable);
    }
    let (arabic, _, _) = encoding_rs::WINDOWS_1256.decode(bytes);
    let (western, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
    let pairs = |text: &str, is_wanted: fn(char) -> bool| {
        let letters: Vec<bool> = text.chars().map(is_wanted).collect();
        letters
            .windows(2)
            .filter(|pair| pair.iter().all(|one| *one))
            .count()
    };
    // Arabic words are rows of Arabic letters; in French two accented letters hardly ever meet.
    let arabic_pairs = pairs(&arabic, |c| ('\u{621}'..='\u{64a}').contains(&c));
    let western_pairs = pairs(&western, |c| c.is_alphabetic() && !c.is_ascii());
    Ok(if arabic_pairs >= western_pairs && arabic_pairs > 0 {
        arabic.into_owned()
    } else {
        western.into_owned()
    })
}

fn text(text: &str) -> Result<Table, TableError> {
    let first = text.lines().next().unwrap_or_default();
    let separator = [b';', b',', b'\t']
        .into_iter()
        .max_by_key(|wanted| {
            let count = first.bytes().filter(|byte| byte == wanted).count();
            // The first of equals.
            (count, *wanted == b';')
        })
        .unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut gathering = Gathering::default();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| TableError::NotATable)?
    {
        let number = record.position().map_or(0, |at| line_of(text, at));
        if record.as_slice().len() > LINE_BYTES_MAX {
            return Err(TableError::LineTooLong { line: number });
        }
        let cells = record.iter().map(|cell| cell.trim().to_owned()).collect();
        gathering.take(number, cells)?;
    }
    Ok(gathering.table)
}

/// The line on which a record begins: its position is that of the empty lines before it.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let begins = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(begins..).unwrap_or_default();
    let passed = rest
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| **byte == b'\n')
        .count();
    at.line() + passed as u64
}

fn workbook(bytes: &[u8]) -> Result<Table, TableError> {
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    for name in book.sheet_names().into_iter().take(SHEETS_MAX) {
        let table = sheet(&mut book, &name)?;
        if !table.lines.is_empty() {
            return Ok(table);
        }
    }
    Err(TableError::Empty)
}

/// Unpacks every part once, to nowhere, to know that the whole stays within bounds: the sizes
/// that an archive states are claims.
fn check_unpacked(bytes: &[u8]) -> Result<(), TableError> {
    const PARTS_MAX: usize = 2_000;
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::NotATable)?;
    if archive.len() > PARTS_MAX {
        return Err(TableError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| TableError::NotATable)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| TableError::NotATable)?;
        left = left.checked_sub(unpacked).ok_or(TableError::TooLarge)?;
    }
    Ok(())
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Table, TableError> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet of charts has no cells.
        Err(_) => return Ok(Table::default()),
    };
    let mut rows: BTreeMap<u32, BTreeMap<usize, String>> = BTreeMap::new();
    let mut bytes = 0_usize;
    while let Some(cell) = cells.next_cell().map_err(|_| TableError::NotATable)? {
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = column as usize;
        if column >= COLUMNS_MAX {
            return Err(TableError::TooManyColumns);
        }
        bytes += text.len();
        if bytes > CELLS_BYTES_MAX {
            return Err(TableError::TooLarge);
        }
        rows.entry(row).or_default().insert(column, text);
        if rows.len() > LINES_MAX + 1 {
            return Err(TableError::TooManyLines);
        }
    }
    let mut gathering = Gathering::default();
    for (row, mut cells) in rows {
        let width = cells.last_key_value().map_or(0, |(last, _)| last + 1);
        let cells = (0..width)
            .map(|column| cells.remove(&column).unwrap_or_default())
            .collect();
        gathering.take(u64::from(row) + 1, cells)?;
    }
    Ok(gathering.table)
}

/// A cell as text: whole numbers without decimals, days as `2024-01-31`.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Float(number) => format!("{number}"),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.chars().take(10).collect(),
        other => Data::from(other.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests;

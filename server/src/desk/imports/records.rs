//! What is kept of imports beyond the memory of the server: that they were ordered, how far they
//! came, and which fields a set of columns was given. Beside the accounts: it is the office's own.

use jawla_model::PersonId;
use jawla_office::imports::{ImportListed, Progress};
use jawla_office::limits::EARLIER_IMPORTS_MAX;
use jawla_sync::chain::sha256;
use rusqlite::{Connection, OptionalExtension, params};

use crate::import::mapping::{self, Mapping};
use crate::import::table::Table;

/// Stands between fields as they are kept; no code of a field has it.
const BETWEEN: char = ';';

/// An import as it is kept when it begins.
pub(super) struct Begun<'a> {
    pub(super) id: &'a str,
    pub(super) by: PersonId,
    pub(super) at_s: u64,
    pub(super) file: &'a str,
    pub(super) known: u64,
    pub(super) refused: u64,
}

/// Notes that an import begins.
pub(super) fn begin(conn: &Connection, begun: &Begun<'_>) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT INTO office_import (id, person, at_s, file, imported, known, refused, state)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, 'running')
         ON CONFLICT (id) DO NOTHING",
        params![
            begun.id,
            begun.by.as_bytes(),
            begun.at_s,
            begun.file,
            begun.known,
            begun.refused,
        ],
    )?;
    Ok(())
}

/// Notes how far an import came.
pub(super) fn note(conn: &Connection, id: &str, progress: Progress) -> rusqlite::Result<()> {
    let (state, imported) = match progress {
        Progress::Tried => return Ok(()),
        Progress::Running { imported } => ("running", imported),
        Progress::Done { imported } => ("done", imported),
        Progress::Stopped { imported } => ("stopped", imported),
    };
    conn.execute(
        "UPDATE office_import SET state = ?2, imported = ?3 WHERE id = ?1",
        params![id, state, imported],
    )?;
    Ok(())
}

/// The imports that were ordered, newest first, each with the id of its file. One that runs by
/// what is kept reads as stopped: whoever knows better says so.
pub(super) fn list(conn: &Connection) -> rusqlite::Result<Vec<ImportListed>> {
    let mut statement = conn.prepare_cached(
        "SELECT i.id, i.file, coalesce(u.name, ''), i.at_s, i.known, i.refused, i.state, i.imported
         FROM office_import i LEFT JOIN office_user u ON u.person = i.person
         ORDER BY i.at_s DESC, i.id LIMIT ?1",
    )?;
    let found = statement.query_map(params![EARLIER_IMPORTS_MAX], |row| {
        let state: String = row.get(6)?;
        let imported = row.get(7)?;
        Ok(ImportListed {
            file: Some(row.get(0)?),
            name: row.get(1)?,
            by: row.get(2)?,
            at_s: row.get(3)?,
            known: row.get(4)?,
            refused: row.get(5)?,
            progress: match state.as_str() {
                "done" => Progress::Done { imported },
                _ => Progress::Stopped { imported },
            },
        })
    })?;
    found.collect()
}

/// What names a set of columns: their names in their order.
fn key_of(table: &Table) -> [u8; 32] {
    let mut names = Vec::new();
    for column in &table.columns {
        names.extend_from_slice(&(column.len() as u64).to_be_bytes());
        names.extend_from_slice(column.as_bytes());
    }
    *sha256(&names).as_bytes()
}

/// Keeps the fields of a set of columns, in place of those before.
pub(super) fn remember(
    conn: &Connection,
    table: &Table,
    mapping: &Mapping,
) -> rusqlite::Result<()> {
    let fields: Vec<&str> = mapping.iter().map(|field| field.unwrap_or("")).collect();
    conn.execute(
        "INSERT INTO office_import_mapping (columns, fields) VALUES (?1, ?2)
         ON CONFLICT (columns) DO UPDATE SET fields = excluded.fields",
        params![key_of(table), fields.join(&BETWEEN.to_string())],
    )?;
    Ok(())
}

/// The fields that this set of columns was given last. A field that this version does not know
/// is given to no column.
pub(super) fn remembered(conn: &Connection, table: &Table) -> rusqlite::Result<Option<Mapping>> {
    let fields: Option<String> = conn
        .query_row(
            "SELECT fields FROM office_import_mapping WHERE columns = ?1",
            [key_of(table)],
            |row| row.get(0),
        )
        .optional()?;
    let mapping = fields.map(|fields| {
        let codes = fields.split(BETWEEN);
        codes.map(mapping::field_of).collect::<Mapping>()
    });
    Ok(mapping.filter(|mapping| mapping.len() == table.columns.len()))
}

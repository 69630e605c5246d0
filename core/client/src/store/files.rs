//! Files that wait to travel.

use jawla_model::{Hash32, VisitId};
use rusqlite::{Connection, OptionalExtension, params};

use super::{bytes_at, maybe_bytes_at};
use crate::error::ClientError;

/// What a file is; smaller kinds travel first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// The reference bundle.
    Reference,
    /// A thumbnail.
    Thumbnail,
    /// The working copy of a photo.
    Photo,
}

/// Which way a file travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileDirection {
    /// To the server.
    Up,
    /// From the server.
    Down,
}

impl FileKind {
    const ALL: [Self; 3] = [Self::Reference, Self::Thumbnail, Self::Photo];

    const fn code(self) -> &'static str {
        match self {
            FileKind::Reference => "reference",
            FileKind::Thumbnail => "thumbnail",
            FileKind::Photo => "photo",
        }
    }

    fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == code)
            .unwrap_or(Self::Photo)
    }
}

/// A file that waits to travel, or arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its hash.
    pub hash: Hash32,
    /// What it is.
    pub kind: FileKind,
    /// Its size.
    pub size_bytes: u64,
    /// Which way it travels.
    pub direction: FileDirection,
    /// Bytes known to be on the other side.
    pub moved_bytes: u64,
    /// How often the whole of it arrived wrong.
    pub tries: u32,
    /// The visit it belongs to.
    pub visit: Option<VisitId>,
}

/// A file to keep track of, with the change that names it.
pub(crate) fn insert(
    conn: &Connection,
    file: &FileRow,
    change: Option<Hash32>,
) -> Result<(), ClientError> {
    let direction = match file.direction {
        FileDirection::Up => "up",
        FileDirection::Down => "down",
    };
    conn.prepare_cached(
        "INSERT OR IGNORE INTO file (hash, kind, size_bytes, direction, state, change, visit)
         VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?6)",
    )?
    .execute(params![
        file.hash.0,
        file.kind.code(),
        file.size_bytes,
        direction,
        change.map(|hash| hash.0),
        file.visit.map(|visit| visit.0),
    ])?;
    Ok(())
}

/// Files that wait, smaller kinds first, older first.
pub(crate) fn waiting(conn: &Connection) -> Result<Vec<FileRow>, ClientError> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM file WHERE state = 'waiting' ORDER BY hash")?;
    let rows = statement.query_map([], |row| {
        let direction: String = row.get("direction")?;
        let kind: String = row.get("kind")?;
        Ok(FileRow {
            hash: Hash32(bytes_at(row, "hash")?),
            kind: FileKind::from_code(&kind),
            size_bytes: row.get("size_bytes")?,
            direction: if direction == "up" {
                FileDirection::Up
            } else {
                FileDirection::Down
            },
            moved_bytes: row.get("moved")?,
            tries: row.get("tries")?,
            visit: maybe_bytes_at(row, "visit")?.map(VisitId),
        })
    })?;
    let mut files: Vec<FileRow> = rows.collect::<rusqlite::Result<_>>()?;
    files.sort_by_key(|file| (file.kind, file.hash));
    Ok(files)
}

/// Notes how much of a file is on the other side.
pub(crate) fn note_moved(conn: &Connection, hash: Hash32, bytes: u64) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE file SET moved = ?2 WHERE hash = ?1")?
        .execute(params![hash.0, bytes])?;
    Ok(())
}

/// Notes that a file is whole on the other side.
pub(crate) fn note_held(conn: &Connection, hash: Hash32) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE file SET state = 'held', moved = size_bytes WHERE hash = ?1")?
        .execute([hash.0])?;
    Ok(())
}

/// Notes that a file arrived wrong; after the second time it is not sent again by itself.
pub(crate) fn note_wrong(conn: &Connection, hash: Hash32) -> Result<(), ClientError> {
    conn.prepare_cached(
        "UPDATE file SET moved = 0, tries = tries + 1,
             state = CASE WHEN tries >= 1 THEN 'failed' ELSE state END
         WHERE hash = ?1",
    )?
    .execute([hash.0])?;
    Ok(())
}

/// Notes that the log says the server holds this file, known by the first bytes of its hash.
pub(crate) fn note_held_by_log(conn: &Connection, hash8: [u8; 8]) -> Result<(), ClientError> {
    let ending =
        |rest: u8| -> [u8; 32] { std::array::from_fn(|at| hash8.get(at).copied().unwrap_or(rest)) };
    conn.prepare_cached(
        "UPDATE file SET state = 'held', moved = size_bytes
         WHERE direction = 'up' AND hash BETWEEN ?1 AND ?2",
    )?
    .execute([ending(0), ending(0xff)])?;
    Ok(())
}

/// The files that a change names.
pub(crate) fn named_by(conn: &Connection, change: Hash32) -> Result<Vec<Hash32>, ClientError> {
    let mut statement =
        conn.prepare_cached("SELECT hash FROM file WHERE change = ?1 ORDER BY hash")?;
    let rows = statement.query_map([change.0], |row| Ok(Hash32(bytes_at(row, "hash")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many files wait, how many bytes of them, and how many failed: all, or those of one visit.
pub(crate) fn left(
    conn: &Connection,
    visit: Option<VisitId>,
) -> Result<(u64, u64, u64), ClientError> {
    let left = conn
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE state = 'waiting'),
                    coalesce(sum(size_bytes - moved) FILTER (WHERE state = 'waiting'), 0),
                    count(*) FILTER (WHERE state = 'failed')
             FROM file WHERE direction = 'up' AND (?1 IS NULL OR visit = ?1)",
        )?
        .query_row([visit.map(|visit| visit.0)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(left.unwrap_or_default())
}

//! The device's database: one file, one writer, every confirmed write on disk.

mod device_row;
pub(crate) mod files;
pub(crate) mod log;
pub(crate) mod packs;
mod places;
pub(crate) mod work;

use std::path::PathBuf;

use jawla_views::sqlite::VIEW_VERSION;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

pub use crate::sealing::StoreKey;
pub use device_row::DeviceRow;
pub(crate) use device_row::{
    names_of_people, save_ask_first, save_contact, save_full, save_own, save_person,
    save_request_no,
};
pub use files::{FileDirection, FileKind, FileRow};
pub use log::ScopeRow;
pub(crate) use log::{person_of_actor, scopes as log_scopes};
pub use packs::PackRow;
pub(crate) use places::{CODEC, StoreLogs};
pub use work::{AsideRow, ChangeState, StoredChange, TypingRow};

use crate::error::ClientError;

/// Numbered steps of the schema; a step is never changed once it has shipped.
const STEPS: &[&str] = &[
    include_str!("store/0001.sql"),
    include_str!("store/0002.sql"),
    include_str!("store/0003.sql"),
];

/// Marks the file as a Jawla device store ("JWLD").
const APPLICATION_ID: i64 = 0x4a57_4c44;

/// Statements that stay prepared: more than there are, so that none is prepared twice.
const STATEMENTS_KEPT: usize = 256;

/// The first SQLite without the WAL-reset corruption.
const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// Where and how the store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The database file.
    pub path: PathBuf,
    /// The name of a registered SQLite VFS; the platform's own when none.
    pub vfs: Option<String>,
    /// Whether other connections may read beside the writer.
    pub sharing: Sharing,
    /// The key of a store that is encrypted at rest.
    pub key: Option<StoreKey>,
}

/// Whether other connections may read beside the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Pages read through connections of their own.
    Shared,
    /// This connection alone; needs no shared memory, so that any VFS will do.
    Exclusive,
}

/// The device's database. All methods block; none is slower than its disk's sync.
#[derive(Debug)]
pub struct DeviceStore {
    conn: Connection,
}

impl DeviceStore {
    /// Opens the store, making or upgrading it in one transaction.
    ///
    /// # Errors
    /// [`ClientError::Storage`], [`ClientError::StorageFull`]; [`ClientError::TooNew`] when a
    /// newer app wrote it; [`ClientError::WrongKey`].
    pub fn open(options: &StoreOptions) -> Result<Self, ClientError> {
        if rusqlite::version_number() < SQLITE_VERSION_MIN {
            return Err(ClientError::Defect("the SQLite linked is too old"));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match &options.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&options.path, flags, vfs.as_str())?,
            None => Connection::open_with_flags(&options.path, flags)?,
        };
        if let Some(key) = &options.key {
            unlock(&conn, key)?;
        }
        conn.busy_timeout(std::time::Duration::from_secs(5))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // A kept statement stays as it was planned, whatever values it is asked with.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if options.sharing == Sharing::Exclusive {
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "fullfsync", "ON")?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        conn.pragma_update(None, "secure_delete", "ON")?;
        conn.pragma_update(None, "trusted_schema", "OFF")?;
        conn.pragma_update(None, "cache_size", -16_384)?;
        // After a failed sync the log may hold frames that only the system's cache still shows; a
        // killed process would read them back and build on them. Writing them into the database,
        // whose sync is a new one, makes true what is read.
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let mut store = Self { conn };
        store.migrate()?;
        Ok(store)
    }

    fn migrate(&mut self) -> Result<(), ClientError> {
        let tx = self.conn.transaction()?;
        let done: usize = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if done > STEPS.len() {
            return Err(ClientError::TooNew);
        }
        if done == 0 {
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            jawla_views::sqlite::create(&tx)?;
        }
        for step in STEPS.iter().skip(done) {
            tx.execute_batch(step)?;
        }
        if done == 0 {
            set_list_version(&tx)?;
        }
        tx.pragma_update(None, "user_version", STEPS.len())?;
        Ok(tx.commit()?)
    }

    /// The connection, for reading.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Runs `work` in one transaction that waits for the writer's place at once: all of it is
    /// durable on return, or none of it happened.
    ///
    /// # Errors
    /// Those of `work`, and those of the disk.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let tx = self
            .conn
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }
}

/// The version of the lists' tables that stand in the store.
pub(crate) fn list_version(conn: &Connection) -> Result<u32, ClientError> {
    Ok(conn.query_row("SELECT version FROM lists", [], |row| row.get(0))?)
}

/// Says that the lists' tables are those of this build.
pub(crate) fn set_list_version(conn: &Connection) -> Result<(), ClientError> {
    conn.execute("UPDATE lists SET version = ?1", [VIEW_VERSION])?;
    Ok(())
}

/// Gives the key to a connection that was just opened and makes sure that it opens this database,
/// and that it does encrypt: a plain SQLite passes over the order.
fn unlock(conn: &Connection, key: &StoreKey) -> Result<(), ClientError> {
    crate::sealing::give_key(conn, key)?;
    let mut version = conn.prepare("PRAGMA cipher_version")?;
    if !version.exists([])? {
        return Err(ClientError::Defect("this build does not encrypt its store"));
    }
    match conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            Err(ClientError::WrongKey)
        }
        other => Ok(other?),
    }
}

/// Reads an identity or hash from a column.
pub(crate) fn bytes_at<const N: usize>(
    row: &rusqlite::Row<'_>,
    column: &str,
) -> rusqlite::Result<[u8; N]> {
    row.get::<_, [u8; N]>(column)
}

/// Reads an optional identity or hash from a column.
pub(crate) fn maybe_bytes_at<const N: usize>(
    row: &rusqlite::Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<[u8; N]>> {
    row.get::<_, Option<[u8; N]>>(column)
}

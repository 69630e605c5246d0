//! The store in SQLite: one file, one writer, readers beside it.
//!
//! WAL with `synchronous=FULL`: a commit is durable when it returns. Every write begins with
//! `BEGIN IMMEDIATE` and reads what it rests on inside, so that a second process (an import from
//! the command line) can open the same folder. The views' tables lie in the same file.

mod cache;
mod changes;
mod checks;
mod documents;
mod enrol;
mod files;
mod log;
mod members;
mod migrations;
mod packs;
mod people;
mod places;
mod saved;
mod scopes;
mod teams;
mod view;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jawla_model::{
    DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId, ServerId,
};
use jawla_sync::chain::ReferencePayload;
use jawla_sync::room::Room;
use jawla_sync::server::LogHead;
use jawla_sync::short::Logs;
use jawla_sync::{Chain16, SealedPack};
use jawla_views::sqlite::SqliteViews;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{
    Applicant, BackupHeld, DocumentHeld, Enrolment, EntryHeld, FileStanding, Finding, HandedOut,
    Happened, IncarnationHeld, InvitationDraft, Listener, OwnEntry, PackJudgement, PersonChange,
    PersonDraft, Receipts, RequestTurn, ScopeDraft, ScopeHeld, ScopeOfDevice, SetChange, Store,
    StoreError, StoreFigures,
};
use crate::limits::{BUSY_TIMEOUT_MS, READERS_IDLE_MAX, WRITER_PAGES_KIB_MAX};
use cache::DocumentCache;
pub use documents::DocumentWithOrigins;
pub use teams::{MemberHeld, PhoneHeld};

/// The least SQLite we take: 3.51.3 mended the WAL-reset fault, which could lose a transaction
/// when two connections checkpoint at once.
const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// Who else may open the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locking {
    /// Readers of this process, and other processes.
    #[default]
    Shared,
    /// This one connection: for a simulator's disk, and where there is no shared memory.
    Exclusive,
}

/// Statements that stay prepared on a connection: more than there are, so that none is prepared
/// twice.
const STATEMENTS_KEPT: usize = 256;

/// How to open the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// The file.
    pub path: PathBuf,
    /// The VFS to open it with; the system's own when none is named.
    pub vfs: Option<String>,
    /// Who else may open it.
    pub locking: Locking,
}

impl OpenOptions {
    /// The file at `path`, on the system's own VFS, open to other processes.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            vfs: None,
            locking: Locking::Shared,
        }
    }

    fn connect(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs.as_str())?,
            None => Connection::open_with_flags(&self.path, flags)?,
        };
        conn.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // A kept statement stays as it was planned, whatever values it is asked with.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if self.locking == Locking::Exclusive {
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        Ok(conn)
    }

    fn connect_reader(&self) -> rusqlite::Result<Connection> {
        let conn = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    }
}

/// The store in one SQLite file.
pub struct SqliteStore {
    server: ServerId,
    options: OpenOptions,
    writer: Arc<Mutex<Connection>>,
    readers: Mutex<Vec<Connection>>,
    cache: Mutex<DocumentCache>,
    listener: OnceLock<Listener>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.options.path)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database of this server, creates it at first, brings it to the newest schema and
    /// its lists to the newest view version.
    ///
    /// # Errors
    /// [`StoreError::SqliteTooOld`], [`StoreError::SchemaTooNew`],
    /// [`StoreError::MigrationDiffers`]; [`StoreError::Sql`] when the file cannot be opened.
    pub fn open(options: OpenOptions, server: ServerId) -> Result<Self, StoreError> {
        let found = rusqlite::version_number();
        if found < SQLITE_VERSION_MIN {
            return Err(StoreError::SqliteTooOld {
                found,
                wanted: SQLITE_VERSION_MIN,
            });
        }
        let mut conn =
            options.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        // Negative: in KiB instead of pages.
        conn.pragma_update(None, "cache_size", -WRITER_PAGES_KIB_MAX)?;
        // After a failed sync the log may hold frames that only the system's cache still shows; a
        // killed process would read them back and build on them. Writing them into the database,
        // whose sync is a new one, makes true what is read.
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        migrations::run(&mut conn)?;
        let store = Self {
            server,
            options,
            writer: Arc::new(Mutex::new(conn)),
            readers: Mutex::new(Vec::new()),
            cache: Mutex::new(DocumentCache::default()),
            listener: OnceLock::new(),
        };
        store.write(migrations::refresh_views)?;
        Ok(store)
    }

    /// Answers the questions of pages from this database.
    pub fn views(&self) -> SqliteViews {
        match self.options.locking {
            Locking::Exclusive => SqliteViews::shared(Arc::clone(&self.writer)),
            Locking::Shared => {
                let options = self.options.clone();
                SqliteViews::pooled(Box::new(move || options.connect_reader()))
            }
        }
    }

    /// Has `listener` told what this process commits from now on. One listener for the life of
    /// the store: `false` when there is one already. What another process commits is not heard.
    pub fn listen(&self, listener: Listener) -> bool {
        self.listener.set(listener).is_ok()
    }

    fn tell(&self, happened: Happened) {
        if let Some(listener) = self.listener.get() {
            listener(happened);
        }
    }

    /// Tells that something about phones was committed.
    fn of_phones<T>(&self, committed: Result<T, StoreError>) -> Result<T, StoreError> {
        if committed.is_ok() {
            self.tell(Happened::Phones);
        }
        committed
    }

    /// A document with who wrote each of its changes, of one instant.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find_with_origins(
        &self,
        document: DocumentId,
    ) -> Result<Option<DocumentWithOrigins>, StoreError> {
        self.read(|tx| documents::find_with_origins(tx, document))
    }

    /// Every phone with its scopes, newest contact first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn phones(&self) -> Result<Vec<PhoneHeld>, StoreError> {
        self.read(teams::phones)
    }

    /// Everybody who is a member somewhere now, by French name, then id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn members(&self) -> Result<Vec<MemberHeld>, StoreError> {
        self.read(teams::members)
    }

    /// A person; none when nobody wrote them down.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find_person(&self, person: PersonId) -> Result<Option<PersonDraft>, StoreError> {
        self.read(|tx| teams::find_person(tx, person))
    }

    /// Whether a photo or thumbnail with this hash stands in a visit whose scope may read it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_photo_shown(&self, hash: &Hash32) -> Result<bool, StoreError> {
        self.read(|tx| files::is_photo_shown(tx, hash))
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cache(&self) -> MutexGuard<'_, DocumentCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in a write transaction, durable when this returns.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut conn = self.writer();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&tx)?;
        tx.commit()?;
        Ok(value)
    }

    /// Runs `work` on one snapshot.
    fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.options.locking == Locking::Exclusive {
            let mut conn = self.writer();
            let tx = conn.transaction()?;
            return work(&tx);
        }
        let waiting = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut conn = match waiting {
            Some(conn) => conn,
            None => self.options.connect_reader()?,
        };
        let value = {
            let tx = conn.transaction()?;
            work(&tx)?
        };
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_IDLE_MAX {
            readers.push(conn);
        }
        Ok(value)
    }
}

/// A number as SQLite holds it. What arrives beyond its range can only be a broken or hostile
/// device's, and stays at the end of the range.
fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Store for SqliteStore {
    fn create_scopes(&self, drafts: &[ScopeDraft], now: ReceivedAt) -> Result<usize, StoreError> {
        self.write(|tx| scopes::create(tx, drafts, now))
    }

    fn list_scopes(&self) -> Result<Vec<ScopeHeld>, StoreError> {
        self.read(scopes::list)
    }

    fn save_person(&self, person: &PersonDraft) -> Result<(), StoreError> {
        self.write(|tx| people::save(tx, person))
    }

    fn erase_person(&self, person: PersonId) -> Result<(), StoreError> {
        self.write(|tx| people::erase(tx, person))
    }

    fn people_after(
        &self,
        incarnation: IncarnationId,
        seen: u64,
    ) -> Result<Vec<PersonChange>, StoreError> {
        self.read(|tx| people::after(tx, incarnation, seen))
    }

    fn create_invitation(
        &self,
        draft: &InvitationDraft,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.write(|tx| enrol::create_invitation(tx, draft, now))
    }

    fn enrol(&self, applicant: &Applicant, now: ReceivedAt) -> Result<Enrolment, StoreError> {
        self.of_phones(self.write(|tx| enrol::enrol(tx, applicant, now)))
    }

    fn enrol_office_hand(
        &self,
        incarnation: IncarnationId,
        public_key: [u8; 32],
        person: PersonId,
        role: Role,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.write(|tx| enrol::office_hand(tx, incarnation, public_key, person, role, now))
    }

    fn add_membership(
        &self,
        scope: ScopeId,
        person: PersonId,
        role: Role,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.of_phones(self.write(|tx| members::add(tx, scope, person, role, now)))
    }

    fn end_membership(
        &self,
        scope: ScopeId,
        person: PersonId,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.of_phones(self.write(|tx| members::end(tx, scope, person, now)))
    }

    fn revoke(&self, incarnation: IncarnationId, now: ReceivedAt) -> Result<(), StoreError> {
        self.of_phones(self.write(|tx| members::revoke(tx, incarnation, now)))
    }

    fn find_incarnation(
        &self,
        incarnation: IncarnationId,
    ) -> Result<Option<IncarnationHeld>, StoreError> {
        self.read(|tx| people::find_incarnation(tx, incarnation))
    }

    fn list_devices(&self) -> Result<Vec<IncarnationHeld>, StoreError> {
        self.read(people::list_devices)
    }

    fn scopes_at(
        &self,
        incarnation: IncarnationId,
        version: u64,
    ) -> Result<Vec<ScopeOfDevice>, StoreError> {
        self.read(|tx| members::scopes_at(tx, incarnation, version))
    }

    fn set_changes(
        &self,
        incarnation: IncarnationId,
        after_version: u64,
    ) -> Result<Vec<SetChange>, StoreError> {
        self.read(|tx| members::set_changes(tx, incarnation, after_version))
    }

    fn chain_at(&self, scope: ScopeId, seq: u64) -> Result<Option<Chain16>, StoreError> {
        self.read(|tx| log::chain_at(tx, scope, seq))
    }

    fn look_up(&self, ask: &mut dyn FnMut(&dyn Logs)) -> Result<(), StoreError> {
        self.read(|tx| places::look_up(tx, ask))
    }

    fn log_head(&self, scope: ScopeId) -> Result<Option<LogHead>, StoreError> {
        self.read(|tx| log::head(tx, scope))
    }

    fn begin_request(
        &self,
        incarnation: IncarnationId,
        request_no: u64,
        said: Option<Room>,
        now: ReceivedAt,
    ) -> Result<RequestTurn, StoreError> {
        let turn = self.write(|tx| {
            let turn = people::begin_request(tx, incarnation, request_no, now)?;
            if let (RequestTurn::Moved, Some(room)) = (turn, said) {
                teams::note_said(tx, incarnation, room, now)?;
            }
            Ok(turn)
        });
        self.of_phones(turn)
    }

    fn note_handed_out(
        &self,
        incarnation: IncarnationId,
        what: HandedOut,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.write(|tx| people::note_handed_out(tx, incarnation, what, now))
    }

    fn judge_pack(
        &self,
        sealed: &SealedPack,
        now: ReceivedAt,
    ) -> Result<PackJudgement, StoreError> {
        packs::judge(self, sealed, now)
    }

    fn outcomes_from(
        &self,
        incarnation: IncarnationId,
        first_open_pack: u64,
    ) -> Result<Receipts, StoreError> {
        self.read(|tx| packs::outcomes_from(tx, incarnation, first_open_pack))
    }

    fn entries_after(
        &self,
        scope: ScopeId,
        seq: u64,
        bytes_max: usize,
    ) -> Result<Vec<EntryHeld>, StoreError> {
        self.read(|tx| log::after(tx, scope, seq, bytes_max))
    }

    fn append_entries(
        &self,
        scope: ScopeId,
        entries: &[OwnEntry],
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.write(|tx| log::append_own(tx, scope, entries, now))?;
        for document in entries.iter().filter_map(|entry| entry.document) {
            self.tell(Happened::Document(document));
        }
        Ok(())
    }

    fn facts(
        &self,
        document: DocumentId,
        count_max: u32,
    ) -> Result<Vec<(ReceivedAt, Vec<u8>)>, StoreError> {
        self.read(|tx| log::facts(tx, document, count_max))
    }

    fn publish_reference(
        &self,
        payload: ReferencePayload,
        now: ReceivedAt,
    ) -> Result<usize, StoreError> {
        self.write(|tx| scopes::publish_reference(tx, payload, now))
    }

    fn reference_in_force(&self) -> Result<Option<ReferencePayload>, StoreError> {
        self.read(scopes::reference_in_force)
    }

    fn find_document(&self, document: DocumentId) -> Result<Option<DocumentHeld>, StoreError> {
        documents::find(self, document)
    }

    fn codes_taken(&self) -> Result<BTreeSet<String>, StoreError> {
        self.read(documents::codes_taken)
    }

    fn file_standing(
        &self,
        incarnation: IncarnationId,
        file: Hash32,
    ) -> Result<FileStanding, StoreError> {
        self.read(|tx| files::standing(tx, incarnation, file))
    }

    fn file_arrived(
        &self,
        incarnation: IncarnationId,
        file: Hash32,
        size_bytes: u64,
        now: ReceivedAt,
    ) -> Result<(), StoreError> {
        self.write(|tx| files::arrived(tx, incarnation, file, size_bytes, now))
    }

    fn list_files(&self) -> Result<Vec<(Hash32, u64)>, StoreError> {
        self.read(files::list)
    }

    fn record_backup(
        &self,
        place: &str,
        covered: &[(ScopeId, u64)],
        now: ReceivedAt,
    ) -> Result<u64, StoreError> {
        self.write(|tx| files::record_backup(tx, place, covered, now))
    }

    fn newest_backup(&self) -> Result<Option<BackupHeld>, StoreError> {
        self.read(files::newest_backup)
    }

    fn check_scope(&self, scope: ScopeId) -> Result<Vec<Finding>, StoreError> {
        self.read(|tx| checks::scope(tx, scope))
    }

    fn projection_hash(&self, scope: ScopeId) -> Result<Hash32, StoreError> {
        self.read(|tx| Ok(Hash32(jawla_views::sqlite::projection_hash(tx, scope)?)))
    }

    fn figures(&self) -> Result<StoreFigures, StoreError> {
        self.read(files::figures)
    }
}

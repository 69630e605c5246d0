//! A disk in memory, for SQLite and for plain files, that forgets what was not synced.
//!
//! Every choice it makes comes from its seed: the same calls on a disk with the same seed give
//! the same files, whatever the threads and the machine.
//!
//! What a power cut does to the writes that no sync covered: in one crash of eight none survives,
//! in one all do, in two they survive in order up to one that is torn, in the others each is kept,
//! torn or dropped on its own, as if the disk had reordered them. A torn write stops at a half
//! sector, arrives in some sectors only, or leaves noise in one. Creations, renames and removals
//! become durable in order; a power cut keeps the first few of those not synced.
//!
//! The clock that SQL sees stands still until [`SimDisk::set_now_unix_ms`], and a busy handler
//! does not really wait. Write-ahead logs work with and without `locking_mode=EXCLUSIVE`, with any
//! number of connections of this process.

mod dice;
mod fault;
mod files;
mod inode;
mod limits;
mod locks;
mod media;
mod names;
mod power;
mod tenant;
mod vfs;
mod vfs_file;
mod visit;
mod wal_index;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};

pub use fault::{DiskCounters, DiskError, Failure, Surface, Syncs};
pub use files::Files;
pub use tenant::RegistrationError;

use fault::{FaultPlan, Lasting};
use media::Media;
use tenant::Tenant;
use visit::Visit;

/// One simulated disk; clones are the same disk.
///
/// When the last clone goes, the machine is off: connections and [`Files`] left open get errors.
#[derive(Clone)]
pub struct SimDisk {
    machine: Arc<Machine>,
}

struct Machine {
    media: Arc<Mutex<Media>>,
    /// The registration with SQLite, of the last start that someone asked the name of.
    tenant: Mutex<Option<Arc<Tenant>>>,
}

/// All files of a disk at one moment, as the operating system showed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskImage {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl SimDisk {
    /// An empty disk that promises SQLite nothing ([`Surface::Unspecified`]).
    pub fn new(seed: u64) -> Self {
        Self::with_surface(seed, Surface::Unspecified)
    }

    /// An empty disk.
    pub fn with_surface(seed: u64, surface: Surface) -> Self {
        let media = Arc::new(Mutex::new(Media::new(seed, surface)));
        Self {
            machine: Arc::new(Machine {
                media,
                tenant: Mutex::new(None),
            }),
        }
    }

    /// The name under which SQLite knows this disk until the next crash, kill or restore; ask
    /// again after one. An older name finds nothing.
    ///
    /// # Errors
    /// [`RegistrationError`] when SQLite cannot start.
    pub fn vfs_name(&self) -> Result<String, RegistrationError> {
        let mut tenant = power::lock(&self.machine.tenant);
        let boot = power::lock(&self.machine.media).boot;
        if let Some(present) = tenant.as_ref().filter(|present| present.boot == boot) {
            return Ok(present.name());
        }
        let fresh = Tenant::register(&self.machine.media)?;
        let name = fresh.name();
        *tenant = Some(fresh);
        Ok(name)
    }

    /// Opens the database called `name`, making it if it is missing.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn open(&self, name: &str) -> rusqlite::Result<Connection> {
        let vfs_name = self.vfs_name().map_err(|error| {
            rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(error.code), None)
        })?;
        Connection::open_with_flags_and_vfs(name, OpenFlags::default(), vfs_name.as_str())
    }

    /// The plain files, until the next crash, kill or restore.
    pub fn files(&self) -> Files {
        Files::new(Arc::clone(&self.machine.media))
    }

    /// Cuts the power: what was not synced is kept, torn or lost, and whatever is open is dead.
    pub fn crash(&self) {
        self.media(Media::crash);
    }

    /// Ends the process: nothing it wrote is lost, but whatever is open is dead. What was not
    /// synced may still be lost to a later power cut.
    pub fn kill(&self) {
        self.media(Media::kill);
    }

    /// Lets `failure` strike once, at call number `calls` from now; 1 is the next one. Replaces
    /// what was planned. A crash or a kill before that call takes the plan away.
    pub fn fail_after(&self, calls: u64, failure: Failure) {
        self.plan(calls, failure, Lasting::Once);
    }

    /// Lets `failure` strike at call number `calls` from now and at each one after it, restarts
    /// included, until [`SimDisk::heal`].
    pub fn fail_from(&self, calls: u64, failure: Failure) {
        self.plan(calls, failure, Lasting::UntilHealed);
    }

    /// Ends a failure, or forgets one that has not struck.
    pub fn heal(&self) {
        self.media(|media| media.plan = None);
    }

    /// Is a failure planned that has not struck yet, or that lasts?
    pub fn has_failure_planned(&self) -> bool {
        self.media(|media| media.plan.is_some())
    }

    /// Lets somebody else use the disk once, in the middle of what a connection does: right after
    /// the lock of the writer of a write-ahead log was let go for the `unlocks`th time from now;
    /// 1 is the next one. Replaces what was planned.
    pub fn visit_after_unlock(&self, unlocks: u64, visit: impl FnOnce() + Send + 'static) {
        let visit = Some(Visit::new(unlocks, visit));
        // One planned before may hold connections, which close on this disk: dropped unlocked.
        drop(self.media(|media| std::mem::replace(&mut media.visit, visit)));
    }

    /// Forgets a visit that has not come.
    pub fn forget_visit(&self) {
        drop(self.media(|media| media.visit.take()));
    }

    /// Chooses whether syncs keep their promise.
    pub fn set_syncs(&self, syncs: Syncs) {
        self.media(|media| media.syncs = syncs);
    }

    /// Sets the clock that SQL sees (`datetime('now')`).
    pub fn set_now_unix_ms(&self, now_unix_ms: i64) {
        self.media(|media| media.now_unix_ms = now_unix_ms);
    }

    /// All files as the operating system shows them now, synced or not.
    pub fn snapshot(&self) -> DiskImage {
        DiskImage {
            files: self.media(|media| media.image()),
        }
    }

    /// Puts `image` in the place of everything, durably; whatever is open is dead.
    pub fn restore(&self, image: &DiskImage) {
        self.media(|media| media.restore(&image.files));
    }

    /// Flips one bit of the byte at `offset_bytes` of a file, durably.
    ///
    /// # Errors
    /// [`DiskError::NotFound`] when there is no such file or no such byte.
    pub fn corrupt(&self, name: &str, offset_bytes: u64) -> Result<(), DiskError> {
        let offset = usize::try_from(offset_bytes).unwrap_or(usize::MAX);
        self.media(|media| media.corrupt(name, offset))
    }

    /// What happened so far.
    pub fn counters(&self) -> DiskCounters {
        self.media(|media| media.counters)
    }

    fn plan(&self, calls: u64, failure: Failure, lasting: Lasting) {
        self.media(|media| {
            media.plan = Some(FaultPlan {
                calls_left: calls,
                failure,
                lasting,
            });
        });
    }

    fn media<T>(&self, action: impl FnOnce(&mut Media) -> T) -> T {
        action(&mut power::lock(&self.machine.media))
    }
}

impl fmt::Debug for SimDisk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimDisk")
            .field("counters", &self.counters())
            .finish()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        power::lock(&self.media).kill();
    }
}

impl DiskImage {
    /// The names of its files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The content of one file.
    pub fn find(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(|bytes| &**bytes)
    }

    /// Puts a file into the image, or replaces it: a database copied without its log, files
    /// copied at different moments.
    pub fn insert(&mut self, name: &str, bytes: &[u8]) {
        self.files.insert(name.to_owned(), bytes.into());
    }

    /// Takes a file out of the image.
    pub fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// A number for names and contents (FNV-1a, 64 bits): equal images have equal numbers on
    /// every machine. It is no protection against intent.
    ///
    /// SQLite puts chance numbers into its logs and journals; see [`seed_sqlite_randomness`].
    pub fn fingerprint(&self) -> u64 {
        let mut hash = 0xCBF2_9CE4_8422_2325;
        let mut absorb = |bytes: &[u8]| {
            for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
            }
        };
        for (name, bytes) in &self.files {
            absorb(name.as_bytes());
            absorb(bytes);
        }
        hash
    }
}

/// Seeds the generator from which SQLite takes the salts of its logs, `random()` and
/// `randomblob()`. There is one for the whole process, whatever the disk: call it at the start of
/// a run that is alone in its process when the bytes of its logs or the values of those functions
/// matter. The faults of a disk do not depend on it.
pub fn seed_sqlite_randomness(seed: u32) {
    tenant::seed_sqlite(seed);
}

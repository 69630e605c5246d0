//! The one server of a universe: the real core over the real SQLite store, on a disk that fails.

use std::sync::Arc;

use jawla_model::ReceivedAt;
use jawla_server::blobs::{BlobLimits, MemoryBlobs};
use jawla_server::clock::Chance;
use jawla_server::core::ServerCore;
use jawla_server::keys::ServerKeys;
use jawla_server::store::sqlite::{Locking, OpenOptions, SqliteStore};
use rusqlite::Connection;

use crate::dice::Dice;
use crate::disk::{SimDisk, Surface};
use crate::stand_ins::TrueTime;

const DATABASE: &str = "server.db";

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `kill -9`: what was written stays with the operating system.
    Kill,
    /// The power goes: what was not synced may be lost.
    PowerCut,
}

/// A machine with one server process.
pub struct ServerHost {
    /// Its disk.
    pub disk: SimDisk,
    /// Seconds its clock is off.
    pub skew_s: i64,
    /// How often its process ended by itself or was ended.
    pub deaths: u64,
    blobs: Arc<MemoryBlobs>,
    keys_seed: [u8; 32],
    chance: Dice,
    core: Option<Arc<ServerCore>>,
    ends_seen: u64,
    time: TrueTime,
}

impl ServerHost {
    /// A machine of that seed, its process not started.
    pub fn new(seed: u64, time: TrueTime) -> Self {
        let mut chance = Dice::new(seed, "server");
        Self {
            disk: SimDisk::with_surface(seed ^ 0x5e4f, Surface::Powersafe),
            skew_s: 0,
            deaths: 0,
            blobs: Arc::new(MemoryBlobs::new(BlobLimits::default())),
            keys_seed: chance.bytes(),
            chance,
            core: None,
            ends_seen: 0,
            time,
        }
    }

    /// The keys, which lie outside the database.
    pub fn keys(&self) -> ServerKeys {
        ServerKeys::from_seed(self.keys_seed)
    }

    /// What its clock says.
    pub fn now(&self) -> ReceivedAt {
        ReceivedAt((self.time.now_ms() / 1_000).saturating_add_signed(self.skew_s))
    }

    /// The store over its database as it lies on the disk now.
    pub fn open_store(&self) -> SqliteStore {
        self.open_store_as(Locking::Exclusive)
    }

    /// The same, for one server or for several.
    pub fn open_store_as(&self, locking: Locking) -> SqliteStore {
        let options = OpenOptions {
            path: DATABASE.into(),
            vfs: Some(self.disk.vfs_name().expect("a disk has a name")),
            locking,
        };
        SqliteStore::open(options, self.keys().server_id()).expect("the server's store opens")
    }

    /// A core over that store.
    pub fn core_over(&mut self, store: SqliteStore) -> Arc<ServerCore> {
        let chance = Chance::from_seed(self.chance.bytes());
        let blobs = Arc::clone(&self.blobs);
        Arc::new(ServerCore::new(
            Arc::new(store),
            blobs,
            Arc::new(self.keys()),
            chance,
        ))
    }

    /// The running server; started if it is not.
    pub fn core(&mut self) -> Arc<ServerCore> {
        if let Some(core) = &self.core {
            return Arc::clone(core);
        }
        let store = self.open_store();
        let core = self.core_over(store);
        self.core = Some(Arc::clone(&core));
        core
    }

    /// Ends the process.
    pub fn end(&mut self, how: End) {
        match how {
            End::Kill => self.disk.kill(),
            End::PowerCut => self.disk.crash(),
        }
        self.take_note_of_death();
    }

    /// Whether the process ended since the last look; it is gone from memory then.
    pub fn take_note_of_death(&mut self) -> bool {
        let counters = self.disk.counters();
        let ends = counters.crashes + counters.kills;
        let died = ends != self.ends_seen;
        if died {
            self.ends_seen = ends;
            self.deaths += 1;
            self.core = None;
        }
        died
    }

    /// Stops the process in peace.
    pub fn stop(&mut self) {
        self.core = None;
    }

    /// The tables themselves, for checking. Stops the process in peace.
    pub fn tables(&mut self) -> Connection {
        self.stop();
        self.disk
            .open(DATABASE)
            .expect("the server's database opens")
    }
}

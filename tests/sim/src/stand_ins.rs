//! What stands in for the platform: clocks, chance, the witness, the files beside the database.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jawla_client::ClientError;
use jawla_client::blobs::{DeviceFiles, FileError, FileRow, Finished};
use jawla_client::platform::{Now, Platform};
use jawla_client::witness::{Testimony, Witness};
use jawla_model::Hash32;
use jawla_sync::chain::sha256;

use crate::dice::Dice;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The one true time of a universe, which nobody in it can read.
#[derive(Debug, Clone)]
pub struct TrueTime(Arc<AtomicU64>);

/// When every universe begins, UTC milliseconds.
const BEGINNING_MS: u64 = 1_795_000_000_000;

impl Default for TrueTime {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(BEGINNING_MS)))
    }
}

impl TrueTime {
    /// Lets time pass.
    pub fn pass_ms(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// Now, UTC milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Clocks and chance of one phone.
#[derive(Debug)]
pub struct SimPlatform {
    time: TrueTime,
    skew_ms: AtomicI64,
    booted_ms: AtomicU64,
    boot: Mutex<[u8; 8]>,
    chance: Mutex<Dice>,
}

impl SimPlatform {
    /// A phone that was just switched on.
    pub fn new(time: TrueTime, mut chance: Dice) -> Self {
        let boot = chance.bytes();
        let booted = time.now_ms();
        Self {
            time,
            skew_ms: AtomicI64::new(0),
            booted_ms: AtomicU64::new(booted),
            boot: Mutex::new(boot),
            chance: Mutex::new(chance),
        }
    }

    /// Sets the wall clock off by that much.
    pub fn set_skew_ms(&self, skew_ms: i64) {
        self.skew_ms.store(skew_ms, Ordering::Relaxed);
    }

    /// Switches the phone off and on.
    pub fn reboot(&self) {
        *lock(&self.boot) = lock(&self.chance).bytes();
        self.booted_ms.store(self.time.now_ms(), Ordering::Relaxed);
    }
}

impl Platform for SimPlatform {
    fn now(&self) -> Now {
        let now = self.time.now_ms();
        Now {
            mono_ms: now - self.booted_ms.load(Ordering::Relaxed),
            wall_ms: i64::try_from(now)
                .unwrap_or(i64::MAX)
                .saturating_add(self.skew_ms.load(Ordering::Relaxed)),
        }
    }

    fn random(&self, out: &mut [u8]) {
        lock(&self.chance).fill(out);
    }

    fn boot_id(&self) -> [u8; 8] {
        *lock(&self.boot)
    }
}

/// Storage that no backup takes: it survives kills, power cuts and restored databases.
#[derive(Debug, Default)]
pub struct MemoryWitness(Mutex<Option<Testimony>>);

impl MemoryWitness {
    /// A witness that remembers this already: a copied phone.
    pub fn with(testimony: Option<Testimony>) -> Self {
        Self(Mutex::new(testimony))
    }
}

impl Witness for MemoryWitness {
    fn recall(&self) -> Option<Testimony> {
        *lock(&self.0)
    }

    fn remember(&self, testimony: Testimony) -> Result<(), ClientError> {
        *lock(&self.0) = Some(testimony);
        Ok(())
    }
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    kept: Mutex<BTreeMap<Hash32, Vec<u8>>>,
    arriving: Mutex<BTreeMap<Hash32, Vec<u8>>>,
}

fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

impl DeviceFiles for MemoryFiles {
    fn write(&self, hash: Hash32, bytes: &[u8]) -> Result<(), FileError> {
        if sha256(bytes) != hash {
            return Err(FileError::WrongHash);
        }
        lock(&self.kept).insert(hash, bytes.to_vec());
        Ok(())
    }

    fn read(&self, hash: Hash32, offset: u64, max_bytes: usize) -> Result<Vec<u8>, FileError> {
        let kept = lock(&self.kept);
        let bytes = kept.get(&hash).ok_or(FileError::Missing)?;
        Ok(bytes
            .iter()
            .skip(offset as usize)
            .take(max_bytes)
            .copied()
            .collect())
    }

    fn size_bytes(&self, hash: Hash32) -> Result<Option<u64>, FileError> {
        Ok(lock(&self.kept).get(&hash).map(|bytes| size(bytes)))
    }

    fn append_download(&self, hash: Hash32, offset: u64, bytes: &[u8]) -> Result<u64, FileError> {
        let mut arriving = lock(&self.arriving);
        let held = arriving.entry(hash).or_default();
        if offset > size(held) {
            return Err(FileError::Gap {
                held_bytes: size(held),
            });
        }
        let known = (size(held) - offset) as usize;
        held.extend(bytes.iter().skip(known));
        Ok(size(held))
    }

    fn downloaded_bytes(&self, hash: Hash32) -> Result<u64, FileError> {
        Ok(lock(&self.arriving)
            .get(&hash)
            .map_or(0, |bytes| size(bytes)))
    }

    fn finish_download(&self, hash: Hash32) -> Result<Finished, FileError> {
        let bytes = lock(&self.arriving)
            .remove(&hash)
            .ok_or(FileError::Missing)?;
        if sha256(&bytes) != hash {
            return Ok(Finished::ThrownAway);
        }
        let size_bytes = size(&bytes);
        lock(&self.kept).insert(hash, bytes);
        Ok(Finished::Verified { size_bytes })
    }

    fn remove(&self, hash: Hash32) -> Result<(), FileError> {
        lock(&self.kept).remove(&hash);
        lock(&self.arriving).remove(&hash);
        Ok(())
    }

    fn list(&self) -> Result<Vec<FileRow>, FileError> {
        let rows = |(hash, bytes): (&Hash32, &Vec<u8>)| FileRow {
            hash: *hash,
            size_bytes: size(bytes),
        };
        Ok(lock(&self.kept).iter().map(rows).collect())
    }
}

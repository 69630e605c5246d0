//! The memory that connections of one process share beside a write-ahead log.

use std::cell::UnsafeCell;
use std::fmt;
use std::sync::Arc;

use super::limits::{SHARED_REGION_SIZE_BYTES, SHARED_REGIONS_MAX};

const WORDS: usize = SHARED_REGION_SIZE_BYTES / size_of::<u64>();

/// One region of shared memory. Only SQLite looks inside, under its own locks.
pub(super) struct Region(UnsafeCell<[u64; WORDS]>);

impl Region {
    /// Where the region begins; it stays there as long as the `Arc` around it lives.
    pub(super) fn start(&self) -> *mut u64 {
        self.0.get().cast()
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Region")
    }
}

#[allow(
    unsafe_code,
    reason = "memory that SQLite shares between its connections is raw memory"
)]
// SAFETY: Rust never reads or writes the words; it only hands out their address. SQLite, which
// does, guards them with the locks below and with barriers, as it does for mapped files.
unsafe impl Send for Region {}

#[allow(
    unsafe_code,
    reason = "memory that SQLite shares between its connections is raw memory"
)]
// SAFETY: as above.
unsafe impl Sync for Region {}

/// The shared memory of one database, and who holds which of its locks.
#[derive(Debug, Default)]
pub(super) struct WalIndex {
    regions: Vec<Arc<Region>>,
    users: Vec<IndexUser>,
}

/// One bit per lock.
#[derive(Debug)]
struct IndexUser {
    handle: u64,
    shared: u32,
    exclusive: u32,
}

/// What a handle asks of the locks whose bits are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexLock {
    Shared,
    Exclusive,
    Released,
}

impl WalIndex {
    /// Region `number`, made (with those before it) if `extend` asks so.
    pub(super) fn region(
        &mut self,
        handle: u64,
        number: usize,
        extend: Extend,
    ) -> Option<Arc<Region>> {
        self.user(handle);
        if number >= self.regions.len() && extend == Extend::Yes && number < SHARED_REGIONS_MAX {
            let missing = number + 1 - self.regions.len();
            let fresh = || Arc::new(Region(UnsafeCell::new([0; WORDS])));
            self.regions
                .extend(std::iter::repeat_with(fresh).take(missing));
        }
        self.regions.get(number).cloned()
    }

    /// Takes or releases the locks of `mask` for `handle`; false when another is in the way.
    pub(super) fn lock(&mut self, handle: u64, mask: u32, wanted: IndexLock) -> bool {
        let others = self.users.iter().filter(|user| user.handle != handle);
        let (shared, exclusive) = others.fold((0, 0), |held, user| {
            (held.0 | user.shared, held.1 | user.exclusive)
        });
        let in_the_way = match wanted {
            IndexLock::Shared => exclusive,
            IndexLock::Exclusive => shared | exclusive,
            IndexLock::Released => 0,
        };
        if in_the_way & mask != 0 {
            return false;
        }
        let user = self.user(handle);
        match wanted {
            IndexLock::Shared => user.shared |= mask,
            IndexLock::Exclusive => user.exclusive |= mask,
            IndexLock::Released => {
                user.shared &= !mask;
                user.exclusive &= !mask;
            }
        }
        true
    }

    /// `handle` no longer uses the memory; the last to leave takes it away.
    pub(super) fn leave(&mut self, handle: u64) {
        self.users.retain(|user| user.handle != handle);
        if self.users.is_empty() {
            self.regions.clear();
        }
    }

    fn user(&mut self, handle: u64) -> &mut IndexUser {
        let position = self.users.iter().position(|user| user.handle == handle);
        let position = position.unwrap_or_else(|| {
            self.users.push(IndexUser {
                handle,
                shared: 0,
                exclusive: 0,
            });
            self.users.len() - 1
        });
        #[allow(clippy::indexing_slicing, reason = "found or pushed just above")]
        &mut self.users[position]
    }
}

/// May the memory grow?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extend {
    Yes,
    No,
}

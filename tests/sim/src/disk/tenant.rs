//! The VFS registrations of SQLite: one for each start of each machine.
//!
//! A connection that survives a crash by mistake must not reach the disk again, by name either.
//! So each start has a registration of its own, under a name never used before, and what comes
//! through an old one is refused. SQLite keeps plain pointers to a registration, so its memory is
//! never freed; it is used again once nothing of the start it served is open.

#![allow(
    unsafe_code,
    reason = "SQLite takes its VFS as a C structure that it keeps by pointer"
)]

use std::collections::BTreeMap;
use std::ffi::{CString, c_char};
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use rusqlite::ffi;

use super::media::{Boot, Media};
use super::power;
use super::vfs;

/// Room for a name: the prefix, twenty digits and the end.
const NAME_SIZE_BYTES: usize = 40;

/// What SQLite points at.
#[repr(C)]
struct Slot {
    vfs: ffi::sqlite3_vfs,
    name: [c_char; NAME_SIZE_BYTES],
    /// Whom the slot serves; 0 for nobody.
    tenant: AtomicU64,
}

/// The address of a slot; slots are never freed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SlotAddress(*mut Slot);

// SAFETY: an address is only used to give the slot to SQLite and to write it while it is in
// nobody's hands (`lease`, `Tenant::drop`); SQLite guards its list of registrations by a mutex.
unsafe impl Send for SlotAddress {}

// SAFETY: as above; a shared `Tenant` never uses its address but when it is dropped.
unsafe impl Sync for SlotAddress {}

/// Slots that serve nobody.
static FREE: Mutex<Vec<SlotAddress>> = Mutex::new(Vec::new());

/// Who is served, by number.
static TENANTS: Mutex<BTreeMap<u64, Weak<Tenant>>> = Mutex::new(BTreeMap::new());

static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

/// One start of one machine, registered with SQLite until nothing of it is open any more.
pub(super) struct Tenant {
    pub(super) media: Arc<Mutex<Media>>,
    pub(super) boot: Boot,
    number: u64,
    slot: SlotAddress,
}

/// SQLite has refused a registration; it only does so when it cannot start at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SQLite refused the simulated disk with code {code}")]
pub struct RegistrationError {
    /// The result code of SQLite.
    pub code: i32,
}

impl Tenant {
    /// Registers the present start of the machine.
    pub(super) fn register(media: &Arc<Mutex<Media>>) -> Result<Arc<Self>, RegistrationError> {
        let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        let boot = power::lock(media).boot;
        let slot = lease(number);
        let tenant = Arc::new(Self {
            media: Arc::clone(media),
            boot,
            number,
            slot,
        });
        power::lock(&TENANTS).insert(number, Arc::downgrade(&tenant));
        // SAFETY: the slot lives for ever, its name and functions are set, and it is not
        // registered: `lease` gives each slot to one tenant at a time.
        let code = unsafe { ffi::sqlite3_vfs_register(ptr::from_mut(&mut (*slot.0).vfs), 0) };
        if code == ffi::SQLITE_OK {
            Ok(tenant)
        } else {
            Err(RegistrationError { code })
        }
    }

    /// The name under which SQLite knows it.
    pub(super) fn name(&self) -> String {
        name_of(self.number)
    }

    /// The tenant of the registration that SQLite called.
    ///
    /// # Safety
    /// `vfs` comes from SQLite and is one of ours.
    pub(super) unsafe fn of(vfs: *mut ffi::sqlite3_vfs) -> Option<Arc<Self>> {
        // SAFETY: ours are the first field of a `Slot`, set by `lease` and never freed; the number
        // is atomic, so that reading it is sound even while the slot changes hands.
        let number = unsafe {
            (*(*vfs).pAppData.cast::<Slot>())
                .tenant
                .load(Ordering::Acquire)
        };
        power::lock(&TENANTS).get(&number)?.upgrade()
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        power::lock(&TENANTS).remove(&self.number);
        // SAFETY: the slot is ours and lives for ever; SQLite ignores what is not registered.
        unsafe {
            (*self.slot.0).tenant.store(0, Ordering::Release);
            ffi::sqlite3_vfs_unregister(ptr::from_mut(&mut (*self.slot.0).vfs));
        }
        power::lock(&FREE).push(self.slot);
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tenant")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

fn name_of(number: u64) -> String {
    format!("jawla-disk-{number}")
}

/// A slot that nobody uses, named for tenant `number`.
fn lease(number: u64) -> SlotAddress {
    let free = power::lock(&FREE).pop();
    let slot = free.unwrap_or_else(|| {
        SlotAddress(Box::into_raw(Box::new(Slot {
            vfs: vfs::registration(),
            name: [0; NAME_SIZE_BYTES],
            tenant: AtomicU64::new(0),
        })))
    });
    let name = CString::new(name_of(number)).unwrap_or_default();
    // SAFETY: the slot is neither registered nor in another tenant's hands, and lives for ever.
    unsafe {
        let target = &mut (*slot.0).name;
        for (place, byte) in target.iter_mut().zip(name.as_bytes_with_nul()) {
            *place = *byte as c_char;
        }
        (*slot.0).vfs.zName = (&raw const (*slot.0).name).cast();
        (*slot.0).vfs.pAppData = slot.0.cast();
        (*slot.0).tenant.store(number, Ordering::Release);
    }
    slot
}

/// Seeds the one generator of SQLite in this process.
pub(super) fn seed_sqlite(seed: u32) {
    // 0 means chance to SQLite.
    let seed = std::ffi::c_int::from_ne_bytes(seed.max(1).to_ne_bytes());
    // SAFETY: the documented arguments of this operation: a number and no connection.
    unsafe {
        ffi::sqlite3_initialize();
        ffi::sqlite3_test_control(
            ffi::SQLITE_TESTCTRL_PRNG_SEED,
            seed,
            ptr::null_mut::<ffi::sqlite3>(),
        );
    }
}

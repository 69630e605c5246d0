//! The lock around a disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `guarded` even if a thread that held it panicked: a test that failed must not hang or
/// abort the calls that SQLite still makes while it unwinds.
pub(super) fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

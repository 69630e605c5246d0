//! The functions that SQLite calls on an open file.

#![allow(
    unsafe_code,
    reason = "SQLite calls its files through C function pointers"
)]

use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::{Arc, atomic};

use rusqlite::ffi;

use super::fault::DiskError;
use super::locks::LockLevel;
use super::media::Media;
use super::names::FileId;
use super::power;
use super::tenant::Tenant;
use super::vfs;
use super::visit::Visit;
use super::wal_index::{Extend, IndexLock, Region};

/// The lock of a write-ahead log's one writer, the first of its locks.
const WRITER_LOCK: u32 = 1;

/// What SQLite makes room for: its part first, then ours.
#[repr(C)]
pub(super) struct SimFile {
    pub(super) base: ffi::sqlite3_file,
    pub(super) handle: *mut Handle,
}

/// One open file.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) tenant: Arc<Tenant>,
    pub(super) number: u64,
    pub(super) content: Content,
    /// Shared memory that SQLite was given the address of; kept until it says it is done.
    pub(super) regions: Vec<Arc<Region>>,
}

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Content {
    Named(FileId),
    /// Sorting and statement journals: gone with the handle, so never worth a fault.
    Temporary(Vec<u8>),
}

pub(super) static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(index_map),
    xShmLock: Some(index_lock),
    xShmBarrier: Some(index_barrier),
    xShmUnmap: Some(index_unmap),
    xFetch: None,
    xUnfetch: None,
};

impl Handle {
    /// Does `action` on the named file, unless its machine has been started anew.
    fn with<T>(
        &self,
        action: impl FnOnce(&mut Media, FileId, u64) -> Result<T, DiskError>,
    ) -> Result<T, DiskError> {
        let mut media = power::lock(&self.tenant.media);
        media.check(self.tenant.boot)?;
        match self.content {
            Content::Named(file) => action(&mut media, file, self.number),
            Content::Temporary(_) => Err(DiskError::Io),
        }
    }

    /// Copies the bytes at `offset` into `target`; the count, smaller where the file ends.
    fn read(&self, offset: usize, target: &mut [u8]) -> Result<usize, DiskError> {
        let copied = |source: &[u8], target: &mut [u8]| {
            if let Some(place) = target.get_mut(..source.len()) {
                place.copy_from_slice(source);
            }
            source.len()
        };
        match &self.content {
            Content::Named(_) => self.with(|media, file, _| {
                let source = media.read(file, offset, target.len())?;
                Ok(copied(source, target))
            }),
            Content::Temporary(bytes) => {
                let end = offset.saturating_add(target.len()).min(bytes.len());
                Ok(copied(bytes.get(offset..end).unwrap_or_default(), target))
            }
        }
    }

    fn write(&mut self, offset: usize, source: &[u8]) -> Result<(), DiskError> {
        match &mut self.content {
            Content::Named(_) => self.with(|media, file, _| media.write(file, offset, source)),
            Content::Temporary(bytes) => {
                let end = offset.saturating_add(source.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes
                    .get_mut(offset..end)
                    .ok_or(DiskError::Io)?
                    .copy_from_slice(source);
                Ok(())
            }
        }
    }

    fn resize(&mut self, size: usize) -> Result<(), DiskError> {
        match &mut self.content {
            Content::Named(_) => self.with(|media, file, _| media.resize(file, size)),
            Content::Temporary(bytes) => {
                bytes.resize(size, 0);
                Ok(())
            }
        }
    }

    fn size(&self) -> Result<usize, DiskError> {
        match &self.content {
            Content::Named(_) => self.with(|media, file, _| Ok(media.inode(file)?.bytes().len())),
            Content::Temporary(bytes) => Ok(bytes.len()),
        }
    }
}

/// The handle behind a file of SQLite.
///
/// # Safety
/// `file` comes from SQLite, was opened by us and is not closed. SQLite never calls two methods of
/// one file at a time, so the borrow is the only one.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: `open` put a boxed handle there, and `close` alone takes it away.
    unsafe { &mut *(*file.cast::<SimFile>()).handle }
}

/// `SQLITE_OK`, or the code for the error.
fn code(result: Result<(), DiskError>, otherwise: c_int) -> c_int {
    match result {
        Ok(()) => ffi::SQLITE_OK,
        Err(DiskError::Full) => ffi::SQLITE_FULL,
        Err(DiskError::Locked) => ffi::SQLITE_BUSY,
        Err(DiskError::Io | DiskError::NotFound | DiskError::PoweredOff) => otherwise,
    }
}

fn place(offset: i64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: opened by us; SQLite closes a file once, and the box is not used after.
    let handle = unsafe { Box::from_raw((*file.cast::<SimFile>()).handle) };
    // A handle of an earlier start has nothing left to give back.
    let _ = handle.with(|media, file, number| {
        media.close(file, number);
        Ok(())
    });
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    target: *mut c_void,
    size: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let size = usize::try_from(size).unwrap_or(0);
    // SAFETY: SQLite gives room for `size` bytes, which may be uninitialised: zeroed first, which
    // also is what it wants to find behind the end of the file.
    let (handle, target) = unsafe {
        ptr::write_bytes(target.cast::<u8>(), 0, size);
        (
            handle(file),
            slice::from_raw_parts_mut(target.cast::<u8>(), size),
        )
    };
    match handle.read(place(offset), target) {
        Ok(count) if count == size => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(_) => ffi::SQLITE_IOERR_READ,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    source: *const c_void,
    size: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite gives `size` bytes to be written.
    let (handle, source) = unsafe {
        let size = usize::try_from(size).unwrap_or(0);
        (
            handle(file),
            slice::from_raw_parts(source.cast::<u8>(), size),
        )
    };
    code(handle.write(place(offset), source), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    code(handle.resize(place(size)), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    let result = match handle.content {
        Content::Named(_) => handle.with(|media, file, _| media.sync(file)),
        Content::Temporary(_) => Ok(()),
    };
    if result.is_ok() {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_IOERR_FSYNC
    }
}

unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    size_out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    match handle.size() {
        Ok(size) => {
            // SAFETY: SQLite gives the place for the answer.
            unsafe { *size_out = size as ffi::sqlite3_int64 };
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_IOERR_FSTAT,
    }
}

fn lock_level(level: c_int) -> LockLevel {
    match level {
        ffi::SQLITE_LOCK_NONE => LockLevel::None,
        ffi::SQLITE_LOCK_SHARED => LockLevel::Shared,
        ffi::SQLITE_LOCK_RESERVED => LockLevel::Reserved,
        ffi::SQLITE_LOCK_PENDING => LockLevel::Pending,
        _ => LockLevel::Exclusive,
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    let result = handle.with(|media, file, number| {
        let granted = media.inode(file)?.locks.raise(number, lock_level(level));
        if granted {
            Ok(())
        } else {
            Err(DiskError::Locked)
        }
    });
    code(result, ffi::SQLITE_IOERR_LOCK)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    let result = handle.with(|media, file, number| {
        media.inode(file)?.locks.lower(number, lock_level(level));
        Ok(())
    });
    code(result, ffi::SQLITE_IOERR_UNLOCK)
}

unsafe extern "C" fn check_reserved_lock(
    file: *mut ffi::sqlite3_file,
    result_out: *mut c_int,
) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    match handle.with(|media, file, _| Ok(media.inode(file)?.locks.is_reserved())) {
        Ok(reserved) => {
            // SAFETY: SQLite gives the place for the answer.
            unsafe { *result_out = c_int::from(reserved) };
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_IOERR_CHECKRESERVEDLOCK,
    }
}

unsafe extern "C" fn file_control(
    _file: *mut ffi::sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_file: *mut ffi::sqlite3_file) -> c_int {
    vfs::SECTOR_SIZE
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    vfs::characteristics(power::lock(&handle.tenant.media).surface)
}

unsafe extern "C" fn index_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    _region_size: c_int,
    extend: c_int,
    address_out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    let extend = if extend == 0 { Extend::No } else { Extend::Yes };
    let number = usize::try_from(region).unwrap_or(usize::MAX);
    let found = handle
        .with(|media, file, user| Ok(media.inode(file)?.wal_index.region(user, number, extend)));
    let (code, address) = match found {
        Ok(Some(region)) => {
            let address = region.start().cast();
            handle.regions.push(region);
            (ffi::SQLITE_OK, address)
        }
        Ok(None) if extend == Extend::No => (ffi::SQLITE_OK, ptr::null_mut()),
        Ok(None) => (ffi::SQLITE_IOERR_SHMSIZE, ptr::null_mut()),
        Err(_) => (ffi::SQLITE_IOERR_SHMMAP, ptr::null_mut()),
    };
    // SAFETY: SQLite gives the place for the answer; the region is kept by the handle.
    unsafe { *address_out = address };
    code
}

unsafe extern "C" fn index_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    let wanted = if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        IndexLock::Released
    } else if flags & ffi::SQLITE_SHM_SHARED != 0 {
        IndexLock::Shared
    } else {
        IndexLock::Exclusive
    };
    let mask = (first..first.saturating_add(count))
        .filter(|number| (0..ffi::SQLITE_SHM_NLOCK).contains(number))
        .fold(0_u32, |mask, number| mask | (1 << number));
    let result = handle.with(|media, file, user| {
        let granted = media.inode(file)?.wal_index.lock(user, mask, wanted);
        if granted {
            Ok(())
        } else {
            Err(DiskError::Locked)
        }
    });
    if result.is_ok() && wanted == IndexLock::Released && mask & WRITER_LOCK != 0 {
        let visit = {
            let mut media = power::lock(&handle.tenant.media);
            Visit::due(&mut media.visit)
        };
        // The disk is free again: whoever visits uses connections of its own.
        if let Some(visit) = visit {
            visit();
        }
    }
    code(result, ffi::SQLITE_IOERR_SHMLOCK)
}

unsafe extern "C" fn index_barrier(_file: *mut ffi::sqlite3_file) {
    atomic::fence(atomic::Ordering::SeqCst);
}

unsafe extern "C" fn index_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: an open file of ours.
    let handle = unsafe { handle(file) };
    // The memory of an earlier start is freed with its last handle.
    let _ = handle.with(|media, file, user| {
        media.inode(file)?.wal_index.leave(user);
        Ok(())
    });
    handle.regions.clear();
    ffi::SQLITE_OK
}

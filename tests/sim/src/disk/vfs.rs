//! The functions that SQLite calls to use the disk.

#![allow(
    unsafe_code,
    reason = "SQLite calls its VFS through C function pointers"
)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::Arc;

use rusqlite::ffi;

use super::fault::{DiskError, Surface};
use super::limits::{NAME_SIZE_BYTES_MAX, SECTOR_SIZE_BYTES};
use super::media::{Creation, Durability, Media};
use super::power;
use super::tenant::Tenant;
use super::vfs_file::{Content, Handle, METHODS, SimFile};

/// Milliseconds from noon of 24 November 4714 BC, where SQLite's days begin, to 1970.
const UNIX_EPOCH_JULIAN_MS: i64 = 210_866_760_000_000;

/// The registration, but for its name and its tenant.
pub(super) fn registration() -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<SimFile>() as c_int,
        mxPathname: NAME_SIZE_BYTES_MAX as c_int,
        pNext: ptr::null_mut(),
        zName: ptr::null(),
        pAppData: ptr::null_mut(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: Some(library_open),
        xDlError: Some(library_error),
        xDlSym: Some(library_symbol),
        xDlClose: Some(library_close),
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time_ms),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

/// Does `action` on the disk behind `vfs`, unless its machine has been started anew.
///
/// # Safety
/// `vfs` comes from SQLite and is one of ours.
unsafe fn with_media<T>(
    vfs: *mut ffi::sqlite3_vfs,
    action: impl FnOnce(&mut Media) -> Result<T, DiskError>,
) -> Result<T, DiskError> {
    // SAFETY: as the caller promises.
    let tenant = unsafe { Tenant::of(vfs) }.ok_or(DiskError::PoweredOff)?;
    let mut media = power::lock(&tenant.media);
    media.check(tenant.boot)?;
    action(&mut media)
}

/// A file name of SQLite as text; names that are not UTF-8 name nothing here.
///
/// # Safety
/// `name` is a C string that outlives the result.
unsafe fn text<'a>(name: *const c_char) -> Result<&'a str, DiskError> {
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(name) }
        .to_str()
        .map_err(|_| DiskError::NotFound)
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let target = file.cast::<SimFile>();
    // SAFETY: SQLite gives room for `szOsFile` bytes; without methods it does not close the file.
    unsafe { (*target).base.pMethods = ptr::null() };
    // SAFETY: both come from SQLite's call.
    let Ok(handle) = (unsafe { opened(vfs, name, flags) }) else {
        return ffi::SQLITE_CANTOPEN;
    };
    // SAFETY: as above; `flags_out` may be null by SQLite's own documentation.
    unsafe {
        (*target).handle = Box::into_raw(Box::new(handle));
        (*target).base.pMethods = &raw const METHODS;
        if let Some(flags_out) = flags_out.as_mut() {
            *flags_out = flags;
        }
    }
    ffi::SQLITE_OK
}

/// # Safety
/// `vfs` is one of ours; `name` is null (a temporary file) or a C string.
unsafe fn opened(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
) -> Result<Handle, DiskError> {
    // SAFETY: as the caller promises.
    let tenant = unsafe { Tenant::of(vfs) }.ok_or(DiskError::PoweredOff)?;
    let (number, content) = {
        let mut media = power::lock(&tenant.media);
        media.check(tenant.boot)?;
        let content = if name.is_null() {
            Content::Temporary(Vec::new())
        } else {
            let creation = match (
                flags & ffi::SQLITE_OPEN_CREATE != 0,
                flags & ffi::SQLITE_OPEN_EXCLUSIVE != 0,
            ) {
                (false, _) => Creation::Never,
                (true, false) => Creation::IfMissing,
                (true, true) => Creation::Always,
            };
            // SAFETY: not null, hence a C string, which SQLite keeps while the file is open.
            let name = unsafe { text(name) }?;
            let file = media.open(name, creation)?;
            media.inode(file)?.handles += 1;
            if flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0 {
                media.delete(name, Durability::Later)?;
            }
            Content::Named(file)
        };
        (media.next_number(), content)
    };
    Ok(Handle {
        tenant: Arc::clone(&tenant),
        number,
        content,
        regions: Vec::new(),
    })
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_directory: c_int,
) -> c_int {
    let durability = if sync_directory == 0 {
        Durability::Later
    } else {
        Durability::Now
    };
    // SAFETY: both come from SQLite's call.
    let result = unsafe {
        text(name).and_then(|name| with_media(vfs, |media| media.delete(name, durability)))
    };
    match result {
        Ok(()) => ffi::SQLITE_OK,
        Err(DiskError::NotFound) => ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(_) => ffi::SQLITE_IOERR_DELETE,
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    result_out: *mut c_int,
) -> c_int {
    // SAFETY: both come from SQLite's call.
    let found = unsafe {
        text(name).and_then(|name| {
            with_media(vfs, |media| match media.find(name) {
                // An empty file counts as none, as on Unix: an empty journal is no journal.
                Some(file) => Ok(!media.inode(file)?.bytes().is_empty()),
                None => Ok(false),
            })
        })
    };
    match found {
        Ok(exists) => {
            // SAFETY: SQLite gives the place for the answer.
            unsafe { *result_out = c_int::from(exists) };
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_IOERR_ACCESS,
    }
}

unsafe extern "C" fn full_pathname(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    name_out: *mut c_char,
) -> c_int {
    // SAFETY: a C string from SQLite.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if bytes.len() > usize::try_from(room).unwrap_or(0) {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: SQLite gives room for `room` bytes, elsewhere than the name; checked just above.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), name_out.cast(), bytes.len()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(
    vfs: *mut ffi::sqlite3_vfs,
    size: c_int,
    bytes_out: *mut c_char,
) -> c_int {
    let Ok(count) = usize::try_from(size) else {
        return 0;
    };
    // SAFETY: SQLite gives room for `size` bytes, which may be uninitialised: zeroed first.
    let bytes = unsafe {
        ptr::write_bytes(bytes_out, 0, count);
        slice::from_raw_parts_mut(bytes_out.cast::<u8>(), count)
    };
    // SAFETY: `vfs` comes from SQLite's call.
    let filled = unsafe {
        with_media(vfs, |media| {
            media.sqlite_dice.fill(bytes);
            Ok(())
        })
    };
    if filled.is_ok() { size } else { 0 }
}

/// Time does not pass here: the wait is over at once, and other threads get their turn.
unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, duration_us: c_int) -> c_int {
    std::thread::yield_now();
    duration_us
}

unsafe extern "C" fn current_time_ms(
    vfs: *mut ffi::sqlite3_vfs,
    time_out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: `vfs` comes from SQLite's call.
    match unsafe { with_media(vfs, |media| Ok(media.now_unix_ms)) } {
        Ok(now_unix_ms) => {
            // SAFETY: SQLite gives the place for the answer.
            unsafe { *time_out = now_unix_ms.saturating_add(UNIX_EPOCH_JULIAN_MS) };
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_ERROR,
    }
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, time_out: *mut f64) -> c_int {
    let mut julian_ms = 0;
    // SAFETY: `vfs` comes from SQLite's call, the place for the answer from it and from above.
    unsafe {
        let code = current_time_ms(vfs, &raw mut julian_ms);
        *time_out = julian_ms as f64 / 86_400_000.0;
        code
    }
}

unsafe extern "C" fn last_error(
    _vfs: *mut ffi::sqlite3_vfs,
    _size: c_int,
    _text_out: *mut c_char,
) -> c_int {
    0
}

/// There are no libraries on this disk.
unsafe extern "C" fn library_open(
    _vfs: *mut ffi::sqlite3_vfs,
    _name: *const c_char,
) -> *mut c_void {
    ptr::null_mut()
}

unsafe extern "C" fn library_error(
    _vfs: *mut ffi::sqlite3_vfs,
    size: c_int,
    text_out: *mut c_char,
) {
    if size > 0 {
        // SAFETY: SQLite gives room for `size` bytes.
        unsafe { *text_out = 0 };
    }
}

type Symbol = unsafe extern "C" fn(*mut ffi::sqlite3_vfs, *mut c_void, *const c_char);

unsafe extern "C" fn library_symbol(
    _vfs: *mut ffi::sqlite3_vfs,
    _library: *mut c_void,
    _name: *const c_char,
) -> Option<Symbol> {
    None
}

unsafe extern "C" fn library_close(_vfs: *mut ffi::sqlite3_vfs, _library: *mut c_void) {}

/// What the disk tells SQLite it can bear.
pub(super) fn characteristics(surface: Surface) -> c_int {
    match surface {
        Surface::Unspecified => 0,
        Surface::Powersafe => ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE,
    }
}

/// The size of a sector, as SQLite wants it.
pub(super) const SECTOR_SIZE: c_int = SECTOR_SIZE_BYTES as c_int;

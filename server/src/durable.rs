//! Files that are there whole or not at all, also after a power cut.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// The owner alone (mode 0600): keys.
    Owner,
    /// As the process's mask says: contents that are no secret to the machine's users.
    Mask,
}

/// Writes `bytes` to a new file at `path` and brings them to the disk; not the name, see
/// [`sync_folder`].
pub(crate) fn write_synced(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts `bytes` under `folder/name` in one step: a temporary file beside it, fsync, rename, fsync
/// of the folder. A cut leaves the old content or the new, never half.
pub(crate) fn replace_file(
    folder: &Path,
    name: &str,
    bytes: &[u8],
    readers: Readers,
) -> io::Result<()> {
    let temporary = folder.join(format!(".{name}.new"));
    // A leftover of a cut may carry wider rights than asked for.
    remove_if_present(&temporary)?;
    write_synced(&temporary, bytes, readers)?;
    fs::rename(&temporary, folder.join(name))?;
    sync_folder(folder)
}

/// Brings the names inside `folder` to the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes the file at `path`; absent is as good as removed.
pub(crate) fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether others than the owner may read the file. Always `false` where modes do not exist.
pub(crate) fn readable_by_others(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path).map(|_| false)
    }
}

/// Makes a folder that only the owner may enter (mode 0700), with its parents.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

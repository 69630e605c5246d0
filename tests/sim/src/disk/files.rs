//! Plain files: photos of a device, blobs of a server.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::fault::DiskError;
use super::media::{Boot, Creation, Durability, Media};
use super::power;

/// The files of a disk beside its databases, as one start of the machine sees them.
///
/// Nothing written here is durable before [`Files::sync_file`], no rename or removal before
/// [`Files::sync_names`]. After a crash or a kill each call answers [`DiskError::PoweredOff`]: a
/// store that survived by mistake cannot go on writing. Databases are files of the same disk and
/// may be listed, copied and removed here too.
///
/// Names are compared byte by byte; `/` has no meaning and no directory needs to be made.
#[derive(Clone)]
pub struct Files {
    media: Arc<Mutex<Media>>,
    boot: Boot,
}

impl Files {
    pub(super) fn new(media: Arc<Mutex<Media>>) -> Self {
        let boot = power::lock(&media).boot;
        Self { media, boot }
    }

    /// Makes the file, or replaces its content. Unsynced: a power cut may leave the old bytes, the
    /// new ones, or any mixture of parts of them.
    ///
    /// # Errors
    /// [`DiskError::Full`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.with(|media| {
            let file = media.open(name, Creation::IfMissing)?;
            if !media.inode(file)?.bytes().is_empty() {
                media.resize(file, 0)?;
            }
            media.write(file, 0, bytes)
        })
    }

    /// Writes `bytes` behind what is there; makes the file if it is missing. Unsynced.
    ///
    /// # Errors
    /// [`DiskError::Full`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn append_file(&self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.with(|media| {
            let file = media.open(name, Creation::IfMissing)?;
            let end = media.inode(file)?.bytes().len();
            media.write(file, end, bytes)
        })
    }

    /// Writes `bytes` at `offset_bytes`; makes the file if it is missing, and fills a gap with
    /// zeros. Unsynced.
    ///
    /// # Errors
    /// [`DiskError::Full`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn write_at(&self, name: &str, offset_bytes: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.with(|media| {
            let file = media.open(name, Creation::IfMissing)?;
            media.write(
                file,
                usize::try_from(offset_bytes).unwrap_or(usize::MAX),
                bytes,
            )
        })
    }

    /// The whole content.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn read_file(&self, name: &str) -> Result<Vec<u8>, DiskError> {
        self.read_range(name, 0, u64::MAX)
    }

    /// At most `size_bytes` bytes from `offset_bytes` on; fewer, or none, where the file ends.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn read_range(
        &self,
        name: &str,
        offset_bytes: u64,
        size_bytes: u64,
    ) -> Result<Vec<u8>, DiskError> {
        self.with(|media| {
            let file = media.find(name).ok_or(DiskError::NotFound)?;
            let offset = usize::try_from(offset_bytes).unwrap_or(usize::MAX);
            let size = usize::try_from(size_bytes).unwrap_or(usize::MAX);
            media.read(file, offset, size).map(<[u8]>::to_vec)
        })
    }

    /// The size of a file, `None` when there is none of that name.
    ///
    /// # Errors
    /// [`DiskError::PoweredOff`].
    pub fn find_size_bytes(&self, name: &str) -> Result<Option<u64>, DiskError> {
        self.with(|media| match media.find(name) {
            None => Ok(None),
            Some(file) => Ok(Some(media.inode(file)?.bytes().len() as u64)),
        })
    }

    /// Makes the content of a file durable, and the fact that it was made; not a later rename.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::Io`] or [`DiskError::PoweredOff`]. After an error
    /// some of the unsynced bytes may never become durable: write them again.
    pub fn sync_file(&self, name: &str) -> Result<(), DiskError> {
        self.with(|media| {
            let file = media.find(name).ok_or(DiskError::NotFound)?;
            media.sync(file)
        })
    }

    /// Makes all creations, renames and removals durable (a sync of the directory).
    ///
    /// # Errors
    /// [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn sync_names(&self) -> Result<(), DiskError> {
        self.with(Media::sync_names)
    }

    /// Gives the file `from` the name `to`, in one step that is never seen half done; what `to`
    /// named before is gone. Unsynced.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.with(|media| media.rename(from, to))
    }

    /// Removes a file. Unsynced: a power cut may bring it back.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::Io`] or [`DiskError::PoweredOff`].
    pub fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.with(|media| media.delete(name, Durability::Later))
    }

    /// The names that begin with `prefix`, in byte order.
    ///
    /// # Errors
    /// [`DiskError::PoweredOff`].
    pub fn list(&self, prefix: &str) -> Result<Vec<String>, DiskError> {
        self.with(|media| Ok(media.list(prefix)))
    }

    fn with<T>(
        &self,
        action: impl FnOnce(&mut Media) -> Result<T, DiskError>,
    ) -> Result<T, DiskError> {
        let mut media = power::lock(&self.media);
        media.check(self.boot)?;
        action(&mut media)
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Files")
            .field("boot", &self.boot)
            .finish_non_exhaustive()
    }
}

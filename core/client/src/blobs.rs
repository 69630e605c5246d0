//! The device's files, each named by the SHA-256 of its content: photos, thumbnails, segments,
//! manuals, sealed minutes.

mod folder;

use jawla_model::Hash32;

pub use folder::FolderFiles;

/// Files by content. What lies under a hash has that hash: it was checked when it came.
///
/// A file is *kept* (whole, checked) or *arriving* (a download, of which every received byte
/// stays, over cuts and kills). All calls block and are short; a call that returns `Ok` after
/// writing is durable.
pub trait DeviceFiles: Send + Sync {
    /// Keeps a whole file. Keeping one that is kept already changes nothing.
    ///
    /// # Errors
    /// [`FileError::WrongHash`] when `bytes` do not have this hash; [`FileError::TooLarge`];
    /// [`FileError::StorageFull`]; [`FileError::Disk`]. Nothing is kept then.
    fn write(&self, hash: Hash32, bytes: &[u8]) -> Result<(), FileError>;

    /// Reads up to `max_bytes` of a kept file from `offset_bytes` on, and at most
    /// [`FILE_READ_SIZE_BYTES_MAX`](crate::limits::FILE_READ_SIZE_BYTES_MAX); less only at its
    /// end, nothing beyond it.
    ///
    /// # Errors
    /// [`FileError::Missing`] when the file is not kept; [`FileError::Disk`].
    fn read(&self, hash: Hash32, offset_bytes: u64, max_bytes: usize)
    -> Result<Vec<u8>, FileError>;

    /// Size of a kept file; `None` when it is not kept.
    ///
    /// # Errors
    /// [`FileError::Disk`].
    fn size_bytes(&self, hash: Hash32) -> Result<Option<u64>, FileError>;

    /// Adds bytes to an arriving file and returns how many of it are held now.
    ///
    /// Bytes below that number are passed over, so the same piece may come twice. What came
    /// damaged shows at [`finish_download`](Self::finish_download).
    ///
    /// # Errors
    /// [`FileError::Gap`] when `offset_bytes` is above what is held; [`FileError::TooLarge`];
    /// [`FileError::StorageFull`]; [`FileError::Disk`]. What was held stays.
    fn append_download(
        &self,
        hash: Hash32,
        offset_bytes: u64,
        bytes: &[u8],
    ) -> Result<u64, FileError>;

    /// How many bytes of an arriving file are held: where its download goes on. 0 for none.
    ///
    /// # Errors
    /// [`FileError::Disk`].
    fn downloaded_bytes(&self, hash: Hash32) -> Result<u64, FileError>;

    /// Checks the hash of an arriving file whose last byte came. Right, it is kept; wrong, it is
    /// thrown away.
    ///
    /// # Errors
    /// [`FileError::Missing`] when nothing of it arrived and it is not kept; [`FileError::Disk`].
    fn finish_download(&self, hash: Hash32) -> Result<Finished, FileError>;

    /// Removes a file, kept or arriving; one that is not there is removed already.
    ///
    /// # Errors
    /// [`FileError::Disk`].
    fn remove(&self, hash: Hash32) -> Result<(), FileError>;

    /// Every kept file, in the order of their hashes.
    ///
    /// # Errors
    /// [`FileError::Disk`].
    fn list(&self) -> Result<Vec<FileRow>, FileError>;

    /// Bytes that are free for this app where the files lie; none where nobody tells. A call to
    /// the system that reads no file: fit for every page.
    fn free_bytes(&self) -> Option<u64> {
        None
    }
}

/// What came of a finished download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It has its hash and is kept.
    Verified {
        /// Its size.
        size_bytes: u64,
    },
    /// It has another hash and is gone: its download starts at 0.
    ThrownAway,
}

/// One kept file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRow {
    /// Its name.
    pub hash: Hash32,
    /// Its size.
    pub size_bytes: u64,
}

/// Why a file could not be kept or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The device has no room. A person must free some.
    #[error("the device has no room")]
    StorageFull,
    /// No such file is kept.
    #[error("no such file on this device")]
    Missing,
    /// The bytes are not those of this hash.
    #[error("the bytes do not have this hash")]
    WrongHash,
    /// A piece of a download came too early.
    #[error("a piece is missing: {held_bytes} bytes are held")]
    Gap {
        /// Where the download goes on.
        held_bytes: u64,
    },
    /// Larger than any file of ours.
    #[error("a file of {size_bytes} bytes is too large")]
    TooLarge {
        /// What it would have had.
        size_bytes: u64,
    },
    /// The disk refused for another reason.
    #[error("the disk failed ({kind:?})")]
    Disk {
        /// What the operating system said.
        kind: std::io::ErrorKind,
    },
}

impl FileError {
    /// A short name for logs and counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::StorageFull => "storage_full",
            Self::Missing => "missing",
            Self::WrongHash => "wrong_hash",
            Self::Gap { .. } => "gap",
            Self::TooLarge { .. } => "too_large",
            Self::Disk { .. } => "disk",
        }
    }

    /// What a person reads about it, in French.
    pub const fn sentence_fr(&self) -> &'static str {
        match self {
            Self::StorageFull => {
                "Le téléphone n'a plus de place. Libérez-en, puis recommencez ; rien n'est perdu."
            }
            Self::Missing => "Ce fichier n'est pas sur ce téléphone.",
            Self::WrongHash | Self::Gap { .. } => {
                "Ce fichier est arrivé abîmé. Il sera demandé de nouveau."
            }
            Self::TooLarge { .. } => "Ce fichier est trop grand pour le téléphone.",
            Self::Disk { .. } => "Le téléphone n'arrive pas à lire ou à écrire ce fichier.",
        }
    }

    /// What a person reads about it, in Arabic.
    pub const fn sentence_ar(&self) -> &'static str {
        match self {
            Self::StorageFull => "لم تبق مساحة في الهاتف. أفرغ بعضها ثم أعد المحاولة؛ لم يضع شيء.",
            Self::Missing => "هذا الملف غير موجود في هذا الهاتف.",
            Self::WrongHash | Self::Gap { .. } => "وصل هذا الملف تالفا. سيُطلب من جديد.",
            Self::TooLarge { .. } => "هذا الملف أكبر مما يتحمله الهاتف.",
            Self::Disk { .. } => "لا يستطيع الهاتف قراءة هذا الملف أو كتابته.",
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::StorageFull,
            ErrorKind::NotFound => Self::Missing,
            kind => Self::Disk { kind },
        }
    }
}

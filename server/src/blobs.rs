//! Files by their content: photos, sealed records, segments, manuals; finished ones and those
//! still arriving.
//!
//! A file's name is the SHA-256 of its bytes and nothing a client chooses ever becomes part of a
//! path. Every received byte is kept, so a cut link costs nothing but the answer; what is
//! announced as finished is on the disk. An upload belongs to (hash, incarnation): nobody can
//! poison another's, and to know a hash is not a right to the bytes. So a second owner sends the
//! whole file too, even when the store already has it; it is kept once.
//!
//! All calls block: from a handler, run them on a thread for blocking work.

mod folder;
mod memory;
#[cfg(test)]
mod tests;

use std::io;
use std::time::Duration;

use jawla_model::{Hash32, IncarnationId};
use sha2::{Digest, Sha256};

pub use folder::FolderBlobs;
pub use memory::MemoryBlobs;

/// What the store accepts. Tests shorten them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobLimits {
    /// One file. Photos are reduced to at most 16 MiB on the phone; a manual with pictures or a
    /// scanned contract is larger.
    pub file_bytes_max: u64,
    /// Uploads that one incarnation may have open. A phone sends one or two at a time; the rest
    /// is for those that were cut and wait for their turn.
    pub open_uploads_max: usize,
    /// What those may hold together, so that a lost phone or a hostile one cannot fill the disk.
    pub open_upload_bytes_max: u64,
    /// An upload that nobody continued for this long is thrown away.
    pub upload_life: Duration,
}

impl Default for BlobLimits {
    fn default() -> Self {
        Self {
            file_bytes_max: 64 * 1024 * 1024,
            open_uploads_max: 32,
            open_upload_bytes_max: 256 * 1024 * 1024,
            upload_life: Duration::from_secs(30 * 24 * 3_600),
        }
    }
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No finished file has this hash.
    #[error("the file is not held")]
    NotHeld,
    /// The upload continues elsewhere: send from `held_bytes`.
    #[error("the upload stands at {held_bytes} bytes")]
    WrongOffset {
        /// How much is held.
        held_bytes: u64,
    },
    /// Bytes below the offset differ from those held. Nothing changed.
    #[error("the bytes differ from those already held")]
    Disagrees {
        /// How much is held.
        held_bytes: u64,
    },
    /// The file is complete and its content is not what its name says. It was thrown away: the
    /// offset is 0 again.
    #[error("the file's content does not have its hash")]
    WrongHash,
    /// More bytes than the file was announced with. Nothing changed.
    #[error("more bytes than the {total_bytes} announced")]
    BeyondTotal {
        /// What was announced.
        total_bytes: u64,
    },
    /// The file is larger than any may be.
    #[error("a file has at most {file_bytes_max} bytes")]
    TooLarge {
        /// The limit.
        file_bytes_max: u64,
    },
    /// This incarnation has too many uploads open, or too large ones: finish some first.
    #[error("too many open uploads")]
    TooManyUploads {
        /// How many may be open.
        open_uploads_max: usize,
    },
    /// The disk has no room. What came is kept as far as it went; ask for the offset.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed otherwise.
    #[error("the file store cannot be read or written")]
    Disk(#[source] io::Error),
}

impl BlobError {
    /// What the person is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::NotHeld => "Ce fichier n'est pas encore arrivé sur le serveur.".to_owned(),
            Self::WrongOffset { .. } | Self::Disagrees { .. } | Self::BeyondTotal { .. } => {
                "L'envoi du fichier doit reprendre à un autre endroit. Il reprendra tout seul."
                    .to_owned()
            }
            Self::WrongHash => {
                "Le fichier est arrivé abîmé. Il sera envoyé encore une fois.".to_owned()
            }
            Self::TooLarge { file_bytes_max } => format!(
                "Le fichier est trop volumineux : {} Mo au plus.",
                file_bytes_max / (1024 * 1024)
            ),
            Self::TooManyUploads { .. } => {
                "Trop d'envois sont commencés : terminez-en d'abord quelques-uns.".to_owned()
            }
            Self::DiskFull => {
                "Le serveur n'a plus de place. Vos photos restent sur le téléphone.".to_owned()
            }
            Self::Disk(_) => "Le serveur n'a pas pu enregistrer le fichier.".to_owned(),
        }
    }
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Disk(error),
        }
    }
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// How many bytes of the file are held now.
    pub offset: u64,
    /// Whether the file is whole, verified, and on the disk under its name.
    pub finished: bool,
}

/// A piece of an upload.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Where in the file the first byte belongs. Not above what is held; below, where the bytes
    /// agree with those held.
    pub offset: u64,
    /// Size of the whole file, the same in each piece.
    pub total_bytes: u64,
    /// The bytes; may be none, to finish a file of which all bytes are held.
    pub bytes: &'a [u8],
}

/// Files by their content. See the module for what holds.
pub trait Blobs: Send + Sync {
    /// The size of the finished file, if there is one.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    fn find(&self, hash: &Hash32) -> Result<Option<u64>, BlobError>;

    /// Up to `size_bytes_max` bytes of a finished file from `offset`; none at or after its end.
    ///
    /// # Errors
    /// [`BlobError::NotHeld`], [`BlobError::Disk`].
    fn read(&self, hash: &Hash32, offset: u64, size_bytes_max: usize)
    -> Result<Vec<u8>, BlobError>;

    /// Keeps a small whole file, durable on return. Again is fine.
    ///
    /// # Errors
    /// [`BlobError::WrongHash`], [`BlobError::TooLarge`], [`BlobError::DiskFull`],
    /// [`BlobError::Disk`]; nothing changed then.
    fn put(&self, hash: &Hash32, bytes: &[u8]) -> Result<(), BlobError>;

    /// How many bytes of its upload `owner` need not send again: its size when the owner has
    /// finished it, 0 when it never began.
    ///
    /// Safe against a killed process. A power cut may take the last bytes of an unfinished
    /// upload; then the answer is smaller, or the file is thrown away at its end and sent again.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    fn upload_offset(&self, hash: &Hash32, owner: &IncarnationId) -> Result<u64, BlobError>;

    /// Adds a piece to `owner`'s upload of `hash`; the last one finishes the file, durable on
    /// return. Repeating a piece is fine, also after the end.
    ///
    /// # Errors
    /// Each variant of [`BlobError`] but `NotHeld`; its documentation says what is held then.
    fn append(
        &self,
        hash: &Hash32,
        owner: &IncarnationId,
        piece: Piece<'_>,
    ) -> Result<Appended, BlobError>;

    /// At most `count_max` finished files with their sizes, by rising hash, after `after`.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    fn list(
        &self,
        after: Option<&Hash32>,
        count_max: usize,
    ) -> Result<Vec<(Hash32, u64)>, BlobError>;
}

/// The name of a file with these bytes.
pub fn hash_of(bytes: &[u8]) -> Hash32 {
    Hash32(Sha256::digest(bytes).into())
}

/// What is wrong with a piece before any store is asked.
fn check_piece(piece: &Piece<'_>, limits: &BlobLimits) -> Result<(), BlobError> {
    if piece.total_bytes > limits.file_bytes_max {
        return Err(BlobError::TooLarge {
            file_bytes_max: limits.file_bytes_max,
        });
    }
    let end = u64::try_from(piece.bytes.len())
        .ok()
        .and_then(|len| piece.offset.checked_add(len));
    match end {
        Some(end) if end <= piece.total_bytes => Ok(()),
        _ => Err(BlobError::BeyondTotal {
            total_bytes: piece.total_bytes,
        }),
    }
}

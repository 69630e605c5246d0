//! A witness outside the database: how far this life of the store had come.
//!
//! It lies where no backup reaches, so that a database that was copied back, or copied to a
//! second phone, is noticed before it writes: it then takes a new incarnation and is enrolled
//! again, and its work stays.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use jawla_model::IncarnationId;

use crate::error::{ClientError, StorageError};

/// What the witness remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Testimony {
    /// The incarnation that wrote last.
    pub incarnation: IncarnationId,
    /// The number of its last request.
    pub last_request: u64,
}

/// Storage that no backup takes: the key store of a phone, a file that is excluded from copies.
pub trait Witness: Send + Sync {
    /// What was remembered; none on a new install.
    fn recall(&self) -> Option<Testimony>;

    /// Remembers durably.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    fn remember(&self, testimony: Testimony) -> Result<(), ClientError>;
}

/// A file beside the store, for platforms without a key store of their own.
#[derive(Debug)]
pub struct FileWitness {
    path: PathBuf,
}

impl FileWitness {
    /// The witness kept in this file.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl Witness for FileWitness {
    fn recall(&self) -> Option<Testimony> {
        let text = fs::read_to_string(&self.path).ok()?;
        let (incarnation, last_request) = text.trim().split_once(' ')?;
        Some(Testimony {
            incarnation: incarnation.parse().ok()?,
            last_request: last_request.parse().ok()?,
        })
    }

    fn remember(&self, testimony: Testimony) -> Result<(), ClientError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::StorageFull => ClientError::StorageFull,
            _ => ClientError::Storage(StorageError::Witness(error)),
        };
        let fresh = self.path.with_extension("new");
        let mut file = fs::File::create(&fresh).map_err(failed)?;
        write!(file, "{} {}", testimony.incarnation, testimony.last_request).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&fresh, &self.path).map_err(failed)?;
        match self.path.parent().map(fs::File::open) {
            Some(Ok(folder)) => folder.sync_all().map_err(failed),
            _ => Ok(()),
        }
    }
}

//! Work that has not reached the province, as one file: for a phone that will find no network, or
//! will not come back.
//!
//! Numbers are big-endian.
//!
//! | Part | Bytes |
//! |---|---|
//! | magic | `JAWLAEXP` |
//! | version | `u32` = 1 |
//! | server, incarnation | 16, 16 |
//! | certificate | length `u32`, bytes |
//! | records | see below, any number |
//! | end | `u8` = 0 |
//! | signature | 64: Ed25519 of the incarnation, label `jawla/v1/export`, over the SHA-256 of all before |
//!
//! | Record | Bytes |
//! |---|---|
//! | pack | `u8` = 1, length `u64`, the pack in full form with its own signature |
//! | file | `u8` = 2, SHA-256 (32), length `u64`, content |
//!
//! The packs stand on their own signatures, so that a receiver takes in what is whole of a file
//! that was cut. Nothing in it is encrypted: it leaves the store.

use std::io::{self, Write};

use jawla_sync::sign::{self, Label};
use sha2::{Digest, Sha256};

use super::Device;
use crate::blobs::FileError;
use crate::error::ClientError;
use crate::limits::FILE_READ_SIZE_BYTES_MAX;
use crate::store::{FileDirection, files, packs};

const MAGIC: &[u8; 8] = b"JAWLAEXP";
const VERSION: u32 = 1;
const END: u8 = 0;
const PACK: u8 = 1;
const FILE: u8 = 2;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Packs.
    pub packs: u64,
    /// Changes in them.
    pub changes: u64,
    /// Photos and thumbnails.
    pub files: u64,
    /// Size of the whole.
    pub size_bytes: u64,
}

/// Writes and hashes.
struct Sealed<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
    size_bytes: u64,
}

impl Sealed<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.out.write_all(bytes).map_err(disk)?;
        self.digest.update(bytes);
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }
}

fn disk(error: io::Error) -> ClientError {
    FileError::from(error).into()
}

impl Device {
    /// Writes everything that the province has not acknowledged: packs (typing and local changes
    /// become packs first) and files. The store stays as it is and goes on sending.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`] and those of the disk; what was written then is no export.
    pub(crate) fn export_unsent(&mut self, out: &mut dyn Write) -> Result<Exported, ClientError> {
        self.leave_everything()?;
        self.pack_local_changes()?;
        let row = self.row()?;
        let identity = row.identity()?;
        let mut sealed = Sealed {
            out,
            digest: Sha256::new(),
            size_bytes: 0,
        };
        let certificate_bytes = u32::try_from(row.certificate.len())
            .map_err(|_| ClientError::Defect("a certificate is too large"))?;
        sealed.put(MAGIC)?;
        sealed.put(&VERSION.to_be_bytes())?;
        sealed.put(&row.server.0)?;
        sealed.put(&row.incarnation.0)?;
        sealed.put(&certificate_bytes.to_be_bytes())?;
        sealed.put(&row.certificate)?;
        let mut done = Exported::default();
        for waiting in packs::waiting(self.store.conn())? {
            if waiting.outcome.is_some() {
                continue;
            }
            sealed.put(&[PACK])?;
            sealed.put(&(waiting.pack.bytes.len() as u64).to_be_bytes())?;
            sealed.put(&waiting.pack.bytes)?;
            done.packs += 1;
            done.changes += waiting.pack.pack.entries.len() as u64;
        }
        for file in files::waiting(self.store.conn())? {
            if file.direction == FileDirection::Up {
                done.files += self.export_file(file.hash, &mut sealed)?;
            }
        }
        sealed.put(&[END])?;
        let whole: [u8; 32] = sealed.digest.finalize().into();
        let signature = sign::sign(&identity.key, Label::Export, &whole);
        sealed.out.write_all(&signature.0).map_err(disk)?;
        done.size_bytes = sealed.size_bytes + signature.0.len() as u64;
        Ok(done)
    }

    fn export_file(
        &self,
        hash: jawla_model::Hash32,
        sealed: &mut Sealed<'_>,
    ) -> Result<u64, ClientError> {
        // A file that is gone from the disk is an alarm elsewhere; the rest still leaves.
        let Some(size_bytes) = self.parts.files.size_bytes(hash)? else {
            return Ok(0);
        };
        sealed.put(&[FILE])?;
        sealed.put(&hash.0)?;
        sealed.put(&size_bytes.to_be_bytes())?;
        let mut at = 0;
        while at < size_bytes {
            let piece = self.parts.files.read(hash, at, FILE_READ_SIZE_BYTES_MAX)?;
            if piece.is_empty() {
                return Err(ClientError::Defect("a file is shorter than it was"));
            }
            at += piece.len() as u64;
            sealed.put(&piece)?;
        }
        Ok(1)
    }
}

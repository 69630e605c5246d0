//! Files of the device on their way: which one is next, how far each came.

use jawla_model::Hash32;

use super::Device;
use crate::error::ClientError;
use crate::platform::LinkKind;
use crate::store::{FileKind, FileRow, files};

/// A file that is to travel now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTask {
    /// The file.
    pub file: FileRow,
    /// The ticket to show.
    pub ticket: Vec<u8>,
}

/// How far a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileMoved {
    /// The other side holds that many bytes.
    UpTo(u64),
    /// The other side holds it whole, and its hash is right.
    Whole,
    /// It arrived with another hash and was thrown away.
    Wrong,
}

impl Device {
    /// The next file that may travel on this link, text always before it; none when nothing
    /// waits or there is no ticket.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn next_file(
        &self,
        link: LinkKind,
        passed_over: &[Hash32],
    ) -> Result<Option<FileTask>, ClientError> {
        let row = self.row()?;
        let Some(ticket) = row.ticket else {
            return Ok(None);
        };
        let next = files::waiting(self.store.conn())?
            .into_iter()
            .filter(|file| file.kind != FileKind::Photo || link.carries_photos())
            .find(|file| !passed_over.contains(&file.hash));
        Ok(next.map(|file| FileTask { file, ticket }))
    }

    /// Keeps how far a file is on the other side.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn note_file(&mut self, hash: Hash32, moved: FileMoved) -> Result<(), ClientError> {
        self.store.write(|tx| match moved {
            FileMoved::UpTo(bytes) => files::note_moved(tx, hash, bytes),
            FileMoved::Whole => files::note_held(tx, hash),
            FileMoved::Wrong => files::note_wrong(tx, hash),
        })
    }

    /// Forgets the ticket: the server did not take it, the next answer brings another.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn forget_ticket(&mut self) -> Result<(), ClientError> {
        self.store.write(|tx| {
            tx.execute("UPDATE device SET ticket = NULL, ticket_expires = 0", [])?;
            Ok(())
        })
    }
}

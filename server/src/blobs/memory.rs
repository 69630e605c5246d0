//! The file store in memory: for the simulator, which has its own disk, and for tests.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jawla_model::{Hash32, IncarnationId};

use super::{Appended, BlobError, BlobLimits, Blobs, Piece, check_piece, hash_of};

/// Files in memory, with the same promises as [`FolderBlobs`](super::FolderBlobs) but the disk.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    limits: BlobLimits,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    files: BTreeMap<Hash32, Vec<u8>>,
    parts: BTreeMap<(IncarnationId, Hash32), Vec<u8>>,
    done: BTreeMap<(IncarnationId, Hash32), u64>,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new(limits: BlobLimits) -> Self {
        Self {
            limits,
            held: Mutex::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_quota(&self, held: &Held, owner: &IncarnationId) -> Result<(), BlobError> {
        let mine = held.parts.iter().filter(|((of, _), _)| of == owner);
        let sizes: Vec<usize> = mine.map(|(_, part)| part.len()).collect();
        let bytes = sizes.iter().fold(0_u64, |sum, size| {
            sum.saturating_add(u64::try_from(*size).unwrap_or(u64::MAX))
        });
        let open_uploads_max = self.limits.open_uploads_max;
        if sizes.len() >= open_uploads_max || bytes >= self.limits.open_upload_bytes_max {
            return Err(BlobError::TooManyUploads { open_uploads_max });
        }
        Ok(())
    }
}

impl Blobs for MemoryBlobs {
    fn find(&self, hash: &Hash32) -> Result<Option<u64>, BlobError> {
        Ok(self.held().files.get(hash).map(|bytes| size(bytes)))
    }

    fn read(
        &self,
        hash: &Hash32,
        offset: u64,
        size_bytes_max: usize,
    ) -> Result<Vec<u8>, BlobError> {
        let held = self.held();
        let bytes = held.files.get(hash).ok_or(BlobError::NotHeld)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(bytes
            .iter()
            .skip(from)
            .take(size_bytes_max)
            .copied()
            .collect())
    }

    fn put(&self, hash: &Hash32, bytes: &[u8]) -> Result<(), BlobError> {
        if size(bytes) > self.limits.file_bytes_max {
            return Err(BlobError::TooLarge {
                file_bytes_max: self.limits.file_bytes_max,
            });
        }
        if hash_of(bytes) != *hash {
            return Err(BlobError::WrongHash);
        }
        self.held().files.insert(*hash, bytes.to_vec());
        Ok(())
    }

    fn upload_offset(&self, hash: &Hash32, owner: &IncarnationId) -> Result<u64, BlobError> {
        let held = self.held();
        let key = (*owner, *hash);
        let finished = held.done.get(&key).copied();
        Ok(finished.unwrap_or_else(|| held.parts.get(&key).map_or(0, |part| size(part))))
    }

    fn append(
        &self,
        hash: &Hash32,
        owner: &IncarnationId,
        piece: Piece<'_>,
    ) -> Result<Appended, BlobError> {
        check_piece(&piece, &self.limits)?;
        let mut held = self.held();
        let key = (*owner, *hash);
        if let Some(offset) = held.done.get(&key).copied() {
            return Ok(Appended {
                offset,
                finished: true,
            });
        }
        if !held.parts.contains_key(&key) {
            self.check_quota(&held, owner)?;
        }
        let mut part = held.parts.get(&key).cloned().unwrap_or_default();
        let held_bytes = size(&part);
        if piece.offset > held_bytes {
            return Err(BlobError::WrongOffset { held_bytes });
        }
        let from = usize::try_from(piece.offset).unwrap_or(usize::MAX);
        let overlap = part.iter().skip(from).zip(piece.bytes);
        if overlap.clone().any(|(ours, theirs)| ours != theirs) {
            return Err(BlobError::Disagrees { held_bytes });
        }
        let known = overlap.count();
        part.extend(piece.bytes.iter().skip(known));
        let offset = size(&part);
        if offset < piece.total_bytes {
            held.parts.insert(key, part);
            return Ok(Appended {
                offset,
                finished: false,
            });
        }
        held.parts.remove(&key);
        if hash_of(&part) != *hash {
            return Err(BlobError::WrongHash);
        }
        held.done.insert(key, offset);
        held.files.insert(*hash, part);
        Ok(Appended {
            offset,
            finished: true,
        })
    }

    fn list(
        &self,
        after: Option<&Hash32>,
        count_max: usize,
    ) -> Result<Vec<(Hash32, u64)>, BlobError> {
        let held = self.held();
        let from = after.map_or(Bound::Unbounded, |hash| Bound::Excluded(*hash));
        let files = held.files.range((from, Bound::Unbounded));
        Ok(files
            .take(count_max)
            .map(|(hash, bytes)| (*hash, size(bytes)))
            .collect())
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

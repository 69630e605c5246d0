//! The file store in a folder of the data folder.
//!
//! ```text
//! files/ab/abcd…            finished, durable
//! parts/<incarnation>/<hash> arriving; its length is the offset
//! done/<incarnation>/<hash>  empty: this owner has sent it all, whole and verified
//! fresh/                     whole files on their way to their name
//! ```
//! Order at the end of an upload: the part to the disk, then the mark of the owner, then the
//! name. A cut in between leaves a mark and a whole part, and the next call gives it its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use jawla_model::{Hash32, IncarnationId};
use sha2::{Digest, Sha256};

use super::{Appended, BlobError, BlobLimits, Blobs, Piece, check_piece, hash_of};
use crate::durable::{self, Readers};

/// Locks that uploads share by their hash's first byte: two connections of one phone may both
/// continue a file, and must not interleave; different files rarely meet.
const LOCKS: usize = 64;

/// Bytes read at once when a file is hashed or compared.
const CHUNK_BYTES: usize = 64 * 1024;

/// Files by their content in a folder. One process per folder.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    limits: BlobLimits,
    locks: Vec<Mutex<()>>,
    /// Opening an upload counts the owner's others: one at a time.
    opening: Mutex<()>,
    fresh_number: AtomicU64,
}

impl FolderBlobs {
    /// Opens the store in `root`, made when absent. What a killed process left is kept.
    ///
    /// # Errors
    /// [`BlobError::DiskFull`], [`BlobError::Disk`].
    pub fn open(root: &Path, limits: BlobLimits) -> Result<Self, BlobError> {
        for folder in ["files", "parts", "done", "fresh"] {
            durable::make_private_folder(&root.join(folder))?;
        }
        for leftover in fs::read_dir(root.join("fresh"))? {
            durable::remove_if_present(&leftover?.path())?;
        }
        durable::sync_folder(root)?;
        Ok(Self {
            root: root.to_owned(),
            limits,
            locks: (0..LOCKS).map(|_| Mutex::new(())).collect(),
            opening: Mutex::new(()),
            fresh_number: AtomicU64::new(0),
        })
    }

    /// Throws away uploads that nobody continued for [`BlobLimits::upload_life`] and forgets who
    /// finished what that long ago. Returns how many were thrown away. Run it once a day.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    pub fn sweep(&self, now_s: u64) -> Result<usize, BlobError> {
        let oldest = UNIX_EPOCH
            + Duration::from_secs(now_s.saturating_sub(self.limits.upload_life.as_secs()));
        let mut thrown_away = 0;
        for (folder, counts) in [("parts", 1), ("done", 0)] {
            for owner in fs::read_dir(self.root.join(folder))? {
                for entry in fs::read_dir(owner?.path())? {
                    let entry = entry?;
                    if entry.metadata()?.modified()? < oldest {
                        durable::remove_if_present(&entry.path())?;
                        thrown_away += counts;
                    }
                }
            }
        }
        Ok(thrown_away)
    }

    fn file_path(&self, hash: &Hash32) -> PathBuf {
        let name = hash.hex();
        let shelf: String = name.chars().take(2).collect();
        self.root.join("files").join(shelf).join(name)
    }

    fn part_path(&self, hash: &Hash32, owner: &IncarnationId) -> PathBuf {
        self.root.join("parts").join(owner.hex()).join(hash.hex())
    }

    fn done_path(&self, hash: &Hash32, owner: &IncarnationId) -> PathBuf {
        self.root.join("done").join(owner.hex()).join(hash.hex())
    }

    fn lock(&self, hash: &Hash32) -> Option<MutexGuard<'_, ()>> {
        let first = hash.0.first().copied().map_or(0, usize::from);
        let lock = self.locks.get(first % LOCKS)?;
        // The guarded state is on the disk and read anew by each call.
        Some(lock.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives a whole, synced file its name and brings the name to the disk.
    fn shelve(&self, from: &Path, hash: &Hash32) -> Result<(), BlobError> {
        let to = self.file_path(hash);
        let shelf = to.parent().unwrap_or(&self.root);
        if !shelf.try_exists()? {
            durable::make_private_folder(shelf)?;
            durable::sync_folder(&self.root.join("files"))?;
        }
        // Over a file of the same name: it has the same bytes.
        fs::rename(from, &to)?;
        durable::sync_folder(shelf)?;
        Ok(())
    }

    /// The size of the file that `owner` has sent whole, if so; finishes what a cut interrupted.
    fn finished_by(&self, hash: &Hash32, owner: &IncarnationId) -> Result<Option<u64>, BlobError> {
        if !self.done_path(hash, owner).try_exists()? {
            return Ok(None);
        }
        let part = self.part_path(hash, owner);
        let file = size_of(&self.file_path(hash))?;
        match (file, part.try_exists()?) {
            (Some(_), true) => durable::remove_if_present(&part)?,
            (None, true) => self.shelve(&part, hash)?,
            (None, false) => {
                // Someone removed the file by hand: the owner may send it again.
                durable::remove_if_present(&self.done_path(hash, owner))?;
            }
            (Some(_), false) => {}
        }
        Ok(size_of(&self.file_path(hash))?)
    }

    /// Opens the owner's part, under the quota when it is a new one.
    fn open_part(&self, hash: &Hash32, owner: &IncarnationId) -> Result<File, BlobError> {
        let path = self.part_path(hash, owner);
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        match options.open(&path) {
            Ok(part) => return Ok(part),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = path.parent().unwrap_or(&self.root);
        durable::make_private_folder(mine)?;
        let (mut uploads, mut bytes) = (0_usize, 0_u64);
        for entry in fs::read_dir(mine)? {
            uploads += 1;
            bytes = bytes.saturating_add(entry?.metadata()?.len());
        }
        let open_uploads_max = self.limits.open_uploads_max;
        if uploads >= open_uploads_max || bytes >= self.limits.open_upload_bytes_max {
            return Err(BlobError::TooManyUploads { open_uploads_max });
        }
        Ok(options.create(true).open(&path)?)
    }

    /// Checks the whole part, and gives it its name or throws it away.
    fn finish(
        &self,
        mut part: File,
        hash: &Hash32,
        owner: &IncarnationId,
    ) -> Result<(), BlobError> {
        let path = self.part_path(hash, owner);
        if hash_file(&mut part)? != *hash {
            durable::remove_if_present(&path)?;
            return Err(BlobError::WrongHash);
        }
        part.sync_all()?;
        let done = self.done_path(hash, owner);
        let marks = done.parent().unwrap_or(&self.root);
        if !marks.try_exists()? {
            durable::make_private_folder(marks)?;
            durable::sync_folder(&self.root.join("done"))?;
        }
        durable::write_synced(&done, &[], Readers::Owner)?;
        durable::sync_folder(marks)?;
        self.shelve(&path, hash)
    }
}

impl Blobs for FolderBlobs {
    fn find(&self, hash: &Hash32) -> Result<Option<u64>, BlobError> {
        Ok(size_of(&self.file_path(hash))?)
    }

    fn read(
        &self,
        hash: &Hash32,
        offset: u64,
        size_bytes_max: usize,
    ) -> Result<Vec<u8>, BlobError> {
        let mut file = match File::open(self.file_path(hash)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::NotHeld);
            }
            Err(error) => return Err(error.into()),
        };
        if offset >= file.metadata()?.len() {
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(u64::try_from(size_bytes_max).unwrap_or(u64::MAX))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn put(&self, hash: &Hash32, bytes: &[u8]) -> Result<(), BlobError> {
        let file_bytes_max = self.limits.file_bytes_max;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > file_bytes_max {
            return Err(BlobError::TooLarge { file_bytes_max });
        }
        if hash_of(bytes) != *hash {
            return Err(BlobError::WrongHash);
        }
        if self.find(hash)?.is_some() {
            return Ok(());
        }
        let number = self.fresh_number.fetch_add(1, Ordering::Relaxed);
        let fresh = self.root.join("fresh").join(number.to_string());
        let kept = durable::write_synced(&fresh, bytes, Readers::Owner)
            .map_err(BlobError::from)
            .and_then(|()| self.shelve(&fresh, hash));
        if kept.is_err() {
            let _ = durable::remove_if_present(&fresh);
        }
        kept
    }

    fn upload_offset(&self, hash: &Hash32, owner: &IncarnationId) -> Result<u64, BlobError> {
        let _lock = self.lock(hash);
        if let Some(size) = self.finished_by(hash, owner)? {
            return Ok(size);
        }
        Ok(size_of(&self.part_path(hash, owner))?.unwrap_or(0))
    }

    fn append(
        &self,
        hash: &Hash32,
        owner: &IncarnationId,
        piece: Piece<'_>,
    ) -> Result<Appended, BlobError> {
        check_piece(&piece, &self.limits)?;
        let _lock = self.lock(hash);
        if let Some(offset) = self.finished_by(hash, owner)? {
            return Ok(Appended {
                offset,
                finished: true,
            });
        }
        if piece.offset > 0 && size_of(&self.part_path(hash, owner))?.is_none() {
            return Err(BlobError::WrongOffset { held_bytes: 0 });
        }
        let mut part = self.open_part(hash, owner)?;
        let held_bytes = part.metadata()?.len();
        if piece.offset > held_bytes {
            return Err(BlobError::WrongOffset { held_bytes });
        }
        let known = agreeing_bytes(&mut part, &piece, held_bytes)?;
        part.write_all(piece.bytes.get(known..).unwrap_or_default())?;
        let offset = part.metadata()?.len();
        if offset < piece.total_bytes {
            return Ok(Appended {
                offset,
                finished: false,
            });
        }
        self.finish(part, hash, owner)?;
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
        let mut listed = Vec::new();
        let first = after.and_then(|hash| hash.0.first().copied()).unwrap_or(0);
        for shelf in first..=u8::MAX {
            if listed.len() >= count_max {
                break;
            }
            let mut files = list_shelf(&self.root.join("files").join(format!("{shelf:02x}")))?;
            files.retain(|(hash, _)| after.is_none_or(|after| hash > after));
            files.sort_unstable();
            files.truncate(count_max - listed.len());
            listed.append(&mut files);
        }
        Ok(listed)
    }
}

/// The files of one shelf in no order; foreign names are passed over.
fn list_shelf(shelf: &Path) -> Result<Vec<(Hash32, u64)>, BlobError> {
    let entries = match fs::read_dir(shelf) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Some(hash) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        files.push((hash, entry.metadata()?.len()));
    }
    Ok(files)
}

/// How many bytes of the piece are already held, all of them equal.
fn agreeing_bytes(part: &mut File, piece: &Piece<'_>, held_bytes: u64) -> Result<usize, BlobError> {
    let overlap_bytes = held_bytes.saturating_sub(piece.offset);
    let overlap = usize::try_from(overlap_bytes)
        .unwrap_or(usize::MAX)
        .min(piece.bytes.len());
    part.seek(SeekFrom::Start(piece.offset))?;
    let mut buffer = vec![0; CHUNK_BYTES.min(overlap)];
    for theirs in piece
        .bytes
        .get(..overlap)
        .unwrap_or_default()
        .chunks(CHUNK_BYTES)
    {
        let ours = buffer.get_mut(..theirs.len()).unwrap_or_default();
        part.read_exact(ours)?;
        if ours != theirs {
            return Err(BlobError::Disagrees { held_bytes });
        }
    }
    Ok(overlap)
}

/// Hashes what lies on the disk, not what was thought to be written.
fn hash_file(file: &mut File) -> io::Result<Hash32> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Hash32(hasher.finalize().into()));
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

fn size_of(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

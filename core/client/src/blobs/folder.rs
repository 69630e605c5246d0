//! Files in one folder of the device.
//!
//! `<hash>` is a kept file, `<hash>.part` an arriving one, `<hash>.new` one being written, which
//! only a crash leaves behind. A name comes into being by renaming a file that is on the disk
//! already, and the folder is synced after it, so a name never stands for half a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jawla_model::Hash32;
use sha2::{Digest, Sha256};

use super::{DeviceFiles, FileError, FileRow, Finished};
use crate::limits::{FILE_PIECE_SIZE_BYTES, FILE_READ_SIZE_BYTES_MAX, FILE_SIZE_BYTES_MAX};
use crate::sealing::FileSeal;

/// Files in a folder that belongs to this store alone.
#[derive(Debug)]
pub struct FolderFiles {
    folder: PathBuf,
    seal: Option<FileSeal>,
    // Two writers of one file would take each other's bytes.
    writing: Mutex<()>,
}

impl FolderFiles {
    /// Opens the folder, makes it where it is missing, and removes what a crash left half done.
    ///
    /// # Errors
    /// [`FileError::StorageFull`] or [`FileError::Disk`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, FileError> {
        Self::open_sealed(folder, None)
    }

    /// The same, the content of every file encrypted on the disk where there is a seal. The names
    /// and the sizes stay: a name is the hash of what people see, and says nothing by itself.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_sealed(
        folder: impl Into<PathBuf>,
        seal: Option<FileSeal>,
    ) -> Result<Self, FileError> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "new") {
                fs::remove_file(path)?;
            }
        }
        let files = Self {
            folder,
            seal,
            writing: Mutex::new(()),
        };
        files.sync_folder()?;
        Ok(files)
    }

    fn kept(&self, hash: Hash32) -> PathBuf {
        self.folder.join(hash.hex())
    }

    fn arriving(&self, hash: Hash32) -> PathBuf {
        self.folder.join(format!("{}.part", hash.hex()))
    }

    fn writer(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sync_folder(&self) -> io::Result<()> {
        // Elsewhere a folder cannot be opened as a file, and renaming is durable by itself.
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn write_new(&self, hash: Hash32, bytes: &[u8]) -> Result<(), FileError> {
        let new = self.folder.join(format!("{}.new", hash.hex()));
        let written = (|| {
            let mut file = File::create(&new)?;
            self.put(&mut file, hash, 0, bytes)?;
            file.sync_all()?;
            fs::rename(&new, self.kept(hash))?;
            self.sync_folder()
        })();
        if let Err(error) = written {
            // On a full disk the half file would keep it full.
            let _ignored = fs::remove_file(&new);
            return Err(error.into());
        }
        Ok(())
    }

    fn hash_of(&self, path: &Path, name: Hash32) -> Result<(Hash32, u64), FileError> {
        let mut file = File::open(path)?;
        let mut digest = Sha256::new();
        let mut size_bytes = 0;
        loop {
            let piece = self.get(&mut file, name, size_bytes, FILE_PIECE_SIZE_BYTES)?;
            if piece.is_empty() {
                return Ok((Hash32(digest.finalize().into()), size_bytes));
            }
            digest.update(&piece);
            size_bytes += piece.len() as u64;
        }
    }
}

impl DeviceFiles for FolderFiles {
    fn write(&self, hash: Hash32, bytes: &[u8]) -> Result<(), FileError> {
        refuse_large(bytes.len() as u64)?;
        if Hash32(Sha256::digest(bytes).into()) != hash {
            return Err(FileError::WrongHash);
        }
        let _writer = self.writer();
        if self.size_bytes(hash)? == Some(bytes.len() as u64) {
            return Ok(());
        }
        self.write_new(hash, bytes)
    }

    fn read(
        &self,
        hash: Hash32,
        offset_bytes: u64,
        max_bytes: usize,
    ) -> Result<Vec<u8>, FileError> {
        let mut file = File::open(self.kept(hash))?;
        let max_bytes = max_bytes.min(FILE_READ_SIZE_BYTES_MAX);
        Ok(self.get(&mut file, hash, offset_bytes, max_bytes)?)
    }

    fn size_bytes(&self, hash: Hash32) -> Result<Option<u64>, FileError> {
        size_of(&self.kept(hash))
    }

    fn append_download(
        &self,
        hash: Hash32,
        offset_bytes: u64,
        bytes: &[u8],
    ) -> Result<u64, FileError> {
        let _writer = self.writer();
        if let Some(size_bytes) = self.size_bytes(hash)? {
            return Ok(size_bytes);
        }
        let held_bytes = self.downloaded_bytes(hash)?;
        if offset_bytes > held_bytes {
            return Err(FileError::Gap { held_bytes });
        }
        refuse_large(offset_bytes.saturating_add(bytes.len() as u64))?;
        let known = usize::try_from(held_bytes - offset_bytes).unwrap_or(usize::MAX);
        let Some(fresh) = bytes.get(known..).filter(|fresh| !fresh.is_empty()) else {
            return Ok(held_bytes);
        };
        let path = self.arriving(hash);
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let written = self
            .put(&mut file, hash, held_bytes, fresh)
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Half a piece would be taken for the whole of it at the next start.
            let _ignored = file.set_len(held_bytes);
            return Err(error.into());
        }
        if held_bytes == 0 {
            self.sync_folder()?;
        }
        Ok(held_bytes + fresh.len() as u64)
    }

    fn downloaded_bytes(&self, hash: Hash32) -> Result<u64, FileError> {
        Ok(size_of(&self.arriving(hash))?.unwrap_or(0))
    }

    fn finish_download(&self, hash: Hash32) -> Result<Finished, FileError> {
        let _writer = self.writer();
        if let Some(size_bytes) = self.size_bytes(hash)? {
            return Ok(Finished::Verified { size_bytes });
        }
        let path = self.arriving(hash);
        let (found, size_bytes) = self.hash_of(&path, hash)?;
        if found != hash {
            fs::remove_file(&path)?;
            self.sync_folder()?;
            return Ok(Finished::ThrownAway);
        }
        File::open(&path)?.sync_all()?;
        fs::rename(&path, self.kept(hash))?;
        self.sync_folder()?;
        Ok(Finished::Verified { size_bytes })
    }

    fn remove(&self, hash: Hash32) -> Result<(), FileError> {
        let _writer = self.writer();
        for path in [self.kept(hash), self.arriving(hash)] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(self.sync_folder()?)
    }

    fn list(&self) -> Result<Vec<FileRow>, FileError> {
        let mut rows = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(hash) = name.to_str().and_then(|name| name.parse::<Hash32>().ok()) else {
                continue;
            };
            rows.push(FileRow {
                hash,
                size_bytes: entry.metadata()?.len(),
            });
        }
        rows.sort_unstable_by_key(|row| row.hash);
        Ok(rows)
    }

    #[cfg(unix)]
    fn free_bytes(&self) -> Option<u64> {
        let told = rustix::fs::statvfs(&self.folder).ok()?;
        // What a system keeps for itself is not ours: the blocks for everybody.
        told.f_bavail.checked_mul(told.f_frsize)
    }
}

fn size_of(path: &Path) -> Result<Option<u64>, FileError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn refuse_large(size_bytes: u64) -> Result<(), FileError> {
    if size_bytes > FILE_SIZE_BYTES_MAX {
        return Err(FileError::TooLarge { size_bytes });
    }
    Ok(())
}

/// The one place where the bytes of files pass between the app and the disk: sealed and opened
/// here; offsets and sizes above are those of the plain bytes.
impl FolderFiles {
    fn put(&self, file: &mut File, name: Hash32, offset: u64, bytes: &[u8]) -> io::Result<()> {
        match &self.seal {
            Some(seal) => {
                let mut sealed = bytes.to_vec();
                seal.apply(name, offset, &mut sealed)?;
                file.write_all(&sealed)
            }
            None => file.write_all(bytes),
        }
    }

    fn get(
        &self,
        file: &mut File,
        name: Hash32,
        offset: u64,
        max_bytes: usize,
    ) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if offset >= file.metadata()?.len() {
            return Ok(bytes);
        }
        file.seek(SeekFrom::Start(offset))?;
        file.take(max_bytes as u64).read_to_end(&mut bytes)?;
        if let Some(seal) = &self.seal {
            seal.apply(name, offset, &mut bytes)?;
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;

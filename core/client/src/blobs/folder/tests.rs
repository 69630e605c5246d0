use tempfile::TempDir;

use super::*;

fn files() -> (TempDir, FolderFiles) {
    let folder = tempfile::tempdir().unwrap();
    let files = FolderFiles::open(folder.path()).unwrap();
    (folder, files)
}

fn content(size: usize) -> (Hash32, Vec<u8>) {
    let bytes: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
    (Hash32(Sha256::digest(&bytes).into()), bytes)
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_kept_under_its_hash_and_read_in_ranges() {
    let (folder, files) = files();
    let (hash, bytes) = content(200_000);
    files.write(hash, &bytes).unwrap();
    files.write(hash, &bytes).unwrap();
    assert_eq!(names(&folder), [hash.hex()]);
    assert_eq!(files.size_bytes(hash), Ok(Some(200_000)));
    assert_eq!(files.read(hash, 0, 10).unwrap(), &bytes[..10]);
    assert_eq!(files.read(hash, 199_990, 64).unwrap(), &bytes[199_990..]);
    assert_eq!(files.read(hash, 200_000, 64).unwrap(), b"");
    assert_eq!(files.read(hash, u64::MAX / 4, 64).unwrap(), b"");
    let reopened = FolderFiles::open(folder.path()).unwrap();
    let row = FileRow {
        hash,
        size_bytes: 200_000,
    };
    assert_eq!(reopened.list(), Ok(vec![row]));
}

#[test]
fn one_read_has_a_limit() {
    let (_folder, files) = files();
    let (hash, bytes) = content(FILE_READ_SIZE_BYTES_MAX + 5);
    files.write(hash, &bytes).unwrap();
    let read = files.read(hash, 0, usize::MAX).unwrap();
    assert_eq!(read.len(), FILE_READ_SIZE_BYTES_MAX);
}

#[test]
fn bytes_of_another_hash_are_not_kept() {
    let (folder, files) = files();
    let (hash, _) = content(10);
    assert_eq!(files.write(hash, b"other"), Err(FileError::WrongHash));
    assert_eq!(names(&folder), [""; 0]);
    assert_eq!(files.read(hash, 0, 1), Err(FileError::Missing));
    assert_eq!(files.size_bytes(hash), Ok(None));
}

#[test]
fn a_download_goes_on_after_a_kill_and_is_checked_at_its_end() {
    let (folder, files) = files();
    let (hash, bytes) = content(100_000);
    assert_eq!(files.append_download(hash, 0, &bytes[..40_000]), Ok(40_000));
    drop(files);
    let files = FolderFiles::open(folder.path()).unwrap();
    assert_eq!(files.downloaded_bytes(hash), Ok(40_000));
    assert_eq!(files.size_bytes(hash), Ok(None));
    assert_eq!(files.list(), Ok(vec![]));
    assert_eq!(
        files.append_download(hash, 50_000, &bytes[50_000..]),
        Err(FileError::Gap { held_bytes: 40_000 })
    );
    // The server starts a little earlier than asked: what is known is passed over.
    assert_eq!(
        files.append_download(hash, 30_000, &bytes[30_000..35_000]),
        Ok(40_000)
    );
    assert_eq!(
        files.append_download(hash, 30_000, &bytes[30_000..]),
        Ok(100_000)
    );
    let verified = Finished::Verified {
        size_bytes: 100_000,
    };
    assert_eq!(files.finish_download(hash), Ok(verified));
    assert_eq!(files.finish_download(hash), Ok(verified));
    assert_eq!(files.append_download(hash, 0, &bytes), Ok(100_000));
    assert_eq!(files.read(hash, 0, 100_000).unwrap(), bytes);
    assert_eq!(names(&folder), [hash.hex()]);
}

#[test]
fn a_damaged_download_is_thrown_away_and_starts_again() {
    let (folder, files) = files();
    let (hash, bytes) = content(1_000);
    let mut damaged = bytes.clone();
    damaged[500] ^= 1;
    files.append_download(hash, 0, &damaged).unwrap();
    assert_eq!(files.finish_download(hash), Ok(Finished::ThrownAway));
    assert_eq!(names(&folder), [""; 0]);
    assert_eq!(files.downloaded_bytes(hash), Ok(0));
    assert_eq!(files.finish_download(hash), Err(FileError::Missing));
    files.append_download(hash, 0, &bytes).unwrap();
    assert!(matches!(
        files.finish_download(hash),
        Ok(Finished::Verified { .. })
    ));
}

#[test]
fn a_download_has_a_limit_and_the_disk_is_not_touched_for_more() {
    let (_folder, files) = files();
    let (hash, bytes) = content(10);
    files.append_download(hash, 0, &bytes).unwrap();
    let path = files.arriving(hash);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(FILE_SIZE_BYTES_MAX).unwrap();
    assert_eq!(
        files.append_download(hash, FILE_SIZE_BYTES_MAX, b"x"),
        Err(FileError::TooLarge {
            size_bytes: FILE_SIZE_BYTES_MAX + 1
        })
    );
}

#[test]
fn what_a_crash_left_is_swept_and_foreign_names_are_not_listed() {
    let (folder, files) = files();
    let (hash, bytes) = content(10);
    fs::write(folder.path().join(format!("{}.new", hash.hex())), b"half").unwrap();
    fs::write(folder.path().join("notes.txt"), b"not ours").unwrap();
    drop(files);
    let files = FolderFiles::open(folder.path()).unwrap();
    assert_eq!(names(&folder), ["notes.txt"]);
    files.write(hash, &bytes).unwrap();
    assert_eq!(files.list().unwrap().len(), 1);
}

#[test]
fn removing_takes_the_kept_and_the_arriving_and_may_be_repeated() {
    let (folder, files) = files();
    let (kept, bytes) = content(10);
    let (arriving, more) = content(20);
    files.write(kept, &bytes).unwrap();
    files.append_download(arriving, 0, &more[..5]).unwrap();
    for hash in [kept, arriving, kept] {
        files.remove(hash).unwrap();
    }
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn a_full_disk_is_told_apart() {
    let full = io::Error::from(io::ErrorKind::StorageFull);
    assert_eq!(FileError::from(full), FileError::StorageFull);
    // The device that is always full, where there is one.
    if let Ok(mut file) = OpenOptions::new().write(true).open("/dev/full") {
        let (_folder, files) = files();
        let (hash, _) = content(1);
        let refused = files.put(&mut file, hash, 0, b"x").unwrap_err();
        assert_eq!(FileError::from(refused), FileError::StorageFull);
    }
}

#[test]
#[cfg(unix)]
fn the_room_that_is_left_is_told_and_unknown_where_the_folder_is_gone() {
    let (folder, files) = files();
    let free_bytes = files.free_bytes().unwrap();
    assert!(free_bytes > 0 && free_bytes < 1 << 60, "{free_bytes}");
    drop(folder);
    assert_eq!(files.free_bytes(), None);
}

//! One suite for both stores, then what only a folder can do.

use std::path::Path;

use proptest::prelude::*;

use super::*;

const A: IncarnationId = IncarnationId([0xa; 16]);
const B: IncarnationId = IncarnationId([0xb; 16]);
const PHOTO: &[u8] = b"the bytes of a reduced photo, some forty";

fn total(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

fn piece(bytes: &[u8], from: usize, to: usize) -> Piece<'_> {
    Piece {
        offset: from as u64,
        total_bytes: total(bytes),
        bytes: &bytes[from..to],
    }
}

fn each_store(test: impl Fn(&dyn Blobs)) {
    test(&MemoryBlobs::new(BlobLimits::default()));
    let dir = tempfile::tempdir().unwrap();
    test(&FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap());
}

fn files_below(path: &Path) -> usize {
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            if entry.path().is_dir() {
                files_below(&entry.path())
            } else {
                1
            }
        })
        .sum()
}

#[test]
fn a_small_file_is_put_found_read_in_ranges_and_put_again() {
    each_store(|blobs| {
        let hash = hash_of(PHOTO);
        assert_eq!(blobs.find(&hash).unwrap(), None);
        assert!(matches!(blobs.read(&hash, 0, 10), Err(BlobError::NotHeld)));
        assert!(matches!(
            blobs.put(&hash, b"other"),
            Err(BlobError::WrongHash)
        ));
        assert_eq!(blobs.find(&hash).unwrap(), None);
        blobs.put(&hash, PHOTO).unwrap();
        blobs.put(&hash, PHOTO).unwrap();
        assert_eq!(blobs.find(&hash).unwrap(), Some(total(PHOTO)));
        for offset in 0..=PHOTO.len() + 2 {
            for size in [0, 1, 7, 1_000] {
                let expected: Vec<u8> = PHOTO.iter().skip(offset).take(size).copied().collect();
                assert_eq!(blobs.read(&hash, offset as u64, size).unwrap(), expected);
            }
        }
        assert!(blobs.read(&hash, u64::MAX, usize::MAX).unwrap().is_empty());
    });
}

#[test]
fn an_upload_cut_at_any_byte_continues_there() {
    for cut in 0..=PHOTO.len() {
        each_store(|blobs| {
            let hash = hash_of(PHOTO);
            let first = blobs.append(&hash, &A, piece(PHOTO, 0, cut)).unwrap();
            let whole = cut == PHOTO.len();
            assert_eq!(
                first,
                Appended {
                    offset: cut as u64,
                    finished: whole
                }
            );
            assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), cut as u64);
            assert_eq!(blobs.find(&hash).unwrap().is_some(), whole);
            let last = blobs
                .append(&hash, &A, piece(PHOTO, cut, PHOTO.len()))
                .unwrap();
            assert_eq!(
                last,
                Appended {
                    offset: total(PHOTO),
                    finished: true
                }
            );
            assert_eq!(blobs.read(&hash, 0, 1_000).unwrap(), PHOTO);
            // The answer was lost: the owner asks, or repeats.
            assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), total(PHOTO));
            let again = blobs
                .append(&hash, &A, piece(PHOTO, cut, PHOTO.len()))
                .unwrap();
            assert!(again.finished);
        });
    }
}

#[test]
fn an_overlap_must_agree_and_a_gap_names_the_true_offset() {
    each_store(|blobs| {
        let hash = hash_of(PHOTO);
        assert!(matches!(
            blobs.append(&hash, &A, piece(PHOTO, 1, 5)),
            Err(BlobError::WrongOffset { held_bytes: 0 })
        ));
        blobs.append(&hash, &A, piece(PHOTO, 0, 10)).unwrap();
        assert!(matches!(
            blobs.append(&hash, &A, piece(PHOTO, 11, 20)),
            Err(BlobError::WrongOffset { held_bytes: 10 })
        ));
        for (from, to, expected) in [(4, 8, 10), (0, 10, 10), (10, 10, 10), (5, 15, 15)] {
            let appended = blobs.append(&hash, &A, piece(PHOTO, from, to)).unwrap();
            assert_eq!(appended.offset, expected, "{from}..{to}");
        }
        let other = [b'x'; 40];
        let lie = Piece {
            offset: 14,
            total_bytes: 40,
            bytes: &other[..4],
        };
        assert!(matches!(
            blobs.append(&hash, &A, lie),
            Err(BlobError::Disagrees { held_bytes: 15 })
        ));
        assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), 15);
        assert!(
            blobs
                .append(&hash, &A, piece(PHOTO, 0, PHOTO.len()))
                .unwrap()
                .finished
        );
    });
}

#[test]
fn a_wrong_content_is_thrown_away_and_may_be_sent_again() {
    each_store(|blobs| {
        let hash = hash_of(PHOTO);
        let mut wrong = PHOTO.to_vec();
        wrong[3] ^= 1;
        blobs.append(&hash, &A, piece(&wrong, 0, 20)).unwrap();
        let error = blobs
            .append(&hash, &A, piece(&wrong, 20, wrong.len()))
            .unwrap_err();
        assert!(matches!(error, BlobError::WrongHash), "{error}");
        assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), 0);
        assert_eq!(blobs.find(&hash).unwrap(), None);
        assert!(
            blobs
                .append(&hash, &A, piece(PHOTO, 0, PHOTO.len()))
                .unwrap()
                .finished
        );
    });
}

#[test]
fn two_owners_of_one_hash_do_not_touch_each_other() {
    each_store(|blobs| {
        let hash = hash_of(PHOTO);
        let poison = [b'x'; 40];
        blobs.append(&hash, &B, piece(&poison, 0, 30)).unwrap();
        blobs.append(&hash, &A, piece(PHOTO, 0, 20)).unwrap();
        assert!(
            blobs
                .append(&hash, &A, piece(PHOTO, 20, 40))
                .unwrap()
                .finished
        );
        assert_eq!(blobs.upload_offset(&hash, &B).unwrap(), 30);
        assert!(matches!(
            blobs.append(&hash, &B, piece(&poison, 30, 40)),
            Err(BlobError::WrongHash)
        ));
        assert_eq!(blobs.read(&hash, 0, 100).unwrap(), PHOTO);
        // To know the hash is no right to the bytes: B has to show them all.
        assert_eq!(blobs.upload_offset(&hash, &B).unwrap(), 0);
        assert!(
            !blobs
                .append(&hash, &B, piece(PHOTO, 0, 39))
                .unwrap()
                .finished
        );
        assert!(
            blobs
                .append(&hash, &B, piece(PHOTO, 39, 40))
                .unwrap()
                .finished
        );
        assert_eq!(blobs.list(None, 10).unwrap(), [(hash, 40)]);
    });
}

#[test]
fn impossible_pieces_are_refused_and_change_nothing() {
    each_store(|blobs| {
        let hash = hash_of(PHOTO);
        let max = BlobLimits::default().file_bytes_max;
        for (offset, total_bytes) in [(0, 3), (u64::MAX, 10), (u64::MAX, max), (8, 10)] {
            let error = blobs.append(
                &hash,
                &A,
                Piece {
                    offset,
                    total_bytes,
                    bytes: b"four",
                },
            );
            assert!(
                matches!(error, Err(BlobError::BeyondTotal { .. })),
                "{offset} {total_bytes}"
            );
        }
        let error = blobs.append(
            &hash,
            &A,
            Piece {
                offset: 0,
                total_bytes: max + 1,
                bytes: b"",
            },
        );
        assert!(matches!(error, Err(BlobError::TooLarge { .. })));
        assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), 0);
    });
}

#[test]
fn an_empty_file_is_a_file() {
    each_store(|blobs| {
        let hash = hash_of(b"");
        assert!(blobs.append(&hash, &A, piece(b"", 0, 0)).unwrap().finished);
        assert_eq!(blobs.find(&hash).unwrap(), Some(0));
    });
}

#[test]
fn open_uploads_are_counted_per_owner_and_finished_ones_are_not() {
    let limits = BlobLimits {
        open_uploads_max: 2,
        ..BlobLimits::default()
    };
    let dir = tempfile::tempdir().unwrap();
    let folder = FolderBlobs::open(dir.path(), limits.clone()).unwrap();
    let memory = MemoryBlobs::new(limits);
    for blobs in [&folder as &dyn Blobs, &memory] {
        let files: Vec<Vec<u8>> = (0..4_u8).map(|n| vec![n; 10]).collect();
        let begin =
            |n: usize, owner| blobs.append(&hash_of(&files[n]), owner, piece(&files[n], 0, 5));
        begin(0, &A).unwrap();
        begin(1, &A).unwrap();
        assert!(matches!(
            begin(2, &A),
            Err(BlobError::TooManyUploads { .. })
        ));
        begin(2, &B).unwrap();
        let hash = hash_of(&files[0]);
        assert!(
            blobs
                .append(&hash, &A, piece(&files[0], 5, 10))
                .unwrap()
                .finished
        );
        begin(2, &A).unwrap();
        assert!(matches!(
            begin(3, &A),
            Err(BlobError::TooManyUploads { .. })
        ));
        // One that is open may always go on.
        assert!(
            blobs
                .append(&hash_of(&files[1]), &A, piece(&files[1], 5, 10))
                .unwrap()
                .finished
        );
    }
    let limits = BlobLimits {
        open_upload_bytes_max: 5,
        ..BlobLimits::default()
    };
    let small = MemoryBlobs::new(limits);
    small
        .append(&hash_of(b"0123456789"), &A, piece(b"0123456789", 0, 6))
        .unwrap();
    let error = small
        .append(&hash_of(PHOTO), &A, piece(PHOTO, 0, 1))
        .unwrap_err();
    assert!(matches!(error, BlobError::TooManyUploads { .. }), "{error}");
}

#[test]
fn files_are_listed_in_pages_by_rising_hash() {
    each_store(|blobs| {
        let mut expected: Vec<(Hash32, u64)> = (0..40_usize)
            .map(|n| {
                let bytes = vec![7; n];
                blobs.put(&hash_of(&bytes), &bytes).unwrap();
                (hash_of(&bytes), n as u64)
            })
            .collect();
        expected.sort_unstable();
        let mut listed = Vec::new();
        loop {
            let page = blobs.list(listed.last().map(|(hash, _)| hash), 7).unwrap();
            assert!(page.len() <= 7);
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        assert_eq!(listed, expected);
    });
}

#[test]
fn a_store_that_was_killed_at_any_byte_is_opened_again_where_it_stood() {
    let hash = hash_of(PHOTO);
    for cut in 0..PHOTO.len() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
        blobs.append(&hash, &A, piece(PHOTO, 0, cut)).unwrap();
        drop(blobs);
        std::fs::write(dir.path().join("fresh").join("9"), b"half of a put").unwrap();
        let blobs = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
        assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), cut as u64);
        assert!(
            blobs
                .append(&hash, &A, piece(PHOTO, cut, PHOTO.len()))
                .unwrap()
                .finished
        );
        assert_eq!(blobs.read(&hash, 0, 1_000).unwrap(), PHOTO);
        assert_eq!(files_below(&dir.path().join("fresh")), 0);
        assert_eq!(files_below(&dir.path().join("parts")), 0);
    }
}

#[test]
fn a_kill_between_mark_and_name_is_finished_by_the_next_call() {
    let hash = hash_of(PHOTO);
    for held_by_another in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
        blobs
            .append(&hash, &A, piece(PHOTO, 0, PHOTO.len() - 1))
            .unwrap();
        if held_by_another {
            blobs.put(&hash, PHOTO).unwrap();
        }
        // What the disk looks like after a kill: a whole part and its mark.
        std::fs::write(
            dir.path().join("parts").join(A.hex()).join(hash.hex()),
            PHOTO,
        )
        .unwrap();
        std::fs::create_dir_all(dir.path().join("done").join(A.hex())).unwrap();
        std::fs::write(dir.path().join("done").join(A.hex()).join(hash.hex()), b"").unwrap();
        assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), total(PHOTO));
        assert_eq!(blobs.read(&hash, 0, 1_000).unwrap(), PHOTO);
        assert_eq!(files_below(&dir.path().join("parts")), 0);
    }
}

#[test]
fn a_file_that_was_removed_by_hand_is_asked_for_again() {
    let hash = hash_of(PHOTO);
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
    blobs
        .append(&hash, &A, piece(PHOTO, 0, PHOTO.len()))
        .unwrap();
    std::fs::remove_dir_all(dir.path().join("files").join(&hash.hex()[..2])).unwrap();
    assert_eq!(blobs.upload_offset(&hash, &A).unwrap(), 0);
    assert!(
        blobs
            .append(&hash, &A, piece(PHOTO, 0, PHOTO.len()))
            .unwrap()
            .finished
    );
    assert_eq!(blobs.find(&hash).unwrap(), Some(total(PHOTO)));
}

#[test]
fn uploads_that_nobody_continues_are_swept_and_finished_files_stay() {
    let hash = hash_of(PHOTO);
    let dir = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
    blobs
        .append(&hash, &A, piece(PHOTO, 0, PHOTO.len()))
        .unwrap();
    blobs.append(&hash, &B, piece(PHOTO, 0, 5)).unwrap();
    let now_s = crate::clock::now_s();
    let life_s = BlobLimits::default().upload_life.as_secs();
    assert_eq!(blobs.sweep(now_s).unwrap(), 0);
    assert_eq!(blobs.upload_offset(&hash, &B).unwrap(), 5);
    assert_eq!(blobs.sweep(now_s + life_s + 60).unwrap(), 1);
    assert_eq!(blobs.upload_offset(&hash, &B).unwrap(), 0);
    assert_eq!(blobs.find(&hash).unwrap(), Some(total(PHOTO)));
}

#[test]
fn a_full_disk_has_its_own_error() {
    let full = BlobError::from(io::Error::from(io::ErrorKind::StorageFull));
    assert!(matches!(full, BlobError::DiskFull));
    assert!(matches!(
        BlobError::from(io::Error::other("x")),
        BlobError::Disk(_)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever pieces two owners send in whatever order, both stores answer alike, nothing but
    /// the true bytes gets the name, and whoever follows the offsets finishes.
    #[test]
    fn both_stores_agree_on_any_run_of_pieces(
        steps in prop::collection::vec((any::<bool>(), 0..300_usize, 0..300_usize, 0..20_u8), 1..25)
    ) {
        let truth: Vec<u8> = (0..300_usize).map(|n| (n % 251) as u8).collect();
        let hash = hash_of(&truth);
        let dir = tempfile::tempdir().unwrap();
        let folder = FolderBlobs::open(dir.path(), BlobLimits::default()).unwrap();
        let memory = MemoryBlobs::new(BlobLimits::default());
        for (of_a, from, length, lie) in steps {
            let owner = if of_a { A } else { B };
            let mut bytes = truth.clone();
            if lie == 0 {
                bytes[from] ^= 1;
            }
            let to = (from + length).min(bytes.len());
            let answers = [&folder as &dyn Blobs, &memory].map(|blobs| {
                let outcome = blobs.append(&hash, &owner, piece(&bytes, from, to));
                let offset = blobs.upload_offset(&hash, &owner).unwrap();
                format!("{outcome:?} {offset} {:?}", blobs.find(&hash).unwrap())
            });
            prop_assert_eq!(&answers[0], &answers[1]);
        }
        for blobs in [&folder as &dyn Blobs, &memory] {
            if blobs.find(&hash).unwrap().is_some() {
                prop_assert_eq!(&blobs.read(&hash, 0, 1_000).unwrap(), &truth);
            }
        }
    }
}

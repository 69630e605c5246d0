//! The simulated disk keeps what was synced, loses what was not, and can show a lying program.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::BTreeSet;

use jawla_sim::disk::{DiskCounters, DiskError, Failure, SimDisk, Surface, Syncs};
use rusqlite::{Connection, params};

const DATABASE: &str = "device.db";
const RESTARTS_PER_SEED: usize = 8;
const INSERTS_PER_RUN: u64 = 40;

/// SplitMix64 for the choices of the test itself.
struct Choice(u64);

impl Choice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[derive(Clone, Copy)]
struct Profile {
    locking: &'static str,
    journal: &'static str,
    synchronous: &'static str,
    surface: Surface,
    syncs: Syncs,
}

const PHONE: Profile = Profile {
    locking: "EXCLUSIVE",
    journal: "WAL",
    synchronous: "FULL",
    surface: Surface::Unspecified,
    syncs: Syncs::Honoured,
};

#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    acknowledged: usize,
    lost: usize,
    /// A run that found a damaged database ends there.
    damaged: bool,
    fingerprint: u64,
    counters: DiskCounters,
}

/// Rows whose content follows from their number, so that a mixed-up row is seen.
fn body(number: i64) -> Vec<u8> {
    let size = 20 + (number.wrapping_mul(7919) % 1500) as usize;
    (0..size)
        .map(|position| (number as usize + position) as u8)
        .collect()
}

fn connect(disk: &SimDisk, profile: Profile) -> rusqlite::Result<Connection> {
    let connection = disk.open(DATABASE)?;
    connection.pragma_update(None, "locking_mode", profile.locking)?;
    let journal: String = connection.query_row(
        &format!("PRAGMA journal_mode={}", profile.journal),
        [],
        |row| row.get(0),
    )?;
    assert_eq!(journal.to_uppercase(), profile.journal);
    connection.pragma_update(None, "synchronous", profile.synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 20)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS entry(number INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE INDEX IF NOT EXISTS entry_size ON entry(length(body));",
    )?;
    Ok(connection)
}

fn insert(connection: &Connection, number: i64) -> rusqlite::Result<usize> {
    connection
        .prepare_cached("INSERT INTO entry(number, body) VALUES (?1, ?2)")?
        .execute(params![number, body(number)])
}

/// The rows there are, or an error if the database is damaged.
fn rows(connection: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let mut statement = connection.prepare("SELECT number, body FROM entry")?;
    let found = statement
        .query_map([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if found.iter().any(|(number, bytes)| *bytes != body(*number)) {
        return Err(rusqlite::Error::InvalidQuery);
    }
    Ok(found.into_iter().map(|(number, _)| number).collect())
}

/// Inserts, crashes, opens again and compares, several times; then closes in peace.
fn live(seed: u64, profile: Profile) -> Outcome {
    let disk = SimDisk::with_surface(seed, profile.surface);
    disk.set_syncs(profile.syncs);
    let mut choice = Choice(seed ^ 0xA5A5);
    let mut outcome = Outcome::default();
    let mut kept = BTreeSet::new();
    let mut next = 0;
    for _ in 0..RESTARTS_PER_SEED {
        let ends = |counters: DiskCounters| counters.crashes + counters.kills;
        let ends_before = ends(disk.counters());
        let arming = choice.below(3);
        if arming == 0 {
            arm(&disk, &mut choice);
        }
        let run = connect(&disk, profile).and_then(|connection| {
            outcome.lost += forget_lost(&mut kept, &rows(&connection)?);
            if arming == 1 {
                arm(&disk, &mut choice);
            }
            for _ in 0..=choice.below(INSERTS_PER_RUN) {
                next += 1;
                if insert(&connection, next).is_err() {
                    break;
                }
                outcome.acknowledged += 1;
                kept.insert(next);
            }
            disk.crash();
            assert!(
                insert(&connection, 1_000_000).is_err(),
                "a dead connection wrote"
            );
            Ok(())
        });
        if run.is_err() && ends(disk.counters()) == ends_before {
            outcome.damaged = true;
            return outcome;
        }
    }
    disk.heal();
    match connect(&disk, profile).and_then(|connection| rows(&connection)) {
        Ok(found) => outcome.lost += forget_lost(&mut kept, &found),
        Err(_) => outcome.damaged = true,
    }
    outcome.fingerprint = disk.snapshot().fingerprint();
    outcome.counters = disk.counters();
    outcome
}

/// Takes the rows that are gone out of those that were acknowledged; how many they were.
fn forget_lost(kept: &mut BTreeSet<i64>, found: &BTreeSet<i64>) -> usize {
    let before = kept.len();
    kept.retain(|number| found.contains(number));
    before - kept.len()
}

/// Plans an end in the middle of a call, sometimes a kill before the power cut.
fn arm(disk: &SimDisk, choice: &mut Choice) {
    let magnitude = 3 + choice.below(5);
    let calls = 1 + choice.below(1 << magnitude);
    let failure = if choice.below(4) == 0 {
        Failure::Kill
    } else {
        Failure::PowerCut
    };
    disk.fail_after(calls, failure);
}

fn live_all(seeds: std::ops::Range<u64>, profile: Profile) -> (Outcome, usize) {
    let mut sum = Outcome::default();
    let mut damaged = 0;
    for seed in seeds {
        let outcome = live(seed, profile);
        sum.acknowledged += outcome.acknowledged;
        sum.lost += outcome.lost;
        sum.counters += outcome.counters;
        damaged += usize::from(outcome.damaged);
    }
    (sum, damaged)
}

fn assert_keeps(profile: Profile) {
    let (sum, damaged) = live_all(0..120, profile);
    assert_eq!((sum.lost, damaged), (0, 0), "{sum:?}");
    assert!(sum.acknowledged > 5_000, "{sum:?}");
    let hit = sum.counters;
    assert!(hit.crashes > 900, "{hit:?}");
    for count in [hit.torn, hit.dropped, hit.kept, hit.reordered, hit.kills] {
        assert!(count > 50, "{hit:?}");
    }
    assert!(hit.names_undone > 0, "{hit:?}");
}

#[test]
fn a_full_log_with_padding_loses_nothing() {
    assert_keeps(PHONE);
}

#[test]
fn a_full_log_without_padding_loses_nothing() {
    assert_keeps(Profile {
        surface: Surface::Powersafe,
        ..PHONE
    });
}

#[test]
fn a_full_log_in_shared_memory_loses_nothing() {
    assert_keeps(Profile {
        locking: "NORMAL",
        surface: Surface::Powersafe,
        ..PHONE
    });
}

#[test]
fn a_rollback_journal_loses_nothing() {
    assert_keeps(Profile {
        journal: "DELETE",
        synchronous: "EXTRA",
        ..PHONE
    });
}

#[test]
fn a_log_that_is_not_synced_loses_rows_or_the_database() {
    let (sum, damaged) = live_all(
        0..60,
        Profile {
            synchronous: "OFF",
            ..PHONE
        },
    );
    println!(
        "{} of {} lost, {damaged} of 60 damaged",
        sum.lost, sum.acknowledged
    );
    assert!(sum.lost > 100 && damaged > 5, "{sum:?}, {damaged} damaged");
}

#[test]
fn a_disk_that_ignores_syncs_is_found_out() {
    let (sum, damaged) = live_all(
        0..60,
        Profile {
            syncs: Syncs::Ignored,
            ..PHONE
        },
    );
    println!(
        "{} of {} lost, {damaged} of 60 damaged",
        sum.lost, sum.acknowledged
    );
    assert!(sum.lost > 100 && damaged > 5, "{sum:?}, {damaged} damaged");
    assert!(sum.counters.syncs_lost > 200);
}

#[test]
fn a_disk_that_forgets_one_sync_in_ten_is_found_out() {
    let (sum, damaged) = live_all(
        0..60,
        Profile {
            syncs: Syncs::LostOneIn(10),
            ..PHONE
        },
    );
    assert!(sum.lost + damaged > 5, "{sum:?}, {damaged} damaged");
}

#[test]
fn one_seed_is_one_run() {
    for profile in [
        PHONE,
        Profile {
            synchronous: "OFF",
            ..PHONE
        },
    ] {
        let first: Vec<Outcome> = (0..20).map(|seed| live(seed, profile)).collect();
        let second: Vec<Outcome> = (0..20).map(|seed| live(seed, profile)).collect();
        let strip = |outcomes: &[Outcome]| -> Vec<(usize, usize, DiskCounters)> {
            outcomes
                .iter()
                .map(|one| (one.acknowledged, one.lost, one.counters))
                .collect()
        };
        assert_eq!(strip(&first), strip(&second));
        // A database closed in peace has no log left, so no chance numbers of SQLite.
        let prints = |outcomes: &[Outcome]| -> BTreeSet<u64> {
            outcomes
                .iter()
                .filter(|one| !one.damaged)
                .map(|one| one.fingerprint)
                .collect()
        };
        assert_eq!(prints(&first), prints(&second));
        assert!(profile.synchronous == "OFF" || prints(&first).len() == 20);
    }
}

/// Lets `failure` strike each call of a flow in turn; nothing acknowledged may be lost.
fn sweep(failure: Failure) -> (usize, DiskCounters) {
    let mut reported = 0;
    let mut counters = DiskCounters::default();
    for calls in 1..1000 {
        let disk = SimDisk::with_surface(calls, Surface::Powersafe);
        disk.fail_after(calls, failure);
        let mut acknowledged = BTreeSet::new();
        // As a program does: what failed is tried again on a new connection.
        let mut number = 0;
        for _ in 0..3 {
            let ended = connect(&disk, PHONE).and_then(|connection| {
                while number < 24 {
                    number += 1;
                    insert(&connection, number)?;
                    acknowledged.insert(number);
                }
                Ok(())
            });
            reported += usize::from(ended.is_err());
        }
        let struck = !disk.has_failure_planned();
        disk.crash();
        let found = connect(&disk, PHONE)
            .and_then(|connection| rows(&connection))
            .unwrap();
        let lost: Vec<_> = acknowledged.difference(&found).collect();
        assert!(
            lost.is_empty(),
            "{failure:?} at call {calls}: lost {lost:?}"
        );
        counters += disk.counters();
        if !struck {
            return (reported, counters);
        }
    }
    panic!("the flow has more calls than the sweep");
}

#[test]
fn a_full_disk_is_reported_at_each_call_and_loses_nothing() {
    for failure in [Failure::Full, Failure::ShortWrite] {
        let (reported, counters) = sweep(failure);
        println!("{failure:?}: {} hit, {reported} reported", counters.full);
        assert!(
            counters.full > 100 && reported > 100,
            "{reported} {counters:?}"
        );
    }
}

#[test]
fn an_io_error_is_reported_at_each_call_and_loses_nothing() {
    let (reported, counters) = sweep(Failure::Io);
    println!("{} hit, {reported} reported", counters.io);
    assert!(
        counters.io > 100 && reported > 100,
        "{reported} {counters:?}"
    );
}

#[test]
fn a_read_error_is_reported_and_loses_nothing() {
    let (reported, counters) = sweep(Failure::Read);
    println!("{} hit, {reported} reported", counters.read_io);
    assert!(
        counters.read_io > 3 && reported > 3,
        "{reported} {counters:?}"
    );
}

#[test]
fn a_power_cut_at_each_call_loses_nothing() {
    let (_, counters) = sweep(Failure::PowerCut);
    assert!(counters.crashes > 200, "{counters:?}");
}

#[test]
fn a_disk_stays_full_until_healed() {
    let disk = SimDisk::new(1);
    let connection = connect(&disk, PHONE).unwrap();
    insert(&connection, 1).unwrap();
    disk.fail_from(1, Failure::Full);
    for number in 2..6 {
        let error = insert(&connection, number).unwrap_err();
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DiskFull)
        );
    }
    disk.heal();
    insert(&connection, 6).unwrap();
    assert_eq!(rows(&connection).unwrap(), BTreeSet::from([1, 6]));
}

#[test]
fn a_kill_loses_nothing_and_ends_every_handle() {
    let disk = SimDisk::new(3);
    let profile = Profile {
        synchronous: "OFF",
        ..PHONE
    };
    let connection = connect(&disk, profile).unwrap();
    let files = disk.files();
    let name = disk.vfs_name().unwrap();
    for number in 1..50 {
        insert(&connection, number).unwrap();
    }
    files.write_file("photo", b"bytes").unwrap();
    disk.kill();
    assert!(insert(&connection, 99).is_err());
    assert_eq!(files.read_file("photo"), Err(DiskError::PoweredOff));
    assert!(Connection::open_with_flags_and_vfs("x", Default::default(), name.as_str()).is_err());
    let again = connect(&disk, profile).unwrap();
    assert_eq!(rows(&again).unwrap().len(), 49);
    // The dead connection closes late and must not take the log of the living one away.
    drop(connection);
    insert(&again, 50).unwrap();
    assert_eq!(rows(&again).unwrap().len(), 50);
    assert_eq!(disk.files().read_file("photo").unwrap(), b"bytes");
}

#[test]
fn an_image_brings_the_past_back() {
    let disk = SimDisk::new(4);
    let connection = connect(&disk, PHONE).unwrap();
    insert(&connection, 1).unwrap();
    let image = disk.snapshot();
    insert(&connection, 2).unwrap();
    disk.restore(&image);
    assert!(insert(&connection, 3).is_err());
    drop(connection);
    assert_eq!(disk.snapshot(), image);
    let other = SimDisk::new(5);
    other.restore(&image);
    for machine in [disk, other] {
        let connection = connect(&machine, PHONE).unwrap();
        assert_eq!(rows(&connection).unwrap(), BTreeSet::from([1]));
    }
}

#[test]
fn a_flipped_bit_is_found() {
    let disk = SimDisk::new(6);
    let connection = connect(&disk, PHONE).unwrap();
    for number in 1..200 {
        insert(&connection, number).unwrap();
    }
    drop(connection);
    let before = disk.snapshot();
    disk.corrupt(DATABASE, 8192 + 3).unwrap();
    let after = disk.snapshot();
    let (before, after) = (
        before.find(DATABASE).unwrap(),
        after.find(DATABASE).unwrap(),
    );
    let flipped: u32 = before
        .iter()
        .zip(after)
        .map(|(a, b)| (a ^ b).count_ones())
        .sum();
    assert_eq!(flipped, 1);
    assert!(
        connect(&disk, PHONE)
            .and_then(|connection| rows(&connection))
            .is_err()
    );
    assert_eq!(disk.corrupt(DATABASE, 1 << 40), Err(DiskError::NotFound));
}

#[test]
fn two_connections_share_a_log_and_exclude_each_other() {
    let disk = SimDisk::new(7);
    let profile = Profile {
        locking: "NORMAL",
        ..PHONE
    };
    let writer = connect(&disk, profile).unwrap();
    let reader = connect(&disk, profile).unwrap();
    insert(&writer, 1).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(rows(&reader).unwrap().len(), 1);
    insert(&writer, 2).unwrap();
    assert_eq!(rows(&reader).unwrap().len(), 1, "a reader keeps its moment");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(rows(&reader).unwrap().len(), 2);
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = insert(&reader, 3).unwrap_err();
    assert_eq!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy)
    );
    writer.execute_batch("ROLLBACK").unwrap();
    drop((writer, reader));
    let alone = connect(&disk, PHONE).unwrap();
    insert(&alone, 4).unwrap();
    assert!(
        connect(&disk, PHONE).is_err(),
        "an exclusive holder keeps others out"
    );
}

#[test]
fn connections_on_many_threads_lose_nothing() {
    let disk = SimDisk::new(8);
    drop(
        connect(
            &disk,
            Profile {
                locking: "NORMAL",
                ..PHONE
            },
        )
        .unwrap(),
    );
    std::thread::scope(|scope| {
        for thread in 0..4_i64 {
            let disk = &disk;
            scope.spawn(move || {
                let connection = disk.open(DATABASE).unwrap();
                connection
                    .busy_timeout(std::time::Duration::from_secs(864_000))
                    .unwrap();
                for number in 0..50 {
                    insert(&connection, thread * 1000 + number).unwrap();
                }
            });
        }
    });
    disk.kill();
    assert_eq!(rows(&connect(&disk, PHONE).unwrap()).unwrap().len(), 200);
}

#[test]
fn sql_sees_the_clock_of_the_simulation() {
    let disk = SimDisk::new(9);
    let connection = disk.open(DATABASE).unwrap();
    let now = || -> String {
        connection
            .query_row("SELECT datetime('now')", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(now(), "2026-01-01 00:00:00");
    disk.set_now_unix_ms(1_800_000_000_000);
    assert_eq!(now(), "2027-01-15 08:00:00");
}

#[test]
fn a_file_synced_and_renamed_is_old_or_new_never_a_mixture() {
    let old = vec![1_u8; 20_000];
    let new = vec![2_u8; 30_000];
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let disk = SimDisk::new(seed);
        let files = disk.files();
        files.write_file("photo", &old).unwrap();
        files.sync_file("photo").unwrap();
        files.write_file("photo.new", &new).unwrap();
        files.sync_file("photo.new").unwrap();
        files.rename("photo.new", "photo").unwrap();
        disk.crash();
        let found = disk.files().read_file("photo").unwrap();
        assert!(found == old || found == new, "seed {seed}");
        seen.insert(found.len());
    }
    assert_eq!(seen.len(), 2, "both outcomes were met");
}

#[test]
fn a_file_overwritten_without_sync_comes_out_mixed_sometimes() {
    let old = vec![1_u8; 20_000];
    let new = vec![2_u8; 20_000];
    let (mut kept, mut lost, mut mixed, mut missing) = (0, 0, 0, 0);
    for seed in 0..400 {
        let disk = SimDisk::new(seed);
        let files = disk.files();
        files.write_file("photo", &old).unwrap();
        files.sync_file("photo").unwrap();
        files.write_file("photo", &new).unwrap();
        files.write_file("other", &new).unwrap();
        disk.crash();
        let found = disk.files().read_file("photo").unwrap();
        missing += usize::from(disk.files().read_file("other") == Err(DiskError::NotFound));
        match found {
            found if found == old => lost += 1,
            found if found == new => kept += 1,
            _ => mixed += 1,
        }
    }
    println!("{kept} kept, {lost} lost, {mixed} mixed, {missing} missing");
    assert!(kept > 20 && lost > 20 && mixed > 20 && missing > 20);
}

#[test]
fn what_is_synced_stays_and_names_need_a_sync_of_their_own() {
    let mut back = 0;
    for seed in 0..200 {
        let disk = SimDisk::new(seed);
        let files = disk.files();
        for name in ["blob/1", "blob/2", "blob/3"] {
            files.write_file(name, b"head ").unwrap();
            files.append_file(name, name.as_bytes()).unwrap();
            files.sync_file(name).unwrap();
        }
        files.remove("blob/1").unwrap();
        files.sync_names().unwrap();
        files.remove("blob/2").unwrap();
        files.append_file("blob/3", b" tail").unwrap();
        disk.crash();
        let files = disk.files();
        assert_eq!(files.read_file("blob/1"), Err(DiskError::NotFound));
        assert!(
            files
                .read_file("blob/3")
                .unwrap()
                .starts_with(b"head blob/3")
        );
        back += files.list("blob/").unwrap().len() - 1;
    }
    assert!(
        back > 20 && back < 180,
        "{back} of 200 unsynced removals undone"
    );
}

#[test]
fn plain_files_meet_the_faults_too() {
    let disk = SimDisk::new(1);
    let files = disk.files();
    files.write_file("a", b"12345678").unwrap();
    disk.fail_after(2, Failure::Full);
    files.append_file("a", b"9").unwrap();
    assert_eq!(files.append_file("a", b"0"), Err(DiskError::Full));
    disk.fail_after(1, Failure::Read);
    assert_eq!(files.read_file("a"), Err(DiskError::Io));
    assert_eq!(files.read_range("a", 2, 3).unwrap(), b"345");
    disk.fail_after(1, Failure::Io);
    assert_eq!(files.sync_file("a"), Err(DiskError::Io));
    files.write_at("a", 10, b"x").unwrap();
    assert_eq!(files.read_file("a").unwrap(), b"123456789\0x");
    assert_eq!(files.find_size_bytes("a").unwrap(), Some(11));
    assert_eq!(files.find_size_bytes("b").unwrap(), None);
    disk.fail_after(1, Failure::PowerCut);
    assert_eq!(files.sync_file("a"), Err(DiskError::PoweredOff));
    assert_eq!(files.list(""), Err(DiskError::PoweredOff));
    assert_eq!(disk.counters().crashes, 1);
}

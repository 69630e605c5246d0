//! Seed by seed: nothing confirmed is lost, nothing is doubled, everybody ends up the same.
//!
//! `JAWLA_SEEDS=from..to` runs others than the first 200.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise and says where; two threads share the seeds"
)]

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jawla_sim::disk::DiskCounters;
use jawla_sim::faults::{Fault, Hits};
use jawla_sim::run::{Verdict, run};
use jawla_sim::trace::Trace;

const SEEDS_DEFAULT: Range<u64> = 0..200;
/// How often each fault must strike in them.
const HITS_MIN: u64 = 50;
const THREADS: usize = 2;
/// How much of the trace of a failed seed is shown; `JAWLA_LINES` shows more.
const LINES_SHOWN: usize = 40;

fn lines_shown() -> usize {
    std::env::var("JAWLA_LINES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(LINES_SHOWN)
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("JAWLA_SEEDS") else {
        return SEEDS_DEFAULT;
    };
    let (from, to) = text.split_once("..").expect("JAWLA_SEEDS is from..to");
    from.parse().expect("a number")..to.parse().expect("a number")
}

std::thread_local! {
    /// Where the last panic of this thread was. Those of the CRDT over hostile bytes are caught by
    /// the guard and are nobody's business.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn listen_to_panics() {
    std::panic::set_hook(Box::new(|panic| {
        LAST_PANIC.with_borrow_mut(|last| *last = panic.to_string());
    }));
}

/// Runs a seed once; what went wrong, with the end of its trace.
fn once(seed: u64) -> Result<(Verdict, Trace), String> {
    let trace = Trace::default();
    match catch_unwind(AssertUnwindSafe(|| run(seed, &trace))) {
        Ok(verdict) => Ok((verdict, trace)),
        Err(_) => {
            let said = LAST_PANIC.with_borrow(Clone::clone);
            let tail = trace.tail(lines_shown()).join("\n");
            Err(format!("{tail}\n{said}"))
        }
    }
}

/// Runs a seed twice and compares.
fn twice(seed: u64) -> Result<Verdict, String> {
    let (first, trace) = once(seed)?;
    let (second, again) = once(seed)?;
    if let Some((line, one, two)) = trace.first_difference(&again) {
        return Err(format!("two runs differ at line {line}:\n{one}\n{two}"));
    }
    if first != second {
        return Err("two runs with one trace have different faults".to_owned());
    }
    Ok(first)
}

#[derive(Default)]
struct Sum {
    runs: u64,
    hits: Hits,
    disks: DiskCounters,
    failures: Vec<(u64, String)>,
}

#[test]
fn every_seed_holds_its_promises_and_repeats_itself() {
    let seeds = seeds();
    listen_to_panics();
    let sum = Mutex::new(Sum::default());
    let next = AtomicU64::new(seeds.start);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let result = twice(seed);
                    let mut sum = sum.lock().unwrap();
                    sum.runs += 1;
                    match result {
                        Ok(verdict) => {
                            sum.hits.add(&verdict.hits);
                            sum.disks += verdict.disks;
                        }
                        Err(said) => sum.failures.push((seed, said)),
                    }
                }
            });
        }
    });
    let _ = std::panic::take_hook();
    let mut sum = sum.into_inner().unwrap();
    let spent_ms = began.elapsed().as_millis() as u64 / (2 * sum.runs.max(1));
    println!(
        "{} seeds, each twice, {spent_ms} ms of wall time a run",
        sum.runs
    );
    print_faults(&sum);
    sum.failures.sort();
    for (seed, said) in sum.failures.iter().take(3) {
        eprintln!("--- seed {seed}\n{said}");
        eprintln!(
            "again: JAWLA_SEEDS={seed}..{} cargo test -p jawla-sim --test seeds",
            seed + 1
        );
    }
    let failed: Vec<u64> = sum.failures.iter().map(|(seed, _)| *seed).collect();
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
    if sum.runs >= SEEDS_DEFAULT.end {
        for fault in Fault::ALL {
            let hits = sum.hits.of(*fault);
            assert!(hits >= HITS_MIN, "only {hits} times: {}", fault.text());
        }
        assert!(sum.disks.torn > 0 && sum.disks.dropped > 0 && sum.disks.reordered > 0);
    }
}

fn print_faults(sum: &Sum) {
    for fault in Fault::ALL {
        println!("{:>8}  {}", sum.hits.of(*fault), fault.text());
    }
    for (count, text) in [
        (sum.disks.dropped, "unsynced writes lost"),
        (sum.disks.torn, "unsynced writes torn"),
        (sum.disks.reordered, "unsynced writes out of order"),
        (sum.disks.names_undone, "creations and removals undone"),
    ] {
        println!("{count:>8}  {text}");
    }
}

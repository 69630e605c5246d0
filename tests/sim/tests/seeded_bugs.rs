//! The simulator finds the faults that were planted: each of them is one safeguard taken out of
//! the production code, and some seed must break a promise without it.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise and says where"
)]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jawla_model::seeded::{SeededBug, choose};
use jawla_sim::run::run;
use jawla_sim::trace::Trace;

/// Seeds tried for each bug.
const SEEDS_MAX: u64 = 400;

/// Seeds that must hold while no bug is in, so that a finding means something.
const SEEDS_SOUND: u64 = 12;

std::thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The broken promise of a seed, if it breaks one.
fn broken_promise(seed: u64) -> Option<String> {
    let trace = Trace::default();
    catch_unwind(AssertUnwindSafe(|| run(seed, &trace)))
        .is_err()
        .then(|| LAST_PANIC.with_borrow(Clone::clone))
}

#[test]
fn every_seeded_bug_is_found_and_nothing_else() {
    std::panic::set_hook(Box::new(|panic| {
        LAST_PANIC.with_borrow_mut(|last| *last = panic.to_string());
    }));
    choose(None);
    let unsound: Vec<_> = (0..SEEDS_SOUND)
        .filter_map(|seed| Some((seed, broken_promise(seed)?)))
        .collect();
    let mut missed = Vec::new();
    for bug in SeededBug::ALL {
        choose(Some(*bug));
        let found = (0..SEEDS_MAX).find_map(|seed| Some((seed, broken_promise(seed)?)));
        choose(None);
        match found {
            Some((seed, said)) => {
                let said = said.lines().nth(1).unwrap_or_default().to_owned();
                println!("{bug:?} found by seed {seed}: {said}");
            }
            None => missed.push(bug),
        }
    }
    let _ = std::panic::take_hook();
    assert_eq!(unsound, [], "promises broken without any bug");
    assert_eq!(
        missed,
        Vec::<&SeededBug>::new(),
        "bugs that {SEEDS_MAX} seeds did not find"
    );
}

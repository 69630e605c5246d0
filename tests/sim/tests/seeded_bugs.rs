//! The simulator finds the faults that were planted: each of them is one safeguard taken out of
//! the production code, and some seed must break a promise without it.
//!
//! Each bug has the kind of run in which it can strike, and a few seeds of which one is known to
//! show it. `JAWLA_SEEDS=from..to` tries others, `JAWLA_BUG=name` one bug alone, to find seeds
//! anew when runs have changed.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise and says where"
)]

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use jawla_model::seeded::{SeededBug, choose};
use jawla_sim::trace::Trace;
use jawla_sim::world::Story;
use jawla_sim::{photos, replicas, run};

/// A kind of run: what people and machines go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// Three phones work, everything fails.
    Ordinary,
    /// The same, and memberships end.
    Members,
    /// Two servers over one store.
    Replicas,
    /// A photo over a link that is cut.
    Photos,
}

impl Ground {
    const ALL: [Self; 4] = [Self::Ordinary, Self::Members, Self::Replicas, Self::Photos];

    fn live(self, seed: u64) {
        let trace = Trace::default();
        match self {
            Self::Ordinary => drop(run::tell(seed, Story::Ordinary, &trace)),
            Self::Members => drop(run::tell(seed, Story::Members, &trace)),
            Self::Replicas => replicas::run(seed, &trace),
            Self::Photos => photos::run(seed, &trace),
        }
    }
}

/// Where a bug is looked for: the kind of run and its seeds.
fn haystack(bug: SeededBug) -> (Ground, Range<u64>) {
    match bug {
        SeededBug::AcknowledgeBeforeFsync
        | SeededBug::ChainUnchecked
        | SeededBug::ActorReused
        | SeededBug::ReencodeUnchecked
        | SeededBug::TypingUnsaved
        | SeededBug::SequenceBeforeRow
        | SeededBug::CursorWithoutEntries
        | SeededBug::ReplayAccepted
        | SeededBug::ClockForOrder => (Ground::Ordinary, 0..60),
        SeededBug::ScopeLeak | SeededBug::TailLostAtQuarantine | SeededBug::StaleMembership => {
            (Ground::Members, 0..30)
        }
        SeededBug::UnlockedCounter => (Ground::Replicas, 0..12),
        SeededBug::ResumeOffByOne => (Ground::Photos, 0..6),
    }
}

/// Seeds of each kind that must hold while no bug is in, so that a finding means something.
const SEEDS_SOUND: u64 = 6;

std::thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The broken promise of a seed, if it breaks one.
fn broken_promise(ground: Ground, seed: u64) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| ground.live(seed)))
        .is_err()
        .then(|| LAST_PANIC.with_borrow(Clone::clone))
}

/// The seeds that somebody asks for instead of a bug's own.
fn seeds_asked() -> Option<Range<u64>> {
    let text = std::env::var("JAWLA_SEEDS").ok()?;
    let (from, to) = text.split_once("..").expect("JAWLA_SEEDS is from..to");
    Some(from.parse().expect("a number")..to.parse().expect("a number"))
}

/// The one bug that somebody asks for, or all.
fn bugs_asked() -> Vec<SeededBug> {
    let asked = std::env::var("JAWLA_BUG").ok();
    let all = SeededBug::ALL.iter().copied();
    let chosen: Vec<SeededBug> = all
        .filter(|bug| {
            asked
                .as_ref()
                .is_none_or(|name| *name == format!("{bug:?}"))
        })
        .collect();
    assert!(!chosen.is_empty(), "no bug is called {asked:?}");
    chosen
}

#[test]
fn every_seeded_bug_is_found_and_nothing_else() {
    std::panic::set_hook(Box::new(|panic| {
        LAST_PANIC.with_borrow_mut(|last| *last = panic.to_string());
    }));
    choose(None);
    let mut unsound = Vec::new();
    for ground in Ground::ALL {
        let began = Instant::now();
        for seed in 0..SEEDS_SOUND {
            let Some(said) = broken_promise(ground, seed) else {
                continue;
            };
            println!("{ground:?} seed {seed} breaks a promise without any bug: {said}");
            unsound.push((ground, seed));
        }
        let spent_s = began.elapsed().as_secs_f32();
        println!("{ground:?}: {SEEDS_SOUND} seeds without any bug in {spent_s:.1} s");
    }
    let mut missed = Vec::new();
    for bug in bugs_asked() {
        let (ground, seeds) = haystack(bug);
        let began = Instant::now();
        choose(Some(bug));
        let found = seeds_asked()
            .unwrap_or(seeds)
            .find_map(|seed| Some((seed, broken_promise(ground, seed)?)));
        choose(None);
        let spent_s = began.elapsed().as_secs_f32();
        match found {
            Some((seed, said)) => {
                let said = said.lines().nth(1).unwrap_or_default().to_owned();
                println!("{bug:?} found by {ground:?} seed {seed} in {spent_s:.1} s: {said}");
            }
            None => {
                println!("{bug:?} missed by {ground:?} in {spent_s:.1} s");
                missed.push(bug);
            }
        }
    }
    let _ = std::panic::take_hook();
    assert_eq!(unsound, [], "promises broken without any bug");
    assert_eq!(
        missed,
        Vec::<SeededBug>::new(),
        "bugs that their seeds did not find"
    );
}

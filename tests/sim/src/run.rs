//! One seed, from its beginning to its verdict.

use crate::disk::DiskCounters;
use crate::faults::Hits;
use crate::people::OPERATIONS_PER_PHONE;
use crate::trace::Trace;
use crate::world::{Old, Story, Universe};

/// What a run that held says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// SHA-256 of its trace.
    pub digest: [u8; 32],
    /// Faults that struck.
    pub hits: Hits,
    /// What its disks went through.
    pub disks: DiskCounters,
}

/// Lives through a seed; panics when a promise is broken. The trace tells how far it came.
pub fn run(seed: u64, trace: &Trace) -> Verdict {
    tell(seed, Story::of_seed(seed), trace)
}

/// The same, with a story that is told and not drawn.
pub fn tell(seed: u64, story: Story, trace: &Trace) -> Verdict {
    let mut universe = live_through(seed, story, trace);
    universe.check_everything();
    let mut disks = universe.server.disk.counters();
    for phone in &universe.phones {
        disks += phone.disk.counters();
    }
    Verdict {
        digest: trace.digest(),
        hits: universe.hits,
        disks,
    }
}

/// Lives through a seed until nothing is open any more.
pub fn live(seed: u64, trace: &Trace) -> Universe {
    live_through(seed, Story::of_seed(seed), trace)
}

fn live_through(seed: u64, story: Story, trace: &Trace) -> Universe {
    let mut universe = Universe::with_old(seed, trace.clone(), Old::of_seed(seed));
    universe.story = story;
    let mut left = vec![OPERATIONS_PER_PHONE; universe.phones.len()];
    while left.iter().any(|operations| *operations > 0) {
        let busy: Vec<usize> = (0..left.len()).filter(|number| left[*number] > 0).collect();
        let number = universe.dice.pick(&busy);
        left[number] -= 1;
        universe.act(number);
        universe.world_turns();
    }
    universe.become_quiet();
    universe
}

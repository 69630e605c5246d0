//! One seed, from its beginning to its verdict.

use crate::disk::DiskCounters;
use crate::faults::{Fault, Hits};
use crate::people::OPERATIONS_PER_PHONE;
use crate::trace::Trace;
use crate::world::Universe;

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
    let mut universe = Universe::new(seed, trace.clone());
    let mut left = vec![OPERATIONS_PER_PHONE; universe.phones.len()];
    while left.iter().any(|operations| *operations > 0) {
        let busy: Vec<usize> = (0..left.len()).filter(|number| left[*number] > 0).collect();
        let number = universe.dice.pick(&busy);
        left[number] -= 1;
        universe.act(number);
        universe.world_turns();
    }
    universe.become_quiet();
    universe.check_everything();
    let mut disks = universe.server.disk.counters();
    for phone in &universe.phones {
        disks += phone.disk.counters();
    }
    let mut hits = universe.hits;
    for (fault, strikes) in [
        (Fault::PhoneKilledInCall, universe.oracle_strikes.phone_kills),
        (Fault::PhonePowerCutInCall, universe.oracle_strikes.phone_power_cuts),
        (Fault::ServerKilledInCall, universe.oracle_strikes.server_kills),
        (Fault::ServerPowerCutInCall, universe.oracle_strikes.server_power_cuts),
    ] {
        for _ in 0..strikes {
            hits.hit(fault);
        }
    }
    Verdict { digest: trace.digest(), hits, disks }
}

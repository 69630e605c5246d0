//! Seeded bugs: safeguards that the simulator switches off, one at a time, to show that it would
//! find them missing. Without the feature every one of them is constantly off and compiled away.

/// A safeguard that can be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeededBug {
    /// The server answers before its transaction is durable.
    AcknowledgeBeforeFsync = 1,
    /// The device commits a block without recomputing its chain.
    ChainUnchecked = 2,
    /// A device goes on with the actor of an earlier life of its store.
    ActorReused = 3,
    /// The guard does not compare a change with its re-encoding.
    ReencodeUnchecked = 4,
    /// Typing is kept in memory only.
    TypingUnsaved = 5,
    /// The server gives positions away, durably, before the rows that take them are written.
    SequenceBeforeRow = 6,
    /// The device moves its cursor before the entries behind it are written.
    CursorWithoutEntries = 7,
    /// The server lets go of the counter of a log between reading it and writing it.
    UnlockedCounter = 8,
    /// The server goes on sending the log of a scope that it says is gone.
    ScopeLeak = 9,
    /// A request number that was used counts as a new one.
    ReplayAccepted = 10,
    /// What depends on a change set aside goes with it and is not kept.
    TailLostAtQuarantine = 11,
    /// An upload goes on one byte behind where it was cut.
    ResumeOffByOne = 12,
    /// A membership that has ended still gives its rights.
    StaleMembership = 13,
    /// A receipt is what the clock says, though the log has a later one.
    ClockForOrder = 14,
}

impl SeededBug {
    /// Every one of them.
    pub const ALL: &'static [Self] = &[
        Self::AcknowledgeBeforeFsync,
        Self::ChainUnchecked,
        Self::ActorReused,
        Self::ReencodeUnchecked,
        Self::TypingUnsaved,
        Self::SequenceBeforeRow,
        Self::CursorWithoutEntries,
        Self::UnlockedCounter,
        Self::ScopeLeak,
        Self::ReplayAccepted,
        Self::TailLostAtQuarantine,
        Self::ResumeOffByOne,
        Self::StaleMembership,
        Self::ClockForOrder,
    ];
}

#[cfg(feature = "seeded-bugs")]
mod switch {
    use std::sync::atomic::{AtomicU8, Ordering};

    static CHOSEN: AtomicU8 = AtomicU8::new(0);

    /// Chooses the one bug that is in from now on, or none.
    pub fn choose(bug: Option<super::SeededBug>) {
        CHOSEN.store(bug.map_or(0, |bug| bug as u8), Ordering::SeqCst);
    }

    /// Whether this bug is in.
    pub fn is_in(bug: super::SeededBug) -> bool {
        CHOSEN.load(Ordering::SeqCst) == bug as u8
    }
}

#[cfg(feature = "seeded-bugs")]
pub use switch::{choose, is_in};

/// Whether this bug is in: never, in a build without the feature.
#[cfg(not(feature = "seeded-bugs"))]
pub const fn is_in(_: SeededBug) -> bool {
    false
}

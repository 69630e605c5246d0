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
}

impl SeededBug {
    /// Every one of them.
    pub const ALL: &'static [Self] = &[
        Self::AcknowledgeBeforeFsync,
        Self::ChainUnchecked,
        Self::ActorReused,
        Self::ReencodeUnchecked,
        Self::TypingUnsaved,
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

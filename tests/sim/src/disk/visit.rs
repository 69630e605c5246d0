//! Somebody else who uses the disk in the middle of what a connection does.

use std::fmt;

/// What the visitor does.
pub(super) type Action = Box<dyn FnOnce() + Send>;

/// A visit that waits for its moment.
pub(super) struct Visit {
    /// Unlocks until it comes, this one included.
    unlocks_left: u64,
    action: Action,
}

impl Visit {
    pub(super) fn new(unlocks: u64, action: impl FnOnce() + Send + 'static) -> Self {
        Self {
            unlocks_left: unlocks,
            action: Box::new(action),
        }
    }

    /// Counts one unlock; the action, when this is the one.
    pub(super) fn due(planned: &mut Option<Self>) -> Option<Action> {
        let visit = planned.as_mut()?;
        if visit.unlocks_left > 1 {
            visit.unlocks_left -= 1;
            return None;
        }
        planned.take().map(|visit| visit.action)
    }
}

impl fmt::Debug for Visit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Visit")
            .field("unlocks_left", &self.unlocks_left)
            .finish_non_exhaustive()
    }
}

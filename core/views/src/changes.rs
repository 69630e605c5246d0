//! What changed, by name: pages ask again for what they show, so that no model of theirs drifts.

use async_trait::async_trait;

/// Names of what changed after some serial. A name is `project:HEX`, `outbox`, `sync`, `phones`,
/// `settings` or, when too much happened to name it, `everything`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The serial to ask after next.
    pub serial: u64,
    /// The names, each once, in order.
    pub names: Vec<String>,
}

/// Tells what changes.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The serial of now.
    fn serial(&self) -> u64;

    /// Waits until something changed after `serial`. Dropping it loses nothing. A serial of
    /// another process, or one too old, answers `everything` at once.
    async fn after(&self, serial: u64) -> Changed;
}

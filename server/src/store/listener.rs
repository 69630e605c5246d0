//! What a store tells of itself, so that pages can follow it.

use std::sync::Arc;

use jawla_model::DocumentId;

/// What has just been committed by this process. It carries no content: whoever wants that asks
/// the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// A dossier accepted changes, a phone's or the office's.
    Document(DocumentId),
    /// A phone was enrolled, heard of, cloned or revoked, or a membership changed.
    Phones,
}

/// Who is told. Called after the commit, by the thread that made it, outside every lock of the
/// store: it must return at once and must not call the store.
pub type Listener = Arc<dyn Fn(Happened) + Send + Sync>;

//! The sync protocol, without a socket, a clock or a database.
//!
//! [`device`] and [`server`] are the two roles; the other modules are the messages between them.
//! Everything here is a function of its arguments: the same seed gives the same run. The engine
//! sees (kind, document, content hash, bytes) and never what a change means.
//! The bytes are described in `docs/sync-protocol.md`.

pub mod answer;
pub mod chain;
pub mod code;
pub mod device;
pub mod enrol;
pub mod limits;
pub mod money;
pub mod pack;
pub mod receipt;
pub mod request;
pub mod room;
pub mod server;
pub mod short;
pub mod sign;
pub mod stream;

pub use chain::{Chain16, EntryKind, LogEntry};
pub use code::WireError;
pub use pack::{Outcome, OutcomeForm, Pack, PackEntry, SealedPack};
pub use sign::{Signature64, SigningKey, VerifyingKey};

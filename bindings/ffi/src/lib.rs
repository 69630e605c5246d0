//! The phone's core for apps in Kotlin, Python and Swift: enrol, read, record, take photos,
//! settle, synchronise, observe. Shapes and translation over `jawla-client`; a rule of people's
//! work has no place here.
//!
//! * **Threads.** Every call that reads or writes is `async`, may be awaited on any thread and
//!   blocks none: the work runs on threads of this library. The few calls that are not `async`
//!   only look at memory.
//! * **Cancelling.** A call whose future is dropped stops at its next step. An order that the
//!   store has begun is one transaction and ends by itself: afterwards it is done or was never
//!   begun, and asking the store says which.
//! * **Durability.** A call that answers has what it did on disk.
//! * **Units.** Instants are milliseconds since 1970 UTC as the device claims them, unless a name
//!   ends in `_s` (seconds since 1970 UTC by the server's clock); money is centimes (`_centimes`);
//!   shares are basis points (`_bp`, 10 000 is all); positions are ten-millionths of a degree
//!   (`_e7`); sizes are bytes (`_bytes`).
//! * **Ids** of dossiers, visits, persons, scopes and items are 32 hexadecimal digits, hashes of
//!   files and changes 64.
//! * **Lists** come in pages of 50 unless asked otherwise, and at most 200.
//! * **Errors.** One type, [`JawlaError`], with a variant for each sort of reaction.

// The scaffolding that the macros write calls across the boundary of languages.
#![allow(unsafe_code, reason = "generated scaffolding of the foreign interface")]
#![allow(
    clippy::disallowed_methods,
    reason = "the edge of the system: clocks and chance of the platform come in here"
)]

mod disagreements;
mod error;
mod exchange;
mod history;
mod keeping;
mod lifecycle;
pub mod limits;
mod money;
mod platform;
mod reading;
mod rows;
mod runtime;
mod schema;
#[cfg(feature = "screens")]
mod screens;
mod sheets;
mod store;
mod visits;
mod watching;
mod words;

pub use disagreements::{Disagreement, DisagreementPage, DisagreementValue};
pub use error::{JawlaError, RuleBroken};
pub use exchange::{SyncBudget, SyncOutcome, SyncProgress, SyncReport, SyncRun};
pub use history::{Happening, HistoryEntry, HistoryPage, Outgoing, SetAside};
pub use keeping::{Diagnostics, ExportReport};
pub use lifecycle::{
    DeviceStatus, ExchangeMode, OpenOptions, PersonName, ReceiptWords, Settings, StorageUse,
};
pub use money::{MoneyRecorded, OfficialMoney};
pub use platform::{
    Clock, ClockReading, GeoPosition, KeyStore, NetworkSource, PlatformFault, PlatformServices,
    PositionSource, SecureRandom,
};
pub use rows::{
    Commune, Disagreeing, Named, PageRequest, PhotoInfo, ProjectFilter, ProjectPage, ProjectSort,
    ProjectSummary, ScopeInfo, SortDirection, VisitFilter, VisitPage, VisitSummary,
    VisitWithProject,
};
pub use schema::{CodeLabel, FieldInfo, FieldKind, field_schema};
#[cfg(feature = "screens")]
pub use screens::{HttpHeader, HttpRequest, HttpResponse};
pub use sheets::ServerFacts;
pub use sheets::{ActionInfo, DifficultyNote, FieldValue, FieldWritten, ProjectSheet, VisitForm};
pub use store::FieldStore;
pub use watching::{ChangeObserver, Changed, Subscription};
pub use words::*;

uniffi::setup_scaffolding!("jawla");

/// The version of this library, `0.1.0`. Looks at memory only.
#[uniffi::export]
pub fn library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

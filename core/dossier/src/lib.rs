//! What an Automerge document means: layout, edits, reading, conflicts, rows, and the change
//! guard.
//!
//! The one crate that touches Automerge. Everything above sees [`Change`]s (hash, actor,
//! dependencies, bytes), [`Document`]s that apply edits or admit foreign changes, and the
//! [`Dossier`] that is read out of them. Nothing that another device wrote reaches Automerge
//! before [`Document::admit`] has passed it.

mod authority;
pub mod change;
pub mod codec;
mod columns;
pub mod conflicts;
pub mod document;
pub mod draft;
mod edits;
mod guard;
pub mod history;
#[cfg(feature = "hostile")]
pub mod hostile;
mod kept;
mod leb128;
pub mod limits;
pub mod project;
pub mod read;
mod skeleton;

pub use authority::Authority;
pub use change::{Change, Header, read_header};
pub use conflicts::{Conflict, conflicts};
pub use document::{Document, DossierError};
pub use draft::visit_draft;
pub use edits::{Authoring, EditError, PlannedAction};
pub use history::{History, project_fields, visit_fields};
pub use project::{Origin, Origins, project};
pub use read::{Dossier, OtherValue, Reading, VisitReading, Written};

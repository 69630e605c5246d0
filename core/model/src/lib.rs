//! The words of the field, and nothing that does anything with them.
//!
//! Ids, states and their transitions, the schema of a dossier, edits, rules and permissions.
//! Everything above (documents, sync, stores, pages) speaks in these words; nothing here knows a
//! database, a clock, a network or Automerge.

pub mod edit;
pub mod fold;
pub mod ids;
pub mod language;
pub mod limits;
pub mod money;
pub mod money_fact;
pub mod permissions;
pub mod reason;
pub mod reference;
pub mod rules;
pub mod schema;
pub mod seeded;
pub mod state;
pub mod stripped;
pub mod time;
pub mod visit;

pub use edit::{Edit, FieldPath, Photo, Position, Review, ReviewDecision, Value};
pub use ids::{
    ActorId, DocumentId, Hash32, IncarnationId, ItemId, PersonId, ScopeId, ServerId, VisitId,
};
pub use language::Language;
pub use money::{BasisPoints, Centimes};
pub use money_fact::{MoneyAct, MoneyEntry, MoneyFact, MoneyKind};
pub use permissions::Role;
pub use reason::Reason;
pub use schema::{Entity, FieldKind, FieldSpec, ProjectField, VisitField, Weight};
pub use state::{AdminState, Nature, ReportingState};
pub use stripped::Stripped;
pub use time::{Claimed, ReceivedAt};
pub use visit::{SiteState, VisitKind, VisitStatus};

//! What one dossier says beyond its rows: every field, a visit as its form shows it, who changed
//! what when. Read from the document itself, one dossier at a time.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jawla_model::{
    DocumentId, FieldPath, Hash32, ItemId, MoneyFact, PersonId, Photo, ReceivedAt, Review, Value,
    VisitId,
};
use serde::{Deserialize, Serialize};

use crate::error::ViewError;
use crate::queries::PageWindow;
use crate::sheets::Page;

/// The fields of a project, by their key in the schema; a field nobody wrote is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProjectFields {
    /// Value by key.
    pub values: BTreeMap<String, Value>,
}

/// An action to take, as a visit planned it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionShown {
    /// Its id.
    pub item: ItemId,
    /// What is to be done.
    pub what: String,
    /// By whom.
    pub owner: String,
    /// Until when, `2026-12-01`; empty when open.
    pub due: String,
    /// Whether it is done.
    pub done: bool,
}

/// Everything a visit says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitFields {
    /// Value by key of the schema; a field nobody wrote is missing.
    pub values: BTreeMap<String, Value>,
    /// Difficulties: the note by reason code.
    pub difficulties: BTreeMap<String, String>,
    /// Actions, by id.
    pub actions: Vec<ActionShown>,
    /// Quantities found, in thousandths of the item's unit.
    pub quantities: BTreeMap<ItemId, i64>,
    /// Photos, by hash.
    pub photos: Vec<Photo>,
}

/// One thing that a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// A field was written.
    Set {
        /// Where.
        at: FieldPath,
        /// The values it superseded, none for the first one. More than one: a disagreement was
        /// settled.
        before: Vec<Value>,
        /// What it wrote.
        after: Value,
    },
    /// A visit was begun.
    VisitOpened(VisitId),
    /// A visit was finished.
    VisitFinished(VisitId),
    /// The office reviewed a visit.
    Reviewed(VisitId, Review),
    /// A photo was added.
    PhotoAttached(VisitId, Photo),
    /// A photo was taken out.
    PhotoDetached(VisitId, Hash32),
    /// A difficulty was named, or its note changed: reason code, note.
    DifficultyRaised(VisitId, String, String),
    /// A difficulty was taken back: reason code.
    DifficultyWithdrawn(VisitId, String),
    /// An action was planned or changed.
    ActionPlanned(VisitId, ActionShown),
    /// A quantity was measured, in thousandths of its unit.
    QuantityMeasured(VisitId, ItemId, i64),
}

/// One change of a dossier, as its history shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The change.
    pub change: Hash32,
    /// Who wrote it; none when the log does not say (yet).
    pub author: Option<PersonId>,
    /// Claimed instant, UTC milliseconds.
    pub claimed_at_ms: i64,
    /// Receipt; none while it is on this device only.
    pub received_at: Option<ReceivedAt>,
    /// What it did, in the order of the form; a newer schema's part is left out.
    pub happenings: Vec<Happening>,
    /// Whether [`Command::Undo`](crate::Command::Undo) of the asker would take it back: their own
    /// newest action here that nobody has written over.
    pub undoable: bool,
}

/// A fact of official money at its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyFactRow {
    /// When the server recorded it.
    pub received_at: ReceivedAt,
    /// The fact.
    pub fact: MoneyFact,
}

/// Answers about one dossier at a time.
///
/// # Errors
/// All methods: [`ViewError::Busy`] when asking again may help, [`ViewError::Store`] otherwise.
#[async_trait]
pub trait Dossiers: Send + Sync {
    /// The project's fields, what is being typed on this device laid over them.
    async fn project_fields(
        &self,
        document: DocumentId,
    ) -> Result<Option<ProjectFields>, ViewError>;

    /// A visit's fields, what is being typed on this device laid over them.
    async fn visit_fields(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitFields>, ViewError>;

    /// Who changed what, newest first (order of the log, what is not in it yet before all).
    /// `asker` decides what counts as undoable. At most
    /// [`HISTORY_PER_PAGE_MAX`](crate::limits::HISTORY_PER_PAGE_MAX) entries.
    async fn history(
        &self,
        document: DocumentId,
        asker: Option<PersonId>,
        window: PageWindow,
    ) -> Result<Page<HistoryEntry>, ViewError>;

    /// The official money of a project, oldest first, as the log that is here has it; a fact of a
    /// newer build is left out. At most
    /// [`MONEY_FACTS_MAX`](crate::limits::MONEY_FACTS_MAX), the newest.
    async fn money_facts(&self, document: DocumentId) -> Result<Vec<MoneyFactRow>, ViewError>;
}

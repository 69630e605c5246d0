//! A phone in memory: rows, dossiers, orders and states as tests set them. Shared by the tests of
//! every page and by the preview.
//!
//! `Fake::new(State::day())` is an ordinary day in French; change the [`State`] before or, with
//! [`Fake::change`], while it runs. Orders are kept in [`State::orders`]; set [`State::refuse`]
//! to have the next one refused.
#![allow(
    clippy::too_many_lines,
    reason = "rows of a made-up province, one after the other"
)]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a fake for tests"
)]

mod answers;
mod pictures;
mod reference;
mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jawla_model::reference::ReferenceBundle;
use jawla_model::{DocumentId, FieldPath, Hash32, ItemId, PersonId, ScopeId, Value, VisitId};
use jawla_views::phone::{EnrolFault, Outgoing, PhoneStatus, SendOrder, SetAside, VisitForm};
use jawla_views::{
    Command, CommandError, ConflictRow, HistoryEntry, MoneyFactRow, PersonRow, PhotoRow,
    ProjectFields, ProjectRow, VisitFields, VisitRow,
};

/// 24 November 2026, 10:00 UTC.
pub const NOW_MS: i64 = 1_795_514_400_000;
pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// Whose phone it is.
pub const ME: PersonId = PersonId([0xa1; 16]);
pub const COLLEAGUE: PersonId = PersonId([0xb2; 16]);
pub const SUPERVISOR: PersonId = PersonId([0xc3; 16]);

pub fn document(n: u8) -> DocumentId {
    DocumentId([n; 16])
}
pub fn visit(n: u8) -> VisitId {
    VisitId([n; 16])
}
pub fn item(n: u8) -> ItemId {
    ItemId([n; 16])
}
pub fn scope(n: u8) -> ScopeId {
    ScopeId([n; 16])
}
pub fn hash(n: u8) -> Hash32 {
    Hash32([n; 32])
}

/// Everything the phone knows.
pub struct State {
    pub status: PhoneStatus,
    pub reference: Arc<ReferenceBundle>,
    pub people: Vec<PersonRow>,
    pub projects: Vec<ProjectRow>,
    pub visits: Vec<VisitRow>,
    pub photos: Vec<PhotoRow>,
    pub conflicts: Vec<ConflictRow>,
    pub project_fields: BTreeMap<DocumentId, ProjectFields>,
    pub visit_fields: BTreeMap<VisitId, VisitFields>,
    /// Typed and no change yet, by the visit and key.
    pub typed: BTreeMap<(VisitId, String), Value>,
    /// Forms that shall be shown as they are here instead of being made from the rows.
    pub forms: BTreeMap<VisitId, VisitForm>,
    pub histories: BTreeMap<DocumentId, Vec<HistoryEntry>>,
    pub money: BTreeMap<DocumentId, Vec<MoneyFactRow>>,
    pub blobs: BTreeMap<Hash32, Vec<u8>>,
    pub outgoing: Vec<Outgoing>,
    pub set_aside: Vec<SetAside>,
    /// Orders carried out.
    pub orders: Vec<Command>,
    /// Values typed, in order.
    pub typings: Vec<(DocumentId, FieldPath, Value)>,
    /// Screens left.
    pub left: Vec<DocumentId>,
    /// Orders about sending.
    pub sends: Vec<SendOrder>,
    /// Visits filled as before.
    pub filled: Vec<VisitId>,
    /// Invitations tried: text, name of the device.
    pub enrolments: Vec<(String, String)>,
    /// Refuses the next order (of any kind).
    pub refuse: Option<CommandError>,
    /// Refuses the next enrolment.
    pub refuse_enrol: Option<EnrolFault>,
    /// Every reading is answered with "busy".
    pub busy: bool,
}

impl State {
    pub fn refusal(&mut self) -> Result<(), CommandError> {
        self.refuse.take().map_or(Ok(()), Err)
    }
}

/// The phone.
pub struct Fake {
    state: Mutex<State>,
    serial: tokio::sync::watch::Sender<u64>,
}

impl Fake {
    pub fn new(state: State) -> Arc<Self> {
        let (serial, _) = tokio::sync::watch::channel(1);
        Arc::new(Self {
            state: Mutex::new(state),
            serial,
        })
    }

    /// Looks into the state.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap())
    }

    /// Changes the state and tells.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let answer = change(&mut self.state.lock().unwrap());
        self.serial.send_modify(|serial| *serial += 1);
        answer
    }
}

//! What the phone's pages ask of the device they are shown on, beside rows and dossiers: who one
//! is, the form being typed into, what waits to be sent, photos, settings.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use jawla_model::reference::ReferenceBundle;
use jawla_model::rules::Violation;
use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{DocumentId, FieldPath, Hash32, Language, Reason, Role, Value, VisitId};
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::commands::{CommandError, Commands};
use crate::dossiers::{Dossiers, VisitFields};
use crate::error::ViewError;
use crate::queries::Views;
use crate::rows::{ConflictRow, ProjectRow, VisitRow};
use crate::sheets::PersonRow;

/// Whether this store may write, and as whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneStanding {
    /// Nobody's yet: show the entrance.
    NotEnrolled,
    /// As it should.
    Enrolled,
    /// Copied back or away: readable, must be enrolled again before it writes.
    RolledBack,
    /// The province withdrew the rights: work is kept, nothing more is taken.
    Withdrawn,
}

/// What the shell says the link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nobody said.
    #[default]
    Unknown,
    /// No link.
    None,
    /// Paid by volume.
    Metered,
    /// Free: photos travel too.
    Unmetered,
}

/// Why what waits is not on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyWaiting {
    /// It goes with the next exchange.
    NextExchange,
    /// It is under way now.
    UnderWay,
    /// It is being typed: it becomes something to send when the screen is left.
    BeingTyped,
    /// There is no network.
    NoNetwork,
    /// The server does not answer.
    Unreachable,
    /// Something else answers in its place: a portal of the network, another server.
    NotOurServer,
    /// The server is not the one that was enrolled with.
    Untrusted,
    /// The link broke off; it goes on where it was.
    Cut,
    /// The server is busy and asked to come back.
    ServerBusy,
    /// The server failed or refused.
    ServerFailed,
    /// Photos wait for a free link.
    WaitsForFreeLink,
    /// The person paused sending.
    Paused,
    /// The file arrived damaged twice: tap to try again.
    FileFailed,
    /// The store must be enrolled again.
    MustEnrol,
}

/// Where the exchange with the province stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// Nothing is under way.
    Idle,
    /// Under way.
    Running(ExchangeProgress),
    /// The last one broke off; it goes on by itself.
    Waiting {
        /// Why.
        why: WhyWaiting,
        /// Seconds until it tries again, when known.
        retry_in_s: Option<u64>,
    },
}

/// How far an exchange is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExchangeProgress {
    /// Whether dossiers come in for the first time: lists fill while it runs.
    pub first: bool,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Projects that are here by now.
    pub dossiers: u64,
    /// Files done and still to go on this link.
    pub files_done: u64,
    /// Files left.
    pub files_left: u64,
    /// Bytes of files left.
    pub file_bytes_left: u64,
}

/// What a person set on this phone; kept on it, never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The language of the pages; none until it was chosen.
    pub language: Option<Language>,
    /// Size of texts: 0 normal to 3 largest.
    pub text_step: u8,
    /// Black on white, bold, for the sun.
    pub sun: bool,
    /// Photos wait for a free link; otherwise they travel on a paid one too.
    pub photos_on_free_link_only: bool,
    /// Nothing is sent until it is taken back.
    pub paused: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            text_step: 0,
            sun: false,
            photos_on_free_link_only: true,
            paused: false,
        }
    }
}

/// The bytes on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Storage {
    /// Free on the disk; none where the platform does not tell.
    pub free_bytes: Option<u64>,
    /// Of the database.
    pub database_bytes: u64,
    /// Of photos and other files.
    pub files_bytes: u64,
}

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneStatus {
    /// Whether it may write.
    pub standing: PhoneStanding,
    /// Whose phone it is.
    pub person: Option<PersonRow>,
    /// The strongest role in any scope.
    pub role: Option<Role>,
    /// The phone's clock, UTC milliseconds.
    pub now_ms: i64,
    /// The last complete exchange by the phone's clock, UTC milliseconds.
    pub last_contact_ms: Option<i64>,
    /// How far the phone's clock is from the server's, in seconds, when last heard; positive: the
    /// phone is ahead.
    pub clock_off_s: Option<i64>,
    /// The four words of the last receipt, as numbers of the word list; none before the first.
    pub receipt: Option<[u8; 4]>,
    /// Records and files that wait.
    pub waiting: Waiting,
    /// The exchange.
    pub exchange: Exchange,
    /// What the shell said of the link.
    pub network: Network,
    /// Settings.
    pub settings: Settings,
    /// Work that the province did not take, in records.
    pub asides: u64,
    /// Whether everything of the first installation came once: not after its first blocks, and
    /// still after the phone was enrolled again.
    pub installed: bool,
    /// The disk.
    pub storage: Storage,
    /// Version of the app.
    pub version: &'static str,
    /// The server's address; empty before enrolment.
    pub server: String,
}

/// What waits, in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// Records (visits, projects) not wholly with the province.
    pub records: u64,
    /// Bytes of their changes.
    pub change_bytes: u64,
    /// Files.
    pub files: u64,
    /// Bytes of them.
    pub file_bytes: u64,
    /// Fields being typed.
    pub typing: u64,
}

/// One record on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The dossier.
    pub document: DocumentId,
    /// The visit; none for the project itself.
    pub visit: Option<VisitId>,
    /// The word it shows.
    pub word: RecordWord,
    /// Bytes of changes left.
    pub change_bytes_left: u64,
    /// Files left.
    pub files_left: u64,
    /// Bytes of them left.
    pub file_bytes_left: u64,
    /// Files that arrived damaged twice.
    pub failed_files: u64,
    /// Why it waits.
    pub why: WhyWaiting,
}

/// Work that the province did not take: kept, explained, reopenable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The dossier.
    pub document: DocumentId,
    /// The visit; none for the project itself.
    pub visit: Option<VisitId>,
    /// Whether a supervisor will rule on it.
    pub quarantined: bool,
    /// Why.
    pub reason: Reason,
    /// How many changes.
    pub changes: u64,
    /// Whether it can be reopened as a draft: a visit of one's own, where one may still write.
    pub reopenable: bool,
}

/// The form of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitForm {
    /// The project.
    pub project: ProjectRow,
    /// The visit.
    pub visit: VisitRow,
    /// What it says, typing laid over it.
    pub fields: VisitFields,
    /// Keys of the fields that are typed and no change yet.
    pub typed: Vec<String>,
    /// Whether this person may write into it.
    pub editable: bool,
    /// The word it shows.
    pub word: RecordWord,
    /// Every rule that keeps it from being finished now, in the order of the form.
    pub violations: Vec<Violation>,
    /// How many of the rules there are hold, and how many there are: the ring.
    pub progress: (u8, u8),
    /// Disagreements inside it.
    pub conflicts: Vec<ConflictRow>,
    /// The finished visit before it, with its fields: *comme la dernière visite*.
    pub previous: Option<(VisitRow, VisitFields)>,
    /// When it was last saved on this phone, UTC milliseconds.
    pub saved_at_ms: Option<i64>,
}

/// Bytes of a file on this phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobPart {
    /// The bytes asked for.
    pub bytes: Vec<u8>,
    /// The size of the whole.
    pub size_bytes: u64,
}

/// Why a phone could not be enrolled, sorted by what the person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolFault {
    /// The text is no invitation, or not a whole one: copy it again.
    #[error("this is not an invitation")]
    NotAnInvitation,
    /// Unknown, used or run out: ask for a new one.
    #[error("the invitation is not valid any more")]
    Expired,
    /// There is no way to the server: look for a network.
    #[error("the server cannot be reached")]
    Unreachable,
    /// Something else answers there.
    #[error("another server answers")]
    NotOurServer,
    /// The disk is full.
    #[error("the disk is full")]
    StorageFull,
    /// The server refused for another reason or failed.
    #[error("the server refused")]
    Refused,
    /// A defect of ours.
    #[error("a defect")]
    Defect,
}

/// What a person orders about sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOrder {
    /// Exchange now.
    Now,
    /// Stop the exchange that runs; nothing is lost.
    Cancel,
    /// Try files again that failed.
    RetryFiles,
}

/// Everything the phone's pages stand on. [`Commands::carry_out`] is ordered as the person of
/// [`PhoneStatus::person`].
#[async_trait]
pub trait Phone: Dossiers + Commands + Changes {
    /// The rows.
    fn views(&self) -> Arc<dyn Views>;

    /// Names of communes, programmes, reasons; the one shipped with the app until the province's
    /// has arrived.
    async fn reference(&self) -> Arc<ReferenceBundle>;

    /// What stands around every page.
    async fn status(&self) -> Result<PhoneStatus, ViewError>;

    /// Enrols the phone by an invitation, or again.
    ///
    /// # Errors
    /// [`EnrolFault`]; the phone is then as it was.
    async fn enrol(&self, invitation: &str, device_name: &str) -> Result<(), EnrolFault>;

    /// Keeps what is being typed into a field: durable on return, no change yet. Answers the
    /// phone's clock, UTC milliseconds.
    ///
    /// # Errors
    /// [`CommandError`].
    async fn type_value(
        &self,
        document: DocumentId,
        at: FieldPath,
        value: Value,
    ) -> Result<i64, CommandError>;

    /// The screen of a dossier was left: what was typed becomes changes.
    ///
    /// # Errors
    /// [`CommandError`]; what was typed stays then.
    async fn leave(&self, document: DocumentId) -> Result<(), CommandError>;

    /// A visit's form.
    ///
    /// # Errors
    /// As [`Views`].
    async fn visit_form(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitForm>, ViewError>;

    /// Fills the fields of a draft that are still empty from the visit before: site state,
    /// progress, workers, machines, grades, participants.
    ///
    /// # Errors
    /// [`CommandError`].
    async fn fill_as_before(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), CommandError>;

    /// Takes the camera's file into a visit: working copy of 1600 px, thumbnail, both durable
    /// before the visit names them.
    ///
    /// # Errors
    /// [`CommandError::BadPhoto`] and the others.
    async fn add_photo(
        &self,
        document: DocumentId,
        visit: VisitId,
        role: PhotoRole,
        bytes: Vec<u8>,
    ) -> Result<Hash32, CommandError>;

    /// A range of a file that rows of this store name; `None` when it is not here (yet).
    ///
    /// # Errors
    /// As [`Views`].
    async fn blob(
        &self,
        hash: Hash32,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobPart>, ViewError>;

    /// What is on its way, what blocks it first.
    ///
    /// # Errors
    /// As [`Views`].
    async fn outgoing(&self) -> Result<Vec<Outgoing>, ViewError>;

    /// What the province did not take.
    ///
    /// # Errors
    /// As [`Views`].
    async fn set_aside(&self) -> Result<Vec<SetAside>, ViewError>;

    /// *Rouvrir comme brouillon*: copies a visit that was set aside into a new draft that
    /// replaces it. Answers the new visit.
    ///
    /// # Errors
    /// [`CommandError`].
    async fn reopen(&self, document: DocumentId, visit: VisitId) -> Result<VisitId, CommandError>;

    /// Carries out an order about sending; returns at once, [`PhoneStatus::exchange`] tells.
    ///
    /// # Errors
    /// [`CommandError`].
    async fn send(&self, order: SendOrder) -> Result<(), CommandError>;

    /// Keeps settings.
    ///
    /// # Errors
    /// [`CommandError`].
    async fn save_settings(&self, settings: Settings) -> Result<(), CommandError>;

    /// What the shell says of the link.
    async fn set_network(&self, network: Network);
}

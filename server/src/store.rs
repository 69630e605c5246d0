//! The seam between what the server does and where it keeps it.
//!
//! [`Store`] has one method per operation, each its own transaction: whatever a method says it
//! did is durable and whole when it returns, and nothing happened when it fails. Clock and chance
//! come in as arguments. Methods block; callers in async code go to a blocking thread.
//! Implementations: [`sqlite`]; PostgreSQL later, against the same suite of tests.

mod error;
pub mod sqlite;

use std::collections::BTreeSet;
use std::fmt;

use jawla_dossier::Document;
use jawla_model::{
    DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId,
};
use jawla_sync::server::{LogHead, Standing};
use jawla_sync::{Chain16, EntryKind, LogEntry, OutcomeForm, SealedPack};

pub use error::{StoreError, StoreTable};

/// What a scope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeKind {
    /// The province's own.
    Province,
    /// One commune.
    Commune,
    /// The set of communes of one project or more.
    Communes,
    /// A team.
    Team,
}

impl ScopeKind {
    /// Its code in a store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Commune => "commune",
            Self::Communes => "communes",
            Self::Team => "team",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Province, Self::Commune, Self::Communes, Self::Team]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A scope to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeDraft {
    /// A fresh random id.
    pub scope: ScopeId,
    /// What it is for.
    pub kind: ScopeKind,
    /// The scope it belongs under.
    pub parent: Option<ScopeId>,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// HCP codes of its communes, ascending, joined by `+`; empty for the province and teams.
    pub communes: String,
}

/// A scope and where its log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeHeld {
    /// What was created.
    pub draft: ScopeDraft,
    /// The log's head.
    pub head: LogHead,
    /// The position that a verified copy off the machine covers.
    pub backup_seq: u64,
}

/// A person to be known. The name is a row and can be erased; documents hold the id alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    /// Who.
    pub person: PersonId,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// What lists show as the person's role; rights come from memberships.
    pub role: Role,
}

/// A person's name as phones learn it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChange {
    /// Number of the change of the people list.
    pub change_no: u64,
    /// Who.
    pub person: PersonId,
    /// French name; empty when erased.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
}

/// An invitation to be kept. Of its secret only the hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationDraft {
    /// Which.
    pub invitation: [u8; 8],
    /// SHA-256 of its secret, which has 128 random bits (ASVS 6.5.2 allows a plain hash then).
    pub secret_hash: Hash32,
    /// For whom.
    pub person: PersonDraft,
    /// Into which scopes, with which roles.
    pub scopes: Vec<(ScopeId, Role)>,
    /// Until when.
    pub expires: ReceivedAt,
}

/// A device that asks to be let in; its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The invitation it names.
    pub invitation: [u8; 8],
    /// SHA-256 of the secret it shows.
    pub secret_hash: Hash32,
    /// Its incarnation.
    pub incarnation: IncarnationId,
    /// Its public key.
    pub public_key: [u8; 32],
    /// The incarnation it succeeds.
    pub predecessor: Option<IncarnationId>,
    /// Model and system.
    pub device_name: String,
}

/// What becomes of an applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolment {
    /// Let in, now or by an earlier answer that was lost.
    Admitted {
        /// Whose device.
        person: PersonId,
        /// French name.
        name_fr: String,
        /// Arabic name.
        name_ar: String,
        /// Version of its set of scopes.
        set_version: u64,
        /// Its scopes.
        scopes: Vec<ScopeOfDevice>,
    },
    /// Unknown, used, expired, wrong secret, or a predecessor of another person.
    NotValid,
    /// Tried too often.
    TriedTooOften,
}

/// A scope as one incarnation numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeOfDevice {
    /// Its number for this incarnation; never given again.
    pub no: u64,
    /// The scope.
    pub scope: ScopeId,
    /// The person's role in it.
    pub role: Role,
}

/// An incarnation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncarnationHeld {
    /// Which.
    pub incarnation: IncarnationId,
    /// Whose.
    pub person: PersonId,
    /// Its public key.
    pub public_key: [u8; 32],
    /// How it stands.
    pub standing: Standing,
    /// The highest request number seen.
    pub last_request: u64,
    /// Version of its set of scopes.
    pub set_version: u64,
    /// When it was last handed a ticket.
    pub ticket_at: ReceivedAt,
    /// When it was last handed a certificate.
    pub certificate_at: ReceivedAt,
    /// When its last request came.
    pub seen_at: ReceivedAt,
    /// The incarnation it succeeds.
    pub predecessor: Option<IncarnationId>,
    /// Model and system.
    pub device_name: String,
    /// The role of a hand of the office; none for a phone.
    pub office_role: Option<Role>,
}

/// What a device is handed from time to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedOut {
    /// A ticket for files.
    Ticket,
    /// A ticket and a renewed certificate.
    TicketAndCertificate,
}

/// A change of an incarnation's set of scopes; every version is one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetChange {
    /// The version after it.
    pub version: u64,
    /// The scope.
    pub scope: ScopeOfDevice,
    /// What happened.
    pub event: SetEvent,
}

/// What happened to a scope of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetEvent {
    /// It came.
    Added,
    /// It went.
    Gone,
}

/// What became of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackJudgement {
    /// Judged, now or before; durable.
    Done(OutcomeForm),
    /// Nothing was written, it stays open: something it needs is not here, or the incarnation has
    /// too much in quarantine.
    Later,
    /// Its number was used for another pack: both are kept, the incarnation is cloned from now on.
    Cloned,
    /// Its signature does not hold for the incarnation's key. Nothing was written.
    NotSigned,
    /// Nobody knows the incarnation. Nothing was written.
    Unknown,
}

/// Whether a request's number moved the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestTurn {
    /// It is the newest, durably.
    Moved,
    /// It is not above the highest seen.
    Old {
        /// The highest seen.
        highest: u64,
    },
}

/// Receipts from the first pack that a device still has open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipts {
    /// There is no receipt for the pack before the first open one: the highest number held.
    pub held: Option<u64>,
    /// The receipts there are, by number.
    pub judged: Vec<(u64, OutcomeForm)>,
}

/// An entry as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryHeld {
    /// The entry at its place.
    pub entry: LogEntry,
    /// The pack that brought it, if one did.
    pub pack: Option<(IncarnationId, u64)>,
}

/// An entry of the server's own making: reference, file, fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEntry {
    /// What it is; never a change.
    pub kind: EntryKind,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// A document as the store holds it.
#[derive(Debug, Clone)]
pub struct DocumentHeld {
    /// The scope it lives in.
    pub scope: ScopeId,
    /// The document.
    pub document: Document,
}

/// How an incarnation stands to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStanding {
    /// Whether one of its own packs names the file, whatever became of the pack.
    pub named_by_own_pack: bool,
    /// Whether every pack of it that names the file knows that the bytes came.
    pub recorded: bool,
    /// Whether a member of one of its scopes brought the bytes, or it is the reference bundle.
    pub readable: bool,
    /// Size, where the server holds the file whole.
    pub size_bytes: Option<u64>,
}

/// One row of a log, a cached document or a projection that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which scope.
    pub scope: ScopeId,
    /// In which table.
    pub table: StoreTable,
    /// Which row: a position, a hash, a path.
    pub key: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A position of the log is missing or there twice.
    Gap,
    /// The chain beside an entry is not the one that follows from the entries.
    Chain,
    /// The content of an entry is not what its hash says.
    Content,
    /// The scope's head is not that of its last entry.
    Head,
    /// A change does not parse, or has another hash, actor, number or document than its row says.
    Change,
    /// An accepted change has no bytes, or bytes have no entry.
    Unpaired,
    /// The changes of a document do not make one.
    Fold,
    /// The cached document is not the fold of its changes.
    Cache,
    /// A row of a list differs from the projection; how.
    Row(String),
    /// A file that is named is not held whole under its hash.
    File,
}

/// Figures of the store, for an operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreFigures {
    /// Logs.
    pub scopes: u64,
    /// Documents.
    pub documents: u64,
    /// Accepted changes.
    pub changes: u64,
    /// Entries of all kinds.
    pub entries: u64,
    /// Packs with a receipt.
    pub packs: u64,
    /// Entries that wait for a ruling.
    pub quarantined: u64,
    /// Changes refused.
    pub refused: u64,
    /// Files held whole.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// The newest verified copy: its number and when.
    pub backup: Option<(u64, ReceivedAt)>,
}

/// Where the server keeps everything but keys, files and accounts.
pub trait Store: Send + Sync + fmt::Debug {
    /// Creates scopes that are not there yet, with the reference entry in force; answers how many
    /// were new. A scope of several communes takes over the members of each of them.
    ///
    /// # Errors
    /// [`StoreError`].
    fn create_scopes(&self, drafts: &[ScopeDraft], now: ReceivedAt) -> Result<usize, StoreError>;

    /// Every scope, by kind and name.
    ///
    /// # Errors
    /// [`StoreError`].
    fn list_scopes(&self) -> Result<Vec<ScopeHeld>, StoreError>;

    /// Writes a person's names and gives the change the next number; nothing when they are equal.
    ///
    /// # Errors
    /// [`StoreError`].
    fn save_person(&self, person: &PersonDraft) -> Result<(), StoreError>;

    /// Erases a person's names; phones learn it as empty names.
    ///
    /// # Errors
    /// [`StoreError`].
    fn erase_person(&self, person: PersonId) -> Result<(), StoreError>;

    /// Changes of the people list above `seen` that concern the scopes of this incarnation, at
    /// most [`PEOPLE_PER_ANSWER_MAX`](crate::limits::PEOPLE_PER_ANSWER_MAX), by number.
    ///
    /// # Errors
    /// [`StoreError`].
    fn people_after(
        &self,
        incarnation: IncarnationId,
        seen: u64,
    ) -> Result<Vec<PersonChange>, StoreError>;

    /// Keeps an invitation and its person.
    ///
    /// # Errors
    /// [`StoreError`].
    fn create_invitation(&self, draft: &InvitationDraft, now: ReceivedAt)
    -> Result<(), StoreError>;

    /// Lets a device in: numbers its scopes, appends `member` entries. A wrong secret counts
    /// against the invitation. The same device asking again gets the same answer.
    ///
    /// # Errors
    /// [`StoreError`].
    fn enrol(&self, applicant: &Applicant, now: ReceivedAt) -> Result<Enrolment, StoreError>;

    /// Makes known a hand of the office: a person, writing through this process. It needs no
    /// membership; its `member` entry stands before its first entry in each scope.
    ///
    /// # Errors
    /// [`StoreError`].
    fn enrol_office_hand(
        &self,
        incarnation: IncarnationId,
        public_key: [u8; 32],
        person: PersonId,
        role: Role,
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Makes a person a member, or changes their role; every device of theirs gets the scope.
    ///
    /// # Errors
    /// [`StoreError`].
    fn add_membership(
        &self,
        scope: ScopeId,
        person: PersonId,
        role: Role,
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Ends a membership; every device of the person loses the scope.
    ///
    /// # Errors
    /// [`StoreError`].
    fn end_membership(
        &self,
        scope: ScopeId,
        person: PersonId,
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Withdraws the rights of one incarnation, from the next request on.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke(&self, incarnation: IncarnationId, now: ReceivedAt) -> Result<(), StoreError>;

    /// An incarnation.
    ///
    /// # Errors
    /// [`StoreError`].
    fn find_incarnation(
        &self,
        incarnation: IncarnationId,
    ) -> Result<Option<IncarnationHeld>, StoreError>;

    /// Every incarnation of a phone, newest contact first.
    ///
    /// # Errors
    /// [`StoreError`].
    fn list_devices(&self) -> Result<Vec<IncarnationHeld>, StoreError>;

    /// An incarnation's scopes at a version of its set, by number; empty for an unknown version.
    ///
    /// # Errors
    /// [`StoreError`].
    fn scopes_at(
        &self,
        incarnation: IncarnationId,
        version: u64,
    ) -> Result<Vec<ScopeOfDevice>, StoreError>;

    /// What happened to an incarnation's set of scopes after a version, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    fn set_changes(
        &self,
        incarnation: IncarnationId,
        after_version: u64,
    ) -> Result<Vec<SetChange>, StoreError>;

    /// The chain at a position of a log; that of the origin at 0, none above the head.
    ///
    /// # Errors
    /// [`StoreError`].
    fn chain_at(&self, scope: ScopeId, seq: u64) -> Result<Option<Chain16>, StoreError>;

    /// The head of a log.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log_head(&self, scope: ScopeId) -> Result<Option<LogHead>, StoreError>;

    /// Moves an incarnation's request counter, durably.
    ///
    /// # Errors
    /// [`StoreError`].
    fn begin_request(
        &self,
        incarnation: IncarnationId,
        request_no: u64,
        now: ReceivedAt,
    ) -> Result<RequestTurn, StoreError>;

    /// Notes that a ticket or a certificate was handed out.
    ///
    /// # Errors
    /// [`StoreError`].
    fn note_handed_out(
        &self,
        incarnation: IncarnationId,
        what: HandedOut,
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Judges one pack on its own merit: its signature, then plan and commit in one transaction
    /// under the scope's row. What it answers is durable.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was written then.
    fn judge_pack(
        &self,
        sealed: &SealedPack,
        now: ReceivedAt,
    ) -> Result<PackJudgement, StoreError>;

    /// Receipts of an incarnation from its first open pack on.
    ///
    /// # Errors
    /// [`StoreError`].
    fn outcomes_from(
        &self,
        incarnation: IncarnationId,
        first_open_pack: u64,
    ) -> Result<Receipts, StoreError>;

    /// Entries of a log behind a position, in order: at least one if there is one, then as many
    /// as fit `bytes_max` of payload.
    ///
    /// # Errors
    /// [`StoreError`].
    fn entries_after(
        &self,
        scope: ScopeId,
        seq: u64,
        bytes_max: usize,
    ) -> Result<Vec<EntryHeld>, StoreError>;

    /// Appends entries of the server's own making to a log.
    ///
    /// # Errors
    /// [`StoreError`].
    fn append_entries(
        &self,
        scope: ScopeId,
        entries: &[OwnEntry],
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Puts a reference bundle into force: its file is readable for every device, and each log
    /// that does not name it yet gets a `reference` entry. Answers how many did.
    ///
    /// # Errors
    /// [`StoreError`].
    fn publish_reference(
        &self,
        payload: jawla_sync::chain::ReferencePayload,
        now: ReceivedAt,
    ) -> Result<usize, StoreError>;

    /// The reference bundle in force.
    ///
    /// # Errors
    /// [`StoreError`].
    fn reference_in_force(
        &self,
    ) -> Result<Option<jawla_sync::chain::ReferencePayload>, StoreError>;

    /// A document as it stands, with its scope.
    ///
    /// # Errors
    /// [`StoreError`].
    fn find_document(&self, document: DocumentId) -> Result<Option<DocumentHeld>, StoreError>;

    /// Every number that the office gave to a project.
    ///
    /// # Errors
    /// [`StoreError`].
    fn codes_taken(&self) -> Result<BTreeSet<String>, StoreError>;

    /// How an incarnation stands to a file.
    ///
    /// # Errors
    /// [`StoreError`].
    fn file_standing(
        &self,
        incarnation: IncarnationId,
        file: Hash32,
    ) -> Result<FileStanding, StoreError>;

    /// Notes that a file is held whole, its bytes from this incarnation: it becomes readable in
    /// the scopes whose packs named it and in which its person is a member, and their logs say so.
    ///
    /// # Errors
    /// [`StoreError`].
    fn file_arrived(
        &self,
        incarnation: IncarnationId,
        file: Hash32,
        size_bytes: u64,
        now: ReceivedAt,
    ) -> Result<(), StoreError>;

    /// Every file that should be held whole, with its size.
    ///
    /// # Errors
    /// [`StoreError`].
    fn list_files(&self) -> Result<Vec<(Hash32, u64)>, StoreError>;

    /// Records a verified copy off the machine that covers these positions; answers its number.
    ///
    /// # Errors
    /// [`StoreError`].
    fn record_backup(
        &self,
        place: &str,
        covered: &[(ScopeId, u64)],
        now: ReceivedAt,
    ) -> Result<u64, StoreError>;

    /// The newest verified copy and what it covers.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_backup(&self) -> Result<Option<(u64, Vec<(ScopeId, u64)>)>, StoreError>;

    /// Checks one log, its documents, caches and rows; what is wrong, by name, at most
    /// [`FINDINGS_MAX`](crate::limits::FINDINGS_MAX).
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read at all.
    fn check_scope(&self, scope: ScopeId) -> Result<Vec<Finding>, StoreError>;

    /// The hash of all rows of a scope, equal on every store that holds the same log.
    ///
    /// # Errors
    /// [`StoreError`].
    fn projection_hash(&self, scope: ScopeId) -> Result<Hash32, StoreError>;

    /// Figures for an operator.
    ///
    /// # Errors
    /// [`StoreError`].
    fn figures(&self) -> Result<StoreFigures, StoreError>;
}

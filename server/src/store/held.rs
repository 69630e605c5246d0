//! What a store takes and gives: drafts, what it holds, what became of things.

use jawla_dossier::Document;
use jawla_model::{DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::server::{LogHead, Standing};
use jawla_sync::{EntryKind, LogEntry, OutcomeForm};

use super::StoreTable;

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
    /// It came; one that the device has by this number: the role in it is another.
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
    /// The document it concerns, if one.
    pub document: Option<DocumentId>,
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

/// The newest verified copy off the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupHeld {
    /// Its number.
    pub no: u64,
    /// The position it covers in each scope.
    pub covered: Vec<(ScopeId, u64)>,
}

//! The seam between what the server does and where it keeps it.
//!
//! [`Store`] has one method per operation, each its own transaction: whatever a method says it
//! did is durable and whole when it returns, and nothing happened when it fails. Clock and chance
//! come in as arguments. Methods block; callers in async code go to a blocking thread.
//! Implementations: [`sqlite`]; PostgreSQL later, against the same suite of tests.

mod error;
mod held;
mod listener;
pub mod sqlite;

use std::collections::BTreeSet;
use std::fmt;

use jawla_model::{DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::room::Room;
use jawla_sync::server::LogHead;
use jawla_sync::short::Logs;
use jawla_sync::{Chain16, SealedPack};

pub use error::{StoreError, StoreTable};
pub use held::{
    Applicant, BackupHeld, DocumentHeld, Enrolment, EntryHeld, Fault, FileStanding, Finding,
    HandedOut, IncarnationHeld, InvitationDraft, OwnEntry, PackJudgement, PersonChange,
    PersonDraft, Receipts, RequestTurn, ScopeDraft, ScopeHeld, ScopeKind, ScopeOfDevice, SetChange,
    SetEvent, StoreFigures,
};
pub use listener::{Happened, Listener};

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

    /// Lets `ask` look up places in logs, on one snapshot. `ask` must not come back to the store.
    ///
    /// # Errors
    /// [`StoreError`] when something could not be read: what `ask` found is not to be used then.
    fn look_up(&self, ask: &mut dyn FnMut(&dyn Logs)) -> Result<(), StoreError>;

    /// The head of a log.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log_head(&self, scope: ScopeId) -> Result<Option<LogHead>, StoreError>;

    /// Moves an incarnation's request counter, durably, and keeps what the device says of itself
    /// in that request.
    ///
    /// # Errors
    /// [`StoreError`].
    fn begin_request(
        &self,
        incarnation: IncarnationId,
        request_no: u64,
        said: Option<Room>,
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
    fn judge_pack(&self, sealed: &SealedPack, now: ReceivedAt)
    -> Result<PackJudgement, StoreError>;

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

    /// The payloads of a document's newest facts of money in the log it lives in, oldest first, with when they
    /// were recorded; at most `count_max`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn facts(
        &self,
        document: DocumentId,
        count_max: u32,
    ) -> Result<Vec<(ReceivedAt, Vec<u8>)>, StoreError>;

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
    fn reference_in_force(&self)
    -> Result<Option<jawla_sync::chain::ReferencePayload>, StoreError>;

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
    fn newest_backup(&self) -> Result<Option<BackupHeld>, StoreError>;

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

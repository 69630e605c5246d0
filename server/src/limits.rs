//! Limits of the server's own making, each with its unit in its name and its reason. What a
//! message may hold stands in `jawla_sync::limits`, what HTTP may bring in `limits_http`.

/// Wrong secrets against one invitation, counted in the database; then it is dead (ASVS 6.5.2).
pub const INVITATION_TRIES_MAX: u64 = 5;

/// How long an invitation read from a QR code is good for.
pub const INVITATION_LIFE_S: u64 = 24 * 3_600;

/// A certificate lasts this long without contact; capture goes on after it.
pub const CERTIFICATE_LIFE_S: u64 = 90 * 24 * 3_600;

/// A device that asks for nothing new gets a fresh ticket this often: half of a ticket's life.
pub const TICKET_RENEWAL_S: u64 = 6 * 3_600;

/// When a device with nothing to do should ask again, in minutes.
pub const POLL_AFTER_MINUTES: u8 = 15;

/// Entries of one incarnation that may wait for a ruling. A season of one team; beyond it a
/// forger would fill the disk, and the packs stay open on the phone.
pub const QUARANTINE_PER_INCARNATION_MAX: u64 = 2_000;

/// Hashes of refused changes remembered per incarnation, so that what depends on one is told so
/// instead of waiting for ever.
pub const REFUSED_PER_INCARNATION_MAX: u64 = 10_000;

/// What open documents may hold in memory together: some 1,300 of a usual size.
pub const DOCUMENT_CACHE_BYTES_MAX: usize = 96 * 1024 * 1024;

/// Memory of an open document per byte of its saved form: measured 10 to 20 on documents of a
/// hundred visits; half as much again, by estimate, for what was read of it.
pub const DOCUMENT_MEMORY_PER_SAVED_BYTE: usize = 24;

/// Changes by which the saved form of a document may lie behind it. Saving a dossier of 60 visits
/// costs as much as admitting five changes; what lies behind is appended when it is opened.
pub const CHANGES_BEHIND_SAVED_MAX: usize = 16;

/// Changes whose origins are asked for one by one; for more the log is asked for all of a document.
pub const ORIGINS_ASKED_SINGLY_MAX: usize = 32;

/// Pages of the database that the writer keeps in memory, in KiB: the indexes of a province's
/// log, so that a pack reads nothing through the system.
pub const WRITER_PAGES_KIB_MAX: i64 = 32 * 1024;

/// Receipts repeated in one answer: what a device may have open, four times over.
pub const OUTCOMES_PER_ANSWER_MAX: u32 = 256;

/// Names sent in one answer; the rest follows in the next.
pub const PEOPLE_PER_ANSWER_MAX: u32 = 500;

/// Entries read from the store at once while an answer is built.
pub const ENTRIES_PER_READ_MAX: u32 = 512;

/// How long a statement waits for another process that writes the same data folder.
pub const BUSY_TIMEOUT_MS: u64 = 10_000;

/// Read connections that are kept open.
pub const READERS_IDLE_MAX: usize = 4;

/// Entries of one pack that the office makes; within what a guard takes in one go.
pub const OFFICE_PACK_ENTRIES_MAX: usize = 256;

/// Bytes of payload of one pack that the office makes: below the wire's limit with its header.
pub const OFFICE_PACK_BYTES_MAX: usize = 128 * 1024;

/// A certificate is renewed when it is this old: under 76 of its 90 days remain.
pub const CERTIFICATE_RENEWAL_S: u64 = 14 * 24 * 3_600;

/// Versions of a device's set of scopes that are tried for one request: news that a cut answer
/// brought only in part.
pub const SET_VERSIONS_TRIED_MAX: u64 = 64;

/// Entries of one block of an answer, whatever their size: own ones travel without bytes.
pub const BLOCK_ENTRIES_MAX: usize = 1_024;

/// One piece of a file as it goes to or comes from the disk.
pub const FILE_PIECE_BYTES: usize = 64 * 1024;

/// An enrolment request: two keys and a name.
pub const ENROL_BYTES_MAX: usize = 8 * 1024;

/// Faults that one check names; beyond it a scope is lost, and the rest says nothing new.
pub const FINDINGS_MAX: usize = 1_000;

/// Names of what changed that are remembered for pages: whoever was away longer than that many
/// different dossiers asks for everything again.
pub const NAMES_HEARD_MAX: usize = 1_024;

/// Entries of a dossier's history on one page: what somebody scrolls through.
pub const HISTORY_ENTRIES_MAX: u32 = 200;

/// Views of the list of projects that one person keeps.
pub const SAVED_VIEWS_MAX: usize = 50;

/// Name of a saved view: a line of the menu.
pub const SAVED_VIEW_NAME_CHARS_MAX: usize = 60;

/// Query of a saved view: every filter of the list set, names of communes included.
pub const SAVED_VIEW_QUERY_BYTES_MAX: usize = 2_000;

/// A photo as pages show it: the working copy of a phone has at most 1600 px, a tenth of this.
pub const PHOTO_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Places of one invitation: the communes of a province.
pub const INVITED_PLACES_MAX: usize = 100;

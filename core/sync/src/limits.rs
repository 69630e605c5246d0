//! Limits of the wire, each with its reason. A device obeys half of what a server accepts.

/// A request before inflating. A field day is 20 kB; a phone that was away for a season sends
/// several requests.
pub const REQUEST_BYTES_MAX: usize = 1024 * 1024;

/// A request after inflating: four times the above, so that no small body costs much memory.
pub const REQUEST_INFLATED_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Changes in one request: half a second of guard on one core.
pub const REQUEST_CHANGES_MAX: usize = 512;

/// Packs that one request of a device carries.
pub const REQUEST_PACKS_MAX: usize = 64;

/// One pack, as accepted. A cut re-sends at most one.
pub const PACK_BYTES_MAX: usize = 160 * 1024;

/// One pack, as a device fills it: eight seconds of EDGE would be too long to lose, one is not.
pub const PACK_BYTES_AIM: usize = 8 * 1024;

/// Entries of one pack, as a device fills it.
pub const PACK_ENTRIES_AIM: usize = 64;

/// Entries of one pack, as accepted.
pub const PACK_ENTRIES_MAX: usize = 512;

/// One payload: the largest change the guard lets pass.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// Nonces or file hashes of one pack.
pub const PACK_LIST_MAX: usize = 1_024;

/// Dependencies of a change in short form: as many as the guard lets pass.
pub const SHORT_DEPENDENCIES_MAX: usize = 64;

/// Other actors of a change in short form: as many as the guard lets pass.
pub const SHORT_ACTORS_MAX: usize = 64;

/// What a skeleton step in short form is counted as: it weighs some twenty bytes and has to be
/// computed.
pub const SKELETON_COST_BYTES: usize = 256;

/// Items of a message that travel as they are: below that many bytes a zstd stream costs more than
/// it saves, and both are tried.
pub const PLAIN_BYTES_MAX: usize = 1024;

/// Scopes of one incarnation: the province's communes, teams and sets of communes.
pub const SCOPES_MAX: usize = 256;

/// Rungs of one scope's ladder on a second try.
pub const RUNGS_MAX: usize = 24;

/// Bytes of the head that a newer version may use and this one passes over.
pub const ROOM_BYTES_MAX: usize = 64;

/// Raw bytes of answer between two flushes: about 4 kB on the wire, half a second of EDGE.
pub const BLOCK_BYTES_AIM: usize = 12 * 1024;

/// Raw bytes a device holds of a block that has no mark yet: the largest entry and a block.
pub const BLOCK_BYTES_MAX: usize = 256 * 1024;

/// Raw bytes of one answer; then it says that there is more.
pub const ANSWER_BYTES_AIM: usize = 512 * 1024;

/// Raw bytes of one answer that a device accepts from a server it does not trust with its memory.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Largest window of a zstd stream: 1 MiB. The default of the library allows 128 MiB a stream.
pub const WINDOW_LOG_MAX: u32 = 20;

/// How much a compressed stream may grow after its first 64 KiB.
pub const RATIO_MAX: usize = 50;

/// Level of answers and requests: measured 1.1 ms for a field day at 9, 33 ms at 12.
pub const LEVEL: i32 = 9;

/// First delay after a failure without progress, in milliseconds.
pub const BACKOFF_MS_MIN: u64 = 5_000;

/// Longest delay after failures without progress, in milliseconds.
pub const BACKOFF_MS_MAX: u64 = 3_600_000;

/// Delay after a failure with progress, in milliseconds: the link works, it is only cut.
pub const BACKOFF_WITH_PROGRESS_MS: u64 = 200;

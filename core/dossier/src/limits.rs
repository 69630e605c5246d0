//! What a machine may send in one change, and what our own encoder holds itself to: half of it
//!, so that an honest device never writes a change that another refuses.

/// Largest change, uncompressed. A visit with every field filled is below 4 kB; a note of two
/// pages of Arabic is 16 kB.
pub const CHANGE_BYTES_MAX: usize = 64 * 1024;

/// Most changes a change may depend on directly: devices that wrote one dossier without seeing
/// each other.
pub const DEPENDENCIES_MAX: usize = 64;

/// Most actors, beside its own, that a change's operations may name.
pub const OTHER_ACTORS_MAX: usize = 64;

/// Most rows of any column, and so most operations. A full visit has about 150.
pub const OPERATIONS_MAX: u64 = 5_000;

/// Largest sum of all values of a change.
pub const VALUE_BYTES_MAX: u64 = 48 * 1024;

/// Longest text or byte string: twice the longest note.
pub const STRING_BYTES_MAX: u64 = 32 * 1024;

/// Longest key of a map. Ours have 43 characters at most (a hash).
pub const KEY_BYTES_MAX: usize = 128;

/// Most values one operation may supersede. The same number as dependencies: every branch may
/// have left its own value in one field, and somebody must be able to settle it.
pub const PREDECESSORS_PER_OPERATION_MAX: u64 = 64;

/// Exclusive bound of operation counters: Automerge keeps them in 32 bits and panics beyond; half
/// of that leaves a billion edits before a document ends.
pub const OPERATION_COUNTER_MAX: u64 = 1 << 31;

/// Deepest nesting of maps. The schema needs four levels.
pub const DEPTH_MAX: usize = 16;

/// Largest saved document. Volumes keep honest ones near 256 kB.
pub const DOCUMENT_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Skeleton steps that are looked for when an actor might be one's: each costs a hash a change,
/// and a schema sees a step in some years.
pub const SKELETON_STEPS_MAX: u32 = 16;

/// Largest quantity measured, in thousandths of its unit: a thousand million units.
pub const QUANTITY_MILLI_MAX: i64 = 1_000_000_000_000;

/// What our own encoder allows itself of a limit.
pub const fn half(limit: u64) -> u64 {
    limit / 2
}

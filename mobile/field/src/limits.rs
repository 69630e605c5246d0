//! How much one request or page may be, with the reason beside each number.

/// A form: the longest note (with every character escaped) and an invitation fit many times.
pub const FORM_BYTES_MAX: usize = 256 * 1024;

/// A photo as a camera makes it; only the route of photos takes that much.
pub const PHOTO_BYTES_MAX: usize = 20 * 1024 * 1024;

/// Rows of one page of a list: three screens' worth, and under 256 kB of HTML.
pub const ROWS_PER_PAGE: u32 = 50;

/// Days under way without a finished visit after which a project stands in *À faire*.
pub const DAYS_WITHOUT_VISIT_MAX: i64 = 30;

/// Rows of one group of *À faire*: what is more is reached from the list of projects.
pub const TODO_ROWS_MAX: usize = 10;

/// Days without contact from which every page says so.
pub const DAYS_WITHOUT_CONTACT_WARN: i64 = 14;

/// Seconds a phone's clock may be off before that is said.
pub const CLOCK_OFF_S_MAX: i64 = 600;

/// Free bytes below which storage is said to be nearly full: forty photos and the database's own
/// work.
pub const FREE_BYTES_WARN: u64 = 200 * 1024 * 1024;

/// Photos on a project's page at once; older ones stand behind a link.
pub const PHOTOS_SHOWN_MAX: u32 = 12;

/// Visits on a project's page at once, likewise.
pub const VISITS_SHOWN_MAX: u32 = 8;

/// Entries of its history on a project's page at once, likewise.
pub const ENTRIES_SHOWN_MAX: u32 = 12;

/// Bytes of a file read at once where a range has no end: a working copy of a photo fits.
pub const BLOB_PART_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Characters of an invitation that are looked at: it is a few hundred.
pub const INVITATION_CHARS_MAX: usize = 8_000;

/// Seconds between comments that keep a quiet stream of events open.
pub const EVENTS_KEEP_ALIVE_S: u64 = 25;

/// Milliseconds in which changes are gathered into one event: at most five a second.
pub const EVENTS_APART_MS: u64 = 200;

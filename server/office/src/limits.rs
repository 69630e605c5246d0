//! How much one request may bring and one page may show, with the reason beside each number.

/// Body of a form, in bytes: a login, two passwords and a link's secret, percent-encoded.
pub const FORM_BYTES_MAX: usize = 16 * 1024;

/// Projects on one page of the list.
pub const PROJECTS_PER_PAGE: u32 = 50;

/// The highest page number an address may ask for: 500,000 projects, fifty times the largest
/// workload, and far from the end of the offset's type.
pub const PAGE_NUMBER_MAX: u32 = 10_000;

/// Visits in the feed of the office page: what stands beside the list of projects.
pub const VISITS_IN_FEED: u32 = 12;

/// Characters of a note that the feed shows; the rest is read with the visit.
pub const NOTE_CHARS_IN_FEED_MAX: usize = 180;

/// Characters of a code in an address (programme, commune): the longest known has 9.
pub const CODE_CHARS_MAX: usize = 40;

/// Pairs of an address that are looked at: every filter there is, each state ticked, and room.
pub const QUERY_PAIRS_MAX: usize = 32;

/// Communes named in a line before "and n others": the width of a column.
pub const COMMUNES_NAMED_MAX: usize = 3;

/// Characters of a session token; 256 bits in base 64 are 43.
pub const TOKEN_CHARS_MAX: usize = 128;

/// Bytes of cookies that are looked at: browsers keep 4,096 for one.
pub const COOKIE_BYTES_MAX: usize = 8 * 1024;

/// Characters of a one-time link's secret; 256 bits in base 64 are 43.
pub const LINK_CHARS_MAX: usize = 128;

/// Seconds that a thumbnail may be kept by the browser that was given it: its address is its
/// content, so a year.
pub const IMMUTABLE_AGE_S: u32 = 31_536_000;

/// Body of the form of a project, in bytes: two notes of 4,000 characters and a dozen lines of
/// 300, Arabic percent-encoded (six bytes a letter).
pub const PROJECT_FORM_BYTES_MAX: usize = 128 * 1024;

/// Bytes of an address that a person is sent back to: a search of 200 Arabic letters and every
/// filter.
pub const ADDRESS_BYTES_MAX: usize = 2 * 1024;

/// Entries of a project's history on one page.
pub const HISTORY_PER_PAGE: u32 = 50;

/// Projects of one export: fifty times the largest workload would still end.
pub const EXPORT_ROWS_MAX: u64 = 500_000;

/// Pages of rows that wait for the writer of a sheet: it writes one while the next is read.
pub const EXPORT_PAGES_WAITING_MAX: usize = 2;

/// Bytes of a sheet read from its file at once.
pub const EXPORT_PIECE_BYTES_MAX: u64 = 64 * 1024;

/// Photos shown beside one visit on the sheet; the page of the visit shows them all.
pub const PHOTOS_PER_VISIT_SHOWN: usize = 8;

/// Visits of a project shown on its sheet at once; the rest are counted.
pub const VISITS_SHOWN: usize = 60;

/// Points drawn on the map that the server draws: what a browser shows without a pause.
pub const MAP_POINTS_MAX: usize = 2_000;

/// Points of the live map: the largest workload, about 2 MB of text before compression, which
/// its worker sorts into clusters in a tenth of a second.
pub const MAP_FEATURES_MAX: usize = 10_000;

/// Characters of the name of a saved view: what stands in one line of a menu.
pub const VIEW_NAME_CHARS_MAX: usize = 60;

/// Seconds between two signs of life on a quiet stream of events: below the minute after which
/// proxies close.
pub const EVENTS_KEEP_ALIVE_S: u64 = 25;

/// Days without contact after which a phone is silent.
pub const DAYS_SILENT_MAX: u64 = 14;

/// A file of projects, in bytes, with what a form puts round it; the server reads 8 MiB.
pub const IMPORT_BODY_BYTES_MAX: usize = 8 * 1024 * 1024 + 64 * 1024;

/// Columns of a file of projects whose fields a form may name.
pub const IMPORT_COLUMNS_MAX: usize = 200;

/// Refused lines of a file on one page.
pub const IMPORT_LINES_PER_PAGE: usize = 50;

/// Seconds after which the page of an import that runs asks again.
pub const IMPORT_REFRESH_S: u32 = 2;

/// Earlier imports that are listed: a province imports its lists a few times a year.
pub const EARLIER_IMPORTS_MAX: usize = 50;

//! How much one call may take or answer, with the reason beside each number.

/// Rows of one page of a list: four screens of a phone; a list goes on at the next offset.
pub const ROWS_PER_PAGE_MAX: u32 = 200;

/// Rows of a page when the app does not say.
pub const ROWS_PER_PAGE: u32 = 50;

/// Visits, photos and disagreements in the sheet of one project; more are reached as lists.
pub const SHEET_ROWS_MAX: usize = 200;

/// An answer of `http()`: a page stays under 256 kB, a part of a photo under 2 MB.
pub const HTTP_ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A body given to `http()`: a form. Photos go by path.
pub const HTTP_BODY_BYTES_MAX: usize = 1024 * 1024;

/// Headers of a request given to `http()`: a WebView sends about ten.
pub const HTTP_HEADERS_MAX: usize = 64;

/// Milliseconds between two calls of an observer: at most five a second.
pub const TOLD_APART_MS: u64 = 200;

/// Milliseconds that closing waits for the store to let go of its files: the longest commit of a
/// slow disk, several times over.
pub const CLOSING_MS_MAX: u64 = 30_000;

/// A reference bundle given by the app: ten provinces' lists.
pub const REFERENCE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Threads of the library: one that talks to the server, one that answers the screens.
pub const WORKER_THREADS: usize = 2;

/// Threads for what blocks (opening, reading photos, foreign calls); they end when idle.
pub const BLOCKING_THREADS_MAX: usize = 8;

//! What the device takes, waits for and keeps, each with its reason.

// --- link ---

/// How long a link may stay without a byte either way before it counts as dead, unless the
/// request says otherwise. Seventy round trips of EDGE; a hand-over between cells takes seconds.
pub const IDLE_TIMEOUT_MS_DEFAULT: u64 = 45_000;

/// The longest idle time a request may ask for: a radio that sleeps longer has lost its link.
pub const IDLE_TIMEOUT_MS_MAX: u64 = 600_000;

/// How long one address of a server may take to accept a connection: five attempts of TCP.
pub const CONNECT_TIMEOUT_MS_MAX: u64 = 20_000;

/// Addresses tried for one name: two families, two each.
pub const ADDRESSES_TRIED_MAX: usize = 4;

/// What the operating system may hold of an upload before the line has taken it. A kernel's
/// default swallows whole photos, and then a dead link cannot be told from a slow one: nothing
/// moves on the socket either way. Linux doubles it; even at 10 kbit/s it empties well within
/// the idle time, and it still allows twice what EDGE can carry at a round trip of 600 ms.
pub const SEND_BUFFER_SIZE_BYTES: u32 = 16 * 1024;

/// One record of TLS as it is sent. A record that a cut leaves unfinished cannot be read by the
/// other end: with the usual 16 kB each cut costs an upload 8 kB more, with this 1 kB. Its price
/// is 22 bytes in each.
pub const TLS_RECORD_SIZE_BYTES_MAX: usize = 2 * 1024;

/// What is buffered of an answer before it is asked for, and the most its head may take.
pub const ANSWER_BUFFER_SIZE_BYTES: usize = 64 * 1024;

/// Header lines of an answer; our server sends ten.
pub const ANSWER_HEADERS_MAX: usize = 64;

/// Connections kept for the next request: one for messages, one for files.
pub const KEPT_LINES_MAX: usize = 2;

/// Keys a server may be known by: two live, one offline, one to spare during a change.
pub const PINS_MAX: usize = 4;

/// A base address as text; what a QR code carries is shorter.
pub const ADDRESS_CHARS_MAX: usize = 300;

/// The part of a foreign content type that is kept to be shown.
pub const CONTENT_TYPE_CHARS_MAX: usize = 60;

// --- photos ---

/// A file from a camera or the gallery. Phones write 2 to 12 MB; raw files are no photos here.
pub const PHOTO_FILE_SIZE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Pixels of a photo, read from its header before anything is decoded (T16).
pub const PHOTO_PIXELS_MAX: u64 = 40_000_000;

/// Either side of a photo, read from its header (T16); panoramas are the widest.
pub const PHOTO_SIDE_PX_MAX: u32 = 12_000;

/// Memory of a decoded photo: the most pixels at four bytes each.
pub const PHOTO_DECODED_SIZE_BYTES_MAX: u64 = PHOTO_PIXELS_MAX * 4;

/// Long side of the photo that is sent: a crack of 5 mm shows at four metres.
pub const PHOTO_LONG_SIDE_PX: u32 = 1_600;

/// Quality of the photo that is sent; about 300 kB (measured: 268 to 348).
pub const PHOTO_QUALITY: u8 = 80;

/// A thumbnail travels with normal priority, so it is kept as small as a note.
pub const THUMBNAIL_SIZE_BYTES_MAX: usize = 4_096;

/// Long side of a thumbnail, tried in this order until it fits.
pub const THUMBNAIL_LONG_SIDES_PX: [u32; 4] = [160, 128, 96, 48];

/// Qualities tried for each size of a thumbnail.
pub const THUMBNAIL_QUALITIES: [u8; 5] = [75, 60, 45, 30, 20];

// --- files ---

/// One file of the device: a photo, a segment, a manual, a sealed set of minutes.
pub const FILE_SIZE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The piece in which a file is hashed: large enough for the disk, small enough for the phone.
pub const FILE_PIECE_SIZE_BYTES: usize = 64 * 1024;

/// One read of a file, which becomes one request of an upload.
pub const FILE_READ_SIZE_BYTES_MAX: usize = 1024 * 1024;

//! Limits of the world, with their reasons.

/// Largest piece that the link carries at once. At office speed it is about 3 ms of line; larger
/// ones would make short exchanges wait behind long ones more than a real line does.
pub const LINK_CHUNK_BYTES_MAX: usize = 16 * 1024;

/// A piece takes this part of a second on the line, so that a slow line stays smooth.
pub const LINK_CHUNKS_PER_S: u64 = 50;

/// How far ahead of its turn a piece may be taken from the sender. Covers late timers of a busy
/// machine without ever letting the line run faster than its rate.
pub const LINK_AHEAD_MS: u64 = 30;

/// What the line holds per direction and connection beyond what its delay needs. A sender whose
/// reader has stopped is held back after this.
pub const LINK_QUEUE_BYTES: usize = 64 * 1024;

/// Receive buffer asked of the system for the emulator's own sockets, so that senders meet the
/// line and not a megabyte of memory in front of it.
pub const LINK_SOCKET_BUFFER_BYTES: u32 = 64 * 1024;

/// Connections open at once through one emulator: one phone, so more is a defect of the caller.
pub const LINK_CONNECTIONS_MAX: usize = 1_024;

/// What a captive portal reads of a request before it answers.
pub const PORTAL_REQUEST_BYTES_MAX: usize = 16 * 1024;

/// Words of one site note before it is cut: about two minutes of typing.
pub const NOTE_CHARS_MAX: usize = 600;

/// Side of a made photo. Four times the 12 million pixels of a phone's camera would only cost time.
pub const PHOTO_SIDE_PX_MAX: u32 = 8_192;

//! The two rates and the delay of a link.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::{Direction, Shared, lock};
use crate::limits;

/// When each direction is free for the next piece.
#[derive(Debug, Default)]
pub(super) struct Lines {
    up_free_at: Mutex<Option<Instant>>,
    down_free_at: Mutex<Option<Instant>>,
}

/// The place of one piece on the line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// When its last bit has left the sender.
    pub(super) sent_at: Instant,
    /// When its last bit arrives.
    pub(super) due_at: Instant,
}

/// How much may be taken from a sender at once.
pub(super) fn chunk_bytes(shared: &Shared, direction: Direction) -> usize {
    let bytes_per_s = shared.profile().bits_per_s(direction) / 8;
    let chunk = usize::try_from(bytes_per_s / limits::LINK_CHUNKS_PER_S).unwrap_or(usize::MAX);
    chunk.clamp(1, limits::LINK_CHUNK_BYTES_MAX)
}

/// What one direction of one connection holds at most: what its delay needs, and a queue.
pub(super) fn room_bytes(shared: &Shared, direction: Direction) -> usize {
    let profile = shared.profile();
    let in_a_trip = u128::from(profile.bits_per_s(direction)) * u128::from(profile.rtt_ms) / 8_000;
    limits::LINK_QUEUE_BYTES
        + usize::try_from(in_a_trip)
            .unwrap_or(0)
            .min(64 * 1024 * 1024)
}

/// Gives a piece its place behind all pieces of that direction, of every connection.
pub(super) fn reserve(shared: &Shared, direction: Direction, bytes: usize) -> Turn {
    let profile = shared.profile();
    let mut free_at = lock(match direction {
        Direction::Up => &shared.lines.up_free_at,
        Direction::Down => &shared.lines.down_free_at,
    });
    let now = Instant::now();
    let start = free_at.map_or(now, |free_at| free_at.max(now));
    let sent_at = start + profile.line_time(direction, bytes);
    *free_at = Some(sent_at);
    Turn {
        sent_at,
        due_at: sent_at + profile.rtt() / 2 + chance_delay(shared),
    }
}

/// Jitter, and the wait that TCP makes of a loss.
fn chance_delay(shared: &Shared) -> Duration {
    let profile = shared.profile();
    if profile.jitter_ms == 0 && profile.loss_bp == 0 {
        return Duration::ZERO;
    }
    let mut dice = lock(&shared.dice);
    let jitter = Duration::from_micros(dice.below(profile.jitter_ms.saturating_mul(1_000) + 1));
    if dice.below(10_000) < profile.loss_bp {
        jitter + profile.rtt() + Duration::from_millis(200)
    } else {
        jitter
    }
}

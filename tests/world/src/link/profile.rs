//! How fast, how late and how reliable a link is.

use std::time::Duration;

/// How the link behaves while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkProfile {
    /// Round trip, milliseconds; half of it each way, and one whole for a new connection.
    pub rtt_ms: u64,
    /// Rate towards the phone, bits of payload a second; at least 8.
    pub down_bits_per_s: u64,
    /// Rate from the phone, bits of payload a second; at least 8.
    pub up_bits_per_s: u64,
    /// Payload, both ways together, after which each connection is reset.
    pub cut_every_bytes: Option<u64>,
    /// A moment of chance between these two, milliseconds after the start of a connection, at
    /// which it is reset.
    pub cut_between_ms: Option<(u64, u64)>,
    /// Most extra delay of a piece, milliseconds; order is kept.
    pub jitter_ms: u64,
    /// Pieces lost, in basis points. TCP hides a loss as a wait: a round trip and 200 ms.
    pub loss_bp: u64,
    /// Seed of jitter, losses and moments of cuts.
    pub seed: u64,
}

impl LinkProfile {
    /// A weak mobile network: 600 ms, 128 kbit/s down, 64 up. The profile of the budgets.
    pub const fn edge() -> Self {
        Self {
            rtt_ms: 600,
            down_bits_per_s: 128_000,
            up_bits_per_s: 64_000,
            cut_every_bytes: None,
            cut_between_ms: None,
            jitter_ms: 0,
            loss_bp: 0,
            seed: 0,
        }
    }

    /// The same with 150 ms of jitter, 5 % of losses and a cut every 10 to 90 s.
    pub const fn rough_edge(seed: u64) -> Self {
        Self {
            jitter_ms: 150,
            loss_bp: 500,
            cut_between_ms: Some((10_000, 90_000)),
            seed,
            ..Self::edge()
        }
    }

    /// The network of the office: 2 ms, 50 Mbit/s both ways.
    pub const fn office() -> Self {
        Self {
            rtt_ms: 2,
            down_bits_per_s: 50_000_000,
            up_bits_per_s: 50_000_000,
            ..Self::edge()
        }
    }

    /// A line that works and is of no use: ten bytes a second. What a patient attacker offers.
    pub const fn trickle() -> Self {
        Self {
            down_bits_per_s: 80,
            up_bits_per_s: 80,
            ..Self::office()
        }
    }

    /// The same, with every connection reset after so many bytes both ways.
    pub const fn cut_every(self, bytes: u64) -> Self {
        Self {
            cut_every_bytes: Some(bytes),
            ..self
        }
    }

    /// The round trip.
    pub const fn rtt(&self) -> Duration {
        Duration::from_millis(self.rtt_ms)
    }

    /// The time that so many bytes take in that direction, without the delay.
    pub fn line_time(&self, direction: Direction, bytes: usize) -> Duration {
        let bits = u128::try_from(bytes).unwrap_or(u128::MAX).saturating_mul(8);
        let nanos = bits.saturating_mul(1_000_000_000) / u128::from(self.bits_per_s(direction));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The rate of that direction, at least 8 bits a second.
    pub fn bits_per_s(&self, direction: Direction) -> u64 {
        match direction {
            Direction::Up => self.up_bits_per_s.max(8),
            Direction::Down => self.down_bits_per_s.max(8),
        }
    }
}

/// One of the two ways of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the phone to the server.
    Up,
    /// From the server to the phone.
    Down,
}

//! The server's clock and its source of chance: the only two places where they are read.
//!
//! Everything else takes them as arguments, so that a test or the simulator can be in their place.

use std::time::{SystemTime, UNIX_EPOCH};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// Seconds since 1970 UTC; 0 when the machine's clock stands before that.
pub fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Milliseconds since 1970 UTC; 0 when the machine's clock stands before that.
pub fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

/// Fills `bytes` from the operating system's generator, fit for keys.
///
/// # Errors
/// [`NoRandomness`] when the system has none; `bytes` must not be used then.
pub fn fill_random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    getrandom::fill(bytes).map_err(|_| NoRandomness)
}

/// A stream of random bytes that cannot fail once it has begun: ChaCha20 from one seed of the
/// operating system. Fit for secrets; make one per request, or one per process behind a lock.
pub struct Chance {
    stream: ChaCha20Rng,
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chance").finish_non_exhaustive()
    }
}

impl Chance {
    /// Begins with 32 bytes of the operating system.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn from_system() -> Result<Self, NoRandomness> {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        fill_random(seed.as_mut_slice())?;
        Ok(Self::from_seed(*seed))
    }

    /// The same bytes for the same seed: tests and the simulator.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self {
            stream: ChaCha20Rng::from_seed(seed),
        }
    }

    /// Fills `bytes` with the next of the stream.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.stream.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_clocks_agree_and_chance_does_not_repeat() {
        let (before_s, ms, after_s) = (now_s(), now_ms(), now_s());
        assert!(before_s <= ms / 1_000 && ms / 1_000 <= after_s);
        let (mut one, mut other) = ([0; 16], [0; 16]);
        fill_random(&mut one).unwrap();
        fill_random(&mut other).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn a_stream_of_chance_is_one_per_seed() {
        let draw = |mut chance: Chance| {
            let mut bytes = [0; 40];
            chance.fill(&mut bytes);
            bytes
        };
        assert_eq!(
            draw(Chance::from_seed([1; 32])),
            draw(Chance::from_seed([1; 32]))
        );
        assert_ne!(
            draw(Chance::from_seed([1; 32])),
            draw(Chance::from_seed([2; 32]))
        );
        assert_ne!(
            draw(Chance::from_system().unwrap()),
            draw(Chance::from_system().unwrap())
        );
    }
}

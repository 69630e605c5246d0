//! The seeded generator behind every choice the disk makes.

/// A small deterministic generator (SplitMix64): the same seed gives the same choices on every
/// machine and with every version of our dependencies, so that a failing seed stays a failing seed.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// A generator for `seed`; `stream` separates the uses of one seed from each other, so that an
    /// extra draw in one does not shift the others.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut dice = Self {
            state: seed ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03),
        };
        dice.next();
        dice
    }

    /// The next 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let scaled = (u128::from(self.next()) * u128::from(bound)) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// True once in `odds` times on average.
    pub(super) fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    /// Fills `bytes` with noise.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let noise = self.next().to_le_bytes();
            for (byte, value) in chunk.iter_mut().zip(noise) {
                *byte = value;
            }
        }
    }
}

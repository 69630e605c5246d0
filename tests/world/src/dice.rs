//! Chance from a seed, the same on every machine and with every version of the libraries.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of chance. Two streams of the same seed and name are equal, whatever else was drawn.
#[derive(Debug, Clone)]
pub struct Dice {
    stream: ChaCha8Rng,
}

impl Dice {
    /// The stream with that name under that seed. Names keep two parts of the world apart, so
    /// that a longer list of names does not change the projects.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a: enough to tell names apart, and stable for ever.
        let folded = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self {
            stream: ChaCha8Rng::seed_from_u64(seed ^ folded),
        }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.stream.next_u64()
    }

    /// A number from `0` to `end` without it; 0 when `end` is 0. The bias of the multiplication is
    /// below one in 2^32 for the small ends used here.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.stream.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last.saturating_sub(first)).unwrap_or(0);
        first.saturating_add(self.below(span.saturating_add(1)) as i64)
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items. `items` must not be empty: the lists here are constants.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.below(items.len() as u64) as usize;
        #[allow(clippy::indexing_slicing, reason = "below() is less than the length")]
        &items[index]
    }

    /// One of the codes, which must not be empty either.
    pub fn pick_code(&mut self, codes: &[&'static str]) -> &'static str {
        let code: &&'static str = self.pick(codes);
        code
    }

    /// 32 random bytes, for the hash of a photo that nobody opens.
    pub fn hash32(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.stream.fill_bytes(&mut bytes);
        bytes
    }

    /// Random bytes over all of `target`.
    pub fn fill(&mut self, target: &mut [u8]) {
        self.stream.fill_bytes(target);
    }

    /// Puts the items into an order of chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// Shares `total` out by weight, by largest remainder: the parts add up to `total` exactly. All
/// parts are 0 when every weight is.
pub fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u64| u128::from(total) * u128::from(weight);
    let mut parts: Vec<u64> = weights.iter().map(|w| (exact(*w) / sum) as u64).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|index| {
        let remainder = weights.get(*index).map_or(0, |weight| exact(*weight) % sum);
        (std::cmp::Reverse(remainder), *index)
    });
    let missing = total - parts.iter().sum::<u64>();
    for index in by_remainder.into_iter().take(missing as usize) {
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_pinned_to_their_seed_and_name() {
        let mut dice = Dice::new(2026, "people");
        let drawn: Vec<u64> = (0..3).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(drawn, PINNED, "the whole world would change with this");
        assert_ne!(
            Dice::new(2026, "places").bits(),
            Dice::new(2026, "people").bits()
        );
        assert_ne!(
            Dice::new(2027, "people").bits(),
            Dice::new(2026, "people").bits()
        );
    }

    const PINNED: [u64; 3] = [544_046, 738_831, 105_024];

    #[test]
    fn draws_stay_in_their_bounds_and_reach_them() {
        let mut dice = Dice::new(1, "bounds");
        let drawn: Vec<i64> = (0..1_000).map(|_| dice.between(-2, 2)).collect();
        assert!(drawn.iter().all(|number| (-2..=2).contains(number)));
        assert!(drawn.contains(&-2) && drawn.contains(&2));
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn shares_add_up_and_follow_the_weights() {
        assert_eq!(apportion(250, &[57, 67, 429, 129]), [21, 25, 157, 47]);
        assert_eq!(apportion(5, &[1, 1, 1]), [2, 2, 1]);
        assert_eq!(apportion(7, &[0, 0]), [0, 0]);
        assert_eq!(apportion(3, &[0, 9]), [0, 3]);
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..50).collect();
        Dice::new(3, "shuffle").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}

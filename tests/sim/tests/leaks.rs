//! Nothing leaks: what a phone is sent names nothing of a scope that it is not in.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeSet;

use jawla_sim::run::live;
use jawla_sim::trace::Trace;

const SEEDS: u64 = 6;

#[test]
fn a_phone_hears_nothing_of_a_commune_it_is_not_in() {
    for seed in 1_000..1_000 + SEEDS {
        let mut universe = live(seed, &Trace::default());
        let of_b = universe.secrets_from(0);
        let of_a = universe.secrets_from(1);
        assert_eq!(
            universe.heard_of(0, &of_b),
            BTreeSet::new(),
            "seed {seed}: A hears of B"
        );
        assert_eq!(
            universe.heard_of(1, &of_a),
            BTreeSet::new(),
            "seed {seed}: B hears of A"
        );
        // The phone that is in both hears of all of it: what is searched for can be found. A scope
        // is named only to those who come into it later.
        let all: BTreeSet<&str> = ["a document", "a person", "an entry"].into();
        for secrets in [of_a, of_b] {
            let heard = universe.heard_of(2, &secrets);
            assert!(heard.is_superset(&all), "seed {seed}: {heard:?}");
        }
    }
}

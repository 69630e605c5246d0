//! The simulator: the real device, the real documents and the real server store, under one seed.
//!
//! Only the link, the disk, the clock and chance are replaced. [`world::Universe`] is one server,
//! three phones and the office; [`run`] lives through one seed: first people work while
//! everything fails, then the faults stop and everybody must come to the same state in a bounded
//! number of rounds. Every promise is asserted on the way ([`oracle`]); the same seed gives the
//! same trace, byte for byte.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::needless_range_loop,
    missing_docs,
    reason = "a simulation stops at the first surprise"
)]

pub mod dice;
pub mod disk;
pub mod faults;
pub mod hostile;
pub mod link;
pub mod members;
pub mod oracle;
pub mod people;
pub mod phone;
pub mod photos;
pub mod quiet;
pub mod replicas;
pub mod run;
pub mod server;
pub mod stand_ins;
pub mod trace;
pub mod world;

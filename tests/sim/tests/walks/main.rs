//! The walks that must hold, each by its number in the design of sync, and those that the
//! simulator found.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod copies;
mod cuts;
mod disks;
mod documents;
mod members;
mod stage;

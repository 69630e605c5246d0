//! The read model against real SQLite, in memory and on file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop where it fails"
)]

mod figures;
mod made;
mod projects;
mod proving;
mod speed;
mod visits;
mod writing;

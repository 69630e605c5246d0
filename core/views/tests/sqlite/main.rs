//! The read model against real SQLite, in memory and on file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop where it fails"
)]
#![allow(
    clippy::too_many_lines,
    reason = "tables of cases are long and read well"
)]

mod figures;
mod made;
mod projects;
mod proving;
mod speed;
mod visits;
mod writing;

//! Every state of every screen of the phone in French and Arabic, as it is written; and what must
//! hold of each: language and direction, no text missing, no link to nowhere, a name at every
//! control. `INSTA_UPDATE=always` takes the pictures anew; look at the difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::type_complexity,
    unreachable_pub,
    missing_docs,
    reason = "tests"
)]

mod disagreements;
mod entrance;
#[path = "../fake/mod.rs"]
mod fake;
mod me;
mod page;
mod project;
mod projects;
mod sending;
mod todo;
mod visit;

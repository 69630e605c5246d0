//! Every state of every page of the office in French and Arabic, as it is written; and what must
//! hold of each: language and direction, no text missing, no link to nowhere, ids given once, a
//! name at every control. `INSTA_UPDATE=always` takes the pictures anew; look at the difference.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    unreachable_pub,
    missing_docs,
    reason = "tests"
)]

#[path = "../fake/browser.rs"]
#[allow(
    dead_code,
    reason = "a helper of tests, not all of which each user of it needs"
)]
mod browser;
mod disagreements;
mod entrance;
#[path = "../fake/mod.rs"]
#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "a helper of tests, not all of which each user of it needs"
)]
mod fake;
mod faults;
mod frame;
mod import;
mod map;
mod overview;
mod page;
mod phones;
mod projects;
mod sheet;
mod visits;
mod world;

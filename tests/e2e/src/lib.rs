//! The whole product from outside: the real binary as a process, real sockets on loopback, real
//! phones. What the tests share; each test file proves one promise.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test stops at the first surprise"
)]
#![allow(
    clippy::print_stderr,
    reason = "says what to do when the binary cannot be built"
)]

mod binary;
pub mod ground;
pub mod handset;
pub mod http;
pub mod intruder;
mod process;

pub use binary::{Ran, jawla, jawla_command};
pub use ground::{Ground, Phone};
pub use jawla_world as world;
pub use process::{ServerProcess, free_port};

use std::time::Duration;

/// How long anything that should happen may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

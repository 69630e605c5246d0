//! What the province runs, as a library: it listens, signs, keeps files, knows the people of the
//! office, and takes part in sync. One data folder holds everything.
//!
//! This is an edge of the system: here, and in the command line, clocks and chance are read.
#![allow(
    clippy::disallowed_methods,
    reason = "the server is an edge: it reads the clock and owns threads; what it calls takes them as arguments"
)]

pub mod accept;
pub mod accounts;
pub mod blobs;
pub mod clock;
pub mod core;
pub mod desk;
mod durable;
pub mod enrolment;
pub mod gate;
pub mod http;
pub mod import;
pub mod keys;
pub mod limits;
pub mod limits_http;
pub mod office;
pub mod reference;
pub mod running;
pub mod scopes;
pub mod sessions;
pub mod status;
pub mod store;
pub mod tls;
pub mod verify;

//! The device: everything of Jawla that needs a disk, a clock, chance or a network.
//!
//! [`transport`] is the seam to the server and [`http`] what stands behind it on a real device;
//! [`photo`] makes of a camera's file what is sent; [`blobs`] keeps files by their hash;
//! [`platform`] is the only place that reads a clock or draws random bytes. The simulator puts
//! its own world behind the traits of these five.

#![allow(
    clippy::disallowed_methods,
    reason = "the edge of the system: this crate is where time and chance come from"
)]

pub mod blobs;
pub mod client;
pub mod device;
pub mod driver;
pub mod error;
pub mod handset;
pub mod http;
pub mod limits;
pub mod photo;
pub mod pin;
pub mod platform;
mod sealing;
pub mod store;
pub mod transport;
pub mod witness;

pub use client::{Client, ClientParts, Said};
pub use device::{Device, NewVisit, Standing};
pub use driver::{SyncOptions, SyncProgress, SyncReport};
pub use error::ClientError;
pub use handset::{Handset, HandsetOptions};
pub use sealing::StoreKey;

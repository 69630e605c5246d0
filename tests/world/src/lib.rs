//! The world around the product: people and their habits, projects, photos, and the networks that
//! phones meet.
//!
//! The demonstration, the simulator, the end-to-end tests and the benches share it, so that a
//! figure of one can be compared with a figure of another. Everything but [`link`] is a function
//! of a seed: the same seed gives the same bytes on every machine. Codes and keys are those of the
//! model, as plain strings, so that nothing here can hide a mistake of the model by sharing it; a
//! test holds the two together.
//!
//! Nobody and nothing in here is real but the names, codes, populations and shapes of communes.

mod dice;
pub mod habits;
pub mod limits;
pub mod link;
pub mod people;
pub mod photo;
pub mod places;
pub mod projects;
pub mod texts;
pub mod workload;

pub use dice::{Dice, apportion};
pub use habits::{Habits, PlannedVisit};
pub use link::{LinkCounters, LinkEmulator, LinkError, LinkMode, LinkProfile};
pub use people::{Person, PersonRole, Population, PopulationSize};
pub use photo::{hostile_images, make_photo};
pub use places::{Commune, communes};
pub use projects::{demo_projects, demo_projects_csv, hostile_projects_csv};
pub use texts::Language;
pub use workload::{Workload, WorkloadShape};

/// The seed of everything that is shipped or measured, unless a caller says otherwise.
pub const DEMO_SEED: u64 = 2026;

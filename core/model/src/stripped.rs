//! A change taken apart: the word between the crate that knows what a change looks like inside
//! and the engine, which lets it travel without what its receiver knows already.

use crate::ids::{ActorId, Hash32};

/// A change without magic, checksum and lengths, which can be computed again; dependencies and
/// actors stand apart, so that they can travel as places in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// Its dependencies, ascending.
    pub deps: Vec<Hash32>,
    /// Who wrote it.
    pub actor: ActorId,
    /// Other actors that its operations name, in their order.
    pub other_actors: Vec<ActorId>,
    /// Everything else: sequence number, counter, time, columns.
    pub body: Vec<u8>,
}

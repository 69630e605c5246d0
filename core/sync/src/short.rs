//! The short form of a change: how it travels between two that hold the same log.
//!
//! Dependencies are distances in the log of the scope, actors are positions of the entries that
//! brought them, the document is that of a dependency, and the chunk goes without what can be
//! computed. Nothing is numbered beside the log itself, so neither side keeps a table for it.
//! What comes out is only a guess: the signature of the pack or the chain under the mark covers
//! the full form, and a guess that is wrong leads to the full form.

mod frame;
#[cfg(test)]
mod tests;

use jawla_model::{ActorId, DocumentId, Hash32, Reason, ScopeId, Stripped};

use crate::chain::{ActorPayload, Chain16, EntryKind};
use crate::code::{Reader, WireError, Writer};
use crate::limits;

pub use frame::{Author, Frame, Recent, Unresolved};

/// Flag of an entry: its document follows.
pub(crate) const FLAG_HAS_DOCUMENT: u8 = 1;
/// Flag of an entry in short form: a step of the skeleton.
pub(crate) const FLAG_SKELETON: u8 = 2;
/// Flag of an entry: full form.
pub(crate) const FLAG_FULL: u8 = 16;

/// What knows how a change looks inside; the engine does not. Each function is a function of its
/// arguments alone.
#[derive(Debug, Clone, Copy)]
pub struct Codec {
    /// Takes a change apart.
    pub strip: fn(&[u8]) -> Result<Stripped, Reason>,
    /// Puts one together, strictly: what comes out is well formed.
    pub rebuild: fn(&Stripped) -> Result<Vec<u8>, Reason>,
    /// A step of a document's skeleton, which is computed.
    pub skeleton: fn(DocumentId, u32) -> Option<Vec<u8>>,
}

/// An entry at its place, as far as other entries refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The document it concerns.
    pub document: Option<DocumentId>,
    /// Its content hash.
    pub content: Hash32,
    /// The actor that it shows, if it is an `actor` entry.
    pub actor: Option<ActorId>,
}

impl Placed {
    /// An entry, with its payload where it is known.
    pub fn new(
        kind: EntryKind,
        document: Option<DocumentId>,
        content: Hash32,
        payload: Option<&[u8]>,
    ) -> Self {
        let actor = payload
            .filter(|_| kind == EntryKind::Actor)
            .and_then(|payload| ActorPayload::decode(payload).ok())
            .map(|payload| payload.actor);
        Self {
            document,
            content,
            actor,
        }
    }
}

/// The logs as one side holds them. What cannot be read counts as not there: then the full form
/// travels.
pub trait Logs {
    /// The entry at a position.
    fn entry_at(&self, scope: ScopeId, seq: u64) -> Option<Placed>;
    /// Where an accepted change stands in this log, and its document.
    fn find_change(&self, scope: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)>;
    /// Where the log shows an actor.
    fn find_actor(&self, scope: ScopeId, actor: &ActorId) -> Option<u64>;
    /// The chain at a position.
    fn chain_at(&self, scope: ScopeId, seq: u64) -> Option<Chain16>;
}

/// A dependency in short form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    /// So many positions before the entry itself, at least one.
    Back(u64),
    /// It has no place in this log that both sides know of.
    Named(Hash32),
}

/// An actor in short form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorName {
    /// The skeleton's: the id of the document.
    Skeleton,
    /// The one that the entry at this position shows.
    ShownAt(u64),
    /// The one behind this nonce of the pack, counted from 0.
    Nonce(u64),
    /// None of these.
    Named(ActorId),
}

/// A change in short form. Its document, where it has to be told, stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShortChange {
    /// A step of the skeleton: both sides compute it.
    Skeleton {
        /// Which.
        step: u32,
    },
    /// Any other.
    Written {
        /// What it depends on, in the order of the full form.
        deps: Vec<Dependency>,
        /// Who wrote it.
        actor: ActorName,
        /// Others that its operations name, in their order.
        others: Vec<ActorName>,
        /// What is left of the chunk.
        body: Vec<u8>,
    },
}

impl ShortChange {
    /// Whether it is a step of the skeleton: a flag beside it says so.
    pub const fn is_skeleton(&self) -> bool {
        matches!(self, ShortChange::Skeleton { .. })
    }

    /// Appends it to a message.
    pub fn write(&self, out: &mut Writer) {
        match self {
            ShortChange::Skeleton { step } => {
                out.varint(u64::from(*step));
            }
            ShortChange::Written {
                deps,
                actor,
                others,
                body,
            } => {
                out.varint(deps.len() as u64);
                for dep in deps {
                    match dep {
                        Dependency::Back(distance) => out.varint(*distance),
                        Dependency::Named(hash) => out.varint(0).raw(hash.as_bytes()),
                    };
                }
                actor.write(out);
                out.varint(others.len() as u64);
                for other in others {
                    other.write(out);
                }
                out.raw(body);
            }
        }
    }

    /// Reads all that is left of a message as one.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn read(reader: &mut Reader<'_>, is_skeleton: bool) -> Result<Self, WireError> {
        if is_skeleton {
            let step = u32::try_from(reader.varint()?).map_err(|_| WireError::Number)?;
            reader.end()?;
            return Ok(ShortChange::Skeleton { step });
        }
        let mut deps = Vec::new();
        for _ in 0..reader.count(limits::SHORT_DEPENDENCIES_MAX, "dependencies")? {
            deps.push(match reader.varint()? {
                0 => Dependency::Named(reader.hash()?),
                distance => Dependency::Back(distance),
            });
        }
        let actor = ActorName::read(reader)?;
        let mut others = Vec::new();
        for _ in 0..reader.count(limits::SHORT_ACTORS_MAX, "actors")? {
            others.push(ActorName::read(reader)?);
        }
        let body = reader.rest();
        if body.len() > limits::PAYLOAD_BYTES_MAX {
            return Err(WireError::Limit { what: "payload" });
        }
        Ok(ShortChange::Written {
            deps,
            actor,
            others,
            body: body.to_vec(),
        })
    }

    /// At most how many bytes it costs its receiver: what few bytes on the wire may stand for.
    pub fn cost_bytes(&self) -> usize {
        match self {
            ShortChange::Skeleton { .. } => limits::SKELETON_COST_BYTES,
            ShortChange::Written {
                deps, others, body, ..
            } => 64 + 32 * deps.len() + 17 * others.len() + body.len(),
        }
    }
}

const NAME_SKELETON: u64 = 0;
const NAME_WHOLE: u64 = 1;

impl ActorName {
    fn write(&self, out: &mut Writer) {
        match self {
            ActorName::Skeleton => out.varint(NAME_SKELETON),
            ActorName::Named(actor) => out.varint(NAME_WHOLE).raw(actor.as_bytes()),
            ActorName::ShownAt(seq) => out.varint(seq.saturating_mul(2)),
            ActorName::Nonce(index) => out.varint(index.saturating_mul(2).saturating_add(3)),
        };
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match reader.varint()? {
            NAME_SKELETON => ActorName::Skeleton,
            NAME_WHOLE => ActorName::Named(reader.actor()?),
            number if number % 2 == 0 => ActorName::ShownAt(number / 2),
            number => ActorName::Nonce((number - 3) / 2),
        })
    }
}

//! Where an entry in short form stands: what its numbers are counted from.

use jawla_model::{ActorId, DocumentId, Hash32, IncarnationId, Reason, ScopeId, Stripped};

use super::{ActorName, Codec, Dependency, Logs, Placed, ShortChange};
use crate::limits;
use crate::pack::actor_of;

/// Why an entry in short form could not be put together. Its sender is asked for the full form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// A distance leads before the log's start or to nothing that is held.
    #[error("a distance leads to no entry")]
    Distance,
    /// No document is told, and no dependency leads to one.
    #[error("the document is not told")]
    Document,
    /// A number leads to no actor.
    #[error("a number leads to no actor")]
    Actor,
    /// The position of the mark that the author had seen is not held.
    #[error("the mark that was seen is not held")]
    HeadSeen,
    /// A step of the skeleton that this build cannot compute.
    #[error("a skeleton step is not known here")]
    Skeleton,
    /// It stands for more bytes than is allowed.
    #[error("the full form is beyond its limit")]
    TooLarge,
    /// What was put together is no change.
    #[error("what was put together is no change: {0:?}")]
    NoChange(Reason),
}

/// Entries right behind a position that the store does not show yet: those of the packs of one
/// request, or of an answer as it arrives.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    base: u64,
    placed: Vec<Option<Placed>>,
}

impl Recent {
    /// None yet, behind this position.
    pub const fn behind(base: u64) -> Self {
        Self {
            base,
            placed: Vec::new(),
        }
    }

    /// The position that the next entry is counted at.
    pub fn next_seq(&self) -> u64 {
        self.base
            .saturating_add(self.placed.len() as u64)
            .saturating_add(1)
    }

    /// Counts an entry; none where it could not be read and only its position is taken.
    pub fn push(&mut self, placed: Option<Placed>) {
        self.placed.push(placed);
    }

    fn entry_at(&self, seq: u64) -> Option<Placed> {
        let index = seq.checked_sub(self.base)?.checked_sub(1)?;
        *self.placed.get(usize::try_from(index).ok()?)?
    }

    fn find_change(&self, hash: &Hash32) -> Option<(u64, DocumentId)> {
        let (index, placed) =
            self.placed
                .iter()
                .enumerate()
                .rev()
                .find_map(|(index, placed)| {
                    Some((index, (*placed)?)).filter(|(_, p)| p.content == *hash)
                })?;
        let seq = self.base.saturating_add(index as u64).saturating_add(1);
        Some((seq, placed.document?))
    }
}

/// Who made a pack, and the nonces it lists.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The incarnation.
    pub incarnation: IncarnationId,
    /// Nonces of actors that the log had not shown to it.
    pub nonces: &'a [[u8; 16]],
}

/// What an entry's numbers are counted from.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The scope of the log.
    pub scope: ScopeId,
    /// The position that the entry is counted at.
    pub seq: u64,
    /// What stands behind the store's part of the log.
    pub recent: &'a Recent,
    /// The store's part.
    pub logs: &'a dyn Logs,
    /// What knows how a change looks inside.
    pub codec: &'a Codec,
    /// The author, in a pack.
    pub author: Option<Author<'a>>,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("scope", &self.scope)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}

impl Frame<'_> {
    /// The short form of a change, and its document where that has to be told; `None` for what
    /// has none and travels in full.
    pub fn shorten(
        &self,
        document: DocumentId,
        payload: &[u8],
    ) -> Option<(Option<DocumentId>, ShortChange)> {
        let stripped = (self.codec.strip)(payload).ok()?;
        if stripped.deps.len() > limits::SHORT_DEPENDENCIES_MAX
            || stripped.other_actors.len() > limits::SHORT_ACTORS_MAX
        {
            return None;
        }
        // Only a first step depends on nothing, and only a computed one travels without a body.
        if stripped.deps.is_empty()
            && let Some(step) = self.skeleton_step(document, payload)
        {
            return Some((Some(document), ShortChange::Skeleton { step }));
        }
        let mut told_by_dep = None;
        let mut deps = Vec::with_capacity(stripped.deps.len());
        for hash in &stripped.deps {
            let dep = match self.find_change(hash) {
                Some((seq, of)) => {
                    told_by_dep.get_or_insert(of);
                    Dependency::Back(self.seq - seq)
                }
                None => Dependency::Named(*hash),
            };
            deps.push(dep);
        }
        let name = |actor: &ActorId| self.name(document, actor);
        let short = ShortChange::Written {
            deps,
            actor: name(&stripped.actor),
            others: stripped.other_actors.iter().map(name).collect(),
            body: stripped.body,
        };
        Some(((told_by_dep != Some(document)).then_some(document), short))
    }

    fn skeleton_step(&self, document: DocumentId, payload: &[u8]) -> Option<u32> {
        let step = 1;
        ((self.codec.skeleton)(document, step)? == payload).then_some(step)
    }

    fn find_change(&self, hash: &Hash32) -> Option<(u64, DocumentId)> {
        self.recent
            .find_change(hash)
            .or_else(|| self.logs.find_change(self.scope, hash))
            .filter(|(seq, _)| *seq < self.seq)
    }

    fn name(&self, document: DocumentId, actor: &ActorId) -> ActorName {
        if actor.0 == document.0 {
            return ActorName::Skeleton;
        }
        if let Some(author) = &self.author {
            let index = author
                .nonces
                .iter()
                .position(|nonce| actor_of(&author.incarnation, nonce) == *actor);
            if let Some(index) = index {
                return ActorName::Nonce(index as u64);
            }
        }
        match self.logs.find_actor(self.scope, actor) {
            Some(seq) if seq > 0 && seq < self.seq => ActorName::ShownAt(seq),
            _ => ActorName::Named(*actor),
        }
    }

    /// Puts a change together again, and says of which document it is.
    ///
    /// # Errors
    /// [`Unresolved`]; the full form is asked for then.
    pub fn lengthen(
        &self,
        told: Option<DocumentId>,
        short: &ShortChange,
    ) -> Result<(DocumentId, Vec<u8>), Unresolved> {
        match short {
            ShortChange::Skeleton { step } => {
                let document = told.ok_or(Unresolved::Document)?;
                let bytes = (self.codec.skeleton)(document, *step).ok_or(Unresolved::Skeleton)?;
                Ok((document, bytes))
            }
            ShortChange::Written {
                deps,
                actor,
                others,
                body,
            } => {
                let mut told_by_dep = None;
                let mut hashes = Vec::with_capacity(deps.len());
                for dep in deps {
                    hashes.push(match dep {
                        Dependency::Named(hash) => *hash,
                        Dependency::Back(distance) => {
                            let placed = self.entry_before(*distance)?;
                            if told_by_dep.is_none() {
                                told_by_dep = placed.document;
                            }
                            placed.content
                        }
                    });
                }
                let document = told.or(told_by_dep).ok_or(Unresolved::Document)?;
                let stripped = Stripped {
                    deps: hashes,
                    actor: self.actor(document, actor)?,
                    other_actors: others
                        .iter()
                        .map(|other| self.actor(document, other))
                        .collect::<Result<_, _>>()?,
                    body: body.clone(),
                };
                let bytes = (self.codec.rebuild)(&stripped).map_err(Unresolved::NoChange)?;
                if bytes.len() > limits::PAYLOAD_BYTES_MAX {
                    return Err(Unresolved::TooLarge);
                }
                Ok((document, bytes))
            }
        }
    }

    fn entry_before(&self, distance: u64) -> Result<Placed, Unresolved> {
        let seq = self
            .seq
            .checked_sub(distance)
            .filter(|seq| *seq > 0 && *seq < self.seq)
            .ok_or(Unresolved::Distance)?;
        self.entry_at(seq).ok_or(Unresolved::Distance)
    }

    fn entry_at(&self, seq: u64) -> Option<Placed> {
        if seq > self.recent.base {
            self.recent.entry_at(seq)
        } else {
            self.logs.entry_at(self.scope, seq)
        }
    }

    fn actor(&self, document: DocumentId, name: &ActorName) -> Result<ActorId, Unresolved> {
        match name {
            ActorName::Skeleton => Ok(ActorId(document.0)),
            ActorName::Named(actor) => Ok(*actor),
            ActorName::ShownAt(seq) => Some(*seq)
                .filter(|seq| *seq > 0 && *seq < self.seq)
                .and_then(|seq| self.entry_at(seq)?.actor)
                .ok_or(Unresolved::Actor),
            ActorName::Nonce(index) => {
                let author = self.author.ok_or(Unresolved::Actor)?;
                let nonce = usize::try_from(*index)
                    .ok()
                    .and_then(|index| author.nonces.get(index))
                    .ok_or(Unresolved::Actor)?;
                Ok(actor_of(&author.incarnation, nonce))
            }
        }
    }
}

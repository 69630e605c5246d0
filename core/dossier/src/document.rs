//! The one owner of an Automerge document.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, ChangeHash, ReadDoc};
use jawla_model::{ActorId, Claimed, DocumentId, Hash32, Reason};

use crate::change::{Change, Header};
use crate::kept::{KeptReading, Part};
use crate::{limits, read_header, skeleton};

/// Why own stored bytes do not make a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DossierError {
    /// A stored change does not parse.
    #[error("the stored change {at} is damaged: {}", reason.code())]
    Damaged {
        /// Which of the changes given, from 0.
        at: usize,
        /// What is wrong with it.
        reason: Reason,
    },
    /// A stored change depends on one that is not there.
    #[error("a stored change depends on one that is missing")]
    Missing,
    /// Automerge refuses what was stored, or panics over it.
    #[error("the stored document cannot be rebuilt")]
    Unreadable,
    /// The saved document is not one of this dossier.
    #[error("the saved document belongs to another dossier")]
    OtherDocument,
}

/// What the document knows of each of its changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) actor: ActorId,
    pub(crate) start_op: u64,
    pub(crate) max_op: u64,
    pub(crate) claimed_at: Claimed,
}

/// One document: its Automerge state and what is looked up in it often. Operations either happen
/// wholly or leave it as it was.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) id: DocumentId,
    pub(crate) automerge: Automerge,
    pub(crate) known: BTreeMap<Hash32, Known>,
    /// The changes of each actor in their order: the counter of the first operation, and the hash.
    pub(crate) written: BTreeMap<ActorId, Vec<(u64, Hash32)>>,
    /// No less than its saved size: exact when last measured, plus every change since.
    pub(crate) saved_bytes_at_most: u64,
    /// What was read of it, when somebody had it kept.
    pub(crate) kept: Option<KeptReading>,
}

impl Document {
    /// A document that holds its skeleton and nothing else: the same bytes on every device.
    pub fn new(id: DocumentId) -> Self {
        let mut document = Self::bare(id);
        if let Some(first) = skeleton::change(id, 1) {
            // The skeleton is our own constant; a test holds that it applies.
            let _ = document.append(&[first.bytes.as_slice()]);
        }
        document
    }

    fn bare(id: DocumentId) -> Self {
        Self {
            id,
            automerge: Automerge::new(),
            known: BTreeMap::new(),
            written: BTreeMap::new(),
            saved_bytes_at_most: 0,
            kept: None,
        }
    }

    /// The computed change of a skeleton step, from 1; `None` above the schema of this build.
    pub fn skeleton(id: DocumentId, step: u32) -> Option<Change> {
        skeleton::change(id, step)
    }

    /// Which dossier this is.
    pub const fn id(&self) -> DocumentId {
        self.id
    }

    /// The changes nothing else depends on, ascending.
    pub fn heads(&self) -> Vec<Hash32> {
        let heads = self.automerge.get_heads();
        heads.into_iter().map(|head| Hash32(head.0)).collect()
    }

    /// Whether a change is part of the document.
    pub fn contains(&self, hash: &Hash32) -> bool {
        self.known.contains_key(hash)
    }

    /// The number of an actor's next change here.
    pub fn next_seq(&self, actor: &ActorId) -> u64 {
        let count = self.written.get(actor).map_or(0, Vec::len);
        u64::try_from(count).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// How many changes it holds, its skeleton included.
    pub fn changes_count(&self) -> usize {
        self.known.len()
    }

    /// Who wrote a change, and when by their clock.
    pub fn written_by(&self, change: &Hash32) -> Option<(ActorId, Claimed)> {
        self.known
            .get(change)
            .map(|known| (known.actor, known.claimed_at))
    }

    /// The hashes of all changes, dependencies first, the same on every replica.
    pub fn hashes(&self) -> Vec<Hash32> {
        let mut order: Vec<_> = self.known.iter().map(|(h, k)| (k.start_op, *h)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, hash)| hash).collect()
    }

    /// All changes with their bytes, dependencies first, the same order on every replica. The
    /// skeleton is among them. Costs a re-encoding of the whole history.
    pub fn changes(&self) -> Vec<Change> {
        let all = catch_unwind(AssertUnwindSafe(|| self.automerge.get_changes(&[])));
        let mut changes: Vec<(u64, Change)> = all
            .unwrap_or_default()
            .iter()
            .filter_map(|change| {
                let parsed = Change::parse(change.raw_bytes()).ok()?;
                Some((u64::from(change.start_op()), parsed))
            })
            .collect();
        changes.sort_unstable_by_key(|(start_op, change)| (*start_op, change.hash));
        changes.into_iter().map(|(_, change)| change).collect()
    }

    /// One change with its bytes.
    pub fn change(&self, hash: &Hash32) -> Option<Change> {
        let found = || self.automerge.get_change_by_hash(&ChangeHash(hash.0));
        let found = catch_unwind(AssertUnwindSafe(found)).ok().flatten()?;
        Change::parse(found.raw_bytes()).ok()
    }

    /// Rebuilds a document from its own stored changes, which are the truth. They may come in
    /// any order; the skeleton may be among them or not.
    ///
    /// # Errors
    /// [`DossierError::Damaged`] names the first change that does not parse;
    /// [`DossierError::Missing`] when they are not closed under dependencies;
    /// [`DossierError::Unreadable`] when Automerge refuses them.
    pub fn fold<'a>(
        id: DocumentId,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DossierError> {
        let mut document = Self::new(id);
        document.append_stored(changes)?;
        Ok(document)
    }

    /// Appends own stored changes to a document that [`load`](Self::load) made of an older saved
    /// form. Those that it holds already are passed over.
    ///
    /// # Errors
    /// Those of [`fold`](Self::fold); the document is then as before.
    pub fn append_stored<'a>(
        &mut self,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), DossierError> {
        let changes: Vec<&[u8]> = changes.into_iter().collect();
        if changes.is_empty() {
            return Ok(());
        }
        self.append(&changes)
    }

    fn append(&mut self, changes: &[&[u8]]) -> Result<(), DossierError> {
        let mut headers = BTreeMap::new();
        let mut parsed = Vec::with_capacity(changes.len());
        for (at, bytes) in changes.iter().enumerate() {
            let damaged = |reason| DossierError::Damaged { at, reason };
            let header = read_header(bytes).map_err(damaged)?;
            if self.contains(&header.hash) || headers.contains_key(&header.hash) {
                continue;
            }
            parsed.push(parse(bytes, &header).map_err(damaged)?);
            headers.insert(header.hash, (header, bytes.len()));
        }
        let mut copy = self.automerge.clone();
        let applied = catch_unwind(AssertUnwindSafe(|| {
            copy.apply_changes(parsed)
                .map(|()| copy.get_missing_deps(&[]).is_empty())
        }));
        match applied {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err(DossierError::Missing),
            Ok(Err(_)) | Err(_) => return Err(DossierError::Unreadable),
        }
        self.automerge = copy;
        for (header, size) in headers.values() {
            self.note(header, *size, &BTreeSet::from([Part::Whole]));
        }
        Ok(())
    }

    /// Remembers a change that the Automerge state now holds, and what it wrote into.
    pub(crate) fn note(&mut self, header: &Header, size: usize, written: &BTreeSet<Part>) {
        if let Some(kept) = &mut self.kept {
            kept.outdate(written);
        }
        let known = Known {
            actor: header.actor,
            start_op: header.start_op,
            max_op: header.max_op(),
            claimed_at: header.claimed_at,
        };
        self.index(header.hash, known);
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        self.saved_bytes_at_most = self.saved_bytes_at_most.saturating_add(size);
    }

    fn index(&mut self, hash: Hash32, known: Known) {
        self.known.insert(hash, known);
        let of_actor = self.written.entry(known.actor).or_default();
        let at = of_actor.partition_point(|(start_op, _)| *start_op < known.start_op);
        of_actor.insert(at, (known.start_op, hash));
    }

    /// The change that holds an operation.
    pub(crate) fn change_of(&self, actor: &ActorId, counter: u64) -> Option<Hash32> {
        let of_actor = self.written.get(actor)?;
        let after = of_actor.partition_point(|(start_op, _)| *start_op <= counter);
        of_actor.get(after.checked_sub(1)?).map(|(_, hash)| *hash)
    }

    /// The document in Automerge's compact form, for the own cache only. Equal documents may save
    /// differently (the order of arrival is in it): compare [`heads`](Self::heads). Empty, and so
    /// refused by [`load`](Self::load), in the case that Automerge cannot write it.
    pub fn save(&self) -> Vec<u8> {
        catch_unwind(AssertUnwindSafe(|| self.automerge.save())).unwrap_or_default()
    }

    /// [`save`](Self::save), which also tells the document how large it is.
    pub fn save_measured(&mut self) -> Vec<u8> {
        let saved = self.save();
        if !saved.is_empty() {
            self.saved_bytes_at_most = u64::try_from(saved.len()).unwrap_or(u64::MAX);
        }
        saved
    }

    /// No less than the size of its saved form.
    pub const fn saved_bytes_at_most(&self) -> u64 {
        self.saved_bytes_at_most
    }

    /// Reads what [`save`](Self::save) wrote. The caller compares [`heads`](Self::heads) with what
    /// it stored beside it, and folds the changes again when they differ or this fails. Never for
    /// bytes of another device.
    ///
    /// # Errors
    /// [`DossierError::Unreadable`], [`DossierError::OtherDocument`].
    pub fn load(id: DocumentId, saved: &[u8]) -> Result<Self, DossierError> {
        let first = skeleton::change(id, 1).ok_or(DossierError::Unreadable)?;
        let loaded = catch_unwind(|| Automerge::load(saved));
        let Ok(Ok(automerge)) = loaded else {
            return Err(DossierError::Unreadable);
        };
        let mut document = Self::bare(id);
        for change in automerge.get_changes_meta(&[]) {
            let bad = DossierError::Unreadable;
            let hash = Hash32(change.hash.0);
            let actor = ActorId::from_slice(change.actor.to_bytes()).ok_or(bad)?;
            let known = Known {
                actor,
                start_op: change.start_op,
                max_op: change.max_op,
                claimed_at: Claimed(change.timestamp),
            };
            document.index(hash, known);
        }
        document.automerge = automerge;
        document.saved_bytes_at_most = u64::try_from(saved.len()).unwrap_or(u64::MAX);
        if !document.contains(&first.hash) {
            return Err(DossierError::OtherDocument);
        }
        Ok(document)
    }

    /// Whether the document stays below its largest size with `added_bytes` more. Saves it to
    /// know, but only when the sum of its changes says that it might not.
    pub(crate) fn has_room(copy: &Automerge, at_most: u64, added_bytes: usize) -> Option<u64> {
        let added = u64::try_from(added_bytes).unwrap_or(u64::MAX);
        let estimate = at_most.saturating_add(added);
        if estimate <= limits::DOCUMENT_BYTES_MAX {
            return Some(at_most);
        }
        let exact = u64::try_from(copy.save().len()).unwrap_or(u64::MAX);
        (exact <= limits::DOCUMENT_BYTES_MAX).then(|| exact.saturating_sub(added))
    }
}

/// Hands a change whose header is sound to Automerge's parser, and compares the hashes.
pub(crate) fn parse(bytes: &[u8], header: &Header) -> Result<automerge::Change, Reason> {
    let parsed = catch_unwind(|| automerge::Change::try_from(bytes));
    let Ok(Ok(change)) = parsed else {
        return Err(Reason::Unreadable);
    };
    if change.hash().0 == header.hash.0 {
        Ok(change)
    } else {
        Err(Reason::WrongHash)
    }
}

//! The first changes of a document: computed, never received, so that two people who begin the
//! same dossier apart begin it with the same bytes.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT};
use jawla_model::schema::{SCHEMA_STEP, SKELETON_MAPS};
use jawla_model::{ActorId, DocumentId};
use sha2::{Digest, Sha256};

use crate::change::Change;
use crate::limits::SKELETON_STEPS_MAX;

/// Who writes a step: the document's id for the first, H(id, n) for step n.
pub(crate) fn actor(id: DocumentId, step: u32) -> ActorId {
    if step <= 1 {
        return ActorId(id.0);
    }
    let mut hasher = Sha256::new();
    hasher.update(id.as_bytes());
    hasher.update(step.to_be_bytes());
    let hash: [u8; 32] = hasher.finalize().into();
    let mut actor = [0; 16];
    actor.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    ActorId(actor)
}

/// The step whose actor this is, looked for among the first [`SKELETON_STEPS_MAX`].
pub(crate) fn step_of(id: DocumentId, candidate: &ActorId) -> Option<u32> {
    (1..=SKELETON_STEPS_MAX).find(|step| actor(id, *step) == *candidate)
}

/// The change of one step; `None` for a step above the schema of this build.
pub(crate) fn change(id: DocumentId, step: u32) -> Option<Change> {
    if step != 1 || step > SCHEMA_STEP {
        return None;
    }
    let mut doc = Automerge::new();
    doc.set_actor(actor(id, step).0.into());
    let mut transaction = doc.transaction();
    for map in SKELETON_MAPS {
        transaction.put_object(ROOT, *map, ObjType::Map).ok()?;
    }
    transaction.commit_with(CommitOptions::default().with_time(0));
    Change::parse(doc.get_last_local_change()?.raw_bytes()).ok()
}

//! How the office writes: as a phone does, in signed packs of an incarnation of its own.
//!
//! One *hand* per person and role, drawn at its first write in this process and forgotten with
//! it, so that the log says who at the office wrote what. Its key never leaves memory.

use std::collections::BTreeMap;

use jawla_dossier::{Authoring, Change, Document, EditError};
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, Hash32, IncarnationId, PersonId, Reason, ReceivedAt, Role,
    ScopeId,
};
use jawla_sync::pack::{Outcome, actor_of};
use jawla_sync::{Chain16, EntryKind, OutcomeForm, Pack, PackEntry, SigningKey};

use super::ServerCore;
use crate::store::{PackJudgement, StoreError};

/// Who writes from the office, identified by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfficeAuthor {
    /// The person.
    pub person: PersonId,
    /// The role they write in; the guard decides by it.
    pub role: Role,
}

/// What was written; durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The change; none when the edits changed nothing.
    pub change: Option<Hash32>,
}

/// Why the office could not write. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no such document.
    #[error("there is no document {0}")]
    NotFound(DocumentId),
    /// The edits cannot be made.
    #[error("the edits cannot be made")]
    Edit(#[from] EditError),
    /// The guard did not take the change.
    #[error("the guard did not take the change: {}", .0.code())]
    NotTaken(Reason),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One person writing from this process.
pub(super) struct Hand {
    incarnation: IncarnationId,
    key: SigningKey,
    nonce: [u8; 16],
    actor: ActorId,
    next_pack: u64,
}

impl Hand {
    /// Who its changes are written by.
    pub(super) const fn actor(&self) -> ActorId {
        self.actor
    }
}

/// The hands of this process.
#[derive(Default)]
pub(super) struct Hands {
    by_author: BTreeMap<OfficeAuthor, Hand>,
}

impl ServerCore {
    /// Writes edits into a document as one change, under the person's own name. Durable on
    /// return. What concurrent devices write meanwhile stands beside it.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(
        &self,
        author: OfficeAuthor,
        document: DocumentId,
        edits: &[Edit],
        now: ReceivedAt,
    ) -> Result<Written, WriteError> {
        self.write_judged(author, document, now, |_| Ok(edits.to_vec()))
    }

    /// As [`write`](Self::write), with edits that follow from the document as it stands: what
    /// `judge` was shown is exactly what the change supersedes.
    ///
    /// # Errors
    /// [`WriteError`], or whatever `judge` answers; nothing was written then.
    pub fn write_judged<E: From<WriteError>>(
        &self,
        author: OfficeAuthor,
        document: DocumentId,
        now: ReceivedAt,
        judge: impl FnOnce(&Document) -> Result<Vec<Edit>, E>,
    ) -> Result<Written, E> {
        let mut hands = self.hands();
        let held = self
            .store()
            .find_document(document)
            .map_err(WriteError::Store)?
            .ok_or(WriteError::NotFound(document))?;
        let edits = judge(&held.document)?;
        let mut copy = held.document;
        let hand = self
            .hand(&mut hands, author, now)
            .map_err(WriteError::Store)?;
        let authoring = Authoring {
            actor: hand.actor,
            claimed_at: claimed(now),
        };
        let applied = copy.apply(&edits, &authoring).map_err(WriteError::Edit)?;
        let Some(change) = applied else {
            return Ok(Written { change: None });
        };
        let hash = change.hash;
        let entries = vec![entry_of(document, change)];
        let outcome = self.push(hand, held.scope, entries, now);
        // A change that was set aside ends its actor: the next write draws a new hand.
        if outcome.is_err() {
            hands.by_author.remove(&author);
        }
        outcome?;
        Ok(Written { change: Some(hash) })
    }

    /// Runs `work` with the hand of this person; a failed work ends the hand.
    pub(super) fn with_hand<T>(
        &self,
        author: OfficeAuthor,
        now: ReceivedAt,
        work: impl FnOnce(&mut Hand) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        let mut hands = self.hands();
        let result = work(self.hand(&mut hands, author, now)?);
        if result.is_err() {
            hands.by_author.remove(&author);
        }
        result
    }

    fn hand<'a>(
        &self,
        hands: &'a mut Hands,
        author: OfficeAuthor,
        now: ReceivedAt,
    ) -> Result<&'a mut Hand, StoreError> {
        use std::collections::btree_map::Entry;
        match hands.by_author.entry(author) {
            Entry::Occupied(there) => Ok(there.into_mut()),
            Entry::Vacant(free) => {
                let incarnation = IncarnationId(self.draw());
                let key = SigningKey::from_bytes(&self.draw());
                let nonce = self.draw();
                let public_key = key.verifying_key().to_bytes();
                let OfficeAuthor { person, role } = author;
                self.store()
                    .enrol_office_hand(incarnation, public_key, person, role, now)?;
                let actor = actor_of(&incarnation, &nonce);
                Ok(free.insert(Hand {
                    incarnation,
                    key,
                    nonce,
                    actor,
                    next_pack: 1,
                }))
            }
        }
    }

    /// Pushes entries as one pack; all of them are in the log when this returns.
    pub(super) fn push(
        &self,
        hand: &mut Hand,
        scope: ScopeId,
        entries: Vec<PackEntry>,
        now: ReceivedAt,
    ) -> Result<(), WriteError> {
        let head = self
            .store()
            .log_head(scope)?
            .ok_or(StoreError::NoScope(scope))?;
        let sealed = Pack {
            incarnation: hand.incarnation,
            scope,
            no: hand.next_pack,
            wall_ms: claimed(now).0,
            mono_ms: 0,
            boot: [0; 8],
            head_seen: (head.seq, Chain16(head.chain.0)),
            nonces: vec![hand.nonce],
            files: Vec::new(),
            entries,
        }
        .seal(&self.keys().server_id(), &hand.key);
        let judgement = self.store().judge_pack(&sealed, now)?;
        hand.next_pack += 1;
        match judgement {
            PackJudgement::Done(OutcomeForm::Done { exceptions, .. }) => match exceptions.first() {
                None => Ok(()),
                Some((_, outcome)) => Err(WriteError::NotTaken(reason_of(*outcome))),
            },
            PackJudgement::Later => Err(WriteError::NotTaken(Reason::MissingDependency)),
            PackJudgement::Cloned => Err(WriteError::NotTaken(Reason::Cloned)),
            PackJudgement::NotSigned => Err(WriteError::NotTaken(Reason::Signature)),
            PackJudgement::Unknown | PackJudgement::Done(_) => {
                Err(WriteError::NotTaken(Reason::Unknown))
            }
        }
    }
}

/// A change as an entry of a pack.
pub(super) fn entry_of(document: DocumentId, change: Change) -> PackEntry {
    PackEntry {
        kind: EntryKind::Change,
        document: Some(document),
        payload: change.bytes,
    }
}

/// What the office's clock claims: the server's own.
pub(crate) fn claimed(now: ReceivedAt) -> Claimed {
    Claimed(
        i64::try_from(now.0)
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000),
    )
}

fn reason_of(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::Quarantined(reason) | Outcome::Refused(reason) => reason,
        Outcome::Duplicate(_) => Reason::WrongOrder,
        Outcome::Moved { .. } | Outcome::Elsewhere => Reason::NeverAllowed,
    }
}

//! The change guard: the one door for what another device wrote, cheap steps
//! first, on a copy, so that a refused change leaves nothing behind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, ChangeHash, ReadDoc};
use jawla_model::Reason;
use jawla_model::schema::SCHEMA_STEP;
use jawla_model::seeded::{SeededBug, is_in};

use crate::authority::{self, Authority};
use crate::change::{Change, Header, read_header};
use crate::columns;
use crate::document::{Document, parse};
use crate::limits;
use crate::skeleton;

impl Document {
    /// Admits one change that another device made, or refuses it and stays as it was. A change
    /// that is here already is answered without being applied again.
    ///
    /// What only the caller knows is the caller's to check before: the signature, that the actor
    /// belongs to the signing incarnation, that (document, actor, seq) is free in quarantine.
    ///
    /// # Errors
    /// The first step of the threat model 2.1 that it fails.
    pub fn admit(&mut self, candidate: &[u8], authority: &Authority<'_>) -> Result<Change, Reason> {
        let header = read_header(candidate)?;
        let change = Change::of(&header, candidate);
        if self.contains(&header.hash) {
            return Ok(change);
        }
        self.check_skeleton(&header, candidate, authority)?;
        self.check_place(&header)?;
        let operations = columns::operations(candidate, &header)?;
        let judged = catch_unwind(AssertUnwindSafe(|| {
            authority::judge(&self.automerge, &header, &operations, authority)
        }));
        let written = judged.unwrap_or(Err(Reason::Unreadable))?;
        drop(operations);
        let parsed = parse(candidate, &header)?;
        let applied = catch_unwind(AssertUnwindSafe(|| {
            let mut copy = self.automerge.clone();
            let done = copy.apply_changes([parsed]);
            done.map_err(|_| Reason::Unreadable)?;
            if !copy.get_missing_deps(&[]).is_empty() {
                return Err(Reason::MissingDependency);
            }
            let canonical = is_canonical(&copy, &header, candidate);
            if !canonical && !is_in(SeededBug::ReencodeUnchecked) {
                return Err(Reason::NotCanonical);
            }
            let room = Self::has_room(&copy, self.saved_bytes_at_most, candidate.len());
            Ok((copy, room.ok_or(Reason::DocumentTooLarge)?))
        }));
        let (copy, saved_bytes_at_most) = applied.unwrap_or(Err(Reason::Unreadable))?;
        self.automerge = copy;
        self.saved_bytes_at_most = saved_bytes_at_most;
        self.note(&header, candidate.len(), &written);
        Ok(change)
    }

    /// A skeleton step is only ever compared with the computed one. One above the schema of this
    /// build passes where it was decided before, as a change of unknown paths.
    fn check_skeleton(
        &self,
        header: &Header,
        candidate: &[u8],
        authority: &Authority<'_>,
    ) -> Result<(), Reason> {
        let Some(step) = skeleton::step_of(self.id, &header.actor) else {
            return Ok(());
        };
        let known = step <= SCHEMA_STEP;
        let equal = skeleton::change(self.id, step).is_some_and(|own| own.bytes == candidate);
        if equal || (!known && authority.is_settled()) {
            Ok(())
        } else {
            Err(Reason::Skeleton)
        }
    }

    /// Step 4, against this document: everything the header refers to is here, and the change
    /// stands where an ordinary transaction of its actor would have put it.
    fn check_place(&self, header: &Header) -> Result<(), Reason> {
        let mut newest_op = 0;
        for dep in &header.deps {
            let known = self.known.get(dep).ok_or(Reason::MissingDependency)?;
            newest_op = newest_op.max(known.max_op);
        }
        if header.deps.is_empty() {
            return Err(Reason::BadHeader);
        }
        let next = self.next_seq(&header.actor);
        if header.seq < next {
            return Err(Reason::Fork);
        }
        if header.seq > next {
            return Err(Reason::WrongOrder);
        }
        // An ordinary transaction always names its actor's previous change, even below a merge.
        let own = self.written.get(&header.actor);
        let follows = own
            .and_then(|own| own.last())
            .is_none_or(|(_, previous)| header.deps.contains(previous));
        if !follows {
            return Err(Reason::WrongOrder);
        }
        let in_place = header.start_op == newest_op + 1
            && header.max_op() < limits::OPERATION_COUNTER_MAX
            && header
                .other_actors
                .iter()
                .all(|actor| self.written.contains_key(actor));
        if in_place {
            Ok(())
        } else {
            Err(Reason::BadHeader)
        }
    }
}

/// Step 9: whether Automerge, asked for the change again, encodes it into the same bytes. It
/// panics over most that it does not: the hash that it finds is then none of its own.
fn is_canonical(copy: &Automerge, header: &Header, candidate: &[u8]) -> bool {
    let again = || copy.get_change_by_hash(&ChangeHash(header.hash.0));
    let again = catch_unwind(AssertUnwindSafe(again)).ok().flatten();
    again.is_some_and(|change| change.raw_bytes() == candidate)
}

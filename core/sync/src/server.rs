//! The server's role, as a function: what becomes of a pack, given what the store holds.
//!
//! The store reads the [`PackView`] and runs [`plan`] inside the transaction that holds the
//! scope's counter row, then writes the [`Commit`] whole. Nothing here decides by a clock: the
//! receipt is an argument and never falls along a log.

use std::collections::BTreeSet;

use jawla_model::seeded::{self, SeededBug};
use jawla_model::{ActorId, DocumentId, Hash32, IncarnationId, Reason, ReceivedAt, Role};

use crate::chain::{ActorPayload, Chain16, EntryKind, LogEntry, content_hash};
use crate::pack::{Outcome, OutcomeForm, PackEntry, SealedPack, actor_of};

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogHead {
    /// Position of the last entry, 0 for an empty log.
    pub seq: u64,
    /// The chain there.
    pub chain: Chain16,
    /// The receipt there.
    pub received_at: ReceivedAt,
}

impl LogHead {
    /// Appends an entry. Its receipt is `now`, or that of the entry before when the clock fell.
    pub fn append(
        &mut self,
        now: ReceivedAt,
        kind: EntryKind,
        document: Option<DocumentId>,
        payload: Vec<u8>,
    ) -> LogEntry {
        let received_at = if seeded::is_in(SeededBug::ClockForOrder) {
            now
        } else {
            self.received_at.max(now)
        };
        let content = content_hash(kind, &payload);
        let chain = self.chain.after(kind, document, received_at, &content);
        *self = LogHead {
            seq: self.seq + 1,
            chain,
            received_at,
        };
        LogEntry {
            seq: self.seq,
            kind,
            document,
            received_at,
            content,
            chain,
            payload: Some(payload),
        }
    }
}

/// What the author of a pack may do in its scope, on arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// A member, with this role.
    Current(Role),
    /// Was one.
    Ended,
    /// Never was.
    Never,
}

/// How the incarnation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As it should.
    Active,
    /// There are two of it: what it pushes waits for a ruling.
    Cloned,
    /// Its rights were withdrawn: what it pushes waits for a ruling.
    Revoked,
}

/// What the store already holds of an entry, by its content hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// It stands in the log there.
    Accepted(u64),
    /// It waits for a ruling.
    Quarantined(Reason),
    /// It stands in a log that the author does not see.
    Elsewhere,
}

/// What the store read for one pack, under the scope's lock.
#[derive(Debug, Clone)]
pub struct PackView {
    /// The receipt for this pack number, if there is one: the pack's hash and its outcome.
    pub receipt: Option<(Hash32, OutcomeForm)>,
    /// The log's head.
    pub head: LogHead,
    /// The author's rights.
    pub rights: Rights,
    /// The incarnation's standing.
    pub standing: Standing,
    /// Per entry, in order.
    pub known: Vec<Known>,
    /// Actors of this incarnation, and of those it succeeds, that the log has shown.
    pub actors: BTreeSet<ActorId>,
    /// The incarnations that this one succeeds, all of the same person: work that one of them
    /// left unsent travels in this one's packs.
    pub predecessors: Vec<IncarnationId>,
    /// The device's number in the scope.
    pub device_no: u64,
    /// The server's clock.
    pub now: ReceivedAt,
}

/// What the guard says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Admitted, by this actor; none for a skeleton step, which has no author.
    Admitted(Option<ActorId>),
    /// Not a change we take.
    Refused(Reason),
    /// Another change has its place already: (document, actor, seq) is taken.
    Fork,
    /// It depends on a change that was refused or waits for a ruling.
    Depends,
    /// It depends on a change that nobody here has.
    Missing,
}

/// The guard, as the plan sees it: entries are shown in order, each on the documents as the
/// admitted ones before left them.
pub trait Gate {
    /// Judges an entry. `writers` are the actors that its author may write as.
    fn admit(&mut self, entry: &PackEntry, role: Role, writers: &BTreeSet<ActorId>) -> Verdict;
}

/// What the store writes, whole, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Entries to append, actor entries before the changes.
    pub entries: Vec<LogEntry>,
    /// Indices of entries for the quarantine.
    pub quarantined: Vec<(usize, Reason)>,
    /// Actors that the log shows from now on.
    pub new_actors: Vec<ActorId>,
    /// The log's head afterwards.
    pub head: LogHead,
    /// What the author is told, and the receipt.
    pub outcome: OutcomeForm,
}

/// What becomes of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// It was judged before: the same outcome, nothing to write.
    Repeat(OutcomeForm),
    /// The number was used for another pack: a clone. Nothing is read from it now.
    Clone,
    /// Nothing to write now, it stays open.
    Later,
    /// To write.
    Commit(Box<Commit>),
}

/// Judges a pack whose signature holds.
pub fn plan(sealed: &SealedPack, view: &PackView, gate: &mut dyn Gate) -> Plan {
    if let Some((hash, outcome)) = &view.receipt {
        return if *hash == sealed.hash() {
            Plan::Repeat(outcome.clone())
        } else {
            Plan::Clone
        };
    }
    let pack = &sealed.pack;
    let mut writers = view.actors.clone();
    for incarnation in std::iter::once(&pack.incarnation).chain(&view.predecessors) {
        writers.extend(pack.nonces.iter().map(|nonce| actor_of(incarnation, nonce)));
    }

    let mut judged = Vec::with_capacity(pack.entries.len());
    for (index, entry) in pack.entries.iter().enumerate() {
        let known = view.known.get(index).copied().unwrap_or(Known::New);
        match judge(entry, known, view, &writers, gate) {
            Some(judgement) => judged.push(judgement),
            None => return Plan::Later,
        }
    }
    Plan::Commit(Box::new(commit(sealed, view, judged)))
}

type Judgement = Result<Option<ActorId>, Outcome>;

fn judge(
    entry: &PackEntry,
    known: Known,
    view: &PackView,
    writers: &BTreeSet<ActorId>,
    gate: &mut dyn Gate,
) -> Option<Judgement> {
    match known {
        Known::New => {}
        Known::Accepted(seq) => return Some(Err(Outcome::Duplicate(seq))),
        Known::Quarantined(reason) => return Some(Err(Outcome::Quarantined(reason))),
        Known::Elsewhere => return Some(Err(Outcome::Elsewhere)),
    }
    if entry.kind != EntryKind::Change || entry.document.is_none() {
        return Some(Err(Outcome::Refused(Reason::UnknownKind)));
    }
    let role = match (view.rights, view.standing) {
        (Rights::Never, _) => return Some(Err(Outcome::Refused(Reason::NeverAllowed))),
        (_, Standing::Cloned) => return Some(Err(Outcome::Quarantined(Reason::Cloned))),
        (_, Standing::Revoked) => return Some(Err(Outcome::Quarantined(Reason::Revoked))),
        (Rights::Ended, _) if seeded::is_in(SeededBug::StaleMembership) => Role::TeamMember,
        (Rights::Ended, _) => return Some(Err(Outcome::Quarantined(Reason::MembershipEnded))),
        (Rights::Current(role), Standing::Active) => role,
    };
    match gate.admit(entry, role, writers) {
        Verdict::Admitted(actor) => Some(Ok(actor)),
        Verdict::Refused(reason) => Some(Err(Outcome::Refused(reason))),
        Verdict::Fork => Some(Err(Outcome::Quarantined(Reason::Fork))),
        Verdict::Depends => Some(Err(Outcome::Quarantined(Reason::Depends))),
        Verdict::Missing => None,
    }
}

fn commit(sealed: &SealedPack, view: &PackView, judged: Vec<Judgement>) -> Commit {
    let mut head = view.head;
    let mut entries = Vec::new();
    let mut new_actors = Vec::new();
    for actor in judged
        .iter()
        .filter_map(|judgement| judgement.as_ref().ok().copied().flatten())
    {
        if !view.actors.contains(&actor) && !new_actors.contains(&actor) {
            let payload = ActorPayload {
                actor,
                device_no: view.device_no,
            }
            .encode();
            entries.push(head.append(view.now, EntryKind::Actor, None, payload));
            new_actors.push(actor);
        }
    }
    let mut first_seq = 0;
    let mut exceptions = Vec::new();
    let mut quarantined = Vec::new();
    for (index, (entry, judgement)) in sealed.pack.entries.iter().zip(judged).enumerate() {
        match judgement {
            Ok(_) => {
                let entry =
                    head.append(view.now, entry.kind, entry.document, entry.payload.clone());
                if first_seq == 0 {
                    first_seq = entry.seq;
                }
                entries.push(entry);
            }
            Err(outcome) => {
                exceptions.push((index as u64, outcome));
                let fresh = view
                    .known
                    .get(index)
                    .is_none_or(|known| *known == Known::New);
                if let (Outcome::Quarantined(reason), true) = (outcome, fresh) {
                    quarantined.push((index, reason));
                }
            }
        }
    }
    let count = sealed.pack.entries.len() as u64;
    let outcome = OutcomeForm::Done {
        first_seq,
        entries: count,
        exceptions,
    };
    Commit {
        entries,
        quarantined,
        new_actors,
        head,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::tests::sample;
    use jawla_model::ScopeId;

    struct Says(Vec<Verdict>);

    impl Gate for Says {
        fn admit(&mut self, _: &PackEntry, _: Role, _: &BTreeSet<ActorId>) -> Verdict {
            self.0.remove(0)
        }
    }

    fn view() -> PackView {
        PackView {
            receipt: None,
            head: LogHead {
                seq: 10,
                chain: Chain16::origin(&ScopeId([2; 16])),
                received_at: ReceivedAt(1_000),
            },
            rights: Rights::Current(Role::TeamMember),
            standing: Standing::Active,
            known: Vec::new(),
            actors: BTreeSet::new(),
            predecessors: Vec::new(),
            device_no: 4,
            now: ReceivedAt(900),
        }
    }

    fn three_changes() -> SealedPack {
        let (mut pack, key, server) = sample();
        let entry = pack.entries[0].clone();
        pack.entries = (0..3u8)
            .map(|n| {
                let mut entry = entry.clone();
                entry.payload.push(n);
                entry
            })
            .collect();
        pack.seal(&server, &key)
    }

    #[test]
    fn accepted_entries_stand_behind_their_actor_and_the_receipt_never_falls() {
        let sealed = three_changes();
        let actor = actor_of(&sealed.pack.incarnation, &sealed.pack.nonces[0]);
        let mut gate = Says(vec![
            Verdict::Admitted(Some(actor)),
            Verdict::Refused(Reason::Role),
            Verdict::Admitted(Some(actor)),
        ]);
        let Plan::Commit(commit) = plan(&sealed, &view(), &mut gate) else {
            panic!()
        };
        let kinds: Vec<_> = commit
            .entries
            .iter()
            .map(|e| (e.seq, e.kind, e.received_at.0))
            .collect();
        assert_eq!(
            kinds,
            [
                (11, EntryKind::Actor, 1_000),
                (12, EntryKind::Change, 1_000),
                (13, EntryKind::Change, 1_000)
            ]
        );
        assert_eq!(
            commit.outcome.per_entry(),
            [Ok(12), Err(Outcome::Refused(Reason::Role)), Ok(13)]
        );
        let mut chain = view().head.chain;
        for entry in &commit.entries {
            assert!(entry.follows(entry.seq - 1, chain));
            chain = entry.chain;
        }
        assert_eq!(commit.head.seq, 13);
    }

    #[test]
    fn known_entries_are_duplicates_before_any_right_is_looked_at() {
        let sealed = three_changes();
        let known = vec![
            Known::Accepted(5),
            Known::Quarantined(Reason::Fork),
            Known::Elsewhere,
        ];
        let view = PackView {
            known,
            rights: Rights::Never,
            ..view()
        };
        let Plan::Commit(commit) = plan(&sealed, &view, &mut Says(vec![])) else {
            panic!()
        };
        assert_eq!(
            commit.outcome.per_entry(),
            [
                Err(Outcome::Duplicate(5)),
                Err(Outcome::Quarantined(Reason::Fork)),
                Err(Outcome::Elsewhere)
            ]
        );
        assert!(commit.entries.is_empty() && commit.quarantined.is_empty());
    }

    #[test]
    fn rights_and_standing_decide_before_the_guard() {
        let table = [
            (
                Rights::Never,
                Standing::Active,
                Outcome::Refused(Reason::NeverAllowed),
            ),
            (
                Rights::Ended,
                Standing::Active,
                Outcome::Quarantined(Reason::MembershipEnded),
            ),
            (
                Rights::Current(Role::TeamMember),
                Standing::Cloned,
                Outcome::Quarantined(Reason::Cloned),
            ),
            (
                Rights::Current(Role::TeamMember),
                Standing::Revoked,
                Outcome::Quarantined(Reason::Revoked),
            ),
        ];
        for (rights, standing, expected) in table {
            let view = PackView {
                rights,
                standing,
                ..view()
            };
            let Plan::Commit(commit) = plan(&three_changes(), &view, &mut Says(vec![])) else {
                panic!()
            };
            assert_eq!(commit.outcome.per_entry(), [Err(expected); 3]);
            let waits = matches!(expected, Outcome::Quarantined(_));
            assert_eq!(commit.quarantined.len(), if waits { 3 } else { 0 });
        }
    }

    #[test]
    fn a_missing_dependency_leaves_the_whole_pack_open_and_a_receipt_repeats() {
        let sealed = three_changes();
        let mut gate = Says(vec![Verdict::Admitted(None), Verdict::Missing]);
        assert_eq!(plan(&sealed, &view(), &mut gate), Plan::Later);
        let receipt = Some((sealed.hash(), OutcomeForm::Later));
        let again = PackView { receipt, ..view() };
        assert_eq!(
            plan(&sealed, &again, &mut Says(vec![])),
            Plan::Repeat(OutcomeForm::Later)
        );
        let receipt = Some((Hash32([0; 32]), OutcomeForm::Later));
        assert_eq!(
            plan(&sealed, &PackView { receipt, ..view() }, &mut Says(vec![])),
            Plan::Clone
        );
    }
}

//! What was promised, and whether it still holds.
//!
//! The oracle looks at tables, never at what a component says of itself: change rows, packs,
//! typing rows and logs of the phones, entries of the server. The promises by their short names:
//!
//! - Q1 nothing acknowledged is lost; Q2 nothing confirmed is lost on a phone; Q3 the same cursor
//!   means the same chain, documents and rows;
//! - I1 cursor, entries and mark move together; I2 the chain is recomputed; I3 a change encodes to
//!   itself; I4 a place of an actor is given once, an actor lives one process session; I6 packs
//!   never change; I8 logs have no gap; I9 dependencies come first; I10 every change ends in the
//!   log or visibly aside; I14 nobody hears of a scope they are not in; I16 typing survives.

use std::collections::{BTreeMap, BTreeSet};

use jawla_client::device::Standing;
use jawla_dossier::Document;
use jawla_model::{ActorId, DocumentId, FieldPath, Hash32, IncarnationId, ScopeId, VisitId};
use jawla_sync::chain::sha256;
use jawla_sync::{Chain16, Outcome, OutcomeForm, SealedPack};
use rusqlite::Connection;

use crate::members::reason_holds;
use crate::people::Done;
use crate::world::Universe;

/// A value that somebody is typing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Typed {
    /// What may stand there: the last confirmed one, and those whose save was interrupted.
    tokens: BTreeSet<String>,
    /// Nothing was confirmed yet.
    may_be_absent: bool,
}

/// What one phone promised its person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneFacts {
    /// Changes that were seen on its disk after a confirmed save.
    confirmed: BTreeSet<Hash32>,
    typed: BTreeMap<(DocumentId, String), Typed>,
}

/// Everything that was promised to anybody.
#[derive(Debug, Default)]
pub struct Oracle {
    phones: Vec<PhoneFacts>,
    /// Changes of which some phone was told that the log has them.
    acknowledged: BTreeMap<Hash32, ScopeId>,
    /// Which process session of which phone an actor belongs to.
    actors: BTreeMap<ActorId, (usize, u32)>,
    packs: BTreeMap<(IncarnationId, u64), Hash32>,
    /// Changes that went with a restored disk before they left the phone.
    lost_with_disk: BTreeSet<Hash32>,
}

/// One position of a log as its holder has it.
type Place = (Hash32, Chain16);

impl Oracle {
    /// Nothing was promised yet.
    pub fn new(phones: usize) -> Self {
        Self {
            phones: vec![PhoneFacts::default(); phones],
            ..Self::default()
        }
    }

    /// One more phone.
    pub fn add_phone(&mut self) {
        self.phones.push(PhoneFacts::default());
    }

    /// What a phone promised by now.
    pub fn facts(&self, number: usize) -> &PhoneFacts {
        &self.phones[number]
    }

    /// The changes that a phone confirmed.
    pub fn confirmed(&self, number: usize) -> &BTreeSet<Hash32> {
        &self.phones[number].confirmed
    }

    /// Every change that somebody was told is in the log.
    pub fn acknowledged(&self) -> &BTreeMap<Hash32, ScopeId> {
        &self.acknowledged
    }

    /// Whether a restored disk took it away before it left the phone.
    pub fn went_with_disk(&self, hash: &Hash32) -> bool {
        self.lost_with_disk.contains(hash)
    }

    /// Somebody typed into a field.
    pub fn typed<T>(
        &mut self,
        number: usize,
        document: DocumentId,
        path: &FieldPath,
        token: String,
        done: &Done<T>,
    ) {
        let typed = self.phones[number].typed.entry((document, path.text()));
        match done {
            Done::Kept(_) => {
                let tokens = BTreeSet::from([token]);
                *typed.or_default() = Typed {
                    tokens,
                    may_be_absent: false,
                };
            }
            Done::Unsure => {
                let fresh = || Typed {
                    may_be_absent: true,
                    ..Typed::default()
                };
                typed.or_insert_with(fresh).tokens.insert(token);
            }
            Done::Refused => {}
        }
    }

    /// Somebody dropped what they had typed into a field.
    pub fn dropped(&mut self, number: usize, document: DocumentId, path: &FieldPath) {
        self.phones[number].typed.remove(&(document, path.text()));
    }

    /// The office was told that its change is in the log.
    pub fn office_wrote(&mut self, hash: Hash32) {
        self.acknowledged.entry(hash).or_default();
    }

    /// A phone's disk was put back: what came after the copy and never left is gone.
    pub fn restored(&mut self, number: usize, facts: PhoneFacts) {
        let gone = self.phones[number]
            .confirmed
            .difference(&facts.confirmed)
            .copied();
        self.lost_with_disk.extend(gone);
        self.phones[number] = facts;
    }
}

fn hash_of(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Hash32> {
    Ok(Hash32(row.get(at)?))
}

impl Universe {
    fn conn(&self, number: usize) -> Option<&Connection> {
        self.phones[number]
            .device
            .as_ref()
            .map(|device| device.store().conn())
    }

    /// Looks at a phone after something was done with it.
    pub fn observe(&mut self, number: usize) {
        let life = self.phones[number].life;
        self.observe_in_life(number, life);
        self.phones[number].lived = life;
    }

    /// After a start: what was on the disk before it is still there and adds up.
    pub fn came_back(&mut self, number: usize) {
        let before = self.phones[number].lived;
        self.observe_in_life(number, before);
        self.phones[number].lived = self.phones[number].life;
        let device = self.phones[number].device();
        let report = device.verify().expect("the store reads");
        assert_eq!(
            report.disagreements,
            [],
            "I1 I2 I12: phone {number} does not add up after a start"
        );
        for (scope, seq, chain, projection) in report.scopes {
            self.trace.note(format!(
                "phone {number} stands at {seq} of {} chain {} rows {}",
                crate::trace::short(&scope.0),
                crate::trace::short(&chain.0),
                crate::trace::short(&projection)
            ));
        }
        let standing = self.phones[number].device().standing();
        self.trace.note(format!("phone {number} is {standing:?}"));
    }

    fn observe_in_life(&mut self, number: usize, life: u32) {
        if self.phones[number].device.is_none() {
            return;
        }
        self.observe_changes(number, life);
        self.observe_typing(number);
        self.observe_packs(number);
    }

    /// Confirmed changes stay; each process session writes as an actor of its own (I4, Q2).
    fn observe_changes(&mut self, number: usize, life: u32) {
        let Some(conn) = self.conn(number) else {
            return;
        };
        let here: BTreeSet<Hash32> = conn
            .prepare_cached("SELECT hash FROM change UNION ALL SELECT hash FROM aside")
            .and_then(|mut all| all.query_map([], |row| hash_of(row, 0))?.collect())
            .expect("the phone's store reads");
        let own: Vec<(Hash32, ActorId)> = conn
            .prepare_cached("SELECT hash, actor FROM change WHERE state IN ('local', 'packed')")
            .and_then(|mut own| {
                own.query_map([], |row| Ok((hash_of(row, 0)?, ActorId(row.get(1)?))))?
                    .collect()
            })
            .expect("the phone's store reads");
        let lost: Vec<&Hash32> = self.oracle.phones[number]
            .confirmed
            .difference(&here)
            .collect();
        assert!(
            lost.is_empty(),
            "Q2: phone {number} lost confirmed changes {lost:?}"
        );
        for (hash, actor) in own {
            if !self.oracle.phones[number].confirmed.insert(hash) {
                continue;
            }
            // A copy put back brings changes of earlier sessions with it.
            self.oracle.lost_with_disk.remove(&hash);
            let first = *self.oracle.actors.entry(actor).or_insert((number, life));
            assert_eq!(
                first,
                (number, life),
                "I4: phone {number} writes in session {life} as an actor of another"
            );
        }
    }

    /// What was typed stands in its row, or in a change (I16).
    fn observe_typing(&mut self, number: usize) {
        let Some(conn) = self.conn(number) else {
            return;
        };
        let rows: BTreeMap<(DocumentId, String), String> = conn
            .prepare_cached("SELECT document, path, value FROM typing")
            .and_then(|mut rows| {
                rows.query_map([], |row| {
                    Ok(((DocumentId(row.get(0)?), row.get(1)?), row.get(2)?))
                })?
                .collect()
            })
            .expect("the phone's store reads");
        let mut over = Vec::new();
        for (place, typed) in &self.oracle.phones[number].typed {
            let text = |token: &String| {
                rows.get(place)
                    .is_some_and(|value| value.contains(token.as_str()))
            };
            if typed.tokens.iter().any(text) {
                continue;
            }
            let written = typed
                .tokens
                .iter()
                .any(|token| is_written(conn, place.0, token));
            assert!(
                written || typed.may_be_absent,
                "I16: phone {number} lost what was typed into {}: {:?}",
                place.1,
                typed.tokens
            );
            over.push(place.clone());
        }
        for place in over {
            self.oracle.phones[number].typed.remove(&place);
        }
    }

    /// A pack that was made after the copy was taken is gone with the disk. Had a request left
    /// since, the witness would know and a new incarnation number its packs anew; so this one
    /// never left the phone, and its number is free.
    pub fn forget_packs_gone_with_the_disk(&mut self, number: usize) {
        let Some(conn) = self.conn(number) else {
            return;
        };
        let incarnation: Vec<[u8; 16]> = conn
            .prepare_cached("SELECT incarnation FROM device")
            .and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect())
            .expect("the phone's store reads");
        let kept: BTreeSet<u64> = conn
            .prepare_cached("SELECT no FROM pack")
            .and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect())
            .expect("the phone's store reads");
        self.oracle
            .packs
            .retain(|(of, no), _| !incarnation.contains(&of.0) || kept.contains(no));
    }

    /// A pack never changes; what it was told stays true (I6, Q1).
    fn observe_packs(&mut self, number: usize) {
        let Some(conn) = self.conn(number) else {
            return;
        };
        let packs: Vec<(Vec<u8>, Option<Vec<u8>>)> = conn
            .prepare_cached("SELECT bytes, outcome FROM pack")
            .and_then(|mut rows| {
                rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .expect("the phone's store reads");
        for (bytes, outcome) in packs {
            let sealed = SealedPack::decode(&bytes).expect("a stored pack reads");
            let hash = sha256(&bytes);
            let name = (sealed.pack.incarnation, sealed.pack.no);
            let first = *self.oracle.packs.entry(name).or_insert(hash);
            assert_eq!(first, hash, "I6: pack {} of phone {number} changed", name.1);
            let Some(outcome) = outcome else { continue };
            let form = OutcomeForm::decode(&outcome).expect("a stored outcome reads");
            for (entry, result) in sealed.pack.entries.iter().zip(form.per_entry()) {
                match result {
                    Ok(_) | Err(Outcome::Duplicate(_)) => {
                        self.oracle
                            .acknowledged
                            .insert(entry.content(), sealed.pack.scope);
                    }
                    Err(Outcome::Quarantined(reason)) if reason_holds(&self.hits, reason) => {}
                    Err(other) => {
                        panic!("an honest change of phone {number} was not taken: {other:?}")
                    }
                }
            }
        }
    }

    /// After the server's process ended and came back: nothing that anybody was told is gone, and
    /// every phone's log is a beginning of the server's (Q1, I2, I8).
    pub fn server_came_back(&mut self) {
        self.trace.note("server is back");
        self.check_acknowledged();
    }

    /// Compares what was said with what the server holds.
    pub fn check_acknowledged(&mut self) {
        let mut accepted: BTreeSet<Hash32> = BTreeSet::new();
        for scope in self.scopes.clone() {
            let log = self.server_log(scope);
            for number in 0..self.phones.len() {
                for (seq, place) in self.phone_log(number, scope) {
                    assert_eq!(
                        log.get(&seq),
                        Some(&place),
                        "Q1: phone {number} holds {seq}, which the server lost or changed"
                    );
                }
            }
            accepted.extend(log.into_values().map(|(content, _)| content));
        }
        for hash in self.oracle.acknowledged.keys() {
            assert!(
                accepted.contains(hash),
                "Q1: the server lost {hash}, which it acknowledged"
            );
        }
    }

    /// The server's log of a scope, by position.
    pub fn server_log(&mut self, scope: ScopeId) -> BTreeMap<u64, Place> {
        let core = self.server.core();
        let mut log = BTreeMap::new();
        let mut seq = 0;
        loop {
            let page = core
                .store()
                .entries_after(scope, seq, 1 << 20)
                .expect("the store reads");
            let Some(last) = page.last() else { return log };
            seq = last.entry.seq;
            log.extend(
                page.iter()
                    .map(|held| (held.entry.seq, (held.entry.content, held.entry.chain))),
            );
        }
    }

    fn phone_log(&self, number: usize, scope: ScopeId) -> Vec<(u64, Place)> {
        let Some(conn) = self.conn(number) else {
            return Vec::new();
        };
        conn.prepare_cached("SELECT seq, content, chain FROM entry WHERE scope = ?1")
            .and_then(|mut rows| {
                rows.query_map([scope.0], |row| {
                    Ok((row.get(0)?, (hash_of(row, 1)?, Chain16(row.get(2)?))))
                })?
                .collect()
            })
            .expect("the phone's store reads")
    }

    /// A phone's document, folded from its rows.
    pub fn folded(&self, number: usize, document: DocumentId) -> Document {
        let conn = self.conn(number).expect("the app runs");
        let changes: Vec<Vec<u8>> = conn
            .prepare_cached(
                "SELECT bytes FROM change WHERE document = ?1 AND state <> 'unapplied'
                 ORDER BY place",
            )
            .and_then(|mut rows| rows.query_map([document.0], |row| row.get(0))?.collect())
            .expect("the phone's store reads");
        Document::fold(document, changes.iter().map(Vec::as_slice)).expect("the document folds")
    }

    /// The visits in a phone's documents.
    pub fn visits_held(&self, number: usize) -> BTreeSet<(DocumentId, VisitId)> {
        let mine = &self.phones[number].scopes;
        let own = self
            .documents
            .iter()
            .filter(|(_, scope)| mine.contains(scope));
        own.flat_map(|(document, _)| {
            let visits = self.folded(number, *document).read().visits;
            visits.into_keys().map(|visit| (*document, visit))
        })
        .collect()
    }

    /// Whether a phone may write as who it says it is.
    pub fn is_enrolled(&mut self, number: usize) -> bool {
        self.phones[number].device().standing() == Standing::Enrolled
    }
}

fn is_written(conn: &Connection, document: DocumentId, token: &str) -> bool {
    conn.prepare_cached(
        "SELECT 1 FROM change WHERE document = ?1 AND instr(bytes, ?2) > 0
         UNION ALL SELECT 1 FROM aside WHERE document = ?1 AND instr(bytes, ?2) > 0",
    )
    .and_then(|mut found| found.exists(rusqlite::params![document.0, token.as_bytes()]))
    .expect("the phone's store reads")
}

//! The faults stop: everybody must come to the same state, and the tables must say so.

use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::{Document, read_header};
use jawla_model::{DocumentId, Hash32, PersonId, ScopeId};
use jawla_sync::answer::{AnswerItem, EntryBody, ScopeNews};
use jawla_sync::short::{ActorName, Dependency, ShortChange};

use crate::members::reason_holds;
use crate::trace::short;
use crate::world::{MEMBERS, Old, Story, Universe};

/// Rounds of calm syncs after which nothing may be open: one sends and pulls, one pulls what
/// the others sent, one asks for outcomes that were lost, one is spare.
const ROUNDS_MAX: usize = 4;

impl Universe {
    /// Heals everything and lets everybody sync until nothing is open.
    pub fn become_quiet(&mut self) {
        self.trace.note("the faults stop");
        if self.old == Old::ServerAtFirst {
            self.old = Old::Nobody;
        }
        self.server.disk.heal();
        for number in 0..self.phones.len() {
            self.phones[number].disk.heal();
            if self.phones[number].device.is_none() {
                self.phones[number]
                    .open()
                    .expect("the app starts on a healthy disk");
                self.came_back(number);
            }
        }
        self.deliver_late(true);
        self.everybody_is_back();
        for round in 1..=ROUNDS_MAX {
            for number in 0..self.phones.len() {
                self.come_to_terms(number);
                self.observe(number);
            }
            if self.is_quiet() {
                self.trace.note(format!("quiet after {round} rounds"));
                return;
            }
        }
        panic!("liveness: not quiet after {ROUNDS_MAX} rounds of calm syncs");
    }

    /// A calm sync; a phone that finds itself rolled back in it is enrolled again first.
    fn come_to_terms(&mut self, number: usize) {
        if !self.is_enrolled(number) {
            self.enrol(number);
        }
        self.sync_calmly(number);
        if self.story == Story::Members {
            self.drops_typing_of_lost_visits(number);
        }
    }

    fn is_quiet(&mut self) -> bool {
        let core = self.server.core();
        for number in 0..self.phones.len() {
            let device = self.phones[number].device();
            let totals = device.outbox_totals().expect("the store reads");
            let open = totals.changes + totals.typing;
            let standings = device.scopes().expect("the store reads");
            let behind = standings.iter().any(|standing| {
                let head = core
                    .store()
                    .log_head(standing.scope)
                    .expect("the store reads");
                head.is_none_or(|head| head.seq != standing.seq)
            });
            if open > 0 || behind {
                return false;
            }
        }
        true
    }

    /// Everything that must hold when nothing is under way.
    pub fn check_everything(&mut self) {
        self.check_acknowledged();
        self.check_confirmed();
        self.check_equal();
        self.check_leaks();
        self.check_server_tables();
    }

    /// Every confirmed change is in the log or visibly aside (I10); honest work is never aside.
    fn check_confirmed(&mut self) {
        let mut accepted = BTreeSet::new();
        for scope in self.scopes.clone() {
            accepted.extend(
                self.server_log(scope)
                    .into_values()
                    .map(|(content, _)| content),
            );
        }
        for number in 0..self.phones.len() {
            let asides = self.phones[number]
                .device()
                .asides()
                .expect("the store reads");
            let unexplained: Vec<_> = asides
                .iter()
                .filter(|aside| !reason_holds(&self.hits, aside.reason))
                .collect();
            assert!(
                unexplained.is_empty(),
                "honest work of phone {number} was set aside: {unexplained:?}"
            );
            let aside: BTreeSet<Hash32> = asides.iter().map(|aside| aside.change.hash).collect();
            for hash in self.oracle.confirmed(number) {
                assert!(
                    accepted.contains(hash)
                        || aside.contains(hash)
                        || self.oracle.went_with_disk(hash),
                    "I10: {hash} of phone {number} is neither in the log nor aside nor pending"
                );
            }
        }
    }

    /// The same cursor means the same chain, the same changes and the same rows [P3, Q3].
    fn check_equal(&mut self) {
        for scope in self.scopes.clone() {
            let core = self.server.core();
            let findings = core.store().check_scope(scope).expect("the store reads");
            assert_eq!(findings, [], "the server's log of {scope} does not add up");
            let head = core
                .store()
                .log_head(scope)
                .expect("reads")
                .expect("the scope is there");
            let rows = core
                .store()
                .projection_hash(scope)
                .expect("the store reads");
            drop(core);
            self.trace.note(format!(
                "scope {} at {} chain {} rows {}",
                short(&scope.0),
                head.seq,
                short(&head.chain.0),
                short(&rows.0)
            ));
            for number in 0..self.phones.len() {
                let report = self.phones[number]
                    .device()
                    .verify()
                    .expect("the store reads");
                assert_eq!(report.disagreements, [], "phone {number} does not add up");
                let Some(here) = report.scopes.iter().find(|known| known.0 == scope) else {
                    assert!(!self.phones[number].scopes.contains(&scope));
                    continue;
                };
                assert_eq!(
                    (here.1, here.2),
                    (head.seq, head.chain),
                    "Q3: phone {number} stands elsewhere in {scope}"
                );
                let same = here.3 == rows.0;
                if !same {
                    self.show_rows(number, scope);
                }
                assert!(same, "Q3: phone {number} shows other rows of {scope}");
                self.check_documents_equal(number, scope);
            }
        }
    }

    /// Notes the rows in which a phone and the server differ.
    fn show_rows(&mut self, number: usize, scope: ScopeId) {
        let documents: Vec<DocumentId> = self
            .documents
            .iter()
            .filter(|(_, of)| *of == scope)
            .map(|(document, _)| *document)
            .collect();
        let conn = self.server.tables();
        let phone = self.phones[number].device();
        let refused: Vec<Hash32> = phone
            .store()
            .conn()
            .prepare("SELECT hash FROM change WHERE state = 'unapplied' ORDER BY place")
            .and_then(|mut rows| rows.query_map([], |row| Ok(Hash32(row.get(0)?)))?.collect())
            .expect("the phone's store reads");
        self.trace
            .note(format!("phone {number} did not apply {refused:?}"));
        for document in documents {
            let held = jawla_views::sqlite::rows_of(&conn, document).expect("the rows read");
            let phone = self.phones[number].device();
            let here = jawla_views::sqlite::rows_of(phone.store().conn(), document);
            let (held, here) = (
                format!("{held:#?}"),
                format!("{:#?}", here.expect("they read")),
            );
            for (one, two) in held
                .lines()
                .zip(here.lines())
                .filter(|(one, two)| one != two)
            {
                self.trace.note(format!("server {one} phone {two}"));
            }
        }
    }

    fn check_documents_equal(&mut self, number: usize, scope: ScopeId) {
        let documents: Vec<DocumentId> = self
            .documents
            .iter()
            .filter(|(_, of)| *of == scope)
            .map(|(document, _)| *document)
            .collect();
        let core = self.server.core();
        for document in documents {
            let held = core
                .store()
                .find_document(document)
                .expect("the store reads");
            let held = held.expect("the document is there").document;
            let here = self.folded(number, document);
            assert_eq!(
                here.heads(),
                held.heads(),
                "Q3: phone {number} has other heads"
            );
            assert_eq!(
                here.hashes(),
                held.hashes(),
                "Q3: phone {number} has other changes"
            );
        }
    }

    /// No phone ever heard anything of a scope it is not in (I14).
    pub fn check_leaks(&mut self) {
        for number in 0..self.phones.len() {
            let secrets = self.secrets_from(number);
            let heard = self.heard_of(number, &secrets);
            assert_eq!(
                heard,
                BTreeSet::new(),
                "I14: phone {number} heard of what is not its own"
            );
        }
    }

    /// Which of these things were ever named in what a phone was sent, decoded.
    pub fn heard_of(
        &self,
        number: usize,
        things: &BTreeMap<[u8; 16], &'static str>,
    ) -> BTreeSet<&'static str> {
        let mut heard = BTreeSet::new();
        for item in &self.phones[number].heard {
            for bytes in bytes_of(item) {
                for window in bytes.windows(16) {
                    let id: &[u8; 16] = window.try_into().expect("16 bytes");
                    heard.extend(things.get(id));
                }
            }
        }
        for name in self.named_in_log(number) {
            let id: Option<&[u8; 16]> = name.first_chunk();
            heard.extend(id.and_then(|id| things.get(id)));
        }
        heard
    }

    /// Documents and content hashes in a phone's log: what it put together from what it heard.
    fn named_in_log(&self, number: usize) -> Vec<Vec<u8>> {
        let device = self.phones[number].device.as_ref().expect("the app runs");
        device
            .store()
            .conn()
            .prepare(
                "SELECT document FROM entry WHERE kind = 1
                 UNION ALL SELECT content FROM entry WHERE kind = 1",
            )
            .and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect())
            .expect("the store reads")
    }

    /// Ids of scopes, documents, people and changes that a phone must not learn of.
    pub fn secrets_from(&mut self, number: usize) -> BTreeMap<[u8; 16], &'static str> {
        let mut secrets = BTreeMap::new();
        for (at, scope) in self.scopes.clone().into_iter().enumerate() {
            if MEMBERS[number].contains(&at) {
                continue;
            }
            secrets.insert(scope.0, "a scope");
            for (document, of) in &self.documents {
                if *of == scope {
                    secrets.insert(document.0, "a document");
                }
            }
            let log = self.server_log(scope);
            for (content, _) in log.into_values() {
                let mut cut = [0; 16];
                cut.copy_from_slice(&content.0[..16]);
                secrets.insert(cut, "an entry");
            }
        }
        let mine: BTreeSet<usize> = MEMBERS[number].iter().copied().collect();
        for (other, phone) in self.phones.iter().enumerate() {
            if MEMBERS[other].iter().all(|at| !mine.contains(at)) {
                let PersonId(person) = phone.person;
                secrets.insert(person, "a person");
            }
        }
        secrets
    }

    /// The server's tables: changes parse alone and encode to themselves (I3), places are given
    /// once (I4), positions have no gap [I8], dependencies come first [I9].
    fn check_server_tables(&mut self) {
        let conn = self.server.tables();
        let rows: Vec<(ScopeId, u64, DocumentId, Hash32, Vec<u8>)> = conn
            .prepare(
                "SELECT scope, entry_seq, document, hash, bytes FROM change
                 ORDER BY scope, entry_seq",
            )
            .and_then(|mut rows| {
                rows.query_map([], |row| {
                    Ok((
                        ScopeId(row.get(0)?),
                        row.get(1)?,
                        DocumentId(row.get(2)?),
                        Hash32(row.get(3)?),
                        row.get(4)?,
                    ))
                })?
                .collect()
            })
            .expect("the tables read");
        let mut by_document: BTreeMap<DocumentId, Vec<&(_, _, _, Hash32, Vec<u8>)>> =
            BTreeMap::new();
        for row in &rows {
            by_document.entry(row.2).or_default().push(row);
        }
        for (id, changes) in by_document {
            let mut before = BTreeSet::new();
            for (_, seq, _, hash, bytes) in &changes {
                let header = read_header(bytes).expect("I3: an accepted change parses alone");
                assert_eq!(
                    header.hash, *hash,
                    "I3: an accepted change has another hash"
                );
                let closed = header.deps.iter().all(|dep| before.contains(dep));
                assert!(
                    closed,
                    "I9: the change at {seq} comes before what it rests on"
                );
                before.insert(*hash);
            }
            let bytes = changes.iter().map(|change| change.4.as_slice());
            let folded = Document::fold(id, bytes).expect("I3: accepted changes make a document");
            for (_, _, _, hash, bytes) in &changes {
                let again = folded.change(hash).map(|change| change.bytes);
                assert_eq!(
                    again.as_ref(),
                    Some(bytes),
                    "I3: {hash} encodes to other bytes"
                );
            }
            let saved = Document::load(id, &folded.save());
            assert!(saved.is_ok(), "I3: an accepted change bricks its document");
        }
        let count = |sql: &str| -> u64 {
            conn.query_row(sql, [], |row| row.get(0))
                .expect("the tables read")
        };
        let twice = count(
            "SELECT count(*) FROM change c JOIN quarantine q
             ON q.document = c.document AND q.actor = c.actor AND q.seq = c.seq
             WHERE q.hash <> c.hash AND q.reason <> 7 AND q.state <> 'refused'",
        );
        assert_eq!(
            twice, 0,
            "I4: a place that quarantine holds was given again"
        );
        let strangers = count(
            "SELECT count(*) FROM (SELECT a.id FROM actor a JOIN incarnation i
             ON i.id = a.incarnation GROUP BY a.id HAVING count(DISTINCT i.person) > 1)",
        );
        assert_eq!(strangers, 0, "I4: an actor belongs to two people");
        let gaps = count(
            "SELECT count(*) FROM scope s
             WHERE s.head <> (SELECT count(*) FROM entry e WHERE e.scope = s.id)",
        );
        assert_eq!(gaps, 0, "I8: a log has a gap");
        let uninvited = count(
            "SELECT count(*) FROM entry e JOIN incarnation i ON i.id = e.incarnation
             WHERE i.office_role IS NULL AND NOT EXISTS (
               SELECT 1 FROM member m WHERE m.scope = e.scope AND m.person = i.person
               AND m.from_seq <= e.seq AND (m.to_seq IS NULL OR e.seq <= m.to_seq))",
        );
        assert_eq!(
            uninvited, 0,
            "rights on arrival: a log has entries of somebody who was no member then"
        );
        self.trace
            .note(format!("{} changes in the tables", rows.len()));
    }
}

/// Everything in an item that could name something.
fn bytes_of(item: &AnswerItem) -> Vec<&[u8]> {
    match item {
        AnswerItem::Entry(entry) => {
            let mut all: Vec<&[u8]> = entry.document.iter().map(|id| id.0.as_slice()).collect();
            all.push(match &entry.body {
                EntryBody::Payload(payload) => payload,
                EntryBody::Hollow(hash) => &hash.0,
                EntryBody::Short(short) => return [all, named_in(short)].concat(),
            });
            all
        }
        AnswerItem::Scope {
            news: ScopeNews::Added { scope, .. },
            ..
        } => vec![&scope.0],
        AnswerItem::Person { person, .. } => vec![&person.0],
        AnswerItem::Own {
            certificate,
            ticket,
            ..
        } => {
            let mut all = vec![ticket.as_slice()];
            all.extend(certificate.as_deref());
            all
        }
        AnswerItem::Rows(bytes) | AnswerItem::Segment(bytes) | AnswerItem::Ruling(bytes) => {
            vec![bytes]
        }
        _ => Vec::new(),
    }
}

/// What a change in short form names whole. What it counts from the log is looked for in the
/// phone's log itself.
fn named_in(short: &ShortChange) -> Vec<&[u8]> {
    let ShortChange::Written {
        deps,
        actor,
        others,
        body,
    } = short
    else {
        return Vec::new();
    };
    let mut all = vec![body.as_slice()];
    all.extend(deps.iter().filter_map(|dep| match dep {
        Dependency::Named(hash) => Some(hash.0.as_slice()),
        Dependency::Back(_) => None,
    }));
    let names = std::iter::once(actor).chain(others);
    all.extend(names.filter_map(|name| match name {
        ActorName::Named(actor) => Some(actor.0.as_slice()),
        ActorName::Skeleton | ActorName::ShownAt(_) | ActorName::Nonce(_) => None,
    }));
    all
}

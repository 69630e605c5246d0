//! Judging a pack: one transaction from the look at the scope's row to the receipt.

use jawla_model::seeded::{self, SeededBug};
use jawla_model::{ActorId, DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, ScopeId};
use jawla_sync::code::Writer;
use jawla_sync::pack::Outcome;
use jawla_sync::server::{Commit, Known, PackView, Plan, plan};
use jawla_sync::{EntryKind, OutcomeForm, SealedPack, VerifyingKey};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::super::{Happened, PackJudgement, Receipts, StoreError, StoreTable};
use super::changes::Brought;
use super::log::Via;
use super::{SqliteStore, changes, documents, log, members, people, sql, view};
use crate::gate::{DossierGate, Fate, GateSource, OpenDocument};
use crate::limits::{OUTCOMES_PER_ANSWER_MAX, QUARANTINE_PER_INCARNATION_MAX};

struct Source<'a> {
    store: &'a SqliteStore,
    tx: &'a Transaction<'a>,
}

impl GateSource for Source<'_> {
    fn open(&self, document: DocumentId) -> Result<Option<OpenDocument>, StoreError> {
        documents::open(self.store, self.tx, document)
    }

    fn fate(&self, change: &Hash32) -> Result<Fate, StoreError> {
        changes::fate(self.tx, change)
    }

    fn place_is_held(
        &self,
        document: DocumentId,
        actor: &ActorId,
        seq: u64,
        by_other_than: &Hash32,
    ) -> Result<bool, StoreError> {
        changes::place_is_held(self.tx, document, actor, seq, by_other_than)
    }

    fn person_of(&self, scope: ScopeId, actor: &ActorId) -> Result<Option<PersonId>, StoreError> {
        changes::person_of(self.tx, scope, actor)
    }
}

/// Judges a pack; durable when it returns.
pub(super) fn judge(
    store: &SqliteStore,
    sealed: &SealedPack,
    now: ReceivedAt,
) -> Result<PackJudgement, StoreError> {
    let mut conn = store.writer();
    if seeded::is_in(SeededBug::AcknowledgeBeforeFsync) {
        conn.pragma_update(None, "synchronous", "OFF")?;
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (judgement, touched) = judge_in(store, &tx, sealed, now)?;
    match judgement {
        PackJudgement::Done(_) | PackJudgement::Cloned => tx.commit()?,
        PackJudgement::Later | PackJudgement::NotSigned | PackJudgement::Unknown => {
            tx.rollback()?;
        }
    }
    drop(conn);
    let mut documents = Vec::with_capacity(touched.len());
    {
        let mut cache = store.cache();
        for open in touched {
            documents.push(open.document.id());
            cache.put(open.document, open.kept, open.version);
        }
    }
    for document in documents {
        store.tell(Happened::Document(document));
    }
    if judgement == PackJudgement::Cloned {
        store.tell(Happened::Phones);
    }
    Ok(judgement)
}

type Touched = Vec<OpenDocument>;

fn judge_in(
    store: &SqliteStore,
    tx: &Transaction<'_>,
    sealed: &SealedPack,
    now: ReceivedAt,
) -> Result<(PackJudgement, Touched), StoreError> {
    let pack = &sealed.pack;
    let Some(held) = people::find_incarnation(tx, pack.incarnation)? else {
        return Ok((PackJudgement::Unknown, Vec::new()));
    };
    let key = VerifyingKey::from_bytes(&held.public_key).map_err(|_| StoreError::Damaged {
        table: StoreTable::Incarnation,
    })?;
    if !sealed.signature_holds(&store.server, &key) {
        return Ok((PackJudgement::NotSigned, Vec::new()));
    }
    let view = view::read(tx, sealed, &held, now)?;
    let source = Source { store, tx };
    let mut gate = DossierGate::new(&source, pack.scope, held.person);
    let planned = plan(sealed, &view, &mut gate);
    let mut touched = gate.into_touched()?;
    match planned {
        Plan::Repeat(outcome) => Ok((PackJudgement::Done(outcome), Vec::new())),
        Plan::Later => Ok((PackJudgement::Later, Vec::new())),
        Plan::Clone => {
            insert_pack(tx, sealed, None, now)?;
            people::mark_cloned(tx, pack.incarnation)?;
            Ok((PackJudgement::Cloned, Vec::new()))
        }
        Plan::Commit(commit) => {
            let waiting = changes::waiting_of(tx, pack.incarnation)?;
            let fresh = commit.quarantined.len() as u64;
            if fresh > 0 && waiting + fresh > QUARANTINE_PER_INCARNATION_MAX {
                return Ok((PackJudgement::Later, Vec::new()));
            }
            if seeded::is_in(SeededBug::UnlockedCounter) {
                tx.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
            }
            if seeded::is_in(SeededBug::SequenceBeforeRow) {
                log::move_head(tx, pack.scope, &commit.head)?;
                tx.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
            }
            write(tx, sealed, &view, &commit, now)?;
            for open in &mut touched {
                documents::record(tx, open)?;
            }
            Ok((PackJudgement::Done(commit.outcome), touched))
        }
    }
}

/// Writes entries, changes, actors, quarantine and receipt.
fn write(
    tx: &Transaction<'_>,
    sealed: &SealedPack,
    view: &PackView,
    commit: &Commit,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let pack = &sealed.pack;
    let via = Via::Pack(pack.incarnation, pack.no);
    let mut actors = commit.new_actors.iter();
    for entry in &commit.entries {
        log::insert(tx, pack.scope, entry, via)?;
        match entry.kind {
            EntryKind::Change => changes::insert(tx, pack.scope, entry)?,
            _ => {
                if let Some(actor) = actors.next() {
                    insert_actor(tx, sealed, view.device_no, actor, entry.seq)?;
                }
            }
        }
    }
    if !commit.entries.is_empty() {
        log::move_head(tx, pack.scope, &commit.head)?;
    }
    let brought = |index| Brought {
        scope: pack.scope,
        incarnation: pack.incarnation,
        pack_no: pack.no,
        index,
        now,
    };
    for (index, reason) in &commit.quarantined {
        if let Some(entry) = pack.entries.get(*index) {
            changes::quarantine(tx, &brought(*index), entry, *reason)?;
        }
    }
    for (index, (entry, result)) in pack
        .entries
        .iter()
        .zip(commit.outcome.per_entry())
        .enumerate()
    {
        let fresh = view.known.get(index) == Some(&Known::New);
        if let (Err(Outcome::Refused(reason)), true) = (result, fresh) {
            changes::refuse(tx, &brought(index), entry, reason)?;
        }
    }
    insert_pack(tx, sealed, Some(&commit.outcome), now)?;
    insert_files(tx, sealed)
}

fn insert_actor(
    tx: &Transaction<'_>,
    sealed: &SealedPack,
    device_no: u64,
    actor: &ActorId,
    entry_seq: u64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO actor (scope, id, incarnation, device, entry_seq) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        sealed.pack.scope.as_bytes(),
        actor.as_bytes(),
        sealed.pack.incarnation.as_bytes(),
        sql(device_no),
        sql(entry_seq),
    ])?;
    Ok(())
}

/// Receipt and audit of a pack; without an outcome, the evidence of a clone, kept whole.
fn insert_pack(
    tx: &Transaction<'_>,
    sealed: &SealedPack,
    outcome: Option<&OutcomeForm>,
    now: ReceivedAt,
) -> Result<(), StoreError> {
    let pack = &sealed.pack;
    let mut covered = Writer::new();
    let mut entries_bytes = Writer::new();
    entries_bytes.varint(pack.entries.len() as u64);
    for entry in &pack.entries {
        covered
            .u8(entry.kind.number())
            .raw(entry.document.unwrap_or_default().as_bytes())
            .raw(entry.content().as_bytes());
        entries_bytes.u8(0).u8(0);
        if let Some(document) = entry.document {
            entries_bytes.raw(document.as_bytes());
        }
        entries_bytes.block(&entry.payload);
    }
    let signature_bytes = sealed.signature.0.len();
    let header_bytes = sealed
        .bytes
        .len()
        .saturating_sub(entries_bytes.len() + signature_bytes);
    tx.prepare_cached(
        "INSERT INTO pack (incarnation, no, hash, scope, header, covered, signature, outcome,
                           whole, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (incarnation, no, hash) DO NOTHING",
    )?
    .execute(params![
        pack.incarnation.as_bytes(),
        sql(pack.no),
        sealed.hash().as_bytes(),
        pack.scope.as_bytes(),
        sealed.bytes.get(..header_bytes),
        covered.finish(),
        sealed.signature.0,
        outcome.map(OutcomeForm::encode),
        outcome.is_none().then_some(&sealed.bytes),
        sql(now.0),
    ])?;
    Ok(())
}

fn insert_files(tx: &Transaction<'_>, sealed: &SealedPack) -> Result<(), StoreError> {
    let pack = &sealed.pack;
    let mut statement = tx.prepare_cached(
        "INSERT INTO pack_file (incarnation, file, scope) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
    )?;
    for file in &pack.files {
        statement.execute(params![
            pack.incarnation.as_bytes(),
            file.as_bytes(),
            pack.scope.as_bytes()
        ])?;
    }
    Ok(())
}

/// Receipts from the first open pack on.
pub(super) fn outcomes_from(
    conn: &Connection,
    incarnation: IncarnationId,
    first_open_pack: u64,
) -> Result<Receipts, StoreError> {
    let mut receipts = Receipts::default();
    if first_open_pack > 1 && view::receipt(conn, incarnation, first_open_pack - 1)?.is_none() {
        receipts.held = Some(highest_pack(conn, incarnation)?);
    }
    let mut statement = conn.prepare_cached(
        "SELECT no, outcome FROM pack
         WHERE incarnation = ?1 AND no >= ?2 AND outcome IS NOT NULL ORDER BY no LIMIT ?3",
    )?;
    let found: Vec<(u64, Vec<u8>)> = statement
        .query_map(
            params![
                incarnation.as_bytes(),
                sql(first_open_pack),
                OUTCOMES_PER_ANSWER_MAX
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for (no, outcome) in found {
        receipts.judged.push((no, OutcomeForm::decode(&outcome)?));
    }
    Ok(receipts)
}

fn highest_pack(conn: &Connection, incarnation: IncarnationId) -> Result<u64, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT max(no) FROM pack WHERE incarnation = ?1 AND outcome IS NOT NULL",
    )?;
    let highest: Option<Option<u64>> = statement
        .query_row([incarnation.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(highest.flatten().unwrap_or(0))
}

/// The rights a pack's incarnation has now, for files that its packs name.
pub(super) fn is_member(
    conn: &Connection,
    scope: ScopeId,
    person: PersonId,
) -> Result<bool, StoreError> {
    use jawla_sync::server::Rights;
    Ok(matches!(
        members::rights(conn, scope, person)?,
        Rights::Current(_)
    ))
}

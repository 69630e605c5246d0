//! A session with the server, as the device carries it out: the engine says what, the store
//! does it, and only what goes outside is handed on.

use std::collections::{BTreeMap, VecDeque};

use jawla_dossier::{Authority, Document, read_header};
use jawla_model::seeded::{self, SeededBug};
use jawla_model::{ActorId, DocumentId, Hash32, Reason, ScopeId, schema};
use jawla_sync::answer::ScopeNews;
use jawla_sync::chain::{FilePayload, ReferencePayload};
use jawla_sync::device::{AskFirst, Block, Effect, Event, SessionResult, SessionStart};
use jawla_sync::room::AppVersion;
use jawla_sync::{
    Chain16, EntryKind, LogEntry, Outcome, OutcomeForm, Pack, PackEntry, SealedPack, limits,
};
use rusqlite::Connection;

use super::projection::{fold, write_rows};
use super::{Device, Standing};
use crate::error::ClientError;
use crate::platform::LinkKind;
use crate::store::{
    AsideRow, ChangeState, FileDirection, FileKind, FileRow, ScopeRow, StoreLogs, StoredChange,
    files, log, packs, save_ask_first, save_contact, save_full, save_own, save_person,
    save_request_no, work,
};
use crate::witness::Testimony;

/// A ticket with less time left is renewed with the next request: an hour of files.
const TICKET_SECONDS_LEFT_MIN: u64 = 3_600;

/// What a step asks of the outside, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Send this body to `/v1/sync` and feed the answer in.
    Send(Vec<u8>),
    /// Feed [`Event::TimerFired`] in after that time.
    Wait {
        /// Milliseconds of the monotonic clock.
        delay_ms: u64,
    },
    /// The session ended so.
    Finished(SessionResult),
    /// These dossiers changed: pages that show them ask again.
    Changed(Vec<DocumentId>),
    /// A pack was judged, or a record moved towards the province.
    OutboxChanged,
}

impl Device {
    /// Takes in an event, carries out what the engine decides, and hands on what goes outside.
    ///
    /// `dies_before` is asked before each effect; the simulator answers yes to kill the process
    /// between two effects. An app never dies here: pass `|_| false`.
    ///
    /// # Errors
    /// Those of the disk: the session is over, nothing that was told is undone.
    pub fn step(
        &mut self,
        event: Event,
        link: LinkKind,
        dies_before: &mut dyn FnMut(&Effect) -> bool,
    ) -> Result<Vec<Told>, ClientError> {
        let mut told = Vec::new();
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let now = self.now();
            let engine = self.engine.as_mut().ok_or(ClientError::NotEnrolled)?;
            for effect in engine.handle(now, event, &StoreLogs(self.store.conn())) {
                if dies_before(&effect) {
                    return Err(ClientError::Closed);
                }
                let done = match effect {
                    Effect::Prepare => self.prepare_session(link).map(|start| {
                        events.push_back(Event::Prepared(Box::new(start)));
                    }),
                    other => self.carry_out(other, &mut told),
                };
                if let Err(error) = done {
                    if let Some(engine) = self.engine.as_mut() {
                        engine.handle(now, Event::StoreFailed, &StoreLogs(self.store.conn()));
                    }
                    return Err(error);
                }
            }
        }
        Ok(told)
    }

    fn carry_out(&mut self, effect: Effect, told: &mut Vec<Told>) -> Result<(), ClientError> {
        match effect {
            Effect::Prepare => {}
            Effect::Send(body) => told.push(Told::Send(body)),
            Effect::Wait { delay_ms } => told.push(Told::Wait { delay_ms }),
            Effect::Finished(result) => {
                self.note_result(result)?;
                told.push(Told::Finished(result));
            }
            Effect::SaveRequestNo(no) => {
                let incarnation = self.row()?.incarnation;
                self.store.write(|tx| save_request_no(tx, no))?;
                self.parts.witness.remember(Testimony {
                    incarnation,
                    last_request: no,
                })?;
            }
            Effect::SaveAskFirst(ask) => {
                self.store
                    .write(|tx| save_ask_first(tx, ask == AskFirst::Yes))?;
            }
            Effect::SaveOutcome { pack_no, form } => {
                let changed = self.save_outcome(pack_no, &form)?;
                told.push(Told::OutboxChanged);
                if !changed.is_empty() {
                    told.push(Told::Changed(changed));
                }
            }
            Effect::SaveBlock(block) => {
                let changed = self.save_block(&block)?;
                told.push(Told::Changed(changed));
                told.push(Told::OutboxChanged);
            }
            Effect::SaveScope { scope_no, news } => self.store.write(|tx| match news {
                ScopeNews::Added { scope, role } => log::add_scope(tx, scope_no, scope, role),
                ScopeNews::Gone(_) => log::close_scope(tx, scope_no),
                ScopeNews::Backup { seq } => log::save_backup(tx, scope_no, seq),
            })?,
            Effect::SaveOwn {
                scope_set_version,
                ticket,
                ticket_expires,
                backup_no,
                certificate,
            } => {
                let ticket = (ticket.as_slice(), ticket_expires);
                let certificate = certificate.as_deref();
                self.store
                    .write(|tx| save_own(tx, scope_set_version, ticket, backup_no, certificate))?;
            }
            Effect::SavePerson {
                change_no,
                person,
                name_fr,
                name_ar,
            } => {
                self.store
                    .write(|tx| save_person(tx, change_no, person, &name_fr, &name_ar))?;
            }
            Effect::NoteServerTime(server_time) => {
                let wall_ms = self.now().wall_ms;
                self.store
                    .write(|tx| save_contact(tx, server_time, wall_ms))?;
            }
        }
        Ok(())
    }

    fn note_result(&mut self, result: SessionResult) -> Result<(), ClientError> {
        match result {
            SessionResult::Revoked | SessionResult::Cloned | SessionResult::Unknown => {
                self.standing = Standing::Withdrawn;
            }
            SessionResult::Broken(_) => self.store.write(|tx| save_full(tx, true))?,
            SessionResult::Complete { .. } => {
                self.store.write(|tx| {
                    tx.execute("UPDATE device SET completed_request = last_request", [])?;
                    Ok(())
                })?;
                if self.row()?.full {
                    self.store.write(|tx| save_full(tx, false))?;
                }
            }
            SessionResult::Interrupted(_)
            | SessionResult::Diverged
            | SessionResult::TooOld
            | SessionResult::StoreFailed
            | SessionResult::Cancelled => {}
        }
        Ok(())
    }

    /// Typing becomes changes, changes become packs, all durable; then everything a session
    /// needs is read in one go.
    fn prepare_session(&mut self, link: LinkKind) -> Result<SessionStart, ClientError> {
        if self.standing == Standing::RolledBack {
            return Err(ClientError::NotEnrolled);
        }
        self.leave_everything()?;
        self.pack_local_changes()?;
        let row = self.row()?;
        let conn = self.store.conn();
        let scopes = log::scopes(conn)?;
        let mut open_packs = Vec::new();
        let mut settled_packs = Vec::new();
        for waiting in packs::waiting(conn)? {
            match waiting.outcome {
                Some(form) => settled_packs.push((waiting.pack, form)),
                None => open_packs.push(waiting.pack),
            }
        }
        Ok(SessionStart {
            request_no: row.last_request + 1,
            schema: u64::from(schema::SCHEMA_STEP),
            scope_set_version: row.scope_set_version,
            cursors: scopes.iter().map(|scope| scope.cursor).collect(),
            first_open_pack: open_packs
                .first()
                .map_or(row.next_pack, |pack| pack.pack.no),
            open_packs,
            ask_first: row.ask_first,
            settled_packs,
            ruling_seen: row.ruling_seen,
            people_seen: row.people_seen,
            backup_no: row.backup_no,
            full: row.full,
            metered: link.is_metered(),
            foreground: true,
            wants_ticket: row.ticket.is_none()
                || row.ticket_expires < row.server_time + TICKET_SECONDS_LEFT_MIN,
            app: app_version(),
            files_waiting: files_left(conn)?,
            jitter: self.random_u64(),
        })
    }

    pub(super) fn pack_local_changes(&mut self) -> Result<(), ClientError> {
        let local = work::local_changes(self.store.conn())?;
        if local.is_empty() {
            return Ok(());
        }
        let row = self.row()?;
        let identity = row.identity()?;
        let now = self.now();
        let boot = self.parts.platform.boot_id();
        let scopes = log::scopes(self.store.conn())?;
        self.store.write(|tx| {
            for (no, (scope, changes)) in (row.next_pack..).zip(loads(local)) {
                let pack = Pack {
                    incarnation: row.incarnation,
                    scope,
                    no,
                    wall_ms: now.wall_ms,
                    mono_ms: now.mono_ms,
                    boot,
                    head_seen: head_seen(&scopes, scope),
                    nonces: nonces(tx, scope, &changes)?,
                    files: files_named(tx, &changes)?,
                    entries: changes.iter().map(entry_of).collect(),
                };
                packs::insert(tx, &pack.seal(&identity.server, &identity.key))?;
                for change in &changes {
                    work::note_packed(tx, &change.hash, no)?;
                }
            }
            Ok(())
        })
    }

    fn save_outcome(
        &mut self,
        pack_no: u64,
        form: &OutcomeForm,
    ) -> Result<Vec<DocumentId>, ClientError> {
        let Some(row) = packs::find(self.store.conn(), pack_no)? else {
            // A pack that this database never made: it was rolled back behind its witness.
            self.standing = Standing::RolledBack;
            return Ok(Vec::new());
        };
        if row.outcome.is_some() || !matches!(form, OutcomeForm::Done { .. }) {
            return Ok(Vec::new());
        }
        let lost = lost_changes(&row.pack, form);
        let me = self.row()?.person;
        let documents = self.store.write(|tx| {
            packs::save_outcome(tx, pack_no, form)?;
            set_aside(tx, pack_no, &lost, me)
        })?;
        if !documents.is_empty() {
            // A new actor from here on: the old one's next number is taken on the server.
            self.actor = None;
            for document in &documents {
                self.documents.remove(document);
            }
        }
        Ok(documents)
    }

    fn save_block(&mut self, block: &Block) -> Result<Vec<DocumentId>, ClientError> {
        let touched: Vec<DocumentId> = {
            let mut touched: Vec<_> = block
                .entries
                .iter()
                .filter_map(|entry| entry.document)
                .collect();
            touched.sort_unstable();
            touched.dedup();
            touched
        };
        for document in &touched {
            if work::scope_of(self.store.conn(), *document)?.is_some() {
                match self.leave(*document) {
                    Ok(())
                    | Err(
                        ClientError::Value { .. } | ClientError::NotFound(_) | ClientError::TooMuch,
                    ) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let mut documents = BTreeMap::new();
        for id in &touched {
            let known = work::scope_of(self.store.conn(), *id)?.is_some();
            let document = if known {
                self.document(*id)?.clone()
            } else {
                Document::new(*id)
            };
            documents.insert(*id, document);
        }
        let me = self.row()?.person;
        if seeded::is_in(SeededBug::CursorWithoutEntries) {
            self.store.write(|tx| log::move_cursor(tx, block))?;
        }
        self.store.write(|tx| {
            for entry in &block.entries {
                take_entry(tx, block.scope, entry, &mut documents)?;
            }
            log::append(tx, block)?;
            packs::note_shown(tx, block.scope, block.seq)?;
            for document in documents.values() {
                if work::scope_of(tx, document.id())?.is_some() {
                    write_rows(tx, block.scope, Some(me), document)?;
                }
            }
            Ok(())
        })?;
        for document in documents.into_values() {
            self.remember(document);
        }
        Ok(touched)
    }
}

/// Changes in the loads they travel in: one scope each, small enough for a bad link.
fn loads(changes: Vec<StoredChange>) -> Vec<(ScopeId, Vec<StoredChange>)> {
    let mut by_scope: BTreeMap<ScopeId, Vec<StoredChange>> = BTreeMap::new();
    for change in changes {
        by_scope.entry(change.scope).or_default().push(change);
    }
    let mut loads = Vec::new();
    for (scope, changes) in by_scope {
        let mut load: Vec<StoredChange> = Vec::new();
        let mut size_bytes = 0;
        for change in changes {
            let full = size_bytes + change.bytes.len() > limits::PACK_BYTES_AIM
                || load.len() >= limits::PACK_ENTRIES_AIM;
            if full && !load.is_empty() {
                loads.push((scope, std::mem::take(&mut load)));
                size_bytes = 0;
            }
            size_bytes += change.bytes.len();
            load.push(change);
        }
        if !load.is_empty() {
            loads.push((scope, load));
        }
    }
    loads
}

/// The release this was built as.
fn app_version() -> AppVersion {
    let number = |text: &str| text.parse().unwrap_or(0);
    AppVersion {
        major: number(env!("CARGO_PKG_VERSION_MAJOR")),
        minor: number(env!("CARGO_PKG_VERSION_MINOR")),
        patch: number(env!("CARGO_PKG_VERSION_PATCH")),
    }
}

/// Files that the province does not have, those given up for now among them.
fn files_left(conn: &Connection) -> Result<u64, ClientError> {
    let (waiting, _, failed) = files::left(conn, None)?;
    Ok(waiting + failed)
}

fn head_seen(scopes: &[ScopeRow], scope: ScopeId) -> (u64, Chain16) {
    scopes
        .iter()
        .find(|known| known.cursor.scope == scope)
        .map_or((0, Chain16::origin(&scope)), |known| {
            (known.cursor.seq, known.cursor.chain)
        })
}

fn entry_of(change: &StoredChange) -> PackEntry {
    PackEntry {
        kind: EntryKind::Change,
        document: Some(change.document),
        payload: change.bytes.clone(),
    }
}

/// Nonces behind the actors that the scope's log has not shown.
fn nonces(
    conn: &Connection,
    scope: ScopeId,
    changes: &[StoredChange],
) -> Result<Vec<[u8; 16]>, ClientError> {
    let mut actors: Vec<ActorId> = changes.iter().map(|change| change.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let mut nonces = Vec::new();
    for actor in actors {
        if !log::has_shown_actor(conn, scope, actor)? {
            nonces.extend(work::nonce_of(conn, actor)?);
        }
    }
    Ok(nonces)
}

fn files_named(conn: &Connection, changes: &[StoredChange]) -> Result<Vec<Hash32>, ClientError> {
    let mut named = Vec::new();
    for change in changes {
        named.extend(files::named_by(conn, change.hash)?);
    }
    Ok(named)
}

/// The changes of a pack that the log will never show, with why.
fn lost_changes(pack: &SealedPack, form: &OutcomeForm) -> Vec<(Hash32, &'static str, Reason)> {
    pack.pack
        .entries
        .iter()
        .zip(form.per_entry())
        .filter_map(|(entry, result)| {
            let (outcome, reason) = match result {
                Ok(_) | Err(Outcome::Duplicate(_)) => return None,
                Err(Outcome::Quarantined(reason)) => ("quarantined", reason),
                Err(Outcome::Refused(reason)) => ("refused", reason),
                Err(Outcome::Moved { .. }) => ("moved", Reason::Unknown),
                Err(Outcome::Elsewhere) => ("elsewhere", Reason::Unknown),
            };
            Some((entry.content(), outcome, reason))
        })
        .collect()
}

/// Takes changes and what depends on them out of their documents and keeps them aside; says
/// which documents are others now.
fn set_aside(
    conn: &Connection,
    pack_no: u64,
    lost: &[(Hash32, &'static str, Reason)],
    me: jawla_model::PersonId,
) -> Result<Vec<DocumentId>, ClientError> {
    let mut documents = Vec::new();
    for (hash, _, _) in lost {
        if let Some(document) = work::document_of(conn, hash)?
            && !documents.contains(&document)
        {
            documents.push(document);
        }
    }
    for id in &documents {
        let mut gone: Vec<Hash32> = Vec::new();
        for change in work::changes_of(conn, *id)? {
            let named = lost.iter().find(|(hash, _, _)| *hash == change.hash);
            let depends = read_header(&change.bytes)
                .is_ok_and(|header| header.deps.iter().any(|dep| gone.contains(dep)));
            let (outcome, reason) = match named {
                Some((_, outcome, reason)) => (*outcome, *reason),
                None if depends => ("quarantined", Reason::Depends),
                None => continue,
            };
            gone.push(change.hash);
            if named.is_none() && seeded::is_in(SeededBug::TailLostAtQuarantine) {
                work::drop_change(conn, &change.hash)?;
                continue;
            }
            let row = AsideRow {
                change,
                pack_no: Some(pack_no),
                outcome: outcome.to_owned(),
                reason,
            };
            work::set_aside(conn, &row)?;
        }
        if let Some(scope) = work::scope_of(conn, *id)? {
            write_rows(conn, scope, Some(me), &fold(conn, *id)?)?;
        }
    }
    Ok(documents)
}

/// Puts one entry of the log where it belongs. An entry that this build does not know, or whose
/// bytes its guard refuses, keeps its place and stops nothing.
fn take_entry(
    conn: &Connection,
    scope: ScopeId,
    entry: &LogEntry,
    documents: &mut BTreeMap<DocumentId, Document>,
) -> Result<(), ClientError> {
    match (entry.kind, entry.document, &entry.payload) {
        (EntryKind::Change, Some(id), Some(bytes)) => {
            let Some(document) = documents.get_mut(&id) else {
                return Err(ClientError::Defect(
                    "a document of the block was not prepared",
                ));
            };
            take_change(conn, scope, entry, bytes, document)
        }
        (EntryKind::File, _, Some(bytes)) => match FilePayload::decode(bytes) {
            Ok(file) => files::note_held_by_log(conn, file.hash8),
            Err(_) => Ok(()),
        },
        (EntryKind::Reference, _, Some(bytes)) => match ReferencePayload::decode(bytes) {
            Ok(reference) => files::insert(conn, &reference_file(&reference), None),
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn reference_file(reference: &ReferencePayload) -> FileRow {
    FileRow {
        hash: reference.hash,
        kind: FileKind::Reference,
        size_bytes: reference.size_bytes,
        direction: FileDirection::Down,
        moved_bytes: 0,
        tries: 0,
        visit: None,
    }
}

fn take_change(
    conn: &Connection,
    scope: ScopeId,
    entry: &LogEntry,
    bytes: &[u8],
    document: &mut Document,
) -> Result<(), ClientError> {
    if work::has_change(conn, &entry.content)? {
        return work::accept(conn, &entry.content, entry.seq);
    }
    let (state, actor, seq) = match document.admit(bytes, &Authority::Settled) {
        Ok(change) => (ChangeState::Accepted, change.actor, change.seq),
        Err(_) => (
            ChangeState::Unapplied,
            stand_in_actor(&entry.content),
            entry.seq,
        ),
    };
    let change = StoredChange {
        hash: entry.content,
        document: document.id(),
        scope,
        actor,
        seq,
        bytes: bytes.to_vec(),
        visit: None,
    };
    work::insert_change(conn, &change, state, Some(entry.seq))
}

/// A change that cannot be read says nothing of its author that could be believed.
fn stand_in_actor(content: &Hash32) -> ActorId {
    let mut actor = [0; 16];
    actor.copy_from_slice(&content.0[..16]);
    ActorId(actor)
}

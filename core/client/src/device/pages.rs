//! What pages ask of the device beyond rows: forms, histories, what waits and why, settings; and
//! the orders that only pages give.

use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::{Document, History, project_fields, visit_fields};
use jawla_model::schema::{VisitField, Writers};
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, FieldPath, Hash32, ItemId, Reason, ReceivedAt, Value,
    VisitId, VisitKind, VisitStatus,
};
use jawla_sync::{EntryKind, money};
use jawla_views::commands::Occasion;
use jawla_views::limits::{HISTORY_PER_PAGE_MAX, MONEY_FACTS_MAX};
use jawla_views::phone::{SetAside, Settings};
use jawla_views::{
    HistoryEntry, MoneyFactRow, Page, PageWindow, ProjectFields, VisitFields, VisitRow,
};
use rusqlite::{OptionalExtension, params};

use super::Device;
use super::projection::KnownOrigins;
use crate::error::ClientError;
use crate::store::{FileDirection, FileKind, FileRow, bytes_at, maybe_bytes_at, work};

/// Stands for the completed request of a device that was enrolled again after its installation.
pub(super) const COMPLETED_BEFORE: i64 = -1;

/// Fields that *comme la dernière visite* fills, where they are empty.
const AS_BEFORE: [VisitField; 8] = [
    VisitField::SiteState,
    VisitField::Progress,
    VisitField::Workers,
    VisitField::Machines,
    VisitField::Quality,
    VisitField::Safety,
    VisitField::Environment,
    VisitField::Participants,
];

/// Fields that a reopened visit does not take over: what happened to the visit it replaces.
const OF_THE_OLD_VISIT: [VisitField; 6] = [
    VisitField::Kind,
    VisitField::Status,
    VisitField::StartedAt,
    VisitField::FinishedAt,
    VisitField::Replaces,
    VisitField::Review,
];

impl Device {
    /// The project's fields, typing laid over them.
    pub(crate) fn project_shown(
        &mut self,
        document: DocumentId,
    ) -> Result<ProjectFields, ClientError> {
        let mut fields = project_fields(&*self.dossier(document)?);
        for row in work::typing(self.store.conn(), Some(document))? {
            if let FieldPath::Project(key) = row.path {
                lay(&mut fields.values, key, row.value);
            }
        }
        Ok(fields)
    }

    /// A visit's fields, typing laid over them.
    pub(crate) fn visit_shown(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<VisitFields, ClientError> {
        let mut fields = visit_fields(&*self.dossier(document)?, &visit)
            .ok_or(ClientError::NotFound("visit"))?;
        for row in work::typing(self.store.conn(), Some(document))? {
            if let FieldPath::Visit(of, key) = row.path
                && of == visit
            {
                lay(&mut fields.values, key, row.value);
            }
        }
        Ok(fields)
    }

    /// The official money of a project, oldest first, out of the entries of its scope.
    pub(crate) fn money_facts(&self, id: DocumentId) -> Result<Vec<MoneyFactRow>, ClientError> {
        let scope = self.scope_of(id)?;
        let mut statement = self.store.conn().prepare_cached(
            "SELECT received_at, payload FROM entry
             WHERE document = ?1 AND scope = ?2 AND kind = ?3 ORDER BY seq DESC LIMIT ?4",
        )?;
        let kind = EntryKind::Fact.number();
        let mut rows = statement.query(params![id.0, scope.0, kind, MONEY_FACTS_MAX])?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next()? {
            let payload: Option<Vec<u8>> = row.get(1)?;
            if let Some(Ok(fact)) = payload.map(|bytes| money::decode(&bytes)) {
                let received_at = ReceivedAt(row.get(0)?);
                facts.push(MoneyFactRow { received_at, fact });
            }
        }
        facts.reverse();
        Ok(facts)
    }

    /// Who changed what, newest first. Of the entries of this device's own hand, the newest that
    /// can be taken back says so.
    pub(crate) fn history_shown(
        &mut self,
        id: DocumentId,
        window: PageWindow,
    ) -> Result<Page<HistoryEntry>, ClientError> {
        let scope = self.scope_of(id)?;
        let me = self.row()?.person;
        let history = self.past(id)?;
        let document = self
            .documents
            .get(&id)
            .ok_or(ClientError::Defect("a document vanished from memory"))?;
        let origins = KnownOrigins::read(self.store.conn(), scope, Some(me), document)?;
        let mut entries = history.entries(&origins);
        if let Some(own) = self.newest_own(document, &history, &entries)? {
            for entry in &mut entries {
                entry.undoable = entry.change == own;
            }
        }
        let total = entries.len() as u64;
        let rows = entries
            .into_iter()
            .skip(window.offset as usize)
            .take(window.rows_max.min(HISTORY_PER_PAGE_MAX) as usize)
            .collect();
        Ok(Page {
            rows,
            total,
            offset: window.offset,
        })
    }

    /// The newest change of this device's own hand, if it can be taken back.
    fn newest_own(
        &self,
        document: &Document,
        history: &History,
        entries: &[HistoryEntry],
    ) -> Result<Option<Hash32>, ClientError> {
        // By the order of the document, not by a clock that may have been set back: an own change
        // always follows the own ones before it.
        let order = document.hashes();
        let place = |change: &Hash32| order.iter().position(|one| one == change);
        let mut own: BTreeMap<ActorId, bool> = BTreeMap::new();
        let mut newest: Option<(usize, Hash32)> = None;
        for entry in entries {
            let Some((actor, _)) = document.written_by(&entry.change) else {
                continue;
            };
            let is_own = match own.get(&actor) {
                Some(known) => *known,
                None => {
                    let found = work::nonce_of(self.store.conn(), actor)?.is_some();
                    own.insert(actor, found);
                    found
                }
            };
            if is_own {
                newest = newest.max(place(&entry.change).map(|at| (at, entry.change)));
            }
        }
        Ok(newest
            .map(|(_, change)| change)
            .filter(|change| history.undo_of(change).is_some()))
    }

    /// Takes back a change of this device's own hand.
    pub(crate) fn undo(
        &mut self,
        id: DocumentId,
        change: Hash32,
    ) -> Result<Option<Vec<Hash32>>, ClientError> {
        let document = self.document(id)?;
        let Some((actor, _)) = document.written_by(&change) else {
            return Ok(None);
        };
        let Some(edits) = self.past(id)?.undo_of(&change) else {
            return Ok(None);
        };
        if work::nonce_of(self.store.conn(), actor)?.is_none() {
            return Ok(None);
        }
        self.edit_as_asked(id, edits).map(Some)
    }

    /// The changes whose values stand at a place now.
    pub(crate) fn standing_at(
        &mut self,
        document: DocumentId,
        at: &FieldPath,
    ) -> Result<BTreeSet<Hash32>, ClientError> {
        let dossier = self.dossier(document)?;
        let reading = match at {
            FieldPath::Project(key) => dossier.project.get(key),
            FieldPath::Visit(visit, key) => dossier
                .visits
                .get(visit)
                .and_then(|visit| visit.fields.get(key)),
        };
        let reading = reading.ok_or(ClientError::NotFound("value"))?;
        let mut changes = BTreeSet::from([reading.by.change]);
        changes.extend(reading.others.iter().map(|other| other.by.change));
        Ok(changes)
    }

    /// The finished visit before this one in the project's timeline.
    pub(crate) fn visit_before(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitRow>, ClientError> {
        let conn = self.store.conn();
        Ok(jawla_views::sqlite::visit_before(conn, document, visit)?)
    }

    /// Fills what is empty in a draft from the visit before.
    pub(crate) fn fill_as_before(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), ClientError> {
        let Some(before) = self.visit_before(document, visit)? else {
            return Ok(());
        };
        let before = self.visit_shown(document, before.visit)?;
        let now = self.visit_shown(document, visit)?;
        let edits = AS_BEFORE
            .iter()
            .filter(|field| !now.values.contains_key(field.key()))
            .filter_map(|field| {
                let value = before.values.get(field.key())?.clone();
                (!matches!(value, Value::Foreign(_))).then(|| Edit::Set {
                    at: FieldPath::visit(visit, *field),
                    value,
                })
            })
            .collect();
        self.edit(document, edits)
    }

    /// Deletes a draft; `false` when the visit is none any more.
    pub(crate) fn delete_draft(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<Vec<Hash32>>, ClientError> {
        let shown = self.visit_shown(document, visit)?;
        let status = shown.values.get(VisitField::Status.key());
        if status.and_then(Value::as_text) != Some(VisitStatus::Draft.code()) {
            return Ok(None);
        }
        let edit = Edit::Set {
            at: FieldPath::visit(visit, VisitField::Status),
            value: VisitStatus::Deleted.code().into(),
        };
        self.edit_as_asked(document, vec![edit]).map(Some)
    }

    /// What the province did not take, by visit, but for what was reopened.
    pub(crate) fn set_aside_shown(&self) -> Result<Vec<SetAside>, ClientError> {
        let mut statement = self.store.conn().prepare_cached(
            "SELECT document, visit, max(outcome = 'quarantined') AS quarantined,
                    min(reason) AS reason, count(*) AS changes
             FROM aside WHERE seen = 0 GROUP BY document, visit ORDER BY document, visit",
        )?;
        let rows = statement.query_map([], |row| {
            let visit = maybe_bytes_at(row, "visit")?.map(VisitId);
            Ok(SetAside {
                document: DocumentId(bytes_at(row, "document")?),
                visit,
                quarantined: row.get("quarantined")?,
                reason: Reason::from_number(row.get("reason")?),
                changes: row.get("changes")?,
                reopenable: false,
            })
        })?;
        let mut asides: Vec<SetAside> = rows.collect::<rusqlite::Result<_>>()?;
        for one in &mut asides {
            // Where the person is no member any more, a draft would never leave.
            one.reopenable = one.visit.is_some() && self.check_may_visit(one.document).is_ok();
        }
        Ok(asides)
    }

    /// *Rouvrir comme brouillon*: a new draft that says what the visit set aside said, and
    /// replaces it.
    pub(crate) fn reopen(
        &mut self,
        id: DocumentId,
        visit: VisitId,
    ) -> Result<VisitId, ClientError> {
        self.check_may_visit(id)?;
        if let Some(known) = self.reopened_as(id, visit)? {
            return Ok(known);
        }
        let asides = work::asides(self.store.conn())?;
        let aside: Vec<_> = asides
            .iter()
            .filter(|row| row.change.document == id && row.change.visit == Some(visit))
            .collect();
        if aside.is_empty() {
            return Err(ClientError::NotFound("visit"));
        }
        let held = work::changes_of(self.store.conn(), id)?;
        let all = held
            .iter()
            .map(|change| change.bytes.as_slice())
            .chain(aside.iter().map(|row| row.change.bytes.as_slice()));
        let whole = Document::fold(id, all).map_err(|_| ClientError::NotFound("visit"))?;
        let said = visit_fields(&whole.read(), &visit).ok_or(ClientError::NotFound("visit"))?;
        let fresh = VisitId(self.random16());
        let now = Claimed(self.now().wall_ms);
        let files = said.photos.iter().flat_map(|photo| {
            let up = |kind, hash, size_bytes| FileRow {
                hash,
                kind,
                size_bytes,
                direction: FileDirection::Up,
                moved_bytes: 0,
                tries: 0,
                visit: Some(fresh),
            };
            [
                up(FileKind::Photo, photo.hash, photo.size_bytes),
                up(FileKind::Thumbnail, photo.thumbnail, 0),
            ]
        });
        let mut files: Vec<FileRow> = files.collect();
        for file in &mut files {
            if let Some(size_bytes) = self.parts.files.size_bytes(file.hash)? {
                file.size_bytes = size_bytes;
            }
        }
        let edits = copy_of(&said, visit, fresh, now);
        let written = self.write_with_files(id, edits, &files)?;
        self.store.write(|tx| {
            tx.execute(
                "UPDATE aside SET seen = 1 WHERE document = ?1 AND visit = ?2",
                params![id.0, visit.0],
            )?;
            // The new visit's change comes after those of what was typed elsewhere.
            for (file, change) in files.iter().zip(written.iter().rev().take(1).cycle()) {
                tx.execute(
                    "UPDATE file SET change = ?2, visit = ?3 WHERE hash = ?1",
                    params![file.hash.0, change.0, fresh.0],
                )?;
            }
            Ok(())
        })?;
        Ok(fresh)
    }

    /// The draft that a visit was reopened as: a second tap leads to it and makes no other.
    fn reopened_as(&self, id: DocumentId, visit: VisitId) -> Result<Option<VisitId>, ClientError> {
        let waits: bool = self.store.conn().query_row(
            "SELECT EXISTS (SELECT 1 FROM aside WHERE document = ?1 AND visit = ?2 AND seen = 0)",
            params![id.0, visit.0],
            |row| row.get(0),
        )?;
        if waits {
            return Ok(None);
        }
        let rows = jawla_views::sqlite::rows_of(self.store.conn(), id)?;
        let fresh = rows.and_then(|rows| {
            let mut visits = rows.visits.into_iter();
            visits.find(|row| row.replaces == Some(visit))
        });
        Ok(fresh.map(|row| row.visit))
    }

    /// What a person set on this device.
    pub(crate) fn settings(&self) -> Result<Settings, ClientError> {
        let content: Option<String> = self
            .store
            .conn()
            .query_row("SELECT content FROM setting WHERE one = 1", [], |row| {
                row.get(0)
            })
            .optional()?;
        // Settings that cannot be read are those of a newer app: the usual ones serve.
        Ok(content
            .and_then(|content| serde_json::from_str(&content).ok())
            .unwrap_or_default())
    }

    /// Keeps settings.
    pub(crate) fn save_settings(&mut self, settings: Settings) -> Result<(), ClientError> {
        let content = serde_json::to_string(&settings)
            .map_err(|_| ClientError::Defect("settings cannot be written"))?;
        self.store.write(|tx| {
            tx.execute(
                "INSERT INTO setting (one, content) VALUES (1, ?1)
                 ON CONFLICT (one) DO UPDATE SET content = excluded.content",
                [content],
            )?;
            Ok(())
        })
    }

    /// The last request of this incarnation whose answer was complete; 0 before the first.
    pub(crate) fn completed_request(&self) -> Result<u64, ClientError> {
        Ok(u64::try_from(self.completed_mark()?).unwrap_or(0))
    }

    /// Whether everything of the first installation came once. Blocks that arrived before a cut do
    /// not make it so; enrolling again does not undo it.
    pub(crate) fn is_installed(&self) -> Result<bool, ClientError> {
        Ok(self.completed_mark()? != 0)
    }

    /// The last request that was complete; [`COMPLETED_BEFORE`] when one of an earlier incarnation
    /// was, and 0 before the first of all.
    fn completed_mark(&self) -> Result<i64, ClientError> {
        let no = self
            .store
            .conn()
            .query_row("SELECT completed_request FROM device", [], |row| row.get(0))
            .optional()?;
        Ok(no.unwrap_or(0))
    }

    /// Bytes of photos and other files, as their rows count them: no page lists a folder.
    pub(crate) fn files_bytes(&self) -> Result<u64, ClientError> {
        let counted =
            "SELECT coalesce(sum(CASE direction WHEN 'up' THEN size_bytes ELSE moved END), 0)
             FROM file";
        let mut statement = self.store.conn().prepare_cached(counted)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Bytes of the database.
    pub(crate) fn database_bytes(&self) -> Result<u64, ClientError> {
        let pragma = |name: &str| -> Result<u64, ClientError> {
            let value: rusqlite::types::Value =
                self.store
                    .conn()
                    .pragma_query_value(None, name, |row| row.get(0))?;
            // An encrypted database answers with text where a plain one answers with a number.
            Ok(match value {
                rusqlite::types::Value::Integer(number) => u64::try_from(number).unwrap_or(0),
                rusqlite::types::Value::Text(text) => text.parse().unwrap_or(0),
                _ => 0,
            })
        };
        Ok(pragma("page_count")?.saturating_mul(pragma("page_size")?))
    }

    /// Whether rows of this store name the file.
    pub(crate) fn names_file(&self, hash: Hash32) -> Result<bool, ClientError> {
        Ok(self.store.conn().query_row(
            "SELECT EXISTS (SELECT 1 FROM view_photo WHERE photo = ?1 OR thumbnail = ?1)
                 OR EXISTS (SELECT 1 FROM file WHERE hash = ?1 AND kind <> 'reference')",
            [hash.0],
            |row| row.get(0),
        )?)
    }

    /// The reference bundles that arrived, at most a few.
    pub(crate) fn reference_files(&self) -> Result<Vec<Hash32>, ClientError> {
        let mut statement = self.store.conn().prepare_cached(
            "SELECT hash FROM file WHERE kind = 'reference' AND state = 'held' LIMIT 16",
        )?;
        let rows = statement.query_map([], |row| Ok(Hash32(bytes_at(row, "hash")?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether this person may begin visits in a dossier.
    pub(crate) fn check_may_visit(&self, document: DocumentId) -> Result<(), ClientError> {
        let (_, role) = self.writer_in(self.scope_of(document)?)?;
        if role.may_write(Writers::Team) {
            Ok(())
        } else {
            Err(ClientError::NotYours)
        }
    }

    /// Files that failed are tried again.
    pub(crate) fn retry_files(&mut self) -> Result<(), ClientError> {
        self.store.write(|tx| {
            tx.execute(
                "UPDATE file SET state = 'waiting', tries = 0, moved = 0 WHERE state = 'failed'",
                [],
            )?;
            Ok(())
        })
    }

    /// What carrying out an order takes.
    pub(crate) fn occasion(&self) -> Result<Occasion, ClientError> {
        Ok(Occasion {
            by: self.row()?.person,
            now: Claimed(self.now().wall_ms),
            fresh_visit: VisitId(self.random16()),
            fresh_item: ItemId(self.random16()),
        })
    }

    /// When a visit was last written on any device, or typed into on this one, by their clocks.
    pub(crate) fn saved_at_ms(
        &mut self,
        id: DocumentId,
        visit: VisitId,
    ) -> Result<Option<i64>, ClientError> {
        let typed: Option<i64> = self.store.conn().query_row(
            "SELECT max(at_wall_ms) FROM typing WHERE document = ?1 AND path LIKE ?2",
            params![id.0, format!("visits/{}/%", visit.key())],
            |row| row.get(0),
        )?;
        let dossier = self.dossier(id)?;
        let document = self.document(id)?;
        let written = dossier.visits.get(&visit).and_then(|visit| {
            visit
                .touched_by
                .iter()
                .filter_map(|change| document.written_by(change))
                .map(|(_, claimed)| claimed.0)
                .max()
        });
        Ok(typed.max(written))
    }
}

fn lay(values: &mut std::collections::BTreeMap<String, Value>, key: String, value: Value) {
    if value == Value::Empty {
        values.remove(&key);
    } else {
        values.insert(key, value);
    }
}

/// The edits that say of a fresh visit what another said.
fn copy_of(said: &VisitFields, replaced: VisitId, fresh: VisitId, now: Claimed) -> Vec<Edit> {
    let kind = said
        .values
        .get(VisitField::Kind.key())
        .and_then(Value::as_text)
        .and_then(VisitKind::from_code)
        .unwrap_or(VisitKind::FollowUp);
    let mut edits = vec![Edit::OpenVisit {
        visit: fresh,
        kind,
        started_at: now,
        replaces: Some(replaced),
    }];
    let fields = VisitField::ALL
        .iter()
        .filter(|field| !OF_THE_OLD_VISIT.contains(field));
    edits.extend(fields.filter_map(|field| {
        let value = said.values.get(field.key())?.clone();
        Some(Edit::Set {
            at: FieldPath::visit(fresh, *field),
            value,
        })
    }));
    edits.extend(said.photos.iter().map(|photo| Edit::AttachPhoto {
        visit: fresh,
        photo: photo.clone(),
    }));
    edits.extend(
        said.difficulties
            .iter()
            .map(|(reason, note)| Edit::RaiseDifficulty {
                visit: fresh,
                reason: reason.clone(),
                note: note.clone(),
            }),
    );
    edits.extend(said.actions.iter().map(|action| Edit::PlanAction {
        visit: fresh,
        item: action.item,
        what: action.what.clone(),
        owner: action.owner.clone(),
        due: action.due.clone(),
    }));
    edits
}

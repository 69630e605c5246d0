//! What a person does: typing, leaving a screen, visits, photos, settling.

use std::collections::BTreeMap;

use jawla_dossier::{Authoring, Document, EditError, visit_draft};
use jawla_model::rules::{field, visit};
use jawla_model::schema::Entity;
use jawla_model::seeded::{self, SeededBug};
use jawla_model::visit::PhotoRole;
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, FieldPath, Hash32, Photo, Value, VisitId, VisitKind,
};
use jawla_sync::pack::actor_of;

use super::projection::write_rows;
use super::{Device, Standing};
use crate::error::ClientError;
use crate::photo;
use crate::store::{
    ChangeState, FileDirection, FileKind, FileRow, StoredChange, TypingRow, files, work,
};

/// A visit to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewVisit {
    /// The project.
    pub document: DocumentId,
    /// Why somebody goes there.
    pub kind: VisitKind,
}

impl Device {
    /// Keeps what a person is typing into a field. Durable on return; it is no change yet and
    /// never leaves the device as it is.
    ///
    /// # Errors
    /// [`ClientError::Value`] when the value cannot stand there, [`ClientError::NotYours`],
    /// [`ClientError::NotFound`], or those of the disk.
    pub fn type_value(
        &mut self,
        document: DocumentId,
        path: FieldPath,
        value: Value,
    ) -> Result<(), ClientError> {
        self.check_writing(document, &path)?;
        let spec = path.spec().ok_or(ClientError::NotFound("field"))?;
        field::check(&spec, &value).map_err(|error| ClientError::Value {
            path: path.text(),
            error,
        })?;
        let heads = self.document(document)?.heads();
        let now = self.now();
        let typing = TypingRow {
            document,
            path,
            value,
        };
        if seeded::is_in(SeededBug::TypingUnsaved) {
            return Ok(());
        }
        self.store
            .write(|tx| work::save_typing(tx, &typing, &heads, now))
    }

    /// The screen of a dossier was left, or the app pauses: what was typed becomes changes, at
    /// most one for the project and one for each visit.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] and those of the disk.
    pub fn leave(&mut self, document: DocumentId) -> Result<(), ClientError> {
        self.write_edits(document, Vec::new()).map(|_| ())
    }

    /// Drops what was typed into a field since the screen was entered.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn drop_typing(
        &mut self,
        document: DocumentId,
        path: &FieldPath,
    ) -> Result<(), ClientError> {
        self.store
            .write(|tx| work::drop_typing(tx, document, Some(path)))
    }

    /// Begins a visit as a draft.
    ///
    /// # Errors
    /// [`ClientError::NotFound`], [`ClientError::NotYours`] and those of the disk.
    pub fn start_visit(&mut self, new: NewVisit) -> Result<VisitId, ClientError> {
        let visit = VisitId(self.random16());
        let started_at = Claimed(self.now().wall_ms);
        let edit = Edit::OpenVisit {
            visit,
            kind: new.kind,
            started_at,
            replaces: None,
        };
        self.write_edits(new.document, vec![edit])?;
        Ok(visit)
    }

    /// Writes edits into a dossier, together with what was typed into it. Durable on return.
    ///
    /// # Errors
    /// [`ClientError::Value`], [`ClientError::NotFound`], [`ClientError::NotYours`], or those of
    /// the disk; nothing was changed then.
    pub fn edit(&mut self, document: DocumentId, edits: Vec<Edit>) -> Result<(), ClientError> {
        self.edit_as_asked(document, edits).map(|_| ())
    }

    /// The same, answering the changes that were written.
    pub(crate) fn edit_as_asked(
        &mut self,
        document: DocumentId,
        edits: Vec<Edit>,
    ) -> Result<Vec<Hash32>, ClientError> {
        for edit in &edits {
            if let Edit::Set { at, .. } = edit {
                self.check_writing(document, at)?;
            } else if let Some(visit) = visit_of(edit) {
                self.check_own_visit(document, visit)?;
            }
        }
        self.write_edits(document, edits)
    }

    /// Chooses one of the values of a disagreement; the choice is itself a change.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub fn settle(
        &mut self,
        document: DocumentId,
        at: FieldPath,
        value: Value,
    ) -> Result<(), ClientError> {
        self.edit(document, vec![Edit::Set { at, value }])
    }

    /// Takes a photo into a visit: the working copy and its thumbnail are on disk before the
    /// visit names them.
    ///
    /// # Errors
    /// [`ClientError::Photo`] with what is wrong with it, and those of [`edit`](Self::edit).
    pub fn attach_photo(
        &mut self,
        document: DocumentId,
        visit: VisitId,
        role: PhotoRole,
        bytes: &[u8],
    ) -> Result<Hash32, ClientError> {
        self.check_own_visit(document, visit)?;
        let prepared = photo::prepare(bytes)?;
        self.parts.files.write(prepared.hash, &prepared.jpeg)?;
        self.parts
            .files
            .write(prepared.thumbnail_hash, &prepared.thumbnail)?;
        let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let taken = Photo {
            hash: prepared.hash,
            role,
            size_bytes: size(&prepared.jpeg),
            width_px: prepared.width_px,
            height_px: prepared.height_px,
            taken_at: Claimed(self.now().wall_ms),
            thumbnail: prepared.thumbnail_hash,
        };
        let waiting = [
            (FileKind::Photo, prepared.hash, size(&prepared.jpeg)),
            (
                FileKind::Thumbnail,
                prepared.thumbnail_hash,
                size(&prepared.thumbnail),
            ),
        ];
        let rows = waiting.map(|(kind, hash, size_bytes)| FileRow {
            hash,
            kind,
            size_bytes,
            direction: FileDirection::Up,
            moved_bytes: 0,
            tries: 0,
            visit: Some(visit),
        });
        let edit = Edit::AttachPhoto {
            visit,
            photo: taken,
        };
        self.write_with_files(document, vec![edit], &rows)?;
        Ok(prepared.hash)
    }

    /// *Terminer la visite*: checks it and closes the draft.
    ///
    /// # Errors
    /// [`ClientError::RulesBroken`] with every broken rule, in the order of the form; what was
    /// typed stays. Otherwise as [`edit`](Self::edit).
    pub fn finish_visit(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), ClientError> {
        self.check_own_visit(document, visit)?;
        let typed = self.typed_edits(document)?;
        let mut tried = self.document(document)?.clone();
        let actor = ActorId::default();
        for edits in by_target(typed) {
            tried
                .apply(
                    &edits,
                    &Authoring {
                        actor,
                        claimed_at: Claimed(0),
                    },
                )
                .map_err(edit_error)?;
        }
        let draft = visit_draft(&tried.read(), &visit).ok_or(ClientError::NotFound("visit"))?;
        let broken = visit::ready_to_finish(&draft);
        if !broken.is_empty() {
            return Err(ClientError::RulesBroken(broken));
        }
        let finished_at = Claimed(self.now().wall_ms);
        self.write_edits(document, vec![Edit::FinishVisit { visit, finished_at }])
            .map(|_| ())
    }

    /// Turns what is typed anywhere into changes. A dossier whose typing cannot be written keeps
    /// it; the others go on.
    pub(crate) fn leave_everything(&mut self) -> Result<(), ClientError> {
        let mut documents: Vec<_> = work::typing(self.store.conn(), None)?
            .into_iter()
            .map(|typing| typing.document)
            .collect();
        documents.dedup();
        for document in documents {
            match self.leave(document) {
                Ok(())
                | Err(
                    ClientError::Value { .. }
                    | ClientError::NotFound(_)
                    | ClientError::NotYours
                    | ClientError::TooMuch,
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is typed into a dossier, as edits. Typing into a visit that is not there any more (it
    /// was set aside) is none: it stays until the person drops it and holds nothing else up.
    fn typed_edits(&mut self, document: DocumentId) -> Result<Vec<Edit>, ClientError> {
        let typed = work::typing(self.store.conn(), Some(document))?;
        let visits = if typed
            .iter()
            .any(|row| matches!(row.path, FieldPath::Visit(..)))
        {
            self.document(document)?.read().visits
        } else {
            BTreeMap::new()
        };
        let is_there = |path: &FieldPath| match path {
            FieldPath::Project(_) => true,
            FieldPath::Visit(visit, _) => visits.contains_key(visit),
        };
        Ok(typed
            .into_iter()
            .filter(|row| is_there(&row.path))
            .map(|row| Edit::Set {
                at: row.path,
                value: row.value,
            })
            .collect())
    }

    pub(super) fn write_edits(
        &mut self,
        document: DocumentId,
        edits: Vec<Edit>,
    ) -> Result<Vec<Hash32>, ClientError> {
        self.write_with_files(document, edits, &[])
    }

    /// One transaction for one intent: changes, files, rows; typing goes with them.
    pub(super) fn write_with_files(
        &mut self,
        id: DocumentId,
        edits: Vec<Edit>,
        waiting: &[FileRow],
    ) -> Result<Vec<Hash32>, ClientError> {
        if self.standing != Standing::Enrolled && self.standing != Standing::Withdrawn {
            return Err(ClientError::NotEnrolled);
        }
        let scope = self.scope_of(id)?;
        let typed = self.typed_edits(id)?;
        let places: Vec<FieldPath> = typed.iter().filter_map(place_of).collect();
        let mut all = typed;
        all.extend(edits);
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let author = Authoring {
            actor: self.session_actor()?,
            claimed_at: Claimed(self.now().wall_ms),
        };
        let mut document = self.document(id)?.clone();
        let written = author_changes(&mut document, all, &author, scope)?;
        let me = self.row()?.person;
        self.store.write(|tx| {
            for change in &written {
                work::insert_change(tx, change, ChangeState::Local, None)?;
            }
            for file in waiting {
                let names = written.iter().find(|change| change.visit == file.visit);
                files::insert(tx, file, names.map(|change| change.hash))?;
            }
            for place in &places {
                work::drop_typing(tx, id, Some(place))?;
            }
            write_rows(tx, scope, Some(me), &document)
        })?;
        self.remember(document);
        Ok(written.into_iter().map(|change| change.hash).collect())
    }

    /// The actor of this process session: drawn at the first write, never one of an earlier life.
    fn session_actor(&mut self) -> Result<ActorId, ClientError> {
        if let Some(actor) = self.actor {
            return Ok(actor);
        }
        let nonce = self.random16();
        let mut actor = actor_of(&self.row()?.incarnation, &nonce);
        if seeded::is_in(SeededBug::ActorReused) {
            actor = work::last_actor(self.store.conn())?.unwrap_or(actor);
        }
        self.store.write(|tx| work::save_actor(tx, actor, nonce))?;
        self.actor = Some(actor);
        Ok(actor)
    }

    /// Whether this person may write that field.
    fn check_writing(&mut self, document: DocumentId, path: &FieldPath) -> Result<(), ClientError> {
        let scope = self.scope_of(document)?;
        let (_, role) = self.writer_in(scope)?;
        let spec = path.spec().ok_or(ClientError::NotFound("field"))?;
        if !role.may_write(spec.writers) {
            return Err(ClientError::NotYours);
        }
        match (spec.entity, path) {
            (Entity::Visit, FieldPath::Visit(visit, _)) => self.check_own_visit(document, *visit),
            _ => Ok(()),
        }
    }

    /// A visit is written by its author alone, and by the office.
    pub(crate) fn check_own_visit(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), ClientError> {
        let scope = self.scope_of(document)?;
        let (me, role) = self.writer_in(scope)?;
        let dossier = self.dossier(document)?;
        let reading = dossier
            .visits
            .get(&visit)
            .ok_or(ClientError::NotFound("visit"))?;
        let opener = reading.opened_by.actor;
        let own = work::nonce_of(self.store.conn(), opener)?.is_some();
        let author = crate::store::person_of_actor(self.store.conn(), scope, opener)?;
        if own || author == Some(me) || role.is_office() {
            Ok(())
        } else {
            Err(ClientError::NotYours)
        }
    }
}

fn author_changes(
    document: &mut Document,
    edits: Vec<Edit>,
    author: &Authoring,
    scope: jawla_model::ScopeId,
) -> Result<Vec<StoredChange>, ClientError> {
    let mut written = Vec::new();
    for edits in by_target(edits) {
        let visit = edits.first().and_then(visit_of);
        let Some(change) = document.apply(&edits, author).map_err(edit_error)? else {
            continue;
        };
        written.push(StoredChange {
            hash: change.hash,
            document: document.id(),
            scope,
            actor: change.actor,
            seq: change.seq,
            bytes: change.bytes,
            visit,
        });
    }
    Ok(written)
}

/// Groups edits by what they write into, in the order of their first appearance: a visit writes
/// only inside itself, so it has changes of its own.
fn by_target(edits: Vec<Edit>) -> Vec<Vec<Edit>> {
    let mut groups: Vec<(Option<VisitId>, Vec<Edit>)> = Vec::new();
    for edit in edits {
        let target = visit_of(&edit);
        match groups.iter_mut().find(|(of, _)| *of == target) {
            Some((_, group)) => group.push(edit),
            None => groups.push((target, vec![edit])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn place_of(edit: &Edit) -> Option<FieldPath> {
    match edit {
        Edit::Set { at, .. } => Some(at.clone()),
        _ => None,
    }
}

pub(super) fn visit_of(edit: &Edit) -> Option<VisitId> {
    match edit {
        Edit::Set {
            at: FieldPath::Project(_),
            ..
        } => None,
        Edit::Set {
            at: FieldPath::Visit(visit, _),
            ..
        }
        | Edit::OpenVisit { visit, .. }
        | Edit::AttachPhoto { visit, .. }
        | Edit::DetachPhoto { visit, .. }
        | Edit::RaiseDifficulty { visit, .. }
        | Edit::WithdrawDifficulty { visit, .. }
        | Edit::PlanAction { visit, .. }
        | Edit::MeasureQuantity { visit, .. }
        | Edit::FinishVisit { visit, .. }
        | Edit::ReviewVisit { visit, .. } => Some(*visit),
    }
}

fn edit_error(error: EditError) -> ClientError {
    match error {
        EditError::UnknownVisit(_) => ClientError::NotFound("visit"),
        EditError::UnknownField(_) => ClientError::NotFound("field"),
        EditError::Value { path, error } => ClientError::Value { path, error },
        EditError::TooManyPhotos | EditError::TooManyItems | EditError::TooLarge => {
            ClientError::TooMuch
        }
        EditError::DocumentFull => ClientError::TooMuch,
        EditError::VisitExists(_)
        | EditError::OutsideVisit
        | EditError::SkeletonActor
        | EditError::Unwritable => ClientError::Defect("an edit could not be written"),
    }
}

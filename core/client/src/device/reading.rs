//! What a person sees that no list of the province has: what is typed, what waits, why.

use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::visit_draft;
use jawla_model::rules::{Violation, visit};
use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, FieldPath, Photo, Role, ScopeId, Value, VisitId};
use jawla_views::VisitRow;

use super::{Device, Standing};
use crate::error::ClientError;
use crate::store::{AsideRow, files, log, work};

/// A visit as its author sees it on the screen: typing laid over what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitEditing {
    /// Field by key.
    pub fields: BTreeMap<String, Value>,
    /// Keys of the fields whose value is typed and no change yet.
    pub typed: Vec<String>,
    /// Its photos.
    pub photos: Vec<Photo>,
    /// Difficulties, the note by reason code.
    pub difficulties: BTreeMap<String, String>,
    /// Every rule that keeps it from being finished now.
    pub violations: Vec<Violation>,
    /// How many of the rules hold, and how many there are.
    pub progress: (u8, u8),
}

/// Where a scope stands on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeStanding {
    /// The scope.
    pub scope: ScopeId,
    /// The person's role in it.
    pub role: Role,
    /// The last position held.
    pub seq: u64,
}

/// One record on its way, in one of the five words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The dossier.
    pub document: DocumentId,
    /// The visit; none for the project itself.
    pub visit: Option<VisitId>,
    /// The word.
    pub word: RecordWord,
    /// Changes that the province's log does not show yet.
    pub changes: u64,
    /// Files that wait.
    pub files: u64,
    /// Bytes left to send.
    pub bytes_left: u64,
    /// Bytes of files among them.
    pub file_bytes_left: u64,
    /// Files that arrived wrong twice and wait for a person.
    pub failed_files: u64,
}

/// Everything that waits, in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxTotals {
    /// Changes that the province's log does not show yet.
    pub changes: u64,
    /// Their bytes.
    pub change_bytes: u64,
    /// Files that wait.
    pub files: u64,
    /// Bytes of them left to send.
    pub file_bytes: u64,
    /// Fields being typed.
    pub typing: u64,
}

impl Device {
    /// A visit with what is typed laid over it.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] and those of the disk.
    pub fn visit_editing(
        &mut self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<VisitEditing, ClientError> {
        let typing = work::typing(self.store.conn(), Some(document))?;
        let dossier = self.dossier(document)?;
        let reading = dossier
            .visits
            .get(&visit)
            .ok_or(ClientError::NotFound("visit"))?;
        let mut fields: BTreeMap<String, Value> = reading
            .fields
            .iter()
            .map(|(key, reading)| (key.clone(), reading.value.clone()))
            .collect();
        let mut typed = Vec::new();
        for row in typing {
            if let FieldPath::Visit(of, key) = row.path
                && of == visit
            {
                typed.push(key.clone());
                fields.insert(key, row.value);
            }
        }
        let draft = visit_draft(&dossier, &visit).ok_or(ClientError::NotFound("visit"))?;
        let draft = overlay(draft, &fields);
        Ok(VisitEditing {
            fields,
            typed,
            photos: reading.photos.clone(),
            difficulties: reading.difficulties.clone(),
            violations: visit::ready_to_finish(&draft),
            progress: visit::progress(&draft),
        })
    }

    /// The scopes of this device and where it stands in them.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn scopes(&self) -> Result<Vec<ScopeStanding>, ClientError> {
        let rows = log::scopes(self.store.conn())?;
        Ok(rows
            .into_iter()
            .map(|row| ScopeStanding {
                scope: row.cursor.scope,
                role: row.role,
                seq: row.cursor.seq,
            })
            .collect())
    }

    /// The word of a visit: received only when the province's log shows every change of it.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn word_of(&self, row: &VisitRow) -> Result<RecordWord, ClientError> {
        let (changes, _) = work::unconfirmed(self.store.conn(), Some(row.visit))?;
        Ok(match (row.status.as_str(), row.review.as_str()) {
            ("draft", _) => RecordWord::Draft,
            _ if changes > 0 || row.received_at.is_none() => RecordWord::OnThisPhone,
            (_, "approved") => RecordWord::Approved,
            (_, "returned") => RecordWord::Returned,
            _ => RecordWord::Received,
        })
    }

    /// The records that are not wholly with the province yet.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>, ClientError> {
        let conn = self.store.conn();
        let mut rows = Vec::new();
        for (document, visit) in self.records_waiting()? {
            let (changes, change_bytes) = match visit {
                Some(visit) => work::unconfirmed(conn, Some(visit))?,
                None => work::unconfirmed_project(conn, document)?,
            };
            let (files, file_bytes, failed_files) = match visit {
                Some(visit) => files::left(conn, Some(visit))?,
                None => (0, 0, 0),
            };
            let word = match visit {
                Some(visit) => self.word_of_visit(document, visit)?,
                None => RecordWord::OnThisPhone,
            };
            let bytes_left = change_bytes + file_bytes;
            rows.push(OutboxRow {
                document,
                visit,
                word,
                changes,
                files,
                bytes_left,
                file_bytes_left: file_bytes,
                failed_files,
            });
        }
        Ok(rows)
    }

    /// How many records [`outbox`](Self::outbox) would list, without reading them: for what stands
    /// on every page.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn outbox_records(&self) -> Result<u64, ClientError> {
        Ok(self.records_waiting()?.len() as u64)
    }

    /// The records that are not wholly with the province: those with changes or files on their
    /// way, and those that are being typed into.
    fn records_waiting(&self) -> Result<BTreeSet<(DocumentId, Option<VisitId>)>, ClientError> {
        let conn = self.store.conn();
        let mut records = work::records_unconfirmed(conn)?;
        for typed in work::typing(conn, None)? {
            let visit = match typed.path {
                FieldPath::Project(_) => None,
                FieldPath::Visit(visit, _) => Some(visit),
            };
            records.insert((typed.document, visit));
        }
        Ok(records)
    }

    fn word_of_visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<RecordWord, ClientError> {
        match jawla_views::sqlite::visit_row(self.store.conn(), document, visit)? {
            Some(row) => self.word_of(&row),
            None => Ok(RecordWord::OnThisPhone),
        }
    }

    /// Everything that waits, in figures.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn outbox_totals(&self) -> Result<OutboxTotals, ClientError> {
        let conn = self.store.conn();
        let (changes, change_bytes) = work::unconfirmed(conn, None)?;
        let (files, file_bytes, _) = files::left(conn, None)?;
        let typing = work::typing(conn, None)?.len() as u64;
        Ok(OutboxTotals {
            changes,
            change_bytes,
            files,
            file_bytes,
            typing,
        })
    }

    /// Work that the province did not take: visible, explained, never dropped.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn asides(&self) -> Result<Vec<AsideRow>, ClientError> {
        work::asides(self.store.conn())
    }

    /// Whether anything can be written here at all.
    pub fn may_write(&self) -> bool {
        matches!(self.standing, Standing::Enrolled | Standing::Withdrawn)
    }
}

/// The draft with what is typed laid over what is written.
fn overlay(mut draft: visit::VisitDraft, fields: &BTreeMap<String, Value>) -> visit::VisitDraft {
    use jawla_model::{SiteState, VisitField, VisitKind};
    let text = |field: VisitField| fields.get(field.key()).and_then(Value::as_text);
    let int = |field: VisitField| fields.get(field.key()).and_then(Value::as_int);
    draft.kind = text(VisitField::Kind).and_then(VisitKind::from_code);
    draft.site_state = text(VisitField::SiteState).and_then(SiteState::from_code);
    draft.progress_bp = int(VisitField::Progress);
    draft.planned_bp = int(VisitField::Planned);
    draft.has_position = text(VisitField::Position).is_some();
    draft.no_position_reason = text(VisitField::NoPositionReason)
        .unwrap_or_default()
        .to_owned();
    draft
}

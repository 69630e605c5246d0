//! Recording: visits, typing, photos, difficulties, fields of projects.

use std::path::PathBuf;

use jawla_client::limits::PHOTO_FILE_SIZE_BYTES_MAX;
use jawla_model::{DocumentId, FieldPath, Hash32, ItemId, ProjectField, VisitField, VisitId};
use jawla_views::{Command, Commands, Phone, Receipt};

use crate::disagreements::Disagreement;
use crate::error::{JawlaError, RuleBroken};
use crate::platform::GeoPosition;
use crate::reading;
use crate::rows::id;
use crate::runtime::block;
use crate::sheets::{self, FieldValue, FieldWritten, VisitForm, position_text};
use crate::store::FieldStore;
use crate::words::{PhotoRole, RecordWord, VisitKind};

/// Carries out an order as the person whose device this is.
pub(crate) async fn order(store: &FieldStore, command: Command) -> Result<Receipt, JawlaError> {
    store
        .with(move |handset| async move {
            let me = reading::me(&handset).await?.ok_or_else(JawlaError::enrol)?;
            Ok(handset.carry_out(me, command).await?)
        })
        .await
}

fn visit_field(key: &str) -> Result<VisitField, JawlaError> {
    VisitField::from_key(key).ok_or_else(|| JawlaError::unknown_field(key))
}

/// The bytes of a file that the app names; never more than a photo may have.
fn read_photo(path: &str) -> Result<Vec<u8>, JawlaError> {
    use std::io::Read;
    let unreadable = |_| JawlaError::fix("file_unreadable");
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let size_bytes = file.metadata().map_err(unreadable)?.len();
    if size_bytes > PHOTO_FILE_SIZE_BYTES_MAX {
        return Err(JawlaError::fix("photo_too_large"));
    }
    let mut bytes = Vec::new();
    file.take(PHOTO_FILE_SIZE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

impl FieldStore {
    async fn begin(&self, document: &str, kind: VisitKind) -> Result<VisitId, JawlaError> {
        let command = Command::StartVisit {
            document: id(document)?,
            kind: kind.into(),
        };
        let receipt = order(self, command).await?;
        receipt
            .visit
            .ok_or_else(|| JawlaError::bug("defect", "a visit without an id"))
    }

    async fn form(&self, document: DocumentId, visit: VisitId) -> Result<VisitForm, JawlaError> {
        self.with(move |handset| async move {
            let form = handset.visit_form(document, visit).await?;
            let form = form.ok_or_else(|| JawlaError::fix("not_found"))?;
            let names = reading::names(&handset).await?;
            let word: RecordWord = form.word.into();
            let (previous_visit, previous_fields) = match &form.previous {
                Some((row, fields)) => (Some(row.visit.hex()), sheets::written(&fields.values)),
                None => (None, Vec::new()),
            };
            Ok(VisitForm {
                word,
                fields: sheets::written(&form.fields.values),
                difficulties: sheets::difficulties(&form.fields),
                actions: sheets::actions(&form.fields),
                photos: sheets::photos(visit, &form.fields),
                typed: form.typed,
                editable: form.editable,
                violations: form.violations.into_iter().map(RuleBroken::from).collect(),
                rules_kept: form.progress.0,
                rules_applying: form.progress.1,
                disagreements: form
                    .conflicts
                    .into_iter()
                    .map(|row| Disagreement::of(row, &names))
                    .collect(),
                previous_visit,
                previous_fields,
                saved_at_ms: form.saved_at_ms,
                visit: crate::rows::VisitSummary::of(form.visit, form.word, &names),
                project: form.project.into(),
            })
        })
        .await
    }
}

#[uniffi::export]
impl FieldStore {
    /// Begins a visit as a draft and answers its id. Durable on return.
    ///
    /// # Errors
    /// `FixInput` (`not_found`, `not_an_id`), `AskPerson` (`not_allowed`, `storage_full`),
    /// `EnrolAgain`, `ReportBug`, `Closed`.
    pub async fn begin_visit(
        &self,
        document: String,
        kind: VisitKind,
    ) -> Result<String, JawlaError> {
        Ok(self.begin(&document, kind).await?.hex())
    }

    /// Begins a visit filled as the finished one before it: site state, progress, workers,
    /// machines, grades, participants. Without one before, an empty draft.
    ///
    /// # Errors
    /// As `begin_visit`.
    pub async fn begin_visit_as_before(
        &self,
        document: String,
        kind: VisitKind,
    ) -> Result<String, JawlaError> {
        let visit = self.begin(&document, kind).await?;
        self.fill_as_before(document, visit.hex()).await?;
        Ok(visit.hex())
    }

    /// Fills the fields of a draft that are still empty from the finished visit before it.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn fill_as_before(&self, document: String, visit: String) -> Result<(), JawlaError> {
        let (document, visit) = (id(&document)?, id(&visit)?);
        self.with(move |handset| async move { Ok(handset.fill_as_before(document, visit).await?) })
            .await
    }

    /// The form of a visit: fields, photos, what is missing to finish it.
    ///
    /// # Errors
    /// `FixInput` (`not_found`, `not_an_id`), `Wait`, `ReportBug`, `Closed`.
    pub async fn visit(&self, document: String, visit: String) -> Result<VisitForm, JawlaError> {
        self.form(id(&document)?, id(&visit)?).await
    }

    /// Keeps what is being typed into fields of a visit: durable on return, no change of the
    /// dossier yet and never sent as it is. Call it on every pause of typing; `leave` makes one
    /// change of it. Answers the device's clock, milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// `FixInput` (`unknown_field`, `value_…` with the field, `not_found`, `not_an_id`): fields
    /// before the wrong one are kept; `AskPerson` (`not_allowed`, `storage_full`), `EnrolAgain`,
    /// `ReportBug`, `Closed`.
    pub async fn save_part(
        &self,
        document: String,
        visit: String,
        fields: Vec<FieldWritten>,
    ) -> Result<i64, JawlaError> {
        let (document, visit) = (id(&document)?, id(&visit)?);
        let places = fields.into_iter().map(|field| {
            let at = FieldPath::visit(visit, visit_field(&field.key)?);
            Ok((at, field.value))
        });
        let places = places.collect::<Result<Vec<_>, JawlaError>>()?;
        self.with(move |handset| async move {
            let mut saved_at_ms = handset.status().await?.now_ms;
            for (at, value) in places {
                saved_at_ms = handset.type_value(document, at, value.into()).await?;
            }
            Ok(saved_at_ms)
        })
        .await
    }

    /// Keeps what is being typed into one field of a project, as `save_part`.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn save_project_field(
        &self,
        document: String,
        key: String,
        value: FieldValue,
    ) -> Result<i64, JawlaError> {
        let document = id(&document)?;
        let field = ProjectField::from_key(&key);
        let field = field.ok_or_else(|| JawlaError::unknown_field(&key))?;
        self.with(move |handset| async move {
            let at = FieldPath::project(field);
            Ok(handset.type_value(document, at, value.into()).await?)
        })
        .await
    }

    /// The screen of a dossier was left, or the app pauses: what was typed becomes one change,
    /// which the next exchange sends.
    ///
    /// # Errors
    /// As `save_part`; what was typed stays then.
    pub async fn leave(&self, document: String) -> Result<(), JawlaError> {
        let document = id(&document)?;
        self.with(move |handset| async move { Ok(handset.leave(document).await?) })
            .await
    }

    /// Takes the position from the platform, waiting at most `wait_ms` milliseconds, and keeps it
    /// in the visit as being typed.
    ///
    /// # Errors
    /// `FixInput` (`no_position`), `AskPerson` (`not_allowed`), and those of `save_part`.
    pub async fn take_position(
        &self,
        document: String,
        visit: String,
        wait_ms: u32,
    ) -> Result<GeoPosition, JawlaError> {
        let source = self.services.position.clone();
        let source = source.ok_or_else(|| JawlaError::fix("no_position"))?;
        let taken = block(move || source.current(wait_ms)).await?;
        let position = taken
            .map_err(|_| JawlaError::ask("not_allowed"))?
            .ok_or_else(|| JawlaError::fix("no_position"))?;
        let field = FieldWritten {
            key: VisitField::Position.key().to_owned(),
            value: FieldValue::Text {
                text: position_text(position),
            },
        };
        self.save_part(document, visit, vec![field]).await?;
        Ok(position)
    }

    /// *Terminer la visite*: every rule is checked, what was typed included. Durable on return.
    ///
    /// # Errors
    /// `FixInput` (`rules_broken`, with every broken rule; `not_found`), `AskPerson`
    /// (`not_allowed`), `EnrolAgain`, `ReportBug`, `Closed`.
    pub async fn finish_visit(&self, document: String, visit: String) -> Result<(), JawlaError> {
        let command = Command::FinishVisit {
            document: id(&document)?,
            visit: id(&visit)?,
        };
        order(self, command).await.map(|_| ())
    }

    /// Deletes a draft of one's own; the history keeps it.
    ///
    /// # Errors
    /// `FixInput` (`not_found`), `AskPerson` (`not_allowed`: it is no draft any more), …
    pub async fn delete_draft(&self, document: String, visit: String) -> Result<(), JawlaError> {
        let command = Command::DeleteDraft {
            document: id(&document)?,
            visit: id(&visit)?,
        };
        order(self, command).await.map(|_| ())
    }

    /// *Rouvrir comme brouillon*: copies a visit that was set aside into a new draft that
    /// replaces it, and answers the new visit's id.
    ///
    /// # Errors
    /// `FixInput` (`not_found`), `EnrolAgain`, `ReportBug`, `Closed`.
    pub async fn reopen_visit(
        &self,
        document: String,
        visit: String,
    ) -> Result<String, JawlaError> {
        let (document, visit) = (id(&document)?, id(&visit)?);
        self.with(move |handset| async move { Ok(handset.reopen(document, visit).await?.hex()) })
            .await
    }

    /// Names a difficulty by a reason's code, or changes its note.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn raise_difficulty(
        &self,
        document: String,
        visit: String,
        reason: String,
        note: String,
    ) -> Result<(), JawlaError> {
        let command = Command::RaiseDifficulty {
            document: id(&document)?,
            visit: id(&visit)?,
            reason,
            note,
        };
        order(self, command).await.map(|_| ())
    }

    /// Takes a difficulty back.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn withdraw_difficulty(
        &self,
        document: String,
        visit: String,
        reason: String,
    ) -> Result<(), JawlaError> {
        let command = Command::WithdrawDifficulty {
            document: id(&document)?,
            visit: id(&visit)?,
            reason,
        };
        order(self, command).await.map(|_| ())
    }

    /// Plans an action, or changes one (`item` names it). `due` is a day, `2026-12-01`, or empty.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn plan_action(
        &self,
        document: String,
        visit: String,
        item: Option<String>,
        what: String,
        owner: String,
        due: String,
    ) -> Result<(), JawlaError> {
        let item: Option<ItemId> = item.as_deref().map(id).transpose()?;
        let command = Command::PlanAction {
            document: id(&document)?,
            visit: id(&visit)?,
            item,
            what,
            owner,
            due,
        };
        order(self, command).await.map(|_| ())
    }

    /// Takes the camera's file at `path` (JPEG or PNG, at most 32 MiB and 40 million pixels) into
    /// a visit: a working copy of 1 600 px without its metadata, and a thumbnail. Both are durable
    /// on return; the file at `path` stays and is the app's to delete. Answers the photo's hash.
    ///
    /// # Errors
    /// `FixInput` (`file_unreadable`, `not_a_photo`, `photo_too_large`, `photo_damaged`,
    /// `too_much`, `not_found`), `AskPerson` (`storage_full`, `not_allowed`), `EnrolAgain`, …
    pub async fn add_photo(
        &self,
        document: String,
        visit: String,
        path: String,
        role: PhotoRole,
    ) -> Result<String, JawlaError> {
        let (document, visit) = (id(&document)?, id(&visit)?);
        let bytes = block(move || read_photo(&path)).await??;
        self.with(move |handset| async move {
            let role = role.into();
            Ok(handset.add_photo(document, visit, role, bytes).await?.hex())
        })
        .await
    }

    /// Takes a photo out of a visit.
    ///
    /// # Errors
    /// As `save_part`.
    pub async fn remove_photo(
        &self,
        document: String,
        visit: String,
        photo: String,
    ) -> Result<(), JawlaError> {
        let photo: Hash32 = id(&photo)?;
        let command = Command::DetachPhoto {
            document: id(&document)?,
            visit: id(&visit)?,
            photo,
        };
        order(self, command).await.map(|_| ())
    }

    /// Writes a photo or thumbnail, decrypted, into a new file at `path` and answers its size in
    /// bytes. The file is the app's to delete.
    ///
    /// # Errors
    /// `FixInput` (`not_found`: not here (yet); `not_an_id`, `file_unwritable`: also when there
    /// is a file at `path`), `AskPerson` (`storage_full`), …
    pub async fn copy_photo(&self, photo: String, path: String) -> Result<u64, JawlaError> {
        let hash: Hash32 = id(&photo)?;
        self.with(move |handset| async move {
            let part = handset.blob(hash, None).await?;
            let mut part = part.ok_or_else(|| JawlaError::fix("not_found"))?;
            let whole_bytes = part.size_bytes;
            let mut bytes = std::mem::take(&mut part.bytes);
            while (bytes.len() as u64) < whole_bytes {
                let next = handset
                    .blob(hash, Some(bytes.len() as u64..whole_bytes))
                    .await?;
                let next = next.map(|part| part.bytes).unwrap_or_default();
                if next.is_empty() {
                    return Err(JawlaError::fix("not_found"));
                }
                bytes.extend(next);
            }
            block(move || write_new(&PathBuf::from(path), &bytes)).await?
        })
        .await
    }
}

fn write_new(path: &std::path::Path, bytes: &[u8]) -> Result<u64, JawlaError> {
    use std::io::Write;
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull => JawlaError::ask("storage_full"),
        _ => JawlaError::fix("file_unwritable"),
    };
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    Ok(bytes.len() as u64)
}

//! Files of projects, as the office orders them. Files are held in memory: what a person tries
//! today is nothing to keep, and a restart costs them one choice of a file. That an import was
//! ordered, and which columns were which fields, is kept by [`records`].

mod records;

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};

use async_trait::async_trait;
use jawla_model::{PersonId, Role};
use jawla_office::desk::DeskError;
use jawla_office::imports::{
    ColumnFound, FileHeld, ImportFault, ImportId, ImportListed, Imports, LineRefused, Progress,
    Trial,
};

use rusqlite::Connection;

use super::{BrokeOff, Desk};
use crate::core::OfficeAuthor;
use crate::core::intake::{IntakeError, carry_in};
use crate::import::mapping::{self, Mapping, MappingError};
use crate::import::table::{self, Table, TableError};
use crate::import::{ALREADY_THERE, Parsed};
use crate::store::{Store, StoreError};

/// Files held at once, of all persons: 8 tables of at most 16 MB.
const HELD_MAX: usize = 8;

/// Values of a column that are shown.
const SAMPLES_MAX: usize = 3;

/// Characters of such a value.
const SAMPLE_CHARS_MAX: usize = 60;

/// The files that are held, the oldest first.
#[derive(Default)]
pub(super) struct Held {
    files: VecDeque<HeldFile>,
}

struct HeldFile {
    id: ImportId,
    by: PersonId,
    name: String,
    table: Arc<Table>,
    mapping: Mapping,
    remembered: bool,
    trial: Option<Trial>,
}

impl Held {
    fn find(&mut self, by: PersonId, id: &str) -> Result<&mut HeldFile, DeskError> {
        let found = self
            .files
            .iter_mut()
            .find(|held| held.by == by && held.id == id);
        found.ok_or(DeskError::NotFound)
    }

    /// Holds a file in place of the person's last; one that is being brought in stays.
    fn hold(&mut self, file: HeldFile) -> Result<(), DeskError> {
        let runs = |held: &HeldFile| {
            let progress = held.trial.as_ref().map(|trial| trial.progress);
            matches!(progress, Some(Progress::Running { .. }))
        };
        self.files.retain(|held| held.by != file.by || runs(held));
        while self.files.len() >= HELD_MAX {
            let oldest = self.files.iter().position(|held| !runs(held));
            let oldest = oldest.ok_or(DeskError::Unavailable)?;
            self.files.remove(oldest);
        }
        self.files.push_back(file);
        Ok(())
    }

    fn note(&mut self, by: PersonId, id: &str, progress: Progress) {
        if let Ok(HeldFile {
            trial: Some(trial), ..
        }) = self.find(by, id)
        {
            trial.progress = progress;
        }
    }
}

fn of_store(error: &StoreError) -> DeskError {
    tracing::error!(error = error as &dyn std::error::Error, "an import failed");
    DeskError::Unavailable
}

fn of_table(error: TableError) -> ImportFault {
    let (why, line) = match error {
        TableError::TooLarge => ("import-too-large", None),
        TableError::TooManyLines => ("import-too-many-lines", None),
        TableError::TooManyColumns => ("import-too-many-columns", None),
        TableError::LineTooLong { line } => ("import-line-too-long", Some(line)),
        TableError::OldWorkbook => ("import-old-workbook", None),
        TableError::NotATable => ("import-not-a-table", None),
        TableError::Empty => ("import-empty", None),
    };
    ImportFault::File { why, line }
}

fn of_mapping(error: MappingError) -> ImportFault {
    match error {
        MappingError::Missing(fields) => ImportFault::Missing(fields),
        MappingError::Twice(field) => ImportFault::Twice(field),
        MappingError::OtherTable => ImportFault::Desk(DeskError::NotFound),
    }
}

fn broke_off(_: BrokeOff) -> DeskError {
    DeskError::Unavailable
}

fn trial_of(parsed: &Parsed) -> Trial {
    let mut known = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    let mut refusals = Vec::new();
    for refusal in &parsed.refusals {
        if refusal.reason == ALREADY_THERE {
            known.insert(refusal.line);
            continue;
        }
        wrong.insert(refusal.line);
        refusals.push(LineRefused {
            line: refusal.line,
            field: refusal.field.clone(),
            reason: refusal.reason,
            sentence_fr: refusal.sentence_fr.clone(),
            sentence_ar: refusal.sentence_ar.clone(),
        });
    }
    Trial {
        lines: parsed.lines,
        new: parsed.drafts.len() as u64,
        known: known.len() as u64,
        refused: wrong.len() as u64,
        refusals,
        progress: Progress::Tried,
    }
}

fn columns_of(table: &Table, mapping: &Mapping) -> Vec<ColumnFound> {
    let shorten = |text: &str| text.chars().take(SAMPLE_CHARS_MAX).collect::<String>();
    let column = |(at, name): (usize, &String)| {
        let values = table.lines.iter().filter_map(|line| line.cells.get(at));
        ColumnFound {
            name: shorten(name),
            samples: values
                .filter(|value| !value.is_empty())
                .take(SAMPLES_MAX)
                .map(|value| shorten(value))
                .collect(),
            field: mapping.get(at).copied().flatten(),
        }
    };
    table.columns.iter().enumerate().map(column).collect()
}

impl Desk {
    fn files(&self) -> MutexGuard<'_, Held> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn importer(&self, by: PersonId) -> Result<Role, DeskError> {
        self.check_order(by)
    }

    fn parse_held(&self, table: &Table, mapping: &Mapping) -> Result<Parsed, DeskError> {
        let known = self.parts.store.codes_taken();
        let known = known.map_err(|error| of_store(&error))?;
        Ok(mapping::parse(table, mapping, &self.parts.bundle, &known))
    }

    fn hold_file(&self, by: PersonId, name: String, file: &[u8]) -> Result<ImportId, ImportFault> {
        self.importer(by)?;
        let table = table::read(file).map_err(of_table)?;
        let id = data_encoding::HEXLOWER.encode(&self.parts.core.draw::<16>());
        let remembered = self.recorded(|conn| records::remembered(conn, &table));
        let remembered = remembered.flatten();
        let guessed = mapping::guess(&table);
        self.files().hold(HeldFile {
            id: id.clone(),
            by,
            name,
            table: Arc::new(table),
            remembered: remembered.is_some(),
            mapping: remembered.unwrap_or(guessed),
            trial: None,
        })?;
        Ok(id)
    }

    fn attempt_held(&self, by: PersonId, id: &str, mapping: Mapping) -> Result<(), ImportFault> {
        self.importer(by)?;
        let table = {
            let mut files = self.files();
            let held = files.find(by, id)?;
            if matches!(&held.trial, Some(trial) if trial.progress != Progress::Tried) {
                return Ok(());
            }
            held.mapping.clone_from(&mapping);
            held.trial = None;
            Arc::clone(&held.table)
        };
        mapping::check(&table, &mapping).map_err(of_mapping)?;
        self.recorded(|conn| records::remember(conn, &table, &mapping));
        let trial = trial_of(&self.parse_held(&table, &mapping)?);
        self.files().find(by, id)?.trial = Some(trial);
        Ok(())
    }

    /// Marks the import as begun; nothing to do where it was before.
    fn begin_import(
        &self,
        by: PersonId,
        id: &str,
    ) -> Result<Option<(Role, Arc<Table>, Mapping)>, DeskError> {
        let role = self.importer(by)?;
        let mut files = self.files();
        let held = files.find(by, id)?;
        let trial = held.trial.as_mut().ok_or(DeskError::NotFound)?;
        if trial.progress != Progress::Tried {
            return Ok(None);
        }
        let begun = records::Begun {
            id,
            by,
            at_s: self.now().0,
            file: &held.name,
            known: trial.known,
            refused: trial.refused,
        };
        self.recorded(|conn| records::begin(conn, &begun));
        trial.progress = Progress::Running { imported: 0 };
        Ok(Some((role, Arc::clone(&held.table), held.mapping.clone())))
    }

    fn import_held(&self, author: OfficeAuthor, id: &str, table: &Table, mapping: &Mapping) {
        let by = author.person;
        let mut imported = 0;
        let mut note = |count: usize| {
            imported = count as u64;
            self.files().note(by, id, Progress::Running { imported });
        };
        let done = self
            .parse_held(table, mapping)
            .map_err(|_| None)
            .and_then(|parsed| {
                let parts = &self.parts;
                carry_in(
                    &parts.core,
                    author,
                    parsed,
                    &parts.bundle,
                    self.now(),
                    &mut note,
                )
                .map_err(Some)
            });
        let progress = match done {
            Ok(report) => Progress::Done {
                imported: report.imported.len() as u64,
            },
            Err(error) => {
                if let Some(error) = error.as_ref() {
                    log_stopped(error);
                }
                Progress::Stopped { imported }
            }
        };
        self.recorded(|conn| records::note(conn, id, progress));
        self.files().note(by, id, progress);
    }

    /// Work on what is kept of imports. A note that cannot be written stops no import: what fails
    /// is told to the operator.
    fn recorded<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        let done = self.parts.accounts.with(|conn, _| work(conn));
        done.inspect_err(|error| {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "the list of imports failed"
            );
        })
        .ok()
    }

    fn list_imports(&self, by: PersonId) -> Result<Vec<ImportListed>, DeskError> {
        self.importer(by)?;
        let kept = self.recorded(records::list).ok_or(DeskError::Unavailable)?;
        let mut files = self.files();
        let with_file = |mut listed: ImportListed| {
            let id = listed.file.take()?;
            if let Some(held) = files.files.iter().find(|held| held.id == id)
                && let Some(trial) = &held.trial
                && trial.progress != Progress::Tried
            {
                listed.progress = trial.progress;
            }
            listed.file = files.find(by, &id).is_ok().then_some(id);
            Some(listed)
        };
        Ok(kept.into_iter().filter_map(with_file).collect())
    }
}

fn log_stopped(error: &IntakeError) {
    tracing::error!(error = error as &dyn std::error::Error, "an import stopped");
}

#[async_trait]
impl Imports for Desk {
    async fn hold(
        &self,
        by: PersonId,
        name: &str,
        file: bytes::Bytes,
    ) -> Result<ImportId, ImportFault> {
        let name = name.to_owned();
        let held = self.run(move |desk| desk.hold_file(by, name, &file));
        held.await.map_err(broke_off)?
    }

    async fn held(&self, by: PersonId, id: &str) -> Result<FileHeld, DeskError> {
        let mut files = self.files();
        let held = files.find(by, id)?;
        Ok(FileHeld {
            name: held.name.clone(),
            lines: held.table.lines.len() as u64,
            columns: columns_of(&held.table, &held.mapping),
            remembered: held.remembered,
            fields: mapping::fields().to_vec(),
            trial: held.trial.clone(),
        })
    }

    async fn attempt(
        &self,
        by: PersonId,
        id: &str,
        fields: Vec<Option<String>>,
    ) -> Result<(), ImportFault> {
        let known = |code: Option<String>| code.and_then(|code| mapping::field_of(&code));
        let mapping: Mapping = fields.into_iter().map(known).collect();
        let id = id.to_owned();
        let tried = self.run(move |desk| desk.attempt_held(by, &id, mapping));
        tried.await.map_err(broke_off)?
    }

    async fn earlier(&self, by: PersonId) -> Result<Vec<ImportListed>, DeskError> {
        let listed = self.run(move |desk| desk.list_imports(by));
        listed.await.map_err(broke_off)?
    }

    async fn carry_in(&self, by: PersonId, id: &str) -> Result<(), DeskError> {
        let begun = {
            let id = id.to_owned();
            self.run(move |desk| desk.begin_import(by, &id))
        };
        let Some((role, table, mapping)) = begun.await.map_err(broke_off)?? else {
            return Ok(());
        };
        let (desk, id) = (self.clone(), id.to_owned());
        let author = OfficeAuthor { person: by, role };
        // Not waited for: the page asks how far it has come.
        drop(tokio::task::spawn_blocking(move || {
            desk.import_held(author, &id, &table, &mapping);
        }));
        Ok(())
    }
}

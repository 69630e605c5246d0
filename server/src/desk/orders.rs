//! Orders to dossiers: the account's rights, then one change by the person's own hand.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jawla_dossier::{Conflict, Document, Dossier, EditError, History, conflicts};
use jawla_model::money_fact::{may_record, standing};
use jawla_model::rules::field::{ValueError, check};
use jawla_model::{
    AdminState, DocumentId, Edit, FieldPath, Hash32, ItemId, MoneyAct, MoneyFact, PersonId,
    ProjectField, Reason, Role, Value, VisitField, VisitId, VisitStatus,
};
use jawla_sync::{EntryKind, money};
use jawla_views::commands::Occasion;
use jawla_views::limits::MONEY_FACTS_MAX;
use jawla_views::{Command, CommandError, Commands, Receipt};

use super::{BrokeOff, Desk};
use crate::accounts::AccountError;
use crate::core::{OfficeAuthor, WriteError};
use crate::store::{OwnEntry, Store, StoreError};

impl From<BrokeOff> for CommandError {
    fn from(error: BrokeOff) -> Self {
        Self::Store(Box::new(error))
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => Self::Busy,
            StoreError::Full(_) => Self::StorageFull,
            other => Self::Store(Box::new(other)),
        }
    }
}

impl From<AccountError> for CommandError {
    fn from(error: AccountError) -> Self {
        Self::Store(Box::new(error))
    }
}

impl From<WriteError> for CommandError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotFound(_) => Self::NotFound,
            WriteError::Edit(error) => of_edit(error),
            WriteError::NotTaken(reason) => of_reason(reason),
            WriteError::Store(error) => error.into(),
        }
    }
}

fn of_edit(error: EditError) -> CommandError {
    match error {
        EditError::UnknownVisit(_) => CommandError::NotFound,
        EditError::Value { path, error } => CommandError::BadValue {
            key: key_of(&path),
            error,
        },
        EditError::TooManyPhotos
        | EditError::TooManyItems
        | EditError::TooLarge
        | EditError::DocumentFull => CommandError::TooMuch,
        EditError::UnknownField(_) => CommandError::NotAllowed(Reason::Schema),
        EditError::OutsideVisit => CommandError::NotAllowed(Reason::OutsideVisit),
        EditError::VisitExists(_) | EditError::SkeletonActor | EditError::Unwritable => {
            CommandError::Store(Box::new(error))
        }
    }
}

/// The key of the field at the end of a path; empty for one that is not of the schema.
fn key_of(path: &str) -> &'static str {
    let spec = FieldPath::from_text(path).and_then(|at| at.spec());
    spec.map_or("", |spec| spec.key)
}

/// What the guard says of our own change: it is full, the store wants it again, or a right.
fn of_reason(reason: Reason) -> CommandError {
    match reason {
        Reason::DocumentTooLarge | Reason::TooLarge | Reason::TooManyOperations => {
            CommandError::TooMuch
        }
        Reason::MissingDependency => CommandError::Busy,
        other => CommandError::NotAllowed(other),
    }
}

const ROLE: CommandError = CommandError::NotAllowed(Reason::Role);

#[async_trait]
impl Commands for Desk {
    async fn carry_out(&self, by: PersonId, command: Command) -> Result<Receipt, CommandError> {
        self.run(move |desk| desk.order(by, command)).await?
    }
}

impl Desk {
    fn order(&self, by: PersonId, command: Command) -> Result<Receipt, CommandError> {
        let role = self.role_of(by)?.ok_or(ROLE)?;
        if !role.is_office() {
            return Err(ROLE);
        }
        let now = self.now();
        let occasion = Occasion {
            by,
            now: crate::core::claimed(now),
            fresh_visit: VisitId(self.parts.core.draw()),
            fresh_item: ItemId(self.parts.core.draw()),
        };
        let (document, visit) = (command.document(), command.visit(&occasion));
        if let Command::RecordMoney { replaces, act, .. } = command {
            self.record_money(by, role, document, replaces, act)?;
            return Ok(Receipt {
                document,
                visit: None,
                change: None,
            });
        }
        let own = match &command {
            Command::Undo { change, .. } => self.is_own(document, change, by)?,
            _ => false,
        };
        let author = OfficeAuthor { person: by, role };
        let judge = |document: &Document| {
            if let Command::Undo { change, .. } = &command {
                let edits = own.then(|| History::of(document).undo_of(change)).flatten();
                return edits.ok_or(CommandError::NotUndoable);
            }
            allow(&command, role, &document.read())?;
            let edit = command.clone().into_edit(&occasion);
            Ok(edit.into_iter().collect::<Vec<Edit>>())
        };
        let core = &self.parts.core;
        let written = core.write_judged::<CommandError>(author, document, now, judge)?;
        Ok(Receipt {
            document,
            visit,
            change: written.change,
        })
    }

    /// Appends a fact of money to the log that the project lives in.
    fn record_money(
        &self,
        by: PersonId,
        role: Role,
        document: DocumentId,
        replaces: Option<ItemId>,
        act: MoneyAct,
    ) -> Result<(), CommandError> {
        if !may_record(role) {
            return Err(ROLE);
        }
        act.check()?;
        let store = &self.parts.store;
        let held = store
            .find_document(document)?
            .ok_or(CommandError::NotFound)?;
        let recorded = store.facts(document, MONEY_FACTS_MAX)?;
        let facts: Vec<MoneyFact> = recorded
            .iter()
            .filter_map(|(_, payload)| money::decode(payload).ok())
            .collect();
        let stands = |id: &ItemId| {
            let of = facts.iter().position(|fact| fact.id == *id);
            of.is_some_and(|at| standing(&facts).get(at) == Some(&true))
        };
        let cancels_nothing = replaces.is_none() && matches!(act, MoneyAct::Cancelled(_));
        if cancels_nothing || replaces.as_ref().is_some_and(|id| !stands(id)) {
            return Err(CommandError::Changed);
        }
        if recorded.len() >= usize::try_from(MONEY_FACTS_MAX).unwrap_or(usize::MAX) {
            return Err(CommandError::TooMuch);
        }
        let fact = MoneyFact {
            id: ItemId(self.parts.core.draw()),
            by,
            replaces,
            act,
        };
        let entry = OwnEntry {
            kind: EntryKind::Fact,
            document: Some(document),
            payload: money::encode(&fact),
        };
        Ok(store.append_entries(held.scope, &[entry], self.now())?)
    }

    /// Whether this person wrote the change.
    fn is_own(
        &self,
        document: jawla_model::DocumentId,
        change: &Hash32,
        by: PersonId,
    ) -> Result<bool, CommandError> {
        let held = self.parts.store.find_with_origins(document)?;
        let held = held.ok_or(CommandError::NotFound)?;
        Ok(held
            .origins
            .get(change)
            .is_some_and(|origin| origin.person == Some(by)))
    }
}

/// Whether an office role may give this order to the dossier as it stands.
fn allow(command: &Command, role: Role, dossier: &Dossier) -> Result<(), CommandError> {
    match command {
        Command::SettleConflict {
            at, value, seen, ..
        } => settle(at, value, seen, role, dossier),
        Command::ReviewVisit { visit, .. } => {
            let reading = dossier.visits.get(visit).ok_or(CommandError::NotFound)?;
            // A draft is its author's, a deleted visit nobody's: the office sees neither.
            let finished = reading.text(VisitField::Status) == VisitStatus::Recorded.code();
            finished.then_some(()).ok_or(CommandError::NotFound)
        }
        Command::SetProjectField { field, value, .. } => {
            check_value(&FieldPath::project(*field), value)?;
            if *field == ProjectField::AdminState {
                let standing = dossier.project_value(*field);
                return move_state(&standing.into_iter().collect::<Vec<_>>(), value, role);
            }
            Ok(())
        }
        // Visits are written on site.
        _ => Err(ROLE),
    }
}

fn check_value(at: &FieldPath, value: &Value) -> Result<(), CommandError> {
    let schema = CommandError::NotAllowed(Reason::Schema);
    let spec = at.spec().ok_or(schema)?;
    check(&spec, value).map_err(|error| CommandError::BadValue {
        key: spec.key,
        error,
    })
}

/// Nobody settles what they have not seen. What is settled already as ordered stays so.
fn settle(
    at: &FieldPath,
    value: &Value,
    seen: &BTreeSet<Hash32>,
    role: Role,
    dossier: &Dossier,
) -> Result<(), CommandError> {
    check_value(at, value)?;
    let open = conflicts(dossier).into_iter().find(|one| one.path == *at);
    let Some(open) = open else {
        let settled = standing_at(dossier, at) == Some(value);
        return settled.then_some(()).ok_or(CommandError::Changed);
    };
    if changes_of(&open) != *seen {
        return Err(CommandError::Changed);
    }
    let values: Vec<&Value> = open.values.iter().map(|one| &one.value).collect();
    if *at == FieldPath::project(ProjectField::AdminState) {
        return move_state(&values, value, role);
    }
    Ok(())
}

fn changes_of(conflict: &Conflict) -> BTreeSet<Hash32> {
    conflict.values.iter().map(|one| one.by.change).collect()
}

fn standing_at<'a>(dossier: &'a Dossier, at: &FieldPath) -> Option<&'a Value> {
    let reading = match at {
        FieldPath::Project(key) => dossier.project.get(key),
        FieldPath::Visit(visit, key) => dossier.visits.get(visit)?.fields.get(key),
    };
    reading.map(|reading| &reading.value)
}

/// A state is chosen among those that stand, or reached by one move from one of them, recorded by
/// who may. Pages offer only such moves: another one means that the state is not the one shown.
fn move_state(standing: &[&Value], value: &Value, role: Role) -> Result<(), CommandError> {
    if standing.contains(&value) {
        return Ok(());
    }
    let state_of = |value: &Value| value.as_text().and_then(AdminState::from_code);
    let to = state_of(value).ok_or(CommandError::BadValue {
        key: ProjectField::AdminState.key(),
        error: ValueError::UnknownCode,
    })?;
    let from: Vec<AdminState> = standing
        .iter()
        .filter_map(|value| state_of(value))
        .collect();
    let legal = from.is_empty() || from.iter().any(|from| from.next().contains(&to));
    if !legal {
        return Err(CommandError::Changed);
    }
    let records = role == Role::Administrator || to.recorded_by().contains(&role);
    records.then_some(()).ok_or(ROLE)
}

//! Edits become one change: validated, written on a copy, measured, kept or dropped as a whole.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use jawla_model::limits::{
    ITEMS_PER_VISIT_MAX, LINE_CHARS_MAX, NOTE_CHARS_MAX, PHOTOS_PER_VISIT_MAX,
};
use jawla_model::rules::field::{ValueError, check};
use jawla_model::schema::{
    ACTIONS_MAP, DIFFICULTIES_MAP, PHOTOS_MAP, PROJECT_MAP, QUANTITIES_MAP, VISIT_MAPS, VISITS_MAP,
};
use jawla_model::{
    ActorId, Claimed, Edit, FieldPath, Value, VisitField, VisitId, VisitStatus, time,
};

use crate::change::{Change, Header, read_header};
use crate::document::Document;
use crate::kept::Part;
use crate::limits;
use crate::skeleton;

/// Who writes, and what their clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authoring {
    /// The actor of this process session.
    pub actor: ActorId,
    /// The claimed instant, written into the change.
    pub claimed_at: Claimed,
}

/// Why edits were not written. The document is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The visit is not in this dossier.
    #[error("the visit is not in this dossier")]
    UnknownVisit(VisitId),
    /// A visit with this id is there already.
    #[error("the visit is there already")]
    VisitExists(VisitId),
    /// The field is not one of this build's schema.
    #[error("the field {0} is not known here")]
    UnknownField(String),
    /// The value may not stand there.
    #[error("{path}: {error}")]
    Value {
        /// Where, as the text of a path.
        path: String,
        /// What is wrong.
        error: ValueError,
    },
    /// The actor is one that only the document's skeleton may use.
    #[error("the actor belongs to the document itself")]
    SkeletonActor,
    /// Edits of one change reach beyond one visit. A visit writes only inside itself.
    #[error("the edits reach beyond one visit")]
    OutsideVisit,
    /// More photos than a visit may hold.
    #[error("the visit holds {PHOTOS_PER_VISIT_MAX} photos already")]
    TooManyPhotos,
    /// More difficulties, actions or quantities than a visit may hold.
    #[error("the visit holds {ITEMS_PER_VISIT_MAX} of these already")]
    TooManyItems,
    /// The edits are too many or too large for one change: more than half of what every other
    /// device accepts.
    #[error("the edits are too large for one change")]
    TooLarge,
    /// The document is full: what follows belongs into a new volume.
    #[error("the dossier has reached its largest size")]
    DocumentFull,
    /// Automerge refused or panicked. Nothing a person can do about it.
    #[error("the document could not be written")]
    Unwritable,
}

/// An action to take: the scalar `what;who;due day;state`, in which `;` and `%` inside the texts
/// are written `%3B` and `%25`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAction {
    /// What is to be done.
    pub what: String,
    /// By whom.
    pub owner: String,
    /// Until when, `2026-12-01`; empty when open.
    pub due: String,
    /// `open` from the start.
    pub state: String,
}

impl PlannedAction {
    /// The scalar.
    pub fn text(&self) -> String {
        let escape = |text: &str| text.replace('%', "%25").replace(';', "%3B");
        format!(
            "{};{};{};{}",
            escape(&self.what),
            escape(&self.owner),
            escape(&self.due),
            escape(&self.state)
        )
    }

    /// Reads the scalar; fields that a newer schema appends are passed over.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text
            .split(';')
            .map(|part| part.replace("%3B", ";").replace("%25", "%"));
        Some(Self {
            what: parts.next()?,
            owner: parts.next()?,
            due: parts.next()?,
            state: parts.next()?,
        })
    }
}

impl Document {
    /// Writes the edits as one change; `None` when they change nothing. The edits of one change
    /// are either all of the project or all of one visit.
    ///
    /// # Errors
    /// Whatever is wrong with one of the edits, or with all of them together; the document is
    /// then as before.
    pub fn apply(
        &mut self,
        edits: &[Edit],
        author: &Authoring,
    ) -> Result<Option<Change>, EditError> {
        let places: BTreeSet<Option<VisitId>> = edits.iter().map(visit_of).collect();
        if places.len() > 1 {
            return Err(EditError::OutsideVisit);
        }
        if skeleton::step_of(self.id, &author.actor).is_some() {
            return Err(EditError::SkeletonActor);
        }
        let mut copy = self.automerge.clone();
        let written = catch_unwind(AssertUnwindSafe(|| {
            copy.set_actor(author.actor.0.into());
            let mut transaction = copy.transaction();
            for edit in edits {
                write(&mut transaction, edit)?;
            }
            if transaction.pending_ops() == 0 {
                transaction.rollback();
                return Ok(None);
            }
            let options = CommitOptions::default().with_time(author.claimed_at.0);
            transaction.commit_with(options);
            let change = copy.get_last_local_change().ok_or(EditError::Unwritable)?;
            Ok(Some((copy, change)))
        }));
        let Some((copy, change)) = written.map_err(|_| EditError::Unwritable)?? else {
            return Ok(None);
        };
        let bytes = change.raw_bytes();
        let header = read_header(bytes).map_err(|_| EditError::TooLarge)?;
        if !within_half(&header, bytes.len()) {
            return Err(EditError::TooLarge);
        }
        let room = Self::has_room(&copy, self.saved_bytes_at_most, bytes.len());
        self.saved_bytes_at_most = room.ok_or(EditError::DocumentFull)?;
        self.automerge = copy;
        self.note(&header, bytes.len(), &BTreeSet::from([Part::Whole]));
        Ok(Some(Change::of(&header, bytes)))
    }
}

/// Whether a change of our own is within half of every limit of the guard.
fn within_half(header: &Header, size_bytes: usize) -> bool {
    let half_of = |limit: usize| limit / 2;
    size_bytes <= half_of(limits::CHANGE_BYTES_MAX)
        && header.deps.len() <= half_of(limits::DEPENDENCIES_MAX)
        && header.other_actors.len() <= half_of(limits::OTHER_ACTORS_MAX)
        && header.ops <= limits::half(limits::OPERATIONS_MAX)
        && header.value_bytes <= limits::half(limits::VALUE_BYTES_MAX)
        && header.longest_string_bytes <= limits::half(limits::STRING_BYTES_MAX)
        && header.longest_key_bytes <= half_of(limits::KEY_BYTES_MAX)
        && header.predecessors_max <= limits::half(limits::PREDECESSORS_PER_OPERATION_MAX)
        && header.max_op() <= limits::half(limits::OPERATION_COUNTER_MAX)
}

/// The visit an edit writes into; none is the project.
fn visit_of(edit: &Edit) -> Option<VisitId> {
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

fn write(doc: &mut Transaction<'_>, edit: &Edit) -> Result<(), EditError> {
    match edit {
        Edit::Set { at, value } => set(doc, at, value),
        Edit::OpenVisit {
            visit,
            kind,
            started_at,
            replaces,
        } => {
            make_visit(doc, *visit)?;
            set_visit(doc, *visit, VisitField::Kind, kind.code().into())?;
            let draft = VisitStatus::Draft.code();
            set_visit(doc, *visit, VisitField::Status, draft.into())?;
            set_visit(doc, *visit, VisitField::StartedAt, started_at.0.into())?;
            let Some(replaced) = replaces else {
                return Ok(());
            };
            let key = Value::Text(replaced.key());
            set_visit(doc, *visit, VisitField::Replaces, key)
        }
        Edit::FinishVisit { visit, finished_at } => {
            let recorded = VisitStatus::Recorded.code();
            set_visit(doc, *visit, VisitField::Status, recorded.into())?;
            set_visit(doc, *visit, VisitField::FinishedAt, finished_at.0.into())
        }
        Edit::ReviewVisit { visit, review } => {
            let review = Value::Text(review.text());
            set_visit(doc, *visit, VisitField::Review, review)
        }
        Edit::AttachPhoto { .. }
        | Edit::DetachPhoto { .. }
        | Edit::RaiseDifficulty { .. }
        | Edit::WithdrawDifficulty { .. }
        | Edit::PlanAction { .. }
        | Edit::MeasureQuantity { .. } => write_item(doc, edit),
    }
}

/// The edits of one entry in a map of a visit.
fn write_item(doc: &mut Transaction<'_>, edit: &Edit) -> Result<(), EditError> {
    match edit {
        Edit::AttachPhoto { visit, photo } => {
            let photos = items(doc, *visit, PHOTOS_MAP)?;
            let (key, text) = (photo.hash.key(), photo.text());
            if holds(doc, &photos, &key) {
                return Ok(());
            }
            make_room(doc, &photos, PHOTOS_PER_VISIT_MAX, EditError::TooManyPhotos)?;
            put(doc, &photos, &key, &Value::Text(text))
        }
        Edit::DetachPhoto { visit, photo } => {
            let photos = items(doc, *visit, PHOTOS_MAP)?;
            put(doc, &photos, &photo.key(), &Value::Empty)
        }
        Edit::RaiseDifficulty {
            visit,
            reason,
            note,
        } => {
            if reason.is_empty() {
                return Err(value_error("difficulties", ValueError::Malformed));
            }
            check_text("difficulties", reason, LINE_CHARS_MAX, TextForm::Line)?;
            check_text("difficulties", note, NOTE_CHARS_MAX, TextForm::Note)?;
            let note = Value::Text(note.clone());
            put_item(doc, *visit, DIFFICULTIES_MAP, reason, note)
        }
        Edit::WithdrawDifficulty { visit, reason } => {
            let difficulties = items(doc, *visit, DIFFICULTIES_MAP)?;
            if !holds(doc, &difficulties, reason) {
                return Ok(());
            }
            put(doc, &difficulties, reason, &Value::Empty)
        }
        Edit::PlanAction {
            visit,
            item,
            what,
            owner,
            due,
        } => {
            let action = Value::Text(plan_action(what, owner, due)?.text());
            put_item(doc, *visit, ACTIONS_MAP, &item.key(), action)
        }
        Edit::MeasureQuantity {
            visit,
            item,
            found_milli,
        } => {
            if !(0..=limits::QUANTITY_MILLI_MAX).contains(found_milli) {
                return Err(value_error("quantities", ValueError::OutOfBounds));
            }
            let found = Value::Int(*found_milli);
            put_item(doc, *visit, QUANTITIES_MAP, &item.key(), found)
        }
        Edit::Set { .. }
        | Edit::OpenVisit { .. }
        | Edit::FinishVisit { .. }
        | Edit::ReviewVisit { .. } => Ok(()),
    }
}

fn plan_action(what: &str, owner: &str, due: &str) -> Result<PlannedAction, EditError> {
    check_text("actions", what, LINE_CHARS_MAX, TextForm::Line)?;
    check_text("actions", owner, LINE_CHARS_MAX, TextForm::Line)?;
    if !due.is_empty() && !time::is_civil_day(due) {
        return Err(value_error("actions", ValueError::Malformed));
    }
    Ok(PlannedAction {
        what: what.to_owned(),
        owner: owner.to_owned(),
        due: due.to_owned(),
        state: "open".to_owned(),
    })
}

fn set(doc: &mut Transaction<'_>, at: &FieldPath, value: &Value) -> Result<(), EditError> {
    let spec = at
        .spec()
        .ok_or_else(|| EditError::UnknownField(at.text()))?;
    check(&spec, value).map_err(|error| value_error(&at.text(), error))?;
    let map = match at {
        FieldPath::Project(_) => map_at(doc, &ROOT, PROJECT_MAP).ok_or(EditError::Unwritable)?,
        FieldPath::Visit(visit, _) => visit_map(doc, *visit)?,
    };
    put(doc, &map, spec.key, value)
}

fn set_visit(
    doc: &mut Transaction<'_>,
    visit: VisitId,
    field: VisitField,
    value: Value,
) -> Result<(), EditError> {
    set(doc, &FieldPath::visit(visit, field), &value)
}

fn make_visit(doc: &mut Transaction<'_>, visit: VisitId) -> Result<(), EditError> {
    let visits = map_at(doc, &ROOT, VISITS_MAP).ok_or(EditError::Unwritable)?;
    let key = visit.key();
    if !matches!(doc.get(&visits, key.as_str()), Ok(None)) {
        return Err(EditError::VisitExists(visit));
    }
    let make = |doc: &mut Transaction<'_>, parent: &ObjId, key: &str| {
        doc.put_object(parent, key, ObjType::Map)
            .map_err(|_| EditError::Unwritable)
    };
    let map = make(doc, &visits, &key)?;
    for name in VISIT_MAPS {
        make(doc, &map, name)?;
    }
    Ok(())
}

fn map_at(doc: &impl ReadDoc, parent: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(parent, key).ok()?? {
        (automerge::Value::Object(ObjType::Map), map) => Some(map),
        _ => None,
    }
}

fn visit_map(doc: &Transaction<'_>, visit: VisitId) -> Result<ObjId, EditError> {
    map_at(doc, &ROOT, VISITS_MAP)
        .and_then(|visits| map_at(doc, &visits, &visit.key()))
        .ok_or(EditError::UnknownVisit(visit))
}

fn items(doc: &Transaction<'_>, visit: VisitId, name: &str) -> Result<ObjId, EditError> {
    let map = visit_map(doc, visit)?;
    map_at(doc, &map, name).ok_or(EditError::UnknownVisit(visit))
}

/// Whether something other than a cleared entry stands there.
fn holds(doc: &Transaction<'_>, map: &ObjId, key: &str) -> bool {
    match doc.get(map, key) {
        Ok(Some((value, _))) => !value.is_null(),
        _ => false,
    }
}

fn make_room(
    doc: &Transaction<'_>,
    map: &ObjId,
    most: usize,
    error: EditError,
) -> Result<(), EditError> {
    let keys: Vec<String> = doc.keys(map).collect();
    let held = keys.iter().filter(|key| holds(doc, map, key)).count();
    if held < most { Ok(()) } else { Err(error) }
}

fn put_item(
    doc: &mut Transaction<'_>,
    visit: VisitId,
    name: &str,
    key: &str,
    value: Value,
) -> Result<(), EditError> {
    let map = items(doc, visit, name)?;
    if !holds(doc, &map, key) {
        make_room(doc, &map, ITEMS_PER_VISIT_MAX, EditError::TooManyItems)?;
    }
    put(doc, &map, key, &value)
}

/// Writes one scalar. Clearing what nobody wrote, or writing the one value that stands there,
/// makes no operation.
///
/// Choosing the provisional winner of a disagreement is written as a value of its own: Automerge
/// would only delete the losers, so that somebody who chooses one of them at the same time would
/// win without anybody being told.
fn put(doc: &mut Transaction<'_>, map: &ObjId, key: &str, value: &Value) -> Result<(), EditError> {
    let scalar = scalar_of(key, value)?;
    let standing = doc.get_all(map, key).map_err(|_| EditError::Unwritable)?;
    let standing: Vec<ScalarValue> = standing
        .into_iter()
        .filter_map(|(value, _)| value.into_scalar().ok())
        .collect();
    let differs = standing.iter().find(|other| **other != scalar);
    if (standing.is_empty() && *value == Value::Empty)
        || (!standing.is_empty() && differs.is_none())
    {
        return Ok(());
    }
    let wins_already = standing.last() == Some(&scalar);
    if let (true, Some(other)) = (wins_already, differs) {
        let between = match value {
            Value::Empty => other.clone(),
            _ => ScalarValue::Null,
        };
        doc.put(map, key, between)
            .map_err(|_| EditError::Unwritable)?;
    }
    doc.put(map, key, scalar).map_err(|_| EditError::Unwritable)
}

fn scalar_of(key: &str, value: &Value) -> Result<ScalarValue, EditError> {
    Ok(match value {
        Value::Text(text) => text.as_str().into(),
        Value::Int(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Empty => ScalarValue::Null,
        Value::Foreign(_) => return Err(value_error(key, ValueError::WrongType)),
    })
}

/// What a text of an item may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextForm {
    Line,
    Note,
}

fn check_text(path: &str, text: &str, chars_max: usize, form: TextForm) -> Result<(), EditError> {
    if text.chars().count() > chars_max {
        return Err(value_error(path, ValueError::TooLong { chars_max }));
    }
    let allowed = |c: char| !c.is_control() || (form == TextForm::Note && c == '\n');
    if text.chars().all(allowed) {
        Ok(())
    } else {
        Err(value_error(path, ValueError::ControlCharacter))
    }
}

fn value_error(path: &str, error: ValueError) -> EditError {
    EditError::Value {
        path: path.to_owned(),
        error,
    }
}

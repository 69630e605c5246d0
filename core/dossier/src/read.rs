//! Reading a document, totally: whatever stands in it, reading answers, keeps what it does not
//! know and never follows a map deeper than the schema goes.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::iter::MapRangeItem;
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValueRef, ValueRef};
use jawla_model::schema::{
    ACTIONS_MAP, DIFFICULTIES_MAP, PHOTOS_MAP, PROJECT_MAP, QUANTITIES_MAP, SKELETON_MAPS,
    VISIT_MAPS, VISITS_MAP,
};
use jawla_model::{
    ActorId, Claimed, Hash32, ItemId, Photo, ProjectField, Value, VisitField, VisitId,
};

use crate::authority::op_name;
use crate::document::Document;
use crate::edits::PlannedAction;

/// Who wrote a value, as the document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Written {
    /// The change.
    pub change: Hash32,
    /// Its actor.
    pub actor: ActorId,
    /// What its author's clock said.
    pub claimed_at: Claimed,
}

/// A concurrent value that does not win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherValue {
    /// The value.
    pub value: Value,
    /// Who wrote it.
    pub by: Written,
}

/// One field as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The value; while others stand beside it, the one every replica shows.
    pub value: Value,
    /// Who wrote it.
    pub by: Written,
    /// Values written without seeing it, by change.
    pub others: Vec<OtherValue>,
}

/// One visit as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitReading {
    /// Its fields by key, those of a newer schema included.
    pub fields: BTreeMap<String, Reading>,
    /// Its photos, by hash, without those taken out.
    pub photos: Vec<Photo>,
    /// Difficulties: the note by reason code.
    pub difficulties: BTreeMap<String, String>,
    /// Actions to take.
    pub actions: BTreeMap<ItemId, PlannedAction>,
    /// Quantities found, in thousandths of the unit.
    pub quantities: BTreeMap<ItemId, i64>,
    /// The change that opened it, and its actor: the visit's author.
    pub opened_by: Written,
    /// Every change one of whose values stands in it.
    pub touched_by: BTreeSet<Hash32>,
}

/// A document as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// The project's fields by key, those of a newer schema included.
    pub project: BTreeMap<String, Reading>,
    /// Visits by id.
    pub visits: BTreeMap<VisitId, VisitReading>,
    /// Keys of the root that no schema of this build names, each described.
    pub unknown: BTreeMap<String, Value>,
}

impl Dossier {
    /// The value of a project's field; `None` when nobody wrote it or it was cleared.
    pub fn project_value(&self, field: ProjectField) -> Option<&Value> {
        present(self.project.get(field.key()))
    }

    /// The text of a project's field, empty when there is none.
    pub fn project_text(&self, field: ProjectField) -> &str {
        self.project_value(field)
            .and_then(Value::as_text)
            .unwrap_or_default()
    }

    /// The number in a project's field.
    pub fn project_int(&self, field: ProjectField) -> Option<i64> {
        self.project_value(field).and_then(Value::as_int)
    }
}

impl VisitReading {
    /// The value of a field; `None` when nobody wrote it or it was cleared.
    pub fn value(&self, field: VisitField) -> Option<&Value> {
        present(self.fields.get(field.key()))
    }

    /// The text of a field, empty when there is none.
    pub fn text(&self, field: VisitField) -> &str {
        self.value(field)
            .and_then(Value::as_text)
            .unwrap_or_default()
    }

    /// The number in a field.
    pub fn int(&self, field: VisitField) -> Option<i64> {
        self.value(field).and_then(Value::as_int)
    }
}

fn present(reading: Option<&Reading>) -> Option<&Value> {
    reading
        .map(|reading| &reading.value)
        .filter(|value| **value != Value::Empty)
}

impl Document {
    /// Reads everything. Never fails: a document that Automerge panics over reads as empty, and
    /// what is unknown is described.
    pub fn read(&self) -> Dossier {
        if let Some(kept) = self.kept_reading() {
            return kept.clone();
        }
        catch_unwind(AssertUnwindSafe(|| self.read_all())).unwrap_or_default()
    }

    pub(crate) fn read_all(&self) -> Dossier {
        let mut dossier = Dossier::default();
        for item in self.automerge.map_range(ROOT, ..) {
            let key = item.key.as_ref();
            let id = item.id();
            match key {
                PROJECT_MAP if is_map(&item) => dossier.project = self.fields(&id),
                VISITS_MAP if is_map(&item) => dossier.visits = self.visits(&id),
                _ if SKELETON_MAPS.contains(&key) => {}
                _ => {
                    dossier
                        .unknown
                        .insert(key.to_owned(), value_of(&item.value));
                }
            }
        }
        dossier
    }

    fn visits(&self, visits: &ObjId) -> BTreeMap<VisitId, VisitReading> {
        let mut all = BTreeMap::new();
        for item in self.automerge.map_range(visits, ..) {
            if let Some(visit) = VisitId::from_key(&item.key)
                && is_map(&item)
            {
                all.insert(visit, self.visit(&item.id()));
            }
        }
        all
    }

    pub(crate) fn visit(&self, visit: &ObjId) -> VisitReading {
        let mut reading = VisitReading {
            opened_by: self.written(visit),
            ..VisitReading::default()
        };
        let mut touched = BTreeSet::from([reading.opened_by.change]);
        for item in self.automerge.map_range(visit, ..) {
            let key = item.key.as_ref();
            if is_map(&item) && VISIT_MAPS.contains(&key) {
                for entry in self.automerge.map_range(item.id(), ..) {
                    touched.insert(self.written(&entry.id()).change);
                    read_item(&mut reading, key, &entry);
                }
                continue;
            }
            let field = self.field(visit, &item);
            touched.insert(field.by.change);
            touched.extend(field.others.iter().map(|other| other.by.change));
            reading.fields.insert(key.to_owned(), field);
        }
        reading.photos.sort_unstable_by_key(|photo| photo.hash);
        reading.touched_by = touched;
        reading
    }

    /// The entries of a map, each with its concurrent values; objects are described.
    pub(crate) fn fields(&self, map: &ObjId) -> BTreeMap<String, Reading> {
        let items = self.automerge.map_range(map, ..);
        items
            .map(|item| (item.key.as_ref().to_owned(), self.field(map, &item)))
            .collect()
    }

    fn field(&self, map: &ObjId, item: &MapRangeItem<'_>) -> Reading {
        let id = item.id();
        let mut others = Vec::new();
        if item.conflict {
            let all = self.automerge.get_all(map, item.key.as_ref());
            for (value, other) in all.unwrap_or_default() {
                if other == id {
                    continue;
                }
                let value = match value {
                    automerge::Value::Object(kind) => Value::Foreign(kind.to_string()),
                    automerge::Value::Scalar(scalar) => {
                        scalar_value(&ScalarValueRef::from(scalar.into_owned()))
                    }
                };
                let by = self.written(&other);
                others.push(OtherValue { value, by });
            }
            others.sort_unstable_by_key(|other| other.by);
        }
        Reading {
            value: value_of(&item.value),
            by: self.written(&id),
            others,
        }
    }

    /// Who wrote the value or object with this id.
    fn written(&self, id: &ObjId) -> Written {
        let Some(name) = op_name(id) else {
            return Written::default();
        };
        let change = self.change_of(&name.actor, name.counter);
        let known = change.and_then(|change| self.known.get(&change));
        Written {
            change: change.unwrap_or_default(),
            actor: name.actor,
            claimed_at: known.map(|known| known.claimed_at).unwrap_or_default(),
        }
    }
}

fn read_item(reading: &mut VisitReading, name: &str, item: &MapRangeItem<'_>) {
    let key = item.key.as_ref();
    match (name, value_of(&item.value)) {
        (PHOTOS_MAP, Value::Text(text)) => reading.photos.extend(Photo::parse(key, &text)),
        (DIFFICULTIES_MAP, Value::Text(text)) => {
            reading.difficulties.insert(key.to_owned(), text);
        }
        (ACTIONS_MAP, Value::Text(text)) => {
            if let Some((item, action)) = ItemId::from_key(key).zip(PlannedAction::parse(&text)) {
                reading.actions.insert(item, action);
            }
        }
        (QUANTITIES_MAP, Value::Int(found_milli)) => {
            if let Some(item) = ItemId::from_key(key) {
                reading.quantities.insert(item, found_milli);
            }
        }
        _ => {}
    }
}

fn is_map(item: &MapRangeItem<'_>) -> bool {
    matches!(item.value, ValueRef::Object(ObjType::Map))
}

fn value_of(value: &ValueRef<'_>) -> Value {
    match value {
        ValueRef::Object(kind) => Value::Foreign(kind.to_string()),
        ValueRef::Scalar(scalar) => scalar_value(scalar),
    }
}

fn scalar_value(scalar: &ScalarValueRef<'_>) -> Value {
    match scalar {
        ScalarValueRef::Str(text) => Value::Text(text.to_string()),
        ScalarValueRef::Int(number) => Value::Int(*number),
        ScalarValueRef::Boolean(flag) => Value::Flag(*flag),
        ScalarValueRef::Null => Value::Empty,
        ScalarValueRef::Uint(number) => Value::Foreign(number.to_string()),
        ScalarValueRef::F64(number) => Value::Foreign(number.to_string()),
        ScalarValueRef::Timestamp(instant) => Value::Foreign(instant.to_string()),
        ScalarValueRef::Bytes(bytes) => Value::Foreign(format!("{} bytes", bytes.len())),
        ScalarValueRef::Counter(_) | ScalarValueRef::Unknown { .. } => {
            Value::Foreign("?".to_owned())
        }
    }
}

//! Who changed what when, out of the document itself; and what it takes to take a change back.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::ScalarValue;
use automerge::legacy::{Change as Expanded, Key, ObjectId, Op, OpId, OpType};
use jawla_model::schema::{
    ACTIONS_MAP, DIFFICULTIES_MAP, PHOTOS_MAP, PROJECT_MAP, QUANTITIES_MAP, VISIT_MAPS, VISITS_MAP,
};
use jawla_model::{
    ActorId, Edit, FieldPath, Hash32, ItemId, Photo, ProjectField, Review, Value, VisitField,
    VisitId, VisitStatus,
};
use jawla_views::{ActionShown, Happening, HistoryEntry, ProjectFields, VisitFields};

use crate::document::Document;
use crate::edits::PlannedAction;
use crate::project::Origins;
use crate::read::Dossier;
use crate::skeleton;

/// A name of an operation that two documents never share: counter and actor.
type Name = (u64, ActorId);

/// A map of a document that the schema knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Map {
    Project,
    Visits,
    Visit(VisitId),
    Items(VisitId, &'static str),
}

/// What a change wrote into one place.
#[derive(Debug, Clone)]
struct Write {
    map: Map,
    key: String,
    /// What it superseded there, the value that every replica showed first.
    before: Vec<Value>,
    after: Value,
    /// Its last operation there.
    name: Name,
}

/// What was done to a document, dependencies first. Making it walks through every change: whoever
/// asks twice keeps it, true as long as the document's heads are the same.
#[derive(Default)]
pub struct History {
    steps: Vec<Step>,
    /// The operations whose values stand in each place.
    standing: BTreeMap<(Map, String), BTreeSet<Name>>,
}

/// One change with what it wrote.
struct Step {
    change: Hash32,
    claimed_at_ms: i64,
    opened: Vec<VisitId>,
    writes: Vec<Write>,
}

impl History {
    /// Walks through the changes. A document that Automerge panics over has no past.
    pub fn of(document: &Document) -> Self {
        catch_unwind(AssertUnwindSafe(|| {
            let mut changes: Vec<Expanded> = document
                .automerge
                .get_changes(&[])
                .iter()
                .map(automerge::Change::decode)
                .collect();
            changes.sort_by_key(|change| (change.start_op, change.hash.map(|hash| hash.0)));
            let mut trail = Trail::default();
            for change in &changes {
                trail.follow(document, change);
            }
            trail.past
        }))
        .unwrap_or_default()
    }

    /// Every change of the document, newest first: first what the province has not received, then
    /// by receipt; the document's skeleton is left out. Nothing is undoable yet: that depends on
    /// who asks, see [`undo_of`](Self::undo_of).
    pub fn entries(&self, origins: &dyn Origins) -> Vec<HistoryEntry> {
        let entry = |step: &Step| {
            let origin = origins.origin(&step.change);
            HistoryEntry {
                change: step.change,
                author: origin.person,
                claimed_at_ms: step.claimed_at_ms,
                received_at: origin.received_at,
                happenings: happenings(step),
                undoable: false,
            }
        };
        let mut entries: Vec<HistoryEntry> = self
            .steps
            .iter()
            .rev()
            .map(entry)
            .filter(|entry| !entry.happenings.is_empty())
            .collect();
        // Stable: changes of one receipt stay in the document's own order.
        entries.sort_by_key(|entry| match entry.received_at {
            None => (0, 0),
            Some(received_at) => (1, u64::MAX - received_at.0),
        });
        entries
    }

    /// The edits that take a change back; `None` when it is not in the document, when another
    /// change has written into one of its places since (also one that had not seen it: taking this
    /// one back would settle their disagreement unasked), or when it is none that can be taken
    /// back: opening and finishing a visit, an action or a quantity written for the first time,
    /// and a settlement that chose what everybody saw anyway: going back there would change
    /// nothing.
    pub fn undo_of(&self, change: &Hash32) -> Option<Vec<Edit>> {
        let step = self.steps.iter().find(|step| step.change == *change)?;
        if !step.opened.is_empty() || step.writes.is_empty() {
            return None;
        }
        let stands_alone = |write: &Write| {
            let place = (write.map.clone(), write.key.clone());
            let standing = self.standing.get(&place);
            standing.is_some_and(|names| names.len() == 1 && names.contains(&write.name))
        };
        if !step.writes.iter().all(stands_alone) {
            return None;
        }
        let edits: Vec<Edit> = step
            .writes
            .iter()
            .filter(|write| write.before.first() != Some(&write.after))
            .map(reverse)
            .collect::<Option<_>>()?;
        (!edits.is_empty()).then_some(edits)
    }
}

/// The fields of the project as they stand.
pub fn project_fields(dossier: &Dossier) -> ProjectFields {
    let values = dossier
        .project
        .iter()
        .filter(|(_, reading)| reading.value != Value::Empty)
        .map(|(key, reading)| (key.clone(), reading.value.clone()))
        .collect();
    ProjectFields { values }
}

/// What a visit says; `None` when the dossier has no such visit.
pub fn visit_fields(dossier: &Dossier, visit: &VisitId) -> Option<VisitFields> {
    let reading = dossier.visits.get(visit)?;
    let values = reading
        .fields
        .iter()
        .filter(|(_, reading)| reading.value != Value::Empty)
        .map(|(key, reading)| (key.clone(), reading.value.clone()))
        .collect();
    let actions = reading
        .actions
        .iter()
        .map(|(item, action)| shown(*item, action))
        .collect();
    Some(VisitFields {
        values,
        difficulties: reading.difficulties.clone(),
        actions,
        quantities: reading.quantities.clone(),
        photos: reading.photos.clone(),
    })
}

fn shown(item: ItemId, action: &PlannedAction) -> ActionShown {
    ActionShown {
        item,
        what: action.what.clone(),
        owner: action.owner.clone(),
        due: action.due.clone(),
        done: action.state == "done",
    }
}

/// What the changes so far have made, so that the next can be understood.
#[derive(Default)]
struct Trail {
    maps: BTreeMap<Name, Map>,
    values: BTreeMap<Name, Value>,
    past: History,
}

impl Trail {
    fn follow(&mut self, document: &Document, change: &Expanded) {
        let author = ActorId::from_slice(change.actor_id.to_bytes());
        let Some((author, hash)) = author.zip(change.hash) else {
            return;
        };
        let mut step = Step {
            change: Hash32(hash.0),
            claimed_at_ms: change.time,
            opened: Vec::new(),
            writes: Vec::new(),
        };
        for (index, op) in (0u64..).zip(&change.operations) {
            let counter = change.start_op.get().saturating_add(index);
            self.take((counter, author), op, &mut step);
        }
        if skeleton::step_of(document.id, &author).is_none() {
            self.past.steps.push(step);
        }
    }

    fn take(&mut self, name: Name, op: &Op, step: &mut Step) {
        let Key::Map(key) = &op.key else { return };
        let key = key.as_str();
        let inside = match &op.obj {
            ObjectId::Root => None,
            ObjectId::Id(id) => match name_of(id).and_then(|name| self.maps.get(&name)) {
                Some(map) => Some(map.clone()),
                None => return,
            },
        };
        match (&op.action, inside) {
            (OpType::Make(_), inside) => {
                if let Some(map) = made(inside.as_ref(), key) {
                    if let Map::Visit(visit) = map {
                        step.opened.push(visit);
                    }
                    self.maps.insert(name, map);
                }
            }
            (OpType::Put(scalar), Some(map)) => {
                self.put(name, (map, key), op, value_of(scalar), step);
            }
            (OpType::Delete, Some(map)) => {
                let place = self.past.standing.entry((map, key.to_owned())).or_default();
                superseded(op).for_each(|old| {
                    place.remove(&old);
                });
            }
            _ => {}
        }
    }

    fn put(&mut self, name: Name, at: (Map, &str), op: &Op, after: Value, step: &mut Step) {
        let (map, key) = (at.0, at.1.to_owned());
        self.values.insert(name, after.clone());
        let place = self
            .past
            .standing
            .entry((map.clone(), key.clone()))
            .or_default();
        superseded(op).for_each(|old| {
            place.remove(&old);
        });
        place.insert(name);
        // Several operations of one change in one place are one thing done, from the first's
        // past to the last's value: so are disagreements settled for the value that shows.
        let earlier = step
            .writes
            .iter_mut()
            .find(|write| write.map == map && write.key == key);
        if let Some(write) = earlier {
            write.after = after;
            write.name = name;
            return;
        }
        let before = superseded(op)
            .filter_map(|old| self.values.get(&old).cloned())
            .collect();
        step.writes.push(Write {
            map,
            key,
            before,
            after,
            name,
        });
    }
}

/// The operations that one supersedes, the winner among them first.
fn superseded(op: &Op) -> impl Iterator<Item = Name> {
    op.pred.iter().rev().filter_map(name_of)
}

fn name_of(id: &OpId) -> Option<Name> {
    ActorId::from_slice(id.1.to_bytes()).map(|actor| (id.0, actor))
}

fn made(inside: Option<&Map>, key: &str) -> Option<Map> {
    match inside {
        None if key == PROJECT_MAP => Some(Map::Project),
        None if key == VISITS_MAP => Some(Map::Visits),
        Some(Map::Visits) => VisitId::from_key(key).map(Map::Visit),
        Some(Map::Visit(visit)) => VISIT_MAPS
            .iter()
            .find(|name| **name == key)
            .map(|name| Map::Items(*visit, name)),
        _ => None,
    }
}

fn value_of(scalar: &ScalarValue) -> Value {
    match scalar {
        ScalarValue::Str(text) => Value::Text(text.to_string()),
        ScalarValue::Int(number) => Value::Int(*number),
        ScalarValue::Boolean(flag) => Value::Flag(*flag),
        ScalarValue::Null => Value::Empty,
        other => Value::Foreign(other.to_string()),
    }
}

/// What an opening writes by itself and nobody has to read.
const OPENING: [VisitField; 4] = [
    VisitField::Kind,
    VisitField::Status,
    VisitField::StartedAt,
    VisitField::Replaces,
];

/// What a change did, in the order of the form.
fn happenings(step: &Step) -> Vec<Happening> {
    let opening = |write: &Write| match write.map {
        Map::Visit(visit) => {
            step.opened.contains(&visit) && OPENING.iter().any(|field| field.key() == write.key)
        }
        _ => false,
    };
    let mut all: Vec<Happening> = step
        .opened
        .iter()
        .map(|visit| Happening::VisitOpened(*visit))
        .collect();
    let written = step.writes.iter().filter(|write| !opening(write));
    all.extend(written.filter_map(|write| happening(step, write)));
    all.sort_by_key(rank);
    all
}

/// Where a happening stands in the form; equal ones stay as they were written.
fn rank(happening: &Happening) -> (u8, Option<usize>) {
    let in_order = |at: &FieldPath| match at {
        FieldPath::Project(key) => ProjectField::ALL.iter().position(|f| f.key() == key),
        FieldPath::Visit(_, key) => VisitField::ALL.iter().position(|f| f.key() == key),
    };
    match happening {
        Happening::VisitOpened(_) => (0, None),
        Happening::Set { at, .. } => (1, in_order(at)),
        Happening::QuantityMeasured(..) => (2, None),
        Happening::DifficultyRaised(..) | Happening::DifficultyWithdrawn(..) => (3, None),
        Happening::ActionPlanned(..) => (4, None),
        Happening::PhotoAttached(..) | Happening::PhotoDetached(..) => (5, None),
        Happening::VisitFinished(_) => (6, None),
        Happening::Reviewed(..) => (7, None),
    }
}

fn happening(step: &Step, write: &Write) -> Option<Happening> {
    match &write.map {
        Map::Project => set(FieldPath::Project(write.key.clone()), write),
        Map::Visit(visit) => visit_happening(step, *visit, write),
        Map::Items(visit, PHOTOS_MAP) => match &write.after {
            Value::Text(text) => {
                Photo::parse(&write.key, text).map(|photo| Happening::PhotoAttached(*visit, photo))
            }
            _ => Hash32::from_key(&write.key).map(|hash| Happening::PhotoDetached(*visit, hash)),
        },
        Map::Items(visit, DIFFICULTIES_MAP) => Some(match &write.after {
            Value::Text(note) => {
                Happening::DifficultyRaised(*visit, write.key.clone(), note.clone())
            }
            _ => Happening::DifficultyWithdrawn(*visit, write.key.clone()),
        }),
        Map::Items(visit, ACTIONS_MAP) => {
            let item = ItemId::from_key(&write.key)?;
            let action = PlannedAction::parse(write.after.as_text()?)?;
            Some(Happening::ActionPlanned(*visit, shown(item, &action)))
        }
        Map::Items(visit, QUANTITIES_MAP) => Some(Happening::QuantityMeasured(
            *visit,
            ItemId::from_key(&write.key)?,
            write.after.as_int()?,
        )),
        Map::Visits | Map::Items(..) => None,
    }
}

fn visit_happening(step: &Step, visit: VisitId, write: &Write) -> Option<Happening> {
    let finished = |write: &Write| {
        write.key == VisitField::Status.key()
            && write.after.as_text() == Some(VisitStatus::Recorded.code())
    };
    if finished(write) {
        return Some(Happening::VisitFinished(visit));
    }
    let finishes = step.writes.iter().any(finished);
    if write.key == VisitField::FinishedAt.key() && finishes {
        return None;
    }
    if write.key == VisitField::Review.key()
        && let Some(review) = write.after.as_text().and_then(Review::parse)
    {
        return Some(Happening::Reviewed(visit, review));
    }
    set(FieldPath::Visit(visit, write.key.clone()), write)
}

/// A written field; `None` for one of a newer schema.
fn set(at: FieldPath, write: &Write) -> Option<Happening> {
    at.spec().map(|_| Happening::Set {
        at,
        before: write.before.clone(),
        after: write.after.clone(),
    })
}

/// The edit that writes back what stood before; `None` where there is none.
fn reverse(write: &Write) -> Option<Edit> {
    let before = write.before.first().cloned().unwrap_or(Value::Empty);
    if matches!(before, Value::Foreign(_)) {
        return None;
    }
    match &write.map {
        Map::Project => Some(Edit::Set {
            at: FieldPath::project(ProjectField::from_key(&write.key)?),
            value: before,
        }),
        Map::Visit(visit) => {
            let field = VisitField::from_key(&write.key)?;
            may_go_back(field, write).then(|| Edit::Set {
                at: FieldPath::visit(*visit, field),
                value: before,
            })
        }
        Map::Items(visit, name) => reverse_item(*visit, name, &write.key, &before),
        Map::Visits => None,
    }
}

/// Whether a field of a visit can be taken back. Its status only when a visit was deleted, or
/// that was taken back.
fn may_go_back(field: VisitField, write: &Write) -> bool {
    let recorded = VisitStatus::Recorded.code();
    match field {
        VisitField::Status => !write.before.is_empty() && write.after.as_text() != Some(recorded),
        VisitField::StartedAt | VisitField::FinishedAt | VisitField::Replaces => false,
        _ => true,
    }
}

fn reverse_item(visit: VisitId, map: &str, key: &str, before: &Value) -> Option<Edit> {
    match (map, before) {
        (PHOTOS_MAP, Value::Text(text)) => Some(Edit::AttachPhoto {
            visit,
            photo: Photo::parse(key, text)?,
        }),
        (PHOTOS_MAP, _) => Some(Edit::DetachPhoto {
            visit,
            photo: Hash32::from_key(key)?,
        }),
        (DIFFICULTIES_MAP, Value::Text(note)) => Some(Edit::RaiseDifficulty {
            visit,
            reason: key.to_owned(),
            note: note.clone(),
        }),
        (DIFFICULTIES_MAP, _) => Some(Edit::WithdrawDifficulty {
            visit,
            reason: key.to_owned(),
        }),
        (ACTIONS_MAP, Value::Text(text)) => {
            let action = PlannedAction::parse(text)?;
            // Planning writes an open action; one in another state could not be written back.
            (action.state == "open").then_some(Edit::PlanAction {
                visit,
                item: ItemId::from_key(key)?,
                what: action.what,
                owner: action.owner,
                due: action.due,
            })
        }
        (QUANTITIES_MAP, Value::Int(found_milli)) => Some(Edit::MeasureQuantity {
            visit,
            item: ItemId::from_key(key)?,
            found_milli: *found_milli,
        }),
        _ => None,
    }
}

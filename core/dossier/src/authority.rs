//! Steps 7 and 10 of the guard: where each operation of a change writes, whether its author may,
//! and whether what it writes may stand there. Decided on operations, before anything is applied:
//! a value that loses against a concurrent one is invisible in a comparison, but it is there.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ChangeHash, ObjId, ObjType, Prop, ReadDoc};
use jawla_model::limits::{LINE_CHARS_MAX, NOTE_CHARS_MAX};
use jawla_model::rules::field::{ValueError, check};
use jawla_model::schema::{
    ACTIONS_MAP, DIFFICULTIES_MAP, FieldSpec, PHOTOS_MAP, PROJECT_MAP, QUANTITIES_MAP,
    SKELETON_MAPS, VISITS_MAP, Writers,
};
use jawla_model::{
    ActorId, Hash32, ItemId, ProjectField, Reason, Role, Value, VisitField, VisitId,
};

use crate::change::Header;
use crate::columns::{Action, Key, OpName, Operation, Scalar};
use crate::kept::Part;
use crate::limits;

/// By what right a change is admitted.
pub enum Authority<'a> {
    /// The server decided before (a device reads its log; a tail healed under its own mark): no
    /// rights are checked, types bind known paths only, what a newer schema wrote passes.
    Settled,
    /// The server decides now.
    Role {
        /// The author's role in the document's scope.
        role: Role,
        /// Whether an actor belongs to the person who signed the candidate: decides whether a
        /// visit is theirs. The candidate's own actor need not be among them.
        same_person: &'a dyn Fn(&ActorId) -> bool,
    },
}

impl Authority<'_> {
    pub(crate) const fn is_settled(&self) -> bool {
        matches!(self, Authority::Settled)
    }
}

/// One of the maps that a visit contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Items {
    Photos,
    Difficulties,
    Actions,
    Quantities,
}

impl Items {
    fn of(key: &str) -> Option<Self> {
        match key {
            PHOTOS_MAP => Some(Items::Photos),
            DIFFICULTIES_MAP => Some(Items::Difficulties),
            ACTIONS_MAP => Some(Items::Actions),
            QUANTITIES_MAP => Some(Items::Quantities),
            _ => None,
        }
    }

    fn accepts(self, key: &str, value: &Value) -> bool {
        let lines = |text: &str, chars_max: usize| {
            text.chars().count() <= chars_max && !text.chars().any(|c| c.is_control() && c != '\n')
        };
        let key_is_sound = match self {
            Items::Photos => Hash32::from_key(key).is_some(),
            Items::Actions | Items::Quantities => ItemId::from_key(key).is_some(),
            Items::Difficulties => !key.is_empty(),
        };
        key_is_sound
            && match (self, value) {
                (_, Value::Empty) => true,
                (Items::Photos, Value::Text(text)) => lines(text, LINE_CHARS_MAX),
                (Items::Difficulties | Items::Actions, Value::Text(text)) => {
                    lines(text, NOTE_CHARS_MAX)
                }
                (Items::Quantities, Value::Int(number)) => {
                    (0..=limits::QUANTITY_MILLI_MAX).contains(number)
                }
                _ => false,
            }
    }
}

/// A map of the document, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Project,
    Visits,
    Visit {
        visit: VisitId,
        opened_by: ActorId,
    },
    Items {
        visit: VisitId,
        opened_by: ActorId,
        items: Items,
    },
    /// A map of the skeleton whose fields this build does not know.
    Reserved,
    /// Anything below an unknown key, with how deep it lies.
    Unknown {
        depth: usize,
    },
}

/// What an operation writes to.
enum Target {
    /// Made by the skeleton or by the visit's first change, by nobody else.
    Structure,
    Field(FieldSpec),
    Item(Items),
    NewVisit(VisitId),
    VisitMap(Items),
    Unknown {
        depth: usize,
    },
}

/// Judges all operations of a change, and answers what they write into. Called inside
/// `catch_unwind`: it asks the document.
///
/// # Errors
/// [`Reason::Role`], [`Reason::OutsideVisit`], [`Reason::Schema`], [`Reason::BadColumns`] when an
/// operation supersedes what its author cannot have seen there.
pub(crate) fn judge(
    doc: &Automerge,
    header: &Header,
    operations: &[Operation<'_>],
    authority: &Authority<'_>,
) -> Result<BTreeSet<Part>, Reason> {
    let mut judge = Judge {
        doc,
        header,
        deps: header.deps.iter().map(|dep| ChangeHash(dep.0)).collect(),
        authority,
        made: BTreeMap::new(),
        met: BTreeMap::new(),
        own: BTreeMap::new(),
        touched: BTreeSet::new(),
        written: BTreeSet::new(),
    };
    (header.start_op..)
        .zip(operations)
        .try_for_each(|(counter, operation)| judge.operation(counter, operation))?;
    Ok(judge.written)
}

struct Judge<'a> {
    doc: &'a Automerge,
    header: &'a Header,
    deps: Vec<ChangeHash>,
    authority: &'a Authority<'a>,
    /// Maps made by this change, by counter.
    made: BTreeMap<u64, Place>,
    /// Maps of the document met so far.
    met: BTreeMap<OpName, Place>,
    /// This change's own last operation in a place.
    own: BTreeMap<(Option<OpName>, &'a str), u64>,
    /// The visits this change writes into; none is anything outside them.
    touched: BTreeSet<Option<VisitId>>,
    /// The parts of the document that this change writes into.
    written: BTreeSet<Part>,
}

impl<'a> Judge<'a> {
    fn operation(&mut self, counter: u64, operation: &Operation<'a>) -> Result<(), Reason> {
        let place = self.place(operation.object)?;
        let Key::Map(key) = operation.key else {
            self.written.insert(Part::Whole);
            // Only below unknown keys, and only where somebody newer decided.
            let passes = matches!(place, Place::Unknown { .. }) && self.authority.is_settled();
            if !passes {
                return Err(Reason::Schema);
            }
            return self.made_below(counter, operation, place);
        };
        let target = target(place, key);
        self.written.insert(part(place, &target));
        self.check_right(place, &target)?;
        self.check_value(operation, key, place, &target)?;
        let unknown = matches!(place, Place::Unknown { .. });
        if !unknown {
            self.check_predecessors(operation, key)?;
        }
        self.own.insert((operation.object, key), counter);
        match target {
            Target::NewVisit(visit) => {
                let opened_by = self.header.actor;
                self.made.insert(counter, Place::Visit { visit, opened_by });
            }
            Target::VisitMap(items) => {
                if let Place::Visit { visit, opened_by } = place {
                    let inside = Place::Items {
                        visit,
                        opened_by,
                        items,
                    };
                    self.made.insert(counter, inside);
                }
            }
            Target::Unknown { depth } => {
                return self.made_below(counter, operation, Place::Unknown { depth });
            }
            Target::Structure | Target::Field(_) | Target::Item(_) => {}
        }
        Ok(())
    }

    /// Notes an object made below an unknown key.
    fn made_below(
        &mut self,
        counter: u64,
        operation: &Operation<'_>,
        place: Place,
    ) -> Result<(), Reason> {
        let makes = matches!(operation.action, Action::MakeMap | Action::MakeSequence);
        let Place::Unknown { depth } = place else {
            return Ok(());
        };
        if makes {
            let depth = depth + 1;
            if depth > limits::DEPTH_MAX {
                return Err(Reason::Schema);
            }
            self.made.insert(counter, Place::Unknown { depth });
        }
        Ok(())
    }

    fn place(&mut self, object: Option<OpName>) -> Result<Place, Reason> {
        let Some(name) = object else {
            return Ok(Place::Root);
        };
        if name.actor == self.header.actor && name.counter >= self.header.start_op {
            return self.made.get(&name.counter).copied().ok_or(Reason::Schema);
        }
        if let Some(place) = self.met.get(&name) {
            return Ok(*place);
        }
        let place = find(self.doc, name)?;
        self.met.insert(name, place);
        Ok(place)
    }

    /// Step 7: role, path and verb.
    fn check_right(&mut self, place: Place, target: &Target) -> Result<(), Reason> {
        let Authority::Role { role, same_person } = self.authority else {
            return Ok(());
        };
        let writers = match (target, place) {
            (Target::Field(spec), _) => spec.writers,
            (_, Place::Reserved) => Writers::Office,
            _ => Writers::Team,
        };
        if !role.may_write(writers) {
            return Err(Reason::Role);
        }
        let inside = match (place, target) {
            (
                Place::Visit { visit, opened_by }
                | Place::Items {
                    visit, opened_by, ..
                },
                _,
            ) => {
                let own = opened_by == self.header.actor || same_person(&opened_by);
                if !own && !role.is_office() {
                    return Err(Reason::Role);
                }
                Some(visit)
            }
            (_, Target::NewVisit(visit)) => Some(*visit),
            _ => None,
        };
        self.touched.insert(inside);
        if self.touched.len() > 1 && !role.is_office() {
            return Err(Reason::OutsideVisit);
        }
        Ok(())
    }

    /// Step 10: what may stand where.
    fn check_value(
        &self,
        operation: &Operation<'_>,
        key: &str,
        place: Place,
        target: &Target,
    ) -> Result<(), Reason> {
        let makes_map = operation.action == Action::MakeMap && !operation.insert;
        let puts = operation.action == Action::Put && !operation.insert;
        let settled = self.authority.is_settled();
        let sound = match target {
            Target::Structure => false,
            Target::Field(spec) => puts && fits(spec, &operation.value.value(), settled),
            Target::Item(items) => puts && items.accepts(key, &operation.value.value()),
            Target::NewVisit(_) => {
                makes_map
                    && operation.predecessors.is_empty()
                    && (settled || self.is_free(operation.object, key))
            }
            Target::VisitMap(_) => {
                let own = operation.object.is_some_and(|visit| {
                    visit.actor == self.header.actor && visit.counter >= self.header.start_op
                });
                makes_map && operation.predecessors.is_empty() && own
            }
            Target::Unknown { depth } => {
                let deep = *depth > limits::DEPTH_MAX;
                let scalar = puts && !matches!(operation.value, Scalar::Strange);
                let beside_known_fields = matches!(
                    place,
                    Place::Project | Place::Visit { .. } | Place::Reserved
                );
                !deep && (settled || (scalar && beside_known_fields))
            }
        };
        if sound { Ok(()) } else { Err(Reason::Schema) }
    }

    /// Whether nothing stands at a key of an object of the document.
    fn is_free(&self, object: Option<OpName>, key: &str) -> bool {
        let object = object.map_or(ObjId::Root, object_id);
        matches!(self.doc.get(object, key), Ok(None))
    }

    /// An operation supersedes exactly what its author saw in its place: the visible values at
    /// the change's dependencies, or the change's own last operation there. Anything else would
    /// hide a value in a place that was never checked.
    fn check_predecessors(&self, operation: &Operation<'a>, key: &'a str) -> Result<(), Reason> {
        let mut named: Vec<OpName> = operation.predecessors.clone();
        named.sort_unstable();
        let own = self.own.get(&(operation.object, key));
        let made_here = operation.object.is_some_and(|object| {
            object.actor == self.header.actor && object.counter >= self.header.start_op
        });
        let mut seen = if let Some(counter) = own {
            vec![OpName {
                counter: *counter,
                actor: self.header.actor,
            }]
        } else if made_here {
            Vec::new()
        } else {
            self.visible(operation.object, key)?
        };
        seen.sort_unstable();
        if named == seen {
            Ok(())
        } else {
            Err(Reason::BadColumns)
        }
    }

    fn visible(&self, object: Option<OpName>, key: &str) -> Result<Vec<OpName>, Reason> {
        let object = object.map_or(ObjId::Root, object_id);
        let values = self
            .doc
            .get_all_at(object, key, &self.deps)
            .map_err(|_| Reason::Schema)?;
        values
            .into_iter()
            .map(|(_, id)| op_name(&id).ok_or(Reason::Schema))
            .collect()
    }
}

/// Whether a value may stand in a field. Where the change was decided before, a code of a newer
/// list passes: it is shown as it stands.
fn fits(spec: &FieldSpec, value: &Value, settled: bool) -> bool {
    match check(spec, value) {
        Ok(()) => true,
        Err(ValueError::UnknownCode) => settled,
        Err(_) => false,
    }
}

fn target(place: Place, key: &str) -> Target {
    match place {
        Place::Root if SKELETON_MAPS.contains(&key) => Target::Structure,
        Place::Root => Target::Unknown { depth: 0 },
        Place::Project => ProjectField::from_key(key)
            .map_or(Target::Unknown { depth: 1 }, |field| {
                Target::Field(field.spec())
            }),
        Place::Visits => {
            VisitId::from_key(key).map_or(Target::Unknown { depth: 1 }, Target::NewVisit)
        }
        Place::Visit { .. } => match (VisitField::from_key(key), Items::of(key)) {
            (Some(field), _) => Target::Field(field.spec()),
            (None, Some(items)) => Target::VisitMap(items),
            (None, None) => Target::Unknown { depth: 2 },
        },
        Place::Items { items, .. } => Target::Item(items),
        Place::Reserved => Target::Unknown { depth: 1 },
        Place::Unknown { depth } => Target::Unknown { depth },
    }
}

/// What is read again after an operation in this place.
const fn part(place: Place, target: &Target) -> Part {
    match (place, target) {
        (Place::Project, _) => Part::Project,
        (Place::Visit { visit, .. } | Place::Items { visit, .. }, _) => Part::Visit(visit),
        (Place::Visits, Target::NewVisit(visit)) => Part::Visit(*visit),
        (Place::Root | Place::Visits | Place::Reserved | Place::Unknown { .. }, _) => Part::Whole,
    }
}

/// Where an object of the document stands.
fn find(doc: &Automerge, name: OpName) -> Result<Place, Reason> {
    let object = object_id(name);
    let kind = doc.object_type(&object).map_err(|_| Reason::Schema)?;
    // From the root downwards: the key, and the object that stands there.
    let mut path: Vec<(String, ObjId)> = Vec::new();
    let mut at = object.clone();
    let mut within_sequence = kind != ObjType::Map;
    for parent in doc.parents(&object).map_err(|_| Reason::Schema)? {
        if path.len() > limits::DEPTH_MAX {
            return Err(Reason::Schema);
        }
        let key = match parent.prop {
            Prop::Map(key) => key,
            Prop::Seq(_) => {
                within_sequence = true;
                String::new()
            }
        };
        path.push((key, at));
        at = parent.obj;
    }
    path.reverse();
    if within_sequence {
        return Ok(Place::Unknown { depth: path.len() });
    }
    let keys: Vec<&str> = path.iter().map(|(key, _)| key.as_str()).collect();
    let unknown = Place::Unknown { depth: path.len() };
    Ok(match keys.as_slice() {
        [PROJECT_MAP] => Place::Project,
        [VISITS_MAP] => Place::Visits,
        [VISITS_MAP, visit, inside @ ..] => {
            let opened_by = path.get(1).and_then(|(_, id)| op_name(id));
            let (Some(visit), Some(opened_by)) = (VisitId::from_key(visit), opened_by) else {
                return Ok(unknown);
            };
            let opened_by = opened_by.actor;
            match inside {
                [] => Place::Visit { visit, opened_by },
                [items] => match Items::of(items) {
                    Some(items) => Place::Items {
                        visit,
                        opened_by,
                        items,
                    },
                    None => unknown,
                },
                _ => unknown,
            }
        }
        [reserved] if SKELETON_MAPS.contains(reserved) => Place::Reserved,
        _ => unknown,
    })
}

fn object_id(name: OpName) -> ObjId {
    ObjId::Id(name.counter, name.actor.0.into(), 0)
}

/// The name of the operation behind an id of Automerge's; `None` for the root and for actors
/// that are none of ours.
pub(crate) fn op_name(id: &ObjId) -> Option<OpName> {
    match id {
        ObjId::Root => None,
        ObjId::Id(counter, actor, _) => Some(OpName {
            counter: *counter,
            actor: ActorId::from_slice(actor.to_bytes())?,
        }),
    }
}

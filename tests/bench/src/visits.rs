//! The workload in the words of the model: its visits as the edits that a device writes.

use jawla_model::visit::PhotoRole;
use jawla_model::{
    Claimed, Edit, FieldPath, Hash32, Photo, ProjectField, Value, VisitField, VisitId, VisitKind,
};
use jawla_sync::chain::sha256;
use jawla_world::workload::{WorkloadFields, WorkloadValue, WorkloadVisit};

/// Fields that begin and end a visit and are written by these commands, never typed.
const NOT_TYPED: [&str; 4] = ["kind", "status", "started_at", "finished_at"];

/// In how many changes a visit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Two: begun; everything else. The fewest that a device's commands make.
    Terse,
    /// Five: begun; the form left; a photo; a photo; finished. What a person on the pages makes.
    Pages,
}

/// One change to be written: its edits and the instant its author claims.
pub struct Step {
    /// The edits.
    pub edits: Vec<Edit>,
    /// The claim.
    pub claimed_at: Claimed,
}

/// The 25 fields of a project.
pub fn project_edits(fields: &WorkloadFields) -> Vec<Edit> {
    fields
        .iter()
        .map(|(key, value)| {
            let field = ProjectField::from_key(key).expect("a key of the schema");
            set(FieldPath::project(field), value)
        })
        .collect()
}

/// A visit as the changes it is made of, in their order; the first begins it.
pub fn steps(visit: &WorkloadVisit, manner: Manner) -> Vec<Step> {
    let id = VisitId(visit.id);
    let (started_at, finished_at) = (instant(visit, "started_at"), instant(visit, "finished_at"));
    let kind = visit.fields.iter().find(|(key, _)| *key == "kind");
    let kind = match kind {
        Some((_, WorkloadValue::Text(code))) => VisitKind::from_code(code).expect("a kind"),
        _ => panic!("a visit of the workload has a kind"),
    };
    let begun = Edit::OpenVisit {
        visit: id,
        kind,
        started_at,
        replaces: None,
    };
    let typed = visit
        .fields
        .iter()
        .filter(|(key, _)| !NOT_TYPED.contains(key))
        .map(|(key, value)| {
            let field = VisitField::from_key(key).expect("a key of the schema");
            set(FieldPath::visit(id, field), value)
        })
        .collect();
    let mut groups: Vec<Vec<Edit>> = vec![typed];
    groups.extend(
        photos(visit, started_at).map(|photo| vec![Edit::AttachPhoto { visit: id, photo }]),
    );
    groups.push(vec![Edit::FinishVisit {
        visit: id,
        finished_at,
    }]);
    if manner == Manner::Terse {
        groups = vec![groups.into_iter().flatten().collect()];
    }
    let first = Step {
        edits: vec![begun],
        claimed_at: started_at,
    };
    let rest = groups.into_iter().map(|edits| Step {
        edits,
        claimed_at: finished_at,
    });
    std::iter::once(first).chain(rest).collect()
}

/// The same edits for a visit that a device began under an id of its own.
pub fn on_visit(edits: Vec<Edit>, visit: VisitId) -> Vec<Edit> {
    edits
        .into_iter()
        .map(|edit| match edit {
            Edit::Set {
                at: FieldPath::Visit(_, key),
                value,
            } => Edit::Set {
                at: FieldPath::Visit(visit, key),
                value,
            },
            Edit::AttachPhoto { photo, .. } => Edit::AttachPhoto { visit, photo },
            Edit::FinishVisit { finished_at, .. } => Edit::FinishVisit { visit, finished_at },
            other => other,
        })
        .collect()
}

/// The kind that a visit is begun with.
pub fn kind_of(step: &Step) -> VisitKind {
    match step.edits.first() {
        Some(Edit::OpenVisit { kind, .. }) => *kind,
        _ => panic!("the first step begins the visit"),
    }
}

fn set(at: FieldPath, value: &WorkloadValue) -> Edit {
    let value = match value {
        WorkloadValue::Text(text) => Value::Text(text.clone()),
        WorkloadValue::Int(number) => Value::Int(*number),
        WorkloadValue::Flag(flag) => Value::Flag(*flag),
    };
    Edit::Set { at, value }
}

fn instant(visit: &WorkloadVisit, wanted: &str) -> Claimed {
    let found = visit.fields.iter().find(|(key, _)| *key == wanted);
    match found {
        Some((_, WorkloadValue::Int(ms))) => Claimed(*ms),
        _ => panic!("a visit of the workload has {wanted}"),
    }
}

/// The two photos. The model names a thumbnail beside each photo, so that a visit holds four
/// hashes where the workload asks for two; sizes come from the hash, for they compress badly too.
fn photos(visit: &WorkloadVisit, started_at: Claimed) -> impl Iterator<Item = Photo> {
    let roles = [PhotoRole::Overview, PhotoRole::Detail];
    visit
        .photos
        .into_iter()
        .zip(roles)
        .map(move |(hash, role)| Photo {
            hash: Hash32(hash),
            role,
            size_bytes: 230_000 + u64::from(u16::from_le_bytes([hash[0], hash[1]])),
            width_px: 1_600,
            height_px: 1_200,
            taken_at: Claimed(started_at.0 + i64::from(hash[2]) * 4_000),
            thumbnail: sha256(&hash),
        })
}

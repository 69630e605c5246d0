//! Values *à départager*: fields where two people wrote differently without seeing each other.

use jawla_model::schema::Weight;
use jawla_model::{FieldPath, Value, VisitField, VisitStatus};

use crate::read::{Dossier, OtherValue, Reading, VisitReading};

/// One field whose concurrent values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub path: FieldPath,
    /// What it weighs.
    pub weight: Weight,
    /// The different values, the provisional winner first, the others by change. Somebody who
    /// wrote a value that stands here already is not listed again.
    pub values: Vec<OtherValue>,
}

impl Conflict {
    /// Whether it is money or a measured quantity, which never get a silent winner.
    pub fn is_weighty(&self) -> bool {
        self.weight != Weight::Plain
    }
}

/// Every conflict worth showing, by path: fields of the schema, of the project and of visits that
/// are not deleted. The same value written twice is none.
pub fn conflicts(dossier: &Dossier) -> Vec<Conflict> {
    let project = dossier
        .project
        .iter()
        .filter_map(|(key, reading)| conflict(FieldPath::Project(key.clone()), reading));
    let visits = dossier
        .visits
        .iter()
        .filter(|(_, visit)| !is_deleted(visit))
        .flat_map(|(id, visit)| {
            visit
                .fields
                .iter()
                .filter_map(|(key, reading)| conflict(FieldPath::Visit(*id, key.clone()), reading))
        });
    project.chain(visits).collect()
}

fn is_deleted(visit: &VisitReading) -> bool {
    visit.text(VisitField::Status) == VisitStatus::Deleted.code()
}

fn conflict(path: FieldPath, reading: &Reading) -> Option<Conflict> {
    let weight = path.spec()?.weight;
    let winner = OtherValue {
        value: reading.value.clone(),
        by: reading.by,
    };
    let mut values = vec![winner];
    for other in &reading.others {
        let stands = |value: &Value| values.iter().any(|known| known.value == *value);
        if !stands(&other.value) {
            values.push(other.clone());
        }
    }
    (values.len() > 1).then_some(Conflict {
        path,
        weight,
        values,
    })
}

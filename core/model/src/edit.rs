//! What a person changes in a dossier, and the scalars it is made of.

use serde::{Deserialize, Serialize};

use crate::ids::{Hash32, ItemId, PersonId, VisitId};
use crate::schema::{FieldSpec, ProjectField, VisitField};
use crate::time::Claimed;
use crate::visit::{PhotoRole, VisitKind};

/// A scalar of a document. Values that belong together are one scalar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text: lines, notes, codes, days, positions, reviews.
    Text(String),
    /// Whole numbers: amounts, shares, counts, instants.
    Int(i64),
    /// Yes or no.
    Flag(bool),
    /// Cleared by a person.
    Empty,
    /// A scalar of a newer schema, described for showing; it cannot be written.
    Foreign(String),
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

/// A place in a dossier that holds one scalar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldPath {
    /// A field of the project.
    Project(String),
    /// A field of a visit.
    Visit(VisitId, String),
}

impl FieldPath {
    /// The path of a project's field.
    pub fn project(field: ProjectField) -> Self {
        FieldPath::Project(field.key().to_owned())
    }

    /// The path of a visit's field.
    pub fn visit(visit: VisitId, field: VisitField) -> Self {
        FieldPath::Visit(visit, field.key().to_owned())
    }

    /// The line of the schema; `None` for a field of a newer schema.
    pub fn spec(&self) -> Option<FieldSpec> {
        match self {
            FieldPath::Project(key) => ProjectField::from_key(key).map(ProjectField::spec),
            FieldPath::Visit(_, key) => VisitField::from_key(key).map(VisitField::spec),
        }
    }

    /// The path as one text, `project/note` or `visits/KEY/note`: rows, addresses, logs.
    pub fn text(&self) -> String {
        match self {
            FieldPath::Project(key) => format!("project/{key}"),
            FieldPath::Visit(visit, key) => format!("visits/{}/{key}", visit.key()),
        }
    }

    /// The inverse of [`text`](Self::text).
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let path = match (parts.next()?, parts.next()?, parts.next()) {
            ("project", key, None) => FieldPath::Project(key.to_owned()),
            ("visits", visit, Some(key)) => {
                FieldPath::Visit(VisitId::from_key(visit)?, key.to_owned())
            }
            _ => return None,
        };
        parts.next().is_none().then_some(path)
    }
}

/// Where something was seen. One scalar: `lat_e7;lng_e7;accuracy_m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude in ten-millionths of a degree.
    pub latitude_e7: i32,
    /// Longitude in ten-millionths of a degree.
    pub longitude_e7: i32,
    /// Radius of the position's uncertainty, in metres.
    pub accuracy_m: u32,
}

impl Position {
    /// The scalar.
    pub fn text(&self) -> String {
        format!(
            "{};{};{}",
            self.latitude_e7, self.longitude_e7, self.accuracy_m
        )
    }

    /// Reads the scalar; fields that a newer schema appends are passed over.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let position = Self {
            latitude_e7: parts.next()?.parse().ok()?,
            longitude_e7: parts.next()?.parse().ok()?,
            accuracy_m: parts.next()?.parse().ok()?,
        };
        let in_range = position.latitude_e7.unsigned_abs() <= 900_000_000
            && position.longitude_e7.unsigned_abs() <= 1_800_000_000;
        in_range.then_some(position)
    }
}

/// One photo of a visit: the file by its hash, and one scalar beside it,
/// `role;size_bytes;width_px;height_px;taken_at;thumbnail hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// SHA-256 of the JPEG that is sent.
    pub hash: Hash32,
    /// What it shows.
    pub role: PhotoRole,
    /// Size of the file that is sent.
    pub size_bytes: u64,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// What the device's clock said at the shutter.
    pub taken_at: Claimed,
    /// SHA-256 of the thumbnail, a file of its own.
    pub thumbnail: Hash32,
}

impl Photo {
    /// The scalar beside the hash.
    pub fn text(&self) -> String {
        format!(
            "{};{};{};{};{};{}",
            self.role.code(),
            self.size_bytes,
            self.width_px,
            self.height_px,
            self.taken_at.0,
            self.thumbnail.key()
        )
    }

    /// Reads the entry of a photo map; `None` when the key is no hash or the scalar is not one
    /// of a photo. Fields that a newer schema appends are passed over.
    pub fn parse(key: &str, text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        Some(Self {
            hash: Hash32::from_key(key)?,
            role: PhotoRole::from_code(parts.next()?)?,
            size_bytes: parts.next()?.parse().ok()?,
            width_px: parts.next()?.parse().ok()?,
            height_px: parts.next()?.parse().ok()?,
            taken_at: Claimed(parts.next()?.parse().ok()?),
            thumbnail: Hash32::from_key(parts.next()?)?,
        })
    }
}

/// What a supervisor decided about a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// *Validé*.
    Approved,
    /// *À corriger*.
    Returned,
}

/// The office's review of a visit: one scalar, JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What was decided.
    pub decision: ReviewDecision,
    /// Who decided.
    pub author: PersonId,
    /// The words for the visit's author.
    #[serde(default)]
    pub comment: String,
    /// The field they are about, if one.
    #[serde(default)]
    pub field: Option<String>,
}

impl Review {
    /// The scalar.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the scalar.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// One thing a person did to a dossier. Several edits of one screen become one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Writes a field, superseding every value its author has seen: also how a disagreement is
    /// settled and how an own edit is undone.
    Set {
        /// Where.
        at: FieldPath,
        /// What; [`Value::Empty`] clears.
        value: Value,
    },
    /// Begins a visit as a draft, with the maps it will need.
    OpenVisit {
        /// A fresh random id.
        visit: VisitId,
        /// Why somebody went there.
        kind: VisitKind,
        /// What the device's clock said.
        started_at: Claimed,
        /// The visit this one replaces, when an author reopens one that was set aside.
        replaces: Option<VisitId>,
    },
    /// Adds a photo to a visit; adding it twice changes nothing.
    AttachPhoto {
        /// The visit.
        visit: VisitId,
        /// The photo.
        photo: Photo,
    },
    /// Takes a photo out of a visit; the file stays.
    DetachPhoto {
        /// The visit.
        visit: VisitId,
        /// The photo's hash.
        photo: Hash32,
    },
    /// Names a difficulty, or changes the note beside it.
    RaiseDifficulty {
        /// The visit.
        visit: VisitId,
        /// A reason code of the reference bundle.
        reason: String,
        /// What the author wrote about it.
        note: String,
    },
    /// Takes a difficulty back.
    WithdrawDifficulty {
        /// The visit.
        visit: VisitId,
        /// Its reason code.
        reason: String,
    },
    /// Writes an action to take: `what;who;due day;state`.
    PlanAction {
        /// The visit.
        visit: VisitId,
        /// The action's id.
        item: ItemId,
        /// What is to be done.
        what: String,
        /// By whom.
        owner: String,
        /// Until when, `2026-12-01`; empty when open.
        due: String,
    },
    /// Records a measured quantity of one item of the works, in thousandths of its unit.
    MeasureQuantity {
        /// The visit.
        visit: VisitId,
        /// The item measured.
        item: ItemId,
        /// How much was found, in thousandths of the unit.
        found_milli: i64,
    },
    /// *Terminer la visite*: closes the draft.
    FinishVisit {
        /// The visit.
        visit: VisitId,
        /// What the device's clock said.
        finished_at: Claimed,
    },
    /// The office's review.
    ReviewVisit {
        /// The visit.
        visit: VisitId,
        /// What was decided.
        review: Review,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_text_each() {
        let visit = VisitId([9; 16]);
        for path in [
            FieldPath::project(ProjectField::Note),
            FieldPath::visit(visit, VisitField::Progress),
            FieldPath::Project("field_of_2031".into()),
        ] {
            assert_eq!(FieldPath::from_text(&path.text()), Some(path));
        }
        for text in [
            "",
            "project",
            "visits/x/note",
            "project/a/b",
            "visits/a/b/c/d",
        ] {
            assert_eq!(FieldPath::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn composite_scalars_survive_and_tolerate_a_newer_tail() {
        let position = Position {
            latitude_e7: 328_812_345,
            longitude_e7: -69_061_234,
            accuracy_m: 12,
        };
        assert_eq!(Position::parse(&position.text()), Some(position));
        assert_eq!(
            Position::parse(&format!("{};new", position.text())),
            Some(position)
        );
        assert_eq!(Position::parse("900000001;0;1"), None);
        assert_eq!(Position::parse("1;2"), None);

        let photo = Photo {
            hash: Hash32([1; 32]),
            role: PhotoRole::Defect,
            size_bytes: 268_000,
            width_px: 1600,
            height_px: 1200,
            taken_at: Claimed(1_763_900_000_000),
            thumbnail: Hash32([2; 32]),
        };
        assert_eq!(Photo::parse(&photo.hash.key(), &photo.text()), Some(photo));

        let review = Review {
            decision: ReviewDecision::Returned,
            author: PersonId([3; 16]),
            comment: "Photo floue ; à refaire".into(),
            field: Some("photos".into()),
        };
        assert_eq!(Review::parse(&review.text()), Some(review));
        assert_eq!(Review::parse("{}"), None);
    }
}

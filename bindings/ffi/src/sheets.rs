//! What one screen shows of one project or one visit, and the values in it.

use jawla_model::{Position, Value, VisitId};
use jawla_views::VisitFields;
use std::collections::BTreeMap;

use crate::disagreements::Disagreement;
use crate::error::RuleBroken;
use crate::money::OfficialMoney;
use crate::platform::GeoPosition;
use crate::rows::{Commune, PhotoInfo, ProjectSummary, VisitSummary};
use crate::words::{RecordWord, ReportingState};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FieldValue {
    /// Lines, notes, codes, days.
    Text {
        /// The text.
        text: String,
    },
    /// Whole numbers: amounts in centimes, shares in basis points, counts, instants.
    Whole {
        /// The number.
        number: i64,
    },
    /// Yes or no.
    Flag {
        /// Which of the two.
        yes: bool,
    },
    /// A position.
    Place {
        /// Where.
        position: GeoPosition,
    },
    /// Cleared, or to be cleared.
    Cleared,
    /// A value of a newer version, described for showing; it cannot be written.
    Newer {
        /// What to show.
        shown: String,
    },
}

impl FieldValue {
    /// What a document holds, as an app sees it under this key.
    pub(crate) fn of(key: &str, value: &Value) -> Self {
        match value {
            Value::Text(text) if key == "position" => match Position::parse(text) {
                Some(at) => FieldValue::Place {
                    position: GeoPosition {
                        latitude_e7: at.latitude_e7,
                        longitude_e7: at.longitude_e7,
                        accuracy_m: at.accuracy_m,
                    },
                },
                None => FieldValue::Newer {
                    shown: text.clone(),
                },
            },
            Value::Text(text) => FieldValue::Text { text: text.clone() },
            Value::Int(number) => FieldValue::Whole { number: *number },
            Value::Flag(yes) => FieldValue::Flag { yes: *yes },
            Value::Empty => FieldValue::Cleared,
            Value::Foreign(shown) => FieldValue::Newer {
                shown: shown.clone(),
            },
        }
    }
}

impl From<FieldValue> for Value {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Text { text } => Value::Text(text),
            FieldValue::Whole { number } => Value::Int(number),
            FieldValue::Flag { yes } => Value::Flag(yes),
            FieldValue::Place { position } => Value::Text(position_text(position)),
            FieldValue::Cleared => Value::Empty,
            FieldValue::Newer { shown } => Value::Foreign(shown),
        }
    }
}

/// The scalar of a position.
pub(crate) fn position_text(position: GeoPosition) -> String {
    Position {
        latitude_e7: position.latitude_e7,
        longitude_e7: position.longitude_e7,
        accuracy_m: position.accuracy_m,
    }
    .text()
}

/// A field with its value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FieldWritten {
    /// The key of the schema.
    pub key: String,
    /// What stands there.
    pub value: FieldValue,
}

pub(crate) fn written(values: &BTreeMap<String, Value>) -> Vec<FieldWritten> {
    let one = |(key, value): (&String, &Value)| FieldWritten {
        key: key.clone(),
        value: FieldValue::of(key, value),
    };
    values.iter().map(one).collect()
}

/// What the server says of a project beside what people wrote: when it received it, what the
/// office approved, what the province counts, and the official money.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ServerFacts {
    /// Receipt of the newest change, seconds since 1970 UTC; none before the first.
    pub received_at_s: Option<u64>,
    /// Progress of the newest approved visit, in basis points.
    pub approved_progress_bp: Option<i64>,
    /// Code of the administrative state, recorded by the office.
    pub admin_state: String,
    /// What the province counts it as.
    pub reporting_state: ReportingState,
    /// What the office recorded of contracts, commitments, payment orders and payments.
    pub money: OfficialMoney,
}

/// Everything the sheet of one project shows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectSheet {
    /// The project as lists show it.
    pub project: ProjectSummary,
    /// Its fields by key, what is being typed laid over them; a field nobody wrote is missing.
    pub fields: Vec<FieldWritten>,
    /// Its visits that this person may see, newest first, at most 200.
    pub visits: Vec<VisitSummary>,
    /// Drafts that others have begun: said as a number, never shown.
    pub drafts_of_others: u32,
    /// Photos of its visits, at most 200.
    pub photos: Vec<PhotoInfo>,
    /// Its open disagreements, the weighty ones first, at most 200.
    pub disagreements: Vec<Disagreement>,
    /// What the server says of it.
    pub server_facts: ServerFacts,
    /// Facts of its communes, those that the reference data knows.
    pub communes: Vec<Commune>,
}

/// A difficulty that a visit names.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DifficultyNote {
    /// Code of the reason.
    pub reason: String,
    /// What the author wrote about it.
    pub note: String,
}

/// An action that a visit planned.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ActionInfo {
    /// Its id.
    pub item: String,
    /// What is to be done.
    pub what: String,
    /// By whom.
    pub owner: String,
    /// Until when, `2026-12-01`; empty when open.
    pub due: String,
    /// Whether it is done.
    pub done: bool,
}

/// The form of a visit.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VisitForm {
    /// The project.
    pub project: ProjectSummary,
    /// The visit as lists show it.
    pub visit: VisitSummary,
    /// The word it shows.
    pub word: RecordWord,
    /// Its fields by key, what is being typed laid over them.
    pub fields: Vec<FieldWritten>,
    /// Keys of the fields that are typed and no change yet.
    pub typed: Vec<String>,
    /// Whether this person may write into it.
    pub editable: bool,
    /// Difficulties named.
    pub difficulties: Vec<DifficultyNote>,
    /// Actions planned.
    pub actions: Vec<ActionInfo>,
    /// Photos.
    pub photos: Vec<PhotoInfo>,
    /// Every rule that keeps it from being finished now, in the order of the form.
    pub violations: Vec<RuleBroken>,
    /// How many of the rules that apply hold.
    pub rules_kept: u8,
    /// How many apply.
    pub rules_applying: u8,
    /// Disagreements inside it.
    pub disagreements: Vec<Disagreement>,
    /// The finished visit before it, if there is one.
    pub previous_visit: Option<String>,
    /// The fields of that visit.
    pub previous_fields: Vec<FieldWritten>,
    /// When it was last saved on this device, milliseconds since 1970 UTC.
    pub saved_at_ms: Option<i64>,
}

pub(crate) fn difficulties(fields: &VisitFields) -> Vec<DifficultyNote> {
    let one = |(reason, note): (&String, &String)| DifficultyNote {
        reason: reason.clone(),
        note: note.clone(),
    };
    fields.difficulties.iter().map(one).collect()
}

pub(crate) fn actions(fields: &VisitFields) -> Vec<ActionInfo> {
    fields.actions.iter().map(ActionInfo::from).collect()
}

impl From<&jawla_views::ActionShown> for ActionInfo {
    fn from(action: &jawla_views::ActionShown) -> Self {
        Self {
            item: action.item.hex(),
            what: action.what.clone(),
            owner: action.owner.clone(),
            due: action.due.clone(),
            done: action.done,
        }
    }
}

pub(crate) fn photos(visit: VisitId, fields: &VisitFields) -> Vec<PhotoInfo> {
    let photos = fields.photos.iter();
    photos.map(|photo| PhotoInfo::of(visit, photo)).collect()
}

//! The fields there are: keys, kinds, bounds, labels. Forms are built from it, so that a new field
//! needs no new binding.

use jawla_model::schema::{FieldKind as Kind, FieldSpec, ProjectField, VisitField, Writers};
use jawla_model::{AdminState, Entity, Nature, SiteState, VisitKind};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// Several lines of text.
    Note,
    /// One of `codes`.
    Code,
    /// A code of the reference data, or several joined by `+`.
    Reference,
    /// A whole number between `min` and `max`.
    Whole,
    /// A share in basis points, 0 to 10 000.
    Share,
    /// An amount in centimes.
    Amount,
    /// A day, `2026-11-23`.
    Day,
    /// An instant, milliseconds since 1970 UTC.
    Instant,
    /// A position, `latitude_e7;longitude_e7;accuracy_m`.
    Position,
    /// Yes or no.
    Flag,
    /// The office's review; never written by a device.
    Review,
}

/// A code with its labels; both are the code itself where it has none.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CodeLabel {
    /// What is stored.
    pub code: String,
    /// French label.
    pub label_fr: String,
    /// Arabic label.
    pub label_ar: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FieldInfo {
    /// Its key, for ever.
    pub key: String,
    /// Whether it belongs to a visit; otherwise to the project.
    pub of_visit: bool,
    /// What it holds.
    pub kind: FieldKind,
    /// Smallest number, for `Whole`.
    pub min: Option<i64>,
    /// Largest number, for `Whole`.
    pub max: Option<i64>,
    /// Most characters, for texts.
    pub chars_max: Option<u32>,
    /// The codes, for `Code`.
    pub codes: Vec<CodeLabel>,
    /// Whether a field team may write it; otherwise the office alone.
    pub team_writes: bool,
    /// Its label, French.
    pub label_fr: String,
    /// Its label, Arabic.
    pub label_ar: String,
}

/// Every field of projects, then of visits, in the order of the forms. Looks at memory only.
#[uniffi::export]
pub fn field_schema() -> Vec<FieldInfo> {
    let projects = ProjectField::ALL.iter().map(|field| field.spec());
    let visits = VisitField::ALL.iter().map(|field| field.spec());
    projects.chain(visits).map(|spec| info(&spec)).collect()
}

fn info(spec: &FieldSpec) -> FieldInfo {
    let (kind, min, max) = match spec.kind {
        Kind::Line => (FieldKind::Line, None, None),
        Kind::Note => (FieldKind::Note, None, None),
        Kind::Code(_) => (FieldKind::Code, None, None),
        Kind::Reference => (FieldKind::Reference, None, None),
        Kind::Whole { min, max } => (FieldKind::Whole, Some(min), Some(max)),
        Kind::Share => (FieldKind::Share, Some(0), Some(10_000)),
        Kind::Amount => (FieldKind::Amount, Some(0), None),
        Kind::Day => (FieldKind::Day, None, None),
        Kind::Instant => (FieldKind::Instant, None, None),
        Kind::Position => (FieldKind::Position, None, None),
        Kind::Flag => (FieldKind::Flag, None, None),
        Kind::Review => (FieldKind::Review, None, None),
    };
    let is_text = matches!(spec.kind, Kind::Line | Kind::Note | Kind::Reference);
    let codes = match spec.kind {
        Kind::Code(codes) => codes.iter().map(|code| label(spec, code)).collect(),
        _ => Vec::new(),
    };
    FieldInfo {
        key: spec.key.to_owned(),
        of_visit: spec.entity == Entity::Visit,
        kind,
        min,
        max,
        chars_max: is_text.then(|| u32::try_from(spec.chars_max()).unwrap_or(u32::MAX)),
        codes,
        team_writes: spec.writers == Writers::Team,
        label_fr: spec.label_fr.to_owned(),
        label_ar: spec.label_ar.to_owned(),
    }
}

fn label(spec: &FieldSpec, code: &str) -> CodeLabel {
    let of = |fr: &str, ar: &str| (fr.to_owned(), ar.to_owned());
    let found = match (spec.entity, spec.key) {
        (Entity::Visit, "kind") => {
            VisitKind::from_code(code).map(|one| of(one.label_fr(), one.label_ar()))
        }
        (Entity::Visit, "site_state") => {
            SiteState::from_code(code).map(|one| of(one.label_fr(), one.label_ar()))
        }
        (Entity::Project, "nature") => {
            Nature::from_code(code).map(|one| of(one.label_fr(), one.label_ar()))
        }
        (Entity::Project, "admin_state") => {
            AdminState::from_code(code).map(|one| of(one.label_fr(), one.label_ar()))
        }
        _ => None,
    };
    let (label_fr, label_ar) = found.unwrap_or_else(|| of(code, code));
    CodeLabel {
        code: code.to_owned(),
        label_fr,
        label_ar,
    }
}

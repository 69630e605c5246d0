//! Whether a value may stand in a field. Run where a value is typed or imported, and by the
//! guard on what another device wrote.

use crate::edit::{Position, Review, Value};
use crate::limits::AMOUNT_CENTIMES_MAX;
use crate::schema::{FieldKind, FieldSpec};
use crate::time::is_civil_day;

/// Why a value may not stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Text where a number is wanted, or the other way round.
    #[error("a value of another type is expected")]
    WrongType,
    /// Longer than the field allows.
    #[error("the text is longer than {chars_max} characters")]
    TooLong {
        /// What the field allows.
        chars_max: usize,
    },
    /// Characters that no person types: NUL and other controls.
    #[error("the text contains control characters")]
    ControlCharacter,
    /// Not a code of the list.
    #[error("the code is not in the list")]
    UnknownCode,
    /// A number outside its bounds.
    #[error("the number is outside its bounds")]
    OutOfBounds,
    /// Not a day, a position or a review.
    #[error("the text does not have the form that is expected")]
    Malformed,
}

impl ValueError {
    /// What is wrong and what to do, for a person, French.
    pub fn sentence_fr(self) -> String {
        match self {
            ValueError::WrongType => "La valeur n'est pas du type attendu.".into(),
            ValueError::TooLong { chars_max } => {
                format!("Le texte dépasse {chars_max} caractères : raccourcissez-le.")
            }
            ValueError::ControlCharacter => {
                "Le texte contient des caractères invisibles : retapez-le.".into()
            }
            ValueError::UnknownCode => "Ce code n'est pas dans la liste.".into(),
            ValueError::OutOfBounds => "Ce nombre n'est pas possible ici.".into(),
            ValueError::Malformed => "Cette valeur n'a pas la forme attendue.".into(),
        }
    }

    /// The same, Arabic.
    pub fn sentence_ar(self) -> String {
        match self {
            ValueError::WrongType => "القيمة ليست من النوع المنتظر.".into(),
            ValueError::TooLong { chars_max } => {
                format!("النص يتجاوز {chars_max} حرفا: اختصره.")
            }
            ValueError::ControlCharacter => "النص يحتوي على رموز غير مرئية: أعد كتابته.".into(),
            ValueError::UnknownCode => "هذا الرمز غير موجود في اللائحة.".into(),
            ValueError::OutOfBounds => "هذا العدد غير ممكن هنا.".into(),
            ValueError::Malformed => "هذه القيمة ليست بالصيغة المنتظرة.".into(),
        }
    }
}

/// Checks `value` against the field's line of the schema. [`Value::Empty`] always passes: a
/// field can be cleared.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(spec: &FieldSpec, value: &Value) -> Result<(), ValueError> {
    match (spec.kind, value) {
        (_, Value::Empty) => Ok(()),
        (FieldKind::Flag, Value::Flag(_)) => Ok(()),
        (FieldKind::Whole { min, max }, Value::Int(number)) => within(*number, min, max),
        (FieldKind::Share, Value::Int(number)) => within(*number, 0, 10_000),
        (FieldKind::Amount, Value::Int(number)) => within(*number, 0, AMOUNT_CENTIMES_MAX),
        (FieldKind::Instant, Value::Int(_)) => Ok(()),
        (kind, Value::Text(text)) => check_text(spec, kind, text),
        _ => Err(ValueError::WrongType),
    }
}

fn check_text(spec: &FieldSpec, kind: FieldKind, text: &str) -> Result<(), ValueError> {
    let chars_max = spec.chars_max();
    if text.chars().count() > chars_max {
        return Err(ValueError::TooLong { chars_max });
    }
    let allowed = |c: char| !c.is_control() || (kind == FieldKind::Note && c == '\n');
    if !text.chars().all(allowed) {
        return Err(ValueError::ControlCharacter);
    }
    match kind {
        FieldKind::Line | FieldKind::Note | FieldKind::Reference => Ok(()),
        FieldKind::Code(codes) if codes.contains(&text) => Ok(()),
        FieldKind::Code(_) => Err(ValueError::UnknownCode),
        FieldKind::Day if is_civil_day(text) => Ok(()),
        FieldKind::Position if Position::parse(text).is_some() => Ok(()),
        FieldKind::Review if Review::parse(text).is_some() => Ok(()),
        FieldKind::Day | FieldKind::Position | FieldKind::Review => Err(ValueError::Malformed),
        _ => Err(ValueError::WrongType),
    }
}

fn within(number: i64, min: i64, max: i64) -> Result<(), ValueError> {
    if (min..=max).contains(&number) {
        Ok(())
    } else {
        Err(ValueError::OutOfBounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ProjectField, VisitField};

    #[test]
    fn values_are_checked_against_the_schema() {
        let long = "é".repeat(301);
        let table: Vec<(FieldSpec, Value, Result<(), ValueError>)> = vec![
            (ProjectField::TitleFr.spec(), "Piste rurale".into(), Ok(())),
            (
                ProjectField::TitleFr.spec(),
                long.as_str().into(),
                Err(ValueError::TooLong { chars_max: 300 }),
            ),
            (
                ProjectField::TitleFr.spec(),
                "a\0b".into(),
                Err(ValueError::ControlCharacter),
            ),
            (
                ProjectField::TitleFr.spec(),
                "a\nb".into(),
                Err(ValueError::ControlCharacter),
            ),
            (ProjectField::Note.spec(), "a\nb".into(), Ok(())),
            (
                ProjectField::TitleFr.spec(),
                3.into(),
                Err(ValueError::WrongType),
            ),
            (
                ProjectField::Cost.spec(),
                (-1).into(),
                Err(ValueError::OutOfBounds),
            ),
            (ProjectField::Nature.spec(), "TRAVAUX".into(), Ok(())),
            (
                ProjectField::Nature.spec(),
                "MAGIE".into(),
                Err(ValueError::UnknownCode),
            ),
            (
                ProjectField::PlannedEnd.spec(),
                "2026-13-01".into(),
                Err(ValueError::Malformed),
            ),
            (
                VisitField::Progress.spec(),
                10_001.into(),
                Err(ValueError::OutOfBounds),
            ),
            (VisitField::Progress.spec(), Value::Empty, Ok(())),
            (VisitField::Functional.spec(), Value::Flag(true), Ok(())),
            (
                VisitField::Functional.spec(),
                1.into(),
                Err(ValueError::WrongType),
            ),
            (VisitField::Position.spec(), "0;0;5".into(), Ok(())),
            (
                VisitField::Review.spec(),
                "bien".into(),
                Err(ValueError::Malformed),
            ),
        ];
        for (spec, value, expected) in table {
            assert_eq!(check(&spec, &value), expected, "{} {value:?}", spec.key);
        }
    }
}

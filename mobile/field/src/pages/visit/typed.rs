//! From what a person typed to a value, and back.

use jawla_model::rules::field::{ValueError, check};
use jawla_model::{FieldKind, Position, Value, VisitField};
use jawla_ui::Texts;

/// The fields that the form writes, in its order. What a visit is called, when it began and what
/// the office says of it are not typed.
pub(crate) const TYPED: &[VisitField] = &[
    VisitField::Kind,
    VisitField::Position,
    VisitField::NoPositionReason,
    VisitField::Participants,
    VisitField::SiteState,
    VisitField::Workers,
    VisitField::Machines,
    VisitField::Progress,
    VisitField::Planned,
    VisitField::Quality,
    VisitField::Safety,
    VisitField::Environment,
    VisitField::Functional,
    VisitField::Opinion,
    VisitField::Note,
];

/// The field that the form writes under that key.
pub(crate) fn typed_field(key: &str) -> Option<VisitField> {
    VisitField::from_key(key).filter(|field| TYPED.contains(field))
}

/// Reads what was typed into a field. Nothing but spaces clears it; a number may have a comma or a
/// dot, Arabic digits, spaces between thousands and a per cent sign.
///
/// # Errors
/// What is wrong with it; the text stays the person's.
pub(crate) fn parse(field: VisitField, text: &str) -> Result<Value, ValueError> {
    let spec = field.spec();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Empty);
    }
    let value = match spec.kind {
        FieldKind::Whole { .. } | FieldKind::Instant => Value::Int(whole(trimmed)?),
        FieldKind::Share => Value::Int(share_bp(trimmed)?),
        FieldKind::Amount => return Err(ValueError::WrongType),
        FieldKind::Flag => Value::Flag(match trimmed {
            "oui" => true,
            "non" => false,
            _ => return Err(ValueError::UnknownCode),
        }),
        FieldKind::Position => {
            let position = Position::parse(&western(trimmed)).ok_or(ValueError::Malformed)?;
            Value::Text(position.text())
        }
        FieldKind::Note => Value::Text(trimmed.replace("\r\n", "\n").replace('\t', " ")),
        FieldKind::Line
        | FieldKind::Code(_)
        | FieldKind::Reference
        | FieldKind::Day
        | FieldKind::Review => Value::Text(trimmed.to_owned()),
    };
    check(&spec, &value)?;
    Ok(value)
}

/// Digits as the keyboards of Arabic write them, in Western ones; spaces of every width left out.
fn western(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}'))
        .map(|c| match c {
            '٠'..='٩' => digit(c, '٠'),
            '۰'..='۹' => digit(c, '۰'),
            '٫' => ',',
            '٪' => '%',
            other => other,
        })
        .collect()
}

fn digit(c: char, zero: char) -> char {
    let value = u32::from(c).saturating_sub(u32::from(zero));
    char::from_digit(value, 10).unwrap_or(c)
}

fn whole(text: &str) -> Result<i64, ValueError> {
    let text = western(text);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ValueError::WrongType);
    }
    text.parse().map_err(|_| ValueError::OutOfBounds)
}

fn share_bp(text: &str) -> Result<i64, ValueError> {
    let text = western(text);
    let text = text.strip_suffix('%').unwrap_or(&text);
    let (units, parts) = text.split_once([',', '.']).unwrap_or((text, ""));
    let units = whole(if units.is_empty() { "0" } else { units })?;
    let all_digits = parts.bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 2 || !all_digits || text.is_empty() || text == "," || text == "." {
        return Err(ValueError::WrongType);
    }
    let hundredths: i64 = format!("{parts:0<2}").parse().unwrap_or(0);
    if text.starts_with('-') {
        return Err(ValueError::OutOfBounds);
    }
    let units_bp = units.checked_mul(100).ok_or(ValueError::OutOfBounds)?;
    units_bp
        .checked_add(hundredths)
        .ok_or(ValueError::OutOfBounds)
}

/// A value as its input shows it: what [`parse`] reads as the same value.
pub(crate) fn input_text(field: VisitField, value: Option<&Value>) -> String {
    match (field.spec().kind, value) {
        (FieldKind::Share, Some(Value::Int(bp))) => share_text(*bp),
        (_, Some(Value::Text(text))) => text.clone(),
        (_, Some(Value::Int(number))) => number.to_string(),
        (_, Some(Value::Flag(true))) => "oui".into(),
        (_, Some(Value::Flag(false))) => "non".into(),
        (_, None | Some(Value::Empty | Value::Foreign(_))) => String::new(),
    }
}

fn share_text(bp: i64) -> String {
    let (units, rest) = (bp.div_euclid(100), bp.rem_euclid(100));
    match rest {
        0 => units.to_string(),
        rest if rest % 10 == 0 => format!("{units},{}", rest / 10),
        rest => format!("{units},{rest:02}"),
    }
}

/// A value as people read it.
pub(crate) fn shown(t: Texts, field: VisitField, value: &Value) -> String {
    let text = match (field, value) {
        (_, Value::Empty) => return t.get("visit-value-cleared"),
        (VisitField::Kind, Value::Text(code)) => kind_name(t, code),
        (VisitField::SiteState, Value::Text(code)) => site_state_name(t, code),
        (VisitField::Position, Value::Text(text)) => match Position::parse(text) {
            Some(position) => place(position),
            None => text.clone(),
        },
        (_, Value::Flag(true)) => return t.get("visit-yes"),
        (_, Value::Flag(false)) => return t.get("visit-no"),
        (_, Value::Text(text) | Value::Foreign(text)) => text.clone(),
        (field, Value::Int(number)) => match field.spec().kind {
            FieldKind::Share => t.percent(*number),
            FieldKind::Instant => t.instant(*number),
            _ => u64::try_from(*number).map_or_else(|_| number.to_string(), |n| t.count_of(n)),
        },
    };
    jawla_ui::plain(&text)
}

/// A position in degrees, as maps write it.
pub(crate) fn place(position: Position) -> String {
    let degrees = |e7: i32| {
        let sign = if e7 < 0 { "-" } else { "" };
        let size = e7.unsigned_abs();
        format!("{sign}{}.{:05}", size / 10_000_000, size % 10_000_000 / 100)
    };
    format!(
        "{}, {}",
        degrees(position.latitude_e7),
        degrees(position.longitude_e7)
    )
}

/// The name of a kind of visit; a newer build's code stands as it is.
pub(crate) fn kind_name(t: Texts, code: &str) -> String {
    jawla_model::VisitKind::from_code(code).map_or_else(
        || jawla_ui::plain(code),
        |kind| t.choose(kind.label_fr(), kind.label_ar()).to_owned(),
    )
}

/// The name of a state of the site.
pub(crate) fn site_state_name(t: Texts, code: &str) -> String {
    jawla_model::SiteState::from_code(code).map_or_else(
        || jawla_ui::plain(code),
        |state| t.choose(state.label_fr(), state.label_ar()).to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_field_is_read_or_refused() {
        use ValueError::{ControlCharacter, OutOfBounds, TooLong, UnknownCode, WrongType};
        use VisitField as F;
        let long = "é".repeat(301);
        let text = |text: &str| Ok(Value::Text(text.into()));
        let table: Vec<(F, &str, Result<Value, ValueError>)> = vec![
            (F::Progress, "45", Ok(Value::Int(4_500))),
            (F::Progress, " 45,5 % ", Ok(Value::Int(4_550))),
            (F::Progress, "45.25", Ok(Value::Int(4_525))),
            (F::Progress, "٤٥٫٥٪", Ok(Value::Int(4_550))),
            (F::Progress, ",5", Ok(Value::Int(50))),
            (F::Progress, "100", Ok(Value::Int(10_000))),
            (F::Progress, "100,01", Err(OutOfBounds)),
            (F::Progress, "-1", Err(OutOfBounds)),
            (F::Progress, "-0,5", Err(OutOfBounds)),
            (F::Progress, "45,123", Err(WrongType)),
            (F::Progress, "4 5 %%", Err(WrongType)),
            (F::Progress, ",", Err(WrongType)),
            (F::Progress, "%", Err(WrongType)),
            (F::Progress, "99999999999999999999", Err(OutOfBounds)),
            (F::Progress, "92233720368547758,99", Err(OutOfBounds)),
            (F::Progress, "moitié", Err(WrongType)),
            (F::Progress, "   ", Ok(Value::Empty)),
            (F::Workers, "1 200", Ok(Value::Int(1_200))),
            (F::Workers, "1\u{202f}200", Ok(Value::Int(1_200))),
            (F::Workers, "١٢", Ok(Value::Int(12))),
            (F::Workers, "12,5", Err(WrongType)),
            (F::Workers, "-3", Err(OutOfBounds)),
            (F::Workers, "10000001", Err(OutOfBounds)),
            (F::Quality, "5", Err(OutOfBounds)),
            (F::Quality, "4", Ok(Value::Int(4))),
            (F::Functional, "oui", Ok(Value::Flag(true))),
            (F::Functional, "non", Ok(Value::Flag(false))),
            (F::Functional, "peut-être", Err(UnknownCode)),
            (F::SiteState, "actif", text("actif")),
            (F::SiteState, "magique", Err(UnknownCode)),
            (F::Kind, "suivi", text("suivi")),
            (
                F::Position,
                "328811000;-69063000;8",
                text("328811000;-69063000;8"),
            ),
            (
                F::Position,
                "328811000;-69063000",
                Err(ValueError::Malformed),
            ),
            (F::Position, "9999999999;0;8", Err(ValueError::Malformed)),
            (F::Participants, "  Le caïd, أحمد ", text("Le caïd, أحمد")),
            (F::Participants, "a\nb", Err(ControlCharacter)),
            (F::Participants, "a\0b", Err(ControlCharacter)),
            (F::Participants, &long, Err(TooLong { chars_max: 300 })),
            (F::Note, "une\r\ndeux\ttrois", text("une\ndeux trois")),
            (F::Note, "a\u{7}b", Err(ControlCharacter)),
        ];
        for (field, typed, expected) in table {
            assert_eq!(parse(field, typed), expected, "{} {typed:?}", field.key());
        }
    }

    #[test]
    fn what_an_input_shows_is_read_as_the_same() {
        for bp in [0, 1, 10, 50, 99, 4_550, 4_525, 4_505, 9_999, 10_000] {
            let text = input_text(VisitField::Progress, Some(&Value::Int(bp)));
            assert_eq!(
                parse(VisitField::Progress, &text),
                Ok(Value::Int(bp)),
                "{text}"
            );
        }
        for flag in [true, false] {
            let text = input_text(VisitField::Functional, Some(&Value::Flag(flag)));
            assert_eq!(parse(VisitField::Functional, &text), Ok(Value::Flag(flag)));
        }
    }

    #[test]
    fn what_the_office_says_is_not_typed() {
        assert_eq!(typed_field("progress_bp"), Some(VisitField::Progress));
        for key in [
            "review",
            "status",
            "started_at",
            "finished_at",
            "replaces",
            "?",
        ] {
            assert_eq!(typed_field(key), None, "{key}");
        }
    }

    #[test]
    fn a_position_south_and_west_keeps_its_sign() {
        let position = Position {
            latitude_e7: -1_234,
            longitude_e7: -69_063_000,
            accuracy_m: 5,
        };
        assert_eq!(place(position), "-0.00012, -6.90630");
    }
}

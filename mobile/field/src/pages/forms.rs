//! What pages read from forms and addresses.

use std::collections::BTreeMap;

use axum::body::Bytes;
use jawla_model::rules::field::ValueError;
use jawla_model::{DocumentId, FieldKind, FieldSpec, Hash32, Value};

use crate::Fault;

/// The fields of a form, each name once: the last one counts.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a form's body.
    ///
    /// # Errors
    /// [`Fault::BadForm`] when it is no text.
    pub(crate) fn read(body: &Bytes) -> Result<Self, Fault> {
        std::str::from_utf8(body).map_err(|_| Fault::BadForm)?;
        Ok(Self(form_urlencoded::parse(body).into_owned().collect()))
    }

    /// The field's text, empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// An address of our own to go back to, or `otherwise`.
    pub(crate) fn way_back<'a>(&'a self, otherwise: &'a str) -> &'a str {
        let way = self.text("vers");
        let own = way.starts_with('/')
            && !way.starts_with("//")
            && way.len() <= 512
            && way.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        if own { way } else { otherwise }
    }
}

/// A dossier's id in an address.
pub(crate) fn document(text: &str) -> Result<DocumentId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// A hash in a form.
pub(crate) fn hash(text: &str) -> Result<Hash32, Fault> {
    text.parse().map_err(|_| Fault::BadForm)
}

/// What a person typed, as the value of a field. Numbers as people write them: spaces between
/// thousands, a comma, a unit behind a share.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn value(spec: &FieldSpec, text: &str) -> Result<Value, ValueError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Empty);
    }
    let value = match spec.kind {
        FieldKind::Whole { .. } => Value::Int(decimal(text, 0).ok_or(ValueError::WrongType)?),
        FieldKind::Amount | FieldKind::Share => {
            Value::Int(decimal(text, 2).ok_or(ValueError::WrongType)?)
        }
        FieldKind::Instant | FieldKind::Review => return Err(ValueError::WrongType),
        FieldKind::Flag => Value::Flag(match text {
            "oui" => true,
            "non" => false,
            _ => return Err(ValueError::WrongType),
        }),
        _ => Value::from(text),
    };
    jawla_model::rules::field::check(spec, &value)?;
    Ok(value)
}

/// A decimal number with at most `places` places, in units of its last place.
fn decimal(text: &str, places: u32) -> Option<i64> {
    // Folding drops signs: a number below zero must not lose its own.
    if text.contains(['-', '\u{2011}', '\u{2212}']) {
        return None;
    }
    let folded = jawla_model::fold::fold(text);
    let bare: String = folded
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '%' | '٪'))
        .map(|c| if c == ',' || c == '٫' { '.' } else { c })
        .collect();
    let (whole, part) = bare.split_once('.').unwrap_or((&bare, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(part) {
        return None;
    }
    let places = usize::try_from(places).ok()?;
    if part.len() > places {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use jawla_model::{ProjectField, VisitField};

    use super::*;

    #[test]
    fn people_write_numbers_in_many_ways() {
        let count = ProjectField::BeneficiariesDirect.spec();
        let share = VisitField::Progress.spec();
        let table = [
            (count, "1 240", Ok(Value::Int(1_240))),
            (count, "1\u{202f}240", Ok(Value::Int(1_240))),
            (count, "١٢٤٠", Ok(Value::Int(1_240))),
            (count, "", Ok(Value::Empty)),
            (count, "-4", Err(ValueError::WrongType)),
            (count, "12,5", Err(ValueError::WrongType)),
            (count, "99999999999999999999", Err(ValueError::WrongType)),
            (count, "20000000", Err(ValueError::OutOfBounds)),
            (share, "47,5 %", Ok(Value::Int(4_750))),
            (share, "101", Err(ValueError::OutOfBounds)),
            (
                ProjectField::Cost.spec(),
                "1 234,5",
                Ok(Value::Int(123_450)),
            ),
        ];
        for (spec, text, expected) in table {
            assert_eq!(value(&spec, text), expected, "{text}");
        }
    }

    #[test]
    fn a_way_back_stays_with_us() {
        let way = |to: &str| {
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("vers", to)
                .finish();
            Form::read(&Bytes::from(body))
                .unwrap()
                .way_back("/moi")
                .to_owned()
        };
        assert_eq!(way("/projets/12#visites"), "/projets/12#visites");
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nSet-Cookie: x",
            "",
        ] {
            assert_eq!(way(bad), "/moi", "{bad}");
        }
    }
}

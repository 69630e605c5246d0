//! Values of fields as pages say them.

use jawla_model::schema::{FieldKind, FieldSpec};
use jawla_model::visit::{SiteState, VisitKind, VisitStatus};
use jawla_model::{AdminState, Nature, Position, Review, ReviewDecision, Value};
use jawla_ui::Texts;

use crate::format::plain;
use crate::pages::names::Names;

/// The name of a field.
pub(crate) fn label(t: Texts, spec: &FieldSpec) -> &'static str {
    t.choose(spec.label_fr, spec.label_ar)
}

/// A value in words; a dash where there is none.
pub(crate) fn shown(t: Texts, names: &Names<'_>, spec: &FieldSpec, value: &Value) -> String {
    match (spec.kind, value) {
        (_, Value::Empty) => "–".to_owned(),
        (_, Value::Text(text)) if text.is_empty() => "–".to_owned(),
        (_, Value::Flag(true)) => t.get("office-yes"),
        (_, Value::Flag(false)) => t.get("office-no"),
        (FieldKind::Amount, Value::Int(number)) => t.amount(*number),
        (FieldKind::Share, Value::Int(number)) => t.percent(*number),
        (FieldKind::Instant, Value::Int(number)) => t.instant(*number),
        // A year is not grouped.
        (FieldKind::Whole { min, .. }, Value::Int(number)) if min > 1_000 => number.to_string(),
        (_, Value::Int(number)) => {
            u64::try_from(*number).map_or_else(|_| number.to_string(), |number| t.count_of(number))
        }
        (FieldKind::Day, Value::Text(text)) => t.day_of(text),
        (FieldKind::Code(_), Value::Text(code)) => code_label(t, spec.key, code),
        (FieldKind::Reference, Value::Text(code)) => reference(names, spec.key, code),
        (FieldKind::Position, Value::Text(text)) => position(text),
        (FieldKind::Review, Value::Text(text)) => review(t, text),
        (_, Value::Text(text) | Value::Foreign(text)) => plain(text),
    }
}

/// A code of a closed list in words; one of a newer schema stands for itself.
pub(crate) fn code_label(t: Texts, key: &str, code: &str) -> String {
    let known = match key {
        "admin_state" => AdminState::from_code(code).map(|it| (it.label_fr(), it.label_ar())),
        "nature" => Nature::from_code(code).map(|it| (it.label_fr(), it.label_ar())),
        "kind" => VisitKind::from_code(code).map(|it| (it.label_fr(), it.label_ar())),
        "site_state" => SiteState::from_code(code).map(|it| (it.label_fr(), it.label_ar())),
        "status" => VisitStatus::from_code(code).map(|it| (it.label_fr(), it.label_ar())),
        _ => None,
    };
    if let Some((fr, ar)) = known {
        return t.choose(fr, ar).to_owned();
    }
    let text = format!("office-code-{}", code.replace('_', "-"));
    if t.has(&text) {
        t.get(&text)
    } else {
        plain(code)
    }
}

fn reference(names: &Names<'_>, key: &str, code: &str) -> String {
    match key {
        "communes" => names.communes(code),
        "sector" => names.sector(code),
        "programme" => match names.programme(code) {
            name if name.is_empty() => plain(code),
            name => format!("\u{2068}{}\u{2069} – {name}", plain(code)),
        },
        _ => plain(code),
    }
}

fn position(text: &str) -> String {
    let Some(at) = Position::parse(text) else {
        return plain(text);
    };
    let degrees = |e7: i32| format!("{:.5}", f64::from(e7) / 1e7);
    let (latitude, longitude) = (degrees(at.latitude_e7), degrees(at.longitude_e7));
    format!("\u{200e}{latitude}, {longitude} (± {} m)", at.accuracy_m)
}

fn review(t: Texts, text: &str) -> String {
    let Some(review) = Review::parse(text) else {
        return plain(text);
    };
    let decision = match review.decision {
        ReviewDecision::Approved => t.get("office-review-approved"),
        ReviewDecision::Returned => t.get("office-review-returned"),
    };
    match plain(&review.comment) {
        comment if comment.is_empty() => decision,
        comment => format!("{decision} : {comment}"),
    }
}

//! Names for people of what rows say in codes and ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_model::reference::ReferenceBundle;
use jawla_model::schema::{LAND_STATUSES, OPERATIONS, STUDIES_STATUSES};
use jawla_model::{
    AdminState, FieldKind, FieldPath, FieldSpec, Language, Nature, PersonId, Position,
    ProjectField, ReportingState, SiteState, Value, VisitField, VisitKind, VisitStatus,
};
use jawla_ui::Texts;
use jawla_ui::format::plain;
use jawla_views::PersonRow;
use jawla_views::phone::PhoneStatus;

use crate::{Fault, Field};

/// Names in one language.
pub(crate) struct Names {
    pub(crate) t: Texts,
    pub(crate) reference: Arc<ReferenceBundle>,
    people: BTreeMap<PersonId, PersonRow>,
    me: Option<PersonId>,
}

impl Names {
    /// The names of this instant.
    pub(crate) async fn of(field: &Field, status: &PhoneStatus) -> Result<Self, Fault> {
        let people = field.phone.views().people().await?;
        Ok(Self {
            t: crate::texts(status),
            reference: field.phone.reference().await,
            people: people.into_iter().map(|row| (row.person, row)).collect(),
            me: status.person.as_ref().map(|person| person.person),
        })
    }

    fn either(&self, fr: &str, ar: &str) -> String {
        plain(self.t.choose(fr, ar))
    }

    /// Communes of a row, joined by `+` there.
    pub(crate) fn communes(&self, codes: &str) -> String {
        let comma = match self.t.language {
            Language::Fr => ", ",
            Language::Ar => "، ",
        };
        let names: Vec<String> = codes
            .split('+')
            .filter(|code| !code.is_empty())
            .map(|code| {
                self.reference.commune(code).map_or_else(
                    || plain(code),
                    |one| self.either(&one.name_fr, &one.name_ar),
                )
            })
            .collect();
        names.join(comma)
    }

    pub(crate) fn programme(&self, code: &str) -> String {
        self.reference.programme(code).map_or_else(
            || plain(code),
            |one| self.either(&one.name_fr, &one.name_ar),
        )
    }

    pub(crate) fn reason(&self, code: &str) -> String {
        self.reference.reason(code).map_or_else(
            || plain(code),
            |one| self.either(&one.name_fr, &one.name_ar),
        )
    }

    /// Who, *moi* for the phone's own person.
    pub(crate) fn person(&self, person: Option<PersonId>) -> String {
        let Some(person) = person else {
            return self.t.get("phone-somebody");
        };
        if self.me == Some(person) {
            return self.t.get("phone-myself");
        }
        match self.people.get(&person) {
            Some(row) => self.either(&row.name_fr, &row.name_ar),
            None => self.t.get("phone-somebody"),
        }
    }

    pub(crate) fn field_label(&self, path: &FieldPath) -> String {
        match path.spec() {
            Some(spec) => self.label(&spec),
            None => self.t.get("phone-field-newer"),
        }
    }

    pub(crate) fn label(&self, spec: &FieldSpec) -> String {
        self.either(spec.label_fr, spec.label_ar)
    }

    pub(crate) fn reporting(&self, state: ReportingState) -> &'static str {
        self.t.choose(state.label_fr(), state.label_ar())
    }

    pub(crate) fn admin_state(&self, code: &str) -> String {
        AdminState::from_code(code).map_or_else(
            || plain(code),
            |state| self.either(state.label_fr(), state.label_ar()),
        )
    }

    pub(crate) fn kind(&self, code: &str) -> String {
        VisitKind::from_code(code).map_or_else(
            || plain(code),
            |kind| self.either(kind.label_fr(), kind.label_ar()),
        )
    }

    pub(crate) fn site_state(&self, code: &str) -> String {
        SiteState::from_code(code).map_or_else(
            || plain(code),
            |state| self.either(state.label_fr(), state.label_ar()),
        )
    }

    /// A code of a closed list of the schema.
    pub(crate) fn code(&self, key: &str, code: &str) -> String {
        let listed = [LAND_STATUSES, OPERATIONS, STUDIES_STATUSES];
        if listed.iter().any(|list| list.contains(&code)) {
            let key = format!("phone-code-{}", code.replace('_', "-"));
            return self.t.get(&key);
        }
        match key {
            "admin_state" => self.admin_state(code),
            "kind" => self.kind(code),
            "site_state" => self.site_state(code),
            "nature" => Nature::from_code(code).map_or_else(
                || plain(code),
                |one| self.either(one.label_fr(), one.label_ar()),
            ),
            "status" => VisitStatus::from_code(code).map_or_else(
                || plain(code),
                |one| self.either(one.label_fr(), one.label_ar()),
            ),
            _ => plain(code),
        }
    }

    /// A value as people read it.
    pub(crate) fn value(&self, path: &FieldPath, value: &Value) -> String {
        let kind = path.spec().map(|spec| (spec.key, spec.kind));
        match (value, kind) {
            (Value::Empty, _) => self.t.get("phone-value-empty"),
            (Value::Flag(true), _) => self.t.get("yes"),
            (Value::Flag(false), _) => self.t.get("no"),
            (Value::Foreign(_), _) => self.t.get("phone-value-newer"),
            (Value::Int(number), Some((_, FieldKind::Amount))) => self.t.amount(*number),
            (Value::Int(number), Some((_, FieldKind::Share))) => self.t.percent(*number),
            (Value::Int(number), Some((_, FieldKind::Instant))) => self.t.instant(*number),
            (Value::Int(number), _) => match u64::try_from(*number) {
                Ok(count) => self.t.count_of(count),
                Err(_) => number.to_string(),
            },
            (Value::Text(text), Some((key, kind))) => self.text_value(key, kind, text),
            (Value::Text(text), None) => plain(text),
        }
    }

    fn text_value(&self, key: &str, kind: FieldKind, text: &str) -> String {
        match kind {
            FieldKind::Code(_) => self.code(key, text),
            FieldKind::Day => self.t.day_of(text),
            FieldKind::Reference if key == ProjectField::Communes.key() => self.communes(text),
            FieldKind::Reference if key == ProjectField::Programme.key() => self.programme(text),
            FieldKind::Position => Position::parse(text).map_or_else(|| plain(text), coordinates),
            FieldKind::Review if key == VisitField::Review.key() => self.t.get("phone-review"),
            _ => plain(text),
        }
    }
}

/// `32.88900, -6.90700`: read left to right in both languages.
pub(crate) fn coordinates(position: Position) -> String {
    let degrees = |e7: i32| {
        let size = e7.unsigned_abs() / 100;
        let sign = if e7 < 0 { "-" } else { "" };
        format!("{sign}{}.{:05}", size / 100_000, size % 100_000)
    };
    format!(
        "{}, {}",
        degrees(position.latitude_e7),
        degrees(position.longitude_e7)
    )
}

/// The calendar day in Morocco of an instant, `2026-11-24`.
pub(crate) fn civil_day(utc_ms: i64) -> String {
    const OFFSET_MS: i64 = 3_600_000;
    let instant = jiff::Timestamp::from_millisecond(utc_ms.saturating_add(OFFSET_MS));
    instant.map_or_else(
        |_| String::new(),
        |at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    )
}

/// The same day in days since 1970-01-01; 0 beyond the years a calendar has.
pub(crate) fn day_number(utc_ms: i64) -> i64 {
    jawla_model::time::day_number(&civil_day(utc_ms)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_morocco() {
        assert_eq!(civil_day(1_795_514_400_000), "2026-11-24");
        assert_eq!(day_number(1_795_514_400_000), 20_781);
        assert_eq!(
            (civil_day(i64::MAX).as_str(), day_number(i64::MAX)),
            ("", 0)
        );
    }

    #[test]
    fn coordinates_keep_their_sign_near_zero() {
        let at = Position {
            latitude_e7: 328_890_000,
            longitude_e7: -5_000_000,
            accuracy_m: 3,
        };
        assert_eq!(coordinates(at), "32.88900, -0.50000");
    }
}

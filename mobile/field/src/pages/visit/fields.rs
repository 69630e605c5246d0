//! The fields of the form, as the page shows them.

use askama::Template;
use jawla_model::{FieldPath, Position, SiteState, VisitField, VisitKind};
use jawla_ui::{Texts, plain};
use jawla_views::PersonRow;
use jawla_views::phone::VisitForm;
use jawla_views::rows::ConflictRow;

use super::saving::sentence;
use super::typed::{input_text, place, shown};
use super::{Place, Refused};
use crate::frame::SYMBOLS;

/// Accuracy in metres beyond which the page asks to wait or to say why.
pub(crate) const ACCURACY_POOR_M: u32 = 50;
/// Accuracy in metres up to which a position is good.
const ACCURACY_GOOD_M: u32 = 20;

/// One of several values to choose from.
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// The position as it stands.
pub(crate) struct PositionShown {
    /// Degrees, as maps write them.
    pub(crate) place: String,
    pub(crate) accuracy: String,
    /// `good`, `fair` or `poor`.
    pub(crate) quality: &'static str,
}

/// What a field is typed with.
pub(crate) enum Input {
    Line { suggestions: Vec<String> },
    Note,
    Whole,
    Share,
    Select(Vec<Choice>),
    Big(Vec<Choice>),
    Chips(Vec<Choice>),
    Position(Option<PositionShown>),
}

/// One of the values that disagree.
pub(crate) struct Side {
    pub(crate) shown: String,
    pub(crate) author: String,
    pub(crate) when: String,
    pub(crate) change: String,
}

/// A disagreement inside the visit.
pub(crate) struct Clash {
    pub(crate) sides: Vec<Side>,
}

/// One field of the form.
#[derive(Template)]
#[template(path = "visit/field.html")]
pub(crate) struct FieldView {
    pub(crate) t: Texts,
    pub(crate) key: &'static str,
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) chars_max: usize,
    /// What the visit before says.
    pub(crate) before: Option<String>,
    pub(crate) error: Option<String>,
    /// The rule that is broken there.
    pub(crate) missing: Option<String>,
    /// Whether the person asked to finish, so that what is missing is said loudly.
    pub(crate) loud: bool,
    /// What the supervisor wrote about it.
    pub(crate) comment: Option<String>,
    pub(crate) clash: Option<Clash>,
    pub(crate) input: Input,
    pub(crate) href: String,
    pub(crate) icons: &'static str,
}

/// What every field of a form is built from.
pub(crate) struct Building<'a> {
    pub(crate) t: Texts,
    pub(crate) place: Place,
    pub(crate) form: &'a VisitForm,
    pub(crate) people: &'a [PersonRow],
    pub(crate) refused: &'a Refused,
}

impl FieldView {
    fn described(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() || self.missing.is_some() {
            ids.push(format!("{}-tort", self.key));
        }
        if self.before.is_some() {
            ids.push(format!("{}-avant", self.key));
        }
        ids.join(" ")
    }

    fn text_of(&self, key: &str) -> String {
        self.t.get(key)
    }

    fn is_invalid(&self) -> bool {
        self.error.is_some() || (self.loud && self.missing.is_some())
    }
}

impl Building<'_> {
    /// The name of a field for people.
    pub(crate) fn label(&self, field: VisitField) -> String {
        let own = format!("visit-field-{}", field.key().replace('_', "-"));
        if self.t.has(&own) {
            return self.t.get(&own);
        }
        let spec = field.spec();
        self.t.choose(spec.label_fr, spec.label_ar).to_owned()
    }

    /// One field.
    pub(crate) fn field(&self, field: VisitField) -> FieldView {
        let key = field.key();
        let values = &self.form.fields.values;
        let standing = input_text(field, values.get(key));
        let text = self.refused.texts.get(key).cloned().unwrap_or(standing);
        FieldView {
            t: self.t,
            key,
            label: self.label(field),
            before: self.before(field),
            error: self.refused.sentences.get(key).cloned(),
            missing: self.missing(key),
            loud: self.refused.asked_to_finish,
            comment: self.comment(Some(key)),
            clash: self.clash(field),
            input: self.input(field, &text),
            text,
            chars_max: field.spec().chars_max(),
            href: self.place.href(),
            icons: SYMBOLS,
        }
    }

    fn before(&self, field: VisitField) -> Option<String> {
        if matches!(
            field,
            VisitField::Kind
                | VisitField::Position
                | VisitField::NoPositionReason
                | VisitField::Note
                | VisitField::Opinion
        ) {
            return None;
        }
        let (_, before) = self.form.previous.as_ref()?;
        let value = before.values.get(field.key())?;
        if *value == jawla_model::Value::Empty {
            return None;
        }
        let shown = shown(self.t, field, value);
        Some(self.t.with("visit-before", "value", shown))
    }

    /// The sentence of the rule that is broken at that key.
    pub(crate) fn missing(&self, key: &str) -> Option<String> {
        let broken = self.form.violations.iter().find(|one| one.field == key)?;
        Some(sentence(self.t, broken))
    }

    /// What the supervisor wrote when the visit was sent back: about that field, or about the
    /// whole.
    pub(crate) fn comment(&self, key: Option<&str>) -> Option<String> {
        if self.form.word != jawla_model::visit::RecordWord::Returned {
            return None;
        }
        let review = self.form.fields.values.get(VisitField::Review.key());
        let review = review.and_then(|value| jawla_model::Review::parse(value.as_text()?));
        match (review, key) {
            (Some(review), key) if review.field.as_deref() == key || key.is_none() => {
                Some(plain(&review.comment))
            }
            (None, None) => Some(plain(&self.form.visit.review_comment)),
            _ => None,
        }
    }

    fn clash(&self, field: VisitField) -> Option<Clash> {
        let path = FieldPath::visit(self.place.visit, field).text();
        let conflict = self.form.conflicts.iter().find(|one| one.path == path)?;
        Some(self.clash_of(field, conflict))
    }

    fn clash_of(&self, field: VisitField, conflict: &ConflictRow) -> Clash {
        let side = |value: &jawla_views::rows::ConflictValue| Side {
            shown: shown(self.t, field, &value.value),
            author: self.author(value.author),
            when: self.t.instant(value.claimed_at_ms),
            change: value.change.hex(),
        };
        Clash {
            sides: conflict.values.iter().map(side).collect(),
        }
    }

    /// The name of a person.
    pub(crate) fn author(&self, person: Option<jawla_model::PersonId>) -> String {
        let row = person.and_then(|id| self.people.iter().find(|row| row.person == id));
        row.map_or_else(
            || self.t.get("visit-author-unknown"),
            |row| plain(self.t.choose(&row.name_fr, &row.name_ar)),
        )
    }

    fn input(&self, field: VisitField, text: &str) -> Input {
        match field {
            VisitField::Kind => Input::Select(self.kinds(text)),
            VisitField::SiteState => Input::Big(
                SiteState::ALL
                    .iter()
                    .map(|state| Choice {
                        code: state.code().into(),
                        label: self.t.choose(state.label_fr(), state.label_ar()).into(),
                        chosen: state.code() == text,
                    })
                    .collect(),
            ),
            VisitField::Position => Input::Position(Position::parse(text).map(|position| {
                let accuracy_m = position.accuracy_m;
                PositionShown {
                    place: place(position),
                    accuracy: self.t.distance(u64::from(accuracy_m)),
                    quality: quality(accuracy_m),
                }
            })),
            VisitField::NoPositionReason => Input::Line {
                suggestions: (1..=5)
                    .map(|n| self.t.get(&format!("visit-gps-reason-{n}")))
                    .collect(),
            },
            VisitField::Participants => Input::Line {
                suggestions: Vec::new(),
            },
            VisitField::Workers | VisitField::Machines => Input::Whole,
            VisitField::Progress | VisitField::Planned => Input::Share,
            VisitField::Quality | VisitField::Safety | VisitField::Environment => {
                let codes = ["", "1", "2", "3", "4"].map(str::to_owned);
                Input::Chips(self.chips(codes, "visit-grade-", text))
            }
            VisitField::Functional => {
                let codes = ["", "oui", "non"].map(str::to_owned);
                Input::Chips(self.chips(codes, "visit-functional-", text))
            }
            _ => Input::Note,
        }
    }

    fn kinds(&self, text: &str) -> Vec<Choice> {
        VisitKind::ALL
            .iter()
            .map(|kind| Choice {
                code: kind.code().into(),
                label: self.t.choose(kind.label_fr(), kind.label_ar()).into(),
                chosen: kind.code() == text,
            })
            .collect()
    }

    fn chips<const N: usize>(&self, codes: [String; N], prefix: &str, text: &str) -> Vec<Choice> {
        codes
            .into_iter()
            .map(|code| {
                let name = if code.is_empty() { "none" } else { &code };
                Choice {
                    label: self.t.get(&format!("{prefix}{name}")),
                    chosen: code == text,
                    code,
                }
            })
            .collect()
    }
}

fn quality(accuracy_m: u32) -> &'static str {
    if accuracy_m <= ACCURACY_GOOD_M {
        "good"
    } else if accuracy_m <= ACCURACY_POOR_M {
        "fair"
    } else {
        "poor"
    }
}

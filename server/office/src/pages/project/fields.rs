//! The fields of a project in groups: what each says, who may write it, what was typed.

use std::collections::BTreeMap;

use jawla_model::rules::field::{self, ValueError};
use jawla_model::schema::{FieldKind, FieldSpec};
use jawla_model::{Centimes, ProjectField, Role, Value};
use jawla_ui::Texts;

use crate::pages::names::{Choice, Names};
use crate::pages::values;

/// Fields that are read and written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Identity,
    Place,
    People,
    Money,
    Public,
    Dates,
    Note,
}

impl Group {
    pub(crate) const ALL: [Self; 7] = [
        Group::Identity,
        Group::Money,
        Group::Dates,
        Group::Place,
        Group::People,
        Group::Public,
        Group::Note,
    ];

    /// Its word in addresses and forms; its title is `office-group-of-` and this word.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Group::Identity => "identite",
            Group::Place => "lieu",
            Group::People => "acteurs",
            Group::Money => "montants",
            Group::Public => "public",
            Group::Dates => "dates",
            Group::Note => "notes",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// Whether a role writes anything in it.
    pub(crate) fn is_open_to(self, role: Role) -> bool {
        self.fields()
            .iter()
            .any(|field| is_open(&field.spec(), role))
    }

    /// Its fields, in the order of the form. The administrative state moves by its own form; a
    /// position is taken in the field.
    const fn fields(self) -> &'static [ProjectField] {
        use ProjectField::*;
        match self {
            Group::Identity => &[
                TitleFr, TitleAr, CodeDas, CodeIndh, Programme, Axis, Year, Tranche, Nature,
                Operation, Sector,
            ],
            Group::Place => &[
                Communes,
                Place,
                Position,
                LandStatus,
                LandArea,
                StudiesStatus,
            ],
            Group::People => &[Holder, Owner, Operator, Objective],
            Group::Money => &[Cost, IndhShare],
            Group::Public => &[
                BeneficiariesDirect,
                BeneficiariesWomen,
                BeneficiariesYouth,
                JobsPlanned,
            ],
            Group::Dates => &[PlannedStart, PlannedEnd, ActualStart, ActualEnd],
            Group::Note => &[Note],
        }
    }
}

/// What a form brought: the first value of each key, and all of those that may stand often.
#[derive(Debug, Default)]
pub(crate) struct Typed(BTreeMap<String, Vec<String>>);

impl Typed {
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (key, value) in pairs {
            typed.0.entry(key).or_default().push(value);
        }
        typed
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.first().map(String::as_str)
    }

    /// A field's text; several choices are joined by `+`.
    fn field(&self, spec: &FieldSpec) -> Option<String> {
        let values = self.0.get(spec.key)?;
        Some(match spec.key {
            "communes" => {
                let chosen: Vec<&str> = values
                    .iter()
                    .map(|value| value.trim())
                    .filter(|value| !value.is_empty())
                    .collect();
                chosen.join("+")
            }
            _ => values.first()?.replace("\r\n", "\n").trim().to_owned(),
        })
    }

    /// What the form showed of a field before it was typed over.
    fn before(&self, spec: &FieldSpec) -> &str {
        self.get(&format!("avant-{}", spec.key)).unwrap_or_default()
    }
}

/// What is wrong with what was typed, by key of the field.
pub(crate) type Faults = BTreeMap<&'static str, String>;

/// The fields that a person changed against what the form showed, with what to write. What
/// somebody else wrote meanwhile into another field stays.
///
/// # Errors
/// What to correct, field by field; then nothing is to be written.
pub(crate) fn changes(
    t: Texts,
    group: Group,
    role: Role,
    typed: &Typed,
) -> Result<Vec<(ProjectField, Value)>, Faults> {
    let (mut changes, mut faults) = (Vec::new(), Faults::new());
    for field in group.fields() {
        let spec = field.spec();
        if !is_open(&spec, role) {
            continue;
        }
        let Some(text) = typed.field(&spec) else {
            continue;
        };
        if text == typed.before(&spec).replace("\r\n", "\n").trim() {
            continue;
        }
        match parse(&spec, &text) {
            Ok(value) => changes.push((*field, value)),
            Err(error) => {
                faults.insert(spec.key, fault_words(t, error));
            }
        }
    }
    if faults.is_empty() {
        Ok(changes)
    } else {
        Err(faults)
    }
}

/// What is wrong with a value, and what to do.
pub(crate) fn fault_words(t: Texts, error: ValueError) -> String {
    let key = match error {
        ValueError::WrongType => "office-field-wrong",
        ValueError::TooLong { chars_max } => {
            return t.count(
                "office-field-long",
                i64::try_from(chars_max).unwrap_or(i64::MAX),
            );
        }
        ValueError::ControlCharacter => "office-field-control",
        ValueError::UnknownCode => "office-field-code",
        ValueError::OutOfBounds => "office-field-bounds",
        ValueError::Malformed => "office-field-malformed",
    };
    t.get(key)
}

/// What was typed, as the kind of the field reads it; nothing typed clears the field. Everything
/// is typed as it is shown: amounts in dirhams, shares in percent.
///
/// # Errors
/// Why it cannot stand.
pub(crate) fn parse(spec: &FieldSpec, text: &str) -> Result<Value, ValueError> {
    if text.is_empty() {
        return Ok(Value::Empty);
    }
    let digits = || -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let value = match spec.kind {
        FieldKind::Amount => Value::Int(
            Centimes::parse_dirhams(text)
                .ok_or(ValueError::Malformed)?
                .0,
        ),
        // A hundredth of a percent is a basis point, as a centime is of a dirham.
        FieldKind::Share => Value::Int(
            Centimes::parse_dirhams(digits().trim_end_matches('%'))
                .ok_or(ValueError::Malformed)?
                .0,
        ),
        FieldKind::Whole { .. } => Value::Int(digits().parse().map_err(|_| ValueError::Malformed)?),
        FieldKind::Flag | FieldKind::Position | FieldKind::Review | FieldKind::Instant => {
            return Err(ValueError::WrongType);
        }
        _ => Value::Text(text.to_owned()),
    };
    field::check(spec, &value)?;
    Ok(value)
}

fn is_open(spec: &FieldSpec, role: Role) -> bool {
    role.may_write(spec.writers) && !matches!(spec.kind, FieldKind::Position)
}

/// A group as the sheet shows it.
pub(crate) struct GroupShown {
    pub(crate) code: &'static str,
    pub(crate) title: String,
    pub(crate) fields: Vec<FieldShown>,
    /// Whether its form stands open: something in it is to be corrected.
    pub(crate) form: FormState,
}

/// Whether the form of a group is there, and open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormState {
    /// This person writes nothing in it.
    None,
    Closed,
    Open,
}

impl GroupShown {
    pub(crate) fn has_form(&self) -> bool {
        self.form != FormState::None
    }

    pub(crate) fn is_open(&self) -> bool {
        self.form == FormState::Open
    }
}

/// A field as the sheet shows it.
pub(crate) struct FieldShown {
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) shown: String,
    /// Whether values disagree about it.
    pub(crate) disputed: Option<String>,
    /// How it is written; none where this person does not write it.
    pub(crate) input: Option<Input>,
    /// What the form showed before it was typed over.
    pub(crate) before: String,
    pub(crate) fault: Option<String>,
}

/// How a field is typed.
pub(crate) enum Input {
    Line { value: String, chars_max: usize },
    Arabic { value: String, chars_max: usize },
    Note { value: String, chars_max: usize },
    Number { value: String },
    Amount { value: String },
    Day { value: String },
    One(Vec<Choice>),
    Many(Vec<Choice>),
}

/// What a sheet of fields is made from.
pub(crate) struct Sheet<'a> {
    pub(crate) t: Texts,
    pub(crate) names: Names<'a>,
    pub(crate) role: Role,
    pub(crate) values: &'a BTreeMap<String, Value>,
    /// Where the disagreement about a field is settled, by its key.
    pub(crate) disputed: &'a BTreeMap<String, String>,
}

impl Sheet<'_> {
    /// Every group; `typed` and its faults are laid over the one they belong to.
    pub(crate) fn groups(&self, again: Option<(Group, &Typed, &Faults)>) -> Vec<GroupShown> {
        Group::ALL
            .into_iter()
            .map(|group| {
                let over = again.filter(|(typed, _, _)| *typed == group);
                self.group(group, over.map(|(_, typed, faults)| (typed, faults)))
            })
            .collect()
    }

    fn group(&self, group: Group, again: Option<(&Typed, &Faults)>) -> GroupShown {
        let fields: Vec<FieldShown> = group
            .fields()
            .iter()
            .map(|field| self.field(&field.spec(), again))
            .collect();
        let form = match (fields.iter().any(|field| field.input.is_some()), again) {
            (false, _) => FormState::None,
            (true, None) => FormState::Closed,
            (true, Some(_)) => FormState::Open,
        };
        GroupShown {
            code: group.code(),
            title: self.t.get(&format!("office-group-of-{}", group.code())),
            fields,
            form,
        }
    }

    fn field(&self, spec: &FieldSpec, again: Option<(&Typed, &Faults)>) -> FieldShown {
        let value = self.values.get(spec.key).unwrap_or(&Value::Empty);
        let stored = as_typed(spec, value);
        let typed = again.and_then(|(typed, _)| typed.field(spec));
        let before = match again {
            Some((typed, _)) => typed.before(spec).to_owned(),
            None => stored.clone(),
        };
        FieldShown {
            key: spec.key,
            label: values::label(self.t, spec),
            shown: values::shown(self.t, &self.names, spec, value),
            disputed: self.disputed.get(spec.key).cloned(),
            input: is_open(spec, self.role).then(|| self.input(spec, typed.unwrap_or(stored))),
            before,
            fault: again.and_then(|(_, faults)| faults.get(spec.key).cloned()),
        }
    }

    fn input(&self, spec: &FieldSpec, value: String) -> Input {
        let chars_max = spec.chars_max();
        let chosen = (!value.is_empty()).then_some(value.as_str());
        match (spec.kind, spec.key) {
            (_, "communes") => {
                let mut choices = self.names.commune_choices(None);
                for choice in &mut choices {
                    if value.split('+').any(|code| code == choice.code) {
                        choice.chosen = crate::pages::names::Chosen::Yes;
                    }
                }
                Input::Many(choices)
            }
            (_, "programme") => Input::One(self.names.all_programme_choices(chosen)),
            (_, "sector") => Input::One(self.names.sector_choices(chosen)),
            (FieldKind::Code(codes), key) => Input::One(
                codes
                    .iter()
                    .map(|code| Choice::new(code, values::code_label(self.t, key, code), chosen))
                    .collect(),
            ),
            (FieldKind::Note, _) => Input::Note { value, chars_max },
            (FieldKind::Whole { .. } | FieldKind::Share, _) => Input::Number { value },
            (FieldKind::Amount, _) => Input::Amount { value },
            (FieldKind::Day, _) => Input::Day { value },
            (_, "title_ar") => Input::Arabic { value, chars_max },
            _ => Input::Line { value, chars_max },
        }
    }
}

/// A value as a person would type it.
fn as_typed(spec: &FieldSpec, value: &Value) -> String {
    match (spec.kind, value) {
        (FieldKind::Amount, Value::Int(number)) => {
            let sign = if *number < 0 { "-" } else { "" };
            let size = number.unsigned_abs();
            format!("{sign}{},{:02}", size / 100, size % 100)
        }
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

//! Saving what is typed: field by field while it is typed, all at once without a script, when the
//! page is left, and *Terminer la visite*.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jawla_model::rules::Violation;
use jawla_model::rules::field::ValueError;
use jawla_model::{FieldPath, Value, VisitField};
use jawla_ui::Texts;
use jawla_views::phone::VisitForm;
use jawla_views::{Command, CommandError};
use serde::Serialize;

use super::typed::{TYPED, parse, typed_field};
use super::{Ids, Place, Refused, Told, find, form, person, show, writable};
use crate::fault::command_sentence;
use crate::{Answer, Fault, Field, done, texts, wants_fetch};

/// Pairs of a form that are looked at: every field, every difficulty and its note fit many times.
const PAIRS_MAX: usize = 400;

/// The key under which a difficulty is posted: `difficulty.CODE`.
pub(crate) const DIFFICULTY: &str = "difficulty.";
/// The key of the note beside it.
pub(crate) const DIFFICULTY_NOTE: &str = "difficulty-note.";

/// What a form posted, the last value of each key.
pub(crate) fn pairs(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body)
        .take(PAIRS_MAX)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

/// What the script is told after each field.
#[derive(Serialize)]
struct Saved {
    /// *Enregistré à 14 h 05*; none when it was not.
    saved: Option<String>,
    /// Why it could not be kept.
    error: Option<String>,
    /// Rules that hold, of how many.
    ring: (u8, u8),
    ring_text: String,
    /// What is still missing: key of the field and sentence.
    missing: Vec<(&'static str, String)>,
}

pub(crate) async fn save_field(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let mut pairs = pairs(&body);
    let key = pairs.remove("field").ok_or(Fault::BadForm)?;
    let value = pairs.remove("value").unwrap_or_default();
    let note = pairs.remove("note").unwrap_or_default();
    let form = writable(&field, place).await?;
    let t = texts(&field.status().await?);
    let kept = match key.strip_prefix(DIFFICULTY) {
        Some(reason) => keep_difficulty(&field, place, &form, reason, &value, &note).await,
        None => keep(&field, place, &form, &key, &value).await,
    };
    let error = match kept {
        Ok(()) => None,
        Err(error) if is_the_persons(&error) => Some(command_sentence(t, &error)),
        Err(error) => return Err(error.into()),
    };
    if !wants_fetch(&headers) {
        return done(&headers, &place.href());
    }
    saved_answer(t, &find(&field, place).await?, error)
}

/// Whether the person can put it right at the field.
fn is_the_persons(error: &CommandError) -> bool {
    matches!(
        error,
        CommandError::BadValue { .. } | CommandError::TooMuch | CommandError::Changed
    )
}

fn saved_answer(t: Texts, form: &VisitForm, error: Option<String>) -> Answer {
    let saved = Saved {
        saved: form::saved_line(t, form).filter(|_| error.is_none()),
        error,
        ring: form.progress,
        ring_text: form::ring_text(t, form),
        missing: form
            .violations
            .iter()
            .map(|violation| (violation.field, sentence(t, violation)))
            .collect(),
    };
    let body = serde_json::to_vec(&saved).map_err(|_| Fault::BadForm)?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Ok(response)
}

/// The sentence of a broken rule.
pub(crate) fn sentence(t: Texts, violation: &Violation) -> String {
    t.choose(&violation.sentence_fr, &violation.sentence_ar)
        .to_owned()
}

/// Keeps one field as typing, if it says something else than what stands.
async fn keep(
    field: &Field,
    place: Place,
    form: &VisitForm,
    key: &str,
    text: &str,
) -> Result<(), CommandError> {
    let visit_field = typed_field(key).ok_or(CommandError::BadValue {
        key: "field",
        error: ValueError::UnknownCode,
    })?;
    let value = parse(visit_field, text).map_err(|error| CommandError::BadValue {
        key: visit_field.key(),
        error,
    })?;
    if stands(form, visit_field, &value) {
        return Ok(());
    }
    let at = FieldPath::visit(place.visit, visit_field);
    field.phone.type_value(place.document, at, value).await?;
    Ok(())
}

fn stands(form: &VisitForm, field: VisitField, value: &Value) -> bool {
    form.fields.values.get(field.key()).unwrap_or(&Value::Empty) == value
}

async fn keep_difficulty(
    field: &Field,
    place: Place,
    form: &VisitForm,
    reason: &str,
    value: &str,
    note: &str,
) -> Result<(), CommandError> {
    let bad = |error| CommandError::BadValue {
        key: "difficulties",
        error,
    };
    let standing = form.fields.difficulties.get(reason);
    let reference = field.phone.reference().await;
    if standing.is_none() && reference.reason(reason).is_none() {
        return Err(bad(ValueError::UnknownCode));
    }
    let note = note.trim().replace(['\r', '\n', '\t'], " ");
    let line = VisitField::Participants.spec();
    jawla_model::rules::field::check(&line, &Value::Text(note.clone())).map_err(bad)?;
    let (document, visit, reason) = (place.document, place.visit, reason.to_owned());
    let order = match (standing, value.is_empty()) {
        (None, true) => return Ok(()),
        (Some(_), true) => Command::WithdrawDifficulty {
            document,
            visit,
            reason,
        },
        (Some(old), false) if *old == note => return Ok(()),
        (_, false) => Command::RaiseDifficulty {
            document,
            visit,
            reason,
            note,
        },
    };
    let status = field
        .phone
        .status()
        .await
        .map_err(|error| CommandError::Store(Box::new(error)))?;
    let by = status.person.ok_or(CommandError::NotEnrolled)?.person;
    field.phone.carry_out(by, order).await?;
    Ok(())
}

/// Keeps everything that was posted; what could not be kept comes back with its sentence.
async fn keep_all(
    field: &Field,
    place: Place,
    posted: &BTreeMap<String, String>,
) -> Result<Refused, Fault> {
    let form = writable(field, place).await?;
    let t = texts(&field.status().await?);
    let mut refused = Refused::default();
    for one in TYPED {
        let key = one.key();
        let Some(text) = posted.get(key) else {
            continue;
        };
        match keep(field, place, &form, key, text).await {
            Ok(()) => {}
            Err(error) if is_the_persons(&error) => {
                refused.texts.insert(key.to_owned(), text.clone());
                refused
                    .sentences
                    .insert(key.to_owned(), command_sentence(t, &error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if posted.contains_key("difficulties") {
        keep_difficulties(field, place, &form, posted, t, &mut refused).await?;
    }
    Ok(refused)
}

/// A whole form names the difficulties that stand: one that is missing was taken back.
async fn keep_difficulties(
    field: &Field,
    place: Place,
    form: &VisitForm,
    posted: &BTreeMap<String, String>,
    t: Texts,
    refused: &mut Refused,
) -> Result<(), Fault> {
    let reference = field.phone.reference().await;
    let known = reference.reasons.iter().map(|reason| reason.code.as_str());
    let standing = form.fields.difficulties.keys().map(String::as_str);
    let reasons: std::collections::BTreeSet<&str> = known.chain(standing).collect();
    for reason in reasons {
        let text = |prefix: &str| {
            let found = posted.get(&format!("{prefix}{reason}"));
            found.map_or("", String::as_str)
        };
        let (value, note) = (text(DIFFICULTY), text(DIFFICULTY_NOTE));
        match keep_difficulty(field, place, form, reason, value, note).await {
            Ok(()) => {}
            Err(error) if is_the_persons(&error) => {
                let sentence = command_sentence(t, &error);
                refused
                    .sentences
                    .insert("difficulties".to_owned(), sentence);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Without a script: keeps the whole form; the change is made as if the page was left.
pub(crate) async fn save_all(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let refused = keep_all(&field, place, &pairs(&body)).await?;
    if !refused.sentences.is_empty() {
        let told = Told::default();
        return show(
            &field,
            place,
            StatusCode::UNPROCESSABLE_ENTITY,
            &told,
            &refused,
        )
        .await;
    }
    field.phone.leave(place.document).await?;
    done(&headers, &place.href())
}

/// The page is left: what was not yet posted comes with it, and typing becomes a change. A value
/// that cannot stand is left behind: its sentence stood beside it.
pub(crate) async fn leave(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let form = writable(&field, place).await?;
    for (key, text) in pairs(&body) {
        match keep(&field, place, &form, &key, &text).await {
            Ok(()) => {}
            Err(error) if is_the_persons(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    field.phone.leave(place.document).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

pub(crate) async fn finish(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let mut refused = keep_all(&field, place, &pairs(&body)).await?;
    refused.asked_to_finish = true;
    let form = writable(&field, place).await?;
    if form.violations.is_empty() && refused.sentences.is_empty() {
        let by = person(&field.status().await?)?;
        field.phone.leave(place.document).await?;
        let order = Command::FinishVisit {
            document: place.document,
            visit: place.visit,
        };
        match field.phone.carry_out(by, order).await {
            Ok(_) => return done(&HeaderMap::new(), &format!("{}?fini=1", place.href())),
            // Somebody's change arrived in between: the page says the rules anew.
            Err(CommandError::RulesBroken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let told = Told::default();
    show(
        &field,
        place,
        StatusCode::UNPROCESSABLE_ENTITY,
        &told,
        &refused,
    )
    .await
}

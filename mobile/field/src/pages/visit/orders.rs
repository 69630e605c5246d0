//! What else a person orders on the page of a visit.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jawla_model::rules::field::{ValueError, check};
use jawla_model::time::is_civil_day;
use jawla_model::{FieldPath, Hash32, ItemId, PersonId, Value, VisitField};
use jawla_views::{Command, CommandError, Happening, HistoryEntry, PageWindow};

use super::saving::pairs;
use super::{Ids, Place, Refused, Told, person, show, typed, writable};
use crate::fault::command_sentence;
use crate::{Answer, Fault, Field, Frame, Tab, done, texts};

/// Entries of the history in which the newest own action is looked for.
const HISTORY_LOOKED_AT: u32 = 50;

pub(crate) async fn fill_as_before(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    writable(&field, place).await?;
    field
        .phone
        .fill_as_before(place.document, place.visit)
        .await?;
    done(&headers, &place.href())
}

/// Plans an action, or changes one that is named.
pub(crate) async fn plan_action(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    writable(&field, place).await?;
    let status = field.status().await?;
    let by = person(&status)?;
    let order = action(place, &pairs(&body));
    let carried = match order {
        Ok(order) => field.phone.carry_out(by, order).await,
        Err(error) => Err(error),
    };
    match carried {
        Ok(_) => done(&headers, &format!("{}#actions", place.href())),
        Err(error @ (CommandError::BadValue { .. } | CommandError::TooMuch)) => {
            let mut refused = Refused::default();
            let sentence = command_sentence(texts(&status), &error);
            refused.sentences.insert("actions".into(), sentence);
            for (key, text) in pairs(&body) {
                refused.texts.insert(format!("action-{key}"), text);
            }
            let code = StatusCode::UNPROCESSABLE_ENTITY;
            show(&field, place, code, &Told::default(), &refused).await
        }
        Err(error) => Err(error.into()),
    }
}

fn action(
    place: Place,
    posted: &std::collections::BTreeMap<String, String>,
) -> Result<Command, CommandError> {
    let bad = |error| CommandError::BadValue {
        key: "actions",
        error,
    };
    let text = |key: &str| posted.get(key).map_or("", |text| text.trim()).to_owned();
    let (what, owner, due) = (text("what"), text("owner"), text("due"));
    let line = VisitField::Participants.spec();
    for one in [&what, &owner] {
        check(&line, &Value::Text(one.clone())).map_err(bad)?;
    }
    if what.is_empty() || !(due.is_empty() || is_civil_day(&due)) {
        return Err(bad(ValueError::Malformed));
    }
    let item = match text("item").as_str() {
        "" => None,
        id => Some(id.parse::<ItemId>().map_err(|_| CommandError::NotFound)?),
    };
    Ok(Command::PlanAction {
        document: place.document,
        visit: place.visit,
        item,
        what,
        owner,
        due,
    })
}

/// Settles a disagreement of this visit with one of the values that the page showed.
pub(crate) async fn settle(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let form = writable(&field, place).await?;
    let by = person(&field.status().await?)?;
    let mut key = None;
    let mut chosen = None;
    let mut seen = BTreeSet::new();
    for (name, value) in form_urlencoded::parse(&body).take(32) {
        match name.as_ref() {
            "field" => key = typed::typed_field(&value),
            "change" => chosen = value.parse::<Hash32>().ok(),
            "seen" => {
                seen.insert(value.parse::<Hash32>().map_err(|_| Fault::BadForm)?);
            }
            _ => {}
        }
    }
    let (key, chosen) = key.zip(chosen).ok_or(Fault::BadForm)?;
    let at = FieldPath::visit(place.visit, key);
    let conflict = form.conflicts.iter().find(|one| one.path == at.text());
    let value = conflict
        .and_then(|conflict| conflict.values.iter().find(|one| one.change == chosen))
        .ok_or(CommandError::Changed)?;
    let order = Command::SettleConflict {
        document: place.document,
        at,
        value: value.value.clone(),
        seen,
    };
    field.phone.carry_out(by, order).await?;
    done(&headers, &format!("{}#{}", place.href(), key.key()))
}

/// Takes back a change that is named, or one's own newest action in this visit.
pub(crate) async fn undo(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    writable(&field, place).await?;
    let by = person(&field.status().await?)?;
    field.phone.leave(place.document).await?;
    let change = match pairs(&body).get("change") {
        Some(text) => text.parse::<Hash32>().map_err(|_| Fault::BadForm)?,
        None => newest_own(&field, place, by).await?,
    };
    let order = Command::Undo {
        document: place.document,
        change,
    };
    field.phone.carry_out(by, order).await?;
    done(&headers, &place.href())
}

/// The newest own change of this visit that can be taken back.
async fn newest_own(field: &Field, place: Place, by: PersonId) -> Result<Hash32, Fault> {
    let window = PageWindow {
        offset: 0,
        rows_max: HISTORY_LOOKED_AT,
    };
    let history = field
        .phone
        .history(place.document, Some(by), window)
        .await?;
    let newest = history
        .rows
        .iter()
        .find(|entry| entry.undoable && is_about(entry, place));
    Ok(newest.ok_or(CommandError::NotUndoable)?.change)
}

fn is_about(entry: &HistoryEntry, place: Place) -> bool {
    entry.happenings.iter().any(|happening| match happening {
        Happening::Set { at, .. } => {
            matches!(at, FieldPath::Visit(visit, _) if *visit == place.visit)
        }
        // Taking back the beginning is deleting, which asks first.
        Happening::VisitOpened(_) => false,
        Happening::VisitFinished(visit)
        | Happening::Reviewed(visit, _)
        | Happening::PhotoAttached(visit, _)
        | Happening::PhotoDetached(visit, _)
        | Happening::DifficultyRaised(visit, ..)
        | Happening::DifficultyWithdrawn(visit, _)
        | Happening::ActionPlanned(visit, _)
        | Happening::QuantityMeasured(visit, ..) => *visit == place.visit,
    })
}

#[derive(Template)]
#[template(path = "visit/delete.html")]
struct DeletePage {
    frame: Frame,
    project: String,
    photos: String,
    href: String,
}

pub(crate) async fn ask_delete(State(field): State<Field>, Path((document, visit)): Ids) -> Answer {
    let place = Place::read(&document, &visit)?;
    let form = writable(&field, place).await?;
    if !form.visit.is_draft() {
        return Err(Fault::NotFound);
    }
    let status = field.status().await?;
    let t = texts(&status);
    let photos = form.fields.photos.len();
    let page = DeletePage {
        frame: Frame::new(&status, "visit-delete-title")
            .tab(Tab::Projects)
            .back(place.href())
            .style("visit.css"),
        project: jawla_ui::plain(t.choose(&form.project.title_fr, &form.project.title_ar)),
        photos: t.count(
            "visit-photos-count",
            i64::try_from(photos).unwrap_or(i64::MAX),
        ),
        href: place.href(),
    };
    crate::page(StatusCode::OK, &page)
}

pub(crate) async fn delete(State(field): State<Field>, Path((document, visit)): Ids) -> Answer {
    let place = Place::read(&document, &visit)?;
    writable(&field, place).await?;
    let by = person(&field.status().await?)?;
    field.phone.leave(place.document).await?;
    let order = Command::DeleteDraft {
        document: place.document,
        visit: place.visit,
    };
    field.phone.carry_out(by, order).await?;
    done(&HeaderMap::new(), &place.project_href())
}

//! *À départager*: values that two people wrote without knowing of each other, settled by a tap.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jawla_model::schema::Writers;
use jawla_model::{FieldKind, FieldPath, Hash32, PersonId, Value};
use jawla_ui::format::plain;
use jawla_views::dossiers::Happening;
use jawla_views::limits::HISTORY_PER_PAGE_MAX;
use jawla_views::phone::PhoneStatus;
use jawla_views::{
    Command, CommandError, ConflictListed, ConflictQuery, ConflictRow, ConflictValue, PageWindow,
};

use crate::fault::command_sentence;
use crate::names::Names;
use crate::pages::forms::{self, Form};
use crate::pages::lines::title;
use crate::{Answer, Fault, Field, Frame, Tab, done, page};

/// One of the values of a disagreement.
pub(crate) struct Choice {
    pub(crate) change: String,
    pub(crate) value: String,
    pub(crate) author: String,
    pub(crate) when: String,
    pub(crate) received: bool,
    /// Whether it is what everybody sees for now.
    pub(crate) provisional: bool,
}

/// A disagreement as a card.
pub(crate) struct Card {
    pub(crate) id: String,
    /// Where the card posts to.
    pub(crate) action: String,
    pub(crate) path: String,
    pub(crate) label: String,
    pub(crate) weighty: bool,
    pub(crate) choices: Vec<Choice>,
    /// The changes the page shows.
    pub(crate) seen: String,
    /// Whether this person may settle it.
    pub(crate) settles: bool,
    /// `text`, `decimal` or `numeric` for the other value; none where a tap is the only way.
    pub(crate) other: Option<&'static str>,
    /// What was typed as another value and refused, with why.
    pub(crate) refused: Option<(String, String)>,
}

/// A project with its cards.
struct Group {
    href: String,
    title: String,
    commune: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "field/disagreements.html")]
struct DisagreementsPage {
    frame: Frame,
    groups: Vec<Group>,
    back_to: &'static str,
}

/// What was refused and why, to be said beside its field.
pub(crate) struct Refused {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) sentence: String,
}

/// The cards of some disagreements; `id`s are unique on a page of one project.
pub(crate) fn cards(
    names: &Names,
    status: &PhoneStatus,
    rows: &[ConflictRow],
    refused: Option<&Refused>,
) -> Vec<Card> {
    rows.iter()
        .map(|row| card(names, status, row, refused))
        .collect()
}

fn card(names: &Names, status: &PhoneStatus, row: &ConflictRow, refused: Option<&Refused>) -> Card {
    let at = row.at();
    let spec = at.as_ref().and_then(FieldPath::spec);
    let shown = |index: usize, value: &ConflictValue| Choice {
        change: value.change.hex(),
        value: at
            .as_ref()
            .map_or_else(String::new, |at| names.value(at, &value.value)),
        author: names.person(value.author),
        when: names.t.instant(value.claimed_at_ms),
        received: value.received_at.is_some(),
        provisional: index == 0,
    };
    let may = |writers: Writers| status.role.is_none_or(|role| role.may_write(writers));
    let seen: Vec<String> = row.values.iter().map(|value| value.change.hex()).collect();
    Card {
        id: format!("d-{}-{}", row.document.hex(), row.path.replace('/', "-")),
        action: format!("/projets/{}/departager", row.document.hex()),
        path: row.path.clone(),
        label: at.as_ref().map_or_else(
            || names.t.get("phone-field-newer"),
            |at| names.field_label(at),
        ),
        weighty: row.weighty,
        choices: row
            .values
            .iter()
            .enumerate()
            .map(|(n, value)| shown(n, value))
            .collect(),
        seen: seen.join(","),
        settles: spec.is_some_and(|spec| may(spec.writers)),
        other: spec.and_then(|spec| match spec.kind {
            FieldKind::Line | FieldKind::Note => Some("text"),
            FieldKind::Whole { .. } => Some("numeric"),
            FieldKind::Share | FieldKind::Amount => Some("decimal"),
            _ => None,
        }),
        refused: refused
            .filter(|refused| refused.path == row.path)
            .map(|refused| (plain(&refused.text), refused.sentence.clone())),
    }
}

/// Shows every disagreement of the phone.
pub(crate) async fn list(State(field): State<Field>) -> Answer {
    let status = field.status().await?;
    let names = Names::of(&field, &status).await?;
    let query = ConflictQuery {
        window: PageWindow {
            offset: 0,
            rows_max: jawla_views::limits::CONFLICTS_PER_PAGE_MAX,
        },
        ..ConflictQuery::default()
    };
    let listed = field.phone.views().conflicts(&query).await?;
    let mut groups: Vec<Group> = Vec::new();
    for one in &listed.rows {
        push(&names, &status, one, &mut groups);
    }
    let frame = Frame::new(&status, "word-clash")
        .tab(Tab::Todo)
        .back("/a-faire")
        .watch("project");
    page(
        StatusCode::OK,
        &DisagreementsPage {
            frame,
            groups,
            back_to: "/a-departager",
        },
    )
}

fn push(names: &Names, status: &PhoneStatus, one: &ConflictListed, groups: &mut Vec<Group>) {
    let href = format!("/projets/{}", one.project.document.hex());
    let card = card(names, status, &one.conflict, None);
    if let Some(group) = groups.iter_mut().find(|group| group.href == href) {
        group.cards.push(card);
        return;
    }
    groups.push(Group {
        href,
        title: title(names, &one.project.title_fr, &one.project.title_ar),
        commune: names.communes(&one.project.communes),
        cards: vec![card],
    });
}

fn writer(status: &PhoneStatus) -> Result<PersonId, CommandError> {
    status
        .person
        .as_ref()
        .map(|person| person.person)
        .ok_or(CommandError::NotEnrolled)
}

/// Settles a disagreement with one of its values (`choix`) or another (`valeur`).
pub(crate) async fn settle(
    State(field): State<Field>,
    Path(document): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = Form::read(&body)?;
    let document = forms::document(&document)?;
    let status = field.status().await?;
    let at = FieldPath::from_text(form.text("chemin")).ok_or(Fault::BadForm)?;
    let sheet = field
        .phone
        .views()
        .project(document)
        .await?
        .ok_or(Fault::NotFound)?;
    let path = at.text();
    let row = sheet.conflicts.iter().find(|row| row.path == path);
    let value = match wanted(&form, &at, row) {
        Ok(value) => value,
        Err(error) => return refused(&field, document, &status, &form, error).await,
    };
    let seen: Result<BTreeSet<Hash32>, Fault> = form
        .text("vu")
        .split(',')
        .filter(|text| !text.is_empty())
        .map(forms::hash)
        .collect();
    let order = Command::SettleConflict {
        document,
        at,
        value,
        seen: seen?,
    };
    let carried = field.phone.carry_out(writer(&status)?, order).await;
    match carried {
        Ok(_) => {
            let here = format!("/projets/{}", document.hex());
            done(&headers, form.way_back(&here))
        }
        Err(error) => refused(&field, document, &status, &form, error).await,
    }
}

fn wanted(form: &Form, at: &FieldPath, row: Option<&ConflictRow>) -> Result<Value, CommandError> {
    let choice = form.text("choix");
    if choice.is_empty() {
        let spec = at.spec().ok_or(CommandError::NotFound)?;
        return forms::value(&spec, form.text("valeur")).map_err(|error| CommandError::BadValue {
            key: spec.key,
            error,
        });
    }
    let row = row.ok_or(CommandError::Changed)?;
    let chosen = row.values.iter().find(|value| value.change.hex() == choice);
    chosen
        .map(|value| value.value.clone())
        .ok_or(CommandError::Changed)
}

async fn refused(
    field: &Field,
    document: jawla_model::DocumentId,
    status: &PhoneStatus,
    form: &Form,
    error: CommandError,
) -> Answer {
    if matches!(error, CommandError::Store(_)) {
        return Err(error.into());
    }
    let refused = Refused {
        path: form.text("chemin").to_owned(),
        text: form.text("valeur").to_owned(),
        sentence: command_sentence(crate::texts(status), &error),
    };
    super::project::sheet_with(field, document, Some(refused)).await
}

/// *Choisir l'autre*: puts back a value that a settlement passed over, found in the history.
pub(crate) async fn choose_other(
    State(field): State<Field>,
    Path(document): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = Form::read(&body)?;
    let document = forms::document(&document)?;
    let change = forms::hash(form.text("changement"))?;
    let number: usize = form.text("rang").parse().map_err(|_| Fault::BadForm)?;
    let wanted_at = FieldPath::from_text(form.text("chemin")).ok_or(Fault::BadForm)?;
    let status = field.status().await?;
    let by = writer(&status)?;
    let mut window = PageWindow {
        offset: 0,
        rows_max: HISTORY_PER_PAGE_MAX,
    };
    // The page it was chosen from may stand anywhere in a long history.
    let entry = loop {
        let page = field.phone.history(document, Some(by), window).await?;
        let next = page.next_offset();
        match page.rows.into_iter().find(|entry| entry.change == change) {
            Some(entry) => break entry,
            None => window.offset = next.ok_or(CommandError::Changed)?,
        }
    };
    let value = entry.happenings.iter().find_map(|one| match one {
        Happening::Set { at, before, .. } if *at == wanted_at => before.get(number).cloned(),
        _ => None,
    });
    let value = value.ok_or(CommandError::Changed)?;
    let order = Command::SettleConflict {
        document,
        at: wanted_at,
        value,
        seen: BTreeSet::from([change]),
    };
    let here = format!("/projets/{}", document.hex());
    match field.phone.carry_out(by, order).await {
        Ok(_) => done(&headers, &format!("{here}#historique")),
        Err(error) => refused(&field, document, &status, &form, error).await,
    }
}

/// Takes back one's own last action.
pub(crate) async fn undo(
    State(field): State<Field>,
    Path(document): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = Form::read(&body)?;
    let document = forms::document(&document)?;
    let change = forms::hash(form.text("changement"))?;
    let status = field.status().await?;
    let order = Command::Undo { document, change };
    match field.phone.carry_out(writer(&status)?, order).await {
        Ok(_) => done(&headers, &format!("/projets/{}#historique", document.hex())),
        Err(error) => refused(&field, document, &status, &form, error).await,
    }
}

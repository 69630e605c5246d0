//! The page with the form.

use askama::Template;
use jawla_model::reference::ReferenceBundle;
use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{Hash32, VisitField};
use jawla_ui::{Texts, plain};
use jawla_views::PersonRow;
use jawla_views::phone::{PhoneStatus, VisitForm};

use super::fields::{Building, FieldView};
use super::typed::{kind_name, shown};
use super::{Place, Refused};
use crate::{Frame, Tab};

/// Letters of the line under the name of a fold: two lines of a small screen.
const BRIEF_CHARS_MAX: usize = 56;

/// What the page says once, above the form.
pub(crate) struct Said {
    pub(crate) finished: bool,
    pub(crate) removed_photo: Option<Hash32>,
}

/// One of the six folds.
pub(crate) struct Fold {
    pub(crate) id: &'static str,
    pub(crate) number: u8,
    pub(crate) title: String,
    /// What it says, in a few words, read without opening it.
    pub(crate) brief: String,
    pub(crate) open: bool,
    /// `missing`, `clash`, `filled` or `empty`.
    pub(crate) state: &'static str,
    pub(crate) fields: Vec<FieldView>,
}

/// A photo of the visit.
pub(crate) struct PhotoShown {
    /// Of its own page.
    pub(crate) href: String,
    pub(crate) hash: String,
    pub(crate) thumbnail: String,
    pub(crate) role: String,
    pub(crate) size: String,
}

/// A role a photo can be taken for.
pub(crate) struct RoleButton {
    pub(crate) code: &'static str,
    pub(crate) label: String,
}

/// A difficulty that can be named.
pub(crate) struct DifficultyShown {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
    pub(crate) note: String,
}

/// An action that is planned, or the empty one below them.
pub(crate) struct ActionForm {
    pub(crate) item: String,
    pub(crate) what: String,
    pub(crate) owner: String,
    pub(crate) due: String,
    pub(crate) due_shown: String,
}

/// Something still missing, with a link to its field.
pub(crate) struct Missing {
    pub(crate) field: &'static str,
    pub(crate) sentence: String,
}

/// The page.
#[derive(Template)]
#[template(path = "visit/form.html")]
pub(crate) struct FormPage {
    pub(crate) frame: Frame,
    pub(crate) place: Place,
    pub(crate) project: String,
    pub(crate) kind: String,
    pub(crate) begun: String,
    pub(crate) word: RecordWord,
    pub(crate) word_text: String,
    pub(crate) saved: Option<String>,
    pub(crate) ring: (u8, u8),
    pub(crate) ring_share: u32,
    pub(crate) ring_text: String,
    pub(crate) first_missing: &'static str,
    pub(crate) missing: Vec<Missing>,
    pub(crate) asked_to_finish: bool,
    pub(crate) can_fill: bool,
    pub(crate) is_draft: bool,
    pub(crate) comment: Option<String>,
    pub(crate) comment_field: Option<Missing>,
    pub(crate) said: Said,
    pub(crate) demonstration: bool,
    pub(crate) folds: Vec<Fold>,
    pub(crate) photos: Vec<PhotoShown>,
    pub(crate) photos_fault: Option<String>,
    pub(crate) photos_missing: Option<String>,
    pub(crate) roles: Vec<RoleButton>,
    pub(crate) difficulties: Vec<DifficultyShown>,
    pub(crate) difficulties_fault: Option<String>,
    pub(crate) actions: Vec<ActionForm>,
    pub(crate) action_fault: Option<String>,
    pub(crate) new_action: ActionForm,
}

/// *Enregistré à 14 h 05*; none before the first save.
pub(crate) fn saved_line(t: Texts, form: &VisitForm) -> Option<String> {
    let saved_ms = form.saved_at_ms?;
    Some(t.with("visit-saved", "time", t.time(saved_ms)))
}

/// The ring in words.
pub(crate) fn ring_text(t: Texts, form: &VisitForm) -> String {
    let (held, all) = form.progress;
    let left = all.saturating_sub(held);
    if left == 0 && form.violations.is_empty() {
        return t.get("visit-ring-full");
    }
    t.count("visit-ring-left", i64::from(left.max(1)))
}

/// The word of a record in the person's language.
pub(crate) fn word_text(t: Texts, word: RecordWord) -> String {
    t.choose(word.label_fr(), word.label_ar()).to_owned()
}

pub(crate) fn page(
    status: &PhoneStatus,
    place: Place,
    form: &VisitForm,
    reference: &ReferenceBundle,
    people: &[PersonRow],
    said: &Said,
    refused: &Refused,
) -> FormPage {
    let t = crate::texts(status);
    let building = Building {
        t,
        place,
        form,
        people,
        refused,
    };
    let (held, all) = form.progress;
    let project = plain(t.choose(&form.project.title_fr, &form.project.title_ar));
    let missing = missing(&building);
    FormPage {
        frame: frame(status, place, refused),
        place,
        kind: kind_name(t, &form.visit.kind),
        begun: t.instant(form.visit.started_at_ms),
        project,
        word: form.word,
        word_text: word_text(t, form.word),
        saved: saved_line(t, form),
        ring: form.progress,
        ring_share: u32::from(held)
            .saturating_mul(100)
            .checked_div(u32::from(all))
            .unwrap_or(100),
        ring_text: ring_text(t, form),
        first_missing: missing.first().map_or("terminer", |one| one.field),
        missing,
        asked_to_finish: refused.asked_to_finish,
        can_fill: form.previous.is_some() && form.visit.is_draft(),
        is_draft: form.visit.is_draft(),
        comment: building.comment(None).filter(|comment| !comment.is_empty()),
        comment_field: comment_field(&building),
        said: Said {
            finished: said.finished && !form.visit.is_draft(),
            removed_photo: said.removed_photo,
        },
        demonstration: form.project.demonstration,
        folds: folds(&building, reference),
        photos: photos(t, place, form),
        photos_fault: refused.sentences.get("photos").cloned(),
        photos_missing: building.missing("photos"),
        roles: roles(t),
        difficulties: difficulties(t, form, reference),
        difficulties_fault: difficulties_fault(&building),
        actions: form
            .fields
            .actions
            .iter()
            .map(|one| action(t, one))
            .collect(),
        action_fault: refused.sentences.get("actions").cloned(),
        new_action: new_action(refused),
    }
}

fn frame(status: &PhoneStatus, place: Place, refused: &Refused) -> Frame {
    Frame::new(status, "visit-title")
        .tab(Tab::Hidden)
        .back(place.project_href())
        .style("visit.css")
        .script("visit.js")
        .fault(refused.whole.clone())
}

fn missing(building: &Building<'_>) -> Vec<Missing> {
    let broken = building.form.violations.iter().map(|one| Missing {
        field: one.field,
        sentence: super::saving::sentence(building.t, one),
    });
    let refused = super::typed::TYPED.iter().filter_map(|field| {
        let sentence = building.refused.sentences.get(field.key())?;
        Some(Missing {
            field: field.key(),
            sentence: format!("{} : {sentence}", building.label(*field)),
        })
    });
    broken.chain(refused).collect()
}

fn comment_field(building: &Building<'_>) -> Option<Missing> {
    building.comment(None)?;
    let review = building.form.fields.values.get(VisitField::Review.key())?;
    let review = jawla_model::Review::parse(review.as_text()?)?;
    let field = VisitField::from_key(review.field.as_deref()?)?;
    Some(Missing {
        field: field.key(),
        sentence: building.label(field),
    })
}

/// What stands in which fold.
const FOLDS: [(&str, &[VisitField]); 6] = [
    (
        "lieu",
        &[
            VisitField::Kind,
            VisitField::Position,
            VisitField::NoPositionReason,
            VisitField::Participants,
        ],
    ),
    (
        "chantier",
        &[
            VisitField::SiteState,
            VisitField::Workers,
            VisitField::Machines,
        ],
    ),
    (
        "avancement",
        &[
            VisitField::Progress,
            VisitField::Planned,
            VisitField::Quality,
            VisitField::Safety,
            VisitField::Environment,
            VisitField::Functional,
        ],
    ),
    ("photos", &[]),
    ("difficultes", &[]),
    ("avis", &[VisitField::Opinion, VisitField::Note]),
];

fn folds(building: &Building<'_>, reference: &ReferenceBundle) -> Vec<Fold> {
    let fold = |(index, (id, keys)): (usize, &(&'static str, &[VisitField]))| {
        let fields: Vec<FieldView> = keys.iter().map(|key| building.field(*key)).collect();
        let of_maps = match *id {
            "photos" => Some("photos"),
            "difficultes" => Some("difficulties"),
            _ => None,
        };
        let gap = of_maps.is_some_and(|key| building.missing(key).is_some());
        let fault = match *id {
            "photos" => building.refused.sentences.contains_key("photos"),
            "difficultes" => ["difficulties", "actions"]
                .iter()
                .any(|key| building.refused.sentences.contains_key(*key)),
            _ => false,
        };
        let clash = fields.iter().any(|field| field.clash.is_some());
        let wrong = |field: &FieldView| {
            field.missing.is_some() || field.error.is_some() || field.comment.is_some()
        };
        let missing = gap || fault || fields.iter().any(wrong);
        let brief = cut(brief(building, id, keys, reference));
        Fold {
            id,
            number: u8::try_from(index.saturating_add(1)).unwrap_or(0),
            title: building.t.get(&format!("visit-fold-{id}")),
            open: missing || clash,
            state: match (clash, missing, brief.is_empty()) {
                (true, ..) => "clash",
                (_, true, _) => "missing",
                (_, _, false) => "filled",
                _ => "empty",
            },
            brief,
            fields,
        }
    };
    FOLDS.iter().enumerate().map(fold).collect()
}

/// What of a long text stands in the head of a fold.
fn cut(text: String) -> String {
    let line = text.replace('\n', " ");
    let mut letters = line.chars();
    let head: String = letters.by_ref().take(BRIEF_CHARS_MAX).collect();
    if letters.next().is_none() {
        return line;
    }
    format!("{}…", head.trim_end())
}

/// A fold in a few words.
fn brief(
    building: &Building<'_>,
    id: &str,
    keys: &[VisitField],
    reference: &ReferenceBundle,
) -> String {
    let (t, fields) = (building.t, &building.form.fields);
    let said = |key: &VisitField| {
        let value = fields.values.get(key.key())?;
        let text = shown(t, *key, value);
        (*value != jawla_model::Value::Empty && !text.is_empty()).then_some(text)
    };
    match id {
        "photos" if fields.photos.is_empty() => String::new(),
        "photos" => t.count(
            "visit-photos-count",
            i64::try_from(fields.photos.len()).unwrap_or(0),
        ),
        "difficultes" => {
            let name = |code: &String| reason_name(t, reference, code);
            let mut parts: Vec<String> = fields.difficulties.keys().map(name).collect();
            if !fields.actions.is_empty() {
                let count = i64::try_from(fields.actions.len()).unwrap_or(0);
                parts.push(t.count("visit-actions-count", count));
            }
            parts.join(" · ")
        }
        "avancement" => keys.iter().take(1).filter_map(said).collect(),
        "avis" => keys.iter().filter_map(said).next().unwrap_or_default(),
        "lieu" => {
            let kind = said(&VisitField::Kind);
            let position = said(&VisitField::Position).map(|_| t.get("visit-gps-taken"));
            kind.into_iter()
                .chain(position)
                .collect::<Vec<_>>()
                .join(" · ")
        }
        _ => keys
            .iter()
            .take(1)
            .filter_map(said)
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// The name of a reason; a newer bundle's code stands as it is.
pub(crate) fn reason_name(t: Texts, reference: &ReferenceBundle, code: &str) -> String {
    reference.reason(code).map_or_else(
        || plain(code),
        |reason| plain(t.choose(&reason.name_fr, &reason.name_ar)),
    )
}

/// The photos of a visit.
pub(crate) fn photos(t: Texts, place: Place, form: &VisitForm) -> Vec<PhotoShown> {
    let shown = |photo: &jawla_model::Photo| PhotoShown {
        href: super::viewer::href(place, &photo.hash.hex()),
        hash: photo.hash.hex(),
        thumbnail: photo.thumbnail.hex(),
        role: t
            .choose(photo.role.label_fr(), photo.role.label_ar())
            .into(),
        size: t.size(photo.size_bytes),
    };
    form.fields.photos.iter().map(shown).collect()
}

fn roles(t: Texts) -> Vec<RoleButton> {
    let button = |role: &PhotoRole| RoleButton {
        code: role.code(),
        label: t.choose(role.label_fr(), role.label_ar()).into(),
    };
    PhotoRole::ALL.iter().map(button).collect()
}

fn difficulties(t: Texts, form: &VisitForm, reference: &ReferenceBundle) -> Vec<DifficultyShown> {
    let standing = &form.fields.difficulties;
    let known = reference.reasons.iter().map(|reason| reason.code.clone());
    let newer = standing
        .keys()
        .filter(|code| reference.reason(code).is_none());
    known
        .chain(newer.cloned())
        .map(|code| DifficultyShown {
            name: reason_name(t, reference, &code),
            chosen: standing.contains_key(&code),
            note: standing.get(&code).cloned().unwrap_or_default(),
            code,
        })
        .collect()
}

fn difficulties_fault(building: &Building<'_>) -> Option<String> {
    let refused = building.refused.sentences.get("difficulties").cloned();
    refused.or_else(|| {
        building
            .missing("difficulties")
            .filter(|_| building.refused.asked_to_finish)
    })
}

fn action(t: Texts, one: &jawla_views::ActionShown) -> ActionForm {
    ActionForm {
        item: one.item.hex(),
        what: one.what.clone(),
        owner: one.owner.clone(),
        due_shown: if one.due.is_empty() {
            String::new()
        } else {
            t.day_of(&one.due)
        },
        due: one.due.clone(),
    }
}

/// The empty action, or the one that could not be kept.
fn new_action(refused: &Refused) -> ActionForm {
    let text = |key: &str| refused.texts.get(key).cloned().unwrap_or_default();
    ActionForm {
        item: text("action-item"),
        what: text("action-what"),
        owner: text("action-owner"),
        due: text("action-due"),
        due_shown: String::new(),
    }
}

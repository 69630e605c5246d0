//! A visit that this person may read and not write.

use askama::Template;
use jawla_model::reference::ReferenceBundle;
use jawla_model::visit::RecordWord;
use jawla_model::{FieldPath, Value, VisitField};
use jawla_ui::plain;
use jawla_views::PersonRow;
use jawla_views::phone::{PhoneStatus, VisitForm};

use super::fields::Building;
use super::form::{PhotoShown, photos, reason_name, word_text};
use super::typed::{TYPED, shown};
use super::{Place, Refused};
use crate::{Frame, Tab};

/// One thing the visit says.
pub(crate) struct Line {
    name: String,
    value: String,
    clash: bool,
}

/// The lines of one fold of the form.
pub(crate) struct Part {
    title: String,
    lines: Vec<Line>,
    photos: bool,
}

#[derive(Template)]
#[template(path = "visit/sheet.html")]
pub(crate) struct SheetPage {
    frame: Frame,
    place: Place,
    project: String,
    begun: String,
    author: String,
    doubtful: bool,
    word: RecordWord,
    word_text: String,
    comment: String,
    demonstration: bool,
    parts: Vec<Part>,
    photos: Vec<PhotoShown>,
}

pub(crate) fn page(
    status: &PhoneStatus,
    place: Place,
    form: &VisitForm,
    reference: &ReferenceBundle,
    people: &[PersonRow],
) -> SheetPage {
    let t = crate::texts(status);
    let refused = Refused::default();
    let building = Building {
        t,
        place,
        form,
        people,
        refused: &refused,
    };
    let part = |id: &str, lines: Vec<Line>| Part {
        title: t.get(&format!("visit-fold-{id}")),
        lines,
        photos: id == "photos",
    };
    let between = |from: VisitField, to: VisitField| lines(&building, from, to);
    SheetPage {
        frame: Frame::new(status, "visit-title")
            .tab(Tab::Projects)
            .back(place.project_href())
            .style("visit.css"),
        place,
        project: plain(t.choose(&form.project.title_fr, &form.project.title_ar)),
        begun: t.instant(form.visit.started_at_ms),
        author: building.author(form.visit.author),
        doubtful: !form.visit.date_plausible,
        word: form.word,
        word_text: word_text(t, form.word),
        comment: plain(&form.visit.review_comment),
        demonstration: form.project.demonstration,
        parts: vec![
            part("lieu", between(VisitField::Kind, VisitField::Participants)),
            part(
                "chantier",
                between(VisitField::SiteState, VisitField::Machines),
            ),
            part(
                "avancement",
                between(VisitField::Progress, VisitField::Functional),
            ),
            part("photos", Vec::new()),
            part("difficultes", difficulties(&building, reference)),
            part("avis", between(VisitField::Opinion, VisitField::Note)),
        ],
        photos: photos(t, place, form),
    }
}

/// The fields from one to another, in the order of the form, that say something.
fn lines(building: &Building<'_>, from: VisitField, to: VisitField) -> Vec<Line> {
    let position = |wanted| TYPED.iter().position(|field| *field == wanted);
    let (Some(first), Some(last)) = (position(from), position(to)) else {
        return Vec::new();
    };
    let fields = TYPED.get(first..=last).unwrap_or_default();
    let line = |field: &VisitField| {
        let value = building.form.fields.values.get(field.key())?;
        if *value == Value::Empty {
            return None;
        }
        let path = FieldPath::visit(building.place.visit, *field).text();
        Some(Line {
            name: building.label(*field),
            value: shown(building.t, *field, value),
            clash: building.form.conflicts.iter().any(|one| one.path == path),
        })
    };
    fields.iter().filter_map(line).collect()
}

fn difficulties(building: &Building<'_>, reference: &ReferenceBundle) -> Vec<Line> {
    let (t, fields) = (building.t, &building.form.fields);
    let named = fields.difficulties.iter().map(|(code, note)| Line {
        name: reason_name(t, reference, code),
        value: plain(note),
        clash: false,
    });
    let planned = fields.actions.iter().map(|action| {
        let due = match action.due.as_str() {
            "" => String::new(),
            due => format!("{} {}", t.get("visit-action-until"), t.day_of(due)),
        };
        let parts = [plain(&action.owner), due];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Line {
            name: plain(&action.what),
            value: said.join(" · "),
            clash: false,
        }
    });
    named.chain(planned).collect()
}

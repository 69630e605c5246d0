//! One visit in full: what it says, its photos, what the reviewer said, and the form to review it.

use jawla_model::schema::VisitField;
use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{DocumentId, FieldPath, Role, Value, VisitId};
use jawla_ui::Texts;
use jawla_views::{Happening, HistoryEntry, PageWindow, ScopeFilter, VisitFields, VisitRow};

use crate::Office;
use crate::format::plain;
use crate::pages::caller::Visitor;
use crate::pages::fault::PageFault;
use crate::pages::moment::{Moment, received_ms};
use crate::pages::names::{Names, Title};
use crate::pages::overview::feed::Word;
use crate::pages::project::history::People;
use crate::pages::values;

/// Entries of the history that are looked through for changes after a review.
const ENTRIES_LOOKED_THROUGH: u32 = 50;

/// Fields that stand elsewhere on the page or say nothing to a reader.
const NOT_LISTED: [VisitField; 4] = [
    VisitField::Status,
    VisitField::Review,
    VisitField::Replaces,
    VisitField::Note,
];

/// One visit as the office reads it.
pub(crate) struct Record {
    pub(crate) document: String,
    pub(crate) visit: String,
    pub(crate) title: Title,
    pub(crate) project_href: String,
    pub(crate) communes: String,
    pub(crate) author: String,
    pub(crate) moment: Option<Moment>,
    pub(crate) received: Option<String>,
    pub(crate) doubtful: bool,
    pub(crate) word: Option<Word>,
    pub(crate) comment: String,
    pub(crate) changed_since: bool,
    pub(crate) conflicts: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) note: String,
    pub(crate) difficulties: Vec<(String, String)>,
    pub(crate) actions: Vec<(String, String)>,
    pub(crate) photos: Vec<Photo>,
    pub(crate) before: Option<String>,
    /// Fields that a comment can be about; empty for who may not review.
    pub(crate) fields: Vec<(&'static str, &'static str)>,
    pub(crate) demonstration: bool,
}

/// One field, and what the visit before said where that was something else.
pub(crate) struct Line {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) before: Option<String>,
}

/// One photo.
pub(crate) struct Photo {
    pub(crate) small: String,
    pub(crate) large: String,
    pub(crate) alt: String,
}

/// The address of a visit's page.
pub(crate) fn address(document: DocumentId, visit: VisitId) -> String {
    format!("/visites/{}/{}", document.hex(), visit.hex())
}

/// Whether this role reviews visits.
pub(crate) const fn reviews(role: Role) -> bool {
    matches!(
        role,
        Role::Supervisor | Role::HeadOfDivision | Role::Administrator
    )
}

impl Record {
    /// Reads a visit that this person may see; drafts are nobody's but their author's.
    pub(crate) async fn find(
        office: &Office,
        visitor: &Visitor,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<Self>, PageFault> {
        let Some(sheet) = office.views.visit(document, visit).await? else {
            return Ok(None);
        };
        let seen = match &visitor.who.scopes {
            ScopeFilter::All => true,
            ScopeFilter::Only(scopes) => scopes.contains(&sheet.project.scope),
        };
        if !seen || sheet.visit.is_draft() || sheet.visit.word().is_none() {
            return Ok(None);
        }
        let fields = office.dossiers.visit_fields(document, visit).await?;
        let fields = fields.unwrap_or_default();
        let before = match &sheet.previous {
            Some(row) => office.dossiers.visit_fields(document, row.visit).await?,
            None => None,
        };
        let window = PageWindow {
            offset: 0,
            rows_max: ENTRIES_LOOKED_THROUGH,
        };
        let history = office
            .dossiers
            .history(document, Some(visitor.who.person), window)
            .await?;
        let people = office.views.people().await?;
        let (t, row) = (visitor.t, &sheet.visit);
        let names = Names::of(t, &office.reference);
        let title = Title::of(t, &sheet.project.title_fr, &sheet.project.title_ar);
        Ok(Some(Self {
            document: document.hex(),
            visit: visit.hex(),
            project_href: format!("/projets/{}", document.hex()),
            communes: names.communes(&sheet.project.communes),
            author: People::of(t, &people).name(row.author),
            moment: Moment::of(t, row.order_ms, office.now_utc_ms()),
            received: row
                .received_at
                .and_then(received_ms)
                .map(|at| t.instant(at)),
            doubtful: !row.date_plausible,
            word: row.word().map(|word| shown_word(t, word)),
            comment: plain(&row.review_comment),
            changed_since: changed_since_review(row, &history.rows),
            conflicts: (!sheet.conflicts.is_empty())
                .then(|| format!("/a-departager?projet={}", document.hex())),
            lines: lines(t, &names, &fields, before.as_ref()),
            note: plain(&row.note),
            difficulties: difficulties(&names, &fields),
            actions: actions(t, &fields),
            photos: photos(t, &sheet.photos, &title.text),
            before: sheet.previous.as_ref().map(|row| t.day(row.order_ms)),
            fields: if reviews(visitor.who.role) {
                commentable(t)
            } else {
                Vec::new()
            },
            demonstration: sheet.project.demonstration,
            title,
        }))
    }

    /// Whether the reader may approve it or send it back.
    pub(crate) fn is_reviewable(&self) -> bool {
        !self.fields.is_empty()
    }
}

fn shown_word(t: Texts, word: RecordWord) -> Word {
    Word {
        code: word.code(),
        label: t.choose(word.label_fr(), word.label_ar()),
    }
}

/// Fields that a comment can be about: what the team writes.
fn commentable(t: Texts) -> Vec<(&'static str, &'static str)> {
    VisitField::ALL
        .iter()
        .filter(|field| !NOT_LISTED.contains(field) || **field == VisitField::Note)
        .map(|field| (field.key(), values::label(t, &field.spec())))
        .collect()
}

fn lines(
    t: Texts,
    names: &Names<'_>,
    fields: &VisitFields,
    before: Option<&VisitFields>,
) -> Vec<Line> {
    let say = |of: &VisitFields, field: VisitField| {
        let value: &Value = of.values.get(field.key())?;
        Some(values::shown(t, names, &field.spec(), value))
    };
    VisitField::ALL
        .iter()
        .filter(|field| !NOT_LISTED.contains(field))
        .filter_map(|field| {
            let spec = field.spec();
            let compared = !matches!(field, VisitField::StartedAt | VisitField::FinishedAt);
            let value = say(fields, *field)?;
            let before = before
                .filter(|_| compared)
                .and_then(|before| say(before, *field))
                .filter(|before| *before != value);
            Some(Line {
                label: values::label(t, &spec),
                value,
                before,
            })
        })
        .collect()
}

fn difficulties(names: &Names<'_>, fields: &VisitFields) -> Vec<(String, String)> {
    fields
        .difficulties
        .iter()
        .map(|(reason, note)| (names.reason(reason), plain(note)))
        .collect()
}

fn actions(t: Texts, fields: &VisitFields) -> Vec<(String, String)> {
    fields
        .actions
        .iter()
        .map(|action| {
            let due = match action.due.as_str() {
                "" => String::new(),
                due => t.day_of(due),
            };
            let who = [plain(&action.owner), due];
            let who: Vec<String> = who.into_iter().filter(|part| !part.is_empty()).collect();
            (plain(&action.what), who.join(" · "))
        })
        .collect()
}

fn photos(t: Texts, rows: &[jawla_views::PhotoRow], title: &str) -> Vec<Photo> {
    rows.iter()
        .map(|row| {
            let role = PhotoRole::from_code(&row.role).map_or_else(
                || t.get("office-feed-photo"),
                |role| t.choose(role.label_fr(), role.label_ar()).to_owned(),
            );
            Photo {
                small: format!("/miniatures/{}", row.thumbnail.hex()),
                large: format!("/photos/{}", row.photo.hex()),
                alt: format!("{role} : {title}"),
            }
        })
        .collect()
}

/// Whether something of the visit was received after its newest review. `history` is newest first.
fn changed_since_review(row: &VisitRow, history: &[HistoryEntry]) -> bool {
    let mut changed = false;
    for entry in history {
        for happening in &entry.happenings {
            match happening {
                Happening::Reviewed(visit, _) if *visit == row.visit => return changed,
                Happening::Set {
                    at: FieldPath::Visit(visit, key),
                    ..
                } if *visit == row.visit => {
                    // A review that was taken back: nothing is changed since one.
                    if key == VisitField::Review.key() {
                        return false;
                    }
                    changed = true;
                }
                Happening::PhotoAttached(visit, _)
                | Happening::PhotoDetached(visit, _)
                | Happening::DifficultyRaised(visit, ..)
                | Happening::DifficultyWithdrawn(visit, _)
                | Happening::ActionPlanned(visit, _)
                | Happening::QuantityMeasured(visit, ..) => changed |= *visit == row.visit,
                Happening::Set { .. }
                | Happening::Reviewed(..)
                | Happening::VisitOpened(_)
                | Happening::VisitFinished(_) => {}
            }
        }
    }
    false
}

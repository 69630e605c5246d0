//! What the sheet of a project shows.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use jawla_model::visit::PhotoRole;
use jawla_model::{AdminState, FieldPath, Role};
use jawla_ui::Texts;
use jawla_views::{PageWindow, ProjectSheet, VisitRow};

use super::fields::{self, GroupShown, Sheet};
use super::history::{EntryShown, People};
use super::money::{self, MoneyShown};
use super::{Answer, moves};
use crate::pages::caller::Visitor;
use crate::pages::fault::PageFault;
use crate::pages::moment::{Age, Moment, Progress, received_ms};
use crate::pages::names::{Choice, Names, Title};
use crate::pages::projects::list::SharedCode;
use crate::pages::{Demonstration, Frame, Section, html, values};
use crate::{Office, format, limits};

/// Entries of the history that stand on the sheet itself.
const HISTORY_ON_SHEET: u32 = 5;

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage {
    frame: Frame,
    t: Texts,
    address: String,
    head: Head,
    note: Option<String>,
    alert: Option<String>,
    moves: Vec<Choice>,
    groups: Vec<GroupShown>,
    conflicts: Vec<ConflictShown>,
    visits: Vec<VisitShown>,
    visits_more: Option<String>,
    drafts: Option<String>,
    money: MoneyShown,
    facts: Vec<Facts>,
    history: Vec<EntryShown>,
    history_more: Option<String>,
}

#[derive(Template)]
#[template(path = "project_history.html")]
struct TrailPage {
    frame: Frame,
    t: Texts,
    address: String,
    head: Head,
    history: Vec<EntryShown>,
    page: String,
    previous: Option<String>,
    next: Option<String>,
}

/// What both pages say on top.
struct Head {
    title: Title,
    /// The title in the other language, where there is one.
    other: Option<Title>,
    code: String,
    programme: String,
    communes: String,
    state: &'static str,
    state_label: &'static str,
    admin: String,
    admin_code: String,
    observed: Option<Progress>,
    official: Option<Progress>,
    cost: Option<String>,
    last_visit: Option<Moment>,
    age: Age,
    received: Option<String>,
    /// Where several projects carry its number; the sheet alone asks.
    shared: Option<SharedCode>,
}

/// A disagreement, with where it is settled.
struct ConflictShown {
    label: String,
    values: Vec<String>,
    href: String,
}

/// One visit of the timeline.
struct VisitShown {
    kind: String,
    author: String,
    moment: Option<Moment>,
    word: Option<(&'static str, &'static str)>,
    site: Option<String>,
    progress: Option<Progress>,
    difficulties: Vec<String>,
    note: String,
    comment: String,
    doubtful: Doubt,
    photos: Vec<PhotoShown>,
    photos_more: Option<String>,
}

/// Whether the claimed dates of a visit could be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    Plausible,
    Doubtful,
}

impl VisitShown {
    fn is_doubtful(&self) -> bool {
        self.doubtful == Doubt::Doubtful
    }
}

/// A photo: small on the page, large behind it.
struct PhotoShown {
    small: String,
    large: String,
    alt: String,
}

/// What the census says of a commune.
struct Facts {
    name: String,
    lines: Vec<(String, String)>,
}

fn head(t: Texts, names: &Names<'_>, found: &ProjectSheet, now_utc_ms: i64) -> Head {
    let row = &found.project;
    let title = Title::of(t, &row.title_fr, &row.title_ar);
    let other = Texts::of(t.language.other());
    let second = Title::of(other, &row.title_fr, &row.title_ar);
    let both = !row.title_fr.trim().is_empty() && !row.title_ar.trim().is_empty();
    Head {
        title,
        other: both.then_some(second),
        code: format::plain(&row.code_das),
        programme: match (
            format::plain(&row.programme),
            names.programme(&row.programme),
        ) {
            (code, name) if name.is_empty() => code,
            (code, name) => format!("\u{2068}{code}\u{2069} – {name}"),
        },
        communes: names.communes(&row.communes),
        state: row.reporting_state.code(),
        state_label: t.choose(
            row.reporting_state.label_fr(),
            row.reporting_state.label_ar(),
        ),
        admin: values::code_label(t, "admin_state", &row.admin_state),
        admin_code: format::plain(&row.admin_state),
        observed: row.progress_bp.map(|bp| Progress::of(t, bp)),
        official: row.approved_progress_bp.map(|bp| Progress::of(t, bp)),
        cost: row.cost_centimes.map(|it| t.amount(it)),
        last_visit: row
            .last_visit_at_ms
            .and_then(|at| Moment::of(t, at, now_utc_ms)),
        age: Age::of(row.last_visit_at_ms, now_utc_ms),
        received: row
            .received_at
            .and_then(received_ms)
            .map(|at| t.with("office-received-until", "instant", t.instant(at))),
        shared: None,
    }
}

async fn frame(office: &Office, visitor: &Visitor, found: &ProjectSheet) -> Frame {
    let shown = Demonstration::of(u64::from(found.project.demonstration));
    let visitor = Visitor {
        // What answers a form stands at the address of the sheet.
        here: format!("/projets/{}", found.project.document.hex()),
        ..visitor.clone()
    };
    let frame = Frame::at_work(office, &visitor, Section::Projects, shown).await;
    frame.showing(format!("project:{}", found.project.document.hex()))
}

/// The sheet.
pub(super) async fn page(
    office: &Office,
    visitor: Visitor,
    found: ProjectSheet,
    answer: Answer,
    status: StatusCode,
) -> Result<Response<Body>, PageFault> {
    let (t, who) = (visitor.t, &visitor.who);
    let now_utc_ms = office.now_utc_ms();
    let document = found.project.document;
    let window = PageWindow {
        offset: 0,
        rows_max: HISTORY_ON_SHEET,
    };
    let code = BTreeSet::from([found.project.code_das.clone()]);
    let (fields, money, history, people, shared) = tokio::try_join!(
        office.dossiers.project_fields(document),
        office.dossiers.money_facts(document),
        office.dossiers.history(document, Some(who.person), window),
        office.views.people(),
        office.views.shared_codes(&who.scopes, &code),
    )?;
    let names = Names::of(t, &office.reference);
    let people = People::of(t, &people);
    let values = fields.unwrap_or_default().values;
    let sheet = Sheet {
        t,
        names,
        role: who.role,
        values: &values,
        disputed: &disputed(&found),
    };
    let again = answer.again.as_ref();
    let visits: Vec<&VisitRow> = found.timeline(Some(who.person)).collect();
    let hidden = visits.len().saturating_sub(limits::VISITS_SHOWN);
    let drafts = found.drafts_of_others(Some(who.person));
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let refused = answer.money.as_ref();
    let money = money::shown(t, who.role, &people, &money, refused, now_utc_ms);
    let page = ProjectPage {
        frame: frame(office, &visitor, &found).await,
        t,
        address: format!("/projets/{}", document.hex()),
        head: Head {
            shared: SharedCode::of(t, &found.project.code_das, &shared),
            ..head(t, &names, &found, now_utc_ms)
        },
        note: answer.note,
        alert: answer.alert,
        moves: move_choices(t, &found, who.role),
        groups: sheet.groups(again.map(|(group, typed, faults)| (*group, typed, faults))),
        conflicts: conflicts(t, &names, &found),
        visits: visits
            .iter()
            .take(limits::VISITS_SHOWN)
            .map(|visit| visit_shown(t, &names, &people, &found, visit, now_utc_ms))
            .collect(),
        visits_more: (hidden > 0).then(|| t.count("office-sheet-visits-more", number(hidden))),
        drafts: (drafts > 0).then(|| t.count("office-sheet-drafts", number(drafts))),
        money,
        facts: facts(t, &names, &found),
        history: history
            .rows
            .iter()
            .map(|entry| EntryShown::of(t, &names, &people, entry, now_utc_ms))
            .collect(),
        history_more: (history.total > u64::from(HISTORY_ON_SHEET))
            .then(|| t.count("office-history-all", history.total)),
    };
    html(status, &page)
}

/// Where the project may go from its state by the hand of this role.
fn move_choices(t: Texts, found: &ProjectSheet, role: Role) -> Vec<Choice> {
    AdminState::from_code(&found.project.admin_state)
        .into_iter()
        .flat_map(|state| moves(state, role))
        .map(|next| {
            let label = t.choose(next.label_fr(), next.label_ar());
            Choice::new(next.code(), label.to_owned(), None)
        })
        .collect()
}

/// The whole history, in pages.
pub(super) async fn trail(
    office: &Office,
    visitor: Visitor,
    found: ProjectSheet,
    pages_before: u32,
) -> Result<Response<Body>, PageFault> {
    let (t, who) = (visitor.t, &visitor.who);
    let now_utc_ms = office.now_utc_ms();
    let document = found.project.document;
    let window = PageWindow {
        offset: pages_before.saturating_mul(limits::HISTORY_PER_PAGE),
        rows_max: limits::HISTORY_PER_PAGE,
    };
    let (history, people) = tokio::try_join!(
        office.dossiers.history(document, Some(who.person), window),
        office.views.people(),
    )?;
    let names = Names::of(t, &office.reference);
    let people = People::of(t, &people);
    let address = format!("/projets/{}", document.hex());
    let pages = history
        .total
        .div_ceil(u64::from(limits::HISTORY_PER_PAGE))
        .max(1);
    let at = |page: u32| format!("{address}/historique?page={page}");
    let page = TrailPage {
        frame: frame(office, &visitor, &found).await,
        t,
        head: head(t, &names, &found, now_utc_ms),
        page: t.with_all(
            "office-projects-page",
            &[
                ("page", &t.count_of(u64::from(pages_before) + 1)),
                ("of", &t.count_of(pages)),
            ],
        ),
        previous: (pages_before > 0).then(|| at(pages_before)),
        next: history.next_offset().map(|_| at(pages_before + 2)),
        history: history
            .rows
            .iter()
            .map(|entry| EntryShown::of(t, &names, &people, entry, now_utc_ms))
            .collect(),
        address,
    };
    html(StatusCode::OK, &page)
}

/// Where the disagreements of a dossier are settled.
fn settle_href(found: &ProjectSheet) -> String {
    format!("/a-departager?projet={}", found.project.document.hex())
}

/// The fields of the project itself that people disagree about.
fn disputed(found: &ProjectSheet) -> BTreeMap<String, String> {
    let href = settle_href(found);
    found
        .conflicts
        .iter()
        .filter_map(|conflict| match conflict.at()? {
            FieldPath::Project(key) => Some((key, href.clone())),
            FieldPath::Visit(..) => None,
        })
        .collect()
}

fn conflicts(t: Texts, names: &Names<'_>, found: &ProjectSheet) -> Vec<ConflictShown> {
    let href = settle_href(found);
    found
        .conflicts
        .iter()
        .filter_map(|conflict| {
            let at = conflict.at()?;
            let spec = at.spec()?;
            let label = values::label(t, &spec).to_owned();
            Some(ConflictShown {
                label: match at {
                    FieldPath::Project(_) => label,
                    FieldPath::Visit(..) => t.with("office-history-in-visit", "field", label),
                },
                values: conflict
                    .values
                    .iter()
                    .map(|one| format::cut(&values::shown(t, names, &spec, &one.value), 80))
                    .collect(),
                href: href.clone(),
            })
        })
        .collect()
}

fn visit_shown(
    t: Texts,
    names: &Names<'_>,
    people: &People<'_>,
    found: &ProjectSheet,
    visit: &VisitRow,
    now_utc_ms: i64,
) -> VisitShown {
    let photos: Vec<PhotoShown> = found
        .photos_of(visit.visit)
        .take(limits::PHOTOS_PER_VISIT_SHOWN)
        .map(|photo| PhotoShown {
            small: format!("/miniatures/{}", photo.thumbnail.hex()),
            large: format!("/photos/{}", photo.photo.hex()),
            alt: PhotoRole::from_code(&photo.role).map_or_else(
                || t.get("office-feed-photo"),
                |role| t.choose(role.label_fr(), role.label_ar()).to_owned(),
            ),
        })
        .collect();
    let shown = u32::try_from(photos.len()).unwrap_or(u32::MAX);
    let more = visit.photos.saturating_sub(shown);
    let site = values::code_label(t, "site_state", &visit.site_state);
    VisitShown {
        kind: values::code_label(t, "kind", &visit.kind),
        author: people.name(visit.author),
        moment: Moment::of(t, visit.order_ms, now_utc_ms),
        word: visit
            .word()
            .map(|word| (word.code(), t.choose(word.label_fr(), word.label_ar()))),
        site: (!site.is_empty()).then_some(site),
        progress: visit.progress_bp.map(|bp| Progress::of(t, bp)),
        difficulties: visit
            .difficulties
            .split(',')
            .filter(|code| !code.is_empty())
            .map(|code| names.reason(code))
            .collect(),
        note: format::plain(&visit.note),
        comment: format::plain(&visit.review_comment),
        doubtful: if visit.date_plausible {
            Doubt::Plausible
        } else {
            Doubt::Doubtful
        },
        photos,
        photos_more: (more > 0).then(|| t.count("office-feed-more-photos", more)),
    }
}

fn facts(t: Texts, names: &Names<'_>, found: &ProjectSheet) -> Vec<Facts> {
    let known = names.known_communes(&found.project.communes);
    known
        .into_iter()
        .take(limits::COMMUNES_NAMED_MAX)
        .filter(|commune| commune.population_2024 > 0)
        .map(|commune| {
            let line = |key: &str, number: u32| (t.get(key), t.count_of(u64::from(number)));
            let mut lines = vec![
                line("office-facts-population-2024", commune.population_2024),
                line("office-facts-population-2014", commune.population_2014),
                line("office-facts-households-2024", commune.households_2024),
            ];
            lines.extend(crate::facts::of(t, &commune.code));
            Facts {
                name: names.commune(&commune.code),
                lines,
            }
        })
        .collect()
}

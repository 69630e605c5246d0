//! The newest visits.

use jawla_model::visit::{PhotoRole, RecordWord, SiteState, VisitKind};
use jawla_views::{PhotoRow, VisitListed};

use jawla_ui::Texts;

use crate::pages::moment::{Moment, Progress, received_ms};
use crate::pages::names::{Names, Title};
use crate::{format, limits};

/// One visit.
pub(crate) struct VisitCard {
    pub(crate) href: String,
    pub(crate) title: Title,
    pub(crate) communes: String,
    pub(crate) author: String,
    pub(crate) kind: String,
    pub(crate) moment: Option<Moment>,
    /// Said where the claimed date cannot be true: when it was received instead.
    pub(crate) doubtful: Option<String>,
    pub(crate) site_state: Option<String>,
    pub(crate) progress: Option<Progress>,
    pub(crate) word: Option<Word>,
    pub(crate) note: String,
    pub(crate) disputed: bool,
    pub(crate) photos: Vec<Thumbnail>,
    pub(crate) more_photos: Option<String>,
}

/// One of the five words, with the class of its look.
pub(crate) struct Word {
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
}

/// One small picture.
pub(crate) struct Thumbnail {
    pub(crate) href: String,
    pub(crate) alt: String,
}

impl VisitCard {
    pub(crate) fn of(t: Texts, listed: &VisitListed, names: &Names<'_>, now_utc_ms: i64) -> Self {
        let (visit, project) = (&listed.visit, &listed.project);
        let title = Title::of(t, &project.title_fr, &project.title_ar);
        let photos: Vec<Thumbnail> = listed
            .strip
            .iter()
            .map(|photo| thumbnail(t, photo, &title.text))
            .collect();
        let shown = u32::try_from(photos.len()).unwrap_or(u32::MAX);
        let more = visit.photos.saturating_sub(shown);
        Self {
            href: format!("/projets/{}", project.document.hex()),
            communes: names.communes(&project.communes),
            author: author(t, listed),
            kind: VisitKind::from_code(&visit.kind).map_or_else(
                || format::plain(&visit.kind),
                |kind| t.choose(kind.label_fr(), kind.label_ar()).to_owned(),
            ),
            moment: Moment::of(t, visit.order_ms, now_utc_ms),
            doubtful: (!visit.date_plausible).then(|| doubt(t, listed)),
            site_state: site_state(t, &visit.site_state),
            progress: visit.progress_bp.map(|bp| Progress::of(t, bp)),
            word: visit.word().map(|it| word(t, it)),
            note: format::cut(&format::plain(&visit.note), limits::NOTE_CHARS_IN_FEED_MAX),
            disputed: visit.conflicts > 0,
            photos,
            more_photos: (more > 0).then(|| t.count("office-feed-more-photos", more)),
            title,
        }
    }
}

fn author(t: Texts, listed: &VisitListed) -> String {
    listed
        .author
        .as_ref()
        .map(|author| format::plain(t.choose(&author.name_fr, &author.name_ar)))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| t.get("office-feed-unknown-author"))
}

fn doubt(t: Texts, listed: &VisitListed) -> String {
    match listed.visit.received_at.and_then(received_ms) {
        Some(at) => t.with("office-feed-doubtful-received", "day", t.day(at)),
        None => t.get("office-feed-doubtful"),
    }
}

fn site_state(t: Texts, code: &str) -> Option<String> {
    let label = SiteState::from_code(code).map_or_else(
        || format::plain(code),
        |state| t.choose(state.label_fr(), state.label_ar()).to_owned(),
    );
    (!label.is_empty()).then_some(label)
}

fn word(t: Texts, word: RecordWord) -> Word {
    Word {
        code: word.code(),
        label: t.choose(word.label_fr(), word.label_ar()),
    }
}

fn thumbnail(t: Texts, photo: &PhotoRow, title: &str) -> Thumbnail {
    let role = PhotoRole::from_code(&photo.role).map_or_else(
        || t.get("office-feed-photo"),
        |role| t.choose(role.label_fr(), role.label_ar()).to_owned(),
    );
    Thumbnail {
        href: format!("/miniatures/{}", photo.thumbnail.hex()),
        alt: format!("{role} : {title}"),
    }
}

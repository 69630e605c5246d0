//! The newest visits.

use jawla_model::visit::{PhotoRole, RecordWord, SiteState, VisitKind};
use jawla_views::{PhotoRow, VisitListed};

use super::figures::Progress;
use super::names::{Names, Title};
use super::{Moment, received_ms};
use crate::{format, limits, texts};

/// One visit.
pub(super) struct VisitCard {
    pub(super) title: Title,
    pub(super) communes: String,
    pub(super) author: String,
    pub(super) kind: String,
    pub(super) moment: Option<Moment>,
    /// Said where the claimed date cannot be true: when it was received instead.
    pub(super) doubtful: Option<String>,
    pub(super) site_state: Option<String>,
    pub(super) progress: Option<Progress>,
    pub(super) word: Option<Word>,
    pub(super) note: String,
    pub(super) disputed: bool,
    pub(super) photos: Vec<Thumbnail>,
    pub(super) more_photos: Option<String>,
}

/// One of the five words, with the class of its look.
pub(super) struct Word {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
}

/// One small picture.
pub(super) struct Thumbnail {
    pub(super) href: String,
    pub(super) alt: String,
}

impl VisitCard {
    pub(super) fn of(listed: &VisitListed, names: &Names<'_>, now_utc_ms: i64) -> Self {
        let (visit, project) = (&listed.visit, &listed.project);
        let title = Title::of(&project.title_fr, &project.title_ar);
        let photos: Vec<Thumbnail> = listed
            .strip
            .iter()
            .map(|photo| thumbnail(photo, &title.text))
            .collect();
        let shown = u32::try_from(photos.len()).unwrap_or(u32::MAX);
        let more = visit.photos.saturating_sub(shown);
        Self {
            communes: names.communes(&project.communes),
            author: author(listed),
            kind: VisitKind::from_code(&visit.kind).map_or_else(
                || format::plain(&visit.kind),
                |kind| kind.label_fr().to_owned(),
            ),
            moment: Moment::of(visit.order_ms, now_utc_ms),
            doubtful: (!visit.date_plausible).then(|| doubt(listed)),
            site_state: site_state(&visit.site_state),
            progress: visit.progress_bp.map(Progress::of),
            word: visit.word().map(word),
            note: format::cut(&format::plain(&visit.note), limits::NOTE_CHARS_IN_FEED_MAX),
            disputed: visit.conflicts > 0,
            photos,
            more_photos: (more > 0).then(|| texts::feed::more_photos(more)),
            title,
        }
    }
}

fn author(listed: &VisitListed) -> String {
    listed
        .author
        .as_ref()
        .map(|author| format::plain(&author.name_fr))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| texts::feed::UNKNOWN_AUTHOR.to_owned())
}

fn doubt(listed: &VisitListed) -> String {
    let received = listed
        .visit
        .received_at
        .and_then(received_ms)
        .and_then(format::day_in_words);
    match received {
        Some(day) => format!("{}, {}", texts::feed::DOUBTFUL, texts::feed::received(&day)),
        None => texts::feed::DOUBTFUL.to_owned(),
    }
}

fn site_state(code: &str) -> Option<String> {
    let label = SiteState::from_code(code)
        .map_or_else(|| format::plain(code), |state| state.label_fr().to_owned());
    (!label.is_empty()).then_some(label)
}

fn word(word: RecordWord) -> Word {
    Word {
        code: word.code(),
        label: word.label_fr(),
    }
}

fn thumbnail(photo: &PhotoRow, title: &str) -> Thumbnail {
    let role = PhotoRole::from_code(&photo.role).map_or(texts::feed::PHOTO, PhotoRole::label_fr);
    Thumbnail {
        href: format!("/miniatures/{}", photo.thumbnail.hex()),
        alt: texts::feed::photo(role, title),
    }
}

//! Lines of lists: a project, a visit.

use jawla_model::visit::RecordWord;
use jawla_ui::format::plain;
use jawla_views::{ProjectRow, ProjectTitle, VisitRow};

use crate::names::{Names, day_number};

/// A project in a list.
pub(crate) struct ProjectLine {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) commune: String,
    pub(crate) code: String,
    /// Code of the reporting state, for the colour of its dot.
    pub(crate) state: &'static str,
    pub(crate) state_label: &'static str,
    pub(crate) progress_bp: Option<i64>,
    pub(crate) progress: String,
    pub(crate) visited: String,
    pub(crate) late: Option<String>,
    pub(crate) conflicts: u32,
    pub(crate) unsent: bool,
    pub(crate) distance: Option<String>,
}

impl ProjectLine {
    pub(crate) fn of(names: &Names, row: &ProjectRow, now_ms: i64) -> Self {
        let t = names.t;
        Self {
            href: format!("/projets/{}", row.document.hex()),
            title: title(names, &row.title_fr, &row.title_ar),
            commune: names.communes(&row.communes),
            code: plain(&row.code_das),
            state: row.reporting_state.code(),
            state_label: names.reporting(row.reporting_state),
            progress_bp: row.progress_bp,
            progress: row.progress_bp.map(|bp| t.percent(bp)).unwrap_or_default(),
            visited: visited(names, row.last_visit_at_ms, now_ms),
            late: late_points(row, day_number(now_ms))
                .map(|points| t.count("phone-points-late", points)),
            conflicts: row.conflicts,
            unsent: row.received_at.is_none(),
            distance: None,
        }
    }
}

/// When the last visit was, in words.
pub(crate) fn visited(names: &Names, last_ms: Option<i64>, now_ms: i64) -> String {
    match last_ms {
        Some(at_ms) => names
            .t
            .with("phone-visited", "when", names.t.ago(at_ms, now_ms)),
        None => names.t.get("phone-never-visited"),
    }
}

/// How many points observed progress lies behind an even plan; of projects under way only.
pub(crate) fn late_points(row: &ProjectRow, today_days: i64) -> Option<i64> {
    Some(row.course().points_late(today_days)).filter(|points| *points > 0)
}

/// A title in the language of the pages, or the other, or a word for none.
pub(crate) fn title(names: &Names, fr: &str, ar: &str) -> String {
    let title = plain(names.t.choose(fr, ar));
    if title.is_empty() {
        return names.t.get("phone-untitled");
    }
    title
}

/// A visit in a list.
pub(crate) struct VisitLine {
    pub(crate) href: String,
    /// The project's title, or the kind of visit on the project's own page.
    pub(crate) title: String,
    pub(crate) sub: String,
    pub(crate) when: String,
    pub(crate) doubtful: bool,
    pub(crate) word: &'static str,
    pub(crate) word_label: &'static str,
    pub(crate) progress_bp: Option<i64>,
    pub(crate) progress: String,
    pub(crate) note: String,
    pub(crate) comment: String,
    pub(crate) conflicts: u32,
    /// Thumbnails: address, alternative text.
    pub(crate) strip: Vec<(String, String)>,
}

impl VisitLine {
    /// On the page of all projects.
    pub(crate) fn listed(
        names: &Names,
        row: &VisitRow,
        project: &ProjectTitle,
        now_ms: i64,
    ) -> Self {
        let line = Self::within(names, row, now_ms);
        Self {
            sub: format!("{} · {}", line.title, names.communes(&project.communes)),
            title: title(names, &project.title_fr, &project.title_ar),
            ..line
        }
    }

    /// On the page of its project.
    pub(crate) fn within(names: &Names, row: &VisitRow, now_ms: i64) -> Self {
        let t = names.t;
        let (word, word_label) = row.word().map_or(("", ""), |word| {
            (tone(word), t.choose(word.label_fr(), word.label_ar()))
        });
        Self {
            href: visit_href(row),
            title: names.kind(&row.kind),
            sub: names.person(row.author),
            when: t.ago(row.order_ms, now_ms),
            doubtful: !row.date_plausible,
            word,
            word_label,
            progress_bp: row.progress_bp,
            progress: row.progress_bp.map(|bp| t.percent(bp)).unwrap_or_default(),
            note: plain(&row.note),
            comment: plain(&row.review_comment),
            conflicts: row.conflicts,
            strip: Vec::new(),
        }
    }
}

/// The style of a word.
const fn tone(word: RecordWord) -> &'static str {
    match word {
        RecordWord::Draft => "draft",
        RecordWord::OnThisPhone => "phone",
        RecordWord::Received => "received",
        RecordWord::Approved => "approved",
        RecordWord::Returned => "returned",
    }
}

/// Where a visit is.
pub(crate) fn visit_href(row: &VisitRow) -> String {
    format!("/visites/{}/{}", row.document.hex(), row.visit.hex())
}

/// Names of a visit's difficulties.
pub(crate) fn difficulties(names: &Names, row: &VisitRow) -> Vec<String> {
    row.difficulties
        .split(',')
        .filter(|code| !code.is_empty())
        .map(|code| names.reason(code))
        .collect()
}

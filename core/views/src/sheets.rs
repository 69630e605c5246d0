//! What the questions are answered with: pages of rows, and everything one screen shows.

use jawla_model::visit::RecordWord;
use jawla_model::{
    DocumentId, FieldPath, PersonId, ReceivedAt, ReportingState, Role, ScopeId, VisitId,
    VisitStatus,
};
use serde::{Deserialize, Serialize};

use crate::rows::{ConflictRow, PhotoRow, ProjectRow, VisitRow};

/// A part of a list, with the length of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page, in the order asked for.
    pub rows: Vec<T>,
    /// How many rows the whole list has, seen in the same instant.
    pub total: u64,
    /// How many of them stand before this page.
    pub offset: u32,
}

impl<T> Page<T> {
    /// The offset of the next page; `None` on the last one.
    pub fn next_offset(&self) -> Option<u32> {
        let shown = u32::try_from(self.rows.len()).ok()?;
        let next = self.offset.checked_add(shown)?;
        (shown > 0 && u64::from(next) < self.total).then_some(next)
    }
}

/// What a line about something else says of its project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectTitle {
    /// The dossier.
    pub document: DocumentId,
    /// Number given by the office; empty until then.
    pub code_das: String,
    /// French title; may be empty when the Arabic one is not.
    pub title_fr: String,
    /// Arabic title.
    pub title_ar: String,
    /// Code of the programme.
    pub programme: String,
    /// HCP codes of its communes, joined by `+`.
    pub communes: String,
    /// Whether it is demonstration data.
    pub demonstration: bool,
}

/// Everything the sheet of one project shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSheet {
    /// The project.
    pub project: ProjectRow,
    /// Its visits of every state, newest first as the timeline orders them; at most
    /// [`VISITS_PER_SHEET_MAX`](crate::limits::VISITS_PER_SHEET_MAX). Show
    /// [`timeline`](Self::timeline).
    pub visits: Vec<VisitRow>,
    /// How many visits there are, when not all are here.
    pub visits_total: u64,
    /// Photos of its visits, by visit and hash; at most
    /// [`PHOTOS_PER_SHEET_MAX`](crate::limits::PHOTOS_PER_SHEET_MAX).
    pub photos: Vec<PhotoRow>,
    /// Its open disagreements, the weighty ones first, then by path.
    pub conflicts: Vec<ConflictRow>,
}

impl ProjectSheet {
    /// The visits that `viewer` may see, newest first: finished ones and their own drafts, none
    /// that are deleted or replaced.
    pub fn timeline(&self, viewer: Option<PersonId>) -> impl Iterator<Item = &VisitRow> {
        self.visits.iter().filter(move |visit| {
            visit.is_counted() || (visit.is_draft() && viewer.is_some() && visit.author == viewer)
        })
    }

    /// How many drafts others than `viewer` have begun: said as a number, never shown.
    pub fn drafts_of_others(&self, viewer: Option<PersonId>) -> usize {
        let of_others =
            |visit: &&VisitRow| visit.is_draft() && (viewer.is_none() || visit.author != viewer);
        self.visits.iter().filter(of_others).count()
    }

    /// The photos of one visit, by hash.
    pub fn photos_of(&self, visit: VisitId) -> impl Iterator<Item = &PhotoRow> {
        self.photos.iter().filter(move |photo| photo.visit == visit)
    }
}

impl VisitRow {
    /// The one of the five words that this visit shows; `None` once it is deleted.
    pub fn word(&self) -> Option<RecordWord> {
        if self.is_draft() {
            return Some(RecordWord::Draft);
        }
        if self.status != VisitStatus::Recorded.code() {
            return None;
        }
        Some(match (self.review.as_str(), self.received_at) {
            ("approved", _) => RecordWord::Approved,
            ("returned", _) => RecordWord::Returned,
            (_, Some(_)) => RecordWord::Received,
            (_, None) => RecordWord::OnThisPhone,
        })
    }

    /// Whether it is finished and no newer visit stands for it: what lists show and figures use.
    pub fn is_counted(&self) -> bool {
        self.status == VisitStatus::Recorded.code() && !self.replaced
    }

    /// Whether it is still open, and nobody's business but its author's.
    pub fn is_draft(&self) -> bool {
        self.status == VisitStatus::Draft.code()
    }
}

impl ConflictRow {
    /// Where it is, as a path; `None` for a path that a newer build wrote.
    pub fn at(&self) -> Option<FieldPath> {
        FieldPath::from_text(&self.path)
    }
}

/// A visit in the feed of all projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitListed {
    /// The visit.
    pub visit: VisitRow,
    /// Its project.
    pub project: ProjectTitle,
    /// Its author; none when unknown here or erased.
    pub author: Option<PersonRow>,
    /// Its first photos by hash, at most
    /// [`THUMBNAILS_PER_VISIT_MAX`](crate::limits::THUMBNAILS_PER_VISIT_MAX); the row's count
    /// says how many there are.
    pub strip: Vec<PhotoRow>,
}

/// Everything the page of one visit shows of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSheet {
    /// The visit.
    pub visit: VisitRow,
    /// Its project.
    pub project: ProjectRow,
    /// Its author; none when unknown here or erased.
    pub author: Option<PersonRow>,
    /// Its photos, by hash.
    pub photos: Vec<PhotoRow>,
    /// Disagreements inside it, by path.
    pub conflicts: Vec<ConflictRow>,
    /// The finished visit before it in the project's timeline, *comme la dernière visite*.
    pub previous: Option<VisitRow>,
}

/// A disagreement in the office's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictListed {
    /// The disagreement.
    pub conflict: ConflictRow,
    /// Its project.
    pub project: ProjectTitle,
}

/// A person whom rows name by id. Erasable; nothing else in the read model says a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The person.
    pub person: PersonId,
    /// Name in Latin letters.
    pub name_fr: String,
    /// Name in Arabic letters; may be empty.
    pub name_ar: String,
    /// The role; none for a role of a newer server.
    pub role: Option<Role>,
}

/// A log as people name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRow {
    /// The log.
    pub scope: ScopeId,
    /// French name.
    pub name_fr: String,
    /// Arabic name; may be empty.
    pub name_ar: String,
    /// HCP codes of its communes, joined by `+`.
    pub communes: String,
}

/// Sums over some projects, each with its own denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OverviewFigures {
    /// How many projects.
    pub projects: u64,
    /// Sum of the known costs, in centimes.
    pub cost_centimes: i64,
    /// How many projects have a known cost.
    pub cost_known: u64,
    /// How many projects disagree about their cost: then the sum carries the mark.
    pub cost_disputed: u64,
    /// Sum of the known shares of INDH, in centimes.
    pub indh_share_centimes: i64,
    /// How many projects have a known share.
    pub indh_share_known: u64,
    /// How many projects disagree about that share.
    pub indh_share_disputed: u64,
    /// Mean of the observed progress, every project alike, in basis points rounded down; none
    /// when no project has one.
    pub progress_bp_mean: Option<i64>,
    /// How many projects have an observed progress.
    pub progress_known: u64,
    /// How many projects disagree about the progress that the means use.
    pub progress_disputed: u64,
    /// Mean of the observed progress weighted by cost (the domain brief 4.2, M3), in basis points
    /// rounded down, over the projects that have both.
    pub progress_bp_by_cost: Option<i64>,
    /// How many projects have an open disagreement about any money or measured quantity.
    pub weighty_projects: u64,
    /// How many of the projects are demonstration data.
    pub demonstration: u64,
}

/// The figures of one programme in one reporting state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewCell {
    /// Code of the programme; empty where none is known.
    pub programme: String,
    /// The state.
    pub reporting_state: ReportingState,
    /// Its figures.
    pub figures: OverviewFigures,
}

/// The situation of all projects of some scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Overview {
    /// Programme by reporting state; only cells that have projects, by programme, then state.
    pub cells: Vec<OverviewCell>,
    /// Over every project that is counted: all but those not retained.
    pub total: OverviewFigures,
    /// Over the projects not retained, which stand outside the counts.
    pub not_retained: OverviewFigures,
    /// Receipt of the newest change in any of them: the date of these figures.
    pub newest_received_at: Option<ReceivedAt>,
}

/// How fresh what is known of one scope is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessRow {
    /// The scope; its names are empty when nobody has named it here.
    pub scope: ScopeRow,
    /// Its projects.
    pub projects: u64,
    /// Those under way.
    pub under_way: u64,
    /// Receipt of the newest change; none before the first.
    pub newest_received_at: Option<ReceivedAt>,
    /// When its newest finished visit took place, as the timeline orders it, UTC milliseconds.
    pub newest_visit_ms: Option<i64>,
    /// Projects under way without a finished visit for more than
    /// [`DAYS_WITHOUT_VISIT_MAX`](crate::limits::DAYS_WITHOUT_VISIT_MAX) days, or ever.
    pub under_way_unvisited: u64,
}

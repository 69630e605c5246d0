//! Rows and pages of lists, as the app sees them.

use std::collections::BTreeMap;

use jawla_model::visit::RecordWord as Word;
use jawla_model::{PersonId, Photo};
use jawla_views as views;
use jawla_views::{PageWindow, PhotoRow, ProjectRow, VisitRow};

use crate::error::JawlaError;
use crate::lifecycle::PersonName;
use crate::limits;
use crate::words::{RecordWord, ReportingState, Role};

/// Reads an id from its hexadecimal text.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, JawlaError> {
    text.trim()
        .parse()
        .map_err(|_| JawlaError::fix("not_an_id"))
}

/// Codes joined by a character, as a list.
fn codes(joined: &str, by: char) -> Vec<String> {
    let parts = joined.split(by).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PageRequest {
    /// Rows to pass over.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// Rows wanted, 50 unless said, at most 200.
    #[uniffi(default = 50)]
    pub limit: u32,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: limits::ROWS_PER_PAGE,
        }
    }
}

impl From<PageRequest> for PageWindow {
    fn from(request: PageRequest) -> Self {
        Self {
            offset: request.offset,
            rows_max: request.limit.clamp(1, limits::ROWS_PER_PAGE_MAX),
        }
    }
}

/// Something with a code and a name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Named {
    /// Its code, as it stands in rows and fields.
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
}

/// A commune, with what the censuses say of it (HCP).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Commune {
    /// HCP code, nine digits.
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Whether it is an urban commune.
    pub urban: bool,
    /// Code of its cercle; none for an urban commune.
    pub cercle: Option<String>,
    /// Legal population, 2024.
    pub population_2024: u32,
    /// Households, 2024.
    pub households_2024: u32,
    /// Legal population, 2014.
    pub population_2014: u32,
}

impl From<&jawla_model::reference::Commune> for Commune {
    fn from(commune: &jawla_model::reference::Commune) -> Self {
        Self {
            code: commune.code.clone(),
            name_fr: commune.name_fr.clone(),
            name_ar: commune.name_ar.clone(),
            urban: commune.urban,
            cercle: commune.cercle.clone(),
            population_2024: commune.population_2024,
            households_2024: commune.households_2024,
            population_2014: commune.population_2014,
        }
    }
}

/// A scope of this device: a log with members, usually of one commune.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScopeInfo {
    /// Its id.
    pub scope: String,
    /// French name; empty while unknown here.
    pub name_fr: String,
    /// Arabic name; may be empty.
    pub name_ar: String,
    /// HCP codes of its communes.
    pub communes: Vec<String>,
    /// The person's role in it.
    pub role: Role,
    /// The last position of its log that is here; 0 before the first.
    pub position: u64,
}

/// Which projects. Everything left out lets all pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ProjectFilter {
    /// Every word must stand somewhere in titles, codes or places; accents and case are ignored;
    /// the first 200 characters and 8 words count.
    #[uniffi(default = "")]
    pub text: String,
    /// Code of the programme.
    #[uniffi(default = None)]
    pub programme: Option<String>,
    /// HCP code of a commune.
    #[uniffi(default = None)]
    pub commune: Option<String>,
    /// Only these scopes; all when empty, at most 1 000.
    #[uniffi(default = [])]
    pub scopes: Vec<String>,
    /// Only these states; all when empty.
    #[uniffi(default = [])]
    pub reporting_states: Vec<ReportingState>,
    /// Whether they disagree about something; all when none.
    #[uniffi(default = None)]
    pub disagreements: Option<Disagreeing>,
    /// Only projects without a finished visit since this instant, milliseconds since 1970 UTC.
    #[uniffi(default = None)]
    pub unvisited_since_ms: Option<i64>,
    /// The order; by the office's number when none.
    #[uniffi(default = None)]
    pub sort: Option<ProjectSort>,
    /// Its direction; rising when none.
    #[uniffi(default = None)]
    pub direction: Option<SortDirection>,
}

/// Which projects, by their disagreements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Disagreeing {
    /// Those with an open one.
    Open,
    /// Those with an open one about money or a measured quantity.
    Weighty,
}

/// What a list of projects is sorted by; unknown values always last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ProjectSort {
    /// The office's number.
    Code,
    /// The French title.
    TitleFr,
    /// The Arabic title.
    TitleAr,
    /// Observed progress.
    Progress,
    /// The newest finished visit.
    LastVisit,
    /// Cost.
    Cost,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SortDirection {
    /// Smallest or oldest first.
    Rising,
    /// Largest or newest first.
    Falling,
}

impl ProjectFilter {
    pub(crate) fn query(self, page: PageRequest) -> Result<views::ProjectQuery, JawlaError> {
        let scopes = self.scopes.iter().map(|scope| id(scope));
        let scopes: std::collections::BTreeSet<_> = scopes.collect::<Result<_, _>>()?;
        Ok(views::ProjectQuery {
            scopes: match scopes.is_empty() {
                true => views::ScopeFilter::All,
                false => views::ScopeFilter::Only(scopes),
            },
            programme: self.programme,
            reporting_states: self.reporting_states.into_iter().map(Into::into).collect(),
            commune: self.commune,
            text: self.text,
            disagreements: match self.disagreements {
                None => views::Disagreements::Whether,
                Some(Disagreeing::Open) => views::Disagreements::Open,
                Some(Disagreeing::Weighty) => views::Disagreements::Weighty,
            },
            unvisited_since_ms: self.unvisited_since_ms,
            sort: match self.sort.unwrap_or(ProjectSort::Code) {
                ProjectSort::Code => views::ProjectSort::Code,
                ProjectSort::TitleFr => views::ProjectSort::TitleFr,
                ProjectSort::TitleAr => views::ProjectSort::TitleAr,
                ProjectSort::Progress => views::ProjectSort::Progress,
                ProjectSort::LastVisit => views::ProjectSort::LastVisit,
                ProjectSort::Cost => views::ProjectSort::Cost,
            },
            direction: match self.direction.unwrap_or(SortDirection::Rising) {
                SortDirection::Rising => views::SortDirection::Rising,
                SortDirection::Falling => views::SortDirection::Falling,
            },
            window: page.into(),
        })
    }
}

/// One project in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectSummary {
    /// The dossier's id.
    pub document: String,
    /// The scope it lives in.
    pub scope: String,
    /// Number given by the office; empty until then.
    pub code_das: String,
    /// French title; may be empty when the Arabic one is not.
    pub title_fr: String,
    /// Arabic title.
    pub title_ar: String,
    /// Code of the programme.
    pub programme: String,
    /// Code of the sector.
    pub sector: String,
    /// Code of the nature.
    pub nature: String,
    /// HCP codes of its communes.
    pub communes: Vec<String>,
    /// Code of the administrative state.
    pub admin_state: String,
    /// What the province counts it as.
    pub reporting_state: ReportingState,
    /// Cost, in centimes; none while unknown.
    pub cost_centimes: Option<i64>,
    /// Share of INDH, in centimes.
    pub indh_share_centimes: Option<i64>,
    /// Progress observed by the newest finished visit, in basis points.
    pub progress_bp: Option<i64>,
    /// Progress observed by the newest approved visit: the official one.
    pub approved_progress_bp: Option<i64>,
    /// When it should begin, `2026-01-31`; empty when unknown.
    pub planned_start: String,
    /// When it should be finished.
    pub planned_end: String,
    /// Claimed instant of the newest finished visit, milliseconds since 1970 UTC.
    pub last_visit_at_ms: Option<i64>,
    /// Finished visits.
    pub visits: u32,
    /// Open disagreements.
    pub disagreements: u32,
    /// Those about money or a measured quantity.
    pub weighty_disagreements: u32,
    /// When the server received its newest change, seconds since 1970 UTC; none before the first.
    pub received_at_s: Option<u64>,
    /// Latitude, ten-millionths of a degree.
    pub latitude_e7: Option<i32>,
    /// Longitude, ten-millionths of a degree.
    pub longitude_e7: Option<i32>,
    /// Whether it is demonstration data, to be said wherever it is shown.
    pub demonstration: bool,
}

impl From<ProjectRow> for ProjectSummary {
    fn from(row: ProjectRow) -> Self {
        Self {
            document: row.document.hex(),
            scope: row.scope.hex(),
            code_das: row.code_das,
            title_fr: row.title_fr,
            title_ar: row.title_ar,
            programme: row.programme,
            sector: row.sector,
            nature: row.nature,
            communes: codes(&row.communes, '+'),
            admin_state: row.admin_state,
            reporting_state: row.reporting_state.into(),
            cost_centimes: row.cost_centimes,
            indh_share_centimes: row.indh_share_centimes,
            progress_bp: row.progress_bp,
            approved_progress_bp: row.approved_progress_bp,
            planned_start: row.planned_start,
            planned_end: row.planned_end,
            last_visit_at_ms: row.last_visit_at_ms,
            visits: row.visits,
            disagreements: row.conflicts,
            weighty_disagreements: row.weighty_conflicts,
            received_at_s: row.received_at.map(|at| at.0),
            latitude_e7: row.latitude_e7,
            longitude_e7: row.longitude_e7,
            demonstration: row.demonstration,
        }
    }
}

/// A page of projects.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectPage {
    /// The rows, in the order asked for.
    pub rows: Vec<ProjectSummary>,
    /// How many the whole list has.
    pub total: u64,
    /// The offset of the next page; none on the last.
    pub next_offset: Option<u32>,
}

/// One visit in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VisitSummary {
    /// The visit's id.
    pub visit: String,
    /// Its dossier.
    pub document: String,
    /// Who began it; none while the log does not say.
    pub author: Option<String>,
    /// Name of that person, French; empty when unknown or erased.
    pub author_name_fr: String,
    /// Name of that person, Arabic.
    pub author_name_ar: String,
    /// Code of the kind of visit.
    pub kind: String,
    /// The word it shows.
    pub word: RecordWord,
    /// Claimed instant of its beginning, milliseconds since 1970 UTC.
    pub started_at_ms: i64,
    /// Claimed instant of its end.
    pub finished_at_ms: Option<i64>,
    /// Whether the claimed dates can be true; if not, say so.
    pub date_plausible: bool,
    /// Code of the state of the site.
    pub site_state: String,
    /// Observed progress, in basis points.
    pub progress_bp: Option<i64>,
    /// Notes.
    pub note: String,
    /// Codes of the difficulties named.
    pub difficulties: Vec<String>,
    /// How many photos it has.
    pub photos: u32,
    /// When the server received its newest change, seconds since 1970 UTC.
    pub received_at_s: Option<u64>,
    /// What the reviewer wrote.
    pub review_comment: String,
    /// Disagreements open inside it.
    pub disagreements: u32,
    /// The visit that this one replaces.
    pub replaces: Option<String>,
}

/// Names of persons by id, for rows that name them.
pub(crate) type Names = BTreeMap<PersonId, PersonName>;

impl VisitSummary {
    pub(crate) fn of(row: VisitRow, word: Word, names: &Names) -> Self {
        let name = row.author.and_then(|author| names.get(&author));
        Self {
            author_name_fr: name.map(|name| name.name_fr.clone()).unwrap_or_default(),
            author_name_ar: name.map(|name| name.name_ar.clone()).unwrap_or_default(),
            visit: row.visit.hex(),
            document: row.document.hex(),
            author: row.author.map(|author| author.hex()),
            kind: row.kind,
            word: word.into(),
            started_at_ms: row.started_at_ms,
            finished_at_ms: row.finished_at_ms,
            date_plausible: row.date_plausible,
            site_state: row.site_state,
            progress_bp: row.progress_bp,
            note: row.note,
            difficulties: codes(&row.difficulties, ','),
            photos: row.photos,
            received_at_s: row.received_at.map(|at| at.0),
            review_comment: row.review_comment,
            disagreements: row.conflicts,
            replaces: row.replaces.map(|visit| visit.hex()),
        }
    }
}

/// Which visits a list shows, newest first; deleted and replaced ones never.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct VisitFilter {
    /// Finished visits that show one of these words; every finished one when empty.
    #[uniffi(default = [])]
    pub words: Vec<RecordWord>,
    /// Only the open drafts of this device's person; `words` is passed over then.
    #[uniffi(default = false)]
    pub own_drafts: bool,
    /// Only visits of this device's person.
    #[uniffi(default = false)]
    pub own: bool,
    /// Only from this instant on, milliseconds since 1970 UTC.
    #[uniffi(default = None)]
    pub from_ms: Option<i64>,
    /// Only before this instant.
    #[uniffi(default = None)]
    pub before_ms: Option<i64>,
}

/// A visit with its project's title.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VisitWithProject {
    /// The visit.
    pub visit: VisitSummary,
    /// The project's number; empty until it has one.
    pub code_das: String,
    /// The project's French title.
    pub title_fr: String,
    /// The project's Arabic title.
    pub title_ar: String,
    /// Hashes of the thumbnails of its first photos, at most four.
    pub thumbnails: Vec<String>,
}

/// A page of visits.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VisitPage {
    /// The rows, newest first.
    pub rows: Vec<VisitWithProject>,
    /// How many the whole list has.
    pub total: u64,
    /// The offset of the next page; none on the last.
    pub next_offset: Option<u32>,
}

/// One photo of a visit.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhotoInfo {
    /// Its visit.
    pub visit: String,
    /// SHA-256 of the file that is sent: what `copy_photo` asks for.
    pub photo: String,
    /// SHA-256 of the thumbnail.
    pub thumbnail: String,
    /// Code of its role.
    pub role: String,
    /// Size of the file, in bytes.
    pub size_bytes: u64,
    /// Claimed instant of the shutter, milliseconds since 1970 UTC.
    pub taken_at_ms: i64,
}

impl From<PhotoRow> for PhotoInfo {
    fn from(row: PhotoRow) -> Self {
        Self {
            visit: row.visit.hex(),
            photo: row.photo.hex(),
            thumbnail: row.thumbnail.hex(),
            role: row.role,
            size_bytes: row.size_bytes,
            taken_at_ms: row.taken_at_ms,
        }
    }
}

impl PhotoInfo {
    pub(crate) fn of(visit: jawla_model::VisitId, photo: &Photo) -> Self {
        Self {
            visit: visit.hex(),
            photo: photo.hash.hex(),
            thumbnail: photo.thumbnail.hex(),
            role: photo.role.code().to_owned(),
            size_bytes: photo.size_bytes,
            taken_at_ms: photo.taken_at.0,
        }
    }
}

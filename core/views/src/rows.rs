//! Rows: what the projection of one document writes, and what lists and sheets read.
//!
//! Every row is a function of the accepted changes of its document and of what the log says
//! about them (who, when received), so that two stores with the same log hold equal rows.

use jawla_model::rules::course::Course;
use jawla_model::{DocumentId, Hash32, PersonId, ReceivedAt, ReportingState, ScopeId, VisitId};
use serde::{Deserialize, Serialize};

/// One project in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRow {
    /// The dossier.
    pub document: DocumentId,
    /// The log it lives in.
    pub scope: ScopeId,
    /// Number given by the office; empty until then.
    pub code_das: String,
    /// French title; may be empty when the Arabic one is not.
    pub title_fr: String,
    /// Arabic title.
    pub title_ar: String,
    /// Code of the programme, `III-P1`.
    pub programme: String,
    /// Code of the sector.
    pub sector: String,
    /// Code of the nature; empty when unknown to this build.
    pub nature: String,
    /// HCP codes of its communes, joined by `+`.
    pub communes: String,
    /// Code of the administrative state.
    pub admin_state: String,
    /// What the province counts it as.
    pub reporting_state: ReportingState,
    /// Cost, in centimes; none while nobody knows.
    pub cost_centimes: Option<i64>,
    /// Share of INDH, in centimes.
    pub indh_share_centimes: Option<i64>,
    /// Progress observed by the newest finished visit, in basis points.
    pub progress_bp: Option<i64>,
    /// Progress observed by the newest approved visit, in basis points: the official one.
    pub approved_progress_bp: Option<i64>,
    /// When the project should begin, `2026-01-31`; empty when unknown.
    pub planned_start: String,
    /// When it should be finished.
    pub planned_end: String,
    /// Claimed instant of the newest finished visit, UTC milliseconds.
    pub last_visit_at_ms: Option<i64>,
    /// Visits that are neither drafts nor deleted nor replaced.
    pub visits: u32,
    /// Disagreements open in the dossier.
    pub conflicts: u32,
    /// Those among them that concern money or a measured quantity.
    pub weighty_conflicts: u32,
    /// Receipt of the newest change the server accepted; none before the first.
    pub received_at: Option<ReceivedAt>,
    /// Position, ten-millionths of a degree.
    pub latitude_e7: Option<i32>,
    /// Position, ten-millionths of a degree.
    pub longitude_e7: Option<i32>,
    /// Whether it is demonstration data, to be said everywhere it is shown.
    pub demonstration: bool,
    /// Folded text that a search scans.
    pub folded: String,
}

impl ProjectRow {
    /// Its plan and how far it is, to say how far it lies behind.
    pub fn course(&self) -> Course<'_> {
        Course {
            state: self.reporting_state,
            planned_start: &self.planned_start,
            planned_end: &self.planned_end,
            progress_bp: self.progress_bp,
        }
    }
}

/// One visit in a list or timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    /// The visit.
    pub visit: VisitId,
    /// Its dossier.
    pub document: DocumentId,
    /// The log.
    pub scope: ScopeId,
    /// Who opened it; none when the log does not say (yet).
    pub author: Option<PersonId>,
    /// Code of the kind of visit.
    pub kind: String,
    /// Stored state: `draft`, `recorded`, `deleted`.
    pub status: String,
    /// Claimed instant of its beginning, UTC milliseconds.
    pub started_at_ms: i64,
    /// Claimed instant of its end.
    pub finished_at_ms: Option<i64>,
    /// Whether the claimed dates could be true; if not, the receipt orders it and it says so.
    pub date_plausible: bool,
    /// What the timeline is sorted by, UTC milliseconds: the claim where plausible, else the
    /// receipt.
    pub order_ms: i64,
    /// Code of the state of the site.
    pub site_state: String,
    /// Observed progress, in basis points.
    pub progress_bp: Option<i64>,
    /// Notes of the visit.
    pub note: String,
    /// Difficulties: reason codes, joined by `,`.
    pub difficulties: String,
    /// Photos, in a stable order.
    pub photos: u32,
    /// Receipt of the newest accepted change of this visit; none while it is on this device only.
    pub received_at: Option<ReceivedAt>,
    /// `approved`, `returned` or empty.
    pub review: String,
    /// What the reviewer wrote.
    pub review_comment: String,
    /// Disagreements open inside it.
    pub conflicts: u32,
    /// The visit this one replaces.
    pub replaces: Option<VisitId>,
    /// Whether a visit that replaces it is here too: then it is hidden and not counted.
    pub replaced: bool,
}

/// One photo of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRow {
    /// SHA-256 of the file.
    pub photo: Hash32,
    /// Its visit.
    pub visit: VisitId,
    /// Its dossier.
    pub document: DocumentId,
    /// The log.
    pub scope: ScopeId,
    /// SHA-256 of the thumbnail.
    pub thumbnail: Hash32,
    /// Code of its role.
    pub role: String,
    /// Size of the file, in bytes.
    pub size_bytes: u64,
    /// Claimed instant of the shutter, UTC milliseconds.
    pub taken_at_ms: i64,
}

/// One of the values that disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictValue {
    /// The value.
    pub value: jawla_model::Value,
    /// The change that wrote it.
    pub change: Hash32,
    /// Who wrote it; none when the log does not say (yet).
    pub author: Option<PersonId>,
    /// Claimed instant, UTC milliseconds.
    pub claimed_at_ms: i64,
    /// Receipt; none while it is on this device only.
    pub received_at: Option<ReceivedAt>,
}

/// Values *à départager* in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictRow {
    /// The dossier.
    pub document: DocumentId,
    /// The log.
    pub scope: ScopeId,
    /// Where, as the text of a [`jawla_model::FieldPath`].
    pub path: String,
    /// Whether it is money or a measured quantity, which never get a silent winner.
    pub weighty: bool,
    /// The values, the provisional winner first, the others in a stable order.
    pub values: Vec<ConflictValue>,
}

/// All rows of one document: what its projection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierRows {
    /// The project.
    pub project: ProjectRow,
    /// Its visits, by id.
    pub visits: Vec<VisitRow>,
    /// Its photos, by visit and hash.
    pub photos: Vec<PhotoRow>,
    /// Its disagreements, by path.
    pub conflicts: Vec<ConflictRow>,
}

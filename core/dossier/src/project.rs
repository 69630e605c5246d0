//! The projection of one document to its rows: whole, pure, in one order on every replica.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jawla_model::fold::fold;
use jawla_model::state::Evidence;
use jawla_model::{
    AdminState, Claimed, DocumentId, Hash32, Nature, PersonId, Photo, Position, ProjectField,
    ReceivedAt, ReportingState, Review, ReviewDecision, ScopeId, Value, VisitField, VisitId,
    VisitStatus,
};
use jawla_views::rows::{ConflictRow, ConflictValue, DossierRows, PhotoRow, ProjectRow, VisitRow};

use crate::conflicts::{Conflict, conflicts};
use crate::document::Document;
use crate::read::{Dossier, VisitReading};

/// What the log says about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// Who wrote it.
    pub person: Option<PersonId>,
    /// When the province received it; none while it is on this device only.
    pub received_at: Option<ReceivedAt>,
}

/// Where a projection learns who wrote a change and when it was received.
pub trait Origins {
    /// The origin of a change; both unknown for one the log does not know (yet).
    fn origin(&self, change: &Hash32) -> Origin;
}

impl<F: Fn(&Hash32) -> Origin> Origins for F {
    fn origin(&self, change: &Hash32) -> Origin {
        self(change)
    }
}

/// All rows of a document. Equal documents, scopes and origins give equal rows.
pub fn project(document: &Document, scope: ScopeId, origins: &dyn Origins) -> DossierRows {
    let dossier = document
        .kept_reading()
        .map_or_else(|| Cow::Owned(document.read()), Cow::Borrowed);
    let found = conflicts(&dossier);
    let projection = Projection {
        document: document.id(),
        scope,
        origins,
        dossier: &dossier,
    };
    let visits = projection.visit_rows(&found);
    let received_at = document
        .known
        .keys()
        .filter_map(|change| origins.origin(change).received_at)
        .max();
    // A disagreement inside a visit that nobody sees is nobody's to settle.
    let hidden: BTreeSet<VisitId> = visits
        .iter()
        .filter(|v| v.replaced)
        .map(|v| v.visit)
        .collect();
    let conflicts: Vec<ConflictRow> = found
        .iter()
        .filter(|conflict| match &conflict.path {
            jawla_model::FieldPath::Visit(visit, _) => !hidden.contains(visit),
            jawla_model::FieldPath::Project(_) => true,
        })
        .map(|conflict| projection.conflict_row(conflict))
        .collect();
    DossierRows {
        project: projection.project_row(&visits, &conflicts, received_at),
        photos: projection.photo_rows(),
        visits,
        conflicts,
    }
}

struct Projection<'a> {
    document: DocumentId,
    scope: ScopeId,
    origins: &'a dyn Origins,
    dossier: &'a Dossier,
}

impl Projection<'_> {
    fn project_row(
        &self,
        visits: &[VisitRow],
        conflicts: &[ConflictRow],
        received_at: Option<ReceivedAt>,
    ) -> ProjectRow {
        let text = |field| self.dossier.project_text(field).to_owned();
        let int = |field| self.dossier.project_int(field);
        let counted = || visits.iter().filter(|visit| is_counted(visit));
        let newest = |only: &dyn Fn(&VisitRow) -> bool| {
            counted()
                .filter(|visit| visit.progress_bp.is_some() && only(visit))
                .max_by_key(|visit| (visit.order_ms, visit.visit))
                .and_then(|visit| visit.progress_bp)
        };
        let nature = Nature::from_code(&text(ProjectField::Nature));
        let position = Position::parse(self.dossier.project_text(ProjectField::Position));
        let searched = [
            ProjectField::CodeDas,
            ProjectField::TitleFr,
            ProjectField::TitleAr,
            ProjectField::Communes,
            ProjectField::Place,
        ];
        let folded = fold(
            &searched
                .map(|field| self.dossier.project_text(field))
                .join(" "),
        );
        let demonstration = self.dossier.project_value(ProjectField::Demonstration);
        ProjectRow {
            document: self.document,
            scope: self.scope,
            code_das: text(ProjectField::CodeDas),
            title_fr: text(ProjectField::TitleFr),
            title_ar: text(ProjectField::TitleAr),
            programme: self.programme(),
            sector: text(ProjectField::Sector),
            nature: nature.map_or("", Nature::code).to_owned(),
            communes: text(ProjectField::Communes),
            admin_state: text(ProjectField::AdminState),
            reporting_state: reporting(&text(ProjectField::AdminState), nature),
            cost_centimes: int(ProjectField::Cost),
            indh_share_centimes: int(ProjectField::IndhShare),
            progress_bp: newest(&|_| true),
            approved_progress_bp: newest(&|visit| visit.review == APPROVED),
            planned_start: text(ProjectField::PlannedStart),
            planned_end: text(ProjectField::PlannedEnd),
            last_visit_at_ms: counted().map(|visit| visit.order_ms).max(),
            visits: count(counted().count()),
            conflicts: count(conflicts.len()),
            weighty_conflicts: count(conflicts.iter().filter(|row| row.weighty).count()),
            received_at,
            latitude_e7: position.map(|position| position.latitude_e7),
            longitude_e7: position.map(|position| position.longitude_e7),
            demonstration: demonstration == Some(&Value::Flag(true)),
            folded,
        }
    }

    /// `III-P1`, whether the programme was stored with its period or without.
    fn programme(&self) -> String {
        let phase = self.dossier.project_text(ProjectField::Phase);
        let programme = self.dossier.project_text(ProjectField::Programme);
        let whole = phase.is_empty()
            || programme.is_empty()
            || programme
                .strip_prefix(phase)
                .is_some_and(|rest| rest.starts_with('-'));
        if whole {
            programme.to_owned()
        } else {
            format!("{phase}-{programme}")
        }
    }

    fn visit_rows(&self, found: &[Conflict]) -> Vec<VisitRow> {
        let replaced: BTreeSet<VisitId> = self
            .dossier
            .visits
            .iter()
            .filter(|(_, visit)| visit.text(VisitField::Status) != VisitStatus::Deleted.code())
            .filter_map(|(id, visit)| replaces(visit).filter(|old| old != id))
            .collect();
        self.dossier
            .visits
            .iter()
            .map(|(id, visit)| {
                let mut row = self.visit_row(*id, visit);
                row.replaced = replaced.contains(id);
                let inside = |conflict: &&Conflict| {
                    matches!(&conflict.path, jawla_model::FieldPath::Visit(at, _) if at == id)
                };
                row.conflicts = count(found.iter().filter(inside).count());
                row
            })
            .collect()
    }

    fn visit_row(&self, id: VisitId, visit: &VisitReading) -> VisitRow {
        let text = |field| visit.text(field).to_owned();
        let started = visit.fields.get(VisitField::StartedAt.key());
        // The receipt that bounds the claim is that of the change that made it: a review a year
        // later must not move the visit.
        let claimed_in = started.map_or(visit.opened_by.change, |reading| reading.by.change);
        let first_receipt = self.origins.origin(&claimed_in).received_at;
        let claim = Claimed(visit.int(VisitField::StartedAt).unwrap_or_default());
        let date_plausible = claim.is_plausible(first_receipt);
        let order_ms = match first_receipt {
            Some(received) if !date_plausible => milliseconds(received),
            _ => claim.0,
        };
        let review = Review::parse(visit.text(VisitField::Review));
        let difficulties: Vec<&str> = visit.difficulties.keys().map(String::as_str).collect();
        let receipts = visit.touched_by.iter();
        VisitRow {
            visit: id,
            document: self.document,
            scope: self.scope,
            author: self.origins.origin(&visit.opened_by.change).person,
            kind: text(VisitField::Kind),
            status: text(VisitField::Status),
            started_at_ms: claim.0,
            finished_at_ms: visit.int(VisitField::FinishedAt),
            date_plausible,
            order_ms,
            site_state: text(VisitField::SiteState),
            progress_bp: visit.int(VisitField::Progress),
            note: text(VisitField::Note),
            difficulties: difficulties.join(","),
            photos: count(visit.photos.len()),
            received_at: receipts
                .filter_map(|change| self.origins.origin(change).received_at)
                .max(),
            review: review.as_ref().map_or("", decision).to_owned(),
            review_comment: review.map(|review| review.comment).unwrap_or_default(),
            conflicts: 0,
            replaces: replaces(visit),
            replaced: false,
        }
    }

    fn photo_rows(&self) -> Vec<PhotoRow> {
        let rows = |(visit, reading): (&VisitId, &VisitReading)| -> Vec<PhotoRow> {
            let row = |photo: &Photo| PhotoRow {
                photo: photo.hash,
                visit: *visit,
                document: self.document,
                scope: self.scope,
                thumbnail: photo.thumbnail,
                role: photo.role.code().to_owned(),
                size_bytes: photo.size_bytes,
                taken_at_ms: photo.taken_at.0,
            };
            reading.photos.iter().map(row).collect()
        };
        self.dossier.visits.iter().flat_map(rows).collect()
    }

    fn conflict_row(&self, conflict: &Conflict) -> ConflictRow {
        ConflictRow {
            document: self.document,
            scope: self.scope,
            path: conflict.path.text(),
            weighty: conflict.is_weighty(),
            values: conflict
                .values
                .iter()
                .map(|written| {
                    let origin = self.origins.origin(&written.by.change);
                    ConflictValue {
                        value: written.value.clone(),
                        change: written.by.change,
                        author: origin.person,
                        claimed_at_ms: written.by.claimed_at.0,
                        received_at: origin.received_at,
                    }
                })
                .collect(),
        }
    }
}

const APPROVED: &str = "approved";

const fn decision(review: &Review) -> &'static str {
    match review.decision {
        ReviewDecision::Approved => APPROVED,
        ReviewDecision::Returned => "returned",
    }
}

fn is_counted(visit: &VisitRow) -> bool {
    visit.status == VisitStatus::Recorded.code() && !visit.replaced
}

fn replaces(visit: &VisitReading) -> Option<VisitId> {
    VisitId::from_key(visit.text(VisitField::Replaces))
}

/// A state this build does not know counts as not launched: no figure grows by a code that
/// nobody can read.
fn reporting(admin_state: &str, nature: Option<Nature>) -> ReportingState {
    AdminState::from_code(admin_state).map_or(ReportingState::NotLaunched, |state| {
        state.reporting(nature.unwrap_or(Nature::Works), Evidence::None)
    })
}

fn milliseconds(received: ReceivedAt) -> i64 {
    i64::try_from(received.0)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000)
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

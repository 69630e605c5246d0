//! What the rules of a visit look at, out of a document.

use jawla_model::rules::visit::VisitDraft;
use jawla_model::{Nature, ProjectField, SiteState, VisitField, VisitId, VisitKind};

use crate::read::Dossier;

/// The draft of one visit; `None` when the dossier has no such visit. Typing that is not yet a
/// change is the caller's to lay over it.
pub fn visit_draft(dossier: &Dossier, visit: &VisitId) -> Option<VisitDraft> {
    let reading = dossier.visits.get(visit)?;
    Some(VisitDraft {
        nature: Nature::from_code(dossier.project_text(ProjectField::Nature)),
        kind: VisitKind::from_code(reading.text(VisitField::Kind)),
        site_state: SiteState::from_code(reading.text(VisitField::SiteState)),
        progress_bp: reading.int(VisitField::Progress),
        planned_bp: reading.int(VisitField::Planned),
        has_position: !reading.text(VisitField::Position).is_empty(),
        no_position_reason: reading.text(VisitField::NoPositionReason).to_owned(),
        photos: reading.photos.len(),
        difficulties: reading.difficulties.len(),
        items: reading.difficulties.len() + reading.actions.len() + reading.quantities.len(),
    })
}

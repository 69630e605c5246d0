//! What the tests share: people with actors, and a dossier with some life in it.
#![allow(dead_code, reason = "each test binary uses its part")]

use jawla_dossier::{Authoring, Authority, Change, Document};
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, FieldPath, ProjectField, Role, Value, VisitField, VisitId,
    VisitKind,
};

pub const MORNING: Claimed = Claimed(1_763_900_000_000);

pub fn person(number: u8) -> Authoring {
    Authoring {
        actor: ActorId([number; 16]),
        claimed_at: Claimed(MORNING.0 + i64::from(number)),
    }
}

pub fn visit(number: u8) -> VisitId {
    VisitId([number; 16])
}

pub fn open(visit: VisitId) -> Edit {
    Edit::OpenVisit {
        visit,
        kind: VisitKind::FollowUp,
        started_at: MORNING,
        replaces: None,
    }
}

pub fn set_project(field: ProjectField, value: impl Into<Value>) -> Edit {
    Edit::Set {
        at: FieldPath::project(field),
        value: value.into(),
    }
}

pub fn set_visit(visit: VisitId, field: VisitField, value: impl Into<Value>) -> Edit {
    Edit::Set {
        at: FieldPath::visit(visit, field),
        value: value.into(),
    }
}

/// Applies edits that must change something.
pub fn write(document: &mut Document, author: &Authoring, edits: &[Edit]) -> Change {
    document.apply(edits, author).unwrap().unwrap()
}

/// A dossier: the office (1) wrote the project, a colleague (2) and the attacker (3) a visit each.
pub fn lively(id: DocumentId) -> Document {
    let mut document = Document::new(id);
    write(
        &mut document,
        &person(1),
        &[
            set_project(ProjectField::TitleFr, "Piste rurale de Sidi Slimane"),
            set_project(ProjectField::Cost, 120_000_000),
            set_project(ProjectField::Place, "Douar Oulad Ali"),
        ],
    );
    for number in [2, 3] {
        write(&mut document, &person(number), &[open(visit(number))]);
        write(
            &mut document,
            &person(number),
            &[
                set_visit(visit(number), VisitField::Progress, 4_000),
                set_visit(visit(number), VisitField::Note, "Couche de base en cours"),
            ],
        );
    }
    document
}

/// The right of a team member who owns no other actor.
pub fn member() -> Authority<'static> {
    Authority::Role {
        role: Role::TeamMember,
        same_person: &|_| false,
    }
}

/// Silences the panics that the guard catches; those of the tests are still told.
pub fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let at = panic.location().map_or("", |location| location.file());
            if !at.contains("automerge") && !at.contains("hexane") {
                tell(panic);
            }
        }));
    });
}

//! The projection: which visit counts, what orders it, what the columns say.
#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use std::collections::BTreeMap;

use jawla_dossier::{Document, Origin, project};
use jawla_model::visit::PhotoRole;
use jawla_model::{
    Claimed, DocumentId, Edit, Hash32, PersonId, Photo, ProjectField, ReceivedAt, ReportingState,
    Review, ReviewDecision, ScopeId, Value, VisitField, VisitId, VisitKind,
};
use jawla_views::rows::{DossierRows, VisitRow};
use support::*;

const SCOPE: ScopeId = ScopeId([2; 16]);
const DAY_MS: i64 = 86_400_000;

/// A dossier with what the log says about its changes.
struct Stage {
    document: Document,
    log: BTreeMap<Hash32, Origin>,
}

impl Stage {
    fn new() -> Self {
        Self {
            document: Document::new(DocumentId([0xd1; 16])),
            log: BTreeMap::new(),
        }
    }

    /// Writes as a person; the province receives it on a day, or not yet.
    fn write(&mut self, who: u8, received_day: Option<i64>, edits: &[Edit]) -> Hash32 {
        let change = write(&mut self.document, &person(who), edits);
        let received = |day: i64| ReceivedAt(((MORNING.0 + day * DAY_MS) / 1_000) as u64);
        self.log.insert(
            change.hash,
            Origin {
                person: Some(PersonId([who; 16])),
                received_at: received_day.map(received),
            },
        );
        change.hash
    }

    fn visit(&mut self, number: u8, started: Claimed, progress_bp: i64, received_day: Option<i64>) {
        let at = visit(number);
        let kind = VisitKind::FollowUp;
        let opened = Edit::OpenVisit {
            visit: at,
            kind,
            started_at: started,
            replaces: None,
        };
        self.write(
            number,
            received_day,
            &[
                opened,
                set_visit(at, VisitField::Progress, progress_bp),
                Edit::FinishVisit {
                    visit: at,
                    finished_at: Claimed(started.0 + 1),
                },
            ],
        );
    }

    fn review(&mut self, number: u8, decision: ReviewDecision, received_day: i64) {
        let review = Review {
            decision,
            author: PersonId([1; 16]),
            comment: "vu".into(),
            field: None,
        };
        self.write(
            1,
            Some(received_day),
            &[Edit::ReviewVisit {
                visit: visit(number),
                review,
            }],
        );
    }

    fn rows(&self) -> DossierRows {
        let origin = |change: &Hash32| self.log.get(change).copied().unwrap_or_default();
        project(&self.document, SCOPE, &origin)
    }

    fn row(&self, number: u8) -> VisitRow {
        let rows = self.rows().visits;
        rows.into_iter()
            .find(|row| row.visit == visit(number))
            .unwrap()
    }
}

fn day(number: i64) -> Claimed {
    Claimed(MORNING.0 + number * DAY_MS)
}

#[test]
fn progress_is_the_newest_finished_visits_and_official_when_approved() {
    let mut stage = Stage::new();
    assert_eq!(stage.rows().project.progress_bp, None);
    stage.visit(2, day(1), 2_000, Some(5));
    stage.visit(3, day(3), 4_000, Some(5));
    // Received later, observed earlier: does not win.
    stage.visit(4, day(2), 3_000, Some(9));
    let seen = stage.rows().project;
    assert_eq!(
        (seen.progress_bp, seen.approved_progress_bp, seen.visits),
        (Some(4_000), None, 3)
    );
    assert_eq!(seen.last_visit_at_ms, Some(day(3).0));
    stage.review(3, ReviewDecision::Returned, 10);
    stage.review(2, ReviewDecision::Approved, 11);
    let seen = stage.rows().project;
    assert_eq!(
        (seen.progress_bp, seen.approved_progress_bp),
        (Some(4_000), Some(2_000))
    );
    assert_eq!(stage.row(3).review, "returned");
    assert_eq!(stage.row(3).review_comment, "vu");

    // A draft, a deleted and a replaced visit do not count.
    stage.write(
        5,
        Some(12),
        &[
            open(visit(5)),
            set_visit(visit(5), VisitField::Progress, 9_000),
        ],
    );
    assert_eq!(stage.rows().project.progress_bp, Some(4_000));
    stage.write(
        3,
        Some(12),
        &[set_visit(visit(3), VisitField::Status, "deleted")],
    );
    assert_eq!(stage.rows().project.progress_bp, Some(3_000));
    let replacing = Edit::OpenVisit {
        visit: visit(6),
        kind: VisitKind::FollowUp,
        started_at: day(6),
        replaces: Some(visit(4)),
    };
    stage.write(4, Some(13), &[replacing]);
    let seen = stage.rows();
    assert!(stage.row(4).replaced && !stage.row(6).replaced);
    assert_eq!(stage.row(6).replaces, Some(visit(4)));
    assert_eq!(
        (seen.project.progress_bp, seen.project.visits),
        (Some(2_000), 1)
    );
}

#[test]
fn a_doubtful_date_is_ordered_by_its_receipt_and_stays_there() {
    let mut stage = Stage::new();
    stage.visit(2, day(400), 1_000, Some(4));
    stage.visit(3, Claimed(0), 2_000, Some(6));
    stage.visit(4, day(3), 3_000, None);
    let order = |stage: &Stage, number| {
        let row = stage.row(number);
        (row.date_plausible, row.order_ms, row.started_at_ms)
    };
    assert_eq!(order(&stage, 2), (false, day(4).0, day(400).0));
    assert_eq!(order(&stage, 3), (false, day(6).0, 0));
    assert_eq!(order(&stage, 4), (true, day(3).0, day(3).0));
    assert_eq!(stage.row(4).received_at, None);
    assert_eq!(stage.row(4).author, Some(PersonId([4; 16])));
    // A review a year later makes nothing plausible and moves nothing.
    stage.review(2, ReviewDecision::Approved, 500);
    assert_eq!(order(&stage, 2), (false, day(4).0, day(400).0));
    assert_eq!(
        stage.row(2).received_at.unwrap().0,
        (day(500).0 / 1_000) as u64
    );
    let seen = stage.rows().project;
    assert_eq!(
        (seen.progress_bp, seen.received_at),
        (Some(2_000), stage.row(2).received_at)
    );
}

#[test]
fn the_projects_columns_say_what_the_fields_say() {
    let mut stage = Stage::new();
    let empty = stage.rows().project;
    assert_eq!(empty.reporting_state, ReportingState::NotLaunched);
    assert_eq!(
        (empty.conflicts, empty.received_at, empty.demonstration),
        (0, None, false)
    );
    stage.write(
        1,
        Some(1),
        &[
            set_project(ProjectField::CodeDas, "DAS-17"),
            set_project(ProjectField::TitleFr, "Étanchéité de l'école"),
            set_project(ProjectField::TitleAr, "دار الطالبة"),
            set_project(ProjectField::Phase, "III"),
            set_project(ProjectField::Programme, "P1"),
            set_project(ProjectField::Nature, "TRAVAUX"),
            set_project(ProjectField::AdminState, "EN_COURS"),
            set_project(ProjectField::Communes, "053110513+053110515"),
            set_project(ProjectField::Position, "328812345;-69061234;7"),
            set_project(ProjectField::Cost, 120_000_000),
            set_project(ProjectField::Demonstration, Value::Flag(true)),
        ],
    );
    let row = stage.rows().project;
    assert_eq!(row.programme, "III-P1");
    assert_eq!(row.reporting_state, ReportingState::UnderWay);
    assert_eq!(
        (row.latitude_e7, row.longitude_e7),
        (Some(328_812_345), Some(-69_061_234))
    );
    assert_eq!(
        row.folded,
        "das 17 etancheite de l ecole دار الطالبه 053110513+053110515"
    );
    assert!(row.demonstration);
    stage.write(
        1,
        Some(1),
        &[set_project(ProjectField::Programme, "III-P4")],
    );
    assert_eq!(stage.rows().project.programme, "III-P4");
}

#[test]
fn disagreements_and_photos_are_rows() {
    let mut stage = Stage::new();
    stage.visit(2, day(1), 2_000, Some(1));
    let photo = Photo {
        hash: Hash32([5; 32]),
        role: PhotoRole::Defect,
        size_bytes: 7,
        width_px: 8,
        height_px: 9,
        taken_at: day(1),
        thumbnail: Hash32([6; 32]),
    };
    stage.write(
        2,
        Some(2),
        &[Edit::AttachPhoto {
            visit: visit(2),
            photo,
        }],
    );
    let mut apart = stage.document.clone();
    let mine = stage.write(1, Some(3), &[set_project(ProjectField::Cost, 5)]);
    let theirs = write(
        &mut apart,
        &person(8),
        &[set_project(ProjectField::Cost, 6)],
    );
    let inside = write(
        &mut apart,
        &person(8),
        &[set_visit(visit(2), VisitField::Note, "a")],
    );
    stage.write(2, Some(3), &[set_visit(visit(2), VisitField::Note, "b")]);
    for change in [&theirs, &inside] {
        let settled = jawla_dossier::Authority::Settled;
        stage.document.admit(&change.bytes, &settled).unwrap();
    }
    let rows = stage.rows();
    assert_eq!(
        (rows.project.conflicts, rows.project.weighty_conflicts),
        (2, 1)
    );
    assert_eq!(stage.row(2).conflicts, 1);
    assert_eq!((stage.row(2).photos, rows.photos.len()), (1, 1));
    assert_eq!(
        (rows.photos[0].role.as_str(), rows.photos[0].thumbnail),
        ("defaut", Hash32([6; 32]))
    );
    let cost = rows
        .conflicts
        .iter()
        .find(|row| row.path == "project/cost_centimes")
        .unwrap();
    assert!(cost.weighty);
    let of = |change| {
        cost.values
            .iter()
            .find(|value| value.change == change)
            .unwrap()
    };
    assert_eq!(
        (of(mine).author, &of(mine).value),
        (Some(PersonId([1; 16])), &Value::Int(5))
    );
    assert_eq!(
        (of(theirs.hash).author, of(theirs.hash).received_at),
        (None, None)
    );
    assert_eq!(
        cost.values[0].value,
        stage.document.read().project["cost_centimes"].value
    );
    assert_eq!(of(theirs.hash).claimed_at_ms, person(8).claimed_at.0);
    let _: VisitId = rows.photos[0].visit;
}

//! The feed of visits, one visit in full, the queue of those to be reviewed.

use axum::http::StatusCode;
use jawla_model::schema::VisitField;
use jawla_model::{
    FieldPath, Hash32, ItemId, PersonId, ReceivedAt, Review, ReviewDecision, Role, Value,
};
use jawla_views::{ActionShown, CommandError, Happening, HistoryEntry};

use crate::fake::{self, NOW_MS};
use crate::page::{get, picture, post};
use crate::world::World;

fn ids() -> (String, String) {
    let visit = fake::visit(1, &fake::project(1)).visit;
    (visit.document.hex(), visit.visit.hex())
}

/// A day on which the first visit says everything that one can say.
fn told() -> World {
    let mut world = World::day();
    let fields = &mut world.dossiers.visit_fields;
    for (field, value) in [
        (VisitField::SiteState, Value::from("actif")),
        (VisitField::Progress, Value::Int(4_550)),
        (VisitField::Workers, Value::Int(12)),
    ] {
        fields.values.insert(field.key().to_owned(), value);
    }
    fields
        .difficulties
        .insert("FONC".to_owned(), "Opposition d’un riverain".to_owned());
    fields.actions.push(ActionShown {
        item: ItemId([3; 16]),
        what: "Réunir la commune et le riverain".to_owned(),
        owner: "Caïdat".to_owned(),
        due: "2026-12-01".to_owned(),
        done: false,
    });
    world
}

fn entry(number: u8, happenings: Vec<Happening>) -> HistoryEntry {
    HistoryEntry {
        change: Hash32([number; 32]),
        author: Some(PersonId([9; 16])),
        claimed_at_ms: fake::now_ms(),
        received_at: Some(ReceivedAt(NOW_MS / 1_000)),
        happenings,
        undoable: false,
    }
}

fn review(decision: ReviewDecision, comment: &str) -> Review {
    Review {
        decision,
        comment: comment.to_owned(),
        field: None,
        author: PersonId([7; 16]),
    }
}

fn reviewed(decision: &str, comment: &str) -> World {
    let mut world = told();
    let visit = &mut world.views.visits[0].visit;
    visit.review = decision.to_owned();
    visit.review_comment = comment.to_owned();
    world
}

/// Approved, and its author wrote on afterwards.
fn changed_since() -> World {
    let mut world = reviewed("approved", "");
    let visit = world.views.visits[0].visit.visit;
    let workers = Happening::Set {
        at: FieldPath::visit(visit, VisitField::Workers),
        before: vec![Value::Int(8)],
        after: Value::Int(12),
    };
    let approved = Happening::Reviewed(visit, review(ReviewDecision::Approved, ""));
    world.dossiers.history = vec![entry(2, vec![workers]), entry(1, vec![approved])];
    world
}

/// Approved, and the approval was taken back: nothing is changed since one.
fn taken_back() -> World {
    let mut world = told();
    let visit = world.views.visits[0].visit.visit;
    let approval = review(ReviewDecision::Approved, "");
    let back = Happening::Set {
        at: FieldPath::visit(visit, VisitField::Review),
        before: vec![Value::Text(approval.text())],
        after: Value::Empty,
    };
    let approved = Happening::Reviewed(visit, approval);
    world.dossiers.history = vec![entry(2, vec![back]), entry(1, vec![approved])];
    world
}

fn nothing_waits() -> World {
    let mut world = World::day();
    for listed in &mut world.views.visits {
        listed.visit.review = "approved".to_owned();
    }
    world
}

fn refused(error: CommandError) -> World {
    let world = told();
    *world.commands.refused.lock().unwrap() = Some(error);
    world
}

#[tokio::test]
async fn every_state_of_the_feed() {
    let cases = vec![
        get("none", World::empty, "/visites"),
        get("day", World::day, "/visites"),
        get("received", World::day, "/visites?mot=recu"),
        get("returned_none", World::day, "/visites?mot=a_corriger"),
    ];
    picture("feed", cases).await;
}

#[tokio::test]
async fn every_state_of_a_visit() {
    let (document, visit) = ids();
    let address = format!("/visites/{document}/{visit}");
    let done = |what: &str| {
        let change = Hash32([5; 32]).hex();
        format!("{address}?fait={what}&de={document}/{visit}&action={change}")
    };
    let cases = vec![
        get("bare", World::day, &address),
        get("told", told, &address),
        get("approved", || reviewed("approved", ""), &address),
        get(
            "returned",
            || reviewed("returned", "La photo du panneau est floue"),
            &address,
        ),
        get("changed_since", changed_since, &address),
        get("taken_back", taken_back, &address),
        get("just_approved", || reviewed("approved", ""), done("valide")),
        get("read_only", || told().seen_by(Role::Controller), &address),
    ];
    picture("visit", cases).await;
}

#[tokio::test]
async fn every_state_of_the_queue() {
    let (document, visit) = ids();
    let of = format!("{document}/{visit}");
    let change = Hash32([5; 32]).hex();
    let form = |rest: &str| format!("document={document}&visit={visit}&retour=file&{rest}");
    let undo = format!("document={document}&visit={visit}&action={change}&retour=file");
    let cases = vec![
        get("none", nothing_waits, "/a-valider"),
        get("day", told, "/a-valider"),
        get("chosen", told, format!("/a-valider?visite={of}")),
        get(
            "just_approved",
            nothing_waits,
            format!("/a-valider?fait=valide&de={of}&action={change}"),
        ),
        get(
            "just_returned",
            nothing_waits,
            format!("/a-valider?fait=renvoye&de={of}&action={change}"),
        ),
        get(
            "just_taken_back",
            taken_back,
            format!("/a-valider?fait=annule&de={of}&visite={of}"),
        ),
        get("read_only", || told().seen_by(Role::Auditor), "/a-valider"),
        post(
            "no_comment",
            told,
            "/a-valider",
            form("decision=renvoyer&commentaire="),
        ),
        post(
            "refused_by_a_rule",
            || refused(CommandError::RulesBroken(Vec::new())),
            "/a-valider",
            form("decision=valider"),
        ),
        post(
            "not_to_be_taken_back",
            || refused(CommandError::NotUndoable),
            "/a-valider/annuler",
            undo,
        ),
        get(
            "no_such_visit",
            told,
            format!("/a-valider?visite={document}/{}", "0".repeat(32)),
        ),
        post(
            "not_allowed",
            || told().seen_by(Role::Auditor),
            "/a-valider",
            form("decision=valider"),
        )
        .answered(StatusCode::FORBIDDEN),
    ];
    picture("queue", cases).await;
}

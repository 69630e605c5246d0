//! *Fiche projet* and its history.

use axum::http::StatusCode;
use jawla_model::money_fact::{MoneyEntry, MoneyKind};
use jawla_model::{
    Centimes, FieldPath, Hash32, ItemId, MoneyAct, MoneyFact, PersonId, ProjectField, ReceivedAt,
    Role, Value,
};
use jawla_views::{CommandError, Happening, HistoryEntry, MoneyFactRow};

use crate::fake::{self, NOW_MS, now_ms};
use crate::page::{get, picture, post};
use crate::world::World;

fn address() -> String {
    format!("/projets/{}", fake::project(1).document.hex())
}

fn filled() -> World {
    let mut world = World::day();
    for (field, value) in [
        (ProjectField::Place, Value::from("Douar Jdid")),
        (ProjectField::Cost, Value::Int(123_456_789)),
        (ProjectField::BeneficiariesDirect, Value::Int(420)),
    ] {
        let key = field.key().to_owned();
        world.dossiers.fields.values.insert(key, value);
    }
    world
}

fn without_visit() -> World {
    let mut world = filled();
    world.views.visits.clear();
    world.views.projects[0].last_visit_at_ms = None;
    world.views.projects[0].progress_bp = None;
    world
}

fn disputed() -> World {
    let mut world = crate::disagreements::one();
    world.views.projects[0].conflicts = 1;
    world.views.projects[0].weighty_conflicts = 1;
    world
}

fn fact(number: u8, act: MoneyAct, replaces: Option<ItemId>) -> MoneyFactRow {
    MoneyFactRow {
        received_at: ReceivedAt(NOW_MS / 1_000 - u64::from(number) * 3_600),
        fact: MoneyFact {
            id: ItemId([number; 16]),
            by: PersonId([9; 16]),
            replaces,
            act,
        },
    }
}

fn with_money() -> World {
    let mut world = filled();
    let entry = |kind| MoneyEntry {
        kind,
        amount: Centimes(40_000_000),
        on: "2026-03-12".to_owned(),
        reference: "M 12/2026".to_owned(),
        party: "Entreprise Atlas".to_owned(),
    };
    let recorded = |number, kind| fact(number, MoneyAct::Recorded(entry(kind)), None);
    world.dossiers.money = vec![
        recorded(4, MoneyKind::Contract),
        recorded(3, MoneyKind::Payment),
        fact(
            2,
            MoneyAct::Cancelled("Saisi deux fois".to_owned()),
            Some(ItemId([3; 16])),
        ),
    ];
    world
}

fn with_history() -> World {
    let mut world = filled();
    let entry = |number: u8, undoable| HistoryEntry {
        change: Hash32([number; 32]),
        author: Some(PersonId([9; 16])),
        claimed_at_ms: now_ms() - i64::from(number) * 3_600_000,
        received_at: Some(ReceivedAt(NOW_MS / 1_000 - u64::from(number) * 3_600)),
        happenings: vec![Happening::Set {
            at: FieldPath::project(ProjectField::Place),
            before: vec![Value::from("Douar Lqdim")],
            after: Value::from("Douar Jdid"),
        }],
        undoable,
    };
    world.dossiers.history = vec![entry(1, true), entry(2, false)];
    world
}

fn refused(error: CommandError) -> World {
    let world = filled();
    *world.commands.refused.lock().unwrap() = Some(error);
    world
}

fn shared_number() -> World {
    let mut world = filled();
    let code = world.views.projects[0].code_das.clone();
    world.views.projects[1].code_das = code;
    world
}

#[tokio::test]
async fn every_state_of_the_sheet() {
    let sheet = address();
    let done = |what: &str| format!("{sheet}?fait={what}");
    let cases = vec![
        get("bare", World::day, &sheet),
        get("filled", filled, &sheet),
        get("without_visit", without_visit, &sheet),
        get("disputed", disputed, &sheet),
        get("with_money", with_money, &sheet),
        get("with_history", with_history, &sheet),
        get("shared_number", shared_number, &sheet),
        get(
            "arabic_title",
            World::day,
            format!("/projets/{}", fake::project(2).document.hex()),
        ),
        get("finance", || with_money().seen_by(Role::Finance), &sheet),
        get(
            "read_only",
            || with_money().seen_by(Role::Controller),
            &sheet,
        ),
        get("saved", filled, done("fiche")),
        get("moved", filled, done("etat")),
        get("taken_back", filled, done("annule")),
        post(
            "to_correct",
            filled,
            &sheet,
            "groupe=public&avant-beneficiaries=420&beneficiaries=beaucoup",
        ),
        post(
            "illegal_move",
            filled,
            format!("{sheet}/etat"),
            "depuis=EN_COURS&etat=CLOS",
        )
        .answered(StatusCode::CONFLICT),
        post(
            "not_to_be_taken_back",
            || refused(CommandError::NotUndoable),
            format!("{sheet}/annuler"),
            format!("action={}", Hash32([9; 32]).hex()),
        )
        .answered(StatusCode::CONFLICT),
    ];
    picture("sheet", cases).await;
}

#[tokio::test]
async fn every_state_of_the_history() {
    let history = format!("{}/historique", address());
    let cases = vec![
        get("none", World::day, &history),
        get("day", with_history, &history),
    ];
    picture("history", cases).await;
}

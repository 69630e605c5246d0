//! *À faire*: what waits for the person, and what stands around every page.

use jawla_model::ReportingState;
use jawla_views::phone::{Exchange, ExchangeProgress, Network, PhoneStanding, WhyWaiting};

use crate::fake::{DAY_MS, NOW_MS, State, document};
use crate::page::{Case, picture};

const TO_DO: &str = "/a-faire";

fn empty(state: &mut State) {
    *state = State::empty(state.status.settings.language);
}

fn first(state: &mut State) {
    empty(state);
    state.status.installed = false;
    state.status.last_contact_ms = None;
    state.status.exchange = Exchange::Running(ExchangeProgress {
        first: true,
        bytes_down: 640_000,
        dossiers: 12,
        ..ExchangeProgress::default()
    });
}

/// Projects, none of which wants anything.
fn nothing_urgent(state: &mut State) {
    state.visits.clear();
    state.conflicts.clear();
    state.status.waiting.records = 0;
    state
        .projects
        .retain(|row| row.reporting_state != ReportingState::UnderWay);
}

/// More of everything than the page lists.
fn full(state: &mut State) {
    let late = state.projects[2].clone();
    let (draft, returned) = (state.visits[2].clone(), state.visits[3].clone());
    for n in 0..14 {
        let mut row = late.clone();
        row.document = document(40 + n);
        row.title_fr = format!("{} n° {n}", late.title_fr);
        row.title_ar = format!("{} رقم {n}", late.title_ar);
        state.projects.push(row);
        for like in [&draft, &returned] {
            let mut visit = like.clone();
            visit.visit = crate::fake::visit(if visit.is_draft() { 100 } else { 120 } + n);
            visit.order_ms -= i64::from(n) * DAY_MS;
            state.visits.push(visit);
        }
    }
}

fn without_contact(state: &mut State, days: i64) {
    state.status.network = Network::None;
    state.status.last_contact_ms = Some(NOW_MS - days * DAY_MS);
}

#[tokio::test]
async fn every_state_of_what_is_to_do() {
    let at = || TO_DO.to_owned();
    let cases: Vec<Case> = vec![
        ("day", |_| {}, at()),
        ("empty", empty, at()),
        ("nothing_urgent", nothing_urgent, at()),
        ("full", full, at()),
        ("first", first, at()),
        ("offline", |state| without_contact(state, 1), at()),
        ("offline_for_days", |state| without_contact(state, 17), at()),
        (
            "nearly_full",
            |state| state.status.storage.free_bytes = Some(90_000_000),
            at(),
        ),
        (
            "clock",
            |state| state.status.clock_off_s = Some(-3_700),
            at(),
        ),
        (
            "withdrawn",
            |state| state.status.standing = PhoneStanding::Withdrawn,
            at(),
        ),
        (
            "rolled_back",
            |state| state.status.standing = PhoneStanding::RolledBack,
            at(),
        ),
        ("paused", |state| state.status.settings.paused = true, at()),
        (
            "cut",
            |state| {
                state.status.exchange = Exchange::Waiting {
                    why: WhyWaiting::Cut,
                    retry_in_s: Some(70),
                };
            },
            at(),
        ),
        (
            "running",
            |state| {
                state.status.exchange = Exchange::Running(ExchangeProgress {
                    files_done: 2,
                    files_left: 3,
                    ..ExchangeProgress::default()
                });
            },
            at(),
        ),
    ];
    picture("todo", cases).await;
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_is_said_on_every_page_and_stops_nothing() {
    let state = State::day(jawla_model::Language::Fr);
    let phone = crate::fake::Fake::new(state);
    phone.change(|state| state.status.storage.free_bytes = Some(90_000_000));
    let text = crate::page::text(&phone, "/projets").await;
    assert!(text.contains("libérez de l’espace"), "{text}");
    let path = format!("/projets/{}/champ", document(1));
    let typed = [("champ", "note"), ("valeur", "Rien ne manque")];
    let code = crate::page::post(&phone, &path, &typed).await;
    assert_eq!(code, axum::http::StatusCode::SEE_OTHER);
    assert_eq!(phone.look(|state| state.typings.len()), 1);
}

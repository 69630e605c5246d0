//! *Entrée*: language, invitation, refusals, first installation; faults in the person's language.

use axum::http::StatusCode;
use jawla_model::Language;
use jawla_views::phone::{
    EnrolFault, Exchange, ExchangeProgress, Network, PhoneStanding, WhyWaiting,
};

use crate::fake::{Fake, State, document};
use crate::page::{Asked, Case, one, picture};

const ENTRY: &str = "/entree";

/// Nobody's phone, its language chosen.
fn nobodys(state: &mut State) {
    let language = state.status.settings.language;
    *state = State::new_phone();
    state.status.settings.language = language;
}

/// Enrolled, and the dossiers are still coming.
fn installing(state: &mut State) {
    let language = state.status.settings.language;
    *state = State::empty(language);
    state.status.installed = false;
    state.status.last_contact_ms = None;
    state.status.receipt = None;
}

fn arriving(state: &mut State, dossiers: u64) {
    installing(state);
    state.status.exchange = Exchange::Running(ExchangeProgress {
        first: true,
        bytes_down: 1_234_000,
        dossiers,
        ..ExchangeProgress::default()
    });
}

fn broken_off(state: &mut State, why: WhyWaiting) {
    installing(state);
    state.status.exchange = Exchange::Waiting {
        why,
        retry_in_s: Some(20),
    };
}

#[tokio::test]
async fn the_first_page_asks_for_the_language() {
    let phone = Fake::new(State::new_phone());
    let french = Language::Fr;
    one("entrance", "language", french, &phone, ENTRY, &Asked::Get).await;
}

#[tokio::test]
async fn the_invitation_and_the_first_installation() {
    let cases: Vec<Case> = vec![
        ("invitation", nobodys, ENTRY.into()),
        (
            "offline",
            |state| {
                nobodys(state);
                state.status.network = Network::None;
            },
            ENTRY.into(),
        ),
        (
            "clock",
            |state| {
                nobodys(state);
                state.status.clock_off_s = Some(7_300);
            },
            ENTRY.into(),
        ),
        ("installing", installing, ENTRY.into()),
        ("lists", |state| arriving(state, 0), ENTRY.into()),
        ("dossiers", |state| arriving(state, 37), ENTRY.into()),
        (
            "cut",
            |state| broken_off(state, WhyWaiting::Cut),
            ENTRY.into(),
        ),
        (
            "no_network",
            |state| broken_off(state, WhyWaiting::NoNetwork),
            ENTRY.into(),
        ),
        ("again", |_| {}, "/entree?encore".into()),
        (
            "rolled_back",
            |state| state.status.standing = PhoneStanding::RolledBack,
            ENTRY.into(),
        ),
    ];
    picture("entrance", cases).await;
}

#[tokio::test]
async fn every_refusal_says_what_to_do_and_keeps_what_was_typed() {
    let faults = [
        ("not_an_invitation", EnrolFault::NotAnInvitation),
        ("expired", EnrolFault::Expired),
        ("unreachable", EnrolFault::Unreachable),
        ("not_our_server", EnrolFault::NotOurServer),
        ("storage_full", EnrolFault::StorageFull),
        ("refused", EnrolFault::Refused),
        ("defect", EnrolFault::Defect),
    ];
    for language in Language::ALL {
        for (name, fault) in faults {
            let phone = Fake::new(State::day(*language));
            phone.change(nobodys);
            phone.change(|state| state.refuse_enrol = Some(fault));
            let typed = [("invitation", "jawla:abc"), ("appareil", "Tel 1")];
            let asked = Asked::Post(&typed);
            let name = format!("refused_{name}");
            one("entrance", &name, *language, &phone, ENTRY, &asked).await;
        }
    }
}

#[tokio::test]
async fn faults_are_pages_too() {
    let cases: [(&str, fn(&mut State), String, StatusCode); 3] = [
        (
            "not_found",
            |_| {},
            format!("/projets/{}", document(99)),
            StatusCode::NOT_FOUND,
        ),
        (
            "busy",
            |state| state.busy = true,
            "/projets".into(),
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (
            "method",
            |_| {},
            "/moi/reglages".into(),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ];
    for language in Language::ALL {
        for (name, change, path, code) in &cases {
            let phone = Fake::new(State::day(*language));
            phone.change(change);
            crate::page::fault("faults", name, *language, &phone, path, *code).await;
        }
    }
}

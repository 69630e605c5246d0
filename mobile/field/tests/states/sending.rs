//! *Envois*: each word, each reason, the exchange, what was not taken.

use jawla_model::Reason;
use jawla_model::visit::RecordWord;
use jawla_views::phone::{
    Exchange, ExchangeProgress, Network, Outgoing, PhoneStanding, SetAside, Waiting, WhyWaiting,
};

use crate::fake::{State, document, visit};
use crate::page::{Case, picture};

fn arrived(state: &mut State) {
    state.outgoing.clear();
    state.set_aside.clear();
    state.status.waiting = Waiting::default();
}

fn running(state: &mut State) {
    state.status.exchange = Exchange::Running(ExchangeProgress {
        first: false,
        bytes_up: 2_000,
        bytes_down: 12_000,
        dossiers: 6,
        files_done: 2,
        files_left: 3,
        file_bytes_left: 812_000,
    });
}

fn broken_off(state: &mut State, why: WhyWaiting) {
    state.status.exchange = Exchange::Waiting {
        why,
        retry_in_s: Some(130),
    };
}

/// The first record, once for each of these.
fn each<T: Copy>(state: &mut State, all: &[T], set: fn(&mut Outgoing, T)) {
    let like = state.outgoing[0].clone();
    let one = |what: &T| {
        let mut one = like.clone();
        set(&mut one, *what);
        one
    };
    state.outgoing = all.iter().map(one).collect();
}

fn words(state: &mut State) {
    use RecordWord as W;
    let all = [
        W::Draft,
        W::OnThisPhone,
        W::Received,
        W::Approved,
        W::Returned,
    ];
    each(state, &all, |one, word| one.word = word);
}

fn whys(state: &mut State) {
    use WhyWaiting as W;
    let all = [
        W::NextExchange,
        W::UnderWay,
        W::BeingTyped,
        W::NoNetwork,
        W::Unreachable,
        W::NotOurServer,
        W::Untrusted,
        W::Cut,
        W::ServerBusy,
        W::ServerFailed,
        W::WaitsForFreeLink,
        W::Paused,
        W::FileFailed,
        W::MustEnrol,
    ];
    each(state, &all, |one, why| one.why = why);
}

/// Everything that the province can say of what it does not take.
fn asides(state: &mut State) {
    let one = |reason: &Reason| SetAside {
        document: document(4),
        visit: Some(visit(7)),
        quarantined: reason.number().is_multiple_of(2),
        reason: *reason,
        changes: 1,
        reopenable: true,
    };
    state.set_aside = Reason::ALL.iter().map(one).collect();
}

fn photos_wait(state: &mut State) {
    state.outgoing.truncate(1);
    state.outgoing[0].change_bytes_left = 0;
    state.outgoing[0].why = WhyWaiting::WaitsForFreeLink;
    state.outgoing[0].word = RecordWord::Received;
}

#[tokio::test]
async fn every_state_of_what_is_on_its_way() {
    let at = || "/envois".to_owned();
    let cases: Vec<Case> = vec![
        ("waiting", |_| {}, at()),
        ("arrived", arrived, at()),
        ("running", running, at()),
        (
            "first",
            |state| {
                running(state);
                if let Exchange::Running(progress) = &mut state.status.exchange {
                    progress.first = true;
                }
            },
            at(),
        ),
        ("cut", |state| broken_off(state, WhyWaiting::Cut), at()),
        (
            "not_our_server",
            |state| broken_off(state, WhyWaiting::NotOurServer),
            at(),
        ),
        (
            "server_busy",
            |state| broken_off(state, WhyWaiting::ServerBusy),
            at(),
        ),
        (
            "no_network",
            |state| {
                state.status.network = Network::None;
                broken_off(state, WhyWaiting::NoNetwork);
            },
            at(),
        ),
        ("paused", |state| state.status.settings.paused = true, at()),
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
        (
            "never",
            |state| {
                state.status.last_contact_ms = None;
                state.status.receipt = None;
            },
            at(),
        ),
        (
            "failed_files",
            |state| {
                state.outgoing[0].failed_files = 1;
                state.outgoing[0].why = WhyWaiting::FileFailed;
            },
            at(),
        ),
        ("photos_wait_for_a_free_link", photos_wait, at()),
        (
            "photos_on_any_link",
            |state| state.status.settings.photos_on_free_link_only = false,
            at(),
        ),
        ("words", words, at()),
        ("whys", whys, at()),
        ("asides", asides, at()),
        (
            "aside_of_a_project",
            |state| {
                state.set_aside[0].visit = None;
                state.set_aside[0].reopenable = false;
            },
            at(),
        ),
        (
            "more_than_is_listed",
            |state| {
                let one = state.outgoing[0].clone();
                state.outgoing = vec![one; 63];
            },
            at(),
        ),
    ];
    picture("sending", cases).await;
}

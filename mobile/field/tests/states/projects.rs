//! *Projets*: the list, searched, filtered, ordered, on its way.

use jawla_views::phone::{Exchange, ExchangeProgress};

use crate::fake::{State, document};
use crate::page::{Case, picture};

fn many(state: &mut State) {
    let like = state.projects[0].clone();
    for n in 0..60 {
        let mut row = like.clone();
        row.document = document(40 + n);
        row.title_fr = format!("{} n° {n}", like.title_fr);
        row.title_ar = format!("{} رقم {n}", like.title_ar);
        state.projects.push(row);
    }
}

fn first(state: &mut State) {
    state.projects.truncate(2);
    state.status.installed = false;
    state.status.exchange = Exchange::Running(ExchangeProgress {
        first: true,
        dossiers: 2,
        ..ExchangeProgress::default()
    });
}

#[tokio::test]
async fn every_state_of_the_list() {
    let at = |query: &str| format!("/projets{query}");
    let cases: Vec<Case> = vec![
        ("day", |_| {}, at("")),
        (
            "empty",
            |state| *state = State::empty(state.status.settings.language),
            at(""),
        ),
        ("found", |_| {}, at("?q=preschool")),
        ("none", |_| {}, at("?q=zzz")),
        (
            "filtered",
            |_| {},
            at("?etat=EC&commune=053110107&programme=III-P4&tri=titre"),
        ),
        ("disputed", |_| {}, at("?marque=departager")),
        ("by_visit", |_| {}, at("?tri=visite")),
        ("by_distance", |_| {}, at("?tri=distance&ici=32.9,-6.9")),
        ("for_visit", |_| {}, at("?pour=visite")),
        ("for_visit_none", |_| {}, at("?pour=visite&q=zzz")),
        ("first", first, at("")),
        ("last_page", many, at("?debut=50&tri=titre")),
    ];
    picture("projects", cases).await;
}

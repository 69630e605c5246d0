//! Shows the phone's pages over the fake phone of the tests, for looking at them and for the
//! pictures of the browser tests: clock and names never change.
//! `cargo run -p jawla-field --example field_preview -- 8095 [fr|ar] [new|empty|day|install|hard] [soleil] [grand]`;
//! port 0 takes a free one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]

#[path = "../tests/fake/mod.rs"]
mod fake;

use fake::{Fake, State};
use jawla_model::Language;
use jawla_views::phone::{Exchange, ExchangeProgress, Network};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|one| one == word);
    let port: u16 = words
        .first()
        .and_then(|port| port.parse().ok())
        .unwrap_or(8095);
    let language = if has("ar") {
        Language::Ar
    } else {
        Language::Fr
    };
    let mut state = match () {
        () if has("new") => State::new_phone(),
        () if has("empty") => State::empty(Some(language)),
        () => State::day(language),
    };
    if has("lang") {
        state.status.settings.language = Some(language);
    }
    if has("install") {
        state.status.installed = false;
        state.status.exchange = Exchange::Running(ExchangeProgress {
            first: true,
            bytes_down: 1_240_000,
            dossiers: 37,
            ..ExchangeProgress::default()
        });
    }
    if has("hard") {
        state.status.storage.free_bytes = Some(90_000_000);
        state.status.clock_off_s = Some(3_700);
        state.status.last_contact_ms = Some(fake::NOW_MS - 17 * fake::DAY_MS);
        state.status.network = Network::None;
    }
    state.status.settings.sun = has("soleil");
    if has("grand") {
        state.status.settings.text_step = 3;
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    println!("http://{}/", listener.local_addr().unwrap());
    axum::serve(listener, jawla_field::router(Fake::new(state)))
        .await
        .unwrap();
}

//! Envois: its orders and bounds. Its states are in `states/sending.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tests"
)]

mod fake;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fake::{Fake, State, document, visit};
use http_body_util::BodyExt;
use jawla_model::{Language, Reason};
use jawla_views::phone::{SendOrder, SetAside, WhyWaiting};
use tower::ServiceExt;

async fn call(phone: &Arc<Fake>, request: Request<Body>) -> (StatusCode, String, String) {
    let response = jawla_field::router(phone.clone())
        .oneshot(request)
        .await
        .unwrap();
    let code = response.status();
    let to = response.headers().get(header::LOCATION);
    let to = to.map_or(String::new(), |to| to.to_str().unwrap().to_owned());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    if let Some(from) = text.find('⟦') {
        panic!(
            "a missing text: {}",
            text[from..].chars().take(60).collect::<String>()
        );
    }
    assert!(!text.contains("href=\"#\""), "a missing file");
    (code, to, text)
}

async fn page(phone: &Arc<Fake>) -> String {
    let (code, _, text) = call(phone, Request::get("/envois").body(Body::empty()).unwrap()).await;
    assert_eq!(code, StatusCode::OK);
    text
}

async fn post(phone: &Arc<Fake>, path: &str, body: &'static str) -> (StatusCode, String) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap();
    let (code, to, _) = call(phone, request).await;
    (code, to)
}

#[tokio::test]
async fn every_reason_has_its_sentence_in_both_languages() {
    use WhyWaiting as W;
    let whys = [
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
    for language in [Language::Fr, Language::Ar] {
        let phone = Fake::new(State::day(language));
        phone.change(|state| {
            let one = state.outgoing[0].clone();
            state.outgoing = whys
                .iter()
                .map(|why| jawla_views::phone::Outgoing {
                    why: *why,
                    ..one.clone()
                })
                .collect();
            state.set_aside = Reason::ALL
                .iter()
                .map(|reason| SetAside {
                    document: document(4),
                    visit: Some(visit(7)),
                    quarantined: true,
                    reason: *reason,
                    changes: 1,
                    reopenable: true,
                })
                .collect();
        });
        let text = page(&phone).await;
        assert_eq!(text.matches("/envois/rouvrir/").count(), Reason::ALL.len());
    }
}

#[tokio::test]
async fn orders_reach_the_phone() {
    let phone = Fake::new(State::day(Language::Fr));
    for path in ["maintenant", "arreter", "reessayer"] {
        let told = post(&phone, &format!("/envois/{path}"), "").await;
        assert_eq!(told, (StatusCode::SEE_OTHER, "/envois".into()));
    }
    let sends = phone.look(|state| state.sends.clone());
    assert_eq!(
        sends,
        [SendOrder::Now, SendOrder::Cancel, SendOrder::RetryFiles]
    );
    post(&phone, "/envois/reglages", "name=pause&on=oui").await;
    assert!(phone.look(|state| state.status.settings.paused));
    post(&phone, "/envois/reglages", "name=pause&on=non").await;
    post(&phone, "/envois/reglages", "name=photos&on=non").await;
    let settings = phone.look(|state| state.status.settings);
    assert!(!settings.paused && !settings.photos_on_free_link_only);
    assert_eq!(
        post(&phone, "/envois/reglages", "name=magie&on=oui")
            .await
            .0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn what_was_set_aside_is_reopened_as_a_draft() {
    let phone = Fake::new(State::day(Language::Fr));
    let path = format!("/envois/rouvrir/{}/{}", document(4), visit(7));
    let (code, to) = post(&phone, &path, "").await;
    assert_eq!(code, StatusCode::SEE_OTHER);
    assert!(
        to.starts_with(&format!("/visites/{}/", document(4))),
        "{to}"
    );
    let phone = Fake::new(State::day(Language::Fr));
    phone.change(|state| state.set_aside[0].reopenable = false);
    assert!(!page(&phone).await.contains("/envois/rouvrir/"));
    assert_eq!(
        post(&phone, "/envois/rouvrir/zz/aa", "").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn nothing_hides_that_there_is_more_than_is_listed() {
    let phone = Fake::new(State::day(Language::Fr));
    phone.change(|state| {
        let one = state.outgoing[0].clone();
        state.outgoing = vec![one; 90];
    });
    let text = page(&phone).await;
    assert!(text.contains("Et 30 autres éléments."));
    assert!(text.len() < 256 * 1024);
}

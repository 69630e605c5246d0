//! Every screen of the phone in its states, in both languages, over the fake phone; redirects,
//! refusals, hostile texts and ranges.
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

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use fake::{Fake, State, document, hash};
use http_body_util::BodyExt;
use jawla_model::{Language, Value};
use jawla_views::phone::{EnrolFault, PhoneStanding};
use jawla_views::{Command, CommandError};
use tower::ServiceExt;

struct Seen {
    status: StatusCode,
    location: String,
    body: String,
    headers: axum::http::HeaderMap,
}

async fn ask(router: &Router, request: Request<Body>) -> Seen {
    let response: Response<Body> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let location = parts.headers.get(header::LOCATION);
    Seen {
        status: parts.status,
        location: location
            .map(|to| to.to_str().unwrap().to_owned())
            .unwrap_or_default(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        headers: parts.headers,
    }
}

async fn get(phone: &Arc<Fake>, path: &str) -> Seen {
    let router = jawla_field::router(phone.clone());
    ask(&router, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(phone: &Arc<Fake>, path: &str, fields: &[(&str, &str)]) -> Seen {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    ask(&jawla_field::router(phone.clone()), request).await
}

/// What must hold of every page.
fn check(seen: &Seen, language: Language, name: &str) {
    assert!(
        !seen.body.contains('⟦'),
        "{name}: a text is missing: {}",
        missing(&seen.body)
    );
    assert!(
        !seen.body.contains("href=\"#\""),
        "{name}: a file is missing"
    );
    assert!(!seen.body.contains("style=\""), "{name}: inline style");
    assert!(
        seen.body.len() <= 256 * 1024,
        "{name}: {} bytes",
        seen.body.len()
    );
    let said = format!(
        "<html lang=\"{}\" dir=\"{}\"",
        language.tag(),
        language.direction()
    );
    assert!(seen.body.contains(&said), "{name}: {said}");
    assert!(
        seen.headers.contains_key(header::CONTENT_SECURITY_POLICY),
        "{name}"
    );
    assert_eq!(seen.headers[header::CACHE_CONTROL], "no-store", "{name}");
    assert!(!seen.body.to_lowercase().contains("synchron"), "{name}");
}

fn missing(body: &str) -> String {
    body.split('⟦')
        .skip(1)
        .filter_map(|part| part.split('⟧').next())
        .collect::<Vec<_>>()
        .join(" ")
}

fn states(language: Language) -> Vec<(&'static str, State)> {
    let mut hard = State::day(language);
    hard.status.storage.free_bytes = Some(90_000_000);
    hard.status.clock_off_s = Some(-3_700);
    hard.status.last_contact_ms = Some(fake::NOW_MS - 17 * fake::DAY_MS);
    let mut withdrawn = State::day(language);
    withdrawn.status.standing = PhoneStanding::Withdrawn;
    let mut rolled_back = State::day(language);
    rolled_back.status.standing = PhoneStanding::RolledBack;
    vec![
        ("day", State::day(language)),
        ("empty", State::empty(Some(language))),
        ("hard", hard),
        ("withdrawn", withdrawn),
        ("rolled-back", rolled_back),
    ]
}

#[tokio::test]
async fn every_page_shows_every_state_in_both_languages() {
    for language in Language::ALL {
        for (name, state) in states(*language) {
            let phone = Fake::new(state);
            let project = format!("/projets/{}", document(1).hex());
            let choice = format!("{project}/nouvelle-visite");
            let pages = [
                "/a-faire",
                "/projets",
                "/projets?q=zzz",
                "/projets?pour=visite&tri=distance&ici=32.9,-6.9",
                "/a-departager",
                "/moi",
                &project,
                &choice,
            ];
            for path in pages {
                let seen = get(&phone, path).await;
                let here = format!("{name} {path} {}", language.code());
                let absent = name == "empty" && path.contains(&document(1).hex());
                let expected = if absent {
                    StatusCode::NOT_FOUND
                } else {
                    StatusCode::OK
                };
                assert_eq!(seen.status, expected, "{here}");
                check(&seen, *language, &here);
            }
        }
    }
}

#[tokio::test]
async fn a_new_phone_is_led_to_its_language_then_to_its_invitation() {
    let phone = Fake::new(State::new_phone());
    assert_eq!(get(&phone, "/").await.location, "/entree");
    assert!(get(&phone, "/entree").await.body.contains("العربية"));
    let chosen = post(&phone, "/langue", &[("langue", "ar"), ("vers", "/entree")]).await;
    assert_eq!(
        (chosen.status, chosen.location.as_str()),
        (StatusCode::SEE_OTHER, "/entree")
    );
    check(&get(&phone, "/entree").await, Language::Ar, "invitation");
    let faults = [
        EnrolFault::NotAnInvitation,
        EnrolFault::Expired,
        EnrolFault::Unreachable,
        EnrolFault::NotOurServer,
        EnrolFault::StorageFull,
        EnrolFault::Refused,
        EnrolFault::Defect,
    ];
    for fault in faults {
        phone.change(|state| state.refuse_enrol = Some(fault));
        let seen = post(
            &phone,
            "/entree",
            &[("invitation", "jawla:abc"), ("appareil", "Tel 1")],
        )
        .await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault:?}");
        assert!(
            seen.body.contains("jawla:abc") && seen.body.contains("Tel 1"),
            "kept: {fault:?}"
        );
        check(&seen, Language::Ar, "refused");
    }
    assert_eq!(
        post(&phone, "/entree", &[("invitation", "jawla:abc")])
            .await
            .location,
        "/"
    );
    check(&get(&phone, "/entree").await, Language::Ar, "installing");
    phone.change(|state| state.status.installed = true);
    assert_eq!(get(&phone, "/").await.location, "/a-faire");
}

#[tokio::test]
async fn a_field_is_kept_and_a_refused_one_keeps_its_text() {
    let phone = Fake::new(State::day(Language::Fr));
    let path = format!("/projets/{}/champ", document(1).hex());
    let seen = post(
        &phone,
        &path,
        &[("champ", "beneficiaries"), ("valeur", "1 500")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    phone.look(|state| {
        assert_eq!(state.typings.last().unwrap().2, Value::Int(1_500));
        assert_eq!(state.left, [document(1)]);
    });
    let seen = post(
        &phone,
        &path,
        &[("champ", "beneficiaries"), ("valeur", "beaucoup")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("value=\"beaucoup\"") && seen.body.contains("Écrivez un nombre"));
    let seen = post(
        &phone,
        &path,
        &[("champ", "cost_centimes"), ("valeur", "1")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST, "the office's field");
}

#[tokio::test]
async fn a_disagreement_is_settled_with_what_was_seen() {
    let phone = Fake::new(State::day(Language::Fr));
    let path = format!("/projets/{}/departager", document(1).hex());
    let seen = format!("{},{}", hash(21).hex(), hash(22).hex());
    let fields = [
        ("chemin", "project/beneficiaries"),
        ("vu", seen.as_str()),
        ("vers", "/a-departager"),
    ];
    phone.change(|state| state.refuse = Some(CommandError::Changed));
    let choice = hash(22).hex();
    let chosen = [fields[0], fields[1], fields[2], ("choix", choice.as_str())];
    let refused = post(&phone, &path, &chosen).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("La valeur a changé"));
    assert_eq!(post(&phone, &path, &chosen).await.location, "/a-departager");
    phone.look(|state| {
        let Some(Command::SettleConflict { value, seen, .. }) = state.orders.last() else {
            panic!("another order");
        };
        assert_eq!((value, seen.len()), (&Value::Int(1_420), 2));
    });
    let other = [fields[0], fields[1], fields[2], ("valeur", "trop")];
    let refused = post(&phone, &path, &other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let mut state = State::day(Language::Fr);
    state.projects[0].title_fr = "<script>alert(1)</script>\u{202e}txt".into();
    state.visits[1].note = "\"><img src=x onerror=alert(1)>".into();
    let phone = Fake::new(state);
    let paths = [
        "/projets?q=%22%3E%3Cscript%3E".to_owned(),
        "/projets".to_owned(),
        format!("/projets/{}", document(1).hex()),
    ];
    for path in paths {
        let seen = get(&phone, &path).await;
        assert!(
            !seen.body.contains("<script>") && !seen.body.contains("<img src=x"),
            "{path}"
        );
        assert!(!seen.body.contains('\u{202e}'), "{path}");
    }
    let large = "x".repeat(1_000_000);
    let seen = post(&phone, "/moi/reglages", &[("reglage", &large)]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    check(&seen, Language::Fr, "too large");
    let way = post(
        &phone,
        "/langue",
        &[("langue", "fr"), ("vers", "//evil.example")],
    )
    .await;
    assert_eq!(way.location, "/");
    let foreign = Request::post("/langue")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let seen = ask(&jawla_field::router(phone.clone()), foreign).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_the_persons_language() {
    let phone = Fake::new(State::day(Language::Ar));
    for path in [
        "/rien",
        "/projets/zz",
        "/projets/ffffffffffffffffffffffffffffffff",
        "/fichier/zz",
    ] {
        let seen = get(&phone, path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        check(&seen, Language::Ar, path);
    }
    let seen = post(&phone, "/a-faire", &[]).await;
    assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    check(&seen, Language::Ar, "405");
    phone.change(|state| state.busy = true);
    let seen = get(&phone, "/projets").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    check(&seen, Language::Ar, "busy");
}

#[tokio::test]
async fn photos_come_by_ranges_and_only_as_photos() {
    let mut state = State::day(Language::Fr);
    state
        .blobs
        .insert(hash(9), vec![0xff, 0xd8, 0xff, 1, 2, 3, 4, 5, 6, 7]);
    state.blobs.insert(hash(8), b"<html>".to_vec());
    let phone = Fake::new(state);
    let path = format!("/fichier/{}", hash(9).hex());
    let whole = get(&phone, &path).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.headers[header::CONTENT_TYPE], "image/jpeg");
    let ranged = [
        ("bytes=3-5", 206, "bytes 3-5/10"),
        ("bytes=7-", 206, "bytes 7-9/10"),
        ("bytes=-2", 206, "bytes 8-9/10"),
        ("bytes=10-", 416, "bytes */10"),
        ("bytes=5-2", 416, "bytes */10"),
    ];
    for (range, code, said) in ranged {
        let request = Request::get(&path)
            .header(header::RANGE, range)
            .body(Body::empty())
            .unwrap();
        let seen = ask(&jawla_field::router(phone.clone()), request).await;
        assert_eq!(seen.status.as_u16(), code, "{range}");
        assert_eq!(seen.headers[header::CONTENT_RANGE], said, "{range}");
    }
    for n in [8, 7] {
        let seen = get(&phone, &format!("/fichier/{}", hash(n).hex())).await;
        assert!(seen.location.contains("pending"), "{n}: {}", seen.location);
    }
}

#[tokio::test]
async fn settings_and_undo_reach_the_phone() {
    let phone = Fake::new(State::day(Language::Fr));
    post(
        &phone,
        "/moi/reglages",
        &[("reglage", "soleil"), ("valeur", "oui")],
    )
    .await;
    post(
        &phone,
        "/moi/reglages",
        &[("reglage", "texte"), ("valeur", "9")],
    )
    .await;
    let page = get(&phone, "/moi").await.body;
    assert!(page.contains("data-sun") && page.contains("data-text=\"3\""));
    let base = format!("/projets/{}", document(1).hex());
    let change = hash(31).hex();
    let seen = post(
        &phone,
        &format!("{base}/annuler"),
        &[("changement", &change)],
    )
    .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    let change = hash(32).hex();
    let fields = [
        ("changement", change.as_str()),
        ("chemin", "project/land_status"),
        ("rang", "1"),
    ];
    assert_eq!(
        post(&phone, &format!("{base}/rechoisir"), &fields)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    phone.look(|state| {
        assert!(matches!(state.orders[0], Command::Undo { .. }));
        assert!(matches!(&state.orders[1], Command::SettleConflict { value, .. } if *value == Value::from("domanial")));
    });
}

#[tokio::test]
async fn a_value_is_chosen_again_however_long_ago_it_was_passed_over() {
    let mut state = State::day(Language::Fr);
    let past = state.histories.get_mut(&document(1)).unwrap();
    let newer = past.iter().find(|entry| entry.change != hash(32)).cloned();
    past.splice(0..0, std::iter::repeat_n(newer.unwrap(), 120));
    let phone = Fake::new(state);
    let rechoose = format!("/projets/{}/rechoisir", document(1).hex());
    let change = hash(32).hex();
    let fields = |change| {
        [
            ("changement", change),
            ("chemin", "project/land_status"),
            ("rang", "1"),
        ]
    };
    let done = post(&phone, &rechoose, &fields(change.as_str())).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let unknown = hash(99).hex();
    let refused = post(&phone, &rechoose, &fields(unknown.as_str())).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    phone.look(|state| assert_eq!(state.orders.len(), 1));
}

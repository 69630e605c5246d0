//! Who gets in, who does not, and what every answer says to the browser.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it did not expect"
)]

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "a helper of tests, not all of which each user of it needs"
)]
mod fake;

#[allow(
    dead_code,
    reason = "a helper of tests, not all of which each user of it needs"
)]
#[path = "fake/browser.rs"]
mod browser;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use browser::{Browser, a_province, credentials};
use fake::{FakeGate, LINK, LOGIN, PASSWORD};
use jawla_model::Hash32;
use jawla_office::{Connection, SignInRefusal};

#[tokio::test]
async fn nobody_sees_a_page_without_a_session() {
    let browser = Browser::new(a_province());
    let answer = browser.get("/").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/connexion");
    let answer = browser.get("/?etat=EC&q=%22%3E&inconnu=1").await;
    let location = answer.header(header::LOCATION);
    assert_eq!(
        location,
        "/connexion?suite=%2F%3Fetat%3DEC%26q%3D%2522%253E%26inconnu%3D1"
    );
    let form = browser.get(location).await;
    assert!(
        form.body
            .contains(r#"value="/?etat=EC&#38;q=%22%3E&#38;inconnu=1""#),
        "{}",
        form.body
    );
    let unknown = browser.with_session("another");
    let unknown = Browser {
        cookie: Some("jawla-local=forged".into()),
        ..unknown
    };
    assert_eq!(unknown.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_sets_the_cookie_of_its_kind_of_connection() {
    let mut browser = Browser::new(a_province());
    let kinds = [
        (
            None,
            "jawla-local=session-1; Path=/; HttpOnly; SameSite=Lax",
        ),
        (
            Some(false),
            "jawla-local=session-2; Path=/; HttpOnly; SameSite=Lax",
        ),
        (
            Some(true),
            "__Host-jawla=session-3; Path=/; HttpOnly; SameSite=Lax; Secure",
        ),
    ];
    for (secure, cookie) in kinds {
        browser.connection = secure.map(|secure| Connection { secure });
        let form = credentials(LOGIN, PASSWORD) + "&suite=%2Fprojets%3Fetat%3DEC";
        let answer = browser.post("/connexion", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header(header::LOCATION), "/projets?etat=EC");
        assert_eq!(answer.header(header::SET_COOKIE), cookie);
    }
    browser.cookie = Some("__Host-jawla=session-3".into());
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    browser.connection = None;
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::SEE_OTHER,
        "the cookie of TLS only"
    );
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let browser = Browser::new(a_province());
    for suite in [
        "%2F%2Failleurs.example",
        "https%3A%2F%2Failleurs.example",
        "%2F%5Cailleurs",
    ] {
        let form = credentials(LOGIN, PASSWORD) + "&suite=" + suite;
        let answer = browser.post("/connexion", &form).await;
        assert_eq!(answer.header(header::LOCATION), "/", "{suite}");
    }
}

#[tokio::test]
async fn signing_in_again_closes_the_session_before() {
    let browser = Browser::signed_in(a_province());
    let answer = browser
        .post("/connexion", &credentials(LOGIN, PASSWORD))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let sessions: Vec<_> = browser
        .gate
        .sessions
        .lock()
        .unwrap()
        .iter()
        .cloned()
        .collect();
    assert_eq!(sessions, ["session-1"]);
}

#[tokio::test]
async fn a_refusal_says_the_same_whatever_was_wrong() {
    let browser = Browser::new(a_province());
    let wrong = browser
        .post("/connexion", &credentials(LOGIN, "autre"))
        .await;
    let unknown = browser
        .post("/connexion", &credentials("x.alaoui", PASSWORD))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.body, unknown.body.replace("x.alaoui", LOGIN));
    assert!(wrong.body.contains("incorrect"));
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
    let absent = browser.post("/connexion", "").await;
    assert_eq!(absent.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn too_many_tries_say_when_to_try_again() {
    let gate = FakeGate {
        refusal: Some(SignInRefusal::TooManyTries { retry_after_s: 240 }),
        ..FakeGate::default()
    };
    let browser = Browser::with_gate(Arc::new(a_province()), gate);
    let answer = browser
        .post("/connexion", &credentials(LOGIN, PASSWORD))
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header(header::RETRY_AFTER), "240");
    let wait = "Réessayez dans 4 minutes (à 14\u{a0}h\u{a0}09).";
    assert!(answer.body.contains(wait), "{}", answer.body);
}

#[tokio::test]
async fn signing_out_closes_the_session_and_takes_the_cookie_away() {
    let browser = Browser::signed_in(a_province());
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let answer = browser.post("/deconnexion", "").await;
    assert_eq!(answer.header(header::LOCATION), "/connexion?fin=1");
    let cookie = answer.header(header::SET_COOKIE);
    assert_eq!(
        cookie,
        "jawla-local=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    );
    assert_eq!(
        answer.headers.get("clear-site-data").unwrap(),
        "\"cache\", \"storage\""
    );
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::SEE_OTHER,
        "closed on the server too"
    );
    assert_eq!(
        browser.get("/deconnexion").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let browser = Browser::signed_in(a_province());
    for address in ["/connexion", "/deconnexion", "/bienvenue"] {
        for site in ["cross-site", "same-site"] {
            let answer = browser.post_from(address, "", site).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address} {site}");
            assert!(answer.body.contains("rien n’a été"), "{}", answer.body);
        }
    }
    let request = Request::post("/deconnexion")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, "https://ailleurs.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::OK,
        "still signed in"
    );
}

#[tokio::test]
async fn a_link_gives_a_login_and_a_password_once_both_can_be_taken() {
    let browser = Browser::new(a_province());
    let form = browser.get(&format!("/bienvenue?lien={LINK}")).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("Au moins 12 caractères"));
    let send = |fields: String| post_link(&browser, fields);
    let bad = send("identifiant=F+A&mot_de_passe=court&encore=autre".into()).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        bad.body.matches(r#"class="fault""#).count(),
        3,
        "{}",
        bad.body
    );
    assert_eq!(bad.body.matches(r#"aria-invalid="true""#).count(), 3);
    assert!(bad.body.contains(LINK), "the link stays in the form");
    assert!(
        !bad.body.contains("court\""),
        "a password is never sent back"
    );
    let good = "mot_de_passe=le+puits+du+figuier&encore=le+puits+du+figuier";
    let taken = send(format!("identifiant={LOGIN}&{good}")).await;
    assert!(taken.body.contains("déjà pris"), "{}", taken.body);
    let entered = send(format!("identifiant=s.tazi&{good}")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert_eq!(entered.header(header::LOCATION), "/");
    assert!(
        entered
            .header(header::SET_COOKIE)
            .starts_with("jawla-local=session-1;")
    );
}

#[tokio::test]
async fn a_link_that_opens_nothing_says_what_to_do() {
    let browser = Browser::new(a_province());
    let good = "identifiant=s.tazi&mot_de_passe=le+puits+du+figuier&encore=le+puits+du+figuier";
    let used = browser
        .post("/bienvenue", &format!("lien=ancien&{good}"))
        .await;
    let without = browser.get("/bienvenue").await;
    let long = browser
        .get(&format!("/bienvenue?lien={}", "a".repeat(200)))
        .await;
    for answer in [used, without, long] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.body.contains("Demandez-en un autre"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_or_unreadable_gets_a_page() {
    let browser = Browser::new(a_province());
    let long = browser.post("/connexion", &"a".repeat(20 * 1024)).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(long.body.contains("Formulaire trop long"));
    let request = Request::post("/connexion")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    let other = browser.send(request).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert!(other.body.contains("Formulaire illisible"));
}

#[tokio::test]
async fn every_answer_protects_the_browser() {
    let browser = Browser::signed_in(a_province());
    let addresses = [
        "/",
        "/connexion?fin=1",
        "/bienvenue?lien=x",
        "/bienvenue",
        "/rien",
        "/statique/x",
    ];
    for address in addresses {
        let answer = browser.get(address).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{address}"
        );
        assert_eq!(
            answer.header(header::X_CONTENT_TYPE_OPTIONS),
            "nosniff",
            "{address}"
        );
        assert_eq!(
            answer.header(header::REFERRER_POLICY),
            "same-origin",
            "{address}"
        );
        assert_eq!(
            answer.header(header::CACHE_CONTROL),
            "no-store",
            "{address}"
        );
        for forbidden in [
            "<script>",
            " style=",
            "<style",
            " onclick",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!answer.body.contains(forbidden), "{address}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn only_people_who_are_signed_in_get_thumbnails() {
    let here = format!("/miniatures/{}", Hash32([1; 32]).hex());
    let elsewhere = format!("/miniatures/{}", Hash32([3; 32]).hex());
    let browser = Browser::signed_in(a_province());
    let photo = browser.get(&here).await;
    assert_eq!(
        (photo.status, photo.body.as_str()),
        (StatusCode::OK, "jpeg")
    );
    assert_eq!(photo.header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(
        photo.header(header::CACHE_CONTROL),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(
        photo.header(header::CONTENT_SECURITY_POLICY),
        "default-src 'none'; sandbox"
    );
    assert_eq!(photo.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let absent = browser.get(&elsewhere).await;
    let stranger = Browser::new(a_province()).get(&here).await;
    let nonsense = browser.get("/miniatures/..%2f..%2fetc").await;
    for answer in [&absent, &stranger, &nonsense] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.body, absent.body, "nobody is told why");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_has_a_page_too() {
    let browser = Browser::signed_in(a_province());
    for address in ["/projets/%FF", "/miniatures/%C3", "/visites/%ED%A0%80/x"] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert!(answer.body.contains("</html>"), "{address}");
    }
}

#[tokio::test]
async fn our_files_are_served_under_their_hash_only() {
    let browser = Browser::new(a_province());
    let page = browser.get("/connexion").await.body;
    assert!(!page.contains("href=\"#\"") && !page.contains('⟦'));
    let at = page.find("/statique/office.").unwrap();
    let address = page[at..].split('"').next().unwrap().to_owned();
    let style = browser.get(&address).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(
        style.header(header::CONTENT_TYPE),
        "text/css; charset=utf-8"
    );
    assert_eq!(
        style.header(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        browser.get("/statique/office.css").await.status,
        StatusCode::NOT_FOUND
    );
    for physical in ["left", "right", "margin-top", "padding-top"] {
        let declared = style.body.lines().find(|line| line.contains(physical));
        assert_eq!(declared, None, "logical properties only");
    }
}

/// Sends the form of the link that is still good.
async fn post_link(browser: &Browser, fields: String) -> browser::Answer {
    browser
        .post("/bienvenue", &format!("lien={LINK}&{fields}"))
        .await
}

//! The pages, asked in process.

#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a helper of tests, not all of which each user of it needs"
)]
mod fake;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use fake::{DAY_MS, Failure, FakeGate, FakeViews, LINK, LOGIN, PASSWORD, now_ms};
use http_body_util::BodyExt;
use jawla_model::{Hash32, ReportingState};
use jawla_office::filters::ProjectFilters;
use jawla_office::{Connection, SignInRefusal, router};
use jawla_views::{Disagreements, ProjectSort};
use tower::ServiceExt;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A server and, once signed in, the cookie a browser would keep.
struct Browser {
    router: Router,
    gate: Arc<FakeGate>,
    connection: Option<Connection>,
    cookie: Option<String>,
}

impl Browser {
    fn new(views: FakeViews) -> Self {
        Self::with_gate(Arc::new(views), FakeGate::default())
    }

    fn with_gate(views: Arc<FakeViews>, gate: FakeGate) -> Self {
        let gate = Arc::new(gate);
        Self {
            router: router(fake::office(views, Arc::clone(&gate))),
            gate,
            connection: None,
            cookie: None,
        }
    }

    fn signed_in(views: FakeViews) -> Self {
        let browser = Self::new(views);
        browser.with_session("session-0")
    }

    fn with_session(mut self, token: &str) -> Self {
        self.gate.sessions.lock().unwrap().insert(token.to_owned());
        self.cookie = Some(format!("jawla-local={token}"));
        self
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        if let Some(connection) = self.connection {
            request.extensions_mut().insert(connection);
        }
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, address: &str, form: &str) -> Answer {
        self.post_from(address, form, "same-origin").await
    }

    async fn post_from(&self, address: &str, form: &str, site: &str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "127.0.0.1:8080")
            .header("sec-fetch-site", site)
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await
    }
}

fn credentials(login: &str, password: &str) -> String {
    format!("identifiant={login}&mot_de_passe={}", password.replace(' ', "+"))
}

/// Four projects, two visits, three communes: every state a line can be in.
fn a_province() -> FakeViews {
    let mut projects: Vec<_> = (1..=5).map(fake::project).collect();
    projects[1].title_fr = String::new();
    projects[1].title_ar = "دار الطالبة بوادي زم".to_owned();
    projects[1].communes = "053110109+053110107".to_owned();
    projects[1].reporting_state = ReportingState::Done;
    projects[1].conflicts = 2;
    projects[1].weighty_conflicts = 1;
    projects[2].programme = "III-P3".to_owned();
    projects[2].reporting_state = ReportingState::NotLaunched;
    projects[2].cost_centimes = None;
    projects[2].progress_bp = None;
    projects[2].last_visit_at_ms = None;
    projects[3].programme = "III-P3".to_owned();
    projects[3].reporting_state = ReportingState::NotRetained;
    projects[4].last_visit_at_ms = Some(now_ms() - 62 * DAY_MS);
    let mut first = fake::visit(1, &projects[0]);
    first.visit.photos = 3;
    first.visit.note = "Le remblai est fait ; reste l’ouvrage d’art.".to_owned();
    first.strip = vec![fake::photo(&first.visit, Hash32([1; 32]))];
    let mut second = fake::visit(2, &projects[1]);
    second.visit.date_plausible = false;
    second.visit.review = "approved".to_owned();
    second.visit.conflicts = 1;
    second.author = None;
    FakeViews {
        disputed: [projects[1].document].into(),
        projects,
        visits: vec![first, second],
        freshness: vec![
            fake::fresh("Khouribga", "053110107", Some(now_ms() - DAY_MS)),
            fake::fresh("Oued Zem", "053110109", Some(now_ms() - 62 * DAY_MS)),
            fake::fresh("Bejaad", "053110101", None),
        ],
        ..FakeViews::default()
    }
}

fn a_demonstration() -> FakeViews {
    let mut views = a_province();
    for project in &mut views.projects {
        project.demonstration = true;
    }
    views
}

/// A page without what changes with the style file.
fn without_hashes(page: &str) -> String {
    let mut out = page.to_owned();
    for name in ["/statique/office.", "/statique/jawla."] {
        while let Some(at) = out.find(name) {
            let hash = at + name.len();
            out.replace_range(hash..hash + 16, "HASH");
            out.replace_range(at..at + name.len(), &name.replace("/statique/", "statique:"));
        }
    }
    out
}

#[tokio::test]
async fn nobody_sees_a_page_without_a_session() {
    let browser = Browser::new(a_province());
    let answer = browser.get("/").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/connexion");
    let answer = browser.get("/?etat=EC&q=%22%3E&inconnu=1").await;
    let location = answer.header(header::LOCATION);
    assert_eq!(location, "/connexion?suite=q%3D%2522%253E%26etat%3DEC");
    let form = browser.get(location).await;
    assert!(form.body.contains(r#"value="q=%22%3E&#38;etat=EC""#), "{}", form.body);
    let unknown = browser.with_session("another");
    let unknown = Browser { cookie: Some("jawla-local=forged".into()), ..unknown };
    assert_eq!(unknown.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_sets_the_cookie_of_its_kind_of_connection() {
    let mut browser = Browser::new(a_province());
    let kinds = [
        (None, "jawla-local=session-1; Path=/; HttpOnly; SameSite=Lax"),
        (Some(false), "jawla-local=session-2; Path=/; HttpOnly; SameSite=Lax"),
        (Some(true), "__Host-jawla=session-3; Path=/; HttpOnly; SameSite=Lax; Secure"),
    ];
    for (secure, cookie) in kinds {
        browser.connection = secure.map(|secure| Connection { secure });
        let form = credentials(LOGIN, PASSWORD) + "&suite=etat%3DEC";
        let answer = browser.post("/connexion", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header(header::LOCATION), "/?etat=EC#projets");
        assert_eq!(answer.header(header::SET_COOKIE), cookie);
    }
    browser.cookie = Some("__Host-jawla=session-3".into());
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    browser.connection = None;
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "the cookie of TLS only");
}

#[tokio::test]
async fn signing_in_again_closes_the_session_before() {
    let browser = Browser::signed_in(a_province());
    let answer = browser.post("/connexion", &credentials(LOGIN, PASSWORD)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let sessions: Vec<_> = browser.gate.sessions.lock().unwrap().iter().cloned().collect();
    assert_eq!(sessions, ["session-1"]);
}

#[tokio::test]
async fn a_refusal_says_the_same_whatever_was_wrong() {
    let browser = Browser::new(a_province());
    let wrong = browser.post("/connexion", &credentials(LOGIN, "autre")).await;
    let unknown = browser.post("/connexion", &credentials("x.alaoui", PASSWORD)).await;
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
    let answer = browser.post("/connexion", &credentials(LOGIN, PASSWORD)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header(header::RETRY_AFTER), "240");
    let wait = "Réessayez dans 4\u{a0}minutes (à 14\u{a0}h\u{a0}09).";
    assert!(answer.body.contains(wait), "{}", answer.body);
}

#[tokio::test]
async fn signing_out_closes_the_session_and_takes_the_cookie_away() {
    let browser = Browser::signed_in(a_province());
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let answer = browser.post("/deconnexion", "").await;
    assert_eq!(answer.header(header::LOCATION), "/connexion?fin=1");
    let cookie = answer.header(header::SET_COOKIE);
    assert_eq!(cookie, "jawla-local=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(answer.headers.get("clear-site-data").unwrap(), "\"cache\", \"storage\"");
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "closed on the server too");
    assert_eq!(browser.get("/deconnexion").await.status, StatusCode::METHOD_NOT_ALLOWED);
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
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn a_link_gives_a_login_and_a_password_once_both_can_be_taken() {
    let browser = Browser::new(a_province());
    let form = browser.get(&format!("/bienvenue?lien={LINK}")).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("Au moins 12 caractères"));
    let send = |fields: String| browser.post_owned("/bienvenue", format!("lien={LINK}&{fields}"));
    let bad = send("identifiant=F+A&mot_de_passe=court&encore=autre".into()).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.body.matches(r#"class="fault""#).count(), 3, "{}", bad.body);
    assert_eq!(bad.body.matches(r#"aria-invalid="true""#).count(), 3);
    assert!(bad.body.contains(LINK), "the link stays in the form");
    assert!(!bad.body.contains("court\""), "a password is never sent back");
    let good = "mot_de_passe=le+puits+du+figuier&encore=le+puits+du+figuier";
    let taken = send(format!("identifiant={LOGIN}&{good}")).await;
    assert!(taken.body.contains("déjà pris"), "{}", taken.body);
    let entered = send(format!("identifiant=s.tazi&{good}")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert_eq!(entered.header(header::LOCATION), "/");
    assert!(entered.header(header::SET_COOKIE).starts_with("jawla-local=session-1;"));
}

#[tokio::test]
async fn a_link_that_opens_nothing_says_what_to_do() {
    let browser = Browser::new(a_province());
    let good = "identifiant=s.tazi&mot_de_passe=le+puits+du+figuier&encore=le+puits+du+figuier";
    let used = browser.post("/bienvenue", &format!("lien=ancien&{good}")).await;
    let without = browser.get("/bienvenue").await;
    let long = browser.get(&format!("/bienvenue?lien={}", "a".repeat(200))).await;
    for answer in [used, without, long] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("Demandez-en un autre"), "{}", answer.body);
    }
}

impl Browser {
    async fn post_owned(&self, address: &str, form: String) -> Answer {
        self.post(address, &form).await
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
    let addresses = ["/", "/connexion?fin=1", "/bienvenue?lien=x", "/bienvenue", "/rien", "/statique/x"];
    for address in addresses {
        let answer = browser.get(address).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
            "{address}"
        );
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{address}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{address}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{address}");
        for forbidden in ["<script", " style=", "<style", " onclick", "javascript:", "http://", "https://"] {
            assert!(!answer.body.contains(forbidden), "{address}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn texts_of_people_stay_texts() {
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>=1+1\u{202e}{{x}}";
    let mut views = a_province();
    views.projects[0].title_fr = hostile.to_owned();
    views.projects[0].code_das = hostile.to_owned();
    views.projects[0].communes = hostile.to_owned();
    views.projects[0].programme = hostile.to_owned();
    views.visits[0].visit.note = hostile.to_owned();
    views.visits[0].visit.kind = hostile.to_owned();
    views.visits[0].visit.site_state = hostile.to_owned();
    views.visits[0].project.title_fr = hostile.to_owned();
    views.visits[0].author.as_mut().unwrap().name_fr = hostile.to_owned();
    views.freshness[0].scope.name_fr = hostile.to_owned();
    views.freshness[0].scope.communes = hostile.to_owned();
    let browser = Browser::signed_in(views);
    let written: String =
        hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let address = format!("/?q={written}&programme={written}&commune={written}&tri={written}");
    let pages = [
        browser.get("/").await,
        browser.get(&address).await,
        browser.get(&format!("/connexion?suite={written}&fin={written}")).await,
        browser.get(&format!("/bienvenue?lien={written}")).await,
        browser.post("/connexion", &format!("identifiant={written}&suite={written}")).await,
        browser.post("/bienvenue", &format!("lien={written}&identifiant={written}")).await,
        browser.get(&format!("/{written}")).await,
    ];
    for page in &pages {
        let body = &page.body;
        assert!(!body.contains("<script") && !body.contains("<img src=x"), "{body}");
        assert!(!body.contains("\"'>"), "{body}");
        assert!(!body.contains('\u{202e}'), "{body}");
    }
    assert!(pages[0].body.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert_eq!(pages[1].status, StatusCode::OK);
}

#[tokio::test]
async fn figures_are_summed_marked_and_dated() {
    let page = Browser::signed_in(a_province()).get("/").await.body;
    assert!(page.contains("Données reçues jusqu’au 23\u{a0}novembre\u{a0}2026 à\u{a0}13\u{a0}h\u{a0}05"));
    // Three known costs of 1 234 567,89 DH in the four projects that count.
    let sum = "3\u{202f}703\u{202f}703<small>,67\u{202f}DH</small>";
    assert!(page.contains(sum), "{page}");
    assert!(page.contains("3 connus sur 4"));
    assert!(page.contains("45,5\u{202f}%"));
    assert!(page.contains("et 1 non retenu, hors total"));
    let marked = r##"class="disputed" href="/?programme=III-P1&#38;departager=chiffres#projets""##;
    assert!(page.contains(marked), "{page}");
    assert!(page.contains(r##"<a href="/?programme=III-P1&#38;etat=EC#projets">2</a>"##));
    let calm = Browser::signed_in(FakeViews {
        projects: vec![fake::project(1)],
        ..FakeViews::default()
    });
    assert!(!calm.get("/").await.body.contains("≠"), "no mark without a disagreement");
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_paged_by_its_address() {
    let views = Arc::new(FakeViews {
        projects: (1..=120).map(fake::project).collect(),
        ..FakeViews::default()
    });
    let browser =
        Browser::with_gate(Arc::clone(&views), FakeGate::default()).with_session("session-0");
    let query = "q=piste&programme=III-P1&etat=EC&commune=053110107&tri=cout&sens=desc&page=2";
    let page = browser.get(&format!("/?{query}")).await.body;
    let asked = views.asked.lock().unwrap().clone().unwrap();
    assert_eq!((asked.window.offset, asked.window.rows_max), (50, 50));
    assert_eq!((asked.text.as_str(), asked.sort), ("piste", ProjectSort::Cost));
    assert_eq!(asked.commune.as_deref(), Some("053110107"));
    assert_eq!(asked.reporting_states, [ReportingState::UnderWay].into());
    assert_eq!(asked.disagreements, Disagreements::Whether);
    assert!(page.contains("120 projets") && page.contains("Page 2 sur 3"), "{page}");
    let filters = ProjectFilters::from_query(query);
    for neighbour in [filters.at_page(0), filters.at_page(2)] {
        let href = neighbour.href().replace('&', "&#38;");
        assert!(page.contains(&format!(r#"href="{href}""#)), "{href}");
    }
    assert!(page.contains(r#"aria-sort="descending""#));
    assert!(page.contains(r#"value="EC" checked"#) && page.contains(r#"value="III-P1" selected"#));
    assert!(page.contains(r#"name="tri" value="cout""#));
    let beyond = browser.get("/?page=9").await.body;
    assert!(beyond.contains("Revenir à la première page"));
    let none = browser.get("/?q=introuvable").await.body;
    assert!(none.contains("Aucun projet ne correspond.") && none.contains("Effacer les filtres"));
}

#[tokio::test]
async fn an_arabic_title_says_that_it_is_one() {
    let page = Browser::signed_in(a_province()).get("/").await.body;
    let title = r#"<bdi lang="ar" dir="rtl">دار الطالبة بوادي زم</bdi>"#;
    assert_eq!(page.matches(title).count(), 2, "in the list and in the feed");
}

#[tokio::test]
async fn demonstration_data_says_so() {
    let banner = "Données de démonstration";
    let real = Browser::signed_in(a_province()).get("/").await.body;
    assert!(!real.contains(banner));
    let all = Browser::signed_in(a_demonstration()).get("/").await.body;
    assert!(all.contains(banner) && !all.contains("b-demo"));
    let mut views = a_province();
    views.projects[0].demonstration = true;
    let mixed = Browser::signed_in(views).get("/").await.body;
    assert!(mixed.contains(banner));
    assert_eq!(mixed.matches("b-demo").count(), 1, "the line that is one says so itself");
}

#[tokio::test]
async fn only_people_who_are_signed_in_get_thumbnails() {
    let here = format!("/miniatures/{}", Hash32([1; 32]).hex());
    let elsewhere = format!("/miniatures/{}", Hash32([3; 32]).hex());
    let browser = Browser::signed_in(a_province());
    let photo = browser.get(&here).await;
    assert_eq!((photo.status, photo.body.as_str()), (StatusCode::OK, "jpeg"));
    assert_eq!(photo.header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(photo.header(header::CACHE_CONTROL), "private, max-age=31536000, immutable");
    assert_eq!(photo.header(header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
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
async fn our_files_are_served_under_their_hash_only() {
    let browser = Browser::new(a_province());
    let page = browser.get("/connexion").await.body;
    let at = page.find("/statique/office.").unwrap();
    let address = page[at..].split('"').next().unwrap().to_owned();
    let style = browser.get(&address).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(style.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(style.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(browser.get("/statique/office.css").await.status, StatusCode::NOT_FOUND);
    for physical in ["left", "right", "margin-top", "padding-top"] {
        let declared = style.body.lines().find(|line| line.contains(physical));
        assert_eq!(declared, None, "logical properties only");
    }
}

#[tokio::test]
async fn what_fails_says_what_to_do_and_nothing_of_why() {
    let fails = [
        (Failure::Busy, StatusCode::SERVICE_UNAVAILABLE, "quelques secondes"),
        (Failure::Broken, StatusCode::INTERNAL_SERVER_ERROR, "prévenez l’administrateur"),
    ];
    for (failure, status, words) in fails {
        let browser = Browser::signed_in(FakeViews {
            failure: Some(failure),
            ..FakeViews::default()
        });
        let answer = browser.get("/").await;
        assert_eq!(answer.status, status);
        let body = answer.body.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(body.contains(words) && !body.contains("secret"), "{body}");
    }
    let answer = Browser::new(a_province()).get("/rien").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Page introuvable") && answer.body.contains(r#"lang="fr""#));
}

#[tokio::test]
async fn a_page_of_fifty_projects_stays_light() {
    let mut views = a_province();
    views.projects = (1..=120).map(fake::project).collect();
    let page = Browser::signed_in(views).get("/").await.body;
    assert!(page.len() <= 80 * 1024, "{} bytes", page.len());
}

#[tokio::test]
async fn pages_look_as_recorded() {
    let stranger = Browser::new(FakeViews::default());
    insta::assert_snapshot!("sign_in", without_hashes(&stranger.get("/connexion").await.body));
    let empty = Browser::signed_in(FakeViews::default());
    insta::assert_snapshot!("overview_empty", without_hashes(&empty.get("/").await.body));
    let full = Browser::signed_in(a_demonstration());
    insta::assert_snapshot!("overview_full", without_hashes(&full.get("/").await.body));
}

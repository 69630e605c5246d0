//! What the office page shows of rows, and what it makes of hostile ones.
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

use axum::http::StatusCode;
use browser::{Browser, a_demonstration, a_province};
use fake::{Failure, FakeGate, FakeViews};
use jawla_model::{ReportingState, ScopeId};
use jawla_office::filters::ProjectFilters;
use jawla_views::{Disagreements, ProjectSort, ScopeFilter};

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
    let written: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let address =
        format!("/projets?q={written}&programme={written}&commune={written}&tri={written}");
    let pages = [
        browser.get("/").await,
        browser.get(&address).await,
        browser
            .get(&format!("/connexion?suite={written}&fin={written}"))
            .await,
        browser.get(&format!("/bienvenue?lien={written}")).await,
        browser
            .post(
                "/connexion",
                &format!("identifiant={written}&suite={written}"),
            )
            .await,
        browser
            .post(
                "/bienvenue",
                &format!("lien={written}&identifiant={written}"),
            )
            .await,
        browser.get(&format!("/{written}")).await,
    ];
    for page in &pages {
        let body = &page.body;
        assert!(
            !body.contains("<script>") && !body.contains("<img src=x"),
            "{body}"
        );
        assert!(!body.contains("\"'>"), "{body}");
        assert!(!body.contains('\u{202e}'), "{body}");
    }
    assert!(
        pages[0]
            .body
            .contains("&#60;script&#62;alert(1)&#60;/script&#62;")
    );
    assert_eq!(pages[1].status, StatusCode::OK);
}

#[tokio::test]
async fn figures_are_summed_marked_and_dated() {
    let page = Browser::signed_in(a_province()).get("/").await.body;
    assert!(
        page.contains(
            "Données reçues jusqu’au 23\u{a0}novembre\u{a0}2026 à\u{a0}13\u{a0}h\u{a0}05"
        )
    );
    // Three known costs of 1 234 567,89 DH in the four projects that count.
    let sum = "title=\"3\u{202f}703\u{202f}703,67\u{202f}DH\">3\u{202f}703\u{202f}703\u{202f}DH<";
    assert!(page.contains(sum), "{page}");
    assert!(page.contains("3 connus sur 4"));
    assert!(page.contains("45,5\u{202f}%"));
    assert!(page.contains("et 1 non retenu, hors total"));
    let marked = r##"class="disputed" href="/projets?programme=III-P1&#38;departager=chiffres""##;
    assert!(page.contains(marked), "{page}");
    assert!(page.contains(r##"<a href="/projets?programme=III-P1&#38;etat=EC">2</a>"##));
    let calm = Browser::signed_in(FakeViews {
        projects: vec![fake::project(1)],
        ..FakeViews::default()
    });
    assert!(
        !calm.get("/").await.body.contains("≠"),
        "no mark without a disagreement"
    );
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
    let page = browser.get(&format!("/projets?{query}")).await.body;
    let asked = views.asked.lock().unwrap().clone().unwrap();
    assert_eq!((asked.window.offset, asked.window.rows_max), (50, 50));
    assert_eq!(
        (asked.text.as_str(), asked.sort),
        ("piste", ProjectSort::Cost)
    );
    assert_eq!(asked.commune.as_deref(), Some("053110107"));
    assert_eq!(asked.reporting_states, [ReportingState::UnderWay].into());
    assert_eq!(asked.disagreements, Disagreements::Whether);
    assert!(
        page.contains("120 projets") && page.contains("Page 2 sur 3"),
        "{page}"
    );
    let filters = ProjectFilters::from_query(query);
    for neighbour in [filters.at_page(0), filters.at_page(2)] {
        let href = neighbour.href().replace('&', "&#38;");
        assert!(page.contains(&format!(r#"href="{href}""#)), "{href}");
    }
    assert!(page.contains(r#"aria-sort="descending""#));
    assert!(page.contains(r#"value="EC" checked"#) && page.contains(r#"value="III-P1" selected"#));
    assert!(page.contains(r#"name="tri" value="cout""#));
    let beyond = browser.get("/projets?page=9").await.body;
    assert!(beyond.contains("Revenir à la première page"));
    let none = browser.get("/projets?q=introuvable").await.body;
    assert!(none.contains("Aucun projet ne correspond.") && none.contains("Effacer les filtres"));
}

#[tokio::test]
async fn every_question_is_about_the_scopes_of_the_person() {
    let views = Arc::new(a_province());
    let browser =
        Browser::with_gate(Arc::clone(&views), FakeGate::default()).with_session("session-0");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    assert_eq!(browser.get("/projets").await.status, StatusCode::OK);
    assert_eq!(browser.get("/carte").await.status, StatusCode::OK);
    let asked = views.asked_scopes.lock().unwrap().clone();
    let own = ScopeFilter::one(ScopeId([1; 16]));
    assert!(
        asked.len() >= 3 && asked.iter().all(|scopes| *scopes == own),
        "{asked:?}"
    );
}

#[tokio::test]
async fn an_arabic_title_says_that_it_is_one() {
    let title = r#"<bdi lang="ar-MA" dir="rtl">دار الطالبة بوادي زم</bdi>"#;
    for address in ["/", "/projets"] {
        let page = Browser::signed_in(a_province()).get(address).await.body;
        assert_eq!(page.matches(title).count(), 1, "{address}");
    }
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
    let mixed = Browser::signed_in(views).get("/projets").await.body;
    assert!(mixed.contains(banner));
    assert_eq!(
        mixed.matches("b-demo").count(),
        1,
        "the line that is one says so itself"
    );
}

#[tokio::test]
async fn what_fails_says_what_to_do_and_nothing_of_why() {
    let fails = [
        (
            Failure::Busy,
            StatusCode::SERVICE_UNAVAILABLE,
            "quelques secondes",
        ),
        (
            Failure::Broken,
            StatusCode::INTERNAL_SERVER_ERROR,
            "prévenez l’administrateur",
        ),
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
    assert!(answer.body.contains("Page introuvable") && answer.body.contains(r#"lang="fr-MA""#));
}

#[tokio::test]
async fn a_page_of_fifty_projects_stays_light() {
    let mut views = a_province();
    views.projects = (1..=120).map(fake::project).collect();
    let page = Browser::signed_in(views).get("/projets").await.body;
    assert!(page.len() <= 80 * 1024, "{} bytes", page.len());
}

//! The feed, one visit in full, the queue: read by everybody, decided by who may.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
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

use axum::http::{StatusCode, header};
use browser::{Browser, a_province};
use fake::{FakeCommands, FakeGate, FakeViews};
use jawla_model::{Hash32, ReviewDecision, Role, VisitField};
use jawla_views::{Command, CommandError};

fn at_work(role: Role, views: FakeViews) -> (Browser, Arc<FakeCommands>) {
    let gate = Arc::new(FakeGate {
        role: Some(role),
        ..FakeGate::default()
    });
    gate.sessions.lock().unwrap().insert("session-0".to_owned());
    let mut office = fake::office(Arc::new(views), Arc::clone(&gate));
    let commands = Arc::new(FakeCommands::default());
    office.commands = Arc::clone(&commands) as Arc<dyn jawla_views::Commands>;
    let browser = Browser {
        router: jawla_office::router(office),
        gate,
        connection: None,
        cookie: Some("jawla-local=session-0".to_owned()),
    };
    (browser, commands)
}

fn first() -> (String, String) {
    let visit = fake::visit(1, &fake::project(1)).visit;
    (visit.document.hex(), visit.visit.hex())
}

fn hostile() -> FakeViews {
    let mut views = a_province();
    views.visits[0].visit.note = "<script>x</script>\u{202e}".to_owned();
    views
}

#[tokio::test]
async fn pages_of_visits_speak_both_languages_and_escape_what_people_wrote() {
    let (mut browser, _) = at_work(Role::Supervisor, hostile());
    let (document, visit) = first();
    for language in ["", "; jawla-langue=ar"] {
        browser.cookie = Some(format!("jawla-local=session-0{language}"));
        for address in [
            "/visites".to_owned(),
            "/visites?mot=recu&page=1".to_owned(),
            format!("/visites/{document}/{visit}"),
            "/a-valider".to_owned(),
        ] {
            let page = browser.get(&address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            assert!(!page.body.contains('⟦'), "{address}: a text is missing");
            assert!(!page.body.contains("href=\"#\""), "{address}");
            assert!(!page.body.contains("<script>x"), "{address}");
            let arabic = page.body.contains("<html lang=\"ar-MA\"");
            assert_eq!(arabic, !language.is_empty(), "{address}");
        }
    }
}

#[tokio::test]
async fn a_review_says_what_about_which_field() {
    let (document, visit) = first();
    let (browser, commands) = at_work(Role::Supervisor, a_province());
    let form = format!(
        "document={document}&visit={visit}&decision=renvoyer&commentaire=Photo+floue&champ=progress_bp"
    );
    let answer = browser.post("/a-valider", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        answer
            .header(header::LOCATION)
            .starts_with("/a-valider?fait=renvoye")
    );
    let ordered = commands.ordered.lock().unwrap();
    let Some(Command::ReviewVisit {
        decision,
        comment,
        field,
        ..
    }) = ordered.first()
    else {
        panic!("no review was ordered");
    };
    assert_eq!(*decision, ReviewDecision::Returned);
    assert_eq!(comment, "Photo floue");
    assert_eq!(*field, Some(VisitField::Progress));
}

#[tokio::test]
async fn nothing_is_sent_back_without_a_word_for_its_author() {
    let (document, visit) = first();
    let (browser, commands) = at_work(Role::Supervisor, a_province());
    let form = format!("document={document}&visit={visit}&decision=renvoyer&commentaire=+");
    let answer = browser.post("/a-valider", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("role=\"alert\""));
    assert!(commands.ordered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_only_reads_has_no_form_and_is_refused() {
    let (document, visit) = first();
    let form = format!("document={document}&visit={visit}&decision=valider");
    for role in [Role::Controller, Role::Auditor, Role::Finance] {
        let (browser, commands) = at_work(role, a_province());
        assert!(
            !browser
                .get("/a-valider")
                .await
                .body
                .contains("value=\"valider\"")
        );
        let answer = browser.post("/a-valider", &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
        assert!(commands.ordered.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_refused_review_shows_why_and_a_visit_that_is_not_there_is_not_found() {
    let (document, visit) = first();
    let (browser, commands) = at_work(Role::Supervisor, a_province());
    *commands.refused.lock().unwrap() = Some(CommandError::Busy);
    let form = format!("document={document}&visit={visit}&decision=valider&retour=visite");
    let answer = browser.post("/a-valider", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("role=\"alert\""));
    for address in [
        format!("/visites/{document}/{}", "0".repeat(32)),
        "/visites/x/y".to_owned(),
    ] {
        assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_empty_queue_says_so() {
    let (browser, _) = at_work(Role::Supervisor, FakeViews::default());
    assert!(
        browser
            .get("/a-valider")
            .await
            .body
            .contains("Rien à valider")
    );
}

#[tokio::test]
async fn a_decision_can_be_taken_back_from_where_it_was_made() {
    let (document, visit) = first();
    let change = Hash32([5; 32]).hex();
    for (back, page) in [
        ("file", "/a-valider".to_owned()),
        ("visite", format!("/visites/{document}/{visit}")),
    ] {
        let (browser, commands) = at_work(Role::Supervisor, a_province());
        let form = format!("document={document}&visit={visit}&retour={back}");
        let decided = browser
            .post("/a-valider", &format!("{form}&decision=valider"))
            .await;
        let next = decided.header(header::LOCATION).to_owned();
        assert!(next.starts_with(&page), "{next}");
        let shown = browser.get(&next).await.body;
        let named = format!(r#"name="action" value="{change}""#);
        assert!(shown.contains(&named), "{shown}");
        let undone = browser
            .post("/a-valider/annuler", &format!("{form}&action={change}"))
            .await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER);
        let after = undone.header(header::LOCATION).to_owned();
        assert!(after.starts_with(&page), "{after}");
        let shown = browser.get(&after).await.body;
        assert!(shown.contains("Décision annulée") && !shown.contains(&named));
        let ordered = commands.ordered.lock().unwrap();
        let Some(Command::Undo { change: taken, .. }) = ordered.last() else {
            panic!("nothing was taken back");
        };
        assert_eq!(taken.hex(), change);
    }
}

#[tokio::test]
async fn only_who_reviews_takes_back_and_only_a_visit_they_see() {
    let (document, visit) = first();
    let change = Hash32([5; 32]).hex();
    let form = |visit: &str| format!("document={document}&visit={visit}&action={change}");
    let (auditor, commands) = at_work(Role::Auditor, a_province());
    let answer = auditor.post("/a-valider/annuler", &form(&visit)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(commands.ordered.lock().unwrap().is_empty());
    let (browser, commands) = at_work(Role::Supervisor, a_province());
    let elsewhere = browser
        .post("/a-valider/annuler", &form(&"0".repeat(32)))
        .await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    assert!(commands.ordered.lock().unwrap().is_empty());
    *commands.refused.lock().unwrap() = Some(CommandError::NotUndoable);
    let late = browser.post("/a-valider/annuler", &form(&visit)).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("role=\"alert\""));
}

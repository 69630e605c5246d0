//! Disagreements: listed, settled by who may, never by who has not seen what stands.
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
use browser::{Browser, a_province};
use fake::{FakeCommands, FakeGate, FakeViews};
use jawla_model::{FieldPath, Hash32, PersonId, ProjectField, ReceivedAt, Role, Value, VisitField};
use jawla_views::{Command, CommandError, ConflictListed, ConflictRow, ConflictValue};

fn disputed(at: &FieldPath, weighty: bool, values: [Value; 2]) -> ConflictListed {
    let visit = fake::visit(1, &fake::project(1));
    let mut number = 20;
    let values = values.map(|value| {
        number += 1;
        ConflictValue {
            value,
            change: Hash32([number; 32]),
            author: Some(PersonId([9; 16])),
            claimed_at_ms: fake::now_ms(),
            received_at: (number == 21).then_some(ReceivedAt(fake::NOW_MS / 1_000)),
        }
    });
    ConflictListed {
        conflict: ConflictRow {
            document: visit.visit.document,
            scope: visit.visit.scope,
            path: at.text(),
            weighty,
            values: values.into(),
        },
        project: visit.project,
    }
}

fn views() -> FakeViews {
    let visit = fake::visit(1, &fake::project(1)).visit.visit;
    let place = FieldPath::project(ProjectField::Place);
    let cost = FieldPath::project(ProjectField::Cost);
    let progress = FieldPath::visit(visit, VisitField::Progress);
    let hostile = Value::from("<script>x</script>");
    FakeViews {
        conflicts: vec![
            disputed(&cost, true, [Value::Int(123_400), Value::Int(567_800)]),
            disputed(&progress, true, [Value::Int(4_500), Value::Int(5_000)]),
            disputed(&place, false, [hostile, Value::from("Douar")]),
        ],
        ..a_province()
    }
}

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

fn form(at: &FieldPath, seen: [u8; 2], rest: &str) -> String {
    let document = fake::project(1).document.hex();
    let [one, two] = seen.map(|number| Hash32([number; 32]).hex());
    format!(
        "document={document}&path={}&seen={one},{two}&{rest}",
        at.text()
    )
}

#[tokio::test]
async fn every_disagreement_is_listed_in_both_languages_and_escaped() {
    let (browser, _) = at_work(Role::Supervisor, views());
    for cookie in ["", "; jawla-langue=ar"] {
        let cookie = Some(format!("jawla-local=session-0{cookie}"));
        let browser = Browser {
            router: browser.router.clone(),
            gate: Arc::clone(&browser.gate),
            connection: None,
            cookie,
        };
        let page = browser.get("/a-departager").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains('⟦') && !page.body.contains("href=\"#\""));
        assert!(!page.body.contains("<script>x"));
        assert_eq!(page.body.matches("name=\"choix\"").count(), 6);
        assert_eq!(page.body.matches("w-clash").count(), 2);
        assert!(page.body.contains("Youssef Benali"));
    }
    let french = browser.get("/a-departager").await.body;
    for words in [
        "pas encore reçue",
        "reçue le",
        "Visite du",
        "1 234,00",
        "3 désaccords",
    ] {
        let plain = french.replace(['\u{202f}', '\u{a0}'], " ");
        assert!(plain.contains(words), "{words}: {plain}");
    }
}

#[tokio::test]
async fn the_arabic_page_is_arabic() {
    let (browser, _) = at_work(Role::Supervisor, FakeViews::default());
    assert!(
        browser
            .get("/a-departager")
            .await
            .body
            .contains("Aucun désaccord")
    );
    let answer = browser
        .post("/langue", "langue=ar&retour=/a-departager")
        .await;
    let set = answer.header(axum::http::header::SET_COOKIE);
    let language = set.split(';').next().unwrap();
    let browser = Browser {
        cookie: Some(format!("jawla-local=session-0; {language}")),
        ..browser
    };
    let page = browser.get("/a-departager").await.body;
    assert!(page.contains("لا اختلافات") && !page.contains('⟦'), "{page}");
}

#[tokio::test]
async fn one_tap_or_another_value_settles_with_what_was_seen() {
    let (browser, commands) = at_work(Role::Supervisor, views());
    let cost = FieldPath::project(ProjectField::Cost);
    let visit = fake::visit(1, &fake::project(1)).visit.visit;
    let progress = FieldPath::visit(visit, VisitField::Progress);
    let tries = [
        (&cost, "choix=1", 567_800),
        (&cost, "autre=1+500%2C25", 150_025),
        (&progress, "autre=47%2C5", 4_750),
    ];
    for (at, rest, amount) in tries {
        let answer = browser
            .post("/a-departager", &form(at, [21, 22], rest))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let expected = Command::SettleConflict {
            document: fake::project(1).document,
            at: at.clone(),
            value: Value::Int(amount),
            seen: [Hash32([21; 32]), Hash32([22; 32])].into(),
        };
        assert_eq!(commands.ordered.lock().unwrap().pop(), Some(expected));
    }
    let wrong = form(&cost, [21, 22], "autre=beaucoup");
    let wrong = browser.post("/a-departager", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"beaucoup\""));
    assert!(commands.ordered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_changed_meanwhile_is_shown_again_and_not_settled() {
    let (browser, commands) = at_work(Role::Supervisor, views());
    let cost = FieldPath::project(ProjectField::Cost);
    *commands.refused.lock().unwrap() = Some(CommandError::Changed);
    // First the store says so, then the rows.
    for seen in [[21, 22], [21, 23]] {
        let answer = browser
            .post("/a-departager", &form(&cost, seen, "choix=0"))
            .await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.body.matches("Les valeurs ont changé").count(), 1);
    }
    assert!(commands.ordered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_controller_reads_and_settles_nothing() {
    let (browser, commands) = at_work(Role::Controller, views());
    let page = browser.get("/a-departager").await.body;
    assert!(page.contains("pas encore reçue") && !page.contains("name=\"choix\""));
    assert!(!page.contains("name=\"autre\""));
    let cost = FieldPath::project(ProjectField::Cost);
    let answer = browser
        .post("/a-departager", &form(&cost, [21, 22], "choix=0"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(commands.ordered.lock().unwrap().is_empty());
}

//! What people of the office write on a sheet, what they keep of the list, what they take out.
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

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use browser::{Browser, a_province};
use calamine::{Data, Reader, Xlsx};
use fake::{FakeCommands, FakeGate, FakeViews};
use http_body_util::BodyExt;
use jawla_model::money_fact::{MoneyError, MoneyFault};
use jawla_model::{MoneyAct, ProjectField, Role, ScopeId, Value};
use jawla_views::{Command, CommandError};
use tower::ServiceExt;

/// Somebody of a role at the sheet of the first project, with what is ordered.
fn at_work(role: Role) -> (Browser, Arc<FakeCommands>, String) {
    let gate = Arc::new(FakeGate {
        role: Some(role),
        ..FakeGate::default()
    });
    gate.sessions.lock().unwrap().insert("session-0".to_owned());
    let mut office = fake::office(Arc::new(a_province()), Arc::clone(&gate));
    let commands = Arc::new(FakeCommands::default());
    office.commands = Arc::clone(&commands) as Arc<dyn jawla_views::Commands>;
    let browser = Browser {
        router: jawla_office::router(office),
        gate,
        connection: None,
        cookie: Some("jawla-local=session-0".to_owned()),
    };
    let address = format!("/projets/{}", fake::project(1).document.hex());
    (browser, commands, address)
}

#[tokio::test]
async fn only_what_was_changed_is_written_and_only_by_who_may() {
    let (browser, commands, sheet) = at_work(Role::Supervisor);
    let form = "groupe=montants&avant-cost_centimes=&cost_centimes=1+234%2C50\
                &avant-indh_share_centimes=5%2C00&indh_share_centimes=5%2C00";
    let answer = browser.post(&sheet, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let ordered = commands.ordered.lock().unwrap().clone();
    assert_eq!(
        ordered,
        [Command::SetProjectField {
            document: fake::project(1).document,
            field: ProjectField::Cost,
            value: Value::Int(123_450),
        }]
    );
    // A controller reads; a team member writes what the team may, and no money.
    for role in [Role::Controller, Role::TeamMember] {
        let (browser, commands, sheet) = at_work(role);
        let page = browser.get(&sheet).await.body;
        assert!(!page.contains(r#"name="cost_centimes""#), "{role:?}");
        assert_eq!(page.contains(r#"name="place""#), role == Role::TeamMember);
        assert_eq!(
            browser.post(&sheet, form).await.status,
            StatusCode::FORBIDDEN
        );
        assert!(commands.ordered.lock().unwrap().is_empty(), "{role:?}");
    }
}

#[tokio::test]
async fn a_fault_stands_beside_its_field_and_nothing_typed_is_lost() {
    let (browser, commands, sheet) = at_work(Role::Supervisor);
    let form = "groupe=public&avant-beneficiaries=&beneficiaries=beaucoup&avant-jobs_planned=&\
                jobs_planned=12";
    let answer = browser.post(&sheet, form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains(r#"id="faute-beneficiaries""#),
        "{}",
        answer.body
    );
    assert!(answer.body.contains(r#"value="beaucoup""#) && answer.body.contains(r#"value="12""#));
    assert!(commands.ordered.lock().unwrap().is_empty());
    *commands.refused.lock().unwrap() = Some(CommandError::Busy);
    let busy = browser
        .post(&sheet, "groupe=lieu&avant-place=&place=Douar+Jdid")
        .await;
    assert!(busy.body.contains("Recommencez") && busy.body.contains("Douar Jdid"));
}

#[tokio::test]
async fn a_project_moves_only_where_it_may_and_by_whose_act_it_is() {
    let (browser, commands, sheet) = at_work(Role::Finance);
    let page = browser.get(&sheet).await.body;
    for (state, offered) in [
        ("ARRET", true),
        ("ACHEVE", true),
        ("CLOS", false),
        ("RD", false),
    ] {
        assert_eq!(
            page.contains(&format!(r#"<option value="{state}">"#)),
            offered,
            "{state}"
        );
    }
    let etat = format!("{sheet}/etat");
    let moved = browser.post(&etat, "depuis=EN_COURS&etat=ARRET").await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    assert_eq!(commands.ordered.lock().unwrap().len(), 1);
    for form in ["depuis=EN_COURS&etat=CLOS", "depuis=ATTRIBUE&etat=ARRET"] {
        assert_eq!(
            browser.post(&etat, form).await.status,
            StatusCode::CONFLICT,
            "{form}"
        );
    }
    assert_eq!(
        browser.post(&etat, "etat=X").await.status,
        StatusCode::NOT_FOUND
    );
    let (supervisor, refused, _) = at_work(Role::Supervisor);
    let answer = supervisor.post(&etat, "depuis=EN_COURS&etat=ARRET").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(refused.ordered.lock().unwrap().is_empty());
    assert_eq!(commands.ordered.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn ones_own_action_is_taken_back_by_its_name() {
    let (browser, commands, sheet) = at_work(Role::Supervisor);
    let undo = format!("{sheet}/annuler");
    let form = format!("action={}", jawla_model::Hash32([9; 32]).hex());
    assert_eq!(
        browser.post(&undo, &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(matches!(
        commands.ordered.lock().unwrap()[0],
        Command::Undo { .. }
    ));
    *commands.refused.lock().unwrap() = Some(CommandError::NotUndoable);
    let late = browser.post(&undo, &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("ne peut plus être annulée"));
}

#[tokio::test]
async fn a_project_of_another_scope_does_not_exist() {
    let mut views = a_province();
    views.projects[0].scope = ScopeId([8; 16]);
    let browser = Browser::signed_in(views);
    let foreign = format!("/projets/{}", fake::project(1).document.hex());
    for address in [foreign.as_str(), "/projets/zz", "/projets/00"] {
        assert_eq!(
            browser.get(address).await.status,
            StatusCode::NOT_FOUND,
            "{address}"
        );
    }
    for path in ["", "/etat", "/annuler"] {
        let answer = browser
            .post(&format!("{foreign}{path}"), "groupe=lieu&etat=ARRET")
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_view_is_kept_shown_and_forgotten() {
    let browser = Browser::signed_in(a_province());
    let filter = "filtre=etat%3DEC%26page%3D3";
    let kept = browser
        .post("/projets/vues", &format!("nom=En+cours&{filter}"))
        .await;
    assert_eq!(kept.header(header::LOCATION), "/projets?etat=EC");
    let shown = browser.get("/projets?etat=EC").await.body;
    assert!(shown.contains(r#"href="/projets?etat=EC" aria-current="true"><bdi>En cours</bdi>"#));
    let nameless = browser
        .post("/projets/vues", &format!("nom=++&{filter}"))
        .await;
    assert!(nameless.body.contains("Donnez un nom"));
    browser
        .post("/projets/vues/oublier", &format!("nom=En+cours&{filter}"))
        .await;
    assert!(
        !browser
            .get("/projets?etat=EC")
            .await
            .body
            .contains("<bdi>En cours</bdi>")
    );
}

#[tokio::test]
async fn the_language_is_kept_and_leads_back_to_our_own_pages_only() {
    let mut browser = Browser::signed_in(a_province());
    let switched = browser
        .post("/langue", "langue=ar&retour=%2Fprojets%3Fetat%3DEC")
        .await;
    assert_eq!(switched.header(header::LOCATION), "/projets?etat=EC");
    assert!(
        switched
            .header(header::SET_COOKIE)
            .starts_with("jawla-langue=ar;")
    );
    let page = browser.get("/projets").await.body;
    assert!(
        page.contains(r#"<html lang="ar-MA" dir="rtl">"#),
        "by preference, without the cookie"
    );
    browser.cookie = Some("jawla-local=session-0; jawla-langue=fr".to_owned());
    assert!(browser.get("/projets").await.body.contains(r#"dir="ltr">"#));
    let elsewhere = browser
        .post("/langue", "langue=ar&retour=%2F%2Failleurs")
        .await;
    assert_eq!(elsewhere.header(header::LOCATION), "/");
}

async fn bytes_of(browser: &Browser, address: &str) -> Vec<u8> {
    let request = Request::get(address)
        .header(header::COOKIE, browser.cookie.clone().unwrap())
        .body(Body::empty())
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    response
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes()
        .to_vec()
}

/// 1,203 projects of which 1,200 pass the filter, one with a title that would be a formula.
fn many() -> FakeViews {
    let mut views = FakeViews {
        projects: (1..=1_203).map(fake::project).collect(),
        ..FakeViews::default()
    };
    views.projects[0].title_fr = "=HYPERLINK(\"x\");\"y\"".to_owned();
    views.projects[0].planned_start = "2026-03-01".to_owned();
    views.projects[1].latitude_e7 = Some(328_800_000);
    views.projects[1].longitude_e7 = Some(-69_100_000);
    for row in &mut views.projects[1_200..] {
        row.programme = "III-P3".to_owned();
    }
    views
}

#[tokio::test]
async fn a_table_holds_exactly_the_filter_and_no_formula() {
    let browser = Browser::signed_in(many());
    let csv = bytes_of(&browser, "/projets.csv?programme=III-P1&page=2").await;
    assert!(csv.starts_with(b"\xef\xbb\xbf"));
    assert!(csv.ends_with(b"\r\n"));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&csv[3..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1_200, "every page of the filter");
    assert_eq!(&rows[0][1], "'=HYPERLINK(\"x\");\"y\"");
    assert_eq!(&rows[0][10], "1234567,89");
    assert_eq!(&rows[0][12], "2026-03-01");

    let mut sheet = Xlsx::new(Cursor::new(bytes_of(&browser, "/projets.xlsx").await)).unwrap();
    let range = sheet.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(range.height(), 1_204);
    assert_eq!(range.get((1, 10)), Some(&Data::Float(1_234_567.89)));
    assert_eq!(
        range.get((1, 1)),
        Some(&Data::String("=HYPERLINK(\"x\");\"y\"".into()))
    );
    assert!(matches!(range.get((1, 12)), Some(Data::DateTime(_))));
    let name = sheet.sheet_names()[0].clone();
    assert!(sheet.worksheet_formula(&name).unwrap().is_empty());

    let map: serde_json::Value =
        serde_json::from_slice(&bytes_of(&browser, "/projets.geojson").await).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), 1);
    assert_eq!(map["features"][0]["geometry"]["coordinates"][1], 32.88);
    let stranger = Browser::new(many());
    for file in ["csv", "xlsx", "geojson"] {
        let answer = stranger.get(&format!("/projets.{file}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{file}");
    }
}

#[tokio::test]
async fn a_stream_tells_names_to_people_who_are_signed_in() {
    let stranger = Browser::new(a_province()).get("/evenements").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let browser = Browser::signed_in(a_province());
    let request = Request::get("/evenements?depuis=7")
        .header(header::COOKIE, browser.cookie.clone().unwrap())
        .body(Body::empty())
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/event-stream"
    );
    let first = response.into_body().frame().await.unwrap().unwrap();
    let text = String::from_utf8(first.into_data().unwrap().to_vec()).unwrap();
    assert!(
        text.contains("id: 8") && text.contains("data: project:00ff outbox"),
        "{text}"
    );
}

#[tokio::test]
async fn hostile_texts_stay_texts_on_the_sheet() {
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>\u{202e}";
    let mut views = a_province();
    views.projects[0].title_fr = hostile.to_owned();
    views.projects[0].title_ar = hostile.to_owned();
    views.projects[0].admin_state = hostile.to_owned();
    views.projects[0].programme = hostile.to_owned();
    views.visits[0].visit.note = hostile.to_owned();
    views.visits[0].visit.review_comment = hostile.to_owned();
    views.visits[0].visit.difficulties = hostile.to_owned();
    views.visits[0].author.as_mut().unwrap().name_fr = hostile.to_owned();
    let browser = Browser::signed_in(views);
    let sheet = format!("/projets/{}", fake::project(1).document.hex());
    let written: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = format!("groupe=public&beneficiaries={written}&avant-beneficiaries={written}x");
    for page in [browser.get(&sheet).await, browser.post(&sheet, &form).await] {
        assert!(!page.body.contains("<script>") && !page.body.contains("<img src=x"));
        assert!(!page.body.contains("\"'>"), "{}", page.body);
    }
}

#[tokio::test]
async fn money_is_recorded_by_who_may_and_a_fault_stands_beside_its_field() {
    let form =
        "nature=marche&montant=480+000%2C50&date=2026-03-14&reference=+BC+12+&attributaire=Essaada";
    let (browser, commands, sheet) = at_work(Role::Finance);
    let page = browser.get(&sheet).await.body;
    assert!(page.contains("Aucun montant officiel") && page.contains(r#"name="montant""#));
    let answer = browser.post(&format!("{sheet}/argent"), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let ordered = commands.ordered.lock().unwrap().clone();
    let [
        Command::RecordMoney {
            replaces: None,
            act: MoneyAct::Recorded(entry),
            ..
        },
    ] = ordered.as_slice()
    else {
        panic!("{ordered:?}")
    };
    assert_eq!(
        (entry.amount.0, entry.reference.as_str()),
        (48_000_050, "BC 12")
    );

    for (typed, field) in [
        ("nature=rien&montant=5", "nature"),
        (
            "nature=paiement&montant=beaucoup&date=2026-03-14",
            "montant",
        ),
    ] {
        let answer = browser.post(&format!("{sheet}/argent"), typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(answer.body.contains(&format!("faute-{field}")), "{typed}");
    }
    *commands.refused.lock().unwrap() = Some(CommandError::BadMoney(MoneyError {
        field: "date",
        fault: MoneyFault::NotADay,
    }));
    let answer = browser.post(&format!("{sheet}/argent"), form).await;
    assert!(answer.body.contains("faute-date") && answer.body.contains("480 000,50"));

    let (browser, commands, sheet) = at_work(Role::Controller);
    assert!(!browser.get(&sheet).await.body.contains(r#"name="montant""#));
    let answer = browser.post(&format!("{sheet}/argent"), form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(commands.ordered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn ticked_projects_alone_are_exported() {
    let (browser, _, _) = at_work(Role::Supervisor);
    let [one, two] = [1, 4].map(|number| fake::project(number).document.hex());
    let some = browser
        .get(&format!("/projets.csv?parmi={one}&parmi={two}&parmi=rien"))
        .await
        .body;
    assert_eq!(some.lines().count(), 3, "{some}");
    assert!(some.contains("KHO-2026-P1-001") && some.contains("KHO-2026-P1-004"));
    let all = browser.get("/projets.csv").await.body;
    assert_eq!(all.lines().count(), 6, "{all}");
}

#[tokio::test]
async fn a_number_that_two_projects_carry_is_flagged_with_the_way_to_both() {
    let mut views = a_province();
    let code = views.projects[0].code_das.clone();
    views.projects[1].code_das.clone_from(&code);
    let browser = Browser::signed_in(views);
    let link = format!(r#"href="/projets?q={code}""#);
    let list = browser.get("/projets").await.body;
    assert_eq!(list.matches(&link).count(), 2, "{list}");
    assert!(list.contains("2 projets portent ce numéro"));
    for (number, flagged) in [(1, true), (2, true), (3, false)] {
        let sheet = format!("/projets/{}", fake::project(number).document.hex());
        let sheet = browser.get(&sheet).await.body;
        assert_eq!(sheet.contains(&link), flagged, "{number}");
    }
}

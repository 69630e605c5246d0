//! The form of a visit: what its routes take and refuse. Its states are in `states/visit.rs`.
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
use axum::http::{Request, Response, StatusCode, header};
use fake::{Fake, State, document, hash, visit};
use http_body_util::BodyExt;
use jawla_model::rules::field::ValueError;
use jawla_model::visit::PhotoRole;
use jawla_model::{FieldPath, Language, Reason, Value, VisitField, VisitKind};
use jawla_views::commands::PhotoFault;
use jawla_views::rows::{ConflictRow, ConflictValue};
use jawla_views::{Command, CommandError, Happening, HistoryEntry};
use tower::ServiceExt;

struct Told {
    code: StatusCode,
    to: String,
    text: String,
}

async fn call(phone: &Arc<Fake>, request: Request<Body>) -> Told {
    let response: Response<Body> = jawla_field::router(phone.clone())
        .oneshot(request)
        .await
        .unwrap();
    let code = response.status();
    let to = response.headers().get(header::LOCATION);
    let to = to.map_or(String::new(), |to| to.to_str().unwrap().to_owned());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(
        !text.contains('⟦'),
        "a missing text: {}",
        around(&text, '⟦')
    );
    assert!(
        !text.contains("href=\"#\"") && !text.contains("src=\"#\""),
        "a missing file"
    );
    Told { code, to, text }
}

fn around(text: &str, sign: char) -> String {
    let from = text.find(sign).unwrap_or(0);
    text[from..].chars().take(60).collect()
}

async fn get(phone: &Arc<Fake>, path: &str) -> Told {
    call(phone, Request::get(path).body(Body::empty()).unwrap()).await
}

fn form(path: &str, pairs: &[(&str, &str)]) -> Request<Body> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(pairs);
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body.finish()))
        .unwrap()
}

async fn post(phone: &Arc<Fake>, path: &str, pairs: &[(&str, &str)]) -> Told {
    call(phone, form(path, pairs)).await
}

async fn autosave(phone: &Arc<Fake>, path: &str, field: &str, value: &str) -> serde_json::Value {
    let mut request = form(
        &format!("{path}/champ"),
        &[("field", field), ("value", value)],
    );
    request
        .headers_mut()
        .insert("x-jawla", "fetch".parse().unwrap());
    let told = call(phone, request).await;
    assert_eq!(told.code, StatusCode::OK, "{}", told.text);
    serde_json::from_str(&told.text).unwrap()
}

fn at(project: u8, of: u8) -> String {
    format!("/visites/{}/{}", document(project), visit(of))
}

fn phone(language: Language) -> Arc<Fake> {
    Fake::new(State::day(language))
}

/// The draft, with everything that lets it be finished.
fn complete(state: &mut State) {
    let mut fields = state.visit_fields[&visit(2)].clone();
    fields
        .values
        .insert(VisitField::Planned.key().into(), Value::Int(5_000));
    state.visit_fields.insert(visit(3), fields);
}

fn clash(state: &mut State) {
    let value = |n: u8, bp: i64, author| ConflictValue {
        value: Value::Int(bp),
        change: hash(n),
        author: Some(author),
        claimed_at_ms: fake::NOW_MS - fake::HOUR_MS,
        received_at: None,
    };
    state.conflicts.push(ConflictRow {
        document: document(1),
        scope: fake::scope(1),
        path: FieldPath::visit(visit(2), VisitField::Progress).text(),
        weighty: true,
        values: vec![
            value(61, 4_500, fake::ME),
            value(62, 5_000, fake::COLLEAGUE),
        ],
    });
}

#[tokio::test]
async fn each_field_is_saved_as_it_is_typed() {
    let phone = phone(Language::Fr);
    let table: Vec<(VisitField, &str, Value)> = vec![
        (VisitField::Progress, "45,5", Value::Int(4_550)),
        (VisitField::Planned, "50 %", Value::Int(5_000)),
        (VisitField::Workers, "1 200", Value::Int(1_200)),
        (VisitField::Machines, "٣", Value::Int(3)),
        (VisitField::Quality, "4", Value::Int(4)),
        (VisitField::SiteState, "ralenti", "ralenti".into()),
        (VisitField::Kind, "inopinee", "inopinee".into()),
        (VisitField::Functional, "non", Value::Flag(false)),
        (
            VisitField::Position,
            "328811000;-69063000;8",
            "328811000;-69063000;8".into(),
        ),
        (
            VisitField::NoPositionReason,
            "Batterie faible",
            "Batterie faible".into(),
        ),
        (
            VisitField::Participants,
            "الخليفة, Le caïd",
            "الخليفة, Le caïd".into(),
        ),
        (
            VisitField::Opinion,
            "بغينا الطريق\r\ndeux",
            "بغينا الطريق\ndeux".into(),
        ),
        (VisitField::Note, "fin", "fin".into()),
        (VisitField::Note, "", Value::Empty),
    ];
    for (field, text, value) in &table {
        let told = autosave(&phone, &at(1, 3), field.key(), text).await;
        assert_eq!(told["error"], serde_json::Value::Null, "{}", field.key());
        assert!(told["saved"].as_str().unwrap().starts_with("Enregistré à"));
        let last = phone.look(|state| state.typings.last().cloned()).unwrap();
        assert_eq!(
            last,
            (
                document(1),
                FieldPath::visit(visit(3), *field),
                value.clone()
            )
        );
    }
    assert_eq!(phone.look(|state| state.typings.len()), table.len());
    assert!(
        phone.look(|state| state.orders.is_empty()),
        "typing is no change"
    );
    // The same again says nothing new.
    autosave(&phone, &at(1, 3), "progress_bp", "45,50").await;
    assert_eq!(phone.look(|state| state.typings.len()), table.len());
}

#[tokio::test]
async fn what_cannot_stand_is_said_at_the_field_and_changes_nothing() {
    let phone = phone(Language::Fr);
    let long = "x".repeat(4_001);
    for (field, text) in [
        ("progress_bp", "beaucoup"),
        ("progress_bp", "101"),
        ("workers", "12,5"),
        ("quality", "9"),
        ("site_state", "magie"),
        ("functional", "1"),
        ("position", "ici"),
        ("note", long.as_str()),
        ("participants", "a\u{1}b"),
        ("review", "{}"),
        ("status", "recorded"),
        ("started_at", "5"),
        ("field_of_2031", "x"),
        ("difficulty.MAGIE", "1"),
    ] {
        let told = autosave(&phone, &at(1, 3), field, text).await;
        assert!(!told["error"].as_str().unwrap().is_empty(), "{field}");
        assert_eq!(told["saved"], serde_json::Value::Null, "{field}");
    }
    assert!(phone.look(|state| state.typings.is_empty() && state.orders.is_empty()));
    let none = post(&phone, &format!("{}/champ", at(1, 3)), &[("value", "1")]).await;
    assert_eq!(none.code, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_ring_follows_what_is_typed() {
    let phone = phone(Language::Fr);
    let told = autosave(&phone, &at(1, 3), "site_state", "actif").await;
    assert_eq!(told["ring"], serde_json::json!([4, 7]));
    assert_eq!(told["missing"][0][0], "position");
    let told = autosave(&phone, &at(1, 3), "no_position", "Batterie faible").await;
    assert_eq!(told["ring"], serde_json::json!([5, 7]));
}

#[tokio::test]
async fn without_a_script_the_whole_form_posts_and_errors_keep_the_text() {
    let phone = phone(Language::Fr);
    let path = at(1, 3);
    let told = post(
        &phone,
        &path,
        &[
            ("progress_bp", "quarante"),
            ("workers", "14"),
            ("difficulties", "1"),
            ("difficulty.FONC", "1"),
            ("difficulty-note.FONC", "Puits"),
        ],
    )
    .await;
    assert_eq!(told.code, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("value=\"quarante\""), "the text is kept");
    assert!(told.text.contains("aria-invalid=\"true\""));
    assert_eq!(
        phone.look(|state| state.typings.len()),
        1,
        "what is right is kept"
    );
    assert!(matches!(
        phone.look(|state| state.orders.last().cloned()),
        Some(Command::RaiseDifficulty { reason, note, .. }) if reason == "FONC" && note == "Puits"
    ));
    assert!(phone.look(|state| state.left.is_empty()));
    let told = post(
        &phone,
        &path,
        &[("progress_bp", "40"), ("difficulties", "1")],
    )
    .await;
    assert_eq!((told.code, told.to), (StatusCode::SEE_OTHER, path));
    assert_eq!(phone.look(|state| state.left.clone()), [document(1)]);
    assert!(matches!(
        phone.look(|state| state.orders.last().cloned()),
        Some(Command::WithdrawDifficulty { reason, .. }) if reason == "FONC"
    ));
}

#[tokio::test]
async fn leaving_takes_what_was_not_saved_and_makes_the_change() {
    let phone = phone(Language::Fr);
    let told = post(
        &phone,
        &format!("{}/quitter", at(1, 3)),
        &[("workers", "7"), ("quality", "x")],
    )
    .await;
    assert_eq!(told.code, StatusCode::NO_CONTENT);
    assert_eq!(phone.look(|state| state.typings.len()), 1);
    assert_eq!(phone.look(|state| state.left.clone()), [document(1)]);
}

#[tokio::test]
async fn finishing_says_every_broken_rule_at_once_with_links() {
    let phone = phone(Language::Fr);
    let told = post(&phone, &format!("{}/terminer", at(1, 3)), &[("note", "vu")]).await;
    assert_eq!(told.code, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["position", "site_state", "progress_bp", "photos"] {
        assert!(
            told.text.contains(&format!("<li><a href=\"#{field}\">")),
            "{field}"
        );
        assert!(
            told.text.contains(&format!("id=\"{field}\"")),
            "{field} has a place"
        );
    }
    assert!(phone.look(|state| state.orders.is_empty()));
    assert_eq!(
        phone.look(|state| state.typings.len()),
        1,
        "nothing typed is lost"
    );
}

#[tokio::test]
async fn a_complete_visit_is_finished_and_says_what_comes_next() {
    let phone = phone(Language::Fr);
    phone.change(complete);
    let told = post(
        &phone,
        &format!("{}/terminer", at(1, 3)),
        &[("workers", "15")],
    )
    .await;
    assert_eq!(
        (told.code, told.to.clone()),
        (StatusCode::SEE_OTHER, format!("{}?fini=1", at(1, 3)))
    );
    assert_eq!(
        phone.look(|state| state.left.clone()),
        [document(1)],
        "typing first"
    );
    assert!(matches!(
        phone.look(|state| state.orders.last().cloned()),
        Some(Command::FinishVisit { .. })
    ));
    let told = get(&phone, &told.to).await;
    assert!(told.text.contains("Visite terminée"));
    assert!(!told.text.contains("/terminer\""), "it is finished once");
}

#[tokio::test]
async fn rules_that_break_in_between_are_said_and_not_lost() {
    let phone = phone(Language::Fr);
    phone.change(complete);
    phone.change(|state| state.refuse = Some(CommandError::RulesBroken(Vec::new())));
    // The first order refused is the leaving or the finishing: either way nothing is finished.
    let told = post(&phone, &format!("{}/terminer", at(1, 3)), &[]).await;
    assert_eq!(told.code, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(phone.look(|state| state.orders.is_empty()));
}

#[tokio::test]
async fn a_strangers_visit_is_read_and_never_written() {
    let phone = phone(Language::Fr);
    let path = at(1, 1);
    let sheet = get(&phone, &path).await;
    assert_eq!(sheet.code, StatusCode::OK);
    assert!(!sheet.text.contains("form=\"visite\"") && !sheet.text.contains("/terminer"));
    for (rest, pairs) in [
        ("", vec![("workers", "1")]),
        ("/champ", vec![("field", "workers"), ("value", "1")]),
        ("/quitter", vec![("workers", "1")]),
        ("/terminer", vec![]),
        ("/comme-avant", vec![]),
        ("/actions", vec![("what", "x")]),
        ("/departager", vec![("field", "workers"), ("change", "aa")]),
        ("/annuler", vec![]),
        ("/supprimer", vec![]),
        ("/photos?role=ensemble", vec![("x", "y")]),
        (&format!("/photos/{}/retirer", hash(101)), vec![]),
    ] {
        let told = post(&phone, &format!("{path}{rest}"), &pairs).await;
        assert_eq!(told.code, StatusCode::FORBIDDEN, "{rest}");
    }
    assert!(phone.look(|state| state.orders.is_empty()
        && state.typings.is_empty()
        && state.left.is_empty()));
    // A draft of somebody else is nobody's business.
    phone.change(|state| state.visits[2].author = Some(fake::COLLEAGUE));
    assert_eq!(get(&phone, &at(1, 3)).await.code, StatusCode::NOT_FOUND);
}

async fn photo(phone: &Arc<Fake>, kind: &str, bytes: Vec<u8>, script: bool) -> Told {
    let mut request = Request::post(format!("{}/photos?role=defaut", at(1, 3)))
        .header(header::CONTENT_TYPE, kind)
        .header("sec-fetch-site", "same-origin");
    if script {
        request = request.header("x-jawla", "fetch");
    }
    call(phone, request.body(Body::from(bytes)).unwrap()).await
}

#[tokio::test]
async fn photos_are_taken_bounded_and_refused_in_words() {
    let phone = phone(Language::Fr);
    let jpeg = vec![0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];
    let told = photo(&phone, "image/jpeg", jpeg.clone(), true).await;
    assert_eq!(told.code, StatusCode::NO_CONTENT, "{}", told.text);
    let taken = phone.look(|state| state.visit_fields[&visit(3)].photos.clone());
    assert_eq!(taken.first().map(|one| one.role), Some(PhotoRole::Defect));

    let mut plain =
        b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n"
            .to_vec();
    plain.extend(&jpeg);
    plain.extend(b"\r\n--x--\r\n");
    let told = photo(&phone, "multipart/form-data; boundary=x", plain, false).await;
    assert_eq!(
        (told.code, told.to),
        (StatusCode::SEE_OTHER, format!("{}#photos", at(1, 3)))
    );

    let large = vec![0xff; jawla_field::limits::PHOTO_BYTES_MAX + 1];
    let told = photo(&phone, "image/jpeg", large.clone(), true).await;
    assert_eq!(told.code, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        !told.text.is_empty() && !told.text.contains('<'),
        "one sentence for the script"
    );
    let told = photo(&phone, "image/jpeg", large, false).await;
    assert_eq!(told.code, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(told.text.contains("id=\"photos-tort\""), "on the page");

    for fault in [
        PhotoFault::NotAPhoto,
        PhotoFault::Damaged,
        PhotoFault::TooLarge,
    ] {
        phone.change(|state| state.refuse = Some(CommandError::BadPhoto(fault)));
        let told = photo(&phone, "image/jpeg", b"MZ not a photo".to_vec(), true).await;
        assert!(told.code.is_client_error());
        assert!(
            !told.text.is_empty() && !told.text.contains('<'),
            "{}",
            told.text
        );
    }
    let empty = photo(&phone, "image/jpeg", Vec::new(), true).await;
    assert_eq!(empty.code, StatusCode::UNPROCESSABLE_ENTITY);
    let broken = photo(
        &phone,
        "multipart/form-data; boundary=x",
        b"--x\r\n".to_vec(),
        true,
    )
    .await;
    assert_eq!(broken.code, StatusCode::UNPROCESSABLE_ENTITY);
    let role = post(&phone, &format!("{}/photos?role=selfie", at(1, 3)), &[]).await;
    assert_eq!(role.code, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_photo_is_taken_out_and_back() {
    let phone = phone(Language::Fr);
    phone.change(complete);
    let told = post(
        &phone,
        &format!("{}/photos/{}/retirer", at(1, 3), hash(103)),
        &[],
    )
    .await;
    assert_eq!(told.to, format!("{}?retire={}#photos", at(1, 3), hash(99)));
    let told = post(
        &phone,
        &format!("{}/annuler", at(1, 3)),
        &[("change", &hash(99).hex())],
    )
    .await;
    assert_eq!(told.code, StatusCode::SEE_OTHER);
    let last = phone.look(|state| state.orders.last().cloned());
    assert_eq!(
        last,
        Some(Command::Undo {
            document: document(1),
            change: hash(99)
        })
    );
}

#[tokio::test]
async fn undo_takes_the_newest_own_change_of_this_visit() {
    let phone = phone(Language::Fr);
    let told = post(&phone, &format!("{}/annuler", at(1, 3)), &[]).await;
    assert_eq!(
        told.code,
        StatusCode::CONFLICT,
        "a change of the project is not this visit's"
    );
    phone.change(|state| {
        let entries = state.histories.entry(document(1)).or_default();
        entries.insert(
            0,
            HistoryEntry {
                change: hash(70),
                author: Some(fake::ME),
                claimed_at_ms: fake::NOW_MS,
                received_at: None,
                happenings: vec![Happening::DifficultyRaised(
                    visit(3),
                    "FONC".into(),
                    String::new(),
                )],
                undoable: true,
            },
        );
    });
    post(&phone, &format!("{}/annuler", at(1, 3)), &[]).await;
    let last = phone.look(|state| state.orders.last().cloned());
    assert_eq!(
        last,
        Some(Command::Undo {
            document: document(1),
            change: hash(70)
        })
    );
}

#[tokio::test]
async fn a_disagreement_is_settled_with_what_was_seen() {
    let phone = phone(Language::Fr);
    phone.change(clash);
    let path = format!("{}/departager", at(1, 2));
    let (a, b) = (hash(61).hex(), hash(62).hex());
    let told = post(
        &phone,
        &path,
        &[
            ("field", "progress_bp"),
            ("seen", &a),
            ("seen", &b),
            ("change", &b),
        ],
    )
    .await;
    assert_eq!(told.code, StatusCode::SEE_OTHER);
    let Some(Command::SettleConflict { value, seen, .. }) =
        phone.look(|state| state.orders.last().cloned())
    else {
        panic!("another order");
    };
    assert_eq!((value, seen.len()), (Value::Int(5_000), 2));
    let gone = post(
        &phone,
        &path,
        &[("field", "progress_bp"), ("seen", &a), ("change", &a)],
    )
    .await;
    assert_eq!(gone.code, StatusCode::CONFLICT, "it was settled already");
    let bad = post(&phone, &path, &[("field", "progress_bp"), ("seen", "zz")]).await;
    assert_eq!(bad.code, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn actions_are_planned_changed_and_checked() {
    let phone = phone(Language::Fr);
    let path = format!("{}/actions", at(1, 3));
    let told = post(
        &phone,
        &path,
        &[
            ("what", "Réunir"),
            ("owner", "Commune"),
            ("due", "2026-12-01"),
        ],
    )
    .await;
    assert_eq!(told.code, StatusCode::SEE_OTHER);
    let item = phone
        .look(|state| state.visit_fields[&visit(3)].actions[0].item)
        .hex();
    post(&phone, &path, &[("item", &item), ("what", "Réunir vite")]).await;
    assert_eq!(
        phone.look(|state| state.visit_fields[&visit(3)].actions.len()),
        1
    );
    for pairs in [
        vec![("what", " ")],
        vec![("what", "x"), ("due", "demain")],
        vec![("what", "a\u{0}b")],
    ] {
        let told = post(&phone, &path, &pairs).await;
        assert_eq!(told.code, StatusCode::UNPROCESSABLE_ENTITY, "{pairs:?}");
    }
    assert_eq!(phone.look(|state| state.orders.len()), 2);
}

#[tokio::test]
async fn a_visit_begins_and_a_draft_is_deleted_after_asking() {
    let phone = phone(Language::Fr);
    let path = format!("/projets/{}/visites", document(2));
    let told = post(&phone, &path, &[("kind", "reunion")]).await;
    assert_eq!(told.code, StatusCode::SEE_OTHER);
    assert!(told.to.starts_with(&format!("/visites/{}/", document(2))));
    assert!(matches!(
        phone.look(|state| state.orders.last().cloned()),
        Some(Command::StartVisit {
            kind: VisitKind::SiteMeeting,
            ..
        })
    ));
    let bad = post(&phone, &path, &[("kind", "magie")]).await;
    assert_eq!(bad.code, StatusCode::UNPROCESSABLE_ENTITY);

    let ask = format!("{}/supprimer", at(1, 3));
    assert_eq!(get(&phone, &ask).await.code, StatusCode::OK);
    assert_eq!(
        get(&phone, &format!("{}/supprimer", at(1, 2))).await.code,
        StatusCode::NOT_FOUND,
        "no draft"
    );
    let told = post(&phone, &ask, &[]).await;
    assert_eq!(told.to, format!("/projets/{}", document(1)));
    assert_eq!(
        get(&phone, &at(1, 3)).await.code,
        StatusCode::NOT_FOUND,
        "it is deleted"
    );
}

#[tokio::test]
async fn as_before_and_foreign_forms() {
    let phone = phone(Language::Fr);
    let told = post(&phone, &format!("{}/comme-avant", at(1, 3)), &[]).await;
    assert_eq!(told.code, StatusCode::SEE_OTHER);
    assert_eq!(phone.look(|state| state.filled.clone()), [visit(3)]);
    let mut foreign = form(
        &format!("{}/champ", at(1, 3)),
        &[("field", "note"), ("value", "x")],
    );
    foreign
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(call(&phone, foreign).await.code, StatusCode::FORBIDDEN);
    for path in ["/visites/zz/aa", "/visites/01/02", &at(9, 9)] {
        assert_eq!(
            get(&phone, path).await.code,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let phone = phone(Language::Ar);
    let evil = "\"><script>alert(1)</script>\u{202e}&lt;";
    phone.change(|state| {
        complete(state);
        clash(state);
        let fields = state.visit_fields.get_mut(&visit(3)).unwrap();
        for field in [
            VisitField::Note,
            VisitField::Participants,
            VisitField::Opinion,
            VisitField::Kind,
            VisitField::SiteState,
            VisitField::Position,
        ] {
            fields.values.insert(field.key().into(), evil.into());
        }
        fields.difficulties.insert(evil.into(), evil.into());
        for action in &mut fields.actions {
            action.what = evil.into();
            action.owner = evil.into();
            action.due = evil.into();
        }
        let sheet = fields.clone();
        state.visit_fields.insert(visit(1), sheet);
        state.projects[0].title_ar = evil.into();
        state.visits[0].review_comment = evil.into();
        state.people[0].name_ar = evil.into();
    });
    for path in [
        at(1, 3),
        at(1, 1),
        format!("{}/supprimer", at(1, 3)),
        format!("{}?retire={}", at(1, 3), "%3Cscript%3E"),
    ] {
        let told = get(&phone, &path).await;
        assert_eq!(told.code, StatusCode::OK, "{path}");
        assert!(!told.text.contains("<script>alert"), "{path}");
    }
    let told = post(&phone, &at(1, 3), &[("workers", evil)]).await;
    assert!(!told.text.contains("<script>alert"));
}

#[tokio::test]
async fn what_the_store_refuses_is_answered_by_its_kind() {
    for (error, code) in [
        (CommandError::StorageFull, StatusCode::INSUFFICIENT_STORAGE),
        (CommandError::Busy, StatusCode::SERVICE_UNAVAILABLE),
        (CommandError::NotEnrolled, StatusCode::FORBIDDEN),
        (
            CommandError::NotAllowed(Reason::Revoked),
            StatusCode::FORBIDDEN,
        ),
    ] {
        let phone = phone(Language::Fr);
        phone.change(|state| state.refuse = Some(error));
        let told = post(
            &phone,
            &format!("{}/champ", at(1, 3)),
            &[("field", "workers"), ("value", "3")],
        )
        .await;
        assert_eq!(told.code, code);
    }
    let phone = phone(Language::Fr);
    phone.change(|state| {
        state.refuse = Some(CommandError::BadValue {
            key: "workers",
            error: ValueError::OutOfBounds,
        });
    });
    let told = autosave(&phone, &at(1, 3), "workers", "3").await;
    assert!(told["error"].is_string(), "the person can put it right");
}

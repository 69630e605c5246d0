//! The phone as its pages see it, against the real server: forms, orders, what waits and why.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeSet;

use jawla_e2e::handset::{
    begin, complete, enrolled, exchange, first_project, order, start, type_in,
};
use jawla_e2e::{Ground, ServerProcess};
use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, FieldPath, Hash32, PersonId, ProjectField, VisitField, VisitKind};
use jawla_views::phone::{EnrolFault, Network, PhoneStanding, SendOrder, Settings, WhyWaiting};
use jawla_views::{Changes, Command, CommandError, Commands, Dossiers, PageWindow, Phone};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_from_the_invitation_to_the_province() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let folder = ground.path("A");
    std::fs::create_dir_all(&folder).unwrap();
    let blank = start(&folder);
    let status = blank.status().await.unwrap();
    assert_eq!(status.standing, PhoneStanding::NotEnrolled);
    assert_eq!((status.receipt, status.installed), (None, false));
    let refused = blank.enrol("rien", "A").await;
    assert_eq!(refused, Err(EnrolFault::NotAnInvitation));
    drop(blank);

    let phone = enrolled(&ground, &server, "A").await;
    let first_receipt = phone.status().await.unwrap().receipt;
    let document = first_project(&phone).await;
    let visit = begin(&phone, document).await;
    type_in(&phone, document, visit, VisitField::Note, "Mur fissuré").await;
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert_eq!(form.typed, ["note"]);
    assert_eq!(form.fields.values["note"], "Mur fissuré".into());
    assert!(form.editable && form.saved_at_ms.is_some());
    assert_eq!(form.word, RecordWord::Draft);
    assert!(form.progress.0 < form.progress.1);
    phone.leave(document).await.unwrap();
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert!(form.typed.is_empty());
    assert_eq!(form.fields.values["note"], "Mur fissuré".into());

    let finish = Command::FinishVisit { document, visit };
    let refused = order(&phone, finish.clone()).await.unwrap_err();
    let CommandError::RulesBroken(broken) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(broken, form.violations);
    complete(&phone, document, visit).await;

    // Bytes of photos: whole, in part, and nothing that no row names.
    let photos = phone
        .visit_fields(document, visit)
        .await
        .unwrap()
        .unwrap()
        .photos;
    let hash = photos[0].hash;
    let whole = phone.blob(hash, None).await.unwrap().unwrap();
    assert_eq!(whole.bytes.len() as u64, whole.size_bytes);
    let part = phone.blob(hash, Some(10..30)).await.unwrap().unwrap();
    assert_eq!(part.bytes, whole.bytes[10..30]);
    let beyond = whole.size_bytes + 5..whole.size_bytes + 9;
    let beyond = phone.blob(hash, Some(beyond)).await.unwrap().unwrap();
    assert!(beyond.bytes.is_empty());
    assert_eq!(phone.blob(Hash32([7; 32]), None).await.unwrap(), None);

    order(&phone, finish.clone()).await.unwrap();
    let waiting = phone.outgoing().await.unwrap();
    let ours = waiting.iter().find(|one| one.visit == Some(visit)).unwrap();
    assert_eq!(ours.word, RecordWord::OnThisPhone);
    assert_eq!(ours.why, WhyWaiting::NextExchange);
    assert!(
        ours.change_bytes_left > 0 && ours.files_left == 6,
        "{ours:?}"
    );

    // No network, then paused: nothing leaves, however close the order, the link and the pause come.
    let paused = Settings {
        paused: true,
        ..Settings::default()
    };
    for round in 0..20 {
        phone.set_network(Network::None).await;
        phone.save_settings(Settings::default()).await.unwrap();
        phone.send(SendOrder::Now).await.unwrap();
        let waiting = phone.outgoing().await.unwrap();
        assert_eq!(waiting[0].why, WhyWaiting::NoNetwork, "round {round}");
        phone.set_network(Network::Metered).await;
        phone.save_settings(paused).await.unwrap();
        phone.send(SendOrder::Now).await.unwrap();
        let waiting = phone.outgoing().await.unwrap();
        assert_eq!(waiting[0].why, WhyWaiting::Paused, "round {round}");
        assert_eq!(phone.status().await.unwrap().receipt, first_receipt);
    }

    // Text and thumbnails on a paid link; photos wait for a free one.
    let serial = phone.serial();
    phone.save_settings(Settings::default()).await.unwrap();
    let changed = phone.after(serial).await;
    assert!(
        changed.names.contains(&"settings".to_owned()),
        "{changed:?}"
    );
    let status = exchange(&phone).await;
    assert_ne!(status.receipt, first_receipt);
    assert!(status.clock_off_s.unwrap().abs() < 60);
    let waiting = phone.outgoing().await.unwrap();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(waiting[0].why, WhyWaiting::WaitsForFreeLink);
    assert_eq!(waiting[0].files_left, 3);
    phone.set_network(Network::Unmetered).await;
    let status = exchange(&phone).await;
    assert_eq!((status.waiting.files, status.waiting.records), (0, 0));
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert_eq!(form.word, RecordWord::Received);

    // The next visit begins where this one ended.
    let next = begin(&phone, document).await;
    type_in(&phone, document, next, VisitField::Progress, 5_000).await;
    phone.fill_as_before(document, next).await.unwrap();
    let form = phone.visit_form(document, next).await.unwrap().unwrap();
    assert_eq!(form.fields.values["site_state"], "actif".into());
    assert_eq!(form.fields.values["progress_bp"], 5_000.into());
    let (before, fields) = form.previous.unwrap();
    assert_eq!(before.visit, visit);
    assert_eq!(fields.values["progress_bp"], 4_200.into());
    order(
        &phone,
        Command::DeleteDraft {
            document,
            visit: next,
        },
    )
    .await
    .unwrap();
    let gone = order(&phone, Command::DeleteDraft { document, visit }).await;
    assert!(matches!(gone, Err(CommandError::NotAllowed(_))), "{gone:?}");
    exchange(&phone).await;
    let report = phone.client().verify().await.unwrap();
    assert_eq!(report.disagreements, []);
    drop(server);
    assert!(ground.verify().is_sound());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_can_be_taken_back_and_survives_the_process() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "B").await;
    let document = first_project(&phone).await;
    let set = |text: &str| Command::SetProjectField {
        document,
        field: ProjectField::Place,
        value: text.into(),
    };
    let before = phone.project_fields(document).await.unwrap().unwrap();
    let receipt = order(&phone, set("Douar Aït Ali")).await.unwrap();
    let change = receipt.change.unwrap();
    let history = phone
        .history(document, None, PageWindow::default())
        .await
        .unwrap();
    assert_eq!(history.rows[0].change, change);
    assert!(history.rows[0].undoable);
    assert_eq!(history.rows.iter().filter(|row| row.undoable).count(), 1);
    order(&phone, Command::Undo { document, change })
        .await
        .unwrap();
    let after = phone.project_fields(document).await.unwrap().unwrap();
    assert_eq!(after.values.get("place"), before.values.get("place"));
    let twice = order(&phone, Command::Undo { document, change }).await;
    assert!(matches!(twice, Err(CommandError::NotUndoable)), "{twice:?}");
    let office = Command::SetProjectField {
        document,
        field: ProjectField::Cost,
        value: 1.into(),
    };
    let refused = order(&phone, office).await;
    assert!(
        matches!(refused, Err(CommandError::NotAllowed(_))),
        "{refused:?}"
    );
    let other = phone.carry_out(PersonId([3; 16]), set("x")).await;
    assert!(
        matches!(other, Err(CommandError::NotAllowed(_))),
        "{other:?}"
    );
    let unknown = Command::StartVisit {
        document: DocumentId([1; 16]),
        kind: VisitKind::Launch,
    };
    assert!(matches!(
        order(&phone, unknown).await,
        Err(CommandError::NotFound)
    ));

    // Typing and settings outlive the process.
    let visit = begin(&phone, document).await;
    type_in(&phone, document, visit, VisitField::Opinion, "Contents").await;
    let chosen = Settings {
        text_step: 2,
        sun: true,
        ..Settings::default()
    };
    phone.save_settings(chosen).await.unwrap();
    drop(phone);
    let phone = start(&ground.path("B"));
    let status = phone.status().await.unwrap();
    assert_eq!(status.settings, chosen);
    assert_eq!(status.waiting.typing, 1);
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert_eq!(form.typed, ["opinion"]);
    assert!(form.editable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_settles_what_they_have_not_seen() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let one = enrolled(&ground, &server, "C").await;
    let two = enrolled(&ground, &server, "D").await;
    let document = first_project(&one).await;
    let set = |text: &str| Command::SetProjectField {
        document,
        field: ProjectField::Note,
        value: text.into(),
    };
    let first = order(&one, set("un")).await.unwrap().change.unwrap();
    order(&two, set("deux")).await.unwrap();
    exchange(&one).await;
    exchange(&two).await;
    exchange(&one).await;
    let sheet = one.views().project(document).await.unwrap().unwrap();
    let conflict = &sheet.conflicts[0];
    let seen: BTreeSet<Hash32> = conflict.values.iter().map(|value| value.change).collect();
    assert_eq!(seen.len(), 2);
    let settle = |seen| Command::SettleConflict {
        document,
        at: FieldPath::project(ProjectField::Note),
        value: "un".into(),
        seen,
    };
    let stale = order(&one, settle(BTreeSet::from([first]))).await;
    assert!(matches!(stale, Err(CommandError::Changed)), "{stale:?}");
    order(&one, settle(seen)).await.unwrap();
    let sheet = one.views().project(document).await.unwrap().unwrap();
    assert!(sheet.conflicts.is_empty());
}

/// A form of the office, as a browser posts it.
fn post(server: &ServerProcess, path: &str, cookie: &str, form: &str) -> jawla_e2e::http::Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", cookie),
    ];
    jawla_e2e::http::call(server.plain, "POST", path, &headers, form.as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn official_money_reaches_the_phone_and_so_does_its_cancellation() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "A").await;
    let document = first_project(&phone).await;
    assert_eq!(phone.money_facts(document).await.unwrap(), []);

    let link = server.administrator_link.clone().unwrap();
    let secret = link.split_once('=').unwrap().1;
    let password = "sept+moulins+sous+la+pluie";
    let account =
        format!("lien={secret}&identifiant=amina&mot_de_passe={password}&encore={password}");
    let entered = post(&server, "/bienvenue", "", &account);
    assert_eq!(entered.status, 303, "{}", entered.text());
    let cookie = entered.header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let sheet = format!("/projets/{}", document.hex());
    let form = "nature=marche&montant=480+000%2C00&date=2026-03-14&reference=BC+12%2F2026\
                &attributaire=Entreprise+Essaada";
    let recorded = post(&server, &format!("{sheet}/argent"), &cookie, form);
    assert_eq!(recorded.status, 303, "{}", recorded.text());

    exchange(&phone).await;
    let facts = phone.money_facts(document).await.unwrap();
    let [row] = facts.as_slice() else {
        panic!("{facts:?}")
    };
    let jawla_model::MoneyAct::Recorded(entry) = &row.fact.act else {
        panic!("{row:?}")
    };
    assert_eq!(
        (entry.amount.0, entry.on.as_str()),
        (48_000_000, "2026-03-14")
    );

    let address = format!("{sheet}/argent/{}/annuler", row.fact.id.hex());
    let cancelled = post(&server, &address, &cookie, "motif=Double+saisie");
    assert_eq!(cancelled.status, 303, "{}", cancelled.text());
    exchange(&phone).await;
    let told: Vec<_> = phone.money_facts(document).await.unwrap();
    assert_eq!(told.len(), 2);
    let told: Vec<_> = told.into_iter().map(|row| row.fact).collect();
    assert_eq!(jawla_model::money_fact::totals(&told).contracts.0, 0);
    assert!(ground.verify().is_sound());
}

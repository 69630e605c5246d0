//! What a phone does with what the province does not take, does by itself, counts and keeps:
//! against the real server, over the real store.

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
use std::path::Path;

use jawla_client::handset::ByItself;
use jawla_e2e::ground::{COMMUNES, now};
use jawla_e2e::handset::{
    begin, complete, enrolled, exchange, first_project, me, order, start, start_as, type_in, until,
};
use jawla_e2e::{Ground, ServerProcess};
use jawla_model::visit::RecordWord;
use jawla_model::{FieldPath, Hash32, ProjectField, Reason, Role, Value, VisitField};
use jawla_server::enrolment::{InviteRequest, invite};
use jawla_views::dossiers::Happening;
use jawla_views::phone::{Exchange, Network, SendOrder, Settings, WhyWaiting};
use jawla_views::{Command, CommandError, Dossiers, PageWindow, Phone};
use rusqlite::Connection;

/// Changes a phone's store from outside; nobody has it open then.
fn in_store(folder: &Path, work: impl FnOnce(&Connection)) {
    work(&Connection::open(folder.join("store.db")).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_set_aside_is_reopened_with_its_photos_and_arrives() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "E").await;
    let document = first_project(&phone).await;
    let visit = begin(&phone, document).await;
    complete(&phone, document, visit).await;
    let finish = |visit| Command::FinishVisit { document, visit };
    order(&phone, finish(visit)).await.unwrap();
    let said = phone.visit_fields(document, visit).await.unwrap().unwrap();

    // By mistake the person is taken out of the commune before the work arrives.
    let (person, scope) = (me(&phone).await, ground.scope(COMMUNES[0]));
    ground.with_folder(|folder| {
        let store = folder.core.store();
        store.end_membership(scope, person, now()).unwrap();
    });
    let status = exchange(&phone).await;
    assert_eq!(status.asides, 1);
    let aside = phone.set_aside().await.unwrap();
    assert_eq!(aside[0].visit, Some(visit));
    assert_eq!(aside[0].reason, Reason::MembershipEnded);
    assert!(
        !aside[0].reopenable,
        "nobody writes where they are no member"
    );
    let early = phone.reopen(document, visit).await;
    assert!(
        matches!(early, Err(CommandError::NotAllowed(_))),
        "{early:?}"
    );
    assert_eq!(phone.set_aside().await.unwrap(), aside, "nothing is lost");

    // Put right, the work is reopened, finished and arrives.
    ground.with_folder(|folder| {
        let store = folder.core.store();
        let role = Role::TeamMember;
        store.add_membership(scope, person, role, now()).unwrap();
    });
    exchange(&phone).await;
    assert!(phone.set_aside().await.unwrap()[0].reopenable);
    let fresh = phone.reopen(document, visit).await.unwrap();
    assert_ne!(fresh, visit);
    let form = phone.visit_form(document, fresh).await.unwrap().unwrap();
    assert_eq!((form.word, form.editable), (RecordWord::Draft, true));
    assert_eq!(form.visit.replaces, Some(visit));
    assert_eq!(form.fields.photos, said.photos);
    for field in [
        VisitField::SiteState,
        VisitField::Progress,
        VisitField::NoPositionReason,
    ] {
        let (now, then) = (&form.fields.values, &said.values);
        assert_eq!(now[field.key()], then[field.key()], "{field:?}");
    }
    assert_eq!(phone.set_aside().await.unwrap(), []);
    let twice = phone.reopen(document, visit).await.unwrap();
    assert_eq!(twice, fresh, "a second tap leads to the same draft");
    order(&phone, finish(fresh)).await.unwrap();
    let status = exchange(&phone).await;
    assert_eq!(
        (status.waiting.records, status.waiting.files, status.asides),
        (0, 0, 0)
    );
    let form = phone.visit_form(document, fresh).await.unwrap().unwrap();
    assert_eq!(form.word, RecordWord::Received);
    assert_eq!(phone.client().verify().await.unwrap().disagreements, []);
    drop(server);
    assert!(ground.verify().is_sound());
}

/// Goal: an app that was updated shows what the one before it held. Method: the tables of the lists
/// are left as no build ever made them, under a version that is not this build's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_another_build_are_made_anew() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "V").await;
    let document = first_project(&phone).await;
    let visit = begin(&phone, document).await;
    complete(&phone, document, visit).await;
    exchange(&phone).await;
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    let people = phone.views().people().await.unwrap();
    assert!(!people.is_empty());
    drop(phone);
    let in_tables = |conn: &Connection| {
        let count = "SELECT count(*) FROM view_project";
        let all: u32 = conn.query_row(count, [], |row| row.get(0)).unwrap();
        conn.execute_batch(
            "DROP TABLE view_visit; CREATE TABLE view_visit (unlike TEXT); DELETE FROM view_project;
             UPDATE lists SET version = 0;",
        )
        .unwrap();
        assert!(all > 0);
    };
    in_store(&ground.path("V"), in_tables);

    let phone = start(&ground.path("V"));
    assert_eq!(phone.client().verify().await.unwrap().disagreements, []);
    let again = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert_eq!(again.fields.values, form.fields.values);
    assert_eq!(phone.views().people().await.unwrap(), people);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_by_itself_when_it_may_and_only_then() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    drop(enrolled(&ground, &server, "F").await);
    let phone = start_as(&ground.path("F"), ByItself::Yes);
    phone.set_network(Network::None).await;
    let document = first_project(&phone).await;
    let note = |text: &str| Command::SetProjectField {
        document,
        field: ProjectField::Note,
        value: text.into(),
    };
    order(&phone, note("un")).await.unwrap();
    let waiting = phone.outgoing().await.unwrap();
    assert_eq!(waiting[0].why, WhyWaiting::NoNetwork);
    let receipt = phone.status().await.unwrap().receipt;

    // The network comes: nobody orders anything.
    phone.set_network(Network::Metered).await;
    let status = until(&phone, |status| {
        status.waiting.records == 0 && status.exchange == Exchange::Idle
    })
    .await;
    assert_ne!(status.receipt, receipt);

    // Work that is done while there is a network goes by itself too.
    order(&phone, note("deux")).await.unwrap();
    until(&phone, |status| status.waiting.records == 0).await;

    // Paused, it stays; taken back, it goes.
    let paused = Settings {
        paused: true,
        ..Settings::default()
    };
    phone.save_settings(paused).await.unwrap();
    order(&phone, note("trois")).await.unwrap();
    let waiting = phone.outgoing().await.unwrap();
    assert_eq!(waiting[0].why, WhyWaiting::Paused);
    phone.save_settings(Settings::default()).await.unwrap();
    until(&phone, |status| status.waiting.records == 0).await;

    // Without a server it waits, says why and when it tries again.
    drop(server);
    order(&phone, note("quatre")).await.unwrap();
    let status = until(&phone, |status| {
        matches!(status.exchange, Exchange::Waiting { .. })
    })
    .await;
    let Exchange::Waiting { why, retry_in_s } = status.exchange else {
        panic!("{status:?}")
    };
    assert_eq!(why, WhyWaiting::Unreachable);
    assert!(retry_in_s.is_some_and(|seconds| seconds <= 15 * 60));
    assert_eq!(phone.outgoing().await.unwrap()[0].why, why);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settled_disagreement_can_be_chosen_again() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let one = enrolled(&ground, &server, "G").await;
    let two = enrolled(&ground, &server, "H").await;
    let document = first_project(&one).await;
    let at = FieldPath::project(ProjectField::Note);
    let set = |text: &str| Command::SetProjectField {
        document,
        field: ProjectField::Note,
        value: text.into(),
    };
    let settle = |value: Value, seen: BTreeSet<Hash32>| Command::SettleConflict {
        document,
        at: at.clone(),
        value,
        seen,
    };
    order(&one, set("un")).await.unwrap();
    order(&two, set("deux")).await.unwrap();
    exchange(&one).await;
    exchange(&two).await;
    exchange(&one).await;
    let sheet = one.views().project(document).await.unwrap().unwrap();
    let values = &sheet.conflicts[0].values;
    let seen = values.iter().map(|value| value.change).collect();
    let settled = order(&one, settle("un".into(), seen)).await.unwrap();
    let settled = settled.change.unwrap();

    // The history holds what the settlement passed over; it is put back from there.
    let window = PageWindow::default();
    let history = one.history(document, None, window).await.unwrap();
    let entry = history.rows.iter().find(|entry| entry.change == settled);
    let passed_over = entry.unwrap().happenings.iter().find_map(|one| match one {
        Happening::Set { at: of, before, .. } if *of == at => Some(before.clone()),
        _ => None,
    });
    let passed_over = passed_over.unwrap();
    let both: BTreeSet<_> = passed_over.iter().filter_map(Value::as_text).collect();
    assert_eq!(both, BTreeSet::from(["deux", "un"]));
    let again = settle("deux".into(), BTreeSet::from([settled]));
    order(&one, again.clone()).await.unwrap();
    let fields = one.project_fields(document).await.unwrap().unwrap();
    assert_eq!(fields.values["note"], "deux".into());
    let stale = order(&one, again).await;
    assert!(matches!(stale, Err(CommandError::Changed)), "{stale:?}");

    exchange(&one).await;
    exchange(&two).await;
    let sheet = two.views().project(document).await.unwrap().unwrap();
    assert!(sheet.conflicts.is_empty());
    let fields = two.project_fields(document).await.unwrap().unwrap();
    assert_eq!(fields.values["note"], "deux".into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_provinces_reference_data_is_read_once_it_arrived_whole() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "I").await;
    let shipped = ground.with_folder(|folder| folder.bundle.clone());
    let arrived = phone.reference().await;
    assert!(!arrived.communes.is_empty());
    assert_eq!(arrived.communes, shipped.communes);
    assert_eq!(arrived.reasons, shipped.reasons);

    // One that cannot be read is none: names of codes fail no page.
    drop(phone);
    let folder = ground.path("I");
    in_store(&folder, |store| {
        let hash: [u8; 32] = store
            .query_row(
                "SELECT hash FROM file WHERE kind = 'reference'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        let file = folder.join("files").join(Hash32(hash).hex());
        std::fs::write(file, b"{\"version\": 1, \"communes\": [").unwrap();
    });
    let phone = start(&folder);
    assert!(phone.reference().await.communes.is_empty());
    assert!(phone.status().await.unwrap().installed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn installed_means_once_whole_and_outlives_a_new_enrolment() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    drop(enrolled(&ground, &server, "J").await);
    let folder = ground.path("J");
    // What a cut after the first blocks leaves: positions in every scope, no complete answer.
    in_store(&folder, |store| {
        store
            .execute("UPDATE device SET completed_request = 0", [])
            .unwrap();
    });
    let phone = start(&folder);
    phone.set_network(Network::Unmetered).await;
    let status = phone.status().await.unwrap();
    assert!(!status.installed && status.receipt.is_none());
    assert!(exchange(&phone).await.installed);

    let person = me(&phone).await;
    let request = InviteRequest {
        person: Some(person),
        name_fr: "J".into(),
        name_ar: String::new(),
        role: Role::TeamMember,
        scopes: vec![ground.scope(COMMUNES[0])],
        life_s: 3_600,
    };
    let invitation = ground.with_folder(|folder| {
        let address = folder.address_for_phones(server.base_url.clone());
        invite(&folder.core, &request, &address, now())
            .unwrap()
            .text()
    });
    phone.set_network(Network::None).await;
    phone.enrol(&invitation, "J").await.unwrap();
    let status = phone.status().await.unwrap();
    assert_eq!(me(&phone).await, person);
    assert!(status.installed, "what is here can be worked with");
    assert_eq!(status.receipt, None, "nothing of the new one arrived yet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn photos_travel_on_a_paid_link_where_the_person_lets_them() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "K").await;
    let document = first_project(&phone).await;
    let visit = begin(&phone, document).await;
    complete(&phone, document, visit).await;
    phone.set_network(Network::Metered).await;
    let status = exchange(&phone).await;
    assert_eq!(status.waiting.files, 3, "photos wait, thumbnails went");
    let let_travel = Settings {
        photos_on_free_link_only: false,
        ..Settings::default()
    };
    phone.save_settings(let_travel).await.unwrap();
    assert_eq!(
        phone.outgoing().await.unwrap()[0].why,
        WhyWaiting::NextExchange
    );
    assert_eq!(exchange(&phone).await.waiting.files, 0);
    assert_eq!(
        phone.status().await.unwrap().network,
        Network::Metered,
        "it is still a paid one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_waits_by_its_own_word_and_files_are_counted_without_their_folder() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "L").await;
    let document = first_project(&phone).await;
    let visit = begin(&phone, document).await;
    exchange(&phone).await;
    assert_eq!(phone.outgoing().await.unwrap(), []);
    type_in(&phone, document, visit, VisitField::Note, "Mur").await;
    let at = FieldPath::project(ProjectField::Place);
    phone
        .type_value(document, at, "Douar".into())
        .await
        .unwrap();
    let waiting = phone.outgoing().await.unwrap();
    let shown: Vec<_> = waiting.iter().map(|one| (one.visit, one.why)).collect();
    let typed = WhyWaiting::BeingTyped;
    assert_eq!(shown, [(None, typed), (Some(visit), typed)]);
    let status = phone.status().await.unwrap();
    assert_eq!((status.waiting.records, status.waiting.typing), (2, 2));
    phone.leave(document).await.unwrap();
    let waiting = phone.outgoing().await.unwrap();
    assert!(
        waiting
            .iter()
            .all(|one| one.why == WhyWaiting::NextExchange)
    );

    let free_bytes = status.storage.free_bytes;
    assert_eq!(free_bytes.is_some(), cfg!(unix));
    let before = status.storage.files_bytes;
    complete(&phone, document, visit).await;
    let on_disk: u64 = std::fs::read_dir(ground.path("L").join("files"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    let status = phone.status().await.unwrap();
    assert!(status.storage.files_bytes > before);
    assert_eq!(status.storage.files_bytes, on_disk);
    drop(phone);

    // Years of photos: every page asks for the status, and the budget of a page is 5 ms.
    let folder = ground.path("L");
    in_store(&folder, |store| {
        store
            .execute_batch(
                "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
                 INSERT INTO file (hash, kind, size_bytes, direction, moved, state)
                 SELECT randomblob(32), 'photo', 300000, 'up', 300000, 'held' FROM n",
            )
            .unwrap();
    });
    let phone = start(&folder);
    phone.status().await.unwrap();
    let began = std::time::Instant::now();
    for _ in 0..20 {
        phone.status().await.unwrap();
    }
    let mean = began.elapsed() / 20;
    println!("status with 10,000 files: {mean:?}");
    assert!(mean.as_millis() < 100, "{mean:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchange_that_was_stopped_does_not_stop_the_next() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = enrolled(&ground, &server, "A").await;
    for _ in 0..3 {
        phone.send(SendOrder::Now).await.unwrap();
        phone.send(SendOrder::Cancel).await.unwrap();
        until(&phone, |status| status.exchange == Exchange::Idle).await;
    }
    exchange(&phone).await;
}

//! A day in the field through the typed API alone, against a real server process.

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

mod ground;

use std::sync::Arc;

use ground::{Keys, complete_draft, enrolled, first_project, open, synchronised, text, whole};
use jawla::{
    FieldValue, Happening, JawlaError, NetworkKind, PageRequest, ProjectFilter, RecordWord,
    Standing, SyncBudget, SyncOutcome, VisitFilter, VisitKind, WhyWaiting, field_schema,
};
use jawla_e2e::{Ground, ServerProcess};

fn page() -> PageRequest {
    PageRequest::default()
}

#[tokio::test]
async fn a_day_in_the_field() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());

    let blank = open(&ground.path("A"), &keys).await.unwrap();
    let status = blank.status().await.unwrap();
    assert_eq!(status.standing, Standing::NotEnrolled);
    assert!(status.receipt.is_none() && !status.installed);
    let refused = blank.enrol("rien".into(), "A".into()).await.unwrap_err();
    assert!(matches!(&refused, JawlaError::FixInput { code, .. } if code == "not_an_invitation"));
    let early = blank.synchronise(SyncBudget::default()).await.unwrap_err();
    assert!(matches!(early, JawlaError::EnrolAgain { .. }), "{early:?}");
    blank.close_store().await.unwrap();

    // Lists.
    let store = enrolled(&ground, &server, "A", &keys).await;
    let status = store.status().await.unwrap();
    assert_eq!(status.standing, Standing::Enrolled);
    let receipt = status.receipt.unwrap();
    assert_eq!(receipt.numbers.len(), 4);
    assert_eq!(receipt.words_fr.matches(" · ").count(), 3);
    assert_eq!(store.scopes().await.unwrap().len(), 1);
    let all = store
        .projects(ProjectFilter::default(), page())
        .await
        .unwrap();
    assert!(all.total > 3 && all.rows.len() as u64 == all.total);
    assert_eq!(all.next_offset, None);
    let first = PageRequest {
        offset: 0,
        limit: 2,
    };
    let two = store
        .projects(ProjectFilter::default(), first)
        .await
        .unwrap();
    assert_eq!((two.rows.len(), two.next_offset), (2, Some(2)));
    assert_eq!(two.rows[..], all.rows[..2]);
    let wanted = all
        .rows
        .iter()
        .find(|row| !row.title_fr.is_empty())
        .unwrap();
    let filter = ProjectFilter {
        text: wanted.title_fr.to_uppercase(),
        ..ProjectFilter::default()
    };
    let found = store.projects(filter, page()).await.unwrap();
    assert!(found.rows.iter().any(|row| row.document == wanted.document));
    let document = wanted.document.clone();
    let sheet = store.project(document.clone()).await.unwrap();
    assert_eq!(sheet.project, *wanted);
    assert!(sheet.fields.iter().any(|field| field.key == "title_fr"));
    assert_eq!(sheet.communes[0].code, wanted.communes[0]);
    assert!(sheet.communes[0].population_2024 > 0);
    assert!(sheet.server_facts.received_at_s.unwrap() > 1_700_000_000);

    // A visit.
    let visit = store
        .begin_visit(document.clone(), VisitKind::FollowUp)
        .await
        .unwrap();
    let wrong = store
        .save_part(
            document.clone(),
            visit.clone(),
            vec![whole("progress_bp", 10_001)],
        )
        .await
        .unwrap_err();
    let JawlaError::FixInput { code, field, .. } = &wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!(
        (code.as_str(), field.as_deref()),
        ("value_out_of_bounds", Some("progress_bp"))
    );
    let unknown = vec![text("field_of_2031", "x")];
    let unknown = store
        .save_part(document.clone(), visit.clone(), unknown)
        .await;
    assert_eq!(unknown.unwrap_err().code(), "unknown_field");
    let refused = store
        .finish_visit(document.clone(), visit.clone())
        .await
        .unwrap_err();
    let JawlaError::FixInput { violations, .. } = &refused else {
        panic!("{refused:?}")
    };
    let form = store.visit(document.clone(), visit.clone()).await.unwrap();
    assert!(!violations.is_empty() && *violations == form.violations);
    assert!(violations.iter().all(|one| !one.sentence_ar.is_empty()));
    assert!(form.editable && form.word == RecordWord::Draft);
    store
        .delete_draft(document.clone(), visit.clone())
        .await
        .unwrap();

    let visit = complete_draft(&store, &ground, &document).await;
    let form = store.visit(document.clone(), visit.clone()).await.unwrap();
    assert_eq!(form.violations, []);
    assert_eq!(form.rules_kept, form.rules_applying);
    assert_eq!(form.photos.len(), 2);
    let place = form
        .fields
        .iter()
        .find(|field| field.key == "position")
        .unwrap();
    assert!(matches!(place.value, FieldValue::Place { position } if position.accuracy_m == 12));
    store
        .raise_difficulty(
            document.clone(),
            visit.clone(),
            "intemperies".into(),
            "Oued".into(),
        )
        .await
        .unwrap();
    store
        .plan_action(
            document.clone(),
            visit.clone(),
            None,
            "Reprendre l'enduit".into(),
            "Entreprise".into(),
            "2026-12-15".into(),
        )
        .await
        .unwrap();
    store
        .finish_visit(document.clone(), visit.clone())
        .await
        .unwrap();
    let waiting = store.outgoing().await.unwrap();
    let ours = waiting
        .iter()
        .find(|one| one.visit.as_ref() == Some(&visit))
        .unwrap();
    assert_eq!((ours.word, ours.files_left), (RecordWord::OnThisPhone, 4));

    // Export of what was not sent, then the exchange: texts first, photos over a free link.
    let export = ground.path("unsent.jawla");
    let exported = store
        .export_unsent(export.to_str().unwrap().to_owned())
        .await
        .unwrap();
    assert!(exported.packs >= 1 && exported.changes >= 1 && exported.files == 4);
    assert_eq!(
        std::fs::metadata(&export).unwrap().len(),
        exported.size_bytes
    );
    assert!(
        std::fs::read(&export)
            .unwrap()
            .starts_with(b"JAWLAEXP\0\0\0\x01")
    );

    store.set_network(NetworkKind::NoLink).await.unwrap();
    let none = store.synchronise(SyncBudget::default()).await.unwrap();
    assert_eq!(none.outcome, SyncOutcome::Interrupted);
    assert_eq!(none.why, Some(WhyWaiting::NoNetwork));
    store.set_network(NetworkKind::Metered).await.unwrap();
    let report = synchronised(&store).await;
    assert!(report.progress.requests >= 1 && report.progress.bytes_up > 0);
    assert_eq!(report.progress.dossiers, all.total);
    let waiting = store.outgoing().await.unwrap();
    assert_eq!(waiting[0].why, WhyWaiting::WaitsForFreeLink);
    store.set_network(NetworkKind::Unmetered).await.unwrap();
    synchronised(&store).await;
    assert!(store.outgoing().await.unwrap().is_empty());
    let form = store.visit(document.clone(), visit.clone()).await.unwrap();
    assert_eq!(form.word, RecordWord::Received);
    let own = VisitFilter {
        own: true,
        ..VisitFilter::default()
    };
    let visits = store.visits(own, page()).await.unwrap();
    assert_eq!(
        (visits.total, visits.rows[0].visit.visit.clone()),
        (1, visit.clone())
    );
    assert_eq!(store.returned_visits(page()).await.unwrap().total, 0);

    // Photos leave by path.
    let copy = ground.path("copy.jpg");
    let bytes = store
        .copy_photo(
            form.photos[0].photo.clone(),
            copy.to_str().unwrap().to_owned(),
        )
        .await
        .unwrap();
    assert_eq!(bytes, form.photos[0].size_bytes);
    assert!(
        std::fs::read(&copy)
            .unwrap()
            .starts_with(&[0xff, 0xd8, 0xff])
    );
    let again = store
        .copy_photo(
            form.photos[0].photo.clone(),
            copy.to_str().unwrap().to_owned(),
        )
        .await;
    assert_eq!(again.unwrap_err().code(), "file_unwritable");

    // The next visit begins where this one ended; history and undo.
    let next = store
        .begin_visit_as_before(document.clone(), VisitKind::SiteMeeting)
        .await
        .unwrap();
    let form = store.visit(document.clone(), next.clone()).await.unwrap();
    assert_eq!(form.previous_visit.as_ref(), Some(&visit));
    assert!(form.fields.contains(&text("site_state", "actif")));
    store.delete_draft(document.clone(), next).await.unwrap();
    let place = FieldValue::Text {
        text: "Douar Aït Ali".into(),
    };
    store
        .save_project_field(document.clone(), "place".into(), place.clone())
        .await
        .unwrap();
    store.leave(document.clone()).await.unwrap();
    let history = store.history(document.clone(), page()).await.unwrap();
    let newest = &history.rows[0];
    assert!(newest.undoable);
    assert!(matches!(&newest.happenings[0], Happening::FieldSet { after, .. } if *after == place));
    let change = newest.change.clone();
    store.undo(document.clone(), change.clone()).await.unwrap();
    let twice = store.undo(document.clone(), change).await;
    assert_eq!(twice.unwrap_err().code(), "not_undoable");

    let diagnostics = store.diagnostics().await.unwrap();
    assert!(diagnostics.encrypted && diagnostics.projects == all.total);
    let said = format!("{diagnostics:?}");
    assert!(
        !said.contains("127.0.0.1") && !said.contains("fissuré"),
        "{said}"
    );

    store.close_store().await.unwrap();
    let twice = store.close_store().await.unwrap_err();
    assert!(matches!(twice, JawlaError::Closed { .. }), "{twice:?}");
    let after = store.status().await.unwrap_err();
    assert!(matches!(after, JawlaError::Closed { .. }), "{after:?}");
    assert!(store.is_closed());
    drop(server);
    assert!(ground.verify().is_sound());
}

#[tokio::test]
async fn nobody_settles_what_they_have_not_seen() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let (keys_one, keys_two) = (Arc::new(Keys::default()), Arc::new(Keys::default()));
    let one = enrolled(&ground, &server, "C", &keys_one).await;
    let two = enrolled(&ground, &server, "D", &keys_two).await;
    let document = first_project(&one).await;
    for (store, name) in [(&one, "Douar Haut"), (&two, "Douar Bas")] {
        let value = FieldValue::Text { text: name.into() };
        store
            .save_project_field(document.clone(), "place".into(), value)
            .await
            .unwrap();
        store.leave(document.clone()).await.unwrap();
    }
    synchronised(&one).await;
    synchronised(&two).await;
    synchronised(&one).await;
    let open = one
        .disagreements(Some(document.clone()), page())
        .await
        .unwrap();
    assert_eq!((open.total, open.rows[0].values.len()), (1, 2));
    let row = open.rows[0].clone();
    assert_eq!((row.key.as_str(), row.visit.as_ref()), ("place", None));
    assert!(
        row.values
            .iter()
            .all(|value| !value.author_name_fr.is_empty()),
        "{row:?}"
    );
    let seen: Vec<String> = row
        .values
        .iter()
        .map(|value| value.change.clone())
        .collect();
    let value = row.values[0].value.clone();
    let stale = one
        .settle(
            document.clone(),
            row.path.clone(),
            value.clone(),
            seen[..1].to_vec(),
        )
        .await;
    assert_eq!(stale.unwrap_err().code(), "changed");
    one.settle(document.clone(), row.path.clone(), value, seen)
        .await
        .unwrap();
    synchronised(&one).await;
    synchronised(&two).await;
    for store in [&one, &two] {
        let open = store.disagreements(None, page()).await.unwrap();
        assert_eq!(open.total, 0);
    }
    drop(server);
    assert!(ground.verify().is_sound());
}

#[test]
fn the_schema_says_what_a_form_needs() {
    let fields = field_schema();
    let kind = fields
        .iter()
        .find(|field| field.of_visit && field.key == "kind")
        .unwrap();
    assert!(kind.codes.len() == 9 && kind.codes.iter().all(|code| !code.label_ar.is_empty()));
    let progress = fields
        .iter()
        .find(|field| field.key == "progress_bp")
        .unwrap();
    assert_eq!((progress.min, progress.max), (Some(0), Some(10_000)));
    let cost = fields
        .iter()
        .find(|field| field.key == "cost_centimes")
        .unwrap();
    assert!(!cost.team_writes);
}

//! What an app does wrong, what the machine does wrong, and what must hold all the same.

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

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use ground::{Keys, complete_draft, enrolled, first_project, open, options, services, text};
use jawla::{
    ChangeObserver, FieldStore, HttpHeader, HttpRequest, JawlaError, KeyStore, NetworkKind,
    PageRequest, PlatformFault, PlatformServices, ProjectFilter, SecureRandom, Settings,
    SyncBudget, SyncOutcome, VisitKind,
};
use jawla_e2e::{Ground, PATIENCE, ServerProcess};

/// Panics once when told to.
#[derive(Default)]
struct Faulty(AtomicBool);

impl SecureRandom for Faulty {
    fn random(&self, count: u32) -> Result<Vec<u8>, PlatformFault> {
        assert!(!self.0.swap(false, Ordering::SeqCst), "told to");
        Ok(vec![0x5a; count as usize])
    }
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_store_stays_usable() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());
    let faulty = Arc::new(Faulty::default());
    let first = enrolled(&ground, &server, "A", &keys).await;
    first.close_store().await.unwrap();
    let services = PlatformServices {
        random: Some(Arc::clone(&faulty) as Arc<dyn SecureRandom>),
        ..services(&keys)
    };
    let store = FieldStore::open(options(&ground.path("A")), services)
        .await
        .unwrap();
    let document = first_project(&store).await;
    let visit = store
        .begin_visit(document.clone(), VisitKind::FollowUp)
        .await
        .unwrap();
    faulty.0.store(true, Ordering::SeqCst);
    let failed = store
        .begin_visit(document.clone(), VisitKind::Launch)
        .await
        .unwrap_err();
    assert!(matches!(failed, JawlaError::ReportBug { .. }), "{failed:?}");
    let note = vec![text("note", "Après la panne")];
    store
        .save_part(document.clone(), visit.clone(), note)
        .await
        .unwrap();
    store.leave(document.clone()).await.unwrap();
    store
        .begin_visit(document.clone(), VisitKind::Launch)
        .await
        .unwrap();
    store.set_network(NetworkKind::Unmetered).await.unwrap();
    ground::synchronised(&store).await;
    store.close_store().await.unwrap();
    drop(server);
    assert!(ground.verify().is_sound());
}

/// Every byte of every file below.
fn bytes_below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes_below(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[tokio::test]
async fn the_store_is_noise_without_its_key() {
    const CANARY: &str = "Zgharta-Quinquina";
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());
    let folder = ground.path("A");
    let store = enrolled(&ground, &server, "A", &keys).await;
    let document = first_project(&store).await;
    let title = store
        .project(document.clone())
        .await
        .unwrap()
        .project
        .title_fr;
    let visit = complete_draft(&store, &ground, &document).await;
    let note = vec![text("note", CANARY)];
    store
        .save_part(document.clone(), visit.clone(), note)
        .await
        .unwrap();
    store.leave(document.clone()).await.unwrap();
    let photos = store.visit(document.clone(), visit).await.unwrap().photos;
    let plain = ground.path("plain.jpg");
    store
        .copy_photo(photos[0].photo.clone(), plain.to_str().unwrap().into())
        .await
        .unwrap();
    let plain = std::fs::read(plain).unwrap();
    // While it is open the WAL is there; after it is closed, the database alone.
    for moment in ["open", "closed"] {
        let mut files = Vec::new();
        bytes_below(&folder, &mut files);
        assert!(files.len() > 4, "{moment}: {} files", files.len());
        for (name, bytes) in &files {
            for word in [
                CANARY.as_bytes(),
                title.as_bytes(),
                b"SQLite format",
                &plain[..12],
                &plain[600..640],
            ] {
                assert!(!holds(bytes, word), "{moment}: {name} holds {word:?}");
            }
        }
        if moment == "open" {
            assert!(files.iter().any(|(name, _)| name.ends_with("-wal")));
            store.close_store().await.unwrap();
        }
    }

    let other = Arc::new(Keys::default());
    let missing = open(&folder, &other).await.unwrap_err();
    assert_eq!(missing.code(), "key_missing");
    other.save("jawla.store-key".into(), vec![7; 32]).unwrap();
    let wrong = open(&folder, &other).await.unwrap_err();
    assert!(matches!(&wrong, JawlaError::AskPerson { code, .. } if code == "wrong_key"));
    let right = open(&folder, &keys).await.unwrap();
    let twice = open(&folder, &keys).await.unwrap_err();
    assert_eq!(twice.code(), "already_open");
    right.wipe().await.unwrap();
    assert!(keys.0.lock().unwrap().is_empty());
    let mut left = Vec::new();
    bytes_below(&folder, &mut left);
    assert_eq!(left.len(), 0, "{left:?}");
    assert!(matches!(
        right.status().await,
        Err(JawlaError::Closed { .. })
    ));
}

#[tokio::test]
async fn a_synchronisation_keeps_to_its_budget_and_can_be_cancelled() {
    let ground = Ground::new();
    let mut server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());
    let store = enrolled(&ground, &server, "A", &keys).await;
    let few = SyncBudget {
        bytes: Some(1),
        ..SyncBudget::default()
    };
    let spent = store.synchronise(few).await.unwrap();
    assert_eq!(spent.outcome, SyncOutcome::OutOfBytes, "{spent:?}");

    // In the server's place something that takes connections and says nothing.
    let address = server.tls;
    server.kill();
    let silent = std::net::TcpListener::bind(address).unwrap();
    let short = SyncBudget {
        time_ms: Some(200),
        ..SyncBudget::default()
    };
    let begun = Instant::now();
    let report = store.synchronise(short).await.unwrap();
    assert_eq!(report.outcome, SyncOutcome::OutOfTime, "{report:?}");
    assert!(report.took_ms >= 200 && begun.elapsed() < Duration::from_secs(10));

    let run = store
        .begin_synchronisation(SyncBudget::default())
        .await
        .unwrap();
    run.cancel();
    let report = run.finish().await.unwrap();
    assert_eq!(report.outcome, SyncOutcome::Cancelled, "{report:?}");
    while run.next().await.is_some() {}

    // A call that is dropped lets the next one in; one that runs ends when the store is closed.
    let dropped = store.synchronise(SyncBudget::default());
    assert!(
        tokio::time::timeout(Duration::from_millis(100), dropped)
            .await
            .is_err()
    );
    let run = store
        .begin_synchronisation(SyncBudget::default())
        .await
        .unwrap();
    let (closed, ended) = tokio::join!(store.close_store(), run.finish());
    closed.unwrap();
    assert!(matches!(ended, Err(JawlaError::Closed { .. })), "{ended:?}");
    drop(silent);
}

struct Noted(Mutex<mpsc::Sender<(std::thread::ThreadId, Vec<String>)>>);

impl ChangeObserver for Noted {
    fn changed(&self, names: Vec<String>) {
        let _ = self
            .0
            .lock()
            .unwrap()
            .send((std::thread::current().id(), names));
    }
}

#[tokio::test]
async fn observers_are_told_names_on_another_thread_and_not_too_often() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());
    let store = enrolled(&ground, &server, "A", &keys).await;
    let document = first_project(&store).await;
    let (sender, told) = mpsc::channel();
    let subscription = store.observe(Arc::new(Noted(Mutex::new(sender)))).unwrap();
    let serial = store.change_serial().unwrap();
    let begun = Instant::now();
    for _ in 0..20 {
        store
            .begin_visit(document.clone(), VisitKind::FollowUp)
            .await
            .unwrap();
    }
    let wanted = format!("project:{document}");
    let mut calls = 0;
    let (thread, names) = loop {
        let (thread, names) = told.recv_timeout(PATIENCE).unwrap();
        calls += 1;
        if names.contains(&wanted) {
            break (thread, names);
        }
    };
    assert_ne!(thread, std::thread::current().id());
    assert!(names.contains(&"outbox".to_owned()), "{names:?}");
    while told.recv_timeout(Duration::from_millis(500)).is_ok() {
        calls += 1;
    }
    let at_most = begun.elapsed().as_millis() / 200 + 1;
    assert!(calls <= at_most, "{calls} calls, {at_most} at most");
    let pulled = store.changes_after(serial).await.unwrap();
    assert!(pulled.serial > serial && pulled.names.contains(&wanted));
    subscription.stop();
    subscription.stop();
    store
        .begin_visit(document, VisitKind::FollowUp)
        .await
        .unwrap();
    assert!(told.recv_timeout(Duration::from_millis(500)).is_err());
    // Waiting for what does not come ends with the store.
    let serial = store.change_serial().unwrap();
    let (pulled, closed) = tokio::join!(store.changes_after(serial), async {
        tokio::task::yield_now().await;
        store.close_store().await
    });
    closed.unwrap();
    assert!(pulled.is_ok() || matches!(pulled, Err(JawlaError::Closed { .. })));
}

fn get(path: &str) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        path: path.into(),
        headers: Vec::new(),
        body: None,
    }
}

#[tokio::test]
async fn pages_are_answered_in_process_and_what_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let store = open(folder.path(), &keys).await.unwrap();
    let entrance = store.http(get("/")).await.unwrap();
    let location = |name: &str, headers: &[HttpHeader]| {
        let found = headers.iter().find(|header| header.name == name);
        found.map(|header| header.value.clone())
    };
    let page = match location("location", &entrance.headers) {
        Some(place) => store.http(get(&place)).await.unwrap(),
        None => entrance,
    };
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("<html") && !html.contains('⟦'), "{html}");
    let missing = store.http(get("/nulle-part")).await.unwrap();
    assert_eq!(missing.status, 404);
    let foreign = HttpRequest {
        method: "POST".into(),
        path: "/parametres".into(),
        headers: vec![HttpHeader {
            name: "Sec-Fetch-Site".into(),
            value: "cross-site".into(),
        }],
        body: Some(b"x=1".to_vec()),
    };
    assert_eq!(store.http(foreign).await.unwrap().status, 403);
    let bad = [
        get("no-slash"),
        get("/a b"),
        HttpRequest {
            method: "G T".into(),
            ..get("/")
        },
        HttpRequest {
            body: Some(vec![0; 2 * 1024 * 1024]),
            ..get("/")
        },
    ];
    for request in bad {
        let refused = store.http(request).await.unwrap_err();
        assert_eq!(refused.code(), "bad_request");
    }
    store.close_store().await.unwrap();
}

#[tokio::test]
async fn ids_that_are_none_are_the_callers_to_fix() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &Arc::new(Keys::default()))
        .await
        .unwrap();
    for id in ["", "x", "é", &"0".repeat(31), &"0".repeat(64)] {
        let refused = store.project(id.to_owned()).await.unwrap_err();
        assert_eq!(refused.code(), "not_an_id", "{id}");
    }
    let nowhere = store.project("0".repeat(32)).await.unwrap_err();
    assert_eq!(nowhere.code(), "not_found");
    let begun = store.begin_visit("0".repeat(32), VisitKind::Launch).await;
    assert!(matches!(begun, Err(JawlaError::EnrolAgain { .. })));
    let settings = Settings {
        text_step: 2,
        ..store.status().await.unwrap().settings
    };
    store.save_settings(settings.clone()).await.unwrap();
    assert_eq!(store.status().await.unwrap().settings, settings);
    store.close_store().await.unwrap();
}

fn figure(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Opening and closing leaves nothing behind, and fifty calls at once wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_come_and_go_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let cycles = |count: u32| {
        let (folder, keys) = (folder.path().to_owned(), Arc::clone(&keys));
        async move {
            for cycle in 0..count {
                let store = open(&folder, &keys).await.unwrap();
                if cycle % 10 == 0 {
                    let calls: Vec<_> = (0..50)
                        .map(|_| {
                            let store = Arc::clone(&store);
                            tokio::spawn(async move {
                                let page = PageRequest::default();
                                store.projects(ProjectFilter::default(), page).await
                            })
                        })
                        .collect();
                    for call in calls {
                        assert_eq!(call.await.unwrap().unwrap().total, 0);
                    }
                }
                store.close_store().await.unwrap();
            }
        }
    };
    cycles(30).await;
    let (threads, memory_kib) = (figure("Threads:"), figure("VmRSS:"));
    cycles(120).await;
    let (after_threads, after_kib) = (figure("Threads:"), figure("VmRSS:"));
    assert!(
        after_threads <= threads + 8,
        "{threads} threads, then {after_threads}"
    );
    assert!(
        after_kib < memory_kib + 30_000,
        "{memory_kib} KiB, then {after_kib}"
    );
    // Forgotten instead of closed: the folder is free again by itself.
    drop(open(folder.path(), &keys).await.unwrap());
    let until = Instant::now() + PATIENCE;
    let again = loop {
        match open(folder.path(), &keys).await {
            Ok(store) => break store,
            Err(error) => assert!(error.code() == "already_open" && Instant::now() < until),
        }
    };
    again.close_store().await.unwrap();
}

//! `kill -9`: of the server under load, of a phone in the middle of a save. Nothing that was
//! confirmed is lost.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::print_stdout,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jawla_e2e::ground::{COMMUNES, is_complete, once, open};
use jawla_e2e::{Ground, PATIENCE, Phone, ServerProcess, free_port, jawla_command};
use jawla_model::{DocumentId, Value, VisitField, VisitId};
use jawla_sync::device::SessionResult;
use jawla_world::Dice;
use tokio::sync::watch;

/// Kills of each kind: enough to be quick. `JAWLA_KILLS` asks for more.
fn kills() -> u64 {
    std::env::var("JAWLA_KILLS").map_or(20, |kills| kills.parse().expect("a number of kills"))
}

/// Visits of a phone, and how many of them it was told the province has.
#[derive(Debug, Default)]
struct Load {
    visits: Vec<(DocumentId, VisitId)>,
    accepted: usize,
    interrupted: u64,
}

/// Saves and synchronises until the server stays up; no visit is written while it is down, so
/// that the load does not grow with the time a restart takes.
async fn work(
    phone: Phone,
    mut up: watch::Receiver<bool>,
    stop: watch::Receiver<bool>,
    steps: watch::Sender<u64>,
) -> (Phone, Load) {
    let projects = phone.projects().await;
    let mut load = Load::default();
    while !*stop.borrow() {
        up.wait_for(|up| *up).await.unwrap();
        for _ in 0..2 {
            let document = projects[load.visits.len() % projects.len()];
            let visit = phone.note(document, "Compactage en cours").await;
            load.visits.push((document, visit));
        }
        let told = |_| steps.send_modify(|steps| *steps += 1);
        let report = phone.client.sync(once(), told).await.unwrap();
        match report.result {
            SessionResult::Complete { .. } => {
                assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
                load.accepted = load.visits.len();
            }
            SessionResult::Interrupted(_) => load.interrupted += 1,
            other => panic!("a restarted server is not the one it was: {other:?}"),
        }
    }
    (phone, load)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_a_phone_was_told_is_received_is_lost_when_the_server_is_killed() {
    let ground = Ground::new();
    let at = free_port();
    let mut server = ServerProcess::start_at(&ground.data(), at);
    let (up, is_up) = watch::channel(true);
    let (stop, stopped) = watch::channel(false);
    let (steps, mut stepped) = watch::channel(0);
    let mut loads = Vec::new();
    for name in ["A", "B"] {
        let phone = ground.phone(name, &server.base_url, &COMMUNES).await;
        loads.push(tokio::spawn(work(
            phone,
            is_up.clone(),
            stopped.clone(),
            steps.clone(),
        )));
    }
    let mut dice = Dice::new(1, "moments of kills");
    for kill in 0..kills() {
        let from = *stepped.borrow();
        let some = from + 1 + dice.below(6);
        let waited = tokio::time::timeout(PATIENCE, stepped.wait_for(|steps| *steps >= some));
        // What it hands out would hold up the phones.
        let gets_on = waited.await.is_ok();
        assert!(gets_on, "no phone gets on after kill {kill}");
        // A moment of chance between two steps: what is tested here, nothing waits for it.
        tokio::time::sleep(Duration::from_micros(dice.below(30_000))).await;
        up.send(false).unwrap();
        server.kill();
        server = ServerProcess::start_at(&ground.data(), at);
        up.send(true).unwrap();
    }
    stop.send(true).unwrap();
    let fresh = ground.phone("C", &server.base_url, &COMMUNES).await;
    let mut phones = Vec::new();
    for load in loads {
        let (phone, load) = load.await.unwrap();
        println!(
            "{} visits, {} known to be received, {} sessions cut",
            load.visits.len(),
            load.accepted,
            load.interrupted
        );
        assert!(load.accepted > 0, "no load");
        phone.sync().await;
        assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
        phones.push((phone, load));
    }
    for phone in [&phones[0].0, &phones[1].0, &fresh] {
        phone.sync().await;
    }
    for (_, load) in &phones {
        for (document, visit) in &load.visits {
            assert!(
                fresh.visits(*document).await.contains(visit),
                "a visit is lost"
            );
        }
    }
    server.kill();
    ground
        .assert_all_agree(&[&phones[0].0, &phones[1].0, &fresh])
        .await;
}

/// What a phone that saves until it is killed had confirmed.
struct Confirmed {
    visit: VisitId,
    typed: i64,
}

fn kill_after(folder: &Path, project: DocumentId, lines_read: u64) -> Confirmed {
    let mut child = jawla_command()
        .arg("demo-phone")
        .arg(folder)
        .args([&project.hex(), "--", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    for _ in 0..lines_read {
        said.push(lines.next().expect("the phone still runs").unwrap());
    }
    child.kill().unwrap();
    said.extend(lines.map_while(Result::ok));
    child.wait().unwrap();
    let of = |word: &str, line: &String| line.strip_prefix(word).map(str::to_owned);
    let visit = said.iter().find_map(|line| of("visit ", line)).unwrap();
    let typed = said.iter().rev().find_map(|line| of("typed ", line));
    Confirmed {
        visit: visit.parse().unwrap(),
        typed: typed.map_or(-1, |typed| typed.parse().unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_is_killed_has_every_save_it_confirmed() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("D", &server.base_url, &COMMUNES[..1]).await;
    let Phone { client, folder } = phone;
    let phone = Phone {
        client,
        folder: folder.clone(),
    };
    let project = phone.projects().await[0];
    drop(phone);
    let mut dice = Dice::new(2, "moments of kills");
    let mut confirmed = 0;
    for kill in 0..kills() {
        let seen = kill_after(&folder, project, 1 + dice.below(40));
        let client = open(&folder);
        let editing = client.visit(project, seen.visit).await.unwrap();
        let found = editing
            .fields
            .get(VisitField::Workers.key())
            .and_then(Value::as_int);
        let found = found.unwrap_or(-1);
        // The save that was under way may be there or not.
        let may_be = seen.typed..=seen.typed + 1;
        assert!(
            may_be.contains(&found),
            "kill {kill}: {} confirmed, {found} found",
            seen.typed
        );
        let report = client.verify().await.unwrap();
        assert_eq!(report.disagreements, [], "kill {kill}");
        confirmed += seen.typed + 1;
    }
    println!("{} kills, {confirmed} saves confirmed, all found", kills());
    let phone = Phone {
        client: open(&folder),
        folder,
    };
    let report = phone.client.sync(once(), |_| {}).await.unwrap();
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
    ground.assert_all_agree(&[&phone]).await;
}

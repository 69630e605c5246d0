//! Links as they are in the field: cut, deaf, owned by a hotel, or ending at somebody else's
//! server.

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

use std::time::{Duration, Instant};

use jawla_client::client::transport_to;
use jawla_client::http::HttpTransport;
use jawla_client::transport::LinkError;
use jawla_client::{SyncOptions, SyncReport};
use jawla_e2e::ground::{COMMUNES, is_complete, once};
use jawla_e2e::{Ground, PATIENCE, Phone, ServerProcess};
use jawla_sync::device::{LinkFailure, SessionResult};
use jawla_world::{LinkEmulator, LinkMode, LinkProfile};

/// EDGE in its proportions, quick enough for a test.
const QUICK_EDGE: LinkProfile = LinkProfile {
    rtt_ms: 12,
    down_bits_per_s: 6_400_000,
    up_bits_per_s: 3_200_000,
    ..LinkProfile::edge()
};

/// Cuts in a row without progress that a phone puts up with here.
const PATIENT: SyncOptions = SyncOptions {
    link: jawla_client::platform::LinkKind::Unknown,
    fruitless_tries_max: 3,
    idle_timeout_ms: 0,
};

struct Road {
    link: LinkEmulator,
    transport: HttpTransport,
}

impl Road {
    /// From a phone to its server through an emulated link.
    async fn new(phone: &Phone, server: &ServerProcess, profile: LinkProfile) -> Self {
        let link = LinkEmulator::start(server.tls, profile).await.unwrap();
        let pin = phone.client.who().await.unwrap().tls_pin;
        let transport = transport_to(&format!("https://{}", link.address()), pin).unwrap();
        Self { link, transport }
    }

    async fn sync(&self, phone: &Phone, options: SyncOptions) -> SyncReport {
        phone
            .client
            .sync_over(&self.transport, options, |_| {})
            .await
            .unwrap()
    }
}

async fn field_day(phone: &Phone) {
    let text = "Compactage en cours, deux engins présents, la couche de base avance. ".repeat(4);
    for (number, project) in phone.projects().await.into_iter().take(10).enumerate() {
        phone.note(project, &format!("{number} {text}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_cut_every_few_kilobytes_brings_everything() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let other = ground.phone("B", &server.base_url, &COMMUNES).await;
    field_day(&other).await;
    other.sync().await;
    let phone = ground.blank_phone("A");
    let invitation = ground.invitation("A", &server.base_url, &COMMUNES);
    phone.client.enrol(&invitation, "A").await.unwrap();

    // A first install, then a field day up and down.
    for round in ["first install", "field day"] {
        let road = Road::new(&phone, &server, QUICK_EDGE.cut_every(CUT_EVERY_BYTES)).await;
        let began = Instant::now();
        let report = road.sync(&phone, PATIENT).await;
        assert!(is_complete(&report), "{round}: {report:?}");
        let counters = road.link.counters();
        println!(
            "{round}: {} B in {} connections, {} cuts, {} blocks, {} ms",
            counters.bytes(),
            counters.connections,
            counters.cuts,
            report.progress.blocks,
            began.elapsed().as_millis()
        );
        if round == "first install" {
            assert!(counters.cuts >= 2, "the link was never cut: {counters:?}");
            field_day(&phone).await;
            field_day(&other).await;
            other.sync().await;
        }
    }
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
    other.sync().await;
    phone.sync().await;
    ground.assert_all_agree(&[&phone, &other]).await;
}

/// Two handshakes' worth, heads and one block of a log fit, and little more: a block is the least
/// that a connection must deliver for a sync to get on.
const CUT_EVERY_BYTES: u64 = 9_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_goes_deaf_ends_in_time_and_the_next_sync_completes() {
    const IDLE_TIMEOUT_MS: u64 = 400;
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES).await;
    field_day(&phone).await;
    let road = Road::new(&phone, &server, QUICK_EDGE).await;
    let short = SyncOptions {
        idle_timeout_ms: IDLE_TIMEOUT_MS,
        ..once()
    };
    // Deaf from the start, then in the middle of an answer on a connection that was alive.
    road.link.set_mode(LinkMode::HalfOpen);
    let began = Instant::now();
    let report = road.sync(&phone, short).await;
    let elapsed = began.elapsed();
    assert_eq!(
        report.result,
        SessionResult::Interrupted(LinkFailure::TimedOut),
        "{report:?}"
    );
    assert_eq!(report.link_error, Some(LinkError::TimedOut));
    let bound = Duration::from_millis(IDLE_TIMEOUT_MS * 5 / 2);
    assert!(elapsed < bound, "{elapsed:?}");
    println!(
        "deaf: {} ms with an idle time of {IDLE_TIMEOUT_MS} ms",
        elapsed.as_millis()
    );
    assert!(phone.client.outbox_totals().await.unwrap().changes > 0);
    road.link.set_mode(LinkMode::Up);
    let report = road.sync(&phone, short).await;
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);

    field_day(&phone).await;
    road.link.reset_counters();
    let goes_deaf = async {
        let some = road
            .link
            .wait_for(PATIENCE, |counters| counters.up_bytes > 0)
            .await;
        assert!(some.is_some(), "nothing was sent");
        road.link.set_mode(LinkMode::HalfOpen);
    };
    let (report, ()) = tokio::join!(road.sync(&phone, short), goes_deaf);
    assert_eq!(report.link_error, Some(LinkError::TimedOut), "{report:?}");
    road.link.set_mode(LinkMode::Up);
    let report = road.sync(&phone, short).await;
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
    ground.assert_all_agree(&[&phone]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_changes_nothing_and_is_named() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES).await;
    field_day(&phone).await;
    let before = phone.client.verify().await.unwrap();
    let totals = phone.client.outbox_totals().await.unwrap();

    let road = Road::new(&phone, &server, QUICK_EDGE).await;
    road.link.set_mode(LinkMode::CaptivePortal);
    let over_tls = road.sync(&phone, once()).await;
    // Without TLS the page is read, as a proxy before the server would send it.
    let plain = HttpTransport::new(&format!("http://{}", road.link.address()), &[]).unwrap();
    let over_plain = phone
        .client
        .sync_over(&plain, once(), |_| {})
        .await
        .unwrap();
    println!(
        "TLS: {:?}; plain: {:?}",
        over_tls.link_error, over_plain.link_error
    );
    assert_eq!(
        over_tls.result,
        SessionResult::Interrupted(LinkFailure::Untrusted)
    );
    assert_eq!(over_tls.link_error, Some(LinkError::TlsFailed));
    assert_eq!(
        over_plain.result,
        SessionResult::Interrupted(LinkFailure::NotOurs)
    );
    let portal = LinkError::CaptivePortal {
        content_type: "text/html".into(),
    };
    assert_eq!(over_plain.link_error, Some(portal));
    for report in [&over_tls, &over_plain] {
        let error = report.link_error.as_ref().unwrap();
        assert!(error.needs_a_person(), "waiting does not help");
        assert!(error.sentence_fr().ends_with('.'));
    }
    assert_eq!(phone.client.verify().await.unwrap(), before);
    assert_eq!(phone.client.outbox_totals().await.unwrap(), totals);

    road.link.set_mode(LinkMode::Up);
    let report = road.sync(&phone, once()).await;
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
    ground.assert_all_agree(&[&phone]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_under_the_address_gets_not_one_byte_of_a_request() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES).await;
    field_day(&phone).await;
    let elsewhere = Ground::empty();
    let stranger = ServerProcess::start(&elsewhere.data());

    let wrong = Road::new(&phone, &stranger, QUICK_EDGE).await;
    let report = wrong.sync(&phone, once()).await;
    assert_eq!(
        report.result,
        SessionResult::Interrupted(LinkFailure::Untrusted)
    );
    assert_eq!(report.link_error, Some(LinkError::TlsPin));
    let heard = wrong.link.counters();
    let right = Road::new(&phone, &server, QUICK_EDGE).await;
    let report = right.sync(&phone, once()).await;
    assert!(is_complete(&report), "{report:?}");
    let whole = right.link.counters();
    println!(
        "the stranger heard {} B, the server {} B",
        heard.up_bytes, whole.up_bytes
    );
    // A greeting and an alert; the request alone is larger than all that.
    assert!(heard.up_bytes < 600, "{heard:?}");
    assert!(report.progress.body_bytes_up > 1_000, "{report:?}");
    assert!(whole.up_bytes > report.progress.body_bytes_up);
    ground.assert_all_agree(&[&phone]).await;
}

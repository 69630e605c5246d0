//! Photos: what is no photo is refused with a sentence, and a real one arrives whole over a link
//! that is cut every 64 kB, at little more than its size.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use jawla_client::client::transport_to;
use jawla_client::platform::LinkKind;
use jawla_client::{ClientError, NewVisit, SyncOptions};
use jawla_e2e::ground::{COMMUNES, is_complete};
use jawla_e2e::{Ground, ServerProcess};
use jawla_model::VisitKind;
use jawla_model::visit::PhotoRole;
use jawla_world::{LinkEmulator, LinkProfile, hostile_images, photo};

/// What a link that is cut every 64 kB may cost beside the photos themselves: handshakes and
/// heads of each connection.
const OVERHEAD_PERCENT_MAX: u64 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_refused_and_changes_nothing() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("photos", &server.base_url, &COMMUNES).await;
    let document = phone.projects().await[0];
    let visit = phone
        .client
        .start_visit(NewVisit { document, kind: VisitKind::FollowUp })
        .await
        .unwrap();
    let mut refused = 0;
    for image in hostile_images() {
        let before = phone.client.outbox_totals().await.unwrap();
        let attached = phone
            .client
            .attach_photo(document, visit, PhotoRole::Detail, image.bytes())
            .await;
        let Err(error) = attached else {
            // A file that is only odd may be taken: it is then a photo like any other.
            continue;
        };
        refused += 1;
        assert!(matches!(error, ClientError::Photo(_)), "{}: {error}", image.name);
        assert!(error.sentence_fr().len() > 10, "{}", image.name);
        assert_eq!(phone.client.outbox_totals().await.unwrap(), before, "{}", image.name);
    }
    assert!(refused >= 5, "only {refused} of the hostile images were refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_arrive_whole_over_a_link_cut_every_64_kb() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("photos", &server.base_url, &COMMUNES).await;
    let document = phone.projects().await[0];
    let client = &phone.client;
    let visit =
        client.start_visit(NewVisit { document, kind: VisitKind::FollowUp }).await.unwrap();
    for seed in 0..2 {
        let jpeg = photo::make_field_photo(seed);
        client.attach_photo(document, visit, PhotoRole::Overview, jpeg).await.unwrap();
    }
    let size_bytes = client.outbox_totals().await.unwrap().file_bytes;

    let link = LinkEmulator::start(server.tls, LinkProfile::office().cut_every(64_000))
        .await
        .unwrap();
    let pin = client.who().await.unwrap().tls_pin;
    let transport = transport_to(&format!("https://{}", link.address()), pin).unwrap();
    let options = SyncOptions {
        link: LinkKind::Unmetered,
        fruitless_tries_max: 20,
        ..SyncOptions::default()
    };
    let report = client.sync_over(&transport, options, |_| {}).await.unwrap();
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(client.outbox_totals().await.unwrap().files, 0);

    let counters = link.counters();
    // What a cut catches between the phone and the server was never carried.
    let up_bytes = counters.up_bytes;
    println!("{size_bytes} bytes of files, {up_bytes} carried, {} cuts", counters.cuts);
    assert!(counters.cuts > size_bytes / 80_000, "the link was cut under way");
    assert!(
        up_bytes * 100 <= size_bytes * (100 + OVERHEAD_PERCENT_MAX),
        "{up_bytes} bytes carried for {size_bytes}"
    );
    let held = ground.verify();
    assert!(held.is_sound(), "{held:#?}");
    assert!(held.files_checked >= 4, "two photos and two thumbnails");
}

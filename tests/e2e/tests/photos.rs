//! Photos: files that only claim to be some, and one over a link that is cut again and again.

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

use std::path::{Path, PathBuf};

use jawla_client::client::transport_to;
use jawla_client::platform::LinkKind;
use jawla_client::{ClientError, SyncOptions};
use jawla_e2e::ground::{COMMUNES, is_complete};
use jawla_e2e::{Ground, Phone, ServerProcess};
use jawla_model::visit::PhotoRole;
use jawla_model::{DocumentId, Hash32, VisitId};
use jawla_world::{LinkEmulator, LinkProfile, hostile_images, photo};

const FREE: SyncOptions = SyncOptions {
    link: LinkKind::Unmetered,
    fruitless_tries_max: 10,
    idle_timeout_ms: 0,
};

async fn visit_of(phone: &Phone) -> (DocumentId, VisitId) {
    let project = phone.projects().await[0];
    (project, phone.note(project, "Photos à l'appui").await)
}

async fn take(phone: &Phone, seed: u64) -> (Hash32, u64) {
    let (project, visit) = visit_of(phone).await;
    let jpeg = photo::make_field_photo(seed);
    let role = PhotoRole::Overview;
    let hash = phone
        .client
        .attach_photo(project, visit, role, jpeg)
        .await
        .unwrap();
    let editing = phone.client.visit(project, visit).await.unwrap();
    (hash, editing.photos[0].size_bytes)
}

/// Every file in a folder, at any depth.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_claim_to_be_photos_change_nothing() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES[..1]).await;
    let (project, visit) = visit_of(&phone).await;
    let before = phone.client.verify().await.unwrap();
    let totals = phone.client.outbox_totals().await.unwrap();
    let files = files_in(&phone.folder.join("files"));
    let mut harmless = 0;
    for image in hostile_images() {
        let taken = phone
            .client
            .attach_photo(project, visit, PhotoRole::Detail, image.bytes())
            .await;
        if image.name == "exif_without_end" {
            // A picture behind metadata that is never read: it may be taken, without them.
            harmless += u64::from(taken.is_ok());
            continue;
        }
        let error = taken.expect_err(image.name);
        assert!(
            matches!(error, ClientError::Photo(_)),
            "{}: {error:?}",
            image.name
        );
        let sentence = error.sentence_fr();
        assert!(
            sentence.ends_with('.') && sentence.contains("hoto") || sentence.contains("ichier")
        );
        println!("{}: {sentence}", image.name);
    }
    let after = phone.client.verify().await.unwrap();
    assert_eq!(after.disagreements, []);
    let now = phone.client.outbox_totals().await.unwrap();
    // A photo and its thumbnail for each that was taken.
    assert_eq!(now.files, totals.files + 2 * harmless);
    assert_eq!(
        files_in(&phone.folder.join("files")).len() as u64,
        files.len() as u64 + 2 * harmless
    );
    if harmless == 0 {
        assert_eq!((after, now), (before, totals));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_over_a_link_that_is_cut_goes_on_at_the_byte() {
    const CUT_EVERY_BYTES: u64 = 64_000;
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES[..1]).await;
    let (hash, size_bytes) = take(&phone, 11).await;
    assert!(
        size_bytes > 3 * CUT_EVERY_BYTES,
        "{size_bytes} bytes are cut too seldom"
    );
    // The text and the thumbnail go first, as on a link that is paid for.
    let metered = SyncOptions {
        link: LinkKind::Metered,
        ..FREE
    };
    let report = phone.client.sync(metered, |_| {}).await.unwrap();
    assert!(is_complete(&report), "{report:?}");
    let left = phone.client.outbox_totals().await.unwrap();
    assert_eq!(
        (left.changes, left.files, left.file_bytes),
        (0, 1, size_bytes)
    );

    let profile = LinkProfile::office().cut_every(CUT_EVERY_BYTES);
    let link = LinkEmulator::start(server.tls, profile).await.unwrap();
    let pin = phone.client.who().await.unwrap().tls_pin;
    let transport = transport_to(&format!("https://{}", link.address()), pin).unwrap();
    let mut waiting = Vec::new();
    let report = phone.client.sync_over(&transport, FREE, |progress| {
        waiting.push(progress.file_bytes_left);
    });
    let report = report.await.unwrap();
    assert!(is_complete(&report), "{report:?}");
    assert_eq!(phone.client.outbox_totals().await.unwrap().files, 0);
    let counters = link.counters();
    let ratio = counters.bytes() as f64 / size_bytes as f64;
    println!(
        "{size_bytes} B over {} cuts: {} B ({ratio:.3}x), {} B more lost in flight; {} requests",
        counters.cuts,
        counters.bytes(),
        counters.lost_bytes,
        report.progress.requests
    );
    assert!(counters.cuts >= 3, "{counters:?}");
    assert!(ratio <= 1.25, "{ratio}");
    // Counted by the offsets that the server gave: no byte was sent from the start again.
    assert_eq!(report.progress.file_bytes, size_bytes);
    waiting.dedup();
    // Before the files are counted it says 0.
    let waiting = waiting.split_off(usize::from(waiting[0] == 0));
    assert!(
        waiting.len() >= 3 && waiting.is_sorted_by(|a, b| a >= b),
        "{waiting:?}"
    );
    let held = ground.verify();
    assert!(held.is_sound() && held.files_checked >= 2, "{held:?}");
    let stored = files_in(&ground.data().join("files"));
    let ours = stored
        .iter()
        .find(|path| path.to_string_lossy().ends_with(&hash.hex()));
    let ours = std::fs::read(ours.expect("the file under its hash")).unwrap();
    assert_eq!(ours.len() as u64, size_bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_was_damaged_on_the_phone_is_not_taken_and_waits_for_a_person() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let phone = ground.phone("A", &server.base_url, &COMMUNES[..1]).await;
    let (hash, size_bytes) = take(&phone, 12).await;
    let held = files_in(&phone.folder.join("files"));
    let path = held
        .iter()
        .find(|path| path.to_string_lossy().ends_with(&hash.hex()))
        .unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes[usize::try_from(size_bytes / 2).unwrap()] ^= 1;
    std::fs::write(path, bytes).unwrap();
    let report = phone.client.sync(FREE, |_| {}).await.unwrap();
    assert!(is_complete(&report), "the text is not held up: {report:?}");
    let outbox = phone.client.outbox().await.unwrap();
    println!("{outbox:?}, {:?}", report.link_error);
    assert_eq!(
        outbox.iter().map(|row| row.failed_files).sum::<u64>(),
        1,
        "{outbox:?}"
    );
    assert_eq!(phone.client.outbox_totals().await.unwrap().changes, 0);
    assert!(
        ground.verify().is_sound(),
        "what came wrong is not kept as right"
    );
}

//! What sync costs: nothing changed, a field day, one edit, a first install, photos.

use std::path::Path;

use anyhow::Context;
use jawla_client::platform::LinkKind;
use jawla_model::visit::PhotoRole;
use jawla_model::{Claimed, Edit, FieldPath, ProjectField, VisitKind};
use jawla_world::{LinkProfile, photo};

use crate::ground::Ground;
use crate::phone::{Inside, Phone, Road, ServerCpu, Trip};
use crate::report::{Row, kb, ms, percentile};
use crate::visits::{Manner, Step};

const EDGE_RTT_MS: f64 = 600.0;

/// How often the link of the first install is cut, in bytes.
const INSTALL_CUT_BYTES: u64 = 20_000;

/// How often the link of the photos is cut, in bytes.
const PHOTOS_CUT_BYTES: u64 = 64_000;

/// Warm syncs without news; the median counts.
const WARM_TRIES: usize = 5;

const PHOTOS: u64 = 4;

/// First installs over EDGE, one on a whole link and one on a link that is cut, side by side:
/// both wait for their links and not for the processor. The phone of the whole link, current.
pub async fn first_installs(ground: &Ground, root: &Path) -> anyhow::Result<(Phone, [Row; 2])> {
    let whole = install(ground, root, "whole", LinkProfile::edge());
    let cut = install(
        ground,
        root,
        "cut",
        LinkProfile::edge().cut_every(INSTALL_CUT_BYTES),
    );
    let (whole, cut) = tokio::join!(whole, cut);
    let (phone, trip) = whole.context("the first install failed")?;
    let report = phone.client.verify().await?;
    anyhow::ensure!(
        report.disagreements.is_empty(),
        "the first install does not add up"
    );
    let measured = format!(
        "{} of bodies, {}",
        kb(trip.body_bytes()),
        ms(trip.elapsed_ms as f64)
    );
    let row = Row::printed("first install over EDGE", measured)
        .against("completes", true)
        .beside("575 kB, 37 s (JSON + gzip)")
        .remark(format!(
            "{} requests; records {}, reference bundle {}; payload {} with TLS on {} connections",
            trip.requests,
            kb(trip.body_bytes() - trip.file_bytes),
            kb(trip.file_bytes),
            kb(trip.payload_bytes),
            trip.connections
        ));
    let row = with_trip(row, &trip);
    let cut_row = match cut {
        Ok((other, cut_trip)) => cut_install(&phone, &other, &trip, &cut_trip).await?,
        Err(error) => missed("first install, cut every 20 kB", "completes", &error),
    };
    Ok((
        phone,
        [row, cut_row.beside("none of eight systems completes")],
    ))
}

async fn cut_install(phone: &Phone, other: &Phone, trip: &Trip, cut: &Trip) -> anyhow::Result<Row> {
    let (left, right) = (phone.client.verify().await?, other.client.verify().await?);
    let same = left.scopes == right.scopes && right.disagreements.is_empty();
    let bodies = cut.body_bytes() as f64 / trip.body_bytes() as f64;
    let payload = cut.payload_bytes as f64 / trip.payload_bytes as f64;
    let measured = format!(
        "{bodies:.3}x the bodies of the uncut one, {} cuts",
        cut.cuts
    );
    let row = Row::printed("first install, cut every 20 kB", measured)
        .against("completes", same)
        .remark(format!(
            "{} requests, {} of bodies, {}; payload {payload:.3}x, a TLS handshake a connection",
            cut.requests,
            kb(cut.body_bytes()),
            ms(cut.elapsed_ms as f64)
        ))
        .remark(if same {
            "equal to the uncut phone"
        } else {
            "NOT equal to the uncut phone"
        })
        .figure("bodies_ratio", bodies)
        .figure("payload_ratio", payload);
    Ok(with_trip(row, cut))
}

async fn install(
    ground: &Ground,
    root: &Path,
    name: &str,
    profile: LinkProfile,
) -> anyhow::Result<(Phone, Trip)> {
    let person = ground.authors[0].person;
    let phone = Phone::enrol(ground, &root.join(name), person, vec![ground.scope]).await?;
    let road = Road::open(ground, &phone, profile).await?;
    let trip = road.travel(&phone, LinkKind::Metered).await?;
    Ok((phone, trip))
}

/// A sync with nothing to say, cold and then warm over EDGE.
pub async fn nothing_changed(phone: &Phone, road: &Road) -> anyhow::Result<Row> {
    let cold = road.travel(phone, LinkKind::Metered).await?;
    let mut ratios = Vec::new();
    let mut trip = cold;
    for _ in 0..WARM_TRIES {
        trip = road.travel(phone, LinkKind::Metered).await?;
        ratios.push(trip.elapsed_ms as f64 / EDGE_RTT_MS);
    }
    let warm = percentile(&ratios, 0.5);
    let measured = format!(
        "{} of bodies ({} up, {} down), {} request",
        kb(trip.body_bytes()),
        trip.body_bytes_up,
        trip.body_bytes_down,
        trip.requests
    );
    let held = trip.body_bytes() <= 300 && trip.requests == 1;
    let row = Row::printed("nothing changed", measured)
        .against("<= 300 B, 1 request", held)
        .beside("280 B, 1 turn, 1.23 s (ETag); 13.0 kB (samod)")
        .remark(format!(
            "EDGE: warm {warm:.2} RTT, payload {}; cold with TLS {:.2} RTT, payload {}",
            kb(trip.payload_bytes),
            cold.elapsed_ms as f64 / EDGE_RTT_MS,
            kb(cold.payload_bytes)
        ))
        .figure("warm_rtts", warm)
        .figure("cold_tls_rtts", cold.elapsed_ms as f64 / EDGE_RTT_MS);
    Ok(with_trip(row, &trip))
}

/// A day without network, then one sync over a warm connection of EDGE.
pub async fn field_day(ground: &mut Ground, phone: &Phone, road: &Road) -> anyhow::Result<Row> {
    work_a_day(ground, phone, 0, Manner::Terse).await?;
    let trip = road.travel(phone, LinkKind::Metered).await?;
    let measured = format!(
        "{} request, {} ({} up, {} down), {}",
        trip.requests,
        kb(trip.body_bytes()),
        kb(trip.body_bytes_up),
        kb(trip.body_bytes_down),
        ms(trip.elapsed_ms as f64)
    );
    let held = trip.requests == 1 && trip.body_bytes() <= 40_000;
    let row = Row::printed("field day: push 10 visits, pull 40", measured)
        .against("1 request, <= 40 kB", held)
        .beside("71.9 kB, 5.4 s (samod)")
        .remark(format!(
            "warm EDGE, payload {} on {} new connections; a visit is two changes: begun, the rest",
            kb(trip.payload_bytes),
            trip.connections
        ))
        .figure("elapsed_s", trip.elapsed_ms as f64 / 1e3);
    Ok(with_trip(row, &trip))
}

/// Two more field days straight into the server: its CPU time, and the bytes when every visit is
/// written in the steps of the pages.
pub async fn field_days_inside(ground: &mut Ground, phone: &Phone) -> anyhow::Result<[Row; 2]> {
    let inside = Inside::new(ground);
    work_a_day(ground, phone, 1, Manner::Terse).await?;
    let report = phone.sync(&inside, LinkKind::Metered).await?;
    let cpu = drain(&inside);
    let total_ms = (cpu.intake_us + cpu.answer_us) as f64 / 1e3;
    let measured = format!(
        "{} ({} to take in, {} to answer)",
        ms(total_ms),
        ms(cpu.intake_us as f64 / 1e3),
        ms(cpu.answer_us as f64 / 1e3)
    );
    let cpu_row = Row::printed("server CPU for a field day", measured)
        .remark(format!(
            "{} request; taking in holds ten visits' judging",
            report.progress.requests
        ))
        .figure("intake_ms", cpu.intake_us as f64 / 1e3)
        .figure("answer_ms", cpu.answer_us as f64 / 1e3);

    work_a_day(ground, phone, 2, Manner::Pages).await?;
    let progress = phone.sync(&inside, LinkKind::Metered).await?.progress;
    let cpu = drain(&inside);
    let bytes = progress.body_bytes_up + progress.body_bytes_down;
    let measured = format!(
        "{} request, {} ({} up, {} down)",
        progress.requests,
        kb(bytes),
        kb(progress.body_bytes_up),
        kb(progress.body_bytes_down)
    );
    let total_ms = (cpu.intake_us + cpu.answer_us) as f64 / 1e3;
    let pages_row = Row::printed("field day, five changes a visit", measured)
        .remark(format!(
            "begun, form left, photo, photo, finished: as the pages write it; server CPU {}",
            ms(total_ms)
        ))
        .figure("body_bytes", bytes as f64)
        .figure("requests", progress.requests as f64)
        .figure("server_cpu_ms", total_ms);
    Ok([cpu_row, pages_row])
}

fn drain(inside: &Inside) -> ServerCpu {
    let mut all = inside.cpu.lock().expect("nobody panics with it");
    let sum = |of: fn(&ServerCpu) -> u64| all.iter().map(of).sum();
    let total = ServerCpu {
        intake_us: sum(|c| c.intake_us),
        answer_us: sum(|c| c.answer_us),
    };
    all.clear();
    total
}

async fn work_a_day(
    ground: &mut Ground,
    phone: &Phone,
    day: u64,
    manner: Manner,
) -> anyhow::Result<()> {
    let day = ground.workload.field_day(day);
    for (dossier, visit) in &day.pushed {
        phone.visit(ground, *dossier, visit, manner).await?;
    }
    ground.others_work(&day.pulled, manner)
}

/// One edit of this phone and one of somebody else, in two dossiers.
pub async fn one_edit(ground: &mut Ground, phone: &Phone, road: &Road) -> anyhow::Result<Row> {
    let ids = ground.document_ids();
    let edit = |value: i64| Edit::Set {
        at: FieldPath::project(ProjectField::BeneficiariesDirect),
        value: value.into(),
    };
    phone.client.edit(ids[0], vec![edit(145)]).await?;
    let step = Step {
        edits: vec![edit(120)],
        claimed_at: Claimed(1_795_500_000_000),
    };
    ground.others_edit(ids[1], step)?;
    let trip = road.travel(phone, LinkKind::Metered).await?;
    let measured = format!(
        "{} request, {} of bodies ({} up, {} down), {}",
        trip.requests,
        kb(trip.body_bytes()),
        trip.body_bytes_up,
        trip.body_bytes_down,
        ms(trip.elapsed_ms as f64)
    );
    let row = Row::printed("one edit pushed, one pulled", measured)
        .against("1 request", trip.requests == 1)
        .beside("662 B, 2 turns (automerge sync)");
    Ok(with_trip(row, &trip))
}

/// Photos of one visit over a fast link that is cut again and again.
pub async fn photos(ground: &Ground, phone: &Phone) -> anyhow::Result<Row> {
    const NAME: &str = "photos, link cut every 64 kB";
    let (client, document) = (&phone.client, ground.document_ids()[0]);
    let kind = VisitKind::FollowUp;
    let visit = client
        .start_visit(jawla_client::NewVisit { document, kind })
        .await?;
    let mut hashes = Vec::new();
    for seed in 0..PHOTOS {
        let file = photo::make_field_photo(ground.workload.seed + seed);
        hashes.push(
            client
                .attach_photo(document, visit, PhotoRole::Detail, file)
                .await?,
        );
    }
    // Texts and thumbnails first, on a whole link: what is left is photos and nothing else.
    let before = Road::open(ground, phone, LinkProfile::office()).await?;
    before.travel(phone, LinkKind::Metered).await?;
    let size_bytes = client.outbox_totals().await?.file_bytes;
    let cut = LinkProfile::office().cut_every(PHOTOS_CUT_BYTES);
    let road = Road::open(ground, phone, cut).await?;
    let trip = match road.travel(phone, LinkKind::Unmetered).await {
        Ok(trip) => trip,
        Err(error) => return Ok(missed(NAME, "completes", &error)),
    };
    let mut held_bytes = 0;
    for hash in &hashes {
        held_bytes += ground.folder.blobs().find(hash)?.unwrap_or(0);
    }
    let complete = client.outbox_totals().await?.files == 0 && held_bytes == size_bytes;
    let ratio = trip.payload_bytes as f64 / size_bytes as f64;
    let measured = format!(
        "{PHOTOS} photos of {}: {ratio:.3}x their size",
        kb(size_bytes)
    );
    let row = Row::printed(NAME, measured)
        .against("completes", complete)
        .remark(format!(
            "payload with TLS and heads, {} cuts, {} requests on {} connections, {}",
            trip.cuts,
            trip.requests,
            trip.connections,
            ms(trip.elapsed_ms as f64)
        ))
        .figure("size_bytes", size_bytes as f64)
        .figure("payload_ratio", ratio);
    Ok(with_trip(row, &trip))
}

fn missed(measure: &'static str, first: &'static str, error: &anyhow::Error) -> Row {
    Row::printed(measure, "did not complete".into())
        .against(first, false)
        .remark(format!("{error:#}"))
}

fn with_trip(row: Row, trip: &Trip) -> Row {
    row.figure("requests", trip.requests as f64)
        .figure("body_bytes", trip.body_bytes() as f64)
        .figure("body_bytes_up", trip.body_bytes_up as f64)
        .figure("body_bytes_down", trip.body_bytes_down as f64)
        .figure("file_bytes", trip.file_bytes as f64)
        .figure("payload_bytes", trip.payload_bytes as f64)
        .figure("connections", trip.connections as f64)
        .figure("cuts", trip.cuts as f64)
        .figure("elapsed_ms", trip.elapsed_ms as f64)
}

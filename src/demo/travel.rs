//! Journeys: every phone over a link of its own, with what they cost.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jawla_client::client::transport_to;
use jawla_client::driver::{SyncOptions, SyncReport};
use jawla_client::platform::LinkKind;
use jawla_model::Hash32;
use jawla_server::running::Running;
use jawla_sync::device::SessionResult;
use jawla_world::{LinkEmulator, LinkProfile};
use serde::Serialize;

use super::phone::Phone;

/// Cuts in a row without progress that a phone puts up with here.
const FRUITLESS_TRIES_MAX: u32 = 40;

/// What one journey cost. Bytes are those of the TCP streams, both handshakes and heads included.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Journey {
    /// Requests, files included.
    pub(super) requests: u64,
    /// Bytes sent.
    pub(super) up_bytes: u64,
    /// Bytes received.
    pub(super) down_bytes: u64,
    /// Connections the link cut.
    pub(super) cuts: u64,
    /// Blocks of logs committed.
    pub(super) blocks: u64,
    /// Files that went or came whole.
    pub(super) files: u64,
    /// How long it took, in milliseconds.
    pub(super) elapsed_ms: u64,
}

/// The journeys of one phone.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Journeys {
    /// The first contact, at the office.
    pub(super) first: Journey,
    /// Over EDGE.
    pub(super) edge: Journey,
    /// Back at the office.
    pub(super) office: Journey,
}

impl Journey {
    fn add(&mut self, other: Journey) {
        self.requests += other.requests;
        self.up_bytes += other.up_bytes;
        self.down_bytes += other.down_bytes;
        self.cuts += other.cuts;
        self.blocks += other.blocks;
        self.files += other.files;
        self.elapsed_ms += other.elapsed_ms;
    }
}

/// A link and what the phone may send over it.
#[derive(Clone, Copy)]
struct Road {
    profile: LinkProfile,
    kind: LinkKind,
}

/// The first contact at the office, right after enrolment.
pub(super) async fn first_contact(phones: &mut [Phone], running: &Running) -> anyhow::Result<()> {
    let road = Road {
        profile: LinkProfile::office(),
        kind: LinkKind::Unmetered,
    };
    let journeys = all(phones_of(phones), running, road).await?;
    for (phone, journey) in phones.iter_mut().zip(journeys) {
        phone.journeys.first.add(journey);
    }
    Ok(())
}

/// Texts and thumbnails over EDGE; twice, so that everybody has what the others brought.
pub(super) async fn over_edge(phones: &mut [Phone], running: &Running) -> anyhow::Result<()> {
    let profile = LinkProfile::edge().cut_every(20_000);
    let road = Road {
        profile,
        kind: LinkKind::Metered,
    };
    for _ in 0..2 {
        let journeys = all(phones_of(phones), running, road).await?;
        for (phone, journey) in phones.iter_mut().zip(journeys) {
            phone.journeys.edge.add(journey);
        }
    }
    Ok(())
}

/// Photos over a fast link that is cut every 64 kB.
pub(super) async fn at_the_office(phones: &mut [Phone], running: &Running) -> anyhow::Result<()> {
    let profile = LinkProfile::office().cut_every(64_000);
    let road = Road {
        profile,
        kind: LinkKind::Unmetered,
    };
    // Files that arrive are entries of the logs: a second round brings the news of them.
    for _ in 0..2 {
        let journeys = all(phones_of(phones), running, road).await?;
        for (phone, journey) in phones.iter_mut().zip(journeys) {
            phone.journeys.office.add(journey);
        }
    }
    Ok(())
}

type Traveller = (String, Option<jawla_client::Client>);

fn phones_of(phones: &[Phone]) -> Vec<Traveller> {
    phones
        .iter()
        .map(|phone| (format!("   {}", phone.letter), phone.client.clone()))
        .collect()
}

/// All phones at once, each over a link of its own.
async fn all(
    travellers: Vec<Traveller>,
    running: &Running,
    road: Road,
) -> anyhow::Result<Vec<Journey>> {
    let bars = MultiProgress::new();
    let mut tasks = Vec::new();
    for (name, client) in travellers {
        let client = client.ok_or_else(|| anyhow::anyhow!("a store is closed"))?;
        let bar = bars.add(ProgressBar::new(0));
        bar.set_style(ProgressStyle::with_template(
            "{prefix} {bar:24} {pos:>7}/{len:>7} o de fichiers  {msg}",
        )?);
        bar.set_prefix(name);
        tasks.push(tokio::spawn(one(client, running.tls, road, bar)));
    }
    let mut journeys = Vec::new();
    for task in tasks {
        journeys.push(task.await??);
    }
    Ok(journeys)
}

async fn one(
    client: jawla_client::Client,
    server: std::net::SocketAddr,
    road: Road,
    bar: ProgressBar,
) -> anyhow::Result<Journey> {
    let began = Instant::now();
    let link = LinkEmulator::start(server, road.profile).await?;
    let pin = client.who().await?.tls_pin;
    let transport = transport_to(&format!("https://{}", link.address()), pin)?;
    let options = SyncOptions {
        link: road.kind,
        fruitless_tries_max: FRUITLESS_TRIES_MAX,
        ..SyncOptions::default()
    };
    let report = client
        .sync_over(&transport, options, |progress| {
            bar.set_length(progress.file_bytes + progress.file_bytes_left);
            bar.set_position(progress.file_bytes);
            bar.set_message(format!(
                "{} requêtes, {} blocs, {} coupures",
                progress.requests, progress.blocks, progress.cuts
            ));
        })
        .await?;
    bar.finish_and_clear();
    check(&report)?;
    let counters = link.counters();
    Ok(Journey {
        requests: report.progress.requests,
        up_bytes: counters.up_bytes,
        down_bytes: counters.down_bytes,
        cuts: counters.cuts,
        blocks: report.progress.blocks,
        files: report.progress.files_done,
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn check(report: &SyncReport) -> anyhow::Result<()> {
    match report.result {
        SessionResult::Complete { .. } => Ok(()),
        other => anyhow::bail!(
            "a phone could not synchronise: {other:?}, {:?}",
            report.link_error
        ),
    }
}

/// A duration as people read it.
pub(super) fn seconds(elapsed_ms: u64) -> String {
    let elapsed = Duration::from_millis(elapsed_ms);
    format!("{},{} s", elapsed.as_secs(), elapsed.subsec_millis() / 100)
}

/// The first characters of a hash, enough to compare by eye.
pub(super) fn short(hash: &[u8; 32]) -> String {
    Hash32(*hash).hex().chars().take(12).collect()
}

//! The rate of a server that stands apart from its load: a process of its own that serves the
//! folder, and requests that were written and signed before the clock runs. The time is that of
//! whoever waits for the answers, the CPU that of the server's process alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use axum::body::Body;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use jawla_server::accept::AcceptLimits;
use jawla_server::running::{DataFolder, Listen, Running};
use jawla_sync::answer::{AnswerItem, AnswerReader};
use jawla_sync::{OutcomeForm, SealedPack};
use tokio::net::TcpStream;

use crate::ground::Ground;
use crate::machine;
use crate::report::{Row, ms};
use crate::visits::Manner;

/// Field days of the warm load. The first fourth of each phone's requests opens the documents
/// before the clock runs.
const WARM_DAYS: std::ops::Range<u64> = 3_000..3_012;
const WARM_UP_SHARE: usize = 4;

/// Starts of the server after which each dossier is written into once.
const COLD_STARTS: u64 = 5;
const COLD_DAYS_EACH: u64 = 20;

/// Packs of one request: a field day of ten visits.
const PACKS_PER_REQUEST: usize = 3;

/// Serves a folder on a port of loopback, which it prints, until its input ends.
pub async fn serve(folder: &Path) -> anyhow::Result<()> {
    let folder = DataFolder::open(folder)?;
    let listen = Listen {
        tls: ([127, 0, 0, 1], 0).into(),
        plain: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        limits: AcceptLimits::default(),
    };
    let running = Running::start(&folder, listen).await?;
    println!("{}", running.plain);
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    running.stop().await;
    Ok(())
}

/// The server's process.
struct Apart {
    child: Child,
    address: SocketAddr,
}

impl Apart {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().context("its output is piped")?;
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().parse().context("it prints its address")?;
        Ok(Self { child, address })
    }

    fn stop(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        ensure!(self.child.wait()?.success(), "the server failed");
        Ok(())
    }
}

/// One request and what must become of its packs.
struct Prepared {
    body: Vec<u8>,
    packs: BTreeSet<u64>,
    changes: usize,
}

/// The requests of each phone, in their order.
type Load = Vec<Vec<Prepared>>;

fn prepare(ground: &mut Ground, packs: Vec<SealedPack>, each: usize) -> anyhow::Result<Load> {
    let mut by_author: BTreeMap<usize, Vec<SealedPack>> = BTreeMap::new();
    for pack in packs {
        let of = |author: &crate::author::Author| author.incarnation() == pack.pack.incarnation;
        let who = ground.authors.iter().position(of).context("an author's")?;
        by_author.entry(who).or_default().push(pack);
    }
    let core = std::sync::Arc::clone(&ground.folder.core);
    let mut load = Vec::new();
    for (who, packs) in by_author {
        let mut requests = Vec::new();
        for packs in packs.chunks(each) {
            requests.push(Prepared {
                body: ground.authors[who].request(&core, ground.scope, packs)?,
                packs: packs.iter().map(|pack| pack.pack.no).collect(),
                changes: packs.iter().map(|pack| pack.pack.entries.len()).sum(),
            });
        }
        load.push(requests);
    }
    Ok(load)
}

/// What a load came to.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    changes: usize,
    requests: usize,
    elapsed_s: f64,
    cpu_s: f64,
}

impl Spent {
    fn per_s(self) -> f64 {
        self.changes as f64 / self.elapsed_s
    }

    fn cpu_ms(self) -> f64 {
        self.cpu_s * 1e3 / self.changes as f64
    }

    fn add(&mut self, other: Self) {
        self.changes += other.changes;
        self.requests += other.requests;
        self.elapsed_s += other.elapsed_s;
        self.cpu_s += other.cpu_s;
    }
}

/// Replays a load: each phone on a connection of its own, one request after the other. Every
/// pack must have been taken whole.
async fn replay(server: &Apart, load: Load) -> anyhow::Result<Spent> {
    let changes = load.iter().flatten().map(|request| request.changes).sum();
    let requests = load.iter().map(Vec::len).sum();
    let mut phones = Vec::new();
    for requests in load {
        let stream = TcpStream::connect(server.address).await?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake::<_, Body>(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        phones.push((sender, requests));
    }
    let pid = server.child.id();
    let (began, cpu_s) = (Instant::now(), machine::process_cpu_s(pid));
    let mut running = Vec::new();
    for (mut sender, requests) in phones {
        running.push(tokio::spawn(async move {
            let mut answers = Vec::new();
            for request in requests {
                let ask = axum::http::Request::post("/v1/sync")
                    .header("host", "127.0.0.1")
                    .body(Body::from(request.body))?;
                let answer = sender.send_request(ask).await?;
                ensure!(answer.status().is_success(), "{}", answer.status());
                let body = answer.into_body().collect().await?.to_bytes();
                answers.push((request.packs, body));
            }
            Ok(answers)
        }));
    }
    let mut answers = Vec::new();
    for phone in running {
        answers.extend(phone.await??);
    }
    let spent = Spent {
        changes,
        requests,
        elapsed_s: began.elapsed().as_secs_f64(),
        cpu_s: machine::process_cpu_s(pid) - cpu_s,
    };
    for (packs, body) in answers {
        check(packs, &body)?;
    }
    Ok(spent)
}

fn check(mut packs: BTreeSet<u64>, body: &[u8]) -> anyhow::Result<()> {
    for item in AnswerReader::new().feed(body)? {
        match item {
            AnswerItem::Outcome {
                pack_no,
                form: OutcomeForm::Done { exceptions, .. },
            } if exceptions.is_empty() => {
                packs.remove(&pack_no);
            }
            AnswerItem::Outcome { pack_no, form } => bail!("pack {pack_no}: {form:?}"),
            _ => {}
        }
    }
    ensure!(packs.is_empty(), "packs without an outcome: {packs:?}");
    Ok(())
}

/// Changes in a second of a server that stands apart: with the documents open, and right after
/// it started, a dossier each.
pub async fn change_rate(ground: &mut Ground, folder: &Path) -> anyhow::Result<Row> {
    let days = WARM_DAYS.map(|day| ground.workload.field_day(day).pulled);
    let visits: Vec<_> = days.collect::<Vec<_>>().concat();
    let packs = ground.seal_others(&visits, Manner::Terse)?;
    let mut warm_up = prepare(ground, packs, PACKS_PER_REQUEST)?;
    let timed = warm_up
        .iter_mut()
        .map(|requests| requests.split_off(requests.len() / WARM_UP_SHARE))
        .collect();
    let server = Apart::start(folder)?;
    replay(&server, warm_up).await?;
    let warm = replay(&server, timed).await?;
    let memory_kb = machine::process_memory_peak_kb(server.child.id());
    server.stop()?;
    let mut cold = Spent::default();
    for start in 0..COLD_STARTS {
        let first = 4_000 + start * COLD_DAYS_EACH;
        let packs = crate::server::one_each(ground, first..first + COLD_DAYS_EACH)?;
        let load = prepare(ground, packs, 1)?;
        let server = Apart::start(folder)?;
        cold.add(replay(&server, load).await?);
        server.stop()?;
    }
    let measured = format!("{:.0}/s warm, {:.0}/s cold", warm.per_s(), cold.per_s());
    let held = warm.per_s() >= 1_000.0 && cold.per_s() >= 300.0;
    Ok(Row::printed("changes/s, server apart", measured)
        .against(">= 1,000, >= 300", held)
        .remark(format!(
            "warm: {} changes in {} requests, {} of server CPU each, {memory_kb} kB at most; cold: {} changes in {} requests after {COLD_STARTS} starts, {} each",
            warm.changes, warm.requests, ms(warm.cpu_ms()), cold.changes, cold.requests, ms(cold.cpu_ms()),
        ))
        .figure("apart_warm_per_s", warm.per_s())
        .figure("apart_cold_per_s", cold.per_s())
        .figure("apart_warm_cpu_ms_per_change", warm.cpu_ms())
        .figure("apart_cold_cpu_ms_per_change", cold.cpu_ms())
        .figure("apart_memory_peak_kb", memory_kb as f64))
}

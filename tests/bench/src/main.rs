//! What everything costs, measured on one workload and held against the budgets of the first
//! line: `cargo run --release -p jawla-bench`.
//!
//! One process holds a real server on loopback, phones with real stores, and emulated links
//! between them. Nothing is estimated; a bar that is missed is printed as missed.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a bench stops at the first surprise and talks to its terminal"
)]

mod apart;
mod author;
mod device;
mod ground;
mod machine;
mod pages;
mod phone;
mod report;
mod roads;
mod server;
mod visits;
mod weight;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use jawla_world::{DEMO_SEED, LinkProfile, Workload, WorkloadShape};

use ground::Ground;
use phone::Road;
use report::{Circumstances, Report, Row};

/// Measures the product on the workload of the budgets.
#[derive(Debug, Parser)]
struct Arguments {
    /// What is measured
    #[arg(value_enum, default_value_t = Subject::Records)]
    subject: Subject,
    /// Where the figures go, for machines
    #[arg(long, value_name = "FILE", default_value = "target/bench.json")]
    json: PathBuf,
    /// Exit code 1 when a bar of the first line is missed
    #[arg(long)]
    strict: bool,
    /// A small workload, to try the bench itself: its figures say nothing
    #[arg(long)]
    small: bool,
    /// Nothing is measured: the folder is served for a bench that stands apart
    #[arg(long, value_name = "FOLDER", hide = true)]
    serve: Option<PathBuf>,
    /// The seed of the workload; the budgets' is the default
    #[arg(long, default_value_t = DEMO_SEED)]
    seed: u64,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// Sync, saves, lists, photos, the guard
    Records,
    /// Pages of the phone and of the office
    Pages,
    /// Replies of the phone's pages alone, with nothing to draw them
    Phone,
    /// Durable validated changes in a second
    Rate,
}

/// How much is tried.
struct Effort {
    shape: WorkloadShape,
    saves: usize,
    lists: usize,
    long_list: u64,
    mutants: u64,
}

impl Effort {
    fn of(arguments: &Arguments) -> Self {
        if arguments.small {
            let shape = WorkloadShape {
                dossiers: 6,
                visits_per_dossier: 8,
                authors: 5,
            };
            return Self {
                shape,
                saves: 20,
                lists: 20,
                long_list: 100,
                mutants: 50,
            };
        }
        let shape = WorkloadShape::budget();
        Self {
            shape,
            saves: 200,
            lists: 300,
            long_list: 2_000,
            mutants: 1_000,
        }
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(folder) = &arguments.serve {
        runtime.block_on(apart::serve(folder))?;
        return Ok(ExitCode::SUCCESS);
    }
    let began = Instant::now();
    let load = machine::load();
    let effort = Effort::of(&arguments);
    // Beside the figures and not in the system's folder for temporary files, which may lie in
    // memory, where nothing has to become durable.
    let beside = arguments
        .json
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    std::fs::create_dir_all(beside)?;
    let root = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(beside)?;
    let workload = Workload::from_seed(arguments.seed, effort.shape);
    let hash = workload.hash_hex();
    let shape = effort.shape;
    let counts = pages::Counts::of(shape == WorkloadShape::budget());
    let rows = match arguments.subject {
        Subject::Records => runtime.block_on(measure(root.path(), workload, &effort))?,
        Subject::Pages => runtime.block_on(pages::measure(root.path(), workload, counts))?,
        Subject::Phone => runtime.block_on(pages::measure_phone(root.path(), workload, counts))?,
        Subject::Rate => runtime.block_on(measure_rate(root.path(), workload))?,
    };
    let report = Report {
        circumstances: Circumstances {
            workload: hash,
            shape: format!(
                "{} dossiers, {} visits each, {} authors",
                shape.dossiers, shape.visits_per_dossier, shape.authors
            ),
            seed: arguments.seed,
            commit: machine::commit(),
            processor: machine::processor(),
            cores: machine::cores(),
            load: [load, machine::load()],
            optimised: !cfg!(debug_assertions),
            elapsed_s: began.elapsed().as_secs_f64(),
        },
        rows,
    };
    println!();
    report.print();
    std::fs::write(&arguments.json, serde_json::to_vec_pretty(&report)?)
        .with_context(|| format!("cannot write {}", arguments.json.display()))?;
    let failed = arguments.strict && !report.holds();
    Ok(ExitCode::from(u8::from(failed)))
}

async fn measure(root: &Path, workload: Workload, effort: &Effort) -> anyhow::Result<Vec<Row>> {
    let steps = Steps(Instant::now());
    let mut ground = Ground::build(&root.join("server"), workload).await?;
    steps.say("the workload is on the server; next: two first installs over EDGE");
    let (phone, installs) = roads::first_installs(&ground, root).await?;
    steps.say("first installs; next: saves and lists");
    let desk = device::current_phone(&ground, root).await?;
    let list = device::commune_list(&ground, &desk, effort.lists).await?;
    let save = device::saves(&ground, &desk, root, effort.saves).await?;
    steps.say("saves and lists; next: sync over EDGE");
    let road = Road::open(&ground, &phone, LinkProfile::edge()).await?;
    let nothing = roads::nothing_changed(&phone, &road).await?;
    let field_day = roads::field_day(&mut ground, &phone, &road).await?;
    let one_edit = roads::one_edit(&mut ground, &phone, &road).await?;
    let [cpu, pages] = roads::field_days_inside(&mut ground, &phone).await?;
    steps.say("sync; next: photos");
    let photos = roads::photos(&ground, &phone).await?;
    steps.say("photos; next: a long list");
    let long_list = device::long_list(&mut ground, root, effort.long_list, effort.lists).await?;
    steps.say("long list; next: guard and changes");
    let guard = server::guard(&ground, effort.mutants)?;
    let rate = server::change_rate(&mut ground)?;
    let apart = rate_apart(&root.join("apart"), ground.workload.clone()).await?;
    steps.say("done");
    let mut rows = vec![nothing, field_day, pages, one_edit];
    rows.extend(installs);
    rows.extend([photos, save, list, long_list, guard, rate, apart, cpu]);
    ground.running.stop().await;
    Ok(rows)
}

async fn measure_rate(root: &Path, workload: Workload) -> anyhow::Result<Vec<Row>> {
    let steps = Steps(Instant::now());
    let mut ground = Ground::build(&root.join("server"), workload).await?;
    steps.say("the workload is on the server; next: changes");
    let workload = ground.workload.clone();
    let rate = server::change_rate(&mut ground)?;
    ground.running.stop().await;
    steps.say("one thread; next: a server that stands apart");
    let apart = rate_apart(&root.join("apart"), workload).await?;
    steps.say("done");
    Ok(vec![rate, apart])
}

/// On a server of its own, so that its documents hold the workload's visits and no others.
async fn rate_apart(folder: &Path, workload: Workload) -> anyhow::Result<Row> {
    let mut ground = Ground::build(folder, workload).await?;
    let row = apart::change_rate(&mut ground, folder).await?;
    ground.running.stop().await;
    Ok(row)
}

/// Says how far the bench is.
struct Steps(Instant);

impl Steps {
    fn say(&self, what: &str) {
        println!("{:>6.1} s  {what}", self.0.elapsed().as_secs_f64());
    }
}

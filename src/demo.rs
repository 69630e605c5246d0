//! `jawla demo`: a server, four phones, days without network, a bad link, and the proof that
//! everybody ends with the same.
//!
//! Phones are driven only through the public commands of `jawla-client`, each on a store of its
//! own; server and phones speak over real sockets through the link emulator.

mod days;
mod phone;
mod report;
mod travel;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use jawla_server::accept::AcceptLimits;
use jawla_server::core::intake::take_in;
use jawla_server::import::Nature;
use jawla_server::running::{DataFolder, Listen, Running};

use crate::import::ImportReport;
use crate::{data, field, import, output};

/// Arguments of `jawla demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Keeps everything in this folder instead of a temporary one.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Projects to import instead of the 250 that are built in.
    #[arg(long, value_name = "FILE.csv")]
    projects: Option<PathBuf>,
    /// Ends after the report instead of staying up for the office page.
    #[arg(long)]
    exit: bool,
    /// Writes everything that is printed, for machines.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The seed of the people, their work and their photos.
    #[arg(long, default_value_t = jawla_world::DEMO_SEED)]
    seed: u64,
}

/// Arguments of the phone that is killed.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoPhoneArgs {
    /// The folder of its store.
    folder: PathBuf,
    /// The project it writes into, in hexadecimal.
    project: String,
    /// How far its clock is off, in milliseconds.
    clock_error_ms: i64,
}

/// Runs the demonstration; exit code 3 when something does not add up.
pub(crate) fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let temporary = match &args.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("cannot make a temporary folder")?),
    };
    let root = match (&args.data, &temporary) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => anyhow::bail!("no folder to work in"),
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(play(&args, &root))
}

/// Saves until it is killed, and says each save the moment it is confirmed.
pub(crate) fn run_phone(args: DemoPhoneArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(phone::save_until_killed(
        &args.folder,
        &args.project,
        args.clock_error_ms,
    ))?;
    Ok(ExitCode::SUCCESS)
}

async fn play(args: &DemoArgs, root: &std::path::Path) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    println!("Jawla : démonstration. Personnes, projets et photos sont inventés.");
    let folder = data::open(&root.join("server"))?;
    let listen = Listen {
        tls: ([127, 0, 0, 1], 0).into(),
        plain: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        limits: AcceptLimits::default(),
    };
    let running = Running::start(&folder, listen).await?;
    println!(
        "1. Serveur prêt, clés faites : {} (TLS), http://{}/ (bureau)",
        running.base_url, running.plain
    );

    let imported = bring_in(args, &folder)?;
    println!(
        "2. {} communes, {} programmes ; {} projets importés sur {} lignes, {} refus",
        folder.bundle.communes.len(),
        folder.bundle.programmes.len(),
        imported.imported,
        imported.lines,
        imported.refused.len()
    );
    if !imported.refused.is_empty() {
        import::print(&imported);
    }

    let mut phones = phone::enrol_four(&folder, &running, root, args.seed).await?;
    println!("3. Quatre téléphones inscrits par invitation à usage unique :");
    for phone in &phones {
        println!(
            "   {} : {}, {}",
            phone.letter,
            phone.person.name_fr,
            phone.communes()
        );
    }
    travel::first_contact(&mut phones, &running).await?;

    let work = days::days_without_network(&mut phones, args.seed).await?;
    println!(
        "4. {} jours sans réseau : {} visites terminées, {} photos, {} modifications ; un téléphone tué en plein enregistrement ({} enregistrements confirmés, tous retrouvés), une horloge fausse de deux ans",
        days::DAYS,
        work.visits,
        work.photos,
        work.edits,
        work.confirmed_before_kill
    );

    println!(
        "5. Liaison EDGE (600 ms, 128/64 kbit/s, coupée tous les 20 ko) : textes et vignettes"
    );
    travel::over_edge(&mut phones, &running).await?;
    println!("   Retour au bureau (coupée tous les 64 ko) : photos, reprises à l'octet");
    travel::at_the_office(&mut phones, &running).await?;

    let report = report::gather(&folder, &mut phones, &work, imported, began.elapsed()).await?;
    report.print();
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if !report.sound {
        println!("Quelque chose ne se recalcule pas : voir ci-dessus.");
        return Ok(output::refused());
    }
    stay_up(args, &folder, running, &phones).await
}

fn bring_in(args: &DemoArgs, folder: &DataFolder) -> anyhow::Result<ImportReport> {
    let bytes = match &args.projects {
        Some(path) => {
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
        }
        None => include_bytes!("../data/demo-projects.csv").to_vec(),
    };
    let author = data::administrator(folder)?;
    let report = take_in(
        &folder.core,
        author,
        &bytes,
        &folder.bundle,
        Nature::Demonstration,
        data::now(),
    )?;
    Ok(report.into())
}

async fn stay_up(
    args: &DemoArgs,
    folder: &DataFolder,
    running: Running,
    phones: &[phone::Phone],
) -> anyhow::Result<ExitCode> {
    if args.exit {
        running.stop().await;
        return Ok(ExitCode::SUCCESS);
    }
    println!("7. La page du bureau : http://{}/", running.plain);
    if let Some(link) = folder.first_administrator()? {
        println!(
            "   Premier accès, lien à usage unique : http://{}/bienvenue?lien={}",
            running.plain, link.secret
        );
    }
    let phone = phones.first().context("the demonstration has no phone")?;
    let handset = field::handset(phone.client()?)?;
    let pages = field::serve(handset, ([127, 0, 0, 1], 0).into()).await?;
    let address = format!("http://{}/", pages.address);
    println!(
        "8. Les écrans du téléphone {} ({}) : {address}",
        phone.letter, phone.person.name_fr
    );
    print!("{}", output::qr(&address)?);
    println!("   Ctrl-C pour finir.");
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

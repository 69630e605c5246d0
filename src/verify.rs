//! `jawla verify`: whether everything stored follows from the change rows.

use std::process::ExitCode;

use jawla_server::verify::{VerifyReport, verify};
use serde::Serialize;

use crate::{DataArg, data, output};

/// Arguments of `jawla verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    data: DataArg,
    /// Does not read the files, only the database.
    #[arg(long)]
    without_files: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    sound: bool,
    faults: usize,
    files_checked: u64,
    files_wrong: Vec<String>,
    scopes: Vec<Scope>,
}

#[derive(Debug, Serialize)]
struct Scope {
    scope: String,
    name_fr: String,
    entries: u64,
    projection_sha256: String,
    findings: Vec<String>,
}

impl From<VerifyReport> for Report {
    fn from(report: VerifyReport) -> Self {
        Self {
            sound: report.is_sound(),
            faults: report.faults(),
            files_checked: report.files_checked,
            files_wrong: report
                .files_wrong
                .iter()
                .map(jawla_model::Hash32::hex)
                .collect(),
            scopes: report
                .scopes
                .into_iter()
                .map(|scope| Scope {
                    scope: scope.scope.hex(),
                    name_fr: scope.name_fr,
                    entries: scope.head.seq,
                    projection_sha256: scope.projection_hash.hex(),
                    findings: scope
                        .findings
                        .iter()
                        .map(|found| format!("{:?} {} : {:?}", found.table, found.key, found.fault))
                        .collect(),
                })
                .collect(),
        }
    }
}

/// Verifies; exit code 3 when something does not add up.
pub(crate) fn run(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let folder = data::open_existing(&args.data.data)?;
    let files = (!args.without_files).then(|| folder.blobs());
    let report = Report::from(verify(folder.core.store(), files)?);
    if args.json {
        output::json(&report)?;
    } else {
        print(&report);
    }
    Ok(if report.sound {
        ExitCode::SUCCESS
    } else {
        output::refused()
    })
}

fn print(report: &Report) {
    let entries: u64 = report.scopes.iter().map(|scope| scope.entries).sum();
    println!(
        "{} journaux, {entries} entrées, {} fichiers relus.",
        report.scopes.len(),
        report.files_checked
    );
    for scope in report
        .scopes
        .iter()
        .filter(|scope| !scope.findings.is_empty())
    {
        println!("  {} ({}) :", scope.name_fr, scope.scope);
        for finding in &scope.findings {
            println!("    {finding}");
        }
    }
    for file in &report.files_wrong {
        println!("  fichier absent ou abîmé : {file}");
    }
    match report.faults {
        0 => println!("Tout se recalcule à l'identique."),
        faults => println!("{faults} écarts : voir ci-dessus."),
    }
}

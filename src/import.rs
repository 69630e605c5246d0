//! `jawla import`: projects from a spreadsheet.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jawla_server::core::intake::{IntakeError, IntakeReport, take_in};
use jawla_server::import::{ImportError, Nature};
use serde::Serialize;

use crate::{DataArg, data, output};

/// What can be brought in.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ImportCommand {
    /// Projects from a CSV file (UTF-8, `;` or `,`), every refused line reported.
    Projects(ProjectsArgs),
}

/// Arguments of `jawla import projects`.
#[derive(Debug, clap::Args)]
pub(crate) struct ProjectsArgs {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    data: DataArg,
    /// Marks every project as demonstration data.
    #[arg(long)]
    demonstration: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// What an import did, for machines.
#[derive(Debug, Serialize)]
pub(crate) struct ImportReport {
    /// Lines read.
    pub(crate) lines: u64,
    /// Projects brought in.
    pub(crate) imported: usize,
    /// Everything that was refused.
    pub(crate) refused: Vec<jawla_server::import::Refusal>,
    /// Columns that were not read.
    pub(crate) unknown_columns: Vec<String>,
}

impl From<IntakeReport> for ImportReport {
    fn from(report: IntakeReport) -> Self {
        Self {
            lines: report.lines,
            imported: report.imported.len(),
            refused: report.refusals,
            unknown_columns: report.unknown_columns,
        }
    }
}

/// Imports; exit code 3 when a line was refused.
pub(crate) fn run(command: ImportCommand) -> anyhow::Result<ExitCode> {
    let ImportCommand::Projects(args) = command;
    let bytes = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let folder = data::open_existing(&args.data.data)?;
    let author = data::administrator(&folder)?;
    let nature = if args.demonstration {
        Nature::Demonstration
    } else {
        Nature::Real
    };
    let report = take_in(
        &folder.core,
        author,
        &bytes,
        &folder.bundle,
        nature,
        data::now(),
    )
    .map_err(|error| match error {
        IntakeError::File(error) => in_french(&error),
        other => other.into(),
    })?;
    let report = ImportReport::from(report);
    if args.json {
        output::json(&report)?;
    } else {
        print(&report);
    }
    Ok(if report.refused.is_empty() {
        ExitCode::SUCCESS
    } else {
        output::refused()
    })
}

fn in_french(error: &ImportError) -> anyhow::Error {
    anyhow::anyhow!(error.sentence_fr())
}

/// The report for a person.
pub(crate) fn print(report: &ImportReport) {
    println!(
        "{} lignes lues, {} projets importés.",
        report.lines, report.imported
    );
    if !report.unknown_columns.is_empty() {
        println!("Colonnes non lues : {}", report.unknown_columns.join(", "));
    }
    for refusal in &report.refused {
        let field = if refusal.field.is_empty() {
            "ligne"
        } else {
            &refusal.field
        };
        println!(
            "  ligne {}, {field} [{}] : {}",
            refusal.line, refusal.reason, refusal.sentence_fr
        );
    }
}

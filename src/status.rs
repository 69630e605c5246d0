//! `jawla status`: how a data folder stands.

use std::process::ExitCode;

use jawla_server::status::{ServerStatus, status};
use serde::Serialize;

use crate::{DataArg, data, output};

/// Arguments of `jawla status`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    data: DataArg,
    /// Prints the figures as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    scopes: u64,
    documents: u64,
    changes: u64,
    entries: u64,
    packs: u64,
    quarantined: u64,
    refused: u64,
    files: u64,
    file_bytes: u64,
    database_bytes: u64,
    backup: Option<u64>,
    phones: Vec<Phone>,
}

#[derive(Debug, Serialize)]
struct Phone {
    incarnation: String,
    person: String,
    device_name: String,
    standing: String,
    seen_s: u64,
}

impl From<ServerStatus> for Status {
    fn from(status: ServerStatus) -> Self {
        let figures = status.figures;
        Self {
            scopes: figures.scopes,
            documents: figures.documents,
            changes: figures.changes,
            entries: figures.entries,
            packs: figures.packs,
            quarantined: figures.quarantined,
            refused: figures.refused,
            files: figures.files,
            file_bytes: figures.file_bytes,
            database_bytes: figures.database_bytes,
            backup: figures.backup.map(|(no, _)| no),
            phones: status
                .devices
                .into_iter()
                .map(|device| Phone {
                    incarnation: device.incarnation.hex(),
                    person: device.person.hex(),
                    device_name: device.device_name,
                    standing: format!("{:?}", device.standing).to_lowercase(),
                    seen_s: device.seen_at.0,
                })
                .collect(),
        }
    }
}

/// Prints the figures.
pub(crate) fn run(args: StatusArgs) -> anyhow::Result<ExitCode> {
    let folder = data::open_existing(&args.data.data)?;
    let status = Status::from(status(folder.core.store())?);
    if args.json {
        output::json(&status)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} journaux, {} dossiers, {} modifications, {} entrées",
        status.scopes, status.documents, status.changes, status.entries
    );
    println!(
        "{} paquets reçus, {} en quarantaine, {} refusées",
        status.packs, status.quarantined, status.refused
    );
    println!(
        "{} fichiers ({}), base {}",
        status.files,
        output::size(status.file_bytes),
        output::size(status.database_bytes)
    );
    match status.backup {
        Some(no) => println!("copie vérifiée n° {no}"),
        None => println!("aucune copie vérifiée hors de la machine : les téléphones gardent tout"),
    }
    for phone in &status.phones {
        println!(
            "  téléphone {} ({}) : dernier contact {}",
            phone.device_name,
            phone.standing,
            output::instant(phone.seen_s)
        );
    }
    Ok(ExitCode::SUCCESS)
}

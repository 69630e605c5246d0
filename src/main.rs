//! The one binary: the province's server, the tools on its data folder, the demonstration.

#![allow(
    clippy::disallowed_methods,
    reason = "the edge of the system: real clocks, threads and processes"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its terminal"
)]

mod data;
mod demo;
mod field;
mod import;
mod invite;
mod output;
mod serve;
mod status;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Jawla (جولة): an offline-first field system.
///
/// Exit codes: 0 done; 1 failed; 2 the command line is wrong; 3 something was refused or does
/// not add up, and the report says what.
#[derive(Debug, Parser)]
#[command(name = "jawla", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A server, four phones, days without network, a bad link: everything, once, for real.
    Demo(demo::DemoArgs),
    /// Runs the server of a province on a data folder.
    Serve(serve::ServeArgs),
    /// Shows the phone's pages on a store in this machine's browser.
    Field(field::FieldArgs),
    /// Brings data in.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Makes a one-time invitation for a phone.
    Invite(invite::InviteArgs),
    /// Says how the data folder stands: logs, documents, phones, quarantine, files.
    Status(status::StatusArgs),
    /// Rebuilds everything from the change rows and compares; 3 when something differs.
    Verify(verify::VerifyArgs),
    /// A phone of the demonstration that saves until it is killed.
    #[command(hide = true)]
    DemoPhone(demo::DemoPhoneArgs),
}

/// The data folder that a command works on.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DataArg {
    /// The data folder: keys, database, files.
    #[arg(long, value_name = "DIR", default_value = "jawla-data")]
    data: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("JAWLA_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let done = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Field(args) => field::run(args),
        Command::Import(command) => import::run(command),
        Command::Invite(args) => invite::run(args),
        Command::Status(args) => status::run(args),
        Command::Verify(args) => verify::run(args),
        Command::DemoPhone(args) => demo::run_phone(args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jawla: {error:#}");
            ExitCode::FAILURE
        }
    }
}

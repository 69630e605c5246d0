//! The project's own commands, run as `cargo xtask COMMAND`.
//!
//! `test` is the one that continuous integration calls; the others are its parts, for a quicker
//! answer while writing.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its terminal"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test run is timed and waited for on a real clock"
)]

mod bindings;
mod campaign;
mod checkout;
mod echo;
mod licences;
mod metadata;
mod parts;
mod runner;
mod scan;
mod size;
mod spdx;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every test there is, part by part, and end with a table
    Test {
        /// Run only this part (may be repeated, or several with commas)
        #[arg(long, value_name = "PART", value_delimiter = ',')]
        only: Vec<String>,
        /// Show the parts and what each proves, and run nothing
        #[arg(long)]
        list: bool,
    },
    /// Judge the layout: arrows, determinism, sizes, files, names, leftovers
    Tidy,
    /// Check the licence and origin of every crate we build on
    Licences,
    /// Generate the Kotlin, Python and Swift sources from the library
    Bindings {
        /// Write nothing; fail when something is out of step
        #[arg(long)]
        check: bool,
    },
    /// Let a fuzzer search for bytes that break a promise of tests/fuzz
    Campaign {
        /// Inputs tried, over all targets
        #[arg(long, default_value_t = campaign::EXECUTIONS)]
        executions: u64,
    },
    /// Build the library for phones and say how large it is and what it consists of
    Size {
        /// A folder with libsqlcipher.a and sqlite3.h, to take OpenSSL's place
        #[arg(long, value_name = "DIR")]
        sqlcipher: Option<std::path::PathBuf>,
    },
    /// Measure: runs the benches in release with the arguments that follow; `bindings` measures
    /// calls through the Kotlin and Python packages
    Bench {
        /// Handed to the benches as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; `false` means that what it checks is not in order.
fn run(command: Command) -> anyhow::Result<bool> {
    let root = checkout::find_root()?;
    match command {
        Command::Test { list: true, .. } => {
            parts::list();
            Ok(true)
        }
        Command::Test { only, list: false } => runner::test(&root, &only),
        Command::Tidy => tidy::run(&root),
        Command::Licences => licences::run(&root),
        Command::Bindings { check: false } => bindings::run(&root, bindings::Purpose::Write),
        Command::Bindings { check: true } => bindings::check(&root),
        Command::Campaign { executions } => campaign::run(&root, executions),
        Command::Size { sqlcipher } => size::run(&root, sqlcipher.as_deref()),
        Command::Bench { args } if args == ["bindings"] => runner::bench_bindings(&root),
        Command::Bench { args } => runner::bench(&root, &args),
    }
}

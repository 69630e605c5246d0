//! Writes the first inputs of every target into a folder: `first_inputs FOLDER`.
#![allow(clippy::print_stderr, reason = "a command talks to its terminal")]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("first_inputs FOLDER");
        return ExitCode::FAILURE;
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &std::path::Path) -> std::io::Result<()> {
    for (target, _) in jawla_fuzz::TARGETS {
        let inputs = folder.join(target);
        std::fs::create_dir_all(&inputs)?;
        for (index, input) in jawla_fuzz::first_inputs(target).iter().enumerate() {
            std::fs::write(inputs.join(format!("first-{index:03}")), input)?;
        }
    }
    Ok(())
}

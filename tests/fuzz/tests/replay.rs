//! Every first input, every mutant of it by our own small mutator, and every crasher that was ever
//! kept: the promises hold for all of them, without the fuzzer.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use jawla_dossier::hostile;
use jawla_fuzz::{TARGETS, first_inputs};

/// Mutants of each first input.
const MUTANTS: u64 = 40;

#[test]
fn what_was_found_once_stays_repaired() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crashers");
    for (name, holds) in TARGETS {
        let Ok(files) = std::fs::read_dir(folder.join(name)) else {
            continue;
        };
        for file in files {
            let path = file.unwrap().path();
            println!("{}", path.display());
            holds(&std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_promises_hold_for_the_first_inputs_and_their_mutants() {
    quiet_panics();
    for (name, holds) in TARGETS {
        let inputs = first_inputs(name);
        assert!(!inputs.is_empty(), "{name} begins with nothing");
        for (index, input) in inputs.iter().enumerate() {
            holds(input);
            for seed in 0..MUTANTS {
                holds(&hostile::scrambled(input, seed + index as u64 * MUTANTS));
            }
        }
    }
}

/// Silences the panics that the guard catches.
fn quiet_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let at = panic.location().map_or("", |location| location.file());
        if !at.contains("automerge") && !at.contains("hexane") {
            tell(panic);
        }
    }));
}

//! Lets a coverage-guided fuzzer look for bytes that break a promise of `tests/fuzz`: shortly in
//! the test run, for long when somebody asks for a campaign.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::bindings::target;
use crate::runner::clean_cargo;

/// The version that was found to work with this toolchain.
const CARGO_FUZZ: &str = "0.13.2";

/// A target, and which share of a campaign's executions it gets, in thousandths. The guard's cost a
/// document each; the others' a few microseconds.
const TARGETS: &[(&str, u64)] = &[
    ("answer", 200),
    ("change", 200),
    ("guard", 50),
    ("letter", 150),
    ("pack", 200),
    ("request", 200),
];

/// Executions of a whole campaign.
pub const EXECUTIONS: u64 = 2_000_000;

/// Executions in the test run.
const EXECUTIONS_SHORT: u64 = 100_000;

/// Bytes of one input at most; the largest honest message parts are smaller.
const INPUT_BYTES_MAX: u32 = 8_192;

/// One input may take this long.
const INPUT_SECONDS_MAX: u32 = 10;

/// The process may hold this much.
const MEMORY_MB_MAX: u32 = 1_024;

/// The short run of the test command.
pub fn short(root: &Path) -> anyhow::Result<bool> {
    run(root, EXECUTIONS_SHORT)
}

/// Runs every target; `false` when one found something. What it found lies in
/// `target/fuzz/found/TARGET`.
pub fn run(root: &Path, executions: u64) -> anyhow::Result<bool> {
    install(root)?;
    let ground = root.join("target/fuzz");
    let inputs = ground.join("inputs");
    let written = Command::new(target(root).join("debug/examples/first_inputs"))
        .arg(&inputs)
        .status()
        .context("first_inputs: run `cargo build --workspace --examples` first")?;
    ensure!(written.success(), "the first inputs could not be written");
    let mut sound = true;
    for (target, share) in TARGETS {
        let found = ground.join("found").join(target);
        std::fs::create_dir_all(&found)?;
        let runs = (executions * share / 1_000).max(1);
        println!("fuzz: {target}, {runs} executions");
        let status = clean_cargo(root)
            .args(["fuzz", "run", "--fuzz-dir=tests/fuzz", "--target-dir"])
            .arg(ground.join("build"))
            .args(["--sanitizer=none", "--features=fuzzer", target])
            .arg(inputs.join(target))
            .arg("--")
            .arg(format!("-runs={runs}"))
            .arg(format!("-max_len={INPUT_BYTES_MAX}"))
            .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
            .arg(format!("-rss_limit_mb={MEMORY_MB_MAX}"))
            .arg(format!("-artifact_prefix={}/", found.display()))
            .args(["-print_final_stats=1", "-verbosity=0"])
            .status()
            .context("starting the fuzzer")?;
        if !status.success() {
            println!("fuzz: {target} broke a promise: {}", found.display());
            sound = false;
        }
    }
    Ok(sound)
}

/// Installs `cargo fuzz` unless it is there.
fn install(root: &Path) -> anyhow::Result<()> {
    let answers = clean_cargo(root)
        .args(["fuzz", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if answers {
        return Ok(());
    }
    println!("fuzz: installing cargo-fuzz {CARGO_FUZZ}");
    let status = clean_cargo(root)
        .args([
            "install",
            "--quiet",
            "--locked",
            "cargo-fuzz",
            "--version",
            CARGO_FUZZ,
        ])
        .status()
        .context("starting cargo")?;
    ensure!(
        status.success(),
        "cargo-fuzz is missing: cargo install --locked cargo-fuzz --version {CARGO_FUZZ}"
    );
    Ok(())
}

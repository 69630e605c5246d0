//! Runs the parts of the test run one after the other, and says at the end how each went.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::echo::Echo;
use crate::metadata::cargo;
use crate::parts::{PARTS, Part, Step, Tool};

/// A step that takes longer hangs: the longest, a cold build in release on two slow cores, takes
/// about 20 minutes.
const STEP_MINUTES_MAX: u64 = 60;

/// Between two looks at whether a step has ended. Short against any step, long against a look.
const LOOK_INTERVAL_MS: u64 = 100;

/// How one part went.
struct Outcome {
    name: &'static str,
    proves: &'static str,
    seconds: f64,
    fault: Option<String>,
}

/// Runs the parts named, or all; `false` if one failed. The last line printed is
/// `N passed, M failed`, in parts.
pub fn test(root: &Path, only: &[String]) -> anyhow::Result<bool> {
    let chosen = choose(PARTS, only)?;
    let outcomes: Vec<Outcome> = chosen
        .iter()
        .enumerate()
        .map(|(index, part)| {
            println!(
                "\n== {}/{} {}: {}",
                index + 1,
                chosen.len(),
                part.name,
                part.proves
            );
            let outcome = run_part(root, part);
            match &outcome.fault {
                None => println!("== {}: ok, {:.1} s", part.name, outcome.seconds),
                Some(_) => println!("== {}: FAILED", part.name),
            }
            outcome
        })
        .collect();
    println!("\n{}", summary(&outcomes));
    Ok(outcomes.iter().all(|outcome| outcome.fault.is_none()))
}

/// Runs the benches in release; `false` if they say so.
pub fn bench(root: &Path, args: &[String]) -> anyhow::Result<bool> {
    let mut command = clean_cargo(root);
    command
        .args(["run", "--release", "--package=jawla-bench", "--"])
        .args(args);
    Ok(command.status().context("starting cargo")?.success())
}

/// Measures calls through the packages, on the library and the server in release: Kotlin's times
/// with 2,000 projects, Python's memory over 10,000 stores and 100,000 calls.
pub fn bench_bindings(root: &Path) -> anyhow::Result<bool> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let made = target.join("release");
    let place = |name: &str| made.join(name).display().to_string();
    for package in [
        &["--package=jawla-ffi"][..],
        &["--package=jawla"],
        &["--package=jawla-world", "--example=link"],
    ] {
        let mut command = clean_cargo(root);
        command.args(["build", "--release"]).args(package);
        if !command.status().context("starting cargo")?.success() {
            return Ok(false);
        }
    }
    let kotlin = Command::new("mvn")
        .args(["-B", "-q", "-f", "bindings/kotlin/pom.xml", "verify"])
        .args(["-Dtest=BarsTest", "-Dsurefire.failIfNoSpecifiedTests=false"])
        .arg("-Djawla.rounds=1000")
        .arg(format!("-Dlibrary.folder={}", made.display()))
        .arg(format!("-Djawla.program={}", place("jawla")))
        .arg(format!("-Djawla.link={}", place("examples/link")))
        .current_dir(root)
        .status()
        .context("mvn is missing: apt-get install maven")?;
    let python = Command::new("python3")
        .args(["bindings/python/test.py", "--figures"])
        .args([
            "--library",
            &place("libjawla.so"),
            "--program",
            &place("jawla"),
        ])
        .args(["--link", &place("examples/link")])
        .env("JAWLA_CYCLES", "10000")
        .env("JAWLA_CALLS", "100000")
        .current_dir(root)
        .status()
        .context("python3 is missing: apt-get install python3-venv")?;
    Ok(kotlin.success() && python.success())
}

fn choose<'a>(parts: &'a [Part], only: &[String]) -> anyhow::Result<Vec<&'a Part>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| !parts.iter().any(|p| p.name == **name))
    {
        bail!("no part is called \"{unknown}\"; `cargo xtask test --list` shows them");
    }
    let is_chosen = |part: &&Part| only.is_empty() || only.iter().any(|name| name == part.name);
    Ok(parts.iter().filter(is_chosen).collect())
}

fn run_part(root: &Path, part: &Part) -> Outcome {
    let start = Instant::now();
    let fault = find_missing(part.needs)
        .and_then(|()| part.steps.iter().try_for_each(|step| run_step(root, step)))
        .err()
        .map(|error| format!("{error:#}"));
    let seconds = start.elapsed().as_secs_f64();
    Outcome {
        name: part.name,
        proves: part.proves,
        seconds,
        fault,
    }
}

fn find_missing(needs: &[Tool]) -> anyhow::Result<()> {
    for tool in needs {
        if !answers(*tool) {
            install(*tool);
        }
        if !answers(*tool) {
            let [program, _] = tool.probe();
            bail!("{program} is missing: {}", tool.how_to_install());
        }
    }
    Ok(())
}

fn answers(tool: Tool) -> bool {
    let [program, question] = tool.probe();
    Command::new(program)
        .arg(question)
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Installs a tool from Debian where that is possible: as root, on a system with `apt-get`. Its
/// failure is not told here: the tool is missing then, and that is.
fn install(tool: Tool) {
    let Some(package) = tool.debian_package() else {
        return;
    };
    for args in [
        &["update", "-qq"][..],
        &["install", "-qq", "-y", "--no-install-recommends", package][..],
    ] {
        println!("$ apt-get {}", args.join(" "));
        let _ = Command::new("apt-get")
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .status();
    }
}

fn run_step(root: &Path, step: &Step) -> anyhow::Result<()> {
    match step {
        Step::Cargo { args, env } => run_cargo(root, args, env),
        Step::Program { folder, command } => run_program(&root.join(folder), command),
        Step::Check(check) => match check(root)? {
            true => Ok(()),
            false => bail!("see above"),
        },
        Step::Remove(path) => match std::fs::remove_file(root.join(path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {path}"))
            }
            _ => Ok(()),
        },
        Step::Json(path) => {
            let bytes = std::fs::read(root.join(path))
                .with_context(|| format!("{path} should have been written"))?;
            let _: serde_json::Value =
                serde_json::from_slice(&bytes).with_context(|| format!("{path} is not JSON"))?;
            Ok(())
        }
    }
}

fn run_cargo(root: &Path, args: &[&str], env: &[(&str, &str)]) -> anyhow::Result<()> {
    println!("$ cargo {}", args.join(" "));
    let mut command = clean_cargo(root);
    command
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null());
    finish(command)
}

fn run_program(folder: &Path, command: &[&str]) -> anyhow::Result<()> {
    println!("$ {}", command.join(" "));
    let [program, args @ ..] = command else {
        bail!("a step names no program");
    };
    let mut command = Command::new(program);
    command.current_dir(folder).args(args).stdin(Stdio::null());
    finish(command)
}

/// Starts a step and waits for its end. Watched by nobody, its last lines are part of the error:
/// who reads the run afterwards may have only the end of what was printed.
fn finish(mut command: Command) -> anyhow::Result<()> {
    let is_watched_by_nobody = std::env::var_os("CI").is_some();
    if is_watched_by_nobody {
        command.env("CARGO_TERM_PROGRESS_WHEN", "never");
        command.env("CARGO_TERM_COLOR", "never");
        command.env("TERM", "dumb"); // rustfmt's differences listen to nothing else
        // A group of its own, so that a step that hangs can be ended with all it has started.
        // Not at a terminal, where Ctrl-C must reach everything.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let echo = match is_watched_by_nobody {
        true => Some(Echo::of(&mut command)?),
        false => None,
    };
    let child = command.spawn().context("starting a step")?;
    drop(command); // and with it our ends of the pipe
    let limit = Duration::from_secs(STEP_MINUTES_MAX * 60);
    let ended = wait(child, limit, is_watched_by_nobody)?;
    let last_lines = echo.map(Echo::last_lines).unwrap_or_default();
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("{status}{last_lines}"),
        None => bail!("stopped after {STEP_MINUTES_MAX} minutes{last_lines}"),
    }
}

/// Waits for a process to end by itself; after `limit` ends it and returns `None`.
fn wait(
    mut child: Child,
    limit: Duration,
    leads_group: bool,
) -> anyhow::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("waiting for a step")? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            if leads_group {
                let group = format!("-{}", child.id());
                Command::new("kill")
                    .args(["-KILL", "--", &group])
                    .status()
                    .ok();
            }
            child.kill().context("ending a step")?;
            child.wait().context("waiting for a step to end")?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(LOOK_INTERVAL_MS));
    }
}

/// Cargo without the variables that our own `cargo run` set: some build scripts (ring's) watch
/// them, and would build again whenever a command is run once here and once by hand.
pub fn clean_cargo(root: &Path) -> Command {
    let mut command = Command::new(cargo());
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let is_ours = name.to_str().is_some_and(|name| {
            [
                "CARGO_BIN_",
                "CARGO_CRATE_",
                "CARGO_MANIFEST_",
                "CARGO_PKG_",
                "CARGO_PRIMARY_",
            ]
            .iter()
            .any(|start| name.starts_with(start))
        });
        if is_ours {
            command.env_remove(name);
        }
    }
    command
}

/// What went wrong, the table, and behind it the line that programs read.
fn summary(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        if let Some(fault) = &outcome.fault {
            text += &format!("== {}: {fault}\n\n", outcome.name);
        }
    }
    text += &format!("{:<12} {:<67} {:>8}  result\n", "part", "proves", "seconds");
    for outcome in outcomes {
        let result = if outcome.fault.is_none() {
            "ok"
        } else {
            "FAILED"
        };
        text += &format!(
            "{:<12} {:<67} {:>8.1}  {result}\n",
            outcome.name, outcome.proves, outcome.seconds
        );
    }
    let failed = outcomes
        .iter()
        .filter(|outcome| outcome.fault.is_some())
        .count();
    text + &format!("{} passed, {failed} failed", outcomes.len() - failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Part] = &[
        Part {
            name: "good",
            proves: "a",
            needs: &[],
            steps: &[Step::Check(|_| Ok(true))],
        },
        Part {
            name: "bad",
            proves: "b",
            needs: &[],
            steps: &[
                Step::Check(|_| Ok(false)),
                Step::Check(|_| panic!("must not be run")),
            ],
        },
    ];

    #[test]
    fn a_failing_part_fails_alone_and_is_counted() {
        let outcomes: Vec<Outcome> = TWO
            .iter()
            .map(|part| run_part(Path::new("."), part))
            .collect();
        let text = summary(&outcomes);
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert_eq!(text.matches("FAILED").count(), 1);
    }

    #[test]
    fn parts_are_chosen_by_name_and_a_wrong_name_is_an_error() {
        assert_eq!(choose(TWO, &[]).unwrap().len(), 2);
        let chosen = choose(TWO, &["bad".to_owned()]).unwrap();
        assert_eq!(
            chosen.iter().map(|part| part.name).collect::<Vec<_>>(),
            ["bad"]
        );
        assert!(choose(TWO, &["ugly".to_owned()]).is_err());
    }

    #[test]
    fn a_report_that_is_missing_or_broken_fails() {
        let folder = std::env::temp_dir().join(format!("jawla-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let step = Step::Json("report.json");
        assert!(run_step(&folder, &step).is_err());
        std::fs::write(folder.join("report.json"), "{\"merged\": 3").unwrap();
        assert!(run_step(&folder, &step).is_err());
        std::fs::write(folder.join("report.json"), "{\"merged\": 3}").unwrap();
        assert!(run_step(&folder, &step).is_ok());
        assert!(run_step(&folder, &Step::Remove("report.json")).is_ok());
        assert!(
            run_step(&folder, &Step::Remove("report.json")).is_ok(),
            "twice is fine"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_step_that_hangs_is_ended() {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(
            wait(child, Duration::from_millis(1), false)
                .unwrap()
                .is_none()
        );
        let child = Command::new("true").spawn().unwrap();
        assert!(
            wait(child, Duration::from_secs(60), false)
                .unwrap()
                .unwrap()
                .success()
        );
    }
}

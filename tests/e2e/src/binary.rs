//! The binary under test: the one that `JAWLA_BINARY` names, or the one beside the test, built when
//! it is missing or older than its sources.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Its output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A command of the binary under test, ready to run.
pub fn jawla_command() -> Command {
    let mut command = Command::new(path());
    command.env_remove("JAWLA_LOG");
    // A backtrace of a panic that the guard catches would be measured as its time and memory.
    command.env("RUST_BACKTRACE", "0");
    command
}

/// Runs a command to its end.
pub fn jawla(args: &[&str]) -> Ran {
    let output = jawla_command().args(args).output().expect("jawla runs");
    Ran {
        code: output.status.code().expect("jawla ends by itself"),
        out: String::from_utf8(output.stdout).expect("output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Some(given) = std::env::var_os("JAWLA_BINARY") {
            return given.into();
        }
        let test = std::env::current_exe().expect("a test has a path");
        // target/<profile>/deps/<test>
        let folder = test
            .parent()
            .and_then(Path::parent)
            .expect("beside the test");
        let binary = folder.join(format!("jawla{}", std::env::consts::EXE_SUFFIX));
        if !is_fresh(&binary) {
            build(folder);
        }
        assert!(binary.exists(), "{} is not there", binary.display());
        binary
    })
}

/// Whether no source is newer, by the list that the compiler left beside the binary.
fn is_fresh(binary: &Path) -> bool {
    let time = |path: &Path| -> Option<SystemTime> { path.metadata().ok()?.modified().ok() };
    let Some(built) = time(binary) else {
        return false;
    };
    let Ok(list) = std::fs::read_to_string(binary.with_extension("d")) else {
        return false;
    };
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
    let mut sources = sources.split_whitespace().map(Path::new);
    sources.all(|source| time(source).is_some_and(|changed| changed <= built))
}

fn build(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // With the features of the whole workspace and of its tests, which naming an example brings: as
    // the test that asks was built, else all is compiled again.
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--workspace", "--bin", "jawla"])
        .args(["--example", "link"])
        .args(["--profile", profile])
        .current_dir(root)
        .status();
    if !built.as_ref().is_ok_and(|status| status.success()) {
        eprintln!("the binary could not be built: run `cargo build` and see why");
        panic!("cargo build: {built:?}");
    }
}

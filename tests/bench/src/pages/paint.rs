//! When a browser first shows a page: `tests/e2e/browser/paint.mjs` opens it.

use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::report::{Row, ms, percentile};

const SCRIPT: &str = "paint.mjs";

/// A page that the browser opens.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Its name in the table.
    pub name: &'static str,
    /// Its address.
    pub url: String,
    /// The session, for the office.
    pub cookie: String,
    /// The width of the window in CSS pixels.
    pub width: u32,
    /// How many times slower than this machine the browser's processor is made.
    pub throttle: u32,
    /// The bar of the first paint.
    #[serde(skip)]
    pub paint_ms_max: Option<f64>,
}

/// What the browser saw, in milliseconds from the beginning of the navigation.
#[derive(Debug, Deserialize)]
struct Seen {
    name: String,
    throttle: u32,
    cold_ms: Vec<f64>,
    warm_ms: Vec<f64>,
    load_ms: Vec<f64>,
}

/// Opens all of them. Without a browser on this machine the rows say so and hold nothing.
pub fn measure(root: &Path, shown: &[Shown]) -> anyhow::Result<Vec<Row>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/browser");
    if !folder.join("node_modules").is_dir() {
        let row = Row::printed("first paint", "not measured".into());
        let what = "needs Node, Chromium and the packages: cargo xtask test --only browser";
        return Ok(vec![row.against("<= 900 ms", false).remark(what)]);
    }
    let list = root.join("shown.json");
    std::fs::write(&list, serde_json::to_vec(shown)?)?;
    let list = std::path::absolute(list)?;
    let mut command = Command::new("node");
    let done = command.arg(SCRIPT).arg(list).current_dir(folder).output();
    let done = done.context("starting node")?;
    let said = String::from_utf8_lossy(&done.stderr);
    anyhow::ensure!(done.status.success(), "{SCRIPT}: {said}");
    let seen: Vec<Seen> = serde_json::from_slice(&done.stdout).context("what the browser saw")?;
    anyhow::ensure!(seen.len() == shown.len(), "the browser left pages out");
    Ok(shown.iter().zip(&seen).map(row).collect())
}

fn row((shown, seen): (&Shown, &Seen)) -> Row {
    assert_eq!(shown.name, seen.name, "the browser keeps the order");
    let (cold, warm) = (
        percentile(&seen.cold_ms, 0.95),
        percentile(&seen.warm_ms, 0.95),
    );
    let measured = format!("p95 {}, again {}", ms(cold), ms(warm));
    let row = Row::printed(shown.name, measured)
        .remark(format!(
            "first paint with a processor {} times slower, {} times; all loaded p95 {}",
            seen.throttle,
            seen.cold_ms.len(),
            ms(percentile(&seen.load_ms, 0.95))
        ))
        .figure("paint_cold_p95_ms", cold)
        .figure("paint_warm_p95_ms", warm);
    match shown.paint_ms_max {
        Some(most) => row.against("first paint <= 900 ms", cold <= most),
        None => row,
    }
}

//! What a page costs: the phone's in process, as the app calls them, the office's over a real
//! connection, and both in a browser.

mod asking;
mod bureau;
mod handheld;
mod paint;

use std::path::Path;

use jawla_world::workload::Workload;

use crate::Steps;
use crate::ground::Ground;
use crate::report::{Row, ms, percentile};

/// How much there is, and how often each page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Projects of the province, at the office.
    pub province: u64,
    /// Projects on the phone.
    pub phone: u64,
    /// Times that a page is asked for.
    pub samples: usize,
}

impl Counts {
    /// Those of the budgets, or a few to try the bench itself.
    pub fn of(whole: bool) -> Self {
        match whole {
            true => Self {
                province: 10_000,
                phone: 2_000,
                samples: 100,
            },
            false => Self {
                province: 200,
                phone: 60,
                samples: 5,
            },
        }
    }
}

/// Builds both stores through real code and measures.
pub async fn measure(root: &Path, workload: Workload, counts: Counts) -> anyhow::Result<Vec<Row>> {
    let steps = Steps(std::time::Instant::now());
    let mut ground = Ground::build(&root.join("server"), workload).await?;
    let scope = ground.bring_long_list(counts.phone)?;
    steps.say("the workload and the phone's projects are on the server; next: the phone");
    let phone = handheld::Handheld::enrol(&ground, root, scope).await?;
    let mut rows = phone.replies(counts.samples).await?;
    steps.say("the phone's replies; next: the province");
    let dossiers = ground.workload.dossiers.len() as u64;
    let rest = counts.province.saturating_sub(counts.phone + dossiers);
    ground.bring_province(rest)?;
    steps.say("the province is on the server; next: the office's pages");
    let office = bureau::Bureau::open(&ground, rest + counts.phone + dossiers).await?;
    rows.extend(office.pages(counts.samples).await?);
    rows.extend(office.exports().await?);
    steps.say("the office's pages and files; next: a browser");
    let mut asked = phone.in_browser().await?;
    asked.extend(office.in_browser());
    rows.extend(paint::measure(root, &asked)?);
    steps.say("done");
    ground.running.stop().await;
    Ok(rows)
}

/// The phone's replies alone: what is measured again and again while they are made faster.
pub async fn measure_phone(
    root: &Path,
    workload: Workload,
    counts: Counts,
) -> anyhow::Result<Vec<Row>> {
    let mut ground = Ground::build(&root.join("server"), workload).await?;
    let scope = ground.bring_long_list(counts.phone)?;
    let phone = handheld::Handheld::enrol(&ground, root, scope).await?;
    let rows = phone.replies(counts.samples).await?;
    ground.running.stop().await;
    Ok(rows)
}

/// A page against its bars of time and size.
struct Bars {
    /// Share of the samples that the time is taken at.
    share: f64,
    time_ms: f64,
    size_bytes: usize,
    words: &'static str,
}

/// The row of a page from the times and the size of its answers.
fn row(measure: &'static str, times: &[f64], size_bytes: usize, bars: &Bars) -> Row {
    let (at, middle) = (percentile(times, bars.share), percentile(times, 0.5));
    let held = at <= bars.time_ms && size_bytes <= bars.size_bytes;
    let measured = format!(
        "{} at p{:.0}, {} kB",
        ms(at),
        bars.share * 100.0,
        kb(size_bytes)
    );
    Row::printed(measure, measured)
        .against(bars.words, held)
        .remark(format!("p50 {}, {} times", ms(middle), times.len()))
        .figure("at_share_ms", at)
        .figure("p50_ms", middle)
        .figure("html_bytes", size_bytes as f64)
}

fn kb(size_bytes: usize) -> String {
    format!("{:.1}", size_bytes as f64 / 1e3)
}

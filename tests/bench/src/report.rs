//! The table: what was measured, the bar, and whether it holds.

use std::collections::BTreeMap;

use serde::Serialize;

/// One measure.
#[derive(Debug, Serialize)]
pub struct Row {
    /// What.
    pub measure: &'static str,
    /// The bar of the first line; empty when the figure is only printed.
    pub first: &'static str,
    /// What was found, in words.
    pub measured: String,
    /// Whether the bar holds; none where there is no bar.
    pub held: Option<bool>,
    /// The best of the other systems on the same workload.
    pub best_other: &'static str,
    /// What else there is to say.
    pub remarks: Vec<String>,
    /// The figures for machines, units last in their names.
    pub figures: BTreeMap<&'static str, f64>,
}

impl Row {
    /// A measure without bar, remarks and figures yet.
    pub fn printed(measure: &'static str, measured: String) -> Self {
        Self {
            measure,
            first: "",
            measured,
            held: None,
            best_other: "",
            remarks: Vec::new(),
            figures: BTreeMap::new(),
        }
    }

    /// Holds it against a bar.
    pub fn against(mut self, first: &'static str, held: bool) -> Self {
        self.first = first;
        self.held = Some(held);
        self
    }

    /// Sets beside it what others reach.
    pub fn beside(mut self, best_other: &'static str) -> Self {
        self.best_other = best_other;
        self
    }

    /// Adds a remark.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    /// Adds a figure.
    pub fn figure(mut self, name: &'static str, value: f64) -> Self {
        self.figures.insert(name, value);
        self
    }
}

/// Where and on what it was measured.
#[derive(Debug, Serialize)]
pub struct Circumstances {
    /// SHA-256 of the workload.
    pub workload: String,
    /// Its shape, in words.
    pub shape: String,
    /// The seed.
    pub seed: u64,
    /// The commit.
    pub commit: Option<String>,
    /// The processor.
    pub processor: String,
    /// Cores.
    pub cores: usize,
    /// Load of the machine when it began and when it ended.
    pub load: [Option<f64>; 2],
    /// Whether the build is optimised.
    pub optimised: bool,
    /// How long everything took.
    pub elapsed_s: f64,
}

/// Everything.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where.
    pub circumstances: Circumstances,
    /// What.
    pub rows: Vec<Row>,
}

impl Report {
    /// Whether every bar holds.
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.held != Some(false))
    }

    /// Prints the table.
    pub fn print(&self) {
        let about = &self.circumstances;
        println!(
            "workload {} (seed {}, {})",
            about.workload, about.seed, about.shape
        );
        let commit = about.commit.as_deref().unwrap_or("unknown");
        let build = if about.optimised {
            "release"
        } else {
            "NOT A RELEASE BUILD"
        };
        let load = |load: Option<f64>| load.map_or("?".into(), |load| format!("{load:.1}"));
        println!(
            "commit {commit}; {build}; {} cores of {}; load {} to {}; {:.0} s",
            about.cores,
            about.processor,
            load(about.load[0]),
            load(about.load[1]),
            about.elapsed_s
        );
        println!();
        let head = [
            "measure",
            "first line",
            "measured",
            "held",
            "best other system",
        ];
        let lines: Vec<[&str; 5]> = self.rows.iter().map(cells).collect();
        let width = |column: usize| {
            let cells = lines
                .iter()
                .chain([&head])
                .map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3), width(4)];
        print_line(&head, &widths);
        println!("{}", "-".repeat(widths.iter().sum::<usize>() + 8));
        for (row, line) in self.rows.iter().zip(&lines) {
            print_line(line, &widths);
            for remark in &row.remarks {
                println!("    {remark}");
            }
        }
        println!();
        let missed = self
            .rows
            .iter()
            .filter(|row| row.held == Some(false))
            .count();
        let barred = self.rows.iter().filter(|row| row.held.is_some()).count();
        println!(
            "{} of {barred} bars of the first line hold",
            barred - missed
        );
    }
}

fn cells(row: &Row) -> [&str; 5] {
    let held = match row.held {
        Some(true) => "yes",
        Some(false) => "MISSED",
        None => "-",
    };
    let first = if row.first.is_empty() {
        "printed"
    } else {
        row.first
    };
    [row.measure, first, &row.measured, held, row.best_other]
}

fn print_line(cells: &[&str; 5], widths: &[usize; 5]) {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        let missing = (width + 2).saturating_sub(cell.chars().count());
        line.push_str(&" ".repeat(missing));
    }
    println!("{}", line.trim_end());
}

/// Bytes for people: kilobytes of a thousand.
pub fn kb(bytes: u64) -> String {
    if bytes < 10_000 {
        format!("{bytes} B")
    } else {
        format!("{:.1} kB", bytes as f64 / 1e3)
    }
}

/// A time for people.
pub fn ms(elapsed_ms: f64) -> String {
    match elapsed_ms {
        ms if ms >= 1_000.0 => format!("{:.2} s", ms / 1e3),
        ms if ms >= 10.0 => format!("{ms:.0} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

/// The value below which that share of the samples lies, by the nearest rank.
pub fn percentile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

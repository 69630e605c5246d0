//! What a person waits for on the phone itself: saving, lists.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use jawla_client::NewVisit;
use jawla_client::platform::LinkKind;
use jawla_dossier::Origin;
use jawla_model::{DocumentId, Edit, Hash32, PersonId};
use jawla_views::{PageWindow, ProjectQuery, Views};

use crate::ground::Ground;
use crate::machine;
use crate::phone::{Inside, Phone};
use crate::report::{Row, ms, percentile};
use crate::visits::{self, Manner, Step};

/// A phone that is current, for saving and lists: its bytes are not measured.
pub async fn current_phone(ground: &Ground, root: &Path) -> anyhow::Result<Phone> {
    let person = ground.authors[0].person;
    let phone = Phone::enrol(ground, &root.join("desk"), person, vec![ground.scope]).await?;
    phone.sync(&Inside::new(ground), LinkKind::Metered).await?;
    Ok(phone)
}

/// What was timed of saves, in milliseconds.
#[derive(Default)]
struct Saves {
    /// Everything of a visit in one command.
    at_once: Vec<f64>,
    /// A form that was typed field by field, left.
    left: Vec<f64>,
    /// One field typed.
    typed: Vec<f64>,
    /// A bare append and sync of as many bytes.
    bare: Vec<f64>,
    size_bytes: usize,
    parts: Parts,
}

/// Saves whole visits into dossiers with their history, half of them in one command and half as
/// the pages do, each beside a bare append and sync of the same bytes on the same disk.
pub async fn saves(
    ground: &Ground,
    phone: &Phone,
    root: &Path,
    samples: usize,
) -> anyhow::Result<Row> {
    let path = root.join("bare.log");
    let mut bare_file = OpenOptions::new().create(true).append(true).open(path)?;
    let visits = (100..).flat_map(|day| ground.workload.field_day(day).pushed);
    let mut saves = Saves::default();
    for (number, (dossier, visit)) in visits.take(samples).enumerate() {
        let document = ground.document_ids()[dossier];
        let mut steps = visits::steps(&visit, Manner::Terse);
        let kind = visits::kind_of(&steps[0]);
        let bytes = saves.parts.time(ground, document, &steps)?;
        saves.size_bytes += bytes.len();
        let new = NewVisit { document, kind };
        let id = phone.client.start_visit(new).await?;
        let rest = steps.pop().context("a visit has two steps")?;
        let edits = visits::on_visit(rest.edits, id);
        if number % 2 == 0 {
            let began = Instant::now();
            phone.client.edit(document, edits).await?;
            saves.at_once.push(since_ms(began));
        } else {
            type_and_leave(phone, document, edits, &mut saves).await?;
        }
        let began = Instant::now();
        bare_file.write_all(&bytes)?;
        bare_file.sync_all()?;
        saves.bare.push(since_ms(began));
    }
    Ok(saves.row(samples))
}

async fn type_and_leave(
    phone: &Phone,
    document: DocumentId,
    edits: Vec<Edit>,
    saves: &mut Saves,
) -> anyhow::Result<()> {
    let mut others = Vec::new();
    for edit in edits {
        let Edit::Set { at, value } = edit else {
            others.push(edit);
            continue;
        };
        let began = Instant::now();
        phone.client.type_value(document, at, value).await?;
        saves.typed.push(since_ms(began));
    }
    let began = Instant::now();
    phone.client.leave(document).await?;
    saves.left.push(since_ms(began));
    phone.client.edit(document, others).await?;
    Ok(())
}

impl Saves {
    fn row(&self, samples: usize) -> Row {
        let figures = |of: &[f64]| (percentile(of, 0.5), percentile(of, 0.95));
        let (at_once, left) = (figures(&self.at_once), figures(&self.left));
        let (bare, typed) = (figures(&self.bare), figures(&self.typed));
        let worse = if at_once.1 > left.1 { at_once } else { left };
        let measured = format!("p50 {}, p95 {}", ms(worse.0), ms(worse.1));
        let told = |of: (f64, f64)| format!("p50 {}, p95 {}", ms(of.0), ms(of.1));
        Row::printed("durable save of a visit", measured)
            .against("p95 <= 30 ms", worse.1 <= 30.0)
            .beside("0.67 ms without fsync (naive Rust)")
            .remark(format!(
                "the worse of: all in one command {}; a typed form left {}",
                told(at_once),
                told(left)
            ))
            .remark(format!(
                "bare append + fsync of the same {} B: {}; the save is {:.1}x and {:.1}x of it",
                self.size_bytes / samples,
                told(bare),
                worse.0 / bare.0,
                worse.1 / bare.1
            ))
            .remark(format!(
                "one field typed: {}; {}",
                told(typed),
                self.parts.told()
            ))
            .figure("at_once_p50_ms", at_once.0)
            .figure("at_once_p95_ms", at_once.1)
            .figure("left_p50_ms", left.0)
            .figure("left_p95_ms", left.1)
            .figure("bare_p50_ms", bare.0)
            .figure("bare_p95_ms", bare.1)
            .figure("typed_p50_ms", typed.0)
            .figure("typed_p95_ms", typed.1)
            .figure("samples", samples as f64)
    }
}

/// What the dossier's own part of a save costs, in CPU time, by the same functions that the device
/// calls: where a slow save comes from.
#[derive(Default)]
struct Parts {
    tries: f64,
    copy_us: u64,
    apply_us: u64,
    read_us: u64,
    project_us: u64,
}

impl Parts {
    /// Writes the steps into a copy of the dossier and gives the bytes of the last change.
    fn time(
        &mut self,
        ground: &Ground,
        document: DocumentId,
        steps: &[Step],
    ) -> anyhow::Result<Vec<u8>> {
        let held = ground.document(document)?;
        let mut at_us = machine::thread_cpu_us();
        let mut lap = || {
            let before = std::mem::replace(&mut at_us, machine::thread_cpu_us());
            at_us - before
        };
        let mut copy = held.clone();
        self.copy_us += lap();
        let written = ground.authors[0].write(&mut copy, steps)?;
        self.apply_us += lap();
        let dossier = copy.read();
        self.read_us += lap();
        let rows = jawla_dossier::project(&copy, ground.scope, &|_: &Hash32| Origin::default());
        self.project_us += lap();
        anyhow::ensure!(
            rows.visits.len() == dossier.visits.len(),
            "a visit has no row"
        );
        self.tries += 1.0;
        Ok(written
            .last()
            .context("a visit is written")?
            .payload
            .clone())
    }

    fn told(&self) -> String {
        let mean = |us: u64| ms(us as f64 / self.tries / 1e3);
        format!(
            "CPU of the dossier's part: copy {}, two changes {}, one reading {}, all rows {}",
            mean(self.copy_us),
            mean(self.apply_us),
            mean(self.read_us),
            mean(self.project_us)
        )
    }
}

/// The list of the workload's commune.
pub async fn commune_list(ground: &Ground, phone: &Phone, samples: usize) -> anyhow::Result<Row> {
    let query = query("", ground.workload.dossiers.len());
    let (rows, times) = ask(phone, &query, samples).await?;
    anyhow::ensure!(
        rows == ground.workload.dossiers.len(),
        "the list has {rows} projects"
    );
    let p95 = percentile(&times, 0.95);
    let measured = format!("p95 {}, p50 {}", ms(p95), ms(percentile(&times, 0.5)));
    Ok(Row::printed("phone: list of a commune", measured)
        .against("p95 <= 5 ms", p95 <= 5.0)
        .beside("7.7 ms (form style), 49 ms (document style)")
        .remark(format!("{rows} projects, {samples} times"))
        .figure("p95_ms", p95))
}

/// A list of very many projects, a page of it and a page of what a search finds.
pub async fn long_list(
    ground: &mut Ground,
    root: &Path,
    count: u64,
    samples: usize,
) -> anyhow::Result<Row> {
    let scope = ground.bring_long_list(count)?;
    // Somebody new: a person's phones hold all of the person's scopes.
    let person = PersonId(ground.core().draw());
    let phone = Phone::enrol(ground, &root.join("long"), person, vec![scope]).await?;
    let began = Instant::now();
    phone.sync(&Inside::new(ground), LinkKind::Metered).await?;
    let pulled_ms = since_ms(began);
    let whole = phone.client.views().projects(&query("", 50)).await?;
    anyhow::ensure!(
        whole.total == count,
        "the phone has {} projects",
        whole.total
    );
    let title = whole
        .rows
        .last()
        .context("a page has rows")?
        .title_fr
        .clone();
    let words: Vec<&str> = title
        .split_whitespace()
        .filter(|word| word.chars().count() > 3)
        .take(2)
        .collect();
    let (_, list) = ask(&phone, &query("", 50), samples).await?;
    let (found, search) = ask(&phone, &query(&words.join(" "), 50), samples).await?;
    anyhow::ensure!(found > 0, "the search finds nothing");
    let (list, search) = (percentile(&list, 0.95), percentile(&search, 0.95));
    let measured = format!("page p95 {}, with search p95 {}", ms(list), ms(search));
    Ok(Row::printed("phone: list of 2,000 projects", measured)
        .beside("49-563 ms (document style)")
        .remark(format!(
            "{count} projects, pages of 50, two words searched, {found} on the page; the phone took all of them in in {}",
            ms(pulled_ms)
        ))
        .figure("projects", count as f64)
        .figure("list_p95_ms", list)
        .figure("search_p95_ms", search)
        .figure("intake_ms", pulled_ms))
}

fn query(text: &str, rows_max: usize) -> ProjectQuery {
    let rows_max = u32::try_from(rows_max).unwrap_or(u32::MAX);
    ProjectQuery {
        text: text.to_owned(),
        window: PageWindow {
            offset: 0,
            rows_max,
        },
        ..ProjectQuery::default()
    }
}

async fn ask(
    phone: &Phone,
    query: &ProjectQuery,
    samples: usize,
) -> anyhow::Result<(usize, Vec<f64>)> {
    let views = phone.client.views();
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..samples {
        let began = Instant::now();
        rows = views.projects(query).await?.rows.len();
        times.push(since_ms(began));
    }
    Ok((rows, times))
}

/// Milliseconds since then.
pub fn since_ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

//! What a person waits for on the phone itself: saving, lists.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use jawla_client::NewVisit;
use jawla_client::platform::LinkKind;
use jawla_model::{FieldPath, PersonId, VisitField};
use jawla_views::{PageWindow, ProjectQuery, Views};

use crate::ground::Ground;
use crate::phone::{Inside, Phone};
use crate::report::{Row, ms, percentile};
use crate::visits::{self, Manner};

/// A phone that is current, for saving and lists: its bytes are not measured.
pub async fn current_phone(ground: &Ground, root: &Path) -> anyhow::Result<Phone> {
    let person = ground.authors[0].person;
    let phone = Phone::enrol(ground, &root.join("desk"), person, ground.scope).await?;
    phone.sync(&Inside::new(ground), LinkKind::Metered).await?;
    Ok(phone)
}

/// Saves whole visits into dossiers with their history, each beside a bare append and sync of
/// the same bytes on the same disk.
pub async fn saves(
    ground: &Ground,
    phone: &Phone,
    root: &Path,
    samples: usize,
) -> anyhow::Result<Row> {
    let mut bare_file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(root.join("bare.log"))?;
    let visits = (100..).flat_map(|day| ground.workload.field_day(day).pushed);
    let (mut saves, mut bares, mut typings) = (Vec::new(), Vec::new(), Vec::new());
    let mut size_bytes = 0;
    for (dossier, visit) in visits.take(samples) {
        let document = ground.document_ids()[dossier];
        let mut steps = visits::steps(&visit, Manner::Terse);
        let kind = visits::kind_of(&steps[0]);
        let mut copy = ground.document(document)?;
        let written = ground.authors[0].write(&mut copy, &steps)?;
        let bytes = written
            .last()
            .context("a visit is written")?
            .payload
            .clone();
        size_bytes += bytes.len();

        let id = phone
            .client
            .start_visit(NewVisit { document, kind })
            .await?;
        let path = FieldPath::visit(id, VisitField::Workers);
        let began = Instant::now();
        phone.client.type_value(document, path, 7.into()).await?;
        typings.push(since_ms(began));

        let rest = steps.pop().context("a visit has two steps")?;
        let edits = visits::on_visit(rest.edits, id);
        let began = Instant::now();
        phone.client.edit(document, edits).await?;
        saves.push(since_ms(began));

        let began = Instant::now();
        bare_file.write_all(&bytes)?;
        bare_file.sync_all()?;
        bares.push(since_ms(began));
    }
    let figures = |of: &[f64]| (percentile(of, 0.5), percentile(of, 0.95));
    let (save, bare, typing) = (figures(&saves), figures(&bares), figures(&typings));
    let measured = format!("p50 {}, p95 {}", ms(save.0), ms(save.1));
    Ok(Row::printed("durable save of a visit", measured)
        .against("p95 <= 30 ms", save.1 <= 30.0)
        .beside("0.67 ms without fsync (naive Rust)")
        .remark(format!(
            "bare append + fsync of the same {} B: p50 {}, p95 {}; {:.1}x and {:.1}x of it",
            size_bytes / samples,
            ms(bare.0),
            ms(bare.1),
            save.0 / bare.0,
            save.1 / bare.1
        ))
        .remark(format!(
            "one typed field: p50 {}, p95 {}",
            ms(typing.0),
            ms(typing.1)
        ))
        .figure("save_p50_ms", save.0)
        .figure("save_p95_ms", save.1)
        .figure("bare_p50_ms", bare.0)
        .figure("bare_p95_ms", bare.1)
        .figure("typing_p95_ms", typing.1)
        .figure("samples", samples as f64))
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
    let phone = Phone::enrol(ground, &root.join("long"), person, scope).await?;
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

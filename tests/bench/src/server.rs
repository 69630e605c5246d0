//! What the server's side costs: the guard against hostile bytes, judging and keeping changes.

use std::time::Instant;

use anyhow::Context;
use jawla_dossier::hostile;
use jawla_dossier::{Authority, Document};
use jawla_model::{DocumentId, Role};
use jawla_server::store::Store;
use jawla_server::store::sqlite::{OpenOptions, SqliteStore};
use jawla_sync::SealedPack;

use crate::author::judge;
use crate::device::since_ms;
use crate::ground::Ground;
use crate::machine;
use crate::report::{Row, ms};
use crate::visits::{self, Manner};

/// Field days whose visits of others are judged for the rate.
const RATE_DAYS: std::ops::Range<u64> = 1_000..1_008;

/// Field days that offer one visit for each dossier.
const COLD_DAYS: std::ops::Range<u64> = 2_000..2_020;

/// The slowest and the largest answer of the guard.
#[derive(Default)]
struct Worst {
    took_ms: f64,
    name: String,
    memory_kb: u64,
    tried: u64,
    surprises: Vec<String>,
}

impl Worst {
    /// Asks the guard once and notes what it cost; whether it admitted the candidate, or why not.
    fn note(
        &mut self,
        document: &Document,
        name: &str,
        bytes: &[u8],
        authority: &Authority<'_>,
    ) -> Result<(), jawla_model::Reason> {
        let mut copy = document.clone();
        machine::forget_memory_peak();
        let (before_kb, _) = machine::memory_kb();
        let began = Instant::now();
        let judged = copy.admit(bytes, authority).map(|_| ());
        let took_ms = since_ms(began);
        let (_, peak_kb) = machine::memory_kb();
        self.tried += 1;
        self.memory_kb = self.memory_kb.max(peak_kb.saturating_sub(before_kb));
        if took_ms > self.took_ms {
            self.took_ms = took_ms;
            name.clone_into(&mut self.name);
        }
        judged
    }
}

/// The whole hostile corpus, changed visits and noise, against a dossier of the workload.
pub fn guard(ground: &Ground, mutants: u64) -> anyhow::Result<Row> {
    let document = ground.document(ground.document_ids()[0])?;
    let attacker = ground.authors[1].actor;
    let nobody = |_: &jawla_model::ActorId| false;
    let member = Authority::Role {
        role: Role::TeamMember,
        same_person: &nobody,
    };
    let corpus = hostile::corpus(&document, attacker);
    let (_, visit) = ground.workload.field_day(99).pulled.swap_remove(0);
    let honest = {
        let steps = visits::steps(&visit, Manner::Terse);
        ground.authors[1].write(&mut document.clone(), &steps[..1])?
    };
    let honest = honest.first().context("a visit is begun")?.payload.clone();
    let mut worst = Worst::default();
    // Automerge panics over some of these inside the guard, which catches it: no need to tell.
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for case in &corpus {
        let judged = worst.note(&document, case.name, &case.bytes, &member);
        if judged != Err(case.reason) {
            worst.surprises.push(format!("{}: {judged:?}", case.name));
        }
        let _either = worst.note(&document, case.name, &case.bytes, &Authority::Settled);
    }
    for seed in 0..mutants {
        let mutant = hostile::mutant(&honest, seed);
        let _either = worst.note(&document, &format!("mutant {seed}"), &mutant, &member);
        let noise = hostile::noise(seed, 2_048);
        let _either = worst.note(&document, &format!("noise {seed}"), &noise, &member);
    }
    std::panic::set_hook(tell);
    Ok(guard_row(&worst, corpus.len()))
}

fn guard_row(worst: &Worst, cases: usize) -> Row {
    let held = worst.took_ms <= 1_000.0 && worst.surprises.is_empty();
    let measured = format!(
        "slowest {}, resident memory grew by at most {} kB",
        ms(worst.took_ms),
        worst.memory_kb
    );
    let mut row = Row::printed("guard: any hostile input", measured)
        .against("<= 1 s", held)
        .beside("2.2 GiB for 113 bytes (plain Automerge)")
        .remark(format!(
            "{cases} cases as a member and as settled, the rest changed visits and noise: {} tries; slowest: {}",
            worst.tried, worst.name
        ))
        .figure("slowest_ms", worst.took_ms)
        .figure("resident_growth_kb", worst.memory_kb as f64)
        .figure("tries", worst.tried as f64);
    for surprise in &worst.surprises {
        row = row.remark(format!("NOT refused for its reason: {surprise}"));
    }
    row
}

/// Packs of visits judged one after the other, durably: with the documents open, and on a store
/// that was just opened.
pub fn change_rate(ground: &mut Ground) -> anyhow::Result<Row> {
    let days = RATE_DAYS.map(|day| ground.workload.field_day(day).pulled);
    let visits: Vec<_> = days.collect::<Vec<_>>().concat();
    let packs = ground.seal_others(&visits, Manner::Terse)?;
    let warm = timed(ground, &packs, None)?;
    let cold_packs = one_each(ground, COLD_DAYS)?;
    let options = OpenOptions::at(ground.folder.path().join("jawla.db"));
    let fresh = SqliteStore::open(options, ground.core().keys().server_id())?;
    let cold = timed(ground, &cold_packs, Some(&fresh))?;
    let measured = format!("{:.0}/s warm, {:.0}/s cold", warm.per_s, cold.per_s);
    Ok(Row::printed("durable validated changes/s", measured)
        .remark(format!(
            "one thread; {} changes in {} packs as phones fill them, {} of CPU each; cold: {} in {} packs, a dossier each",
            warm.changes, packs.len(), ms(warm.cpu_ms), cold.changes, cold_packs.len()
        ))
        .figure("warm_per_s", warm.per_s)
        .figure("cold_per_s", cold.per_s)
        .figure("warm_cpu_ms_per_change", warm.cpu_ms))
}

struct Rate {
    changes: usize,
    per_s: f64,
    cpu_ms: f64,
}

fn timed(
    ground: &mut Ground,
    packs: &[SealedPack],
    store: Option<&dyn Store>,
) -> anyhow::Result<Rate> {
    let now = ground.later(3_600);
    let store = store.unwrap_or_else(|| ground.core().store());
    let changes = packs.iter().map(|pack| pack.pack.entries.len()).sum();
    let (began, cpu_us) = (Instant::now(), machine::thread_cpu_us());
    judge(store, packs, now)?;
    let cpu_us = machine::thread_cpu_us() - cpu_us;
    Ok(Rate {
        changes,
        per_s: changes as f64 / began.elapsed().as_secs_f64(),
        cpu_ms: cpu_us as f64 / 1e3 / changes as f64,
    })
}

/// One visit for each dossier, each in a pack of its own.
pub fn one_each(
    ground: &mut Ground,
    days: std::ops::Range<u64>,
) -> anyhow::Result<Vec<SealedPack>> {
    let mut left: std::collections::BTreeMap<usize, DocumentId> =
        ground.document_ids().into_iter().enumerate().collect();
    let mut packs = Vec::new();
    for (dossier, visit) in days.flat_map(|day| ground.workload.field_day(day).pulled) {
        let Some(id) = left.remove(&dossier) else {
            continue;
        };
        let mut copy = ground.document(id)?;
        let who = usize::from(visit.author);
        let entries =
            ground.authors[who].write(&mut copy, &visits::steps(&visit, Manner::Terse))?;
        let core = std::sync::Arc::clone(&ground.folder.core);
        packs.extend(ground.authors[who].seal(&core, ground.scope, entries, 0)?);
    }
    Ok(packs)
}

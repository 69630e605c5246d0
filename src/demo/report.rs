//! The table at the end: what it cost, what merged, what is *à départager*, and whether every
//! store still follows from its own change rows.

use std::collections::BTreeMap;
use std::time::Duration;

use jawla_model::{FieldPath, Value};
use jawla_server::running::DataFolder;
use jawla_server::verify::verify;
use jawla_views::{ConflictQuery, Views};
use serde::Serialize;

use super::days::Work;
use super::phone::Phone;
use super::travel::{Journey, Journeys, seconds, short};
use crate::import::ImportReport;
use crate::output::size;

/// Everything the demonstration found, for people and for machines.
#[derive(Debug, Serialize)]
pub(super) struct DemoReport {
    demonstration: bool,
    pub(super) sound: bool,
    elapsed_ms: u64,
    import: ImportReport,
    work: Work,
    phones: Vec<PhoneReport>,
    disagreements: Vec<Disagreement>,
    scopes: Vec<ScopeReport>,
    faults: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PhoneReport {
    letter: String,
    person: String,
    communes: String,
    journeys: Journeys,
    projects: u64,
    visits: u64,
    changes_waiting: u64,
    files_waiting: u64,
    set_aside: usize,
}

#[derive(Debug, Serialize)]
struct Disagreement {
    project: String,
    field: String,
    weighty: bool,
    values: Vec<(String, String)>,
    seen_by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ScopeReport {
    name: String,
    entries: u64,
    projection: String,
    on_phones: Vec<String>,
    equal: bool,
}

/// Per scope, what each phone holds: its letter, its position, the hash of its rows.
type OnPhones = BTreeMap<[u8; 16], Vec<(String, u64, [u8; 32])>>;

/// Asks every store and compares.
pub(super) async fn gather(
    folder: &DataFolder,
    phones: &mut [Phone],
    work: &Work,
    import: ImportReport,
    elapsed: Duration,
) -> anyhow::Result<DemoReport> {
    let mut report = DemoReport {
        demonstration: true,
        sound: false,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        import,
        work: *work,
        phones: Vec::new(),
        disagreements: Vec::new(),
        scopes: Vec::new(),
        faults: Vec::new(),
    };
    let mut on_phones = OnPhones::new();
    for phone in phones.iter() {
        let client = phone.client()?;
        let verified = client.verify().await?;
        for fault in &verified.disagreements {
            report
                .faults
                .push(format!("téléphone {} : {fault:?}", phone.letter));
        }
        for (scope, seq, _, projection) in verified.scopes {
            let held = on_phones.entry(scope.0).or_default();
            held.push((phone.letter.to_owned(), seq, projection));
        }
        report.phones.push(of_phone(phone).await?);
        disagreements(phone, &mut report.disagreements).await?;
    }
    compare(folder, &on_phones, &mut report)?;
    if report.disagreements.len() as u64 != work.written_twice {
        report.faults.push(format!(
            "{} champs écrits deux fois, {} désaccords montrés",
            work.written_twice,
            report.disagreements.len()
        ));
    }
    report.sound = report.faults.is_empty();
    Ok(report)
}

async fn of_phone(phone: &Phone) -> anyhow::Result<PhoneReport> {
    let client = phone.client()?;
    let waiting = client.outbox_totals().await?;
    let overview = client
        .views()
        .overview(&jawla_views::ScopeFilter::All)
        .await?;
    let visits = client
        .views()
        .visits(&jawla_views::VisitQuery::default())
        .await?;
    Ok(PhoneReport {
        letter: phone.letter.to_owned(),
        person: phone.person.name_fr.clone(),
        communes: phone.communes(),
        journeys: phone.journeys,
        projects: overview.total.projects + overview.not_retained.projects,
        visits: visits.total,
        changes_waiting: waiting.changes,
        files_waiting: waiting.files,
        set_aside: client.asides().await?.len(),
    })
}

async fn disagreements(phone: &Phone, into: &mut Vec<Disagreement>) -> anyhow::Result<()> {
    let views = phone.client()?.views();
    let people = views.people().await?;
    let name = |person: Option<jawla_model::PersonId>| {
        let found = people.iter().find(|row| Some(row.person) == person);
        found.map_or_else(|| "auteur inconnu".to_owned(), |row| row.name_fr.clone())
    };
    for listed in views.conflicts(&ConflictQuery::default()).await?.rows {
        let row = listed.conflict;
        let spec = FieldPath::from_text(&row.path).and_then(|path| path.spec());
        let field = spec.map_or_else(|| row.path.clone(), |spec| spec.label_fr.to_owned());
        let project = if listed.project.title_fr.is_empty() {
            listed.project.title_ar.clone()
        } else {
            listed.project.title_fr.clone()
        };
        let known = into
            .iter_mut()
            .find(|known| known.project == project && known.field == field);
        if let Some(known) = known {
            known.seen_by.push(phone.letter.to_owned());
            continue;
        }
        let values = row
            .values
            .iter()
            .map(|value| (shown(&value.value), name(value.author)))
            .collect();
        let seen_by = vec![phone.letter.to_owned()];
        into.push(Disagreement {
            project,
            field,
            weighty: row.weighty,
            values,
            seen_by,
        });
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Foreign(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Flag(flag) => if *flag { "oui" } else { "non" }.into(),
        Value::Empty => "(vide)".into(),
    }
}

/// The server rebuilds its rows too; then every scope is compared, store by store.
fn compare(
    folder: &DataFolder,
    on_phones: &OnPhones,
    report: &mut DemoReport,
) -> anyhow::Result<()> {
    let verified = verify(folder.core.store(), Some(folder.blobs()))?;
    for file in &verified.files_wrong {
        report
            .faults
            .push(format!("serveur : fichier {file} absent ou abîmé"));
    }
    for scope in verified.scopes {
        for finding in &scope.findings {
            report
                .faults
                .push(format!("serveur, {} : {finding:?}", scope.name_fr));
        }
        let Some(held) = on_phones.get(&scope.scope.0) else {
            continue;
        };
        let equal = held.iter().all(|(_, seq, projection)| {
            *seq == scope.head.seq && *projection == scope.projection_hash.0
        });
        if !equal {
            report
                .faults
                .push(format!("{} : les projections diffèrent", scope.name_fr));
        }
        report.scopes.push(ScopeReport {
            name: scope.name_fr,
            entries: scope.head.seq,
            projection: short(&scope.projection_hash.0),
            on_phones: held
                .iter()
                .map(|(letter, _, hash)| format!("{letter} {}", short(hash)))
                .collect(),
            equal,
        });
    }
    Ok(())
}

impl DemoReport {
    /// Prints the table.
    pub(super) fn print(&self) {
        println!("6. Ce que chaque téléphone a dépensé (octets du lien, TLS compris) :");
        println!(
            "   {:<4}{:<10}{:>9}{:>11}{:>12}{:>10}{:>9}{:>10}",
            "", "trajet", "requêtes", "montant", "descendant", "coupures", "fichiers", "durée"
        );
        for phone in &self.phones {
            for (name, journey) in [
                ("inscription", phone.journeys.first),
                ("EDGE", phone.journeys.edge),
                ("bureau", phone.journeys.office),
            ] {
                print_journey(&phone.letter, name, &journey);
            }
        }
        for phone in &self.phones {
            println!(
                "   {} ({}, {}) : {} projets, {} visites, {} modifications et {} fichiers en attente, {} mises de côté",
                phone.letter,
                phone.person,
                phone.communes,
                phone.projects,
                phone.visits,
                phone.changes_waiting,
                phone.files_waiting,
                phone.set_aside
            );
        }
        println!("   À départager :");
        for found in &self.disagreements {
            let weight = if found.weighty {
                " (quantité ou montant)"
            } else {
                ""
            };
            println!(
                "   - {} : {}{weight}, vu par {}",
                found.project,
                found.field,
                found.seen_by.join(", ")
            );
            for (value, author) in &found.values {
                println!("       « {value} » par {author}");
            }
        }
        println!("   Chaque magasin recalculé depuis ses propres modifications, puis comparé :");
        for scope in &self.scopes {
            let verdict = if scope.equal { "égal" } else { "DIFFÉRENT" };
            println!(
                "   - {:<18} {:>4} entrées, serveur {} ; {} : {verdict}",
                scope.name,
                scope.entries,
                scope.projection,
                scope.on_phones.join(" ; ")
            );
        }
        for fault in &self.faults {
            println!("   ! {fault}");
        }
        println!("   Durée totale : {}", seconds(self.elapsed_ms));
    }
}

fn print_journey(letter: &str, name: &str, journey: &Journey) {
    println!(
        "   {letter:<4}{name:<10}{:>9}{:>11}{:>12}{:>10}{:>9}{:>10}",
        journey.requests,
        size(journey.up_bytes),
        size(journey.down_bytes),
        journey.cuts,
        journey.files,
        seconds(journey.elapsed_ms)
    );
}

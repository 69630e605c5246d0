//! Projects of the demonstration, and files that an import must not trust.
//!
//! No source splits the province's figures by commune. The totals of 2019-2022 (682 projects: 57,
//! 67, 429 and 129 in programmes 1 to 4; 264 MDH) are scaled to 250 projects and shared out by
//! population. Every title says that it is demonstration data.

mod draw;
mod hostile;
mod kinds;

pub use hostile::{
    ExpectedFault, FaultKind, HostileProjects, hostile_projects_bytes, hostile_projects_csv,
    unusual_projects_csv,
};

use crate::dice::{Dice, apportion};
use crate::places::{self, Commune};
use kinds::Span;

/// Projects of the demonstration.
pub const DEMO_PROJECTS: u64 = 250;

/// What a French title of the demonstration ends with.
pub const MARK_FR: &str = "[démonstration]";

/// What an Arabic title of the demonstration ends with.
pub const MARK_AR: &str = "[معطيات تجريبية]";

/// The columns of a projects file, in their order.
pub const COLUMNS: [&str; 23] = [
    "code_das",
    "intitule_fr",
    "intitule_ar",
    "phase",
    "programme",
    "axe",
    "annee",
    "tranche",
    "nature",
    "type_operation",
    "secteur",
    "commune",
    "etat",
    "cout_global_dh",
    "part_indh_dh",
    "maitre_ouvrage",
    "porteur",
    "benef_directs",
    "benef_femmes",
    "date_lancement_prev",
    "date_fin_prev",
    "latitude",
    "longitude",
];

/// A project of the demonstration. Codes are those of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoProject {
    /// `KHO-2021-P1-031`, unique in its list.
    pub code_das: String,
    /// French title, marked.
    pub title_fr: String,
    /// Arabic title, marked.
    pub title_ar: String,
    /// Period: `III`.
    pub phase: &'static str,
    /// Programme of the period: `P1`.
    pub programme: &'static str,
    /// Axis of the programme; empty where it has none.
    pub axis: &'static str,
    /// Budget year.
    pub year: u16,
    /// Tranche of the CPDH, 1 or 2.
    pub tranche: u8,
    /// Nature: `TRAVAUX`.
    pub nature: &'static str,
    /// Operation: `construction`.
    pub operation: &'static str,
    /// Sector: `PIS`.
    pub sector: &'static str,
    /// Nine-digit codes, one or two.
    pub communes: Vec<String>,
    /// A made-up douar or quarter, French.
    pub place: &'static str,
    /// Administrative state: `EN_COURS`.
    pub admin_state: &'static str,
    /// Global cost, centimes.
    pub cost_centimes: i64,
    /// INDH's share of it, centimes.
    pub indh_share_centimes: i64,
    /// Project owner.
    pub owner: String,
    /// Who carries the project.
    pub holder: String,
    /// Direct beneficiaries.
    pub beneficiaries: u32,
    /// Women among them.
    pub beneficiaries_women: u32,
    /// Planned start, `2021-03-15`.
    pub planned_start: String,
    /// Planned end.
    pub planned_end: String,
    /// Latitude, ten-millionths of a degree.
    pub latitude_e7: i32,
    /// Longitude, ten-millionths of a degree.
    pub longitude_e7: i32,
}

/// The programmes of 2019-2022: code, projects of 682, mean cost in dirhams.
const PROGRAMMES: [(&str, u64, i64); 4] = [
    ("P1", 57, 1_855_000),
    ("P2", 67, 782_000),
    ("P3", 429, 90_000),
    ("P4", 129, 521_000),
];

/// The 250 projects of that seed, by code.
pub fn demo_projects(seed: u64) -> Vec<DemoProject> {
    projects(seed, DEMO_PROJECTS, Span::MaybeTwo, commune_of_each)
}

/// So many projects of one commune and no other, in all programmes, for measurements.
pub fn projects_of_commune(seed: u64, commune: &'static Commune, count: u64) -> Vec<DemoProject> {
    projects(seed, count, Span::One, |_, count| {
        (0..count).map(|_| commune).collect()
    })
}

/// So many projects over all communes, one commune each, for measurements.
pub fn projects_of_province(seed: u64, count: u64) -> Vec<DemoProject> {
    projects(seed, count, Span::One, commune_of_each)
}

fn projects(
    seed: u64,
    count: u64,
    span: Span,
    places: impl Fn(&str, u64) -> Vec<&'static Commune>,
) -> Vec<DemoProject> {
    let mut dice = Dice::new(seed, "projects");
    let counts = apportion(count, &PROGRAMMES.map(|(_, count, _)| count));
    let programmes = PROGRAMMES.map(|(programme, ..)| programme);
    let plans = draw::plan(&mut dice, &programmes, &counts);
    let mut projects = Vec::new();
    for ((programme, _, mean_dh), plan) in PROGRAMMES.into_iter().zip(plans) {
        let mut places = places(programme, plan.len() as u64);
        dice.shuffle(&mut places);
        draw::keep_rural_kinds_rural(&plan, &mut places);
        let mut drawn: Vec<DemoProject> = plan
            .iter()
            .zip(places)
            .map(|(plan, commune)| draw::project(&mut dice, programme, plan, span, commune))
            .collect();
        draw::settle_costs(&mut drawn, mean_dh);
        projects.extend(drawn);
    }
    draw::number(&mut projects);
    projects
}

/// The commune of each project of a programme, by population; programme 1 is for the territories
/// with the least equipment, so a rural inhabitant counts five times there.
fn commune_of_each(programme: &str, count: u64) -> Vec<&'static Commune> {
    let rural_weight = if programme == "P1" { 5 } else { 1 };
    let weights: Vec<u64> = places::communes()
        .iter()
        .map(|commune| commune.population_2024 * if commune.is_rural() { rural_weight } else { 1 })
        .collect();
    let parts = apportion(count, &weights);
    let mut places = Vec::new();
    for (commune, part) in places::communes().iter().zip(parts) {
        places.extend((0..part).map(|_| commune));
    }
    places
}

/// The 250 projects as a file to import: UTF-8, `;`, a line of [`COLUMNS`], amounts as
/// `1234567,89`, days as `2021-03-15`, degrees with a point, several communes joined by `+`.
pub fn demo_projects_csv(seed: u64) -> String {
    to_csv(&demo_projects(seed))
}

/// Projects as a file to import.
pub fn to_csv(projects: &[DemoProject]) -> String {
    let mut text = COLUMNS.join(";");
    text.push('\n');
    for project in projects {
        let cells: Vec<String> = cells(project).iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(";"));
        text.push('\n');
    }
    text
}

fn cells(project: &DemoProject) -> [String; COLUMNS.len()] {
    [
        project.code_das.clone(),
        project.title_fr.clone(),
        project.title_ar.clone(),
        project.phase.to_owned(),
        project.programme.to_owned(),
        project.axis.to_owned(),
        project.year.to_string(),
        project.tranche.to_string(),
        project.nature.to_owned(),
        project.operation.to_owned(),
        project.sector.to_owned(),
        project.communes.join("+"),
        project.admin_state.to_owned(),
        dirhams(project.cost_centimes),
        dirhams(project.indh_share_centimes),
        project.owner.clone(),
        project.holder.clone(),
        project.beneficiaries.to_string(),
        project.beneficiaries_women.to_string(),
        project.planned_start.clone(),
        project.planned_end.clone(),
        degrees(project.latitude_e7),
        degrees(project.longitude_e7),
    ]
}

/// A cell of a file, in quotes where it must be.
fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// `1234567,89`.
fn dirhams(centimes: i64) -> String {
    format!("{},{:02}", centimes / 100, (centimes % 100).abs())
}

/// `-6.8341200`.
fn degrees(e7: i32) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    let whole = e7.unsigned_abs();
    format!("{sign}{}.{:07}", whole / 10_000_000, whole % 10_000_000)
}

#[cfg(test)]
mod tests;

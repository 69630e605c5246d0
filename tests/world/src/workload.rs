//! The workload of every measurement: a commune of 33 dossiers with 25 fields, 60 earlier visits
//! each by 5 authors, a visit of 12 fields with 300 characters of French or Arabic and two photo
//! hashes.
//!
//! Keys and codes are those of the model's schema, values its scalars, so that nothing has to be
//! invented where a document is made of them. A figure without the hash of its workload beside it
//! says nothing.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::dice::Dice;
use crate::habits::{Habits, PlannedVisit};
use crate::places::{self, Commune};
use crate::projects::{self, DemoProject};
use crate::texts::{Language, Topic};

/// The commune of the workload: Oulad Abdoune.
pub const WORKLOAD_COMMUNE: &str = "053110513";

/// The first visit of each dossier, milliseconds since 1970: 8 January 2024, 09:00 UTC.
const FIRST_VISIT_MS: i64 = 1_704_704_400_000;

/// The field day: 23 November 2026, 08:00 UTC.
const FIELD_DAY_MS: i64 = 1_795_420_800_000;

const DAY_MS: i64 = 86_400_000;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkloadShape {
    /// Dossiers of the commune.
    pub dossiers: u16,
    /// Earlier visits of each.
    pub visits_per_dossier: u16,
    /// People who made them, in turn; at least one.
    pub authors: u8,
}

impl WorkloadShape {
    /// The shape of the budgets.
    pub const fn budget() -> Self {
        Self {
            dossiers: 33,
            visits_per_dossier: 60,
            authors: 5,
        }
    }

    /// The same with so many times the visits; the first ones are the same.
    pub const fn history_times(self, times: u16) -> Self {
        Self {
            visits_per_dossier: self.visits_per_dossier.saturating_mul(times),
            ..self
        }
    }
}

/// A scalar of a document, as the model knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkloadValue {
    /// Lines, notes, codes, days, positions.
    Text(String),
    /// Amounts in centimes, shares in basis points, counts, instants in milliseconds.
    Int(i64),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for WorkloadValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Fields in the order of the form, by key of the model's schema.
pub type WorkloadFields = Vec<(&'static str, WorkloadValue)>;

/// One visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadVisit {
    /// Its id, 128 random bits.
    pub id: [u8; 16],
    /// Who made it, from 0.
    pub author: u8,
    /// Its 12 fields.
    pub fields: WorkloadFields,
    /// Hashes of its two photos; no file has them.
    pub photos: [[u8; 32]; 2],
}

/// One dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadDossier {
    /// Its id, 128 random bits.
    pub id: [u8; 16],
    /// The 25 fields of the project.
    pub fields: WorkloadFields,
    /// Earlier visits, oldest first.
    pub visits: Vec<WorkloadVisit>,
}

/// A day in the field: visits, each with the index of its dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDay {
    /// What this phone made, all by author 0.
    pub pushed: Vec<(usize, WorkloadVisit)>,
    /// What the others made meanwhile.
    pub pulled: Vec<(usize, WorkloadVisit)>,
}

/// A commune with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// What it was made from.
    pub seed: u64,
    /// How much there is.
    pub shape: WorkloadShape,
    /// Nine-digit code of the commune.
    pub commune: &'static str,
    /// The dossiers.
    pub dossiers: Vec<WorkloadDossier>,
}

impl Workload {
    /// The workload of that seed and shape.
    pub fn from_seed(seed: u64, shape: WorkloadShape) -> Self {
        let dossiers = match places::commune(WORKLOAD_COMMUNE) {
            Some(commune) => {
                projects::projects_of_commune(seed, commune, u64::from(shape.dossiers))
                    .iter()
                    .enumerate()
                    .map(|(number, project)| dossier(seed, shape, number, project, commune))
                    .collect()
            }
            None => Vec::new(),
        };
        Self {
            seed,
            shape,
            commune: WORKLOAD_COMMUNE,
            dossiers,
        }
    }

    /// The field day of the budgets: this phone made 10 visits and the others 40, on dossiers of
    /// chance. `day` makes days that differ; the history's length does not change them.
    pub fn field_day(&self, day: u64) -> FieldDay {
        let mut dice = Dice::new(self.seed.wrapping_add(day), "field day");
        let others = u64::from(self.shape.authors.max(2) - 1);
        let mut made = |count: usize, others: Option<u64>| -> Vec<(usize, WorkloadVisit)> {
            (0..count)
                .filter_map(|number| {
                    let commune = places::commune(self.commune)?;
                    let dossier = dice.below(self.dossiers.len() as u64) as usize;
                    let author = others.map_or(0, |others| 1 + dice.below(others) as u8);
                    let topic = topic(self.dossiers.get(dossier)?);
                    let at_ms = FIELD_DAY_MS + day as i64 * DAY_MS + number as i64 * 2_400_000;
                    let visit = visit(&mut dice, author, topic, commune, 7_500, at_ms);
                    Some((dossier, visit))
                })
                .collect()
        };
        FieldDay {
            pushed: made(10, None),
            pulled: made(40, Some(others)),
        }
    }

    /// SHA-256 over everything but the seed: two workloads of one hash are the same.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hash_bytes(&mut hasher, self.commune.as_bytes());
        hash_count(&mut hasher, self.dossiers.len());
        for dossier in &self.dossiers {
            hasher.update(dossier.id);
            hash_fields(&mut hasher, &dossier.fields);
            hash_count(&mut hasher, dossier.visits.len());
            for visit in &dossier.visits {
                hasher.update(visit.id);
                hasher.update([visit.author]);
                hash_fields(&mut hasher, &visit.fields);
                hasher.update(visit.photos.as_flattened());
            }
        }
        hasher.finalize().into()
    }

    /// The hash in hexadecimal digits, to print beside figures.
    pub fn hash_hex(&self) -> String {
        HEXLOWER.encode(&self.hash())
    }
}

fn hash_fields(hasher: &mut Sha256, fields: &WorkloadFields) {
    hash_count(hasher, fields.len());
    for (key, value) in fields {
        hash_bytes(hasher, key.as_bytes());
        match value {
            WorkloadValue::Text(text) => {
                hasher.update([1]);
                hash_bytes(hasher, text.as_bytes());
            }
            WorkloadValue::Int(number) => {
                hasher.update([2]);
                hasher.update(number.to_be_bytes());
            }
            WorkloadValue::Flag(flag) => hasher.update([3, u8::from(*flag)]),
        }
    }
}

fn hash_bytes(hasher: &mut Sha256, bytes: &[u8]) {
    hash_count(hasher, bytes.len());
    hasher.update(bytes);
}

fn hash_count(hasher: &mut Sha256, count: usize) {
    hasher.update((count as u64).to_be_bytes());
}

fn dossier(
    seed: u64,
    shape: WorkloadShape,
    number: usize,
    project: &DemoProject,
    commune: &Commune,
) -> WorkloadDossier {
    // A stream each, so that a longer history begins with the shorter one.
    let mut dice = Dice::new(seed, &format!("dossier {number}"));
    let id = id(&mut dice);
    let fields = project_fields(project);
    let topic = topic_of_nature(project.nature);
    let visits = (0..shape.visits_per_dossier)
        .map(|index| {
            let author = (index % u16::from(shape.authors.max(1))) as u8;
            let progress_bp = (i64::from(index) * 160).min(10_000);
            let at_ms = FIRST_VISIT_MS + i64::from(index) * 10 * DAY_MS + number as i64 * 1_800_000;
            visit(&mut dice, author, topic, commune, progress_bp, at_ms)
        })
        .collect();
    WorkloadDossier { id, fields, visits }
}

fn id(dice: &mut Dice) -> [u8; 16] {
    let mut id = [0; 16];
    dice.fill(&mut id);
    id
}

fn topic_of_nature(nature: &str) -> Topic {
    match nature {
        "TRAVAUX" | "FOURNITURE" => Topic::Works,
        _ => Topic::Activity,
    }
}

fn topic(dossier: &WorkloadDossier) -> Topic {
    let nature = dossier.fields.iter().find(|(key, _)| *key == "nature");
    match nature {
        Some((_, WorkloadValue::Text(nature))) => topic_of_nature(nature),
        _ => Topic::Works,
    }
}

/// The 25 fields of a project, under the keys of the model.
pub fn project_fields(project: &DemoProject) -> WorkloadFields {
    use WorkloadValue::{Flag, Int};
    let programme = format!("{}-{}", project.phase, project.programme);
    let position = format!("{};{};{}", project.latitude_e7, project.longitude_e7, 25);
    vec![
        ("code_das", project.code_das.as_str().into()),
        ("title_fr", project.title_fr.as_str().into()),
        ("title_ar", project.title_ar.as_str().into()),
        ("phase", project.phase.into()),
        ("programme", programme.as_str().into()),
        ("axis", project.axis.into()),
        ("year", Int(i64::from(project.year))),
        ("tranche", Int(i64::from(project.tranche))),
        ("nature", project.nature.into()),
        ("operation", project.operation.into()),
        ("sector", project.sector.into()),
        ("communes", project.communes.join("+").as_str().into()),
        ("place", project.place.into()),
        ("position", position.as_str().into()),
        ("holder", project.holder.as_str().into()),
        ("owner", project.owner.as_str().into()),
        ("cost_centimes", Int(project.cost_centimes)),
        ("indh_share_centimes", Int(project.indh_share_centimes)),
        ("beneficiaries", Int(i64::from(project.beneficiaries))),
        (
            "beneficiaries_women",
            Int(i64::from(project.beneficiaries_women)),
        ),
        ("studies_status", "validees".into()),
        ("planned_start", project.planned_start.as_str().into()),
        ("planned_end", project.planned_end.as_str().into()),
        ("admin_state", project.admin_state.into()),
        ("demonstration", Flag(true)),
    ]
}

fn visit(
    dice: &mut Dice,
    author: u8,
    topic: Topic,
    commune: &Commune,
    progress_bp: i64,
    at_ms: i64,
) -> WorkloadVisit {
    use WorkloadValue::Int;
    let language = if author.is_multiple_of(2) {
        Language::Arabic
    } else {
        Language::French
    };
    let planned = PlannedVisit::draw(
        dice,
        &Habits::measured(language),
        topic,
        commune,
        progress_bp,
    );
    // A measured visit always has 12 fields: without a fix it stands at the commune's middle.
    let (latitude_e7, longitude_e7, accuracy_m) =
        planned
            .position
            .unwrap_or((commune.latitude_e7, commune.longitude_e7, 3_000));
    let started_ms = at_ms + dice.between(0, 3_599_999);
    let position = format!("{latitude_e7};{longitude_e7};{accuracy_m}");
    WorkloadVisit {
        id: id(dice),
        author,
        fields: vec![
            ("kind", planned.kind.into()),
            ("status", "recorded".into()),
            ("started_at", Int(started_ms)),
            (
                "finished_at",
                Int(started_ms + planned.duration_min * 60_000),
            ),
            ("position", position.as_str().into()),
            ("site_state", planned.site_state.into()),
            ("workers", Int(planned.workers)),
            ("machines", Int(planned.machines)),
            ("progress_bp", Int(planned.progress_bp)),
            ("quality", Int(planned.quality)),
            ("safety", Int(planned.safety)),
            ("note", planned.note.as_str().into()),
        ],
        photos: [dice.hash32(), dice.hash32()],
    }
}

#[cfg(test)]
mod tests;

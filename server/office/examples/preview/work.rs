//! What waits at an office: disagreements, teams with their phones, a file that is being imported,
//! official money, a visit as it was written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jawla_model::{
    Centimes, FieldPath, Hash32, IncarnationId, ItemId, MoneyAct, MoneyEntry, MoneyFact, MoneyKind,
    PersonId, ProjectField, ReceivedAt, Role, ScopeId, Value, VisitField,
};
use jawla_office::desk::{PhoneListed, PhoneSaid, PhoneState, Place, TeamMember};
use jawla_office::imports::{ColumnFound, FileHeld, LineRefused, Progress, Trial};
use jawla_views::{
    Changed, Changes, ConflictListed, ConflictRow, ConflictValue, MoneyFactRow, VisitFields,
    VisitListed,
};

use crate::Line;
use crate::fake::{self, DAY_MS, FakeImports, FakeTeams, NOW_MS};

/// Nothing changes while somebody looks.
pub struct Silence;

#[async_trait]
impl Changes for Silence {
    fn serial(&self) -> u64 {
        7
    }

    async fn after(&self, _: u64) -> Changed {
        std::future::pending().await
    }
}

/// Two values each: a cost, a progress that two people saw, a place.
pub fn disagreements(visits: &[VisitListed]) -> Vec<ConflictListed> {
    let disputed = |n: usize, path: FieldPath, weighty, values: [Value; 2]| {
        let listed = visits.get(n)?;
        let value = |number: u8, value| ConflictValue {
            value,
            change: Hash32([number; 32]),
            author: Some(PersonId([9; 16])),
            claimed_at_ms: fake::now_ms() - i64::from(number) * DAY_MS / 7,
            received_at: Some(ReceivedAt(NOW_MS / 1_000 - u64::from(number) * 3_600)),
        };
        let [first, second] = values;
        Some(ConflictListed {
            conflict: ConflictRow {
                document: listed.visit.document,
                scope: listed.visit.scope,
                path: path.text(),
                weighty,
                values: vec![value(21, first), value(25, second)],
            },
            project: listed.project.clone(),
        })
    };
    let progress = |n: usize| {
        let of = visits.get(n).map(|listed| listed.visit.visit);
        FieldPath::visit(
            of.unwrap_or(jawla_model::VisitId([0; 16])),
            VisitField::Progress,
        )
    };
    [
        disputed(0, progress(0), true, [4_500.into(), 5_000.into()]),
        disputed(
            2,
            FieldPath::project(ProjectField::Cost),
            true,
            [123_456_789.into(), 132_000_000.into()],
        ),
        disputed(
            2,
            FieldPath::project(ProjectField::Place),
            false,
            [
                "Douar Oulad Brahim, près de l’école".into(),
                "دوار أولاد إبراهيم".into(),
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Four people, their phones in every state.
pub fn teams() -> FakeTeams {
    let names = [
        ("Youssef Benali", "يوسف بنعلي"),
        ("Khadija Ouahbi", "خديجة الوهبي"),
        ("Saïd Mernissi", "سعيد المرنيسي"),
        ("Naïma Tazi", ""),
    ];
    let states = [
        PhoneState::Active,
        PhoneState::Active,
        PhoneState::Cloned,
        PhoneState::Revoked,
    ];
    let phone =
        |(n, ((name_fr, name_ar), state)): (u8, (&(&str, &str), &PhoneState))| PhoneListed {
            incarnation: IncarnationId([n + 1; 16]),
            person: PersonId([n + 1; 16]),
            name_fr: (*name_fr).to_owned(),
            name_ar: (*name_ar).to_owned(),
            device_name: format!(
                "Téléphone de {}",
                name_fr.split(' ').next().unwrap_or_default()
            ),
            enrolled_at_s: NOW_MS / 1_000 - 40 * 86_400,
            seen_at_s: NOW_MS / 1_000 - u64::from(n) * u64::from(n) * 190_000,
            scopes: vec![(
                "Oulad Abdoune".to_owned(),
                "أولاد عبدون".to_owned(),
                if n == 1 {
                    Role::TeamLead
                } else {
                    Role::TeamMember
                },
            )],
            state: *state,
            said: [Some((0, 0)), Some((12, 3)), None, Some((4, 0))][usize::from(n) % 4].map(
                |(changes, files)| PhoneSaid {
                    at_s: NOW_MS / 1_000 - u64::from(n) * u64::from(n) * 190_000,
                    version: "0.1.0".to_owned(),
                    changes,
                    files,
                },
            ),
            receipt: (n < 2).then_some([12, 87, 140, 201]),
        };
    let places = [
        ("Oulad Abdoune", "أولاد عبدون"),
        ("Boujniba", "بوجنيبة"),
        ("Province de Khouribga", "إقليم خريبكة"),
    ];
    FakeTeams {
        phones: (0..).zip(names.iter().zip(&states)).map(phone).collect(),
        members: (1..)
            .zip(&names)
            .map(|(n, (name_fr, name_ar))| TeamMember {
                person: PersonId([n; 16]),
                name_fr: (*name_fr).to_owned(),
                name_ar: (*name_ar).to_owned(),
                places: vec![(ScopeId([1; 16]), Role::TeamMember)],
            })
            .collect(),
        places: (1..)
            .zip(places)
            .map(|(n, (name_fr, name_ar))| Place {
                scope: ScopeId([n; 16]),
                name_fr: name_fr.to_owned(),
                name_ar: name_ar.to_owned(),
            })
            .collect(),
        ..FakeTeams::default()
    }
}

/// The demonstration's spreadsheet as it stands after a trial: one line in eight is refused.
pub fn import(lines: &[Line]) -> FakeImports {
    const FIELDS: [&str; 7] = [
        "code_das",
        "intitule_fr",
        "intitule_ar",
        "programme",
        "annee",
        "commune",
        "cout_global_dh",
    ];
    let column = |field: &'static str| ColumnFound {
        name: field.replace('_', " "),
        samples: lines
            .iter()
            .take(3)
            .map(|line| line[field].clone())
            .collect(),
        field: (field != "cout_global_dh").then_some(field),
    };
    let refusal = |line: u64| LineRefused {
        line,
        field: if line.is_multiple_of(2) {
            "annee"
        } else {
            "commune"
        }
        .to_owned(),
        reason: "BAD_VALUE",
        sentence_fr: "L’année doit être un nombre de quatre chiffres, par exemple 2024.".to_owned(),
        sentence_ar: "السنة عدد من أربعة أرقام، مثلا 2024.".to_owned(),
    };
    FakeImports {
        file: Mutex::new(Some(FileHeld {
            name: "projets-2026.xlsx".to_owned(),
            lines: 250,
            columns: FIELDS.map(column).into(),
            remembered: false,
            fields: FIELDS.into(),
            trial: Some(Trial {
                lines: 250,
                new: 231,
                known: 12,
                refused: 7,
                refusals: (0..7).map(|n| refusal(14 + n * 31)).collect(),
                progress: Progress::Tried,
            }),
        })),
        ..FakeImports::default()
    }
}

/// A contract and a payment.
pub fn money() -> Vec<MoneyFactRow> {
    let recorded = |n, kind, centimes, on: &str, reference: &str, party: &str| MoneyFactRow {
        received_at: ReceivedAt(NOW_MS / 1_000 - 9 * 86_400),
        fact: MoneyFact {
            id: ItemId([n; 16]),
            by: PersonId([7; 16]),
            replaces: None,
            act: MoneyAct::Recorded(MoneyEntry {
                kind,
                amount: Centimes(centimes),
                on: on.into(),
                reference: reference.into(),
                party: party.into(),
            }),
        },
    };
    vec![
        recorded(
            61,
            MoneyKind::Contract,
            118_000_000,
            "2026-02-11",
            "BC 12/2026",
            "Entreprise Essaada",
        ),
        recorded(
            62,
            MoneyKind::Payment,
            39_000_000,
            "2026-05-20",
            "OP 41",
            "",
        ),
    ]
}

/// A visit of a site under way, as its author wrote it.
pub fn visit() -> VisitFields {
    let fields: [(VisitField, Value); 6] = [
        (VisitField::SiteState, "actif".into()),
        (VisitField::Progress, 4_550.into()),
        (VisitField::Planned, 5_000.into()),
        (VisitField::Workers, 12.into()),
        (VisitField::Position, "328811000;-69063000;8".into()),
        (
            VisitField::Note,
            "Le remblai est fait sur 1,2 km ; l’ouvrage d’art reste à couler.".into(),
        ),
    ];
    VisitFields {
        values: BTreeMap::from(fields.map(|(field, value)| (field.key().to_owned(), value))),
        ..VisitFields::default()
    }
}

/// All of it, in an office.
pub fn set(office: &mut jawla_office::Office, lines: &[Line]) {
    office.changes = Arc::new(Silence);
    office.teams = Arc::new(teams());
    office.imports = Arc::new(import(lines));
}

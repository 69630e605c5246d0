//! The pages over invented rows, to be looked at in a browser and for the pictures of the browser
//! tests; clock and names never change. Development only.
//!
//! `cargo run -p jawla-office --example office_preview -- 8090 demo-projects.csv communes.csv reference.json a.jpg b.jpg`;
//! sign in as `f.alaoui` with `le figuier du puits`. Without the files, an empty province.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool of developers: it may stop with a message"
)]

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "a helper of tests, not all of which each user of it needs"
)]
#[path = "../tests/fake/mod.rs"]
mod fake;
#[path = "preview/work.rs"]
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use fake::{DAY_MS, FakeDossiers, FakeGate, FakeImports, FakePhotos, FakeViews, NOW_MS, now_ms};
use jawla_model::reference::{Commune, ReferenceBundle};
use jawla_model::state::Evidence;
use jawla_model::{
    AdminState, Centimes, FieldPath, Hash32, Nature, PersonId, ProjectField, ReceivedAt,
    ReportingState, Value, VisitId,
};
use jawla_views::{Happening, HistoryEntry, PersonRow, ProjectFields, ProjectRow, VisitListed};

const STATES_OF_SITES: [&str; 5] = ["actif", "ralenti", "acheve", "arrete", "en_service"];
const AUTHORS: [&str; 4] = [
    "Youssef Benali",
    "Khadija Ouahbi",
    "Saïd Mernissi",
    "Naïma Tazi",
];
const NOTES: [&str; 4] = [
    "Le remblai est fait sur 1,2 km ; l’ouvrage d’art reste à couler, l’entreprise attend le fer.",
    "",
    "الأشغال متوقفة منذ أسبوع بسبب الأمطار، والمقاولة تنتظر تحسن الطقس.",
    "Le porteur demande un appui pour la comptabilité de la coopérative.",
];

type Line = BTreeMap<String, String>;

fn table(path: &str, delimiter: u8) -> Vec<Line> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_path(path)
        .expect("a file of lines");
    reader
        .deserialize()
        .map(|line| line.expect("a line with every column"))
        .collect()
}

fn project(number: usize, line: &Line) -> ProjectRow {
    let state = AdminState::from_code(&line["etat"]).unwrap();
    let nature = Nature::from_code(&line["nature"]).unwrap();
    let state = state.reporting(nature, Evidence::None);
    let n = i64::try_from(number).unwrap();
    let progress = match state {
        ReportingState::UnderWay => Some(500 + n * 271 % 8_500),
        ReportingState::Done => Some(10_000),
        _ => None,
    };
    let without_mark = |text: &str| text.split(" [").next().unwrap_or(text).to_owned();
    let conflicts = u32::from(number % 23 == 4);
    let mut row = fake::project(u16::try_from(number).unwrap());
    row.code_das.clone_from(&line["code_das"]);
    row.title_fr = if number % 9 == 3 {
        String::new()
    } else {
        without_mark(&line["intitule_fr"])
    };
    row.title_ar = without_mark(&line["intitule_ar"]);
    row.folded = jawla_model::fold::fold(&format!("{} {}", line["code_das"], line["intitule_fr"]));
    row.programme = format!("{}-{}", line["phase"], line["programme"]);
    row.communes.clone_from(&line["commune"]);
    row.reporting_state = state;
    row.cost_centimes = Centimes::parse_dirhams(&line["cout_global_dh"]).map(|c| c.0);
    row.indh_share_centimes = Centimes::parse_dirhams(&line["part_indh_dh"]).map(|c| c.0);
    row.last_visit_at_ms = progress.map(|_| now_ms() - n * 7 % 80 * DAY_MS);
    row.progress_bp = progress;
    row.conflicts = conflicts * 2;
    row.weighty_conflicts = conflicts;
    row.demonstration = true;
    row.admin_state.clone_from(&line["etat"]);
    row.nature.clone_from(&line["nature"]);
    if number % 3 != 2 {
        let spread = i32::try_from(number).unwrap();
        row.latitude_e7 = Some(328_000_000 + spread * 7_919 % 45 * 100_000);
        row.longitude_e7 = Some(-68_900_000 + spread * 104_729 % 60 * 100_000);
    }
    row
}

fn visit(number: u8, project: &ProjectRow) -> VisitListed {
    let n = usize::from(number);
    let mut listed = fake::visit(number / 3, project);
    listed.visit.site_state = STATES_OF_SITES[n % 5].to_owned();
    listed.visit.progress_bp = project.progress_bp;
    listed.visit.note = NOTES[n % 4].to_owned();
    listed.visit.review = ["", "approved", "", "returned"][n % 4].to_owned();
    listed.visit.date_plausible = n != 5;
    listed.visit.conflicts = u32::from(n == 2);
    listed.visit.photos = u32::try_from(n % 6).unwrap();
    listed.strip = (0..n.min(4).min(n % 6))
        .map(|i| fake::photo(&listed.visit, Hash32([u8::try_from(i).unwrap() + 1; 32])))
        .collect();
    listed.author = Some(PersonRow {
        name_fr: AUTHORS[n % 4].to_owned(),
        ..listed.author.unwrap()
    });
    listed
}

fn province(projects: &str, communes: &[Line]) -> FakeViews {
    let projects: Vec<ProjectRow> = table(projects, b';')
        .iter()
        .enumerate()
        .map(|(n, line)| project(n, line))
        .collect();
    let visited = projects
        .iter()
        .filter(|row| row.reporting_state == ReportingState::UnderWay);
    let visits: Vec<_> = (0..12).zip(visited).map(|(n, row)| visit(n, row)).collect();
    let freshness = communes.iter().enumerate().map(|(n, line)| {
        let days = i64::try_from(n * n % 70).unwrap();
        let visited = (n % 8 != 7).then(|| now_ms() - days * DAY_MS);
        let mut row = fake::fresh(&line["name_fr"], &line["code_digits"], visited);
        row.newest_received_at =
            visited.map(|_| ReceivedAt(NOW_MS / 1_000 - u64::try_from(days / 2).unwrap() * 86_400));
        row
    });
    FakeViews {
        disputed: projects
            .iter()
            .filter(|p| p.weighty_conflicts > 0)
            .map(|p| p.document)
            .collect(),
        conflicts: work::disagreements(&visits),
        visits,
        freshness: freshness.collect(),
        projects,
        ..FakeViews::default()
    }
}

fn photos(files: &[String]) -> FakePhotos {
    let read = |file: &String| std::fs::read(file).expect("a picture").into();
    FakePhotos(
        (1..)
            .map(|n| Hash32([n; 32]))
            .zip(files.iter().map(read))
            .collect(),
    )
}

fn dossier() -> FakeDossiers {
    let fields = [
        (
            "title_fr",
            Value::from("Piste rurale du douar Oulad Brahim"),
        ),
        ("title_ar", "مسلك قروي بدوار أولاد إبراهيم".into()),
        ("programme", "III-P1".into()),
        ("nature", "TRAVAUX".into()),
        ("operation", "construction".into()),
        ("year", Value::Int(2026)),
        ("holder", "Association Al Amal".into()),
        ("cost_centimes", Value::Int(123_456_789)),
        ("indh_share_centimes", Value::Int(61_728_394)),
        ("communes", "053110107".into()),
        ("planned_start", "2026-03-01".into()),
        ("beneficiaries", Value::Int(1_240)),
        (
            "note",
            "Le douar est coupé en hiver.\nLa piste dessert l’école.".into(),
        ),
    ];
    let entry = |n: u8, happenings| HistoryEntry {
        change: Hash32([n; 32]),
        author: Some(PersonId([9; 16])),
        claimed_at_ms: now_ms() - i64::from(n) * DAY_MS,
        received_at: Some(ReceivedAt(NOW_MS / 1_000 - u64::from(n) * 80_000)),
        happenings,
        undoable: n == 1,
    };
    let cost = Happening::Set {
        at: FieldPath::project(ProjectField::Cost),
        before: vec![Value::Int(120_000_000)],
        after: Value::Int(123_456_789),
    };
    let state = Happening::Set {
        at: FieldPath::project(ProjectField::AdminState),
        before: vec!["ATTRIBUE".into()],
        after: "EN_COURS".into(),
    };
    let visit = VisitId([3; 16]);
    FakeDossiers {
        fields: ProjectFields {
            values: fields.map(|(key, value)| (key.to_owned(), value)).into(),
        },
        history: vec![
            entry(1, vec![cost]),
            entry(2, vec![Happening::VisitFinished(visit)]),
            entry(3, vec![state]),
        ],
        money: work::money(),
        visit_fields: work::visit(),
    }
}

fn commune(line: &Line) -> Commune {
    Commune {
        code: line["code_digits"].clone(),
        name_fr: line["name_fr"].clone(),
        name_ar: line["name_ar"].clone(),
        urban: line["type"] == "urban",
        cercle: None,
        population_2024: line["population_2024"].parse().unwrap_or(0),
        households_2024: line["households_2024"].parse().unwrap_or(0),
        population_2014: line["population_2014"].parse().unwrap_or(0),
    }
}

/// Opens the office page without signing in, for pictures taken by a program.
async fn as_if_signed_in(mut request: Request) -> Request {
    if !request.headers().contains_key(header::COOKIE) && !request.uri().path().starts_with("/co") {
        let arabic = request
            .uri()
            .query()
            .is_some_and(|query| query.contains("ar=1"));
        let cookie = HeaderValue::from_static(if arabic {
            "jawla-local=apercu; jawla-langue=ar"
        } else {
            "jawla-local=apercu"
        });
        request.headers_mut().insert(header::COOKIE, cookie);
    }
    request
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let port: u16 = words
        .first()
        .and_then(|word| word.parse().ok())
        .unwrap_or(8090);
    let gate = Arc::new(FakeGate::default());
    gate.sessions.lock().unwrap().insert("apercu".to_owned());
    let office = match (words.get(1), words.get(2), words.get(3)) {
        (Some(projects), Some(communes), Some(reference)) => {
            let communes = table(communes, b',');
            let text = std::fs::read_to_string(reference).expect("a reference bundle");
            let mut bundle: ReferenceBundle = serde_json::from_str(&text).expect("its JSON");
            bundle.communes = communes.iter().map(commune).collect();
            let mut office = fake::office(Arc::new(province(projects, &communes)), gate);
            office.reference = Arc::new(bundle);
            office.dossiers = Arc::new(dossier());
            office.teams = Arc::new(fake::a_team());
            office.imports = Arc::new(FakeImports {
                listed: fake::earlier_imports(),
                ..FakeImports::default()
            });
            office.photos = Arc::new(photos(words.get(4..).unwrap_or_default()));
            office.large_photos = Arc::new(photos(words.get(4..).unwrap_or_default()));
            work::set(&mut office, &table(projects, b';'));
            office
        }
        _ => fake::office(Arc::new(FakeViews::default()), gate),
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("a free port");
    println!(
        "http://{}/  {} / {}",
        listener.local_addr().expect("an address"),
        fake::LOGIN,
        fake::PASSWORD
    );
    let pages = jawla_office::router(office).layer(axum::middleware::map_request(as_if_signed_in));
    axum::serve(listener, pages).await.expect("a server");
}

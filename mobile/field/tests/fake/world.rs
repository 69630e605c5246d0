//! An ordinary day of a field team: projects of five communes, visits in every word, two
//! disagreements.

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{
    Centimes, Claimed, FieldPath, Language, MoneyAct, MoneyEntry, MoneyFact, MoneyKind, Photo,
    ProjectField, Reason, ReceivedAt, ReportingState, Review, ReviewDecision, Role, Value,
    VisitField,
};
use jawla_views::dossiers::{ActionShown, Happening};
use jawla_views::phone::{
    Exchange, Network, Outgoing, PhoneStanding, PhoneStatus, SetAside, Settings, Storage, Waiting,
    WhyWaiting,
};
use jawla_views::rows::ConflictValue;
use jawla_views::{
    ConflictRow, HistoryEntry, MoneyFactRow, PersonRow, PhotoRow, ProjectFields, ProjectRow,
    VisitFields, VisitRow,
};

use super::{
    COLLEAGUE, DAY_MS, HOUR_MS, ME, NOW_MS, SUPERVISOR, State, document, hash, item, pictures,
    reference, scope, visit,
};

pub fn status(language: Option<Language>) -> PhoneStatus {
    PhoneStatus {
        standing: PhoneStanding::Enrolled,
        person: Some(people()[0].clone()),
        role: Some(Role::TeamMember),
        now_ms: NOW_MS,
        last_contact_ms: Some(NOW_MS - 2 * HOUR_MS),
        clock_off_s: Some(3),
        receipt: Some([12, 87, 140, 201]),
        waiting: Waiting {
            records: 2,
            change_bytes: 4_200,
            files: 3,
            file_bytes: 812_000,
            typing: 0,
        },
        exchange: Exchange::Idle,
        network: Network::Metered,
        settings: Settings {
            language,
            ..Settings::default()
        },
        asides: 1,
        installed: true,
        storage: Storage {
            free_bytes: Some(3_400_000_000),
            database_bytes: 18_300_000,
            files_bytes: 41_000_000,
        },
        version: "0.1.0",
        server: "https://192.168.10.4:8443".into(),
    }
}

fn people() -> Vec<PersonRow> {
    let person = |person, name_fr: &str, name_ar: &str, role| PersonRow {
        person,
        name_fr: name_fr.into(),
        name_ar: name_ar.into(),
        role: Some(role),
    };
    vec![
        person(ME, "Amina El Idrissi", "أمينة الإدريسي", Role::TeamMember),
        person(COLLEAGUE, "Said Ouhaddou", "سعيد أوحدو", Role::TeamLead),
        person(
            SUPERVISOR,
            "Driss Benjelloun",
            "إدريس بنجلون",
            Role::Supervisor,
        ),
    ]
}

/// A project: number, titles, commune, programme, state, progress, days since the last visit.
#[allow(clippy::too_many_arguments, reason = "a table")]
fn project(
    n: u8,
    titles: (&str, &str),
    commune: &str,
    programme: &str,
    (admin, state): (&str, ReportingState),
    progress_bp: Option<i64>,
    visited_days_ago: Option<i64>,
) -> ProjectRow {
    ProjectRow {
        document: document(n),
        scope: scope(n % 3),
        code_das: format!("2025-{:03}", 40 + u32::from(n)),
        title_fr: titles.0.into(),
        title_ar: titles.1.into(),
        programme: programme.into(),
        sector: "PIS".into(),
        nature: "TRAVAUX".into(),
        communes: commune.into(),
        admin_state: admin.into(),
        reporting_state: state,
        cost_centimes: Some(128_450_000 + i64::from(n) * 7_300_000),
        indh_share_centimes: Some(90_000_000),
        progress_bp,
        approved_progress_bp: progress_bp.map(|bp| bp - 500),
        planned_start: "2026-02-02".into(),
        planned_end: "2026-12-18".into(),
        last_visit_at_ms: visited_days_ago.map(|days| NOW_MS - days * DAY_MS),
        visits: visited_days_ago.map_or(0, |_| 3),
        conflicts: 0,
        weighty_conflicts: 0,
        received_at: Some(ReceivedAt(1_795_400_000)),
        latitude_e7: Some(328_800_000 + i32::from(n) * 90_000),
        longitude_e7: Some(-69_000_000 - i32::from(n) * 70_000),
        demonstration: true,
        folded: jawla_model::fold::fold(&format!(
            "{} {} 2025-{:03}",
            titles.0,
            titles.1,
            40 + u32::from(n)
        )),
    }
}

fn projects() -> Vec<ProjectRow> {
    use ReportingState::{Done, NotLaunched, UnderWay};
    let mut rows = vec![
        project(
            1,
            (
                "Aménagement de la piste rurale Ouled Azzouz – Sidi Brahim",
                "تهيئة المسلك القروي أولاد عزوز – سيدي إبراهيم",
            ),
            "053110513",
            "III-P1",
            ("EN_COURS", UnderWay),
            Some(4_500),
            Some(9),
        ),
        project(
            2,
            (
                "Construction d'une unité de préscolaire au douar Lahlalma",
                "بناء وحدة للتعليم الأولي بدوار لحلالمة",
            ),
            "053110107",
            "III-P4",
            ("EN_COURS", UnderWay),
            Some(7_000),
            Some(2),
        ),
        project(
            3,
            (
                "Extension du réseau d'eau potable de trois douars",
                "توسيع شبكة الماء الصالح للشرب بثلاثة دواوير",
            ),
            "053110109",
            "III-P1",
            ("ARRET", UnderWay),
            Some(2_500),
            Some(48),
        ),
        project(
            4,
            ("Équipement de Dar Al Oumouma", "تجهيز دار الأمومة"),
            "053110101",
            "III-P4",
            ("EN_COURS", UnderWay),
            Some(1_000),
            Some(36),
        ),
        project(
            5,
            (
                "Terrain de proximité au quartier Al Massira",
                "ملعب القرب بحي المسيرة",
            ),
            "053110103",
            "III-P4",
            ("RP_AVEC", Done),
            Some(10_000),
            Some(20),
        ),
        project(
            6,
            ("Plateforme des jeunes de Oued Zem", "منصة الشباب بوادي زم"),
            "053110109",
            "III-P3",
            ("PASSATION", NotLaunched),
            None,
            None,
        ),
    ];
    rows[0].conflicts = 2;
    rows[0].weighty_conflicts = 1;
    rows
}

/// A visit: number, project, author, stored state, days ago, progress.
fn visit_row(
    n: u8,
    project: u8,
    author: jawla_model::PersonId,
    status: &str,
    days_ago: i64,
    progress_bp: Option<i64>,
) -> VisitRow {
    let started = NOW_MS - days_ago * DAY_MS;
    VisitRow {
        visit: visit(n),
        document: document(project),
        scope: scope(project % 3),
        author: Some(author),
        kind: "suivi".into(),
        status: status.into(),
        started_at_ms: started,
        finished_at_ms: (status == "recorded").then_some(started + HOUR_MS),
        date_plausible: true,
        order_ms: started,
        site_state: "actif".into(),
        progress_bp,
        note: String::new(),
        difficulties: String::new(),
        photos: 0,
        received_at: Some(ReceivedAt(u64::try_from(started / 1_000 + 9_000).unwrap())),
        review: String::new(),
        review_comment: String::new(),
        conflicts: 0,
        replaces: None,
        replaced: false,
    }
}

fn visits() -> Vec<VisitRow> {
    let approved = VisitRow {
        review: "approved".into(),
        note: "Fouilles terminées sur 2 km. L'entreprise attend les buses.".into(),
        photos: 2,
        ..visit_row(1, 1, COLLEAGUE, "recorded", 31, Some(3_000))
    };
    let received = VisitRow {
        difficulties: "FONC".into(),
        note: "Une opposition au passage près du puits, à régler avec le caïd.".into(),
        photos: 2,
        conflicts: 1,
        ..visit_row(2, 1, ME, "recorded", 9, Some(4_500))
    };
    let draft = VisitRow {
        received_at: None,
        site_state: String::new(),
        ..visit_row(3, 1, ME, "draft", 0, None)
    };
    let returned = VisitRow {
        review: "returned".into(),
        review_comment: "La photo du panneau est illisible, merci de la reprendre.".into(),
        ..visit_row(4, 2, ME, "recorded", 2, Some(7_000))
    };
    let here = VisitRow {
        received_at: None,
        ..visit_row(5, 5, ME, "recorded", 20, Some(10_000))
    };
    vec![
        approved,
        received,
        draft,
        returned,
        here,
        visit_row(6, 3, COLLEAGUE, "recorded", 48, Some(2_500)),
        VisitRow {
            date_plausible: false,
            ..visit_row(7, 4, ME, "recorded", 36, Some(1_000))
        },
    ]
}

pub fn photo(visit_n: u8, n: u8, role: PhotoRole) -> Photo {
    Photo {
        hash: hash(100 + n),
        role,
        size_bytes: 268_000,
        width_px: 1600,
        height_px: 1200,
        taken_at: Claimed(NOW_MS - i64::from(40 - visit_n) * DAY_MS),
        thumbnail: hash(150 + n),
    }
}

fn photo_row(project: u8, visit_n: u8, shown: &Photo) -> PhotoRow {
    PhotoRow {
        photo: shown.hash,
        visit: visit(visit_n),
        document: document(project),
        scope: scope(project % 3),
        thumbnail: shown.thumbnail,
        role: shown.role.code().into(),
        size_bytes: shown.size_bytes,
        taken_at_ms: shown.taken_at.0,
    }
}

fn conflict_value(
    value: Value,
    n: u8,
    author: jawla_model::PersonId,
    hours_ago: i64,
    received: bool,
) -> ConflictValue {
    let at = NOW_MS - hours_ago * HOUR_MS;
    ConflictValue {
        value,
        change: hash(n),
        author: Some(author),
        claimed_at_ms: at,
        received_at: received.then(|| ReceivedAt(u64::try_from(at / 1_000 + 600).unwrap())),
    }
}

fn conflicts() -> Vec<ConflictRow> {
    let row = |path: FieldPath, weighty, values| ConflictRow {
        document: document(1),
        scope: scope(1),
        path: path.text(),
        weighty,
        values,
    };
    vec![
        row(
            FieldPath::project(ProjectField::BeneficiariesDirect),
            true,
            vec![
                conflict_value(Value::Int(1_240), 21, COLLEAGUE, 30, true),
                conflict_value(Value::Int(1_420), 22, ME, 26, false),
            ],
        ),
        row(
            FieldPath::project(ProjectField::Operator),
            false,
            vec![
                conflict_value("Association Al Amal".into(), 23, ME, 30, true),
                conflict_value("Commune d'Ouled Azzouz".into(), 24, COLLEAGUE, 29, true),
            ],
        ),
    ]
}

fn fields() -> ProjectFields {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    let mut set = |field: ProjectField, value: Value| {
        values.insert(field.key().to_owned(), value);
    };
    set(ProjectField::Place, "Douar Sidi Brahim".into());
    set(ProjectField::Operator, "Association Al Amal".into());
    set(ProjectField::Holder, "Commune territoriale".into());
    set(ProjectField::LandStatus, "communal".into());
    set(ProjectField::BeneficiariesDirect, Value::Int(1_240));
    set(ProjectField::BeneficiariesWomen, Value::Int(610));
    set(ProjectField::Note, "Accès difficile après la pluie.".into());
    ProjectFields { values }
}

fn seen() -> VisitFields {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    values.insert(VisitField::Kind.key().into(), "suivi".into());
    values.insert(VisitField::SiteState.key().into(), "actif".into());
    values.insert(VisitField::Progress.key().into(), Value::Int(4_500));
    values.insert(VisitField::Workers.key().into(), Value::Int(14));
    values.insert(VisitField::Machines.key().into(), Value::Int(2));
    values.insert(VisitField::Quality.key().into(), Value::Int(3));
    values.insert(
        VisitField::Participants.key().into(),
        "Technicien de la commune, entreprise".into(),
    );
    values.insert(
        VisitField::Position.key().into(),
        "328890000;-69070000;8".into(),
    );
    values.insert(
        VisitField::Note.key().into(),
        "Une opposition au passage près du puits, à régler avec le caïd.".into(),
    );
    VisitFields {
        values,
        difficulties: BTreeMap::from([("FONC".to_owned(), "Opposition près du puits".to_owned())]),
        actions: vec![ActionShown {
            item: item(1),
            what: "Réunir les riverains avec le caïd".into(),
            owner: "Commune".into(),
            due: "2026-12-01".into(),
            done: false,
        }],
        quantities: BTreeMap::new(),
        photos: vec![
            photo(2, 3, PhotoRole::Overview),
            photo(2, 4, PhotoRole::Defect),
        ],
    }
}

fn begun() -> VisitFields {
    VisitFields {
        values: BTreeMap::from([(VisitField::Kind.key().to_owned(), Value::from("suivi"))]),
        ..VisitFields::default()
    }
}

fn history() -> Vec<HistoryEntry> {
    let entry = |n: u8, author, hours_ago: i64, received: bool, happenings| HistoryEntry {
        change: hash(n),
        author: Some(author),
        claimed_at_ms: NOW_MS - hours_ago * HOUR_MS,
        received_at: received
            .then(|| ReceivedAt(u64::try_from((NOW_MS - hours_ago * HOUR_MS) / 1_000).unwrap())),
        happenings,
        undoable: false,
    };
    let set = |field: ProjectField, before: Vec<Value>, after: Value| Happening::Set {
        at: FieldPath::project(field),
        before,
        after,
    };
    let mut mine = entry(
        31,
        ME,
        3,
        false,
        vec![set(
            ProjectField::Note,
            vec![Value::Empty],
            "Accès difficile après la pluie.".into(),
        )],
    );
    mine.undoable = true;
    vec![
        mine,
        entry(
            32,
            COLLEAGUE,
            20,
            true,
            vec![set(
                ProjectField::LandStatus,
                vec!["litige".into(), "domanial".into()],
                "communal".into(),
            )],
        ),
        entry(
            33,
            SUPERVISOR,
            60,
            true,
            vec![Happening::Reviewed(
                visit(1),
                Review {
                    decision: ReviewDecision::Approved,
                    author: SUPERVISOR,
                    comment: String::new(),
                    field: None,
                },
            )],
        ),
        entry(
            34,
            ME,
            216,
            true,
            vec![
                Happening::VisitOpened(visit(2)),
                Happening::Set {
                    at: FieldPath::visit(visit(2), VisitField::Progress),
                    before: vec![],
                    after: Value::Int(4_500),
                },
                Happening::PhotoAttached(visit(2), photo(2, 3, PhotoRole::Overview)),
                Happening::DifficultyRaised(
                    visit(2),
                    "FONC".into(),
                    "Opposition près du puits".into(),
                ),
                Happening::VisitFinished(visit(2)),
            ],
        ),
    ]
}

impl State {
    /// Nobody's phone.
    pub fn new_phone() -> Self {
        let mut state = Self::empty(None);
        state.status.standing = PhoneStanding::NotEnrolled;
        state.status.person = None;
        state.status.role = None;
        state.status.last_contact_ms = None;
        state.status.receipt = None;
        state.status.installed = false;
        state.status.server = String::new();
        state
    }

    /// Enrolled, nothing in it.
    pub fn empty(language: Option<Language>) -> Self {
        let mut status = status(language);
        status.waiting = Waiting::default();
        status.asides = 0;
        Self {
            status,
            reference: Arc::new(reference::bundle()),
            people: people(),
            projects: Vec::new(),
            visits: Vec::new(),
            photos: Vec::new(),
            conflicts: Vec::new(),
            project_fields: BTreeMap::new(),
            visit_fields: BTreeMap::new(),
            typed: BTreeMap::new(),
            forms: BTreeMap::new(),
            histories: BTreeMap::new(),
            money: BTreeMap::new(),
            blobs: BTreeMap::new(),
            outgoing: Vec::new(),
            set_aside: Vec::new(),
            orders: Vec::new(),
            typings: Vec::new(),
            left: Vec::new(),
            sends: Vec::new(),
            filled: Vec::new(),
            enrolments: Vec::new(),
            refuse: None,
            refuse_enrol: None,
            busy: false,
        }
    }

    /// An ordinary day.
    pub fn day(language: Language) -> Self {
        let mut state = Self::empty(Some(language));
        state.status = status(Some(language));
        state.projects = projects();
        state.visits = visits();
        let shown = [
            (1, photo(1, 1, PhotoRole::Overview)),
            (1, photo(1, 2, PhotoRole::SitePanel)),
            (2, photo(2, 3, PhotoRole::Overview)),
            (2, photo(2, 4, PhotoRole::Defect)),
        ];
        for (n, (of_visit, one)) in (0u32..).zip(&shown) {
            state.photos.push(photo_row(1, *of_visit, one));
            // The last one's files have not come yet.
            if n < 3 {
                state.blobs.insert(one.hash, pictures::site(n, 480, 360));
                state
                    .blobs
                    .insert(one.thumbnail, pictures::site(n, 240, 180));
            }
        }
        state.conflicts = conflicts();
        state.project_fields.insert(document(1), fields());
        state.visit_fields.insert(visit(2), seen());
        state.visit_fields.insert(visit(3), begun());
        state.histories.insert(document(1), history());
        state.money.insert(document(1), money());
        state.outgoing = vec![
            Outgoing {
                document: document(5),
                visit: Some(visit(5)),
                word: RecordWord::OnThisPhone,
                change_bytes_left: 3_100,
                files_left: 3,
                file_bytes_left: 812_000,
                failed_files: 0,
                why: WhyWaiting::NextExchange,
            },
            Outgoing {
                document: document(1),
                visit: Some(visit(3)),
                word: RecordWord::Draft,
                change_bytes_left: 1_100,
                files_left: 0,
                file_bytes_left: 0,
                failed_files: 0,
                why: WhyWaiting::BeingTyped,
            },
        ];
        state.set_aside = vec![SetAside {
            document: document(4),
            visit: Some(visit(7)),
            quarantined: false,
            reason: Reason::MembershipEnded,
            changes: 4,
            reopenable: true,
        }];
        state
    }
}

/// A contract, a payment that was cancelled, and one that stands.
fn money() -> Vec<MoneyFactRow> {
    let recorded = |n, kind, centimes, on: &str, reference: &str, party: &str| MoneyFactRow {
        received_at: ReceivedAt(1_763_000_000),
        fact: MoneyFact {
            id: item(n),
            by: SUPERVISOR,
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
    let mut cancelled = recorded(64, MoneyKind::Payment, 1, "2025-06-02", "", "");
    cancelled.fact.replaces = Some(item(62));
    cancelled.fact.act = MoneyAct::Cancelled("Payé sur un autre projet".into());
    vec![
        recorded(
            61,
            MoneyKind::Contract,
            48_000_000,
            "2025-02-11",
            "BC 12/2025",
            "Entreprise Essaada",
        ),
        recorded(62, MoneyKind::Payment, 9_000_000, "2025-05-20", "OP 41", ""),
        recorded(
            63,
            MoneyKind::Payment,
            12_000_000,
            "2025-09-03",
            "OP 77",
            "",
        ),
        cancelled,
    ]
}

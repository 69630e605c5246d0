//! Rows made for the tests, and stores that hold them.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use jawla_model::fold::fold;
use jawla_model::{
    DocumentId, Hash32, PersonId, ReceivedAt, ReportingState, Role, ScopeId, Value, VisitId,
};
use jawla_views::rows::{ConflictRow, ConflictValue, DossierRows, PhotoRow, ProjectRow, VisitRow};
use jawla_views::sqlite::{self, SqliteViews};
use jawla_views::{PersonRow, ScopeFilter, ScopeRow};
use rusqlite::Connection;

pub const DAY_MS: i64 = 86_400_000;
/// 23 November 2026, noon, UTC.
pub const NOON_MS: i64 = 1_795_435_200_000;

pub fn document(n: u32) -> DocumentId {
    DocumentId(id(b'd', n))
}

pub fn scope(n: u32) -> ScopeId {
    ScopeId(id(b's', n))
}

pub fn visit_id(n: u32) -> VisitId {
    VisitId(id(b'v', n))
}

pub fn person(n: u32) -> PersonId {
    PersonId(id(b'p', n))
}

pub fn hash(n: u32) -> Hash32 {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&id(b'h', n));
    Hash32(bytes)
}

fn id(kind: u8, n: u32) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[0] = kind;
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    bytes
}

pub fn project(n: u32) -> ProjectRow {
    titled(n, "Piste rurale", "مسلك قروي")
}

pub fn titled(n: u32, title_fr: &str, title_ar: &str) -> ProjectRow {
    let code_das = format!("P1-{n:05}");
    ProjectRow {
        document: document(n),
        scope: scope(1),
        folded: fold(&format!("{code_das} {title_fr} {title_ar}")),
        code_das,
        title_fr: title_fr.into(),
        title_ar: title_ar.into(),
        programme: "III-P1".into(),
        sector: "PISTE".into(),
        nature: "TRAVAUX".into(),
        communes: "053110513".into(),
        admin_state: "EN_COURS".into(),
        reporting_state: ReportingState::UnderWay,
        cost_centimes: Some(100_000_000),
        indh_share_centimes: Some(60_000_000),
        progress_bp: None,
        approved_progress_bp: None,
        planned_start: "2026-01-31".into(),
        planned_end: String::new(),
        last_visit_at_ms: None,
        visits: 0,
        conflicts: 0,
        weighty_conflicts: 0,
        received_at: Some(ReceivedAt(1_795_000_000)),
        latitude_e7: Some(328_812_345),
        longitude_e7: Some(-69_061_234),
        demonstration: false,
    }
}

pub fn visit(n: u32, of: &ProjectRow, order_ms: i64) -> VisitRow {
    VisitRow {
        visit: visit_id(n),
        document: of.document,
        scope: of.scope,
        author: Some(person(1)),
        kind: "suivi".into(),
        status: "recorded".into(),
        started_at_ms: order_ms - 3_600_000,
        finished_at_ms: Some(order_ms),
        date_plausible: true,
        order_ms,
        site_state: "actif".into(),
        progress_bp: Some(3_000),
        note: "Le terrassement avance. الأشغال متواصلة".into(),
        difficulties: "METE,PAIE".into(),
        photos: 0,
        received_at: Some(ReceivedAt(1_795_000_000)),
        review: String::new(),
        review_comment: String::new(),
        conflicts: 0,
        replaces: None,
        replaced: false,
    }
}

pub fn photo(n: u32, of: &VisitRow) -> PhotoRow {
    PhotoRow {
        photo: hash(n),
        visit: of.visit,
        document: of.document,
        scope: of.scope,
        thumbnail: hash(1_000_000 + n),
        role: "ensemble".into(),
        size_bytes: 268_000,
        taken_at_ms: of.order_ms,
    }
}

pub fn conflict(of: &ProjectRow, path: &str, weighty: bool) -> ConflictRow {
    let value = |n: u32, value: i64| ConflictValue {
        value: Value::Int(value),
        change: hash(n),
        author: Some(person(n)),
        claimed_at_ms: NOON_MS,
        received_at: None,
    };
    ConflictRow {
        document: of.document,
        scope: of.scope,
        path: path.into(),
        weighty,
        values: vec![value(1, 10), value(2, 20)],
    }
}

pub fn dossier(project: ProjectRow, visits: Vec<VisitRow>) -> DossierRows {
    DossierRows {
        project,
        visits,
        photos: Vec::new(),
        conflicts: Vec::new(),
    }
}

/// A dossier with visits, photos and disagreements.
pub fn full_dossier(n: u32) -> DossierRows {
    let project = titled(n, "Étanchéité de l’école", "مدرسة أولاد عيسى");
    let visits: Vec<VisitRow> = (0..4)
        .map(|v| visit(n * 100 + v, &project, NOON_MS - i64::from(v) * DAY_MS))
        .collect();
    let photos = visits
        .iter()
        .flat_map(|visit| (0..3).map(|p| photo(p, visit)))
        .collect();
    let inside = format!("visits/{}/progress_bp", visits[0].visit.key());
    let conflicts = vec![
        conflict(&project, "project/cost_centimes", true),
        conflict(&project, "project/note", false),
        conflict(&project, &inside, true),
    ];
    DossierRows {
        project,
        visits,
        photos,
        conflicts,
    }
}

pub fn in_memory() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    sqlite::create(&conn).unwrap();
    conn
}

pub fn holding(dossiers: &[DossierRows]) -> Connection {
    let mut conn = in_memory();
    let tx = conn.transaction().unwrap();
    for rows in dossiers {
        sqlite::write_rows(&tx, rows).unwrap();
    }
    tx.commit().unwrap();
    conn
}

pub fn shared(conn: Connection) -> SqliteViews {
    SqliteViews::shared(Arc::new(Mutex::new(conn)))
}

pub fn named_person(n: u32, name_fr: &str) -> PersonRow {
    PersonRow {
        person: person(n),
        name_fr: name_fr.into(),
        name_ar: "اسم".into(),
        role: Some(Role::TeamMember),
    }
}

pub fn named_scope(n: u32, name_fr: &str) -> ScopeRow {
    ScopeRow {
        scope: scope(n),
        name_fr: name_fr.into(),
        name_ar: String::new(),
        communes: "053110513".into(),
    }
}

pub fn only(scopes: &[u32]) -> ScopeFilter {
    ScopeFilter::Only(scopes.iter().map(|n| scope(*n)).collect::<BTreeSet<_>>())
}

/// The answer of a future that never suspends.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a view suspended"),
    }
}

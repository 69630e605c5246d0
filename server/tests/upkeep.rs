//! What keeps a store honest: verification, the intake of projects, the way it is opened.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use jawla_model::{DocumentId, ReceivedAt, Role, VisitField};
use jawla_server::core::intake::{IntakeReport, take_in};
use jawla_server::import::Nature;
use jawla_server::keys::ServerKeys;
use jawla_server::limits::CHANGES_BEHIND_SAVED_MAX;
use jawla_server::store::sqlite::{Locking, OpenOptions, SqliteStore};
use jawla_server::store::{Fault, PackJudgement, ScopeKind, Store, StoreError, StoreTable};
use jawla_server::verify::verify;
use jawla_views::Views;
use support::{Bench, START, open_visit, set_visit, visit};

const HEADER: &str = "code_das;intitule_fr;intitule_ar;phase;programme;axe;annee;tranche;nature;\
type_operation;secteur;commune;etat;cout_global_dh;part_indh_dh;maitre_ouvrage;porteur;\
benef_directs;benef_femmes;date_lancement_prev;date_fin_prev;latitude;longitude\n";

fn line(code: &str, commune: &str) -> String {
    format!(
        "{code};Piste rurale du douar;مسلك قروي إلى الدوار;III;P1;;2024;1;TRAVAUX;construction;PIS;{commune};\
         EN_COURS;1 200 000,50;800000;Commune;Association;300;120;2024-03-01;2025-01-31;\
         32.8812;-6.9061\n"
    )
}

/// A statement, the table it must be found in, and what must be said of it.
type Tampering<'a> = (&'a str, StoreTable, &'a dyn Fn(&Fault) -> bool);

fn intake(bench: &Bench, text: &str) -> IntakeReport {
    let now = START;
    take_in(
        &bench.core,
        bench.office(),
        text.as_bytes(),
        &bench.bundle,
        Nature::Real,
        now,
    )
    .unwrap()
}

fn lively(bench: &Bench) -> DocumentId {
    let scope = bench.scope_of("053110107");
    let report = intake(bench, &format!("{HEADER}{}", line("KHO-1", "053110107")));
    assert_eq!(report.refusals, []);
    let id = report.imported[0].1;
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    phone.sync(&bench.core);
    let opened = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &opened);
    // Enough of them for a saved form.
    let mut changes = Vec::new();
    for progress in 0..CHANGES_BEHIND_SAVED_MAX {
        let progress = i64::try_from(progress).unwrap() * 100 + 100;
        changes.extend(phone.write(id, &[set_visit(visit(1), VisitField::Progress, progress)]));
    }
    phone.pack(scope, id, &changes);
    phone.sync(&bench.core);
    assert!(phone.open_packs.is_empty());
    bench.assert_sound();
    id
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table of all kinds of tampering")]
fn each_stored_table_that_is_changed_behind_our_back_is_named() {
    let faults: [Tampering<'_>; 11] = [
        (
            "UPDATE view_project SET cost_centimes = 1",
            StoreTable::View,
            &|fault| matches!(fault, Fault::Row(text) if text.contains("cost_centimes")),
        ),
        (
            "DELETE FROM view_visit",
            StoreTable::View,
            &|fault| matches!(fault, Fault::Row(text) if text.contains("Missing")),
        ),
        (
            "UPDATE change SET bytes = zeroblob(50)
             WHERE id = (SELECT max(id) FROM change)",
            StoreTable::Change,
            &|fault| *fault == Fault::Change,
        ),
        (
            "UPDATE entry SET received_at = received_at - 1 WHERE seq = 3",
            StoreTable::Entry,
            &|fault| *fault == Fault::Chain,
        ),
        (
            "DELETE FROM entry WHERE seq = 2",
            StoreTable::Entry,
            &|fault| *fault == Fault::Gap,
        ),
        (
            "UPDATE entry SET payload = x'00' WHERE kind = 3",
            StoreTable::Entry,
            &|fault| *fault == Fault::Content,
        ),
        (
            "DELETE FROM change WHERE id = (SELECT max(id) FROM change)",
            StoreTable::Entry,
            &|fault| *fault == Fault::Unpaired,
        ),
        (
            "DELETE FROM change WHERE id = (SELECT min(id) + 1 FROM change)",
            StoreTable::Document,
            &|fault| *fault == Fault::Fold,
        ),
        (
            "UPDATE document_saved SET bytes = x'0102'",
            StoreTable::Document,
            &|fault| *fault == Fault::Cache,
        ),
        (
            "UPDATE document SET heads = x''",
            StoreTable::Document,
            &|fault| *fault == Fault::Head,
        ),
        (
            "UPDATE scope SET head = head + 1",
            StoreTable::Scope,
            &|fault| *fault == Fault::Head,
        ),
    ];
    for (statement, table, is_it) in faults {
        let bench = Bench::new(1);
        lively(&bench);
        let db = bench.database();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        assert!(db.execute(statement, []).unwrap() > 0, "{statement}");
        let report = verify(bench.store.as_ref(), None).unwrap();
        let findings: Vec<_> = report
            .scopes
            .iter()
            .flat_map(|scope| &scope.findings)
            .collect();
        assert!(
            findings
                .iter()
                .any(|finding| finding.table == table && is_it(&finding.fault)),
            "{statement}: {findings:#?}"
        );
    }
}

#[test]
fn every_flipped_byte_of_a_change_is_found() {
    let bench = Bench::new(2);
    lively(&bench);
    let db = bench.database();
    let (id, bytes): (i64, Vec<u8>) = db
        .query_row(
            "SELECT id, bytes FROM change ORDER BY id DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x20;
        db.execute(
            "UPDATE change SET bytes = ?2 WHERE id = ?1",
            rusqlite::params![id, flipped],
        )
        .unwrap();
        let report = verify(bench.store.as_ref(), None).unwrap();
        assert!(!report.is_sound(), "byte {at}");
    }
}

#[test]
fn a_damaged_cache_is_passed_over_and_the_changes_are_the_truth() {
    let bench = Bench::new(3);
    let id = lively(&bench);
    let heads = bench
        .store
        .find_document(id)
        .unwrap()
        .unwrap()
        .document
        .heads();
    bench
        .database()
        .execute("UPDATE document_saved SET bytes = x'0102'", [])
        .unwrap();
    let second = bench.second_process();
    assert_eq!(
        second.find_document(id).unwrap().unwrap().document.heads(),
        heads
    );
}

#[test]
fn two_processes_write_one_document_and_neither_believes_its_own_memory() {
    let bench = Bench::new(7);
    let id = lively(&bench);
    let scope = bench.scope_of("053110107");
    let second = bench.second_process();
    let mut phone = bench.phone(2, Role::TeamMember, &[scope]);
    phone.sync(&bench.core);
    let opened = phone.write(id, &[open_visit(visit(2))]);
    let mut packs = vec![phone.pack(scope, id, &opened)];
    for progress in 1..=40 {
        let changes = phone.write(id, &[set_visit(visit(2), VisitField::Progress, progress)]);
        packs.push(phone.pack(scope, id, &changes));
    }
    for (step, pack) in packs.iter().enumerate() {
        let store: &dyn Store = match step % 3 {
            0 => &second,
            _ => bench.store.as_ref(),
        };
        let judged = store.judge_pack(pack, START).unwrap();
        assert!(matches!(judged, PackJudgement::Done(_)), "{judged:?}");
    }
    bench.assert_sound();
    let behind: i64 = bench
        .database()
        .query_row(
            "SELECT (SELECT max(id) FROM change) - change_id FROM document_saved",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!((0..16).contains(&behind), "{behind} changes behind");
    let heads = |store: &dyn Store| {
        let held = store.find_document(id).unwrap().unwrap();
        (held.document.heads(), held.document.changes_count())
    };
    let third = bench.second_process();
    assert_eq!(heads(&third), heads(&second));
    assert_eq!(heads(&third), heads(bench.store.as_ref()));
}

#[test]
fn the_lists_are_filled_anew_when_their_version_is_another() {
    let bench = Bench::new(4);
    let id = lively(&bench);
    let before = bench.project(id).unwrap();
    let hash = bench
        .store
        .projection_hash(bench.scope_of("053110107"))
        .unwrap();
    let db = bench.database();
    db.execute("DELETE FROM meta WHERE name = 'view_version'", [])
        .unwrap();
    db.execute_batch("DROP TABLE view_visit; UPDATE view_project SET title_fr = 'faux'")
        .unwrap();
    let second = bench.second_process();
    assert_eq!(bench.project(id), Some(before));
    assert_eq!(
        second.projection_hash(bench.scope_of("053110107")).unwrap(),
        hash
    );
    bench.assert_sound();
}

#[test]
fn one_exclusive_connection_does_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let keys = ServerKeys::from_seed([5; 32]);
    let options = OpenOptions {
        locking: Locking::Exclusive,
        ..OpenOptions::at(folder.path().join("server.db"))
    };
    let store = SqliteStore::open(options.clone(), keys.server_id()).unwrap();
    assert!(store.list_scopes().unwrap().is_empty());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert!(runtime.block_on(store.views().scopes()).unwrap().is_empty());
    drop(store);
    let db = rusqlite::Connection::open(&options.path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let again = SqliteStore::open(options.clone(), keys.server_id());
    assert!(matches!(
        again,
        Err(StoreError::SchemaTooNew {
            found: 99,
            known: 5
        })
    ));
    let db = rusqlite::Connection::open(&options.path).unwrap();
    db.pragma_update(None, "user_version", 5).unwrap();
    db.execute(
        "UPDATE meta SET content = x'00' WHERE name = 'migration_1'",
        [],
    )
    .unwrap();
    drop(db);
    let again = SqliteStore::open(options, keys.server_id());
    assert!(matches!(again, Err(StoreError::MigrationDiffers(1))));
}

#[test]
fn a_file_is_taken_in_once_and_what_is_refused_is_said() {
    let bench = Bench::new(6);
    let file = format!(
        "{HEADER}{}{}{}{}{}",
        line("KHO-1", "053110107"),
        line("KHO-2", "Oued Zem"),
        line("KHO-3", "053110107+053110109"),
        line("KHO-1", "053110107"),
        line("KHO-4", "Casablanca"),
    );
    let report = intake(&bench, &file);
    assert_eq!((report.lines, report.imported.len()), (5, 3));
    let refused: Vec<_> = report
        .refusals
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    assert_eq!(refused, [(5, "code_das"), (6, "commune")]);
    let both = bench.scope_of("053110107+053110109");
    let scopes = bench.store.list_scopes().unwrap();
    assert!(scopes.iter().any(|held| held.draft.scope == both
        && held.draft.kind == ScopeKind::Communes
        && held.draft.name_fr == "Khouribga, Oued Zem"));
    let row = bench.project(report.imported[2].1).unwrap();
    assert_eq!((row.scope, row.cost_centimes), (both, Some(120_000_050)));

    let heads: Vec<_> = bench
        .store
        .list_scopes()
        .unwrap()
        .into_iter()
        .map(|held| held.head)
        .collect();
    let again = intake(&bench, &file);
    assert_eq!((again.imported.len(), again.refusals.len()), (0, 5));
    let after: Vec<_> = bench
        .store
        .list_scopes()
        .unwrap()
        .into_iter()
        .map(|held| held.head)
        .collect();
    assert_eq!(heads, after, "nothing changed");
    bench.assert_sound();
}

#[test]
fn a_project_of_two_communes_is_everybodys_who_works_in_one() {
    let bench = Bench::new(7);
    let (one, two) = (bench.scope_of("053110107"), bench.scope_of("053110109"));
    let mut before = bench.phone(1, Role::TeamMember, &[one]);
    before.sync(&bench.core);
    let report = intake(
        &bench,
        &format!("{HEADER}{}", line("KHO-3", "053110107+053110109")),
    );
    let id = report.imported[0].1;
    let mut after = bench.phone(2, Role::TeamMember, &[two]);
    before.sync(&bench.core);
    after.sync(&bench.core);
    assert!(
        before.documents.contains_key(&id),
        "the set adopted its members"
    );
    assert!(
        after.documents.contains_key(&id),
        "who comes later comes into the set too"
    );
    assert_eq!(before.cursors.len(), 2);
    bench.assert_sound();
}

#[test]
fn a_new_bundle_is_announced_once_in_every_log() {
    let bench = Bench::new(8);
    let scope = bench.scope_of("053110107");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    phone.sync(&bench.core);
    let head = bench.store.log_head(scope).unwrap().unwrap();
    jawla_server::scopes::prepare_province(&bench.core, &bench.bundle, START).unwrap();
    assert_eq!(
        bench.store.log_head(scope).unwrap().unwrap(),
        head,
        "a restart says nothing"
    );
    let mut bundle = bench.bundle.clone();
    bundle.sectors.pop();
    let later = ReceivedAt(START.0 + 60);
    jawla_server::scopes::prepare_province(&bench.core, &bundle, later).unwrap();
    assert_eq!(
        bench.store.log_head(scope).unwrap().unwrap().seq,
        head.seq + 1
    );
    let in_force = bench.store.reference_in_force().unwrap().unwrap();
    assert_eq!(in_force.version, u64::from(bench.bundle.version) + 1);
    assert_eq!(
        bench.core.blobs().find(&in_force.hash).unwrap(),
        Some(in_force.size_bytes)
    );
    phone.sync(&bench.core);
    assert_eq!(phone.cursors[0].seq, head.seq + 1);
}

#[test]
fn an_erased_name_leaves_every_phone() {
    let bench = Bench::new(9);
    let scope = bench.scope_of("053110107");
    let mut one = bench.phone(1, Role::TeamMember, &[scope]);
    let mut other = bench.phone(2, Role::TeamMember, &[scope]);
    one.sync(&bench.core);
    other.sync(&bench.core);
    assert_eq!(other.people[&one.person], "Personne 1");
    bench.store.erase_person(one.person).unwrap();
    other.sync(&bench.core);
    assert_eq!(other.people[&one.person], "");
    let status = jawla_server::status::status(bench.store.as_ref()).unwrap();
    assert_eq!(status.devices.len(), 2);
    assert_eq!(status.figures.scopes, 32);
}

//! Files of projects through the desk: held, tried, brought in once, by who may.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests may"
)]

mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jawla_model::{PersonId, Role};
use jawla_office::desk::DeskError;
use jawla_office::imports::{ImportFault, Imports, Progress, Trial};
use jawla_server::store::Store;
use support::office::Office;

const HEADER: &str = "Numéro;Intitulé;Phase;Programme;Exercice;Nature;Commune;Coût global;Remarque";

fn file(lines: &[(&str, &str)]) -> Bytes {
    let mut text = format!("{HEADER}\n");
    for (code, year) in lines {
        writeln!(
            text,
            "{code};Piste rurale du douar;III;P1;{year};TRAVAUX;053110107;1200000,50;vu"
        )
        .unwrap();
    }
    Bytes::from(text)
}

async fn fields(office: &Office, by: PersonId, id: &str) -> Vec<Option<String>> {
    let held = office.desk.held(by, id).await.unwrap();
    let columns = held.columns.iter();
    columns.map(|one| one.field.map(str::to_owned)).collect()
}

async fn tried(office: &Office, by: PersonId, file: Bytes) -> (String, Trial) {
    let id = office.desk.hold(by, "liste.csv", file).await.unwrap();
    let guessed = fields(office, by, &id).await;
    office.desk.attempt(by, &id, guessed).await.unwrap();
    let trial = office.desk.held(by, &id).await.unwrap().trial.unwrap();
    (id, trial)
}

/// Waits until the import has ended, a minute at most.
async fn ended(office: &Office, by: PersonId, id: &str) -> Trial {
    let late = Instant::now() + Duration::from_secs(60);
    loop {
        let trial = office.desk.held(by, id).await.unwrap().trial.unwrap();
        if !matches!(trial.progress, Progress::Running { .. }) {
            return trial;
        }
        assert!(Instant::now() < late, "{trial:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tried_without_writing_and_brought_in_once() {
    let office = Office::new(51);
    let by = office.person(Role::Supervisor);
    let projects = || office.bench.store.codes_taken().unwrap().len();
    let list = file(&[
        ("A-1", "2024"),
        ("A-2", "2024"),
        ("A-1", "2024"),
        ("", "2024"),
        ("A-3", "deux mille"),
    ]);
    let (id, trial) = tried(&office, by, list.clone()).await;
    assert_eq!(
        (trial.lines, trial.new, trial.known, trial.refused),
        (5, 2, 0, 3)
    );
    let reasons: Vec<_> = trial
        .refusals
        .iter()
        .map(|one| (one.line, one.reason))
        .collect();
    assert_eq!(
        reasons,
        [(4, "DUPLICATE_CODE"), (5, "NO_NUMBER"), (6, "NOT_A_NUMBER")]
    );
    assert!(trial.refusals.iter().all(|one| !one.sentence_ar.is_ascii()));
    assert_eq!(projects(), 0);

    office.desk.carry_in(by, &id).await.unwrap();
    office.desk.carry_in(by, &id).await.unwrap();
    let done = ended(&office, by, &id).await;
    assert_eq!(done.progress, Progress::Done { imported: 2 });
    assert_eq!(projects(), 2);

    let (again, trial) = tried(&office, by, list).await;
    // Both lines of A-1 are of a project that is there.
    assert_eq!((trial.new, trial.known), (0, 3));
    office.desk.carry_in(by, &again).await.unwrap();
    let done = ended(&office, by, &again).await;
    assert_eq!(done.progress, Progress::Done { imported: 0 });
    assert_eq!(projects(), 2);
}

#[tokio::test]
async fn columns_are_guessed_and_must_suffice() {
    let office = Office::new(52);
    let by = office.person(Role::Administrator);
    let id = office
        .desk
        .hold(by, "x.csv", file(&[("A-1", "2024")]))
        .await
        .unwrap();
    let guessed = fields(&office, by, &id).await;
    let expected = [
        "code_das",
        "intitule_fr",
        "phase",
        "programme",
        "annee",
        "nature",
        "commune",
        "cout_global_dh",
    ];
    let found: Vec<_> = guessed.iter().flatten().map(String::as_str).collect();
    assert_eq!(found, expected);
    assert_eq!(guessed[8], None);

    let mut without = guessed.clone();
    without[4] = None;
    let refused = office.desk.attempt(by, &id, without).await;
    assert_eq!(refused, Err(ImportFault::Missing(vec!["annee"])));
    let mut twice = guessed.clone();
    twice[8] = Some("annee".into());
    let refused = office.desk.attempt(by, &id, twice).await;
    assert_eq!(refused, Err(ImportFault::Twice("annee")));
    let mut odd = guessed.clone();
    odd[8] = Some("no_such_field".into());
    office.desk.attempt(by, &id, odd).await.unwrap();
    let refused = office.desk.attempt(by, &id, guessed[..3].to_vec()).await;
    assert_eq!(refused, Err(ImportFault::Desk(DeskError::NotFound)));
}

#[tokio::test]
async fn only_the_office_imports_and_each_their_own_file() {
    let office = Office::new(53);
    let list = file(&[("A-1", "2024")]);
    for role in Role::ALL {
        let by = office.person(*role);
        let held = office.desk.hold(by, "x.csv", list.clone()).await;
        let may = matches!(
            role,
            Role::Supervisor | Role::HeadOfDivision | Role::Administrator
        );
        assert_eq!(held.is_ok(), may, "{role:?}");
    }
    let (mine, other) = (
        office.person(Role::Supervisor),
        office.person(Role::Administrator),
    );
    let (id, _) = tried(&office, mine, list).await;
    assert_eq!(office.desk.held(other, &id).await, Err(DeskError::NotFound));
    assert_eq!(
        office.desk.carry_in(other, &id).await,
        Err(DeskError::NotFound)
    );
    let stranger = PersonId([99; 16]);
    assert_eq!(
        office.desk.carry_in(stranger, &id).await,
        Err(DeskError::NotAllowed)
    );
    let newer = file(&[("A-2", "2024")]);
    office.desk.hold(mine, "y.csv", newer).await.unwrap();
    assert_eq!(office.desk.held(mine, &id).await, Err(DeskError::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_listed_with_their_counts_and_their_columns_are_remembered() {
    let office = Office::new(56);
    let by = office.person(Role::Supervisor);
    let other = office.person(Role::Administrator);
    assert_eq!(office.desk.earlier(by).await.unwrap(), []);
    let list = file(&[("A-1", "2024"), ("A-2", "x")]);
    let id = office.desk.hold(by, "a.csv", list).await.unwrap();
    assert!(!office.desk.held(by, &id).await.unwrap().remembered);
    let mut chosen = fields(&office, by, &id).await;
    // What nobody would guess: the remark is the owner.
    chosen[8] = Some("maitre_ouvrage".to_owned());
    office.desk.attempt(by, &id, chosen.clone()).await.unwrap();
    assert_eq!(
        office.desk.earlier(by).await.unwrap(),
        [],
        "a trial is none"
    );
    office.desk.carry_in(by, &id).await.unwrap();
    ended(&office, by, &id).await;

    let listed = office.desk.earlier(by).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].file.as_deref(), Some(id.as_str()));
    assert_eq!(
        (listed[0].name.as_str(), listed[0].by.is_empty()),
        ("a.csv", false)
    );
    assert_eq!((listed[0].known, listed[0].refused), (0, 1));
    assert_eq!(listed[0].progress, Progress::Done { imported: 1 });
    let seen_by_another = office.desk.earlier(other).await.unwrap();
    assert_eq!(seen_by_another[0].file, None, "a file is its person's");
    let auditor = office.person(Role::Auditor);
    assert_eq!(
        office.desk.earlier(auditor).await,
        Err(DeskError::NotAllowed)
    );

    let same_columns = file(&[("B-1", "2025")]);
    let id = office
        .desk
        .hold(other, "b.csv", same_columns)
        .await
        .unwrap();
    let held = office.desk.held(other, &id).await.unwrap();
    assert!(held.remembered);
    assert_eq!(fields(&office, other, &id).await, chosen);
    let others = Bytes::from(format!(
        "{HEADER};Autre\nB-1;a;III;P1;2025;TRAVAUX;053110107;1;x;y"
    ));
    let id = office.desk.hold(other, "c.csv", others).await.unwrap();
    assert!(!office.desk.held(other, &id).await.unwrap().remembered);
}

#[tokio::test]
async fn two_thousand_lines_are_tried_within_five_seconds() {
    let office = Office::new(54);
    let by = office.person(Role::Supervisor);
    let codes: Vec<String> = (0..2_000).map(|at| format!("K-{at}")).collect();
    let lines: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "2024")).collect();
    let list = file(&lines);
    let begun = Instant::now();
    let (_, trial) = tried(&office, by, list).await;
    println!("2,000 lines tried in {:?}", begun.elapsed());
    assert_eq!(trial.new, 2_000);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

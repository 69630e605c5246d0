//! Importing projects: file, columns, trial, import; who may, in both languages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it did not expect"
)]

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "a helper of tests, not all of which each user of it needs"
)]
mod fake;

#[allow(
    dead_code,
    reason = "a helper of tests, not all of which each user of it needs"
)]
#[path = "fake/browser.rs"]
mod browser;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use browser::{Answer, Browser, a_province};
use fake::{FakeGate, FakeImports};
use jawla_model::Role;
use jawla_office::imports::{ColumnFound, FileHeld, ImportFault, LineRefused, Progress, Trial};
use jawla_office::router;

const TOKEN: &str = "session-0";

fn office_with(imports: Arc<FakeImports>, role: Role) -> Browser {
    let gate = Arc::new(FakeGate {
        role: Some(role),
        ..FakeGate::default()
    });
    let mut office = fake::office(Arc::new(a_province()), Arc::clone(&gate));
    office.imports = imports;
    let opened = Browser {
        router: router(office),
        gate,
        connection: None,
        cookie: None,
    };
    opened.with_session(TOKEN)
}

fn in_arabic(mut browser: Browser) -> Browser {
    browser.cookie = browser
        .cookie
        .map(|cookie| format!("{cookie}; jawla-langue=ar"));
    browser
}

fn trial(progress: Progress, refused: u64) -> Trial {
    let refusal = |line| LineRefused {
        line,
        field: if line % 2 == 0 {
            "annee".into()
        } else {
            String::new()
        },
        reason: "X",
        sentence_fr: format!("=HYPERLINK(\"{line}\") <b>faux</b>"),
        sentence_ar: "خطأ".into(),
    };
    Trial {
        lines: 3 + refused,
        new: 2,
        known: 1,
        refused,
        refusals: (2..2 + refused).map(refusal).collect(),
        progress,
    }
}

fn held(trial: Option<Trial>) -> Arc<FakeImports> {
    let column = |name: &str, field| ColumnFound {
        name: name.to_owned(),
        samples: vec!["<script>1</script>".into(), "طريق".into()],
        field,
    };
    let imports = FakeImports::default();
    *imports.file.lock().unwrap() = Some(FileHeld {
        name: "liste <2024>.xlsx".into(),
        lines: 5,
        columns: vec![
            column("Numéro", Some("code_das")),
            column("<b>Remarque</b>", None),
        ],
        remembered: false,
        fields: vec!["code_das", "intitule_fr", "annee"],
        trial,
    });
    Arc::new(imports)
}

fn sound(answer: &Answer) {
    assert!(!answer.body.contains('\u{27e6}'), "a text is missing");
    for raw in ["<script>1", "<b>faux", "<b>Rem", "<2024>"] {
        assert!(!answer.body.contains(raw), "{raw}");
    }
}

async fn upload(browser: &Browser, name: &str, body: &[u8]) -> Answer {
    let mut form = format!(
        "--x\r\ncontent-disposition: form-data; name=\"fichier\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(body);
    form.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post("/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::HOST, "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form))
        .unwrap();
    browser.send(request).await
}

#[tokio::test]
async fn a_file_goes_from_choice_to_import() {
    let imports = held(None);
    let browser = office_with(Arc::clone(&imports), Role::Supervisor);
    let page = browser.get("/import").await;
    assert_eq!(page.status, StatusCode::OK);
    sound(&page);
    assert!(page.body.contains("multipart/form-data"));

    let led = upload(&browser, "liste.csv", b"a;b\n1;2\n").await;
    assert_eq!(led.header(header::LOCATION), "/import/f1");
    let taken = imports.taken.lock().unwrap().clone();
    assert_eq!(taken[0].0, "liste.csv");
    assert_eq!(&taken[0].1[..], b"a;b\n1;2\n");

    let page = browser.get("/import/f1").await;
    sound(&page);
    assert!(page.body.contains("<option value=\"code_das\" selected>"));
    let led = browser.post("/import/f1", "c0=code_das&c1=").await;
    assert_eq!(led.header(header::LOCATION), "/import/f1/essai");
    assert_eq!(
        *imports.mapped.lock().unwrap(),
        [vec![Some("code_das".to_owned()), None]]
    );
    let led = browser.get("/import/f1/essai").await;
    assert_eq!(led.header(header::LOCATION), "/import/f1");
    let led = browser.post("/import/f1/importer", "").await;
    assert_eq!(led.header(header::LOCATION), "/import/f1/essai");
    assert_eq!(*imports.carried.lock().unwrap(), 1);
    let model = browser.get("/import/modele.csv").await;
    assert!(model.body.starts_with("\u{feff}code_das;"));
}

#[tokio::test]
async fn every_state_of_a_trial_is_shown_in_both_languages() {
    for (progress, refused, fr, ar) in [
        (Progress::Tried, 0, "Rien n’est enregistré", "لم يسجل شيء"),
        (Progress::Tried, 120, "120 lignes à corriger", "120"),
        (
            Progress::Running { imported: 7 },
            0,
            "7 projets enregistrés",
            "سجلت",
        ),
        (
            Progress::Done { imported: 2 },
            3,
            "Import terminé",
            "انتهى الاستيراد",
        ),
        (Progress::Stopped { imported: 1 }, 0, "interrompu", "توقف"),
    ] {
        let french = office_with(held(Some(trial(progress, refused))), Role::Administrator);
        let page = french.get("/import/f1/essai").await;
        sound(&page);
        assert!(page.body.contains(fr), "{}", page.body);
        assert_eq!(
            page.body.contains("http-equiv=\"refresh\""),
            matches!(progress, Progress::Running { .. })
        );
        assert_eq!(
            page.body.contains("/import/f1/importer"),
            progress == Progress::Tried
        );
        let page = in_arabic(french).get("/import/f1/essai").await;
        sound(&page);
        assert!(
            page.body.contains("dir=\"rtl\"") && page.body.contains(ar),
            "{}",
            page.body
        );
    }
    let long = office_with(held(Some(trial(Progress::Tried, 120))), Role::Supervisor);
    let page = long.get("/import/f1/essai?page=3").await;
    assert!(page.body.contains("Page 3 sur 3") && page.body.contains(">121<"));
    assert!(!page.body.contains("page=4"));
    for odd in ["0", "-1", "999999999999999999999", "x"] {
        assert_eq!(
            long.get(&format!("/import/f1/essai?page={odd}"))
                .await
                .status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn the_report_is_a_table_without_formulas() {
    let browser = office_with(held(Some(trial(Progress::Tried, 3))), Role::Supervisor);
    let report = browser.get("/import/f1/rapport.csv").await;
    assert!(
        report
            .header(header::CONTENT_DISPOSITION)
            .contains("rapport-import.csv")
    );
    assert_eq!(report.body.lines().count(), 4);
    assert!(!report.body.contains("\"=HYPERLINK"), "{}", report.body);
}

#[tokio::test]
async fn faults_are_said_beside_the_form() {
    for (refusal, words) in [
        (
            ImportFault::File {
                why: "import-empty",
                line: None,
            },
            "aucune ligne",
        ),
        (
            ImportFault::File {
                why: "import-line-too-long",
                line: Some(9),
            },
            "La ligne 9",
        ),
    ] {
        let imports = Arc::new(FakeImports {
            refusal: Some(refusal),
            ..FakeImports::default()
        });
        let browser = office_with(imports, Role::Supervisor);
        let page = upload(&browser, "x", b"1").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(words), "{}", page.body);
    }
    for (refusal, words) in [
        (
            ImportFault::Missing(vec!["annee", "phase"]),
            "Exercice, Phase",
        ),
        (ImportFault::Twice("annee"), "Exercice"),
    ] {
        let file = held(None).file.lock().unwrap().clone();
        let imports = FakeImports {
            refusal: Some(refusal),
            ..FakeImports::default()
        };
        *imports.file.lock().unwrap() = file;
        let page = office_with(Arc::new(imports), Role::Supervisor)
            .post("/import/f1", "c0=annee&c1=annee")
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(words), "{}", page.body);
    }
    let browser = office_with(held(None), Role::Supervisor);
    assert_eq!(
        upload(&browser, "x", b"").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let large = vec![b'a'; 9 * 1024 * 1024];
    assert_eq!(
        upload(&browser, "x", &large).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let gone = browser.get("/import/ffff").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.body.contains("n’est plus gardé"));
    let odd = browser.post("/import", "fichier=x").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn others_are_not_offered_it() {
    let imports = held(Some(trial(Progress::Tried, 1)));
    let browser = office_with(Arc::clone(&imports), Role::Finance);
    assert!(!browser.get("/").await.body.contains("href=\"/import\""));
    for address in [
        "/import",
        "/import/f1",
        "/import/f1/essai",
        "/import/f1/rapport.csv",
        "/import/modele.csv",
    ] {
        assert_eq!(
            browser.get(address).await.status,
            StatusCode::FORBIDDEN,
            "{address}"
        );
    }
    assert_eq!(
        upload(&browser, "x", b"a;b\n1;2").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        browser.post("/import/f1/importer", "").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(*imports.carried.lock().unwrap(), 0);
    assert!(imports.taken.lock().unwrap().is_empty());
}

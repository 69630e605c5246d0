//! *Importer des projets*: file, columns, trial, import, and the imports before.

use axum::http::StatusCode;
use jawla_office::imports::{ColumnFound, FileHeld, ImportFault, LineRefused, Progress, Trial};

use crate::fake;
use crate::page::{get, picture, post};
use crate::world::World;

fn earlier() -> World {
    let mut world = World::day();
    world.imports.listed = fake::earlier_imports();
    world
}

fn held(trial: Option<Trial>) -> World {
    let column = |name: &str, samples: &[&str], field| ColumnFound {
        name: name.to_owned(),
        samples: samples.iter().map(|&sample| sample.to_owned()).collect(),
        field,
    };
    let world = World::day();
    *world.imports.file.lock().unwrap() = Some(FileHeld {
        name: "liste-2026.xlsx".to_owned(),
        lines: 253,
        columns: vec![
            column("N°", &["KHO-1", "KHO-2"], Some("code_das")),
            column(
                "Intitulé",
                &["Piste rurale", "مسلك قروي"],
                Some("intitule_fr"),
            ),
            column("Remarque", &[], None),
        ],
        fields: vec!["code_das", "intitule_fr", "annee"],
        remembered: false,
        trial,
    });
    world
}

fn remembered() -> World {
    let world = held(None);
    if let Some(file) = world.imports.file.lock().unwrap().as_mut() {
        file.remembered = true;
    }
    world
}

fn trial(progress: Progress, refused: u64) -> Trial {
    let refusal = |line| LineRefused {
        line,
        field: "annee".to_owned(),
        reason: "ANNEE",
        sentence_fr: "L’année doit avoir quatre chiffres.".to_owned(),
        sentence_ar: "يجب أن تتكون السنة من أربعة أرقام.".to_owned(),
    };
    Trial {
        lines: 240 + refused,
        new: 228,
        known: 12,
        refused,
        refusals: (2..2 + refused).map(refusal).collect(),
        progress,
    }
}

fn tried(progress: Progress) -> World {
    held(Some(trial(progress, 3)))
}

fn refusing(fault: ImportFault) -> World {
    let mut world = held(None);
    world.imports.refusal = Some(fault);
    world
}

#[tokio::test]
async fn every_state_of_an_import() {
    let at = "/import/f1/essai";
    let cases = vec![
        get("file", World::day, "/import"),
        get("earlier", earlier, "/import"),
        post("no_file", World::day, "/import", "").answered(StatusCode::BAD_REQUEST),
        get("gone", World::day, "/import/f1").answered(StatusCode::NOT_FOUND),
        get("columns", || held(None), "/import/f1"),
        get("columns_remembered", remembered, "/import/f1"),
        post(
            "column_missing",
            || refusing(ImportFault::Missing(vec!["commune", "annee"])),
            "/import/f1",
            "c0=code_das",
        ),
        post(
            "column_twice",
            || refusing(ImportFault::Twice("annee")),
            "/import/f1",
            "c0=annee&c1=annee",
        ),
        get("tried", || tried(Progress::Tried), at),
        get(
            "tried_all_well",
            || held(Some(trial(Progress::Tried, 0))),
            at,
        ),
        get(
            "many_refused",
            || held(Some(trial(Progress::Tried, 120))),
            "/import/f1/essai?page=2",
        ),
        get("running", || tried(Progress::Running { imported: 40 }), at),
        get("done", || tried(Progress::Done { imported: 228 }), at),
        get("stopped", || tried(Progress::Stopped { imported: 17 }), at),
    ];
    picture("import", cases).await;
}

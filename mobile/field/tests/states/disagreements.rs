//! *À départager*: list, one, none, a value of one's own refused, after choosing and taking back.

use jawla_model::{FieldPath, Language, ProjectField, Value};

use crate::fake::{Fake, State, document, hash};
use crate::page::{Asked, Case, one, picture, post};

const LIST: &str = "/a-departager";

/// One that only the office settles.
fn of_the_office(state: &mut State) {
    state.conflicts.truncate(1);
    state.conflicts[0].path = FieldPath::project(ProjectField::Cost).text();
    state.conflicts[0].values[0].value = Value::Int(125_000_000);
    state.conflicts[0].values[1].value = Value::Int(130_000_000);
}

#[tokio::test]
async fn every_state_of_disagreements() {
    let cases: Vec<Case> = vec![
        ("list", |_| {}, LIST.into()),
        ("one", |state| state.conflicts.truncate(1), LIST.into()),
        ("none", |state| state.conflicts.clear(), LIST.into()),
        ("of_the_office", of_the_office, LIST.into()),
        (
            "two_projects",
            |state| {
                let mut row = state.conflicts[1].clone();
                row.document = document(3);
                state.conflicts.push(row);
            },
            LIST.into(),
        ),
    ];
    picture("disagreements", cases).await;
}

#[tokio::test]
async fn a_value_of_ones_own_is_checked_and_a_choice_leaves_the_other_in_the_history() {
    for language in Language::ALL {
        let phone = Fake::new(State::day(*language));
        let path = format!("/projets/{}/departager", document(1));
        let row = phone.look(|state| state.conflicts[0].clone());
        let seen: Vec<String> = row.values.iter().map(|one| one.change.hex()).collect();
        let seen = seen.join(",");
        let wrong = [
            ("chemin", row.path.as_str()),
            ("vu", &seen),
            ("vers", LIST),
            ("valeur", "beaucoup"),
        ];
        let asked = Asked::Post(&wrong);
        one("disagreements", "refused", *language, &phone, &path, &asked).await;
        let chosen = hash(21).hex();
        let choice = [
            ("chemin", row.path.as_str()),
            ("vu", &seen),
            ("vers", LIST),
            ("choix", &chosen),
        ];
        let code = post(&phone, &path, &choice).await;
        assert_eq!(code, axum::http::StatusCode::SEE_OTHER);
        one(
            "disagreements",
            "chosen",
            *language,
            &phone,
            LIST,
            &Asked::Get,
        )
        .await;
        // What another choice passed over stays within reach, on the sheet's history.
        let sheet = crate::page::text(&phone, &format!("/projets/{}", document(1))).await;
        assert_eq!(sheet.matches("/rechoisir\"").count(), 2, "{sheet}");
    }
}

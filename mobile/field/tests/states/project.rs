//! The sheet of a project: sections full and empty, history, what was refused, the kind of a visit.

use jawla_model::{Language, Role};
use jawla_views::phone::PhoneStanding;

use crate::fake::{COLLEAGUE, Fake, State, document, visit};
use crate::page::{Asked, Case, one, picture};

fn bare(state: &mut State) {
    state.visits.clear();
    state.photos.clear();
    state.conflicts.clear();
    state.histories.clear();
    state.project_fields.clear();
    for row in &mut state.projects {
        row.progress_bp = None;
        row.approved_progress_bp = None;
        row.last_visit_at_ms = None;
        row.visits = 0;
        row.conflicts = 0;
    }
}

fn many(state: &mut State) {
    let (like, photo) = (state.visits[1].clone(), state.photos[0].clone());
    for n in 0..20 {
        let mut row = like.clone();
        row.visit = visit(100 + n);
        row.order_ms -= i64::from(n) * 86_400_000;
        row.author = Some(COLLEAGUE);
        if n % 5 == 0 {
            row.status = "draft".into();
        }
        state.visits.push(row);
        for m in 0..2 {
            let mut one = photo.clone();
            one.visit = visit(100 + n);
            one.photo.0[0] = n;
            one.photo.0[1] = m;
            state.photos.push(one);
        }
    }
}

fn a_long_past(state: &mut State) {
    let past = state.histories.get_mut(&document(1)).unwrap();
    let like = past[0].clone();
    past.extend(std::iter::repeat_n(like, 40));
}

#[tokio::test]
async fn every_state_of_a_project() {
    let at = |n: u8| format!("/projets/{}", document(n));
    let cases: Vec<Case> = vec![
        ("day", |_| {}, at(1)),
        ("bare", bare, at(1)),
        ("no_photo", |state| state.photos.clear(), at(1)),
        ("no_history", |state| state.histories.clear(), at(1)),
        ("many", many, at(1)),
        (
            "many_older",
            many,
            format!("/projets/{}?visites=8&photos=12", document(1)),
        ),
        (
            "beyond",
            many,
            format!(
                "/projets/{}?visites=999&photos=999&historique=999",
                document(1)
            ),
        ),
        ("long_past", a_long_past, at(1)),
        (
            "older_past",
            a_long_past,
            format!("/projets/{}?historique=12", document(1)),
        ),
        (
            "mistyped_past",
            |_| {},
            format!("/projets/{}?historique=x", document(1)),
        ),
        ("never_visited", |_| {}, at(6)),
        (
            "reader",
            |state| state.status.role = Some(Role::Finance),
            at(1),
        ),
        (
            "withdrawn",
            |state| state.status.standing = PhoneStanding::Withdrawn,
            at(1),
        ),
        (
            "behind",
            |state| {
                let row = &mut state.projects[0];
                row.planned_start = "2026-01-01".into();
                row.planned_end = "2026-12-31".into();
                row.progress_bp = Some(2_000);
            },
            at(1),
        ),
        (
            "kind",
            |_| {},
            format!("/projets/{}/nouvelle-visite", document(1)),
        ),
    ];
    picture("project", cases).await;
}

#[tokio::test]
async fn what_was_refused_stands_beside_its_field() {
    for language in Language::ALL {
        let phone = Fake::new(State::day(*language));
        let path = format!("/projets/{}/champ", document(1));
        let typed = [("champ", "beneficiaries"), ("valeur", "beaucoup")];
        let asked = Asked::Post(&typed);
        one("project", "refused", *language, &phone, &path, &asked).await;
    }
}

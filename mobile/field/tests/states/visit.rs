//! The form of a visit, its sheet, its photos one by one.

use jawla_model::{FieldPath, Language, Review, ReviewDecision, Value, VisitField};
use jawla_views::CommandError;
use jawla_views::commands::PhotoFault;
use jawla_views::rows::{ConflictRow, ConflictValue};

use crate::fake::{self, COLLEAGUE, Fake, ME, State, document, hash, visit};
use crate::page::{Asked, Case, one, picture};

fn at(project: u8, of: u8) -> String {
    format!("/visites/{}/{}", document(project), visit(of))
}

fn set(state: &mut State, field: VisitField, value: impl Into<Value>) {
    let fields = state.visit_fields.get_mut(&visit(3)).unwrap();
    fields.values.insert(field.key().into(), value.into());
}

/// The draft, with everything that lets it be finished.
fn complete(state: &mut State) {
    let fields = state.visit_fields[&visit(2)].clone();
    state.visit_fields.insert(visit(3), fields);
    set(state, VisitField::Planned, 5_000);
}

fn clash(state: &mut State) {
    let value = |n: u8, bp: i64, author| ConflictValue {
        value: Value::Int(bp),
        change: hash(n),
        author: Some(author),
        claimed_at_ms: fake::NOW_MS - fake::HOUR_MS,
        received_at: None,
    };
    state.conflicts.push(ConflictRow {
        document: document(1),
        scope: fake::scope(1),
        path: FieldPath::visit(visit(2), VisitField::Progress).text(),
        weighty: true,
        values: vec![value(61, 4_500, ME), value(62, 5_000, COLLEAGUE)],
    });
}

fn returned(state: &mut State) {
    let review = Review {
        decision: ReviewDecision::Returned,
        author: fake::SUPERVISOR,
        comment: "Le taux ne correspond pas aux photos.".into(),
        field: Some("progress_bp".into()),
    };
    for row in state.visits.iter_mut().filter(|row| row.visit == visit(2)) {
        row.review = "returned".into();
        row.review_comment = review.comment.clone();
    }
    let fields = state.visit_fields.get_mut(&visit(2)).unwrap();
    let key = VisitField::Review.key().to_owned();
    fields.values.insert(key, Value::Text(review.text()));
}

/// Typed and not left yet.
fn typed(state: &mut State) {
    let key = VisitField::Note.key().to_owned();
    let note = Value::from("Le mur nord est fissuré");
    state.typed.insert((visit(3), key), note);
}

/// The draft is a colleague's: this person may read it in the fake's answer, never write.
fn of_a_colleague(state: &mut State) {
    state.visits[2].author = Some(COLLEAGUE);
}

#[tokio::test]
async fn every_state_of_a_visit() {
    let cases: Vec<Case> = vec![
        ("draft", |_| {}, at(1, 3)),
        ("typed", typed, at(1, 3)),
        ("complete", complete, at(1, 3)),
        (
            "first_of_its_project",
            |state| state.visits.retain(|row| row.visit == visit(3)),
            at(1, 3),
        ),
        (
            "position_exact",
            |state| set(state, VisitField::Position, "328811000;-69063000;8"),
            at(1, 3),
        ),
        (
            "position_rough_with_reason",
            |state| {
                set(state, VisitField::Position, "328811000;-69063000;180");
                set(state, VisitField::NoPositionReason, "Vallée encaissée");
            },
            at(1, 3),
        ),
        (
            "position_none_with_reason",
            |state| set(state, VisitField::NoPositionReason, "Batterie faible"),
            at(1, 3),
        ),
        ("received", |_| {}, at(1, 2)),
        ("clash", clash, at(1, 2)),
        ("returned", returned, at(1, 2)),
        ("finished", |_| {}, format!("{}?fini=1", at(5, 5))),
        (
            "photo_removed",
            complete,
            format!("{}?retire={}", at(1, 3), hash(99)),
        ),
        ("sheet", |_| {}, at(1, 1)),
        (
            "sheet_doubtful",
            |state| {
                state.visits[0].date_plausible = false;
                state.visits[0].review = String::new();
            },
            at(1, 1),
        ),
        ("delete", complete, format!("{}/supprimer", at(1, 3))),
    ];
    picture("visit", cases).await;
}

#[tokio::test]
async fn a_photo_has_a_page_of_its_own() {
    let photo = |of: u8, n: u8| format!("{}/photos/{}", at(1, of), hash(100 + n));
    let cases: Vec<Case> = vec![
        ("of_own_draft", complete, photo(3, 3)),
        ("first", |_| {}, photo(2, 3)),
        ("last_not_here_yet", |_| {}, photo(2, 4)),
        (
            "from_its_project",
            |_| {},
            format!("{}?de=projet", photo(2, 3)),
        ),
        (
            "of_a_colleague",
            |state| state.visits[1].author = Some(COLLEAGUE),
            photo(2, 3),
        ),
    ];
    picture("photo", cases).await;
    let phone = Fake::new(State::day(Language::Fr));
    let not_found = axum::http::StatusCode::NOT_FOUND;
    let french = Language::Fr;
    let elsewhere = photo(3, 3);
    crate::page::fault("photo", "not_there", french, &phone, &elsewhere, not_found).await;
    phone.change(complete);
    phone.change(of_a_colleague);
    let path = photo(3, 3);
    crate::page::fault("photo", "draft_of_other", french, &phone, &path, not_found).await;
    let path = at(1, 3);
    crate::page::fault("visit", "draft_of_other", french, &phone, &path, not_found).await;
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said_on_the_form() {
    for language in Language::ALL {
        let phone = Fake::new(State::day(*language));
        let finish = format!("{}/terminer", at(1, 3));
        let nothing = Asked::Post(&[]);
        one("visit", "violations", *language, &phone, &finish, &nothing).await;
        let typed = [("progress_bp", "cent vingt"), ("workers", "-3")];
        let asked = Asked::Post(&typed);
        one("visit", "refused", *language, &phone, &at(1, 3), &asked).await;
        let bad = CommandError::BadPhoto(PhotoFault::NotAPhoto);
        phone.change(|state| state.refuse = Some(bad));
        let photos = format!("{}/photos?role=defaut", at(1, 3));
        let file = [("photo", "x")];
        let asked = Asked::Post(&file);
        one("visit", "photo_refused", *language, &phone, &photos, &asked).await;
    }
}

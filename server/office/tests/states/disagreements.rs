//! *À départager*.

use axum::http::StatusCode;
use jawla_model::{FieldPath, Hash32, PersonId, ProjectField, ReceivedAt, Role, Value, VisitField};
use jawla_views::{CommandError, ConflictListed, ConflictRow, ConflictValue};

use crate::fake;
use crate::page::{get, picture, post};
use crate::world::World;

fn between(at: &FieldPath, weighty: bool, values: [Value; 2]) -> ConflictListed {
    let visit = fake::visit(1, &fake::project(1));
    let values = (21..).zip(values).map(|(number, value)| ConflictValue {
        value,
        change: Hash32([number; 32]),
        author: Some(PersonId([9; 16])),
        claimed_at_ms: fake::now_ms(),
        received_at: (number == 21).then_some(ReceivedAt(fake::NOW_MS / 1_000)),
    });
    ConflictListed {
        conflict: ConflictRow {
            document: visit.visit.document,
            scope: visit.visit.scope,
            path: at.text(),
            weighty,
            values: values.collect(),
        },
        project: visit.project,
    }
}

fn cost() -> ConflictListed {
    let at = FieldPath::project(ProjectField::Cost);
    between(&at, true, [Value::Int(123_400), Value::Int(567_800)])
}

/// One about money.
pub fn one() -> World {
    let mut world = World::day();
    world.views.conflicts = vec![cost()];
    world
}

fn several() -> World {
    let mut world = one();
    let visit = fake::visit(1, &fake::project(1)).visit.visit;
    let progress = FieldPath::visit(visit, VisitField::Progress);
    let place = FieldPath::project(ProjectField::Place);
    let [here, there] = ["Douar Jdid", "Douar Lqdim"].map(Value::from);
    world.views.conflicts.extend([
        between(&progress, true, [Value::Int(4_500), Value::Int(5_000)]),
        between(&place, false, [here, there]),
    ]);
    world
}

fn changed() -> World {
    let world = one();
    *world.commands.refused.lock().unwrap() = Some(CommandError::Changed);
    world
}

#[tokio::test]
async fn every_state_of_the_disagreements() {
    let document = fake::project(1).document.hex();
    let path = FieldPath::project(ProjectField::Cost).text();
    let [first, second] = [21, 22].map(|number| Hash32([number; 32]).hex());
    let form = format!("document={document}&path={path}&seen={first},{second}");
    let cases = vec![
        get("none", World::day, "/a-departager"),
        get("one", one, "/a-departager"),
        get("several", several, "/a-departager"),
        get(
            "of_a_project",
            several,
            format!("/a-departager?projet={document}"),
        ),
        get("settled", World::day, "/a-departager?fait=1"),
        get(
            "read_only",
            || several().seen_by(Role::Controller),
            "/a-departager",
        ),
        post(
            "not_a_number",
            one,
            "/a-departager",
            format!("{form}&autre=beaucoup"),
        ),
        post(
            "changed_since",
            changed,
            "/a-departager",
            format!("{form}&choix=0"),
        )
        .answered(StatusCode::CONFLICT),
    ];
    picture("disagreements", cases).await;
}

//! Pages that say what went wrong.

use axum::http::StatusCode;
use jawla_model::Role;

use crate::fake::Failure;
use crate::page::{get, picture, post};
use crate::world::World;

fn failing(failure: Failure) -> World {
    let mut world = World::day();
    world.views.failure = Some(failure);
    world
}

#[tokio::test]
async fn every_fault_says_what_to_do() {
    let cases = vec![
        get("not_found", World::day, "/rien").answered(StatusCode::NOT_FOUND),
        get("no_such_project", World::day, "/projets/00ff").answered(StatusCode::NOT_FOUND),
        get(
            "not_allowed",
            || World::day().seen_by(Role::Auditor),
            "/import",
        )
        .answered(StatusCode::FORBIDDEN),
        get("busy", || failing(Failure::Busy), "/").answered(StatusCode::SERVICE_UNAVAILABLE),
        get("ours", || failing(Failure::Broken), "/").answered(StatusCode::INTERNAL_SERVER_ERROR),
        post("wrong_method", World::day, "/carte", "").answered(StatusCode::METHOD_NOT_ALLOWED),
        post("too_long", World::day, "/langue", "x".repeat(20_000))
            .answered(StatusCode::PAYLOAD_TOO_LARGE),
    ];
    picture("faults", cases).await;
}
